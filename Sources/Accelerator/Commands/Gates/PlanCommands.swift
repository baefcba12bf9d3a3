import Language

/// What the plan commands share: a plan may be worked at once the challenge runs, until it is handed over.
private func planChallenge(_ code: String?, _ state: State, _ context: Context) throws(Refusal)
    -> Challenge
{
    let challenge = try context.challenge(code, state)
    let phase = challenge.phase(on: context.today(in: challenge, state))
    guard [.accelerating, .results, .sustaining].contains(phase) else {
        throw Refusal(
            Phrase(
                "sustain.notNow", ["challenge": .code(challenge.code), "state": .term(phase.term)]),
            offers: [
                Offer(
                    Phrase("challenge.label", ["challenge": .code(challenge.code)]),
                    "/challenge \(challenge.code)")
            ])
    }
    return challenge
}

/// `practice`: what becomes permanent, and whose job it is — by title, since people leave.
struct PracticeCommand: Command {
    static let name = "practice"
    private let usage: Int
    private let code: String?
    private let text: String?
    private let owner: String?
    private let resource: String?
    private let number: Int?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        text = try a.gateText("text")
        owner = try a.gateText("owner")
        resource = try a.gateText("resource")
        number = try a.count("number")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard usage < 2 else {
            let shown = try context.challenge(code, state)
            try Daily.lookInside(shown, state, context)
            return show(shown)
        }
        let challenge = try planChallenge(code, state, context)
        try context.require([.teamLeader, .coach, .office, .sponsor], in: challenge, state)
        var plan = challenge.sustainability ?? Sustainability()
        guard plan.signedOn == nil else {
            throw Refusal(Phrase("practice.signed", ["challenge": .code(challenge.code)]))
        }
        if let owner, let person = Self.person(called: owner, in: challenge, state) {
            // A person's name is no title: people leave, posts stay.
            throw Refusal(
                Phrase(
                    "practice.person",
                    ["name": state.name(of: person), "challenge": .code(challenge.code)]))
        }
        if usage == 1 {
            guard let number, (1...max(1, plan.practices.count)).contains(number),
                number <= plan.practices.count
            else {
                throw Refusal(Phrase("practice.noNumber", ["count": .count(plan.practices.count)]))
            }
            let gone = plan.practices.remove(at: number - 1)
            return .record(
                [.sustainabilitySet(OfChallenge(challenge.code, plan))],
                [Phrase("practice.removed", ["text": .text(gone.text)])],
                offers: [Decision.gateUndo])
        }
        guard let text, let owner else { throw Refusal(Phrase("practice.ask.text")) }
        guard plan.practices.count < 20 else { throw Refusal(Phrase("practice.many")) }
        var new = Practice()
        new.text = text
        new.ownerTitle = owner
        new.resource = resource ?? ""
        plan.practices.append(new)
        return .record(
            [.sustainabilitySet(OfChallenge(challenge.code, plan))],
            [
                Phrase(
                    "practice.added",
                    [
                        "challenge": .code(challenge.code), "text": .text(text),
                        "owner": .text(owner), "count": .count(plan.practices.count),
                    ])
            ],
            offers: [
                Offer(
                    Phrase("pledge.label", ["challenge": .code(challenge.code)]),
                    "/pledge \(challenge.code)"), Decision.gateUndo,
            ])
    }

    private static func person(called title: String, in challenge: Challenge, _ state: State)
        -> String?
    {
        let folded = Folding.fold(title)
        return challenge.seats.map(\.person).first { code in
            code == title || state.people[code].map { Folding.fold($0.name) == folded } ?? false
        }
    }

    private func show(_ challenge: Challenge) -> Decision {
        let practices = challenge.sustainability?.practices ?? []
        guard !practices.isEmpty else {
            return .answer(
                [Phrase("practice.none", ["challenge": .code(challenge.code)])],
                offers: [Offer(Phrase("practice.label"), "/practice add")])
        }
        let state = Phrase(
            "practice.state",
            ["challenge": .code(challenge.code), "state": .term(challenge.pledgeTerm)])
        return .answer([state] + Self.lines(practices))
    }

    static func lines(_ practices: [Practice]) -> [Phrase] {
        practices.prefix(20).enumerated().map { i, practice in
            Phrase(
                "practice.line",
                [
                    "number": .count(i + 1), "text": .text(practice.text),
                    "owner": .text(practice.ownerTitle),
                ])
        }
    }
}

