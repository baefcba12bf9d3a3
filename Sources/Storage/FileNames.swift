internal import Platform
internal import Runtime

/// The names in a data directory.
enum FileNames {
    static let lock = "LOCK"
    static let meta = "META.json"
    static let readme = "README.txt"
    static let ballast = "ballast"
    static let archive = "archive"
    static let inflight = "inflight"
    static let checkpoint = "checkpoint"
    static let mirrors = "mirrors.json"

    /// Twenty digits, so that names sort as their numbers do.
    private static func padded(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
    }

    static func segment(first q: UInt64) -> String { "journal-\(padded(q)).ndjson" }

    static func snapshot(last n: UInt64) -> String { "snapshot-\(padded(n)).json" }

    /// The number in a segment's name; nil for any other name.
    static func firstLine(ofSegment name: String) -> UInt64? {
        number(in: name, after: "journal-", before: ".ndjson")
    }

    /// The number in a snapshot's name; nil for any other name.
    static func lastCommit(ofSnapshot name: String) -> UInt64? {
        number(in: name, after: "snapshot-", before: ".json")
    }

    private static func number(in name: String, after prefix: String, before suffix: String)
        -> UInt64?
    {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        let digits = name.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        guard digits.count == 20, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt64(String(Substring(digits))), number < 1 << 53
        else { return nil }
        return number
    }

    /// Whether a name in the directory is one that we make.
    static func isOurs(_ name: String) -> Bool {
        [lock, meta, readme, ballast, archive, inflight, checkpoint, mirrors, Switch.name].contains(
            name)
            || name.hasSuffix(Switch.suffix)
            || firstLine(ofSegment: name) != nil || lastCommit(ofSnapshot: name) != nil
            || name.hasPrefix("journal-")
                && (name.dropFirst(35).hasPrefix(".torn-")
                    || name.dropFirst(35).hasPrefix(".damaged-"))
    }
}

/// A file of lines, and where it lies.
struct Segment: Hashable, Sendable {
    /// The number of its first line, from its name.
    var first: UInt64
    var isArchived: Bool

    var name: String {
        (isArchived ? "\(FileNames.archive)/" : "") + FileNames.segment(first: first)
    }

    /// All segments, archived ones too, in the order of their lines.
    ///
    /// One that stands in both places is the same file, halfway through a move that was cut
    /// short; if the two differ, the directory is damaged.
    static func all(in doors: DiskDoors) throws(JournalError) -> [Segment] {
        let active = try translating { () throws(SystemError) in try doors.names("") }
            .compactMap(FileNames.firstLine(ofSegment:))
        let archived = try translating { () throws(SystemError) in
            try doors.names(FileNames.archive)
        }.compactMap(FileNames.firstLine(ofSegment:))
        let both = Set(active).intersection(archived)
        for first in both.sorted() {
            let here = Segment(first: first, isArchived: false).name
            let there = Segment(first: first, isArchived: true).name
            let isSame = try translating { () throws(SystemError) in
                // Moved since the first look: it stands in one place only.
                guard try doors.status(here) != nil else { return true }
                return try doors.contents(here) == doors.contents(there)
            }
            guard isSame else {
                throw .damaged(
                    file: here, offset: 0, firstMissing: first, lastMissing: first,
                    why: "another file of this name in the archive holds other lines")
            }
        }
        return
            (active.map { Segment(first: $0, isArchived: false) }
            + archived.filter { !both.contains($0) }.map { Segment(first: $0, isArchived: true) })
            .sorted { $0.first < $1.first }
    }
}
