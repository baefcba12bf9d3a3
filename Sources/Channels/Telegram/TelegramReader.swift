import Accelerator
public import JSON
import Language

/// Reads updates of the Bot API, each on its own: what one of them is made of never hides another.
///
/// Only what the bot needs is looked at, and of that only ids must be there: the Bot API adds and drops
/// “required” fields between versions. Ids are 64-bit integers.
///
/// What is never executed (reliability.md 3.2): forwards, automatic forwards, what another bot said or was
/// used for, quotes, and commands for another bot. Who speaks in the name of a chat (`sender_chat`) is that
/// chat: its `from` is one account for all the world's anonymous administrators.
public struct TelegramReader: Sendable {
    /// The bot's own id.
    public var bot: Int64
    /// Its name without the `@`; nil while it is not known yet, when commands with a name are passed over.
    public var username: String?
    /// Whether updates carry a cursor; those of a webhook don't.
    public var isPolled: Bool
    let keys: TelegramKeys

    /// - Parameter name: the channel's name, with which all keys begin.
    public init(bot: Int64, username: String?, name: String = "tg", isPolled: Bool = true) {
        self.bot = bot
        self.username = username
        self.isPolled = isPolled
        keys = TelegramKeys(name: name)
    }

    /// The cursor's name in the journal.
    public var cursorName: String { "\(keys.name):\(bot)" }

    public func read(_ update: JSONValue) -> TelegramUpdate {
        guard let id = update["update_id"]?.int else {
            return TelegramUpdate(id: nil, .unreadable("update_id"))
        }
        let query = update["callback_query"]
        let callback = query?["id"]?.string
        do throws(Unreadable) {
            return TelegramUpdate(id: id, try what(update, query, id), callback: callback)
        } catch {
            return TelegramUpdate(id: id, .unreadable(error.why), callback: callback)
        }
    }

    private func what(
        _ update: JSONValue, _ query: JSONValue?, _ id: Int64
    ) throws(Unreadable) -> TelegramUpdate.What {
        if let message = update["message"] { return try said(message, .said, "message", id) }
        if let message = update["edited_message"] {
            return try said(message, .edited, "edited_message", id)
        }
        if let query { return try pressed(query, id) }
        if let change = update["my_chat_member"] { return try membership(change, id) }
        return .ignored("a kind of update that was not asked for")
    }

    private func key(_ id: Int64) -> String { "\(keys.name) u:\(bot):\(id)" }
    private func cursors(_ id: Int64) -> [String: String] {
        isPolled ? [cursorName: String(id)] : [:]
    }

    // MARK: Messages

    private func said(
        _ message: JSONValue, _ kind: Inbound.Kind, _ path: String, _ id: Int64
    ) throws(Unreadable) -> TelegramUpdate.What {
        let number = try integer(message["message_id"], path + ".message_id")
        let chat = try place(message["chat"], path + ".chat")
        if chat.isChannel { return .ignored("a channel's post") }
        if let news = try migration(message, chat, path, id) { return .chat(news) }
        for (field, why) in Self.foreign
        where message[field].map({ !$0.isNull && $0.bool != false }) ?? false {
            return .ignored(why)
        }
        let author: Author
        switch try speaker(message, path) {
        case .success(let found): author = found
        case .failure(let silent): return .ignored(silent.why)
        }
        guard let field = ["text", "caption"].first(where: { message[$0] != nil }) else {
            return .ignored("a message without text")
        }
        guard let text = message[field]?.string, text.utf8.count <= 65_536 else {
            throw Unreadable("\(path).\(field)")
        }
        guard let line = unaddressed(text) else { return .ignored("a command for another bot") }
        var inbound = begun(kind, author, chat, id)
        inbound.message = keys.message(chat.id, number)
        inbound.text = line
        inbound.sent = instant(message["date"])
        inbound.mentions = mentions(
            message[field == "text" ? "entities" : "caption_entities"], text)
        reply(message, chat, &inbound)
        return .message(inbound)
    }

    /// Fields that make a message something that its sender did not say to us.
    private static let foreign = [
        ("forward_origin", "forwarded"), ("forward_date", "forwarded"),
        ("is_automatic_forward", "forwarded by the channel"),
        ("via_bot", "said through another bot"),
    ]

    private func begun(_ kind: Inbound.Kind, _ author: Author, _ chat: Place, _ id: Int64)
        -> Inbound
    {
        var inbound = Inbound()
        inbound.kind = kind
        inbound.channel = keys.name
        inbound.key = key(id)
        inbound.principal = author.principal
        inbound.name = author.name
        inbound.language = author.language
        inbound.chat = chat.isPrivate ? nil : keys.chat(chat.id)
        inbound.chatTitle = chat.title
        inbound.cursors = cursors(id)
        return inbound
    }

