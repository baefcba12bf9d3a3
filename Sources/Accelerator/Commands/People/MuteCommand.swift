import Language

/// `mute`: fewer unasked messages; answers always come, and what ★ calls for.
struct MuteCommand: Command {
    static let name = "mute"
    private let usage: Int
    private let kind: String?
    private let until: LocalDate?
    /// What can be muted: everything, or one kind of the reminder calendar.
    static let known = ["all"] + Row.kinds.filter { $0 != "group" } + ["group"]

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        kind = try a.term("kind").map { String($0.split(separator: ".").last ?? "") }
        until = try a.date("until")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if usage == 0 { return try Self.unmute(kind.map { [$0] } ?? [], state, context) }
        if let kind { return try Self.mute([kind], until: until, state, context) }
        // In reply to an unasked message that one's kind is meant.
        if let row = context.occurrence.flatMap({ Occurrence.parts(of: $0) })?.row {
            return try Self.mute([Row.kind(of: row)], until: until, state, context)
        }
        let me = try context.me()
        return .ask([Phrase("mute.which")], offers: offers(me, state, context))
    }

    /// The kinds that come to this person, and all of them.
    private func offers(_ me: String, _ state: State, _ context: Context) -> [Offer] {
        let coming = Set(RemindCommand.next(me, state, context).filter { !$0.isStar }.map(\.kind))
        let kinds = Self.known.filter { coming.contains($0) || $0 == "digest" }.prefix(7)
        return (Array(kinds) + ["all"]).map { kind in
            Offer(
                Phrase("mute.kindLabel", ["kind": .text(kind), "name": .term("kind.\(kind)")]),
                "/mute \(kind)")
        }
    }

    static func mute(_ kinds: [String], until: LocalDate?, _ state: State, _ context: Context)
        throws(Refusal) -> Decision
    {
        let me = try context.me()
        guard var person = state.people[me] else {
            throw Refusal(Phrase("error.stranger"), kind: .right)
        }
        if let kind = kinds.first(where: isStar) {
            throw Refusal(
                Phrase("mute.star", ["name": .term("kind.\(kind)")]),
                offers: [
                    Offer(Phrase("later.label"), "/later"), Offer(Phrase("whyme.label"), "/whyme"),
                ])
        }
        if let until, until < context.local(in: context.zone(state)).date {
            throw Refusal(Phrase("later.past", ["date": .date(until)]))
        }
        for kind in kinds {
            person.mutes.removeAll { $0.kind == kind }
            person.mutes.append(Mute(kind: kind, until: until))
        }
        return .record(
            [.personSet(person)],
            [line(kinds.map { Mute(kind: $0, until: until) }), Phrase("mute.back")],
            offers: [Offer(Phrase("mute.offLabel"), "/mute off")])
    }

    /// Whether nothing of a kind can be muted.
    private static func isStar(_ kind: String) -> Bool {
        let rows = Row.all.filter { $0.kind == kind }
        return !rows.isEmpty && rows.allSatisfy(\.isStar)
    }

    static func unmute(_ kinds: [String], _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        guard var person = state.people[me] else {
            throw Refusal(Phrase("error.stranger"), kind: .right)
        }
        let before = person.mutes
        person.mutes.removeAll { kinds.isEmpty || kinds.contains($0.kind) }
        guard person.mutes != before else { return .answer([Phrase("mute.none")]) }
        return .record(
            [.personSet(person)], [Phrase("mute.off")],
            offers: [Offer(Phrase("remind.label"), "/remind")])
    }

    static func line(_ mutes: [Mute]) -> Phrase {
        let kinds = mutes.prefix(6).map { mute -> Say in
            let kind = Say.text(mute.kind)
            // A kind is the part before the dot also where a whole row was named.
            let name = Say.term("kind.\(Row.kind(of: mute.kind))")
            return mute.until.map {
                .phrase(Phrase("mute.kindUntil", ["kind": kind, "name": name, "until": .date($0)]))
            } ?? .phrase(Phrase("mute.kind", ["kind": kind, "name": name]))
        }
        return Phrase("mute.is", ["kinds": .list(kinds)])
    }
}
