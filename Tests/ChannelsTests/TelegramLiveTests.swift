import Accelerator
import Channels
import JSON
import Language
import Runtime
import Synchronization
import Testing
import Transport

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
            try await until("one is answered") {
                try await standIn.texts(annID).contains("heard: one")
            }
            let number = said["message_id"]?.int ?? 0
            try await standIn.say("two", #""edit_of":\#(number)"#)
            try await until("two is answered") {
                try await standIn.texts(annID).contains("heard: two")
            }

            // A press is answered, and is the line behind it.
            let shown = try await standIn.messages(annID).last { $0["from"]?.string == "bot" }
            let press = try await standIn.control(
                "press",
                #"{"from":\#(ann),"chat":\#(annID),"label":"again","message_id":\#(shown?["message_id"]?.int ?? 0)}"#
            )
            try await until("the press is heard") { ear.texts.contains("=/again") }
            let query = press["callback_query_id"]?.string ?? ""
            try await until("the press is answered") {
                try await standIn.control("callback", #"{"id":"\#(query)"}"#)["answered"]?.bool
                    == true
            }

            // In a group: the answer answers, silently.
            try await standIn.control("member", #"{"from":\#(ann),"chat":\#(team),"action":"add"}"#)
            let asked = try await standIn.say("/up@na1_hundred_bot 5", #""chat":\#(teamID)"#)
            try await until("the group is answered") {
                try await standIn.texts(teamID).contains("heard: /up 5")
            }
            let answer = try await standIn.messages(teamID).last { $0["from"]?.string == "bot" }
            #expect(answer?["reply_to"]?.int == asked["message_id"]?.int)
            #expect(ear.news.withLock { $0.first?.what } == .added(by: "tg:\(annID)"))

            // What can't be read hides nothing: a message that is none, one nested too deep, others' kinds.
            try await standIn.say("before")
            try await standIn.control("raw", #"{"update":{"message":{"message_id":1}}}"#)
            try await standIn.say("between")
            let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
            try await standIn.control(
                "raw", #"{"update":{"message":{"message_id":1,"x":\#(deep)}}}"#)
            try await standIn.control("raw", #"{"update":{"poll":{"id":"1"}}}"#)
            try await standIn.say("after")
            try await until("what stands around poison is heard") {
                try await standIn.texts(annID).contains("heard: after")
            }
            #expect(
                ear.texts.filter { ["before", "between", "after"].contains($0) } == [
                    "before", "between", "after",
                ])

            // Somebody ends the poll; the next one goes on.
            _ = try await standIn.control("kill-polls", #"{"how":"drop"}"#)
            try await standIn.say("still here")
            try await until("it polls again") {
                try await standIn.texts(annID).contains("heard: still here")
            }
            try await until("all is confirmed") { try await standIn.isDrained() }
        }
        #expect(Set(ear.texts).count == ear.texts.count, "nothing was heard twice")
        #expect(try await standIn.hasNoViolations())
        let leader = try await standIn.control(
            "menu", #"{"chat":\#(annID),"user":\#(annID),"language":"ru"}"#)
        #expect(
            leader["commands"]?.array?.compactMap { $0["command"]?.string } == [
                "up", "status", "done", "need", "ask", "week", "digest", "help",
            ])
        #expect(leader["commands"]?.array?.first?["description"]?.string == "ru up")
        let member = try await standIn.control(
            "menu", #"{"chat":\#(teamID),"user":\#(annID),"language":"kk"}"#)
        #expect(
            member["commands"]?.array?.compactMap { $0["description"]?.string }
                == ["up", "status", "done", "need", "digest", "help"].map { "en \($0)" })
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
            try await until("then it is answered") {
                try await standIn.texts(annID) == ["heard: kept"]
            }
            try await until("and confirmed") { try await standIn.isDrained() }
        }
        // A second life: told once more, it answers no more, and asks from behind its cursor.
        let cursor = journal.commits.withLock { $0.compactMap { $0.cursors["tg:7000001"] }.last }
        #expect(cursor != nil)
        try await standIn.say("new")
        let again = try standIn.channel { $0.pollSeconds = 1 }
        try await withBot(on: again, ear, journal: journal) { _ in
            try await until("the new is answered") {
                try await standIn.texts(annID).contains("heard: new")
            }
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
        let update =
            #"{"update_id":5,"message":{"message_id":1,"date":1700000000,"from":\#(ann),"chat":{"id":\#(annID),"type":"private"},"text":"hello"}}"#
        func deliver(_ body: String, _ secret: String?) async -> DoorAnswer {
            await channel.door.receive(body: Array(body.utf8), secret: secret)
        }
        #expect(
            await deliver(update, "s3cret-of_the-door") == DoorAnswer(503, retryAfter: 2),
            "not before it knows its name")
        try await standIn.control("person", #"{"user":\#(ann)}"#)
        let journal = MemoryJournal()
        try await withBot(on: channel, ear, journal: journal) { _ in
            try await until("the webhook is set") {
                try await standIn.control("state")["webhook"]?.string
                    == "http://127.0.0.1:9/webhooks/telegram"
            }
            try await until("it is ready") {
                await deliver(#"{"update_id":1}"#, "s3cret-of_the-door").status == 200
            }
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
            try await until("it is let in") {
                await deliver(late, "s3cret-of_the-door").status == 200
            }
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
        #expect(
            await fault(try standIn.channel { $0.expectedBot = 7_000_001 }) == "@na1_hundred_bot")
        #expect(
            await fault(try standIn.channel { $0.expectedBot = 5 })
                == "78: This token belongs to @na1_hundred_bot (7000001), ")
        #expect(
            await fault(try standIn.channel { $0.token = Secret("7000001:other") }).hasPrefix(
                "78: Telegram does not know this token."))
        let nobody = try standIn.channel { $0.api = "http://127.0.0.1:1" }
        #expect(await fault(nobody).hasPrefix("later: Can't reach 127.0.0.1:1 (not sent: "))
        try await standIn.control("fail", #"{"method":"getMe","kind":"garbage-after-accept"}"#)
        #expect(await fault(try standIn.channel()).hasPrefix("later: "))
        for (token, isGood) in [
            ("", false), ("7000001", false), ("7000001:", false), ("x:y", false), ("1:a b", false),
            ("1:a/../b", false), ("-1:a", false), ("1:aB_-9", true),
        ] {
            let isTaken = (try? standIn.channel { $0.token = Secret(token) }) != nil
            #expect(isTaken == isGood, "\(token)")
        }
        for (secret, isGood) in [
            ("", false), ("a b", false), ("é", false), (String(repeating: "a", count: 257), false),
            (String(repeating: "a", count: 256), true),
        ] {
            let isTaken =
                (try? standIn.channel {
                    $0.mode = .webhook; $0.webhookSecret = Secret(secret)
                }) != nil
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
            body: Array(#"{"url":"https://u:p@bot.gov.kz:8443/secret/path"}"#.utf8),
            idempotent: true, label: "setWebhook")
        _ = try await standIn.client.send(set)
        let channel = try standIn.channel()
        #expect(
            await fault(channel).hasPrefix("78: A webhook is set to host bot.gov.kz:8443; polling"))
        #expect(try await standIn.control("state")["webhook"]?.string != nil)
        #expect(try await channel.webhookHost() == "bot.gov.kz:8443")
        #expect(await fault(try standIn.channel { $0.takesOver = true }) == "@na1_hundred_bot")
        #expect(try await standIn.control("state")["webhook"]?.isNull == true)
        #expect(await fault(channel) == "@na1_hundred_bot")
    }
}
