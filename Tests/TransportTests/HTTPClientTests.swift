import Glibc
import Platform
import Testing
import Transport

@Suite struct HTTPClientTests {
    @Test func whatIsSentAndWhatComesBack() async throws {
        let server = try Server { connection in
            while connection.readRequest() != nil {
                connection.write("HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n")
                connection.write(
                    "HTTP/1.1 201 Created\r\nContent-Length: 3\r\nRetry-After: 7\r\n"
                        + "X-Two:  a b \r\nX-TWO: c\r\n\r\nabc"
                )
            }
        }
        let client = try makeClient(.init(userAgent: "hundred/1"))
        defer { client.close() }
        for method in HTTPRequest.Method.allCases where method != .head {
            let body: [UInt8] = method == .get ? [] : [0, 1, 2, 255]
            let response = try await client.send(
                HTTPRequest(
                    method: method, url: server.url("/a/../b?c=%20"),
                    headers: [("X-One", "1"), ("X-Empty", "")], body: body,
                    idempotent: true, label: "test"))
            #expect(response.status == 201 && response.isSuccess)
            #expect(response.body == Array("abc".utf8))
            #expect(response.header("x-TWO") == "a b")
            #expect(
                response.headers.map(\.0) == ["content-length", "retry-after", "x-two", "x-two"])
            #expect(response.retryAfterSeconds == 7)
            let seen = try #require(server.seen.last)
            #expect(seen.line == "\(method.rawValue) /a/../b?c=%20 HTTP/1.1")
            #expect(seen.body == body)
            #expect(seen.header("x-one") == "1" && seen.header("x-empty") == "")
            #expect(seen.header("user-agent") == "hundred/1")
            for name in ["expect", "accept-encoding", "cookie", "transfer-encoding"] {
                #expect(seen.header(name) == nil)
            }
            #expect(seen.header("content-type") == nil)
        }
        #expect(server.connections == 1)
    }

    @Test func headHasNoBody() async throws {
        let server = try Server(answering: { _ in
            "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"
        })
        let client = try makeClient()
        defer { client.close() }
        let response = try await client.send(
            HTTPRequest(method: .head, url: server.url(), idempotent: true, label: "t"))
        #expect(response.status == 200 && response.body.isEmpty)
    }

    @Test(arguments: [0, 1, 32_768, 32_769, 500_000]) func bodiesArriveWhole(_ count: Int)
        async throws
    {
        let server = try Server(answering: {
            Server.ok(String(decoding: $0.body.suffix(1), as: UTF8.self))
        })
        let client = try makeClient()
        defer { client.close() }
        let body = (0..<count).map { UInt8(0x41 + $0 % 26) }
        let response = try await client.send(post(server.url(), body))
        #expect(server.seen.map(\.body) == [body])
        #expect(response.body == body.suffix(1))
    }

    /// Asked for or not, what can't be a request is refused before any connection.
    @Test func whatIsRefused() async throws {
        let server = try Server(answering: { _ in Server.ok() })
        let client = try makeClient()
        defer { client.close() }
        let good = server.url()
        let urls = [
            "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:\(server.port)/x", "",
            "http://", "//x",
            good + "\r\nX-Evil: 1", good + " HTTP/1.1", good + "\u{7f}", good + "é",
            good + String(repeating: "a", count: 9000),
        ]
        for url in urls {
            #expect(word(await client.outcome(get(url))) == "refused", "\(url.prefix(40))")
        }
        let headers = [
            ("X", "a\r\nY: b"), ("X", "a\nb"), ("X", "a\0b"), ("X\r\nY", "a"), ("X Y", "a"),
            ("", "a"), ("X:", "a"),
            ("X", String(repeating: "a", count: 9000)), ("Transfer-Encoding", "chunked"),
            ("content-length", "5"),
        ]
        for header in headers {
            var request = post(good)
            request.headers.append(header)
            #expect(word(await client.outcome(request)) == "refused", "\(header)")
        }
        var request = get(good)
        request.body = [1]
        #expect(word(await client.outcome(request)) == "refused")
        #expect(server.connections == 0)
    }

    @Test func redirectsAreAnswersNotOrders() async throws {
        let server = try Server(answering: { _ in
            "HTTP/1.1 307 Elsewhere\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"
        })
        let client = try makeClient()
        defer { client.close() }
        let response = try await client.send(post(server.url("/first")))
        #expect(response.status == 307 && response.header("location") == "/other")
        #expect(server.seen.map(\.line) == ["POST /first HTTP/1.1"])
    }

    @Test func nobodyListens() async throws {
        let server = try Server(answering: { _ in Server.ok() })
        let url = server.url()
        server.stop()
        let client = try makeClient()
        defer { client.close() }
        guard case .failure(.notSent(let reason)) = await client.outcome(post(url)) else {
            Issue.record("no connection, yet not notSent")
            return
        }
        #expect(reason.code == 7 && reason.status == 0)
        #expect(!reason.description.contains("127.0.0.1"))
        #expect(word(await client.outcome(post("http://nowhere.invalid/"))) == "notSent")
    }

    /// A server that takes the connection and never speaks TLS: nothing of the request has left.
    @Test func tlsThatNeverComes() async throws {
        let server = try Server {
            _ = $0.waitForByte()
            $0.sleep(milliseconds: 700)
        }
        let client = try makeClient()
        defer { client.close() }
        let result = await client.outcome(post("https://127.0.0.1:\(server.port)/", timeout: 300))
        #expect(word(result) == "notSent")
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        var name: String
        var pieces: [String]
        var word: String
        var status = 0
        var testDescription: String { name }
    }

    static let answers: [Answer] = [
        .init(name: "silence, then the end", pieces: [], word: "ambiguous"),
        .init(name: "not HTTP", pieces: ["hello\r\n\r\n"], word: "ambiguous"),
        .init(name: "half a status line", pieces: ["HTTP/1.1 20"], word: "ambiguous"),
        .init(
            name: "body shorter than said",
            pieces: ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"], word: "ambiguous",
            status: 200),
        .init(
            name: "chunks cut",
            pieces: ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"],
            word: "ambiguous", status: 200),
        .init(
            name: "bad chunk",
            pieces: ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
            word: "ambiguous", status: 200),
        .init(
            name: "only informational", pieces: ["HTTP/1.1 100 Continue\r\n\r\n"],
            word: "ambiguous", status: 100),
        .init(
            name: "until the end", pieces: ["HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"],
            word: "200"),
        .init(
            name: "too long by its head",
            pieces: ["HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"], word: "tooLarge",
            status: 200),
        .init(
            name: "too long in chunks",
            pieces: ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
                + Array(
                    repeating: "100\r\n" + String(repeating: "a", count: 256) + "\r\n", count: 4),
            word: "tooLarge", status: 200),
        .init(
            name: "too long without a length",
            pieces: ["HTTP/1.1 200 OK\r\n\r\n", String(repeating: "a", count: 1001)],
            word: "tooLarge", status: 200),
        .init(
            name: "just fits",
            pieces: [
                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
                String(repeating: "a", count: 1000),
            ], word: "200"),
        .init(
            name: "many headers",
            pieces: ["HTTP/1.1 200 OK\r\n"]
                + (0..<200).map { "X-\($0): " + String(repeating: "a", count: 500) + "\r\n" } + [
                    "\r\n"
                ], word: "tooLarge", status: 200),
        .init(
            name: "one huge header",
            pieces: [
                "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 200_000) + "\r\n\r\n"
            ], word: "ambiguous", status: 200),
        .init(
            name: "status 999", pieces: ["HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n"],
            word: "999"),
        .init(
            name: "error", pieces: ["HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno"], word: "500"),
    ]

    @Test(arguments: answers) func answersGoodAndBad(_ answer: Answer) async throws {
        let server = try Server { connection in
            guard connection.readRequest() != nil else { return }
            for piece in answer.pieces where !connection.write(piece) { return }
        }
        let client = try makeClient()
        defer { client.close() }
        var request = post(server.url())
        request.maximumResponseBytes = 1000
        let result = await client.outcome(request)
        #expect(word(result) == answer.word, "\(result)")
        if case .failure(let failure) = result { #expect(failure.reason?.status == answer.status) }
        #expect(server.seen.count == 1)
    }

    /// A bomb stays a bomb's few bytes: nothing is unpacked.
    @Test func packedBytesStayPacked() async throws {
        let packed: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c, 4, 0]
        let server = try Server { connection in
            while connection.readRequest() != nil {
                connection.write(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                        + "Content-Length: \(packed.count)\r\n\r\n"
                )
                connection.write(packed)
            }
        }
        let client = try makeClient()
        defer { client.close() }
        #expect(try await client.send(get(server.url())).body == packed)
    }

    enum Slowness: CaseIterable, Sendable { case silent, drips, dripsHead }

    /// The deadline is for the whole: a byte now and then does not stretch it.
    @Test(arguments: Slowness.allCases) func slowBytes(_ slowness: Slowness) async throws {
        let server = try Server { connection in
            guard connection.readRequest() != nil else { return }
            switch slowness {
            case .silent: break
            case .drips: connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            case .dripsHead: connection.write("HTTP/1.1 200 OK\r\nX: ")
            }
            for _ in 0..<400 {
                connection.sleep(milliseconds: 20)
                if slowness != .silent, !connection.write("a") { return }
            }
        }
        let client = try makeClient()
        defer { client.close() }
        let start = MonotonicClock.now()
        let result = await client.outcome(post(server.url(), timeout: 250))
        let milliseconds = (MonotonicClock.now() - start) / 1_000_000
        #expect(word(result) == "ambiguous")
        if case .failure(let failure) = result { #expect(failure.reason?.code == 28) }
        #expect(milliseconds >= 240 && milliseconds < 6_000, "\(milliseconds) ms")
    }

    /// A server that stops reading a large body: at the deadline it is known not to have come
    /// whole.
    @Test func aLargeBodyThatDoesNotGetThrough() async throws {
        let server = try Server { connection in
            _ = connection.waitForByte()
            connection.sleep(milliseconds: 1_500)
        }
        let client = try makeClient()
        defer { client.close() }
        let result = await client.outcome(
            post(server.url(), [UInt8](repeating: 1, count: 30_000_000), timeout: 300))
        #expect(word(result) == "notSent")
    }

    @Test func nothingSecretInWords() async throws {
        let secret = "1:AAHsecret"
        let request = post("http://127.0.0.1:1/bot\(secret)/sendMessage")
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped] {
            #expect(!text.contains(secret), "\(text)")
        }
        let client = try makeClient()
        defer { client.close() }
        for url in [
            request.url, "https://127.0.0.1:1/\(secret)", "ftp://x/\(secret)",
            "http://\(secret).invalid/", "http://[\(secret)/",
        ] {
            let result = await client.outcome(post(url))
            #expect(!"\(result)".contains(secret) && !String(reflecting: result).contains(secret))
            if case .failure(let failure) = result { #expect(!failure.description.isEmpty) }
        }
    }

    @Test func unreadableCertificates() throws {
        #expect(throws: TransportFailure.self) {
            try makeClient(.init(certificates: "/nonexistent.pem"))
        }
    }
}
