import Accelerator
import JSON
import Language
import TestKit
import Testing

/// What a team's weeks hold goes through a file unharmed: actions, risks, promises, declared colours, forms,
/// wishes to talk, stocktakes, a raised target.
@Suite("Weeks in files") struct WeeksInFiles {
    @Test("export, import and export again give the same file")
    func roundTrip() throws {
        let decider = try House.decider()
        var world = World(decider, try House.sample(), until: House.afternoon)
        let lines: [(who: String, line: String)] = [
            ("u03-lead", "action \"call the vendor\" owner u03-m4 by 2026-03-26 for M3"),
            ("u03-m4", "action \"train the night shift\""), ("u03-m4", "done A1 contract signed"),
            ("u03-lead", "action \"print the form\""),
            ("u03-lead", "action drop A3 the old one will do"),
            ("u03-m4", "risk \"the vendor loses its engineer\" likelihood 3 impact 4"),
            ("u03-m4", "risk \"flu season\" likelihood 2 impact 2"), ("u03-lead", "block from R1"),
            ("u03-lead", "risk close R2 spring has come"), ("u03-lead", "escalate B2 no answer"),
            ("u03-sponsor", "promise CH-03-B2 by 2026-03-26 I call their director"),
            ("u03-lead", "declare amber confidence=3 \"half of the registrars are ill\""),
            ("u03-lead", "ask \"weekend registrars\" by 2026-03-27"),
            ("u03-sponsor", "decide CH-03-D1 talk"),
            ("u03-m4", "week \"lists merged\" \"two hospitals\" \"none\" confidence=4 energy=2"),
            (
                "u03-lead",
                "midpoint hold \"a list\" \"the vendor\" \"his queue\" \"region 2\" \"duty\" \"no\""
            ),
            ("po-director", "stocktake hold NA-1 attended=9 with the minister"),
        ]
        for (who, line) in lines {
            let heard = world.say("/" + line, as: "console:" + who)
            #expect(heard.changesSomething, "\(who): \(line): \(heard.keys)")
        }
        let day = LocalDate(days: 20_532)
        let written = try #require(
            CohortFile.write(world.state, cohort: "NA-1", asOf: day, zones: House.zones))
        let challenges = try #require(written.object?["challenges"]?.array)
        let challenge = try #require(
            challenges.first { $0.object?["id"]?.string == "CH-03" }?.object)
        for key in ["actions", "risks", "declared_colours"] {
            #expect(challenge[key]?.array?.isEmpty == false, "\(key)")
        }
        var second = World(decider)
        second.load(try CohortFile(written), until: Instant(milliseconds: .max / 4))
        let again = try #require(
            CohortFile.write(second.state, cohort: "NA-1", asOf: day, zones: House.zones))
        #expect(difference(written, again) == nil)
        #expect(second.state.challenges["CH-03"]?.pulses == [], "energy is in no file")
    }

    @Test("what is not as it should be is refused by its path")
    func refusals() throws {
        let wrong: [(String, JSONValue)] = [
            (
                "actions",
                .array([.object(JSONObject([.init(name: "id", value: .string("CH-01-A1"))]))])
            ),
            ("risks", .array([.string("R1")])), ("declared_colours", .object(JSONObject())),
        ]
        for (key, value) in wrong {
            var file = try #require(try House.sampleJSON().object)
            var challenges = try #require(file["challenges"]?.array)
            var first = try #require(challenges[0].object)
            first[key] = value
            challenges[0] = .object(first)
            file["challenges"] = .array(challenges)
            #expect(Self.fault(.object(file))?.contains(key) == true, "\(key)")
        }
    }

    /// The path of what was refused; nil where the file is taken.
    private static func fault(_ value: JSONValue) -> String? {
        do throws(CohortFault) {
            _ = try CohortFile(value)
            return nil
        } catch {
            return error.path
        }
    }
}
