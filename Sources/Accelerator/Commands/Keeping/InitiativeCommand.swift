import Language

/// `initiative`: something lasting that came out of a challenge, listed at the handover and in the
/// cohort's last report.
struct InitiativeCommand: Command {
    static let name = "initiative"
    private let isAdding: Bool
    private let title: String?
    private let from: String?
    private let code: String?
    private let cohort: String?

    init(_ a: Arguments) throws(Mismatch) {
        isAdding = a.utterance.usage == 0
        title = try a.gateText("name")
        from = try a.code("from")
        code = try a.code("challenge")
        cohort = try a.code("cohort")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard isAdding else { return try list(state, context) }
        let challenge = try context.challenge(from ?? code, state)
        try context.require([.teamLeader, .coach, .sponsor, .office], in: challenge, state)
        let today = context.today(in: challenge, state)
        guard challenge.hasLaunched(by: today), challenge.phase(on: today) != .stopped else {
            throw Refusal(
                Phrase(
                    "initiative.notNow",
                    [
                        "challenge": .code(challenge.code),
                        "state": .term(challenge.phase(on: today).term),
                    ]))
        }
        guard let title else { throw Refusal(Phrase("initiative.ask.name")) }
        if let same = challenge.initiatives.first(where: {
            Folding.fold($0.name) == Folding.fold(title)
        }) {
            return .answer([
                Phrase(
                    "initiative.same", ["code": .code(same.code), "date": .date(same.launchedOn)])
            ])
        }
        guard challenge.initiatives.count < 20 else { throw Refusal(Phrase("initiative.many")) }
        var new = Initiative()
        new.code = NextCode.after(challenge.initiatives.map(\.code), prefix: "I", pad: 1)
        new.name = title
        new.launchedOn = today
        new.by = context.person?.code ?? ""
        return .record(
            [.initiativeSet(OfChallenge(challenge.code, new))],
            [
                Phrase(
                    "initiative.added",
                    [
                        "challenge": .code(challenge.code), "name": .text(title),
                        "code": .code(new.code), "count": .count(challenge.initiatives.count + 1),
                    ])
            ], offers: [Decision.gateUndo])
    }

    /// Of a challenge, or of a whole cohort.
    private func list(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if cohort == nil, let named = from ?? code ?? context.implied {
            let challenge = try context.challenge(named, state)
            _ = try Daily.look(challenge, state, context)
            let lines = Self.lines([challenge])
            return .answer(
                lines.isEmpty
                    ? [Phrase("initiative.none", ["code": .code(challenge.code)])] : lines)
        }
        let cohort = try Daily.cohort(cohort, state, context)
        let lines = Self.lines(state.challenges(of: cohort.code))
        return .answer(
            lines.isEmpty ? [Phrase("initiative.none", ["code": .code(cohort.code)])] : lines)
    }

    static func lines(_ challenges: [Challenge]) -> [Phrase] {
        let all = challenges.flatMap { challenge in challenge.initiatives.map { (challenge, $0) } }
        var lines = all.prefix(20).map { challenge, initiative in
            Phrase(
                "initiative.line",
                [
                    "code": .code("\(challenge.code)-\(initiative.code)"),
                    "name": .text(initiative.name),
                    "date": .date(initiative.launchedOn),
                ])
        }
        if all.count > 20 { lines.append(Phrase("digest.more", ["count": .count(all.count - 20)])) }
        return lines
    }
}

/// `story`: the draft of what others will read, out of what is on record.
struct StoryCommand: Command {
    static let name = "story"
    private let code: String?
    init(_ a: Arguments) throws(Mismatch) { code = try a.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        try Daily.lookInside(challenge, state, context)
        guard challenge.hasLaunched(by: context.today(in: challenge, state)) else {
            throw Refusal(
                Phrase(
                    "up.notStarted",
                    ["challenge": .code(challenge.code), "state": .term(challenge.state.term)]))
        }
        return .answer(
            Daily.view(challenge, state, context).story, subject: "story \(challenge.code)")
    }
}

/// `nation`: all cohorts on one page, for whoever answers for them (method.md 4.5).
struct NationCommand: Command {
    static let name = "nation"
    private let asOf: LocalDate?
    init(_ a: Arguments) throws(Mismatch) { asOf = try a.date("date") }
    init(asOf: LocalDate?) { self.asOf = asOf }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let cohorts = try Daily.cohorts(state, context).filter { $0.state != .cancelled }
        guard let first = Daily.byWeight(cohorts, state).first else {
            throw Refusal(Phrase("cohort.none"))
        }
        let today = context.gateToday(in: first, state)
        if let asOf { try Daily.requirePast(asOf, today) }
        let views = cohorts.map { cohort in
            if let asOf, asOf < today {
                return CohortView(cohort, state, endOf: asOf, zones: context.zones)
            }
            return CohortView(cohort, state, at: context.at, zones: context.zones)
        }
        let view = NationView(views, state, on: min(asOf ?? today, today))
        let offers = asOf == nil && context.chat == nil ? view.answers(for: me) : []
        let since = Since(
            context.chat.map { "chat:" + $0 } ?? me, "nation \(first.programme)", state,
            zone: state.zone(of: first), zones: context.zones)
        return .answer(
            view.digest(for: me, since: asOf == nil ? since : nil), offers: offers,
            subject: "nation")
    }
}
