import Language

/// `vote`: the team's private word on its goal, 1 … 5.
///
/// 1. It is opened when there is a goal; everybody in the team is asked in private.
/// 2. Who has voted is known, how is not: no answer of the bot ever holds a value that is not the
///    receiver's own, and after closing no value is held at all.
/// 3. It closes with the last vote, or by leader, coach or office when six of ten have voted.
/// 4. A vote said in a group is not taken: it would not be private.
struct VoteCommand: Command {
    static let name = "vote"
    private let usage: Int
    private let code: String?
    private let value: Int?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        value = try a.count("confidence")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        switch usage {
        case 0: return try open(challenge, state, context)
        case 1: return try close(challenge, state, context)
        case 2: return try cast(challenge, state, context)
        default: return try show(challenge, state, context)
        }
    }

    static func openOffer(_ challenge: Challenge) -> Offer {
        Offer(Phrase("vote.openLabel"), "/vote open \(challenge.code)")
    }

    // MARK: Opening

    private func open(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require([.teamLeader, .coach, .office], in: challenge, state)
        guard let goal = challenge.primaryGoal, let target = goal.versions.first?.target else {
            throw Refusal(
                Phrase("error.noGoalYet", ["challenge": .code(challenge.code)]),
                offers: [Offer(Phrase("gate.mend.goal"), "/goal set challenge=\(challenge.code)")])
        }
        let team = challenge.team
        guard team.count >= 3 else {
            throw Refusal(
                Phrase(
                    "vote.few", ["challenge": .code(challenge.code), "count": .count(team.count)]),
                offers: [
                    Offer(
                        Phrase("team.label", ["challenge": .code(challenge.code)]),
                        "/team \(challenge.code)")
                ])
        }
        if let ballot = challenge.ballot, ballot.isOpen, ballot.isAbout(goal) {
            return try show(challenge, state, context)
        }
        var ballot = Ballot()
        ballot.goal = goal.code
        ballot.baseline = goal.baseline
        ballot.target = target
        ballot.openedOn = context.today(in: challenge, state)
        ballot.openedBy = try context.me()
        let question = Phrase(
            "vote.please",
            [
                "challenge": .code(challenge.code), "name": .text(goal.name),
                "from": .number(goal.baseline), "to": .measure(target, unit: goal.unit),
            ])
        let offers = Self.values(challenge)
        let subject = "vote \(challenge.code)"
        var decision = Decision.record(
            [.ballotOpened(OfChallenge(challenge.code, ballot))],
            [
                Phrase(
                    "vote.opened",
                    ["challenge": .code(challenge.code), "count": .count(team.count)])
            ],
            notices: team.filter { $0 != context.person?.code }.map {
                context.tell($0, [question], offers: offers, subject: subject)
            })
        guard let me = context.person?.code, team.contains(me) else { return decision }
        if context.chat == nil {
            // Whoever opens it in private votes right there.
            decision.reply.append(question)
            decision.offers = offers
            decision.subject = subject
        } else {
            decision.notices.append(context.tell(me, [question], offers: offers, subject: subject))
        }
        return decision
    }

    private static func values(_ challenge: Challenge) -> [Offer] {
        (1...5).map { Offer(Phrase("vote.value\($0)"), "/vote \($0) \(challenge.code)") }
    }

    // MARK: Voting

    private func cast(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        guard challenge.team.contains(me) else {
            throw Context.noRight(challenge, Challenge.teamRoles, state)
        }
        guard context.chat == nil else { throw Refusal(Phrase("vote.private")) }
        guard let value, (1...5).contains(value) else { throw Refusal(Phrase("vote.range")) }
        guard let ballot = challenge.ballot, ballot.isOpen,
            let goal = challenge.primaryGoal, ballot.isAbout(goal)
        else { throw notOpen(challenge, state, context) }
        var event = VoteCast()
        event.challenge = challenge.code
        event.vote = Vote(me, value)
        var votes = ballot.votes.filter { $0.person != me }
        let isChange = votes.count < ballot.votes.count
        votes.append(event.vote)
        let present = votes.filter { challenge.team.contains($0.person) }
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "value": .count(value),
            "cast": .count(present.count),
            "team": .count(challenge.team.count),
        ]
        let said = Phrase(isChange ? "vote.changed" : "vote.counted", values)
        guard present.count == challenge.team.count else {
            return .record([.voteCast(event)], [said])
        }
        let (closed, result) = Self.result(present, nil, challenge, state, context)
        return .record(
            [.voteCast(event), closed], [Phrase("vote.countedLast", values), result],
            offers: Self.next(me, challenge),
            notices: Self.tell(result, challenge, context))
    }

    private func notOpen(_ challenge: Challenge, _ state: State, _ context: Context) -> Refusal {
        let mayOpen = !context.roles(in: challenge, state).isDisjoint(with: [
            .teamLeader, .coach, .office,
        ])
        return Refusal(
            Phrase("vote.notOpen", ["challenge": .code(challenge.code)]),
            offers: mayOpen ? [Self.openOffer(challenge)] : [])
    }

    // MARK: Closing

    private func close(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        try context.require([.teamLeader, .coach, .office], in: challenge, state)
        guard let ballot = challenge.ballot, ballot.isOpen else {
            throw notOpen(challenge, state, context)
        }
        let present = ballot.votes.filter { challenge.team.contains($0.person) }
        let size = challenge.team.count
        guard size > 0, present.count * 10 >= size * 6 else {
            throw Refusal(
                Phrase(
                    "vote.early",
                    [
                        "challenge": .code(challenge.code), "cast": .count(present.count),
                        "team": .count(size),
                        "needed": .count((size * 6 + 9) / 10),
                    ]))
        }
        let (closed, result) = Self.result(present, me, challenge, state, context)
        return .record(
            [closed], [result], offers: Self.next(me, challenge),
            notices: Self.tell(result, challenge, context))
    }

    private static func result(
        _ votes: [Vote], _ by: String?, _ challenge: Challenge, _ state: State, _ context: Context
    ) -> (Event, Phrase) {
        var event = BallotClosed()
        event.challenge = challenge.code
        event.on = context.today(in: challenge, state)
        event.by = by
        event.cast = votes.count
        event.eligible = challenge.team.count
        event.median = Ballot.median(votes.map(\.value))
        let isEnough = (event.median ?? 0) >= 3
        return (
            .ballotClosed(event),
            Phrase(
                isEnough ? "vote.result" : "vote.resultLow",
                [
                    "challenge": .code(challenge.code), "cast": .count(event.cast),
                    "team": .count(event.eligible),
                    "median": .number(event.median ?? 0),
                ])
        )
    }

    private static func next(_ person: String, _ challenge: Challenge) -> [Offer] {
        guard !challenge.roles(of: person).filter({ [.teamLeader, .coach].contains($0) }).isEmpty
        else { return [] }
        return [Offer(Phrase("depend.label"), "/depend \(challenge.code)")]
    }

    /// The team and its coach hear the result; whoever leads is offered what comes next.
    private static func tell(_ result: Phrase, _ challenge: Challenge, _ context: Context)
        -> [Outgoing]
    {
        var told: Set<String> = []
        return (challenge.team + challenge.holders(of: .coach))
            .filter { $0 != context.person?.code && told.insert($0).inserted }
            .map { context.tell($0, [result], offers: next($0, challenge)) }
    }

    // MARK: Showing

    private func show(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        let roles = context.roles(in: challenge, state)
        let mayRun = !roles.isDisjoint(with: [.teamLeader, .coach, .office])
        guard let ballot = challenge.ballot else {
            return .answer(
                [Phrase("vote.none", ["challenge": .code(challenge.code)])],
                offers: mayRun ? [Self.openOffer(challenge)] : [])
        }
        guard ballot.isOpen else {
            let values: KeyValuePairs<String, Say> = [
                "challenge": .code(challenge.code), "cast": .count(ballot.cast),
                "team": .count(ballot.eligible),
                "median": .number(ballot.median ?? 0),
                "date": .date(ballot.closedOn ?? ballot.openedOn),
            ]
            var lines = [Phrase("vote.was", values)]
            guard challenge.primaryGoal.map(ballot.isAbout) != true else { return .answer(lines) }
            lines.append(Phrase("vote.otherGoal"))
            return .answer(lines, offers: mayRun ? [Self.openOffer(challenge)] : [])
        }
        let voted = Set(ballot.votes.map(\.person))
        let silent = challenge.team.filter { !voted.contains($0) }
        var lines = [
            Phrase(
                "vote.open",
                [
                    "challenge": .code(challenge.code),
                    "cast": .count(challenge.team.count - silent.count),
                    "team": .count(challenge.team.count),
                ])
        ]
        // Who is still to vote is the team's to know, and of those who help it.
        let isNear = mayRun || !roles.isDisjoint(with: Challenge.teamRoles)
        if isNear, !silent.isEmpty {
            lines.append(
                Phrase(
                    "vote.silent", ["names": .list(silent.prefix(15).map { state.name(of: $0) })]))
        }
        let mine =
            context.chat == nil && context.person.map { challenge.team.contains($0.code) } == true
        if mine {
            return .answer(lines, offers: Self.values(challenge), subject: "vote \(challenge.code)")
        }
        return .answer(
            lines,
            offers: mayRun
                ? [Offer(Phrase("vote.closeLabel"), "/vote close \(challenge.code)")] : [])
    }
}

