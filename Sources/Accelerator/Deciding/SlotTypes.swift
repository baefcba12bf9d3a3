import Language

/// The method's own kinds of values (contract.md 1): codes by their shape, words by their terms.
enum SlotTypes {
    private static let challenge = CodeShape(prefix: "CH", separator: "-", pad: 2)

    static func all(_ languages: [LanguageTable]) -> [SlotType] {
        codes + words + [zone(languages), language(languages), country(languages)]
    }

    private static let codes: [SlotType] = [
        .shaped(name: "challenge", [challenge]),
        .shaped(name: "goal", prefix: "G", within: [challenge]),
        .shaped(name: "milestone", prefix: "M", within: [challenge]),
        .shaped(name: "blocker", prefix: "B", within: [challenge]),
        .shaped(name: "decision", prefix: "D", within: [challenge]),
        .shaped(name: "action", prefix: "A", within: [challenge]),
        .shaped(name: "risk", prefix: "R", within: [challenge]),
        .shaped(name: "suggestion", prefix: "SG", within: [challenge]),
        .shaped(name: "exchange", prefix: "EX", pad: 1),
        .shaped(name: "session", prefix: "TR", pad: 1),
        .shaped(name: "proposal", prefix: "P", separator: "-", pad: 2),
        .shaped(name: "area", prefix: "A", pad: 2),
        .code(name: "cohort") { ownCode($0) },
        .code(name: "programme") { ownCode($0) },
        // What has a page of its own: never implied, so that a line without it means something else.
        .either(
            name: "page",
            [
                .shaped(name: "page", [challenge]), .shaped(name: "page", prefix: "A", pad: 2),
                .code(name: "page") { ownCode($0) },
            ]),
        .either(
            name: "day",
            [
                .date,
                .numbered(
                    name: "day", prefixes: ["day", "d"], terms: ["unit.day"], range: 0...100),
            ]),
        // A day that may lie past the last one: then the answer says which that is.
        .either(
            name: "dueday",
            [
                .date,
                .numbered(
                    name: "dueday", prefixes: ["day", "d"], terms: ["unit.day"], range: 0...999),
            ]),
        SlotType.count.named("score").only {
            if case .count(let n) = $0 { (1...5).contains(n) } else { false }
        },
        SlotType.text.named("change"),
        .date(name: "pastday", leaning: .lately),
        .time, .dates,
    ]

    private static let words: [SlotType] = [
        .choice(name: "role", terms: Role.allCases.map { "role.\($0.rawValue)" }),
        .choice(name: "colour", terms: Colour.allCases.map { "colour.\($0.term)" }),
        .choice(name: "severity", terms: Severity.allCases.map { "severity.\($0.rawValue)" }),
        .choice(
            name: "phase",
            terms: ["design", "acceleration", "sustainability"].map { "phase.\($0)" }),
        .choice(name: "path", terms: Path.allCases.map { "path.\($0.rawValue)" }),
        .choice(name: "state", terms: ChallengeState.allCases.map { "state.\($0.word)" }),
        .choice(name: "kind", terms: MuteCommand.known.map { "kind.\($0)" }),
        .choice(name: "direction", terms: Direction.allCases.map { "direction.\($0.rawValue)" }),
    ]

    /// The code of a cohort or programme: letters, then `-` and digits (`NA-1`); a challenge or a proposal is
    /// none.
    private static func ownCode(_ folded: String) -> String? {
        let parts = folded.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 3, let first = parts.first, (2...8).contains(first.utf8.count),
            first.utf8.allSatisfy({ $0 >= 97 && $0 <= 122 }), first != "ch",
            parts.dropFirst().allSatisfy({ !$0.isEmpty && $0.utf8.count <= 6 }),
            folded.utf8.contains(where: { $0 >= 48 && $0 <= 57 }),
            folded.utf8.allSatisfy({ ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 }
            )
        else { return nil }
        return folded.uppercased()
    }

    /// Where the programmes run: what is offered where no city's name is like the one that was said.
    private static let nearbyCities = ["Asia/Almaty", "Asia/Dubai", "Asia/Bishkek"]

