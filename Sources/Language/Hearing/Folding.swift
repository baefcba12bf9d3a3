/// Two spellings that a person would call the same word become the same text: case, ё and е, the Arabic
/// forms of alef, ya, ta marbuta and hamza, tatweel and harakat, digits of four scripts, presentation
/// forms, accents, apostrophes, dashes and spaces of every kind.
///
/// 1. Scalars are read one by one; at most `limit` of them, so that a hostile text costs a bounded time.
/// 2. A scalar that nobody sees or that only adorns a letter is dropped; a breve joins и and у.
/// 3. A run of spaces becomes one, none stands at either end.
/// 4. Folding what is folded changes nothing.
public enum Folding {
    /// Scalars read of a text; what follows is left out.
    public static let limit = 16_384

    /// The folded text.
    public static func fold(_ text: String) -> String {
        var text = text
        return text.withUTF8 { fold($0) }
    }

    /// Whether a text, once folded, may begin with this folded word; false means it surely doesn't. Spares
    /// folding hundreds of names to find the one that was written.
    static func mayBegin(_ text: String, with word: String) -> Bool {
        var text = text.utf8.makeIterator()
        for expected in word.utf8 {
            guard let b = text.next() else { return false }
            if b >= 0x80 || b < 33 || b == 39 || b == 96 { return true }
            if (b >= 65 && b <= 90 ? b | 0x20 : b) != expected { return false }
        }
        return true
    }

    /// The words of a folded text.
    static func words(_ text: String) -> [String] {
        fold(text).utf8.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
    }

    static func fold(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        bytes.withUnsafeBufferPointer { fold(UnsafeBufferPointer(rebasing: $0[range])) }
    }

    static func fold(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        if bytes.count <= limit, isPlain(bytes) {
            return String(unsafeUninitializedCapacity: bytes.count) { out in
                for i in 0..<bytes.count {
                    let b = bytes[i]
                    out[i] = b >= 65 && b <= 90 ? b | 0x20 : b
                }
                return bytes.count
            }
        }
        var folder = Folder()
        folder.out.reserveCapacity(min(bytes.count, limit) + 8)
        var i = 0
        var read = 0
        while i < bytes.count, read < limit {
            let (u, length) = Scalars.decode(bytes, i)
            folder.take(u)
            i += length
            read += 1
        }
        return folder.text
    }

    /// Whether lower-casing its letters is all that a text needs.
    private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var afterSpace = true
        for b in bytes {
            if b == 32 {
                if afterSpace { return false }
                afterSpace = true
            } else {
                if b < 33 || b > 126 || b == 39 || b == 96 { return false }
                afterSpace = false
            }
        }
        return !afterSpace || bytes.isEmpty
    }
}

private struct Folder {
    var out: [UInt8] = []
    private var last: UInt32 = 0
    private var spaceOwed = false

    var text: String { String(decoding: out, as: UTF8.self) }

    mutating func take(_ u: UInt32) {
        if u < 0x80 {
            if u >= 65 && u <= 90 { return put(u | 0x20) }
            if u > 32 && u < 127 && u != 39 && u != 96 { return put(u) }
        }
        if Scalars.isSpace(u) {
            spaceOwed = !out.isEmpty
            return
        }
        // и and у with a breve are letters of their own.
        if u == 0x306, last == 0x438 || last == 0x443 {
            out.removeLast(2)
            return put(last == 0x438 ? 0x439 : 0x45E)
        }
        if Self.isDropped(u) || Scalars.isIgnorable(u) || Scalars.isCombining(u) { return }
        if (0xFEF5...0xFEFC).contains(u) {
            put(0x644)
            return put(0x627)
        }
        let lower = Self.lower(u)
        if lower > 0x10FFFF {  // more than one scalar, or none that we know: as Unicode has it
            guard let scalar = Unicode.Scalar(u) else { return }
            for s in scalar.properties.lowercaseMapping.unicodeScalars
            where !Scalars.isCombining(s.value) {
                put(Self.same(s.value))
            }
            return
        }
        put(Self.same(lower))
    }

    private mutating func put(_ u: UInt32) {
        if spaceOwed {
            out.append(32)
            spaceOwed = false
        }
        last = u
        switch u {
        case ..<0x80: out.append(UInt8(truncatingIfNeeded: u))
        case ..<0x800:
            out.append(UInt8(truncatingIfNeeded: 0xC0 | u >> 6))
            out.append(UInt8(truncatingIfNeeded: 0x80 | u & 0x3F))
        case ..<0x10000:
            out.append(UInt8(truncatingIfNeeded: 0xE0 | u >> 12))
            out.append(UInt8(truncatingIfNeeded: 0x80 | u >> 6 & 0x3F))
            out.append(UInt8(truncatingIfNeeded: 0x80 | u & 0x3F))
        default:
            out.append(UInt8(truncatingIfNeeded: 0xF0 | u >> 18))
            out.append(UInt8(truncatingIfNeeded: 0x80 | u >> 12 & 0x3F))
            out.append(UInt8(truncatingIfNeeded: 0x80 | u >> 6 & 0x3F))
            out.append(UInt8(truncatingIfNeeded: 0x80 | u & 0x3F))
        }
    }

