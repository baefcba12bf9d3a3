import Language

/// Asks somebody for a decision, by a day: the sponsor within three working days where nothing else
/// is said.
struct AskCommand: Command {
    static let name = "ask"
    let text: String?
    let due: LocalDate?
    let from: Mention?
    let unblocks: String?
    let withdrawn: String?
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        text = try arguments.gateText("text")
        due = try arguments.date("due")
        from = try arguments.person("from")
        unblocks = try arguments.code("unblocks")
        withdrawn = try arguments.code("decision")
        challenge = try arguments.code("challenge")
        if text == nil, withdrawn == nil { throw Mismatch("text") }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: withdrawn ?? unblocks, challenge, state, context)
        try context.require([.teamLeader, .coach, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        if let withdrawn { return try withdraw(withdrawn, challenge, state, context) }
        let today = context.today(in: challenge, state)
        let days = state.days(of: challenge)
        let by = due ?? days.adding(3, to: today) ?? today + 5
        guard by >= today else { throw Refusal(Phrase("ask.past", ["date": .date(by)])) }
        var events: [Event] = []
        var decider = challenge.holders(of: .sponsor).first
        if let from {
            guard let found = try context.gatePerson(from, in: challenge, state) else {
                throw Refusal(
                    Phrase(
                        "error.unknownPerson",
                        ["name": .text(from.name), "challenge": .code(challenge.code)]))
            }
            decider = found.code
            events = found.events
        }
        guard let decider else {
            throw Refusal(Phrase("ask.noSponsor", ["challenge": .code(challenge.code)]))
        }
        guard challenge.decisions.count(where: { $0.state == .asked }) < 20 else {
            throw Refusal(Phrase("ask.tooMany"))
        }
        var decision = DecisionAsked()
        decision.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        decision.text = text ?? ""
        decision.decider = decider
        decision.askedBy = try context.me()
        decision.askedOn = today
        decision.due = by
        if let unblocks {
            decision.unblocks = try SolvedCommand.existing(unblocks, challenge, state, context).code
        }
        return Self.asked(decision, challenge, events, state, context)
    }

    /// Records the request and hands it to whoever decides, as a question with two buttons.
    static func asked(
        _ decision: DecisionAsked, _ challenge: Challenge, _ events: [Event], _ state: State,
        _ context: Context
    ) -> Decision {
        let code = "\(challenge.code)-\(decision.code)"
        let values = self.values(decision, challenge, state)
        let offers =
            answers(code) + [
                Offer(
                    Phrase("status.label", ["code": .code(challenge.code)]),
                    "/status \(challenge.code)"
                )
            ]
        return .record(
            events + [.decisionAsked(OfChallenge(challenge.code, decision))],
            [Phrase("ask.done", values)],
            offers: [Daily.undo],
            notices: [
                context.tell(
                    decision.decider, [Phrase("ask.told", values)], offers: offers,
                    subject: "decision \(code)")
            ])
    }

    static func values(_ decision: DecisionAsked, _ challenge: Challenge, _ state: State) -> [Phrase
        .Field]
    {
        [
            .init("code", .code("\(challenge.code)-\(decision.code)")),
            .init("text", .text(decision.text)),
            .init("decider", state.name(of: decision.decider)),
            .init("by", decision.askedBy.map { state.name(of: $0) } ?? .term("role.team-leader")),
            .init("due", .date(decision.due ?? decision.askedOn)),
            .init("challenge", .code(challenge.code)),
            .init("title", .text(challenge.head.title)),
        ]
    }

    private func withdraw(
        _ code: String, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let found = try DecideCommand.existing(code, challenge)
        let values = Self.values(found, challenge, state)
        guard found.state == .asked else {
            return .answer([DecideCommand.already(found, challenge, state)])
        }
        var event = DecisionMoved()
        event.challenge = challenge.code
        event.decision = found.code
        event.to = .withdrawn
        event.on = context.today(in: challenge, state)
        event.by = try context.me()
        return .record(
            [.decisionMoved(event)], [Phrase("ask.withdrawn", values)], offers: [Daily.undo],
            notices: context.gateTell([found.decider], [Phrase("ask.withdrawnTold", values)]))
    }
}

