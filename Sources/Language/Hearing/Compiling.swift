/// Makes the usages of one command ready for matching, and finds what is wrong with them.
struct UsageCompiler {
    let commands: [CommandSpec]
    let languages: [LanguageTable]
    let types: [String: SlotType]
    /// The type whose slot is added where a command needs it.
    let impliedType: String?

    /// A usage's words stand for keywords; in a restated usage also by what a language hears for them.
    private struct Making {
        var slots: [CompiledUsage.Slot] = []
        var floating: [CompiledUsage.Floating] = []
        var words = WordTable<CompiledUsage.WordUse>()
        var keys: [Word: Int] = [:]
        var implied: Int?
    }

    /// The command's canonical usages, and then those that languages restate.
    func compile(_ index: Int) throws(GrammarFault) -> [CompiledUsage] {
        let spec = commands[index]
        let file = spec.name + ".yaml"
        guard !spec.usages.isEmpty else { throw GrammarFault(file: file, reason: "no usage") }
        var canonical: [Usage] = []
        for line in spec.usages {
            let usage = try parsed(line, file)
            guard usage.verb == spec.name else {
                throw GrammarFault(
                    file: file, usage: line, reason: "a usage begins with the verb \(spec.name)")
            }
            canonical.append(usage)
        }
        let needs =
            !spec.phase.isEmpty
            || canonical.contains { $0.slots.contains { $0.type == impliedType } }
        var out: [CompiledUsage] = []
        for (i, usage) in canonical.enumerated() {
            out.append(
                try compile(usage, usage, command: index, index: i, needs: needs, file: file))
        }
        for table in languages {
            guard let words = table.commands[spec.name] else { continue }
            let file = "languages/\(table.tag).yaml"
            for (position, line) in words.usages.enumerated() {
                let usage = try parsed(line, file)
                let (i, restated) = try match(usage, line, position, canonical, table, file)
                if restated == canonical[i] { continue }
                out.append(
                    try compile(
                        restated, canonical[i], command: index, index: i, needs: needs, file: file))
            }
        }
        return out
    }

    private func parsed(_ line: String, _ file: String) throws(GrammarFault) -> Usage {
        do {
            return try Usage(parsing: line)
        } catch {
            throw GrammarFault(
                file: file, usage: line, reason: "\(error.reason) (at \(error.offset))")
        }
    }

    // MARK: - Restated usages

    /// The canonical usage that a restated one says in another order, and the restated one in canonical
    /// words.
    private func match(
        _ usage: Usage, _ line: String, _ position: Int, _ canonical: [Usage],
        _ table: LanguageTable,
        _ file: String
    ) throws(GrammarFault) -> (Int, Usage) {
        var order = Array(canonical.indices)
        if canonical.indices.contains(position) {
            order.removeAll { $0 == position }
            order.insert(position, at: 0)
        }
        for i in order {
            let words = canonical[i].words
            guard let restated = translated(usage, into: words, table) else { continue }
            if Set(restated.slots) == Set(canonical[i].slots), Set(restated.words) == Set(words) {
                return (i, restated)
            }
        }
        throw GrammarFault(
            file: file, usage: line,
            reason: "has other slots or words than any usage of the command")
    }

    private func translated(_ usage: Usage, into words: [String], _ table: LanguageTable) -> Usage?
    {
        func canonical(_ word: String) -> String? {
            if words.contains(word) { return word }
            let folded = Folding.fold(word)
            return words.first { key in
                table.keywords[key, default: []].contains { Folding.fold($0) == folded }
            }
        }
        func translated(_ part: Usage.Part) -> Usage.Part? {
            switch part {
            case .word(let alternatives):
                let known = alternatives.compactMap(canonical)
                return known.count == alternatives.count ? .word(alternatives: known) : nil
            case .flag(let name): return canonical(name).map { .flag($0) }
            case .group(let parts):
                let known = parts.compactMap(translated)
                return known.count == parts.count ? .group(known) : nil
            case .slot, .key: return part
            }
        }
        let keywords = usage.keywords.compactMap(canonical)
        let parts = usage.parts.compactMap(translated)
        guard keywords.count == usage.keywords.count, parts.count == usage.parts.count else {
            return nil
        }
        return Usage(verb: usage.verb, keywords: keywords, parts: parts)
    }

