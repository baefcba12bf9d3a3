import Language

/// The dates that follow from a Day 1.
struct LaunchDates {
    let first: LocalDate
    let last: LocalDate
    /// Where half the days fall, and when the review is held for that (method.md 2.2.4); nil where no
    /// working day is near enough: then the office decides.
    let planned: LocalDate
    let midpoint: LocalDate?
    let closing: LocalDate
    let challenge: Challenge
    /// The holiday on which half the days fall.
    let holiday: Holiday?

    init(_ challenge: Challenge, _ first: LocalDate, _ state: State) {
        let calendar = state.programme(of: challenge)?.calendar ?? WorkingCalendar()
        let days = calendar.days
        let duration = challenge.head.duration
        self.challenge = challenge
        self.first = first
        last = first + (duration - 1)
        let planned = first + ((duration + 1) / 2 - 1)
        self.planned = planned
        midpoint = days.midpoint(dayOne: first, duration: duration)
        closing = days.onOrAfter(first + duration + 1) ?? first + duration + 1
        holiday = calendar.holidays.first { $0.date == planned }
    }

    /// The midpoint that holds: by the rule, else the office's.
    var middle: LocalDate? { midpoint ?? challenge.head.midpointOn }

    var values: [Phrase.Field] {
        let middle = middle ?? planned
        return [
            .init("challenge", .code(challenge.code)), .init("title", .text(challenge.head.title)),
            .init("first", .date(first)), .init("middle", .date(middle)),
            .init("last", .date(last)),
            .init("duration", .count(challenge.head.duration)), .init("closing", .date(closing)),
            .init("day", .count(middle - first + 1)), .init("half", .count(planned - first + 1)),
            .init("holiday", holiday?.settled ?? .text("")), .init("why", .code(why)),
        ]
    }
    /// Why the review is not on the day itself: `none`, `holiday`, `off`.
    private var why: String {
        middle == planned || middle == nil ? "none" : holiday == nil ? "off" : "holiday"
    }
    func phrase(_ key: String) -> Phrase { Phrase(key, values) }

    /// Where the cohort begins on another day: said before the launch, since Day 1 never moves afterwards.
    func besideCohort(_ state: State) -> [Phrase] {
        guard let cohort = state.cohorts[challenge.head.cohort], let planned = cohort.dayOne,
            planned != first
        else { return [] }
        return [
            Phrase(
                "launch.beside",
                [
                    "cohort": .code(cohort.code), "date": .date(planned),
                    "days": .count(abs(planned - first)),
                    "when": .code(first < planned ? "before" : "after"),
                ])
        ]
    }
}

/// `launch`: Day 0. Whoever leads, coaches or runs the office asks; coach or office confirms.
struct LaunchCommand: Command {
    static let name = "launch"
    private let code: String?
    private let dayOne: LocalDate?
    private let when: LocalMoment?
    init(_ a: Arguments) throws(Mismatch) {
        code = try a.code("challenge")
        dayOne = try a.date("day1")
        when = try a.moment("when")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        if let when { return try set(when, challenge, state, context) }
        let roles = context.roles(in: challenge, state)
        if challenge.state == .ready, let cohort = state.cohorts[challenge.head.cohort],
            [.cancelled, .closed].contains(cohort.state)
        {
            throw Refusal(
                Phrase(
                    "launch.cohortOver",
                    [
                        "challenge": .code(challenge.code), "cohort": .code(cohort.code),
                        "state": .term(cohort.state.term),
                    ]),
                offers: [
                    Offer(
                        Phrase("challenge.label", ["challenge": .code(challenge.code)]),
                        "/challenge \(challenge.code)")
                ])
        }
        if roles.isDisjoint(with: [.coach, .office]), roles.contains(.teamLeader) {
            return try ask(challenge, state, context)
        }
        try Transitions.check(challenge, to: .launched, state, context)
        let today = context.today(in: challenge, state)
        let dates = LaunchDates(challenge, try firstDay(challenge, today, state), state)
        let asked = challenge.decisions.first { $0.kind == "launch" && $0.state == .asked }
        // Two steps: somebody asked before, or whoever launches says so twice.
        guard context.isSure || (asked != nil && asked?.askedBy != context.person?.code) else {
            var line = "/launch \(challenge.code)"
            if dayOne != nil { line += " day1=\(dates.first)" }
            return .ask(
                [dates.phrase("launch.sure")] + dates.besideCohort(state)
                    + [Phrase("launch.final")],
                offers: [Offer(Phrase("launch.sureLabel"), context.sure(line)), Daily.cancel()])
        }
        return launch(challenge, dates, today, state, context)
    }

