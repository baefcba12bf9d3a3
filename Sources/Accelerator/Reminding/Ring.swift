public import Language

extension Decider {
    /// What is due by now rings: at most 64 occurrences in one commit, the earliest first. The alarm clock asks
    /// again until nothing is due.
    func ring(_ state: State, _ at: Instant) -> Outcome {
        let reminding = Reminding(state, zones)
        var due: [Occurrence] = []
        for owner in Reminding.owners(state) {
            for occurrence in reminding.occurrences(owner) where occurrence.rings <= at { due.append(occurrence) }
        }
        guard !due.isEmpty else { return .nothing }
        due.sort { ($0.rings, $0.key) < ($1.rings, $1.key) }
        var events: [Event] = []
        var out: [Outgoing] = []
        for occurrence in due.prefix(64) {
            var rang = Rang()
            rang.key = occurrence.key
            let late = at.milliseconds - occurrence.rings.milliseconds
            if late > Reminding.grace {
                rang.how = "skipped"
            } else if occurrence.receiver == Reminding.nobody {
                events += look(occurrence, state, at)
                rang.how = "looked"
            } else if let message = message(for: occurrence, state, at) {
                if late > 5 * Instant.minute { rang.how = "late" }
                out.append(late > 5 * Instant.minute ? Self.late(message, occurrence, state, zones) : message)
            } else {
                rang.how = "muted"
            }
            events.append(.rang(rang))
        }
        return commit(state, at, .alarm, events, out)
    }

    /// When the next alarm is, after a full look; the Clerk keeps an ``Agenda`` for the common case.
    public func nextAlarm(_ state: State) -> Instant? {
        var agenda = Agenda()
        return agenda.next(state, zones)
    }

    /// A late message says so: planned 09:00, sent 11:20.
    private static func late(
        _ message: Outgoing, _ occurrence: Occurrence, _ state: State, _ zones: Zones
    ) -> Outgoing {
        var message = message
        let zone = state.people[occurrence.receiver]?.zone ?? Self.zone(of: occurrence, state)
        let planned = zones.local(occurrence.rings, in: zone) ?? occurrence.rings.local(offset: 0)
        message.phrases.append(Phrase("remind.late", ["time": .time(planned.time)]))
        return message
    }

    private static func zone(of occurrence: Occurrence, _ state: State) -> String {
        if let challenge = challenge(of: occurrence, state) { return state.zone(of: challenge) }
        guard let code = occurrence.subject.split(separator: " ").last.map(String.init) else { return "UTC" }
        let cohort = state.cohorts[code] ?? state.proposals[code].flatMap { state.cohorts[$0.cohort] }
        return cohort.map { state.zone(of: $0) } ?? state.programmes[code].map(\.zone) ?? "UTC"
    }

    static func challenge(of occurrence: Occurrence, _ state: State) -> Challenge? {
        guard let code = occurrence.subject.split(separator: " ").last else { return nil }
        let parts = code.split(separator: "-")
        guard parts.count >= 2 else { return nil }
        return state.challenges[parts[0...1].joined(separator: "-")]
    }

    /// The message of an occurrence, to the person or the one who stands in; nil where it is not wanted.
    func message(for occurrence: Occurrence, _ state: State, _ at: Instant) -> Outgoing? {
        if let chat = occurrence.chat { return message(to: chat, for: occurrence, state, at) }
        guard let person = state.people[occurrence.receiver] else { return nil }
        let zone = person.zone ?? Self.zone(of: occurrence, state)
        let today = (zones.local(at, in: zone) ?? at.local(offset: 0)).date
        if !occurrence.isStar, person.mutes.contains(where: { $0.covers(occurrence.row, on: today) }) { return nil }
        var receiver = person.code
        if let away = person.awayUntil, away >= today {
            guard let deputy = person.deputy, state.people[deputy] != nil else { return nil }
            receiver = deputy
        }
        guard let parts = content(of: occurrence, for: receiver, state, today, at) else { return nil }
        var out = Outgoing(
            to: .person(receiver), kind: occurrence.row.hasPrefix("digest") ? .digest : .reminder, parts.phrases,
            offers: parts.offers, subject: Self.plainSubject(occurrence), occurrence: occurrence.key)
        out.chart = chart(of: occurrence, state, at)
        if let group = fallback(receiver, occurrence, state) {
            out.to = .chat(group)
            out.phrases = [Phrase("remind.\(occurrence.row).group", parts.phrases.first?.values ?? [])]
        }
        return out
    }

    /// What a whole group is told.
    private func message(
        to chat: String, for occurrence: Occurrence, _ state: State, _ at: Instant
    ) -> Outgoing? {
        let today = (zones.local(at, in: Self.zone(of: occurrence, state)) ?? at.local(offset: 0)).date
        guard let parts = content(of: occurrence, for: occurrence.receiver, state, today, at) else { return nil }
        var out = Outgoing(
            to: .chat(chat), kind: .reminder, parts.phrases, offers: parts.offers,
            subject: Self.plainSubject(occurrence), occurrence: occurrence.key)
        out.chart = chart(of: occurrence, state, at)
        return out
    }

    /// `reading CH-03-G1` is answered as `reading CH-03`.
    static func plainSubject(_ occurrence: Occurrence) -> String { occurrence.subject }

    /// Whoever can't be reached in private is reached in the bound group, without a name.
    private func fallback(_ person: String, _ occurrence: Occurrence, _ state: State) -> String? {
        guard occurrence.row == "reading.due" || occurrence.row == "milestone.due",
            state.people[person]?.isReachable == false || (state.reached[person] ?? []).isEmpty,
            let challenge = Self.challenge(of: occurrence, state)
        else { return nil }
        return state.chats.filter { $0.challenge == challenge.code && !$0.isLost }.first?.key
    }
}

extension Mute {
    /// Whether it silences a row on a day; ★ rows are asked about by nobody.
    func covers(_ row: String, on date: LocalDate) -> Bool {
        if let until, until < date { return false }
        return kind == "all" || kind == row || row.hasPrefix(kind + ".")
    }
}
