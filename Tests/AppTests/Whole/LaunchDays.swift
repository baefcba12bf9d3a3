import Accelerator
import JSON
import Language
import TestKit
import Testing

/// The days that an invitation to the launch asks to keep free, as a calendar file.
@Suite("The days of an invitation") struct LaunchDays {
    /// What is sent with a file until a time, deadlines and all; each receiver's entries as “id date”.
    private static func files(until end: String, _ world: inout World) throws -> [String: Set<
        String
    >] {
        let end = try #require(Instant(rfc3339: end))
        var found: [String: Set<String>] = [:]
        while let due = world.decider.nextAlarm(world.state), due <= end {
            world.now = max(world.now, due)
            let heard = world.take(.alarm)
            guard heard.commit != nil else { break }
            for out in heard.out {
                guard case .calendar(let calendar)? = out.enclosure?.content else { continue }
                found[out.to.text, default: []].formUnion(
                    calendar.entries.map { "\($0.id) \($0.date)" })
            }
        }
        return found
    }

    @Test("the cohort's days, and a challenge's own where it has any")
    func days() throws {
        let bytes = Folder.bytes(Program.checkout + "/Tests/Transcripts/cohort-design.json")
        let morning = try #require(Instant(rfc3339: "2026-01-05T09:00:00+05:00"))
        var world = World(
            try House.decider(), try CohortFile(JSONValue(parsing: bytes, limits: .file)),
            until: morning)
        world.now = world.now.advanced(by: Instant.hour)
        #expect(
            world.say("/launch set 29 Jan 14:00 CH-01", as: "console:po-director").changesSomething)
        let head = try #require(world.state.challenges["CH-02"]?.head)
        #expect(head.launchOn == nil, "it is the cohort's")
        let files = try Self.files(until: "2026-01-16T12:00:00+05:00", &world)
        let coach = try #require(files["person coach-1"])
        let common = [
            "day-1 2026-02-02", "day-50 2026-03-23", "day-100 2026-05-12", "midpoint 2026-03-20",
            "closing 2026-05-14",
        ]
        let expected =
            ["CH-01", "CH-02"].flatMap { code in common.map { "\(code)-\($0)" } }
            + ["CH-01-launch 2026-01-29", "CH-02-launch 2026-01-30"]
        #expect(coach == Set(expected))
        let other = try #require(files["person u03-sponsor"])
        #expect(other == Set((common + ["launch 2026-01-30"]).map { "CH-03-\($0)" }))
    }
}
