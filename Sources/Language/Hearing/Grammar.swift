/// All commands in all languages, ready to hear a line and to write one.
///
/// A line is heard in the union of all languages. `parse(print(u)) == u` for every utterance.
public struct Grammar: Sendable {
    struct Command: Sendable {
        let spec: CommandSpec
        let usages: [CompiledUsage]
    }

    /// Scalars that a line may have.
    public static let longestLine = 4_096

    let commands: [Command]
    let languages: [LanguageTable]
    let types: [String: SlotType]
    let lexicon: Lexicon
    let verbs: WordTable<Int>
    /// Folded verbs for suggestions: the phrase, its command, its language (nil for the canonical ones).
    let spoken: [(phrase: String, command: Int, language: String?)]
    private let indices: [String: Int]
    /// By name.
    public let specs: [String: CommandSpec]

    /// Builds the grammar, or names the file, the usage and the reason why these make none.
    ///
    /// - Parameter implied: The type of slot that every command has which names one or depends on a
    ///   phase: written nowhere, last among the optional ones, accepted first or last.
    public init(
        commands specs: [CommandSpec], languages: [LanguageTable], types: [SlotType],
        implied: String? = "challenge"
    ) throws(GrammarFault) {
        var known: [String: SlotType] = [:]
        for type in SlotType.all + types { known[type.name] = type }
        self.types = known
        self.languages = languages
        self.lexicon = Lexicon(languages)
        let compiler = UsageCompiler(
            commands: specs, languages: languages, types: known, impliedType: implied)
        var built: [Command] = []
        var indices: [String: Int] = [:]
        for (i, spec) in specs.enumerated() {
            guard indices[spec.name] == nil else {
                throw GrammarFault(file: spec.name + ".yaml", reason: "two commands of this name")
            }
            indices[spec.name] = i
            built.append(Command(spec: spec, usages: try compiler.compile(i)))
        }
        self.commands = built
        self.indices = indices
        self.specs = Dictionary(
            specs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        (self.verbs, self.spoken) = try Self.verbs(specs, languages)
        for command in built { try Self.checkLeading(command) }
        for (i, spec) in specs.enumerated() {
            for example in spec.examples { try checkExample(example, i, spec.name + ".yaml") }
            for table in languages {
                for example in table.commands[spec.name]?.examples ?? [] {
                    try checkExample(example, i, "languages/\(table.tag).yaml")
                }
            }
        }
    }

    // MARK: - Hearing

    /// Reads a line that begins with a verb; no slash before it.
    public func parse(_ text: Substring, in reading: Reading) throws(Misunderstanding) -> Utterance
    {
        try parse(bytes: Array(text.utf8), reading)
    }

    /// Reads a line that begins with a verb; no slash before it.
    public func parse(_ text: String, in reading: Reading) throws(Misunderstanding) -> Utterance {
        try parse(bytes: Array(text.utf8), reading)
    }

    private func parse(bytes: [UInt8], _ reading: Reading) throws(Misunderstanding) -> Utterance {
        guard Self.isShort(bytes) else {
            throw Misunderstanding(.tooLong(limit: Self.longestLine), place: 0..<bytes.count)
        }
        let tokens = Tokens(bytes, lexicon: lexicon)
        guard let (command, taken) = verb(tokens, reading) else { throw unknown(tokens, reading) }
        return try understand(command, tokens, from: taken, reading)
    }

    static func isShort(_ bytes: [UInt8]) -> Bool {
        if bytes.count <= longestLine { return true }
        if bytes.count > longestLine * 4 { return false }
        return bytes.count { $0 & 0xC0 != 0x80 } <= longestLine
    }

    /// The command that the first token or tokens name, and how many they are.
    func verb(_ tokens: Tokens, _ reading: Reading) -> (command: Int, taken: Int)? {
        if let (command, taken) = verbs.match(tokens, 0, prefer: reading.languages, { $0 }) {
            return (command, taken)
        }
        guard !tokens.isEmpty, !tokens.isQuoted(0), tokens[0].utf8.count <= 128 else { return nil }
        let word = tokens[0]
        var end = word.unicodeScalars.endIndex
        while end > word.unicodeScalars.startIndex,
            Scalars.isPunctuation(word.unicodeScalars[word.unicodeScalars.index(before: end)].value)
        {
            end = word.unicodeScalars.index(before: end)
        }
        for candidate in [Word(String(word.unicodeScalars[..<end]))] + Layout.others(tokens.raw(0))
        {
            if let found = verbs.entries[candidate]?.first(where: { $0.tail.isEmpty }) {
                return (found.meaning, 1)
            }
        }
        return nil
    }

    /// The usages whose leading words stand there, if it is the longest run of all.
    private func usages(
        of command: Int, _ tokens: Tokens, from start: Int
    ) -> [(usage: CompiledUsage, end: Int, chosen: [String])] {
        var out: [(usage: CompiledUsage, end: Int, chosen: [String])] = []
        var longest = 0
        for usage in commands[command].usages {
            guard let (end, chosen) = usage.matchLeading(tokens, from: start) else { continue }
            if usage.leading.count > longest {
                out.removeAll(keepingCapacity: true)
                longest = usage.leading.count
            }
            if usage.leading.count == longest { out.append((usage, end, chosen)) }
        }
        return out
    }

    func understand(
        _ command: Int, _ tokens: Tokens, from start: Int, _ reading: Reading
    ) throws(Misunderstanding) -> Utterance {
        let candidates = usages(of: command, tokens, from: start)
        guard !candidates.isEmpty else { throw expected(command, tokens, start) }
        var worst: (failure: Walk.Failure, usage: CompiledUsage)?
        for (usage, end, chosen) in candidates {
            var walk = Walk(usage, tokens, reading)
            if let state = walk.walk(from: end, chosen: chosen) { return utterance(state, usage) }
            guard let failure = walk.failure else { continue }
            if let known = worst, known.failure.place.lowerBound >= failure.place.lowerBound {
                continue
            }
            worst = (failure, usage)
        }
        guard let (failure, usage) = worst else { throw expected(command, tokens, start) }
        throw misunderstanding(failure, usage, reading)
    }

    func utterance(_ state: Walk.State, _ usage: CompiledUsage) -> Utterance {
        var values: [String: Value] = [:]
        for (i, value) in state.values.enumerated() {
            if let value { values[usage.slots[i].name] = value }
        }
        for word in state.chosen { values[word] = .term(word) }
        return Utterance(
            command: commands[usage.command].spec.name, usage: usage.index, values: values)
    }

    // MARK: - One value

    /// The answer to a question about one slot: the whole text as its value.
    public func parse(slot: String, of command: String, from text: String, in reading: Reading)
        -> Value?
    {
        guard let index = indices[command] else { return nil }
        for usage in commands[index].usages {
            guard let found = usage.slots.first(where: { $0.name == slot }) else { continue }
            return value(of: found.type, text, reading)
        }
        return nil
    }

    /// Existing values that the slot of a command could hold, canonical, for buttons under a question.
    public func candidates(slot: String, of command: String, in reading: Reading) -> [String] {
        guard let index = indices[command] else { return [] }
        for usage in commands[index].usages {
            if let found = usage.slots.first(where: { $0.name == slot }) {
                return found.type.candidates(reading)
            }
        }
        return []
    }

    /// The whole text as one value of a type; nil where it is none, or may be two.
    public func value(type: String, of text: String, in reading: Reading) -> Value? {
        types[type].flatMap { value(of: $0, text, reading) }
    }

    private func value(of type: SlotType, _ text: String, _ reading: Reading) -> Value? {
        let bytes = Array(text.utf8)
        guard Self.isShort(bytes) else { return nil }
        let tokens = Tokens(bytes, lexicon: lexicon)
        guard let first = tokens.items.first, let last = tokens.items.last else { return nil }
        if type.isText, !(tokens.count == 1 && tokens.isQuoted(0)) {
            let range = first.outer.lowerBound..<last.outer.upperBound
            return .text(String(decoding: bytes[range], as: UTF8.self))
        }
        guard let found = type.read(tokens, reading), found.taken == tokens.count,
            found.otherwise == nil
        else { return nil }
        return found.value
    }

    /// The values of a type that stand inside a sentence, with their places in UTF-8 offsets; at most 16.
    /// Figures that belong to a date are none of a number's.
    public func values(
        of type: String, inside text: String, in reading: Reading
    ) -> [(value: Value, range: Range<Int>)] {
        let bytes = Array(text.utf8)
        guard let type = types[type], Self.isShort(bytes) else { return [] }
        let tokens = Tokens(bytes, lexicon: lexicon).withoutPunctuation()
        let isNumeric = ["measure", "number", "count", "percent"].contains(type.name)
        var out: [(value: Value, range: Range<Int>)] = []
        var i = 0
        while i < tokens.items.count, out.count < 16 {
            let rest = tokens.from(i)
            if isNumeric, let (_, taken) = DateWords.read(rest, reading, .coming),
                taken > 1 || LocalDate(iso: rest[0]) != nil
            {
                i += taken
                continue
            }
            guard let found = type.read(rest, reading) else {
                i += 1
                continue
            }
            let end = tokens.items[i + found.taken - 1].outer.upperBound
            out.append((found.value, tokens.items[i].outer.lowerBound..<end))
            i += found.taken
        }
        return out
    }

    // MARK: - Words of the commands

    /// The name of the command that a verb or an alias of any language means.
    public func command(heard verb: String) -> String? {
        let bytes = Array(verb.utf8.prefix(512))
        let tokens = Tokens(bytes, lexicon: lexicon)
        guard let (command, taken) = self.verb(tokens, Reading(today: LocalDate(days: 0))),
            taken == tokens.count
        else { return nil }
        return commands[command].spec.name
    }

    /// The command that a text begins with and the text behind its verb.
    public func command(
        beginning text: String, in reading: Reading
    ) -> (name: String, rest: String)? {
        let bytes = Array(text.utf8)
        guard Self.isShort(bytes) else { return nil }
        let tokens = Tokens(bytes, lexicon: lexicon)
        guard let (command, taken) = verb(tokens, reading) else { return nil }
        let from = taken < tokens.items.count ? tokens.items[taken].outer.lowerBound : bytes.count
        return (commands[command].spec.name, String(decoding: bytes[from...], as: UTF8.self))
    }

    /// The verb that menus and help show in a language; the canonical one where it has none of its own.
    public func verb(of command: String, language: String) -> String {
        table(language)?.commands[command]?.verbs.first ?? command
    }

    /// The usage lines as help shows them, in a language's words and, where it restates them, its order.
    public func synopsis(of command: String, language: String) -> [String] {
        guard let index = indices[command] else { return [] }
        let table = table(language)
        let verb = verb(of: command, language: language)
        func word(_ key: String) -> String { table?.keywords[key]?.first ?? key }
        func slot(_ name: String) -> String { table?.terms["slot.\(name)"]?.says ?? name }
        let restated = (table?.commands[command]?.usages ?? []).compactMap {
            try? Usage(parsing: $0)
        }
        if !restated.isEmpty, restated.count >= commands[index].spec.usages.count {
            return restated.map { $0.synopsis(verb: verb, word: word, slot: slot) }
        }
        let canonical = commands[index].usages.prefix(commands[index].spec.usages.count)
        return canonical.map { $0.source.synopsis(verb: verb, word: word, slot: slot) }
    }

    /// Examples of a command in a language's own words; the canonical ones where it has none.
    public func examples(of command: String, language: String) -> [CommandSpec.Example] {
        let own = table(language)?.commands[command]?.examples ?? []
        return own.isEmpty ? specs[command]?.examples ?? [] : own
    }

    func table(_ language: String) -> LanguageTable? {
        languages.first { $0.tag.utf8.elementsEqual(language.utf8) }
    }

    /// The compiled form of a canonical usage.
    func compiled(_ command: String, _ usage: Int) -> CompiledUsage? {
        guard let index = indices[command] else { return nil }
        return commands[index].usages.first { $0.index == usage }
    }
}