    /// A zone by a city's name in any language, or by its IANA id: there is no Asia/Astana.
    private static func zone(_ languages: [LanguageTable]) -> SlotType {
        var heard: [String: [String]] = [:]
        for language in languages {
            for (key, term) in language.terms where key.hasPrefix("city.") {
                heard[String(key.dropFirst(5)), default: []] += [term.says] + term.hears
            }
        }
        let rows = heard.keys.sorted().map { id in
            (value: Value.code(id), print: id, heard: heard[id] ?? [])
        }
        var known: Set<String> = []
        let names = rows.flatMap(\.heard).filter { known.insert($0).inserted }
        var nearby: [String: [String]] = [:]
        for language in languages {
            nearby[language.tag] = nearbyCities.compactMap { language.terms["city.\($0)"]?.says }
        }
        let offered = nearby
        let byId = SlotType(
            name: "zone", candidates: { _ in [] },
            recognise: { tokens, _ in
                let raw = tokens.raw(0)
                guard raw.utf8.contains(UInt8(ascii: "/")), raw.utf8.count <= 40,
                    raw.utf8.allSatisfy({
                        ($0 | 0x20 >= 97 && $0 | 0x20 <= 122) || ($0 >= 48 && $0 <= 57)
                            || [47, 95, 45, 43].contains($0)
                    })
                else { return nil }
                return Recognised(.code(raw))
            },
            print: { if case .code(let id) = $0 { SlotType.token(id) } else { nil } })
        var zone = SlotType.either(name: "zone", [.table(name: "zone", rows: rows), byId])
        zone.candidates = { reading in
            let first =
                reading.languages.lazy.compactMap { offered[$0] }.first ?? offered["en"] ?? []
            return first + names.filter { !first.contains($0) }
        }
        return zone
    }

    /// A country by its name or code in any language; one that no language names by its code, where a programme
    /// is in it.
    private static func country(_ languages: [LanguageTable]) -> SlotType {
        var heard: [String: [String]] = [:]
        for language in languages {
            for (key, term) in language.terms where key.hasPrefix("country.") {
                heard[String(key.dropFirst(8)), default: []] += [term.says] + term.hears
            }
        }
        let rows = heard.keys.sorted().map { code in
            (value: Value.code(code), print: code, heard: heard[code] ?? [])
        }
        let table = SlotType.table(name: "country", rows: rows)
        let byCode = SlotType.code(name: "country", existingOnly: true) { folded in
            let parts = folded.utf8.split(separator: 45, omittingEmptySubsequences: false)
            guard parts.count <= 2, let first = parts.first, first.count == 2,
                parts.dropFirst().allSatisfy({ (1...3).contains($0.count) }),
                first.allSatisfy({ $0 >= 97 && $0 <= 122 }),
                folded.utf8.allSatisfy({
                    ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45
                })
            else { return nil }
            return folded.uppercased()
        }
        var country = SlotType.either(name: "country", [table, byCode])
        let names = rows.map(\.print)
        country.candidates = { _ in names }
        return country
    }

    /// A language by its own name, by its name in any language, or by its tag.
    private static func language(_ languages: [LanguageTable]) -> SlotType {
        .table(
            name: "language",
            rows: languages.map { table in
                let names = languages.flatMap { other -> [String] in
                    other.terms["language.\(table.tag)"].map { [$0.says] + $0.hears } ?? []
                }
                return (value: Value.code(table.tag), print: table.tag, heard: [table.name] + names)
            })
    }

    /// Of the challenges or proposals the one that a word spells, in whatever case its letters are.
    static func spelled(_ type: String, _ folded: String, _ written: String, _ state: State)
        -> [String]?
    {
        func known(_ code: String) -> Bool {
            type == "challenge" ? state.challenges.has(code) : state.proposals.has(code)
        }
        guard type == "challenge" || type == "proposal" else { return nil }
        return [folded.uppercased(), written, folded].first(where: known).map { [$0] } ?? []
    }

    /// Existing values of a type, as the grammar asks for them.
    static func candidates(_ type: String, _ state: State, _ implied: String?) -> [String] {
        let challenge = implied.flatMap { state.challenges[$0] }
        switch type {
        case "challenge": return state.challenges.keys
        case "cohort": return state.cohorts.keys
        case "page":
            return ["challenge", "cohort", "area"].flatMap { candidates($0, state, implied) }
        case "programme": return state.programmes.keys
        case "proposal": return state.proposals.keys
        case "country": return state.calendars.keys + state.programmes.values.map(\.country)
        case "area": return state.programmes.values.flatMap { $0.areas.map(\.code) }
        case "goal": return challenge?.goals.map(\.code) ?? []
        case "milestone": return challenge?.milestones.map(\.code) ?? []
        case "blocker": return challenge?.blockers.map(\.code) ?? []
        case "decision": return challenge?.decisions.map(\.code) ?? []
        case "action": return challenge?.actions.filter { $0.state == .open }.map(\.code) ?? []
        case "risk": return challenge?.risks.filter { $0.state == .open }.map(\.code) ?? []
        case "unit": return challenge?.goals.map(\.unit) ?? []
        case "person":
            let near = challenge?.seats.map(\.person) ?? state.people.values.prefix(200).map(\.code)
            return near + near.compactMap { state.people[$0]?.name }.filter { !$0.isEmpty }
        default: return []
        }
    }
}
