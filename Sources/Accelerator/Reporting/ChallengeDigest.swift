public import Language

// The weekly page of a challenge for its leader, coach and sponsor (method.md 4.1). At most 25 lines;
// what there is nothing to say about has no line.

extension ChallengeView {
    /// The challenge's digest. The asks at its end are those of the person it is for; nil: none.
    ///
    /// `isPrivate`: nobody else reads it; then the team's energy is told to whoever may know the average.
    /// `since`: when the reader got the last one; then what changed stands right behind the colour.
    public func digest(
        for reader: String?, withAsks: Bool = true, isPrivate: Bool = true, since: Since? = nil
    ) -> [Phrase] {
        var lines = [Phrase("digest.head", ["code": code, "title": title, "date": .date(date)])]
        if let dayLine { lines.append(dayLine) }
        guard assessment.state != .stopped, assessment.state != .withdrawn else {
            return lines + (stopReason.map { [Phrase("card.reason", ["reason": .text($0)])] } ?? [])
        }
        let changes = since.map { ChallengeChanges(self, since: $0) }
        lines.append(colourLine(changes))
        lines += declaredLines + (changes?.lines ?? [])
        if let primary { lines += figures(primary.goal, primary.assessment) }
        if let whyLine { lines.append(Phrase("digest.why", ["line": .phrase(whyLine)])) }
        lines += doneAndNext(isNew: since == nil)
        lines += others
        if let corrected { lines.append(corrected) }
        let roles = reader.map { state.roles(of: $0, in: challenge) } ?? []
        if let team = teamLine(energy: isPrivate && PulseSight(roles).showsAverage) {
            lines.append(team)
        }
        let asks = withAsks ? reader.map { self.asks(of: $0) } ?? [] : []
        guard !asks.isEmpty else { return Screen.fit(lines) }
        return Screen.fit(
            lines,
            foot: [Phrase("digest.asked")]
                + asks.prefix(3).enumerated().map {
                    Phrase(
                        "digest.item", ["n": .count($0.offset + 1), "what": .phrase($0.element)])
                })
    }

    /// “🟡 AT RISK (a week ago 🟢 ON TRACK)”, or with the day of the reader's last digest.
    private func colourLine(_ changes: ChallengeChanges?) -> Phrase {
        if let changes {
            guard changes.isRecoloured, changes.then.colour != .notStarted else {
                return Phrase("digest.colour", ["colour": colour])
            }
            return Phrase(
                "digest.colourSince",
                [
                    "colour": colour, "was": .term("colour.\(changes.then.colour.term)"),
                    "date": .date(changes.since.date),
                ])
        }
        let before = ChallengeAssessment.of(
            challenge,
            known: Known(
                date: date - 7, cut: known.cut.advanced(by: -7 * Instant.day), days: known.days,
                thresholds: known.thresholds))
        guard before.colour != assessment.colour, before.colour != .notStarted else {
            return Phrase("digest.colour", ["colour": colour])
        }
        return Phrase(
            "digest.colourWas", ["colour": colour, "was": .term("colour.\(before.colour.term)")])
    }

    private func figures(_ goal: Goal, _ judged: GoalAssessment) -> [Phrase] {
        var lines = [Phrase("digest.goal", ["name": .text(goal.name)]), valueLine(goal, judged)]
        if let firstTargetLine { lines.append(firstTargetLine) }
        guard judged.last != nil else { return lines }
        if let way = wayLine(judged) { lines.append(way) }
        if let pace = paceLine(goal, judged) { lines.append(pace) }
        if let line = forecast(judged) ?? forecastNeeds(goal, judged) {
            lines.append(Phrase("card.alone", ["what": .phrase(line)]))
        }
        return lines + [Chart.place]
    }

    /// “Pace −2.1 a week · needed −2.2 a week”
    func paceLine(_ goal: Goal, _ judged: GoalAssessment) -> Phrase? {
        guard isRunning, judged.colour != .achieved, judged.isForecastShown, let last = judged.last,
            let actual = last.actualPace, let needed = last.neededPace
        else { return nil }
        return Phrase(
            "digest.pace", ["actual": .number(actual.toTenths), "needed": .number(needed.toTenths)])
    }

    /// `isNew`: nothing else on the page says what was done of late.
    private func doneAndNext(isNew: Bool) -> [Phrase] {
        let week = date - 7
        let done = challenge.milestones.filter {
            guard isNew, $0.state == .done, let on = $0.movedOn else { return false }
            return on > week && on <= date
        }
        var lines = done.prefix(2).map {
            Phrase("digest.done", ["code": .code($0.code), "title": Title.short($0.title, 60)])
        }
        if let blocker = openBlockers.first(where: { !$0.promises.isEmpty }),
            let promise = promiseLine(blocker)
        {
            lines.append(line(of: blocker))
            lines.append(promise)
        }
        if let next = nextPhrase, isRunning || assessment.state == .launched {
            lines.append(Phrase("card.alone", ["what": .phrase(next)]))
        }
        return lines
    }

    var others: [Phrase] {
        judged.filter { $0.assessment.code != primary?.assessment.code }.compactMap {
            goal, judged in
            guard let last = judged.last else { return nil }
            return Phrase(
                "card.second",
                [
                    "goal": .code(goal.code), "name": Title.short(goal.name, 40),
                    "value": .measure(last.value, unit: goal.unit), "date": .date(last.asOf),
                    "colour": .term("colour.\(judged.colour.term)"),
                ])
        }
    }

    /// “corrected: 6270 → 627”: a figure that was shown this week and was wrong (method.md 2.5).
    private var corrected: Phrase? {
        let since = known.cut.advanced(by: -7 * Instant.day)
        for goal in challenge.goals {
            for reading in goal.readings.reversed() where known.sees(reading) {
                guard reading.enteredAt > since else { break }
                guard let other = reading.supersedes,
                    let before = goal.readings.last(where: { $0.id == other }),
                    before.value != reading.value
                else { continue }
                return Phrase(
                    "digest.corrected",
                    [
                        "before": .measure(before.value, unit: goal.unit),
                        "after": .measure(reading.value, unit: goal.unit),
                        "date": .date(reading.asOf),
                    ])
            }
        }
        return nil
    }

    /// “☐ M3 All 12 hospitals connected — Daniyar, Tue 7 Apr”
    func line(of milestone: Milestone) -> Phrase {
        var key = milestone.due < date ? "digest.openLate" : "digest.open"
        if milestone.owner == nil { key += "Nobody" }
        return Phrase(
            key,
            [
                "code": .code(milestone.code), "title": Title.short(milestone.title, 60),
                "due": .date(milestone.due),
                "owner": milestone.owner.map { state.name(of: $0) } ?? .text(""),
                "days": .count(max(0, date - milestone.due)),
            ])
    }

    /// “⛔ B2 … — high, open 5 working days, owner Nurzhan”
    func line(of blocker: Blocker) -> Phrase {
        Phrase(
            blocker.owner == nil ? "digest.blockerNobody" : "digest.blocker",
            [
                "code": full(blocker.code), "title": Title.short(blocker.title, 72),
                "severity": .term("severity.\(blocker.severity.rawValue)"),
                "days": .count(workingDays(since: blocker.raisedOn)),
                "owner": blocker.owner.map { state.name(of: $0) } ?? .text(""),
            ])
    }
}
