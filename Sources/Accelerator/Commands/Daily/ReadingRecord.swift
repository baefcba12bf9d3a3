import Language

// What comes of a figure that passed: recorded or kept, echoed, told to the data keeper.

extension Challenge {
    /// The id of the next figure here. What other challenges report has no part in it: their figures are
    /// not to be counted from this one's.
    var nextReading: String {
        let counted = goals.lazy.map {
            NextCode.highest(of: $0.readings.lazy.map(\.id), prefix: "R")
        }
        let waiting = NextCode.highest(of: kept.lazy.map(\.reading.id), prefix: "R")
        return NextCode.code(max(waiting, counted.max() ?? 0) + 1, prefix: "R", pad: 1)
    }

    /// What a person reported before they were let in, as it is counted: under an id of its own where it was
    /// counted once already, and that was taken back.
    func readings(keptOf person: String) -> [KeptReading] {
        var taken = goals.flatMap { $0.readings.map(\.id) }
        return kept.filter { $0.reading.by == person }.map { one in
            var one = one
            if taken.contains(one.reading.id) {
                one.reading.id = NextCode.after(
                    taken + kept.map(\.reading.id), prefix: "R", pad: 1)
            }
            taken.append(one.reading.id)
            return one
        }
    }
}

extension ReadingEntry {
    func reading() throws(Refusal) -> Reported {
        var reading = Reported()
        reading.id = challenge.nextReading
        reading.asOf = date
        reading.value = value
        reading.enteredAt = context.at
        reading.by = try context.me()
        reading.via = context.via
        reading.note = note
        reading.supersedes = before?.id
        reading.isBackdated = (judged?.last?.asOf).map { date < $0 } ?? false
        return reading
    }

    /// From someone who waits to be let in: kept, and the leader can count it with one tap.
    func keep() throws(Refusal) -> Decision {
        var kept = KeptReading()
        kept.goal = goal.code
        kept.reading = try reading()
        let me = kept.reading.by
        let isHere = challenge.kept.contains {
            $0.goal == goal.code && $0.reading.by == me && $0.reading.asOf == date
                && $0.reading.value == value
        }
        if isHere {
            return .answer([Phrase("up.already", ["value": shown(value), "date": .date(date)])])
        }
        guard challenge.kept.count(where: { $0.reading.by == me }) < 10 else {
            throw Refusal(Phrase("up.keptEnough"))
        }
        let values: [Phrase.Field] = [
            .init("name", state.name(of: me)), .init("value", shown(value)),
            .init("date", .date(date)),
            .init("challenge", .code(challenge.code)),
        ]
        let letIn = Offer(
            Phrase("up.letIn", ["name": state.name(of: me)]),
            "/team accept @\(me) \(challenge.code)")
        let leaders = challenge.holders(of: .teamLeader)
        return .record(
            [.readingKept(OfChallenge(challenge.code, kept))], [Phrase("up.kept", values)],
            notices: leaders.map {
                context.tell($0, [Phrase("up.keptLeader", values)], offers: [letIn])
            })
    }

    func record() throws(Refusal) -> Decision {
        let reading = try reading()
        let after = with(reading)
        var told: [Outgoing] = []
        var reply = Self.echo(reading, goal, after)
        if reply.isEmpty {
            reply = [
                Phrase(
                    "up.recordedStopped",
                    [
                        "value": shown(reading.value), "date": .date(reading.asOf),
                        "challenge": .code(challenge.code),
                    ])
            ]
        }
        if let before {
            reply.append(
                Phrase(
                    "up.replaced", ["before": shown(before.value), "by": state.name(of: before.by)])
            )
        }
        if let lastDay = challenge.lastDay, today > lastDay {
            reply.append(Phrase("up.late", ["last": .date(lastDay)]))
        }
        if doubt != nil { reply.append(Phrase("up.unusual")) }
        reply += milestones(after)
        // Met before the last day: three ways from here, for whoever may take them (method.md 2.2).
        var offers = [Daily.undo]
        let isMetNow = (judged?.last?.progress ?? 0) < 1
        if isMetNow, judged?.isPrimary == true, let met = after.met {
            offers += EarlyCommand.ways(challenge, context.roles(in: challenge, state))
            told = metNotices(met, after)
        }
        var decision = Decision.record(
            [.readingRecorded(OfGoal(challenge.code, goal.code, reading))], reply,
            offers: offers,
            notices: notices(reading, after) + told)
        decision.subject = "reading \(challenge.code)-\(goal.code)"
        return decision
    }

