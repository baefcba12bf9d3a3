import Language

/// Small tables of five languages for the tests of what is said.
enum SayingTables {
    static let daysEnglish = "{n, plural, one {day} other {days}}"

    static func english(
        _ phrases: [String: String] = [:], terms: [String: LanguageTable.Term] = [:]
    ) -> LanguageTable {
        table(
            "en", phrases, terms,
            base: [
                "unit.day": .init(says: daysEnglish, hears: ["day", "days"]),
                "unit.workingDay": .init(
                    says: "{n, plural, one {working day} other {working days}}",
                    hears: ["working days", "working day"]),
                "unit.percent": .init(says: "%", hears: ["percent"]),
                "unit.week": .init(says: "{n, plural, one {week} other {weeks}}"),
                "colour.onTrack": .init(says: "🟢 ON TRACK"),
                "role.sponsor": .init(says: "sponsor"),
                "list.and": .init(says: " and "), "list.comma": .init(says: ", "),
                "city.Asia/Almaty": .init(says: "Astana"),
            ])
    }

    static func russian(
        _ phrases: [String: String] = [:], terms: [String: LanguageTable.Term] = [:]
    ) -> LanguageTable {
        table(
            "ru", phrases, terms,
            base: [
                "unit.day": .init(
                    says: "{n, plural, one {день} few {дня} many {дней} other {дня}}"),
                "unit.workingDay": .init(
                    says:
                        "{n, plural, one {рабочий день} few {рабочих дня} many {рабочих дней} other {рабочего дня}}",
                    hears: ["рабочих дней"]),
                "colour.onTrack": .init(says: "🟢 ПО ГРАФИКУ"),
                "list.and": .init(says: " и "), "city.Asia/Almaty": .init(says: "Астана"),
            ],
            numbers: .init(decimal: ",", group: "\u{202F}", percent: "{n}\u{A0}%"),
            months: [
                "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа",
                "сентября",
                "октября", "ноября", "декабря",
            ],
            weekdays: ["пн", "вт", "ср", "чт", "пт", "сб", "вс"], day: "{day} {month}")
    }

    static func arabic(
        _ phrases: [String: String] = [:], terms: [String: LanguageTable.Term] = [:]
    ) -> LanguageTable {
        table(
            "ar", phrases, terms,
            base: [
                "unit.day": .init(
                    says:
                        "{n, plural, zero {يوم} one {يوم} two {يومان} few {أيام} many {يومًا} other {يوم}}"
                ),
                "list.and": .init(says: " و"), "list.comma": .init(says: "، "),
            ], rightToLeft: true)
    }

    static func table(
        _ tag: String, _ phrases: [String: String], _ terms: [String: LanguageTable.Term] = [:],
        base: [String: LanguageTable.Term] = [:], rightToLeft: Bool = false,
        numbers: LanguageTable.Numbers = .init(percent: "{n}\u{A0}%"),
        months: [String] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ],
        weekdays: [String] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        day: String = "{day} {shortMonth}"
    ) -> LanguageTable {
        LanguageTable(
            tag: tag, name: tag, rightToLeft: rightToLeft, numbers: numbers,
            dates: .init(
                months: months, shortMonths: months, weekdays: weekdays, shortWeekdays: weekdays,
                day: day),
            terms: base.merging(terms) { _, own in own }, phrases: phrases)
    }

    /// One pattern `x` in one language (`en`, `ru`, `ar`, or any other with English dates).
    static func book(_ pattern: String, _ language: String = "en") throws -> Phrasebook {
        let table =
            switch language {
            case "en": english(["x": pattern])
            case "ru": russian(["x": pattern])
            case "ar": arabic(["x": pattern])
            default: SayingTables.table(language, ["x": pattern])
            }
        let others = language == "en" ? [] : [english()]
        return try Phrasebook(commands: [], languages: others + [table])
    }

    /// What the pattern says.
    static func said(
        _ pattern: String, _ values: KeyValuePairs<String, Say> = [:], _ language: String = "en"
    ) throws -> String {
        try book(pattern, language).text(Phrase("x", values), language: language)
    }

    /// What the value says where it stands alone.
    static func said(_ value: Say, _ language: String = "en") throws -> String {
        try said("{v}", ["v": value], language)
    }
}

extension String {
    /// Unicode scalars in hexadecimal, for what can't be seen.
    var hex: String { unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ") }
}
