import Accelerator
import JSON
import Language
import Testing

/// The calendar file of an invitation is owed like its words, and so stands on the record.
@Suite("Invitations on the record") struct InvitationTests {
    private static func calendar(_ code: String, on day: Int) -> Enclosure {
        let date = LocalDate(days: 20_480 + day)
        return Enclosure(
            name: code,
            .calendar(
                DayCalendar(
                    name: "\(code) Papers",
                    entries: [
                        .init(
                            id: "\(code)-launch", date,
                            Phrase("export.day", ["code": .code(code), "day": .count(0)]),
                            note: Phrase("page.title", ["code": .code(code)])),
                        .init(
                            id: "\(code)-day-1", date + 3,
                            Phrase("export.day", ["code": .code(code), "day": .count(1)]),
                            isDone: true),
                    ], stamp: LocalMoment(date - 14, LocalTime(4, 0)))))
    }

    /// As it comes back from its line.
    private static func back(_ out: Outgoing) throws -> Outgoing {
        let json = try out.json()
        return try Outgoing(try #require(JSONValue(parsing: json).object))
    }

    @Test("a calendar comes back as it was; no other file is ever written down")
    func record() throws {
        var out = Outgoing(to: .person("u1"), kind: .reminder, [Phrase("remind.launch.hour")])
        out.id = "7.0"
        out.enclosure = Self.calendar("CH-03", on: 0)
        #expect(try Self.back(out) == out)
        out.enclosure = Enclosure(name: "CH-03", .bytes([1, 2], type: "text/csv"))
        #expect(try Self.back(out).enclosure == nil)
    }

    @Test("whoever is invited twice at one time gets one file with all days")
    func joined() throws {
        let both = try #require(
            Enclosure.joined([Self.calendar("CH-01", on: 0), Self.calendar("CH-02", on: 1)]))
        guard case .calendar(let calendar) = both.content else {
            Issue.record("no calendar")
            return
        }
        #expect(both.name == "CH-01-CH-02")
        #expect(
            calendar.entries.map(\.id) == [
                "CH-01-launch", "CH-01-day-1", "CH-02-launch", "CH-02-day-1",
            ])
        #expect(Enclosure.joined([]) == nil)
        #expect(Enclosure.joined([Self.calendar("CH-01", on: 0)]) == Self.calendar("CH-01", on: 0))
    }
}
