import Accelerator
import Language
import Testing

/// The reports of the sample cohort, on every day of its life and some around it.
struct ReportTests {
    /// The figures inside a phrase, those of phrases within it too.
    private static func figures(_ phrase: Phrase) -> [Double] {
        phrase.values.flatMap { figures($0.value) }
    }
    private static func figures(_ say: Say) -> [Double] {
        switch say {
        case .number(let x), .share(let x), .measure(let x, _): [x]
        case .bar(let x, let expected): [x, expected ?? 0]
        case .spark(let values): values
        case .phrase(let phrase): figures(phrase)
        case .list(let items): items.flatMap { figures($0) }
        default: []
        }
    }

    @Test func everyReportIsShortAndHasFigures() throws {
        let state = Sample.state(try Sample.cohort())
        let first = try #require(LocalDate(iso: "2026-01-20"))
        for offset in stride(from: 0, through: 150, by: 3) {
            let date = first + offset
            for challenge in state.challenges.values {
                let known = state.known(of: challenge, endOf: date, zones: Sample.zones)
                let view = ChallengeView(challenge, state, known: known)
                let leader = challenge.holders(of: .teamLeader).first
                for report in [
                    view.card, view.short, [view.row], view.digest(for: leader), view.teamDigest,
                ] {
                    let place = "\(challenge.code) on \(date): \(report.map(\.key))"
                    #expect(!report.isEmpty && report.count <= 25, "\(place)")
                    #expect(
                        report.flatMap { Self.figures($0) }.allSatisfy { $0.isFinite }, "\(place)")
                }
            }
            for cohort in state.cohorts.values {
                let view = CohortView(cohort, state, endOf: date, zones: Sample.zones)
                // Two empty lines stand in the digest's patterns.
                #expect(view.overview.count <= 25 && view.digest.count <= 23, "\(date)")
            }
        }
    }

    @Test func theWorstChallengeComesFirst() throws {
        let state = Sample.state(try Sample.cohort())
        let cohort = try #require(state.cohorts["NA-1"])
        let date = try #require(LocalDate(iso: "2026-03-20"))
        let view = CohortView(cohort, state, endOf: date, zones: Sample.zones)
        #expect(
            view.views.map(\.challenge.code)
                == ["CH-06", "CH-07", "CH-04", "CH-02", "CH-01", "CH-03", "CH-08", "CH-05"])
    }

    /// The lines of the first ten minutes: keys and the figures that stand in them.
    @Test(
        arguments: [
            ("CH-03", ["card.head", "card.day", "card.value", "card.way", "card.both"], 0.441),
            ("CH-01", ["card.head", "card.short", "why.line"], 0.378),
            ("CH-05", ["card.head", "card.stopped", "card.reason", "card.stopHint"], nil),
        ] as [(String, [String], Double?)])
    func dayFortySeven(code: String, keys: [String], way: Double?) throws {
        let state = Sample.state(try Sample.cohort())
        let challenge = try #require(state.challenges[code])
        let date = try #require(LocalDate(iso: "2026-03-20"))
        let view = ChallengeView(
            challenge, state, known: state.known(of: challenge, endOf: date, zones: Sample.zones))
        let report = code == "CH-03" ? view.card : view.short
        #expect(report.map(\.key) == keys)
        guard let way else { return }
        let shown = report.lazy.compactMap { phrase -> Double? in
            guard case .share(let share)? = phrase["way"] else { return nil }
            return share
        }.first
        #expect(try #require(shown).isClose(to: way))
    }

    @Test func oneReadingMakesNoForecast() throws {
        let state = Sample.state(
            try Sample.cohort(), until: try #require(Instant(rfc3339: "2026-02-05T12:00:00+05:00")))
        let challenge = try #require(state.challenges["CH-03"])
        let view = ChallengeView(
            challenge, state, at: state.at, zones: Sample.zones)
        let keys = view.digest(for: nil).map { phrase -> String in
            guard case .phrase(let inner)? = phrase["what"] else { return phrase.key }
            return inner.key
        }
        #expect(keys.contains("card.forecastNeeds"))
        #expect(!keys.contains("digest.pace"))
    }
}

extension Double {
    fileprivate func isClose(to other: Double) -> Bool { (self - other).magnitude < 0.0005 }
}
