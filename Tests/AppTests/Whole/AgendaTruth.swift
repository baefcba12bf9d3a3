import Accelerator
import Language

/// The agenda that is kept from commit to commit against a full look at the state.
enum AgendaTruth {
    /// What is wrong with an agenda that has noted every commit; nil where it tells the truth.
    ///
    /// 1. Looked at one owner at a time, it is never too early, and in the end it is exact.
    /// 2. Whoever is due by a time is found, the earliest first, and nobody else.
    static func fault(_ agenda: inout Agenda, _ state: State, _ zones: Zones) -> String? {
        let reminding = Reminding(state, zones)
        let owners = Reminding.owners(state)
        let times = owners.compactMap { owner in
            reminding.occurrences(owner).map(\.rings).min().map { (at: $0, owner: owner) }
        }
        let first = times.map(\.at).min()
        var slow = agenda
        var looks = 0
        repeat {
            let early = slow.next(state, zones, most: 1)
            if let early, early < first ?? early.advanced(by: 1) {
                return "too early: \(early), not \(first.map(\.description) ?? "never")"
            }
            looks += 1
        } while !slow.isWhole && looks < 10_000
        let next = agenda.next(state, zones)
        for (name, found) in [("at once", next), ("one by one", slow.next(state, zones))]
        where found != first {
            let missed = owners.flatMap { reminding.occurrences($0) }
                .filter { $0.rings == first }.map(\.key)
            return
                "\(name): \(found.map(\.description) ?? "never"), not \(first.map(\.description) ?? "never") \(missed)"
        }
        guard let first else { return nil }
        let soon = first.advanced(by: 2 * Instant.day)
        let wanted = times.filter { $0.at <= soon }.sorted { ($0.at, $0.owner) < ($1.at, $1.owner) }
            .map(\.owner)
        let due = agenda.due(by: soon, state, zones, most: .max)
        if due != wanted { return "due by \(soon): \(due), not \(wanted)" }
        let three = agenda.due(by: soon, state, zones, most: 3)
        return three == Array(wanted.prefix(3))
            ? nil : "the first three: \(three), not \(wanted.prefix(3))"
    }
}
