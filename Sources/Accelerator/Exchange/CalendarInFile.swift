import JSON
import Language

// A calendar in a cohort's file: `weekend`, `holidays` by date, and what else is said of days, where it is.

extension CohortFile {
    /// `Kurban Ait (estimated)`: what the moon decides says so in its name.
    static func saysEstimated(_ name: String) -> Bool { name.hasSuffix("(estimated)") }

    static func calendar(_ from: CohortFields) throws(CohortFault) -> WorkingCalendar {
        var fields = from
        var calendar = WorkingCalendar()
        calendar.weekend = try weekdays("weekend", &fields)
        if var holidays = try fields.object("holidays") {
            for member in holidays.rest() {
                guard let date = LocalDate(iso: member.name), let name = member.value.string,
                    name.utf8.count <= CohortFields.longestText
                else { throw holidays.fault(member.name, "a date and its name are expected") }
                calendar.holidays.append(
                    Holiday(date: date, name: name, isEstimate: saysEstimated(name)))
            }
        }
        calendar.holidays.sort { $0.date < $1.date }
        for item in try fields.list("estimates") {
            guard let date = item.value.string.flatMap({ LocalDate(iso: $0) }),
                let place = calendar.holidays.firstIndex(where: { $0.date == date })
            else { throw CohortFault(path: item.path, why: "the date of a holiday is expected") }
            calendar.holidays[place].isEstimate.toggle()
        }
        calendar.workingDays = try dates("working_days", &fields)
        if var quiet = try fields.object("quiet") {
            calendar.quietFrom = try quiet.time("from")
            calendar.quietTo = try quiet.time("to")
            try quiet.finish()
        }
        calendar.shortDays = try dates("short_days", &fields)
        calendar.hours = try hours("hours", &fields)
        calendar.ramadanHours = try hours("ramadan_hours", &fields)
        for var one in try fields.items("ramadan") {
            guard let from = try one.optionalDate("from"), let to = try one.optionalDate("to"),
                from <= to
            else {
                throw one.fault("from", "the first and the last day are expected")
            }
            let isEstimate = one.take("estimate") == .bool(true)
            try one.finish()
            calendar.ramadan.append(Season(from: from, to: to, isEstimate: isEstimate))
        }
        calendar.ramadan.sort { $0.from < $1.from }
        calendar.quietWindows = try hours("quiet_windows", &fields)
        try fields.finish()
        return calendar
    }

    private static func weekdays(_ name: String, _ fields: inout CohortFields) throws(CohortFault)
        -> [Int]
    {
        var days: [Int] = []
        for item in try fields.list(name) {
            guard let day = item.value.int, (1...7).contains(day), !days.contains(Int(day)) else {
                throw CohortFault(
                    path: item.path, why: "a weekday from 1, Monday, to 7 is expected")
            }
            days.append(Int(day))
        }
        return days
    }

    private static func dates(_ name: String, _ fields: inout CohortFields) throws(CohortFault)
        -> [LocalDate]
    {
        var dates: [LocalDate] = []
        for item in try fields.list(name) {
            guard let date = item.value.string.flatMap({ LocalDate(iso: $0) }) else {
                throw CohortFault(path: item.path, why: "a date is expected")
            }
            dates.append(date)
        }
        return dates.sorted()
    }

    private static func hours(_ name: String, _ fields: inout CohortFields) throws(CohortFault)
        -> [WeekdayHours]
    {
        var found: [WeekdayHours] = []
        for var one in try fields.items(name) {
            let days = try weekdays("days", &one)
            let hours = WeekdayHours(days, from: try one.time("from"), to: try one.time("to"))
            guard hours.from < hours.to, !days.isEmpty else {
                throw one.fault("to", "weekdays and a time after \(hours.from) are expected")
            }
            try one.finish()
            found.append(hours)
        }
        return found
    }

    static func object(of calendar: WorkingCalendar) -> JSONValue {
        var out = JSONMaker()
        out.add("weekend", .array(calendar.weekend.map { .integer(Int64($0)) }))
        var holidays = JSONMaker()
        for holiday in calendar.holidays { holidays.add(holiday.date.description, holiday.name) }
        out.add("holidays", .object(holidays.object))
        let odd = calendar.holidays.filter { $0.isEstimate != saysEstimated($0.name) }
        if !odd.isEmpty { out.add("estimates", odd.map(\.date.description)) }
        if !calendar.workingDays.isEmpty {
            out.add("working_days", calendar.workingDays.map(\.description))
        }
        let plain = WorkingCalendar()
        if calendar.quietFrom != plain.quietFrom || calendar.quietTo != plain.quietTo {
            var quiet = JSONMaker()
            quiet.add("from", calendar.quietFrom.description)
            quiet.add("to", calendar.quietTo.description)
            out.add("quiet", .object(quiet.object))
        }
        if !calendar.shortDays.isEmpty {
            out.add("short_days", calendar.shortDays.map(\.description))
        }
        add("hours", calendar.hours, &out)
        add("ramadan_hours", calendar.ramadanHours, &out)
        if !calendar.ramadan.isEmpty {
            out.add("ramadan", list: calendar.ramadan) { season, out in
                out.add("from", season.from.description)
                out.add("to", season.to.description)
                if season.isEstimate { out.add("estimate", true) }
            }
        }
        add("quiet_windows", calendar.quietWindows, &out)
        return .object(out.object)
    }

    private static func add(_ name: String, _ hours: [WeekdayHours], _ out: inout JSONMaker) {
        guard !hours.isEmpty else { return }
        out.add(name, list: hours) { one, out in
            out.add("days", .array(one.weekdays.map { .integer(Int64($0)) }))
            out.add("from", one.from.description)
            out.add("to", one.to.description)
        }
    }
}
