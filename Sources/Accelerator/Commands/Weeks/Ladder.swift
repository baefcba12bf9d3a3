import Language

/// Takes a blocker a step up, to people who can move it: sponsor, leadership group, office.
struct EscalateCommand: Command {
    static let name = "escalate"
    let blocker: String
    let to: Role?
    let words: String?
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        blocker = try arguments.required("blocker", arguments.code("blocker"))
        to = try arguments.gateRole("to")
        words = try arguments.gateText("words")
        challenge = try arguments.code("challenge")
    }

    /// Who is asked at each level.
    static func holders(_ level: Int, _ challenge: Challenge, _ state: State) -> [String] {
        switch level {
        case 1: challenge.holders(of: .sponsor)
        case 2: challenge.holders(of: .sponsor) + challenge.holders(of: .systemLeader)
        case 3: state.gateOffice(of: challenge)
        default: challenge.holders(of: .teamLeader)
        }
    }

    private static func level(of role: Role) -> Int? {
        switch role {
        case .sponsor: 1
        case .systemLeader: 2
        case .office: 3
        default: nil
        }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: blocker, challenge, state, context)
        try context.require(BlockCommand.raisers, in: challenge, state)
        try Daily.requireOpen(challenge)
        let found = try SolvedCommand.existing(blocker, challenge, state, context)
        var values = BlockCommand.values(found, challenge, state)
        guard found.isOpen else {
            return .answer(
                [BlockCommand.closedAlready(found, challenge)],
                offers: [BlockCommand.back(found, challenge, context)])
        }
        let me = try context.me()
        let above: Set<Role> = [.teamLeader, .coach, .sponsor, .systemLeader, .office]
        if found.owner != me, found.raisedBy != me,
            context.roles(in: challenge, state).isDisjoint(with: above)
        {
            throw Refusal(Phrase("escalate.notYours", values), kind: .right)
        }
        if let to, Self.level(of: to) == nil { throw Refusal(Phrase("escalate.where")) }
        let level = to.flatMap(Self.level(of:)) ?? found.level + 1
        guard level > found.level, level <= 3 else {
            values.append(.init("level", .term("level.\(min(max(found.level, 0), 3))")))
            throw Refusal(
                Phrase("escalate.already", values), offers: BlockCommand.offers(found, challenge))
        }
        let asked = Self.holders(level, challenge, state)
        values.append(.init("level", .term("level.\(level)")))
        guard !asked.isEmpty else { throw Refusal(Phrase("escalate.nobody", values)) }
        var event = BlockerMoved()
        event.challenge = challenge.code
        event.blocker = found.code
        event.to = .escalated
        event.on = context.today(in: challenge, state)
        event.by = me
        event.level = level
        event.how = words
        let days = Daily.view(challenge, state, context).workingDays(since: found.raisedOn)
        values += [.init("days", .count(days)), .init("name", state.name(of: me))]
        var told = [Phrase("escalate.told", values)]
        if let words { told.append(Phrase("escalate.words", ["words": .text(words)])) }
        let code = "\(challenge.code)-\(found.code)"
        return .record(
            [.blockerMoved(event)], [Phrase("escalate.done", values)], offers: [Daily.undo],
            notices: context.gateTell(
                asked, told,
                offers: [
                    Offer(Phrase("promise.label"), "/promise \(code)"),
                    Offer(Phrase("solved.label"), "/solved \(code)"),
                ], subject: "blocker \(code)"))
    }
}

