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
            for language in ["en", "ru", "ar"] {
                let lines = decider.phrasebook.render(phrases, language: language).text.split(
                    separator: "\n", omittingEmptySubsequences: false)
                #expect(
                    lines.count <= limit,
                    "\(place) in \(language): \(lines.count) lines\n\(lines.joined(separator: "\n"))"
                )
                for line in lines { widest = max(widest, line.count) }
                // What stands in a page is short enough to be read at a glance.
                for line in lines { #expect(line.count <= 230, "\(place): \(line)") }
            }
        }
        for offset in stride(from: 0, through: 320, by: 8) {
            let date = first + offset
            let view = CohortView(cohort, state, endOf: date, zones: decider.zones)
            check(view.digest, 25, "digest on \(date)")
            for days in [1, 7, 30] {
                let since = Since(
                    decider.zones.instant(
                        LocalMoment(date - days, LocalTime(9, 0)), in: "Asia/Almaty") ?? state.at,
                    date - days)
                check(view.digest(since: since), 25, "digest on \(date), since \(days) days")
                let nation = NationView([view], state, on: date)
                check(
                    nation.digest(for: "po-director", since: since), 25,
                    "nation on \(date), since \(days) days")
                for area in programme.areas {
                    let page = AreaView(
                        area, of: programme, state, on: date, cut: nil, zones: decider.zones)
                    check(
                        page.digest(since: since), 25, "\(area.code) on \(date), since \(days) days"
                    )
                }
                for one in view.views {
                    for role in [Role.teamLeader, .sponsor] {
                        let reader = one.challenge.holders(of: role).first
                        check(
                            one.digest(for: reader, since: since), 25,
                            "\(one.challenge.code) on \(date), since \(days) days")
                    }
                    check(
                        one.teamDigest(since: since), 25,
                        "team of \(one.challenge.code) on \(date), since \(days) days")
                }
            }
            check(view.overview, 25, "overview on \(date)")
            check(view.finalPage, 25, "last page on \(date)")
            check(
                NationView([view], state, on: date).digest(for: "po-director"), 25,
                "nation on \(date)")
            for area in programme.areas {
                let page = AreaView(
                    area, of: programme, state, on: date, cut: nil, zones: decider.zones)
                check(page.digest, 25, "\(area.code) on \(date)")
            }
            for challenge in state.challenges.values {
                let known = state.known(of: challenge, endOf: date, zones: decider.zones)
                let one = ChallengeView(challenge, state, known: known)
                check(one.teamDigest, 25, "team of \(challenge.code) on \(date)")
                check(one.closingReport, 25, "closing report of \(challenge.code) on \(date)")
                check(one.story, 25, "story of \(challenge.code) on \(date)")
                check(
                    one.digest(for: challenge.holders(of: .teamLeader).first), 25,
                    "digest of \(challenge.code) on \(date)")
            }
        }
        #expect(widest > 20)
    }

    @Test(
        "what every page has of its own fits 38 columns: only names and figures make a line longer")
    func widths() throws {
        let specs = try House.decider().grammar.specs
        var lines = 0
        for command in ["digest", "nation", "area", "board", "subscribe"] {
            let phrases = try #require(specs[command]).phrases
            for (key, pattern) in phrases.sorted(by: { $0.key < $1.key }) {
                // What help says stands on no page.
                guard !key.hasPrefix("ask."), key != "help", key != "summary",
                    !Self.answers.contains("\(command).\(key)")
                else { continue }
                for line in Self.fixed(pattern).split(separator: "\n") {
                    lines += 1
                    #expect(
                        line.count <= 38, "\(command).\(key): \(line.count) columns of “\(line)”")
                }
            }
        }
        #expect(lines > 120)
    }

    /// Sentences that are answers of a command and stand on no page.
    private static let answers: Set<String> = [
        "board.unpinned", "board.private", "board.privateBare", "board.other", "board.closed",
        "board.privateCohort", "board.privateCohorts", "board.closedCohort", "board.cohortLabel",
        "board.off",
        "area.unknown", "area.noChallenges", "area.added", "subscribe.none", "subscribe.noneGroup",
        "subscribe.atNight",
        "subscribe.tooMany", "subscribe.noDay", "subscribe.line", "subscribe.lineByRole",
        "digest.cohortHead",
        "subscribe.doneGroup",
    ]

    /// A pattern without its values; of a choice the longest.
    private static func fixed(_ pattern: String) -> String {
        var text = "", rest = pattern[...]
        while let open = rest.firstIndex(of: "{") {
            text += rest[..<open]
            let close = end(of: rest[open...])
            let inner = rest[rest.index(after: open)..<close]
            if inner.contains(", plural,") || inner.contains(", select,") {
                var branches: [String] = [], inside = inner
                while let begin = inside.firstIndex(of: "{") {
                    let stop = end(of: inside[begin...])
                    branches.append(fixed(String(inside[inside.index(after: begin)..<stop])))
                    inside = inside[inside.index(after: stop)...]
                }
                text += branches.max { $0.count < $1.count } ?? ""
            }
            rest = rest[close...].dropFirst()
        }
        text += rest
        for mark in ["<b>", "</b>", "<c>", "</c>"] {
            text = text.split(separator: mark, omittingEmptySubsequences: false).joined()
        }
        return text
    }

    private static func end(of text: Substring) -> Substring.Index {
        var depth = 0
        for place in text.indices {
            if text[place] == "{" { depth += 1 }
            if text[place] == "}" { depth -= 1 }
            if depth == 0 { return place }
        }
        return text.index(before: text.endIndex)
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
