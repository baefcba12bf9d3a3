import Language

// Training, around the day of a session (row 30).

extension Reminding {
    /// Sessions to come, those that nobody said a word of since, and those that were held so short ago that
    /// something may still be told of them.
    func sessions(_ programme: Programme, _ finder: inout Finder) {
        for session in programme.trainings where session.on >= lookedAt.date - 30 {
            let code = "\(programme.code) \(session.code)"
            let trainer = session.trainer.map { [$0] } ?? []
            if session.isPlanned {
                finder.add(.trainingHeld, code, session.on) {
                    if !trainer.isEmpty { $0.named[.trainer] = trainer }
                }
            }
            guard !session.enrolled.isEmpty else { continue }
            finder.add(.trainingSession, code, session.on) {
                $0.time = session.time
                $0.named = [
                    .participants: session.present, .trainer: trainer, .absent: session.absent,
                ]
                $0.without = session.isPlanned ? [3] : [0, 1, 2]
            }
            guard !session.isPlanned else { continue }
            let risk = TrainingHours(programme, after: session).atRisk.map(\.person)
            guard !risk.isEmpty else { continue }
            finder.add(.trainingRisk, code, session.on) {
                $0.named = [.participants: risk, .trainer: trainer]
            }
        }
    }
}
