import Accelerator
import Glibc
import JSON
import Language
import Platform
import Runtime
import Storage
import TestKit
import Testing

/// What opening a directory in memory came to.
enum Verdict: Equatable {
    case same
    case refused(JournalError)
    case different(String)

    /// Opens it as the bot does, and compares what was promised.
    init(_ files: [String: [UInt8]], _ promised: [Commit], _ safeguards: Safeguards = .init()) {
        let disk = SimulatedDisk(1)
        disk.put(files)
        do throws(JournalError) {
            var all: [Commit] = []
            let journal = try FileJournal(
                doors: disk.doors(), settings: settings { $0.safeguards = safeguards })
            try journal.read(after: 0) { all.append($0) }
            let state = try journal.recover()
            if all != promised {
                self = .different("\(all.count) commits instead of \(promised.count)")
            } else if state != Specimen.state(all) {
                self = .different("the state is not that of the commits")
            } else {
                self = .same
            }
        } catch {
            self = .refused(error)
        }
    }

    var isSilent: Bool { if case .different = self { true } else { false } }
}

/// A directory of some forty lines of every kind, in memory: runs that ended well and runs that did
/// not, batches of one and of several, seals, files that were closed, a snapshot, lines given up.
struct Specimen {
    var files: [String: [UInt8]]
    var commits: [Commit]

    init(commits count: UInt64 = 30, segmentLength: Int = 4000, seal: Bool = true) throws {
        let disk = SimulatedDisk(5)
        disk.put([:])
        var n: UInt64 = 0
        var run = 0
        while n < count {
            let journal = try FileJournal(
                doors: disk.doors(),
                settings: settings {
                    $0.segmentLength = segmentLength
                    $0.isSingleThreaded = true
                })
            for _ in 0..<3 where n < count {
                let last = min(n + 1 + n % 3, count)
                try journal.reserve()
                try journal.append(Self.commits(n + 1...last))
                n = last
                if n % 4 == 1 { try journal.seal() }
            }
            if run == 1 { journal.snapshot(Self.state(Self.commits(1...n))) }
            run += 1
            if run % 2 == 0 || n == count && seal {
                try journal.close()
            } else {
                try journal.seal()
            }
            disk.crash(losingPower: false)
        }
        files = disk.files
        commits = Self.commits(1...count)
    }

    static func commits(_ range: ClosedRange<UInt64>) -> [Commit] {
        range.map { n in
            var made = commit(n, padding: Int(n % 4) * 9)
            var person = Person()
            person.code = "p\(n % 5)"
            person.name = "Ən \(n)"
            made.events = [.personSet(person)]
            return made
        }
    }

    static func state(_ commits: [Commit]) -> State { StorageTests.state(after: commits) }

    /// The names of the journal's files, in order.
    var segments: [String] {
        files.keys.filter { $0.hasSuffix(".ndjson") }.sorted {
            $0.suffix(35) < $1.suffix(35)
        }
    }
}

/// Shares work among the processors; the first thing that was wrong.
func firstWrong(_ count: Int, _ body: @escaping @Sendable (Int) -> String?) throws -> String? {
    let wrong = Lock<String?>(nil)
    let width = Wanted.threads
    let threads = try (0..<width).map { part in
        try Thread.start(name: "damage") {
            for i in stride(from: part, to: count, by: width) {
                if wrong.withLock({ $0 != nil }) { return }
                if let what = body(i) { wrong.withLock { $0 = $0 ?? what } }
            }
        }
    }
    for thread in threads { thread.join() }
    return wrong.withLock { $0 }
}

/// HUNDRED_DAMAGES: how many seeded damages (20,000 without it).
@Suite struct DamageTests {
    /// Every bit of every file of the journal, a whole recovery each.
    @Test func everyBit() throws {
        let specimen = try Specimen()
        let lines = specimen.segments.flatMap { specimen.files[$0]?.split(separator: 0x0A) ?? [] }
        #expect(lines.count >= 40)
        for kind in ["open", "seal", "cmd"] {
            let mark = Array("\"k\":\"\(kind)\"".utf8)
            let isThere = lines.contains { line in
                line.indices.contains { line[$0...].starts(with: mark) }
            }
            #expect(isThere, "no line \(kind)")
        }
        #expect(Verdict(specimen.files, specimen.commits) == .same)
        #expect(specimen.segments.count > 2)
        let names = specimen.files.keys.sorted().filter { $0 != "README.txt" && $0 != "LOCK" }
        let refused = Lock(0)
        var bits = 0
        for name in names {
            let count = (specimen.files[name]?.count ?? 0) * 8
            bits += count
            let wrong = try firstWrong(count) { i in
                var files = specimen.files
                files[name]?[i / 8] ^= 1 << UInt8(i % 8)
                let verdict = Verdict(files, specimen.commits)
                if case .refused = verdict { refused.withLock { $0 += 1 } }
                return verdict.isSilent ? "\(name) byte \(i / 8) bit \(i % 8): \(verdict)" : nil
            }
            #expect(wrong == nil)
        }
        print("damage: \(bits) bits, \(refused.withLock { $0 }) refused, the rest the same state")
        #expect(refused.withLock { $0 } > bits / 2)
    }

