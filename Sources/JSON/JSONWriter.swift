/// Writes JSON from front to back, without ever looking ahead or back further than one byte.
///
/// The commas are put by the writer. It does not check that names and values alternate: whoever
/// calls it says what the text is. Strings escape only `"`, `\` and control characters; everything
/// else leaves as the UTF-8 that it is.
public struct JSONWriter: Sendable {
    /// What is written so far.
    public private(set) var bytes: [UInt8]

    /// An empty text with room for so many bytes.
    public init(reservingCapacity capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Forgets what is written and keeps the room.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// A comma is due unless the last byte opens something: a text, a line, an array, an object or
    /// a member. A string ends with its quote, so that its contents can't be taken for these.
    @inline(__always)
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private var needsComma: Bool {
        @inline(__always) get {
            switch bytes.last {
            case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), 0x0A: false
            default: true
            }
        }
    }

    public mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
    }

    public mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
    }

    public mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
    }

    public mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
    }

    /// The name of the member whose value is written next.
    public mutating func key(_ name: StaticString) {
        precondition(name.hasPointerRepresentation)
        name.withUTF8Buffer { quote($0, isName: true) }
    }

    /// The name of the member whose value is written next. A literal is a static one.
    @_disfavoredOverload
    public mutating func key(_ name: String) { quote(name, isName: true) }

    @_disfavoredOverload
    public mutating func string(_ text: String) { quote(text, isName: false) }
    public mutating func string(_ text: StaticString) {
        precondition(text.hasPointerRepresentation)
        text.withUTF8Buffer { quote($0, isName: false) }
    }

    /// A string whose UTF-8 stands in memory.
    public mutating func string(utf8 text: UnsafeBufferPointer<UInt8>) {
        quote(text, isName: false)
    }

    public mutating func integer(_ integer: Int64) {
        let isSeparated = needsComma
        put(21) { room in
            var end = 0
            if isSeparated {
                room[0] = UInt8(ascii: ",")
                end = 1
            }
            if integer < 0 {
                room[end] = UInt8(ascii: "-")
                end += 1
            }
            var magnitude = integer.magnitude
            end += Self.digits(magnitude)
            var place = end
            repeat {
                let (quotient, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
                magnitude = quotient
                place -= 1
                room[place] = 0x30 + UInt8(digit)
            } while magnitude > 0
            return end
        }
    }

    /// A string of lower-case hexadecimal digits: of so many of the lowest, 1 … 16, or of as many as the
    /// number has.
    public mutating func hexadecimal(_ number: UInt64, digits count: Int? = nil) {
        let isSeparated = needsComma
        let count = min(max(count ?? (67 - number.leadingZeroBitCount) / 4, 1), 16)
        put(19) { room in
            var end = 0
            if isSeparated {
                room[0] = UInt8(ascii: ",")
                end = 1
            }
            room[end] = UInt8(ascii: "\"")
            for place in 1...count {
                let digit = Int(truncatingIfNeeded: number >> UInt64(4 * (count - place)) & 15)
                room[end + place] = Self.hexDigits.utf8Start[digit]
            }
            room[end + count + 1] = UInt8(ascii: "\"")
            return end + count + 2
        }
    }

    /// How many decimal digits a number has.
    private static func digits(_ number: UInt64) -> Int {
        var count = 1
        var limit: UInt64 = 10
        while number >= limit, count < 20 {
            count += 1
            let (next, isTooLarge) = limit.multipliedReportingOverflow(by: 10)
            limit = isTooLarge ? .max : next
        }
        return count
    }

    /// The shortest digits that read back as the same double; a whole number below 2^53 without
    /// a fraction (78, not 78.0). Infinity and NaN don't exist in JSON: passing one is a
    /// programmer's error and stops the process.
    public mutating func number(_ number: Double) {
        precondition(number.isFinite, "JSON has no infinity and no NaN")
        if number == number.rounded(.towardZero), number.magnitude < 9_007_199_254_740_992 {
            if number == 0, number.sign == .minus {
                separate()
                bytes.append(contentsOf: [UInt8(ascii: "-"), UInt8(ascii: "0")])
            } else {
                integer(Int64(number))
            }
        } else {
            separate()
            bytes.append(contentsOf: number.description.utf8)
        }
    }

    public mutating func bool(_ bool: Bool) {
        separate()
        append(bool ? "true" : "false")
    }

    public mutating func null() {
        separate()
        append("null")
    }

    /// A whole value, with the members of objects in their order.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let bool): self.bool(bool)
        case .integer(let integer): self.integer(integer)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let object):
            beginObject()
            for member in object.members {
                key(member.name)
                self.value(member.value)
            }
            endObject()
        }
    }

    /// A value that is encoded already. It is taken as it is: the caller vouches that it is one
    /// JSON value.
    public mutating func raw(_ encoded: [UInt8]) {
        separate()
        bytes.append(contentsOf: encoded)
    }

    /// Ends a line; what follows is a text of its own, without a comma before it.
    public mutating func lineFeed() {
        bytes.append(0x0A)
    }

    private mutating func append(_ word: StaticString) {
        word.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    fileprivate mutating func space(_ count: Int) {
        bytes.append(contentsOf: repeatElement(0x20, count: count))
    }

    // MARK: - Quoting

    private static let hexDigits: StaticString = "0123456789abcdef"

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func quote(_ text: String, isName: Bool) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { quote($0, isName: isName) }
        if done == nil {
            Array(text.utf8).withUnsafeBufferPointer { quote($0, isName: isName) }
        }
    }

    /// Appends the comma that is due, the text in quotes, and the colon behind a name: in one piece where
    /// nothing is to be escaped, as mostly.
    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>, isName: Bool) {
        guard Self.isPlain(text) else { return quoteEscaping(text, isName: isName) }
        let isSeparated = needsComma
        put(text.count + 4) { room in
            var end = 0
            if isSeparated {
                room[0] = UInt8(ascii: ",")
                end = 1
            }
            room[end] = UInt8(ascii: "\"")
            end += 1
            if let start = text.baseAddress {
                (room + end).update(from: start, count: text.count)
                end += text.count
            }
            room[end] = UInt8(ascii: "\"")
            end += 1
            if isName {
                room[end] = UInt8(ascii: ":")
                end += 1
            }
            return end
        }
    }

    /// Whether nothing of it needs an escape. Looked through to its end in any case: so many bytes at once.
    @inline(__always)
    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var escapes: UInt8 = 0
        for byte in text { escapes |= needsEscape(byte) ? 1 : 0 }
        return escapes == 0
    }

    private mutating func quoteEscaping(_ text: UnsafeBufferPointer<UInt8>, isName: Bool) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var runStart = 0
        // Runs that stand for themselves go in one piece each.
        for place in text.indices where Self.needsEscape(text[place]) {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart..<place]))
            escape(text[place])
            runStart = place + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart...]))
        bytes.append(UInt8(ascii: "\""))
        if isName { bytes.append(UInt8(ascii: ":")) }
    }

    /// Appends what `spell` puts into the room that it is given, of so many bytes at most, and returns the
    /// length of.
    @inline(__always)
    private mutating func put(_ most: Int, _ spell: (UnsafeMutablePointer<UInt8>) -> Int) {
        let needed = bytes.count + most
        if needed > bytes.capacity { bytes.reserveCapacity(max(needed, bytes.capacity * 2)) }
        bytes.append(addingCapacity: most) { span in
            span.withUnsafeMutableBufferPointer { room, count in
                if let start = room.baseAddress { count = spell(start) }
            }
        }
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            append("u00")
            bytes.append(Self.hexDigits.utf8Start[Int(byte >> 4)])
            bytes.append(Self.hexDigits.utf8Start[Int(byte & 15)])
        }
    }
}

