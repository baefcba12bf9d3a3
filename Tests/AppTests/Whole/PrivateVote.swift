import Accelerator
import JSON
import Language
import Testing

/// Nobody learns from the bot how anybody else voted. Two lives differ in who gave which vote and in
/// nothing else; whatever anyone asks, in private or in the group, both answer the same.
@Suite("The private vote") struct PrivateVote {
    private static let team = ["u01-lead", "u01-data", "u01-m1", "u01-m2", "u01-m3"]
    private static let everybody =
        team + [
            "u01-sponsor", "u01-leader1", "coach-1", "coach-2", "po-director", "u03-lead", "root",
            "nobody",
        ]

    /// A challenge with its goal and an open vote.
    private static func base() throws -> World {
        let bytes = Folder.bytes(Program.checkout + "/Tests/Transcripts/cohort-design.json")
        let file = try CohortFile(JSONValue(parsing: bytes, limits: .file))
        let morning = try #require(Instant(rfc3339: "2026-01-30T09:00:00+05:00"))
        var world = World(try House.decider(), file, until: morning)
        world.operate(.administrator(principal: "console:root", name: "Root"), at: world.now)
        world.operate(
            .bind(chat: "console:ch01", title: "CH-01", challenge: "CH-01"), at: world.now)
        world.say(
            "/goal set \"Mean time to issue a permit\" from 42 to 15 working days by day 100",
            as: "console:u01-lead")
        let opened = world.say("/vote open", as: "console:u01-lead")
        #expect(opened.commit?.out.count == 5, "everybody of the team is asked")
        return world
    }

    /// Says the votes, in the team's order; returns what each voter heard, and what others were sent.
    private static func vote(_ values: [Int], _ world: inout World) -> [World.Heard] {
        zip(team, values).map { person, value in
            world.now = world.now.advanced(by: 10 * Instant.second)
            return world.say("/vote \(value)", as: "console:\(person)")
        }
    }

    /// Every line that could tell something, by everybody, in private and in the group.
    private static func lines(_ world: World) -> [String] {
        let examples = world.decider.grammar.specs.values.sorted { $0.name < $1.name }.flatMap {
            spec in
            spec.examples.map { "/" + $0.say }
        }
        let own = [
            "vote", "goal card", "goal", "gate", "history", "challenge", "status", "team", "me",
            "digest", "whoami", "why",
        ]
        return own.map { "/\($0) CH-01" } + own.map { "/\($0)" } + examples
    }

    @Test(
        "whoever asks whatever, the answer does not depend on who gave which vote",
        arguments: [3, 4, 5])
    func sameToAll(_ count: Int) throws {
        let base = try Self.base()
        let first = [2, 4, 3, 5, 4], second = [4, 3, 2, 4, 5]
        // With all five the vote is closed; with fewer the values given so far are the same ones.
        let a = Array(first.prefix(count)), b = count == 5 ? second : Array(a.reversed())
        #expect(a.sorted() == b.sorted() && a != b)
        var left = base, right = base
        let heardLeft = Self.vote(a, &left), heardRight = Self.vote(b, &right)
        for (one, other) in zip(heardLeft, heardRight) {
            // To others: the same. To the voter: the own value, and nothing else differs.
            #expect(one.out.dropFirst() == other.out.dropFirst())
            #expect(one.keys == other.keys)
            for out in one.out.dropFirst() {
                for phrase in out.phrases { #expect(phrase["value"] == nil, "\(phrase)") }
            }
        }
        var asked = 0
        for line in Self.lines(left) {
            for person in Self.everybody {
                for chat in [nil, "console:ch01"] {
                    var one = left, other = right
                    let x = one.say(line, as: "console:\(person)", in: chat)
                    let y = other.say(line, as: "console:\(person)", in: chat)
                    #expect(
                        x.out == y.out, "\(person)\(chat == nil ? "" : " in the group"): \(line)")
                    asked += 1
                }
            }
        }
        #expect(asked > 1_000)
        let date = LocalDate(days: 20_483)
        #expect(
            CohortFile.write(left.state, cohort: "NA-1", asOf: date, zones: House.zones)
                == CohortFile.write(right.state, cohort: "NA-1", asOf: date, zones: House.zones))
        // Once closed, the facts themselves hold no value of anybody's.
        if count == 5 {
            #expect(
                left.state.challenges["CH-01"]?.ballot == right.state.challenges["CH-01"]?.ballot)
        }
        #expect(left.state.challenges["CH-01"]?.ballot?.isOpen == (count < 5))
        // The one check that this test is not blind: a vote more moves what is told.
        let before = left.say("/vote", as: "console:u01-sponsor").out.first?.phrases
        if count == 3 {
            left.say("/vote 1", as: "console:u01-m2")
            #expect(left.say("/vote", as: "console:u01-sponsor").out.first?.phrases != before)
        }
    }

    @Test("a vote can't be taken back by anybody, and is not said in a group")
    func neitherUndoneNorPublic() throws {
        var world = try Self.base()
        let heard = world.say("/vote 4", as: "console:u01-m1")
        #expect(heard.changesSomething)
        let undo = world.say("/undo", as: "console:u01-m1")
        #expect(undo.commit?.events.contains { "\($0.tag)" == "commit.undone" } != true)
        let loud = world.say("/vote 5", as: "console:u01-m2", in: "console:ch01")
        #expect(!loud.changesSomething && loud.keys == ["vote.private"])
        #expect(world.state.challenges["CH-01"]?.ballot?.votes.map(\.person) == ["u01-m1"])
    }
}
