import Language

/// A time that people of several zones share, on each of their clocks: 14:00 Astana · 13:00 Dubai · 15:00 Bishkek.
enum SharedTime {
    /// Zones that are shown at most.
    static let most = 5

    /// Nil where all clocks of the team show the same.
    static func phrase(
        _ moment: LocalMoment, of challenge: Challenge, _ state: State, _ zones: Zones
    ) -> Phrase? {
        let own = state.zone(of: challenge)
        guard let at = zones.instant(moment, in: own) else { return nil }
        var others: Set<String> = []
        for person in challenge.team + challenge.holders(of: .coach)
            + challenge.holders(of: .sponsor)
        {
            if let zone = state.people[person]?.zone, zones.local(at, in: zone) != moment {
                others.insert(zone)
            }
        }
        guard !others.isEmpty else { return nil }
        var phrase = one(moment.time, own)
        for zone in others.sorted().prefix(most - 1) {
            guard let local = zones.local(at, in: zone) else { continue }
            phrase = Phrase(
                "meeting.zones", ["first": .phrase(phrase), "next": .phrase(one(local.time, zone))])
        }
        return phrase
    }

    private static func one(_ time: LocalTime, _ zone: String) -> Phrase {
        Phrase("meeting.zone", ["time": .time(time), "city": .term("city.\(zone)")])
    }
}
