import Accelerator
import Glibc
import Language
import Platform
import Runtime
import Storage
import Testing

/// Runs seeds of the two disks on all processors; the first that fails, if any.
func firstMirrorFailure(
    _ seeds: ClosedRange<UInt64>, _ sabotage: MirrorWorld.Sabotage = .init()
) throws -> (failure: (seed: UInt64, what: String)?, tally: MirrorWorld.Tally) {
    let failure = Lock<(seed: UInt64, what: String)?>(nil)
    let sum = Lock(MirrorWorld.Tally())
    let count = UInt64(Wanted.threads)
    let threads = try (0..<count).map { part in
        try Thread.start(name: "seeds") {
            for seed in seeds where seed % count == part {
                if failure.withLock({ $0 != nil }) { break }
                var world = MirrorWorld(seed: seed, sabotage: sabotage)
                do {
                    let tally = try world.run()
                    sum.withLock { $0 += tally }
                } catch {
                    failure.withLock {
                        if $0.map({ $0.seed > seed }) ?? true { $0 = (seed, "\(error)") }
                    }
                }
            }
        }
    }
    for thread in threads { thread.join() }
    return (failure.withLock { $0 }, sum.withLock { $0 })
}

/// HUNDRED_SEEDS: how many (1,500 without it). HUNDRED_SEED: only this one.
@Suite struct MirrorSimulationTests {
    @Test func whatIsAcknowledgedOutlivesEitherDisk() throws {
        let seeds =
            Wanted.number("HUNDRED_SEED").map { $0...$0 }
            ?? 1...(Wanted.number("HUNDRED_SEEDS") ?? 1_500)
        let (failure, tally) = try firstMirrorFailure(seeds)
        if let failure {
            Issue.record("seed=\(failure.seed): \(failure.what)")
            return
        }
        print("mirror simulation: \(seeds.count) seeds, \(tally)")
        guard seeds.count >= 1000 else { return }
        #expect(tally.crashes > seeds.count * 3 && tally.failures > seeds.count)
        #expect(tally.damaged > seeds.count / 2 && tally.repaired > seeds.count / 4)
        #expect(tally.fallen > seeds.count / 2 && tally.whole > seeds.count / 4)
        #expect(tally.refused > 0 && tally.unreachable > 0 && tally.torn > 0)
    }

    /// A test of the test: without the safeguard a seed fails.
    @Test(arguments: [0, 1]) func withoutItSomethingIsLost(_ i: Int) throws {
        var sabotage = MirrorWorld.Sabotage()
        if i == 0 {
            sabotage.safeguards.syncsMirror = false
        } else {
            sabotage.forgetsMirrorSync = true
        }
        let (failure, _) = try firstMirrorFailure(1...4_000, sabotage)
        let found = try #require(failure, "nothing fails")
        print("without \(i): seed=\(found.seed): \(found.what)")
    }
}

@Suite struct MirrorTests {
    private func journal(
        _ scratch: Scratch, _ mirror: Scratch,
        _ change: (inout FileJournal.Settings) -> Void = { _ in }
    ) throws -> FileJournal {
        try open(scratch) {
            $0.segmentLength = 3000
            $0.isSingleThreaded = true
            $0.mirror = mirror.path
            change(&$0)
        }
    }

    private func write(_ journal: FileJournal, _ range: ClosedRange<UInt64>) throws {
        for n in range {
            try journal.reserve()
            try journal.append([commit(n)])
        }
    }

