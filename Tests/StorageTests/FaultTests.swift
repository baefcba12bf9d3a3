import Accelerator
import Glibc
import Platform
import Runtime
import Storage
import Testing

/// Counts calls and fails some of them.
final class Faults: Sendable {
    struct Plan {
        /// The calls that count, by name.
        var calls: Set<String>
        /// The number of the call that fails, from 1.
        var nth: Int
        var code: Int32
        /// Whether all later ones fail too.
        var forEver: Bool
        /// How many bytes a write that fails leaves behind.
        var short = 0
        var count = 0
    }

    private let plan: Lock<Plan?>

    init(_ plan: Plan? = nil) { self.plan = Lock(plan) }

    var count: Int { plan.withLock { $0?.count ?? 0 } }

    func start(_ new: Plan) { plan.withLock { $0 = new } }

    func stop() { plan.withLock { $0 = nil } }

    func check(_ call: String) throws(SystemError) {
        if let error = fails(call)?.0 { throw error }
    }

    func fails(_ call: String) -> (SystemError, short: Int)? {
        plan.withLock { plan in
            guard var now = plan, now.calls.contains(call) || now.calls.contains("*") else {
                return nil
            }
            now.count += 1
            plan = now
            let isHit = now.count == now.nth || now.forEver && now.count > now.nth
            return isHit ? (SystemError(code: now.code, call: call), now.short) : nil
        }
    }

    /// The real disk behind these faults.
    func doors(_ path: String) throws(SystemError) -> DiskDoors {
        let real = try DiskDoors.real(at: path, creating: true)
        var doors = real
        doors.open = { [self] name, access throws(SystemError) in
            try check(access == .read ? "open read" : "open")
            return file(try real.open(name, access))
        }
        doors.rename = { [self] old, new throws(SystemError) in
            try check("rename")
            try real.rename(old, new)
        }
        doors.remove = { [self] name throws(SystemError) in
            try check("remove")
            try real.remove(name)
        }
        doors.syncDirectory = { [self] name throws(SystemError) in
            try check("sync directory")
            try real.syncDirectory(name)
        }
        return doors
    }

    private func file(_ real: DiskFile) -> DiskFile {
        var file = real
        file.write = { [self] bytes, offset throws(SystemError) in
            if let (error, short) = fails("write") {
                _ = try real.write(bytes.prefix(short), offset)
                throw error
            }
            return try real.write(bytes, offset)
        }
        file.syncData = { [self] () throws(SystemError) in
            try check("fdatasync")
            try real.syncData()
        }
        file.sync = { [self] () throws(SystemError) in
            try check("fsync")
            try real.sync()
        }
        file.truncate = { [self] length throws(SystemError) in
            try check("truncate")
            try real.truncate(length)
        }
        file.reserve = { [self] offset, count throws(SystemError) in
            try check("reserve")
            try real.reserve(offset, count)
        }
        return file
    }
}

@Suite struct FaultTests {
    /// Opens, writes batches until something fails, and returns how many commits were acknowledged.
    private func run(_ scratch: Scratch, _ faults: Faults, rounds: UInt64 = 12) -> UInt64 {
        var acknowledged: UInt64 = 0
        guard let doors = try? faults.doors(scratch.path) else { return 0 }
        do throws(JournalError) {
            let journal = try FileJournal(
                doors: doors, settings: settings { $0.segmentLength = 1500 })
            for round in 0..<rounds {
                let first = round * 2 + 1
                do throws(JournalError) {
                    try journal.reserve()
                } catch .noSpace {
                    break
                }
                try journal.append(commits(first...first + 1))
                acknowledged = first + 1
                if round % 3 == 2 { try journal.seal() }
                if round == 7 { journal.snapshot(state(after: commits(1...acknowledged))) }
            }
            try journal.close()
        } catch {
            return acknowledged
        }
        return acknowledged
    }

