/// A line that can't be carried out as said: what is wrong, where, and what would help. A value, so that
/// it can be told in the reader's language.
public struct Misunderstanding: Error, Hashable, Sendable {
    public enum What: Hashable, Sendable {
        /// The first word is no command's.
        case unknownCommand(String)
        /// A required slot got nothing: to be asked for.
        case missing(slot: String, type: String)
        /// Something stands where the slot is, and it is no value of its type.
        case unrecognised(slot: String, type: String, found: String)
        /// Every slot is filled and this is left over, or a word is here for the second time.
        case unexpected(String)
        /// A word of the usage is missing here: one of these.
        case expected(words: [String])
        /// One text, two values: `1,500`.
        case ambiguous(slot: String, Value, Value)
        /// More than `limit` scalars.
        case tooLong(limit: Int)
        case unclosedQuote
    }
    public var what: What
    /// UTF-8 offsets in the text as given.
    public var place: Range<Int>
    /// The command that was heard, and which usage fits best.
    public var command: String?
    public var usage: Int?
    /// Lines or values that would help, in canonical spelling, at most 3.
    public var nearest: [String]
    /// What was understood of the rest: fill the slot named in `what` and it is complete.
    public var partial: Utterance?

    public init(
        _ what: What, place: Range<Int>, command: String? = nil, usage: Int? = nil,
        nearest: [String] = [],
        partial: Utterance? = nil
    ) {
        self.what = what
        self.place = place
        self.command = command
        self.usage = usage
        self.nearest = nearest
        self.partial = partial
    }

    /// The line of `text` that holds the place and a line of `^` for underneath. Columns are counted in
    /// scalars, marks that combine taking none; of a long line at most 72 columns around the place.
    public func caretLine(for text: String) -> (line: String, caret: String) {
        let start = min(max(place.lowerBound, 0), text.utf8.count)
        let end = min(max(place.upperBound, start), text.utf8.count)
        var columns: [(scalar: String.UnicodeScalarView.Element, offset: Int)] = []
        var first = 0
        var offset = 0
        var marked: Range<Int>?
        for scalar in text.unicodeScalars {
            if offset > start + 512 { break }
            if Scalars.isSpace(scalar.value), scalar.value != 32, Self.endsLine(scalar.value) {
                if offset >= start { break }
                columns.removeAll(keepingCapacity: true)
                first = 0
            } else if !Scalars.isIgnorable(scalar.value) {
                columns.append((scalar.value == 9 ? " " : scalar, offset))
            }
            if columns.count > 1_024 {  // far before the place: only the last part can be shown
                columns.removeFirst(512)
                first = 1
            }
            offset += UTF8.width(scalar)
        }
        var column = 0
        var from = Int.max
        var to = 0
        for entry in columns {
            let width = Scalars.isCombining(entry.scalar.value) ? 0 : 1
            if entry.offset >= start, entry.offset < end {
                from = min(from, column)
                to = column + width
            }
            column += width
        }
        if from == .max {
            from = columns.reduce(0) {
                $1.offset < start && !Scalars.isCombining($1.scalar.value) ? $0 + 1 : $0
            }
            to = from + 1
        }
        marked = from..<max(to, from + 1)
        return Self.window(columns.map(\.scalar), marked: marked ?? 0..<1, wasCut: first == 1)
    }

    private static func endsLine(_ u: UInt32) -> Bool {
        (10...13).contains(u) || u == 0x85 || u == 0x2028 || u == 0x2029
    }

    private static func window(
        _ scalars: [Unicode.Scalar], marked: Range<Int>, wasCut: Bool
    ) -> (line: String, caret: String) {
        let width = 72
        let low = marked.lowerBound < width - 12 && !wasCut ? 0 : max(0, marked.lowerBound - 24)
        var line = low > 0 || wasCut ? "…" : ""
        let lead = line.isEmpty ? 0 : 1
        var column = 0
        var marks = 0
        for scalar in scalars {
            let isMark = Scalars.isCombining(scalar.value)
            marks = isMark ? marks + 1 : 0
            if !isMark { column += 1 }
            if column > low, column <= low + width, marks <= 4 {
                line.unicodeScalars.append(scalar)
            }
        }
        if column > low + width { line += "…" }
        let from = marked.lowerBound - low + lead
        let length = max(1, min(marked.upperBound, low + width) - marked.lowerBound)
        return (
            line,
            String(repeating: " ", count: max(0, from)) + String(repeating: "^", count: length)
        )
    }
}

/// Why commands and languages make no grammar.
public struct GrammarFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file at fault, as it lies in `commands/`: `up.yaml`, `languages/ru.yaml`.
    public var file: String
    /// The usage line, where one is at fault.
    public var usage: String?
    public var reason: String
    public init(file: String, usage: String? = nil, reason: String) {
        self.file = file
        self.usage = usage
        self.reason = reason
    }
    public var description: String {
        usage.map { "\(file): `\($0)`: \(reason)" } ?? "\(file): \(reason)"
    }
}
