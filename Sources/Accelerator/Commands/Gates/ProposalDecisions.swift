import Language

/// What the office makes of a proposal; each is one command with a reason.
enum ProposalDecision {
    /// Says what can't be, and what the speaker can do with it instead.
    static func illegal(
        _ proposal: Proposal, _ to: ProposalState, _ roles: Set<Role>, isAuthor: Bool
    ) -> Refusal {
        var offers: [Offer] = []
        for row in Transitions.proposal where row.from.contains(proposal.state) && offers.count < 3
        {
            guard let command = row.command, command != "merge", row.to != to else { continue }
            let isTheirs = ["propose", "withdraw"].contains(command)
            guard isTheirs ? isAuthor : !row.actors.isDisjoint(with: roles) else { continue }
            offers.append(
                Offer(
                    Phrase(
                        command == "propose"
                            ? "propose.submitLabel"
                            : command == "withdraw" ? "withdraw.mine" : "\(command).label"),
                    command == "propose"
                        ? "/propose submit \(proposal.code)" : "/\(command) \(proposal.code)"))
        }
        if offers.isEmpty {
            offers = [Offer(Phrase("proposals.label"), "/proposals \(proposal.code)")]
        }
        return Refusal(
            Phrase(
                proposal.state == to ? "proposals.already" : "proposals.illegal",
                [
                    "code": .code(proposal.code), "from": .term(proposal.state.term),
                    "to": .term(to.term),
                ]), offers: offers)
    }

    static func require(
        _ proposal: Proposal, _ to: ProposalState, by command: String, _ state: State,
        _ context: Context
    ) throws(Refusal) {
        let me = context.person?.code
        // What is one's own is taken back by oneself; all else is for the office that it was handed in to.
        if command != WithdrawCommand.name || proposal.author != me {
            try context.require([.office], in: proposal, state)
        }
        guard Transitions.allows(Transitions.proposal, from: proposal.state, to: to, by: command)
        else {
            throw illegal(
                proposal, to, me.map { state.roles(of: $0, in: proposal) } ?? [],
                isAuthor: proposal.author == me)
        }
    }

    static func moved(
        _ proposal: Proposal, _ to: ProposalState, reason: String?, _ state: State,
        _ context: Context
    )
        -> ProposalMoved
    {
        var move = ProposalMoved()
        move.proposal = proposal.code
        move.to = to
        move.on =
            state.cohorts[proposal.cohort].map { context.gateToday(in: $0, state) }
            ?? context.local(in: "UTC").date
        move.by = context.person?.code
        move.reason = reason
        return move
    }

    /// The author hears of it, with the reason.
    static func decide(
        _ command: String, _ code: String?, _ to: ProposalState, _ reason: String?, _ state: State,
        _ context: Context,
        _ change: (inout ProposalMoved) -> Void = { _ in }
    ) throws(Refusal) -> Decision {
        let proposal = try context.gateProposal(code, state)
        try require(proposal, to, by: command, state, context)
        guard let reason else { throw Refusal(Phrase("\(command).ask.reason")) }
        var move = moved(proposal, to, reason: reason, state, context)
        change(&move)
        let values: KeyValuePairs<String, Say> = [
            "code": .code(proposal.code), "title": .text(proposal.title), "state": .term(to.term),
            "reason": .text(reason), "into": .code(move.challenge ?? proposal.code),
        ]
        let isBack = to == .returned
        return .record(
            [.proposalMoved(move)], [Phrase("proposals.moved", values)],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                [proposal.author].compactMap { $0 },
                [
                    Phrase("proposals.authorTold", values),
                    Phrase("proposals.next.\(to.rawValue)", values),
                ],
                offers: isBack
                    ? [Offer(Phrase("propose.submitLabel"), "/propose submit \(proposal.code)")]
                    : []))
    }
}

/// Which proposal, and why, as its author will read it.
private struct ReasonedDecision {
    let proposal: String?
    let reason: String?
    init(_ a: Arguments) throws(Mismatch) {
        proposal = try a.code("proposal")
        reason = try a.gateText("reason")
    }
}

/// `reject`: with a reason, which the author is told.
struct RejectCommand: Command {
    static let name = "reject"
    private let about: ReasonedDecision
    init(_ a: Arguments) throws(Mismatch) { about = try ReasonedDecision(a) }
    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        try ProposalDecision.decide(
            Self.name, about.proposal, .rejected, about.reason, state, context)
    }
}

/// `return`: back to its author, who may hand it in again.
struct ReturnCommand: Command {
    static let name = "return"
    private let about: ReasonedDecision
    init(_ a: Arguments) throws(Mismatch) { about = try ReasonedDecision(a) }
    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        try ProposalDecision.decide(
            Self.name, about.proposal, .returned, about.reason, state, context)
    }
}

/// `defer`: to a later cohort.
struct DeferCommand: Command {
    static let name = "defer"
    private let about: ReasonedDecision
    init(_ a: Arguments) throws(Mismatch) { about = try ReasonedDecision(a) }
    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        try ProposalDecision.decide(
            Self.name, about.proposal, .deferred, about.reason, state, context)
    }
}

