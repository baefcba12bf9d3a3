import Accelerator
import Language

/// A cohort's days as a calendar file (iCalendar, RFC 5545): Day 1, Day 50 and Day 100 of the cohort, and
/// every milestone that is open or done. All of them are whole days: a day has no zone.
package struct CohortCalendar {
    let file: CohortFile
    let state: State
    let zones: Zones

    func text() -> String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hundred//\(Release.version)//EN",
            "CALSCALE:GREGORIAN",
            "NAME:\(Self.escaped(file.cohort.name.isEmpty ? file.cohort.code : file.cohort.name))",
        ]
        if let first = file.cohort.dayOne {
            let middle = first + (file.cohort.duration / 2 - 1),
                last = first + (file.cohort.duration - 1)
            for (date, day) in [
                (first, 1), (middle, file.cohort.duration / 2), (last, file.cohort.duration),
            ] {
                event(
                    "\(file.cohort.code)-day-\(day)", date, "\(file.cohort.code): Day \(day)", nil,
                    &lines)
            }
        }
        for challenge in file.challenges {
            for milestone in challenge.milestones
            where milestone.state == .open || milestone.state == .done {
                let mark = milestone.state == .done ? "✔ " : ""
                event(
                    "\(challenge.code)-\(milestone.code)", milestone.due,
                    "\(mark)\(challenge.code) \(milestone.code) \(milestone.title)",
                    challenge.head.title, &lines)
            }
        }
        lines.append("END:VCALENDAR")
        return lines.map { Self.folded($0) + "\r\n" }.joined()
    }

    private func event(
        _ id: String, _ date: LocalDate, _ title: String, _ note: String?, _ lines: inout [String]
    ) {
        lines += ["BEGIN:VEVENT", "UID:\(id.lowercased())@hundred", "DTSTAMP:\(stamp)"]
        lines.append("DTSTART;VALUE=DATE:\(Self.digits(date))")
        lines.append("DTEND;VALUE=DATE:\(Self.digits(date + 1))")
        lines.append("SUMMARY:\(Self.escaped(title))")
        if let note { lines.append("DESCRIPTION:\(Self.escaped(note))") }
        lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
    }

    /// When the last fact became known, so that the same facts give the same file.
    private var stamp: String {
        let local = state.at.local(offset: 0)
        let time = local.time.description.split(separator: ":").joined()
        return "\(Self.digits(local.date))T\(time)00Z"
    }

    private static func digits(_ date: LocalDate) -> String {
        date.description.split(separator: "-").joined()
    }

    /// RFC 5545, 3.3.11, by scalars.
    package static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", ";", ",": out.append(contentsOf: ["\\", scalar])
            case "\n": out.append(contentsOf: ["\\", "n"])
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: continue
            default: out.append(scalar)
            }
        }
        return String(out)
    }

    /// Lines of at most 75 octets, never broken within a scalar (3.1).
    package static func folded(_ line: String) -> String {
        var out = String.UnicodeScalarView()
        var room = 75
        for scalar in line.unicodeScalars {
            let width = UTF8.width(scalar)
            if width > room {
                out.append(contentsOf: ["\r", "\n", " "])
                room = 74
            }
            out.append(scalar)
            room -= width
        }
        return String(out)
    }
}
