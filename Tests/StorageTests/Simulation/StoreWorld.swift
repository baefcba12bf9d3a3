import Accelerator
import Glibc
import Language
import Runtime
import Storage
import TestKit

/// The whole machine room on one thread: Clerk, Courier, alarm clock and the journal itself, against
/// a disk, a wire and clocks that do everything that such things do. One seed is one run.
///
/// After every step the thirteen invariants hold (numbers as in the comments); at the end, with all
/// faults off, everything has drained.
///
/// I1 what was acknowledged is in the journal · I2 no key is applied twice · I3 the state is the fold
/// of the commits · I4 snapshot and tail are the whole · I5 every message ends delivered or dead ·
/// I6 no more copies than attempts without an answer · I7 no occurrence rings twice · I8 what is due
/// rang, was passed over, or is still to come · I9 nothing is sent that is not durable · I10 what
/// people said and no fact was made of stands nowhere · I11 a chat gets its messages in order · I12
/// queues and files stay within their bounds · I13 after a failure of the journal nothing is taken.
struct StoreWorld {
    struct Wrong: Error, CustomStringConvertible { var description: String }
    struct Crash: Error {}

    /// What a test takes away to see that a run fails without it.
    struct Sabotage {
        var safeguards = Safeguards()
        var acknowledgesEarly = false
        var doublesKeys = false
        var forgetsSync = false
        var forgetsDirectorySync = false
        var ringsTwice = false
        var speaksEarly = false
        var rots = true
    }

    struct Tally {
        var crashes = 0, failures = 0, refusals = 0, sent = 0, copies = 0, rung = 0, nested = 0
        var snapshots = 0, torn = 0
        static func += (a: inout Tally, b: Tally) {
            a.crashes += b.crashes
            a.failures += b.failures
            a.refusals += b.refusals
            a.sent += b.sent
            a.copies += b.copies
            a.rung += b.rung
            a.nested += b.nested
            a.snapshots += b.snapshots
            a.torn += b.torn
        }
    }

    struct Update {
        var text: String
        var chat: String?
    }

    static let canary = "canary-0451"

    let sabotage: Sabotage
    let mind: Mind
    let abilities: Abilities
    var chance: Seeded
    var isFaulty = true
    var tally = Tally()

    // What survives a crash: the disk, the provider, the world, and what the world was promised.
    let disk: SimulatedDisk
    var time: Int64 = 0
    var wallShift: Int64 = 0
    var durable: [Commit] = []
    var shadow = State()
    var keys: Set<String> = []
    var rangKeys: Set<String> = []
    var owedEver: Set<String> = []
    var updates: [Update] = []
    var copies: [String: Int] = [:]
    var silent: [String: Int] = [:]
    var givenUp: Set<String> = []
    var arrived: [String: UInt64] = [:]
    /// What was being appended when the process ended: any front part of it may be there.
    var pending: [Commit] = []

    // What does not.
    var journal: FileJournal?
    var clerk: Clerk
    var courier: Courier
    var alarms: AlarmClock
    var underWay: [(delivery: Delivery, since: Int64)] = []
    var next = 0
    var runs = 0

    init(seed: UInt64, sabotage: Sabotage = Sabotage()) {
        self.sabotage = sabotage
        chance = Seeded(seed)
        disk = SimulatedDisk(seed &* 31 &+ 7)
        disk.forgetsSync = sabotage.forgetsSync
        disk.forgetsDirectorySync = sabotage.forgetsDirectorySync
        mind = SmallMind.make(doubles: sabotage.doublesKeys, ringsTwice: sabotage.ringsTwice)
        abilities = Abilities(edits: true, sendKeyLife: seed % 2 == 0 ? nil : Instant.day)
        let now = Moment(
            wall: Instant(milliseconds: SmallMind.first), steady: Instant(milliseconds: 0))
        clerk = Clerk(State(), mind: mind, now: now)
        courier = Courier(
            channels: ["tg": abilities], directory: Directory(State()), mind: mind, stream: "s",
            run: "0")
        alarms = AlarmClock(due: nil, now: now)
    }

