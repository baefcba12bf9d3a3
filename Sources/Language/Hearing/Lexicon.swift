/// Folded phrases of one or more words and what they stand for; looked up by their first word.
struct WordTable<Meaning: Sendable & Equatable>: Sendable {
    struct Entry: Sendable {
        let tail: [Word]
        /// Which language says so: an index into the lexicon's tags; `.max` for what every language hears.
        let language: Int
        let meaning: Meaning
    }
    private(set) var entries: [Word: [Entry]] = [:]
    /// Words in the longest phrase.
    private(set) var longest = 0

    /// `phrase` as people write it; folded here. Phrases of more than 8 words are not heard.
    mutating func add(_ phrase: String, _ meaning: Meaning, language: Int = .max) {
        let words = Folding.words(phrase).map { Word($0) }
        guard let first = words.first, words.count <= 8 else { return }
        let tail = Array(words.dropFirst())
        let known = entries[first, default: []].contains {
            $0.tail == tail && $0.meaning == meaning && $0.language == language
        }
        if known { return }
        entries[first, default: []].append(Entry(tail: tail, language: language, meaning: meaning))
        longest = max(longest, words.count)
    }

    /// The longest phrase at token `i` whose meaning is wanted; of two, the preferred language's.
    @inline(__always)
    func match<Result>(
        _ tokens: Tokens, _ i: Int, prefer: [String] = [], _ wanted: (Meaning) -> Result?
    ) -> (value: Result, taken: Int)? {
        let word = tokens.word(i)
        if let found = entries[word] { return choose(found, tokens, i, prefer, wanted) }
        guard let last = word.text.utf8.last, last == 44 || last == 46 || last == 33 else {
            return nil
        }
        let bare = tokens.bare(i)
        guard bare != word, let found = entries[bare] else { return nil }
        return choose(found.filter { $0.tail.isEmpty }, tokens, i, prefer, wanted)
    }

    private func choose<Result>(
        _ found: [Entry], _ tokens: Tokens, _ i: Int, _ prefer: [String],
        _ wanted: (Meaning) -> Result?
    ) -> (value: Result, taken: Int)? {
        var best: (value: Result, taken: Int)?
        var bestRank = Int.max
        for entry in found {
            let taken = entry.tail.count + 1
            if let best, taken < best.taken { continue }
            guard let value = wanted(entry.meaning) else { continue }
            var fits = true
            for (k, word) in entry.tail.enumerated() {
                let token =
                    k == entry.tail.count - 1 ? tokens.bare(i + k + 1) : tokens.word(i + k + 1)
                if token != word {
                    fits = false
                    break
                }
            }
            guard fits else { continue }
            let rank = tokens.lexicon.rank(entry.language, prefer)
            if taken > (best?.taken ?? 0) || rank < bestRank {
                best = (value, taken)
                bestRank = rank
            }
        }
        return best
    }
}

/// Words that numbers, dates and times are made of.
enum CommonWord: Sendable, Equatable {
    case month(Int)
    case weekday(Int)
    /// Days from today: yesterday is −1.
    case day(Int)
    case next, last, into, ago, at, on
    case beforeNoon, afterNoon
    case unit(TimeSpan.Unit)
    case percent
    case me
}

/// What all languages together hear, built once from their tables. English in its Latin form is always
/// among them, whatever the tables leave out.
public final class Lexicon: Sendable {
    let tags: [String]
    let common: WordTable<CommonWord>
    /// Every term of every language by what is said and heard for it.
    let terms: WordTable<String>

    /// Term keys for the words of dates and numbers, and what they mean.
    private static let meanings: [(key: String, meaning: CommonWord)] = [
        ("date.today", .day(0)), ("date.yesterday", .day(-1)), ("date.tomorrow", .day(1)),
        ("date.beforeYesterday", .day(-2)), ("date.afterTomorrow", .day(2)),
        ("date.next", .next), ("date.last", .last), ("date.in", .into), ("date.ago", .ago),
        ("date.at", .at), ("date.on", .on),
        ("time.am", .beforeNoon), ("time.pm", .afterNoon),
        ("unit.minute", .unit(.minutes)), ("unit.hour", .unit(.hours)), ("unit.day", .unit(.days)),
        ("unit.week", .unit(.weeks)), ("unit.percent", .percent), ("person.me", .me),
    ]

