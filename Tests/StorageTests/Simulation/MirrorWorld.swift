import Accelerator
import Glibc
import Platform
import Runtime
import Storage
import TestKit

/// A journal and its mirror on two disks that fail, fill up, rot and crash each in its own way. One seed is one run.
///
/// M1 what was acknowledged is there after every start while one of the two is whole · M2 while the mirror is not
/// behind, what is acknowledged is on both devices · M3 without damage nothing is brought back: a mirror holds no
/// line that the directory lacks · M4 a refusal has a reason: damage that the mirror, being behind, can't mend ·
/// M5 with the faults over the mirror becomes what the directory is, and both are good.
struct MirrorWorld {
    struct Wrong: Error, CustomStringConvertible { var description: String }
    struct Crash: Error {}

    struct Sabotage: Sendable {
        var safeguards = Safeguards()
        /// The mirror is as the directory before the directory is: its disk is asked first.
        var forgetsMirrorSync = false
    }

    struct Tally {
        var crashes = 0, failures = 0, fallen = 0, whole = 0, damaged = 0, repaired = 0, refused = 0
        var commits = 0, unreachable = 0, torn = 0
        static func += (a: inout Tally, b: Tally) {
            a.crashes += b.crashes
            a.failures += b.failures
            a.fallen += b.fallen
            a.whole += b.whole
            a.damaged += b.damaged
            a.repaired += b.repaired
            a.refused += b.refused
            a.commits += b.commits
            a.unreachable += b.unreachable
            a.torn += b.torn
        }
    }

    /// One thing broken on one of the disks, and how it was.
    struct Damage {
        var isMain: Bool
        var name: String
        /// nil where the file is gone.
        var place: Int?
        var bytes: [UInt8]
    }

    let sabotage: Sabotage
    let main: SimulatedDisk
    let mirror: SimulatedDisk
    var chance: Seeded
    var tally = Tally()
    var isFaulty = true
    var isReachable = Lock(true)
    var durable: [Commit] = []
    var pending: [Commit] = []
    var shadow = State()
    /// Whether all that is durable was acknowledged from both.
    var isInStep = false
    /// What rotted in the mirror and may not have been found yet.
    var rotten: [Damage] = []
    var damage: Damage?
    /// Only the mirror can tell that something is damaged: this start has it (D9).
    var needsMirror = false
    var journal: FileJournal?

    init(seed: UInt64, sabotage: Sabotage = Sabotage()) {
        self.sabotage = sabotage
        chance = Seeded(seed)
        main = SimulatedDisk(seed &* 31 &+ 7)
        mirror = SimulatedDisk(seed &* 37 &+ 11)
        mirror.device = 1
        mirror.forgetsSync = sabotage.forgetsMirrorSync
    }

    mutating func below(_ n: Int) -> Int { Int.random(in: 0..<max(1, n), using: &chance) }
    mutating func percent(_ n: Int) -> Bool { below(100) < n }

    var settings: FileJournal.Settings {
        var settings = FileJournal.Settings()
        settings.segmentLength = 2500
        settings.batchLength = 1 << 14
        settings.ballast = 4096
        settings.isSingleThreaded = true
        settings.safeguards = sabotage.safeguards
        settings.mirror = "/mirror"
        settings.mirrorPatience = nil
        let (mirror, isReachable) = (mirror, isReachable)
        settings.mirrorDoors = { () throws(SystemError) in
            guard isReachable.withLock({ $0 }) else {
                throw SystemError(code: EIO, call: "open", path: "/mirror")
            }
            return mirror.doors()
        }
        return settings
    }

    mutating func plan() -> SimulatedDisk.Plan {
        var plan = SimulatedDisk.Plan()
        guard isFaulty else { return plan }
        plan.failures = 5
        plan.readFailures = 3
        plan.shortWrites = 20
        return plan
    }

    var isDown: Bool { main.isDown || mirror.isDown }

    mutating func fall(losingPower: Bool) {
        journal = nil
        main.crash(losingPower: losingPower)
        mirror.crash(losingPower: losingPower)
    }

    mutating func crash() throws {
        tally.crashes += 1
        fall(losingPower: percent(70))
        try start()
    }

    // MARK: Start

    mutating func start() throws {
        if isFaulty, percent(25) { injure() }
        if isFaulty { isReachable.withLock { [isOff = percent(6)] in $0 = !isOff } }
        if needsMirror { isReachable.withLock { $0 = true } }
        var why = ""
        for attempt in 0..<200 {
            (main.plan, mirror.plan) = (plan(), plan())
            if attempt > 15 {
                (main.isFull, mirror.isFull) = (false, false)
                isReachable.withLock { $0 = true }
            }
            if attempt > 60 { (main.plan, mirror.plan) = (.init(), .init()) }
            if isFaulty, attempt < 60, percent(12) { main.plan.crashAt = 1 + below(40) }
            if isFaulty, attempt < 60, percent(12) { mirror.plan.crashAt = 1 + below(40) }
            var all: [Commit] = []
            var state = State()
            if needsMirror { mirror.plan = .init() }
            do throws(JournalError) {
                let opened = try FileJournal(doors: main.doors(), settings: settings)
                state = try opened.recover()
                try opened.read(after: 0) { all.append($0) }
                if isDown { throw .io(call: "down", path: "", code: EIO) }
                journal = opened
            } catch {
                why = error.explanation
                let wasDown = isDown
                fall(losingPower: wasDown && percent(70))
                if case .io = error { continue }
                if case .noSpace = error { continue }
                try refused(error)
                continue
            }
            if let journal { return try begin(journal, all, state) }
        }
        throw Wrong(description: "no start in 200 attempts: \(why)")
    }