    /// Every length of every file.
    @Test func everyTruncation() throws {
        for seal in [true, false] {
            let specimen = try Specimen(seal: seal)
            for name in specimen.files.keys.sorted() where name != "README.txt" && name != "LOCK" {
                let count = specimen.files[name]?.count ?? 0
                let wrong = try firstWrong(count) { length in
                    var files = specimen.files
                    files[name] = Array((files[name] ?? []).prefix(length))
                    let verdict = Verdict(files, specimen.commits)
                    return verdict.isSilent ? "\(name) cut to \(length): \(verdict)" : nil
                }
                #expect(wrong == nil)
            }
        }
    }

    /// At the level of a line, on a thousand of them: no flipped bit passes.
    @Test func everyBitOfAThousandLines() throws {
        var batch = BatchWriter(after: JournalMark())
        for n in UInt64(1)...1000 {
            let made = Specimen.commits(n...n)[0]
            batch.commit(n: n, t: made.at.milliseconds) { made.writeBody(into: &$0) }
        }
        let lines = batch.bytes.split(separator: 0x0A).map { Array($0) }
        #expect(lines.count == 1000)
        let wrong = try firstWrong(lines.count) { i in
            var line = lines[i]
            for bit in 0..<line.count * 8 {
                line[bit / 8] ^= 1 << UInt8(bit % 8)
                let verdict = line.withUnsafeBytes { Frame.judge($0) }
                line[bit / 8] ^= 1 << UInt8(bit % 8)
                switch verdict {
                case .damaged: continue
                default: return "line \(i) bit \(bit): \(verdict)"
                }
            }
            return nil
        }
        #expect(wrong == nil)
    }

    /// Runs of bytes that were zeroed, overwritten, cut out, doubled or swapped, end to end.
    @Test func seeded() throws {
        let specimen = try Specimen(commits: 40, segmentLength: 3000)
        let count = Int(clamping: Wanted.number("HUNDRED_DAMAGES") ?? 20_000)
        let names = specimen.segments
        let wrong = try firstWrong(count) { seed in
            var random = Seeded(UInt64(seed) + 1)
            var files = specimen.files
            let name = names[Int.random(in: 0..<names.count, using: &random)]
            var bytes = files[name] ?? []
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let length = Int.random(in: 1...min(700, bytes.count - start), using: &random)
            let range = start..<start + length
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes.replaceSubrange(range, with: repeatElement(0, count: length))
            case 1: for i in range { bytes[i] = UInt8.random(in: 0...255, using: &random) }
            case 2: bytes.removeSubrange(range)
            case 3: bytes.insert(contentsOf: Array(bytes[range]), at: start)
            case 4:
                let other = Int.random(in: 0...bytes.count - length, using: &random)
                let piece = Array(bytes[range])
                bytes.replaceSubrange(range, with: Array(bytes[other..<other + length]))
                if other >= range.upperBound || other + length <= start {
                    bytes.replaceSubrange(other..<other + length, with: piece)
                }
            case 5:
                for _ in 0..<3 {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            default: bytes.removeLast(bytes.count - start)
            }
            files[name] = bytes
            let verdict = Verdict(files, specimen.commits)
            return verdict.isSilent ? "seed \(seed): \(name) at \(start): \(verdict)" : nil
        }
        #expect(wrong == nil)
    }

    /// A whole file taken away, emptied, or put under another number.
    @Test func everyFile() throws {
        let specimen = try Specimen()
        for name in specimen.segments {
            for change in 0..<3 {
                var files = specimen.files
                if change == 1 { files[name] = [] } else { files[name] = nil }
                if change == 2 {
                    files["journal-00000000000000000999.ndjson"] = specimen.files[name]
                }
                let verdict = Verdict(files, specimen.commits)
                if case .refused(let error) = verdict {
                    #expect(error.exitStatus == 65, "\(name) \(change)")
                } else {
                    Issue.record("\(name) \(change): \(verdict)")
                }
            }
        }
    }

    /// A page of the history is rewritten with right checksums and a right chain from there on: only
    /// the note of the end, or a hash that was kept elsewhere, can tell.
    @Test func aRewrittenEnd() throws {
        let disk = SimulatedDisk(3)
        disk.put([:])
        let journal = try FileJournal(doors: disk.doors(), settings: settings())
        try journal.append(commits(1...6))
        try journal.close()
        let other = SimulatedDisk(3)
        other.put([:])
        let forged = try FileJournal(doors: other.doors(), settings: settings())
        try forged.append(commits(1...5) + [commit(6, padding: 3)])
        try forged.close()
        var files = disk.files
        files[firstSegment] = other.files[firstSegment]
        files["META.json"] = other.files["META.json"]
        guard case .refused(.damaged(let damage)) = Verdict(files, commits(1...6)) else {
            Issue.record("not seen")
            return
        }
        #expect(damage.why.contains("made durable"))
    }
}
