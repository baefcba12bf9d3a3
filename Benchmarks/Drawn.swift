import Accelerator
import JSON
import Language
import Platform

#if Pictures
    import Pictures
#endif

/// What a picture costs: the value, and the PNG of it.
struct DrawnBenchmarks {
    let decider: Decider
    let demo: String
    let seconds: Double

    func pictures(_ table: inout Table) throws {
        let file = try CohortFile(
            try JSONValue(parsing: try Files.read(demo + "/cohort-na1.json"), limits: .file))
        var state = State()
        for step in file.steps(zones: decider.zones) {
            guard
                case .commit(let commit) = decider.decide(
                    .imported(step.events), state, at: step.at, random: [])
            else { continue }
            state.evolve(commit)
        }
        guard let challenge = state.challenges["CH-03"], let cohort = state.cohorts["NA-1"],
            let day = LocalDate(iso: "2026-03-20")
        else { throw Trouble("the sample has no CH-03") }
        let known = state.known(of: challenge, endOf: day, zones: decider.zones)
        let making = cost(seconds) {
            ChallengeView(challenge, state, known: known).chart() == nil ? 0 : 1
        }
        table.add("chart: the value", making * 1e6, "µs", nil, "assessed, and the lines as values")
        #if Pictures
            guard let course = ChallengeView(challenge, state, known: known).chart(),
                let bars = CohortView(cohort, state, endOf: day, zones: decider.zones).chart
            else { throw Trouble("nothing to draw") }
            for (name, chart, language) in [
                ("chart: PNG, English", course, "en"), ("chart: PNG, Arabic", course, "ar"),
                ("chart: PNG, bars of a cohort", bars, "en"),
            ] {
                guard let png = Painter.png(chart, decider.phrasebook, language: language) else {
                    throw Trouble("\(name): no font for it")
                }
                let drawing = cost(seconds) {
                    Painter.png(chart, decider.phrasebook, language: language)?.count ?? 0
                }
                table.add(name, drawing * 1e3, "ms", .below(15), "\(png.count / 1024) kB")
            }
            let page = ChallengeView(challenge, state, known: known).page
            let setting = cost(seconds) {
                Painter.pdf(page, decider.phrasebook, language: "en")?.count ?? 0
            }
            table.add("page: PDF, English", setting * 1e3, "ms")
        #else
            table.skip("picture", "this program was built without pictures")
        #endif
    }
}
