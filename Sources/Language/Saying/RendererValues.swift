/// How each kind of value is written.
extension Renderer {
    /// The value where the text stands, as the placeholder asks for it.
    mutating func say(_ value: Say, _ format: Pattern.Format = .plain) {
        switch format {
        case .plain: break
        case .number, .integer, .signed, .points, .percent:
            if figure(value, format) { return }
        case .date(let shape):
            switch value {
            case .date(let date): return day(date, shape)
            case .moment(let moment, let zone):
                return shape == .moment
                    ? self.moment(moment, zone: zone) : day(moment.date, shape)
            default: break
            }
        case .time:
            if case .moment(let moment, _) = value { return time(moment.time) }
        }
        plain(value)
    }

    private mutating func plain(_ value: Say) {
        switch value {
        case .text(let text): isolated(text, Self.firstStrong)
        case .code(let code): isolated(code, Self.leftToRight)
        case .count(let n): number(FixedDecimal(n))
        case .number(let x): number(x)
        case .share(let x): percent(FixedDecimal(x, decimals: 0, shift: 2), of: x)
        case .measure(let x, let unit): measure(x, unit)
        case .date(let date): day(date, .short)
        case .time(let time): self.time(time)
        case .moment(let moment, let zone): self.moment(moment, zone: zone)
        case .span(let span): self.span(span)
        case .term(let key): term(key, count: nil)
        case .phrase(let phrase): self.phrase(phrase)
        case .list(let items): list(items)
        case .bar(let way, _): bar(way)
        case .spark(let values): spark(values)
        }
    }

    // MARK: Isolation

    /// U+2068, U+2066 and U+2069 in UTF-8.
    static let firstStrong: [UInt8] = [0xE2, 0x81, 0xA8]
    static let leftToRight: [UInt8] = [0xE2, 0x81, 0xA6]
    static let pop: [UInt8] = [0xE2, 0x81, 0xA9]

    /// Somebody's text, cleaned, its direction kept from the words around it. In a language written
    /// left to right only what holds letters of the other direction needs that.
    private mutating func isolated(_ text: String, _ opening: [UInt8]) {
        let clean = PersonText.clean(text)
        guard !clean.isEmpty else { return }
        guard tongue.isRightToLeft || PersonText.hasRightToLeft(clean) else { return put(clean) }
        buffer.append(contentsOf: opening)
        put(clean)
        buffer.append(contentsOf: Self.pop)
    }

    /// Figures with a sign or a mark would be turned around among Arabic words.
    private mutating func leftToRight(_ write: (inout Renderer) -> Void) {
        guard tongue.isRightToLeft else { return write(&self) }
        buffer.append(contentsOf: Self.leftToRight)
        write(&self)
        buffer.append(contentsOf: Self.pop)
    }

    // MARK: Figures

    /// A placeholder that asks for a number; false where the value is none.
    private mutating func figure(_ value: Say, _ format: Pattern.Format) -> Bool {
        let x: Double
        switch value {
        case .count(let n):
            // An integer beyond 2^53 is no Double: written as it is.
            if format == .number || format == .integer || (format == .signed && n <= 0) {
                number(FixedDecimal(n))
                return true
            }
            x = Double(n)
        case .number(let n), .share(let n): x = n
        case .measure(let n, _):
            if format == .percent { return false }
            x = n
        default: return false
        }
        switch format {
        case .percent: percent(FixedDecimal(x, decimals: 0, shift: 2), of: x)
        case .points:
            let isMeasure = if case .measure = value { true } else { false }
            number(FixedDecimal(x, decimals: 0, shift: isMeasure ? 0 : 2), of: x)
        case .integer: number(FixedDecimal(x, decimals: 0), of: x)
        case .signed:
            if x > 0, let n = FixedDecimal(x) {
                leftToRight {
                    $0.buffer.append(UInt8(ascii: "+"))
                    $0.digits(n)
                }
            } else {
                number(x)
            }
        default: number(x)
        }
        return true
    }

    /// A number, with the decimals it has.
    mutating func number(_ x: Double) { number(FixedDecimal(x), of: x) }

