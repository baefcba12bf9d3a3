public import Accelerator
public import Language

/// What the machines ask of the bot's decisions: pure functions, handed in by whoever wires the bot.
public struct Mind: Sendable {
    /// What follows from an input at a time; sixteen random bytes are its own.
    public var decide: @Sendable (Input, State, Instant, [UInt8]) -> Outcome
    /// Whether a message can only be a question, by its words. Asked when the queue fills up.
    public var isQuestion: @Sendable (Inbound) -> Bool
    /// When the next alarm is due, after these commits were taken in; called with none at the start.
    public var nextDue: @Sendable ([Commit], State) -> Instant?
    /// Words for what is owed or answered, in one language.
    public var render: @Sendable (Outgoing, _ language: String) -> Message
    /// The language of strangers whose channel tells none.
    public var language: String

    public init(
        decide: @escaping @Sendable (Input, State, Instant, [UInt8]) -> Outcome,
        isQuestion: @escaping @Sendable (Inbound) -> Bool,
        nextDue: @escaping @Sendable ([Commit], State) -> Instant?,
        render: @escaping @Sendable (Outgoing, _ language: String) -> Message, language: String = "en"
    ) {
        self.decide = decide
        self.isQuestion = isQuestion
        self.nextDue = nextDue
        self.render = render
        self.language = language
    }
}
