import Language

/// What a line changes, day by day, as far as it changes anything.
struct CalendarPlan {
    let act: CalendarCommand.Act
    let changes: [CalendarChanged]
    /// The days that become something else, oldest first.
    let dates: [LocalDate]
    /// Days of the line for which it says nothing new.
    let skipped: [LocalDate]
    let title: Say
    /// Where confirmed days are moved to.
    let moved: [LocalDate]
    private let today: LocalDate

    /// As far back, in days, as a day may still be changed: what was lived by the calendar stays.
    static let back = 31
    /// Days that one line may change.
    static let most = 40

    init(
        _ act: CalendarCommand.Act, _ days: ClosedRange<LocalDate>, to: ClosedRange<LocalDate>?,
        title: String,
        _ target: CalendarTarget, today: LocalDate
    ) throws(Refusal) {
        self.act = act
        self.today = today
        let all = try Self.bounded(days, today)
        let calendar = target.calendar
        var changes: [CalendarChanged] = []
        var moved: [LocalDate] = []
        var settled: [LocalDate] = []
        var settledTitle: Say?
        func holiday(_ day: LocalDate) -> Holiday? { calendar.holidays.first { $0.date == day } }
        switch act {
        case .add:
            changes = all.filter { calendar.isWorking($0) }.map {
                var change = CalendarChanged(.off, $0, name: title)
                change.isTyped = !title.isEmpty
                return change
            }
        case .remove:
            changes = all.filter { !calendar.fields(of: "\($0)").isEmpty }.map {
                CalendarChanged(.plain, $0)
            }
        case .working:
            changes = all.filter { !calendar.isWorking($0) }.map { CalendarChanged(.working, $0) }
        case .short:
            changes = all.filter { calendar.isWorking($0) && !calendar.shortDays.contains($0) }
                .map { CalendarChanged(.short, $0) }
        case .confirm:
            let estimates = all.compactMap { day in
                holiday(day).flatMap { $0.isEstimate ? $0 : nil }
            }
            let shift = try Self.shift(days, to, today)
            settled = estimates.map(\.date)
            settledTitle = estimates.last?.settled
            if shift != 0 { changes = estimates.map { CalendarChanged(.plain, $0.date) } }
            for one in estimates {
                var change = CalendarChanged(.off, one.date + shift, name: one.settledName)
                change.isTyped = one.isTyped
                changes.append(change)
            }
            if shift != 0 { moved = estimates.map { $0.date + shift } }
        case .fill: break
        case .ramadan:
            guard !calendar.ramadanHours.isEmpty else {
                throw Refusal(Phrase("calendar.noRamadan", ["country": .code(target.label)]))
            }
            guard (27...31).contains(all.count) else {
                throw Refusal(Phrase("calendar.ramadanLength"))
            }
            var change = CalendarChanged(.ramadan, days.lowerBound)
            change.to = days.upperBound
            changes = [change]
        }
        guard !changes.isEmpty else { throw Self.nothing(act, all, target, today) }
        self.changes = changes
        self.moved = moved
        let changed = Set(act == .confirm ? settled : changes.map(\.date))
        dates = act == .ramadan ? all : all.filter { changed.contains($0) }
        skipped = act == .ramadan ? [] : all.filter { !changed.contains($0) }
        self.title = act == .confirm ? settledTitle ?? .text("") : .text(title)
    }

    /// The days off of a year as the country's file has them, as far as they are not known yet.
    init(filling year: Int, _ target: CalendarTarget, today: LocalDate, _ context: Context)
        throws(Refusal)
    {
        let file = target.country.flatMap { context.calendars[$0] }
        func isNew(_ date: LocalDate) -> Bool {
            date.parts.year == year && date >= today
                && target.calendar.fields(of: "\(date)").isEmpty
        }
        var changes: [CalendarChanged] = []
        for holiday in file?.holidays ?? [] where isNew(holiday.date) {
            var change = CalendarChanged(.off, holiday.date, name: holiday.name)
            change.isEstimate = holiday.isEstimate
            changes.append(change)
        }
        for date in file?.workingDays ?? [] where isNew(date) {
            changes.append(CalendarChanged(.working, date))
        }
        for date in file?.shortDays ?? [] where isNew(date) {
            changes.append(CalendarChanged(.short, date))
        }
        guard !changes.isEmpty, changes.count <= 100 else {
            throw Refusal(
                Phrase(
                    "calendar.already.fill",
                    ["country": .code(target.label), "year": .code("\(year)")]),
                offers: [
                    Offer(
                        Phrase("calendar.ofLabel", ["country": .code(target.label)]),
                        "\(target.line) \(year)")
                ])
        }
        act = .fill
        self.changes = changes
        self.today = today
        dates = changes.map(\.date).sorted()
        skipped = []
        moved = []
        title = .text("")
    }

