import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// One message a group that is edited as figures arrive.
@Suite("The living scoreboard") struct LivingScoreboard {
    private static let group = "console:ch03"

    private static func world() throws -> World {
        var world = World(try House.decider(), try House.sample(), until: House.afternoon)
        world.operate(.bind(chat: group, title: "Ward", challenge: "CH-03"), at: world.now)
        return world
    }

    /// What was sent leaves, and gets the name it would have there: an edit that of what it replaces.
    static func deliver(_ out: [Outgoing], _ world: inout World) {
        for one in out {
            let chat = if case .chat(let key) = one.to { key } else { group }
            let name =
                one.replaces.flatMap { world.state.sent[$0]?.message } ?? "\(chat)/\(one.id)"
            world.take(.delivered(id: one.id, message: name))
        }
    }

    static func boards(_ out: [Outgoing]) -> [Outgoing] { out.filter { $0.pins == .on } }

    /// Lets time pass; the scoreboards that left.
    static func pass(_ milliseconds: Int64, _ world: inout World) -> [(
        at: Instant, out: Outgoing
    )] {
        let end = world.now.advanced(by: milliseconds)
        var told: [(at: Instant, out: Outgoing)] = []
        while let due = world.decider.nextAlarm(world.state), due <= end {
            world.now = max(world.now, due)
            let heard = world.take(.alarm)
            guard heard.commit != nil else { break }
            deliver(heard.out, &world)
            told += boards(heard.out).map { (at: world.now, out: $0) }
        }
        world.now = end
        return told
    }

    private static func posted() throws -> (world: World, id: String) {
        var world = try world()
        let out = boards(world.say("/board", as: "console:u03-lead", in: group).out)
        #expect(out.map(\.to) == [.chat(group)])
        #expect(out.allSatisfy { $0.replaces == nil })
        deliver(out, &world)
        return (world, out.first?.id ?? "")
    }

