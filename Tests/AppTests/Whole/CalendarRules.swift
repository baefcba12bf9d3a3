import Accelerator
import Language
import Runtime
import TestKit
import Testing
import hundred

/// Calendars and decrees: what they move, what they never change, and that all of it can be taken back.
@Suite("Rules of the calendar") struct CalendarRules {
    private static let office = "console:po-director"

    private static func world(until: Instant = House.afternoon) throws -> World {
        World(try House.decider(), try House.sample(), until: until)
    }

    /// All that would ring, and when.
    private static func rings(_ world: World) -> [String: Instant] {
        let reminding = Reminding(world.state, world.decider.zones)
        var found: [String: Instant] = [:]
        for owner in Reminding.owners(world.state) {
            for one in reminding.occurrences(owner) { found[one.key] = one.rings }
        }
        return found
    }

    @Test("what a decree changed is as it was after its undo: facts, and all that would ring")
    func undone() throws {
        let base = try Self.world()
        let before = Self.rings(base)
        let today = try #require(LocalDate(iso: "2026-03-20"))
        var random = Seeded(3)
        var changed = 0, ringing = 0
        for _ in 0..<seeds(120, debug: 25) {
            var world = base
            let first = today + Int.random(in: -5...80, using: &random),
                last = first + Int.random(in: 0...5, using: &random)
            let acts = ["add", "remove", "working", "short", "confirm", "add"]
            let act = acts[Int.random(in: 0..<acts.count, using: &random)]
            let country = Int.random(in: 0..<5, using: &random) == 0 ? "KG" : "KZ"
            let line =
                "/calendar \(country) \(act) \(first)..\(last)" + (act == "add" ? " decree" : "")
            guard world.sayTwice(line, as: Self.office).changesSomething else { continue }
            changed += 1
            if Self.rings(world) != before { ringing += 1 }
            // What is read back from the journal and from a snapshot is the same state.
            var replayed = base.state
            for commit in world.commits.dropFirst(base.commits.count) {
                replayed.evolve(try #require(Facts.reread(commit)))
            }
            #expect(replayed == world.state, "\(line): \(Facts.where(replayed, world.state) ?? "")")
            #expect(try Facts.restored(world.state) == world.state, "\(line)")
            // Days and weeks that were counted once stand.
            for challenge in base.state.challenges.values {
                let after = world.state.challenges[challenge.code]
                #expect(
                    after?.dayOne == challenge.dayOne && after?.lastDay == challenge.lastDay,
                    "\(line)")
                #expect(after?.milestones == challenge.milestones, "\(line)")
            }
            #expect(world.say("/undo", as: Self.office).changesSomething, "\(line)")
            #expect(
                Facts.difference(base.state, world.state) == nil,
                "\(line): \(Facts.difference(base.state, world.state) ?? "")")
            #expect(Self.rings(world) == before, "\(line)")
        }
        #expect(
            changed > 10 && ringing > 3, "\(changed) changes, \(ringing) of them moved something")
    }

    @Test("a day off that is added and removed again moves nothing")
    func addedAndRemoved() throws {
        let base = try Self.world()
        let before = Self.rings(base)
        let today = try #require(LocalDate(iso: "2026-03-20"))
        var added = 0
        for ahead in stride(from: 0, to: 60, by: _isDebugAssertConfiguration() ? 7 : 1) {
            var world = base
            let day = today + ahead
            guard world.sayTwice("/calendar KZ add \(day) decree", as: Self.office).changesSomething
            else { continue }
            added += 1
            let heads = world.state.challenges.values.map(\.head)
            #expect(
                world.sayTwice("/calendar KZ remove \(day)", as: Self.office).changesSomething,
                "\(day)")
            // A review that was moved stays where those concerned were told.
            #expect(world.state.challenges.values.map(\.head) == heads)
            if heads == base.state.challenges.values.map(\.head) {
                #expect(Self.rings(world) == before, "\(day)")
            }
        }
        #expect(added > 3)
    }

    @Test(
        "the preview tells what then moves: nothing rings on the new day off, and those who review are told once"
    )
    func preview() throws {
        var world = try Self.world(until: House.afternoon.advanced(by: -2 * Instant.day))
        let day = try #require(LocalDate(iso: "2026-03-20"))
        let asked = world.say("/calendar KZ add \(day) decree", as: Self.office)
        #expect(asked.keys == ["calendar.will", "calendar.affects", "calendar.apply"])
        #expect(asked.out.first?.phrases[1]["reviews"] == .count(7))
        let done = world.sayTwice("/calendar KZ add \(day) decree", as: Self.office)
        #expect(done.keys == ["calendar.done", "calendar.moved", "calendar.undo"])
        let told = done.out.dropFirst().map(\.to)
        #expect(Set(told).count == told.count)
        #expect(told.contains(.person("u03-sponsor")) && told.contains(.person("coach-2")))
        for (key, rings) in Self.rings(world) {
            #expect(world.decider.zones.local(rings, in: "Asia/Almaty")?.date != day, "\(key)")
        }
        #expect(world.state.challenges["CH-03"]?.head.midpointOn?.description == "2026-03-19")
    }

    @Test("all programmes of a country change, each by an event; new ones begin with what is known")
    func programmes() throws {
        var world = try Self.world()
        world.take(
            .imported([
                .personSet(Self.admin),
                .principalLinked(PrincipalLinked("console:an-admin", person: "an-admin")),
            ]))
        let admin = "console:an-admin"
        world.say("/programme new KZ-2 \"Second\" Astana", as: admin)
        let done = world.sayTwice("/calendar KZ add 2026-03-26 decree", as: admin)
        let events = done.commit?.events.filter { "\($0.tag)" == "calendar.changed" } ?? []
        #expect(events.count == 2)
        world.say("/programme new KZ-3 \"Third\" Astana", as: admin)
        let day = try #require(LocalDate(iso: "2026-03-26"))
        for code in ["KZ", "KZ-2", "KZ-3"] {
            #expect(world.state.programmes[code]?.calendar.isWorking(day) == false, "\(code)")
        }
        // A country without a programme keeps what was said of it until there is one.
        world.sayTwice("/calendar KG add 2026-03-27 decree", as: admin)
        #expect(world.state.calendars["KG"]?.calendar.isWorking(day + 1) == false)
        world.say("/programme new KG \"Kyrgyz\" Bishkek", as: admin)
        #expect(world.state.programmes["KG"]?.calendar.isWorking(day + 1) == false)
    }

    private static var admin: Person {
        var person = Person()
        person.code = "an-admin"
        person.name = "Root"
        person.grants = [Grant(scope: "*", role: .admin), Grant(scope: "*", role: .office)]
        return person
    }

    @Test(
        "every calendar of the folder is read: four years, no day twice, short names, hours for its week"
    )
    func folder() throws {
        var countries: Set<String> = []
        for file in Folder.names(Program.commands + "/calendars") where file.hasSuffix(".yaml") {
            let text = String(
                decoding: Folder.bytes("\(Program.commands)/calendars/\(file)"), as: UTF8.self)
            let read = try CalendarFiles.read(text, file: file)
            let (country, calendar, names) = (read.country, read.calendar, read.names)
            #expect(countries.insert(country).inserted)
            #expect(file == country + ".yaml")
            #expect(Set(calendar.holidays.map(\.date)).count == calendar.holidays.count, "\(file)")
            for year in 2025...2028 {
                #expect(
                    calendar.holidays.count { $0.date.parts.year == year } >= 10, "\(file): \(year)"
                )
            }
            for holiday in calendar.holidays {
                #expect(
                    Set(names[holiday.name, default: [:]].keys) == ["ru", "ar", "kk", "ky"],
                    "\(file): \(holiday.name) in all languages of the countries")
                #expect(
                    (3...40).contains(holiday.name.count) && !holiday.name.contains("estimated"),
                    "\(file): \(holiday.name)")
                // What the moon decides two years ahead is no certainty.
                if holiday.name.contains("Ait") || holiday.name.contains("Eid"),
                    holiday.date.parts.year >= 2027,
                    !holiday.name.contains("Constitution")
                {
                    #expect(holiday.isEstimate, "\(file): \(holiday.date) \(holiday.name)")
                }
            }
            for weekday in 1...7 where !calendar.weekend.contains(weekday) {
                #expect(
                    calendar.hours.contains { $0.weekdays.contains(weekday) },
                    "\(file): weekday \(weekday)")
                if !calendar.ramadan.isEmpty {
                    #expect(
                        calendar.ramadanHours.contains { $0.weekdays.contains(weekday) },
                        "\(file): weekday \(weekday)")
                }
            }
            for date in calendar.shortDays + calendar.workingDays {
                #expect(calendar.isWorking(date), "\(file): \(date)")
            }
        }
        #expect(countries == ["AE", "AE-SHJ", "KG", "KZ"])
    }
}
