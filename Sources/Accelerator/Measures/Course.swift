import Language

/// The days of a challenge and the day it is looked at from: judges its goals.
///
/// Which readings count, exactly, without looking at more of them than needed:
///
/// 1. Readings stand in the order they were entered, and none is for a day after the one it was entered
///    on. So, walking from the end, once a reading was entered before a day no earlier one can be for
///    that day or later: the walk stops (with two days to spare for zones).
/// 2. The last valid reading is the one for the latest day; of several for one day, the first met on
///    that walk, which is the latest entered.
/// 3. A valid reading that supersedes another hides it. It was entered later, so the walk meets it first.
/// 4. The forecast's window is the 28 days that end with the day of the last reading (its day − 27 to its
///    day), one reading a day: a second walk, days already met marked in a mask.
struct Course {
    let dayOne: LocalDate
    let duration: Int
    let known: Known
    /// Critical milestones done, and all of them: what a yes/no goal counts.
    let criticalDone: (done: Int, of: Int)

    var lastDay: LocalDate { dayOne + (duration - 1) }
    /// The day as of which lateness is judged: the clock stops on the last day.
    var judged: LocalDate { min(known.date, lastDay) }
    private var today: Int { known.date - dayOne + 1 }

    static func criticalDone(_ milestones: borrowing [Milestone], by date: LocalDate) -> (
        done: Int, of: Int
    ) {
        var done = 0
        var all = 0
        for place in milestones.indices where milestones[place].isCritical {
            all += 1
            if milestones[place].state == .done, !milestones[place].isOpen(on: date) { done += 1 }
        }
        return (done, all)
    }

    func assess(_ goal: UnsafePointer<Goal>, newest: Reported? = nil) -> GoalAssessment {
        goal.pointee.readings.withFigures { figures in
            assess(goal, Entered(goal: goal, figures: figures, newest: newest))
        }
    }

    private func assess(_ goal: UnsafePointer<Goal>, _ entered: Entered) -> GoalAssessment {
        let versions = goal.pointee.versions
        let version =
            versions.indices.last { versions[$0].effectiveFrom <= known.date }
            ?? versions.indices.first
        let target = version.map { versions[$0].target } ?? goal.pointee.baseline
        let scale = Scale(
            goal.pointee.mode, goal.pointee.direction, baseline: goal.pointee.baseline,
            target: target, criticalDone: criticalDone)
        // A yes/no goal is read off its milestones: always fresh.
        let last: Point? =
            goal.pointee.mode == .yesNo
            ? Point(asOf: judged, value: Double(criticalDone.done)) : latest(in: entered)
        var assessment = GoalAssessment(
            code: goal.pointee.code, isPrimary: goal.pointee.isPrimary, colour: .onTrack,
            reasons: [],
            target: target,
            last: nil, staleDays: 0, staleWorkingDays: 0,
            isForecastShown: today >= known.thresholds.forecastShownFrom)
        let since = last?.asOf ?? (dayOne - 1)
        assessment.staleDays = max(0, known.date - since)
        assessment.staleWorkingDays = known.days.count(after: since, through: known.date)
        let silence =
            known.date == judged
            ? assessment.staleWorkingDays : known.days.count(after: since, through: judged)
        guard let last else {
            judgeNoReading(&assessment, silence)
            return assessment
        }
        let points = version.flatMap {
            versions[$0].trajectory.isEmpty ? nil : versions[$0].trajectory
        }
        let standing = standing(of: last, in: entered, scale: scale, trajectory: points)
        assessment.last = standing
        // Holding is achieved when it has been held to the last day.
        let isMet = standing.progress >= 1 && (!scale.isBand || today >= duration)
        judge(&assessment, standing, silence, isMet: isMet, againstTrajectory: points != nil)
        return assessment
    }

    // MARK: Colour

    private func judgeNoReading(_ goal: inout GoalAssessment, _ silence: Int) {
        guard min(today, duration) >= known.thresholds.firstReadingDay else { return }
        goal.colour = silence > known.thresholds.veryStaleDays ? .offTrack : .atRisk
        goal.reasons = [.noReading(workingDays: silence)]
        if today >= known.thresholds.forecastJudgedFrom {
            goal.colour = .offTrack
            goal.reasons.append(.noForecast)
        }
    }

    private func judge(
        _ goal: inout GoalAssessment, _ standing: Standing, _ silence: Int, isMet: Bool,
        againstTrajectory: Bool
    ) {
        let thresholds = known.thresholds
        if isMet {
            goal.colour = .achieved
            return
        }
        goal.reasons = [.gap(standing.gap, againstTrajectory: againstTrajectory)]
        if today > 14 {
            goal.colour =
                standing.gap >= thresholds.onTrackGap
                ? .onTrack
                : standing.gap >= thresholds.offTrackGap ? .atRisk : .offTrack
        }
        if silence > thresholds.staleDays {
            goal.colour = max(goal.colour, silence > thresholds.veryStaleDays ? .offTrack : .atRisk)
            goal.reasons.append(.silent(workingDays: silence))
        }
        guard today >= thresholds.forecastJudgedFrom else { return }
        guard let finish = standing.forecast?.finishDay else {
            goal.colour = .offTrack
            goal.reasons.append(.noForecast)
            return
        }
        if Double(finish) > thresholds.forecastLimit * Double(duration) {
            goal.colour = .offTrack
            goal.reasons.append(.forecastBeyondLimit(limit: thresholds.forecastLimit))
        } else if finish > duration {
            goal.colour = max(goal.colour, .atRisk)
            goal.reasons.append(.forecastAfterLastDay(day: finish))
        }
    }

