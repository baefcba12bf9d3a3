public import Language

/// What a ``Challenge`` holds, as it lies in memory.
struct ChallengeFacts: Hashable, Sendable {
    // What a cohort's page asks of thousands stands together, in front: it is read from far memory.
    var goals: [Goal] = []
    var milestones: [Milestone] = []
    var blockers: [Blocker] = []
    var decisions: [DecisionAsked] = []
    var moves: [ChallengeMove] = []
    var state = ChallengeState.framing
    var head = ChallengeHead()
    var movedOn: LocalDate?
    var reason: String?
    var seats: [Seat] = []
    var applicants: [Applicant] = []
    var stakeholders: [Stakeholder] = []
    var waivers: [Waiver] = []
    var checkIns: [CheckIn] = []
    var reviews: [Review] = []
    var lessons: [Lesson] = []
    var result: ChallengeResult?
    var sustainability: Sustainability?
    var followUps: [FollowUp] = []
    var initiatives: [Initiative] = []
    var kept: [KeptReading] = []
    var dependencies: [Dependency] = []
    var ballot: Ballot?
    var actions: [Action] = []
    var risks: [Risk] = []
    var pulses: [Pulse] = []
    var declarations: [Declaration] = []
    var ticks: [Tick] = []
    var seen: ColourSeen?
    var reviewPlans: [ReviewPlan] = []
    var suggestions: [Suggestion] = []

    /// Nothing known: shared by all new challenges until they differ.
    static let none = [ChallengeFacts()]
}

extension Challenge {
    /// The facts where they lie, for who looks at many of them in thousands of challenges: nothing is
    /// copied. Good for the time of the call.
    @inline(__always)
    borrowing func withFacts<Found>(_ body: (UnsafePointer<ChallengeFacts>) -> Found) -> Found {
        its.withUnsafeBufferPointer { its in
            guard let facts = its.baseAddress else { preconditionFailure("always an array of one") }
            return body(facts)
        }
    }
    public var head: ChallengeHead {
        _read { yield its[0].head }
        _modify { yield &its[0].head }
    }
    public var state: ChallengeState {
        _read { yield its[0].state }
        _modify { yield &its[0].state }
    }
    /// When it came into that state, and why where a reason was due.
    public var movedOn: LocalDate? {
        _read { yield its[0].movedOn }
        _modify { yield &its[0].movedOn }
    }
    public var reason: String? {
        _read { yield its[0].reason }
        _modify { yield &its[0].reason }
    }
    /// Days on which it came into each state, oldest first.
    public var moves: [ChallengeMove] {
        _read { yield its[0].moves }
        _modify { yield &its[0].moves }
    }
    public var seats: [Seat] {
        _read { yield its[0].seats }
        _modify { yield &its[0].seats }
    }
    /// People who tapped “I'm in” and wait for the leader.
    public var applicants: [Applicant] {
        _read { yield its[0].applicants }
        _modify { yield &its[0].applicants }
    }
    public var stakeholders: [Stakeholder] {
        _read { yield its[0].stakeholders }
        _modify { yield &its[0].stakeholders }
    }
    public var waivers: [Waiver] {
        _read { yield its[0].waivers }
        _modify { yield &its[0].waivers }
    }
    public var goals: [Goal] {
        _read { yield its[0].goals }
        _modify { yield &its[0].goals }
    }
    public var milestones: [Milestone] {
        _read { yield its[0].milestones }
        _modify { yield &its[0].milestones }
    }
    public var blockers: [Blocker] {
        _read { yield its[0].blockers }
        _modify { yield &its[0].blockers }
    }
    public var decisions: [DecisionAsked] {
        _read { yield its[0].decisions }
        _modify { yield &its[0].decisions }
    }
    public var checkIns: [CheckIn] {
        _read { yield its[0].checkIns }
        _modify { yield &its[0].checkIns }
    }
    public var reviews: [Review] {
        _read { yield its[0].reviews }
        _modify { yield &its[0].reviews }
    }
    public var lessons: [Lesson] {
        _read { yield its[0].lessons }
        _modify { yield &its[0].lessons }
    }
    public var result: ChallengeResult? {
        _read { yield its[0].result }
        _modify { yield &its[0].result }
    }
    public var sustainability: Sustainability? {
        _read { yield its[0].sustainability }
        _modify { yield &its[0].sustainability }
    }
    /// Figures of the time after the last day, in the order they were said.
    public var followUps: [FollowUp] {
        _read { yield its[0].followUps }
        _modify { yield &its[0].followUps }
    }
    public var initiatives: [Initiative] {
        _read { yield its[0].initiatives }
        _modify { yield &its[0].initiatives }
    }
    /// Readings from people not yet accepted: counted when they are let in.
    public var kept: [KeptReading] {
        _read { yield its[0].kept }
        _modify { yield &its[0].kept }
    }
    /// The five questions of “attainable”, each once answered.
    public var dependencies: [Dependency] {
        _read { yield its[0].dependencies }
        _modify { yield &its[0].dependencies }
    }
    /// The team's last private vote.
    public var ballot: Ballot? {
        _read { yield its[0].ballot }
        _modify { yield &its[0].ballot }
    }
    public var actions: [Action] {
        _read { yield its[0].actions }
        _modify { yield &its[0].actions }
    }
    public var risks: [Risk] {
        _read { yield its[0].risks }
        _modify { yield &its[0].risks }
    }
    public var pulses: [Pulse] {
        _read { yield its[0].pulses }
        _modify { yield &its[0].pulses }
    }
    /// Colours as the leader and the sponsor see them, oldest first.
    public var declarations: [Declaration] {
        _read { yield its[0].declarations }
        _modify { yield &its[0].declarations }
    }
    /// What reminders asked for and was ticked off; the colour that was seen last.
    public var ticks: [Tick] {
        _read { yield its[0].ticks }
        _modify { yield &its[0].ticks }
    }
    public var seen: ColourSeen? {
        _read { yield its[0].seen }
        _modify { yield &its[0].seen }
    }
    /// Reviews that were moved or cancelled, each kind once.
    public var reviewPlans: [ReviewPlan] {
        _read { yield its[0].reviewPlans }
        _modify { yield &its[0].reviewPlans }
    }
    public var suggestions: [Suggestion] {
        _read { yield its[0].suggestions }
        _modify { yield &its[0].suggestions }
    }
}