    private func launch(
        _ challenge: Challenge, _ dates: LaunchDates, _ today: LocalDate, _ state: State,
        _ context: Context
    ) -> Decision {
        let first = dates.first
        var head = challenge.head
        if head.launchOn != today { head.launchTime = nil }
        head.launchOn = today
        head.dayOne = first
        head.midpointOn = dates.middle
        head.closingOn = dates.closing
        var events: [Event] = [
            .challengeSet(head),
            .challengeMoved(
                ChallengeMoved(challenge.code, to: .launched, on: today, by: context.person?.code)),
        ]
        if var goal = challenge.primaryGoal {
            // The card as it stood: the goal is locked with it.
            goal.smart = Self.record(goal, challenge, first)
            events.append(.goalSet(OfChallenge(challenge.code, goal)))
        }
        // Due days are days of the challenge: their dates follow Day 1.
        for milestone in challenge.milestones
        where milestone.dueDay > 0 && milestone.due != first + (milestone.dueDay - 1) {
            var moved = milestone
            moved.due = first + (milestone.dueDay - 1)
            events.append(.milestoneSet(OfChallenge(challenge.code, moved)))
        }
        for decision in challenge.decisions
        where decision.kind == "launch" && decision.state == .asked {
            events.append(
                StopCommand.close(decision, .decided, today, context.person?.code, challenge))
        }
        events += Transitions.cohortFollows(challenge, to: .launched, on: today, state)
        var reply = [dates.phrase("launch.done"), dates.phrase("launch.dayZero")]
        if let day = head.meetingDay, let time = head.meetingTime {
            reply.append(
                Phrase("launch.meeting", ["day": .term("weekday.\(day)"), "time": .time(time)]))
        }
        let everybody = challenge.seats.filter { $0.left == nil }.map(\.person)
        return .record(
            events, reply, offers: [Decision.gateUndo],
            notices: context.gateTell(
                everybody, [dates.phrase("launch.told"), dates.phrase("launch.dates")]))
    }

    /// The team's vote stands in its ballot: nobody counted who said yes.
    private static func record(_ goal: Goal, _ challenge: Challenge, _ first: LocalDate)
        -> SmartRecord
    {
        var record = SmartRecord()
        record.specific = true
        record.measurable = true
        record.relevant = challenge.head.area ?? ""
        record.timeBound = (first + ((goal.dueDay ?? challenge.head.duration) - 1)).description
        return record
    }

    /// As the challenge or its cohort has it where that is 1 … 7 days off, else tomorrow (method.md 2.2).
    static func plannedDayOne(_ challenge: Challenge, _ today: LocalDate, _ state: State)
        -> LocalDate
    {
        let planned = [challenge.head.dayOne, state.cohorts[challenge.head.cohort]?.dayOne]
        return planned.compactMap { $0 }.first { (1...7).contains($0 - today) } ?? today + 1
    }

    private func firstDay(_ challenge: Challenge, _ today: LocalDate, _ state: State)
        throws(Refusal) -> LocalDate
    {
        guard let dayOne else { return Self.plannedDayOne(challenge, today, state) }
        guard (1...7).contains(dayOne - today) else {
            throw Refusal(
                Phrase("launch.dayOne", ["first": .date(today + 1), "last": .date(today + 7)]))
        }
        return dayOne
    }

    private func ask(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        guard challenge.state == .ready else {
            throw Refusal(
                Phrase(
                    "challenge.illegal",
                    [
                        "challenge": .code(challenge.code), "from": .term(challenge.state.term),
                        "to": .term("state.launched"),
                    ]),
                offers: [
                    Offer(
                        Phrase("gate.label", ["challenge": .code(challenge.code)]),
                        "/gate \(challenge.code)")
                ])
        }
        let today = context.today(in: challenge, state)
        let items = Gate(challenge, state, context).launch
        try Transitions.require(
            items, challenge, .launched, state, context.roles(in: challenge, state))
        let dates = LaunchDates(challenge, try firstDay(challenge, today, state), state)
        let deciders = challenge.holders(of: .coach) + state.gateOffice(of: challenge)
        guard let decider = deciders.first else {
            throw Refusal(Phrase("launch.nobody", ["challenge": .code(challenge.code)]))
        }
        if let open = challenge.decisions.first(where: { $0.kind == "launch" && $0.state == .asked }
        ) {
            return .answer([
                Phrase(
                    "launch.already",
                    ["name": state.name(of: open.decider), "date": .date(open.askedOn)])
            ])
        }
        var asked = DecisionAsked()
        asked.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        asked.kind = "launch"
        asked.text = challenge.head.title
        asked.decider = decider
        asked.askedBy = me
        asked.askedOn = today
        let (met, all) = items.standing
        return .record(
            [.decisionAsked(OfChallenge(challenge.code, asked))],
            [
                Phrase(
                    "launch.asked",
                    ["name": state.name(of: decider), "met": .count(met), "all": .count(all)]),
                dates.phrase("launch.dates"),
            ] + dates.besideCohort(state),
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                deciders,
                [
                    Phrase(
                        "launch.confirm",
                        [
                            "challenge": .code(challenge.code),
                            "title": .text(challenge.head.title), "by": state.name(of: me),
                            "met": .count(met), "all": .count(all),
                        ]),
                    dates.phrase("launch.dates"),
                ] + dates.besideCohort(state),
                offers: [
                    Offer(
                        Phrase("launch.label", ["challenge": .code(challenge.code)]),
                        "/launch \(challenge.code)")
                ]))
    }
}
