import Language
import Testing

@Suite struct PatternTests {
    struct Case: Sendable {
        var pattern: String
        var values: [(String, Say)] = []
        var language = "en"
        var text: String
        init(
            _ pattern: String, _ values: [(String, Say)] = [], _ language: String = "en",
            says text: String
        ) {
            self.pattern = pattern
            self.values = values
            self.language = language
            self.text = text
        }
    }

    static let days = "{n, plural, =0 {last day} one {# day left} other {# days left}}"

    static let cases: [Case] = [
        Case("Day 47", says: "Day 47"),
        Case("{a} and {b}", [("a", .text("x")), ("b", .text("y"))], says: "x and y"),
        Case("{ a }", [("a", .count(5))], says: "5"),
        Case(days, [("n", .count(0))], says: "last day"),
        Case(days, [("n", .count(1))], says: "1 day left"),
        Case(days, [("n", .count(53))], says: "53 days left"),
        Case(days, [("n", .count(1056))], says: "1,056 days left"),
        Case(days, [("n", .number(1.5))], says: "1.5 days left"),
        Case(days, [("n", .text("many"))], says: "# days left"),
        Case(
            "{n, plural, one {# день} few {# дня} many {# дней} other {# дня}}",
            [("n", .count(53))], "ru", says: "53 дня"),
        Case(
            "{n, plural, one {# день} few {# дня} many {# дней} other {# дня}}",
            [("n", .number(1.5))], "ru", says: "1,5 дня"),
        Case(
            "{n, plural, one {# день} few {# дня} many {# дней} other {# дня}}",
            [("n", .count(46))], "ru", says: "46 дней"),
        Case(
            "بقي {n, plural, two {يومان} few {# أيام} many {# يومًا} other {# يوم}}",
            [("n", .count(53))], "ar", says: "بقي 53 يومًا"),
        Case("{n, plural, =-1 {below} other {#}}", [("n", .count(-1))], says: "below"),
        Case("{n, plural, one {one} other {#}}", [("n", .share(0.01))], says: "one"),
        Case("{n, plural, one {one} other {# points}}", [("n", .share(0.08))], says: "8 points"),
        Case("{n, plural, other {{n} and #}}", [("n", .count(2))], says: "2 and 2"),
        Case(
            "{n, plural, other {{w, select, a {#!} other {#?}}}}",
            [("n", .count(2)), ("w", .text("a"))], says: "2!"),
        Case(
            "{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", [("n", .count(22))],
            says: "22nd"),
        Case(
            "{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", [("n", .count(113))],
            says: "113th"),
        Case("{w, select, yes {Y} other {N}}", [("w", .term("yes"))], says: "Y"),
        Case(
            "{w, select, onTrack {fine} other {look}}", [("w", .term("colour.onTrack"))],
            says: "fine"),
        Case(
            "{w, select, Track {fine} other {look}}", [("w", .term("colour.onTrack"))], says: "look"
        ),
        Case("{w, select, a {A} other {none}}", [], says: "none"),
        Case("{d, date, short}", [("d", .date(LocalDate(days: 20_532)))], says: "20 Mar"),
        Case("{d, date, full}", [("d", .date(LocalDate(days: 20_532)))], says: "Fri 20 Mar"),
        Case("{d, date, year}", [("d", .date(LocalDate(days: 20_532)))], says: "20 Mar 2026"),
        Case("{d, date}", [("d", .date(LocalDate(days: 20_532)))], "ru", says: "20 марта"),
        Case("{d, date, moment}", [("d", .date(LocalDate(days: 20_532)))], says: "Fri 20 Mar"),
        Case(
            "{d}",
            [("d", .moment(LocalMoment(LocalDate(days: 20_532), LocalTime(9, 5)), zone: nil))],
            says: "Fri 20 Mar, 09:05"),
        Case(
            "{d, time}",
            [("d", .moment(LocalMoment(LocalDate(days: 20_532), LocalTime(9, 5)), zone: nil))],
            says: "09:05"),
        Case(
            "{d}",
            [
                (
                    "d",
                    .moment(
                        LocalMoment(LocalDate(days: 20_532), LocalTime(9, 5)), zone: "Asia/Almaty")
                )
            ], "ru", says: "пт 20 марта, 09:05 (Астана)"),
        Case(
            "{d}",
            [
                (
                    "d",
                    .moment(
                        LocalMoment(LocalDate(days: 20_532), LocalTime(9, 5)),
                        zone: "America/New_York")
                )
            ], says: "Fri 20 Mar, 09:05 (New York)"),
        Case("{d, date, short}", [("d", .text("soon"))], says: "soon"),
        // Apostrophes
        Case("I don't know", says: "I don't know"), Case("it''s", says: "it's"),
        Case("'{'a'}' {a}", [("a", .count(1))], says: "{a} 1"), Case("'{a}'", says: "{a}"),
        Case("'{a", says: "{a"), Case("a'", says: "a'"), Case("'{it''s}'", says: "{it's}"),
        Case("{n, plural, other {'#' is #}}", [("n", .count(3))], says: "# is 3"),
        Case("# is '#", says: "# is '#"), Case("'<b>'x", says: "<b>x"),
        // Not marks
        Case("/up <value> [goal]", says: "/up <value> [goal]"),
        Case("a < b > c", says: "a < b > c"),
        Case("<i>x</i><B>", says: "<i>x</i><B>"),
        // Missing, nested, listed
        Case("{nobody}", says: "{nobody}"),
        Case("{p}!", [("p", .phrase(Phrase("gone")))], says: "…!"),
        Case("{l}", [("l", .list([.text("a"), .count(2), .code("c")]))], says: "a, 2 and c"),
        Case("{l}", [("l", .list([.text("a"), .text("b")]))], "ru", says: "a и b"),
        Case("{l}", [("l", .list([.text("a")]))], says: "a"),
        Case("[{l}]", [("l", .list([]))], says: "[]"),
        Case(
            "{l, plural, one {# name} other {# names}}", [("l", .list([.text("a"), .text("b")]))],
            says: "2 names"),
        Case("{s}", [("s", .span(TimeSpan(3, .days)))], "ru", says: "3 дня"),
        Case("{s}", [("s", .span(TimeSpan(1, .weeks)))], says: "1 week"),
        Case("{s}", [("s", .span(TimeSpan(20, .minutes)))], says: "20 minutes"),
        Case("{t}", [("t", .term("colour.onTrack"))], "ru", says: "🟢 ПО ГРАФИКУ"),
        Case("{t}", [("t", .term("role.sponsor"))], "ru", says: "sponsor"),
        Case("{t}", [("t", .term("area.A03"))], says: "A03"),
        Case("{t}", [("t", .term("unit.day"))], says: "day"),
        Case("{b}", [("b", .bar(0.38, expected: 0.46))], says: "▓▓▓▓░░░░░░"),
        Case("{b}", [("b", .bar(0.05, expected: nil))], says: "▓░░░░░░░░░"),
        Case("{b}", [("b", .bar(0.049, expected: nil))], says: "░░░░░░░░░░"),
        Case("{b}", [("b", .bar(-3, expected: nil))], says: "░░░░░░░░░░"),
        Case("{b}", [("b", .bar(1.3, expected: nil))], says: "▓▓▓▓▓▓▓▓▓▓"),
        Case("{b}", [("b", .bar(.nan, expected: .nan))], says: "░░░░░░░░░░"),
        Case("{s}", [("s", .spark([1, 2, 3, 4, 5, 6, 7, 8]))], says: "▁▂▃▄▅▆▇█"),
        Case("{s}", [("s", .spark([5, 5]))], says: "▄▄"),
        Case("[{s}]", [("s", .spark([]))], says: "[]"),
        Case(
            "{s}", [("s", .spark([.greatestFiniteMagnitude, .nan, -.greatestFiniteMagnitude]))],
            says: "█ ▁"),
    ]

