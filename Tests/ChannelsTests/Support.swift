import Accelerator
import Channels
import Glibc
import JSON
import Language
import Logging
import Runtime
import Synchronization
import TestKit
import Testing
import Transport

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// A JSON text of the tests' own; what is none is the test's mistake.
func json(_ text: String) -> JSONValue {
    do throws(JSONError) {
        return try JSONValue(parsing: Array(text.utf8))
    } catch {
        Issue.record("no JSON: \(error): \(text)")
        return .null
    }
}

/// With keys in order, so that two values can be compared by eye.
func pretty(_ value: JSONValue) -> String { String(decoding: value.pretty(), as: UTF8.self) }

func message(_ lines: String..., choices: [(String, String)] = []) -> Message {
    Message(
        lines: lines.map { .init([.init($0)]) },
        choices: choices.isEmpty ? [] : [choices.map { .init(label: $0.0, line: $0.1) }])
}

/// Tests/StandIn/botapi.py in a process of its own, and the tests' side of it.
final class StandIn: Sendable {
    static let token = "7000001:AAEchannels_test-token"
    let port: Int
    let client: HTTPClient
    private let input: Int32

    struct Failure: Error { var why: String }

    init() throws {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        var feed: [Int32] = [0, 0], out: [Int32] = [0, 0]
        // Closed in other processes that are started meanwhile: else this one would never see an end.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &feed) == 0, socketpair(AF_UNIX, kind, 0, &out) == 0
        else {
            throw Failure(why: "socketpair")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, feed[0], 0)
        posix_spawn_file_actions_adddup2(&actions, out[1], 1)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let words = [
            "python3", "/\(folder)/StandIn/botapi.py", "--token", Self.token, "--until-eof",
        ]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let code = posix_spawnp(&process, "python3", &actions, nil, &arguments, environ)
        close(feed[0])
        close(out[1])
        guard code == 0 else { throw Failure(why: "python3 can't be started") }
        input = feed[1]
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(out[0], &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        close(out[0])
        let said = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard said.count == 2, let port = Int(said[1]) else {
            throw Failure(why: "the stand-in said \(said)")
        }
        self.port = port
        client = try HTTPClient(log: quiet)
    }

    /// The stand-in ends with its standard input.
    deinit { close(input) }

    var base: String { "http://127.0.0.1:\(port)" }

    /// One call of `/control/NAME`; the answer.
    @discardableResult
    func control(_ name: String, _ body: String = "{}") async throws -> JSONValue {
        let request = HTTPRequest(
            method: .post, url: "\(base)/control/\(name)",
            headers: [("Content-Type", "application/json")],
            body: Array(body.utf8), idempotent: true, maximumResponseBytes: 8 << 20, label: name)
        let response = try await client.send(request)
        let answer = try JSONValue(parsing: response.body, limits: .file)
        guard response.status == 200 else {
            throw Failure(
                why: "\(name) \(body): \(response.status) \(answer["error"]?.string ?? "")")
        }
        return answer
    }

    func messages(_ chat: Int64) async throws -> [JSONValue] {
        try await control("messages", #"{"chat":\#(chat)}"#)["messages"]?.array ?? []
    }

    func channel(
        _ change: (inout TelegramConfiguration) -> Void = { _ in }, menus: TelegramMenus? = nil
    ) throws -> TelegramChannel {
        var configuration = TelegramConfiguration(token: Secret(Self.token), api: base)
        change(&configuration)
        return try TelegramChannel(configuration, client: client, menus: menus, log: quiet)
    }
}

/// Waits until something is so; a test that waits in vain fails.
func until(
    _ what: String, seconds: Double = 15, _ condition: () async throws -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
    while try await !condition() {
        guard ContinuousClock.now < end else {
            Issue.record("it never came to pass: \(what)", sourceLocation: sourceLocation)
            throw StandIn.Failure(why: what)
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}

// MARK: A bot that says what it heard

/// Writes nothing to disk, and loses nothing while it lives.
final class MemoryJournal: Journal {
    let commits = Mutex<[Commit]>([])
    /// Blocks appends while it is set: nothing becomes durable.
    let isStuck = Mutex(false)

    func recover() throws(JournalError) -> State {
        var state = State()
        for commit in commits.withLock({ $0 }) { state.evolve(commit) }
        return state
    }
    func read(after n: UInt64, _ body: (Commit) throws(JournalError) -> Void) throws(JournalError) {
        for commit in commits.withLock({ $0 }) where commit.n > n { try body(commit) }
    }
    func reserve() throws(JournalError) {}
    func append(_ more: [Commit]) throws(JournalError) {
        while isStuck.withLock({ $0 }) { usleep(2000) }
        commits.withLock { $0 += more }
    }
    func seal() throws(JournalError) {}
    func snapshot(_ state: State) {}
    func close() throws(JournalError) {}
}

/// What a bot of the tests was told, in order.
final class Ear: Sendable {
    let heard = Mutex<[Inbound]>([])
    let news = Mutex<[ChatNews]>([])
    var texts: [String] { heard.withLock { $0.map(\.text) } }
}

/// Answers every message with `heard: TEXT`, on the record, under it a button that says `/again`. A key is
/// heard once.
func echo(_ ear: Ear) -> Mind {
    Mind(
        decide: { input, state, at, _ in
            var commit = Commit()
            commit.n = state.n + 1
            commit.at = max(at, state.at)
            switch input {
            case .message(let inbound):
                if let key = inbound.key, state.seen[key] != nil { return .nothing }
                ear.heard.withLock { $0.append(inbound) }
                commit.source = inbound.principal
                commit.key = inbound.key
                commit.cursors = inbound.cursors
                var person = Person()
                person.code = "p\(commit.n)"
                commit.events = [.personSet(person)]
                var out = Outgoing(
                    to: inbound.chat.map { .chat($0) } ?? .principal(inbound.principal),
                    [Phrase("heard", ["text": .text(inbound.text)])],
                    offers: [Offer(Phrase("again"), "/again")])
                out.id = "\(commit.n).0"
                out.inReplyTo = inbound.message
                commit.out = [out]
                return .commit(commit)
            case .chat(let news):
                ear.news.withLock { $0.append(news) }
                return .nothing
            case .delivered(let id, let message):
                guard state.owed[id] != nil else { return .nothing }
                var event = Delivered()
                event.id = id
                event.message = message
                commit.cause = .delivery
                commit.events = [.delivered(event)]
                return .commit(commit)
            case .undeliverable(let id, let why, let isLost):
                guard state.owed[id] != nil else { return .nothing }
                var event = Undeliverable()
                event.id = id
                event.why = why
                event.isLost = isLost
                commit.cause = .delivery
                commit.events = [.undeliverable(event)]
                return .commit(commit)
            default: return .nothing
            }
        },
        isQuestion: { _ in false }, nextDue: { _, _ in nil },
        render: { out, _ in
            let lines = out.phrases.map { phrase -> Message.Line in
                var text = phrase.key
                if case .text(let said)? = phrase.values.first?.value { text += ": " + said }
                return .init([.init(text)])
            }
            return Message(
                lines: lines,
                choices: [out.offers.map { .init(label: $0.label.key, line: $0.line) }])
        })
}

/// Runs a bot on a channel while the body does something with it.
func withBot(
    on channel: any Channel, _ ear: Ear, journal: MemoryJournal = MemoryJournal(),
    _ body: (Bot) async throws -> Void
) async throws {
    let bot = Bot(
        journal: journal, mind: echo(ear), channels: [channel], stream: "test",
        surroundings: surroundings(),
        log: quiet)
    let run = Task { try await bot.run() }
    do {
        try await body(bot)
    } catch {
        run.cancel()
        _ = try? await run.value
        throw error
    }
    run.cancel()
    try await run.value
}

// MARK: People

let ann = #"{"id":4503599627370495,"is_bot":false,"first_name":"Ann","language_code":"ru"}"#
let annID: Int64 = 4_503_599_627_370_495
let team = #"{"id":-1002147483648123,"type":"supergroup","title":"Team"}"#
let teamID: Int64 = -1_002_147_483_648_123

extension StandIn {
    @discardableResult
    func say(_ text: String, _ more: String = "") async throws -> JSONValue {
        try await control(
            "say", #"{"from":\#(ann),"text":"\#(text)"\#(more.isEmpty ? "" : "," + more)}"#)
    }
    func texts(_ chat: Int64) async throws -> [String] {
        try await messages(chat).filter { $0["from"]?.string == "bot" }.compactMap {
            $0["text"]?.string
        }
    }
    func isDrained() async throws -> Bool {
        try await control("state")["pending"]?.array?.isEmpty ?? false
    }
    func hasNoViolations() async throws -> Bool {
        try await control("violations")["violations"]?.array == []
    }
}
