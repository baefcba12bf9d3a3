import Accelerator
import Channels
import JSON
import Language
import Runtime
import Synchronization
import Testing
import Transport

@Suite(.serialized) struct TelegramSendingTests {
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
        func attempt(_ kind: String?, _ more: String = "", letter: TelegramLetter? = nil)
            async throws -> (String, [String])
        {
            if let kind {
                try await standIn.control(
                    "fail", #"{"method":"sendMessage","kind":"\#(kind)"\#(more)}"#)
            }
            let before = try await standIn.texts(annID).count
            let came = await outcome(
                channel,
                letter
                    ?? TelegramLetter(
                        key: "\(before)", chat: annID, isGroup: false, message: message("x")))
            try await standIn.control("unfail")
            return (
                came.hasPrefix("tg:") ? "named" : came,
                Array(try await standIn.texts(annID).dropFirst(before))
            )
        }
        for (kind, more, expected, arrives) in [
            (nil, "", "named", true), ("429", #","retry_after":7"#, "notSent after 7000", false),
            ("500", "", "ambiguous", false), ("502", "", "ambiguous", false),
            ("500-after-accept", "", "ambiguous", true),
            ("drop-before", "", "ambiguous", false), ("drop-after-accept", "", "ambiguous", true),
            ("cut-after-accept", "", "sent", true), ("garbage-after-accept", "", "sent", true),
            ("401", "", "channelDown", false), ("404", "", "channelDown", false),
            ("403", "", "gone", false),
            ("400", #","description":"Bad Request: chat not found""#, "gone", false),
            ("400", #","times":2"#, "refused", false), ("400", "", "named", true),
        ] as [(String?, String, String, Bool)] {
            let (came, texts) = try await attempt(kind, more)
            #expect(came == expected, "\(kind ?? "none")\(more)")
            #expect(texts == (arrives ? ["x"] : []), "\(kind ?? "none")\(more)")
        }
        // Unreachable: certainly not sent.
        let nobody = try standIn.channel { $0.api = "http://127.0.0.1:1" }
        #expect(
            await outcome(
                nobody, TelegramLetter(key: "k", chat: annID, isGroup: false, message: message("x"))
            ) == "notSent")
        // A stranger who never pressed Start.
        try await standIn.control("person", #"{"user":{"id":12,"is_bot":false,"first_name":"B"}}"#)
        #expect(
            await outcome(
                channel, TelegramLetter(key: "k", chat: 12, isGroup: false, message: message("x")))
                == "gone")
        // The one try after a refusal is plain, and keeps the buttons unless it was about them.
        try await standIn.control(
            "fail",
            #"{"method":"sendMessage","kind":"400","description":"Bad Request: can't parse entities"}"#
        )
        let bold = Message(
            lines: [.init([.init("b", .strong)])], choices: [[.init(label: "A", line: "/a")]])
        #expect(
            await outcome(
                channel, TelegramLetter(key: "b", chat: annID, isGroup: false, message: bold)
            ).hasPrefix("tg:"))
        let shown = try await standIn.messages(annID).last
        #expect(shown?["entities"]?.array == [] && shown?["buttons"]?.array?.count == 1)
        #expect(try await standIn.hasNoViolations())
    }

    @Test func edits() async throws {
        let standIn = try StandIn()
        let channel = try standIn.channel()
        try await standIn.say("/start")
        let first = await outcome(
            channel, TelegramLetter(key: "1", chat: annID, isGroup: false, message: message("one")))
        let number = Int64(first.split(separator: "/").last ?? "") ?? 0
        func edit(_ text: String, _ key: String, _ replaced: Int64) -> TelegramLetter {
            TelegramLetter(
                key: key, chat: annID, isGroup: false, message: message(text), replaces: replaced)
        }
        #expect(await outcome(channel, edit("two", "2", number)) == first)
        #expect(
            await outcome(channel, edit("two", "3", number)) == first,
            "not modified is what was wanted")
        #expect(try await standIn.texts(annID) == ["two"])
        // Gone: a new message in its place.
        let anew = await outcome(channel, edit("three", "4", 99_999))
        #expect(anew.hasPrefix("tg:") && anew != first)
        #expect(try await standIn.texts(annID) == ["two", "three"])
        // The new message in its place is sent at most twice, however often it is tried.
        try await standIn.control(
            "fail", #"{"method":"sendMessage","kind":"drop-after-accept","times":9}"#)
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
                lines: long.map { .init([.init($0)]) }, choices: [[.init(label: "Ok", line: "/ok")]]
            ))
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
            try await standIn.control(
                "migrate", #"{"from":\#(ann),"chat":-42,"to":-1000000000042,"silent":true}"#)
            let letter = TelegramLetter(key: "k", chat: -42, isGroup: true, message: message("x"))
            #expect(await outcome(channel, letter) == #"moved(to: "tg:-1000000000042")"#)
            try await until("the Clerk hears of it") {
                ear.news.withLock {
                    $0.contains {
                        $0.chat == "tg:-42" && $0.what == .moved(to: "tg:-1000000000042")
                    }
                }
            }
        }
        // A card is pinned if that is allowed, and sent in either case.
        let card = TelegramLetter(
            key: "c", chat: -1_000_000_000_042, isGroup: true, message: message("card"),
            kind: .card, isCard: true)
        #expect(await outcome(channel, card).hasPrefix("tg:-1000000000042/"))
        try await until("pinning was tried") {
            try await standIn.control("calls", #"{"method":"pinChatMessage"}"#)["calls"]?.array?
                .count == 1
        }
        try await standIn.control(
            "member", #"{"from":\#(ann),"chat":-1000000000042,"action":"admin"}"#)
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
            channels: [channel.name: channel.abilities], directory: Directory(State()),
            mind: echo(Ear()),
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
