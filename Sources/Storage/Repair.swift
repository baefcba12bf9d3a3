internal import JSON
internal import Platform
public import Runtime

/// Mends a journal that is refused, as far as that can be had, and only as the operator says.
///
/// 1. The directory is locked and read from its first line on; the first finding is what is mended.
///    A torn tail is none: the next start cuts it off.
/// 2. What stands in the place of the lost lines is either the lines themselves, from another copy
///    of the directory (``Means/copy(_:)``), each of which names the one before it up to the first
///    line that is whole again; or one line `loss.accepted`, which says that they were given up
///    (``Means/acceptLoss(_:)``): their numbers must be named, so that nothing is given up unseen.
/// 3. Every file that changes is kept as a copy first.
/// 4. What follows the lost lines is put in place, then the file with the bridge, in one rename:
///    until then the directory is refused as before, for the same lines.
public struct Repair: Sendable {
    public enum Means: Sendable {
        /// The lines stand in this other directory: a mirror, or a backup.
        case copy(String)
        /// They are given up.
        case acceptLoss(ClosedRange<UInt64>)
    }

    /// The lines that were mended.
    public var lines: ClosedRange<UInt64>
    /// Copies of the files as they were.
    public var kept: [String]

    /// Mends the first finding of the directory at a path.
    ///
    /// - Throws: `unusable` when there is nothing to mend, when the numbers are not those that are
    ///   lost, and when the finding is of a kind that can't be mended.
    public static func run(at path: String, _ means: Means) throws(JournalError) -> Repair {
        try run(DiskDoors.opened(at: path, creating: false), means)
    }

    package static func run(_ doors: DiskDoors, _ means: Means) throws(JournalError) -> Repair {
        let (meta, lock) = try DataDirectory.open(doors, allowsRemote: true)
        defer {
            try? lock.close()
            try? doors.close()
        }
        let look = try Recovery.Look(doors, directory: meta.id, after: 0, fromDevice: true)
        let lines = try missing(look)
        let bridge: [UInt8]
        switch means {
        case .acceptLoss(let given):
            guard given == lines else {
                throw .unusable(
                    "the lines that are lost are \(lines.lowerBound)..\(lines.upperBound): "
                        + "name these to give them up")
            }
            bridge = lossLine(lines, look.scan, at: doors.now())
        case .copy(let path):
            bridge = try self.lines(lines, from: path, look.scan)
        }
        let kept = try put(bridge, look, doors)
        return Repair(lines: lines, kept: kept)
    }

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

    /// The lost lines as another directory has them.
    private static func lines(
        _ wanted: ClosedRange<UInt64>, from path: String, _ scan: Scan
    ) throws(JournalError) -> [UInt8] {
        let copy = try JournalReader(at: path)
        var bytes: [UInt8] = []
        var last: ChainHash?
        var next = wanted.lowerBound
        do throws(JournalError) {
            _ = try Recovery.run(
                copy.doors, directory: copy.meta.id, after: 0, fromDevice: false
            ) { line throws(JournalError) in
                guard line.frame.q == next, wanted.contains(next) else { return }
                if next == wanted.lowerBound, line.frame.chain != scan.mark.hash { return }
                if line.frame.first == line.frame.q { bytes.append(0x0A) }
                bytes.append(contentsOf: line.bytes)
                bytes.append(0x0A)
                last = line.hash
                next += 1
            }
        } catch {
            // The copy may be damaged behind what it is needed for.
            guard next > wanted.upperBound else { throw error }
        }
        let fits = scan.after.map { $0.frame.chain == last } ?? true
        guard next > wanted.upperBound, fits else {
            throw .unusable(
                "\(path) doesn't hold lines \(wanted.lowerBound) to \(wanted.upperBound)")
        }
        return bytes
    }

    // MARK: Files

    private static func put(
        _ bridge: [UInt8], _ look: Recovery.Look, _ doors: DiskDoors
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
            // Files behind the one with the bridge, up to the one that goes on.
            for segment in look.segments where segment.first > head.first {
                if let after, after.segment.first < segment.first || after.segment == head { break }
                let whole = try doors.contents(segment.name)
                if let after, after.segment == segment, after.frame.q == segment.first { break }
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
