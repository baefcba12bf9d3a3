import Accelerator
import Language
import Runtime
import TestKit

/// Lines that a person might type: from the usages of the commands, with values that fit or nearly fit.
struct Lines {
    let decider: Decider
    private let usages: [(command: String, usage: Usage)]
    private let names: [String]
    /// The words of the choice types.
    private let choices: [String: [String]]

    init(_ decider: Decider) {
        self.decider = decider
        names = decider.grammar.specs.keys.sorted()
        let usages = decider.grammar.specs.values.sorted { $0.name < $1.name }.flatMap { spec in
            spec.usages.compactMap { text in
                (try? Usage(parsing: text)).map { (command: spec.name, usage: $0) }
            }
        }
        let reading = Reading(today: LocalDate(days: 20_532))
        var choices: [String: [String]] = [:]
        for (command, usage) in usages {
            for slot in usage.slots where Self.values[slot.type] == nil && choices[slot.type] == nil
            {
                choices[slot.type] = decider.grammar.candidates(
                    slot: slot.name, of: command, in: reading)
            }
        }
        self.usages = usages
        self.choices = choices
    }

    /// A line with its slash; of its optional parts some.
    func line(_ state: State, _ random: inout Seeded) -> String {
        if random.chance(15), let spec = random.pick(names),
            let example = random.pick(decider.grammar.specs[spec]?.examples ?? [])
        {
            return "/" + example.say
        }
        guard let (command, usage) = random.pick(usages) else { return "/help" }
        var words = ["/" + command] + usage.keywords
        for part in usage.parts { words += text(part, state, &random) }
        if random.chance(60) { words.append(random.pick(Self.challenges) ?? "CH-03") }
        return words.joined(separator: " ")
    }

    private func text(_ part: Usage.Part, _ state: State, _ random: inout Seeded) -> [String] {
        switch part {
        case .word(let alternatives): return [random.pick(alternatives) ?? ""]
        case .flag(let flag): return random.chance(40) ? [flag] : []
        case .slot(let slot):
            if slot.isOptional ? random.chance(45) : random.chance(4) { return [] }
            return [value(slot.type, state, &random)]
        case .key(let slot):
            if slot.isOptional, random.chance(50) { return [] }
            return ["\(slot.name)=\(value(slot.type, state, &random))"]
        case .group(let parts):
            guard random.chance(50) else { return [] }
            return parts.flatMap { text($0, state, &random) }
        }
    }

    private static let challenges = [
        "CH-01", "CH-02", "CH-03", "CH-03", "CH-03", "CH-04", "CH-05", "CH-07", "CH-08", "CH-09",
        "CH-99",
    ]
    private static let values: [String: [String]] = [
        "text": [
            "\"the vendor wants 6 weeks\"", "\"61,5\"", "registry", "\"Больницы подключены\"",
            "\"مواليد\"", "\"a \\\"b\\\" c\"", "\"\"",
        ],
        "word": ["one", "x", "42"],
        "number": ["5", "0", "-1", "98.5", "1e9"],
        "measure": [
            "78.4", "79", "80,1 %", "0.784", "+44", "1,500", "583", "627", "31",
            "18.5 working days", "-3", "99999999", "٧٨٫٤", "1 056",
        ],
        "count": ["1", "4", "9", "40", "0"],
        "percent": ["47%", "61,5 %"],
        "date": [
            "2026-03-19", "yesterday", "18 Mar", "tomorrow", "2026-05-12", "2026-02-01", "Friday",
            "2027-01-01", "today",
        ],
        "moment": ["tomorrow 9:00", "2026-03-25T10:00", "Monday 09:00"],
        "duration": ["2 hours", "3 days", "1 week"],
        "person": ["@u03-m1", "Madina", "@nobody", "me", "u01-lead", "@u03-sponsor", "Saule"],
        "code": ["CH-03-M3", "x9"], "choice": ["yes"],
        "day": ["day 65", "d50", "100", "day 0"], "score": ["1", "3", "5", "6"],
        "change": ["\"from 61 % to 98 %\"", "\"12 to 5\"", "\"less\""],
        "time": ["09:00", "21:30", "25:00"],
        "zone": ["Astana", "America/New_York", "Mars/Base", "Dubai"],
        "language": ["ru", "en", "ar", "Klingon"], "area": ["A03", "A99"],
        "cohort": ["NA-1", "NA-2"],
        "programme": ["KZ", "AE"], "goal": ["G1", "G2", "CH-03-G1", "CH-08-G2", "G9"],
        "milestone": ["M1", "M3", "M4", "CH-01-M4", "M77"],
        "blocker": ["B1", "B2", "CH-01-B2", "B9"],
        "decision": ["D1", "CH-01-D1", "D9"], "proposal": ["P-01", "P-09", "P-11", "P-77"],
    ]

    private func value(_ type: String, _ state: State, _ random: inout Seeded) -> String {
        if type == "challenge" { return random.pick(Self.challenges) ?? "CH-03" }
        if let known = Self.values[type] { return random.pick(known) ?? "" }
        return random.pick(choices[type] ?? []) ?? "other"
    }

    static let plain = [
        "78,4", "79 yesterday", "0.79", "?", "how are we", "thanks", "done", "later", "not me",
        "yes", "no", "1", "2", "3",
        "cancel", "we need forty licences from the ministry", "the figure is 81 today they say",
        "статус", "Привет", "حالة",
        "status", "hello there", "sure=12", "/", "!", "/ ", "+5", "82 %", "tomorrow", "👍", "skip",
    ]
}
