public import Accelerator
public import Language

/// One way to the people: Telegram, Matrix, a terminal.
///
/// A channel draws messages and hears words; it decides nothing, and knows no roles. It hands on what it
/// heard and does not confirm it upstream before the door says that it is durable.
public protocol Channel: Sendable {
    /// What the ids of its principals and chats begin with, before the colon: `tg`, `in:registry`.
    var name: String { get }
    var abilities: Abilities { get }
    /// Polls, until the task is cancelled or the channel is lost for good. A channel that is pushed to
    /// returns at once (as it does by default) and hears through the HTTP doors.
    func listen(_ door: Door) async throws
    /// Sends one message and returns what the channel calls it, with its chat: `tg:77/4711`.
    func send(_ delivery: Delivery) async throws(SendFailure) -> String?
    /// The same for channels that need no task for it. `done` is called once, on any thread.
    func send(
        _ delivery: Delivery, done: @escaping @Sendable (Result<String?, SendFailure>) -> Void)
}

extension Channel {
    public func listen(_ door: Door) async throws {}
    public func send(
        _ delivery: Delivery, done: @escaping @Sendable (Result<String?, SendFailure>) -> Void
    ) {
        Task {
            do throws(SendFailure) {
                done(.success(try await send(delivery)))
            } catch {
                done(.failure(error))
            }
        }
    }
}

/// What a channel can do.
public struct Abilities: Hashable, Sendable {
    /// A sent message can be replaced, any number of times with the same result.
    public var edits = false
    public var buttons = false
    public var pictures = false
    public var threads = false
    public var pins = false
    /// Milliseconds since the first attempt during which a repeated ``Delivery/key`` makes no second
    /// message; nil where there is no such key.
    public var sendKeyLife: Int64?
    /// Requests that may be under way at once, to different chats.
    public var width = 64
    public init() {}
    public init(
        edits: Bool = false, buttons: Bool = false, pictures: Bool = false, threads: Bool = false,
        pins: Bool = false, sendKeyLife: Int64? = nil, width: Int = 64
    ) {
        self.edits = edits
        self.buttons = buttons
        self.pictures = pictures
        self.threads = threads
        self.pins = pins
        self.sendKeyLife = sendKeyLife
        self.width = max(1, width)
    }
}

/// One attempt to send one message.
public struct Delivery: Sendable {
    /// The attempt's number; unique in this run.
    public var attempt: UInt64
    /// How many attempts were made before, of this message in this run.
    public var earlier: Int
    /// `712.0` for a message that a commit owes; nil for an answer that is not on the record.
    public var id: String?
    /// The same for each attempt of one message, different for any two, also of different data
    /// directories: what a channel with a send key sends as that key.
    public var key: String
    public var channel: String
    /// The principal in private, or the chat of several.
    public var to: Address
    public var message: Message
    /// The language of the message, for its direction and for what the channel adds.
    public var language: String
    public var kind: Outgoing.Kind
    /// The channel's id of the message to replace: `tg:77/4711`.
    public var replaces: String?
    /// The channel's id of the message that is answered.
    public var inReplyTo: String?
    public var asksReply: Bool
    /// The bound card of a group: to be pinned where that is possible.
    public var isCard: Bool
    /// Whether it is to be pinned in its group, or not to be any more.
    public var pins: Outgoing.Pinning?
    /// Whether an alarm made it.
    public var isRung: Bool
    /// It only replaces: where that can't be done any more, nothing is sent.
    public var isAmendment = false
}

/// Where on a channel a message goes.
public enum Address: Hashable, Sendable {
    /// In private, to this id.
    case principal(String)
    /// To a chat of several.
    case chat(String)

    public var text: String {
        switch self {
        case .principal(let p): p
        case .chat(let c): c
        }
    }
}

/// Why a message did not leave, or may not have.
public struct SendFailure: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Certainly nothing reached the provider, or it said to try later (429). Repeating is safe.
        case notSent
        /// It may have been accepted: the answer was lost, or came from something in between (5xx).
        case ambiguous
        /// The provider will never take this message (4xx). The next may do better.
        case refused
        /// The provider will never take any message to this receiver: blocked, kicked, deleted.
        case gone
        /// The channel as a whole is refused: its token is wrong (401).
        case channelDown
        /// The chat goes on under another key; the message goes there.
        case moved(to: String)
    }
    public var kind: Kind
    /// Milliseconds to wait, as the provider asked.
    public var retryAfter: Int64?
    /// Whether that wait is for the whole channel, not for this chat.
    public var isWholeChannel: Bool
    /// For logs and the list of dead letters; never with a secret in it.
    public var why: String
    public init(_ kind: Kind, retryAfter: Int64? = nil, isWholeChannel: Bool = false, why: String) {
        self.kind = kind
        self.retryAfter = retryAfter
        self.isWholeChannel = isWholeChannel
        self.why = why
    }
}
