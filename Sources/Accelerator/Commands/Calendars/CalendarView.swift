import Language

/// The days of a calendar, for whoever asks.
struct CalendarView {
    let target: CalendarTarget
    let today: LocalDate
    private var calendar: WorkingCalendar { target.calendar }

    init(_ target: CalendarTarget, _ today: LocalDate) {
        self.target = target
        self.today = today
    }

    /// Days in a row that are called the same.
    private struct Run {
        var first: LocalDate
        var last: LocalDate
        var name: String
        var said: Say
        var kind: String
        var isEstimate: Bool
    }

    /// `Nauryz (moved)` goes on `Nauryz`.
    private static func plain(_ name: String) -> String {
        for mark in [" (moved)", " (estimated)"] where name.hasSuffix(mark) {
            return String(name.dropLast(mark.count))
        }
        return name
    }

    private func runs(_ span: ClosedRange<LocalDate>) -> [Run] {
        var found: [Run] = []
        func add(
            _ date: LocalDate, _ kind: String, _ name: String = "", _ said: Say = .text(""),
            _ isEstimate: Bool = false
        ) {
            if let last = found.indices.last, found[last].last + 1 == date,
                found[last].kind == kind,
                found[last].said == said, found[last].isEstimate == isEstimate
            {
                found[last].last = date
            } else {
                found.append(
                    Run(
                        first: date, last: date, name: name, said: said, kind: kind,
                        isEstimate: isEstimate))
            }
        }
        let worked = Set(calendar.workingDays)
        for holiday in calendar.holidays
        where span.contains(holiday.date) && !worked.contains(holiday.date) {
            let name = Self.plain(holiday.name)
            add(holiday.date, "off", name, holiday.said(name), holiday.isEstimate)
        }
        for date in calendar.workingDays where span.contains(date) { add(date, "working") }
        for date in calendar.shortDays where span.contains(date) && calendar.isWorking(date) {
            add(date, "short")
        }
        for season in calendar.ramadan
        where season.from <= span.upperBound && season.to >= span.lowerBound {
            guard !calendar.ramadanHours.isEmpty else { break }
            found.append(
                Run(
                    first: season.from, last: season.to, name: "", said: .text(""), kind: "ramadan",
                    isEstimate: season.isEstimate))
        }
        return found.sorted { ($0.first, $0.kind) < ($1.first, $1.kind) }
    }

    private func line(_ run: Run) -> Phrase {
        // Alone it is called as the calendar has it: Victory Day (moved).
        let full = calendar.holidays.first { $0.date == run.first }
        let isFull =
            run.kind == "off" && run.first == run.last && full?.name.hasSuffix(")") == true
            && !run.isEstimate
        return Phrase(
            "calendar.line",
            [
                "first": .date(run.first), "last": .date(run.last),
                "many": .code(run.first == run.last ? "no" : "yes"), "kind": .code(run.kind),
                "name": isFull ? full?.said ?? run.said : run.said,
                "named": .code(run.name.isEmpty ? "no" : "yes"),
                "estimate": .code(run.isEstimate ? "yes" : "no"),
            ])
    }

    /// All that a year has, at most 24 lines.
    func year(_ year: Int) -> [Phrase] {
        guard let first = LocalDate(year: year, month: 1, day: 1),
            let last = LocalDate(year: year, month: 12, day: 31)
        else { return [] }
        let head = Phrase(
            "calendar.year", ["country": .code(target.label), "year": .code("\(year)")])
        let lines = runs(first...last).map(line)
        guard !lines.isEmpty else {
            return [head, Phrase("calendar.yearNone", ["year": .code("\(year)")])]
        }
        guard lines.count > 22 else { return [head] + lines + ends }
        return [head] + lines.prefix(21) + [
            Phrase("calendar.more", ["count": .count(lines.count - 21)])
        ] + ends
    }

    /// This week and the next eight.
    func weeks(_ state: State) -> [Phrase] {
        let monday = today - (today.weekday - 1)
        func worked(_ from: LocalDate) -> Say {
            .count(calendar.workingDays(from: from - 1, to: from + 6))
        }
        var lines = [
            Phrase("calendar.head", ["country": .code(target.label), "date": .date(today)]),
            Phrase("calendar.weeks", ["this": worked(monday), "next": worked(monday + 7)]),
        ]
        if let hours = calendar.hours(on: today) {
            lines.append(
                calendar.hours.isEmpty
                    ? Phrase("calendar.todayWorked")
                    : Phrase("calendar.today", ["from": .time(hours.from), "to": .time(hours.to)]))
        } else {
            lines.append(
                Phrase(
                    "calendar.todayOff", ["date": .date(calendar.days.next(after: today) ?? today)])
            )
        }
        let coming = runs(today...(monday + 62)).map(line)
        lines += coming.isEmpty ? [Phrase("calendar.none")] : Array(coming.prefix(14))
        if estimates.count > 0 {
            lines.append(Phrase("calendar.estimates", ["count": .count(estimates.count)]))
        }
        return lines + ends
    }

    /// Days in a row that are not confirmed and come within four months.
    private var estimates: [Run] {
        runs(today...(today + 120)).filter { $0.isEstimate && $0.kind == "off" }
    }
    var confirmations: [Offer] {
        return estimates.prefix(3).map { run in
            let days = run.first == run.last ? "\(run.first)" : "\(run.first)..\(run.last)"
            return Offer(
                Phrase("calendar.confirmLabel", ["day": .date(run.first)]),
                "\(target.line) confirm \(days)")
        }
    }

    /// That nobody knows the days off of the year after the next, while somebody may plan in it.
    private var ends: [Phrase] {
        guard let last = calendar.lastKnownYear, last <= today.parts.year + 1
        else { return [] }
        return [Phrase("calendar.ends", ["year": .code("\(last)")])]
    }
}
