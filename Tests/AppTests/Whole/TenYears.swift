import Accelerator
import Glibc
import Language
import Runtime
import TestKit
import Testing

/// Ten years of weekly and daily reminders in zones with and without summer time: what rang and what was passed
/// over is what was due, each once, at the hour that the wall shows; whatever befalls the machine on the way.
@Suite("Ten years of reminders") struct TenYears {
    private static let names = [
        "Asia/Dubai", "Asia/Almaty", "Asia/Bishkek", "Asia/Tashkent", "Europe/Berlin",
        "Europe/London",
        "America/New_York", "America/St_Johns", "Africa/Casablanca", "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Chatham", "Asia/Kathmandu", "Asia/Tehran",
    ]
    private static let zones: Zones = {
        var files: [String: [UInt8]] = [:]
        for name in names { files[name] = bytes(of: "/usr/share/zoneinfo/\(name)") }
        return Zones(files: files)
    }()
    private static func bytes(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var all = [UInt8](repeating: 0, count: 1 << 17)
        let count = fread(&all, 1, all.count, file)
        return Array(all.prefix(count))
    }
    private static let hasDatabase = zones.count == names.count
    private static let first = LocalDate(days: 18_267)  // Monday 6 January 2020

    /// A cohort and a challenge that go on for years, as no line could make them.
    private static func state(_ zone: String, days: Int) -> State {
        var programme = Programme()
        programme.code = "P"
        programme.country = "KZ"
        programme.zone = zone
        programme.calendar.weekend = [6, 7]
        var cohort = Cohort()
        cohort.code = "NA-1"
        cohort.programme = "P"
        cohort.state = .accelerating
        cohort.zone = zone
        cohort.dayOne = first
        cohort.duration = days
        var head = ChallengeHead()
        head.code = "CH-01"
        head.cohort = "NA-1"
        head.dayOne = first
        head.duration = days
        var goal = Goal()
        goal.code = "G1"
        goal.isPrimary = true
        goal.interval = 100_000
        goal.baselineOn = first
        var events: [Event] = [
            .programmeSet(programme), .cohortSet(cohort), .challengeSet(head),
            .goalSet(OfChallenge("CH-01", goal)),
            .challengeMoved(ChallengeMoved("CH-01", to: .accelerating, on: first, by: nil)),
        ]
        for (code, role) in [("lead", Role.teamLeader), ("sponsor", .sponsor)] {
            var person = Person(), seat = Seat()
            person.code = code
            seat.person = code
            seat.role = role
            seat.from = first
            events += [
                .personSet(person),
                .principalLinked(PrincipalLinked("console:\(code)", person: code)),
                .seatTaken(OfChallenge("CH-01", seat)),
            ]
        }
        var office = Person()
        office.code = "office"
        office.grants = [Grant(scope: "*", role: .office)]
        events += [
            .personSet(office),
            .principalLinked(PrincipalLinked("console:office", person: "office")),
        ]
        var commit = Commit()
        commit.n = 1
        commit.at = Instant(milliseconds: Int64(first.days - 3) * Instant.day)
        commit.cause = .imported
        commit.events = events
        var state = State()
        state.evolve(commit)
        return state
    }

