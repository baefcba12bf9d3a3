package import JSON

/// One line of the journal.
///
/// ```
/// {"v":1,"q":4711,"f":4709,"n":4500,"t":1795321000123,"p":"<32 hex>","k":"cmd",…,"c":"9f3a12bc"}
/// ```
///
/// 1. A line is one JSON object and the byte 0x0A. Readers split at that byte alone.
/// 2. The members before `k` stand in this order, without spaces, whatever comes after them.
/// 3. The last 16 bytes before the line feed are always `,"c":"`, eight lower-case hexadecimal
///    digits, `"}`. The digits are the CRC-32C of every byte of the line before that comma, so
///    that a line is checked without being parsed.
/// 4. `p` is the ``ChainHash`` of the line before, blank ones not counted, from its `{` to its
///    `}`, the line feed excluded; zeros in the first line.
/// 5. `q` counts lines, from 1, without a gap. `f` is the `q` of the first line of its batch: a
///    line of a later batch proves that everything before its `f` was durable, because no batch
///    is begun before the one before it is.
/// 6. `n` counts commits, from 1, without a gap. A line of the journal's own repeats the `n` and
///    `t` of the line before it.
/// 7. Before every batch stands an empty line. A flipped line feed then spoils one line, and not
///    also the first line of the next batch, which may be the proof of the last.
package struct Frame: Hashable, Sendable {
    /// The version of this format that is written.
    package static let version: UInt64 = 1
    /// The length of what follows the checked bytes, without the line feed.
    package static let suffixLength = 16

    package var q: UInt64
    package var first: UInt64
    package var n: UInt64
    /// Milliseconds since 1970.
    package var t: Int64
    package var chain: ChainHash
    package var kind: Kind

    /// What a line is to the journal.
    package enum Kind: Hashable, Sendable {
        /// Of the journal's own: a run or a segment begins.
        case open
        /// Of the journal's own: everything before it is durable.
        case seal
        /// Of the journal's own: an operator gave up lines that are lost.
        case loss
        /// A commit.
        case commit
    }

    /// What a line turns out to be.
    package enum Verdict: Hashable, Sendable {
        case blank
        case frame(Frame)
        /// The checksum is right, but the version or the kind is one that we don't know.
        case newer(String)
        /// The checksum is right, but the members are not those of a line.
        case foreign
        /// The checksum is wrong, or there is none.
        case damaged
    }

    /// Judges a line without its line feed.
    package static func judge(
        _ line: UnsafeRawBufferPointer, comparesChecksum: Bool = true
    ) -> Verdict {
        if line.isEmpty { return .blank }
        let checkedCount = line.count - suffixLength
        guard checkedCount > 0 else { return .damaged }
        var suffix = Cursor(bytes: line, at: checkedCount)
        guard suffix.skip(",\"c\":\""), let digits = suffix.take(8), suffix.skip("\"}"),
            let claimed = Hexadecimal.number(digits),
            !comparesChecksum
                || claimed
                    == UInt64(
                        CRC32C.checksum(UnsafeRawBufferPointer(rebasing: line[..<checkedCount])))
        else { return .damaged }
        var cursor = Cursor(bytes: line, at: 0)
        guard cursor.skip("{\"v\":"), let version = cursor.number() else { return .foreign }
        guard version == Self.version else { return .newer("format \(version)") }
        guard cursor.skip(",\"q\":"), let q = cursor.number(), q > 0,
            cursor.skip(",\"f\":"), let first = cursor.number(), first > 0, first <= q,
            cursor.skip(",\"n\":"), let n = cursor.number(),
            cursor.skip(",\"t\":"), let t = cursor.signedNumber(),
            cursor.skip(",\"p\":\""), let digits = cursor.take(32),
            let chain = ChainHash(digits: digits), cursor.skip("\",\"k\":\"")
        else { return .foreign }
        guard let kind = cursor.kind() else { return .newer("a kind that is not known") }
        return .frame(Frame(q: q, first: first, n: n, t: t, chain: chain, kind: kind))
    }
}

/// A place in a line, moved on by what is expected there.
private struct Cursor {
    let bytes: UnsafeRawBufferPointer
    var at: Int

    mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - at >= count else { return false }
        for place in 0..<count where bytes[at + place] != text.utf8Start[place] { return false }
        at += count
        return true
    }

    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard bytes.count - at >= count else { return nil }
        defer { at += count }
        return UnsafeRawBufferPointer(rebasing: bytes[at..<at + count])
    }

    /// A number without sign and leading zeros, below 2^53 as JSON's readers everywhere like it.
    mutating func number() -> UInt64? {
        let start = at
        var number: UInt64 = 0
        while at < bytes.count, bytes[at] &- 0x30 <= 9 {
            number = number * 10 + UInt64(bytes[at] - 0x30)
            guard number < 1 << 53 else { return nil }
            at += 1
        }
        guard at > start, at == start + 1 || bytes[start] != 0x30 else { return nil }
        return number
    }

    mutating func signedNumber() -> Int64? {
        let isNegative = skip("-")
        guard let magnitude = number() else { return nil }
        return isNegative ? -Int64(magnitude) : Int64(magnitude)
    }

    mutating func kind() -> Frame.Kind? {
        if skip("cmd\"") { return .commit }
        if skip("open\"") { return .open }
        if skip("seal\"") { return .seal }
        if skip("loss.accepted\"") { return .loss }
        return nil
    }
}

// MARK: - Writing

/// Where the journal stands after its last line.
public struct JournalMark: Hashable, Sendable {
    /// The number of the last line; 0 before the first.
    public internal(set) var q: UInt64 = 0
    /// The number of the last commit; 0 before the first.
    public internal(set) var n: UInt64 = 0
    /// The time of the last commit in milliseconds since 1970; 0 before the first.
    public internal(set) var t: Int64 = 0
    /// The hash of the last line.
    public internal(set) var hash: ChainHash = .zero
    /// How often the journal was opened for writing.
    public internal(set) var epoch: UInt64 = 0

    package init() {}
}

/// Writes the lines of one batch, the empty line before them included.
package struct BatchWriter: Sendable {
    private var writer: JSONWriter
    /// The journal's place if what is written so far becomes durable.
    package private(set) var mark: JournalMark
    private let first: UInt64

    /// With room for so many bytes, for who knows how long it gets: a text that grows is copied.
    package init(after mark: JournalMark, isSeparated: Bool = true, room: Int = 4096) {
        self.mark = mark
        writer = JSONWriter(reservingCapacity: room)
        first = mark.q + 1
        if isSeparated { writer.lineFeed() }
    }

    /// The bytes of the batch.
    package var bytes: [UInt8] { writer.bytes }

    package var isEmpty: Bool { mark.q + 1 == first }

    /// Adds a commit's line. The body writes the members from `k` on.
    package mutating func commit(
        n: UInt64, t: Int64, body: (inout JSONWriter) -> Void
    ) {
        line(n: n, t: t, body: body)
    }

    /// Adds a line of the journal's own.
    package mutating func own(_ kind: StaticString, body: (inout JSONWriter) -> Void) {
        line(n: mark.n, t: mark.t) { writer in
            writer.key("k" as StaticString)
            writer.string(kind)
            body(&writer)
        }
    }

    private mutating func line(n: UInt64, t: Int64, body: (inout JSONWriter) -> Void) {
        let start = writer.bytes.count
        let q = mark.q + 1
        writer.beginObject()
        member("v", Frame.version)
        member("q", q)
        member("f", first)
        member("n", n)
        writer.key("t" as StaticString)
        writer.integer(t)
        writer.key("p" as StaticString)
        writer.hash(mark.hash)
        body(&writer)
        let crc = CRC32C.checksum(writer.bytes[start...])
        writer.key("c" as StaticString)
        writer.hexadecimal(UInt64(crc), digits: 8)
        writer.endObject()
        mark.hash = writer.bytes[start...].withUnsafeBytes { ChainHash(of: $0) }
        mark.q = q
        mark.n = n
        mark.t = t
        writer.lineFeed()
    }

    private mutating func member(_ name: StaticString, _ number: UInt64) {
        writer.key(name)
        writer.integer(Int64(clamping: number))
    }
}
