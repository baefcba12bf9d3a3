import Language

/// A blocker: what stops us, how bad, and who can move it. Also gives a known one another owner,
/// and opens a solved one again.
struct BlockCommand: Command {
    static let name = "block"
    let text: String?
    let severity: Severity?
    let owner: Mention?
    let blocker: String?
    let challenge: String?
    let isReopening: Bool

    init(_ arguments: Arguments) throws(Mismatch) {
        let (said, named) = Self.trailing(try arguments.gateText("text"))
        text = said
        severity = try arguments.gateTerm("severity").flatMap(Severity.init(rawValue:))
        owner = try arguments.person("owner")
        blocker = try arguments.code("blocker")
        // What was said comes before the challenge that a person's chat or seat implies.
        let implied = try arguments.code("challenge")
        challenge = named ?? implied
        // The usages stand in this order in the command's file: raise, reassign, reopen.
        isReopening = arguments.utterance.usage == 2
        if arguments.utterance.usage == 0 ? text == nil : blocker == nil { throw Mismatch("text") }
    }

    /// `"no registrar" CH-01`: a quoted text and the code of the challenge behind it.
    private static func trailing(_ text: String?) -> (text: String?, challenge: String?) {
        guard let text, let space = text.lastIndex(of: " ") else { return (text, nil) }
        let code = text[text.index(after: space)...].uppercased()
        var said = text[..<space]
        while said.last == " " { said = said.dropLast() }
        guard code.hasPrefix("CH-"), code.utf8.count <= 8,
            code.dropFirst(3).allSatisfy({ $0.isASCII && $0.isNumber }),
            code.utf8.count >= 5, let first = said.first, let last = said.last, said.count > 2,
            [("\"", "\""), ("“", "”"), ("«", "»"), ("„", "“")].contains(where: {
                $0.0 == String(first) && $0.1 == String(last)
            })
        else { return (text, nil) }
        return (String(said.dropFirst().dropLast()), code)
    }

