import Accelerator
import Glibc
import Platform
import Runtime
import Storage
import Testing

/// A disk whose calls don't come back while it hangs.
private final class HangingDisk: Sendable {
    private struct Plan {
        /// The calls that hang; all of them where it is nil.
        var call: String?
        /// How many of these come back first.
        var spared: Int
    }
    private let plan = Lock<Plan?>(nil)
    private let stuck = Lock(0)

    /// Whether a call hangs now.
    var isStuck: Bool { stuck.withLock { $0 > 0 } }

    func hang(_ call: String? = nil, after spared: Int = 0) {
        plan.withLock { $0 = Plan(call: call, spared: spared) }
    }

    func goOn() { plan.withLock { $0 = nil } }

    private func pass(_ name: String) {
        let hangs = plan.withLock { plan in
            guard let now = plan, now.call == nil || now.call == name else { return false }
            plan?.spared = now.spared - 1
            return now.spared <= 0
        }
        guard hangs else { return }
        stuck.withLock { $0 += 1 }
        while plan.withLock({ $0 != nil }) { usleep(500) }
        stuck.withLock { $0 -= 1 }
    }

    func doors(_ path: String) throws(SystemError) -> DiskDoors {
        pass("open directory")
        let real = try DiskDoors.real(at: path, creating: true)
        var doors = real
        doors.open = { [self] name, access throws(SystemError) in
            pass("open")
            return file(try real.open(name, access))
        }
        doors.names = { [self] directory throws(SystemError) in
            pass("names")
            return try real.names(directory)
        }
        doors.status = { [self] name throws(SystemError) in
            pass("status")
            return try real.status(name)
        }
        doors.rename = { [self] old, new throws(SystemError) in
            pass("rename")
            try real.rename(old, new)
        }
        doors.syncDirectory = { [self] name throws(SystemError) in
            pass("sync directory")
            try real.syncDirectory(name)
        }
        doors.tryLock = { [self] () throws(SystemError) in
            pass("lock")
            return try real.tryLock()
        }
        return doors
    }

    private func file(_ real: DiskFile) -> DiskFile {
        var file = real
        file.read = { [self] offset, count throws(SystemError) in
            pass("read")
            return try real.read(offset, count)
        }
        file.write = { [self] bytes, offset throws(SystemError) in
            pass("write")
            return try real.write(bytes, offset)
        }
        file.sync = { [self] () throws(SystemError) in
            pass("sync")
            try real.sync()
        }
        file.syncData = { [self] () throws(SystemError) in
            pass("sync data")
            try real.syncData()
        }
        file.close = { [self] () throws(SystemError) in
            pass("close")
            try real.close()
        }
        return file
    }
}

@Suite struct HangingMirrorTests {
    private func journal(
        _ scratch: Scratch, _ mirror: Scratch, _ disk: HangingDisk, patience: Int64
    ) throws -> FileJournal {
        try open(scratch) {
            $0.segmentLength = 3000
            $0.isSingleThreaded = true
            $0.mirror = mirror.path
            $0.mirrorPatience = patience
            $0.mirrorDoors = { () throws(SystemError) in try disk.doors(mirror.path) }
        }
    }

    private func write(_ journal: FileJournal, _ range: ClosedRange<UInt64>) throws {
        for n in range {
            try journal.reserve()
            try journal.append([commit(n)])
        }
    }

    /// Tends it until it is whole; false where it is not after ten seconds.
    private func isWhole(_ journal: FileJournal) -> Bool {
        let end = MonotonicClock.now() + 10_000_000_000
        while journal.mirrorStatus?.isBehind != false {
            guard MonotonicClock.now() < end else { return false }
            while journal.tendMirror() {}
            usleep(1000)
        }
        return true
    }

    private func check(_ scratch: Scratch, _ mirror: Scratch, _ count: UInt64) throws {
        let result = try JournalReader(at: scratch.path).verify(mirror: mirror.path)
        #expect(result.isGood && result.commits == count)
        #expect(result.findings.allSatisfy { $0.weight == .note }, "\(result.findings)")
    }

    @Test(arguments: ["write", "sync data", "open", "sync", "sync directory", "close"])
    func theBotGoesOn(_ call: String) throws {
        let scratch = Scratch(), mirror = Scratch(), disk = HangingDisk()
        let journal = try journal(scratch, mirror, disk, patience: 500)
        try write(journal, 1...5)
        #expect(journal.mirrorStatus?.isBehind == false)
        disk.hang(call)
        let start = MonotonicClock.now()
        try write(journal, 6...60)
        #expect(MonotonicClock.now() - start < 8_000_000_000, "it is waited for once")
        #expect(disk.isStuck)
        let status = try #require(journal.mirrorStatus)
        #expect(status.behind > 0 && status.why?.contains("no answer within 500 ms") == true)
        // While the call hangs nothing else is tried, and nothing waits.
        #expect(!journal.tendMirror() && journal.mirrorStatus?.isBehind == true)
        #expect(try all(journal) == commits(1...60))
        // What the call does when it comes back spoils nothing.
        disk.goOn()
        #expect(isWhole(journal))
        try write(journal, 61...70)
        #expect(journal.mirrorStatus?.isBehind == false)
        try journal.close()
        try check(scratch, mirror, 70)
    }

    /// A start, and what brings the mirror up: wherever it hangs, what comes then is the directory's.
    @Test func itHangsAnywhere() throws {
        let scratch = Scratch(), mirror = Scratch()
        var journal = try journal(scratch, mirror, HangingDisk(), patience: 5000)
        try write(journal, 1...20)
        try journal.close()
        journal = try open(scratch) { $0.segmentLength = 3000 }
        try write(journal, 21...40)
        try journal.close()
        let (files, there) = (try scratch.everything(), try mirror.everything())
        var isOver = false
        var nth = 0
        while !isOver {
            try scratch.put(files)
            try mirror.put(there)
            let disk = HangingDisk()
            disk.hang(after: nth)
            journal = try self.journal(scratch, mirror, disk, patience: 100)
            try write(journal, 41...45)
            isOver = !disk.isStuck
            #expect(isOver || journal.mirrorStatus?.isBehind == true, "call \(nth)")
            disk.goOn()
            #expect(isWhole(journal), "call \(nth)")
            try write(journal, 46...46)
            try journal.close()
            try check(scratch, mirror, 46)
            nth += 1
        }
        #expect(nth > 30)
    }

    /// A stop does not wait for a disk that hangs, and the next start waits for it as long as it may.
    @Test func aStopAndAStart() throws {
        let scratch = Scratch(), mirror = Scratch(), disk = HangingDisk()
        var journal = try journal(scratch, mirror, disk, patience: 300)
        try write(journal, 1...5)
        disk.hang()
        try journal.close()
        let start = MonotonicClock.now()
        journal = try self.journal(scratch, mirror, disk, patience: 300)
        #expect(MonotonicClock.now() - start < 3_000_000_000)
        #expect(journal.mirrorStatus?.isBehind == true)
        try write(journal, 6...9)
        disk.goOn()
        #expect(isWhole(journal))
        try journal.close()
        try check(scratch, mirror, 9)
    }
}
