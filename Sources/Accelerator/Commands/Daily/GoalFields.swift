import Language

/// What a goal holds besides its number, each sayable alone: `goal source "civil registry"`. In the order
/// of the usages in the command's file.
enum GoalField: String, CaseIterable {
    case who, source, keeper, plan, area, due, interim, test, since, every
}

/// The fields that a line gives.
struct GoalFields {
    let who: String?
    let source: String?
    let keeper: Mention?
    let plan: String?
    let area: String?
    let due: Value?
    /// Per cent of the way.
    let interim: Double?
    let test: Measure?
    let since: LocalDate?
    let every: Int?

    /// None given.
    init() {
        (who, source, keeper, plan, area) = (nil, nil, nil, nil, nil)
        (due, interim, test, since, every) = (nil, nil, nil, nil, nil)
    }

    init(_ a: Arguments) throws(Mismatch) {
        who = try a.gateText("who")
        source = try a.gateText("source")
        keeper = try a.person("keeper")
        plan = try a.gateText("plan")
        area = try a.code("area")
        due = a["due"]
        interim = try a.measure("share")?.amount
        test = try a.measure("value")
        since = try a.date("since")
        every = try a.count("every")
    }

    /// Writes them into the goal, and the area into its challenge. The events are those of a person who
    /// becomes known by it.
    func apply(
        to goal: inout Goal, _ head: inout ChallengeHead, _ challenge: Challenge, _ state: State,
        _ context: Context
    ) throws(Refusal) -> [Event] {
        let today = context.today(in: challenge, state)
        var events: [Event] = []
        if let who { goal.population = who }
        if let source { goal.source = source }
        if let plan { goal.plan = plan }
        if let keeper {
            guard let found = try context.gatePerson(keeper, in: challenge, state) else {
                throw Refusal(
                    Phrase(
                        "error.unknownPerson",
                        ["name": .text(keeper.name), "challenge": .code(challenge.code)]))
            }
            goal.owner = found.code
            events = found.events
        }
        if let area {
            guard state.programme(of: challenge)?.areas.contains(where: { $0.code == area }) == true
            else {
                throw Refusal(
                    Phrase("area.unknown", ["code": .code(area)]),
                    offers: [Offer(Phrase("area.label"), "/area")])
            }
            head.area = area
        }
        if let since {
            try Daily.requirePast(since, today)
            goal.baselineOn = since
        }
        if let every {
            guard (1...100).contains(every) else { throw Refusal(Phrase("goal.everyRange")) }
            goal.interval = every
        }
        return events
    }
}

extension Goal {
    /// Whether it asks for the same number, so that who agreed to one agreed to the other.
    func asksTheSame(as other: Goal) -> Bool {
        name == other.name && unit == other.unit && baseline == other.baseline
            && direction == other.direction
            && versions.first?.target == other.versions.first?.target
    }

    /// An interim target other than half the way stands in the trajectory; half the way is what the
    /// S-curve expects there anyway.
    mutating func placeInterim(_ duration: Int) {
        guard let interim, !versions.isEmpty else { return }
        var point = TrajectoryPoint()
        point.day = (duration + 1) / 2
        point.share = interim
        versions[0].trajectory = interim == 0.5 ? [] : [point]
    }
}

extension Challenge {
    /// Day 1 as it is planned: the challenge's own, else its cohort's.
    func plannedDayOne(_ state: State) -> LocalDate? {
        dayOne ?? state.cohorts[head.cohort]?.dayOne
    }
}

extension GoalCommand {
    /// The primary goal while it may be shaped.
    private func designed(_ challenge: Challenge) throws(Refusal) -> Goal {
        guard let goal = challenge.primaryGoal else {
            throw Refusal(
                Phrase("error.noGoalYet", ["challenge": .code(challenge.code)]),
                offers: [Offer(Phrase("gate.mend.goal"), "/goal set challenge=\(challenge.code)")])
        }
        guard Self.isDesigned(challenge) else {
            throw Refusal(Phrase("goal.locked", ["challenge": .code(challenge.code)]))
        }
        return goal
    }

