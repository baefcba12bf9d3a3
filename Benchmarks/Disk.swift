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
                "append: \(count) a batch, share of raw", median(least) / figure * 100, "%",
                .above(80),
                "raw: the same bytes, written and synced, nothing else: \(Int(median(least) * 1e6)) µs a batch"
            )
            table.add(
                "append: \(count) a batch, processor", median(processor) * 1e6 / Double(count),
                "µs/commit", nil,
                "spelling, checksum, hash, system calls")
        }
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
    private static func length(
        of batch: [Commit], _ journal: FileJournal, _ path: String
    ) throws -> Int {
        let file = try Descriptor.open("\(path)/journal-00000000000000000001.ndjson", O_RDONLY)
        let before = try file.status().size
        try journal.reserve()
        try journal.append(batch)
        return try file.status().size - before
    }
}

/// Commits as readings make them, numbered on.
private struct CommitMaker {
    private var n: UInt64

    init(after n: UInt64 = 0) { self.n = n }

    mutating func batch(_ count: Int) -> [Commit] {
        (0..<count).map { _ in
            n += 1
            var reading = Reported()
            reading.id = "R\(n)"
            reading.asOf = LocalDate(days: 20_532)
            reading.value = 69.1
            reading.enteredAt = Instant(milliseconds: 1_774_009_800_000 + Int64(n))
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
