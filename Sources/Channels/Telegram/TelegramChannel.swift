import Accelerator
import JSON
import Language
public import Logging
public import Runtime
import Synchronization
public import Transport

/// A Telegram bot: hears by polling or by webhook, sends by the Bot API.
///
/// What was heard is confirmed only after it is durable: by polling with the offset of the next call, by webhook
/// with the 200. What is sent has no key at Telegram, so an answer that was lost leaves it unknown whether the
/// message is there (``SendFailure/Kind/ambiguous``); edits may be repeated.
public final class TelegramChannel: Channel {
    public let name: String
    public let abilities = Abilities(
        edits: true, buttons: true, pictures: true, pins: true, width: 30)
    let configuration: TelegramConfiguration
    let wire: TelegramWire
    let menus: TelegramMenus?
    let log: Logger

    /// How far a message of several parts, or an edit that became a message, got in earlier attempts.
    struct Progress: Sendable {
        var done = 0
        var last: String?
        var isAnew = false
        var ambiguities = 0
    }
    struct Inside: Sendable {
        var profile: TelegramProfile?
        /// What is settled before the first update; nil after it failed.
        var preparing: Task<Result<TelegramProfile, TelegramFault>, Never>?
        var door: Door?
        var progress: [String: Progress] = [:]
        /// The menus that were set in this run, by private chat.
        var roles: [Int64: TelegramMenus.Role] = [:]
    }
    let inside = Mutex(Inside())
    let keys: TelegramKeys

    /// - Parameters:
    ///   - menus: nil sets none.
    /// - Throws: what is wrong with the configuration; nothing is asked of Telegram yet.
    public init(
        _ configuration: TelegramConfiguration, client: HTTPClient, menus: TelegramMenus? = nil,
        log: Logger
    ) throws(TelegramFault) {
        wire = try TelegramWire(configuration, client: client)
        if configuration.mode == .webhook {
            let secret = configuration.webhookSecret?.text ?? ""
            guard (1...256).contains(secret.utf8.count),
                secret.utf8.allSatisfy(TelegramWire.isTokenByte)
            else {
                throw .badSecret
            }
        }
        self.configuration = configuration
        self.menus = menus
        self.log = log
        name = configuration.name
        keys = TelegramKeys(name: configuration.name)
    }

    /// Who the bot is, once Telegram has said so.
    public var profile: TelegramProfile? { inside.withLock { $0.profile } }

    /// Reads updates as this bot; nil before its name is known, without which a command for another bot
    /// can't be told from one for this.
    func reader() -> TelegramReader? {
        profile.map {
            TelegramReader(
                bot: $0.id, username: $0.username, name: name, isPolled: configuration.mode == .poll
            )
        }
    }

    // MARK: Hearing

    public func listen(_ door: Door) async throws {
        inside.withLock { $0.door = door }
        guard try await prepareAtLast() else { return }
        if let profile {
            door.hear(.channel(ChannelKnown(name, hearsAll: profile.hearsAllOfGroups))) { _ in }
        }
        if configuration.mode == .poll { try await poll(door) }
    }

    /// Ends the waiting of pressed buttons. Nobody waits for the outcome: an old press can't be answered any
    /// more, and the person has the message.
    func answer(_ updates: [TelegramUpdate]) {
        for update in updates {
            guard let id = update.callback else { continue }
            wire.start(TelegramDrawing.answer(callback: id)) { [log] answer in
                if case .good = answer { return }
                log.debug("press not answered", metadata: ["method": "answerCallbackQuery"])
            }
        }
    }

    /// Logs what could not be read, never what it says.
    func report(_ updates: [TelegramUpdate]) {
        for update in updates {
            guard case .unreadable(let why) = update.what else { continue }
            log.warning(
                "update passed over",
                metadata: ["update": "\(update.id.map { String($0) } ?? "?")", "at": "\(why)"])
        }
    }

    /// Gives the private chats of whoever was just heard the menus that belong to their roles.
    func refreshMenus(_ updates: [TelegramUpdate]) {
        guard let menus else { return }
        for update in updates {
            guard case .message(let inbound) = update.what, inbound.chat == nil,
                let chat = keys.chat(inbound.principal)
            else { continue }
            let role = menus.role(inbound.principal)
            let before = inside.withLock { inside in
                let before = inside.roles[chat]
                // More people than this in one run: some get their menu set again.
                if inside.roles.count > 100_000 { inside.roles.removeAll() }
                inside.roles[chat] = role
                return before
            }
            guard role != before ?? .member,
                let call = menus.call(for: role, in: chat, language: inbound.language)
            else { continue }
            wire.start(call) { [weak self] answer in
                if case .good = answer { return }
                self?.inside.withLock { _ = $0.roles.removeValue(forKey: chat) }
            }
        }
    }

    // MARK: Sending

    public func send(_ delivery: Delivery) async throws(SendFailure) -> String? {
        let result = await withCheckedContinuation { continuation in
            send(delivery) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    public func send(
        _ delivery: Delivery, done: @escaping @Sendable (Result<String?, SendFailure>) -> Void
    ) {
        guard let letter = TelegramLetter(delivery, keys) else {
            return done(.failure(SendFailure(.refused, why: "no chat of Telegram")))
        }
        send(letter, done: done)
    }
}
