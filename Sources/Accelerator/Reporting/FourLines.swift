import Language

extension ChallengeView {
    /// The four questions of a delivery unit, a line each: what are you trying to do, how, how do you know
    /// that you are on track, if not what will you do (method.md 2.9).
    var fourLines: [Phrase] {
        [whatLine, howLine, knowLine, elseLine]
    }

    private var whatLine: Phrase {
        guard let goal = challenge.primaryGoal else {
            return Phrase("four.whatNone", ["code": code])
        }
        let target = goal.version(on: date)?.target ?? goal.baseline
        var values: [Phrase.Field] = [
            .init("code", code), .init("name", .text(goal.name)),
            .init("from", .measure(goal.baseline, unit: goal.unit)),
            .init("to", .measure(target, unit: goal.unit)),
        ]
        guard let last = challenge.lastDay else { return Phrase("four.whatUndated", values) }
        values.append(.init("last", .date(last)))
        guard let first = goal.versions.first?.target, first != target else {
            return Phrase("four.what", values)
        }
        return Phrase(
            "four.whatRevised", values + [.init("first", .measure(first, unit: goal.unit))])
    }

    private var howLine: Phrase {
        let all = challenge.milestones.filter { $0.state != .dropped }
        let done = all.count { $0.state == .done && !$0.isOpen(on: date) }
        let values: [Phrase.Field] = [
            .init("done", .count(done)), .init("all", .count(all.count)),
            .init("actions", .count(openActions.count)),
        ]
        guard !all.isEmpty else { return Phrase("four.howNone", values) }
        guard let next = nextPhrase else { return Phrase("four.howDone", values) }
        return Phrase("four.how", values + [.init("next", .phrase(next))])
    }

    private var knowLine: Phrase {
        guard let (goal, judged) = primary else {
            return Phrase("four.knowNone", ["colour": colour])
        }
        let keeper = goal.owner ?? challenge.holders(of: .dataKeeper).first
        let values: [Phrase.Field] = [
            .init("colour", colour),
            .init("source", .text(goal.source.isEmpty ? "–" : goal.source)),
            .init("interval", .count(goal.interval)),
            .init("keeper", keeper.map { state.name(of: $0) } ?? .text("–")),
        ]
        guard let last = judged.last else { return Phrase("four.knowNoReading", values) }
        return Phrase(
            "four.know",
            values + [
                .init("value", .measure(last.value, unit: goal.unit)),
                .init("date", .date(last.asOf)),
                .init("way", .share(last.progress)), .init("expected", .share(last.expected)),
            ])
    }

    /// What is already under way against what is in the way: the decision that waits, the gravest blocker.
    private var elseLine: Phrase {
        var parts: [Phrase] = []
        if let decision = openDecisions.first {
            parts.append(
                Phrase(
                    decision.due == nil ? "four.decidesUndated" : "four.decides",
                    [
                        "name": state.name(of: decision.decider), "code": .code(decision.code),
                        "text": Title.short(decision.text, 72), "due": .date(decision.due ?? date),
                    ]))
        }
        if let blocker = openBlockers.first {
            let promise = blocker.promises.last { $0.on <= date }
            parts.append(
                Phrase(
                    promise == nil ? "four.moves" : "four.movesBy",
                    [
                        "name": blocker.owner.map { state.name(of: $0) }
                            ?? .term("role.team-leader"),
                        "code": .code(blocker.code), "title": Title.short(blocker.title, 72),
                        "days": .count(workingDays(since: blocker.raisedOn)),
                        "until": .date(promise?.until ?? date),
                    ]))
        }
        if let all = Self.joined(parts) { return Phrase("four.otherwise", ["what": .phrase(all)]) }
        let isGood = assessment.colour == .onTrack || assessment.colour == .achieved
        if isGood { return Phrase("four.otherwiseGood") }
        return Phrase("four.otherwiseNone", ["code": code])
    }
}
