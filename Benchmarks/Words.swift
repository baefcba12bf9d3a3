import Accelerator
import Channels
import JSON
import Language
import Platform

/// What of a message costs no waiting: reading its body, its words, deciding, taking it in, the digest.
struct WordBenchmarks {
    let decider: Decider
    let demo: String
    let seconds: Double

    // MARK: Bodies

    /// 535 bytes, as Telegram sends them.
    static let update = """
        {"update_id":914217713,"message":{"message_id":4711,"from":{"id":5120077411,"is_bot":false,\
        "first_name":"Aigul","last_name":"Serikbayeva","username":"aigul_serikbayeva",\
        "language_code":"ru","is_premium":true},"chat":{"id":-1002014477120,\
        "title":"CH-03 Emergency rooms","type":"supergroup","is_forum":false},"date":1774009800,\
        "text":"/up@hundred_bot 69,1 weekly export, 12 hospitals and the two day clinics of the \
        eastern district","entities":[{"offset":0,"length":15,"type":"bot_command"}],\
        "link_preview_options":{"is_disabled":true}}}
        """

    func bodies(_ table: inout Table) throws {
        let update = Array(Self.update.utf8)
        let reader = TelegramReader(bot: 777, username: "hundred_bot", isPolled: false)
        guard let first = try? JSONValue(parsing: update), reader.read(first).input != nil else {
            throw Trouble("the sample update is not read as a message")
        }
        let telegram = cost(seconds) {
            guard let value = try? JSONValue(parsing: update) else { return 0 }
            return reader.read(value).input == nil ? 0 : 1
        }
        table.add(
            "json: Telegram update, \(update.count) B", telegram * 1e6, "µs", .below(3),
            "body to Inbound")
        let body = Array(
            #"{"from":"17","chat":null,"text":"/up 69.1 on=2026-03-19","at":"2026-03-20T17:30:00+05:00"}"#
                .utf8)
        let door = WebhookDoor(name: "bench", token: Secret("token-of-the-benchmark"))
        let head = WebhookDoor.Head(authorization: "Bearer token-of-the-benchmark")
        guard case .heard = door.receive(head, body: body, now: 0) else {
            throw Trouble("the sample body is not taken")
        }
        let webhook = cost(seconds) {
            if case .heard = door.receive(head, body: body, now: 0) { 1 } else { 0 }
        }
        table.add(
            "json: webhook body, \(body.count) B", webhook * 1e6, "µs", .below(3),
            "token and body to Inbound")
    }

    // MARK: Words

    func parsing(_ table: inout Table) throws {
        let reading = Reading(today: LocalDate(days: 20_532), languages: ["en"])
        let russian = Reading(today: LocalDate(days: 20_532), languages: ["ru"])
        let lines: [(name: String, line: String, reading: Reading)] = [
            ("parse: up … (English)", "up 69,1 weekly export, 12 hospitals", reading),
            (
                "parse: обновить … (Russian)", "обновить 69,1 еженедельная выгрузка, 12 больниц",
                russian
            ),
            ("parse: up on=date", "up 69.1 on=2026-03-19", reading),
        ]
        for (name, line, reading) in lines {
            guard let utterance = try? decider.grammar.parse(line, in: reading),
                utterance.command == "up"
            else { throw Trouble("“\(line)” is not understood as a reading") }
            let time = cost(seconds) {
                (try? decider.grammar.parse(line, in: reading))?.values.count ?? 0
            }
            table.add(name, time * 1e6, "µs", .below(5))
        }
    }

    // MARK: Decisions

    func decisions(_ table: inout Table) throws {
        let sample = try sampleCohort()
        try decide(
            &table, "sample cohort, “78,4”", sample.state, sample.message("78,4"), sample.at,
            .below(5))
        try decide(
            &table, "sample cohort, /up", sample.state, sample.message("/up 78,4"), sample.at,
            .below(5))
        for (challenges, readings) in [(1000, 10), (1000, 99)] {
            let dayOne = LocalDate(days: 20_454)
            let cohort = GeneratedCohort(
                challenges: challenges, readings: readings, dayOne: dayOne)
            let state = try cohort.state(decider)
            var inbound = Inbound()
            inbound.channel = "in:bench"
            inbound.principal = cohort.principal(challenges / 2, 0)
            let day = readings + 1
            inbound.text = "/up \(GeneratedCohort.value(day: day, challenge: 0))"
            let at = Instant(
                milliseconds: Int64((dayOne + (day - 1)).days) * Instant.day + 12 * Instant.hour)
            try decide(
                &table, "\(challenges) × \(readings) readings", state, inbound, at, .below(5))
        }
    }

