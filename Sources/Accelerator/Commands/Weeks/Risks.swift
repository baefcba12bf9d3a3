import Language

/// What may happen: how likely and how bad, 1 to 5 each, and who watches it. `block from R2` when it
/// has happened.
struct RiskCommand: Command {
    static let name = "risk"
    let isClosing: Bool
    let risk: String?
    let text: String?
    let likelihood: Int?
    let impact: Int?
    let owner: Mention?
    let reason: String?
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        isClosing = arguments.utterance.usage == 0
        risk = try arguments.code("risk")
        text = try arguments.gateText("text")
        likelihood = try arguments.count("likelihood")
        impact = try arguments.count("impact")
        owner = try arguments.person("owner")
        reason = try arguments.gateText("reason")
        challenge = try arguments.code("challenge")
        if isClosing ? risk == nil : text == nil { throw Mismatch("text") }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: risk, challenge, state, context)
        try context.require(BlockCommand.raisers, in: challenge, state)
        try Daily.requireOpen(challenge)
        return isClosing
            ? try close(challenge, state, context) : try raise(challenge, state, context)
    }

    static func existing(_ code: String, _ challenge: Challenge) throws(Refusal) -> Risk {
        let short = Daily.shortCode(code)
        if let found = challenge.risks.first(where: { $0.code == short }) { return found }
        throw Refusal(
            Phrase("risk.unknown", ["code": .code(short), "challenge": .code(challenge.code)]),
            offers: [Offer(Phrase("risk.listLabel"), "/risks \(challenge.code)")])
    }

    /// It was closed, or happened: said with its state, and the list offered.
    static func notOpen(_ risk: Risk, _ challenge: Challenge, _ state: State) -> Refusal {
        Refusal(
            Phrase(
                "risk.notOpen",
                values(risk, challenge, state) + [
                    .init(
                        "state",
                        .term("state.\(risk.state == .blocker ? "happened" : risk.state.rawValue)")),
                    .init("date", .date(risk.movedOn ?? risk.raisedOn)),
                ]), offers: [Offer(Phrase("risk.listLabel"), "/risks \(challenge.code)")])
    }

    static func values(_ risk: Risk, _ challenge: Challenge, _ state: State) -> [Phrase.Field] {
        [
            .init("code", .code("\(challenge.code)-\(risk.code)")), .init("text", .text(risk.text)),
            .init("likelihood", .count(risk.likelihood)), .init("impact", .count(risk.impact)),
            .init("score", .count(risk.score)),
            .init("severity", .term("severity.\(risk.weight.rawValue)")),
            .init("owner", state.name(of: risk.owner)),
        ]
    }

    private func raise(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        let folded = Folding.fold(text ?? "")
        if let same = challenge.risks.first(where: {
            $0.state == .open && Folding.fold($0.text) == folded
        }) {
            return .answer([Phrase("risk.same", Self.values(same, challenge, state))])
        }
        guard challenge.risks.count(where: { $0.state == .open }) < 40, challenge.risks.count < 400
        else {
            throw Refusal(
                Phrase("risk.tooMany"), offers: [Offer(Phrase("risk.listLabel"), "/risks")])
        }
        for (name, value) in [("likelihood", likelihood), ("impact", impact)] where value == nil {
            return askLevel(name, challenge, context)
        }
        var risk = Risk()
        risk.code = NextCode.after(challenge.risks.map(\.code), prefix: "R", pad: 1)
        risk.text = text ?? ""
        risk.likelihood = likelihood ?? 1
        risk.impact = impact ?? 1
        risk.raisedOn = context.today(in: challenge, state)
        risk.raisedBy = me
        risk.owner = challenge.holders(of: .teamLeader).first ?? me
        var events: [Event] = []
        if let owner {
            guard let found = try context.gatePerson(owner, in: challenge, state) else {
                throw Refusal(
                    Phrase(
                        "error.unknownPerson",
                        ["name": .text(owner.name), "challenge": .code(challenge.code)]))
            }
            risk.owner = found.code
            events = found.events
        }
        events.append(.riskSet(OfChallenge(challenge.code, risk)))
        let values = Self.values(risk, challenge, state)
        return .record(
            events, [Phrase("risk.added", values)], offers: [Daily.undo],
            notices: context.gateTell(
                [risk.owner], [Phrase("risk.told", values + [.init("by", state.name(of: me))])],
                subject: "risk \(challenge.code)-\(risk.code)"))
    }

    /// One of the two levels, with the words of its ends.
    private func askLevel(_ name: String, _ challenge: Challenge, _ context: Context) -> Decision {
        let offers = (1...5).map { level -> Offer in
            var values: [String: Value] = ["text": .text(text ?? "")]
            if let likelihood { values["likelihood"] = .count(likelihood) }
            if let owner { values["owner"] = .person(owner) }
            values[name] = .count(level)
            return Offer(
                Phrase("risk.level", ["n": .count(level)]),
                Daily.line(Self.name, usage: 1, values, in: challenge, context))
        }
        return .ask(
            [
                Phrase(
                    name == "impact" ? "risk.askImpact" : "risk.askLikelihood",
                    ["challenge": .code(challenge.code), "text": Title.short(text ?? "", 200)])
            ], offers: offers + [Daily.cancel()])
    }

    private func close(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        var found = try Self.existing(risk ?? "", challenge)
        let me = try context.me()
        guard found.state == .open else {
            throw Self.notOpen(found, challenge, state)
        }
        if found.owner != me, found.raisedBy != me {
            try context.require([.teamLeader, .scribe, .coach, .office], in: challenge, state)
        }
        found.state = .closed
        found.movedOn = context.today(in: challenge, state)
        found.note = reason
        return .record(
            [.riskSet(OfChallenge(challenge.code, found))],
            [Phrase("risk.closed", Self.values(found, challenge, state))], offers: [Daily.undo])
    }
}

