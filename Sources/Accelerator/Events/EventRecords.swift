public import Language

// What events of alarms, deliveries and undo hold.

/// An occurrence rang: its key is `row/subject/receiver@nominal-local-date#n`.
public struct Rang: Record {
    /// What came of an occurrence. `held` is followed by what came of it then; nothing follows the others.
    public enum How: String, Sendable {
        /// It left, more than five minutes after its time, and says so.
        case late
        /// It waits: over the day's limit, an hour when nobody is disturbed, leave without a deputy, or the
        /// bot itself was away. It stands in ``Reminded/waiting``.
        case held
        /// It was told, in one message with others that had waited, or beside a later step of the same.
        case folded
        /// Its reason was gone before it could be told.
        case past
        /// It was called for only after its time: what it is about was entered later.
        case skipped
        /// The receiver wants no messages of its kind.
        case muted
        /// The receiver said that it is somebody else's, who was told.
        case handed
        /// Nobody was told: the bot itself looked, and noted what it saw.
        case looked
        /// There is no way to the receiver, and no group that could be asked instead.
        case nobody
    }
    public var key = ""
    /// A ``How``; absent where it left in time.
    public var how: String?
    public init() {}
    public init(_ key: String, _ how: How? = nil) {
        self.key = key
        self.how = how?.rawValue
    }
    /// Whether the receiver was told, by what stands in ``State/rung``.
    public static func wasTold(_ how: String) -> Bool {
        ["", How.late.rawValue, How.folded.rawValue].contains(how)
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("key", &key)
        try c.field("how", &how)
    }
}

/// One occurrence was moved; the series stays.
public struct Snoozed: Record {
    public var key = ""
    public var until = Instant(milliseconds: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("key", &key)
        try c.field("until", &until)
    }
}

/// Nothing due before this time rings any more: what an import brings in is history.
public struct AlarmsSettled: Record {
    public var at = Instant(milliseconds: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) { try c.field("at", &at) }
}

public struct Delivered: Record {
    public var id = ""
    /// Chat key and the channel's message id: `tg:77/4711`.
    public var message: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("id", &id)
        try c.field("message", &message)
    }
}

public struct Undeliverable: Record {
    public var id = ""
    public var why = ""
    /// Whether the receiver can't be reached any more at all.
    public var isLost = false
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("id", &id)
        try c.field("why", &why)
        try c.field("lost", &isLost)
    }
}

public struct ZonesChanged: Record {
    public var version = ""
    /// Zones that somebody here goes by and the machine does not know, sorted.
    public var missing: [String] = []
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("version", &version)
        try c.field("missing", &missing)
    }
}

/// A message that crashed the bot twice was put aside.
public struct Quarantined: Record {
    public var key = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("key", &key)
    }
}

public struct Removed: Record {
    public enum Kind: String, Spelled {
        case programme, area, cohort, proposal, score, challenge, waiver, stakeholder, seat,
            applicant, review
        case lesson, result, sustainability, checkin, goal, target, reading, kept, milestone,
            blocker, decision
        case person, principal, chat
        case dependency
        case pulse, action, risk, declaration, stocktake
        case followup, initiative
        case tick
        case calendar
        case subscription, board
        case reviewPlan = "review_plan"
        case suggestion, training, exchange, contact
    }
    public var kind = Kind.milestone
    /// The challenge or programme it belonged to, where it did.
    public var of: String?
    /// Its code; a goal and a version or reading are written `G1/2`.
    public var code = ""
    public init() {}
    public init(_ kind: Kind, of: String? = nil, code: String) {
        self.kind = kind
        self.of = of
        self.code = code
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("kind", &kind)
        try c.field("of", &of)
        try c.field("code", &code)
    }
}
