public import Language

/// The digests as reminders and commands send them.
public enum Digests {
    /// A challenge for one reader: the asks at its end are the reader's.
    public static func challenge(
        _ challenge: Challenge, for reader: String?, _ state: State, _ zones: Zones, at: Instant
    ) -> [Phrase] {
        ChallengeView(challenge, state, at: at, zones: zones).digest(for: reader)
    }
    /// Buttons for what is asked of the reader.
    public static func offers(
        _ challenge: Challenge, for reader: String, _ state: State, _ zones: Zones, at: Instant
    ) -> [Offer] {
        ChallengeView(challenge, state, at: at, zones: zones).askOffers(for: reader)
    }
    /// The page for the team's chat before its weekly meeting.
    public static func team(
        _ challenge: Challenge, _ state: State, _ zones: Zones, at: Instant
    ) -> [Phrase] {
        ChallengeView(challenge, state, at: at, zones: zones).teamDigest
    }
    /// The office's daily page of a cohort.
    public static func cohort(_ cohort: Cohort, _ state: State, _ zones: Zones, at: Instant)
        -> [Phrase]
    {
        CohortView(cohort, state, at: at, zones: zones).digest
    }
}
