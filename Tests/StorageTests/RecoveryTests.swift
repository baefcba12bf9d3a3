import Accelerator
import Glibc
import JSON
import Language
import Platform
import Runtime
import Storage
import TestKit
import Testing

@Suite struct RecoveryTests {
    /// A directory after a crash: batches of 1 to 4 commits.
    private func journal(
        _ scratch: Scratch, commits count: UInt64, segmentLength: Int = 1 << 20, seal: Bool = false
    ) throws {
        try FileJournal.crash(scratch, { $0.segmentLength = segmentLength }) { journal in
            var n: UInt64 = 1
            while n <= count {
                let last = min(n + n % 4, count)
                try journal.reserve()
                try journal.append(commits(n...last))
                n = last + 1
            }
            if seal { try journal.seal() }
        }
    }

    /// The bytes of a segment cut into lines, blank ones included, with their line feeds.
    private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) + [0x0A] }
    }

    @Test func cutAnywhere() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 30)
        let files = try scratch.afterPowerCut()
        let bytes = files[firstSegment] ?? []
        var ends: [Int] = []
        for (place, byte) in bytes.enumerated() where byte == 0x0A { ends.append(place + 1) }
        let commitLine = Array("\"k\":\"cmd\"".utf8)
        for cut in stride(from: 0, through: bytes.count, by: 1) {
            var damaged = files
            damaged[firstSegment] = Array(bytes[..<cut])
            try scratch.put(damaged)
            let whole = bytes[..<(ends.last { $0 <= cut } ?? 0)].split(separator: 0x0A)
            let expected = whole.count { line in
                line.indices.contains { line[$0...].starts(with: commitLine) }
            }
            let opened = try Opened(scratch)
            let isRight = opened == .commits(expected == 0 ? [] : commits(1...UInt64(expected)))
            #expect(isRight, "cut at \(cut)")
            if opened.damage != nil { break }
        }
    }

    @Test func keepsACopyOfATornTail() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 10)
        let whole = try scratch.read(firstSegment)
        let torn = Array(whole.dropLast(20))
        try scratch.write(firstSegment, torn)
        try scratch.remove("checkpoint")
        let doors = try DiskDoors.real(at: scratch.path, creating: false)
        let journal = try FileJournal(doors: doors, settings: settings())
        #expect(journal.mark.n == 9)
        #expect(journal.warnings.count == 1)
        try journal.append([commit(10)])
        try journal.close()
        let copies = try scratch.names().filter { $0.hasPrefix("\(firstSegment).torn-") }
        #expect(copies.count == 1)
        #expect(try scratch.read(copies.first ?? "") == torn)
        let text = String(decoding: try scratch.read(firstSegment), as: UTF8.self)
        #expect(text.contains("\"torn\":{\"bytes\":"))
        #expect(try Opened(scratch) == .commits(commits(1...10)))
        #expect(try scratch.names().filter { $0.contains("torn") } == copies)
        #expect(try JournalReader(at: scratch.path).verify().isGood)
    }

    /// Row by row: what was done to the files, and what must come of it.
    @Test func zeroFilledEndIsTorn() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 9)
        let bytes = try scratch.read(firstSegment)
        for tail in [[UInt8](repeating: 0, count: 5000), [0x0A], [0x0A, 0x0A, 0x0A], [0]] {
            try scratch.write(firstSegment, bytes + tail)
            #expect(try Opened(scratch).count == 9)
            try scratch.write(firstSegment, bytes)
        }
    }

    @Test func aTornLastBatchIsDropped() throws {
        let scratch = Scratch()
        try FileJournal.crash(scratch) { journal in
            try journal.append(commits(1...3))
            try journal.append(commits(4...8))
        }
        let files = try scratch.afterPowerCut()
        var parts = lines(files[firstSegment] ?? [])
        // The fifth commit's line is lost, the lines after it are there.
        let place = 2 + 3 + 1 + 1 + 1
        parts[place] = Array(repeating: 0, count: parts[place].count)
        var damaged = files
        damaged[firstSegment] = Array(parts.joined().dropLast())
        try scratch.put(damaged)
        #expect(try Opened(scratch) == .commits(commits(1...4)))
    }

    @Test func acknowledgedDataIsNeverSkipped() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 20)
        let files = try scratch.afterPowerCut()
        let bytes = files[firstSegment] ?? []
        // Damage in the first half: later batches prove that it was durable.
        for seed in UInt64(1)...60 {
            var random = Seeded(seed)
            let start = Int.random(in: 1..<bytes.count / 2, using: &random)
            let length = Int.random(in: 1..<400, using: &random)
            var damaged = files
            if Bool.random(using: &random) {
                damaged[firstSegment]?.removeSubrange(start..<start + length)
            } else {
                for place in start..<start + length { damaged[firstSegment]?[place] = 0 }
            }
            try scratch.put(damaged)
            let opened = try Opened(scratch)
            let damage = try #require(opened.damage, "seed \(seed)")
            #expect(damage.file == firstSegment)
            #expect(damage.offset <= start, "seed \(seed)")
            #expect(damage.lines?.isEmpty == false)
            #expect(try scratch.everything()[firstSegment] == damaged[firstSegment])
        }
    }

    /// Either everything that was acknowledged, or a refusal by name; never something else.
    @Test func flippedBits() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 24, seal: true)
        let files = try scratch.afterPowerCut()
        let bytes = files[firstSegment] ?? []
        let good = Opened.commits(commits(1...24))
        var same = 0
        var refused = 0
        for seed in UInt64(1)...500 {
            var random = Seeded(seed)
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let bit = UInt8.random(in: 0..<8, using: &random)
            var damaged = files
            damaged[firstSegment]?[place] ^= 1 << bit
            try scratch.put(damaged)
            let opened = try Opened(scratch)
            if opened == good {
                same += 1
            } else if opened.damage != nil {
                refused += 1
            } else {
                Issue.record("seed \(seed): silent loss at \(place)")
            }
        }
        #expect(refused > 400)
        #expect(same > 0)
    }

    @Test func damageInAClosedFile() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 60, segmentLength: 3000)
        let files = try scratch.afterPowerCut()
        let segments = files.keys.filter { $0.hasPrefix("journal-") }.sorted()
        let middle = segments[segments.count / 2]
        let next = segments[segments.count / 2 + 1]

        var cut = files
        cut[middle] = Array((files[middle] ?? []).dropLast(30))
        try scratch.put(cut)
        let first = try #require(try Opened(scratch).damage)
        #expect(first.file == middle)
        #expect(first.why == "unreadable bytes in a file that was complete")
        let nextFirst = UInt64(next.dropFirst(8).prefix(20)) ?? 0
        #expect(first.lines == nextFirst - 1...nextFirst - 1)

        var missing = files
        missing[middle] = nil
        try scratch.put(missing)
        let second = try #require(try Opened(scratch).damage)
        #expect(second.file == next)
        #expect(second.lines?.upperBound == nextFirst - 1)

        var noFirst = files
        noFirst[segments[0]] = nil
        try scratch.put(noFirst)
        #expect(try Opened(scratch).damage?.lines?.lowerBound == 1)

        var noLast = files
        for name in segments { noLast[name] = nil }
        try scratch.put(noLast)
        #expect(try Opened(scratch).damage?.why == "the journal's last file is missing")
    }

    @Test func damageAfterAGoodEnd() throws {
        let scratch = Scratch()
        let journal = try open(scratch)
        try journal.append(commits(1...3))
        try journal.close()
        let bytes = try scratch.read(firstSegment)
        // The first line of the next run, torn.
        try scratch.write(firstSegment, bytes + Array("\n{\"v\":1,\"q\":6".utf8))
        #expect(try Opened(scratch).count == 3)
        try scratch.write(firstSegment, bytes + [UInt8](repeating: 7, count: 1500))
        let damage = try #require(try Opened(scratch).damage)
        #expect(damage.offset == bytes.count)
        #expect(damage.lines == 6...6)
    }

    @Test func tamperingIsNamed() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 12)
        let files = try scratch.afterPowerCut()
        let parts = lines(files[firstSegment] ?? [])
        func edit(_ body: (inout [[UInt8]]) -> Void) throws -> JournalError.Damage? {
            var edited = parts
            body(&edited)
            var damaged = files
            damaged[firstSegment] = Array(edited.joined().dropLast())
            try scratch.put(damaged)
            return try Opened(scratch).damage
        }
        let filled = parts.indices.filter { parts[$0].count > 1 }
        let removed = try #require(try edit { $0.remove(at: filled[4]) })
        #expect(removed.why == "lines are missing before line 6")
        #expect(removed.lines == 5...5)
        let doubled = try #require(try edit { $0.insert(parts[filled[4]], at: filled[5]) })
        #expect(doubled.why == "line 5 stands here a second time")
        let swapped = try edit { $0.swapAt(filled[4], filled[5]) }
        #expect(swapped != nil)
        // A line rewritten with a right checksum: the next one names another.
        let other = Scratch()
        try FileJournal.crash(other) { journal in
            try journal.append(commits(1...2))
            try journal.append([commit(3, padding: 3)])
        }
        let foreign = lines(try other.read(firstSegment))
        let forged = try #require(try edit { $0[filled[2]] = foreign[filled[2]] })
        #expect(forged.why.contains("the chain is broken"))
    }

    @Test func newerSoftwareIsRefusedClearly() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 3)
        var batch = BatchWriter(after: JournalMark())
        batch.commit(n: 1, t: 0) { writer in
            writer.key("k")
            writer.string("future")
        }
        try scratch.write(firstSegment, try scratch.read(firstSegment) + batch.bytes)
        guard case .refused(.newer) = try Opened(scratch) else {
            Issue.record("not refused")
            return
        }
        let meta = try scratch.read("META.json")
        let text = String(decoding: meta, as: UTF8.self)
        try scratch.write(
            "META.json",
            Array(text.split(separator: "\"format\": 1").joined(separator: "\"format\": 2").utf8))
        guard case .refused(.newer) = try Opened(scratch) else {
            Issue.record("not refused")
            return
        }
    }

    @Test func aDirectoryWithoutItsMetaIsNotNew() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 3)
        var files = try scratch.afterPowerCut()
        files["META.json"] = nil
        try scratch.put(files)
        #expect(try Opened(scratch).damage?.file == "META.json")
        files["META.json"] = Array("{}".utf8)
        try scratch.put(files)
        #expect(try Opened(scratch).damage?.file == "META.json")
        // A directory that was being made when the process ended.
        try scratch.put([firstSegment: [], "LOCK": [], "META.json.tmp": [1]])
        #expect(try Opened(scratch).count == 0)
    }

    @Test func leftoversAreNoHindrance() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 3)
        try scratch.write("snapshot-00000000000000000003.json.tmp", [1, 2, 3])
        try scratch.write("notes.txt", [1])
        let journal = try open(scratch)
        #expect(journal.warnings == ["notes.txt is not one of the bot's files"])
        try journal.close()
        #expect(try !scratch.names().contains { $0.hasSuffix(".tmp") })
        #expect(try scratch.names().contains("notes.txt"))
    }

    @Test func readingChangesNothing() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 12)
        try scratch.write(firstSegment, try scratch.read(firstSegment).dropLast(15) + [0, 0])
        try scratch.remove("checkpoint")
        try scratch.write("snapshot-00000000000000000003.json.tmp", [1])
        try scratch.write("snapshot-00000000000000000004.json", [1])
        let before = try scratch.everything()
        let reader = try JournalReader(at: scratch.path)
        #expect(try all(reader) == commits(1...11))
        #expect(try reader.recover().n == 11)
        #expect(try reader.recover(upTo: 5) == state(after: commits(1...5)))
        let verification = try reader.verify()
        #expect(verification.isGood)
        #expect(verification.commits == 11)
        #expect(verification.findings.count == 2)
        #expect(try scratch.everything() == before)
        #expect(throws: JournalError.self) { try JournalReader(at: scratch.path + "/none") }
        #expect(throws: JournalError.self) { try JournalReader(at: "/tmp") }
    }

    @Test func recoveringTwiceIsRecoveringOnce() throws {
        let scratch = Scratch()
        try journal(scratch, commits: 12)
        try scratch.write(firstSegment, try scratch.read(firstSegment).dropLast(15))
        try scratch.remove("checkpoint")
        try FileJournal.crash(scratch) { #expect($0.mark.n == 11) }
        let once = try scratch.everything()
        try FileJournal.crash(scratch) { #expect($0.mark.n == 11) }
        #expect(try scratch.everything() == once)
    }
}
