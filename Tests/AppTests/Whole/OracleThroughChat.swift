import Accelerator
import JSON
import Language
import TestKit
import Testing

/// The sample cohort's assessments, nine evenings, when every figure of it was said in a chat instead of
/// loaded from its file; and the laws of import and export on the way.
@Suite("The oracle, through chat") struct OracleThroughChat {
    /// Something that happens in the hundred days, at its own time.
    private enum Act {
        case step(ImportStep)
        case says(Reported, challenge: String, goal: String)
        case takesBack(Reported)
    }

    /// Everything but the readings as an import brings it, and the readings as people say them, in time
    /// order; what an import brings comes first at one time.
    private static func acts(_ json: JSONValue) throws -> [(at: Instant, act: Act)] {
        let file = try CohortFile(json)
        var acts = try CohortFile(withoutReadings(json)).steps(zones: House.zones).map {
            ($0.at, Act.step($0))
        }
        for challenge in file.challenges {
            for goal in challenge.goals {
                for reading in goal.readings {
                    acts.append(
                        (
                            reading.enteredAt,
                            .says(reading, challenge: challenge.code, goal: goal.code)
                        ))
                    if let at = reading.voidedAt { acts.append((at, .takesBack(reading))) }
                }
            }
        }
        return acts.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
            .map(\.element)
    }

    private static func withoutReadings(_ json: JSONValue) -> JSONValue {
        guard case .object(var file) = json, case .array(let challenges)? = file["challenges"]
        else { return json }
        file["challenges"] = .array(
            challenges.map { challenge in
                guard case .object(var members) = challenge else { return challenge }
                members["updates"] = .array([])
                return .object(members)
            })
        return .object(file)
    }

