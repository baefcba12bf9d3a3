import Language

/// A page as Markdown, in one language. Where its picture would stand, the line of small blocks does.
package struct PageText {
    let book: Phrasebook
    let language: String

    func markdown(_ page: Page) -> [UInt8] {
        var text = "# \(heading(page.title))\n\n" + lines(page.lead)
        if let chart = page.chart, !chart.instead.isEmpty { text += lines(chart.instead) }
        for section in page.sections {
            text += "\n## \(heading(section.heading))\n\n" + lines(section.lines)
        }
        text += "\n---\n\n\(heading(page.foot))\n"
        return Array(text.utf8)
    }

    private func heading(_ phrase: Phrase) -> String {
        Self.escaped(book.text(phrase, language: language))
    }

    private func lines(_ phrases: [Phrase]) -> String {
        let message = book.render(phrases, language: language, width: 72)
        return message.lines.map { line in
            let text = line.spans.map { span in
                switch span.style {
                case .plain: Self.escaped(span.text)
                case .strong: "**\(Self.escaped(span.text))**"
                case .code, .link: Self.code(span.text)
                }
            }.joined()
            return text.isEmpty ? "\n" : text + "  \n"
        }.joined()
    }

    /// Nothing of a text is markup: every ASCII sign that could begin some is escaped.
    package static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if "\\`*_{}[]<>()#+-!|~&".unicodeScalars.contains(scalar) { out.append("\\") }
            out.append(scalar == "\n" || scalar == "\r" ? " " : scalar)
        }
        return String(out)
    }

    /// A span of code holds anything but the run of backquotes that ends it.
    static func code(_ text: String) -> String {
        text.unicodeScalars.contains("`") ? escaped(text) : "`\(text)`"
    }
}
