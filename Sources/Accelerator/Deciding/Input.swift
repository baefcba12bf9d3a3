public import Language

/// What reaches the bot, from whatever side.
public enum Input: Sendable {
    /// Somebody said, edited or pressed something.
    case message(Inbound)
    /// The clock: ring what is due by now.
    case alarm
    /// A message left, and got this name there (`tg:77/4711`).
    case delivered(id: String, message: String?)
    /// A message can't be delivered. `isLost`: nothing can reach this receiver there any more.
    case undeliverable(id: String, why: String, isLost: Bool)
    /// The bot was put into a chat, or out of it; or a chat got another key.
    case chat(ChatNews)
    /// Facts from a file, decided already; their own time is theirs.
    case imported([Event])
    /// An operator's act on the machine itself: a claim code wanted.
    case operated(Operation)
    /// The machine's tz database is of this release; `zones` where it became so while the bot runs.
    case zonesChanged(version: String, zones: Zones? = nil)
    /// A channel has started, and says what its provider lets it hear.
    case channel(ChannelKnown)
}

/// Something said to the bot, as its channel understood it; no words are interpreted yet.
public struct Inbound: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable { case said, edited, pressed }
    public var kind = Kind.said
    /// The channel: `tg`, `console`, `in:registry`.
    public var channel = ""
    /// What the channel calls this delivery, for de-duplication: `tg u:88123`.
    public var key: String?
    /// The author's stable id: `tg:77`. Never a name.
    public var principal = ""
    /// The author's name as shown, for display only.
    public var name: String?
    /// The author's language as the channel tells it.
    public var language: String?
    /// The group; nil in private.
    public var chat: String?
    public var chatTitle: String?
    /// The message itself: `tg:-100/311`.
    public var message: String?
    public var text = ""
    /// The message it replies to.
    public var repliesTo: String?
    /// Whether that message was the bot's.
    public var repliesToBot = false
    /// Who wrote the message it replies to, where that was a person.
    public var replied: Mention?
    public var mentions: [Mention] = []
    /// When the channel says it was sent.
    public var sent: Instant?
    /// The channel's cursors that are passed once this is durable.
    public var cursors: [String: String] = [:]
    /// How many times a button's message was shown: the id of ours that was pressed, if known.
    public var pressed: String?
    public init() {}
}

public struct ChatNews: Hashable, Sendable {
    public enum What: Hashable, Sendable {
        case added(by: String?)
        case removed
        /// The chat goes on under another key.
        case moved(to: String)
        /// The bot may pin, or may not even write.
        case rights(canWrite: Bool)
        /// The chat let the bot pin its message there, or did not.
        case pinned(Bool)
    }
    public var chat = ""
    public var title: String?
    public var what = What.removed
    public var key: String?
    public var language: String?
    public var cursors: [String: String] = [:]
    public init() {}
}

public enum Operation: Hashable, Sendable {
    /// A code by which one person becomes the administrator, live for fifteen minutes.
    case claim(secret: String)
    /// A principal is the administrator from now on: said at the machine itself.
    case administrator(principal: String, name: String)
    /// Nothing due before now rings.
    case settle
    /// A chat is bound as if a leader had done it (transcripts).
    case bind(chat: String, title: String?, challenge: String)
    case speak(principal: String, language: String)
    /// The second journal can't be written to, for this reason; or, without one, it is whole again.
    case mirror(path: String, why: String?)
}

/// What comes of an input.
public enum Outcome: Sendable {
    /// To be written, then said.
    case commit(Commit)
    /// Said, and nothing else: an answer to a question, a misunderstanding, a refusal.
    case answer([Outgoing])
    /// Nothing: heard before, or nobody's business. The cursors may still move on.
    case nothing
}

/// Why a command can't be done, and what can be done instead.
public struct Refusal: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// For want of a right: recorded, at most ten a minute and person.
        case right
        /// Not now, not so, not there.
        case impossible
    }
    public var kind = Kind.impossible
    public var phrases: [Phrase]
    public var offers: [Offer]
    public init(_ phrase: Phrase, _ more: Phrase..., kind: Kind = .impossible, offers: [Offer] = [])
    {
        self.kind = kind
        self.phrases = [phrase] + more
        self.offers = offers
    }
}
