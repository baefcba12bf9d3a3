public import JSON
public import Language

/// Something that stands in the journal or the snapshot: its fields are listed once, in `code`, and both
/// written and read from that list.
///
/// The names of the fields are a file format: add, never change or reuse. A field that is absent keeps
/// its default, so an older line opens in newer code; nil, false and empty are not written.
public protocol Record: Hashable, Sendable {
    init()
    mutating func code<C: Coder>(_ c: inout C) throws(CodingFault)
}

/// A line or snapshot that can't be read: which field, and what was wrong with it.
public struct CodingFault: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    public var why: String
    public init(path: String, why: String) {
        self.path = path
        self.why = why
    }
    public var description: String { "\(path): \(why)" }
}

/// The two directions of coding behind one list of fields.
public protocol Coder {
    mutating func field(_ name: StaticString, _ value: inout String) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout String?) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout Int) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout Int?) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout Int64) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout Double) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout Double?) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout Bool) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout [String]) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout [Int]) throws(CodingFault)
    mutating func field(_ name: StaticString, _ value: inout [Double]) throws(CodingFault)
    mutating func field<R: Record>(_ name: StaticString, _ value: inout R) throws(CodingFault)
    mutating func field<R: Record>(_ name: StaticString, _ value: inout R?) throws(CodingFault)
    mutating func field<R: Record>(_ name: StaticString, _ value: inout [R]) throws(CodingFault)
    /// A value of another shape, carried as JSON.
    mutating func json(_ name: StaticString, _ value: inout JSONValue) throws(CodingFault)
    /// A value of another shape that is written, which spells itself.
    mutating func spell(_ name: StaticString, _ write: (inout JSONWriter) -> Void)
    /// Whether fields are being filled rather than written.
    var isReading: Bool { get }
}

extension Coder {
    /// Who doesn't write has no use for a spelling.
    public mutating func spell(_ name: StaticString, _ write: (inout JSONWriter) -> Void) {}
}

/// Writes a record's fields as members of the object that is being written.
public struct RecordWriter: Coder {
    public var json: JSONWriter
    public init(_ json: JSONWriter) { self.json = json }
    public var isReading: Bool { false }

    public mutating func field(_ name: StaticString, _ value: inout String) {
        guard !value.isEmpty else { return }
        json.key(name)
        json.string(value)
    }
    public mutating func field(_ name: StaticString, _ value: inout String?) {
        guard let value else { return }
        json.key(name)
        json.string(value)
    }
    public mutating func field(_ name: StaticString, _ value: inout Int) {
        json.key(name)
        json.integer(Int64(value))
    }
    public mutating func field(_ name: StaticString, _ value: inout Int?) {
        guard let value else { return }
        json.key(name)
        json.integer(Int64(value))
    }
    public mutating func field(_ name: StaticString, _ value: inout Int64) {
        json.key(name)
        json.integer(value)
    }
    public mutating func field(_ name: StaticString, _ value: inout Double) {
        json.key(name)
        json.number(value.isFinite ? value : 0)
    }
    public mutating func field(_ name: StaticString, _ value: inout Double?) {
        guard let value, value.isFinite else { return }
        json.key(name)
        json.number(value)
    }
    public mutating func field(_ name: StaticString, _ value: inout Bool) {
        guard value else { return }
        json.key(name)
        json.bool(true)
    }
    public mutating func field(_ name: StaticString, _ value: inout [String]) {
        guard !value.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for item in value { json.string(item) }
        json.endArray()
    }
    public mutating func field(_ name: StaticString, _ value: inout [Int]) {
        guard !value.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for item in value { json.integer(Int64(item)) }
        json.endArray()
    }
    public mutating func field(_ name: StaticString, _ value: inout [Double]) {
        guard !value.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for item in value { json.number(item.isFinite ? item : 0) }
        json.endArray()
    }
    public mutating func field<R: Record>(_ name: StaticString, _ value: inout R)
        throws(CodingFault)
    {
        json.key(name)
        try object(&value)
    }
    public mutating func field<R: Record>(_ name: StaticString, _ value: inout R?)
        throws(CodingFault)
    {
        guard var present = value else { return }
        json.key(name)
        try object(&present)
    }
    public mutating func field<R: Record>(_ name: StaticString, _ value: inout [R])
        throws(CodingFault)
    {
        guard !value.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for var item in value { try object(&item) }
        json.endArray()
    }
    public mutating func json(_ name: StaticString, _ value: inout JSONValue) {
        guard value != .null else { return }
        json.key(name)
        json.value(value)
    }
    public mutating func spell(_ name: StaticString, _ write: (inout JSONWriter) -> Void) {
        json.key(name)
        write(&json)
    }
    /// The record as an object of its own.
    public mutating func object<R: Record>(_ value: inout R) throws(CodingFault) {
        json.beginObject()
        try value.code(&self)
        json.endObject()
    }
}