    private func segments(_ scratch: Scratch) throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for (name, bytes) in try scratch.everything() where name.hasSuffix(".ndjson") {
            found[name.hasPrefix("archive/") ? String(name.dropFirst(8)) : name] = bytes
        }
        return found
    }

    @Test func bothHoldTheSameFiles() throws {
        let scratch = Scratch(), mirror = Scratch()
        let journal = try journal(scratch, mirror)
        try write(journal, 1...40)
        journal.snapshot(state(after: commits(1...40)))
        try write(journal, 41...60)
        #expect(journal.mirrorStatus?.behind == 0 && journal.mirrorStatus?.isBehind == false)
        try journal.close()
        #expect(try segments(scratch) == segments(mirror))
        #expect(try segments(scratch).count > 3)
        let result = try JournalReader(at: scratch.path).verify(mirror: mirror.path)
        #expect(result.isGood && result.commits == 60)
        #expect(result.findings.allSatisfy { $0.weight == .note })
        // Nobody writes to it as to a directory, and a backup of it is one of the directory.
        #expect(throws: JournalError.self) { try open(mirror) }
        let copy = Scratch(), target = Scratch()
        #expect(try JournalReader(at: mirror.path).backUp(to: copy.path).commits == 60)
        _ = try JournalReader(at: mirror.path).restore(to: target.path, upTo: .commit(30))
        #expect(try all(JournalReader(at: target.path)) == commits(1...30))
    }

    @Test func whatContradictsIsRefused() throws {
        let scratch = Scratch(), mirror = Scratch(), other = Scratch(), third = Scratch()
        var journal = try journal(scratch, mirror)
        try write(journal, 1...9)
        // In use.
        #expect(throws: JournalError.self) { try self.journal(other, mirror) }
        try journal.close()
        // Another directory's, a directory, something else.
        #expect(throws: JournalError.self) { try self.journal(third, mirror) }
        #expect(throws: JournalError.self) { try self.journal(scratch, scratch) }
        try third.put(["notes.txt": [1]])
        #expect(throws: JournalError.self) { try self.journal(scratch, third) }
        // Another history: the same directory went on from an older copy, and the mirror did not.
        let old = try scratch.everything()
        journal = try self.journal(scratch, mirror)
        try write(journal, 10...14)
        try journal.close()
        try scratch.put(old)
        journal = try open(scratch)
        for n in UInt64(10)...20 {
            try journal.reserve()
            try journal.append([commit(n, padding: 7)])
        }
        try journal.close()
        let before = try mirror.everything()
        do {
            _ = try self.journal(scratch, mirror)
            Issue.record("another history was taken")
        } catch let error as JournalError {
            #expect(error.exitStatus == 65 && error.explanation.contains("another history"))
        }
        #expect(try segments(mirror) == before.filter { $0.key.hasSuffix(".ndjson") })
    }

    @Test func anOlderCopyIsBroughtUpToItsMirror() throws {
        let scratch = Scratch(), mirror = Scratch()
        try FileJournal.crash(scratch, { $0.mirror = mirror.path }) { journal in
            try write(journal, 1...12)
        }
        // The last batch, which nothing behind it proves, and the note of the end with it.
        var files = try scratch.afterPowerCut()
        let whole = files
        let last = try #require(files[firstSegment]).count - 40
        files[firstSegment]?[last] ^= 1
        try scratch.put(files)
        #expect(try Opened(scratch) == .commits(commits(1...11)), "without the mirror it is lost")
        try scratch.put(files)
        #expect(throws: JournalError.self, "not brought back, it is missed") {
            try self.journal(scratch, mirror) { $0.safeguards.mends = false }
        }
        try scratch.put(files)
        var journal = try journal(scratch, mirror)
        #expect(journal.repaired.count == 1)
        #expect(try all(journal) == commits(1...12))
        try journal.close()
        // A file cut off far before its end.
        files = whole
        files[firstSegment] = Array(files[firstSegment]?.prefix(900) ?? [])
        try scratch.put(files)
        journal = try self.journal(scratch, mirror)
        #expect(try all(journal) == commits(1...12))
        try write(journal, 13...14)
        try journal.close()
        #expect(try JournalReader(at: scratch.path).verify(mirror: mirror.path).isGood)
        let text = String(decoding: try scratch.read(firstSegment), as: UTF8.self)
        #expect(text.contains("\"repaired\":[["))
    }

    @Test func aDirectoryThatIsGoneIsMadeAgain() throws {
        let scratch = Scratch(), mirror = Scratch(), empty = Scratch()
        let first = try journal(scratch, mirror)
        try write(first, 1...40)
        let id = first.directory
        try first.close()
        #expect(throws: JournalError.self) { try journal(empty, mirror) }
        _ = try Repair.run(at: empty.path, .copy(mirror.path))
        let again = try journal(empty, mirror)
        #expect(again.directory == id)
        #expect(try all(again) == commits(1...40))
        try write(again, 41...42)
        try again.close()
        // Every file of lines is gone, the rest is there.
        for name in try empty.names() where name.hasSuffix(".ndjson") { try empty.remove(name) }
        #expect(try Opened(empty).damage != nil)
        let mended = try journal(empty, mirror)
        #expect(try all(mended) == commits(1...42) && !mended.repaired.isEmpty)
        try mended.close()
    }

    @Test func whatIsTakenOutGoesFromTheMirrorToo() throws {
        let scratch = Scratch(), mirror = Scratch(), copy = Scratch()
        var journal = try journal(scratch, mirror)
        var whole = State()
        for n in UInt64(1)...60 {
            try journal.reserve()
            try journal.append([commit(n)])
            whole.evolve(commit(n))
            if [20, 40, 50].contains(n) { journal.snapshot(whole) }
        }
        try journal.close()
        _ = try JournalReader(at: scratch.path).backUp(to: copy.path)
        let done = try Compaction.run(
            at: scratch.path, before: commit(30).at.milliseconds, backup: copy.path)
        #expect(!done.removed.isEmpty)
        journal = try self.journal(scratch, mirror)
        #expect(journal.mirrorStatus?.isBehind == false)
        try journal.close()
        #expect(try segments(scratch) == segments(mirror))
        #expect(try JournalReader(at: mirror.path).recover() == whole)
        #expect(try JournalReader(at: scratch.path).verify(mirror: mirror.path).isGood)
        // And it makes the directory again from there.
        let empty = Scratch()
        _ = try Repair.run(at: empty.path, .copy(mirror.path))
        #expect(try JournalReader(at: empty.path).recover() == whole)
    }

    @Test func linesThatTheMirrorHoldsAreNotGivenUp() throws {
        let scratch = Scratch(), mirror = Scratch()
        let journal = try journal(scratch, mirror)
        try write(journal, 1...40)
        try journal.close()
        var files = try scratch.everything()
        files[firstSegment]?[1500] ^= 1
        try scratch.put(files)
        let lines = try #require(try Opened(scratch).damage?.lines)
        #expect(throws: JournalError.self) { try Repair.run(at: scratch.path, .acceptLoss(lines)) }
        let done = try Repair.run(at: scratch.path, .copy(mirror.path))
        #expect(done.lines == [lines])
        #expect(try JournalReader(at: scratch.path).verify(mirror: mirror.path).isGood)
    }

    /// Whoever wrote with a mirror starts again without it: also where its note could not be written.
    @Test func aMirrorThatWasWrittenToIsNoted() throws {
        var begun = 0
        for nth in 1...60 {
            for seed in UInt64(1)...4 {
                let (disk, second) = (SimulatedDisk(seed), SimulatedDisk(seed + 1000))
                func journal(_ isReachable: Bool) throws -> FileJournal {
                    try FileJournal(
                        doors: disk.doors(),
                        settings: settings {
                            $0.mirror = "/mirror"
                            $0.mirrorDoors = { () throws(SystemError) in
                                guard isReachable else {
                                    throw SystemError(code: EIO, call: "open", path: "/mirror")
                                }
                                return second.doors()
                            }
                        })
                }
                disk.plan.failAt = (nth, EIO, false)
                guard let first = try? journal(true), (try? write(first, 1...1)) != nil else {
                    continue
                }
                begun += 1
                disk.crash()
                disk.plan = .init()
                #expect(throws: Never.self, "call \(nth), seed \(seed)") { try journal(false) }
            }
        }
        #expect(begun > 0)
    }
}
