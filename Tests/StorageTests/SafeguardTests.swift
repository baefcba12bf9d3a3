import Accelerator
import Glibc
import JSON
import Language
import Platform
import Runtime
import Storage
import Testing

/// A test of the tests: with any one safeguard taken away, a suite fails. The table of them stands in
/// deploy/storage.md.
@Suite struct SafeguardTests {
    typealias Take = @Sendable (inout StoreWorld.Sabotage) -> Void

    /// What the simulation must find within some seeds.
    static let simulated: [(name: String, finds: [String], take: Take)] = [
        ("a batch is synced", ["I1", "refused", "no start"], { $0.forgetsSync = true }),
        (
            "names are synced", ["I1", "I9", "refused", "no start", "commits"],
            { $0.forgetsDirectorySync = true }
        ),
        ("acknowledged after the sync", ["I1"], { $0.acknowledgesEarly = true }),
        ("a key is heard once", ["I2"], { $0.doublesKeys = true }),
        ("an occurrence rings once", ["I7"], { $0.ringsTwice = true }),
        (
            "read from the device", ["I1", "commits", "refused"],
            {
                $0.safeguards.readsFromDevice = false
            }
        ),
        (
            "nothing after a failure", ["I1", "I13", "commits", "refused", "end"],
            {
                $0.safeguards.stopsAfterFailure = false
            }
        ),
        ("damage is refused", ["I1"], { $0.safeguards.refusesDamage = false }),
        (
            "a snapshot has a checksum", ["I3", "refused", "I1"],
            {
                $0.safeguards.comparesSnapshots = false
            }
        ),
    ]

    @Test(arguments: simulated.indices) func theSimulationNoticesItsAbsence(_ i: Int) throws {
        let (name, finds, take) = Self.simulated[i]
        var sabotage = StoreWorld.Sabotage()
        take(&sabotage)
        let (failure, _) = try firstFailure(1...20_000, sabotage)
        let found = try #require(failure, "without “\(name)” nothing fails")
        print("without “\(name)”: seed=\(found.seed): \(found.what)")
        #expect(finds.contains { found.what.contains($0) }, "\(name): \(found.what)")
    }

    /// Whether some flipped bit gives another state without a word.
    private func silentFlip(
        _ files: [String: [UInt8]], _ promised: [Commit], _ safeguards: Safeguards,
        names: [String]? = nil
    ) throws -> String? {
        for name in names ?? files.keys.filter({ $0.hasSuffix(".ndjson") }).sorted() {
            let found = try firstWrong((files[name]?.count ?? 0) * 8) { i in
                var damaged = files
                damaged[name]?[i / 8] ^= 1 << UInt8(i % 8)
                return Verdict(damaged, promised, safeguards).isSilent ? "\(name) bit \(i)" : nil
            }
            if let found { return found }
        }
        return nil
    }

    @Test func theChecksumOfALine() throws {
        let specimen = try Specimen(commits: 8)
        var safeguards = Safeguards()
        safeguards.comparesChecksums = false
        safeguards.comparesChain = false
        #expect(try silentFlip(specimen.files, specimen.commits, safeguards) != nil)
        #expect(try silentFlip(specimen.files, specimen.commits, Safeguards()) == nil)
    }

    /// After a power cut the note of the end may be old: then the first number of a batch is what
    /// proves the batch before it, and the empty line is what keeps that proof from being swallowed.
    @Test func theFirstNumberOfABatchAndTheEmptyLine() throws {
        for (numbers, lines) in [(true, true), (false, true), (true, false)] {
            var safeguards = Safeguards()
            safeguards.believesBatchFirsts = numbers
            safeguards.separatesBatches = lines
            let disk = SimulatedDisk(2)
            disk.put([:])
            let journal = try FileJournal(
                doors: disk.doors(), settings: settings { $0.safeguards = safeguards })
            for n in UInt64(1)...6 { try journal.append([commit(n)]) }
            try journal.seal()
            var files = disk.files
            files["checkpoint"] = nil
            let found = try silentFlip(files, commits(1...6), safeguards)
            #expect((found == nil) == (numbers && lines), "\(numbers) \(lines): \(found ?? "")")
        }
    }

    @Test func theNoteOfTheEnd() throws {
        var specimen = try Specimen(commits: 6)
        for name in specimen.files.keys where name.hasPrefix("snapshot-") {
            specimen.files[name] = nil
        }
        let (whole, promised) = (specimen.files, specimen.commits)
        for isOn in [true, false] {
            var changed = Safeguards()
            changed.notesEnd = isOn
            let safeguards = changed
            let name = try #require(specimen.segments.last)
            let found = try firstWrong(whole[name]?.count ?? 0) { length in
                var files = whole
                files[name] = Array((files[name] ?? []).prefix(length))
                return Verdict(files, promised, safeguards).isSilent ? "cut to \(length)" : nil
            }
            #expect((found == nil) == isOn)
        }
    }

