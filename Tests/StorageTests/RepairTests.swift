import Accelerator
import Glibc
import Language
import Platform
import Runtime
import Storage
import Testing

@Suite struct RepairTests {
    /// Three files of lines, ended well.
    private func journal(_ scratch: Scratch, commits count: UInt64 = 40) throws {
        let journal = try open(scratch) { $0.segmentLength = 4000 }
        var n: UInt64 = 1
        while n <= count {
            let last = min(n + n % 3, count)
            try journal.reserve()
            try journal.append(commits(n...last))
            n = last + 1
        }
        try journal.close()
    }

    private func damage(_ scratch: Scratch) throws -> JournalError.Damage {
        try #require(try Opened(scratch).damage)
    }

    /// Where things are broken, and what may be lost with it.
    private func breaks(_ files: [String: [UInt8]]) -> [(String, [String: [UInt8]])] {
        let names = files.keys.filter { $0.hasSuffix(".ndjson") }.sorted()
        var list: [(String, [String: [UInt8]])] = []
        for (i, name) in names.enumerated() {
            let bytes = files[name] ?? []
            for (what, place) in [
                ("start", 20), ("middle", bytes.count / 2), ("end", bytes.count - 60),
            ] {
                var broken = files
                broken[name]?[place] ^= 4
                list.append(("\(what) of file \(i)", broken))
            }
            var cut = files
            cut[name] = Array(bytes.prefix(bytes.count / 3))
            list.append(("file \(i) cut", cut))
            if i > 0 {
                var gone = files
                gone[name] = nil
                list.append(("file \(i) gone", gone))
            }
            var zeroed = files
            for place in bytes.count / 4..<bytes.count / 2 { zeroed[name]?[place] = 0 }
            list.append(("zeros in file \(i)", zeroed))
        }
        return list
    }