/// Answers a decision that was asked for: by the person asked, or the sponsor.
struct DecideCommand: Command {
    static let name = "decide"
    /// Nil where only the list is asked for.
    let decision: String?
    let challenge: String?
    let isYes: Bool
    let isTalk: Bool
    /// Whether an answer is given; else what is asked is shown.
    private let isAnswer: Bool
    let words: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        decision = try arguments.code("decision")
        challenge = try arguments.code("challenge")
        isYes = arguments.has("yes")
        isTalk = arguments.has("talk")
        isAnswer = isYes || isTalk || arguments.has("no")
        words = try arguments.gateText("words")
    }

    static func existing(_ code: String, _ challenge: Challenge) throws(Refusal) -> DecisionAsked {
        let short = Daily.shortCode(code)
        if let found = challenge.decisions.first(where: { $0.code == short }) { return found }
        throw Refusal(
            Phrase("decide.unknown", ["code": .code(short), "challenge": .code(challenge.code)]))
    }

    static func already(_ decision: DecisionAsked, _ challenge: Challenge, _ state: State) -> Phrase
    {
        var values = AskCommand.values(decision, challenge, state)
        values.append(.init("date", .date(decision.decidedOn ?? decision.askedOn)))
        values.append(.init("state", .term("state.\(decision.state.rawValue)")))
        return Phrase("decide.already", values)
    }

    /// The line that says yes to what is more than words: it moves something.
    static func ownLine(_ decision: DecisionAsked, _ challenge: Challenge) -> String? {
        guard let kind = decision.kind else { return nil }
        switch kind {
        case "stop": return "/stop \(challenge.code)"
        case "early": return "/close early \(challenge.code)"
        case "reopen": return "/reopen yes \(challenge.code)"
        case "launch": return "/launch \(challenge.code)"
        default:
            return kind.hasPrefix("undo ") ? "/undo yes \(challenge.code)-\(decision.code)" : nil
        }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let decision else {
            return try DecisionsCommand(challenge: challenge).decide(state, context)
        }
        let challenge = try Daily.challenge(of: decision, challenge, state, context)
        let me = try context.me()
        let found = try Self.existing(decision, challenge)
        guard isAnswer else { return try shown(found, challenge, state, context) }
        guard found.decider == me || context.roles(in: challenge, state).contains(.sponsor) else {
            throw Refusal(
                Phrase("decide.notYours", AskCommand.values(found, challenge, state)), kind: .right)
        }
        guard found.state == .asked else { return .answer([Self.already(found, challenge, state)]) }
        guard found.kind != "stop" else {
            // Stopping takes two confirmations and a lesson: its own command sees to that.
            throw Refusal(
                Phrase("decide.stop", ["challenge": .code(challenge.code)]),
                offers: [
                    Offer(
                        Phrase("choice.line", ["line": .code("/stop \(challenge.code)")]),
                        "/stop \(challenge.code)")
                ])
        }
        if isTalk { return try talk(found, challenge, state, context) }
        if isYes, found.kind == "early" {
            throw Refusal(
                Phrase("decide.early", ["challenge": .code(challenge.code)]),
                offers: [Offer(Phrase("early.closeLabel"), "/close early \(challenge.code)")])
        }
        if isYes, found.kind != "early", let line = Self.ownLine(found, challenge) {
            throw Refusal(
                Phrase("decide.own", AskCommand.values(found, challenge, state)),
                offers: [Offer(Phrase("choice.line", ["line": .code(line)]), line)])
        }
        let today = context.today(in: challenge, state)
        var event = DecisionMoved()
        event.challenge = challenge.code
        event.decision = found.code
        event.to = isYes ? .decided : .refused
        event.on = today
        event.by = me
        event.words = words
        var events: [Event] = [.decisionMoved(event)]
        var values = AskCommand.values(found, challenge, state)
        values.append(.init("words", .text(words ?? "")))
        values.append(.init("name", state.name(of: me)))
        var reply = [Phrase(isYes ? "decide.yes" : "decide.no", values)]
        let met = Daily.view(challenge, state, context).met.flatMap {
            challenge.date(ofDay: $0.day)
        }
        if isYes, let revision = GoalRevision(found, challenge, on: today, by: me, met: met) {
            guard found.askedBy != me else {
                throw Refusal(Phrase("decide.secondPerson", values), kind: .right)
            }
            if revision.isLapsed { throw Refusal(Phrase("goal.revisionLate", revision.values)) }
            events.append(
                .goalTargeted(OfGoal(challenge.code, revision.goal.code, revision.version)))
            reply.append(
                Phrase(
                    revision.version.metOn == nil ? "goal.revised" : "early.raised", revision.values
                ))
        } else if isYes, let code = found.unblocks,
            let blocker = challenge.blockers.first(where: { $0.code == Daily.shortCode(code) }),
            blocker.isOpen
        {
            reply.append(
                Phrase("decide.blockerOpen", ["code": .code("\(challenge.code)-\(blocker.code)")]))
        }
        let key = isYes ? "decide.toldYes" : "decide.toldNo"
        var told = [Phrase(key, values)]
        if words != nil { told.append(Phrase("decide.words", values)) }
        return .record(
            events, reply, offers: [Daily.undo],
            notices: context.gateTell(
                [found.askedBy].compactMap { $0 } + challenge.holders(of: .teamLeader), told))
    }
}

