public import Accelerator
public import Language

/// What keeps one message from ending the bot again and again.
///
/// A fault of ours while a message is decided, or put into words, ends the process and can't be
/// caught; the provider then delivers the message again.
/// 1. Before the work begins, its name is noted where it outlives the process; when the work is done
///    it is taken off.
/// 2. What stands noted when a run begins has ended the one before; that is counted.
/// 3. What was counted twice is not worked on any more. A message is quarantined: a commit with its
///    key and nothing of what it said, a few words to its author, and a notice to the
///    administrators. Words that can't be made are replaced by ones that can.
public struct Poison: Sendable {
    /// The kind of work; one piece of each at a time.
    public enum Work: Int, Sendable, CaseIterable {
        case deciding, wording
    }
    /// How often something ends the process before it is left alone.
    public static let limit = 2

    /// Notes what is begun.
    public var begin: @Sendable (Work, String) -> Void
    /// Takes it off again: it is done.
    public var end: @Sendable (Work) -> Void
    /// How often each has ended the process, as of the start of this run.
    public var crashes: [String: Int]

    /// Nothing is noted.
    public init() {
        begin = { _, _ in }
        end = { _ in }
        crashes = [:]
    }

    public init(
        begin: @escaping @Sendable (Work, String) -> Void, end: @escaping @Sendable (Work) -> Void,
        crashes: [String: Int]
    ) {
        self.begin = begin
        self.end = end
        self.crashes = crashes
    }

    func isPoison(_ name: String) -> Bool { crashes[name, default: 0] >= Self.limit }

    /// The name of a message, the same for every delivery of it: the channel's key, else what was
    /// said by whom.
    static func name(_ inbound: Inbound) -> String {
        inbound.key ?? "\(inbound.principal) \(inbound.message ?? String(inbound.text.utf8.count))"
    }

    /// The name of words that are owed.
    static func name(_ out: Outgoing) -> String {
        "out \(out.id.isEmpty ? out.phrases.first?.key ?? "" : out.id)"
    }
}

extension Mind {
    /// The same mind, which notes what it works on and leaves alone what ended the process twice.
    ///
    /// - Parameter quarantine: what is decided about a message that is left alone.
    public func guarded(
        by poison: Poison,
        quarantine: @escaping @Sendable (Inbound, State, Instant) -> Outcome
    ) -> Mind {
        var mind = self
        let (decide, isQuestion, render) = (decide, isQuestion, render)
        mind.decide = { input, state, at, random in
            guard case .message(let inbound) = input else {
                return decide(input, state, at, random)
            }
            let name = Poison.name(inbound)
            if poison.isPoison(name) { return quarantine(inbound, state, at) }
            // It stays noted while its commit is taken in: the Clerk's driver takes the last off.
            poison.begin(.deciding, name)
            return decide(input, state, at, random)
        }
        mind.isQuestion = { inbound in
            let name = Poison.name(inbound)
            if poison.isPoison(name) { return false }
            poison.begin(.deciding, name)
            defer { poison.end(.deciding) }
            return isQuestion(inbound)
        }
        mind.render = { out, language in
            let name = Poison.name(out)
            if poison.isPoison(name) {
                var plain = out
                plain.phrases = [Phrase("message.outdated")]
                plain.offers = []
                return render(plain, language)
            }
            poison.begin(.wording, name)
            defer { poison.end(.wording) }
            return render(out, language)
        }
        return mind
    }
}
