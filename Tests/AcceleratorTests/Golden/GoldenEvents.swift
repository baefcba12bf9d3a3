import Accelerator
import Glibc
import JSON
import Language
import Testing

/// The spelling of events is a file format: one line an event stands in `events.ndjson`, added, never
/// edited. With `HUNDRED_RECORD=1` lines for tags and fields that have none are printed, to be looked
/// over and added.
@Suite("The format of events") struct GoldenEvents {
    private static let isRecording = getenv("HUNDRED_RECORD") != nil

    private static func lines() throws -> [String] {
        let bytes = try #require(Sample.bytes("Tests/AcceleratorTests/Golden/events.ndjson"))
        return String(decoding: bytes, as: UTF8.self).utf8.split(separator: 10).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
    private static func object(_ line: String) throws -> JSONObject {
        try #require(JSONValue(parsing: Array(line.utf8)).object)
    }

    @Test("every line is read, and written again as the same bytes")
    func sameBytes() throws {
        for line in try Self.lines() {
            let event = try Event(try Self.object(line))
            #expect(String(decoding: try event.json(), as: UTF8.self) == line)
            #expect(try Event(try Self.object(line)) == event)
        }
    }

    @Test("every tag has a line, and every field of it a value in one of them")
    func complete() throws {
        var paths: [String: Set<String>] = [:]
        for line in try Self.lines() {
            let object = try Self.object(line)
            let tag = try #require(object["e"]?.string)
            Self.collect(.object(object), "", &paths[tag, default: []])
        }
        #expect(
            Set(paths.keys).subtracting(Event.tags) == [], "tags that this release does not know")
        for tag in Event.tags {
            let (event, fields) = try Filler.event(tag)
            let missing = fields.subtracting(paths[tag] ?? [])
            if Self.isRecording, !missing.isEmpty {
                print(String(decoding: try event.json(), as: UTF8.self))
            }
            #expect(
                missing == [], "\(tag): \(paths[tag] == nil ? "no line" : "fields without a value")"
            )
        }
    }

    /// `is.goals[].versions[].target` of what a line holds.
    private static func collect(_ value: JSONValue, _ path: String, _ into: inout Set<String>) {
        switch value {
        case .object(let object):
            for member in object.members {
                let inner = path.isEmpty ? member.name : "\(path).\(member.name)"
                into.insert(inner)
                collect(member.value, inner, &into)
            }
        case .array(let items): for item in items { collect(item, path + "[]", &into) }
        default: break
        }
    }

    @Test("the list of tags is that of the events, each once")
    func tags() throws {
        #expect(Set(Event.tags).count == Event.tags.count)
        for tag in Event.tags { #expect("\(try Filler.event(tag).event.tag)" == tag) }
    }

    @Test("what does not belong is refused, and nothing traps")
    func refusals() throws {
        #expect(throws: CodingFault.self) {
            try Event(JSONObject([.init(name: "e", value: .string("reading.sung"))]))
        }
        #expect(throws: CodingFault.self) { try Event(JSONObject()) }
        let wrong: [JSONValue] = [
            .null, .bool(true), .integer(.max), .integer(.min), .number(1e300), .string(""),
            .string("2026-13-40"),
            .array([.null]), .object(JSONObject()),
        ]
        for line in try Self.lines() {
            let object = try Self.object(line)
            for place in object.members.indices {
                for value in wrong {
                    var changed = object
                    changed.members[place].value = value
                    // Read or refused: what can be read can be written.
                    if let event = try? Event(changed) { _ = try event.json() }
                    guard case .object(var inner) = object.members[place].value else { continue }
                    for deep in inner.members.indices {
                        let before = inner.members[deep].value
                        inner.members[deep].value = value
                        changed.members[place].value = .object(inner)
                        if let event = try? Event(changed) { _ = try event.json() }
                        inner.members[deep].value = before
                    }
                }
            }
        }
    }

    @Test("a commit of all of them comes back from its line")
    func commit() throws {
        var commit = Commit()
        commit.n = 4500
        commit.at = Instant(milliseconds: 1_774_009_800_123)
        commit.cause = .message
        commit.source = "tg:77"
        commit.key = "tg u:88123"
        commit.message = "tg:77/311"
        commit.fingerprint = 0xFEDC_BA98_7654_3210
        commit.command = "up"
        commit.cursors = ["tg": "88124", "matrix": "s72595_4483"]
        commit.events = try Self.lines().map { try Event(try Self.object($0)) }
        var out = Outgoing(
            to: .person("u03-data"), kind: .notice, [Phrase("up.told", ["name": .text("Madina")])])
        out.id = "4500.0"
        commit.out = [out]
        var json = JSONWriter()
        json.beginObject()
        commit.writeBody(into: &json)
        json.endObject()
        let body = try #require(JSONValue(parsing: json.bytes).object)
        #expect(try Commit(n: commit.n, at: commit.at, body: body) == commit)
    }
}

