import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// A Courier and what it sent.
struct CourierBench {
    var courier: Courier
    var time: Int64 = 0
    var sent: [Delivery] = []
    var marks: [Input] = []
    var down: [String] = []
    var dropped = 0
    private var n: UInt64 = 0
    private var chance: Seeded

    init(
        _ abilities: Abilities = Abilities(), more: [String: Abilities] = [:],
        state: State = State(),
        limits: Courier.Limits = Courier.Limits(), leavesOthers: Bool = false, seed: UInt64 = 1
    ) {
        var channels = more
        channels["tg"] = abilities
        courier = Courier(
            channels: channels, directory: Directory(state), mind: smallMind(), stream: "s",
            run: "r",
            limits: limits, leavesOthers: leavesOthers)
        chance = Seeded(seed)
    }

    mutating func step(_ input: CourierInput) {
        for effect in courier.step(input, now: moment(time), random: chance.next()) {
            switch effect {
            case .send(let delivery): sent.append(delivery)
            case .mark(let mark): marks.append(mark)
            case .channelDown(let name, _): down.append(name)
            case .dropped: dropped += 1
            case .ambiguous: break
            }
        }
    }
    @discardableResult
    mutating func owe(
        _ to: Receiver, _ kind: Outgoing.Kind = .reply, age: Int64 = 0, replaces: String? = nil,
        amends: Bool = false
    ) -> String {
        n += 1
        var out = Outgoing(to: to, kind: kind, [Phrase("m\(n)")])
        out.id = "\(n).0"
        out.replaces = replaces
        out.isAmendment = amends
        step(.speak([.owed(Owed(out, at: moment(time - age).wall))]))
        return out.id
    }
    /// The last attempt ends.
    mutating func fail(_ kind: SendFailure.Kind, after: Int64? = nil, wholeChannel: Bool = false) {
        guard let attempt = sent.last?.attempt else { return }
        step(
            .result(
                attempt: attempt,
                .failure(
                    SendFailure(kind, retryAfter: after, isWholeChannel: wholeChannel, why: "w"))))
    }
    mutating func succeed(_ message: String? = "tg:1/1") {
        guard let attempt = sent.last?.attempt else { return }
        step(.result(attempt: attempt, .success(message)))
    }
    /// Wakes it whenever it wants, until a time or until something was sent.
    mutating func run(until end: Int64, stopAtSend: Bool = true) {
        let before = sent.count
        while let wake = courier.nextWake?.milliseconds, wake <= end,
            !(stopAtSend && sent.count > before)
        {
            time = max(time, wake)
            step(.tick)
        }
        if !(stopAtSend && sent.count > before) { time = max(time, end) }
    }
    var outcomes: [String] {
        marks.map { mark in
            switch mark {
            case .delivered(let id, let message): "\(id) \(message ?? "-")"
            case .undeliverable(let id, let why, let isLost):
                "\(id) ✗ \(why)\(isLost ? " lost" : "")"
            default: "?"
            }
        }
    }
}

@Suite struct CourierTests {
    @Test func oneAtATimeAndInOrder() {
        var bench = CourierBench()
        for _ in 0..<3 { bench.owe(.principal("tg:1")) }
        bench.owe(.principal("tg:2"))
        bench.owe(.chat("tg:-5"))
        #expect(bench.sent.map(\.id) == ["1.0", "4.0", "5.0"])
        #expect(bench.sent.map(\.to) == [.principal("tg:1"), .principal("tg:2"), .chat("tg:-5")])
        for expected in ["1.0", "2.0", "3.0"] {
            guard let delivery = bench.sent.last(where: { $0.to.text == "tg:1" }) else { return }
            #expect(delivery.id == expected)
            bench.step(.result(attempt: delivery.attempt, .success("tg:1/\(expected)")))
        }
        #expect(bench.outcomes == ["1.0 tg:1/1.0", "2.0 tg:1/2.0", "3.0 tg:1/3.0"])
        // A result told twice does nothing.
        bench.step(.result(attempt: 1, .failure(SendFailure(.gone, why: "late"))))
        #expect(bench.marks.count == 3)
    }

    @Test func widthBoundsAChannel() {
        var bench = CourierBench(Abilities(width: 3))
        for i in 0..<10 { bench.owe(.principal("tg:\(i)")) }
        #expect(bench.sent.count == 3 && bench.courier.inFlight == 3)
        bench.step(.result(attempt: 2, .success(nil)))
        #expect(bench.sent.count == 4)
    }

