import Accelerator
import Language
import Runtime
import TestKit
import Testing

@Suite struct RehearsalTests {
    private func rehearsal(
        _ journal: MemoryJournal = MemoryJournal(), dues: [Int64] = [], seed: UInt64 = 1,
        now: Int64 = 0
    ) throws -> Rehearsal {
        let chance = Locked(Seeded(seed))
        return try Rehearsal(
            journal: journal, mind: smallMind(dues: dues), now: at(now),
            channels: ["console": .rehearsal, "tg": Abilities()]
        ) { count in chance.with { $0.bytes(count) } }
    }

    @Test func whatIsSaidIsWrittenAndShown() throws {
        var bot = try rehearsal()
        let result = try bot.say(said("set a", by: "console:x", channel: "console"))
        #expect(result.outcome == .commit(1))
        #expect(result.shown.map(\.message.text) == ["done a"])
        #expect(result.shown.map(\.to) == [.principal("console:x")])
        #expect(result.shown.first?.n == 1)
        // Delivered, and marked as such.
        #expect(bot.state.owed.isEmpty && bot.state.n == 2)
        let answer = try bot.say(said("twice", by: "console:x", channel: "console"))
        #expect(answer.outcome == .answer && answer.shown.map(\.message.text) == ["a", "b"])
        #expect(answer.shown.allSatisfy { $0.n == nil })
        #expect(try bot.say(said("hm", by: "console:x", channel: "console")).outcome == .nothing)
        #expect(bot.state.n == 2)
    }

    @Test func alarmsRingAtTheirOwnTimes() throws {
        var bot = try rehearsal(dues: [1000, 2000, 2000 + Instant.day, 100 * Instant.day])
        // Saying something rings nothing.
        bot.advance(to: at(5000))
        #expect(try bot.say(said("set a", by: "console:x", channel: "console")).shown.count == 1)
        let shown = try bot.ring(until: at(3 * Instant.day))
        #expect(
            shown.map(\.message.text) == ["ring 1000", "ring 2000", "ring \(2000 + Instant.day)"])
        #expect(shown.map(\.at) == [at(5000), at(5000), at(2000 + Instant.day)])
        #expect(shown.allSatisfy { $0.isRung })
        #expect(bot.now == at(3 * Instant.day) && bot.nextDue == at(100 * Instant.day))
        #expect(try bot.ring(until: at(4 * Instant.day)).isEmpty)
    }

    @Test func whatIsOwedElsewhereStaysOwed() throws {
        let journal = MemoryJournal()
        var bot = try rehearsal(journal)
        let result = try bot.say(said("set a", by: "mx:@x:s", channel: "mx"))
        #expect(result.shown.isEmpty && bot.state.owed.keys == ["1.0"])
        // The next process delivers what is its own.
        let state = try journal.recover()
        #expect(state.owed.keys == ["1.0"] && state == bot.state)
    }

    @Test func theNextProcessDeliversWhatWasLeft() throws {
        var commit = Commit()
        commit.n = 1
        commit.at = at(10)
        var out = Outgoing(to: .principal("console:x"), kind: .reminder, [Phrase("left")])
        out.id = "1.0"
        commit.out = [out]
        let journal = MemoryJournal()
        try journal.append([commit])
        var bot = try rehearsal(journal, now: 20)
        #expect(
            try bot.say(said("count", by: "console:x", channel: "console")).shown.map(
                \.message.text
            ).contains("left"))
        #expect(bot.state.owed.isEmpty)
        // Too late is too late.
        let old = MemoryJournal()
        try old.append([commit])
        var late = try rehearsal(old, now: 13 * Instant.hour)
        #expect(try late.say(said("count", by: "console:x", channel: "console")).shown.count == 1)
        #expect(late.state.owed.isEmpty)
    }

    @Test func theSameSeedDoesTheSame() throws {
        func run() throws -> (State, [String]) {
            var bot = try rehearsal(dues: [500, 700_000], seed: 7)
            var shown: [String] = []
            for i in 0..<50 {
                bot.advance(to: at(Int64(i) * 10_000))
                shown += try bot.say(
                    said("set p\(i % 7)", by: "console:\(i % 3)", channel: "console")
                ).shown.map { "\($0.name) \($0.message.text)" }
                shown += try bot.ring(until: bot.now).map { "\($0.name) \($0.message.text)" }
            }
            return (bot.state, shown)
        }
        let (a, b) = (try run(), try run())
        #expect(a.0 == b.0 && a.1 == b.1 && a.1.count == 51)
    }

    @Test func aFailingJournalIsThrown() throws {
        var bot = try Rehearsal(journal: BrokenJournal(), mind: smallMind(), now: at(0)) {
            Array(repeating: 0, count: $0)
        }
        #expect(throws: JournalError.io(call: "fdatasync", path: "j", code: 5)) {
            try bot.say(said("set a", by: "console:x", channel: "console"))
        }
    }
}

/// Reads well and never writes.
final class BrokenJournal: Journal {
    func recover() throws(JournalError) -> State { State() }
    func read(after n: UInt64, _ body: (Commit) throws(JournalError) -> Void) throws(JournalError) {
    }
    func reserve() throws(JournalError) {}
    func append(_ commits: [Commit]) throws(JournalError) {
        throw .io(call: "fdatasync", path: "j", code: 5)
    }
    func seal() throws(JournalError) {}
    func snapshot(_ state: State) {}
    func close() throws(JournalError) {}
}
