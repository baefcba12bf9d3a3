import Language

/// `admin outbox`: what has not arrived yet, and what never will.
enum AdminOutbox {
    static func phrases(_ state: State, _ context: Context) -> [Phrase] {
        var phrases = [Phrase("admin.owed", ["count": .count(state.owed.count)])]
        let oldest = state.owed.values.compactMap { out in
            out.id.split(separator: ".").first.flatMap { Int($0) }
        }.min()
        if let oldest { phrases.append(Phrase("admin.oldest", ["n": .count(oldest)])) }
        guard !state.deadLetters.isEmpty else { return phrases + [Phrase("admin.noDead")] }
        phrases.append(Phrase("admin.dead", ["count": .count(state.deadLetters.count)]))
        let zone = Context.zone(of: context.person, nil, state)
        for letter in state.deadLetters.suffix(8).reversed() {
            let at = context.zones.local(letter.at, in: zone) ?? letter.at.local(offset: 0)
            phrases.append(
                Phrase(
                    "admin.letter",
                    [
                        "date": .date(at.date), "to": .text(name(of: letter.to, state)),
                        "what": .code(letter.phrase), "why": .text(letter.why),
                    ]))
        }
        return phrases
    }

    private static func name(of receiver: String, _ state: State) -> String {
        if let person = state.people[receiver] ?? state.person(of: receiver) { return person.name }
        return state.chats[receiver]?.title ?? receiver
    }
}
