import Language

/// Days as a calendar file (iCalendar, RFC 5545) that phones open. All of them are whole days: a day has no
/// zone, and the phone's own is the right one.
package enum CalendarText {
    static func write(_ calendar: DayCalendar, _ book: Phrasebook, _ language: String) -> [UInt8] {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hundred//\(Release.version)//EN",
            "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "NAME:\(escaped(calendar.name))",
            "X-WR-CALNAME:\(escaped(calendar.name))",
        ]
        let time = calendar.stamp.time.description.split(separator: ":").joined()
        let stamp = "\(digits(calendar.stamp.date))T\(time)00Z"
        for entry in calendar.entries {
            lines += [
                "BEGIN:VEVENT", "UID:\(escaped(entry.id.lowercased()))@hundred", "DTSTAMP:\(stamp)",
            ]
            lines.append("DTSTART;VALUE=DATE:\(digits(entry.date))")
            lines.append("DTEND;VALUE=DATE:\(digits(entry.date + 1))")
            lines.append("SUMMARY:\(escaped(plain(entry.title, book, language)))")
            if let note = entry.note {
                lines.append("DESCRIPTION:\(escaped(plain(note, book, language)))")
            }
            lines.append("TRANSP:TRANSPARENT")
            // Reminds the day before, in the morning; nothing that is done.
            if !entry.isDone {
                lines += [
                    "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15H",
                    "DESCRIPTION:\(escaped(plain(entry.title, book, language)))", "END:VALARM",
                ]
            }
            lines.append("END:VEVENT")
        }
        lines.append("END:VCALENDAR")
        return Array(lines.map { folded($0) + "\r\n" }.joined().utf8)
    }

    /// Without isolates: calendars show them as boxes.
    private static func plain(_ phrase: Phrase, _ book: Phrasebook, _ language: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in book.text(phrase, language: language).unicodeScalars
        where !(0x2066...0x2069).contains(scalar.value) {
            out.append(scalar)
        }
        return String(out)
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
