/// What a slot of a command holds once it is understood.
public enum Value: Hashable, Sendable {
    /// Free text, as written (quotes around the whole taken off).
    case text(String)
    /// One token.
    case word(String)
    case number(Double)
    case measure(Measure)
    case count(Int)
    /// Per cent: 47 means 47 %.
    case percent(Double)
    case date(LocalDate)
    case moment(LocalMoment)
    case duration(TimeSpan)
    case person(Mention)
    /// A code in its canonical spelling: `CH-03`, `M3`, `CH-03-B1`.
    case code(String)
    /// The key of a word that a language has a table for: a colour, a role, a keyword, a choice.
    case term(String)
}

/// A figure as a person writes it.
public struct Measure: Hashable, Sendable {
    public var amount: Double
    /// As written after the figure (`%`, `working days`), nil where none was.
    public var unit: String?
    /// `+44`: to be added to the last total.
    public var isIncrement: Bool
    /// The other reading of an ambiguous figure: `1,500` is 1500 or 1.5 (contract.md 1, rule 7). The
    /// larger one is `amount`.
    public var otherwise: Double?
    public init(
        _ amount: Double, unit: String? = nil, isIncrement: Bool = false, otherwise: Double? = nil
    ) {
        self.amount = amount
        self.unit = unit
        self.isIncrement = isIncrement
        self.otherwise = otherwise
    }
}

/// A length of time in the units that people use for it.
public struct TimeSpan: Hashable, Sendable {
    public enum Unit: String, Hashable, Sendable, CaseIterable { case minutes, hours, days, weeks }
    public var count: Int
    public var unit: Unit
    public init(_ count: Int, _ unit: Unit) {
        self.count = count
        self.unit = unit
    }
}

/// A person as named in a message: the channel's stable id where the channel gave one.
public struct Mention: Hashable, Sendable {
    /// As written or shown: `madina`, without the `@`.
    public var name: String
    /// The principal (`tg:77`, `console:u03-data`), if the channel resolved the mention or the message replied to it.
    public var principal: String?
    public init(name: String, principal: String? = nil) {
        self.name = name
        self.principal = principal
    }
}
