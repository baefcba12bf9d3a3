public import Language

/// One fact of an imported file: when it became known, who brought it, and the events it is.
public struct ImportStep: Hashable, Sendable {
    public var at: Instant
    /// A person's code; nil for what nobody in particular said.
    public var by: String?
    public var events: [Event]
}

extension CohortFile {
    /// All facts in time order, as the events that chat would have made of them.
    ///
    /// 1. Readings come when they were entered, voids when they were made; what has only a date comes at
    ///    09:00 of it in the challenge's zone (an unknown zone is taken for UTC).
    /// 2. The cohort, its programme, its areas and everyone come first, when the call opened, or on the
    ///    first date of the file if that is earlier or there was no call.
    /// 3. Proposals when submitted, their scores when the call closed, decisions on them when taken.
    /// 4. A challenge and its leadership when design started, its team when it was ready; goals,
    ///    milestones and the launch review before the move to `launched`; then each fact on its day.
    ///    Lessons, results and what is carried come with the closing review or the stop.
    /// 5. At one instant the order is: cohort, people, proposals, challenges as in the file, and in each
    ///    the order of rule 4.
    public func steps(zones: Zones) -> [ImportStep] {
        var recorder = Recorder(zones: zones, zone: cohort.zone, fallback: firstDate)
        recordCohort(&recorder)
        for proposal in proposals { recordProposal(proposal, &recorder) }
        for challenge in challenges {
            recorder.zone = challenge.head.zone ?? cohort.zone
            recorder.fallback = challenge.moves.first?.on ?? firstDate
            record(challenge, &recorder)
        }
        recorder.zone = cohort.zone
        recorder.fallback = firstDate
        recordCohortMoves(&recorder)
        recordStocktakes(&recorder)
        // Swift's sort is stable: equal times keep the order in which they were noted.
        return recorder.steps.sorted { $0.at < $1.at }
    }

    struct Recorder {
        let zones: Zones
        var zone: String
        var fallback: LocalDate
        var steps: [ImportStep] = []
        init(zones: Zones, zone: String, fallback: LocalDate) {
            self.zones = zones
            self.zone = zone
            self.fallback = fallback
        }

        mutating func on(_ date: LocalDate?, by: String? = nil, _ events: Event...) {
            on(date, by: by, events)
        }
        mutating func on(_ date: LocalDate?, by: String? = nil, _ events: [Event]) {
            let local = LocalMoment(date ?? fallback, LocalTime(9, 0))
            let at =
                zones.instant(local, in: zone)
                ?? Instant(milliseconds: Int64(local.date.days) * Instant.day + 9 * Instant.hour)
            steps.append(ImportStep(at: at, by: by?.isEmpty == true ? nil : by, events: events))
        }
        mutating func at(_ instant: Instant, by: String?, _ event: Event) {
            steps.append(
                ImportStep(at: instant, by: by?.isEmpty == true ? nil : by, events: [event]))
        }
    }

    /// The first date that stands anywhere, so that nothing happens before its cohort is there.
    var firstDate: LocalDate {
        var dates = [
            cohort.callOpened, cohort.callClosed, cohort.selectedOn, cohort.launchOn, cohort.dayOne,
        ]
        dates += proposals.flatMap { [$0.submittedOn, $0.decidedOn] }
        for challenge in challenges {
            dates += challenge.moves.map(\.on)
            for goal in challenge.goals {
                dates += goal.versions.map(\.effectiveFrom)
                dates += goal.readings.prefix(1).map { $0.enteredAt.local(offset: 0).date - 1 }
            }
            dates += challenge.blockers.map(\.raisedOn) + challenge.decisions.map(\.askedOn)
            dates += challenge.checkIns.map(\.date) + challenge.reviews.map(\.date)
        }
        return dates.compactMap { $0 }.min() ?? LocalDate(days: 0)
    }

