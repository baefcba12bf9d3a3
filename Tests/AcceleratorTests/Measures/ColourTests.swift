import Accelerator
import Language
import Testing

/// A running challenge of 100 days from Monday 5 January 2026, without holidays, on a day.
private struct Scene {
    let dayOne = LocalDate(iso: "2026-01-05") ?? LocalDate(days: 0)
    var challenge = Challenge()
    var thresholds = Thresholds()

    init() {
        challenge.head.code = "CH-01"
        challenge.head.dayOne = dayOne
        challenge.state = .accelerating
        challenge.goals = [goal("G1", isPrimary: true)]
    }
    func goal(_ code: String, isPrimary: Bool = false) -> Goal {
        var goal = Goal()
        goal.code = code
        goal.isPrimary = isPrimary
        goal.baseline = 0
        var version = GoalVersion()
        version.target = 100
        version.effectiveFrom = dayOne
        goal.versions = [version]
        return goal
    }
    mutating func read(_ value: Double, day: Int, goal: Int = 0, entered: Int? = nil) {
        var reading = Reported()
        reading.id = "R\(challenge.goals[goal].readings.count)"
        reading.asOf = dayOne + (day - 1)
        reading.value = value
        reading.enteredAt = Instant(
            milliseconds: Int64((dayOne + ((entered ?? day) - 1)).days) * Instant.day)
        challenge.goals[goal].readings.append(reading)
    }
    func on(_ day: Int) -> ChallengeAssessment {
        ChallengeAssessment.of(
            challenge,
            known: Known(
                endOf: dayOne + (day - 1), zone: "UTC", zones: Zones(),
                days: WorkingCalendar().days,
                thresholds: thresholds))
    }
}

@Suite("Colours and figures") struct ColourTests {
    /// The S-curve's share at a day of 100.
    private func curve(_ day: Int) -> Double {
        let x = Double(day) / 100
        return 3 * x * x - 2 * x * x * x
    }

    @Test("the gap decides from day 15 on, and is green at exactly −0.05")
    func gaps() {
        let rows: [(day: Int, gap: Double, colour: Colour)] = [
            (14, -0.019, .onTrack), (40, 0.1, .onTrack), (40, -0.049, .onTrack),
            (40, -0.051, .atRisk),
            (40, -0.199, .atRisk), (40, -0.201, .offTrack), (15, -0.06, .atRisk),
            (14, -0.06, .onTrack),
        ]
        for row in rows {
            var scene = Scene()
            scene.read((curve(row.day) + row.gap) * 100, day: row.day)
            let goal = scene.on(row.day).goals[0]
            #expect(goal.colour == row.colour, "\(row)")
            #expect(abs((goal.last?.gap ?? 9) - row.gap) < 1e-9)
        }
        var exact = Scene()
        var version = exact.challenge.goals[0].versions[0]
        version.trajectory = [TrajectoryPoint(day: 40, share: 0.5)]
        exact.challenge.goals[0].versions = [version]
        exact.read(45, day: 40)
        let goal = exact.on(40).goals[0]
        #expect(goal.last?.expected == 0.5)
        #expect(goal.reasons == [.gap(0.45 - 0.5, againstTrajectory: true)])
        #expect(goal.colour == .onTrack || 0.45 - 0.5 < -0.05)
    }

