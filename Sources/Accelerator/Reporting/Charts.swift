public import Language

// The pictures that go with the reports (method.md 4): the course of a goal, and a row a challenge.

extension Chart {
    /// Stands in a text for ``instead``: gone where the picture is shown.
    static let place = Phrase("chart.here")
}

extension Outgoing {
    /// The lines as they are said: those that stand for the chart stand where it belongs, else at the
    /// end; where the picture itself is shown they are left out.
    public func lines(withPicture: Bool) -> [Phrase] {
        let instead = withPicture ? [] : chart?.instead ?? []
        guard let place = phrases.firstIndex(of: Chart.place) else { return phrases + instead }
        return phrases[..<place] + instead + phrases[(place + 1)...].filter { $0 != Chart.place }
    }
}

extension ChallengeView {
    /// The course of a goal, by default the primary one: readings, what was expected, where it goes, the
    /// target, today. Nil while there is no Day 1, or nothing that could be drawn.
    public func chart(of code: String? = nil) -> Chart? {
        let goal =
            code.flatMap { code in challenge.goals.first { $0.code == code } }
            ?? challenge.primaryGoal
        guard let goal, let course = GoalCourse(goal, self) else { return nil }
        return course.chart
    }
}

/// What is drawn of one goal.
///
/// 1. The days run from Day 0, with the baseline, to the last day. A reading for a day before is left out.
/// 2. What was expected is the agreed trajectory, else the S-curve; nothing where a value is to be held.
/// 3. The forecast begins at the last reading and ends where it meets the target, at the latest on the last
///    day. It is drawn when it may be shown (method.md 2.6), while the challenge runs.
/// 4. A yes/no goal has steps: its critical milestones done.
private struct GoalCourse {
    let goal: Goal
    let view: ChallengeView
    let dayOne: LocalDate
    let judged: GoalAssessment?
    let baseline: Double
    let target: Double
    let readings: [Chart.Point]
    let lastOn: LocalDate?

    init?(_ goal: Goal, _ view: ChallengeView) {
        guard let dayOne = view.challenge.dayOne else { return nil }
        self.goal = goal
        self.view = view
        self.dayOne = dayOne
        judged = view.assessment.goals.first { $0.code == goal.code }
        let known = view.known
        let last = min(known.date, dayOne + (view.duration - 1))
        if goal.mode == .yesNo {
            let critical = view.challenge.milestones.filter(\.isCritical)
            guard !critical.isEmpty else { return nil }
            baseline = 0
            target = Double(critical.count)
            let done = critical.filter { $0.state == .done }.compactMap(\.movedOn).filter {
                $0 <= last
            }.sorted()
            var points: [Chart.Point] = []
            for (count, on) in done.enumerated() {
                let day = Double(max(0, on - dayOne + 1))
                points.append(Chart.Point(day, Double(count)))
                points.append(Chart.Point(day, Double(count + 1)))
            }
            readings = points
            lastOn = done.last
        } else {
            baseline = goal.baseline
            target = judged?.target ?? goal.version(on: known.date)?.target ?? goal.baseline
            let counted = goal.counted(known, through: last).filter {
                $0.asOf >= dayOne && $0.value.isFinite
            }
            readings = counted.map { Chart.Point(Double($0.asOf - dayOne + 1), $0.value) }
            lastOn = counted.last?.asOf
        }
        guard baseline.isFinite, target.isFinite else { return nil }
    }

    private var isHeld: Bool { goal.mode != .yesNo && goal.direction == .hold }
    private var unit: String { goal.mode == .yesNo ? "" : goal.unit }
    private var duration: Double { Double(view.duration) }
    private func value(_ share: Double) -> Double { baseline + share * (target - baseline) }

    var chart: Chart {
        Chart(
            title: .phrase(Phrase("chart.title", ["code": view.code, "title": view.title])),
            subtitle: .text(goal.name), badge: badge, body: .plot(plot), alt: alt, instead: instead)
    }

    private var badge: Chart.Badge {
        let colour =
            judged?.isPrimary == false ? judged?.colour ?? .notStarted : view.assessment.colour
        return Chart.Badge(.term("colour.\(colour.term)"), colour.tone)
    }

    // MARK: Lines

