import Accelerator
import Language
import Testing

/// Every state of every machine of the method, every command that moves it: what is in the table happens,
/// all else is refused, with the state named and with what is possible instead.
@Suite("Every state and every command that moves it") struct TransitionMatrix {
    /// A machine: its states, each as a world in which the thing stands there, and what is said to move it.
    struct Machine {
        var title: String
        var stages: [(name: String, term: String, world: World)]
        var moves: [Move]
        /// Where the thing stands.
        var place: (World) -> String
        var allows: (_ from: String, _ to: String, _ command: String) -> Bool
    }
    struct Move {
        var label: String
        /// As the table calls it.
        var command: String
        var to: String
        var lines: [(who: String, line: String)]
        /// States in which it does something and moves nothing.
        var stays: Set<String> = []

        init(
            _ label: String, _ command: String, _ to: String, _ lines: (String, String)...,
            stays: Set<String> = []
        ) {
            self.label = label
            self.command = command
            self.to = to
            self.lines = lines
            self.stays = stays
        }
    }

    private static let head = """
        # What moves what: every state, every command that moves something, said by whoever may.
        #   →  it goes there          ·  something is recorded, it stays where it is
        #   ✘  refused: the words, and the choices that are offered instead

        """

    @Test("the path from the first word to the last is lived without a fault")
    func path() throws {
        let stages = Stages(try House.decider())
        #expect(stages.faults.isEmpty)
        #expect(Set(stages.worlds.map(\.state)) == Set(ChallengeState.allCases))
    }

    /// What is known to be wrong still, in the words of this test; nothing else may be, and nothing here
    /// may be right.
    private static let open: Set<String> = []

    @Test(
        "what is legal happens, what is not is refused with the state and what is possible instead")
    func pairs() throws {
        let decider = try House.decider()
        let stages = Stages(decider)
        var text = Self.head, flaws: [String] = [], moved = 0, refused = 0
        for machine in try Machines.all(stages) {
            text += "\n\(machine.title)\n"
            for stage in machine.stages {
                text += "\n\(stage.name)\n"
                for move in machine.moves {
                    var world = stage.world
                    let (line, flaw) = Self.take(
                        move, stage.name, stage.term, machine, &world, &moved, &refused)
                    text += line + "\n"
                    if let flaw {
                        flaws.append("\(machine.title) \(stage.name): \(move.label): \(flaw)")
                    }
                }
            }
        }
        for flaw in flaws where !Self.open.contains(flaw) { Issue.record("\(flaw)") }
        for flaw in Self.open.subtracting(flaws) {
            Issue.record("mended, and still listed as open: \(flaw)")
        }
        #expect(moved >= 40 && refused >= 120, "\(moved) moved, \(refused) refused")
        Golden.compare(text, with: "transitions.txt")
    }

    private static func take(
        _ move: Move, _ from: String, _ term: String, _ machine: Machine, _ world: inout World,
        _ moved: inout Int,
        _ refused: inout Int
    ) -> (line: String, flaw: String?) {
        let label =
            Golden.padded("  \(move.label)", 20)
            + Golden.padded(move.lines.map(\.who).joined(separator: ", "), 17)
        let before = machine.place(world)
        guard before == from else { return (label + "?", "it stands in \(before)") }
        var heard: World.Heard?, speaker = ""
        for (who, line) in move.lines {
            world.now = world.now.advanced(by: Instant.minute)
            speaker = Cast.principal(who)
            heard = world.sayTwice(line, as: speaker)
            if heard?.changesSomething != true { break }
        }
        guard let heard else { return (label + "?", "nothing is said") }
        let after = machine.place(world), isLegal = machine.allows(from, move.to, move.command)
        if after != before || heard.changesSomething {
            moved += 1
            let isWanted =
                isLegal && after == move.to || after == before && move.stays.contains(before)
            let isInTable =
                isWanted || machine.allows(before, after, move.command) && after != before
            return (
                label + (after == before ? "·" : "→ \(after)"),
                isInTable
                    ? (isLegal && after != move.to ? "goes to \(after)" : nil)
                    : "the table has no such move: to \(after)"
            )
        }
        refused += 1
        let line =
            label + "✘ \(world.words(heard.out.first?.phrases ?? [])) \(world.labels(heard.offers))"
        if isLegal { return (Golden.trimmed(line), "legal, and refused: \(heard.keys)") }
        return (Golden.trimmed(line), flaw(of: heard, term, speaker, world))
    }