    @Test("no reading: green to day 9, yellow from day 10, red once very stale")
    func noReading() {
        let scene = Scene()
        let rows: [(Int, Colour)] = [
            (1, .onTrack), (9, .onTrack), (10, .atRisk), (14, .atRisk), (15, .offTrack),
            (60, .offTrack),
        ]
        for (day, colour) in rows { #expect(scene.on(day).colour == colour, "\(day)") }
        #expect(scene.on(10).reasons == [.noReading(workingDays: 8)])
        #expect(scene.on(60).reasons.contains(.noForecast))
    }

    @Test("silence worsens by working days only, and never improves")
    func silence() {
        var scene = Scene()
        // Day 19 is a Friday; days 20 and 21 are a weekend.
        scene.read(50, day: 19)
        let rows: [(Int, Colour, Int)] = [
            (21, .onTrack, 0), (26, .onTrack, 5), (28, .onTrack, 5), (29, .atRisk, 6),
            (33, .atRisk, 10), (36, .offTrack, 11),
        ]
        for (day, colour, silent) in rows {
            let goal = scene.on(day).goals[0]
            #expect(goal.colour == colour, "\(day)")
            #expect(goal.staleWorkingDays == silent, "\(day)")
            #expect(goal.staleDays == day - 19)
        }
    }

    @Test("a forecast counts from day 50: after the last day yellow, past 1.25 or none red")
    func forecasts() {
        func scene(_ perDay: Double) -> Scene {
            var scene = Scene()
            for day in [20, 30, 40, 49] { scene.read(50 + perDay * Double(day - 49), day: day) }
            return scene
        }
        // At day 49 half the way is left: 50 / slope days more.
        let rows: [(perDay: Double, finish: Int?, colour: Colour)] = [
            (1.2, 91, .onTrack), (0.99, 100, .onTrack), (0.97, 101, .atRisk), (0.66, 125, .atRisk),
            (0.65, 126, .offTrack), (0, nil, .offTrack), (-0.1, nil, .offTrack),
        ]
        for row in rows {
            let scene = scene(row.perDay)
            #expect(scene.on(49).colour == .onTrack, "before day 50: \(row)")
            let goal = scene.on(50).goals[0]
            #expect(goal.colour == row.colour, "\(row)")
            #expect(goal.last?.forecast?.finishDay == row.finish, "\(row)")
        }
        #expect(scene(1.2).on(29).goals[0].isForecastShown == false)
        #expect(scene(1.2).on(30).goals[0].isForecastShown == true)
    }

    @Test("achieved stays achieved, its flags are listed; the first day it was met is told")
    func achieved() {
        var scene = Scene()
        scene.read(100, day: 60)
        scene.read(90, day: 60, entered: 61)
        scene.read(101, day: 70)
        scene.read(103, day: 80)
        var blocker = Blocker()
        blocker.code = "B1"
        blocker.severity = .critical
        blocker.raisedOn = scene.dayOne
        scene.challenge.blockers = [blocker]
        let assessment = scene.on(95)
        #expect(assessment.colour == .achieved)
        #expect(assessment.goals[0].reasons.isEmpty)
        #expect(assessment.reasons == [.criticalBlocker(code: "B1", workingDays: 68)])
        let forecast = assessment.goals[0].last?.forecast
        #expect(
            forecast?.method == .done && forecast?.finishDay == 70 && forecast?.slopePerWeek == nil)
        // As known before the correction of day 60 was entered.
        #expect(scene.on(60).goals[0].last?.forecast?.finishDay == 60)
    }

