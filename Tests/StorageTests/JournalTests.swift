import Accelerator
import Glibc
import JSON
import Language
import Platform
import Runtime
import Storage
import Testing

@Suite struct JournalTests {
    @Test(arguments: [false, true]) func keepsWhatItTakes(_ onDisk: Bool) throws {
        let scratch = Scratch(onDisk: onDisk)
        let journal = try open(scratch)
        #expect(try journal.recover() == State())
        try journal.reserve()
        try journal.append(commits(1...3))
        try journal.append([])
        try journal.reserve()
        try journal.append([commit(4)])
        #expect(journal.mark.n == 4)
        #expect(try all(journal) == commits(1...4))
        #expect(try all(journal, after: 2) == commits(3...4))
        try journal.seal()
        try journal.seal()
        try journal.close()
        try journal.close()
        let again = try open(scratch)
        #expect(try all(again) == commits(1...4))
        #expect(try again.recover() == state(after: commits(1...4)))
        #expect(again.warnings.isEmpty)
        try again.append(commits(5...6))
        #expect(again.mark.epoch == 2)
        try again.close()
        // open, 3, 1, seal, clean seal; open, 2, clean seal
        #expect(try JournalReader(at: scratch.path).mark().q == 11)
        #expect(try JournalReader(at: scratch.path).verify().isGood)
    }

    @Test func aRunThatWritesNothingLeavesNothing() throws {
        let scratch = Scratch()
        try open(scratch).close()
        #expect(try scratch.read(firstSegment).isEmpty)
        let journal = try open(scratch)
        try journal.reserve()
        try journal.seal()
        try journal.close()
        #expect(try scratch.read(firstSegment).isEmpty)
        #expect(
            try scratch.names() == ["LOCK", "META.json", "README.txt", "archive", firstSegment])
    }

    @Test func keepsItsFilesToItself() throws {
        let scratch = Scratch()
        let journal = try open(scratch) { $0.ballast = 1 << 20 }
        try journal.append([commit(1)])
        let directory = try Descriptor.directory(at: scratch.path)
        #expect(try directory.status().permissions == 0o700)
        for name in try directory.names() {
            let permissions = try directory.status(of: name)?.permissions
            #expect(permissions == (name == "archive" ? 0o700 : 0o600), "\(name)")
        }
        try journal.close()
        #expect(try JournalReader(at: scratch.path).verify().findings.isEmpty)
    }

    @Test func beginsANewFileAtItsLength() throws {
        let scratch = Scratch()
        let journal = try open(scratch) { $0.segmentLength = 4000 }
        for n in UInt64(1)...100 {
            try journal.reserve()
            try journal.append([commit(n)])
        }
        try journal.close()
        let segments = try scratch.names().filter { $0.hasPrefix("journal-") }
        #expect(segments.count >= 4)
        for name in segments.dropLast() {
            let length = try scratch.read(name).count
            #expect((4000..<5000).contains(length), "\(name) \(length)")
        }
        #expect(Opened.commits(commits(1...100)) == (try Opened(scratch)))
        #expect(try JournalReader(at: scratch.path).verify().isGood)
        #expect(try JournalReader(at: scratch.path).verify().findings.isEmpty)
    }

    @Test func aBatchIsOneLineEachAndOneBlankLine() throws {
        let scratch = Scratch()
        try FileJournal.crash(scratch) { journal in
            try journal.append(commits(1...3))
            try journal.append([commit(4)])
        }
        let lines = try scratch.read(firstSegment).split(
            separator: 0x0A, omittingEmptySubsequences: false)
        #expect(
            lines.map(\.isEmpty) == [true, false, true, false, false, false, true, false, true])
    }
}