    // MARK: Readings

    /// A reading that counts, as far as it matters here.
    struct Point {
        var asOf: LocalDate
        var value: Double
    }

    /// Readings in the order they were entered, and perhaps one that is about to be.
    struct Entered {
        /// The goal of which they are, where it lies, and its readings' figures where they do.
        let goal: UnsafePointer<Goal>
        let figures: UnsafeBufferPointer<Readings.Figure>
        let newest: Reported?
    }

    /// Calls `body` with every reading that counts, the last entered first, until it is told to stop.
    /// `body` sees several readings for one day where there are several.
    @inline(__always)
    private func walk(
        _ entered: Entered, from earliest: () -> LocalDate?, _ body: (Point) -> Void
    ) {
        var hidden: [String] = []
        let lastDay = lastDay
        if let newest = entered.newest, known.sees(newest) {
            if let other = newest.supersedes { hidden.append(other) }
            if newest.asOf <= lastDay { body(Point(asOf: newest.asOf, value: newest.value)) }
        }
        let figures = entered.figures
        let goal = entered.goal
        var place = figures.count
        while place > 0 {
            place -= 1
            let figure = figures[place]
            if let earliest = earliest(), Instant.floorDays(figure.enteredAt) + 2 < earliest.days {
                return
            }
            guard known.sees(figure, voidedAt: goal.pointee.readings.voidedAt(place)) else {
                continue
            }
            if !hidden.isEmpty || figure.isRare {
                let isHidden = hidden.contains(goal.pointee.readings.id(place))
                if let other = goal.pointee.readings.supersedes(place) { hidden.append(other) }
                if isHidden { continue }
            }
            guard figure.asOf <= lastDay else { continue }
            body(Point(asOf: figure.asOf, value: figure.value))
        }
    }

    private func latest(in readings: Entered) -> Point? {
        var best: Point?
        walk(readings, from: { best?.asOf }) { point in
            if best.map({ point.asOf > $0.asOf }) ?? true { best = point }
        }
        return best
    }

    // MARK: Figures

    private func standing(
        of last: Point, in readings: Entered, scale: Scale,
        trajectory: [TrajectoryPoint]?
    ) -> Standing {
        let day = min(last.asOf - dayOne + 1, duration)
        let x = min(max(Double(day) / Double(duration), 0), 1)
        let progress: Double
        switch scale.kind {
        case .way: progress = scale.progress(last.value)
        case .milestones(let share): progress = share
        case .band: progress = shareInBand(readings, scale)
        }
        let curve = 3 * x * x - 2 * x * x * x
        let expected = trajectory.map { Self.expected($0, day: day, duration: duration) } ?? curve
        let forecast = forecast(last, day: day, progress: progress, readings, scale)
        let weeksLeft = Double(duration - day) / 7
        let way = scale.target - scale.baseline
        return Standing(
            asOf: last.asOf, value: last.value, day: day, progress: progress + 0, expectedLinear: x,
            expectedCurve: curve, expected: expected, gap: min(progress, 1) - expected,
            forecast: forecast,
            neededPace: weeksLeft > 0 ? (scale.target - last.value) / weeksLeft : nil,
            actualPace: forecast?.slopePerWeek.map { $0 * way })
    }

    /// Piecewise linear through (0, 0), the points, (D, 1).
    static func expected(_ points: [TrajectoryPoint], day: Int, duration: Int) -> Double {
        var from = (day: 0, share: 0.0)
        for point in points where point.day > from.day && point.day < duration {
            if day <= point.day { return between(from, (point.day, point.share), day) }
            from = (point.day, point.share)
        }
        return between(from, (duration, 1), day)
    }
    private static func between(
        _ from: (day: Int, share: Double), _ to: (day: Int, share: Double), _ day: Int
    ) -> Double {
        guard to.day > from.day, day > from.day else { return from.share }
        guard day < to.day else { return to.share }
        return from.share + (to.share - from.share) * Double(day - from.day)
            / Double(to.day - from.day)
    }

    /// 1. Met: the first day on which the day's valid reading reached the target.
    /// 2. Three readings or more of the window, spanning ten days or more: the slope of least squares.
    /// 3. Else the average since Day 0; none where the reading is of Day 0 or before.
    private func forecast(
        _ last: Point, day: Int, progress: Double, _ readings: Entered, _ scale: Scale
    ) -> Forecast? {
        if progress >= 1 {
            return Forecast(
                method: .done, slopePerWeek: nil,
                finishDay: scale.isWay ? firstDayDone(readings, scale) ?? day : day,
                progressAtEnd: progress)
        }
        let slope: Double
        let method: Forecast.Method
        if scale.isWay, let fitted = fittedSlope(last, readings, scale) {
            slope = fitted
            method = .leastSquares
        } else {
            guard day > 0 else { return nil }
            slope = progress / Double(day)
            method = .averageSinceStart
        }
        var finish: Int?
        if slope > 0 {
            let exact = (Double(day) + (1 - progress) / slope).rounded(.up)
            finish = exact < 1_000_000 ? Int(exact) : nil
        }
        return Forecast(
            method: method, slopePerWeek: slope * 7 + 0, finishDay: finish,
            progressAtEnd: progress + max(slope, 0) * Double(duration - day) + 0)
    }