    @Test("blockers, milestones and other goals worsen a challenge at their own limits")
    func worsening() {
        func colour(_ change: (inout Scene) -> Void, day: Int = 40) -> (Colour, [Reason]) {
            var scene = Scene()
            scene.read(60, day: day)
            change(&scene)
            let assessment = scene.on(day)
            return (assessment.colour, Array(assessment.reasons.dropFirst()))
        }
        func blocker(_ severity: Severity, raised: Int, resolved: Int? = nil) -> (inout Scene) ->
            Void
        {
            { scene in
                var blocker = Blocker()
                blocker.code = "B1"
                blocker.severity = severity
                blocker.raisedOn = scene.dayOne + (raised - 1)
                blocker.resolvedOn = resolved.map { scene.dayOne + ($0 - 1) }
                blocker.state = resolved == nil ? .open : .resolved
                scene.challenge.blockers = [blocker]
            }
        }
        func milestone(due: Int, critical: Bool, done: Int? = nil) -> (inout Scene) -> Void {
            { scene in
                var milestone = Milestone()
                milestone.code = "M1"
                milestone.due = scene.dayOne + (due - 1)
                milestone.isCritical = critical
                milestone.state = done == nil ? .open : .done
                milestone.movedOn = done.map { scene.dayOne + ($0 - 1) }
                scene.challenge.milestones = [milestone]
            }
        }
        // Day 40 is a Friday.
        #expect(colour(blocker(.critical, raised: 37)) == (.onTrack, []))
        #expect(
            colour(blocker(.critical, raised: 36)) == (
                .atRisk, [.criticalBlocker(code: "B1", workingDays: 4)]
            ))
        #expect(
            colour(blocker(.critical, raised: 31)) == (
                .atRisk, [.criticalBlocker(code: "B1", workingDays: 7)]
            ))
        #expect(
            colour(blocker(.critical, raised: 30)) == (
                .offTrack, [.criticalBlocker(code: "B1", workingDays: 8)]
            ))
        #expect(colour(blocker(.critical, raised: 30, resolved: 40)) == (.onTrack, []))
        #expect(colour(blocker(.critical, raised: 30, resolved: 41)).0 == .offTrack)
        #expect(colour(blocker(.high, raised: 1)) == (.onTrack, []))
        #expect(colour(milestone(due: 33, critical: true)) == (.onTrack, []))
        #expect(
            colour(milestone(due: 32, critical: false)) == (
                .atRisk, [.milestoneOverdue(code: "M1", days: 8, isCritical: false)]
            ))
        #expect(
            colour(milestone(due: 26, critical: true)) == (
                .atRisk, [.milestoneOverdue(code: "M1", days: 14, isCritical: false)]
            ))
        #expect(
            colour(milestone(due: 25, critical: true)) == (
                .offTrack, [.milestoneOverdue(code: "M1", days: 15, isCritical: true)]
            ))
        #expect(colour(milestone(due: 1, critical: false)).0 == .atRisk)
        #expect(colour(milestone(due: 25, critical: true, done: 40)) == (.onTrack, []))
        let second = colour { scene in
            scene.challenge.goals.append(scene.goal("G2"))
            scene.read(1, day: 40, goal: 1)
        }
        #expect(second == (.atRisk, [.secondaryOffTrack(goal: "G2")]))
    }

    @Test("after the last day nothing gets worse; late readings still count")
    func frozen() {
        var scene = Scene()
        scene.read(98, day: 99)
        let last = scene.on(100)
        let later = scene.on(140)
        #expect(later.colour == last.colour && later.reasons == last.reasons)
        #expect(later.goals[0].staleDays == 41 && later.day == 140 && later.state == .results)
        scene.read(100, day: 100, entered: 103)
        #expect(scene.on(102).colour == last.colour)
        #expect(scene.on(103).colour == .achieved)
        // For a day after the last one: follow-up, no result.
        scene.read(20, day: 110)
        #expect(scene.on(120).goals[0].last?.value == 100)
    }

    @Test("not started, stopped, withdrawn; launched before Day 1")
    func states() {
        var scene = Scene()
        scene.read(50, day: 10)
        #expect(
            scene.on(0).colour == .notStarted && scene.on(0).state == .launched
                && scene.on(0).day == 0)
        func move(_ state: ChallengeState, day: Int) -> ChallengeMove {
            var move = ChallengeMove()
            move.to = state
            move.on = scene.dayOne + (day - 1)
            return move
        }
        scene.challenge.moves = [
            move(.framing, day: -20), move(.launched, day: 0), move(.stopped, day: 30),
        ]
        scene.challenge.state = .stopped
        #expect(scene.on(29).colour != .stopped && scene.on(29).state == .accelerating)
        #expect(scene.on(30).colour == .stopped && scene.on(30).goals.isEmpty)
        #expect(scene.on(-10).state == .framing)
        scene.challenge.moves = [move(.framing, day: -20), move(.withdrawn, day: 2)]
        #expect(
            scene.on(5).colour == .notStarted && !scene.challenge.hasLaunched(by: scene.dayOne + 4))
    }

    @Test("yes/no and hold goals; a target like the baseline")
    func otherGoals() {
        var yesNo = Scene()
        yesNo.challenge.goals[0].mode = .yesNo
        yesNo.challenge.goals[0].versions[0].target = 1
        for place in 0..<4 {
            var milestone = Milestone()
            milestone.code = "M\(place)"
            milestone.isCritical = place < 3
            milestone.due = yesNo.dayOne + 90
            milestone.state = place == 0 ? .done : .open
            milestone.movedOn = place == 0 ? yesNo.dayOne + 10 : nil
            yesNo.challenge.milestones.append(milestone)
        }
        #expect(yesNo.on(30).goals[0].last?.progress == 1.0 / 3)
        #expect(yesNo.on(10).goals[0].last?.progress == 0)
        #expect(yesNo.on(30).goals[0].staleDays == 0)

        var hold = Scene()
        hold.challenge.goals[0].direction = .hold
        hold.challenge.goals[0].baseline = 90
        for (day, value) in [(20, 95.0), (30, 111), (40, 100), (50, 108)] {
            hold.read(value, day: day)
        }
        #expect(hold.on(50).goals[0].last?.progress == 0.75)
        #expect(hold.on(20).goals[0].last?.progress == 1 && hold.on(20).colour == .onTrack)

        var flat = Scene()
        flat.challenge.goals[0].baseline = 100
        flat.read(99, day: 20)
        #expect(flat.on(20).goals[0].last?.progress == 0)
        flat.read(100, day: 21)
        #expect(flat.on(21).goals[0].last?.progress == 1)
    }

    @Test("the target in force on the day counts, the first one before any")
    func versions() {
        var scene = Scene()
        scene.read(60, day: 50)
        var second = GoalVersion()
        second.version = 2
        second.target = 80
        second.effectiveFrom = scene.dayOne + 50
        scene.challenge.goals[0].versions.append(second)
        #expect(scene.on(50).goals[0].last?.progress == 0.6)
        #expect(scene.on(51).goals[0].last?.progress == 0.75)
        #expect(scene.on(51).goals[0].last?.neededPace == 20 / (50.0 / 7))
        #expect(scene.on(1).goals[0].target == 100)
        let known = Known(
            endOf: scene.dayOne + 99, zone: "UTC", zones: Zones(), days: WorkingCalendar().days,
            thresholds: Thresholds())
        let result = ChallengeResult.computed(scene.challenge, known: known)
        #expect(
            result.progress == 0.75 && result.progressVersusFirst == 0.6
                && result.verdict == .missed)
    }

    @Test("a trajectory is straight between its points")
    func trajectory() {
        var scene = Scene()
        scene.challenge.goals[0].versions[0].trajectory = [
            TrajectoryPoint(day: 20, share: 0.1), TrajectoryPoint(day: 60, share: 0.3),
        ]
        let rows: [(Int, Double)] = [
            (10, 0.05), (20, 0.1), (40, 0.2), (60, 0.3), (80, 0.65), (100, 1),
        ]
        for (day, expected) in rows {
            var copy = scene
            copy.read(1, day: day)
            #expect(abs((copy.on(day).goals[0].last?.expected ?? 9) - expected) < 1e-12, "\(day)")
        }
    }

    @Test("verdicts at their edges")
    func verdicts() {
        let rows: [(Double?, Verdict)] = [
            (1.05, .exceeded), (1.0499, .achieved), (1, .achieved), (0.9999, .nearly),
            (0.8, .nearly), (0.7999, .missed),
            (-1, .missed), (nil, .noData),
        ]
        for (progress, verdict) in rows { #expect(Verdict.of(progress: progress) == verdict) }
    }

    @Test("check-ins made of those due, members heard of in a fortnight")
    func engagement() throws {
        let file = try Sample.cohort()
        let date = try #require(LocalDate(iso: "2026-03-20"))
        let known = Known(
            endOf: date, zone: "Asia/Almaty", zones: Sample.zones, programme: file.programme)
        let found = Engagement(try #require(file.challenges.first), known: known)
        #expect(found.checkInsDue == 6 && found.checkInsMade == 6 && found.checkInShare == 1)
        #expect(found.members == 9 && found.activeMembers >= 2 && found.activeMembers < 9)
    }
}

extension TrajectoryPoint {
    fileprivate init(day: Int, share: Double) {
        self.init()
        self.day = day
        self.share = share
    }
}
