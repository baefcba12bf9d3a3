import Language
import Testing

@Suite struct Values {
    static func measure(_ text: String) throws -> Measure? {
        guard
            case .measure(let m)? = try Sample.grammar().value(
                type: "measure", of: text, in: Sample.reading())
        else { return nil }
        return m
    }

    static let figures: [(String, Measure)] = [
        ("78,4", Measure(78.4)), ("78.4", Measure(78.4)), ("0,691", Measure(0.691)),
        ("0.784", Measure(0.784)),
        ("1 056", Measure(1056)), ("1\u{A0}056", Measure(1056)), ("1\u{202F}056", Measure(1056)),
        ("1\u{2009}056,5", Measure(1056.5)), ("1'056", Measure(1056)),
        ("1’056.25", Measure(1056.25)),
        ("12 345 678", Measure(12_345_678)), ("1.234.567", Measure(1_234_567)),
        ("1,234,567.5", Measure(1_234_567.5)),
        ("1.234,56", Measure(1234.56)), ("1,234.567", Measure(1234.567)), ("١٠٥٦", Measure(1056)),
        ("۱۰۵۶", Measure(1056)),
        ("٧٨٫٤", Measure(78.4)), ("١٬٠٥٦", Measure(1056)), ("١٬٠٥٦٫٥", Measure(1056.5)),
        ("+44", Measure(44, isIncrement: true)),
        ("-3", Measure(-3)), ("−3", Measure(-3)), ("–3,5", Measure(-3.5)),
        ("+1 056", Measure(1056, isIncrement: true)),
        ("61,5%", Measure(61.5, unit: "%")), ("61,5 %", Measure(61.5, unit: "%")),
        ("٦١٫٥٪", Measure(61.5, unit: "%")),
        ("61.5 percent", Measure(61.5, unit: "%")), ("61.5 per cent", Measure(61.5, unit: "%")),
        ("61,5 процента", Measure(61.5, unit: "%")), ("61,5процентов", Measure(61.5, unit: "%")),
        ("٦١ في المئة", Measure(61, unit: "%")),
        ("31,8 working days", Measure(31.8, unit: "working days")),
        ("12births", Measure(12, unit: "births")), ("1,500", Measure(1500, otherwise: 1.5)),
        ("1.500", Measure(1500, otherwise: 1.5)),
        ("-12,345", Measure(-12345, otherwise: -12.345)),
        ("1,500 %", Measure(1500, unit: "%", otherwise: 1.5)),
        ("0,500", Measure(0.5)), ("1,5000", Measure(1.5)), ("1234,567", Measure(1234.567)),
        ("012,500", Measure(12.5)),
        ("78,4.", Measure(78.4)), ("78,4!", Measure(78.4)), ("78,4,", Measure(78.4)),
        (".5", Measure(0.5)), ("007", Measure(7)),
        ("\u{200F}\u{202B}78,4\u{202C}", Measure(78.4)), ("7\u{200E}8", Measure(78)),
        ("“78,4”", Measure(78.4)),
        ("123456789012345", Measure(123_456_789_012_345)), ("-0", Measure(0)),
    ]

    @Test(arguments: figures) func figure(_ text: String, _ measure: Measure) throws {
        #expect(try Self.measure(text) == measure)
    }

