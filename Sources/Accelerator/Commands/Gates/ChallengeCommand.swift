import Language

/// `challenge`: the list, the card of one, and what the card says.
struct ChallengeCommand: Command {
    static let name = "challenge"
    private let usage: Int
    private let code: String?
    private let lead: String?
    private let partners: String?
    private let title: String?
    private let note: String?
    private let area: String?
    private let zone: String?
    private let dayOne: LocalDate?
    private let duration: Int?
    private let midpoint: LocalDate?
    private let closing: LocalDate?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        lead = try a.gateText("lead")
        partners = try a.gateText("partners")
        title = try a.gateText("title")
        note = try a.gateText("note")
        area = try a.code("area")
        zone = try a.code("zone")
        dayOne = try a.date("day1")
        duration = try a.count("duration")
        midpoint = try a.date("midpoint")
        closing = try a.date("closing")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if usage == 0 { return try change(state, context) }
        if usage == 1 || (code == nil && context.implied == nil) { return try list(state, context) }
        return try card(context.challenge(code, state), state, context)
    }

    // MARK: Showing

    private func list(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        var shown = (state.seated[me] ?? []).compactMap { state.challenges[$0] }
        if shown.isEmpty || !state.roles(of: me).isDisjoint(with: [.office, .viewer, .admin]) {
            let near = Set(state.programmes(near: me).map(\.code))
            shown = state.challenges.filter {
                state.programme(of: $0).map { near.contains($0.code) } ?? true
            }
        }
        guard !shown.isEmpty else {
            return .answer(
                [Phrase("challenge.none")],
                offers: [
                    Offer(Phrase("adopt.label"), "/adopt"),
                    Offer(Phrase("propose.label"), "/propose"),
                ])
        }
        let running = shown.filter { !$0.isSettled($0.phase(on: context.today(in: $0, state))) }
        var lines =
            (running + shown.filter { $0.isSettled($0.phase(on: context.today(in: $0, state))) })
            .prefix(20).map {
                Self.line($0, state, context)
            }
        if shown.count > 20 {
            lines.append(Phrase("challenge.more", ["count": .count(shown.count - 20)]))
        }
        return .answer(Array(lines))
    }

    static func line(_ challenge: Challenge, _ state: State, _ context: Context) -> Phrase {
        let today = context.today(in: challenge, state)
        let assessment = ChallengeAssessment.of(
            challenge, known: state.known(of: challenge, date: today, cut: context.at))
        return Phrase(
            "challenge.line",
            [
                "mark": .term("mark.\(assessment.colour.term)"), "code": .code(challenge.code),
                "title": .text(challenge.head.title),
                "state": .term(challenge.phase(on: today).term),
            ])
    }

    private func card(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let sight = try Daily.look(challenge, state, context)
        let head = challenge.head
        let today = context.today(in: challenge, state)
        let phase = challenge.phase(on: today)
        var lines = [Self.line(challenge, state, context)]
        if let day = challenge.day(today), let last = challenge.lastDay {
            lines.append(
                Phrase(
                    day < 1
                        ? "challenge.before"
                        : day > head.duration ? "challenge.over" : "challenge.day",
                    [
                        "day": .count(day), "duration": .count(head.duration),
                        "left": .count(max(0, head.duration - day)),
                        "until": .count(max(0, 1 - day)), "first": .date(challenge.dayOne ?? today),
                        "last": .date(last),
                    ]))
        }
        if !challenge.bodies.isEmpty {
            let bodies = [head.leadBody] + challenge.bodies.filter { $0 != head.leadBody }.sorted()
            lines.append(
                Phrase(
                    "challenge.bodies",
                    ["bodies": .list(bodies.filter { !$0.isEmpty }.prefix(8).map { .text($0) })]))
        }
        guard sight == .full else { return .answer(lines) }
        for (role, key) in [
            (Role.sponsor, "sponsor"), (.teamLeader, "team-leader"), (.coach, "coach"),
            (.dataKeeper, "data-keeper"),
        ] {
            let holders = challenge.holders(of: role)
            guard !holders.isEmpty else { continue }
            lines.append(
                Phrase(
                    "challenge.who",
                    [
                        "role": .term("role.\(key)"),
                        "names": .list(holders.prefix(4).map { state.name(of: $0) }),
                    ]))
        }
        if let note = head.note, !note.isEmpty {
            lines.append(Phrase("challenge.note", ["note": .text(note)]))
        }
        if head.isAdopted {
            lines.append(Phrase("challenge.adopted", ["challenge": .code(challenge.code)]))
        }
        for waiver in challenge.waivers.filter({ $0.reason != "adopted" }).prefix(4) {
            lines.append(
                Phrase(
                    "challenge.waiver",
                    [
                        "what": Gate.word(waiver.what), "reason": .text(waiver.reason),
                        "by": state.name(of: waiver.by), "on": .date(waiver.on),
                    ]))
        }
        var offers: [Offer] = []
        for row in Transitions.challenge where row.from.contains(phase) && offers.count < 2 {
            guard let command = row.command,
                !row.actors.isDisjoint(with: context.roles(in: challenge, state)),
                ["leadership", "ready", "launch", "close", "handover"].contains(command)
            else { continue }
            offers.append(
                Offer(
                    Phrase("\(command).label", ["challenge": .code(challenge.code)]),
                    command == "leadership"
                        ? "/leadership ok \(challenge.code)" : "/\(command) \(challenge.code)"))
        }
        return .answer(lines, offers: offers)
    }

    // MARK: Changing

    private func change(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        try context.require([.office, .coach, .teamLeader], in: challenge, state)
        var head = challenge.head
        if let lead { head.leadBody = lead }
        if let partners { head.partners = AcceptCommand.bodies(partners) }
        if let title { head.title = title }
        if let note { head.note = note }
        if let area {
            guard state.programme(of: challenge)?.areas.contains(where: { $0.code == area }) == true
            else {
                throw Refusal(
                    Phrase("area.unknown", ["code": .code(area)]),
                    offers: [Offer(Phrase("area.label"), "/area")])
            }
            head.area = area
        }
        let isFixed = ![.framing, .staffing, .ready].contains(challenge.state)
        if zone != nil || dayOne != nil || duration != nil || midpoint != nil || closing != nil {
            try context.require([.office], in: challenge, state)
            // The clock never stops and is never moved (method.md 2.2, rule 6).
            guard !isFixed else {
                throw Refusal(Phrase("challenge.clockFixed", ["challenge": .code(challenge.code)]))
            }
        }
        if let zone { head.zone = zone }
        if let midpoint { head.midpointOn = midpoint }
        if let closing { head.closingOn = closing }
        if let duration {
            guard (1...100).contains(duration) else { throw Refusal(Phrase("challenge.duration")) }
            head.duration = duration
        }
        if let dayOne {
            if let first = state.cohorts[head.cohort]?.dayOne, !(0...14).contains(dayOne - first) {
                throw Refusal(
                    Phrase("challenge.dayOne", ["first": .date(first), "last": .date(first + 14)]))
            }
            head.dayOne = dayOne
            head.launchOn = dayOne - 1
        }
        guard head != challenge.head else {
            return .answer([Phrase("challenge.unchanged", ["challenge": .code(challenge.code)])])
        }
        return .record(
            [.challengeSet(head)],
            [Phrase("challenge.changed", ["challenge": .code(challenge.code)])],
            offers: [
                Offer(
                    Phrase("challenge.label", ["challenge": .code(challenge.code)]),
                    "/challenge \(challenge.code)"), Decision.gateUndo,
            ])
    }
}