    private var plot: Chart.Plot {
        let lines = [level, former, expected, projected, measured].compactMap { $0 }
        let band = isHeld ? self.band : nil
        var values = lines.flatMap { $0.points.map(\.y) } + [baseline]
        if let band { values += [band.lowerBound, band.upperBound] }
        let marks = Chart.scale(values.min() ?? 0, values.max() ?? 1)
        let isPercent = unit == "%"
        return Chart.Plot(
            x: 0...duration, y: (marks.first ?? 0)...(marks.last ?? 1), xMarks: days,
            yMarks: marks.map { Chart.Mark($0, isPercent ? .measure($0, unit: "%") : .number($0)) },
            lines: lines, band: band, now: now,
            empty: readings.isEmpty ? .phrase(Phrase("chart.empty")) : nil)
    }

    /// Day 1, the quarters, the last day.
    private var days: [Chart.Mark] {
        let duration = view.duration
        let places =
            duration < 8
            ? [1, duration] : [1, duration / 4, duration / 2, duration * 3 / 4, duration]
        return Set(places).sorted().map { day in
            Chart.Mark(
                Double(day), .phrase(Phrase("chart.day", ["day": .count(day)])),
                below: .date(dayOne + (day - 1)))
        }
    }

    private var now: Chart.Mark? {
        if view.assessment.state == .stopped {
            guard let on = view.movedOn(.stopped) else { return nil }
            let day = Double(on - dayOne + 1)
            guard day >= 0, day <= duration else { return nil }
            return Chart.Mark(day, .phrase(Phrase("chart.stopped")))
        }
        guard let day = view.assessment.day, day >= 0, day <= view.duration else { return nil }
        return Chart.Mark(Double(day), .phrase(Phrase("chart.today")))
    }

    private var level: Chart.Line {
        Chart.Line(
            .level, .phrase(Phrase("chart.target")),
            [Chart.Point(0, target), Chart.Point(duration, target)],
            end: .phrase(Phrase("chart.targetIs", ["target": .measure(target, unit: unit)])))
    }

    /// The first target, where another is in force.
    private var former: Chart.Line? {
        guard goal.mode != .yesNo, let first = goal.versions.first?.target, first != target,
            first.isFinite
        else { return nil }
        return Chart.Line(
            .former, .phrase(Phrase("chart.firstTarget")),
            [Chart.Point(0, first), Chart.Point(duration, first)],
            end: .phrase(Phrase("chart.firstTargetIs", ["target": .measure(first, unit: unit)])))
    }

    private var expected: Chart.Line? {
        guard !isHeld, target != baseline else { return nil }
        let trajectory = goal.version(on: view.date)?.trajectory ?? []
        var points: [Chart.Point] = []
        if trajectory.isEmpty {
            for step in 0...24 {
                let x = Double(step) / 24
                points.append(Chart.Point(x * duration, value(3 * x * x - 2 * x * x * x)))
            }
        } else {
            points.append(Chart.Point(0, baseline))
            var last = 0
            for point in trajectory
            where point.day > last && point.day < view.duration && point.share.isFinite {
                points.append(Chart.Point(Double(point.day), value(point.share)))
                last = point.day
            }
            points.append(Chart.Point(duration, target))
        }
        return Chart.Line(.expected, .phrase(Phrase("chart.expected")), points)
    }

    private var measured: Chart.Line? {
        guard let last = readings.last else { return nil }
        let start = isHeld ? [] : [Chart.Point(0, baseline)]
        return Chart.Line(
            .measured, .phrase(Phrase(goal.mode == .yesNo ? "chart.done" : "chart.readings")),
            start + readings, end: .measure(last.y, unit: unit))
    }

    private var projected: Chart.Line? {
        guard view.isRunning, let judged, judged.isForecastShown, !isHeld, goal.mode != .yesNo,
            let standing = judged.last, let forecast = standing.forecast, forecast.method != .done,
            let last = readings.last, last.x < duration
        else { return nil }
        let end: Chart.Point
        if let finish = forecast.finishDay, finish <= view.duration {
            end = Chart.Point(Double(finish), target)
        } else {
            end = Chart.Point(duration, value(forecast.progressAtEnd))
        }
        guard end.x > last.x, end.y.isFinite else { return nil }
        return Chart.Line(.projected, .phrase(Phrase("chart.forecast")), [last, end])
    }

