import Accelerator
import JSON
package import Runtime
import Synchronization
import Transport

// How a letter leaves.
//
// 1. It is drawn as one call or several; those that earlier attempts got through are not made again.
// 2. Each call waits for the one before it. What comes of it:
//    good, or “not modified”            on to the next; after the last the message has a name
//    accepted, but the answer was cut   the same, without a name: a second copy would be worse
//    an edit of what is gone            sent as a new message instead
//    429                                not sent; wait as long as the server says
//    moved to a supergroup              the Clerk hears of it, the Courier sends it there
//    403, chat not found                gone
//    401                                the channel is down
//    another 4xx                        once more as plain text, then refused for good
//    5xx, no or half an answer          ambiguous, unless nothing had left
// 3. A card is pinned when it is new, an edit of it is not. Where a scoreboard may not be pinned the Clerk
//    hears of it; of any other card that is nobody's business.

extension TelegramChannel {
    package func send(
        _ letter: TelegramLetter, done: @escaping @Sendable (Result<String?, SendFailure>) -> Void
    ) {
        let calls = TelegramDrawing(username: profile?.username).calls(for: letter)
        guard !calls.isEmpty else { return done(.success(nil)) }
        let progress = inside.withLock { $0.progress[letter.key] } ?? Progress()
        Sending(channel: self, letter: letter, calls: calls, done: done).go(progress)
    }

    /// Something about a chat that came of sending to it.
    func tell(_ what: ChatNews.What, of chat: Int64) {
        var news = ChatNews()
        news.chat = keys.chat(chat)
        news.what = what
        inside.withLock { $0.door }?.hear(.chat(news)) { _ in }
    }

    func remember(_ progress: Progress?, for key: String) {
        inside.withLock { inside in
            if progress != nil, inside.progress.count >= 4096, let some = inside.progress.keys.first
            {
                inside.progress[some] = nil
            }
            inside.progress[key] = progress
        }
    }
}

/// One attempt at one letter.
private struct Sending: Sendable {
    let channel: TelegramChannel
    let letter: TelegramLetter
    let calls: [TelegramCall]
    let done: @Sendable (Result<String?, SendFailure>) -> Void

    func go(_ progress: TelegramChannel.Progress) {
        guard progress.done < calls.count else { return finish(progress) }
        var call = calls[progress.done]
        if progress.isAnew, call.method == "editMessageText" { call = TelegramDrawing.anew(call) }
        perform(call, progress, isPlain: false)
    }

    private func perform(_ call: TelegramCall, _ progress: TelegramChannel.Progress, isPlain: Bool)
    {
        channel.wire.start(call) { answer in settle(call, answer, progress, isPlain: isPlain) }
    }

    private func settle(
        _ call: TelegramCall, _ answer: TelegramAnswer, _ progress: TelegramChannel.Progress,
        isPlain: Bool
    ) {
        switch answer {
        case .good(let result): passed(call, result["message_id"]?.int, progress)
        case .goodUnread: passed(call, nil, progress)
        case .refused(let refusal): refused(call, refusal, progress, isPlain: isPlain)
        case .broken(let status): lost(call, "\(call.method): status \(status)", progress)
        case .failed(let failure):
            let why = "\(call.method): \(failure)"
            switch failure {
            case .notSent, .closed: fail(SendFailure(.notSent, why: why), progress)
            case .refused: fail(SendFailure(.refused, why: why), nil)
            case .ambiguous, .tooLarge, .cancelled: lost(call, why, progress)
            }
        }
    }

    private func passed(_ call: TelegramCall, _ message: Int64?, _ before: TelegramChannel.Progress)
    {
        var progress = before
        progress.done += 1
        let number = call.method == "editMessageText" ? letter.replaces : message
        progress.last = number.map { channel.keys.message(letter.chat, $0) }
        go(progress)
    }

    private func finish(_ progress: TelegramChannel.Progress) {
        channel.remember(nil, for: letter.key)
        if letter.isGroup, let last = progress.last.flatMap({ channel.keys.message($0) }) {
            let isNew = letter.replaces == nil || progress.isAnew
            if letter.pins == .off {
                if !isNew {
                    channel.wire.start(TelegramDrawing.unpin(last.message, in: last.chat)) { _ in }
                }
            } else if isNew, letter.isCard || letter.pins == .on {
                pin(last)
            }
        }
        done(.success(progress.last))
    }

    private func pin(_ last: (chat: Int64, message: Int64)) {
        let asked = letter.pins == .on
        channel.wire.start(TelegramDrawing.pin(last.message, in: last.chat)) { [channel] answer in
            guard asked else { return }
            switch answer {
            case .good: channel.tell(.pinned(true), of: last.chat)
            case .refused(let refusal) where refusal.isAboutRights:
                channel.tell(.pinned(false), of: last.chat)
            default: break
            }
        }
    }

    private func refused(
        _ call: TelegramCall, _ refusal: TelegramRefusal, _ before: TelegramChannel.Progress,
        isPlain: Bool
    ) {
        let isEdit = call.method == "editMessageText"
        let why = "\(call.method): \(refusal.words)"
        if isEdit, refusal.isUnmodified { return passed(call, nil, before) }
        if isEdit, refusal.isBeyondEditing {
            if letter.isAmendment { return finish(before) }
            var progress = before
            progress.isAnew = true
            return perform(TelegramDrawing.anew(call), progress, isPlain: false)
        }
        if let to = refusal.migratedTo { return moved(to, why) }
        if refusal.code == 429 || refusal.code == 409 {
            let wait = refusal.retryAfter.map { Int64($0) * 1000 }
            return fail(SendFailure(.notSent, retryAfter: wait, why: why), before)
        }
        if refusal.isUnauthorized { return fail(SendFailure(.channelDown, why: why), before) }
        if refusal.isGone { return fail(SendFailure(.gone, why: why), nil) }
        let isAboutButtons =
            refusal.says("button") || refusal.says("markup") || refusal.says("keyboard")
        if !isPlain, let plain = TelegramDrawing.plain(call, keepingButtons: !isAboutButtons) {
            return perform(plain, before, isPlain: true)
        }
        fail(SendFailure(.refused, why: why), nil)
    }

    private func moved(_ to: Int64, _ why: String) {
        channel.tell(.moved(to: channel.keys.chat(to)), of: letter.chat)
        fail(SendFailure(.moved(to: channel.keys.chat(to)), why: why), nil)
    }

    /// It may be there. The Courier repeats what replaces without end, since an edit has no copies; a new
    /// message in its place has, and is sent at most twice.
    private func lost(_ call: TelegramCall, _ why: String, _ before: TelegramChannel.Progress) {
        var progress = before
        if letter.replaces != nil, !call.isIdempotent {
            progress.ambiguities += 1
            guard progress.ambiguities < 2 else {
                return fail(SendFailure(.refused, why: "unknown"), nil)
            }
        }
        fail(SendFailure(.ambiguous, why: why), progress)
    }

    /// - Parameter progress: what the next attempt goes on from; nil if there will be none.
    private func fail(_ failure: SendFailure, _ progress: TelegramChannel.Progress?) {
        let isWorthKeeping =
            progress.map { $0.done > 0 || $0.isAnew || $0.ambiguities > 0 } ?? false
        channel.remember(isWorthKeeping ? progress : nil, for: letter.key)
        done(.failure(failure))
    }
}
