import Accelerator
import Glibc
import Language
import Platform
import Storage

/// What a durable commit costs on this disk, beside the least it could cost: the same bytes, written and
/// synced by a plain loop.
struct DiskBenchmarks {
    let decider: Decider
    /// A directory of its own on the disk that is measured.
    let folder: String
    let seconds: Double

    func appending(_ table: inout Table) throws {
        for count in [1, 64, 256] { try gathering(count, &table) }
        for count in [1, 64, 256] {
            let journal = try FileJournal(at: "\(folder)/journal-\(count)")
            defer { try? journal.close() }
            let raw = try RawFile(at: "\(folder)/raw-\(count)")
            var maker = CommitMaker()
            var own: [Double] = []
            var least: [Double] = []
            var processor: [Double] = []
            let length = try Self.length(
                of: maker.batch(count), journal, "\(folder)/journal-\(count)")
            let end = Clock.now() + seconds * 2
            while own.count < 20 || Clock.now() < end {
                let batch = maker.batch(count)
                // By turns, so that what else the disk does falls on both.
                var start = Clock.now()
                let before = Clock.used
                try journal.reserve()
                try journal.append(batch)
                processor.append(Clock.used - before)
                own.append(Clock.now() - start)
                start = Clock.now()
                try raw.append(length)
                least.append(Clock.now() - start)
            }
            let figure = median(own)
            table.add(
                "append: \(count) a batch", figure * 1e6 / Double(count), "µs/commit", nil,
                "\(Int(Double(count) / figure)) commits/s, \(length / count) B each")
            table.add(
                "append: \(count) a batch, share of raw", median(least) / figure * 100, "%", nil,
                "raw: the same bytes, written and synced, nothing else: \(Int(median(least) * 1e6)) µs a batch"
            )
            table.add(
                "append: \(count) a batch, processor", median(processor) * 1e6 / Double(count),
                "µs/commit", nil,
                "spelling, checksum, hash, system calls")
        }
    }

    /// So many writers, each of whom waits for its commit before it makes the next, as the bot's commands do.
    /// Beside them, by turns, as many who give the same number of bytes to one thread that writes and syncs
    /// what has gathered, and do no more: that is what the disk and the threads cost. And the same with a
    /// mirror on the same disk.
    private func gathering(_ writers: Int, _ table: inout Table) throws {
        let own = try GatheringJournal("\(folder)/gathered-\(writers)")
        var settings = FileJournal.Settings()
        settings.mirror = "\(folder)/mirror-\(writers)"
        let mirrored = try GatheringJournal("\(folder)/mirrored-\(writers)", settings)
        defer {
            own.close()
            mirrored.close()
        }
        let raw = try RawFile(at: "\(folder)/gathered-raw-\(writers)")
        let length = try own.length(of: 16) / 16
        var least = Gathered()
        for _ in 0..<8 {
            try least.run(writers, seconds / 4) { try raw.append($0 * length) }
            try own.run(writers, seconds / 4)
            try mirrored.run(writers, seconds / 4)
        }
        let name = "append: \(writers) writer\(writers == 1 ? "" : "s")"
        let result = own.gathered
        table.add(
            name, result.rate, "commits/s", nil,
            "raw \(Int(least.rate)); a commit waits \(result.wait(0.5)) µs, 99 % \(result.wait(0.99)) µs; "
                + "raw \(least.wait(0.5)) and \(least.wait(0.99)) µs")
        table.add("\(name), share of raw", result.rate / least.rate * 100, "%", .above(80))
        guard mirrored.isWhole else { throw Trouble("the mirror fell behind") }
        table.add(
            "\(name) and a mirror, share of none",
            mirrored.gathered.rate / result.rate * 100, "%", nil,
            "on the same disk, synced one after the other: \(Int(mirrored.gathered.rate)) commits/s"
        )
    }

    /// What commands wait for their commit while a snapshot is being written, one after the other, beside
    /// the same without.
    func snapshotting(_ table: inout Table) throws {
        let cohort = GeneratedCohort(dayOne: LocalDate.today(decider.zones) - 100)
        try cohort.write(to: "\(folder)/snapshots", decider)
        let journal = try FileJournal(at: "\(folder)/snapshots")
        defer { try? journal.close() }
        let state = try journal.recover()
        var maker = CommitMaker(after: state.n)
        func waits(_ beside: () -> Void) throws -> [Double] {
            var waits: [Double] = []
            let end = Clock.now() + seconds * 4
            while Clock.now() < end {
                let batch = maker.batch(1)
                beside()
                let start = Clock.now()
                try journal.reserve()
                try journal.append(batch)
                waits.append(Clock.now() - start)
            }
            return waits.sorted()
        }
        let alone = try waits {}
        let beside = try waits { journal.snapshot(state) }
        for (name, share) in [("median", 0.5), ("99 %", 0.99)] {
            let (a, b) = (
                alone[Int(Double(alone.count - 1) * share)],
                beside[Int(Double(beside.count - 1) * share)]
            )
            table.add(
                "snapshot: a commit beside it, \(name)", b / a, "times",
                share > 0.9 ? .below(2) : nil,
                "\(Int(a * 1e6)) µs without, \(Int(b * 1e6)) µs beside snapshots of 100,000 readings"
            )
        }
    }

