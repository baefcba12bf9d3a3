import Language
import Testing

@Suite struct SaidNumberTests {
    static let shares: [(Double, String)] = [
        (0.47, "47 %"), (0.445, "45 %"), (0.005, "1 %"), (-0.004, "0 %"), (1.055, "106 %"),
        (0.285, "29 %"), (0.29, "29 %"), (1.15, "115 %"), (0, "0 %"), (-0.0, "0 %"), (1, "100 %"),
        (-0.03, "−3 %"), (-1.6310810810810811, "−163 %"), (0.4444444444444444, "44 %"),
        (0.575, "58 %"), (0.0049999, "0 %"), (0.995, "100 %"), (0.994999999, "99 %"),
        (-0.005, "0 %"), (-0.015, "−1 %"), (-0.0051, "−1 %"), (12.345, "1,235 %"),
        (1e-300, "0 %"), (.leastNonzeroMagnitude, "0 %"), (.infinity, "–"), (.nan, "–"),
    ]

    @Test(arguments: shares)
    func share(value: Double, text: String) throws {
        let spaced = text.replacing(" ", with: "\u{A0}")
        #expect(try SayingTables.said(.share(value)) == spaced)
        #expect(try SayingTables.said("{v, number, percent}", ["v": .number(value)]) == spaced)
        #expect(try SayingTables.said("{v, number, percent}", ["v": .share(value)]) == spaced)
    }

    static let numbers: [(Double, String, String)] = [
        (0, "0", "0"), (-0.0, "0", "0"), (1056, "1,056", "1 056"), (999, "999", "999"),
        (1_234_567.5, "1,234,567.5", "1 234 567,5"), (78.4, "78.4", "78,4"), (-2.1, "−2.1", "−2,1"),
        (0.1 + 0.2, "0.3", "0,3"), (1.0 / 3, "0.333333", "0,333333"),
        (2.0 / 3, "0.666667", "0,666667"),
        (0.0000005, "0.000001", "0,000001"), (0.00000049, "0", "0"), (-0.00000049, "0", "0"),
        (1e15, "1,000,000,000,000,000", "1 000 000 000 000 000"), (1e300, "1e+300", "1e+300"),
        (9_007_199_254_740_991, "9,007,199,254,740,991", "9 007 199 254 740 991"),
        (.nan, "–", "–"), (-.infinity, "–", "–"), (10.05, "10.05", "10,05"), (42.0, "42", "42"),
    ]

    @Test(arguments: numbers)
    func number(value: Double, english: String, russian: String) throws {
        #expect(try SayingTables.said(.number(value)) == english)
        #expect(
            try SayingTables.said(.number(value), "ru") == russian.replacing(" ", with: "\u{202F}"))
    }

    @Test func counts() throws {
        #expect(try SayingTables.said(.count(412)) == "412")
        #expect(try SayingTables.said(.count(-1056)) == "−1,056")
        #expect(try SayingTables.said(.count(.max)) == "9,223,372,036,854,775,807")
        #expect(try SayingTables.said(.count(.min)) == "−9,223,372,036,854,775,808")
    }

    @Test(arguments: [
        ("{v, number}", Say.measure(31.8, unit: "working days"), "31.8"),
        ("{v, number, integer}", .number(2.5), "3"), ("{v, number, integer}", .number(-2.5), "−2"),
        ("{v, number, points}", .share(0.08), "8"), ("{v, number, points}", .share(-0.08), "−8"),
        ("{v, number, points}", .measure(8.4, unit: "%"), "8"),
        ("{v, number, signed}", .number(44), "+44"), ("{v, number, signed}", .number(-2.1), "−2.1"),
        ("{v, number, signed}", .count(0), "0"), ("{v, number, signed}", .count(7), "+7"),
        ("{v, number, percent}", .text("lots"), "lots"), ("{v, number}", .code("CH-03"), "CH-03"),
        ("{v, number}", .share(0.47), "0.47"),
    ])
    func styles(pattern: String, value: Say, text: String) throws {
        #expect(try SayingTables.said(pattern, ["v": value]) == text)
    }

    @Test func measures() throws {
        #expect(try SayingTables.said(.measure(77.3, unit: "%")) == "77.3\u{A0}%")
        #expect(try SayingTables.said(.measure(77.3, unit: "percent"), "ru") == "77,3\u{A0}%")
        #expect(try SayingTables.said(.measure(31.8, unit: "working days")) == "31.8 working days")
        #expect(try SayingTables.said(.measure(1, unit: "Working Days")) == "1 working day")
        #expect(try SayingTables.said(.measure(5, unit: "working days"), "ru") == "5 рабочих дней")
        #expect(
            try SayingTables.said(.measure(31.8, unit: "working days"), "ru") == "31,8 рабочего дня"
        )
        #expect(try SayingTables.said(.measure(627, unit: "places")) == "627 places")
        #expect(try SayingTables.said(.measure(627, unit: "")) == "627")
        #expect(try SayingTables.said(.measure(2, unit: "a\u{202E}b")) == "2 ab")
        let ru = try Phrasebook(
            commands: [], languages: [SayingTables.english(), SayingTables.russian()])
        let foreign = Phrase("none", ["v": .measure(2, unit: "рабочих дней")])
        #expect(ru.text(foreign, language: "en") == "…")
    }

    @Test func unitsOfOneLanguageAreReadInAnother() throws {
        let book = try Phrasebook(
            commands: [], languages: [SayingTables.english(["x": "{v}"]), SayingTables.russian()])
        let phrase = Phrase("x", ["v": .measure(2, unit: "рабочих дней")])
        #expect(book.text(phrase, language: "en") == "2 working days")
    }

    /// A thousand doubles against arithmetic on their decimal text.
    @Test func roundingIsThatOfTheDecimalText() {
        var random = SayingRandom(seed: 20_260_320)
        for _ in 0..<1000 {
            let thousandths = Int.random(in: 0...2_000_000, using: &random)
            let x = Double(thousandths) / 1_000_000
            // x has at most six decimals: its share in per cent is thousandths / 10,000, half up.
            let expected = (thousandths + 5000) / 10_000
            let n = FixedDecimal(x, decimals: 0, shift: 2)
            #expect(n?.units == UInt64(expected), "\(x), seed \(random.seed)")
        }
    }
}
