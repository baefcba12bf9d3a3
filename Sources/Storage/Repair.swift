internal import JSON
internal import Platform
public import Runtime

/// Mends a journal that is refused, as far as that can be had, and only as the operator says.
///
/// 1. The directory is locked and read from its first line on; its findings are what is mended. A torn tail is
///    none: the next start cuts it off.
/// 2. What stands in the place of the lost lines is either the lines themselves, from another copy
///    of the directory (``Means/copy(_:)``), each of which names the one before it up to the first
///    line that is whole again (``ProvenLines``); or one line `loss.accepted`, which says that they were given up
///    (``Means/acceptLoss(_:)``): their numbers must be named, so that nothing is given up unseen. They are not
///    given up while a mirror of the directory holds them.
/// 3. Every file that changes is kept as a copy first.
/// 4. What follows the lost lines is put in place, then the file with the bridge, in one rename:
///    until then the directory is refused as before, for the same lines.
/// 5. From a copy all findings are mended, one after the other, and what the copy holds behind the end is brought
///    back as well: a mirror is written to only after the directory, so that the end was there once.
/// 6. A directory that is gone as a whole is made again from its mirror, with the same id: the end of its lines
///    is the only thing that the mirror may not have (``Mirror``).
public struct Repair: Sendable {
    public enum Means: Sendable {
        /// The lines stand in this other directory: a mirror, or a backup.
        case copy(String)
        /// They are given up.
        case acceptLoss(ClosedRange<UInt64>)
    }

    /// The lines that were mended, in their order.
    public var lines: [ClosedRange<UInt64>] = []
    /// Copies of the files as they were.
    public var kept: [String] = []

    /// Mends the directory at a path.
    ///
    /// - Throws: `unusable` when there is nothing to mend, when the numbers are not those that are
    ///   lost, and when the finding is of a kind that can't be mended.
    public static func run(at path: String, _ means: Means) throws(JournalError) -> Repair {
        var isNew = false
        if case .copy = means { isNew = true }
        return try run(DiskDoors.opened(at: path, creating: isNew), means)
    }

    package static func run(
        _ doors: DiskDoors, _ means: Means,
        opening: (String) throws(JournalError) -> DiskDoors = { path throws(JournalError) in
            try DiskDoors.opened(at: path, creating: false)
        }
    ) throws(JournalError) -> Repair {
        var copy: JournalReader?
        if case .copy(let path) = means {
            copy = try JournalReader(doors: opening(path))
            if let copy, let made = try remade(doors, copy) { return made }
        }
        let (meta, lock) = try DataDirectory.open(doors, allowsRemote: true)
        defer {
            try? lock.close()
            try? doors.close()
        }
        var result = Repair()
        if let copy {
            guard copy.meta.id == meta.id else {
                throw .unusable("\(copy.doors.path) is a copy of another directory")
            }
            try result.mend(doors, meta.id, after: 0, from: copy.doors)
            guard !result.lines.isEmpty else { throw .unusable("there is nothing to repair") }
        } else if case .acceptLoss(let given) = means {
            let look = try Recovery.Look(doors, directory: meta.id, after: 0, fromDevice: true)
            let lines = try missing(look)
            guard given == lines else {
                throw .unusable(
                    "the lines that are lost are \(lines.lowerBound)..\(lines.upperBound): "
                        + "name these to give them up")
            }
            for entry in try MirrorNote.read(doors).entries {
                guard let mirror = try? opening(entry.path),
                    let held = try? ProvenLines(
                        in: mirror, after: look.scan.mark.q, look.scan.mark.hash,
                        upTo: lines.upperBound), held.q == lines.upperBound
                else { continue }
                throw .unusable(
                    "the mirror holds these lines: hundred repair --from-mirror \(entry.path)")
            }
            result.kept = try put(
                lossLine(lines, look.scan, at: doors.now()), through: lines.upperBound, look, doors)
            result.lines = [lines]
        }
        return result
    }

    // MARK: From a copy

    /// How often one start or one command mends: every time at least one line more is whole.
    private static let most = 10_000

