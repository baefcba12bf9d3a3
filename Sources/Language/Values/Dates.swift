/// Which day is meant where the words leave it open.
public enum DateLeaning: Sendable {
    /// A weekday is the coming one (today counts), a date without a year the nearest.
    case coming
    /// A weekday is the last one (today counts), a date without a year the last: for what has happened.
    case past
    /// A weekday is the last one (today counts), a date without a year the nearest: for figures and deeds,
    /// where a day to come is to be refused and not to be read as one of last year.
    case lately
}

/// Dates as people write them. Only a whole expression is a date:
///
/// 1. `2026-05-12`, `12.05`, `12.05.2026`, `12.05.26`, `12/05/2026`: day before month, as everywhere the
///    bot speaks; month and day of two digits unless the year is there.
/// 2. A day and a month's name in either order, with or without a year: `12 May`, `May 12, 2026`,
///    `12 мая`, `12-апрель`, `12 مايو`.
/// 3. today, yesterday, tomorrow; a weekday, `next` or `last` before it.
/// 4. `in 3 days`, `3 days ago`, `через 3 дня`, `قبل 3 أيام`: the word may stand before or behind, and
///    without a number one is meant.
/// 5. One preposition may stand before any of these: `on 18 Mar`, `за 16 марта`, `в понедельник`, `في 18 مارس`.
/// 6. Without a year the nearest day to today is meant: at most half a year either way.
enum DateWords {
    static func read(_ tokens: Tokens, _ reading: Reading, _ leaning: DateLeaning) -> (
        LocalDate, Int
    )? {
        if let found = bare(tokens, reading, leaning) { return found }
        let preposition = tokens.lexicon.common(tokens, 0, reading) {
            $0 == .on || $0 == .at ? true : nil
        }
        guard let preposition, preposition.taken < tokens.count,
            let (date, taken) = bare(
                tokens.from(tokens.start + preposition.taken), reading, leaning)
        else { return nil }
        return (date, preposition.taken + taken)
    }

    /// A date with nothing before it.
    private static func bare(_ tokens: Tokens, _ reading: Reading, _ leaning: DateLeaning) -> (
        LocalDate, Int
    )? {
        guard let first = tokens.word(0).text.utf8.first else { return nil }
        if first >= 48, first <= 57 {
            if let date = compact(tokens.bare(0).text, reading, leaning) { return (date, 1) }
            return dayAndMonth(tokens, reading, leaning) ?? counted(tokens, reading)
        }
        guard let (word, taken) = tokens.lexicon.common(tokens, 0, reading, { $0 as CommonWord? })
        else {
            return nil
        }
        let today = reading.today
        switch word {
        case .day(let offset): return (today + offset, taken)
        case .weekday(let weekday):
            return (near(weekday, today, leaning), taken)
        case .next, .last: return stepped(word == .next, taken, tokens, reading)
        case .month(let month): return monthFirst(month, taken, tokens, reading, leaning)
        case .into, .ago, .unit: return counted(tokens, reading)
        default:
            if let found = counted(tokens, reading) { return found }
            return otherMeaning(tokens, reading, leaning)
        }
    }

    /// The first word has a meaning that no date begins with; it may have one that does.
    private static func otherMeaning(
        _ tokens: Tokens, _ reading: Reading, _ leaning: DateLeaning
    ) -> (LocalDate, Int)? {
        let lexicon = tokens.lexicon
        if let (n, taken) = lexicon.common(
            tokens, 0, reading, { if case .day(let n) = $0 { n } else { nil } })
        {
            return (reading.today + n, taken)
        }
        if let (n, taken) = lexicon.common(
            tokens, 0, reading, { if case .weekday(let n) = $0 { n } else { nil } })
        {
            return (near(n, reading.today, leaning), taken)
        }
        return nil
    }