    @Test(arguments: [
        "1e5", "inf", "nan", "0x10", "", "-", "+", "--3", "1,2,3", "1,23,456", "1 05", "1 0567",
        "09:00", "12.05.2026", "CH-03", "M3",
        "3-5", "12th", "78,4 yesterday", "1234567890123456", "99999999999999999999999",
        "1.2.3.4.5.6.7.8.9.10.11", "٫", "5 5", "1''000",
        "½", "一", "1_000", "12 hospitals", "1.", ",", "'", "0 056",
    ])
    func noFigure(_ text: String) throws {
        let m = try Self.measure(text)
        if text == "1." { #expect(m == Measure(1)) } else { #expect(m == nil) }
    }

    static let dates: [(String, String)] = [
        ("2026-05-12", "2026-05-12"), ("٢٠٢٦-٠٥-١٢", "2026-05-12"), ("12 May", "2026-05-12"),
        ("May 12", "2026-05-12"),
        ("12th May", "2026-05-12"), ("May 12, 2027", "2027-05-12"), ("12 May 2025", "2025-05-12"),
        ("12 may,", "2026-05-12"),
        ("12.05", "2026-05-12"), ("12.05.2026", "2026-05-12"), ("12.05.27", "2027-05-12"),
        ("1.4.2026", "2026-04-01"),
        ("12/05/2026", "2026-05-12"), ("12 мая", "2026-05-12"), ("12 май", "2026-05-12"),
        ("2 апреля", "2026-04-02"),
        ("2 апрель", "2026-04-02"), ("2 апр.", "2026-04-02"), ("2 апр", "2026-04-02"),
        ("2-апреля", "2026-04-02"), ("5 марта 2026", "2026-03-05"),
        ("12 مايو", "2026-05-12"), ("١٢ أبريل", "2026-04-12"), ("12 ابريل", "2026-04-12"),
        ("today", "2026-03-20"),
        ("yesterday", "2026-03-19"), ("Tomorrow", "2026-03-21"),
        ("day after tomorrow", "2026-03-22"), ("сегодня", "2026-03-20"),
        ("вчера", "2026-03-19"), ("завтра", "2026-03-21"), ("позавчера", "2026-03-18"),
        ("послезавтра", "2026-03-22"),
        ("أمس", "2026-03-19"), ("امس", "2026-03-19"), ("غدا", "2026-03-21"), ("غدًا", "2026-03-21"),
        ("اليوم", "2026-03-20"),
        ("monday", "2026-03-23"), ("Mon", "2026-03-23"), ("friday", "2026-03-20"),
        ("next friday", "2026-03-27"),
        ("next monday", "2026-03-23"), ("last friday", "2026-03-13"), ("last monday", "2026-03-16"),
        ("понедельник", "2026-03-23"),
        ("пн", "2026-03-23"), ("следующий понедельник", "2026-03-23"), ("الاثنين", "2026-03-23"),
        ("next week", "2026-03-27"),
        ("in 3 days", "2026-03-23"), ("3 days ago", "2026-03-17"), ("in a week", "2026-03-27"),
        ("2 weeks ago", "2026-03-06"),
        ("через 3 дня", "2026-03-23"), ("3 дня назад", "2026-03-17"),
        ("через неделю", "2026-03-27"), ("неделю назад", "2026-03-13"),
        ("через 5 дней", "2026-03-25"), ("بعد 3 أيام", "2026-03-23"), ("قبل 3 ايام", "2026-03-17"),
        ("منذ يوم", "2026-03-19"),
        // one preposition before any of these
        ("on 18 Mar", "2026-03-18"), ("on Monday", "2026-03-23"), ("at 2026-05-12", "2026-05-12"),
        ("за 16 марта", "2026-03-16"), ("в понедельник", "2026-03-23"), ("за вчера", "2026-03-19"),
        ("في 18 مارس", "2026-03-18"), ("يوم الاثنين", "2026-03-23"),
        // without a year the nearest
        ("1 January", "2026-01-01"), ("31 December", "2025-12-31"), ("15 Sep", "2026-09-15"),
        ("25 Sep", "2025-09-25"),
        ("29 Feb", "2028-02-29"),
    ]

    @Test(arguments: dates) func date(_ text: String, _ iso: String) throws {
        let grammar = try Sample.grammar()
        #expect(
            grammar.value(type: "date", of: text, in: Sample.reading())
                == .date(LocalDate(iso: iso)!))
    }

    @Test(arguments: [
        "12", "May", "32 May", "30 Feb 2026", "2026-13-01", "12.5", "3.5", "1.13", "45.05", "in 3",
        "3 days", "next", "ago", "12 hours ago",
        "99999 days ago", "yesterday evening", "2026", "12/05", "-5 May", "12 Mayor", "in", "0 May",
        "on", "on track", "at 9", "on 18", "on on 18 Mar", "за 16", "في المئة", "в 3 дня",
        "",
    ])
    func noDate(_ text: String) throws {
        #expect(try Sample.grammar().value(type: "date", of: text, in: Sample.reading()) == nil)
    }

