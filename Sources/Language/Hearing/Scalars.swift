/// Reading UTF-8 by hand: what a line means depends on scalars, never on grapheme clusters, and a
/// flood of combining marks costs no more than any other text of its length.
enum Scalars {
    /// The scalar that begins at `i` and how many bytes it takes. Bytes come from a `String`, so they
    /// are well formed; a cut sequence is read as one replacement character.
    @inline(__always)
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ i: Int) -> (
        scalar: UInt32, length: Int
    ) {
        let a = bytes[i]
        if a < 0x80 { return (UInt32(a), 1) }
        func next(_ k: Int) -> UInt32 { UInt32(bytes[i + k] & 0x3F) }
        if a < 0xE0 {
            guard i + 1 < bytes.count else { return (0xFFFD, 1) }
            return (UInt32(a & 0x1F) << 6 | next(1), 2)
        }
        if a < 0xF0 {
            guard i + 2 < bytes.count else { return (0xFFFD, 1) }
            return (UInt32(a & 0x0F) << 12 | next(1) << 6 | next(2), 3)
        }
        guard i + 3 < bytes.count else { return (0xFFFD, 1) }
        return (UInt32(a & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
    }

    static func decode(_ bytes: [UInt8], _ i: Int) -> (scalar: UInt32, length: Int) {
        bytes.withUnsafeBufferPointer { decode($0, i) }
    }

    /// Spaces of every width, tabs and line ends.
    @inline(__always)
    static func isSpace(_ u: UInt32) -> Bool {
        if u < 0x80 { return u == 32 || (u >= 9 && u <= 13) }
        switch u {
        case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
            return true
        default: return false
        }
    }

    /// What is seen by nobody: controls, direction marks, joiners, soft hyphens.
    @inline(__always)
    static func isIgnorable(_ u: UInt32) -> Bool {
        if u < 0x80 { return u < 9 || (u >= 14 && u < 32) || u == 127 }
        switch u {
        case 0x80...0x84, 0x86...0x9F, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x202A...0x202E,
            0x2060...0x206F, 0xFEFF:
            return true
        default: return false
        }
    }

    /// Marks drawn over or under the letter before them; they take no column of their own.
    static func isCombining(_ u: UInt32) -> Bool {
        switch u {
        case 0x300...0x36F, 0x483...0x489, 0x610...0x61A, 0x64B...0x65F, 0x670, 0x6D6...0x6DC,
            0x6DF...0x6E4, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE00...0xFE0F,
            0xFE20...0xFE2F, 0xE0100...0xE01EF:
            return true
        default: return false
        }
    }

    /// A digit of the Western, Arabic-Indic, Persian or full-width set.
    @inline(__always)
    static func digit(_ u: UInt32) -> Int? {
        switch u {
        case 0x30...0x39: return Int(u - 0x30)
        case 0x660...0x669: return Int(u - 0x660)
        case 0x6F0...0x6F9: return Int(u - 0x6F0)
        case 0xFF10...0xFF19: return Int(u - 0xFF10)
        default: return nil
        }
    }

    /// What may end a word in a sentence without belonging to it.
    static func isPunctuation(_ u: UInt32) -> Bool {
        switch u {
        case 0x21, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F, 0x29, 0x5D, 0x7D, 0x2026, 0x60C, 0x61B, 0x61F,
            0x6D4:
            return true
        default: return false
        }
    }
}

/// A folded word, compared and hashed as the bytes it is: `String` would compare by canonical
/// equivalence, which folding has already settled and which costs a normalisation each time.
package struct Word: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package init(stringLiteral text: String) { self.text = text }
    package var description: String { text }
    package static func == (a: Word, b: Word) -> Bool {
        a.text.utf8.count == b.text.utf8.count && a.text.utf8.elementsEqual(b.text.utf8)
    }
    package func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
