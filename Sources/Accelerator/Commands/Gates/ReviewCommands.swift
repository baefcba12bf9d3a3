import Language

/// `midpoint`: the review in the middle; outside its window it is refused.
struct MidpointCommand: Command {
    static let name = "midpoint"
    private let usage: Int
    private let code: String?
    private let note: String?
    /// The answers of the form, in its order.
    private let form: [ReviewAnswer]
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        note = try a.gateText("note")
        var form: [ReviewAnswer] = []
        for question in Self.questions {
            if let text = try a.gateText(question) { form.append(ReviewAnswer(question, text)) }
        }
        self.form = form
    }

    /// What the form asks, one at a time.
    static let questions = ["worked", "blocked", "stone", "plan", "keep", "goal"]

    /// Nobody answers six questions for a review that can't be held today.
    static func mayBegin(_ line: Utterance, _ state: State, _ context: Context) throws(Refusal) {
        guard line.usage == 2 else { return }
        let code = Decider.challenge(in: line)
        guard code != nil || context.implied != nil else { return }
        try Transitions.check(try context.challenge(code, state), to: .accelerating, state, context)
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        let held = challenge.reviews.last { $0.kind == .midpoint }
        guard usage != 1 else {
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
        if let held, usage == 0, !context.isSure {
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
        review.form = form
        review.plannedDay =
            challenge.head.midpointOn.flatMap { challenge.day($0) } ?? (challenge.head.duration + 1)
            / 2
        var decision = Decision.record(
            challenge.clockMoves(by: today) + [.reviewHeld(OfChallenge(challenge.code, review))],
            [
                Phrase(
                    "midpoint.held",
                    ["challenge": .code(challenge.code), "day": .count(challenge.day(today) ?? 0)])
            ],
            offers: [Decision.gateUndo])
        if usage == 2 { follow(&decision, challenge, today, state, context) }
        return decision
    }

    /// What comes of the form: plan v2, and another target where one was named, which is never changed
    /// here but asked of the sponsor.
    private func follow(
        _ decision: inout Decision, _ challenge: Challenge, _ today: LocalDate, _ state: State,
        _ context: Context
    ) {
        decision.reply.append(
            Phrase(
                "midpoint.plan", ["n": .count(2 + challenge.reviews.count { $0.kind == .midpoint })]
            ))
        let others =
            challenge.holders(of: .sponsor) + challenge.holders(of: .teamLeader)
            + challenge.holders(of: .coach)
        let told = form.filter { $0.question == "stone" || $0.question == "plan" }.map {
            Phrase("midpoint.answer.\($0.question)", ["text": .text($0.text)])
        }
        decision.notices = context.gateTell(
            others,
            [
                Phrase(
                    "midpoint.told",
                    [
                        "challenge": .code(challenge.code),
                        "by": context.person.map { state.name(of: $0.code) } ?? .text(""),
                    ])
            ] + told, subject: "status \(challenge.code)")
        guard let wanted = form.first(where: { $0.question == "goal" })?.text,
            let goal = challenge.primaryGoal
        else { return }
        let found = context.grammar.values(of: "measure", inside: wanted, in: Reading(today: today))
        guard found.count == 1, case .measure(let figure) = found[0].value else { return }
        do throws(Refusal) {
            let asked = try GoalCommand(revising: goal.code, to: figure, in: challenge.code).decide(
                state, context)
            decision.reply += asked.reply
            let stone = Daily.view(challenge, state, context).openBlockers.first
            let instead = Offer(
                Phrase("midpoint.askInstead"),
                "/ask "
                    + (stone.map { "unblocks=\(challenge.code)-\($0.code)" }
                        ?? "challenge=\(challenge.code)"))
            decision.offers =
                asked.offers.filter { $0.line != "/cancel" } + [instead, Daily.cancel()]
            decision.isAsking = asked.isAsking
        } catch {
            decision.reply += error.phrases
        }
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
            lines += held.form.prefix(6).filter { Self.questions.contains($0.question) }.map {
                Phrase("midpoint.answer.\($0.question)", ["text": .text($0.text)])
            }
            return .answer(lines)
        }
        let duration = challenge.head.duration
        let planned = challenge.head.midpointOn ?? challenge.date(ofDay: (duration + 1) / 2)
        guard let planned, let first = challenge.date(ofDay: (duration * 2 + 4) / 5),
            let last = challenge.date(ofDay: duration * 3 / 5)
        else { return .answer([Phrase("midpoint.noDay", ["challenge": .code(challenge.code)])]) }
        // What was called off says so, and why, in place of its day.
        let called =
            challenge.isReviewCancelled(.midpoint)
            ? challenge.reviewStandings(on: today, state)
                .first { $0.kind == .midpoint }?.line : nil
        let roles = context.roles(in: challenge, state)
        let isOpen =
            (first...max(first, last)).contains(today)
            && !roles.isDisjoint(with: [.coach, .teamLeader, .office])
        let view = Daily.view(challenge, state, context)
        let energy = context.chat == nil && PulseSight(roles).showsAverage
        return .answer(
            (view.isRunning ? view.midpointPack(energy: energy).prefix(23) : []) + [
                called
                    ?? Phrase(
                        "midpoint.planned",
                        [
                            "challenge": .code(challenge.code), "date": .date(planned),
                            "first": .date(first), "last": .date(last),
                        ])
            ],
            offers: isOpen
                ? [
                    Offer(Phrase("midpoint.startLabel"), "/midpoint hold \(challenge.code)"),
                    Offer(
                        Phrase("midpoint.label", ["challenge": .code(challenge.code)]),
                        "/midpoint done \(challenge.code)"),
                ] : [])
    }
}