    mutating func number(_ n: FixedDecimal) {
        if n.isNegative { leftToRight { $0.digits(n) } } else { digits(n) }
    }

    private mutating func number(_ n: FixedDecimal?, of x: Double) {
        if let n { number(n) } else { huge(x) }
    }

    /// What has no digits that fit a line: written as it comes, or a dash for what is no number.
    private mutating func huge(_ x: Double) {
        put(x.isFinite ? x.description : "–")
    }

    private mutating func percent(_ n: FixedDecimal?, of x: Double) {
        guard let n else { return huge(x) }
        leftToRight {
            $0.buffer.append(contentsOf: $0.tongue.numbers.beforePercent)
            $0.digits(n)
            $0.buffer.append(contentsOf: $0.tongue.numbers.afterPercent)
        }
    }

    private mutating func measure(_ x: Double, _ unit: String) {
        let n = FixedDecimal(x)
        let key = unit.isEmpty ? nil : units[unit] ?? units[Folding.fold(unit)]
        if unit == "%" || key == "unit.percent" { return percent(n, of: x) }
        guard !unit.isEmpty else { return number(n, of: x) }
        if let key {
            number(n, of: x)
            buffer.append(0x20)
            return term(key, count: n)
        }
        let clean = PersonText.clean(unit, limit: 60)
        let turns = tongue.isRightToLeft || PersonText.hasRightToLeft(clean)
        if turns { buffer.append(contentsOf: Self.firstStrong) }
        if let n { digits(n) } else { huge(x) }
        buffer.append(0x20)
        put(clean)
        if turns { buffer.append(contentsOf: Self.pop) }
    }

    /// Sign, groups of three from 1,000 on, decimals.
    private mutating func digits(_ n: FixedDecimal) {
        if n.isNegative { buffer.append(contentsOf: [0xE2, 0x88, 0x92]) }
        let unit = FixedDecimal.tens(n.scale)
        let whole = n.units / unit
        var place: UInt64 = 1
        var count = 1
        while whole / place >= 10 {
            place *= 10
            count += 1
        }
        while place > 0 {
            buffer.append(UInt8(48 + whole / place % 10))
            place /= 10
            count -= 1
            if count > 0, count % 3 == 0 { buffer.append(contentsOf: tongue.numbers.group) }
        }
        guard n.scale > 0 else { return }
        buffer.append(contentsOf: tongue.numbers.decimal)
        let fraction = n.units % unit
        place = unit / 10
        while place > 0 {
            buffer.append(UInt8(48 + fraction / place % 10))
            place /= 10
        }
    }

    /// An integer without groups: days and years.
    private mutating func bare(_ n: Int) { put(String(n)) }

    // MARK: Time

    private mutating func day(_ date: LocalDate, _ shape: Pattern.DateShape) {
        let dates = tongue.dates
        switch shape {
        case .short: write(dates.day, date, nil)
        case .full, .moment: write(dates.full, date, nil)
        case .year: write(dates.year, date, nil)
        }
    }

    private mutating func moment(_ moment: LocalMoment, zone: String?) {
        write(tongue.dates.moment, moment.date, moment.time)
        guard let zone, !zone.isEmpty else { return }
        put(" (")
        if tongue.terms["city.\(zone)"] != nil {
            term("city.\(zone)", count: nil)
        } else {
            // `Asia/Kathmandu` without a name of ours is still a city's name.
            let city = zone.utf8.lastIndex(of: UInt8(ascii: "/")).map {
                String(zone[zone.utf8.index(after: $0)...])
            }
            isolated(String((city ?? zone).map { $0 == "_" ? " " : $0 }), Self.firstStrong)
        }
        put(")")
    }

    private mutating func time(_ time: LocalTime) { put(time.description) }

