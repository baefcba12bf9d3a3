import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// The hundred days and what comes after, rung through by a clock: none outside hours, none twice, every one
/// that was due sent or explained; and the same when the machine crashes, sleeps for days, loses its time, or
/// the country makes a day off on the way.
@Suite("Simulated clock") struct SimulatedClock {
    private static let whole: Result<SimulatedDays, any Error> = Result {
        var days = SimulatedDays(try House.deciderOfCountry())
        try days.live(try script())
        return days
    }
    private static func script() throws -> CohortScript { try CohortScript(try House.sampleJSON()) }

    private static func lived(_ weather: SimulatedDays.Weather) throws -> SimulatedDays {
        var days = SimulatedDays(try House.deciderOfCountry(), weather)
        try days.live(try script())
        return days
    }

    @Test("who was told what and when, from the call to two hundred days after")
    func golden() throws {
        let days = try Self.whole.get()
        report(days.faults, "faults")
        #expect(days.misheard.isEmpty, "\(days.misheard.prefix(5))")
        #expect(days.rung.count > 500 && days.told.count > 300)
        report(Self.outsideHours(days), "outside hours")
        Golden.compare(Self.head + days.page, with: "hundred-days.txt")
    }

    private static let head = """
        # Who was told what and when while the sample cohort lived: every message that nobody asked for, from the
        # call for proposals to two hundred days after the last day. Times are those of Astana.

        """

    private func report(_ faults: [String], _ what: String) {
        for fault in faults.prefix(10) { Issue.record("\(fault)") }
        #expect(faults.isEmpty, "\(faults.count) \(what)")
    }

    /// Messages before half past seven, after nine in the evening, or on a day off.
    private static func outsideHours(_ days: SimulatedDays) -> [String] {
        guard let calendar = days.world.state.programmes.values.first?.calendar else {
            return ["no calendar"]
        }
        return days.told.compactMap { told in
            let local = told.at.local(offset: 5 * 3600)
            let isDecent = local.time >= LocalTime(7, 30) && local.time <= LocalTime(21, 0)
            // What can't be muted may come on a weekend, never on a holiday (method.md 3.2).
            let isStar = told.rows.contains { row in
                Row.all.contains { $0.name == row && $0.isStar }
            }
            let isOpen =
                isStar
                ? !calendar.holidays.contains { $0.date == local.date }
                : calendar.isWorking(local.date)
            return isDecent && isOpen ? nil : "\(local) \(told.rows) \(told.out.occurrence ?? "")"
        }
    }

    @Test("the same under a crash at any step")
    func crashes() throws {
        let days = try Self.whole.get()
        for seed in 1...UInt64(seeds(2, debug: 1)) {
            let broken = try Self.lived(
                .init(crashes: (seed, _isDebugAssertConfiguration() ? 100 : 12)))
            report(broken.faults, "faults")
            #expect(broken.crashed > (_isDebugAssertConfiguration() ? 50 : 100))
            #expect(broken.rung.map(\.key) == days.rung.map(\.key))
            #expect(broken.told.map(\.out) == days.told.map(\.out))
            #expect(broken.told.map(\.at) == days.told.map(\.at))
        }
    }

    @Test(
        "off for a while: what was due meanwhile is told at once and once, or explained",
        arguments: [1, 72, 60 * 24])
    func downtime(hours: Int) throws {
        let from = Stages.instant("2026-03-09T08:30")
        let on = from.advanced(by: Int64(hours) * Instant.hour)
        let days = try Self.lived(.init(off: from..<on))
        report(days.faults, "faults")
        let atOnce = days.told.filter { $0.at == on }
        let people = Dictionary(grouping: atOnce) { "\($0.out.to)" }
        let most = people.values.map(\.count).max() ?? 0
        #expect(most <= 1, "\(hours) hours: \(most) messages at once to one person")
        report(
            Self.untrue(days, from: on), "things told that were over, or of which nothing said late"
        )
        // What was said meanwhile was heard later, so that some of it is needless; the rest was told.
        let whole = try Self.whole.get()
        #expect(days.told.count * 10 > whole.told.count * (hours > 100 ? 4 : 9))
    }

    /// What came when the bot was there again: each says that it is late, of each thing only the last step, and
    /// nothing that invites to what is over.
    private static func untrue(_ days: SimulatedDays, from on: Instant) -> [String] {
        let state = days.world.state
        let today = on.local(offset: 5 * 3600).date
        var faults: [String] = []
        for told in days.told where told.at >= on && told.at < on.advanced(by: 10 * Instant.minute)
        {
            let keys = [told.out.occurrence].compactMap { $0 } + told.out.also
            let parts = keys.compactMap { Occurrence.parts(of: $0) }
            let things = parts.map { "\($0.row) \($0.subject)" }
            if Set(things).count < things.count { faults.append("told twice: \(things)") }
            // What was due before that morning was held, and is told as late.
            if parts.contains(where: { $0.nominal < today - 10 }),
                told.out.phrases.first?.key != "remind.waited.away"
            {
                faults.append("not said to be late: \(keys)")
            }
            for part in parts {
                let code = part.subject.split(separator: " ").last.map(String.init) ?? ""
                let challenge = state.challenges[code]
                let isOver =
                    switch part.row {
                    case "midpoint.review", "closing.workshop", "day.hundred": part.nominal < today
                    case "countdown.days": challenge?.lastDay.map { $0 <= today } ?? true
                    // A day off moves it within its week.
                    case "meeting.weekly": part.nominal + 7 <= today
                    case "win.fifteen": challenge?.dayOne.map { $0 + 14 < today } ?? true
                    default: false
                    }
                if isOver { faults.append("over: \(part.row) \(part.subject) of \(part.nominal)") }
            }
        }
        return faults
    }

