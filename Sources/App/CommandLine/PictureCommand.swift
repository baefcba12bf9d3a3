import Accelerator
import ArgumentParser
import Language
import Platform

/// The picture of a challenge or a cohort, as a file.
struct PictureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picture",
        abstract: "Draws a challenge's course or a cohort's bars into a PNG.")

    @OptionGroup var everywhere: Everywhere

    @Option(help: "Another goal of the challenge: G2.")
    var goal: String?

    @Option(help: "The language of its words.")
    var language = "en"

    @Option(help: "The day (YYYY-MM-DD) as whose end it is drawn; now without it.")
    var asOf: String?

    @Option(name: .shortAndLong, help: "The file; - is standard output.")
    var output: String

    @Argument(help: "A challenge or a cohort: CH-03, NA-1.")
    var what: String

    func run() throws {
        let state = try everywhere.readState()
        let decider = try everywhere.decider()
        let day = try asOf.map { text in
            guard let day = LocalDate(iso: text) else {
                throw Exit.usage("--as-of: “\(text)” is no date such as 2026-03-20")
            }
            return day
        }
        guard decider.phrasebook.languages.contains(language) else {
            throw Exit.usage(
                "--language: there is no \(language), only \(decider.phrasebook.languages.joined(separator: ", "))"
            )
        }
        guard let chart = try chart(state, decider.zones, day) else {
            throw Exit.usage("there is nothing to draw of \(what) yet")
        }
        guard let bytes = Enclosing(book: decider.phrasebook).draw(chart, language) else {
            throw Exit.configuration(
                "no picture can be drawn: this program was built without pictures, or the machine has no font for \(language)"
            )
        }
        if output == "-" { return Output.write(bytes) }
        do throws(SystemError) {
            try Files.write(bytes, to: output)
        } catch {
            throw Exit.io("\(error)")
        }
        Output.write(decider.phrasebook.text(chart.alt, language: language) + "\n")
    }

    private func chart(_ state: State, _ zones: Zones, _ day: LocalDate?) throws -> Chart? {
        let now = Times.now
        if let challenge = state.challenges[what] {
            if let goal, !challenge.goals.contains(where: { $0.code == goal }) {
                throw Exit.usage("\(what) has no goal \(goal)")
            }
            let known =
                day.map { state.known(of: challenge, endOf: $0, zones: zones) }
                ?? state.known(of: challenge, at: now, zones: zones)
            return ChallengeView(challenge, state, known: known).chart(of: goal)
        }
        guard let cohort = state.cohorts[what] else {
            throw Exit.usage("there is no challenge or cohort \(what)")
        }
        return day.map { CohortView(cohort, state, endOf: $0, zones: zones).chart }
            ?? CohortView(cohort, state, at: now, zones: zones).chart
    }
}
