import Language

package enum TrailFields {
    /// Fields that people know, by their name in the record; the others are details of the file.
    package static let known: Set<String> = [
        "title", "due", "critical", "owner", "state", "moved_on", "evidence", "severity", "level",
        "resolution",
        "text", "decider", "decided_on", "words", "name", "unit", "direction", "baseline", "source",
        "interval",
        "target", "effective_from", "approved_by", "reason", "area", "lead_body", "partners",
        "day_1", "duration",
        "midpoint_on", "closing_on", "coach", "note", "path", "receiving_unit", "owner_title",
        "practices",
        "hold_value", "pledge", "signed_by", "signed_on", "verdict", "final_value", "confirmed_by",
        "value",
        "as_of", "void_reason", "launched_on", "check", "on", "problem", "body", "indicator",
        "cohort", "sites",
        "follows", "launch_on",
    ]
}

/// The changes of one thing: when, who, where, from what to what; the latest first.
struct TrailLines {
    private struct Entry {
        var object: String
        var change: Change
    }
    private let entries: [Entry]
    private let code: String
    private let zone: String
    private let state: State
    private let zones: Zones

    /// Kinds of things by the letter of their code.
    private static let kinds: [Unicode.Scalar: [String]] = [
        "M": ["milestone"], "B": ["blocker"], "D": ["decision"], "I": ["initiative"],
        "F": ["followup"],
        "G": ["goal"], "S": ["suggestion"],
    ]

    /// Of a thing in a challenge: `M3`, `B2`, `G1`.
    init(_ challenge: Challenge, _ code: String, _ state: State, _ context: Context) {
        let kinds = code.unicodeScalars.first.flatMap { Self.kinds[$0] } ?? []
        var objects = kinds.map { "\($0) \(challenge.code) \(code)" }
        if let goal = challenge.goals.first(where: { $0.code == code }) {
            objects += goal.versions.map { "target \(challenge.code) \(code) \($0.version)" }
            objects += goal.readings.filter { $0.voidedAt != nil }.map {
                "reading \(challenge.code) \(code) \($0.id)"
            }
        }
        self.init(objects, code, state.zone(of: challenge), state, context)
    }

    /// Of what a challenge is and is to become: its head, its moves, its result, its plan.
    init(planOf challenge: Challenge, _ state: State, _ context: Context) {
        self.init(
            ["sustainability", "result", "state", "head"].map { "\($0) \(challenge.code)" },
            challenge.code,
            state.zone(of: challenge), state, context)
    }

    /// Of any objects, by their keys.
    init(_ objects: [String], _ code: String, _ zone: String, _ state: State, _ context: Context) {
        entries = objects.flatMap { object in
            (state.trail[object] ?? []).map { Entry(object: object, change: $0) }
        }.sorted { $0.change.n > $1.change.n }
        self.code = code
        self.zone = zone
        self.state = state
        zones = context.zones
    }

    var isEmpty: Bool { entries.isEmpty }

    /// The page of one thing: at most twelve changes.
    var lines: [Phrase] {
        [Phrase("history.head", ["code": .code(code), "count": .count(entries.count)])] + latest(12)
            + (entries.count > 12
                ? [Phrase("history.more", ["count": .count(entries.count - 12)])] : [])
    }

    func latest(_ count: Int) -> [Phrase] { entries.prefix(count).compactMap(line) }

    private func line(_ entry: Entry) -> Phrase? {
        let change = entry.change
        let fields = change.fields.filter { TrailFields.known.contains($0.name) }
        guard !fields.isEmpty else { return nil }
        let local = zones.local(change.at, in: zone) ?? change.at.local(offset: 0)
        let isNew = fields.allSatisfy { $0.before == nil }
        let isGone = fields.allSatisfy { $0.after == nil }
        let telling: Set<String> = [
            "title", "text", "name", "due", "owner", "target", "value", "state", "path",
        ]
        let shown = isNew ? fields.filter { telling.contains($0.name) } : fields
        let what = (shown.isEmpty ? fields : shown).prefix(4).map {
            Say.phrase(said($0, entry.object))
        }
        return Phrase(
            isGone ? "history.gone" : isNew ? "history.new" : "history.change",
            [
                "date": .date(local.date), "time": .time(local.time), "who": who(change),
                "where": place(change), "what": .list(Array(what)),
            ])
    }

