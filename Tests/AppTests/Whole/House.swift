import Accelerator
import JSON
import Language
import Testing
import Yams
import hundred

/// The bot as its folder of commands makes it, decided in the tests' own process: no disk, no clock.
enum House {
    static func decider() throws -> Decider { try made.get() }

    private static let made: Result<Decider, any Error> = Result {
        try make(["KZ": WorkingCalendar(), "KG": WorkingCalendar()])
    }

    /// With the calendars of the folder: the days off of the country itself.
    static func deciderOfCountry() throws -> Decider { try make(calendars()) }

    private static func calendars() throws -> [String: WorkingCalendar] {
        var found: [String: WorkingCalendar] = [:]
        let folder = Program.commands + "/calendars"
        for name in Folder.names(folder) where name.hasSuffix(".yaml") {
            let text = String(decoding: Folder.bytes("\(folder)/\(name)"), as: UTF8.self)
            let read = try CalendarFiles.read(text, file: name)
            found[read.country] = read.calendar
        }
        return found
    }

    private static func make(_ calendars: [String: WorkingCalendar]) throws -> Decider {
        var specs: [CommandSpec] = []
        for (file, top) in try yaml(in: Program.commands) { specs.append(try spec(top, file)) }
        var languages: [LanguageTable] = []
        for (file, top) in try yaml(in: Program.commands + "/languages") {
            languages.append(try language(top, file))
        }
        languages.sort { ($0.tag == "en" ? 0 : 1, $0.tag) < ($1.tag == "en" ? 0 : 1, $1.tag) }
        return try Decider(
            specs: specs, languages: languages, zones: zones, calendars: calendars)
    }

    /// The keys of a language's own terms.
    static func terms(of language: String) throws -> Set<String> {
        for (file, top) in try yaml(in: Program.commands + "/languages")
        where file == language + ".yaml" {
            return Set(pairs(top["terms"]).map(\.name))
        }
        throw Missing(description: "there is no \(language).yaml")
    }

    /// Almaty since 2024, made by hand: five hours east, no rules. And a zone that is far away.
    static let zones = Zones(files: [
        "Asia/Almaty": zone("<+05>-5", seconds: 18_000),
        "America/New_York": zone("<-05>5", seconds: -18_000),
    ])

    private static func zone(_ rule: String, seconds: Int32) -> [UInt8] {
        let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
        let counts: [UInt8] = [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4,
        ]
        let offset = UInt32(bitPattern: seconds)
        let type =
            (0..<4).map { UInt8(truncatingIfNeeded: offset >> (24 - 8 * UInt32($0))) } + [0, 0]
        let block = header + counts + type + Array("+00\0".utf8)
        return block + block + Array("\n\(rule)\n".utf8)
    }

    // MARK: The sample cohort

    static func sampleJSON() throws -> JSONValue {
        try JSONValue(parsing: Folder.bytes(Program.sample), limits: .file)
    }
    static func sample() throws -> CohortFile { try CohortFile(sampleJSON()) }

    /// Friday 20 March 2026, 17:30 in Astana: the sample on Day 47.
    static let afternoon = Instant(milliseconds: 1_774_009_800_000)

    // MARK: YAML

    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    private static func yaml(in folder: String) throws -> [(file: String, top: Node)] {
        try Folder.names(folder).filter { $0.hasSuffix(".yaml") }.map { name in
            let text = String(decoding: Folder.bytes("\(folder)/\(name)"), as: UTF8.self)
            guard let top = try compose(yaml: text, .basic) else {
                throw Missing(description: "\(name) is empty")
            }
            return (name, top)
        }
    }
    private static func text(_ node: Node?) -> String? { node?.scalar?.string }
    private static func texts(_ node: Node?) -> [String] {
        if let one = text(node) { return [one] }
        return node?.sequence?.compactMap { text($0) } ?? []
    }
    private static func pairs(_ node: Node?) -> [(name: String, node: Node)] {
        node?.mapping?.compactMap { key, value in text(key).map { ($0, value) } } ?? []
    }
    private static func patterns(_ node: Node?) -> [String: String] {
        var found: [String: String] = [:]
        for (name, node) in pairs(node) { found[name] = tidied(text(node) ?? "") }
        return found
    }
    private static func tidied(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while scalars.last == "\n" { scalars.removeLast() }
        return String(scalars)
    }
    private static func needed(_ node: Node?, _ what: String) throws -> String {
        guard let text = text(node) else { throw Missing(description: "\(what) is missing") }
        return text
    }
    private static func examples(_ node: Node?) throws -> [CommandSpec.Example] {
        try (node?.sequence.map(Array.init) ?? []).map { item in
            var means: [String: String] = [:]
            for (slot, value) in pairs(item["means"]) { means[slot] = text(value) }
            return CommandSpec.Example(say: try needed(item["say"], "say"), means: means)
        }
    }

    private static func spec(_ top: Node, _ file: String) throws -> CommandSpec {
        var spec = CommandSpec(name: try needed(top["name"], file), usages: [])
        spec.usages = texts(top["usage"]) + texts(top["usages"])
        spec.who = texts(top["who"])
        spec.phase = texts(top["phase"])
        spec.aliases = texts(top["aliases"])
        spec.summary = tidied(try needed(top["summary"], file))
        spec.help = tidied(text(top["help"]) ?? "")
        spec.examples = try examples(top["examples"])
        spec.phrases = patterns(top["phrases"])
        spec.phrases["summary"] = Literal.pattern(spec.summary)
        spec.phrases["help"] = Literal.pattern(spec.help)
        return spec
    }

    private static func language(_ top: Node, _ file: String) throws -> LanguageTable {
        let dates = top["dates"]
        var table = LanguageTable(
            tag: try needed(top["tag"], file), name: try needed(top["name"], file),
            rightToLeft: text(top["direction"]) == "rtl",
            dates: LanguageTable.Dates(
                months: texts(dates?["months"]), shortMonths: texts(dates?["shortMonths"]),
                weekdays: texts(dates?["weekdays"]), shortWeekdays: texts(dates?["shortWeekdays"])))
        if let decimal = text(top["numbers"]?["decimal"]) { table.numbers.decimal = decimal }
        if let group = text(top["numbers"]?["group"]) { table.numbers.group = group }
        for (key, node) in pairs(top["terms"]) {
            table.terms[key] = LanguageTable.Term(
                says: text(node) ?? text(node["says"]) ?? "",
                hears: node.mapping == nil ? [] : texts(node["hears"]))
        }
        for (key, node) in pairs(top["keywords"]) { table.keywords[key] = texts(node) }
        table.phrases = patterns(top["phrases"])
        for (name, node) in pairs(top["commands"]) {
            var words = LanguageTable.CommandWords(
                verbs: texts(node["verbs"]), usages: texts(node["usages"]),
                summary: text(node["summary"]),
                help: text(node["help"]), examples: try examples(node["examples"]),
                phrases: patterns(node["phrases"]))
            if let summary = words.summary {
                words.phrases["summary"] = Literal.pattern(tidied(summary))
            }
            if let help = words.help { words.phrases["help"] = Literal.pattern(tidied(help)) }
            table.commands[name] = words
        }
        for item in top["sentences"]?.sequence.map(Array.init) ?? [] {
            table.sentences.append(
                LanguageTable.Sentence(
                    say: try needed(item["say"], "say"), means: try needed(item["means"], "means"),
                    place: LanguageTable.Sentence.Place(rawValue: text(item["place"]) ?? "whole")
                        ?? .whole))
        }
        return table
    }
}