    static let raisers: Set<Role> = [
        .member, .dataKeeper, .scribe, .teamLeader, .coach, .sponsor, .systemLeader, .office,
    ]

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let risk = blocker == nil ? riskCode(context) : nil
        let challenge = try Daily.challenge(of: blocker ?? risk, challenge, state, context)
        try context.require(Self.raisers, in: challenge, state)
        try Daily.requireOpen(challenge)
        if let risk { return try happened(risk, challenge, state, context) }
        if let blocker {
            let found = try SolvedCommand.existing(blocker, challenge, state, context)
            return try isReopening
                ? reopen(found, challenge, state, context)
                : reassign(found, challenge, state, context)
        }
        let text = text ?? ""
        let folded = Folding.fold(text)
        if let same = challenge.blockers.first(where: {
            $0.isOpen && Folding.fold($0.title) == folded
        }) {
            return .answer([
                Phrase("block.same", ["code": .code("\(challenge.code)-\(same.code)")])
            ])
        }
        guard challenge.blockers.count(where: \.isOpen) < 40 else {
            throw Refusal(Phrase("block.tooMany"))
        }
        guard let severity else { return askSeverity(text, challenge, context) }
        return try raise(text, severity, challenge, state, context)
    }

    private func askSeverity(_ text: String, _ challenge: Challenge, _ context: Context) -> Decision
    {
        let offers = [("slows", "low"), ("milestone", "high"), ("goal", "critical")].map {
            label, severity in
            Offer(
                Phrase("block.\(label)"),
                Daily.line(
                    Self.name, ["severity": .term("severity.\(severity)"), "text": .text(text)],
                    in: challenge, context))
        }
        return .ask(
            [
                Phrase(
                    "block.askSeverity",
                    ["challenge": .code(challenge.code), "text": Title.short(text, 200)])
            ],
            offers: offers + [Daily.cancel()])
    }

    private func raise(
        _ text: String, _ severity: Severity, _ challenge: Challenge, _ state: State,
        _ context: Context
    ) throws(Refusal) -> Decision {
        let me = try context.me()
        var events: [Event] = []
        var holder = Self.suggested(severity, challenge) ?? me
        if let owner {
            guard let found = try context.gatePerson(owner, in: challenge, state) else {
                throw Refusal(
                    Phrase(
                        "error.unknownPerson",
                        ["name": .text(owner.name), "challenge": .code(challenge.code)]))
            }
            holder = found.code
            events = found.events
        }
        var blocker = Blocker()
        blocker.code = NextCode.after(challenge.blockers.map(\.code), prefix: "B", pad: 1)
        blocker.title = text
        blocker.severity = severity
        blocker.raisedOn = context.today(in: challenge, state)
        blocker.raisedBy = me
        blocker.owner = holder
        return opened(blocker, events, challenge, state, context)
    }

    /// A new blocker: said to its owner and the leader, the gravest to the sponsor at once.
    func opened(
        _ blocker: Blocker, _ before: [Event], _ challenge: Challenge, _ state: State,
        _ context: Context
    ) -> Decision {
        let severity = blocker.severity
        let events = before + [.blockerSet(OfChallenge(challenge.code, blocker))]
        var told = [blocker.owner].compactMap { $0 } + challenge.holders(of: .teamLeader)
        if severity == .critical { told += challenge.holders(of: .sponsor) }
        let values = Self.values(blocker, challenge, state)
        var decision = Decision.record(
            events,
            [Phrase("block.done", values), Phrase("block.ladder.\(severity.rawValue)", values)],
            offers: owners(blocker, challenge, state, context) + [Daily.undo],
            notices: tell(told, Phrase("block.told", values), blocker, challenge, context))
        decision.subject = "blocker \(challenge.code)-\(blocker.code)"
        return decision
    }

    /// The sponsor can promise a day with the same message.
    private func tell(
        _ people: [String], _ phrase: Phrase, _ blocker: Blocker, _ challenge: Challenge,
        _ context: Context
    ) -> [Outgoing] {
        let code = "\(challenge.code)-\(blocker.code)"
        let sponsors = challenge.holders(of: .sponsor)
        return context.gateTell(
            people, [phrase], offers: [Offer(Phrase("solved.label"), "/solved \(code)")],
            subject: "blocker \(code)"
        ).map { out in
            guard case .person(let person) = out.to, sponsors.contains(person) else { return out }
            var out = out
            out.offers.append(Offer(Phrase("promise.label"), "/promise \(code)"))
            return out
        }
    }

    static func values(_ blocker: Blocker, _ challenge: Challenge, _ state: State) -> [Phrase.Field]
    {
        [
            .init("code", .code("\(challenge.code)-\(blocker.code)")),
            .init("text", .text(blocker.title)),
            .init("severity", .term("severity.\(blocker.severity.rawValue)")),
            .init("owner", blocker.owner.map { state.name(of: $0) } ?? .text("–")),
            .init("by", state.name(of: blocker.raisedBy)),
        ]
    }

    /// Who moves such a thing: the sponsor what stops a goal or a milestone, the leader the rest.
    private static func suggested(_ severity: Severity, _ challenge: Challenge) -> String? {
        let sponsor = challenge.holders(of: .sponsor).first
        let leader = challenge.holders(of: .teamLeader).first
        return severity >= .high ? sponsor ?? leader : leader
    }

    /// Others who might own it, as buttons.
    private func owners(
        _ blocker: Blocker, _ challenge: Challenge, _ state: State, _ context: Context
    ) -> [Offer] {
        var seen: Set<String> = [blocker.owner ?? ""]
        var offers: [Offer] = []
        let candidates: [(Phrase, String?)] = [
            (
                Phrase("block.ownerRole", ["role": .term("role.sponsor")]),
                challenge.holders(of: .sponsor).first
            ),
            (
                Phrase("block.ownerRole", ["role": .term("role.team-leader")]),
                challenge.holders(of: .teamLeader).first
            ),
            (Phrase("block.ownerMe"), context.person?.code),
        ]
        for (label, person) in candidates {
            guard let person, seen.insert(person).inserted else { continue }
            offers.append(
                Offer(label, "/block reassign \(challenge.code)-\(blocker.code) @\(person)"))
        }
        return offers
    }

    private func reassign(
        _ blocker: Blocker, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let me = try context.me()
        if blocker.raisedBy != me, blocker.owner != me {
            try context.require([.teamLeader, .sponsor, .office], in: challenge, state)
        }
        guard blocker.isOpen else {
            throw Refusal(Self.closedAlready(blocker, challenge))
        }
        guard let owner, let found = try context.gatePerson(owner, in: challenge, state) else {
            throw Refusal(
                Phrase(
                    "error.unknownPerson",
                    ["name": .text(owner?.name ?? ""), "challenge": .code(challenge.code)]))
        }
        var changed = blocker
        changed.owner = found.code
        if found.code == blocker.owner {
            return .answer([Phrase("block.ownerSame", Self.values(blocker, challenge, state))])
        }
        let values = Self.values(changed, challenge, state)
        return .record(
            found.events + [.blockerSet(OfChallenge(challenge.code, changed))],
            [Phrase("block.owned", values)], offers: [Daily.undo],
            notices: context.gateTell(
                [found.code], [Phrase("block.told", values)],
                offers: [
                    Offer(Phrase("solved.label"), "/solved \(challenge.code)-\(blocker.code)")
                ],
                subject: "blocker \(challenge.code)-\(blocker.code)"))
    }

    private func reopen(
        _ blocker: Blocker, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let values = Self.values(blocker, challenge, state)
        guard !blocker.isOpen else { return .answer([Phrase("block.stillOpen", values)]) }
        guard Transitions.allows(Transitions.blocker, from: blocker.state, to: .open, by: Self.name)
        else {
            throw Refusal(
                Self.closedAlready(blocker, challenge),
                offers: [Self.anew(blocker, challenge, context)])
        }
        let me = try context.me()
        var event = BlockerMoved()
        event.challenge = challenge.code
        event.blocker = blocker.code
        event.to = .open
        event.on = context.today(in: challenge, state)
        event.by = me
        var events: [Event] = [.blockerMoved(event)]
        var owner = blocker.owner
        if let gone = owner, state.people[gone]?.former != nil {
            // Whoever had it was forgotten since: it is with whoever says that it is back.
            var passed = blocker
            passed.owner = me
            owner = me
            events.insert(.blockerSet(OfChallenge(challenge.code, passed)), at: 0)
        }
        return .record(
            events, [Phrase("block.again", values)], offers: [Daily.undo],
            notices: context.gateTell(
                [owner].compactMap { $0 } + challenge.holders(of: .teamLeader),
                [Phrase("block.againTold", values)]))
    }
}

