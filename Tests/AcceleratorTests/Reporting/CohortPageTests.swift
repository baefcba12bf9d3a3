import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// The page of a cohort looks at little of most challenges: it must say what looking at all of every one
/// of them would say.
struct CohortPageTests {
    private static let dayOne = LocalDate(days: 20_454)

    @Test("a cohort's page says what a plain walk over all of its challenges finds")
    func plainWalk() throws {
        let seed: UInt64 = 100
        print("cohort pages: seed \(seed)")
        var random = Seeded(seed)
        var said: Set<String> = []
        for _ in 0..<seeds(4000, debug: 400) {
            let state = Self.state(&random)
            let cohort = try #require(state.cohorts["CO-1"])
            let at = Instant(
                milliseconds: Int64(Self.dayOne.days + 5 + random.below(100)) * Instant.day
                    + Int64(random.below(24)) * Instant.hour)
            let page = CohortView(cohort, state, at: at, zones: Zones())
            let digest = page.digest
            let plain = Plain(Array(page.views), page.date, at)
            #expect(page.silent.map(\.challenge.code) == plain.silent.map(\.challenge.code))
            #expect(page.views.map(\.challenge.code) == plain.inOrder.map(\.challenge.code))
            guard !page.views.isEmpty else { continue }
            for (key, expected) in plain.lines {
                #expect(digest.first { $0.key == key } == expected, "\(key)")
                if expected != nil { said.insert(key) }
            }
            #expect(Self.asks(digest) == plain.asks)
            if !plain.asks.isEmpty { said.insert("asks") }
            if case .share(let way)? = digest.lazy.compactMap({ $0["way"] }).first {
                #expect(way == plain.mean)
            }
        }
        // Every one of them was there to be found.
        let wanted = [
            "asks", "digest.counts", "digest.hint", "digest.milestones", "digest.wrongShown",
        ]
        #expect(said.sorted() == wanted)
    }

    private static func asks(_ digest: [Phrase]) -> [String] {
        digest.compactMap { phrase in
            guard phrase.key == "digest.item", case .phrase(let ask)? = phrase["what"],
                case .code(let code)? = ask["code"]
            else { return nil }
            return "\(ask.key) \(code)"
        }
    }

    // MARK: Facts by chance

    private static func state(_ random: inout Seeded) -> State {
        var state = State()
        var programme = Programme()
        programme.code = "P"
        programme.zone = "UTC"
        programme.calendar.holidays = [Holiday(date: dayOne + 9, name: "")]
        state.programmes["P"] = programme
        var cohort = Cohort()
        cohort.code = "CO-1"
        cohort.programme = "P"
        cohort.dayOne = dayOne
        cohort.state = .accelerating
        state.cohorts["CO-1"] = cohort
        for place in 1..<(2 + random.below(9)) {
            // Of several lengths, and more alike at first than a number of eight bytes tells.
            let codes = ["CH-0\(place)", "CH-\(place)", "CHALLENGE-\(place)"]
            let challenge = challenge(random.pick(codes) ?? "", &random)
            state.challenges[challenge.code] = challenge
        }
        return state
    }

    private static func challenge(_ code: String, _ random: inout Seeded) -> Challenge {
        var challenge = Challenge()
        challenge.head.code = code
        challenge.head.cohort = random.chance(90) ? "CO-1" : "CO-2"
        challenge.head.dayOne = random.chance(95) ? dayOne + random.below(8) : nil
        challenge.state =
            random.chance(90) ? .accelerating : random.chance(50) ? .stopped : .withdrawn
        for place in 0..<(1 + random.below(2)) {
            challenge.goals.append(goal("G\(place + 1)", isPrimary: place == 0, &random))
        }
        for place in 0..<random.below(3) {
            var milestone = Milestone()
            milestone.code = "M\(place)"
            milestone.due = dayOne + random.below(100)
            milestone.isCritical = random.chance(30)
            if random.chance(60) {
                milestone.state = random.chance(70) ? .done : .dropped
                milestone.movedOn = milestone.due + (random.below(20) - 10)
            }
            challenge.milestones.append(milestone)
        }
        if random.chance(20) {
            var blocker = Blocker()
            blocker.code = "B1"
            blocker.title = "It stands in the way"
            blocker.severity = random.chance(60) ? .critical : .medium
            blocker.raisedOn = dayOne + random.below(60)
            challenge.blockers.append(blocker)
        }
        if random.chance(20) {
            var decision = DecisionAsked()
            decision.code = "D1"
            decision.askedOn = dayOne + random.below(60)
            if random.chance(70) { decision.due = decision.askedOn + random.below(20) }
            challenge.decisions.append(decision)
        }
        return challenge
    }

