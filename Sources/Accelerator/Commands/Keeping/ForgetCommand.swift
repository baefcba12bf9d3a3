import Language

/// `forget`: a person is no longer named. By the office, or by the person; never undone.
struct ForgetCommand: Command {
    static let name = "forget"
    private let who: Mention?
    init(_ a: Arguments) throws(Mismatch) { who = try a.person("who") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        guard let who else { throw Refusal(Phrase("forget.ask.who")) }
        let isMe = who.principal == nil && who.name == "me"
        guard
            let code = isMe
                ? me : state.resolve(who, in: context.implied.flatMap { state.challenges[$0] }),
            let person = state.people[code], person.former == nil
        else { throw Refusal(Phrase("forget.unknown", ["name": .text(who.name)])) }
        if code != me {
            try Self.requireOffice(over: code, me, state)
        }
        if let held = Self.held(code, state) { throw held }
        let number = state.people.filter { $0.former != nil }.count + 1
        let values: KeyValuePairs<String, Say> = [
            "name": state.name(of: code), "n": .count(number),
            "challenges": .list((state.seated[code] ?? []).prefix(12).map { .code($0) }),
        ]
        guard context.isSure else {
            return .ask(
                [Phrase(code == me ? "forget.sureMe" : "forget.sure", values)],
                offers: [
                    Offer(
                        Phrase("forget.yesLabel", values),
                        context.sure(isMe ? "/forget me" : "/forget \(SlotType.token("@" + code))")),
                    Daily.cancel(),
                ])
        }
        var events: [Event] = []
        for challenge in (state.seated[code] ?? []).compactMap({ state.challenges[$0] })
        where !challenge.isOver {
            for seat in challenge.seats where seat.person == code && seat.left == nil {
                var left = seat
                left.left = context.today(in: challenge, state)
                events.append(.seatLeft(OfChallenge(challenge.code, left)))
            }
        }
        for challenge in state.challenges.filter({ $0.head.coach == code && !$0.isOver }) {
            var head = challenge.head
            head.coach = nil
            events.append(.challengeSet(head))
        }
        var forgotten = PersonForgotten()
        forgotten.person = code
        forgotten.number = number
        events.append(.personForgotten(forgotten))
        return .record(
            events, [Phrase(code == me ? "forget.doneMe" : "forget.done", ["n": .count(number)])])
    }

    /// The office of a cohort in which the person has a part, or an administrator.
    private static func requireOffice(over person: String, _ me: String, _ state: State)
        throws(Refusal)
    {
        let roles = Set((state.people[me]?.grants ?? []).map(\.role))
        if roles.contains(.admin) { return }
        let seats = state.challenges.filter { $0.seats.contains { $0.person == person } }
        let isOver =
            seats.allSatisfy { state.roles(of: me, in: $0).contains(.office) }
            && (state.people[person]?.grants ?? []).allSatisfy { isOffice(me, over: $0, state) }
        guard roles.contains(.office), isOver else {
            throw Refusal(
                Phrase("error.noRightHere", ["roles": .list([.term("role.office")])]), kind: .right)
        }
    }

    private static func isOffice(_ me: String, over grant: Grant, _ state: State) -> Bool {
        let cohort = state.cohorts[grant.scope]
        return state.roles(
            of: me, in: cohort?.programme ?? grant.scope, cohort: cohort?.code
        ).contains(.office)
    }

    /// What has to be given to another first: a role that only one can hold, and open duties.
    private static func held(_ person: String, _ state: State) -> Refusal? {
        let live = state.challenges.filter { !$0.isOver }
        for challenge in live {
            for role in [Role.sponsor, .teamLeader]
            where challenge.holders(of: role).contains(person) {
                return Refusal(
                    Phrase(
                        "forget.holds",
                        [
                            "name": state.name(of: person), "role": .term("role.\(role.rawValue)"),
                            "challenge": .code(challenge.code), "code": .code(person),
                        ]))
            }
            if challenge.isRunning, challenge.isOfOneBody(without: person) {
                return Refusal(Phrase("team.bodies", ["challenge": .code(challenge.code)]))
            }
        }
        for role in [Role.admin, .office] {
            let all = state.people.filter { $0.grants.contains { $0.role == role } }.map(\.code)
            if all == [person] {
                return Refusal(
                    Phrase(
                        "forget.last",
                        ["name": state.name(of: person), "role": .term("role.\(role.rawValue)")]))
            }
        }
        let open = Duties(of: person, in: live).things
        guard open > 0 else { return nil }
        return Refusal(
            Phrase(
                "forget.duties",
                ["name": state.name(of: person), "count": .count(open), "code": .code(person)]))
    }
}
