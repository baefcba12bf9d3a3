import Language

/// `remind`: when this person is asked next; a test; off and on again.
struct RemindCommand: Command {
    static let name = "remind"
    private let usage: Int
    init(_ a: Arguments) throws(Mismatch) { usage = a.utterance.usage }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        switch usage {
        case 0: return try test(me, state, context)
        case 1: return try MuteCommand.mute(["all"], until: nil, state, context)
        case 2: return try MuteCommand.unmute([], state, context)
        default: return show(me, state, context)
        }
    }

    private func show(_ me: String, _ state: State, _ context: Context) -> Decision {
        let coming = Self.next(me, state, context)
        guard !coming.isEmpty else {
            return .answer(
                [Phrase("remind.nothing")], offers: [Offer(Phrase("settings.label"), "/settings")])
        }
        var lines = coming.prefix(4).map { Self.line($0, me, state, context) }
        if let person = state.people[me], !person.mutes.isEmpty {
            lines.append(MuteCommand.line(person.mutes))
        }
        return .answer(
            Array(lines),
            offers: [
                Offer(Phrase("remind.testLabel"), "/remind test"),
                Offer(Phrase("mute.label"), "/mute"),
            ])
    }

    /// What will ring for a person, soonest first; of one row and subject only the first.
    static func next(_ person: String, _ state: State, _ context: Context) -> [Occurrence] {
        let reminding = Reminding(state, context.zones)
        var owners = (state.seated[person] ?? []).map { "challenge " + $0 }
        if let grants = state.people[person]?.grants, !grants.isEmpty {
            owners += state.cohorts.filter { cohort in
                grants.contains {
                    $0.scope == "*" || $0.scope == cohort.code || $0.scope == cohort.programme
                }
            }.prefix(8).map { "cohort " + $0.code }
        }
        var seen: Set<String> = []
        return owners.flatMap { reminding.occurrences($0) }
            .filter { $0.receiver == person && $0.rings > context.at && $0.row != Silence.row }
            .sorted { ($0.rings, $0.key) < ($1.rings, $1.key) }
            .filter { seen.insert("\($0.row) \($0.subject)").inserted }
    }

    static func line(_ occurrence: Occurrence, _ person: String, _ state: State, _ context: Context)
        -> Phrase
    {
        let challenge = Decider.challenge(of: occurrence, state)
        let zone =
            state.people[person]?.zone ?? challenge.map { state.zone(of: $0) }
            ?? context.zone(state)
        let moment =
            context.zones.local(occurrence.rings, in: zone) ?? occurrence.rings.local(offset: 0)
        let kind = occurrence.row.split(separator: ".").first.map(String.init) ?? "other"
        return Phrase(
            "remind.next",
            [
                "kind": .text(kind), "name": state.name(of: person),
                "moment": .moment(moment, zone: nil),
                "city": .term("city.\(zone)"),
                "what": .code(occurrence.subject.split(separator: " ").last.map(String.init) ?? ""),
            ])
    }

    /// What the next reminder will look like, now and in private.
    private func test(_ me: String, _ state: State, _ context: Context) throws(Refusal) -> Decision
    {
        guard
            let challenge = (state.seated[me] ?? []).compactMap({ state.challenges[$0] })
                .first(where: { !$0.isOver && $0.primaryGoal != nil }),
            let goal = challenge.primaryGoal
        else { throw Refusal(Phrase("remind.noGoal")) }
        let last = goal.readings.filter { $0.voidedAt == nil }.max {
            ($0.asOf, $0.enteredAt) < ($1.asOf, $1.enteredAt)
        }
        var values: [Phrase.Field] = [
            .init("name", state.name(of: me)), .init("challenge", .code(challenge.code)),
        ]
        if let last {
            values.append(.init("last", .measure(last.value, unit: goal.unit)))
            values.append(.init("date", .date(last.asOf)))
        }
        var sample = context.tell(
            me,
            [
                Phrase("remind.test"),
                Phrase(last == nil ? "remind.reading.todayFirst" : "remind.reading.today", values),
            ],
            subject: "reading \(challenge.code)-\(goal.code)")
        sample.kind = .reminder
        var decision = Decision.answer(context.chat == nil ? [] : [Phrase("remind.sentPrivately")])
        decision.notices = [sample]
        return decision
    }
}

/// Which reminder somebody means: the one that was answered or pressed, else the last one sent to them.
enum MeantReminder {
    static func key(_ state: State, _ context: Context) throws(Refusal) -> String {
        if let key = context.occurrence { return key }
        let me = try context.me()
        let mine = state.sent.filter { sent in
            sent.occurrence.flatMap { Occurrence.parts(of: $0) }.map { $0.receiver == me } ?? false
        }
        guard let last = mine.max(by: { ($0.at, $0.id) < ($1.at, $1.id) })?.occurrence else {
            throw Refusal(Phrase("later.none"), offers: [Offer(Phrase("remind.label"), "/remind")])
        }
        return last
    }
}

