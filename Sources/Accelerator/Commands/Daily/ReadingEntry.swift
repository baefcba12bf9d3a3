import Language

/// One figure on its way to being recorded: for which day, whether it is plausible, what is said of
/// it.
struct ReadingEntry {
    let goal: Goal
    let context: Context
    let today: LocalDate
    let view: ChallengeView
    var note: String?
    /// As settled by ``chooseDate(_:_:)`` and ``chooseValue(_:)``.
    var date: LocalDate
    var value = 0.0
    /// What the guards would have asked, had the speaker not been sure.
    var doubt: ReadingGuard.Doubt?
    /// The reading that this one takes the place of.
    var before: Reported?

    init(_ challenge: Challenge, _ goal: Goal, _ state: State, _ context: Context, today: LocalDate)
    {
        self.goal = goal
        self.context = context
        self.today = today
        date = today
        view = Daily.view(challenge, state, context)
    }

    var challenge: Challenge { _read { yield view.challenge } }
    var state: State { _read { yield context.facts.state } }
    var judged: GoalAssessment? { view.assessment.goals.first { $0.code == goal.code } }
    var target: Double {
        judged?.target ?? goal.version(on: today)?.target ?? goal.baseline
    }
    func shown(_ value: Double) -> Say { .measure(value, unit: goal.unit) }

    /// The line again with other values.
    private func line(_ value: Measure, on date: LocalDate?) -> String {
        var values: [String: Value] = ["value": .measure(value)]
        if goal.code != challenge.primaryGoal?.code { values["goal"] = .code(goal.code) }
        if let date, date != today { values["on"] = .date(date) }
        if let note { values["note"] = .text(note) }
        return Daily.line("up", values, in: challenge, context)
    }

    // MARK: The day

    mutating func chooseDate(_ wanted: LocalDate?, _ measure: Measure) throws(Refusal) -> Decision?
    {
        let code = Say.code(challenge.code)
        switch challenge.state {
        // The last figures of a stopped challenge come in late like any others.
        case .stopped where isBeforeStop(wanted): break
        case .stopped, .withdrawn:
            throw Refusal(
                Phrase("error.ended", ["challenge": code, "state": .term(challenge.state.term)]))
        case .framing, .staffing, .ready:
            throw Refusal(
                Phrase("up.notStarted", ["challenge": code, "state": .term(challenge.state.term)]),
                offers: [
                    Offer(
                        Phrase("goal.testLabel"),
                        "/goal test \(context.grammar.print(.measure(measure), type: "measure")) challenge=\(challenge.code)"
                    ),
                    Offer(Phrase("next.label"), "/next \(challenge.code)"),
                ])
        default: break
        }
        guard let dayOne = challenge.dayOne, let lastDay = challenge.lastDay else {
            throw Refusal(
                Phrase("up.notStarted", ["challenge": code, "state": .term(challenge.state.term)]))
        }
        let until = lastDay + ChallengeView.lateWindow
        if today > until {
            throw followUp(
                Phrase("up.closed", ["last": .date(lastDay), "until": .date(until)]), measure)
        }
        guard let wanted else {
            guard today > lastDay else {
                if today < dayOne {
                    throw Refusal(Phrase("up.beforeDayOne", ["dayOne": .date(dayOne)]))
                }
                return askHoliday(lastDay, measure)
            }
            return .ask(
                [Phrase("up.askLast", ["last": .date(lastDay), "until": .date(until)])],
                offers: [
                    Offer(
                        Phrase("up.onDate", ["date": .date(lastDay)]), line(measure, on: lastDay)),
                    Daily.cancel(),
                ])
        }
        if wanted > today, wanted <= lastDay {
            throw Refusal(
                Phrase(
                    "up.future",
                    [
                        "date": .date(wanted), "today": .date(today),
                        "days": .count(wanted - today),
                        "last": .date(lastDay), "until": .date(until),
                    ]))
        }
        try Daily.requirePast(wanted, today)
        if wanted < dayOne { throw Refusal(Phrase("up.beforeDayOne", ["dayOne": .date(dayOne)])) }
        if wanted > lastDay {
            throw followUp(Phrase("up.afterLast", ["last": .date(lastDay)]), measure)
        }
        if today - wanted > 14,
            context.roles(in: challenge, state).isDisjoint(with: [.teamLeader, .office])
        {
            throw Refusal(
                Phrase("error.lateDate", ["date": .date(wanted), "days": .count(today - wanted)]))
        }
        date = wanted
        return nil
    }

