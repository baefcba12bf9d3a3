import Accelerator
import Platform
import Runtime
import Storage
import TestKit
import Testing

@Suite struct SnapshotTests {
    /// A directory with snapshots after these commits, in short segments.
    private func journal(_ scratch: Scratch, commits count: UInt64, snapshotsAfter: Set<UInt64>)
        throws
    {
        var state = State()
        let troubles = Lock<[String]>([])
        for n in UInt64(1)...count {
            let journal = try open(scratch) {
                $0.segmentLength = 2000
                $0.report = { text in troubles.withLock { $0.append(text) } }
            }
            try journal.reserve()
            try journal.append([commit(n)])
            state.evolve(commit(n))
            if snapshotsAfter.contains(n) { journal.snapshot(state) }
            try journal.close()
        }
        #expect(troubles.withLock { $0 } == [])
    }

    private func snapshots(_ scratch: Scratch) throws -> [String] {
        try scratch.names().filter { $0.hasPrefix("snapshot-") }
    }

    @Test func snapshotAndTailAreTheWhole() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 40, snapshotsAfter: [5, 14, 22, 33])
        #expect(
            try snapshots(scratch) == [
                "snapshot-00000000000000000022.json", "snapshot-00000000000000000033.json",
            ])
        #expect(try scratch.names("archive").count > 2)
        let whole = state(after: commits(1...40))
        let journal = try open(scratch)
        #expect(try journal.recover() == whole)
        #expect(try all(journal, after: 30) == commits(31...40))
        #expect(try all(journal) == commits(1...40))
        try journal.close()
        let reader = try JournalReader(at: scratch.path)
        for n in [UInt64(0), 1, 21, 22, 23, 39] {
            let expected = n == 0 ? State() : state(after: commits(1...n))
            #expect(try reader.recover(upTo: n) == expected)
        }
        #expect(StateText.hash(try reader.recover()) == StateText.hash(whole))
        let verification = try reader.verify()
        #expect(verification.findings == [])
        #expect(verification.commits == 40)
    }

    @Test func aDamagedSnapshotIsPassedOver() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 30, snapshotsAfter: [10, 20])
        let files = try scratch.afterPowerCut()
        let whole = state(after: commits(1...30))
        let names = try snapshots(scratch)
        for (seed, victims) in [(UInt64(1), [names[1]]), (2, names), (3, [names[0]])] {
            var random = Seeded(seed)
            for _ in 0..<20 {
                var damaged = files
                for name in victims {
                    let count = damaged[name]?.count ?? 0
                    let place = Int.random(in: 0..<count, using: &random)
                    if Bool.random(using: &random) {
                        damaged[name]?[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    } else {
                        damaged[name]?.removeLast(count - place)
                    }
                }
                try scratch.put(damaged)
                let journal = try open(scratch)
                let isWhole = try journal.recover() == whole
                #expect(isWhole, "seed \(seed)")
                try journal.close()
            }
        }
    }

    @Test func aSnapshotNewerThanTheJournalMeansLoss() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 20, snapshotsAfter: [20])
        var files = try scratch.afterPowerCut()
        let last = files.keys.filter { $0.hasPrefix("journal-") }.sorted().last ?? ""
        files[last] = Array((files[last] ?? []).prefix(400))
        try scratch.put(files)
        let damage = try #require(try Opened(scratch).damage)
        #expect(damage.why.contains("snapshot"))
        #expect(try JournalReader(at: scratch.path).verify().isGood == false)
    }

    @Test func aSnapshotFromElsewhereIsRefused() throws {
        let scratch = Scratch()
        let other = Scratch()
        try journal(scratch, commits: 12, snapshotsAfter: [])
        try journal(other, commits: 12, snapshotsAfter: [10])
        let name = try #require(try snapshots(other).first)
        try scratch.write(name, try other.read(name))
        #expect(
            try Opened(scratch).damage?.why == "this snapshot belongs to another data directory")
        #expect(try JournalReader(at: scratch.path).verify().isGood == false)
    }

    /// A move into the archive that was cut short, and files that were put back by hand.
    @Test func anArchivedFileMayStandTwice() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 30, snapshotsAfter: [25])
        let files = try scratch.afterPowerCut()
        let archived = files.keys.filter { $0.hasPrefix("archive/") }.sorted()
        let name = try #require(archived.last)
        var both = files
        both[String(name.dropFirst(8))] = files[name]
        try scratch.put(both)
        #expect(try Opened(scratch).count == 30)
        both[String(name.dropFirst(8))] = [0x0A]
        try scratch.put(both)
        #expect(try Opened(scratch).damage != nil)
        var gone = files
        gone[name] = nil
        try scratch.put(gone)
        // The bot starts from its snapshot; the check sees what is missing.
        let journal = try open(scratch)
        #expect(try journal.recover() == state(after: commits(1...30)))
        try journal.close()
        #expect(try JournalReader(at: scratch.path).verify().isGood == false)
    }

    @Test func theReadmeShowsAChallenge() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 3, snapshotsAfter: [3])
        let readme = String(decoding: try scratch.read("README.txt"), as: UTF8.self)
        for name in [
            "journal-", "snapshot-", "archive/", "META.json", "LOCK", "ballast", "inflight", "jq ",
        ] {
            #expect(readme.contains(name))
        }
        let text = try scratch.read("snapshot-00000000000000000003.json")
        #expect(text.split(separator: 0x0A).allSatisfy { $0.first == 0x7B && $0.last == 0x7D })
    }
}
