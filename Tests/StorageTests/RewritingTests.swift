import Accelerator
import Glibc
import Language
import Platform
import Runtime
import Storage
import Testing

/// `compact --forgotten`: after it nothing in the directory says who the forgotten were, everything else is
/// as it was, and whatever happens on the way leaves the old or the new.
@Suite struct RewritingTests {
    // MARK: A journal with people

    static let called: @Sendable (Int) -> String = { "former member \($0)" }
    /// What must not be found anywhere afterwards.
    private static let traces = [
        "Aigul Serikova", "Aigül", "Head of the registry", "tg:5120077411", "mx:@aigul:x.kz",
    ]

    private static func person(_ code: String, _ name: String, title: String? = nil) -> Event {
        var person = Person()
        person.code = code
        person.name = name
        person.title = title
        return .personSet(person)
    }

    private static func reading(_ id: String, note: String?, by: String) -> Event {
        var reading = Reported()
        reading.id = id
        reading.value = 61.25
        reading.by = by
        reading.via = "chat"
        reading.note = note
        return .readingRecorded(OfGoal("CH-01", "G1", reading))
    }

    private static func goal() -> [Event] {
        var head = ChallengeHead()
        head.code = "CH-01"
        head.title = "Newborns with papers"
        var goal = Goal()
        goal.code = "G1"
        goal.owner = "p1"
        var contact = Stakeholder()
        contact.code = "S1"
        contact.contact = "Aigul Serikova"
        return [
            .challengeSet(head), .goalSet(OfChallenge("CH-01", goal)),
            .stakeholderSet(OfChallenge("CH-01", contact)),
        ]
    }

    private static func seat() -> Event {
        var seat = Seat()
        seat.person = "p1"
        seat.title = "Head of the registry"
        return .seatTaken(OfChallenge("CH-01", seat))
    }

    private static func forgotten() -> Event {
        var gone = PersonForgotten()
        gone.person = "p1"
        gone.number = 1
        return .personForgotten(gone)
    }

    private static func said(
        _ n: UInt64, to receiver: Receiver, _ values: KeyValuePairs<String, Say>
    ) -> Outgoing {
        var out = Outgoing(to: receiver, [Phrase("up.recorded", values)])
        out.id = "\(n).0"
        out.subject = "reading CH-01"
        return out
    }

    /// Eighty commits: two people who share a first name, one of whom is forgotten with commit 60.
    private static func story() -> [Commit] {
        (UInt64(1)...80).map { n in
            var one = commit(n)
            one.key = "tg u:\(n)"
            switch n {
            case 1:
                one.events = [
                    person("p1", "Aigül", title: "Head of the registry"),
                    person("p2", "Aigul Serikova-Nur"),
                ]
            case 2:
                one.events = [
                    .principalLinked(PrincipalLinked("tg:5120077411", person: "p1")),
                    .principalLinked(PrincipalLinked("mx:@aigul:x.kz", person: "p1")),
                    .principalLinked(PrincipalLinked("tg:512007741", person: "p2")),
                ]
            case 3: one.events = goal() + [seat()]
            case 4: one.events = [person("p1", "Aigul Serikova", title: "Head of the registry")]
            case 60: one.events = [forgotten()]
            case 5..<60:
                one.source = n % 2 == 0 ? "tg:5120077411" : "tg:512007741"
                one.message = "\(one.source)/\(n)"
                let note =
                    n % 5 == 0 ? "Aigul Serikova’s figure, \"checked\" by Aigul Serikova-Nur" : nil
                one.events = [reading("R\(n)", note: note, by: n % 2 == 0 ? "p1" : "p2")]
                one.out = [
                    said(
                        n, to: .principal(one.source),
                        ["name": .text("Aigul Serikova"), "title": .text("Head of the registry")])
                ]
            default:
                // The answer to whoever asked arrives after they are gone.
                one.cause = .delivery
                one.source = ""
                var mark = Delivered()
                mark.id = "\(n - 2).0"
                mark.message = "tg:5120077411/\(n)"
                one.events = [.delivered(mark)]
            }
            return one
        }
    }

