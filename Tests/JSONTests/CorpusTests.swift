import Glibc
import JSON
import Runtime
import TestKit
import Testing

/// What is JSON and what is not, against a list of our own, and against another reader: Python's.
@Suite struct CorpusTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        + "/Corpus"

    /// One text of the list.
    private struct Case {
        var isGood: Bool
        var bytes: [UInt8]
        var line: String
    }

    private static func cases() throws -> [Case] {
        try contents("\(folder)/cases.txt").split(separator: 0x0A).compactMap { line in
            guard line.first != UInt8(ascii: "#") else { return nil }
            let text = String(decoding: line, as: UTF8.self)
            let isGood = text.hasPrefix("yes ")
            try #require(isGood || text.hasPrefix("no "), "\(text)")
            return Case(
                isGood: isGood, bytes: unescaped(Array(line.dropFirst(isGood ? 4 : 3))), line: text)
        }
    }

    private static func unescaped(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var place = 0
        while place < text.count {
            if text[place] == UInt8(ascii: "\\"), place + 1 < text.count {
                if text[place + 1] == UInt8(ascii: "x"), place + 3 < text.count,
                    let byte = UInt8(
                        String(decoding: text[place + 2...place + 3], as: UTF8.self), radix: 16)
                {
                    bytes.append(byte)
                    place += 4
                } else {
                    bytes.append(text[place + 1])
                    place += 2
                }
            } else {
                bytes.append(text[place])
                place += 1
            }
        }
        return bytes
    }

    private static func contents(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"), "\(path)")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// A value spelled to the last bit, as the other reader spells it; `no` where it is refused.
    private static func verdict(_ bytes: [UInt8]) -> String {
        (try? JSONValue(parsing: bytes)).map(spelled) ?? "no"
    }

    private static func spelled(_ value: JSONValue) -> String {
        switch value {
        case .null: "n"
        case .bool(let bool): bool ? "t" : "f"
        case .integer(let integer): "i\(integer)"
        case .number(let number): "d" + hexadecimal(number.bitPattern)
        case .string(let text): "s" + hexadecimal(Array(text.utf8))
        case .array(let items): "[" + items.map(spelled).joined(separator: ",") + "]"
        case .object(let object):
            "{"
                + object.members.map { spelled(.string($0.name)) + ":" + spelled($0.value) }
                .joined(separator: ",") + "}"
        }
    }

    private static func hexadecimal(_ bits: UInt64) -> String {
        hexadecimal((0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) })
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What the other reader says of the texts.
    private static func others(_ texts: [[UInt8]]) throws -> [String] {
        var template = Array("/tmp/hundred-json-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let file = try #require(fdopen(descriptor, "w"))
        for text in texts { fputs(hexadecimal(text) + "\n", file) }
        fclose(file)
        defer {
            unlink(path)
            unlink(path + ".out")
        }
        let status = system("python3 '\(folder)/strict.py' <'\(path)' >'\(path).out'")
        try #require(status == 0, "python3 is needed for comparison")
        return try contents(path + ".out").split(separator: 0x0A, omittingEmptySubsequences: false)
            .dropLast().map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func everyCaseIsJudgedAsTheListSays() throws {
        let cases = try Self.cases()
        #expect(cases.count >= 300)
        let others = try Self.others(cases.map(\.bytes))
        try #require(others.count == cases.count)
        for (one, other) in zip(cases, others) {
            let ours = Self.verdict(one.bytes)
            #expect((ours != "no") == one.isGood, "\(one.line)")
            #expect(ours == other, "\(one.line)")
        }
    }

    /// A hundred thousand texts made of the list by seeded changes (`HUNDRED_MUTATIONS`): both readers take
    /// the same ones, and take them for the same values.
    @Test func changedTextsAreJudgedAlike() throws {
        let cases = try Self.cases().map(\.bytes).filter { $0.count < 400 }
        let count = getenv("HUNDRED_MUTATIONS").flatMap { Int(String(cString: $0)) } ?? 100_000
        var random = Seeded(20_260_320)
        let alphabet =
            Array("{}[]:,\"\\u0123456789abcdefDd8+-.eE truefalsn\n\t/".utf8) + [
                0, 0x1F, 0x7F, 0x80, 0xC3, 0xA9, 0xED, 0xA0, 0xF0, 0xFF,
            ]
        func byte() -> UInt8 { alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
        var texts: [[UInt8]] = []
        texts.reserveCapacity(count)
        while texts.count < count {
            var text = cases[Int.random(in: 0..<cases.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...text.count, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0 where place < text.count: text[place] = byte()
                case 1 where place < text.count: text.remove(at: place)
                case 2 where place < text.count:
                    text[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 3:
                    let other = cases[Int.random(in: 0..<cases.count, using: &random)]
                    text.insert(contentsOf: other.prefix(40), at: place)
                case 4:
                    // A value around it, as JSON likes it.
                    text =
                        Bool.random(using: &random)
                        ? Array("[".utf8) + text + Array("]".utf8)
                        : Array("{\"a\":".utf8) + text + Array("}".utf8)
                default: text.insert(byte(), at: place)
                }
            }
            // A line of the exchange holds no line of its own: bytes go as digits.
            texts.append(text)
        }
        let others = try Self.others(texts)
        try #require(others.count == texts.count)
        var taken = 0
        for (text, other) in zip(texts, others) {
            let ours = Self.verdict(text)
            if ours != "no" { taken += 1 }
            guard ours != other else { continue }
            Issue.record("\(Self.hexadecimal(text)): ours \(ours), theirs \(other)")
        }
        // Both kinds must be there, or nothing was compared.
        #expect(taken > count / 20 && taken < count * 19 / 20, "\(taken) of \(count)")
    }
}
