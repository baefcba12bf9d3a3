import Accelerator
import Language
import Runtime

/// A bot small enough to see through, on real events.
///
/// `set X` records a person X and says so; `count` answers how many there are; all else is nothing. A
/// key is heard once, unless `doubles` says otherwise. An alarm is due every `step`; what is later
/// than `grace` is passed over.
enum SmallMind {
    static let step: Int64 = 60_000
    static let grace: Int64 = 1_800_000
    static let first: Int64 = 1_000_000_000
    static let count: Int64 = 40

    static func due(_ i: Int64) -> Instant { Instant(milliseconds: first + i * step) }
    static func key(_ i: Int64) -> String { "tick/\(i)" }

    static func make(doubles: Bool = false, ringsTwice: Bool = false) -> Mind {
        Mind(
            decide: { input, state, at, _ in
                decide(input, state, max(at, state.at), doubles, ringsTwice)
            },
            isQuestion: { $0.text == "count" },
            nextDue: { _, state in (0..<count).first { state.rung[key($0)] == nil }.map(due) },
            render: { out, _ in
                Message(lines: out.phrases.map { Message.Line([Message.Span($0.key)]) })
            })
    }

    private static func commit(
        _ state: State, _ at: Instant, _ cause: Cause, _ events: [Event], _ out: [Outgoing] = []
    ) -> Commit {
        var commit = Commit()
        commit.n = state.n + 1
        commit.at = at
        commit.cause = cause
        commit.events = events
        commit.out = out.enumerated().map { i, out in
            var out = out
            out.id = "\(commit.n).\(i)"
            return out
        }
        return commit
    }

    private static func decide(
        _ input: Input, _ state: State, _ at: Instant, _ doubles: Bool, _ ringsTwice: Bool
    ) -> Outcome {
        switch input {
        case .message(let inbound):
            if let key = inbound.key, state.seen[key] != nil, !doubles { return .nothing }
            let back: Receiver = inbound.chat.map { .chat($0) } ?? .principal(inbound.principal)
            let words = inbound.text.split(separator: " ").map(String.init)
            if words.first == "count" {
                return .answer([Outgoing(to: back, [Phrase("count")])])
            }
            guard words.first == "set", words.count > 1 else { return .nothing }
            var person = Person()
            person.code = words[1]
            var made = commit(
                state, at, .message, [.personSet(person)], [Outgoing(to: back, [Phrase("done")])])
            made.source = inbound.principal
            made.key = inbound.key
            return .commit(made)
        case .alarm: return ring(state, at, ringsTwice)
        case .delivered(let id, let message):
            guard state.owed[id] != nil else { return .nothing }
            var event = Delivered()
            event.id = id
            event.message = message
            return .commit(commit(state, at, .delivery, [.delivered(event)]))
        case .undeliverable(let id, let why, let isLost):
            guard state.owed[id] != nil else { return .nothing }
            var event = Undeliverable()
            event.id = id
            event.why = why
            event.isLost = isLost
            return .commit(commit(state, at, .delivery, [.undeliverable(event)]))
        default: return .nothing
        }
    }

    private static func ring(_ state: State, _ at: Instant, _ twice: Bool) -> Outcome {
        let due = (0..<count).filter { (twice || state.rung[key($0)] == nil) && Self.due($0) <= at }
        guard !due.isEmpty else { return .nothing }
        var events: [Event] = []
        var out: [Outgoing] = []
        for i in due.prefix(8) {
            var rang = Rang()
            rang.key = key(i)
            if at.milliseconds - Self.due(i).milliseconds > grace {
                rang.how = "skipped"
            } else {
                out.append(Outgoing(to: .principal("tg:9"), kind: .reminder, [Phrase("ring")]))
            }
            events.append(.rang(rang))
        }
        return .commit(commit(state, at, .alarm, events, out))
    }
}
