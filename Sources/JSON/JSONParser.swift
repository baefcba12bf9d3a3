extension JSONValue {
    /// Reads one JSON text, strictly as RFC 8259 has it.
    ///
    /// Refused are: names that stand twice in one object, malformed UTF-8, a byte order mark, lone
    /// surrogates, raw control characters, leading zeros, numbers beyond a double, and anything
    /// but white space after the value.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .message) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            try JSONValue(parsing: UnsafeRawBufferPointer(buffer), limits: limits)
        }
    }

    /// Reads one JSON text from memory that stays in place for the time of the call.
    public init(
        parsing buffer: UnsafeRawBufferPointer, limits: JSONLimits
    ) throws(JSONError) {
        guard buffer.count <= limits.bytes else {
            throw JSONError(what: .tooLong, offset: limits.bytes)
        }
        guard let base = buffer.baseAddress else {
            throw JSONError(what: .unexpectedEnd, offset: 0)
        }
        var parser = Parser(base: base, count: buffer.count, limits: limits)
        self = try parser.text()
    }
}

/// A recursive reader over bytes in memory.
///
/// Every access through `base` stands behind a comparison of `at` with `count`; that is the whole
/// proof of memory safety, and the fuzzing tests' first concern.
struct Parser {
    let base: UnsafeRawPointer
    let count: Int
    var at = 0
    var depthLeft: Int
    var valuesLeft: Int

    init(base: UnsafeRawPointer, count: Int, limits: JSONLimits) {
        self.base = base
        self.count = count
        depthLeft = limits.depth
        valuesLeft = limits.values
    }

    @inline(__always)
    func byte(_ place: Int) -> UInt8 {
        base.load(fromByteOffset: place, as: UInt8.self)
    }

    func failure(_ what: JSONError.What, at place: Int? = nil) -> JSONError {
        JSONError(what: what, offset: place ?? at)
    }

    /// What is wrong with the place reached: its byte, or that there is none.
    func unexpected() -> JSONError {
        at < count ? failure(.unexpectedByte(byte(at))) : failure(.unexpectedEnd)
    }

    @inline(__always)
    mutating func skipSpace() {
        while at < count {
            switch byte(at) {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    mutating func text() throws(JSONError) -> JSONValue {
        skipSpace()
        let value = try value()
        skipSpace()
        guard at == count else { throw failure(.trailingBytes) }
        return value
    }

    mutating func value() throws(JSONError) -> JSONValue {
        guard at < count else { throw failure(.unexpectedEnd) }
        guard valuesLeft > 0 else { throw failure(.tooManyValues) }
        valuesLeft -= 1
        switch byte(at) {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: throw unexpected()
        }
    }

    mutating func word(_ word: StaticString) throws(JSONError) {
        for place in 0..<word.utf8CodeUnitCount {
            guard at < count, byte(at) == word.utf8Start[place] else { throw unexpected() }
            at += 1
        }
    }

    mutating func descend() throws(JSONError) {
        guard depthLeft > 0 else { throw failure(.tooDeep) }
        depthLeft -= 1
        at += 1
        skipSpace()
    }

    mutating func array() throws(JSONError) -> [JSONValue] {
        try descend()
        defer { depthLeft += 1 }
        var elements: [JSONValue] = []
        if at < count, byte(at) == UInt8(ascii: "]") {
            at += 1
            return elements
        }
        while true {
            elements.append(try value())
            skipSpace()
            guard at < count else { throw failure(.unexpectedEnd) }
            switch byte(at) {
            case UInt8(ascii: ","):
                at += 1
                skipSpace()
            case UInt8(ascii: "]"):
                at += 1
                return elements
            default: throw unexpected()
            }
        }
    }

    mutating func object() throws(JSONError) -> JSONObject {
        try descend()
        defer { depthLeft += 1 }
        var names = NameCheck()
        var members: [JSONObject.Member] = []
        if at < count, byte(at) == UInt8(ascii: "}") {
            at += 1
            return JSONObject(members)
        }
        members.reserveCapacity(8)
        while true {
            guard at < count, byte(at) == UInt8(ascii: "\"") else { throw unexpected() }
            let start = at
            let name = try string()
            guard names.isNew(name, among: members) else {
                throw failure(.duplicateName(name), at: start)
            }
            skipSpace()
            guard at < count, byte(at) == UInt8(ascii: ":") else { throw unexpected() }
            at += 1
            skipSpace()
            members.append(JSONObject.Member(name: name, value: try value()))
            skipSpace()
            guard at < count else { throw failure(.unexpectedEnd) }
            switch byte(at) {
            case UInt8(ascii: ","):
                at += 1
                skipSpace()
            case UInt8(ascii: "}"):
                at += 1
                return JSONObject(members)
            default: throw unexpected()
            }
        }
    }
}

// MARK: - Names

/// Whether a name is new to its object: by comparison while they are few, by a set from then on,
/// so that an object of many names costs no more a name than a small one.
private struct NameCheck {
    private static let few = 16
    private var seen: Set<ByteName> = []

    @inline(__always)
    mutating func isNew(_ name: String, among members: [JSONObject.Member]) -> Bool {
        if members.count < Self.few {
            for member in members where sameBytes(member.name, name) { return false }
            return true
        }
        if members.count == Self.few {
            for member in members { seen.insert(ByteName(text: member.name)) }
        }
        return seen.insert(ByteName(text: name)).inserted
    }
}

/// A text that is equal only to the same bytes.
private struct ByteName: Hashable {
    let text: String

    static func == (left: ByteName, right: ByteName) -> Bool {
        sameBytes(left.text, right.text)
    }

    func hash(into hasher: inout Hasher) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if done == nil {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
