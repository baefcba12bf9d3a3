import Language
import Testing

/// What stands in the bytes that a right-to-left reader gets: FSI U+2068, LRI U+2066, PDI U+2069.
@Suite struct DirectionTests {
    static let arabic: [(Say, String)] = [
        (.text("Madina"), "\u{2068}Madina\u{2069}"), (.text("@madina"), "\u{2068}@madina\u{2069}"),
        (.text("مدينة"), "\u{2068}مدينة\u{2069}"), (.text(""), ""), (.text("\u{202E}"), ""),
        (.text("a\u{2069}b"), "\u{2068}ab\u{2069}"), (.code("CH-03"), "\u{2066}CH-03\u{2069}"),
        (.code("/up 78.4"), "\u{2066}/up 78.4\u{2069}"), (.count(53), "53"),
        (.number(78.4), "78.4"),
        (.number(-2.1), "\u{2066}−2.1\u{2069}"), (.share(0.47), "\u{2066}47\u{A0}%\u{2069}"),
        (.share(-0.03), "\u{2066}−3\u{A0}%\u{2069}"),
        (.measure(77.3, unit: "%"), "\u{2066}77.3\u{A0}%\u{2069}"),
        (.measure(3, unit: "days"), "3 أيام"),
        (.measure(627, unit: "places"), "\u{2068}627 places\u{2069}"),
        (.measure(627, unit: "مكان"), "\u{2068}627 مكان\u{2069}"),
        (.term("area.A03"), "\u{2068}A03\u{2069}"),
        (.span(TimeSpan(2, .days)), "2 يومان"),
        (.list([.text("a"), .code("b"), .count(3)]), "\u{2068}a\u{2069}، \u{2066}b\u{2069} و3"),
    ]

    @Test(arguments: arabic)
    func rightToLeft(value: Say, text: String) throws {
        let got = try SayingTables.said("س {v} ص", ["v": value], "ar")
        #expect(got.unicodeScalars.elementsEqual("س \(text) ص".unicodeScalars), "\(got.hex)")
    }

    static let english: [(Say, String)] = [
        (.text("Madina"), "Madina"), (.text("مدينة"), "\u{2068}مدينة\u{2069}"),
        (.code("CH-03"), "CH-03"),
        (.code("/تحديث"), "\u{2066}/تحديث\u{2069}"), (.share(0.47), "47\u{A0}%"),
        (.measure(627, unit: "مكان"), "\u{2068}627 مكان\u{2069}"), (.number(-2.1), "−2.1"),
    ]

    @Test(arguments: english)
    func leftToRight(value: Say, text: String) throws {
        let got = try SayingTables.said("a {v} b", ["v": value])
        #expect(got.unicodeScalars.elementsEqual("a \(text) b".unicodeScalars), "\(got.hex)")
    }

    @Test func isolatesAreAlwaysClosed() throws {
        var random = SayingRandom(seed: 11)
        for _ in 0..<500 {
            let phrase = RandomPhraseTests.phrase(&random, depth: 0)
            for language in ["ar", "en"] {
                let message = try RandomPhraseTests.book().render([phrase], language: language)
                var open = 0
                for scalar in message.text.unicodeScalars {
                    if scalar == "\u{2066}" || scalar == "\u{2068}" { open += 1 }
                    if scalar == "\u{2069}" { open -= 1 }
                    #expect((0...1).contains(open), "seed \(random.seed)")
                }
                #expect(open == 0, "seed \(random.seed)")
            }
        }
    }
}
