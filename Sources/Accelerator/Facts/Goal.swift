public import Language

/// A goal of a challenge: what number, from what, to what. The target is never edited, only versioned.
public struct Goal: Record {
    /// `G1` within its challenge.
    public var code = ""
    public var isPrimary = false
    public var direction = Direction.up
    public var mode = GoalMode.level
    public var baseline = 0.0
    public var versions: [GoalVersion] = []
    /// In the order they were entered; append-only. Voided and superseded ones stay.
    public var readings = Readings()
    public var statement = ""
    /// The indicator's name.
    public var name = ""
    public var unit = ""
    public var baselineOn: LocalDate?
    public var source = ""
    /// The person who keeps the data.
    public var owner: String?
    /// Days between readings.
    public var interval = 7
    /// How the SMART card stood at launch, as recorded.
    public var smart: SmartRecord?
    /// For whom and where the number changes.
    public var population: String?
    /// The day by which the target is due, 1 … the challenge's duration.
    public var dueDay: Int?
    /// The plan or strategic indicator that it serves, in words.
    public var plan: String?
    /// The share of the way that is due at the midpoint, 0 … 1. Half the way is what the S-curve asks for;
    /// another share stands in the first version's trajectory, too.
    public var interim: Double?
    /// A figure taken once before Day 1, to show that it can be: no reading.
    public var test: TestReading?
    /// The sponsor's “agree”.
    public var agreed: Signature?
    /// The coach's “ok” to what the SMART card warns of.
    public var accepted: [SmartAcceptance] = []
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("primary", &isPrimary)
        try c.field("statement", &statement)
        try c.field("name", &name)
        try c.field("unit", &unit)
        try c.field("direction", &direction)
        try c.field("mode", &mode)
        try c.field("baseline", &baseline)
        try c.field("baseline_on", &baselineOn)
        try c.field("source", &source)
        try c.field("owner", &owner)
        try c.field("interval", &interval)
        try c.field("smart", &smart)
        try c.field("population", &population)
        try c.field("due_day", &dueDay)
        try c.field("plan", &plan)
        try c.field("interim", &interim)
        try c.field("test", &test)
        try c.field("agreed", &agreed)
        try c.field("accepted", &accepted)
        try c.field("versions", &versions)
        try c.field("readings", &readings)
    }

    /// The version in force on a date; the first one before any is in force.
    public func version(on date: LocalDate) -> GoalVersion? {
        versions.last { $0.effectiveFrom <= date } ?? versions.first
    }
}

/// A target, from a day on.
public struct GoalVersion: Record {
    public var version = 1
    public var target = 0.0
    public var effectiveFrom = LocalDate(days: 0)
    public var approvedBy: String?
    public var reason: String?
    /// Points of the trajectory between Day 0 and the last day: day and share of the way.
    public var trajectory: [TrajectoryPoint] = []
    /// Where the target before it had been met: the day that was. The verdict on that one stays.
    public var metOn: LocalDate?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("version", &version)
        try c.field("target", &target)
        try c.field("effective_from", &effectiveFrom)
        try c.field("approved_by", &approvedBy)
        try c.field("reason", &reason)
        try c.field("trajectory", &trajectory)
        try c.field("met_on", &metOn)
    }
}

public struct TrajectoryPoint: Record {
    public var day = 0
    /// 0 … 1.
    public var share = 0.0
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("day", &day)
        try c.field("share", &share)
    }
}

/// The SMART card as it stood when the goal was locked.
public struct SmartRecord: Record {
    public var specific = false
    public var measurable = false
    public var votesYes = 0
    public var votesTotal = 0
    /// The area it serves and the day it ends, as recorded.
    public var relevant = ""
    public var timeBound = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("s", &specific)
        try c.field("m", &measurable)
        try c.field("votes_yes", &votesYes)
        try c.field("votes_total", &votesTotal)
        try c.field("r", &relevant)
        try c.field("t", &timeBound)
    }
}
