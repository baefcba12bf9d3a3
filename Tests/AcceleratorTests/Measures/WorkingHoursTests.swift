import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// The federal week of the Emirates: Friday is a half day with the prayer in it, Ramadan has its own hours.
private let emirates: WorkingCalendar = {
    var calendar = WorkingCalendar()
    calendar.quietTo = LocalTime(7, 30)
    calendar.hours = [
        WeekdayHours([1, 2, 3, 4], from: LocalTime(7, 30), to: LocalTime(15, 30)),
        WeekdayHours([5], from: LocalTime(7, 30), to: LocalTime(12, 0)),
    ]
    calendar.ramadanHours = [
        WeekdayHours([1, 2, 3, 4], from: LocalTime(9, 0), to: LocalTime(14, 30)),
        WeekdayHours([5], from: LocalTime(9, 0), to: LocalTime(12, 0)),
    ]
    calendar.ramadan = [Season(from: date("2027-02-08"), to: date("2027-03-08"))]
    calendar.quietWindows = [WeekdayHours([5], from: LocalTime(11, 45), to: LocalTime(13, 45))]
    calendar.holidays = [Holiday(date: date("2026-12-02"), name: "National Day")]
    calendar.shortDays = [date("2026-12-31"), date("2027-02-10")]
    calendar.workingDays = [date("2026-12-05")]
    return calendar
}()

private func date(_ iso: String) -> LocalDate { LocalDate(iso: iso) ?? LocalDate(days: 0) }
private func time(_ text: String) -> LocalTime {
    let parts = text.split(separator: ":").compactMap { Int($0) }
    return LocalTime(parts.first ?? 0, parts.last ?? 0)
}

@Suite("Working hours") struct WorkingHoursTests {
    @Test("each day has its hours: half days, short days, Ramadan, a Saturday that is worked")
    func hours() {
        let rows: [(day: String, hours: String?)] = [
            ("2026-11-30", "07:30–15:30"), ("2026-12-04", "07:30–12:00"), ("2026-12-02", nil),
            ("2026-12-06", nil),
            ("2026-12-05", "07:30–15:30"), ("2026-12-31", "07:30–14:30"),
            ("2027-02-08", "09:00–14:30"),
            ("2027-02-10", "09:00–13:30"), ("2027-02-12", "09:00–12:00"),
            ("2027-03-08", "09:00–14:30"),
            ("2027-03-09", "07:30–15:30"),
        ]
        for row in rows {
            let hours = emirates.hours(on: date(row.day))
            #expect(hours.map { "\($0.from)–\($0.to)" } == row.hours, "\(row.day)")
        }
        // A calendar that names no hours is worked while it is not quiet.
        let plain = WorkingCalendar().hours(on: date("2026-11-30"))
        #expect(plain.map { "\($0.from)–\($0.to)" } == "08:30–20:00")
    }

