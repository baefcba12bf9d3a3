package import Language

/// A text with its entities, as the Bot API takes them: offsets in UTF-16 units, never markup, so that
/// nothing a person wrote can become markup.
public struct TelegramText: Hashable, Sendable {
    public struct Entity: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable { case bold, code }
        public var kind: Kind
        public var offset: Int
        public var length: Int
        public init(_ kind: Kind, offset: Int, length: Int) {
            self.kind = kind
            self.offset = offset
            self.length = length
        }
    }
    public var text: String
    public var entities: [Entity]
    public init(_ text: String, entities: [Entity] = []) {
        self.text = text
        self.entities = entities
    }

    /// Scalars of one message, after which the server refuses.
    package static let longest = 4096
    /// Messages that one text may become; what is beyond is cut off with `…`.
    package static let mostParts = 4
    /// More entities than this the server leaves out itself, in an order of its own.
    static let mostEntities = 100

    /// The lines as one or several messages.
    ///
    /// 1. What fits stays whole.
    /// 2. Else a part ends at the last line feed that lies in the last three quarters of what fits; else at the
    ///    last space there; else at the last place that cuts no base from its marks.
    /// 3. Line feeds around a cut go; a part that shows nothing is left out.
    /// 4. The fourth part ends with `…` if there is more.
    package static func parts(of lines: [Message.Line]) -> [TelegramText] {
        var scalars: [Unicode.Scalar] = []
        var styles: [Message.Span.Style] = []
        for (i, line) in lines.enumerated() {
            if i > 0 {
                scalars.append("\n")
                styles.append(.plain)
            }
            for span in line.spans {
                let before = scalars.count
                scalars.append(contentsOf: span.text.unicodeScalars)
                styles.append(contentsOf: repeatElement(span.style, count: scalars.count - before))
            }
        }
        var parts: [TelegramText] = []
        var start = 0
        while true {
            while start < scalars.count, scalars[start] == "\n" { start += 1 }
            guard start < scalars.count else { return parts }
            let isLast = parts.count == mostParts - 1
            let end = end(of: scalars, from: start, isLast: isLast)
            let isCut = isLast && end < scalars.count
            if let part = part(scalars, styles, start..<end, isCut: isCut) { parts.append(part) }
            guard !isLast else { return parts }
            start = end
        }
    }

    private static func end(of scalars: [Unicode.Scalar], from start: Int, isLast: Bool) -> Int {
        guard scalars.count - start > longest else { return scalars.count }
        let most = start + longest - (isLast ? 1 : 0)
        let least = start + longest / 4
        if let feed = scalars[least...most].lastIndex(of: "\n") { return feed }
        if let space = scalars[least..<most].lastIndex(of: " ") { return space + 1 }
        var end = most
        while end > least, joins(scalars[end - 1], scalars[end]) { end -= 1 }
        return end > least ? end : most
    }

    /// Whether two scalars are one sign on the screen.
    private static func joins(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Bool {
        right.properties.isGraphemeExtend || right.properties.isEmojiModifier
            || left.value == 0x200D || right.value == 0x200D
            || ((0x1F1E6...0x1F1FF).contains(left.value)
                && (0x1F1E6...0x1F1FF).contains(right.value))
    }

    private static func part(
        _ scalars: [Unicode.Scalar], _ styles: [Message.Span.Style], _ range: Range<Int>,
        isCut: Bool
    ) -> TelegramText? {
        var end = range.upperBound
        while end > range.lowerBound, scalars[end - 1] == "\n" || scalars[end - 1] == " " {
            end -= 1
        }
        guard scalars[range.lowerBound..<end].contains(where: { !$0.properties.isWhitespace })
        else { return nil }
        var text = String.UnicodeScalarView()
        var entities: [Entity] = []
        var offset = 0
        var open: (style: Message.Span.Style, start: Int) = (.plain, 0)
        func close() {
            let kind: Entity.Kind? =
                open.style == .strong ? .bold : open.style == .code ? .code : nil
            guard let kind, offset > open.start, entities.count < mostEntities else { return }
            entities.append(Entity(kind, offset: open.start, length: offset - open.start))
        }
        for i in range.lowerBound..<end {
            if styles[i] != open.style {
                close()
                open = (styles[i], offset)
            }
            text.append(scalars[i])
            offset += scalars[i].utf16.count
        }
        close()
        if isCut { text.append("…") }
        return TelegramText(String(text), entities: entities)
    }
}