    @Test(arguments: cases)
    func says(_ c: Case) throws {
        let book = try SayingTables.book(c.pattern, c.language)
        let phrase = Phrase("x", c.values.map { Phrase.Field($0.0, $0.1) })
        #expect(book.text(phrase, language: c.language) == c.text, "\(c.pattern)")
    }

    /// Pattern, where the fault is, a word of why.
    static let hostile: [(String, Int, String)] = [
        ("{", 1, "name"), ("}", 0, "without"), ("{}", 1, "name"), ("a {b", 2, "without its }"),
        ("{a,}", 3, "not one of"), ("{a, colour}", 4, "not one of"), ("{a b}", 3, "after the name"),
        ("{a, number, money}", 12, "no style"), ("{a, date, long}", 10, "no style"),
        ("{n, plural}", 10, "comma"), ("{n, plural, }", 10, "other"),
        ("{n, plural, one {x}}", 10, "other"),
        ("{n, plural, one {x} one {y} other {z}}", 20, "twice"),
        ("{n, plural, lots {x} other {z}}", 12, "not one of"),
        ("{n, plural, =x {x} other {z}}", 12, "whole number"),
        ("{n, plural, =1 {x} =1 {y} other {z}}", 19, "twice"),
        ("{n, plural, offset:1 other {z}}", 18, "offset"),
        ("{n, plural, other {z}", 21, "expected"), ("{n, plural, other {z", 19, "without its }"),
        ("{n, plural, other z}", 18, "{ is expected"), ("{w, select, a {x}}", 10, "other"),
        ("{w, select, a {x} a {y} other {}}", 18, "twice"), ("<b>x", 3, "not closed"),
        ("x</b>", 1, "without"), ("<b><c>x</c></b>", 3, "span inside"),
        ("<b>x</c></b>", 4, "without"),
        ("{n, plural, other {<b>x}}</b>", 23, "inside <b>"),
        ("<b>{n, plural, other {<c>x</c>}}</b>", 22, "span inside"), ("привет {", 8, "name"),
        (String(repeating: "{n, plural, other {", count: 20), 171, "levels deep"),
        (String(repeating: "x", count: 8001), 8000, "longer"),
        ("{😀}", 1, "name"), ("{a, date, }", 10, "style"),
    ]

