public import Accelerator
internal import JSON
public import Language
internal import Platform
public import Runtime

/// Lines on their way into another directory, in files of the usual length.
///
/// Every line is taken over byte by byte: the chain of hashes stays the same. The empty line before
/// a batch is written again.
struct LineCopier {
    private let doors: DiskDoors
    private let length: Int
    private var bytes: [UInt8] = []
    private var first: UInt64?
    private var mark = JournalMark()

    init(_ doors: DiskDoors, length: Int = 8 << 20) {
        self.doors = doors
        self.length = length
    }

    mutating func take(_ line: Scan.Line) throws(JournalError) {
        if bytes.count >= length, line.frame.first == line.frame.q { try flush() }
        if first == nil { first = line.frame.q }
        if line.frame.first == line.frame.q { bytes.append(0x0A) }
        bytes.append(contentsOf: line.bytes)
        bytes.append(0x0A)
        mark.q = line.frame.q
        mark.n = line.frame.n
        mark.t = line.frame.t
        mark.hash = line.hash
    }

    private mutating func flush() throws(JournalError) {
        guard let first else { return }
        let name = FileNames.segment(first: first)
        let written = bytes
        try translating { () throws(SystemError) in try doors.replace(name, with: written) }
        self.first = nil
        bytes.removeAll(keepingCapacity: true)
    }

    /// Adds a line of the new directory's own, and writes what is left.
    mutating func finish(
        _ anchor: JournalMark, epoch: UInt64, _ body: (inout BatchWriter) -> Void
    ) throws(JournalError) {
        var after = mark.q == 0 ? anchor : mark
        after.epoch = epoch
        var batch = BatchWriter(after: after)
        body(&batch)
        if first == nil { first = after.q + 1 }
        bytes.append(contentsOf: batch.bytes)
        try flush()
    }

    mutating func finish() throws(JournalError) { try flush() }
}

extension JournalReader {
    // MARK: Backup

    /// Copies the journal up to its published end into a directory: every line read and checked on
    /// the way, and the newest snapshot. Takes no lock; the bot goes on beside it. Into a directory
    /// that holds an earlier backup of this one goes what it lacks.
    ///
    /// 1. `META.json` comes first, and says that this is a backup.
    /// 2. Files that are complete are copied unless the same bytes are there; the one that is being
    ///    written is copied up to its last good line. Each is synced and read back.
    /// 3. A file that moved into the archive meanwhile is looked for there: the whole is read again.
    /// 4. At the end the copy is checked as `verify` does.
    ///
    /// - Returns: what the check of the copy found.
    public func backUp(to path: String) throws(JournalError) -> Verification {
        try backUp(to: DiskDoors.opened(at: path, creating: true))
    }

    package func backUp(to target: DiskDoors) throws(JournalError) -> Verification {
        defer { try? target.close() }
        guard try translating({ () throws(SystemError) in try target.tryLock() }) else {
            throw .locked(by: nil)
        }
        if let there = try DirectoryMeta.read(target) {
            guard there.isBackup, there.id == meta.id else {
                throw .unusable("\(target.path) is something else than a backup of this directory")
            }
        } else {
            try DataDirectory.begin(target)
            var marked = meta
            marked.isBackup = true
            marked.isMirror = false
            try marked.write(target)
        }
        var attempts = 0
        while true {
            do throws(JournalError) {
                try copy(to: target)
                break
            } catch {
                // A file went into the archive, or a snapshot was replaced, between two looks.
                attempts += 1
                guard case .io(_, _, let code) = error, code == SystemError.noSuchFile,
                    attempts < 100
                else { throw error }
            }
        }
        return try JournalReader(doors: target).verify()
    }

    private func copy(to target: DiskDoors) throws(JournalError) {
        // Judged first: what is damaged is refused by name, not copied over a good backup.
        let found = try Recovery.run(doors, directory: meta.id, after: 0, fromDevice: false)
        let segments = try Segment.all(in: doors)
        guard let last = found.segment else { return }
        try translating { () throws(SystemError) in
            if let anchor = try? doors.contents(Anchor.name, limit: 4096) {
                try target.replace(Anchor.name, with: anchor)
            }
            for segment in segments where segment.first <= last.first {
                var bytes = try doors.contents(segment.name)
                if segment.first == last.first { bytes.removeLast(max(0, bytes.count - found.end)) }
                let name = FileNames.segment(first: segment.first)
                if try target.status(name)?.size == bytes.count,
                    try target.contents(name) == bytes
                {
                    continue
                }
                try target.replace(name, with: bytes)
            }
        }
        // Snapshots come and go while lines stay: one that was replaced in between is looked for again.
        var attempts = 0
        while true {
            do throws(JournalError) {
                return try copySnapshot(upTo: found.mark.n, to: target)
            } catch {
                attempts += 1
                guard case .io(_, _, let code) = error, code == SystemError.noSuchFile else {
                    throw error
                }
                // Without any a copy is whole, too: it opens a little slower.
                if attempts == 100 { return }
            }
        }
    }

    private func copySnapshot(upTo n: UInt64, to target: DiskDoors) throws(JournalError) {
        let (footer, _) = try SnapshotFile.newest(in: doors, directory: meta.id, upTo: n)
        guard let footer else { return }
        let name = FileNames.snapshot(last: footer.mark.n)
        try translating { () throws(SystemError) in
            let bytes = try doors.contents(name, limit: SnapshotFile.longest)
            try target.replace(name, with: bytes)
            for old in try target.names("") where old != name {
                if FileNames.lastCommit(ofSnapshot: old) != nil { try target.remove(old) }
            }
            try target.syncDirectory("")
        }
    }

