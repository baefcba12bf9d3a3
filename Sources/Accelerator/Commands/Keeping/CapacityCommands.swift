import Language

/// `training`: a session that was held, with its people and hours; counted for its area and the nation. Or one to
/// come, with those who take part.
struct TrainingCommand: Command {
    static let name = "training"
    static let mostPeople = 100_000
    static let mostHours = 1_000.0
    private let title: String?
    private let on: LocalDate?
    private let area: String?
    private let people: Int?
    private let hours: Double?
    private let programme: String?
    /// What is done about a session to come.
    private let planning: TrainingPlanning?

    init(_ a: Arguments) throws(Mismatch) {
        planning = try TrainingPlanning(a)
        title = try a.gateText("title")
        on = try a.date("on")
        area = try a.code("area")
        people = try a.count("people")
        hours = try a.measure("hours")?.amount
        programme = try a.code("programme")
        if a.utterance.usage == 0, title == nil || on == nil { throw Mismatch("title") }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let programme = try context.gateProgramme(programme, state)
        let today = context.local(in: programme.zone.isEmpty ? "UTC" : programme.zone).date
        if let planning { return try planning.decide(programme, state, context) }
        guard let title, let on else { return list(programme) }
        try Self.requireTrainer(programme, state, context)
        try Daily.requirePast(on, today)
        try Self.requireArea(area, programme)
        guard let people, (1...Self.mostPeople).contains(people), let hours, hours > 0,
            hours <= Self.mostHours
        else {
            throw Refusal(Phrase("training.counts", ["hours": .number(Self.mostHours)]))
        }
        if let same = Self.same(title, on, programme) { return same }
        var new = try Self.new(title, on, area, hours, me, programme)
        new.people = people
        var after = programme
        after.trainings.append(new)
        return .record(
            [.trainingHeld(OfProgramme(programme.code, new))],
            [Phrase("training.added", Self.values(new))]
                + Capacity([after], area: area, by: today).lines.prefix(1),
            offers: [Decision.gateUndo])
    }

    /// Whether a session is theirs to tell of: trainers and the office of its programme, and whoever was
    /// named to give it.
    static func leads(
        _ person: String, _ session: Training?, _ programme: Programme, _ state: State
    ) -> Bool {
        session?.trainer == person
            || !state.roles(of: person, in: programme.code).isDisjoint(with: [.trainer, .office])
    }

    static func requireTrainer(
        _ programme: Programme, of session: Training? = nil, _ state: State, _ context: Context
    ) throws(Refusal) {
        guard try !leads(context.me(), session, programme, state) else { return }
        try context.require([.trainer, .office], in: programme.code, state)
    }

    /// Says so where a session of this title stands on this day already.
    static func same(_ title: String, _ on: LocalDate, _ programme: Programme) -> Decision? {
        let folded = Folding.fold(title)
        let same = programme.trainings.first { $0.on == on && Folding.fold($0.title) == folded }
        return same.map {
            .answer([Phrase("training.same", ["code": .code($0.code), "date": .date(on)])])
        }
    }

    static func new(
        _ title: String, _ on: LocalDate, _ area: String?, _ hours: Double, _ me: String,
        _ programme: Programme
    ) throws(Refusal) -> Training {
        guard programme.trainings.count < 2_000 else { throw Refusal(Phrase("training.tooMany")) }
        var new = Training()
        new.code = NextCode.after(programme.trainings.map(\.code), prefix: "TR", pad: 1)
        new.title = title
        new.on = on
        new.area = area
        new.hours = hours
        new.by = me
        return new
    }

    static func values(_ training: Training) -> [Phrase.Field] {
        [
            .init("code", .code(training.code)), .init("title", .text(training.title)),
            .init("date", .date(training.on)),
            .init("people", .count(training.people)), .init("hours", .number(training.hours)),
            .init("total", .number(training.personHours)),
            .init("area", .code(training.area ?? "–")),
        ]
    }

    static func line(_ training: Training) -> Phrase {
        guard training.isPlanned else { return Phrase("training.line", values(training)) }
        return Phrase(
            "training.lineAhead",
            values(training) + [
                .init("time", .time(training.time ?? LocalTime(9, 0))),
                .init("count", .count(training.present.count)),
            ])
    }

    private func list(_ programme: Programme) -> Decision {
        let all = programme.trainings.filter { area == nil || $0.area == area }.sorted {
            ($0.on, $0.code) > ($1.on, $1.code)
        }
        guard !all.isEmpty else {
            return .answer([Phrase("training.none", ["programme": .code(programme.code)])])
        }
        let more = all.count > 16 ? [Phrase("digest.more", ["count": .count(all.count - 16)])] : []
        return .answer(all.prefix(16).map(Self.line) + more)
    }

    static func requireArea(_ area: String?, _ programme: Programme) throws(Refusal) {
        guard let area, !programme.areas.contains(where: { $0.code == area }) else { return }
        throw Refusal(
            Phrase("area.unknown", ["code": .code(area)]),
            offers: [Offer(Phrase("area.label"), "/area")])
    }
}

/// `exchange`: a visit or a meeting with partners, and what was promised there.
struct ExchangeCommand: Command {
    static let name = "exchange"
    enum Act { case promise, kept, add, list }
    private let act: Act
    private let exchange: String?
    private let text: String?
    private let until: LocalDate?
    private let number: Int?
    private let title: String?
    private let on: LocalDate?
    private let area: String?
    private let programme: String?