    // MARK: The card

    func card(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        guard let goal = challenge.primaryGoal else { return .answer([noGoal(challenge)]) }
        guard !Self.isDesigned(challenge) else {
            let view = SmartView(goal, challenge, state, context)
            let head = Phrase("goal.primary", ["code": .code(goal.code), "name": .text(goal.name)])
            return .answer([head] + view.lines, offers: offers(view, challenge, state, context))
        }
        guard let smart = goal.smart else {
            return .answer([Phrase("goal.noCard", ["challenge": .code(challenge.code)])])
        }
        func mark(_ isGood: Bool) -> Say { .term(isGood ? "mark.good" : "mark.bad") }
        let ballot = challenge.ballot
        return .answer([
            Phrase(
                ballot == nil ? "goal.cardWas" : "goal.cardVoted",
                [
                    "challenge": .code(challenge.code), "s": mark(smart.specific),
                    "m": mark(smart.measurable),
                    "sure": .count(smart.votesYes),
                    "cast": .count(ballot?.cast ?? smart.votesTotal),
                    "team": .count(ballot?.eligible ?? 0), "median": .number(ballot?.median ?? 0),
                    "area": .code(smart.relevant),
                    "due": LocalDate(iso: smart.timeBound).map { .date($0) }
                        ?? .text(smart.timeBound),
                ])
        ])
    }

    private func noGoal(_ challenge: Challenge) -> Phrase {
        Phrase("error.noGoalYet", ["challenge": .code(challenge.code)])
    }

    /// What the speaker can do about the card: mend it, or accept its warnings.
    func offers(_ view: SmartView, _ challenge: Challenge, _ state: State, _ context: Context)
        -> [Offer]
    {
        let roles = context.roles(in: challenge, state)
        var offers: [Offer] = []
        if Self.mayAccept(challenge, roles) {
            offers = SmartLetter.allCases.filter { view.card.mark($0) == .warned }.prefix(2).map {
                letter in
                Offer(
                    Phrase("goal.okLabel", ["letter": .code(letter.rawValue)]),
                    "/goal ok \(letter.rawValue) challenge=\(challenge.code)")
            }
        }
        return offers + view.offers(roles)
    }

    /// The coach accepts; the office where there is no coach.
    private static func mayAccept(_ challenge: Challenge, _ roles: Set<Role>) -> Bool {
        roles.contains(.coach) || (challenge.holders(of: .coach).isEmpty && roles.contains(.office))
    }

    // MARK: One field

    func change(_ field: GoalField, _ challenge: Challenge, _ state: State, _ context: Context)
        throws(Refusal) -> Decision
    {
        let mayChange: Set<Role> =
            switch field {
            case .area, .plan: [.teamLeader, .coach, .office]
            case .source, .test, .since, .every: [.teamLeader, .coach, .dataKeeper]
            default: [.teamLeader, .coach]
            }
        try context.require(mayChange, in: challenge, state)
        let before = try designed(challenge)
        var goal = before
        var head = challenge.head
        var events = try given.apply(to: &goal, &head, challenge, state, context)
        var said = Phrase("goal.saved", ["what": .term("goal.field.\(field.rawValue)")])
        switch field {
        case .due: try place(&goal, challenge, state)
        case .interim: said = try interim(&goal, challenge, state)
        case .test: said = try test(&goal, challenge, state, context)
        default: break
        }
        var after = challenge
        after.head = head
        after.goals.put(goal, by: \.code)
        guard goal != before || head != challenge.head else {
            return .answer([Phrase("challenge.unchanged", ["challenge": .code(challenge.code)])])
        }
        if head != challenge.head { events.append(.challengeSet(head)) }
        if goal != before { events.append(.goalSet(OfChallenge(challenge.code, goal))) }
        let view = SmartView(goal, after, state, context)
        return .record(
            events, [said] + view.letters,
            offers: offers(view, after, state, context) + [Daily.undo])
    }

