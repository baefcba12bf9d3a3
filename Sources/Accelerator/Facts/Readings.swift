public import Language

/// One figure that someone reported for a goal (the method's *reading* or *update*).
public struct Reported: Record {
    /// `U0231` from a file, else `R` and its number among those of the challenge.
    public var id = ""
    public var asOf = LocalDate(days: 0)
    public var value = 0.0
    public var enteredAt = Instant(milliseconds: 0)
    /// The person.
    public var by = ""
    /// `chat`, `import`, or a channel's family.
    public var via = ""
    /// What few readings have, in a box of its own: most are half as large without.
    fileprivate var rare: Box?
    public init() {}

    fileprivate struct Rare: Hashable, Sendable {
        var note: String?
        var supersedes: String?
        var isBackdated = false
        var voidedAt: Instant?
        var voidReason: String?
        var isEmpty: Bool {
            note == nil && supersedes == nil && !isBackdated && voidedAt == nil && voidReason == nil
        }
    }
    fileprivate final class Box: Hashable, Sendable {
        let rare: Rare
        init(_ rare: Rare) { self.rare = rare }
        static func == (a: Box, b: Box) -> Bool { a.rare == b.rare }
        func hash(into hasher: inout Hasher) { hasher.combine(rare) }
    }
    private mutating func change(_ body: (inout Rare) -> Void) {
        var changed = rare?.rare ?? Rare()
        body(&changed)
        rare = changed.isEmpty ? nil : Box(changed)
    }

    public var note: String? {
        get { rare?.rare.note }
        set { change { $0.note = newValue } }
    }
    /// The reading that this one corrects.
    public var supersedes: String? {
        get { rare?.rare.supersedes }
        set { change { $0.supersedes = newValue } }
    }
    public var isBackdated: Bool {
        get { rare?.rare.isBackdated ?? false }
        set { change { $0.isBackdated = newValue } }
    }
    public var voidedAt: Instant? {
        get { rare?.rare.voidedAt }
        set { change { $0.voidedAt = newValue } }
    }
    public var voidReason: String? {
        get { rare?.rare.voidReason }
        set { change { $0.voidReason = newValue } }
    }

    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("id", &id)
        try c.field("as_of", &asOf)
        try c.field("value", &value)
        try c.field("entered_at", &enteredAt)
        try c.field("by", &by)
        try c.field("via", &via)
        var seldom = rare?.rare ?? Rare()
        try c.field("note", &seldom.note)
        try c.field("supersedes", &seldom.supersedes)
        try c.field("backdated", &seldom.isBackdated)
        try c.field("voided_at", &seldom.voidedAt)
        try c.field("void_reason", &seldom.voidReason)
        if c.isReading { rare = seldom.isEmpty ? nil : Box(seldom) }
    }
}

/// The readings of a goal in the order in which they were entered.
///
/// A list like any other, laid out for who looks through thousands of goals for one page and needs the day,
/// the value and the hour of the last month's readings, seldom more:
///
/// 1. Those three lie side by side, 24 bytes a reading; the id and what few readings have lie elsewhere.
/// 2. Who entered a reading, and by which way, is told by a number: a goal's readings come from few hands.
///    A pair met again long after may be noted twice, which only costs its room.
public struct Readings: Hashable, Sendable {
    /// What every look at a reading asks for.
    struct Figure: Sendable {
        var enteredAt: Instant
        var value: Double
        var asOf: LocalDate
        /// The place in ``hands``, times two; odd where there is something rare.
        fileprivate var bits: UInt32
        @inline(__always)
        var isRare: Bool { bits & 1 != 0 }
        fileprivate var hand: Int { Int(bits >> 1) }
    }
    /// The rest of it.
    private struct Tail: Sendable {
        var id: String
        var rare: Reported.Box?
    }
    private struct Hand: Hashable, Sendable {
        var by: String
        var via: String
    }
    private var all: [Figure] = []
    private var tails: [Tail] = []
    private var hands: [Hand] = []

    public init() {}

    /// By place, like the readings themselves.
    @inline(__always)
    func withFigures<Found>(_ body: (UnsafeBufferPointer<Figure>) -> Found) -> Found {
        all.withUnsafeBufferPointer(body)
    }
    @inline(__always)
    func figure(_ place: Int) -> Figure { all[place] }
    func id(_ place: Int) -> String { tails[place].id }
    @inline(__always)
    func supersedes(_ place: Int) -> String? {
        all[place].isRare ? tails[place].rare?.rare.supersedes : nil
    }
    /// When it was taken back.
    @inline(__always)
    func voidedAt(_ place: Int) -> Instant? {
        all[place].isRare ? tails[place].rare?.rare.voidedAt : nil
    }
    @inline(__always)
    func isVoided(_ place: Int) -> Bool { voidedAt(place) != nil }

    public static func == (a: Readings, b: Readings) -> Bool {
        a.count == b.count && a.indices.allSatisfy { a[$0] == b[$0] }
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for reading in self { hasher.combine(reading) }
    }

    // MARK: Parts

    private mutating func figure(of reading: Reported) -> Figure {
        Figure(
            enteredAt: reading.enteredAt, value: reading.value, asOf: reading.asOf,
            bits: hand(reading.by, reading.via) << 1 | (reading.rare == nil ? 0 : 1))
    }
    /// Who entered the last reading mostly enters the next; no more than the last few are asked.
    private mutating func hand(_ by: String, _ via: String) -> UInt32 {
        let hand = Hand(by: by, via: via)
        if let known = hands.suffix(64).lastIndex(of: hand) { return UInt32(known) }
        hands.append(hand)
        return UInt32(hands.count - 1)
    }
}

extension Readings: RandomAccessCollection, MutableCollection, RangeReplaceableCollection,
    ExpressibleByArrayLiteral
{
    public var startIndex: Int { 0 }
    public var endIndex: Int { all.count }

    public subscript(place: Int) -> Reported {
        get {
            let figure = all[place]
            let tail = tails[place]
            let hand = hands[figure.hand]
            var reading = Reported()
            reading.id = tail.id
            reading.asOf = figure.asOf
            reading.value = figure.value
            reading.enteredAt = figure.enteredAt
            reading.by = hand.by
            reading.via = hand.via
            reading.rare = tail.rare
            return reading
        }
        set {
            all[place] = figure(of: newValue)
            tails[place] = Tail(id: newValue.id, rare: newValue.rare)
        }
    }

    public mutating func append(_ reading: Reported) {
        all.append(figure(of: reading))
        tails.append(Tail(id: reading.id, rare: reading.rare))
    }
    public mutating func reserveCapacity(_ count: Int) {
        all.reserveCapacity(count)
        tails.reserveCapacity(count)
    }
    public mutating func replaceSubrange<New: Collection>(
        _ range: Range<Int>, with new: New
    ) where New.Element == Reported {
        all.replaceSubrange(range, with: new.map { figure(of: $0) })
        tails.replaceSubrange(range, with: new.map { Tail(id: $0.id, rare: $0.rare) })
    }
    public init(arrayLiteral readings: Reported...) { self.init(readings) }
}

extension Coder {
    /// As a list of records.
    mutating func field(_ name: StaticString, _ value: inout Readings) throws(CodingFault) {
        var list = isReading ? [] : Array(value)
        try field(name, &list)
        guard isReading, !list.isEmpty else { return }
        value = Readings()
        value.reserveCapacity(list.count)
        for reading in list { value.append(reading) }
    }
}
