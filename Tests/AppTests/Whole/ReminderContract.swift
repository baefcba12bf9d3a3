import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// The contract of a reminder, over random lives: who is told what, when, and how often. The rules are counted
/// again here, by the receiver's clock and calendar, from what was decided alone.
@Suite("The contract of a reminder") struct ReminderContract {
    private struct Life {
        let seed: UInt64
        let lines: Lines
        var world: World
        var random: Seeded
        /// Receiver and day -> unasked messages, those of ★ rows aside.
        var told: [String: Int] = [:]
        /// Key -> what came of it, in order.
        var became: [String: [String]] = [:]
        var due: Set<String> = []
        var rang = 0, held = 0, folded = 0, merged = 0, amended = 0, behalf = 0

        static let people = [
            "po-director", "u03-data", "u03-lead", "u03-sponsor", "coach-2", "u01-lead", "u01-data",
            "u08-data", "u06-m1",
        ]

        init(_ seed: UInt64, _ lines: Lines, _ base: World) {
            self.seed = seed
            self.lines = lines
            world = base
            random = Seeded(seed &* 0x9E37_79B9)
        }

        mutating func live() throws {
            for _ in 0..<120 {
                try talk()
                deliver()
                // The machine sleeps now and then: an hour, a day, a week.
                let pause = random.pick([20, 90, 240, 600]) ?? 60
                let sleep = random.chance(6) ? random.pick([60, 1_500, 11_000]) ?? 0 : 0
                pass(Int64(pause) * Instant.minute, asleep: Int64(sleep) * Instant.minute)
            }
            // Nothing that came due is left without a word.
            for key in due.sorted() {
                let how = became[key]
                demand(
                    how != nil || !isCalled(key),
                    "seed \(seed): \(key) was due, and nothing came of it")
            }
            for (key, how) in became.sorted(by: { $0.key < $1.key }) {
                let ends = how.filter { $0 != "held" && $0 != "snoozed" }.count
                let snoozes = how.count { $0 == "snoozed" }
                demand(ends <= 1 + snoozes, "seed \(seed): \(key) ended \(how)")
                guard how.last == "held" else { continue }
                let waits = world.state.reminded.values.contains {
                    $0.waiting.contains(key) || $0.more > 0
                }
                demand(waits, "seed \(seed): \(key) is held, and waits nowhere")
            }
        }

        private func isCalled(_ key: String) -> Bool {
            guard case let parts? = Occurrence.parts(of: key) else { return false }
            let reminding = Reminding(world.state, world.decider.zones, at: world.now)
            _ = parts
            return Reminding.owners(world.state).contains { owner in
                reminding.occurrences(owner).contains { $0.key == key && $0.rings <= world.now }
            }
        }

        // MARK: What people do

        private mutating func talk() throws {
            let who = "console:" + (random.pick(Self.people) ?? "")
            let day = world.now.local(offset: 18_000).date
            let line =
                switch random.below(16) {
                case 0: "/later"
                case 1: "/later \(random.below(5) + 1) hours"
                case 2: "/notme"
                case 3: "/mute \(random.pick(["reading", "digest", "milestone", "off"]) ?? "off")"
                case 4:
                    "/away until \(day + random.below(9)) deputy=@\(random.pick(Self.people) ?? "")"
                case 5: "/away until \(day + random.below(5))"
                case 6: "/away off"
                case 7: "/settings zone \(random.pick(["Asia/Almaty", "America/New_York"]) ?? "")"
                case 8: "/done CH-0\(1 + random.below(8))-M\(1 + random.below(5))"
                case 9: "/milestone \"Step\" by \(day + random.below(6)) CH-03"
                case 10: "/whyme"
                case 11: "/remind"
                case 12: "/up 79 CH-0\(1 + random.below(8))"
                default: lines.line(world.state, &random)
                }
            guard !["/forget", "/programme", "/calendar"].contains(where: line.hasPrefix) else {
                return
            }
            let heard = world.say(line, as: who, in: random.chance(10) ? "console:ch03" : nil)
            for out in heard.out {
                try Spoken.check(out, world.decider, world.state, "seed \(seed): \(line)")
            }
            for case .snoozed(let s) in heard.commit?.events ?? [] {
                became[s.key, default: []].append("snoozed")
            }
            for case .rang(let r) in heard.commit?.events ?? [] where !r.key.hasPrefix("nudge/") {
                became[r.key, default: []].append(r.how ?? "")
                // Handed on after it was told: no second telling.
                if became[r.key]?.count ?? 0 > 1 { became[r.key]?.removeLast() }
            }
            amended += heard.out.count { $0.isAmendment }
            for out in heard.out where out.isAmendment {
                demand(
                    out.replaces.flatMap { world.state.sent[$0] } != nil,
                    "seed \(seed): an amendment of nothing")
            }
        }

