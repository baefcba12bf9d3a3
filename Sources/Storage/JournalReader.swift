public import Accelerator
internal import JSON
internal import Language
internal import Platform
public import Runtime

/// Reads a data directory and never changes it: not its lock, not a torn tail, not a leftover.
///
/// It can be used beside the process that writes.
public struct JournalReader: Sendable {
    let doors: DiskDoors
    let meta: DirectoryMeta
    let safeguards: Safeguards
    /// Only for whoever writes, too: nobody else replaces a snapshot then.
    let cache: SnapshotCache?

    init(
        doors: DiskDoors, meta: DirectoryMeta, safeguards: Safeguards = Safeguards(),
        cache: SnapshotCache? = nil
    ) {
        self.cache = cache
        self.safeguards = safeguards
        self.doors = doors
        self.meta = meta
    }

    /// Looks into the directory at a path.
    ///
    /// - Throws: `unusable` where there is no data directory; `damaged`, `newer`, `io`.
    public init(at path: String) throws(JournalError) {
        try self.init(doors: DiskDoors.opened(at: path, creating: false))
    }

    /// Looks into a directory through doors.
    public init(doors: DiskDoors) throws(JournalError) {
        let doors = try doors.settled()
        guard let meta = try DirectoryMeta.read(doors) else {
            throw .unusable("\(doors.path) is not a data directory: it has no \(FileNames.meta)")
        }
        self.init(doors: doors, meta: meta)
    }

    /// The directory's id, thirty-two hexadecimal digits.
    public var directory: String { meta.id }

    /// The format of events in the directory.
    public var format: Int { meta.format }

    /// Where the journal ends.
    public func mark() throws(JournalError) -> JournalMark {
        try Recovery.run(doors, directory: meta.id, fromDevice: false, safeguards: safeguards).mark
    }

    /// Every commit after `n`, oldest first.
    public func read(
        after n: UInt64, _ body: (Commit) throws(JournalError) -> Void
    ) throws(JournalError) {
        _ = try Recovery.run(
            doors, directory: meta.id, after: n, fromDevice: false, safeguards: safeguards,
            cache: cache
        ) { line throws(JournalError) in
            guard line.frame.kind == .commit, line.frame.n > n else { return }
            try body(Self.commit(line))
        }
    }

    /// The commit that a line holds.
    static func commit(_ line: Scan.Line) throws(JournalError) -> Commit {
        func refusal(_ why: String) -> JournalError {
            .damaged(
                file: line.segment.name, offset: line.offset, firstMissing: line.frame.q,
                lastMissing: line.frame.q, why: why)
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: line.bytes, limits: .file)
        } catch {
            throw refusal("\(error)")
        }
        guard let object = value.object else { throw refusal("the line is no object") }
        do throws(CodingFault) {
            return try Commit(
                n: line.frame.n, at: Instant(milliseconds: line.frame.t), body: object)
        } catch {
            throw .newer("line \(line.frame.q) of \(line.segment.name) can't be read: \(error)")
        }
    }
}
