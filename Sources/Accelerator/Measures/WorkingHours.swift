public import Language

// When on a day people may be asked for something (method.md 3.2). A calendar that names no hours is worked
// from the end of its quiet hours to their beginning.

extension WorkingCalendar {
    /// Between which times a date is worked; nil on a day off. Ramadan has its own hours, a short day ends an
    /// hour earlier, a weekend day that is worked after all has the hours of the week's first day.
    public func hours(on date: LocalDate) -> (from: LocalTime, to: LocalTime)? {
        guard isWorking(date) else { return nil }
        func of(_ table: [WeekdayHours]) -> WeekdayHours? {
            table.first { $0.weekdays.contains(date.weekday) }
        }
        let usual = of(hours) ?? hours.first ?? WeekdayHours([], from: quietTo, to: quietFrom)
        let isRamadan = ramadan.contains { $0.from <= date && date <= $0.to }
        let found = isRamadan ? of(ramadanHours) ?? usual : usual
        guard shortDays.contains(date) else { return (found.from, found.to) }
        return (found.from, max(found.from, LocalTime(minutes: found.to.minutes - Self.shorter)))
    }
    /// Minutes by which a short day is shorter.
    static let shorter = 60

    /// The minutes of a date, 0 midnight … 1440, in which nobody is disturbed, ascending: morning and evening,
    /// the weekday's own windows, the whole of a day off.
    public func quietWindows(on date: LocalDate) -> [Range<Int>] {
        guard isWorking(date) else { return [0..<1440] }
        var found: [Range<Int>] = []
        if quietFrom > quietTo {
            found = [0..<quietTo.minutes, quietFrom.minutes..<1440]
        } else if quietFrom < quietTo {
            found = [quietFrom.minutes..<quietTo.minutes]
        }
        for window in quietWindows
        where window.weekdays.contains(date.weekday) && window.from < window.to {
            found.append(window.from.minutes..<window.to.minutes)
        }
        return found.filter { !$0.isEmpty }.sorted {
            ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
        }
    }

    /// Whether somebody who lives by this calendar may be disturbed now: a working day, outside quiet hours
    /// and windows.
    public func isDecent(at moment: LocalMoment) -> Bool {
        !quietWindows(on: moment.date).contains { $0.contains(moment.time.minutes) }
    }

    /// The first decent moment at or after one; nil where none comes within two months.
    public func decent(onOrAfter moment: LocalMoment) -> LocalMoment? {
        for ahead in 0...60 {
            let date = moment.date + ahead
            var minute = ahead == 0 ? moment.time.minutes : 0
            for window in quietWindows(on: date) where window.contains(minute) {
                minute = window.upperBound
            }
            if minute < 1440 { return LocalMoment(date, LocalTime(minutes: minute)) }
        }
        return nil
    }

    /// The time of day at which what is meant for `time` is said on a date: not in quiet hours or windows, and
    /// not later than half an hour before the day's work ends. Nil on a day off.
    public func decentTime(_ time: LocalTime, on date: LocalDate) -> LocalTime? {
        guard let hours = hours(on: date) else { return nil }
        let latest = max(hours.from.minutes, hours.to.minutes - 30)
        let quiet = quietWindows(on: date)
        var minute = min(time.minutes, latest)
        for window in quiet where window.contains(minute) { minute = window.upperBound }
        if minute <= latest, minute < 1440 { return LocalTime(minutes: minute) }
        // Nothing is free after it and before the end: a quarter of an hour before the window then.
        minute = min(time.minutes, latest)
        for window in quiet.reversed() where window.contains(minute) {
            minute = max(0, window.lowerBound - 15)
        }
        return isDecent(at: LocalMoment(date, LocalTime(minutes: minute)))
            ? LocalTime(minutes: minute) : hours.from
    }
}

extension Challenge {
    /// The day of the weekly meeting in the week of a date. A slot that falls on a day off moves to the working
    /// day before it in the same week, else to the one after it; a slot that the team put on a weekend stays.
    /// Nil without a slot, and in a week without a working day.
    public func meeting(inWeekOf date: LocalDate, _ days: WorkingDays) -> LocalDate? {
        guard let weekday = head.meetingDay, (1...7).contains(weekday) else { return nil }
        let monday = date - (date.weekday - 1)
        let slot = monday + (weekday - 1)
        if days.isWorking(slot) || !days.isUsuallyWorked(weekday) { return slot }
        if let before = days.previous(before: slot), before >= monday { return before }
        if let after = days.next(after: slot), after <= monday + 6 { return after }
        return nil
    }

    /// The day of the weekly meeting on or after a date, as the calendar moves it; nil where none is held
    /// within five weeks.
    public func nextMeeting(from date: LocalDate, _ days: WorkingDays) -> LocalDate? {
        for week in 0...5 {
            if let day = meeting(inWeekOf: date + 7 * week, days), day >= date { return day }
        }
        return nil
    }
}