    private static let english: [(phrases: String, meaning: CommonWord)] = [
        ("today", .day(0)), ("yesterday", .day(-1)), ("tomorrow", .day(1)),
        ("day before yesterday", .day(-2)), ("day after tomorrow", .day(2)),
        ("next", .next), ("last", .last), ("in", .into), ("ago", .ago), ("at", .at), ("on", .on),
        ("am,a.m", .beforeNoon), ("pm,p.m", .afterNoon),
        ("min,mins,minute,minutes", .unit(.minutes)), ("h,hr,hrs,hour,hours", .unit(.hours)),
        ("d,day,days", .unit(.days)), ("w,week,weeks", .unit(.weeks)),
        ("%,percent,per cent,pct", .percent), ("me", .me),
        ("jan,january", .month(1)), ("feb,february", .month(2)), ("mar,march", .month(3)),
        ("apr,april", .month(4)), ("may", .month(5)), ("jun,june", .month(6)),
        ("jul,july", .month(7)),
        ("aug,august", .month(8)), ("sep,sept,september", .month(9)), ("oct,october", .month(10)),
        ("nov,november", .month(11)), ("dec,december", .month(12)),
        ("mon,monday", .weekday(1)), ("tue,tues,tuesday", .weekday(2)),
        ("wed,wednesday", .weekday(3)),
        ("thu,thur,thurs,thursday", .weekday(4)), ("fri,friday", .weekday(5)),
        ("sat,saturday", .weekday(6)),
        ("sun,sunday", .weekday(7)),
    ]

    package init(_ languages: [LanguageTable]) {
        tags = languages.map(\.tag)
        var common = WordTable<CommonWord>()
        var terms = WordTable<String>()
        for (phrases, meaning) in Self.english {
            for phrase in phrases.split(separator: ",") { common.add(String(phrase), meaning) }
        }
        for (index, table) in languages.enumerated() {
            for key in table.terms.keys.sorted() {
                guard let term = table.terms[key] else { continue }
                for phrase in Self.heard(term) { terms.add(phrase, key, language: index) }
            }
            for (key, meaning) in Self.meanings {
                guard let term = table.terms[key] else { continue }
                for phrase in Self.heard(term) { common.add(phrase, meaning, language: index) }
            }
            for number in 1...12 {
                guard let term = table.terms["date.month.\(number)"] else { continue }
                for phrase in Self.heard(term) {
                    common.add(phrase, .month(number), language: index)
                }
            }
            for (phrase, number) in Self.months(table.dates) {
                common.add(phrase, .month(number), language: index)
            }
            for names in [table.dates.weekdays, table.dates.shortWeekdays] {
                for (i, name) in names.prefix(7).enumerated() {
                    common.add(Self.withoutStop(name), .weekday(i + 1), language: index)
                }
            }
        }
        self.common = common
        self.terms = terms
    }

    /// Place of a language in the order of preference; smaller is better.
    func rank(_ language: Int, _ prefer: [String]) -> Int {
        guard language < tags.count else { return .max - 1 }
        return prefer.firstIndex { $0.utf8.elementsEqual(tags[language].utf8) } ?? prefer.count
            + language
    }

    func common<Result>(
        _ tokens: Tokens, _ i: Int, _ reading: Reading, _ wanted: (CommonWord) -> Result?
    ) -> (value: Result, taken: Int)? {
        common.match(tokens, i, prefer: reading.languages, wanted)
    }

    /// What is heard for a term: what it says, in every plural form, and its further words.
    static func heard(_ term: LanguageTable.Term) -> [String] {
        (term.says.utf8.contains(UInt8(ascii: "{")) ? branches(term.says) : [term.says])
            + term.hears
    }

    /// The texts of the branches of a message such as `{n, plural, one {day} other {# days}}`, `#` left out.
    static func branches(_ pattern: String) -> [String] {
        var out: [String] = []
        var current: [UInt8] = []
        var depth = 0
        for b in pattern.utf8.prefix(2_000) {
            switch b {
            case UInt8(ascii: "{"):
                depth += 1
                current = []
            case UInt8(ascii: "}"):
                if depth == 2, !current.isEmpty {
                    out.append(String(decoding: current, as: UTF8.self))
                }
                depth -= 1
                current = []
            case UInt8(ascii: "#"): break
            default: if depth == 2 { current.append(b) }
            }
        }
        return out
    }

    private static func withoutStop(_ name: String) -> String {
        name.utf8.last == UInt8(ascii: ".")
            ? String(decoding: name.utf8.dropLast(), as: UTF8.self) : name
    }

    /// Month names as people write them: long, short, and in Cyrillic also the nominative of a name that
    /// the table has in the genitive (`апреля`: апрель; `мая`: май; `марта`: март).
    private static func months(_ dates: LanguageTable.Dates) -> [(String, Int)] {
        var out: [(String, Int)] = []
        for names in [dates.months, dates.shortMonths] {
            for (i, name) in names.prefix(12).enumerated() {
                out.append((withoutStop(name), i + 1))
            }
        }
        for (i, name) in dates.months.prefix(12).enumerated() {
            guard let last = name.unicodeScalars.last?.value, last == 0x430 || last == 0x44F else {
                continue
            }
            let stem = String(name.unicodeScalars.dropLast())
            for end in last == 0x430 ? [""] : ["ь", "й"] { out.append((stem + end, i + 1)) }
        }
        return out
    }
}