/// Fills a record's fields from an object. Fields are looked for from where the last one was found, so
/// that reading what we wrote ourselves is one pass.
public struct RecordReader: Coder {
    private let members: [JSONObject.Member]
    private var next = 0
    private let path: String
    public init(_ object: JSONObject, path: String = "") {
        members = object.members
        self.path = path
    }
    public var isReading: Bool { true }

    private mutating func find(_ name: StaticString) -> JSONValue? {
        let count = members.count
        guard count > 0 else { return nil }
        let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        var i = next < count ? next : 0
        for _ in 0..<count {
            // Most names have another length: those of absent fields are passed over at once.
            if members[i].name.utf8.count == wanted.count,
                members[i].name.utf8.elementsEqual(wanted)
            {
                next = i + 1
                return members[i].value
            }
            i += 1
            if i == count { i = 0 }
        }
        return nil
    }
    private func fault(_ name: StaticString, _ why: String) -> CodingFault {
        CodingFault(path: path.isEmpty ? "\(name)" : "\(path).\(name)", why: why)
    }

    public mutating func field(_ name: StaticString, _ value: inout String) throws(CodingFault) {
        guard let found = find(name) else { return }
        guard case .string(let text) = found else { throw fault(name, "a string is expected") }
        value = text
    }
    public mutating func field(_ name: StaticString, _ value: inout String?) throws(CodingFault) {
        guard let found = find(name), found != .null else { return }
        guard case .string(let text) = found else { throw fault(name, "a string is expected") }
        value = text
    }
    private func int(_ name: StaticString, _ found: JSONValue) throws(CodingFault) -> Int64 {
        guard case .integer(let n) = found else { throw fault(name, "a whole number is expected") }
        return n
    }
    public mutating func field(_ name: StaticString, _ value: inout Int) throws(CodingFault) {
        guard let found = find(name) else { return }
        value = Int(try int(name, found))
    }
    public mutating func field(_ name: StaticString, _ value: inout Int?) throws(CodingFault) {
        guard let found = find(name), found != .null else { return }
        value = Int(try int(name, found))
    }
    public mutating func field(_ name: StaticString, _ value: inout Int64) throws(CodingFault) {
        guard let found = find(name) else { return }
        value = try int(name, found)
    }
    private func number(_ name: StaticString, _ found: JSONValue) throws(CodingFault) -> Double {
        switch found {
        case .integer(let n): return Double(n)
        case .number(let d): return d
        default: throw fault(name, "a number is expected")
        }
    }
    public mutating func field(_ name: StaticString, _ value: inout Double) throws(CodingFault) {
        guard let found = find(name) else { return }
        value = try number(name, found)
    }
    public mutating func field(_ name: StaticString, _ value: inout Double?) throws(CodingFault) {
        guard let found = find(name), found != .null else { return }
        value = try number(name, found)
    }
    public mutating func field(_ name: StaticString, _ value: inout Bool) throws(CodingFault) {
        guard let found = find(name) else { return }
        guard case .bool(let b) = found else { throw fault(name, "true or false is expected") }
        value = b
    }
    private func array(_ name: StaticString, _ found: JSONValue) throws(CodingFault) -> [JSONValue]
    {
        guard case .array(let items) = found else { throw fault(name, "a list is expected") }
        return items
    }
    public mutating func field(_ name: StaticString, _ value: inout [String]) throws(CodingFault) {
        guard let found = find(name) else { return }
        var out: [String] = []
        for item in try array(name, found) {
            guard case .string(let text) = item else { throw fault(name, "strings are expected") }
            out.append(text)
        }
        value = out
    }
    public mutating func field(_ name: StaticString, _ value: inout [Int]) throws(CodingFault) {
        guard let found = find(name) else { return }
        var out: [Int] = []
        for item in try array(name, found) { out.append(Int(try int(name, item))) }
        value = out
    }
    public mutating func field(_ name: StaticString, _ value: inout [Double]) throws(CodingFault) {
        guard let found = find(name) else { return }
        var out: [Double] = []
        for item in try array(name, found) { out.append(try number(name, item)) }
        value = out
    }
    public mutating func field<R: Record>(_ name: StaticString, _ value: inout R)
        throws(CodingFault)
    {
        guard let found = find(name) else { return }
        value = try record(name, found)
    }
    public mutating func field<R: Record>(_ name: StaticString, _ value: inout R?)
        throws(CodingFault)
    {
        guard let found = find(name), found != .null else { return }
        value = try record(name, found) as R
    }
    public mutating func field<R: Record>(_ name: StaticString, _ value: inout [R])
        throws(CodingFault)
    {
        guard let found = find(name) else { return }
        let items = try array(name, found)
        var out: [R] = []
        out.reserveCapacity(items.count)
        for item in items { out.append(try record(name, item)) }
        value = out
    }
    private func record<R: Record>(_ name: StaticString, _ found: JSONValue) throws(CodingFault)
        -> R
    {
        guard case .object(let object) = found else { throw fault(name, "an object is expected") }
        return try R(object, path: path.isEmpty ? "\(name)" : "\(path).\(name)")
    }
    public mutating func json(_ name: StaticString, _ value: inout JSONValue) throws(CodingFault) {
        if let found = find(name) { value = found }
    }
}

