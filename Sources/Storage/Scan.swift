internal import Glibc
internal import JSON

/// Reads segments line by line and finds the end of the unbroken journal.
///
/// 1. Lines are split at 0x0A and judged one by one (``Frame/judge(_:)``). Blank ones are passed
///    over wherever they stand.
/// 2. While nothing is wrong, each line must number itself one higher than the last (`q`), name
///    the hash of the last (`p`), and carry the right `n`: one higher for a commit, the same for
///    the journal's own. Such a line is good and is handed to `visit`.
/// 3. A line `loss.accepted` stands for the lines `from` to `to` (its own `q`), which an operator
///    gave up: it follows the line before them, and what follows it names the hash `next`.
/// 4. The first thing wrong is remembered with its place. From there on lines are only asked what
///    they prove: `need`, the highest line that must have been durable, is the highest `f` − 1 of
///    all lines with a right checksum, those after the damage included, because a batch is begun
///    only when the one before it is on the device.
struct Scan {
    /// What is wrong, in kinds that are judged differently.
    enum Fault: Hashable, Sendable {
        /// Bytes that are no line: torn, flipped, zeroed.
        case damage
        /// A good line that does not follow the one before it.
        case breach(String)
        /// A good line that newer software wrote.
        case newer(String)
    }

    /// The first thing wrong and where.
    struct Finding: Hashable, Sendable {
        var fault: Fault
        var segment: Segment
        var offset: Int
    }

    /// A good line and its bytes, valid during the visit.
    struct Line {
        var frame: Frame
        var bytes: UnsafeRawBufferPointer
        var segment: Segment
        var offset: Int

        /// The hash that the next line names: that of this one, or of the last of the lines that
        /// it stands for.
        var hash: ChainHash { hash(frame.kind == .loss ? Loss(bytes) : nil) }

        func hash(_ loss: Loss?) -> ChainHash { loss?.next ?? ChainHash(of: bytes) }
    }

    /// The place after the last good line.
    private(set) var mark: JournalMark
    /// Whether the last good line closes a run in good order.
    private(set) var isClean = false
    /// The segment that holds the last good line, or that is empty where the next one belongs.
    private(set) var segment: Segment?
    /// The end of the last good line in that segment, in bytes, its line feed included.
    private(set) var goodEnd = 0
    /// The length of that segment.
    private(set) var length = 0
    private(set) var finding: Finding?
    private(set) var need: UInt64 = 0
    /// The first good line after the finding, and the highest number on one.
    private(set) var after: (frame: Frame, segment: Segment, offset: Int)?
    var firstAfter: UInt64? { after?.frame.q ?? fileAfter }
    /// The number in the name of a file that can't follow what was read.
    private var fileAfter: UInt64?
    private(set) var lastAfter: UInt64 = 0
    /// Good lines whose time is before that of the line before them.
    private(set) var lateLines: [UInt64] = []
    /// What must be true of the line of this number: known from a snapshot.
    private let anchor: JournalMark?
    /// False until the first line when a scan begins in the middle, whose `p` and `n` are then
    /// taken on trust.
    private var isAnchored: Bool
    let checkpoint: Checkpoint?
    private var segmentsRead = 0
    private let safeguards: Safeguards
    /// The lines that were given up, as the journal says.
    private(set) var losses: [ClosedRange<UInt64>] = []
    /// What was written anew, as the journal says.
    private(set) var rewritings: [Rewritten] = []
    /// The directory that the last run named, with the place where it did.
    private(set) var directory: (id: String, segment: Segment, offset: Int)?

    /// - Parameter anchor: the place that a snapshot stands for; lines up to it are read, if
    ///   segments with them are, and must lead there.
    /// - Parameter checkpoint: the end as it was noted, before anything is read.
    init(
        anchor: JournalMark?, checkpoint: Checkpoint? = nil, safeguards: Safeguards = Safeguards()
    ) {
        self.anchor = anchor
        self.checkpoint = checkpoint
        need = checkpoint?.q ?? 0
        self.safeguards = safeguards
        mark = JournalMark()
        isAnchored = true
    }

    /// Reads one segment; they come in the order of their lines.
    mutating func read<Failure: Error>(
        _ segment: Segment, _ bytes: [UInt8], visit: (Line) throws(Failure) -> Void
    ) throws(Failure) {
        begin(segment, length: bytes.count)
        try bytes.withUnsafeBufferPointer { buffer throws(Failure) in
            let all = UnsafeRawBufferPointer(buffer)
            var start = 0
            while start < all.count {
                let end = Self.lineFeed(in: all, from: start)
                let line = UnsafeRawBufferPointer(rebasing: all[start..<(end ?? all.count)])
                try take(
                    Line(frame: .none, bytes: line, segment: segment, offset: start),
                    isEnded: end != nil, visit: visit)
                start = (end ?? all.count) + 1
            }
        }
    }

    static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, 0x0A, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    private mutating func begin(_ segment: Segment, length: Int) {
        defer { segmentsRead += 1 }
        if safeguards.believesBatchFirsts { need = max(need, segment.first - 1) }
        if segmentsRead == 0, let anchor {
            if segment.first > anchor.q {
                mark = anchor
            } else if segment.first > 1 {
                // From the middle: the lines before are vouched for by the anchor further on.
                mark.q = segment.first - 1
                isAnchored = false
            }
        }
        guard finding == nil else { return }
        if segment.first != mark.q + 1 {
            finding = Finding(
                fault: .breach(
                    segment.first > mark.q + 1
                        ? "lines before this file are missing"
                        : "this file begins with lines that another one holds"),
                segment: segment, offset: 0)
            fileAfter = segment.first
            return
        }
        self.segment = segment
        self.length = length
        goodEnd = 0
    }

