public import Language

/// Zones that programmes, cohorts, challenges and people go by and the machine's database does not have. What
/// is planned there goes by UTC until it has them; nobody may have to find that out from a reminder at night.
public struct MissingZones: Sendable {
    /// Sorted.
    public let names: [String]
    /// Zone -> the offices and administrators of what goes by it.
    private let offices: [String: Set<String>]

    public init(_ zones: Zones, _ state: State) {
        var names: Set<String> = []
        var offices: [String: Set<String>] = [:]
        func isMissing(_ zone: String?) -> String? {
            guard let zone, !zone.isEmpty, !zones.knows(zone) else { return nil }
            names.insert(zone)
            return zone
        }
        for programme in state.programmes.values {
            guard let zone = isMissing(programme.zone) else { continue }
            offices[zone, default: []].formUnion(
                state.holders(of: .office, overProgramme: programme.code))
        }
        for cohort in state.cohorts.values {
            guard let zone = isMissing(cohort.zone) else { continue }
            offices[zone, default: []].formUnion(state.holders(of: .office, over: cohort.code))
        }
        for challenge in state.challenges.values where !challenge.isOver {
            guard let zone = isMissing(challenge.head.zone) else { continue }
            offices[zone, default: []].formUnion(
                state.holders(of: .office, over: challenge.head.cohort))
        }
        for person in state.people.values { _ = isMissing(person.zone) }
        let admins =
            names.isEmpty
            ? []
            : state.people.filter { person in
                person.grants.contains { $0.role == .admin }
            }.map(\.code)
        for name in names { offices[name, default: []].formUnion(admins) }
        self.names = names.sorted()
        self.offices = offices
    }

    /// Whoever is concerned is told once of each zone, until it is known again.
    func notices(_ state: State) -> [Outgoing] {
        var told: [String: [String]] = [:]
        for zone in names where !state.zonesMissing.contains(zone) {
            for person in offices[zone] ?? [] { told[person, default: []].append(zone) }
        }
        return told.keys.sorted().map { person in
            Outgoing(to: .person(person), kind: .notice, [Self.phrase(told[person] ?? [])])
        }
    }

    /// What is said of zones that are not known.
    static func phrase(_ zones: [String]) -> Phrase {
        Phrase(
            "zones.missing",
            [
                "zones": .list(zones.prefix(10).map { .code($0) }), "count": .count(zones.count),
            ])
    }
}
