/// A figure as people write it.
///
/// 1. A sign (`+`, `-`, `−`) and runs of digits of any of four scripts, parted by `.` `,` `٫` `٬` an
///    apostrophe or a space; a space only between tokens that it alone parts.
/// 2. No separator: whole. `٫` is a decimal sign, `٬`, apostrophe and space part groups of three.
/// 3. One `.` or `,`: a decimal sign, except where 1–3 digits that don't begin with 0 stand before it and
///    exactly three after it: then it may as well part a group, and both readings are kept.
/// 4. Several separators: all but the last must be the same and part groups of three; the last one either
///    is the same too, or is the decimal sign.
/// 5. At most 15 digits that count, so that every figure that is read is written back as it was. No `1e5`,
///    no `inf`: they are words.
struct Figure {
    var amount: Double
    /// The decimal reading where `amount` is the grouped one.
    var otherwise: Double?
    var hasPlus: Bool
    /// Tokens that held digits.
    var taken: Int
    /// What follows the digits in the last of these tokens.
    var suffix: Range<Int>

    enum Separator { case point, comma, arabicDecimal, group }

    /// The figure at the first token.
    init?(_ tokens: Tokens) {
        guard !tokens.isEmpty, !tokens.isQuoted(0) else { return nil }
        var runs = Runs()
        guard var end = runs.scan(tokens.text, tokens.items[tokens.start].inner, isFirst: true)
        else { return nil }
        var taken = 1
        while end == tokens.items[tokens.start + taken - 1].inner.upperBound, taken < 6,
            runs.mayGroup, taken < tokens.count, !tokens.isQuoted(taken),
            tokens.followsClosely(taken)
        {
            var longer = runs
            guard
                let next = longer.continueGroup(
                    tokens.text, tokens.items[tokens.start + taken].inner)
            else {
                break
            }
            runs = longer
            end = next
            taken += 1
        }
        guard let read = runs.read() else { return nil }
        amount = read.amount
        otherwise = read.otherwise
        hasPlus = runs.sign == 1
        self.taken = taken
        suffix = end..<tokens.items[tokens.start + taken - 1].inner.upperBound
    }

    /// Whether nothing but punctuation or unseen marks follows the digits in their token.
    func endsToken(_ tokens: Tokens) -> Bool {
        var i = suffix.lowerBound
        while i < suffix.upperBound {
            let (u, length) = Scalars.decode(tokens.text, i)
            guard Scalars.isPunctuation(u) || Scalars.isIgnorable(u) else { return false }
            // `09:00` and `3.5.` are no figures with punctuation after them.
            let next = i + length
            if next < suffix.upperBound,
                Scalars.digit(Scalars.decode(tokens.text, next).scalar) != nil
            {
                return false
            }
            i = next
        }
        return true
    }

    private struct Runs {
        var sign = 0
        var digits: [(value: Int, count: Int, leadingZero: Bool)] = []
        var separators: [Separator] = []

        /// Reads sign, digits and separators; gives the offset behind the last digit.
        mutating func scan(_ text: [UInt8], _ range: Range<Int>, isFirst: Bool) -> Int? {
            var i = range.lowerBound
            var pending: Separator?
            var end: Int?
            var value = 0
            var count = 0
            var leadingZero = false
            func isDigit(at k: Int) -> Bool {
                k < range.upperBound && Scalars.digit(Scalars.decode(text, k).scalar) != nil
            }
            while i < range.upperBound {
                let (u, length) = Scalars.decode(text, i)
                if let d = Scalars.digit(u) {
                    if count == 0 {
                        if let p = pending { separators.append(p) }
                        pending = nil
                        leadingZero = d == 0
                    }
                    guard count < 18 else { return nil }
                    value = value * 10 + d
                    count += 1
                    end = i + length
                } else if Scalars.isIgnorable(u) {
                    // direction marks inside a figure mean nothing
                } else if count == 0, digits.isEmpty, pending == nil, sign == 0, isFirst,
                    u == 43 || u == 45 || u == 0x2212 || u == 0x2013 || u == 0xFF0B
                {
                    sign = u == 43 || u == 0xFF0B ? 1 : -1
                } else if pending == nil, let s = Self.separator(u), isDigit(at: i + length) {
                    if count > 0 {
                        digits.append((value, count, leadingZero))
                        guard digits.count <= 8 else { return nil }
                    } else if digits.isEmpty, s == .point || s == .comma {
                        digits.append((0, 0, false))  // .5
                    } else {
                        return nil
                    }
                    pending = s
                    value = 0
                    count = 0
                } else {
                    break
                }
                i += length
            }
            guard count > 0, let end else { return nil }
            digits.append((value, count, leadingZero))
            return end
        }