    /// What is drawn while something is said every ten seconds: no more than once a minute, each the edit of
    /// the one before it. `id` is the message's first, then its last.
    static func rounds(
        _ count: Int, _ id: inout String, _ world: inout World,
        _ say: (_ n: Int, inout World) -> Void
    ) -> [(at: Instant, out: Outgoing)] {
        let start = world.now
        var edits: [(at: Instant, out: Outgoing)] = []
        for n in 0..<count {
            say(n, &world)
            edits += pass(10 * Instant.second, &world)
        }
        edits += pass(2 * Instant.minute, &world)
        let minutes = Int((world.now.milliseconds - start.milliseconds) / Instant.minute)
        #expect(
            edits.count > 2 && edits.count <= minutes + 1,
            "\(edits.count) edits in \(minutes) minutes")
        for (a, b) in zip(edits, edits.dropFirst()) {
            #expect(b.at.milliseconds - a.at.milliseconds >= Instant.minute)
        }
        for edit in edits {
            #expect(edit.out.replaces == id, "each replaces the one before it")
            id = edit.out.id
        }
        return edits
    }

    @Test("figures make edits of one message, no more than one a minute")
    func coalesced() throws {
        var (world, id) = try Self.posted()
        #expect(Self.pass(5 * Instant.minute, &world).isEmpty)
        let edits = Self.rounds(40, &id, &world) { n, world in
            let day = ["2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19", "2026-03-20"][n % 5]
            world.say(
                "/up \(78 + Double(n) / 100) on=\(day) sure=1", as: "console:u03-data",
                in: Self.group)
            world.say(
                "/fix \(78 + Double(n) / 100) on=\(day)", as: "console:u03-data", in: Self.group)
        }
        #expect(edits.allSatisfy { $0.out.phrases.count <= 16 && $0.out.kind == .card })
        #expect(world.state.sent[id]?.message == world.state.chats[Self.group]?.card)
        // What shows nothing new sends nothing, and the clock comes to rest.
        world.say("/fix 78,39 on=2026-03-20", as: "console:u03-data", in: Self.group)
        _ = Self.pass(3 * Instant.minute, &world)
        let n = world.state.n
        #expect(Self.pass(Instant.hour, &world).isEmpty)
        #expect(world.state.n == n)
    }

    @Test("each morning the day's number; none after the challenge's time")
    func mornings() throws {
        var (world, _) = try Self.posted()
        let edits = Self.pass(90 * Instant.day, &world)
        let zones = world.decider.zones
        let moments = edits.compactMap { zones.local($0.at, in: "Asia/Almaty") }
        #expect(moments.allSatisfy { $0.time == LocalTime(8, 0) })
        #expect(Set(moments.map(\.date)).count == moments.count)
        // Days 48 to 100, then the state of the result.
        #expect(moments.count >= 53 && moments.count <= 62, "\(moments.count)")
        #expect(moments.first?.date == LocalDate(iso: "2026-03-21"))
    }

    @Test("its message stays known however long nothing is drawn")
    func kept() throws {
        var (world, _) = try Self.posted()
        _ = Self.pass(150 * Instant.day, &world)
        let board = try #require(world.state.boards[Self.group])
        #expect(world.state.sent[board.last ?? ""]?.message != nil)
    }

    @Test("one on its way is replaced by the next; one that was lost is not")
    func pending() throws {
        var (world, id) = try Self.posted()
        _ = Self.pass(2 * Instant.minute, &world)
        world.say("/up 78,4", as: "console:u03-data")
        world.now = world.now.advanced(by: Instant.minute)
        let first = Self.boards(world.take(.alarm).out)
        #expect(first.map(\.replaces) == [id])
        world.say("/up 79,4 on=2026-03-19", as: "console:u03-data")
        world.now = world.now.advanced(by: 2 * Instant.minute)
        let second = Self.boards(world.take(.alarm).out)
        if let sent = second.first { #expect(sent.replaces == first.first?.id) }
        for one in first + second {
            world.take(.undeliverable(id: one.id, why: "expired", isLost: false))
        }
        #expect(
            world.state.boards[Self.group]?.pending == nil
                && world.state.boards[Self.group]?.last == id)
    }

    @Test(
        "a group that moves takes it along, posts it anew there, and keeps what was chosen for it")
    func moved() throws {
        var (world, _) = try Self.posted()
        world.say("/subscribe NA-1 daily", as: "console:u03-lead", in: Self.group)
        var news = ChatNews()
        news.chat = Self.group
        news.what = .moved(to: "console:large")
        world.take(.chat(news))
        let boarded = world.state.boarded["CH-03"] ?? []
        #expect(world.state.boards[Self.group] == nil && boarded == ["console:large"])
        #expect(world.state.subscriptions(of: "chat:" + Self.group).isEmpty)
        #expect(
            world.state.subscriptions(of: "chat:console:large").map(\.subject) == ["cohort NA-1"])
        let posts = Self.pass(2 * Instant.minute, &world)
        #expect(posts.map(\.out.to) == [.chat("console:large")])
        #expect(posts.allSatisfy { $0.out.replaces == nil })
    }

    @Test("that it may not be pinned is told once, to whoever wanted it, with what to do")
    func unpinned() throws {
        var (world, _) = try Self.posted()
        var news = ChatNews()
        news.chat = Self.group
        news.what = .pinned(true)
        #expect(world.take(.chat(news)).commit == nil)
        news.what = .pinned(false)
        let told = world.take(.chat(news)).out
        #expect(told.map(\.to) == [.person("u03-lead")])
        #expect(told.flatMap(\.phrases).map(\.key) == ["board.unpinned"])
        #expect(world.take(.chat(news)).commit == nil)
        news.what = .pinned(true)
        #expect(world.take(.chat(news)).out.isEmpty)
        #expect(world.state.boards[Self.group]?.isUnpinned == false)
    }

    @Test("a group bound elsewhere shows the challenge no more; undo takes a board back")
    func gone() throws {
        var (world, _) = try Self.posted()
        world.say("/here off", as: "console:u03-lead", in: Self.group)
        #expect(world.state.boards.isEmpty && world.state.boarded.isEmpty)
        #expect(Self.pass(3 * Instant.day, &world).isEmpty)
        var (other, _) = try Self.posted()
        other.say("/undo", as: "console:u03-lead", in: Self.group)
        #expect(other.state.boards.isEmpty)
        other.say("/undo", as: "console:u03-lead", in: Self.group)
        #expect(other.state.boards.count == 1)
    }

    @Test("what the agenda awaits is what a full look finds, whatever happens")
    func agenda() throws {
        var (world, _) = try Self.posted()
        var agenda = Agenda()
        _ = agenda.next(world.state, world.decider.zones)
        var random = Seeded(7)
        for n in 0..<120 {
            let before = world.commits.count
            switch random.below(5) {
            case 0: world.say("/up \(75 + Double(n) / 50)", as: "console:u03-data")
            case 1: world.say("/block it rains \(n) high", as: "console:u03-lead")
            case 2:
                world.say(
                    "/subscribe CH-03 \(["daily", "weekly", "monthly"][n % 3])",
                    as: "console:u03-m1")
            case 3:
                world.say(
                    n % 2 == 0 ? "/board" : "/board off", as: "console:u03-lead", in: Self.group)
            default:
                if let due = world.decider.nextAlarm(world.state) {
                    world.now = max(world.now, due)
                    Self.deliver(world.take(.alarm).out, &world)
                }
            }
            for commit in world.commits[before...] { agenda.note(commit) }
            #expect(
                agenda.next(world.state, world.decider.zones)
                    == world.decider.nextAlarm(world.state), "step \(n)")
            world.now = world.now.advanced(by: Int64(random.below(600)) * Instant.second)
        }
    }
}
