extension Grammar {
    /// Folded verbs and aliases of all languages; one word for two commands is a fault.
    static func verbs(
        _ specs: [CommandSpec], _ languages: [LanguageTable]
    ) throws(GrammarFault) -> (WordTable<Int>, [(phrase: String, command: Int, language: String?)])
    {
        var table = WordTable<Int>()
        var spoken: [(phrase: String, command: Int, language: String?)] = []
        var owner: [String: (command: Int, file: String)] = [:]
        func add(_ phrase: String, _ command: Int, _ file: String, _ language: Int)
            throws(GrammarFault)
        {
            let folded = Folding.fold(phrase)
            guard !folded.isEmpty else {
                throw GrammarFault(file: file, reason: "an empty verb of \(specs[command].name)")
            }
            if let known = owner[folded] {
                guard known.command == command else {
                    throw GrammarFault(
                        file: file,
                        reason:
                            "`\(phrase)` means \(specs[command].name) and \(specs[known.command].name) "
                            + "(\(known.file))")
                }
                return
            }
            owner[folded] = (command, file)
            table.add(phrase, command, language: language)
            spoken.append((folded, command, language == .max ? nil : languages[language].tag))
        }
        for (i, spec) in specs.enumerated() { try add(spec.name, i, spec.name + ".yaml", .max) }
        for (i, spec) in specs.enumerated() {
            for alias in spec.aliases { try add(alias, i, spec.name + ".yaml", .max) }
        }
        for (l, language) in languages.enumerated() {
            for (i, spec) in specs.enumerated() {
                for verb in language.commands[spec.name]?.verbs ?? [] {
                    try add(verb, i, "languages/\(language.tag).yaml", l)
                }
            }
            for name in language.commands.keys.sorted()
            where !specs.contains(where: { $0.name == name }) {
                throw GrammarFault(
                    file: "languages/\(language.tag).yaml", reason: "no command is named \(name)")
            }
        }
        return (table, spoken)
    }

    /// Two usages of one command must not hear one word as two keywords at the same leading place.
    static func checkLeading(_ command: Command) throws(GrammarFault) {
        var heard: [[Word]: (key: String, usage: Usage)] = [:]
        for usage in command.usages {
            for (place, leading) in usage.leading.enumerated() {
                for (first, entries) in leading.table.entries {
                    for entry in entries {
                        let phrase = [Word(String(place)), first] + entry.tail
                        if let known = heard[phrase], known.key != entry.meaning {
                            let words = phrase.dropFirst().map(\.text).joined(separator: " ")
                            throw GrammarFault(
                                file: command.spec.name + ".yaml", usage: usage.source.synopsis,
                                reason:
                                    "`\(words)` means two keywords: \(known.key) and \(entry.meaning)"
                            )
                        }
                        heard[phrase] = (entry.meaning, usage.source)
                    }
                }
            }
        }
    }

    /// The day on which examples are read where nobody says another.
    static let exampleReading = Reading(today: LocalDate(days: 20_532))  // Friday 2026-03-20

    /// An example must not be read by two usages to different effect.
    func checkExample(
        _ example: CommandSpec.Example, _ command: Int, _ file: String
    ) throws(GrammarFault) {
        let readings = utterances(example.say, Self.exampleReading)
        guard
            let first = readings.first(where: {
                $0.utterance.command == commands[command].spec.name
            })
        else {
            return
        }
        for other in readings where other.utterance != first.utterance {
            throw GrammarFault(
                file: file, usage: first.usage.source.synopsis,
                reason: "`\(example.say)` is also read by `\(other.usage.source.synopsis)`")
        }
    }

    /// What every usage with the longest run of leading words makes of a line.
    private func utterances(
        _ text: String, _ reading: Reading
    ) -> [(utterance: Utterance, usage: CompiledUsage)] {
        let bytes = Array(text.utf8)
        guard Self.isShort(bytes) else { return [] }
        let tokens = Tokens(bytes, lexicon: lexicon)
        guard let (command, start) = verb(tokens, reading) else { return [] }
        let matching = commands[command].usages.compactMap { usage in
            usage.matchLeading(tokens, from: start).map {
                (usage: usage, end: $0.end, chosen: $0.chosen)
            }
        }
        let longest = matching.map(\.usage.leading.count).max() ?? 0
        return matching.filter { $0.usage.leading.count == longest }.compactMap {
            usage, end, chosen in
            var walk = Walk(usage, tokens, reading)
            return walk.walk(from: end, chosen: chosen).map { (utterance($0, usage), usage) }
        }
    }

    /// Every example of every command and language that is not understood, does not mean what it says it
    /// means, or is not read back from its own print.
    public func faultsInExamples(in reading: Reading) -> [GrammarFault] {
        var out: [GrammarFault] = []
        for command in commands {
            let name = command.spec.name
            for example in command.spec.examples {
                check(example, name, name + ".yaml", reading, &out)
            }
            for table in languages {
                for example in table.commands[name]?.examples ?? [] {
                    check(example, name, "languages/\(table.tag).yaml", reading, &out)
                }
            }
        }
        return out
    }

    private func check(
        _ example: CommandSpec.Example, _ command: String, _ file: String, _ reading: Reading,
        _ out: inout [GrammarFault]
    ) {
        func fault(_ reason: String) {
            out.append(GrammarFault(file: file, usage: example.say, reason: reason))
        }
        do {
            let heard = try parse(example.say, in: reading)
            guard heard.command == command else {
                return fault("means the command \(heard.command)")
            }
            for (name, value) in example.means.sorted(by: { $0.key < $1.key }) {
                let found = heard.values[name].map { plain($0, slot: name, of: heard) }
                if found != value { fault("\(name) is \(found ?? "not there"), not \(value)") }
            }
            let again = try parse(print(heard), in: reading)
            if again != heard { fault("`\(print(heard))` is not read back as the same") }
        } catch {
            fault("is not understood: \(error.what)")
        }
    }
}
