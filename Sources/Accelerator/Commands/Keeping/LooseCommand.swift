import Language

/// `loose`: what was still open on the last day, one by one: done, carried over into sustainability, or
/// dropped (method.md 2.2, rule 7). First milestones, then actions; an action carried over gets another day.
struct LooseCommand: Command {
    static let name = "loose"
    private let code: String?
    private let milestone: String?
    private let action: String?
    private let on: LocalDate?
    private let to: MilestoneState?
    private let note: String?

    init(_ a: Arguments) throws(Mismatch) {
        code = try a.code("challenge")
        milestone = try a.code("milestone")
        action = try a.code("action")
        on = try a.date("on")
        note = try a.gateText("note")
        let moves: [(String, MilestoneState)] = [
            ("done", .done), ("carry", .carried), ("drop", .dropped),
        ]
        to = moves.first { a.has($0.0) }?.1
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: milestone ?? action, code, state, context)
        let today = context.today(in: challenge, state)
        guard [.results, .sustaining].contains(challenge.phase(on: today)) else {
            throw Refusal(
                Phrase(
                    "loose.notNow",
                    [
                        "challenge": .code(challenge.code),
                        "state": .term(challenge.phase(on: today).term),
                    ]),
                offers: [Offer(Phrase("next.label"), "/next \(challenge.code)")])
        }
        try context.require([.teamLeader, .scribe, .coach, .office], in: challenge, state)
        if let to, let action { return try settle(action, to, challenge, today, context) }
        guard let to, let milestone else {
            return Self.next(challenge, skipping: nil, [])
        }
        let short = Daily.shortCode(milestone)
        guard let found = challenge.milestones.first(where: { $0.code == short }) else {
            throw Refusal(
                Phrase(
                    "milestone.unknown", ["challenge": .code(challenge.code), "code": .code(short)])
            )
        }
        guard found.state == .open else {
            throw Refusal(
                Phrase(
                    "milestone.notOpen",
                    ["code": .code(short), "state": .term("state.\(found.state.rawValue)")]))
        }
        if let on { try Daily.requirePast(on, today) }
        if to == .done, found.isCritical, DoneCommand.proof(note, context) == nil {
            return DoneCommand.askProof(found, on ?? today, challenge, context)
        }
        var move = MilestoneMoved()
        move.challenge = challenge.code
        move.milestone = short
        move.to = to
        move.on = on ?? today
        move.by = try context.me()
        move.evidence = note
        let said = Phrase(
            "loose.moved",
            [
                "code": .code(short), "title": Title.short(found.title, 60),
                "state": .term("state.\(to.rawValue)"), "date": .date(on ?? today),
            ])
        var decision = Self.next(challenge, skipping: short, [said])
        decision.events = challenge.clockMoves(by: today) + [.milestoneMoved(move)]
        decision.offers.append(Decision.gateUndo)
        return decision
    }

    /// An action that was still open: done, dropped, or carried over for two more weeks.
    private func settle(
        _ code: String, _ to: MilestoneState, _ challenge: Challenge, _ today: LocalDate,
        _ context: Context
    ) throws(Refusal) -> Decision {
        var found = try ActionCommand.existing(code, challenge)
        guard found.state == .open else { throw ActionCommand.notOpen(found, challenge) }
        if let on { try Daily.requirePast(on, today) }
        if to == .carried {
            found.due = max(today, challenge.lastDay ?? today) + 14
        } else {
            found.state = to == .done ? .done : .dropped
            found.movedOn = max(on ?? today, found.createdOn)
            found.movedBy = try context.me()
            found.note = note
        }
        let said = Phrase(
            to == .carried ? "loose.kept" : "loose.moved",
            [
                "code": .code(found.code), "title": Title.short(found.text, 60),
                "state": .term("state.\(found.state.rawValue)"),
                "date": .date(to == .carried ? found.due : on ?? today),
            ])
        var after = challenge
        after.actions.put(found, by: \.code)
        var decision = Self.next(after, skipping: nil, [said])
        decision.events =
            challenge.clockMoves(by: today) + [.actionSet(OfChallenge(challenge.code, found))]
        decision.offers.append(Decision.gateUndo)
        return decision
    }

    /// Actions that were due by the last day and are open still; those of later days are in hand.
    static func actions(_ challenge: Challenge) -> [Action] {
        challenge.actions.filter { action in
            action.state == .open && challenge.lastDay.map { action.due <= $0 } ?? true
        }
        .sorted { ($0.due, $0.code) < ($1.due, $1.code) }
    }

    /// The next open action with its three ways out.
    private static func nextAction(
        _ action: Action, _ count: Int, _ challenge: Challenge, _ before: [Phrase]
    ) -> Decision {
        let whole = "\(challenge.code)-\(action.code)"
        return .answer(
            before + [
                Phrase(
                    "loose.action",
                    [
                        "challenge": .code(challenge.code), "count": .count(count),
                        "code": .code(action.code),
                        "title": Title.short(action.text, 80), "due": .date(action.due),
                    ])
            ],
            offers: [
                Offer(
                    Phrase("loose.doneLabel", ["code": .code(action.code)]), "/loose done \(whole)"),
                Offer(
                    Phrase("loose.carryLabel", ["code": .code(action.code)]),
                    "/loose carry \(whole)"),
                Offer(
                    Phrase("loose.dropLabel", ["code": .code(action.code)]), "/loose drop \(whole)"),
            ], subject: "loose \(challenge.code)")
    }

    /// The next open one with its three ways out.
    static func next(_ challenge: Challenge, skipping: String?, _ before: [Phrase]) -> Decision {
        let open = Self.open(challenge).filter { $0.code != skipping }
        guard let first = open.first else {
            let actions = Self.actions(challenge)
            if let action = actions.first {
                return nextAction(action, actions.count, challenge, before)
            }
            return .answer(before + [Phrase("loose.none", ["challenge": .code(challenge.code)])])
        }
        let whole = "\(challenge.code)-\(first.code)"
        return .answer(
            before + [
                Phrase(
                    "loose.item",
                    [
                        "challenge": .code(challenge.code), "count": .count(open.count),
                        "code": .code(first.code), "title": Title.short(first.title, 80),
                        "due": .date(first.due),
                    ])
            ],
            offers: [
                Offer(
                    Phrase("loose.carryLabel", ["code": .code(first.code)]), "/loose carry \(whole)"
                ),
                Offer(
                    Phrase("loose.doneLabel", ["code": .code(first.code)]), "/loose done \(whole)"),
                Offer(
                    Phrase("loose.dropLabel", ["code": .code(first.code)]), "/loose drop \(whole)"),
            ], subject: "loose \(challenge.code)")
    }

    static func open(_ challenge: Challenge) -> [Milestone] {
        challenge.milestones.filter { $0.state == .open }.sorted {
            ($0.due, $0.code) < ($1.due, $1.code)
        }
    }
}