    private func who(_ change: Change) -> Say {
        if let by = change.by { return state.name(of: by) }
        switch change.cause {
        case .imported: return .phrase(Phrase("history.file"))
        case .operated: return .phrase(Phrase("history.operator"))
        default: return .phrase(Phrase("history.clock"))
        }
    }

    private func place(_ change: Change) -> Say {
        guard change.cause == .message else { return .phrase(Phrase("history.nowhere")) }
        guard let chat = change.chat else { return .phrase(Phrase("history.private")) }
        return .phrase(
            Phrase("history.chat", ["chat": .text(state.chats[chat]?.title ?? chat)]))
    }

    // MARK: Fields

    private func said(_ field: ChangedField, _ object: String) -> Phrase {
        let key =
            field.before == nil
            ? "history.became" : field.after == nil ? "history.cleared" : "history.fromTo"
        return Phrase(
            key,
            [
                "field": .phrase(Phrase("history.field.\(field.name)")),
                "before": value(field.before, field.name, object),
                "after": value(field.after, field.name, object),
            ])
    }

    private func value(_ text: String?, _ name: String, _ object: String) -> Say {
        guard let text else { return .text("–") }
        switch name {
        case "owner", "decider", "coach", "approved_by", "confirmed_by": return state.name(of: text)
        case "signed_by":
            return .list(
                text.split(separator: ",").prefix(4).map {
                    state.name(of: Turn.trimmed(String($0)))
                })
        case "severity":
            return Severity(rawValue: text).map { .term("severity.\($0.rawValue)") } ?? .text(text)
        case "direction":
            return Direction(rawValue: text).map { .term("direction.\($0.rawValue)") }
                ?? .text(text)
        case "path": return Path(rawValue: text).map { .term("path.\($0.rawValue)") } ?? .text(text)
        case "check":
            return ReviewKind(rawValue: text).map { .term("review.\($0.rawValue)") } ?? .text(text)
        case "verdict": return Verdict(rawValue: text).map { .term($0.term) } ?? .text(text)
        case "critical": return .term(text == "true" ? "yes" : "no")
        case "state": return stage(text, object)
        default: break
        }
        if let date = LocalDate(iso: text) { return .date(date) }
        if let number = Double(text), number.isFinite { return .number(number) }
        return Title.short(text, 60)
    }

    private func stage(_ text: String, _ object: String) -> Say {
        let kind = object.split(separator: " ").first.map(String.init) ?? ""
        switch kind {
        case "state": return ChallengeState(rawValue: text).map { .term($0.term) } ?? .text(text)
        case "proposal": return ProposalState(rawValue: text).map { .term($0.term) } ?? .text(text)
        case "cohort": return CohortState(rawValue: text).map { .term($0.term) } ?? .text(text)
        case "milestone":
            return MilestoneState(rawValue: text).map { .term("state.\($0.word)") } ?? .text(text)
        case "blocker":
            return BlockerState(rawValue: text).map { .term("state.\($0.word)") } ?? .text(text)
        case "decision":
            return DecisionState(rawValue: text).map { .term("state.\($0.word)") } ?? .text(text)
        case "suggestion":
            return SuggestionState(rawValue: text).map { .term("state.\($0.rawValue)") }
                ?? .text(text)
        case "followup":
            return KeptState(rawValue: text).map { .term("state.\($0.rawValue)") } ?? .text(text)
        default: return .text(text)
        }
    }
}