        private mutating func deliver() {
            for id in world.state.owed.keys {
                let isLost = random.chance(2)
                world.take(
                    isLost
                        ? .undeliverable(id: id, why: "blocked", isLost: random.chance(50))
                        : .delivered(id: id, message: "console:x/\(id)"))
            }
        }

        // MARK: What time does

        private mutating func pass(_ time: Int64, asleep: Int64) {
            let until = world.now.advanced(by: time)
            var rounds = 0
            while let due = world.decider.nextAlarm(world.state), due <= until, rounds < 200 {
                world.now = max(world.now, due)
                ring()
                rounds += 1
            }
            world.now = until.advanced(by: asleep)
            while let due = world.decider.nextAlarm(world.state), due <= world.now, rounds < 400 {
                ring()
                rounds += 1
            }
            demand(rounds < 400, "seed \(seed): it rings without end at \(world.now)")
        }

        private mutating func ring() {
            let reminding = Reminding(world.state, world.decider.zones, at: world.now)
            for owner in Reminding.owners(world.state) {
                for one in reminding.occurrences(owner)
                where one.rings <= world.now && !one.key.hasPrefix("waiting/") {
                    due.insert(one.key)
                }
            }
            let before = world.state
            let heard = world.take(.alarm)
            demand(heard.commit != nil, "seed \(seed): due, and nothing rang at \(world.now)")
            for case .rang(let rang) in heard.commit?.events ?? [] {
                became[rang.key, default: []].append(rang.how ?? "")
                rang.how == "held" ? (held += 1) : rang.how == "folded" ? (folded += 1) : ()
            }
            rang += 1
            var receivers: Set<String> = []
            for out in heard.out {
                demand(
                    receivers.insert(out.to.text).inserted,
                    "seed \(seed): two messages at once to \(out.to.text)")
                check(out, before)
            }
        }

        /// One unasked message: the hour, the day's number, the length.
        private mutating func check(_ out: Outgoing, _ state: State) {
            // The scoreboard is drawn anew where it hangs: nobody is disturbed by it.
            guard out.pins == nil else { return }
            let keys = [out.occurrence].compactMap { $0 } + out.also
            demand(
                !keys.isEmpty,
                "seed \(seed): an unasked message without its reason: \(out.phrases.map(\.key))")
            let isStar = keys.contains { key in
                Occurrence.parts(of: key).map { ReminderContract.stars.contains($0.row) } ?? false
            }
            merged += keys.count > 1 ? 1 : 0
            behalf += out.phrases.contains { $0.key == "remind.behalf" } ? 1 : 0
            var zone = "Asia/Almaty"
            if case .person(let code) = out.to {
                zone = state.people[code]?.zone ?? zone
                demand(
                    state.people[code]?.isReachable == true,
                    "seed \(seed): \(code) can't be reached, and is written to")
                let today =
                    (world.decider.zones.local(world.now, in: zone) ?? world.now.local(offset: 0))
                    .date
                let isAway = state.people[code]?.awayUntil.map { $0 >= today } ?? false
                demand(!isAway, "seed \(seed): \(code) is on leave, and is told \(keys)")
            }
            let local = world.decider.zones.local(world.now, in: zone) ?? world.now.local(offset: 0)
            guard let programme = state.programmes.values.first, !isStar else { return }
            var calendar = programme.calendar
            if case .person(let code) = out.to {
                calendar = state.calendar(of: code, in: programme)
            }
            demand(
                calendar.isWorking(local.date) && local.time >= calendar.quietTo
                    && local.time < calendar.quietFrom,
                "seed \(seed): \(out.to.text) is disturbed at \(local): \(keys)")
            let day = "\(out.to.text) \(local.date)"
            told[day, default: 0] += 1
            demand(
                told[day, default: 0] <= 3,
                "seed \(seed): \(told[day, default: 0]) messages for \(day)")
            if keys.count > 1 || out.phrases.first?.key.hasPrefix("remind.waited") == true {
                let lines = out.phrases.reduce(0) {
                    $0
                        + world.decider.phrasebook.text($1, language: "en").split(
                            separator: "\n", omittingEmptySubsequences: false
                        ).count
                }
                demand(lines <= 25, "seed \(seed): \(lines) lines for \(day)")
                demand(
                    out.offers.count <= 8, "seed \(seed): \(out.offers.count) choices for \(day)")
            }
        }
    }

