import Accelerator
import JSON
import Language
import TestKit
import Testing

/// The sample cohort lived in a chat alone: nothing is loaded. Its people come in by their links, propose,
/// score, decide, lead, set goals, launch, report, stumble, ask, stop, close and pledge, each at their time;
/// then the bot says of it what the file says.
@Suite("The cohort, lived through chat") struct LivedCohort {
    @Test("lived line by line: the nine evenings and the summary come out as the file says")
    func lived() throws {
        let json = try House.sampleJSON()
        let script = try CohortScript(json)
        var world = World(try House.deciderOfCountry())
        var tally = OracleThroughChat.Tally(), faults: [String] = []
        var evenings = try OracleThroughChat.rows(json)[...]
        for (at, act) in script.acts {
            while let next = evenings.first, next.evening < at {
                try compare(world, next)
                evenings.removeFirst()
            }
            world.now = max(world.now, at)
            guard let fault = try script.play(act, &world, &tally) else { continue }
            faults.append("\(at) \(fault)")
            if faults.count <= 20 { Issue.record("\(at) \(fault)") }
        }
        for next in evenings { try compare(world, next) }
        #expect(faults.isEmpty, "\(faults.count) lines came to nothing")
        #expect(tally.said == 231 && tally.recorded == 229)
        try summary(world, json)
        try whatIsSaid(world, json)
        try closing(world, json, saidAgain: tally.said - tally.recorded)
    }

    private func compare(_ world: World, _ row: (date: LocalDate, evening: Instant, row: JSONValue))
        throws
    {
        let found = try OracleThroughChat.assessment(world, row.date)
        #expect(difference(row.row, found) == nil, "\(row.date)")
        try asked(world, row)
    }

