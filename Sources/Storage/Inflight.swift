internal import JSON
internal import Platform
public import Runtime

/// What is being worked on, in the file `inflight`: it outlives the process, not a power cut.
///
/// 1. Two lines of fixed length name the work that was begun and not ended, one of each kind; they
///    are overwritten in place, and never synced: what a process wrote before it died, the kernel has.
/// 2. A third line, one JSON object, counts how often each has ended the process.
/// 3. A new run reads the file, counts what stands noted, and writes the third line again.
/// 4. A run that ends in good order leaves nothing noted, and what went well is forgotten.
///
/// A disk that fails here is no reason to stop: then it is only not known what ended the process.
final class Inflight: Sendable {
    static let slot = 256
    /// The counts that are kept, the newest.
    static let most = 32

    private struct Inside: Sendable {
        var file: DiskFile?
        var noted: [String?]
        /// Newest last.
        var counts: [(name: String, count: Int)]
    }
    private let inside: Lock<Inside>
    let crashes: [String: Int]

    init(_ doors: DiskDoors) {
        var counts: [(name: String, count: Int)] = []
        var noted: [String] = []
        let bytes = (try? doors.contents(FileNames.inflight, limit: 1 << 16)) ?? []
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let kinds = Poison.Work.allCases.count
        for line in lines.prefix(kinds) {
            let text = String(decoding: line, as: UTF8.self)
            if let name = try? JSONValue(parsing: Array(text.utf8))["at"]?.string {
                noted.append(name)
            }
        }
        if lines.count > kinds, let table = try? JSONValue(parsing: Array(lines[kinds])).object {
            for member in table.members.suffix(Self.most) {
                if let count = member.value.int, count > 0 {
                    counts.append((member.name, Int(clamping: count)))
                }
            }
        }
        for name in noted {
            let count = counts.first { $0.name == name }?.count ?? 0
            counts.removeAll { $0.name == name }
            counts.append((name, min(count, 1000) + 1))
        }
        counts = Array(counts.suffix(Self.most))
        crashes = Dictionary(counts.map { ($0.name, $0.count) }) { $1 }
        var file: DiskFile?
        do throws(SystemError) {
            let opened = try doors.open(FileNames.inflight, .createOrWrite)
            try opened.writeAll(Self.contents(counts), 0)
            try opened.truncate(Self.contents(counts).count)
            file = opened
        } catch {
            file = nil
        }
        inside = Lock(
            Inside(file: file, noted: Array(repeating: nil, count: kinds), counts: counts))
    }

    private static func contents(_ counts: [(name: String, count: Int)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in Poison.Work.allCases { bytes += blank }
        return bytes + table(counts)
    }

    private static func table(_ counts: [(name: String, count: Int)]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        for (name, count) in counts {
            json.key(name)
            json.integer(Int64(count))
        }
        json.endObject()
        json.lineFeed()
        return json.bytes
    }

    private static let blank = [UInt8](repeating: 0x20, count: slot - 1) + [0x0A]

    /// One slot: `{"at":"tg u:88123"}` and blanks.
    private static func line(_ name: String) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: slot)
        json.beginObject()
        json.key("at" as StaticString)
        json.string(name)
        json.endObject()
        var bytes = json.bytes
        bytes.append(contentsOf: blank.dropFirst(min(bytes.count, slot - 1)))
        return bytes
    }

    func begin(_ work: Poison.Work, _ name: String) {
        inside.withLock { inside in
            let line = Self.line(name)
            // A name that would not fit its slot is not noted: it could not be read again.
            guard let file = inside.file, line.count == Self.slot else { return }
            inside.noted[work.rawValue] = name
            try? file.writeAll(line, work.rawValue * Self.slot)
        }
    }

    func end(_ work: Poison.Work) {
        inside.withLock { inside in
            guard let file = inside.file, let name = inside.noted[work.rawValue] else { return }
            inside.noted[work.rawValue] = nil
            try? file.writeAll(Self.blank, work.rawValue * Self.slot)
            guard inside.counts.contains(where: { $0.name == name }) else { return }
            // It went well this time.
            inside.counts.removeAll { $0.name == name }
            let table = Self.table(inside.counts)
            let place = Poison.Work.allCases.count * Self.slot
            try? file.writeAll(table, place)
            try? file.truncate(place + table.count)
        }
    }
}

extension FileJournal {
    /// Notes what is being worked on in the file `inflight` of the directory.
    public var poison: Poison {
        let inflight = Inflight(doors)
        return Poison(
            begin: { inflight.begin($0, $1) }, end: { inflight.end($0) }, crashes: inflight.crashes)
    }
}
