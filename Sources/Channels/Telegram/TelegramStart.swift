import JSON
import Logging
import Synchronization

// What is settled before the first update:
//
// 1. getMe: the token works, and it is that of the bot that the token itself, and the configuration, name.
// 2. To poll, no webhook may be set. One that is belongs to somebody: it is removed only if that was asked for.
// 3. To be pushed to, the webhook is set where the public address is known.
// 4. The menus. That they fail keeps nothing from working.

extension TelegramChannel {
    /// Settles all that, once; again after a failure. Who asks while somebody else's asking is under way
    /// gets the same answer.
    ///
    /// - Throws: what is in the way. If ``TelegramFault/isConfiguration``, waiting won't help and a service
    ///   should end with status 78; else ``listen(_:)`` tries again by itself.
    @discardableResult
    public func prepare() async throws(TelegramFault) -> TelegramProfile {
        let task = inside.withLock { inside in
            if let task = inside.preparing { return task }
            let task = Task { [self] () -> Result<TelegramProfile, TelegramFault> in
                let result: Result<TelegramProfile, TelegramFault>
                do throws(TelegramFault) {
                    result = .success(try await settle())
                } catch {
                    result = .failure(error)
                    self.inside.withLock { $0.preparing = nil }
                }
                return result
            }
            inside.preparing = task
            return task
        }
        return try await task.value.get()
    }

    private func settle() async throws(TelegramFault) -> TelegramProfile {
        let profile = try await identify()
        switch configuration.mode {
        case .poll:
            if let host = try await webhookHost() {
                guard configuration.takesOver else { throw .webhookSet(host: host) }
                try await removeWebhook()
                log.notice("webhook removed", metadata: ["host": "\(host)"])
            }
        case .webhook: try await setWebhook()
        }
        await setMenus()
        return profile
    }

    /// Who the token says the bot is.
    ///
    /// - Throws: ``TelegramFault/unauthorized``, ``TelegramFault/wrongBot(expected:found:username:)`` or
    ///   ``TelegramFault/unreachable(host:why:)``.
    public func identify() async throws(TelegramFault) -> TelegramProfile {
        let me = try await ask(TelegramCall("getMe", JSONObject(), isIdempotent: true))
        guard let id = me["id"]?.int, let username = me["username"]?.string else {
            throw .refused(method: "getMe", why: "an answer without a name")
        }
        for expected in [wire.bot, configuration.expectedBot ?? wire.bot] where expected != id {
            throw .wrongBot(expected: expected, found: id, username: username)
        }
        let profile = TelegramProfile(
            id: id, username: username,
            hearsAllOfGroups: me["can_read_all_group_messages"]?.bool ?? false,
            canJoinGroups: me["can_join_groups"]?.bool ?? true)
        inside.withLock { $0.profile = profile }
        return profile
    }

    /// The host of the webhook that is set, if one is. Its path may hold a secret and is not told.
    public func webhookHost() async throws(TelegramFault) -> String? {
        let info = try await ask(TelegramCall("getWebhookInfo", JSONObject(), isIdempotent: true))
        guard let url = info["url"]?.string, !url.isEmpty else { return nil }
        return TelegramWire.host(of: url)
    }

    /// Removes it, and keeps what waits to be heard.
    public func removeWebhook() async throws(TelegramFault) {
        var parameters = JSONObject()
        parameters["drop_pending_updates"] = .bool(false)
        _ = try await ask(TelegramCall("deleteWebhook", parameters, isIdempotent: true))
    }

    private func setWebhook() async throws(TelegramFault) {
        guard var url = configuration.publicURL, let secret = configuration.webhookSecret else {
            return
        }
        while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
        guard url.utf8.starts(with: "https://".utf8) || url.utf8.starts(with: "http://".utf8),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .badAddress("the public URL") }
        var parameters = JSONObject()
        parameters["url"] = .string(url + configuration.path)
        parameters["secret_token"] = .string(secret.text)
        parameters["allowed_updates"] = Self.wanted
        _ = try await ask(TelegramCall("setWebhook", parameters, isIdempotent: true))
        log.info("webhook set", metadata: ["host": "\(TelegramWire.host(of: url))"])
    }

    /// The kinds of updates that are read.
    static let wanted: JSONValue = .array(
        ["message", "edited_message", "callback_query", "my_chat_member"].map { .string($0) })

    private func setMenus() async {
        for call in menus?.calls() ?? [] {
            guard case .good = await wire.send(call) else {
                log.warning("menu not set", metadata: ["method": "\(call.method)"])
                return
            }
        }
    }

    private func ask(_ call: TelegramCall) async throws(TelegramFault) -> JSONValue {
        switch await wire.send(call, timeout: 10_000) {
        case .good(let result): return result
        case .refused(let refusal) where refusal.isUnauthorized: throw .unauthorized
        case .refused(let refusal) where refusal.code == 429:
            throw .unreachable(host: wire.host, why: "asked to wait \(refusal.retryAfter ?? 1) s")
        case .refused(let refusal): throw .refused(method: call.method, why: refusal.words)
        case .goodUnread:
            throw .unreachable(host: wire.host, why: "the answer is none of Telegram's")
        case .broken(let status): throw .unreachable(host: wire.host, why: "status \(status)")
        case .failed(let failure): throw .unreachable(host: wire.host, why: "\(failure)")
        }
    }

    /// ``prepare()`` until it succeeds or can't. False: cancelled.
    func prepareAtLast() async throws -> Bool {
        var failures = 0
        while !Task.isCancelled {
            do throws(TelegramFault) {
                let profile = try await prepare()
                log.info(
                    "telegram",
                    metadata: ["bot": "@\(profile.username)", "mode": "\(configuration.mode)"])
                return true
            } catch {
                guard !error.isConfiguration else { throw error }
                guard !Task.isCancelled else { return false }
                failures += 1
                log.warning("telegram can't be reached yet", metadata: ["why": "\(error)"])
                await Pause.backOff(failures, most: 60)
            }
        }
        return false
    }
}

/// Waiting between attempts.
enum Pause {
    /// 1 s · 2ⁿ⁻¹ up to so many seconds, of which at least half is waited, so that many don't come at once.
    static func backOff(_ failures: Int, most: Double) async {
        let full = min(most, Double(1 << min(max(failures - 1, 0), 16)))
        await seconds(full * Double.random(in: 0.5...1))
    }

    static func seconds(_ seconds: Double) async {
        try? await Task.sleep(for: .milliseconds(Int(max(0, seconds) * 1000)))
    }
}
