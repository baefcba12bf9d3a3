/// A pattern of the phrasebook, read once at the start: what a phrase says, with places for its
/// values.
package struct Pattern: Sendable {
    /// What a placeholder asks of its value.
    enum Format: Hashable, Sendable {
        /// As the value is.
        case plain
        /// The number alone, without unit; as a per cent; as percentage points without the sign;
        /// rounded to whole; with its sign also where it is positive.
        case number, percent, points, integer, signed
        case date(DateShape)
        case time
    }

    /// The four ways of writing a day that a language has.
    enum DateShape: String, Hashable, Sendable { case short, full, year, moment }

    /// A piece of a pattern.
    enum Node: Sendable {
        /// UTF-8, without line feeds.
        case text([UInt8])
        case lineBreak
        case value(String, Format)
        /// `#`: the number that the nearest plural around it looks at.
        case number
        case plural(String, Plural)
        case select(String, [(word: String, nodes: [Node])], other: [Node])
        case styled(Message.Span.Style, [Node])
    }

    struct Plural: Sendable {
        var isOrdinal: Bool
        /// `=0 {…}`: come before the categories.
        var exact: [(number: Int, nodes: [Node])]
        /// One place a category, in the order of PluralCategory.
        var categories: [[Node]?]
        var other: [Node]
    }

    var nodes: [Node]
    /// The names it has places for.
    package var names: Set<String>
    /// The language it is written in decides its plurals, also where a reader of another gets it.
    var rule: PluralRule
    var tag: String
}
