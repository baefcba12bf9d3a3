internal import JSON
internal import Platform
internal import Runtime

/// What a data directory says about itself: `META.json`.
struct DirectoryMeta: Hashable, Sendable {
    /// Thirty-two hexadecimal digits, drawn when the directory was made.
    var id: String
    /// The format of events that is written here; `hundred upgrade` raises it.
    var format: Int
    /// Whether it is a copy to restore from, which nobody may write to.
    var isBackup = false
    /// Whether it is the mirror of the directory of this id, which only ``Mirror`` writes to.
    var isMirror = false

    /// The highest format that this software reads.
    static let newestFormat = 1

    private init(id: String, format: Int) {
        self.id = id
        self.format = format
    }

    /// A directory that did not exist.
    init(randomBytes: [UInt8]) {
        id = randomBytes.map { Hexadecimal.text(UInt64($0), digits: 2) }.joined()
        format = Self.newestFormat
    }

    /// Reads what the directory says; nil when it says nothing.
    ///
    /// - Throws: a damage, or that newer software made it.
    static func read(_ doors: DiskDoors) throws(JournalError) -> DirectoryMeta? {
        guard try translating({ () throws(SystemError) in try doors.status(FileNames.meta) }) != nil
        else { return nil }
        let bytes = try translating { () throws(SystemError) in
            try doors.contents(FileNames.meta, limit: 1 << 16)
        }
        guard let value = try? JSONValue(parsing: bytes), let id = value["directory"]?.string,
            ChainHash(id) != nil, let format = value["format"]?.int, format > 0
        else {
            throw .damaged(
                file: FileNames.meta, offset: 0, firstMissing: 1, lastMissing: 0,
                why: "it doesn't say which directory this is")
        }
        guard format <= newestFormat else {
            throw .newer(
                "the data directory has format \(format), this software reads \(newestFormat)")
        }
        var meta = DirectoryMeta(id: id, format: Int(format))
        meta.isBackup = value["backup"]?.bool == true
        meta.isMirror = value["mirror"]?.bool == true
        return meta
    }

    func write(_ doors: DiskDoors) throws(JournalError) {
        var object = JSONObject([
            .init(name: "directory", value: .string(id)),
            .init(name: "format", value: .integer(Int64(format))),
        ])
        if isBackup { object["backup"] = .bool(true) }
        if isMirror { object["mirror"] = .bool(true) }
        try translating { () throws(SystemError) in
            try doors.replace(
                FileNames.meta, with: JSONValue.object(object).pretty() + [0x0A])
        }
    }
}

/// Opening a data directory for writing.
///
/// 1. The directory itself is locked, then the file `LOCK` in it. The lock on the directory is
///    the one that counts: a file can be unlinked and made anew, and then there are two to lock.
///    The file carries the process id of whoever has it, for people.
/// 2. `META.json` is read. It is the last thing that is written when a directory is made, so that
///    a directory that has it had a journal; where it is missing beside data, the directory is
///    damaged and is not taken for a new one.
/// 3. A change of several files that was begun is done (``Switch``). What was being written beside its
///    place when a process ended (`*.tmp`, `*.new`) is removed.
enum DataDirectory {
    /// Locks the directory, and makes it if it is new.
    static func open(
        _ doors: DiskDoors, allowsRemote: Bool
    ) throws(JournalError) -> (meta: DirectoryMeta, lock: DiskFile) {
        let remote = try translating { () throws(SystemError) in try doors.remoteFileSystem() }
        if let remote, !allowsRemote {
            throw .unusable(
                "\(doors.path) is on \(remote), whose locks and syncs can't be relied on")
        }
        let lock = try lock(doors)
        if let meta = try DirectoryMeta.read(doors) {
            guard !meta.isBackup else {
                throw .unusable(
                    "\(doors.path) is a backup: make a data directory of it with `hundred restore`")
            }
            guard !meta.isMirror else {
                throw .unusable(
                    "\(doors.path) is a mirror: a new directory is filled from it with "
                        + "`hundred repair --from-mirror \(doors.path) --data NEW`")
            }
            try Switch.finish(doors)
            try removeUnfinished(doors)
            return (meta, lock)
        }
        return (try make(doors), lock)
    }

    static func lock(_ doors: DiskDoors) throws(JournalError) -> DiskFile {
        guard try translating({ () throws(SystemError) in try doors.tryLock() }) else {
            throw .locked(by: owner(doors))
        }
        return try translating { () throws(SystemError) in
            try doors.open(FileNames.lock, .createOrWrite)
        }.locked(by: doors)
    }

    /// The process id that `LOCK` names.
    fileprivate static func owner(_ doors: DiskDoors) -> Int32? {
        guard let bytes = try? doors.contents(FileNames.lock, limit: 4096),
            let pid = try? JSONValue(parsing: bytes)["pid"]?.int
        else { return nil }
        return Int32(exactly: pid)
    }

