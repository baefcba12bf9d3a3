public import Language

/// A challenge: one team, one primary goal, at most 100 days.
public struct Challenge: Record {
    /// The facts, behind one reference: views, digests and the state's own tree move challenges about by
    /// the thousand. An array of one, because that is a value that is copied when it is changed.
    var its = ChallengeFacts.none
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("head", &head)
        try c.field("state", &state)
        try c.field("moved_on", &movedOn)
        try c.field("reason", &reason)
        try c.field("moves", &moves)
        try c.field("seats", &seats)
        try c.field("applicants", &applicants)
        try c.field("stakeholders", &stakeholders)
        try c.field("waivers", &waivers)
        try c.field("goals", &goals)
        try c.field("milestones", &milestones)
        try c.field("blockers", &blockers)
        try c.field("decisions", &decisions)
        try c.field("checkins", &checkIns)
        try c.field("reviews", &reviews)
        try c.field("lessons", &lessons)
        try c.field("result", &result)
        try c.field("sustainability", &sustainability)
        try c.field("kept", &kept)
        try c.field("dependencies", &dependencies)
        try c.field("ballot", &ballot)
        try c.field("actions", &actions)
        try c.field("risks", &risks)
        try c.field("pulses", &pulses)
        try c.field("declarations", &declarations)
        try c.field("followups", &followUps)
        try c.field("initiatives", &initiatives)
        try c.field("ticks", &ticks)
        try c.field("colour_seen", &seen)
        try c.field("review_plans", &reviewPlans)
        try c.field("suggestions", &suggestions)
    }

    public var code: String { head.code }
    public var primaryGoal: Goal? { goals.first { $0.isPrimary } ?? goals.first }
    /// The people who hold a role here, in the order they were seated.
    public func holders(of role: Role) -> [String] {
        var found: [String] = []
        for place in seats.indices where seats[place].role == role && seats[place].left == nil {
            found.append(seats[place].person)
        }
        return found
    }
    /// Roles that a person holds here today.
    public func roles(of person: String) -> [Role] {
        var found: [Role] = []
        for place in seats.indices where seats[place].left == nil && seats[place].person == person {
            found.append(seats[place].role)
        }
        return found
    }
    /// The day before Day 1 on which the launch workshop is.
    public var dayOne: LocalDate? { head.dayOne }
    /// `last_day = day_1 + duration − 1` (method.md 2.2).
    public var lastDay: LocalDate? { head.dayOne.map { $0 + (head.duration - 1) } }
    /// The number of a date in this challenge: Day 1 is `dayOne`.
    public func day(_ date: LocalDate) -> Int? { head.dayOne.map { date - $0 + 1 } }
    /// The date of a day number.
    public func date(ofDay day: Int) -> LocalDate? { head.dayOne.map { $0 + (day - 1) } }
}

/// What a challenge is, apart from what happens in it.
public struct ChallengeHead: Record {
    public var code = ""
    public var cohort = ""
    public var dayOne: LocalDate?
    /// Days, 1 … 100.
    public var duration = 100
    public var title = ""
    public var area: String?
    public var leadBody = ""
    public var partners: [String] = []
    public var proposal: String?
    /// An IANA zone; nil is the cohort's.
    public var zone: String?
    /// The Challenge Note: its mission first, then what the team keeps to, how it goes about it, and
    /// what it wants to learn.
    public var note: String?
    public var guardrails: String?
    public var approach: String?
    public var questions: String?
    public var designStarted: LocalDate?
    public var readyOn: LocalDate?
    /// Day 0, the launch workshop.
    public var launchOn: LocalDate?
    /// When it begins, where somebody said so.
    public var launchTime: LocalTime?
    public var midpointOn: LocalDate?
    public var closingOn: LocalDate?
    /// A person's code.
    public var coach: String?
    /// The weekly meeting: weekday 1 Monday … 7, and time.
    public var meetingDay: Int?
    public var meetingTime: LocalTime?
    /// Whether it was taken over while it already ran.
    public var isAdopted = false
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("cohort", &cohort)
        try c.field("title", &title)
        try c.field("area", &area)
        try c.field("lead_body", &leadBody)
        try c.field("partners", &partners)
        try c.field("proposal", &proposal)
        try c.field("zone", &zone)
        try c.field("note", &note)
        try c.field("guardrails", &guardrails)
        try c.field("approach", &approach)
        try c.field("learning_questions", &questions)
        try c.field("design_started", &designStarted)
        try c.field("ready_on", &readyOn)
        try c.field("launch_on", &launchOn)
        try c.field("launch_time", &launchTime)
        try c.field("day_1", &dayOne)
        try c.field("duration", &duration)
        try c.field("midpoint_on", &midpointOn)
        try c.field("closing_on", &closingOn)
        try c.field("coach", &coach)
        try c.field("meeting_day", &meetingDay)
        try c.field("meeting_time", &meetingTime)
        try c.field("adopted", &isAdopted)
    }
}

public struct ChallengeMove: Record {
    public var to = ChallengeState.framing
    public var on = LocalDate(days: 0)
    public var by: String?
    public var reason: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("to", &to)
        try c.field("on", &on)
        try c.field("by", &by)
        try c.field("reason", &reason)
    }
}

/// A person in a challenge, in one role. One person may hold several seats.
public struct Seat: Record {
    public var person = ""
    public var role = Role.member
    public var body: String?
    public var title: String?
    public var from: LocalDate?
    public var left: LocalDate?
    public var isManagerInformed = false
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("person", &person)
        try c.field("role", &role)
        try c.field("body", &body)
        try c.field("title", &title)
        try c.field("from", &from)
        try c.field("left", &left)
        try c.field("manager_informed", &isManagerInformed)
    }
}

