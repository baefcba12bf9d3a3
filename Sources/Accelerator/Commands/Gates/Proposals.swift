import Language

/// `proposals`: what was proposed for a cohort, and where each stands.
struct ProposalsCommand: Command {
    static let name = "proposals"
    private let cohort: String?
    private let proposal: String?

    init(_ a: Arguments) throws(Mismatch) {
        cohort = try a.code("cohort")
        proposal = try a.code("proposal")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        // Whoever selects sees all; an author sees his own.
        let seesAll = !state.roles(of: me).isDisjoint(with: [
            .office, .coach, .sponsor, .systemLeader, .viewer, .admin,
        ])
        if let code = proposal {
            let proposal = try context.gateProposal(code, state)
            guard seesAll || proposal.author == me else {
                throw Refusal(Phrase("proposals.notYours", ["code": .code(code)]), kind: .right)
            }
            return card(proposal, state)
        }
        let cohort = try context.gateCohort(cohort, state)
        let all = state.proposals.filter {
            $0.cohort == cohort.code && (seesAll || $0.author == me)
        }
        guard !all.isEmpty else {
            return .answer(
                [Phrase("proposals.none", ["cohort": .code(cohort.code)])],
                offers: [Offer(Phrase("propose.label"), "/propose")])
        }
        let waiting = all.filter { $0.state == .submitted || $0.state == .inReview }
        var lines = [
            Phrase(
                "proposals.head",
                [
                    "cohort": .code(cohort.code), "count": .count(all.count),
                    "waiting": .count(waiting.count),
                ])
        ]
        let shown = (waiting + all.filter { $0.state != .submitted && $0.state != .inReview })
            .prefix(20)
        lines += shown.map(Self.line)
        return .answer(lines)
    }

    private func card(_ proposal: Proposal, _ state: State) -> Decision {
        var lines = [
            Self.line(proposal),
            Phrase(
                proposal.problem?.isEmpty == false ? "proposals.problem" : "proposals.body",
                ["problem": .text(proposal.problem ?? ""), "body": .text(proposal.body)]),
        ]
        if let follows = proposal.follows {
            lines.append(
                Phrase(
                    proposal.sites == nil ? "proposals.follows" : "proposals.followsSites",
                    [
                        "challenge": .code(follows), "sites": .count(proposal.sites ?? 0),
                        "path": .term("path.\((proposal.path ?? .none).rawValue)"),
                    ]))
        }
        for score in proposal.scores.prefix(8) {
            lines.append(
                Phrase(
                    "proposals.score",
                    [
                        "by": state.name(of: score.by), "people": .count(score.touchesPeople),
                        "bodies": .count(score.severalBodies),
                        "ambition": .count(score.ambitiousMeasurable),
                        "doable": .count(score.doable), "total": .count(score.total),
                    ]))
        }
        if let reason = proposal.reason, !reason.isEmpty {
            lines.append(Phrase("proposals.reason", ["reason": .text(reason)]))
        }
        let isOpen = proposal.state == .submitted || proposal.state == .inReview
        return .answer(
            lines,
            offers: isOpen
                ? [
                    Offer(Phrase("accept.label"), "/accept \(proposal.code)"),
                    Offer(Phrase("score.label"), "/score \(proposal.code)"),
                ] : [])
    }

    static func line(_ proposal: Proposal) -> Phrase {
        var values: [Phrase.Field] = [
            .init("code", .code(proposal.code)), .init("title", .text(proposal.title)),
            .init("state", .term(proposal.state.term)),
            .init("reviewers", .count(proposal.scores.count)),
        ]
        guard !proposal.scores.isEmpty else { return Phrase("proposals.line", values) }
        values.append(.init("mean", .number(mean(proposal))))
        return Phrase("proposals.lineScored", values)
    }

    /// The mean of the reviewers' totals, 4 … 20, to one decimal.
    static func mean(_ proposal: Proposal) -> Double {
        guard !proposal.scores.isEmpty else { return 0 }
        let sum = proposal.scores.reduce(0) { $0 + $1.total }
        return (Double(sum) / Double(proposal.scores.count) * 10).rounded() / 10
    }
}

