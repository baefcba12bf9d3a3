import Testing

/// What an answer that refuses begins with.
enum Refusals {
    /// Read off the sources: an answer that begins with one of these keys is a refusal.
    static let keys: Set<String> = {
        var keys: Set<String> = []
        for (_, text) in Sources.swift("Sources/Accelerator") {
            let (code, literals) = Sources.parts(text)
            // A key that stands within two lines of the word.
            for literal in literals where literal.text.contains(".") {
                let from = max(0, literal.line - 3)
                let near = code[from..<min(literal.line, code.count)].joined(separator: " ")
                guard let place = near.range(ofLast: "Refusal(") else { continue }
                if !near[place...].contains("Offer(") { keys.insert(literal.text) }
            }
        }
        // What is asked for is no refusal, and what a refusal becomes on its way is one.
        keys.remove("error.whichChallenge")
        return keys.union([
            "challenge.illegalNow", "challenge.already", "challenge.gate", "challenge.gateHere",
        ])
    }()
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