public struct Applicant: Record {
    public var person = ""
    public var at = Instant(milliseconds: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("person", &person)
        try c.field("at", &at)
    }
}

public struct Stakeholder: Record {
    public var code = ""
    public var body = ""
    public var contact: String?
    public var interest: String?
    public var influence: String?
    public var need: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("body", &body)
        try c.field("contact", &contact)
        try c.field("interest", &interest)
        try c.field("influence", &influence)
        try c.field("need", &need)
    }
}

/// A rule that was set aside on purpose, by someone, for a reason.
public struct Waiver: Record {
    public var what = ""
    public var reason = ""
    public var by = ""
    public var on = LocalDate(days: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("what", &what)
        try c.field("reason", &reason)
        try c.field("by", &by)
        try c.field("on", &on)
    }
}

public struct Milestone: Record {
    /// `M3` within its challenge.
    public var code = ""
    public var title = ""
    public var dueDay = 0
    public var due = LocalDate(days: 0)
    public var isCritical = false
    public var owner: String?
    public var state = MilestoneState.open
    /// The day it was done, dropped or carried.
    public var movedOn: LocalDate?
    public var evidence: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("title", &title)
        try c.field("due_day", &dueDay)
        try c.field("due", &due)
        try c.field("critical", &isCritical)
        try c.field("owner", &owner)
        try c.field("state", &state)
        try c.field("moved_on", &movedOn)
        try c.field("evidence", &evidence)
    }
}

public struct Blocker: Record {
    /// `B2` within its challenge.
    public var code = ""
    public var title = ""
    public var severity = Severity.medium
    public var raisedOn = LocalDate(days: 0)
    public var raisedBy = ""
    public var owner: String?
    public var state = BlockerState.open
    /// 0 team, 1 sponsor, 2 leadership, 3 office.
    public var level = 0
    public var escalatedOn: LocalDate?
    public var resolvedOn: LocalDate?
    public var resolution: String?
    /// What was promised about it, the latest last; at most five are kept.
    public var promises: [BlockerPromise] = []
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("title", &title)
        try c.field("severity", &severity)
        try c.field("raised_on", &raisedOn)
        try c.field("raised_by", &raisedBy)
        try c.field("owner", &owner)
        try c.field("state", &state)
        try c.field("level", &level)
        try c.field("escalated_on", &escalatedOn)
        try c.field("resolved_on", &resolvedOn)
        try c.field("resolution", &resolution)
        try c.field("promises", &promises)
    }
    public var isOpen: Bool { state == .open || state == .escalated }
}

/// A decision asked of someone, and what came of it.
public struct DecisionAsked: Record {
    /// `D1` within its challenge.
    public var code = ""
    public var text = ""
    public var decider = ""
    public var askedBy: String?
    public var askedOn = LocalDate(days: 0)
    public var due: LocalDate?
    /// The blocker it would lift.
    public var unblocks: String?
    /// `stop`, where the decision was to stop.
    public var kind: String?
    /// The goal version it approved.
    public var goalVersion: Int?
    public var state = DecisionState.asked
    public var decidedOn: LocalDate?
    public var words: String?
    /// Who wants to talk about it before deciding, and since when.
    public var talkBy: String?
    public var talkOn: LocalDate?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("text", &text)
        try c.field("decider", &decider)
        try c.field("asked_by", &askedBy)
        try c.field("asked_on", &askedOn)
        try c.field("due", &due)
        try c.field("unblocks", &unblocks)
        try c.field("kind", &kind)
        try c.field("goal_version", &goalVersion)
        try c.field("state", &state)
        try c.field("decided_on", &decidedOn)
        try c.field("words", &words)
        try c.field("talk_by", &talkBy)
        try c.field("talk_on", &talkOn)
    }
}

public struct Review: Record {
    public var kind = ReviewKind.launch
    public var date = LocalDate(days: 0)
    public var attended: Int?
    public var outputs: [String] = []
    public var plannedDay: Int?
    public var movedBecause: String?
    /// The form as it was answered.
    public var form: [ReviewAnswer] = []
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("kind", &kind)
        try c.field("date", &date)
        try c.field("attended", &attended)
        try c.field("outputs", &outputs)
        try c.field("planned_day", &plannedDay)
        try c.field("moved_because", &movedBecause)
        try c.field("form", &form)
    }
}

public struct Lesson: Record {
    public var text = ""
    public var tags: [String] = []
    public var isShared = false
    /// `design`, `acceleration`, `sustainability`.
    public var phase: String?
    public var by: String?
    public var on: LocalDate?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("text", &text)
        try c.field("tags", &tags)
        try c.field("shared", &isShared)
        try c.field("phase", &phase)
        try c.field("by", &by)
        try c.field("on", &on)
    }
}

/// The result as confirmed at closing.
public struct ChallengeResult: Record {
    public var finalValue: Double?
    public var progress: Double?
    public var progressVersusFirst: Double?
    public var verdict = Verdict.noData
    public var confirmedBy: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("final_value", &finalValue)
        try c.field("progress", &progress)
        try c.field("progress_vs_first", &progressVersusFirst)
        try c.field("verdict", &verdict)
        try c.field("confirmed_by", &confirmedBy)
    }
}

/// A reading from someone who is not in the team yet.
public struct KeptReading: Record {
    public var goal = ""
    public var reading = Reported()
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("goal", &goal)
        try c.field("reading", &reading)
    }
}