    @Test("nobody is disturbed at night, at prayer, on a day off")
    func decent() {
        let rows: [(at: String, isDecent: Bool)] = [
            ("2026-11-30T07:29", false), ("2026-11-30T07:30", true), ("2026-11-30T19:59", true),
            ("2026-11-30T20:00", false), ("2026-12-04T11:44", true), ("2026-12-04T11:45", false),
            ("2026-12-04T13:44", false), ("2026-12-04T13:45", true), ("2026-12-02T10:00", false),
            ("2026-12-05T10:00", true), ("2026-12-06T10:00", false),
        ]
        for row in rows {
            let parts = row.at.split(separator: "T").map(String.init)
            let moment = LocalMoment(date(parts[0]), time(parts[1]))
            #expect(emirates.isDecent(at: moment) == row.isDecent, "\(row.at)")
            let next = emirates.decent(onOrAfter: moment)
            #expect(next.map { emirates.isDecent(at: $0) && $0 >= moment } == true, "\(row.at)")
            if row.isDecent { #expect(next == moment) }
        }
        #expect(
            emirates.decent(onOrAfter: LocalMoment(date("2026-12-04"), LocalTime(12, 0)))?
                .description == "2026-12-04T13:45")
        #expect(
            emirates.decent(onOrAfter: LocalMoment(date("2026-12-01"), LocalTime(21, 0)))?
                .description == "2026-12-03T07:30")
        var never = WorkingCalendar()
        never.weekend = [1, 2, 3, 4, 5, 6, 7]
        #expect(never.decent(onOrAfter: LocalMoment(date("2026-12-01"), LocalTime(9, 0))) == nil)
        #expect(never.hours(on: date("2026-12-01")) == nil)
    }

    @Test("what is meant for an hour is said before the day's work ends, and never at prayer")
    func times() {
        let rows: [(day: String, meant: String, said: String?)] = [
            ("2026-11-30", "09:00", "09:00"), ("2026-11-30", "17:00", "15:00"),
            ("2026-12-04", "17:00", "11:30"),
            ("2026-12-04", "12:00", "11:30"), ("2026-11-30", "06:00", "07:30"),
            ("2026-12-02", "09:00", nil),
            ("2026-12-31", "17:00", "14:00"), ("2027-02-10", "17:00", "13:00"),
        ]
        for row in rows {
            let said = emirates.decentTime(time(row.meant), on: date(row.day))
            #expect(said?.description == row.said, "\(row)")
        }
        // Any day, any time: decent, or a day off.
        var random = Seeded(11)
        for _ in 0..<2_000 {
            let day = date("2026-11-01") + Int.random(in: 0..<200, using: &random)
            let meant = LocalTime(minutes: Int.random(in: 0..<1440, using: &random))
            guard let said = emirates.decentTime(meant, on: day) else {
                #expect(!emirates.isWorking(day))
                continue
            }
            #expect(emirates.isDecent(at: LocalMoment(day, said)), "\(day) \(meant)")
            if let hours = emirates.hours(on: day) { #expect(said < hours.to) }
        }
    }

    @Test("the weekly meeting moves off days off within its week; a slot on a weekend stays")
    func meetings() {
        var challenge = Challenge()
        challenge.head.meetingTime = LocalTime(10, 0)
        func held(_ weekday: Int, week: String, off: [String]) -> String? {
            var calendar = WorkingCalendar()
            calendar.holidays = off.map { Holiday(date: date($0), name: "") }
            challenge.head.meetingDay = weekday
            return challenge.meeting(inWeekOf: date(week), calendar.days)?.description
        }
        #expect(held(4, week: "2026-03-26", off: []) == "2026-03-26")
        #expect(held(4, week: "2026-03-26", off: ["2026-03-26"]) == "2026-03-25")
        #expect(held(1, week: "2026-03-25", off: ["2026-03-23", "2026-03-24"]) == "2026-03-25")
        #expect(held(6, week: "2026-03-25", off: []) == "2026-03-28")
        let whole = (23...27).map { "2026-03-\($0)" }
        #expect(held(3, week: "2026-03-25", off: whole) == nil)
        challenge.head.meetingDay = 3
        var calendar = WorkingCalendar()
        calendar.holidays = whole.map { Holiday(date: date($0), name: "") }
        #expect(
            challenge.nextMeeting(from: date("2026-03-20"), calendar.days)?.description
                == "2026-04-01")
        #expect(Challenge().nextMeeting(from: date("2026-03-20"), calendar.days) == nil)
    }

    @Test("nine days off in a row make nothing stale")
    func longBreak() {
        // Kyrgyzstan, 1 to 9 May 2026; the last figure is of Wednesday 29 April.
        var challenge = Challenge()
        challenge.head.code = "CH-01"
        challenge.head.dayOne = date("2026-04-06")
        challenge.state = .accelerating
        var goal = Goal()
        goal.code = "G1"
        goal.isPrimary = true
        goal.baseline = 0
        var version = GoalVersion()
        version.target = 100
        version.effectiveFrom = date("2026-04-06")
        goal.versions = [version]
        var reading = Reported()
        reading.id = "R1"
        reading.asOf = date("2026-04-29")
        reading.value = 20
        reading.enteredAt = Instant(milliseconds: Int64(reading.asOf.days) * Instant.day)
        goal.readings = [reading]
        challenge.goals = [goal]
        func silent(_ day: String, _ calendar: WorkingCalendar) -> Int {
            ChallengeAssessment.of(
                challenge,
                known: Known(
                    endOf: date(day), zone: "UTC", zones: Zones(), days: calendar.days,
                    thresholds: Thresholds())
            ).goals[0].staleWorkingDays
        }
        var lived = WorkingCalendar()
        lived.holidays = (1...9).map { Holiday(date: date("2026-05-0\($0)"), name: "May Holidays") }
        let limit = Thresholds().staleDays
        #expect(silent("2026-05-11", lived) == 2)
        #expect(silent("2026-05-15", lived) > limit)
        #expect(silent("2026-05-11", WorkingCalendar()) > limit)
    }
}
