import Language

/// What a result leads to: the next proposal, linked to the challenge it comes from.
enum FollowOn {
    /// The proposal that carries a challenge's result on; the latest where there are several.
    static func proposal(after challenge: String, _ state: State) -> Proposal? {
        state.proposals.filter { $0.follows == challenge && $0.state != .withdrawn }.last
    }

    /// A draft for the next cohort of the programme, or the one that is there already with another path;
    /// none where the path leads nowhere.
    static func draft(
        _ challenge: Challenge, _ path: Path, sites: Int?, _ state: State, by person: String?
    ) -> (events: [Event], proposal: Proposal?) {
        let there = proposal(after: challenge.code, state)
        guard path != .none else {
            guard let there, there.state == .draft else { return ([], nil) }
            var gone = there
            gone.state = .withdrawn
            return ([.proposalSet(gone)], nil)
        }
        // What was handed in already is its cohort's; only a draft changes with the path.
        if let there, there.state != .draft { return ([], there) }
        var draft = there ?? Proposal()
        if there == nil {
            draft.code = NextCode.after(state.proposals.keys, prefix: "P-", pad: 2)
            draft.cohort = nextCohort(challenge, state)
            draft.title = challenge.head.title
            draft.body = ([challenge.head.leadBody] + challenge.head.partners.prefix(12))
                .filter { !$0.isEmpty }.joined(separator: ", ")
            draft.author = challenge.holders(of: .teamLeader).first ?? person
            draft.area = challenge.head.area
            draft.indicator = challenge.primaryGoal?.name
            draft.state = .draft
            draft.follows = challenge.code
        }
        draft.path = path
        draft.sites = path == .scale ? sites ?? there?.sites : nil
        return (draft == there ? [] : [.proposalSet(draft)], draft)
    }

    /// The cohort that takes proposals next; the challenge's own where none is open yet.
    private static func nextCohort(_ challenge: Challenge, _ state: State) -> String {
        let home = state.cohorts[challenge.head.cohort]
        let open = state.cohorts.filter {
            $0.programme == home?.programme && $0.code != home?.code
                && [.draft, .callOpen, .selecting, .design].contains($0.state)
        }
        return open.min { ($0.dayOne?.days ?? .max, $0.code) < ($1.dayOne?.days ?? .max, $1.code) }?
            .code
            ?? challenge.head.cohort
    }

    /// “P-15 is drafted for NA-2: scale up, 6 places”
    static func line(_ proposal: Proposal, _ state: State) -> Phrase {
        let isOpen =
            state.cohorts[proposal.cohort].map {
                [.draft, .callOpen, .selecting, .design].contains($0.state)
            } ?? false
        let values: KeyValuePairs<String, Say> = [
            "proposal": .code(proposal.code), "cohort": .code(proposal.cohort),
            "path": .term("path.\((proposal.path ?? .none).rawValue)"),
            "sites": .count(proposal.sites ?? 0),
        ]
        guard proposal.state == .draft else {
            return Phrase(
                "path.handedIn",
                [
                    "proposal": .code(proposal.code), "cohort": .code(proposal.cohort),
                    "state": .term(proposal.state.term),
                ])
        }
        // Where no cohort takes proposals yet, the draft waits for the next one.
        guard isOpen else {
            return Phrase(proposal.sites == nil ? "path.waits" : "path.waitsSites", values)
        }
        return Phrase(proposal.sites == nil ? "path.drafted" : "path.draftedSites", values)
    }
    static func offer(_ proposal: Proposal) -> Offer {
        Offer(
            Phrase("path.proposalLabel", ["proposal": .code(proposal.code)]),
            "/proposals \(proposal.code)")
    }
}

/// `path`: what comes after: the same in more places, the next focus, the same team deeper, or nothing.
struct PathCommand: Command {
    static let name = "path"
    private let code: String?
    private let path: Path?
    private let sites: Int?

    init(_ a: Arguments) throws(Mismatch) {
        code = try a.code("challenge")
        path = try a.gateTerm("path").flatMap { Path(rawValue: $0) }
        sites = try a.count("sites")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        try Daily.lookInside(challenge, state, context)
        let today = context.today(in: challenge, state)
        let phase = challenge.phase(on: today)
        guard let path else { return show(challenge, phase, state) }
        try context.require([.teamLeader, .coach, .office, .sponsor], in: challenge, state)
        guard [.results, .sustaining].contains(phase) else {
            throw Refusal(
                Phrase(
                    "path.notNow", ["challenge": .code(challenge.code), "state": .term(phase.term)]),
                offers: [Offer(Phrase("next.label"), "/next \(challenge.code)")])
        }
        if let sites {
            guard path == .scale else { throw Refusal(Phrase("path.sitesScale")) }
            guard (1...10_000).contains(sites) else { throw Refusal(Phrase("path.sitesRange")) }
        }
        var plan = challenge.sustainability ?? Sustainability()
        plan.path = path
        let next = FollowOn.draft(challenge, path, sites: sites, state, by: context.person?.code)
        var lines = [
            Phrase(
                "path.set",
                ["challenge": .code(challenge.code), "path": .term("path.\(path.rawValue)")])
        ]
        var offers: [Offer] = []
        if let proposal = next.proposal {
            lines.append(FollowOn.line(proposal, state))
            offers.append(FollowOn.offer(proposal))
        }
        return .record(
            challenge.clockMoves(by: today) + [
                .sustainabilitySet(OfChallenge(challenge.code, plan))
            ]
                + next.events, lines, offers: offers + [Decision.gateUndo])
    }

    private func show(_ challenge: Challenge, _ phase: ChallengeState, _ state: State) -> Decision {
        var lines = [
            challenge.sustainability?.path.map {
                Phrase(
                    "path.set",
                    ["challenge": .code(challenge.code), "path": .term("path.\($0.rawValue)")])
            } ?? Phrase("path.open", ["challenge": .code(challenge.code)])
        ]
        if let proposal = FollowOn.proposal(after: challenge.code, state) {
            lines.append(FollowOn.line(proposal, state))
            return .answer(lines, offers: [FollowOn.offer(proposal)])
        }
        guard [.results, .sustaining].contains(phase) else { return .answer(lines) }
        return .answer(
            lines,
            offers: [Path.scale, .build, .reset].map {
                Offer(
                    Phrase("close.pathLabel", ["path": .term("path.\($0.rawValue)")]),
                    "/path \($0.rawValue) \(challenge.code)")
            })
    }
}
