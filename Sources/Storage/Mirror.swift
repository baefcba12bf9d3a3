internal import Glibc
internal import Platform
internal import Runtime

/// What whoever runs the bot may want to know of a mirror.
public struct MirrorStatus: Hashable, Sendable {
    public var path: String
    /// How many lines of the journal it lacks; 0 while every line is acknowledged from both.
    public var behind: UInt64
    /// Why it lacks some; nil while it doesn't.
    public var why: String?
    public var isBehind: Bool { why != nil }
    /// Whether it is on the same device as the directory, where it helps against little.
    public var sharesDevice: Bool
}

/// A second journal in a directory on another disk.
///
/// 1. What is mirrored is what can't be made again: every file of lines, byte for byte under its name, archived
///    ones beside the others; what stands for lines that were compacted away; `META.json`, which says that this is
///    a mirror and of which directory. Snapshots, the note of the end and the rest follow from these.
/// 2. A batch is written and synced in the directory first, then in the mirror; only then is it acknowledged. One
///    after the other, not side by side: so a mirror never holds a line that was not durable in the directory, and
///    what it holds behind the directory's end has been lost there.
/// 3. A mirror that fails costs nothing that the directory has, and stops nobody: nothing more is written to it, it
///    is *behind*. From then on lines are acknowledged from the directory alone, and that is said: in the log, by
///    `hundred_mirror_behind_lines`, and to the administrators in chat.
/// 4. A mirror that is behind is tried again while the bot goes on (``FileJournal/tendMirror()``): opened anew by its
///    path, then brought up file by file, each written as a whole and read back; what it held when it failed is
///    compared from the device (``MirrorSettling``). When nothing is left to copy, batches go to both again.
/// 5. It is locked as a directory is, by its own two locks: another bot, or a second mirror there, is refused.
/// 6. At a start the directory is read first. Lines that are damaged or missing in it are brought back from the
///    mirror where number and chain prove them (``Repair/mend``), also a last batch that looks torn, and an end that
///    is gone: by 2 they were durable. Then the mirror is brought up to the directory.
/// 7. A mirror that can't be reached at a start is behind, as in 3. One that contradicts is refused by name: another
///    directory's, one in use, another history, anything that is no mirror. So is a directory that holds nothing
///    beside a mirror that does: `hundred repair --from-mirror` makes it again. Without its mirror a start can't tell
///    more than one directory can: a last batch that was damaged by the power cut itself counts as torn.
/// 8. A disk that hangs is one that fails: each call is waited for no longer than a few seconds, and the mirror is then
///    behind (``PatientCaller``). It is tried again when that call has come back.
/// 9. The directory notes where its mirrors are (``MirrorNote``). A mirror that was on another device and is now
///    empty on the directory's own counts as one whose disk is not mounted.
struct Mirror: Sendable {
    let path: String
    private let opening: DiskDoors.Opening
    private let allowsRemote: Bool
    /// Whether a batch is synced, as ``Safeguards/syncsMirror`` says.
    var syncs = true
    private(set) var doors: DiskDoors?
    private var lock: DiskFile?
    /// The file that grows; nil while the mirror is behind.
    private var file: DiskFile?
    private var settling: MirrorSettling?
    /// The last line that is in it for certain; 0 where that is not known.
    private var q: UInt64 = 0
    /// Why it is behind.
    private(set) var why: String? = "it was not looked at yet"
    private(set) var sharesDevice = false
    /// Files of the mirror from this first line on are compared when it is brought up.
    private var doubt: UInt64 = 0

    /// - Parameter patience: how long one call of its disk may take, in milliseconds; nil for ever.
    init(
        at path: String, allowsRemote: Bool, patience: Int64?, opening: DiskDoors.Opening? = nil
    ) {
        self.path = path
        self.allowsRemote = allowsRemote
        let reach: DiskDoors.Opening
        if let opening {
            reach = opening
        } else {
            reach = { () throws(SystemError) in try DiskDoors.real(at: path, creating: true) }
        }
        guard let patience else {
            self.opening = reach
            return
        }
        let caller = PatientCaller(patience: patience)
        self.opening = { () throws(SystemError) in
            let doors = try caller.call("open") { () throws(SystemError) in try reach() }
            return doors.patient(caller)
        }
    }

