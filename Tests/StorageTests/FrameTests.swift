import JSON
import Runtime
import Storage
import TestKit
import Testing

@Suite struct FrameTests {
    /// A batch of two lines, byte by byte. This is a file format: the text may be added to, never
    /// changed.
    @Test func golden() throws {
        var batch = BatchWriter(after: JournalMark())
        batch.own("open") { writer in
            writer.key("epoch")
            writer.integer(1)
        }
        batch.commit(n: 1, t: 1_795_321_000_123) { writer in
            writer.key("k")
            writer.string("cmd")
            writer.key("src")
            writer.string("tg:77")
            writer.key("ev")
            writer.beginArray()
            writer.endArray()
        }
        let expected = """

            {"v":1,"q":1,"f":1,"n":0,"t":0,"p":"00000000000000000000000000000000","k":"open","epoch":1,"c":"91ee87af"}
            {"v":1,"q":2,"f":1,"n":1,"t":1795321000123,"p":"6d45ec084e9bd688be5b2df4931c5fe5","k":"cmd","src":"tg:77","ev":[],"c":"d5e2339f"}

            """
        #expect(String(decoding: batch.bytes, as: UTF8.self) == expected)
        #expect(batch.mark.q == 2)
        #expect(batch.mark.n == 1)
        #expect(batch.mark.t == 1_795_321_000_123)
    }

    private func judge(_ bytes: [UInt8]) -> Frame.Verdict {
        bytes.withUnsafeBytes { Frame.judge($0) }
    }

    private func lines(_ count: Int, seed: UInt64) -> [[UInt8]] {
        var random = Seeded(seed)
        var batch = BatchWriter(after: JournalMark())
        for n in 1...UInt64(count) {
            batch.commit(n: n, t: Int64(n)) { writer in
                writer.key("k")
                writer.string("cmd")
                writer.key("key")
                writer.string(String(random.next(), radix: 36))
            }
        }
        return batch.bytes.split(separator: 0x0A).map(Array.init)
    }

    @Test func readsWhatItWrites() {
        for (place, line) in lines(200, seed: 3).enumerated() {
            guard case .frame(let frame) = judge(line) else {
                Issue.record("line \(place)")
                continue
            }
            #expect(frame.q == UInt64(place) + 1)
            #expect(frame.first == 1)
            #expect(frame.n == UInt64(place) + 1)
            #expect(frame.t == Int64(place) + 1)
            #expect(frame.kind == .commit)
        }
    }

    /// No single flipped bit and no truncation leaves a line that is taken.
    @Test func noFlippedBitPasses() {
        var passed = 0
        for line in lines(60, seed: 5) {
            for place in line.indices {
                for bit in 0..<8 {
                    var bytes = line
                    bytes[place] ^= 1 << UInt8(bit)
                    if judge(bytes) != .damaged { passed += 1 }
                }
                if place > 0, judge(Array(line[..<place])) != .damaged { passed += 1 }
            }
        }
        #expect(passed == 0)
    }

    /// The check value of the Castagnoli polynomial, and lengths around the step of eight, against
    /// the bit by bit definition.
    @Test func checksum() {
        func line(_ text: String) -> [UInt8] {
            let bytes = Array(text.utf8)
            var crc: UInt32 = ~0
            for byte in bytes {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
            }
            let digits = String(~crc, radix: 16)
            let padded = String(repeating: "0", count: 8 - digits.count) + digits
            return bytes + Array(",\"c\":\"\(padded)\"}".utf8)
        }
        #expect(line("123456789").suffix(10).elementsEqual("e3069283\"}".utf8))
        for count in 1..<40 {
            let text = String(repeating: "ab", count: count / 2) + (count % 2 == 1 ? "c" : "")
            #expect(judge(line(text)) == .foreign, "\(count)")
            #expect(judge(line(text).dropLast(0) + [0x20]) == .damaged)
        }
        #expect(judge(line(#"{"v":2,"z":1"#)) == .newer("format 2"))
        #expect(
            judge(
                line(
                    #"{"v":1,"q":1,"f":2,"n":0,"t":0,"p":"00000000000000000000000000000000","k":"open""#
                )) == .foreign)
        #expect(
            judge(
                line(
                    #"{"v":1,"q":01,"f":1,"n":0,"t":0,"p":"00000000000000000000000000000000","k":"open""#
                )) == .foreign)
        #expect(
            judge(
                line(
                    #"{"v":1,"q":99999999999999999999,"f":1,"n":0,"t":0,"p":"00000000000000000000000000000000","k":"open""#
                )) == .foreign)
        #expect(
            judge(
                line(
                    #"{"v":1,"q":1,"f":1,"n":0,"t":0,"p":"0000000000000000000000000000000G","k":"open""#
                )) == .foreign)
        #expect(
            judge(
                line(
                    #"{"v":1,"q":1,"f":1,"n":0,"t":-5,"p":"00000000000000000000000000000000","k":"odd""#
                )) == .newer("a kind that is not known"))
        #expect(judge([]) == .blank)
        #expect(judge(Array(repeating: 0, count: 100)) == .damaged)
    }
}
