import Language

// Rows 8–13 and 16–17: what is said in a team's weeks.

extension Telling {
    // MARK: The first weeks

    func firstWeekWords(_ challenge: Challenge) -> Words? {
        guard let dayOne = challenge.dayOne else { return nil }
        let day = today - dayOne + 1
        let values: [Phrase.Field] = [
            .init("challenge", .code(challenge.code)), .init("title", .text(challenge.head.title)),
            .init("date", .date(dayOne)), .init("day", .count(day)), .init("name", name),
            .init("days", .count(max(0, 15 - day))),
        ]
        let next = offer("remind.do.next", "/next \(challenge.code)")
        switch occurrence.row {
        case "day.one": return (dayOneLines(challenge, values), [next])
        case "thanks.managers":
            return (
                [Phrase("remind.thanks", values + [.init("count", .count(challenge.team.count))])],
                [offer("done.label", "/tick thanks \(challenge.code)"), snooze]
            )
        case "reading.first":
            if occurrence.step == 0 {
                return (
                    [Phrase("remind.reading.firstMissing", values)],
                    [
                        snooze, Offer(Phrase("notme.label"), "/notme"),
                        Offer(Phrase("whyme.label"), "/whyme"),
                    ]
                )
            }
            return (
                [Phrase("remind.reading.firstLate", values)],
                [offer("remind.do.why", "/why \(challenge.code)"), snooze]
            )
        default:
            let soon = challenge.milestones.filter { $0.state == .open && $0.dueDay <= 15 }.prefix(
                3)
            return (
                [Phrase(day < 15 ? "remind.win.soon" : "remind.win.today", values)]
                    + soon.map {
                        Phrase(
                            "remind.win.milestone",
                            [
                                "milestone": .code($0.code), "title": Title.short($0.title, 60),
                                "due": .date($0.due),
                            ])
                    }, [next]
            )
        }
    }

    /// The goal, the way at nought, the first 48 hours.
    private func dayOneLines(_ challenge: Challenge, _ values: [Phrase.Field]) -> [Phrase] {
        let view = view(challenge)
        var lines = [
            Phrase("remind.day.one", values + [.init("duration", .count(challenge.head.duration))])
        ]
        if let goal = challenge.primaryGoal {
            lines.append(view.aim(goal))
            lines.append(Phrase("remind.day.bar", ["bar": .bar(0, expected: 0), "way": .share(0)]))
        }
        lines.append(Phrase("remind.day.hours"))
        lines.append(Phrase("remind.day.reading"))
        if let first = view.openMilestones.first {
            lines.append(
                Phrase(
                    "remind.day.milestone",
                    [
                        "milestone": .code(first.code), "title": Title.short(first.title, 60),
                        "due": .date(first.due),
                    ]))
        }
        if let time = challenge.head.meetingTime,
            let date = challenge.nextMeeting(from: today, view.known.days)
        {
            lines.append(Phrase("remind.day.meeting", ["date": .date(date), "time": .time(time)]))
        }
        return lines
    }

    // MARK: The meeting