/// A reader that finds a likely value for every field, by its name, and notes which fields there are.
private struct Filler: Coder {
    var paths: Set<String> = []
    private var path = ""
    private let tag: String

    static func event(_ tag: String) throws(CodingFault) -> (event: Event, fields: Set<String>) {
        var filler = Filler(tag: tag)
        var event = Event()
        try event.code(&filler)
        return (event, filler.paths)
    }
    private init(tag: String) { self.tag = tag }

    var isReading: Bool { true }

    private mutating func note(_ name: StaticString) -> String {
        let name = "\(name)"
        paths.insert(path.isEmpty ? name : "\(path).\(name)")
        return name
    }

    private static let texts: [String: String] = [
        "programme": "KZ", "check": "followup30", "cohort": "NA-1", "proposal": "P-03",
        "challenge": "CH-03", "goal": "G1", "person": "u03-data",
        "by": "u03-lead", "country": "KZ", "zone": "Asia/Almaty", "principal": "tg:77",
        "chat": "tg:-100123",
        "secret": "vfw6qmj2zxuh6sazpvs4grpek", "language": "ru", "owner": "u03-data",
        "coach": "coach-2",
        "raised_by": "u03-m2", "decider": "u03-sponsor", "asked_by": "u03-lead",
        "approved_by": "u03-sponsor",
        "role": "data-keeper", "path": "scale", "name": "Civil registry",
        "title": "Head of registry", "unit": "%",
        "kind": "stop", "to": "2026-03-08", "before": "on_track", "held_for": "limit",
        "how": "late", "key": "reading.due/reading CH-03-G1/u03-data@2026-03-20#0",
        "id": "4711.0", "message": "tg:77/4711", "version": "2026a", "reading": "R4500",
        "supersedes": "R4499",
        "unblocks": "B2", "used_by": "u03-m5", "deputy": "u03-m1", "scope": "NA-1", "command": "up",
        "slot": "on",
        "line": "/up 78.4", "area": "A03", "author": "u03-lead", "key_chat": "tg:-100123",
        "card": "tg:-100123/9",
        "bound_by": "u03-lead", "confirmed_by": "coach-2", "via": "chat", "what": "bodies",
        "of": "CH-03",
        "code": "M3", "milestone": "M3", "blocker": "B2", "decision": "D1",
        "why": "403 bot was blocked",
        "date": "2026-03-20", "on": "2026-03-20", "due": "2026-04-07", "from": "2026-02-02",
        "left": "2026-04-01",
        "until": "2026-04-05", "day_1": "2026-02-02", "as_of": "2026-03-20",
        "baseline_on": "2026-01-26",
        "effective_from": "2026-02-02", "escalated_on": "2026-03-24", "resolved_on": "2026-03-27",
        "raised_on": "2026-03-17",
        "opened_on": "2026-06-12", "closed_on": "2026-06-13", "asked_on": "2026-03-20",
        "decided_on": "2026-03-26", "signed_on": "2026-05-14", "moved_on": "2026-03-20",
        "moved_from": "2026-05-14",
        "call_opened": "2025-11-17", "call_closed": "2025-12-05", "selected_on": "2025-12-19",
        "launch_on": "2026-01-30",
        "midpoint_on": "2026-03-19", "closing_on": "2026-05-14", "submitted_on": "2025-11-21",
        "away_until": "2026-04-05",
        "design_started": "2025-12-22", "ready_on": "2026-01-26",
    ]
    private static let numbers: [String: Int64] = [
        "n": 4499, "minutes": 540, "quiet_from": 1200, "quiet_to": 510, "meeting_day": 2,
        "meeting_time": 600,
        "day": 50, "due_day": 65, "week": 7, "tries": 1, "level": 1, "planned_day": 50,
        "attended": 9, "goal_version": 2,
    ]