    @Test func theChain() throws {
        // A line with a right checksum from another history.
        let disk = SimulatedDisk(2), other = SimulatedDisk(2)
        disk.put([:])
        other.put([:])
        try FileJournal(doors: disk.doors(), settings: settings()).append(commits(1...6))
        try FileJournal(doors: other.doors(), settings: settings())
            .append(commits(1...2) + [commit(3, padding: 4)] + commits(4...6))
        var lines = (disk.files[firstSegment] ?? []).split(
            separator: 0x0A, omittingEmptySubsequences: false)
        let foreign = (other.files[firstSegment] ?? []).split(
            separator: 0x0A, omittingEmptySubsequences: false)
        lines[5] = foreign[5]
        var files = disk.files
        files[firstSegment] = Array(lines.joined(separator: [0x0A]))
        files["checkpoint"] = nil
        #expect(String(decoding: lines[5], as: UTF8.self).contains("u:1003xxxx"))
        for isOn in [true, false] {
            var safeguards = Safeguards()
            safeguards.comparesChain = isOn
            #expect(Verdict(files, commits(1...6), safeguards).isSilent == !isOn)
        }
    }

    @Test func theEndOfTheSnapshot() throws {
        let disk = SimulatedDisk(2)
        disk.put([:])
        let journal = try FileJournal(
            doors: disk.doors(), settings: settings { $0.isSingleThreaded = true })
        try journal.append(commits(1...6))
        journal.snapshot(state(after: commits(1...6)))
        var files = disk.files
        files["checkpoint"] = nil
        files[firstSegment] = Array((files[firstSegment] ?? []).prefix(900))
        for isOn in [true, false] {
            var safeguards = Safeguards()
            safeguards.comparesSnapshotEnd = isOn
            #expect(Verdict(files, commits(1...6), safeguards).isSilent == !isOn)
        }
    }

    @Test func theLock() throws {
        for isOn in [true, false] {
            let disk = SimulatedDisk(2)
            disk.put([:])
            disk.forgetsLocks = !isOn
            let first = try FileJournal(doors: disk.doors(), settings: settings())
            let second = try? FileJournal(doors: disk.doors(), settings: settings())
            #expect((second == nil) == isOn)
            try first.append(commits(1...3))
            if let other = second {
                try other.append([commit(1, padding: 2)])
                // Two writers: what one acknowledged the other has overwritten.
                disk.crash(losingPower: false)
                #expect(Verdict(disk.files, commits(1...3)) != .same)
            }
        }
    }

    /// The clock, the kind of file system, who may read the files.
    @Test func theSurroundings() throws {
        let disk = SimulatedDisk(2)
        disk.put([:])
        var journal = try FileJournal(doors: disk.doors(), settings: settings())
        try journal.append(commits(1...3))
        try journal.close()
        let last = commit(3).at.milliseconds
        for (behind, isRefused) in [(0, false), (600_000, false), (600_001, true), (-1, false)] {
            disk.time = last - Int64(behind)
            var status: Int32?
            do throws(JournalError) {
                let strict = settings { $0.refusesEarlierClock = true }
                try FileJournal(doors: disk.doors(), settings: strict).close()
            } catch {
                status = error.exitStatus
                disk.crash(losingPower: false)
            }
            #expect(status == (isRefused ? 78 : nil))
        }
        disk.time = 0
        journal = try FileJournal(doors: disk.doors(), settings: settings())
        try journal.close()
        for kind in ["NFS", "CIFS", "FUSE"] {
            var doors = disk.doors()
            doors.remoteFileSystem = { () throws(SystemError) in kind }
            let before = disk.files
            #expect(
                throws: JournalError.unusable(
                    "disk is on \(kind), whose locks and syncs can't be relied on")
            ) {
                try FileJournal(doors: doors, settings: settings())
            }
            #expect(disk.files == before)
            try FileJournal(doors: doors, settings: settings { $0.allowsRemote = true }).close()
        }
        // A read that fails once is tried again; one that fails for good ends with 74.
        let isBroken = Lock(0)
        var doors = disk.doors()
        let open = doors.open
        doors.open = { name, access throws(SystemError) in
            var file = try open(name, access)
            let read = file.read
            file.read = { offset, count throws(SystemError) in
                let left = isBroken.withLock { left in
                    defer { left = max(0, left - 1) }
                    return left
                }
                if left > 0, name.hasPrefix("journal-") {
                    throw SystemError(code: EIO, call: "pread")
                }
                return try read(offset, count)
            }
            return file
        }
        isBroken.withLock { $0 = 0 }
        try FileJournal(doors: doors, settings: settings()).close()
        isBroken.withLock { $0 = 1000 }
        #expect(throws: JournalError.io(call: "pread", path: "", code: EIO)) {
            try FileJournal(doors: doors, settings: settings())
        }
    }
}
