internal import Platform
internal import Runtime

/// Finds out what a data directory holds, and whether that is all it was promised to hold.
///
/// 1. The newest snapshot whose footer is right is the base; else the one before it; else none.
/// 2. Segments are read from the one that holds the line after the base; without a base, from
///    line 1, archived segments included (``Scan``).
/// 3. Nothing wrong: start.
/// 4. Wrong, in the last segment, and all that must have been durable is before it
///    (`good ≥ need`): a torn tail. These lines were never acknowledged. They are kept in a copy
///    and cut off.
/// 5. After a line that closed a run in good order only the first, short line of the next run can
///    be torn: more than ``longestOpenBatch`` bytes there are damage.
/// 6. A journal that ends before its ``Checkpoint`` was cut off, or is an older copy: damage too.
/// 7. Everything else is refused by name: file, place, lines lost, reason. Nothing is changed.
struct Recovery {
    /// The longest that the first batch of a run can be, in bytes.
    static let longestOpenBatch = 1024

    /// A tail that was never acknowledged.
    struct Torn: Hashable, Sendable {
        /// How many bytes are after the last good line.
        var bytes: Int
        /// How many good lines among them, out of reach behind the damage.
        var lines: UInt64
    }

    var mark: JournalMark
    /// Whether the last run was closed in good order.
    var isClean: Bool
    /// Where the next line belongs; nil in a directory without a segment.
    var segment: Segment?
    /// The end of the last good line in that segment.
    var end: Int
    var torn: Torn?
    /// The base, if there is one.
    var snapshot: SnapshotFooter?
    /// The lines that were given up, among those that were read.
    var losses: [ClosedRange<UInt64>]
    /// What was written anew, among the lines that were read.
    var rewritings: [Rewritten]
    /// What is odd and does no harm.
    var warnings: [String]
    /// Lines that were brought back from a mirror before this was found.
    var repaired: [ClosedRange<UInt64>] = []

    /// Reads the directory.
    ///
    /// - Parameter n: begins no later than with the commit after this one, whatever newer snapshots
    ///   there are; 0 is the whole history.
    /// - Parameter fromDevice: first brings the segments to the device and makes the kernel forget
    ///   its copies, so that what is read is what a power cut would leave. For whoever will write.
    /// - Parameter visit: sees every good line that is read, in order. When the call throws, what
    ///   was seen is void.
    static func run(
        _ doors: DiskDoors, directory id: String, after n: UInt64 = .max, fromDevice: Bool,
        safeguards: Safeguards = Safeguards(), cache: SnapshotCache? = nil,
        visit: (Scan.Line) throws(JournalError) -> Void = { _ in }
    ) throws(JournalError) -> Recovery {
        let look = try Look(
            doors, directory: id, after: n, fromDevice: fromDevice, safeguards: safeguards,
            cache: cache, visit: visit)
        let scan = look.scan
        let torn = try judge(scan, last: look.last, snapshot: look.snapshot, safeguards)
        // Where a restored directory goes on, older runs name the one that it was made from.
        if let named = scan.directory, named.id != id {
            throw .damaged(
                file: FileNames.meta, offset: 0, firstMissing: 1, lastMissing: 0,
                why: "it says \(id), but the journal was last written in \(named.id)")
        }
        var mark = scan.mark
        mark.epoch = max(mark.epoch, look.snapshot?.mark.epoch ?? 0)
        return Recovery(
            mark: mark, isClean: scan.isClean, segment: scan.segment, end: scan.goodEnd,
            torn: torn, snapshot: look.snapshot, losses: scan.losses,
            rewritings: scan.rewritings,
            warnings: look.warnings + foreign(doors))
    }

    /// What reading the directory showed, not yet judged.
    struct Look {
        var scan: Scan
        var last: Segment
        var snapshot: SnapshotFooter?
        var segments: [Segment]
        var warnings: [String]

        init(
            _ doors: DiskDoors, directory id: String, after n: UInt64, fromDevice: Bool,
            safeguards: Safeguards = Safeguards(), cache: SnapshotCache? = nil,
            visit: (Scan.Line) throws(JournalError) -> Void = { _ in }
        ) throws(JournalError) {
            let checkpoint = safeguards.notesEnd ? Checkpoint.read(doors) : nil
            segments = try Segment.all(in: doors)
            (snapshot, warnings) = try SnapshotFile.newest(
                in: doors, directory: id, upTo: n, safeguards, cache: cache)
            guard let last = segments.last, !last.isArchived else {
                throw missingJournal(segments, snapshot)
            }
            self.last = last
            let reading = segments.suffix(from: start(in: segments, after: snapshot?.mark.q ?? 0))
            if fromDevice {
                try settle(reading, hasArchive: segments.contains(where: \.isArchived), doors)
            }
            var anchor = snapshot?.mark
            if anchor == nil { anchor = try Anchor.read(doors)?.mark }
            scan = Scan(anchor: anchor, checkpoint: checkpoint, safeguards: safeguards)
            for segment in reading {
                let bytes = try translating { () throws(SystemError) in
                    try doors.contents(of: segment)
                }
                try scan.read(segment, bytes, visit: visit)
            }
        }
    }