    /// Mends every finding and brings back what the copy holds behind the end.
    ///
    /// - Parameter n: as for ``Recovery/run``.
    mutating func mend(
        _ doors: DiskDoors, _ id: String, after n: UInt64, from copy: DiskDoors
    ) throws(JournalError) {
        try makeEnd(doors, copy)
        var good: UInt64?
        for _ in 0..<Self.most {
            let look = try Recovery.Look(doors, directory: id, after: n, fromDevice: true)
            let scan = look.scan
            if try Self.judged(look) || scan.finding == nil {
                return try bringEnd(look, doors, copy)
            }
            let lines = try Self.missing(look)
            if let good, scan.mark.q <= good { break }
            good = scan.mark.q
            let held = try ProvenLines(
                in: copy, after: scan.mark.q, scan.mark.hash, upTo: lines.upperBound)
            let fits = scan.after.map { $0.frame.chain == held.hash } ?? true
            guard held.q == lines.upperBound, fits else { throw Self.lacking(lines, copy) }
            kept += try Self.put(held.bytes, through: lines.upperBound, look, doors)
            self.lines.append(lines)
        }
        throw .unusable("it is damaged in too many places to be mended line by line")
    }

    private static func lacking(_ lines: ClosedRange<UInt64>, _ copy: DiskDoors) -> JournalError {
        .unusable("\(copy.path) doesn't hold lines \(lines.lowerBound) to \(lines.upperBound)")
    }

    /// Puts what the copy holds behind the last good line after it.
    private mutating func bringEnd(
        _ look: Recovery.Look, _ doors: DiskDoors, _ copy: DiskDoors
    ) throws(JournalError) {
        let mark = look.scan.mark
        let held = try ProvenLines(in: copy, after: mark.q, mark.hash)
        if held.q < look.scan.need { throw Self.lacking(mark.q + 1...look.scan.need, copy) }
        guard !held.isEmpty, let segment = look.scan.segment, segment == look.last else { return }
        let end = look.scan.goodEnd
        let name = try translating { () throws(SystemError) in
            let old = try doors.contents(segment.name)
            let name = try Self.keep(segment, old, doors.now(), doors)
            try doors.replace(segment.name, with: old.prefix(end) + held.bytes)
            return name
        }
        kept.append(name)
        lines.append(mark.q + 1...held.q)
    }

    /// Makes the last file again where there is none that is written to.
    private mutating func makeEnd(
        _ doors: DiskDoors, _ copy: DiskDoors
    ) throws(JournalError) {
        let segments = try Segment.all(in: doors)
        guard segments.last?.isArchived ?? true else { return }
        let anchor = try Anchor.read(doors)?.mark
        var scan = Scan(anchor: anchor)
        for segment in segments {
            let bytes = try translating { () throws(SystemError) in
                try doors.contents(of: segment)
            }
            scan.read(segment, bytes) { _ in }
        }
        let mark = segments.isEmpty ? anchor ?? scan.mark : scan.mark
        let held = try ProvenLines(in: copy, after: mark.q, mark.hash)
        guard scan.finding == nil, !held.isEmpty else { return }
        try translating { () throws(SystemError) in
            try doors.replace(FileNames.segment(first: mark.q + 1), with: held.bytes)
        }
        lines.append(mark.q + 1...held.q)
    }

    /// Makes a directory that holds nothing again from its mirror; nil where it holds something.
    private static func remade(
        _ doors: DiskDoors, _ copy: JournalReader
    ) throws(JournalError) -> Repair? {
        guard copy.meta.isMirror, try DirectoryMeta.read(doors) == nil else { return nil }
        let lock = try DataDirectory.lock(doors)
        defer {
            try? lock.close()
            try? doors.close()
        }
        try DataDirectory.begin(doors)
        let anchor = try Anchor.read(copy.doors)
        let first = (anchor?.mark.q ?? 0) + 1
        // What is damaged there is refused by name: nothing else has these lines any more.
        let found = try Recovery.run(
            copy.doors, directory: copy.meta.id, after: 0, fromDevice: false)
        let held = try ProvenLines(in: copy.doors, after: first - 1, anchor?.mark.hash ?? .zero)
        guard !held.isEmpty, held.q == found.mark.q else {
            throw .unusable("\(copy.doors.path) holds no line")
        }
        try translating { () throws(SystemError) in
            for name in MirrorSettling.origin(anchor) {
                let bytes = try copy.doors.contents(name, limit: SnapshotFile.longest)
                try doors.replace(name, with: bytes)
            }
            try doors.replace(FileNames.segment(first: first), with: held.bytes)
        }
        var meta = copy.meta
        meta.isMirror = false
        try meta.write(doors)
        return Repair(lines: [first...held.q])
    }

