internal import CPango

/// A picture as a PNG (RFC 2083): eight bits a colour, no filter, packed quickly. Cairo's own writer takes
/// twice the time, most of it for the last few per cent of size.
enum PNG {
    /// - Parameters:
    ///   - pixels: rows of 32 bits a pixel in this machine's order, as Cairo keeps RGB.
    ///   - stride: bytes from one row to the next.
    static func encode(_ pixels: UnsafePointer<UInt8>, width: Int, height: Int, stride: Int)
        -> [UInt8]?
    {
        var rows = [UInt8](repeating: 0, count: height * (1 + 3 * width))
        rows.withUnsafeMutableBufferPointer { rows in
            var at = 0
            for y in 0..<height {
                let row = UnsafeRawPointer(pixels + y * stride)
                at += 1
                for x in 0..<width {
                    let pixel = row.loadUnaligned(fromByteOffset: 4 * x, as: UInt32.self)
                    rows[at] = UInt8(truncatingIfNeeded: pixel >> 16)
                    rows[at + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
                    rows[at + 2] = UInt8(truncatingIfNeeded: pixel)
                    at += 3
                }
            }
        }
        var size = compressBound(UInt(rows.count))
        var packed = [UInt8](repeating: 0, count: Int(size))
        guard compress2(&packed, &size, rows, UInt(rows.count), 4) == Z_OK else { return nil }
        packed.removeLast(packed.count - Int(size))
        var out: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        out.reserveCapacity(packed.count + 64)
        // Eight bits, red green blue, no interlace.
        chunk("IHDR", bytes(width) + bytes(height) + [8, 2, 0, 0, 0], &out)
        chunk("IDAT", packed, &out)
        chunk("IEND", [], &out)
        return out
    }

    private static func chunk(_ kind: StaticString, _ content: [UInt8], _ out: inout [UInt8]) {
        out += bytes(content.count)
        let start = out.count
        out.append(
            contentsOf: UnsafeBufferPointer(start: kind.utf8Start, count: kind.utf8CodeUnitCount))
        out += content
        let sum = out[start...].withUnsafeBufferPointer {
            crc32(0, $0.baseAddress, UInt32($0.count))
        }
        out += bytes(Int(sum))
    }

    /// Four bytes, the greatest first.
    private static func bytes(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
