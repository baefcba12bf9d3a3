import Language

/// Goals: what number, from what, to what. The target is never edited: a change is asked of the
/// sponsor and makes a new version beside the first (method.md 2.3). What SMART wants besides is said
/// field by field (GoalFields.swift).
struct GoalCommand: Command {
    static let name = "goal"
    enum Act: Hashable {
        case show, set, revise, card, incomplete
        case field(GoalField)
        case accept
    }
    let act: Act
    let utterance: Utterance
    let challenge: String?
    let goal: String?
    let indicator: String?
    let from: Measure?
    let to: Measure?
    let unit: String?
    let due: Value?
    let isSecond: Bool
    let isTotal: Bool
    let reason: String?
    let given: GoalFields
    let letter: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        utterance = arguments.utterance
        challenge = try arguments.code("challenge")
        goal = try arguments.code("goal")
        indicator = try arguments.gateText("name")
        from = try arguments.measure("from")
        to = try arguments.measure("to")
        unit = try arguments.gateText("unit")
        due = arguments["due"]
        isSecond = arguments.has("second")
        isTotal = arguments.has("total")
        reason = try arguments.gateText("reason")
        given = try GoalFields(arguments)
        letter = try arguments.text("letter")
        // The usages stand in this order in the command's file.
        switch arguments.utterance.usage {
        case 0: act = .set
        case 1: act = .revise
        case 3: act = .card
        case 4...13: act = .field(GoalField.allCases[arguments.utterance.usage - 4])
        case 14: act = .accept
        case 15: act = .incomplete
        default: act = .show
        }
        if act == .set, indicator == nil || from == nil || to == nil { throw Mismatch("name") }
        if act == .revise, to == nil { throw Mismatch("to") }
    }

    /// As if somebody had said it: another target for a goal.
    init(revising goal: String, to: Measure, in challenge: String) {
        act = .revise
        self.challenge = challenge
        self.goal = goal
        self.to = to
        indicator = nil
        from = nil
        unit = nil
        due = nil
        reason = nil
        isSecond = false
        isTotal = false
        letter = nil
        given = GoalFields()
        utterance = Utterance(command: Self.name, usage: 1)
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: goal, challenge, state, context)
        switch act {
        case .show: return try show(challenge, state, context)
        case .set: return try set(challenge, state, context)
        case .incomplete: return try incomplete(challenge, state, context)
        case .revise: return try revise(challenge, state, context)
        case .card: return try card(challenge, state, context)
        case .field(let field): return try change(field, challenge, state, context)
        case .accept: return try accept(challenge, state, context)
        }
    }

    private func show(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        guard !challenge.goals.isEmpty else {
            throw Refusal(Phrase("error.noGoalYet", ["challenge": view.code]))
        }
        let shown =
            try goal.map { code throws(Refusal) in [try context.goal(code, of: challenge)] }
            ?? challenge.goals
        var lines: [Phrase] = []
        for goal in shown.prefix(3) {
            lines.append(
                Phrase(
                    goal.isPrimary ? "goal.primary" : "goal.secondary",
                    ["code": .code(goal.code), "name": .text(goal.name)]))
            if let judged = view.assessment.goals.first(where: { $0.code == goal.code }) {
                lines.append(view.valueLine(goal, judged))
            } else {
                lines.append(view.aim(goal))
            }
            let first = goal.versions.first?.target
            if goal.isPrimary, let line = view.firstTargetLine {
                lines.append(line)
            } else if let first, let last = goal.versions.last?.target, goal.versions.count > 1 {
                lines.append(
                    Phrase(
                        "goal.versions",
                        [
                            "first": .measure(first, unit: goal.unit),
                            "target": .measure(last, unit: goal.unit),
                            "date": .date(goal.versions.last?.effectiveFrom ?? view.date),
                        ]))
            }
            lines.append(
                Phrase(
                    "goal.data",
                    [
                        "source": .text(goal.source.isEmpty ? "–" : goal.source),
                        "keeper": goal.owner.map { state.name(of: $0) } ?? .text("–"),
                        "interval": .count(goal.interval),
                    ]))
        }
        guard Self.isDesigned(challenge), let first = shown.first(where: \.isPrimary) else {
            return .answer(lines)
        }
        let card = SmartView(first, challenge, state, context)
        return .answer(lines + card.lines, offers: offers(card, challenge, state, context))
    }

    // MARK: Revising

    private func revise(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require([.teamLeader, .coach, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        let goal = try context.goal(goal, of: challenge)
        let today = context.today(in: challenge, state)
        let limit = challenge.head.duration * 3 / 5
        guard let day = challenge.day(today), day >= 1, day <= limit else {
            throw Refusal(
                Phrase("goal.reviseWindow", ["last": .count(limit), "goal": .code(goal.code)]))
        }
        try Self.checkUnit(to, goal)
        guard goal.versions.dropFirst().count(where: { $0.metOn == nil }) < 2 else {
            throw Refusal(Phrase("goal.reviseTwice"))
        }
        let now = goal.version(on: today)?.target ?? goal.baseline
        let target = to?.amount ?? now
        guard target != now else {
            return .answer([Phrase("goal.sameTarget", ["target": .measure(now, unit: goal.unit)])])
        }
        guard (target > goal.baseline) == (now > goal.baseline), target != goal.baseline else {
            throw Refusal(
                Phrase(
                    "goal.wrongSide",
                    [
                        "baseline": .measure(goal.baseline, unit: goal.unit),
                        "direction": .term("direction.\(goal.direction.rawValue)"),
                    ]))
        }
        if let open = GoalRevision.open(goal, challenge) {
            return .answer([
                Phrase("goal.alreadyAsked", AskCommand.values(open, challenge, state))
            ])
        }
        // It takes two: whoever asks is not the one who approves.
        guard
            let sponsor = challenge.holders(of: .sponsor).first(where: {
                $0 != context.person?.code
            })
        else {
            throw Refusal(Phrase("ask.noSponsor", ["challenge": .code(challenge.code)]))
        }
        let view = Daily.view(challenge, state, context)
        let last = view.assessment.goals.first { $0.code == goal.code }?.last
        if !context.isSure { return confirm(goal, now, target, last, challenge, context) }
        var decision = DecisionAsked()
        decision.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        decision.kind = GoalRevision.kind(goal.code, target)
        decision.goalVersion = (goal.versions.map(\.version).max() ?? 0) + 1
        // The sponsor's own words for it: figures, which every reader understands, and the reason
        // given.
        let figures = [now, target].map { context.grammar.print(.number($0), type: "number") }
        let shift = "\(goal.code): \(figures.joined(separator: " → ")) \(goal.unit)"
        decision.text = reason.map { "\(shift). \($0)" } ?? shift
        decision.decider = sponsor
        decision.askedBy = try context.me()
        decision.askedOn = today
        let days = state.days(of: challenge)
        decision.due = days.adding(3, to: today) ?? today + 5
        var asked = AskCommand.asked(decision, challenge, [], state, context)
        // The sponsor reads what it would do before deciding.
        if var lift = Self.lift(goal, target, last), !asked.notices.isEmpty {
            lift.key = "goal.liftTold"
            asked.notices[0].phrases.append(lift)
        }
        return asked
    }

    /// Direction, unit and baseline stay as they were at the launch.
    static func checkUnit(_ measure: Measure?, _ goal: Goal) throws(Refusal) {
        guard let unit = measure?.unit, Folding.fold(unit) != Folding.fold(goal.unit) else {
            return
        }
        throw Refusal(
            Phrase("goal.unitLocked", ["goal": .code(goal.code), "unit": .text(goal.unit)]))
    }

    /// “It would lift you from 38 % to 42 % of the way.”
    private static func lift(_ goal: Goal, _ target: Double, _ last: Standing?) -> Phrase? {
        guard let last, target != goal.baseline else { return nil }
        return Phrase(
            "goal.lift",
            [
                "way": .share(last.progress),
                "after": .share((last.value - goal.baseline) / (target - goal.baseline)),
            ])
    }

    /// What the change would do, before the sponsor is bothered: where it would lift the team to,
    /// and what the forecast says without it.
    private func confirm(
        _ goal: Goal, _ now: Double, _ target: Double, _ last: Standing?, _ challenge: Challenge,
        _ context: Context
    ) -> Decision {
        let values: [Phrase.Field] = [
            .init("before", .measure(now, unit: goal.unit)),
            .init("target", .measure(target, unit: goal.unit)),
            .init("goal", .code(goal.code)),
        ]
        var lines = [Phrase("goal.askRevise", values)]
        if let last, let lift = Self.lift(goal, target, last) {
            lines.append(lift)
            if let forecast = last.forecast, forecast.method != .done {
                lines.append(Phrase("goal.forecast", ["way": .share(forecast.progressAtEnd)]))
            }
        }
        var line: [String: Value] = ["to": .measure(Measure(target)), "goal": .code(goal.code)]
        if let reason { line["reason"] = .text(reason) }
        let again = Daily.line(Self.name, usage: 1, line, in: challenge, context)
        return .ask(
            lines, offers: [Offer(Phrase("goal.askSponsor"), context.sure(again)), Daily.cancel()])
    }
}