    @Test(arguments: hostile)
    func refuses(pattern: String, offset: Int, why: String) {
        let fault = #expect(throws: PhraseFault.self) { try SayingTables.book(pattern, "ru") }
        #expect(fault?.key == "x")
        #expect(fault?.language == "ru")
        #expect(fault?.why.contains(why) == true, "\(fault?.description ?? "")")
        #expect(fault?.offset == offset, "\(pattern.prefix(40)): \(fault?.description ?? "")")
    }

    /// Any text at all is read or refused, in a bounded time, and what is read can be said.
    @Test func noPatternTraps() throws {
        var random = SayingRandom(seed: 7)
        let bits = [
            "{", "}", "'", "#", "<b>", "</b>", "<c>", "</c>", ",", " ", "n", "plural", "select",
            "other", "one",
            "=1", "number", "percent", "\n", "д", "😀", "{n}", "{n, plural, other {#}}", "offset:",
        ]
        var read = 0
        for round in 0..<4000 {
            let count = Int.random(in: 0...14, using: &random)
            let pattern = (0..<count).map { _ in bits.randomElement(using: &random) ?? "" }.joined()
            do {
                _ = try SayingTables.said(pattern, ["n": .count(round)])
                read += 1
            } catch is PhraseFault {}
        }
        #expect(read > 100 && read < 3900)
    }

    @Test func faultsOfTermsAndSettingsNameTheirPlace() throws {
        let term = #expect(throws: PhraseFault.self) {
            try Phrasebook(
                commands: [],
                languages: [SayingTables.english(terms: ["unit.x": .init(says: "{n")])])
        }
        #expect(term?.key == "terms.unit.x")
        var short = SayingTables.english()
        short.dates.months = ["Jan"]
        #expect(throws: PhraseFault.self) { try Phrasebook(commands: [], languages: [short]) }
        var odd = SayingTables.english()
        odd.dates.full = "{dya}"
        let date = #expect(throws: PhraseFault.self) {
            try Phrasebook(commands: [], languages: [odd])
        }
        #expect(date?.key == "dates.full")
        var percent = SayingTables.english()
        percent.numbers.percent = "%"
        #expect(throws: PhraseFault.self) { try Phrasebook(commands: [], languages: [percent]) }
        #expect(throws: PhraseFault.self) { try Phrasebook(commands: [], languages: []) }
        #expect(throws: PhraseFault.self) {
            try Phrasebook(
                commands: [], languages: [SayingTables.english(), SayingTables.table("EN", [:])])
        }
        let up = CommandSpec(name: "up", usages: ["up"], phrases: ["done": "x"])
        #expect(throws: PhraseFault.self) {
            try Phrasebook(commands: [up], languages: [SayingTables.english(["up.done": "y"])])
        }
    }
}