    /// Apostrophes, hamza on its own, tatweel, tag characters.
    private static func isDropped(_ u: UInt32) -> Bool {
        switch u {
        case 39, 96, 0xB4, 0x2B9, 0x2BB, 0x2BC, 0x2018, 0x2019, 0x201B, 0x2032, 0xFF07: true
        case 0x621, 0x640, 0xFE70...0xFE80, 0xE0000...0xE007F: true
        default: false
        }
    }

    /// Lower case by arithmetic for the scripts we speak; 0xFFFFFFFF where Unicode must be asked.
    private static func lower(_ u: UInt32) -> UInt32 {
        switch u {
        case 0xC0...0xDE: return u == 0xD7 ? u : u + 0x20
        case 0xDF: return 0xDF
        case 0xE0...0xFF, 0x100...0x17F: return u
        case 0x410...0x42F: return u + 0x20
        case 0x430...0x45F: return u
        case 0x400...0x40F: return u + 0x50
        case 0x460...0x481, 0x48A...0x4BF, 0x4D0...0x52F: return u | 1
        case 0x600...0x6FF, 0x2000...0x206F, 0x3000...0x30FF, 0x4E00...0x9FFF, 0xFE70...0xFEFF,
            0xFF01...0xFF5E:
            return u
        default: return 0xFFFF_FFFF
        }
    }

    private static let latinExtendedA = Array(
        ("aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
            + "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs").utf8)

    /// One letter for the letters that are taken for it.
    private static func same(_ u: UInt32) -> UInt32 {
        switch u {
        case 0x451: return 0x435  // ё
        case 0x457: return 0x456  // ї
        case 0x622, 0x623, 0x625, 0x671: return 0x627
        case 0x624: return 0x648
        case 0x626, 0x649, 0x6CC: return 0x64A
        case 0x629: return 0x647
        case 0x6A9: return 0x643
        case 0x660...0x669: return u - 0x660 + 48
        case 0x6F0...0x6F9: return u - 0x6F0 + 48
        case 0x66A: return 37
        case 0x2010...0x2015, 0x2212: return 45
        case 0xE0...0xE5: return 97
        case 0xE7: return 99
        case 0xE8...0xEB: return 101
        case 0xEC...0xEF: return 105
        case 0xF1: return 110
        case 0xF2...0xF6: return 111
        case 0xF9...0xFC: return 117
        case 0xFD, 0xFF: return 121
        case 0x100...0x17F: return UInt32(latinExtendedA[Int(u - 0x100)])
        case 0xFF01...0xFF5E:
            let plain = u - 0xFF01 + 33
            return plain >= 65 && plain <= 90 ? plain | 0x20 : plain
        case 0xFE81...0xFEF4: return presentation(u)
        default: return u
        }
    }

    /// First presentation form of each Arabic letter, and the letter: pasted from a PDF or an old screen.
    private static let presentationForms: [(UInt32, UInt32)] = [
        (0xFE81, 0x627), (0xFE85, 0x648), (0xFE87, 0x627), (0xFE89, 0x64A), (0xFE8D, 0x627),
        (0xFE8F, 0x628), (0xFE93, 0x647), (0xFE95, 0x62A), (0xFE99, 0x62B), (0xFE9D, 0x62C),
        (0xFEA1, 0x62D), (0xFEA5, 0x62E), (0xFEA9, 0x62F), (0xFEAB, 0x630), (0xFEAD, 0x631),
        (0xFEAF, 0x632), (0xFEB1, 0x633), (0xFEB5, 0x634), (0xFEB9, 0x635), (0xFEBD, 0x636),
        (0xFEC1, 0x637), (0xFEC5, 0x638), (0xFEC9, 0x639), (0xFECD, 0x63A), (0xFED1, 0x641),
        (0xFED5, 0x642), (0xFED9, 0x643), (0xFEDD, 0x644), (0xFEE1, 0x645), (0xFEE5, 0x646),
        (0xFEE9, 0x647), (0xFEED, 0x648), (0xFEEF, 0x64A),
    ]

    private static func presentation(_ u: UInt32) -> UInt32 {
        presentationForms.last { $0.0 <= u }?.1 ?? u
    }
}
