import Language

// How the calendar file of an invitation stands in the journal: its days as values, written as a file when
// the message is sent. No other file is ever owed.

extension Coder {
    /// - Parameter value: reads as nil, and is not written, where it is no calendar.
    mutating func calendar(_ name: StaticString, _ value: inout Enclosure?) throws(CodingFault) {
        var one: EnclosedCalendar?
        if !isReading, let value, case .calendar(let calendar) = value.content {
            one = EnclosedCalendar(value.name, calendar)
        }
        try field(name, &one)
        if isReading { value = one?.enclosure }
    }
}

private struct EnclosedCalendar: Record {
    var file = ""
    var name = ""
    var stamp = LocalDate(days: 0)
    var time = LocalTime(0, 0)
    var days: [Day] = []
    init() {}
    init(_ file: String, _ calendar: DayCalendar) {
        self.file = file
        name = calendar.name
        stamp = calendar.stamp.date
        time = calendar.stamp.time
        days = calendar.entries.map(Day.init)
    }
    mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("file", &file)
        try c.field("name", &name)
        try c.field("stamp", &stamp)
        try c.field("time", &time)
        try c.field("days", &days)
    }
    var enclosure: Enclosure {
        Enclosure(
            name: file,
            .calendar(
                DayCalendar(
                    name: name, entries: days.map(\.entry), stamp: LocalMoment(stamp, time))))
    }

    struct Day: Record {
        var id = ""
        var date = LocalDate(days: 0)
        var title: Phrase?
        var note: Phrase?
        var isDone = false
        init() {}
        init(_ entry: DayCalendar.Entry) {
            id = entry.id
            date = entry.date
            title = entry.title
            note = entry.note
            isDone = entry.isDone
        }
        mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
            try c.field("id", &id)
            try c.field("date", &date)
            try c.field("title", &title)
            try c.field("note", &note)
            try c.field("done", &isDone)
        }
        var entry: DayCalendar.Entry {
            DayCalendar.Entry(
                id: id, date, title ?? Phrase("export.day"), note: note, isDone: isDone)
        }
    }
}
