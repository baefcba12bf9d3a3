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
    /// Whether that answer took in everything. Where it did not, an earlier alarm may be found when it is
    /// asked for again.
    public var isPlanned: @Sendable () -> Bool = { true }
    /// Words for what is owed or answered, in one language.
    public var render: @Sendable (Outgoing, _ language: String) -> Message
    /// A chart as a PNG, in one language; nil where it can't be drawn.
    public var draw: @Sendable (Chart, _ language: String) -> [UInt8]?
    /// A file as it leaves, in one language; nil where it can't be written.
    public var write: @Sendable (Enclosure, _ language: String) -> Attachment?
    /// The language of strangers whose channel tells none.
    public var language: String

    public init(
        decide: @escaping @Sendable (Input, State, Instant, [UInt8]) -> Outcome,
        isQuestion: @escaping @Sendable (Inbound) -> Bool,
        nextDue: @escaping @Sendable ([Commit], State) -> Instant?,
        render: @escaping @Sendable (Outgoing, _ language: String) -> Message,
        draw: @escaping @Sendable (Chart, _ language: String) -> [UInt8]? = { _, _ in nil },
        write: @escaping @Sendable (Enclosure, _ language: String) -> Attachment? = { _, _ in nil },
        language: String = "en"
    ) {
        self.decide = decide
        self.isQuestion = isQuestion
        self.nextDue = nextDue
        self.render = render
        self.draw = draw
        self.write = write
        self.language = language
    }
}

extension Mind {
    /// A message as it leaves: words, and what goes with them.
    ///
    /// - Parameter showsPicture: whether whoever shows it can show a picture. Where it can't, or where none
    ///   could be drawn, lines stand for it.
    func message(_ outgoing: Outgoing, _ language: String, showsPicture: Bool) -> Message {
        let drawn = showsPicture ? outgoing.chart.flatMap { draw($0, language) } : nil
        var said = outgoing
        said.phrases = outgoing.lines(withPicture: drawn != nil)
        var message = render(said, language)
        if let chart = outgoing.chart {
            said.phrases = [chart.alt]
            said.offers = []
            let alt = render(said, language).text
            message.alt = alt
            message.picture = drawn.map { Picture(bytes: $0, alt: alt) }
        }
        message.attachment = outgoing.enclosure.flatMap { write($0, $0.language ?? language) }
        return message
    }
}
