import Language
import Testing

enum Hostile {
    static let pieces = [
        "name=", "note=", "goal=G1", "on=yesterday", "\"", "\\", "\\\"", "“", "”", "«", "»", "'",
        "’", "by", "critical", "because", "yes", "1",
        "1 056", "69,1", "%", "٣", "CH-02", "G1", "M3", "@a", "|", "\n", "\r\n", "\t", " ", "  ",
        "\u{A0}", "\u{202F}", "\u{200F}", "\u{202E}",
        "\u{2066}", "\u{2069}", "🇰🇿", "👨‍👩‍👧", "❤\u{FE0F}", "e\u{301}", "\u{301}", "\u{0}", "\u{7}",
        "مرحبا", "Ёж", "до", "yesterday", "12 May", "x", "=",
        "==", "[", "]", "<", ">", "{", "}", "…", "9am", "3d", "me", "challenge=", "as", "four", "z",
        "\u{FEFF}", "\u{AD}", "ﻻ", "0", "-", "+",
    ]

    /// Random scalars of every plane, and pieces that mean something somewhere.
    static func text(_ dice: inout Dice, _ length: Int) -> String {
        var out = String.UnicodeScalarView()
        for _ in 0..<(1 + dice.below(length)) {
            switch dice.below(6) {
            case 0: if let s = Unicode.Scalar(UInt32(dice.below(0x11_0000))) { out.append(s) }
            case 1: if let s = Unicode.Scalar(UInt32(dice.below(0x700))) { out.append(s) }
            default: out.append(contentsOf: dice.pick(pieces).unicodeScalars)
            }
            if dice.chance(1, in: 3) { out.append(" ") }
        }
        return String(out)
    }
}

@Suite struct RoundTrip {
    static func value(_ type: String, _ dice: inout Dice) -> Value {
        func number(_ dice: inout Dice) -> Double {
            let n = Double(dice.below(2_000_000) - 1_000_000)
            return n / dice.pick([1, 1, 10, 100, 1000, 10_000, 100_000])
        }
        switch type {
        case "measure":
            let unit: String? =
                dice.chance(1, in: 2)
                ? nil
                : dice.pick([
                    "%", "working days", "births", "км/ч", "\"odd\" unit", "°C", "чел.", "by",
                ])
            if dice.chance(1, in: 6) {
                let a = Double(1 + dice.below(999))
                let b = Double(dice.below(1000))
                return .measure(Measure(a * 1000 + b, unit: unit, otherwise: (a * 1000 + b) / 1000))
            }
            let n = number(&dice)
            return .measure(Measure(n, unit: unit, isIncrement: n >= 0 && dice.chance(1, in: 4)))
        case "number": return .number(number(&dice))
        case "count": return .count(dice.below(2_000_000))
        case "percent": return .percent(number(&dice))
        case "date", "past": return .date(LocalDate(days: 10_000 + dice.below(20_000)))
        case "moment":
            return .moment(
                LocalMoment(
                    LocalDate(days: 10_000 + dice.below(20_000)),
                    LocalTime(minutes: dice.below(1440))))
        case "duration":
            return .duration(TimeSpan(dice.below(10_000), dice.pick(TimeSpan.Unit.allCases)))
        case "day": return .count(1 + dice.below(100))
        case "person":
            let name =
                dice.chance(1, in: 3)
                ? dice.pick(["me", "madina", "Head of registry", "Айгуль"]) : Hostile.text(&dice, 4)
            return .person(
                Mention(
                    name: name,
                    principal: dice.chance(1, in: 2)
                        ? nil : dice.pick(["tg:77", "console:u03-data", "in:x:1"])))
        case "colour": return .term(dice.pick(["colour.onTrack", "colour.atRisk"]))
        case "role": return .term(dice.pick(["role.sponsor", "role.data-keeper"]))
        case "challenge": return .code(dice.pick(["CH-01", "CH-44", "CH-1234"]))
        case "goal": return .code(dice.pick(["G1", "CH-03-G2", "G12"]))
        case "milestone": return .code(dice.pick(["M3", "CH-03-M1"]))
        case "decision": return .code(dice.pick(["D1", "CH-01-D12"]))
        case "code": return .code(dice.pick(["AB12-CD34", "X1"]))
        case "word": return .word(Hostile.text(&dice, 3))
        default: return .text(Hostile.text(&dice, 12))
        }
    }

    static func fill(
        _ parts: [Usage.Part], _ values: inout [String: Value], _ dice: inout Dice,
        inGroup: Bool = false
    ) {
        for part in parts {
            switch part {
            case .word(let alternatives):
                if alternatives.count > 1 {
                    let w = dice.pick(alternatives)
                    values[w] = .term(w)
                }
            case .flag(let name): if dice.chance(1, in: 2) { values[name] = .term(name) }
            case .slot(let slot), .key(let slot):
                if !slot.isOptional || dice.chance(1, in: 2) {
                    values[slot.name] = value(slot.type, &dice)
                }
            case .group(let inner): if dice.chance(1, in: 2) { fillGroup(inner, &values, &dice) }
            }
        }
    }

    static func fillGroup(
        _ parts: [Usage.Part], _ values: inout [String: Value], _ dice: inout Dice
    ) {
        fill(parts, &values, &dice)
        let saysItself = parts.contains {
            switch $0 {
            case .slot(let s), .key(let s): !s.isOptional
            case .word(let a): a.count > 1
            case .flag, .group: false
            }
        }
        if !saysItself, case .word(let first)? = parts.first { values[first[0]] = .term(first[0]) }
    }

