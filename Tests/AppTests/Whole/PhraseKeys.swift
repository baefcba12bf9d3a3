import Accelerator
import Language
import Testing

/// Every key that the decisions name is a phrase or a term of English, and every line they offer begins
/// with a command that exists.
@Suite("Keys and lines of the decisions") struct PhraseKeys {
    /// Keys that are put together, and what they can become. Whoever puts a new one together adds it here.
    private static let assembled: [String: [String]] = [
        "role.*": Role.allCases.map { "role.\($0.rawValue)" },
        "colour.*": Colour.allCases.map { "colour.\($0.term)" },
        "kind.*": ["kind.all", "kind.group"]
            + Row.all.map { "kind." + String($0.name.prefix { $0 != "." }) },
        "remind.waited.*": Reminded.Why.allCases.map { "remind.waited.\($0.rawValue)" },
        "mark.*": Colour.allCases.map { "mark.\($0.term)" },
        "severity.*": Severity.allCases.map { "severity.\($0.rawValue)" },
        "direction.*": Direction.allCases.map { "direction.\($0.rawValue)" },
        "path.*": Path.allCases.map { "path.\($0.rawValue)" },
        "review.*": ReviewKind.allCases.map { "review.\($0.rawValue)" },
        "verdict.*": Verdict.allCases.map(\.term),
        "state.*": ChallengeState.allCases.map(\.term) + ProposalState.allCases.map(\.term)
            + CohortState.allCases.map(\.term) + MilestoneState.allCases.map { "state.\($0.word)" }
            + ActionState.allCases.map { "state.\($0.word)" }
            + RiskState.allCases.map { "state.\($0.word)" }
            + KeptState.allCases.map { "state.\($0.rawValue)" }
            + BlockerState.allCases.map { "state.\($0.word)" }
            + DecisionState.allCases.map { "state.\($0.word)" },
        "phase.*": ["design", "acceleration", "sustainability"].map { "phase.\($0)" },
        "rows.kind.*": accounts.map { "rows.kind.\($0)" },
        "rows.head.*": accounts.map { "rows.head.\($0)" },
        "rows.row.*": accounts.map { "rows.row.\($0)" },
        "history.field.*": TrailFields.known.map { "history.field.\($0)" },
        "language.*": ["en", "ru", "ar", "kk", "ky"].map { "language.\($0)" },
        "level.*": (0...3).map { "level.\($0)" },
        "midpoint.answer.*": ["worked", "blocked", "stone", "plan", "keep", "goal"].map {
            "midpoint.answer.\($0)"
        },
        "review.light.*": ["well", "worry", "stops"].map { "review.light.\($0)" },
        "block.*": ["block.slows", "block.milestone", "block.goal"],
        "block.ladder.*": Severity.allCases.map { "block.ladder.\($0.rawValue)" },
        "challenge.missing.*": [
            "sponsor", "systemleader", "bodies", "note", "size", "managers", "date", "leader",
            "keeper", "goal", "milestones",
            "milestone", "meeting", "dates", "window", "target", "reading", "pledge", "practices",
        ].map { "challenge.missing.\($0)" },
        "gate.*": [
            "sponsor", "systemleader", "bodies", "note", "size", "managers", "date", "leader",
            "keeper", "smart", "milestones",
            "milestone", "meeting", "dates", "window", "target", "reading", "pledge", "practices",
        ].map { "gate.\($0)" },
        "gate.mend.*": [
            "sponsor", "systemleader", "note", "size", "managers", "leader", "keeper", "goal",
            "meeting",
        ].map {
            "gate.mend.\($0)"
        },
        "smart.*": SmartRule.allCases.map { "smart.\($0.rawValue)" },
        "smart.mend.*": SmartMend.allCases.map { "smart.mend.\($0.rawValue)" },
        "note.*": ["mission", "guardrails", "approach", "questions"].map { "note.\($0)" },
        "depend.*": DependencyKind.allCases.map { "depend.\($0.rawValue)" },
        "goal.field.*": [
            "who", "source", "keeper", "plan", "area", "due", "interim", "test", "since", "every",
        ].map {
            "goal.field.\($0)"
        },
        "criterion.*": ["people", "bodies", "ambition", "doable"].map { "criterion.\($0)" },
        "proposal.*": ["problem", "bodies"].map { "proposal.\($0)" },
        "proposals.next.*": ["returned", "deferred", "rejected", "merged"].map {
            "proposals.next.\($0)"
        },
        "vote.value*": (1...5).map { "vote.value\($0)" },
        "weekday.*": (1...7).map { "weekday.\($0)" },
        "choice.*": ["choice.yes", "choice.no"],
        "unit.*": ["minute", "hour", "day", "workingDay", "week", "month", "year"].map {
            "unit.\($0)"
        },
        "me.**": [
            "me.milestone", "me.milestoneLate", "me.decision", "me.decisionLate", "me.reading",
            "me.readingLate",
        ],
        "calendar.already.*": ["add", "remove", "working", "short", "confirm", "ramadan", "fill"]
            .map {
                "calendar.already.\($0)"
            },
        "calendar.n.*": ["reminders", "meetings", "reviews"].map { "calendar.n.\($0)" },
        "remind.silence.*": ["all", "commands", "unknown"].map { "remind.silence.\($0)" },
        "remind.*.group": ["remind.reading.due.group", "remind.milestone.due.group"],
        "remind.reading.**": ["today", "again", "ladder"].flatMap {
            ["remind.reading.\($0)", "remind.reading.\($0)First"]
        },
        "remind.milestone.*": ["ahead", "today", "overdue", "ladder"].map {
            "remind.milestone.\($0)"
        },
        "remind.decision.*": ["ahead", "today", "late"].map { "remind.decision.\($0)" },
        "remind.check.**": ["ahead", "today", "late"].flatMap {
            ["remind.check.\($0)", "remind.check.\($0)Hold"]
        },
        "remind.promise.*": ["ahead", "today"].map { "remind.promise.\($0)" },
        "hearer.*": Hearer.allCases.map { "hearer.\($0.rawValue)" },
        "reminders.page.*": ["design", "weeks", "work", "midpoint", "end"].map {
            "reminders.page.\($0)"
        },
        "*.label": [
            "leadership", "ready", "launch", "midpoint", "close", "handover", "accept", "return",
            "defer", "reject", "score",
        ].map { "\($0).label" },
        "*.ask.reason": ["reject", "return", "defer", "merge"].map { "\($0).ask.reason" },
    ]
    /// The totals whose rows can be asked for.
    private static let accounts = [
        "success", "milestones", "blockers", "readings", "people", "bodies", "progress",
    ]
    /// Those that are looked for before they are said: a city or a type may have no word, and the key's end
    /// is shown; a slot without a question of its own is asked for in general words.
    private static let lookedFor: Set<String> = [
        "city.*", "*.ask.*", "*.summary", "*.help", "type.*",
    ]
    /// `key + "First"`, `key + "Nobody"`: what follows a key that is written whole.
    private static let endings: [String: [String]] = [
        "First": ["up.askScale", "up.askDecrease", "up.askJump", "up.askOutside"],
        "NoData": ["result.provisional", "result.unconfirmed"],
        "Nobody": ["digest.open", "digest.openLate"],
    ]
    /// Words with a dot that are no keys: rows of the reminder table.
    private static let others: Set<String> = Set(Row.all.map(\.name)).union([
        "group.silent", "digest.team", "digest.leadership", "digest.area", "digest.nation",
        "digest.own",
    ])
    /// Folders that spell fields, files and events.
    private static let formats = ["/Events/", "/Coding/", "/Exchange/", "/Facts/"]