    func status(_ mark: JournalMark) -> MirrorStatus {
        MirrorStatus(
            path: path, behind: why == nil ? 0 : max(1, mark.q - min(q, mark.q)), why: why,
            sharesDevice: sharesDevice)
    }

    static func marked(_ meta: DirectoryMeta) -> DirectoryMeta {
        var marked = meta
        marked.isBackup = false
        marked.isMirror = true
        return marked
    }

    // MARK: Opening

    /// Whether an error means that the mirror can't be used now; else it must not be used at all.
    private static func isPassing(_ error: JournalError) -> Bool {
        switch error {
        case .io, .noSpace: true
        case .locked, .damaged, .newer, .unusable: false
        }
    }

    /// Refuses to make a new directory where the mirror has an old one's lines.
    func refuseEmptyDirectory(_ main: DiskDoors) throws(JournalError) {
        guard try DirectoryMeta.read(main) == nil, let there = try? opening() else { return }
        defer { try? there.close() }
        guard let meta = try DirectoryMeta.read(there), meta.isMirror, try !Self.isNew(there) else {
            return
        }
        throw .unusable(
            "\(main.path) holds nothing, but \(path) is the mirror of a directory: "
                + "hundred repair --from-mirror \(path) --data \(main.path)")
    }

    /// Opens and locks the mirror, and makes it if it is new. One that can't be reached is behind.
    ///
    /// - Throws: what contradicts; also where it can't be reached and never was.
    mutating func open(
        _ main: DiskDoors, _ meta: DirectoryMeta, _ mainLock: DiskFile, _ note: inout MirrorNote
    ) throws(JournalError) {
        do throws(JournalError) {
            try enter(main, meta, mainLock, &note)
        } catch {
            release()
            why = error.explanation
            guard Self.isPassing(error) else { throw error }
            guard note[path] != nil else {
                throw .unusable("the mirror \(path) can't be used: \(error.explanation)")
            }
        }
    }

    private mutating func enter(
        _ main: DiskDoors, _ meta: DirectoryMeta, _ mainLock: DiskFile, _ note: inout MirrorNote
    ) throws(JournalError) {
        let doors = try translating { () throws(SystemError) in try opening() }
        self.doors = doors
        let remote = try translating { () throws(SystemError) in try doors.remoteFileSystem() }
        if let remote, !allowsRemote {
            throw .unusable("\(path) is on \(remote), whose locks and syncs can't be relied on")
        }
        let lock: DiskFile
        do throws(JournalError) {
            lock = try DataDirectory.lock(doors)
        } catch .locked(let pid) {
            throw .unusable(
                "the mirror \(path) is in use" + (pid.map { " by process \($0)" } ?? ""))
        }
        self.lock = lock
        sharesDevice = try translating { () throws(SystemError) in
            try lock.status().device == mainLock.status().device
        }
        if let there = try DirectoryMeta.read(doors) {
            if there.isMirror, there.id != meta.id, try Self.isNew(doors) {
                try Self.marked(meta).write(doors)
            } else if !there.isMirror || there.id != meta.id {
                throw .unusable(
                    there.isMirror
                        ? "\(path) is the mirror of another directory (\(there.id.prefix(8))…): "
                            + "name an empty one, or restore that one"
                        : "\(path) is a directory of its own, not a mirror")
            }
            try Switch.finish(doors)
            try DataDirectory.removeUnfinished(doors)
        } else {
            if sharesDevice, note[path]?.isApart == true {
                throw .io(call: "its disk is not mounted: open", path: path, code: ENODEV)
            }
            try begin(doors, meta)
        }
        let isPending = note[path]?.isPending == true
        try note.set(
            .init(path: path, isApart: !sharesDevice, isPending: isPending), main)
    }

    /// Whether a mirror was made and nothing written to it: the start that made it came no further.
    private static func isNew(_ doors: DiskDoors) throws(JournalError) -> Bool {
        try Segment.all(in: doors).isEmpty
    }

