import Accelerator
import Language
import Runtime
import Testing

@Suite struct ClerkTests {
    private func unlimited() -> Clerk.Limits {
        var limits = Clerk.Limits()
        limits.rate = nil
        return limits
    }

    @Test func aBatchIsWrittenOnceAndThenSpoken() {
        var bench = ClerkBench(limits: unlimited())
        for i in 0..<5 { bench.say(said("set p\(i)", by: "tg:\(i)"), ticket: UInt64(i)) }
        bench.say(said("count", by: "tg:9"))
        let left = bench.work()
        #expect(left.commits.map(\.n) == [1, 2, 3, 4, 5])
        #expect(
            left.all == ["reserve", "append", "directory", "speak"]
                + Array(repeating: "reply", count: 5))
        // The question was decided after the five, and shown with them.
        #expect(left.sayings.last?.out.phrases == [Phrase("count", ["n": .count(5)])])
        #expect(left.replies[3]?.outcome == .commit(4))
        #expect(bench.work().all.isEmpty)
    }

    @Test(arguments: [
        (255, 1, [255]), (256, 1, [256]), (257, 1, [256, 1]), (600, 1, [256, 256, 88]),
        (10, 60_000, [5, 5]),
    ])
    func batchesAreBounded(_ count: Int, _ bytes: Int, _ sizes: [Int]) {
        var bench = ClerkBench(limits: unlimited())
        for i in 0..<count {
            bench.say(said("set " + String(repeating: "x", count: bytes) + "\(i)", by: "tg:\(i)"))
        }
        var found: [Int] = []
        while bench.clerk.depth > 0 { found.append(bench.work().commits.count) }
        #expect(found == sizes)
    }

    @Test func questionsAloneNeedNoLine() {
        var bench = ClerkBench()
        bench.say(said("count"), ticket: 1)
        let left = bench.work()
        #expect(left.all == ["reserve", "speak", "reply"])
        #expect(left.replies[1]?.outcome == .answer)
    }

    @Test func withoutSpaceCommandsAreRefusedAndQuestionsAnswered() {
        var bench = ClerkBench()
        bench.say(said("set a"))
        _ = bench.work()
        bench.reserve = .failure(.noSpace)
        bench.say(said("set b", by: "tg:1"), ticket: 1)
        bench.say(said("count", by: "tg:2"), ticket: 2)
        bench.say(said("reach c", by: "tg:3", channel: "tg"), ticket: 3, wantsWords: true)
        _ = bench.hear(.operated(.settle), ticket: 4)
        let left = bench.work()
        #expect(left.commits.isEmpty && !left.all.contains("append"))
        #expect(left.sayings.map(\.key).sorted() == ["count", "error.noSpace"])
        #expect(
            left.sayings.first { $0.key == "count" }?.out.phrases == [
                Phrase("count", ["n": .count(1)])
            ])
        #expect(left.replies[1]?.outcome == .refused(.noSpace))
        #expect(left.replies[2]?.outcome == .answer)
        #expect(
            left.replies[3]?.words.map { $0.outgoing.phrases.map(\.key) } == [["error.noSpace"]])
        #expect(left.replies[4]?.outcome == .refused(.noSpace))
        #expect(bench.clerk.lacksSpace && bench.clerk.state.n == 1)
        // Space comes back: nothing has to be restarted.
        bench.reserve = .success(())
        bench.time += 2000
        bench.say(said("set b"))
        #expect(bench.work().commits.map(\.n) == [2])
        #expect(!bench.clerk.lacksSpace)
    }

    @Test func withoutSpaceMarksAndAlarmsWait() {
        var bench = ClerkBench(smallMind(dues: [1]))
        bench.say(said("set a"))
        #expect(bench.work().sayings.count == 1)
        bench.reserve = .failure(.noSpace)
        _ = bench.hear(.alarm)
        #expect(bench.work().rang == [false])
        _ = bench.hear(.delivered(id: "1.0", message: "tg:1/5"))
        bench.time += 100
        #expect(bench.work().all.isEmpty)  // No second look within a second.
        bench.time += 2000
        bench.reserve = .success(())
        #expect(bench.work().commits.map(\.cause) == [.delivery])
        #expect(bench.clerk.state.owed.isEmpty)
    }

    @Test(arguments: [JournalError.io(call: "fdatasync", path: "j", code: 5), .noSpace])
    func aFailedAppendSaysNothing(_ error: JournalError) {
        var bench = ClerkBench()
        bench.append = .failure(error)
        bench.say(said("set a"), ticket: 1)
        bench.say(said("count", by: "tg:2"), ticket: 2)
        let left = bench.work()
        #expect(left.all == ["reserve", "append", "die"])
        #expect(left.died == error)
        // And nothing ever after.
        bench.append = .success(())
        #expect(bench.say(said("count"), ticket: 3).all.isEmpty)
        #expect(bench.work().all.isEmpty)
    }

    @Test func aBrokenJournalAtReserveEndsIt() {
        var bench = ClerkBench()
        bench.reserve = .failure(.io(call: "write", path: "j", code: 5))
        bench.say(said("set a"))
        #expect(bench.work().all == ["reserve", "die"])
    }

    @Test func oneWhoSaysMuchDelaysNobody() {
        var bench = ClerkBench(limits: unlimited())
        for i in 0..<1000 { bench.say(said("set a\(i)", by: "tg:666")) }
        for i in 0..<20 { bench.say(said("set v\(i)", by: "tg:\(i)"), ticket: UInt64(i)) }
        #expect(bench.work().replies.count == 20)
    }

    @Test func aFullQueueDropsQuestionsThenTheLongest() {
        var limits = unlimited()
        limits.queue = 100
        var bench = ClerkBench(limits: limits)
        for i in 0..<90 { bench.say(said("set a\(i)", by: "tg:666"), ticket: UInt64(i)) }
        for i in 90..<100 { bench.say(said("count", by: "tg:\(i)"), ticket: UInt64(i)) }
        #expect(bench.clerk.depth == 100)
        // A question to a full queue is dropped: silently in a chat, with an answer at a door.
        let question = bench.say(said("count", by: "tg:7"), ticket: 200)
        #expect(question.replies[200]?.outcome == .refused(.busy) && question.sayings.isEmpty)
        // Ten commands push out the ten questions.
        var pushed: [UInt64] = []
        for i in 0..<10 {
            let left = bench.say(said("set v\(i)", by: "tg:\(i)"))
            #expect(left.sayings.isEmpty)
            pushed += left.replies.keys
        }
        #expect(pushed.sorted() == Array(90..<100))
        // The next pushes out the newest of whoever has most waiting, who is told.
        let command = bench.say(said("set v", by: "tg:50"))
        #expect(command.replies.keys.sorted() == [89])
        #expect(command.sayings.map(\.key) == ["error.busy"])
        #expect(command.sayings.first?.out.to == .principal("tg:666"))
        // And that one itself is turned away.
        let own = bench.say(said("set x", by: "tg:666"), ticket: 300)
        #expect(own.replies[300]?.outcome == .refused(.busy))
        #expect(bench.clerk.depth == 100)
        // The bot's own inputs always find room.
        _ = bench.hear(.alarm)
        #expect(bench.clerk.depth == 101)
    }

    @Test func theRateIsLimitedByPrincipal() {
        var bench = ClerkBench()
        var told = 0, busy = 0
        for i in 0..<30 {
            let left = bench.say(said("set a\(i)"), ticket: UInt64(i))
            told += left.sayings.count
            if left.replies[UInt64(i)]?.outcome == .refused(.slowDown) { busy += 1 }
        }
        #expect(bench.clerk.depth == 10 && busy == 20 && told == 1)
        bench.time += 59_999
        for _ in 0..<30 { told += bench.say(said("set b")).sayings.count }
        #expect(told == 1)
        bench.time += 61_000
        for _ in 0..<30 { told += bench.say(said("set b")).sayings.count }
        #expect(told == 2)
        // 20 a minute come back, 10 at most at once.
        #expect(bench.clerk.depth == 30)
        for channel in ["console", "import", "in:registry"] {
            var bench = ClerkBench()
            for _ in 0..<100 { bench.say(said("set a", by: channel + ":1", channel: channel)) }
            #expect(bench.clerk.depth == 100, "\(channel)")
        }
        var limits = Clerk.Limits()
        limits.rates["in:slow"] = Rate(perMinute: 1, burst: 1)
        var slow = ClerkBench(limits: limits)
        for _ in 0..<5 { slow.say(said("set a", by: "in:slow:1", channel: "in:slow")) }
        #expect(slow.clerk.depth == 1)
    }

    @Test func aDoorThatWantsWordsGetsItsOwn() {
        var bench = ClerkBench()
        bench.say(said("set a", by: "in:r:5", channel: "in:r"), ticket: 1, wantsWords: true)
        bench.say(said("tell b", by: "in:r:6", channel: "in:r"), ticket: 2, wantsWords: true)
        bench.say(said("count", by: "in:r:7", channel: "in:r"), ticket: 3, wantsWords: true)
        let left = bench.work()
        #expect(left.replies[1]?.words.map(\.outgoing.id) == ["1.0"])
        #expect(left.replies[1]?.words.first?.principal == "in:r:5")
        // What is for somebody else goes its own way.
        #expect(left.replies[2]?.words.isEmpty == true)
        #expect(left.sayings.map(\.out.id) == ["2.0"])
        #expect(left.replies[3]?.words.first?.outgoing.phrases.first?.key == "count")
        // It has reached them with this: the mark rides with the next batch.
        #expect(bench.work().commits.flatMap(\.events).count == 1)
        #expect(bench.clerk.state.owed.keys == ["2.0"])
    }

    @Test func marksWaitForCompanyButNotLong() {
        var bench = ClerkBench(limits: unlimited())
        for i in 0..<100 { bench.say(said("set a\(i)", by: "tg:\(i)")) }
        #expect(bench.work().commits.count == 100)
        for i in 1...30 { _ = bench.hear(.delivered(id: "\(i).0", message: nil)) }
        #expect(bench.work(flush: false).all.isEmpty)
        bench.time += 499
        #expect(bench.work(flush: false).all.isEmpty)
        bench.time += 1
        #expect(bench.clerk.nextWake == at(500))
        let late = bench.work(flush: false)
        #expect(late.commits.count == 1 && late.commits.first?.events.count == 30)
        // Sixty-four don't wait, and a second mark of the same message does nothing.
        for i in 31...94 { _ = bench.hear(.delivered(id: "\(i).0", message: nil)) }
        _ = bench.hear(.undeliverable(id: "31.0", why: "x", isLost: false))
        #expect(bench.work(flush: false).commits.map(\.events.count) == [64])
        #expect(bench.clerk.state.owed.count == 6)
        // With a command they ride along, before it.
        _ = bench.hear(.delivered(id: "95.0", message: nil))
        bench.say(said("set z"))
        #expect(bench.work(flush: false).commits.map(\.cause) == [.delivery, .message])
    }

    @Test func aBatchIsSealedHalfASecondLater() {
        var bench = ClerkBench()
        bench.say(said("set a"))
        #expect(bench.work(flush: false).seals == 0)
        bench.time += 400
        bench.say(said("set b"))
        _ = bench.work(flush: false)
        bench.time += 400
        #expect(bench.work(flush: false).seals == 0)
        bench.time += 100
        #expect(bench.work(flush: false).seals == 1)
        #expect(bench.work(flush: false).seals == 0 && bench.clerk.nextWake == nil)
    }

    @Test func snapshotsComeByNumberAndByAge() {
        var limits = unlimited()
        limits.snapshotCommits = 10
        limits.snapshotPause = 0
        var bench = ClerkBench(limits: limits)
        var snapshots: [Int] = []
        for i in 0..<25 {
            bench.say(said("set a\(i)"))
            if bench.work().snapshots > 0 { snapshots.append(i) }
        }
        #expect(snapshots == [9, 19])
        bench.time += Instant.hour
        bench.say(said("set x"))
        #expect(bench.work().snapshots == 1)
    }

    @Test func snapshotsUnderLoadKeepAPause() {
        var limits = unlimited()
        limits.snapshotCommits = 10
        limits.snapshotPause = 1000
        var bench = ClerkBench(limits: limits)
        var snapshots: [Int] = []
        for i in 0..<100 {
            bench.time += 25
            bench.say(said("set a\(i)"))
            if bench.work().snapshots > 0 { snapshots.append(i) }
        }
        #expect(snapshots == [39, 79])
    }

    @Test func cursorsNeverOvertakeWhatWaits() {
        // Messages of two chats in one stream of updates: chats take turns, updates don't.
        var limits = unlimited()
        limits.batchInputs = 4
        var bench = ClerkBench(limits: limits)
        let chats = ["a", "a", "a", "a", "a", "a", "b", "b"]
        for (i, chat) in chats.enumerated() {
            bench.say(
                said(
                    "set p\(i)", by: "tg:\(i)", in: "tg:-\(chat)", key: "u:\(i)",
                    cursors: ["tg": "\(i)"]))
        }
        var handled: Set<String> = []
        while bench.clerk.depth > 0 {
            for commit in bench.work().commits {
                handled.insert(commit.key ?? "")
                guard let cursor = commit.cursors["tg"].flatMap(Int.init) else { continue }
                #expect((0...cursor).allSatisfy { handled.contains("u:\($0)") }, "cursor \(cursor)")
            }
        }
        #expect(bench.clerk.state.cursors["tg"] == "7")
        // What leaves no line is vouched for by the next that does.
        bench.say(said("count", cursors: ["tg": "8"]))
        #expect(bench.work().commits.isEmpty)
        #expect(bench.clerk.state.cursors["tg"] == "7")
        bench.say(said("set q"))
        #expect(bench.work().commits.first?.cursors == ["tg": "8"])
    }

    @Test func whatIsOwedIsBounded() {
        var limits = unlimited()
        limits.owed = 5
        var bench = ClerkBench(limits: limits)
        for i in 0..<5 { bench.say(said("set a\(i)")) }
        _ = bench.work()
        #expect(bench.say(said("set b"), ticket: 1).replies[1]?.outcome == .refused(.busy))
        _ = bench.hear(.delivered(id: "1.0", message: nil))
        _ = bench.work()
        #expect(bench.say(said("set b"), ticket: 2).replies.isEmpty)
    }

    @Test func theRateLimitLetsCursorsPass() {
        var bench = ClerkBench()
        for i in 0..<30 { bench.say(said("set a\(i)", cursors: ["tg": "\(i)"])) }
        _ = bench.work()
        #expect(bench.clerk.state.cursors["tg"] == "29")
    }

    @Test func alarmsAreToldWhatCameOfThem() {
        var bench = ClerkBench(smallMind(dues: [5, 10]))
        #expect(bench.clerk.nextDue == at(5))
        _ = bench.hear(.alarm)
        #expect(bench.work().rang == [true] && bench.clerk.nextDue == at(10))
        _ = bench.hear(.alarm)
        #expect(bench.work().rang == [true] && bench.clerk.nextDue == nil)
        _ = bench.hear(.alarm)
        #expect(bench.work().rang == [false])
    }

    /// At a start nobody waits until the next alarm is found, and none rings before all were looked at.
    @Test func aStartLooksForItsAlarmsInSteps() {
        let looks = Locked(0)
        var mind = smallMind(dues: [5])
        let next = mind.nextDue
        mind.nextDue = { commits, state in
            looks.with { $0 += 1 }
            return next(commits, state)
        }
        mind.isPlanned = { looks.with { $0 >= 3 } }
        var clerk = Clerk(State(), mind: mind, now: moment(0), plansLater: true)
        #expect(clerk.nextDue == nil && looks.with { $0 } == 0 && clerk.nextWake == at(0))
        for step in 1...3 {
            var told: [Instant?] = []
            for case .due(let due) in clerk.step(.work, now: moment(0)) { told.append(due) }
            #expect(told == (step == 3 ? [at(5)] : []))
            #expect(clerk.nextDue == (step == 3 ? at(5) : nil) && looks.with { $0 } == step)
        }
        #expect(clerk.nextWake == nil)
    }

    @Test func theNextAlarmFollowsABurstOfCommits() {
        let looks = Locked<[Int]>([])
        let left = Locked(0)
        var mind = smallMind(dues: [5_000_000_000])
        let next = mind.nextDue
        mind.nextDue = { commits, state in
            looks.with { $0.append(commits.count) }
            left.with { $0 = max(0, $0 + commits.count - 30) }
            return next(commits, state)
        }
        // Thirty at a time are looked at: what more was named waits for the next look.
        mind.isPlanned = { left.with { $0 == 0 } }
        var bench = ClerkBench(mind, limits: unlimited())
        #expect(looks.with { $0 } == [0])
        for i in 0..<100 {
            bench.time = Int64(i) * 2
            bench.say(said("set p\(i)"))
            _ = bench.work(flush: false)
        }
        // Nothing is looked for while it goes on, and no later than a quarter of a second after the first.
        #expect(looks.with { $0 } == [0] && bench.clerk.nextWake == at(250))
        bench.time = 250
        for _ in 0..<10 { _ = bench.work(flush: false) }
        #expect(looks.with { $0 } == [0, 100, 0, 0, 0])
        // Whoever waits for an answer, and a ring, have it at once.
        bench.say(said("set q"))
        _ = bench.work()
        _ = bench.work()
        #expect(looks.with { $0 } == [0, 100, 0, 0, 0, 1])
        bench.say(said("set r"))
        _ = bench.hear(.alarm)
        #expect(bench.work(flush: false).rang == [false])
        #expect(looks.with { $0 } == [0, 100, 0, 0, 0, 1, 1])
    }

    @Test func nothingIsDecidedWhileABatchIsOnItsWay() {
        var clerk = Clerk(State(), mind: smallMind(), now: moment(0))
        _ = clerk.step(.heard(Heard(.message(said("set a")), random: [])), now: moment(0))
        guard case .reserve? = clerk.step(.work, now: moment(0)).first else {
            return #expect(Bool(false))
        }
        _ = clerk.step(.heard(Heard(.message(said("set b")), random: [])), now: moment(0))
        #expect(clerk.step(.work, now: moment(0)).isEmpty)
        guard case .append(let commits)? = clerk.step(.reserved(.success(())), now: moment(0)).first
        else {
            return #expect(Bool(false))
        }
        #expect(commits.count == 1)
        #expect(clerk.step(.work, now: moment(0)).isEmpty && clerk.state.n == 1)
        #expect(!clerk.step(.appended(.success(())), now: moment(0)).isEmpty)
        guard case .reserve? = clerk.step(.work, now: moment(0)).first else {
            return #expect(Bool(false))
        }
    }
}