    var now: Moment {
        Moment(
            wall: Instant(milliseconds: SmallMind.first + time + wallShift),
            steady: Instant(milliseconds: time))
    }

    mutating func below(_ n: Int) -> Int { Int.random(in: 0..<max(1, n), using: &chance) }
    mutating func percent(_ n: Int) -> Bool { below(100) < n }

    // MARK: Start

    var settings: FileJournal.Settings {
        var settings = FileJournal.Settings()
        settings.segmentLength = 3000
        settings.batchLength = 1 << 14
        settings.ballast = 4096
        settings.version = "1"
        settings.isSingleThreaded = true
        settings.safeguards = sabotage.safeguards
        return settings
    }

    mutating func start() throws {
        var attempts = 0
        var why = ""
        while true {
            attempts += 1
            guard attempts < 200 else {
                throw Wrong(description: "no start in 200 attempts: \(why)")
            }
            journal = nil
            disk.plan = plan()
            // Somebody makes room, or mends what is broken.
            if attempts > 20 { disk.isFull = false }
            if attempts > 100 { disk.plan = .init() }
            if isFaulty, percent(12) { disk.plan.crashAt = 1 + below(40) }
            let flipped = rot()
            do throws(JournalError) {
                let opened = try FileJournal(doors: disk.doors(), settings: settings)
                let state = try opened.recover()
                unrot(flipped)
                journal = opened
                try check(opened, state)
                break
            } catch {
                unrot(flipped)
                why = error.explanation
                if disk.isDown || isTrouble(error) {
                    tally.nested += 1
                    // What ended is a process; the power may go with it.
                    disk.crash(losingPower: disk.isDown && percent(70))
                    continue
                }
                guard flipped != nil else {
                    throw Wrong(description: "refused without damage: \(error)")
                }
                tally.refusals += 1
                disk.crash(losingPower: false)
            }
        }
        disk.plan.crashAt = nil
        runs += 1
        try begin()
    }

    func isTrouble(_ error: JournalError) -> Bool {
        switch error {
        case .io, .noSpace: true
        default: false
        }
    }

    mutating func plan() -> SimulatedDisk.Plan {
        var plan = SimulatedDisk.Plan()
        guard isFaulty else { return plan }
        plan.failures = 6
        plan.readFailures = 4
        plan.shortWrites = 20
        return plan
    }

    /// What the journal says, against what the world was promised.
    mutating func check(
        _ opened: FileJournal, _ recovered: State
    ) throws(JournalError) {
        var all: [Commit] = []
        try opened.read(after: 0) { all.append($0) }
        found = Found(commits: all, state: recovered)
    }

    struct Found {
        var commits: [Commit]
        var state: State
    }
    var found: Found?

    mutating func begin() throws {
        guard let found, let journal else { return }
        self.found = nil
        let all = found.commits
        guard all.count >= durable.count, all[..<durable.count] == durable[...] else {
            throw Wrong(
                description: "I1: \(durable.count) commits were durable, \(all.count) are there")
        }
        let more = Array(all[durable.count...])
        guard more.count <= pending.count, more[...] == pending[..<more.count] else {
            throw Wrong(description: "commits that nobody wrote: \(more.map(\.n))")
        }
        if more.count < pending.count { tally.torn += 1 }
        pending = []
        try take(more)
        guard shadow == found.state else {
            throw Wrong(description: "I3, I4: snapshot and tail are not the fold of the commits")
        }
        var limits = Clerk.Limits()
        limits.snapshotCommits = 12
        limits.snapshotPause = 0
        limits.rate = nil
        clerk = Clerk(shadow, mind: mind, limits: limits, now: now)
        courier = Courier(
            channels: ["tg": abilities], directory: Directory(shadow), mind: mind, stream: "s",
            run: "\(runs)")
        alarms = AlarmClock(due: clerk.nextDue, now: now)
        next = shadow.cursors["tg"].flatMap(Int.init).map { $0 + 1 } ?? 0
        let owed: [Saying]
        do throws(JournalError) {
            owed = try Owed.all(in: shadow, of: journal)
        } catch {
            return try crash()
        }
        try perform(courier.step(.speak(owed), now: now, random: chance.next()))
    }