    @Test func linesAreBroughtBackFromACopy() throws {
        let scratch = Scratch(), copy = Scratch()
        try journal(scratch)
        let files = try scratch.everything()
        let backup = try JournalReader(at: scratch.path).backUp(to: copy.path)
        #expect(backup.isGood && backup.commits == 40)
        var mended = 0
        for (what, broken) in breaks(files) {
            try scratch.put(broken)
            guard try Opened(scratch).damage != nil else { continue }
            try scratch.put(broken)
            let done = try Repair.run(at: scratch.path, .copy(copy.path))
            #expect(!done.kept.isEmpty || what.contains("gone"))
            let opened = try Opened(scratch)
            let isWhole = opened == .commits(commits(1...40))
            #expect(isWhole, "\(what): \(opened)")
            #expect(try JournalReader(at: scratch.path).verify().isGood, "\(what)")
            for name in done.kept { #expect(try !scratch.read(name).isEmpty) }
            mended += 1
        }
        #expect(mended > 10)
    }

    @Test func linesAreGivenUpByNameOnly() throws {
        let scratch = Scratch()
        try journal(scratch)
        var bridged = 0
        for (what, broken) in breaks(try scratch.everything()) {
            try scratch.put(broken)
            guard let damage = try Opened(scratch).damage else { continue }
            try scratch.put(broken)
            let lines = try #require(damage.lines, "\(what)")
            #expect(throws: JournalError.self) {
                try Repair.run(
                    at: scratch.path, .acceptLoss(lines.lowerBound...lines.upperBound + 1))
            }
            #expect(
                try scratch.everything().filter { $0.key != "LOCK" }
                    == broken.filter { $0.key != "LOCK" }, "\(what)")
            _ = try Repair.run(at: scratch.path, .acceptLoss(lines))
            let text = try scratch.names().filter { $0.hasSuffix(".ndjson") }
                .map { String(decoding: try scratch.read($0), as: UTF8.self) }.joined()
            #expect(
                text.contains(
                    "\"k\":\"loss.accepted\",\"from\":\(lines.lowerBound),\"to\":\(lines.upperBound)"
                ))
            // It goes on, with numbers that were never used, and the loss stays to be seen.
            let journal = try open(scratch)
            var left: [Commit] = []
            try journal.read(after: 0) { left.append($0) }
            let next = journal.mark.n + 1
            #expect(next > left.last?.n ?? 0)
            #expect(Set(left.map(\.n)).isSubset(of: Set(1...40)))
            let lost = 40 - left.count
            #expect(lost <= lines.count, "\(what)")
            try journal.append(
                [commit(max(next, 41))].map {
                    var c = $0; c.n = next; return c
                })
            try journal.close()
            let check = try JournalReader(at: scratch.path).verify()
            #expect(check.isGood, "\(what): \(check.findings)")
            #expect(check.findings.contains { $0.text.contains("given up") })
            bridged += 1
        }
        #expect(bridged > 10)
    }

    @Test func whatIsWholeIsLeftAlone() throws {
        let scratch = Scratch()
        try journal(scratch)
        let before = try scratch.everything()
        #expect(throws: JournalError.unusable("there is nothing to repair")) {
            try Repair.run(at: scratch.path, .acceptLoss(1...2))
        }
        #expect(try scratch.everything() == before)
        // Another history is none to bridge.
        let lines = (before[firstSegment] ?? []).split(
            separator: 0x0A, omittingEmptySubsequences: false)
        var forged = lines.map { Array($0) }
        let filled = forged.indices.filter { !forged[$0].isEmpty }
        forged[filled[3]] = forged[filled[2]]
        var files = before
        files[firstSegment] = Array(forged.joined(separator: [0x0A]))
        try scratch.put(files)
        #expect(try damage(scratch).why.contains("second time"))
        #expect(throws: JournalError.self) { try Repair.run(at: scratch.path, .acceptLoss(4...4)) }
    }

    @Test func aCrashInARepairLosesNothing() throws {
        let scratch = Scratch(), copy = Scratch()
        try journal(scratch)
        _ = try JournalReader(at: scratch.path).backUp(to: copy.path)
        let files = try scratch.everything()
        for (what, broken) in breaks(files) {
            for seed in UInt64(1)...12 {
                let disk = SimulatedDisk(seed)
                disk.put(broken)
                disk.plan.crashAt = Int(seed) * 2
                _ = try? Repair.run(disk.doors(), .copy(copy.path))
                disk.crash()
                disk.plan = .init()
                // Refused as before, or mended: never opened with less.
                var verdict = Verdict(disk.files, commits(1...40))
                #expect(!verdict.isSilent, "\(what) seed \(seed): \(verdict)")
                if case .refused = verdict { _ = try? Repair.run(disk.doors(), .copy(copy.path)) }
                verdict = Verdict(disk.files, commits(1...40))
                #expect(!verdict.isSilent, "\(what) seed \(seed), again: \(verdict)")
            }
        }
    }

    // MARK: Backup, restore, compaction

    @Test func aBackupIsTakenBesideTheWriter() throws {
        let scratch = Scratch(), copy = Scratch()
        let journal = try open(scratch) { $0.segmentLength = 3000 }
        var state = State()
        for n in UInt64(1)...60 {
            try journal.reserve()
            try journal.append([commit(n)])
            state.evolve(commit(n))
            if n % 20 == 0 {
                journal.snapshot(state)
                let check = try JournalReader(at: scratch.path).backUp(to: copy.path)
                #expect(check.isGood && check.commits == n)
            }
        }
        #expect(try all(JournalReader(at: copy.path)) == commits(1...60))
        #expect(throws: JournalError.self) { try FileJournal(at: copy.path, settings: settings()) }
        // Another directory's backup is not overwritten.
        let other = Scratch()
        try open(other).close()
        #expect(throws: JournalError.self) {
            try JournalReader(at: other.path).backUp(to: copy.path)
        }
        #expect(throws: JournalError.self) {
            try JournalReader(at: scratch.path).backUp(to: other.path)
        }
        try journal.close()
    }

    @Test func whileItIsWrittenToABackupIsWhole() throws {
        let scratch = Scratch()
        let journal = try open(scratch) { $0.segmentLength = 6000 }
        let isOver = Lock(false)
        let failure = Lock<String?>(nil)
        let thread = try Thread.start(name: "writer") {
            var state = State()
            var n: UInt64 = 0
            do throws(JournalError) {
                while !isOver.withLock({ $0 }), n < 20_000 {
                    try journal.reserve()
                    try journal.append(commits(n + 1...n + 5))
                    for one in commits(n + 1...n + 5) { state.evolve(one) }
                    n += 5
                    if n % 100 == 0 { journal.snapshot(state) }
                }
            } catch {
                failure.withLock { $0 = error.explanation }
            }
        }
        for round in 0..<12 {
            let copy = Scratch()
            let check = try JournalReader(at: scratch.path).backUp(to: copy.path)
            #expect(check.isGood, "round \(round): \(check.findings)")
            // A snapshot may be replaced while it is looked at; what is damaged stays so.
            let looks = try (0..<3).contains { _ in
                try JournalReader(at: scratch.path).verify().isGood
            }
            #expect(looks, "round \(round)")
        }
        isOver.withLock { $0 = true }
        thread.join()
        #expect(failure.withLock { $0 } == nil)
        try journal.close()
    }

    @Test func anyPointCanBeRestored() throws {
        let scratch = Scratch()
        try journal(scratch)
        let reader = try JournalReader(at: scratch.path)
        let last = try reader.mark().q
        for q in UInt64(1)...last {
            let target = Scratch()
            let mark = try reader.restore(to: target.path, upTo: .line(q))
            #expect(mark.q == q)
            let restored = try JournalReader(at: target.path)
            #expect(restored.directory != reader.directory)
            #expect(try restored.verify().isGood)
            #expect(
                try restored.recover()
                    == (mark.n == 0 ? State() : state(after: commits(1...mark.n))))
        }
        for n in [UInt64(1), 17, 39] {
            let target = Scratch()
            let mark = try reader.restore(to: target.path, upTo: .time(commit(n).at))
            #expect(mark.n == n)
            // It can be written to, and everything that was owed is held.
            let journal = try open(target)
            var owing = try journal.recover()
            var out = Outgoing(to: .principal("tg:1"), [])
            out.id = "\(n).0"
            owing.owed[out.id] = out
            let held = owing.held(at: Instant(milliseconds: 0))
            #expect(held.events.count == 2 && held.n == n + 1)
            owing.evolve(held)
            #expect(owing.owed.isEmpty)
            try journal.append([held])
            try journal.close()
            #expect(try JournalReader(at: target.path).verify().isGood)
            #expect(throws: JournalError.self) {
                try reader.restore(to: target.path, upTo: .everything)
            }
        }
        // Behind damage nothing is known; before it, everything.
        var files = try scratch.everything()
        files[firstSegment]?[2000] ^= 1
        try scratch.put(files)
        let good = try #require(try damage(scratch).lines).lowerBound - 1
        let damaged = try JournalReader(at: scratch.path)
        let target = Scratch(), none = Scratch()
        #expect(try damaged.restore(to: target.path, upTo: .line(good)).q == good)
        #expect(try JournalReader(at: target.path).verify().isGood)
        #expect(throws: JournalError.self) {
            try damaged.restore(to: none.path, upTo: .line(good + 1))
        }
        #expect(throws: JournalError.self) { try JournalReader(at: none.path) }
    }

    /// The file before one that was just begun is gone, and all before it are in the archive.
    @Test(arguments: [true, false]) func aFileThatWasJustBegunStays(isHeld: Bool) throws {
        let scratch = Scratch(), copy = Scratch()
        try journal(scratch, commits: 80)
        _ = try JournalReader(at: scratch.path).backUp(to: copy.path)
        var files = try scratch.afterPowerCut(), held = try copy.everything()
        let names = files.keys.filter { $0.hasSuffix(".ndjson") }.sorted()
        try #require(names.count > 2)
        func first(_ name: String) throws -> UInt64 {
            try #require(UInt64(name.dropFirst(8).dropLast(7)))
        }
        let lost = try first(names[names.count - 2])...first(names[names.count - 1]) - 1
        for name in names.dropLast(2) { files["archive/\(name)"] = files.removeValue(forKey: name) }
        files[names[names.count - 2]] = nil
        files[names[names.count - 1]] = []
        held[names[names.count - 1]] = nil
        try scratch.put(files)
        try copy.put(held)
        let repair = try Repair.run(at: scratch.path, isHeld ? .copy(copy.path) : .acceptLoss(lost))
        #expect(repair.lines == [lost])
        let journal = try open(scratch)
        #expect(journal.mark.q == lost.upperBound)
        try journal.reserve()
        try journal.append([commit(journal.mark.n + 1)])
        try journal.close()
        #expect(try JournalReader(at: scratch.path).verify().isGood)
    }

    /// A repair that is cut short may leave a whole file that only the kernel knows of yet: once a
    /// start has gone by it, the next power cut must not bring the damaged one back.
    @Test func whatAStartReadAsWholeStaysWhole() throws {
        let scratch = Scratch(), copy = Scratch()
        let journal = try open(scratch) {
            $0.segmentLength = 2000
            $0.isSingleThreaded = true
        }
        for n in UInt64(1)...40 {
            try journal.reserve()
            try journal.append([commit(n)])
            if n % 13 == 0 { journal.snapshot(state(after: commits(1...n))) }
        }
        try journal.close()
        _ = try JournalReader(at: scratch.path).backUp(to: copy.path)
        var files = try scratch.everything()
        files["archive/\(firstSegment)"]?[500] ^= 4
        var begun = 0
        for nth in 1...40 {
            for seed in UInt64(1)...8 {
                let disk = SimulatedDisk(seed)
                disk.put(files)
                disk.plan.failAt = (nth, EIO, false)
                let repair = Result { try Repair.run(disk.doors(), .copy(copy.path)) }
                disk.plan = .init()
                disk.crash(losingPower: false)
                func found() -> Int? {
                    let journal = try? FileJournal(doors: disk.doors(), settings: settings())
                    return journal.flatMap { try? all($0).count }
                }
                guard found() != nil else { continue }
                if case .failure = repair { begun += 1 }
                disk.crash()
                #expect(found() == 40, "call \(nth), seed \(seed)")
            }
        }
        #expect(begun > 0)
    }

    @Test func compactionKeepsWhatItCameTo() throws {
        let scratch = Scratch(), copy = Scratch()
        var whole = State()
        let journal = try open(scratch) {
            $0.segmentLength = 2000
            $0.isSingleThreaded = true
        }
        for n in UInt64(1)...60 {
            try journal.reserve()
            try journal.append([commit(n)])
            whole.evolve(commit(n))
            if [20, 40, 50].contains(n) { journal.snapshot(whole) }
        }
        try journal.close()
        let limit = commit(30).at.milliseconds
        #expect(throws: JournalError.self) {
            try Compaction.run(at: scratch.path, before: limit, backup: copy.path)
        }
        _ = try JournalReader(at: scratch.path).backUp(to: copy.path)
        let done = try Compaction.run(at: scratch.path, before: limit, backup: copy.path)
        #expect(done.removed.count > 1 && done.lastLine > 10)
        let reader = try JournalReader(at: scratch.path)
        #expect(try reader.recover() == whole)
        #expect(try reader.replayed() == whole)
        #expect(try reader.verify().isGood)
        #expect(try reader.verify().findings.contains { $0.text.contains("taken out") })
        #expect(throws: JournalError.self) { try reader.recover(upTo: 10) }
        // Without its snapshots it still knows everything.
        var files = try scratch.everything()
        for name in files.keys where name.hasPrefix("snapshot-") { files[name] = nil }
        try scratch.put(files)
        #expect(try JournalReader(at: scratch.path).recover() == whole)
        // And it can be restored and written on.
        let target = Scratch()
        #expect(
            try JournalReader(at: scratch.path).restore(to: target.path, upTo: .everything).n == 60)
        let again = try open(target)
        #expect(try again.recover() == whole)
        try again.append([commit(61)])
        try again.close()
        #expect(try JournalReader(at: target.path).verify().isGood)
        #expect(try Compaction.run(at: scratch.path, before: limit, backup: nil).removed.isEmpty)
    }
}
