import Accelerator
import Glibc
import Language
import Platform

/// The whole program under load, and at rest.
struct WholeBenchmarks {
    let decider: Decider
    let program: String
    let commands: String
    let folder: String
    let seconds: Double

    private func served(
        _ data: String, _ environment: [String: String] = [:], isPinned: Bool = true
    ) throws -> Served {
        try Served(
            program, data: "\(folder)/\(data)", commands: commands, log: "\(folder)/\(data).log",
            environment: environment, isPinned: isPinned)
    }

    // MARK: Start

    func starting(_ table: inout Table) throws {
        // The last readings are yesterday's: a bot does not start on what lies ahead of its clock.
        let cohort = GeneratedCohort(dayOne: LocalDate.today(decider.zones) - 100)
        try cohort.write(to: "\(folder)/start", decider)
        var large = GeneratedCohort(dayOne: LocalDate.today(decider.zones) - 100)
        large.challenges = 10_000
        try large.write(to: "\(folder)/large", decider)
        var empty = 0.0
        for (name, data, aim) in [
            ("empty", "empty", nil), ("100,000 readings", "start", Aim.below(0.15)),
            ("1,000,000 readings", "large", Aim.below(0.6)),
        ] {
            var readies: [Double] = []
            var used: [Double] = []
            for i in 0..<5 {
                // With every processor, as anyone starts it: it reads side by side.
                let served = try served(data, isPinned: false)
                readies.append(served.readyAfter)
                used.append(served.usedWhenReady)
                if i == 4 {
                    sleep(2)
                    let memory = try served.memory()
                    table.add(
                        "start: ready, \(name)", readies.min() ?? .nan, "s", aim,
                        "from a snapshot; the best of five, as others on the machine only add; "
                            + "\(used.min() ?? .nan) s of processor")
                    table.add(
                        "idle: resident, \(name)", memory.resident, "MB",
                        data == "empty" ? .below(40) : data == "large" ? .below(200) : nil)
                    table.add("idle: anonymous, \(name)", memory.anonymous, "MB")
                    if data == "empty" { empty = memory.resident }
                    if data == "large" {
                        table.add(
                            "idle: what the readings take", memory.resident - empty, "MB",
                            .below(200), "resident, above that of the empty one")
                    }
                }
                served.stop()
            }
        }
    }

    // MARK: Webhook

    /// Readings of a cohort, one a day of every challenge: no two messages say the same thing.
    private struct Readings {
        let cohort: GeneratedCohort
        private var place = 0
        init(_ cohort: GeneratedCohort) { self.cohort = cohort }

        /// Who says what; nil when all hundred days are told.
        mutating func next() -> (number: Int, line: String)? {
            let day = place / cohort.challenges + 1
            let i = place % cohort.challenges
            guard day <= 100 else { return nil }
            place += 1
            let date = cohort.dayOne + (day - 1)
            return (
                cohort.number(i, (day - 1) % cohort.people),
                "/up \(GeneratedCohort.value(day: day, challenge: i)) on=\(date)"
            )
        }
    }

    func webhook(_ table: inout Table) throws {
        let cohort = GeneratedCohort(readings: 0, dayOne: LocalDate.today(decider.zones) - 99)
        try cohort.write(to: "\(folder)/webhook", decider)
        let served = try served(
            "webhook", ["HUNDRED_WEBHOOK_BENCH_TOKEN": "token-of-the-benchmark"])
        Pinning.leaveFirst()
        let load = Load(
            port: served.port, path: "/webhooks/in/bench",
            headers: "Authorization: Bearer token-of-the-benchmark\r\n")
        var readings = Readings(cohort)
        func body() -> String? {
            readings.next().map {
                #"{"from":"\#($0.number)","chat":null,"text":"\#($0.line)","at":null}"#
            }
        }
        _ = try load.run(seconds: min(1, seconds), expected: #"{"outcome":"commit""#, body)
        let before = try served.used()
        let result = try load.run(seconds: seconds * 4, expected: #"{"outcome":"commit""#, body)
        let used = try served.used() - before
        var note =
            "median wait \(Self.milliseconds(result.wait(0.5))) ms, 99 % \(Self.milliseconds(result.wait(0.99))) ms; "
        note += "\(Int(used / Double(max(1, result.good)) * 1e6)) µs of processor each"
        if result.other > 0 { note += "; \(result.other) others: \(result.firstOther)" }
        table.add(
            "webhook: commands acknowledged", Double(result.good) / result.elapsed, "a second",
            .above(15_000), note)
    }

    // MARK: Sink

    func sink(_ table: inout Table) throws {
        let cohort = GeneratedCohort(
            people: 10, readings: 0, channel: "tg", dayOne: LocalDate.today(decider.zones) - 99)
        try cohort.write(to: "\(folder)/sink", decider)
        let sink = try Sink()
        defer { sink.end() }
        let served = try served(
            "sink",
            [
                "HUNDRED_TELEGRAM_TOKEN": "777:token-of-the-benchmark",
                "HUNDRED_TELEGRAM_API": "http://127.0.0.1:\(sink.port)",
                "HUNDRED_TELEGRAM_MODE": "webhook",
                "HUNDRED_TELEGRAM_WEBHOOK_SECRET": "secret-of-the-benchmark",
            ])
        Pinning.leaveFirst()
        let load = Load(
            port: served.port, path: "/webhooks/telegram",
            headers: "X-Telegram-Bot-Api-Secret-Token: secret-of-the-benchmark\r\n")
        var readings = Readings(cohort)
        var update = 1000
        let date = WallClock.now() / 1000
        func body() -> String? {
            readings.next().map { number, line in
                update += 1
                return
                    #"{"update_id":\#(update),"message":{"message_id":\#(update),"from":{"id":\#(number),"is_bot":false,"first_name":"Person","language_code":"en"},"chat":{"id":\#(number),"first_name":"Person","type":"private"},"date":\#(date),"text":"\#(line)"}}"#
            }
        }
        let before = try served.used()
        let start = Clock.now()
        let result = try load.run(seconds: seconds * 4, expected: "", body)
        // The clock stops when the last reply is there, not when the last message was taken.
        while sink.counted.messages < result.good, Clock.now() - start < seconds * 4 + 60 {
            usleep(1000)
        }
        let counted = sink.counted
        let used = try served.used() - before
        var note = "\(counted.messages) replies to \(result.good) messages; "
        note += "taken \(Int(Double(result.good) / result.elapsed)) a second; "
        note += "\(Int(used / Double(max(1, counted.messages)) * 1e6)) µs of processor each"
        if result.other > 0 { note += "; \(result.other) others: \(result.firstOther)" }
        table.add(
            "sink: replies answered", Double(counted.messages) / (counted.last - start), "a second",
            .above(12_000), note)
    }

    private static func milliseconds(_ seconds: Double) -> Double {
        (seconds * 10_000).rounded() / 10
    }
}
