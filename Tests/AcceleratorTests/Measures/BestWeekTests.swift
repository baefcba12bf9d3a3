import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// Which weeks of a challenge are the best so far (method.md 3.1, row 22).
@Suite("The best week so far") struct BestWeekTests {
    private static let dayOne = LocalDate(days: 20_486)  // Mon 2 Feb 2026

    private static func reading(_ value: Double, day: Int, entered: Int? = nil) -> Reported {
        var reading = Reported()
        reading.id = "R\(day)-\(entered ?? day)"
        reading.asOf = dayOne + (day - 1)
        reading.value = value
        let on = dayOne + ((entered ?? day) - 1)
        reading.enteredAt = Instant(milliseconds: Int64(on.days) * Instant.day)
        return reading
    }

    private static func challenge(
        _ direction: Direction, from baseline: Double, _ readings: [Reported]
    ) -> Challenge {
        var goal = Goal()
        goal.isPrimary = true
        goal.direction = direction
        goal.baseline = baseline
        goal.readings = Readings(readings)
        var challenge = Challenge()
        challenge.head.dayOne = dayOne
        challenge.goals = [goal]
        return challenge
    }

    /// One reading a week, on its last day; nil for a week without one.
    private static func weekly(_ direction: Direction, _ baseline: Double, _ values: [Double?])
        -> [Int]
    {
        let readings = values.enumerated().compactMap { week, value in
            value.map { reading($0, day: week * 7 + 7) }
        }
        return BestWeek.all(of: challenge(direction, from: baseline, readings)).map(\.week)
    }

    @Test("by the way of each week, once three are known")
    func weeks() {
        // 10, 5, 15, 4, 26: two weeks are too few to speak of a best one.
        #expect(Self.weekly(.up, 0, [10, 15, 30, 34, 60]) == [3, 5])
        #expect(Self.weekly(.up, 0, [10, 30]) == [])
        #expect(Self.weekly(.up, 0, [10, 20, 30]) == [], "as good as is not better")
        #expect(Self.weekly(.down, 60, [50, 45, 30, 26, 0]) == [3, 5])
        #expect(Self.weekly(.up, 60, [50, 45, 30, 26, 0]) == [], "the wrong way")
        #expect(Self.weekly(.hold, 0, [10, 15, 30]) == [])
        // The third week has no figure: neither its way nor the fourth's is known.
        #expect(Self.weekly(.up, 0, [10, 15, nil, 90, 91]) == [])
        #expect(Self.weekly(.up, 0, [10, 15, nil, 90, 101]) == [5])
    }

    @Test(
        "of one week's figures the first that makes it so; none by what comes late or was taken back"
    )
    func figures() throws {
        var readings = [10.0, 15].enumerated().map {
            Self.reading($0.element, day: $0.offset * 7 + 7)
        }
        readings += [Self.reading(28, day: 16), Self.reading(40, day: 20)]
        let found = BestWeek.all(of: Self.challenge(.up, from: 0, readings))
        let best = try #require(found.first)
        #expect(found.count == 1)
        #expect(best.from == 15 && best.to == 28 && best.asOf == Self.dayOne + 15)
        var void = readings
        void[2].voidedAt = Instant(milliseconds: 0)
        #expect(BestWeek.all(of: Self.challenge(.up, from: 0, void)).map(\.to) == [40])
        // A figure that another one corrected is none; the one in its place is.
        var corrected = readings
        corrected[2].supersedes = nil
        corrected[3].supersedes = corrected[2].id
        #expect(BestWeek.all(of: Self.challenge(.up, from: 0, corrected)).map(\.to) == [40])
        // Entered later, but for an earlier day of the same week: the week's value stays.
        let earlier = [
            Self.reading(10, day: 7), Self.reading(15, day: 14), Self.reading(16, day: 21),
            Self.reading(60, day: 18, entered: 22), Self.reading(22, day: 28),
        ]
        #expect(BestWeek.all(of: Self.challenge(.up, from: 0, earlier)) == [])
        // Four weeks are known, and a figure comes in for the third: for a day of it, for its last one.
        for day in [19, 21] {
            let filled = [
                Self.reading(10, day: 7), Self.reading(15, day: 14), Self.reading(18, day: 21),
                Self.reading(19, day: 28), Self.reading(60, day: day, entered: 29),
            ]
            #expect(BestWeek.all(of: Self.challenge(.up, from: 0, filled)) == [], "day \(day)")
        }
        // Known only in week 3: a figure of week 2, better than all.
        let late = [
            Self.reading(1, day: 7), Self.reading(3, day: 21),
            Self.reading(90, day: 14, entered: 22),
        ]
        #expect(BestWeek.all(of: Self.challenge(.up, from: 0, late)).isEmpty)
    }

    @Test("what is counted in milestones, and what comes after the last day, makes none")
    func bounds() {
        let readings = (1...15).map { Self.reading(Double($0), day: $0 * 7 - 1) }
        var challenge = Self.challenge(.up, from: 0, readings)
        // Day 99 is the first of the fifteenth week, and day 101 is no day of a hundred.
        challenge.goals[0].readings[14] = Self.reading(90, day: 99)
        #expect(BestWeek.all(of: challenge).map(\.week) == [15])
        challenge.goals[0].readings[14] = Self.reading(90, day: 101)
        #expect(BestWeek.all(of: challenge) == [])
        challenge.goals[0].readings[14] = Self.reading(90, day: 99)
        challenge.goals[0].mode = .yesNo
        #expect(BestWeek.all(of: challenge) == [])
    }

    @Test("against another reckoning, up and down alike, whatever the figures")
    func reckoned() {
        var random = Seeded(22)
        for _ in 0..<400 {
            let values = (0..<14).map { _ -> Double? in
                random.below(5) == 0 ? nil : Double(random.below(100))
            }
            var ways: [Int: Double] = [:]
            var expected: [Int] = []
            for week in 1...14 {
                let before = week == 1 ? 50 : values[week - 2]
                guard let end = values[week - 1], let before else { continue }
                ways[week] = end - before
                let earlier = ways.filter { $0.key < week }.map(\.value)
                if earlier.count >= 2, end > before, earlier.allSatisfy({ $0 < end - before }) {
                    expected.append(week)
                }
            }
            #expect(Self.weekly(.up, 50, values) == expected)
            #expect(Self.weekly(.down, -50, values.map { $0.map { -$0 } }) == expected)
        }
    }
}
