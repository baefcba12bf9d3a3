import Accelerator
import JSON
import Language
import Runtime
import TestKit
import Testing

/// The state as what it holds, to compare and to name what differs.
enum Facts {
    /// A commit as a journal would give it back.
    static func reread(_ commit: Commit) -> Commit? {
        var json = JSONWriter()
        json.beginObject()
        commit.writeBody(into: &json)
        json.endObject()
        guard let body = (try? JSONValue(parsing: json.bytes))?.object else { return nil }
        return try? Commit(n: commit.n, at: commit.at, body: body)
    }

    /// Where a commit's line differs from what is read back from it.
    static func difference(_ a: Commit, _ b: Commit) -> String {
        for (x, y) in zip(a.events, b.events) where x != y { return "\(x) | \(y)" }
        for (x, y) in zip(a.out, b.out) where x != y { return "\(x) | \(y)" }
        return
            "\(a.source) \(b.source) \(a.key ?? "") \(b.key ?? "") \(a.message ?? "") \(b.message ?? "") \(a.fingerprint) \(b.fingerprint)"
    }

    /// A state as its snapshot would give it back.
    static func restored(_ state: State) throws -> State {
        var restored = State()
        for (section, line) in snapshot(state) {
            let whole = Array("{\"\(section)\":".utf8) + line + Array("}".utf8)
            restored.take(try whole.withUnsafeBytes { try SnapshotLine($0) })
        }
        return restored
    }

    static func snapshot(_ state: State) -> [(section: String, line: [UInt8])] {
        var lines: [(String, [UInt8])] = []
        state.snapshotLines { section, line in lines.append(("\(section)", line)) }
        return lines
    }

    /// The first line of the snapshots in which two states differ.
    static func `where`(_ a: State, _ b: State) -> String? {
        let x = snapshot(a), y = snapshot(b)
        for place in 0..<max(x.count, y.count) {
            let first = place < x.count ? text(x[place]) : "nothing",
                second = place < y.count ? text(y[place]) : "nothing"
            if first != second { return "\(first.prefix(300)) | \(second.prefix(300))" }
        }
        return nil
    }
    private static func text(_ line: (section: String, line: [UInt8])) -> String {
        "\(line.section) \(String(decoding: line.line, as: UTF8.self))"
    }

    private static let kept: Set<String> = [
        "programme", "cohort", "proposal", "challenge", "annex", "person", "reached", "principal",
        "chat",
    ]

    /// Where two states say different things about programmes, challenges, people and chats; nil where they
    /// agree. Readings that were taken back stay in the log, and so do moves: neither is a difference.
    static func difference(_ a: State, _ b: State) -> String? {
        let x = snapshot(bare(a)).filter { kept.contains($0.section) },
            y = snapshot(bare(b)).filter { kept.contains($0.section) }
        for place in 0..<max(x.count, y.count) {
            let first = place < x.count ? text(x[place]) : "nothing",
                second = place < y.count ? text(y[place]) : "nothing"
            guard first != second else { continue }
            let prefix = zip(first.utf8, second.utf8).prefix { $0 == $1 }.count
            let from = max(0, prefix - 80)
            return
                "…\(first.utf8.dropFirst(from).prefix(240).text) | …\(second.utf8.dropFirst(from).prefix(240).text)"
        }
        return nil
    }

    private static func bare(_ state: State) -> State {
        var bare = state
        // That a group was heard is not taken back with what was said there.
        for key in bare.chats.keys { bare.chats.update(key) { $0.heardAt = nil } }
        // Nor that somebody wrote, who could not be reached before.
        for code in bare.people.keys { bare.people.update(code) { $0.isReachable = true } }
        for code in bare.challenges.keys {
            bare.challenges.update(code) { challenge in
                challenge.moves = []
                for place in challenge.goals.indices {
                    challenge.goals[place].readings.removeAll { $0.voidedAt != nil }
                }
            }
        }
        return bare
    }
}

extension Sequence<UInt8> {
    fileprivate var text: String { String(decoding: Array(self), as: UTF8.self) }
}

/// Like `#expect`, of what is too large to be shown.
func demand(
    _ holds: Bool, _ why: @autoclosure () -> String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    if !holds { Issue.record("\(why())", sourceLocation: sourceLocation) }
}

/// What is said: every key exists, every place in it has its value, every choice is a line the bot hears.
enum Spoken {
    static func check(
        _ out: Outgoing, _ decider: Decider, _ state: State, _ context: @autoclosure () -> String
    ) throws {
        for phrase in out.phrases { check(phrase, decider, context()) }
        if let chart = out.chart { check(chart, decider, context()) }
        switch out.enclosure?.content {
        case .page(let page, _):
            for phrase in [page.title, page.foot] + page.lead
                + page.sections.flatMap({ [$0.heading] + $0.lines })
            {
                check(phrase, decider, context())
            }
            if let chart = page.chart { check(chart, decider, context()) }
        case .calendar(let calendar):
            for entry in calendar.entries {
                for phrase in [entry.title, entry.note].compactMap({ $0 }) {
                    check(phrase, decider, context())
                }
            }
        case .bytes, nil: break
        }
        for offer in out.offers {
            check(offer.label, decider, context())
            demand(
                isHeard(offer.line, decider, state),
                "\(context()): the choice “\(offer.line)” is not heard")
            demand(offer.line.hasPrefix("/"), "\(context()): “\(offer.line)”")
        }
        let choices = [out.offers.map { Choice(label: $0.label, line: $0.line) }]
        for language in ["en", "ru", "ar"] {
            let message = decider.phrasebook.render(
                out.phrases, choices: choices, language: language)
            demand(
                !message.lines.isEmpty || out.phrases.isEmpty,
                "\(context()): nothing is said in \(language): \(out.phrases)")
            for button in message.choices.joined() {
                demand(!button.label.isEmpty, "\(context()): \(button.line) has no name")
            }
        }
    }

