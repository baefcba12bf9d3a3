/// How far each polled channel may be said to have been heard.
///
/// Messages are not handled in the order of their arrival (chats take turns), so a cursor is passed only
/// when everything that arrived under it or before it was handled:
/// 1. On arrival each cursor gets the next place of its track.
/// 2. What was handled marks its place; marked places at the front of the track are taken off, and the
///    last of them is passed.
/// 3. What is passed is written with the next commit, which stands behind all that it vouches for: a
///    batch that is torn by a power cut keeps a front part only, and so never a cursor without its facts.
struct Cursors: Sendable {
    struct Mark: Sendable {
        var name: String
        var place: UInt64
    }
    private struct Track: Sendable {
        var waiting = Line<String>()
        var handledAhead: Set<UInt64> = []
        var first: UInt64 = 0
    }
    private var tracks: [String: Track] = [:]
    private var passed: [String: String] = [:]

    mutating func enter(_ cursors: [String: String]) -> [Mark] {
        guard !cursors.isEmpty else { return [] }
        return cursors.keys.sorted().map { name in
            var track = tracks.removeValue(forKey: name) ?? Track()
            let place = track.first + UInt64(track.waiting.count)
            track.waiting.append(cursors[name] ?? "")
            tracks[name] = track
            return Mark(name: name, place: place)
        }
    }

    mutating func handled(_ marks: [Mark]) {
        for mark in marks {
            guard var track = tracks.removeValue(forKey: mark.name) else { continue }
            track.handledAhead.insert(mark.place)
            while let front = track.waiting.first, track.handledAhead.remove(track.first) != nil {
                passed[mark.name] = front
                _ = track.waiting.popFirst()
                track.first += 1
            }
            tracks[mark.name] = track
        }
    }

    /// What was passed since the last commit, to be written with the next.
    mutating func take() -> [String: String] {
        guard !passed.isEmpty else { return [:] }
        defer { passed = [:] }
        return passed
    }
}
