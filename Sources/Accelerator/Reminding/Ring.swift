public import Language

// What is due rings: whom it goes to stands in Destination.swift, what may go at all in Delivery.swift, how many
// become one message in Merging.swift, and what is taken back when its reason is gone in Withdrawing.swift.

extension Decider {
    /// What is due by now rings: at most 64 occurrences in one commit. The alarm clock asks again until nothing
    /// is due.
    ///
    /// - Parameter owners: who may have something due, as an ``Agenda`` knows it; nil to look at all.
    public func ring(_ state: State, _ at: Instant, owners: [String]? = nil) -> Outcome {
        let due = due(state, at, owners ?? Reminding.owners(state))
        let boards = drawnBoards(state, at)
        guard !due.isEmpty || !boards.events.isEmpty else { return .nothing }
        var round = Round(self, state, at)
        for occurrence in due { round.take(occurrence) }
        round.close()
        return commit(state, at, .alarm, round.events + boards.events, round.out + boards.out)
    }

    /// What is due, what waited longest first, then receiver by receiver: all that somebody is told now is in
    /// one commit.
    private func due(_ state: State, _ at: Instant, _ owners: [String]) -> [Occurrence] {
        let reminding = Reminding(state, zones, at: at).through(at)
        var due = owners.flatMap { reminding.occurrences($0) }
        // What the bot looks at may call for more, at once: that is told together with the rest.
        let looks = due.filter { $0.receiver == Reminding.nobody }
        if !looks.isEmpty { return Array(looks.prefix(Self.ringsInCommit)) }
        func isOld(_ occurrence: Occurrence) -> Int {
            at.since(occurrence.rings) > Reminding.grace ? 0 : 1
        }
        due.sort {
            (isOld($0), $0.receiver, $0.rings, $0.key) < (isOld($1), $1.receiver, $1.rings, $1.key)
        }
        guard due.count > Self.ringsInCommit else { return due }
        var end = Self.ringsInCommit
        while end > 0, due[end - 1].receiver == due[end].receiver { end -= 1 }
        return Array(due.prefix(end == 0 ? Self.ringsInCommit : end))
    }
    private static var ringsInCommit: Int { 64 }

    /// When the next alarm is, after a full look; the Clerk keeps an ``Agenda`` for the common case.
    public func nextAlarm(_ state: State) -> Instant? {
        var agenda = Agenda()
        return agenda.next(state, zones)
    }

    static func zone(of occurrence: Occurrence, _ state: State) -> String {
        if let challenge = challenge(of: occurrence, state) { return state.zone(of: challenge) }
        let code = occurrence.subject.split(separator: " ").last.map(String.init) ?? ""
        if let cohort = state.cohorts[code] { return state.zone(of: cohort) }
        let programme = programme(of: occurrence, state) ?? state.programmes.values.first
        return programme.map { $0.zone.isEmpty ? "UTC" : $0.zone } ?? "UTC"
    }

    static func challenge(of occurrence: Occurrence, _ state: State) -> Challenge? {
        guard let code = occurrence.subject.split(separator: " ").last else { return nil }
        let parts = code.split(separator: "-")
        guard parts.count >= 2 else { return nil }
        return state.challenges[parts[0...1].joined(separator: "-")]
    }
}
