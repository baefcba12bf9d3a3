import Accelerator
import Glibc
import JSON
import Platform
import Runtime
import Storage
import Testing

/// Journals as earlier releases wrote them, one of each format, in Golden/. Added when a format is new,
/// never edited. They open, they say what they said then, and writing them again gives the same bytes.
@Suite struct GoldenJournalTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false)
        .dropLast().joined(separator: "/") + "/Golden"

    private func golden(_ format: Int) throws -> [UInt8] {
        try Descriptor.open("\(Self.folder)/format-\(format).ndjson", O_RDONLY).contents(
            limit: 1 << 24)
    }

    private func directory(_ bytes: [UInt8], format: Int = 1) throws -> Scratch {
        let scratch = Scratch()
        // The journal names the directory that it was written in.
        let open = try #require(bytes.split(separator: 0x0A).first)
        let id = try #require(try JSONValue(parsing: Array(open))["dir"]?.string)
        try scratch.put([
            firstSegment: bytes,
            "META.json": Array("{\"directory\": \"\(id)\", \"format\": \(format)}\n".utf8),
            "LOCK": [],
        ])
        return scratch
    }

    @Test func everyFormatOpens() throws {
        for (format, n, challenges) in [(1, UInt64(403), 8)] {
            let bytes = try golden(format)
            let scratch = try directory(bytes, format: format)
            let reader = try JournalReader(at: scratch.path)
            #expect(try reader.verify().isGood)
            let state = try reader.recover()
            #expect(state.n == n, "\(state.n)")
            #expect(state.challenges.count == challenges, "\(state.challenges.count)")
            // The members of every commit are written again as they stand.
            var lines = bytes.split(separator: 0x0A)[...]
            try reader.read(after: 0) { commit in
                while let line = lines.popFirst() {
                    let text = String(decoding: line, as: UTF8.self)
                    guard text.contains("\"k\":\"cmd\"") else { continue }
                    var writer = JSONWriter()
                    writer.beginObject()
                    commit.writeBody(into: &writer)
                    writer.endObject()
                    let body = String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
                    #expect(text.contains(body), "commit \(commit.n)")
                    break
                }
            }
            // And it can be written on.
            let journal = try open(scratch)
            var next = Commit()
            next.n = n + 1
            next.at = state.at
            try journal.append([next])
            try journal.close()
            #expect(try JournalReader(at: scratch.path).verify().isGood)
        }
    }

    private func line(_ body: (inout JSONWriter) -> Void, after bytes: [UInt8] = []) -> [UInt8] {
        var batch = BatchWriter(after: JournalMark())
        batch.own("open") { writer in
            writer.key("epoch")
            writer.integer(1)
            writer.key("dir")
            writer.string(String(repeating: "ab", count: 16))
        }
        batch.commit(n: 1, t: 1000, body: body)
        return batch.bytes
    }

    @Test func whatIsNotKnownIsRefusedByName() throws {
        let unknown = line { writer in
            writer.key("k")
            writer.string("cmd")
            writer.key("cause")
            writer.string("m")
            writer.key("ev")
            writer.beginArray()
            writer.beginObject()
            writer.key("e")
            writer.string("reading.sung")
            writer.endObject()
            writer.endArray()
        }
        let scratch = try directory(unknown)
        guard case .refused(.newer(let what)) = try Opened(scratch) else {
            Issue.record("not refused")
            return
        }
        #expect(what.contains("reading.sung"))
        #expect(JournalError.newer(what).exitStatus == 65)
        #expect(try !JournalReader(at: scratch.path).verify().isGood)
        // A line of a later version of the format.
        var text = String(decoding: unknown, as: UTF8.self)
        text.replace("{\"v\":1,", with: "{\"v\":2,")
        let lines = text.utf8.split(separator: 0x0A).map { line -> [UInt8] in
            let checked = Array(line.dropLast(16))
            let crc = String(CRC32C.checksum(checked[...]), radix: 16)
            return checked
                + Array(
                    ",\"c\":\"\(String(repeating: "0", count: 8 - crc.utf8.count))\(crc)\"}\n".utf8)
        }
        let newer = Scratch()
        try newer.put([
            firstSegment: Array(lines.joined()), "LOCK": [],
            "META.json": Array(
                "{\"directory\": \"\(String(repeating: "ab", count: 16))\", \"format\": 1}".utf8),
        ])
        guard case .refused(.newer(let version)) = try Opened(newer) else {
            Issue.record("not refused")
            return
        }
        #expect(version.contains("format 2"))
    }

    /// A release that knows less keeps what it does not know.
    @Test func unknownMembersSurvive() throws {
        let bytes = line { writer in
            writer.key("k")
            writer.string("cmd")
            writer.key("cause")
            writer.string("m")
            writer.key("later")
            writer.string("kept as it is")
            writer.key("ev")
            writer.beginArray()
            writer.beginObject()
            writer.key("e")
            writer.string("person.set")
            writer.key("code")
            writer.string("p1")
            writer.key("shoe_size")
            writer.integer(42)
            writer.endObject()
            writer.endArray()
        }
        let scratch = try directory(bytes)
        #expect(try Opened(scratch).count == 1)
        let reader = try JournalReader(at: scratch.path)
        #expect(try reader.recover().people.count == 1)
        let copy = Scratch(), target = Scratch()
        #expect(try reader.backUp(to: copy.path).isGood)
        _ = try reader.restore(to: target.path, upTo: .everything)
        for path in [copy, target] {
            let text = String(decoding: try path.read(firstSegment), as: UTF8.self)
            #expect(text.contains("kept as it is") && text.contains("\"shoe_size\":42"))
        }
    }

    @Test func theFormatIsRaisedOnlyByUpgrade() throws {
        let scratch = Scratch()
        try open(scratch).close()
        let meta = try scratch.read("META.json")
        let (before, after) = try Upgrade.run(at: scratch.path)
        #expect(before == 1 && after == 1)
        #expect(try scratch.read("META.json") == meta)
        try scratch.write(
            "META.json",
            Array(String(decoding: meta, as: UTF8.self).replacing("1\n", with: "7\n").utf8))
        #expect(throws: JournalError.self) { try Upgrade.run(at: scratch.path) }
        #expect(throws: JournalError.self) { try open(scratch) }
    }
}
