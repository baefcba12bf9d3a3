import JSON
import Language

/// Why a cohort's file is not taken: where in it, and what was wrong.
public struct CohortFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// `challenges[2].goals[0].colour`.
    public var path: String
    public var why: String
    public init(path: String, why: String) {
        self.path = path
        self.why = why
    }
    public var description: String { "\(path): \(why)" }
}

/// The members of one object of a cohort's file, taken one by one; what is left over is refused.
struct CohortFields {
    let path: String
    private var members: [JSONObject.Member]

    /// The longest text and list that are taken.
    static let longestText = 8000
    static let longestList = 100_000

    init(_ value: JSONValue, path: String) throws(CohortFault) {
        guard case .object(let object) = value else {
            throw CohortFault(path: path.isEmpty ? "the file" : path, why: "an object is expected")
        }
        self.path = path
        members = object.members
    }

    func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    func fault(_ name: String, _ why: String) -> CohortFault {
        CohortFault(path: place(name), why: why)
    }

    /// Refuses the first member that nobody took.
    func finish() throws(CohortFault) {
        if let left = members.first { throw fault(left.name, "unknown key") }
    }

    /// Whether a member is there and not taken yet.
    func has(_ name: String) -> Bool {
        members.contains { $0.name.utf8.elementsEqual(name.utf8) && !$0.value.isNull }
    }