    private static func check(_ phrase: Phrase, _ decider: Decider, _ context: String) {
        demand(
            decider.phrasebook.has(phrase.key, language: "en"),
            "\(context): there is no phrase \(phrase.key)")
        let given = Set(phrase.values.map(\.name))
        for language in decider.phrasebook.languages {
            let missing = decider.phrasebook.placeholders(of: phrase.key, language: language)
                .subtracting(given)
            demand(missing.isEmpty, "\(context): \(phrase.key) in \(language) lacks \(missing)")
        }
        for field in phrase.values { check(field.value, decider, context) }
    }

    private static func check(_ chart: Chart, _ decider: Decider, _ context: String) {
        for phrase in [chart.alt] + chart.instead { check(phrase, decider, context) }
        var words = [chart.title, chart.subtitle, chart.badge?.word].compactMap { $0 }
        switch chart.body {
        case .plot(let plot):
            words += (plot.xMarks + plot.yMarks + [plot.now].compactMap { $0 }).flatMap {
                [$0.label, $0.below].compactMap { $0 }
            }
            words +=
                plot.lines.flatMap { [$0.label, $0.end].compactMap { $0 } }
                + [plot.empty].compactMap { $0 }
        case .bars(let bars, let tick):
            words += bars.flatMap { [$0.code, $0.title, $0.badge.word] } + [tick]
        }
        for word in words { check(word, decider, context) }
    }

    private static func check(_ say: Say, _ decider: Decider, _ context: String) {
        switch say {
        case .phrase(let phrase): check(phrase, decider, context)
        case .list(let items): for item in items { check(item, decider, context) }
        default: break
        }
    }

    /// Whether a line is understood, or asks for no more than what is missing.
    static func isHeard(_ line: String, _ decider: Decider, _ state: State) -> Bool {
        var words = line.drop { $0 == "/" }.split(separator: " ", omittingEmptySubsequences: false)
        if let last = words.last, last.hasPrefix("sure=") { words.removeLast() }
        do throws(Misunderstanding) {
            let people = state.people.values
            let reading = Reading(
                today: LocalDate(days: 20_532),
                candidates: { type in
                    switch type {
                    case "person": people.flatMap { [$0.code, $0.name] }
                    case "challenge": state.challenges.keys
                    case "proposal": state.proposals.keys
                    case "programme": state.programmes.keys
                    case "cohort": state.cohorts.keys
                    default: []
                    }
                })
            _ = try decider.grammar.parse(words.joined(separator: " "), in: reading)
            return true
        } catch {
            if case .missing = error.what { return true }
            return false
        }
    }
}

/// Texts that nobody means well with.
enum Hostile {
    static func text(_ random: inout Seeded) -> String {
        switch random.below(8) {
        case 0: return scalars(1 + random.below(40), &random)
        case 1: return "/" + scalars(1 + random.below(60), &random)
        case 2:
            return String(
                repeating: random.pick(["a", "9", "\"", "=", "/", " ", "\u{202E}", "👩‍👩‍👧", "e\u{301}"])
                    ?? "", count: random.below(6_000))
        case 3: return "/" + words(1 + random.below(12), &random)
        case 4: return words(1 + random.below(9), &random)
        case 5: return "/up \(digits(&random)) on=\(digits(&random)) \(words(2, &random))"
        case 6: return "#\(digits(&random)).\(digits(&random))"
        default:
            return
                (random.pick([
                    "=", "/up 1 sure=", "/start ", "/join ", "/team add @", "/help ", "+",
                ]) ?? "") + scalars(random.below(30), &random)
        }
    }

    private static func scalars(_ count: Int, _ random: inout Seeded) -> String {
        var out = String.UnicodeScalarView()
        for _ in 0..<count {
            let bound = random.pick([0x20, 0x80, 0x800, 0x3000, 0x1_F000, 0x11_0000]) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32(random.below(bound))) { out.append(scalar) }
        }
        return String(out)
    }

    private static func digits(_ random: inout Seeded) -> String {
        let alphabet = Array("0123456789.,-+%eE: ٠٩ ".unicodeScalars)
        var out = String.UnicodeScalarView()
        for _ in 0..<(1 + random.below(30)) {
            if let one = random.pick(alphabet) { out.append(one) }
        }
        return String(out)
    }

    private static let pieces = [
        "up", "fix", "goal", "set", "revise", "from", "to", "by", "day", "milestone", "due",
        "critical", "=", "\"", "\\\"", "on=",
        "goal=", "sure=1", "CH-03", "CH-", "G1", "M3", "B2", "P-01", "yes", "no", "cancel", "1",
        "-1", "99999999999999999999",
        "9223372036854775808", "1e400", "0x10", "NaN", "inf", "{n, plural,", "{value}", "<b>",
        "</c>", "'", "''", "\u{0}", "\u{1F}",
        "\u{202E}", "\u{2066}", "\u{FEFF}", "\n", "\t", "31 Feb", "2026-02-30", "0000-00-00",
        "9999-12-31", "day 9999", "25:61",
        "@", "@@", "@u03-data", "me", "//", "!", "...", "…", "٣", "१२", "½", "①", "статус", "حالة",
        "🟢", "👍🏽",
    ]
    private static func words(_ count: Int, _ random: inout Seeded) -> String {
        (0..<count).map { _ in random.pick(pieces) ?? "" }.joined(
            separator: random.chance(85) ? " " : "")
    }
}
