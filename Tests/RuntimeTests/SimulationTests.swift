import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// Clerk and Courier on one thread, against a disk that forgets what was not synced and a wire that loses,
/// doubles and stays silent; crashes at every place where something could be lost.
///
/// After every step it holds (the numbers of the invariants are those of the fault list):
/// I1 what was acknowledged is durable; I2 no key is applied twice; I3 the state is the fold of the commits;
/// I6 there are no more copies than attempts without an answer; I9 nothing is sent that is not durable;
/// I11 messages reach a chat in order. At the end, with faults off: I5 every message is delivered or dead.
private struct World {
    struct Update {
        var text: String
        var chat: String?
        var isAcknowledged = false
    }
    struct Wrong: Error, CustomStringConvertible { var description: String }

    let abilities: Abilities
    let mind: Mind
    var chance: Seeded
    var time: Int64 = 0
    var isFaulty = true

    // What survives a crash: the disk, the provider, and the world.
    var durable: [Commit] = []
    var shadow = State()
    var owedEver: [String: Outgoing] = [:]
    var keys: Set<String> = []
    var updates: [Update] = []
    var copies: [String: Int] = [:]
    var arrived: [String: [UInt64]] = [:]
    var silent: [String: Int] = [:]
    /// Those may be tried again, late, if the mark is lost in a crash.
    var givenUp: Set<String> = []
    var notBefore: [String: Int64] = [:]

    // What does not.
    var clerk: Clerk
    var courier: Courier
    var underWay: [(delivery: Delivery, since: Int64)] = []
    var next = 0
    var runs: UInt64 = 0

    init(seed: UInt64) {
        chance = Seeded(seed)
        abilities =
            seed % 2 == 0
            ? Abilities(edits: true) : Abilities(edits: true, sendKeyLife: Instant.day)
        mind = smallMind()
        clerk = Clerk(State(), mind: mind, now: moment(0))
        courier = Courier(
            channels: ["tg": abilities], directory: Directory(State()), mind: mind, stream: "s",
            run: "0")
    }

    // MARK: Crash and start

    private mutating func crash() throws {
        // The provider may have taken what was under way; nobody will ever know.
        for (delivery, _) in underWay where chance.chance(50) { try accept(delivery) }
        for (delivery, _) in underWay { delivery.id.map { silent[$0, default: 0] += 1 } }
        underWay = []
        // A wait that a provider asked for is not on the disk: it will ask again.
        notBefore = [:]
        // What left and was not marked in time leaves again.
        for id in shadow.owed.keys where copies[id] != nil { silent[id, default: 0] += 1 }
        try start()
    }

    private mutating func start() throws {
        runs += 1
        clerk = Clerk(shadow, mind: mind, now: moment(time))
        courier = Courier(
            channels: ["tg": abilities], directory: Directory(shadow), mind: mind, stream: "s",
            run: "\(runs)")
        // The channel goes on where the journal was; what it had confirmed upstream never comes again.
        let cursor = shadow.cursors["tg"].flatMap(Int.init).map { $0 + 1 } ?? 0
        next = cursor
        let journal = MemoryJournal()
        try? journal.append(durable)
        try perform(
            courier.step(
                .speak(try Owed.all(in: shadow, of: journal)), now: moment(time),
                random: chance.next()))
    }

    private mutating func persist(_ commits: ArraySlice<Commit>) throws {
        for commit in commits {
            guard commit.n == shadow.n + 1 else {
                throw Wrong(description: "n \(commit.n) after \(shadow.n)")
            }
            durable.append(commit)
            shadow.evolve(commit)
            for out in commit.out { owedEver[out.id] = out }
            if let key = commit.key, !keys.insert(key).inserted {
                throw Wrong(description: "I2: \(key) applied twice")
            }
        }
        // A cursor vouches for all before it.
        guard let cursor = shadow.cursors["tg"].flatMap(Int.init) else { return }
        for i in 0...cursor where updates[i].text.hasPrefix("set") && !keys.contains("u:\(i)") {
            throw Wrong(description: "I1: cursor \(cursor) passed \(i), which is not written")
        }
    }

    // MARK: The drivers

    private struct Crash: Error {}

