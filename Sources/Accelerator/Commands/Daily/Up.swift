import Language

/// Records a reading: the sentence that everything else is made of.
///
/// 1. Who may (method.md 2.7): the team but the scribe, and the office. From someone who asked to
///    be let in it is kept until the leader does.
/// 2. Which goal: the one named, the one whose unit fits, else the primary; where only a figure was
///    said and two goals could take it, asked.
/// 3. Which day: the one said, else today; never the future, never before Day 1, never after the
///    last day (7 days later nothing more is taken), the leader alone more than 14 days back.
/// 4. Whether it is plausible (``ReadingGuard``): asked, never refused.
/// 5. Whether the day has a figure already: the same is already here, another one is asked about.
struct UpCommand: Command {
    static let name = "up"
    let measure: Measure
    let goal: String?
    let challenge: String?
    let date: LocalDate?
    let note: String?

    static let recorders: Set<Role> = [.member, .dataKeeper, .teamLeader, .office]
    static let correctors: Set<Role> = [.dataKeeper, .teamLeader, .office]

    init(_ arguments: Arguments) throws(Mismatch) {
        measure = try arguments.required("value", arguments.measure("value"))
        goal = try arguments.code("goal")
        challenge = try arguments.code("challenge")
        date = try arguments.date("on")
        note = try arguments.gateText("note")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: goal, challenge, state, context)
        let isKept = try Self.admit(challenge, state, context)
        let today = context.today(in: challenge, state)
        let (goal, asking) = try chosenGoal(challenge, state, context)
        if let asking { return asking }
        guard goal.mode != .yesNo else {
            throw Refusal(
                Phrase("up.yesNo", ["goal": .code(goal.code)]),
                offers: [Offer(Phrase("next.label"), "/next")])
        }
        var entry = ReadingEntry(challenge, goal, state, context, today: today)
        entry.note = note
        if let asking = try entry.chooseDate(date, measure) { return asking }
        if let asking = try entry.chooseValue(measure) { return asking }
        if let asking = try entry.checkSameDay(isIncrement: measure.isIncrement) { return asking }
        return isKept ? try entry.keep() : try entry.record()
    }

    /// Whether the reading is only kept; refuses who has no part here.
    static func admit(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Bool
    {
        let me = try context.me()
        guard context.roles(in: challenge, state).isDisjoint(with: recorders) else { return false }
        if challenge.applicants.contains(where: { $0.person == me }) { return true }
        let sees = Daily.sight(of: challenge, state, context) != .none
        var refusal = Refusal(
            Phrase(sees ? "up.notTeamSuggest" : "up.notTeam", ["challenge": .code(challenge.code)]),
            kind: .right,
            offers: [
                Offer(
                    Phrase("status.label", ["code": .code(challenge.code)]),
                    "/status \(challenge.code)")
            ])
        if sees {
            refusal.offers.append(Offer(Phrase("suggest.label"), "/suggest \(challenge.code)"))
        }
        throw refusal
    }

    /// The goal, or the question which one.
    private func chosenGoal(
        _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> (Goal, Decision?) {
        let chosen = try context.goal(goal, of: challenge, unit: measure.unit)
        guard goal == nil, context.isBare, challenge.goals.count > 1 else { return (chosen, nil) }
        let unit = measure.unit.map { Folding.fold($0) }
        if let unit, challenge.goals.count(where: { Folding.fold($0.unit) == unit }) == 1 {
            return (chosen, nil)
        }
        let view = Daily.view(challenge, state, context)
        let fitting = view.judged.filter { goal, judged in
            let isOfUnit = unit.map { Folding.fold(goal.unit) == $0 } ?? true
            let reference = judged.last?.value ?? goal.baseline
            return isOfUnit && goal.mode != .yesNo
                && ReadingGuard(goal, target: judged.target, reference: reference).doubt(
                    measure.amount) == nil
        }
        guard fitting.count > 1 else { return (fitting.first?.goal ?? chosen, nil) }
        let offers = fitting.prefix(3).map { goal, judged -> Offer in
            var values: [String: Value] = ["value": .measure(measure), "goal": .code(goal.code)]
            if let date { values["on"] = .date(date) }
            return Offer(
                Phrase(
                    "up.goalChoice",
                    [
                        "goal": .code(goal.code), "name": Title.short(goal.name, 32),
                        "last": .measure(judged.last?.value ?? goal.baseline, unit: goal.unit),
                    ]), Daily.line(Self.name, values, in: challenge, context))
        }
        return (
            chosen,
            .ask(
                [Phrase("up.askGoal", ["value": .number(measure.amount)])],
                offers: offers + [Daily.cancel()])
        )
    }
}
