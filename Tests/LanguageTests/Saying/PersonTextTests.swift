import Language
import Testing

@Suite struct PersonTextTests {
    static let family = "👨\u{200D}👩\u{200D}👧"
    /// U+FFFE, U+FDD0 and U+1FFFF, which a literal can't hold.
    static let noncharacters =
        "a"
        + String(
            String.UnicodeScalarView([0xFFFE, 0xFDD0, 0x1FFFF].compactMap(Unicode.Scalar.init)))
        + "b"
    static let corpus: [(String, String)] = [
        ("", ""), ("Aigul", "Aigul"), ("Айгүл Ё", "Айгүл Ё"), ("مدينة", "مدينة"),
        ("a<b>*_`", "a<b>*_`"),
        ("admin\u{202E}nimda", "adminnimda"), ("a\u{2066}b\u{2069}c\u{2068}", "abc"),
        ("a\u{2028}b\u{2029}c\u{85}d", "a b c d"), ("a\nb\tc\r\nd", "a b c d"),
        ("a\u{0}\u{7}\u{1B}[31m\u{7F}\u{9B}b", "a[31mb"),
        ("a\u{200B}\u{2060}\u{FEFF}\u{61C}b", "ab"),
        ("a\u{200E}\u{200F}\u{AD}\u{34F}b", "ab"), ("x\u{E0041}\u{E007F}\u{E0001}y", "xy"),
        ("a\u{200D}b\u{200C}c", "abc"), (family, family), ("نمی\u{200C}خواهم", "نمی\u{200C}خواهم"),
        ("क्\u{200D}ष", "क्\u{200D}ष"), ("a\u{200D}", "a"), ("\u{200D}👩", "👩"),
        ("❤\u{FE0F}", "❤\u{FE0F}"),
        ("z" + String(repeating: "\u{301}", count: 40) + "y", "z\u{301}\u{301}\u{301}\u{301}y"),
        (
            "ш" + String(repeating: "\u{489}", count: 9),
            "ш" + String(repeating: "\u{489}", count: 4)
        ),
        (noncharacters, "ab"), ("\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}", "\u{1F3F4}"),
        ("a\u{3164}\u{115F}b", "ab"), ("مُدَرِّسَة", "مُدَرِّسَة"),
    ]

    @Test(arguments: corpus)
    func cleans(raw: String, clean: String) {
        let got = PersonText.clean(raw)
        #expect(got.unicodeScalars.elementsEqual(clean.unicodeScalars), "\(got.hex) for \(raw.hex)")
        let again = PersonText.clean(got)
        #expect(again.unicodeScalars.elementsEqual(got.unicodeScalars), "cleaning twice changes it")
    }

    @Test func longTextEndsWithAnEllipsis() {
        for letter in ["x", "ж", "م", "😀"] {
            let exact = String(repeating: letter, count: 500)
            #expect(PersonText.clean(exact) == exact)
            let cut = PersonText.clean(exact + letter)
            #expect(cut.unicodeScalars.count == 500)
            #expect(cut.hasSuffix("…"))
            #expect(PersonText.clean(cut) == cut)
        }
        #expect(PersonText.clean("abcdef", limit: 3) == "ab…")
    }

    @Test(arguments: [
        ("Latin", false), ("Кириллица", false), ("日本", false), ("😀", false), ("تحدي", true),
        ("CH-03 שלום", true), ("\u{1E900}", true), ("٤٢", true),
    ])
    func direction(text: String, isRightToLeft: Bool) {
        #expect(PersonText.hasRightToLeft(text) == isRightToLeft)
    }
}
