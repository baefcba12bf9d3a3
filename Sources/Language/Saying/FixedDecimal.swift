/// A decimal number with few decimals, exact: what a reader is shown, and what plural rules look
/// at.
///
/// Doubles are read through their shortest decimal text, the one a person typed: 0.285 is 28.5 %,
/// and rounds up to 29 %, although the double nearest to 0.285 lies below it.
package struct FixedDecimal: Hashable, Sendable {
    /// Never with a zero.
    package var isNegative: Bool
    /// The digits: the magnitude times 10 to the `scale`.
    package var units: UInt64
    /// Decimals, 0 … 6; without trailing zeros.
    package var scale: Int

    package init(_ n: Int) {
        isNegative = n < 0
        units = UInt64(n.magnitude)
        scale = 0
    }

    /// `x` times 10 to the `shift`, rounded half up (towards plus infinity) to `decimals`; nil
    /// where `x` is not finite or has more than 18 digits before the point.
    package init?(_ x: Double, decimals: Int = 6, shift: Int = 0) {
        guard x.isFinite else { return nil }
        isNegative = x < 0
        let size = x.magnitude
        if size < 1e12, size == size.rounded(.towardZero), shift >= 0, shift <= 3 {
            units = UInt64(size) * Self.tens(shift)
            scale = 0
            return
        }
        guard var (digits, exponent) = Self.shortest(size) else { return nil }
        exponent += shift
        if exponent < -decimals {
            let dropped = -decimals - exponent
            if dropped > 18 {
                digits = 0
            } else {
                let unit = Self.tens(dropped)
                let rest = digits % unit
                digits /= unit
                if isNegative ? rest * 2 > unit : rest * 2 >= unit { digits += 1 }
            }
            exponent = -decimals
        }
        while exponent < 0, digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        if exponent > 0 {
            guard exponent <= 18 else { return nil }
            let (product, overflow) = digits.multipliedReportingOverflow(by: Self.tens(exponent))
            guard !overflow, product < Self.tens(18) else { return nil }
            digits = product
            exponent = 0
        }
        units = digits
        scale = -exponent
        if digits == 0 { isNegative = false }
    }

    /// The part before the point.
    package var whole: UInt64 { units / Self.tens(scale) }
    /// Whether it has no decimals.
    package var isWhole: Bool { scale == 0 }
    /// Whether it is just this integer.
    package func equals(_ n: Int) -> Bool {
        scale == 0 && units == UInt64(n.magnitude) && isNegative == (n < 0)
    }

    /// 10 to the n, 0 … 18.
    static func tens(_ n: Int) -> UInt64 {
        var p: UInt64 = 1
        for _ in 0..<min(max(n, 0), 18) { p *= 10 }
        return p
    }

    /// Digits and exponent of the shortest decimal text of a positive, finite number.
    private static func shortest(_ x: Double) -> (UInt64, Int)? {
        var text = x.description
        return text.withUTF8 { bytes -> (UInt64, Int)? in
            var digits: UInt64 = 0
            var exponent = 0
            var i = 0
            var afterPoint = false
            while i < bytes.count {
                let b = bytes[i]
                if b >= 48, b <= 57 {
                    guard digits < 1_000_000_000_000_000_000 else { return nil }
                    digits = digits * 10 + UInt64(b - 48)
                    if afterPoint { exponent -= 1 }
                } else if b == UInt8(ascii: ".") {
                    afterPoint = true
                } else {
                    break
                }
                i += 1
            }
            if i < bytes.count {
                guard bytes[i] == UInt8(ascii: "e") else { return nil }
                i += 1
                var power = 0
                var isNegative = false
                if i < bytes.count, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
                    isNegative = bytes[i] == UInt8(ascii: "-")
                    i += 1
                }
                while i < bytes.count, power < 1000 {
                    guard bytes[i] >= 48, bytes[i] <= 57 else { return nil }
                    power = power * 10 + Int(bytes[i] - 48)
                    i += 1
                }
                exponent += isNegative ? -power : power
            }
            return (digits, exponent)
        }
    }
}
