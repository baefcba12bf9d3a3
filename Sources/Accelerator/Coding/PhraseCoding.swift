public import JSON
public import Language

// How phrases stand in the journal: {"k":"up.recorded","v":{"value":{"m":78.4,"u":"%"},"date":{"d":"2026-03-20"}}}

extension Phrase {
    /// Writes the phrase as a value of a journal line.
    public func write(into json: inout JSONWriter) {
        json.beginObject()
        json.key("k")
        json.string(key)
        if !values.isEmpty {
            json.key("v")
            json.beginObject()
            for field in values {
                json.key(field.name)
                field.value.write(into: &json)
            }
            json.endObject()
        }
        json.endObject()
    }

    public init(_ json: JSONValue) throws(CodingFault) {
        guard case .object(let object) = json, case .string(let key)? = object["k"] else {
            throw CodingFault(path: "phrase", why: "an object with k is expected")
        }
        var fields: [Field] = []
        if case .object(let values)? = object["v"] {
            for member in values.members {
                fields.append(Field(member.name, try Say(member.value)))
            }
        }
        self.init(key, fields)
    }
}

extension Say {
    func write(into json: inout JSONWriter) {
        json.beginObject()
        switch self {
        case .text(let s): json.member("t", s)
        case .code(let s): json.member("c", s)
        case .count(let n): json.member("i", n)
        case .number(let d): json.member("f", d)
        case .share(let d): json.member("s", d)
        case .measure(let d, let unit):
            json.member("m", d)
            json.member("u", unit)
        case .date(let d): json.member("d", d.description)
        case .time(let t): json.member("h", t.minutes)
        case .moment(let m, let zone):
            json.member("at", m.date.description)
            json.member("h", m.time.minutes)
            if let zone { json.member("z", zone) }
        case .span(let s):
            json.member("n", s.count)
            json.member("unit", s.unit.rawValue)
        case .term(let s): json.member("w", s)
        case .phrase(let p):
            json.key("p")
            p.write(into: &json)
        case .list(let items): json.list("l", items) { $1.write(into: &$0) }
        case .bar(let share, let expected):
            json.list("b", expected.map { [share, $0] } ?? [share]) { $0.finite($1) }
        case .spark(let values): json.list("k", values) { $0.finite($1) }
        }
        json.endObject()
    }

    init(_ json: JSONValue) throws(CodingFault) {
        guard case .object(let o) = json, let first = o.members.first else {
            throw CodingFault(path: "phrase.v", why: "an object is expected")
        }
        func bad() -> CodingFault {
            CodingFault(path: "phrase.v.\(first.name)", why: "not a value")
        }
        func double(_ v: JSONValue) throws(CodingFault) -> Double {
            switch v {
            case .integer(let n): return Double(n)
            case .number(let d): return d
            default: throw bad()
            }
        }
        func int(_ v: JSONValue?) throws(CodingFault) -> Int {
            guard case .integer(let n)? = v else { throw bad() }
            return Int(n)
        }
        func text(_ v: JSONValue?) throws(CodingFault) -> String {
            guard case .string(let s)? = v else { throw bad() }
            return s
        }
        func doubles(_ v: JSONValue) throws(CodingFault) -> [Double] {
            guard case .array(let items) = v else { throw bad() }
            var out: [Double] = []
            for item in items { out.append(try double(item)) }
            return out
        }
        switch first.name {
        case "t": self = .text(try text(first.value))
        case "c": self = .code(try text(first.value))
        case "i": self = .count(try int(first.value))
        case "f": self = .number(try double(first.value))
        case "s": self = .share(try double(first.value))
        case "m": self = .measure(try double(first.value), unit: try text(o["u"]))
        case "d":
            guard let date = LocalDate(iso: try text(first.value)) else { throw bad() }
            self = .date(date)
        case "h": self = .time(LocalTime(minutes: try int(first.value)))
        case "at":
            guard let date = LocalDate(iso: try text(first.value)) else { throw bad() }
            var zone: String?
            if case .string(let z)? = o["z"] { zone = z }
            self = .moment(LocalMoment(date, LocalTime(minutes: try int(o["h"]))), zone: zone)
        case "n":
            guard let unit = TimeSpan.Unit(rawValue: try text(o["unit"])) else { throw bad() }
            self = .span(TimeSpan(try int(first.value), unit))
        case "w": self = .term(try text(first.value))
        case "p": self = .phrase(try Phrase(first.value))
        case "l":
            guard case .array(let items) = first.value else { throw bad() }
            var out: [Say] = []
            for item in items { out.append(try Say(item)) }
            self = .list(out)
        case "b":
            let d = try doubles(first.value)
            guard let share = d.first else { throw bad() }
            self = .bar(share, expected: d.count > 1 ? d[1] : nil)
        case "k": self = .spark(try doubles(first.value))
        default: throw bad()
        }
    }
}

extension JSONWriter {
    mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        string(text)
    }
    mutating func member(_ name: StaticString, _ number: Int) {
        key(name)
        integer(Int64(number))
    }
    mutating func member(_ name: StaticString, _ number: Double) {
        key(name)
        finite(number)
    }
    mutating func list<Item>(
        _ name: StaticString, _ items: [Item], _ write: (inout JSONWriter, Item) -> Void
    ) {
        key(name)
        beginArray()
        for item in items { write(&self, item) }
        endArray()
    }
    /// What JSON can't spell counts as nothing.
    mutating func finite(_ number: Double) { self.number(number.isFinite ? number : 0) }
}

extension Coder {
    public mutating func field(_ name: StaticString, _ value: inout [Phrase]) throws(CodingFault) {
        guard isReading else {
            if !value.isEmpty {
                spell(name) { json in
                    json.beginArray()
                    for phrase in value { phrase.write(into: &json) }
                    json.endArray()
                }
            }
            return
        }
        var list = JSONValue.null
        try json(name, &list)
        guard case .array(let items) = list else { return }
        var out: [Phrase] = []
        for item in items { out.append(try Phrase(item)) }
        value = out
    }
    public mutating func field(_ name: StaticString, _ value: inout Phrase?) throws(CodingFault) {
        guard isReading else {
            if let value { spell(name) { value.write(into: &$0) } }
            return
        }
        var one = JSONValue.null
        try json(name, &one)
        if one != .null { value = try Phrase(one) }
    }
}
