import Language

/// What one person has to do in some challenges: roles, and what is open under their name.
struct Duties {
    let person: String
    let challenges: [Challenge]

    init(of person: String, in challenges: [Challenge]) {
        self.person = person
        self.challenges = challenges.filter { !$0.isOver }
    }

    func seats(_ challenge: Challenge) -> [Seat] {
        challenge.seats.filter { $0.person == person && $0.left == nil }
    }
    func milestones(_ challenge: Challenge) -> [Milestone] {
        challenge.milestones.filter { $0.state == .open && $0.owner == person }
    }
    /// Open blockers under the name, or with a promise of this person that still stands.
    func blockers(_ challenge: Challenge) -> [Blocker] {
        challenge.blockers.filter {
            $0.isOpen && ($0.owner == person || $0.promises.last?.by == person)
        }
    }
    func actions(_ challenge: Challenge) -> [Action] {
        challenge.actions.filter { $0.state == .open && $0.owner == person }
    }
    func risks(_ challenge: Challenge) -> [Risk] {
        challenge.risks.filter { $0.state == .open && $0.owner == person }
    }
    func decisions(_ challenge: Challenge) -> [DecisionAsked] {
        challenge.decisions.filter { $0.state == .asked && $0.decider == person }
    }
    func goals(_ challenge: Challenge) -> [Goal] { challenge.goals.filter { $0.owner == person } }

    /// How many things are open, seats not counted.
    var things: Int {
        challenges.reduce(0) {
            $0 + milestones($1).count + blockers($1).count + decisions($1).count + goals($1).count
                + actions($1).count + risks($1).count
        }
    }
    var isEmpty: Bool { things == 0 && challenges.allSatisfy { seats($0).isEmpty } }

    /// A line a challenge: the roles, then the codes of what is open.
    var lines: [Phrase] {
        challenges.compactMap { challenge in
            let codes =
                milestones(challenge).map(\.code) + blockers(challenge).map(\.code)
                + decisions(challenge).map(\.code) + goals(challenge).map(\.code)
                + actions(challenge).map(\.code) + risks(challenge).map(\.code)
            let roles = seats(challenge).map { Say.term("role.\($0.role.rawValue)") }
            guard !codes.isEmpty || !roles.isEmpty else { return nil }
            let key =
                codes.isEmpty
                ? "handover.dutyRoles" : roles.isEmpty ? "handover.dutyThings" : "handover.duty"
            return Phrase(
                key,
                [
                    "challenge": .code(challenge.code), "roles": .list(roles),
                    "codes": .list(codes.prefix(16).map { .code($0) }),
                ])
        }
    }

    /// Everything goes to another person.
    func events(to other: String, _ today: (Challenge) -> LocalDate) -> [Event] {
        var events: [Event] = []
        for challenge in challenges {
            for seat in seats(challenge) {
                var left = seat
                left.left = today(challenge)
                events.append(.seatLeft(OfChallenge(challenge.code, left)))
                guard !challenge.roles(of: other).contains(seat.role) else { continue }
                let own = challenge.seats.first { $0.person == other && $0.left == nil }
                events.append(
                    .seatTaken(
                        OfChallenge(
                            challenge.code,
                            gateSeat(
                                other, seat.role, body: own?.body ?? seat.body, title: own?.title,
                                on: today(challenge)))))
            }
            if challenge.head.coach == person {
                var head = challenge.head
                head.coach = other
                events.append(.challengeSet(head))
            }
            events += work(in: challenge, to: other)
        }
        return events
    }

    /// What is open in one of the challenges goes to another person; roles stay.
    func work(in challenge: Challenge, to other: String) -> [Event] {
        var events: [Event] = []
        for var milestone in milestones(challenge) {
            milestone.owner = other
            events.append(.milestoneSet(OfChallenge(challenge.code, milestone)))
        }
        for var blocker in blockers(challenge) {
            if blocker.owner == person { blocker.owner = other }
            // A promise goes with the duty: the day stands, the name is the successor's.
            if let last = blocker.promises.indices.last, blocker.promises[last].by == person {
                blocker.promises[last].by = other
            }
            events.append(.blockerSet(OfChallenge(challenge.code, blocker)))
        }
        for var action in actions(challenge) {
            action.owner = other
            events.append(.actionSet(OfChallenge(challenge.code, action)))
        }
        for var risk in risks(challenge) {
            risk.owner = other
            events.append(.riskSet(OfChallenge(challenge.code, risk)))
        }
        for var decision in decisions(challenge) {
            decision.decider = other
            events.append(.decisionAsked(OfChallenge(challenge.code, decision)))
        }
        for var goal in goals(challenge) {
            goal.owner = other
            // Readings stay with the goal; an event need not repeat them.
            goal.readings = []
            events.append(.goalSet(OfChallenge(challenge.code, goal)))
        }
        return events
    }
}

/// `handover duties`: one person's open work and roles go to another. Listed first, done on a yes.
struct DutiesHandover {
    let from: Mention
    let to: Mention
    let code: String?

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let named = code.flatMap { state.challenges[$0] }
        let from = try person(from, named, me, state)
        let to = try person(to, named, me, state)
        guard from != to else { throw Refusal(Phrase("handover.dutySame")) }
        let challenges = state.challenges.filter { challenge in
            (code == nil || challenge.code == code)
                && !state.roles(of: me, in: challenge).isDisjoint(with: [
                    .office, .teamLeader, .coach,
                ])
        }
        let allowed = challenges.filter {
            // A leader or coach hands over in the team; who sponsors is the office's.
            state.roles(of: me, in: $0).contains(.office)
                || $0.roles(of: from).allSatisfy {
                    [.member, .dataKeeper, .scribe, .teamLeader].contains($0)
                }
        }
        let duties = Duties(of: from, in: allowed)
        let names: KeyValuePairs<String, Say> = [
            "from": state.name(of: from), "to": state.name(of: to), "things": .count(duties.things),
        ]
        guard !duties.isEmpty else { throw Refusal(Phrase("handover.dutyNone", names)) }
        // Who is in the team already brings no body for the one that leaves.
        if let one = allowed.first(where: {
            $0.isRunning && $0.team.contains(from) && $0.team.contains(to)
                && $0.isOfOneBody(without: from)
        }) {
            throw Refusal(Phrase("team.bodies", ["challenge": .code(one.code)]))
        }
        guard context.isSure else {
            let line =
                "/handover duties \(SlotType.token("@" + from)) to \(SlotType.token("@" + to))"
            let lines = duties.lines
            return .ask(
                [Phrase("handover.dutyList", names)] + lines.prefix(16)
                    + (lines.count > 16
                        ? [Phrase("digest.more", ["count": .count(lines.count - 16)])] : []),
                offers: [
                    Offer(
                        Phrase("handover.dutyYes", names),
                        context.sure(line + (code.map { " \($0)" } ?? ""))),
                    Daily.cancel(),
                ])
        }
        let said = Phrase("handover.dutyDone", names)
        return .record(
            duties.events(to: to) { context.today(in: $0, state) }, [said],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                [from, to], [said], offers: [Offer(Phrase("me.label"), "/me")]))
    }

    private func person(_ mention: Mention, _ named: Challenge?, _ me: String, _ state: State)
        throws(Refusal) -> String
    {
        if mention.principal == nil, mention.name == "me" { return me }
        guard let code = state.resolve(mention, in: named), state.people[code]?.former == nil,
            state.people[code] != nil
        else { throw Refusal(Phrase("handover.dutyUnknown", ["name": .text(mention.name)])) }
        return code
    }
}
