import Testing

/// What an answer that refuses begins with.
enum Refusals {
    /// Read off the sources: an answer that begins with one of these keys is a refusal.
    static let keys: Set<String> = {
        var keys: Set<String> = []
        for (_, text) in Sources.swift("Sources/Accelerator") {
            let (code, literals) = Sources.parts(text)
            // A key that stands before the parenthesis that closes the word.
            for literal in literals where literal.text.contains(".") {
                let from = max(0, literal.line - 10), line = min(literal.line, code.count)
                let near = code[from..<line].joined(separator: " ")
                let before = code[from..<max(from, line - 1)].joined(separator: " ")
                guard let place = near.range(ofLast: "Refusal(") else { continue }
                let start = near.utf8.distance(from: near.startIndex, to: place)
                guard isOpen(before.utf8.dropFirst(start)), !near[place...].contains("Offer(")
                else {
                    continue
                }
                keys.insert(literal.text)
            }
        }
        // What is asked for is no refusal, and what a refusal becomes on its way is one.
        keys.remove("error.whichChallenge")
        return keys.union([
            "challenge.illegalNow", "challenge.already", "challenge.gate", "challenge.gateHere",
        ])
    }()

    /// Whether a text that begins with a word and its parenthesis, or is empty, does not close it again.
    private static func isOpen(_ text: Substring.UTF8View) -> Bool {
        var depth = 0
        for byte in text {
            depth += byte == UInt8(ascii: "(") ? 1 : byte == UInt8(ascii: ")") ? -1 : 0
            if byte == UInt8(ascii: ")"), depth == 0 { return false }
        }
        return true
    }
}

extension String {
    /// Where a word stands for the last time.
    fileprivate func range(ofLast word: String) -> String.Index? {
        let all = Array(utf8), wanted = Array(word.utf8)
        guard all.count >= wanted.count else { return nil }
        for start in stride(from: all.count - wanted.count, through: 0, by: -1)
        where all[start..<(start + wanted.count)].elementsEqual(wanted) {
            return utf8.index(startIndex, offsetBy: start)
        }
        return nil
    }
}