    /// Rows that may break the day's limit and quiet hours.
    private static let stars: Set<String> = [
        "launch.invitation", "day.one", "midpoint.review", "midpoint.outputs", "midpoint.overdue",
        "day.hundred",
        "closing.workshop",
    ]

    static func base() throws -> World {
        var world = World(try House.deciderOfCountry(), try House.sample(), until: House.afternoon)
        world.operate(
            .bind(chat: "console:ch03", title: "CH-03", challenge: "CH-03"), at: world.now)
        return world
    }

    @Test("never at night, one message at a time, three a day, no key twice, nothing in silence")
    func lives() throws {
        let base = try Self.base()
        let lines = Lines(base.decider)
        var rang = 0, held = 0, folded = 0, merged = 0, amended = 0, behalf = 0
        for seed in 1...UInt64(seeds(60, debug: 4)) {
            var life = Life(seed, lines, base)
            try life.live()
            rang += life.rang
            held += life.held
            folded += life.folded
            merged += life.merged
            amended += life.amended
            behalf += life.behalf
            let restored = try Facts.restored(life.world.state)
            demand(
                restored == life.world.state,
                "seed \(seed): \(Facts.where(life.world.state, restored) ?? "in what no snapshot holds")"
            )
            var replayed = State()
            for commit in life.world.commits { replayed.evolve(commit) }
            demand(replayed == life.world.state, "seed \(seed): the replay differs")
        }
        print(
            "reminders: \(rang) alarms, \(held) held, \(folded) folded, \(merged) merged, \(amended) amended, \(behalf) for others"
        )
        #expect(rang > 0 && held > 0 && folded > 0 && merged > 0 && amended > 0 && behalf > 0)
    }

    // MARK: One rule at a time

    /// A Monday at nine, all machines on.
    private static func quiet() throws -> World {
        var world = try base()
        world.operate(.settle, at: world.now.advanced(by: 6 * Instant.day))
        return world
    }

    private static func ring(_ world: inout World, until: Instant) -> [(at: Instant, out: Outgoing)]
    {
        var left: [(at: Instant, out: Outgoing)] = []
        while let due = world.decider.nextAlarm(world.state), due <= until {
            world.now = max(world.now, due)
            let heard = world.take(.alarm)
            guard heard.commit != nil else { break }
            left += heard.out.map { (at: world.now, out: $0) }
        }
        world.now = max(world.now, until)
        return left
    }

