/// Reads the subset of ICU MessageFormat that the tables are written in.
///
/// 1. A message is text, placeholders `{name}` and marked spans `<b>…</b>`, `<c>…</c>`, `<l>…</l>`, to the end,
///    or, inside a case, to the `}` that ends it. Any other `<` is text: usages show `<value>`.
/// 2. A placeholder may name a type: `{n, number}`, `{n, number, percent}`, `{d, date, full}`, `{t,
///    time}`, `{n, plural, =0 {…} one {…} other {…}}`, the same with `selectordinal`, `{w, select,
///    yes {…} other {…}}`. `other` is required. `#` inside a plural is its number, through selects
///    and spans inside it too.
/// 3. Quotes as in ICU: `''` is one apostrophe; an apostrophe before `{`, `}`, `<` or (in a plural)
///    `#` begins literal text up to the next single one; any other apostrophe is itself.
/// 4. A line feed ends a line. Spans end in the message they began in and don't nest.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var names: Set<String> = []

    static let longest = 8000
    static let deepest = 8

    struct Fault: Error {
        var offset: Int
        var why: String
    }

    private init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// The pattern, or the fault with its place.
    static func parse(_ text: String, key: String, language: String) throws(PhraseFault) -> Pattern
    {
        var parser = PatternParser(text)
        do throws(Fault) {
            guard parser.scalars.count <= longest else {
                throw Fault(offset: longest, why: "longer than \(longest) characters")
            }
            let nodes = try parser.message(depth: 0, inPlural: false, inSpan: false)
            return Pattern(
                nodes: nodes, names: parser.names, rule: PluralRule(tag: language), tag: language)
        } catch {
            throw PhraseFault(key: key, language: language, offset: error.offset, why: error.why)
        }
    }

    private var current: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }
    private func peek(_ n: Int) -> Unicode.Scalar? {
        at + n < scalars.count ? scalars[at + n] : nil
    }
    private func fault(_ why: String) -> Fault { Fault(offset: at, why: why) }

    // MARK: Text

    /// Collects text until something else comes.
    private struct Draft {
        var nodes: [Pattern.Node] = []
        var text: [UInt8] = []
        mutating func add(_ scalar: Unicode.Scalar) {
            if scalar == "\n" {
                flush()
                nodes.append(.lineBreak)
            } else if scalar != "\r" {
                text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        mutating func flush() {
            if !text.isEmpty { nodes.append(.text(text)) }
            text = []
        }
        mutating func add(_ node: Pattern.Node) {
            flush()
            nodes.append(node)
        }
    }

    private mutating func message(
        depth: Int, inPlural: Bool, inSpan: Bool, until closing: String? = nil
    ) throws(Fault) -> [Pattern.Node] {
        guard depth <= Self.deepest else { throw fault("more than \(Self.deepest) levels deep") }
        let start = at
        var draft = Draft()
        while let scalar = current {
            switch scalar {
            case "'": quoted(inPlural: inPlural, into: &draft)
            case "{": draft.add(try placeholder(depth: depth, inPlural: inPlural, inSpan: inSpan))
            case "}":
                guard depth > 0, closing == nil else {
                    throw fault(
                        closing == nil ? "a } without its {" : "a } inside <\(closing ?? "")>")
                }
                draft.flush()
                return draft.nodes
            case "#" where inPlural:
                at += 1
                draft.add(.number)
            case "<":
                if let closing, mark("</\(closing)>") {
                    draft.flush()
                    return draft.nodes
                }
                guard let span = try span(depth: depth, inPlural: inPlural, inSpan: inSpan) else {
                    draft.add(scalar)
                    at += 1
                    continue
                }
                draft.add(span)
            default:
                draft.add(scalar)
                at += 1
            }
        }
        if let closing { throw Fault(offset: start, why: "<\(closing)> is not closed") }
        if depth > 0 { throw Fault(offset: start, why: "a { without its }") }
        draft.flush()
        return draft.nodes
    }

    /// Steps over the mark if it stands here.
    private mutating func mark(_ text: String) -> Bool {
        var place = at
        for wanted in text.unicodeScalars {
            guard place < scalars.count, scalars[place] == wanted else { return false }
            place += 1
        }
        at = place
        return true
    }

    private mutating func span(depth: Int, inPlural: Bool, inSpan: Bool) throws(Fault) -> Pattern
        .Node?
    {
        for (name, style) in [("b", Message.Span.Style.strong), ("c", .code), ("l", .link)] {
            let start = at
            if mark("</\(name)>") {
                throw Fault(offset: start, why: "</\(name)> without <\(name)>")
            }
            guard mark("<\(name)>") else { continue }
            if inSpan { throw Fault(offset: start, why: "a span inside a span") }
            let inner = try message(depth: depth, inPlural: inPlural, inSpan: true, until: name)
            return .styled(style, inner)
        }
        return nil
    }

    private mutating func quoted(inPlural: Bool, into draft: inout Draft) {
        at += 1
        guard let next = current else { return draft.add("'") }
        switch next {
        case "'":
            at += 1
            draft.add("'")
        case "{", "}", "<": literal(into: &draft)
        case "#" where inPlural: literal(into: &draft)
        default: draft.add("'")
        }
    }

    /// Up to the next single apostrophe, or to the end, as ICU does.
    private mutating func literal(into draft: inout Draft) {
        while let scalar = current {
            at += 1
            guard scalar == "'" else {
                draft.add(scalar)
                continue
            }
            guard current == "'" else { return }
            at += 1
            draft.add("'")
        }
    }

    // MARK: Placeholders

    private mutating func skipSpace() {
        while let scalar = current,
            scalar.isASCII ? Self.isSpace(scalar) : scalar.properties.isWhitespace
        { at += 1 }
    }

    // Looking up the properties of a character costs more than all else here; nearly all are of these.
    private static func isSpace(_ s: Unicode.Scalar) -> Bool {
        s == " " || (9...13).contains(s.value)
    }
    private static func isOfWord(_ s: Unicode.Scalar) -> Bool {
        switch s {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": true
        default: false
        }
    }

    private mutating func word() -> String {
        var out = String.UnicodeScalarView()
        while let s = current,
            s.isASCII ? Self.isOfWord(s) : s.properties.isAlphabetic
        {
            out.append(s)
            at += 1
        }
        return String(out)
    }

    private mutating func expect(_ scalar: Unicode.Scalar, _ why: String) throws(Fault) {
        skipSpace()
        guard current == scalar else { throw fault(why) }
        at += 1
    }

    private mutating func placeholder(
        depth: Int, inPlural: Bool, inSpan: Bool
    ) throws(Fault) -> Pattern.Node {
        let start = at
        at += 1
        skipSpace()
        let name = word()
        guard !name.isEmpty else { throw fault("a name is expected after {") }
        names.insert(name)
        skipSpace()
        if current == "}" {
            at += 1
            return .value(name, .plain)
        }
        guard current != nil else { throw Fault(offset: start, why: "a { without its }") }
        try expect(",", "} or , is expected after the name \(name)")
        skipSpace()
        let typeStart = at
        let type = word()
        switch type {
        case "number", "date", "time": return .value(name, try format(type))
        case "plural", "selectordinal":
            let plural = try plural(isOrdinal: type != "plural", depth: depth, inSpan: inSpan)
            return .plural(name, plural)
        case "select": return try select(name, depth: depth, inPlural: inPlural, inSpan: inSpan)
        default:
            throw Fault(
                offset: typeStart,
                why: "\"\(type)\" is not one of number, plural, select, selectordinal, date, time")
        }
    }

    private mutating func format(_ type: String) throws(Fault) -> Pattern.Format {
        skipSpace()
        var style = ""
        var styleStart = at
        if current == "," {
            at += 1
            skipSpace()
            styleStart = at
            style = word()
            guard !style.isEmpty else {
                throw fault("a style of \(type) is expected after the comma")
            }
        }
        try expect("}", "} is expected after \(type)")
        switch (type, style) {
        case ("number", ""): return .number
        case ("number", "percent"): return .percent
        case ("number", "points"): return .points
        case ("number", "integer"): return .integer
        case ("number", "signed"): return .signed
        case ("date", ""): return .date(.short)
        case ("time", ""), ("time", "short"): return .time
        case ("date", _):
            if let shape = Pattern.DateShape(rawValue: style) { return .date(shape) }
        default: break
        }
        throw Fault(offset: styleStart, why: "\(type) has no style \"\(style)\"")
    }

    // MARK: Cases

    /// `word { message }` until the closing brace; calls back with each.
    private mutating func cases(
        depth: Int, inPlural: Bool, inSpan: Bool,
        take: (_ word: String, _ nodes: [Pattern.Node]) -> String?
    ) throws(Fault) {
        try expect(",", "cases are expected, after a comma")
        skipSpace()
        while let scalar = current, scalar != "}" {
            let start = at
            var name = ""
            if scalar == "=" {
                at += 1
                name = "="
            }
            name += word()
            guard !name.isEmpty else { throw fault("the name of a case is expected") }
            if name == "offset", current == ":" { throw fault("offset is not supported") }
            try expect("{", "{ is expected after \(name)")
            let nodes = try message(depth: depth + 1, inPlural: inPlural, inSpan: inSpan)
            try expect("}", "} is expected after the case \(name)")
            if let why = take(name, nodes) { throw Fault(offset: start, why: why) }
            skipSpace()
        }
        try expect("}", "} is expected after the cases")
    }

    private mutating func plural(
        isOrdinal: Bool, depth: Int, inSpan: Bool
    ) throws(Fault) -> Pattern.Plural {
        let start = at
        var exact: [(number: Int, nodes: [Pattern.Node])] = []
        var categories = [[Pattern.Node]?](repeating: nil, count: PluralCategory.allCases.count)
        try cases(depth: depth, inPlural: true, inSpan: inSpan) { name, nodes in
            if name.hasPrefix("=") {
                guard let n = Int(name.dropFirst()), n.magnitude < 1_000_000_000_000 else {
                    return "\"\(name)\" is not = and a whole number"
                }
                if exact.contains(where: { $0.number == n }) { return "\(name) twice" }
                exact.append((n, nodes))
                return nil
            }
            guard let category = PluralCategory(name: name) else {
                return "\"\(name)\" is not one of zero, one, two, few, many, other, =N"
            }
            if categories[category.rawValue] != nil { return "\(name) twice" }
            categories[category.rawValue] = nodes
            return nil
        }
        guard let other = categories[PluralCategory.other.rawValue] else {
            throw Fault(offset: start, why: "no \"other\" case")
        }
        return Pattern.Plural(
            isOrdinal: isOrdinal, exact: exact, categories: categories, other: other)
    }

    private mutating func select(
        _ name: String, depth: Int, inPlural: Bool, inSpan: Bool
    ) throws(Fault) -> Pattern.Node {
        let start = at
        var options: [(word: String, nodes: [Pattern.Node])] = []
        var other: [Pattern.Node]?
        try cases(depth: depth, inPlural: inPlural, inSpan: inSpan) { word, nodes in
            if word == "other" {
                if other != nil { return "other twice" }
                other = nodes
            } else {
                if options.contains(where: { $0.word == word }) { return "\(word) twice" }
                options.append((word, nodes))
            }
            return nil
        }
        guard let other else { throw Fault(offset: start, why: "no \"other\" case") }
        return .select(name, options, other: other)
    }
}
