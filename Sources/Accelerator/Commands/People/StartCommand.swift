import Language

/// `start`: the first thing a person says, often by opening a link; for someone who is in, the next step.
struct StartCommand: Command {
    static let name = "start"
    private let payload: String?
    init(_ a: Arguments) throws(Mismatch) { payload = try a.text("code") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let payload, !payload.isEmpty else { return plain(state, context) }
        if payload == "sample" {
            return .answer([Phrase("start.sample", ["line": .code("hundred chat --demo")])])
        }
        let parts = payload.split(separator: "_", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw Self.badCode }
        switch parts[0] {
        case "claim": return try claim(parts[1], state, context)
        case "bind": return try HereCommand.bind(parts[1], state, context)
        case "seat", "join": return try Self.present(parts[1], state, context)
        default: throw Self.badCode
        }
    }

    static var badCode: Refusal {
        Refusal(
            Phrase("start.badCode"), kind: .right, offers: [Offer(Phrase("help.label"), "/help")])
    }

    /// A code for a seat or into a team; in private, since whoever reads a group could use it first.
    static func present(_ secret: String, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        guard context.chat == nil else { throw Refusal(Phrase("start.private")) }
        let secret = secret.lowercased()
        if let seat = Newcomer.invitation(secret, .seat, state, context.at) {
            return try Newcomer.takeSeat(seat, state, context)
        }
        if var join = Newcomer.invitation(secret, .join, state, context.at) {
            join.role = join.role ?? .member
            return try Newcomer.takeSeat(join, state, context)
        }
        throw badCode
    }

    /// The administrator: a live code, in private, at most five tries.
    private func claim(_ secret: String, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        guard context.chat == nil else { throw Refusal(Phrase("start.private")) }
        guard let invitation = Newcomer.invitation(secret, .claim, state, context.at) else {
            guard
                let open = state.invitations.values.first(where: {
                    $0.kind == .claim && Newcomer.isLive($0, context.at)
                })
            else {
                throw Refusal(
                    Phrase("start.claimClosed", ["line": .code("hundred claim")]), kind: .right)
            }
            var tried = InvitationTried()
            tried.secret = open.secret
            return .record(
                [.invitationTried(tried)],
                [Phrase("start.claimWrong", ["left": .count(max(0, 4 - open.tries))])])
        }
        var events = Decider.administrator(context.principal, context.name ?? "", state)
        let code = context.person?.code ?? "p\(context.n)"
        events.append(Newcomer.used(invitation, by: code))
        return .record(events, [Phrase("start.administrator")], offers: Self.firstSteps(state))
    }

    static func firstSteps(_ state: State) -> [Offer] {
        [
            Offer(Phrase("start.adoptLabel"), "/adopt"),
            Offer(
                Phrase("start.cohortLabel"),
                state.programmes.isEmpty ? "/programme new" : "/batch new"),
            Offer(Phrase("start.sampleLabel"), "/start sample"),
        ]
    }

    private func plain(_ state: State, _ context: Context) -> Decision {
        guard context.chat == nil else {
            return .answer([Phrase("start.group")], offers: [Offer(Phrase("help.label"), "/help")])
        }
        guard let person = context.person else {
            return .answer(
                [Phrase("start.stranger")], offers: [Offer(Phrase("join.label"), "/join")])
        }
        let (next, offers) = HelpCommand.nextStep(person, state, context)
        return .answer(
            [Phrase("start.ready", ["name": state.name(of: person.code)])] + next, offers: offers)
    }
}