/// `review`: notes that a review was held, moves or cancels one, and lists where each stands.
struct ReviewCommand: Command {
    static let name = "review"
    private let usage: Int
    private let code: String?
    private let kind: ReviewKind?
    private let attended: Int?
    let note: String?
    private let date: LocalDate?
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        date = try a.date("date")
        kind = ReviewKind.allCases.first { a.has($0.rawValue) }
        attended = try a.count("attended")
        let reason = try a.gateText("reason")
        note = reason == nil ? try a.gateText("note") : reason
        var form: [ReviewAnswer] = []
        for question in Self.lights {
            if let text = try a.gateText(question) { form.append(ReviewAnswer(question, text)) }
        }
        self.form = form
    }

    /// The stop-light: what goes well, what worries, what stops.
    static let lights = ["well", "worry", "stops"]
    let form: [ReviewAnswer]

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        if form.count == Self.lights.count { return try stopLight(challenge, state, context) }
        if let kind, usage == 3 || usage == 4 {
            return try plan(kind, to: date, challenge, state, context)
        }
        guard usage == 0, let kind else { return try list(challenge, state, context) }
        try context.require([.coach, .office, .teamLeader], in: challenge, state)
        let today = context.today(in: challenge, state)
        try requireHoldable(kind, challenge, today)
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

extension ReviewCommand {
    static func lines(of form: [ReviewAnswer]) -> [Phrase] {
        form.filter { lights.contains($0.question) }.map {
            Phrase("review.light.\($0.question)", ["text": .text($0.text)])
        }
    }

    /// The fourth week, with the sponsor: three lights, and nobody's report.
    func stopLight(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require([.coach, .office, .teamLeader, .sponsor], in: challenge, state)
        let today = context.today(in: challenge, state)
        let phase = challenge.phase(on: today)
        guard phase == .accelerating else {
            throw Refusal(
                Phrase(
                    "review.notNow",
                    [
                        "kind": .term("review.week4"), "challenge": .code(challenge.code),
                        "state": .term(phase.term),
                    ]),
                offers: [Offer(Phrase("next.label"), "/next \(challenge.code)")])
        }
        var review = Review()
        review.kind = .weekFour
        review.date = today
        review.plannedDay = 28
        review.form = form
        let said = Phrase(
            "review.held",
            [
                "kind": .term("review.week4"), "challenge": .code(challenge.code),
                "date": .date(today),
            ])
        let stops = form.first { $0.question == "stops" }?.text ?? ""
        var offers = [Decision.gateUndo]
        if !WeekCommand.isNothing(stops, context) {
            offers.insert(
                Offer(
                    Phrase("week.makeBlocker"),
                    Daily.line("block", ["text": .text(stops)], in: challenge, context)), at: 0)
        }
        return .record(
            [.reviewHeld(OfChallenge(challenge.code, review))], [said] + Self.lines(of: form),
            offers: offers,
            notices: context.gateTell(
                challenge.holders(of: .sponsor) + challenge.holders(of: .teamLeader)
                    + challenge.holders(of: .coach),
                [said] + Self.lines(of: form), subject: "status \(challenge.code)"))
    }
}