    @Test func backsOffWithFullJitterAndGoesOn() {
        var spread: Set<Int64> = []
        for seed in 1...20 as ClosedRange<UInt64> {
            var bench = CourierBench(seed: seed)
            bench.owe(.principal("tg:1"), .reminder)
            bench.owe(.principal("tg:1"), .reminder)
            for n in 0..<14 {
                bench.fail(.notSent)
                let failed = bench.time
                bench.run(until: failed + 20 * Instant.minute)
                let waited = bench.time - failed
                // A channel that fails again and again rests for a minute at most on top.
                #expect(
                    waited <= min(600_000, 1000 << Int64(n)) + Instant.minute, "seed \(seed), \(n)")
                spread.insert(waited)
                #expect(bench.sent.last?.id == "1.0" && bench.sent.last?.earlier == n + 1)
            }
            #expect(Set(bench.sent.map(\.message)).count == 1)
            #expect(Set(bench.sent.map(\.key)) == ["s.1.0"])
            bench.succeed()
            #expect(bench.sent.last?.id == "2.0")
        }
        #expect(spread.count > 100)
    }

    @Test func retryAfterIsHonouredForTheChat() {
        var bench = CourierBench()
        bench.owe(.principal("tg:1"))
        bench.fail(.notSent, after: 17_000)
        bench.owe(.principal("tg:2"))
        #expect(bench.sent.last?.to.text == "tg:2")  // Others go on.
        bench.owe(.principal("tg:1"))
        let before = bench.sent.count
        bench.run(until: 16_999)
        #expect(bench.sent.count == before)
        bench.run(until: 18_001)
        #expect(bench.sent.count == before + 1 && bench.sent.last?.id == "1.0")
    }

    @Test func retryAfterIsHonouredForTheChannel() {
        var bench = CourierBench()
        bench.owe(.principal("tg:1"))
        bench.fail(.notSent, after: 30_000, wholeChannel: true)
        bench.owe(.principal("tg:2"))
        bench.run(until: 29_999)
        #expect(bench.sent.count == 1)
        bench.run(until: 31_001)
        bench.run(until: 31_001)
        #expect(Set(bench.sent.dropFirst().map(\.to.text)) == ["tg:1", "tg:2"])
    }

    @Test(arguments: [Outgoing.Kind.reply, .reminder, .digest])
    func ambiguousWithoutAKeyIsSentOnceMore(_ kind: Outgoing.Kind) {
        var bench = CourierBench()
        bench.owe(.principal("tg:1"), kind)
        bench.owe(.principal("tg:1"), kind)
        bench.fail(.ambiguous)
        bench.run(until: 29_999)
        #expect(bench.sent.count == 1)
        bench.run(until: 60_000)
        #expect(bench.sent.map(\.id) == ["1.0", "1.0"])
        bench.fail(.ambiguous)
        #expect(bench.outcomes == ["1.0 ✗ unknown"])
        #expect(bench.sent.last?.id == "2.0")  // It blocks nobody.
    }

    @Test func ambiguousWithAKeyIsRepeatedWhileTheKeyLives() {
        var bench = CourierBench(Abilities(sendKeyLife: 25_000))
        bench.owe(.principal("tg:1"), .reminder)
        for _ in 0..<3 {
            bench.fail(.ambiguous)
            bench.run(until: bench.time + 10_000)
        }
        #expect(bench.sent.count == 4 && bench.time < 25_000 && bench.marks.isEmpty)
        bench.time = 26_000
        bench.fail(.ambiguous)  // No longer safe, and it was ambiguous before.
        #expect(bench.outcomes == ["1.0 ✗ unknown"])
    }

    @Test func editsAreRepeatable() {
        var bench = CourierBench(Abilities(edits: true))
        bench.owe(.chat("tg:-1"), .card)
        let first = bench.owe(.chat("tg:-1"), .card, replaces: "1.0")
        // It learns what it replaces when that has left.
        bench.succeed("tg:-1/77")
        #expect(
            bench.sent.last?.id == first && bench.sent.last?.replaces == "tg:-1/77"
                && bench.sent.last?.isCard == true)
        for _ in 0..<5 {
            bench.fail(.ambiguous)
            bench.run(until: bench.time + 20 * Instant.minute)
        }
        #expect(bench.sent.count == 7)
    }

    /// News of a message is no message of its own: it edits, or it is not said.
    @Test(arguments: [
        (true, "tg:-1/77", 2), (false, "tg:-1/77", 1), (true, "tg:-2/77", 1), (true, nil, 1),
    ])
    func amendmentsOnlyEdit(_ edits: Bool, _ name: String?, _ sent: Int) {
        var bench = CourierBench(Abilities(edits: edits))
        bench.owe(.chat("tg:-1"), .reminder)
        bench.owe(.chat("tg:-1"), .reminder, replaces: "1.0", amends: true)
        bench.owe(.chat("tg:-1"), .reminder)
        bench.succeed(name)
        if sent == 2 { bench.succeed("tg:-1/77") }
        bench.succeed("tg:-1/78")
        #expect(bench.sent.count(where: \.isAmendment) == sent - 1)
        #expect(
            bench.outcomes == [
                "1.0 \(name ?? "-")", "2.0 \(sent == 2 ? "tg:-1/77" : "-")", "3.0 tg:-1/78",
            ])
        #expect(bench.courier.waiting == 0)
    }

    @Test func permanentRefusalsBlockNobody() {
        var bench = CourierBench()
        for _ in 0..<3 { bench.owe(.principal("tg:1")) }
        bench.fail(.refused)
        bench.fail(.gone)
        bench.succeed("tg:1/3")
        #expect(bench.outcomes == ["1.0 ✗ w", "2.0 ✗ w lost", "3.0 tg:1/3"])
        #expect(bench.courier.waiting == 0)
    }

    @Test(arguments: [
        (Outgoing.Kind.reply, 10 * Instant.minute), (.reminder, 12 * Instant.hour),
        (.notice, 12 * Instant.hour),
        (.digest, 24 * Instant.hour),
    ])
    func everyKindExpires(_ kind: Outgoing.Kind, _ life: Int64) {
        var bench = CourierBench()
        bench.owe(.principal("tg:1"), kind)
        bench.owe(.principal("tg:1"), kind)
        bench.fail(.channelDown)
        #expect(bench.down == ["tg"])
        bench.run(until: life - 1, stopAtSend: false)
        #expect(bench.marks.isEmpty && bench.sent.count == 1)
        bench.run(until: life + Instant.minute, stopAtSend: false)
        #expect(bench.outcomes == ["1.0 ✗ expired", "2.0 ✗ expired"])
        // After a restart, the time before it counts.
        var late = CourierBench()
        late.owe(.principal("tg:1"), kind, age: life - 1)
        late.owe(.principal("tg:2"), kind, age: life + 1)
        #expect(late.sent.map(\.id) == ["1.0"] && late.outcomes == ["2.0 ✗ expired"])
    }

    @Test func aChannelThatIsUpAgainGoesOn() {
        var bench = CourierBench()
        bench.owe(.principal("tg:1"))
        bench.fail(.channelDown)
        bench.owe(.principal("tg:2"))
        bench.run(until: 60_000, stopAtSend: false)
        #expect(bench.sent.count == 1 && bench.courier.downChannels == ["tg"])
        bench.step(.channelUp("tg"))
        #expect(Set(bench.sent.dropFirst().compactMap(\.id)) == ["1.0", "2.0"])
    }

    @Test func aFailingChannelIsTriedWithOneRequest() {
        var bench = CourierBench(Abilities(width: 8))
        for i in 0..<8 { bench.owe(.principal("tg:\(i)"), .reminder) }
        for attempt in 1...8 as ClosedRange<UInt64> {
            bench.step(.result(attempt: attempt, .failure(SendFailure(.notSent, why: "refused"))))
        }
        bench.run(until: 10 * Instant.minute)
        #expect(bench.courier.inFlight == 1)
        bench.succeed()
        bench.run(until: bench.time + 2000, stopAtSend: false)
        #expect(bench.courier.inFlight == 7)
    }

    @Test func aGroupThatMovedIsFollowedOnce() {
        var bench = CourierBench()
        bench.owe(.chat("tg:-1"))
        bench.owe(.chat("tg:-1"))
        bench.fail(.moved(to: "tg:-100"))
        #expect(bench.sent.last?.to == .chat("tg:-100") && bench.sent.last?.id == "1.0")
        bench.fail(.moved(to: "tg:-1"))
        #expect(bench.outcomes == ["1.0 ✗ w"])
        #expect(bench.sent.last?.id == "2.0" && bench.sent.last?.to == .chat("tg:-100"))
    }

    @Test func peopleAreReachedWhereTheyWereHeardLast() {
        var state = State()
        for (code, principals, reachable) in [
            ("a", ["tg:1", "mx:@a:s"], true), ("b", ["tg:2", "console:b"], true),
            ("c", ["console:c"], true), ("d", ["tg:4"], false),
        ] {
            var person = Person()
            person.code = code
            person.language = code == "a" ? "ru" : nil
            person.isReachable = reachable
            state.people[code] = person
            state.reached[code] = principals
            for principal in principals { state.principals[principal] = code }
        }
        var lost = Chat()
        lost.key = "tg:-9"
        lost.isLost = true
        state.chats["tg:-9"] = lost
        var bench = CourierBench(more: ["mx": Abilities()], state: state)
        for code in ["a", "b", "c", "d", "nobody"] { bench.owe(.person(code)) }
        bench.owe(.chat("tg:-9"))
        #expect(bench.sent.map(\.to.text) == ["mx:@a:s", "tg:2"])
        #expect(bench.sent.map(\.channel) == ["mx", "tg"])
        #expect(bench.sent.map(\.language) == ["ru", "en"])
        #expect(bench.outcomes == ["3.0 ✗ no way", "4.0 ✗ no way", "5.0 ✗ no way", "6.0 ✗ no way"])
        // A process that runs some channels only leaves the others' messages alone.
        var alone = CourierBench(state: state, leavesOthers: true)
        alone.owe(.person("c"))
        alone.owe(.principal("mx:@z:s"))
        #expect(alone.marks.isEmpty && alone.sent.isEmpty)
    }

    @Test func receiverAndLanguageAreSettledAtTheFirstAttempt() {
        var state = State()
        var person = Person()
        person.code = "a"
        state.people["a"] = person
        state.reached["a"] = ["tg:1"]
        var bench = CourierBench(more: ["mx": Abilities()], state: state)
        bench.owe(.person("a"))
        bench.owe(.person("a"))
        person.language = "kk"
        state.people["a"] = person
        state.reached["a"] = ["tg:1", "mx:@a:s"]
        bench.step(.directory(Directory(state)))
        bench.fail(.notSent)
        bench.run(until: 5000)
        #expect(
            bench.sent.map(\.language) == ["en", "en"] && bench.sent.map(\.channel) == ["tg", "tg"])
        bench.succeed()
        #expect(bench.sent.last?.channel == "mx" && bench.sent.last?.language == "kk")
    }

    @Test func answersAreBoundedAndLostWhenTheyFail() {
        var bench = CourierBench()
        func answer(_ to: String) -> CourierInput {
            .speak([.answer(Outgoing(to: .principal(to), [Phrase("a")]), replaces: nil)])
        }
        for _ in 0..<40 { bench.step(answer("tg:1")) }
        #expect(bench.dropped == 8)
        #expect(bench.sent.first?.id == nil)
        bench.fail(.ambiguous)
        #expect(bench.dropped == 9 && bench.sent.count == 2)
        #expect(bench.sent[0].key != bench.sent[1].key)
        for _ in 0..<3 {
            bench.fail(.notSent)
            bench.run(until: bench.time + 60_000)
        }
        #expect(bench.dropped == 10 && bench.marks.isEmpty)
        while bench.courier.inFlight > 0 { bench.succeed() }
        #expect(bench.courier.waiting == 0)
    }

    @Test func anAttemptWithoutResultIsAmbiguous() {
        var bench = CourierBench()
        bench.owe(.principal("tg:1"), .reminder)
        let lost = bench.sent[0].attempt
        bench.run(until: 10 * Instant.minute)
        #expect(bench.sent.count == 2)
        bench.step(.result(attempt: lost, .success("tg:1/1")))
        #expect(bench.marks.isEmpty)
        bench.fail(.ambiguous)
        #expect(bench.outcomes == ["1.0 ✗ unknown"])
    }

    @Test func afterStopNothingIsBegun() {
        var bench = CourierBench()
        bench.owe(.principal("tg:1"))
        bench.owe(.principal("tg:1"))
        bench.step(.stop)
        bench.succeed()
        bench.owe(.principal("tg:2"))
        #expect(
            bench.sent.count == 1 && bench.courier.inFlight == 0 && bench.outcomes == ["1.0 tg:1/1"]
        )
    }
}