    /// What the message answers. In a topic everything “answers” the message that opened the topic: that
    /// is no answer. Quotes out of other chats are never looked at.
    private func reply(_ message: JSONValue, _ chat: Place, _ inbound: inout Inbound) {
        guard let other = message["reply_to_message"], other["forum_topic_created"] == nil,
            let number = other["message_id"]?.int
        else { return }
        inbound.repliesTo = keys.message(other["chat"]?["id"]?.int ?? chat.id, number)
        guard other["sender_chat"] == nil, let user = other["from"], let id = user["id"]?.int else {
            return
        }
        inbound.repliesToBot = id == bot
        guard user["is_bot"]?.bool != true, id != bot else { return }
        inbound.replied = Mention(name: name(of: user) ?? "", principal: keys.chat(id))
    }

    /// `/up@ourbot 5` is `/up 5`, `/up@other 5` is nil; all else is as it stands.
    func unaddressed(_ text: String) -> String? {
        guard text.utf8.first == UInt8(ascii: "/") else { return text }
        let scalars = text.unicodeScalars
        let end = scalars.firstIndex { Self.isSpace($0) } ?? scalars.endIndex
        guard let at = scalars[..<end].firstIndex(of: "@") else { return text }
        let name = scalars[scalars.index(after: at)..<end]
        guard let username, String(name).lowercased().utf8.elementsEqual(username.lowercased().utf8)
        else {
            return nil
        }
        return String(scalars[..<at]) + String(scalars[end...])
    }

