internal import JSON
internal import Platform
internal import Runtime

/// Where mirrors of a directory are kept, in its own file `mirrors.json`: so that what takes people's names out of
/// the journal, or gives lines up, knows of every copy that must follow, whether or not the bot runs.
struct MirrorNote: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var path: String
        /// Whether it was last seen on another device than the directory.
        var isApart: Bool
        /// Whether lines that are in it were written anew in the directory: it is to become what the directory
        /// is, and not to be asked for lines before it has.
        var isPending: Bool
    }

    var entries: [Entry] = []
    /// More than anybody keeps; the oldest goes.
    static let most = 16

    static func read(_ doors: DiskDoors) throws(JournalError) -> MirrorNote {
        let name = FileNames.mirrors
        guard try translating({ () throws(SystemError) in try doors.status(name) }) != nil else {
            return MirrorNote()
        }
        let bytes = try translating { () throws(SystemError) in
            try doors.contents(name, limit: 1 << 16)
        }
        guard let value = try? JSONValue(parsing: bytes), let list = value["mirrors"]?.array else {
            throw .damaged(
                file: name, offset: 0, firstMissing: 1, lastMissing: 0,
                why: "it doesn't say where mirrors are kept; remove it once they are known to be")
        }
        var note = MirrorNote()
        for item in list {
            guard let path = item["path"]?.string else { continue }
            note.entries.append(
                Entry(
                    path: path, isApart: item["apart"]?.bool == true,
                    isPending: item["pending"]?.bool == true))
        }
        return note
    }

    subscript(path: String) -> Entry? { entries.first { $0.path == path } }

    /// Notes one mirror, in the directory, if that is news.
    mutating func set(_ entry: Entry, _ doors: DiskDoors) throws(JournalError) {
        guard self[entry.path] != entry else { return }
        var next = self
        next.entries.removeAll { $0.path == entry.path }
        next.entries = next.entries.suffix(Self.most - 1) + [entry]
        // What could not be written is not known: the next start would not find it.
        try next.write(doors)
        self = next
    }

    mutating func remove(_ path: String, _ doors: DiskDoors) throws(JournalError) {
        var next = self
        next.entries.removeAll { $0.path == path }
        try next.write(doors)
        self = next
    }

    private func write(_ doors: DiskDoors) throws(JournalError) {
        let list = entries.map { entry in
            JSONValue.object(
                JSONObject([
                    .init(name: "path", value: .string(entry.path)),
                    .init(name: "apart", value: .bool(entry.isApart)),
                    .init(name: "pending", value: .bool(entry.isPending)),
                ]))
        }
        let whole = JSONValue.object(JSONObject([.init(name: "mirrors", value: .array(list))]))
        try translating { () throws(SystemError) in
            try doors.replace(FileNames.mirrors, with: whole.pretty() + [0x0A])
        }
    }
}

/// The mirrors of a directory, locked by a command that changes lines in it.
///
/// 1. All of them are opened before anything is changed: one that can't be reached would keep what is taken out.
/// 2. They are noted as pending, in the directory, durably.
/// 3. When the directory is changed each is made what it is, byte by byte, and is pending no more. If the process ends
///    before that, the next start with the mirror, or the command said again, does what is left.
struct FollowingMirrors {
    typealias Opening = (String) throws(JournalError) -> DiskDoors

    private let main: DiskDoors
    private let meta: DirectoryMeta
    private var note: MirrorNote
    private var open: [(path: String, doors: DiskDoors, lock: DiskFile)] = []

    /// - Parameter gone: a mirror that is known to be destroyed; it is forgotten.
    init(
        of main: DiskDoors, _ meta: DirectoryMeta, gone: String?, opening: Opening
    ) throws(JournalError) {
        self.main = main
        self.meta = meta
        note = try MirrorNote.read(main)
        if let gone {
            guard note[gone] != nil else {
                throw .unusable("no mirror is noted in \(gone)")
            }
            try note.remove(gone, main)
        }
        for entry in note.entries {
            do throws(JournalError) {
                let doors = try opening(entry.path)
                guard let there = try DirectoryMeta.read(doors), there.isMirror, there.id == meta.id
                else { throw .unusable("it is not there") }
                let lock = try DataDirectory.lock(doors)
                try DataDirectory.removeUnfinished(doors)
                open.append((entry.path, doors, lock))
            } catch {
                close()
                throw .unusable(
                    "the mirror \(entry.path) can't follow (\(error.explanation)), and would keep what is taken "
                        + "out: make it reachable, or say --mirror-gone \(entry.path) if it was destroyed"
                )
            }
        }
    }

    mutating func begin() throws(JournalError) {
        for entry in note.entries {
            var entry = entry
            entry.isPending = true
            try note.set(entry, main)
        }
    }

    /// Makes every mirror what the directory is.
    ///
    /// - Returns: where they are.
    mutating func finish() throws(JournalError) -> [String] {
        // An end that was never acknowledged is cut off at the next start, and is not for a mirror.
        let found = try Recovery.run(main, directory: meta.id, fromDevice: false)
        guard let last = found.segment else { return [] }
        for (path, doors, _) in open {
            var settling = try MirrorSettling(
                main: main, mirror: doors, meta: meta, compares: 0, asks: false)
            try settling.all(last, found.end)
            if var entry = note[path] {
                entry.isPending = false
                try note.set(entry, main)
            }
        }
        return open.map(\.path)
    }

    func close() {
        for (_, doors, lock) in open {
            try? lock.close()
            try? doors.close()
        }
    }
}
