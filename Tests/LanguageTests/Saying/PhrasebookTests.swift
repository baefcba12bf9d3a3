import Language
import Testing

@Suite struct PhrasebookTests {
    static func book() throws -> Phrasebook {
        let up = CommandSpec(name: "up", usages: ["up"], phrases: ["recorded": "✔ {value}"])
        var russian = SayingTables.russian(["error.two": "две"])
        russian.commands["up"] = .init(phrases: ["recorded": "✔ записано: {value}"])
        return try Phrasebook(
            commands: [up],
            languages: [
                SayingTables.table("ar-AE", ["error.gulf": "خليج"], rightToLeft: true),
                SayingTables.arabic(["error.one": "واحد"]),
                SayingTables.english([
                    "error.one": "one", "error.two": "two",
                    "message.outdated": "From an older release.",
                    "error.days": "{n, plural, one {# day} other {# days}}",
                ]), russian,
            ])
    }

    @Test(arguments: [
        ("error.one", "en", "one"), ("error.one", "ru", "one"), ("error.one", "ar-AE", "واحد"),
        ("error.one", "AR_ae", "واحد"), ("error.gulf", "ar-AE", "خليج"),
        ("error.gulf", "ar", "From an older release."), ("error.two", "ru-KZ", "две"),
        ("error.two", "ar-AE", "two"), ("error.two", "xx", "two"), ("error.two", "", "two"),
        ("error.two", "-_-", "two"), ("gone", "ru", "From an older release."),
        ("up.recorded", "ru", "✔ записано: {value}"), ("up.recorded", "ar", "✔ {value}"),
    ])
    func fallsBack(key: String, language: String, text: String) throws {
        #expect(try Self.book().text(Phrase(key), language: language) == text)
    }

    /// An English sentence in front of a Russian reader keeps English plurals, but the reader's
    /// numbers.
    @Test func borrowedPhrasesKeepTheirPlurals() throws {
        let phrase = Phrase("error.days", ["n": .number(2.5)])
        #expect(try Self.book().text(phrase, language: "ru") == "2,5 days")
        let two = Phrase("error.days", ["n": .count(2)])
        #expect(try Self.book().text(two, language: "ru") == "2 days")
    }

