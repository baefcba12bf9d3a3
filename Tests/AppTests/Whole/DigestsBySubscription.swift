import Accelerator
import Language
import Testing

/// Digests come when they should, to whom they should, and say what changed since the last one.
@Suite("Digests that come by themselves") struct DigestsBySubscription {
    private static let zone = "Asia/Almaty"

    private static func world() throws -> World {
        World(try House.decider(), try House.sample(), until: House.afternoon)
    }

    /// Lets time pass until a local moment; what rang, each at its time.
    @discardableResult static func pass(_ until: String, _ world: inout World) throws -> [(
        at: Instant, out: Outgoing
    )] {
        let end = try #require(Instant(rfc3339: "\(until):00+05:00"))
        var told: [(at: Instant, out: Outgoing)] = []
        while let due = world.decider.nextAlarm(world.state), due <= end {
            world.now = max(world.now, due)
            let heard = world.take(.alarm)
            guard heard.commit != nil else { break }
            told += heard.out.map { (at: world.now, out: $0) }
        }
        world.now = max(world.now, end)
        return told
    }

    private static func local(_ at: Instant, _ world: World) -> LocalMoment {
        world.decider.zones.local(at, in: zone) ?? at.local(offset: 0)
    }

    private static func digests(
        _ told: [(at: Instant, out: Outgoing)], of receiver: Receiver, about code: String,
        _ world: World
    ) -> [String] {
        told.flatMap { item -> [String] in
            guard item.out.to == receiver else { return [] }
            // One message may tell several things.
            let keys = ([item.out.occurrence].compactMap { $0 } + item.out.also).filter { key in
                Occurrence.parts(of: key).map {
                    $0.row.hasPrefix("digest.") && $0.subject.hasSuffix(code)
                } ?? false
            }
            return keys.map { _ in Self.local(item.at, world).description }
        }
    }

    /// The first page that tells what changed since the last one, or that nothing did.
    private static func page(_ told: [(at: Instant, out: Outgoing)], for person: String)
        -> [Phrase]?
    {
        told.first { item in
            item.out.to == .person(person)
                && item.out.phrases.contains {
                    $0.key == "digest.since" || $0.key == "digest.unchanged"
                }
        }?.out.phrases
    }

    /// The days that a rhythm names, counted here by hand: KZ has 23–25 Mar, 1, 7 and 11 May off.
    private static let off: Set<String> = [
        "2026-03-21", "2026-03-22", "2026-03-23", "2026-03-24", "2026-03-25", "2026-05-01",
        "2026-05-07", "2026-05-09", "2026-05-11",
    ]
    private static func isWorking(_ date: LocalDate) -> Bool {
        date.weekday < 6 && !off.contains(date.description)
    }
    private static func next(_ date: LocalDate) -> LocalDate {
        var date = date
        while !isWorking(date) { date = date + 1 }
        return date
    }

    @Test("each rhythm rings on its days, moved off days off, once")
    func rhythms() throws {
        let first = try #require(LocalDate(iso: "2026-03-21")),
            last = try #require(LocalDate(iso: "2026-05-12"))
        let days = (first.days...last.days).map { first + ($0 - first.days) }
        let cases: [(line: String, time: String, days: [LocalDate])] = [
            ("daily 10:15", "10:15", days.filter(Self.isWorking)),
            ("weekly Wed 18:30", "18:30", days.filter { $0.weekday == 3 }.map(Self.next)),
            ("weekly Mon", "09:00", days.filter { $0.weekday == 1 }.map(Self.next)),
            ("monthly 11:00", "11:00", days.filter { $0.parts.day == 1 }.map(Self.next)),
        ]
        for (line, time, wanted) in cases {
            for (person, word) in [
                ("u03-data", "CH-03"), ("po-director", "NA-1"), ("coach-2", "A03"),
                ("coach-2", "nation"),
            ] {
                var world = try Self.world()
                world.say("/subscribe \(word) \(line)", as: "console:\(person)")
                let code = word == "nation" ? "KZ" : word
                let told = try Self.pass("2026-05-12T23:00", &world)
                let found = Self.digests(told, of: .person(person), about: code, world)
                let times = Set(wanted.filter { $0 <= last }.map { "\($0)T\(time)" }).sorted()
                #expect(Array(Set(found)).sorted() == times, "\(word) \(line)")
                #expect(found.count == times.count, "\(word) \(line): one more than once")
                world.say("/undo", as: "console:\(person)")
            }
        }
    }

