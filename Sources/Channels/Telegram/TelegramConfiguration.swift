/// How one Telegram bot is reached.
public struct TelegramConfiguration: Sendable {
    public enum Mode: String, Sendable {
        /// The bot asks for updates.
        case poll
        /// Telegram brings them to the bot's own HTTP door.
        case webhook
    }
    public var token: Secret
    /// Requests go to `api/bot<token>/method`.
    public var api: String
    public var mode: Mode
    /// What Telegram shows with each update; needed in webhook mode. 1 to 256 of `A-Za-z0-9_-`.
    public var webhookSecret: Secret?
    /// Where Telegram reaches this machine, such as `https://bot.example.org`; without it a webhook is only
    /// listened to, not set up.
    public var publicURL: String?
    /// The door's path below the public URL.
    public var path = "/webhooks/telegram"
    /// The channel's name: all its keys begin with it.
    public var name = "tg"
    /// The id that the bot must have, where it is remembered or configured.
    public var expectedBot: Int64?
    /// Whether a webhook that is found set may be removed in order to poll.
    public var takesOver = false
    /// Seconds that a poll is held open, 0 to 50.
    public var pollSeconds = 50

    public init(token: Secret, api: String = "https://api.telegram.org", mode: Mode = .poll) {
        self.token = token
        self.api = api
        self.mode = mode
    }
}

/// Who the bot is at Telegram.
public struct TelegramProfile: Hashable, Sendable {
    public var id: Int64
    /// Without the `@`.
    public var username: String
    /// Whether privacy mode is off: in groups it hears everything, not only commands and replies.
    public var hearsAllOfGroups: Bool
    public var canJoinGroups: Bool
    public init(
        id: Int64, username: String, hearsAllOfGroups: Bool = false, canJoinGroups: Bool = true
    ) {
        self.id = id
        self.username = username
        self.hearsAllOfGroups = hearsAllOfGroups
        self.canJoinGroups = canJoinGroups
    }
}

/// Why a Telegram bot can't be served, in words for whoever set it up. Never with the token in them.
public enum TelegramFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not `number:letters`.
    case badToken
    /// Telegram does not know the token.
    case unauthorized
    /// The token is that of another bot.
    case wrongBot(expected: Int64, found: Int64, username: String)
    /// Polling would take the bot away from whoever set this webhook.
    case webhookSet(host: String)
    /// No secret for the webhook, or letters in it that Telegram does not take.
    case badSecret
    /// The API's address, or the public one, is none that can be used.
    case badAddress(String)
    /// No answer; it may come right by itself.
    case unreachable(host: String, why: String)
    /// An answer that makes no sense here.
    case refused(method: String, why: String)

    /// Whether waiting will not help: somebody must change the configuration.
    public var isConfiguration: Bool {
        switch self {
        case .unreachable, .refused: false
        default: true
        }
    }

    public var description: String {
        switch self {
        case .badToken:
            "This is no bot token. It looks like 123456789:AAE… and comes from BotFather: /mybots → your bot → API Token."
        case .unauthorized:
            "Telegram does not know this token. In BotFather: /mybots → your bot → API Token."
        case .wrongBot(let expected, let found, let username):
            "This token belongs to @\(username) (\(found)), but this data directory speaks as bot \(expected). "
                + "Give the token of that bot, or another data directory."
        case .webhookSet(let host):
            "A webhook is set to host \(host); polling removes it. Start with --take-over to go on, "
                + "or set HUNDRED_TELEGRAM_MODE=webhook."
        case .badSecret:
            "A webhook needs a secret: HUNDRED_TELEGRAM_WEBHOOK_SECRET, 1 to 256 of A-Z a-z 0-9 _ and -."
        case .badAddress(let what): "This is no address that can be used: \(what)"
        case .unreachable(let host, let why):
            "Can't reach \(host) (\(why)). Behind a proxy? set HTTPS_PROXY."
        case .refused(let method, let why): "Telegram refuses \(method): \(why)"
        }
    }
}
