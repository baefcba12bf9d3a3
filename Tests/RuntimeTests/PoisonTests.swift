import Accelerator
import Language
import Runtime
import Testing

@Suite struct PoisonTests {
    /// What is noted, in order.
    private final class Notes: @unchecked Sendable {
        var lines: [String] = []
    }

    private func guarded(_ notes: Notes, crashes: [String: Int] = [:]) -> Mind {
        let poison = Poison(
            begin: { notes.lines.append("\($0) \($1)") }, end: { notes.lines.append("\($0) done") },
            crashes: crashes)
        return smallMind().guarded(by: poison) { inbound, state, at in
            var commit = Commit()
            commit.n = state.n + 1
            commit.at = max(at, state.at)
            commit.key = inbound.key
            commit.command = "quarantine"
            return .commit(commit)
        }
    }

    @Test func whatIsWorkedOnIsNotedBefore() {
        let notes = Notes()
        var bench = ClerkBench(guarded(notes))
        bench.say(said("set a", key: "u:1"))
        bench.say(said("set b"))
        let left = bench.work()
        #expect(left.commits.count == 2)
        #expect(notes.lines == ["deciding u:1", "deciding tg:1 5"])
        notes.lines = []
        var out = Outgoing(to: .principal("tg:1"), [Phrase("done", ["x": .code("a")])])
        out.id = "7.0"
        _ = guarded(notes).render(out, "en")
        #expect(notes.lines == ["wording out 7.0", "wording done"])
        notes.lines = []
        _ = guarded(notes).isQuestion(said("count", key: "u:2"))
        #expect(notes.lines == ["deciding u:2", "deciding done"])
    }

    @Test func whatEndedItTwiceIsPutAside() {
        let notes = Notes()
        let mind = guarded(notes, crashes: ["u:1": 2, "u:2": 1, "out 7.0": 2])
        var bench = ClerkBench(mind)
        bench.say(said("set a", key: "u:1"))
        bench.say(said("set b", key: "u:2"))
        let left = bench.work()
        #expect(left.commits.map(\.command) == ["quarantine", nil])
        #expect(left.commits.first?.events.isEmpty == true)
        // Heard again it is known, whatever is counted.
        bench.say(said("set a", key: "u:1"))
        #expect(bench.clerk.state.seen["u:1"] != nil && bench.clerk.state.people.count == 1)
        #expect(notes.lines == ["deciding u:2"])
        #expect(!mind.isQuestion(said("count", key: "u:1")))
        var out = Outgoing(to: .principal("tg:1"), [Phrase("done", ["x": .code("a")])])
        out.id = "7.0"
        #expect(mind.render(out, "en").lines.first?.spans.first?.text == "message.outdated")
        out.id = "7.1"
        #expect(mind.render(out, "en").lines.first?.spans.first?.text == "done a")
    }
}
