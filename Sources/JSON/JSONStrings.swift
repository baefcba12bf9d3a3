extension Parser {
    /// Moves past bytes that stand for themselves: to the next quote, backslash, control character
    /// or the end. Eight bytes at a time: for each of the three conditions the high bit of the
    /// first byte that meets it is set, and lower ones are not. Gives all that was passed, or-ed: no high
    /// bit in it means ASCII.
    @inline(__always)
    @discardableResult
    private mutating func skipPlain() -> UInt64 {
        var passed: UInt64 = 0
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while count - at >= 8 {
            let word = UInt64(
                littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            let hit =
                (((word &- (ones &* 0x20)) & ~word) | ((quote &- ones) & ~quote)
                    | ((slash &- ones) & ~slash)) & highs
            if hit != 0 {
                let plain = UInt64(hit.trailingZeroBitCount >> 3)
                at += Int(plain)
                return passed | (word & ((1 << (plain * 8)) - 1))
            }
            passed |= word
            at += 8
        }
        while at < count {
            let byte = byte(at)
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { return passed }
            passed |= UInt64(byte)
            at += 1
        }
        return passed
    }

    /// The text of well-formed UTF-8, nil for anything else. Decoding repairs what is malformed, and what
    /// it puts there is never what stood there; `String(validating:)` says the same at three times the cost.
    @inline(__always)
    private static func wellFormed(_ bytes: UnsafeRawBufferPointer, isASCII: Bool) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        if isASCII { return text }
        guard text.utf8.count == bytes.count else { return nil }
        return text.utf8.elementsEqual(bytes) ? text : nil
    }

    /// Reads a string from its opening quote to after its closing one.
    mutating func string() throws(JSONError) -> String {
        at += 1
        let start = at
        let passed = skipPlain()
        guard at < count else { throw failure(.unexpectedEnd) }
        if byte(at) == 0x22 {
            let plain = UnsafeRawBufferPointer(start: base + start, count: at - start)
            guard let text = Self.wellFormed(plain, isASCII: passed & 0x8080_8080_8080_8080 == 0)
            else {
                throw failure(.malformedUTF8, at: start)
            }
            at += 1
            return text
        }
        return try escapedString(from: start)
    }

    /// Reads on from the first byte of a string that is not plain.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((at - start) + 64)
        var runStart = start
        while true {
            text.append(
                contentsOf: UnsafeRawBufferPointer(start: base + runStart, count: at - runStart))
            guard at < count else { throw failure(.unexpectedEnd) }
            switch byte(at) {
            case 0x22:
                // No escape yields a byte that could complete a broken sequence before it, so
                // that checking the whole at the end finds whatever was wrong in the parts.
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure(.malformedUTF8, at: start)
                }
                at += 1
                return string
            case 0x5C: try escape(into: &text)
            default: throw failure(.controlCharacter)
            }
            runStart = at
            skipPlain()
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let start = at
        guard at + 1 < count else { throw failure(.unexpectedEnd, at: count) }
        let letter = byte(at + 1)
        at += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try escapedScalar(from: start)
            text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw failure(.malformedEscape, at: start)
        }
    }

    private mutating func escapedScalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits(from: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, at + 1 < count, byte(at) == 0x5C, byte(at + 1) == 0x75 else {
            throw failure(.loneSurrogate, at: start)
        }
        at += 2
        let second = try fourDigits(from: at - 2)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else {
            throw failure(.loneSurrogate, at: start)
        }
        return scalar
    }

    private mutating func fourDigits(from start: Int) throws(JSONError) -> UInt32 {
        guard count - at >= 4 else { throw failure(.unexpectedEnd, at: count) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit = byte(at)
            switch digit {
            case 0x30...0x39: value = value << 4 | UInt32(digit - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(digit - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(digit - 0x61 + 10)
            default: throw failure(.malformedEscape, at: start)
            }
            at += 1
        }
        return value
    }
}