    /// The place of the segment that holds the line after `q`.
    private static func start(in segments: [Segment], after q: UInt64) -> Int {
        segments.lastIndex { $0.first <= q + 1 } ?? 0
    }

    private static func missingJournal(
        _ segments: [Segment], _ snapshot: SnapshotFooter?
    ) -> JournalError {
        let known = max(segments.last?.first ?? 0, snapshot?.mark.q ?? 0)
        return .damaged(
            file: FileNames.segment(first: known + 1), offset: 0, firstMissing: max(known, 1),
            lastMissing: max(known, 1), why: "the journal's last file is missing")
    }

    private static func settle(
        _ segments: ArraySlice<Segment>, hasArchive: Bool, _ doors: DiskDoors
    ) throws(JournalError) {
        try translating { () throws(SystemError) in
            for segment in segments where !segment.isArchived {
                let file = try doors.open(segment.name, .write)
                try file.sync()
                try file.dropCache()
                try file.close()
            }
            // A repair may have ended after a name was put in its place and before the name was on
            // the device: what is read now as whole must not be the damaged file again later.
            if hasArchive { try doors.syncDirectory(FileNames.archive) }
            try doors.syncDirectory("")
        }
    }

    private static func foreign(_ doors: DiskDoors) -> [String] {
        let names = (try? doors.names("")) ?? []
        return names.filter { !FileNames.isOurs($0) && !$0.hasSuffix(".tmp") }
            .map { "\($0) is not one of the bot's files" }
    }

    // MARK: The table

    /// The last of the lines that are lost: the one before the next that can be read; without one,
    /// the last that must have been.
    static func lastMissing(_ scan: Scan) -> UInt64 {
        scan.firstAfter.map { $0 - 1 } ?? max(scan.need, scan.mark.q + 1)
    }

    static func judge(
        _ scan: Scan, last: Segment, snapshot: SnapshotFooter?,
        _ safeguards: Safeguards = Safeguards()
    ) throws(JournalError) -> Torn? {
        let good = scan.mark.q
        guard let finding = scan.finding else {
            guard good >= scan.need else {
                throw .damaged(
                    file: last.name, offset: scan.goodEnd, firstMissing: good + 1,
                    lastMissing: scan.need,
                    why: "the journal ends before a line that is known to have been durable")
            }
            try check(snapshot, endsAt: good, last, safeguards)
            let blank = scan.length - scan.goodEnd
            return blank > 0 ? Torn(bytes: blank, lines: 0) : nil
        }
        if !safeguards.refusesDamage {
            return Torn(bytes: scan.length - scan.goodEnd, lines: 0)
        }
        let lastMissing = lastMissing(scan)
        func refusal(_ why: String) -> JournalError {
            .damaged(
                file: finding.segment.name, offset: finding.offset, firstMissing: good + 1,
                lastMissing: lastMissing, why: why)
        }
        switch finding.fault {
        case .newer(let what):
            throw .newer(
                "a line of \(what) in \(finding.segment.name) at byte \(finding.offset)")
        case .breach(let why):
            throw refusal(why)
        case .damage: break
        }
        if finding.segment != last {
            throw refusal("unreadable bytes in a file that was complete")
        }
        if good < scan.need {
            throw refusal("unreadable bytes before lines that prove that they were durable")
        }
        if scan.isClean, scan.length - scan.goodEnd > longestOpenBatch {
            throw refusal("unreadable bytes after a run that was closed in good order")
        }
        try check(snapshot, endsAt: good, last, safeguards)
        let lines = scan.firstAfter.map { scan.lastAfter - min($0, scan.lastAfter) + 1 } ?? 0
        return Torn(bytes: scan.length - scan.goodEnd, lines: lines)
    }

    private static func check(
        _ snapshot: SnapshotFooter?, endsAt good: UInt64, _ last: Segment,
        _ safeguards: Safeguards
    ) throws(JournalError) {
        guard let snapshot, snapshot.mark.q > good, safeguards.comparesSnapshotEnd else { return }
        throw .damaged(
            file: last.name, offset: 0, firstMissing: good + 1, lastMissing: snapshot.mark.q,
            why: "the journal ends before the newest snapshot does")
    }

    // MARK: The torn tail

    /// Keeps a copy of the segment and cuts it off after the last good line.
    static func cut(
        _ segment: Segment, at end: Int, _ doors: DiskDoors
    ) throws(JournalError) {
        try translating { () throws(SystemError) in
            let bytes = try doors.contents(segment.name)
            var time = doors.now()
            var copyName = "\(segment.name).torn-\(time)"
            while try doors.status(copyName) != nil {
                time += 1
                copyName = "\(segment.name).torn-\(time)"
            }
            try doors.replace(copyName, with: bytes)
            let file = try doors.open(segment.name, .write)
            try file.truncate(end)
            try file.sync()
            try file.close()
        }
    }
}
