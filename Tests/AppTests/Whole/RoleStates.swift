import Accelerator
import Language
import Testing

/// Who may do what, and when: every example of every command, said by someone of each role while CH-01
/// stands in each state of its life, against a table that people can read.
@Suite("Roles, commands and states") struct RoleStates {
    static let speakers: [(heading: String, code: String)] = [
        ("member", "m1"), ("keeper", "keeper"), ("scribe", "scribe"), ("leader", "lead"),
        ("coach", "coach"),
        ("sponsor", "sponsor"), ("system", "system"), ("office", "office2"), ("viewer", "viewer"),
        ("trainer", "trainer"),
        ("admin", "admin"), ("stranger", "stranger"),
    ]

    private static let legend = """
        # Who may do what, and when: every example, said in private by someone of each role, in each state of CH-01.
        # A cell is one letter a state, in this order; one letter alone is the same in all of them:
        #   framing staffing ready launched accelerating results sustaining handed_over closed stopped withdrawn
        #   D  something becomes true          s  an answer, nothing changes       ?  a question or choices come back
        #   -  refused for want of the right   x  refused for another reason: not now, not so, not there

        """

    /// Examples speak of challenges, people and things of a sample; here they speak of what is here.
    private static func here(_ say: String) -> String {
        var words: [String] = []
        for word in say.split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
            var word = word
            for (old, new) in [
                ("CH-0", "CH-01"), ("NA-", "NA-1"), ("P-0", "P-01"), ("P-1", "P-01"),
            ] where word.hasPrefix(old) {
                let rest = word.dropFirst(5)
                let tail = old == "CH-0" ? String(rest) : ""
                word = new + tail
            }
            for kind in ["M", "B", "D"] {
                let parts = word.split(separator: "-").map(String.init)
                if let last = parts.last, last.count == 2, last.hasPrefix(kind),
                    last.last?.isNumber == true
                {
                    let code = kind == "M" ? "M2" : kind + "1"
                    word = (parts.dropLast() + [code]).joined(separator: "-")
                }
            }
            words.append(word)
        }
        return words.joined(separator: " ")
    }

    private static func cell(_ heard: World.Heard) -> Character {
        if heard.lacksRight { return "-" }
        if heard.changesSomething { return "D" }
        if let key = heard.keys.first, Refusals.keys.contains(key) { return "x" }
        if heard.isAsking { return "?" }
        return heard.out.isEmpty ? "·" : "s"
    }

    private static func worlds(_ decider: Decider) -> [World] {
        Stages(decider).worlds.map { stage in
            var world = stage.world
            var events: [Event] = []
            for (code, role) in [("viewer", Role.viewer), ("trainer", .trainer), ("admin", .admin)]
            {
                var person = Person()
                person.code = code
                person.name = code
                person.grants = [Grant(scope: "*", role: role)]
                events += [
                    .personSet(person),
                    .principalLinked(PrincipalLinked("console:\(code)", person: code)),
                ]
            }
            world.take(.imported(events))
            return world
        }
    }

    @Test("every example by every role in every state is as the table says")
    func matrix() throws {
        let decider = try House.decider()
        let worlds = Self.worlds(decider)
        #expect(worlds.count == ChallengeState.allCases.count)
        var text =
            Self.legend + "\n"
            + Golden.trimmed(
                Golden.padded("", 62) + Self.speakers.map { Golden.padded($0.heading, 13) }.joined()
            ) + "\n"
        var letters: Set<Character> = []
        for spec in decider.grammar.specs.values.sorted(by: { $0.name < $1.name }) {
            text += "\n"
            for example in spec.examples {
                let line = Self.here(example.say)
                var row = line.unicodeScalars.count > 60 ? String(line.prefix(59)) + "…" : line
                row = Golden.padded(row, 62)
                for speaker in Self.speakers {
                    let cells = worlds.map { world -> Character in
                        var world = world
                        return Self.cell(world.say("/" + line, as: Cast.principal(speaker.code)))
                    }
                    letters.formUnion(cells)
                    let isOne = Set(cells).count == 1
                    row += Golden.padded(String(isOne ? cells.prefix(1) : cells[...]), 13)
                }
                text += Golden.trimmed(row) + "\n"
            }
        }
        #expect(letters.isSuperset(of: ["D", "s", "?", "-", "x"]))
        Golden.compare(text, with: "role-states.txt")
    }

    @Test(
        "whoever has no part in it changes nothing of a challenge, whatever is said, in any state")
    func denyByDefault() throws {
        let decider = try House.decider()
        for world in Self.worlds(decider) {
            for spec in decider.grammar.specs.values {
                for example in spec.examples {
                    for who in ["stranger", "viewer", "trainer", "m5"] {
                        var next = world
                        next.say("/" + Self.here(example.say), as: Cast.principal(who))
                        let before = world.state.challenges["CH-01"],
                            after = next.state.challenges["CH-01"]
                        // Whoever taps “I'm in” waits at the door.
                        var bare = after
                        bare?.applicants = before?.applicants ?? []
                        // Whoever may see it leaves a suggestion, for the leader to take or not.
                        bare?.suggestions = before?.suggestions ?? []
                        #expect(bare == before, "\(who): /\(Self.here(example.say))")
                    }
                }
            }
        }
    }
}
