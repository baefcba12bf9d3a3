import Accelerator
import Language

/// What can be wrong with the folder of commands beyond what keeps it from being loaded.
struct Checks {
    let folder: CommandsFolder
    let decider: Decider

    struct Report: Sendable {
        /// Each with the file at fault.
        var faults: [String] = []
        /// Worth knowing: what a language has no words of its own for.
        var notes: [String] = []
    }

    /// 1. Every example in every language is understood, means what it says, is read back from its own print,
    ///    and is taken by its command.
    /// 2. Every phrase of a language is one that English has, with the same values in it.
    /// 3. What a language lacks is said in English, or in the language it is based on: noted.
    /// 4. A calendar that does not know the days off of the year to come, one whose zone the machine does not
    ///    know, one whose days off a language has no names for, and one whose country no language has a word
    ///    for: noted.
    func report(today: LocalDate) -> Report {
        var report = Report()
        report.faults = decider.grammar.faultsInExamples(in: Self.reading).map { "\($0)" }
        for spec in folder.specs {
            for example in spec.examples { take(example, spec.name, "\(spec.name).yaml", &report) }
            for table in folder.languages {
                for example in table.commands[spec.name]?.examples ?? [] {
                    take(example, spec.name, "languages/\(table.tag).yaml", &report)
                }
            }
        }
        for table in folder.languages where table.tag != "en" { compare(table, &report) }
        for country in folder.calendars.keys.sorted() {
            let last = folder.calendars[country]?.holidays.last?.date.parts.year
            if last.map({ $0 <= today.parts.year }) ?? true {
                report.notes.append(
                    "calendars/\(country).yaml: "
                        + (last.map { "days off are known to the end of \($0) only" }
                            ?? "no days off are known"))
            }
            if let zone = folder.zones[country], !decider.zones.knows(zone) {
                report.notes.append(
                    "calendars/\(country).yaml: zone: this machine does not know \(zone): "
                        + "times there would go by UTC; is tzdata whole?")
            }
            let names = Set(folder.calendars[country]?.holidays.map(\.name) ?? [])
            for table in folder.languages where table.tag != "en" {
                let nameless = names.filter { table.terms["holiday.\($0)"] == nil }.sorted()
                guard let first = nameless.first else { continue }
                report.notes.append(
                    "calendars/\(country).yaml: \(nameless.count) of \(names.count) names of days "
                        + "off are said in English in \(table.tag): \(first)"
                        + (nameless.count > 1 ? ", …" : ""))
            }
            if !folder.languages.contains(where: { $0.terms["country.\(country)"] != nil }) {
                report.notes.append(
                    "calendars/\(country).yaml: no language has the term country.\(country)")
            }
        }
        return report
    }

    /// The day on which examples are read.
    private static let today = LocalDate(days: 20_532)
    private static let reading = Reading(today: today)

    /// Whether the command can be made of what its example says.
    private func take(
        _ example: CommandSpec.Example, _ command: String, _ file: String, _ report: inout Report
    ) {
        var inbound = Inbound()
        inbound.channel = "console"
        inbound.principal = Self.principal
        inbound.text = "/" + example.say
        let at = Instant(milliseconds: Int64(Self.today.days) * Instant.day + 12 * Instant.hour)
        let outcome = decider.decide(
            .message(inbound), Self.state, at: at, random: [UInt8](repeating: 7, count: 16))
        let said: [Outgoing] =
            switch outcome {
            case .answer(let out): out
            case .commit(let commit): commit.out
            case .nothing: []
            }
        if said.contains(where: { $0.phrases.contains { $0.key == "error.misunderstood" } }) {
            report.faults.append(
                "\(file): `\(example.say)`: the command \(command) can't be made of it")
        }
    }

    private static let principal = "console:check"

    /// A bot in which one person may try everything, and nothing else is there.
    private static let state: State = {
        var state = State()
        var person = Person()
        person.code = "check"
        person.name = "Check"
        person.grants = Role.allCases.map { Grant(scope: "*", role: $0) }
        state.people[person.code] = person
        state.principals[principal] = person.code
        state.reached[person.code] = [principal]
        return state
    }()

    private func compare(_ table: LanguageTable, _ report: inout Report) {
        let book = decider.phrasebook
        let english = book.keys(of: "en"), own = book.keys(of: table.tag)
        let file = "languages/\(table.tag).yaml"
        for key in own.subtracting(english).sorted() {
            report.faults.append("\(file): \(key): English has no such phrase")
        }
        for key in own.intersection(english).sorted() {
            let wanted = book.placeholders(of: key, language: "en")
            let found = book.placeholders(of: key, language: table.tag)
            guard wanted != found else { continue }
            let lacks = wanted.subtracting(found).sorted(),
                adds = found.subtracting(wanted).sorted()
            report.faults.append(
                "\(file): \(key): "
                    + [
                        lacks.isEmpty ? nil : "{\(lacks.joined(separator: "}, {"))} is missing",
                        adds.isEmpty
                            ? nil : "{\(adds.joined(separator: "}, {"))} is not given by English",
                    ].compactMap { $0 }.joined(separator: "; "))
        }
        let missing = english.subtracting(own).sorted()
        if !missing.isEmpty {
            let shown =
                missing.prefix(12).joined(separator: ", ") + (missing.count > 12 ? ", …" : "")
            report.notes.append(
                "\(file): \(missing.count) of \(english.count) phrases are said in English: \(shown)"
            )
        }
    }
}