    @Test func leaning() throws {
        let grammar = try Sample.grammar()
        for (text, iso) in [
            ("monday", "2026-03-16"), ("friday", "2026-03-20"), ("1 Apr", "2025-04-01"),
            ("19 Mar", "2026-03-19"),
        ] {
            #expect(
                grammar.value(type: "past", of: text, in: Sample.reading())
                    == .date(LocalDate(iso: iso)!))
        }
    }

    @Test(arguments: [
        ("2026-03-20T17:30", "2026-03-20T17:30"), ("tomorrow at 9", "2026-03-21T09:00"),
        ("7 Apr 09:00", "2026-04-07T09:00"),
        ("7 Apr, 9:05", "2026-04-07T09:05"), ("9am", "2026-03-20T09:00"),
        ("9 pm", "2026-03-20T21:00"), ("12am", "2026-03-20T00:00"),
        ("12:30 pm", "2026-03-20T12:30"), ("17:30 yesterday", "2026-03-19T17:30"),
        ("завтра в 9", "2026-03-21T09:00"),
        ("в 18:15", "2026-03-20T18:15"), ("غدا الساعة 9", "2026-03-21T09:00"),
        ("غدا 9 م", "2026-03-21T21:00"), ("٠٩:٠٠ اليوم", "2026-03-20T09:00"),
    ])
    func moment(_ text: String, _ means: String) throws {
        let value = try Sample.grammar().value(type: "moment", of: text, in: Sample.reading())
        guard case .moment(let m)? = value else {
            Issue.record("\(text) is no moment")
            return
        }
        #expect(m.description == means)
    }

    @Test(arguments: [
        "tomorrow", "9", "25:00", "9:5", "13pm", "0am", "at 24", "at", "9:60", "2026-03-20T25:00",
        "9x", "7 Apr", "2026-03-20T17:3a",
    ])
    func noMoment(_ text: String) throws {
        #expect(try Sample.grammar().value(type: "moment", of: text, in: Sample.reading()) == nil)
    }

    @Test func spans() throws {
        let grammar = try Sample.grammar()
        for (text, span) in [
            ("3 days", TimeSpan(3, .days)), ("2h", TimeSpan(2, .hours)),
            ("90 min", TimeSpan(90, .minutes)), ("3d", TimeSpan(3, .days)),
            ("1 week", TimeSpan(1, .weeks)), ("3 дня", TimeSpan(3, .days)),
            ("5 дней", TimeSpan(5, .days)), ("90 минут", TimeSpan(90, .minutes)),
            ("2ч", TimeSpan(2, .hours)), ("٣ أيام", TimeSpan(3, .days)),
            ("2 أسابيع", TimeSpan(2, .weeks)),
        ] {
            #expect(
                grammar.value(type: "duration", of: text, in: Sample.reading()) == .duration(span),
                "\(text)")
        }
        for text in ["3", "days", "3 months", "99999 days", "-3 days", "3dd", "3.5h"] {
            #expect(
                grammar.value(type: "duration", of: text, in: Sample.reading()) == nil, "\(text)")
        }
    }

    @Test func smallTypes() throws {
        let grammar = try Sample.grammar()
        func value(_ type: String, _ text: String) -> Value? {
            grammar.value(type: type, of: text, in: Sample.reading())
        }
        #expect(value("count", "1,500") == .count(1500))
        #expect(value("count", "1 056") == .count(1056))
        #expect(value("count", "-3") == nil)
        #expect(value("count", "3,5") == nil)
        #expect(value("percent", "47") == .percent(47))
        #expect(value("percent", "47 %") == .percent(47))
        #expect(value("percent", "47 working days") == nil)
        #expect(value("number", "3,5") == .number(3.5))
        #expect(value("word", "a b") == nil)
        #expect(value("word", "a,b") == .word("a,b"))
        #expect(value("text", "„a b“") == .text("a b"))
        #expect(value("code", "ab-12") == .code("AB-12"))
        #expect(value("code", "hello") == nil)
        #expect(value("day", "d45") == .count(45))
        #expect(value("day", "day 45") == .count(45))
        #expect(value("day", "день 45") == .count(45))
        #expect(value("day", "101") == nil)
        #expect(value("when", "45") == .count(45))
        #expect(value("when", "7 Apr") == .date(LocalDate(iso: "2026-04-07")!))
        #expect(value("colour", "По  графику") == .term("colour.onTrack"))
        #expect(value("colour", "on track") == .term("colour.onTrack"))
        #expect(value("role", "DATA-KEEPER") == .term("role.data-keeper"))
        #expect(value("colour", "blue") == nil)
        for (text, code) in [
            ("CH-03", "CH-03"), ("ch3", "CH-03"), ("Ch-0003", "CH-03"), ("СН-03", "CH-03"),
            ("сн3", "CH-03"), ("ср-03", "CH-03"),
            ("CH‑03", "CH-03"), ("ch123", "CH-123"), ("ch-٣", "CH-03"), ("CH-03,", "CH-03"),
        ] {
            #expect(value("challenge", text) == .code(code), "\(text)")
        }
        for text in ["CH", "CH-", "CH-00000", "CH--3", "3", "CHX3", "CH-3-", "XCH-3"] {
            #expect(value("challenge", text) == nil, "\(text)")
        }
        #expect(value("milestone", "ch3-m3") == .code("CH-03-M3"))
        #expect(value("milestone", "М3") == .code("M3"))
        #expect(value("milestone", "ь3") == .code("M3"))
        #expect(value("blocker", "В2") == .code("B2"))
        let only = SlotType.shaped(name: "known", prefix: "K", existingOnly: true)
        let g = try Grammar(
            commands: [], languages: [],
            types: [
                only,
                SlotType.count.only { if case .count(let n) = $0 { n < 10 } else { false } }.named(
                    "digit"),
                .table(
                    name: "zone",
                    rows: [
                        (.word("Asia/Almaty"), "Asia/Almaty", ["Astana", "Астана", "Almaty city"])
                    ]),
            ])
        let r = Reading(today: Sample.today, candidates: { $0 == "known" ? ["K1"] : [] })
        #expect(g.value(type: "known", of: "k1", in: r) == .code("K1"))
        #expect(g.value(type: "known", of: "k2", in: r) == nil)
        #expect(g.value(type: "digit", of: "9", in: r) == .count(9))
        #expect(g.value(type: "digit", of: "10", in: r) == nil)
        #expect(g.value(type: "zone", of: "астана", in: r) == .word("Asia/Almaty"))
        #expect(g.value(type: "zone", of: "almaty city", in: r) == .word("Asia/Almaty"))
    }

    @Test func people() throws {
        let grammar = try Sample.grammar()
        func person(_ text: String, _ reading: Reading = Sample.reading()) -> Mention? {
            if case .person(let m)? = grammar.value(type: "person", of: text, in: reading) {
                m
            } else {
                nil
            }
        }
        #expect(person("@madina") == Mention(name: "madina"))
        #expect(person("@madina,") == Mention(name: "madina"))
        #expect(person("MADINA") == Mention(name: "Madina"))
        #expect(person("Bolat Serik") == Mention(name: "Bolat Serik"))
        #expect(person("bolat") == nil)
        #expect(person("айгуль") == Mention(name: "Айгуль"))
        #expect(person("أنا") == Mention(name: "me"))
        #expect(person("@") == nil)
        let resolved = Sample.reading(mentions: [Mention(name: "madina", principal: "tg:77")])
        #expect(person("@Madina", resolved) == Mention(name: "madina", principal: "tg:77"))
    }

    @Test func insideSentences() throws {
        let grammar = try Sample.grammar()
        func found(_ text: String) -> [String] {
            grammar.values(of: "measure", inside: text, in: Sample.reading()).map { value, range in
                let bytes = Array(text.utf8)[range]
                return String(decoding: bytes, as: UTF8.self) + "="
                    + grammar.print(value, type: "measure")
            }
        }
        #expect(found("we are at 78.4 now") == ["78.4=78.4"])
        #expect(found("we are at 78.4 now, 12 hospitals is not one") == ["78.4=78.4", "12=12"])
        #expect(found("now (78,4 %), at last.") == ["78,4 %=78.4%"])
        #expect(found("on 12 May we reached 78,4.") == ["78,4=78.4"])
        #expect(found("2026-05-12: 78,4") == ["78,4=78.4"])
        #expect(found("CH-03 M3 at 09:00 no figures") == [])
        #expect(found("сейчас 31,8 working days") == ["31,8 working days=\"31.8 working days\""])
        #expect(found("وصلنا إلى ٧٨٫٤ اليوم") == ["٧٨٫٤=78.4"])
        #expect(found(String(repeating: "1 x ", count: 900)).count == 16)
    }
}

