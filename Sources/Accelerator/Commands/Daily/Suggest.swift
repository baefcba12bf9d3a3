import Language

/// `suggest`: whoever may see a challenge and is not in its team leaves its leader a suggestion; the leader
/// makes an action of it, or thanks and leaves it. Three a day a person, and it stays in the trail.
struct SuggestCommand: Command {
    static let name = "suggest"
    enum Act { case take, leave, list, make }
    private let act: Act
    private let suggestion: String?
    private let code: String?
    private let text: String?

    init(_ a: Arguments) throws(Mismatch) {
        suggestion = try a.code("suggestion")
        code = try a.code("challenge")
        text = try a.gateText("text")
        // The usages stand in this order in the command's file.
        switch a.utterance.usage {
        case 0: act = .take
        case 1: act = .leave
        case 2: act = .list
        default: act = .make
        }
        if act == .take || act == .leave ? suggestion == nil : act == .make && text == nil {
            throw Mismatch("text")
        }
    }

    /// A person's suggestions a day, and open ones a challenge.
    private static let daily = 3
    private static let open = 20

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: suggestion, code, state, context)
        switch act {
        case .make: return try make(challenge, state, context)
        case .list: return try list(challenge, state, context)
        case .take, .leave: return try answer(challenge, state, context)
        }
    }

    private func make(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        _ = try Daily.look(challenge, state, context)
        try Daily.requireOpen(challenge)
        guard context.roles(in: challenge, state).isDisjoint(with: Daily.team) else {
            throw Refusal(
                Phrase("suggest.ownTeam", ["challenge": .code(challenge.code)]),
                offers: [Offer(Phrase("action.label"), "/action challenge=\(challenge.code)")])
        }
        let today = context.today(in: challenge, state)
        var mine = 0
        for other in state.challenges.values {
            mine += other.suggestions.count { $0.by == me && $0.on == today }
        }
        guard mine < Self.daily else {
            throw Refusal(Phrase("suggest.enough", ["count": .count(Self.daily)]))
        }
        let text = text ?? ""
        if let same = challenge.suggestions.first(where: {
            Folding.fold($0.text) == Folding.fold(text)
        }) {
            return .answer([
                Phrase("suggest.same", ["code": .code("\(challenge.code)-\(same.code)")])
            ])
        }
        guard challenge.suggestions.count(where: { $0.state == .open }) < Self.open,
            challenge.suggestions.count < 300
        else {
            throw Refusal(Phrase("suggest.full", ["challenge": .code(challenge.code)]))
        }
        let readers =
            [Role.teamLeader, .scribe, .coach].lazy.map { challenge.holders(of: $0) }.first {
                !$0.isEmpty
            }
            ?? state.gateOffice(of: challenge)
        guard let reader = readers.first(where: { $0 != me }) else {
            throw Refusal(Phrase("suggest.nobody", ["challenge": .code(challenge.code)]))
        }
        var new = Suggestion()
        new.code = NextCode.after(challenge.suggestions.map(\.code), prefix: "SG", pad: 1)
        new.text = text
        new.by = me
        new.on = today
        let whole = "\(challenge.code)-\(new.code)"
        let values: [Phrase.Field] = [
            .init("code", .code(whole)), .init("text", .text(text)),
            .init("by", state.name(of: me)),
            .init("name", state.name(of: reader)), .init("challenge", .code(challenge.code)),
        ]
        return .record(
            [.suggestionMade(OfChallenge(challenge.code, new))], [Phrase("suggest.made", values)],
            offers: [Daily.undo],
            notices: [
                context.tell(
                    reader, [Phrase("suggest.told", values)],
                    offers: [
                        Offer(Phrase("suggest.takeLabel"), "/suggest take \(whole)"),
                        Offer(Phrase("suggest.noLabel"), "/suggest no \(whole)"),
                    ], subject: "suggestion \(whole)")
            ])
    }

    private func list(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        guard !challenge.suggestions.isEmpty else {
            return .answer([Phrase("suggest.none", ["challenge": .code(challenge.code)])])
        }
        let open = challenge.suggestions.filter { $0.state == .open }
        let shown = (open + challenge.suggestions.filter { $0.state != .open }.reversed()).prefix(
            10)
        return .answer(
            shown.map {
                Phrase(
                    $0.state == .open ? "suggest.line" : "suggest.closed",
                    [
                        "code": .code("\(challenge.code)-\($0.code)"),
                        "text": Title.short($0.text, 120),
                        "by": state.name(of: $0.by), "date": .date($0.on),
                        "state": .term("state.\($0.state.rawValue)"),
                        "action": .code($0.action ?? ""),
                    ])
            })
    }

    private func answer(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require([.teamLeader, .scribe, .coach, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        let me = try context.me()
        let short = Daily.shortCode(suggestion ?? "")
        guard var found = challenge.suggestions.first(where: { $0.code == short }) else {
            throw Refusal(
                Phrase(
                    "suggest.unknown", ["challenge": .code(challenge.code), "code": .code(short)]),
                offers: [Offer(Phrase("suggest.listLabel"), "/suggest list \(challenge.code)")])
        }
        let today = context.today(in: challenge, state)
        guard found.state == .open else {
            return .answer([
                Phrase(
                    "suggest.already",
                    [
                        "code": .code("\(challenge.code)-\(short)"),
                        "date": .date(found.movedOn ?? today),
                        "state": .term("state.\(found.state.rawValue)"),
                    ])
            ])
        }
        found.state = act == .take ? .taken : .declined
        found.movedOn = today
        found.movedBy = me
        var events: [Event] = []
        var values: [Phrase.Field] = [
            .init("code", .code("\(challenge.code)-\(short)")), .init("text", .text(found.text)),
            .init("name", state.name(of: me)), .init("challenge", .code(challenge.code)),
        ]
        if act == .take {
            guard challenge.actions.count(where: { $0.state == .open }) < 60,
                challenge.actions.count < 600
            else {
                throw Refusal(
                    Phrase("action.tooMany"),
                    offers: [Offer(Phrase("action.listLabel"), "/actions")])
            }
            var action = Action()
            action.code = NextCode.after(challenge.actions.map(\.code), prefix: "A", pad: 1)
            action.text = found.text
            action.owner = me
            let days = state.days(of: challenge)
            action.due = challenge.nextMeeting(from: today + 1, days) ?? today + 7
            action.createdOn = today
            action.createdBy = me
            found.action = action.code
            events.append(.actionSet(OfChallenge(challenge.code, action)))
            values += [
                .init("action", .code("\(challenge.code)-\(action.code)")),
                .init("due", .date(action.due)),
            ]
        }
        events.append(.suggestionMade(OfChallenge(challenge.code, found)))
        let isTaken = act == .take
        return .record(
            events, [Phrase(isTaken ? "suggest.taken" : "suggest.declined", values)],
            offers: [Daily.undo],
            notices: context.gateTell(
                [found.by], [Phrase(isTaken ? "suggest.takenTold" : "suggest.declinedTold", values)]
            ))
    }
}
