import Language

extension Decider {
    /// The morning look at a cohort's colours (row 21): what is not as it was seen last is noted, with what it
    /// was before. Who should know is told of it by the row that goes by that note.
    func look(_ occurrence: Occurrence, _ state: State, _ at: Instant) -> [Event] {
        guard occurrence.row == Row.colourLook.name,
            let code = occurrence.subject.split(separator: " ").last.map(String.init)
        else { return [] }
        return state.challenges(of: code).compactMap { challenge in
            guard challenge.state == .launched || challenge.state == .accelerating else {
                return nil
            }
            let known = state.known(of: challenge, at: at, zones: zones)
            let colour = ChallengeAssessment.of(challenge, known: known).colour
            guard challenge.seen?.colour != colour else { return nil }
            return .colourSeen(
                OfChallenge(
                    challenge.code,
                    ColourSeen(colour, before: challenge.seen?.colour, on: known.date)))
        }
    }
}
