/// Something a reader may press: what the button shows and the line it says, as whoever presses it.
/// The label is chosen for the reader when it is sent; the line is the same for everybody.
public struct Choice: Hashable, Sendable {
    public var label: Phrase
    /// A line the bot will hear: `/up 78.4`.
    public var line: String
    public init(label: Phrase, line: String) {
        self.label = label
        self.line = line
    }
}