    // MARK: Restore

    /// Up to where a directory is restored.
    public enum Point: Sendable {
        case everything
        /// Up to this line number.
        case line(UInt64)
        /// Up to this commit.
        case commit(UInt64)
        /// Up to the last commit of this time.
        case time(Instant)

        func includes(_ frame: Frame) -> Bool {
            switch self {
            case .everything: true
            case .line(let q): frame.q <= q
            case .commit(let n): frame.n <= n
            case .time(let at): frame.t <= at.milliseconds
            }
        }

        /// Whether nothing more is wanted after this place.
        func isReached(_ mark: JournalMark) -> Bool {
            switch self {
            case .line(let q): mark.q >= q
            case .commit(let n): mark.n >= n && n > 0
            case .everything, .time: false
            }
        }
    }

    /// Makes a new data directory of what this one held at a point. It gets an id of its own, so
    /// that no channel takes what it sends for something sent before.
    ///
    /// 1. Every line from the first on (or from the last compaction on) is checked and taken over as
    ///    it is, up to the point; damage behind that is no hindrance.
    /// 2. A line `open` follows, which names the new directory and what it was made from.
    /// 3. `META.json` is written last: a directory without it is not one.
    ///
    /// The messages that are owed at the point are still owed in it: whoever restores holds them
    /// back, since they were sent long ago (``State/held(at:)``).
    public func restore(
        to path: String, upTo point: Point, version: String = ""
    ) throws(JournalError) -> JournalMark {
        try restore(
            to: DiskDoors.opened(at: path, creating: true), upTo: point, version: version)
    }

    package func restore(
        to target: DiskDoors, upTo point: Point, version: String
    ) throws(JournalError) -> JournalMark {
        defer { try? target.close() }
        guard try translating({ () throws(SystemError) in try target.tryLock() }) else {
            throw .locked(by: nil)
        }
        try DataDirectory.begin(target)
        let fresh = DirectoryMeta(randomBytes: target.randomBytes(16))
        let anchor = try Anchor.read(doors)
        var copier = LineCopier(target)
        var last = anchor?.mark ?? JournalMark()
        var isOver = false
        do throws(JournalError) {
            let found = try Recovery.run(doors, directory: meta.id, after: 0, fromDevice: false) {
                line throws(JournalError) in
                guard !isOver, point.includes(line.frame) else {
                    isOver = true
                    return
                }
                try copier.take(line)
                last.q = line.frame.q
                last.n = line.frame.n
                last.t = line.frame.t
            }
            last.epoch = found.mark.epoch
        } catch {
            // Damage behind the point is no hindrance.
            guard isOver || point.isReached(last) else { throw error }
        }
        if let anchor { try carry(anchor, fresh, point, target) }
        let id = fresh.id
        let origin = meta.id
        try copier.finish(anchor?.mark ?? JournalMark(), epoch: last.epoch) { batch in
            batch.own("open") { writer in
                writer.key("epoch")
                writer.integer(Int64(clamping: last.epoch + 1))
                for (name, text) in [("dir", id), ("from", origin), ("version", version)] {
                    writer.key(name)
                    writer.string(String(decoding: text.utf8.prefix(100), as: UTF8.self))
                }
                writer.key("wall")
                writer.integer(target.now())
            }
        }
        try fresh.write(target)
        return last
    }

    /// Where the first lines are gone, the oldest snapshot that serves is the beginning.
    private func carry(
        _ anchor: Anchor, _ fresh: DirectoryMeta, _ point: Point, _ target: DiskDoors
    ) throws(JournalError) {
        let name = FileNames.snapshot(last: anchor.snapshot)
        let bytes = try translating { () throws(SystemError) in
            try doors.contents("\(FileNames.archive)/\(name)", limit: SnapshotFile.longest)
        }
        guard let footer = SnapshotFile.footer(of: bytes) else {
            throw .damaged(
                file: name, offset: 0, firstMissing: 1, lastMissing: anchor.mark.q,
                why: "the state that compaction left is not whole")
        }
        var frame = Frame(
            q: footer.mark.q, first: footer.mark.q, n: footer.mark.n, t: footer.mark.t,
            chain: footer.mark.hash, kind: .seal)
        frame.q = footer.mark.q
        guard point.includes(frame) else {
            throw .unusable(
                "nothing is known from before commit \(footer.mark.n): compaction took it out")
        }
        let again = SnapshotFile.encode(
            state: Array(bytes.prefix(footer.stateCount)), mark: footer.mark, directory: fresh.id,
            stateHash: footer.stateHash)
        try translating { () throws(SystemError) in
            try target.replace(name, with: again)
            try target.replace("\(FileNames.archive)/\(name)", with: again)
            try target.replace(Anchor.name, with: doors.contents(Anchor.name, limit: 4096))
        }
    }
}

extension State {
    /// What a restored directory does first: every message owed is held back as undeliverable, and
    /// nothing that was due before rings. As one commit; nil where there is nothing to do.
    public func held(at now: Instant) -> Commit {
        var commit = Commit()
        commit.n = n + 1
        commit.at = max(now, at)
        commit.cause = .operated
        commit.command = "restore"
        for (id, _) in owed.sorted {
            var event = Undeliverable()
            event.id = id
            event.why = "held"
            commit.events.append(.undeliverable(event))
        }
        var settled = AlarmsSettled()
        settled.at = commit.at
        commit.events.append(.alarmsSettled(settled))
        return commit
    }
}
