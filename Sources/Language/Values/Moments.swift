/// Times of day as people write them: `09:00`, `9:00`, `at 9`, `9am`, `9 pm`, `в 9`, `الساعة 9`.
enum TimeWords {
    /// A time at token `i` and the tokens it takes.
    static func read(_ tokens: Tokens, _ i: Int, _ reading: Reading) -> (LocalTime, Int)? {
        var at = i
        let marked = tokens.lexicon.common(tokens, i, reading) { $0 == .at ? true : nil }
        if let marked { at += marked.taken }
        let word = tokens.bare(at).text
        guard let first = word.utf8.first, first >= 48, first <= 57 else { return nil }
        let bytes = Array(word.utf8)
        var k = 0
        func digits() -> Int? {
            var n = 0
            let start = k
            while k < bytes.count, bytes[k] >= 48, bytes[k] <= 57, k - start < 3 {
                n = n * 10 + Int(bytes[k] - 48)
                k += 1
            }
            return k - start <= 2 && k > start ? n : nil
        }
        guard var hour = digits(), hour < 24 else { return nil }
        var minute = 0
        var isTime = marked != nil
        if k < bytes.count, bytes[k] == UInt8(ascii: ":") {
            k += 1
            let start = k
            guard let m = digits(), m < 60, k - start == 2 else { return nil }
            minute = m
            isTime = true
        }
        at += 1
        let half = half(bytes[k...], tokens, &at, reading)
        guard let half else { return nil }
        if half != 0 {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (half > 0 ? 12 : 0)
            isTime = true
        }
        return isTime ? (LocalTime(hour, minute), at - i) : nil
    }

    /// −1 before noon, 1 after, 0 unsaid; nil where the token goes on with something else.
    private static func half(
        _ attached: ArraySlice<UInt8>, _ tokens: Tokens, _ at: inout Int, _ reading: Reading
    ) -> Int? {
        func meaning(_ word: CommonWord) -> Int? {
            word == .beforeNoon ? -1 : word == .afterNoon ? 1 : nil
        }
        if attached.isEmpty {
            if let (half, taken) = tokens.lexicon.common(tokens, at, reading, meaning) {
                at += taken
                return half
            }
            return 0
        }
        let word = Tokens(Array(attached), lexicon: tokens.lexicon)
        return tokens.lexicon.common(word, 0, reading, meaning)?.value
    }
}

extension SlotType {
    /// A day and a time, in either order; a time alone is today's. `2026-03-20T17:30`, `tomorrow at 9`,
    /// `7 Apr 09:00`, `17:30 yesterday`.
    public static let moment = SlotType(
        name: "moment", candidates: { _ in [] },
        recognise: { tokens, reading in
            let word = tokens.bare(0).text
            if word.utf8.count == 16, let split = word.utf8.firstIndex(of: UInt8(ascii: "t")),
                let date = LocalDate(iso: word[..<split]),
                let time = clock(word.utf8[split...].dropFirst())
            {
                return Recognised(.moment(LocalMoment(date, time)))
            }
            if let (date, taken) = DateWords.read(tokens, reading, .coming) {
                guard let (time, more) = TimeWords.read(tokens, taken, reading) else { return nil }
                return Recognised(.moment(LocalMoment(date, time)), taken: taken + more)
            }
            guard let (time, taken) = TimeWords.read(tokens, 0, reading) else { return nil }
            if let (date, more) = DateWords.read(
                tokens.from(tokens.start + taken), reading, .coming)
            {
                return Recognised(.moment(LocalMoment(date, time)), taken: taken + more)
            }
            return Recognised(.moment(LocalMoment(reading.today, time)), taken: taken)
        },
        print: { if case .moment(let moment) = $0 { moment.description } else { nil } })

    /// A time of day, as a moment of the reading's day.
    public static let time = SlotType(
        name: "time", candidates: { _ in [] },
        recognise: { tokens, reading in
            if let (time, taken) = TimeWords.read(tokens, 0, reading) {
                return Recognised(.moment(LocalMoment(reading.today, time)), taken: taken)
            }
            return nil
        },
        print: { if case .moment(let moment) = $0 { moment.time.description } else { nil } })

    /// `17:30` and nothing else.
    private static func clock(_ text: Substring.UTF8View) -> LocalTime? {
        let bytes = Array(text)
        guard bytes.count == 5, bytes[2] == 58,
            let h = DateWords.small(String(decoding: bytes[0..<2], as: UTF8.self)),
            let m = DateWords.small(String(decoding: bytes[3..<5], as: UTF8.self)), h < 24, m < 60
        else { return nil }
        return LocalTime(h, m)
    }

    /// A length of time: `3 days`, `2h`, `90 min`, `3d`. At most 9,999 of a unit.
    public static let duration = SlotType(
        name: "duration", candidates: { _ in [] },
        recognise: { tokens, reading in
            let word = tokens.word(0).text
            let digits = word.utf8.prefix { $0 >= 48 && $0 <= 57 }
            guard let n = DateWords.small(String(decoding: digits, as: UTF8.self)) else {
                return nil
            }
            func unit(_ tokens: Tokens, _ i: Int) -> (value: TimeSpan.Unit, taken: Int)? {
                tokens.lexicon.common(tokens, i, reading) {
                    if case .unit(let u) = $0 { u } else { nil }
                }
            }
            if digits.count == word.utf8.count {
                guard let (unit, taken) = unit(tokens, 1) else { return nil }
                return Recognised(.duration(TimeSpan(n, unit)), taken: 1 + taken)
            }
            let attached = Tokens(Array(word.utf8.dropFirst(digits.count)), lexicon: tokens.lexicon)
            guard attached.count == 1, let (unit, _) = unit(attached, 0) else { return nil }
            return Recognised(.duration(TimeSpan(n, unit)))
        },
        print: { value in
            guard case .duration(let span) = value else { return nil }
            switch span.unit {
            case .minutes: return "\(span.count)min"
            case .hours: return "\(span.count)h"
            case .days: return "\(span.count)d"
            case .weeks: return "\(span.count)w"
            }
        })
}
