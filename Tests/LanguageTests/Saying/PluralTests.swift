import Language
import Testing

/// The categories of CLDR 46 (supplemental/plurals.xml and ordinals.xml), number by number.
@Suite struct PluralTests {
    static let cardinals: [(String, String)] = [
        (
            "en",
            "0:other 1:one 2:other 3:other 5:other 11:other 21:other 100:other 101:other 1.5:other 0.1:other"
        ),
        (
            "ru",
            "0:many 1:one 2:few 3:few 5:many 11:many 12:many 14:many 21:one 22:few 100:many 101:one 111:many 112:many 1.5:other 0.1:other 21.5:other"
        ),
        (
            "ar",
            "0:zero 1:one 2:two 3:few 5:few 10:few 11:many 21:many 99:many 100:other 101:other 102:other 103:few 111:many 1.5:other 3.5:other"
        ),
        (
            "kk",
            "0:other 1:one 2:other 3:other 5:other 11:other 21:other 100:other 101:other 1.5:other"
        ),
        (
            "ky",
            "0:other 1:one 2:other 3:other 5:other 11:other 21:other 100:other 101:other 1.5:other"
        ),
        ("fr", "0:one 1:one 1.5:one 2:other"),
        ("ja", "0:other 1:other 2:other"),
        ("xx", "0:other 1:one 2:other 1.5:other"),
        ("ru-KZ", "1:one 2:few 5:many"),
    ]

    @Test(arguments: cardinals)
    func cardinal(tag: String, table: String) throws {
        for entry in table.split(separator: " ") {
            let parts = entry.split(separator: ":").map(String.init)
            let n = try #require(Double(parts[0]).flatMap { FixedDecimal($0) })
            #expect(PluralRule(tag: tag).category(n).name == parts[1], "\(tag) \(parts[0])")
            let negative = try #require(Double("-" + parts[0]).flatMap { FixedDecimal($0) })
            #expect(PluralRule(tag: tag).category(negative).name == parts[1], "\(tag) -\(parts[0])")
        }
    }

    @Test(arguments: [
        (
            "en",
            "1:one 2:two 3:few 4:other 11:other 12:other 13:other 21:one 22:two 23:few 101:one 111:other 0:other"
        ),
        ("kk", "1:other 6:many 9:many 10:many 16:many 20:many 0:other 5:other"),
        ("ru", "1:other 2:other"),
    ])
    func ordinal(tag: String, table: String) throws {
        for entry in table.split(separator: " ") {
            let parts = entry.split(separator: ":").map(String.init)
            let n = try #require(Int(parts[0]).map { FixedDecimal($0) })
            #expect(PluralRule.ordinal(n, tag: tag).name == parts[1], "\(tag) \(parts[0])")
        }
    }

    @Test func everyNumberHasOneOfTheLanguagesOwnForms() {
        let forms: [String: Set<PluralCategory>] = [
            "en": [.one, .other], "ru": [.one, .few, .many], "kk": [.one, .other],
            "ar": [.zero, .one, .two, .few, .many, .other],
        ]
        for (tag, expected) in forms {
            let rule = PluralRule(tag: tag)
            #expect(Set((0...250).map { rule.category(FixedDecimal($0)) }) == expected, "\(tag)")
        }
    }
}
