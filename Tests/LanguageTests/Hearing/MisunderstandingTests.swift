import Language
import Testing

@Suite struct Misunderstandings {
    func misheard(_ text: String, _ reading: Reading = Sample.reading()) throws -> Misunderstanding?
    {
        let grammar = try Sample.grammar()
        do {
            let heard = try grammar.parse(text, in: reading)
            Issue.record("`\(text)` was understood: \(heard)")
            return nil
        } catch { return error }
    }

    struct Case: CustomTestStringConvertible {
        let say: String
        let what: Misunderstanding.What
        let place: Range<Int>
        var nearest: [String] = []
        var testDescription: String { say }
    }

    static let cases: [Case] = [
        Case(
            say: "stauts CH-1", what: .unknownCommand("stauts"), place: 0..<6,
            nearest: ["status CH-01"]),
        Case(say: "статсу", what: .unknownCommand("статсу"), place: 0..<12, nearest: ["status"]),
        Case(say: "", what: .unknownCommand(""), place: 0..<0),
        Case(say: "up", what: .missing(slot: "value", type: "measure"), place: 2..<2),
        Case(
            say: "up on=yesterday", what: .missing(slot: "value", type: "measure"), place: 15..<15),
        Case(
            say: "up abc", what: .unrecognised(slot: "value", type: "measure", found: "abc"),
            place: 3..<6),
        Case(
            say: "up 5 goal=x1", what: .unrecognised(slot: "goal", type: "goal", found: "x1"),
            place: 10..<12),
        Case(
            say: "up 5 on=soon", what: .unrecognised(slot: "on", type: "date", found: "soon"),
            place: 8..<12),
        Case(
            say: "done M", what: .unrecognised(slot: "item", type: "milestone", found: "M"),
            place: 5..<6, nearest: ["M1", "M3"]),
        Case(
            say: "done", what: .missing(slot: "item", type: "milestone"), place: 4..<4,
            nearest: ["M1", "M3"]),
        Case(
            say: "status CJ-01", what: .unexpected("CJ-01"), place: 7..<12,
            nearest: ["CH-01", "CH-02", "CH-03"]),
        Case(say: "milestone", what: .missing(slot: "title", type: "text"), place: 9..<9),
        Case(say: "milestone x", what: .missing(slot: "due", type: "date"), place: 11..<11),
        Case(
            say: "milestone by 7 Apr", what: .missing(slot: "title", type: "text"), place: 18..<18),
        Case(
            say: "milestone \"x\" due 7 Apr", what: .expected(words: ["by"]), place: 14..<17,
            nearest: ["by"]),
        Case(
            say: "decide D1", what: .expected(words: ["yes", "no"]), place: 9..<9,
            nearest: ["yes", "no"]),
        Case(say: "away", what: .missing(slot: "span", type: "duration"), place: 4..<4),
        Case(say: "78,4", what: .unknownCommand("78,4"), place: 0..<4),
        Case(
            say: "four 1,500 2", what: .ambiguous(slot: "a", .number(1500), .number(1.5)),
            place: 5..<10, nearest: ["1500", "1.5"]),
        Case(say: "undo 2 m=3", what: .unexpected("m=3"), place: 7..<10),
        Case(say: "need critical", what: .missing(slot: "text", type: "text"), place: 13..<13),
        Case(
            say: "remind @a tomorrow x",
            what: .unrecognised(slot: "at", type: "moment", found: "tomorrow"), place: 10..<18),
        Case(
            say: String(repeating: "я", count: 4097), what: .tooLong(limit: 4096), place: 0..<8194),
        Case(say: "team lead \"Madina", what: .unclosedQuote, place: 10..<17),
        Case(
            say: "team lead someone",
            what: .unrecognised(slot: "who", type: "person", found: "someone"), place: 10..<17,
            nearest: []),
    ]

    @Test(arguments: cases)
    func misunderstood(_ c: Case) throws {
        guard let m = try misheard(c.say) else { return }
        #expect(m.what == c.what)
        #expect(m.place == c.place)
        if !c.nearest.isEmpty { #expect(m.nearest == c.nearest) }
        #expect(m.nearest.count <= 3)
    }

    @Test func partialIsCompletedByTheAnswer() throws {
        let grammar = try Sample.grammar()
        for (line, answer, whole) in [
            ("up on=yesterday", "78,4", "up 78,4 yesterday"),
            ("milestone by 7 Apr critical", "All 12", "milestone \"All 12\" by 7 Apr critical"),
            ("milestone x", "7 Apr", "milestone x by 7 Apr"),
            ("ask by Mon", "40 licences", "ask \"40 licences\" by Mon"),
        ] {
            let m = try #require(try misheard(line))
            guard case .missing(let slot, _) = m.what, var partial = m.partial else {
                Issue.record("\(line): \(m)")
                continue
            }
            partial.values[slot] = grammar.parse(
                slot: slot, of: partial.command, from: answer, in: Sample.reading())
            #expect(partial == (try grammar.parse(whole, in: Sample.reading())))
        }
    }

    @Test func leadingWords() throws {
        let commands = [Sample.spec("x", ["x one <n:count>", "x two|three"])]
        let grammar = try Grammar(commands: commands, languages: [], types: [])
        do {
            _ = try grammar.parse("x onw 4", in: Sample.reading())
            Issue.record("understood")
        } catch {
            #expect(error.what == .expected(words: ["one", "two", "three"]))
            #expect(error.place == 2..<5)
            #expect(error.nearest == ["x one"])
        }
        #expect(
            try grammar.parse("x three", in: Sample.reading()).values == ["three": .term("three")])
    }

