import JSON

/// The commands that Telegram offers behind the menu button: display only, every right is looked at again
/// when a command comes.
///
/// Names are Latin (Telegram takes no others), descriptions in the reader's language. Eight at most, so that
/// they can be taken in at a glance. Members see the general list; leaders and the office get one of their own
/// in their private chat, set when they are heard and only when it is another than before.
public struct TelegramMenus: Sendable {
    public enum Role: String, Hashable, Sendable { case member, leader, office }

    /// Tags of two letters; the first is what readers of other languages see.
    public var languages: [String]
    /// One line about a command in a language; nil where there is no such command.
    public var describe: @Sendable (_ command: String, _ language: String) -> String?
    /// What a principal is just now.
    public var role: @Sendable (_ principal: String) -> Role

    public init(
        languages: [String],
        describe: @escaping @Sendable (_ command: String, _ language: String) -> String?,
        role: @escaping @Sendable (_ principal: String) -> Role
    ) {
        self.languages = languages.filter { tag in
            tag.utf8.count == 2 && tag.utf8.allSatisfy { (0x61...0x7A).contains($0) }
        }
        self.describe = describe
        self.role = role
    }

    static let inGroups = ["up", "status", "done", "need", "digest", "help"]
    static func commands(for role: Role) -> [String] {
        switch role {
        case .member: ["up", "status", "done", "need", "me", "undo", "help"]
        case .leader: ["up", "status", "done", "need", "ask", "week", "digest", "help"]
        case .office: ["cohort", "digest", "nudge", "ask", "decide", "status", "undo", "help"]
        }
    }

    /// The general lists, in every language.
    func calls() -> [TelegramCall] {
        languages.enumerated().flatMap { i, language in
            let tag = i == 0 ? nil : language
            return [
                call(Self.commands(for: .member), language, tag, scope: .string("default")),
                call(Self.inGroups, language, tag, scope: .string("all_group_chats")),
            ].compactMap { $0 }
        }
    }

    /// One person's own list in the private chat; the general one again for a member.
    func call(for role: Role, in chat: Int64, language heard: String?) -> TelegramCall? {
        guard role != .member else {
            var parameters = JSONObject()
            parameters["scope"] = scope(.string("chat"), chat)
            return TelegramCall("deleteMyCommands", parameters, isIdempotent: true)
        }
        let base = heard.map { String($0.prefix { $0 != "-" && $0 != "_" }).lowercased() }
        let language = languages.first { $0 == base } ?? languages.first ?? "en"
        return call(Self.commands(for: role), language, nil, scope: .string("chat"), chat)
    }

    private func call(
        _ names: [String], _ language: String, _ tag: String?, scope kind: JSONValue,
        _ chat: Int64? = nil
    ) -> TelegramCall? {
        let commands: [JSONValue] = names.compactMap { name in
            guard isFit(name), let words = describe(name, language).map(trimmed), !words.isEmpty
            else { return nil }
            return .object(
                JSONObject([
                    .init(name: "command", value: .string(name)),
                    .init(name: "description", value: .string(words)),
                ]))
        }
        guard !commands.isEmpty else { return nil }
        var parameters = JSONObject()
        parameters["commands"] = .array(commands)
        parameters["scope"] = scope(kind, chat)
        if let tag { parameters["language_code"] = .string(tag) }
        return TelegramCall("setMyCommands", parameters, isIdempotent: true)
    }

    private func scope(_ kind: JSONValue, _ chat: Int64?) -> JSONValue {
        var scope = JSONObject()
        scope["type"] = kind
        if let chat { scope["chat_id"] = .integer(chat) }
        return .object(scope)
    }

    private func isFit(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    /// One line of at most 256 signs.
    private func trimmed(_ words: String) -> String {
        let line = words.unicodeScalars.prefix { $0 != "\n" }.prefix(256)
        guard let first = line.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = line.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(line[first...last])
    }
}