    private mutating func take<Failure: Error>(
        _ raw: Line, isEnded: Bool, visit: (Line) throws(Failure) -> Void
    ) throws(Failure) {
        let verdict = Frame.judge(raw.bytes, comparesChecksum: safeguards.comparesChecksums)
        if case .frame(let frame) = verdict, safeguards.believesBatchFirsts {
            need = max(need, frame.first - 1)
        }
        guard finding == nil else {
            if case .frame(let frame) = verdict {
                after = after ?? (frame, raw.segment, raw.offset)
                lastAfter = max(lastAfter, frame.q)
            }
            return
        }
        switch verdict {
        case .blank: return
        case .frame(let frame) where isEnded:
            let loss = frame.kind == .loss ? Loss(raw.bytes) : nil
            if let breach = breach(by: frame, loss) {
                fail(.breach(breach), raw)
                after = (frame, raw.segment, raw.offset)
                lastAfter = frame.q
                return
            }
            try visit(
                Line(frame: frame, bytes: raw.bytes, segment: raw.segment, offset: raw.offset))
            accept(frame, raw, loss)
        case .frame, .damaged: fail(.damage, raw)
        case .newer(let what): fail(.newer(what), raw)
        case .foreign: fail(.breach("a line with a right checksum is not of this format"), raw)
        }
    }

    private mutating func fail(_ fault: Fault, _ line: Line) {
        finding = Finding(fault: fault, segment: line.segment, offset: line.offset)
    }

    /// Why a good line can't follow the last one; nil when it does.
    private func breach(by frame: Frame, _ loss: Loss?) -> String? {
        if let loss, loss.lines.lowerBound == mark.q + 1, loss.lines.upperBound == frame.q {
            return isAnchored && frame.chain != mark.hash || frame.n < mark.n
                ? "the note of lines \(loss.lines) that were given up does not belong here" : nil
        }
        if frame.q > mark.q + 1 { return "lines are missing before line \(frame.q)" }
        if frame.q <= mark.q { return "line \(frame.q) stands here a second time" }
        guard isAnchored else { return nil }
        if frame.chain != mark.hash, safeguards.comparesChain {
            return "the chain is broken: line \(frame.q) was written after another line "
                + "\(frame.q - 1) than the one that stands here"
        }
        let n = frame.kind == .commit ? mark.n + 1 : mark.n
        if frame.n != n { return "line \(frame.q) has commit number \(frame.n) instead of \(n)" }
        return nil
    }

    private mutating func accept(_ frame: Frame, _ line: Line, _ loss: Loss?) {
        if frame.t < mark.t { lateLines.append(frame.q) }
        isAnchored = true
        mark.q = frame.q
        mark.n = frame.n
        mark.t = frame.t
        mark.hash = line.hash(loss)
        if let loss { losses.append(loss.lines) }
        isClean = false
        goodEnd = line.offset + line.bytes.count + 1
        if frame.kind == .open || frame.kind == .seal { note(frame, line) }
        if let checkpoint, checkpoint.q == mark.q, checkpoint.hash != mark.hash, isAnchored {
            fail(.breach("line \(mark.q) is not the one that was made durable"), line)
        }
        if let anchor, anchor.q == mark.q, anchor.hash != mark.hash || anchor.n != mark.n {
            fail(.breach("line \(mark.q) is not the one that the snapshot was taken after"), line)
        }
    }

    /// Reads what the journal's own lines say.
    private mutating func note(_ frame: Frame, _ line: Line) {
        guard let value = try? JSONValue(parsing: line.bytes, limits: .message) else {
            return fail(.breach("a line with a right checksum can't be read"), line)
        }
        if let epoch = value["epoch"]?.int { mark.epoch = max(mark.epoch, UInt64(clamping: epoch)) }
        isClean = frame.kind == .seal && value["clean"]?.bool == true
        if let id = value["dir"]?.string { directory = (id, line.segment, line.offset) }
        guard let said = value["rewritten"] else { return }
        guard let note = Rewritten(said), note.last == frame.q - 1,
            note.after == frame.chain.description
        else {
            return fail(
                .breach("the note of lines that were written anew does not belong here"), line)
        }
        guard note.isIntact else {
            return fail(
                .breach("the note of lines that were written anew is not as it was signed"), line)
        }
        rewritings.append(note)
    }
}

/// What a line `loss.accepted` says.
struct Loss: Hashable, Sendable {
    /// The numbers of the lines that were given up.
    var lines: ClosedRange<UInt64>
    /// The hash of the last of them, which the line after it names; nil where none is left.
    var next: ChainHash?

    init(lines: ClosedRange<UInt64>, next: ChainHash?) {
        self.lines = lines
        self.next = next
    }

    init?(_ line: UnsafeRawBufferPointer) {
        guard let value = try? JSONValue(parsing: line, limits: .message),
            let from = value["from"]?.int, let to = value["to"]?.int, from > 0, from <= to
        else { return nil }
        lines = UInt64(from)...UInt64(to)
        next = value["next"]?.string.flatMap { ChainHash($0) }
    }
}

extension Frame {
    /// Stands for a line that is not judged yet.
    fileprivate static var none: Frame {
        Frame(q: 0, first: 0, n: 0, t: 0, chain: .zero, kind: .commit)
    }
}
