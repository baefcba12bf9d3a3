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
        let valid = goal.readings.filter { $0.voidedAt == nil }
        let hidden = Set(valid.compactMap(\.supersedes))
        var values: [Int: (asOf: LocalDate, value: Double)] = [:]
        var latest = 0
        var found: [BestWeek] = []
        func way(_ week: Int) -> (from: Double, gain: Double)? {
            guard let end = values[week]?.value,
                let start = week == 1 ? goal.baseline : values[week - 1]?.value
            else { return nil }
            return (start, (end - start) * sign)
        }
        for reading in valid where !hidden.contains(reading.id) {
            let day = reading.asOf - dayOne + 1
            guard (1...max(1, challenge.head.duration)).contains(day) else { continue }
            let week = (day + 6) / 7
            if let known = values[week], known.asOf > reading.asOf { continue }
            values[week] = (reading.asOf, reading.value)
            latest = max(latest, week)
            guard week == latest, found.last?.week != week, let own = way(week), own.gain > 0,
                own.gain.isFinite
            else { continue }
            let before = (1..<week).compactMap { way($0)?.gain }
            guard before.count + 1 >= fewest, let best = before.max(),
                // What is greater by the last bit alone is the same.
                own.gain > best + 1e-9 * max(abs(best), abs(own.gain))
            else { continue }
            found.append(
                BestWeek(
                    week: week, from: own.from, to: reading.value, asOf: reading.asOf,
                    enteredAt: reading.enteredAt))
        }
        return found
    }
}