/// `stakeholder`: a body that matters to a challenge, and what is needed of it.
struct StakeholderCommand: Command {
    static let name = "stakeholder"
    private let usage: Int
    private let code: String?
    private let body: String?
    private let contact: String?
    private let interest: String?
    private let influence: String?
    private let need: String?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        body = try a.gateText("body")
        contact = try a.gateText("contact")
        interest = try a.gateText("interest")
        influence = try a.gateTerm("influence")
        need = try a.gateText("need")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        guard usage == 0 else {
            try Daily.lookInside(challenge, state, context)
            guard !challenge.stakeholders.isEmpty else {
                return .answer([Phrase("stakeholder.none", ["challenge": .code(challenge.code)])])
            }
            return .answer(Self.lines(challenge))
        }
        try context.require([.office, .coach, .teamLeader], in: challenge, state)
        guard let body else { throw Refusal(Phrase("stakeholder.ask.body")) }
        var new =
            challenge.stakeholders.first { Folding.fold($0.body) == Folding.fold(body) }
            ?? Stakeholder()
        if new.code.isEmpty {
            new.code = NextCode.after(challenge.stakeholders.map(\.code), prefix: "S", pad: 1)
        }
        new.body = body
        new.contact = contact ?? new.contact
        new.interest = interest ?? new.interest
        new.influence = influence ?? new.influence
        new.need = need ?? new.need
        let after = challenge.stakeholders.filter { $0.code != new.code } + [new]
        return .record(
            [.stakeholderSet(OfChallenge(challenge.code, new))],
            [
                Phrase(
                    "stakeholder.added",
                    [
                        "body": .text(body), "count": .count(after.count),
                        "silent": .count(after.count { $0.contact == nil }),
                    ])
            ],
            offers: [Decision.gateUndo])
    }
}

