/// A line cut into tokens, seen from one of them on: what a slot type is shown.
///
/// 1. Tokens are parted by spaces of any kind; controls and direction marks at their edges are nobody's.
/// 2. A text in quotes, as phones type them, is one token: `"` `“ ”` `„ “` `« »` `‘ ’` `'`. It ends at
///    the first closing quote that is followed by a space or the end; in straight quotes
///    `\"` and `\\` stand for the mark itself. A quote that is never closed is an ordinary character.
/// 3. `name="…"` is one token with a quoted part.
/// 4. Each closing quote is looked for once: after a search that reached the end in vain, no further one
///    is made for that kind, so that cutting stays linear.
public struct Tokens: Sendable {
    /// What all views of one line share, so that a view is passed on for the price of one reference.
    final class Line: Sendable {
        let text: [UInt8]
        let items: [Token]
        let lexicon: Lexicon
        let isWhole: Bool
        init(text: [UInt8], items: [Token], lexicon: Lexicon, isWhole: Bool) {
            self.text = text
            self.items = items
            self.lexicon = lexicon
            self.isWhole = isWhole
        }
    }

    let line: Line
    /// The first token shown.
    var start: Int
    var text: [UInt8] { line.text }
    var items: [Token] { line.items }
    /// The words of all languages.
    var lexicon: Lexicon { line.lexicon }
    /// Everything here is one value: what stood in quotes.
    var isWhole: Bool { line.isWhole }

    struct Token: Sendable {
        /// Bytes of the whole token, quotes included, marks at the edges not.
        var outer: Range<Int>
        /// Bytes without the quotes.
        var inner: Range<Int>
        /// Bytes up to the `=` of `name=value`.
        var key: Range<Int>?
        /// In quotes as a whole, or the part after `=` is.
        var isQuoted = false
        /// `\` stands before some character of it.
        var hasEscapes = false
        /// It begins with a quote that nothing closes.
        var isUnclosed = false
        var folded: Word
    }

    /// Tokens that are left.
    public var count: Int { items.count - start }
    public var isEmpty: Bool { start >= items.count }

    /// The folded text of the token `i` places from here; empty behind the end and for a quoted one.
    public subscript(i: Int) -> String { word(i).text }

    func word(_ i: Int) -> Word {
        let at = start + i
        guard i >= 0, at < items.count, !items[at].isQuoted else { return "" }
        return items[at].folded
    }

    /// As written, quotes off.
    public func raw(_ i: Int) -> String {
        let at = start + i
        guard i >= 0, at < items.count else { return "" }
        if items[at].key != nil { return String(decoding: text[items[at].outer], as: UTF8.self) }
        return content(items[at])
    }

    /// Whether the token stands in quotes as a whole.
    public func isQuoted(_ i: Int) -> Bool {
        let at = start + i
        return i >= 0 && at < items.count && items[at].isQuoted && items[at].key == nil
    }

    /// Folded, the comma or full stop at its end taken off.
    func bare(_ i: Int) -> Word {
        let w = word(i)
        guard let last = w.text.utf8.last, last == 44 || last == 46 || last == 59 || last == 33
        else { return w }
        var end = w.text.utf8.endIndex
        while end > w.text.utf8.startIndex {
            let before = w.text.utf8.index(before: end)
            let b = w.text.utf8[before]
            if b == 44 || b == 46 || b == 59 || b == 33 { end = before } else { break }
        }
        return Word(String(w.text[..<end]))
    }

    /// Whether exactly one space, and no line end, parts token `i` from the one before.
    func followsClosely(_ i: Int) -> Bool {
        let at = start + i
        guard i > 0, at < items.count else { return false }
        var spaces = 0
        var j = items[at - 1].outer.upperBound
        while j < items[at].outer.lowerBound {
            let (u, length) = Scalars.decode(text, j)
            if (10...13).contains(u) { return false }
            if Scalars.isSpace(u) { spaces += 1 }
            j += length
        }
        return spaces == 1
    }

