import Language

/// Where a challenge is: the whole card for those who work in it, three lines for others.
struct StatusCommand: Command {
    static let name = "status"
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let code = challenge ?? context.implied else { return try overview(state, context) }
        let challenge = try context.challenge(code, state)
        let sight = try Daily.look(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        let isOwn =
            sight == .full && !context.roles(in: challenge, state).isSubset(of: [.office, .admin])
        return .answer(
            isOwn || challenge.code == context.implied && sight == .full ? view.card : view.short,
            subject: "status \(challenge.code)")
    }

    /// For somebody with several challenges, or none: a row each, or the cohort.
    private func overview(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let codes = (state.seated[me] ?? []).prefix(12)
        guard !codes.isEmpty else {
            let cohort = try Daily.cohort(nil, state, context)
            return .answer(CohortView(cohort, state, at: context.at, zones: context.zones).overview)
        }
        let views = codes.compactMap { state.challenges[$0] }.map { Daily.view($0, state, context) }
            .sorted { $0.assessment.isWorse(than: $1.assessment) }
        return .answer(
            [Phrase("status.yours", ["count": .count(views.count)])] + views.map(\.row),
            offers: views.prefix(6).map {
                Offer(Phrase("status.label", ["code": $0.code]), "/status \($0.challenge.code)")
            })
    }
}

/// Why it has its colour: every reason, and the rule behind it.
struct WhyCommand: Command {
    static let name = "why"
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        _ = try Daily.look(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        var lines = [view.headline]
        if let day = view.dayLine, !view.isRunning { lines.append(day) }
        switch view.assessment.colour {
        case .stopped:
            lines.append(
                view.stopReason.map { Phrase("card.reason", ["reason": .text($0)]) }
                    ?? Phrase("why.stopped"))
        case .notStarted: lines.append(Phrase("why.notStarted"))
        default:
            lines += figures(view)
            lines += view.assessment.reasons.prefix(12).map {
                Phrase("why.item", ["reason": .phrase(view.phrase($0))])
            }
            if view.assessment.reasons.isEmpty { lines.append(Phrase("why.nothing")) }
            lines += view.declaredLines
            lines.append(rule(view))
        }
        return .answer(lines, subject: "status \(challenge.code)")
    }

    private func figures(_ view: ChallengeView) -> [Phrase] {
        guard let (goal, judged) = view.primary, let last = judged.last, goal.mode != .yesNo,
            goal.direction != .hold
        else { return [] }
        let onCurve = goal.baseline + last.expected * (judged.target - goal.baseline)
        let tidy = (onCurve * 10).rounded() / 10
        return [
            Phrase(
                "why.figures",
                [
                    "value": .measure(last.value, unit: goal.unit), "date": .date(last.asOf),
                    "way": .share(last.progress), "expected": .share(last.expected),
                    "curve": .measure(tidy.isFinite ? tidy : last.value, unit: goal.unit),
                ])
        ]
    }

    private func rule(_ view: ChallengeView) -> Phrase {
        let thresholds = view.known.thresholds
        return Phrase(
            "why.rule",
            [
                "onTrack": .share(thresholds.onTrackGap.magnitude),
                "offTrack": .share(thresholds.offTrackGap.magnitude),
            ])
    }
}

/// The course so far, or a cohort's bars: as a picture, else as a line of small blocks; and the figures.
struct ChartCommand: Command {
    static let name = "chart"
    let challenge: String?
    let goal: String?
    let cohort: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        challenge = try arguments.code("challenge")
        goal = try arguments.code("goal")
        cohort = try arguments.code("cohort")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if let cohort {
            let shown = try Daily.cohort(cohort, state, context)
            let view = CohortView(shown, state, at: context.at, zones: context.zones)
            return .answer(view.overview, subject: "cohort \(shown.code)", chart: view.chart)
        }
        let challenge = try Daily.challenge(of: goal, challenge, state, context)
        _ = try Daily.look(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        let goal = try context.goal(goal, of: challenge)
        let judged = view.assessment.goals.first { $0.code == goal.code }
        let chart = view.chart(of: goal.code)
        var lines = [view.headline, Phrase("chart.goal", ["name": .text(goal.name)]), Chart.place]
        guard let last = goal.counted(view.known, through: challenge.lastDay).last else {
            return .answer(
                lines + [view.aim(goal)], subject: "status \(challenge.code)", chart: chart)
        }
        lines.append(
            Phrase(
                "chart.ends",
                [
                    "from": .measure(goal.baseline, unit: goal.unit),
                    "value": .measure(last.value, unit: goal.unit), "date": .date(last.asOf),
                    "to": .measure(
                        goal.version(on: view.date)?.target ?? goal.baseline, unit: goal.unit),
                ]))
        if let judged {
            if let way = view.wayLine(judged) { lines.append(way) }
            if let forecast = view.forecast(judged) ?? view.forecastNeeds(goal, judged) {
                lines.append(Phrase("card.alone", ["what": .phrase(forecast)]))
            }
        }
        return .answer(lines, subject: "status \(challenge.code)", chart: chart)
    }
}

