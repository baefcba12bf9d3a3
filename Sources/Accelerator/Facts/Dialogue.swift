public import Language

/// Whom a message is for. Which channel and chat that means is settled when it is sent.
public enum Receiver: Hashable, Sendable {
    /// A person, in private, on the channel where that person is reached.
    case person(String)
    /// One id on one channel, in private: whoever wrote to us.
    case principal(String)
    /// A chat of several.
    case chat(String)

    /// `person u03-data`, as it stands in the journal.
    public var text: String {
        switch self {
        case .person(let p): "person " + p
        case .principal(let p): "principal " + p
        case .chat(let c): "chat " + c
        }
    }
    public init?(text: String) {
        guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let rest = String(text[text.utf8.index(after: space)...])
        switch text[..<space] {
        case "person": self = .person(rest)
        case "principal": self = .principal(rest)
        case "chat": self = .chat(rest)
        default: return nil
        }
    }
}

/// A button of a message: what it shows and the line it says.
public struct Offer: Record {
    public var label = Phrase("")
    /// As typed, with the slash: `/up 69.1`.
    public var line = ""
    public init() {}
    public init(_ label: Phrase, _ line: String) {
        self.label = label
        self.line = line
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        var optional: Phrase? = label
        try c.field("label", &optional)
        label = optional ?? label
        try c.field("line", &line)
    }
}

/// A message owed to someone: keys and values, never words (design.md 3, Outbox).
public struct Outgoing: Record {
    public enum Kind: String, Spelled {
        /// An answer to something said; expires after ten minutes.
        case reply
        /// Unasked: a reminder, a digest, news that concerns the receiver.
        case reminder, digest, notice
        /// The bound card of a group, which its members reply to.
        case card
    }
    public enum Pinning: String, Spelled { case on, off }
    /// `712.0`: the commit and its place in it.
    public var id = ""
    public var to = Receiver.principal("")
    public var kind = Kind.reply
    public var phrases: [Phrase] = []
    /// Rows of buttons are made by the channel; in order.
    public var offers: [Offer] = []
    /// The outgoing message that this one replaces, if the channel can edit.
    public var replaces: String?
    /// The channel's id of the message that is answered.
    public var inReplyTo: String?
    /// Whether the message is to be pinned in its group, without a sound, or not to be any more.
    public var pins: Pinning?
    /// Ask the receiver's program to open a reply, so that the answer reaches us in a group.
    public var asksReply = false
    /// What a plain answer to this message is about: `reading CH-03`, `milestone CH-03-M3`.
    public var subject: String?
    /// The key of the occurrence that rang, for a reminder.
    public var occurrence: String?
    /// The keys of others that are told in the same message.
    public var also: [String] = []
    /// Said only where it can replace what it replaces: news of a message is no message of its own.
    public var isAmendment = false
    /// The language of a receiver whom the bot does not know yet, as the channel told it.
    public var language: String?
    /// Drawn where the channel shows pictures, said in lines where it does not.
    public var chart: Chart?
    /// A file that goes with it. On the record is only the calendar that goes with an invitation.
    public var enclosure: Enclosure?
    public init() {}
    public init(
        to: Receiver, kind: Kind = .reply, _ phrases: [Phrase], offers: [Offer] = [],
        subject: String? = nil,
        occurrence: String? = nil
    ) {
        self.to = to
        self.kind = kind
        self.phrases = phrases
        self.offers = offers
        self.subject = subject
        self.occurrence = occurrence
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("id", &id)
        var receiver = to.text
        try c.field("to", &receiver)
        if c.isReading {
            guard let known = Receiver(text: receiver) else {
                throw CodingFault(path: "to", why: "unknown receiver “\(receiver)”")
            }
            to = known
        }
        try c.field("kind", &kind)
        try c.field("phrases", &phrases)
        try c.field("offers", &offers)
        try c.field("replaces", &replaces)
        try c.field("pins", &pins)
        try c.field("in_reply_to", &inReplyTo)
        try c.field("asks_reply", &asksReply)
        try c.field("subject", &subject)
        try c.field("occurrence", &occurrence)
        try c.field("language", &language)
        try c.field("chart", &chart)
        try c.field("also", &also)
        try c.field("amends", &isAmendment)
        try c.calendar("calendar", &enclosure)
    }
}

/// What the next message of one person in one chat may be the answer to: a slot that was asked for,
/// choices that were offered, a guard that wants to be sure.
public struct Question: Record {
    /// The commit that asked.
    public var n: Int64 = 0
    public var principal = ""
    /// The group it was asked in; nil in private.
    public var chat: String?
    /// The line so far; nil where only choices were offered.
    public var partial: PartialLine?
    /// The slot that is asked for.
    public var slot: String?
    public var offers: [Offer] = []
    public var askedAt = Instant(milliseconds: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("n", &n)
        try c.field("principal", &principal)
        try c.field("chat", &chat)
        try c.field("partial", &partial)
        try c.field("slot", &slot)
        try c.field("offers", &offers)
        try c.field("asked_at", &askedAt)
    }
    /// A question lapses after half an hour.
    public static let life: Int64 = 30 * Instant.minute
    /// One open question a person and chat.
    public static func key(_ principal: String, _ chat: String?) -> String {
        chat.map { "\(principal) \($0)" } ?? principal
    }
    public var key: String { Self.key(principal, chat) }
}

/// A sent message that a person may answer by replying to it, or press a button of, later.
public struct Sent: Record {
    public var id = ""
    /// The channel's message id, once delivered: `tg:77/4711` — chat key and message.
    public var message: String?
    public var subject: String?
    public var occurrence: String?
    public var offers: [Offer] = []
    public var at = Instant(milliseconds: 0)
    /// Of a reminder: the keys of others in it, and whom it went to, as ``Receiver/text``.
    public var also: [String] = []
    public var to: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("id", &id)
        try c.field("message", &message)
        try c.field("subject", &subject)
        try c.field("occurrence", &occurrence)
        try c.field("offers", &offers)
        try c.field("at", &at)
        try c.field("also", &also)
        try c.field("to", &to)
    }
    /// Buttons are kept fourteen days.
    public static let life: Int64 = 14 * Instant.day
}

/// A commit whose author may take it back.
public struct Undoable: Record {
    public var n: Int64 = 0
    public var at = Instant(milliseconds: 0)
    public var by = ""
    /// The command that made it, for the words of the answer.
    public var command = ""
    public var inverse: [Event] = []
    /// The objects it touched.
    public var touched: [String] = []
    /// The chat's message that made it: `tg:-100/311`.
    public var message: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("n", &n)
        try c.field("at", &at)
        try c.field("by", &by)
        try c.field("command", &command)
        try c.field("inverse", &inverse)
        try c.field("touched", &touched)
        try c.field("message", &message)
    }
}