    /// On a day off just before the last one a figure may be meant for either: asked, once.
    private func askHoliday(_ lastDay: LocalDate, _ measure: Measure) -> Decision? {
        guard !context.isSure, (1...2).contains(lastDay - today), !view.known.days.isWorking(today),
            let day = challenge.day(today)
        else { return nil }
        return .ask(
            [Phrase("up.askHoliday", ["day": .count(day)])],
            offers: [
                Offer(
                    Phrase("up.onDay", ["date": .date(today)]),
                    context.sure(line(measure, on: today))),
                Offer(Phrase("up.onDay", ["date": .date(lastDay)]), line(measure, on: lastDay)),
                Daily.cancel(),
            ])
    }

    /// Whether a day, said, is one of a stopped challenge's own, and figures for it are still taken.
    private func isBeforeStop(_ wanted: LocalDate?) -> Bool {
        guard let wanted, let stopped = challenge.movedOn else { return false }
        return wanted <= stopped && today <= stopped + ChallengeView.lateWindow
    }

    /// A figure that comes too late for the result belongs to the follow-up: one tap keeps it there.
    private func followUp(_ phrase: Phrase, _ measure: Measure) -> Refusal {
        var refusal = Refusal(phrase)
        let figure = context.grammar.print(.measure(measure), type: "measure")
        refusal.offers = [Offer(Phrase("up.followUp"), "/followup \(figure) \(challenge.code)")]
        if let next = challenge.checksAhead.first {
            refusal.phrases.append(Phrase("followup.next", ["date": .date(next.date)]))
        }
        return refusal
    }

    // MARK: The value

    /// The figure that the next one is measured against: the last one up to its day, else the
    /// baseline.
    private var reference: (value: Double, date: LocalDate?) {
        guard goal.mode != .yesNo else { return (goal.baseline, nil) }
        if let last = judged?.last, last.asOf <= date { return (last.value, last.asOf) }
        if let earlier = goal.counted(view.known, through: date).last {
            return (earlier.value, earlier.asOf)
        }
        return (goal.baseline, nil)
    }

    mutating func chooseValue(_ measure: Measure) throws(Refusal) -> Decision? {
        if let asking = checkUnit(measure) { return asking }
        let reference = reference
        let plausible = ReadingGuard(goal, target: target, reference: reference.value)
        if measure.isIncrement {
            let total = ReadingGuard.tidy(reference.value + measure.amount)
            guard goal.mode == .cumulative || context.isSure else {
                return .ask(
                    [
                        Phrase(
                            "up.askLevel",
                            [
                                "name": Title.short(goal.name, 40), "value": shown(measure.amount),
                                "total": shown(total),
                            ])
                    ],
                    offers: [offer(total), offer(measure.amount), Daily.cancel()])
            }
            value = total
            return check(plausible.doubt(value), reference, as: measure)
        }
        if let other = measure.otherwise, !context.isSure {
            let fits = [measure.amount, other].filter { plausible.doubt($0) == nil }
            guard fits.count == 1 else {
                return .ask(
                    [Phrase("up.askAmbiguous")],
                    offers: [offer(measure.amount), offer(other), Daily.cancel()])
            }
            value = fits[0]
            return nil
        }
        value = measure.amount
        return check(plausible.doubt(value), reference, as: measure)
    }

    private func offer(_ value: Double, sure: Bool = false) -> Offer {
        let line = line(Measure(value), on: date)
        return Offer(Phrase("up.value", ["value": shown(value)]), sure ? context.sure(line) : line)
    }

    /// A unit that is none of this challenge's.
    private func checkUnit(_ measure: Measure) -> Decision? {
        guard let unit = measure.unit, !context.isSure else { return nil }
        let said = Folding.fold(unit)
        let own = Folding.fold(goal.unit)
        // `working day` and `working days`, `place` and `places`.
        if said == own || said.hasPrefix(own) || own.hasPrefix(said) { return nil }
        return .ask(
            [
                Phrase(
                    "up.askUnit",
                    ["said": .text(unit), "unit": .text(goal.unit), "goal": .code(goal.code)])
            ],
            offers: [offer(measure.amount), Daily.cancel()])
    }

