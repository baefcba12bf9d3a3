import Accelerator
import JSON
import Language
import Runtime
import TestKit
import Testing

@Suite("The oracle of the sample cohort") struct OracleTests {
    @Test("nine days, every challenge: figures, forecasts, staleness, colours, reasons")
    func rows() throws {
        let json = try Sample.json()
        let file = try CohortFile(json)
        let rows = try #require(json["oracle"]?["rows"]?.array)
        #expect(rows.count == 9)
        for row in rows {
            let date = try #require(LocalDate(iso: row["date"]?.string ?? ""))
            let known = Known(
                endOf: date, zone: file.cohort.zone, zones: Sample.zones, programme: file.programme)
            #expect(difference(row, file.assessment(known: known)) == nil, "\(date)")
        }
    }

    @Test("the same from a state that was made by importing up to that evening")
    func asItWas() throws {
        let json = try Sample.json()
        let file = try CohortFile(json)
        for row in try #require(json["oracle"]?["rows"]?.array) {
            let date = try #require(LocalDate(iso: row["date"]?.string ?? ""))
            let evening = try #require(Instant(rfc3339: "\(date)T23:59:59+05:00"))
            let state = Sample.state(file, until: evening)
            let exported = try #require(
                CohortFile.write(state, cohort: "NA-1", asOf: date, zones: Sample.zones))
            let assessment = try #require(exported["assessment"])
            #expect(difference(row, assessment) == nil, "\(date)")
        }
    }

    @Test("results and the cohort's success, as the file confirms them")
    func results() throws {
        let json = try Sample.json()
        let file = try CohortFile(json)
        let summary = try #require(json["summary"])
        let date = try #require(LocalDate(iso: "2026-05-14"))
        let known = Known(
            endOf: date, zone: "Asia/Almaty", zones: Sample.zones, programme: file.programme)
        for challenge in file.challenges {
            var open = challenge
            open.result = nil
            let computed = ChallengeResult.computed(open, known: known)
            let confirmed = try #require(challenge.result)
            #expect(computed.verdict == confirmed.verdict, "\(challenge.code)")
            #expect(computed.finalValue == confirmed.finalValue, "\(challenge.code)")
            for (ours, theirs) in [
                (computed.progress, confirmed.progress),
                (computed.progressVersusFirst, confirmed.progressVersusFirst),
            ] {
                let ours = try #require(ours), theirs = try #require(theirs)
                #expect(abs(ours - theirs) <= 0.0005, "\(challenge.code)")
            }
        }
        let unconfirmed = file.challenges.map { challenge in
            var open = challenge
            open.result = nil
            return open
        }
        for challenges in [file.challenges, unconfirmed] {
            let outcome = CohortOutcome(challenges, known: known)
            #expect(outcome.launched == summary["launched"]?.int.map { Int($0) })
            for verdict in [Verdict.exceeded, .achieved, .nearly, .missed, .stopped] {
                #expect(
                    outcome.count(verdict) == summary[verdict.rawValue]?.int.map { Int($0) },
                    "\(verdict)")
            }
            #expect(outcome.successRate == 0.5)
            #expect(outcome.successRateWithNearly == 0.875)
        }
        let blockers = BlockerRecord(file.challenges, known: known)
        #expect(blockers.raised == 15 && blockers.resolved == 13)
        let punctuality = MilestonePunctuality(file.challenges, on: date)
        #expect(punctuality.due == 40 && punctuality.onTime == 18 && punctuality.late == 18)
        #expect(punctuality.notDone == 4 && punctuality.share == 0.45)
    }

    @Test("mistakes that were corrected leave no trace")
    func withoutMistakes() throws {
        let file = try Sample.cohort()
        var clean = file
        for c in clean.challenges.indices {
            for g in clean.challenges[c].goals.indices {
                let readings = clean.challenges[c].goals[g].readings
                let hidden = Set(readings.compactMap(\.supersedes))
                clean.challenges[c].goals[g].readings =
                    readings.filter { $0.voidedAt == nil && !hidden.contains($0.id) }
            }
        }
        #expect(clean != file)
        for day in 0..<100 {
            let date = try #require(file.cohort.dayOne) + day
            let known = Known(
                endOf: date, zone: "Asia/Almaty", zones: Sample.zones, programme: file.programme)
            #expect(file.assessment(known: known) == clean.assessment(known: known), "\(date)")
        }
    }

    @Test("the walk over the readings is exact: shuffled against a plain count")
    func plainCount() throws {
        let seed: UInt64 = 47
        print("readings: seed \(seed)")
        var random = Seeded(seed)
        let dayOne = LocalDate(days: 20_000)
        for _ in 0..<2000 {
            var goal = Goal()
            goal.code = "G1"
            goal.baseline = 0
            var version = GoalVersion()
            version.target = 100
            version.effectiveFrom = dayOne
            goal.versions = [version]
            let count = Int.random(in: 0...25, using: &random)
            for place in 0..<count {
                var reading = Reported()
                reading.id = "R\(place)"
                let entered = place * 3 + Int.random(in: 0...2, using: &random)
                reading.enteredAt = Instant(
                    milliseconds: Int64(20_000 + entered) * Instant.day + Int64(place))
                let late = Bool.random(using: &random) ? 0 : Int.random(in: 0...20, using: &random)
                reading.asOf = max(dayOne, dayOne + entered - late)
                reading.value = Double(Int.random(in: 0...95, using: &random))
                if Int.random(in: 0..<8, using: &random) == 0 {
                    reading.voidedAt = reading.enteredAt.advanced(
                        by: Int64.random(in: 0...20, using: &random) * Instant.day)
                }
                if place > 0, Int.random(in: 0..<6, using: &random) == 0 {
                    reading.supersedes = "R\(Int.random(in: 0..<place, using: &random))"
                }
                goal.readings.append(reading)
            }
            var challenge = Challenge()
            challenge.head.dayOne = dayOne
            challenge.state = .accelerating
            challenge.goals = [goal]
            let date = dayOne + Int.random(in: 0...95, using: &random)
            let known = Known(
                endOf: date, zone: "UTC", zones: Zones(), days: WorkingCalendar().days,
                thresholds: Thresholds())
            let ours = ChallengeAssessment.of(challenge, known: known).goals[0]
            check(ours, against: goal, dayOne, known)
        }
    }

    /// The definitions of method.md 2.5 and 2.6, written down as plainly as can be.
    private func check(
        _ ours: GoalAssessment, against goal: Goal, _ dayOne: LocalDate, _ known: Known
    ) {
        var valid = goal.readings.filter {
            $0.enteredAt <= known.cut && $0.asOf <= known.date
                && ($0.voidedAt.map { $0 > known.cut } ?? true)
        }
        let hidden = Set(valid.compactMap(\.supersedes))
        valid.removeAll { hidden.contains($0.id) }
        var byDay: [LocalDate: Reported] = [:]
        for reading in valid { byDay[reading.asOf] = reading }
        let days = byDay.keys.sorted()
        guard let last = days.last, let reading = byDay[last] else {
            #expect(ours.last == nil)
            return
        }
        #expect(ours.last?.asOf == last)
        #expect(ours.last?.value == reading.value)
        let window = days.filter { last - $0 < 28 }
        guard window.count >= 3, let first = window.first, last - first >= 10 else {
            #expect(ours.last?.forecast?.method == .averageSinceStart)
            return
        }
        #expect(ours.last?.forecast?.method == .leastSquares)
        let x = window.map { Double($0 - dayOne + 1) }
        let y = window.map { (byDay[$0]?.value ?? 0) / 100 }
        let meanX = x.reduce(0, +) / Double(x.count), meanY = y.reduce(0, +) / Double(y.count)
        let top = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        let slope = top / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        let found = ours.last?.forecast?.slopePerWeek ?? .nan
        #expect(abs(found - slope * 7) < 1e-9)
    }
}
