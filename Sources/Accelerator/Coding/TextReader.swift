internal import JSON

/// Fills a record's fields straight from JSON that was written from the same list of fields: a million
/// readings are there in a fraction of a second, because nothing is made of a value but the field itself.
///
/// 1. Each field is looked for where the last one ended. It stands there, or it is absent: absent fields are
///    not written, and the order is that of the list.
/// 2. A record whose every member was found so is done. Anything else (a newer release's field, another
///    order, a value of another kind) is left over, or fails: then this one record is read again as a value,
///    by ``RecordReader``, which looks everywhere and says what is wrong.
struct TextReader: Coder {
    private var scanner: JSONScanner
    /// Something stood there that is not what was expected: whoever asked for the record reads it again.
    private struct Unexpected { static let fault = CodingFault(path: "", why: "read again") }

    init(_ scanner: JSONScanner) { self.scanner = scanner }
    var isReading: Bool { true }

    /// The record that stands here.
    mutating func record<R: Record>(_ type: R.Type, path: String) throws(CodingFault) -> R {
        let start = scanner.mark
        if let record = quickly(type) { return record }
        scanner.goBack(to: start)
        let value: JSONValue
        do throws(JSONError) {
            value = try scanner.value()
        } catch {
            throw CodingFault(path: path, why: "\(error)")
        }
        guard case .object(let object) = value else {
            throw CodingFault(path: path, why: "an object is expected")
        }
        return try R(object, path: path)
    }

    private mutating func quickly<R: Record>(_ type: R.Type) -> R? {
        guard scanner.beginObject() else { return nil }
        var record = R()
        do throws(CodingFault) {
            try record.code(&self)
        } catch {
            return nil
        }
        return scanner.endObject() ? record : nil
    }

    /// Whether a line is read to its end, but for the brace that closes it.
    mutating func endsLine() -> Bool { scanner.endObject() && scanner.isAtEnd }

    @inline(__always)
    private func found<Value>(_ value: Value?) throws(CodingFault) -> Value {
        guard let value else { throw Unexpected.fault }
        return value
    }

    mutating func field(_ name: StaticString, _ value: inout String) throws(CodingFault) {
        if scanner.key(name) { value = try found(scanner.string()) }
    }
    mutating func field(_ name: StaticString, _ value: inout String?) throws(CodingFault) {
        if scanner.key(name) { value = try found(scanner.string()) }
    }
    mutating func field(_ name: StaticString, _ value: inout Int) throws(CodingFault) {
        if scanner.key(name) { value = Int(try found(scanner.integer())) }
    }
    mutating func field(_ name: StaticString, _ value: inout Int?) throws(CodingFault) {
        if scanner.key(name) { value = Int(try found(scanner.integer())) }
    }
    mutating func field(_ name: StaticString, _ value: inout Int64) throws(CodingFault) {
        if scanner.key(name) { value = try found(scanner.integer()) }
    }
    mutating func field(_ name: StaticString, _ value: inout Double) throws(CodingFault) {
        if scanner.key(name) { value = try found(scanner.number()) }
    }
    mutating func field(_ name: StaticString, _ value: inout Double?) throws(CodingFault) {
        if scanner.key(name) { value = try found(scanner.number()) }
    }
    mutating func field(_ name: StaticString, _ value: inout Bool) throws(CodingFault) {
        if scanner.key(name) { value = try found(scanner.bool()) }
    }
    mutating func field(_ name: StaticString, _ value: inout [String]) throws(CodingFault) {
        if scanner.key(name) {
            value = try list { reader throws(CodingFault) in
                try reader.found(reader.scanner.string())
            }
        }
    }
    mutating func field(_ name: StaticString, _ value: inout [Int]) throws(CodingFault) {
        if scanner.key(name) {
            value = try list { reader throws(CodingFault) in
                Int(try reader.found(reader.scanner.integer()))
            }
        }
    }
    mutating func field(_ name: StaticString, _ value: inout [Double]) throws(CodingFault) {
        if scanner.key(name) {
            value = try list { reader throws(CodingFault) in
                try reader.found(reader.scanner.number())
            }
        }
    }
    mutating func field<R: Record>(_ name: StaticString, _ value: inout R) throws(CodingFault) {
        if scanner.key(name) { value = try record(R.self, path: "\(name)") }
    }
    mutating func field<R: Record>(_ name: StaticString, _ value: inout R?) throws(CodingFault) {
        if scanner.key(name) { value = try record(R.self, path: "\(name)") }
    }
    mutating func field<R: Record>(_ name: StaticString, _ value: inout [R]) throws(CodingFault) {
        if scanner.key(name) {
            value = try list { reader throws(CodingFault) in
                try reader.record(R.self, path: "\(name)")
            }
        }
    }
    mutating func json(_ name: StaticString, _ value: inout JSONValue) throws(CodingFault) {
        guard scanner.key(name) else { return }
        do throws(JSONError) {
            value = try scanner.value()
        } catch {
            throw Unexpected.fault
        }
    }

    private mutating func list<Element>(
        _ element: (inout TextReader) throws(CodingFault) -> Element
    ) throws(CodingFault) -> [Element] {
        var elements: [Element] = []
        guard scanner.beginArray() else { throw Unexpected.fault }
        if scanner.endArray() { return elements }
        repeat { elements.append(try element(&self)) } while scanner.comma()
        guard scanner.endArray() else { throw Unexpected.fault }
        // Lists were grown by doubling; long ones stay for good, and get the room that they need.
        guard elements.count > 16 else { return elements }
        var exact: [Element] = []
        exact.reserveCapacity(elements.count)
        exact.append(contentsOf: elements)
        return exact
    }
}
