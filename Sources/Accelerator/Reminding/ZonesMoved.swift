import Language

/// What other rules of clocks do to reminders that are to come (reliability.md, C4): the wall shows the same
/// time as was planned, and that is another moment. Offices are told, zone by zone.
extension Decider {
    /// What each office is told of the reminders of its challenges and cohorts in the coming two months.
    func moved(by others: Zones, _ version: String, _ state: State, _ at: Instant) -> [Outgoing] {
        let end = at.advanced(by: 60 * Instant.day)
        let before = Reminding(state, zones).through(end),
            after = Reminding(state, others).through(end)
        // Office -> zone -> what moves there.
        var offices: [String: [String: [Occurrence]]] = [:]
        for owner in Reminding.owners(state) {
            let planned = before.occurrences(owner)
            guard !planned.isEmpty else { continue }
            let times = after.occurrences(owner).reduce(into: [:]) { $0[$1.key] = $1.rings }
            for one in planned {
                guard let time = times[one.key], time != one.rings else { continue }
                let challenge = Self.challenge(of: one, state)
                let cohort =
                    challenge?.head.cohort ?? one.subject.split(separator: " ").last.map(
                        String.init) ?? ""
                let zone = state.people[one.receiver]?.zone ?? Self.zone(of: one, state)
                for office in state.holders(of: .office, over: cohort) {
                    offices[office, default: [:]][zone, default: []].append(one)
                }
            }
        }
        return offices.keys.sorted().map { office in
            let zones = offices[office] ?? [:]
            let count = zones.values.reduce(0) { $0 + $1.count }
            var phrases = [
                Phrase("zones.moved", ["version": .text(version), "count": .count(count)])
            ]
            for zone in zones.keys.sorted().prefix(10) {
                let moved = zones[zone] ?? []
                let first = moved.map(\.rings).min().flatMap { others.local($0, in: zone) }
                phrases.append(
                    Phrase(
                        "zones.movedThere",
                        [
                            "zone": .text(zone), "count": .count(moved.count),
                            "date": .date(first?.date ?? at.local(offset: 0).date),
                        ]))
            }
            return Outgoing(to: .person(office), kind: .notice, phrases)
        }
    }
}