/// `merge`: into another proposal, or the challenge that one became.
struct MergeCommand: Command {
    static let name = "merge"
    private let about: ReasonedDecision
    private let into: String?
    init(_ a: Arguments) throws(Mismatch) {
        about = try ReasonedDecision(a)
        into = try a.code("into")
    }
    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let other = try context.gateProposal(into, state)
        try context.require([.office], in: other, state)
        guard other.code != about.proposal else { throw Refusal(Phrase("merge.itself")) }
        guard ![.withdrawn, .rejected, .merged].contains(other.state) else {
            throw Refusal(
                Phrase(
                    "merge.closed", ["code": .code(other.code), "state": .term(other.state.term)]))
        }
        return try ProposalDecision.decide(
            Self.name, about.proposal, .merged, about.reason, state, context
        ) {
            $0.challenge = other.challenge ?? other.code
        }
    }
}

/// `accept`: a proposal becomes exactly one challenge.
struct AcceptCommand: Command {
    static let name = "accept"
    private let proposal: String?
    init(_ a: Arguments) throws(Mismatch) { proposal = try a.code("proposal") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let proposal = try context.gateProposal(proposal, state)
        try ProposalDecision.require(proposal, .accepted, by: Self.name, state, context)
        guard let cohort = state.cohorts[proposal.cohort] else {
            throw Refusal(Phrase("batch.unknown", ["code": .code(proposal.cohort)]))
        }
        guard cohort.state == .selecting || cohort.state == .design else {
            throw Refusal(
                Phrase(
                    "accept.notSelecting",
                    ["cohort": .code(cohort.code), "state": .term(cohort.state.term)]),
                offers: [Offer(Phrase("batch.selectLabel"), "/batch select \(cohort.code)")])
        }
        let today = context.gateToday(in: cohort, state)
        var head = ChallengeHead()
        head.code = NextCode.after(state.challenges.keys, prefix: "CH-", pad: 2)
        head.cohort = cohort.code
        head.title = proposal.title
        head.area = proposal.area
        let bodies = Self.bodies(proposal.body)
        head.leadBody = bodies.first ?? ""
        head.partners = Array(bodies.dropFirst())
        head.proposal = proposal.code
        head.designStarted = today
        var move = ProposalDecision.moved(proposal, .accepted, reason: nil, state, context)
        move.challenge = head.code
        let values: KeyValuePairs<String, Say> = [
            "code": .code(proposal.code), "title": .text(proposal.title),
            "challenge": .code(head.code),
        ]
        return .record(
            [
                .proposalMoved(move), .challengeSet(head),
                .challengeMoved(
                    ChallengeMoved(head.code, to: .framing, on: today, by: context.person?.code)),
            ],
            [Phrase("accept.opened", values), Phrase("accept.next", values)],
            offers: [
                Offer(
                    Phrase("leadership.label", ["challenge": .code(head.code)]),
                    "/leadership \(head.code)"), Decision.gateUndo,
            ],
            notices: context.gateTell(
                [proposal.author].compactMap { $0 }, [Phrase("accept.authorTold", values)]))
    }

    /// The bodies as written, parted by commas or semicolons.
    static func bodies(_ text: String) -> [String] {
        text.unicodeScalars.split { [",", ";", "،", "؛", "\n"].contains($0) }.prefix(12).compactMap
        { part in
            var part = part
            while let first = part.first, first.value <= 32 { part = part.dropFirst() }
            while let last = part.last, last.value <= 32 { part = part.dropLast() }
            return part.isEmpty ? nil : String(part)
        }
    }
}

/// `withdraw`: a proposal by its author, a challenge that has not been launched by sponsor or office.
struct WithdrawCommand: Command {
    static let name = "withdraw"
    private let proposal: String?
    private let challenge: String?
    private let reason: String?
    init(_ a: Arguments) throws(Mismatch) {
        proposal = try a.code("proposal")
        challenge = try a.code("challenge")
        reason = try a.gateText("reason")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let code = proposal else { return try withdrawChallenge(state, context) }
        let me = try context.me()
        let proposal = try context.gateProposal(code, state)
        guard proposal.author == me || state.roles(of: me, in: proposal).contains(.office) else {
            throw Refusal(
                Phrase("proposals.notYours", ["code": .code(proposal.code)]), kind: .right)
        }
        try ProposalDecision.require(proposal, .withdrawn, by: Self.name, state, context)
        let move = ProposalDecision.moved(proposal, .withdrawn, reason: reason, state, context)
        return .record(
            [.proposalMoved(move)], [Phrase("withdraw.proposal", ["code": .code(proposal.code)])],
            offers: [Decision.gateUndo])
    }

    private func withdrawChallenge(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        _ = try context.me()
        let challenge = try context.challenge(challenge, state)
        try Transitions.check(challenge, to: .withdrawn, state, context)
        guard let reason else { throw Refusal(Phrase("withdraw.ask.reason")) }
        let today = context.today(in: challenge, state)
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title),
            "reason": .text(reason),
        ]
        return .record(
            [
                .challengeMoved(
                    ChallengeMoved(
                        challenge.code, to: .withdrawn, on: today, by: context.person?.code,
                        reason: reason))
            ]
                + Transitions.cohortFollows(challenge, to: .withdrawn, on: today, state),
            [Phrase("withdraw.challenge", values)], offers: [Decision.gateUndo],
            notices: context.gateTell(
                challenge.seats.filter { $0.left == nil }.map(\.person),
                [Phrase("withdraw.told", values)]))
    }
}
