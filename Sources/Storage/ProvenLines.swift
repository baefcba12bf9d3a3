internal import Platform
internal import Runtime

/// Lines of another copy of a journal that follow a place in this one, each proven to be the next: it has a
/// right checksum, the next number, and names the hash of the line before it.
///
/// The copy is read file by file from the one that can hold the first of them. What is damaged in it elsewhere,
/// or stands in two of its files, is no hindrance: only what the chain leads to is taken.
struct ProvenLines {
    /// The lines as they stand there, the empty line before each batch included.
    private(set) var bytes: [UInt8] = []
    /// The number and the hash of the last of them; of the place itself where there is none.
    private(set) var q: UInt64
    private(set) var hash: ChainHash

    var isEmpty: Bool { bytes.isEmpty }

    /// - Parameter last: where to stop.
    init(
        in copy: DiskDoors, after q: UInt64, _ hash: ChainHash, upTo last: UInt64 = .max
    ) throws(JournalError) {
        self.q = q
        self.hash = hash
        let segments = try Segment.all(in: copy)
        var start = segments.lastIndex { $0.first <= q + 1 } ?? 0
        repeat {
            for segment in segments[min(start, segments.count)...] where self.q < last {
                // Behind a gap nothing follows.
                guard segment.first <= self.q + 1 else { break }
                let read = try translating { () throws(SystemError) in
                    try copy.contents(of: segment)
                }
                read.withUnsafeBytes { take($0, upTo: last) }
            }
            // Files can overlap where their borders were being changed: an earlier one may hold it, too.
            start -= 1
        } while start >= 0 && self.q < last && last < .max
    }

    private mutating func take(_ all: UnsafeRawBufferPointer, upTo last: UInt64) {
        FrameLines.each(in: all) { line, frame, _ in
            guard self.q < last, frame.chain == hash else { return }
            var end = frame.q
            var next = ChainHash(of: line)
            var isNext = frame.q == self.q + 1
            if frame.kind == .loss, let loss = Loss(line) {
                isNext = loss.lines.lowerBound == self.q + 1
                end = loss.lines.upperBound
                next = loss.next ?? next
            }
            guard isNext, end <= last else { return }
            if frame.first == frame.q { bytes.append(0x0A) }
            bytes.append(contentsOf: line)
            bytes.append(0x0A)
            self.q = end
            hash = next
        }
    }
}

/// The lines of a file that have a right checksum, whatever stands between them.
enum FrameLines {
    static func each(
        in all: UnsafeRawBufferPointer,
        _ body: (_ line: UnsafeRawBufferPointer, _ frame: Frame, _ offset: Int) -> Void
    ) {
        var start = 0
        while let end = Scan.lineFeed(in: all, from: start) {
            let line = UnsafeRawBufferPointer(rebasing: all[start..<end])
            if case .frame(let frame) = Frame.judge(line) { body(line, frame, start) }
            start = end + 1
        }
    }

    /// Where the first line stands that is none.
    static func firstDamage(in all: UnsafeRawBufferPointer) -> Int? {
        var start = 0
        while start < all.count {
            guard let end = Scan.lineFeed(in: all, from: start) else { return start }
            switch Frame.judge(UnsafeRawBufferPointer(rebasing: all[start..<end])) {
            case .blank, .frame: start = end + 1
            case .newer, .foreign, .damaged: return start
            }
        }
        return nil
    }
}
