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
        let first = challenge.plannedDayOne(state)
        if head.launchOn == nil {
            head.launchOn = head.dayOne.map { $0 - 1 } ?? state.cohorts[head.cohort]?.launchOn
        }
        var reply = [Phrase("ready.done", ["challenge": .code(challenge.code)])]
        if let first {
            // Until the launch these are plans; the launch sets them for good.
            let dates = LaunchDates(challenge, first, state)
            head.midpointOn = dates.midpoint ?? head.midpointOn
            head.closingOn = dates.closing
            reply.append(dates.phrase("ready.dates"))
        }
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

/// `midpoint`: the review in the middle; outside its window it is refused.
struct MidpointCommand: Command {
    static let name = "midpoint"
    private let usage: Int
    private let code: String?
    private let note: String?
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        note = try a.gateText("note")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        let held = challenge.reviews.last { $0.kind == .midpoint }
        guard usage == 0 else {
            try Daily.lookInside(challenge, state, context)
            return show(challenge, held, state, context)
        }
        let phase = challenge.phase(on: context.today(in: challenge, state))
        guard phase == .accelerating else {
            throw Refusal(
                Phrase(
                    "midpoint.notNow",
                    ["challenge": .code(challenge.code), "state": .term(phase.term)]),
                offers: [
                    Offer(
                        Phrase("challenge.label", ["challenge": .code(challenge.code)]),
                        "/challenge \(challenge.code)")
                ])
        }
        if let held, !context.isSure {
            return .ask(
                [
                    Phrase(
                        "midpoint.again",
                        ["challenge": .code(challenge.code), "date": .date(held.date)])
                ],
                offers: [
                    Offer(
                        Phrase("midpoint.addLabel"),
                        context.sure(
                            "/midpoint done \(challenge.code)"
                                + (note.map { " \(SlotType.token($0))" } ?? "")))
                ])
        }
        try Transitions.check(challenge, to: .accelerating, state, context)
        let today = context.today(in: challenge, state)
        var review = Review()
        review.kind = .midpoint
        review.date = today
        review.outputs = [note].compactMap { $0 }
        review.plannedDay =
            challenge.head.midpointOn.flatMap { challenge.day($0) } ?? (challenge.head.duration + 1)
            / 2
        return .record(
            challenge.clockMoves(by: today) + [.reviewHeld(OfChallenge(challenge.code, review))],
            [
                Phrase(
                    "midpoint.held",
                    ["challenge": .code(challenge.code), "day": .count(challenge.day(today) ?? 0)])
            ],
            offers: [Decision.gateUndo])
    }

    private func show(_ challenge: Challenge, _ held: Review?, _ state: State, _ context: Context)
        -> Decision
    {
        let today = context.today(in: challenge, state)
        if let held {
            var lines = [
                Phrase(
                    "midpoint.was", ["challenge": .code(challenge.code), "date": .date(held.date)])
            ]
            lines += held.outputs.prefix(8).map { Phrase("midpoint.output", ["text": .text($0)]) }
            return .answer(lines)
        }
        let duration = challenge.head.duration
        let planned = challenge.head.midpointOn ?? challenge.date(ofDay: (duration + 1) / 2)
        guard let planned, let first = challenge.date(ofDay: (duration * 2 + 4) / 5),
            let last = challenge.date(ofDay: duration * 3 / 5)
        else { return .answer([Phrase("midpoint.noDay", ["challenge": .code(challenge.code)])]) }
        let isOpen = (first...max(first, last)).contains(today)
        return .answer(
            [
                Phrase(
                    "midpoint.planned",
                    [
                        "challenge": .code(challenge.code), "date": .date(planned),
                        "first": .date(first), "last": .date(last),
                    ])
            ],
            offers: isOpen
                ? [
                    Offer(
                        Phrase("midpoint.label", ["challenge": .code(challenge.code)]),
                        "/midpoint done \(challenge.code)")
                ] : [])
    }
}

/// `review`: notes that a review was held, and lists those that were.
struct ReviewCommand: Command {
    static let name = "review"
    private let usage: Int
    private let code: String?
    private let kind: ReviewKind?
    private let attended: Int?
    private let note: String?
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        kind = ReviewKind.allCases.first { a.has($0.rawValue) }
        attended = try a.count("attended")
        note = try a.gateText("note")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        guard usage == 0, let kind else {
            try Daily.lookInside(challenge, state, context)
            guard !challenge.reviews.isEmpty else {
                return .answer([Phrase("review.none", ["challenge": .code(challenge.code)])])
            }
            return .answer(
                challenge.reviews.suffix(12).map {
                    Phrase(
                        "review.line",
                        ["kind": .term("review.\($0.kind.rawValue)"), "date": .date($0.date)])
                })
        }
        try context.require([.coach, .office, .teamLeader], in: challenge, state)
        let today = context.today(in: challenge, state)
        var review = Review()
        review.kind = kind
        review.date = today
        review.attended = attended.map { min($0, 1_000) }
        review.outputs = [note].compactMap { $0 }
        return .record(
            [.reviewHeld(OfChallenge(challenge.code, review))],
            [
                Phrase(
                    "review.held",
                    [
                        "kind": .term("review.\(kind.rawValue)"),
                        "challenge": .code(challenge.code), "date": .date(today),
                    ])
            ],
            offers: [Decision.gateUndo])
    }
}