    private static func near(_ weekday: Int, _ today: LocalDate, _ leaning: DateLeaning)
        -> LocalDate
    {
        switch leaning {
        case .coming: today + (weekday - today.weekday + 7) % 7
        case .past, .lately: today - (today.weekday - weekday + 7) % 7
        }
    }

    /// `next monday`, `last week`: never today.
    private static func stepped(
        _ isNext: Bool, _ taken: Int, _ tokens: Tokens, _ reading: Reading
    ) -> (LocalDate, Int)? {
        let rest = tokens.from(tokens.start + taken)
        let today = reading.today
        if let (weekday, more) = tokens.lexicon.common(
            rest, 0, reading, { if case .weekday(let n) = $0 { n } else { nil } })
        {
            let ahead = (weekday - today.weekday + 6) % 7 + 1
            let back = (today.weekday - weekday + 6) % 7 + 1
            return (isNext ? today + ahead : today - back, taken + more)
        }
        if let (unit, more) = tokens.lexicon.common(
            rest, 0, reading, { if case .unit(let u) = $0 { u } else { nil } }),
            let days = days(unit)
        {
            return (isNext ? today + days : today - days, taken + more)
        }
        return nil
    }

    private static func days(_ unit: TimeSpan.Unit) -> Int? {
        switch unit {
        case .days: 1
        case .weeks: 7
        case .hours, .minutes: nil
        }
    }

    /// `in 3 days`, `3 days ago`, `3 күннен кейін`: [word] [n] unit [word], with exactly one word.
    private static func counted(_ tokens: Tokens, _ reading: Reading) -> (LocalDate, Int)? {
        func direction(_ i: Int) -> (Int, Int)? {
            let found = tokens.lexicon.common(tokens, i, reading) { (word: CommonWord) -> Int? in
                word == .into ? 1 : word == .ago ? -1 : nil
            }
            return found.map { ($0.value, $0.taken) }
        }
        var i = 0
        var sign: Int?
        if let (found, taken) = direction(0) {
            sign = found
            i = taken
        }
        var n = 1
        if let number = small(tokens.word(i).text) {
            n = number
            i += 1
        } else if sign != nil, tokens[i] == "a" {
            i += 1
        }
        guard
            let (unit, taken) = tokens.lexicon.common(
                tokens, i, reading, { if case .unit(let u) = $0 { u } else { nil } }),
            let days = days(unit)
        else { return nil }
        i += taken
        if sign == nil {
            guard let (found, taken) = direction(i) else { return nil }
            sign = found
            i += taken
        }
        return (reading.today + (sign ?? 1) * n * days, i)
    }

    /// Up to four digits.
    static func small(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 4 else { return nil }
        var n = 0
        for b in text.utf8 {
            guard b >= 48, b <= 57 else { return nil }
            n = n * 10 + Int(b - 48)
        }
        return n
    }

    /// A date in one token of digits and marks.
    static func compact(_ text: String, _ reading: Reading, _ leaning: DateLeaning) -> LocalDate? {
        guard text.utf8.count >= 5, text.utf8.count <= 10 else { return nil }
        if let iso = LocalDate(iso: text) { return iso }
        for mark in [UInt8(ascii: "."), UInt8(ascii: "/")] {
            let parts = text.utf8.split(separator: mark, omittingEmptySubsequences: false)
            guard parts.count == 2 || parts.count == 3 else { continue }
            let numbers = parts.compactMap { small(String(decoding: $0, as: UTF8.self)) }
            guard numbers.count == parts.count, parts[0].count <= 2 else { continue }
            if parts.count == 3 {
                guard parts[1].count <= 2, parts[2].count == 4 || parts[2].count == 2 else {
                    continue
                }
                let year = parts[2].count == 2 ? 2000 + numbers[2] : numbers[2]
                return LocalDate(year: year, month: numbers[1], day: numbers[0])
            }
            guard mark == UInt8(ascii: "."), parts[0].count == 2, parts[1].count == 2 else {
                continue
            }
            return nearest(month: numbers[1], day: numbers[0], reading.today, leaning)
        }
        return nil
    }

