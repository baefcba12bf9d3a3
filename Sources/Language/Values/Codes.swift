/// How a code is built: `CH-03`, `M3`, `CH-03-M3`.
public struct CodeShape: Sendable {
    /// Capital Latin letters: `CH`.
    public var prefix: String
    /// What stands between prefix and number in the canonical spelling; people may leave it out or put it in.
    public var separator: String
    /// How many digits people may write.
    public var digits: ClosedRange<Int>
    /// Canonical digits at least: 2 writes `CH-03`.
    public var pad: Int
    /// The code this one belongs to, written before it with a `-`; may be left out.
    public var parents: [CodeShape]
    /// Whether a parent must stand before it.
    public var needsParent: Bool

    public init(
        prefix: String, separator: String = "", digits: ClosedRange<Int> = 1...4, pad: Int = 1,
        within parents: [CodeShape] = [], needsParent: Bool = false
    ) {
        self.prefix = prefix
        self.separator = separator
        self.digits = digits
        self.pad = pad
        self.parents = parents
        self.needsParent = needsParent
    }

    /// The canonical spelling of a folded text with this shape.
    public func canonical(_ folded: String) -> String? {
        let bytes = Array(folded.utf8.prefix(64))
        guard let (text, end) = read(bytes, 0, depth: 0), end == bytes.count else { return nil }
        return text
    }

    private func read(_ bytes: [UInt8], _ start: Int, depth: Int) -> (String, Int)? {
        if !needsParent, let own = readOwn(bytes, start) { return own }
        guard depth < 4 else { return nil }
        for parent in parents {
            guard let (text, end) = parent.read(bytes, start, depth: depth + 1), end < bytes.count,
                bytes[end] == 45, let (own, ownEnd) = readOwn(bytes, end + 1)
            else { continue }
            return (text + "-" + own, ownEnd)
        }
        return nil
    }

    private func readOwn(_ bytes: [UInt8], _ start: Int) -> (String, Int)? {
        var i = start
        for letter in prefix.utf8 {
            guard i < bytes.count, bytes[i] == letter | 0x20 else { return nil }
            i += 1
        }
        if !prefix.isEmpty, i < bytes.count, bytes[i] == 45 { i += 1 }
        let from = i
        var n = 0
        while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57, i - from <= 9 {
            n = n * 10 + Int(bytes[i] - 48)
            i += 1
        }
        guard digits.contains(i - from), i - from <= 9 else { return nil }
        let text = String(n)
        return (
            prefix + separator + String(repeating: "0", count: max(0, pad - text.utf8.count))
                + text, i
        )
    }
}

/// Letters that look the same in Cyrillic and Latin: `СН-03` typed without changing the keyboard.
enum LookAlikes {
    /// A folded text with its Cyrillic look-alikes made Latin.
    static func latin(_ folded: String) -> String {
        guard folded.utf8.contains(where: { $0 >= 0x80 }) else { return folded }
        var out = String.UnicodeScalarView()
        for scalar in folded.unicodeScalars { out.append(table[scalar] ?? scalar) }
        return String(out)
    }

    private static let table: [Unicode.Scalar: Unicode.Scalar] = [
        "а": "a", "в": "b", "е": "e", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p", "с": "c",
        "т": "t",
        "у": "y", "х": "x", "і": "i", "ѕ": "s", "ј": "j", "ү": "y", "ԁ": "d", "һ": "h", "ԛ": "q",
        "ԝ": "w",
    ]
}

extension SlotType {
    /// Codes of a shape, and whatever else the reading has as a candidate of this type. People may write
    /// `CH-03`, `ch3`, `СН-03` with Cyrillic letters, or type it in the wrong layout; the value is
    /// canonical. With `existingOnly` a code of the shape must be a candidate too.
    public static func shaped(name: String, _ shapes: [CodeShape], existingOnly: Bool = false)
        -> SlotType
    {
        let longest = shapes
        return code(name: name, existingOnly: existingOnly) { folded in
            guard folded.utf8.contains(where: { $0 >= 48 && $0 <= 57 }) else { return nil }
            let latin = LookAlikes.latin(folded)
            for shape in longest {
                if let code = shape.canonical(latin) { return code }
            }
            guard folded.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
            let typed = Layout.latin(folded)
            for shape in longest {
                if let code = shape.canonical(typed) { return code }
            }
            return nil
        }
    }

