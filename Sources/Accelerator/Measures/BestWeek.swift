package import Language

/// A week of the challenge in which its primary goal went further the wanted way than in any week before.
///
/// 1. A week's value is the last valid reading for a day in it. What the week brought is the way there from
///    the value of the week before, for the first week from the baseline; unknown where the week before has
///    no value.
/// 2. The way is counted as the goal wants it to go, up or down. A goal that is to hold, or that counts
///    milestones, has no best week.
/// 3. A best week brought more than nothing, and more than each known week before it. With itself, at least
///    three weeks are known.
/// 4. It is one from the reading on that made it so, and no second time by another reading of that week.
///    Figures that come in for an earlier week make none.
package struct BestWeek: Hashable {
    package var week: Int
    /// The value that the week began with, and the one that made it the best.
    package var from: Double
    package var to: Double
    /// The day of that figure, and when it was entered.
    package var asOf: LocalDate
    package var enteredAt: Instant

    /// Weeks whose way has to be known.
    package static let fewest = 3

    /// All of a challenge, in the order in which they were known.
    package static func all(of challenge: Challenge) -> [BestWeek] {
        guard let dayOne = challenge.dayOne, let goal = challenge.primaryGoal,
            goal.direction != .hold, goal.mode != .yesNo
        else { return [] }
        let sign = goal.direction == .down ? -1.0 : 1.0
        let last = max(1, challenge.head.duration)
        // Looked through by place, without a copy: this is asked for every challenge whose alarms move.
        let readings = goal.readings
        var hidden: Set<String> = []
        for place in readings.indices where !readings.isVoided(place) {
            if let other = readings.supersedes(place) { hidden.insert(other) }
        }
        var values = [(asOf: LocalDate, value: Double)?](repeating: nil, count: (last + 6) / 7 + 1)
        values[0] = (dayOne, goal.baseline)
        var latest = 0
        var found: [BestWeek] = []
        func gain(_ week: Int) -> Double? {
            guard let end = values[week], let start = values[week - 1] else { return nil }
            return (end.value - start.value) * sign
        }
        for place in readings.indices where !readings.isVoided(place) {
            let asOf = readings.figure(place).asOf, value = readings.figure(place).value
            let day = asOf - dayOne + 1
            guard (1...last).contains(day), !hidden.contains(readings.id(place)) else { continue }
            let week = (day + 6) / 7
            if let known = values[week], known.asOf > asOf { continue }
            values[week] = (asOf, value)
            latest = max(latest, week)
            guard week == latest, found.last?.week != week, let from = values[week - 1]?.value,
                let own = gain(week), own > 0, own.isFinite
            else { continue }
            var known = 1
            var best = -Double.infinity
            for before in 1..<week {
                guard let gain = gain(before) else { continue }
                known += 1
                best = max(best, gain)
            }
            // What is greater by the last bit alone is the same.
            guard known >= fewest, own > best + 1e-9 * max(abs(best), abs(own)) else { continue }
            found.append(
                BestWeek(
                    week: week, from: from, to: value, asOf: asOf,
                    enteredAt: readings[place].enteredAt))
        }
        return found
    }
}
