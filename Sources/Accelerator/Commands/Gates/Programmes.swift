import Language

/// `programme`: the country's accelerator; one is made with a calendar of its country.
struct ProgrammeCommand: Command {
    static let name = "programme"
    private let usage: Int
    private let code: String?
    private let title: String?
    private let zone: String?
    private let country: String?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        country = try a.code("country")
        let named = try a.code("programme")
        let given = try a.code("code")
        code = named ?? given
        title = try a.gateText("name")
        zone = try a.code("city")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        usage == 0 ? try create(state, context) : try show(state, context)
    }

    private func create(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let code = Self.shaped(code ?? "")
        guard let code else { throw Refusal(Phrase("programme.badCode")) }
        guard state.programmes[code] == nil else {
            throw Refusal(
                Phrase("programme.exists", ["code": .code(code)]),
                offers: [Offer(Phrase("programme.label"), "/programme \(code)")])
        }
        let programme = Self.make(code, title ?? code, zone ?? "UTC", country: country, context)
        return .record(
            Self.made(programme, state, context),
            [
                Phrase(
                    "programme.created",
                    ["code": .code(code), "zone": .term("city.\(programme.zone)")]),
                Phrase("programme.calendar", ["count": .count(programme.calendar.holidays.count)]),
            ],
            offers: [Offer(Phrase("batch.newLabel"), "/batch new")])
    }

    private func show(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let all = state.programmes(near: context.person?.code)
        if code == nil, all.count != 1 {
            guard !all.isEmpty else {
                return .answer(
                    [Phrase("programme.none")],
                    offers: [Offer(Phrase("programme.newLabel"), "/programme new")])
            }
            return .answer(
                all.prefix(20).map {
                    Phrase("programme.line", ["code": .code($0.code), "name": .text($0.name)])
                })
        }
        let programme = try context.gateProgramme(code ?? all.first?.code, state)
        let cohorts = state.cohorts.filter { $0.programme == programme.code }
        var lines = [
            Phrase(
                "programme.line", ["code": .code(programme.code), "name": .text(programme.name)]),
            Phrase(
                "programme.card",
                [
                    "zone": .term("city.\(programme.zone)"), "areas": .count(programme.areas.count),
                    "holidays": .count(programme.calendar.holidays.count),
                ]),
        ]
        lines += cohorts.prefix(12).map(BatchCommand.line)
        return .answer(lines, offers: [Offer(Phrase("area.label"), "/area")])
    }

    /// A new programme with the calendar of a country, by default that of its zone.
    static func make(
        _ code: String, _ name: String, _ zone: String, country named: String? = nil,
        _ context: Context
    ) -> Programme {
        var programme = Programme()
        programme.code = code
        programme.name = name
        programme.zone = zone
        programme.country = named ?? country(of: zone) ?? ""
        programme.languages = [context.language]
        // As the office has made it known, decrees included; else as its file has it.
        programme.calendar =
            context.facts.state.calendar(ofCountry: programme.country) ?? context.calendars[
                programme.country]
            ?? WorkingCalendar()
        return programme
    }

    /// A programme that is made in silence, along with what it is needed for: named by its country, else by a
    /// number.
    static func unnamed(in zone: String, _ state: State, _ context: Context) -> Programme {
        let code =
            country(of: zone) ?? NextCode.after(state.programmes.keys, prefix: "GOV-", pad: 1)
        return make(code, code, zone, context)
    }

    /// The country whose clock a zone is, where a calendar may be known.
    static func country(of zone: String) -> String? {
        switch zone {
        case "Asia/Almaty", "Asia/Qyzylorda", "Asia/Qostanay", "Asia/Aqtobe", "Asia/Aqtau",
            "Asia/Atyrau",
            "Asia/Oral":
            "KZ"
        case "Asia/Dubai": "AE"
        case "Asia/Bishkek": "KG"
        default: nil
        }
    }

    /// A programme that somebody begins, whose office they are from then on.
    static func made(_ programme: Programme, _ state: State, _ context: Context) -> [Event] {
        guard var person = context.person,
            !state.roles(of: person.code, in: programme.code).contains(.office)
        else { return [.programmeSet(programme)] }
        person.grants.append(Grant(scope: programme.code, role: .office))
        return [.programmeSet(programme), .personSet(person)]
    }

    /// A code as people give one: 1 to 12 letters, digits and hyphens, in capitals; nil for anything else.
    static func shaped(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard (1...12).contains(bytes.count), bytes.first != 45, bytes.last != 45 else {
            return nil
        }
        var out: [UInt8] = []
        for b in bytes {
            switch b {
            case 97...122: out.append(b - 32)
            case 48...57, 65...90, 45: out.append(b)
            default: return nil
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// `batch`: makes a cohort and moves it from the call to the design phase.
struct BatchCommand: Command {
    static let name = "batch"
    private let utterance: Utterance
    private var usage: Int { utterance.usage }
    let code: String?
    private let title: String?
    private let dayOne: LocalDate?
    private let closes: LocalDate?
    private let zone: String?
    private let programme: String?
    let topic: String?

    init(_ a: Arguments) throws(Mismatch) {
        utterance = a.utterance
        topic = try a.gateText("topic")
        let named = try a.code("cohort")
        let given = try a.code("code")
        code = named ?? given
        title = try a.gateText("name")
        dayOne = try a.date("day1")
        closes = try a.date("closes")
        zone = try a.code("zone")
        programme = try a.code("programme")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        switch usage {
        case 0: try create(state, context)
        case 1: try move(to: .callOpen, state, context)
        case 2: try move(to: .selecting, state, context)
        case 3: try move(to: .design, state, context)
        case 4: try move(to: .cancelled, state, context)
        case 5: try topic(isNew: true, state, context)
        case 6: try topic(isNew: false, state, context)
        case 7: .answer(try topics(context.gateCohort(code, state)))
        default: try show(state, context)
        }
    }

    private func create(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let code = ProgrammeCommand.shaped(code ?? "") else {
            throw Refusal(Phrase("programme.badCode"))
        }
        var events: [Event] = []
        let made: Programme
        if state.programmes.count == 0, programme == nil {
            // The first one of all needs a clock only: its programme is made along with it.
            guard let zone else { return askCity(context) }
            made = ProgrammeCommand.unnamed(in: zone, state, context)
            events += ProgrammeCommand.made(made, state, context)
        } else {
            made = try context.gateProgramme(programme, state)
            try context.require([.office], in: made.code, state)
        }
        guard state.cohorts[code] == nil else {
            throw Refusal(
                Phrase("batch.exists", ["code": .code(code)]),
                offers: [Offer(Phrase("batch.listLabel"), "/batch \(code)")])
        }
        guard let dayOne else { throw Refusal(Phrase("batch.ask.day1")) }
        let cohort = Self.make(code, title ?? code, dayOne, zone, made)
        return .record(
            events + [.cohortSet(cohort)],
            [
                Phrase("batch.created", ["code": .code(code)]),
                Phrase(
                    "batch.dates",
                    [
                        "first": .date(dayOne), "middle": .date(cohort.midpointOn ?? dayOne + 49),
                        "last": .date(dayOne + 99),
                    ]),
            ],
            offers: [Offer(Phrase("batch.callLabel"), "/batch call \(code)"), Decision.gateUndo])
    }

    /// The clock that a first cohort goes by, and its days off.
    private func askCity(_ context: Context) -> Decision {
        var line = utterance
        line.values["zone"] = nil
        var decision = Decision.ask(
            [Phrase("programme.ask.city")],
            offers: ["Asia/Almaty", "Asia/Dubai", "Asia/Bishkek"].map { zone in
                var whole = utterance
                whole.values["zone"] = .code(zone)
                return Offer(
                    Phrase("batch.city", ["city": .term("city.\(zone)")]),
                    "/" + context.grammar.print(whole))
            } + [Daily.cancel()])
        decision.wanted = (line: line, slot: "zone")
        return decision
    }

    /// A cohort of a programme whose dates follow from its first day.
    static func make(
        _ code: String, _ name: String, _ dayOne: LocalDate, _ zone: String?, _ programme: Programme
    ) -> Cohort {
        let days = programme.calendar.days
        var cohort = Cohort()
        cohort.code = code
        cohort.programme = programme.code
        cohort.name = name
        cohort.zone = zone ?? programme.zone
        cohort.languages = programme.languages
        cohort.launchOn = days.onOrBefore(dayOne - 1) ?? dayOne - 1
        cohort.dayOne = dayOne
        cohort.midpointOn = days.midpoint(dayOne: dayOne, duration: cohort.duration)
        cohort.closingOn =
            days.onOrAfter(dayOne + cohort.duration + 1) ?? dayOne + cohort.duration + 1
        return cohort
    }

    /// What is done now, and with which command.
    private static func nextStep(after state: CohortState) -> Phrase? {
        switch state {
        case .callOpen: Phrase("batch.nextCall")
        case .selecting: Phrase("batch.nextSelect")
        default: nil
        }
    }

    private static func can(_ cohort: Cohort, become next: CohortState) -> Bool {
        Transitions.allows(Transitions.cohort, from: cohort.state, to: next, by: name)
    }

    private func move(to next: CohortState, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        // Not named, it is the only one that can take this step.
        let me = try context.me()
        let able = state.cohorts.filter {
            code == nil && Self.can($0, become: next)
                && state.roles(of: me, in: $0).contains(.office)
        }
        let cohort = able.count == 1 ? able[0] : try context.gateCohort(code, state)
        try context.require([.office], in: cohort, state)
        guard Self.can(cohort, become: next) else {
            throw Refusal(
                Phrase(
                    "batch.illegal",
                    [
                        "code": .code(cohort.code), "from": .term(cohort.state.term),
                        "to": .term(next.term),
                    ]),
                offers: [Offer(Phrase("batch.listLabel"), "/batch \(cohort.code)")])
        }
        let today = context.gateToday(in: cohort, state)
        var events: [Event] = []
        var changed = cohort
        if next == .callOpen {
            changed.callOpened = today
            changed.callClosed = closes
        } else if next == .selecting, cohort.callClosed.map({ $0 > today }) ?? true {
            changed.callClosed = today
        } else if next == .design {
            changed.selectedOn = today
        }
        if changed != cohort { events.append(.cohortSet(changed)) }
        events.append(.cohortMoved(CohortMoved(cohort: cohort.code, to: next, on: today)))
        return .record(
            events,
            [
                Phrase("batch.moved", ["code": .code(cohort.code), "to": .term(next.term)]),
                Self.nextStep(after: next),
            ].compactMap { $0 },
            offers: next == .cancelled
                ? [Decision.gateUndo]
                : [Offer(Phrase("proposals.label"), "/proposals"), Decision.gateUndo])
    }

    private func show(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let near = Set(state.programmes(near: context.person?.code).map(\.code))
        let all = state.cohorts.filter { near.contains($0.programme) }
        guard code != nil || all.count == 1 else {
            guard !all.isEmpty else {
                return .answer(
                    [Phrase("batch.none")], offers: [Offer(Phrase("batch.newLabel"), "/batch new")])
            }
            return .answer(all.suffix(20).map(Self.line))
        }
        let cohort = try context.gateCohort(code ?? all.first?.code, state)
        var lines = [Self.line(cohort)]
        if let first = cohort.dayOne {
            lines.append(
                Phrase(
                    "batch.dates",
                    [
                        "first": .date(first), "middle": .date(cohort.midpointOn ?? first + 49),
                        "last": .date(first + (cohort.duration - 1)),
                    ]))
        }
        lines += Self.topicLines(cohort)
        let proposals = state.proposals.filter { $0.cohort == cohort.code && !$0.isPrivate }
        lines.append(
            Phrase(
                "batch.counts",
                [
                    "proposals": .count(proposals.count),
                    "challenges": .count(state.challenges(of: cohort.code).count),
                ]))
        return .answer(
            lines, offers: [Offer(Phrase("proposals.label"), "/proposals \(cohort.code)")])
    }

    static func line(_ cohort: Cohort) -> Phrase {
        Phrase(
            "batch.line",
            [
                "code": .code(cohort.code), "name": .text(cohort.name),
                "state": .term(cohort.state.term),
            ])
    }
}

/// `area`: the priority areas of a programme, and the page of one.
struct AreaCommand: Command {
    static let name = "area"
    private let usage: Int
    private let page: DigestForms?
    private let code: String?
    private let title: String?
    private let programme: String?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        page = usage == 1 ? DigestForms(form: .area, arguments: a) : nil
        code = try a.code("code")
        title = try a.gateText("name")
        programme = try a.code("programme")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if let page { return try page.decide(state, context) }
        let programme = try context.gateProgramme(programme, state)
        guard usage == 0 else {
            guard !programme.areas.isEmpty else {
                return .answer([Phrase("area.none", ["programme": .code(programme.code)])])
            }
            return .answer(
                programme.areas.prefix(24).map {
                    Phrase("area.line", ["code": .code($0.code), "name": .text($0.name)])
                })
        }
        try context.require([.office], in: programme.code, state)
        guard let code = ProgrammeCommand.shaped(code ?? "") else {
            throw Refusal(Phrase("programme.badCode"))
        }
        var event = AreaSet()
        event.programme = programme.code
        event.area.code = code
        event.area.name = title ?? code
        return .record(
            [.areaSet(event)],
            [Phrase("area.added", ["code": .code(code), "programme": .code(programme.code)])],
            offers: [Decision.gateUndo])
    }
}
