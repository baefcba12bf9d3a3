import Accelerator
import ArgumentParser
import JSON
import Language

/// A cohort out of the data directory.
struct ExportCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case json, csv, md, ics, pdf }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Prints a cohort or a challenge: json (what import reads), csv, md, ics or pdf.")

    @OptionGroup var everywhere: Everywhere

    @Option(help: "json, csv (readings), md and pdf (a page), ics (days for a calendar).")
    var format: Format

    @Option(help: "The day (YYYY-MM-DD) as whose end things are assessed; today without it.")
    var asOf: String?

    @Option(help: "The cohort, where there are several.")
    var cohort: String?

    @Option(help: "One challenge of it, for csv, md, ics and pdf.")
    var challenge: String?

    @Option(
        help: "The language of md, ics and pdf; the cohort's first that the bot has without it.")
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
        try write(known, day ?? now.date, state, zones)
    }

    private func write(_ cohort: Cohort, _ day: LocalDate, _ state: State, _ zones: Zones) throws {
        guard var file = CohortFile(state, cohort: cohort.code) else {
            throw Exit.usage("there is no cohort \(cohort.code)")
        }
        let one = try challenge.map { code in
            guard let one = state.challenges[code] else {
                throw Exit.usage("there is no challenge \(code)")
            }
            return one
        }
        switch format {
        case .json:
            guard one == nil else {
                throw Exit.usage("json holds a whole cohort: without --challenge")
            }
            let value = CohortFile.write(state, cohort: cohort.code, asOf: day, zones: zones)
            Output.write((value ?? .null).pretty() + [10])
        case .csv:
            if let one { file.challenges = [one] }
            Output.write(file.csv())
        case .md, .pdf:
            let page =
                one.map {
                    ChallengeView($0, state, known: state.known(of: $0, endOf: day, zones: zones))
                        .page
                }
                ?? CohortView(cohort, state, endOf: day, zones: zones).page
            try write(.page(page, format == .pdf ? .pdf : .markdown), cohort)
        case .ics:
            try write(
                .calendar(one.map { DayCalendar($0, state) } ?? DayCalendar(cohort, state)), cohort)
        }
    }

    /// What has words, in the language asked for.
    private func write(_ content: Enclosure.Content, _ cohort: Cohort) throws {
        let book = try everywhere.decider().phrasebook
        if let language, !book.languages.contains(language) {
            throw Exit.usage(
                "--language: there is no \(language), only \(book.languages.joined(separator: ", "))"
            )
        }
        let chosen = language ?? cohort.languages.first { book.languages.contains($0) } ?? "en"
        let made = Enclosing(book: book).write(Enclosure(name: cohort.code, content), chosen)
        guard let made, format != .pdf || made.name.hasSuffix(".pdf") else {
            throw Exit.configuration(
                "no PDF can be drawn: this program was built without pictures, or the machine has no font for \(chosen)"
            )
        }
        Output.write(made.bytes)
    }

    private func chosen(_ state: State) throws -> String {
        if let cohort { return cohort }
        if let challenge, let home = state.challenges[challenge]?.head.cohort { return home }
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