    /// `parse(print(u)) == u` for 24,000 utterances of every usage of every command.
    @Test(arguments: [UInt64(1), 2, 3]) func law(_ seed: UInt64) throws {
        let grammar = try Sample.grammar()
        let reading = Sample.reading()
        var dice = Dice(seed: seed)
        var failures = 0
        let usages = try Sample.commands.flatMap { spec in
            try spec.usages.enumerated().map { (spec, $0.offset, try Usage(parsing: $0.element)) }
        }
        for round in 0..<8_000 {
            let (spec, index, usage) = usages[round % usages.count]
            var values: [String: Value] = [:]
            Self.fill(usage.parts, &values, &dice)
            let needs = !spec.phase.isEmpty && !usage.slots.contains { $0.type == "challenge" }
            if needs, dice.chance(1, in: 2) { values["challenge"] = Self.value("challenge", &dice) }
            let utterance = Utterance(command: spec.name, usage: index, values: values)
            let line = grammar.print(utterance)
            let again: Utterance?
            do { again = try grammar.parse(line, in: reading) } catch {
                again = nil
                Issue.record("seed \(seed): `\(line)`: \(error.what)")
                failures += 1
            }
            if let again, again != utterance {
                Issue.record(
                    "seed \(seed): `\(line)`\n  said \(utterance.values)\n  read \(again.values)")
                failures += 1
            }
            if let again {  // and the short line means the same
                let brief = grammar.brief(again, in: reading)
                #expect(try grammar.parse(brief, in: reading) == again, "seed \(seed): \(brief)")
            }
            if failures > 5 { break }
        }
    }

    /// Whatever is understood is read back from its print.
    @Test(arguments: [UInt64(5), 6]) func lawOfHostileText(_ seed: UInt64) throws {
        let grammar = try Sample.grammar()
        let readings = [
            Sample.reading(),
            Sample.reading(
                ["ru"], implied: ["challenge": .code("CH-03")],
                replied: Mention(name: "A b", principal: "tg:1")),
        ]
        var dice = Dice(seed: seed)
        var understood = 0
        let verbs = Sample.commands.map(\.name) + ["обновить", "تحديث", "веха", "гз", "x"]
        for round in 0..<15_000 {
            let text = dice.pick(verbs) + " " + Hostile.text(&dice, 10)
            let reading = readings[round % 2]
            do {
                let heard = try grammar.parse(text, in: reading)
                understood += 1
                let line = grammar.print(heard)
                guard let again = try? grammar.parse(line, in: reading), again == heard else {
                    Issue.record(
                        "seed \(seed): `\(text)` \(text.unicodeScalars.map { String($0.value, radix: 16) })\n-> `\(line)` \(heard.values)"
                    )
                    break
                }
            } catch {
                let size = text.utf8.count
                #expect(error.place.lowerBound >= 0 && error.place.upperBound <= size)
                #expect(error.nearest.count <= 3)
                _ = error.caretLine(for: text)
            }
        }
        #expect(understood > 1_000)
    }

    @Test func neverTraps() throws {
        let grammar = try Sample.grammar()
        let reading = Sample.reading()
        var dice = Dice(seed: 9)
        for _ in 0..<5_000 {
            let text = Hostile.text(&dice, 40)
            _ = try? grammar.parse(text, in: reading)
            for type in [
                "measure", "number", "count", "percent", "date", "moment", "duration", "person",
                "code", "challenge", "colour", "day", "word", "text",
            ] {
                _ = grammar.value(type: type, of: text, in: reading)
            }
            _ = grammar.values(of: "measure", inside: text, in: reading)
            _ = try? Usage(parsing: text)
            _ = grammar.suggestions(for: text, language: "ru")
            _ = grammar.command(heard: text)
        }
    }

    @Test func bounded() throws {
        let grammar = try Sample.grammar()
        let reading = Sample.reading()
        let million = 1_000_000
        for text in [
            String(repeating: "a", count: million),
            "up " + String(repeating: "\u{301}", count: million / 2),
            String(repeating: "\u{202E}", count: million / 3),
            String(repeating: "\"", count: million), String(repeating: " ", count: million),
            "up 5 " + String(repeating: "👨‍👩‍👧", count: 60_000),
            String(repeating: "up ", count: 300_000),
        ] {
            do {
                _ = try grammar.parse(text, in: reading)
                Issue.record("too long, and understood")
            } catch { #expect(error.what == .tooLong(limit: 4096)) }
            #expect(Folding.fold(text).unicodeScalars.count <= 2 * Folding.limit)
            _ = grammar.value(type: "measure", of: text, in: reading)
            _ = Misunderstanding(.unclosedQuote, place: 0..<text.utf8.count).caretLine(for: text)
        }
        // The worst that fits: each would be slow if cutting or matching were quadratic.
        for unit in [
            "\"a ", "«a ", "' ", "1 ", "a ", "12 May ", "CH-02 ", "by ", "\u{301}", "x=\"", "in 3 ",
            "@a ", "9 ",
        ] {
            let scalars = unit.unicodeScalars.count
            let body = String(repeating: unit, count: (4096 - 12) / scalars)
            for verb in ["up 5 ", "ask ", "plan ", "milestone ", "team add ", "need ", ""] {
                _ = try? grammar.parse(verb + body, in: reading)
            }
            _ = grammar.values(of: "measure", inside: body, in: reading)
        }
        let fits = "up 5 " + String(repeating: "я", count: 4091)
        #expect(
            try grammar.parse(fits, in: reading).values["note"]
                == .text(String(repeating: "я", count: 4091)))
    }
}
