import Accelerator
import Channels
import JSON
import Language
import Runtime
import TestKit
import Testing

private let bot: Int64 = 7_000_001
private let reader = TelegramReader(bot: bot, username: "na1_hundred_bot")

private let speaker =
    #"{"id":4503599627370495,"is_bot":false,"first_name":"Ann","last_name":"B","language_code":"ru"}"#
private let annKey = "tg:4503599627370495"
private let home = #"{"id":77,"type":"private","first_name":"Ann"}"#
private let group = #"{"id":-1002147483648123,"type":"supergroup","title":"Team"}"#
private let groupKey = "tg:-1002147483648123"

private func said(_ rest: String, from: String = speaker, chat: String = home) -> String {
    #"{"message_id":5,"from":\#(from),"chat":\#(chat),"date":1700000000,\#(rest)}"#
}
private func update(_ kind: String, _ body: String) -> JSONValue {
    json(#"{"update_id":900,"\#(kind)":\#(body)}"#)
}

/// An update in one line.
private func line(_ update: TelegramUpdate) -> String {
    var words: [String] = []
    switch update.what {
    case .ignored(let why): words = ["ignored: \(why)"]
    case .unreadable(let why): words = ["unreadable: \(why)"]
    case .chat(let news):
        words = ["chat \(news.chat)"]
        switch news.what {
        case .added(let by): words.append("added by \(by ?? "?")")
        case .removed: words.append("removed")
        case .moved(let to): words.append("moved to \(to)")
        case .pinned(let isDone): words.append(isDone ? "pinned" : "may not pin")
        case .rights(let canWrite): words.append(canWrite ? "may write" : "may not write")
        }
    case .message(let m):
        words = ["\(m.kind.rawValue) by \(m.principal)"]
        if let chat = m.chat { words.append("in \(chat)") }
        words.append("“\(m.text)”")
        if let answered = m.repliesTo { words.append("to \(answered)") }
        if m.repliesToBot { words.append("(ours)") }
        if let replied = m.replied { words.append("(\(replied.name) \(replied.principal ?? "?"))") }
        for mention in m.mentions { words.append("@\(mention.name)=\(mention.principal ?? "?")") }
        if let pressed = m.pressed { words.append("of \(pressed)") }
        if m.sent == nil, m.kind != .pressed { words.append("undated") }
    }
    if let callback = update.callback { words.append("press \(callback)") }
    return words.joined(separator: " ")
}

private func check(
    _ kind: String, _ body: String, _ expected: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(line(reader.read(update(kind, body))) == expected, sourceLocation: sourceLocation)
}

@Suite struct TelegramReaderTests {
    @Test func whatIsSaid() {
        check("message", said(#""text":"78,4""#), "said by \(annKey) “78,4”")
        check(
            "message", said(#""text":"/up 5""#, chat: group),
            "said by \(annKey) in \(groupKey) “/up 5”")
        check(
            "message", said(#""text":"/up@Na1_Hundred_Bot 5\nb""#, chat: group),
            "said by \(annKey) in \(groupKey) “/up 5\nb”")
        check(
            "message", said(#""text":"/start@na1_hundred_bot bind_CH-01""#, chat: group),
            "said by \(annKey) in \(groupKey) “/start bind_CH-01”")
        check("message", said(#""text":"/start claim_9f""#), "said by \(annKey) “/start claim_9f”")
        check(
            "message", said(#""text":"/up@other_bot 5""#, chat: group),
            "ignored: a command for another bot")
        check("message", said(#""text":"/mail me@here""#), "said by \(annKey) “/mail me@here”")
        check("message", said(#""caption":"/up 5","photo":[]"#), "said by \(annKey) “/up 5”")
        check(
            "edited_message", said(#""text":"/up 6","edit_date":1700000100"#),
            "edited by \(annKey) “/up 6”")
        check(
            "message", #"{"message_id":5,"from":\#(speaker),"chat":\#(home),"text":"no date"}"#,
            "said by \(annKey) “no date” undated")
        check("message", said(#""text":"x","date_":1"#), "said by \(annKey) “x”")
    }

    @Test func namesKeysAndTimes() throws {
        let read = reader.read(update("message", said(#""text":"x""#, chat: group)))
        guard case .message(let inbound) = read.what else {
            throw StandIn.Failure(why: "no message")
        }
        #expect(read.id == 900)
        #expect(inbound.key == "tg u:7000001:900")
        #expect(inbound.message == groupKey + "/5")
        #expect(inbound.name == "Ann B")
        #expect(inbound.language == "ru")
        #expect(inbound.chatTitle == "Team")
        #expect(inbound.channel == "tg")
        #expect(inbound.sent == Instant(milliseconds: 1_700_000_000_000))
        #expect(inbound.cursors == ["tg:7000001": "900"])
        let pushed = TelegramReader(bot: bot, username: "x", name: "tgb", isPolled: false)
        guard case .message(let other) = pushed.read(update("message", said(#""text":"x""#))).what
        else {
            throw StandIn.Failure(why: "no message")
        }
        #expect(other.cursors == [:])
        #expect(other.principal == "tgb:4503599627370495")
        #expect(other.key == "tgb u:7000001:900")
    }

    @Test func whatIsNeverExecuted() {
        check(
            "message", said(#""text":"/up 5","forward_origin":{"type":"user"}"#),
            "ignored: forwarded")
        check(
            "message", said(#""text":"/up 5","is_automatic_forward":true"#),
            "ignored: forwarded by the channel")
        check(
            "message", said(#""text":"/up 5","via_bot":{"id":3,"is_bot":true}"#),
            "ignored: said through another bot")
        check(
            "message", said(#""text":"/up 5""#, from: #"{"id":3,"is_bot":true,"first_name":"B"}"#),
            "ignored: a bot")
        check(
            "message", said(#""text":"/up 5""#, from: #"{"id":7000001,"first_name":"B"}"#),
            "ignored: a bot")
        check(
            "message", said(#""text":"/up 5""#, chat: #"{"id":-5,"type":"channel"}"#),
            "ignored: a channel's post")
        check(
            "message",
            said(#""text":"see","quote":{"text":"/up 5"},"external_reply":{"origin":{}}"#),
            "said by \(annKey) “see”")
        check("message", said(#""sticker":{}"#), "ignored: a message without text")
        check(
            "message", #"{"message_id":5,"chat":\#(group),"text":"x"}"#, "ignored: nobody said it")
        check(
            "channel_post", said(#""text":"x""#), "ignored: a kind of update that was not asked for"
        )
    }

    /// One account stands for all the world's anonymous administrators (reliability.md 3.2).
    @Test func whoSpeaksForAChatIsThatChat() {
        let anonymous = #"{"id":1087968824,"is_bot":true,"first_name":"Group"}"#
        check(
            "message",
            said(#""text":"/delete","sender_chat":\#(group)"#, from: anonymous, chat: group),
            "said by tgchat:-1002147483648123 in \(groupKey) “/delete”")
        check(
            "message",
            said(
                #""text":"x","sender_chat":{"id":-9,"title":"News"}"#,
                from: #"{"id":136817688,"is_bot":true}"#, chat: group),
            "said by tgchat:-9 in \(groupKey) “x”")
    }

    @Test func replies() {
        func reply(_ other: String, _ more: String = "") -> String {
            said(#""text":"78","reply_to_message":\#(other)\#(more)"#, chat: group)
        }
        let ours = #"{"message_id":4,"chat":\#(group),"from":{"id":7000001,"is_bot":true}}"#
        check(
            "message", reply(ours), "said by \(annKey) in \(groupKey) “78” to \(groupKey)/4 (ours)")
        check(
            "message",
            reply(#"{"message_id":4,"from":{"id":12,"is_bot":false,"first_name":"Bo"}}"#),
            "said by \(annKey) in \(groupKey) “78” to \(groupKey)/4 (Bo tg:12)")
        check(
            "message", reply(#"{"message_id":4,"from":{"id":3,"is_bot":true}}"#),
            "said by \(annKey) in \(groupKey) “78” to \(groupKey)/4")
        check(
            "message",
            reply(#"{"message_id":4,"from":{"id":7000001,"is_bot":true},"sender_chat":{"id":-9}}"#),
            "said by \(annKey) in \(groupKey) “78” to \(groupKey)/4")
        // In a topic everything answers the message that opened it.
        check(
            "message",
            reply(
                #"{"message_id":3,"from":{"id":7000001,"is_bot":true},"forum_topic_created":{"name":"T"}}"#,
                #","is_topic_message":true,"message_thread_id":3"#),
            "said by \(annKey) in \(groupKey) “78”")
        check("message", reply(#"{"message_id":"4"}"#), "said by \(annKey) in \(groupKey) “78”")
    }

    /// Offsets count UTF-16 units: 😀 is two of them.
    @Test func mentions() {
        let dana = #"{"id":12,"is_bot":false,"first_name":"Дана"}"#
        func entity(_ type: String, _ offset: Int, _ length: Int, _ more: String = "") -> String {
            #""entities":[{"type":"\#(type)","offset":\#(offset),"length":\#(length)\#(more)}]"#
        }
        check(
            "message",
            said(#""text":"😀 Дана 5",\#(entity("text_mention", 3, 4, #","user":\#(dana)"#))"#),
            "said by \(annKey) “😀 Дана 5” @Дана=tg:12")
        check(
            "message", said(#""text":"/team add @madina",\#(entity("mention", 10, 7))"#),
            "said by \(annKey) “/team add @madina” @madina=?")
        for (offset, length) in [(1, 3), (-1, 2), (3, 400), (0, 0), (Int.max, Int.max), (2, -1)] {
            check(
                "message",
                said(
                    #""text":"😀 Дана 5",\#(entity("text_mention", offset, length, #","user":\#(dana)"#))"#
                ),
                "said by \(annKey) “😀 Дана 5”")
        }
        check(
            "message",
            said(
                #""text":"Bot 5",\#(entity("text_mention", 0, 3, #","user":{"id":3,"is_bot":true}"#))"#
            ), "said by \(annKey) “Bot 5”")
        let crowd = (0..<120).map { _ in
            #"{"type":"text_mention","offset":0,"length":1,"user":\#(dana)}"#
        }
        let many = reader.read(
            update("message", said(#""text":"x","entities":[\#(crowd.joined(separator: ","))]"#)))
        guard case .message(let inbound) = many.what else { return #expect(Bool(false)) }
        #expect(inbound.mentions.count == 50)
    }

    @Test func presses() {
        func press(_ rest: String) -> String {
            #"{"id":"400","from":\#(speaker),"chat_instance":"1",\#(rest)}"#
        }
        let shown =
            #""message":{"message_id":6,"chat":\#(group),"date":1700000000,"from":{"id":7000001,"is_bot":true}}"#
        check(
            "callback_query", press(#"\#(shown),"data":"=/up 69.1""#),
            "pressed by \(annKey) in \(groupKey) “=/up 69.1” to \(groupKey)/6 (ours) press 400")
        check(
            "callback_query", press(#"\#(shown),"data":"\#("#712.0.3")""#),
            "pressed by \(annKey) in \(groupKey) “#712.0.3” to \(groupKey)/6 (ours) of 712.0 press 400"
        )
        // Too old for Telegram to show it to us.
        check(
            "callback_query",
            press(#""message":{"message_id":6,"chat":\#(home),"date":0},"data":"=/undo""#),
            "pressed by \(annKey) “=/undo” to tg:77/6 (ours) press 400")
        check(
            "callback_query", press(#"\#(shown),"data":"foreign""#),
            "ignored: a button that is not ours press 400")
        check(
            "callback_query", press(#"\#(shown),"game_short_name":"x""#),
            "ignored: a button that is not ours press 400")
        check(
            "callback_query", press(#""inline_message_id":"x","data":"=a""#),
            "ignored: a button outside of a chat press 400")
        check(
            "callback_query", press(#""message":{},"data":"=a""#),
            "unreadable: callback_query.message.chat.id press 400")
    }

    @Test func chats() {
        func change(_ old: String, _ new: String, chat: String = group) -> String {
            func member(_ s: String) -> String { s.hasPrefix("{") ? s : #"{"status":"\#(s)"}"# }
            return
                #"{"chat":\#(chat),"from":\#(speaker),"date":1,"old_chat_member":\#(member(old)),"new_chat_member":\#(member(new))}"#
        }
        let mute = #"{"status":"restricted","is_member":true,"can_send_messages":false}"#
        let free = #"{"status":"restricted","is_member":true,"can_send_messages":true}"#
        let away = #"{"status":"restricted","is_member":false,"can_send_messages":true}"#
        for (old, new, expected) in [
            ("left", "member", "added by \(annKey)"),
            ("kicked", "administrator", "added by \(annKey)"),
            ("member", "kicked", "removed"), ("administrator", "left", "removed"),
            ("member", "administrator", "may write"), ("member", mute, "may not write"),
            (mute, "member", "may write"), (mute, free, "may write"),
            ("left", mute, "may not write"),
            ("member", away, "removed"), (away, "member", "added by \(annKey)"),
        ] { check("my_chat_member", change(old, new), "chat \(groupKey) \(expected)") }
        check("my_chat_member", change("member", "kicked", chat: home), "ignored: a private chat")
        check(
            "my_chat_member", change("member", "novel"),
            "unreadable: my_chat_member.new_chat_member.status")
        check(
            "message",
            said(#""migrate_to_chat_id":-1002147483648123"#, chat: #"{"id":-42,"type":"group"}"#),
            "chat tg:-42 moved to \(groupKey)")
        check(
            "message", said(#""migrate_from_chat_id":-42"#, chat: group),
            "chat tg:-42 moved to \(groupKey)")
    }

    /// What others choked on: one bad update must not hide the good ones around it.
    @Test func poison() {
        check("message", #"{"message_id":1}"#, "unreadable: message.chat.id")
        check("message", "null", "unreadable: message.message_id")
        check("message", "[]", "unreadable: message.message_id")
        check("message", said(#""text":5"#), "unreadable: message.text")
        check("message", said(#""text":"x""#, from: #"{"id":1.5}"#), "unreadable: message.from.id")
        check("message", said(#""text":"x""#, from: #"{"id":"77"}"#), "unreadable: message.from.id")
        check(
            "message", said(#""text":"x""#, chat: #"{"id":9223372036854775808,"type":"private"}"#),
            "unreadable: message.chat.id")
        check(
            "message", said(#""text":"\#(String(repeating: "x", count: 70_000))""#),
            "unreadable: message.text")
        for text in [
            "{}", "[]", "null", "5", #""x""#, #"{"update_id":"900"}"#,
            #"{"update_id":1.5,"message":{}}"#,
        ] {
            let read = reader.read(json(text))
            #expect(read.id == nil && read.input == nil, "\(text)")
        }
    }

    /// Whatever comes, nothing traps, and only ids that were there come out.
    @Test(arguments: [1, 2, 3] as [UInt64]) func anything(seed: UInt64) {
        var random = Seeded(seed)
        let words = [
            "message", "edited_message", "callback_query", "my_chat_member", "chat", "from", "id",
            "text", "entities", "type", "offset", "length", "user", "reply_to_message",
            "message_id", "date", "data", "status", "new_chat_member", "sender_chat",
            "migrate_to_chat_id", "caption",
        ]
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 4 ? 6 : 9), using: &random) {
            case 0: return .null
            case 1: return .bool(Bool.random(using: &random))
            case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
            case 3: return .number(1e300)
            case 4:
                return .string(
                    [
                        "/up@", "/@x 5", "=", "#", "#.", "=\u{301}", "😀", "private", "supergroup",
                        "member", "text_mention", "mention",
                    ].randomElement(using: &random) ?? "")
            case 5: return .integer(Int64.random(in: 0...9, using: &random))
            case 6:
                return .array(
                    (0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth + 1) })
            default:
                var object = JSONObject()
                for _ in 0..<Int.random(in: 0..<8, using: &random) {
                    object[words.randomElement(using: &random) ?? ""] = value(depth + 1)
                }
                return .object(object)
            }
        }
        for _ in 0..<3000 {
            var update = JSONObject([.init(name: "update_id", value: .integer(7))])
            update[words[Int.random(in: 0..<4, using: &random)]] = value(0)
            #expect(reader.read(.object(update)).id == 7, "seed \(seed)")
        }
    }
}
