import Language

extension GoalCommand {
    // MARK: Setting

    /// Whether the goal may still be shaped: until the launch.
    static func isDesigned(_ challenge: Challenge) -> Bool {
        [.framing, .staffing, .ready].contains(challenge.state)
    }

    func set(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require([.teamLeader, .coach], in: challenge, state)
        try Daily.requireOpen(challenge)
        let place = isSecond ? nil : challenge.goals.firstIndex { $0.isPrimary }
        if !Self.isDesigned(challenge), place != nil {
            throw Refusal(
                Phrase("goal.locked", ["challenge": .code(challenge.code)]),
                offers: to.map { target in
                    [
                        Offer(
                            Phrase("goal.reviseLabel"),
                            Daily.line(
                                Self.name, usage: 1, ["to": .measure(Measure(target.amount))],
                                in: challenge, context))
                    ]
                } ?? [])
        }
        let folded = Folding.fold(indicator ?? "")
        if place == nil,
            let same = challenge.goals.first(where: { Folding.fold($0.name) == folded })
        {
            throw Refusal(
                Phrase("goal.sameName", ["code": .code("\(challenge.code)-\(same.code)")]))
        }
        if place == nil, challenge.goals.count >= 3 { throw Refusal(Phrase("goal.tooMany")) }
        var goal = place.map { challenge.goals[$0] } ?? Goal()
        let before = goal
        try fill(&goal, challenge, state, context)
        if let doubts = doubts(goal, challenge, state, context) { return doubts }
        var head = challenge.head
        var events = try given.apply(to: &goal, &head, challenge, state, context)
        if goal.owner == nil { goal.owner = challenge.holders(of: .dataKeeper).first }
        if place == nil {
            goal.code = NextCode.after(challenge.goals.map(\.code), prefix: "G", pad: 1)
            goal.isPrimary = !challenge.goals.contains { $0.isPrimary }
        }
        if !goal.asksTheSame(as: before) {
            // Another number: whoever agreed to the last one has not agreed to this.
            goal.agreed = nil
            goal.accepted = []
        }
        goal.placeInterim(challenge.head.duration)
        if head != challenge.head { events.append(.challengeSet(head)) }
        events.append(.goalSet(OfChallenge(challenge.code, goal)))
        var reply = [
            Phrase(
                "goal.set",
                [
                    "code": .code("\(challenge.code)-\(goal.code)"), "name": .text(goal.name),
                    "from": .number(goal.baseline),
                    "to": .measure(goal.versions.first?.target ?? goal.baseline, unit: goal.unit),
                    "direction": .term("direction.\(goal.direction.rawValue)"),
                ])
        ]
        guard goal.isPrimary, Self.isDesigned(challenge) else {
            return .record(events, reply + warnings(goal), offers: [Daily.undo])
        }
        var after = challenge
        after.head = head
        after.goals.put(goal, by: \.code)
        let card = SmartView(goal, after, state, context)
        reply += card.letters
        return .record(
            events, reply, offers: offers(card, after, state, context) + [Daily.undo])
    }

    /// A goal without its first figure: nothing is kept, the card says what is still needed.
    func incomplete(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require([.teamLeader, .coach], in: challenge, state)
        guard Self.isDesigned(challenge) || challenge.primaryGoal == nil else {
            throw Refusal(Phrase("goal.locked", ["challenge": .code(challenge.code)]))
        }
        var goal = Goal()
        goal.name = indicator ?? ""
        goal.statement = goal.name
        goal.unit = unit ?? to?.unit ?? ""
        goal.interim = nil
        var version = GoalVersion()
        version.target = to?.amount ?? 0
        goal.versions = [version]
        if case .count(let day)? = due { goal.dueDay = day }
        let card = SmartView(goal, challenge, state, context, hasBaseline: false)
        var refusal = Refusal(
            Phrase("goal.more"),
            offers: [Offer(Phrase("goal.guideLabel"), "/goal set challenge=\(challenge.code)")])
        refusal.phrases += card.letters + [Phrase("goal.try")]
        throw refusal
    }