    private static func goal(_ code: String, isPrimary: Bool, _ random: inout Seeded) -> Goal {
        var goal = Goal()
        goal.code = code
        goal.isPrimary = isPrimary
        var version = GoalVersion()
        version.target = 100
        version.effectiveFrom = dayOne
        goal.versions = [version]
        for place in 0..<random.below(12) {
            var reading = Reported()
            reading.id = "R\(place)"
            let day = place * 9 + random.below(9)
            reading.enteredAt = Instant(
                milliseconds: Int64(dayOne.days + day) * Instant.day + Int64(random.below(8))
                    * Instant.hour)
            reading.asOf = dayOne + max(0, day - random.below(3))
            // The same for many, so that the order goes by the code.
            reading.value = Double(10 * random.below(12))
            let minutes = Int64(random.below(2000))
            if random.chance(15) {
                reading.voidedAt = reading.enteredAt.advanced(by: minutes * Instant.minute)
            }
            goal.readings.append(reading)
            if random.chance(15) {
                // Another one for the same day, which takes its place on the screen.
                var other = reading
                other.id = "O\(place)"
                other.enteredAt = reading.enteredAt.advanced(by: minutes / 2 * Instant.minute)
                other.voidedAt = nil
                goal.readings.append(other)
            }
            if random.chance(15) {
                var right = Reported()
                right.id = "C\(place)"
                right.enteredAt = reading.enteredAt.advanced(by: minutes * Instant.minute)
                right.asOf = reading.asOf
                right.value = 5
                right.supersedes = reading.id
                goal.readings.append(right)
            }
        }
        goal.readings.sort { ($0.enteredAt, $0.id) < ($1.enteredAt, $1.id) }
        return goal
    }
}

/// The lines of a cohort's page by their definitions, each by a walk of its own.
private struct Plain {
    let views: [ChallengeView]
    let date: LocalDate
    let cut: Instant

    init(_ views: [ChallengeView], _ date: LocalDate, _ cut: Instant) {
        self.views = views
        self.date = date
        self.cut = cut
    }

    private static let order: [Colour] = [
        .offTrack, .atRisk, .onTrack, .achieved, .notStarted, .stopped,
    ]
    private func way(_ view: ChallengeView) -> Double? { view.assessment.primary?.last?.progress }
    private func isRunning(_ view: ChallengeView) -> Bool {
        guard [.launched, .accelerating].contains(view.assessment.state),
            let day = view.assessment.day
        else { return false }
        return day >= 1 && day <= view.challenge.head.duration
    }
    private static func age(of reading: Reported, by end: Instant) -> Int64 {
        end.milliseconds - reading.enteredAt.milliseconds
    }
    private func days(_ view: ChallengeView, since date: LocalDate) -> Int {
        view.known.days.count(after: date, through: view.known.date)
    }

