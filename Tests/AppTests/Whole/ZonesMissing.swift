import Accelerator
import Language
import TestKit
import Testing

/// A machine that does not know a zone that is gone by: it is said, once to each who can do something about it.
@Suite("Zones that are missing") struct ZonesMissing {
    /// A machine that has no zone but UTC.
    private static let bare = Zones(files: [:])

    private static func told(_ version: String, _ decider: Decider, _ state: inout State)
        -> [Outgoing]?
    {
        let outcome = decider.decide(
            .zonesChanged(version: version), state, at: state.at, random: [])
        guard case .commit(let commit) = outcome else { return nil }
        state.evolve(commit)
        return commit.out
    }

    @Test("the office is told once, again only after it was there")
    func once() throws {
        let decider = try House.decider()
        let world = World(decider, try House.sample(), until: House.afternoon)
        var state = world.state
        let zones = decider.with(zones: Self.bare)
        let out = try #require(Self.told("2026b", zones, &state))
        #expect(out.map(\.to).contains(.person("po-director")))
        #expect(Set(out.map { "\($0.to)" }).count == out.count)
        for one in out {
            #expect(one.phrases.map(\.key) == ["zones.missing"])
            #expect(one.phrases.first?["zones"] == .list([.code("Asia/Almaty")]))
        }
        #expect(state.zonesMissing == ["Asia/Almaty"])
        #expect(Self.told("2026b", zones, &state) == nil, "told again")
        #expect(Self.told("2026c", zones, &state) == [], "told again by another release")
        #expect(Self.told("2026c", decider, &state) == [] && state.zonesMissing.isEmpty)
        #expect(Self.told("2026c", zones, &state)?.count == out.count)
    }

    @Test("who asks is told, and nothing that is heard or rings traps")
    func lives() throws {
        let decider = try House.decider()
        var world = World(
            decider.with(zones: Self.bare), try House.sample(), until: House.afternoon)
        for who in ["po-director", "u03-data"] {
            let said = world.say("/diagnose", as: "console:\(who)")
            #expect(said.keys.contains("zones.missing"), "\(who)")
        }
        for line in ["/up 78,4", "/status", "/me", "/week", "/calendar", "/reminders", "/board"] {
            world.say(line, as: "console:u03-data")
        }
        for _ in 0..<200 {
            guard let due = world.decider.nextAlarm(world.state) else { break }
            world.now = max(world.now, due)
            guard world.take(.alarm).commit != nil else { break }
        }
        #expect(world.now > House.afternoon)
        let known = World(decider, try House.sample(), until: House.afternoon)
        var other = known
        #expect(!other.say("/diagnose", as: "console:po-director").keys.contains("zones.missing"))
    }
}
