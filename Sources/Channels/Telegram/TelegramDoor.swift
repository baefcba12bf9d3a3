import JSON
import Logging
import Runtime
import Synchronization

/// What an HTTP door answers.
public struct DoorAnswer: Hashable, Sendable {
    public var status: Int
    /// Seconds, for `Retry-After`.
    public var retryAfter: Int?
    /// JSON, or nothing.
    public var body: [UInt8]
    public init(_ status: Int, retryAfter: Int? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }
}

/// The door that Telegram brings updates to.
///
/// 200 only when what was brought is durable: any 2xx makes Telegram forget it. 503 makes it come again. What
/// can't be read is logged and answered 200, else it would keep all later messages of its chat from coming.
public struct TelegramDoor: Sendable {
    let channel: TelegramChannel

    /// - Parameters:
    ///   - body: at most as many bytes as the door takes.
    ///   - secret: `X-Telegram-Bot-Api-Secret-Token`; nil where it is missing or there twice.
    public func receive(body: [UInt8], secret: String?) async -> DoorAnswer {
        guard let secret, let known = channel.configuration.webhookSecret, known.matches(secret)
        else {
            return DoorAnswer(401)
        }
        guard let reader = channel.reader(), let door = channel.inside.withLock({ $0.door }) else {
            return DoorAnswer(503, retryAfter: 2)
        }
        let update: TelegramUpdate
        do throws(JSONError) {
            update = reader.read(try JSONValue(parsing: body))
        } catch {
            update = TelegramUpdate(id: nil, .unreadable("\(error)"))
        }
        channel.answer([update])
        channel.report([update])
        guard let input = update.input else { return DoorAnswer(200) }
        switch await door.tell(input, isHurried: true).outcome {
        case .refused(.busy), .refused(.stopping): return DoorAnswer(503, retryAfter: 5)
        default:
            channel.refreshMenus([update])
            return DoorAnswer(200)
        }
    }
}

extension TelegramChannel {
    /// For `POST /webhooks/telegram`; in polling mode it lets nobody in unless a secret is configured.
    public var door: TelegramDoor { TelegramDoor(channel: self) }
}
