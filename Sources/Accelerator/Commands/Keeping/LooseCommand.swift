import Language

/// `loose`: what was still open on the last day, one by one: done, carried over into sustainability, or
/// dropped (method.md 2.2, rule 7).
struct LooseCommand: Command {
    static let name = "loose"
    private let code: String?
    private let milestone: String?
    private let on: LocalDate?
    private let to: MilestoneState?

    init(_ a: Arguments) throws(Mismatch) {
        code = try a.code("challenge")
        milestone = try a.code("milestone")
        on = try a.date("on")
        let moves: [(String, MilestoneState)] = [("done", .done), ("carry", .carried), ("drop", .dropped)]
        to = moves.first { a.has($0.0) }?.1
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: milestone, code, state, context)
        let today = context.today(in: challenge, state)
        guard [.results, .sustaining].contains(challenge.phase(on: today)) else {
            throw Refusal(
                Phrase(
                    "loose.notNow",
                    ["challenge": .code(challenge.code), "state": .term(challenge.phase(on: today).term)]),
                offers: [Offer(Phrase("next.label"), "/next \(challenge.code)")])
        }
        try context.require([.teamLeader, .scribe, .coach, .office], in: challenge, state)
        guard let to, let milestone else {
            return Self.next(challenge, skipping: nil, [])
        }
        let short = Daily.shortCode(milestone)
        guard let found = challenge.milestones.first(where: { $0.code == short }) else {
            throw Refusal(
                Phrase("milestone.unknown", ["challenge": .code(challenge.code), "code": .code(short)]))
        }
        guard found.state == .open else {
            throw Refusal(
                Phrase(
                    "milestone.notOpen",
                    ["code": .code(short), "state": .term("state.\(found.state.rawValue)")]))
        }
        if let on { try Daily.requirePast(on, today) }
        var move = MilestoneMoved()
        move.challenge = challenge.code
        move.milestone = short
        move.to = to
        move.on = on ?? today
        move.by = try context.me()
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

    /// The next open one with its three ways out.
    static func next(_ challenge: Challenge, skipping: String?, _ before: [Phrase]) -> Decision {
        let open = Self.open(challenge).filter { $0.code != skipping }
        guard let first = open.first else {
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
                Offer(Phrase("loose.carryLabel", ["code": .code(first.code)]), "/loose carry \(whole)"),
                Offer(Phrase("loose.doneLabel", ["code": .code(first.code)]), "/loose done \(whole)"),
                Offer(Phrase("loose.dropLabel", ["code": .code(first.code)]), "/loose drop \(whole)"),
            ], subject: "loose \(challenge.code)")
    }

    static func open(_ challenge: Challenge) -> [Milestone] {
        challenge.milestones.filter { $0.state == .open }.sorted { ($0.due, $0.code) < ($1.due, $1.code) }
    }
}