/// `later`: this one reminder again another day; the series stays.
struct LaterCommand: Command {
    static let name = "later"
    private let day: LocalDate?
    init(_ a: Arguments) throws(Mismatch) { day = try a.date("day") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let key = try MeantReminder.key(state, context)
        guard let parts = Occurrence.parts(of: key),
            parts.receiver == me || state.people[parts.receiver]?.deputy == me
        else {
            throw Refusal(Phrase("later.none"), offers: [Offer(Phrase("remind.label"), "/remind")])
        }
        let challenge = Self.challenge(parts.subject, state)
        let zone =
            state.people[me]?.zone ?? challenge.map { state.zone(of: $0) } ?? context.zone(state)
        let today = context.local(in: zone).date
        let wanted = day ?? today + 1
        guard wanted > today else { throw Refusal(Phrase("later.past", ["date": .date(wanted)])) }
        guard wanted <= today + 14 else {
            throw Refusal(Phrase("later.far", ["date": .date(today + 14)]))
        }
        let days = (challenge.flatMap { state.programme(of: $0) }?.calendar ?? WorkingCalendar())
            .days
        let moment = LocalMoment(days.onOrAfter(wanted) ?? wanted, LocalTime(9, 0))
        guard let until = context.zones.instant(moment, in: zone) else {
            throw Refusal(Phrase("settings.noZone", ["zone": .code(zone)]))
        }
        var event = Snoozed()
        event.key = key
        event.until = until
        return .record(
            [.snoozed(event)], [Phrase("later.done", ["moment": .moment(moment, zone: nil)])],
            offers: day == nil ? [Offer(Phrase("later.threeDaysLabel"), "/later \(today + 3)")] : []
        )
    }

    static func challenge(_ subject: String, _ state: State) -> Challenge? {
        guard let code = subject.split(separator: " ").last else { return nil }
        let parts = code.split(separator: "-")
        return parts.count >= 2 ? state.challenges[parts[0...1].joined(separator: "-")] : nil
    }
}

/// `mute`: fewer unasked messages; answers always come.
struct MuteCommand: Command {
    static let name = "mute"
    private let usage: Int
    private let kinds: [String]
    private let until: LocalDate?
    static let known = ["all", "reading", "milestone", "digest"]

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        kinds = Self.known.filter { a.has($0) }
        until = try a.date("until")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if usage == 0 { return try Self.unmute(kinds, state, context) }
        guard kinds.isEmpty else { return try Self.mute(kinds, until: until, state, context) }
        // In reply to an unasked message that one's kind is meant.
        if let row = context.occurrence.flatMap({ Occurrence.parts(of: $0) })?.row,
            let kind = row.split(separator: ".").first.map(String.init)
        {
            return try Self.mute([kind], until: until, state, context)
        }
        _ = try context.me()
        return .ask(
            [Phrase("mute.which")],
            offers: Self.known.reversed().map {
                Offer(Phrase("mute.kindLabel", ["kind": .text($0)]), "/mute \($0)")
            })
    }

    static func mute(_ kinds: [String], until: LocalDate?, _ state: State, _ context: Context)
        throws(Refusal) -> Decision
    {
        let me = try context.me()
        guard var person = state.people[me] else {
            throw Refusal(Phrase("error.stranger"), kind: .right)
        }
        if let until, until < context.local(in: context.zone(state)).date {
            throw Refusal(Phrase("later.past", ["date": .date(until)]))
        }
        for kind in kinds {
            person.mutes.removeAll { $0.kind == kind }
            person.mutes.append(Mute(kind: kind, until: until))
        }
        return .record(
            [.personSet(person)],
            [line(kinds.map { Mute(kind: $0, until: until) }), Phrase("mute.back")],
            offers: [Offer(Phrase("mute.offLabel"), "/mute off")])
    }

    static func unmute(_ kinds: [String], _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        guard var person = state.people[me] else {
            throw Refusal(Phrase("error.stranger"), kind: .right)
        }
        let before = person.mutes
        person.mutes.removeAll { kinds.isEmpty || kinds.contains($0.kind) }
        guard person.mutes != before else { return .answer([Phrase("mute.none")]) }
        return .record(
            [.personSet(person)], [Phrase("mute.off")],
            offers: [Offer(Phrase("remind.label"), "/remind")])
    }

    static func line(_ mutes: [Mute]) -> Phrase {
        Phrase(
            "mute.is",
            [
                "kinds": .list(
                    mutes.prefix(6).map { mute in
                        mute.until.map {
                            .phrase(
                                Phrase(
                                    "mute.kindUntil",
                                    ["kind": .text(mute.kind), "until": .date($0)]))
                        }
                            ?? .phrase(Phrase("mute.kind", ["kind": .text(mute.kind)]))
                    })
            ])
    }
}

