/// A number as digits with a decimal point and nothing else: no exponent, no grouping. What is written so
/// is read back as the same number and as nothing else (three decimals get a fourth: `1.2340`).
package enum PlainNumber {
    package static func text(_ number: Double) -> String {
        guard number.isFinite else { return "0" }
        if let whole = Int(exactly: number), abs(number) < 1e15 { return String(whole) }
        let shortest = Array("\(number)".utf8)
        var digits: [UInt8] = []
        var exponent = 0
        var afterPoint = 0
        var i = 0
        var isPast = false
        var isNegative = false
        if shortest.first == 45 {
            isNegative = true
            i = 1
        }
        while i < shortest.count {
            let b = shortest[i]
            if b == 46 {
                isPast = true
            } else if b >= 48, b <= 57 {
                digits.append(b)
                if isPast { afterPoint += 1 }
            } else {
                exponent = Int(String(decoding: shortest[(i + 1)...], as: UTF8.self)) ?? 0
                break
            }
            i += 1
        }
        let point = digits.count - afterPoint + exponent
        var out: [UInt8] = isNegative ? [45] : []
        if point <= 0 {
            out += [48, 46] + [UInt8](repeating: 48, count: -point) + digits
        } else if point >= digits.count {
            out += digits + [UInt8](repeating: 48, count: point - digits.count)
        } else {
            out += digits[..<point] + [46] + digits[point...]
        }
        if out.contains(46) {
            while out.last == 48 { out.removeLast() }
            if out.last == 46 { out.removeLast() }
        }
        if let dot = out.lastIndex(of: 46), out.count - 1 - dot == 3 { out.append(48) }
        return String(decoding: out, as: UTF8.self)
    }

    /// A figure with two readings, written so that both are read again: `1,500`.
    static func ambiguous(_ amount: Double, _ otherwise: Double) -> String? {
        guard abs(amount / 1000 - otherwise) < 1e-9, let n = Int(exactly: abs(amount)),
            (1000..<1_000_000).contains(n)
        else { return nil }
        let tail = String(n % 1000)
        return (amount < 0 ? "-" : "") + "\(n / 1000),"
            + String(repeating: "0", count: 3 - tail.utf8.count) + tail
    }
}

extension SlotType {
    /// A plain number.
    public static let number = SlotType(
        name: "number",
        recognise: { tokens, _ in
            guard let f = Figure(tokens), f.endsToken(tokens) else { return nil }
            return Recognised(
                .number(f.amount), taken: f.taken, otherwise: f.otherwise.map { .number($0) })
        },
        print: { if case .number(let n) = $0 { PlainNumber.text(n) } else { nil } })

    /// A whole number, 0 or more; grouped digits are one number, since a decimal reading is none.
    public static let count = SlotType(
        name: "count",
        recognise: { tokens, _ in
            guard let f = Figure(tokens), f.endsToken(tokens), let n = Int(exactly: f.amount),
                n >= 0
            else {
                return nil
            }
            return Recognised(.count(n), taken: f.taken)
        },
        print: { if case .count(let n) = $0 { String(n) } else { nil } })

    /// A share of a hundred, with or without its sign.
    public static let percent = SlotType(
        name: "percent",
        recognise: { tokens, reading in
            guard let f = Figure(tokens) else { return nil }
            let taken = percentSign(f, tokens, reading) ?? (f.endsToken(tokens) ? 0 : nil)
            guard let taken else { return nil }
            return Recognised(
                .percent(f.amount), taken: f.taken + taken,
                otherwise: f.otherwise.map { .percent($0) })
        },
        print: { if case .percent(let n) = $0 { PlainNumber.text(n) + "%" } else { nil } })