    static func nearest(month: Int, day: Int, _ today: LocalDate, _ leaning: DateLeaning)
        -> LocalDate?
    {
        let year = today.parts.year
        var best: LocalDate?
        for y in year - 4...year + 4 {  // 29 February may be years away
            guard let date = LocalDate(year: y, month: month, day: day) else { continue }
            if leaning == .past, date > today { continue }
            guard let other = best else {
                best = date
                continue
            }
            let distance = abs(date - today)
            let known = abs(other - today)
            if distance < known || (distance == known && date > other) { best = date }
        }
        return best
    }

    /// `12`, `12th`, `12-е`, `12-го`: 1 … 31.
    private static func dayNumber(_ word: Word) -> Int? {
        let bytes = Array(word.text.utf8.prefix(12))
        var digits = 0
        var n = 0
        while digits < bytes.count, digits < 3, bytes[digits] >= 48, bytes[digits] <= 57 {
            n = n * 10 + Int(bytes[digits] - 48)
            digits += 1
        }
        guard (1...2).contains(digits), (1...31).contains(n) else { return nil }
        let rest = String(decoding: bytes[digits...], as: UTF8.self)
        return ["", ".", "st", "nd", "rd", "th", "-е", "-го", "-ое"].contains(rest) ? n : nil
    }

    private static func dayAndMonth(
        _ tokens: Tokens, _ reading: Reading, _ leaning: DateLeaning
    ) -> (LocalDate, Int)? {
        func month(_ tokens: Tokens, _ i: Int) -> (value: Int, taken: Int)? {
            tokens.lexicon.common(tokens, i, reading) {
                if case .month(let n) = $0 { n } else { nil }
            }
        }
        if let day = dayNumber(tokens.bare(0)), let (m, taken) = month(tokens, 1) {
            return withYear(m, day, 1 + taken, tokens, reading, leaning)
        }
        let word = tokens.bare(0).text
        guard let dash = word.utf8.firstIndex(of: UInt8(ascii: "-")),
            let day = small(String(word[..<dash])), (1...31).contains(day)
        else { return nil }
        let name = Tokens(Array(word.utf8[dash...].dropFirst()), lexicon: tokens.lexicon)
        guard name.count == 1, let (m, _) = month(name, 0) else { return nil }
        return withYear(m, day, 1, tokens, reading, leaning)
    }

    private static func monthFirst(
        _ month: Int, _ taken: Int, _ tokens: Tokens, _ reading: Reading, _ leaning: DateLeaning
    ) -> (LocalDate, Int)? {
        guard let day = dayNumber(tokens.bare(taken)) else { return nil }
        return withYear(month, day, taken + 1, tokens, reading, leaning)
    }

    private static func withYear(
        _ month: Int, _ day: Int, _ taken: Int, _ tokens: Tokens, _ reading: Reading,
        _ leaning: DateLeaning
    ) -> (LocalDate, Int)? {
        let year = tokens.bare(taken).text
        if year.utf8.count == 4, let y = small(year), (1900...2199).contains(y) {
            return LocalDate(year: y, month: month, day: day).map { ($0, taken + 1) }
        }
        return nearest(month: month, day: day, reading.today, leaning).map { ($0, taken) }
    }
}

extension SlotType {
    /// A day. A weekday is the coming one, today included; without a year the nearest is meant.
    public static let date = date(name: "date", leaning: .coming)

    /// A day, leaning where its use leans: what happened `monday` was last Monday.
    public static func date(name: String, leaning: DateLeaning) -> SlotType {
        SlotType(
            name: name, candidates: { _ in [] },
            recognise: { tokens, reading in
                DateWords.read(tokens, reading, leaning).map {
                    Recognised(.date($0.0), taken: $0.1)
                }
            },
            print: { if case .date(let date) = $0 { date.description } else { nil } })
    }
}
