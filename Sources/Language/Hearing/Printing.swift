extension Grammar {
    /// The canonical line of an utterance, without a slash: Latin verb and keywords, required slots in
    /// place, every optional one as `name=value`, texts quoted, a rest slot last.
    public func print(_ utterance: Utterance) -> String {
        guard let usage = compiled(utterance.command, utterance.usage) else {
            return utterance.command
        }
        var printer = Printer(
            usage: usage, values: utterance.values, words: words(of: utterance.command))
        printer.run()
        return printer.out.joined(separator: " ")
    }

    /// A shorter line that means the same in this reading: optional values without their names, texts
    /// without quotes, what is implied left out, as far as it is still read back as the same utterance.
    public func brief(_ utterance: Utterance, in reading: Reading) -> String {
        var kept = utterance
        if let usage = compiled(utterance.command, utterance.usage) {
            for slot in usage.slots {
                guard let value = utterance.values[slot.name],
                    reading.implied[slot.type.name] == value
                else {
                    continue
                }
                kept.values[slot.name] = nil
            }
        }
        for candidate in [kept, utterance] {
            guard let usage = compiled(utterance.command, utterance.usage) else { break }
            var printer = Printer(
                usage: usage, values: candidate.values, words: words(of: utterance.command),
                isBrief: true)
            printer.run()
            let line = printer.out.joined(separator: " ")
            if (try? parse(line, in: reading)) == utterance { return line }
        }
        return print(utterance)
    }

    /// A value as examples write it: texts without quotes.
    func plain(_ value: Value, slot: String, of utterance: Utterance) -> String {
        switch value {
        case .text(let text), .word(let text), .code(let text): return text
        default: break
        }
        let type = compiled(utterance.command, utterance.usage)?.slots.first { $0.name == slot }?
            .type
        let text = type?.print(value) ?? Printer.anyPrint(value)
        guard text.utf8.first == 34, text.utf8.last == 34, text.utf8.count >= 2 else { return text }
        return String(decoding: text.utf8.dropFirst().dropLast(), as: UTF8.self)
    }

    /// The canonical print of a value of a type: `69.1%`, `CH-03`, `"a text"`.
    public func print(_ value: Value, type: String) -> String {
        types[type]?.print(value) ?? Printer.anyPrint(value)
    }

    private func words(of command: String) -> Set<String> {
        guard let usages = specs[command]?.usages.indices else { return [] }
        var out: Set<String> = []
        for i in usages {
            guard let usage = compiled(command, i) else { continue }
            out.formUnion(usage.source.words)
            for word in usage.words.entries.keys { out.insert(word.text) }
            for (table, _) in usage.leading {
                for word in table.entries.keys { out.insert(word.text) }
            }
        }
        return out
    }

    /// What says that a group was there, where no slot or choice inside it does.
    static func marker(of parts: [Usage.Part]) -> String? {
        func saysItself(_ part: Usage.Part) -> Bool {
            switch part {
            case .slot(let slot), .key(let slot): !slot.isOptional
            case .word(let alternatives): alternatives.count > 1
            case .flag, .group: false
            }
        }
        guard !parts.contains(where: saysItself), case .word(let first)? = parts.first else {
            return nil
        }
        return first.first
    }
}

private struct Printer {
    let usage: CompiledUsage
    let values: [String: Value]
    /// Words that a bare value must not look like.
    let words: Set<String>
    var isBrief = false
    var out: [String] = []
    private var afterNumber = false

    init(usage: CompiledUsage, values: [String: Value], words: Set<String>, isBrief: Bool = false) {
        self.usage = usage
        self.values = values
        self.words = words
        self.isBrief = isBrief
    }

    mutating func run() {
        let source = usage.source
        out = [source.verb] + source.keywords
        var last: Usage.Part?
        for (i, part) in source.parts.enumerated() {
            if Usage.slots(of: part).contains(where: \.isRest) {
                last = part
            } else {
                put(part, isLeading: i < usage.leading.count - source.keywords.count)
            }
        }
        if let implied = usage.implied,
            !source.slots.contains(where: { $0.name == usage.slots[implied].name }),
            let value = values[usage.slots[implied].name]
        {
            putNamed(usage.slots[implied].name, value)
        }
        if let last { put(last, isLeading: false) }
    }

    private mutating func put(_ part: Usage.Part, isLeading: Bool) {
        switch part {
        case .word(let alternatives): putWord(alternatives)
        case .flag(let name): if values[name] != nil { append(name) }
        case .key(let slot): if let value = values[slot.name] { putNamed(slot.name, value) }
        case .slot(let slot):
            guard let value = values[slot.name] else { return }
            if slot.isOptional, !isBrief {
                putNamed(slot.name, value)
            } else {
                putBare(slot.name, value, mayBeOpen: isBrief && slot.isRest)
            }
        case .group(let parts): if isPresent(parts) { for part in parts { putInGroup(part) } }
        }
    }

    private mutating func putInGroup(_ part: Usage.Part) {
        switch part {
        case .slot(let slot): if let value = values[slot.name] { putBare(slot.name, value) }
        case .group(let parts): if isPresent(parts) { for part in parts { putInGroup(part) } }
        case .word(let alternatives): putWord(alternatives)
        case .flag(let name): if values[name] != nil { append(name) }
        case .key: break
        }
    }

    private mutating func putWord(_ alternatives: [String]) {
        if let word = alternatives.count == 1
            ? alternatives.first : alternatives.first(where: { values[$0] != nil })
        {
            append(word)
        }
    }

    private func isPresent(_ parts: [Usage.Part]) -> Bool {
        if let marker = Grammar.marker(of: parts) { return values[marker] != nil }
        return parts.contains { part in
            switch part {
            case .slot(let slot), .key(let slot): values[slot.name] != nil
            case .word(let alternatives):
                alternatives.count > 1 && alternatives.contains { values[$0] != nil }
            case .flag(let name): values[name] != nil
            case .group(let inner): isPresent(inner)
            }
        }
    }

    private mutating func append(_ text: String) {
        out.append(text)
        afterNumber = false
    }

    private func text(_ name: String, _ value: Value) -> String {
        let type = usage.slots.first { $0.name == name }?.type
        return type?.print(value) ?? Self.anyPrint(value)
    }

    private mutating func putNamed(_ name: String, _ value: Value) {
        append(name + "=" + text(name, value))
    }

    private mutating func putBare(_ name: String, _ value: Value, mayBeOpen: Bool = false) {
        if mayBeOpen, case .text(let open) = value { return append(open) }
        var text = text(name, value)
        if isBrief, case .word(let word) = value, SlotType.token(word) == word { text = word }
        let isQuoted = text.utf8.first == 34
        // A value that looks like a word of the usage, or would be read on from the figure before it.
        if !isQuoted, words.contains(Folding.fold(text)) || (afterNumber && !isBrief) {
            text = Quotes.quote(text)
        }
        let isFigure =
            switch value {
            case .measure, .number, .count, .percent: !isQuoted
            default: false
            }
        append(text)
        afterNumber = isFigure
    }

    /// A value that its slot's type doesn't know how to write.
    static func anyPrint(_ value: Value) -> String {
        for type in SlotType.all {
            if let text = type.print(value) { return text }
        }
        if case .term(let key) = value { return SlotType.token(key) }
        return "\"\""
    }
}
