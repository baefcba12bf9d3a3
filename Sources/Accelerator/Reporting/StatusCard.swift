public import Language

// What “where are we” is answered with.

extension ChallengeView {
    /// “🟢 ON TRACK · CH-03 Every newborn leaves hospital with papers”
    public var headline: Phrase {
        Phrase("card.head", ["colour": colour, "code": code, "title": title])
    }

    /// The whole card, for those who work in it: at most twelve lines.
    public var card: [Phrase] {
        var lines = [headline] + [dayLine].compactMap { $0 } + resultLines
        guard assessment.state != .stopped, assessment.state != .withdrawn else {
            return lines + stopLines
        }
        if let primary {
            lines.append(valueLine(primary.goal, primary.assessment))
            if let firstTargetLine { lines.append(firstTargetLine) }
            if let way = wayLine(primary.assessment) { lines.append(way) }
        } else if challenge.goals.isEmpty {
            lines.append(Phrase("card.noGoal"))
        } else if let goal = challenge.primaryGoal {
            lines.append(aim(goal))
        }
        lines += forecastAndNext
        for other in judged where other.assessment.code != primary?.assessment.code {
            lines.append(secondLine(other.goal, other.assessment))
        }
        // After the last day the result stands; why it came so is history.
        if isRunning, let whyLine { lines.append(whyLine) }
        return lines + declaredLines
    }

    /// Three lines, for those who look in from outside.
    public var short: [Phrase] {
        var lines = [headline]
        guard assessment.state != .stopped, assessment.state != .withdrawn else {
            return lines + [dayLine].compactMap { $0 } + stopLines
        }
        if let primary, let last = primary.assessment.last, primary.goal.mode != .yesNo {
            let unit = primary.goal.unit
            lines.append(
                Phrase(
                    "card.short",
                    [
                        "value": .measure(last.value, unit: unit), "date": .date(last.asOf),
                        "from": .measure(primary.goal.baseline, unit: unit),
                        "to": .measure(primary.assessment.target, unit: unit),
                        "way": .share(last.progress),
                        "expected": .share(last.expected),
                    ]))
            if let firstTargetLine { lines.append(firstTargetLine) }
            if !isRunning, let dayLine { lines += [dayLine] + resultLines }
        } else {
            if let dayLine { lines.append(dayLine) }
            if let primary {
                lines.append(valueLine(primary.goal, primary.assessment))
            } else if let goal = challenge.primaryGoal {
                lines.append(aim(goal))
            }
        }
        // After the last day the result stands; why it came so is history.
        if isRunning, let whyLine { lines.append(whyLine) }
        return lines
    }

    /// Where on its hundred days it is.
    public var dayLine: Phrase? {
        switch assessment.state {
        case .stopped:
            guard let on = movedOn(.stopped) else { return Phrase("card.stoppedUndated") }
            let day = challenge.day(on).map { Say.count($0) } ?? .text("–")
            return Phrase("card.stopped", ["day": day, "date": .date(on)])
        case .withdrawn: return Phrase("card.withdrawn")
        case .results:
            guard let lastDay = challenge.lastDay else { return nil }
            return Phrase(
                date > lastDay + Self.lateWindow ? "card.resultsOver" : "card.results",
                [
                    "last": .count(duration), "date": .date(lastDay),
                    "until": .date(lastDay + Self.lateWindow),
                ])
        case .sustaining, .handedOver, .closed: return endedLine
        default: return countdown
        }
    }

    /// Figures for the last day may still be entered for this many days after it (method.md 2.2).
    public static let lateWindow = 7

    private var countdown: Phrase? {
        guard let dayOne = challenge.dayOne, let day = assessment.day else {
            return Phrase("card.undated", ["state": .term(assessment.state.term)])
        }
        if day < 1 {
            if challenge.head.launchOn == date {
                return Phrase("card.dayZero", ["date": .date(dayOne)])
            }
            return Phrase("card.before", ["days": .count(dayOne - date), "date": .date(dayOne)])
        }
        let left = max(0, duration - day)
        return Phrase(
            "card.day",
            ["day": .count(min(day, duration)), "duration": .count(duration), "left": .count(left)])
    }

    private var endedLine: Phrase {
        let result = challenge.outcome(known: known)
        let values: KeyValuePairs<String, Say> = [
            "state": .term(assessment.state.term), "verdict": .term(result.verdict.term),
            "way": .share(result.progress ?? 0),
        ]
        return Phrase(result.progress == nil ? "card.endedNoData" : "card.ended", values)
    }

    /// The day of its last move into a state.
    func movedOn(_ to: ChallengeState) -> LocalDate? {
        challenge.moves.last { $0.to == to && $0.on <= date }?.on
            ?? (challenge.state == to ? challenge.movedOn : nil)
    }

    /// Why it was stopped or withdrawn, and where more is found.
    private var stopLines: [Phrase] {
        var lines: [Phrase] = []
        if let reason = stopReason {
            lines.append(Phrase("card.reason", ["reason": .text(reason)]))
        }
        lines.append(Phrase("card.stopHint", ["code": code]))
        return lines
    }
    var stopReason: String? {
        if let reason = challenge.reason, !reason.isEmpty { return reason }
        return challenge.decisions.last { $0.kind == "stop" && $0.state == .decided }?.text
    }

    // MARK: Goal

