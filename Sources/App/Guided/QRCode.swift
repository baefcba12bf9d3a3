import CQREncode

/// A QR code drawn with half blocks, two rows of modules a line, dark on light with a quiet border, so
/// that a phone reads it from a terminal of either colour.
enum QRCode {
    /// The lines of the code, nil where the text is too long for one.
    static func lines(_ text: String) -> [String]? {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L) else { return nil }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let modules = code.pointee.data, width > 0 else { return nil }
        func isDark(_ x: Int, _ y: Int) -> Bool {
            guard (0..<width).contains(x), (0..<width).contains(y) else { return false }
            return modules[y * width + x] & 1 == 1
        }
        var lines: [String] = []
        var y = -2
        while y < width + 2 {
            var line = ""
            for x in -2..<(width + 2) {
                // Light modules are drawn: in a dark terminal they shine, and the escape below sets both
                // colours for a light one.
                switch (isDark(x, y), isDark(x, y + 1)) {
                case (false, false): line += "█"
                case (false, true): line += "▀"
                case (true, false): line += "▄"
                case (true, true): line += " "
                }
            }
            lines.append("\u{1B}[97;40m\(line)\u{1B}[0m")
            y += 2
        }
        return lines
    }
}