    @Test("what follows from roles comes without asking; what is ended does not")
    func defaults() throws {
        var world = try Self.world()
        world.say("/unsubscribe CH-03", as: "console:u03-lead")
        world.operate(.bind(chat: "console:ch03", title: "Ward", challenge: "CH-03"), at: world.now)
        world.say("/meeting set Thu 09:30 CH-03", as: "console:coach-2")
        let told = try Self.pass("2026-04-20T23:00", &world)
        func found(_ person: String, _ code: String) -> [String] {
            Self.digests(told, of: .person(person), about: code, world)
        }
        #expect(found("u03-lead", "CH-03") == [])
        #expect(
            found("u01-lead", "CH-01") == [
                "2026-03-26T08:45", "2026-03-30T08:45", "2026-04-06T08:45", "2026-04-13T08:45",
                "2026-04-20T08:45",
            ])
        #expect(found("u03-sponsor", "CH-03").first == "2026-03-26T09:15")
        #expect(found("u03-leader1", "CH-03") == ["2026-04-01T09:15"])
        #expect(found("u03-leader1", "A03") == ["2026-04-01T09:30"])
        #expect(
            found("po-director", "KZ") == [
                "2026-03-26T10:00", "2026-03-30T10:00", "2026-04-06T10:00", "2026-04-13T10:00",
                "2026-04-20T10:00",
            ])
        #expect(found("po-director", "NA-1").count == 18)
        let team = Self.digests(told, of: .chat("console:ch03"), about: "CH-03", world)
        #expect(
            team == [
                "2026-03-26T08:30", "2026-04-02T08:30", "2026-04-09T08:30", "2026-04-16T08:30",
            ])
        // An hour before the meeting its reminder comes in the same message.
        let page = told.first { item in
            item.out.to == .chat("console:ch03")
                && item.out.phrases.contains { $0.key == "digest.teamHead" }
        }
        #expect(page?.out.chart != nil)
    }

    @Test("a subscription holds as long as the right to see it does")
    func rights() throws {
        var world = try Self.world()
        world.say("/subscribe CH-03 daily", as: "console:u03-m1")
        world.operate(.bind(chat: "console:ch03", title: "Ward", challenge: "CH-03"), at: world.now)
        world.say("/subscribe NA-1 daily", as: "console:u03-lead", in: "console:ch03")
        let before = try Self.pass("2026-03-27T23:00", &world)
        #expect(Self.digests(before, of: .person("u03-m1"), about: "CH-03", world).count == 2)
        #expect(Self.digests(before, of: .chat("console:ch03"), about: "NA-1", world).count == 2)
        var seat = try #require(
            world.state.challenges["CH-03"]?.seats.first { $0.person == "u03-m1" && $0.left == nil }
        )
        seat.left = LocalDate(iso: "2026-03-28")
        world.take(.imported([.seatLeft(OfChallenge("CH-03", seat))]))
        world.say("/here off", as: "console:u03-lead", in: "console:ch03")
        let after = try Self.pass("2026-04-03T23:00", &world)
        #expect(Self.digests(after, of: .person("u03-m1"), about: "CH-03", world).isEmpty)
        // The leader, who wanted it for the group, may still see the cohort.
        #expect(Self.digests(after, of: .chat("console:ch03"), about: "NA-1", world).count == 5)
        var news = ChatNews()
        news.chat = "console:ch03"
        news.what = .removed
        world.take(.chat(news))
        let last = try Self.pass("2026-04-10T23:00", &world)
        #expect(Self.digests(last, of: .chat("console:ch03"), about: "NA-1", world).isEmpty)
    }

    // MARK: What changed

    private static func keys(_ page: [Phrase]) -> [String] { page.map(\.key) }

    @Test("a page says what changed since the last one its reader got, no more and no less")
    func changes() throws {
        var world = try Self.world()
        world.say("/subscribe CH-03 daily", as: "console:u03-data")
        // Before the first one there is nothing to compare with.
        let first = try #require(world.say("/digest", as: "console:u03-data").out.first).phrases
        #expect(!Self.keys(first).contains("digest.unchanged"))
        try Self.pass("2026-03-26T12:00", &world)
        #expect(world.state.told("u03-data", of: "digest CH-03") != nil)
        let quiet = try #require(world.say("/digest", as: "console:u03-data").out.first).phrases
        #expect(Self.keys(quiet).contains("digest.unchanged"))
        // On the day of the last page, after it.
        world.say("/up 80,7", as: "console:u03-data")
        world.say("/done M3 all are connected", as: "console:u03-lead")
        world.say("/block severity=high \"the registry is down\"", as: "console:u03-lead")
        let page = try #require(world.say("/digest", as: "console:u03-data").out.first).phrases
        let since = try #require(page.firstIndex { $0.key == "digest.since" })
        #expect(page[since]["date"] == .date(try #require(LocalDate(iso: "2026-03-26"))))
        #expect(
            page[since + 1].key == "digest.change"
                && page[since + 1]["after"] == .measure(80.7, unit: "%"))
        #expect(page[since + 1]["before"] == .number(77.3))
        #expect(
            Self.keys(page).contains("digest.done")
                && page.first { $0.key == "digest.done" }?["code"] == .code("M3"))
        #expect(Self.keys(page).contains("digest.changesRaised"))
        // The next page tells it; the one after that does not tell it again.
        let told = try Self.pass("2026-03-27T12:00", &world)
        let next = try #require(Self.page(told, for: "u03-data"))
        #expect(
            Self.keys(next).contains("digest.since")
                && Self.keys(next).contains("digest.changesRaised"))
        let later = try Self.pass("2026-03-30T12:00", &world)
        let last = try #require(Self.page(later, for: "u03-data"))
        #expect(Self.keys(last).contains("digest.unchanged"), "\(Self.keys(last))")
        // A page of the past has no last one.
        let past = try #require(
            world.say("/digest as of 2026-03-27", as: "console:u03-data").out.first
        ).phrases
        #expect(
            !Self.keys(past).contains("digest.unchanged")
                && !Self.keys(past).contains("digest.since"))
    }

    @Test("a cohort's page counts what changed in all its challenges")
    func cohortChanges() throws {
        var world = try Self.world()
        try Self.pass("2026-03-26T12:00", &world)
        world.say("/up 31,0", as: "console:u01-data")
        world.say("/solved CH-01-B2 the licences are there", as: "console:u01-lead")
        let told = try Self.pass("2026-03-27T12:00", &world)
        let page = try #require(
            told.first { $0.out.occurrence?.hasPrefix("digest.office/") == true }
        ).out.phrases
        let keys = Self.keys(page)
        #expect(
            keys.contains("digest.since") && keys.contains("digest.changesFigures")
                && keys.contains("digest.changesRest"))
    }

    @Test("what was chosen, when it went out and the scoreboards stand in a snapshot")
    func snapshot() throws {
        var world = try Self.world()
        world.operate(.bind(chat: "console:ch03", title: "Ward", challenge: "CH-03"), at: world.now)
        world.say("/subscribe CH-03 daily 10:00", as: "console:u03-data")
        world.say("/unsubscribe CH-03", as: "console:u03-lead")
        world.say("/board", as: "console:u03-lead", in: "console:ch03")
        try Self.pass("2026-03-27T12:00", &world)
        let lines = Facts.snapshot(world.state)
        let back = try Facts.restored(world.state)
        #expect(back == world.state)
        for section in ["subscription", "board", "told"] {
            #expect(lines.contains { $0.section == section })
        }
    }
}