    private mutating func perform(_ first: [ClerkEffect]) throws {
        var effects = first
        var place = 0
        while place < effects.count {
            let effect = effects[place]
            place += 1
            if isFaulty, chance.chance(1) { throw Crash() }
            switch effect {
            case .reserve:
                let isFull = isFaulty && chance.chance(3)
                effects += clerk.step(
                    .reserved(isFull ? .failure(.noSpace) : .success(())), now: moment(time))
            case .append(let commits):
                if isFaulty, chance.chance(6) {
                    // Torn: some front part of the batch is there, and nobody was told.
                    try persist(commits.prefix(chance.below(commits.count + 1)))
                    if chance.chance(50) { throw Crash() }
                    effects += clerk.step(
                        .appended(.failure(.io(call: "fdatasync", path: "", code: 5))),
                        now: moment(time))
                } else {
                    try persist(commits[...])
                    guard clerk.state == shadow else {
                        throw Wrong(description: "I3: state is not the fold")
                    }
                    effects += clerk.step(.appended(.success(())), now: moment(time))
                }
            case .speak(let sayings):
                for case .owed(let owed) in sayings where owedEver[owed.outgoing.id] == nil {
                    throw Wrong(description: "I9: \(owed.outgoing.id) spoken, not durable")
                }
                try perform(courier.step(.speak(sayings), now: moment(time), random: chance.next()))
            case .directory(let directory):
                try perform(
                    courier.step(.directory(directory), now: moment(time), random: chance.next()))
            case .reply(let ticket, let said): try acknowledge(Int(ticket.number), said)
            case .die:
                guard place == effects.count else {
                    throw Wrong(description: "something leaves after the end")
                }
                throw Crash()
            case .due, .rang, .seal, .snapshot: break
            }
        }
    }

    private mutating func acknowledge(_ i: Int, _ said: Said) throws {
        if case .refused = said.outcome {
            // Told to try again: the person does.
            if updates[i].text.hasPrefix("set") {
                updates.append(Update(text: updates[i].text + "r", chat: updates[i].chat))
            }
            updates[i].text = "given up"
        } else if updates[i].text.hasPrefix("set"), !keys.contains("u:\(i)") {
            throw Wrong(description: "I1: \(i) acknowledged, not durable")
        }
        updates[i].isAcknowledged = true
    }

    private mutating func perform(_ effects: [CourierEffect]) throws {
        for effect in effects {
            switch effect {
            case .send(let delivery):
                if let id = delivery.id, owedEver[id] == nil {
                    throw Wrong(description: "I9: \(id) sent, not durable")
                }
                try forsake(delivery.to)
                if let asked = notBefore[delivery.to.text], time < asked {
                    throw Wrong(description: "sent at \(time), asked to wait until \(asked)")
                }
                underWay.append((delivery, time))
            case .mark(let mark):
                if case .delivered(let id, _) = mark, copies[id] == nil {
                    throw Wrong(description: "\(id) is marked, and never arrived")
                }
                if case .undeliverable(let id, _, _) = mark { givenUp.insert(id) }
                try perform(clerk.step(.heard(Heard(mark, random: [])), now: moment(time)))
            case .channelDown, .ambiguous, .dropped: break
            }
        }
    }

    // MARK: The wire

    private mutating func accept(_ delivery: Delivery) throws {
        guard let id = delivery.id else { return }
        if abilities.sendKeyLife != nil, copies[id] != nil { return }
        copies[id, default: 0] += 1
        if copies[id] == 1, !givenUp.contains(id) {
            let n = Owed.place(id).0
            if let last = arrived[delivery.to.text]?.last, last > n {
                throw Wrong(description: "I11: \(id) arrived after \(last) in \(delivery.to.text)")
            }
            arrived[delivery.to.text, default: []].append(n)
        }
        guard copies[id, default: 0] - 1 <= silent[id, default: 0] else {
            throw Wrong(
                description:
                    "I6: \(copies[id, default: 0]) copies of \(id), \(silent[id, default: 0]) silent attempts"
            )
        }
    }

    /// An attempt that had no result for two minutes is over: channels have deadlines of their own, long before.
    private mutating func forsake(_ address: Address) throws {
        guard let old = underWay.firstIndex(where: { $0.delivery.to == address }) else { return }
        let (delivery, since) = underWay.remove(at: old)
        guard time - since >= 120_000 else {
            throw Wrong(description: "two under way to \(address.text)")
        }
        if chance.chance(50) { try accept(delivery) }
        delivery.id.map { silent[$0, default: 0] += 1 }
    }