    /// The same evening as the bot tells it when it is asked: `/cohort`, then `/status` of each challenge.
    private func asked(_ world: World, _ row: (date: LocalDate, evening: Instant, row: JSONValue))
        throws
    {
        var world = world
        world.now = row.evening
        let phrases = try #require(world.say("/cohort NA-1", as: "console:po-director").out.first)
            .phrases
        let cohort = try #require(row.row["cohort"])
        guard case .share(let mean)? = phrases.first?["way"] else {
            throw House.Missing(description: "no way on \(row.date)")
        }
        #expect(
            abs(mean - (cohort["mean_primary_progress"]?.double ?? -1)) < 0.000_501, "\(row.date)")
        var counted: [String: Int] = [:]
        if case .list(let items)? = phrases.first(where: { $0.key == "digest.counts" })?["colours"]
        {
            for case .phrase(let item) in items {
                guard case .count(let count)? = item["count"],
                    case .term(let term)? = item["colour"]
                else { continue }
                counted[term] = count
            }
        }
        for colour in Colour.allCases {
            #expect(
                Int64(counted["colour.\(colour.term)"] ?? 0) == cohort["counts"]?[colour.rawValue]?
                    .int ?? 0, "\(row.date) \(colour)")
        }
        for (code, challenge) in try #require(row.row["challenges"]?.object).members.map({
            ($0.name, $0.value)
        }) {
            let line = try #require(
                phrases.first { $0["code"] == .code(code) }, "\(row.date): no row of \(code)")
            let colour = challenge["colour"]?.string.flatMap(Colour.init(rawValue:)) ?? .stopped
            #expect(line["mark"] == .term("mark.\(colour.term)"), "\(row.date) \(code)")
            guard let goal = challenge["goals"]?.array?.first, colour != .stopped else { continue }
            guard case .share(let way)? = line["way"] else {
                throw House.Missing(description: "no way of \(code) on \(row.date)")
            }
            #expect(abs(way - (goal["progress"]?.double ?? -9)) < 0.000_501, "\(row.date) \(code)")
            let card = Said(
                try #require(world.say("/status \(code)", as: "console:po-director").out.first)
                    .phrases)
            let value = try #require(goal["value"]?.double),
                asOf = try #require(LocalDate(iso: goal["as_of"]?.string ?? ""))
            #expect(
                card.measures.contains { $0.value == value } && card.dates.contains(asOf),
                "\(row.date) \(code)")
            #expect(card.terms.contains("colour.\(colour.term)"), "\(row.date) \(code)")
        }
    }

    /// The figures of the file's `summary`, counted in what `export` writes.
    private func summary(_ world: World, _ json: JSONValue) throws {
        let wanted = try #require(json["summary"])
        let date = try #require(LocalDate(iso: "2026-05-20"))
        let file = try #require(
            CohortFile.write(world.state, cohort: "NA-1", asOf: date, zones: House.zones))
        let challenges = try #require(file["challenges"]?.array)
        func verdicts(_ verdict: String) -> Int {
            challenges.count { $0["result"]?["verdict"]?.string == verdict }
        }
        func all(_ name: String) -> [JSONValue] { challenges.flatMap { $0[name]?.array ?? [] } }
        var found = JSONObject()
        func put(_ name: String, _ count: Int) {
            found.members.append(.init(name: name, value: .integer(Int64(count))))
        }
        let launched = challenges.count { $0["launched_on"]?.string != nil }
        put("launched", launched)
        for verdict in ["exceeded", "achieved", "nearly", "missed"] {
            put(verdict, verdicts(verdict))
        }
        put("stopped", challenges.count { $0["state"]?.string == "stopped" })
        let good = verdicts("exceeded") + verdicts("achieved")
        found.members.append(
            .init(name: "success_rate", value: .number(Double(good) / Double(max(launched, 1)))))
        put("members", all("team").count { $0["left"] == nil })
        let bodies = challenges.flatMap { challenge in
            [challenge["lead_entity"]?.string ?? ""]
                + (challenge["partner_entities"]?.array ?? []).compactMap(\.string)
        }
        put("entities", Set(bodies).count)
        // Two of the file's rows say what was there already; the bot says so and keeps one row.
        put("updates", all("updates").count + 2)
        put("blockers_raised", all("blockers").count)
        put("blockers_resolved", all("blockers").count { $0["resolved_on"]?.string != nil })
        put("milestones", all("milestones").count)
        let onTime = all("milestones").count { milestone in
            guard let done = milestone["done_on"]?.string, let due = milestone["due"]?.string else {
                return false
            }
            return done <= due
        }
        put("milestones_on_time", onTime)
        #expect(difference(wanted, .object(found)) == nil)
    }

    /// The same in the bot's own words: the cohort on its last evenings.
    private func whatIsSaid(_ world: World, _ json: JSONValue) throws {
        var world = world
        world.now = Stages.instant("2026-05-20T10:00")
        let heard = world.say("/digest NA-1", as: "console:po-director")
        let text = world.words(heard.out.first?.phrases ?? [])
        for challenge in try #require(json["challenges"]?.array) {
            #expect(text.contains(challenge["id"]?.string ?? "?"), "\(text)")
        }
    }

    /// The closing digest and the rows behind it, as people read them: every figure of the file's `summary`.
    private func closing(_ world: World, _ json: JSONValue, saidAgain: Int) throws {
        var world = world
        world.now = Stages.instant("2026-05-20T10:00")
        let summary = try #require(json["summary"])
        func count(_ name: String) throws -> Int {
            try #require(summary[name]?.int.flatMap { Int(exactly: $0) }, "\(name)")
        }
        func page(_ line: String) -> String {
            let heard = world.say(line, as: "console:po-director")
            // As it looks: without marks of direction, and with plain spaces.
            let plain = world.words(heard.out.first?.phrases ?? []).unicodeScalars
                .filter { !("\u{2066}"..."\u{2069}").contains($0) }
                .map { $0 == "\u{A0}" ? " " : $0 }
            return String(String.UnicodeScalarView(plain))
        }
        let launched = try count("launched")
        let reached = try count("exceeded") + count("achieved")
        let rate = Int((try #require(summary["success_rate"]?.double) * 100).rounded())
        let readings = try count("updates") - saidAgain
        let raised = try count("blockers_raised"), solved = try count("blockers_resolved")
        let milestones = try count("milestones"), onTime = try count("milestones_on_time")
        var wanted = [
            ("/digest final NA-1", "Cohort NA-1 · final"),
            ("/digest final NA-1", "Launched \(launched): "),
            ("/digest final NA-1", "Success \(rate) % (\(reached)/\(launched));"),
            (
                "/digest final NA-1",
                "\(try count("members")) people, \(try count("entities")) bodies · \(readings) readings"
            ),
            (
                "/digest final NA-1",
                "Blockers \(raised), solved \(solved) · milestones \(milestones), on time \(onTime)"
            ),
            ("/rows success NA-1", "\(reached) of \(launched) launched = \(rate) %"),
            ("/rows milestones NA-1", ": \(milestones); due "),
            ("/rows milestones NA-1", ": on time \(onTime), late "),
            ("/rows blockers NA-1", "raised \(raised), solved \(solved)"),
            ("/rows readings NA-1", ": \(readings) entered, "),
            ("/rows people NA-1", ": \(try count("members")) different ones"),
            ("/rows bodies NA-1", ": \(try count("entities")) different ones"),
        ]
        let verdicts = ["exceeded", "achieved", "nearly", "missed", "stopped"]
        var all = 0
        for verdict in verdicts {
            let count = try count(verdict)
            all += count
            let word = verdict == "nearly" ? "nearly achieved" : verdict
            if count > 0 { wanted.append(("/digest final NA-1", "\(word) \(count)")) }
            // The rows of success, counted: what the page says of each.
            let rows = page("/rows success NA-1").split(separator: " ⏎ ")
                .count { $0.contains(": \(word),") }
            #expect(rows == count, "\(verdict)\n\(page("/rows success NA-1"))")
        }
        #expect(all == launched)
        for (line, words) in wanted {
            let page = page(line)
            #expect(page.contains(words), "\(line) says no “\(words)”:\n\(page)")
        }
        // What none came to is not in the page.
        for verdict in verdicts where try count(verdict) == 0 {
            #expect(!page("/digest final NA-1").contains(verdict))
        }
    }

    @Test("what chat does not say of what the file holds is known, and written down")
    func unsaid() throws {
        let json = try House.sampleJSON()
        let script = try CohortScript(json)
        var world = World(try House.deciderOfCountry()), tally = OracleThroughChat.Tally()
        for (at, act) in script.acts {
            world.now = max(world.now, at)
            _ = try script.play(act, &world, &tally)
        }
        let date = try #require(LocalDate(iso: "2026-05-20"))
        let found = try #require(
            CohortFile.write(world.state, cohort: "NA-1", asOf: date, zones: House.zones))
        var differences = Unsaid(names: script.names(world))
        differences.compare(json, found, "")
        var text = Self.head
        for (path, example) in differences.found.sorted(by: { $0.key < $1.key }) {
            text += "\(Golden.padded(path, 52))\(example)\n"
        }
        Golden.compare(text, with: "unsaid.txt")
    }

    private static let head = """
        # Where the export of the cohort that was lived in a chat differs from the file it follows.
        # path, how often; then the first place: what the file has, what the chat made


        """
}

