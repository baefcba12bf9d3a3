import Accelerator
import Testing

/// What is asked about before a figure is believed (method.md 2.5).
struct ReadingGuardTests {
    private static func goal(_ unit: String, _ mode: GoalMode, baseline: Double) -> Goal {
        var goal = Goal()
        goal.unit = unit
        goal.mode = mode
        goal.baseline = baseline
        return goal
    }
    private static let percent = ReadingGuard(
        goal("%", .level, baseline: 61), target: 98, reference: 78.4)
    private static let total = ReadingGuard(
        goal("places", .cumulative, baseline: 120), target: 1000, reference: 583)
    private static let falling = ReadingGuard(
        goal("working days", .level, baseline: 42), target: 15, reference: 31.8)
    private static let small = ReadingGuard(
        goal("%", .level, baseline: 0.2), target: 5, reference: 0.4)

    @Test(
        arguments: [
            (percent, 80.7, nil), (percent, 70, nil), (percent, 0.784, .fraction(78.4)),
            (percent, 784, .scale(78.4)), (percent, 7.84, .scale(78.4)),
            (percent, 7840, .scale(78.4)),
            (percent, -1, .outside), (percent, 150, .outside),
            (total, 627, nil), (total, 6270, .scale(627)), (total, 44, .decrease),
            (total, 582, .decrease),
            (falling, 30.2, nil), (falling, 22.4, nil), (falling, 302, .scale(30.2)),
            (falling, 3.1, .scale(31)),
            (small, 0.7, nil), (small, 2, nil),
        ] as [(ReadingGuard, Double, ReadingGuard.Doubt?)])
    func doubts(of plausible: ReadingGuard, value: Double, expected: ReadingGuard.Doubt?) {
        #expect(plausible.doubt(value) == expected, "\(value)")
    }

    @Test func aJumpIsToldAsAShareOfTheWay() throws {
        // 78.4 → 98 is 19.6 of 37: more than 35 %, and no factor of ten away.
        guard case .jump(let share)? = Self.percent.doubt(98) else {
            Issue.record("no jump")
            return
        }
        #expect((share - 19.6 / 37).magnitude < 0.0001)
    }
}
