import Language

/// What was asked of whom, and what came of it; what waits, first.
struct DecisionsCommand: Command {
    static let name = "decisions"
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }
    init(challenge: String?) { self.challenge = challenge }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let code = challenge ?? context.implied else {
            let cohort = try Daily.cohort(nil, state, context)
            let view = CohortView(cohort, state, at: context.at, zones: context.zones)
            return answer(
                Array(view.views), Phrase("decisions.headCohort", ["code": .code(cohort.code)]),
                context)
        }
        let challenge = try context.challenge(code, state)
        try Daily.lookInside(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        return answer([view], Phrase("decisions.head", ["code": view.code]), context)
    }

    private func answer(_ views: [ChallengeView], _ head: Phrase, _ context: Context) -> Decision {
        var open: [(view: ChallengeView, decision: DecisionAsked)] = []
        var closed: [(view: ChallengeView, decision: DecisionAsked)] = []
        for view in views {
            open += view.openDecisions.map { (view: view, decision: $0) }
            closed += view.challenge.decisions.filter { $0.state != .asked }.map {
                (view: view, decision: $0)
            }
        }
        guard !open.isEmpty || !closed.isEmpty else { return .answer([Phrase("decisions.none")]) }
        open.sort {
            ($0.decision.due ?? $0.view.date + 999) < ($1.decision.due ?? $1.view.date + 999)
        }
        closed.sort {
            ($0.decision.decidedOn ?? $0.decision.askedOn)
                > ($1.decision.decidedOn ?? $1.decision.askedOn)
        }
        var lines = [head]
        for item in open.prefix(10) { lines += item.view.lines(of: item.decision) }
        lines += closed.prefix(6).map { $0.view.closedLine(of: $0.decision) }
        let mine = open.first { $0.decision.decider == context.person?.code }
        return .answer(
            lines,
            offers: mine.map { AskCommand.answers("\($0.view.challenge.code)-\($0.decision.code)") }
                ?? [])
    }
}

extension ChallengeView {
    /// “? CH-01-D1 40 licences — Askar, by Mon 30 Mar”, and whether somebody wants to talk first.
    func lines(of decision: DecisionAsked) -> [Phrase] {
        let values: [Phrase.Field] = [
            .init("code", full(decision.code)), .init("text", Title.short(decision.text, 60)),
            .init("name", state.name(of: decision.decider)),
            .init("due", .date(decision.due ?? date)),
            .init("days", .count(decision.due.map { max(0, workingDays(since: $0)) } ?? 0)),
        ]
        let isLate = decision.due.map { $0 < date } ?? false
        var lines = [
            Phrase(
                decision.due == nil
                    ? "next.decisionUndated" : isLate ? "decisions.late" : "next.decision", values)
        ]
        if let by = decision.talkBy, let on = decision.talkOn, on <= date {
            lines.append(Phrase("decisions.talk", ["name": state.name(of: by), "date": .date(on)]))
        }
        return lines
    }

    /// “✔ CH-01-D1 40 licences: decided 26 Mar, Askar”
    func closedLine(of decision: DecisionAsked) -> Phrase {
        Phrase(
            "decisions.closed",
            [
                "code": full(decision.code), "text": Title.short(decision.text, 60),
                "name": state.name(of: decision.decider),
                "state": .term("state.\(decision.state.rawValue)"),
                "date": .date(decision.decidedOn ?? decision.askedOn),
            ])
    }
}

extension AskCommand {
    /// Yes, no, or a word about it first.
    static func answers(_ code: String) -> [Offer] {
        [
            Offer(Phrase("decide.yesLabel", ["code": .code(code)]), "/decide \(code) yes"),
            Offer(Phrase("decide.noLabel", ["code": .code(code)]), "/decide \(code) no"),
            Offer(Phrase("decide.talkLabel", ["code": .code(code)]), "/decide \(code) talk"),
        ]
    }
}

extension DecideCommand {
    /// What is asked of whom, or what came of it; under it the answers, for who may give one.
    func shown(
        _ found: DecisionAsked, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        try Daily.lookInside(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        guard found.state == .asked else { return .answer([view.closedLine(of: found)]) }
        let mayAnswer =
            found.decider == context.person?.code
            || context.roles(in: challenge, state).contains(.sponsor)
        return .answer(
            view.lines(of: found),
            offers: mayAnswer ? AskCommand.answers("\(challenge.code)-\(found.code)") : [])
    }

    /// Whoever decides wants to talk first: written down, and the asker is told. The request stays open.
    func talk(
        _ found: DecisionAsked, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let me = try context.me()
        var asked = found
        asked.talkBy = me
        asked.talkOn = context.today(in: challenge, state)
        var values = AskCommand.values(found, challenge, state)
        values.append(.init("name", state.name(of: me)))
        values.append(.init("words", .text(words ?? "")))
        guard asked != found else { return .answer([Phrase("decide.talkAlready", values)]) }
        var told = [Phrase("decide.toldTalk", values)]
        if words != nil { told.append(Phrase("decide.words", values)) }
        return .record(
            [.decisionAsked(OfChallenge(challenge.code, asked))], [Phrase("decide.talk", values)],
            offers: [Daily.undo],
            notices: context.gateTell(
                [found.askedBy].compactMap { $0 } + challenge.holders(of: .teamLeader), told,
                subject: "decision \(challenge.code)-\(found.code)"))
    }
}
