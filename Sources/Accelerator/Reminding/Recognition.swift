import Language

/// Row 22: what deserves a word on a day: a milestone done, a quarter of the way passed, the best week so far.
enum Recognition {
    struct Found: Hashable {
        var milestones: [Milestone] = []
        /// 25, 50, 75 or 100 % of the way.
        var quarter: Int?
        var value: Double?
        /// The day of that figure.
        var asOf: LocalDate?
        var best: BestWeek?
        var isEmpty: Bool { milestones.isEmpty && quarter == nil && best == nil }
    }

    /// The last day of each run of days that are told on one working morning.
    static func days(
        _ challenge: Challenge, _ zones: Zones, _ zone: String, _ days: WorkingDays,
        around: LocalDate
    ) -> [LocalDate] {
        var told: [LocalDate: LocalDate] = [:]
        for date in dates(challenge, zones, zone) where date >= around - 20 {
            guard let morning = days.next(after: date) else { continue }
            told[morning] = max(told[morning] ?? date, date)
        }
        return told.values.sorted()
    }

    /// What is told on the working morning after a day.
    static func found(
        _ challenge: Challenge, _ zones: Zones, _ zone: String, _ days: WorkingDays,
        on nominal: LocalDate
    ) -> Found {
        let morning = days.next(after: nominal)
        var found = Found()
        found.milestones = challenge.milestones.filter {
            $0.state == .done && $0.movedOn.map { days.next(after: $0) == morning } ?? false
        }
        for passed in quarters(challenge, zones, zone) where days.next(after: passed.on) == morning
        {
            found.quarter = max(found.quarter ?? 0, passed.quarter)
            found.value = passed.value
            found.asOf = passed.asOf
        }
        found.best = BestWeek.all(of: challenge).last {
            days.next(after: local($0.enteredAt, zones, zone)) == morning
        }
        return found
    }

    private static func dates(
        _ challenge: Challenge, _ zones: Zones, _ zone: String
    ) -> [LocalDate] {
        var dates = quarters(challenge, zones, zone).map(\.on)
        dates += BestWeek.all(of: challenge).map { local($0.enteredAt, zones, zone) }
        let milestones = challenge.milestones
        for place in milestones.indices where milestones[place].state == .done {
            if let done = milestones[place].movedOn { dates.append(done) }
        }
        return dates
    }

    private static func local(_ at: Instant, _ zones: Zones, _ zone: String) -> LocalDate {
        (zones.local(at, in: zone) ?? at.local(offset: 0)).date
    }

    /// When each quarter of the way was passed for the first time, by the day the figure was entered.
    private static func quarters(
        _ challenge: Challenge, _ zones: Zones, _ zone: String
    ) -> [(on: LocalDate, quarter: Int, value: Double, asOf: LocalDate)] {
        guard let goal = challenge.primaryGoal, goal.direction != .hold, goal.mode != .yesNo else {
            return []
        }
        var best = 0
        var passed: [(on: LocalDate, quarter: Int, value: Double, asOf: LocalDate)] = []
        let readings = goal.readings
        let versions = goal.versions
        for place in readings.indices where !readings.isVoided(place) {
            let asOf = readings.figure(place).asOf
            let value = readings.figure(place).value
            guard
                let version = versions.lastIndex(where: { $0.effectiveFrom <= asOf })
                    ?? versions.indices.first,
                versions[version].target != goal.baseline
            else { continue }
            let target = versions[version].target
            let share = (value - goal.baseline) / (target - goal.baseline)
            guard share.isFinite else { continue }
            let quarter = Int(min(max(share, 0), 1) * 4 + 1e-9)
            guard quarter > best else { continue }
            best = quarter
            let day = local(readings.figure(place).enteredAt, zones, zone)
            passed.append((on: day, quarter: quarter * 25, value: value, asOf: asOf))
        }
        return passed
    }
}
