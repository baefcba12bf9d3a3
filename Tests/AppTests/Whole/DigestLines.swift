import Accelerator
import Language
import Testing

/// Every page as people read it, on many days of the sample cohort: it fits a phone's screen.
@Suite("The length of pages") struct DigestLines {
    @Test("no page is longer than 25 lines, and one's own list than 12")
    func lengths() throws {
        let decider = try House.decider()
        var world = World(decider)
        world.load(try House.sample(), until: Instant(milliseconds: .max))
        let state = world.state
        let programme = try #require(state.programmes["KZ"])
        let cohort = try #require(state.cohorts["NA-1"])
        let first = try #require(LocalDate(iso: "2026-01-28"))
        var widest = 0
        func check(_ phrases: [Phrase], _ limit: Int, _ place: String) {
            for language in ["en", "ru"] {
                let lines = decider.phrasebook.render(phrases, language: language).text.split(
                    separator: "\n", omittingEmptySubsequences: false)
                #expect(lines.count <= limit, "\(place) in \(language): \(lines.count) lines\n\(lines.joined(separator: "\n"))")
                for line in lines { widest = max(widest, line.count) }
                // What stands in a page is short enough to be read at a glance.
                for line in lines { #expect(line.count <= 230, "\(place): \(line)") }
            }
        }
        for offset in stride(from: 0, through: 320, by: 8) {
            let date = first + offset
            let view = CohortView(cohort, state, endOf: date, zones: decider.zones)
            check(view.digest, 25, "digest on \(date)")
            check(view.overview, 25, "overview on \(date)")
            check(view.finalPage, 25, "last page on \(date)")
            check(NationView([view], state, on: date).digest(for: "po-director"), 25, "nation on \(date)")
            for area in programme.areas {
                let page = AreaView(area, of: programme, state, on: date, cut: nil, zones: decider.zones)
                check(page.digest, 25, "\(area.code) on \(date)")
            }
            for challenge in state.challenges.values {
                let known = state.known(of: challenge, endOf: date, zones: decider.zones)
                let one = ChallengeView(challenge, state, known: known)
                check(one.closingReport, 25, "closing report of \(challenge.code) on \(date)")
                check(one.story, 25, "story of \(challenge.code) on \(date)")
                check(one.digest(for: challenge.holders(of: .teamLeader).first), 25, "digest of \(challenge.code) on \(date)")
            }
        }
        #expect(widest > 20)
    }

    @Test("one's own list has twelve lines at most, its head among them")
    func personal() throws {
        let decider = try House.decider()
        for day in ["2026-02-20", "2026-03-20", "2026-05-13"] {
            let until = try #require(Instant(rfc3339: "\(day)T17:30:00+05:00"))
            let world = World(decider, try House.sample(), until: until)
            for person in world.state.people.keys {
                let list = PersonalList(person, world.state, at: until, zones: decider.zones)
                #expect(list.lines.count <= 11, "\(person) on \(day)")
            }
        }
    }
}
