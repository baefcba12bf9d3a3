extension Grammar {
    /// The words at the beginning of a text that would be a date if there were such a day: `32 Mar`, `Feb 30`,
    /// `2026-02-31`, with or without a preposition; nil where nothing is wrong.
    public func impossibleDate(beginning text: String, in reading: Reading) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count <= 4_096 else { return nil }
        let tokens = Tokens(bytes, lexicon: lexicon).withoutPunctuation()
        guard tokens.count > 0, DateWords.read(tokens, reading, .coming) == nil else { return nil }
        let preposition = tokens.lexicon.common(tokens, 0, reading) {
            $0 == .on || $0 == .at ? true : nil
        }
        let start = preposition?.taken ?? 0
        guard start < tokens.count else { return nil }
        let rest = tokens.from(tokens.start + start)
        guard let taken = DateWords.looksLike(rest, reading),
            DateWords.read(rest, reading, .coming) == nil
        else { return nil }
        return (0..<taken).map { rest[$0] }.joined(separator: " ")
    }
}

extension DateWords {
    /// How many words have the shape of a date: a number and a month in either order, or an ISO date.
    static func looksLike(_ tokens: Tokens, _ reading: Reading) -> Int? {
        func month(_ i: Int) -> Int? {
            tokens.lexicon.common(tokens, i, reading) { if case .month = $0 { true } else { nil } }?
                .taken
        }
        func isDay(_ i: Int) -> Bool {
            let digits = tokens.bare(i).text.utf8.prefix { $0 >= 48 && $0 <= 57 }
            return (1...2).contains(digits.count)
                && tokens.bare(i).text.utf8.count <= digits.count + 2
        }
        if isDay(0), let taken = month(1) { return 1 + taken }
        if let taken = month(0), isDay(taken) { return taken + 1 }
        let parts = tokens.bare(0).text.split(separator: "-", omittingEmptySubsequences: false)
        let isISO =
            parts.count == 3 && parts.map(\.utf8.count) == [4, 2, 2]
            && parts.allSatisfy { $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }
        return isISO ? 1 : nil
    }
}
