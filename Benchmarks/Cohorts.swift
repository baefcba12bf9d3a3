import Accelerator
import Language
import Platform
import Runtime
import Storage

/// A cohort as large as is wanted: every challenge has one goal, from 10 to 90 per cent in 100 days, and
/// people of its own. What is true of it is made of the events that an import would make.
struct GeneratedCohort {
    var challenges = 1000
    /// People of one challenge; each may record.
    var people = 1
    /// Readings of each goal, one a day from Day 1 on.
    var readings = 100
    /// With what the ids of its people begin: `in:bench` or `tg`.
    var channel = "in:bench"
    var dayOne: LocalDate

    static let code = "BN-1"
    static let zone = "Asia/Almaty"

    static func challenge(_ i: Int) -> String { "CH-" + (i < 9 ? "0" : "") + String(i + 1) }
    /// The number by which a channel knows someone.
    func number(_ challenge: Int, _ person: Int) -> Int { challenge * people + person + 1 }
    func principal(_ challenge: Int, _ person: Int) -> String {
        "\(channel):\(number(challenge, person))"
    }
    /// A figure that nobody doubts.
    static func value(day: Int, challenge: Int) -> Double {
        let percent = 10 + 80 * Double(day) / 110 + Double(challenge % 50) / 100
        return (percent * 100).rounded() / 100
    }

    /// When it was entered: at noon in Greenwich, a second later for each challenge.
    func entered(day: Int, challenge: Int) -> Instant {
        Instant(
            milliseconds: Int64(dayOne.days + day - 1) * Instant.day + 12 * Instant.hour
                + Int64(challenge))
    }

    /// Every commit's events and time, oldest first.
    func steps(_ decider: Decider) -> [(at: Instant, events: [Event])] {
        let before = Instant(milliseconds: Int64(dayOne.days - 10) * Instant.day)
        var steps: [(at: Instant, events: [Event])] = [(before, setting(decider))]
        for i in 0..<challenges { steps.append((before, founding(i))) }
        for day in 1..<(readings + 1) {
            for i in 0..<challenges {
                steps.append((entered(day: day, challenge: i), [reading(day, i)]))
            }
        }
        return steps
    }

    private func setting(_ decider: Decider) -> [Event] {
        var programme = Programme()
        programme.code = "BENCH"
        programme.name = "Benchmark"
        programme.country = "KZ"
        programme.zone = Self.zone
        programme.calendar = decider.calendars[programme.country] ?? WorkingCalendar()
        programme.languages = ["en"]
        var cohort = Cohort()
        cohort.code = Self.code
        cohort.programme = programme.code
        cohort.name = "Generated"
        cohort.state = .accelerating
        cohort.zone = Self.zone
        cohort.dayOne = dayOne
        return [.programmeSet(programme), .cohortSet(cohort)]
    }

    private func founding(_ i: Int) -> [Event] {
        let code = Self.challenge(i)
        var head = ChallengeHead()
        head.code = code
        head.cohort = Self.code
        head.title = "Challenge number \(i + 1)"
        head.leadBody = "Body"
        head.launchOn = dayOne - 1
        head.dayOne = dayOne
        var goal = Goal()
        goal.code = "G1"
        goal.isPrimary = true
        goal.statement = "From 10 to 90 per cent"
        goal.name = "Requests answered in time"
        goal.unit = "%"
        goal.baseline = 10
        goal.baselineOn = dayOne - 1
        goal.source = "Registry"
        goal.interval = 7
        var version = GoalVersion()
        version.target = 90
        version.effectiveFrom = dayOne - 1
        goal.versions = [version]
        var events: [Event] = [.challengeSet(head), .goalSet(OfChallenge(code, goal))]
        for place in 0..<people {
            var person = Person()
            person.code = "b\(number(i, place))"
            person.name = "Person \(number(i, place))"
            var seat = Seat()
            seat.person = person.code
            seat.role = .teamLeader
            seat.from = dayOne - 1
            events.append(.personSet(person))
            events.append(
                .principalLinked(PrincipalLinked(principal(i, place), person: person.code)))
            events.append(.seatTaken(OfChallenge(code, seat)))
        }
        events.append(
            .challengeMoved(ChallengeMoved(code, to: .accelerating, on: dayOne, by: nil)))
        return events
    }

    private func reading(_ day: Int, _ i: Int) -> Event {
        var reading = Reported()
        reading.id = "U\(day)-\(i)"
        reading.asOf = dayOne + (day - 1)
        reading.value = Self.value(day: day, challenge: i)
        reading.enteredAt = entered(day: day, challenge: i)
        reading.by = "b\(number(i, 0))"
        reading.via = "import"
        return .readingRecorded(OfGoal(Self.challenge(i), "G1", reading))
    }

    // MARK: What becomes of it

    /// The commits, as the decider makes them of an import, one after the other.
    private func commits(
        _ decider: Decider, settles: Bool = true, _ body: (Commit) throws -> Void
    ) throws -> State {
        var state = State()
        func take(_ input: Input, _ at: Instant) throws {
            guard case .commit(let commit) = decider.decide(input, state, at: at, random: []) else {
                throw Trouble("the generated cohort is not what the decider takes")
            }
            state.evolve(commit)
            try body(commit)
        }
        for step in steps(decider) { try take(.imported(step.events), step.at) }
        guard settles else { return state }
        let now = Instant(milliseconds: WallClock.now())
        try take(.operated(.settle), max(state.at, now))
        return state
    }

    func state(_ decider: Decider) throws -> State { try commits(decider) { _ in } }
    /// As it was at its last reading, with all of its alarms before it.
    func unsettled(_ decider: Decider) throws -> State {
        try commits(decider, settles: false) { _ in }
    }

    /// A data directory that holds it, with a snapshot of its end, closed in good order.
    func write(to path: String, _ decider: Decider) throws {
        let journal = try FileJournal(at: path)
        var batch: [Commit] = []
        func flush() throws {
            guard !batch.isEmpty else { return }
            try journal.reserve()
            try journal.append(batch)
            batch.removeAll(keepingCapacity: true)
        }
        let state = try commits(decider) { commit in
            batch.append(commit)
            if batch.count == 256 { try flush() }
        }
        try flush()
        journal.snapshot(state)
        try journal.close()
    }
}

extension LocalDate {
    /// The day it is in the generated cohort's zone.
    static func today(_ zones: Zones) -> LocalDate {
        let now = Instant(milliseconds: WallClock.now())
        return (zones.local(now, in: GeneratedCohort.zone) ?? now.local(offset: 0)).date
    }
}