    /// A start was refused for another reason than a failing disk.
    mutating func refused(_ error: JournalError) throws {
        // A mirror that was never reached is taken for a mistake in its name.
        if durable.isEmpty, error.explanation.contains("can't be used") { return }
        guard let damage, damage.isMain else {
            throw Wrong(description: "M4: refused without damage: \(error)")
        }
        let why = error
        if isInStep {
            // What no start reads, the command mends.
            do throws(JournalError) {
                let mirror = mirror
                isReachable.withLock { $0 = true }
                _ = try Repair.run(
                    main.doors(), .copy("/mirror"),
                    opening: { _ throws(JournalError) in mirror.doors() })
                tally.repaired += 1
            } catch {
                fall(losingPower: false)
                switch error {
                case .io, .noSpace: return
                default:
                    throw Wrong(
                        description: "M1: damage that the mirror holds: \(error); refused: \(why)")
                }
            }
            return fall(losingPower: false)
        }
        // Nobody else has these lines: as if the disk had come back.
        tally.refused += 1
        var files = main.files
        if let place = damage.place {
            if files[damage.name]?.indices.contains(place) == true {
                files[damage.name]?[place] = damage.bytes[place]
            }
        } else {
            files[damage.name] = damage.bytes
        }
        main.put(files)
        self.damage = nil
    }

    mutating func begin(_ opened: FileJournal, _ all: [Commit], _ state: State) throws {
        guard all.count >= durable.count, all[..<durable.count] == durable[...] else {
            throw Wrong(
                description: "M1: \(durable.count) commits were durable, \(all.count) are there")
        }
        let more = Array(all[durable.count...])
        guard more.count <= pending.count, more[...] == pending[..<more.count] else {
            throw Wrong(description: "commits that nobody wrote: \(more.map(\.n))")
        }
        if !opened.repaired.isEmpty {
            guard damage?.isMain == true else {
                throw Wrong(description: "M3: \(opened.repaired) brought back without damage")
            }
            tally.repaired += 1
        }
        if more.count < pending.count { tally.torn += 1 }
        pending = []
        for commit in more { shadow.evolve(commit) }
        durable += more
        guard shadow == state else { throw Wrong(description: "the state is not the fold") }
        (damage, needsMirror) = (nil, false)
        if opened.mirrorStatus?.isBehind != false { tally.unreachable += 1 }
        try look()
    }

    // MARK: Damage

    /// One of the two disks rots, or loses a file; the other is whole.
    mutating func injure() {
        guard damage == nil, !durable.isEmpty else { return }
        rotten = rotten.filter { rot in
            guard let node = mirror.file(rot.name), let place = rot.place else { return false }
            return node.bytes.indices.contains(place) && node.bytes[place] != rot.bytes[place]
        }
        let isMain = percent(60)
        let disk = isMain ? main : mirror
        let rottenNames = Set(rotten.map(\.name))
        let names = disk.files.keys.filter {
            let name = $0.hasPrefix("archive/") ? String($0.dropFirst(8)) : $0
            return name.hasPrefix("journal-") && name.hasSuffix(".ndjson")
                && !(isMain && rottenNames.contains(name))
        }.sorted()
        // What is not on the device yet can't rot there.
        guard let name = names.randomElement(using: &chance), let node = disk.file(name),
            node.changes.isEmpty
        else { return }
        // While the mirror is behind the last batch has no proof but itself (D9).
        let isLast = isMain && name == names.last { !$0.hasPrefix("archive/") }
        let bound = isLast && !isInStep ? min(node.lastWrite, node.bytes.count) : node.bytes.count
        guard bound > 0 else { return }
        tally.damaged += 1
        needsMirror = isLast && isInStep
        if isMain, isInStep, percent(25), !(rotten.contains { $0.name == name }) {
            damage = Damage(isMain: true, name: name, place: nil, bytes: node.bytes)
            var files = disk.files
            files[name] = nil
            return disk.put(files)
        }
        let place = below(bound)
        let found = Damage(isMain: isMain, name: name, place: place, bytes: node.bytes)
        if isMain { damage = found } else { rotten.append(found) }
        disk.flip(name, place, bit: below(8))
    }

    // MARK: Acts

    func status() throws -> MirrorStatus {
        guard let status = journal?.mirrorStatus else { throw Crash() }
        return status
    }

