/// One usage line of a command, read from the notation of `commands/`: what grammar, synopsis, help and
/// menu are made from.
public struct Usage: Hashable, Sendable {
    /// The word it begins with.
    public var verb: String
    /// Words that follow the verb at once and must be there: `set` in `goal set <value:measure>`.
    public var keywords: [String]
    /// All that follows, in order.
    public var parts: [Part]

    public indirect enum Part: Hashable, Sendable {
        /// A word that must stand here; of several, one is chosen: `yes|no`.
        case word(alternatives: [String])
        /// A word that may be there: `[critical]`.
        case flag(String)
        case slot(Slot)
        /// Taken whole or not at all: `[due <day:day>]`.
        case group([Part])
        /// `name=<name:type>`: never without its name.
        case key(Slot)
    }

    public struct Slot: Hashable, Sendable {
        public var name: String
        /// The name of a `SlotType`.
        public var type: String
        public var isOptional: Bool
        /// `...`: takes all that is left of the text.
        public var isRest: Bool
        public init(name: String, type: String, isOptional: Bool = false, isRest: Bool = false) {
            self.name = name
            self.type = type
            self.isOptional = isOptional
            self.isRest = isRest
        }
    }

    public init(verb: String, keywords: [String] = [], parts: [Part] = []) {
        self.verb = verb
        self.keywords = keywords
        self.parts = parts
    }

    /// Reads the notation: `up <value:measure> [goal:goal] [on:date] [note:text...]`.
    public init(parsing notation: String) throws(NotationError) {
        var reader = NotationReader(notation)
        self = try reader.usage()
    }

    /// As help shows it, without types: `up <value> [goal] [on] [note…]`.
    public var synopsis: String { synopsis(verb: verb, word: { $0 }, slot: { $0 }) }

    func synopsis(verb: String, word: (String) -> String, slot: (String) -> String) -> String {
        func text(_ part: Part) -> String {
            switch part {
            case .word(let alternatives): alternatives.map(word).joined(separator: "|")
            case .flag(let name): "[\(word(name))]"
            case .slot(let s):
                s.isOptional
                    ? "[\(slot(s.name))\(s.isRest ? "…" : "")]"
                    : "<\(slot(s.name))\(s.isRest ? "…" : "")>"
            case .group(let parts): "[\(parts.map(text).joined(separator: " "))]"
            case .key(let s):
                s.isOptional ? "[\(s.name)=<\(slot(s.name))>]" : "\(s.name)=<\(slot(s.name))>"
            }
        }
        return ([verb] + keywords.map(word) + parts.map(text)).joined(separator: " ")
    }

    /// Every slot, also those inside groups, in order.
    public var slots: [Slot] { parts.flatMap { Self.slots(of: $0) } }

    static func slots(of part: Part) -> [Slot] {
        switch part {
        case .slot(let s), .key(let s): [s]
        case .group(let parts): parts.flatMap { slots(of: $0) }
        case .word, .flag: []
        }
    }

    /// Every word that is not a slot's name, in order, leading ones too.
    public var words: [String] { keywords + parts.flatMap { Self.words(of: $0) } }

    static func words(of part: Part) -> [String] {
        switch part {
        case .word(let alternatives): alternatives
        case .flag(let name): [name]
        case .group(let parts): parts.flatMap { words(of: $0) }
        case .slot, .key: []
        }
    }
}

/// Why a usage line can't be read.
public struct NotationError: Error, Hashable, Sendable, CustomStringConvertible {
    public var notation: String
    /// UTF-8 offset of the place.
    public var offset: Int
    public var reason: String
    public var description: String { "`\(notation)` at \(offset): \(reason)" }
}

/// Recursive descent over the notation's bytes; lines are at most 1,000 bytes, groups at most 4 deep.
private struct NotationReader {
    let notation: String
    let bytes: [UInt8]
    var i = 0

    init(_ notation: String) {
        self.notation = notation
        self.bytes = Array(notation.utf8.prefix(1_001))
    }

    func fail(_ reason: String, at offset: Int? = nil) -> NotationError {
        NotationError(notation: notation, offset: offset ?? i, reason: reason)
    }

    mutating func skipSpaces() { while i < bytes.count, bytes[i] == 32 || bytes[i] == 9 { i += 1 } }

    func peek(_ ascii: Unicode.Scalar) -> Bool {
        i < bytes.count && bytes[i] == UInt8(ascii: ascii)
    }

    mutating func usage() throws(NotationError) -> Usage {
        guard bytes.count <= 1_000 else { throw fail("longer than 1,000 bytes") }
        skipSpaces()
        let verb = try word()
        guard !verb.utf8.contains(UInt8(ascii: "|")) else {
            throw fail("a usage begins with one verb", at: 0)
        }
        var parts: [Usage.Part] = []
        while true {
            skipSpaces()
            if i == bytes.count { break }
            parts.append(try part(depth: 0))
        }
        var keywords: [String] = []
        while case .word(let alternatives)? = parts.first, alternatives.count == 1 {
            keywords += alternatives
            parts.removeFirst()
        }
        let usage = Usage(verb: verb, keywords: keywords, parts: parts)
        try check(usage)
        return usage
    }