    private struct Words {
        var keys: Set<String>
        var terms: Set<String>
        func has(_ key: String) -> Bool { keys.contains(key) || terms.contains(key) }
        /// The first parts of all keys: what begins so is one.
        var heads: Set<Substring>
    }

    private static func words() throws -> Words {
        let decider = try House.decider()
        let keys = decider.phrasebook.keys(of: "en")
        let terms = try House.terms(of: "en")
        return Words(
            keys: keys, terms: terms,
            heads: Set(keys.union(terms).compactMap { $0.split(separator: ".").first }))
    }

    /// `up.recorded`, `remind.*.group`: letters, digits, dashes and stars, with a dot.
    private static func looksLikeKey(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count >= 2
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        ($0 >= 97 && $0 <= 122) || ($0 >= 65 && $0 <= 90) || ($0 >= 48 && $0 <= 57)
                            || $0 == 45 || $0 == 42
                    }
            } && text.utf8.first.map { ($0 >= 97 && $0 <= 122) || $0 == 42 } == true
    }

    @Test("every key that stands in the decisions is a phrase or a term")
    func keysExist() throws {
        let words = try Self.words()
        var seen: Set<String> = []
        for (path, text) in Sources.swift("Sources/Accelerator")
        where !Self.formats.contains(where: path.contains) {
            for literal in Sources.parts(text).literals where Self.looksLikeKey(literal.text) {
                let key = literal.text
                seen.insert(key)
                if Self.others.contains(key) || Self.lookedFor.contains(key) { continue }
                if !key.contains("*") {
                    #expect(words.has(key), "\(path):\(literal.line): \(key)")
                    continue
                }
                // Not a key: CH-03-M3, a place in the journal.
                let head = key.split(separator: ".").first ?? ""
                guard
                    words.heads.contains(head) || Self.assembled[key] != nil
                        || literal.before.contains("Phrase(")
                else { continue }
                #expect(
                    Self.assembled[key] != nil,
                    "\(path):\(literal.line): a key is put together: \(key)")
            }
        }
        // A table that nothing uses any more is no check.
        for key in Set(Self.assembled.keys).union(Self.others) {
            #expect(seen.contains(key), "\(key) is not in the sources")
        }
        for key in Self.endings.values.joined() {
            #expect(seen.contains(key), "\(key) is not in the sources")
        }
        #expect(seen.count > 500)
    }

    @Test("every key that is put together exists, whatever it becomes")
    func assembledKeysExist() throws {
        let words = try Self.words()
        for (key, all) in Self.assembled {
            for one in all { #expect(words.has(one), "\(key): \(one)") }
        }
        for (ending, keys) in Self.endings {
            for key in keys { #expect(words.has(key + ending), "\(key + ending)") }
        }
    }

    @Test("every kind of value has a name in every language, and every required slot its question")
    func types() throws {
        let decider = try House.decider()
        var types: Set<String> = [], asked = 0
        for spec in decider.grammar.specs.values {
            for text in spec.usages {
                let usage = try Usage(parsing: text)
                types.formUnion(usage.slots.map(\.type))
                // What a group needs is asked for in general words.
                for part in usage.parts {
                    guard case .slot(let slot) = part, !slot.isOptional, slot.type != "challenge"
                    else { continue }
                    asked += 1
                    demand(
                        decider.phrasebook.has("\(spec.name).ask.\(slot.name)", language: "en"),
                        "there is no phrase \(spec.name).ask.\(slot.name)")
                }
            }
        }
        #expect(types.count > 20 && asked > 40)
        for language in decider.phrasebook.languages {
            let terms = try House.terms(of: language)
            #expect(types.filter { !terms.contains("type.\($0)") }.sorted() == [], "\(language)")
        }
    }

    @Test("every line that is offered begins with a command")
    func lines() throws {
        let specs = try House.decider().grammar.specs
        let made: [String: [String]] = [
            "*": [
                "done", "milestone", "leadership", "ready", "launch", "midpoint", "close",
                "handover",
            ]
        ]
        var count = 0
        for (path, text) in Sources.swift("Sources/Accelerator") {
            for literal in Sources.parts(text).literals
            where literal.text.hasPrefix("/") && literal.text.utf8.count > 1 {
                let verb = String(literal.text.dropFirst().prefix { $0 != " " })
                // A zone's name has a slash too, and so have the paths of events.
                guard verb.utf8.allSatisfy({ ($0 >= 97 && $0 <= 122) || $0 == 42 }) else {
                    continue
                }
                for command in made[verb] ?? [verb] {
                    #expect(specs[command] != nil, "\(path):\(literal.line): “\(literal.text)”")
                }
                count += 1
            }
        }
        #expect(count > 100)
    }

    /// Every phrase, summary and help, and every word: nobody is answered in two languages at once.
    @Test("all that is said is said in every language", arguments: ["ru", "ar"])
    func whole(language: String) throws {
        let book = try House.decider().phrasebook
        let wanted = book.keys(of: "en")
        #expect(wanted.count > 1_900)
        #expect(
            wanted.subtracting(book.keys(of: language)).sorted() == [],
            "\(language) says these in English")
        let terms = try House.terms(of: "en")
        #expect(terms.count > 250)
        #expect(
            terms.subtracting(try House.terms(of: language)).sorted() == [],
            "\(language) has no word for these")
    }

    /// The one check that a mutation shows: a key nobody wrote is not taken for one that is.
    @Test("the reader of sources finds strings where they are")
    func reader() {
        let (code, literals) = Sources.parts(
            """
            // "comment.key"
            let a = Phrase("up.\\(b ? "x.y" : "z")End", ["v": 1]) // "no"
            /* "no" */ let c = "/up \\(f("g(")) h" + "\\"q\\""
            """)
        #expect(literals.map(\.text) == ["x.y", "z", "up.*End", "v", "g(", "/up * h", "\\\"q\\\""])
        #expect(literals.map(\.line) == [2, 2, 2, 2, 3, 3, 3])
        #expect(code.count == 3 && !code[1].contains("no") && code[2].contains("let c ="))
    }
}
