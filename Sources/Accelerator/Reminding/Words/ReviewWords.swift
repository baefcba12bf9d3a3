import Language

// Rows 18–22: reviews, the colour, what deserves a word.

extension Telling {
    func reviewWords(_ challenge: Challenge) -> Words? {
        switch occurrence.row {
        case "review.week4": return weekFourWords(challenge)
        case "pulse.calls": return pulseWords(challenge)
        default: return midpointWords(challenge)
        }
    }

    private func weekFourWords(_ challenge: Challenge) -> Words? {
        let held =
            challenge.plannedReview(
                .weekFour, state.cohorts[challenge.head.cohort], state.days(of: challenge))
            ?? occurrence.nominal + 27
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "date": .date(held),
            "days": .count(max(0, held - today)),
        ]
        if occurrence.step == 0 {
            return (
                [Phrase("remind.week4.ahead", values)],
                [offer("remind.do.status", "/status \(challenge.code)"), snooze]
            )
        }
        let isHost = !roles(in: challenge).isDisjoint(with: [.teamLeader, .coach])
        return (
            [Phrase("remind.week4.today", values)],
            (isHost ? [offer("remind.do.enter", "/review week4 challenge=\(challenge.code)")] : [])
                + [offer("remind.do.status", "/status \(challenge.code)"), snooze]
        )
    }

    private func pulseWords(_ challenge: Challenge) -> Words? {
        let day = challenge.day(today) ?? 0
        let coach = challenge.holders(of: .coach).first ?? challenge.head.coach
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "day": .count(day),
            "count": .count(challenge.team.count),
            "name": coach.map { state.name(of: $0) } ?? .term("role.coach"),
        ]
        let ticked = offer("remind.do.called", "/tick calls \(challenge.code)")
        if occurrence.step < 3 {
            return (
                [Phrase("remind.pulse.coach", values)],
                [ticked, offer("remind.do.pulse", "/pulse \(challenge.code)"), snooze]
            )
        }
        return ([Phrase("remind.pulse.office", values)], [ticked, snooze])
    }

    // MARK: The midpoint

    private func midpointWords(_ challenge: Challenge) -> Words? {
        guard let dayOne = challenge.dayOne else { return nil }
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title),
            "date": .date(occurrence.nominal), "days": .count(max(0, ahead)),
            "last": .date(dayOne + (challenge.head.duration * 3 / 5 - 1)),
        ]
        let isHost =
            !isGroup && !roles(in: challenge).isDisjoint(with: [.teamLeader, .coach, .office])
        let enter = isHost ? [offer("midpoint.startLabel", "/midpoint hold \(challenge.code)")] : []
        // The pack is for those who hold the review; whoever else hears of it sees what comes next.
        let mayLook =
            !isGroup
            && !roles(in: challenge).isDisjoint(with: [.teamLeader, .coach, .office, .sponsor])
        let look =
            mayLook
            ? offer("remind.do.midpoint", "/midpoint \(challenge.code)")
            : offer("remind.do.next", "/next \(challenge.code)")
        switch occurrence.row {
        case "midpoint.outputs":
            return ([Phrase("remind.midpoint.outputs", values)], enter + [snooze])
        case "midpoint.overdue":
            let waive = !roles(in: challenge).isDisjoint(with: [.coach, .office])
            return (
                [Phrase("remind.midpoint.overdue", values)],
                (waive
                    ? [offer("remind.do.waive", "/waive window challenge=\(challenge.code)")] : [])
                    + [snooze]
            )
        default: break
        }
        switch occurrence.step {
        case 0: return ([Phrase("remind.midpoint.book", values)], [look, snooze])
        case 1: return ([Phrase("remind.midpoint.draft", values)] + pack(challenge), [look])
        case 2:
            let isCore =
                !isGroup && !roles(in: challenge).isDisjoint(with: [.teamLeader, .coach, .sponsor])
            guard isCore else { return ([Phrase("remind.midpoint.team", values)], [look]) }
            return ([Phrase("remind.midpoint.final", values)] + pack(challenge), [look])
        default: return ([Phrase("remind.midpoint.today", values)], enter + [look])
        }
    }

    private func pack(_ challenge: Challenge) -> [Phrase] {
        let energy = PulseSight(roles(in: challenge)).showsAverage
        return Array(view(challenge).midpointPack(energy: energy).dropFirst().prefix(20))
    }

    // MARK: News

    func newsWords(_ challenge: Challenge) -> Words? {
        let status = offer("remind.do.status", "/status \(challenge.code)")
        guard occurrence.row == "colour.worse" else { return recognitionWords(challenge) }
        guard let seen = challenge.seen, seen.isWorse, let before = seen.before else { return nil }
        let view = view(challenge)
        let head = Phrase(
            "remind.colour.worse",
            [
                "challenge": .code(challenge.code), "title": .text(challenge.head.title),
                "before": .term("colour.\(before.term)"),
                "now": .term("colour.\(seen.colour.term)"),
            ])
        return (
            [head] + [view.whyLine].compactMap { $0 },
            [offer("remind.do.why", "/why \(challenge.code)"), status]
        )
    }

    private func recognitionWords(_ challenge: Challenge) -> Words? {
        let days = state.days(of: challenge)
        let found = Recognition.found(
            challenge, zones, state.zone(of: challenge), days, on: occurrence.nominal)
        guard !found.isEmpty else { return nil }
        var lines: [Phrase] = []
        if let quarter = found.quarter, let value = found.value, let asOf = found.asOf {
            lines.append(
                Phrase(
                    quarter >= 100 ? "remind.recognition.whole" : "remind.recognition.quarter",
                    [
                        "challenge": .code(challenge.code), "way": .share(Double(quarter) / 100),
                        "value": .measure(value, unit: challenge.primaryGoal?.unit ?? ""),
                        "date": .date(asOf),
                    ]))
        }
        if let best = found.best {
            let unit = challenge.primaryGoal?.unit ?? ""
            lines.append(
                Phrase(
                    "remind.recognition.week",
                    [
                        "challenge": .code(challenge.code), "week": .count(best.week),
                        "from": .measure(best.from, unit: unit),
                        "to": .measure(best.to, unit: unit), "date": .date(best.asOf),
                    ]))
        }
        for milestone in found.milestones.prefix(4) {
            lines.append(
                Phrase(
                    milestone.owner == nil
                        ? "remind.recognition.milestone" : "remind.recognition.thanks",
                    [
                        "challenge": .code(challenge.code), "milestone": .code(milestone.code),
                        "title": Title.short(milestone.title, 80),
                        "name": milestone.owner.map { state.name(of: $0) } ?? .code(challenge.code),
                    ]))
        }
        return (lines, [offer("remind.do.status", "/status \(challenge.code)")])
    }
}
