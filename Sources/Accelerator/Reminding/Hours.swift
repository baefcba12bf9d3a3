import Language

/// When somebody may be disturbed, on their own clock and by their own calendar (method.md 3.2).
///
/// 1. Nothing comes on a day off, in quiet hours, or in the window of the Friday prayer: what nags moves on to
///    the next moment that is free, what prepares moves back to the last one.
/// 2. A ★ row may come on a weekend, and between 07:30 and 21:00; never on a holiday.
/// 3. What stands in an occurrence's key is the day before any of this, so that no move rings twice.
enum Hours {
    static let starFrom = LocalTime(7, 30)
    static let starTo = LocalTime(21, 0)
    /// What prepares and would come late in the evening comes so many minutes before the quiet begins.
    private static let ahead = 15
    private static let reach = 60
    /// What prepares is brought forward by no more days than this; beyond, it is put off.
    static let back: Int64 = 14

    /// The moment itself where it is decent, else the nearest that is: later, or earlier for what prepares.
    static func decent(
        _ moment: LocalMoment, _ calendar: WorkingCalendar, isStar: Bool = false,
        shift: Shift = .next
    ) -> LocalMoment {
        if !isStar, calendar.quietWindows.isEmpty, moment.time >= calendar.quietTo,
            moment.time < calendar.quietFrom,
            calendar.isWorking(moment.date)
        {
            return moment
        }
        var date = moment.date
        var minute = moment.time.minutes
        var shift = shift
        for _ in 0...reach {
            guard isOpen(date, calendar, isStar) else {
                if shift != .next, moment.date - date >= Int(back) {
                    shift = .next
                    date = moment.date
                }
                // A day on which nobody is disturbed: the nearest free one, at the same time of day.
                date = shift == .next ? date + 1 : date - 1
                continue
            }
            if let found = minutes(minute, date, calendar, isStar, shift) {
                return LocalMoment(date, LocalTime(minutes: found))
            }
            // The evening is over: tomorrow, as soon as the day begins.
            shift = .next
            date = date + 1
            minute = 0
        }
        return moment
    }

    static func isDecent(_ moment: LocalMoment, _ calendar: WorkingCalendar, isStar: Bool = false)
        -> Bool
    {
        isOpen(moment.date, calendar, isStar)
            && !windows(moment.date, calendar, isStar).contains { $0.contains(moment.time.minutes) }
    }

    /// The morning after a moment, at the hour of most rows: what waited comes with what is due then.
    static func nextMorning(after moment: LocalMoment, _ calendar: WorkingCalendar) -> LocalMoment {
        decent(LocalMoment(moment.date + 1, LocalTime(9, 0)), calendar)
    }

    private static func isOpen(_ date: LocalDate, _ calendar: WorkingCalendar, _ isStar: Bool)
        -> Bool
    {
        guard isStar else { return calendar.isWorking(date) }
        return calendar.workingDays.contains(date)
            || !calendar.holidays.contains { $0.date == date }
    }

    /// The first free minute of a date from one on; or, for what prepares, the last before the evening. Nil
    /// where the day has none left.
    private static func minutes(
        _ wanted: Int, _ date: LocalDate, _ calendar: WorkingCalendar, _ isStar: Bool,
        _ shift: Shift
    ) -> Int? {
        let windows = windows(date, calendar, isStar)
        var minute = wanted
        for window in windows where window.contains(minute) { minute = window.upperBound }
        if minute < 1440 { return minute }
        guard shift != .next, let evening = windows.last, evening.lowerBound > ahead else {
            return nil
        }
        let early = evening.lowerBound - ahead
        return windows.contains { $0.contains(early) } ? nil : early
    }

    /// The minutes of a date in which nobody is disturbed, ascending.
    private static func windows(_ date: LocalDate, _ calendar: WorkingCalendar, _ isStar: Bool)
        -> [Range<Int>]
    {
        if isStar { return [0..<starFrom.minutes, starTo.minutes..<1440] }
        return calendar.quietWindows(on: date)
    }
}