/// Where two files differ, gathered by path; the bot's own codes of people stand for the file's.
private struct Unsaid {
    let names: [String: String]
    private(set) var counts: [String: Int] = [:]
    private var first: [String: String] = [:]

    init(names: [String: String]) { self.names = names }

    var found: [String: String] {
        counts.reduce(into: [:]) { found, item in
            found[item.key] = "\(item.value)× \(first[item.key] ?? "")"
        }
    }

    private static let aside: Set<String> = [
        "note", "schema_version", "summary", "oracle", "assessment", "training",
    ]

    private mutating func note(_ path: String, _ a: JSONValue?, _ b: JSONValue?) {
        counts[path, default: 0] += 1
        func short(_ value: JSONValue?) -> String {
            guard let value else { return "nothing" }
            var out = JSONWriter()
            out.value(value)
            let text = String(decoding: out.bytes, as: UTF8.self)
            return text.count > 70 ? String(text.prefix(69)) + "…" : text
        }
        if first[path] == nil { first[path] = "\(short(a)) | \(short(b))" }
    }

    mutating func compare(_ a: JSONValue, _ b: JSONValue, _ path: String) {
        switch (a, b) {
        case (.array(let x), .array(let y)):
            // Two rows of the file say what was there already: the bot keeps one row of each.
            let x = x.filter { !["U0233", "U0235"].contains($0["id"]?.string) }
            if x.count != y.count {
                note(path + "[] count", .integer(Int64(x.count)), .integer(Int64(y.count)))
            }
            let (one, other) = (Self.ordered(x), Self.ordered(y))
            for (one, other) in zip(one, other) { compare(one, other, path + "[]") }
        case (.object(let x), .object(let y)):
            for member in x.members where !(path.isEmpty && Self.aside.contains(member.name)) {
                let place = path.isEmpty ? member.name : path + "." + member.name
                if let other = y[member.name] {
                    compare(member.value, other, place)
                } else {
                    note(place, member.value, nil)
                }
            }
            for member in y.members
            where x[member.name] == nil && !(path.isEmpty && Self.aside.contains(member.name)) {
                // The country's own calendar holds other years, too.
                let name = path == "calendar.holidays" ? "*" : member.name
                note(path.isEmpty ? name : path + "." + name, nil, member.value)
            }
        case (_, .string(let text)):
            let said = names[text] ?? text
            if a.string != said { note(path, a, .string(said)) }
        default:
            if let x = a.double, let y = b.double {
                if x != y { note(path, a, b) }
            } else if a != b {
                note(path, a, b)
            }
        }
    }

    /// Lists whose order means nothing, by what names their elements.
    private static func ordered(_ items: [JSONValue]) -> [JSONValue] {
        guard items.contains(where: { $0["submitted"]?.string != nil }) else { return items }
        // A draft of what comes next was never handed in; its title is that of another.
        return items.filter { $0["submitted"]?.string != nil }.sorted {
            ($0["title"]?.string ?? "") < ($1["title"]?.string ?? "")
        }
    }
}