    /// The usual shape in one line: `shaped(name: "milestone", prefix: "M", within: [challenge])`.
    public static func shaped(
        name: String, prefix: String, separator: String = "", digits: ClosedRange<Int> = 1...4,
        pad: Int = 1,
        within parents: [CodeShape] = [], existingOnly: Bool = false
    ) -> SlotType {
        shaped(
            name: name,
            [
                CodeShape(
                    prefix: prefix, separator: separator, digits: digits, pad: pad, within: parents)
            ],
            existingOnly: existingOnly)
    }

    /// Codes by a rule of one's own: `shape` makes the canonical spelling of a folded token, or nil.
    public static func code(
        name: String, existingOnly: Bool = false,
        shape: @escaping @Sendable (_ folded: String) -> String?
    ) -> SlotType {
        SlotType(
            name: name,
            recognise: { tokens, reading in
                let folded = tokens.bare(0).text
                guard !folded.isEmpty, folded.utf8.count <= 128 else { return nil }
                if let code = shape(folded) {
                    if !existingOnly || reading.candidates(name).contains(code) {
                        return Recognised(.code(code))
                    }
                    return nil
                }
                let known =
                    reading.spelled(name, folded, tokens.raw(0)) ?? reading.candidates(name)
                return existing(folded, tokens, known.prefix(500))
            },
            print: { if case .code(let code) = $0 { token(code) } else { nil } })
    }

    /// A candidate by its own spelling, of several words too.
    private static func existing(
        _ folded: String, _ tokens: Tokens, _ candidates: ArraySlice<String>
    ) -> Recognised? {
        var best: Recognised?
        for candidate in candidates where Folding.mayBegin(candidate, with: folded) {
            let words = Folding.words(candidate)
            guard let first = words.first, words.count <= 8, words.count > best?.taken ?? 0,
                first.utf8.elementsEqual(folded.utf8)
            else { continue }
            var fits = true
            for (i, word) in words.enumerated().dropFirst() where tokens.bare(i).text != word {
                fits = false
                break
            }
            if fits { best = Recognised(.code(candidate), taken: words.count) }
        }
        return best
    }

    /// Any code that a person was given: Latin letters, digits and `-`, with at least one digit or 16
    /// characters; written in capitals.
    public static let code = code(name: "code") { folded in
        let latin = LookAlikes.latin(folded)
        let bytes = Array(latin.utf8)
        guard (2...64).contains(bytes.count), bytes.first != 45, bytes.last != 45 else {
            return nil
        }
        var digits = 0
        for b in bytes {
            switch b {
            case 48...57: digits += 1
            case 97...122, 45: break
            default: return nil
            }
        }
        guard digits > 0 || bytes.count >= 16, digits < bytes.count else { return nil }
        return String(decoding: bytes.map { $0 >= 97 ? $0 & 0xDF : $0 }, as: UTF8.self)
    }

    /// A number that may be named: `45`, `d45`, `day 45` for prefixes `d` and `day` and the term
    /// `unit.day`. The value is a `.count` in the range.
    public static func numbered(
        name: String, prefixes: [String], terms: [String] = [], range: ClosedRange<Int>
    ) -> SlotType {
        var table = WordTable<Bool>()
        for prefix in prefixes { table.add(prefix, true) }
        let words = table
        let wanted = Set(terms)
        let folded = prefixes.map { Folding.fold($0) }
        return SlotType(
            name: name, candidates: { _ in [] },
            recognise: { tokens, reading in
                func made(_ text: String, _ taken: Int) -> Recognised? {
                    guard let n = DateWords.small(text), range.contains(n) else { return nil }
                    return Recognised(.count(n), taken: taken)
                }
                let first = tokens.bare(0).text
                if let plain = made(first, 1) { return plain }
                for prefix in folded where first.utf8.starts(with: prefix.utf8) {
                    var tail = first.utf8.dropFirst(prefix.utf8.count)
                    if tail.first == 45 { tail = tail.dropFirst() }
                    if let found = made(String(decoding: tail, as: UTF8.self), 1) { return found }
                }
                let named =
                    words.match(tokens, 0) { $0 }?.taken
                    ?? tokens.lexicon.terms.match(tokens, 0) { wanted.contains($0) ? true : nil }?
                    .taken
                guard let named else { return nil }
                return made(tokens.bare(named).text, named + 1)
            },
            print: { if case .count(let n) = $0 { String(n) } else { nil } })
    }
}