    private static func bounded(
        _ days: ClosedRange<LocalDate>, _ today: LocalDate
    ) throws(Refusal) -> [LocalDate] {
        guard days.upperBound - days.lowerBound < most else {
            throw Refusal(Phrase("calendar.tooMany", ["most": .count(most)]))
        }
        guard days.lowerBound >= today - back else {
            throw Refusal(
                Phrase(
                    "calendar.past",
                    ["day": said(days.lowerBound, today), "first": said(today - back, today)]))
        }
        guard days.upperBound.parts.year <= today.parts.year + 5 else {
            throw Refusal(Phrase("calendar.far", ["day": said(days.upperBound, today)]))
        }
        return (0...(days.upperBound - days.lowerBound)).map { days.lowerBound + $0 }
    }

    /// By how many days confirmed ones are moved.
    private static func shift(
        _ days: ClosedRange<LocalDate>, _ to: ClosedRange<LocalDate>?, _ today: LocalDate
    ) throws(Refusal) -> Int {
        guard let to else { return 0 }
        let isLong = to.upperBound > to.lowerBound
        guard !isLong || to.upperBound - to.lowerBound == days.upperBound - days.lowerBound else {
            throw Refusal(Phrase("calendar.otherLength"))
        }
        let shift = to.lowerBound - days.lowerBound
        guard abs(shift) <= 30, to.lowerBound >= today - back else {
            throw Refusal(Phrase("calendar.otherMonth"))
        }
        return shift
    }

    /// Why nothing would change, and what to say instead.
    private static func nothing(
        _ act: CalendarCommand.Act, _ days: [LocalDate], _ target: CalendarTarget,
        _ today: LocalDate
    ) -> Refusal {
        let day = days.first ?? today
        let holiday = target.calendar.holidays.first { $0.date == day }
        let isOff = !target.calendar.isWorking(day)
        let values: KeyValuePairs<String, Say> = [
            "day": said(day, today), "country": .code(target.label),
            "name": holiday?.settled ?? .text(""),
            "named": .code(holiday?.name.isEmpty == false ? "yes" : "no"),
            "count": .count(days.count),
        ]
        var offers: [Offer] = []
        var key = "calendar.already.\(act.rawValue)"
        switch act {
        case .add where holiday?.isEstimate == true:
            key = "calendar.already.estimate"
            offers = [
                Offer(
                    Phrase("calendar.confirmLabel", ["day": .date(day)]),
                    "\(target.line) confirm \(day)")
            ]
        case .short where isOff:
            key = "calendar.already.shortOff"
            offers = [Offer(Phrase("calendar.workingLabel"), "\(target.line) working \(day)")]
        case .remove where isOff: key = "calendar.already.weekend"
        case .confirm where holiday == nil: key = "calendar.already.noEstimate"
        default: break
        }
        return Refusal(
            Phrase(key, values),
            offers: offers + [
                Offer(Phrase("calendar.ofLabel", ["country": .code(target.label)]), target.line)
            ])
    }

    /// One event for each programme of the country, and for the country itself where it has a calendar.
    func events(_ target: CalendarTarget, _ state: State) -> [Event] {
        var events: [Event] = []
        for programme in target.programmes {
            for var change in changes {
                change.programme = programme.code
                events.append(.calendarChanged(change))
            }
        }
        if let country = target.country, target.programmes.isEmpty || state.calendars.has(country) {
            for var change in changes {
                change.country = country
                events.append(.calendarChanged(change))
            }
        }
        return events
    }

    // MARK: Words

    /// A day, with its year where that is another one.
    static func said(_ date: LocalDate, _ today: LocalDate) -> Say {
        guard date.parts.year != today.parts.year else {
            return .phrase(Phrase("calendar.day", ["date": .date(date)]))
        }
        return .phrase(
            Phrase("calendar.dayYear", ["date": .date(date), "year": .code("\(date.parts.year)")]))
    }

    private func values(_ target: CalendarTarget) -> [Phrase.Field] {
        let first = dates.first ?? today, last = dates.last ?? today
        return [
            .init("country", .code(target.label)), .init("count", .count(dates.count)),
            .init("first", Self.said(first, today)), .init("last", Self.said(last, today)),
            .init("to", Self.said(moved.first ?? first, today)),
            .init("name", title), .init("named", .code(title == .text("") ? "no" : "yes")),
            .init("act", .code(act == .confirm && !moved.isEmpty ? "move" : act.rawValue)),
        ]
    }
    func will(_ target: CalendarTarget) -> Phrase { Phrase("calendar.will", values(target)) }
    func done(_ target: CalendarTarget) -> Phrase { Phrase("calendar.done", values(target)) }
    func told(_ target: CalendarTarget) -> Phrase { Phrase("calendar.told", values(target)) }
    var skippedPhrase: Phrase {
        Phrase(
            "calendar.skipped",
            [
                "days": .list(skipped.prefix(8).map { Self.said($0, today) }),
                "count": .count(skipped.count),
            ])
    }
}
