import Language

/// `followup`: how the result is kept, 30, 90 and 180 days after the last one. Kept apart from the result:
/// nothing that is said here changes it.
struct FollowUpCommand: Command {
    static let name = "followup"
    /// A figure this many days before a check answers it already.
    static let ahead = 7

    private let code: String?
    private let value: Measure?
    private let check: ReviewKind?
    private let note: String?

    init(_ a: Arguments) throws(Mismatch) {
        code = try a.code("challenge")
        value = try a.measure("value")
        let words: [(String, ReviewKind)] = [
            ("day30", .followUp30), ("day90", .followUp90), ("day180", .followUp180),
        ]
        check = words.first { a.has($0.0) }?.1
        note = try a.gateText("note")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        try Daily.lookInside(challenge, state, context)
        guard let value else { return .answer(Self.list(challenge, state)) }
        try context.require(
            [.member, .dataKeeper, .teamLeader, .coach, .sponsor, .office], in: challenge, state)
        let today = context.today(in: challenge, state)
        let phase = challenge.phase(on: today)
        guard [.results, .sustaining, .handedOver, .closed].contains(phase),
            challenge.lastDay.map({ today > $0 }) ?? true
        else {
            throw Refusal(
                Phrase(
                    "followup.notYet",
                    ["challenge": .code(challenge.code), "state": .term(phase.term)]),
                offers: [Offer(Phrase("next.label"), "/next \(challenge.code)")])
        }
        guard let goal = challenge.primaryGoal, goal.mode != .yesNo else {
            throw Refusal(Phrase("followup.noFigure", ["challenge": .code(challenge.code)]))
        }
        let known = state.known(of: challenge, date: today, cut: context.at)
        guard
            let hold = challenge.sustainability?.holdValue
                ?? challenge.outcome(known: known).finalValue
        else { throw Refusal(Phrase("followup.noHold", ["challenge": .code(challenge.code)])) }
        if let asking = doubt(value, hold, goal, challenge, context) { return asking }
        let answered = try answeredCheck(challenge, today, context)
        if case .asking(let decision) = answered { return decision }
        guard case .check(let kind) = answered else { return .answer([]) }
        return record(value.amount, kind, hold, goal, challenge, today, state, context)
    }

    private enum Answered {
        case check(ReviewKind?)
        case asking(Decision)
    }

    /// The check that is named, else the one that is due; nil is a figure between the checks.
    private func answeredCheck(_ challenge: Challenge, _ today: LocalDate, _ context: Context)
        throws(Refusal) -> Answered
    {
        guard let check else {
            guard let next = challenge.checksAhead.first, today >= next.date - Self.ahead else {
                return .check(nil)
            }
            return .check(next.kind)
        }
        let planned = challenge.sustainability?.checkPoints.first {
            ReviewKind.followUp(after: $0.offsetDays) == check
        }
        guard let planned else {
            throw Refusal(
                Phrase(
                    "followup.noChecks",
                    [
                        "challenge": .code(challenge.code),
                        "check": .term("review.\(check.rawValue)"),
                    ]),
                offers: [
                    Offer(
                        Phrase("pledge.label", ["challenge": .code(challenge.code)]),
                        "/pledge \(challenge.code)")
                ])
        }
        guard today >= planned.date - Self.ahead else {
            throw Refusal(
                Phrase(
                    "followup.early",
                    ["check": .term("review.\(check.rawValue)"), "date": .date(planned.date)]))
        }
        if let before = challenge.followUp(check), let value, !context.isSure {
            let unit = challenge.primaryGoal?.unit ?? ""
            let word = check == .followUp30 ? "day30" : check == .followUp90 ? "day90" : "day180"
            let figure = context.grammar.print(.measure(value), type: "measure")
            return .asking(
                .ask(
                    [
                        Phrase(
                            "followup.again",
                            [
                                "check": .term("review.\(check.rawValue)"),
                                "value": .measure(before.value, unit: unit),
                                "date": .date(before.on),
                            ])
                    ],
                    offers: [
                        Offer(
                            Phrase("up.replace", ["value": .measure(value.amount, unit: unit)]),
                            context.sure("/followup \(word) \(figure) \(challenge.code)")),
                        Daily.cancel(),
                    ]))
        }
        return .check(check)
    }

    /// A fraction for a percentage, a zero too many: asked once, as with a reading.
    private func doubt(
        _ value: Measure, _ hold: Double, _ goal: Goal, _ challenge: Challenge, _ context: Context
    ) -> Decision? {
        guard !context.isSure else { return nil }
        let target = goal.versions.last?.target ?? hold
        let other: Double
        switch ReadingGuard(goal, target: target, reference: hold).doubt(value.amount) {
        case .fraction(let meant), .scale(let meant): other = meant
        default: return nil
        }
        func line(_ value: Double) -> String {
            let figure = context.grammar.print(.measure(Measure(value)), type: "measure")
            let words = check.map {
                $0 == .followUp30 ? "day30 " : $0 == .followUp90 ? "day90 " : "day180 "
            }
            return "/followup \(words ?? "")\(figure) \(challenge.code)"
        }
        return .ask(
            [
                Phrase(
                    "followup.odd",
                    [
                        "value": .measure(value.amount, unit: goal.unit),
                        "hold": .measure(hold, unit: goal.unit),
                    ])
            ],
            offers: [
                Offer(Phrase("up.value", ["value": .measure(other, unit: goal.unit)]), line(other)),
                Offer(
                    Phrase("up.value", ["value": .measure(value.amount, unit: goal.unit)]),
                    context.sure(line(value.amount))),
                Daily.cancel(),
            ])
    }

