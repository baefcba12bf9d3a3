import Language

/// `contact`: whom a body named to hear when a call for proposals opens and closes.
struct ContactCommand: Command {
    static let name = "contact"
    static let most = 300
    /// The usages stand in this order in the command's file.
    private enum Act: Int { case remove, set, list }
    private let act: Act
    private let body: String
    private let person: Mention?
    private let programme: String?

    init(_ a: Arguments) throws(Mismatch) {
        guard let act = Act(rawValue: a.utterance.usage) else { throw Mismatch("body") }
        self.act = act
        body = try a.gateText("body") ?? ""
        person = try a.person("person")
        programme = try a.code("programme")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let programme = try context.gateProgramme(programme, state)
        guard act != .list else { return list(programme, state) }
        let me = try context.me()
        try context.require([.office], in: programme.code, state)
        let folded = Folding.fold(body)
        let before = programme.contacts.first { Folding.fold($0.body) == folded }
        guard let person else {
            guard let before else {
                throw Refusal(
                    Phrase("contact.unknown", ["body": .text(body)]),
                    offers: [
                        Offer(Phrase("contact.label"), "/contact programme=\(programme.code)")
                    ])
            }
            return .record(
                [.removed(Removed(.contact, of: programme.code, code: before.code))],
                [Phrase("contact.removed", values(before, state))], offers: [Decision.gateUndo])
        }
        guard let (code, known) = try context.gatePerson(person, in: nil, state) else {
            throw Refusal(Phrase("team.stranger", ["name": .text(person.name)]))
        }
        guard before != nil || programme.contacts.count < Self.most else {
            throw Refusal(Phrase("contact.tooMany"))
        }
        var contact = before ?? BodyContact()
        if before == nil {
            contact.code = NextCode.after(programme.contacts.map(\.code), prefix: "BC", pad: 1)
            contact.body = body
        }
        contact.person = code
        let said = [Phrase("contact.set", values(contact, state))]
        guard contact != before else { return .answer(said) }
        return .record(
            known + [.contactSet(OfProgramme(programme.code, contact))], said,
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                [code],
                [
                    Phrase(
                        "contact.told",
                        [
                            "body": .text(contact.body), "name": state.name(of: me),
                            "programme": .text(
                                programme.name.isEmpty ? programme.code : programme.name),
                        ])
                ]))
    }

    private func values(_ contact: BodyContact, _ state: State) -> [Phrase.Field] {
        [.init("body", .text(contact.body)), .init("name", state.name(of: contact.person))]
    }

    private func list(_ programme: Programme, _ state: State) -> Decision {
        let all = programme.contacts.sorted { ($0.body, $0.code) < ($1.body, $1.code) }
        guard !all.isEmpty else {
            return .answer([Phrase("contact.none", ["programme": .code(programme.code)])])
        }
        let more = all.count > 20 ? [Phrase("digest.more", ["count": .count(all.count - 20)])] : []
        return .answer(all.prefix(20).map { Phrase("contact.line", values($0, state)) } + more)
    }
}