    private func recordCohort(_ recorder: inout Recorder) {
        let start = firstDate
        var bare = programme
        bare.areas = []
        bare.trainings = []
        bare.contacts = []
        bare.exchanges = []
        recorder.on(start, .programmeSet(bare))
        for calendar in calendars { recorder.on(start, .calendarSet(calendar)) }
        var opened = cohort
        opened.state = .draft
        opened.stocktakes = []
        recorder.on(start, .cohortSet(opened))
        for area in programme.areas {
            var set = AreaSet()
            set.programme = programme.code
            set.area = area
            recorder.on(start, .areaSet(set))
        }
        for person in people {
            // Whoever was forgotten has no way in any more.
            recorder.on(
                start,
                [.personSet(person)]
                    + (person.former == nil
                        ? [
                            .principalLinked(
                                PrincipalLinked("console:\(person.code)", person: person.code))
                        ]
                        : []))
        }
        for annex in annexes { recorder.on(start, .annexKept(annex)) }
        for training in programme.trainings {
            // What is planned was so before its day.
            recorder.on(
                training.isPlanned ? start : max(training.on, start), by: training.by,
                .trainingHeld(OfProgramme(programme.code, training)))
        }
        for contact in programme.contacts {
            recorder.on(start, .contactSet(OfProgramme(programme.code, contact)))
        }
        for exchange in programme.exchanges {
            recorder.on(
                max(exchange.on, start), by: exchange.by,
                .exchangeMade(OfProgramme(programme.code, exchange)))
        }
        let early: [(CohortState, LocalDate?)] = [
            (.callOpen, cohort.callOpened), (.selecting, cohort.callClosed),
            (.design, cohort.selectedOn),
        ]
        for case (let state, let date?) in early {
            recorder.on(date, .cohortMoved(CohortMoved(cohort: cohort.code, to: state, on: date)))
        }
    }

    private func recordProposal(_ proposal: Proposal, _ recorder: inout Recorder) {
        var submitted = proposal
        submitted.scores = []
        submitted.state = proposal.state == .draft ? .draft : .submitted
        submitted.decidedOn = nil
        submitted.reason = nil
        submitted.challenge = nil
        let on = proposal.submittedOn ?? firstDate
        recorder.on(on, by: proposal.author, .proposalSet(submitted))
        for scores in proposal.scores {
            var scored = ProposalScored()
            scored.proposal = proposal.code
            scored.scores = scores
            recorder.on(max(on, cohort.callClosed ?? on), by: scores.by, .proposalScored(scored))
        }
        if proposal.state == .inReview {
            var moved = ProposalMoved()
            moved.proposal = proposal.code
            moved.to = .inReview
            recorder.on(max(on, cohort.callClosed ?? on), .proposalMoved(moved))
        }
        guard proposal.state.isDecision else { return }
        var moved = ProposalMoved()
        moved.proposal = proposal.code
        moved.to = proposal.state
        moved.on = proposal.decidedOn ?? on
        moved.by = office.first
        moved.reason = proposal.reason
        moved.challenge = proposal.challenge
        recorder.on(moved.on, by: office.first, .proposalMoved(moved))
    }

    /// Where the cohort has come to, by its challenges (method.md 2.3), and when.
    private var lateMoves: [(CohortState, LocalDate)] {
        var moves: [(CohortState, LocalDate)] = []
        let launches = challenges.compactMap { c in c.moves.first { $0.to == .launched }?.on }
        guard let first = launches.min() else { return [] }
        moves.append((.accelerating, first))
        let running: Set<ChallengeState> = [.framing, .staffing, .ready, .launched, .accelerating]
        guard !challenges.contains(where: { running.contains($0.state) }) else { return moves }
        let left = challenges.compactMap { c in c.moves.first { !running.contains($0.to) }?.on }
        if let last = left.max() { moves.append((.sustaining, max(last, first))) }
        let ended: Set<ChallengeState> = [.closed, .stopped, .withdrawn]
        guard challenges.allSatisfy({ ended.contains($0.state) }),
            let last = challenges.compactMap({ $0.moves.last?.on }).max()
        else { return moves }
        moves.append((.closed, last))
        return moves
    }

    /// The cohort's state at the end of the file.
    var lastState: CohortState {
        if cohort.state == .cancelled { return .cancelled }
        if let last = lateMoves.last { return last.0 }
        return cohort.selectedOn != nil
            ? .design
            : cohort.callClosed != nil ? .selecting : cohort.callOpened != nil ? .callOpen : .draft
    }

    private func recordCohortMoves(_ recorder: inout Recorder) {
        for (state, on) in lateMoves {
            recorder.on(on, .cohortMoved(CohortMoved(cohort: cohort.code, to: state, on: on)))
        }
        if cohort.state == .cancelled {
            let on = cohort.selectedOn ?? cohort.callClosed ?? firstDate
            recorder.on(on, .cohortMoved(CohortMoved(cohort: cohort.code, to: .cancelled, on: on)))
        }
    }

    // MARK: Challenge

