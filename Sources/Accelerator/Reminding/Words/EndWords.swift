import Language

// Rows 23–29 and 31: towards the last day, and after it.

extension Telling {
    // MARK: The last weeks

    func endingWords(_ challenge: Challenge) -> Words? {
        guard let lastDay = challenge.lastDay else { return nil }
        let left = max(0, lastDay - today)
        let values: [Phrase.Field] = [
            .init("challenge", .code(challenge.code)), .init("title", .text(challenge.head.title)),
            .init("date", .date(lastDay)), .init("left", .count(left)),
            .init("duration", .count(challenge.head.duration)),
        ]
        let status = offer("remind.do.status", "/status \(challenge.code)")
        switch occurrence.row {
        case "sustain.plan": return sustainWords(challenge, values)
        case "countdown.days":
            guard left > 0 else { return nil }
            let head = Phrase("remind.countdown", values)
            let ask = occurrence.step == 2 ? [Phrase("remind.countdown.final")] : []
            return (
                [head] + standing(challenge) + ask,
                [status, offer("remind.do.next", "/next \(challenge.code)")]
            )
        default:
            let isMorning = occurrence.step == 0
            let key =
                !isMorning
                ? "remind.hundred.evening"
                : left > 0 ? "remind.hundred.soon" : "remind.hundred.morning"
            return ([Phrase(key, values)] + (isMorning ? standing(challenge) : []), [status])
        }
    }

    /// Where the primary goal stands: figure and way.
    private func standing(_ challenge: Challenge) -> [Phrase] {
        let view = view(challenge)
        guard let (goal, judged) = view.primary else { return [] }
        return [view.valueLine(goal, judged)] + [view.wayLine(judged)].compactMap { $0 }
    }

    private func sustainWords(_ challenge: Challenge, _ values: [Phrase.Field]) -> Words? {
        let plan = challenge.sustainability
        var values = values
        values.append(.init("count", .count(plan?.practices.count ?? 0)))
        let practice = offer("practice.label", "/practice add challenge=\(challenge.code)")
        switch occurrence.step {
        case 0: return ([Phrase("remind.sustain.ideas", values)], [practice, snooze])
        case 1: return ([Phrase("remind.sustain.plan", values)], [practice, snooze])
        case 2: return ([Phrase("remind.sustain.draft", values)], [practice, snooze])
        default:
            return (
                [Phrase("remind.sustain.pledge", values)],
                [offer("pledge.draftLabel", "/pledge draft challenge=\(challenge.code)"), snooze]
            )
        }
    }

    // MARK: After the last day

    func resultWords(_ challenge: Challenge) -> Words? {
        guard let lastDay = challenge.lastDay else { return nil }
        let values: [Phrase.Field] = [
            .init("challenge", .code(challenge.code)), .init("title", .text(challenge.head.title)),
            .init("name", name), .init("date", .date(lastDay)),
            .init("until", .date(lastDay + ChallengeView.lateWindow)),
        ]
        if occurrence.row == "late.window" {
            return (
                [Phrase("remind.late.window", values)],
                [snooze, Offer(Phrase("notme.label"), "/notme")]
            )
        }
        var lines = [
            Phrase(
                "remind.closing",
                values + [
                    .init("day", .date(occurrence.nominal)), .init("days", .count(max(0, ahead))),
                ])
        ]
        let isHost =
            !isGroup && !roles(in: challenge).isDisjoint(with: [.teamLeader, .coach, .sponsor])
        if occurrence.step == 2, isHost { lines += view(challenge).resultLines }
        return (lines, [offer("story.label", "/story \(challenge.code)")])
    }

    func keepingWords(_ challenge: Challenge) -> Words? {
        if occurrence.row == "loop.note" {
            return (
                [
                    Phrase(
                        "remind.loop",
                        [
                            "challenge": .code(challenge.code),
                            "title": .text(challenge.head.title), "date": .date(occurrence.nominal),
                        ])
                ],
                [
                    offer("remind.do.sent", "/tick loop \(challenge.code)"),
                    offer("story.label", "/story \(challenge.code)"), snooze,
                ]
            )
        }
        guard let check = challenge.checksAhead.first(where: { $0.date == occurrence.nominal })
        else { return nil }
        let days =
            challenge.sustainability?.checkPoints.first { $0.date == check.date }?.offsetDays ?? 30
        var values: [Phrase.Field] = [
            .init("challenge", .code(challenge.code)), .init("days", .count(days)),
            .init("date", .date(check.date)), .init("name", name),
        ]
        let goal = challenge.primaryGoal
        let hold = challenge.sustainability?.holdValue
        if let hold { values.append(.init("hold", .measure(hold, unit: goal?.unit ?? ""))) }
        let key = check.date > today ? "ahead" : check.date == today ? "today" : "late"
        return (
            [Phrase("remind.check.\(key)\(hold == nil ? "" : "Hold")", values)],
            [offer("remind.do.figure", "/followup day\(days) challenge=\(challenge.code)"), snooze]
        )
    }

    // MARK: Promises

    func promiseWords(_ challenge: Challenge) -> Words? {
        guard let blocker = challenge.blockers.first(where: { $0.code == part && $0.isOpen }),
            let promise = blocker.promises.last
        else { return nil }
        let whole = "\(challenge.code)-\(blocker.code)"
        let values: KeyValuePairs<String, Say> = [
            "blocker": .code(blocker.code), "title": .text(blocker.title),
            "challenge": .code(challenge.code),
            "words": .text(promise.words), "until": .date(promise.until),
            "name": state.name(of: promise.by),
            "days": .count(abs(promise.until - today)),
        ]
        let isOwner =
            receiver == blocker.owner
            || !roles(in: challenge).isDisjoint(with: [.teamLeader, .office])
        let solved = isOwner ? [offer("solved.label", "/solved \(whole)")] : []
        if occurrence.step == 2 {
            return ([Phrase("remind.promise.office", values)], solved + [snooze])
        }
        let key = promise.until > today ? "ahead" : "today"
        return (
            [Phrase("remind.promise.\(key)", values)],
            solved + [offer("remind.do.date", "/promise \(whole)"), snooze]
        )
    }
}