// MARK: - For people

extension JSONValue {
    /// The value in one line, without spaces.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The value over many lines, for exports that people read and compare: so many spaces a
    /// level, empty containers closed at once, no line feed at the end.
    ///
    /// - Parameter sortedKeys: whether names are sorted by their bytes, so that two exports of
    ///   one state are one text; else they keep their order.
    public func pretty(indent: Int = 2, sortedKeys: Bool = true) -> [UInt8] {
        var layout = Layout(indent: max(0, indent), sortedKeys: sortedKeys)
        layout.write(self, level: 0)
        return layout.writer.bytes
    }
}

private struct Layout {
    var writer = JSONWriter(reservingCapacity: 4096)
    let indent: Int
    let sortedKeys: Bool

    init(indent: Int, sortedKeys: Bool) {
        self.indent = indent
        self.sortedKeys = sortedKeys
    }

    mutating func write(_ value: JSONValue, level: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            punctuate(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                beginLine(level + 1, isFirst: place == 0)
                write(element, level: level + 1)
            }
            end(level)
            punctuate(UInt8(ascii: "]"))
        case .object(let object) where !object.members.isEmpty:
            punctuate(UInt8(ascii: "{"))
            for (place, member) in order(object.members).enumerated() {
                beginLine(level + 1, isFirst: place == 0)
                writeInPlace(.string(member.name))
                punctuate(UInt8(ascii: ":"))
                punctuate(UInt8(ascii: " "))
                write(member.value, level: level + 1)
            }
            end(level)
            punctuate(UInt8(ascii: "}"))
        default: writeInPlace(value)
        }
    }

    private func order(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
        sortedKeys
            ? members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } : members
    }

    private mutating func beginLine(_ level: Int, isFirst: Bool) {
        if !isFirst { punctuate(UInt8(ascii: ",")) }
        end(level)
    }

    private mutating func end(_ level: Int) {
        writer.lineFeed()
        writer.space(level * indent)
    }

    private mutating func punctuate(_ byte: UInt8) {
        writer.appendUnseparated(CollectionOfOne(byte))
    }

    private mutating func writeInPlace(_ value: JSONValue) {
        writer.appendUnseparated(value.encoded())
    }
}

extension JSONWriter {
    /// Bytes exactly as they are, without a comma before them.
    fileprivate mutating func appendUnseparated(_ more: some Collection<UInt8>) {
        bytes.append(contentsOf: more)
    }
}