    @Test("a day off by decree while it runs: what was due on it moves, nothing rings twice")
    func decree() throws {
        let date = try #require(LocalDate(iso: "2026-03-12"))
        var change = CalendarChanged()
        change.date = date
        change.change = .off
        change.name = "By decree"
        let whole = try Self.whole.get()
        change.programme = try #require(whole.world.state.programmes.keys.first)
        let days = try Self.lived(
            .init(
                decree: (Stages.instant("2026-03-11T15:00"), .imported([.calendarChanged(change)])))
        )
        report(days.faults, "faults")
        report(Self.outsideHours(days), "outside hours")
        func on(_ date: LocalDate, _ days: SimulatedDays) -> [SimulatedDays.Rung] {
            days.rung.filter { $0.isSent && $0.at.local(offset: 5 * 3600).date == date }
        }
        let moved = on(date, whole)
        #expect(moved.count > 3 && on(date, days).isEmpty)
        for one in moved {
            let row = Occurrence.parts(of: one.key)?.row ?? ""
            let other = days.rung.first { $0.key == one.key }
            // What comes every working day does not come that day; a reading that came meanwhile is not asked
            // for; all else comes on another day, under its own name.
            let mayEnd = row == "digest.office" || row == "reading.due"
            #expect(other == nil ? mayEnd : other?.at != one.at, Comment(rawValue: one.key))
        }
    }

    // MARK: A wrong clock

    /// The cohort in the middle of its days; nobody says anything any more, so that much is due.
    private static func middle() throws -> World {
        var days = SimulatedDays(try House.deciderOfCountry())
        try days.live(try script(), until: Stages.instant("2026-03-16T07:00"))
        return days.world
    }

    private struct Wrong {
        var name: String
        var by: Int64
        /// On the steady clock, from when and until when.
        var from: Int64
        var until: Int64
    }

    /// Rings for days of true time by the machine that does it, on a clock that is wrong at times.
    private func live(_ start: World, days: Int64, _ wrong: Wrong?) -> (
        rung: [SimulatedDays.Rung], outs: [(at: Instant, out: Outgoing)], world: World
    ) {
        var world = start
        var agenda = Agenda()
        var rung: [SimulatedDays.Rung] = [], outs: [(at: Instant, out: Outgoing)] = []
        var steady: Int64 = 0
        func moment() -> Moment {
            var wall = start.now.milliseconds + steady
            if let wrong, steady >= wrong.from, steady < wrong.until { wall += wrong.by }
            return Moment(wall: Instant(milliseconds: wall), steady: Instant(milliseconds: steady))
        }
        var clock = AlarmClock(due: agenda.next(world.state, world.decider.zones), now: moment())
        while steady < days * Instant.day {
            var effects = clock.step(.tick, now: moment())
            var rings = 0
            while case .ring? = effects.first(where: { if case .ring = $0 { true } else { false } }),
                rings < 5000
            {
                rings += 1
                world.now = moment().wall
                let heard = world.take(.alarm)
                if let commit = heard.commit {
                    agenda.note(commit)
                    for case .rang(let rang) in commit.events {
                        rung.append(.init(at: commit.at, key: rang.key, how: rang.how))
                    }
                    outs += heard.out.map { (world.now, $0) }
                }
                let next = agenda.next(world.state, world.decider.zones)
                effects = clock.step(.rang(due: next, made: heard.commit != nil), now: moment())
            }
            #expect(rings < 5000, "a storm")
            let wake = clock.nextWake?.milliseconds ?? steady + 30_000
            steady = max(wake, steady + 1)
        }
        return (rung, outs, world)
    }

    @Test("a clock that jumps: nothing rings twice, a moment's error rings nothing, no storm")
    func jumps() throws {
        let start = try Self.middle()
        let right = live(start, days: 9, nil)
        let keys = right.rung.map(\.key),
            finals = right.rung.filter { $0.how != Rang.How.held.rawValue }.map(\.key)
        #expect(finals.count > 20 && Set(finals).count == finals.count)
        let hour = Instant.hour, day = Instant.day
        for by in [hour, -hour, day, -day, 3653 * day, -3653 * day] {
            // Wrong for fifty seconds: nobody notices.
            let brief = live(
                start, days: 9,
                Wrong(name: "brief", by: by, from: 26 * hour, until: 26 * hour + 50_000))
            #expect(brief.rung.map(\.key) == keys, "\(by / hour) hours, briefly")
            // It looks twice before it believes a clock: what was due then comes a minute or two late.
            let late =
                zip(brief.rung, right.rung).map { $0.at.milliseconds - $1.at.milliseconds }.max()
                ?? 0
            #expect(late <= 2 * Instant.minute, "\(by / hour) hours, briefly: \(late) ms late")
            // Wrong for half a day.
            let long = live(
                start, days: 9, Wrong(name: "long", by: by, from: 26 * hour, until: 38 * hour))
            let found = long.rung.filter { $0.how != Rang.How.held.rawValue }.map(\.key)
            #expect(Set(found).count == found.count, "\(by / hour) hours: twice")
            for (_, outs) in Dictionary(
                grouping: long.outs,
                by: { "\($0.at.milliseconds / (10 * Instant.minute)) \($0.out.to)" }) where by > day
            {
                #expect(
                    outs.count <= 1,
                    "\(by / hour) hours: \(outs.count) messages at once to one person")
            }
            guard by <= day else { continue }
            // In the end all that was due has rung, or its day came without a working hour.
            let missing = Set(finals).subtracting(found)
            #expect(missing.isEmpty, "\(by / hour) hours: \(missing.sorted().prefix(5))")
        }
    }
}
