/// A file that goes with words, as values: it is written for its reader when it is sent. It goes with answers,
/// which may be given again; of what is owed only an invitation has one, its calendar.
public struct Enclosure: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        /// Already written; its media type.
        case bytes([UInt8], type: String)
        /// A page of text and pictures.
        case page(Page, PageFormat)
        /// Days as a calendar program reads them.
        case calendar(DayCalendar)
    }
    public enum PageFormat: String, Hashable, Sendable { case markdown, pdf }

    /// Without its ending: `NA-1`.
    public var name: String
    public var content: Content
    /// The language it is written in; nil: the reader's.
    public var language: String?
    public init(name: String, _ content: Content, language: String? = nil) {
        self.name = name
        self.content = content
        self.language = language
    }
}

/// A page of A4, or of Markdown.
public struct Page: Hashable, Sendable {
    public struct Section: Hashable, Sendable {
        public var heading: Phrase
        public var lines: [Phrase]
        public init(_ heading: Phrase, _ lines: [Phrase]) {
            self.heading = heading
            self.lines = lines
        }
    }
    public var title: Phrase
    public var lead: [Phrase]
    public var chart: Chart?
    public var sections: [Section]
    /// At its foot: of which day it is.
    public var foot: Phrase
    /// Whether it is set smaller, as far as it can be read, to stand on one sheet.
    public var isOneSheet: Bool
    public init(
        title: Phrase, lead: [Phrase], chart: Chart?, sections: [Section], foot: Phrase,
        isOneSheet: Bool = false
    ) {
        self.title = title
        self.lead = lead
        self.chart = chart
        self.sections = sections
        self.foot = foot
        self.isOneSheet = isOneSheet
    }
}

/// Whole days with what they are for.
public struct DayCalendar: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        /// Unique in the file, the same whenever it is written: `CH-03-M3`.
        public var id: String
        public var date: LocalDate
        public var title: Phrase
        public var note: Phrase?
        /// Whether it lies behind: nothing is left to do.
        public var isDone: Bool
        public init(
            id: String, _ date: LocalDate, _ title: Phrase, note: Phrase? = nil,
            isDone: Bool = false
        ) {
            self.id = id
            self.date = date
            self.title = title
            self.note = note
            self.isDone = isDone
        }
    }
    public var name: String
    public var entries: [Entry]
    /// When the last fact became known, in UTC, so that the same facts give the same file.
    public var stamp: LocalMoment
    public init(name: String, entries: [Entry], stamp: LocalMoment) {
        self.name = name
        self.entries = entries
        self.stamp = stamp
    }
}

/// A file as it leaves.
public struct Attachment: Hashable, Sendable {
    /// With its ending: `NA-1.csv`. Letters, digits, `-`, `_` and `.` only.
    public var name: String
    /// `text/csv; charset=utf-8`
    public var type: String
    public var bytes: [UInt8]
    public init(name: String, type: String, bytes: [UInt8]) {
        self.name = name
        self.type = type
        self.bytes = bytes
    }
}