    private func decide(
        _ table: inout Table, _ name: String, _ start: State, _ inbound: Inbound, _ at: Instant,
        _ aim: Aim
    ) throws {
        let random = [UInt8](repeating: 7, count: 16)
        guard
            case .commit(let commit) = decider.decide(
                .message(inbound), start, at: at, random: random),
            commit.events.contains(where: { if case .readingRecorded = $0 { true } else { false } })
        else { throw Trouble("\(name): no reading came of it") }
        let deciding = cost(seconds) {
            if case .commit(let commit) = decider.decide(
                .message(inbound), start, at: at, random: random)
            {
                commit.events.count
            } else {
                0
            }
        }
        table.add("decide: \(name)", deciding * 1e6, "µs", aim)
        // The same commit again and again: only the last bytes of its number change.
        var state = start
        var next = commit
        var delivered = Delivered()
        let evolving = cost(seconds) {
            next.n = state.n + 1
            // As in life: what was owed is delivered, and the goal's readings stay as many as they were.
            delivered.id = next.out.first?.id ?? ""
            state.evolve(next)
            state.owed[delivered.id] = nil
            if state.n % 64 == 0 { state = start }
            return Int(state.n)
        }
        table.add("evolve: \(name)", evolving * 1e6, "µs", aim)
        var agenda = Agenda()
        kept &+= agenda.next(start, decider.zones) == nil ? 0 : 1
        var after = start
        after.evolve(commit)
        let ringing = cost(seconds) {
            agenda.note(commit)
            return agenda.next(after, decider.zones) == nil ? 0 : 1
        }
        table.add("next alarm: \(name)", ringing * 1e6, "µs")
        guard let out = commit.out.first else { return }
        let rendering = cost(seconds) {
            decider.phrasebook.render(
                out.phrases, choices: [out.offers.map { Choice(label: $0.label, line: $0.line) }],
                language: "en"
            ).lines.count
        }
        table.add("render: \(name)", rendering * 1e6, "µs")
    }

    /// The sample cohort a day after its data ends, and its data keeper.
    private func sampleCohort() throws -> (state: State, at: Instant, message: (String) -> Inbound)
    {
        let bytes = try Files.read(demo + "/cohort-na1.json")
        let file = try CohortFile(try JSONValue(parsing: bytes, limits: .file))
        guard let until = Instant(rfc3339: "2026-03-20T17:30:00+05:00"),
            let at = Instant(rfc3339: "2026-03-21T10:00:00+05:00")
        else { throw Trouble("no time") }
        var state = State()
        for step in file.steps(zones: decider.zones) where step.at <= until {
            if case .commit(let commit) = decider.decide(
                .imported(step.events), state, at: step.at, random: [])
            {
                state.evolve(commit)
            }
        }
        let message = { (text: String) -> Inbound in
            var inbound = Inbound()
            inbound.channel = "console"
            inbound.principal = "console:u03-data"
            inbound.text = text
            return inbound
        }
        return (state, at, message)
    }

    // MARK: Digests

    func digests(_ table: inout Table) throws {
        let dayOne = LocalDate(days: 20_454)
        let at = Instant(milliseconds: Int64((dayOne + 99).days) * Instant.day + 14 * Instant.hour)
        for (challenges, aim) in [(10_000, 15.0), (1000, 1.5)] {
            var large = GeneratedCohort(dayOne: dayOne)
            large.challenges = challenges
            let state = try large.state(decider)
            guard let cohort = state.cohorts[GeneratedCohort.code] else {
                throw Trouble("no cohort")
            }
            let judging = cost(seconds) {
                Digests.cohort(cohort, state, decider.zones, at: at).count
            }
            table.add(
                "digest: \(challenges) challenges × 100 readings", judging * 1e3, "ms", .below(aim),
                "assessed, and the cohort's page as phrases")
        }
        let state = try GeneratedCohort(dayOne: dayOne).state(decider)
        guard let cohort = state.cohorts[GeneratedCohort.code] else { throw Trouble("no cohort") }
        let rendering = cost(seconds) {
            decider.phrasebook.render(
                Digests.cohort(cohort, state, decider.zones, at: at), choices: [], language: "en"
            ).lines.count
        }
        table.add("digest: the same, in words", rendering * 1e3, "ms")
        guard let challenge = state.challenges[GeneratedCohort.challenge(499)] else { return }
        let one = cost(seconds) {
            Digests.challenge(challenge, for: nil, state, decider.zones, at: at).count
        }
        table.add("digest: one challenge", one * 1e6, "µs")
    }
}
