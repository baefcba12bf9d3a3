import Accelerator
import Glibc
import Language
import Logging
import Runtime
import ServiceLifecycle
import TestKit
import Testing

/// A channel that polls a list, and keeps what it sent.
private final class ListChannel: Channel {
    let name = "tg"
    let abilities = Abilities()
    let texts: [String]
    let sent = Locked<[Delivery]>([])
    let confirmed = Locked<[Int]>([])
    let pause: Duration
    init(_ texts: [String], pause: Duration = .zero) {
        self.texts = texts
        self.pause = pause
    }
    func listen(_ door: Door) async throws {
        var next = door.cursor("tg").flatMap(Int.init).map { $0 + 1 } ?? 0
        while !Task.isCancelled {
            guard next < texts.count else {
                try await Task.sleep(for: .milliseconds(5))
                continue
            }
            let page = next..<min(next + 100, texts.count)
            let inputs = page.map { i in
                Input.message(
                    said(
                        texts[i], by: "tg:\(i % 50)", key: "u:\(i)", channel: "import",
                        cursors: ["tg": "\(i)"]))
            }
            if await door.take(inputs) {
                confirmed.with { $0.append(page.upperBound) }
                next = page.upperBound
            }
        }
    }
    func send(_ delivery: Delivery) async throws(SendFailure) -> String? {
        if pause > .zero { try? await Task.sleep(for: pause) }
        return sent.with { sent in
            sent.append(delivery)
            return "\(delivery.to.text)/\(sent.count)"
        }
    }
}

private func until(_ seconds: Int = 20, _ test: @Sendable () -> Bool) async throws {
    for _ in 0..<(seconds * 200) {
        if test() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it took too long")
}

@Suite(.serialized) struct BotTests {
    private var log: Logger {
        var log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        log.logLevel = .critical
        return log
    }

    @Test func hearsWritesSpeaksAndStops() async throws {
        let journal = MemoryJournal()
        let channel = ListChannel((0..<2000).map { "set p\($0)" })
        let bot = Bot(
            journal: journal, mind: smallMind(), channels: [channel], stream: "s",
            surroundings: surroundings(),
            log: log)
        #expect(bot.health.because == ["recovering"] && !bot.health.isAlive)
        let running = Task { try await bot.run() }
        try await until { channel.sent.with { $0.count } >= 2000 }
        #expect(bot.health == Health(isAlive: true, because: []))
        // A webhook waits for its words.
        var inbound = said("set w", by: "in:r:1", key: "w1", channel: "in:r")
        let first = await bot.door.hear(inbound)
        guard case .commit = first.outcome else { return #expect(Bool(false), "\(first)") }
        #expect(first.words.map { bot.door.render($0).text } == ["done w"])
        #expect(await bot.door.hear(inbound).outcome == .nothing)
        inbound.key = "w2"
        inbound.text = "count"
        #expect(await bot.door.hear(inbound).outcome == .answer)
        running.cancel()
        try await running.value
        #expect(bot.health.because == ["stopping"])
        #expect(await bot.door.hear(inbound).outcome == .refused(.stopping))
        // All of it is written and marked, in order, each once.
        let state = try journal.recover()
        #expect(state.people.count == 2001 && state.owed.isEmpty)
        #expect(state.cursors["tg"] == "1999")
        #expect(Set(channel.sent.with { $0.compactMap(\.id) }).count == 2000)
        #expect(
            channel.confirmed.with { $0 } == stride(from: 100, through: 2000, by: 100).map { $0 })
    }

    @Test func stopsWithARequestUnderWay() async throws {
        let journal = MemoryJournal()
        let channel = ListChannel(["set a", "set b"], pause: .milliseconds(300))
        let bot = Bot(
            journal: journal, mind: smallMind(), channels: [channel], stream: "s",
            surroundings: surroundings(),
            log: log)
        let group = ServiceGroup(configuration: .init(services: [.init(service: bot)], logger: log))
        let running = Task { try await group.run() }
        try await until { channel.confirmed.with { $0.count } == 1 }
        try await Task.sleep(for: .milliseconds(50))
        await group.triggerGracefulShutdown()
        try await running.value
        // What was under way has arrived and is marked: it is not sent again.
        #expect(channel.sent.with { $0.count } == 2)
        #expect(try journal.recover().owed.isEmpty)
    }

    @Test func aBrokenJournalEndsItAndSaysNothing() async throws {
        let channel = ListChannel(["set a"])
        let told = Locked<[JournalError]>([])
        let bot = Bot(
            journal: BrokenJournal(), mind: smallMind(), channels: [channel], stream: "s",
            surroundings: surroundings { error in told.with { $0.append(error) } }, log: log)
        await #expect(throws: JournalError.io(call: "fdatasync", path: "j", code: 5)) {
            try await bot.run()
        }
        #expect(told.with { $0 }.count == 1)
        #expect(channel.sent.with { $0.isEmpty } && channel.confirmed.with { $0.isEmpty })
    }

    @Test func alarmsRing() async throws {
        let now = surroundings().now().wall.milliseconds
        let channel = ListChannel([])
        let bot = Bot(
            journal: MemoryJournal(), mind: smallMind(dues: [now - 5000, now + 300]),
            channels: [channel],
            stream: "s", surroundings: surroundings(), log: log)
        let running = Task { try await bot.run() }
        try await until { channel.sent.with { $0.count } == 2 }
        #expect(channel.sent.with { $0.allSatisfy { $0.isRung } })
        running.cancel()
        try await running.value
    }

    @Test func aSlowDiskAnswersTheHurriedInTime() async throws {
        let journal = SlowJournal()
        let bot = Bot(
            journal: journal, mind: smallMind(), channels: [], stream: "s",
            surroundings: surroundings(), log: log)
        let running = Task { try await bot.run() }
        try await until { bot.health.isReady }
        let before = ContinuousClock.now
        let said = await bot.door.hear(said("set a", by: "in:r:1", key: "k", channel: "in:r"))
        #expect(said.outcome == .refused(.busy))
        #expect(ContinuousClock.now - before < .milliseconds(4000))
        journal.isSlow.with { $0 = false }
        running.cancel()
        try await running.value
    }
}

/// An append that takes as long as it wants.
private final class SlowJournal: Journal {
    let isSlow = Locked(true)
    func recover() throws(JournalError) -> State { State() }
    func read(after n: UInt64, _ body: (Commit) throws(JournalError) -> Void) throws(JournalError) {
    }
    func reserve() throws(JournalError) {}
    func append(_ commits: [Commit]) throws(JournalError) {
        while isSlow.with({ $0 }) { usleep(10_000) }
    }
    func seal() throws(JournalError) {}
    func snapshot(_ state: State) {}
    func close() throws(JournalError) {}
}