extension StakeholderCommand {
    /// The strongest first; then what each wants, what is needed of them, and who has no contact.
    fileprivate static func lines(_ challenge: Challenge) -> [Phrase] {
        let ranks = Severity.allCases.map(\.rawValue)
        func rank(_ one: Stakeholder) -> Int {
            one.influence.flatMap { ranks.firstIndex(of: $0) } ?? -1
        }
        let sorted = challenge.stakeholders.sorted { (-rank($0), $0.code) < (-rank($1), $1.code) }
        var lines = [
            Phrase(
                "stakeholder.head",
                ["challenge": .code(challenge.code), "count": .count(sorted.count)])
        ]
        for one in sorted.prefix(10) {
            lines.append(
                Phrase(
                    "stakeholder.line",
                    [
                        "body": .text(one.body),
                        "influence": one.influence.map { .term("severity.\($0)") } ?? .text("—"),
                        "need": .text(one.need ?? "—"), "contact": .text(one.contact ?? "—"),
                    ]))
            if let interest = one.interest {
                lines.append(Phrase("stakeholder.interest", ["interest": .text(interest)]))
            }
        }
        if sorted.count > 10 {
            lines.append(Phrase("challenge.more", ["count": .count(sorted.count - 10)]))
        }
        let silent = sorted.filter { $0.contact == nil }.map { Say.text($0.body) }
        if !silent.isEmpty {
            lines.append(
                Phrase(
                    "stakeholder.silent",
                    ["bodies": .list(Array(silent.prefix(5))), "count": .count(silent.count)]))
        }
        return lines
    }
}

/// `waive`: sets a gate's item aside, on purpose and for a reason.
struct WaiveCommand: Command {
    static let name = "waive"
    private let what: String?
    private let code: String?
    private let reason: String?

    init(_ a: Arguments) throws(Mismatch) {
        what = try a.text("what")
        code = try a.code("challenge")
        reason = try a.gateText("reason")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        let me = try context.me()
        try context.require([.office, .coach], in: challenge, state)
        let what = Folding.fold(what ?? "")
        guard Gate.waivable.contains(what) else {
            throw Refusal(
                Phrase(
                    "waive.unknown",
                    ["what": .text(what), "items": .list(Gate.waivable.map { .code($0) })]))
        }
        guard let reason else { throw Refusal(Phrase("waive.ask.reason")) }
        var waiver = Waiver()
        waiver.what = what
        waiver.reason = reason
        waiver.by = me
        waiver.on = context.today(in: challenge, state)
        return .record(
            [.waiverRecorded(OfChallenge(challenge.code, waiver))],
            [
                Phrase(
                    "waive.recorded",
                    [
                        "what": Gate.word(what), "challenge": .code(challenge.code),
                        "reason": .text(reason),
                    ])
            ],
            offers: [
                Offer(
                    Phrase("gate.label", ["challenge": .code(challenge.code)]),
                    "/gate \(challenge.code)"),
                Decision.gateUndo,
            ])
    }
}