    @Test(
        "rang and passed over are what was due, each key once, by the clock on the wall",
        .enabled(if: hasDatabase))
    func years() throws {
        let days = _isDebugAssertConfiguration() ? 400 : 3653
        let base = try House.decider()
        let decider = base.with(zones: Self.zones)
        var total = 0
        for (place, zone) in Self.names.enumerated() {
            var random = Seeded(UInt64(place) &+ 40)
            var state = Self.state(zone, days: days)
            var agenda = Agenda()
            var keys: [String: String] = [:]
            var held: Set<String> = []
            var now = state.at
            while let due = agenda.next(state, Self.zones) {
                now = max(now, due)
                // Busy, asleep for a night, gone for a while.
                if random.chance(2) {
                    now = now.advanced(by: Int64(random.below(11)) * Instant.hour)
                }
                if random.chance(1) {
                    now = now.advanced(by: Int64(13 + random.below(40)) * Instant.hour)
                }
                guard
                    case .commit(let commit) = decider.ring(
                        state, now, owners: agenda.due(by: now, state, Self.zones, most: 512))
                else {
                    Issue.record("\(zone): due at \(due), and nothing rings")
                    return
                }
                state.evolve(commit)
                // Delivered at once.
                for out in commit.out { state.owed[out.id] = nil }
                agenda.note(commit)
                for case .rang(let rang) in commit.events {
                    // What is held rings once more, when something comes of it.
                    if rang.how == Rang.How.held.rawValue {
                        #expect(held.insert(rang.key).inserted, "\(zone): \(rang.key) held twice")
                        continue
                    }
                    #expect(
                        keys.updateValue(rang.how ?? "sent", forKey: rang.key) == nil,
                        "\(zone): \(rang.key) twice")
                    guard rang.how == nil, let local = Self.zones.local(commit.at, in: zone) else {
                        continue
                    }
                    #expect(commit.at >= due, "\(zone): \(rang.key) at \(local)")
                    #expect(
                        local.time >= LocalTime(7, 30) && local.time <= LocalTime(21, 0),
                        "\(zone): \(rang.key) at \(local)")
                }
            }
            total += keys.count
            var found: [String: Set<LocalDate>] = [:]
            for key in keys.keys {
                guard let parts = Occurrence.parts(of: key) else { continue }
                found[parts.row, default: []].insert(parts.nominal)
            }
            let all = (0..<days).map { Self.first + $0 }
            let rows = [("digest.leader", 1), ("digest.sponsor", 1), ("digest.office", 5)]
            for (row, last) in rows {
                // The days alone that were told and not due, or due and not told.
                let wrong = found[row, default: []].symmetricDifference(
                    all.filter { $0.weekday <= last })
                #expect(
                    wrong.isEmpty, "\(zone): \(row): \(wrong.sorted().prefix(5).map(\.description))"
                )
            }
            let passed = keys.values.count { $0 != "sent" }
            #expect(passed > 0 && passed < keys.count, "\(zone): \(passed) of \(keys.count)")
            #expect(held.isSubset(of: Set(keys.keys)), "\(zone): held for ever")
        }
        print("ten years: \(total) occurrences in \(Self.names.count) zones")
    }

    @Test(
        "another release of the zones moves what is to come, under the same keys",
        .enabled(if: hasDatabase))
    func another() throws {
        // As Almaty's clock was known before it was set back on 1 March 2024, and as it is known now.
        let old = Zones(files: [
            "Asia/Almaty": try #require(Self.bytes(of: "/usr/share/zoneinfo/Etc/GMT-6"))
        ])
        var state = Self.state("Asia/Almaty", days: 3000)
        var settled = Commit()
        settled.n = 2
        settled.at = Stages.instant("2024-02-28T18:00")
        var settle = AlarmsSettled()
        settle.at = settled.at
        settled.events = [.alarmsSettled(settle)]
        state.evolve(settled)
        let (before, after) = (Reminding(state, old), Reminding(state, Self.zones))
        var moved = 0
        for owner in Reminding.owners(state) {
            let (planned, now) = (before.occurrences(owner), after.occurrences(owner))
            #expect(Set(planned.map(\.key)) == Set(now.map(\.key)))
            for one in planned {
                guard let other = now.first(where: { $0.key == one.key }) else { continue }
                let isLater = one.nominal >= LocalDate(days: 19_783)  // 1 March 2024
                #expect(
                    other.rings.milliseconds - one.rings.milliseconds
                        == (isLater ? Instant.hour : 0), "\(one.key)")
                // The office hears of those of the next two months.
                moved += isLater && one.rings <= settled.at.advanced(by: 60 * Instant.day) ? 1 : 0
            }
        }
        #expect(moved > 5)
        // The office hears which ones.
        let decider = try House.decider().with(zones: old)
        let news = decider.decide(
            .zonesChanged(version: "2024a", zones: Self.zones), state, at: settled.at, random: [])
        guard case .commit(let commit) = news else {
            Issue.record("nothing came of it")
            return
        }
        let told = try #require(commit.out.first)
        #expect(told.to == .person("office") && told.phrases.first?["count"] == .count(moved))
        state.evolve(commit)
        guard
            case .nothing = decider.decide(
                .zonesChanged(version: "2024a"), state, at: settled.at, random: [])
        else {
            Issue.record("told again")
            return
        }
    }
}