    /// Takes a member; nil where it is absent or null.
    mutating func take(_ name: String) -> JSONValue? {
        guard let place = members.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) })
        else { return nil }
        let value = members.remove(at: place).value
        return value.isNull ? nil : value
    }
    private func missing(_ name: String) -> CohortFault { fault(name, "missing") }

    mutating func optionalText(_ name: String) throws(CohortFault) -> String? {
        guard let value = take(name) else { return nil }
        guard let text = value.string else { throw fault(name, "a text is expected") }
        guard text.utf8.count <= Self.longestText else { throw fault(name, "too long") }
        return text
    }
    mutating func text(_ name: String) throws(CohortFault) -> String {
        guard let text = try optionalText(name) else { throw missing(name) }
        return text
    }
    /// A code: letters, digits and signs of the method's own; never empty.
    mutating func code(_ name: String) throws(CohortFault) -> String {
        let text = try text(name)
        guard Self.isCode(text) else { throw fault(name, "“\(text)” can't be a code") }
        return text
    }
    mutating func optionalCode(_ name: String) throws(CohortFault) -> String? {
        guard let text = try optionalText(name) else { return nil }
        guard Self.isCode(text) else { throw fault(name, "“\(text)” can't be a code") }
        return text
    }
    static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0)
                    || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E
            }
    }
    mutating func optionalInt(_ name: String, _ range: ClosedRange<Int>) throws(CohortFault) -> Int?
    {
        guard let value = take(name) else { return nil }
        guard let number = value.int, let whole = Int(exactly: number), range.contains(whole) else {
            throw fault(
                name, "a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
        }
        return whole
    }
    mutating func int(_ name: String, _ range: ClosedRange<Int>) throws(CohortFault) -> Int {
        guard let number = try optionalInt(name, range) else { throw missing(name) }
        return number
    }
    mutating func optionalNumber(_ name: String) throws(CohortFault) -> Double? {
        guard let value = take(name) else { return nil }
        guard let number = value.double, abs(number) <= 1e15 else {
            throw fault(name, "a number is expected")
        }
        return number
    }
    mutating func number(_ name: String) throws(CohortFault) -> Double {
        guard let number = try optionalNumber(name) else { throw missing(name) }
        return number
    }
    mutating func optionalBool(_ name: String) throws(CohortFault) -> Bool? {
        guard let value = take(name) else { return nil }
        guard let bool = value.bool else { throw fault(name, "true or false is expected") }
        return bool
    }
    mutating func bool(_ name: String) throws(CohortFault) -> Bool {
        guard let bool = try optionalBool(name) else { throw missing(name) }
        return bool
    }
    mutating func optionalDate(_ name: String) throws(CohortFault) -> LocalDate? {
        guard let text = try optionalText(name) else { return nil }
        return try date(text, name)
    }
    private func date(_ text: String, _ name: String) throws(CohortFault) -> LocalDate {
        guard let date = LocalDate(iso: text), (1990...2200).contains(date.parts.year) else {
            throw fault(name, "a date such as 2026-02-02 is expected, not “\(text)”")
        }
        return date
    }
    mutating func date(_ name: String) throws(CohortFault) -> LocalDate {
        guard let date = try optionalDate(name) else { throw missing(name) }
        return date
    }
    mutating func optionalInstant(_ name: String) throws(CohortFault) -> Instant? {
        guard let text = try optionalText(name) else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            throw fault(name, "a time such as 2026-02-04T05:55:00Z is expected, not “\(text)”")
        }
        return instant
    }
    mutating func instant(_ name: String) throws(CohortFault) -> Instant {
        guard let instant = try optionalInstant(name) else { throw missing(name) }
        return instant
    }
    mutating func time(_ name: String) throws(CohortFault) -> LocalTime {
        let text = try text(name)
        let parts = text.split(separator: ":").map { Int($0) }
        guard text.utf8.count == 5, parts.count == 2, let hour = parts[0], let minute = parts[1],
            (0...23).contains(hour), (0...59).contains(minute)
        else { throw fault(name, "a time such as 20:00 is expected, not “\(text)”") }
        return LocalTime(hour, minute)
    }
    mutating func optionalWord<S: Spelled>(_ name: String) throws(CohortFault) -> S? {
        guard let text = try optionalText(name) else { return nil }
        guard let word = S(rawValue: text) else {
            let known = S.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(name, "“\(text)” is not one of \(known)")
        }
        return word
    }
    mutating func word<S: Spelled>(_ name: String) throws(CohortFault) -> S {
        guard let word: S = try optionalWord(name) else { throw missing(name) }
        return word
    }
    /// The elements of a list with their paths; none where it is absent.
    mutating func list(_ name: String) throws(CohortFault) -> [(value: JSONValue, path: String)] {
        guard let value = take(name) else { return [] }
        guard let items = value.array else { throw fault(name, "a list is expected") }
        guard items.count <= Self.longestList else { throw fault(name, "too many") }
        return items.enumerated().map { (value: $0.element, path: "\(place(name))[\($0.offset)]") }
    }
    /// The objects of a list, each to be taken member by member.
    mutating func items(_ name: String) throws(CohortFault) -> [CohortFields] {
        try list(name).map { item throws(CohortFault) in
            try CohortFields(item.value, path: item.path)
        }
    }
    /// Refuses what has the code of something that stood before it.
    func refuse(twice code: String, as name: String = "id", if isThere: Bool) throws(CohortFault) {
        if isThere { throw fault(name, "\(code) stands twice") }
    }
    mutating func texts(_ name: String) throws(CohortFault) -> [String] {
        var texts: [String] = []
        for item in try list(name) {
            guard let text = item.value.string, text.utf8.count <= Self.longestText else {
                throw CohortFault(path: item.path, why: "a text is expected")
            }
            texts.append(text)
        }
        return texts
    }
    mutating func object(_ name: String) throws(CohortFault) -> CohortFields? {
        guard let value = take(name) else { return nil }
        return try CohortFields(value, path: place(name))
    }
    mutating func needed(_ name: String) throws(CohortFault) -> CohortFields {
        guard let fields = try object(name) else { throw missing(name) }
        return fields
    }
    /// A number that follows from a date: taken and compared, never kept.
    mutating func check(_ name: String, _ expected: Int?) throws(CohortFault) {
        guard let found = try optionalInt(name, -100_000...100_000), let expected else { return }
        guard found == expected else {
            throw fault(name, "\(found) does not fit the dates: \(expected) would")
        }
    }
    mutating func check(_ name: String, _ expected: LocalDate?) throws(CohortFault) {
        guard let found = try optionalDate(name), let expected else { return }
        guard found == expected else {
            throw fault(name, "\(found) does not fit: \(expected) would")
        }
    }
    /// All that is left, in order: for maps from dates to names.
    mutating func rest() -> [JSONObject.Member] {
        defer { members = [] }
        return members
    }
}
