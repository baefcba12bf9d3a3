import Accelerator
import Language
import Testing

/// Rules of the acceleration phase that need days to pass: what lapses, what follows, what stays.
@Suite("Rules of the weeks") struct WeeksRules {
    private static func world() throws -> World {
        World(try House.decider(), try House.sample(), until: House.afternoon)
    }
    private static func keys(_ world: World, _ line: String, as who: String) -> [String] {
        var copy = world
        return copy.say("/" + line, as: "console:" + who).keys
    }
    private static let day: Int64 = Instant.day

    @Test("a declared colour is shown beside the computed one, lapses, and never changes it")
    func declared() throws {
        let before = try Self.world()
        var world = before
        #expect(
            world.say("/declare green the inspectorate signs next week", as: "console:u01-sponsor")
                .changesSomething)
        #expect(
            world.say("/declare green two cities report next week", as: "console:u01-lead")
                .changesSomething)
        // Day after day as if nobody had said anything, but for the lines that say it.
        for days in [0, 1, 6, 7, 8, 13, 14, 15, 30] {
            var quiet = before
            quiet.now = before.now.advanced(by: Int64(days) * Self.day)
            world.now = quiet.now
            let shown = Self.keys(world, "status CH-01", as: "u01-lead"),
                plain = Self.keys(quiet, "status CH-01", as: "u01-lead")
            #expect(shown.filter { !$0.hasPrefix("declare.") } == plain, "after \(days) days")
            #expect(shown.contains("declare.sponsorSays") == (days <= 7), "after \(days) days")
            #expect(shown.contains("declare.teamSays") == (days <= 14), "after \(days) days")
        }
    }

    @Test("a declared colour that is the computed one is not shown")
    func declaredSame() throws {
        var world = try Self.world()
        world.say("/declare amber as the bot says", as: "console:u01-lead")
        #expect(
            !Self.keys(world, "status CH-01", as: "u01-lead").contains { $0.hasPrefix("declare.") })
    }

    @Test("the next stocktake shows what came of the decisions of the last one")
    func stocktake() throws {
        var world = try Self.world()
        #expect(world.say("/stocktake hold NA-1", as: "console:po-director").changesSomething)
        world.now = world.now.advanced(by: 14 * Self.day)
        func lines() -> [Phrase] {
            var copy = world
            return copy.say("/stocktake NA-1", as: "console:u01-sponsor").out.first?.phrases ?? []
        }
        let open = lines()
        let from = try #require(open.firstIndex { $0.key == "stocktake.lastTime" })
        #expect(open[from...].contains { $0.key == "next.decisionUndated" })
        world.say("/decide CH-01-D1 yes", as: "console:u01-sponsor")
        let decided = lines()
        let place = try #require(decided.firstIndex { $0.key == "stocktake.lastTime" })
        #expect(decided[place...].contains { $0.key == "decisions.closed" })
        #expect(decided.count <= 25 && open.count <= 25)
    }

    @Test("nothing changed is said once in a row")
    func nothingChanged() throws {
        var world = try Self.world()
        let who = "console:u03-m4"
        #expect(!world.say("/week same", as: who).changesSomething, "there is nothing to repeat")
        #expect(
            world.say("/week \"lists merged\" \"two hospitals\" \"none\" confidence=4", as: who)
                .changesSomething)
        world.now = world.now.advanced(by: 7 * Self.day)
        #expect(world.say("/week same confidence=4", as: who).changesSomething)
        #expect(!world.say("/week same", as: who).changesSomething, "this week has its word")
        world.now = world.now.advanced(by: 7 * Self.day)
        #expect(world.say("/week same", as: who).keys == ["week.sameTwice"])
        #expect(
            world.say("/week \"all merged\" \"one hospital\" \"none\"", as: who).changesSomething)
        world.now = world.now.advanced(by: 7 * Self.day)
        #expect(world.say("/week same", as: who).changesSomething)
    }

    @Test("a target that was met and raised keeps its verdict")
    func raised() throws {
        var world = World(
            try House.decider(), try House.sample(),
            until: House.afternoon.advanced(by: 27 * Self.day))
        let keeper = "console:u08-data"
        var heard = world.say("/up 1510", as: keeper)
        if heard.isAsking, let yes = heard.offers.first {
            heard = world.say(yes.line, as: keeper, kind: .pressed)
        }
        #expect(heard.changesSomething)
        #expect(
            world.say("/early raise 1400", as: "console:u08-lead").keys.first == "early.notHigher")
        #expect(world.say("/early raise 3000", as: "console:u08-lead").changesSomething)
        let code = try #require(world.state.challenges["CH-08"]?.decisions.last?.code)
        #expect(
            !world.say("/decide CH-08-\(code) yes", as: "console:u08-lead").changesSomething,
            "it takes the sponsor")
        #expect(world.say("/decide CH-08-\(code) yes", as: "console:u08-sponsor").changesSomething)
        let challenge = try #require(world.state.challenges["CH-08"])
        let met = try #require(challenge.goals.first?.versions.last?.metOn)
        #expect(challenge.goals.first?.versions.first?.target == 1500, "the first target stays")
        let last = try #require(challenge.lastDay)
        let known = Known(
            date: last, cut: world.now.advanced(by: 90 * Self.day), days: WorkingCalendar().days,
            thresholds: Thresholds())
        let result = ChallengeResult.computed(challenge, known: known)
        #expect(result.progress.map { $0 < 0.8 } == true && result.verdict == .achieved)
        #expect(met <= last)
    }

    @Test("another target takes two persons, also where one holds both seats")
    func twoPersons() throws {
        var world = try Self.world()
        var seat = Seat()
        seat.person = "coach-2"
        seat.role = .sponsor
        world.take(.imported([.seatTaken(OfChallenge("CH-03", seat))]))
        var heard = world.say("/goal revise to 95 CH-03", as: "console:coach-2")
        let sure = try #require(heard.offers.first)
        heard = world.say(sure.line, as: "console:coach-2", kind: .pressed)
        #expect(heard.changesSomething)
        let code = try #require(world.state.challenges["CH-03"]?.decisions.last?.code)
        #expect(
            world.say("/decide CH-03-\(code) yes", as: "console:coach-2").keys == [
                "decide.secondPerson"
            ])
        #expect(world.say("/decide CH-03-\(code) yes", as: "console:u03-sponsor").changesSomething)
        #expect(world.state.challenges["CH-03"]?.goals.first?.versions.map(\.target) == [98, 95])
        // Twice at most.
        for target in ["94", "93"] {
            let asked = world.say("/goal revise to \(target) CH-03", as: "console:u03-lead")
            guard let ask = asked.offers.first, asked.isAsking else {
                #expect(target == "93" && asked.keys == ["goal.reviseTwice"])
                continue
            }
            world.say(ask.line, as: "console:u03-lead", kind: .pressed)
            let code = try #require(world.state.challenges["CH-03"]?.decisions.last?.code)
            world.say("/decide CH-03-\(code) yes", as: "console:u03-sponsor")
        }
        #expect(world.state.challenges["CH-03"]?.goals.first?.versions.count == 3)
    }
}