    /// M2, and where the mirror stands.
    mutating func look() throws {
        isInStep = try !status().isBehind
        guard isInStep, !isDown, let journal else { return }
        let name = main.files.keys.filter { $0.hasPrefix("journal-") && $0.hasSuffix(".ndjson") }
            .sorted().last
        guard let name, let here = main.file(name), let there = mirror.file(name) else {
            throw Wrong(description: "M2: the mirror has no such file")
        }
        // A file that was begun when the process ended may hold nothing yet.
        let isHeld =
            here.device.isEmpty
            || String(decoding: there.device, as: UTF8.self).contains("\"q\":\(journal.mark.q),")
        guard mirror.deviceNames[name] === there, there.device == there.bytes,
            here.device.starts(with: there.device), isHeld
        else {
            throw Wrong(
                description: "M2: \(journal.mark.q) acknowledged, and not on both devices: \(name) "
                    + "\(here.device.count) \(there.device.count) \(there.bytes.count) \(isHeld)")
        }
    }

    mutating func append() throws {
        guard let journal else { throw Crash() }
        var next: [Commit] = []
        for _ in 0...below(3) {
            var one = commit(UInt64(durable.count + next.count + 1), padding: below(300))
            one.source = "tg:\(below(9))"
            next.append(one)
        }
        do throws(JournalError) {
            try journal.reserve()
        } catch {
            if isDown || error != .noSpace { throw Crash() }
            return
        }
        pending = next
        do throws(JournalError) {
            try journal.append(next)
        } catch {
            throw Crash()
        }
        if isDown, main.isDown { throw Crash() }
        // The mirror's machine is the same one: what was acknowledged before it ended stays promised.
        pending = []
        for commit in next { shadow.evolve(commit) }
        durable += next
        tally.commits += next.count
        let wasInStep = isInStep
        try look()
        if wasInStep, !isInStep { tally.fallen += 1 }
        if isDown { throw Crash() }
    }

    mutating func act() throws {
        switch below(100) {
        case 0..<55: try append()
        case 55..<62:
            do throws(JournalError) {
                try journal?.seal()
            } catch {
                throw Crash()
            }
        case 62..<67: journal?.snapshot(shadow)
        case 67..<80:
            let wasBehind = try status().isBehind
            for _ in 0...below(4) where journal?.tendMirror() == true {}
            if !isDown {
                try look()
                if wasBehind, isInStep { tally.whole += 1 }
            }
        case 80..<83: if isFaulty { mirror.isFull = percent(40) }
        case 83..<85: if isFaulty { main.isFull = percent(20) }
        case 85..<88: if isFaulty { mirror.plan.failAt = (1 + below(6), EIO, percent(50)) }
        case 88..<90: if isFaulty { main.plan.failAt = (1 + below(6), EIO, percent(50)) }
        case 90..<93: if isFaulty { main.plan.crashAt = 1 + below(10) }
        case 93..<96: if isFaulty { mirror.plan.crashAt = 1 + below(6) }
        case 96..<98: if isFaulty { isReachable.withLock { $0.toggle() } }
        default: if isFaulty { throw Crash() }
        }
        if isDown { throw Crash() }
        try look()
    }

    mutating func guarded(_ body: (inout MirrorWorld) throws -> Void) throws {
        do {
            try body(&self)
        } catch is Crash {
            // Also a line of the journal's own can be the one that the mirror lacks.
            if journal?.mirrorStatus?.isBehind == true { isInStep = false }
            while true {
                do { return try crash() } catch is Crash {}
            }
        }
    }

    mutating func run(acts: Int = 90) throws -> Tally {
        try guarded { try $0.start() }
        for _ in 0..<acts { try guarded { try $0.act() } }
        isFaulty = false
        isReachable.withLock { $0 = true }
        (main.isFull, mirror.isFull) = (false, false)
        (main.plan, mirror.plan) = (.init(), .init())
        try guarded { try $0.crash() }
        for _ in 0..<10 { try guarded { try $0.append() } }
        try finish()
        tally.failures = main.failures + mirror.failures
        return tally
    }

    /// M5.
    mutating func finish() throws {
        do throws(JournalError) {
            while journal?.tendMirror() == true {}
            try journal?.close()
            journal = nil
            // Old rot in the mirror is found by looking; a file that is taken away is written again.
            for rot in rotten { if mirror.file(rot.name) != nil { try remove(rot.name) } }
            try FileJournal(doors: main.doors(), settings: settings).close()
            let there = try JournalReader(doors: mirror.doors())
            let result = try JournalReader(doors: main.doors()).verify(mirror: there)
            let bad = result.findings.filter { $0.weight != .note }
            guard result.isGood, bad.isEmpty, result.commits == UInt64(durable.count) else {
                throw JournalError.unusable("\(result.findings)")
            }
        } catch {
            throw Wrong(description: "M5: at the end: \(error)")
        }
    }

    func remove(_ name: String) throws(JournalError) {
        do throws(SystemError) {
            try mirror.doors().remove(name)
            try mirror.doors().syncDirectory("")
        } catch {
            throw .unusable("\(error)")
        }
    }
}