/// `pledge`: the sponsor's word that the result will be kept.
struct PledgeCommand: Command {
    static let name = "pledge"
    private let usage: Int
    private let code: String?
    private let text: String?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        text = try a.gateText("text")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        switch usage {
        case 0: try draft(state, context)
        case 1: try sign(state, context)
        default: try show(try context.challenge(code, state), state, context)
        }
    }

    private func draft(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try planChallenge(code, state, context)
        try context.require([.teamLeader, .coach, .office, .sponsor], in: challenge, state)
        var plan = challenge.sustainability ?? Sustainability()
        if let on = plan.signedOn {
            throw Refusal(
                Phrase(
                    "pledge.signedAlready",
                    [
                        "challenge": .code(challenge.code), "state": .term("state.signed"),
                        "date": .date(on),
                    ]),
                offers: [
                    Offer(
                        Phrase("pledge.label", ["challenge": .code(challenge.code)]),
                        "/pledge \(challenge.code)")
                ])
        }
        guard let text else { throw Refusal(Phrase("pledge.ask.text")) }
        plan.pledgeText = text
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "text": .text(text),
        ]
        return .record(
            [.sustainabilitySet(OfChallenge(challenge.code, plan))],
            [Phrase("pledge.drafted", values)], offers: [Decision.gateUndo],
            notices: context.gateTell(
                challenge.holders(of: .sponsor), [Phrase("pledge.please", values)],
                offers: [Offer(Phrase("pledge.signLabel"), "/pledge sign \(challenge.code)")]))
    }

    private func sign(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let challenge = try planChallenge(code, state, context)
        try context.require([.sponsor], in: challenge, state)
        let today = context.today(in: challenge, state)
        guard challenge.phase(on: today) != .accelerating else {
            throw Refusal(Phrase("pledge.early", ["challenge": .code(challenge.code)]))
        }
        var plan = challenge.sustainability ?? Sustainability()
        guard let text = plan.pledgeText else {
            throw Refusal(
                Phrase(
                    "pledge.noText",
                    ["challenge": .code(challenge.code), "state": .term("state.draft")]),
                offers: [Offer(Phrase("pledge.draftLabel"), "/pledge draft \(challenge.code)")])
        }
        guard !plan.signedBy.contains(me) else {
            return .answer(
                [Phrase("pledge.already", ["date": .date(plan.signedOn ?? today)])],
                offers: [
                    Offer(
                        Phrase("pledge.label", ["challenge": .code(challenge.code)]),
                        "/pledge \(challenge.code)")
                ])
        }
        plan.signedBy.append(me)
        plan.signedOn = today
        if plan.checkPoints.isEmpty, let last = challenge.lastDay {
            plan.checkPoints = Self.checks(after: last)
        }
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "by": state.name(of: me), "date": .date(today),
            "text": .text(text),
            "checks": .list(plan.checkPoints.map { .date($0.date) }),
        ]
        return .record(
            [.sustainabilitySet(OfChallenge(challenge.code, plan))],
            [Phrase("pledge.signed", values)], offers: [Decision.gateUndo],
            notices: context.gateTell(
                challenge.holders(of: .teamLeader) + state.gateOffice(of: challenge),
                [Phrase("pledge.signed", values)]))
    }

    /// 30, 90 and 180 days after the last one.
    static func checks(after last: LocalDate) -> [CheckPoint] {
        [30, 90, 180].map { offset in
            var check = CheckPoint()
            check.offsetDays = offset
            check.date = last + offset
            return check
        }
    }

    private func show(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        let plan = challenge.sustainability ?? Sustainability()
        var lines = [
            plan.pledgeText.map {
                Phrase("pledge.text", ["challenge": .code(challenge.code), "text": .text($0)])
            }
                ?? Phrase("pledge.none", ["challenge": .code(challenge.code)])
        ]
        lines += PracticeCommand.lines(plan.practices)
        if let kept = challenge.keptState {
            lines.append(Phrase("pledge.state", ["state": .term("state.\(kept.rawValue)")]))
        }
        if let on = plan.signedOn {
            lines.append(
                Phrase(
                    "pledge.signed",
                    [
                        "challenge": .code(challenge.code),
                        "by": .list(plan.signedBy.map { state.name(of: $0) }), "date": .date(on),
                        "checks": .list(plan.checkPoints.map { .date($0.date) }),
                    ]))
        }
        let roles = context.roles(in: challenge, state)
        var offers: [Offer] = []
        if plan.pledgeText == nil {
            offers = [Offer(Phrase("pledge.draftLabel"), "/pledge draft")]
        } else if plan.signedOn == nil, roles.contains(.sponsor) {
            offers = [Offer(Phrase("pledge.signLabel"), "/pledge sign \(challenge.code)")]
        }
        return .answer(lines, offers: offers)
    }
}

/// `sustain`: the receiving unit, its owner by title, the path, the value to hold.
struct SustainCommand: Command {
    static let name = "sustain"
    private let code: String?
    private let unit: String?
    private let owner: String?
    private let path: Path?
    private let hold: Double?