    private func record(
        _ value: Double, _ kind: ReviewKind?, _ hold: Double, _ goal: Goal, _ challenge: Challenge,
        _ today: LocalDate, _ state: State, _ context: Context
    ) -> Decision {
        var followUp = FollowUp()
        followUp.code = NextCode.after(challenge.followUps.map(\.code), prefix: "F", pad: 1)
        followUp.check = kind
        followUp.on = today
        followUp.value = value
        followUp.state = KeptState.of(
            value, hold: hold, baseline: goal.baseline, direction: goal.direction)
        followUp.by = context.person?.code ?? ""
        followUp.note = note
        var events = challenge.clockMoves(by: today)
        events.append(.followUpMade(OfChallenge(challenge.code, followUp)))
        if let kind {
            var review = Review()
            review.kind = kind
            review.date = today
            review.outputs = [note].compactMap { $0 }
            events.append(.reviewHeld(OfChallenge(challenge.code, review)))
        }
        let ahead = challenge.checksAhead.filter { $0.kind != kind }
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": Title.short(challenge.head.title, 48),
            "value": .measure(value, unit: goal.unit), "date": .date(today),
            "hold": .measure(hold, unit: goal.unit),
            "state": .term("state.\(followUp.state.rawValue)"),
            "check": .term(kind.map { "review.\($0.rawValue)" } ?? "review.between"),
            "next": .date(ahead.first?.date ?? today),
        ]
        var lines = [Phrase("followup.recorded", values)]
        if let next = ahead.first {
            lines.append(Phrase("followup.next", ["date": .date(next.date)]))
        } else if kind != nil {
            lines += closing(challenge, today, &events, state)
        }
        let told: [Outgoing] =
            kind == nil && followUp.state == .holding
            ? []
            : context.gateTell(
                challenge.holders(of: .sponsor) + state.gateOffice(of: challenge)
                    + challenge.holders(of: .teamLeader),
                [Phrase("followup.recorded", values)],
                offers: [
                    Offer(
                        Phrase("pledge.label", ["challenge": .code(challenge.code)]),
                        "/pledge \(challenge.code)")
                ])
        return .record(events, lines, offers: [Decision.gateUndo], notices: told)
    }

    /// The last check is done: what was handed over is closed with it.
    private func closing(
        _ challenge: Challenge, _ today: LocalDate, _ events: inout [Event], _ state: State
    ) -> [Phrase] {
        switch challenge.phase(on: today) {
        case .handedOver:
            events.append(
                .challengeMoved(ChallengeMoved(challenge.code, to: .closed, on: today, by: nil)))
            events += Transitions.cohortFollows(challenge, to: .closed, on: today, state)
            return [Phrase("followup.closed", ["challenge": .code(challenge.code)])]
        case .closed: return [Phrase("followup.last", ["challenge": .code(challenge.code)])]
        default: return [Phrase("followup.lastOpen", ["challenge": .code(challenge.code)])]
        }
    }

    // MARK: Showing

    static func list(_ challenge: Challenge, _ state: State) -> [Phrase] {
        guard let goal = challenge.primaryGoal else {
            return [Phrase("followup.noFigure", ["challenge": .code(challenge.code)])]
        }
        var lines = [
            Phrase(
                challenge.sustainability?.holdValue == nil ? "followup.headAlone" : "followup.head",
                [
                    "challenge": .code(challenge.code),
                    "hold": .measure(challenge.sustainability?.holdValue ?? 0, unit: goal.unit),
                    "state": .term(challenge.pledgeTerm),
                ])
        ]
        lines += challenge.followUps.suffix(12).map { followUp in
            Phrase(
                "followup.line",
                [
                    "date": .date(followUp.on), "value": .measure(followUp.value, unit: goal.unit),
                    "state": .term("state.\(followUp.state.rawValue)"),
                    "check": .term(
                        followUp.check.map { "review.\($0.rawValue)" } ?? "review.between"),
                    "name": state.name(of: followUp.by),
                ])
        }
        let ahead = challenge.checksAhead
        if !ahead.isEmpty {
            lines.append(
                Phrase(
                    "followup.ahead",
                    [
                        "checks": .list(
                            ahead.map {
                                .phrase(
                                    Phrase(
                                        "followup.check",
                                        [
                                            "check": .term("review.\($0.kind.rawValue)"),
                                            "date": .date($0.date),
                                        ]))
                            })
                    ]))
        }
        return lines
    }
}
