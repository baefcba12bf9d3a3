/// Every word the bot says, in every language it has, and the only place where phrases become text.
///
/// A reader of a language that lacks a phrase gets it in the base of that language (`ar-AE`: `ar`),
/// else in English. A key that no table has is said as `message.outdated`: messages owed before an
/// upgrade may name phrases that the new release no longer has.
public struct Phrasebook: Sendable {
    /// Which way a language is written.
    public enum Direction: Hashable, Sendable { case leftToRight, rightToLeft }

    /// The tags of the languages, in the order given.
    public let languages: [String]
    private let tongues: [String: Tongue]
    private let fallback: Tongue
    /// Units as people write them in any language, folded -> term key: `working days` ->
    /// `unit.workingDay`.
    private let units: [String: String]

    /// Reads every pattern of the tables once. The commands' own phrases are English.
    public init(commands: [CommandSpec], languages: [LanguageTable]) throws(PhraseFault) {
        guard let base = languages.first(where: { $0.tag == "en" }) ?? languages.first else {
            throw PhraseFault(key: "languages", language: "en", offset: 0, why: "no language given")
        }
        var tongues: [String: Tongue] = [:]
        let english = try Self.tongue(base, commands: commands, lender: nil)
        tongues[base.tag.lowercased()] = english
        // Shorter tags first, so that `ar` is there when `ar-AE` borrows from it.
        for table in languages.sorted(by: {
            ($0.tag.utf8.count, $0.tag) < ($1.tag.utf8.count, $1.tag)
        })
        where table.tag != base.tag {
            let tag = table.tag.lowercased()
            guard tongues[tag] == nil else {
                throw PhraseFault(
                    key: "tag", language: table.tag, offset: 0, why: "two tables have it")
            }
            let lender = tongues[Self.shorter(tag) ?? ""] ?? english
            tongues[tag] = try Self.tongue(table, commands: [], lender: lender)
        }
        self.tongues = tongues
        self.fallback = english
        self.languages = languages.map(\.tag)
        self.units = Self.units(languages)
    }

    // MARK: What is said

    /// The phrases one below the other, as this reader sees them.
    ///
    /// A phrase may be several lines, or none if nothing comes of it; so may a line that holds
    /// nothing but values. Empty lines are never first, last, or two together. `width` is the
    /// reader's screen in columns: bars and sparklines stay within it; lines are broken by whoever
    /// draws them.
    public func render(
        _ phrases: [Phrase], choices: [[Choice]] = [], language: String, width: Int = 38
    ) -> Message {
        let tongue = tongue(of: language)
        var renderer = Renderer(tongue, units: units, width: width)
        for phrase in phrases { renderer.paragraph(phrase) }
        var message = Message(lines: renderer.finish())
        for row in choices where !row.isEmpty {
            message.choices.append(
                row.map { Message.Button(label: label($0.label, tongue), line: $0.line) })
        }
        return message
    }

    /// The words of a phrase without marks, lines joined by line feeds.
    public func text(_ phrase: Phrase, language: String) -> String {
        var renderer = Renderer(tongue(of: language), units: units, width: 38)
        renderer.paragraph(phrase)
        return Message(lines: renderer.finish()).text
    }

    /// A value as it stands in a line, without marks.
    public func text(_ value: Say, language: String) -> String {
        var renderer = Renderer(tongue(of: language), units: units, width: 38)
        renderer.say(value)
        return Message(lines: renderer.finish()).text
    }

    /// A word of the tables (`role.sponsor`), in the form that goes with `count` where it has
    /// several (`unit.day`; the number itself is not part of it). A term that no table has shows
    /// the end of its key.
    public func word(_ term: String, language: String, count: Int? = nil) -> String {
        var renderer = Renderer(tongue(of: language), units: units, width: 38)
        renderer.term(term, count: count.map(FixedDecimal.init))
        return Message(lines: renderer.finish()).text
    }

    private func label(_ phrase: Phrase, _ tongue: Tongue) -> String {
        var renderer = Renderer(tongue, units: units, width: 38)
        renderer.paragraph(phrase)
        return renderer.finish().map(\.text).joined(separator: " ")
    }

    // MARK: What there is

    /// Whether the language says this phrase in its own words, not by falling back.
    public func has(_ key: String, language: String) -> Bool {
        tongues[language.lowercased()]?.own.contains(key) ?? false
    }

    /// The phrases that the language says in its own words.
    public func keys(of language: String) -> Set<String> {
        tongues[language.lowercased()]?.own ?? []
    }

    /// The values that a phrase has places for in this language: languages must agree on them.
    public func placeholders(of key: String, language: String) -> Set<String> {
        tongue(of: language).phrases[key]?.names ?? []
    }

    /// Which way the language is written (of its fallback, if there is no table for it).
    public func direction(of language: String) -> Direction {
        tongue(of: language).isRightToLeft ? .rightToLeft : .leftToRight
    }

    // MARK: Building

    private func tongue(of language: String) -> Tongue {
        if let exact = tongues[language] { return exact }
        var tag: String? = String(decoding: language.utf8.prefix(40), as: UTF8.self).lowercased()
        while let wanted = tag {
            if let found = tongues[wanted] { return found }
            tag = Self.shorter(wanted)
        }
        return fallback
    }

    /// `ar-ae` -> `ar`, `ar` -> nil.
    private static func shorter(_ tag: String) -> String? {
        guard
            let cut = tag.utf8.lastIndex(where: {
                $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            })
        else { return nil }
        return String(tag[..<cut])
    }

    private static func tongue(
        _ table: LanguageTable, commands: [CommandSpec], lender: Tongue?
    ) throws(PhraseFault) -> Tongue {
        var phrases: [String: Pattern] = [:]
        func add(_ key: String, _ text: String) throws(PhraseFault) {
            guard phrases[key] == nil else {
                throw PhraseFault(key: key, language: table.tag, offset: 0, why: "written twice")
            }
            phrases[key] = try PatternParser.parse(text, key: key, language: table.tag)
        }
        // Sorted, so that of two faults the same one is always named.
        for spec in commands {
            for (short, text) in spec.phrases.sorted(by: { $0.key < $1.key }) {
                try add("\(spec.name).\(short)", text)
            }
        }
        for (name, words) in table.commands.sorted(by: { $0.key < $1.key }) {
            for (short, text) in words.phrases.sorted(by: { $0.key < $1.key }) {
                try add("\(name).\(short)", text)
            }
        }
        for (key, text) in table.phrases.sorted(by: { $0.key < $1.key }) { try add(key, text) }
        var terms: [String: Pattern] = [:]
        for (key, term) in table.terms.sorted(by: { $0.key < $1.key }) {
            terms[key] = try PatternParser.parse(
                term.says, key: "terms.\(key)", language: table.tag)
        }
        return try Tongue(table, phrases: phrases, terms: terms, lender: lender)
    }

    private static func units(_ languages: [LanguageTable]) -> [String: String] {
        var units: [String: String] = [:]
        for table in languages {
            for (key, term) in table.terms.sorted(by: { $0.key < $1.key })
            where key.hasPrefix("unit.") {
                for heard in [String(key.dropFirst(5))] + term.hears {
                    let folded = Folding.fold(heard)
                    if units[folded] == nil { units[folded] = key }
                }
            }
        }
        return units
    }
}
