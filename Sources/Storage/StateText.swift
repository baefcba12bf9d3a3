public import Accelerator
internal import JSON

/// The state as text: one record a line, `{"challenge":{…}}`, in an order that depends on nothing
/// but the state, so that equal states are equal bytes.
public enum StateText {
    /// The lines.
    public static func write(_ state: State) -> [UInt8] {
        var text: [UInt8] = []
        state.snapshotLines { section, json in
            var writer = JSONWriter(reservingCapacity: json.count + 32)
            writer.beginObject()
            writer.key(section)
            writer.raw(json)
            writer.endObject()
            writer.lineFeed()
            text.append(contentsOf: writer.bytes)
        }
        return text
    }

    /// The state that the lines describe.
    static func read(_ text: ArraySlice<UInt8>) throws(CodingFault) -> State {
        let result = text.withUnsafeBytes { bytes -> Result<State, CodingFault> in
            var state = State()
            var start = 0
            do throws(CodingFault) {
                for end in 0...bytes.count where end == bytes.count || bytes[end] == 0x0A {
                    if end > start {
                        try take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), &state)
                    }
                    start = end + 1
                }
            } catch {
                return .failure(error)
            }
            return .success(state)
        }
        return try result.get()
    }

    private static func take(_ line: UnsafeRawBufferPointer, _ state: inout State) throws(CodingFault) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: line, limits: .file)
        } catch {
            throw CodingFault(path: "", why: "\(error)")
        }
        guard let member = value.object?.members.first, let object = member.value.object else {
            throw CodingFault(path: "", why: "a section and its record are expected")
        }
        try state.readSnapshot(section: member.name, object)
    }

    /// The first 128 bits of the SHA-256 of the lines, as hexadecimal digits: two states with the
    /// same hash are the same state.
    public static func hash(_ state: State) -> String { hash(write(state)) }

    static func hash(_ text: [UInt8]) -> String {
        text.withUnsafeBytes { ChainHash(of: $0) }.description
    }
}
