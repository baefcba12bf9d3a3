import Language

/// `propose`: a guided form of three lines; kept as a draft, or handed in at once.
struct ProposeCommand: Command {
    static let name = "propose"
    private let usage: Int
    private let utterance: Utterance
    private let proposal: String?
    private let title: String?
    private let problem: String?
    private let bodies: String?
    private let area: String?
    private let indicator: String?
    private let topic: String?
    private let cohort: String?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        utterance = a.utterance
        proposal = try a.code("proposal")
        title = try a.gateText("title")
        problem = try a.gateText("problem")
        bodies = try a.gateText("bodies")
        area = try a.code("area")
        indicator = try a.gateText("indicator")
        topic = try a.gateText("topic")
        cohort = try a.code("cohort")
    }

    /// Nobody answers three questions to hear that the bot does not know them, or that nothing is called for.
    static func mayBegin(_ line: Utterance, _ state: State, _ context: Context) throws(Refusal) {
        _ = try context.me()
        guard line.usage >= 2 else { return }
        let named: String? = if case .code(let code)? = line.values["cohort"] { code } else { nil }
        let cohort = try calling(named, state, context)
        if line.usage > 2 { try requireOpen(cohort, nil, state, context) }
        if case .text(let title)? = line.values["title"], !title.contains(where: \.isLetter) {
            throw Refusal(Phrase("propose.ask.title"))
        }
    }

    /// The cohort that is named; else the only one whose call is open; else the only one.
    private static func calling(_ named: String?, _ state: State, _ context: Context)
        throws(Refusal) -> Cohort
    {
        let meant = Set(state.programmes(meantBy: context.person?.code).map(\.code))
        let open = state.cohorts.filter {
            named == nil && $0.state == .callOpen && meant.contains($0.programme)
        }
        return open.count == 1 ? open[0] : try context.gateCohort(named, state)
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        // The usages stand in this order in the command's file: again, submit, draft, and in one go.
        usage < 2 ? try again(state, context) : try make(isDraft: usage == 2, state, context)
    }

    private func make(isDraft: Bool, _ state: State, _ context: Context) throws(Refusal) -> Decision
    {
        let me = try context.me()
        let cohort = try Self.calling(cohort, state, context)
        if !isDraft { try Self.requireOpen(cohort, nil, state, context) }
        guard let title else { throw Refusal(Phrase("propose.ask.title")) }
        let same = state.proposals.filter {
            // Another's draft is nobody's to know of.
            $0.cohort == cohort.code && $0.state != .withdrawn && (!$0.isPrivate || $0.author == me)
                && Folding.fold($0.title) == Folding.fold(title)
        }
        if let same = same.first, !context.isSure {
            return .ask(
                [Phrase("propose.same", ["code": .code(same.code), "title": .text(same.title)])],
                offers: [Offer(Phrase("proposals.label"), "/proposals \(same.code)")])
        }
        guard state.proposals.filter({ $0.author == me && $0.state == .draft }).count < 20 else {
            throw Refusal(Phrase("propose.manyDrafts"))
        }
        var new = Proposal()
        new.code = NextCode.after(state.proposals.keys, prefix: "P-", pad: 2)
        new.cohort = cohort.code
        new.author = me
        new.title = title
        try fill(&new, cohort, state)
        guard !isDraft else {
            new.state = .draft
            return .record(
                [.proposalSet(new)],
                [Phrase("propose.drafted", ["code": .code(new.code), "title": .text(title)])],
                offers: [
                    Offer(Phrase("propose.submitLabel"), "/propose submit \(new.code)"),
                    Decision.gateUndo,
                ])
        }
        if let choice = askTopic(new, cohort, context) { return choice }
        new.state = .submitted
        new.submittedOn = context.gateToday(in: cohort, state)
        return .record(
            [.proposalSet(new)],
            [
                Phrase(
                    "propose.saved",
                    ["code": .code(new.code), "title": .text(title), "by": state.name(of: me)])
            ],
            offers: [Decision.gateUndo], notices: told(new, state, context))
    }

    private func told(_ proposal: Proposal, _ state: State, _ context: Context) -> [Outgoing] {
        let by = proposal.author.map { state.name(of: $0) } ?? .text("")
        let phrase = Phrase(
            "propose.told",
            ["code": .code(proposal.code), "title": .text(proposal.title), "by": by])
        return context.gateTell(
            state.holders(of: .office, over: proposal.cohort), [phrase],
            offers: [Offer(Phrase("score.label"), "/score \(proposal.code)")])
    }

    /// What the line says of it; the topic by its number or its words.
    private func fill(_ proposal: inout Proposal, _ cohort: Cohort, _ state: State) throws(Refusal)
    {
        if let title { proposal.title = title }
        if let problem { proposal.problem = problem }
        if let bodies { proposal.body = bodies }
        if let indicator { proposal.indicator = indicator }
        if let area {
            if let programme = state.programmes[cohort.programme],
                !programme.areas.contains(where: { $0.code == area })
            {
                throw Refusal(
                    Phrase("area.unknown", ["code": .code(area)]),
                    offers: [Offer(Phrase("area.label"), "/area")])
            }
            proposal.area = area
        }
        guard let topic else { return }
        guard let found = BatchCommand.topic(topic, in: cohort) else {
            var refusal = Refusal(
                Phrase("propose.noTopic", ["cohort": .code(cohort.code), "topic": .text(topic)]))
            refusal.phrases += BatchCommand.topicLines(cohort)
            throw refusal
        }
        proposal.topic = found
    }

    /// A cohort that calls for topics wants one named.
    private func askTopic(_ proposal: Proposal, _ cohort: Cohort, _ context: Context) -> Decision? {
        guard !cohort.topics.isEmpty, proposal.topic.map(cohort.topics.contains) != true else {
            return nil
        }
        let offers = cohort.topics.prefix(8).map { topic in
            var whole = utterance
            whole.values["topic"] = .text(topic)
            return Offer(
                Phrase("propose.topicLabel", ["topic": .text(topic)]),
                "/" + context.grammar.print(whole))
        }
        return .ask(
            [Phrase("propose.askTopic", ["cohort": .code(cohort.code)])],
            offers: Array(offers) + [Daily.cancel()])
    }

    /// A draft, and what came back, is handed in; what was deferred, for a later cohort.
    private func again(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let proposal = try context.gateProposal(proposal, state)
        guard proposal.author == me || state.roles(of: me, in: proposal).contains(.office) else {
            throw Refusal(
                Phrase("proposals.notYours", ["code": .code(proposal.code)]), kind: .right)
        }
        guard
            Transitions.allows(
                Transitions.proposal, from: proposal.state, to: .submitted, by: Self.name)
        else {
            throw ProposalDecision.illegal(
                proposal, .submitted, state.roles(of: me, in: proposal),
                isAuthor: proposal.author == me)
        }
        var changed = proposal
        // What was deferred, and what carries a result on, waits for a later cohort.
        let waits =
            proposal.state == .draft && proposal.follows != nil
            && (cohort.map { $0 != proposal.cohort }
                ?? state.cohorts[proposal.cohort].map { !Self.takesProposals($0) } ?? true)
        if proposal.state == .deferred || waits {
            changed.cohort = try later(than: proposal, state).code
        }
        guard let cohort = state.cohorts[changed.cohort] else {
            throw Refusal(Phrase("batch.unknown", ["code": .code(changed.cohort)]))
        }
        // Whoever was asked for more work may bring it after the call has closed.
        if proposal.state != .returned { try Self.requireOpen(cohort, proposal, state, context) }
        if proposal.state == .deferred {
            changed.topic = changed.topic.flatMap { BatchCommand.topic($0, in: cohort) }
        }
        try fill(&changed, cohort, state)
        let missing = Self.missing(changed)
        guard missing.isEmpty else {
            throw Refusal(
                Phrase(
                    "propose.missing",
                    [
                        "code": .code(proposal.code),
                        "what": .list(missing.map { .term("proposal.\($0)") }),
                    ]),
                Phrase("propose.missingLine", ["line": .code(Self.line(proposal.code, missing))]))
        }
        if let choice = askTopic(changed, cohort, context) { return choice }
        changed.state = .submitted
        changed.submittedOn = context.gateToday(in: cohort, state)
        return .record(
            [.proposalSet(changed)],
            [
                Phrase(
                    proposal.state == .draft ? "propose.saved" : "propose.again",
                    [
                        "code": .code(proposal.code), "title": .text(changed.title),
                        "cohort": .code(changed.cohort),
                        "by": state.name(of: proposal.author ?? me),
                    ])
            ],
            offers: [Decision.gateUndo], notices: told(changed, state, context))
    }

    private static func takesProposals(_ cohort: Cohort) -> Bool {
        [.callOpen, .selecting, .design].contains(cohort.state)
    }

    private static func missing(_ proposal: Proposal) -> [String] {
        ((proposal.problem ?? "").isEmpty ? ["problem"] : [])
            + (proposal.body.isEmpty ? ["bodies"] : [])
    }
    private static func line(_ code: String, _ missing: [String]) -> String {
        "/propose submit \(code)" + missing.map { " \($0)=\"…\"" }.joined()
    }

    /// The cohort that is named, or the only one that takes proposals and begins after the proposal's own.
    private func later(than proposal: Proposal, _ state: State) throws(Refusal) -> Cohort {
        let before = state.cohorts[proposal.cohort]?.dayOne
        let programme = state.cohorts[proposal.cohort]?.programme
        let isLater: (Cohort) -> Bool = { other in
            guard other.code != proposal.cohort, other.programme == programme else { return false }
            guard let before, let day = other.dayOne else { return true }
            return day > before
        }
        if let cohort {
            guard let named = state.cohorts[cohort] else {
                throw Refusal(Phrase("batch.unknown", ["code": .code(cohort)]))
            }
            guard isLater(named) else {
                throw Refusal(
                    Phrase(
                        "propose.sameCohort",
                        ["code": .code(proposal.code), "cohort": .code(cohort)]))
            }
            return named
        }
        let open = state.cohorts.filter { isLater($0) && Self.takesProposals($0) }
        guard let only = open.first, open.count == 1 else {
            throw Refusal(
                open.isEmpty
                    ? Phrase(
                        proposal.state == .deferred ? "propose.noLater" : "propose.noNext",
                        ["code": .code(proposal.code)])
                    : Phrase("batch.which", ["cohorts": .list(open.map { .code($0.code) })]))
        }
        return only
    }

    /// Proposals are handed in from the call on, until the cohort runs; once the call's last day is over,
    /// by the office alone.
    private static func requireOpen(
        _ cohort: Cohort, _ kept: Proposal?, _ state: State, _ context: Context
    ) throws(Refusal) {
        guard takesProposals(cohort) else {
            let values: KeyValuePairs<String, Say> = [
                "cohort": .code(cohort.code), "state": .term(cohort.state.term),
                "code": .code(kept?.code ?? ""),
            ]
            guard cohort.state == .draft else { throw Refusal(Phrase("propose.closed", values)) }
            throw Refusal(Phrase(kept == nil ? "propose.notYet" : "propose.waits", values))
        }
        guard cohort.state == .callOpen, let closes = cohort.callClosed,
            context.gateToday(in: cohort, state) > closes,
            !state.roles(of: try context.me(), in: cohort).contains(.office)
        else { return }
        throw Refusal(
            Phrase("propose.over", ["cohort": .code(cohort.code), "date": .date(closes)]))
    }
}