    private func fill(
        _ goal: inout Goal, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) {
        guard let from, let to, let indicator else { return }
        func figure(_ measure: Measure) -> String {
            context.grammar.print(.measure(measure), type: "measure")
        }
        let unit = unit ?? to.unit ?? from.unit ?? ""
        guard from.amount != to.amount else { throw Refusal(Phrase("goal.sameValues")) }
        guard indicator.unicodeScalars.count <= 140 else { throw Refusal(Phrase("goal.longName")) }
        guard !unit.isEmpty else {
            throw Refusal(
                Phrase("goal.noUnit"),
                Phrase(
                    "goal.example",
                    [
                        "line": .code(
                            "/goal set \"\(indicator)\" from \(figure(from)) to \(figure(to)) …")
                    ]))
        }
        if ReadingGuard.isPercent(unit),
            min(from.amount, to.amount) < 0 || max(from.amount, to.amount) > 100
        {
            throw Refusal(Phrase("goal.percentRange"))
        }
        let today = context.today(in: challenge, state)
        if case .count(let day)? = due { goal.dueDay = day }
        if case .date(let date)? = due, let first = challenge.plannedDayOne(state) {
            goal.dueDay = date - first + 1
        }
        goal.name = indicator
        goal.statement = indicator
        goal.unit = unit
        goal.direction = to.amount > from.amount ? .up : .down
        goal.mode = isTotal ? .cumulative : .level
        goal.baseline = from.amount
        goal.baselineOn = today
        let cohort = state.cohorts[challenge.head.cohort]
        if goal.versions.isEmpty { goal.interval = max(1, cohort?.readingInterval ?? 7) }
        var version = GoalVersion()
        version.target = to.amount
        version.effectiveFrom = min(challenge.dayOne ?? today, today)
        goal.versions = [version]
    }

    /// What was hardly meant: a number that should fall and rises, a day past the last one. Both are told
    /// in one answer, with one choice that mends both.
    private func doubts(
        _ goal: Goal, _ challenge: Challenge, _ state: State, _ context: Context
    ) -> Decision? {
        guard let from, let to else { return nil }
        let last = challenge.head.duration
        let isLate = goal.dueDay.map { !(1...last).contains($0) } ?? false
        let rises = goal.direction == .up && context.smartWords.isTime(goal.unit) && !context.isSure
        guard isLate || rises else { return nil }
        let values: KeyValuePairs<String, Say> = [
            "from": .number(from.amount), "to": .number(to.amount), "unit": .text(goal.unit),
            "due": .count(goal.dueDay ?? last), "day": .count(last),
            "last": .date(
                (challenge.plannedDayOne(state) ?? context.today(in: challenge, state)) + (last - 1)
            ),
        ]
        var turned = utterance.values
        turned["from"] = .measure(Measure(to.amount, unit: from.unit))
        turned["to"] = .measure(Measure(from.amount, unit: to.unit))
        var placed = utterance.values
        if isLate {
            turned["due"] = .count(last)
            placed["due"] = .count(last)
        }
        func line(_ values: [String: Value]) -> String {
            Daily.line(Self.name, usage: 0, values, in: challenge, context)
        }
        if isLate && rises {
            return .ask(
                [
                    Phrase("goal.twoThings"), Phrase("goal.askFall", values),
                    Phrase("goal.pastLast", values),
                ],
                offers: [
                    Offer(Phrase("goal.fixBoth", values), line(turned)),
                    Offer(Phrase("goal.onlyDay", values), context.sure(line(placed))),
                    Daily.cancel(),
                ])
        }
        if isLate {
            return .ask(
                [Phrase("goal.pastLast", values)],
                offers: [Offer(Phrase("goal.fixDay", values), line(placed)), Daily.cancel()])
        }
        return .ask(
            [Phrase("goal.askFall", values)],
            offers: [
                Offer(Phrase("goal.falls", values), line(turned)),
                Offer(Phrase("goal.rises", values), context.sure(line(placed))), Daily.cancel(),
            ])
    }

    /// What a further goal lacks; the primary one has its card.
    private func warnings(_ goal: Goal) -> [Phrase] {
        var lines: [Phrase] = []
        if goal.name.unicodeScalars.count < 8 { lines.append(Phrase("goal.shortName")) }
        if goal.source.isEmpty { lines.append(Phrase("goal.noSource")) }
        if goal.owner == nil { lines.append(Phrase("goal.noKeeper")) }
        return lines
    }
}
