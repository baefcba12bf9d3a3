import Accelerator
import Channels
import JSON
import Language
import Runtime
import TestKit
import Testing
import Transport

private let drawing = TelegramDrawing(username: "na1_hundred_bot")

/// Letters and the calls that send them: method, parameters.
private let golden: [(String, TelegramLetter, [(String, String)])] = [
    (
        "plain, in private",
        TelegramLetter(key: "k", chat: 77, isGroup: false, message: message("a < b & *c*", "@all")),
        [
            (
                "sendMessage",
                #"{"chat_id":77,"text":"a < b & *c*\n@all","link_preview_options":{"is_disabled":true}}"#
            )
        ]
    ),
    (
        "spans behind an emoji",
        TelegramLetter(
            key: "k", chat: 77, isGroup: false,
            message: Message(lines: [
                .init([.init("😀 "), .init("78 %", .strong), .init(" of "), .init("CH-01", .code)]),
                .init([.init("ж", .strong)]),
            ])),
        [
            (
                "sendMessage",
                #"{"chat_id":77,"text":"😀 78 % of CH-01\nж","entities":[{"type":"bold","offset":3,"length":4},{"type":"code","offset":11,"length":5},{"type":"bold","offset":17,"length":1}],"link_preview_options":{"is_disabled":true}}"#
            )
        ]
    ),
    (
        "an answer in a group",
        TelegramLetter(
            key: "k", chat: -1_002_147_483_648_123, isGroup: true, message: message("ok"),
            inReplyTo: 311),
        [
            (
                "sendMessage",
                #"{"chat_id":-1002147483648123,"text":"ok","link_preview_options":{"is_disabled":true},"disable_notification":true,"reply_parameters":{"message_id":311,"allow_sending_without_reply":true}}"#
            )
        ]
    ),
    (
        "a reminder in a group rings",
        TelegramLetter(
            key: "k", chat: -100, isGroup: true, message: message("due"), kind: .reminder),
        [
            (
                "sendMessage",
                #"{"chat_id":-100,"text":"due","link_preview_options":{"is_disabled":true}}"#
            )
        ]
    ),
    (
        "a question in a group opens a reply",
        TelegramLetter(
            key: "k", chat: -100, isGroup: true, message: message("how much?"), inReplyTo: 4,
            asksReply: true),
        [
            (
                "sendMessage",
                #"{"chat_id":-100,"text":"how much?","link_preview_options":{"is_disabled":true},"disable_notification":true,"reply_parameters":{"message_id":4,"allow_sending_without_reply":true},"reply_markup":{"force_reply":true,"selective":true}}"#
            )
        ]
    ),
    (
        "buttons: short ones share a row, long lines go by number",
        TelegramLetter(
            key: "k", id: "712.0", chat: 77, isGroup: false,
            message: message(
                "sure?",
                choices: [
                    ("Yes", "/up 69.1"), ("No", "/cancel"),
                    (
                        "The whole sentence as its text",
                        "/block " + String(repeating: "ж", count: 60)
                    ), ("", "/help"),
                ])),
        [
            (
                "sendMessage",
                ##"{"chat_id":77,"text":"sure?","link_preview_options":{"is_disabled":true},"reply_markup":{"inline_keyboard":[[{"text":"Yes","callback_data":"=/up 69.1"},{"text":"No","callback_data":"=/cancel"}],[{"text":"The whole sentence as its text","callback_data":"#712.0.2"}],[{"text":"/help","callback_data":"=/help"}]]}}"##
            )
        ]
    ),
    (
        "a long line without an id is written out",
        TelegramLetter(
            key: "k", chat: 77, isGroup: false,
            message: message(
                "did you mean",
                choices: [("Long", "/need " + String(repeating: "x", count: 58)), ("Ok", "/ok")])),
        [
            (
                "sendMessage",
                #"{"chat_id":77,"text":"did you mean\nLong: /need xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","entities":[{"type":"code","offset":19,"length":64}],"link_preview_options":{"is_disabled":true},"reply_markup":{"inline_keyboard":[[{"text":"Ok","callback_data":"=/ok"}]]}}"#
            )
        ]
    ),
    (
        "into a group with one tap",
        TelegramLetter(
            key: "k", id: "1.0", chat: 77, isGroup: false,
            message: message("next", choices: [("Put me into your group", "/start bind_CH-01")])),
        [
            (
                "sendMessage",
                #"{"chat_id":77,"text":"next","link_preview_options":{"is_disabled":true},"reply_markup":{"inline_keyboard":[[{"text":"Put me into your group","url":"https://t.me/na1_hundred_bot?startgroup=bind_CH-01"}]]}}"#
            )
        ]
    ),
    (
        "a way in is a link that opens the bot",
        TelegramLetter(
            key: "k", chat: 77, isGroup: false,
            message: Message(lines: [
                .init([
                    .init("Forward: "), .init("\u{2066}/join abc23\u{2069}", .link),
                    .init(" ok", .strong),
                ]),
                .init([.init("/join a b", .link)]),
            ])),
        [
            (
                "sendMessage",
                #"{"chat_id":77,"text":"Forward: https://t.me/na1_hundred_bot?start=seat_abc23 ok\n/join a b","entities":[{"type":"bold","offset":54,"length":3},{"type":"code","offset":58,"length":9}],"link_preview_options":{"is_disabled":true}}"#
            )
        ]
    ),
    (
        "an edit keeps its buttons and is no answer",
        TelegramLetter(
            key: "k", id: "9.0", chat: -100, isGroup: true,
            message: message("78 %", choices: [("Undo", "/undo")]),
            replaces: 12, inReplyTo: 11, asksReply: true),
        [
            (
                "editMessageText",
                #"{"chat_id":-100,"message_id":12,"text":"78 %","link_preview_options":{"is_disabled":true},"reply_markup":{"inline_keyboard":[[{"text":"Undo","callback_data":"=/undo"}]]}}"#
            )
        ]
    ),
    (
        "nothing to show",
        TelegramLetter(key: "k", chat: 77, isGroup: false, message: message("", " \n")), []
    ),
    (
        "buttons alone",
        TelegramLetter(
            key: "k", chat: 77, isGroup: false, message: message(choices: [("A", "/a")])),
        [
            (
                "sendMessage",
                #"{"chat_id":77,"text":"…","link_preview_options":{"is_disabled":true},"reply_markup":{"inline_keyboard":[[{"text":"A","callback_data":"=/a"}]]}}"#
            )
        ]
    ),
]