extension Record {
    /// The record that an object holds.
    public init(_ object: JSONObject, path: String = "") throws(CodingFault) {
        self.init()
        var reader = RecordReader(object, path: path)
        try code(&reader)
    }
    /// The record as one JSON object.
    public func json() throws(CodingFault) -> [UInt8] {
        var writer = RecordWriter(JSONWriter(reservingCapacity: 256))
        var copy = self
        try writer.object(&copy)
        return writer.json.bytes
    }
}

// What is spelled as text in the journal.

/// A word of the method with a fixed spelling: a state, a role, a severity.
public protocol Spelled: RawRepresentable, Hashable, Sendable, CaseIterable
where RawValue == String {}

extension Coder {
    public mutating func field<S: Spelled>(_ name: StaticString, _ value: inout S)
        throws(CodingFault)
    {
        var text = value.rawValue
        try field(name, &text)
        guard isReading else { return }
        guard let known = S(rawValue: text) else {
            throw CodingFault(path: "\(name)", why: "unknown word “\(text)”")
        }
        value = known
    }
    public mutating func field<S: Spelled>(_ name: StaticString, _ value: inout S?)
        throws(CodingFault)
    {
        var text = value?.rawValue
        try field(name, &text)
        guard isReading, let text else { return }
        guard let known = S(rawValue: text) else {
            throw CodingFault(path: "\(name)", why: "unknown word “\(text)”")
        }
        value = known
    }
    public mutating func field(_ name: StaticString, _ value: inout LocalDate?) throws(CodingFault)
    {
        // A million times while a snapshot is read: what is there is spelled only to be written.
        var text = isReading ? nil : value?.description
        try field(name, &text)
        guard isReading, let text else { return }
        guard let date = LocalDate(iso: text) else {
            throw CodingFault(path: "\(name)", why: "a date is expected, not “\(text)”")
        }
        value = date
    }
    public mutating func field(_ name: StaticString, _ value: inout LocalDate) throws(CodingFault) {
        var date: LocalDate? = value
        try field(name, &date)
        if let date { value = date }
    }
    public mutating func field(_ name: StaticString, _ value: inout Instant) throws(CodingFault) {
        var ms = value.milliseconds
        try field(name, &ms)
        value = Instant(milliseconds: ms)
    }
    public mutating func field(_ name: StaticString, _ value: inout Instant?) throws(CodingFault) {
        if isReading {
            var ms = Int64.min
            try field(name, &ms)
            value = ms == .min ? value : Instant(milliseconds: ms)
        } else if let present = value {
            var ms = present.milliseconds
            try field(name, &ms)
        }
    }
    public mutating func field(_ name: StaticString, _ value: inout LocalTime) throws(CodingFault) {
        var minutes = value.minutes
        try field(name, &minutes)
        value = LocalTime(minutes: minutes)
    }
    public mutating func field(_ name: StaticString, _ value: inout LocalTime?) throws(CodingFault)
    {
        var minutes = value?.minutes
        try field(name, &minutes)
        value = minutes.map { LocalTime(minutes: $0) }
    }
}