    /// What a refusal lacks: the state by its name, and something possible that is offered instead.
    private static func flaw(
        of heard: World.Heard, _ term: String, _ speaker: String, _ world: World
    ) -> String? {
        let said = Said(heard.out.first?.phrases ?? [])
        // It is so already: an answer, and no refusal.
        let already = ["lready", "lreadyOther", "lreadyAccepted", "lreadyMoved", "stillOpen"]
        if let key = heard.keys.first, already.contains(where: key.hasSuffix) {
            return flaw(ofOffers: heard.offers, speaker, world)
        }
        // What its author keeps as a draft is not there for anybody else.
        let isHidden =
            heard.keys.first == "proposals.unknown" && term == ProposalState.draft.term
            && speaker != "console:author"
        guard Refusals.keys.contains(heard.keys.first ?? "") else {
            return "no refusal: \(heard.keys)"
        }
        // The reason is the state it is in, or the day on which it was too late.
        guard isHidden || said.terms.contains(term) || !said.dates.isEmpty else {
            return "the state is not named: \(heard.keys)"
        }
        guard !heard.offers.isEmpty else { return "nothing is offered instead: \(heard.keys)" }
        return flaw(ofOffers: heard.offers, speaker, world)
    }

    private static func flaw(ofOffers offers: [Offer], _ speaker: String, _ world: World) -> String?
    {
        for offer in offers {
            guard Spoken.isHeard(offer.line, world.decider, world.state) else {
                return "“\(offer.line)” is not heard"
            }
            var next = world
            let pressed = next.say(offer.line, as: speaker, kind: .pressed)
            if let key = pressed.keys.first, key.contains(".already") {
                return "“\(offer.line)” is offered and leads nowhere: \(key)"
            }
            if pressed.lacksRight {
                return "“\(offer.line)” is offered and not the speaker's to say"
            }
            if let key = pressed.keys.first, Refusals.keys.contains(key), !pressed.isAsking,
                !["challenge.gate", "challenge.gateHere"].contains(key)
            {
                return "“\(offer.line)” is offered and refused: \(key)"
            }
        }
        return nil
    }
}

/// All that stands in some phrases, their lists and inner phrases.
struct Said {
    var terms: Set<String> = []
    var codes: Set<String> = []
    var dates: Set<LocalDate> = []
    var measures: Set<Measured> = []
    struct Measured: Hashable {
        var value: Double
        var unit: String
    }

    init(_ phrases: [Phrase]) { for phrase in phrases { take(phrase) } }

    /// The days of all figures of one value in the challenges that are named.
    func days(of value: Double, _ state: State) -> Set<LocalDate> {
        let named = Set(codes.map { $0.split(separator: "-").prefix(2).joined(separator: "-") })
        let readings = named.compactMap { state.challenges[$0] }.flatMap(\.goals).flatMap(
            \.readings)
        return Set(readings.filter { $0.value == value }.map(\.asOf))
    }

    private mutating func take(_ phrase: Phrase) {
        for field in phrase.values { take(field.value) }
    }
    private mutating func take(_ say: Say) {
        switch say {
        case .term(let term): terms.insert(term)
        case .code(let code): codes.insert(code)
        case .date(let date): dates.insert(date)
        case .measure(let value, let unit): measures.insert(Measured(value: value, unit: unit))
        case .phrase(let phrase): take(phrase)
        case .list(let items): for item in items { take(item) }
        default: break
        }
    }
}
