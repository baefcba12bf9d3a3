/// A kind of value that a slot of a command can hold: how it is recognised in what people write, and how
/// it is written canonically. Types are strict: what they don't recognise is left for the next slot.
public struct SlotType: Sendable {
    /// As the notation names it: `measure` in `<value:measure>`.
    public var name: String
    /// Reads a value at the first of the tokens; nil if none stands there.
    public var recognise: @Sendable (_ tokens: Tokens, _ reading: Reading) -> Recognised?
    /// One token that is recognised as the same value, quoted where it needs to be; nil for a value of
    /// another kind.
    public var print: @Sendable (Value) -> String?
    /// Existing values, canonical, for suggestions and menus.
    public var candidates: @Sendable (Reading) -> [String]
    /// Sees quoted tokens itself. Other types are shown what stands inside the quotes.
    public var takesQuotes: Bool
    /// Takes words up to the next keyword where nothing is quoted.
    var isText = false

    public init(
        name: String,
        candidates: (@Sendable (Reading) -> [String])? = nil,
        takesQuotes: Bool = false,
        recognise: @escaping @Sendable (_ tokens: Tokens, _ reading: Reading) -> Recognised?,
        print: @escaping @Sendable (Value) -> String?
    ) {
        self.name = name
        self.recognise = recognise
        self.print = print
        self.candidates = candidates ?? { $0.candidates(name) }
        self.takesQuotes = takesQuotes
    }

    /// The same type under another name: `day` for what is a `count` of 1 to 100.
    public func named(_ name: String) -> SlotType {
        var copy = self
        copy.name = name
        copy.candidates = { $0.candidates(name) }
        return copy
    }

    /// Only values that pass.
    public func only(_ passes: @escaping @Sendable (Value) -> Bool) -> SlotType {
        var copy = self
        let recognise = self.recognise
        copy.recognise = { tokens, reading in
            guard let found = recognise(tokens, reading) else { return nil }
            if passes(found.value) { return found }
            guard let other = found.otherwise, passes(other) else { return nil }
            return Recognised(other, taken: found.taken)
        }
        return copy
    }

    /// The first of several types that recognises what stands there: a date or a day of the challenge.
    public static func either(name: String, _ types: [SlotType]) -> SlotType {
        SlotType(
            name: name, candidates: { reading in types.flatMap { $0.candidates(reading) } },
            takesQuotes: types.contains { $0.takesQuotes },
            recognise: { tokens, reading in
                for type in types {
                    if let found = type.read(tokens, reading) { return found }
                }
                return nil
            },
            print: { value in
                for type in types {
                    if let text = type.print(value) { return text }
                }
                return nil
            })
    }

    /// A table of things with names in any language: cities and their zones. `heard` is folded; of two
    /// rows that hear one word the first is meant. `print` is what the row is called canonically.
    public static func table(
        name: String, rows: [(value: Value, print: String, heard: [String])]
    ) -> SlotType {
        var words = WordTable<Int>()
        var printed: [Value: String] = [:]
        for (i, row) in rows.enumerated() {
            for phrase in [row.print] + row.heard { words.add(phrase, i) }
            if printed[row.value] == nil { printed[row.value] = row.print }
        }
        let table = words
        let prints = printed
        let values = rows.map(\.value)
        let names = rows.map(\.print)
        return SlotType(
            name: name, candidates: { _ in names },
            recognise: { tokens, reading in
                table.match(tokens, 0, prefer: reading.languages) { $0 }
                    .map { Recognised(values[$0.value], taken: $0.taken) }
            },
            print: { value in prints[value].map(Self.token) })
    }

    /// A printed value as one token: quoted where spaces, quotes or `=` would take it apart.
    public static func token(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy {
                ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122)
                    || [43, 45, 46, 44, 37, 95, 47, 58, 64, 124].contains($0)
            }
        return isPlain ? text : Quotes.quote(text)
    }

    /// Recognises at the first token, looking into quotes for the types that don't see them.
    func read(_ tokens: Tokens, _ reading: Reading) -> Recognised? {
        guard !tokens.isEmpty else { return nil }
        guard tokens.isQuoted(0), !takesQuotes else {
            guard let found = recognise(tokens, reading), found.taken >= 1,
                found.taken <= tokens.count
            else { return nil }
            return found
        }
        let inner = tokens.within(0)
        guard !inner.isEmpty, !inner.isQuoted(0), let found = recognise(inner, reading),
            found.taken == inner.count
        else { return nil }
        return Recognised(found.value, taken: 1, otherwise: found.otherwise)
    }

    // MARK: - The language's own types

    /// Free text: one quoted token, or words up to the next keyword of the usage.
    public static let text: SlotType = {
        var type = SlotType(
            name: "text", takesQuotes: true,
            recognise: { tokens, _ in tokens.isEmpty ? nil : Recognised(.text(tokens.raw(0))) },
            print: { if case .text(let text) = $0 { Quotes.quote(text) } else { nil } })
        type.isText = true
        return type
    }()

    /// One token, as written.
    public static let word = SlotType(
        name: "word", takesQuotes: true,
        recognise: { tokens, _ in tokens.isEmpty ? nil : Recognised(.word(tokens.raw(0))) },
        print: { if case .word(let word) = $0 { Quotes.quote(word) } else { nil } })

    /// The types of this module: text, word, number, measure, count, percent, date, moment, duration,
    /// person, code.
    public static let all: [SlotType] = [
        text, word, number, measure, count, percent, date, moment, duration, person, code,
    ]
}
