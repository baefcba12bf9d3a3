import Language
import Testing

@Suite struct Parsing {
    struct Case: CustomTestStringConvertible {
        let say: String
        let means: String
        var languages = ["en"]
        var testDescription: String { say }
        init(_ say: String, _ means: String, _ languages: [String] = ["en"]) {
            self.say = say
            self.means = means
            self.languages = languages
        }
    }

    static let heard: [Case] = [
        // 1: leading keywords, file order, a keyword beats a slot
        Case("goal g1", "goal G1"),
        Case("goal set g1 from 42 to 15", "goal set G1 from 42 to 15"),
        Case(
            "goal revise G2 95 because the ministry, after a talk, agreed",
            #"goal revise G2 95 because "the ministry, after a talk, agreed""#),
        Case("away until 5 Apr", "away until 2026-04-05"), Case("away 3 days", "away 3d"),
        Case("away off", "away off"),
        // 2: optional slots only where their type fits and the rest can be filled
        Case("up 69,1 weekly export, 12 hospitals", #"up 69.1 note="weekly export, 12 hospitals""#),
        Case("up 69.1 g2 yesterday late", #"up 69.1 goal=G2 on=2026-03-19 note="late""#),
        Case("up 69.1 yesterday g2 late", #"up 69.1 on=2026-03-19 note="g2 late""#),
        Case("up 44", "up 44"), Case("up +44", "up +44"), Case("up 1 056", "up 1056"),
        Case("need 40 licences", #"need "40 licences""#),
        Case("need critical 40 licences", #"need critical "40 licences""#),
        Case("need due 45 critical 40 licences", #"need critical due 45 "40 licences""#),
        Case("need critical due day 45 40 licences", #"need critical due 45 "40 licences""#),
        Case("need day=45 40 licences", #"need due 45 "40 licences""#),
        Case("need CH-02 critical 40 licences", #"need critical challenge=CH-02 "40 licences""#),
        Case(
            "team add @madina as observer role=data keeper",
            "team add @madina role=data-keeper as observer"),
        Case("team add @madina sponsor", "team add @madina role=sponsor"),
        Case("four 1 2 3", "four 1 \"2\" c=3"), Case("four 1 2 w", #"four 1 "2" d="w""#),
        Case("four 1 2 x z", #"four 1 "2" x z"#),
        Case("four 1 2 x 5 z 3", #"four 1 "2" c=3 x 5 z"#),
        // texts that are not the last slot
        Case(
            "milestone \"All 12 hospitals\" by 7 Apr",
            #"milestone "All 12 hospitals" by 2026-04-07"#),
        Case(
            "milestone All 12 hospitals by 7 Apr critical",
            #"milestone "All 12 hospitals" by 2026-04-07 critical"#),
        Case("ask 40 licences by Mon", #"ask "40 licences" by 2026-03-23"#),
        Case("ask 40 licences CH-02", #"ask "40 licences" challenge=CH-02"#),
        Case("ask 40 licences @madina by Mon", #"ask "40 licences" by 2026-03-23 from=@madina"#),
        Case("ask “40 licences” by Mon", #"ask "40 licences" by 2026-03-23"#),
        Case("decide D1 yes", "decide D1 yes"),
        Case("decide d1 no because money", #"decide D1 no because "money""#),
        // 3: rest slots, names before values
        Case("up 5 note=goal=G1 on=1", #"up 5 note="goal=G1 on=1""#),
        Case("up 5 note \"on yesterday\"", #"up 5 note="on yesterday""#),
        Case("up note=\"x\" on=yesterday 5", #"up 5 on=2026-03-19 note="x""#),
        Case("up 5 note x", #"up 5 note="note x""#),
        Case("up 5 «whole»", #"up 5 note="whole""#),
        Case("up 5 \"a\" and \"b\"", #"up 5 note="\"a\" and \"b\"""#),
        Case("up 5 two  spaces\n and a line", "up 5 note=\"two  spaces\n and a line\""),
        Case("up 5 result=good", #"up 5 note="result=good""#),
        Case("up 5 say \\\"no\\\"", #"up 5 note="say \\\"no\\\"""#),
        Case("done M3 link=https://x.kz/a?b=c", #"done M3 link="https://x.kz/a?b=c""#),
        Case("done m3 monday", "done M3 on=2026-03-16"),
        Case(
            "colour green reason=behind by two 47% 12",
            #"colour onTrack reason="behind by two 47% 12""#),
        Case(
            "colour green 47% 12 1.5 reason=\"x\"",
            #"colour onTrack share=47% count=12 n=1.5 reason="x""#),
        // 4: the implied slot first or last
        Case("up CH-02 44", "up 44 challenge=CH-02"), Case("up 44 CH-02", "up 44 challenge=CH-02"),
        Case("up 44 ch2 because", #"up 44 challenge=CH-02 note="because""#),
        Case("up challenge=CH-02 44", "up 44 challenge=CH-02"),
        Case("status ch1", "status challenge=CH-01"),
        Case("goal set CH-1 g1 from 42 to 15", "goal set G1 from 42 to 15 challenge=CH-01"),
        Case(
            "digest ch-3 as of yesterday passport",
            "digest as of 2026-03-19 passport challenge=CH-03"),
        // groups in groups
        Case("plan from 1 Apr to 5 Apr", "plan from 2026-04-01 to 2026-04-05"),
        Case("plan from 1 Apr", "plan from 2026-04-01"),
        Case("plan with attachments now", "plan with attachments now"),
        Case("plan with attachments", "plan with attachments"),
        Case("plan a great thing tomorrow", #"plan title="a great thing" on=2026-03-21"#),
        // 6: other languages and layouts, restated usages
        Case("обновить 78,4 вчера", "up 78.4 on=2026-03-19", ["ru"]),
        Case("данные 78,4", "up 78.4", ["ru"]),
        Case("ДАННЫЕ 78,4 дата=вчера", "up 78.4 on=2026-03-19", ["ru"]),
        Case("تحديث ٧٨٫٤ أمس", "up 78.4 on=2026-03-19", ["ar"]), Case("гз 78,4", "up 78.4"),
        Case("ыефегы", "status"), Case("cnfnec", "status"), Case("jnvtyf", "undo"),
        Case("status?", "status"), Case("?", "status"),
        Case("мои задачи", "todo"), Case("мои", "todo"),
        Case("веха до 7 апреля Все больницы", #"milestone "Все больницы" by 2026-04-07"#, ["ru"]),
        Case(
            "веха Все больницы до 7 апреля критично",
            #"milestone "Все больницы" by 2026-04-07 critical"#, ["ru"]),
        Case("milestone Все больницы до 7 апр", #"milestone "Все больницы" by 2026-04-07"#),
        Case("colour зеленый reason=x", #"colour onTrack reason="x""#),
        Case("colour على المسار الصحيح reason=x", #"colour onTrack reason="x""#),
        Case("team add @a ответственный за данные", "team add @a role=data-keeper"),
        Case("done М3", "done M3"), Case("status СН-03", "status challenge=CH-03"),
        Case("status ср-3", "status challenge=CH-03"),
        Case("status CH–03", "status challenge=CH-03"),
        Case("decide ch-3-d1 yes", "decide CH-03-D1 yes"),
        Case("need срок 45 бумаги", #"need due 45 "бумаги""#),
        // marks that nobody sees
        Case("\u{200F}up\u{200E} \u{2066}78,4\u{2069}", "up 78.4"),
        Case("\u{FEFF}status", "status"),
        // people
        Case("team lead madina", "team lead @Madina"),
        Case("team lead Bolat Serik", #"team lead "@Bolat Serik""#),
        Case("team lead me", "team lead me"), Case("team lead я", "team lead me"),
        Case("remind @a tomorrow at 9 call them", #"remind @a 2026-03-21T09:00 "call them""#),
        Case("remind @a 7 Apr 09:00 call", #"remind @a 2026-04-07T09:00 "call""#),
        Case("join abcd-2345", "join ABCD-2345"),
    ]

    @Test(arguments: heard) func isUnderstood(_ c: Case) throws {
        let grammar = try Sample.grammar()
        let utterance = try grammar.parse(c.say, in: Sample.reading(c.languages))
        #expect(grammar.print(utterance) == c.means)
        #expect(try grammar.parse(c.means, in: Sample.reading(c.languages)) == utterance)
        #expect(try grammar.parse("\(c.say)"[...], in: Sample.reading(c.languages)) == utterance)
    }

    @Test func values() throws {
        let grammar = try Sample.grammar()
        let u = try grammar.parse("up 69,1 weekly export, 12 hospitals", in: Sample.reading())
        #expect(
            u
                == Utterance(
                    command: "up", usage: 0,
                    values: [
                        "value": .measure(Measure(69.1)),
                        "note": .text("weekly export, 12 hospitals"),
                    ]))
        let d = try grammar.parse("decide D1 no because money", in: Sample.reading())
        #expect(d.values == ["decision": .code("D1"), "no": .term("no"), "why": .text("money")])
        let n = try grammar.parse("need critical x", in: Sample.reading())
        #expect(n.values == ["critical": .term("critical"), "text": .text("x")])
        #expect(try grammar.parse("goal set g1 from 42 to 15", in: Sample.reading()).usage == 1)
        #expect(try grammar.parse("веха до 7 апреля Все", in: Sample.reading()).usage == 0)
    }

    @Test func implied() throws {
        let grammar = try Sample.grammar()
        let reading = Sample.reading(implied: [
            "challenge": .code("CH-03"), "decision": .code("D7"),
        ])
        let up = try grammar.parse("up 5 x", in: reading)
        #expect(up.values["challenge"] == .code("CH-03"))
        #expect(try grammar.parse(grammar.print(up), in: reading) == up)
        #expect(grammar.brief(up, in: reading) == "up 5 x")
        #expect(try grammar.parse("decide yes", in: reading).values["decision"] == .code("D7"))
        let replied = Sample.reading(replied: Mention(name: "Madina", principal: "tg:7"))
        #expect(
            try grammar.parse("team lead", in: replied).values["who"]
                == .person(Mention(name: "Madina", principal: "tg:7")))
        let mentioned = Sample.reading(mentions: [Mention(name: "Madina Sultan", principal: "tg:9")]
        )
        #expect(
            try grammar.parse("team add Madina Sultan sponsor", in: mentioned).values["who"]
                == .person(Mention(name: "Madina Sultan", principal: "tg:9")))
    }

    @Test func unitsOfCandidates() throws {
        let grammar = try Sample.grammar()
        func unit(_ text: String) throws -> String? {
            guard
                case .measure(let m)? = try grammar.parse(text, in: Sample.reading()).values[
                    "value"]
            else { return "none" }
            return m.unit
        }
        #expect(try unit("up 31,8 Working Days late") == "working days")
        #expect(try unit("up 40 лицензий") == "лицензий")
        #expect(try unit("up 47%") == "%")
        #expect(try unit("up 47 percent") == "%")
        #expect(try unit("up 40 hospitals") == nil)
        #expect(try unit("up \"40 hospitals\"") == "hospitals")
    }

    @Test func briefLines() throws {
        let grammar = try Sample.grammar()
        let table = [
            ("status CH-01", "status CH-01"), ("up 69,1 weekly export", "up 69.1 weekly export"),
            ("up 69.1 note=\"on=1\"", "up 69.1 note=\"on=1\""),
            ("ask \"40 licences\" by Mon", "ask \"40 licences\" by 2026-03-23"),
        ]
        for (say, line) in table {
            #expect(
                grammar.brief(try grammar.parse(say, in: Sample.reading()), in: Sample.reading())
                    == line)
        }
    }

    @Test func wordsOfLanguages() throws {
        let grammar = try Sample.grammar()
        #expect(grammar.verb(of: "up", language: "ru") == "обновить")
        #expect(grammar.verb(of: "up", language: "kk") == "up")
        #expect(grammar.synopsis(of: "up", language: "en") == ["up <value> [goal] [on] [note…]"])
        #expect(
            grammar.synopsis(of: "up", language: "ru") == [
                "обновить <значение> [goal] [on] [note…]"
            ])
        #expect(
            grammar.synopsis(of: "milestone", language: "ru") == [
                "веха до <due> <title> [критично] [owner]"
            ])
        #expect(
            grammar.synopsis(of: "need", language: "ru") == ["need [критично] [срок <day>] <text…>"]
        )
        #expect(grammar.command(heard: "Обновить") == "up")
        #expect(grammar.command(heard: "reading") == "up")
        #expect(grammar.command(heard: "мои задачи") == "todo")
        #expect(grammar.command(heard: "nothing") == nil)
        #expect(
            grammar.command(beginning: "up 5  x", in: Sample.reading()).map { [$0.name, $0.rest] }
                == ["up", "5  x"])
        #expect(grammar.specs["up"]?.aliases == ["now", "update", "reading"])
        #expect(grammar.faultsInExamples(in: Sample.reading()).isEmpty)
    }

    @Test func answers() throws {
        let grammar = try Sample.grammar()
        let r = Sample.reading()
        #expect(
            grammar.parse(slot: "value", of: "up", from: "78,4", in: r) == .measure(Measure(78.4)))
        #expect(
            grammar.parse(slot: "note", of: "up", from: " two  words\n", in: r)
                == .text("two  words"))
        #expect(
            grammar.parse(slot: "title", of: "milestone", from: "\"All by May\"", in: r)
                == .text("All by May"))
        #expect(
            grammar.parse(slot: "due", of: "milestone", from: "7 Apr", in: r)
                == .date(LocalDate(year: 2026, month: 4, day: 7)!))
        #expect(grammar.parse(slot: "due", of: "milestone", from: "soon", in: r) == nil)
        #expect(
            grammar.parse(slot: "day", of: "away", from: "5 Apr", in: r)
                == .date(LocalDate(year: 2026, month: 4, day: 5)!))
        #expect(grammar.candidates(slot: "item", of: "done", in: r) == ["M1", "M3"])
        #expect(grammar.candidates(slot: "colour", of: "colour", in: r) == ["onTrack", "atRisk"])
        #expect(grammar.parse(slot: "nothing", of: "up", from: "5", in: r) == nil)
        #expect(grammar.value(type: "measure", of: "78,4 yesterday", in: r) == nil)
        #expect(grammar.value(type: "number", of: "1,500", in: r) == nil)
    }
}
