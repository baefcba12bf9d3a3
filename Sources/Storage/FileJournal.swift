public import Accelerator
internal import JSON
internal import Language
internal import Platform
public import Runtime

/// The journal in a directory of its own.
///
/// How a batch becomes durable:
///
/// 1. ``reserve()`` makes room behind the end of the file before anything of a batch is decided;
///    a file that has reached its length is closed with a seal and a new one begun. Here a full
///    disk is found, and nothing has happened yet.
/// 2. ``append(_:)`` writes the whole batch at the known end in one go, and calls `fdatasync` once.
///    When that returns the batch is durable, and the end moves.
/// 3. If the write finds no room all the same, the file is cut back to its end, the ballast is
///    given up, and the write is tried once more.
/// 4. Any other failure is the last: what the device holds now can't be known from here (the
///    kernel reports a lost page once and then forgets it), so every later call fails with the
///    same error. The next start finds out by reading from the device.
/// 5. ``seal()``, when nothing came for half a second, writes a line whose only meaning is that
///    all before it is durable. Without it the last batch is known to have been durable only by
///    the batch that follows it.
/// 6. With a ``Mirror`` a batch is on both devices before ``append(_:)`` returns.
public final class FileJournal: Journal {
    /// What the journal is told when it is opened.
    public struct Settings: Sendable {
        /// The program's version, for the line that opens a run.
        public var version = ""
        /// The version of the time zones, for the same line.
        public var zones = ""
        /// The machine's name, for the same line.
        public var machine = ""
        /// The length in bytes at which a file is closed and the next begun.
        public var segmentLength = 8 << 20
        /// How much room a batch may need, in bytes.
        public var batchLength = 1 << 20
        /// How much room is kept for the last lines on a full disk, in bytes; 0 for none.
        public var ballast = 8 << 20
        /// The directory of a second journal on another disk (``Mirror``).
        public var mirror: String?
        /// How long one call of the mirror's disk may take before the mirror is behind, in
        /// milliseconds; nil for ever.
        public var mirrorPatience: Int64? = 5_000
        /// Opens the mirror's directory; the real one at its path without it.
        package var mirrorDoors: DiskDoors.Opening?
        /// Whether a network file system is taken.
        public var allowsRemote = false
        /// Whether a time of day that is more than ten minutes before the last commit is refused: for
        /// a bot that lives by the clock. Whoever brings his own time leaves it off.
        public var refusesEarlierClock = false
        /// Whether snapshots are written on the thread that asks for them.
        package var isSingleThreaded = false
        package var safeguards = Safeguards()
        /// Hears what went wrong without harm, such as a snapshot that could not be written.
        public var report: @Sendable (String) -> Void = { _ in }

        public init() {}
    }

    let doors: DiskDoors
    private let settings: Settings
    private let reader: JournalReader
    private let lockFile: DiskFile
    private let writer: Lock<SegmentWriter>
    private let snapshots: Snapshotter
    private let closed = Lock(false)
    /// The state, while it is made ahead of being asked for.
    private let ahead = Lock<Ahead?>(nil)
    /// What was odd about the directory when it was opened, and did no harm.
    public let warnings: [String]
    /// How many bytes at the end were never acknowledged and were cut off.
    public let tornBytes: Int
    /// The lines that were brought back from the mirror.
    public let repaired: [ClosedRange<UInt64>]
    /// How long opening took, in milliseconds.
    public let openedIn: Int

    /// Opens the directory at a path for writing, and makes it if there is none. A torn tail is
    /// copied and cut off.
    ///
    /// - Throws: `locked`, `damaged`, `newer`, `io`, `unusable`.
    public convenience init(at path: String, settings: Settings = Settings()) throws(JournalError) {
        try self.init(doors: DiskDoors.opened(at: path, creating: true), settings: settings)
    }

