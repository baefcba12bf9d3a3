import Accelerator
import JSON
import Language
import TestKit
import Testing

/// What the design phase adds comes out of a file as it went in: said in chat, exported, imported, exported.
@Suite("Design in a cohort's file") struct DesignInFile {
    private static let said: [(who: String, line: String)] = [
        (
            "u01-lead",
            "/goal set \"Mean time to issue a permit\" from 42 to 15 working days by day 90 source=\"permit register\" who=\"builders\" plan=\"Indicator 4.2\" area=A03 every=10"
        ),
        ("u01-lead", "/goal interim 40%"), ("u01-data", "/goal test 41.5"),
        ("coach-1", "/goal ok M CH-01"),
        ("u01-sponsor", "/agree"), ("u01-lead", "/depend law no"),
        ("u01-lead", "/depend decision yes owner=@u01-sponsor"),
        ("u01-lead", "/vote open"), ("u01-lead", "/vote 4"), ("u01-data", "/vote 3"),
        ("u01-m1", "/vote 2"), ("u01-lead", "/vote close"),
        ("u01-lead", "/meeting Mon 10:00"),
        (
            "po-director",
            "/stakeholder add \"Tax Committee\" influence=high need=\"one clerk\" CH-01"
        ),
        ("po-director", "/waive milestones CH-01 two are enough for a pilot"),
        ("po-director", "/batch topic add \"Water\" NA-1"),
        ("u03-lead", "/team informed all"), ("u03-lead", "/note guardrails \"no new form\""),
        ("u01-lead", "/propose draft \"Mine alone\" cohort=NA-1"),
        (
            "u01-data",
            "/propose \"Wells\" \"many\" \"Water Committee, Akimat\" topic=Water cohort=NA-1"
        ),
        ("po-director", "/score P-05 5 4 3 2"), ("coach-1", "/score P-05 1 1 1 1"),
    ]

    @Test("export, import and export again: the same")
    func roundTrip() throws {
        let bytes = Folder.bytes(Program.checkout + "/Tests/Transcripts/cohort-design.json")
        let morning = try #require(Instant(rfc3339: "2026-01-30T09:00:00+05:00"))
        var world = World(
            try House.decider(), try CohortFile(JSONValue(parsing: bytes, limits: .file)),
            until: morning)
        for (who, line) in Self.said {
            world.now = world.now.advanced(by: Instant.minute)
            let heard = world.say(line, as: "console:\(who)")
            #expect(heard.changesSomething, "\(who): \(line): \(heard.keys)")
        }
        let date = LocalDate(days: 20_483)
        let first = try #require(
            CohortFile.write(world.state, cohort: "NA-1", asOf: date, zones: House.zones))
        var again = World(world.decider)
        again.load(try CohortFile(first), until: Instant(milliseconds: .max))
        let second = try #require(
            CohortFile.write(again.state, cohort: "NA-1", asOf: date, zones: House.zones))
        #expect(difference(first, second) == nil)
        // And it is all there.
        let challenge = try #require(again.state.challenges["CH-01"])
        let goal = try #require(challenge.primaryGoal)
        #expect(
            goal.dueDay == 90 && goal.interim == 0.4 && goal.agreed?.by == "u01-sponsor"
                && goal.accepted.count == 1)
        #expect(
            challenge.ballot?.cast == 3 && challenge.ballot?.median == 3
                && challenge.ballot?.votes == [])
        #expect(
            challenge.dependencies.count == 2 && challenge.stakeholders.count == 1
                && challenge.waivers.count == 1)
        #expect(
            again.state.proposals["P-04"]?.state == .draft
                && again.state.proposals["P-05"]?.scores.count == 2)
        #expect(again.state.cohorts["NA-1"]?.topics.last == "Water")
    }
}
