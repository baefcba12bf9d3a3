public import Accelerator
public import Language

/// What came of something that a door waits for. It exists only after everything it tells of is durable.
public struct Said: Sendable {
    public enum Outcome: Hashable, Sendable {
        /// Written as commit `n`.
        case commit(UInt64)
        /// A question answered, something not understood, a refusal: nothing was written.
        case answer
        /// Heard before, or nobody's business.
        case nothing
        /// Not even decided.
        case refused(Trouble)
    }
    public var outcome: Outcome
    /// What was said to whoever spoke, where they spoke, if the door asked for words; it has reached them
    /// with this. All else is on its way through the outbox.
    public var words: [Worded]
    /// Whether it never reached the queue, so that nobody was told anything either.
    var isUnheard = false
    public init(_ outcome: Outcome, _ words: [Worded] = []) {
        self.outcome = outcome
        self.words = words
    }
}

/// Why something was refused before it was decided.
public enum Trouble: String, Hashable, Sendable {
    /// Too much is waiting.
    case busy
    /// This principal says too much.
    case slowDown
    /// The disk is full.
    case noSpace
    /// The process is ending, or its journal failed.
    case stopping

    /// The key of what is said about it.
    public var phrase: String {
        switch self {
        case .busy, .stopping: "error.busy"
        case .slowDown: "error.slowDown"
        case .noSpace: "error.noSpace"
        }
    }
}

/// A message with the language it is to be read in; words are chosen by whoever shows it.
public struct Worded: Sendable {
    public var outgoing: Outgoing
    public var language: String
    /// The principal it is for; nil in a group.
    public var principal: String?
    /// The group; nil in private.
    public var chat: String?
    /// The channel's id of the message that this one replaces.
    public var replaces: String?
    public init(
        _ outgoing: Outgoing, language: String, principal: String?, chat: String?,
        replaces: String? = nil
    ) {
        self.outgoing = outgoing
        self.language = language
        self.principal = principal
        self.chat = chat
        self.replaces = replaces
    }
}

/// Who waits for what comes of an input.
public struct Ticket: Hashable, Sendable {
    public var number: UInt64
    /// Whether the answer's words go back through the door, and not through a channel.
    public var wantsWords: Bool
    public init(_ number: UInt64, wantsWords: Bool = false) {
        self.number = number
        self.wantsWords = wantsWords
    }
}

/// Something to be sent: on the record, or not.
public enum Saying: Sendable {
    case owed(Owed)
    /// To a question: lost if it can't be sent at once.
    case answer(Outgoing, replaces: String?)
}

/// A message that a durable commit owes.
public struct Owed: Sendable {
    public var outgoing: Outgoing
    /// When it was written.
    public var at: Instant
    /// The channel's id of the message that it replaces, if that has left already.
    public var replaces: String?
    /// Whether an alarm made it, and not a message.
    public var isRung: Bool
    public init(_ outgoing: Outgoing, at: Instant, replaces: String? = nil, isRung: Bool = false) {
        self.outgoing = outgoing
        self.at = at
        self.replaces = replaces
        self.isRung = isRung
    }
}
