/// Something to be said: a key of the phrasebook and the values that go into it. Words are chosen for
/// whoever reads it, when it is sent.
public struct Phrase: Hashable, Sendable {
    public var key: String
    public var values: [Field]

    /// A named value of a phrase.
    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: Say
        public init(_ name: String, _ value: Say) {
            self.name = name
            self.value = value
        }
    }

    public init(_ key: String, _ values: [Field] = []) {
        self.key = key
        self.values = values
    }
    /// `Phrase("up.recorded", ["value": .measure(78.4, "%"), "date": .date(today)])`
    public init(_ key: String, _ values: KeyValuePairs<String, Say>) {
        self.key = key
        self.values = values.map { Field($0.key, $0.value) }
    }
    public subscript(name: String) -> Say? { values.first { $0.name == name }?.value }
}

/// A value inside a phrase.
public enum Say: Hashable, Sendable {
    /// Text of a person's or a file's; isolated from the direction of the text around it.
    case text(String)
    /// An identifier or command line, shown left to right, unchanged.
    case code(String)
    case count(Int)
    /// Any number, with the decimals it has (at most 6).
    case number(Double)
    /// A share: 0.47 is shown as 47 %. Rounded half up to whole per cent.
    case share(Double)
    /// A figure with its unit: 31.8 working days, 77.3 %.
    case measure(Double, unit: String)
    case date(LocalDate)
    case time(LocalTime)
    /// A moment with the city's or zone's name where the reader is elsewhere.
    case moment(LocalMoment, zone: String?)
    case span(TimeSpan)
    /// A word of the language's tables: `colour.onTrack`, `role.sponsor`, `unit.day`.
    case term(String)
    case phrase(Phrase)
    /// Joined as the language joins a list.
    case list([Say])
    /// A bar: how much of the way, and how much was expected; both 0 … 1.
    case bar(Double, expected: Double?)
    /// A line of small blocks: the last values of a goal, oldest first.
    case spark([Double])
}
