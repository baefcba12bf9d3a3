public import JSON
public import Language

// How phrases stand in the journal: {"k":"up.recorded","v":{"value":{"m":78.4,"u":"%"},"date":{"d":"2026-03-20"}}}

extension Phrase {
    /// The phrase as a value of a journal line.
    public var json: JSONValue {
        var members = [JSONObject.Member(name: "k", value: .string(key))]
        if !values.isEmpty {
            members.append(
                .init(
                    name: "v",
                    value: .object(
                        JSONObject(values.map { .init(name: $0.name, value: $0.value.json) }))))
        }
        return .object(JSONObject(members))
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
    var json: JSONValue {
        func one(_ name: String, _ value: JSONValue) -> JSONValue {
            .object(JSONObject([.init(name: name, value: value)]))
        }
        func finite(_ d: Double) -> JSONValue { .number(d.isFinite ? d : 0) }
        switch self {
        case .text(let s): return one("t", .string(s))
        case .code(let s): return one("c", .string(s))
        case .count(let n): return one("i", .integer(Int64(n)))
        case .number(let d): return one("f", finite(d))
        case .share(let d): return one("s", finite(d))
        case .measure(let d, let unit):
            return .object(
                JSONObject([
                    .init(name: "m", value: finite(d)), .init(name: "u", value: .string(unit)),
                ]))
        case .date(let d): return one("d", .string(d.description))
        case .time(let t): return one("h", .integer(Int64(t.minutes)))
        case .moment(let m, let zone):
            var members: [JSONObject.Member] = [
                .init(name: "at", value: .string(m.date.description)),
                .init(name: "h", value: .integer(Int64(m.time.minutes))),
            ]
            if let zone { members.append(.init(name: "z", value: .string(zone))) }
            return .object(JSONObject(members))
        case .span(let s):
            return .object(
                JSONObject([
                    .init(name: "n", value: .integer(Int64(s.count))),
                    .init(name: "unit", value: .string(s.unit.rawValue)),
                ]))
        case .term(let s): return one("w", .string(s))
        case .phrase(let p): return one("p", p.json)
        case .list(let items): return one("l", .array(items.map(\.json)))
        case .bar(let share, let expected):
            return one("b", .array([finite(share)] + (expected.map { [finite($0)] } ?? [])))
        case .spark(let values): return one("k", .array(values.map(finite)))
        }
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

extension Coder {
    public mutating func field(_ name: StaticString, _ value: inout [Phrase]) throws(CodingFault) {
        var list = isReading || value.isEmpty ? JSONValue.null : .array(value.map(\.json))
        try json(name, &list)
        guard isReading, case .array(let items) = list else { return }
        var out: [Phrase] = []
        for item in items { out.append(try Phrase(item)) }
        value = out
    }
    public mutating func field(_ name: StaticString, _ value: inout Phrase?) throws(CodingFault) {
        var one = isReading ? JSONValue.null : (value?.json ?? .null)
        try json(name, &one)
        if isReading, one != .null { value = try Phrase(one) }
    }
}