    private mutating func check(
        _ doubt: ReadingGuard.Doubt?, _ reference: (value: Double, date: LocalDate?),
        as measure: Measure
    ) -> Decision? {
        guard let doubt else { return nil }
        self.doubt = doubt
        if context.isSure { return nil }
        let insisting = Offer(
            Phrase("up.value", ["value": shown(value)]), context.sure(line(measure, on: date)))
        func ask(_ key: String, _ suggested: [Offer], _ values: [Phrase.Field] = []) -> Decision {
            var phrase = Phrase(reference.date == nil ? key + "First" : key, values)
            phrase.values.append(.init("value", shown(value)))
            phrase.values.append(.init("last", shown(reference.value)))
            phrase.values.append(.init("date", .date(reference.date ?? date)))
            return .ask(
                [phrase], offers: suggested + [insisting] + othersThatFit() + [Daily.cancel()])
        }
        switch doubt {
        case .fraction(let other), .scale(let other): return ask("up.askScale", [offer(other)])
        case .decrease:
            let added = Measure(value, isIncrement: true)
            return ask(
                "up.askDecrease",
                [
                    Offer(
                        Phrase(
                            "up.added", ["total": shown(ReadingGuard.tidy(reference.value + value))]
                        ),
                        line(added, on: date))
                ])
        case .jump(let share): return ask("up.askJump", [], [.init("share", .share(share))])
        case .outside: return ask("up.askOutside", [])
        }
    }

    /// Other goals of the challenge that the figure would suit.
    private func othersThatFit() -> [Offer] {
        view.judged.filter { other, judged in
            other.code != goal.code && other.mode != .yesNo
                && ReadingGuard(
                    other, target: judged.target, reference: judged.last?.value ?? other.baseline
                )
                .doubt(value) == nil
        }.prefix(1).map { other, judged in
            var values: [String: Value] = [
                "value": .measure(Measure(value)), "goal": .code(other.code),
            ]
            if date != today { values["on"] = .date(date) }
            return Offer(
                Phrase(
                    "up.goalChoice",
                    [
                        "goal": .code(other.code), "name": Title.short(other.name, 32),
                        "last": .measure(judged.last?.value ?? other.baseline, unit: other.unit),
                    ]), Daily.line("up", values, in: challenge, context))
        }
    }

    // MARK: The same day

    /// A figure for a day that has one: the same is here already, another takes its place only on
    /// purpose.
    mutating func checkSameDay(isIncrement: Bool) throws(Refusal) -> Decision? {
        guard !isIncrement, let there = goal.reading(for: date, view.known) else { return nil }
        if there.value == value {
            return .answer([Phrase("up.already", ["value": shown(value), "date": .date(date)])])
        }
        let mayCorrect =
            there.by == context.person?.code
            || !context.roles(in: challenge, state).isDisjoint(with: UpCommand.correctors)
        if context.isSure, mayCorrect {
            before = there
            return nil
        }
        var offers: [Offer] = []
        if mayCorrect {
            let line = line(Measure(value), on: date)
            offers.append(Offer(Phrase("up.replace", ["value": shown(value)]), context.sure(line)))
        }
        if let free = freeDay() {
            offers.append(
                Offer(Phrase("up.otherDay", ["date": .date(free)]), line(Measure(value), on: free)))
        }
        return .ask(
            [
                Phrase(
                    mayCorrect ? "up.askSame" : "up.askSameOther",
                    [
                        "date": .date(date), "before": shown(there.value), "value": shown(value),
                        "by": state.name(of: there.by),
                    ])
            ],
            offers: offers + [Daily.cancel()])
    }

    /// The nearest earlier day of the challenge, at most a week back, that has no figure yet.
    private func freeDay() -> LocalDate? {
        guard let dayOne = challenge.dayOne else { return nil }
        for back in 1...7 where date - back >= dayOne {
            if goal.reading(for: date - back, view.known) == nil { return date - back }
        }
        return nil
    }
}