/// `propose`: a guided form of three lines.
struct ProposeCommand: Command {
    static let name = "propose"
    private let usage: Int
    private let proposal: String?
    private let title: String?
    private let problem: String?
    private let bodies: String?
    private let area: String?
    private let indicator: String?
    private let cohort: String?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        proposal = try a.code("proposal")
        title = try a.gateText("title")
        problem = try a.gateText("problem")
        bodies = try a.gateText("bodies")
        area = try a.code("area")
        indicator = try a.gateText("indicator")
        cohort = try a.code("cohort")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        usage == 0 ? try again(state, context) : try submit(state, context)
    }

    private func submit(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let cohort = try context.gateCohort(cohort, state)
        try Self.requireOpen(cohort)
        guard let title, let problem, let bodies else { throw Refusal(Phrase("propose.ask.title")) }
        let same = state.proposals.filter {
            $0.cohort == cohort.code && $0.state != .withdrawn
                && Folding.fold($0.title) == Folding.fold(title)
        }
        if let same = same.first, !context.isSure {
            return .ask(
                [Phrase("propose.same", ["code": .code(same.code), "title": .text(same.title)])],
                offers: [Offer(Phrase("proposals.label"), "/proposals \(same.code)")])
        }
        if let area, let programme = state.programmes[cohort.programme],
            !programme.areas.contains(where: { $0.code == area })
        {
            throw Refusal(
                Phrase("area.unknown", ["code": .code(area)]),
                offers: [Offer(Phrase("area.label"), "/area")])
        }
        var new = Proposal()
        new.code = NextCode.after(state.proposals.keys, prefix: "P-", pad: 2)
        new.cohort = cohort.code
        new.title = title
        new.problem = problem
        new.body = bodies
        new.author = me
        new.area = area
        new.indicator = indicator
        new.state = .submitted
        new.submittedOn = context.gateToday(in: cohort, state)
        let office = state.holders(of: .office, over: cohort.code)
        let told = Phrase(
            "propose.told",
            ["code": .code(new.code), "title": .text(title), "by": state.name(of: me)])
        return .record(
            [.proposalSet(new)],
            [Phrase("propose.saved", ["code": .code(new.code), "title": .text(title)])],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                office, [told], offers: [Offer(Phrase("score.label"), "/score \(new.code)")]))
    }

    private func again(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let proposal = try context.gateProposal(proposal, state)
        guard proposal.author == me || state.roles(of: me).contains(.office) else {
            throw Refusal(
                Phrase("proposals.notYours", ["code": .code(proposal.code)]), kind: .right)
        }
        guard
            Transitions.allows(
                Transitions.proposal, from: proposal.state, to: .submitted, by: Self.name)
        else {
            throw ProposalDecision.illegal(proposal, .submitted)
        }
        var changed = proposal
        changed.state = .submitted
        if let problem { changed.problem = problem }
        if let indicator { changed.indicator = indicator }
        // A draft that carries a result on waits where its next cohort is, or is handed in to the one named.
        let isPlaced = proposal.state == .draft && cohort == nil
            && state.cohorts[proposal.cohort].map { Self.isOpen($0) } ?? false
        if proposal.state == .deferred || (proposal.state == .draft && !isPlaced) {
            changed.cohort = try context.gateCohort(cohort, state).code
        }
        if let cohort = state.cohorts[changed.cohort] {
            try Self.requireOpen(cohort)
            changed.submittedOn = context.gateToday(in: cohort, state)
        }
        return .record(
            [.proposalSet(changed)], [Phrase("propose.again", ["code": .code(proposal.code)])],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                state.holders(of: .office, over: changed.cohort),
                [
                    Phrase(
                        "propose.told",
                        [
                            "code": .code(changed.code), "title": .text(changed.title),
                            "by": state.name(of: me),
                        ])
                ]))
    }

    private static func isOpen(_ cohort: Cohort) -> Bool {
        [.draft, .callOpen, .selecting, .design].contains(cohort.state)
    }
    private static func requireOpen(_ cohort: Cohort) throws(Refusal) {
        guard isOpen(cohort) else {
            throw Refusal(
                Phrase(
                    "propose.closed",
                    ["cohort": .code(cohort.code), "state": .term(cohort.state.term)]))
        }
    }
}

/// `score`: the four criteria, 1 … 5 each.
struct ScoreCommand: Command {
    static let name = "score"
    private let proposal: String?
    private let points: [Int]

    init(_ a: Arguments) throws(Mismatch) {
        proposal = try a.code("proposal")
        points = [
            try a.required("people", a.count("people")),
            try a.required("bodies", a.count("bodies")),
            try a.required("ambition", a.count("ambition")),
            try a.required("doable", a.count("doable")),
        ]
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let proposal = try context.gateProposal(proposal, state)
        guard points.count == 4, points.allSatisfy({ (1...5).contains($0) }) else {
            throw Refusal(Phrase("score.range"))
        }
        guard proposal.author != me else {
            throw Refusal(Phrase("score.own", ["code": .code(proposal.code)]))
        }
        guard proposal.state == .submitted || proposal.state == .inReview else {
            throw ProposalDecision.illegal(proposal, .inReview)
        }
        var event = ProposalScored()
        event.proposal = proposal.code
        event.scores.by = me
        event.scores.touchesPeople = points[0]
        event.scores.severalBodies = points[1]
        event.scores.ambitiousMeasurable = points[2]
        event.scores.doable = points[3]
        var events: [Event] = []
        if proposal.state == .submitted {
            var move = ProposalMoved()
            move.proposal = proposal.code
            move.to = .inReview
            events.append(.proposalMoved(move))
        }
        events.append(.proposalScored(event))
        let others = proposal.scores.filter { $0.by != me }
        return .record(
            events,
            [
                Phrase(
                    "score.saved",
                    [
                        "code": .code(proposal.code), "total": .count(event.scores.total),
                        "reviewers": .count(others.count + 1),
                    ])
            ],
            offers: [
                Offer(Phrase("proposals.label"), "/proposals \(proposal.code)"), Decision.gateUndo,
            ])
    }
}
