internal import Crypto
internal import JSON

/// Lower-case hexadecimal digits, the only spelling that the journal uses.
enum Hexadecimal {
    private static let digits: StaticString = "0123456789abcdef"

    /// So many of the lowest digits of a number.
    static func text(_ number: UInt64, digits count: Int) -> String {
        String(unsafeUninitializedCapacity: count) { buffer in
            spell(number, UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            return count
        }
    }

    /// As many of the lowest digits of a number as there is room for.
    static func spell(_ number: UInt64, _ room: UnsafeMutableBufferPointer<UInt8>) {
        for place in room.indices {
            let shift = UInt64(4 * (room.count - 1 - place))
            room[place] = digits.utf8Start[Int(number >> shift & 15)]
        }
    }

    /// The number that at most 16 digits spell; nil where one is no lower-case digit.
    static func number(_ digits: UnsafeRawBufferPointer) -> UInt64? {
        guard digits.count <= 16 else { return nil }
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: number = number << 4 | UInt64(digit - 0x30)
            case 0x61...0x66: number = number << 4 | UInt64(digit - 0x61 + 10)
            default: return nil
            }
        }
        return number
    }
}

/// The first 128 bits of the SHA-256 of a line: what the next line says about it.
///
/// With it no line can be changed, removed, added or moved without every later line being written
/// anew.
public struct ChainHash: Hashable, Sendable, CustomStringConvertible {
    var high: UInt64
    var low: UInt64

    /// What the first line of a journal says about the line before it.
    public static let zero = ChainHash(high: 0, low: 0)

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The hash of a line, from its opening to its closing brace.
    init(of line: UnsafeRawBufferPointer) {
        var sha = SHA256()
        sha.update(bufferPointer: line)
        self = sha.finalize().withUnsafeBytes { digest in
            ChainHash(
                high: UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    /// Thirty-two lower-case digits.
    init?(digits: UnsafeRawBufferPointer) {
        guard digits.count == 32,
            let high = Hexadecimal.number(UnsafeRawBufferPointer(rebasing: digits[..<16])),
            let low = Hexadecimal.number(UnsafeRawBufferPointer(rebasing: digits[16...]))
        else { return nil }
        self.init(high: high, low: low)
    }

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let hash = bytes.withUnsafeBytes({ ChainHash(digits: $0) }) else { return nil }
        self = hash
    }

    /// Thirty-two lower-case digits.
    public var description: String {
        Hexadecimal.text(high, digits: 16) + Hexadecimal.text(low, digits: 16)
    }
}

extension JSONWriter {
    /// The hash's thirty-two digits as a string.
    mutating func hash(_ hash: ChainHash) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digits in
            Hexadecimal.spell(hash.high, UnsafeMutableBufferPointer(rebasing: digits[..<16]))
            Hexadecimal.spell(hash.low, UnsafeMutableBufferPointer(rebasing: digits[16...]))
            string(utf8: UnsafeBufferPointer(digits))
        }
    }
}
