import Language

// What an invitation invites to, and what a countdown counts down to, may be over by the time that it can be told:
// the bot was away, the receiver on leave, the day full. Then there is nothing to say of it any more.

extension Telling {
    /// Whether the day, or the hour, that it is about has passed.
    var isOver: Bool {
        switch occurrence.row {
        case "launch.invitation":
            let cohort = challenge.flatMap { state.cohorts[$0.head.cohort] }
            return hasBegun(
                challenge?.head.launchOn ?? cohort?.launchOn, challenge?.head.launchTime)
        case "meeting.weekly":
            let held = challenge.flatMap {
                $0.meeting(inWeekOf: occurrence.nominal, state.days(of: $0))
            }
            return hasBegun(held, challenge?.head.meetingTime)
        case "training.session":
            // What whoever was absent missed is told afterwards.
            return occurrence.step < 3 && hasBegun(session?.on, session?.time)
        case "midpoint.review", "closing.workshop", "day.hundred", "calendar.confirm",
            "call.draft", "call.ending":
            return today > occurrence.nominal
        case "win.fifteen": return today > occurrence.nominal + 14
        case "review.week4": return hasPassedWeekFour
        default: return false
        }
    }

    /// Without an hour it has the whole day.
    private func hasBegun(_ date: LocalDate?, _ time: LocalTime?) -> Bool {
        guard let date else { return false }
        let now =
            zones.local(at, in: Decider.zone(of: occurrence, state)) ?? at.local(offset: 0)
        return time.map { now >= LocalMoment(date, $0) } ?? (now.date > date)
    }

    /// It is invited to until its day; after that it is asked for while it is not missed.
    private var hasPassedWeekFour: Bool {
        guard let challenge,
            let planned = challenge.plannedReview(
                .weekFour, state.cohorts[challenge.head.cohort], state.days(of: challenge))
        else { return false }
        return today > (occurrence.step == 0 ? planned : Challenge.lastDay(of: .weekFour, planned))
    }
}
