import Language

extension CohortFile {
    /// All readings as comma-separated values (RFC 4180): a head line, then a line a reading in the order
    /// of entry within each challenge; UTF-8, lines end with CR LF.
    ///
    /// A text that a spreadsheet would run as a formula (it begins with `= + - @`, their full-width forms,
    /// a tab, a CR or a NUL) gets an apostrophe in front. The lossless export is JSON.
    public func csv() -> [UInt8] {
        var out = Array(
            "id,challenge,goal,as_of,day,value,entered_at,by,via,note,supersedes,voided_at\r\n".utf8
        )
        for challenge in challenges {
            let all = challenge.goals.flatMap { goal in
                goal.readings.map { (goal: goal.code, reading: $0) }
            }
            for (goal, reading) in all.sorted(by: { $0.reading.enteredAt < $1.reading.enteredAt }) {
                let fields = [
                    Self.field(reading.id), Self.field(challenge.code),
                    Self.field("\(challenge.code)-\(goal)"),
                    reading.asOf.description, challenge.day(reading.asOf).map { String($0) } ?? "",
                    Self.text(reading.value), reading.enteredAt.description, Self.field(reading.by),
                    Self.field(reading.via), Self.field(reading.note ?? ""),
                    Self.field(reading.supersedes ?? ""), reading.voidedAt?.description ?? "",
                ]
                out += fields.joined(separator: ",").utf8
                out += [13, 10]
            }
        }
        return out
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 9e15 ? String(Int64(value)) : "\(value)"
    }

    /// One field, made harmless and quoted where it must be; by scalars, never by `Character`s.
    package static func field(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        if let first = text.unicodeScalars.first, isFormula(first) { scalars.append("'") }
        var needsQuotes = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"":
                needsQuotes = true
                scalars.append(scalar)
                scalars.append(scalar)
            case ",", "\r", "\n", "\0":
                needsQuotes = true
                scalars.append(scalar)
            default: scalars.append(scalar)
            }
        }
        guard needsQuotes else { return String(scalars) }
        scalars.insert("\"", at: scalars.startIndex)
        scalars.append("\"")
        return String(scalars)
    }

    private static func isFormula(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "=", "+", "-", "@", "\t", "\r", "\0", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}":
            true
        default: false
        }
    }
}
