import JSON
import Logging
import Runtime
import Transport

// How polling goes:
//
// 1. The first call asks from behind the cursor of the journal, or from the head of Telegram's queue. What
//    was heard before is passed over by its key.
// 2. An answer confirms nothing. Its updates are read one by one; presses are answered at once; the rest is
//    handed in together. Only when all of it is durable does the next call ask from behind its last id:
//    that confirms it. The last id of this answer, not the highest ever seen: ids may begin anew.
// 3. An update that can't be read is logged and passed. If the answer as a whole is no JSON of ours, updates
//    are fetched one at a time; the one that is still unreadable is passed by the id that stands in it.
// 4. If something was not taken (too much waits, or the bot stops), nothing of the answer is confirmed.
// 5. 409 is another reader, or for a moment this program's own poll from before a crash: back off 5 to 60 s.
//    401 ends the channel. All else is the network: back off 1 to 60 s.

extension TelegramChannel {
    func poll(_ door: Door) async throws {
        guard let reader = reader() else { return }
        var poll = Poll(reader: reader)
        if let last = door.cursor(reader.cursorName).flatMap({ Int64($0) }),
            (0..<Int64(Int32.max)).contains(last)
        {
            poll.offset = last + 1
        }
        while !Task.isCancelled {
            let request = wire.request(
                poll.call(seconds: configuration.pollSeconds),
                timeout: (configuration.pollSeconds + 15) * 1000, most: 16 << 20)
            let result = await wire.exchange(request)
            guard !Task.isCancelled else { return }
            switch poll.read(result) {
            case .updates(let updates): await hand(updates, to: door, &poll)
            case .poison(let id):
                log.warning("update passed over", metadata: ["update": "\(id)", "at": "no JSON"])
                poll.confirm(id)
            case .again: continue
            case .unauthorized: throw TelegramFault.unauthorized
            case .conflict(let isWebhook): await conflict(isWebhook, &poll)
            case .trouble(let why, let wait):
                poll.failures += 1
                log.warning("poll failed", metadata: ["method": "getUpdates", "why": "\(why)"])
                if let wait {
                    await Pause.seconds(wait)
                } else {
                    await Pause.backOff(poll.failures, most: 60)
                }
            }
        }
    }

    private func hand(_ values: [JSONValue], to door: Door, _ poll: inout Poll) async {
        let updates = values.map(poll.reader.read)
        answer(updates)
        report(updates)
        guard await door.take(updates.compactMap(\.input)) else {
            poll.failures += 1
            await Pause.backOff(poll.failures, most: 10)
            return
        }
        if let last = updates.last(where: { $0.id != nil })?.id {
            poll.confirm(last)
        } else if !updates.isEmpty {
            // Not one of them has an id: nothing could ever be confirmed.
            poll.failures += 1
            log.error("updates without ids", metadata: ["method": "getUpdates"])
            await Pause.backOff(poll.failures, most: 60)
        } else {
            poll.failures = 0
        }
        poll.conflicts = 0
        refreshMenus(updates)
    }

    private func conflict(_ isWebhook: Bool, _ poll: inout Poll) async {
        poll.conflicts += 1
        let why =
            isWebhook
            ? "A webhook is set for this bot, so it can't be polled (409). Remove the webhook, or use webhook mode."
            : "Another program is reading this bot (409). Stop it, or make a second bot."
        if poll.conflicts == 1 && !isWebhook {
            // After a crash this program's own last poll may still be open.
            log.info("poll ended by another", metadata: ["method": "getUpdates"])
        } else {
            log.error("conflict", metadata: ["why": "\(why)"])
        }
        let seconds = min(60, 5 * Double(1 << min(poll.conflicts - 1, 4)))
        await Pause.seconds(seconds * Double.random(in: 0.8...1))
    }
}

/// Where polling is, and what an answer means for it.
struct Poll: Sendable {
    enum Found {
        case updates([JSONValue])
        /// One update, alone, that no reader takes.
        case poison(Int64)
        /// Ask again at once, one at a time.
        case again
        case unauthorized
        case conflict(isWebhook: Bool)
        case trouble(String, wait: Double?)
    }
    let reader: TelegramReader
    var offset: Int64?
    /// Calls for which updates are fetched one at a time.
    var careful = 0
    var failures = 0
    var conflicts = 0

    init(reader: TelegramReader) { self.reader = reader }

    func call(seconds: Int) -> TelegramCall {
        var parameters = JSONObject()
        if let offset { parameters["offset"] = .integer(offset) }
        if careful > 0 { parameters["limit"] = .integer(1) }
        parameters["timeout"] = .integer(Int64(min(max(seconds, 0), 50)))
        parameters["allowed_updates"] = TelegramChannel.wanted
        return TelegramCall("getUpdates", parameters, isIdempotent: true)
    }

    mutating func confirm(_ id: Int64) {
        failures = 0
        offset = id < .max ? id + 1 : nil
    }

    /// More than 100 updates of 64 KiB.
    static let limits = JSONLimits(bytes: 16 << 20, depth: 64, values: 4_000_000)

    mutating func read(_ result: Result<HTTPResponse, TransportFailure>) -> Found {
        switch TelegramAnswer(result, limits: Self.limits) {
        case .good(let found):
            guard let updates = found.array else {
                return .trouble("the answer is no list", wait: nil)
            }
            if careful > 0 { careful -= 1 }
            return .updates(updates)
        case .refused(let refusal):
            if refusal.isUnauthorized { return .unauthorized }
            if refusal.code == 409 {
                return .conflict(isWebhook: refusal.says("webhook is active"))
            }
            return .trouble(refusal.words, wait: refusal.retryAfter.map { Double(min($0, 3600)) })
        case .broken(let status): return .trouble("status \(status)", wait: nil)
        case .failed(let failure): return .trouble("\(failure)", wait: nil)
        case .goodUnread: return unread(result)
        }
    }

    private mutating func unread(_ result: Result<HTTPResponse, TransportFailure>) -> Found {
        if case .failure(let failure) = result, case .tooLarge = failure, careful == 0 {
            careful = 101
            return .again
        }
        guard case .success(let response) = result, Self.isOurs(response.body) else {
            return .trouble("the answer is not whole", wait: nil)
        }
        guard careful > 0 else {
            careful = 101
            return .again
        }
        guard let id = Self.updateID(in: response.body) else {
            return .trouble("an update without an id", wait: nil)
        }
        careful = 0
        return .poison(id)
    }

    /// Whether it begins and ends as the server's own answers do, and so was not cut.
    private static func isOurs(_ body: [UInt8]) -> Bool {
        let text = body.filter { $0 > 0x20 }
        return text.starts(with: #"{"ok":true"#.utf8) && text.last == UInt8(ascii: "}")
    }

    /// The number behind the first `"update_id":`, which stands first in its update.
    private static func updateID(in body: [UInt8]) -> Int64? {
        let mark = Array(#""update_id""#.utf8)
        guard body.count > mark.count else { return nil }
        for start in 0..<(body.count - mark.count) where body[start] == mark[0] {
            guard body[start..<(start + mark.count)].elementsEqual(mark) else { continue }
            let rest = body[(start + mark.count)...].drop { $0 <= 0x20 || $0 == UInt8(ascii: ":") }
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            return digits.count <= 18 ? Int64(String(decoding: digits, as: UTF8.self)) : nil
        }
        return nil
    }
}
