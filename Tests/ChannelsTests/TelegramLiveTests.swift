import Accelerator
import Channels
import JSON
import Language
import Runtime
import Synchronization
import Testing
import Transport

private let ann = #"{"id":4503599627370495,"is_bot":false,"first_name":"Ann","language_code":"ru"}"#
private let annID: Int64 = 4_503_599_627_370_495
private let team = #"{"id":-1002147483648123,"type":"supergroup","title":"Team"}"#
private let teamID: Int64 = -1_002_147_483_648_123

extension StandIn {
    @discardableResult
    fileprivate func say(_ text: String, _ more: String = "") async throws -> JSONValue {
        try await control("say", #"{"from":\#(ann),"text":"\#(text)"\#(more.isEmpty ? "" : "," + more)}"#)
    }
    fileprivate func texts(_ chat: Int64) async throws -> [String] {
        try await messages(chat).filter { $0["from"]?.string == "bot" }.compactMap { $0["text"]?.string }
    }
    fileprivate func isDrained() async throws -> Bool {
        try await control("state")["pending"]?.array?.isEmpty ?? false
    }
    fileprivate func hasNoViolations() async throws -> Bool {
        try await control("violations")["violations"]?.array == []
    }
}

private func menus(_ roles: @escaping @Sendable (String) -> TelegramMenus.Role) -> TelegramMenus {
    TelegramMenus(
        languages: ["en", "ru", "ky-KG"],
        describe: { $0 == "undo" ? nil : "\($1) \($0)\nmore" }, role: roles)
}

@Suite(.serialized) struct TelegramLiveTests {
    /// A whole day in a minute: private words, an edit, a press, a group, a poisoned queue, another reader.
    @Test func polling() async throws {
        let standIn = try StandIn()
        let ear = Ear()
        let channel = try standIn.channel(menus: menus { $0 == "tg:\(annID)" ? .leader : .member })
        try await withBot(on: channel, ear) { _ in
            let said = try await standIn.say("one")
            try await until("one is answered") { try await standIn.texts(annID).contains("heard: one") }
            let number = said["message_id"]?.int ?? 0
            try await standIn.say("two", #""edit_of":\#(number)"#)
            try await until("two is answered") { try await standIn.texts(annID).contains("heard: two") }

            // A press is answered, and is the line behind it.
            let shown = try await standIn.messages(annID).last { $0["from"]?.string == "bot" }
            let press = try await standIn.control(
                "press", #"{"from":\#(ann),"chat":\#(annID),"label":"again","message_id":\#(shown?["message_id"]?.int ?? 0)}"#)
            try await until("the press is heard") { ear.texts.contains("=/again") }
            let query = press["callback_query_id"]?.string ?? ""
            try await until("the press is answered") {
                try await standIn.control("callback", #"{"id":"\#(query)"}"#)["answered"]?.bool == true
            }

            // In a group: the answer answers, silently.
            try await standIn.control("member", #"{"from":\#(ann),"chat":\#(team),"action":"add"}"#)
            let asked = try await standIn.say("/up@na1_hundred_bot 5", #""chat":\#(teamID)"#)
            try await until("the group is answered") { try await standIn.texts(teamID).contains("heard: /up 5") }
            let answer = try await standIn.messages(teamID).last { $0["from"]?.string == "bot" }
            #expect(answer?["reply_to"]?.int == asked["message_id"]?.int)
            #expect(ear.news.withLock { $0.first?.what } == .added(by: "tg:\(annID)"))

            // What can't be read hides nothing: a message that is none, one nested too deep, others' kinds.
            try await standIn.say("before")
            try await standIn.control("raw", #"{"update":{"message":{"message_id":1}}}"#)
            try await standIn.say("between")
            let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
            try await standIn.control("raw", #"{"update":{"message":{"message_id":1,"x":\#(deep)}}}"#)
            try await standIn.control("raw", #"{"update":{"poll":{"id":"1"}}}"#)
            try await standIn.say("after")
            try await until("what stands around poison is heard") { try await standIn.texts(annID).contains("heard: after") }
            #expect(ear.texts.filter { ["before", "between", "after"].contains($0) } == ["before", "between", "after"])

            // Somebody ends the poll; the next one goes on.
            _ = try await standIn.control("kill-polls", #"{"how":"drop"}"#)
            try await standIn.say("still here")
            try await until("it polls again") { try await standIn.texts(annID).contains("heard: still here") }
            try await until("all is confirmed") { try await standIn.isDrained() }
        }
        #expect(Set(ear.texts).count == ear.texts.count, "nothing was heard twice")
        #expect(try await standIn.hasNoViolations())
        let leader = try await standIn.control("menu", #"{"chat":\#(annID),"user":\#(annID),"language":"ru"}"#)
        #expect(leader["commands"]?.array?.compactMap { $0["command"]?.string } == ["up", "status", "done", "need", "ask", "week", "digest", "help"])
        #expect(leader["commands"]?.array?.first?["description"]?.string == "ru up")
        let member = try await standIn.control("menu", #"{"chat":\#(teamID),"user":\#(annID),"language":"kk"}"#)
        #expect(member["commands"]?.array?.compactMap { $0["description"]?.string } == ["up", "status", "done", "need", "digest", "help"].map { "en \($0)" })
    }

    /// What is not durable is not confirmed: after the end another process hears it again.
    @Test func nothingIsConfirmedBeforeItIsDurable() async throws {
        let standIn = try StandIn()
        let ear = Ear()
        let journal = MemoryJournal()
        journal.isStuck.withLock { $0 = true }
        let first = try standIn.channel { $0.pollSeconds = 1 }
        try await withBot(on: first, ear, journal: journal) { _ in
            try await standIn.say("kept")
            try await until("it was heard") { !ear.texts.isEmpty }
            try await Task.sleep(for: .milliseconds(1500))
            #expect(try await !standIn.isDrained())
            #expect(try await standIn.texts(annID) == [])
            journal.isStuck.withLock { $0 = false }
            try await until("then it is answered") { try await standIn.texts(annID) == ["heard: kept"] }
            try await until("and confirmed") { try await standIn.isDrained() }
        }
        // A second life: told once more, it answers no more, and asks from behind its cursor.
        let cursor = journal.commits.withLock { $0.compactMap { $0.cursors["tg:7000001"] }.last }
        #expect(cursor != nil)
        try await standIn.say("new")
        let again = try standIn.channel { $0.pollSeconds = 1 }
        try await withBot(on: again, ear, journal: journal) { _ in
            try await until("the new is answered") { try await standIn.texts(annID).contains("heard: new") }
        }
        #expect(try await standIn.texts(annID) == ["heard: kept", "heard: new"])
    }

    @Test func webhook() async throws {
        let standIn = try StandIn()
        let ear = Ear()
        let channel = try standIn.channel {
            $0.mode = .webhook
            $0.webhookSecret = Secret("s3cret-of_the-door")
            $0.publicURL = "http://127.0.0.1:9/"
        }
        let update = #"{"update_id":5,"message":{"message_id":1,"date":1700000000,"from":\#(ann),"chat":{"id":\#(annID),"type":"private"},"text":"hello"}}"#
        func deliver(_ body: String, _ secret: String?) async -> DoorAnswer {
            await channel.door.receive(body: Array(body.utf8), secret: secret)
        }
        #expect(await deliver(update, "s3cret-of_the-door") == DoorAnswer(503, retryAfter: 2), "not before it knows its name")
        try await standIn.control("person", #"{"user":\#(ann)}"#)
        let journal = MemoryJournal()
        try await withBot(on: channel, ear, journal: journal) { _ in
            try await until("the webhook is set") {
                try await standIn.control("state")["webhook"]?.string == "http://127.0.0.1:9/webhooks/telegram"
            }
            try await until("it is ready") { await deliver(#"{"update_id":1}"#, "s3cret-of_the-door").status == 200 }
            for wrong in [nil, "", "s3cret", "S3CRET-OF_THE-DOOR", "s3cret-of_the-doorx"] {
                #expect(await deliver(update, wrong) == DoorAnswer(401), "\(wrong ?? "none")")
            }
            #expect(ear.texts == [])
            #expect(await deliver(update, "s3cret-of_the-door") == DoorAnswer(200))
            #expect(journal.commits.withLock { $0.contains { $0.key == "tg u:7000001:5" } })
            #expect(await deliver(update, "s3cret-of_the-door") == DoorAnswer(200), "brought twice")
            #expect(ear.texts == ["hello"])
            for poison in ["", "{", "null", #"{"update_id":6,"message":{}}"#, "\u{0}"] {
                #expect(await deliver(poison, "s3cret-of_the-door") == DoorAnswer(200), "\(poison)")
            }
            // Not durable: Telegram must bring it again.
            journal.isStuck.withLock { $0 = true }
            let late = update.replacing("\"update_id\":5", with: "\"update_id\":7")
            #expect(await deliver(late, "s3cret-of_the-door") == DoorAnswer(503, retryAfter: 5))
            journal.isStuck.withLock { $0 = false }
            try await until("it is let in") { await deliver(late, "s3cret-of_the-door").status == 200 }
            #expect(ear.texts == ["hello", "hello"], "and heard once")
        }
    }

    // MARK: Before the first update

    private func fault(_ channel: TelegramChannel) async -> String {
        do throws(TelegramFault) {
            return "@" + (try await channel.prepare()).username
        } catch {
            #expect(!"\(error)".contains(StandIn.token))
            return (error.isConfiguration ? "78: " : "later: ") + String("\(error)".prefix(50))
        }
    }

    @Test func whatIsInTheWay() async throws {
        let standIn = try StandIn()
        #expect(await fault(try standIn.channel()) == "@na1_hundred_bot")
        #expect(await fault(try standIn.channel { $0.expectedBot = 7_000_001 }) == "@na1_hundred_bot")
        #expect(await fault(try standIn.channel { $0.expectedBot = 5 }) == "78: This token belongs to @na1_hundred_bot (7000001), ")
        #expect(await fault(try standIn.channel { $0.token = Secret("7000001:other") }).hasPrefix("78: Telegram does not know this token."))
        let nobody = try standIn.channel { $0.api = "http://127.0.0.1:1" }
        #expect(await fault(nobody).hasPrefix("later: Can't reach 127.0.0.1:1 (not sent: "))
        try await standIn.control("fail", #"{"method":"getMe","kind":"garbage-after-accept"}"#)
        #expect(await fault(try standIn.channel()).hasPrefix("later: "))
        for (token, isGood) in [("", false), ("7000001", false), ("7000001:", false), ("x:y", false), ("1:a b", false), ("1:a/../b", false), ("-1:a", false), ("1:aB_-9", true)] {
            let isTaken = (try? standIn.channel { $0.token = Secret(token) }) != nil
            #expect(isTaken == isGood, "\(token)")
        }
        for (secret, isGood) in [("", false), ("a b", false), ("é", false), (String(repeating: "a", count: 257), false), (String(repeating: "a", count: 256), true)] {
            let isTaken = (try? standIn.channel { $0.mode = .webhook; $0.webhookSecret = Secret(secret) }) != nil
            #expect(isTaken == isGood, "\(secret)")
        }
        for api in ["", "ftp://x", "127.0.0.1", "http://a@b", "http://a b"] {
            #expect(throws: TelegramFault.self, "\(api)") { try standIn.channel { $0.api = api } }
        }
    }

    /// A webhook belongs to somebody: it is never removed in silence.
    @Test func anotherWebhook() async throws {
        let standIn = try StandIn()
        let url = "\(standIn.base)/bot\(StandIn.token)/setWebhook"
        let set = HTTPRequest(
            method: .post, url: url, headers: [("Content-Type", "application/json")],
            body: Array(#"{"url":"https://u:p@bot.gov.kz:8443/secret/path"}"#.utf8), idempotent: true, label: "setWebhook")
        _ = try await standIn.client.send(set)
        let channel = try standIn.channel()
        #expect(await fault(channel).hasPrefix("78: A webhook is set to host bot.gov.kz:8443; polling"))
        #expect(try await standIn.control("state")["webhook"]?.string != nil)
        #expect(try await channel.webhookHost() == "bot.gov.kz:8443")
        #expect(await fault(try standIn.channel { $0.takesOver = true }) == "@na1_hundred_bot")
        #expect(try await standIn.control("state")["webhook"]?.isNull == true)
        #expect(await fault(channel) == "@na1_hundred_bot")
    }

    // MARK: Sending

    private func outcome(_ channel: TelegramChannel, _ letter: TelegramLetter) async -> String {
        let result = await withCheckedContinuation { continuation in
            channel.send(letter) { continuation.resume(returning: $0) }
        }
        switch result {
        case .success(let key): return key ?? "sent"
        case .failure(let failure):
            #expect(!failure.why.contains("AAE"), "a secret in \(failure.why)")
            let wait = failure.retryAfter.map { " after \($0)" } ?? ""
            return "\(failure.kind)\(wait)"
        }
    }

    @Test func whatComesOfAnAttempt() async throws {
        let standIn = try StandIn()
        let channel = try standIn.channel()
        try await standIn.say("/start")
        func attempt(_ kind: String?, _ more: String = "", letter: TelegramLetter? = nil) async throws -> (String, [String]) {
            if let kind { try await standIn.control("fail", #"{"method":"sendMessage","kind":"\#(kind)"\#(more)}"#) }
            let before = try await standIn.texts(annID).count
            let came = await outcome(channel, letter ?? TelegramLetter(key: "\(before)", chat: annID, isGroup: false, message: message("x")))
            try await standIn.control("unfail")
            return (came.hasPrefix("tg:") ? "named" : came, Array(try await standIn.texts(annID).dropFirst(before)))
        }
        for (kind, more, expected, arrives) in [
            (nil, "", "named", true), ("429", #","retry_after":7"#, "notSent after 7000", false),
            ("500", "", "ambiguous", false), ("502", "", "ambiguous", false), ("500-after-accept", "", "ambiguous", true),
            ("drop-before", "", "ambiguous", false), ("drop-after-accept", "", "ambiguous", true),
            ("cut-after-accept", "", "sent", true), ("garbage-after-accept", "", "sent", true),
            ("401", "", "channelDown", false), ("404", "", "channelDown", false), ("403", "", "gone", false),
            ("400", #","description":"Bad Request: chat not found""#, "gone", false),
            ("400", #","times":2"#, "refused", false), ("400", "", "named", true),
        ] as [(String?, String, String, Bool)] {
            let (came, texts) = try await attempt(kind, more)
            #expect(came == expected, "\(kind ?? "none")\(more)")
            #expect(texts == (arrives ? ["x"] : []), "\(kind ?? "none")\(more)")
        }
        // Unreachable: certainly not sent.
        let nobody = try standIn.channel { $0.api = "http://127.0.0.1:1" }
        #expect(await outcome(nobody, TelegramLetter(key: "k", chat: annID, isGroup: false, message: message("x"))) == "notSent")
        // A stranger who never pressed Start.
        try await standIn.control("person", #"{"user":{"id":12,"is_bot":false,"first_name":"B"}}"#)
        #expect(await outcome(channel, TelegramLetter(key: "k", chat: 12, isGroup: false, message: message("x"))) == "gone")
        // The one try after a refusal is plain, and keeps the buttons unless it was about them.
        try await standIn.control("fail", #"{"method":"sendMessage","kind":"400","description":"Bad Request: can't parse entities"}"#)
        let bold = Message(lines: [.init([.init("b", .strong)])], choices: [[.init(label: "A", line: "/a")]])
        #expect(await outcome(channel, TelegramLetter(key: "b", chat: annID, isGroup: false, message: bold)).hasPrefix("tg:"))
        let shown = try await standIn.messages(annID).last
        #expect(shown?["entities"]?.array == [] && shown?["buttons"]?.array?.count == 1)
        #expect(try await standIn.hasNoViolations())
    }

    @Test func edits() async throws {
        let standIn = try StandIn()
        let channel = try standIn.channel()
        try await standIn.say("/start")
        let first = await outcome(channel, TelegramLetter(key: "1", chat: annID, isGroup: false, message: message("one")))
        let number = Int64(first.split(separator: "/").last ?? "") ?? 0
        func edit(_ text: String, _ key: String, _ replaced: Int64) -> TelegramLetter {
            TelegramLetter(key: key, chat: annID, isGroup: false, message: message(text), replaces: replaced)
        }
        #expect(await outcome(channel, edit("two", "2", number)) == first)
        #expect(await outcome(channel, edit("two", "3", number)) == first, "not modified is what was wanted")
        #expect(try await standIn.texts(annID) == ["two"])
        // Gone: a new message in its place.
        let anew = await outcome(channel, edit("three", "4", 99_999))
        #expect(anew.hasPrefix("tg:") && anew != first)
        #expect(try await standIn.texts(annID) == ["two", "three"])
        // The new message in its place is sent at most twice, however often it is tried.
        try await standIn.control("fail", #"{"method":"sendMessage","kind":"drop-after-accept","times":9}"#)
        var outcomes: [String] = []
        for _ in 0..<2 { outcomes.append(await outcome(channel, edit("four", "5", 99_999))) }
        #expect(outcomes == ["ambiguous", "refused"])
        #expect(try await standIn.texts(annID).filter { $0 == "four" }.count == 2)
    }

    /// Parts that got through are not sent again with the next attempt.
    @Test func partsAreNotRepeated() async throws {
        let standIn = try StandIn()
        let channel = try standIn.channel()
        try await standIn.say("/start")
        let long = (1...3).map { String(repeating: "\($0)", count: 4000) }
        let letter = TelegramLetter(
            key: "k", id: "1.0", chat: annID, isGroup: false,
            message: Message(
                lines: long.map { .init([.init($0)]) }, choices: [[.init(label: "Ok", line: "/ok")]]))
        // The first part gets through (its answer does not); the second must wait; so must the third.
        try await standIn.control("fail", #"{"method":"sendMessage","kind":"cut-after-accept"}"#)
        try await standIn.control("fail", #"{"method":"sendMessage","kind":"429","retry_after":1}"#)
        #expect(await outcome(channel, letter) == "notSent after 1000")
        #expect(try await standIn.texts(annID) == [long[0]])
        let came = await outcome(channel, letter)
        #expect(try await standIn.texts(annID) == long)
        let shown = try await standIn.messages(annID).filter { $0["from"]?.string == "bot" }
        #expect(shown.map { $0["buttons"]?.array?.count } == [0, 0, 1])
        #expect(came == "tg:\(annID)/\(shown.last?["message_id"]?.int ?? 0)")
        // Done with: the same key begins from the beginning.
        #expect(await outcome(channel, letter).hasPrefix("tg:"))
        #expect(try await standIn.texts(annID) == long + long)
    }

    @Test func groups() async throws {
        let standIn = try StandIn()
        let ear = Ear()
        let channel = try standIn.channel()
        let old = #"{"id":-42,"type":"group","title":"Team"}"#
        try await withBot(on: channel, ear) { _ in
            try await standIn.say("/up 1", #""chat":\#(old)"#)
            try await until("it is answered") { try await standIn.texts(-42).count == 1 }
            try await standIn.control("migrate", #"{"from":\#(ann),"chat":-42,"to":-1000000000042,"silent":true}"#)
            let letter = TelegramLetter(key: "k", chat: -42, isGroup: true, message: message("x"))
            #expect(await outcome(channel, letter) == #"moved(to: "tg:-1000000000042")"#)
            try await until("the Clerk hears of it") {
                ear.news.withLock { $0.contains { $0.chat == "tg:-42" && $0.what == .moved(to: "tg:-1000000000042") } }
            }
        }
        // A card is pinned if that is allowed, and sent in either case.
        let card = TelegramLetter(key: "c", chat: -1_000_000_000_042, isGroup: true, message: message("card"), kind: .card, isCard: true)
        #expect(await outcome(channel, card).hasPrefix("tg:-1000000000042/"))
        try await until("pinning was tried") {
            try await standIn.control("calls", #"{"method":"pinChatMessage"}"#)["calls"]?.array?.count == 1
        }
        try await standIn.control("member", #"{"from":\#(ann),"chat":-1000000000042,"action":"admin"}"#)
        #expect(await outcome(channel, card).hasPrefix("tg:-1000000000042/"))
        try await until("it is pinned") {
            try await standIn.messages(-1_000_000_000_042).contains { $0["pinned"]?.bool == true }
        }
        #expect(try await standIn.hasNoViolations())
    }
}

@Suite struct WebhookChannelTests {
    @Test func canNotBeWrittenTo() async throws {
        let channel = WebhookChannel("registry")
        #expect(channel.name == "in:registry")
        var courier = Courier(
            channels: [channel.name: channel.abilities], directory: Directory(State()), mind: echo(Ear()),
            stream: "s", run: "r")
        let now = Moment(wall: Instant(milliseconds: 0), steady: Instant(milliseconds: 0))
        let out = Outgoing(to: .principal("in:registry:a"), [Phrase("x")])
        let effects = courier.step(.speak([.answer(out, replaces: nil)]), now: now, random: 1)
        guard case .send(let delivery)? = effects.first else { return #expect(Bool(false)) }
        await #expect(throws: SendFailure(.refused, why: "this channel can't be written to")) {
            try await channel.send(delivery)
        }
    }
}
