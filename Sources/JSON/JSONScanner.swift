/// Reads JSON that we wrote ourselves, member by member in the order that is asked for, without making
/// values of it: what the journal's snapshots are read with.
///
/// It never guesses. Where something else stands than what was asked for (another order, a space, a name
/// that is not known) it says no, and the caller goes back to a ``Mark`` and reads the whole with
/// ``value()``, which takes everything that ``JSONValue/init(parsing:limits:)`` takes, and refuses the rest.
public struct JSONScanner {
    private var parser: Parser

    /// A place to go back to.
    public struct Mark {
        fileprivate var at: Int
        fileprivate var depthLeft: Int
        fileprivate var valuesLeft: Int
    }

    /// - Parameter bytes: must stay in place as long as the scanner is used.
    public init?(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits) {
        guard let base = bytes.baseAddress, bytes.count <= limits.bytes else { return nil }
        parser = Parser(base: base, count: bytes.count, limits: limits)
    }

    public var mark: Mark {
        Mark(at: parser.at, depthLeft: parser.depthLeft, valuesLeft: parser.valuesLeft)
    }

    public mutating func goBack(to mark: Mark) {
        parser.at = mark.at
        parser.depthLeft = mark.depthLeft
        parser.valuesLeft = mark.valuesLeft
    }

    /// Whether everything is read.
    public var isAtEnd: Bool { parser.at == parser.count }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        guard parser.at < parser.count, parser.byte(parser.at) == byte else { return false }
        parser.at += 1
        return true
    }

    /// Passes `{`.
    public mutating func beginObject() -> Bool {
        guard parser.depthLeft > 0, take(UInt8(ascii: "{")) else { return false }
        parser.depthLeft -= 1
        return true
    }

    /// Passes `}`: no when members are left.
    public mutating func endObject() -> Bool {
        guard take(UInt8(ascii: "}")) else { return false }
        parser.depthLeft += 1
        return true
    }

    /// Passes `[`.
    public mutating func beginArray() -> Bool {
        guard parser.depthLeft > 0, take(UInt8(ascii: "[")) else { return false }
        parser.depthLeft -= 1
        return true
    }

    /// Passes `]`.
    public mutating func endArray() -> Bool {
        guard take(UInt8(ascii: "]")) else { return false }
        parser.depthLeft += 1
        return true
    }

    /// Passes the comma between two elements of an array.
    public mutating func comma() -> Bool { take(UInt8(ascii: ",")) }

    /// Passes a member's name and its colon, with the comma before it unless it is the first; nothing where
    /// another name stands there.
    public mutating func key(_ name: StaticString) -> Bool {
        let start = parser.at
        guard start > 0 else { return false }
        var place = start
        if parser.byte(start - 1) != UInt8(ascii: "{") {
            guard place < parser.count, parser.byte(place) == UInt8(ascii: ",") else {
                return false
            }
            place += 1
        }
        let count = name.utf8CodeUnitCount
        guard parser.count - place >= count + 3, parser.byte(place) == UInt8(ascii: "\"") else {
            return false
        }
        let wanted = name.utf8Start
        for letter in 0..<count where parser.byte(place + 1 + letter) != wanted[letter] {
            return false
        }
        guard parser.byte(place + 1 + count) == UInt8(ascii: "\""),
            parser.byte(place + 2 + count) == UInt8(ascii: ":")
        else { return false }
        parser.at = place + count + 3
        return true
    }

    /// The name of the first member of an object that was begun; nil where none stands.
    public mutating func firstKey() -> String? {
        guard parser.at < parser.count, parser.byte(parser.at) == UInt8(ascii: "\""),
            let name = try? parser.string(), take(UInt8(ascii: ":"))
        else { return nil }
        return name
    }

    /// A string; nil where something else stands.
    public mutating func string() -> String? {
        guard parser.at < parser.count, parser.byte(parser.at) == UInt8(ascii: "\"") else {
            return nil
        }
        return try? parser.string()
    }

    /// A number without fraction and exponent; nil where something else stands.
    public mutating func integer() -> Int64? {
        guard isNumber, case .integer(let integer)? = try? parser.number() else { return nil }
        return integer
    }

    /// A number; nil where something else stands.
    public mutating func number() -> Double? {
        guard isNumber else { return nil }
        switch try? parser.number() {
        case .integer(let integer)?: return Double(integer)
        case .number(let number)?: return number
        default: return nil
        }
    }

    private var isNumber: Bool {
        guard parser.at < parser.count else { return false }
        let byte = parser.byte(parser.at)
        return byte == UInt8(ascii: "-") || byte &- 0x30 <= 9
    }

    /// True or false; nil where something else stands.
    public mutating func bool() -> Bool? {
        guard parser.at < parser.count else { return nil }
        switch parser.byte(parser.at) {
        case UInt8(ascii: "t"): return (try? parser.word("true")) == nil ? nil : true
        case UInt8(ascii: "f"): return (try? parser.word("false")) == nil ? nil : false
        default: return nil
        }
    }

    /// Whatever stands here, as a whole.
    public mutating func value() throws(JSONError) -> JSONValue { try parser.value() }
}
