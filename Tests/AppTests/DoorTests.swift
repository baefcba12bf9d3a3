import Glibc
import JSON
import Testing

/// The HTTP doors of a running `serve` (contract.md, section 4), spoken to byte by byte.
@Suite struct DoorTests {
    /// A `serve` on a port of its own, ended with the test.
    private final class Serving {
        let folder = Folder()
        let child: pid_t
        private(set) var port: UInt16 = 0
        private var isEnded = false

        init(_ environment: [String: String] = [:], arguments: [String] = []) throws {
            var environment = environment
            environment["HUNDRED_HTTP_PORT"] = "0"
            environment["HUNDRED_WEBHOOK_REGISTRY_TOKEN"] = "open sesame"
            child = try Program.start(
                ["serve", "--data", folder.data] + arguments, environment: environment, in: folder)
            for _ in 0..<1_000 {
                for line in folder.read("stderr").split(separator: "\n") {
                    guard let value = try? JSONValue(parsing: Array(line.utf8)),
                        value["message"]?.string == "listening",
                        let digits = value["address"]?.string?.split(separator: ":").last
                    else { continue }
                    port = UInt16(digits) ?? 0
                }
                if port != 0, (try? ask("GET /ready"))?.status == 200 { return }
                usleep(10_000)
            }
            Issue.record("serve does not get ready: \(folder.read("stderr"))")
        }

        func end() throws -> Int32 {
            isEnded = true
            kill(child, SIGTERM)
            return try Program.wait(for: child, seconds: 30)
        }

        deinit { if !isEnded { kill(child, SIGKILL); waitpid(child, nil, 0) } }

        struct Answer { var status: Int; var head: String; var body: String }

        /// Sends bytes in parts with pauses between, and reads until the peer closes or an answer is whole.
        func send(_ parts: [(bytes: String, pause: UInt32)]) throws -> Answer {
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let connected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(connected == 0)
            var wait = timeval(tv_sec: 20, tv_usec: 0)
            setsockopt(
                socket, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
            for (bytes, pause) in parts {
                let all = Array(bytes.utf8)
                // The peer may have closed: what it said is still read.
                _ = Glibc.send(socket, all, all.count, Int32(MSG_NOSIGNAL))
                if pause > 0 { usleep(pause * 1000) }
            }
            var got: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while Self.whole(got) == nil {
                let count = recv(socket, &chunk, chunk.count, 0)
                guard count > 0 else { break }
                got += chunk[..<count]
            }
            guard let (head, body) = Self.whole(got) else {
                return Answer(status: 0, head: String(decoding: got, as: UTF8.self), body: "")
            }
            return Answer(
                status: Int(head.dropFirst(9).prefix(3)) ?? 0, head: head.lowercased(), body: body)
        }

        private static func whole(_ bytes: [UInt8]) -> (head: String, body: String)? {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
            let head = String(text[..<end.lowerBound]), body = String(text[end.upperBound...])
            let length =
                head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
            return body.utf8.count >= length ? (head, body) : nil
        }

        func ask(_ line: String, headers: [String] = [], body: String? = nil) throws -> Answer {
            var text = "\(line) HTTP/1.1\r\nHost: test\r\n"
            for header in headers { text += header + "\r\n" }
            if let body {
                text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            } else {
                text += "\r\n"
            }
            return try send([(text, 0)])
        }
    }

    private static let json = "Content-Type: application/json"
    private static let bearer = "Authorization: Bearer open sesame"
    private static let hello = #"{"from":"u1","chat":null,"text":"help","at":null}"#

