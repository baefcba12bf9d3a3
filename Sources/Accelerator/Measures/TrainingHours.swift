import Language

/// The hours of a course so far: sessions of one title in a programme are one course.
///
/// Whoever takes part in one of them takes part in the course; it is complete with eighty per cent of the hours
/// (method.md 2.6). From the third session on it can be said who may not reach them.
package struct TrainingHours {
    package static let needed = 0.8
    package static let sessions = 3

    /// Hours of all sessions held.
    package private(set) var all = 0.0
    /// Who was there for less than what is needed, by code; none before the third session.
    package private(set) var atRisk: [(person: String, hours: Double)] = []

    /// As it stood after a session that was held.
    package init(_ programme: Programme, after session: Training) {
        let title = Folding.fold(session.title)
        let held = programme.trainings.filter {
            !$0.isPlanned && !$0.enrolled.isEmpty && Folding.fold($0.title) == title
                && ($0.on, $0.code) <= (session.on, session.code)
        }
        var hours: [String: Double] = [:]
        for one in held {
            all += one.hours
            for person in one.enrolled { hours[person, default: 0] += 0 }
            for person in one.present { hours[person, default: 0] += one.hours }
        }
        guard held.count >= Self.sessions else { return }
        // What is short by the last bit alone is not short.
        atRisk = hours.filter { $0.value < all * Self.needed - 1e-9 }.sorted { $0.key < $1.key }
            .map { (person: $0.key, hours: $0.value) }
    }
}

extension Training {
    /// Who takes part and did not say, nor was said, to be absent.
    package var present: [String] { enrolled.filter { !absent.contains($0) } }
}