/// `depend`: the five questions of “attainable”, each yes with its owner.
struct DependCommand: Command {
    static let name = "depend"
    private let usage: Int
    private let code: String?
    private let kind: DependencyKind?
    private let isNeeded: Bool
    private let owner: Mention?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        kind = DependencyKind.allCases.first { a.has($0.rawValue) }
        isNeeded = a.has("yes")
        owner = try a.person("owner")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        guard usage == 0, let kind else { return try show(challenge, state, context) }
        let me = try context.me()
        try context.require([.teamLeader, .coach, .office], in: challenge, state)
        var answer = Dependency()
        answer.kind = kind
        answer.isNeeded = isNeeded
        answer.by = me
        answer.on = context.today(in: challenge, state)
        var events: [Event] = []
        if isNeeded {
            guard let owner else { return askOwner(kind, challenge, state, context) }
            guard let found = try context.gatePerson(owner, in: challenge, state) else {
                throw Refusal(
                    Phrase(
                        "error.unknownPerson",
                        ["name": .text(owner.name), "challenge": .code(challenge.code)]))
            }
            answer.owner = found.code
            events = found.events
        }
        events.append(.dependencySet(OfChallenge(challenge.code, answer)))
        var after = challenge
        after.dependencies.put(answer, by: \.kind)
        var decision = Decision.record(events, [Self.line(answer, state)])
        if kind == .law, isNeeded, !Self.leads(answer.owner, challenge) {
            decision.reply.append(Phrase("depend.law"))
        }
        if let next = Self.left(after).first {
            decision.reply.append(Self.question(next))
            decision.offers = Self.offers(next, challenge)
            decision.isAsking = true
        } else {
            decision.reply.append(Phrase("depend.done"))
            decision.offers = [
                Offer(Phrase("goal.cardLabel"), "/goal card challenge=\(challenge.code)"),
                Decision.gateUndo,
            ]
        }
        if let owner = answer.owner {
            decision.notices = context.gateTell(
                [owner],
                [
                    Phrase(
                        "depend.told",
                        [
                            "challenge": .code(challenge.code),
                            "title": .text(challenge.head.title),
                            "what": .term("depend.\(kind.rawValue)"), "by": state.name(of: me),
                        ])
                ])
        }
        return decision
    }

    private static func leads(_ person: String?, _ challenge: Challenge) -> Bool {
        guard let person else { return false }
        return !Set(challenge.roles(of: person)).isDisjoint(with: [.sponsor, .systemLeader])
    }

    /// Yes, and who sees to it? A law is for the leadership alone.
    private func askOwner(
        _ kind: DependencyKind, _ challenge: Challenge, _ state: State, _ context: Context
    ) -> Decision {
        let roles: [Role] =
            kind == .law
            ? [.sponsor, .systemLeader] : [.sponsor, .systemLeader, .teamLeader, .dataKeeper]
        var seen: Set<String> = []
        let people = roles.flatMap { role in challenge.holders(of: role).map { (role, $0) } }
            .filter { seen.insert($0.1).inserted }.prefix(6)
        let offers = people.map { role, person in
            Offer(
                Phrase(
                    "depend.owner",
                    ["name": state.name(of: person), "role": .term("role.\(role.rawValue)")]),
                "/depend \(kind.rawValue) yes owner=@\(person) challenge=\(challenge.code)")
        }
        return .ask(
            [Phrase("depend.askOwner", ["what": .term("depend.\(kind.rawValue)")])],
            offers: offers + [Daily.cancel()])
    }

    private func show(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        var lines = [Phrase("depend.head", ["challenge": .code(challenge.code)])]
        lines += challenge.dependencies.map { Self.line($0, state) }
        let left = Self.left(challenge)
        guard let next = left.first else { return .answer(lines) }
        guard !context.roles(in: challenge, state).isDisjoint(with: [.teamLeader, .coach, .office])
        else {
            lines.append(
                Phrase("depend.left", ["what": .list(left.map { .term("depend.\($0.rawValue)") })]))
            return .answer(lines)
        }
        return .ask(lines + [Self.question(next)], offers: Self.offers(next, challenge))
    }

    private static func left(_ challenge: Challenge) -> [DependencyKind] {
        DependencyKind.allCases.filter { kind in
            !challenge.dependencies.contains { $0.kind == kind }
        }
    }
    private static func question(_ kind: DependencyKind) -> Phrase {
        Phrase(
            "depend.question",
            [
                "number": .count((DependencyKind.allCases.firstIndex(of: kind) ?? 0) + 1),
                "what": .term("depend.\(kind.rawValue)"),
            ])
    }
    private static func offers(_ kind: DependencyKind, _ challenge: Challenge) -> [Offer] {
        ["yes", "no"].map {
            Offer(
                Phrase("choice.\($0)"), "/depend \(kind.rawValue) \($0) challenge=\(challenge.code)"
            )
        }
    }
    private static func line(_ answer: Dependency, _ state: State) -> Phrase {
        let what = Say.term("depend.\(answer.kind.rawValue)")
        guard answer.isNeeded else { return Phrase("depend.no", ["what": what]) }
        return Phrase(
            "depend.yes",
            ["what": what, "name": answer.owner.map { state.name(of: $0) } ?? .text("—")])
    }
}

/// `agree`: the sponsor's yes to the goal as it stands.
struct AgreeCommand: Command {
    static let name = "agree"
    private let code: String?
    init(_ a: Arguments) throws(Mismatch) { code = try a.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        try context.require([.sponsor], in: challenge, state)
        guard var goal = challenge.primaryGoal, let target = goal.versions.first?.target else {
            throw Refusal(Phrase("agree.noGoal", ["challenge": .code(challenge.code)]))
        }
        let me = try context.me()
        let today = context.today(in: challenge, state)
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "name": .text(goal.name),
            "from": .number(goal.baseline), "to": .measure(target, unit: goal.unit),
            "by": state.name(of: me), "date": .date(goal.agreed?.on ?? today),
        ]
        guard goal.agreed == nil else { return .answer([Phrase("agree.already", values)]) }
        goal.agreed = Signature(me, today)
        return .record(
            [.goalSet(OfChallenge(challenge.code, goal))], [Phrase("agree.done", values)],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                challenge.holders(of: .teamLeader) + challenge.holders(of: .coach),
                [Phrase("agree.told", values)],
                offers: [Offer(Phrase("goal.cardLabel"), "/goal card challenge=\(challenge.code)")])
        )
    }
}
