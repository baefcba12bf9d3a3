public import Accelerator

/// What one update of the Bot API means to the bot.
public struct TelegramUpdate: Hashable, Sendable {
    public enum What: Hashable, Sendable {
        /// Somebody said, edited or pressed something.
        case message(Inbound)
        /// The bot came into a chat, left it, or the chat has another key.
        case chat(ChatNews)
        /// Well understood, and nobody's business; and why.
        case ignored(String)
        /// Not what the Bot API describes; and where.
        case unreadable(String)
    }
    /// Nil where not even that could be read.
    public var id: Int64?
    public var what: What
    /// A button was pressed: its press must be answered, whatever else comes of it.
    public var callback: String?

    public init(id: Int64?, _ what: What, callback: String? = nil) {
        self.id = id
        self.what = what
        self.callback = callback
    }

    /// What the Clerk is to hear of it.
    public var input: Input? {
        switch what {
        case .message(let inbound): .message(inbound)
        case .chat(let news): .chat(news)
        case .ignored, .unreadable: nil
        }
    }
}

/// A place in an update that is not what it must be.
struct Unreadable: Error {
    var why: String
    init(_ why: String) { self.why = why }
}

/// Names of chats and messages as the rest of the bot knows them: `tg:-100123`, `tg:-100123/4711`.
struct TelegramKeys: Hashable, Sendable {
    /// The channel's name.
    var name: String

    func chat(_ id: Int64) -> String { "\(name):\(id)" }
    func message(_ chat: Int64, _ message: Int64) -> String { "\(name):\(chat)/\(message)" }
    /// Someone who speaks in the name of a chat: an anonymous administrator, a channel.
    func speakingChat(_ id: Int64) -> String { "\(name)chat:\(id)" }

    /// The number behind `tg:`; nil for another channel's key.
    func chat(_ key: String) -> Int64? {
        guard let rest = rest(of: key) else { return nil }
        return Self.number(rest)
    }

    func message(_ key: String) -> (chat: Int64, message: Int64)? {
        guard let rest = rest(of: key), let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")),
            let chat = Self.number(rest[..<slash]),
            let message = Self.number(rest[rest.utf8.index(after: slash)...]), message > 0
        else { return nil }
        return (chat, message)
    }

    private func rest(of key: String) -> Substring? {
        guard key.utf8.starts(with: (name + ":").utf8) else { return nil }
        return key[key.utf8.index(key.startIndex, offsetBy: name.utf8.count + 1)...]
    }

    /// Plain decimal digits, with a minus for groups.
    private static func number(_ text: Substring) -> Int64? {
        guard text.utf8.first != UInt8(ascii: "+") else { return nil }
        return Int64(text)
    }
}