    @Test func carets() {
        let table: [(String, Range<Int>, String, String)] = [
            ("/stauts CH-1", 1..<7, "/stauts CH-1", " ^^^^^^"),
            ("статсу х", 0..<12, "статсу х", "^^^^^^"),
            ("up", 2..<2, "up", "  ^"),
            ("a\nup xyz\nb", 5..<8, "up xyz", "   ^^^"),
            ("e\u{301}e\u{301} x", 7..<8, "e\u{301}e\u{301} x", "   ^"),
            ("\u{200F}up x", 6..<7, "up x", "   ^"),
        ]
        for (text, place, line, caret) in table {
            let got = Misunderstanding(.unclosedQuote, place: place).caretLine(for: text)
            #expect(got.line == line)
            #expect(got.caret == caret)
        }
        let long = String(repeating: "word ", count: 100_000) + "bad"
        let got = Misunderstanding(.unclosedQuote, place: 500_000..<500_003).caretLine(for: long)
        #expect(got.line.unicodeScalars.count <= 75)
        #expect(got.line.hasSuffix("bad") && got.caret.hasSuffix("^^^"))
        #expect(got.line.unicodeScalars.count == got.caret.unicodeScalars.count)
        for place in [Int.min..<Int.max, -5..<(-1), 900..<1000] {  // never traps on a place outside
            _ = Misunderstanding(.unclosedQuote, place: place).caretLine(for: "up")
        }
    }

    @Test func suggestions() throws {
        let grammar = try Sample.grammar()
        for (typed, first) in [
            ("stauts", "status"), ("sttaus", "status"), ("статсу", "status"), ("обнвоить", "up"),
            ("milestne", "milestone"),
            ("ыефегын", "status"), ("updaet", "up"), ("dne", "done"), ("dgiest", "digest"),
        ] {
            #expect(grammar.suggestions(for: typed, language: "en").first == first, "\(typed)")
        }
        #expect(grammar.suggestions(for: "zzzzzzzz", language: "en").isEmpty)
        #expect(
            grammar.suggestions(for: String(repeating: "s", count: 1_000_000), language: "en")
                .isEmpty)
        #expect(EditDistance.between("ab", "ba", limit: 2) == 1)
        #expect(EditDistance.between("kitten", "sitting", limit: 3) == 3)
        #expect(EditDistance.between("kitten", "sitting", limit: 2) == nil)
    }
}

@Suite struct Faults {
    func fault(
        _ commands: [CommandSpec], _ languages: [LanguageTable] = [Sample.english],
        _ types: [SlotType] = Sample.types
    ) -> GrammarFault? {
        do {
            _ = try Grammar(commands: commands, languages: languages, types: types)
            return nil
        } catch { return error }
    }

    @Test func refused() {
        var russian = Sample.russian
        russian.commands = ["up": .init(usages: ["up <value:measure>"])]
        let up = Sample.commands[0]
        #expect(fault([up], [russian])?.file == "languages/ru.yaml")
        #expect(fault([up], [russian])?.reason.contains("other slots") == true)
        russian.commands = [:]
        russian.keywords = ["yes": ["да"], "no": ["да"]]
        #expect(fault([Sample.commands[6]], [russian])?.reason.contains("two keywords") == true)
        russian.keywords = ["set": ["задать"], "revise": ["задать"]]
        #expect(fault([Sample.commands[2]], [russian])?.reason.contains("two keywords") == true)
        russian.keywords = [:]
        russian.commands = ["up": .init(verbs: ["x"]), "undo": .init(verbs: ["X"])]
        #expect(
            fault([up, Sample.spec("undo", ["undo"])], [russian])?.reason.contains("means") == true)
        russian.commands = ["nothing": .init()]
        #expect(fault([up], [russian])?.reason == "no command is named nothing")
        let twice = [CommandSpec.Example(say: "x 5", means: [:])]
        #expect(
            fault([
                CommandSpec(name: "x", usages: ["x <a:number>", "x <b:count>"], examples: twice)
            ])?.reason
                .contains("also read by") == true)
        #expect(
            fault([Sample.spec("x", ["x <a:nothing>"])])?.reason.contains("unknown type") == true)
        #expect(
            fault([Sample.spec("x", ["y <a:text>"])])?.reason.contains("begins with the verb")
                == true)
        #expect(fault([Sample.spec("x", [])])?.reason == "no usage")
        #expect(
            fault([Sample.spec("x", ["x"]), Sample.spec("x", ["x"])])?.reason
                == "two commands of this name")
        #expect(
            fault([Sample.spec("x", ["x"], aliases: ["y"]), Sample.spec("y", ["y"])])?.file
                == "x.yaml")
        #expect(
            fault([Sample.spec("x", ["x <m:milestone> m3"])])?.reason.contains(
                "spelled like a code") == true)
    }

    @Test func notation() throws {
        let up = try Usage(
            parsing:
                "up <value:measure> [goal:goal] [critical] [due <day:day>] from|to k=<k:word> [note:text...]"
        )
        #expect(up.synopsis == "up <value> [goal] [critical] [due <day>] from|to k=<k> [note…]")
        #expect(up.parts[1] == .slot(.init(name: "goal", type: "goal", isOptional: true)))
        #expect(try Usage(parsing: "goal set <v:measure>").keywords == ["set"])
        #expect(
            try Usage(parsing: "d [four|five]").parts == [
                .group([.word(alternatives: ["four", "five"])])
            ])
        for bad in [
            "", "up <value>", "up <value:measure", "up [a:b", "up [", "up []",
            "up <n:text...> <m:text>", "up <a:b> <a:c>",
            "up a||b", "up Word", "up x= y", "up k=<l:word>", "up a|b a", "a|b", "up \"x\"",
            String(repeating: "[a ", count: 9), String(repeating: "x ", count: 600),
        ] {
            #expect(throws: NotationError.self, "\(bad)") { try Usage(parsing: bad) }
        }
    }
}
