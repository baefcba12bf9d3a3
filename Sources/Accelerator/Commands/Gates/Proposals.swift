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
        let selecting: Set<Role> = [.office, .coach, .sponsor, .systemLeader, .viewer, .admin]
        if let code = proposal {
            let proposal = try context.gateProposal(code, state)
            let seesAll = !state.roles(of: me, in: proposal).isDisjoint(with: selecting)
            guard seesAll || proposal.author == me else {
                throw Refusal(Phrase("proposals.notYours", ["code": .code(code)]), kind: .right)
            }
            return card(proposal, state, me, seesAll)
        }
        let cohort = try context.gateCohort(cohort, state)
        let seesAll = !state.roles(of: me, in: cohort).isDisjoint(with: selecting)
        let all = state.proposals.filter {
            $0.cohort == cohort.code && ($0.author == me || (seesAll && !$0.isPrivate))
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

    private func card(_ proposal: Proposal, _ state: State, _ me: String, _ seesAll: Bool)
        -> Decision
    {
        var lines = [
            Self.line(proposal),
            Phrase(
                proposal.problem?.isEmpty == false ? "proposals.problem" : "proposals.body",
                ["problem": .text(proposal.problem ?? ""), "body": .text(proposal.body)]),
        ]
        if let author = proposal.author {
            lines.append(Phrase("proposals.author", ["name": state.name(of: author)]))
        }
        if let follows = proposal.follows {
            lines.append(
                Phrase(
                    proposal.sites == nil ? "proposals.follows" : "proposals.followsSites",
                    [
                        "challenge": .code(follows), "sites": .count(proposal.sites ?? 0),
                        "path": .term("path.\((proposal.path ?? .none).rawValue)"),
                    ]))
        }
        if let topic = proposal.topic {
            lines.append(Phrase("proposals.topic", ["topic": .text(topic)]))
        }
        let scores = ProposalScores(proposal)
        lines += scores.lines
        // Who gave how much is for those who select.
        if seesAll, !scores.scores.isEmpty { lines.append(scores.reviewers(state)) }
        if let reason = proposal.reason, !reason.isEmpty {
            lines.append(Phrase("proposals.reason", ["reason": .text(reason)]))
        }
        let roles = state.roles(of: me, in: proposal)
        var offers: [Offer] = []
        switch proposal.state {
        case .submitted, .inReview:
            if proposal.author != me,
                !roles.isDisjoint(with: [.office, .coach, .sponsor, .systemLeader])
            {
                offers.append(Offer(Phrase("score.label"), "/score \(proposal.code)"))
            }
            if roles.contains(.office) {
                offers += ["accept", "return", "defer", "reject"].map {
                    Offer(Phrase("\($0).label"), "/\($0) \(proposal.code)")
                }
            }
        case .draft, .returned, .deferred:
            if proposal.author == me {
                offers.append(
                    Offer(Phrase("propose.submitLabel"), "/propose submit \(proposal.code)"))
            }
        default: break
        }
        if proposal.author == me,
            [.draft, .submitted, .inReview, .returned, .deferred].contains(proposal.state)
        {
            offers.append(Offer(Phrase("withdraw.mine"), "/withdraw \(proposal.code)"))
        }
        return .answer(lines, offers: offers)
    }

    static func line(_ proposal: Proposal) -> Phrase {
        var values: [Phrase.Field] = [
            .init("code", .code(proposal.code)), .init("title", .text(proposal.title)),
            .init("state", .term(proposal.state.term)),
            .init("reviewers", .count(proposal.scores.count)),
        ]
        guard !proposal.scores.isEmpty else { return Phrase("proposals.line", values) }
        values.append(.init("mean", .number(ProposalScores(proposal).total)))
        return Phrase("proposals.lineScored", values)
    }
}

/// What several reviewers made of one proposal: the mean of each criterion, and where they part.
struct ProposalScores {
    let scores: [Scores]
    init(_ proposal: Proposal) { scores = proposal.scores }

