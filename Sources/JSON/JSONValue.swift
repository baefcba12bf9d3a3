/// A JSON value as RFC 8259 describes it, read by ``init(parsing:limits:)`` and written by
/// ``JSONWriter``.
///
/// A number without a fraction and without an exponent that fits 64 bits is an ``integer(_:)``;
/// every other number is a ``number(_:)``. `-0` is the number -0.0, so that its sign survives.
/// Strings are compared as Swift compares them (by canonical equivalence); the names of members
/// are compared byte by byte, as RFC 8259 section 8.3 advises.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// The members of a JSON object in the order of the text.
///
/// Look-up is linear: the objects of messages and journal lines are small, and for those it beats
/// a dictionary. Turn a large one into a dictionary of your own.
public struct JSONObject: Hashable, Sendable {
    /// One name and its value.
    public struct Member: Hashable, Sendable {
        public var name: String
        public var value: JSONValue

        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The members in order. A parsed object never holds a name twice; whoever builds one by hand
    /// keeps to that too.
    public var members: [Member]

    /// An object without members.
    public init() {
        members = []
    }

    /// An object of these members, in this order.
    public init(_ members: [Member]) {
        self.members = members
    }

    /// The value of the first member of this name. Setting replaces it in place, or appends it;
    /// setting nil removes every member of the name.
    public subscript(name: String) -> JSONValue? {
        get {
            for member in members where sameBytes(member.name, name) {
                return member.value
            }
            return nil
        }
        set {
            guard let newValue else {
                members.removeAll { sameBytes($0.name, name) }
                return
            }
            if let place = members.firstIndex(where: { sameBytes($0.name, name) }) {
                members[place].value = newValue
            } else {
                members.append(Member(name: name, value: newValue))
            }
        }
    }
}

extension JSONValue {
    /// The text, if this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The integer, if this is one that was written without fraction and exponent.
    public var int: Int64? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    /// The number, whichever way it was written; an integer beyond 2^53 is rounded.
    public var double: Double? {
        switch self {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        default: nil
        }
    }

    /// The truth value, if this is one.
    public var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    /// The elements, if this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, if this is an object.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// Whether this is null.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The value of the member of this name, if this is an object that has it.
    public subscript(name: String) -> JSONValue? {
        if case .object(let object) = self { object[name] } else { nil }
    }
}

/// What a reader is willing to take. Whoever sends more is refused, never half read.
public struct JSONLimits: Sendable {
    /// The longest text, in bytes.
    public var bytes: Int
    /// How deep arrays and objects may stand in one another; 1 is an array of plain values.
    public var depth: Int
    /// How many values a text may hold, those inside others counted too.
    public var values: Int

    public init(bytes: Int, depth: Int, values: Int) {
        self.bytes = bytes
        self.depth = depth
        self.values = values
    }

    /// For what a stranger may send: 1 MiB, 64 deep, 100,000 values.
    public static let message = JSONLimits(bytes: 1 << 20, depth: 64, values: 100_000)
    /// For the operator's own files: 256 MiB, 64 deep, 64 million values.
    public static let file = JSONLimits(bytes: 256 << 20, depth: 64, values: 64 << 20)
}

/// Why a text is not taken as JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of refusal.
    public enum What: Hashable, Sendable {
        /// The text is longer than the limit.
        case tooLong
        /// Arrays and objects stand deeper in one another than the limit.
        case tooDeep
        /// There are more values than the limit.
        case tooManyValues
        /// The text ends inside a value.
        case unexpectedEnd
        /// This byte can't stand here.
        case unexpectedByte(UInt8)
        /// Something follows the value.
        case trailingBytes
        /// A number with a leading zero, a bare sign, an empty fraction or exponent.
        case malformedNumber
        /// A number beyond what a double can hold.
        case numberOutOfRange
        /// A backslash before something that can't follow it.
        case malformedEscape
        /// One half of a surrogate pair without the other.
        case loneSurrogate
        /// A control character that should have been escaped.
        case controlCharacter
        /// Bytes that are not UTF-8.
        case malformedUTF8
        /// A second member of this name in one object.
        case duplicateName(String)
    }

    public var what: What
    /// Where, in bytes from the start of the text.
    public var offset: Int

    public init(what: What, offset: Int) {
        self.what = what
        self.offset = offset
    }

    public var description: String {
        let reason =
            switch what {
            case .tooLong: "the text is too long"
            case .tooDeep: "arrays or objects are nested too deep"
            case .tooManyValues: "there are too many values"
            case .unexpectedEnd: "the text ends too early"
            case .unexpectedByte(let byte): "unexpected byte 0x\(String(byte, radix: 16))"
            case .trailingBytes: "something follows the value"
            case .malformedNumber: "malformed number"
            case .numberOutOfRange: "a number is out of range"
            case .malformedEscape: "malformed escape"
            case .loneSurrogate: "a surrogate stands alone"
            case .controlCharacter: "a control character is not escaped"
            case .malformedUTF8: "malformed UTF-8"
            case .duplicateName(let name): "the name \(quoted(name)) stands twice"
            }
        return "\(reason) at byte \(offset)"
    }
}

/// A name as a JSON string of at most some sixty bytes, safe to put into a log line.
private func quoted(_ name: String) -> String {
    var writer = JSONWriter(reservingCapacity: 64)
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: name.unicodeScalars.prefix(60))
    writer.string(String(scalars))
    return String(decoding: writer.bytes, as: UTF8.self)
}

/// Whether two texts are the same bytes. Swift's `==` takes canonically equivalent texts for
/// equal, but is the fastest way to see that two texts differ.
func sameBytes(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count, left == right else { return false }
    let verdict = left.utf8.withContiguousStorageIfAvailable { a in
        right.utf8.withContiguousStorageIfAvailable { b in a.elementsEqual(b) }
    }
    return (verdict ?? nil) ?? left.utf8.elementsEqual(right.utf8)
}
