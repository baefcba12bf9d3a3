import Accelerator
import Language
import Testing

/// A bound group from which nothing comes is told to its leader: once, and again only after it was heard.
@Suite("Silent groups") struct SilentGroups {
    private static let group = "console:ch03"
    private static let leader = "u03-lead"

    /// The sample on a Monday morning without a day off near, its group just bound.
    private static func world() throws -> World {
        var world = World(try House.decider(), try House.sample(), until: House.afternoon)
        world.operate(.settle, at: world.now.advanced(by: 10 * Instant.day - 7 * Instant.hour))
        world.operate(.bind(chat: group, title: "Ward", challenge: "CH-03"), at: world.now)
        return world
    }

    /// Lets so many hours pass; what rang about the group.
    private static func pass(_ hours: Int, _ world: inout World) -> [Outgoing] {
        let end = world.now.advanced(by: Int64(hours) * Instant.hour)
        var told: [Outgoing] = []
        while let due = world.decider.nextAlarm(world.state), due <= end {
            world.now = max(world.now, due)
            let heard = world.take(.alarm)
            guard heard.commit != nil else { break }
            told += heard.out.filter { out in
                ([out.occurrence].compactMap { $0 } + out.also).contains {
                    $0.hasPrefix("group.silent/")
                }
            }
        }
        world.now = end
        return told
    }

    @Test("once in private after 24 hours, with what to do")
    func once() throws {
        var world = try Self.world()
        #expect(Self.pass(23, &world).isEmpty)
        let told = Self.pass(2, &world)
        #expect(told.map(\.to) == [.person(Self.leader)])
        #expect(
            told.first?.phrases.map(\.key) == ["remind.silence.head", "remind.silence.unknown"])
        #expect(told.first?.offers.contains { $0.line == "/diagnose" } == true)
        #expect(Self.pass(20 * 24, &world).isEmpty)
    }

    @Test("whatever is said there counts as heard; a pressed button proves nothing")
    func heard() throws {
        for text in ["good morning", "/status", "/nonsense", "/up 78.9"] {
            var world = try Self.world()
            #expect(Self.pass(20, &world).isEmpty)
            world.say(text, as: "console:u03-data", in: Self.group)
            #expect(Self.pass(23, &world).isEmpty, "\(text)")
            // Heard at half past six, told at nine.
            #expect(Self.pass(4, &world).count == 1, "\(text)")
        }
        var world = try Self.world()
        _ = Self.pass(20, &world)
        world.say("/status", as: "console:u03-data", in: Self.group, kind: .pressed)
        #expect(Self.pass(5, &world).count == 1)
    }

    @Test("again only after it was heard and went silent again")
    func again() throws {
        var world = try Self.world()
        #expect(Self.pass(30, &world).count == 1)
        #expect(Self.pass(24, &world).isEmpty)
        world.say("here we are", as: "console:u03-m1", in: Self.group)
        #expect(Self.pass(23, &world).isEmpty)
        #expect(Self.pass(48, &world).count == 1)
    }

    @Test("a weekend is no silence, and the night no time to tell it")
    func decentHours() throws {
        var world = try Self.world()
        _ = Self.pass(4 * 24, &world)  // Friday, 10:30
        world.say("see you on Monday", as: "console:u03-m1", in: Self.group)
        #expect(Self.pass(71, &world).isEmpty)
        #expect(Self.pass(2, &world).count == 1)
        world = try Self.world()
        _ = Self.pass(12, &world)  // Monday, 22:30
        world.say("late", as: "console:u03-m1", in: Self.group)
        #expect(Self.pass(33, &world).isEmpty)
        #expect(Self.pass(2, &world).count == 1)
    }

    @Test("where only commands and replies are heard, a week without a reading is not yet silence")
    func privacy() throws {
        var world = try Self.world()
        world.take(.channel(ChannelKnown("console", hearsAll: false)))
        let told = Self.pass(30, &world)
        #expect(
            told.first?.phrases.map(\.key) == ["remind.silence.head", "remind.silence.commands"])
        world.say("/up 79", as: "console:u03-data", in: Self.group)
        #expect(Self.pass(7 * 24, &world).isEmpty)
        #expect(Self.pass(3 * 24, &world).count == 1)
    }

    @Test("a group that is lost, unbound, or whose challenge is over tells nothing")
    func notAnyMore() throws {
        var world = try Self.world()
        var news = ChatNews()
        news.chat = Self.group
        news.what = .removed
        world.take(.chat(news))
        #expect(Self.pass(80, &world).isEmpty)
        world = try Self.world()
        world.say("/here off", as: "console:u03-lead", in: Self.group)
        #expect(world.state.bound["CH-03"] == nil)
        #expect(Self.pass(80, &world).isEmpty)
    }

    @Test("a channel's news are written once")
    func news() throws {
        var world = try Self.world()
        #expect(world.take(.channel(ChannelKnown("tg", hearsAll: true))).commit != nil)
        #expect(world.take(.channel(ChannelKnown("tg", hearsAll: true))).commit == nil)
        #expect(world.take(.channel(ChannelKnown("tg", hearsAll: false))).commit != nil)
        #expect(world.state.channel(of: "tg:-100")?.hearsAll == false)
        #expect(world.state.channel(of: "tg-office:-100") == nil)
    }
}
