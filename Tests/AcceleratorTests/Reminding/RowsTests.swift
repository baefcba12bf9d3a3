import Accelerator
import Language
import Testing

/// The table of the reminder calendar, and what it makes of facts that are put before it by hand.
@Suite("The rows of the reminder calendar") struct RowsTests {
    @Test("thirty-three numbers, names of their own, five of them ★")
    func table() {
        #expect(Set(Row.all.map(\.number)) == Set(1...33))
        #expect(Set(Row.all.map(\.name)).count == Row.all.count)
        #expect(Set(Row.all.filter(\.isStar).map(\.number)) == [6, 8, 20, 25, 27])
        for row in Row.all {
            let parts = row.name.split(separator: ".")
            #expect(parts.count == 2 && row.kind == String(parts.first ?? ""), "\(row.name)")
            #expect(
                !row.steps.isEmpty && row.steps.allSatisfy { !$0.hearers.isEmpty }, "\(row.name)")
            // A key is taken apart at these.
            #expect(!row.thing.contains { " /@#".contains($0) }, "\(row.name): \(row.thing)")
            #expect(Row.named(row.name) == row)
        }
        #expect(Set(Row.kinds).count == Row.kinds.count && Row.kinds.contains("reading"))
    }

    @Test("nothing is asked for more than three times at one level: it climbs instead")
    func ladders() {
        for row in Row.all {
            for hearer in Hearer.allCases {
                let nags = row.steps.filter { $0.isNag && $0.hearers.contains(hearer) }.count
                #expect(nags <= 3, "\(row.name): \(nags) times to the \(hearer)")
            }
        }
        // The daily ones do climb.
        for row in Row.all where row.steps.filter(\.isNag).count > 3 {
            let hearers = row.steps.filter(\.isNag).map(\.hearers)
            #expect(Set(hearers).count > 1, "\(row.name) stays where it is")
        }
    }

    @Test("the steps of a row come in the order of time")
    func order() {
        for row in Row.all {
            func at(_ step: Step) -> Int {
                let time = (step.time ?? row.time).minutes
                switch step.offset {
                case .days(let n): return n * 1440 + time
                case .workingDays(let n): return n * 2016 + time
                case .hours(let n): return n * 60 + 1440
                }
            }
            let times = row.steps.map(at)
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "\(row.name): \(times)")
        }
    }

    // MARK: Facts by hand

    private static let zones = Zones(files: [:])
    private static func day(_ text: String) -> LocalDate {
        LocalDate(iso: text) ?? LocalDate(days: 0)
    }

    private static func matter(_ name: String, on date: String, time: LocalTime? = nil) throws
        -> Matter
    {
        var calendar = WorkingCalendar()
        calendar.holidays = [Holiday(date: day("2026-03-23"), name: "Nauryz")]
        var matter = Matter(
            row: try #require(Row.named(name)), code: "CH-01", nominal: day(date),
            place: .cohort(Cohort()),
            days: calendar.days, zone: "UTC")
        matter.time = time
        for hearer in Hearer.allCases { matter.named[hearer] = [hearer.rawValue] }
        return matter
    }

    private static func rings(_ matter: Matter) -> [String] {
        Reminding(State(), zones).occurrences(of: matter).map {
            "\($0.receiver) \($0.rings.local(offset: 0))"
        }
    }

    struct Case: Sendable, CustomStringConvertible {
        let row: String
        let nominal: String
        var time: LocalTime?
        let rings: [String]
        var description: String { "\(row) \(nominal)" }
    }

    /// The day after Nauryz's Monday is a Tuesday, 24 March 2026.
    private static let cases = [
        Case(
            row: "training.session", nominal: "2026-03-26", time: LocalTime(14, 0),
            rings: [
                // Three days before is the holiday: the working day before it.
                "participants 2026-03-20T09:00", "trainer 2026-03-20T09:00",
                "participants 2026-03-25T09:00", "trainer 2026-03-25T09:00",
                "participants 2026-03-26T13:00", "trainer 2026-03-26T13:00",
                "absent 2026-03-27T09:00",
            ]),
        // The trainer twice, then who can help; the holiday's Monday is no working day.
        Case(
            row: "training.held", nominal: "2026-03-19",
            rings: [
                "trainer 2026-03-20T09:00", "trainer 2026-03-25T09:00", "office 2026-03-27T09:00",
            ]),
        // Without a time there is no hour before.
        Case(
            row: "launch.invitation", nominal: "2026-03-24",
            rings: ["2026-03-10", "2026-03-21", "2026-03-23"].flatMap { date in
                ["team", "coach", "sponsor"].map { "\($0) \(date)T09:00" }
            }),
        Case(
            row: "meeting.weekly", nominal: "2026-03-24", time: LocalTime(10, 0),
            rings: ["team 2026-03-20T10:00", "team 2026-03-24T09:00"]),
        Case(
            row: "blocker.critical", nominal: "2026-03-20",
            rings: ["systemLeaders 2026-03-26T09:00", "office 2026-04-01T09:00"]),
        Case(
            row: "decision.asked", nominal: "2026-03-24",
            rings: [
                "owner 2026-03-20T09:00", "owner 2026-03-24T09:00", "owner 2026-03-26T09:00",
                "office 2026-03-30T09:00",
            ]),
        Case(
            row: "day.hundred", nominal: "2026-03-22",
            rings: [
                "team 2026-03-20T09:00", "sponsor 2026-03-20T09:00", "team 2026-03-22T17:00",
                "sponsor 2026-03-22T17:00",
            ]),
        Case(row: "calendar.confirm", nominal: "2026-04-01", rings: ["office 2026-03-20T09:00"]),
    ]

    @Test("when each step rings, off days off", arguments: cases)
    func moments(_ one: Case) throws {
        #expect(Self.rings(try Self.matter(one.row, on: one.nominal, time: one.time)) == one.rings)
    }

    @Test(
        "what became true on a day is not reminded of that day; a step that is left out does not ring"
    )
    func since() throws {
        var matter = try Self.matter("promise.due", on: "2026-03-27")
        #expect(Self.rings(matter).count == 3)
        matter.since = Self.day("2026-03-20")
        #expect(Self.rings(matter) == ["owner 2026-03-27T09:00", "office 2026-04-03T09:00"])
        matter.without = [1]
        #expect(Self.rings(matter) == ["office 2026-04-03T09:00"])
        matter.last = Self.day("2026-03-31")
        #expect(Self.rings(matter) == [])
    }

    @Test("what rang does not ring again, and what was put off rings then")
    func once() throws {
        let matter = try Self.matter("review.week4", on: "2026-03-02")
        let first = Reminding(State(), Self.zones).occurrences(of: matter)
        #expect(first.map(\.key).count == Set(first.map(\.key)).count)
        var commit = Commit()
        commit.n = 1
        commit.cause = .alarm
        var rang = Rang()
        rang.key = try #require(first.first).key
        var snoozed = Snoozed()
        snoozed.key = try #require(first.last).key
        snoozed.until = Instant(milliseconds: 1_775_000_000_000)
        commit.events = [.rang(rang), .snoozed(snoozed)]
        var state = State()
        state.evolve(commit)
        let after = Reminding(state, Self.zones).occurrences(of: matter)
        #expect(after.count == first.count - 1)
        #expect(after.last?.rings == snoozed.until && !after.map(\.key).contains(rang.key))
    }

    @Test("a key is taken apart again as it was put together")
    func keys() throws {
        for row in Row.all {
            var matter = try Self.matter(row.name, on: "2026-03-24", time: LocalTime(10, 0))
            matter.named = Dictionary(
                uniqueKeysWithValues: Hearer.allCases.map { ($0, ["chat:tg:-100/1"]) })
            for one in Reminding(State(), Self.zones).occurrences(of: matter) {
                let parts = try #require(Occurrence.parts(of: one.key))
                #expect(
                    parts.row == row.name && parts.nominal == matter.nominal
                        && parts.step == one.step)
                #expect(parts.receiver == one.receiver && parts.subject == one.subject)
                #expect(one.kind == row.kind && one.isStar == row.isStar && one.chat == "tg:-100/1")
            }
        }
    }
}