    func from(_ i: Int) -> Tokens {
        var copy = self
        copy.start = i
        return copy
    }

    /// The content of the quoted token `i`, cut again: a value of several words.
    func within(_ i: Int) -> Tokens {
        Tokens(Array(raw(i).utf8), lexicon: lexicon, isWhole: true)
    }

    /// The same tokens where token `i` shows only what stands behind its `=`; nil if nothing does.
    func valueOfKey(at i: Int) -> Tokens? {
        guard i < items.count, let key = items[i].key else { return nil }
        var token = items[i]
        guard token.isQuoted || token.inner.upperBound > key.upperBound + 1 else { return nil }
        if !token.isQuoted {
            token.inner = key.upperBound + 1..<token.inner.upperBound
            token.folded = Word(Folding.fold(text, token.inner))
        }
        token.outer = key.upperBound + 1..<token.outer.upperBound
        token.key = nil
        var changed = items
        changed[i] = token
        return Tokens(text: text, items: changed, start: i, lexicon: lexicon, isWhole: isWhole)
    }

    func content(_ token: Token) -> String {
        guard token.hasEscapes else { return String(decoding: text[token.inner], as: UTF8.self) }
        var out: [UInt8] = []
        out.reserveCapacity(token.inner.count)
        var i = token.inner.lowerBound
        while i < token.inner.upperBound {
            if text[i] == 92, i + 1 < token.inner.upperBound, text[i + 1] == 34 || text[i + 1] == 92
            {
                i += 1
            }
            out.append(text[i])
            i += 1
        }
        return String(decoding: out, as: UTF8.self)
    }

    private init(text: [UInt8], items: [Token], start: Int, lexicon: Lexicon, isWhole: Bool) {
        line = Line(text: text, items: items, lexicon: lexicon, isWhole: isWhole)
        self.start = start
    }

    init(_ text: [UInt8], lexicon: Lexicon, isWhole: Bool = false) {
        let items = text.withUnsafeBufferPointer { bytes in
            var cutter = Cutter(bytes)
            cutter.run()
            return cutter.items
        }
        self.init(text: text, items: items, start: 0, lexicon: lexicon, isWhole: isWhole)
    }

    /// The same tokens without brackets and punctuation at their edges, for finding values in a sentence.
    func withoutPunctuation() -> Tokens {
        var trimmed = items
        for i in trimmed.indices where !trimmed[i].isQuoted {
            var range = trimmed[i].inner
            while !range.isEmpty, [40, 91, 123, 60, 126, 61, 58].contains(text[range.lowerBound]) {
                range = range.lowerBound + 1..<range.upperBound
            }
            while !range.isEmpty {
                var back = range.upperBound - 1
                while back > range.lowerBound, text[back] & 0xC0 == 0x80 { back -= 1 }
                guard Scalars.isPunctuation(Scalars.decode(text, back).scalar) else { break }
                range = range.lowerBound..<back
            }
            guard range != trimmed[i].inner, !range.isEmpty else { continue }
            trimmed[i].inner = range
            trimmed[i].outer = range
            trimmed[i].folded = Word(Folding.fold(text, range))
        }
        return Tokens(text: text, items: trimmed, start: 0, lexicon: lexicon, isWhole: isWhole)
    }
}

/// Puts a text in straight quotes so that it is one token again.
enum Quotes {
    static func quote(_ text: String) -> String {
        var out: [UInt8] = [34]
        out.reserveCapacity(text.utf8.count + 2)
        for b in text.utf8 {
            if b == 34 || b == 92 { out.append(92) }
            out.append(b)
        }
        out.append(34)
        return String(decoding: out, as: UTF8.self)
    }

