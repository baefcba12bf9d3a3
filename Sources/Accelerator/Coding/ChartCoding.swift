package import JSON
package import Language

// How a chart stands in the journal: one letter a member, points as flat lists of numbers.

extension Coder {
    mutating func field(_ name: StaticString, _ value: inout Chart?) throws(CodingFault) {
        guard isReading else {
            if let value { spell(name) { value.write(into: &$0) } }
            return
        }
        var one = JSONValue.null
        try json(name, &one)
        if one != .null { value = try Chart(one) }
    }
}

extension Chart {
    /// Writes it as it stands in a line of the journal.
    package func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("t", title)
        if let subtitle { json.member("s", subtitle) }
        if let badge {
            json.key("g")
            badge.write(into: &json)
        }
        switch body {
        case .plot(let plot):
            json.key("p")
            plot.write(into: &json)
        case .bars(let bars, let tick):
            json.list("b", bars) { $1.write(into: &$0) }
            json.member("k", tick)
        }
        json.key("a")
        alt.write(into: &json)
        if !instead.isEmpty { json.list("i", instead) { $1.write(into: &$0) } }
        json.endObject()
    }

    package init(_ json: JSONValue) throws(CodingFault) {
        let fields = try ChartFields(json, "chart")
        let body: Body
        if let bars = fields.object["b"] {
            var read: [Bar] = []
            for item in try ChartFields.list(bars, Chart.mostBars, "chart.b") {
                read.append(try Bar(item))
            }
            body = .bars(read, tick: try fields.say("k"))
        } else {
            body = .plot(try Plot(fields.needed("p")))
        }
        var instead: [Phrase] = []
        if let lines = fields.object["i"] {
            for item in try ChartFields.list(lines, 25, "chart.i") {
                instead.append(try Phrase(item))
            }
        }
        self.init(
            title: try fields.say("t"), subtitle: try fields.optionalSay("s"),
            badge: try fields.object["g"].map { json throws(CodingFault) in try Badge(json) },
            body: body,
            alt: try Phrase(fields.needed("a")), instead: instead)
    }
}

extension Chart.Badge {
    fileprivate func write(into json: inout JSONWriter) {
        json.beginArray()
        json.string(tone.rawValue)
        word.write(into: &json)
        json.endArray()
    }
    fileprivate init(_ json: JSONValue) throws(CodingFault) {
        guard case .array(let items) = json, items.count == 2, case .string(let name) = items[0],
            let tone = Chart.Tone(rawValue: name)
        else { throw CodingFault(path: "chart.g", why: "not a badge") }
        self.init(try Say(items[1]), tone)
    }
}

extension Chart.Bar {
    fileprivate func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("c", code)
        json.member("t", title)
        json.key("g")
        badge.write(into: &json)
        if let share { json.member("s", share) }
        if let expected { json.member("e", expected) }
        json.endObject()
    }
    fileprivate init(_ json: JSONValue) throws(CodingFault) {
        let fields = try ChartFields(json, "chart.b")
        self.init(
            code: try fields.say("c"), title: try fields.say("t"),
            badge: try Chart.Badge(fields.needed("g")),
            share: try fields.optionalNumber("s"), expected: try fields.optionalNumber("e"))
    }
}

extension Chart.Mark {
    fileprivate func write(into json: inout JSONWriter) {
        json.beginArray()
        json.number(at)
        label.write(into: &json)
        below?.write(into: &json)
        json.endArray()
    }
    fileprivate init(_ json: JSONValue) throws(CodingFault) {
        guard case .array(let items) = json, items.count == 2 || items.count == 3,
            let at = items[0].double
        else { throw CodingFault(path: "chart.mark", why: "not a mark") }
        self.init(at, try Say(items[1]), below: items.count == 3 ? try Say(items[2]) : nil)
    }
    fileprivate static func list(_ json: JSONValue) throws(CodingFault) -> [Chart.Mark] {
        var marks: [Chart.Mark] = []
        for item in try ChartFields.list(json, 100, "chart.marks") {
            marks.append(try Chart.Mark(item))
        }
        return marks
    }
}

