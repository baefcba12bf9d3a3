import Language

#if Pictures
    import Pictures
#endif

/// What goes with words: pictures, where this program was built with them, and files.
struct Enclosing: Sendable {
    let book: Phrasebook

    /// A chart as a PNG; nil where it can't be drawn: no font, or a program built without pictures.
    func draw(_ chart: Chart, _ language: String) -> [UInt8]? {
        #if Pictures
            return Painter.png(chart, book, language: language)
        #else
            return nil
        #endif
    }

    /// A file in one language. A page that can't be drawn as PDF is written as Markdown.
    func write(_ enclosure: Enclosure, _ wanted: String) -> Attachment? {
        let language = book.languages.contains(wanted) ? wanted : base(wanted)
        switch enclosure.content {
        case .bytes(let bytes, let type):
            return Attachment(
                name: name(enclosure.name, Self.ending(type)), type: type, bytes: bytes)
        case .calendar(let calendar):
            return Attachment(
                name: name(enclosure.name, "ics"),
                type: "text/calendar; charset=utf-8; method=PUBLISH",
                bytes: CalendarText.write(calendar, book, language))
        case .page(let page, let format):
            let name = enclosure.language.map { "\(enclosure.name)-\($0)" } ?? enclosure.name
            if format == .pdf, let bytes = pdf(page, language) {
                return Attachment(
                    name: self.name(name, "pdf"), type: "application/pdf", bytes: bytes)
            }
            return Attachment(
                name: self.name(name, "md"), type: "text/markdown; charset=utf-8",
                bytes: PageText(book: book, language: language).markdown(page))
        }
    }

    func pdf(_ page: Page, _ language: String) -> [UInt8]? {
        #if Pictures
            return Painter.pdf(page, book, language: language)
        #else
            return nil
        #endif
    }

    /// `ru-KZ` is written in `ru`.
    private func base(_ tag: String) -> String {
        String(tag.prefix { $0 != "-" && $0 != "_" })
    }

    private static func ending(_ type: String) -> String {
        let bare = type.prefix { $0 != ";" }
        switch bare {
        case "text/csv": return "csv"
        case "application/json": return "json"
        default: return "txt"
        }
    }

    /// A name that every file system takes.
    private func name(_ wanted: String, _ ending: String) -> String {
        let safe = wanted.utf8.prefix(60).map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: safe, as: UTF8.self) + "." + ending
    }
}
