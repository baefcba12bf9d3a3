import Language

/// Milestones: add one with a day and an owner, move it, drop it, list them.
struct MilestoneCommand: Command {
    static let name = "milestone"
    enum Act { case list, add, move, drop, carry, own }
    let act: Act
    let challenge: String?
    let milestone: String?
    let title: String?
    let due: Value?
    let owner: Mention?
    let isCritical: Bool
    let reason: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        challenge = try arguments.code("challenge")
        milestone = try arguments.code("milestone")
        title = try arguments.gateText("title")
        due = arguments["due"] ?? arguments["day"]
        owner = try arguments.person("owner")
        isCritical = arguments.has("critical")
        reason = try arguments.gateText("reason")
        // The usages stand in this order in the command's file.
        switch arguments.utterance.usage {
        case 0: act = .list
        case 1: act = .drop
        case 2: act = .carry
        case 3, 4: act = .move
        case 7: act = .own
        default: act = .add
        }
        if act == .add, title == nil || due == nil { throw Mismatch("title") }
        if [.move, .drop, .carry, .own].contains(act), milestone == nil {
            throw Mismatch("milestone")
        }
    }

    static func unknown(_ code: String, _ challenge: Challenge, instead command: String = "history")
        -> Refusal
    {
        let open = challenge.milestones.filter { $0.state == .open }.prefix(5)
        return Refusal(
            Phrase("milestone.unknown", ["code": .code(code), "challenge": .code(challenge.code)]),
            offers: open.map { milestone in
                Offer(
                    Phrase(
                        "milestone.label",
                        ["code": .code(milestone.code), "title": Title.short(milestone.title)]),
                    "/\(command) \(challenge.code)-\(milestone.code)")
            })
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: milestone, challenge, state, context)
        try Daily.lookInside(challenge, state, context)
        switch act {
        case .list: return MilestonesCommand.list(challenge, state, context)
        case .add: return try add(challenge, state, context)
        case .move: return try move(challenge, state, context)
        case .own: return try own(challenge, state, context)
        case .drop: return try close(.dropped, challenge, state, context)
        case .carry: return try close(.carried, challenge, state, context)
        }
    }

    /// The day, checked: within the challenge, and one that the team still has.
    private func dueDate(_ challenge: Challenge, _ state: State) throws(Refusal) -> (LocalDate, Int)
    {
        var challenge = challenge
        if challenge.head.dayOne == nil {
            challenge.head.dayOne = state.cohorts[challenge.head.cohort]?.dayOne
        }
        guard let dayOne = challenge.dayOne, let lastDay = challenge.lastDay else {
            throw Refusal(Phrase("milestone.noDayOne", ["challenge": .code(challenge.code)]))
        }
        guard let date = Daily.date(due, in: challenge), date >= dayOne, date <= lastDay else {
            throw Refusal(
                Phrase(
                    "milestone.outside",
                    [
                        "first": .date(dayOne), "last": .date(lastDay),
                        "days": .count(challenge.head.duration),
                    ]))
        }
        return (date, date - dayOne + 1)
    }

    private func ownerCode(
        _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> (String?, [Event]) {
        guard let owner else { return (nil, []) }
        guard let found = try context.gatePerson(owner, in: challenge, state) else {
            throw Refusal(
                Phrase(
                    "error.unknownPerson",
                    ["name": .text(owner.name), "challenge": .code(challenge.code)]))
        }
        return (found.code, found.events)
    }

    private func add(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require(
            [.member, .dataKeeper, .scribe, .teamLeader, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        let (date, day) = try dueDate(challenge, state)
        var (owner, events) = try ownerCode(challenge, state, context)
        let me = try context.me()
        if context.roles(in: challenge, state).isDisjoint(with: [.scribe, .teamLeader, .office]) {
            // Members plan their own work; that of others is the leader's.
            guard owner == nil || owner == me else {
                throw Refusal(Phrase("milestone.ownOnly"), kind: .right)
            }
            owner = me
        }
        guard challenge.milestones.count < 60 else { throw Refusal(Phrase("milestone.tooMany")) }
        let title = title ?? ""
        let folded = Folding.fold(title)
        if let same = challenge.milestones.first(where: {
            $0.state == .open && Folding.fold($0.title) == folded
        }) {
            return .answer([
                Phrase("milestone.same", ["code": .code(same.code), "due": .date(same.due)])
            ])
        }
        var milestone = Milestone()
        milestone.code = NextCode.after(challenge.milestones.map(\.code), prefix: "M", pad: 1)
        milestone.title = title
        milestone.dueDay = day
        milestone.due = date
        milestone.isCritical = isCritical
        milestone.owner = owner
        events.append(.milestoneSet(OfChallenge(challenge.code, milestone)))
        var reply = [
            Phrase(
                "milestone.added",
                [
                    "code": .code(milestone.code), "title": .text(title), "due": .date(date),
                    "day": .count(day),
                    "critical": .code(isCritical ? "critical" : "plain"),
                ]),
            owner.map { Phrase("milestone.owner", ["name": state.name(of: $0)]) }
                ?? Phrase("milestone.noOwner", ["code": .code(milestone.code)]),
        ]
        if date < context.today(in: challenge, state) { reply.append(Phrase("milestone.past")) }
        let told = owner.map { owner in
            context.gateTell(
                [owner],
                [
                    Phrase(
                        "milestone.told",
                        [
                            "code": .code("\(challenge.code)-\(milestone.code)"),
                            "title": .text(title),
                            "due": .date(date), "by": state.name(of: me),
                        ])
                ], subject: "milestone \(challenge.code)-\(milestone.code)")
        }
        return .record(events, reply, offers: [Daily.undo], notices: told ?? [])
    }

    private func existing(_ challenge: Challenge) throws(Refusal) -> Milestone {
        let code = Daily.shortCode(milestone ?? "")
        guard let found = challenge.milestones.first(where: { $0.code == code }) else {
            throw Self.unknown(code, challenge)
        }
        return found
    }

    private func move(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require([.scribe, .teamLeader, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        var found = try requireOpen(existing(challenge), challenge)
        let before = found.due
        let (date, day) = try dueDate(challenge, state)
        guard date != before else {
            return .answer([
                Phrase("milestone.same", ["code": .code(found.code), "due": .date(before)])
            ])
        }
        found.due = date
        found.dueDay = day
        return .record(
            [.milestoneSet(OfChallenge(challenge.code, found))],
            [
                Phrase(
                    "milestone.moved",
                    [
                        "code": .code(found.code), "title": .text(found.title),
                        "before": .date(before),
                        "due": .date(date), "day": .count(day),
                    ])
            ], offers: [Daily.undo],
            notices: context.gateTell(
                [found.owner].compactMap { $0 },
                [
                    Phrase(
                        "milestone.movedTold",
                        [
                            "code": .code("\(challenge.code)-\(found.code)"),
                            "title": .text(found.title),
                            "before": .date(before), "due": .date(date),
                        ])
                ]))
    }

    /// Gives an open milestone to somebody.
    private func own(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try context.require([.scribe, .teamLeader, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        var found = try requireOpen(existing(challenge), challenge)
        var (owner, events) = try ownerCode(challenge, state, context)
        if owner == nil { owner = try context.me() }
        let name: Say =
            owner.flatMap { state.people[$0] } == nil
            ? .text(self.owner?.name ?? "") : state.name(of: owner ?? "")
        guard found.owner != owner else {
            return .answer([
                Phrase("milestone.ownedAlready", ["code": .code(found.code), "name": name])
            ])
        }
        found.owner = owner
        events.append(.milestoneSet(OfChallenge(challenge.code, found)))
        return .record(
            events,
            [
                Phrase(
                    "milestone.owned",
                    ["code": .code(found.code), "title": .text(found.title), "name": name])
            ], offers: [Daily.undo],
            notices: context.gateTell(
                [owner].compactMap { $0 },
                [
                    Phrase(
                        "milestone.told",
                        [
                            "code": .code("\(challenge.code)-\(found.code)"),
                            "title": .text(found.title), "due": .date(found.due),
                            "by": state.name(of: try context.me()),
                        ])
                ], subject: "milestone \(challenge.code)-\(found.code)"))
    }

    private func requireOpen(_ found: Milestone, _ challenge: Challenge) throws(Refusal)
        -> Milestone
    {
        guard found.state == .open else {
            throw Refusal(
                Phrase(
                    "milestone.notOpen",
                    ["code": .code(found.code), "state": .term("state.\(found.state.rawValue)")]),
                offers: [
                    Offer(Phrase("milestone.listLabel"), "/milestone list \(challenge.code)")
                ])
        }
        return found
    }

    private func close(
        _ to: MilestoneState, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        try context.require([.teamLeader, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        let found = try requireOpen(existing(challenge), challenge)
        var event = MilestoneMoved()
        event.challenge = challenge.code
        event.milestone = found.code
        event.to = to
        event.on = context.today(in: challenge, state)
        event.by = try context.me()
        event.evidence = reason
        return .record(
            [.milestoneMoved(event)],
            [
                Phrase(
                    to == .dropped ? "milestone.dropped" : "milestone.carried",
                    ["code": .code(found.code), "title": .text(found.title)])
            ], offers: [Daily.undo])
    }
}