/// A promise of somebody who can move a blocker: what, and until when.
struct PromiseCommand: Command {
    static let name = "promise"
    let blocker: String
    let until: LocalDate
    let words: String
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        blocker = try arguments.required("blocker", arguments.code("blocker"))
        until = try arguments.required("until", arguments.date("until"))
        words = try arguments.required("words", arguments.gateText("words"))
        challenge = try arguments.code("challenge")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: blocker, challenge, state, context)
        try context.require([.sponsor, .systemLeader, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        var found = try SolvedCommand.existing(blocker, challenge, state, context)
        guard found.isOpen else {
            return .answer(
                [BlockCommand.closedAlready(found, challenge)],
                offers: [BlockCommand.back(found, challenge, context)])
        }
        let me = try context.me()
        let roles = context.roles(in: challenge, state)
        // Others than the sponsor promise what has come up to them, or what they own.
        guard
            roles.contains(.sponsor) || found.owner == me
                || (roles.contains(.systemLeader) && found.level >= 2)
                || (roles.contains(.office) && found.level >= 3)
        else {
            throw Refusal(
                Phrase("promise.notYet", BlockCommand.values(found, challenge, state)),
                kind: .right,
                offers: [
                    Offer(Phrase("escalate.label"), "/escalate \(challenge.code)-\(found.code)")
                ])
        }
        let today = context.today(in: challenge, state)
        guard until >= today, until <= today + 200 else {
            throw Refusal(Phrase("promise.past", ["date": .date(until), "today": .date(today)]))
        }
        var promise = BlockerPromise()
        promise.by = me
        promise.on = today
        promise.until = until
        promise.words = words
        found.promises = Array((found.promises + [promise]).suffix(5))
        let values =
            BlockCommand.values(found, challenge, state) + [
                .init("until", .date(until)), .init("words", .text(words)),
                .init("name", state.name(of: me)),
            ]
        return .record(
            [.blockerSet(OfChallenge(challenge.code, found))], [Phrase("promise.done", values)],
            offers: [Daily.undo],
            notices: context.gateTell(
                challenge.holders(of: .teamLeader)
                    + [found.owner, found.raisedBy].compactMap { $0 },
                [Phrase("promise.told", values)], subject: "blocker \(challenge.code)-\(found.code)"
            ))
    }
}

extension BlockCommand {
    /// “B2 is solved since 25 Mar.”
    static func closedAlready(_ blocker: Blocker, _ challenge: Challenge) -> Phrase {
        Phrase(
            blocker.state == .accepted
                ? "solved.alreadyAccepted"
                : blocker.state == .moved ? "solved.alreadyMoved" : "solved.already",
            ["code": .code(blocker.code), "date": .date(blocker.resolvedOn ?? blocker.raisedOn)])
    }

    /// The same trouble again, under a code of its own.
    static func anew(_ blocker: Blocker, _ challenge: Challenge, _ context: Context) -> Offer {
        Offer(
            Phrase("block.anewLabel"),
            Daily.line(name, ["text": .text(blocker.title)], in: challenge, context))
    }

    /// It is back: opened again where it was solved, new where it was set aside.
    static func back(_ blocker: Blocker, _ challenge: Challenge, _ context: Context) -> Offer {
        guard blocker.state == .resolved else { return anew(blocker, challenge, context) }
        return Offer(Phrase("solved.againLabel"), "/block reopen \(challenge.code)-\(blocker.code)")
    }

    /// What can be done about an open blocker.
    static func offers(_ blocker: Blocker, _ challenge: Challenge) -> [Offer] {
        let code = "\(challenge.code)-\(blocker.code)"
        var offers = [Offer(Phrase("solved.label"), "/solved \(code)")]
        if blocker.level < 3 {
            offers.append(
                Offer(
                    Phrase("escalate.to", ["level": .term("level.\(max(blocker.level, 0) + 1)")]),
                    "/escalate \(code)"))
        }
        return offers
    }

    /// One blocker with all that is known of it.
    static func card(_ blocker: Blocker, _ view: ChallengeView) -> [Phrase] {
        let state = view.state
        var lines = [
            Phrase(
                "blockers.card",
                [
                    "code": view.full(blocker.code),
                    "severity": .term("severity.\(blocker.severity.rawValue)"),
                    "days": .count(view.workingDays(since: blocker.raisedOn)),
                    "state": .term("state.\(blocker.state.word)"),
                    "text": .text(blocker.title), "by": state.name(of: blocker.raisedBy),
                    "date": .date(blocker.raisedOn),
                    "owner": blocker.owner.map { state.name(of: $0) } ?? .text("–"),
                ])
        ]
        if blocker.isOpen, blocker.level > 0 {
            lines.append(
                Phrase(
                    "blockers.level",
                    [
                        "level": .term("level.\(min(blocker.level, 3))"),
                        "date": .date(blocker.escalatedOn ?? blocker.raisedOn),
                    ]))
        }
        for promise in blocker.promises {
            lines.append(
                Phrase(
                    promise.until < view.date && blocker.isOpen
                        ? "blockers.promiseLate" : "blockers.promise",
                    [
                        "name": state.name(of: promise.by), "until": .date(promise.until),
                        "words": .text(promise.words), "date": .date(promise.on),
                    ]))
        }
        if let on = blocker.resolvedOn, !blocker.isOpen {
            lines.append(
                Phrase(
                    "blockers.closed",
                    [
                        "state": .term("state.\(blocker.state.word)"), "date": .date(on),
                        "how": .text(blocker.resolution ?? "–"),
                    ]))
        }
        return lines
    }
}
