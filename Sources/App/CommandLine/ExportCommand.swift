import Accelerator
import ArgumentParser
import JSON
import Language

/// A cohort out of the data directory.
struct ExportCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json, csv, md, ics }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Prints a cohort: json (what import reads), csv, md or ics.")

    @OptionGroup var everywhere: Everywhere

    @Option(help: "json, csv (readings), md (one page), ics (milestones and reviews).")
    var format: Format

    @Option(help: "The day (YYYY-MM-DD) as whose end things are assessed; today without it.")
    var asOf: String?

    @Option(help: "The cohort, where there are several.")
    var cohort: String?

    @Option(help: "The language of md; the cohort's first that the bot has without it.")
    var language: String?

    func run() throws {
        let state = try everywhere.readState()
        let code = try chosen(state)
        let zones = try ZoneInfo.read()
        guard let known = state.cohorts[code] else {
            throw Exit.usage("there is no cohort \(code)")
        }
        let now = zones.local(Times.now, in: state.zone(of: known)) ?? Times.now.local(offset: 0)
        let day = try asOf.map { text in
            guard let day = LocalDate(iso: text) else {
                throw Exit.usage("--as-of: “\(text)” is no date such as 2026-03-20")
            }
            return day
        }
        guard let file = CohortFile(state, cohort: code) else {
            throw Exit.usage("there is no cohort \(code)")
        }
        switch format {
        case .json:
            let value = CohortFile.write(state, cohort: code, asOf: day ?? now.date, zones: zones)
            Output.write((value ?? .null).pretty() + [10])
        case .csv: Output.write(file.csv())
        case .md:
            let decider = try everywhere.decider()
            Output.write(
                CohortPage(decider: decider, state: state).markdown(
                    known, asOf: day ?? now.date, language: language))
        case .ics: Output.write(CohortCalendar(file: file, state: state, zones: zones).text())
        }
    }

    private func chosen(_ state: State) throws -> String {
        if let cohort { return cohort }
        let codes = state.cohorts.keys
        guard let only = codes.first else {
            throw Exit.usage("there is no cohort in \(everywhere.dataPath)")
        }
        guard codes.count == 1 else {
            throw Exit.usage(
                "there are several cohorts; name one with --cohort: \(codes.joined(separator: ", "))"
            )
        }
        return only
    }
}