    /// “77.3 % (18 Mar), from 61 to 98”
    func valueLine(_ goal: Goal, _ judged: GoalAssessment) -> Phrase {
        let from = Say.measure(goal.baseline, unit: goal.unit)
        let to = Say.measure(judged.target, unit: goal.unit)
        if goal.mode == .yesNo {
            let critical = challenge.milestones.filter(\.isCritical)
            return Phrase(
                "card.milestones",
                [
                    "done": .count(critical.count { $0.state == .done && !$0.isOpen(on: date) }),
                    "all": .count(critical.count),
                ])
        }
        guard let last = judged.last else {
            return Phrase("card.noReading", ["from": from, "to": to])
        }
        return Phrase(
            goal.direction == .hold ? "card.valueHeld" : "card.value",
            [
                "value": .measure(last.value, unit: goal.unit), "date": .date(last.asOf),
                "from": from, "to": to,
            ])
    }

    /// What is aimed at, while nothing is measured yet.
    func aim(_ goal: Goal) -> Phrase {
        Phrase(
            "card.aim",
            [
                "name": .text(goal.name), "from": .measure(goal.baseline, unit: goal.unit),
                "to": .measure(goal.version(on: date)?.target ?? goal.baseline, unit: goal.unit),
            ])
    }

    /// “▓▓▓▓░░░░░░ 44 % of the way · expected 43 %”
    func wayLine(_ judged: GoalAssessment) -> Phrase? {
        guard let last = judged.last else { return nil }
        return Phrase(
            "card.way",
            [
                "bar": .bar(min(max(last.progress, 0), 1), expected: last.expected),
                "way": .share(last.progress), "expected": .share(last.expected),
            ])
    }

    private func secondLine(_ goal: Goal, _ judged: GoalAssessment) -> Phrase {
        guard let last = judged.last else {
            return Phrase(
                "card.secondEmpty", ["goal": .code(goal.code), "name": Title.short(goal.name, 40)])
        }
        return Phrase(
            "card.second",
            [
                "goal": .code(goal.code), "name": Title.short(goal.name, 40),
                "value": .measure(last.value, unit: goal.unit), "date": .date(last.asOf),
                "colour": .term("colour.\(judged.colour.term)"),
            ])
    }

    /// Where it goes if it goes on like this; nil while a forecast says nothing (method.md 2.6).
    func forecast(_ judged: GoalAssessment) -> Phrase? {
        guard isRunning, judged.isForecastShown, let forecast = judged.last?.forecast else {
            return nil
        }
        if forecast.method == .done {
            return Phrase("card.forecastDone", ["day": .count(forecast.finishDay ?? duration)])
        }
        guard let finish = forecast.finishDay else { return Phrase("card.forecastNever") }
        if finish <= duration { return Phrase("card.forecast", ["day": .count(finish)]) }
        return Phrase(
            "card.forecastLate",
            [
                "way": .share(forecast.progressAtEnd), "last": .count(duration),
                "day": .count(finish),
            ])
    }

    /// “1 reading; a forecast needs 3, from Day 30”, while that is so.
    func forecastNeeds(_ goal: Goal, _ judged: GoalAssessment) -> Phrase? {
        guard isRunning, !judged.isForecastShown else { return nil }
        let count = goal.counted(known, through: challenge.lastDay).count
        return Phrase(
            count < 3 ? "card.forecastNeeds" : "card.forecastFrom",
            ["count": .count(count), "day": .count(known.thresholds.forecastShownFrom)])
    }

    /// “next: M3 All 12 hospitals connected, Tue 7 Apr”
    var nextPhrase: Phrase? {
        nextMilestone.map { milestone in
            Phrase(
                milestone.due < date ? "card.overdue" : "card.next",
                [
                    "code": .code(milestone.code), "title": .text(milestone.title),
                    "due": .date(milestone.due),
                ])
        }
    }

    private var forecastAndNext: [Phrase] {
        guard isRunning || assessment.state == .launched else { return [] }
        let forecast = primary.flatMap { self.forecast($0.assessment) }
        guard let forecast, let next = nextPhrase else {
            return [forecast, nextPhrase].compactMap { $0 }.map {
                Phrase("card.alone", ["what": .phrase($0)])
            }
        }
        return [Phrase("card.both", ["first": .phrase(forecast), "second": .phrase(next)])]
    }

    // MARK: One line in a list

    /// “🔴 CH-06 AI routing of citizens'… 11 %”
    public var row: Phrase {
        let title = Title.short(challenge.head.title)
        var phrase = Phrase("card.row", ["mark": mark, "code": code, "title": title])
        func put(_ name: String, _ value: Say) { phrase.values.append(.init(name, value)) }
        switch assessment.state {
        case .stopped:
            phrase.key = "card.rowStopped"
            put(
                "day",
                movedOn(.stopped).flatMap { challenge.day($0) }.map { .count($0) } ?? .text("–"))
        case .withdrawn: phrase.key = "card.rowWithdrawn"
        case .sustaining, .handedOver, .closed:
            let result = challenge.outcome(known: known)
            phrase.key = "card.rowEnded"
            put("way", .share(result.progress ?? 0))
            put("verdict", .term(result.verdict.term))
        default:
            guard let day = assessment.day, day >= 1 else {
                phrase.key = assessment.day == nil ? "card.rowUndated" : "card.rowBefore"
                put("days", .count(1 - (assessment.day ?? 1)))
                put("state", .term(assessment.state.term))
                break
            }
            guard let judged = primary?.assessment, let last = judged.last else {
                phrase.key = "card.rowEmpty"
                break
            }
            put("way", .share(last.progress))
            if isRunning, judged.isForecastShown, judged.colour == .onTrack,
                let finish = last.forecast?.finishDay,
                Double(finish) <= 0.9 * Double(duration)
            {
                phrase.key = "card.rowEarly"
                put("day", .count(finish))
            }
        }
        return phrase
    }
}