extension Chart.Line {
    fileprivate func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("k", kind.rawValue)
        json.member("l", label)
        json.list("p", points) {
            $0.number($1.x)
            $0.number($1.y)
        }
        if let end { json.member("e", end) }
        json.endObject()
    }
    fileprivate init(_ json: JSONValue) throws(CodingFault) {
        let fields = try ChartFields(json, "chart.l")
        guard case .string(let name)? = fields.object["k"], let kind = Kind(rawValue: name) else {
            throw CodingFault(path: "chart.l.k", why: "not a kind of line")
        }
        let numbers = try ChartFields.numbers(try fields.needed("p"), "chart.l.p")
        guard numbers.count.isMultiple(of: 2) else {
            throw CodingFault(path: "chart.l.p", why: "not points")
        }
        self.init(
            kind, try fields.say("l"),
            stride(from: 0, to: numbers.count, by: 2).map {
                Chart.Point(numbers[$0], numbers[$0 + 1])
            },
            end: try fields.optionalSay("e"))
    }
}

extension Chart.Plot {
    fileprivate func write(into json: inout JSONWriter) {
        func pair(_ name: StaticString, _ range: ClosedRange<Double>, _ json: inout JSONWriter) {
            json.list(name, [range.lowerBound, range.upperBound]) { $0.number($1) }
        }
        json.beginObject()
        pair("x", x, &json)
        pair("y", y, &json)
        json.list("m", xMarks) { $1.write(into: &$0) }
        json.list("n", yMarks) { $1.write(into: &$0) }
        json.list("l", lines) { $1.write(into: &$0) }
        if let band { pair("b", band, &json) }
        if let now {
            json.key("w")
            now.write(into: &json)
        }
        if let empty { json.member("e", empty) }
        json.endObject()
    }
    fileprivate init(_ json: JSONValue) throws(CodingFault) {
        let fields = try ChartFields(json, "chart.p")
        func range(_ name: String) throws(CodingFault) -> ClosedRange<Double>? {
            guard let json = fields.object[name] else { return nil }
            let numbers = try ChartFields.numbers(json, "chart.p.\(name)")
            guard numbers.count == 2, numbers[0] <= numbers[1] else {
                throw CodingFault(path: "chart.p.\(name)", why: "not a range")
            }
            return numbers[0]...numbers[1]
        }
        guard let x = try range("x"), let y = try range("y") else {
            throw CodingFault(path: "chart.p", why: "no range")
        }
        var lines: [Chart.Line] = []
        for item in try ChartFields.list(fields.needed("l"), 20, "chart.p.l") {
            lines.append(try Chart.Line(item))
        }
        self.init(
            x: x, y: y, xMarks: try Chart.Mark.list(fields.needed("m")),
            yMarks: try Chart.Mark.list(fields.needed("n")),
            lines: lines, band: try range("b"),
            now: try fields.object["w"].map { json throws(CodingFault) in try Chart.Mark(json) },
            empty: try fields.optionalSay("e"))
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, _ value: Say) {
        key(name)
        value.write(into: &self)
    }
}

/// The members of an object of a chart.
private struct ChartFields {
    let object: JSONObject
    let path: String

    init(_ json: JSONValue, _ path: String) throws(CodingFault) {
        guard case .object(let object) = json else {
            throw CodingFault(path: path, why: "an object is expected")
        }
        self.object = object
        self.path = path
    }
    func needed(_ name: String) throws(CodingFault) -> JSONValue {
        guard let value = object[name] else {
            throw CodingFault(path: "\(path).\(name)", why: "missing")
        }
        return value
    }
    func say(_ name: String) throws(CodingFault) -> Say { try Say(needed(name)) }
    func optionalSay(_ name: String) throws(CodingFault) -> Say? {
        guard let value = object[name] else { return nil }
        return try Say(value)
    }
    func optionalNumber(_ name: String) throws(CodingFault) -> Double? {
        guard let value = object[name] else { return nil }
        guard let number = value.double else {
            throw CodingFault(path: "\(path).\(name)", why: "not a number")
        }
        return number
    }
    static func list(_ json: JSONValue, _ most: Int, _ path: String) throws(CodingFault)
        -> [JSONValue]
    {
        guard case .array(let items) = json, items.count <= most else {
            throw CodingFault(path: path, why: "a list of at most \(most) is expected")
        }
        return items
    }
    static func numbers(_ json: JSONValue, _ path: String) throws(CodingFault) -> [Double] {
        var numbers: [Double] = []
        for item in try list(json, 1000, path) {
            guard let number = item.double else {
                throw CodingFault(path: path, why: "not a number")
            }
            numbers.append(number)
        }
        return numbers
    }
}
