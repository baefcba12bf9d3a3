import Language

/// `help`: seven lines at most, by role and by where the challenge stands.
struct HelpCommand: Command {
    static let name = "help"
    private let usage: Int
    private let topic: String?
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        topic = try a.text("command")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if usage == 0 { return everything(state, context) }
        if let topic { return try about(topic, context) }
        guard let person = context.person else {
            return .answer(
                [Phrase("help.stranger")], offers: [Offer(Phrase("join.label"), "/join")])
        }
        return .answer([Phrase(Self.key(person, state, context)), Phrase("help.more")])
    }

    /// Which of the short texts fits.
    private static func key(_ person: Person, _ state: State, _ context: Context) -> String {
        let challenge = context.implied.flatMap { state.challenges[$0] }
        let roles =
            challenge.map { state.roles(of: person.code, in: $0) } ?? state.roles(of: person.code)
        if let challenge {
            let phase = challenge.phase(on: context.today(in: challenge, state))
            let leads = !roles.isDisjoint(with: [.teamLeader, .coach, .office])
            if [.framing, .staffing, .ready].contains(phase), leads { return "help.design" }
            if [.results, .sustaining].contains(phase), leads || roles.contains(.sponsor) {
                return "help.closing"
            }
        }
        if state.challenges.isEmpty, !roles.isDisjoint(with: [.office, .admin]) {
            return "help.first"
        }
        if !roles.isDisjoint(with: [.teamLeader, .coach]) { return "help.leader" }
        if !roles.isDisjoint(with: [.member, .dataKeeper, .scribe]) { return "help.member" }
        if !roles.isDisjoint(with: [.sponsor, .systemLeader]) { return "help.sponsor" }
        if !roles.isDisjoint(with: [.office, .admin]) { return "help.office" }
        return roles.isEmpty ? "help.stranger" : "help.viewer"
    }

    /// What somebody who is in could do next, in one line.
    static func nextStep(_ person: Person, _ state: State, _ context: Context) -> (
        [Phrase], [Offer]
    ) {
        let roles = state.roles(of: person.code)
        if state.challenges.isEmpty, !roles.isDisjoint(with: [.office, .admin]) {
            return ([Phrase("start.first")], StartCommand.firstSteps(state))
        }
        let waits = state.challenges.filter { $0.applicants.contains { $0.person == person.code } }
            .first
        if roles.isEmpty {
            if let waits {
                return (
                    [
                        Phrase(
                            "join.waits",
                            ["challenge": .code(waits.code), "title": .text(waits.head.title)])
                    ], []
                )
            }
            return ([Phrase("start.noSeat")], [Offer(Phrase("join.label"), "/join")])
        }
        let offers = [
            Offer(Phrase("start.statusLabel"), "/status"), Offer(Phrase("help.label"), "/help"),
        ]
        if !roles.isDisjoint(with: [.member, .dataKeeper, .teamLeader]) {
            return ([Phrase("start.nextReading")], offers)
        }
        if roles.contains(.sponsor) { return ([Phrase("start.nextSponsor")], offers) }
        if roles.contains(.office) {
            return (
                [Phrase("start.nextOffice")],
                [
                    Offer(Phrase("start.overviewLabel"), "/cohort"),
                    Offer(Phrase("help.label"), "/help"),
                ]
            )
        }
        return ([Phrase("start.nextOther")], offers)
    }

    /// One command: how it goes, what it does, an example or two.
    private func about(_ topic: String, _ context: Context) throws(Refusal) -> Decision {
        let word = topic.split(separator: "/").last.map(String.init) ?? topic
        guard let name = context.grammar.command(heard: word),
            let spec = context.grammar.specs[name]
        else {
            let near = context.grammar.suggestions(for: word, language: context.language).prefix(3)
            throw Refusal(
                Phrase("help.unknown", ["word": .text(word)]),
                offers: near.map {
                    Offer(Phrase("choice.line", ["line": .code("/help \($0)")]), "/help \($0)")
                })
        }
        var lines = [Self.summary(spec, context)]
        // In words and by example first; the notation is for whoever wants all of it.
        lines += Self.text(spec, context)
        let examples = context.grammar.examples(of: name, language: context.language).prefix(3)
            .map(\.say)
        lines += examples.map { Phrase("help.example", ["example": .code("/" + $0)]) }
        lines += context.grammar.synopsis(of: name, language: context.language).prefix(9)
            .filter { !examples.contains($0) }
            .map { Phrase("help.usage", ["usage": .code("/" + $0)]) }
        return .answer(lines)
    }

    /// The reader's own words where the phrasebook has them, else the file's.
    private static func summary(_ spec: CommandSpec, _ context: Context) -> Phrase {
        let key = "\(spec.name).summary"
        return context.phrasebook.has(key, language: context.language)
            ? Phrase(key) : Phrase("help.text", ["text": .text(spec.summary)])
    }
    private static func text(_ spec: CommandSpec, _ context: Context) -> [Phrase] {
        let key = "\(spec.name).help"
        if context.phrasebook.has(key, language: context.language) { return [Phrase(key)] }
        return spec.help.split(separator: "\n").prefix(10).map {
            Phrase("help.text", ["text": .text(String($0))])
        }
    }

    /// The names of all commands that the person may try.
    private func everything(_ state: State, _ context: Context) -> Decision {
        let roles = context.person.map { state.roles(of: $0.code) } ?? []
        let open = context.grammar.specs.values.filter { spec in
            spec.who.contains("anyone")
                || spec.who.contains { Role(rawValue: $0).map(roles.contains) ?? false }
        }
        let names = open.map(\.name).sorted()
        return .answer([
            Phrase("help.all", ["count": .count(names.count)]),
            Phrase(
                "help.names",
                [
                    "names": .list(
                        names.map {
                            .code("/" + context.grammar.verb(of: $0, language: context.language))
                        })
                ]),
            Phrase("help.one"),
        ])
    }
}