    private var band: ClosedRange<Double> {
        let half = target == baseline ? abs(target) * 0.1 : abs(target - baseline)
        return (target - half)...(target + half)
    }

    // MARK: Words

    private var alt: Phrase {
        var values: [Phrase.Field] = [
            .init("code", view.code), .init("name", .text(goal.name)),
            .init("from", .measure(baseline, unit: unit)),
            .init("to", .measure(target, unit: unit)),
            .init("colour", badge.word),
        ]
        guard let last = readings.last, let lastOn else { return Phrase("chart.altEmpty", values) }
        values += [
            .init("value", .measure(last.y, unit: unit)), .init("date", .date(lastOn)),
            .init("count", .count(goal.mode == .yesNo ? readings.count / 2 : readings.count)),
        ]
        guard let standing = judged?.last else { return Phrase("chart.altEnded", values) }
        values += [
            .init("way", .share(standing.progress)), .init("expected", .share(standing.expected)),
        ]
        guard let judged, let forecast = view.forecast(judged) else {
            return Phrase("chart.alt", values)
        }
        return Phrase("chart.altForecast", values + [.init("forecast", .phrase(forecast))])
    }

    private var instead: [Phrase] {
        guard goal.mode != .yesNo, !readings.isEmpty else { return [] }
        return [
            Phrase(
                "chart.spark",
                [
                    "spark": .spark([baseline] + readings.suffix(30).map(\.y)),
                    "count": .count(readings.count),
                ])
        ]
    }
}

extension Colour {
    /// What it means for whoever looks.
    var tone: Chart.Tone {
        switch self {
        case .onTrack: .good
        case .atRisk: .warning
        case .offTrack: .bad
        case .achieved: .done
        case .stopped: .ended
        case .notStarted: .unknown
        }
    }
}

extension CohortView {
    /// A row a challenge, the worst first: how far it is, and a tick where it was expected. Nil where
    /// there is none.
    public var chart: Chart? {
        guard !views.isEmpty else { return nil }
        let shown = views.prefix(Chart.mostBars)
        let bars = shown.map { view in
            let standing = view.assessment.primary?.last
            return Chart.Bar(
                code: view.code, title: Title.short(view.challenge.head.title, 40),
                badge: Chart.Badge(view.colour, view.assessment.colour.tone),
                share: standing?.progress, expected: view.isRunning ? standing?.expected : nil)
        }
        let rest = views.count - shown.count
        return Chart(
            title: .phrase(Phrase("chart.cohort", ["code": .code(cohort.code)])),
            subtitle: .phrase(
                rest > 0
                    ? Phrase("chart.more", ["head": .phrase(subtitle), "count": .count(rest)])
                    : subtitle),
            body: .bars(Array(bars), tick: .phrase(Phrase("chart.expected"))), alt: alt)
    }

    /// “Fri 20 Mar · Day 47/100 · 34 % of the way, expected 46 %”
    private var subtitle: Phrase {
        let duration = max(1, cohort.duration)
        guard let day, day >= 1, let mean else {
            return Phrase("chart.cohortOn", ["date": .date(date)])
        }
        let x = Double(min(day, duration)) / Double(duration)
        return Phrase(
            "chart.cohortDay",
            [
                "date": .date(date), "day": .count(min(day, duration)),
                "duration": .count(duration),
                "way": .share(mean), "expected": .share(3 * x * x - 2 * x * x * x),
            ])
    }

    private var alt: Phrase {
        let items = views.prefix(8).map { view -> Say in
            guard let standing = view.assessment.primary?.last else {
                return .phrase(
                    Phrase("chart.altRowEmpty", ["code": view.code, "colour": view.colour]))
            }
            return .phrase(
                Phrase(
                    "chart.altRow",
                    [
                        "code": view.code, "way": .share(standing.progress),
                        "expected": .share(standing.expected), "colour": view.colour,
                    ]))
        }
        return Phrase(
            "chart.altCohort",
            [
                "code": .code(cohort.code), "date": .date(date), "count": .count(views.count),
                "rows": .list(items),
            ])
    }
}
