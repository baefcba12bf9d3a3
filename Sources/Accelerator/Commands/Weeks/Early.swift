import Language

/// The target is met before the last day: raise it, hold and measure, or close early (method.md 2.2).
struct EarlyCommand: Command {
    static let name = "early"
    enum Act { case raise, hold, show }
    let act: Act
    let to: Measure?
    let reason: String?
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        to = try arguments.measure("to")
        reason = try arguments.gateText("reason")
        challenge = try arguments.code("challenge")
        // The usages stand in this order in the command's file.
        act =
            arguments.utterance.usage == 0 ? .raise : arguments.utterance.usage == 1 ? .hold : .show
        if act == .raise, to == nil { throw Mismatch("to") }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try Daily.lookInside(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        guard let met = view.met else {
            let way = view.assessment.primary?.last?.progress
            throw Refusal(
                Phrase(
                    way == nil ? "early.noReading" : "early.notYet",
                    ["challenge": view.code, "way": .share(way ?? 0)]),
                offers: [
                    Offer(Phrase("status.label", ["code": view.code]), "/status \(challenge.code)")
                ])
        }
        switch act {
        case .show:
            return .answer(
                view.metLines(met),
                offers: Self.ways(challenge, context.roles(in: challenge, state)))
        case .hold: return try hold(met, challenge, view, context)
        case .raise: return try raise(met, challenge, view, state, context)
        }
    }

    /// The ways that are open to somebody with these roles.
    static func ways(_ challenge: Challenge, _ roles: Set<Role>) -> [Offer] {
        var offers: [Offer] = []
        if !roles.isDisjoint(with: [.teamLeader, .coach, .office]) {
            offers.append(Offer(Phrase("early.raiseLabel"), "/early raise \(challenge.code)"))
        }
        if roles.contains(.teamLeader) || roles.contains(.coach) {
            offers.append(Offer(Phrase("early.holdLabel"), "/early hold \(challenge.code)"))
        }
        if !roles.isDisjoint(with: [.teamLeader, .coach, .sponsor, .office]) {
            offers.append(Offer(Phrase("early.closeLabel"), "/close early \(challenge.code)"))
        }
        return offers
    }

    /// The team's choice to go on as it is stands as a decision of its own, with the figure it was made on.
    private func hold(_ met: Met, _ challenge: Challenge, _ view: ChallengeView, _ context: Context)
        throws(Refusal) -> Decision
    {
        try context.require([.teamLeader, .coach], in: challenge, view.state)
        let values: [Phrase.Field] = [
            .init("challenge", view.code), .init("last", .date(challenge.lastDay ?? view.date)),
            .init("target", .measure(met.target, unit: met.goal.unit)),
        ]
        if challenge.decisions.contains(where: { $0.kind == "hold" && $0.state == .decided }) {
            return .answer([Phrase("early.heldAlready", values)])
        }
        var decision = DecisionAsked()
        decision.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        decision.kind = "hold"
        let figure = context.grammar.print(.number(met.target), type: "number")
        decision.text = "\(met.goal.code): \(figure) \(met.goal.unit)"
        decision.decider = try context.me()
        decision.askedBy = decision.decider
        decision.askedOn = view.date
        decision.state = .decided
        decision.decidedOn = view.date
        return .record(
            [.decisionAsked(OfChallenge(challenge.code, decision))], [Phrase("early.held", values)],
            offers: [Daily.undo])
    }

    /// Asked of the sponsor, like any other target; what was met stays met.
    private func raise(
        _ met: Met, _ challenge: Challenge, _ view: ChallengeView, _ state: State,
        _ context: Context
    ) throws(Refusal) -> Decision {
        try context.require([.teamLeader, .coach, .office], in: challenge, state)
        let goal = met.goal
        let target = to?.amount ?? met.target
        try GoalCommand.checkUnit(to, goal)
        let isHigher = goal.direction == .down ? target < met.target : target > met.target
        guard isHigher, target.isFinite else {
            throw Refusal(
                Phrase(
                    "early.notHigher",
                    [
                        "target": .measure(met.target, unit: goal.unit),
                        "direction": .term("direction.\(goal.direction.rawValue)"),
                    ]))
        }
        if ReadingGuard.isPercent(goal.unit), !(0...100).contains(target) {
            throw Refusal(Phrase("goal.percentRange"))
        }
        guard goal.versions.count(where: { $0.metOn != nil }) < 2 else {
            throw Refusal(Phrase("early.raisedTwice"))
        }
        if let open = GoalRevision.open(goal, challenge) {
            return .answer([Phrase("goal.alreadyAsked", AskCommand.values(open, challenge, state))])
        }
        guard
            let sponsor = challenge.holders(of: .sponsor).first(where: {
                $0 != context.person?.code
            })
        else {
            throw Refusal(Phrase("ask.noSponsor", ["challenge": view.code]))
        }
        var decision = DecisionAsked()
        decision.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        decision.kind = "raise \(goal.code) \(target)"
        decision.goalVersion = (goal.versions.map(\.version).max() ?? 0) + 1
        let figures = [met.target, target].map {
            context.grammar.print(.number($0), type: "number")
        }
        let shift = "\(goal.code): \(figures.joined(separator: " → ")) \(goal.unit)"
        decision.text = reason.map { "\(shift). \($0)" } ?? shift
        decision.decider = sponsor
        decision.askedBy = try context.me()
        decision.askedOn = view.date
        decision.due = view.known.days.adding(3, to: view.date) ?? view.date + 5
        var asked = AskCommand.asked(decision, challenge, [], state, context)
        asked.reply.append(Phrase("early.raiseKept", ["day": .count(met.day)]))
        return asked
    }
}

/// A target that was met, and on which day.
struct Met {
    var goal: Goal
    var target: Double
    var day: Int
}

