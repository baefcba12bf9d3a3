extension SlotType {
    /// Some days, both ends included: `2026-01-08..2026-01-09`, `08.01..09.01`, or one day however a day is
    /// written. The value is a date, or the text `2026-01-08..2026-01-09`.
    public static let dates = SlotType(
        name: "dates", candidates: { _ in [] },
        recognise: { tokens, reading in
            if let (date, taken) = DateWords.read(tokens, reading, .coming) {
                return Recognised(.date(date), taken: taken)
            }
            let parts = tokens.bare(0).text.split(separator: "..", omittingEmptySubsequences: false)
            guard parts.count == 2,
                let first = DateWords.compact(String(parts[0]), reading, .coming),
                let last = DateWords.compact(String(parts[1]), reading, .coming)
            else { return nil }
            return Recognised(first == last ? .date(first) : .text("\(first)..\(last)"))
        },
        print: { value in
            switch value {
            case .date(let date): date.description
            case .text(let text): period(text) == nil ? nil : token(text)
            default: nil
            }
        })

    /// The ends of a period as ``dates`` writes it.
    public static func period(_ text: String) -> (first: LocalDate, last: LocalDate)? {
        let parts = text.split(separator: "..", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = LocalDate(iso: parts[0]),
            let last = LocalDate(iso: parts[1])
        else { return nil }
        return (first, last)
    }
}
