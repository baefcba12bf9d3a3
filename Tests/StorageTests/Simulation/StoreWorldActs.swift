import Accelerator
import Glibc
import Language
import Runtime
import Storage

// What happens in a run: the wire, the acts, and what must be true at the end.

extension StoreWorld {
    // MARK: The wire

    mutating func accept(_ delivery: Delivery) throws {
        guard let id = delivery.id else { return }
        if abilities.sendKeyLife != nil, copies[id] != nil { return }
        copies[id, default: 0] += 1
        if copies[id] == 1, !givenUp.contains(id) {
            let n = Owed.place(id).0
            let last = arrived[delivery.to.text] ?? 0
            guard last <= n else { throw Wrong(description: "I11: \(id) after \(last)") }
            arrived[delivery.to.text] = n
        }
        guard copies[id, default: 0] - 1 <= silent[id, default: 0] else {
            throw Wrong(description: "I6: \(copies[id, default: 0]) copies of \(id)")
        }
    }

    mutating func forsake(_ address: Address) throws {
        guard let old = underWay.firstIndex(where: { $0.delivery.to == address }) else { return }
        let (delivery, since) = underWay.remove(at: old)
        guard time - since >= 120_000 else {
            throw Wrong(description: "two under way to \(address.text)")
        }
        if percent(50) { try accept(delivery) }
        if let id = delivery.id { silent[id, default: 0] += 1 }
    }

    mutating func resolve() throws {
        guard !underWay.isEmpty else { return }
        let (delivery, since) = underWay.remove(at: below(underWay.count))
        if time - since >= 120_000, let id = delivery.id { silent[id, default: 0] += 1 }
        let result: Result<String?, SendFailure>
        switch isFaulty ? below(100) : 0 {
        case 0..<65:
            try accept(delivery)
            result = .success("\(delivery.to.text)/\(delivery.attempt)")
        case 65..<80:
            if percent(50) { try accept(delivery) }
            if let id = delivery.id { silent[id, default: 0] += 1 }
            result = .failure(SendFailure(.ambiguous, why: "lost"))
        case 80..<92: result = .failure(SendFailure(.notSent, why: "refused"))
        default: result = .failure(SendFailure(.refused, why: "400"))
        }
        try perform(
            courier.step(
                .result(attempt: delivery.attempt, result), now: now, random: chance.next()))
    }

    // MARK: Acts

    mutating func random() -> [UInt8] {
        (0..<16).map { _ in UInt8.random(in: 0...255, using: &chance) }
    }

    mutating func hear(_ i: Int, isPolled: Bool) throws {
        guard updates[i].text != "given up" || isPolled else { return }
        var inbound = Inbound()
        inbound.channel = "tg"
        inbound.principal = "tg:\(i % 5)"
        inbound.chat = updates[i].chat
        inbound.key = "u:\(i)"
        inbound.text = updates[i].text
        inbound.cursors = isPolled ? ["tg": "\(i)"] : [:]
        try perform(
            clerk.step(
                .heard(Heard(.message(inbound), random: random(), ticket: Ticket(UInt64(i)))),
                now: now))
    }

    mutating func act() throws {
        switch isFaulty ? below(100) : 20 + below(66) {
        case 0..<20:
            let text = ["set p\(updates.count)", "set p\(updates.count)", "count", Self.canary][
                below(4)]
            updates.append(Update(text: text, chat: percent(50) ? "tg:-\(below(3))" : nil))
        case 20..<38:
            for _ in 0...below(4) where next < updates.count {
                next += 1
                try hear(next - 1, isPolled: true)
            }
        case 38..<42:
            if !updates.isEmpty { try hear(below(min(next + 1, updates.count)), isPolled: false) }
        case 42..<62: try perform(clerk.step(percent(50) ? .work : .flush, now: now))
        case 62..<78: try resolve()
        case 78..<86:
            time += Int64(below(30_000))
            try perform(alarms.step(.tick, now: now))
            try perform(courier.step(.tick, now: now, random: chance.next()))
        case 86..<88: wallShift += Int64(below(7_200_000)) - 3_600_000
        case 88..<91: disk.isFull = percent(30)
        case 91..<94: disk.plan.crashAt = 1 + below(12)
        case 94..<96:
            let code = [EIO, ENOSPC, EROFS][below(3)]
            disk.plan.failAt = (nth: 1 + below(8), code: code, forEver: percent(50))
        default: throw Crash()
        }
    }