    @Test func takesWhatItTakes() throws {
        let serving = try Serving()
        let path = "POST /webhooks/in/registry"
        let long = String(repeating: "x", count: (1 << 20) + 1)
        let table: [(line: String, headers: [String], body: String?, status: Int)] = [
            ("GET /health", [], nil, 200), ("GET /ready", [], nil, 200),
            ("GET /metrics", [], nil, 200),
            ("POST /health", [Self.json], "{}", 405), ("GET /webhooks/in/registry", [], nil, 405),
            ("GET /", [], nil, 404),
            ("POST /webhooks/in/other", [Self.json, Self.bearer], Self.hello, 404),
            ("POST /webhooks/telegram", [Self.json], "{}", 404),
            (path, [Self.json], Self.hello, 401),
            (path, [Self.json, "Authorization: Bearer open"], Self.hello, 401),
            (path, [Self.json, Self.bearer, Self.bearer], Self.hello, 401),
            (path, [Self.bearer], Self.hello, 415),
            (path, ["Content-Type: text/plain", Self.bearer], Self.hello, 415),
            (path, [Self.json, Self.bearer, "Content-Encoding: gzip"], Self.hello, 415),
            (path, [Self.json, Self.bearer], long, 413),
            (path, [Self.json, Self.bearer], "{", 400),
            (path, [Self.json, Self.bearer], #"{"from":"u1"}"#, 400),
            (
                path, ["Content-Type: application/json; charset=utf-8", Self.bearer], Self.hello,
                200
            ),
            (path + "?a=b", [Self.json, Self.bearer], Self.hello, 200),
        ]
        for row in table {
            let answer = try serving.ask(row.line, headers: row.headers, body: row.body)
            #expect(answer.status == row.status, "\(row.line) \(row.headers): \(answer.head)")
            if answer.status == 401 { #expect(answer.body.isEmpty) }
            if answer.status == 405 { #expect(answer.head.contains("\r\nallow: ")) }
        }
        let many = (0..<80).map { "X-\($0): y" }
        #expect(try serving.ask("GET /health", headers: many).status == 400)
        #expect(
            try serving.ask("GET /health", headers: ["X: " + String(repeating: "y", count: 20_000)])
                .status == 400)
        #expect(try serving.end() == 0)
    }

    /// The answer to a webhook comes after what it tells of is durable: it is there after the process was
    /// killed.
    @Test func answersAfterItIsWritten() throws {
        let serving = try Serving()
        let said = try serving.ask(
            "POST /webhooks/in/registry", headers: [Self.json, Self.bearer, "webhook-id: one"],
            body: #"{"from":"u1","text":"/up 5"}"#)
        #expect(said.status == 200)
        let object = try JSONValue(parsing: Array(said.body.utf8))
        // A stranger's attempt is on the record.
        #expect(object["outcome"]?.string == "commit", "\(said.body)")
        let n = try #require(object["n"]?.int)
        #expect(object["said"]?.array?.first?["to"]?.string == "in:registry:u1")
        // The same delivery again has no second effect.
        let again = try serving.ask(
            "POST /webhooks/in/registry", headers: [Self.json, Self.bearer, "webhook-id: one"],
            body: #"{"from":"u1","text":"/up 5"}"#)
        #expect(try JSONValue(parsing: Array(again.body.utf8))["outcome"]?.string == "nothing")
        kill(serving.child, SIGKILL)
        _ = try serving.end()
        let replayed = try Program.run(["replay", "--data", serving.folder.data], in: Folder())
        let last = try #require(
            replayed.output.dropFirst(2).split(separator: " ").first.flatMap { Int64($0) })
        #expect(last >= n)
    }

    @Test func showsWhatIsCounted() throws {
        let serving = try Serving()
        _ = try serving.ask(
            "POST /webhooks/in/registry", headers: [Self.json, Self.bearer],
            body: #"{"from":"u1","text":"/up 5"}"#)
        let answer = try serving.ask("GET /metrics")
        #expect(answer.head.contains("content-type: text/plain; version=0.0.4"))
        let lines = answer.body.split(separator: "\n")
        #expect(
            lines.contains {
                $0.hasPrefix("hundred_commits_total ") && $0 != "hundred_commits_total 0"
            })
        // Buckets count up to the whole.
        let buckets = lines.filter { $0.hasPrefix("hundred_batch_commits_bucket") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(buckets == buckets.sorted())
        let whole = lines.first { $0.hasPrefix("hundred_batch_commits_count ") }?.split(
            separator: " "
        ).last
        #expect(buckets.last.map { String($0) } == whole.map { String($0) })
    }

    /// Slow peers are told so and left, within the time that the doors give them.
    @Test(arguments: [
        // Headers that do not end.
        ("GET /health HTTP/1.1\r\nHost: t\r\n", "X: y\r\n"),
        // A body that hardly comes.
        (
            "POST /webhooks/in/registry HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n",
            "a"
        ),
    ])
    func doesNotWaitForever(_ row: (first: String, drip: String)) throws {
        let serving = try Serving()
        var parts: [(bytes: String, pause: UInt32)] = [(row.first, 500)]
        for _ in 0..<14 { parts.append((row.drip, 500)) }
        let answer = try serving.send(parts)
        #expect(answer.status == 408, "\(answer.head)")
        #expect(try serving.ask("GET /health").status == 200)
    }

    @Test func isAloneInItsDirectory() throws {
        let serving = try Serving()
        let second = try Program.run(
            ["say", "--as", "x", "--data", serving.folder.data, "hello"], in: Folder())
        #expect(second.status == 75)
        #expect(second.complaint.contains("\(serving.child)"))
        let third = try Program.run(
            ["serve", "--data", serving.folder.path + "/other"],
            environment: ["HUNDRED_HTTP_PORT": "\(serving.port)"], in: Folder())
        #expect(third.status == 74, "\(third.complaint)")
        #expect(try serving.end() == 0)
        let verified = try Program.run(["verify", "--data", serving.folder.data], in: Folder())
        #expect(verified.status == 0, "\(verified.output)")
    }

    static let configurations:
        [(file: String, environment: [String: String], status: Int32, wanted: String)] = [
            ("colour: red", [:], 78, "colour: unknown key"),
            ("http: { port: 70000 }", [:], 78, "http.port: "),
            ("webhooks: [city]", [:], 78, "HUNDRED_WEBHOOK_CITY_TOKEN"),
            ("webhooks: [\"../x\"]", [:], 78, "lower-case"),
            ("log: { level: loud }", [:], 78, "log.level"),
            ("language: en", ["HUNDRED_HTTP_PORT": "http"], 78, "HUNDRED_HTTP_PORT"),
            (
                "language: en", ["HUNDRED_WEBHOOK_CITY_SECRET": "abc"], 78,
                "HUNDRED_WEBHOOK_CITY_SECRET"
            ),
            (
                "language: en", ["HUNDRED_TELEGRAM_TOKEN": "1:a", "HUNDRED_TELEGRAM_MODE": "push"],
                78, "HUNDRED_TELEGRAM_MODE"
            ),
            (
                "telegram: { north: { token_from: HUNDRED_NO_TOKEN } }", [:], 78,
                "telegram.north.token_from"
            ),
        ]

    @Test(arguments: configurations)
    func refusesConfigurations(
        _ row: (file: String, environment: [String: String], status: Int32, wanted: String)
    ) throws {
        let folder = Folder()
        folder.write("config.yaml", row.file)
        let ended = try Program.run(
            ["serve", "--config", folder.path + "/config.yaml", "--data", folder.data],
            environment: row.environment,
            in: folder)
        #expect(ended.status == row.status, "\(row)")
        #expect(ended.complaint.contains(row.wanted), "\(ended.complaint)")
    }

    /// The example says what holds without it, and all that can be said.
    @Test func theExampleIsGood() throws {
        let serving = try Serving(arguments: [
            "--config", Program.checkout + "/deploy/config.example.yaml",
        ])
        #expect(try serving.end() == 0)
    }

    /// A secret comes from the credentials' directory before the environment, one line end stripped.
    @Test func secretsComeFromCredentials() throws {
        let credentials = Folder()
        credentials.write("HUNDRED_WEBHOOK_REGISTRY_TOKEN", "from a file\n")
        let serving = try Serving(["CREDENTIALS_DIRECTORY": credentials.path])
        func ask(_ token: String) throws -> Int {
            try serving.ask(
                "POST /webhooks/in/registry",
                headers: [Self.json, "Authorization: Bearer \(token)"], body: Self.hello
            ).status
        }
        #expect(try ask("open sesame") == 401)
        #expect(try ask("from a file") == 200)
        for line in serving.folder.read("stderr").split(separator: "\n") {
            #expect((try? JSONValue(parsing: Array(line.utf8)))?.object != nil, "\(line)")
            #expect(!line.contains("from a file"))
        }
    }
}