    // MARK: What is lost

    /// The lines to be mended.
    private static func missing(_ look: Recovery.Look) throws(JournalError) -> ClosedRange<UInt64> {
        let scan = look.scan
        if try judged(look) { throw .unusable("there is nothing to repair") }
        let first = scan.mark.q + 1
        let last = Recovery.lastMissing(scan)
        if scan.finding == nil, scan.need >= first { return first...scan.need }
        guard let finding = scan.finding, first <= last else {
            throw .unusable(
                "this is no loss of lines but another history: restore a backup up to line "
                    + "\(scan.mark.q) (`hundred restore --to-seq \(scan.mark.q)`)")
        }
        if case .newer(let what) = finding.fault { throw .newer(what) }
        return first...last
    }

    /// Whether the journal would be opened as it is.
    private static func judged(_ look: Recovery.Look) throws(JournalError) -> Bool {
        do throws(JournalError) {
            _ = try Recovery.judge(look.scan, last: look.last, snapshot: look.snapshot)
            return true
        } catch {
            if case .damaged = error { return false }
            throw error
        }
    }

    /// The line that stands for those that were given up. Without a later line to tell, every one
    /// of them counts as a commit: a number must not mean two things to a channel.
    private static func lossLine(
        _ lines: ClosedRange<UInt64>, _ scan: Scan, at now: Int64
    ) -> [UInt8] {
        var mark = scan.mark
        mark.q = lines.upperBound - 1
        if let after = scan.after?.frame {
            mark.n = after.kind == .commit ? after.n - 1 : after.n
        } else {
            mark.n += UInt64(lines.count)
        }
        var batch = BatchWriter(after: mark)
        batch.own("loss.accepted") { writer in
            for (name, number) in [("from", lines.lowerBound), ("to", lines.upperBound)] {
                writer.key(name)
                writer.integer(Int64(clamping: number))
            }
            // Without a line behind it, the note of the end names the last one's hash.
            let noted = scan.checkpoint.flatMap { $0.q == lines.upperBound ? $0.hash : nil }
            if let next = scan.after?.frame.chain ?? noted {
                writer.key("next")
                writer.string(next.description)
            }
            writer.key("wall")
            writer.integer(now)
        }
        return batch.bytes
    }

    // MARK: Files

    /// Puts what stands for the lines up to `last` behind the last good one.
    private static func put(
        _ bridge: [UInt8], through last: UInt64, _ look: Recovery.Look, _ doors: DiskDoors
    ) throws(JournalError) -> [String] {
        let scan = look.scan
        let head = scan.segment ?? Segment(first: scan.mark.q + 1, isArchived: false)
        return try translating { () throws(SystemError) in
            let time = doors.now()
            let hasHead = try doors.status(head.name) != nil
            let old = hasHead ? try doors.contents(head.name) : []
            var bytes = Array(old.prefix(scan.goodEnd)) + bridge
            var kept: [String] = []
            if hasHead { kept.append(try keep(head, old, time, doors)) }
            let after = scan.after
            if let after, after.segment == head { bytes.append(contentsOf: old[after.offset...]) }
            // Files behind the one with the bridge, up to the one that goes on: also an empty one that was
            // just begun, without which there would be none to write to.
            for segment in look.segments where segment.first > head.first {
                if let after, after.segment.first < segment.first || after.segment == head { break }
                if segment.first > last { break }
                let whole = try doors.contents(segment.name)
                kept.append(try keep(segment, whole, time, doors))
                if let after, after.segment == segment {
                    let rest = Segment(first: after.frame.q, isArchived: segment.isArchived)
                    try doors.replace(rest.name, with: Array(whole[after.offset...]))
                }
                try doors.remove(segment.name)
            }
            try doors.syncDirectory(FileNames.archive)
            try doors.syncDirectory("")
            try doors.replace(head.name, with: bytes)
            if head.isArchived { try doors.syncDirectory(FileNames.archive) }
            return kept
        }
    }

    /// A copy of a file under a name that no reader takes for the journal.
    private static func keep(
        _ segment: Segment, _ bytes: [UInt8], _ time: Int64, _ doors: DiskDoors
    ) throws(SystemError) -> String {
        let name = "\(FileNames.segment(first: segment.first)).damaged-\(time)"
        try doors.replace(name, with: bytes)
        return name
    }
}
