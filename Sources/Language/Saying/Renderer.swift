/// Writes one message in one language: patterns become lines of spans, values become text.
///
/// 1. Text is gathered as UTF-8 in one buffer; a change of style or a line's end makes a span of
///    it.
/// 2. Only a pattern's own marks change the style. A value is bytes in the buffer and never parsed.
/// 3. A line that ends empty is kept only if the pattern left it empty on purpose: if a placeholder
///    stood in it, nothing came of it and the line goes. First, last and doubled empty lines go
///    too.
struct Renderer {
    let tongue: Tongue
    let units: [String: String]
    let width: Int
    var buffer: [UInt8] = []
    /// Phrases and lists inside each other.
    var depth = 0
    private var style = Message.Span.Style.plain
    private var spans: [Message.Span] = []
    private var lines: [Message.Line] = []
    private var hadPlaceholder = false

    static let deepest = 8

    init(_ tongue: Tongue, units: [String: String], width: Int) {
        self.tongue = tongue
        self.units = units
        self.width = width
        buffer.reserveCapacity(256)
    }

    /// The lines so far, without empty ones at the end.
    mutating func finish() -> [Message.Line] {
        if !buffer.isEmpty || !spans.isEmpty { endLine() }
        while let last = lines.last, last.spans.isEmpty { lines.removeLast() }
        return lines
    }

    /// A phrase on lines of its own; a line feed at its end does not begin another line.
    mutating func paragraph(_ phrase: Phrase) {
        self.phrase(phrase)
        if !buffer.isEmpty || !spans.isEmpty { endLine() }
        hadPlaceholder = false
    }

    /// A phrase where the text stands.
    mutating func phrase(_ phrase: Phrase) {
        guard depth < Self.deepest else { return put("…") }
        depth += 1
        defer { depth -= 1 }
        if let pattern = tongue.phrases[phrase.key] {
            write(pattern.nodes, phrase.values, pattern, nil)
        } else if let outdated = tongue.phrases["message.outdated"] {
            write(outdated.nodes, phrase.values, outdated, nil)
        } else {
            put("…")
        }
    }

    // MARK: Patterns

    mutating func write(
        _ nodes: [Pattern.Node], _ values: [Phrase.Field], _ pattern: Pattern,
        _ counted: FixedDecimal?
    ) {
        for node in nodes {
            switch node {
            case .text(let bytes): buffer.append(contentsOf: bytes)
            case .lineBreak: endLine()
            case .number:
                if let counted { number(counted) } else { put("#") }
            case .value(let name, let format):
                hadPlaceholder = true
                guard let value = Self.value(name, values) else {
                    put("{\(name)}")
                    continue
                }
                say(value, format)
            case .plural(let name, let plural):
                hadPlaceholder = true
                self.plural(Self.value(name, values), plural, values, pattern)
            case .select(let name, let options, let other):
                hadPlaceholder = true
                let word = Self.value(name, values).map(Self.selector) ?? ""
                let chosen = options.first { Self.matches(word, $0.word) }?.nodes ?? other
                write(chosen, values, pattern, counted)
            case .styled(let inner, let nodes):
                endSpan()
                let outer = style
                style = inner
                write(nodes, values, pattern, counted)
                endSpan()
                style = outer
            }
        }
    }

    private mutating func plural(
        _ value: Say?, _ plural: Pattern.Plural, _ values: [Phrase.Field], _ pattern: Pattern
    ) {
        guard let n = value.flatMap(Self.quantity) else {
            return write(plural.other, values, pattern, nil)
        }
        for exact in plural.exact where n.equals(exact.number) {
            return write(exact.nodes, values, pattern, n)
        }
        let category =
            plural.isOrdinal
            ? PluralRule.ordinal(n, tag: pattern.tag) : pattern.rule.category(n)
        write(plural.categories[category.rawValue] ?? plural.other, values, pattern, n)
    }

    private static func value(_ name: String, _ values: [Phrase.Field]) -> Say? {
        for field in values where field.name == name { return field.value }
        return nil
    }

    /// What plural rules look at: a number as it will be shown, a share in whole per cent.
    static func quantity(_ value: Say) -> FixedDecimal? {
        switch value {
        case .count(let n): FixedDecimal(n)
        case .number(let x), .measure(let x, _): FixedDecimal(x)
        case .share(let x): FixedDecimal(x, decimals: 0, shift: 2)
        case .span(let span): FixedDecimal(span.count)
        case .list(let items): FixedDecimal(items.count)
        default: nil
        }
    }

    /// What select compares.
    private static func selector(_ value: Say) -> String {
        switch value {
        case .text(let text), .code(let text), .term(let text): text
        case .count(let n): String(n)
        case .phrase(let phrase): phrase.key
        case .measure(_, let unit): unit
        default: ""
        }
    }

    /// The whole word, or what follows the last full stop of it: `colour.onTrack` is also
    /// `onTrack`.
    private static func matches(_ word: String, _ option: String) -> Bool {
        word == option
            || (word.utf8.count > option.utf8.count && word.hasSuffix(option)
                && word.utf8.dropLast(option.utf8.count).last == UInt8(ascii: "."))
    }

    // MARK: Lines and spans

    mutating func put(_ text: String) { buffer.append(contentsOf: text.utf8) }

    private mutating func endSpan() {
        guard !buffer.isEmpty else { return }
        spans.append(Message.Span(String(decoding: buffer, as: UTF8.self), style))
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func endLine() {
        while buffer.last == 0x20 { buffer.removeLast() }
        endSpan()
        defer { hadPlaceholder = false }
        guard spans.isEmpty else {
            lines.append(Message.Line(spans))
            spans = []
            return
        }
        guard !hadPlaceholder, let last = lines.last, !last.spans.isEmpty else { return }
        lines.append(Message.Line())
    }
}
