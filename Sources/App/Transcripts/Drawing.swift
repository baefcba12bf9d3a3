import Language

/// How a message of the bot stands in a transcript.
enum Drawing {
    /// The lines of one message as they are written, seen from where somebody spoke last.
    static func lines(_ posted: Posted, in stage: Stage) -> [String] {
        var head = posted.isByAlarm ? "@ \(stage.local(posted.at).time) bot" : "bot"
        if posted.replaces != nil { head += " edits" }
        if posted.isByAlarm || posted.address != stage.here {
            head += posted.chat == nil ? " to " : " in "
            head += stage.name(of: posted.address)
        }
        var text = posted.text.split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        var lines = ["\(head)> \(text.removeFirst())".withoutTrailingSpaces]
        lines += text.map { "  \($0)".withoutTrailingSpaces }
        for row in rows(posted.choices) { lines.append("   " + row) }
        if let picture = posted.picture { lines.append("   (picture: \(picture))") }
        if let file = posted.attachment { lines.append("   (file: \(file.name))") }
        return lines
    }

    /// Choices, as many in a row as fit some sixty columns.
    static func rows(_ choices: [[Message.Button]]) -> [String] {
        var rows: [String] = []
        for row in choices {
            var line = ""
            for button in row {
                let shown = "[\(button.label)]"
                if !line.isEmpty, line.unicodeScalars.count + shown.unicodeScalars.count > 64 {
                    rows.append(line)
                    line = ""
                }
                line += line.isEmpty ? shown : " " + shown
            }
            if !line.isEmpty { rows.append(line) }
        }
        return rows
    }

    /// Whether a message that was expected is the one that came: how choices fall into rows, and whether
    /// the receiver is named or is simply the one who spoke, makes no difference.
    static func isSame(_ expected: Transcript.Utterance, _ posted: Posted, in stage: Stage) -> Bool
    {
        let address: String? =
            switch expected.place {
            case .here: stage.here
            case .to(let name): stage.person(name).principal
            case .within(let chat): "console:\(chat)"
            }
        guard address == posted.address, expected.act == (posted.replaces == nil ? .says : .edits),
            expected.time == (posted.isByAlarm ? stage.local(posted.at).time.description : nil),
            expected.picture == posted.picture, expected.file == posted.attachment?.name
        else { return false }
        let text = posted.text.split(separator: "\n", omittingEmptySubsequences: false).map {
            String($0).withoutTrailingSpaces
        }
        return text == expected.text.map(\.withoutTrailingSpaces)
            && expected.choices.joined(separator: " ")
                == rows(posted.choices).joined(separator: " ")
    }
}

/// Two lists of lines, told apart: what is common, and what only one of them has.
package enum LineDifference {
    package enum Part: Hashable { case same(String), only(String), new(String) }

    /// The longest common subsequence by dynamic programming; lists beyond a thousand lines are taken to
    /// have nothing in common.
    package static func of(_ old: [String], _ new: [String]) -> [Part] {
        guard old.count <= 1_000, new.count <= 1_000 else {
            return old.map { .only($0) } + new.map { .new($0) }
        }
        let width = new.count + 1
        var longest = [Int](repeating: 0, count: (old.count + 1) * width)
        for i in stride(from: old.count - 1, through: 0, by: -1) {
            for j in stride(from: new.count - 1, through: 0, by: -1) {
                longest[i * width + j] =
                    old[i] == new[j]
                    ? longest[(i + 1) * width + j + 1] + 1
                    : max(longest[(i + 1) * width + j], longest[i * width + j + 1])
            }
        }
        var parts: [Part] = []
        var i = 0, j = 0
        while i < old.count || j < new.count {
            if i < old.count, j < new.count, old[i] == new[j] {
                parts.append(.same(old[i]))
                i += 1
                j += 1
            } else if i < old.count,
                j == new.count || longest[(i + 1) * width + j] >= longest[i * width + j + 1]
            {
                parts.append(.only(old[i]))
                i += 1
            } else {
                parts.append(.new(new[j]))
                j += 1
            }
        }
        return parts
    }
}