    /// A figure and, where one is written, its unit: `%` or one of the reading's candidates for `unit`.
    /// In quotes any text after the figure is its unit.
    public static let measure = SlotType(
        name: "measure",
        recognise: { tokens, reading in
            guard let f = Figure(tokens) else { return nil }
            func made(_ unit: String?, _ more: Int) -> Recognised {
                let measure = Measure(
                    f.amount, unit: unit, isIncrement: f.hasPlus, otherwise: f.otherwise)
                return Recognised(.measure(measure), taken: f.taken + more)
            }
            if let more = percentSign(f, tokens, reading) { return made("%", more) }
            if let (unit, more) = unit(f, tokens, reading) { return made(unit, more) }
            return f.endsToken(tokens) ? made(nil, 0) : nil
        },
        print: { value in
            guard case .measure(let m) = value else { return nil }
            let digits =
                m.otherwise.flatMap { PlainNumber.ambiguous(m.amount, $0) }
                ?? PlainNumber.text(m.amount)
            let figure = (m.isIncrement ? "+" : "") + digits
            guard let unit = m.unit else { return figure }
            return unit == "%" ? figure + "%" : Quotes.quote(figure + " " + unit)
        })

    /// Tokens that a sign or word for per cent takes beyond the figure's own; nil where there is none.
    private static func percentSign(_ f: Figure, _ tokens: Tokens, _ reading: Reading) -> Int? {
        if !f.suffix.isEmpty {
            if let i = firstSeen(tokens.text, f.suffix) {
                let (u, length) = Scalars.decode(tokens.text, i)
                if u == 37 || u == 0x66A || u == 0xFE6A || u == 0xFF05 {
                    var rest = f
                    rest.suffix = i + length..<f.suffix.upperBound
                    return rest.endsToken(tokens) ? 0 : nil
                }
            }
            let attached = Folding.fold(tokens.text, f.suffix)
            let isWord = tokens.lexicon.common.entries[Word(attached)]?.contains {
                $0.tail.isEmpty && $0.meaning == .percent
            }
            return isWord == true ? 0 : nil
        }
        guard !tokens.isQuoted(f.taken) else { return nil }
        return tokens.lexicon.common(tokens, f.taken, reading) { $0 == .percent ? true : nil }?
            .taken
    }

    private static func firstSeen(_ text: [UInt8], _ range: Range<Int>) -> Int? {
        var i = range.lowerBound
        while i < range.upperBound {
            let (u, length) = Scalars.decode(text, i)
            if !Scalars.isIgnorable(u) { return i }
            i += length
        }
        return nil
    }

    /// The unit after a figure, as the candidates spell it, and the tokens it takes beyond the figure's own.
    private static func unit(_ f: Figure, _ tokens: Tokens, _ reading: Reading) -> (String, Int)? {
        let attached = f.suffix.isEmpty ? "" : Folding.fold(tokens.text, f.suffix)
        if attached.isEmpty, f.taken >= tokens.count { return nil }
        let word = attached.isEmpty ? tokens.bare(f.taken).text : attached
        var best: (unit: String, taken: Int)?
        for unit in reading.candidates("unit").prefix(200) where Folding.mayBegin(unit, with: word)
        {
            let words = Folding.words(unit)
            guard let first = words.first, words.count <= 8 else { continue }
            if let best, words.count <= best.taken { continue }
            var at = f.taken
            if attached.isEmpty {
                guard tokens.word(at).text == first || tokens.bare(at).text == first else {
                    continue
                }
                at += 1
            } else {
                guard attached == first else { continue }
            }
            var fits = true
            for word in words.dropFirst() {
                if tokens.bare(at).text != word {
                    fits = false
                    break
                }
                at += 1
            }
            if fits { best = (unit, at - f.taken) }
        }
        if let best { return (best.unit, best.taken) }
        guard tokens.isWhole, !attached.isEmpty || f.taken < tokens.count else { return nil }
        let from =
            f.suffix.isEmpty
            ? tokens.items[tokens.start + f.taken].outer.lowerBound : f.suffix.lowerBound
        guard let last = tokens.items.last, f.suffix.isEmpty || !f.endsToken(tokens) else {
            return nil
        }
        let (u, _) = Scalars.decode(tokens.text, from)
        let isLetter = u >= 0x80 || (u | 0x20 >= 97 && u | 0x20 <= 122)
        guard Scalars.digit(u) == nil, f.suffix.isEmpty || isLetter else { return nil }
        return (
            String(decoding: tokens.text[from..<last.outer.upperBound], as: UTF8.self),
            tokens.count - f.taken
        )
    }
}
