import JSON

// The spelling of events: tag, version, fields. A golden line of each stands in the tests.

extension Event: Record {
    /// A placeholder that reading replaces.
    public init() { self = .chatHeard(ChatHeard()) }

    /// The highest version of any event that this release writes.
    public static let version = 1

    /// `reading.recorded`: what stands as `e` in the journal.
    public var tag: StaticString {
        switch self {
        case .programmeSet: "programme.set"
        case .calendarChanged: "calendar.changed"
        case .calendarSet: "calendar.set"
        case .areaSet: "area.set"
        case .cohortSet: "cohort.set"
        case .cohortMoved: "cohort.moved"
        case .proposalSet: "proposal.set"
        case .proposalScored: "proposal.scored"
        case .proposalMoved: "proposal.moved"
        case .annexKept: "annex.kept"
        case .challengeSet: "challenge.set"
        case .challengeMoved: "challenge.moved"
        case .waiverRecorded: "waiver.recorded"
        case .stakeholderSet: "stakeholder.set"
        case .seatTaken: "seat.taken"
        case .seatLeft: "seat.left"
        case .applied: "team.applied"
        case .applicationClosed: "team.application.closed"
        case .reviewHeld: "review.held"
        case .lessonShared: "lesson.shared"
        case .resultConfirmed: "result.confirmed"
        case .sustainabilitySet: "sustainability.set"
        case .checkInMade: "checkin.made"
        case .ballotOpened: "ballot.opened"
        case .voteCast: "vote.cast"
        case .ballotClosed: "ballot.closed"
        case .dependencySet: "dependency.set"
        case .pulseGiven: "pulse.given"
        case .actionSet: "action.set"
        case .riskSet: "risk.set"
        case .colourDeclared: "colour.declared"
        case .stocktakeHeld: "stocktake.held"
        case .followUpMade: "followup.made"
        case .initiativeSet: "initiative.set"
        case .ticked: "reminder.ticked"
        case .colourSeen: "colour.seen"
        case .reminderSet: "reminder.set"
        case .reviewPlanned: "review.planned"
        case .suggestionMade: "suggestion.made"
        case .trainingHeld: "training.held"
        case .exchangeMade: "exchange.made"
        case .contactSet: "contact.set"
        case .goalSet: "goal.set"
        case .goalTargeted: "goal.targeted"
        case .readingRecorded: "reading.recorded"
        case .readingVoided: "reading.voided"
        case .readingRestored: "reading.restored"
        case .readingKept: "reading.kept"
        case .readingReleased: "reading.released"
        case .milestoneSet: "milestone.set"
        case .milestoneMoved: "milestone.moved"
        case .blockerSet: "blocker.set"
        case .blockerMoved: "blocker.moved"
        case .decisionAsked: "decision.asked"
        case .decisionMoved: "decision.moved"
        case .personSet: "person.set"
        case .principalLinked: "principal.linked"
        case .personForgotten: "person.forgotten"
        case .chatSet: "chat.set"
        case .chatHeard: "chat.heard"
        case .channelKnown: "channel.known"
        case .personReached: "person.reached"
        case .invited: "invitation.made"
        case .invitationTried: "invitation.tried"
        case .asked: "question.asked"
        case .answered: "question.answered"
        case .refused: "right.refused"
        case .undone: "commit.undone"
        case .rang: "reminder.rang"
        case .snoozed: "reminder.snoozed"
        case .alarmsSettled: "alarms.settled"
        case .reminded: "reminder.told"
        case .delivered: "message.delivered"
        case .undeliverable: "message.undeliverable"
        case .zonesChanged: "zones.changed"
        case .quarantined: "message.quarantined"
        case .subscriptionSet: "subscription.set"
        case .boardPosted: "board.posted"
        case .boardDrawn: "board.drawn"
        case .boardPinned: "board.pinned"
        case .removed: "thing.removed"
        }
    }

    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        if c.isReading {
            var name = ""
            try c.field("e", &name)
            try start(name)
        } else {
            c.spell("e") { $0.string(tag) }
        }
        switch self {
        case .programmeSet(var r):
            try r.code(&c)
            self = .programmeSet(r)
        case .calendarChanged(var r):
            try r.code(&c)
            self = .calendarChanged(r)
        case .calendarSet(var r):
            try r.code(&c)
            self = .calendarSet(r)
        case .areaSet(var r):
            try r.code(&c)
            self = .areaSet(r)
        case .cohortSet(var r):
            try r.code(&c)
            self = .cohortSet(r)
        case .cohortMoved(var r):
            try r.code(&c)
            self = .cohortMoved(r)
        case .proposalSet(var r):
            try r.code(&c)
            self = .proposalSet(r)
        case .proposalScored(var r):
            try r.code(&c)
            self = .proposalScored(r)
        case .proposalMoved(var r):
            try r.code(&c)
            self = .proposalMoved(r)
        case .annexKept(var r):
            try r.code(&c)
            self = .annexKept(r)
        case .challengeSet(var r):
            try r.code(&c)
            self = .challengeSet(r)
        case .challengeMoved(var r):
            try r.code(&c)
            self = .challengeMoved(r)
        case .waiverRecorded(var r):
            try r.code(&c)
            self = .waiverRecorded(r)
        case .stakeholderSet(var r):
            try r.code(&c)
            self = .stakeholderSet(r)
        case .seatTaken(var r):
            try r.code(&c)
            self = .seatTaken(r)
        case .seatLeft(var r):
            try r.code(&c)
            self = .seatLeft(r)
        case .applied(var r):
            try r.code(&c)
            self = .applied(r)
        case .applicationClosed(var r):
            try r.code(&c)
            self = .applicationClosed(r)
        case .reviewHeld(var r):
            try r.code(&c)
            self = .reviewHeld(r)
        case .lessonShared(var r):
            try r.code(&c)
            self = .lessonShared(r)
        case .resultConfirmed(var r):
            try r.code(&c)
            self = .resultConfirmed(r)
        case .sustainabilitySet(var r):
            try r.code(&c)
            self = .sustainabilitySet(r)
        case .checkInMade(var r):
            try r.code(&c)
            self = .checkInMade(r)
        case .ballotOpened(var r):
            try r.code(&c)
            self = .ballotOpened(r)
        case .voteCast(var r):
            try r.code(&c)
            self = .voteCast(r)
        case .ballotClosed(var r):
            try r.code(&c)
            self = .ballotClosed(r)
        case .dependencySet(var r):
            try r.code(&c)
            self = .dependencySet(r)
        case .pulseGiven(var r):
            try r.code(&c)
            self = .pulseGiven(r)
        case .actionSet(var r):
            try r.code(&c)
            self = .actionSet(r)
        case .riskSet(var r):
            try r.code(&c)
            self = .riskSet(r)
        case .colourDeclared(var r):
            try r.code(&c)
            self = .colourDeclared(r)
        case .stocktakeHeld(var r):
            try r.code(&c)
            self = .stocktakeHeld(r)
        case .followUpMade(var r):
            try r.code(&c)
            self = .followUpMade(r)
        case .initiativeSet(var r):
            try r.code(&c)
            self = .initiativeSet(r)
        case .ticked(var r):
            try r.code(&c)
            self = .ticked(r)
        case .colourSeen(var r):
            try r.code(&c)
            self = .colourSeen(r)
        case .reminderSet(var r):
            try r.code(&c)
            self = .reminderSet(r)
        case .reviewPlanned(var r):
            try r.code(&c)
            self = .reviewPlanned(r)
        case .suggestionMade(var r):
            try r.code(&c)
            self = .suggestionMade(r)
        case .trainingHeld(var r):
            try r.code(&c)
            self = .trainingHeld(r)
        case .exchangeMade(var r):
            try r.code(&c)
            self = .exchangeMade(r)
        case .contactSet(var r):
            try r.code(&c)
            self = .contactSet(r)
        case .goalSet(var r):
            try r.code(&c)
            self = .goalSet(r)
        case .goalTargeted(var r):
            try r.code(&c)
            self = .goalTargeted(r)
        case .readingRecorded(var r):
            try r.code(&c)
            self = .readingRecorded(r)
        case .readingVoided(var r):
            try r.code(&c)
            self = .readingVoided(r)
        case .readingRestored(var r):
            try r.code(&c)
            self = .readingRestored(r)
        case .readingKept(var r):
            try r.code(&c)
            self = .readingKept(r)
        case .readingReleased(var r):
            try r.code(&c)
            self = .readingReleased(r)
        case .milestoneSet(var r):
            try r.code(&c)
            self = .milestoneSet(r)
        case .milestoneMoved(var r):
            try r.code(&c)
            self = .milestoneMoved(r)
        case .blockerSet(var r):
            try r.code(&c)
            self = .blockerSet(r)
        case .blockerMoved(var r):
            try r.code(&c)
            self = .blockerMoved(r)
        case .decisionAsked(var r):
            try r.code(&c)
            self = .decisionAsked(r)
        case .decisionMoved(var r):
            try r.code(&c)
            self = .decisionMoved(r)
        case .personSet(var r):
            try r.code(&c)
            self = .personSet(r)
        case .principalLinked(var r):
            try r.code(&c)
            self = .principalLinked(r)
        case .personForgotten(var r):
            try r.code(&c)
            self = .personForgotten(r)
        case .chatSet(var r):
            try r.code(&c)
            self = .chatSet(r)
        case .chatHeard(var r):
            try r.code(&c)
            self = .chatHeard(r)
        case .channelKnown(var r):
            try r.code(&c)
            self = .channelKnown(r)
        case .invited(var r):
            try r.code(&c)
            self = .invited(r)
        case .invitationTried(var r):
            try r.code(&c)
            self = .invitationTried(r)
        case .asked(var r):
            try r.code(&c)
            self = .asked(r)
        case .answered(var r):
            try r.code(&c)
            self = .answered(r)
        case .refused(var r):
            try r.code(&c)
            self = .refused(r)
        case .undone(var r):
            try r.code(&c)
            self = .undone(r)
        case .rang(var r):
            try r.code(&c)
            self = .rang(r)
        case .snoozed(var r):
            try r.code(&c)
            self = .snoozed(r)
        case .alarmsSettled(var r):
            try r.code(&c)
            self = .alarmsSettled(r)
        case .reminded(var r):
            try r.code(&c)
            self = .reminded(r)
        case .personReached(var r):
            try r.code(&c)
            self = .personReached(r)
        case .delivered(var r):
            try r.code(&c)
            self = .delivered(r)
        case .undeliverable(var r):
            try r.code(&c)
            self = .undeliverable(r)
        case .zonesChanged(var r):
            try r.code(&c)
            self = .zonesChanged(r)
        case .quarantined(var r):
            try r.code(&c)
            self = .quarantined(r)
        case .subscriptionSet(var r):
            try r.code(&c)
            self = .subscriptionSet(r)
        case .boardPosted(var r):
            try r.code(&c)
            self = .boardPosted(r)
        case .boardDrawn(var r):
            try r.code(&c)
            self = .boardDrawn(r)
        case .boardPinned(var r):
            try r.code(&c)
            self = .boardPinned(r)
        case .removed(var r):
            try r.code(&c)
            self = .removed(r)
        }
    }

    /// Takes on the kind that a tag names, empty; an unknown tag is refused by name, since a newer
    /// release wrote it.
    private mutating func start(_ tag: String) throws(CodingFault) {
        switch tag {
        case "programme.set": self = .programmeSet(Programme())
        case "calendar.changed": self = .calendarChanged(CalendarChanged())
        case "calendar.set": self = .calendarSet(CountryCalendar())
        case "area.set": self = .areaSet(AreaSet())
        case "cohort.set": self = .cohortSet(Cohort())
        case "cohort.moved": self = .cohortMoved(CohortMoved())
        case "proposal.set": self = .proposalSet(Proposal())
        case "proposal.scored": self = .proposalScored(ProposalScored())
        case "proposal.moved": self = .proposalMoved(ProposalMoved())
        case "annex.kept": self = .annexKept(Annex())
        case "challenge.set": self = .challengeSet(ChallengeHead())
        case "challenge.moved": self = .challengeMoved(ChallengeMoved())
        case "waiver.recorded": self = .waiverRecorded(OfChallenge<Waiver>())
        case "stakeholder.set": self = .stakeholderSet(OfChallenge<Stakeholder>())
        case "seat.taken": self = .seatTaken(OfChallenge<Seat>())
        case "seat.left": self = .seatLeft(OfChallenge<Seat>())
        case "team.applied": self = .applied(OfChallenge<Applicant>())
        case "team.application.closed": self = .applicationClosed(OfChallenge<Applicant>())
        case "review.held": self = .reviewHeld(OfChallenge<Review>())
        case "lesson.shared": self = .lessonShared(OfChallenge<Lesson>())
        case "result.confirmed": self = .resultConfirmed(OfChallenge<ChallengeResult>())
        case "sustainability.set": self = .sustainabilitySet(OfChallenge<Sustainability>())
        case "checkin.made": self = .checkInMade(OfChallenge<CheckIn>())
        case "ballot.opened": self = .ballotOpened(OfChallenge<Ballot>())
        case "vote.cast": self = .voteCast(VoteCast())
        case "ballot.closed": self = .ballotClosed(BallotClosed())
        case "dependency.set": self = .dependencySet(OfChallenge<Dependency>())
        case "pulse.given": self = .pulseGiven(OfChallenge<Pulse>())
        case "action.set": self = .actionSet(OfChallenge<Action>())
        case "risk.set": self = .riskSet(OfChallenge<Risk>())
        case "colour.declared": self = .colourDeclared(OfChallenge<Declaration>())
        case "stocktake.held": self = .stocktakeHeld(StocktakeHeld())
        case "followup.made": self = .followUpMade(OfChallenge<FollowUp>())
        case "initiative.set": self = .initiativeSet(OfChallenge<Initiative>())
        case "reminder.ticked": self = .ticked(OfChallenge<Tick>())
        case "colour.seen": self = .colourSeen(OfChallenge<ColourSeen>())
        case "reminder.set": self = .reminderSet(ReminderSet())
        case "review.planned": self = .reviewPlanned(OfChallenge<ReviewPlan>())
        case "suggestion.made": self = .suggestionMade(OfChallenge<Suggestion>())
        case "training.held": self = .trainingHeld(OfProgramme<Training>())
        case "exchange.made": self = .exchangeMade(OfProgramme<Exchange>())
        case "contact.set": self = .contactSet(OfProgramme<BodyContact>())
        case "goal.set": self = .goalSet(OfChallenge<Goal>())
        case "goal.targeted": self = .goalTargeted(OfGoal<GoalVersion>())
        case "reading.recorded": self = .readingRecorded(OfGoal<Reported>())
        case "reading.voided": self = .readingVoided(ReadingVoided())
        case "reading.restored": self = .readingRestored(ReadingVoided())
        case "reading.kept": self = .readingKept(OfChallenge<KeptReading>())
        case "reading.released": self = .readingReleased(OfChallenge<KeptReading>())
        case "milestone.set": self = .milestoneSet(OfChallenge<Milestone>())
        case "milestone.moved": self = .milestoneMoved(MilestoneMoved())
        case "blocker.set": self = .blockerSet(OfChallenge<Blocker>())
        case "blocker.moved": self = .blockerMoved(BlockerMoved())
        case "decision.asked": self = .decisionAsked(OfChallenge<DecisionAsked>())
        case "decision.moved": self = .decisionMoved(DecisionMoved())
        case "person.set": self = .personSet(Person())
        case "principal.linked": self = .principalLinked(PrincipalLinked())
        case "person.forgotten": self = .personForgotten(PersonForgotten())
        case "chat.set": self = .chatSet(Chat())
        case "chat.heard": self = .chatHeard(ChatHeard())
        case "channel.known": self = .channelKnown(ChannelKnown())
        case "invitation.made": self = .invited(Invitation())
        case "invitation.tried": self = .invitationTried(InvitationTried())
        case "question.asked": self = .asked(Question())
        case "question.answered": self = .answered(Answered())
        case "right.refused": self = .refused(Refused())
        case "commit.undone": self = .undone(Undone())
        case "reminder.rang": self = .rang(Rang())
        case "reminder.snoozed": self = .snoozed(Snoozed())
        case "alarms.settled": self = .alarmsSettled(AlarmsSettled())
        case "reminder.told": self = .reminded(Reminded())
        case "person.reached": self = .personReached(PersonReached())
        case "message.delivered": self = .delivered(Delivered())
        case "message.undeliverable": self = .undeliverable(Undeliverable())
        case "zones.changed": self = .zonesChanged(ZonesChanged())
        case "message.quarantined": self = .quarantined(Quarantined())
        case "subscription.set": self = .subscriptionSet(Subscription())
        case "board.posted": self = .boardPosted(Board())
        case "board.drawn": self = .boardDrawn(BoardDrawn())
        case "board.pinned": self = .boardPinned(BoardPinned())
        case "thing.removed": self = .removed(Removed())
        default:
            throw CodingFault(path: "e", why: "unknown event “\(tag)”: a newer release wrote it")
        }
    }
}
