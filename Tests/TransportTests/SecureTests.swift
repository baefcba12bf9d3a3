import Testing
import Transport

/// The same promises over TLS, and over HTTP/2, where libcurl has more reasons to issue again.
@Suite(.enabled(if: SecureServer.isPossible)) struct SecureTests {
    @Test(arguments: ["close", "goaway", "refused", "http11", "h1"])
    func neverTwice(_ way: String) async throws {
        for bytes in [300, 200_000] {
            let server = try SecureServer(way)
            let client = try makeClient(.init(certificates: server.certificate))
            defer { client.close() }
            #expect(try await client.send(get(server.url)).status == 200)
            let body = [UInt8](repeating: 65, count: way == "h1" ? bytes : min(bytes, 30_000))
            let result = await client.outcome(post(server.url, body))
            #expect(word(result) == "ambiguous", "\(result)")
            #expect(server.counts() == [2, 2, 1])
            #expect(try await client.send(post(server.url)).status == 200)
            #expect(server.counts().prefix(2) == [3, 3])
        }
    }

    /// The proof that the test above can fail, in the ways in which libcurl does issue again.
    @Test(arguments: ["refused", "http11", "h1"])
    func anIdempotentOneIsIssuedAgain(_ way: String) async throws {
        let server = try SecureServer(way)
        let client = try makeClient(.init(certificates: server.certificate))
        defer { client.close() }
        #expect(try await client.send(get(server.url)).status == 200)
        #expect(word(await client.outcome(post(server.url, idempotent: true))) == "200")
        #expect(server.counts().prefix(2) == [3, 3])
    }

    @Test func whoIsTrusted() async throws {
        let server = try SecureServer("h1")
        let stranger = try makeClient()
        defer { stranger.close() }
        let result = await stranger.outcome(post(server.url))
        #expect(word(result) == "notSent")
        if case .failure(let failure) = result { #expect(failure.reason?.code == 60) }
        let friend = try makeClient(.init(certificates: server.certificate))
        defer { friend.close() }
        let otherName = "https://localhost:\(server.port)/"
        #expect(word(await friend.outcome(post(otherName))) == "notSent")
        #expect(server.counts()[0] == 0, "not a byte of a request has left")
        #expect(word(await friend.outcome(post(server.url))) == "200")
    }

    @Test func oneConnectionForAllWithHTTP2() async throws {
        let server = try SecureServer("none")
        let client = try makeClient(.init(certificates: server.certificate))
        defer { client.close() }
        let url = server.url
        await withTaskGroup { group in
            for _ in 0..<50 {
                group.addTask { #expect(word(await client.outcome(post(url))) == "200") }
            }
        }
        #expect(server.counts() == [50, 50, 1])
    }
}