    var inOrder: [ChallengeView] {
        views.sorted { a, b in
            let ranks = [a, b].map { Self.order.firstIndex(of: $0.assessment.colour) ?? 9 }
            if ranks[0] != ranks[1] { return ranks[0] < ranks[1] }
            let ways = [a, b].map { way($0) ?? -1 }
            return ways[0] == ways[1] ? a.challenge.code < b.challenge.code : ways[0] < ways[1]
        }
    }
    var mean: Double? {
        let ways = views.compactMap { way($0) }.map { min(max($0, 0), 1) }
        return ways.isEmpty ? nil : ways.reduce(0, +) / Double(ways.count)
    }
    private func silence(_ view: ChallengeView) -> Int? {
        guard let primary = view.assessment.primary, primary.colour != .achieved else { return nil }
        return primary.staleWorkingDays
    }
    var silent: [ChallengeView] {
        views.filter { isRunning($0) && silence($0) ?? 0 > $0.known.thresholds.staleDays }
            .sorted { silence($0) ?? 0 > silence($1) ?? 0 }
    }

    /// By key; nil: it is not said.
    var lines: [(key: String, line: Phrase?)] {
        [
            ("digest.counts", counts), ("digest.milestones", milestones),
            ("digest.hint", hint), ("digest.wrongShown", wrong),
        ]
    }
    private var counts: Phrase {
        let items = Self.order.compactMap { colour -> Say? in
            let count = views.count { $0.assessment.colour == colour }
            guard count > 0 else { return nil }
            return .phrase(
                Phrase(
                    "digest.count",
                    ["count": .count(count), "colour": .term("colour.\(colour.term)")]))
        }
        return Phrase("digest.counts", ["count": .count(views.count), "colours": .list(items)])
    }
    private var milestones: Phrase? {
        let record = MilestonePunctuality(views.map(\.challenge), on: date)
        return record.due == 0
            ? nil
            : Phrase(
                "digest.milestones",
                [
                    "due": .count(record.due), "onTime": .count(record.onTime),
                    "late": .count(record.late), "open": .count(record.notDone),
                ])
    }
    private var hint: Phrase? {
        let running = views.filter { isRunning($0) }
        guard let worst = running.first else { return nil }
        let waiting = running.first { !$0.openDecisions.isEmpty } ?? worst
        return Phrase(
            "digest.hint",
            ["worst": .code(worst.challenge.code), "waiting": .code(waiting.challenge.code)])
    }
    /// The first figure that stood for less than a day, was entered on the last one, and is gone.
    private var wrong: Phrase? {
        for view in views {
            for goal in view.challenge.goals {
                for (place, reading) in goal.readings.enumerated().reversed()
                where reading.enteredAt <= cut && Self.age(of: reading, by: cut) < Instant.day {
                    let later = goal.readings[(place + 1)...]
                    let gone = [
                        reading.voidedAt,
                        later.first { $0.supersedes == reading.id }?.enteredAt,
                    ].compactMap { $0 }.min()
                    guard let gone, gone <= cut else { continue }
                    let covered = later.filter {
                        $0.asOf == reading.asOf && $0.enteredAt > reading.enteredAt
                    }.map(\.enteredAt).min()
                    let end = min(gone, covered ?? gone)
                    let minutes = Self.age(of: reading, by: end) / Instant.minute
                    guard minutes > 0, minutes < 1_440 else { continue }
                    return Phrase(
                        "digest.wrongShown",
                        [
                            "code": .code(view.challenge.code),
                            "value": .measure(reading.value, unit: goal.unit),
                            "minutes": .count(Int(minutes)),
                        ])
                }
            }
        }
        return nil
    }
    /// The first three things that the office can do, and of which challenge.
    var asks: [String] {
        var asks = silent.prefix(2).map { "digest.doNudge \($0.challenge.code)" }
        for view in views where isRunning(view) {
            for blocker in view.openBlockers where blocker.severity == .critical {
                guard
                    days(view, since: blocker.raisedOn)
                        > view.known.thresholds.blockerOffTrackDays
                else { continue }
                asks.append("digest.doBlocker \(view.challenge.code)-\(blocker.code)")
            }
            for decision in view.openDecisions {
                guard let due = decision.due, due < date else { continue }
                asks.append("digest.doDecision \(view.challenge.code)-\(decision.code)")
            }
        }
        return Array(asks.prefix(3))
    }
}