    // MARK: - One usage

    private func compile(
        _ usage: Usage, _ source: Usage, command: Int, index: Int, needs: Bool, file: String
    ) throws(GrammarFault) -> CompiledUsage {
        var making = Making()
        var parts = usage.parts[...]
        var leading = usage.keywords.map { (table: heard([$0]), alternatives: [$0]) }
        while case .word(let alternatives)? = parts.first {
            leading.append((heard(alternatives), alternatives))
            parts.removeFirst()
        }
        var sequence: [CompiledUsage.Step] = []
        for part in parts {
            if let step = try step(
                part, usage, file, &making, floating: nil, position: sequence.count)
            {
                sequence.append(step)
            }
        }
        try addImplied(needs, usage, file, &making, &sequence)
        guard making.floating.count <= 60 else {
            throw GrammarFault(
                file: file, usage: line(usage), reason: "more than 60 flags and groups")
        }
        for (i, slot) in making.slots.enumerated() {
            for name in [slot.name] + languages.flatMap({ $0.keywords[slot.name, default: []] }) {
                let word = Word(Folding.fold(name))
                if making.keys[word] == nil { making.keys[word] = i }
            }
        }
        try checkWords(making, usage, file)
        return CompiledUsage(
            command: command, index: index, leading: leading, slots: making.slots,
            sequence: sequence,
            floating: making.floating, words: making.words, keys: making.keys,
            implied: making.implied,
            source: source)
    }

    private func line(_ usage: Usage) -> String { usage.synopsis }

    private func addImplied(
        _ needs: Bool, _ usage: Usage, _ file: String, _ making: inout Making,
        _ sequence: inout [CompiledUsage.Step]
    ) throws(GrammarFault) {
        guard needs, let name = impliedType else { return }
        if let own = making.slots.firstIndex(where: { $0.type.name == name }) {
            let slot = making.slots[own]
            if slot.isOptional, !slot.isKey, !slot.isNested, slot.floating == nil {
                making.implied = own
            }
            return
        }
        guard let type = types[name] else { return }
        guard !making.slots.contains(where: { $0.name == name }) else {
            throw GrammarFault(
                file: file, usage: line(usage), reason: "a slot is named like the implied one")
        }
        making.slots.append(
            CompiledUsage.Slot(
                name: name, type: type, isOptional: true, isRest: false, floating: nil,
                isKey: false,
                isNested: false))
        let added = making.slots.count - 1
        making.implied = added
        if case .slot(let last)? = sequence.last, making.slots[last].isRest {
            sequence.insert(.slot(added), at: sequence.count - 1)
        } else {
            sequence.append(.slot(added))
        }
    }

    /// Words heard for keywords, in every language.
    private func heard(_ alternatives: [String]) -> WordTable<String> {
        var table = WordTable<String>()
        for key in alternatives {
            table.add(key, key)
            for (i, language) in languages.enumerated() {
                for phrase in language.keywords[key, default: []] {
                    table.add(phrase, key, language: i)
                }
            }
        }
        return table
    }

    private func addWords(
        _ alternatives: [String], _ making: inout Making, _ use: (String) -> CompiledUsage.WordUse
    ) {
        for key in alternatives {
            making.words.add(key, use(key))
            for (i, language) in languages.enumerated() {
                for phrase in language.keywords[key, default: []] {
                    making.words.add(phrase, use(key), language: i)
                }
            }
        }
    }