@Suite struct TelegramDrawingTests {
    @Test func letters() {
        for (name, letter, expected) in golden {
            let calls = drawing.calls(for: letter)
            #expect(calls.map(\.method) == expected.map(\.0), "\(name)")
            for (call, (method, parameters)) in zip(calls, expected) {
                #expect(pretty(.object(call.parameters)) == pretty(json(parameters)), "\(name)")
                #expect(call.isIdempotent == (method == "editMessageText"), "\(name)")
            }
        }
    }

    /// The description of the Bot API takes each of them, by the letter.
    @Test func lettersAreGoodCalls() async throws {
        let standIn = try StandIn()
        for user in [77] {
            try await standIn.control(
                "person", #"{"user":{"id":\#(user),"is_bot":false,"first_name":"Ann"}}"#)
        }
        try await standIn.control(
            "say", #"{"from":{"id":77,"is_bot":false,"first_name":"Ann"},"text":"/start"}"#)
        try await standIn.control(
            "say",
            #"{"from":77,"chat":{"id":-100,"type":"supergroup","title":"T"},"text":"/start"}"#)
        try await standIn.control(
            "say",
            #"{"from":77,"chat":{"id":-1002147483648123,"type":"supergroup","title":"T"},"text":"/start"}"#
        )
        for (name, letter, expected) in golden {
            for (call, _) in zip(drawing.calls(for: letter), expected)
            where call.method == "sendMessage" {
                let request = HTTPRequest(
                    method: .post, url: "\(standIn.base)/bot\(StandIn.token)/\(call.method)",
                    headers: [("Content-Type", "application/json")],
                    body: JSONValue.object(call.parameters).encoded(),
                    idempotent: false, label: name)
                let answer = try JSONValue(parsing: try await standIn.client.send(request).body)
                #expect(
                    answer["ok"]?.bool == true, "\(name): \(answer["description"]?.string ?? "")")
                #expect(answer["result"]?["text"] == call.parameters["text"], "\(name)")
            }
        }
        #expect(try await standIn.control("violations")["violations"]?.array == [])
    }

    @Test func rowsOfButtons() {
        func rows(_ labels: [String]) -> [Int] {
            let letter = TelegramLetter(
                key: "k", chat: 1, isGroup: false,
                message: message("x", choices: labels.map { ($0, "/x") }))
            let markup = drawing.calls(for: letter).last?.parameters["reply_markup"]
            return markup?["inline_keyboard"]?.array?.map { $0.array?.count ?? 0 } ?? []
        }
        #expect(rows(Array(repeating: "1", count: 9)) == [8, 1])
        #expect(rows(Array(repeating: "ten letter", count: 5)) == [2, 2, 1])
        #expect(rows([String(repeating: "w", count: 60), "a", "b"]) == [1, 2])
        #expect(rows(Array(repeating: "1", count: 130)).reduce(0, +) == 100)
        #expect(rows([]) == [])
    }

    /// 63 bytes fit behind the mark, 64 do not; nothing is cut in a letter's middle.
    @Test func dataOfButtons() {
        func data(_ line: String, id: String? = "7.1") -> String? {
            let letter = TelegramLetter(
                key: "k", id: id, chat: 1, isGroup: false,
                message: message("x", choices: [("l", line)]))
            let markup = drawing.calls(for: letter).last?.parameters["reply_markup"]
            return markup?["inline_keyboard"]?.array?.first?.array?.first?["callback_data"]?.string
        }
        let fits = "/" + String(repeating: "ж", count: 31)
        #expect(fits.utf8.count == 63)
        #expect(data(fits) == "=" + fits)
        #expect(data(fits + "x") == "#7.1.0")
        #expect(data(fits + "x", id: nil) == nil)
    }
}

@Suite struct TelegramTextTests {
    private func units(_ part: TelegramText) -> [String] {
        let utf16 = Array(part.text.utf16)
        return part.entities.map { entity in
            String(decoding: utf16[entity.offset..<(entity.offset + entity.length)], as: UTF16.self)
        }
    }

    @Test func whereALongTextIsCut() {
        func parts(_ text: String) -> [String] {
            TelegramText.parts(of: message(text).lines).map(\.text)
        }
        let a = String(repeating: "a", count: 4096)
        #expect(parts(a) == [a])
        #expect(parts(a + "b") == [a, "b"])
        let line = String(repeating: "ж", count: 2000)
        #expect(parts([line, line, line].joined(separator: "\n")) == [line + "\n" + line, line])
        let words = String(repeating: "word ", count: 1000)
        #expect(parts(words).allSatisfy { $0.hasSuffix("word") && $0.unicodeScalars.count <= 4096 })
        // A family of seven scalars stays together.
        let family = "👨\u{200D}👩\u{200D}👧\u{200D}👦"
        let families = parts(String(repeating: family, count: 1000))
        #expect(families.joined() == String(repeating: family, count: 1000))
        #expect(families.allSatisfy { $0.unicodeScalars.count % 7 == 0 })
        #expect(parts("\n\n \n") == [])
        #expect(parts("") == [])
        let much = parts(String(repeating: "x", count: 100_000))
        #expect(
            much.count == 4 && much.last?.hasSuffix("x…") == true
                && much.allSatisfy { $0.unicodeScalars.count <= 4096 })
    }

    /// Over random spans: nothing but white space and what is cut off is lost, entities mark the same text, and
    /// every part fits.
    @Test(arguments: [11, 12, 13, 14] as [UInt64]) func anyText(seed: UInt64) {
        var random = Seeded(seed)
        let pieces = [
            "a", "ж", "😀", "e\u{301}", " ", "\n", "word ", "👨\u{200D}👩\u{200D}👧", "🇰🇿",
            "\u{2068}x\u{2069}",
        ]
        for _ in 0..<20 {
            var lines: [Message.Line] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                var spans: [Message.Span] = []
                for _ in 0..<Int.random(in: 1...5, using: &random) {
                    var text = ""
                    for _ in 0..<Int.random(in: 0...500, using: &random) {
                        text += pieces.randomElement(using: &random) ?? ""
                    }
                    spans.append(
                        .init(
                            text, [.plain, .strong, .code].randomElement(using: &random) ?? .plain))
                }
                lines.append(.init(spans))
            }
            let parts = TelegramText.parts(of: lines)
            let whole = lines.map(\.text).joined(separator: "\n")
            func bare(_ text: String) -> [Unicode.Scalar] {
                text.unicodeScalars.filter { $0 != " " && $0 != "\n" }
            }
            let shown = bare(parts.map(\.text).joined())
            if parts.count == TelegramText.mostParts, shown.last == "…" {
                #expect(bare(whole).starts(with: shown.dropLast()), "seed \(seed)")
            } else {
                #expect(bare(whole) == shown, "seed \(seed)")
            }
            for part in parts {
                #expect(part.text.unicodeScalars.count <= 4096, "seed \(seed)")
                for entity in part.entities {
                    #expect(entity.length > 0 && entity.offset >= 0, "seed \(seed)")
                    #expect(entity.offset + entity.length <= part.text.utf16.count, "seed \(seed)")
                }
            }
            let marked = parts.flatMap(units).flatMap(bare)
            let spans = lines.flatMap(\.spans).filter { $0.style != .plain }.flatMap {
                bare($0.text)
            }
            #expect(spans.starts(with: marked), "seed \(seed)")
        }
    }
}
