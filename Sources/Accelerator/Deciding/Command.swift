public import Language

/// One command of the bot: built from what was understood, decided against what is true.
public protocol Command: Sendable {
    /// As in its file in `commands/`.
    static var name: String { get }
    init(_ arguments: Arguments) throws(Mismatch)
    /// Buttons under the question for a slot that is missing: what is said most often. None unless the
    /// command has some.
    static func offers(for slot: String, of line: Utterance, _ state: State, _ context: Context)
        -> [Offer]
    /// Refuses before the first missing slot is asked for: nobody answers question after question for
    /// what can't be done. Lets everything begin unless the command knows better.
    static func mayBegin(_ line: Utterance, _ state: State, _ context: Context) throws(Refusal)
    /// What follows. Never reads a clock, never draws a number: `context` holds the time and the
    /// randomness of this input.
    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision
}

extension Command {
    public static func offers(
        for slot: String, of line: Utterance, _ state: State, _ context: Context
    ) -> [Offer] { [] }
    public static func mayBegin(_ line: Utterance, _ state: State, _ context: Context)
        throws(Refusal)
    {}
}

/// A command's type wants what its usage does not give: our fault, found by the examples of its file.
public struct Mismatch: Error, Hashable, Sendable {
    public var slot: String
    public init(_ slot: String) { self.slot = slot }
}

/// What was understood, by the names of the slots.
public struct Arguments: Sendable {
    public var utterance: Utterance
    public init(_ utterance: Utterance) { self.utterance = utterance }
    public subscript(name: String) -> Value? { utterance.values[name] }

    /// Whether a flag or keyword was said.
    public func has(_ word: String) -> Bool { utterance.values[word] != nil }
    public func text(_ name: String) throws(Mismatch) -> String? {
        switch self[name] {
        case nil: return nil
        case .text(let s), .word(let s), .code(let s), .term(let s): return s
        default: throw Mismatch(name)
        }
    }
    public func code(_ name: String) throws(Mismatch) -> String? { try text(name) }
    public func term(_ name: String) throws(Mismatch) -> String? { try text(name) }
    public func measure(_ name: String) throws(Mismatch) -> Measure? {
        switch self[name] {
        case nil: return nil
        case .measure(let m): return m
        case .number(let d): return Measure(d)
        case .count(let n): return Measure(Double(n))
        case .percent(let d): return Measure(d, unit: "%")
        default: throw Mismatch(name)
        }
    }
    public func count(_ name: String) throws(Mismatch) -> Int? {
        switch self[name] {
        case nil: return nil
        case .count(let n): return n
        default: throw Mismatch(name)
        }
    }
    public func date(_ name: String) throws(Mismatch) -> LocalDate? {
        switch self[name] {
        case nil: return nil
        case .date(let d): return d
        case .moment(let m): return m.date
        default: throw Mismatch(name)
        }
    }
    public func moment(_ name: String) throws(Mismatch) -> LocalMoment? {
        switch self[name] {
        case nil: return nil
        case .moment(let m): return m
        default: throw Mismatch(name)
        }
    }
    public func span(_ name: String) throws(Mismatch) -> TimeSpan? {
        switch self[name] {
        case nil: return nil
        case .duration(let s): return s
        default: throw Mismatch(name)
        }
    }
    public func person(_ name: String) throws(Mismatch) -> Mention? {
        switch self[name] {
        case nil: return nil
        case .person(let m): return m
        case .text(let s), .word(let s): return Mention(name: s)
        default: throw Mismatch(name)
        }
    }
    /// The value of a slot that the usage requires.
    public func required<T>(_ name: String, _ value: T?) throws(Mismatch) -> T {
        guard let value else { throw Mismatch(name) }
        return value
    }
}

/// A question that goes to the asker alone, wherever the line was said.
public struct PrivateQuestion: Sendable {
    public var phrases: [Phrase]
    public var offers: [Offer]
    public var subject: String?
    public init(_ phrases: [Phrase], offers: [Offer], subject: String? = nil) {
        self.phrases = phrases
        self.offers = offers
        self.subject = subject
    }
}

/// What a command makes of it.
public struct Decision: Sendable {
    /// What becomes true; empty for a question, which then leaves no line.
    public var events: [Event] = []
    /// Said to the asker, in the chat where it was asked.
    public var reply: [Phrase] = []
    public var offers: [Offer] = []
    /// What a plain answer to the reply is about.
    public var subject: String?
    /// Said to others, or elsewhere.
    public var notices: [Outgoing] = []
    /// Set where the asker has to choose or complete first: the choices lead on, and the next plain
    /// message is their answer.
    public var isAsking = false
    /// A question beside the asker's own chat: in private, where it was asked in a group.
    public var privately: PrivateQuestion?
    /// A slot of a line that has to be said before it is done: the next plain message is its value.
    public var wanted: (line: Utterance, slot: String)?
    /// A single thumbs-up in place of words, where the channel has it.
    public var isAcknowledgement = false
    /// A picture of what is said.
    public var chart: Chart?
    /// A file that goes with the answer to a question.
    public var enclosure: Enclosure?
    public init() {}

    /// Answers a question: nothing changes.
    public static func answer(
        _ phrases: [Phrase], offers: [Offer] = [], subject: String? = nil, chart: Chart? = nil,
        enclosure: Enclosure? = nil
    ) -> Decision {
        var d = Decision()
        d.reply = phrases
        d.offers = offers
        d.subject = subject
        d.chart = chart
        d.enclosure = enclosure
        return d
    }
    /// Records what became true, and says so.
    public static func record(
        _ events: [Event], _ reply: [Phrase], offers: [Offer] = [], notices: [Outgoing] = []
    ) -> Decision {
        var d = Decision()
        d.events = events
        d.reply = reply
        d.offers = offers
        d.notices = notices
        return d
    }
    /// Asks first: a guard with choices (method.md 2.5), never a refusal. Each choice is a line; one that
    /// insists carries `sure=` (see ``Context/sure(_:)``).
    public static func ask(_ phrases: [Phrase], offers: [Offer]) -> Decision {
        var d = Decision()
        d.reply = phrases
        d.offers = offers
        d.isAsking = true
        return d
    }
    /// Asks for one more thing of a line that is understood otherwise; the answer completes it.
    static func want(_ slot: String, of line: Utterance, _ phrases: [Phrase], offers: [Offer])
        -> Decision
    {
        var d = Decision.ask(phrases, offers: offers)
        d.wanted = (line, slot)
        return d
    }
}
