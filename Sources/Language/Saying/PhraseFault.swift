/// A pattern of the tables that can't be read. It stops the start, with the place named.
public struct PhraseFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The phrase (`up.recorded`), term (`terms.unit.day`) or setting (`dates.full`) at fault.
    public var key: String
    /// The tag of the table: `ru`.
    public var language: String
    /// Unicode scalars before the place in the pattern.
    public var offset: Int
    /// What is wrong there, for whoever writes the file.
    public var why: String

    public init(key: String, language: String, offset: Int, why: String) {
        self.key = key
        self.language = language
        self.offset = offset
        self.why = why
    }

    /// `ru: up.recorded, at 14: no "other" case`.
    public var description: String { "\(language): \(key), at \(offset): \(why)" }
}
