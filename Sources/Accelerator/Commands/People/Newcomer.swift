import Language

/// How somebody the bot has not met becomes a person, and how codes are presented.
enum Newcomer {
    /// The person who speaks: known already, or made by the events that are given back.
    static func person(_ context: Context) -> (person: Person, events: [Event]) {
        if let known = context.person { return (known, []) }
        var new = Person()
        new.code = "p\(context.n)"
        new.name = context.name ?? ""
        new.language = context.language
        return (
            new,
            [
                .personSet(new),
                .principalLinked(PrincipalLinked(context.principal, person: new.code)),
            ]
        )
    }

    /// The invitation that a code names, whatever its kind; every one that is live is compared, in a time
    /// that does not depend on how much of a code is right.
    static func invitation(_ secret: String, _ kind: Invitation.Kind, _ state: State, _ at: Instant)
        -> Invitation?
    {
        var found: Invitation?
        for invitation in state.invitations.values
        where invitation.kind == kind && isLive(invitation, at) {
            if isSame(invitation.secret, secret) { found = invitation }
        }
        return found
    }

    static func isLive(_ invitation: Invitation, _ at: Instant) -> Bool {
        invitation.usedBy == nil && invitation.tries < 5
            && invitation.expires.map { at <= $0 } ?? true
    }

    /// Compares two secrets as bytes, always to the end.
    static func isSame(_ a: String, _ b: String) -> Bool {
        let a = Array(a.utf8), b = Array(b.utf8)
        guard a.count == b.count, !a.isEmpty else { return false }
        var difference: UInt8 = 0
        for i in a.indices { difference |= a[i] ^ b[i] }
        return difference == 0
    }

    static func used(_ invitation: Invitation, by person: String) -> Event {
        var event = InvitationTried()
        event.secret = invitation.secret
        event.usedBy = person
        return .invitationTried(event)
    }

    /// A seat with a personal link is taken: in a challenge, or for roles over all of them.
    static func takeSeat(_ invitation: Invitation, _ state: State, _ context: Context)
        throws(Refusal) -> Decision
    {
        let (person, known) = person(context)
        var events = known
        let role = invitation.role ?? .member
        guard let code = invitation.challenge else {
            var granted = person
            for scope in invitation.scopes.isEmpty ? ["*"] : invitation.scopes {
                let grant = Grant(scope: scope, role: role)
                if !granted.grants.contains(grant) { granted.grants.append(grant) }
            }
            events.append(.personSet(granted))
            events.append(used(invitation, by: person.code))
            return .record(
                events, [Phrase("start.granted", ["role": .term("role.\(role.rawValue)")])],
                offers: [Offer(Phrase("help.label"), "/help")],
                notices: told(invitation, person, context))
        }
        let challenge = try context.challenge(code, state)
        guard !challenge.isOver else {
            throw Refusal(
                Phrase(
                    "team.settled",
                    ["challenge": .code(code), "state": .term(challenge.state.term)]))
        }
        let today = context.today(in: challenge, state)
        if [.sponsor, .coach, .teamLeader].contains(role) {
            for before in challenge.seats
            where before.role == role && before.left == nil && before.person != person.code {
                var left = before
                left.left = today
                events.append(.seatLeft(OfChallenge(code, left)))
            }
        }
        events.append(
            .seatTaken(
                OfChallenge(
                    code, gateSeat(person.code, role, body: nil, title: invitation.title, on: today)
                )))
        if role == .coach {
            var head = challenge.head
            head.coach = person.code
            events.append(.challengeSet(head))
        }
        if challenge.applicants.contains(where: { $0.person == person.code }) {
            events += TeamCommand.letIn(person.code, challenge, context)
        }
        events.append(used(invitation, by: person.code))
        return .record(
            events, [welcome(challenge, role)], offers: [Offer(Phrase("help.label"), "/help")],
            notices: told(invitation, person, context))
    }

    private static func welcome(_ challenge: Challenge, _ role: Role) -> Phrase {
        guard !Challenge.teamRoles.contains(role) else {
            return TeamCommand.welcome(challenge, role)
        }
        return Phrase(
            "leadership.told",
            [
                "challenge": .code(challenge.code), "title": .text(challenge.head.title),
                "role": .term("role.\(role.rawValue)"),
            ])
    }

    private static func told(_ invitation: Invitation, _ person: Person, _ context: Context)
        -> [Outgoing]
    {
        let title: Say =
            invitation.title.map { .text($0) }
            ?? .term("role.\((invitation.role ?? .member).rawValue)")
        let name: Say = person.name.isEmpty ? .code(person.code) : .text(person.name)
        return context.gateTell(
            [invitation.by].compactMap { $0 },
            [Phrase("start.taken", ["name": name, "title": title])])
    }

    /// “I'm in”: the leader is told and decides.
    static func apply(to challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let (person, known) = person(context)
        guard !challenge.isOver else {
            throw Refusal(
                Phrase(
                    "team.settled",
                    ["challenge": .code(challenge.code), "state": .term(challenge.state.term)]))
        }
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title),
        ]
        if !challenge.roles(of: person.code).isEmpty {
            return .answer(
                [Phrase("join.already", values)], offers: [Offer(Phrase("help.label"), "/help")])
        }
        if challenge.applicants.contains(where: { $0.person == person.code }) {
            return .answer([Phrase("join.waits", values)])
        }
        guard challenge.applicants.count < 30 else { throw Refusal(Phrase("join.many", values)) }
        var applicant = Applicant()
        applicant.person = person.code
        applicant.at = context.at
        let name: Say = person.name.isEmpty ? .code(person.code) : .text(person.name)
        let names =
            [name] + challenge.applicants.reversed().prefix(4).map { state.name(of: $0.person) }
        var deciders = challenge.holders(of: .teamLeader)
        if deciders.isEmpty {
            deciders = challenge.holders(of: .coach) + state.gateOffice(of: challenge)
        }
        return .record(
            known + [.applied(OfChallenge(challenge.code, applicant))],
            [Phrase("join.applied", values)],
            notices: context.gateTell(
                deciders,
                [
                    Phrase(
                        "join.tapped",
                        [
                            "challenge": .code(challenge.code), "names": .list(names),
                            "more": .count(max(0, challenge.applicants.count - 4)),
                        ])
                ],
                offers: [
                    Offer(Phrase("team.acceptAllLabel"), "/team accept \(challenge.code)"),
                    Offer(Phrase("join.oneByOneLabel"), "/join who \(challenge.code)"),
                ]))
    }
}
