/// The text at the end of a TZif file: a POSIX TZ rule with the extensions of RFC 9636 (hours −167 to
/// 167, names in angle brackets), such as `EST5EDT,M3.2.0,M11.1.0` or `<+1030>-10:30<+11>-11,M10.1.0,M4.1.0`.
struct ZoneRule: Hashable, Sendable {
    /// Seconds east.
    private var standard = 0
    private var summer: Summer?

    private struct Summer: Hashable, Sendable {
        var offset: Int
        var begins: Day
        var ends: Day
    }

    /// The day of a year and the second of that day on which a change happens, by the clock before it.
    private struct Day: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            /// 1 … 365; 29 February is never counted.
            case ordinal(Int)
            /// 0 … 365; 29 February is counted.
            case zeroBased(Int)
            /// The n-th weekday (0 Sunday … 6) of a month; 5 is the last.
            case weekday(month: Int, week: Int, day: Int)
        }
        var kind: Kind
        var second: Int

        /// By the local clock, in seconds since 1970.
        func moment(in year: Int) -> Int64 {
            Int64(days(in: year)) * 86400 + Int64(second)
        }
        private func days(in year: Int) -> Int {
            func number(_ month: Int, _ day: Int) -> Int {
                LocalDate(year: year, month: month, day: day)?.days ?? 0
            }
            switch kind {
            case .zeroBased(let day): return number(1, 1) + day
            case .ordinal(let day):
                let isLeap = LocalDate.length(ofMonth: 2, year: year) == 29
                return number(1, 1) + day - 1 + (isLeap && day >= 60 ? 1 : 0)
            case .weekday(let month, let week, let day):
                let first = LocalDate(days: number(month, 1))
                let ahead = (day - first.weekday % 7 + 7) % 7
                let offset = ahead + (week - 1) * 7
                let length = LocalDate.length(ofMonth: month, year: year)
                return first.days + (offset < length ? offset : offset - 7)
            }
        }
    }

    /// Seconds east at a moment given in seconds since 1970.
    func offset(at moment: Int64) -> Int {
        guard summer != nil else { return standard }
        var answer = standard
        for change in changes(around: moment) where change.at <= moment { answer = change.to }
        return answer
    }

    /// The changes of the year of a moment, the year before and the year after, oldest first. Three
    /// years, because an hour of up to ±167 carries a change into a neighbouring year.
    func changes(around moment: Int64) -> [(at: Int64, to: Int)] {
        guard let summer else { return [] }
        let day = LocalDate(days: Int(Instant.floorDivide(moment, 86400)))
        var found: [(at: Int64, to: Int)] = []
        for year in (day.parts.year - 1)...(day.parts.year + 1) where (1...9999).contains(year) {
            found.append((summer.begins.moment(in: year) - Int64(standard), summer.offset))
            found.append((summer.ends.moment(in: year) - Int64(summer.offset), standard))
        }
        // Summer time that ends as it begins again (it lasts all year) is summer time.
        found.sort { $0.at != $1.at ? $0.at < $1.at : $0.to == standard && $1.to != standard }
        return found
    }

    init?(_ text: [UInt8]) {
        guard text.count <= 256 else { return nil }
        var reader = Reader(text: text)
        guard reader.name(), let west = reader.time(hours: 24) else { return nil }
        standard = -west
        guard !reader.isAtEnd else { return }
        guard reader.name() else { return nil }
        var offset = standard + 3600
        if reader.peek != 0x2C {
            guard let west = reader.time(hours: 24) else { return nil }
            offset = -west
        }
        guard let begins = reader.day(), let ends = reader.day(), reader.isAtEnd else { return nil }
        summer = Summer(offset: offset, begins: begins, ends: ends)
    }

    private struct Reader {
        let text: [UInt8]
        var place = 0
        init(text: [UInt8]) { self.text = text }
        var isAtEnd: Bool { place == text.count }
        var peek: UInt8? { place < text.count ? text[place] : nil }

        mutating func take(_ byte: UInt8) -> Bool {
            guard peek == byte else { return false }
            place += 1
            return true
        }
        /// Three letters or more, or letters, digits and signs in angle brackets.
        mutating func name() -> Bool {
            let isQuoted = take(0x3C)
            var length = 0
            while let byte = peek,
                isLetter(byte) || isQuoted && (isDigit(byte) || byte == 0x2B || byte == 0x2D)
            {
                place += 1
                length += 1
            }
            return length >= 3 && (!isQuoted || take(0x3E))
        }
        private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
        private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            var value = 0
            var digits = 0
            while let byte = peek, isDigit(byte), digits < 3 {
                value = value * 10 + Int(byte - 0x30)
                place += 1
                digits += 1
            }
            return digits > 0 && range.contains(value) ? value : nil
        }
        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(hours: Int) -> Int? {
            let sign = take(0x2D) ? -1 : 1
            if sign == 1 { _ = take(0x2B) }
            guard let hour = number(0...hours) else { return nil }
            var seconds = hour * 3600
            if take(0x3A) {
                guard let minute = number(0...59) else { return nil }
                seconds += minute * 60
                if take(0x3A) {
                    guard let second = number(0...59) else { return nil }
                    seconds += second
                }
            }
            return sign * seconds
        }
        /// `,Mm.w.d`, `,Jn` or `,n`, each with an optional `/time`; two o'clock where there is none.
        mutating func day() -> Day? {
            guard take(0x2C) else { return nil }
            let kind: Day.Kind
            if take(0x4D) {
                guard let month = number(1...12), take(0x2E), let week = number(1...5), take(0x2E),
                    let day = number(0...6)
                else { return nil }
                kind = .weekday(month: month, week: week, day: day)
            } else if take(0x4A) {
                guard let day = number(1...365) else { return nil }
                kind = .ordinal(day)
            } else {
                guard let day = number(0...365) else { return nil }
                kind = .zeroBased(day)
            }
            guard take(0x2F) else { return Day(kind: kind, second: 7200) }
            guard let second = time(hours: 167) else { return nil }
            return Day(kind: kind, second: second)
        }
    }
}
