import Language

/// `leadership`: sponsor, system leaders and coach of a challenge; `ok` closes the framing.
struct LeadershipCommand: Command {
    static let name = "leadership"
    private let usage: Int
    private let code: String?
    private let who: Mention?
    private let title: String?
    private let body: String?
    private let role: Role?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        who = try a.person("who")
        title = try a.gateText("title")
        body = try a.gateText("body")
        role = try a.gateRole("role")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        guard usage != 5 else { return try show(challenge, state, context) }
        try context.require([.office], in: challenge, state)
        switch usage {
        case 0: return try seat(.sponsor, challenge, state, context)
        case 1: return try seat(.systemLeader, challenge, state, context)
        case 2: return try seat(.coach, challenge, state, context)
        case 3: return try invite(challenge, state, context)
        default: return try approve(challenge, state, context)
        }
    }

    private func seat(_ role: Role, _ challenge: Challenge, _ state: State, _ context: Context)
        throws(Refusal) -> Decision
    {
        guard let who else { throw Refusal(Phrase("leadership.ask.who")) }
        guard let (person, known) = try context.gatePerson(who, in: challenge, state) else {
            let line =
                "/leadership invite \(SlotType.token(who.name)) role=\(role.rawValue) \(challenge.code)"
            throw Refusal(
                Phrase("team.stranger", ["name": .text(who.name)]),
                offers: [Offer(Phrase("team.seatLabel", ["name": .text(who.name)]), line)])
        }
        let today = context.today(in: challenge, state)
        var events = known
        // Exactly one sponsor and one coach: whoever held the seat leaves it.
        if role != .systemLeader {
            for before in challenge.seats
            where before.role == role && before.left == nil && before.person != person {
                var left = before
                left.left = today
                events.append(.seatLeft(OfChallenge(challenge.code, left)))
            }
        }
        events.append(
            .seatTaken(
                OfChallenge(
                    challenge.code, gateSeat(person, role, body: body, title: title, on: today))))
        if role == .coach {
            var head = challenge.head
            head.coach = person
            events.append(.challengeSet(head))
        }
        let name: Say = state.people[person] == nil ? .text(who.name) : state.name(of: person)
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title), "name": name,
            "role": .term("role.\(role.rawValue)"),
        ]
        return .record(
            events, [Phrase("leadership.seated", values)],
            offers: [
                Offer(
                    Phrase("leadership.label", ["challenge": .code(challenge.code)]),
                    "/leadership \(challenge.code)"), Decision.gateUndo,
            ],
            notices: context.gateTell([person], [Phrase("leadership.told", values)]))
    }

    private func invite(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let role = role ?? .systemLeader
        guard [.sponsor, .systemLeader, .coach].contains(role) else {
            throw Refusal(
                Phrase("leadership.role"),
                offers: [
                    Offer(
                        Phrase("team.label", ["challenge": .code(challenge.code)]),
                        "/team \(challenge.code)")
                ])
        }
        return PersonalLink.make(role, title ?? "", challenge, context)
    }

    private func approve(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Transitions.check(challenge, to: .staffing, state, context)
        let today = context.today(in: challenge, state)
        let receivers = [Role.sponsor, .systemLeader, .coach, .teamLeader].flatMap {
            challenge.holders(of: $0)
        }
        return .record(
            [
                .challengeMoved(
                    ChallengeMoved(
                        challenge.code, to: .staffing, on: today, by: context.person?.code))
            ],
            [Phrase("leadership.approved", ["challenge": .code(challenge.code)])],
            offers: [
                Offer(
                    Phrase("team.label", ["challenge": .code(challenge.code)]),
                    "/team \(challenge.code)"), Decision.gateUndo,
            ],
            notices: context.gateTell(
                receivers,
                [
                    Phrase(
                        "leadership.note",
                        [
                            "challenge": .code(challenge.code),
                            "title": .text(challenge.head.title),
                        ])
                ] + NoteCommand.lines(challenge.head).dropFirst()))
    }

    private func show(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        var lines = [
            Phrase(
                "leadership.head",
                ["challenge": .code(challenge.code), "title": .text(challenge.head.title)])
        ]
        for role in [Role.sponsor, .systemLeader, .coach] {
            let names = challenge.holders(of: role).prefix(6).map { state.name(of: $0) }
            let term = Say.term("role.\(role.rawValue)")
            lines.append(
                names.isEmpty
                    ? Phrase("leadership.empty", ["role": term])
                    : Phrase("challenge.who", ["role": term, "names": .list(Array(names))]))
        }
        guard challenge.state == .framing, context.roles(in: challenge, state).contains(.office)
        else { return .answer(lines) }
        let items = Gate(challenge, state, context).leadership
        lines += items.lines(state)
        return .answer(
            lines,
            offers: items.standing.met == items.count
                ? [
                    Offer(
                        Phrase("leadership.okLabel", ["challenge": .code(challenge.code)]),
                        "/leadership ok \(challenge.code)")
                ] : items.offers([.office]))
    }
}

/// A personal way in for somebody the bot has not met: forwarded by whoever asked for it, used once.
enum PersonalLink {
    /// Fourteen days: time for a letter to be read.
    static let life: Int64 = 14 * Instant.day

    /// Whoever is office or administrator of a part invites for that part; none is everything.
    private static func scopes(of grants: [Grant]) -> [String] {
        let over = grants.filter { [.office, .admin].contains($0.role) }.map(\.scope)
        return over.contains("*") ? [] : over
    }

    static func make(_ role: Role, _ title: String, _ challenge: Challenge?, _ context: Context)
        -> Decision
    {
        var invitation = Invitation()
        invitation.kind = .seat
        invitation.secret = context.secret()
        invitation.challenge = challenge?.code
        invitation.role = role
        if challenge == nil { invitation.scopes = scopes(of: context.person?.grants ?? []) }
        invitation.title = title.isEmpty ? nil : title
        invitation.by = context.person?.code
        invitation.expires = context.at.advanced(by: life)
        let line = "/join \(invitation.secret)"
        let word = Say.term("role.\(role.rawValue)")
        let phrases = [
            title.isEmpty
                ? Phrase("team.linkOpen", ["role": word])
                : Phrase("team.link", ["title": .text(title), "role": word]),
            Phrase("team.linkLine", ["line": .code(line)]),
        ]
        return .record([.invited(invitation)], phrases)
    }
}