/// `away`: on leave; duties go to a deputy, reminders wait.
struct AwayCommand: Command {
    static let name = "away"
    private let usage: Int
    private let until: LocalDate?
    private let deputy: Mention?
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        until = try a.date("date")
        deputy = try a.person("deputy")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        guard var person = state.people[me] else {
            throw Refusal(Phrase("error.stranger"), kind: .right)
        }
        if usage == 0 {
            guard person.awayUntil != nil else { return .answer([Phrase("away.isNot")]) }
            person.awayUntil = nil
            person.deputy = nil
            return .record([.personSet(person)], [Phrase("away.back")], offers: [Decision.gateUndo])
        }
        let today = context.local(in: context.zone(state)).date
        guard let until else { throw Refusal(Phrase("away.ask.date")) }
        guard until >= today else { throw Refusal(Phrase("later.past", ["date": .date(until)])) }
        guard until <= today + 180 else {
            throw Refusal(Phrase("away.long", ["date": .date(today + 180)]))
        }
        person.awayUntil = until
        var notices: [Outgoing] = []
        var reply = [Phrase("away.is", ["until": .date(until)])]
        if let deputy {
            let near = context.implied.flatMap { state.challenges[$0] }
            guard let code = state.resolve(deputy, in: near), code != me else {
                throw Refusal(Phrase("away.noDeputy", ["name": .text(deputy.name)]))
            }
            person.deputy = code
            reply.append(Phrase("away.deputy", ["name": state.name(of: code)]))
            notices = context.gateTell(
                [code], [Phrase("away.told", ["name": state.name(of: me), "until": .date(until)])])
        } else {
            person.deputy = nil
            reply.append(Phrase("away.alone"))
        }
        return .record(
            [.personSet(person)], reply,
            offers: [Offer(Phrase("away.backLabel"), "/away off"), Decision.gateUndo],
            notices: notices)
    }
}

/// `whyme`: the rule behind a message that nobody asked for.
struct WhyMeCommand: Command {
    static let name = "whyme"
    init(_ a: Arguments) throws(Mismatch) {}

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let key = try MeantReminder.key(state, context)
        guard let parts = Occurrence.parts(of: key) else { throw Refusal(Phrase("later.none")) }
        let challenge = LaterCommand.challenge(parts.subject, state)
        let kind = parts.row.split(separator: ".").first.map(String.init) ?? "other"
        let roles = challenge.map { state.roles(of: me, in: $0) } ?? state.roles(of: me)
        let interval = challenge?.primaryGoal?.interval ?? 7
        return .answer(
            [
                Phrase(
                    "whyme.row",
                    [
                        "kind": .text(kind),
                        "what": .code(
                            parts.subject.split(separator: " ").last.map(String.init) ?? ""),
                        "date": .date(parts.nominal), "interval": .count(interval),
                        "step": .count(parts.step),
                        "roles": .list(
                            Role.allCases.filter { roles.contains($0) }.map {
                                .term("role.\($0.rawValue)")
                            }),
                    ])
            ],
            offers: [
                Offer(Phrase("notme.label"), "/notme"),
                Offer(
                    Phrase("whyme.muteLabel", ["kind": .text(kind)]), "/mute \(Self.muted(kind))"),
            ], subject: parts.subject)
    }

    private static func muted(_ kind: String) -> String {
        MuteCommand.known.contains(kind) ? kind : "all"
    }
}

/// `notme`: somebody else has this; the leader hears of it, the asked one is left in peace.
struct NotMeCommand: Command {
    static let name = "notme"
    init(_ a: Arguments) throws(Mismatch) {}

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let key = try MeantReminder.key(state, context)
        guard let parts = Occurrence.parts(of: key),
            let challenge = LaterCommand.challenge(parts.subject, state)
        else {
            throw Refusal(Phrase("later.none"), offers: [Offer(Phrase("remind.label"), "/remind")])
        }
        let others = (challenge.holders(of: .dataKeeper) + challenge.holders(of: .teamLeader))
            .filter { $0 != me }
        guard let next = others.first else {
            return .answer(
                [Phrase("notme.nobody", ["challenge": .code(challenge.code)])],
                offers: [
                    Offer(
                        Phrase("team.label", ["challenge": .code(challenge.code)]),
                        "/team \(challenge.code)")
                ])
        }
        var event = Rang()
        event.key = key
        event.how = "handed"
        let what = parts.subject.split(separator: " ").last.map(String.init) ?? challenge.code
        let kind = parts.row.split(separator: ".").first.map(String.init) ?? "other"
        return .record(
            [.rang(event)], [Phrase("notme.done", ["name": state.name(of: next)])],
            notices: [
                context.tell(
                    next,
                    [
                        Phrase(
                            "notme.told",
                            [
                                "name": state.name(of: me), "what": .code(what),
                                "kind": .text(kind), "challenge": .code(challenge.code),
                            ])
                    ],
                    subject: parts.subject)
            ])
    }
}
