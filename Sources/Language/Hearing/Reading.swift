/// What understanding a line depends on beside its words: everything that the channel and the state know
/// about whoever says it, where and when. Nothing here asks for the time.
public struct Reading: Sendable {
    /// The speaker's calendar day.
    public var today: LocalDate
    public var now: LocalTime
    /// Tags of the languages to prefer where one word means two things, the reader's own first.
    public var languages: [String]
    /// By the name of a slot's type, what is meant where nothing is said: the chat's `challenge`.
    public var implied: [String: Value]
    /// Existing codes, names or units of a type (`goal`, `person`, `unit`); asked only when needed.
    public var candidates: @Sendable (_ type: String) -> [String]
    /// Those of them that may be offered to the speaker where a value is missing or wrong; nil: all.
    public var near: (@Sendable (_ type: String) -> [String])?
    /// Of the codes of a type those that a word may spell, folded and as written; nil: look through all
    /// of ``candidates``. For types that have thousands.
    public var spelled: @Sendable (_ type: String, _ folded: String, _ written: String) -> [String]?
    /// Whose message this one replies to.
    public var replied: Mention?
    /// Mentions that the channel resolved to stable ids.
    public var mentions: [Mention]

    public init(
        today: LocalDate, now: LocalTime = LocalTime(12, 0), languages: [String] = [],
        implied: [String: Value] = [:],
        candidates: @escaping @Sendable (_ type: String) -> [String] = { _ in [] },
        near: (@Sendable (_ type: String) -> [String])? = nil,
        spelled:
            @escaping @Sendable (_ type: String, _ folded: String, _ written: String) -> [String]? =
            {
                _, _, _ in nil
            },
        replied: Mention? = nil, mentions: [Mention] = []
    ) {
        self.today = today
        self.now = now
        self.languages = languages
        self.implied = implied
        self.candidates = candidates
        self.near = near
        self.spelled = spelled
        self.replied = replied
        self.mentions = mentions
    }
}

extension Reading {
    /// What may be offered of a type, the way ``candidates`` is asked.
    var offering: Reading {
        var copy = self
        copy.candidates = near ?? candidates
        return copy
    }
}

/// A line that was understood: a command, which of its usages, and a value for every slot that was filled.
public struct Utterance: Hashable, Sendable {
    /// The command's name: `up`.
    public var command: String
    /// Index into the command's `usages`, also when the line was said in another language's order.
    public var usage: Int
    /// By slot name. A flag and a chosen word stand under their own name as `.term` of it.
    public var values: [String: Value]

    public init(command: String, usage: Int = 0, values: [String: Value] = [:]) {
        self.command = command
        self.usage = usage
        self.values = values
    }
}

/// What a slot type made of the tokens it was shown.
public struct Recognised: Sendable {
    public var value: Value
    /// Tokens taken, 1 or more.
    public var taken: Int
    /// The other reading, where the text can't tell: `1,500` for a plain number. Leads to a question.
    public var otherwise: Value?
    public init(_ value: Value, taken: Int = 1, otherwise: Value? = nil) {
        self.value = value
        self.taken = taken
        self.otherwise = otherwise
    }
}
