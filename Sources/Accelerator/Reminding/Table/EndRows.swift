import Language

// Rows 23–31 of the reminder calendar: towards the last day, and after it; the rows that come each week or day.

extension Row {
    private static func day(_ n: Int, _ hearers: [Hearer], _ shift: Shift) -> Step {
        Step(.days(n - 1), hearers, shift)
    }

    /// 23: first ideas, the plan, its draft, the pledge's text.
    static let sustainPlan = Row(
        23, "sustain.plan", "sustain", from: .dayOne,
        [
            day(50, [.leader, .sponsor, .receivingUnit], .previous),
            day(75, [.leader, .sponsor, .receivingUnit], .previous),
            day(85, [.leader, .sponsor, .receivingUnit], .previous),
            day(92, [.leader, .sponsor, .receivingUnit], .previous),
        ])
    /// 24: days left.
    static let countdown = Row(
        24, "countdown.days", "countdown", from: .lastDay,
        [
            Step(.days(-30), [.team], .none), Step(.days(-14), [.team], .none),
            Step(.days(-7), [.team], .none), Step(.days(-3), [.team], .none),
            Step(.days(-1), [.team], .none),
        ])
    /// 25 ★: the last day, morning and evening.
    static let dayHundred = Row(
        25, "day.hundred", "final", from: .lastDay, isStar: true,
        [
            Step(.days(0), [.team, .sponsor], .previous),
            Step(.days(0), [.team, .sponsor], .none, at: LocalTime(17, 0)),
        ])
    /// 26: readings of the last days may still be entered for a week.
    static let lateWindow = Row(
        26, "late.window", "reading", from: .lastDay,
        [
            Step(.days(1), [.keeper], .next),
            Step(.days(3), [.keeper], .next),
            Step(.days(6), [.keeper], .next),
        ])
    /// The day after the last one: the result so far, and what is still open.
    static let resultsOpen = Row(
        26, "results.open", "results", from: .lastDay, [Step(.days(1), [.leader], .next)])
    /// 27 ★: the closing workshop; the result's draft the day before.
    static let closingWorkshop = Row(
        27, "closing.workshop", "closing", from: .closing, isStar: true,
        [
            Step(.days(-14), [.team, .coach, .sponsor, .receivingUnit], .none),
            Step(.days(-3), [.team, .coach, .sponsor, .receivingUnit], .none),
            Step(.days(-1), [.team, .coach, .sponsor, .receivingUnit], .none),
        ])
    static let ofEnd = [
        sustainPlan, countdown, dayHundred, lateWindow, resultsOpen, closingWorkshop,
    ]

    /// 28: the sponsor writes to all who helped.
    static let closingLoop = Row(
        28, "loop.note", "loop", from: .closed, [Step(.workingDays(3), [.sponsor], .next)])
    /// 29: is the result kept, 30, 90 and 180 days on?
    static let followUpCheck = Row(
        29, "followup.check", "check", from: .checkPoint,
        [
            Step(.days(-3), [.receivingUnit, .office], .previous),
            Step(.days(0), [.receivingUnit, .office], .previous),
            Step(.workingDays(5), [.receivingUnit, .office], .next),
        ])
    /// 31: what somebody promised about a blocker.
    static let promiseDue = Row(
        31, "promise.due", "promise", from: .promiseDue,
        [
            Step(.days(-7), [.owner], .previous),
            Step(.days(0), [.owner], .previous),
            Step(.workingDays(5), [.office], .next),
        ])
    static let ofAftermath = [closingLoop, followUpCheck, promiseDue]

    /// 30: a training session; what whoever was absent missed; hours at risk.
    static let trainingSession = Row(
        30, "training.session", "session", from: .session,
        [
            Step(.days(-3), [.participants, .trainer], .previous),
            Step(.days(-1), [.participants, .trainer], .previous),
            Step(.hours(-1), [.participants, .trainer], .none),
            Step(.workingDays(1), [.absent], .next),
        ])
    /// After the third session of a course, and each that follows: who may not reach the hours that complete it.
    static let trainingRisk = Row(
        30, "training.risk", "risk", from: .session,
        [Step(.workingDays(1), [.participants, .trainer], .next)])
    /// A session whose day is over, and nobody said that it was held: hours and people are counted by that word.
    static let trainingHeld = Row(
        30, "training.held", "session", from: .session,
        [
            Step(.workingDays(1), [.trainer], .next),
            Step(.workingDays(3), [.trainer], .next),
            Step(.workingDays(5), [.office], .next),
        ])
    static let ofTraining = [trainingSession, trainingHeld, trainingRisk]

    /// 32: digests.
    static let leaderDigest = Row(
        32, "digest.leader", "digest", from: .weekly(1), at: LocalTime(8, 45),
        [Step(.days(0), [.leader], .next)])
    static let sponsorDigest = Row(
        32, "digest.sponsor", "digest", from: .weekly(1), at: LocalTime(9, 15),
        [Step(.days(0), [.sponsor], .next)])
    static let officeDigest = Row(
        32, "digest.office", "cohort", from: .daily, at: LocalTime(9, 0),
        [Step(.days(0), [.office], .next)])
    static let ofDigests = [leaderDigest, sponsorDigest, officeDigest]
}
