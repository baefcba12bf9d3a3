/// What a word would be if it was typed in another keyboard layout: `гз` is `up`, `jnvtyf` is `отмена`.
enum Layout {
    private static let latinKeys = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
    private static let cyrillicKeys = "йцукенгшщзхъфывапролджэячсмитьбюё"
    private static let arabicKeys = "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرﻻىةوزذ"

    private static func map(_ from: String, _ to: String) -> [Unicode.Scalar: Unicode.Scalar] {
        Dictionary(
            zip(from.unicodeScalars, to.unicodeScalars), uniquingKeysWith: { first, _ in first })
    }
    private static let fromCyrillic = map(cyrillicKeys, latinKeys)
    private static let fromArabic = map(arabicKeys, latinKeys)
    private static let toCyrillic = map(latinKeys, cyrillicKeys)
    private static let toArabic = map(latinKeys, arabicKeys)

    private static func translate(_ text: String, _ table: [Unicode.Scalar: Unicode.Scalar])
        -> String
    {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(64) {
            for lower in scalar.properties.lowercaseMapping.unicodeScalars {
                out.append(table[lower] ?? lower)
            }
        }
        return String(out)
    }

    /// As typed on Latin keys by someone who left the Cyrillic layout on.
    static func latin(_ text: String) -> String { translate(text, fromCyrillic) }

    /// The folded words that a token may be in the other layouts.
    static func others(_ raw: String) -> [Word] {
        var out: [Word] = []
        if raw.utf8.contains(where: { $0 >= 0x80 }) {
            out.append(Word(Folding.fold(latin(raw))))
            var joined = String.UnicodeScalarView()  // lam and alef share the key of b
            for scalar in raw.unicodeScalars.prefix(64) {
                if scalar.value == 0x627, joined.last?.value == 0x644 {
                    joined.removeLast()
                    joined.append("ﻻ")
                } else {
                    joined.append(scalar)
                }
            }
            out.append(Word(Folding.fold(translate(String(joined), fromArabic))))
            out.append(Word(Folding.fold(translate(raw, fromArabic))))
        } else {
            out.append(Word(Folding.fold(translate(raw, toCyrillic))))
            out.append(Word(Folding.fold(translate(raw, toArabic))))
        }
        return out
    }
}

/// How far apart two words are.
package enum EditDistance {
    /// Insertions, deletions, replacements and swaps of neighbours between two folded texts, over scalars;
    /// nil where there are more than `limit`. Texts of more than 64 scalars are too far from anything.
    package static func between(_ a: String, _ b: String, limit: Int) -> Int? {
        let a = Array(a.unicodeScalars.prefix(65))
        let b = Array(b.unicodeScalars.prefix(65))
        guard a.count <= 64, b.count <= 64, abs(a.count - b.count) <= limit else { return nil }
        var before = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        var row = last
        for i in 0..<a.count {
            row[0] = i + 1
            var least = row[0]
            for j in 0..<b.count {
                let same = a[i] == b[j] ? 0 : 1
                var cost = min(last[j] + same, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, before[j - 1] + 1)
                }
                row[j + 1] = cost
                least = min(least, cost)
            }
            guard least <= limit + 1 else { return nil }
            (before, last, row) = (last, row, before)
        }
        return last[b.count] <= limit ? last[b.count] : nil
    }

    /// How many slips a word of this length may hold.
    package static func tolerance(_ word: String) -> Int {
        switch word.unicodeScalars.prefix(20).count {
        case ...2: 0
        case 3...4: 1
        case 5...8: 2
        default: 3
        }
    }
}

extension Grammar {
    /// Names of the commands whose verbs or aliases are nearest to a word, at most 3, the nearest first.
    /// Words of the language and the canonical ones come before those of other languages.
    public func suggestions(for verb: String, language: String) -> [String] {
        let raw = String(verb.unicodeScalars.prefix(48))
        let folded = Folding.fold(raw)
        // A figure is like no verb: the commonest message of all costs nothing here.
        guard folded.utf8.contains(where: { $0 >= 97 }) else { return [] }
        let typed = [folded] + Layout.others(raw).map(\.text)
        var best: [Int: Int] = [:]
        for (phrase, command, tag) in spoken {
            let own = tag == nil || tag == language
            for (i, word) in typed.enumerated() {
                var distance = EditDistance.between(
                    word, phrase, limit: EditDistance.tolerance(word))
                if distance == nil, word.utf8.count >= 3, phrase.utf8.starts(with: word.utf8) {
                    distance = 2
                }
                guard let distance else { continue }
                let score = distance * 4 + (own ? 0 : 1) + (i > 0 ? 2 : 0)
                best[command] = min(best[command] ?? .max, score)
            }
        }
        let order = best.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value < $1.value }
        return order.prefix(3).map { commands[$0.key].spec.name }
    }

    /// Of some values those that a person may have meant, the nearest first, at most 3.
    static func nearest(_ found: String, of values: [String]) -> [String] {
        let folded = Folding.fold(String(found.unicodeScalars.prefix(64)))
        let word = LookAlikes.latin(folded)
        let words = folded == word ? [word] : [word, folded]
        var scored: [(value: String, distance: Int)] = []
        for value in values.prefix(500) {
            let folded = Folding.fold(value)
            let distances = words.compactMap {
                EditDistance.between($0, folded, limit: max(1, EditDistance.tolerance($0)))
            }
            if let d = distances.min() {
                scored.append((value, d))
            } else if words.contains(where: {
                $0.utf8.count >= 2 && folded.utf8.starts(with: $0.utf8)
            }) {
                scored.append((value, 3))
            }
        }
        let order = scored.enumerated().sorted {
            $0.element.distance == $1.element.distance
                ? $0.offset < $1.offset : $0.element.distance < $1.element.distance
        }
        return order.prefix(3).map(\.element.value)
    }
}