        /// Whether a group of three may follow: what stands so far is 1–3 digits and groups of three.
        var mayGroup: Bool {
            guard let first = digits.first, (1...3).contains(first.count), !first.leadingZero else {
                return false
            }
            return separators.allSatisfy { $0 == .group }
                && digits.dropFirst().allSatisfy { $0.count == 3 }
        }

        mutating func continueGroup(_ text: [UInt8], _ range: Range<Int>) -> Int? {
            var next = Runs()
            next.sign = 2  // no sign of its own
            guard let end = next.scan(text, range, isFirst: false), next.digits.first?.count == 3
            else {
                return nil
            }
            let tail = next.separators
            guard tail.isEmpty || (tail.count == 1 && tail[0] != .group) else { return nil }
            var i = end
            while i < range.upperBound {  // `1 056x` is not a thousand and fifty-six
                let (u, length) = Scalars.decode(text, i)
                guard Scalars.isPunctuation(u) || Scalars.isIgnorable(u) || u == 37 || u == 0x66A
                else {
                    return nil
                }
                i += length
            }
            separators.append(.group)
            separators += tail
            digits += next.digits
            return end
        }

        static func separator(_ u: UInt32) -> Separator? {
            switch u {
            case 0x2E: .point
            case 0x2C, 0x60C: .comma
            case 0x66B: .arabicDecimal
            case 0x66C, 0x27, 0x2019, 0x2BC, 0xA0, 0x202F, 0x2009: .group
            default: nil
            }
        }

        func read() -> (amount: Double, otherwise: Double?)? {
            guard let last = separators.last else { return whole(digits).map { ($0, nil) } }
            let earlier = separators.dropLast()
            if earlier.isEmpty {
                let before = digits[0]
                let after = digits[1]
                let groups =
                    (1...3).contains(before.count) && !before.leadingZero && after.count == 3
                switch last {
                case .group: return groups ? whole(digits).map { ($0, nil) } : nil
                case .arabicDecimal: return decimal().map { ($0, nil) }
                case .point, .comma:
                    guard let fraction = decimal() else { return nil }
                    guard groups, let grouped = whole(digits) else { return (fraction, nil) }
                    return (grouped, fraction)
                }
            }
            guard let first = earlier.first, earlier.allSatisfy({ $0 == first }),
                first != .arabicDecimal,
                (1...3).contains(digits[0].count), !digits[0].leadingZero,
                digits.dropFirst().dropLast().allSatisfy({ $0.count == 3 })
            else { return nil }
            if last == first {
                return digits.last?.count == 3 ? whole(digits).map { ($0, nil) } : nil
            }
            return last == .group ? nil : decimal().map { ($0, nil) }
        }

        /// All digits one after another, if no more than 15 of them count.
        private func whole(_ parts: some Sequence<(value: Int, count: Int, leadingZero: Bool)>)
            -> Double?
        {
            mantissa(parts).map { Double(signed($0)) }
        }

        private func mantissa(
            _ parts: some Sequence<(value: Int, count: Int, leadingZero: Bool)>
        ) -> Int? {
            var n = 0
            for part in parts {
                for _ in 0..<part.count { n = n > 1_000_000_000_000_000 ? n : n * 10 }
                n += part.value
                guard n < 1_000_000_000_000_000 else { return nil }
            }
            return n
        }

        private func decimal() -> Double? {
            guard let fraction = digits.last, let n = mantissa(digits) else { return nil }
            var scale = 1.0
            for _ in 0..<fraction.count { scale *= 10 }
            return Double(signed(n)) / scale
        }

        private func signed(_ n: Int) -> Int { sign == -1 ? -n : n }
    }
}