    /// Opens a directory through doors.
    public init(doors: DiskDoors, settings: Settings) throws(JournalError) {
        self.doors = doors
        self.settings = settings
        let began = MonotonicClock.now()
        var mirror = settings.mirror.map {
            Mirror(
                at: $0, allowsRemote: settings.allowsRemote, patience: settings.mirrorPatience,
                opening: settings.mirrorDoors)
        }
        mirror?.syncs = settings.safeguards.syncsMirror
        try mirror?.refuseEmptyDirectory(doors)
        let (meta, lockFile) = try DataDirectory.open(doors, allowsRemote: settings.allowsRemote)
        self.lockFile = lockFile
        var note = try MirrorNote.read(doors)
        try mirror?.open(doors, meta, lockFile, &note)
        let cache = SnapshotCache()
        reader = JournalReader(
            doors: doors, meta: meta, safeguards: settings.safeguards, cache: cache)
        let found = try Self.found(doors, meta, settings, cache, mirror, note)
        guard let segment = found.segment else {
            throw .unusable("\(doors.path) holds no journal")
        }
        if settings.refusesEarlierClock { try Self.check(doors.now(), after: found.mark) }
        if found.torn != nil { try Self.cut(segment, at: found.end, doors) }
        warnings =
            found.warnings + Self.warnings(note, settings.mirror)
            + (found.torn.map {
                ["\($0.bytes) bytes at the end were never acknowledged and were cut off"]
            } ?? [])
        writer = Lock(
            try SegmentWriter(
                doors: doors, settings: settings, directory: meta.id, found: found,
                segment: segment, mirror: mirror))
        repaired = found.repaired
        tornBytes = found.torn?.bytes ?? 0
        openedIn = Int((MonotonicClock.now() - began) / 1_000_000)
        snapshots = Snapshotter(
            doors: doors, directory: meta.id, isSingleThreaded: settings.isSingleThreaded,
            report: settings.report)
        try writer.withLock { writer throws(JournalError) in
            try writer.startMirror(meta, base: found.snapshot?.mark.q ?? 0, &note)
        }
    }

    /// What the directory holds, mended from the mirror where that is needed and can be.
    private static func found(
        _ doors: DiskDoors, _ meta: DirectoryMeta, _ settings: Settings, _ cache: SnapshotCache,
        _ mirror: Mirror?, _ note: MirrorNote
    ) throws(JournalError) -> Recovery {
        func look() throws(JournalError) -> Recovery {
            try Recovery.run(
                doors, directory: meta.id, fromDevice: settings.safeguards.readsFromDevice,
                safeguards: settings.safeguards, cache: cache)
        }
        guard let mirror, let copy = mirror.doors, note[mirror.path]?.isPending != true,
            settings.safeguards.mends
        else { return try look() }
        do throws(JournalError) {
            let found = try look()
            let more = try? ProvenLines(in: copy, after: found.mark.q, found.mark.hash)
            if more?.isEmpty ?? true { return found }
        } catch {
            guard case .damaged = error else { throw error }
        }
        var repair = Repair()
        do throws(JournalError) {
            try repair.mend(doors, meta.id, after: .max, from: copy)
        } catch {
            // What could not be mended is refused by the look that follows; what was, is not.
            switch error {
            case .unusable(let why):
                settings.report("nothing more could be brought back from the mirror: \(why)")
            case .io, .noSpace: break
            default: throw error
            }
        }
        var found = try look()
        found.repaired = repair.lines
        return found
    }

    private static func warnings(_ note: MirrorNote, _ path: String?) -> [String] {
        note.entries.filter { $0.path != path }.map {
            "the mirror in \($0.path) is not kept now: it was noted by an earlier start"
        }
    }

    /// Cuts off a torn tail. A copy of it is kept, for which a full disk gives up the ballast.
    private static func cut(
        _ segment: Segment, at end: Int, _ doors: DiskDoors
    ) throws(JournalError) {
        do throws(JournalError) {
            return try Recovery.cut(segment, at: end, doors)
        } catch {
            guard case .io(_, _, let code) = error, SystemError(code: code, call: "").isOutOfSpace
            else { throw error }
        }
        try translating { () throws(SystemError) in
            if try doors.status(FileNames.ballast) != nil { try doors.remove(FileNames.ballast) }
        }
        try Recovery.cut(segment, at: end, doors)
    }

