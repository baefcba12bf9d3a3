/// A day of the proleptic Gregorian calendar with no zone: what a figure belongs to, what a deadline is.
///
/// Stored as days since 1970-01-01, so that day arithmetic is integer arithmetic (method.md 2.2:
/// all counting is done on local calendar dates).
public struct LocalDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01. Kept within years 1 … 9999.
    public var days: Int { Int(number) }
    /// In half the room: state holds millions of them.
    private let number: Int32

    static let earliest = -719_162
    static let latest = 2_932_896

    /// A day by its number since 1970-01-01, held within years 1 … 9999.
    public init(days: Int) {
        number = Int32(min(max(days, Self.earliest), Self.latest))
    }

    /// The day, if the calendar has it.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        // Days from civil, Howard Hinnant's algorithm: eras of 400 years, years that begin in March.
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// The day written `2026-03-20`, and nothing else.
    public init?(iso text: some StringProtocol) {
        self.init(iso: String(text))
    }

    /// The day written `2026-03-20`, and nothing else.
    public init?(iso text: String) {
        var text = text
        guard let date = text.withUTF8({ Self($0) }) else { return nil }
        self = date
    }

    private init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        // Digit by digit: a snapshot holds a million of them.
        var digits: (y: Int, m: Int, d: Int) = (0, 0, 0)
        var place = 0
        for byte in bytes {
            let digit = Int(byte) - 48
            switch place {
            case 4, 7:
                guard byte == UInt8(ascii: "-") else { return nil }
            case 10...: return nil
            default:
                guard digit >= 0, digit <= 9 else { return nil }
                switch place {
                case ..<4: digits.y = digits.y * 10 + digit
                case ..<7: digits.m = digits.m * 10 + digit
                default: digits.d = digits.d * 10 + digit
                }
            }
            place += 1
        }
        guard place == 10 else { return nil }
        self.init(year: digits.y, month: digits.m, day: digits.d)
    }

    /// Year, month 1 … 12 and day 1 … 31.
    public var parts: (year: Int, month: Int, day: Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let mp = (5 * dayOfYear + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1
        )
    }

    /// 1 Monday … 7 Sunday.
    public var weekday: Int {
        let r = (days + 3) % 7
        return (r < 0 ? r + 7 : r) + 1
    }

    /// `2026-03-20`.
    public var description: String {
        let (y, m, d) = parts
        return String(unsafeUninitializedCapacity: 10) { buffer in
            func put(_ n: Int, _ divisor: Int, at place: Int) {
                buffer[place] = UInt8(48 + n / divisor % 10)
            }
            put(y, 1000, at: 0)
            put(y, 100, at: 1)
            put(y, 10, at: 2)
            put(y, 1, at: 3)
            buffer[4] = UInt8(ascii: "-")
            put(m, 10, at: 5)
            put(m, 1, at: 6)
            buffer[7] = UInt8(ascii: "-")
            put(d, 10, at: 8)
            put(d, 1, at: 9)
            return 10
        }
    }

    public static func < (a: LocalDate, b: LocalDate) -> Bool { a.days < b.days }
    /// The day `n` days later (earlier if negative).
    public static func + (a: LocalDate, n: Int) -> LocalDate {
        LocalDate(days: a.days.addingReportingOverflow(n).overflow ? a.days : a.days + n)
    }
    public static func - (a: LocalDate, n: Int) -> LocalDate { a + (n == .min ? 0 : -n) }
    /// Days from `b` to `a`.
    public static func - (a: LocalDate, b: LocalDate) -> Int { a.days - b.days }

    /// 28 … 31.
    public static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// A wall-clock time without a zone, to the minute.
public struct LocalTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Minutes since midnight, 0 … 1439.
    public let minutes: Int
    public init(minutes: Int) { self.minutes = min(max(minutes, 0), 1439) }
    public init(_ hour: Int, _ minute: Int) { self.init(minutes: hour * 60 + minute) }
    public var hour: Int { minutes / 60 }
    public var minute: Int { minutes % 60 }
    /// `09:05`.
    public var description: String {
        "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
    public static func < (a: LocalTime, b: LocalTime) -> Bool { a.minutes < b.minutes }
}

