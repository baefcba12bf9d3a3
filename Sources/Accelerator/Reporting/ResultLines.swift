import Language

// What a finished challenge says of itself: the result and what may be relied on of it, how it is kept.

extension ChallengeView {
    /// “Result so far: achieved, 104 % of the way”, and against the first target where that was another.
    var resultLines: [Phrase] {
        let result = challenge.outcome(known: known)
        var lines: [Phrase] = []
        switch challenge.resultStanding(on: date) {
        case .open: return []
        case .provisional: lines.append(resultLine("result.provisional", result))
        case .unconfirmed: lines.append(resultLine("result.unconfirmed", result))
        case .confirmed: break
        }
        if let first = firstTargetLine(result) { lines.append(first) }
        if let kept = keptLine { lines.append(kept) }
        return lines
    }

    private func resultLine(_ key: String, _ result: ChallengeResult) -> Phrase {
        Phrase(
            result.progress == nil ? key + "NoData" : key,
            ["verdict": .term(result.verdict.term), "way": .share(result.progress ?? 0)])
    }

    /// “Against the first target of 150 firms: 70 %”: never left out where the target was changed.
    func firstTargetLine(_ result: ChallengeResult) -> Phrase? {
        guard let goal = challenge.primaryGoal, let first = goal.versions.first,
            let last = goal.versions.last, first.target != last.target, last.effectiveFrom <= date,
            let progress = result.progressVersusFirst
        else { return nil }
        return Phrase(
            "result.versusFirst",
            [
                "first": .measure(first.target, unit: goal.unit),
                "now": .measure(last.target, unit: goal.unit), "way": .share(progress),
            ])
    }

    /// “Kept: 13.1 working days (11 Jun), holding · next check Mon 10 Aug”
    var keptLine: Phrase? {
        guard let goal = challenge.primaryGoal else { return nil }
        let last = challenge.followUps.last { $0.on <= date }
        let next = challenge.checksAhead.first
        guard let last else {
            guard let next, challenge.sustainability?.signedOn != nil else { return nil }
            return Phrase("result.firstCheck", ["date": .date(next.date)])
        }
        return Phrase(
            next == nil ? "result.kept" : "result.keptNext",
            [
                "value": .measure(last.value, unit: goal.unit), "date": .date(last.on),
                "state": .term("state.\(last.state.rawValue)"),
                "next": .date(next?.date ?? last.on),
            ])
    }

    /// “42 → 13.9 working days (12 May)”: where it began and where it came to.
    func beforeAfter(_ goal: Goal) -> Phrase? {
        guard goal.mode != .yesNo, let last = goal.counted(known, through: challenge.lastDay).last
        else {
            return nil
        }
        return Phrase(
            "result.beforeAfter",
            [
                "before": .measure(goal.baseline, unit: goal.unit),
                "after": .measure(last.value, unit: goal.unit), "date": .date(last.asOf),
                "target": .measure(
                    goal.version(on: date)?.target ?? goal.baseline, unit: goal.unit),
            ])
    }
}
