extension Message {
    /// What of a message goes beyond a small screen (method.md 4: at most 25 lines of some 38
    /// columns); empty if it fits. For tests of the texts.
    package func excess(lines limit: Int = 25, width: Int = 38) -> [String] {
        var found: [String] = []
        if lines.count > limit { found.append("\(lines.count) lines, \(limit) fit") }
        for line in lines where line.columns > width {
            found.append("\(line.columns) columns, \(width) fit: \(line.text)")
        }
        return found
    }
}

extension Message.Line {
    /// Columns that the line takes on a screen: marks and direction controls none, emoji two.
    package var columns: Int {
        var columns = 0
        for span in spans {
            for scalar in span.text.unicodeScalars {
                switch scalar.properties.generalCategory {
                case .nonspacingMark, .enclosingMark, .format, .control: continue
                default: columns += scalar.properties.isEmojiPresentation ? 2 : 1
                }
            }
        }
        return columns
    }
}
