internal import Accelerator
internal import JSON
internal import Language
internal import Platform
internal import Runtime

/// The end of the journal, where it grows. One thread at a time.
struct SegmentWriter: Sendable {
    private let doors: DiskDoors
    private let settings: FileJournal.Settings
    private let directory: String
    private let found: Recovery

    private var file: DiskFile
    /// The file that is being written.
    private var segment: Segment
    private var mirror: Mirror?
    /// The end of what is durable, in bytes.
    private var end: Int
    /// Up to where there is room, in bytes.
    private var reserved: Int
    private(set) var mark: JournalMark
    /// Whether this run has written its first line.
    private var isOpened = false
    private var isSealed: Bool
    private var hasBallast = false
    /// The failure after which nothing more is taken.
    private(set) var failure: JournalError?
    /// The file `checkpoint`, once there is something to note.
    private var checkpoint: DiskFile?

    init(
        doors: DiskDoors, settings: FileJournal.Settings, directory: String, found: Recovery,
        segment: Segment, mirror: Mirror?
    ) throws(JournalError) {
        self.segment = segment
        self.mirror = mirror
        self.doors = doors
        self.settings = settings
        self.directory = directory
        self.found = found
        file = try translating { () throws(SystemError) in try doors.open(segment.name, .write) }
        end = found.end
        reserved = found.end
        mark = found.mark
        isSealed = found.isClean
        hasBallast = Self.makeBallast(doors, settings)
    }

    private func batchWriter(room: Int = 4096) -> BatchWriter {
        BatchWriter(after: mark, isSeparated: settings.safeguards.separatesBatches, room: room)
    }

    /// What a seal and the first line of the next file may need, in bytes.
    private static let margin = 4096

    // MARK: Space

    private static func makeBallast(_ doors: DiskDoors, _ settings: FileJournal.Settings) -> Bool {
        guard settings.ballast > 0 else { return true }
        do {
            if try doors.status(FileNames.ballast) != nil { return true }
            let file = try doors.open(FileNames.ballast, .create)
            do {
                try file.reserve(0, settings.ballast)
                try file.close()
                return true
            } catch {
                try doors.remove(FileNames.ballast)
                return false
            }
        } catch {
            return false
        }
    }

    /// Makes room for a batch.
    mutating func reserve() throws(JournalError) {
        try check()
        if !hasBallast { hasBallast = Self.makeBallast(doors, settings) }
        guard hasBallast else { throw .noSpace }
        if end >= settings.segmentLength { try rotate() }
        try makeRoom(for: settings.batchLength)
    }

    private mutating func makeRoom(for count: Int) throws(JournalError) {
        let needed = end + count + Self.margin
        guard needed > reserved else { return }
        let target = needed + settings.batchLength
        do throws(SystemError) {
            try file.reserve(end, target - end)
            reserved = target
        } catch {
            throw error.isOutOfSpace ? .noSpace : JournalError(error)
        }
    }

    // MARK: Lines

    mutating func append(_ commits: [Commit]) throws(JournalError) {
        try check()
        guard !commits.isEmpty else { return }
        try open()
        // Most commits are shorter than a kilobyte.
        var batch = batchWriter(room: min(commits.count << 10, settings.batchLength))
        for commit in commits {
            precondition(commit.n == batch.mark.n + 1, "commit \(commit.n) out of order")
            precondition(
                commit.at.milliseconds.magnitude < 1 << 53, "a time that JSON readers can't hold")
            batch.commit(n: commit.n, t: commit.at.milliseconds) { commit.writeBody(into: &$0) }
        }
        try write(batch)
        isSealed = false
    }

    /// Writes the first line of this run, once.
    private mutating func open() throws(JournalError) {
        guard !isOpened else { return }
        mark.epoch += 1
        var batch = batchWriter()
        addOpening(to: &batch, isRotation: false)
        try write(batch)
        isOpened = true
        isSealed = false
    }

    private func addOpening(to batch: inout BatchWriter, isRotation: Bool) {
        let epoch = mark.epoch
        batch.own("open") { writer in
            writer.key("epoch")
            writer.integer(Int64(clamping: epoch))
            writer.key("wall")
            writer.integer(doors.now())
            if isRotation { return }
            for (name, text) in [
                ("dir", directory), ("version", settings.version), ("zones", settings.zones),
                ("machine", settings.machine),
            ] {
                writer.key(name)
                writer.string(String(decoding: text.utf8.prefix(100), as: UTF8.self))
            }
            if let torn = found.torn {
                writer.key("torn")
                writer.beginObject()
                writer.key("bytes")
                writer.integer(Int64(torn.bytes))
                writer.key("lines")
                writer.integer(Int64(clamping: torn.lines))
                writer.endObject()
            }
            if !found.repaired.isEmpty {
                writer.key("repaired")
                writer.beginArray()
                for lines in found.repaired.suffix(32) {
                    writer.beginArray()
                    writer.integer(Int64(clamping: lines.lowerBound))
                    writer.integer(Int64(clamping: lines.upperBound))
                    writer.endArray()
                }
                writer.endArray()
            }
        }
    }

