import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// One message in the office's group that shows a whole cohort and is edited as figures arrive.
@Suite("The living scoreboard of a cohort") struct CohortScoreboard {
    private static let group = "console:leaders"
    private static let office = "console:po-director"

    private static func posted() throws -> (world: World, id: String) {
        var world = World(try House.decider(), try House.sample(), until: House.afternoon)
        let out = LivingScoreboard.boards(world.say("/board NA-1", as: office, in: group).out)
        #expect(out.map(\.to) == [.chat(group)])
        LivingScoreboard.deliver(out, &world)
        return (world, out.first?.id ?? "")
    }

    @Test("figures of many challenges make edits of one message, no more than one a minute")
    func coalesced() throws {
        var (world, id) = try Self.posted()
        #expect(LivingScoreboard.pass(5 * Instant.minute, &world).isEmpty)
        _ = LivingScoreboard.rounds(36, &id, &world) { n, world in
            let code = ["01", "02", "03", "06", "07", "08"][n % 6]
            world.say("/fix \(40 + n) sure=1", as: "console:u\(code)-data")
            world.say("/up \(40 + n) sure=1", as: "console:u\(code)-data")
            world.say("/block it rains \(n) high", as: "console:u\(code)-lead")
        }
        let n = world.state.n
        #expect(LivingScoreboard.pass(Instant.hour, &world).isEmpty)
        #expect(world.state.n == n, "the clock comes to rest")
    }

    @Test("each morning the day's number, until its time is over")
    func mornings() throws {
        var (world, _) = try Self.posted()
        let edits = LivingScoreboard.pass(150 * Instant.day, &world)
        let zones = world.decider.zones
        let moments = edits.compactMap { zones.local($0.at, in: "Asia/Almaty") }
        #expect(Set(moments.map(\.date)).count >= 53, "\(moments.count)")
        #expect(
            moments.filter { $0.time == LocalTime(8, 0) }.count >= 53,
            "the number of the day comes at eight")
        let last = try #require(LocalDate(iso: "2026-06-15"))
        #expect(moments.allSatisfy { $0.date <= last })
        // The day after the last one it says that the days are over.
        let over = try #require(LocalDate(iso: "2026-05-13"))
        #expect(moments.contains { $0.date == over })
        let board = try #require(world.state.boards[Self.group])
        #expect(world.state.sent[board.last ?? ""]?.message != nil)
    }

    @Test("twenty challenges fit 25 lines of 38 columns; of more the worst, and how many more")
    func fits() throws {
        var (world, _) = try Self.posted()
        let models = world.state.challenges.values
        for n in 0..<36 {
            var one = models[n % models.count]
            one.head.code = "CH-\(n + 11)"
            one.head.title = "Противодействие межведомственному документообороту"
            if n % 5 == 4 { one.state = [.framing, .staffing, .ready, .handedOver][n / 5 % 4] }
            world.state.challenges[one.head.code] = one
            let count = world.state.challenges.count
            world.now = world.now.advanced(by: Instant.minute)
            let out = LivingScoreboard.boards(
                world.say("/board NA-1", as: Self.office, in: Self.group).out)
            let phrases = try #require(out.first).phrases
            let rows = phrases.count { $0["mark"] != nil }
            let more = phrases.count { $0.key == "digest.more" }
            #expect(rows == (count <= 20 ? count : 19) && more == (count > 20 ? 1 : 0))
            if let rest = phrases.first(where: { $0.key == "digest.more" })?["count"] {
                #expect(rest == .count(count - 19))
            }
            for language in ["en", "ru", "ar"] {
                let message = world.decider.phrasebook.render(phrases, language: language)
                #expect(message.excess() == [], "\(count) challenges in \(language)")
            }
        }
        #expect(world.state.challenges.count > 40)
    }

    @Test("only its office posts it; with the right to see the cohort it ends, and says so")
    func rights() throws {
        var (world, _) = try Self.posted()
        for who in ["u03-lead", "u03-data", "coach-2"] {
            let said = world.say("/board NA-1", as: "console:\(who)", in: "console:other")
            #expect(said.out.allSatisfy { $0.pins != .on }, "\(who)")
        }
        #expect(world.state.boards.count == 1)
        var person = try #require(world.state.people["po-director"])
        person.grants = []
        world.take(.imported([.personSet(person)]))
        world.say("/up 78,4", as: "console:u03-data")
        world.now = world.now.advanced(by: 2 * Instant.minute)
        let out = world.take(.alarm).out.filter { $0.to == .chat(Self.group) }
        #expect(out.flatMap(\.phrases).map(\.key) == ["board.closedCohort"])
        #expect(out.allSatisfy { $0.pins == .off && $0.replaces != nil })
        #expect(world.state.boards.isEmpty && world.state.boarded.isEmpty)
    }

    @Test("a group that gets a challenge shows the cohort no more; another name changes nothing")
    func bound() throws {
        var (world, _) = try Self.posted()
        var chat = try #require(world.state.chats[Self.group])
        chat.title = "Leaders"
        world.take(.imported([.chatSet(chat)]))
        #expect(world.state.boards.count == 1)
        var news = ChatNews()
        news.chat = Self.group
        news.what = .moved(to: "console:large")
        world.take(.chat(news))
        #expect(world.state.boards.keys == ["console:large"])
        let posts = LivingScoreboard.pass(2 * Instant.minute, &world)
        #expect(posts.map(\.out.to) == [.chat("console:large")])
        world.say("/here CH-03", as: Self.office, in: "console:large")
        #expect(world.state.boards.isEmpty && world.state.boarded.isEmpty)
    }

    @Test("what the agenda awaits is what a full look finds, whatever happens")
    func agenda() throws {
        var (world, _) = try Self.posted()
        var agenda = Agenda()
        _ = agenda.next(world.state, world.decider.zones)
        var random = Seeded(11)
        var drawn = 0
        for n in 0..<80 {
            let before = world.commits.count
            let code = ["01", "03", "06", "08"][random.below(4)]
            switch random.below(6) {
            case 0: world.say("/up \(40 + n / 2) sure=1", as: "console:u\(code)-data")
            case 1: world.say("/block it rains \(n) high", as: "console:u\(code)-lead")
            case 2:
                world.say(
                    n % 3 == 0 ? "/board off" : "/board NA-1", as: Self.office, in: Self.group)
            case 3: world.say("/undo", as: "console:u\(code)-data")
            default:
                if let due = world.decider.nextAlarm(world.state) {
                    world.now = max(world.now, due)
                    LivingScoreboard.deliver(world.take(.alarm).out, &world)
                }
            }
            for commit in world.commits[before...] {
                agenda.note(commit)
                drawn += commit.events.count { "\($0.tag)" == "board.drawn" }
            }
            #expect(
                agenda.next(world.state, world.decider.zones)
                    == world.decider.nextAlarm(world.state), "step \(n)")
            world.now = world.now.advanced(by: Int64(random.below(300)) * Instant.second)
        }
        #expect(drawn > 5, "\(drawn)")
    }
}
