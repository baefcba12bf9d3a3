import Testing

/// The sources of the product as texts, for what no compiler checks.
enum Sources {
    /// Every Swift file below a folder of the checkout: its path from there, and its text.
    static func swift(_ folder: String) -> [(path: String, text: String)] {
        let root = Program.checkout + "/" + folder
        return Folder.everything(root).filter { $0.key.hasSuffix(".swift") }
            .sorted { $0.key < $1.key }
            .map { (folder + "/" + $0.key, String(decoding: $0.value, as: UTF8.self)) }
    }

    /// One string of a source: its pieces between the interpolations joined by `*`.
    struct Literal: Hashable {
        var text: String
        var line: Int
        /// What stands before it on its line, and on the line above where it begins its own.
        var before: String
    }

    /// A source as code alone, and its strings. Comments are left out; strings are empty in the code.
    static func parts(_ source: String) -> (code: [String], literals: [Literal]) {
        var reader = Reader(Array(source.utf8))
        reader.code(until: nil)
        reader.endLine()
        return (reader.lines, reader.literals)
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0
        var lines: [String] = []
        var literals: [Literal] = []
        private var line: [UInt8] = []

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        private func isHere(_ text: StaticString) -> Bool {
            guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
            return (0..<text.utf8CodeUnitCount).allSatisfy {
                bytes[place + $0] == text.utf8Start[$0]
            }
        }
        mutating func endLine() {
            lines.append(String(decoding: line, as: UTF8.self))
            line = []
        }

        /// Reads code to the closing bracket that was asked for, or to the end.
        mutating func code(until close: UInt8?) {
            var depth = 0
            while place < bytes.count {
                let byte = bytes[place]
                if isHere("//") {
                    while place < bytes.count, bytes[place] != 10 { place += 1 }
                } else if isHere("/*") {
                    while place < bytes.count, !isHere("*/") {
                        if bytes[place] == 10 { endLine() }
                        place += 1
                    }
                    place = min(place + 2, bytes.count)
                } else if byte == UInt8(ascii: "\"") {
                    string()
                } else {
                    if byte == UInt8(ascii: "(") { depth += 1 }
                    if byte == UInt8(ascii: ")") {
                        if depth == 0, close == byte { return }
                        depth -= 1
                    }
                    if byte == 10 { endLine() } else { line.append(byte) }
                    place += 1
                }
            }
        }

        private mutating func string() {
            let isLong = isHere("\"\"\"")
            var before = String(decoding: line, as: UTF8.self)
            if before.utf8.allSatisfy({ $0 == 32 }), let above = lines.last { before = above }
            let start = lines.count + 1
            line += [34, 34]
            place += isLong ? 3 : 1
            var text: [UInt8] = []
            while place < bytes.count {
                if isLong ? isHere("\"\"\"") : bytes[place] == 34 { break }
                if isHere("\\(") {
                    text.append(UInt8(ascii: "*"))
                    place += 2
                    code(until: UInt8(ascii: ")"))
                } else if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count {
                    text += bytes[place...(place + 1)]
                    place += 1
                } else {
                    if bytes[place] == 10 { endLine() }
                    text.append(bytes[place])
                }
                place += 1
            }
            place += isLong ? 3 : 1
            literals.append(
                Literal(text: String(decoding: text, as: UTF8.self), line: start, before: before))
        }
    }
}
