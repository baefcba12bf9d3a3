import Accelerator
import Channels
import JSON
import Language
import Runtime
import TestKit
import Testing
import Transport

/// Pictures and files: which calls they become, and what a server that knows the Bot API makes of them.
@Suite(.serialized) struct TelegramFileTests {
    /// The smallest PNG: one grey dot.
    private static let dot: [UInt8] = [
        137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0,
        0, 0, 0, 58,
        126, 155, 85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 104, 0, 0, 0, 130, 0, 129, 119,
        205, 114, 182,
        0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
    ]
    private static func letter(
        _ text: String, picture: Bool = false, file: Bool = false, replaces: Int64? = nil,
        isGroup: Bool = false
    ) -> TelegramLetter {
        var words = message(text, choices: [("Undo", "/undo")])
        if picture { words.picture = Picture(bytes: dot, alt: "a line that rises") }
        if file {
            words.attachment = Language.Attachment(
                name: "NA-1.csv", type: "text/csv; charset=utf-8",
                bytes: Array("a,b\r\n--hundred-part-0-of-a-form".utf8))
        }
        return TelegramLetter(
            key: text, chat: isGroup ? -100 : annID, isGroup: isGroup, message: words,
            replaces: replaces)
    }

    @Test func calls() {
        let drawing = TelegramDrawing(username: nil)
        func methods(_ letter: TelegramLetter) -> [String] {
            drawing.calls(for: letter).map { call in
                let caption = call.parameters["caption"]?.string.map { " “\($0.prefix(20))”" } ?? ""
                return call.method + caption
                    + (call.parameters["reply_markup"] == nil ? "" : " buttons")
            }
        }
        let long = String(repeating: "long ", count: 300)
        #expect(methods(Self.letter("short", picture: true)) == ["sendPhoto “short” buttons"])
        #expect(
            methods(Self.letter(long, picture: true)) == [
                "sendPhoto “a line that rises”", "sendMessage buttons",
            ])
        #expect(methods(Self.letter("short", file: true)) == ["sendDocument “short” buttons"])
        #expect(
            methods(Self.letter("short", picture: true, file: true)) == [
                "sendPhoto “a line that rises”", "sendDocument “short” buttons",
            ])
        #expect(
            methods(Self.letter("short", picture: true, replaces: 5)) == ["editMessageText buttons"]
        )
        let emoji = Self.letter(String(repeating: "😀", count: 513), picture: true)
        #expect(
            methods(emoji) == ["sendPhoto “a line that rises”", "sendMessage buttons"],
            "UTF-16 units count")
        let silent = drawing.calls(for: Self.letter("short", picture: true, isGroup: true)).first
        #expect(silent?.parameters["disable_notification"]?.bool == true)
    }

    @Test func aServerTakesThem() async throws {
        let standIn = try StandIn()
        let channel = try standIn.channel()
        try await standIn.say("/start")
        func send(_ letter: TelegramLetter) async -> String {
            await withCheckedContinuation { continuation in
                channel.send(letter) { result in
                    switch result {
                    case .success(let name):
                        continuation.resume(returning: name == nil ? "sent" : "named")
                    case .failure(let failure): continuation.resume(returning: "\(failure.kind)")
                    }
                }
            }
        }
        #expect(await send(Self.letter("one", picture: true)) == "named")
        #expect(await send(Self.letter("two", file: true)) == "named")
        #expect(
            await send(Self.letter("three\n«…» \u{2068}ж\u{2069}", picture: true, file: true))
                == "named")
        let shown = try await standIn.messages(annID).filter { $0["from"]?.string == "bot" }
        #expect(shown.map { $0["text"]?.string ?? $0["caption"]?.string ?? "" }.count == 4)
        #expect(shown.compactMap { $0["document"]?.string } == ["NA-1.csv", "NA-1.csv"])
        #expect(try await standIn.control("violations")["violations"]?.array == [])

        // A chat where photos are not allowed gets the words; an answer that is lost leaves it unknown.
        try await standIn.control(
            "fail",
            #"{"method":"sendPhoto","kind":"400","description":"Bad Request: not enough rights to send photos to the chat"}"#
        )
        #expect(await send(Self.letter("four", picture: true)) == "named")
        #expect(try await standIn.texts(annID).last == "four")
        try await standIn.control("fail", #"{"method":"sendPhoto","kind":"drop-after-accept"}"#)
        #expect(await send(Self.letter("five", picture: true)) == "ambiguous")
        try await standIn.control(
            "fail", #"{"method":"sendDocument","kind":"429","retry_after":3}"#)
        #expect(await send(Self.letter("six", file: true)) == "notSent")
    }

    @Test func base64() {
        for (text, expected) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("\u{0}ÿ", "AMO/"),
        ] {
            #expect(Base64.text(Array(text.utf8)) == expected)
        }
        var random = Seeded(9)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Base64.text(bytes)
            #expect(text.utf8.count == (count + 2) / 3 * 4)
        }
    }
}