/// `join`: a code, or “I'm in” for a challenge whose leader decides; `who` shows those who wait.
struct JoinCommand: Command {
    static let name = "join"
    private let usage: Int
    private let code: String?
    private let challenge: String?
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.text("code")
        challenge = try a.code("challenge")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if usage == 0 { return try who(try context.challenge(challenge, state), state, context) }
        guard let code else {
            guard challenge != nil || context.implied != nil else {
                throw Refusal(Phrase("join.how"))
            }
            return try Newcomer.apply(to: try context.challenge(challenge, state), state, context)
        }
        let secret = code.split(separator: "_").last.map(String.init) ?? code
        return try StartCommand.present(secret, state, context)
    }

    /// One by one: each who waits as a choice.
    private func who(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require([.teamLeader, .coach, .office], in: challenge, state)
        guard !challenge.applicants.isEmpty else {
            return .answer([Phrase("team.nobody", ["challenge": .code(challenge.code)])])
        }
        let waiting = challenge.applicants.prefix(8)
        return .ask(
            [
                Phrase(
                    "join.who",
                    [
                        "challenge": .code(challenge.code),
                        "count": .count(challenge.applicants.count),
                    ])
            ],
            offers: waiting.map {
                Offer(
                    Phrase("join.letInLabel", ["name": state.name(of: $0.person)]),
                    "/team accept @\($0.person) \(challenge.code)")
            })
    }
}

/// `here`: this group is the place of a challenge.
struct HereCommand: Command {
    static let name = "here"
    private let usage: Int
    private let code: String?
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        usage == 0 ? try unbind(state, context) : try Self.bind(code, state, context)
    }

    static func bind(_ code: String?, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let challenge = try context.challenge(code.map { $0.uppercased() }, state)
        try context.require([.teamLeader, .coach, .office], in: challenge, state)
        guard let key = context.chat else {
            return .answer(
                [
                    Phrase(
                        "here.private",
                        [
                            "challenge": .code(challenge.code),
                            "line": .code("/here \(challenge.code)"),
                        ])
                ],
                offers: [Offer(Phrase("here.groupLabel"), "/start bind_\(challenge.code)")])
        }
        var chat = state.chats[key] ?? Chat()
        if let other = chat.challenge, other != challenge.code, !context.isSure {
            return .ask(
                [Phrase("here.other", ["old": .code(other), "challenge": .code(challenge.code)])],
                offers: [
                    Offer(
                        Phrase("here.moveLabel", ["challenge": .code(challenge.code)]),
                        context.sure("/here \(challenge.code)")),
                    Offer(Phrase("cancel.label"), "/cancel"),
                ])
        }
        chat.key = key
        chat.title = context.chatTitle ?? chat.title
        chat.challenge = challenge.code
        chat.boundAt = context.at
        chat.boundBy = context.person?.code
        chat.heardAt = context.at
        chat.isLost = false
        if chat.language == nil { chat.language = context.language }
        return .record([.chatSet(chat)], [], notices: [card(challenge, key)])
    }

    /// The message that everybody replies to.
    static func card(_ challenge: Challenge, _ chat: String) -> Outgoing {
        let goal = challenge.primaryGoal
        var phrases = [
            Phrase(
                goal == nil ? "here.cardNoGoal" : "here.card",
                ["challenge": .code(challenge.code), "title": .text(challenge.head.title)])
        ]
        if let goal {
            if Folding.fold(goal.name) != Folding.fold(challenge.head.title) {
                phrases.append(Phrase("here.goal", ["goal": .text(goal.name)]))
            }
            phrases.append(Phrase("here.reply"))
        }
        var card = Outgoing(
            to: .chat(chat), kind: .card, phrases,
            offers: [Offer(Phrase("join.inLabel"), "/join \(challenge.code)")],
            subject: goal.map { "reading \(challenge.code)-\($0.code)" })
        card.asksReply = goal != nil
        return card
    }

    private func unbind(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let key = context.chat, var chat = state.chats[key], let code = chat.challenge else {
            throw Refusal(Phrase("here.notBound"))
        }
        if let challenge = state.challenges[code] {
            try context.require([.teamLeader, .coach, .office], in: challenge, state)
        }
        chat.challenge = nil
        chat.card = nil
        return .record(
            [.chatSet(chat)], [Phrase("here.unbound", ["challenge": .code(code)])],
            offers: [Offer(Phrase("undo.label"), "/undo")])
    }
}
