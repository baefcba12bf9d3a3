public import Language

// What the design phase adds to a challenge: the team's private vote, the five questions, who agreed.

/// The team's private vote on how attainable its goal is, 1 … 5 (method.md 2.4).
///
/// 1. While it is open it holds each member's own value: who voted may be told, how never.
/// 2. When it is closed the values go and two numbers stay: how many voted, and their median.
/// 3. It is about one goal as it stood: with another number it says nothing any more.
public struct Ballot: Record {
    public var goal = ""
    public var baseline = 0.0
    public var target = 0.0
    public var openedOn = LocalDate(days: 0)
    public var openedBy = ""
    public var votes: [Vote] = []
    public var closedOn: LocalDate?
    /// How many voted, of how many in the team, when it was closed.
    public var cast = 0
    public var eligible = 0
    /// Of the values, to the half: 3 or 3.5.
    public var median: Double?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("goal", &goal)
        try c.field("baseline", &baseline)
        try c.field("target", &target)
        try c.field("opened_on", &openedOn)
        try c.field("opened_by", &openedBy)
        try c.field("votes", &votes)
        try c.field("closed_on", &closedOn)
        try c.field("cast", &cast)
        try c.field("eligible", &eligible)
        try c.field("median", &median)
    }

    public var isOpen: Bool { closedOn == nil }
    /// Whether it was about this goal as it stands now.
    public func isAbout(_ goal: Goal) -> Bool {
        self.goal == goal.code && baseline == goal.baseline
            && target == goal.versions.first?.target
    }

    /// The middle of some values, of two middle ones their mean; nil of none.
    static func median(_ values: [Int]) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        if sorted.count % 2 == 1 { return Double(sorted[middle]) }
        return Double(sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// One member's value, while the vote is open.
public struct Vote: Record {
    public var person = ""
    public var value = 0
    public init() {}
    public init(_ person: String, _ value: Int) {
        self.person = person
        self.value = value
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("person", &person)
        try c.field("value", &value)
    }
}

/// What a goal may depend on that a hundred days do not bring (method.md 2.4, the five questions).
public enum DependencyKind: String, Spelled { case law, tender, budget, data, decision }

/// The answer to one of the five questions, and who sees to it where the answer is yes.
public struct Dependency: Record {
    public var kind = DependencyKind.law
    public var isNeeded = false
    public var owner: String?
    public var by = ""
    public var on = LocalDate(days: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("kind", &kind)
        try c.field("needed", &isNeeded)
        try c.field("owner", &owner)
        try c.field("by", &by)
        try c.field("on", &on)
    }
}

/// Who said yes, and when.
public struct Signature: Record {
    public var by = ""
    public var on = LocalDate(days: 0)
    public init() {}
    public init(_ by: String, _ on: LocalDate) {
        self.by = by
        self.on = on
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("by", &by)
        try c.field("on", &on)
    }
}

/// The coach's “ok” to the warnings of one letter, those and no later ones.
public struct SmartAcceptance: Record {
    /// `S`, `M`, `A`, `R` or `T`.
    public var letter = ""
    public var rules: [String] = []
    public var by = ""
    public var on = LocalDate(days: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("letter", &letter)
        try c.field("rules", &rules)
        try c.field("by", &by)
        try c.field("on", &on)
    }
}

/// A figure that was taken before Day 1, to show that it can be.
public struct TestReading: Record {
    public var value = 0.0
    public var on = LocalDate(days: 0)
    public var by = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("value", &value)
        try c.field("on", &on)
        try c.field("by", &by)
    }
}

// MARK: The events

/// A member voted; another vote of the same member replaces it.
public struct VoteCast: Record {
    public var challenge = ""
    public var vote = Vote()
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("challenge", &challenge)
        try c.field("vote", &vote)
    }
}

/// The vote was closed, with what stays of it.
public struct BallotClosed: Record {
    public var challenge = ""
    public var on = LocalDate(days: 0)
    public var by: String?
    public var cast = 0
    public var eligible = 0
    public var median: Double?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("challenge", &challenge)
        try c.field("on", &on)
        try c.field("by", &by)
        try c.field("cast", &cast)
        try c.field("eligible", &eligible)
        try c.field("median", &median)
    }
}

extension State {
    mutating func applyDesign(_ event: Event) {
        switch event {
        case .ballotOpened(let b): challenges[b.challenge]?.ballot = b.content
        case .voteCast(let v):
            guard challenges[v.challenge]?.ballot?.isOpen == true else { return }
            challenges[v.challenge]?.ballot?.votes.put(v.vote, by: \.person)
        case .ballotClosed(let b):
            guard challenges[b.challenge]?.ballot?.isOpen == true else { return }
            challenges[b.challenge]?.ballot?.votes = []
            challenges[b.challenge]?.ballot?.closedOn = b.on
            challenges[b.challenge]?.ballot?.cast = b.cast
            challenges[b.challenge]?.ballot?.eligible = b.eligible
            challenges[b.challenge]?.ballot?.median = b.median
        case .dependencySet(let d): challenges[d.challenge]?.dependencies.put(d.content, by: \.kind)
        default: break
        }
    }
}
