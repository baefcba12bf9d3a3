extension Parser {
    /// The powers of ten that a double holds exactly.
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// Reads a number from its sign or first digit.
    ///
    /// 1. The digits are gathered in a 64-bit significand as long as they fit.
    /// 2. Without fraction and exponent, and within Int64, the number is an integer.
    /// 3. A significand of at most 53 bits and a power of ten up to 22 are both exact doubles, so
    ///    one multiplication or division rounds correctly (Clinger 1990).
    /// 4. Everything else goes to the standard library, which rounds correctly too.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = at
        let isNegative = byte(at) == UInt8(ascii: "-")
        if isNegative { at += 1 }
        var significand: UInt64 = 0
        var fits = true
        let whole = digits(into: &significand, fits: &fits)
        guard whole > 0, whole == 1 || byte(at - whole) != 0x30 else {
            throw whole == 0 ? numberEnd() : failure(.malformedNumber, at: start)
        }
        var fraction = 0
        var isPlain = true
        if at < count, byte(at) == UInt8(ascii: ".") {
            at += 1
            isPlain = false
            fraction = digits(into: &significand, fits: &fits)
            guard fraction > 0 else { throw numberEnd() }
        }
        var exponent = 0
        if at < count, byte(at) | 0x20 == UInt8(ascii: "e") {
            isPlain = false
            exponent = try self.exponent()
        }
        if isPlain, fits, let integer = Self.integer(significand, isNegative: isNegative) {
            return .integer(integer)
        }
        let power = exponent - fraction
        if fits, significand <= 1 << 53, (-22...22).contains(power) {
            let magnitude =
                power < 0
                ? Double(significand) / Self.powers[-power]
                : Double(significand) * Self.powers[power]
            return .number(isNegative ? -magnitude : magnitude)
        }
        let text = String(
            decoding: UnsafeRawBufferPointer(start: base + start, count: at - start),
            as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            throw failure(.numberOutOfRange, at: start)
        }
        return .number(number)
    }

    /// An integer, unless it is beyond Int64 or the zero that has a sign.
    private static func integer(_ magnitude: UInt64, isNegative: Bool) -> Int64? {
        guard isNegative else { return Int64(exactly: magnitude) }
        guard magnitude > 0, magnitude <= Int64.min.magnitude else { return nil }
        return Int64(truncatingIfNeeded: 0 &- magnitude)
    }

    /// What is wrong where a digit should stand.
    private func numberEnd() -> JSONError {
        at < count ? failure(.malformedNumber) : failure(.unexpectedEnd)
    }

    /// Reads digits and says how many there were.
    @inline(__always)
    private mutating func digits(into significand: inout UInt64, fits: inout Bool) -> Int {
        let start = at
        while at < count {
            let digit = byte(at) &- 0x30
            if digit > 9 { break }
            if significand < 1_844_674_407_370_955_161 {
                significand = significand &* 10 &+ UInt64(digit)
            } else {
                let (tenfold, first) = significand.multipliedReportingOverflow(by: 10)
                let (sum, second) = tenfold.addingReportingOverflow(UInt64(digit))
                significand = sum
                if first || second { fits = false }
            }
            at += 1
        }
        return at - start
    }

    /// Reads an exponent from its letter; one of more than six digits is as good as a million.
    private mutating func exponent() throws(JSONError) -> Int {
        at += 1
        var isNegative = false
        if at < count, byte(at) == UInt8(ascii: "-") || byte(at) == UInt8(ascii: "+") {
            isNegative = byte(at) == UInt8(ascii: "-")
            at += 1
        }
        let start = at
        var exponent = 0
        while at < count {
            let digit = byte(at) &- 0x30
            if digit > 9 { break }
            exponent = min(exponent * 10 + Int(digit), 1_000_000)
            at += 1
        }
        guard at > start else { throw numberEnd() }
        return isNegative ? -exponent : exponent
    }
}