    // MARK: Rot

    mutating func rot() -> (String, Int, Int)? {
        guard isFaulty, sabotage.rots, percent(12) else { return nil }
        let names = disk.files.keys.sorted()
        guard let name = names.randomElement(using: &chance), let node = disk.file(name) else {
            return nil
        }
        let segments = names.filter { $0.hasPrefix("journal-") && $0.hasSuffix(".ndjson") }
        // The last batch that was written is not yet proven by one behind it (D9).
        let bound = name == segments.last ? min(node.lastWrite, node.bytes.count) : node.bytes.count
        // Before the first line another name for the directory is just another name.
        guard bound > 0, name != "META.json" || !durable.isEmpty else { return nil }
        let place = below(bound)
        let bit = below(8)
        disk.flip(name, place, bit: bit)
        return (name, place, bit)
    }

    func unrot(_ flipped: (String, Int, Int)?) {
        guard let (name, place, bit) = flipped else { return }
        disk.flip(name, place, bit: bit)
    }

    // MARK: Crash

    mutating func crash() throws {
        tally.crashes += 1
        for (delivery, _) in underWay {
            if percent(50) { try accept(delivery) }
            if let id = delivery.id { silent[id, default: 0] += 1 }
        }
        underWay = []
        for id in shadow.owed.keys where copies[id] != nil { silent[id, default: 0] += 1 }
        journal = nil
        disk.crash(losingPower: percent(70))
        time += Int64(below(percent(20) ? 900_000 : 3000))
        try start()
    }

    /// Takes commits for durable.
    mutating func take(_ commits: [Commit]) throws {
        for commit in commits {
            guard commit.n == shadow.n + 1 else {
                throw Wrong(description: "n \(commit.n) after \(shadow.n)")
            }
            durable.append(commit)
            shadow.evolve(commit)
            for out in commit.out { owedEver.insert(out.id) }
            if let key = commit.key, !keys.insert(key).inserted {
                throw Wrong(description: "I2: \(key) applied twice")
            }
            for case .rang(let rang) in commit.events {
                guard rangKeys.insert(rang.key).inserted else {
                    throw Wrong(description: "I7: \(rang.key) rang twice")
                }
                tally.rung += 1
            }
        }
        guard let cursor = shadow.cursors["tg"].flatMap(Int.init) else { return }
        for i in 0...cursor where updates[i].text.hasPrefix("set") && !keys.contains("u:\(i)") {
            throw Wrong(description: "I1: the cursor passed \(i), which is not written")
        }
    }

    // MARK: Drivers

    enum Call {
        case reserve, seal
        case append([Commit])
        case snapshot(State)
    }

