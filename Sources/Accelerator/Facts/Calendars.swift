public import Language

/// The calendar of a country, copied from its file when somebody begins to live by it or the office changes
/// it, so that replay never reads a file.
public struct CountryCalendar: Record {
    /// `KG`, or a variant: `AE-SHJ`.
    public var country = ""
    public var calendar = WorkingCalendar()
    public init() {}
    public init(_ country: String, _ calendar: WorkingCalendar) {
        self.country = country
        self.calendar = calendar
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("country", &country)
        try c.field("calendar", &calendar)
    }
}

/// One day of a programme's calendar, or of a country's, becomes something else; or its Ramadan.
public struct CalendarChanged: Record {
    /// A day off; worked after all; worked, shorter; as the week has it; Ramadan from this date.
    public enum Change: String, Spelled { case off, working, short, plain, ramadan }
    public var programme = ""
    public var date = LocalDate(days: 0)
    public var change = Change.off
    public var name = ""
    /// The calendar of a country, where no programme's is meant.
    public var country: String?
    /// A date that the moon decides, not yet confirmed.
    public var isEstimate = false
    /// Whether somebody typed the name: it is shown as it stands, in every language.
    public var isTyped = false
    /// The last day of Ramadan; nil takes the Ramadan out that begins on the date.
    public var to: LocalDate?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("programme", &programme)
        try c.field("date", &date)
        try c.field("change", &change)
        try c.field("name", &name)
        try c.field("country", &country)
        try c.field("estimate", &isEstimate)
        try c.field("typed", &isTyped)
        try c.field("until", &to)
    }
}

extension State {
    /// The calendar a person lives by, for work that belongs to a programme: their own country's where they
    /// named one and it is known, else the programme's.
    public func calendar(of person: String, in programme: Programme?) -> WorkingCalendar {
        if let country = people[person]?.country, country != programme?.country,
            let own = calendar(ofCountry: country)
        {
            return own
        }
        return programme?.calendar ?? WorkingCalendar()
    }

    /// The calendar of a country as it is known: the country's own, else that of its first programme.
    public func calendar(ofCountry country: String) -> WorkingCalendar? {
        calendars[country]?.calendar ?? programmes.filter { $0.country == country }.first?.calendar
    }
}

extension WorkingCalendar {
    /// The last year whose days off are known: more than two of them, so that one day which is named years
    /// ahead makes no year known. Nil where no year is.
    public var lastKnownYear: Int? {
        var count = 0
        var year: Int?
        for holiday in holidays.reversed() {
            let own = holiday.date.parts.year
            count = own == year ? count + 1 : 1
            year = own
            if count > 2 { return own }
        }
        return nil
    }

    /// Takes in one change. A day off takes out what else was said of the day; that it is worked, or short,
    /// is said beside it: the later decree counts, and taking it back finds the holiday again.
    mutating func change(_ c: CalendarChanged) {
        switch c.change {
        case .off:
            clear(c.date)
            var holiday = Holiday(date: c.date, name: c.name, isEstimate: c.isEstimate)
            holiday.isTyped = c.isTyped
            holidays.insert(
                holiday, at: holidays.firstIndex { $0.date > c.date } ?? holidays.endIndex)
        case .working: Self.insert(c.date, &workingDays)
        case .short: Self.insert(c.date, &shortDays)
        case .plain: clear(c.date)
        case .ramadan:
            ramadan.removeAll { $0.isSameYear(as: c.date) }
            guard let to = c.to, to >= c.date else { return }
            let season = Season(from: c.date, to: to, isEstimate: c.isEstimate)
            ramadan.insert(season, at: ramadan.firstIndex { $0.from > c.date } ?? ramadan.endIndex)
        }
    }

    private mutating func clear(_ date: LocalDate) {
        holidays.removeAll { $0.date == date }
        workingDays.removeAll { $0 == date }
        shortDays.removeAll { $0 == date }
    }
    private static func insert(_ date: LocalDate, _ dates: inout [LocalDate]) {
        guard !dates.contains(date) else { return }
        dates.insert(date, at: dates.firstIndex { $0 > date } ?? dates.endIndex)
    }

    /// What is said of a day, as the trail keeps it.
    func fields(of day: String) -> [String: String] {
        if day == "ramadan" {
            let said = ramadan.map { "\($0.from)..\($0.to)\($0.isEstimate ? "?" : "")" }
            return said.isEmpty ? [:] : ["ramadan": said.joined(separator: ", ")]
        }
        guard let date = LocalDate(iso: day) else { return [:] }
        var fields: [String: String] = [:]
        if let holiday = holidays.first(where: { $0.date == date }) {
            fields = ["day": "off", "name": holiday.name]
            if holiday.isEstimate { fields["estimate"] = "true" }
        }
        if workingDays.contains(date) { fields["day"] = "working" }
        if shortDays.contains(date) { fields["short"] = "true" }
        return fields
    }
}

extension Holiday {
    /// `Kurban Ait (estimated)`, as a file may call it, without what is no part of the name.
    var settledName: String {
        let mark = " (estimated)"
        return name.hasSuffix(mark) ? String(name.dropLast(mark.count)) : name
    }

    /// The name as a reader hears it: in the reader's language where the calendar's file has it, else as it
    /// stands.
    var said: Say { said(name) }
    var settled: Say { said(settledName) }
    /// The same of a part of it.
    func said(_ name: String) -> Say {
        // A term without words shows the end of its key, behind the last full stop.
        isTyped || name.isEmpty || name.utf8.contains(UInt8(ascii: "."))
            ? .text(name) : .term("holiday.\(name)")
    }
}

extension Season {
    /// Whether it is the Ramadan that a date begins: those of two years lie 350 days apart.
    func isSameYear(as date: LocalDate) -> Bool { abs(from - date) < 100 }
}

extension CalendarChanged {
    init(_ change: Change, _ date: LocalDate, name: String = "") {
        self.change = change
        self.date = date
        self.name = name
    }

    var object: String {
        let whose = country.map { "country \($0)" } ?? "calendar \(programme)"
        return change == .ramadan ? "\(whose) ramadan" : "\(whose) \(date)"
    }

    /// What brings the day back as it was: cleared, then all that was said of it.
    func inverse(in state: State) -> [Event] {
        let known =
            country.map { state.calendars[$0]?.calendar } ?? state.programmes[programme]?.calendar
        guard let calendar = known else { return [] }
        func back(_ change: Change, _ edit: (inout CalendarChanged) -> Void = { _ in }) -> Event {
            var event = CalendarChanged(change, date)
            event.programme = programme
            event.country = country
            edit(&event)
            return .calendarChanged(event)
        }
        if change == .ramadan {
            guard let before = calendar.ramadan.first(where: { $0.isSameYear(as: date) }) else {
                return [back(.ramadan)]
            }
            return [
                back(.ramadan) {
                    $0.date = before.from
                    $0.to = before.to
                    $0.isEstimate = before.isEstimate
                }
            ]
        }
        let holiday = calendar.holidays.first { $0.date == date }
        let isWorked = calendar.workingDays.contains(date),
            isShort = calendar.shortDays.contains(date)
        var events: [Event] = []
        if let holiday {
            events.append(
                back(.off) {
                    $0.name = holiday.name
                    $0.isEstimate = holiday.isEstimate
                    $0.isTyped = holiday.isTyped
                })
        } else {
            events.append(back(.plain))
        }
        if isWorked { events.append(back(.working)) }
        if isShort { events.append(back(.short)) }
        return events
    }
}
