import Language

// Reviews, on the day that they are planned for (rows 18–20 and 27). One that was held or called off calls for
// nothing any more; one that was moved is reminded of by its new day, from the day after the move on: what was
// to be prepared before that is not asked for late.

extension Reminding {
    /// Rows 18–20.
    func reviews(_ challenge: Challenge, _ finder: inout Finder) {
        guard let dayOne = challenge.dayOne, let lastDay = challenge.lastDay else { return }
        let code = challenge.code
        if challenge.awaitsReview(.weekFour),
            let planned = challenge.ownWeekFour ?? challenge.dayTwentyEight
        {
            // Its row is counted from Day 1, of which its own day is the twenty-eighth.
            finder.add(.reviewWeekFour, code, planned - 27) {
                $0.last = lastDay
                $0.since = challenge.movedReview(.weekFour, $0.since)
            }
        }
        if !challenge.hasTicked(.calls) {
            finder.add(.pulseCalls, code, dayOne + 30) { $0.last = lastDay }
        }
        guard challenge.awaitsReview(.midpoint) else { return }
        let duration = challenge.head.duration
        let middle = challenge.plannedReview(.midpoint, finder.cohort, finder.days)
        for row in [Row.midpointReview, .midpointOutputs] {
            finder.add(row, code, middle) {
                $0.last = lastDay
                $0.since = challenge.movedReview(.midpoint, $0.since)
            }
        }
        finder.add(.midpointOverdue, code, dayOne + (duration * 3 / 5 - 1)) { $0.last = lastDay }
    }

    /// Row 27.
    func closing(_ challenge: Challenge, _ finder: inout Finder) {
        guard challenge.awaitsReview(.closing) else { return }
        finder.add(
            .closingWorkshop, challenge.code,
            challenge.plannedReview(.closing, finder.cohort, finder.days)
        ) { $0.since = challenge.movedReview(.closing, $0.since) }
    }
}

extension Challenge {
    /// Whether a review is still to come: neither held nor called off.
    func awaitsReview(_ kind: ReviewKind) -> Bool {
        !reviews.contains { $0.kind == kind } && !isReviewCancelled(kind)
    }

    /// The day a review was moved on, or a later one of which nothing is reminded.
    fileprivate func movedReview(_ kind: ReviewKind, _ since: LocalDate?) -> LocalDate? {
        let moved = reviewPlans.first { $0.kind == kind && $0.movedFrom != nil }?.on
        return [moved, since].compactMap { $0 }.max()
    }
}
