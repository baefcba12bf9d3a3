import Language
import Testing

/// Any phrase at all can be said, and nothing a person wrote becomes a mark.
@Suite struct RandomPhraseTests {
    static let hostile = [
        "<b>x</b>", "<c>", "{n}", "'{", "#", "\u{202E}evil", "a\nb", "\u{2028}",
        "z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
        "\u{2066}", "\u{2069}\u{2069}", "مرحبا", "привет", "😀\u{200D}😀", "", "@everyone",
        "*_`[x](y)", "\u{E0041}",
        String(repeating: "long ", count: 300),
    ]
    static let patterns = [
        "plain": "{a} · {b}", "lines": "{a}\n{b}\n\n{c}", "marked": "<b>Day</b> {a}",
        "counted": "{a, plural, =0 {none} one {# x} other {# {b}}}",
        "chosen": "{a, select, x {y} other {{b} {c, number, percent}}}",
        "dated": "{a, date, full} {b, date, moment} {c, time}",
        "figures": "{a, number, signed} {b, number, points} {c, number, integer}",
        "message.outdated": "old",
    ]

    static func book() throws -> Phrasebook {
        try Phrasebook(
            commands: [],
            languages: [
                SayingTables.english(patterns), SayingTables.russian(), SayingTables.arabic(),
            ])
    }

    static func double(_ random: inout SayingRandom) -> Double {
        switch Int.random(in: 0...4, using: &random) {
        case 0: Double(bitPattern: random.next())
        case 1: Double.random(in: -2...2, using: &random)
        case 2: Double(Int.random(in: -2000...2000, using: &random))
        case 3:
            [Double.nan, .infinity, -0.0, Double.leastNonzeroMagnitude, 1e18, 9.99999999e17]
                .randomElement(using: &random) ?? 0
        default: Double(Int.random(in: -99999...99999, using: &random)) / 1000
        }
    }

    static func say(_ random: inout SayingRandom, depth: Int) -> Say {
        let text = hostile.randomElement(using: &random) ?? ""
        let date = LocalDate(days: Int(truncatingIfNeeded: random.next()))
        let time = LocalTime(minutes: Int.random(in: -5...2000, using: &random))
        switch Int.random(in: 0...(depth < 12 ? 16 : 13), using: &random) {
        case 0, 1: return .text(text)
        case 2: return .code(text)
        case 3: return .count(Int(truncatingIfNeeded: random.next()))
        case 4: return .number(double(&random))
        case 5: return .share(double(&random))
        case 6: return .measure(double(&random), unit: text)
        case 7: return .date(date)
        case 8: return .time(time)
        case 9:
            return .moment(LocalMoment(date, time), zone: Bool.random(using: &random) ? text : nil)
        case 10: return .span(TimeSpan(Int(truncatingIfNeeded: random.next()), .weeks))
        case 11:
            return .term(
                ["unit.day", "colour.onTrack", "x.", ".", text].randomElement(using: &random) ?? "")
        case 12: return .bar(double(&random), expected: double(&random))
        case 13:
            return .spark((0..<Int.random(in: 0...60, using: &random)).map { _ in double(&random) })
        case 14: return .phrase(phrase(&random, depth: depth + 1))
        default:
            return .list(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    say(&random, depth: depth + 1)
                })
        }
    }

    static func phrase(_ random: inout SayingRandom, depth: Int) -> Phrase {
        let key = (patterns.keys.sorted() + ["gone"]).randomElement(using: &random) ?? ""
        return Phrase(
            key,
            ["a", "b", "c"].filter { _ in Int.random(in: 0...9, using: &random) > 0 }
                .map { Phrase.Field($0, say(&random, depth: depth)) })
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func anyPhraseCanBeSaid(seed: UInt64) throws {
        var random = SayingRandom(seed: seed)
        let book = try Self.book()
        for _ in 0..<1500 {
            let phrases = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Self.phrase(&random, depth: 0)
            }
            for language in ["en", "ru", "ar", "kk"] {
                let message = book.render(phrases, language: language, width: 38)
                for span in message.lines.flatMap(\.spans) {
                    // Only the pattern `marked` has a mark, around its own word.
                    #expect(
                        span.style == .plain || (span.style == .strong && span.text == "Day"),
                        "seed \(seed)")
                    #expect(!span.text.isEmpty, "seed \(seed)")
                    for scalar in span.text.unicodeScalars {
                        let v = scalar.value
                        let isControl =
                            v < 0x20 || (0x7F...0x9F).contains(v) || (0x202A...0x202E).contains(v)
                            || v == 0x2028 || v == 0x200B || (0xE0000...0xE007F).contains(v)
                        #expect(!isControl, "seed \(seed): \(span.text.hex)")
                    }
                }
                #expect(
                    message.lines.first?.spans.isEmpty != true
                        && message.lines.last?.spans.isEmpty != true)
                #expect(message == book.render(phrases, language: language, width: 38))
            }
        }
    }
}
