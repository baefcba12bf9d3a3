public import JSON
public import Language

/// Why a commit was made; one letter in the journal.
public enum Cause: String, Spelled {
    case message = "m"
    case alarm = "a"
    case delivery = "d"
    case imported = "i"
    case operated = "x"
}

/// One line of the journal: why, what became true, what must be said because of it. All of it or nothing.
public struct Commit: Hashable, Sendable {
    /// Dense over commits, from 1; what ids, `--until` and replies mean.
    public var n: UInt64 = 0
    /// When the Clerk received what caused it.
    public var at = Instant(milliseconds: 0)
    public var cause = Cause.message
    /// The principal: `tg:77`, `console:u03-data`; empty for alarms.
    public var source = ""
    /// The channel's key of what was heard, for de-duplication: `tg u:88123`.
    public var key: String?
    /// The chat's message that was heard: `tg:77/311`, so that an edit or a second delivery finds it.
    public var message: String?
    /// A fingerprint of the text under that key.
    public var fingerprint: UInt64 = 0
    /// The command that was said, for history and undo.
    public var command: String?
    public var events: [Event] = []
    public var out: [Outgoing] = []
    /// Name -> value of a polled channel's cursor.
    public var cursors: [String: String] = [:]
    public init() {}
}

extension Commit {
    /// The kind of line (contract.md 6, `k`).
    public static let kind = "cmd"

    /// Writes the members `k src key cause msg fp cmd cur ev out` of the object that is being written.
    public func writeBody(into json: inout JSONWriter) {
        json.key("k")
        json.string(Self.kind)
        json.key("src")
        json.string(source)
        if let key {
            json.key("key")
            json.string(key)
        }
        json.key("cause")
        json.string(cause.rawValue)
        if let message {
            json.key("msg")
            json.string(message)
        }
        if fingerprint != 0 {
            json.key("fp")
            json.hexadecimal(fingerprint)
        }
        if let command {
            json.key("cmd")
            json.string(command)
        }
        if !cursors.isEmpty {
            json.key("cur")
            json.beginObject()
            for name in cursors.keys.sorted() {
                json.key(name)
                json.string(cursors[name] ?? "")
            }
            json.endObject()
        }
        var writer = RecordWriter(json)
        // The text so far is handed over and taken back: held twice, all of a batch is copied for each commit.
        json = JSONWriter(reservingCapacity: 0)
        write(events, "ev", &writer)
        write(out, "out", &writer)
        json = writer.json
    }

    private func write<R: Record>(
        _ records: [R], _ name: StaticString, _ writer: inout RecordWriter
    ) {
        writer.json.key(name)
        writer.json.beginArray()
        for var record in records {
            // Writing never throws: only reading meets words it does not know.
            try? writer.object(&record)
        }
        writer.json.endArray()
    }

    /// The commit that a line's members describe.
    public init(n: UInt64, at: Instant, body: JSONObject) throws(CodingFault) {
        self.init()
        self.n = n
        self.at = at
        var reader = RecordReader(body)
        try reader.field("src", &source)
        try reader.field("key", &key)
        try reader.field("cause", &cause)
        try reader.field("msg", &message)
        var print: String?
        try reader.field("fp", &print)
        fingerprint = print.flatMap { UInt64($0, radix: 16) } ?? 0
        try reader.field("cmd", &command)
        if case .object(let cur)? = body["cur"] {
            for member in cur.members {
                if case .string(let value) = member.value { cursors[member.name] = value }
            }
        }
        try reader.field("ev", &events)
        try reader.field("out", &out)
    }
}