/// What comes next: the next figure, milestones, decisions, reviews.
struct NextCommand: Command {
    static let name = "next"
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try Daily.lookInside(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        var lines = [Phrase("next.head", ["code": view.code, "title": view.title])]
        if let day = view.dayLine { lines.append(day) }
        let before = lines.count
        if view.isRunning { lines += readings(view) }
        if [.stopped, .withdrawn, .closed].contains(view.assessment.state) {
            return .answer(lines + checks(view))
        }
        lines += view.openMilestones.prefix(6).map { view.line(of: $0) }
        if view.openMilestones.count > 6 {
            lines.append(Phrase("next.more", ["count": .count(view.openMilestones.count - 6)]))
        }
        for decision in view.openDecisions.prefix(3) {
            lines.append(
                Phrase(
                    decision.due == nil ? "next.decisionUndated" : "next.decision",
                    [
                        "code": view.full(decision.code), "text": Title.short(decision.text, 60),
                        "name": state.name(of: decision.decider),
                        "due": .date(decision.due ?? view.date),
                    ]))
        }
        if !view.isRunning { lines += gate(challenge, state, context) }
        lines += reviews(challenge, state, view.date)
        if !view.isRunning { lines += checks(view) }
        if lines.count == before { lines.append(Phrase("next.nothing")) }
        return .answer(lines)
    }

    /// What is missing before the challenge may move on, and who can mend it: the first few.
    private func gate(_ challenge: Challenge, _ state: State, _ context: Context) -> [Phrase] {
        let gate = Gate(challenge, state, context)
        guard let ahead = gate.ahead else { return [] }
        let missing = ahead.row.gate(gate).lines(state)
        guard missing.isEmpty else { return Array(missing.prefix(6)) }
        return [
            Phrase(
                "next.gateClear",
                [
                    "command": .code("/\(ahead.command) \(challenge.code)"),
                    "who": .list(
                        Role.allCases.filter(ahead.row.actors.contains).map {
                            .term("role.\($0.rawValue)")
                        }),
                ])
        ]
    }

    /// The checks after the pledge that are still to come.
    private func checks(_ view: ChallengeView) -> [Phrase] {
        guard view.challenge.sustainability?.signedOn != nil else { return [] }
        return view.challenge.checksAhead.map {
            Phrase(
                "next.review",
                ["review": .term("review.\($0.kind.rawValue)"), "date": .date($0.date)])
        }
    }

    private func readings(_ view: ChallengeView) -> [Phrase] {
        guard let (goal, judged) = view.primary, goal.mode != .yesNo,
            let dayOne = view.challenge.dayOne,
            let lastDay = view.challenge.lastDay
        else { return [] }
        // Asked for on the same day as the reminder does, also where the challenge was taken over late.
        let due = min(
            judged.last.map { $0.asOf + max(1, goal.interval) }
                ?? Reminding.readingDue(goal, dayOne: dayOne), lastDay)
        let keeper = goal.owner ?? view.challenge.holders(of: .dataKeeper).first
        return [
            Phrase(
                keeper == nil ? "next.readingNobody" : "next.reading",
                ["due": .date(due), "name": keeper.map { view.state.name(of: $0) } ?? .text("")])
        ]
    }

    private func reviews(_ challenge: Challenge, _ state: State, _ today: LocalDate) -> [Phrase] {
        let cohort = state.cohorts[challenge.head.cohort]
        let days = state.days(of: challenge)
        return [ReviewKind.weekFour, .midpoint, .closing].compactMap { kind in
            guard let date = challenge.plannedReview(kind, cohort, days), date >= today,
                !challenge.isReviewCancelled(kind),
                !challenge.reviews.contains(where: { $0.kind == kind && $0.date <= today })
            else { return nil }
            return Phrase(
                "next.review", ["review": .term("review.\(kind.rawValue)"), "date": .date(date)])
        }
    }
}
