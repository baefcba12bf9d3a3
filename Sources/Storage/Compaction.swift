internal import Accelerator
internal import JSON
internal import Language
internal import Platform
public import Runtime

/// Where a journal begins whose first lines were taken out: `archive/anchor.json`.
///
/// It names the last line that is gone and its hash, which the first line that is left names too,
/// and the snapshot beside it (`archive/snapshot-….json`) that holds what those lines came to.
struct Anchor: Hashable, Sendable {
    static let name = "\(FileNames.archive)/anchor.json"

    var mark: JournalMark
    /// When it was done.
    var at: Instant
    /// The commit of the snapshot that stands for the lines that are gone.
    var snapshot: UInt64

    static func read(_ doors: DiskDoors) throws(JournalError) -> Anchor? {
        guard try translating({ () throws(SystemError) in try doors.status(name) }) != nil else {
            return nil
        }
        let bytes = try translating { () throws(SystemError) in
            try doors.contents(name, limit: 4096)
        }
        guard let value = try? JSONValue(parsing: bytes), let q = value["q"]?.int, q > 0,
            let n = value["n"]?.int, n >= 0, let t = value["t"]?.int,
            let epoch = value["epoch"]?.int, epoch >= 0, let wall = value["wall"]?.int,
            let snapshot = value["snapshot"]?.int, snapshot >= 0,
            let hash = value["hash"]?.string.flatMap({ ChainHash($0) })
        else {
            throw .damaged(
                file: name, offset: 0, firstMissing: 1, lastMissing: 0,
                why: "it doesn't say where the journal begins")
        }
        var mark = JournalMark()
        mark.q = UInt64(q)
        mark.n = UInt64(n)
        mark.t = t
        mark.epoch = UInt64(epoch)
        mark.hash = hash
        return Anchor(
            mark: mark, at: Instant(milliseconds: wall), snapshot: UInt64(snapshot))
    }

    func write(_ doors: DiskDoors) throws(SystemError) {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, number) in [
            ("q", Int64(clamping: mark.q)), ("n", Int64(clamping: mark.n)), ("t", mark.t),
            ("epoch", Int64(clamping: mark.epoch)), ("wall", at.milliseconds),
            ("snapshot", Int64(clamping: snapshot)),
        ] {
            writer.key(name)
            writer.integer(number)
        }
        writer.key("hash")
        writer.string(mark.hash.description)
        writer.endObject()
        writer.lineFeed()
        try doors.replace(Self.name, with: writer.bytes)
        try doors.syncDirectory(FileNames.archive)
    }
}

/// Takes archived files that are older than is wanted out of a directory.
///
/// 1. The directory is locked and checked as a whole; what is damaged stays as it is.
/// 2. Files go whose every line is before both snapshots that are kept, and whose last line is
///    older than the limit. The older of the two snapshots is put into the archive first: it holds
///    what those lines came to.
/// 3. If a backup is named it must be whole and hold every line that goes, with the same hashes.
/// 4. A mirror takes the same out at its next start (``MirrorSettling``).
/// 5. `archive/anchor.json` says where the journal begins from now on, and by which hash; then the
///    files go, the oldest first.
public struct Compaction: Sendable {
    /// The files that went, in the order of their lines.
    public var removed: [String]
    /// The last line that went; 0 for none.
    public var lastLine: UInt64

    public static func run(
        at path: String, before limit: Int64, backup: String?
    ) throws(JournalError) -> Compaction {
        try run(
            DiskDoors.opened(at: path, creating: false), before: limit,
            backup: backup.map { path throws(JournalError) in try JournalReader(at: path) })
    }

    package static func run(
        _ doors: DiskDoors, before limit: Int64, backup: JournalReader?
    ) throws(JournalError) -> Compaction {
        let (meta, lock) = try DataDirectory.open(doors, allowsRemote: true)
        defer {
            try? lock.close()
            try? doors.close()
        }
        let names = try SnapshotFile.names(in: doors)
        guard let older = names.last, names.count > 1 else {
            return Compaction(removed: [], lastLine: 0)
        }
        let bytes = try translating { () throws(SystemError) in
            try doors.contents(older, limit: SnapshotFile.longest)
        }
        guard let footer = SnapshotFile.footer(of: bytes) else {
            throw .damaged(
                file: older, offset: 0, firstMissing: 1, lastMissing: 0,
                why: "the snapshot that would stand for what is taken out is not whole")
        }
        let (marks, segments) = try ends(doors, meta)
        var going: [(segment: Segment, end: JournalMark)] = []
        for segment in segments where segment.isArchived {
            guard let end = marks[segment.first], end.q <= footer.mark.q, end.t < limit else {
                break
            }
            going.append((segment, end))
        }
        guard let last = going.last else { return Compaction(removed: [], lastLine: 0) }
        if let backup { try check(backup, holds: last.end) }
        let anchor = Anchor(
            mark: last.end, at: Instant(milliseconds: doors.now()), snapshot: footer.mark.n)
        try translating { () throws(SystemError) in
            try doors.replace("\(FileNames.archive)/\(older)", with: bytes)
            try doors.syncDirectory(FileNames.archive)
            try anchor.write(doors)
            for (segment, _) in going { try doors.remove(segment.name) }
            try doors.syncDirectory(FileNames.archive)
        }
        return Compaction(removed: going.map(\.segment.name), lastLine: last.end.q)
    }

    /// Where each file ends. Throws what is wrong anywhere.
    private static func ends(
        _ doors: DiskDoors, _ meta: DirectoryMeta
    ) throws(JournalError) -> ([UInt64: JournalMark], [Segment]) {
        var marks: [UInt64: JournalMark] = [:]
        _ = try Recovery.run(doors, directory: meta.id, after: 0, fromDevice: false) {
            line throws(JournalError) in
            var mark = JournalMark()
            mark.q = line.frame.q
            mark.n = line.frame.n
            mark.t = line.frame.t
            mark.hash = line.hash
            marks[line.segment.first] = mark
        }
        return (marks, try Segment.all(in: doors))
    }

    private static func check(
        _ backup: JournalReader, holds end: JournalMark
    ) throws(JournalError) {
        var isHeld = false
        _ = try Recovery.run(
            backup.doors, directory: backup.meta.id, after: 0, fromDevice: false
        ) { line throws(JournalError) in
            if line.frame.q == end.q, line.hash == end.hash { isHeld = true }
        }
        guard isHeld else {
            throw .unusable("\(backup.doors.path) doesn't hold what would be taken out")
        }
    }
}

/// Raises the format of a data directory to the newest that this release writes.
public enum Upgrade {
    /// - Returns: the format before and after.
    public static func run(at path: String) throws(JournalError) -> (before: Int, after: Int) {
        let doors = try DiskDoors.opened(at: path, creating: false)
        let (meta, lock) = try DataDirectory.open(doors, allowsRemote: true)
        defer {
            try? lock.close()
            try? doors.close()
        }
        // Nothing is raised over a damage.
        _ = try Recovery.run(doors, directory: meta.id, after: 0, fromDevice: true)
        guard meta.format < DirectoryMeta.newestFormat else { return (meta.format, meta.format) }
        var raised = meta
        raised.format = DirectoryMeta.newestFormat
        try raised.write(doors)
        return (meta.format, raised.format)
    }
}
