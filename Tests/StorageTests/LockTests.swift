import Glibc
import Platform
import Runtime
import Storage
import Testing

@Suite struct DirectoryLockTests {
    @Test func onlyOneOpens() throws {
        let scratch = Scratch()
        let journal = try open(scratch)
        let before = try scratch.everything()
        #expect(throws: JournalError.locked(by: CurrentProcess.id)) { try open(scratch) }
        #expect(JournalError.locked(by: 7).exitStatus == 75)
        #expect(try scratch.everything() == before)
        // A lock file that is unlinked lets nobody else in.
        unlink("\(scratch.path)/LOCK")
        #expect(throws: JournalError.locked(by: nil)) { try open(scratch) }
        try journal.close()
        try open(scratch).close()
    }

    @Test func ofManyThatRaceOneWins() throws {
        let scratch = Scratch()
        try open(scratch).close()
        for round in 0..<150 {
            let won = Lock<[FileJournal]>([])
            let lost = Lock(0)
            let threads = try (0..<2).map { _ in
                try Thread.start(name: "race") {
                    do throws(JournalError) {
                        let journal = try FileJournal(at: scratch.path, settings: settings())
                        won.withLock { $0.append(journal) }
                    } catch {
                        if case .locked = error { lost.withLock { $0 += 1 } }
                    }
                }
            }
            for thread in threads { thread.join() }
            let winners = won.withLock { $0 }
            #expect(winners.count == 1 && lost.withLock { $0 } == 1, "round \(round)")
            for winner in winners { try winner.close() }
        }
    }
}
