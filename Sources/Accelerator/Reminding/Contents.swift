import Language

// What each row of the reminder calendar says; ``Decider/ring(_:_:)`` says when and to whom.

extension Decider {
    func content(
        of occurrence: Occurrence, for receiver: String, _ state: State, _ today: LocalDate,
        _ at: Instant
    ) -> (phrases: [Phrase], offers: [Offer])? {
        let snooze = [
            Offer(Phrase("later.tomorrowLabel"), "/later tomorrow"),
            Offer(Phrase("notme.label"), "/notme"), Offer(Phrase("whyme.label"), "/whyme"),
        ]
        switch occurrence.row {
        case "reading.due":
            guard let challenge = Self.challenge(of: occurrence, state),
                let code = occurrence.subject.split(separator: "-").last,
                let goal = challenge.goals.first(where: { $0.code == code })
            else { return nil }
            return (reading(occurrence, challenge, goal, receiver, state), snooze)
        case "milestone.due":
            guard let challenge = Self.challenge(of: occurrence, state),
                let code = occurrence.subject.split(separator: "-").last,
                let milestone = challenge.milestones.first(where: { $0.code == code })
            else { return nil }
            let whole = "\(challenge.code)-\(milestone.code)"
            return (
                milestoneDue(occurrence, challenge, milestone, receiver, state, today),
                ways(out: whole, challenge, state.roles(of: receiver, in: challenge))
                    + snooze.prefix(1)
            )
        case Silence.row: return Silence.content(of: occurrence, state, zones)
        case "results.open":
            return Self.challenge(of: occurrence, state).map { results($0, state, at) }
        case _ where occurrence.row.utf8.starts(with: "digest.".utf8):
            return digest(occurrence, receiver, state, at)
        default:
            return Telling(
                decider: self, occurrence: occurrence, receiver: receiver, state: state,
                today: today, at: at
            ).words
        }
    }

    /// Done, another day, help; for the sponsor, who holds no part of the work, a word to the leader.
    private func ways(out whole: String, _ challenge: Challenge, _ roles: Set<Role>) -> [Offer] {
        guard !roles.isDisjoint(with: Challenge.teamRoles.union([.office])) else {
            return [Offer(Phrase("remind.do.nudge"), "/nudge \(challenge.code) team-leader")]
        }
        return [
            Offer(Phrase("done.label"), "/done \(whole)"),
            Offer(Phrase("remind.do.date"), "/milestone move \(whole)"),
            Offer(Phrase("remind.do.help"), "/block challenge=\(challenge.code)"),
        ]
    }

    private func reading(
        _ occurrence: Occurrence, _ challenge: Challenge, _ goal: Goal, _ receiver: String,
        _ state: State
    ) -> [Phrase] {
        let last = goal.readings.filter { $0.voidedAt == nil }.max {
            ($0.asOf, $0.enteredAt) < ($1.asOf, $1.enteredAt)
        }
        var values: [Phrase.Field] = [
            .init("name", state.name(of: receiver)), .init("challenge", .code(challenge.code)),
            .init("goal", .text(goal.name)), .init("due", .date(occurrence.nominal)),
        ]
        if let last {
            values.append(.init("last", .measure(last.value, unit: goal.unit)))
            values.append(.init("date", .date(last.asOf)))
        }
        let form = occurrence.step == 0 ? "today" : occurrence.step == 1 ? "again" : "ladder"
        var phrases = [Phrase("remind.reading.\(form)\(last == nil ? "First" : "")", values)]
        if challenge.goals.count > 1 { phrases.append(Phrase("remind.reading.goal", values)) }
        return phrases
    }

    /// The hundred days are over: what came of them so far, and what is still open.
    private func results(_ challenge: Challenge, _ state: State, _ at: Instant) -> (
        phrases: [Phrase], offers: [Offer]
    ) {
        let view = ChallengeView(challenge, state, at: at, zones: zones)
        let loose = challenge.milestones.count { $0.state == .open }
        var phrases = [view.headline] + [view.dayLine].compactMap { $0 } + view.resultLines
        if loose > 0 {
            phrases.append(
                Phrase("loose.left", ["challenge": .code(challenge.code), "count": .count(loose)]))
        }
        let story = Offer(Phrase("story.label"), "/story \(challenge.code)")
        guard loose > 0 else { return (phrases, [story]) }
        return (phrases, [Offer(Phrase("loose.label"), "/loose \(challenge.code)"), story])
    }

    private func milestoneDue(
        _ occurrence: Occurrence, _ challenge: Challenge, _ milestone: Milestone,
        _ receiver: String,
        _ state: State, _ today: LocalDate
    ) -> [Phrase] {
        let days = milestone.due - today
        let form =
            days > 0 ? "ahead" : days == 0 ? "today" : occurrence.step >= 5 ? "ladder" : "overdue"
        return [
            Phrase(
                "remind.milestone.\(form)",
                [
                    "name": state.name(of: receiver), "challenge": .code(challenge.code),
                    "milestone": .code(milestone.code), "title": .text(milestone.title),
                    "due": .date(milestone.due), "days": .count(abs(days)),
                    "owner": milestone.owner.map { state.name(of: $0) }
                        ?? .term("role.team-leader"),
                ])
        ]
    }

    /// The days to keep free, for the phone's own calendar; the hour before nobody needs them any more.
    func enclosure(of occurrence: Occurrence, _ state: State) -> Enclosure? {
        guard occurrence.row == Row.launchInvitation.name, occurrence.step < 3,
            let challenge = Self.challenge(of: occurrence, state)
        else { return nil }
        return Enclosure(
            name: challenge.code, .calendar(DayCalendar(launchOf: challenge, state)))
    }

    /// The picture that goes with a digest: the challenge's course, the cohort's bars.
    func chart(of occurrence: Occurrence, _ state: State, _ at: Instant) -> Chart? {
        switch occurrence.row {
        case "meeting.weekly" where occurrence.step == 0, "day.one":
            return Self.challenge(of: occurrence, state).flatMap {
                ChallengeView($0, state, at: at, zones: zones).chart()
            }
        case _ where occurrence.row.utf8.starts(with: "digest.".utf8):
            return digestChart(occurrence, state, at)
        default: return nil
        }
    }
}
