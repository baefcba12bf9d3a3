import Language

extension Event {
    /// What brings back a thing that an undo takes out, so that the undo can be taken back too; nil for what
    /// holds others within it or says who somebody is: a challenge, a person, a principal.
    static func restored(_ r: Removed, in state: State) -> Event? {
        switch r.kind {
        case .programme: state.programmes[r.code].map { .programmeSet($0) }
        case .cohort: state.cohorts[r.code].map { .cohortSet($0) }
        case .proposal: state.proposals[r.code].map { .proposalSet($0) }
        case .calendar: state.calendars[r.code].map { .calendarSet($0) }
        case .chat: state.chats[r.code].map { .chatSet($0) }
        case .board: state.boards[r.code].map { .boardPosted($0) }
        case .subscription:
            state.subscriptions.values.lazy.joined().first { $0.key == r.code }.map {
                .subscriptionSet($0)
            }
        case .area: area(r, state)
        case .score: score(r, state)
        case .reviewPlan, .suggestion, .training, .exchange, .contact:
            around(r.kind, r.of ?? "", r.code, state)
        default: state.challenges[r.of ?? ""].flatMap { restored(r, within: $0) }
        }
    }

    private static func area(_ r: Removed, _ state: State) -> Event? {
        guard let programme = r.of,
            let area = state.programmes[programme]?.areas.first(where: { $0.code == r.code })
        else { return nil }
        var event = AreaSet()
        event.programme = programme
        event.area = area
        return .areaSet(event)
    }

    private static func score(_ r: Removed, _ state: State) -> Event? {
        guard let proposal = r.of,
            let scores = state.proposals[proposal]?.scores.first(where: { $0.by == r.code })
        else { return nil }
        var event = ProposalScored()
        event.proposal = proposal
        event.scores = scores
        return .proposalScored(event)
    }

    private static func restored(_ r: Removed, within challenge: Challenge) -> Event? {
        func of<R: Record>(_ make: (OfChallenge<R>) -> Event, _ record: R?) -> Event? {
            record.map { make(OfChallenge(challenge.code, $0)) }
        }
        switch r.kind {
        case .milestone:
            return of(Event.milestoneSet, challenge.milestones.first { $0.code == r.code })
        case .blocker: return of(Event.blockerSet, challenge.blockers.first { $0.code == r.code })
        case .decision:
            return of(Event.decisionAsked, challenge.decisions.first { $0.code == r.code })
        case .goal: return of(Event.goalSet, challenge.goals.first { $0.code == r.code })
        case .target:
            for goal in challenge.goals {
                for version in goal.versions where "\(goal.code)/\(version.version)" == r.code {
                    return .goalTargeted(OfGoal(challenge.code, goal.code, version))
                }
            }
            return nil
        case .waiver: return of(Event.waiverRecorded, challenge.waivers.first { $0.what == r.code })
        case .stakeholder:
            return of(Event.stakeholderSet, challenge.stakeholders.first { $0.code == r.code })
        case .applicant:
            return of(Event.applied, challenge.applicants.first { $0.person == r.code })
        case .seat:
            return of(
                Event.seatTaken,
                challenge.seats.last {
                    "\($0.person)/\($0.role.rawValue)" == r.code && $0.left == nil
                })
        case .review:
            return of(Event.reviewHeld, challenge.reviews.last { $0.kind.rawValue == r.code })
        case .lesson: return of(Event.lessonShared, challenge.lessons.last { $0.text == r.code })
        case .result: return of(Event.resultConfirmed, challenge.result)
        case .sustainability: return of(Event.sustainabilitySet, challenge.sustainability)
        case .checkin:
            return of(
                Event.checkInMade, challenge.checkIns.last { "\($0.week)/\($0.by)" == r.code })
        case .tick: return of(Event.ticked, challenge.ticks.first { $0.what.rawValue == r.code })
        case .kept: return of(Event.readingKept, challenge.kept.first { $0.reading.id == r.code })
        default: return nil
        }
    }
}
