import Language

// A reminder whose reason is gone says so: the sent message is replaced, where its channel can edit, by who
// answered and when, without buttons. Others that stood in the same message stay in it.
//
// Only what somebody says or presses withdraws; only messages that are about what it changed are looked at, and
// only while they are young enough to be edited. Without an open reminder this costs a look into an empty map.

extension Decider {
    func withdrawn(by events: [Event], _ turn: Turn) -> [Outgoing] {
        guard !turn.state.open.isEmpty else { return [] }
        var ids: [String] = []
        for event in events {
            guard let owner = event.owner.only, let open = turn.state.open[owner] else { continue }
            for id in open where !ids.contains(id) { ids.append(id) }
        }
        guard !ids.isEmpty else { return [] }
        var commit = Commit()
        commit.n = turn.n
        commit.at = turn.at
        commit.source = turn.inbound.principal
        commit.events = events
        var after = turn.state
        after.evolve(commit)
        return ids.compactMap { amendment($0, after, turn) }
    }

    private func amendment(_ id: String, _ after: State, _ turn: Turn) -> Outgoing? {
        guard let sent = turn.state.sent[id], let first = sent.occurrence,
            let to = sent.to.flatMap(Receiver.init(text:)),
            turn.at.since(sent.at) <= State.editable
        else { return nil }
        // Whoever is forgotten by this is told nothing more.
        if case .person(let code) = to, after.people[code]?.former != nil { return nil }
        let keys = [first] + sent.also
        let still = Reminding.stillCalled(keys, after, zones, at: turn.at)
        let gone = keys.filter { !still.contains($0) }.compactMap { Occurrence(parsing: $0) }
        guard !gone.isEmpty, let way = way(back: to, gone[0], after) else { return nil }
        let left =
            still.isEmpty
            ? []
            : keys.filter(still.contains).compactMap { key in
                Occurrence(parsing: key).flatMap { item($0, way, after, turn.at, isNow: false) }
            }
        let answered = gone.map { self.answered($0, way, after, turn) }
        var out = Outgoing(to: to, kind: .reminder, [])
        if left.isEmpty {
            out.phrases = Array(answered.prefix(8))
        } else {
            out = merged(left, head: nil, way, turn.at)
            out.kind = .reminder
            out.phrases += answered.prefix(8)
        }
        out.chart = nil
        out.enclosure = nil
        out.replaces = id
        out.isAmendment = true
        return out
    }

    private func way(back to: Receiver, _ about: Occurrence, _ state: State) -> Way? {
        switch to {
        case .person(let person): way(to: person, about, state)
        case .chat(let key): way(toGroup: key, for: about.receiver, about, state)
        case .principal: nil
        }
    }

    /// ✔ CH-03-G1: answered by Aigul, 17:05
    private func answered(_ occurrence: Occurrence, _ way: Way, _ state: State, _ turn: Turn)
        -> Phrase
    {
        var values: [Phrase.Field] = [
            .init(
                "what", .code(occurrence.subject.split(separator: " ").last.map(String.init) ?? "")),
            .init("kind", .text(occurrence.kind)), .init("time", .time(today(way, turn.at).time)),
        ]
        guard let person = turn.person else { return Phrase("remind.settled", values) }
        values.append(.init("name", state.name(of: person.code)))
        return Phrase("remind.answered", values)
    }
}
