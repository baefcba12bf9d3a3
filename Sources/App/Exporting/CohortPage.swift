import Accelerator
import Language

/// A cohort on one page of Markdown: what its office sees, then each challenge, in the cohort's first language
/// that the bot has.
package struct CohortPage {
    let decider: Decider
    let state: State

    func markdown(_ cohort: Cohort, asOf day: LocalDate, language chosen: String?) -> String {
        let zones = decider.zones
        let zone = state.zone(of: cohort)
        let at =
            zones.instant(LocalMoment(day, LocalTime(23, 59)), in: zone)
            ?? Instant(milliseconds: Int64(day.days + 1) * Instant.day - Instant.minute)
        let language =
            chosen ?? cohort.languages.first { decider.phrasebook.languages.contains($0) } ?? "en"
        var page = "# \(Self.escaped(cohort.name.isEmpty ? cohort.code : cohort.name))\n\n"
        page += lines(Digests.cohort(cohort, state, zones, at: at), language)
        for challenge in state.challenges(of: cohort.code) {
            page += "\n## \(challenge.code) \(Self.escaped(challenge.head.title))\n\n"
            let leader = challenge.holders(of: .teamLeader).first ?? ""
            page += lines(Digests.challenge(challenge, for: leader, state, zones, at: at), language)
        }
        return page
    }

    private func lines(_ phrases: [Phrase], _ language: String) -> String {
        let message = decider.phrasebook.render(phrases, language: language, width: 72)
        return message.lines.map { line in
            let text = line.spans.map { span in
                switch span.style {
                case .plain, .link: Self.escaped(span.text)
                case .strong: "**\(Self.escaped(span.text))**"
                case .code: Self.code(span.text)
                }
            }.joined()
            return text.isEmpty ? "\n" : text + "  \n"
        }.joined()
    }

    /// Nothing of a text is markup: every ASCII sign that could begin some is escaped.
    package static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if "\\`*_{}[]<>()#+-!|~&".unicodeScalars.contains(scalar) { out.append("\\") }
            out.append(scalar == "\n" || scalar == "\r" ? " " : scalar)
        }
        return String(out)
    }

    /// A span of code holds anything but the run of backquotes that ends it.
    static func code(_ text: String) -> String {
        text.unicodeScalars.contains("`") ? escaped(text) : "`\(text)`"
    }
}