    func check(_ usage: Usage) throws(NotationError) {
        let slots = usage.slots
        guard Set(slots.map(\.name)).count == slots.count else {
            throw fail("two slots of one name", at: 0)
        }
        guard slots.count <= 24 else { throw fail("more than 24 slots", at: 0) }
        for slot in slots.dropLast() where slot.isRest {
            throw fail("only the last slot can take the rest: \(slot.name)", at: 0)
        }
        let words = usage.parts.flatMap { Usage.words(of: $0) }
        guard Set(words).count == words.count else {
            throw fail("one word stands at two places", at: 0)
        }
    }

    mutating func part(depth: Int) throws(NotationError) -> Usage.Part {
        if peek("<") { return .slot(try slot(closing: ">", isOptional: false)) }
        if peek("[") {
            if let slot = try shortSlot() { return .slot(slot) }
            return try group(depth: depth)
        }
        let start = i
        let text = try word()
        if text.utf8.last == UInt8(ascii: "=") {
            guard peek("<") else { throw fail("a key is written name=<name:type>") }
            let slot = try slot(closing: ">", isOptional: false)
            guard text == slot.name + "=" else {
                throw fail("key and slot have two names", at: start)
            }
            return .key(slot)
        }
        let alternatives = text.split(separator: "|", omittingEmptySubsequences: false).map(
            String.init)
        guard !alternatives.contains("") else { throw fail("an empty word", at: start) }
        return .word(alternatives: alternatives)
    }

    mutating func group(depth: Int) throws(NotationError) -> Usage.Part {
        guard depth < 4 else { throw fail("groups more than four deep") }
        let start = i
        i += 1
        var parts: [Usage.Part] = []
        while true {
            skipSpaces()
            guard i < bytes.count else { throw fail("[ is not closed", at: start) }
            if peek("]") { break }
            parts.append(try part(depth: depth + 1))
        }
        i += 1
        guard let only = parts.first else { throw fail("an empty group", at: start) }
        guard parts.count == 1 else { return .group(parts) }
        switch only {
        case .word(let alternatives) where alternatives.count == 1: return .flag(alternatives[0])
        case .slot(var slot):
            slot.isOptional = true
            return .slot(slot)
        case .key(var slot):
            slot.isOptional = true
            return .key(slot)
        default: return .group(parts)
        }
    }

    /// `[name:type]`, if that is what stands here.
    mutating func shortSlot() throws(NotationError) -> Usage.Slot? {
        var j = i + 1
        while j < bytes.count, Self.isName(bytes[j]) { j += 1 }
        guard j > i + 1, j < bytes.count, bytes[j] == UInt8(ascii: ":") else { return nil }
        return try slot(closing: "]", isOptional: true)
    }

    mutating func slot(closing: Unicode.Scalar, isOptional: Bool) throws(NotationError)
        -> Usage.Slot
    {
        i += 1
        let name = try identifier("a slot's name")
        guard peek(":") else { throw fail("a slot is written name:type") }
        i += 1
        let type = try identifier("a slot's type")
        var isRest = false
        if i + 2 < bytes.count, bytes[i..<i + 3].allSatisfy({ $0 == UInt8(ascii: ".") }) {
            isRest = true
            i += 3
        }
        guard peek(closing) else { throw fail("expected \(closing)") }
        i += 1
        return Usage.Slot(name: name, type: type, isOptional: isOptional, isRest: isRest)
    }

    static func isName(_ b: UInt8) -> Bool {
        (b >= 97 && b <= 122) || (b >= 65 && b <= 90) || (b >= 48 && b <= 57) || b == 45 || b == 95
    }

    mutating func identifier(_ what: String) throws(NotationError) -> String {
        let start = i
        while i < bytes.count, Self.isName(bytes[i]) { i += 1 }
        guard i > start else { throw fail("expected \(what)") }
        return String(decoding: bytes[start..<i], as: UTF8.self)
    }

    /// A word of any script, `|` and a closing `=` included.
    mutating func word() throws(NotationError) -> String {
        let start = i
        let stops = Array(" \t[]<>:\"".utf8)
        while i < bytes.count, !stops.contains(bytes[i]) { i += 1 }
        guard i > start else { throw fail("expected a word") }
        let text = String(decoding: bytes[start..<i], as: UTF8.self)
        guard !text.utf8.contains(where: { $0 >= 65 && $0 <= 90 }) else {
            throw fail("words are lower-case: \(text)", at: start)
        }
        return text
    }
}
