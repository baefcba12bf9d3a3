import Language

// Rows 1–7 and 33 of the reminder calendar: before Day 1.

extension Row {
    /// 1: the call opens, and closes: for the office, for whoever has a draft, for whoever was put off. It is
    /// opened in the middle of a day: the next morning is the first decent moment.
    static let callOpens = Row(
        1, "call.opens", "call", from: .callOpens, [Step(.workingDays(1), [.office], .next)])
    static let callCloses = Row(
        1, "call.closes", "call", from: .callCloses, [Step(.days(-1), [.office], .previous)])
    static let callDraft = Row(
        1, "call.draft", "proposal", from: .callCloses,
        [Step(.days(-7), [.author], .previous), Step(.days(-1), [.author], .previous)])
    static let callAgain = Row(
        1, "call.again", "proposal", from: .callOpens, [Step(.workingDays(1), [.author], .next)])
    /// For whom the bodies named: when it opens, and while there is time to propose.
    static let callInvited = Row(
        1, "call.invited", "call", from: .callOpens,
        [Step(.workingDays(1), [.contacts], .next)])
    static let callEnding = Row(
        1, "call.ending", "call", from: .callCloses,
        [Step(.days(-7), [.contacts], .previous), Step(.days(-1), [.contacts], .previous)])
    /// 2: a proposal that nobody has looked at.
    static let proposalWaiting = Row(
        2, "proposal.waiting", "proposal", from: .submitted,
        [
            Step(.workingDays(3), [.reviewers], .next),
            Step(.workingDays(5), [.office], .next),
        ])
    /// 3: daily from three weeks before the launch, climbing after the third time.
    static let leadershipMissing = Row(
        3, "leadership.missing", "leadership", from: .threeWeeksBefore,
        [
            Step(.workingDays(0), [.office], .next),
            Step(.workingDays(1), [.office], .next),
            Step(.workingDays(2), [.office], .next),
            Step(.workingDays(3), [.systemLeaders], .next),
            Step(.workingDays(4), [.systemLeaders], .next),
            Step(.workingDays(5), [.systemLeaders], .next),
        ])
    /// 4: the Challenge Note.
    static let noteDue = Row(
        4, "note.due", "note", from: .launchDay,
        [Step(.days(-14), [.coach, .sponsor], .previous)])
    /// 5: nobody works in a team behind a manager's back.
    static let managerUninformed = Row(
        5, "manager.uninformed", "team", from: .launchDay,
        [
            Step(.days(-10), [.sponsor, .coach], .previous),
            Step(.days(-5), [.sponsor, .coach], .previous),
        ])
    /// 6 ★: the launch workshop; the sponsor comes first and for the last hour.
    static let launchInvitation = Row(
        6, "launch.invitation", "launch", from: .launchDay, isStar: true,
        [
            Step(.days(-14), [.team, .coach, .sponsor], .none),
            Step(.days(-3), [.team, .coach, .sponsor], .none),
            Step(.days(-1), [.team, .coach, .sponsor], .none),
            Step(.hours(-1), [.team, .coach, .sponsor], .none),
        ])
    /// 7: what the launch gate still lacks.
    static let launchGate = Row(
        7, "launch.gate", "gate", from: .launchDay,
        [
            Step(.days(-5), [.coach, .office], .previous),
            Step(.days(-2), [.coach, .office], .previous),
        ])

    static let ofDesign = [
        callOpens, callCloses, callDraft, callAgain, callInvited, callEnding, proposalWaiting,
        leadershipMissing, noteDue,
        managerUninformed,
    ]
    static let ofLaunch = [launchInvitation, launchGate, dayOne]

    /// 33: days that the moon decides are confirmed, or moved, ten days before.
    static let calendarConfirm = Row(
        33, "calendar.confirm", "estimate", from: .estimate,
        [Step(.days(-10), [.office], .previous)])
    /// The days off of the next year are nowhere yet: sixty days before the end of those that are known.
    static let calendarEnds = Row(
        33, "calendar.ends", "year", from: .calendarEnd, [Step(.days(-60), [.office], .previous)])
    static let ofCalendar = [calendarConfirm, calendarEnds]
}