/// Open risks, the gravest first.
struct RisksCommand: Command {
    static let name = "risks"
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try Daily.lookInside(challenge, state, context)
        let open = challenge.risks.filter { $0.state == .open }.sorted {
            $0.score == $1.score ? $0.raisedOn < $1.raisedOn : $0.score > $1.score
        }
        let new = Offer(Phrase("risk.label"), "/risk challenge=\(challenge.code)")
        guard let gravest = open.first else {
            return .answer([Phrase("risks.none", ["code": .code(challenge.code)])], offers: [new])
        }
        var lines = [
            Phrase("risks.head", ["code": .code(challenge.code), "count": .count(open.count)])
        ]
        lines += open.prefix(20).map {
            Phrase("risks.line", RiskCommand.values($0, challenge, state))
        }
        if open.count > 20 {
            lines.append(Phrase("risks.more", ["count": .count(open.count - 20)]))
        }
        return .answer(
            lines,
            offers: [
                Offer(
                    Phrase("risk.happenedLabel", ["code": .code(gravest.code)]),
                    "/block from \(challenge.code)-\(gravest.code)"), new,
            ])
    }
}

extension BlockCommand {
    /// The risk of `block from R2`: a code and at most one word before it. “From” begins too many sentences
    /// about what is in the way to be a keyword here.
    func riskCode(_ context: Context) -> String? {
        let words = text?.split(separator: " ") ?? []
        guard (1...2).contains(words.count), let last = words.last,
            case .code(let code)? = context.grammar.value(
                type: "risk", of: String(last), in: Reading(today: LocalDate(days: 0)))
        else { return nil }
        return code
    }

    /// A risk has happened: the blocker takes over its words, its owner and its weight.
    func happened(
        _ risk: String, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        var found = try RiskCommand.existing(risk, challenge)
        guard found.state == .open else {
            throw RiskCommand.notOpen(found, challenge, state)
        }
        let me = try context.me()
        var blocker = Blocker()
        blocker.code = NextCode.after(challenge.blockers.map(\.code), prefix: "B", pad: 1)
        blocker.title = found.text
        blocker.severity = severity ?? found.weight
        blocker.raisedOn = context.today(in: challenge, state)
        blocker.raisedBy = me
        blocker.owner = found.owner.isEmpty ? me : found.owner
        found.state = .blocker
        found.movedOn = blocker.raisedOn
        found.blocker = blocker.code
        return opened(
            blocker, [.riskSet(OfChallenge(challenge.code, found))], challenge, state, context)
    }
}
