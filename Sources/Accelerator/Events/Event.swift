public import Language

/// Something that became true. The tag and the names of the fields are a file format: add, never change.
///
/// Many events hold the whole new value of a thing (`milestone.set`): then the inverse is the value that
/// was there before. Acts that people speak of have an event of their own (`reading.recorded`).
public enum Event: Hashable, Sendable {
    // Programme and cohort
    case programmeSet(Programme)
    case calendarChanged(CalendarChanged)
    case calendarSet(CountryCalendar)
    case areaSet(AreaSet)
    case cohortSet(Cohort)
    case cohortMoved(CohortMoved)
    case proposalSet(Proposal)
    case proposalScored(ProposalScored)
    case proposalMoved(ProposalMoved)
    case annexKept(Annex)
    // Challenge
    case challengeSet(ChallengeHead)
    case challengeMoved(ChallengeMoved)
    case waiverRecorded(OfChallenge<Waiver>)
    case stakeholderSet(OfChallenge<Stakeholder>)
    case seatTaken(OfChallenge<Seat>)
    case seatLeft(OfChallenge<Seat>)
    case applied(OfChallenge<Applicant>)
    case applicationClosed(OfChallenge<Applicant>)
    case reviewHeld(OfChallenge<Review>)
    case lessonShared(OfChallenge<Lesson>)
    case resultConfirmed(OfChallenge<ChallengeResult>)
    case sustainabilitySet(OfChallenge<Sustainability>)
    case checkInMade(OfChallenge<CheckIn>)
    // Design: the team's private vote, the five questions
    case ballotOpened(OfChallenge<Ballot>)
    case voteCast(VoteCast)
    case ballotClosed(BallotClosed)
    case dependencySet(OfChallenge<Dependency>)
    // The weeks of a team
    case pulseGiven(OfChallenge<Pulse>)
    case actionSet(OfChallenge<Action>)
    case riskSet(OfChallenge<Risk>)
    case colourDeclared(OfChallenge<Declaration>)
    case stocktakeHeld(StocktakeHeld)
    case followUpMade(OfChallenge<FollowUp>)
    case initiativeSet(OfChallenge<Initiative>)
    // What reminders go by
    case ticked(OfChallenge<Tick>)
    case colourSeen(OfChallenge<ColourSeen>)
    case reminderSet(ReminderSet)
    // Around it: when reviews are to be, what others suggest, training and exchange
    case reviewPlanned(OfChallenge<ReviewPlan>)
    case suggestionMade(OfChallenge<Suggestion>)
    case trainingHeld(OfProgramme<Training>)
    case exchangeMade(OfProgramme<Exchange>)
    case contactSet(OfProgramme<BodyContact>)
    // Goal and readings
    case goalSet(OfChallenge<Goal>)
    case goalTargeted(OfGoal<GoalVersion>)
    case readingRecorded(OfGoal<Reported>)
    case readingVoided(ReadingVoided)
    case readingRestored(ReadingVoided)
    case readingKept(OfChallenge<KeptReading>)
    case readingReleased(OfChallenge<KeptReading>)
    // Work
    case milestoneSet(OfChallenge<Milestone>)
    case milestoneMoved(MilestoneMoved)
    case blockerSet(OfChallenge<Blocker>)
    case blockerMoved(BlockerMoved)
    case decisionAsked(OfChallenge<DecisionAsked>)
    case decisionMoved(DecisionMoved)
    // People and chats
    case personSet(Person)
    case principalLinked(PrincipalLinked)
    case personForgotten(PersonForgotten)
    case chatSet(Chat)
    case chatHeard(ChatHeard)
    case channelKnown(ChannelKnown)
    case personReached(PersonReached)
    case invited(Invitation)
    case invitationTried(InvitationTried)
    // Dialogue
    case asked(Question)
    case answered(Answered)
    case refused(Refused)
    case undone(Undone)
    // Alarms
    case rang(Rang)
    case snoozed(Snoozed)
    case alarmsSettled(AlarmsSettled)
    case reminded(Reminded)
    // Delivery
    case delivered(Delivered)
    case undeliverable(Undeliverable)
    case zonesChanged(ZonesChanged)
    case quarantined(Quarantined)
    // Digests and the scoreboard
    case subscriptionSet(Subscription)
    case boardPosted(Board)
    case boardDrawn(BoardDrawn)
    case boardPinned(BoardPinned)
    /// The inverse of `…Set` for something that was not there before.
    case removed(Removed)
}

/// A record that belongs to a challenge.
public struct OfChallenge<Content: Record>: Record {
    public var challenge = ""
    public var content = Content()
    public init() {}
    public init(_ challenge: String, _ content: Content) {
        self.challenge = challenge
        self.content = content
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("challenge", &challenge)
        try c.field("is", &content)
    }
}

/// A record that belongs to a goal of a challenge.
public struct OfGoal<Content: Record>: Record {
    public var challenge = ""
    public var goal = ""
    public var content = Content()
    public init() {}
    public init(_ challenge: String, _ goal: String, _ content: Content) {
        self.challenge = challenge
        self.goal = goal
        self.content = content
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("challenge", &challenge)
        try c.field("goal", &goal)
        try c.field("is", &content)
    }
}

