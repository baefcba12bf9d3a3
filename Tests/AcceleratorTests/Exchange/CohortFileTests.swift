import Accelerator
import JSON
import Language
import Runtime
import TestKit
import Testing

private let passing = ["note", "schema_version", "summary", "oracle", "assessment"]

private func without(_ names: [String], _ value: JSONValue) -> JSONValue {
    guard case .object(var object) = value else { return value }
    for name in names { object[name] = nil }
    return .object(object)
}

@Suite("A cohort as a file") struct CohortFileTests {
    @Test("export(import(x)) equals x on all keys that import knows")
    func roundTrip() throws {
        let json = try Sample.json()
        let state = Sample.state(try CohortFile(json))
        let date = try #require(LocalDate(iso: "2026-05-12"))
        let exported = try #require(
            CohortFile.write(state, cohort: "NA-1", asOf: date, zones: Sample.zones))
        #expect(difference(without(passing, json), without(passing, exported)) == nil)
        #expect(difference(exported, exported.sortedByKey) == nil)
        #expect(CohortFile.write(state, cohort: "NA-2", asOf: date, zones: Sample.zones) == nil)
    }

    @Test("on any evening the export imports to the same export")
    func everyEvening() throws {
        let file = try Sample.cohort()
        let start = try #require(LocalDate(iso: "2025-11-16"))
        for day in stride(from: 0, through: 190, by: 5) {
            let date = start + day
            let evening = try #require(Instant(rfc3339: "\(date)T23:59:59+05:00"))
            let state = Sample.state(file, until: evening)
            guard
                let first = CohortFile.write(state, cohort: "NA-1", asOf: date, zones: Sample.zones)
            else {
                #expect(state.n == 0)
                continue
            }
            let again = Sample.state(try CohortFile(first))
            let second = try #require(
                CohortFile.write(again, cohort: "NA-1", asOf: date, zones: Sample.zones))
            #expect(difference(first, second) == nil, "\(date)")
        }
    }

    @Test("until an afternoon, exactly what was known then")
    func until() throws {
        let file = try Sample.cohort()
        let afternoon = try #require(Instant(rfc3339: "2026-03-20T17:30+05:00"))
        let state = Sample.state(file, until: afternoon)
        let permits = try #require(state.challenges["CH-01"])
        #expect(
            permits.state == .accelerating && permits.result == nil && permits.sustainability == nil
        )
        #expect(permits.goals.first?.readings.last?.value == 31.8)
        #expect(permits.blockers.map(\.code) == ["B1", "B2"])
        #expect(permits.blockers.map(\.state) == [.resolved, .escalated])
        #expect(permits.milestones.map(\.state) == [.done, .done, .done, .open, .open, .open])
        #expect(permits.decisions.map(\.state) == [.asked])
        #expect(permits.reviews.map(\.kind) == [.launch, .midpoint])
        #expect(state.challenges["CH-05"]?.state == .stopped)
        #expect(state.challenges["CH-05"]?.reason?.contains("law itself") == true)
        #expect(state.challenges["CH-07"]?.goals.first?.versions.count == 2)
        #expect(state.challenges["CH-07"]?.sustainability == nil)
        #expect(state.cohorts["NA-1"]?.state == .accelerating)
        #expect(state.principals["console:u03-data"] == "u03-data")
        #expect(
            state.people["u01-data"]?.name == "Yerlan" && state.people["u01-m1"]?.name == "u01-m1")
        #expect(permits.holders(of: .coach) == ["coach-1"])
        let end = Sample.state(file)
        #expect(end.cohorts["NA-1"]?.state == .closed)
        #expect(
            end.challenges["CH-01"]?.moves.map(\.to) == [
                .framing, .staffing, .ready, .launched, .accelerating, .results, .sustaining,
                .handedOver, .closed,
            ])
        #expect(
            Set(
                file.steps(zones: Sample.zones).filter { $0.events.count > 1 }.flatMap(\.events).map
                { "\($0.tag)" })
                == ["person.set", "principal.linked"])
    }

    @Test("what does not belong is refused by its path")
    func refusals() throws {
        let json = try Sample.json()
        let rows: [(path: [Step], value: JSONValue?, fault: String)] = [
            ([.name("extra")], .integer(1), "extra: unknown key"),
            (
                [.name("challenges"), .at(2), .name("goals"), .at(0), .name("colour")],
                .string("x"), "challenges[2].goals[0].colour: unknown key"
            ),
            (
                [.name("challenges"), .at(0), .name("updates"), .at(3), .name("day")], .integer(7),
                "challenges[0].updates[3].day: 7 does not fit the dates: 10 would"
            ),
            (
                [.name("challenges"), .at(0), .name("updates"), .at(3), .name("by")],
                .string("u99"), "challenges[0].updates[3].by: nobody is called u99"
            ),
            (
                [.name("challenges"), .at(0), .name("updates"), .at(3), .name("value")],
                .string("1"), "challenges[0].updates[3].value: a number is expected"
            ),
            (
                [.name("challenges"), .at(0), .name("updates"), .at(3), .name("goal")],
                .string("CH-01-G9"), "challenges[0].updates[3].goal: there is no goal G9"
            ),
            (
                [.name("challenges"), .at(0), .name("updates"), .at(1), .name("id")],
                .string("U0027"), "challenges[0].updates[1].id: U0027 stands twice"
            ),
            (
                [.name("challenges"), .at(0), .name("updates"), .at(1), .name("as_of")],
                .string("2026-02-30"),
                "challenges[0].updates[1].as_of: a date such as 2026-02-02 is expected, not “2026-02-30”"
            ),
            (
                [.name("challenges"), .at(1), .name("id")], .string("CH-01"),
                "challenges[1].id: CH-01 stands twice"
            ),
            (
                [.name("challenges"), .at(1), .name("state")], .string("done"),
                "challenges[1].state: “done” is not one of framing, staffing, ready, launched, accelerating, results, sustaining, handed_over, closed, stopped, withdrawn"
            ),
            (
                [.name("challenges"), .at(1), .name("duration_days")], .integer(101),
                "challenges[1].duration_days: a whole number from 1 to 100 is expected"
            ),
            ([.name("challenges"), .at(1), .name("title")], nil, "challenges[1].title: missing"),
            (
                [.name("challenges"), .at(4), .name("stopped_on")], nil,
                "challenges[4].stopped_on: missing"
            ),
            (
                [.name("challenges"), .at(1), .name("milestones"), .at(0), .name("id")],
                .string("CH-02-"),
                "challenges[1].milestones[0].id: a code that begins with CH-02- is expected, not “CH-02-”"
            ),
            (
                [.name("cohort"), .name("day_100")], .string("2026-05-13"),
                "cohort.day_100: 2026-05-13 does not fit: 2026-05-12 would"
            ),
            (
                [.name("calendar"), .name("weekend"), .at(0)], .integer(8),
                "calendar.weekend[0]: a weekday from 1, Monday, to 7 is expected"
            ),
            (
                [.name("calendar"), .name("holidays"), .name("soon")], .string("x"),
                "calendar.holidays.soon: a date and its name are expected"
            ),
            (
                [.name("policies"), .name("thresholds")],
                .object(JSONObject([.init(name: "x", value: .integer(1))])),
                "policies.thresholds.x: unknown key"
            ),
            (
                [.name("schema_version")], .integer(2),
                "schema_version: this release reads version 1, not 2"
            ),
            ([.name("challenges")], .object(JSONObject()), "challenges: a list is expected"),
        ]
        for row in rows {
            let changed = replace(json, row.path[...], row.value)
            do throws(CohortFault) {
                _ = try CohortFile(changed)
                Issue.record("taken: \(row.fault)")
            } catch {
                #expect(error.description == row.fault)
            }
        }
        #expect(throws: CohortFault.self) { try CohortFile(.array([])) }
    }

    @Test("every value replaced by a wrong one: refused or taken, never a trap")
    func hostile() throws {
        let json = without(["oracle", "training"], try Sample.json())
        let seed: UInt64 = 11
        print("file mutations: seed \(seed)")
        var random = Seeded(seed)
        let wrong: [JSONValue] = [
            .null, .bool(true), .integer(.max), .integer(.min), .integer(-1), .number(1e300),
            .string(""), .string("é-1"),
            .string("9999-12-31"), .string("0001-01-01"), .string("1990-01-01"),
            .string("2026-02-04T05:55:00Z"), .array([]), .object(JSONObject()),
            .array([.integer(1)]),
        ]
        var taken = 0
        for _ in 0..<800 {
            var path: [Step] = []
            var value = json
            while true {
                if case .object(let object) = value,
                    let member = object.members.randomElement(using: &random)
                {
                    path.append(.name(member.name))
                    value = member.value
                } else if case .array(let items) = value, !items.isEmpty {
                    let place = Int.random(in: 0..<items.count, using: &random)
                    path.append(.at(place))
                    value = items[place]
                } else {
                    break
                }
                if path.count > 1, Int.random(in: 0..<12, using: &random) == 0 { break }
            }
            let changed = replace(json, path[...], wrong.randomElement(using: &random))
            guard let file = try? CohortFile(changed) else { continue }
            taken += 1
            guard taken % 10 == 0 else { continue }
            let state = Sample.state(file)
            _ = CohortFile.write(
                state, cohort: file.cohort.code, asOf: LocalDate(days: 20_520), zones: Sample.zones)
        }
        #expect(taken > 10)
    }

    @Test("equal readings of every field: the table is what a spreadsheet takes")
    func csv() throws {
        var file = try Sample.cohort()
        let lines = String(decoding: file.csv(), as: UTF8.self).unicodeScalars.split(
            separator: "\n"
        ).map { String($0) }
        #expect(lines.count == 232)
        #expect(
            lines[0]
                == "id,challenge,goal,as_of,day,value,entered_at,by,via,note,supersedes,voided_at\r"
        )
        #expect(
            lines[1]
                == "U0027,CH-01,CH-01-G2,2026-02-04,3,21.5,2026-02-04T05:55:00Z,u01-data,import,includes city B,,\r"
        )
        #expect(
            lines.contains {
                $0.hasPrefix("U0233,CH-02,") && $0.hasSuffix(",corrects the extra zero,U0232,\r")
            })
        #expect(
            lines.contains { $0.hasPrefix("U0231,") && $0.hasSuffix(",,2026-03-02T04:04:00Z\r") })
        let notes: [(String, String)] = [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
            ("\"\u{338}", "\"\"\"\u{338}\""), ("=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"),
            ("\r\n=1+1", "\"'\r\n=1+1\""),
            ("\t=1", "'\t=1"), ("-1", "'-1"), ("+1", "'+1"), ("@x", "'@x"),
            ("\u{FF1D}1", "'\u{FF1D}1"), ("", ""),
            ("\u{2028}x", "\u{2028}x"),
        ]
        for (note, expected) in notes {
            file.challenges = Array(file.challenges.prefix(1))
            file.challenges[0].goals = Array(file.challenges[0].goals.prefix(1))
            file.challenges[0].goals[0].readings = Readings(
                file.challenges[0].goals[0].readings.prefix(1))
            file.challenges[0].goals[0].readings[0].note = note
            let text = Array(file.csv())
            let tail = Array(("," + expected + ",,\r\n").utf8)
            #expect(text.suffix(tail.count).elementsEqual(tail), "\(note.debugDescription)")
        }
    }

    private enum Step {
        case name(String)
        case at(Int)
    }

    /// A tree with one value put in place of another, or taken out.
    private func replace(_ value: JSONValue, _ path: ArraySlice<Step>, _ new: JSONValue?)
        -> JSONValue
    {
        guard let step = path.first else { return new ?? .null }
        let rest = path.dropFirst()
        switch (step, value) {
        case (.name(let name), .object(var object)):
            object[name] = rest.isEmpty ? new : replace(object[name] ?? .null, rest, new)
            return .object(object)
        case (.at(let place), .array(var items)):
            items[place] = replace(items[place], rest, new)
            return .array(items)
        default: return value
        }
    }
}
