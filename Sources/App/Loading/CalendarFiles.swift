package import Accelerator
import Language
import Yams

/// `commands/calendars/KZ.yaml` -> the working calendar of a country, copied into a programme when it is
/// created.
///
/// ```yaml
/// country: KZ
/// zone: Asia/Almaty
/// weekend: [6, 7]                      # 1 Monday … 7 Sunday
/// quiet: { from: "20:00", to: "08:30" }
/// holidays:
///   - { date: "2026-03-21", name: "Nauryz" }
///   - { date: "2026-05-27", name: "Kurban Ait", estimate: true }
/// working_days: ["2026-12-19"]
/// short_days: ["2026-12-31"]           # worked, an hour shorter
/// hours:                               # when weekdays are worked
///   - { days: [1, 2, 3, 4, 5], from: "09:00", to: "18:30" }
/// quiet_windows:                       # nobody is disturbed
///   - { days: [5], from: "11:45", to: "13:45" }
/// ramadan:                             # other hours in these days
///   hours: [{ days: [1, 2, 3, 4], from: "09:00", to: "14:30" }]
///   periods: [{ from: "2027-02-08", to: "2027-03-08", estimate: true }]
/// names:                               # how days off are called in other languages
///   "Nauryz": { ru: "Наурыз", kk: "Наурыз мейрамы" }
/// ```
package enum CalendarFiles {
    /// The name of a day off -> a language's tag -> its name there.
    package typealias Names = [String: [String: String]]

    package struct Read {
        package var country: String
        package var zone: String?
        package var calendar: WorkingCalendar
        package var names: Names
    }

    package static func read(_ text: String, file: String) throws(LoadingFault) -> Read {
        var fields = try YAMLReader(file: file).fields(text)
        let country = try fields.neededText("country")
        // A country may have several zones; which one a programme lives in is said when it is created.
        let zone = try fields.text("zone")
        var calendar = WorkingCalendar()
        if let node = fields.take("weekend") { calendar.weekend = try weekend(node, fields) }
        if var quiet = try fields.fields("quiet") {
            calendar.quietFrom = try time("from", &quiet)
            calendar.quietTo = try time("to", &quiet)
            try quiet.finish()
        }
        for item in try fields.items("holidays") {
            calendar.holidays.append(try holiday(item.node, file: file, path: item.path))
        }
        calendar.holidays.sort { $0.date < $1.date }
        for (one, next) in zip(calendar.holidays, calendar.holidays.dropFirst())
        where one.date == next.date {
            throw fields.fault("holidays", "\(one.date) stands there twice")
        }
        calendar.workingDays = try dates("working_days", &fields).sorted()
        calendar.shortDays = try dates("short_days", &fields).sorted()
        calendar.hours = try hours("hours", &fields)
        calendar.quietWindows = try hours("quiet_windows", &fields)
        if var ramadan = try fields.fields("ramadan") {
            calendar.ramadanHours = try hours("hours", &ramadan)
            for item in try ramadan.items("periods") {
                calendar.ramadan.append(try season(item.node, file: file, path: item.path))
            }
            calendar.ramadan.sort { $0.from < $1.from }
            try ramadan.finish()
        }
        let names = try names(Set(calendar.holidays.map(\.name)), &fields)
        try fields.finish()
        return Read(country: country, zone: zone, calendar: calendar, names: names)
    }

    private static func names(_ known: Set<String>, _ fields: inout YAMLFields)
        throws(LoadingFault) -> Names
    {
        guard var all = try fields.fields("names") else { return [:] }
        var names: Names = [:]
        for name in all.members.map(\.name) {
            guard known.contains(name) else {
                throw all.fault(name, "no day off is called so")
            }
            for (tag, text) in try all.pairs(name) {
                guard !text.isEmpty, text.unicodeScalars.count <= 60, !text.contains("{") else {
                    throw all.fault(
                        "\(name).\(tag)", "1 to 60 characters without braces are expected")
                }
                names[name, default: [:]][tag] = text
            }
        }
        try all.finish()
        return names
    }

    private static func hours(_ name: String, _ fields: inout YAMLFields) throws(LoadingFault)
        -> [WeekdayHours]
    {
        var found: [WeekdayHours] = []
        for item in try fields.items(name) {
            var one = try YAMLFields(item.node, file: fields.file, path: item.path)
            var hours = WeekdayHours()
            for text in try one.texts("days") {
                guard let day = Int(text), (1...7).contains(day),
                    !found.contains(where: { $0.weekdays.contains(day) })
                else {
                    throw one.fault("days", "weekdays from 1, Monday, to 7 are expected, each once")
                }
                hours.weekdays.append(day)
            }
            hours.from = try time("from", &one)
            hours.to = try time("to", &one)
            guard hours.from < hours.to else {
                throw one.fault("to", "a time after \(hours.from) is expected")
            }
            try one.finish()
            found.append(hours)
        }
        return found
    }

    private static func season(_ node: Node, file: String, path: String) throws(LoadingFault)
        -> Season
    {
        var fields = try YAMLFields(node, file: file, path: path)
        var ends: [LocalDate] = []
        for name in ["from", "to"] {
            guard let date = LocalDate(iso: try fields.neededText(name)) else {
                throw fields.fault(name, "a date such as \"2027-02-08\" is expected")
            }
            ends.append(date)
        }
        let isEstimate = try fields.flag("estimate") ?? false
        try fields.finish()
        guard ends[0] <= ends[1], ends[1] - ends[0] < 40 else {
            throw fields.fault("to", "a day within forty days after “from” is expected")
        }
        return Season(from: ends[0], to: ends[1], isEstimate: isEstimate)
    }

    private static func dates(_ name: String, _ fields: inout YAMLFields) throws(LoadingFault)
        -> [LocalDate]
    {
        var dates: [LocalDate] = []
        for day in try fields.texts(name) {
            guard let date = LocalDate(iso: day) else {
                throw fields.fault(
                    name, "a date such as \"2026-12-31\" is expected, not “\(day.prefix(40))”")
            }
            dates.append(date)
        }
        return dates
    }

    private static func weekend(_ node: Node, _ fields: YAMLFields) throws(LoadingFault) -> [Int] {
        var days: [Int] = []
        for text in try YAMLFields.texts(node, file: fields.file, path: fields.place("weekend")) {
            guard let day = Int(text), (1...7).contains(day), !days.contains(day) else {
                throw fields.fault("weekend", "weekdays from 1, Monday, to 7 are expected")
            }
            days.append(day)
        }
        guard days.count < 7 else { throw fields.fault("weekend", "some day must be worked") }
        return days
    }

    private static func time(_ name: String, _ fields: inout YAMLFields) throws(LoadingFault)
        -> LocalTime
    {
        let parts = (try fields.neededText(name)).split(
            separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 2, let hour = Int(parts[0]),
            let minute = Int(parts[1]),
            (0...23).contains(hour), (0...59).contains(minute)
        else { throw fields.fault(name, "a time such as \"08:30\" is expected") }
        return LocalTime(hour, minute)
    }

    private static func holiday(_ node: Node, file: String, path: String) throws(LoadingFault)
        -> Holiday
    {
        var fields = try YAMLFields(node, file: file, path: path)
        let day = try fields.neededText("date")
        guard let date = LocalDate(iso: day) else {
            throw fields.fault(
                "date", "a date such as \"2026-03-21\" is expected, not “\(day.prefix(40))”")
        }
        let name = try fields.neededText("name")
        guard name.unicodeScalars.count <= 60 else {
            throw fields.fault("name", "at most 60 characters are expected")
        }
        let isEstimate = try fields.flag("estimate") ?? false
        try fields.finish()
        return Holiday(date: date, name: name, isEstimate: isEstimate)
    }
}
