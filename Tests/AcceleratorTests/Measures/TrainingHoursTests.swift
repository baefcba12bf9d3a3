import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// Who may not reach the hours that complete a course (method.md 2.6 and 3.1, row 30).
@Suite("Hours of a course") struct TrainingHoursTests {
    private static func session(
        _ n: Int, hours: Double = 3, title: String = "Policy", planned: Bool = false,
        _ enrolled: [String], absent: [String] = []
    ) -> Training {
        var session = Training()
        session.code = "TR\(n)"
        session.title = title
        session.on = LocalDate(days: 20_500 + n)
        session.hours = hours
        session.isPlanned = planned
        session.enrolled = enrolled
        session.absent = absent
        return session
    }

    private static func risk(_ sessions: [Training], after place: Int) -> [String] {
        var programme = Programme()
        programme.trainings = sessions
        return TrainingHours(programme, after: sessions[place]).atRisk.map(\.person)
    }

    @Test("below eighty per cent of what was held, from the third session on")
    func rule() {
        let all = ["a", "b", "c"]
        var sessions = [
            Self.session(1, all, absent: ["a"]), Self.session(2, all),
            Self.session(3, hours: 9, all, absent: ["b"]),
        ]
        #expect(Self.risk(sessions, after: 1) == [])
        // a was there for 12 of 15 hours: eighty per cent are enough.
        #expect(Self.risk(sessions, after: 2) == ["b"])
        // Other courses, and what is still to come, count for nothing.
        sessions.append(Self.session(4, title: "Data", all, absent: ["c"]))
        sessions.append(Self.session(5, planned: true, all, absent: ["c"]))
        #expect(Self.risk(sessions, after: 2) == ["b"])
        // Nor does one whose day is over and that nobody said was held, nor one without a list.
        var unsaid = sessions
        unsaid[1].isPlanned = true
        #expect(Self.risk(unsaid, after: 2) == [], "two were held")
        unsaid = sessions
        unsaid.insert(Self.session(1, hours: 90, []), at: 0)
        #expect(Self.risk(unsaid, after: 3) == ["b"])
        // Who joined late missed what was before.
        sessions.append(Self.session(6, title: "  policy ", ["a", "b", "c", "d"]))
        #expect(Self.risk(sessions, after: 5) == ["b", "d"])
    }

    @Test("whatever is held and missed: those who were always there are never at risk")
    func always() {
        var random = Seeded(30)
        for _ in 0..<200 {
            let sessions = (1...6).map { n in
                Self.session(
                    n, hours: Double(1 + random.below(4)), ["a", "b", "c"],
                    absent: random.chance(40) ? ["b"] : random.chance(10) ? ["b", "c"] : [])
            }
            for place in sessions.indices {
                let risk = Self.risk(sessions, after: place)
                let held = sessions[...place]
                let all = held.map(\.hours).reduce(0, +)
                let own = held.filter { !$0.absent.contains("b") }.map(\.hours).reduce(0, +)
                #expect(!risk.contains("a"))
                #expect(risk.contains("b") == (place >= 2 && own * 5 < all * 4))
            }
        }
    }
}
