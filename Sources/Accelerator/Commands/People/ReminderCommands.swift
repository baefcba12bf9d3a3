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
        let today = context.local(in: context.zone(state)).date
        let mutes = state.people[me]?.mutes ?? []
        let coming = Self.next(me, state, context).filter { one in
            one.isStar
                || !mutes.contains {
                    $0.covers(one.row, on: max(today, one.rings.local(offset: 0).date))
                }
        }
        guard !coming.isEmpty else {
            let more = held(me, state, context) + quiet(me, state, context)
            return .answer(
                [Phrase("remind.nothing")] + more,
                offers: [Offer(Phrase("settings.label"), "/settings")])
        }
        var lines: [Phrase] = []
        // What rings for somebody in one minute comes as one message.
        var rest = coming[...]
        while lines.count < 4, let first = rest.first {
            let together = rest.prefix { $0.rings == first.rings }
            rest = rest.dropFirst(together.count)
            lines.append(Self.line(Array(together), me, state, context))
        }
        return .answer(
            lines + held(me, state, context) + quiet(me, state, context),
            offers: [
                Offer(Phrase("remind.testLabel"), "/remind test"),
                Offer(Phrase("mute.label"), "/mute"),
            ])
    }

    /// What waits for a person, and until when.
    private func held(_ me: String, _ state: State, _ context: Context) -> [Phrase] {
        guard let told = state.reminded[me], let until = told.until, !told.waiting.isEmpty else {
            return []
        }
        let zone = context.zone(state)
        let moment = context.zones.local(until, in: zone) ?? until.local(offset: 0)
        return [
            Phrase(
                "remind.waiting",
                [
                    "count": .count(told.waiting.count + told.more),
                    "moment": .moment(moment, zone: nil),
                ])
        ]
    }

    /// What a person muted, until when, and leave.
    private func quiet(_ me: String, _ state: State, _ context: Context) -> [Phrase] {
        guard let person = state.people[me] else { return [] }
        let today = context.local(in: context.zone(state)).date
        let mutes = person.mutes.filter { $0.until.map { $0 >= today } ?? true }
        var lines = mutes.isEmpty ? [] : [MuteCommand.line(mutes)]
        if let away = person.awayUntil, away >= today {
            lines.append(Phrase("away.is", ["until": .date(away)]))
        }
        return lines
    }

    /// One message to come: of one thing, or of several that are told together.
    static func line(_ together: [Occurrence], _ person: String, _ state: State, _ context: Context)
        -> Phrase
    {
        guard together.count > 1, let first = together.first else {
            return together.first.map { line($0, person, state, context) }
                ?? Phrase("remind.nothing")
        }
        var phrase = line(first, person, state, context)
        phrase.key = "remind.together"
        phrase.values.removeAll { ["what", "kind", "sort"].contains($0.name) }
        var codes: [String] = []
        for code in together.map(MeantReminder.code) where !codes.contains(code) {
            codes.append(code)
        }
        phrase.values.append(.init("what", .list(codes.prefix(6).map { .code($0) })))
        phrase.values.append(.init("more", .count(max(0, codes.count - 6))))
        return phrase
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
                "kind": .text(kind), "name": state.name(of: person), "sort": .term("kind.\(kind)"),
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
            var events: [Event] = [.personSet(person)]
            // What waited comes at the next free moment, not on the day that had been named.
            if var told = state.reminded[me], let until = told.until {
                let zone = context.zone(state)
                let programme = context.implied.flatMap { state.challenges[$0] }.flatMap {
                    state.programme(of: $0)
                }
                let free = Hours.decent(
                    context.local(in: zone), state.calendar(of: me, in: programme))
                let time = context.zones.instant(free, in: zone) ?? until
                told.until = min(until, max(time, context.at.advanced(by: Instant.minute)))
                events.append(.reminded(told))
            }
            return .record(events, [Phrase("away.back")], offers: [Decision.gateUndo])
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