    init(_ a: Arguments) throws(Mismatch) {
        exchange = try a.code("exchange")
        text = try a.gateText("text")
        until = try a.date("until")
        number = try a.count("number")
        title = try a.gateText("title")
        on = try a.date("on")
        area = try a.code("area")
        programme = try a.code("programme")
        // The usages stand in this order in the command's file.
        switch a.utterance.usage {
        case 0: act = .promise
        case 1: act = .kept
        case 2: act = .add
        default: act = .list
        }
        if act == .add, title == nil || on == nil { throw Mismatch("title") }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let programme = try context.gateProgramme(programme, state)
        let today = context.local(in: programme.zone.isEmpty ? "UTC" : programme.zone).date
        guard act != .list else { return list(programme, today) }
        try context.require([.office], in: programme.code, state)
        if act == .add { return try add(programme, today, me) }
        guard var found = programme.exchanges.first(where: { $0.code == exchange }) else {
            throw Refusal(
                Phrase("exchange.unknown", ["code": .code(exchange ?? "?")]),
                offers: [Offer(Phrase("exchange.label"), "/exchange")])
        }
        let said: Phrase
        if act == .promise {
            guard let text, let until else { throw Refusal(Phrase("exchange.ask.text")) }
            guard found.promises.count < 20 else { throw Refusal(Phrase("exchange.enough")) }
            guard until >= found.on else {
                throw Refusal(
                    Phrase("exchange.before", ["date": .date(until), "on": .date(found.on)]))
            }
            var promise = ExchangePromise()
            promise.text = text
            promise.until = until
            found.promises.append(promise)
            said = Phrase(
                "exchange.promised",
                [
                    "code": .code(found.code), "n": .count(found.promises.count),
                    "text": .text(text), "until": .date(until),
                ])
        } else {
            let place = (number ?? 0) - 1
            guard found.promises.indices.contains(place) else {
                throw Refusal(
                    Phrase(
                        "exchange.noPromise",
                        ["code": .code(found.code), "count": .count(found.promises.count)]),
                    offers: [Offer(Phrase("exchange.label"), "/exchange")])
            }
            if let kept = found.promises[place].keptOn {
                return .answer([
                    Phrase(
                        "exchange.keptAlready",
                        ["text": .text(found.promises[place].text), "date": .date(kept)])
                ])
            }
            found.promises[place].keptOn = today
            said = Phrase("exchange.kept", ["text": .text(found.promises[place].text)])
        }
        return .record(
            [.exchangeMade(OfProgramme(programme.code, found))],
            [said] + Capacity([changed(programme, found)], by: today).lines.suffix(1),
            offers: [Decision.gateUndo])
    }

    private func changed(_ programme: Programme, _ exchange: Exchange) -> Programme {
        var after = programme
        after.exchanges.put(exchange, by: \.code)
        return after
    }

    private func add(_ programme: Programme, _ today: LocalDate, _ me: String) throws(Refusal)
        -> Decision
    {
        let title = title ?? "", on = on ?? today
        try Daily.requirePast(on, today)
        try TrainingCommand.requireArea(area, programme)
        let folded = Folding.fold(title)
        if let same = programme.exchanges.first(where: {
            $0.on == on && Folding.fold($0.title) == folded
        }) {
            return .answer([Phrase("training.same", ["code": .code(same.code), "date": .date(on)])])
        }
        guard programme.exchanges.count < 1_000 else { throw Refusal(Phrase("training.tooMany")) }
        var new = Exchange()
        new.code = NextCode.after(programme.exchanges.map(\.code), prefix: "EX", pad: 1)
        new.title = title
        new.on = on
        new.area = area
        new.by = me
        return .record(
            [.exchangeMade(OfProgramme(programme.code, new))],
            [
                Phrase(
                    "exchange.added",
                    ["code": .code(new.code), "title": .text(title), "date": .date(on)])
            ],
            offers: [
                Offer(Phrase("exchange.promiseLabel"), "/exchange promise \(new.code)"),
                Decision.gateUndo,
            ])
    }

    static func lines(_ exchange: Exchange, _ today: LocalDate) -> [Phrase] {
        [
            Phrase(
                "exchange.line",
                [
                    "code": .code(exchange.code), "title": .text(exchange.title),
                    "date": .date(exchange.on),
                ])
        ]
            + exchange.promises.enumerated().map { place, promise in
                Phrase(
                    promise.keptOn != nil
                        ? "exchange.lineKept"
                        : promise.isLate(on: today) ? "exchange.lineLate" : "exchange.lineOpen",
                    [
                        "n": .count(place + 1), "text": Title.short(promise.text, 80),
                        "until": .date(promise.until), "date": .date(promise.keptOn ?? today),
                    ])
            }
    }

    private func list(_ programme: Programme, _ today: LocalDate) -> Decision {
        let all = programme.exchanges.sorted { ($0.on, $0.code) > ($1.on, $1.code) }
        guard !all.isEmpty else {
            return .answer([Phrase("exchange.none", ["programme": .code(programme.code)])])
        }
        let lines = all.prefix(8).flatMap { Self.lines($0, today) }
        let more =
            lines.count > 20 || all.count > 8
            ? [Phrase("digest.more", ["count": .count(max(0, all.count - 8))])] : []
        return .answer(Array(lines.prefix(20)) + more)
    }
}
