import Accelerator
import Glibc
import JSON
import Platform
import Runtime
import Storage
import TestKit
import Testing

/// A snapshot is read by a reader that knows the order of our own fields. Whatever else stands there is
/// read as any JSON is: the same state, or the same refusal.
@Suite struct StateTextTests {
    /// The state of a golden journal, which has people, goals, readings, reminders and messages.
    private static func state() throws -> State {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        let bytes = try Descriptor.open("\(folder)/Golden/format-1.ndjson", O_RDONLY).contents(
            limit: 1 << 24)
        let open = try #require(bytes.split(separator: 0x0A).first)
        let id = try #require(try JSONValue(parsing: Array(open))["dir"]?.string)
        let scratch = Scratch()
        try scratch.put([
            firstSegment: bytes, "LOCK": [],
            "META.json": Array("{\"directory\": \"\(id)\", \"format\": 1}\n".utf8),
        ])
        return try JournalReader(at: scratch.path).recover()
    }

    private static func lines() throws -> [[UInt8]] {
        StateText.write(try state()).split(separator: 0x0A).map { Array($0) }
    }

    /// What one line alone comes to; nil where it is refused.
    private static func read(_ line: [UInt8]) -> State? {
        line.withUnsafeBytes { bytes in
            var state = State()
            guard let read = try? SnapshotLine(bytes) else { return nil }
            state.take(read)
            return state
        }
    }

    /// The same value with every object's members changed.
    private static func changed(
        _ value: JSONValue, _ change: ([JSONObject.Member]) -> [JSONObject.Member]
    ) -> JSONValue {
        switch value {
        case .array(let items): .array(items.map { changed($0, change) })
        case .object(let object):
            .object(
                JSONObject(
                    change(
                        object.members.map {
                            .init(name: $0.name, value: changed($0.value, change))
                        })))
        default: value
        }
    }

    @Test func theWholeIsTheSameState() throws {
        let state = try Self.state()
        #expect(state.challenges.count == 8)
        let text = StateText.write(state)
        #expect(try StateText.read(text[...]) == state)
        // Long enough for several threads.
        var large = state
        let model = try #require(state.challenges.values.first)
        for i in 0..<400 {
            var one = model
            one.head.code = "X-\(i)"
            large.challenges[one.code] = one
        }
        let long = StateText.write(large)
        #expect(long.count > 1 << 20)
        let again = try StateText.read(long[...])
        #expect(
            again.challenges == large.challenges && again.people == large.people
                && again.trail == large.trail)
        // What is wrong in a piece of another thread is found, too.
        var wrong = long
        wrong[wrong.count - 40] ^= 0x80
        #expect(throws: CodingFault.self) { try StateText.read(wrong[...]) }
    }

    @Test func orderSpacesAndNewFieldsDoNotMatter() throws {
        for line in try Self.lines() {
            let value = try JSONValue(parsing: line, limits: .file)
            let expected = try #require(Self.read(line), "\(String(decoding: line, as: UTF8.self))")
            let members = try #require(value.object?.members.first)
            func whole(_ record: JSONValue) -> JSONValue {
                .object(JSONObject([.init(name: members.name, value: record)]))
            }
            var variants = [
                value.pretty(sortedKeys: false),
                whole(Self.changed(members.value) { $0.reversed() }).encoded(),
                [0x20] + line + [0x20],
            ]
            if members.name != "question" {
                // Values that carry any JSON keep what is in them; the others pass over what they do not know.
                let fresh = JSONObject.Member(name: "since 2030", value: .array([.null]))
                if case .object(let record) = members.value {
                    variants.append(whole(.object(JSONObject([fresh] + record.members))).encoded())
                    variants.append(whole(.object(JSONObject(record.members + [fresh]))).encoded())
                }
            }
            for (i, variant) in variants.enumerated() where i != 1 || !Self.carriesPhrases(line) {
                #expect(
                    Self.read(variant) == expected,
                    "\(i): \(String(decoding: variant, as: UTF8.self))")
            }
        }
    }

    /// A phrase's first member says what it is, and what goes along unread is kept as it is: there order counts.
    private static func carriesPhrases(_ line: [UInt8]) -> Bool {
        let text = String(decoding: line, as: UTF8.self)
        return text.contains("\"annex\"") || text.contains("\"phrases\"")
            || text.contains("\"label\"") || text.contains("\"e\"")
    }

    /// Twenty thousand flipped bits, removed and doubled bytes: what is read is what the reader of any JSON
    /// reads; what that refuses is refused.
    @Test func damageIsReadAsByTheOtherReader() throws {
        let lines = try Self.lines()
        var random = Seeded(7)
        var taken = 0, refused = 0
        for _ in 0..<20_000 {
            var line = lines[Int.random(in: 0..<lines.count, using: &random)]
            // Long lines, too, but not always.
            if line.count > 3000, Int.random(in: 0..<8, using: &random) > 0 { continue }
            let place = Int.random(in: 0..<line.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: line.remove(at: place)
            case 1: line.insert(line[place], at: place)
            case 2:
                line[place] =
                    Array("0123456789\"{}[],:-.eE \\".utf8)[Int.random(in: 0..<23, using: &random)]
            default: line[place] ^= 1 << UInt8.random(in: 0..<7, using: &random)
            }
            // A name that nobody knows, in front: the quick reader leaves the record to the other one.
            let head = Array(":{\"".utf8)
            guard let start = line.indices.first(where: { line[$0...].starts(with: head) }) else {
                continue
            }
            var forced = line
            forced.insert(contentsOf: Array("\"~\":null,".utf8), at: start + 2)
            let quick = Self.read(line)
            #expect(quick == Self.read(forced), "\(String(decoding: line, as: UTF8.self))")
            if quick == nil { refused += 1 } else { taken += 1 }
        }
        #expect(taken > 1000 && refused > 1000, "\(taken) \(refused)")
    }

    @Test func theProcessorsChecksumIsThatOfTheTables() {
        var random = Seeded(3)
        for count in [0, 1, 7, 8, 9, 63, 64, 1000, 4096 + 5] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes.withUnsafeBytes { all in
                for start in 0...min(9, count) {
                    let part = UnsafeRawBufferPointer(rebasing: all[start...])
                    #expect(CRC32C.checksum(part) == CRC32C.byTables(part))
                }
            }
        }
    }
}