    mutating func seal(isClean: Bool) throws(JournalError) {
        try check()
        guard isOpened, isClean || !isSealed else { return }
        var batch = batchWriter()
        batch.own("seal") { writer in
            writer.key("clean")
            writer.bool(isClean)
            writer.key("wall")
            writer.integer(doors.now())
        }
        try write(batch)
        isSealed = true
    }

    /// Seals the run if it has written anything, and gives back the room that was not used.
    mutating func close() throws(JournalError) {
        defer { mirror?.close() }
        guard failure == nil else { return }
        try seal(isClean: true)
        failure = .unusable("the journal is closed")
        do throws(SystemError) {
            if reserved > end {
                try file.truncate(end)
                try file.sync()
            }
            try file.close()
            try checkpoint?.sync()
        } catch {
            throw JournalError(error)
        }
    }

    // MARK: Mirror

    /// Brings the mirror up before anything is written.
    mutating func startMirror(
        _ meta: DirectoryMeta, base: UInt64, _ note: inout MirrorNote
    ) throws(JournalError) {
        try mirror?.start(doors, meta, base: base, &note, segment, end: end, mark)
    }

    mutating func tendMirror(_ meta: DirectoryMeta, _ lock: DiskFile) -> Bool {
        guard failure == nil else { return false }
        return mirror?.tend(doors, meta, lock, segment, end: end, mark) ?? false
    }

    var mirrorStatus: MirrorStatus? { mirror?.status(mark) }

    private func check() throws(JournalError) {
        if let failure { throw failure }
    }

    // MARK: Writing

    private mutating func fail(_ error: SystemError) -> JournalError {
        let failure = JournalError(error)
        if settings.safeguards.stopsAfterFailure { self.failure = failure }
        return failure
    }

    /// Makes a batch durable, or fails for good.
    private mutating func write(_ batch: BatchWriter) throws(JournalError) {
        let bytes = batch.bytes
        do throws(SystemError) {
            try put(bytes)
        } catch {
            try? file.truncate(end)
            try? file.syncData()
            throw fail(error)
        }
        do throws(SystemError) {
            try file.syncData()
        } catch {
            throw fail(error)
        }
        mirror?.append(bytes, at: end, in: segment.first, batch.mark)
        end += bytes.count
        mark = batch.mark
        note()
    }

    /// Notes where the journal ends. Not being able to is no failure: then less can be proven.
    private mutating func note() {
        guard settings.safeguards.notesEnd else { return }
        do throws(SystemError) {
            if checkpoint == nil {
                checkpoint = try doors.open(FileNames.checkpoint, .createOrWrite)
            }
            try checkpoint?.writeAll(Checkpoint(mark).bytes, 0)
        } catch {
            checkpoint = nil
        }
    }

    private mutating func put(_ bytes: [UInt8]) throws(SystemError) {
        do throws(SystemError) {
            try file.writeAll(bytes, end)
        } catch {
            guard error.isOutOfSpace, hasBallast, settings.ballast > 0 else { throw error }
            try file.truncate(end)
            try file.syncData()
            try doors.remove(FileNames.ballast)
            hasBallast = false
            try doors.syncDirectory("")
            try file.writeAll(bytes, end)
        }
    }

    /// Closes the file with a seal and begins the next one with a line of its own. That line, and
    /// the name of the file, are on the device before anything is appended.
    private mutating func rotate() throws(JournalError) {
        try seal(isClean: false)
        var batch = batchWriter()
        addOpening(to: &batch, isRotation: true)
        let name = FileNames.segment(first: mark.q + 1)
        let next: DiskFile
        do throws(SystemError) {
            next = try doors.open(name, .create)
        } catch {
            throw error.isOutOfSpace ? .noSpace : fail(error)
        }
        do throws(SystemError) {
            try next.writeAll(batch.bytes, 0)
        } catch {
            do throws(SystemError) {
                try next.close()
                try doors.remove(name)
            } catch {
                throw fail(error)
            }
            throw error.isOutOfSpace ? .noSpace : fail(error)
        }
        do throws(SystemError) {
            try next.sync()
            try doors.syncDirectory("")
            try file.truncate(end)
            try file.sync()
            try file.close()
        } catch {
            throw fail(error)
        }
        file = next
        let old = segment.first
        segment = Segment(first: batch.mark.q, isArchived: false)
        mirror?.begin(segment.first, batch.bytes, after: old, batch.mark)
        end = batch.bytes.count
        reserved = end
        mark = batch.mark
        note()
    }
}