public struct AreaSet: Record {
    public var programme = ""
    public var area = Area()
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("programme", &programme)
        try c.field("area", &area)
    }
}

public struct CohortMoved: Record {
    public var cohort = ""
    public var to = CohortState.draft
    public var on: LocalDate?
    public init() {}
    public init(cohort: String, to: CohortState, on: LocalDate?) {
        self.cohort = cohort
        self.to = to
        self.on = on
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("cohort", &cohort)
        try c.field("to", &to)
        try c.field("on", &on)
    }
}

public struct ProposalScored: Record {
    public var proposal = ""
    public var scores = Scores()
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("proposal", &proposal)
        try c.field("scores", &scores)
    }
}

public struct ProposalMoved: Record {
    public var proposal = ""
    public var to = ProposalState.submitted
    public var on: LocalDate?
    public var by: String?
    public var reason: String?
    public var challenge: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("proposal", &proposal)
        try c.field("to", &to)
        try c.field("on", &on)
        try c.field("by", &by)
        try c.field("reason", &reason)
        try c.field("challenge", &challenge)
    }
}

public struct ChallengeMoved: Record {
    public var challenge = ""
    public var to = ChallengeState.framing
    public var on = LocalDate(days: 0)
    public var by: String?
    public var reason: String?
    public init() {}
    public init(
        _ challenge: String, to: ChallengeState, on: LocalDate, by: String?, reason: String? = nil
    ) {
        self.challenge = challenge
        self.to = to
        self.on = on
        self.by = by
        self.reason = reason
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("challenge", &challenge)
        try c.field("to", &to)
        try c.field("on", &on)
        try c.field("by", &by)
        try c.field("reason", &reason)
    }
}

public struct ReadingVoided: Record {
    public var challenge = ""
    public var goal = ""
    public var reading = ""
    public var at: Instant?
    public var reason: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("challenge", &challenge)
        try c.field("goal", &goal)
        try c.field("reading", &reading)
        try c.field("at", &at)
        try c.field("reason", &reason)
    }
}

public struct MilestoneMoved: Record {
    public var challenge = ""
    public var milestone = ""
    public var to = MilestoneState.done
    public var on: LocalDate?
    public var by: String?
    public var evidence: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("challenge", &challenge)
        try c.field("milestone", &milestone)
        try c.field("to", &to)
        try c.field("on", &on)
        try c.field("by", &by)
        try c.field("evidence", &evidence)
    }
}

public struct BlockerMoved: Record {
    public var challenge = ""
    public var blocker = ""
    public var to = BlockerState.resolved
    public var on: LocalDate?
    public var by: String?
    public var level: Int?
    public var how: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("challenge", &challenge)
        try c.field("blocker", &blocker)
        try c.field("to", &to)
        try c.field("on", &on)
        try c.field("by", &by)
        try c.field("level", &level)
        try c.field("how", &how)
    }
}

public struct DecisionMoved: Record {
    public var challenge = ""
    public var decision = ""
    public var to = DecisionState.decided
    public var on: LocalDate?
    public var by: String?
    public var words: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("challenge", &challenge)
        try c.field("decision", &decision)
        try c.field("to", &to)
        try c.field("on", &on)
        try c.field("by", &by)
        try c.field("words", &words)
    }
}

public struct PrincipalLinked: Record {
    public var principal = ""
    public var person = ""
    public init() {}
    public init(_ principal: String, person: String) {
        self.principal = principal
        self.person = person
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("principal", &principal)
        try c.field("person", &person)
    }
}

public struct ChatHeard: Record {
    public var chat = ""
    /// The challenge that the chat was bound to then.
    public var challenge: String?
    public init() {}
    public init(_ chat: String, of challenge: String?) {
        self.chat = chat
        self.challenge = challenge
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("chat", &chat)
        try c.field("challenge", &challenge)
    }
}

/// Somebody who could not be reached in private wrote there: messages may go out again.
public struct PersonReached: Record {
    public var person = ""
    public init() {}
    public init(_ person: String) { self.person = person }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("person", &person)
    }
}

/// A code was presented: used by someone, or wrong.
public struct InvitationTried: Record {
    public var secret = ""
    public var usedBy: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("secret", &secret)
        try c.field("used_by", &usedBy)
    }
}

/// A question found its answer, or was cancelled.
public struct Answered: Record {
    public var principal = ""
    public var chat: String?
    public var n: Int64 = 0
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("principal", &principal)
        try c.field("chat", &chat)
        try c.field("n", &n)
    }
}

/// Somebody tried what they have no right to.
public struct Refused: Record {
    public var principal = ""
    public var command = ""
    public var challenge: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("principal", &principal)
        try c.field("command", &command)
        try c.field("challenge", &challenge)
    }
}

public struct Undone: Record {
    public var n: Int64 = 0
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) { try c.field("n", &n) }
}