/// A blocker is out of the way.
struct SolvedCommand: Command {
    static let name = "solved"
    let blocker: String?
    let challenge: String?
    let how: String?
    /// Out of the way, lived with, or moved outside the challenge.
    let to: BlockerState

    init(_ arguments: Arguments) throws(Mismatch) {
        blocker = try arguments.code("blocker")
        challenge = try arguments.code("challenge")
        how = try arguments.gateText("how")
        // The usages stand in this order in the command's file.
        to =
            arguments.utterance.usage == 0
            ? .resolved : arguments.utterance.usage == 1 ? .accepted : .moved
    }
    init(blocker: String, challenge: String?, how: String?) {
        self.blocker = blocker
        self.challenge = challenge
        self.how = how
        to = .resolved
    }

    static func existing(
        _ code: String, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Blocker {
        let short = Daily.shortCode(code)
        if let found = challenge.blockers.first(where: { $0.code == short }) { return found }
        throw Refusal(
            Phrase("solved.unknown", ["code": .code(short), "challenge": .code(challenge.code)]),
            offers: offers(challenge))
    }
    private static func offers(_ challenge: Challenge) -> [Offer] {
        challenge.blockers.filter(\.isOpen).prefix(5).map {
            Offer(
                Phrase(
                    "solved.which", ["code": .code($0.code), "title": Title.short($0.title, 32)]),
                "/solved \(challenge.code)-\($0.code)")
        }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: blocker, challenge, state, context)
        try Daily.lookInside(challenge, state, context)
        try Daily.requireOpen(challenge)
        let found: Blocker
        if let blocker {
            found = try Self.existing(blocker, challenge, state, context)
        } else {
            let open = challenge.blockers.filter(\.isOpen)
            guard let only = open.first else { return .answer([Phrase("blockers.none")]) }
            guard open.count == 1 else {
                return .ask(
                    [Phrase("solved.ask.blocker")],
                    offers: Self.offers(challenge) + [Daily.cancel()])
            }
            found = only
        }
        let me = try context.me()
        if found.owner != me || to != .resolved,
            context.roles(in: challenge, state).isDisjoint(with: [.teamLeader, .office])
        {
            throw Refusal(
                Phrase(
                    to == .resolved ? "solved.notYours" : "solved.leaderOnly",
                    BlockCommand.values(found, challenge, state)),
                kind: .right)
        }
        guard found.isOpen else {
            return .answer(
                [BlockCommand.closedAlready(found, challenge)],
                offers: [BlockCommand.back(found, challenge, context)])
        }
        var event = BlockerMoved()
        event.challenge = challenge.code
        event.blocker = found.code
        event.to = to
        event.on = context.today(in: challenge, state)
        event.by = me
        event.how = how
        let days = Daily.view(challenge, state, context).workingDays(since: found.raisedOn)
        var values = BlockCommand.values(found, challenge, state)
        values += [
            .init("days", .count(days)), .init("solver", state.name(of: me)),
            .init("how", .text(how ?? "")),
        ]
        let done =
            to == .accepted ? "solved.accepted" : to == .moved ? "solved.moved" : "solved.done"
        let told =
            to == .accepted
            ? "solved.acceptedTold" : to == .moved ? "solved.movedTold" : "solved.told"
        return .record(
            [.blockerMoved(event)], [Phrase(done, values)], offers: [Daily.undo],
            notices: context.gateTell(
                [found.raisedBy, found.owner].compactMap { $0 }
                    + challenge.holders(of: .teamLeader),
                [Phrase(told, values)]))
    }
}
