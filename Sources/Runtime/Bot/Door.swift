public import Accelerator
public import Language

/// Where everything that is heard comes in: from channels that poll, from HTTP, from an operator.
///
/// What it returns is true after it is durable, so whoever heard something may confirm it upstream then,
/// and not before.
public final class Door: Sendable {
    private struct Waiter: Sendable {
        var since: Int64
        var isHurried: Bool
        var done: @Sendable (Said) -> Void
    }
    private struct Inside: Sendable {
        var next: UInt64 = 1
        var waiters: [UInt64: Waiter] = [:]
        var isClosed = true
        var cursors: [String: String] = [:]
    }

    private let inside = Locked(Inside())
    private let letters: Mailbox<ClerkDriver.Letter>
    private let mind: Mind
    private let language: String
    private let now: @Sendable () -> Moment

    init(
        _ letters: Mailbox<ClerkDriver.Letter>, mind: Mind, now: @escaping @Sendable () -> Moment
    ) {
        self.letters = letters
        self.mind = mind
        language = mind.language
        self.now = now
    }

    // MARK: Hearing

    /// Hears one thing and calls back when what came of it is durable, on any thread, once. With
    /// `wantsWords`, what is said to the speaker comes back here and is delivered with that. A hurried one
    /// is told ``Trouble/busy`` after two and a half seconds, although it may be written yet; heard again
    /// under the same key, it has no second effect.
    public func hear(
        _ input: Input, wantsWords: Bool = false, isHurried: Bool = false,
        done: @escaping @Sendable (Said) -> Void
    ) {
        let since = now().steady.milliseconds
        let number: UInt64? = inside.with { inside in
            guard !inside.isClosed else { return nil }
            let number = inside.next
            inside.next += 1
            inside.waiters[number] = Waiter(since: since, isHurried: isHurried, done: done)
            return number
        }
        guard let number else { return done(refused(.stopping, input, wantsWords)) }
        guard letters.put(.heard(input, Ticket(number, wantsWords: wantsWords))) else {
            return answer(number, refused(.busy, input, wantsWords))
        }
    }

    /// Hears one message of a door that answers in place (a webhook), with the words.
    public func hear(_ inbound: Inbound) async -> Said {
        await withCheckedContinuation { continuation in
            hear(.message(inbound), wantsWords: true, isHurried: true) {
                continuation.resume(returning: $0)
            }
        }
    }

    /// Hears one thing whose words, if any, go out by a channel.
    public func tell(_ input: Input, isHurried: Bool = false) async -> Said {
        await withCheckedContinuation { continuation in
            hear(input, isHurried: isHurried) { continuation.resume(returning: $0) }
        }
    }

    /// Hears what one poll brought, in its order, and returns when all of it is durable: false if some was
    /// not even taken (too much is waiting, or the bot stops). Then nothing of it may be confirmed; poll again later.
    public func take(_ inputs: [Input]) async -> Bool {
        guard !inputs.isEmpty else { return true }
        return await withCheckedContinuation { continuation in
            let left = Locked((count: inputs.count, isWhole: true))
            for input in inputs {
                hear(input) { said in
                    let isLost = said.outcome == .refused(.stopping) || said.isUnheard
                    let (isLast, isWhole) = left.with { left in
                        left.count -= 1
                        if isLost { left.isWhole = false }
                        return (left.count == 0, left.isWhole)
                    }
                    if isLast { continuation.resume(returning: isWhole) }
                }
            }
        }
    }

    /// Where a polled channel was when the bot last wrote something: what comes after it must be heard again.
    public func cursor(_ name: String) -> String? { inside.with { $0.cursors[name] } }

    /// A message as its reader sees it.
    public func render(_ worded: Worded) -> Message {
        mind.message(worded.outgoing, worded.language, showsPicture: false)
    }

    /// How many wait for an answer.
    public var waiting: Int { inside.with { $0.waiters.count } }

    // MARK: For the drivers

    func open(cursors: [String: String]) {
        inside.with { inside in
            inside.isClosed = false
            inside.cursors = cursors
        }
    }

    func moved(_ cursors: [String: String]) {
        inside.with { $0.cursors.merge(cursors) { _, new in new } }
    }

    /// Lets nothing more in; who waits still gets an answer.
    func close() { inside.with { $0.isClosed = true } }

    func answer(_ number: UInt64, _ said: Said) {
        let waiter = inside.with { $0.waiters.removeValue(forKey: number) }
        waiter?.done(said)
    }

    /// Everyone who still waits is told that nothing came of it.
    func answerAll(_ trouble: Trouble) {
        let waiters = inside.with { inside in
            defer { inside.waiters = [:] }
            return inside.waiters
        }
        for (_, waiter) in waiters { waiter.done(Said(.refused(trouble))) }
    }

    /// Tells the hurried who wait too long that it is busy.
    func answerLate(at now: Moment, after milliseconds: Int64 = 2500) {
        let late = inside.with { inside in
            let late = inside.waiters.filter {
                $0.value.isHurried && now.steady.milliseconds - $0.value.since >= milliseconds
            }
            for number in late.keys { inside.waiters[number] = nil }
            return late
        }
        for (_, waiter) in late { waiter.done(Said(.refused(.busy))) }
    }

    private func refused(_ trouble: Trouble, _ input: Input, _ wantsWords: Bool) -> Said {
        var said = Said(.refused(trouble))
        said.isUnheard = true
        guard wantsWords, case .message(let inbound) = input else { return said }
        var out = Outgoing(
            to: inbound.chat.map { .chat($0) } ?? .principal(inbound.principal),
            [Phrase(trouble.phrase)])
        out.language = inbound.language
        said.words = [
            Worded(
                out, language: inbound.language ?? language,
                principal: inbound.chat == nil ? inbound.principal : nil, chat: inbound.chat)
        ]
        return said
    }
}
