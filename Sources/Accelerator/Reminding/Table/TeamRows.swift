import Language

// Rows 8–22 of the reminder calendar: from Day 1 to the last day. “d7” of the calendar is six days after Day 1.

extension Row {
    private static func day(
        _ n: Int, _ hearers: [Hearer], _ shift: Shift, at time: LocalTime? = nil
    ) -> Step { Step(.days(n - 1), hearers, shift, at: time) }

    /// 8 ★: the goal, the chart at nought, the first 48 hours.
    static let dayOne = Row(
        8, "day.one", "start", from: .dayOne, isStar: true,
        [day(1, [.team, .coach, .sponsor], .next)])
    /// 9: the sponsor thanks the managers and announces it.
    static let thanksManagers = Row(
        9, "thanks.managers", "thanks", from: .dayOne, [day(3, [.sponsor], .next)])
    /// 10: no figure yet; the tenth day turns it 🟡.
    static let readingFirst = Row(
        10, "reading.first", "reading", from: .dayOne,
        [day(7, [.keeper], .next), day(10, [.leader], .next)])
    /// 11: what is there to celebrate after fifteen days?
    static let winFifteen = Row(
        11, "win.fifteen", "win", from: .dayOne,
        [day(12, [.team], .previous), day(15, [.team], .previous)])
    /// 12: the weekly meeting, moved off holidays.
    static let meetingWeekly = Row(
        12, "meeting.weekly", "meeting", from: .meeting,
        [Step(.hours(-24), [.team], .previous), Step(.hours(-1), [.team], .none)])
    /// 13: the weekly word.
    static let checkInMissing = Row(
        13, "checkin.missing", "checkin", from: .meeting,
        [Step(.workingDays(1), [.leader], .next), Step(.workingDays(2), [.coach], .next)])
    static let ofFirstWeeks = [
        thanksManagers, readingFirst, winFifteen, meetingWeekly, checkInMissing,
    ]

    /// 14: reading due, then the ladder to those who can help.
    static let readingDue = Row(
        14, "reading.due", "reading", from: .readingDue,
        [
            Step(.days(0), [.owner], .next),
            Step(.workingDays(2), [.owner], .next),
            Step(.workingDays(5), [.leader], .next),
            Step(.workingDays(10), [.sponsor, .coach], .next),
        ])
    /// 15: a milestone, before and after its day.
    static let milestoneDue = Row(
        15, "milestone.due", "milestone", from: .milestoneDue,
        [
            Step(.days(-7), [.owner], .previous),
            Step(.days(-2), [.owner], .previous),
            Step(.days(0), [.owner], .previous),
            Step(.workingDays(1), [.owner], .next),
            Step(.workingDays(3), [.owner], .next),
            Step(.workingDays(5), [.leader], .next),
            Step(.workingDays(10), [.sponsor], .next, criticalOnly: true),
        ])
    /// 16: blockers. The sponsor hears of a critical one at once, from whoever raised it; what stands here
    /// is what follows while it is open.
    static let blockerCritical = Row(
        16, "blocker.critical", "blocker", from: .raised,
        [
            Step(.workingDays(3), [.systemLeaders], .next),
            Step(.workingDays(7), [.office], .next),
        ])
    static let blockerHigh = Row(
        16, "blocker.high", "blocker", from: .raised,
        [
            Step(.workingDays(3), [.leader], .next),
            Step(.workingDays(5), [.sponsor], .next),
        ])
    static let blockerMedium = Row(
        16, "blocker.medium", "blockers", from: .weekly(1),
        [Step(.days(0), [.leader], .next)])
    /// 17: a decision asked.
    static let decisionAsked = Row(
        17, "decision.asked", "decision", from: .decisionDue,
        [
            Step(.workingDays(-1), [.owner], .next),
            Step(.days(0), [.owner], .next),
            Step(.workingDays(2), [.owner], .next),
            Step(.workingDays(4), [.office], .next),
        ])
    static let ofWork = [
        readingDue, milestoneDue, blockerCritical, blockerHigh, blockerMedium, decisionAsked,
    ]

    /// 18: the review with the sponsor in week four.
    static let reviewWeekFour = Row(
        18, "review.week4", "review", from: .dayOne,
        [
            day(24, [.leader, .coach, .sponsor], .previous),
            day(28, [.leader, .coach, .sponsor], .previous),
        ])
    /// 19: the coach calls everybody once in days 31–35; a nudge a day until ticked off, the last two to the
    /// office.
    static let pulseCalls = Row(
        19, "pulse.calls", "pulse", from: .dayThirtyOne,
        [
            Step(.workingDays(0), [.coach], .next),
            Step(.workingDays(1), [.coach], .next),
            Step(.workingDays(2), [.coach], .next),
            Step(.workingDays(3), [.office], .next),
            Step(.workingDays(4), [.office], .next),
        ])
    /// 20 ★: the midpoint review: booked, its pack, the day itself, its outputs.
    static let midpointReview = Row(
        20, "midpoint.review", "midpoint", from: .midpoint, isStar: true,
        [
            Step(.days(-14), [.coach, .leader, .sponsor], .previous),
            Step(.days(-7), [.coach, .leader, .sponsor], .previous),
            Step(.days(-2), [.coach, .leader, .sponsor, .team], .previous),
            Step(.days(0), [.coach, .leader, .sponsor, .team], .previous, at: LocalTime(8, 30)),
        ])
    static let midpointOutputs = Row(
        20, "midpoint.outputs", "midpoint", from: .midpoint, isStar: true,
        [Step(.workingDays(2), [.leader, .coach], .next)])
    /// Daily once its window is over, climbing after the third time.
    static let midpointOverdue = Row(
        20, "midpoint.overdue", "midpoint", from: .midpointEnd, isStar: true,
        [
            Step(.workingDays(1), [.coach, .office], .next),
            Step(.workingDays(2), [.coach, .office], .next),
            Step(.workingDays(3), [.coach, .office], .next),
            Step(.workingDays(4), [.sponsor], .next),
            Step(.workingDays(5), [.sponsor], .next),
            Step(.workingDays(6), [.sponsor], .next),
        ])
    static let ofReviews = [
        reviewWeekFour, pulseCalls, midpointReview, midpointOutputs, midpointOverdue,
    ]

    /// 21: the colour is worse than it was. The bot looks each working morning and notes what it saw; who
    /// should know is told five minutes later.
    static let colourLook = Row(
        21, "colour.look", "cohort", from: .daily, at: LocalTime(8, 55),
        [Step(.days(0), [.nobody], .next)])
    static let colourWorse = Row(
        21, "colour.worse", "colour", from: .colourSeen,
        [Step(.days(0), [.leader, .coach], .next), Step(.days(0), [.sponsor], .next)])
    /// 22: a milestone reached, another quarter of the way, the best week so far: the next working morning,
    /// once a day at most.
    static let recognition = Row(
        22, "recognition.day", "recognition", from: .recognised,
        [Step(.workingDays(1), [.team], .next)])
    static let ofNews = [colourLook, colourWorse, recognition]
}
