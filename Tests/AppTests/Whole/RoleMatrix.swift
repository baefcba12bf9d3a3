import Accelerator
import Language
import Testing

/// Who may do what: every example of every command, said by someone of each role, against a table that
/// people can read. With `HUNDRED_RECORD=1` the table is written anew.
@Suite("Roles and commands") struct RoleMatrix {
    /// Who speaks for each role, in CH-03 of the sample cohort on its Day 47.
    private static let speakers: [(heading: String, principal: String)] = [
        ("member", "u03-m1"), ("keeper", "u03-data"), ("scribe", "u03-m9"), ("leader", "u03-lead"),
        ("coach", "coach-2"),
        ("sponsor", "u03-sponsor"), ("system", "u03-leader1"), ("office", "po-director"),
        ("viewer", "a-viewer"),
        ("trainer", "a-trainer"), ("admin", "an-admin"), ("stranger", "nobody"),
    ]

    /// Examples that speak of what the sample does not have, in words that fit it; by what the example says.
    private static let instead: [String: String] = [
        "done M3": "done M3 CH-03",
        "decide CH-01-D1 yes from our IT line": "decide CH-03-D1 yes",
        "midpoint done CH-01 two cities share one queue from Monday":
            "midpoint done CH-03 two regions share one list",
        "solved B2 duty roster": "solved B2 duty roster CH-03",
        "nudge CH-07": "nudge CH-03",
        "decide D1 no": "decide D1 no CH-03",
        "stop CH-05 \"the law itself must change\" \"a goal that needs a law is no 100-day goal\"":
            "stop CH-03 \"the law itself must change\" \"a goal that needs a law is no 100-day goal\"",
        "stop yes CH-05": "stop yes CH-03",
    ]

    private static let legend = """
        # Who may do what: every example, said in private by someone of each role in CH-03 on Day 47 of the sample.
        #   does   something becomes true          says   an answer, nothing changes
        #   asks   a question or choices come back  no     refused for want of the right
        #   not    refused for another reason: not now, not so, not there
        """

    private static func base(_ decider: Decider) throws -> World {
        var world = World(decider, try House.sample(), until: House.afternoon)
        var events: [Event] = []
        for (code, role, scope) in [
            ("a-viewer", Role.viewer, "KZ"), ("a-trainer", .trainer, "KZ"),
            ("an-admin", .admin, "*"),
        ] {
            var person = Person()
            person.code = code
            person.name = code
            person.grants = [Grant(scope: scope, role: role)]
            events += [
                .personSet(person),
                .principalLinked(PrincipalLinked("console:\(code)", person: code)),
            ]
        }
        // A decision and a blocker in the team's own challenge, so that there is something to decide and solve.
        var asked = DecisionAsked()
        asked.code = "D1"
        asked.text = "Let nurses register at weekends"
        asked.decider = "u03-sponsor"
        asked.askedBy = "u03-lead"
        asked.askedOn = LocalDate(days: 20_530)
        var blocker = Blocker()
        blocker.code = "B2"
        blocker.title = "No registrar at weekends"
        blocker.raisedOn = LocalDate(days: 20_530)
        blocker.raisedBy = "u03-m2"
        blocker.owner = "u03-lead"
        events += [
            .decisionAsked(OfChallenge("CH-03", asked)), .blockerSet(OfChallenge("CH-03", blocker)),
        ]
        world.take(.imported(events))
        return world
    }

    private static func cell(_ heard: World.Heard, _ refusals: Set<String>) -> String {
        if heard.lacksRight { return "no" }
        if heard.changesSomething { return "does" }
        if let key = heard.keys.first, refusals.contains(key) { return "not" }
        if heard.isAsking { return "asks" }
        return heard.out.isEmpty ? "·" : "says"
    }

    private static func table() throws -> String {
        let decider = try House.decider()
        let base = try base(decider)
        let refusals = Refusals.keys
        #expect(
            refusals.contains("undo.nothing") && refusals.contains("up.notTeam")
                && !refusals.contains("up.recorded"))
        var text = legend + "\n\n" + row("", speakers.map(\.heading)) + "\n"
        for spec in decider.grammar.specs.values.sorted(by: { $0.name < $1.name }) {
            text += "\n"
            for example in spec.examples {
                let line = instead[example.say] ?? example.say
                let cells = speakers.map { speaker -> String in
                    var world = base
                    return cell(world.say("/" + line, as: "console:" + speaker.principal), refusals)
                }
                text += row(line, cells) + "\n"
            }
        }
        return text
    }

    /// The line first, cut at sixty; then a column of nine a role.
    private static func row(_ line: String, _ cells: [String]) -> String {
        var first =
            line.unicodeScalars.count > 60 ? String(line.unicodeScalars.prefix(59)) + "…" : line
        first += String(repeating: " ", count: 62 - first.unicodeScalars.count)
        var text = first
        for cell in cells { text += cell + String(repeating: " ", count: max(1, 9 - cell.count)) }
        return Golden.trimmed(text)
    }

    @Test("every example by every role is as the table says")
    func matrix() throws {
        let table = try Self.table()
        Golden.compare(table, with: "role-matrix.txt")
    }

    @Test("who may try is what each command's file says: nobody else gets beyond a refusal")
    func denyByDefault() throws {
        let decider = try House.decider()
        let base = try Self.base(decider)
        let roles: [String: String] = [
            "u03-m1": "member", "u03-data": "data-keeper", "u03-m9": "scribe",
            "u03-lead": "team-leader", "coach-2": "coach",
            "u03-sponsor": "sponsor", "u03-leader1": "system-leader", "po-director": "office",
            "a-viewer": "viewer",
            "a-trainer": "trainer", "an-admin": "admin",
        ]
        var refused = 0
        for spec in decider.grammar.specs.values where !spec.who.contains("anyone") {
            for (code, role) in roles where !spec.who.contains(role) {
                for example in spec.examples {
                    var world = base
                    let heard = world.say("/\(example.say)", as: "console:\(code)")
                    #expect(!heard.changesSomething, "\(role): /\(example.say): \(heard.keys)")
                    if heard.lacksRight { refused += 1 }
                }
            }
            for example in spec.examples {
                var world = base
                let heard = world.say("/\(example.say)", as: "console:nobody")
                #expect(!heard.changesSomething, "a stranger: /\(example.say): \(heard.keys)")
            }
        }
        #expect(refused > 200)
    }
}