/// A change of target that a decision would make. It stands in the decision's kind: `target G1 18`, and
/// where the target was met early `raise G1 12`.
struct GoalRevision {
    let goal: Goal
    let version: GoalVersion
    /// Whether the days in which a target may change are over.
    let isLapsed: Bool

    static func kind(_ goal: String, _ target: Double) -> String { "target \(goal) \(target)" }

    /// The request that waits for a goal.
    static func open(_ goal: Goal, _ challenge: Challenge) -> DecisionAsked? {
        challenge.decisions.first {
            $0.state == .asked
                && ($0.kind?.hasPrefix("target \(goal.code) ") == true
                    || $0.kind?.hasPrefix("raise \(goal.code) ") == true)
        }
    }

    /// `met`: the day on which the target in force was met, where it was.
    init?(
        _ decision: DecisionAsked, _ challenge: Challenge, on date: LocalDate, by: String,
        met: LocalDate?
    ) {
        let parts = decision.kind?.split(separator: " ").map(String.init) ?? []
        guard parts.count == 3, parts[0] == "target" || parts[0] == "raise",
            let target = Double(parts[2]),
            target.isFinite,
            let goal = challenge.goals.first(where: { $0.code == parts[1] })
        else { return nil }
        self.goal = goal
        var version = GoalVersion()
        version.version = (goal.versions.map(\.version).max() ?? 0) + 1
        version.target = target
        version.effectiveFrom = date
        version.approvedBy = by
        version.reason = decision.text
        let isRaise = parts[0] == "raise"
        if isRaise { version.metOn = met }
        self.version = version
        // A target that is no longer met can't be raised on its being met.
        let limit = isRaise ? challenge.head.duration - 1 : challenge.head.duration * 3 / 5
        isLapsed = (isRaise && met == nil) || challenge.day(date).map { $0 > limit } ?? true
    }

    var values: [Phrase.Field] {
        let before = goal.versions.last?.target ?? goal.baseline
        return [
            .init("goal", .code(goal.code)), .init("before", .measure(before, unit: goal.unit)),
            .init("target", .measure(version.target, unit: goal.unit)),
            .init("first", .measure(goal.versions.first?.target ?? before, unit: goal.unit)),
        ]
    }
}