    private mutating func resolve() throws {
        guard !underWay.isEmpty else { return }
        let (delivery, since) = underWay.remove(at: chance.below(underWay.count))
        // Too late: the Courier counts it as silent.
        if time - since >= 120_000 { delivery.id.map { silent[$0, default: 0] += 1 } }
        let result: Result<String?, SendFailure>
        switch isFaulty ? chance.below(100) : 0 {
        case 0..<60:
            try accept(delivery)
            result = .success(chance.chance(90) ? "\(delivery.to.text)/\(delivery.attempt)" : nil)
        case 60..<72:
            try accept(delivery)
            delivery.id.map { silent[$0, default: 0] += 1 }
            result = .failure(SendFailure(.ambiguous, why: "lost"))
        case 72..<80:
            delivery.id.map { silent[$0, default: 0] += 1 }
            result = .failure(SendFailure(.ambiguous, why: "lost"))
        case 80..<90: result = .failure(SendFailure(.notSent, why: "refused"))
        case 90..<96:
            let wait = Int64(chance.below(60_000))
            notBefore[delivery.to.text] = time + wait
            result = .failure(SendFailure(.notSent, retryAfter: wait, why: "429"))
        default: result = .failure(SendFailure(.refused, why: "400"))
        }
        try perform(
            courier.step(
                .result(attempt: delivery.attempt, result), now: moment(time), random: chance.next()
            ))
    }

    // MARK: One run

    private mutating func hear(_ i: Int, isPolled: Bool) throws {
        guard updates[i].text != "given up" || isPolled else { return }
        var inbound = said(
            updates[i].text, by: "tg:\(i % 5)", in: updates[i].chat, key: "u:\(i)",
            channel: "import",
            cursors: isPolled ? ["tg": "\(i)"] : [:])
        inbound.sent = at(0)
        try perform(
            clerk.step(
                .heard(
                    Heard(.message(inbound), random: chance.bytes(16), ticket: Ticket(UInt64(i)))),
                now: moment(time)))
    }

    private mutating func act() throws {
        switch isFaulty ? chance.below(100) : 20 + chance.below(70) {
        case 0..<20:
            let texts = ["set", "set", "set", "count", "noise"]
            let text = texts[chance.below(texts.count)] + " p\(updates.count)"
            updates.append(
                Update(text: text, chat: chance.chance(50) ? "tg:-\(chance.below(3))" : nil))
        case 20..<40:
            for _ in 0...chance.below(4) where next < updates.count {
                next += 1
                try hear(next - 1, isPolled: true)
            }
        case 40..<45:
            if !updates.isEmpty {
                try hear(chance.below(min(next + 1, updates.count)), isPolled: false)
            }
        case 45..<65: try perform(clerk.step(chance.chance(50) ? .work : .flush, now: moment(time)))
        case 65..<85: try resolve()
        case 85..<97:
            time += Int64(chance.below(20_000))
            try perform(courier.step(.tick, now: moment(time), random: chance.next()))
        default: throw Crash()
        }
    }

    private mutating func guarded(_ body: (inout World) throws -> Void) throws {
        do {
            try body(&self)
        } catch is Crash {
            // Starting can crash as well.
            while true {
                do { return try crash() } catch is Crash {}
            }
        }
    }

    mutating func run() throws -> (sent: Int, copies: Int, crashes: UInt64, dead: Int) {
        for _ in 0..<160 { try guarded { try $0.act() } }
        isFaulty = false
        var rounds = 0
        while rounds < 4000 {
            rounds += 1
            try guarded { try $0.act() }
            let isDone =
                next >= updates.count && clerk.depth == 0 && underWay.isEmpty
                && courier.waiting == 0
            if isDone, shadow.owed.isEmpty { break }
            if isDone {
                try guarded { try $0.perform($0.clerk.step(.flush, now: moment($0.time))) }
            }
        }
        guard shadow.owed.isEmpty else {
            throw Wrong(description: "I5: still owed: \(shadow.owed.keys)")
        }
        var delivered: Set<String> = [], dead: Set<String> = []
        for event in durable.flatMap(\.events) {
            if case .delivered(let d) = event { delivered.insert(d.id) }
            if case .undeliverable(let u) = event { dead.insert(u.id) }
        }
        guard delivered.union(dead) == Set(owedEver.keys), delivered.isDisjoint(with: dead) else {
            throw Wrong(description: "I5: neither delivered nor dead")
        }
        for (i, update) in updates.enumerated()
        where update.text.hasPrefix("set") && !keys.contains("u:\(i)") {
            throw Wrong(description: "update \(i) was never applied")
        }
        return (copies.count, copies.values.reduce(0, +), runs, dead.count)
    }
}

@Suite struct SimulationTests {
    @Test func nothingIsLostDoubledOrSaidTooSoon() {
        var sent = 0, copies = 0, crashes: UInt64 = 0, dead = 0
        for seed in 1...2000 as ClosedRange<UInt64> {
            var world = World(seed: seed)
            do {
                let run = try world.run()
                sent += run.sent
                copies += run.copies
                crashes += run.crashes
                dead += run.dead
            } catch {
                Issue.record("seed=\(seed): \(error)")
                return
            }
        }
        // The faults did happen.
        #expect(
            sent > 10_000 && copies > sent && crashes > 5000 && dead > 500,
            "\(sent) \(copies) \(crashes) \(dead)")
    }
}