    /// A call of the journal, as its driver makes it.
    mutating func attempt(_ call: Call) throws -> Result<Void, JournalError> {
        guard let journal else { throw Crash() }
        disk.time = now.wall.milliseconds
        let result: Result<Void, JournalError>
        do throws(JournalError) {
            switch call {
            case .reserve: try journal.reserve()
            case .seal: try journal.seal()
            case .append(let commits): try journal.append(commits)
            case .snapshot(let state): journal.snapshot(state)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        if disk.isDown { throw Crash() }
        return result
    }

    mutating func perform(_ first: [ClerkEffect]) throws {
        var effects = first
        var place = 0
        while place < effects.count {
            let effect = effects[place]
            place += 1
            if isFaulty, percent(1) { throw Crash() }
            switch effect {
            case .reserve: effects += clerk.step(.reserved(try attempt(.reserve)), now: now)
            case .append(let commits): effects += try append(commits)
            case .speak(let sayings):
                for case .owed(let owed) in sayings where !owedEver.contains(owed.outgoing.id) {
                    throw Wrong(description: "I9: \(owed.outgoing.id) spoken, not durable")
                }
                try perform(courier.step(.speak(sayings), now: now, random: chance.next()))
            case .directory(let directory):
                try perform(courier.step(.directory(directory), now: now, random: chance.next()))
            case .reply(let ticket, let said): try acknowledge(Int(ticket.number), said)
            case .seal:
                if case .failure(let error) = try attempt(.seal), error != .noSpace {
                    throw Crash()
                }
            case .snapshot(let state):
                _ = try attempt(.snapshot(state))
                tally.snapshots += 1
            case .due(let due): try perform(alarms.step(.due(due), now: now))
            case .rang(let due, let made):
                try perform(alarms.step(.rang(due: due, made: made), now: now))
            case .die:
                guard place == effects.count else {
                    throw Wrong(description: "something leaves after the end")
                }
                throw Crash()
            }
        }
        try bounds()
    }

    mutating func append(_ commits: [Commit]) throws -> [ClerkEffect] {
        pending = commits
        if sabotage.acknowledgesEarly {
            // As if the sync were not waited for.
            var ahead = clerk
            for effect in ahead.step(.appended(.success(())), now: now) {
                if case .reply(let ticket, let said) = effect { early[Int(ticket.number)] = said }
            }
        }
        let result = try attempt(.append(commits))
        guard case .success = result else {
            // I13: whatever is tried now, nothing is taken.
            if let journal {
                var another = commits
                for i in another.indices { another[i].n = journal.mark.n + UInt64(i) + 1 }
                if case .success = try attempt(.append(another)) {
                    throw Wrong(description: "I13: taken after a failure")
                }
            }
            return clerk.step(.appended(result), now: now)
        }
        pending = []
        early = [:]
        try take(commits)
        guard clerk.state == shadow else {
            throw Wrong(description: "I3: the state is not the fold")
        }
        return clerk.step(.appended(result), now: now)
    }
    var early: [Int: Said] = [:]

    mutating func acknowledge(_ i: Int, _ said: Said) throws {
        if case .refused = said.outcome {
            // Told to try again: the person does.
            if updates[i].text.hasPrefix("set") {
                updates.append(Update(text: updates[i].text + "r", chat: updates[i].chat))
            }
            updates[i].text = "given up"
        } else if updates[i].text.hasPrefix("set"), !keys.contains("u:\(i)") {
            throw Wrong(description: "I1: \(i) acknowledged, not durable")
        }
    }

    mutating func perform(_ effects: [AlarmEffect]) throws {
        for effect in effects {
            guard case .ring = effect else { continue }
            try perform(clerk.step(.heard(Heard(.alarm, random: random())), now: now))
        }
    }

    mutating func perform(_ effects: [CourierEffect]) throws {
        for effect in effects {
            switch effect {
            case .send(let delivery):
                if let id = delivery.id, !owedEver.contains(id) {
                    throw Wrong(description: "I9: \(id) sent, not durable")
                }
                try forsake(delivery.to)
                underWay.append((delivery, time))
            case .mark(let mark):
                if case .undeliverable(let id, _, _) = mark { givenUp.insert(id) }
                try perform(clerk.step(.heard(Heard(mark, random: [])), now: now))
            case .channelDown, .ambiguous, .dropped: break
            }
        }
    }

    func bounds() throws {
        guard clerk.depth <= 4096, courier.waiting <= owedEver.count + 4096 else {
            throw Wrong(description: "I12: \(clerk.depth) wait, \(courier.waiting) to be sent")
        }
    }
}
