public import Accelerator

/// Who is reached where, and in which language: the part of the facts that delivering needs. A copy costs
/// next to nothing.
public struct Directory: Sendable {
    var people: Table<Person>
    var principals: Table<String>
    var reached: Table<[String]>
    var chats: Table<Chat>

    public init(_ state: State) {
        people = state.people
        principals = state.principals
        reached = state.reached
        chats = state.chats
    }

    /// The language a message is read in: the person's, else the chat's, else the one that the channel
    /// told of a stranger, else the bot's own.
    public func language(of out: Outgoing, default fallback: String) -> String {
        let known: String? =
            switch out.to {
            case .person(let code): people[code]?.language
            case .principal(let principal): principals[principal].flatMap { people[$0]?.language }
            case .chat(let key): chats[key]?.language
            }
        return known ?? out.language ?? fallback
    }

    /// A person's ids, the one heard last first; none for someone who can't be reached in private.
    func routes(to person: String) -> [String] {
        guard people[person]?.isReachable != false else { return [] }
        return (reached[person] ?? []).reversed()
    }
    func isLost(chat: String) -> Bool { chats[chat]?.isLost ?? false }
}

extension Event {
    /// Whether it changes what a ``Directory`` holds.
    var concernsDirectory: Bool {
        switch self {
        case .personSet, .personReached, .principalLinked, .chatSet: true
        case .undeliverable(let u): u.isLost
        case .removed(let r): r.kind == .person || r.kind == .principal || r.kind == .chat
        default: false
        }
    }
}