    private func begin(_ doors: DiskDoors, _ meta: DirectoryMeta) throws(JournalError) {
        let ours = [FileNames.lock, FileNames.readme, FileNames.archive, "lost+found"]
        let names = try translating { () throws(SystemError) in try doors.names("") }
        guard names.allSatisfy({ ours.contains($0) || $0.hasSuffix(".tmp") }) else {
            throw .unusable("\(path) is not empty, and no mirror")
        }
        try DataDirectory.removeUnfinished(doors)
        try translating { () throws(SystemError) in
            try doors.makeDirectory(FileNames.archive)
            try doors.replace(FileNames.readme, with: Array(Readme.text.utf8))
        }
        try Self.marked(meta).write(doors)
    }

    /// Brings the mirror up to the directory as a whole, before anything is written.
    ///
    /// - Parameter base: what is before this line was not read at this start.
    /// - Throws: what contradicts.
    mutating func start(
        _ main: DiskDoors, _ meta: DirectoryMeta, base: UInt64, _ note: inout MirrorNote,
        _ active: Segment, end: Int, _ mark: JournalMark
    ) throws(JournalError) {
        let segments = try Segment.all(in: main)
        doubt = segments.last { $0.first <= base + 1 }?.first ?? 0
        guard let doors else { return }
        do throws(JournalError) {
            let isPending = note[path]?.isPending == true
            var settling = try MirrorSettling(
                main: main, mirror: doors, meta: meta, compares: isPending ? 0 : doubt,
                asks: !isPending)
            try settling.all(active, end)
            try note.set(.init(path: path, isApart: !sharesDevice, isPending: false), main)
            try join(active, end, mark)
        } catch {
            release()
            why = error.explanation
            if !Self.isPassing(error) { throw error }
        }
    }

    // MARK: Writing

    private mutating func join(
        _ active: Segment, _ end: Int, _ mark: JournalMark
    ) throws(JournalError) {
        guard let doors else { return }
        file = try translating { () throws(SystemError) in try doors.open(active.name, .write) }
        q = mark.q
        why = nil
        settling = nil
        doubt = active.first
    }

    private mutating func fall(_ error: SystemError, in segment: UInt64) {
        release()
        doubt = min(doubt, segment)
        why = JournalError(error).explanation
    }

    private mutating func release() {
        try? file?.close()
        try? lock?.close()
        try? doors?.close()
        (file, lock, doors, settling) = (nil, nil, nil, nil)
    }

    /// Puts a batch behind the end, durably; a mirror that can't is behind from then on.
    mutating func append(_ bytes: [UInt8], at end: Int, in segment: UInt64, _ mark: JournalMark) {
        guard let file else { return }
        do throws(SystemError) {
            try file.writeAll(bytes, end)
            if syncs { try file.syncData() }
            q = mark.q
        } catch {
            fall(error, in: segment)
        }
    }

    /// Begins the next file with its first line.
    mutating func begin(_ first: UInt64, _ bytes: [UInt8], after old: UInt64, _ mark: JournalMark) {
        guard let doors, let old = file.map({ ($0, old) }) else { return }
        do throws(SystemError) {
            let next = try doors.open(FileNames.segment(first: first), .create)
            try next.writeAll(bytes, 0)
            try next.sync()
            try doors.syncDirectory("")
            try old.0.close()
            file = next
            q = mark.q
        } catch {
            fall(error, in: old.1)
        }
    }

    /// Does one piece of what is left to bring the mirror up: at most one file.
    ///
    /// - Returns: whether there is more to do at once.
    mutating func tend(
        _ main: DiskDoors, _ meta: DirectoryMeta, _ mainLock: DiskFile, _ active: Segment, end: Int,
        _ mark: JournalMark
    ) -> Bool {
        guard file == nil else { return false }
        do throws(JournalError) {
            var note = try MirrorNote.read(main)
            if doors == nil { try enter(main, meta, mainLock, &note) }
            guard let doors else { return false }
            let isPending = note[path]?.isPending == true
            if settling == nil {
                settling = try MirrorSettling(
                    main: main, mirror: doors, meta: meta, compares: isPending ? 0 : doubt,
                    asks: !isPending)
            }
            guard try settling?.step(active, end) ?? true else { return true }
            try note.set(.init(path: path, isApart: !sharesDevice, isPending: false), main)
            try join(active, end, mark)
        } catch {
            release()
            why = error.explanation
        }
        return false
    }

    mutating func close() {
        let isWhole = why == nil
        release()
        if isWhole { why = "it is closed" }
    }
}