    /// Properties are looked up in a table of all scalars: not for letters that everybody knows.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            ? scalar.value == 32 || (9...13).contains(scalar.value) : scalar.properties.isWhitespace
    }

    /// People named in the text: those without a username by their id, others by what is written only,
    /// since a username changes hands.
    private func mentions(_ entities: JSONValue?, _ text: String) -> [Mention] {
        guard let entities = entities?.array else { return [] }
        var found: [Mention] = []
        for entity in entities.prefix(200) where found.count < 50 {
            let kind = entity["type"]?.string
            guard kind == "text_mention" || kind == "mention", let offset = entity["offset"]?.int,
                let length = entity["length"]?.int,
                let shown = UTF16Text.slice(text, offset, length)
            else { continue }
            if kind == "mention" {
                let name = shown.utf8.first == UInt8(ascii: "@") ? String(shown.dropFirst()) : shown
                if !name.isEmpty { found.append(Mention(name: name)) }
            } else if let user = entity["user"], let id = user["id"]?.int,
                user["is_bot"]?.bool != true
            {
                found.append(Mention(name: shown, principal: keys.chat(id)))
            }
        }
        return found
    }

    // MARK: Presses

    private func pressed(_ query: JSONValue, _ id: Int64) throws(Unreadable) -> TelegramUpdate.What
    {
        guard query["id"]?.string != nil else { throw Unreadable("callback_query.id") }
        guard let user = query["from"] else { throw Unreadable("callback_query.from") }
        let person = try integer(user["id"], "callback_query.from.id")
        if user["is_bot"]?.bool == true { return .ignored("a bot") }
        guard let message = query["message"] else { return .ignored("a button outside of a chat") }
        let chat = try place(message["chat"], "callback_query.message.chat")
        let number = try integer(message["message_id"], "callback_query.message.message_id")
        guard let data = query["data"]?.string, data.utf8.count <= 256,
            let first = data.utf8.first, first == UInt8(ascii: "=") || first == UInt8(ascii: "#")
        else { return .ignored("a button that is not ours") }
        let author = Author(
            principal: keys.chat(person), name: name(of: user),
            language: user["language_code"]?.string)
        var inbound = begun(.pressed, author, chat, id)
        inbound.text = data
        inbound.repliesTo = keys.message(chat.id, number)
        inbound.repliesToBot = true
        if first == UInt8(ascii: "#"), let dot = data.utf8.lastIndex(of: UInt8(ascii: ".")) {
            inbound.pressed = String(data[data.utf8.index(after: data.startIndex)..<dot])
        }
        return .message(inbound)
    }

    // MARK: Chats

    private func migration(
        _ message: JSONValue, _ chat: Place, _ path: String, _ id: Int64
    ) throws(Unreadable) -> ChatNews? {
        var news = ChatNews()
        if let to = message["migrate_to_chat_id"] {
            news.chat = keys.chat(chat.id)
            news.what = .moved(to: keys.chat(try integer(to, path + ".migrate_to_chat_id")))
        } else if let from = message["migrate_from_chat_id"] {
            news.chat = keys.chat(try integer(from, path + ".migrate_from_chat_id"))
            news.what = .moved(to: keys.chat(chat.id))
        } else {
            return nil
        }
        news.title = chat.title
        news.key = key(id)
        news.cursors = cursors(id)
        return news
    }

    private func membership(_ change: JSONValue, _ id: Int64) throws(Unreadable)
        -> TelegramUpdate.What
    {
        let path = "my_chat_member"
        let chat = try place(change["chat"], path + ".chat")
        if chat.isChannel { return .ignored("a channel") }
        // Someone who blocks the bot is found out by the next message; who comes back, writes.
        if chat.isPrivate { return .ignored("a private chat") }
        guard let now = standing(change["new_chat_member"]) else {
            throw Unreadable(path + ".new_chat_member.status")
        }
        let before = standing(change["old_chat_member"])
        var news = ChatNews()
        news.chat = keys.chat(chat.id)
        news.title = chat.title
        news.key = key(id)
        news.language = change["from"]?["language_code"]?.string
        news.cursors = cursors(id)
        switch (before?.isIn ?? false, now.isIn) {
        case (_, false): news.what = .removed
        case (false, true) where now.canWrite:
            let user = change["from"]
            let person = user?["is_bot"]?.bool == true ? nil : user?["id"]?.int
            news.what = .added(by: person.map { keys.chat($0) })
        default: news.what = .rights(canWrite: now.canWrite)
        }
        return .chat(news)
    }

    private func standing(_ member: JSONValue?) -> (isIn: Bool, canWrite: Bool)? {
        switch member?["status"]?.string {
        case "creator", "administrator", "member": (true, true)
        case "restricted":
            (member?["is_member"]?.bool != false, member?["can_send_messages"]?.bool == true)
        case "left", "kicked": (false, false)
        default: nil
        }
    }

    // MARK: Parts

    private struct Author {
        var principal: String
        var name: String?
        var language: String?
    }
    private struct Silent: Error {
        var why: String
    }
    struct Place {
        var id: Int64
        var title: String?
        var isPrivate: Bool
        var isChannel: Bool
    }

    private func speaker(
        _ message: JSONValue, _ path: String
    ) throws(Unreadable) -> Result<Author, Silent> {
        if let chat = message["sender_chat"], !chat.isNull {
            let id = try integer(chat["id"], path + ".sender_chat.id")
            return .success(
                Author(
                    principal: keys.speakingChat(id), name: bounded(chat["title"]?.string),
                    language: nil))
        }
        guard let user = message["from"] else { return .failure(Silent(why: "nobody said it")) }
        let id = try integer(user["id"], path + ".from.id")
        if user["is_bot"]?.bool == true || id == bot { return .failure(Silent(why: "a bot")) }
        return .success(
            Author(
                principal: keys.chat(id), name: name(of: user),
                language: user["language_code"]?.string))
    }

    private func place(_ chat: JSONValue?, _ path: String) throws(Unreadable) -> Place {
        let id = try integer(chat?["id"], path + ".id")
        guard let type = chat?["type"]?.string else { throw Unreadable(path + ".type") }
        return Place(
            id: id, title: bounded(chat?["title"]?.string), isPrivate: type == "private",
            isChannel: type == "channel")
    }

    private func integer(_ value: JSONValue?, _ path: String) throws(Unreadable) -> Int64 {
        guard let number = value?.int else { throw Unreadable(path) }
        return number
    }

    private func name(of user: JSONValue) -> String? {
        let parts = [user["first_name"]?.string, user["last_name"]?.string].compactMap { $0 }
        let name = bounded(parts.filter { !$0.isEmpty }.joined(separator: " "))
        return name?.isEmpty == false ? name : nil
    }

    private func bounded(_ text: String?) -> String? {
        text.map { $0.unicodeScalars.count <= 200 ? $0 : String($0.unicodeScalars.prefix(200)) }
    }

    /// A time between 1970 and 2200; another is none.
    private func instant(_ seconds: JSONValue?) -> Instant? {
        guard let seconds = seconds?.int, (1...7_258_118_400).contains(seconds) else { return nil }
        return Instant(milliseconds: seconds * 1000)
    }
}

/// Offsets of the Bot API count UTF-16 units.
enum UTF16Text {
    /// The part of a text, or nil where it reaches beyond the text or cuts a character in two.
    static func slice(_ text: String, _ offset: Int64, _ length: Int64) -> String? {
        guard offset >= 0, length > 0, offset <= 65_536, length <= 65_536 else { return nil }
        let units = text.utf16
        guard
            let start = units.index(
                units.startIndex, offsetBy: Int(offset), limitedBy: units.endIndex),
            let end = units.index(start, offsetBy: Int(length), limitedBy: units.endIndex),
            let from = start.samePosition(in: text.unicodeScalars),
            let to = end.samePosition(in: text.unicodeScalars)
        else { return nil }
        return String(text.unicodeScalars[from..<to])
    }
}