    /// Fails every call that writes, one run each, once and for ever, and starts again on a good
    /// disk: what was acknowledged is there, and what is there is a prefix.
    @Test(arguments: [(EIO, false), (EIO, true), (ENOSPC, false), (ENOSPC, true)])
    func everyCallMayFail(_ code: Int32, _ forEver: Bool) throws {
        let calls: Set = [
            "write", "fdatasync", "fsync", "truncate", "reserve", "open", "rename", "remove",
            "sync directory",
        ]
        var failed = 0
        for nth in 1..<400 {
            let scratch = Scratch()
            let faults = Faults(
                .init(calls: calls, nth: nth, code: code, forEver: forEver, short: nth * 37 % 200))
            let acknowledged = run(scratch, faults)
            if faults.count < nth { break }
            failed += 1
            let opened = try Opened(scratch)
            let count = UInt64(opened.count ?? 0)
            let isPrefix = opened == .commits(count == 0 ? [] : commits(1...count))
            #expect(
                isPrefix && count >= acknowledged,
                "call \(nth): \(acknowledged) acknowledged, \(opened)")
        }
        #expect(failed > 60)
    }

    /// After a failed sync nothing is taken any more, though the disk is well again.
    @Test(arguments: 2...6) func nothingAfterAFailedSync(_ nth: Int) throws {
        let scratch = Scratch()
        let faults = Faults(.init(calls: ["fdatasync"], nth: nth, code: EIO, forEver: false))
        let doors = try faults.doors(scratch.path)
        let journal = try FileJournal(doors: doors, settings: settings())
        var n: UInt64 = 0
        var failure: JournalError?
        while failure == nil, n < 20 {
            do throws(JournalError) {
                try journal.append([commit(n + 1)])
                n += 1
            } catch {
                failure = error
            }
        }
        #expect(failure == .io(call: "fdatasync", path: "", code: EIO))
        #expect(failure?.exitStatus == 74)
        #expect(journal.mark.n == n)
        faults.stop()
        let end = try scratch.read(firstSegment)
        let error = try #require(failure)
        #expect(throws: error) { try journal.append([commit(n + 1)]) }
        #expect(throws: error) { try journal.reserve() }
        #expect(throws: error) { try journal.seal() }
        journal.snapshot(state(after: []))
        try journal.close()
        #expect(try scratch.read(firstSegment) == end)
        #expect(try !scratch.names().contains { $0.hasPrefix("snapshot") })
        #expect(try UInt64(Opened(scratch).count ?? 0) >= n)
    }

    @Test func aFullDiskIsFoundBeforeDeciding() throws {
        let scratch = Scratch()
        let faults = Faults(.init(calls: ["reserve"], nth: 2, code: ENOSPC, forEver: true))
        let doors = try faults.doors(scratch.path)
        let journal = try FileJournal(
            doors: doors, settings: settings { $0.segmentLength = 1 << 20 })
        try journal.reserve()
        var n: UInt64 = 0
        while n < 4000 {
            do throws(JournalError) {
                try journal.reserve()
            } catch {
                #expect(error == .noSpace)
                break
            }
            try journal.append([commit(n + 1, padding: 1000)])
            n += 1
        }
        #expect(n > 10)
        #expect(n < 4000)
        faults.stop()
        try journal.reserve()
        try journal.append([commit(n + 1)])
        try journal.close()
        #expect(try Opened(scratch).count == Int(n) + 1)
    }

    /// The write finds no room although some was reserved: the ballast makes it.
    @Test func theBallastMakesRoom() throws {
        let scratch = Scratch()
        let faults = Faults()
        let doors = try faults.doors(scratch.path)
        let journal = try FileJournal(doors: doors, settings: settings { $0.ballast = 1 << 20 })
        #expect(try scratch.names().contains("ballast"))
        for n in UInt64(1)...4 { try journal.append([commit(n)]) }
        faults.start(.init(calls: ["write"], nth: 1, code: ENOSPC, forEver: false, short: 50))
        for n in UInt64(5)...8 { try journal.append([commit(n)]) }
        #expect(try !scratch.names().contains("ballast"))
        // Until it can be made again nothing new is decided.
        faults.start(.init(calls: ["reserve"], nth: 1, code: ENOSPC, forEver: true))
        #expect(throws: JournalError.noSpace) { try journal.reserve() }
        #expect(try !scratch.names().contains("ballast"))
        faults.stop()
        try journal.reserve()
        #expect(try scratch.names().contains("ballast"))
        try journal.close()
        #expect(try Opened(scratch) == .commits(commits(1...8)))
    }
}
