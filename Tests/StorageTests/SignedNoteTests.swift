import Accelerator
import Runtime
import Storage
import Testing

/// The note that lines were written anew, signed: whoever has not the key can change neither it nor the lines
/// before it, with whatever right checksums and hashes.
@Suite struct SignedNoteTests {
    private static let called: @Sendable (Int) -> String = { "former member \($0)" }

    private static func person(_ code: String, _ name: String) -> Event {
        var person = Person()
        person.code = code
        person.name = name
        return .personSet(person)
    }

    private static func forgotten(_ code: String, _ number: Int) -> Event {
        var gone = PersonForgotten()
        gone.person = code
        gone.number = number
        return .personForgotten(gone)
    }

    /// Writes on; the n-th commit has these events.
    private static func write(_ scratch: Scratch, from first: UInt64, _ events: [[Event]]) throws {
        let journal = try open(scratch) { $0.isSingleThreaded = true }
        for (place, events) in events.enumerated() {
            var one = commit(first + UInt64(place))
            one.events = events
            try journal.append([one])
        }
        try journal.close()
    }

    /// Two people, the first of whom is forgotten.
    private static func story(_ scratch: Scratch) throws {
        try write(
            scratch, from: 1,
            [
                [person("p1", "Aigul Serikova"), person("p2", "Bolat Omarov")], [],
                [forgotten("p1", 1)],
            ])
    }

    private static func rewrite(_ scratch: Scratch, _ key: SigningKey?) throws {
        _ = try Rewriting.run(at: scratch.path, by: "Saule\nand Bo", key: key, called: called)
    }

    private static func verified(_ scratch: Scratch, _ key: VerifyingKey? = nil) throws
        -> Verification
    {
        try JournalReader(at: scratch.path).verify(key: key)
    }

    private static func damage(_ scratch: Scratch, _ key: VerifyingKey? = nil) throws -> String {
        try verified(scratch, key).findings.filter { $0.weight == .damage }.map(\.text)
            .joined(separator: "; ")
    }

    // MARK: Whose it is

    @Test func verifyTellsWhoseItIs() throws {
        let key = SigningKey(), other = SigningKey()
        let signed = Scratch(), plain = Scratch()
        try Self.story(signed)
        try Self.story(plain)
        try Self.rewrite(signed, key)
        try Self.rewrite(plain, nil)
        #expect(try Self.damage(signed) == "" && Self.damage(plain) == "")
        #expect(try Self.damage(signed, key.verifying) == "")
        #expect(try Self.damage(signed, other.verifying).contains("signed by another key"))
        #expect(try Self.damage(plain, key.verifying).contains("is not signed"))
        func note(_ scratch: Scratch) throws -> String {
            try Self.verified(scratch).findings.map(\.text).first { $0.contains("anew") } ?? ""
        }
        #expect(try note(signed).hasSuffix("signed by the key \(key.verifying)"))
        #expect(try note(plain).hasSuffix("not signed"))
        // It goes along into copies.
        let copy = Scratch(), target = Scratch()
        _ = try JournalReader(at: signed.path).backUp(to: copy.path)
        #expect(try Self.damage(copy, key.verifying) == "")
        _ = try JournalReader(at: copy.path).restore(to: target.path, upTo: .everything)
        #expect(try Self.damage(target, key.verifying) == "")
        #expect(try Self.damage(target, other.verifying) != "")
    }