    private func fittedSlope(
        _ last: Point, _ readings: Entered, _ scale: Scale
    ) -> Double? {
        let first = last.asOf - 27
        var values = InlineArray<28, Double>(repeating: 0)
        var seen: UInt32 = 0
        walk(readings, from: { first }) { point in
            let place = point.asOf - first
            guard place >= 0, place < 28, seen & (1 << UInt32(place)) == 0 else { return }
            seen |= 1 << UInt32(place)
            values[place] = scale.progress(point.value)
        }
        guard seen.nonzeroBitCount >= 3, 27 - seen.trailingZeroBitCount >= 10 else { return nil }
        // Centred on the means, oldest first: a finish that falls on a whole day is rounded up or not by
        // the last bit of this, and auditors compute it so.
        let count = Double(seen.nonzeroBitCount)
        let day = first - dayOne + 1
        var sumX = 0.0, sumY = 0.0
        for place in 0..<28 where seen & (1 << UInt32(place)) != 0 {
            sumX += Double(day + place)
            sumY += values[place]
        }
        let meanX = sumX / count, meanY = sumY / count
        var along = 0.0, square = 0.0
        for place in 0..<28 where seen & (1 << UInt32(place)) != 0 {
            let x = Double(day + place) - meanX
            along += x * (values[place] - meanY)
            square += x * x
        }
        return along / square
    }

    private func firstDayDone(_ readings: Entered, _ scale: Scale) -> Int? {
        var seen = DayMask()
        var first: Int?
        walk(readings, from: { nil }) { point in
            let day = point.asOf - dayOne + 1
            guard day >= 1, seen.insert(day), scale.progress(point.value) >= 1 else { return }
            first = min(first ?? day, day)
        }
        return first
    }

    private func shareInBand(_ readings: Entered, _ scale: Scale) -> Double {
        var seen = DayMask()
        var inside = 0
        var all = 0
        walk(readings, from: { nil }) { point in
            guard seen.insert(point.asOf - dayOne + 1) else { return }
            all += 1
            if scale.isInBand(point.value) { inside += 1 }
        }
        return all == 0 ? 0 : Double(inside) / Double(all)
    }
}

/// Days 1 … 128 already met.
private struct DayMask {
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    /// Whether the day was new. Days outside are never new.
    mutating func insert(_ day: Int) -> Bool {
        guard day >= 1, day <= 128 else { return false }
        let bit: UInt64 = 1 << UInt64((day - 1) % 64)
        let isNew = (day <= 64 ? low : high) & bit == 0
        if day <= 64 { low |= bit } else { high |= bit }
        return isNew
    }
}

/// How values become a share of the way.
struct Scale {
    enum Kind {
        /// `(v − b)/(t − b)`.
        case way
        /// Yes/no: the share of critical milestones done.
        case milestones(Double)
        /// Hold: the share of readings inside the band around the target.
        case band
    }
    var kind: Kind
    var baseline: Double
    var target: Double

    init(goal: borrowing Goal, target: Double, criticalDone: (done: Int, of: Int)) {
        self.init(
            goal.mode, goal.direction, baseline: goal.baseline, target: target,
            criticalDone: criticalDone)
    }
    init(
        _ mode: GoalMode, _ direction: Direction, baseline: Double, target: Double,
        criticalDone: (done: Int, of: Int)
    ) {
        self.baseline = baseline
        self.target = target
        if mode == .yesNo {
            kind = .milestones(
                criticalDone.of == 0 ? 0 : Double(criticalDone.done) / Double(criticalDone.of))
        } else {
            kind = direction == .hold ? .band : .way
        }
    }

    var isWay: Bool { if case .way = kind { true } else { false } }
    var isBand: Bool { if case .band = kind { true } else { false } }

    /// A target equal to the baseline is met or not met, nothing between.
    @inline(__always)
    func progress(_ value: Double) -> Double {
        target == baseline ? (value == target ? 1 : 0) : (value - baseline) / (target - baseline)
    }
    /// As far from the target as the baseline was, or within ten per cent of it where it began there.
    func isInBand(_ value: Double) -> Bool {
        let half = target == baseline ? abs(target) * 0.1 : abs(target - baseline)
        return abs(value - target) <= half
    }
}

extension Instant {
    /// Days since 1970-01-01 in UTC.
    @inline(__always)
    static func floorDays(_ instant: Instant) -> Int {
        let days = instant.milliseconds / day
        return Int(instant.milliseconds % day < 0 ? days - 1 : days)
    }
}
