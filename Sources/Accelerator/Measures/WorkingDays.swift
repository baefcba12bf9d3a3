public import Language

/// The working days of a calendar, laid out for counting: whole weeks are arithmetic, days off are found
/// by binary search. Make one for many counts.
public struct WorkingDays: Hashable, Sendable {
    /// A bit for each weekday that is worked, Monday the first.
    private var worked: UInt8
    private var workedPerWeek: Int { worked.nonzeroBitCount }
    /// Days off that fall on a worked weekday, and worked days that don't; ascending.
    private var off: [LocalDate]
    private var extra: [LocalDate]

    /// Walks look no further than this many days.
    public static let reach = 20_000

    /// A calendar without a day off but its weekends: weekdays, 1 Monday … 7 Sunday.
    init(weekend: [Int]) {
        worked = Self.worked(weekend)
        off = []
        extra = []
    }
    private static func worked(_ weekend: [Int]) -> UInt8 {
        (1...7).reduce(0) { weekend.contains($1) ? $0 : $0 | 1 << ($1 - 1) }
    }
    /// By its place in the week, 0 Monday … 6.
    private func isWorked(_ place: Int) -> Bool { worked & 1 << place != 0 }

    /// A date that is both a holiday and a working day is worked: the later decree says so.
    public init(_ calendar: WorkingCalendar) {
        let worked = Self.worked(calendar.weekend)
        self.worked = worked
        func isWorked(_ date: LocalDate) -> Bool { worked & 1 << (date.weekday - 1) != 0 }
        var off: [LocalDate] = []
        off.reserveCapacity(calendar.holidays.count)
        for place in calendar.holidays.indices {
            let date = calendar.holidays[place].date
            if isWorked(date), !calendar.workingDays.contains(date) { off.append(date) }
        }
        self.off = Self.ascending(off)
        extra = Self.ascending(calendar.workingDays.filter { !isWorked($0) })
    }

    /// In order, each once. They mostly are already: no set is made, this is done for every question.
    private static func ascending(_ dates: [LocalDate]) -> [LocalDate] {
        if zip(dates, dates.dropFirst()).allSatisfy({ $0 < $1 }) { return dates }
        var sorted: [LocalDate] = []
        for date in dates.sorted() where sorted.last != date { sorted.append(date) }
        return sorted
    }

    public func isWorking(_ date: LocalDate) -> Bool {
        isWorked(date.weekday - 1) ? !Self.holds(off, date) : Self.holds(extra, date)
    }

    /// Whether a weekday, 1 Monday … 7 Sunday, is worked where no holiday or decree says otherwise.
    public func isUsuallyWorked(_ weekday: Int) -> Bool {
        (1...7).contains(weekday) && isWorked(weekday - 1)
    }

    /// How many working days lie after `from`, up to and including `to`; 0 where `to` is not later.
    public func count(after from: LocalDate, through to: LocalDate) -> Int {
        guard to > from else { return 0 }
        let days = to - from
        var count = days / 7 * workedPerWeek
        var weekday = from.weekday
        for _ in 0..<days % 7 {
            count += isWorked(weekday % 7) ? 1 : 0
            weekday += 1
        }
        return count
            - (Self.count(off, through: to) - Self.count(off, through: from))
            + (Self.count(extra, through: to) - Self.count(extra, through: from))
    }

    /// The first working day after a date; nil where none comes within `reach` days.
    public func next(after date: LocalDate) -> LocalDate? { step(from: date, by: 1, 1) }
    /// The last working day before a date; nil where none comes within `reach` days.
    public func previous(before date: LocalDate) -> LocalDate? { step(from: date, by: -1, 1) }
    /// The date itself if it is worked, else the next working day.
    public func onOrAfter(_ date: LocalDate) -> LocalDate? {
        isWorking(date) ? date : next(after: date)
    }
    /// The date itself if it is worked, else the last working day before it.
    public func onOrBefore(_ date: LocalDate) -> LocalDate? {
        isWorking(date) ? date : previous(before: date)
    }
    /// The n-th working day after a date, or before it where n is negative; the date itself for 0. Nil
    /// where it is not found within `reach` days.
    public func adding(_ n: Int, to date: LocalDate) -> LocalDate? {
        n == 0 ? date : step(from: date, by: n < 0 ? -1 : 1, n.magnitude)
    }

    /// When a midpoint review is held (method.md 2.2, rule 4).
    ///
    /// 1. Planned for day ceil(duration / 2). Held then, if that is a working day.
    /// 2. Else on the nearest earlier working day, not before day ceil(0.40 · duration).
    /// 3. Else on the nearest later one, not after day floor(0.60 · duration).
    /// 4. Else nil: the office decides.
    public func midpoint(dayOne: LocalDate, duration: Int) -> LocalDate? {
        let duration = min(max(duration, 1), 100)
        let planned = dayOne + ((duration + 1) / 2 - 1)
        let earliest = dayOne + ((duration * 2 + 4) / 5 - 1)
        let latest = dayOne + (duration * 3 / 5 - 1)
        if let held = onOrBefore(planned), held >= earliest { return held }
        if let held = next(after: planned), held <= latest { return held }
        return nil
    }

    private func step(from date: LocalDate, by direction: Int, _ count: UInt) -> LocalDate? {
        guard count <= UInt(Self.reach) else { return nil }
        var left = count
        for distance in 1...Self.reach {
            let day = date + direction * distance
            if isWorking(day) { left -= 1 }
            if left == 0 { return day }
        }
        return nil
    }

    /// How many of the sorted dates lie on or before one.
    private static func count(_ dates: [LocalDate], through date: LocalDate) -> Int {
        var low = 0
        var high = dates.count
        while low < high {
            let middle = (low + high) / 2
            if dates[middle] <= date { low = middle + 1 } else { high = middle }
        }
        return low
    }
    private static func holds(_ dates: [LocalDate], _ date: LocalDate) -> Bool {
        let place = count(dates, through: date)
        return place > 0 && dates[place - 1] == date
    }
}

extension WorkingCalendar {
    public func isWorking(_ date: LocalDate) -> Bool { days.isWorking(date) }
    /// How many working days lie after `from`, up to and including `to`.
    public func workingDays(from: LocalDate, to: LocalDate) -> Int {
        days.count(after: from, through: to)
    }
}
