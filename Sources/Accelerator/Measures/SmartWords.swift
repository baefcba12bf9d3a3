public import Language

/// Words that the SMART check looks for in what people write, of all languages at once, folded. They are
/// terms of the languages' files: `smart.activity`, `smart.document`, `smart.pair`, and the units of time.
public struct SmartWords: Hashable, Sendable {
    /// Improve, support, study: what is done, not what changes.
    public var activities: Set<String> = []
    /// Order, concept, report: what is written, not what changes for people.
    public var documents: Set<String> = []
    /// What stands between the two figures of a pair: to, до, إلى.
    public var pairs: Set<String> = ["->", "→", "—>"]
    /// Days, hours: where a figure of them rises, something takes longer.
    public var times: Set<String> = []

    public init() {}

    public init(_ languages: [LanguageTable]) {
        func words(_ key: String) -> Set<String> {
            var found: Set<String> = []
            for language in languages {
                guard let term = language.terms[key] else { continue }
                // A word that is counted says a plural pattern; those that are heard are plain.
                let said = term.says.utf8.contains(UInt8(ascii: "{")) ? [] : [term.says]
                for word in said + term.hears { found.insert(Folding.fold(word)) }
            }
            return found
        }
        activities = words("smart.activity")
        documents = words("smart.document").union(words("unit.document"))
        pairs.formUnion(words("smart.pair"))
        for unit in ["minute", "hour", "day", "workingDay", "week", "month", "year"] {
            times.formUnion(words("unit.\(unit)"))
        }
    }

    /// The words of a text, folded, without what stands around them.
    static func words(in text: String) -> [String] {
        Folding.fold(text).unicodeScalars.split { !$0.properties.isAlphabetic && !isDigit($0) }
            .prefix(200).map { String($0) }
    }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 48 && scalar.value <= 57
    }

    /// The first activity that a text names, as it stands there; nil where it names none.
    func activity(in text: String) -> String? {
        Self.words(in: text).first { activities.contains($0) }
    }
    func hasFigure(_ text: String) -> Bool {
        Folding.fold(text).unicodeScalars.contains(where: Self.isDigit)
    }
    func isDocument(_ unit: String) -> Bool {
        documents.contains(Folding.fold(unit))
            || Self.words(in: unit).contains { documents.contains($0) }
    }
    func isTime(_ unit: String) -> Bool { times.contains(Folding.fold(unit)) }

    /// How many pairs of figures a statement holds: `42 to 15 days and 5 to 2 visits` holds two. A date is
    /// no figure.
    func pairs(in statement: String) -> Int {
        let tokens = Folding.fold(statement).utf8.split(separator: 32).prefix(200).map {
            String(decoding: $0, as: UTF8.self)
        }
        func isFigure(_ token: String) -> Bool {
            var digits = 0
            for byte in token.utf8 {
                if byte >= 48 && byte <= 57 {
                    digits += 1
                } else if ![37, 44, 46, 40, 41, 59, 58].contains(byte) {
                    return false
                }
            }
            return digits > 0
        }
        var count = 0
        var i = 0
        while i < tokens.count {
            guard isFigure(tokens[i]) else {
                i += 1
                continue
            }
            // A figure, at most two words of its unit, the word between, the other figure.
            let link = tokens[(i + 1)..<min(i + 4, tokens.count)].firstIndex {
                pairs.contains($0)
            }
            if let link, link + 1 < tokens.count, isFigure(tokens[link + 1]) {
                count += 1
                i = link + 2
            } else {
                i += 1
            }
        }
        return count
    }
}
