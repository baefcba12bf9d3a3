import Glibc
import Platform
import Testing
import Transport

/// Many at once, cancelled, closed.
@Suite struct UnderWayTests {
    /// Answers `/held` never and everything else at once; says how many are held.
    static func holding() throws -> Server {
        try Server { connection in
            while let seen = connection.readRequest() {
                if seen.line.contains("/held") {
                    _ = connection.waitForByte()
                    return
                }
                if !connection.write(Server.ok()) { return }
            }
        }
    }

    static func until(_ condition: () -> Bool) async throws {
        for _ in 0..<2_000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("it never came to pass")
    }

    @Test func threeHundredHeldAndShortOnesBeside() async throws {
        let server = try UnderWayTests.holding()
        let client = try makeClient()
        let ended = Lock<[String]>([])
        let held = (0..<300).map { _ in
            client.start(get(server.url("/held"), timeout: 60_000)) { result in
                ended.withLock { $0.append(word(result)) }
            }
        }
        try await UnderWayTests.until { server.seen.count == 300 }
        await withTaskGroup { group in
            for lane in 0..<8 {
                group.addTask {
                    for turn in 0..<50 {
                        let result = await client.outcome(
                            post(server.url("/short"), Array("\(lane).\(turn)".utf8)))
                        #expect(word(result) == "200")
                    }
                }
            }
        }
        #expect(server.connections <= 308, "short ones share their connections")
        #expect(ended.withLock { $0 }.isEmpty)
        for id in held.prefix(200) { client.cancel(id) }
        try await UnderWayTests.until { ended.withLock { $0.count } == 200 }
        client.close()
        let words = ended.withLock { $0 }
        #expect(words.filter { $0 == "cancelled" }.count == 200)
        #expect(words.filter { $0 == "ambiguous" }.count == 100)
    }

    @Test func tasksThatAreCancelled() async throws {
        let server = try UnderWayTests.holding()
        let client = try makeClient()
        defer { client.close() }
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await client.outcome(get(server.url("/held")))
        }
        #expect(word(await early.value) == "cancelled")
        let late = Task { await client.outcome(get(server.url("/held"))) }
        try await UnderWayTests.until { server.seen.count >= 1 }
        late.cancel()
        #expect(word(await late.value) == "cancelled")
        // Raced from both sides, each ends once and the client goes on.
        for round in 0..<200 {
            let task = Task { await client.outcome(get(server.url("/short"))) }
            if round % 2 == 0 { await Task.yield() }
            task.cancel()
            #expect(["200", "cancelled"].contains(word(await task.value)))
        }
        #expect(word(await client.outcome(get(server.url("/short")))) == "200")
    }

    @Test func cancellingWhatEndedOrNeverWas() async throws {
        let server = try UnderWayTests.holding()
        let client = try makeClient()
        let calls = Lock(0)
        let id = client.start(get(server.url("/short"))) { _ in calls.withLock { $0 += 1 } }
        try await UnderWayTests.until { calls.withLock { $0 } == 1 }
        client.cancel(id)
        client.cancel(id)
        client.close()
        client.cancel(id)
        client.close()
        #expect(calls.withLock { $0 } == 1)
        #expect(word(await client.outcome(get(server.url("/short")))) == "closed")
    }

    @Test func closedWhileBusy() async throws {
        let server = try UnderWayTests.holding()
        for round in 0..<20 {
            let client = try makeClient()
            let words = Lock<[String]>([])
            for index in 0..<40 {
                let url = index % 3 == 0 ? server.url("/held") : server.url("/short")
                client.start(post(url)) { result in words.withLock { $0.append(word(result)) } }
            }
            usleep(UInt32(round * 150))
            client.close()
            let all = words.withLock { $0 }
            #expect(
                all.count == 40, "round \(round): every completion is called before close returns")
            #expect(Set(all).isSubset(of: ["200", "ambiguous", "notSent", "closed"]), "\(all)")
        }
    }

    @Test func completionsMayStartCancelAndClose() async throws {
        let server = try UnderWayTests.holding()
        let client = try makeClient()
        let words = Lock<[String]>([])
        let held = client.start(get(server.url("/held"))) { result in
            words.withLock { $0.append("held \(word(result))") }
        }
        client.start(get(server.url("/short"))) { first in
            words.withLock { $0.append("first \(word(first))") }
            client.cancel(held)
            client.start(get(server.url("/short"))) { second in
                words.withLock { $0.append("second \(word(second))") }
                client.close()
                client.start(get(server.url("/short"))) { third in
                    words.withLock { $0.append("third \(word(third))") }
                }
            }
        }
        try await UnderWayTests.until { words.withLock { $0.count } == 4 }
        #expect(
            words.withLock { $0 } == ["first 200", "held cancelled", "second 200", "third closed"])
    }

    @Test func theLimitHolds() async throws {
        let server = try UnderWayTests.holding()
        let client = try makeClient(.init(limit: 3))
        let words = Lock<[String]>([])
        let held = (0..<3).map { _ in client.start(get(server.url("/held"))) { _ in } }
        client.start(get(server.url("/short"))) { result in
            words.withLock { $0.append(word(result)) }
        }
        #expect(words.withLock { $0 } == ["notSent"], "at once, on the caller's thread")
        client.cancel(held[0])
        for _ in 0..<1_000 where words.withLock({ $0.last }) != "200" {
            try await Task.sleep(for: .milliseconds(2))
            let result = await client.outcome(get(server.url("/short")))
            words.withLock { $0.append(word(result)) }
        }
        #expect(words.withLock { $0.last } == "200", "an ended one makes room")
        client.close()
    }

    @Test func aDroppedClientEnds() async throws {
        let server = try UnderWayTests.holding()
        let words = Lock<[String]>([])
        do {
            let client = try makeClient()
            client.start(get(server.url("/held"))) { result in
                words.withLock { $0.append(word(result)) }
            }
            try await UnderWayTests.until { server.seen.count == 1 }
        }
        #expect(words.withLock { $0 } == ["ambiguous"])
    }
}
