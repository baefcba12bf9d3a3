import JSON
public import Language

/// A line that is not complete yet, as it stands in the journal with the question for the rest.
public struct PartialLine: Record {
    public var command = ""
    public var usage = 0
    public var slots: [SlotValue] = []
    public init() {}
    public init(_ utterance: Utterance) {
        command = utterance.command
        usage = utterance.usage
        slots = utterance.values.keys.sorted().compactMap { name in
            utterance.values[name].map { SlotValue(name, $0) }
        }
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("command", &command)
        try c.field("usage", &usage)
        try c.field("slots", &slots)
    }
    public var utterance: Utterance {
        var values: [String: Value] = [:]
        for slot in slots { values[slot.name] = slot.value }
        return Utterance(command: command, usage: usage, values: values)
    }
}

/// The value of one slot, spelled by what kind of value it is.
public struct SlotValue: Record {
    public var name = ""
    public var value = Value.text("")
    public init() {}
    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("name", &name)
        var flat = c.isReading ? Flat() : Flat(value)
        try c.field("kind", &flat.kind)
        try c.field("text", &flat.text)
        try c.field("number", &flat.number)
        try c.field("otherwise", &flat.otherwise)
        try c.field("adds", &flat.adds)
        try c.field("date", &flat.date)
        try c.field("minutes", &flat.minutes)
        if c.isReading {
            guard let known = flat.value else {
                throw CodingFault(path: "slots.kind", why: "unknown kind")
            }
            value = known
        }
    }

    /// A value laid flat: a kind and the few things any kind needs.
    private struct Flat {
        var kind = "text"
        var text: String?
        var number: Double?
        var otherwise: Double?
        var adds = false
        var date: LocalDate?
        var minutes: Int?

        init() {}
        init(_ value: Value) {
            switch value {
            case .text(let s): (kind, text) = ("text", s)
            case .word(let s): (kind, text) = ("word", s)
            case .code(let s): (kind, text) = ("code", s)
            case .term(let s): (kind, text) = ("term", s)
            case .number(let d): (kind, number) = ("number", d)
            case .percent(let d): (kind, number) = ("percent", d)
            case .count(let n): (kind, number) = ("count", Double(n))
            case .measure(let m):
                (kind, number, text, otherwise, adds) = (
                    "measure", m.amount, m.unit, m.otherwise, m.isIncrement
                )
            case .date(let d): (kind, date) = ("date", d)
            case .moment(let m): (kind, date, minutes) = ("moment", m.date, m.time.minutes)
            case .duration(let s):
                (kind, number, text) = ("duration", Double(s.count), s.unit.rawValue)
            case .person(let p):
                (kind, text, _) = ("person", p.name + "\u{1F}" + (p.principal ?? ""), 0)
            }
        }

        var value: Value? {
            switch kind {
            case "text": return text.map(Value.text) ?? .text("")
            case "word": return text.map(Value.word)
            case "code": return text.map(Value.code)
            case "term": return text.map(Value.term)
            case "number": return number.map(Value.number)
            case "percent": return number.map(Value.percent)
            case "count": return number.flatMap { Int(exactly: $0) }.map(Value.count)
            case "measure":
                return number.map {
                    .measure(Measure($0, unit: text, isIncrement: adds, otherwise: otherwise))
                }
            case "date": return date.map(Value.date)
            case "moment":
                guard let date, let minutes else { return nil }
                return .moment(LocalMoment(date, LocalTime(minutes: minutes)))
            case "duration":
                guard let n = number.flatMap({ Int(exactly: $0) }), let text,
                    let unit = TimeSpan.Unit(rawValue: text)
                else { return nil }
                return .duration(TimeSpan(n, unit))
            case "person":
                // The last one divides: a name may hold anything, a channel's id does not hold this.
                let whole = text ?? ""
                guard let cut = whole.unicodeScalars.lastIndex(of: "\u{1F}") else {
                    return .person(Mention(name: whole))
                }
                let scalars = whole.unicodeScalars
                let principal = String(scalars[scalars.index(after: cut)...])
                return .person(
                    Mention(
                        name: String(scalars[..<cut]),
                        principal: principal.isEmpty ? nil : principal))
            default: return nil
            }
        }
    }
}