    private func text(_ name: String) -> String {
        if name == "e" { return tag }
        if Self.texts[name] == nil, name.hasSuffix("_on") { return "2026-03-20" }
        return Self.texts[name]
            ?? "A word about \(name.split(separator: "_").joined(separator: " "))"
    }
    mutating func field(_ name: StaticString, _ value: inout String) {
        let name = note(name)
        // A word with a fixed spelling, or a date, brings its own; a date that says nothing is replaced.
        if value.isEmpty || name == "e" || value == "1970-01-01" { value = text(name) }
    }
    mutating func field(_ name: StaticString, _ value: inout String?) {
        let name = note(name)
        if value == nil { value = text(name) }
    }
    private func number(_ name: String) -> Int64 {
        Self.numbers[name]
            ?? (name.hasSuffix("at") || name == "expires" || name == "until"
                ? 1_774_009_800_123 : 3)
    }
    mutating func field(_ name: StaticString, _ value: inout Int) {
        let name = note(name)
        if value == 0 { value = Int(number(name)) }
    }
    mutating func field(_ name: StaticString, _ value: inout Int?) {
        let name = note(name)
        if value == nil { value = Int(number(name)) }
    }
    mutating func field(_ name: StaticString, _ value: inout Int64) {
        let name = note(name)
        if value == 0 || value == .min { value = number(name) }
    }
    mutating func field(_ name: StaticString, _ value: inout Double) {
        _ = note(name)
        if value == 0 { value = 78.4 }
    }
    mutating func field(_ name: StaticString, _ value: inout Double?) {
        _ = note(name)
        if value == nil { value = 0.47 }
    }
    mutating func field(_ name: StaticString, _ value: inout Bool) {
        _ = note(name)
        value = true
    }
    mutating func field(_ name: StaticString, _ value: inout [String]) {
        let name = note(name)
        guard value.isEmpty else { return }
        switch name {
        case "working_days": value = ["2026-03-28"]
        case "languages": value = ["kk", "ru"]
        case "signed_by": value = ["u03-sponsor", "u03-lead"]
        default: value = ["Ministry of Health", "Ministry of Justice"]
        }
    }
    mutating func field(_ name: StaticString, _ value: inout [Int]) {
        _ = note(name)
        if value.isEmpty { value = [6, 7] }
    }
    mutating func field(_ name: StaticString, _ value: inout [Double]) {
        _ = note(name)
        if value.isEmpty { value = [0.5, 1] }
    }
    private mutating func within<R: Record>(_ name: String, _ value: inout R) throws(CodingFault) {
        let before = path
        path = path.isEmpty ? name : "\(path).\(name)"
        defer { path = before }
        try value.code(&self)
    }
    mutating func field<R: Record>(_ name: StaticString, _ value: inout R) throws(CodingFault) {
        try within(note(name), &value)
    }
    mutating func field<R: Record>(_ name: StaticString, _ value: inout R?) throws(CodingFault) {
        var present = value ?? R()
        try within(note(name), &present)
        value = present
    }
    mutating func field<R: Record>(_ name: StaticString, _ value: inout [R]) throws(CodingFault) {
        var one = R()
        try within(note(name) + "[]", &one)
        value = [one]
    }
    mutating func json(_ name: StaticString, _ value: inout JSONValue) {
        // A phrase where one stands; else anything.
        value =
            note(name) == "label"
            ? .object(JSONObject([.init(name: "k", value: .string("up.started"))]))
            : .array([
                .object(JSONObject([.init(name: "module", value: .string("Data for results"))]))
            ])
    }
}