    /// The four criteria in their order, by the end of their keys.
    private static let criteria: [(key: String, points: @Sendable (Scores) -> Int)] = [
        ("people", { $0.touchesPeople }), ("bodies", { $0.severalBodies }),
        ("ambition", { $0.ambitiousMeasurable }), ("doable", { $0.doable }),
    ]

    private func mean(_ points: (Scores) -> Int) -> Double {
        guard !scores.isEmpty else { return 0 }
        let sum = scores.reduce(0) { $0 + points($1) }
        return (Double(sum) / Double(scores.count) * 10).rounded() / 10
    }
    /// The mean of the reviewers' totals, 4 … 20, to one decimal.
    var total: Double { mean(\.total) }

    var lines: [Phrase] {
        guard !scores.isEmpty else { return [] }
        var lines: [Phrase] = []
        var widest: (key: String, low: Int, high: Int)?
        for (key, points) in Self.criteria {
            let all = scores.map(points)
            let low = all.min() ?? 0
            let high = all.max() ?? 0
            let values: [Phrase.Field] = [
                .init("what", .term("criterion.\(key)")), .init("mean", .number(mean(points))),
                .init("low", .count(low)), .init("high", .count(high)),
            ]
            let isOne = scores.count == 1
            lines.append(
                Phrase(
                    isOne
                        ? "proposals.criterion"
                        : low == high ? "proposals.same" : "proposals.spread", values))
            if high - low > widest.map({ $0.high - $0.low }) ?? 1 { widest = (key, low, high) }
        }
        if let widest {
            lines.append(
                Phrase(
                    "proposals.widest",
                    [
                        "what": .term("criterion.\(widest.key)"), "low": .count(widest.low),
                        "high": .count(widest.high),
                    ]))
        }
        return lines
    }

    func reviewers(_ state: State) -> Phrase {
        let names = scores.prefix(8).map { one in
            Say.phrase(
                Phrase(
                    "proposals.reviewer",
                    ["name": state.name(of: one.by), "total": .count(one.total)]))
        }
        return Phrase("proposals.reviewers", ["names": .list(names)])
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

    /// Before the first of four questions: not one's own, and not one that is decided.
    static func mayBegin(_ line: Utterance, _ state: State, _ context: Context) throws(Refusal) {
        guard case .code(let code)? = line.values["proposal"] else { return }
        try requireScorable(try context.gateProposal(code, state), state, context)
    }

    private static func requireScorable(
        _ proposal: Proposal, _ state: State, _ context: Context
    ) throws(Refusal) {
        let me = try context.me()
        try context.require([.office, .coach, .sponsor, .systemLeader], in: proposal, state)
        guard proposal.author != me else {
            throw Refusal(
                Phrase("score.own", ["code": .code(proposal.code)]),
                offers: [Offer(Phrase("proposals.label"), "/proposals \(proposal.code)")])
        }
        guard proposal.state == .submitted || proposal.state == .inReview else {
            throw ProposalDecision.illegal(
                proposal, .inReview, state.roles(of: me, in: proposal), isAuthor: false)
        }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let proposal = try context.gateProposal(proposal, state)
        guard points.count == 4, points.allSatisfy({ (1...5).contains($0) }) else {
            throw Refusal(Phrase("score.range"))
        }
        try Self.requireScorable(proposal, state, context)
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
        var after = proposal
        after.scores.put(event.scores, by: \.by)
        let before = proposal.scores.first { $0.by == me }?.total
        return .record(
            events,
            [
                Phrase(
                    before == nil ? "score.saved" : "score.replaced",
                    [
                        "code": .code(proposal.code), "total": .count(event.scores.total),
                        "reviewers": .count(after.scores.count), "before": .count(before ?? 0),
                        "mean": .number(ProposalScores(after).total),
                    ])
            ],
            offers: [
                Offer(Phrase("proposals.label"), "/proposals \(proposal.code)"), Decision.gateUndo,
            ])
    }
}