/// A wall-clock moment in a zone that the context names.
public struct LocalMoment: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var date: LocalDate
    public var time: LocalTime
    public init(_ date: LocalDate, _ time: LocalTime) {
        self.date = date
        self.time = time
    }
    /// `2026-03-20T17:30`.
    public var description: String { "\(date)T\(time)" }
    public static func < (a: LocalMoment, b: LocalMoment) -> Bool {
        a.date == b.date ? a.time < b.time : a.date < b.date
    }
}

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, no leap seconds.
public struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let milliseconds: Int64
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
    /// The instant `n` milliseconds later.
    public func advanced(by n: Int64) -> Instant {
        let (sum, overflow) = milliseconds.addingReportingOverflow(n)
        return Instant(milliseconds: overflow ? (n > 0 ? .max : .min) : sum)
    }
    public static let second: Int64 = 1000
    public static let minute: Int64 = 60_000
    public static let hour: Int64 = 3_600_000
    public static let day: Int64 = 86_400_000

    /// The wall clock `offset` seconds east of Greenwich at this instant.
    public func local(offset: Int) -> LocalMoment {
        let seconds = Self.floorDivide(milliseconds, 1000) + Int64(offset)
        let day = Self.floorDivide(seconds, 86400)
        return LocalMoment(
            LocalDate(days: Int(day)), LocalTime(minutes: Int((seconds - day * 86400) / 60)))
    }

    static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
        let q = a / b
        return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q
    }

    /// RFC 3339 in UTC, to the second, or with milliseconds where there are any.
    public var description: String {
        let m = local(offset: 0)
        let ms = milliseconds - Self.floorDivide(milliseconds, 60_000) * 60_000
        let s = ms / 1000, f = ms % 1000
        let seconds = (s < 10 ? "0" : "") + String(s)
        let fraction =
            f == 0 ? "" : "." + String(repeating: "0", count: 3 - String(f).utf8.count) + String(f)
        return "\(m.date)T\(m.time):\(seconds)\(fraction)Z"
    }

    /// An RFC 3339 time with a zone (`2026-03-20T17:30:00+05:00`, seconds may be left out, `Z` allowed).
    public init?(rfc3339 text: some StringProtocol) {
        let b = Array(text.utf8)
        guard b.count >= 17, b.count <= 40,
            b[10] == UInt8(ascii: "T") || b[10] == UInt8(ascii: " ") || b[10] == UInt8(ascii: "t"),
            let date = LocalDate(iso: String(decoding: b[0..<10], as: UTF8.self))
        else { return nil }
        var i = 11
        func two() -> Int? {
            guard i + 1 < b.count, (48...57).contains(b[i]), (48...57).contains(b[i + 1]) else {
                return nil
            }
            defer { i += 2 }
            return Int(b[i] - 48) * 10 + Int(b[i + 1] - 48)
        }
        guard let hour = two(), hour < 24, i < b.count, b[i] == UInt8(ascii: ":") else {
            return nil
        }
        i += 1
        guard let minute = two(), minute < 60 else { return nil }
        var second = 0, fraction: Int64 = 0
        if i < b.count, b[i] == UInt8(ascii: ":") {
            i += 1
            guard let s = two(), s <= 60 else { return nil }
            second = min(s, 59)
            if i < b.count, b[i] == UInt8(ascii: ".") {
                i += 1
                var scale: Int64 = 100, digits = 0
                while i < b.count, (48...57).contains(b[i]) {
                    fraction += Int64(b[i] - 48) * scale
                    scale /= 10
                    digits += 1
                    i += 1
                }
                guard digits > 0 else { return nil }
            }
        }
        guard i < b.count else { return nil }
        var offset = 0
        switch b[i] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): i += 1
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            let sign = b[i] == UInt8(ascii: "+") ? 1 : -1
            i += 1
            guard let h = two(), h < 24 else { return nil }
            if i < b.count, b[i] == UInt8(ascii: ":") { i += 1 }
            guard let m = two(), m < 60 else { return nil }
            offset = sign * (h * 3600 + m * 60)
        default: return nil
        }
        guard i == b.count else { return nil }
        let seconds = Int64(date.days) * 86400 + Int64(hour * 3600 + minute * 60 + second - offset)
        self.init(milliseconds: seconds * 1000 + fraction)
    }
}
