import Accelerator
import Language
import Runtime
import TestKit
import Testing

@Suite("Working days") struct WorkingDaysTests {
    @Test("counting agrees with walking, for any calendar")
    func counting() {
        let seed: UInt64 = 7
        print("calendars: seed \(seed)")
        var random = Seeded(seed)
        for _ in 0..<200 {
            var calendar = WorkingCalendar()
            calendar.weekend = (1...7).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
            let start = LocalDate(days: Int.random(in: -50_000...50_000, using: &random))
            for _ in 0..<30 {
                let day = start + Int.random(in: 0...200, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: calendar.workingDays.append(day)
                default: calendar.holidays.append(Holiday(date: day, name: ""))
                }
            }
            func isWorked(_ day: LocalDate) -> Bool {
                if calendar.workingDays.contains(day) { return true }
                return !calendar.weekend.contains(day.weekday)
                    && !calendar.holidays.contains { $0.date == day }
            }
            let days = calendar.days
            let from = start + Int.random(in: -20...100, using: &random)
            var walked = 0
            for distance in 0...120 {
                let to = from + distance
                if distance > 0, isWorked(to) { walked += 1 }
                #expect(days.isWorking(to) == isWorked(to))
                #expect(days.count(after: from, through: to) == walked)
                #expect(days.count(after: to, through: from) == 0)
            }
            if walked > 0 {
                let nth = Int.random(in: 1...walked, using: &random)
                let found = days.adding(nth, to: from)
                #expect(
                    found.map { isWorked($0) && days.count(after: from, through: $0) == nth }
                        == true)
                let back = found.flatMap { days.adding(-1, to: $0) }
                #expect(back.map { isWorked($0) } == true || back == nil)
                if nth > 1 { #expect(back == days.adding(nth - 1, to: from)) }
            }
        }
    }

    @Test("a calendar without working days ends its walks")
    func never() {
        var calendar = WorkingCalendar()
        calendar.weekend = [1, 2, 3, 4, 5, 6, 7]
        let day = LocalDate(days: 20_000)
        #expect(calendar.days.next(after: day) == nil)
        #expect(calendar.days.previous(before: day) == nil)
        #expect(calendar.days.adding(.max, to: day) == nil)
        #expect(calendar.days.adding(.min, to: day) == nil)
        #expect(calendar.days.midpoint(dayOne: day, duration: 100) == nil)
        #expect(calendar.workingDays(from: day, to: day + 1_000_000) == 0)
    }

    @Test("the midpoint: on its day, else earlier, else later, else the office's")
    func midpoint() throws {
        // Monday 2 February 2026; day 50 is Monday 23 March.
        let dayOne = try #require(LocalDate(iso: "2026-02-02"))
        func held(_ duration: Int, off: [ClosedRange<Int>]) -> Int? {
            var calendar = WorkingCalendar()
            calendar.weekend = []
            for day in off.joined() {
                calendar.holidays.append(Holiday(date: dayOne + (day - 1), name: ""))
            }
            return calendar.days.midpoint(dayOne: dayOne, duration: duration).map {
                $0 - dayOne + 1
            }
        }
        let rows: [(duration: Int, off: [ClosedRange<Int>], day: Int?)] = [
            (100, [], 50), (90, [], 45), (99, [], 50), (1, [], 1), (7, [], 4),
            (100, [50...50], 49), (100, [41...50], 40), (100, [40...50], 51), (100, [40...59], 60),
            (100, [40...60], nil), (99, [40...50], 51), (99, [40...59], nil), (7, [3...4], nil),
            (7, [4...4], 3),
        ]
        for row in rows { #expect(held(row.duration, off: row.off) == row.day, "\(row)") }
        let file = try Sample.cohort()
        let nauryz = file.programme.calendar.days.midpoint(dayOne: dayOne, duration: 100)
        #expect(nauryz?.description == "2026-03-20")
    }
}
