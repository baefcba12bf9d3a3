import JSON
import Testing

@Suite struct WriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func putsCommasItself() {
        let written = text { writer in
            writer.beginObject()
            writer.key("empty" as StaticString)
            writer.beginArray()
            writer.endArray()
            writer.key("list" as String)
            writer.beginArray()
            writer.integer(-1)
            writer.null()
            writer.bool(true)
            writer.string("{[:")
            writer.beginObject()
            writer.endObject()
            writer.raw(Array("[1,2]".utf8))
            writer.number(0.5)
            writer.endArray()
            writer.key("last" as StaticString)
            writer.bool(false)
            writer.endObject()
            writer.lineFeed()
            writer.value(.array([.array([]), .integer(1)]))
        }
        #expect(
            written == #"{"empty":[],"list":[-1,null,true,"{[:",{},[1,2],0.5],"last":false}"#
                + "\n[[],1]")
    }

    static let numbers: [(Double, String)] = [
        (78, "78"), (0, "0"), (-0.0, "-0"), (-12, "-12"), (69.1, "69.1"), (0.1, "0.1"),
        (1.0 / 3, "0.3333333333333333"), (9_007_199_254_740_991, "9007199254740991"),
        (9_007_199_254_740_992, "9007199254740992.0"), (1e21, "1e+21"),
        (.leastNonzeroMagnitude, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"), (1e-7, "1e-07"),
    ]

    @Test(arguments: numbers) func writesTheShortestNumber(_ number: Double, _ expected: String)
        throws
    {
        let written = text { $0.number(number) }
        #expect(written == expected)
        #expect(try JSONValue(parsing: Array(written.utf8)).double?.bitPattern == number.bitPattern)
    }

    @Test func writesIntegers() {
        let powers = sequence(first: Int64(1)) { $0 > .max / 10 ? nil : $0 * 10 }
        let near = powers.flatMap { [$0 - 1, $0, $0 + 1, -$0, 1 - $0] }
        for integer in [0, 7, 10, -10, 4711, Int64.max, Int64.min] + near {
            #expect(text { $0.integer(integer) } == String(integer))
        }
    }

    @Test func writesHexadecimal() {
        let numbers: [UInt64] = [0, 7, 15, 16, 255, 256, 0x1234_5678, .max, 1 << 63, (1 << 60) - 1]
        for number in numbers {
            #expect(text { $0.hexadecimal(number) } == "\"\(String(number, radix: 16))\"")
            let whole = String(repeating: "0", count: 16) + String(number, radix: 16)
            for count in 1...16 {
                let written = text { writer in
                    writer.beginArray()
                    writer.bool(true)
                    writer.hexadecimal(number, digits: count)
                }
                #expect(written == "[true,\"\(whole.suffix(count))\"")
            }
        }
    }

    @Test func escapesNoMoreThanItMust() {
        #expect(
            text { $0.string("\"\\/\u{8}\t\n\u{C}\r\u{0}\u{1F}\u{7F}é\u{2028}😀") }
                == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u001f\u{7F}é\u{2028}😀\"")
        // A line feed that joins a carriage return into one Character, and a quote that carries
        // a combining mark, are escaped like any other.
        #expect(text { $0.string("\r\n") } == "\"\\r\\n\"")
        #expect(Array(text { $0.string("\"\u{338}") }.utf8) == Array("\"\\\"\u{338}\"".utf8))
        #expect(text { $0.key("a\"b" as StaticString) } == #""a\"b":"#)
    }

    @Test func refusesInfinity() async {
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.number(.infinity)
        }
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.number(.nan)
        }
    }

    @Test func laysOutForPeople() throws {
        let value = try JSONValue(parsing: Array(#"{"b":[1,{}],"a":{"z":"\"","y":[]}}"#.utf8))
        #expect(
            String(decoding: value.pretty(), as: UTF8.self) == """
                {
                  "a": {
                    "y": [],
                    "z": "\\""
                  },
                  "b": [
                    1,
                    {}
                  ]
                }
                """)
        #expect(
            String(decoding: value.pretty(indent: 1, sortedKeys: false), as: UTF8.self) == """
                {
                 "b": [
                  1,
                  {}
                 ],
                 "a": {
                  "z": "\\"",
                  "y": []
                 }
                }
                """)
    }

    /// Short texts are put together beside and long ones piece by piece: nobody sees the difference.
    @Test func textsOfEveryLength() throws {
        for count in 0...130 {
            for place in [nil, 0, count / 2, count - 1] {
                var text = [UInt8](repeating: UInt8(ascii: "a"), count: count)
                if let place, text.indices.contains(place) { text[place] = UInt8(ascii: "\"") }
                let name = String(decoding: text, as: UTF8.self)
                let escaped = name.split(separator: "\"", omittingEmptySubsequences: false)
                    .joined(separator: "\\\"")
                var writer = JSONWriter()
                writer.beginObject()
                writer.key("b")
                writer.string(name)
                writer.key(name)
                text.withUnsafeBufferPointer { writer.string(utf8: $0) }
                writer.endObject()
                #expect(
                    String(decoding: writer.bytes, as: UTF8.self)
                        == "{\"b\":\"\(escaped)\",\"\(escaped)\":\"\(escaped)\"}")
            }
        }
    }
}
