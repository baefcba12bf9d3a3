public import Language

// The page that a team reads in its chat before the weekly meeting (method.md 4.2): at most 25 lines.

extension ChallengeView {
    /// What the team reads before its weekly meeting. Nobody's energy stands in it, nor the average.
    public var teamDigest: [Phrase] { teamDigest(since: nil) }

    /// The same with what changed since the team read the last one.
    public func teamDigest(since: Since?) -> [Phrase] {
        let week = assessment.day.map { max(1, ($0 + 6) / 7) } ?? 1
        var lines = [
            Phrase("digest.teamHead", ["code": code, "week": .count(week), "date": .date(date)])
        ]
        if let dayLine { lines.append(dayLine) }
        guard assessment.state != .stopped, assessment.state != .withdrawn else { return lines }
        lines.append(Phrase("digest.colour", ["colour": colour]))
        let changes = since.map { ChallengeChanges(self, since: $0).lines } ?? []
        lines += declaredLines + changes
        if let primary {
            lines.append(Phrase("digest.goal", ["name": .text(primary.goal.name)]))
            lines.append(valueLine(primary.goal, primary.assessment))
            if let firstTargetLine { lines.append(firstTargetLine) }
            if let way = wayLine(primary.assessment) { lines.append(way) }
            if let best = bestFortnight(primary.goal) { lines.append(best) }
            lines += others.prefix(2)
            if let line = forecast(primary.assessment)
                ?? forecastNeeds(primary.goal, primary.assessment)
            {
                lines.append(Phrase("card.alone", ["what": .phrase(line)]))
            }
            lines.append(Chart.place)
        }
        if let whyLine { lines.append(whyLine) }
        // The agenda, who has not reported and what can be said next keep their places.
        let foot =
            [Phrase("digest.agenda")] + [unreportedLine].compactMap { $0 }
            + [hintLine].compactMap { $0 }
        let work = workLines(isNew: since == nil)
        if !work.isEmpty { lines += [Phrase("digest.thisWeek")] + work }
        for blocker in openBlockers.prefix(2) { lines += self.lines(of: blocker) }
        return Screen.fit(lines, foot: foot)
    }

    /// `isNew`: nothing else on the page says which milestones were done of late.
    private func workLines(isNew: Bool) -> [Phrase] {
        let done = challenge.milestones.filter {
            guard isNew, $0.state == .done, let on = $0.movedOn else { return false }
            return on > date - 7 && on <= date
        }.prefix(2).map {
            Phrase("digest.done", ["code": .code($0.code), "title": Title.short($0.title, 60)])
        }
        let steps = actionsDone.prefix(2).map {
            Phrase("digest.done", ["code": .code($0.code), "title": Title.short($0.text, 60)])
        }
        return done + steps
            + openActions.filter { $0.due <= date + 14 }.prefix(4).map { line(of: $0) }
            + openMilestones.filter { $0.due <= date + 14 }.prefix(3).map { line(of: $0) }
    }

    /// “→ done A12 · a figure: just the number · need …”: with a code of the team's own.
    private var hintLine: Phrase? {
        guard isRunning else { return nil }
        let next = openActions.first?.code ?? openMilestones.first?.code
        return next.map { Phrase("digest.teamHint", ["code": .code($0)]) }
            ?? Phrase("digest.teamHintBare")
    }

    /// “Best fortnight so far: 40.3 → 56.0 👏”, where the last fourteen days were better than any before.
    func bestFortnight(_ goal: Goal) -> Phrase? {
        guard isRunning, goal.mode != .yesNo, goal.direction != .hold,
            let dayOne = challenge.dayOne,
            date > dayOne
        else { return nil }
        let readings = goal.counted(known, through: challenge.lastDay)
        /// The figure that was known on a day.
        func value(on day: LocalDate) -> Double {
            readings.last(where: { $0.asOf <= day })?.value ?? goal.baseline
        }
        let sign: Double = goal.direction == .down ? -1 : 1
        guard let last = readings.last, last.asOf > date - 7, last.asOf - dayOne >= 28 else {
            return nil
        }
        let before = value(on: last.asOf - 14)
        let gain = sign * (last.value - before)
        guard gain > 0 else { return nil }
        for reading in readings where reading.asOf < last.asOf {
            if sign * (reading.value - value(on: reading.asOf - 14)) >= gain { return nil }
        }
        return Phrase(
            "digest.bestFortnight",
            [
                "before": .measure(before, unit: goal.unit),
                "after": .measure(last.value, unit: goal.unit),
            ])
    }
}