    private func record(_ challenge: Challenge, _ recorder: inout Recorder) {
        let code = challenge.code
        let begun = challenge.moves.first?.on ?? firstDate
        let ready = challenge.moves.first { $0.to == .ready }?.on ?? begun
        let launched = challenge.moves.first { $0.to == .launched }?.on ?? ready
        recorder.on(begun, .challengeSet(challenge.head))
        for seat in challenge.seats {
            let isTeam = !Self.isLeadership(seat.role) && seat.role != .coach
            recorder.on(seat.from ?? (isTeam ? ready : begun), seated(seat, code))
        }
        recordDesign(challenge, begun, &recorder)
        for goal in challenge.goals { recordGoal(goal, challenge, launched, &recorder) }
        for milestone in challenge.milestones {
            var open = milestone
            open.state = .open
            open.movedOn = nil
            if milestone.state != .open { open.evidence = nil }
            recorder.on(launched, by: milestone.owner, .milestoneSet(OfChallenge(code, open)))
        }
        for review in challenge.reviews where review.kind == .launch {
            recorder.on(
                review.date, by: challenge.head.coach, .reviewHeld(OfChallenge(code, review)))
        }
        let closingStates: Set<ChallengeState> = [.sustaining, .handedOver, .closed]
        for move in challenge.moves where !closingStates.contains(move.to) && move.to != .stopped {
            recorder.on(move.on, by: move.by, moved(move, code))
        }
        for goal in challenge.goals {
            for version in goal.versions.dropFirst() {
                recorder.on(
                    version.effectiveFrom, by: version.approvedBy,
                    .goalTargeted(OfGoal(code, goal.code, version)))
            }
        }
        recordWork(challenge, &recorder)
        recordEnd(challenge, &recorder)
        for move in challenge.moves where closingStates.contains(move.to) || move.to == .stopped {
            recorder.on(move.on, by: move.by, moved(move, code))
        }
        for seat in challenge.seats {
            if let left = seat.left { recorder.on(left, .seatLeft(OfChallenge(code, seat))) }
        }
    }

    /// Stakeholders when design began; waivers, answers and the vote on their own days.
    private func recordDesign(
        _ challenge: Challenge, _ begun: LocalDate, _ recorder: inout Recorder
    ) {
        let code = challenge.code
        for one in challenge.stakeholders {
            recorder.on(begun, .stakeholderSet(OfChallenge(code, one)))
        }
        for waiver in challenge.waivers {
            recorder.on(
                max(begun, waiver.on), by: waiver.by, .waiverRecorded(OfChallenge(code, waiver)))
        }
        for answer in challenge.dependencies {
            recorder.on(
                max(begun, answer.on), by: answer.by, .dependencySet(OfChallenge(code, answer)))
        }
        guard let ballot = challenge.ballot, let closedOn = ballot.closedOn else { return }
        var open = Ballot()
        open.goal = ballot.goal
        open.baseline = ballot.baseline
        open.target = ballot.target
        open.openedOn = ballot.openedOn
        open.openedBy = ballot.openedBy
        recorder.on(
            max(begun, ballot.openedOn), by: ballot.openedBy, .ballotOpened(OfChallenge(code, open))
        )
        var closed = BallotClosed()
        closed.challenge = code
        closed.on = closedOn
        closed.cast = ballot.cast
        closed.eligible = ballot.eligible
        closed.median = ballot.median
        recorder.on(max(begun, closedOn), by: ballot.openedBy, .ballotClosed(closed))
    }

    private func seated(_ seat: Seat, _ code: String) -> Event {
        var taken = seat
        taken.left = nil
        return .seatTaken(OfChallenge(code, taken))
    }
    private func moved(_ move: ChallengeMove, _ code: String) -> Event {
        .challengeMoved(
            ChallengeMoved(code, to: move.to, on: move.on, by: move.by, reason: move.reason))
    }

    private func recordGoal(
        _ goal: Goal, _ challenge: Challenge, _ launched: LocalDate, _ recorder: inout Recorder
    ) {
        let code = challenge.code
        var set = goal
        set.readings = []
        set.versions = Array(goal.versions.prefix(1))
        let from = set.versions.first?.effectiveFrom ?? launched
        recorder.on(
            min(from, launched), by: set.versions.first?.approvedBy,
            .goalSet(OfChallenge(code, set)))
        for reading in goal.readings {
            var fresh = reading
            fresh.voidedAt = nil
            fresh.voidReason = nil
            recorder.at(
                reading.enteredAt, by: reading.by, .readingRecorded(OfGoal(code, goal.code, fresh)))
            guard let at = reading.voidedAt else { continue }
            var voided = ReadingVoided()
            voided.challenge = code
            voided.goal = goal.code
            voided.reading = reading.id
            voided.at = at
            voided.reason = reading.voidReason
            recorder.at(at, by: reading.by, .readingVoided(voided))
        }
    }