    private func place(_ goal: inout Goal, _ challenge: Challenge, _ state: State) throws(Refusal) {
        let last = challenge.head.duration
        guard case .count(let day)? = given.due, (1...last).contains(day) else {
            throw Refusal(
                Phrase("goal.dueRange", ["day": .count(last)]),
                offers: [
                    Offer(
                        Phrase("goal.fixDay", ["day": .count(last)]),
                        "/goal due \(last) challenge=\(challenge.code)")
                ])
        }
        goal.dueDay = day
    }

    private func interim(_ goal: inout Goal, _ challenge: Challenge, _ state: State) throws(Refusal)
        -> Phrase
    {
        guard let share = given.interim, share > 0, share < 100 else {
            throw Refusal(Phrase("goal.interimRange"))
        }
        goal.interim = share / 100
        goal.placeInterim(challenge.head.duration)
        let target = goal.versions.first?.target ?? goal.baseline
        let middle = (challenge.head.duration + 1) / 2
        let value = goal.baseline + (target - goal.baseline) * share / 100
        return Phrase(
            "goal.interimSet",
            [
                "share": .share(share / 100), "day": .count(middle),
                "value": .measure((value * 100).rounded() / 100, unit: goal.unit),
            ])
    }

    private func test(
        _ goal: inout Goal, _ challenge: Challenge, _ state: State, _ context: Context
    )
        throws(Refusal) -> Phrase
    {
        guard let value = given.test, value.amount.isFinite else {
            throw Refusal(Phrase("goal.ask.value"))
        }
        if let unit = value.unit, Folding.fold(unit) != Folding.fold(goal.unit) {
            throw Refusal(
                Phrase("goal.otherUnit", ["unit": .text(goal.unit), "said": .text(unit)]))
        }
        var reading = TestReading()
        reading.value = value.amount
        reading.on = context.today(in: challenge, state)
        reading.by = try context.me()
        goal.test = reading
        return Phrase(
            "goal.tested",
            ["value": .measure(value.amount, unit: goal.unit), "date": .date(reading.on)])
    }

    // MARK: The coach's ok

    func accept(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let roles = context.roles(in: challenge, state)
        guard Self.mayAccept(challenge, roles) else {
            throw Context.noRight(challenge, [.coach], state)
        }
        var goal = try designed(challenge)
        let wanted = Folding.fold(letter ?? "")
        let letters = SmartLetter.allCases.filter {
            wanted == "all" || Folding.fold($0.rawValue) == wanted
        }
        guard !letters.isEmpty else { throw Refusal(Phrase("goal.ask.letter")) }
        let card = SmartCard(
            goal, in: challenge, today: context.today(in: challenge, state),
            words: context.smartWords)
        var taken: [Say] = []
        for letter in letters where card.mark(letter) == .warned {
            var acceptance = SmartAcceptance()
            acceptance.letter = letter.rawValue
            acceptance.rules = card.findings(letter).map(\.rule.rawValue)
            acceptance.by = try context.me()
            acceptance.on = context.today(in: challenge, state)
            goal.accepted.put(acceptance, by: \.letter)
            taken.append(.code(letter.rawValue))
        }
        guard !taken.isEmpty else {
            let blocked = letters.contains { card.mark($0) == .blocked }
            throw Refusal(
                Phrase(
                    blocked ? "goal.okBlocked" : "goal.okNothing",
                    ["letters": .list(letters.map { .code($0.rawValue) })]),
                offers: [Offer(Phrase("goal.cardLabel"), "/goal card challenge=\(challenge.code)")])
        }
        var after = challenge
        after.goals.put(goal, by: \.code)
        let view = SmartView(goal, after, state, context)
        return .record(
            [.goalSet(OfChallenge(challenge.code, goal))],
            [Phrase("goal.accepted", ["letters": .list(taken)])] + view.letters,
            offers: [Daily.undo])
    }
}