    @Test func knowsWhatIsSaidInWhichLanguage() throws {
        let book = try Self.book()
        #expect(book.languages == ["ar-AE", "ar", "en", "ru"])
        #expect(book.has("up.recorded", language: "en") && book.has("up.recorded", language: "ru"))
        #expect(!book.has("up.recorded", language: "ar") && !book.has("error.one", language: "ru"))
        #expect(book.keys(of: "ru") == ["up.recorded", "error.two"])
        #expect(book.keys(of: "xx").isEmpty)
        #expect(book.placeholders(of: "up.recorded", language: "ru") == ["value"])
        #expect(book.placeholders(of: "gone", language: "ru").isEmpty)
        let nested = try SayingTables.book(
            "{a, select, x {{b, plural, other {{c}}}} other {<b>{d}</b>}}")
        #expect(nested.placeholders(of: "x", language: "en") == ["a", "b", "c", "d"])
        #expect(
            book.direction(of: "ar-AE") == .rightToLeft && book.direction(of: "ru") == .leftToRight)
        #expect(book.direction(of: "fa") == .leftToRight)
    }

    @Test func words() throws {
        let book = try Self.book()
        #expect(book.word("role.sponsor", language: "en") == "sponsor")
        #expect(book.word("unit.day", language: "ru", count: 5) == "дней")
        #expect(book.word("unit.day", language: "ru", count: 21) == "день")
        #expect(book.word("unit.day", language: "ru") == "день")
        #expect(book.word("unit.day", language: "ar", count: 2) == "يومان")
        #expect(book.word("unit.week", language: "ru", count: 2) == "weeks")
        #expect(book.word("unit.parsec", language: "en", count: 2) == "parsec")
        let shown = try Phrasebook(
            commands: [],
            languages: [
                SayingTables.english(terms: [
                    "unit.x": .init(says: "{n, plural, =1 {one x} other {# xs}}")
                ])
            ])
        #expect(shown.word("unit.x", language: "en", count: 3) == "3 xs")
    }

    static let layouts: [([String], [String])] = [
        (["a", "b"], ["a", "b"]), (["a\nb"], ["a", "b"]), (["\n\na\n\n\nb\n\n"], ["a", "", "b"]),
        (["a", "", "b"], ["a", "b"]), (["a", "\n", "b"], ["a", "", "b"]),
        (["a\n", "b\n"], ["a", "b"]),
        (["a\n\n", "\n\nb"], ["a", "", "b"]), (["{e}", "a"], ["a"]), (["a\n{e}\nb"], ["a", "b"]),
        (["a\n{e} {e}\nb"], ["a", "b"]), (["a {e}", "b"], ["a", "b"]), (["{e}\n\n{e}"], []),
        (["a\n\n{e}\nb"], ["a", "", "b"]), (["a\r\nb"], ["a", "b"]),
        (["{w, select, x {a} other {}}", "b"], ["b"]), (["<b>a\nb</b>c"], ["a", "bc"]), ([], []),
    ]

    @Test(arguments: layouts)
    func lines(patterns: [String], lines: [String]) throws {
        var phrases: [String: String] = [:]
        for (i, pattern) in patterns.enumerated() { phrases["p\(i)"] = pattern }
        let book = try Phrasebook(commands: [], languages: [SayingTables.english(phrases)])
        let message = book.render(
            patterns.indices.map { Phrase("p\($0)", ["e": .text("")]) }, language: "en")
        #expect(message.lines.map(\.text) == lines)
    }

    @Test func spans() throws {
        let book = try SayingTables.book("<b>{title}</b> · <c>{code}</c>\nsee <b>a\nb</b>")
        let phrase = Phrase("x", ["title": .text("Papers <c>"), "code": .code("CH-03")])
        let message = book.render([phrase], language: "en")
        #expect(
            message.lines == [
                .init([.init("Papers <c>", .strong), .init(" · "), .init("CH-03", .code)]),
                .init([.init("see "), .init("a", .strong)]), .init([.init("b", .strong)]),
            ])
    }

    @Test func choicesAreRows() throws {
        let book = try Phrasebook(
            commands: [],
            languages: [
                SayingTables.english(["undo": "Undo", "pick": "{v}", "two": "a\nb"]),
                SayingTables.russian(["undo": "Отменить"]),
            ])
        let message = book.render(
            [],
            choices: [
                [Choice(label: Phrase("pick", ["v": .measure(78.4, unit: "%")]), line: "/up 78.4")],
                [],
                [
                    Choice(label: Phrase("undo"), line: "/undo"),
                    Choice(label: Phrase("two"), line: "/x"),
                ],
            ], language: "ru")
        #expect(
            message.choices == [
                [.init(label: "78,4\u{A0}%", line: "/up 78.4")],
                [.init(label: "Отменить", line: "/undo"), .init(label: "a b", line: "/x")],
            ])
    }

    @Test func narrowScreens() throws {
        let book = try SayingTables.book("{b}{s}")
        let phrase = Phrase(
            "x", ["b": .bar(0.5, expected: nil), "s": .spark((0..<100).map(Double.init))])
        for width in [Int.min, 0, 6, 20, 38, .max] {
            let line = book.render([phrase], language: "en", width: width).lines.first
            #expect((line?.columns ?? 0) <= 50)
        }
        #expect(book.render([phrase], language: "en", width: 12).text.hasPrefix("▓▓░░"))
    }

    @Test func excess() {
        let wide = Message(lines: [.init([.init(String(repeating: "x", count: 39))])])
        #expect(wide.excess().count == 1)
        let fits = Message(lines: [
            .init([.init("\u{2068}" + String(repeating: "x", count: 36) + "\u{2069}🟢")])
        ])
        #expect(fits.excess().isEmpty)
        #expect(Message(lines: .init(repeating: .init(), count: 26)).excess().count == 1)
    }
}
