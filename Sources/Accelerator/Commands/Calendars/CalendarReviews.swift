import Language

extension CalendarEffects {
    /// The reviews of a cohort, or of a challenge in it, that a change puts on a day off.
    struct Review {
        private(set) var found: [(kind: ReviewKind, from: LocalDate, to: LocalDate)] = []
        private(set) var cohort: Cohort
        private(set) var head: ChallengeHead?
        /// Of reviews whose day stands in no head.
        private(set) var plans: [ReviewPlan] = []

        init(
            _ cohort: Cohort, _ challenge: Challenge?, _ before: WorkingCalendar,
            _ after: WorkingCalendar,
            _ today: LocalDate
        ) {
            self.cohort = cohort
            head = challenge?.head
            let duration = challenge?.head.duration ?? cohort.duration
            let first = challenge?.dayOne ?? cohort.dayOne
            func isHeld(_ kind: ReviewKind) -> Bool {
                challenge?.reviews.contains { $0.kind == kind } ?? false
            }
            func isHit(_ date: LocalDate) -> Bool {
                date >= today && before.isWorking(date) && !after.isWorking(date)
            }
            let isBeforeLaunch = [.framing, .staffing, .ready].contains(
                challenge?.state ?? .framing)
            if let date = challenge?.head.launchOn ?? cohort.launchOn, isHit(date), isBeforeLaunch,
                let to = Self.dayZero(date, first, after.days, today)
            {
                found.append((.launch, date, to))
                if head?.launchOn != nil { head?.launchOn = to }
                if challenge == nil { self.cohort.launchOn = to }
            }
            if let challenge, !isHeld(.weekFour) { moveWeekFour(challenge, before, after, today) }
            if let date = challenge?.head.midpointOn ?? cohort.midpointOn, isHit(date),
                !isHeld(.midpoint), let first,
                let to = Self.middle(date, first, duration, after.days, today)
            {
                found.append((.midpoint, date, to))
                if head?.midpointOn != nil { head?.midpointOn = to }
                if challenge == nil { self.cohort.midpointOn = to }
            }
            if let date = challenge?.head.closingOn ?? cohort.closingOn, isHit(date),
                !isHeld(.closing),
                let to = after.days.onOrAfter(date)
            {
                found.append((.closing, date, to))
                if head?.closingOn != nil { head?.closingOn = to }
                if challenge == nil { self.cohort.closingOn = to }
            }
        }

        /// To the next working day, where it was given a day of its own; else it follows the days off by itself.
        private mutating func moveWeekFour(
            _ challenge: Challenge, _ before: WorkingCalendar, _ after: WorkingCalendar,
            _ today: LocalDate
        ) {
            guard challenge.awaitsReview(.weekFour), challenge.dayOne != nil,
                let from = challenge.plannedReview(.weekFour, cohort, before.days), from >= today
            else { return }
            if let own = challenge.ownWeekFour {
                let days = today...max(today, challenge.lastDay ?? today)
                guard before.isWorking(own), !after.isWorking(own),
                    let to = [after.days.onOrAfter(own), after.days.onOrBefore(own)].compactMap({
                        $0
                    })
                    .first(where: days.contains),
                    var plan = challenge.reviewPlans.first(where: { $0.kind == .weekFour })
                else { return }
                plan.movedFrom = own
                plan.date = to
                plan.on = today
                plans.append(plan)
                found.append((.weekFour, own, to))
            } else if let to = challenge.plannedReview(.weekFour, cohort, after.days), to != from {
                found.append((.weekFour, from, to))
            }
        }

        /// The nearest working day before it, else after it, one to seven days before Day 1 (method.md 2.2.2).
        private static func dayZero(
            _ date: LocalDate, _ first: LocalDate?, _ days: WorkingDays, _ today: LocalDate
        ) -> LocalDate? {
            func isGood(_ day: LocalDate) -> Bool {
                day >= today && first.map { (1...7).contains($0 - day) } ?? true
            }
            return [days.onOrBefore(date), days.next(after: date)].compactMap { $0 }.first(
                where: isGood)
        }

        /// The nearest working day before it, else after it, between 0.40 and 0.60 of the days (method.md 2.2.4).
        private static func middle(
            _ date: LocalDate, _ first: LocalDate, _ duration: Int, _ days: WorkingDays,
            _ today: LocalDate
        ) -> LocalDate? {
            let earliest = max(today, first + ((duration * 2 + 4) / 5 - 1))
            let latest = first + (duration * 3 / 5 - 1)
            if let held = days.onOrBefore(date), held >= earliest { return held }
            if let held = days.next(after: date), held <= latest { return held }
            return nil
        }
    }
}