    @Test("sixty days without the bot: each person gets one message, with what is still true")
    func downtime() throws {
        for days in [3, 20, 60] {
            var world = try Self.quiet()
            _ = Self.ring(&world, until: world.now.advanced(by: Instant.day))
            // Off, and on again in the middle of a working morning.
            world.now = world.now.advanced(by: Int64(days) * Instant.day)
            while !(1...5).contains(world.now.local(offset: 18_000).date.weekday) {
                world.now = world.now.advanced(by: Instant.day)
            }
            var count: [String: Int] = [:]
            let before = world.commits.count
            for one in Self.ring(&world, until: world.now.advanced(by: 5 * Instant.minute)) {
                count[one.out.to.text, default: 0] += 1
                let heads = one.out.phrases.filter { $0.key == "remind.waited.away" }
                #expect(heads.count <= 1)
            }
            #expect(!count.isEmpty)
            #expect(
                count.filter { $0.value > 1 }.isEmpty,
                "\(days) days: \(count.filter { $0.value > 1 })")
            // What was due meanwhile was noted one by one.
            let rang = world.commits[before...].flatMap(\.events).count {
                if case .rang = $0 { true } else { false }
            }
            #expect(rang > count.count)
        }
    }

    @Test(
        "the fourth message of a day comes the next working morning, in one with what is due then")
    func limit() throws {
        var world = try Self.quiet()
        // What came and is still called for is asked again on one working day, an hour apart.
        let came = Self.ring(&world, until: world.now.advanced(by: 9 * Instant.day)).flatMap {
            [$0.out.occurrence].compactMap { $0 } + $0.out.also
        }
        let calendar = try #require(world.state.programmes.values.first?.calendar)
        let today = try #require(House.zones.local(world.now, in: "Asia/Almaty")?.date)
        let date = try #require(calendar.days.next(after: today))
        var byReceiver: [String: [String]] = [:]
        for key in Set(came).sorted() {
            guard let parts = Occurrence.parts(of: key), !Self.stars.contains(parts.row) else {
                continue
            }
            let isNew =
                byReceiver[parts.receiver]?.contains {
                    $0.hasPrefix("\(parts.row)/\(parts.subject)/")
                } != true
            if isNew { byReceiver[parts.receiver, default: []].append(key) }
        }
        let (receiver, mine) = try #require(
            byReceiver.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) })
        try world.take(
            .imported(
                mine.prefix(8).enumerated().map { place, key in
                    var event = Snoozed()
                    event.key = key
                    event.until = try #require(
                        House.zones.instant(
                            LocalMoment(date, LocalTime(10 + place, 0)), in: "Asia/Almaty"))
                    return .snoozed(event)
                }))
        let reminding = Reminding(world.state, world.decider.zones)
        let due = Reminding.owners(world.state).flatMap { reminding.occurrences($0) }.filter {
            $0.receiver == receiver && mine.contains($0.key)
        }
        #expect(due.count > 3, "\(receiver): \(due.map(\.key))")
        let end = try #require(
            House.zones.instant(LocalMoment(date + 5, LocalTime(12, 0)), in: "Asia/Almaty"))
        let told = Self.ring(&world, until: end).filter { $0.out.to == .person(receiver) }
        func dayOf(_ at: Instant) -> LocalDate? { House.zones.local(at, in: "Asia/Almaty")?.date }
        #expect(told.count { dayOf($0.at) == date } == 3)
        let next = try #require(calendar.days.next(after: date))
        let morning = told.filter { dayOf($0.at) == next }
        #expect(morning.first?.out.phrases.contains { $0.key == "remind.waited.limit" } == true)
        for key in due.map(\.key) {
            let how = world.state.rung[key] ?? "nothing"
            #expect(["", "folded", "past"].contains(how), "\(key): \(how)")
        }
    }

    @Test(
        "who blocked the bot is written to no more, the lead hears of it once, and a word in private mends it"
    )
    func blocked() throws {
        var world = try Self.quiet()
        let left = Self.ring(&world, until: world.now.advanced(by: 12 * Instant.day))
        let mine = try #require(left.first { $0.out.to == .person("u03-data") }).out
        #expect(world.state.owed[mine.id] != nil)
        let told = world.take(.undeliverable(id: mine.id, why: "403", isLost: true))
        #expect(told.out.map(\.to) == [.person("u03-lead")])
        #expect(told.out.first?.phrases.map(\.key) == ["person.unreached"])
        // The others that were owed come back too, and nobody is told again.
        for id in world.state.owed.keys where world.state.owed[id]?.to == .person("u03-data") {
            #expect(world.take(.undeliverable(id: id, why: "403", isLost: true)).out.isEmpty)
        }
        let after = Self.ring(&world, until: world.now.advanced(by: 9 * Instant.day))
        #expect(!after.contains { $0.out.to == .person("u03-data") })
        let group = after.filter { $0.out.to == .chat("console:ch03") }
        #expect(!group.isEmpty)
        for one in group {
            let words = one.out.phrases.map { world.decider.phrasebook.text($0, language: "en") }
                .joined(separator: "\n")
            #expect(!words.contains(world.state.people["u03-data"]?.name ?? "?"), "\(words)")
        }
        world.say("/status", as: "console:u03-data")
        #expect(world.state.people["u03-data"]?.isReachable == true)
    }

    @Test("a kind that is muted stays silent, until the day that was named")
    func muted() throws {
        var world = try Self.quiet()
        let until = world.now.advanced(by: 20 * Instant.day).local(offset: 18_000).date
        world.say("/mute reading until=\(until)", as: "console:u03-data")
        let told = Self.ring(&world, until: world.now.advanced(by: 40 * Instant.day))
        let mine = told.filter {
            $0.out.to == .person("u03-data") && $0.out.occurrence?.hasPrefix("reading.") == true
        }
        #expect(mine.allSatisfy { $0.at.local(offset: 18_000).date > until })
        let muted = world.commits.flatMap(\.events).count {
            if case .rang(let r) = $0 {
                r.how == "muted" && r.key.contains("/u03-data@")
            } else {
                false
            }
        }
        #expect(muted > 0)
    }
}