extension ChallengeView {
    /// The primary goal, met before the last day; nil where it is not, or the clock has run out.
    var met: Met? {
        guard isRunning, let day = assessment.day, day < duration, let (goal, judged) = primary,
            goal.mode != .yesNo, goal.direction != .hold, let last = judged.last, last.progress >= 1
        else { return nil }
        let first = last.forecast?.method == .done ? last.forecast?.finishDay : nil
        return Met(goal: goal, target: judged.target, day: first ?? last.day)
    }

    /// “🔵 CH-08: the target, 1,500 people, was met on Day 77, 13 days before the last.”
    func metLines(_ met: Met) -> [Phrase] {
        [
            Phrase(
                "early.head",
                [
                    "challenge": code, "target": .measure(met.target, unit: met.goal.unit),
                    "day": .count(met.day), "left": .count(max(0, duration - met.day)),
                ]), Phrase("early.ways", ["last": .count(duration)]),
        ]
    }
}

extension CloseCommand {
    /// `close early`: the sponsor and the office both, whoever begins; a leader or coach may ask them.
    func early(
        _ challenge: Challenge, _ today: LocalDate, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let me = try context.me()
        let roles = context.roles(in: challenge, state)
        if roles.isDisjoint(with: [.sponsor, .office]),
            !roles.isDisjoint(with: [.teamLeader, .coach])
        {
            let items = Gate(challenge, state, context).early
            guard challenge.phase(on: today) == .accelerating, !items.contains(where: \.isOpen)
            else {
                throw Refusal(
                    Phrase("close.notEarly", ["challenge": .code(challenge.code)]),
                    offers: [
                        Offer(
                            Phrase("status.label", ["code": .code(challenge.code)]),
                            "/status \(challenge.code)")
                    ])
            }
        } else {
            try Transitions.check(challenge, to: .results, state, context)
        }
        let open = challenge.decisions.last { $0.kind == "early" && $0.state == .asked }
        let values: [Phrase.Field] = [
            .init("challenge", .code(challenge.code)), .init("title", .text(challenge.head.title)),
            .init("day", .count(challenge.day(today) ?? 0)), .init("by", state.name(of: me)),
        ]
        guard let open else {
            return try askEarly(
                nil, roles.contains(.sponsor) ? .office : .sponsor, values, challenge, today, state,
                context)
        }
        guard open.decider == me || isOther(open, roles, challenge, state), open.askedBy != me
        else {
            return .answer([
                Phrase("close.earlyWaiting", values + [.init("name", state.name(of: open.decider))])
            ])
        }
        // A leader's or coach's wish takes both: the sponsor first, then the office.
        let asker = open.askedBy.map { state.roles(of: $0, in: challenge) } ?? []
        if asker.isDisjoint(with: [.sponsor, .office]) {
            return try askEarly(
                open, roles.contains(.sponsor) ? .office : .sponsor, values, challenge, today,
                state, context)
        }
        return closed(open, values, challenge, today, me, state, context)
    }

    /// Whether the speaker is of the side that is asked.
    private func isOther(
        _ open: DecisionAsked, _ roles: Set<Role>, _ challenge: Challenge, _ state: State
    ) -> Bool {
        let asked = state.roles(of: open.decider, in: challenge)
        return (asked.contains(.sponsor) && roles.contains(.sponsor))
            || (asked.contains(.office) && roles.contains(.office))
    }

    private func askEarly(
        _ before: DecisionAsked?, _ side: Role, _ values: [Phrase.Field], _ challenge: Challenge,
        _ today: LocalDate, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let me = try context.me()
        let others =
            (side == .office ? state.gateOffice(of: challenge) : challenge.holders(of: .sponsor))
            .filter { $0 != me }
        guard let other = others.first else {
            throw Refusal(
                Phrase(
                    "close.earlyNobody",
                    ["challenge": .code(challenge.code), "role": .term("role.\(side.rawValue)")]))
        }
        var asked = DecisionAsked()
        asked.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        asked.kind = "early"
        asked.text = challenge.head.title
        asked.decider = other
        asked.askedBy = me
        asked.askedOn = today
        var events: [Event] = []
        if let before { events.append(StopCommand.close(before, .decided, today, me, challenge)) }
        events.append(.decisionAsked(OfChallenge(challenge.code, asked)))
        let offers = [
            Offer(Phrase("early.closeLabel"), "/close early \(challenge.code)"),
            Offer(Phrase("close.earlyNo"), "/decide \(challenge.code)-\(asked.code) no"),
        ]
        return .record(
            events, [Phrase("close.earlyWaiting", values + [.init("name", state.name(of: other))])],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                others, [Phrase("close.earlyConfirm", values)], offers: offers,
                subject: "status \(challenge.code)"))
    }

    private func closed(
        _ open: DecisionAsked, _ values: [Phrase.Field], _ challenge: Challenge, _ today: LocalDate,
        _ me: String,
        _ state: State, _ context: Context
    ) -> Decision {
        var events = challenge.clockMoves(by: today)
        events.append(StopCommand.close(open, .decided, today, me, challenge))
        events.append(
            .challengeMoved(ChallengeMoved(challenge.code, to: .results, on: today, by: me)))
        events += Transitions.cohortFollows(challenge, to: .results, on: today, state)
        return .record(
            events, [Phrase("close.early", values)],
            offers: [
                Offer(
                    Phrase("close.label", ["challenge": .code(challenge.code)]),
                    "/close \(challenge.code)"), Decision.gateUndo,
            ],
            notices: context.gateTell(
                challenge.seats.filter { $0.left == nil }.map(\.person)
                    + state.gateOffice(of: challenge),
                [Phrase("close.early", values)]))
    }
}