    static func write(_ scratch: Scratch, snapshots: Set<UInt64> = [30, 50, 70]) throws
        -> State
    {
        var whole = State()
        let journal = try open(scratch) {
            $0.segmentLength = 5000
            $0.isSingleThreaded = true
        }
        for one in story() {
            try journal.reserve()
            try journal.append([one])
            whole.evolve(one)
            if snapshots.contains(one.n) { journal.snapshot(whole) }
        }
        try journal.close()
        return whole
    }

    /// Where a trace stands; the colleague's name, which begins like it, is none.
    static func found(in files: [String: [UInt8]]) -> [String] {
        files.flatMap { name, bytes in
            let text = String(decoding: bytes, as: UTF8.self).split(separator: "Aigul Serikova-Nur")
                .joined(separator: "…")
            return traces.filter { text.contains($0) }.map { "\(name): \($0)" }
        }
    }

    private static func verified(_ scratch: Scratch) throws -> Verification {
        try JournalReader(at: scratch.path).verify()
    }

    // MARK: What it does

    @Test func nothingIsLeftAndEverythingElseIs() throws {
        let scratch = Scratch(), copy = Scratch()
        let whole = try Self.write(scratch)
        // What a power cut and a repair left lies beside it.
        try scratch.write("\(firstSegment).torn-17", try scratch.read("archive/\(firstSegment)"))
        try scratch.write("\(firstSegment).damaged-18", Array("nobody".utf8))
        _ = try JournalReader(at: scratch.path).backUp(to: copy.path)
        let before = try JournalReader(at: scratch.path).mark()
        #expect(Self.found(in: try scratch.everything()).count > 10)

        let done = try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called)
        #expect(
            done.people == [1] && done.lines > 50 && done.before == before.hash
                && done.after != before.hash)
        #expect(Self.found(in: try scratch.everything()) == [])
        #expect(done.removed.contains("\(firstSegment).torn-17"))
        #expect(try scratch.names().contains("\(firstSegment).damaged-18"))
        #expect(try scratch.names().filter { $0.hasPrefix("snapshot-") }.count == 1)
        let check = try Self.verified(scratch)
        #expect(check.isGood && check.commits == 80, "\(check.findings)")
        let note = try #require(check.findings.first { $0.text.contains("written anew by Saule") })
        #expect(note.text.contains("was \(before.hash)") && note.text.contains("former member 1)"))

        let reader = try JournalReader(at: scratch.path)
        let state = try reader.recover()
        #expect(try reader.replayed() == state)
        #expect(state.n == whole.n && state.at == whole.at)
        #expect(
            state.people.values == whole.people.values
                && state.people["p2"]?.name == "Aigul Serikova-Nur")
        #expect(state.principals["tg:512007741"] == "p2")
        let (new, old) = (
            try #require(state.challenges["CH-01"]), try #require(whole.challenges["CH-01"])
        )
        #expect(
            new.seats == old.seats && new.stakeholders == old.stakeholders && new.goals.count == 1)
        #expect(new.goals[0].readings.map(\.value) == old.goals[0].readings.map(\.value))
        #expect(new.goals[0].readings.map(\.by) == old.goals[0].readings.map(\.by))
        #expect(
            new.goals[0].readings.compactMap(\.note).first
                == "former member 1’s figure, \"checked\" by Aigul Serikova-Nur")

        // A second time there is nothing to do; it is written on; the backup follows.
        let files = try scratch.everything()
        #expect(try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called).lines == 0)
        #expect(
            try scratch.everything().filter { $0.key != "LOCK" }
                == files.filter { $0.key != "LOCK" })
        let journal = try open(scratch)
        try journal.append([commit(81)])
        try journal.close()
        #expect(try Self.verified(scratch).isGood)
        #expect(try JournalReader(at: scratch.path).backUp(to: copy.path).isGood)
        #expect(Self.found(in: try copy.everything()) == [])
        let target = Scratch()
        _ = try JournalReader(at: copy.path).restore(to: target.path, upTo: .everything)
        #expect(try Self.verified(target).findings.contains { $0.text.contains("written anew") })
    }

    @Test func whatNamesNobodyStaysByteForByte() throws {
        let scratch = Scratch()
        let journal = try open(scratch)
        try journal.append(commits(1...20))
        try journal.close()
        let files = try scratch.everything()
        let done = try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called)
        #expect(done.people.isEmpty && done.lines == 0)
        #expect(
            try scratch.everything().filter { $0.key != "LOCK" }
                == files.filter { $0.key != "LOCK" })
    }

    /// Also where the first lines are gone, and only a snapshot in the archive says what they came to.
    @Test func whatACompactionLeftIsCleaned() throws {
        let scratch = Scratch()
        let whole = try Self.write(scratch)
        let done = try Compaction.run(
            at: scratch.path, before: commit(26).at.milliseconds, backup: nil)
        #expect(done.removed.count > 1)
        #expect(
            !Self.found(
                in: try scratch.everything().filter { $0.key.hasPrefix("archive/snapshot") }
            ).isEmpty)
        _ = try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called)
        #expect(Self.found(in: try scratch.everything()) == [])
        #expect(try Self.verified(scratch).isGood)
        let reader = try JournalReader(at: scratch.path)
        #expect(try reader.replayed() == reader.recover())
        #expect(try reader.recover().people.values == whole.people.values)
        let target = Scratch()
        #expect(try reader.restore(to: target.path, upTo: .everything).n == 80)
        #expect(try Self.verified(target).isGood)
    }

    /// Whoever comes back under the same id is known again, and stays so.
    @Test func whoCameBackIsKnown() throws {
        let scratch = Scratch()
        _ = try Self.write(scratch, snapshots: [])
        let journal = try open(scratch)
        var back = commit(81)
        back.events = [
            Self.person("p3", "Aigul S."),
            .principalLinked(PrincipalLinked("tg:5120077411", person: "p3")),
        ]
        var later = commit(82)
        later.source = "tg:5120077411"
        later.message = "tg:5120077411/900"
        try journal.append([back, later])
        try journal.close()
        #expect(try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called).lines > 50)
        let state = try JournalReader(at: scratch.path).recover()
        #expect(state.principals["tg:5120077411"] == "p3" && state.people["p3"]?.name == "Aigul S.")
        #expect(try all(JournalReader(at: scratch.path)).last == later)
        #expect(try all(JournalReader(at: scratch.path))[9].source == "former:1")
    }

    /// The name of somebody who is still here stays, whoever else bore it.
    @Test func aSharedNameStays() throws {
        let scratch = Scratch()
        let journal = try open(scratch)
        var first = commit(1)
        first.events = [
            Self.person("p1", "Madina"), Self.person("p2", "Madina"), Self.person("p4", "Bo"),
        ]
        var second = commit(2)
        second.events = [Self.forgotten()]
        second.out = [
            Self.said(2, to: .person("p2"), ["name": .text("Madina, Bo"), "of": .text("Bora")])
        ]
        try journal.append([first, second])
        try journal.close()
        _ = try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called)
        let state = try JournalReader(at: scratch.path).recover()
        #expect(state.people["p2"]?.name == "Madina" && state.people["p4"]?.name == "Bo")
        #expect(try all(JournalReader(at: scratch.path))[1].out == second.out)
    }

    // MARK: The note

    @Test func aNoteThatWasTouchedIsFound() throws {
        let scratch = Scratch()
        _ = try Self.write(scratch, snapshots: [])
        _ = try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called)
        var files = try scratch.everything()
        let last = try #require(files.keys.filter { $0.hasPrefix("journal-") }.max())
        let bytes = try #require(files[last])
        let start = try #require(bytes.dropLast().lastIndex(of: 0x0A)) + 1
        for place in start..<bytes.count - 1 {
            var changed = bytes
            changed[place] ^= 4
            files[last] = changed
            try scratch.put(files)
            #expect(try !Self.verified(scratch).isGood, "byte \(place - start)")
        }
        // With a right checksum, but another hash than the line before it has.
        let line = String(decoding: bytes[start...], as: UTF8.self)
        let after = try #require(line.split(separator: "\"after\":\"").last?.prefix(32))
        let forged = line.split(separator: "\"after\":\"\(after)").joined(
            separator: "\"after\":\"\(String(repeating: "a", count: 32))")
        let body = Array(forged.utf8.prefix(forged.utf8.count - 17))
        let crc = String(CRC32C.checksum(body[...]), radix: 16)
        let digits = String(repeating: "0", count: 8 - crc.count) + crc
        files[last] = Array(bytes[..<start]) + body + Array(",\"c\":\"\(digits)\"}\n".utf8)
        files["checkpoint"] = nil
        files = files.filter { !$0.key.hasPrefix("snapshot-") }
        try scratch.put(files)
        let check = try Self.verified(scratch)
        #expect(
            check.findings.contains {
                $0.weight == .damage && $0.text.contains("written anew does not belong")
            })
    }

    // MARK: Cut short

    /// The machine stops in every single call, with and without what was not synced: the directory is wholly
    /// the old or wholly the new, for readers at once, and for the next start.
    @Test func cutShortAnywhereItIsOldOrNew() throws {
        let scratch = Scratch()
        _ = try Self.write(scratch)
        _ = try Compaction.run(at: scratch.path, before: commit(12).at.milliseconds, backup: nil)
        let files = try scratch.everything()
        let old = try JournalReader(at: scratch.path).recover()
        _ = try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called)
        let new = try JournalReader(at: scratch.path).recover()
        #expect(old != new)
        var became: [Bool: Int] = [:]
        for losesPower in [false, true] {
            var step = 1
            while true {
                let disk = SimulatedDisk(UInt64(step))
                disk.put(files)
                disk.time = commit(100).at.milliseconds
                disk.plan.crashAt = step
                let isDone =
                    (try? Rewriting.run(disk.doors(), by: "Saule", called: Self.called)) != nil
                disk.crash(losingPower: losesPower)
                let reader = try JournalReader(doors: disk.doors())
                let seen = try reader.recover()
                #expect(seen == old || seen == new, "step \(step)")
                let check = try reader.verify()
                #expect(check.isGood, "step \(step): \(check.findings)")
                #expect(!isDone || seen == new)
                became[seen == new, default: 0] += 1
                // The next start does what is left, or clears away what was begun; it may be cut short, too.
                disk.plan.crashAt = 1 + step % 7
                _ = try? FileJournal(
                    doors: disk.doors(), settings: settings { $0.refusesEarlierClock = false })
                disk.crash(losingPower: losesPower)
                let journal = try FileJournal(doors: disk.doors(), settings: settings())
                #expect(try journal.recover() == seen, "step \(step)")
                try journal.close()
                #expect(
                    !disk.files.keys.contains { $0.hasSuffix(".new") || $0.hasPrefix("rewriting") },
                    "step \(step)")
                if seen == new { #expect(Self.found(in: disk.files) == [], "step \(step)") }
                if isDone { break }
                step += 1
            }
        }
        #expect(became[true, default: 0] > 4 && became[false, default: 0] > 20, "\(became)")
    }

    /// Every call fails once, and from then on: it says so, and nothing is between.
    @Test func aFailingDiskLeavesOldOrNew() throws {
        let scratch = Scratch()
        let old = try Self.write(scratch)
        let files = try scratch.everything()
        _ = try Rewriting.run(at: scratch.path, by: "Saule", called: Self.called)
        let new = try JournalReader(at: scratch.path).recover()
        for forEver in [false, true] {
            for code in [EIO, ENOSPC] {
                var step = 1
                while true {
                    let disk = SimulatedDisk(UInt64(step))
                    disk.put(files)
                    disk.time = commit(100).at.milliseconds
                    disk.plan.failAt = (nth: step, code: code, forEver: forEver)
                    let isDone =
                        (try? Rewriting.run(disk.doors(), by: "Saule", called: Self.called)) != nil
                    let isOver = disk.plan.failAt != nil && !forEver
                    disk.plan.failAt = nil
                    disk.crash(losingPower: true)
                    let seen = try JournalReader(doors: disk.doors()).recover()
                    #expect(seen == old || seen == new, "step \(step)")
                    #expect(!isDone || seen == new, "step \(step)")
                    if isOver || forEver && isDone { break }
                    step += 1
                }
                #expect(step > 20)
            }
        }
    }
}