    /// The challenge as it stands with a reading more.
    func with(_ reading: Reported) -> ChallengeView {
        view.judged(with: reading, of: goal.code)
    }

    /// “✔ 78.4 % (20 Mar) · 47 % of the way · expected 46 % · 🟢 ON TRACK · next by Fri 27 Mar”
    static func echo(_ reading: Reported, _ goal: Goal, _ after: ChallengeView) -> [Phrase] {
        guard let judged = after.assessment.goals.first(where: { $0.code == goal.code }),
            let last = judged.last
        else { return [] }
        let colour = judged.isPrimary ? after.colour : .term("colour.\(judged.colour.term)")
        var phrase = Phrase(
            "up.recorded",
            [
                "value": .measure(reading.value, unit: goal.unit), "date": .date(reading.asOf),
                "way": .share(last.progress), "expected": .share(last.expected), "colour": colour,
            ])
        if last.asOf != reading.asOf {
            phrase.key = "up.recordedEarlier"
            phrase.values.append(.init("last", .measure(last.value, unit: goal.unit)))
            phrase.values.append(.init("lastDate", .date(last.asOf)))
            return [phrase]
        }
        guard after.isRunning, let lastDay = after.challenge.lastDay, reading.asOf < lastDay else {
            phrase.key = "up.recordedLast"
            return [phrase]
        }
        phrase.values.append(
            .init("next", .date(min(reading.asOf + max(1, goal.interval), lastDay))))
        return [phrase]
    }

    /// The first figure of all, and the one that meets the target.
    private func milestones(_ after: ChallengeView) -> [Phrase] {
        var lines: [Phrase] = []
        if judged?.last == nil, !goal.readings.contains(where: { $0.voidedAt == nil }) {
            lines.append(
                Phrase(
                    context.chat == nil ? "up.first" : "up.firstGroup",
                    ["challenge": .code(challenge.code)]))
        }
        guard let now = after.assessment.goals.first(where: { $0.code == goal.code })?.last,
            now.progress >= 1,
            goal.direction != .hold, (judged?.last?.progress ?? 0) < 1
        else { return lines }
        lines.append(
            Phrase("up.met", ["target": .measure(target, unit: goal.unit), "day": .count(now.day)]))
        return lines
    }

    /// The leader and the sponsor hear of it with their ways, each those that are theirs.
    private func metNotices(_ met: Met, _ after: ChallengeView) -> [Outgoing] {
        guard context.via == "chat" else { return [] }
        let people = challenge.holders(of: .teamLeader) + challenge.holders(of: .sponsor)
        return people.flatMap { person in
            context.gateTell(
                [person], after.metLines(met),
                offers: EarlyCommand.ways(challenge, state.roles(of: person, in: challenge)),
                subject: "status \(challenge.code)")
        }
    }

    /// The data keeper is told of figures that somebody else entered.
    private func notices(_ reading: Reported, _ after: ChallengeView) -> [Outgoing] {
        guard context.via == "chat",
            let keeper = goal.owner ?? challenge.holders(of: .dataKeeper).first,
            keeper != reading.by, state.people[keeper] != nil
        else { return [] }
        return [
            context.tell(
                keeper,
                [
                    Phrase(
                        "up.told",
                        [
                            "name": state.name(of: reading.by), "value": shown(reading.value),
                            "date": .date(reading.asOf), "challenge": .code(challenge.code),
                            "colour": after.colour,
                        ])
                ], subject: "reading \(challenge.code)-\(goal.code)")
        ]
    }
}