    /// What closes a quote of this kind; 0 where it opens none.
    static func closers(_ u: UInt32) -> (UInt32, UInt32, UInt32) {
        switch u {
        case 0x22: (0x22, 0x22, 0x22)
        case 0x201C: (0x201D, 0x201C, 0x22)
        case 0x201D: (0x201D, 0x201C, 0x22)
        case 0x201E: (0x201C, 0x201D, 0x22)
        case 0xAB: (0xBB, 0xBB, 0xBB)
        case 0xBB: (0xAB, 0xBB, 0xBB)
        case 0x27: (0x27, 0x2019, 0x2019)
        case 0x2018: (0x2019, 0x2018, 0x27)
        case 0x2019: (0x2019, 0x2018, 0x27)
        case 0x201A: (0x2018, 0x2019, 0x2019)
        default: (0, 0, 0)
        }
    }
}

private struct Cutter {
    let bytes: UnsafeBufferPointer<UInt8>
    var items: [Tokens.Token] = []
    private var i = 0
    private var hopeless: [UInt32] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        items.reserveCapacity(8)
    }

    mutating func run() {
        while true {
            skipBetween()
            guard i < bytes.count else { return }
            if let quoted = quoted(from: i) {
                items.append(quoted)
                i = quoted.outer.upperBound
            } else {
                plain()
            }
        }
    }

    private mutating func skipBetween() {
        while i < bytes.count {
            let (u, length) = Scalars.decode(bytes, i)
            guard Scalars.isSpace(u) || Scalars.isIgnorable(u) else { return }
            i += length
        }
    }

    private mutating func plain() {
        let start = i
        var end = i
        var key: Range<Int>?
        let isUnclosed =
            Quotes.closers(Scalars.decode(bytes, i).scalar).0 > 0x27
            || bytes[i] == 34
        while i < bytes.count {
            let (u, length) = Scalars.decode(bytes, i)
            if Scalars.isSpace(u) { break }
            i += length
            if !Scalars.isIgnorable(u) { end = i }
            if u == 61, key == nil, i - 1 > start {
                key = start..<i - 1
                if i < bytes.count, var token = quoted(from: i) {
                    token.outer = start..<token.outer.upperBound
                    token.key = key
                    items.append(token)
                    i = token.outer.upperBound
                    return
                }
            }
        }
        items.append(
            Tokens.Token(
                outer: start..<end, inner: start..<end, key: key, isUnclosed: isUnclosed,
                folded: Word(Folding.fold(UnsafeBufferPointer(rebasing: bytes[start..<end])))))
    }

    private mutating func quoted(from start: Int) -> Tokens.Token? {
        let (opener, length) = Scalars.decode(bytes, start)
        let closers = Quotes.closers(opener)
        guard closers.0 != 0 else { return nil }
        if let token = quoted(start, length, opener, closers, kind: opener) { return token }
        // A phone may make only the closing one curly.
        guard opener == 34 else { return nil }
        return quoted(start, length, 0, (0x201D, 0x201C, 0x201D), kind: 0)
    }

    private mutating func quoted(
        _ start: Int, _ length: Int, _ opener: UInt32, _ closers: (UInt32, UInt32, UInt32),
        kind: UInt32
    ) -> Tokens.Token? {
        guard !hopeless.contains(kind) else { return nil }
        var j = start + length
        var hasEscapes = false
        while j < bytes.count {
            let (u, width) = Scalars.decode(bytes, j)
            if u == 92, opener == 34, j + 1 < bytes.count, bytes[j + 1] == 34 || bytes[j + 1] == 92
            {
                hasEscapes = true
                j += 2
                continue
            }
            if u == closers.0 || u == closers.1 || u == closers.2, isBoundary(j + width) {
                return Tokens.Token(
                    outer: start..<j + width, inner: start + length..<j, isQuoted: true,
                    hasEscapes: hasEscapes, folded: "")
            }
            j += width
        }
        hopeless.append(kind)
        return nil
    }

    /// Whether a word may end here: at the end, before a space or a mark that nobody sees.
    private func isBoundary(_ from: Int) -> Bool {
        guard from < bytes.count else { return true }
        let (u, _) = Scalars.decode(bytes, from)
        return Scalars.isSpace(u) || Scalars.isIgnorable(u)
    }
}