    /// A part of the sequence; nil for what stands anywhere.
    private func step(
        _ part: Usage.Part, _ usage: Usage, _ file: String, _ making: inout Making, floating: Int?,
        position: Int
    ) throws(GrammarFault) -> CompiledUsage.Step? {
        switch part {
        case .slot(let slot):
            return .slot(try add(slot, usage, file, &making, floating: floating, isNested: false))
        case .key(let slot):
            _ = try add(
                slot, usage, file, &making, floating: floating, isKey: true, isNested: false)
            return nil
        case .word(let alternatives):
            addWords(alternatives, &making) { .step(position, $0) }
            return .word(heard(alternatives), alternatives: alternatives)
        case .flag(let name):
            let i = making.floating.count
            making.floating.append(
                CompiledUsage.Floating(
                    alternatives: [name], steps: [], marker: name, isChoice: false))
            addWords([name], &making) { .floating(i, $0) }
            return nil
        case .group(let parts):
            guard case .word(let alternatives)? = parts.first else {
                let steps = try inner(parts, usage, file, &making, floating: nil)
                return .group(steps, marker: nil)
            }
            let i = making.floating.count
            making.floating.append(
                CompiledUsage.Floating(
                    alternatives: alternatives, steps: [], marker: nil, isChoice: false))
            let steps = try inner(Array(parts.dropFirst()), usage, file, &making, floating: i)
            making.floating[i] = CompiledUsage.Floating(
                alternatives: alternatives, steps: steps, marker: Grammar.marker(of: parts),
                isChoice: alternatives.count > 1)
            addWords(alternatives, &making) { .floating(i, $0) }
            return nil
        }
    }

    private func inner(
        _ parts: [Usage.Part], _ usage: Usage, _ file: String, _ making: inout Making,
        floating: Int?
    ) throws(GrammarFault) -> [CompiledUsage.Step] {
        var out: [CompiledUsage.Step] = []
        for part in parts {
            switch part {
            case .slot(let slot):
                // `name=` reaches the slot of a group that has no other.
                let isAlone = parts.count == 1
                out.append(
                    .slot(
                        try add(
                            slot, usage, file, &making, floating: isAlone ? floating : nil,
                            isNested: !isAlone || floating == nil)))
            case .key:
                throw GrammarFault(
                    file: file, usage: line(usage), reason: "a key can't stand inside a group")
            case .word(let alternatives):
                out.append(.word(heard(alternatives), alternatives: alternatives))
            case .flag(let name): out.append(.flag(heard([name]), name))
            case .group(let parts):
                out.append(
                    .group(
                        try inner(parts, usage, file, &making, floating: nil),
                        marker: Grammar.marker(of: parts)))
            }
        }
        return out
    }

    private func add(
        _ slot: Usage.Slot, _ usage: Usage, _ file: String, _ making: inout Making, floating: Int?,
        isKey: Bool = false, isNested: Bool
    ) throws(GrammarFault) -> Int {
        guard let type = types[slot.type] else {
            throw GrammarFault(
                file: file, usage: line(usage),
                reason: "unknown type `\(slot.type)` of \(slot.name)")
        }
        making.slots.append(
            CompiledUsage.Slot(
                name: slot.name, type: type, isOptional: slot.isOptional, isRest: slot.isRest,
                floating: floating, isKey: isKey, isNested: isNested))
        return making.slots.count - 1
    }

    // MARK: - Checks

    /// No word with two meanings at one place, no code spelled like a word.
    private func checkWords(_ making: Making, _ usage: Usage, _ file: String) throws(GrammarFault) {
        for (first, entries) in making.words.entries {
            for (i, one) in entries.enumerated() {
                if let other = entries[..<i].first(where: {
                    $0.tail == one.tail && $0.meaning != one.meaning
                }) {
                    let phrase = ([first] + one.tail).map(\.text).joined(separator: " ")
                    throw GrammarFault(
                        file: file, usage: line(usage),
                        reason:
                            "`\(phrase)` means two keywords: \(other.meaning) and \(one.meaning)")
                }
            }
        }
        let lexicon = Lexicon([])
        let reading = Reading(today: LocalDate(days: 0))
        for word in usage.words {
            let tokens = Tokens(Array(word.utf8), lexicon: lexicon)
            for slot in making.slots {
                guard let found = slot.type.read(tokens, reading), case .code = found.value else {
                    continue
                }
                throw GrammarFault(
                    file: file, usage: line(usage),
                    reason: "`\(word)` is spelled like a code of \(slot.name)")
            }
        }
    }
}
