import Language

/// `close`: the closing review, with the path that follows; early, where the target is met; and the end.
struct CloseCommand: Command {
    static let name = "close"
    private let usage: Int
    private let code: String?
    private let path: Path?
    private let sites: Int?
    private let isUnmeasured: Bool
    private let lesson: String?
    private let reason: String?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        path = try a.gateTerm("path").flatMap { Path(rawValue: $0) }
        sites = try a.count("sites").flatMap { (1...10_000).contains($0) ? $0 : nil }
        isUnmeasured = a.has("unmeasured")
        lesson = try a.gateText("lesson")
        reason = try a.gateText("reason")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        let today = context.today(in: challenge, state)
        switch (usage, challenge.phase(on: today)) {
        case (0, _): return try early(challenge, today, state, context)
        case (1, _): return try end(challenge, today, state, context)
        case (_, .handedOver): return try end(challenge, today, state, context)
        default: return try review(challenge, today, state, context)
        }
    }

    /// results → sustaining: the verdict is confirmed, the path chosen.
    private func review(
        _ challenge: Challenge, _ today: LocalDate, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        var judged = challenge
        if isUnmeasured {
            // “No reading” is ticked: the item is set aside by whoever closes.
            var waiver = Waiver()
            waiver.what = "reading"
            judged.waivers.append(waiver)
        }
        try Transitions.check(judged, to: .sustaining, state, context)
        let result = Gate(challenge, state, context).result
        let verdict: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "verdict": .term(result.verdict.term),
            "progress": .share(result.progress ?? 0),
        ]
        let said = Phrase(result.finalValue == nil ? "close.unmeasured" : "close.verdict", verdict)
        guard let path else {
            return .ask(
                [said, Phrase("close.path")],
                offers: [Path.scale, .build, .reset].map {
                    Offer(
                        Phrase("close.pathLabel", ["path": .term("path.\($0.rawValue)")]),
                        "/close \(challenge.code) \($0.rawValue)"
                            + (isUnmeasured ? " unmeasured" : ""))
                } + [
                    Offer(
                        Phrase("close.pathLabel", ["path": .term("path.none")]),
                        "/close none \(challenge.code)")
                ])
        }
        guard path != .none else {
            throw Refusal(
                Phrase("close.noneAsk"),
                offers: [
                    Offer(
                        Phrase("close.pathLabel", ["path": .term("path.none")]),
                        "/close none \(challenge.code)")
                ])
        }
        var confirmed = result
        confirmed.confirmedBy = context.person?.code
        var plan = challenge.sustainability ?? Sustainability()
        plan.path = path
        if plan.holdValue == nil { plan.holdValue = result.finalValue }
        // The closing review is one: where its notes stand already, this completes it.
        let isNoted = challenge.reviews.contains { $0.kind == .closing }
        var closing = Review()
        closing.kind = .closing
        closing.date = today
        var events = challenge.clockMoves(by: today)
        events.append(.resultConfirmed(OfChallenge(challenge.code, confirmed)))
        events.append(.sustainabilitySet(OfChallenge(challenge.code, plan)))
        if !isNoted { events.append(.reviewHeld(OfChallenge(challenge.code, closing))) }
        events += kept(challenge, today, context)
        let follow = FollowOn.draft(challenge, path, sites: sites, state, by: context.person?.code)
        events += follow.events
        events.append(
            .challengeMoved(
                ChallengeMoved(challenge.code, to: .sustaining, on: today, by: context.person?.code)
            ))
        events += Transitions.cohortFollows(challenge, to: .sustaining, on: today, state)
        // A pledge may have been signed before the review.
        let isSigned = plan.signedOn != nil
        let next = Phrase(
            isSigned ? "close.nextSigned" : "close.next",
            ["challenge": .code(challenge.code), "path": .term("path.\(path.rawValue)")])
        let first = ChallengeView(
            challenge, state, known: state.known(of: challenge, date: today, cut: context.at)
        )
        .firstTargetLine(result)
        let loose = LooseCommand.open(challenge).count
        var lines = [said] + [first].compactMap { $0 } + [next]
        if let proposal = follow.proposal { lines.append(FollowOn.line(proposal, state)) }
        if loose > 0 {
            lines.append(
                Phrase("loose.left", ["challenge": .code(challenge.code), "count": .count(loose)]))
        }
        let actions = LooseCommand.actions(challenge).count
        if actions > 0 {
            lines.append(
                Phrase(
                    "loose.leftActions",
                    ["challenge": .code(challenge.code), "count": .count(actions)]))
        }
        return .record(
            events, lines,
            offers: (loose + actions > 0
                ? [Offer(Phrase("loose.label"), "/loose \(challenge.code)")] : [])
                + (isSigned ? [] : [Offer(Phrase("practice.label"), "/practice add")]) + [
                    Offer(
                        Phrase("pledge.label", ["challenge": .code(challenge.code)]),
                        "/pledge \(challenge.code)"), Decision.gateUndo,
                ],
            notices: context.gateTell(
                challenge.holders(of: .sponsor),
                [said]
                    + (isSigned
                        ? [] : [Phrase("close.sponsor", ["challenge": .code(challenge.code)])]),
                offers: [
                    Offer(
                        Phrase("pledge.label", ["challenge": .code(challenge.code)]),
                        "/pledge \(challenge.code)")
                ]))
    }

    private func kept(_ challenge: Challenge, _ today: LocalDate, _ context: Context) -> [Event] {
        guard let lesson else { return [] }
        var kept = Lesson()
        kept.text = lesson
        kept.isShared = true
        kept.phase = "sustainability"
        kept.by = context.person?.code
        kept.on = today
        return [.lessonShared(OfChallenge(challenge.code, kept))]
    }

    /// results or handed over → closed, by the office.
    private func end(_ challenge: Challenge, _ today: LocalDate, _ state: State, _ context: Context)
        throws(Refusal) -> Decision
    {
        try Transitions.check(challenge, to: .closed, state, context)
        var events = challenge.clockMoves(by: today)
        if challenge.phase(on: today) == .results {
            guard let reason else { throw Refusal(Phrase("close.ask.reason")) }
            var confirmed = Gate(challenge, state, context).result
            confirmed.confirmedBy = context.person?.code
            var plan = challenge.sustainability ?? Sustainability()
            plan.path = Path.none
            events.append(.resultConfirmed(OfChallenge(challenge.code, confirmed)))
            events.append(.sustainabilitySet(OfChallenge(challenge.code, plan)))
            events.append(
                .challengeMoved(
                    ChallengeMoved(
                        challenge.code, to: .closed, on: today, by: context.person?.code,
                        reason: reason)))
        } else {
            events.append(
                .challengeMoved(
                    ChallengeMoved(
                        challenge.code, to: .closed, on: today, by: context.person?.code,
                        reason: reason)))
        }
        events += Transitions.cohortFollows(challenge, to: .closed, on: today, state)
        return .record(
            events,
            [
                Phrase(
                    "close.done",
                    ["challenge": .code(challenge.code), "title": .text(challenge.head.title)])
            ],
            offers: [Decision.gateUndo])
    }
}