    /// The bytes that a batch takes in the journal.
    fileprivate static func length(
        of batch: [Commit], _ journal: FileJournal, _ path: String
    ) throws -> Int {
        let file = try Descriptor.open("\(path)/journal-00000000000000000001.ndjson", O_RDONLY)
        let before = try file.status().size
        try journal.reserve()
        try journal.append(batch)
        return try file.status().size - before
    }
}

/// A journal that many write to at once.
private final class GatheringJournal {
    private let path: String
    private let journal: FileJournal
    private var maker = CommitMaker()
    private(set) var gathered = Gathered()

    init(_ path: String, _ settings: FileJournal.Settings = FileJournal.Settings()) throws {
        self.path = path
        journal = try FileJournal(at: path, settings: settings)
    }

    var isWhole: Bool { journal.mirrorStatus?.isBehind != true }

    func length(of count: Int) throws -> Int {
        try DiskBenchmarks.length(of: maker.batch(count), journal, path)
    }

    func run(_ writers: Int, _ duration: Double) throws {
        try gathered.run(writers, duration) {
            try journal.reserve()
            try journal.append(maker.batch($0))
        }
    }

    func close() { try? journal.close() }
}

/// Commits as readings make them, numbered on.
///
/// What they say is made once for each length of batch: to make commits, and to take them apart, is not the
/// journal's work. They lie near, as commits do that have just been decided.
private struct CommitMaker {
    private var n: UInt64
    private var batches: [Int: [Commit]] = [:]

    init(after n: UInt64 = 0) { self.n = n }

    mutating func batch(_ count: Int) -> [Commit] {
        var batch = batches.removeValue(forKey: count) ?? Self.make(count)
        for place in batch.indices {
            n += 1
            batch[place].n = n
            batch[place].at = Self.time(n)
        }
        batches[count] = batch
        return batch
    }

    private static func time(_ n: UInt64) -> Instant {
        Instant(milliseconds: 1_774_009_800_000 + Int64(n))
    }

    private static func make(_ count: Int) -> [Commit] {
        (1...max(1, count)).map { place in
            // As long as the numbers of a bot that has run for a while.
            let n = 1_000_000 + UInt64(place)
            var reading = Reported()
            reading.id = "R\(n)"
            reading.asOf = LocalDate(days: 20_532)
            reading.value = 69.1
            reading.enteredAt = time(n)
            reading.by = "u03-data"
            reading.via = "chat"
            reading.note = "weekly export, 12 hospitals"
            var out = Outgoing(
                to: .principal("tg:5120077411"), kind: .reply,
                [
                    Phrase(
                        "up.recorded",
                        [
                            "value": .measure(69.1, unit: "minutes"),
                            "date": .date(reading.asOf), "way": .share(0.47),
                            "expected": .share(0.46),
                        ])
                ])
            out.id = "\(n).0"
            var commit = Commit()
            commit.n = n
            commit.at = reading.enteredAt
            commit.source = "tg:5120077411"
            commit.key = "tg u:777:\(n)"
            commit.message = "tg:5120077411/\(n)"
            commit.fingerprint = 0x1234_5678_9ABC_DEF0
            commit.command = "up"
            commit.events = [.readingRecorded(OfGoal("CH-03", "G1", reading))]
            commit.out = [out]
            return commit
        }
    }
}

/// What came of writers who each wait for one thread that makes all that has gathered durable in one go.
private struct Gathered {
    private var count = 0
    private var seconds = 0.0
    private var waits: [Double] = []

    var rate: Double { Double(count) / seconds }
    /// Microseconds that this share of all waited at most.
    func wait(_ share: Double) -> Int {
        let sorted = waits.sorted()
        return sorted.isEmpty ? 0 : Int(sorted[Int(Double(sorted.count - 1) * share)] * 1e6)
    }

    mutating func run(
        _ writers: Int, _ duration: Double, _ append: (Int) throws -> Void
    ) throws {
        let letters = Mailbox<Int>(capacity: writers)
        let answers = (0..<writers).map { _ in Mailbox<Bool>(capacity: 1) }
        let waited = Lock<[Double]>([])
        let threads = try (0..<writers).map { writer in
            try Thread.start(name: "writer \(writer)") {
                var own: [Double] = []
                while true {
                    let start = Clock.now()
                    guard letters.put(writer) == .accepted, answers[writer].take() == true else {
                        break
                    }
                    own.append(Clock.now() - start)
                }
                let all = own
                waited.withLock { $0 += all }
            }
        }
        let start = Clock.now()
        defer {
            letters.close()
            for answer in answers { answer.close() }
            for thread in threads { thread.join() }
            seconds += Clock.now() - start
            waits += waited.withLock { $0 }
        }
        while Clock.now() - start < duration {
            let gathered = letters.takeAll(upTo: writers, waiting: 1000)
            guard !gathered.isEmpty else { continue }
            try append(gathered.count)
            count += gathered.count
            for writer in gathered { _ = answers[writer].put(true) }
        }
    }
}

/// A file that is written at its end and synced, with room behind it as the journal has.
private final class RawFile {
    private let file: Descriptor
    private var end = 0
    private var reserved = 0
    private var bytes: [UInt8] = []

    init(at path: String) throws {
        file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
    }

    func append(_ count: Int) throws {
        if bytes.count != count { bytes = [UInt8](repeating: 0x61, count: count) }
        if end + count > reserved {
            try file.reserve(at: end, count: max(4 << 20, count))
            reserved = end + max(4 << 20, count)
        }
        try file.write(bytes, at: end)
        try file.syncData()
        end += count
    }
}