    private func recordWork(_ challenge: Challenge, _ recorder: inout Recorder) {
        let code = challenge.code
        for blocker in challenge.blockers {
            var open = blocker
            open.state = .open
            open.level = 0
            open.escalatedOn = nil
            open.resolvedOn = nil
            open.resolution = nil
            open.promises = []
            recorder.on(
                blocker.raisedOn, by: blocker.raisedBy, .blockerSet(OfChallenge(code, open)))
            var move = BlockerMoved()
            move.challenge = code
            move.blocker = blocker.code
            recordPromises(blocker, code, &recorder)
            if let on = blocker.escalatedOn {
                move.to = .escalated
                move.on = on
                move.level = max(blocker.level, 1)
                recorder.on(on, .blockerMoved(move))
            }
            move.level = blocker.level
            if let on = blocker.resolvedOn {
                move.to =
                    blocker.state == .open || blocker.state == .escalated
                    ? .resolved : blocker.state
                move.on = on
                move.how = blocker.resolution
                recorder.on(on, by: blocker.owner, .blockerMoved(move))
            } else if blocker.state == .open, let on = blocker.escalatedOn {
                move.to = .open
                move.on = on
                recorder.on(on, .blockerMoved(move))
            }
        }
        for decision in challenge.decisions {
            var asked = decision
            asked.state = .asked
            asked.decidedOn = nil
            asked.words = nil
            asked.talkBy = nil
            asked.talkOn = nil
            recorder.on(
                decision.askedOn, by: decision.askedBy, .decisionAsked(OfChallenge(code, asked)))
            if let on = decision.talkOn {
                asked.talkBy = decision.talkBy
                asked.talkOn = on
                recorder.on(on, by: decision.talkBy, .decisionAsked(OfChallenge(code, asked)))
            }
            guard decision.state != .asked else { continue }
            var move = DecisionMoved()
            move.challenge = code
            move.decision = decision.code
            move.to = decision.state
            move.on = decision.decidedOn
            move.by = decision.decider
            move.words = decision.words
            recorder.on(
                decision.decidedOn ?? decision.askedOn, by: decision.decider, .decisionMoved(move))
        }
        recordWeeks(challenge, &recorder)
        for checkIn in challenge.checkIns {
            recorder.on(checkIn.date, by: checkIn.by, .checkInMade(OfChallenge(code, checkIn)))
        }
        for milestone in challenge.milestones where milestone.state != .open {
            var move = MilestoneMoved()
            move.challenge = code
            move.milestone = milestone.code
            move.to = milestone.state
            move.on = milestone.movedOn
            move.by = milestone.owner
            move.evidence = milestone.evidence
            recorder.on(
                milestone.movedOn ?? milestone.due, by: milestone.owner, .milestoneMoved(move))
        }
        for plan in challenge.reviewPlans {
            recorder.on(plan.on, by: plan.by, .reviewPlanned(OfChallenge(code, plan)))
        }
        for suggestion in challenge.suggestions {
            recorder.on(
                suggestion.on, by: suggestion.by, .suggestionMade(OfChallenge(code, suggestion)))
        }
        for review in challenge.reviews where review.kind != .launch {
            recorder.on(
                review.date, by: challenge.head.coach, .reviewHeld(OfChallenge(code, review)))
        }
    }

    private func recordEnd(_ challenge: Challenge, _ recorder: inout Recorder) {
        let code = challenge.code
        let stop = challenge.moves.last { $0.to == .stopped }?.on
        let end = stop ?? challenge.closingReview ?? challenge.moves.last?.on
        let office = office.first
        for lesson in challenge.lessons {
            recorder.on(
                lesson.on ?? end, by: lesson.by ?? office, .lessonShared(OfChallenge(code, lesson)))
        }
        for initiative in challenge.initiatives {
            recorder.on(
                initiative.launchedOn, by: initiative.by,
                .initiativeSet(OfChallenge(code, initiative)))
        }
        for followUp in challenge.followUps {
            recorder.on(followUp.on, by: followUp.by, .followUpMade(OfChallenge(code, followUp)))
        }
        if let result = challenge.result {
            recorder.on(
                end, by: result.confirmedBy ?? office, .resultConfirmed(OfChallenge(code, result)))
        }
        if let plan = challenge.sustainability {
            recorder.on(
                plan.signedOn ?? end, by: plan.signedBy.first,
                .sustainabilitySet(OfChallenge(code, plan)))
        }
    }
}