    init(_ a: Arguments) throws(Mismatch) {
        code = try a.code("challenge")
        unit = try a.gateText("unit")
        owner = try a.gateText("owner")
        path = try a.gateTerm("path").flatMap { Path(rawValue: $0) }
        hold = try a.measure("hold")?.amount
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard unit != nil || owner != nil || path != nil || hold != nil else {
            let shown = try context.challenge(code, state)
            try Daily.lookInside(shown, state, context)
            return show(shown, state)
        }
        let challenge = try planChallenge(code, state, context)
        try context.require([.teamLeader, .coach, .office, .sponsor], in: challenge, state)
        var plan = challenge.sustainability ?? Sustainability()
        guard plan.signedOn == nil else {
            throw Refusal(Phrase("practice.signed", ["challenge": .code(challenge.code)]))
        }
        if let unit { plan.receivingUnit = unit }
        if let owner { plan.ownerTitle = owner }
        if let path { plan.path = path }
        if let hold { plan.holdValue = hold }
        return .record(
            [.sustainabilitySet(OfChallenge(challenge.code, plan))],
            [Phrase("sustain.saved", ["challenge": .code(challenge.code)])]
                + Self.lines(challenge, plan), offers: [Decision.gateUndo])
    }

    private func show(_ challenge: Challenge, _ state: State) -> Decision {
        let plan = challenge.sustainability ?? Sustainability()
        var lines = Self.lines(challenge, plan)
        if let next = FollowOn.proposal(after: challenge.code, state) {
            lines.append(FollowOn.line(next, state))
        }
        lines += PracticeCommand.lines(plan.practices) + InitiativeCommand.lines([challenge])
        return .answer(
            [
                Phrase(
                    "sustain.head",
                    ["challenge": .code(challenge.code), "title": .text(challenge.head.title)])
            ]
                + (lines.isEmpty ? [Phrase("sustain.none")] : lines),
            offers: [
                Offer(Phrase("practice.label"), "/practice add"),
                Offer(
                    Phrase("pledge.label", ["challenge": .code(challenge.code)]),
                    "/pledge \(challenge.code)"),
            ])
    }

    private static func lines(_ challenge: Challenge, _ plan: Sustainability) -> [Phrase] {
        var lines: [Phrase] = []
        if let path = plan.path {
            lines.append(Phrase("sustain.path", ["path": .term("path.\(path.rawValue)")]))
        }
        if !plan.receivingUnit.isEmpty {
            lines.append(
                Phrase(
                    "sustain.unit",
                    [
                        "unit": .text(plan.receivingUnit),
                        "owner": .text(plan.ownerTitle.isEmpty ? "—" : plan.ownerTitle),
                    ]))
        }
        if let hold = plan.holdValue {
            lines.append(
                Phrase(
                    "sustain.hold",
                    ["value": .measure(hold, unit: challenge.primaryGoal?.unit ?? "")]))
        }
        return lines
    }
}

/// `handover`: the pledge is signed, every practice has its owner; the unit takes over.
struct HandoverCommand: Command {
    static let name = "handover"
    private let code: String?
    private let duties: DutiesHandover?
    init(_ a: Arguments) throws(Mismatch) {
        code = try a.code("challenge")
        let from = try a.person("from")
        let to = try a.person("to")
        if let from, let to {
            duties = DutiesHandover(from: from, to: to, code: code)
        } else {
            duties = nil
        }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if let duties { return try duties.decide(state, context) }
        let challenge = try context.challenge(code, state)
        try Transitions.check(challenge, to: .handedOver, state, context)
        let today = context.today(in: challenge, state)
        var plan = challenge.sustainability ?? Sustainability()
        var events: [Event] = []
        let receivers = [
            plan.receivingUnit, plan.ownerTitle, plan.practices.first?.ownerTitle ?? "",
            challenge.head.leadBody,
        ]
        if plan.checkPoints.isEmpty, let last = challenge.lastDay {
            plan.checkPoints = PledgeCommand.checks(after: last)
            events.append(.sustainabilitySet(OfChallenge(challenge.code, plan)))
        }
        events.append(
            .challengeMoved(
                ChallengeMoved(challenge.code, to: .handedOver, on: today, by: context.person?.code)
            ))
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title),
            "unit": .text(receivers.first { !$0.isEmpty } ?? challenge.code),
            "checks": .list(plan.checkPoints.map { .date($0.date) }),
        ]
        return .record(
            events, [Phrase("handover.done", values)] + InitiativeCommand.lines([challenge]),
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                challenge.seats.filter { $0.left == nil }.map(\.person),
                [Phrase("handover.told", values)]))
    }
}