    func meetingWords(_ challenge: Challenge) -> Words? {
        guard let week = challenge.week(on: occurrence.nominal) else { return nil }
        let days = state.days(of: challenge)
        let held = challenge.meeting(inWeekOf: occurrence.nominal, days) ?? occurrence.nominal
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "week": .count(week), "date": .date(held),
            "time": .time(challenge.head.meetingTime ?? LocalTime(9, 0)),
        ]
        let word = offer("week.label", "/week challenge=\(challenge.code)")
        if occurrence.row == "checkin.missing" {
            if occurrence.step > 0 {
                return (
                    [Phrase("remind.checkin.coach", values)],
                    [offer("remind.do.nudge", "/nudge \(challenge.code) team-leader"), snooze]
                )
            }
            // Once in a row only, and only where there is a word to repeat.
            let last = challenge.lastWord(of: receiver, before: week)
            let same = offer("remind.do.same", "/week same challenge=\(challenge.code)")
            return (
                [Phrase("remind.checkin.leader", values)],
                [word] + (last?.isUnchanged == false ? [same] : []) + [snooze]
            )
        }
        if occurrence.step > 0 {
            return (
                [Phrase("remind.meeting.hour", values)],
                [offer("remind.do.agenda", "/agenda \(challenge.code)")]
            )
        }
        var lines = [
            Phrase(
                held == occurrence.nominal ? "remind.meeting.day" : "remind.meeting.moved", values)
        ]
        lines += view(challenge).agenda(week: week).dropFirst().prefix(19)
        lines.insert(
            Chart.place, at: lines.firstIndex { $0.key == "agenda.plan" } ?? lines.endIndex)
        return (
            lines,
            isGroup ? [] : [word, offer("action.label", "/action challenge=\(challenge.code)")]
        )
    }

    // MARK: What is stuck

    func blockerWords(_ challenge: Challenge) -> Words? {
        let view = view(challenge)
        if occurrence.row == "blocker.medium" {
            let medium = view.openBlockers.filter { $0.severity == .medium }
            guard !medium.isEmpty else { return nil }
            let head = Phrase(
                "remind.blocker.medium",
                ["challenge": .code(challenge.code), "count": .count(medium.count)])
            return (
                [head] + medium.prefix(6).map { line($0, view) },
                [offer("remind.do.blockers", "/blockers \(challenge.code)"), snooze]
            )
        }
        guard let blocker = challenge.blockers.first(where: { $0.code == part && $0.isOpen }) else {
            return nil
        }
        let whole = "\(challenge.code)-\(blocker.code)"
        let owner = blocker.owner ?? challenge.holders(of: .teamLeader).first
        let values: KeyValuePairs<String, Say> = [
            "blocker": .code(blocker.code), "title": .text(blocker.title),
            "challenge": .code(challenge.code),
            "days": .count(view.workingDays(since: blocker.raisedOn)),
            "severity": .term("severity.\(blocker.severity.rawValue)"),
            "owner": owner.map { state.name(of: $0) } ?? .term("role.team-leader"),
        ]
        let isTeam =
            !roles(in: challenge).isDisjoint(with: [.teamLeader, .office])
            || blocker.owner == receiver
        var offers = isTeam ? [offer("solved.label", "/solved \(whole)")] : []
        if !roles(in: challenge).isDisjoint(with: [.sponsor, .systemLeader, .office]) {
            offers.append(offer("promise.label", "/promise \(whole)"))
        }
        if has(.teamLeader, in: challenge) {
            offers.append(offer("escalate.label", "/escalate \(whole)"))
        }
        let lines =
            [Phrase("remind.blocker.open", values)] + [view.promiseLine(blocker)].compactMap { $0 }
        return (lines, offers + [snooze])
    }

    private func line(_ blocker: Blocker, _ view: ChallengeView) -> Phrase {
        Phrase(
            "remind.blocker.line",
            [
                "blocker": .code(blocker.code), "title": Title.short(blocker.title, 60),
                "days": .count(view.workingDays(since: blocker.raisedOn)),
            ])
    }

    // MARK: What was asked

    func decisionWords(_ challenge: Challenge) -> Words? {
        guard
            let decision = challenge.decisions.first(where: {
                $0.code == part && $0.state == .asked
            }),
            let due = decision.due
        else { return nil }
        let whole = "\(challenge.code)-\(decision.code)"
        let values: KeyValuePairs<String, Say> = [
            "decision": .code(decision.code), "text": .text(decision.text),
            "challenge": .code(challenge.code),
            "due": .date(due), "name": state.name(of: decision.decider),
            "days": .count(abs(due - today)),
        ]
        if occurrence.step == 3 {
            return (
                [Phrase("remind.decision.office", values)],
                [offer("remind.do.decisions", "/decisions \(challenge.code)"), snooze]
            )
        }
        let key = due > today ? "ahead" : due == today ? "today" : "late"
        return ([Phrase("remind.decision.\(key)", values)], AskCommand.answers(whole) + [snooze])
    }
}