    /// What was noted and signed once stays so when lines are written anew again.
    @Test func olderNotesStaySigned() throws {
        let key = SigningKey(), other = SigningKey()
        let scratch = Scratch()
        try Self.story(scratch)
        try Self.rewrite(scratch, key)
        let first = try JournalReader(at: scratch.path).mark().hash
        try Self.write(scratch, from: 4, [[Self.forgotten("p2", 2)], []])
        try Self.rewrite(scratch, key)
        #expect(try Self.damage(scratch, key.verifying) == "")
        #expect(try JournalReader(at: scratch.path).mark().hash != first)
        #expect(
            try Self.verified(scratch).findings.count { $0.text.contains("signed by the key") } == 2
        )
        try Self.write(
            scratch, from: 6, [[Self.person("p3", "Carlo Abate")], [Self.forgotten("p3", 3)]])
        try Self.rewrite(scratch, other)
        #expect(try Self.damage(scratch) == "")
        #expect(try Self.damage(scratch, key.verifying).contains("signed by another key"))
        let journal = try open(scratch)
        try journal.append([commit(8)])
        try journal.close()
        #expect(try Self.damage(scratch) == "")
        #expect(
            try scratch.everything().values.allSatisfy {
                let text = String(decoding: $0, as: UTF8.self)
                return ["Aigul", "Bolat", "Carlo"].allSatisfy { !text.contains($0) }
            })
    }

    // MARK: What was touched

    /// The last line of a journal in one file, which is the note, and what stands before it.
    private static func parts(_ scratch: Scratch) throws -> (before: [UInt8], line: [UInt8]) {
        let bytes = try scratch.read(firstSegment)
        let start = try #require(bytes.dropLast().lastIndex(of: 0x0A)) + 1
        return (Array(bytes[..<start]), Array(bytes[start...]))
    }

    /// The line with a right checksum, and nothing beside it that tells the end.
    private static func forge(_ files: [String: [UInt8]], _ before: [UInt8], _ body: [UInt8])
        -> [String: [UInt8]]
    {
        let crc = String(CRC32C.checksum(body[...]), radix: 16)
        let digits = String(repeating: "0", count: 8 - crc.count) + crc
        var files = files.filter { $0.key != "checkpoint" && !$0.key.hasPrefix("snapshot-") }
        files[firstSegment] = before + body + Array(",\"c\":\"\(digits)\"}\n".utf8)
        return files
    }

    @Test func everyByteThatWasTouchedIsNamed() throws {
        let key = SigningKey()
        let scratch = Scratch()
        try Self.story(scratch)
        try Self.rewrite(scratch, key)
        let files = try scratch.everything()
        let (before, line) = try Self.parts(scratch)
        let body = Array(line.dropLast(17))
        // Without a change the forger's way is good.
        try scratch.put(Self.forge(files, before, body))
        #expect(try Self.damage(scratch, key.verifying) == "")
        let note = Array("\"rewritten\":{".utf8)
        let start = try #require(
            body.indices.first { body[$0...].starts(with: note) })
        var named = 0
        for place in (start + note.count)..<body.count - 1 {
            var changed = body
            changed[place] ^= 1 << UInt8(place % 8)
            try scratch.put(Self.forge(files, before, changed))
            let damage = try Self.damage(scratch)
            #expect(damage != "", "byte \(place - start), bit \(place % 8)")
            named += damage.contains("not as it was signed") ? 1 : 0
        }
        #expect(named > 150)
    }

    /// The signature taken off, or made with another key: by itself that is a note like any other.
    @Test func anotherSignatureIsNamedByTheKey() throws {
        let key = SigningKey()
        let scratch = Scratch(), twin = Scratch()
        try Self.story(scratch)
        try Self.rewrite(scratch, key)
        let files = try scratch.everything()
        let (before, line) = try Self.parts(scratch)
        let text = String(decoding: line.dropLast(17), as: UTF8.self)
        let signature = try #require(text.range(between: ",\"key\":\"", and: ",\"at\":"))
        let bare = String(text[..<signature.lowerBound]) + String(text[signature.upperBound...])
        try scratch.put(Self.forge(files, before, Array(bare.utf8)))
        #expect(try Self.damage(scratch) == "")
        #expect(try Self.damage(scratch, key.verifying).contains("is not signed"))
        // The signature of another journal's note, by the same key.
        try Self.story(twin)
        try Self.write(twin, from: 4, [[]])
        try Self.rewrite(twin, key)
        let other = String(decoding: try Self.parts(twin).line, as: UTF8.self)
        let theirs = try #require(other.range(between: ",\"key\":\"", and: ",\"at\":"))
        let mixed = text[..<signature.lowerBound] + other[theirs] + text[signature.upperBound...]
        try scratch.put(Self.forge(files, before, Array(mixed.utf8)))
        #expect(try Self.damage(scratch).contains("not as it was signed"))
    }

    // MARK: Keys

    @Test func aKeyIsReadAsItWasWritten() throws {
        let key = SigningKey()
        #expect(SigningKey(file: key.file)?.verifying == key.verifying)
        #expect(VerifyingKey(key.verifying.description) == key.verifying)
        #expect(SigningKey().verifying != key.verifying)
        let lines = key.file.split(separator: "\n")
        for wrong in [
            "", String(lines[1]), lines[1] + "\n" + lines[1], lines[2] + "\n" + lines[2],
            "\(lines[1])\npublic \(SigningKey().verifying)", key.file + "more\n",
            "private \(key.verifying)\npublic \(key.verifying)", key.file.uppercased(),
        ] { #expect(SigningKey(file: wrong) == nil, "\(wrong.count)") }
        for wrong in ["", "ab", "\(key.verifying)0", String("\(key.verifying)".dropLast()) + "G"] {
            #expect(VerifyingKey(wrong) == nil)
        }
    }
}

extension String {
    /// From the first place of one text up to the first of another behind it.
    fileprivate func range(between first: String, and last: String) -> Range<String.Index>? {
        guard let start = firstPlace(of: first, from: startIndex),
            let end = firstPlace(of: last, from: start)
        else { return nil }
        return start..<end
    }

    private func firstPlace(of text: String, from start: Index) -> Index? {
        var place = start
        while place < endIndex {
            if self[place...].hasPrefix(text) { return place }
            place = index(after: place)
        }
        return nil
    }
}
