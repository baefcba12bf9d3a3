import Language

/// `ready`: the team stands; next is the launch workshop.
struct ReadyCommand: Command {
    static let name = "ready"
    private let code: String?
    init(_ a: Arguments) throws(Mismatch) { code = try a.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        try Transitions.check(challenge, to: .ready, state, context)
        let today = context.today(in: challenge, state)
        var head = challenge.head
        head.readyOn = today
        if head.launchOn == nil {
            head.launchOn = head.dayOne.map { $0 - 1 } ?? state.cohorts[head.cohort]?.launchOn
        }
        var reply = [Phrase("ready.done", ["challenge": .code(challenge.code)])]
        if !(8...12).contains(challenge.team.count) {
            reply.append(Phrase("ready.size", ["count": .count(challenge.team.count)]))
        }
        let invitation = head.launchOn.map {
            Phrase(
                "ready.invitation",
                ["challenge": .code(challenge.code), "title": .text(head.title), "date": .date($0)])
        }
        return .record(
            [
                .challengeSet(head),
                .challengeMoved(
                    ChallengeMoved(challenge.code, to: .ready, on: today, by: context.person?.code)),
            ],
            reply,
            offers: [
                Offer(
                    Phrase("launch.label", ["challenge": .code(challenge.code)]),
                    "/launch \(challenge.code)"), Decision.gateUndo,
            ],
            notices: invitation.map { context.gateTell(challenge.team, [$0]) } ?? [])
    }
}

/// `launch`: Day 0. A leader asks; coach or office launches.
struct LaunchCommand: Command {
    static let name = "launch"
    private let code: String?
    private let dayOne: LocalDate?
    init(_ a: Arguments) throws(Mismatch) {
        code = try a.code("challenge")
        dayOne = try a.date("day1")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        let roles = context.roles(in: challenge, state)
        if roles.isDisjoint(with: [.coach, .office]), roles.contains(.teamLeader) {
            return try ask(challenge, state, context)
        }
        try Transitions.check(challenge, to: .launched, state, context)
        let today = context.today(in: challenge, state)
        let first = try firstDay(challenge, today, state)
        let days = (state.programme(of: challenge)?.calendar ?? WorkingCalendar()).days
        var head = challenge.head
        head.launchOn = today
        head.dayOne = first
        head.midpointOn = days.midpoint(dayOne: first, duration: head.duration)
        head.closingOn = days.onOrAfter(first + head.duration + 1) ?? first + head.duration + 1
        var events: [Event] = [
            .challengeSet(head),
            .challengeMoved(
                ChallengeMoved(challenge.code, to: .launched, on: today, by: context.person?.code)),
        ]
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
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(head.title), "first": .date(first),
            "middle": .date(head.midpointOn ?? first + (head.duration - 1) / 2),
            "last": .date(first + (head.duration - 1)),
            "duration": .count(head.duration),
        ]
        let everybody = challenge.seats.filter { $0.left == nil }.map(\.person)
        return .record(
            events, [Phrase("launch.done", values)], offers: [Decision.gateUndo],
            notices: context.gateTell(everybody, [Phrase("launch.told", values)]))
    }

    /// As asked for, else as the challenge or its cohort has it where that is 1 … 7 days off, else
    /// tomorrow (method.md 2.2).
    private func firstDay(_ challenge: Challenge, _ today: LocalDate, _ state: State)
        throws(Refusal) -> LocalDate
    {
        let fits: (LocalDate) -> Bool = { (1...7).contains($0 - today) }
        if let dayOne {
            guard fits(dayOne) else {
                throw Refusal(
                    Phrase("launch.dayOne", ["first": .date(today + 1), "last": .date(today + 7)]))
            }
            return dayOne
        }
        let planned = [challenge.head.dayOne, state.cohorts[challenge.head.cohort]?.dayOne]
        return planned.compactMap { $0 }.first(where: fits) ?? today + 1
    }

    private func ask(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        let missing = Gate(challenge, state, context).launch
        guard challenge.state == .ready, missing.isEmpty else {
            var refusal = Refusal(
                Phrase(
                    "challenge.gate",
                    [
                        "challenge": .code(challenge.code), "to": .term("state.launched"),
                        "missing": .count(missing.count),
                    ]))
            refusal.phrases += missing
            if challenge.state != .ready {
                refusal = Refusal(
                    Phrase(
                        "challenge.illegal",
                        [
                            "challenge": .code(challenge.code), "from": .term(challenge.state.term),
                            "to": .term("state.launched"),
                        ]))
            }
            throw refusal
        }
        let deciders = challenge.holders(of: .coach) + state.gateOffice(of: challenge)
        guard let decider = deciders.first else {
            throw Refusal(Phrase("launch.nobody", ["challenge": .code(challenge.code)]))
        }
        var asked = DecisionAsked()
        asked.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        asked.kind = "launch"
        asked.text = challenge.head.title
        asked.decider = decider
        asked.askedBy = me
        asked.askedOn = context.today(in: challenge, state)
        return .record(
            [.decisionAsked(OfChallenge(challenge.code, asked))],
            [Phrase("launch.asked", ["name": state.name(of: decider)])],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                deciders,
                [
                    Phrase(
                        "launch.confirm",
                        [
                            "challenge": .code(challenge.code),
                            "title": .text(challenge.head.title), "by": state.name(of: me),
                        ])
                ],
                offers: [
                    Offer(
                        Phrase("launch.label", ["challenge": .code(challenge.code)]),
                        "/launch \(challenge.code)")
                ]))
    }
}