    static func removeUnfinished(_ doors: DiskDoors) throws(JournalError) {
        try translating { () throws(SystemError) in
            for directory in ["", FileNames.archive] {
                for name in try doors.names(directory)
                where name.hasSuffix(".tmp") || name.hasSuffix(Switch.suffix) {
                    try doors.remove(directory.isEmpty ? name : "\(directory)/\(name)")
                }
            }
        }
    }

    /// Begins a directory that is to be filled before it gets its `META.json`.
    static func begin(_ doors: DiskDoors) throws(JournalError) {
        let names = try translating { () throws(SystemError) in try doors.names("") }
        guard names.allSatisfy({ $0 == FileNames.lock }) else {
            throw .unusable("\(doors.path) is not empty")
        }
        try translating { () throws(SystemError) in
            try doors.makeDirectory(FileNames.archive)
            try doors.replace(FileNames.readme, with: Array(Readme.text.utf8))
            try doors.syncDirectory(FileNames.archive)
            try doors.syncDirectory("")
        }
    }

    private static func make(_ doors: DiskDoors) throws(JournalError) -> DirectoryMeta {
        let first = FileNames.segment(first: 1)
        try refuseRemains(doors, but: first)
        let meta = DirectoryMeta(randomBytes: doors.randomBytes(16))
        try translating { () throws(SystemError) in
            try doors.makeDirectory(FileNames.archive)
            let file = try doors.open(first, .createOrWrite)
            try file.sync()
            try file.close()
            try doors.replace(FileNames.readme, with: Array(Readme.text.utf8))
            try doors.syncDirectory(FileNames.archive)
            try doors.syncDirectory("")
        }
        try meta.write(doors)
        return meta
    }

    /// A directory that was being made when a process ended holds at most an empty first segment.
    private static func refuseRemains(
        _ doors: DiskDoors, but first: String
    ) throws(JournalError) {
        let (names, archived, size) = try translating { () throws(SystemError) in
            (
                try doors.names(""), try doors.names(FileNames.archive),
                try doors.status(first)?.size ?? 0
            )
        }
        let remains =
            archived.first
            ?? names.first {
                FileNames.lastCommit(ofSnapshot: $0) != nil
                    || FileNames.firstLine(ofSegment: $0) != nil && ($0 != first || size > 0)
            }
        if let remains {
            throw .damaged(
                file: FileNames.meta, offset: 0, firstMissing: 1, lastMissing: 0,
                why: "it is missing beside \(remains)")
        }
    }
}

extension DiskFile {
    /// Locks the file `LOCK`, makes sure that it is the one that its name leads to, and signs it.
    fileprivate func locked(by doors: DiskDoors) throws(JournalError) -> DiskFile {
        let isOurs = try translating { () throws(SystemError) in
            guard try tryLock() else { return false }
            return try doors.status(FileNames.lock)?.inode == status().inode
        }
        guard isOurs else { throw .locked(by: DataDirectory.owner(doors)) }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("pid")
        writer.integer(Int64(CurrentProcess.id))
        writer.endObject()
        writer.lineFeed()
        do throws(SystemError) {
            try truncate(0)
            try writeAll(writer.bytes, 0)
        } catch {
            // It is for people only: a full disk is no reason not to start.
            guard error.isOutOfSpace else { throw JournalError(error) }
        }
        return self
    }
}

/// What `README.txt` in a data directory says.
enum Readme {
    static let text = """
        This directory holds everything that the bot knows. Back it up as a whole.

        journal-*.ndjson   What happened, one JSON object a line, oldest first. The file with the
                           highest number is being written. Never edit one: every line holds a
                           checksum and the hash of the line before it.
        snapshot-*.json    The state after a commit, one JSON object a line, one challenge a
                           line; the last line proves that the file is whole. Two are kept. They
                           only save time at the start: everything in them follows from the journal.
        archive/           Older journal files, complete and never written again.
        *.damaged-*        A journal file as it was before `hundred repair`. Yours to delete.
        rewriting.json     Journal files are being replaced by those without the names of people who asked
                           to be forgotten (*.new); the next start does what is left of it.
        *.torn-*           A journal file as a power cut left it, before its unfinished end, which
                           nobody was ever told of, was cut off. Yours to look at and delete.
        META.json          Which directory this is, and the format of what is in it.
        checkpoint         The last line that was written for good, and its hash. A copy kept elsewhere
                           shows later whether the end of the journal was removed.
        LOCK               Held by the running bot. Its contents are for people only.
        ballast            Room that is kept for the last lines when the disk is full.
        mirrors.json       Where a second copy of the journal is kept (`hundred serve --mirror`).
        inflight           What was being decided when the process ended, and how often it ended so.

        A challenge as it stands in the newest snapshot:

            jq -c '.challenge | select(.head.code == "CH-03")' "$(ls snapshot-*.json | tail -n 1)"

        What happened last:

            tail -n 20 "$(ls journal-*.ndjson | tail -n 1)" | jq -c 'select(.ev) | {n, t, src, ev}'

        hundred verify --data DIRECTORY checks every line and changes nothing.

        """
}
