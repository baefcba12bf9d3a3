/// One language, ready to speak: every pattern read, what it lacks taken from its base language and
/// from English, so that a phrase costs one look-up.
final class Tongue: Sendable {
    let tag: String
    let isRightToLeft: Bool
    let numbers: NumberMarks
    let dates: DateWords
    /// By key, with what was borrowed.
    let phrases: [String: Pattern]
    let terms: [String: Pattern]
    /// Phrase keys that the language says in its own words.
    let own: Set<String>
    /// Between the items of a list, and before the last.
    let comma: [UInt8]
    let and: [UInt8]

    struct NumberMarks: Sendable {
        var decimal: [UInt8]
        var group: [UInt8]
        var beforePercent: [UInt8]
        var afterPercent: [UInt8]
    }

    enum DatePart: String, Sendable {
        case day, month, shortMonth, year, weekday, shortWeekday, time
    }

    enum DatePiece: Sendable {
        case text([UInt8])
        case part(DatePart)
    }

    struct DateWords: Sendable {
        var months: [[UInt8]]
        var shortMonths: [[UInt8]]
        var weekdays: [[UInt8]]
        var shortWeekdays: [[UInt8]]
        var day: [DatePiece]
        var full: [DatePiece]
        var year: [DatePiece]
        var moment: [DatePiece]
    }

    /// `own` are the patterns of this language, `lender` the language it falls back to.
    init(
        _ table: LanguageTable, phrases: [String: Pattern], terms: [String: Pattern],
        lender: Tongue?
    ) throws(PhraseFault) {
        tag = table.tag
        isRightToLeft = table.rightToLeft
        own = Set(phrases.keys)
        self.phrases = phrases.merging(lender?.phrases ?? [:]) { mine, _ in mine }
        self.terms = terms.merging(lender?.terms ?? [:]) { mine, _ in mine }
        numbers = try Self.marks(table)
        dates = try Self.dates(table)
        comma = Self.literal(self.terms["list.comma"]) ?? Array(", ".utf8)
        and = Self.literal(self.terms["list.and"]) ?? comma
    }

    /// The text of a term without placeholders.
    private static func literal(_ pattern: Pattern?) -> [UInt8]? {
        guard let pattern, pattern.nodes.count == 1, case .text(let bytes)? = pattern.nodes.first
        else {
            return nil
        }
        return bytes
    }

    private static func marks(_ table: LanguageTable) throws(PhraseFault) -> NumberMarks {
        let percent = Array(table.numbers.percent.utf8)
        let place = Array("{n}".utf8)
        guard
            let at = percent.indices.first(where: {
                $0 + place.count <= percent.count && Array(percent[$0..<$0 + place.count]) == place
            })
        else {
            throw PhraseFault(
                key: "numbers.percent", language: table.tag, offset: 0, why: "{n} is missing")
        }
        return NumberMarks(
            decimal: Array(table.numbers.decimal.utf8), group: Array(table.numbers.group.utf8),
            beforePercent: Array(percent[..<at]),
            afterPercent: Array(percent[(at + place.count)...]))
    }

    private static func dates(_ table: LanguageTable) throws(PhraseFault) -> DateWords {
        func words(_ words: [String], _ count: Int, _ key: String) throws(PhraseFault) -> [[UInt8]]
        {
            guard words.count == count else {
                throw PhraseFault(
                    key: "dates.\(key)", language: table.tag, offset: 0,
                    why: "\(words.count) names, \(count) are needed")
            }
            return words.map { Array($0.utf8) }
        }
        let dates = table.dates
        return DateWords(
            months: try words(dates.months, 12, "months"),
            shortMonths: try words(dates.shortMonths, 12, "shortMonths"),
            weekdays: try words(dates.weekdays, 7, "weekdays"),
            shortWeekdays: try words(dates.shortWeekdays, 7, "shortWeekdays"),
            day: try pieces(dates.day, "day", table.tag),
            full: try pieces(dates.full, "full", table.tag),
            year: try pieces(dates.year, "year", table.tag),
            moment: try pieces(dates.moment, "moment", table.tag))
    }

    private static func pieces(
        _ text: String, _ key: String, _ language: String
    ) throws(PhraseFault) -> [DatePiece] {
        let key = "dates.\(key)"
        var pieces: [DatePiece] = []
        for node in try PatternParser.parse(text, key: key, language: language).nodes {
            switch node {
            case .text(let bytes): pieces.append(.text(bytes))
            case .value(let name, .plain):
                guard let part = DatePart(rawValue: name) else { fallthrough }
                pieces.append(.part(part))
            default:
                throw PhraseFault(
                    key: key, language: language, offset: 0,
                    why:
                        "only day, month, shortMonth, year, weekday, shortWeekday and time fit in here"
                )
            }
        }
        return pieces
    }
}