@Suite struct FoldingTests {
    @Test(arguments: [
        ("UP", "up"), ("Ёлка", "елка"), ("е\u{308}лка", "елка"), ("Йод", "йод"),
        ("и\u{306}од", "йод"), ("ҚАЗАҚ Ұлы Өң", "қазақ ұлы өң"),
        ("أحمد", "احمد"), ("ا\u{654}حمد", "احمد"), ("إلى", "الي"), ("آية", "ايه"),
        ("مدرسة", "مدرسه"), ("مُحَمَّـــد", "محمد"), ("شيء", "شي"),
        ("ﻻ", "لا"), ("ﻣﺤﻤﺪ", "محمد"), ("کی", "كي"), ("١٢٣", "123"), ("۱۲۳", "123"),
        ("don’t", "dont"), ("don't", "dont"), ("Café", "cafe"), ("Cafe\u{301}", "cafe"),
        ("a\u{A0}\u{2009} b", "a b"), ("  a \n b\t", "a b"), ("ＣＨ－０３", "ch-03"), ("CH‑03", "ch-03"),
        ("\u{200F}x\u{2066}", "x"), ("", ""), (" ", ""),
        ("❤\u{FE0F}", "❤"), ("ŁÓDŹ", "lodz"), ("İ", "i"), ("ẞ", "ß"), ("٪", "%"), ("a b", "a b"),
    ])
    func folds(_ text: String, _ folded: String) {
        #expect(Array(Folding.fold(text).utf8) == Array(folded.utf8))
    }

    @Test func foldsOnce() {
        var dice = Dice(seed: 11)
        for _ in 0..<20_000 {
            let text = Hostile.text(&dice, 24)
            let once = Folding.fold(text)
            #expect(
                Array(Folding.fold(once).utf8) == Array(once.utf8),
                "seed 11: \(text.unicodeScalars.map { $0.value })")
        }
    }
}