    private mutating func write(_ pieces: [Tongue.DatePiece], _ date: LocalDate, _ time: LocalTime?)
    {
        let (year, month, day) = date.parts
        func name(_ names: [[UInt8]], _ n: Int) -> [UInt8] {
            names.indices.contains(n - 1) ? names[n - 1] : []
        }
        for piece in pieces {
            switch piece {
            case .text(let bytes): buffer.append(contentsOf: bytes)
            case .part(.day): bare(day)
            case .part(.month): buffer.append(contentsOf: name(tongue.dates.months, month))
            case .part(.shortMonth):
                buffer.append(contentsOf: name(tongue.dates.shortMonths, month))
            case .part(.year): bare(year)
            case .part(.weekday):
                buffer.append(contentsOf: name(tongue.dates.weekdays, date.weekday))
            case .part(.shortWeekday):
                buffer.append(contentsOf: name(tongue.dates.shortWeekdays, date.weekday))
            case .part(.time): if let time { self.time(time) }
            }
        }
    }

    private mutating func span(_ span: TimeSpan) {
        let n = FixedDecimal(span.count)
        number(n)
        buffer.append(0x20)
        let key =
            switch span.unit {
            case .minutes: "unit.minute"
            case .hours: "unit.hour"
            case .days: "unit.day"
            case .weeks: "unit.week"
            }
        if tongue.terms[key] == nil { put(span.unit.rawValue) } else { term(key, count: n) }
    }

    // MARK: Words

    /// A word of the tables. A counted word is given `n`; without a count it stands as for one.
    mutating func term(_ key: String, count: FixedDecimal?) {
        guard let pattern = tongue.terms[key] else {
            let end = key.utf8.lastIndex(of: UInt8(ascii: ".")).map { key.utf8.index(after: $0) }
            return isolated(String(key[(end ?? key.startIndex)...]), Self.firstStrong)
        }
        guard !pattern.names.isEmpty else { return write(pattern.nodes, [], pattern, nil) }
        counted(pattern.nodes, pattern, count ?? FixedDecimal(1))
    }

    /// A counted term: the nodes of the case that fits `n`.
    private mutating func counted(_ nodes: [Pattern.Node], _ pattern: Pattern, _ n: FixedDecimal) {
        for node in nodes {
            switch node {
            case .plural("n", let plural):
                let exact = plural.exact.first { n.equals($0.number) }?.nodes
                let category = pattern.rule.category(n)
                counted(
                    exact ?? plural.categories[category.rawValue] ?? plural.other, pattern, n)
            case .value("n", _), .number: number(n)
            default: write([node], [], pattern, n)
            }
        }
    }

    private mutating func list(_ items: [Say]) {
        guard depth < Self.deepest else { return put("…") }
        depth += 1
        defer { depth -= 1 }
        let shown = items.prefix(Self.longestList)
        for (i, item) in shown.enumerated() {
            if i > 0 {
                let isLast = i == shown.count - 1 && items.count == shown.count
                buffer.append(contentsOf: isLast ? tongue.and : tongue.comma)
            }
            plain(item)
        }
        if items.count > shown.count { put("…") }
    }

    private static let longestList = 100

    // MARK: Drawings

    /// Ten cells (fewer on a very narrow screen), rounded half up; in text the share expected is
    /// said in words beside it.
    private mutating func bar(_ way: Double) {
        let cells = min(10, max(3, width / 3))
        let held = way.isNaN ? 0 : min(max(way, 0), 1)
        let tenths = cells == 10 ? FixedDecimal(held, decimals: 0, shift: 1)?.units : nil
        let full =
            tenths.map { Int(min($0, 10)) } ?? Int((held * Double(cells) + 0.5).rounded(.down))
        for i in 0..<cells { buffer.append(contentsOf: [0xE2, 0x96, i < full ? 0x93 : 0x91]) }
    }

    /// ▁ … █ between the lowest and the highest of the last values; level if all are the same.
    private mutating func spark(_ values: [Double]) {
        let shown = values.suffix(min(max(width, 1), 40))
        let finite = shown.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return }
        // Halves, so that the distance of two large values stays finite.
        let reach = high / 2 - low / 2
        for value in shown {
            guard value.isFinite else {
                buffer.append(0x20)
                continue
            }
            let level = reach > 0 ? (value / 2 - low / 2) / reach * 7 : 3
            let step = UInt8(min(max(level.rounded(), 0), 7))
            buffer.append(contentsOf: [0xE2, 0x96, 0x81 + step])
        }
    }
}
