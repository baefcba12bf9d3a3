public import Language

/// Why something has its colour. Each is one fact with its figures; a phrase is made of it elsewhere.
public enum Reason: Hashable, Sendable {
    /// Progress less expectation, −0.08; against an agreed trajectory or the S-curve.
    case gap(Double, againstTrajectory: Bool)
    /// No reading yet, and this many working days since Day 0.
    case noReading(workingDays: Int)
    /// Working days since the day of the last reading.
    case silent(workingDays: Int)
    /// The forecast reaches the target on a day past the last one.
    case forecastAfterLastDay(day: Int)
    /// …past the limit: a share of the duration, 1.25.
    case forecastBeyondLimit(limit: Double)
    /// There is no way up to forecast from.
    case noForecast
    /// Another goal of the challenge (`G2`) is off track.
    case secondaryOffTrack(goal: String)
    /// A critical blocker (`B1`), open for this many working days.
    case criticalBlocker(code: String, workingDays: Int)
    /// A milestone (`M3`), overdue by this many days.
    case milestoneOverdue(code: String, days: Int, isCritical: Bool)
}

/// Where a goal goes if it goes on like this.
public struct Forecast: Hashable, Sendable {
    public enum Method: String, Hashable, Sendable {
        case leastSquares = "least_squares_28d"
        case averageSinceStart = "average_since_day_0"
        /// The target is met: `finishDay` is when it was.
        case done
    }
    public var method: Method
    /// Share of the way a week; nil where the target is met.
    public var slopePerWeek: Double?
    /// The day number on which the target is met, 1 …; nil: never at this pace.
    public var finishDay: Int?
    /// Progress on the last day.
    public var progressAtEnd: Double
}

/// A goal on a day.
public struct GoalAssessment: Hashable, Sendable {
    /// `G1`.
    public var code: String
    public var isPrimary: Bool
    public var colour: Colour
    public var reasons: [Reason]
    /// The target in force.
    public var target: Double
    /// The figures of the last valid reading; nil where there is none.
    public var last: Standing?
    /// Days and working days since the last reading, since Day 0 where there is none.
    public var staleDays: Int
    public var staleWorkingDays: Int
    /// Whether a forecast may be shown yet (method.md 2.6: from day 30).
    public var isForecastShown: Bool
}

/// Where a goal stands by its last valid reading.
public struct Standing: Hashable, Sendable {
    public var asOf: LocalDate
    public var value: Double
    /// The day of the reading, at most the duration.
    public var day: Int
    /// Share of the way: below 0 and above 1 are possible, −0 is not.
    public var progress: Double
    public var expectedLinear: Double
    public var expectedCurve: Double
    /// What the gap is measured against: the agreed trajectory, else the S-curve.
    public var expected: Double
    public var gap: Double
    public var forecast: Forecast?
    /// Units a week that would just reach the target by the last day; nil on or after it.
    public var neededPace: Double?
    /// Units a week over the forecast's readings.
    public var actualPace: Double?
}

/// A challenge on a day.
public struct ChallengeAssessment: Hashable, Sendable {
    public var code: String
    public var date: LocalDate
    /// The number of the date; below 1 before Day 1, beyond the duration after the last day. Nil while
    /// there is no Day 1.
    public var day: Int?
    public var state: ChallengeState
    public var colour: Colour
    public var reasons: [Reason]
    /// Every goal in the challenge's order; none while it has not started or after it was stopped.
    public var goals: [GoalAssessment]

    public var primary: GoalAssessment? { primaryPlace.map { goals[$0] } }
    fileprivate var primaryPlace: Int? { goals.firstIndex { $0.isPrimary } ?? goals.indices.first }
    /// How far the primary goal is; nil where it has no reading. Asked of thousands at a time: nothing
    /// is copied for it.
    var way: Double? { primaryPlace.flatMap { goals[$0].last?.progress } }
    /// The place of its colour in the order of pages, in which the worst stands first.
    var rank: Int { Self.pages.firstIndex(of: colour) ?? Self.pages.count }
    static let pages: [Colour] = [
        .offTrack, .atRisk, .onTrack, .achieved, .notStarted, .stopped,
    ]
    /// In the order of pages: off track, at risk, on track, achieved, not started, stopped; within a colour
    /// the one that is farthest from its target.
    func isWorse(than other: ChallengeAssessment) -> Bool {
        let rank = rank, otherRank = other.rank
        if rank != otherRank { return rank < otherRank }
        let way = way ?? -1, otherWay = other.way ?? -1
        return way == otherWay
            ? code.utf8.lexicographicallyPrecedes(other.code.utf8) : way < otherWay
    }
    /// Whether figures still move it: from Day 1 to the last day of so many.
    func isRunning(of duration: Int) -> Bool {
        guard state == .launched || state == .accelerating, let day else { return false }
        return day >= 1 && day <= duration
    }
    /// For how many working days the primary goal has had no figure; nil where none is expected.
    var silence: Int? {
        guard let place = primaryPlace, goals[place].colour != .achieved else { return nil }
        return goals[place].staleWorkingDays
    }
}

