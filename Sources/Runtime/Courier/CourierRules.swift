import Accelerator
import Language

// What follows from what came of an attempt.
//
// | result       | with a send key that still lives, or an edit | without |
// |---|---|---|
// | sent         | delivered | delivered |
// | not sent     | again, backing off | again, backing off |
// | ambiguous    | again, backing off | once more after 30 to 60 s; a second time: undeliverable, "unknown" |
// | refused      | undeliverable | undeliverable |
// | gone         | undeliverable, and the receiver is lost | the same |
// | channel down | stays where it is until the channel is up, or it expires | the same |
// | moved        | the whole lane goes on under the new key, this message at once, but once only | the same |
//
// Answers to questions are not on the record: one that was certainly not sent is tried again, three times
// at most; everything else loses it.
//
// Back-off is 1 s · 2ⁿ up to ten minutes, of which a random share is waited (full jitter); what a provider
// asks for with Retry-After is waited in full, and up to a second more.

extension Courier {
    mutating func settle(
        _ attempt: UInt64, _ result: Result<String?, SendFailure>, _ now: Moment,
        _ effects: inout [CourierEffect]
    ) {
        // A result that comes after its attempt was given up has nothing to settle.
        guard let name = underWay.removeValue(forKey: attempt), let channel = lanes[name]?.channel,
            let parcel = lanes[name]?.parcels.first
        else { return }
        lanes[name]?.attempt = nil
        posts[channel]?.underWay -= 1
        switch result {
        case .success(let message):
            posts[channel]?.failures = 0
            drop(name)
            delivered(parcel, message, name, &effects)
        case .failure(let failure):
            if case .ambiguous = failure.kind { effects.append(.ambiguous(channel: channel)) }
            failed(name, channel, parcel, failure, now, &effects)
        }
        ready(name, now)
    }

    private mutating func delivered(
        _ parcel: Parcel, _ message: String?, _ name: String, _ effects: inout [CourierEffect]
    ) {
        guard let id = parcel.id else { return }
        // What waits behind it to replace it now knows what to replace.
        if let message {
            lanes[name]?.parcels.updateAll {
                if $0.outgoing.replaces == id { $0.replaces = message }
            }
        }
        effects.append(.mark(.delivered(id: id, message: message)))
    }

    private mutating func failed(
        _ name: String, _ channel: String, _ parcel: Parcel, _ failure: SendFailure, _ now: Moment,
        _ effects: inout [CourierEffect]
    ) {
        switch failure.kind {
        case .notSent:
            if failure.retryAfter == nil { trip(channel, now) }
            let isLost = parcel.id == nil && parcel.attempts >= 3
            // What the provider asks for is asked of what waits behind a lost answer, too.
            if !isLost || failure.retryAfter != nil { later(name, channel, failure, now) }
            if isLost { lose(name, parcel, failure.why, &effects) }
        case .ambiguous:
            guard parcel.id != nil else { return lose(name, parcel, failure.why, &effects) }
            lanes[name]?.parcels.updateFirst { $0.ambiguities += 1 }
            if isRepeatable(parcel, channel, now) { return later(name, channel, failure, now) }
            guard parcel.ambiguities == 0 else { return lose(name, parcel, "unknown", &effects) }
            wait(name, 30 * Instant.second + random.next(upTo: 30 * Instant.second), now)
        case .refused:
            lose(name, parcel, failure.why, &effects)
        case .gone:
            drop(name)
            giveUp(parcel, failure.why, isLost: true, &effects)
        case .channelDown:
            let wasUp = posts[channel]?.isUp ?? false
            posts[channel]?.isUp = false
            if wasUp { effects.append(.channelDown(channel, why: failure.why)) }
        case .moved(let key):
            guard !parcel.hasMoved, self.channel(of: key) == channel, key != name else {
                return lose(name, parcel, failure.why, &effects)
            }
            move(name, to: key, now, &effects)
        }
    }

    /// Whether a second copy can't come of a second attempt.
    private func isRepeatable(_ parcel: Parcel, _ channel: String, _ now: Moment) -> Bool {
        guard let abilities = posts[channel]?.abilities else { return false }
        if abilities.edits, parcel.replaces != nil { return true }
        guard let life = abilities.sendKeyLife, let first = parcel.firstAttempt else {
            return false
        }
        return now.steady.since(first) < life
    }

    private mutating func lose(
        _ name: String, _ parcel: Parcel, _ why: String, _ effects: inout [CourierEffect]
    ) {
        drop(name)
        giveUp(parcel, why, isLost: false, &effects)
    }

    /// Again, after backing off, and not before the provider wants.
    private mutating func later(
        _ name: String, _ channel: String, _ failure: SendFailure, _ now: Moment
    ) {
        let failures = lanes[name]?.failures ?? 0
        lanes[name]?.failures = failures + 1
        var delay = random.next(upTo: Self.backOff(failures))
        if let asked = failure.retryAfter {
            // Nobody means more than a day; a number that large is a mistake, and the message expires first.
            let bounded = min(max(0, asked), Instant.day)
            delay = max(delay, bounded + random.next(upTo: Instant.second))
            if failure.isWholeChannel {
                let until = now.steady.advanced(by: bounded)
                if let before = posts[channel]?.notBefore {
                    posts[channel]?.notBefore = max(before, until)
                }
                waits.put("", at: until)
            }
        }
        wait(name, delay, now)
    }

    private mutating func wait(_ name: String, _ delay: Int64, _ now: Moment) {
        let until = now.steady.advanced(by: delay)
        lanes[name]?.notBefore = until
        waits.put(name, at: until)
    }

    /// Milliseconds: 1 s, 2 s, 4 s … ten minutes.
    static func backOff(_ failures: Int) -> Int64 {
        min(10 * Instant.minute, Instant.second << Int64(min(max(failures, 0), 20)))
    }

    /// Many failures in a row mean that the channel, not a chat, is out of reach: it rests as a whole, and is
    /// tried with one request.
    private mutating func trip(_ channel: String, _ now: Moment) {
        guard var post = posts[channel] else { return }
        post.failures += 1
        if post.failures >= limits.breaker {
            let rest = min(Instant.minute, Self.backOff(post.failures - limits.breaker))
            let until = now.steady.advanced(by: random.next(upTo: rest))
            post.notBefore = max(post.notBefore, until)
            waits.put("", at: post.notBefore)
        }
        posts[channel] = post
    }

    /// A group became a larger one: what waits for the old key goes to the new one.
    private mutating func move(
        _ name: String, to key: String, _ now: Moment, _ effects: inout [CourierEffect]
    ) {
        guard var parcels = lanes[name]?.parcels else { return }
        lanes[name]?.parcels = Line()
        answers -= lanes[name]?.answers ?? 0
        lanes[name]?.answers = 0
        while var parcel = parcels.popFirst() {
            parcel.hasMoved = true
            // The message to be replaced or answered stayed behind.
            parcel.replaces = nil
            put(parcel, .chat(key), now, &effects)
        }
    }
}
