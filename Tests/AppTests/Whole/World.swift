import Accelerator
import Glibc
import JSON
import Language
import Runtime
import TestKit
import Testing

/// One bot in memory: every input is decided, and what was decided becomes true at once.
struct World {
    let decider: Decider
    var state = State()
    var now = Instant(milliseconds: 0)
    /// All that was decided, in order.
    var commits: [Commit] = []
    private var said: UInt64 = 0

    /// What came of one input.
    struct Heard {
        var inbound: Inbound?
        var random: [UInt8]
        var commit: Commit?
        var out: [Outgoing]
        /// The keys of what was answered, the first message's.
        var keys: [String] { out.first?.phrases.map(\.key) ?? [] }
        var offers: [Offer] { out.first?.offers ?? [] }
        /// Whether something became true, beside who was asked what.
        var changesSomething: Bool {
            commit?.events.contains {
                !["question.asked", "question.answered", "right.refused"].contains("\($0.tag)")
            } ?? false
        }
        var lacksRight: Bool { commit?.events.contains { "\($0.tag)" == "right.refused" } ?? false }
        var isAsking: Bool { commit?.events.contains { "\($0.tag)" == "question.asked" } ?? false }
    }

    init(_ decider: Decider) { self.decider = decider }

    /// The sample cohort as it was known at a time.
    init(_ decider: Decider, _ file: CohortFile, until: Instant) {
        self.init(decider)
        load(file, until: until)
        operate(.settle, at: until)
    }

    mutating func load(_ file: CohortFile, until: Instant) {
        for step in file.steps(zones: decider.zones) where step.at <= until { bring(step) }
    }

    mutating func bring(_ step: ImportStep) {
        now = max(now, step.at)
        take(.imported(step.events)) { commit in
            if let by = step.by { commit.source = "console:\(by)" }
        }
    }

    mutating func operate(_ act: Operation, at: Instant) {
        now = max(now, at)
        take(.operated(act))
    }

    /// Decides an input now; without evolving it can be asked for by ``decide(_:_:)``.
    @discardableResult mutating func take(
        _ input: Input, random: [UInt8]? = nil, _ change: (inout Commit) -> Void = { _ in }
    ) -> Heard {
        let random = random ?? bytes()
        var heard = decide(input, random)
        if var commit = heard.commit {
            change(&commit)
            heard.commit = commit
            state.evolve(commit)
            commits.append(commit)
        }
        return heard
    }

    func decide(_ input: Input, _ random: [UInt8]) -> Heard {
        var heard = Heard(inbound: nil, random: random, commit: nil, out: [])
        if case .message(let inbound) = input { heard.inbound = inbound }
        switch decider.decide(input, state, at: max(now, state.at), random: random) {
        case .commit(let commit):
            heard.commit = commit
            heard.out = commit.out
        case .answer(let out): heard.out = out
        case .nothing: break
        }
        return heard
    }

    /// Sixteen bytes that differ from input to input.
    private mutating func bytes() -> [UInt8] {
        said += 1
        var random = Seeded(said)
        return (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// A message of a person in private or in a group, as the console would bring it.
    mutating func inbound(
        _ text: String, as principal: String, in chat: String? = nil, kind: Inbound.Kind = .said
    ) -> Inbound {
        said += 1
        var inbound = Inbound()
        inbound.kind = kind
        inbound.channel = "console"
        inbound.principal = principal
        inbound.name = principal.split(separator: ":").last.map(String.init)
        inbound.language = "en"
        inbound.chat = chat
        inbound.key = "console s:\(said)"
        inbound.message = "\(chat ?? principal)/s\(said)"
        inbound.sent = now
        inbound.text = text
        return inbound
    }

    @discardableResult mutating func say(
        _ text: String, as principal: String, in chat: String? = nil, kind: Inbound.Kind = .said
    ) -> Heard {
        let message = inbound(text, as: principal, in: chat, kind: kind)
        return take(.message(message))
    }

    /// Says a line, and where the bot asks whether that is meant, says that it is: what is done in two steps.
    @discardableResult mutating func sayTwice(_ text: String, as principal: String) -> Heard {
        let heard = say(text, as: principal)
        guard !heard.changesSomething,
            let sure = heard.offers.first(where: { $0.line.contains(" sure=") })
        else {
            return heard
        }
        return say(sure.line, as: principal, kind: .pressed)
    }
}