    /// Milliseconds by which the clock may be behind the last commit.
    private static let clockTolerance: Int64 = 10 * 60 * 1000

    private static func check(_ now: Int64, after mark: JournalMark) throws(JournalError) {
        guard mark.n > 0, mark.t - now > clockTolerance else { return }
        throw .unusable(
            "the clock says \(Instant(milliseconds: now)), but the last commit was made at "
                + "\(Instant(milliseconds: mark.t)); set the clock, or accept it as it is")
    }

    /// A journal that is let go without ``close()`` is as one whose process was killed, but for a
    /// snapshot that is being written: that is waited for.
    deinit { snapshots.finish() }

    /// Where the journal ends.
    public var mark: JournalMark { writer.withLock { $0.mark } }

    /// The directory's id, thirty-two hexadecimal digits.
    public var directory: String { reader.directory }

    public func recover() throws(JournalError) -> State {
        let begun = ahead.withLock { ahead in
            defer { ahead = nil }
            return ahead
        }
        guard let begun else { return try recoverNow() }
        return try begun.state()
    }

    /// Begins to make the state on a thread of its own, for whoever has something else to do before the
    /// first ``recover()``, which then waits for it. Nothing may be appended in between.
    public func recoverAhead() {
        ahead.withLock { $0 = $0 ?? Ahead { [self] () throws(JournalError) in try recoverNow() } }
    }

    private func recoverNow() throws(JournalError) -> State {
        defer { reader.cache?.end() }
        return try reader.recover(report: settings.report)
    }

    /// A state that is being made.
    private final class Ahead: Sendable {
        private let thread: Thread?
        private let made: Lock<Result<State, JournalError>?>
        private let make: @Sendable () throws(JournalError) -> State

        init(_ make: @escaping @Sendable () throws(JournalError) -> State) {
            let made = Lock<Result<State, JournalError>?>(nil)
            self.made = made
            self.make = make
            // Without a thread it is made when it is asked for.
            thread = try? Thread.start(name: "recovery") {
                let result = Result(catching: make)
                made.withLock { $0 = result }
            }
        }

        func state() throws(JournalError) -> State {
            thread?.join()
            guard let made = made.withLock({ $0 }) else { return try make() }
            return try made.get()
        }
    }

    public func read(
        after n: UInt64, _ body: (Commit) throws(JournalError) -> Void
    ) throws(JournalError) {
        try reader.read(after: n, body)
    }

    public func reserve() throws(JournalError) {
        try writer.withLock { writer throws(JournalError) in try writer.reserve() }
    }

    public func append(_ commits: [Commit]) throws(JournalError) {
        try writer.withLock { writer throws(JournalError) in try writer.append(commits) }
    }

    public func seal() throws(JournalError) {
        try writer.withLock { writer throws(JournalError) in try writer.seal(isClean: false) }
    }

    /// Hands an immutable copy of the state to a thread that writes it out. The state must be the
    /// one after the last commit appended. While a snapshot is being written, and after a failure,
    /// the call does nothing.
    public func snapshot(_ state: State) {
        reader.cache?.end()
        let mark = writer.withLock { $0.failure == nil ? $0.mark : nil }
        if let mark { snapshots.put(state, mark) }
    }

    /// Where the mirror stands; nil without one.
    public var mirrorStatus: MirrorStatus? { writer.withLock { $0.mirrorStatus } }

    /// Tries a mirror that is behind again: one piece, during which nothing is appended. To be called now and
    /// then, from any thread.
    ///
    /// - Returns: whether there is more to do at once.
    public func tendMirror() -> Bool {
        writer.withLock { $0.tendMirror(reader.meta, lockFile) }
    }

    /// Waits for a snapshot that is being written, seals the run in good order, and lets go of the
    /// directory. A second call does nothing.
    public func close() throws(JournalError) {
        let isFirst = closed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        guard isFirst else { return }
        _ = try? ahead.withLock { $0 }?.state()
        snapshots.finish()
        defer {
            try? lockFile.close()
            try? doors.close()
        }
        try writer.withLock { writer throws(JournalError) in try writer.close() }
    }
}