    /// How the cohort stands on an evening, as `export` says it.
    static func assessment(_ world: World, _ date: LocalDate) throws -> JSONValue {
        let file = try #require(
            CohortFile.write(world.state, cohort: "NA-1", asOf: date, zones: House.zones))
        return try #require(file["assessment"])
    }

    static func rows(_ json: JSONValue) throws -> [(
        date: LocalDate, evening: Instant, row: JSONValue
    )] {
        let rows = try #require(json["oracle"]?["rows"]?.array)
        #expect(rows.count == 9)
        return try rows.map { row in
            let date = try #require(LocalDate(iso: row["date"]?.string ?? ""))
            return (date, try #require(Instant(rfc3339: "\(date)T23:59:59+05:00")), row)
        }
    }

    /// How a figure got in.
    struct Tally {
        /// Whether every line is heard at its time; not where the bot was off meanwhile.
        var isOnTime = true
        var said = 0
        var recorded = 0
        var asked: [String: Int] = [:]
        var alreadyThere: [String] = []
        var corrected: [String] = []
        var takenBack: [String] = []
    }

    @Test("231 readings said one by one: the nine evenings come out as the file says")
    func chat() throws {
        let json = try House.sampleJSON()
        var world = World(try House.decider())
        var tally = Tally()
        var evenings = try Self.rows(json)[...]
        for (at, act) in try Self.acts(json) {
            while let next = evenings.first, next.evening < at {
                #expect(
                    try difference(next.row, Self.assessment(world, next.date)) == nil,
                    "\(next.date)")
                evenings.removeFirst()
            }
            world.now = max(world.now, at)
            switch act {
            case .step(let step): world.bring(step)
            case .says(let reading, let challenge, let goal):
                try Self.say(reading, challenge, goal, &world, &tally)
            case .takesBack(let reading):
                guard !tally.alreadyThere.contains(reading.id) else { continue }
                let heard = world.say("/undo", as: "console:\(reading.by)")
                #expect(heard.keys.first == "undo.reading", "\(reading.id): \(heard.keys)")
                tally.takenBack.append(reading.id)
            }
        }
        for next in evenings {
            #expect(
                try difference(next.row, Self.assessment(world, next.date)) == nil, "\(next.date)")
        }

        #expect(tally.said == 231)
        #expect(tally.recorded == 229)
        // One was sent twice; one was corrected to what the same afternoon had brought already.
        #expect(tally.alreadyThere == ["U0233", "U0235"])
        #expect(tally.corrected == ["U0233"])
        #expect(tally.takenBack == ["U0231"])
        // The slips of the file are questions in a chat: a fraction for a per cent, an extra zero and the
        // total behind it; and what a keeper who is sure is asked all the same.
        #expect(tally.asked == ["up.askScale": 2, "up.askDecrease": 2, "up.askJump": 1])
        try Self.compareReadings(world, with: CohortFile(json))
        try Self.exportLaw(world)
    }

    /// Says one figure as its author did. A question is answered with the choice that keeps it.
    static func say(
        _ reading: Reported, _ challenge: String, _ goal: String, _ world: inout World,
        _ tally: inout Tally
    ) throws {
        tally.said += 1
        let verb = reading.supersedes == nil ? "up" : "fix"
        if reading.supersedes != nil { tally.corrected.append(reading.id) }
        let line =
            "/\(verb) \(challenge) \(number(reading.value)) goal=\(goal) on=\(reading.asOf) \(reading.note ?? "")"
        let author = "console:\(reading.by)"
        var heard = world.say(line, as: author)
        var rounds = 0
        while heard.isAsking, !heard.changesSomething, rounds < 4 {
            rounds += 1
            tally.asked[heard.keys.first ?? "", default: 0] += 1
            let keeping = heard.offers.first { keeps($0.line, reading, goal, challenge, world) }
            let offer = try #require(
                keeping,
                "\(reading.id): no choice keeps \(reading.value): \(heard.offers.map(\.line))")
            heard = world.say(offer.line, as: author, kind: .pressed)
        }
        if heard.keys.first == "up.already" {
            tally.alreadyThere.append(reading.id)
            return
        }
        // Heard weeks late, it belongs to a day that nobody may fill in any more.
        if !tally.isOnTime, heard.keys.first == "error.lateDate" { return }
        let recorded = heard.commit?.events.compactMap { event -> Reported? in
            if case .readingRecorded(let recorded) = event { recorded.content } else { nil }
        }.first
        let found = try #require(
            recorded, "\(reading.id) “\(line)” was not recorded: \(heard.keys)")
        tally.recorded += 1
        #expect(found.value == reading.value && found.asOf == reading.asOf, "\(reading.id)")
        #expect(
            [found.by, world.state.people[found.by]?.name].contains(reading.by)
                && found.note == reading.note
                && (found.enteredAt == reading.enteredAt || !tally.isOnTime), "\(reading.id)")
    }

    static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }

    /// Whether a choice's line says just this figure, of this goal, for this day.
    private static func keeps(
        _ line: String, _ reading: Reported, _ goal: String, _ challenge: String, _ world: World
    ) -> Bool {
        let bare = line.split(separator: " ").filter { !$0.hasPrefix("sure=") }.joined(
            separator: " "
        ).dropFirst()
        let today = world.now.local(offset: 5 * 3600).date
        let context = Reading(
            today: today, candidates: { $0 == "challenge" ? world.state.challenges.keys : [] })
        guard let heard = try? world.decider.grammar.parse(bare, in: context),
            case .measure(let measure)? = heard.values["value"]
        else { return false }
        var date = today
        if case .date(let said)? = heard.values["on"] { date = said }
        let isGoal = heard.values["goal"].map { $0 == .code(goal) } ?? (goal == "G1")
        return measure.amount == reading.value && !measure.isIncrement && date == reading.asOf
            && isGoal
    }

    /// What stands in the record is what the file has, in its order, but what was there already.
    private static func compareReadings(_ world: World, with file: CohortFile) throws {
        for challenge in file.challenges {
            for goal in challenge.goals {
                let wanted = goal.readings.filter { !["U0233", "U0235"].contains($0.id) }
                let found = try #require(
                    world.state.challenges[challenge.code]?.goals.first { $0.code == goal.code }
                ).readings
                #expect(found.map(\.value) == wanted.map(\.value), "\(challenge.code)-\(goal.code)")
                #expect(found.map(\.asOf) == wanted.map(\.asOf), "\(challenge.code)-\(goal.code)")
                #expect(
                    found.map(\.enteredAt) == wanted.map(\.enteredAt),
                    "\(challenge.code)-\(goal.code)")
                #expect(
                    found.map(\.voidedAt) == wanted.map(\.voidedAt),
                    "\(challenge.code)-\(goal.code)")
                #expect(
                    found.filter { $0.supersedes != nil }.map(\.value)
                        == goal.readings.filter { $0.supersedes != nil }.map(\.value),
                    "\(challenge.code)-\(goal.code)")
            }
        }
    }

    /// `export(import(x)) == x`, for a record that was made by chat.
    private static func exportLaw(_ world: World) throws {
        let date = try #require(LocalDate(iso: "2026-05-12"))
        let first = try #require(
            CohortFile.write(world.state, cohort: "NA-1", asOf: date, zones: House.zones))
        var again = World(world.decider)
        again.load(try CohortFile(first), until: Instant(milliseconds: .max))
        let second = try #require(
            CohortFile.write(again.state, cohort: "NA-1", asOf: date, zones: House.zones))
        #expect(difference(first, second) == nil)
        let bytes = CohortFile(world.state, cohort: "NA-1")?.csv()
        #expect(bytes == CohortFile(again.state, cohort: "NA-1")?.csv())
    }

    @Test("the file loaded as it is: the same nine evenings, and it comes out as it went in")
    func plainImport() throws {
        let json = try House.sampleJSON()
        let file = try CohortFile(json)
        let decider = try House.decider()
        for (date, evening, row) in try Self.rows(json) {
            let world = World(decider, file, until: evening)
            #expect(try difference(row, Self.assessment(world, date)) == nil, "\(date)")
        }
        let world = World(decider, file, until: Instant(milliseconds: 1_790_000_000_000))
        let date = try #require(LocalDate(iso: "2026-05-12"))
        guard
            case .object(var out)? = CohortFile.write(
                world.state, cohort: "NA-1", asOf: date, zones: House.zones),
            case .object(var given) = json
        else { throw House.Missing(description: "no export") }
        for name in ["note", "schema_version", "summary", "oracle", "assessment"] {
            out[name] = nil
            given[name] = nil
        }
        #expect(difference(.object(given), .object(out)) == nil)
    }

    @Test("every reading is one line of the CSV, with what the JSON says of it")
    func csv() throws {
        let json = try House.sampleJSON()
        let world = World(
            try House.decider(), try CohortFile(json),
            until: Instant(milliseconds: 1_790_000_000_000))
        let bytes = try #require(CohortFile(world.state, cohort: "NA-1")).csv()
        let lines = String(decoding: bytes, as: UTF8.self).utf8.split(separator: 10).map { line in
            Substring(line).split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        var wanted: [String: JSONValue] = [:]
        for challenge in try #require(json["challenges"]?.array) {
            for update in try #require(challenge["updates"]?.array) {
                wanted[update["id"]?.string ?? ""] = update
            }
        }
        #expect(lines.count == 232)
        for line in lines.dropFirst() {
            // Notes of the sample hold no comma, so that a plain split is the whole parser.
            try #require(line.count == 12, "\(line)")
            let found = wanted.removeValue(forKey: line[0])
            let update = try #require(found, "\(line[0])")
            #expect(
                line[1] + "-" + (line[2].split(separator: "-").last ?? "") == update["goal"]?.string
            )
            #expect(line[3] == update["as_of"]?.string && Int64(line[4]) == update["day"]?.int)
            #expect(Double(line[5]) == update["value"]?.double)
            #expect(line[6] == update["entered_at"]?.string && line[7] == update["by"]?.string)
            #expect(line[9] == update["note"]?.string ?? "")
            #expect(line[10] == update["supersedes"]?.string ?? "")
        }
        #expect(wanted.isEmpty)
    }
}
