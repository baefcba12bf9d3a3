/// What is shown to one reader: lines of spans, never a string with markup in it, so that a person's
/// text can't become markup.
public struct Message: Hashable, Sendable {
    public var lines: [Line]
    /// Buttons, a row each.
    public var choices: [[Button]]
    /// Goes with the words, where the channel shows pictures.
    public var picture: Picture?
    /// The picture in words, also where none can be shown.
    public var alt: String?
    public var attachment: Attachment?
    public init(lines: [Line] = [], choices: [[Button]] = []) {
        self.lines = lines
        self.choices = choices
    }

    public struct Line: Hashable, Sendable {
        public var spans: [Span]
        public init(_ spans: [Span] = []) { self.spans = spans }
        public var text: String { spans.map(\.text).joined() }
    }

    public struct Span: Hashable, Sendable {
        public enum Style: Hashable, Sendable {
            case plain, strong, code
            /// A line that lets somebody in, to be forwarded: where the channel has links that open the bot
            /// with a code, it is drawn as one; elsewhere it is said as it stands.
            case link
        }
        public var text: String
        public var style: Style
        public init(_ text: String, _ style: Style = .plain) {
            self.text = text
            self.style = style
        }
    }

    /// A button: what it shows and the line it says, said as whoever presses it.
    public struct Button: Hashable, Sendable {
        public var label: String
        public var line: String
        public init(label: String, line: String) {
            self.label = label
            self.line = line
        }
    }

    /// The text alone, lines joined by line feeds.
    public var text: String { lines.map(\.text).joined(separator: "\n") }
}
