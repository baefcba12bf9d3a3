import Language

// What is entered at three for a day that nine o'clock would have reminded of was not forgotten at nine. The trail
// of what it is about tells: the day that the occurrence goes by came into it later than it was to ring.

extension State {
    /// Whether the day of an occurrence was given to its thing only after it was to ring.
    func wasEnteredSince(_ occurrence: Occurrence) -> Bool {
        let day = occurrence.nominal.description
        return objects(of: occurrence.subject).contains { object in
            (trail[object] ?? []).contains { change in
                change.at > occurrence.rings
                    && change.fields.contains { $0.after == day && $0.before != day }
            }
        }
    }

    /// What a subject names that has a day of its own: `milestone CH-03-M3`, `session KZ TR1`. Meetings, launches
    /// and reviews are not: who is invited has no other word of them, however late it was set.
    private func objects(of subject: String) -> [String] {
        let words = subject.split(separator: " ").map(String.init)
        guard words.count >= 2, let code = words.last else { return [] }
        if words.count > 2 { return ["training \(words[1]) \(code)"] }
        let parts = code.split(separator: "-").map(String.init)
        guard parts.count > 2 else { return [] }
        let challenge = parts.prefix(2).joined(separator: "-")
        return ["milestone", "blocker", "decision"].map { "\($0) \(challenge) \(parts[2])" }
    }
}