    mutating func guarded(_ body: (inout StoreWorld) throws -> Void) throws {
        do {
            try body(&self)
        } catch is Crash {
            while true {
                do { return try crash() } catch is Crash {}
            }
        }
    }

    /// The whole run.
    mutating func run(acts: Int = 110) throws -> Tally {
        try guarded { try $0.start() }
        for _ in 0..<acts {
            try guarded { try $0.act() }
            // Acknowledged ahead of the sync, and then the process ended before it.
            for (i, said) in early {
                early = [:]
                try acknowledge(i, said)
            }
        }
        isFaulty = false
        disk.isFull = false
        disk.plan = .init()
        wallShift = max(0, wallShift)
        try drain()
        return try finish()
    }

    mutating func drain() throws {
        for _ in 0..<6000 {
            try guarded { try $0.act() }
            let isDone =
                next >= updates.count && clerk.depth == 0 && underWay.isEmpty
                && courier.waiting == 0
            if isDone, shadow.owed.isEmpty, (clerk.nextDue.map { $0 > now.wall } ?? true) { return }
            if isDone { try guarded { try $0.perform($0.clerk.step(.flush, now: $0.now)) } }
        }
        throw Wrong(
            description: "I5, I8: nothing drains: \(shadow.owed.count) owed, \(clerk.depth) wait")
    }

    mutating func finish() throws -> Tally {
        var delivered: Set<String> = [], dead: Set<String> = []
        for event in durable.flatMap(\.events) {
            if case .delivered(let d) = event { delivered.insert(d.id) }
            if case .undeliverable(let u) = event { dead.insert(u.id) }
        }
        guard delivered.union(dead) == owedEver, delivered.isDisjoint(with: dead) else {
            throw Wrong(description: "I5: neither delivered nor dead")
        }
        for i in 0..<SmallMind.count
        where SmallMind.due(i) <= now.wall && !rangKeys.contains(SmallMind.key(i)) {
            throw Wrong(description: "I8: \(SmallMind.key(i)) was due and never rang")
        }
        for (i, update) in updates.enumerated()
        where update.text.hasPrefix("set") && !keys.contains("u:\(i)") {
            throw Wrong(description: "update \(i) was never applied")
        }
        do throws(JournalError) {
            try journal?.close()
            let verification = try JournalReader(doors: disk.doors()).verify()
            guard verification.isGood, verification.commits == UInt64(durable.count) else {
                throw JournalError.unusable("\(verification.findings)")
            }
        } catch {
            throw Wrong(description: "at the end: \(error)")
        }
        let canary = Array(Self.canary.utf8)
        for (name, bytes) in disk.files {
            let isSegment = name.hasPrefix("journal-")
            if isSegment, bytes.count > 3000 + (1 << 14) + 4096 {
                throw Wrong(description: "I12: \(name) is \(bytes.count) bytes long")
            }
            if bytes.indices.contains(where: {
                bytes[$0] == canary[0] && bytes[$0...].starts(with: canary)
            }) {
                throw Wrong(description: "I10: \(name) holds what nobody was to keep")
            }
        }
        let snapshots = disk.files.keys.count { $0.hasPrefix("snapshot-") && $0.hasSuffix(".json") }
        guard snapshots <= 3 else { throw Wrong(description: "I12: \(snapshots) snapshots") }
        tally.failures = disk.failures
        tally.sent = copies.count
        tally.copies = copies.values.reduce(0, +)
        return tally
    }
}