extension ChallengeAssessment {
    /// A challenge as known on a day (method.md 2.6).
    ///
    /// 1. Stopped is ⚫; before Day 1, withdrawn or without goals is ⚪: no figures.
    /// 2. The primary goal's colour, and its reasons.
    /// 3. Worsened, never improved, by other goals, critical blockers and milestones. 🔵 stays 🔵, its
    ///    flags are listed.
    /// 4. On Day 100 the clock stops: silence, blockers and milestones are judged as of the last day.
    ///
    /// `newest` is a reading that is about to be entered: judged as if it had been.
    public static func of(
        _ challenge: borrowing Challenge, known: Known,
        newest: (goal: String, reading: Reported)? = nil
    ) -> ChallengeAssessment {
        challenge.withFacts { of($0, known: known, newest: newest) }
    }

    static func of(
        _ facts: UnsafePointer<ChallengeFacts>, known: Known,
        newest: (goal: String, reading: Reported)? = nil
    ) -> ChallengeAssessment {
        let day = facts.pointee.head.dayOne.map { known.date - $0 + 1 }
        let state = facts.state(on: known.date)
        var assessment = ChallengeAssessment(
            code: facts.pointee.head.code, date: known.date, day: day, state: state,
            colour: .notStarted,
            reasons: [], goals: [])
        if state == .stopped {
            assessment.colour = .stopped
            return assessment
        }
        guard let dayOne = facts.pointee.head.dayOne, let day, day >= 1, state != .withdrawn,
            !facts.pointee.goals.isEmpty
        else { return assessment }
        let course = Course(
            dayOne: dayOne, duration: max(1, facts.pointee.head.duration), known: known,
            criticalDone: Course.criticalDone(facts.pointee.milestones, by: known.date))
        // Where they lie: a goal is thirty fields, and thousands are judged for one page.
        assessment.goals = facts.pointee.goals.withUnsafeBufferPointer { goals in
            var judged: [GoalAssessment] = []
            judged.reserveCapacity(goals.count)
            guard var goal = goals.baseAddress else { return judged }
            for _ in goals.indices {
                let isItsGoal = newest.map { $0.goal == goal.pointee.code } ?? false
                judged.append(course.assess(goal, newest: isItsGoal ? newest?.reading : nil))
                goal += 1
            }
            return judged
        }
        guard let primary = assessment.primaryPlace else { return assessment }
        assessment.colour = assessment.goals[primary].colour
        assessment.reasons = assessment.goals[primary].reasons
        if assessment.goals.count > 1 {
            let code = assessment.goals[primary].code
            for place in assessment.goals.indices
            where assessment.goals[place].colour == .offTrack
                && assessment.goals[place].code != code
            {
                assessment.worsen(
                    .atRisk, .secondaryOffTrack(goal: assessment.goals[place].code))
            }
        }
        assessment.judgeBlockers(facts.pointee.blockers, course)
        assessment.judgeMilestones(facts.pointee.milestones, course)
        return assessment
    }

    private mutating func judgeBlockers(_ blockers: borrowing [Blocker], _ course: Course) {
        let date = course.judged
        let thresholds = course.known.thresholds
        for place in blockers.indices
        where blockers[place].severity == .critical && blockers[place].isOpen(on: date) {
            let days = course.known.days.count(after: blockers[place].raisedOn, through: date)
            guard days > thresholds.blockerAtRiskDays else { continue }
            worsen(
                days > thresholds.blockerOffTrackDays ? .offTrack : .atRisk,
                .criticalBlocker(code: blockers[place].code, workingDays: days))
        }
    }

    private mutating func judgeMilestones(_ milestones: borrowing [Milestone], _ course: Course) {
        let thresholds = course.known.thresholds
        for place in milestones.indices where milestones[place].isOpen(on: course.judged) {
            let days = course.judged - milestones[place].due
            guard days > thresholds.milestoneAtRiskDays else { continue }
            let isGrave = milestones[place].isCritical && days > thresholds.milestoneOffTrackDays
            worsen(
                isGrave ? .offTrack : .atRisk,
                .milestoneOverdue(
                    code: milestones[place].code, days: days,
                    isCritical: isGrave))
        }
    }

    private mutating func worsen(_ other: Colour, _ reason: Reason) {
        reasons.append(reason)
        if colour != .achieved { colour = max(colour, other) }
    }
}

extension Blocker {
    /// Whether it was open at the end of a day. A blocker is closed on the day it is resolved.
    public func isOpen(on date: LocalDate) -> Bool {
        guard raisedOn <= date else { return false }
        if let resolvedOn { return resolvedOn > date }
        return isOpen
    }
}

extension Milestone {
    /// Whether it was open at the end of a day.
    public func isOpen(on date: LocalDate) -> Bool {
        guard state != .open else { return true }
        return movedOn.map { $0 > date } ?? false
    }
}
