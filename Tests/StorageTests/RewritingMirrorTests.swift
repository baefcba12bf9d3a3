import Accelerator
import Platform
import Runtime
import Storage
import Testing

extension RewritingTests {
    @Test func theMirrorFollowsOrNothingIsDone() throws {
        let scratch = Scratch(), mirror = Scratch()
        _ = try Self.write(scratch)
        try open(scratch) { $0.mirror = mirror.path }.close()
        let (files, there) = (try scratch.everything(), try mirror.everything())
        #expect(!Self.found(in: there).isEmpty)
        // Out of reach: nothing is changed.
        try mirror.put([:])
        #expect(throws: JournalError.self) {
            try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called)
        }
        #expect(
            try scratch.everything().filter { $0.key != "LOCK" }
                == files.filter { $0.key != "LOCK" })
        // The process ends anywhere: said again, or at the next start, the mirror follows.
        for seed in UInt64(1)...40 {
            let (disk, second) = (SimulatedDisk(seed), SimulatedDisk(seed + 1000))
            disk.put(files)
            second.put(there)
            disk.plan.crashAt = Int(seed) * 2
            if seed % 3 == 0 { second.plan.crashAt = Int(seed) / 2 }
            func run() throws {
                _ = try Rewriting.run(
                    disk.doors(), by: "Saule",
                    opening: { _ throws(JournalError) in second.doors() },
                    called: Self.called)
            }
            try? run()
            disk.crash()
            second.crash()
            disk.plan = .init()
            second.plan = .init()
            let journal = try FileJournal(
                doors: disk.doors(),
                settings: settings {
                    $0.mirror = mirror.path
                    $0.mirrorDoors = { () throws(SystemError) in second.doors() }
                })
            #expect(journal.mirrorStatus?.isBehind == false)
            try journal.close()
            try run()
            #expect(Self.found(in: disk.files) == [] && Self.found(in: second.files) == [])
            let check = try JournalReader(doors: disk.doors())
                .verify(mirror: JournalReader(doors: second.doors()))
            #expect(check.isGood, "seed \(seed): \(check.findings)")
        }
        // Destroyed for good: said so, it is waited for no more.
        _ = try Rewriting.run(
            at: scratch.path, by: "Saule", mirrorGone: mirror.path, called: Self.called)
        #expect(Self.found(in: try scratch.everything()) == [])
    }
}
