import Language

/// `team`: who works in a challenge; letting people in, seats for those absent, the elected leader.
struct TeamCommand: Command {
    static let name = "team"
    private let usage: Int
    private let code: String?
    let who: Mention?
    private let title: String?
    private let body: String?
    private let role: Role?
    let isAll: Bool

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        isAll = a.has("all")
        code = try a.code("challenge")
        who = try a.person("who")
        title = try a.gateText("title")
        body = try a.gateText("body")
        role = try a.gateRole("role")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        guard usage < 9 else { return try show(challenge, state, context) }
        // Leaving is everybody's own; all else is the leader's, the coach's or the office's.
        let isOwnLeaving =
            (usage == 5 || usage == 6) && who.map { $0.name == "me" && $0.principal == nil } == true
        if !isOwnLeaving {
            try context.require([.teamLeader, .coach, .office], in: challenge, state)
        }
        guard !challenge.isSettled(challenge.state) else {
            throw Refusal(
                Phrase(
                    "team.settled",
                    ["challenge": .code(challenge.code), "state": .term(challenge.state.term)]))
        }
        switch usage {
        case 0: return try add(challenge, state, context)
        case 1: return try link(challenge)(context)
        case 2: return try lead(challenge, state, context)
        case 3: return try accept(challenge, state, context)
        case 4: return open(challenge, state, context)
        case 7: return Self.joinCode(challenge, context)
        case 8: return try informed(challenge, state, context)
        default: return try remove(challenge, state, context)
        }
    }

    private func add(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let role = role ?? .member
        try Self.requireTeamRole(role, challenge)
        guard let who else { throw Refusal(Phrase("team.ask.who")) }
        guard let (person, known) = try context.gatePerson(who, in: challenge, state) else {
            throw Refusal(
                Phrase("team.stranger", ["name": .text(who.name)]),
                offers: [
                    Offer(
                        Phrase("team.seatLabel", ["name": .text(who.name)]),
                        "/team seat \(SlotType.token(who.name)) role=\(role.rawValue) \(challenge.code)"
                    )
                ])
        }
        let isNew = !challenge.team.contains(person)
        if !isNew, self.role == nil { return describe(person, challenge, state) }
        guard !isNew || challenge.team.count < 15 else {
            throw Refusal(Phrase("team.full", ["challenge": .code(challenge.code)]))
        }
        if role == .teamLeader { return try elect(person, known, challenge, state, context) }
        let today = context.today(in: challenge, state)
        let body = body ?? challenge.seats.first { $0.person == person && $0.left == nil }?.body
        var events = known
        events.append(
            .seatTaken(
                OfChallenge(
                    challenge.code, gateSeat(person, role, body: body, title: title, on: today))))
        if challenge.applicants.contains(where: { $0.person == person }) {
            events += Self.letIn(person, challenge, context)
        }
        let count = challenge.team.count + (isNew ? 1 : 0)
        var after = challenge
        after.seats.append(gateSeat(person, role, body: body, title: nil, on: today))
        let name: Say = state.people[person] == nil ? .text(who.name) : state.name(of: person)
        return .record(
            events,
            [
                Phrase(
                    "team.added",
                    [
                        "name": name, "role": .term("role.\(role.rawValue)"),
                        "count": .count(count),
                        "bodies": .count(
                            Set(after.seats.filter { $0.left == nil }.compactMap(\.body)).count),
                    ])
            ],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                [person], [Self.welcome(challenge, role)], offers: [Self.helpOffer]))
    }

    /// Whose body is said afterwards keeps the seats as they are.
    private func describe(_ person: String, _ challenge: Challenge, _ state: State) -> Decision {
        let seats = challenge.seats.filter {
            $0.person == person && $0.left == nil && Challenge.teamRoles.contains($0.role)
        }
        var events: [Event] = []
        var after = challenge
        for seat in seats {
            var told = seat
            told.body = body ?? seat.body
            guard told != seat else { continue }
            events.append(.seatTaken(OfChallenge(challenge.code, told)))
            after.seats.replace(told) { $0 == seat && $1 == told }
        }
        let bodies = Set(after.seats.filter { $0.left == nil }.compactMap(\.body)).count
        let values: [Phrase.Field] = [
            .init("name", state.name(of: person)), .init("bodies", .count(bodies)),
            .init("body", .text(body ?? "")),
            .init("roles", .list(seats.map { .term("role.\($0.role.rawValue)") })),
        ]
        guard !events.isEmpty else { return .answer([Phrase("team.alreadyIn", values)]) }
        return .record(
            events, [Phrase("team.described", values)], offers: [Decision.gateUndo])
    }

    private func link(_ challenge: Challenge) throws(Refusal) -> (Context) -> Decision {
        let role = role ?? .member
        try Self.requireTeamRole(role, challenge)
        return { PersonalLink.make(role, title ?? "", challenge, $0) }
    }

    private static func requireTeamRole(_ role: Role, _ challenge: Challenge) throws(Refusal) {
        guard Challenge.teamRoles.contains(role) else {
            throw Refusal(
                Phrase("team.role", ["role": .term("role.\(role.rawValue)")]),
                offers: [
                    Offer(
                        Phrase("leadership.label", ["challenge": .code(challenge.code)]),
                        "/leadership \(challenge.code)")
                ])
        }
    }

    // MARK: The leader

    private func lead(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        guard let who else { throw Refusal(Phrase("team.ask.who")) }
        guard let (person, known) = try context.gatePerson(who, in: challenge, state) else {
            throw Refusal(Phrase("team.stranger", ["name": .text(who.name)]))
        }
        return try elect(person, known, challenge, state, context)
    }

    private func elect(
        _ person: String, _ known: [Event], _ challenge: Challenge, _ state: State,
        _ context: Context
    ) throws(Refusal) -> Decision {
        let today = context.today(in: challenge, state)
        var events = known
        for before in challenge.seats
        where before.role == .teamLeader && before.left == nil && before.person != person {
            // The team is led by one; whoever led it stays as a member.
            var left = before
            left.left = today
            events.append(.seatLeft(OfChallenge(challenge.code, left)))
            if challenge.roles(of: before.person).count == 1 {
                events.append(
                    .seatTaken(
                        OfChallenge(
                            challenge.code,
                            gateSeat(
                                before.person, .member, body: before.body, title: before.title,
                                on: today))))
            }
        }
        let own = challenge.seats.first { $0.person == person && $0.left == nil }
        events.append(
            .seatTaken(
                OfChallenge(
                    challenge.code,
                    gateSeat(
                        person, .teamLeader, body: body ?? own?.body, title: own?.title, on: today))
            ))
        let name: Say =
            state.people[person] == nil ? .text(who?.name ?? person) : state.name(of: person)
        return .record(
            events, [Phrase("team.leads", ["name": name, "challenge": .code(challenge.code)])],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                [person], [Self.welcome(challenge, .teamLeader)], offers: [Self.helpOffer]))
    }

    // MARK: Letting in

    private func accept(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        var wanted = challenge.applicants.map(\.person)
        if let who {
            guard
                let person = state.resolve(who, in: challenge)
                    ?? Self.applicant(who, challenge, state), wanted.contains(person)
            else { throw Refusal(Phrase("team.notApplied", ["name": .text(who.name)])) }
            wanted = [person]
        }
        guard !wanted.isEmpty else {
            return .answer(
                [Phrase("team.nobody", ["challenge": .code(challenge.code)])],
                offers: [Offer(Phrase("team.openLabel"), "/team open \(challenge.code)")])
        }
        guard Set(challenge.team + wanted).count <= 15 else {
            throw Refusal(Phrase("team.full", ["challenge": .code(challenge.code)]))
        }
        let today = context.today(in: challenge, state)
        var events: [Event] = []
        for person in wanted {
            if !challenge.team.contains(person) {
                events.append(
                    .seatTaken(
                        OfChallenge(
                            challenge.code,
                            gateSeat(person, .member, body: nil, title: nil, on: today))))
            }
            events += Self.letIn(person, challenge, context)
        }
        let counted = challenge.kept.count { wanted.contains($0.reading.by) }
        var reply = [
            Phrase(
                "team.accepted",
                [
                    "names": .list(wanted.prefix(15).map { state.name(of: $0) }),
                    "count": .count(Set(challenge.team + wanted).count),
                    "challenge": .code(challenge.code),
                ])
        ]
        if counted > 0 { reply.append(Phrase("team.counted", ["count": .count(counted)])) }
        return .record(
            events, reply, offers: [Decision.gateUndo],
            notices: context.gateTell(
                wanted, [Self.welcome(challenge, .member)], offers: [Self.helpOffer]))
    }

    /// An applicant by name: they hold no seat yet.
    private static func applicant(_ who: Mention, _ challenge: Challenge, _ state: State) -> String?
    {
        let folded = Folding.fold(who.name)
        let found = challenge.applicants.map(\.person).filter {
            Folding.fold(state.people[$0]?.name ?? "") == folded
        }
        return found.count == 1 ? found[0] : nil
    }

    /// Closes an application, and counts what the person reported meanwhile.
    static func letIn(_ person: String, _ challenge: Challenge, _ context: Context) -> [Event] {
        var events: [Event] = challenge.applicants.filter { $0.person == person }.map {
            .applicationClosed(OfChallenge(challenge.code, $0))
        }
        for counted in challenge.readings(keptOf: person) {
            events.append(
                .readingRecorded(OfGoal(challenge.code, counted.goal, counted.reading)))
        }
        for kept in challenge.kept where kept.reading.by == person {
            events.append(.readingReleased(OfChallenge(challenge.code, kept)))
        }
        return events
    }

    /// Posts the one message that everybody taps.
    private func open(_ challenge: Challenge, _ state: State, _ context: Context) -> Decision {
        let offer = Offer(Phrase("join.inLabel"), "/join \(challenge.code)")
        let question = Phrase(
            "team.who", ["challenge": .code(challenge.code), "title": .text(challenge.head.title)])
        guard context.chat == nil else { return .answer([question], offers: [offer]) }
        let chats = state.chats.filter { $0.challenge == challenge.code && !$0.isLost }
        guard let chat = chats.first else {
            return .answer(
                [Phrase("team.noGroup", ["challenge": .code(challenge.code)])],
                offers: [Offer(Phrase("here.groupLabel"), "/start bind_\(challenge.code)")])
        }
        var decision = Decision.answer([
            Phrase("team.posted", ["group": .text(chat.title ?? challenge.code)])
        ])
        // It leaves with a commit: that somebody was asked is a fact.
        decision.events = [.chatSet(chat)]
        decision.notices = [
            Outgoing(to: .chat(chat.key), kind: .notice, [question], offers: [offer])
        ]
        return decision
    }

    /// A code for somebody in the room: fifteen minutes, once.
    private static func joinCode(_ challenge: Challenge, _ context: Context) -> Decision {
        var invitation = Invitation()
        invitation.kind = .join
        invitation.secret = context.secret()
        invitation.challenge = challenge.code
        invitation.role = .member
        invitation.by = context.person?.code
        invitation.expires = context.at.advanced(by: 15 * Instant.minute)
        return .record(
            [.invited(invitation)],
            [
                Phrase(
                    "team.code",
                    [
                        "challenge": .code(challenge.code),
                        "line": .code("/join \(invitation.secret)"),
                    ])
            ])
    }

    private func remove(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        guard let who else { throw Refusal(Phrase("team.ask.who")) }
        let me = try context.me()
        let person =
            who.name == "me" && who.principal == nil ? me : state.resolve(who, in: challenge)
        guard let person, challenge.team.contains(person) else {
            throw Refusal(
                Phrase("team.notIn", ["name": .text(who.name), "challenge": .code(challenge.code)]))
        }
        let isRunning = challenge.isRunning
        if isRunning, challenge.holders(of: .teamLeader) == [person] {
            throw Refusal(Phrase("team.leaderFirst", ["challenge": .code(challenge.code)]))
        }
        if isRunning, challenge.isOfOneBody(without: person) {
            throw Refusal(
                Phrase("team.bodies", ["challenge": .code(challenge.code)]),
                offers: [
                    Offer(
                        Phrase("team.label", ["challenge": .code(challenge.code)]),
                        "/team \(challenge.code)")
                ])
        }
        let today = context.today(in: challenge, state)
        var events: [Event] = []
        for seat in challenge.seats
        where seat.person == person && seat.left == nil && Challenge.teamRoles.contains(seat.role) {
            var left = seat
            left.left = today
            events.append(.seatLeft(OfChallenge(challenge.code, left)))
        }
        return .record(
            events,
            [
                Phrase(
                    "team.left",
                    [
                        "name": state.name(of: person), "challenge": .code(challenge.code),
                        "count": .count(challenge.team.count - 1),
                    ])
            ], offers: [Decision.gateUndo])
    }

    // MARK: Showing

    private func show(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        var lines = [
            Phrase(
                "team.head",
                [
                    "challenge": .code(challenge.code), "title": .text(challenge.head.title),
                    "count": .count(challenge.team.count),
                ])
        ]
        for person in challenge.team.prefix(15) {
            let seats = challenge.seats.filter {
                $0.person == person && $0.left == nil && Challenge.teamRoles.contains($0.role)
            }
            let roles = seats.map { Say.term("role.\($0.role.rawValue)") }
            let body = seats.compactMap(\.body).first
            lines.append(
                body.map {
                    Phrase(
                        "team.lineBody",
                        ["name": state.name(of: person), "roles": .list(roles), "body": .text($0)])
                }
                    ?? Phrase("team.line", ["name": state.name(of: person), "roles": .list(roles)]))
        }
        guard !context.roles(in: challenge, state).isDisjoint(with: [.teamLeader, .coach, .office])
        else { return .answer(lines) }
        var offers: [Offer] = []
        if !challenge.applicants.isEmpty {
            lines.append(
                Phrase(
                    "team.waiting",
                    [
                        "names": .list(
                            challenge.applicants.prefix(10).map { state.name(of: $0.person) })
                    ]))
            offers.append(Offer(Phrase("team.acceptAllLabel"), "/team accept \(challenge.code)"))
        }
        offers.append(Offer(Phrase("team.openLabel"), "/team open \(challenge.code)"))
        return .answer(lines, offers: offers)
    }

    static func welcome(_ challenge: Challenge, _ role: Role) -> Phrase {
        Phrase(
            "team.welcome",
            [
                "challenge": .code(challenge.code), "title": .text(challenge.head.title),
                "role": .term("role.\(role.rawValue)"),
            ])
    }
    static let helpOffer = Offer(Phrase("help.label"), "/help")
}
