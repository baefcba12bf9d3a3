import Language

/// `settings`: how the bot talks to this person.
struct SettingsCommand: Command {
    static let name = "settings"
    private let usage: Int
    private let zone: String?
    private let country: String?
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        zone = try a.code("city")
        country = try a.code("country")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        guard var person = state.people[me] else {
            throw Refusal(Phrase("error.stranger"), kind: .right)
        }
        if usage == 0, let zone {
            guard context.zones.knows(zone) else {
                throw Refusal(Phrase("settings.noZone", ["zone": .code(zone)]))
            }
            person.zone = zone
            let now = context.local(in: zone)
            return .record(
                [.personSet(person)],
                [
                    Phrase(
                        "settings.zoneSet",
                        ["city": .term("city.\(zone)"), "time": .time(now.time)])
                ],
                offers: [Offer(Phrase("undo.label"), "/undo")])
        }
        if usage >= 2 { return try live(by: usage == 2 ? country : nil, person, state, context) }
        return show(person, state, context)
    }

    /// By which country's days off a person is asked: their own, else those of the programme. A calendar that
    /// nobody lived by yet is copied into the facts.
    private func live(
        by country: String?, _ person: Person, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        var person = person
        guard country != person.country else {
            guard let country else { return .answer([Phrase("settings.countryNone")]) }
            return .answer([Phrase("settings.countryIs", ["country": .code(country)])])
        }
        var events: [Event] = []
        if let country, state.calendar(ofCountry: country) == nil {
            guard let calendar = context.calendars[country] else {
                let known = context.calendars.keys.sorted()
                throw Refusal(
                    Phrase(
                        "calendar.unknown",
                        [
                            "country": .code(country),
                            "known": .list(known.prefix(20).map { .code($0) }),
                        ]),
                    offers: known.prefix(4).map {
                        Offer(
                            Phrase("calendar.ofLabel", ["country": .code($0)]),
                            "/settings country \($0)")
                    })
            }
            events.append(.calendarSet(CountryCalendar(country, calendar)))
        }
        person.country = country
        events.append(.personSet(person))
        let set = country.map { Phrase("settings.countrySet", ["country": .code($0)]) }
        return .record(
            events, [set ?? Phrase("settings.countryOff")],
            offers: [Offer(Phrase("undo.label"), "/undo")])
    }

    private func show(_ person: Person, _ state: State, _ context: Context) -> Decision {
        let zone = context.zone(state)
        let now = context.local(in: zone)
        let challenge = context.implied.flatMap { state.challenges[$0] }
        let calendar = state.calendar(
            of: person.code, in: challenge.flatMap { state.programme(of: $0) })
        var lines = [
            Phrase(
                "settings.language",
                ["language": .term("language.\(person.language ?? context.language)")]),
            Phrase("settings.zone", ["city": .term("city.\(zone)"), "time": .time(now.time)]),
            Phrase(
                "settings.quiet",
                ["from": .time(calendar.quietFrom), "to": .time(calendar.quietTo)]),
        ]
        if let country = person.country {
            lines.append(Phrase("settings.countryIs", ["country": .code(country)]))
        }
        let mutes = person.mutes.filter { $0.until.map { $0 >= now.date } ?? true }
        lines.append(mutes.isEmpty ? Phrase("settings.notMuted") : MuteCommand.line(mutes))
        if let away = person.awayUntil, away >= now.date {
            lines.append(Phrase("away.is", ["until": .date(away)]))
        }
        return .answer(
            lines,
            offers: [
                Offer(Phrase("language.label"), "/language"),
                Offer(Phrase("settings.zoneLabel"), "/settings zone"),
                Offer(Phrase("mute.label"), "/mute"), Offer(Phrase("remind.label"), "/remind"),
            ])
    }
}

/// `language`: from now on this person — in a group, the group — reads this one.
struct LanguageCommand: Command {
    static let name = "language"
    private let language: String?
    init(_ a: Arguments) throws(Mismatch) { language = try a.code("language") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let language else {
            return .ask(
                [Phrase("language.which", ["language": .term("language.\(context.language)")])],
                offers: context.phrasebook.languages.prefix(8).map {
                    Offer(
                        Phrase("language.choice", ["language": .term("language.\($0)")]),
                        "/language \($0)")
                })
        }
        let me = try context.me()
        var done = [Phrase("language.done", ["language": .term("language.\(language)")])]
        if let key = context.chat {
            guard var chat = state.chats[key] else { throw Refusal(Phrase("here.notBound")) }
            if let challenge = chat.challenge.flatMap({ state.challenges[$0] }) {
                try context.require([.teamLeader, .coach, .office], in: challenge, state)
            }
            chat.language = language
            return .record([.chatSet(chat)], done)
        }
        guard var person = state.people[me] else {
            throw Refusal(Phrase("error.stranger"), kind: .right)
        }
        person.language = language
        if let challenge = context.implied.flatMap({ state.challenges[$0] }) {
            let today = context.today(in: challenge, state)
            if let day = challenge.day(today), (1...challenge.head.duration).contains(day) {
                let known = state.known(of: challenge, date: today, cut: context.at)
                let colour = ChallengeAssessment.of(challenge, known: known).colour
                done.append(
                    Phrase(
                        "language.day",
                        [
                            "day": .count(day), "duration": .count(challenge.head.duration),
                            "left": .count(challenge.head.duration - day),
                            "colour": .term("colour.\(colour.term)"),
                        ]))
            }
        }
        return .record([.personSet(person)], done)
    }
}

/// `whoami`: how the bot knows this person.
struct WhoAmICommand: Command {
    static let name = "whoami"
    init(_ a: Arguments) throws(Mismatch) {}

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let person = context.person else {
            return .answer(
                [Phrase("whoami.stranger", ["id": .code(context.principal)])],
                offers: [Offer(Phrase("join.label"), "/join")])
        }
        var lines = [
            Phrase(
                "whoami.line",
                [
                    "name": state.name(of: person.code), "code": .code(person.code),
                    "id": .code(context.principal),
                ])
        ]
        for code in (state.seated[person.code] ?? []).prefix(12) {
            guard let challenge = state.challenges[code] else { continue }
            lines.append(
                Phrase(
                    "whoami.seat",
                    [
                        "challenge": .code(code), "title": .text(challenge.head.title),
                        "roles": .list(
                            challenge.roles(of: person.code).map { .term("role.\($0.rawValue)") }),
                    ]))
        }
        let grants = person.grants.map(\.role)
        if !grants.isEmpty {
            lines.append(
                Phrase(
                    "whoami.grants", ["roles": .list(grants.map { .term("role.\($0.rawValue)") })]))
        }
        if lines.count == 1 { lines.append(Phrase("start.noSeat")) }
        return .answer(lines)
    }
}
