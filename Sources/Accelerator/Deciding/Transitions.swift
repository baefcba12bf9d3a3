public import Language

/// What may become of what (method.md 2.3): one row a legal move, by which command, by whom, and what
/// has to be there first. Anything else is refused with the reason and what is possible instead.
/// One step back, `reopen`, goes to whatever was before and has no row.
public enum Transitions {
    public struct Row<Stage: Hashable & Sendable>: Sendable {
        public var from: [Stage]
        public var to: Stage
        /// The command that makes the move; nil for the clock.
        public var command: String?
        public var actors: Set<Role>
        /// What has to be there for the move.
        var gate: @Sendable (Gate) -> [GateItem]

        init(
            _ from: [Stage], _ to: Stage, _ command: String?, _ actors: Set<Role> = [],
            _ gate: @escaping @Sendable (Gate) -> [GateItem] = { _ in [] }
        ) {
            self.from = from
            self.to = to
            self.command = command
            self.actors = actors
            self.gate = gate
        }
    }

    public static let challenge: [Row<ChallengeState>] = [
        Row([.framing], .staffing, "leadership", [.office], { $0.leadership }),
        Row([.staffing], .ready, "ready", [.coach, .office], { $0.team }),
        Row([.ready], .launched, "launch", [.coach, .office], { $0.launch }),
        Row([.launched], .accelerating, nil),
        Row(
            [.accelerating], .accelerating, "midpoint", [.coach, .teamLeader, .office],
            { $0.midpointWindow }),
        Row([.accelerating], .results, nil),
        Row([.accelerating], .results, "close", [.sponsor, .office], { $0.early }),
        Row([.launched, .accelerating], .stopped, "stop", [.sponsor, .office]),
        Row([.framing, .staffing, .ready], .withdrawn, "withdraw", [.sponsor, .office]),
        Row([.results], .sustaining, "close", [.coach, .office], { $0.closing }),
        Row([.results], .closed, "close", [.office]),
        Row([.sustaining], .handedOver, "handover", [.office], { $0.handover }),
        Row([.handedOver], .closed, "close", [.office]),
    ]

    public static let cohort: [Row<CohortState>] = [
        Row([.draft], .callOpen, "batch", [.office]),
        Row([.draft, .callOpen], .selecting, "batch", [.office]),
        Row([.draft, .callOpen, .selecting], .design, "batch", [.office]),
        Row([.draft, .callOpen, .selecting, .design], .accelerating, "launch", [.coach, .office]),
        Row([.accelerating], .sustaining, nil),
        Row([.accelerating, .sustaining], .closed, nil),
        Row([.draft, .callOpen, .selecting, .design], .cancelled, "batch", [.office]),
    ]

    public static let proposal: [Row<ProposalState>] = [
        Row([.draft, .returned, .deferred], .submitted, "propose", [.member, .office]),
        Row([.submitted], .inReview, "score", [.office, .coach, .sponsor]),
        Row([.submitted, .inReview], .accepted, "accept", [.office]),
        Row([.submitted, .inReview], .rejected, "reject", [.office]),
        Row([.submitted, .inReview], .returned, "return", [.office]),
        Row([.submitted, .inReview], .deferred, "defer", [.office]),
        Row([.submitted, .inReview], .merged, "merge", [.office]),
        Row(
            [.draft, .submitted, .inReview, .returned, .deferred], .withdrawn, "withdraw",
            [.member, .office]),
    ]

    public static let milestone: [Row<MilestoneState>] = [
        Row([.open], .done, "done", [.member, .dataKeeper, .scribe, .teamLeader, .office]),
        Row([.open], .dropped, "milestone", [.teamLeader, .office]),
        Row([.open], .carried, "milestone", [.teamLeader, .office]),
        Row([.done], .open, "undo", [.member, .dataKeeper, .scribe, .teamLeader, .office]),
    ]

    public static let blocker: [Row<BlockerState>] = [
        Row(
            [.open, .escalated], .escalated, "escalate",
            [.member, .dataKeeper, .scribe, .teamLeader, .coach, .sponsor, .systemLeader, .office]),
        Row([.open, .escalated], .resolved, "solved", [.teamLeader, .office]),
        Row([.open, .escalated], .accepted, "solved", [.teamLeader, .office]),
        Row([.open, .escalated], .moved, "solved", [.teamLeader, .office]),
        Row(
            [.resolved], .open, "block",
            [.member, .dataKeeper, .scribe, .teamLeader, .coach, .office]),
    ]

    public static let decision: [Row<DecisionState>] = [
        Row([.asked], .decided, "decide", [.sponsor, .systemLeader]),
        Row([.asked], .refused, "decide", [.sponsor, .systemLeader]),
        Row([.asked], .withdrawn, "ask", [.teamLeader, .coach, .office]),
    ]

    /// Whether a table has a move that a command makes.
    public static func allows<Stage>(
        _ table: [Row<Stage>], from: Stage, to: Stage, by command: String
    ) -> Bool {
        table.contains { $0.to == to && $0.command == command && $0.from.contains(from) }
    }

    /// Refuses a move of a challenge that is not legal, not the speaker's, or lacks something; the refusal
    /// says what is possible instead, or what is missing and who can mend it.
    ///
    /// The state it moves from is the one that the clock has brought it to by today.
    public static func check(
        _ challenge: Challenge, to: ChallengeState, _ state: State, _ context: Context
    ) throws(Refusal) {
        let gate = Gate(challenge, state, context)
        let from = challenge.phase(on: gate.today)
        let rows =
            challenge.isSettled(from)
            ? []
            : self.challenge.filter { $0.command != nil && $0.to == to && $0.from.contains(from) }
        let roles = context.roles(in: challenge, state)
        guard let first = rows.first else {
            throw illegal(
                challenge, from, to, roles,
                canReopen: ReopenCommand.isPossible(challenge, on: gate.today))
        }
        guard let row = rows.first(where: { !$0.actors.isDisjoint(with: roles) }) else {
            throw Context.noRight(challenge, first.actors, state)
        }
        let items = row.gate(gate)
        // A review moves nothing on: it lacks something all the same.
        try require(items, challenge, to, state, roles, isReview: to == from)
    }

    /// Refuses what a gate does not let pass: how much of it stands, and line by line what is missing.
    static func require(
        _ items: [GateItem], _ challenge: Challenge, _ to: ChallengeState, _ state: State,
        _ roles: Set<Role>,
        isReview: Bool = false
    ) throws(Refusal) {
        let (met, all) = items.standing
        guard met < all else { return }
        var refusal = Refusal(
            Phrase(
                isReview ? "challenge.gateHere" : "challenge.gate",
                [
                    "challenge": .code(challenge.code), "to": .term(to.term),
                    "missing": .count(all - met),
                    "met": .count(met), "all": .count(all),
                ]),
            offers: items.offers(roles))
        refusal.phrases += items.lines(state)
        throw refusal
    }

    private static func illegal(
        _ challenge: Challenge, _ from: ChallengeState, _ to: ChallengeState, _ roles: Set<Role>,
        canReopen: Bool
    )
        -> Refusal
    {
        var refusal = Refusal(
            Phrase(
                "challenge.illegal",
                [
                    "challenge": .code(challenge.code), "from": .term(from.term),
                    "to": .term(to.term),
                ]))
        var offered: Set<String> = []
        for row in self.challenge where row.from.contains(from) {
            // What ends a challenge is never one tap away; a review in the middle moves nothing.
            guard let command = row.command, command != "stop", command != "withdraw",
                from != .accelerating,
                !row.actors.isDisjoint(with: roles), offered.insert(command).inserted
            else { continue }
            refusal.offers.append(
                Offer(
                    Phrase("\(command).label", ["challenge": .code(challenge.code)]),
                    "/\(command) \(challenge.code)"))
        }
        if from == to { refusal.phrases[0].key = "challenge.already" }
        if refusal.offers.isEmpty {
            if from != to {
                refusal.phrases[0].key = "challenge.illegalNow"
                refusal.phrases.append(possible(challenge, from, roles, canReopen: canReopen))
            }
            refusal.offers = [
                Offer(
                    Phrase("challenge.label", ["challenge": .code(challenge.code)]),
                    "/challenge \(challenge.code)")
            ]
        }
        return refusal
    }

    /// What is possible from a state for somebody with these roles, in words: reviews and ends are typed, not
    /// tapped.
    private static func possible(
        _ challenge: Challenge, _ from: ChallengeState, _ roles: Set<Role>, canReopen: Bool
    ) -> Phrase {
        var commands: [Say] = []
        for row in self.challenge
        where row.from.contains(from) && !row.actors.isDisjoint(with: roles) {
            guard let command = row.command else { continue }
            let line = Say.code(
                from == .accelerating && command == "close" ? "/close early" : "/\(command)")
            if !commands.contains(line) { commands.append(line) }
        }
        // A step back takes two: the office begins.
        if canReopen, roles.contains(.office) { commands.append(.code("/reopen")) }
        if commands.isEmpty, challenge.isSettled(from) {
            return Phrase(
                canReopen ? "challenge.possibleBack" : "challenge.possibleOver",
                ["challenge": .code(challenge.code)])
        }
        return commands.isEmpty
            ? Phrase("challenge.possibleNothing")
            : Phrase("challenge.possible", ["commands": .list(commands)])
    }

    /// What a challenge's move makes of its cohort: accelerating with the first launch, sustaining when the
    /// last one left acceleration, closed when all have ended.
    static func cohortFollows(
        _ challenge: Challenge, to: ChallengeState, on: LocalDate, _ state: State
    ) -> [Event] {
        guard let cohort = state.cohorts[challenge.head.cohort] else { return [] }
        let stages = state.challenges(of: cohort.code).map {
            $0.code == challenge.code ? to : $0.phase(on: on)
        }
        let isEnded: (ChallengeState) -> Bool = { [.closed, .stopped, .withdrawn].contains($0) }
        let isAhead: (ChallengeState) -> Bool = {
            [.framing, .staffing, .ready, .launched, .accelerating].contains($0)
        }
        var next: CohortState?
        if [.launched, .accelerating].contains(to) {
            next = .accelerating
        } else if !stages.contains(where: { !isEnded($0) }),
            stages.contains(where: { $0 != .withdrawn })
        {
            next = .closed
        } else if !stages.contains(where: isAhead) {
            next = .sustaining
        }
        guard let next, next != cohort.state,
            self.cohort.contains(where: { $0.to == next && $0.from.contains(cohort.state) })
        else { return [] }
        return [.cohortMoved(CohortMoved(cohort: cohort.code, to: next, on: on))]
    }
}

extension Challenge {
    /// The state it is in on a day: the clock alone moves a launched challenge to `accelerating` on Day 1
    /// and to `results` after its last day, whether anybody wrote that down or not.
    public func phase(on date: LocalDate) -> ChallengeState {
        guard state == .launched || state == .accelerating, let dayOne, let lastDay else {
            return state
        }
        if date > lastDay { return .results }
        return date >= dayOne ? .accelerating : .launched
    }

    /// The moves that the clock has made by a day and that no commit holds yet, on their own days.
    public func clockMoves(by date: LocalDate) -> [Event] {
        guard let dayOne, let lastDay else { return [] }
        var moves: [Event] = []
        let now = phase(on: date)
        if state == .launched, now != .launched {
            moves.append(
                .challengeMoved(ChallengeMoved(code, to: .accelerating, on: dayOne, by: nil)))
        }
        if state != .results, now == .results {
            moves.append(
                .challengeMoved(ChallengeMoved(code, to: .results, on: lastDay + 1, by: nil)))
        }
        return moves
    }

    /// Nothing moves it any more.
    func isSettled(_ state: ChallengeState) -> Bool {
        [.closed, .stopped, .withdrawn].contains(state)
    }

    /// Launched, and not closed yet: its team stays one of several bodies.
    var isRunning: Bool {
        [.launched, .accelerating, .results, .sustaining].contains(state)
    }

    /// Whether the team would be of one body without somebody, when it is of several now and nothing was
    /// waived.
    func isOfOneBody(without person: String) -> Bool {
        guard !waivers.contains(where: { $0.what == "bodies" }) else { return false }
        let team = seats.filter { $0.left == nil && Self.teamRoles.contains($0.role) }
        let rest = team.filter { $0.person != person }
        return Set(team.compactMap(\.body)).count > 1 && Set(rest.compactMap(\.body)).count < 2
    }

    /// The bodies that work in it: leading, partners, and those of the seats.
    var bodies: Set<String> {
        Set(
            ([head.leadBody] + head.partners + seats.filter { $0.left == nil }.compactMap(\.body))
                .filter { !$0.isEmpty })
    }
    /// The people of the acceleration team, each once, in the order they were seated.
    var team: [String] {
        var people: [String] = []
        for seat in seats
        where seat.left == nil && Self.teamRoles.contains(seat.role)
            && !people.contains(seat.person)
        {
            people.append(seat.person)
        }
        return people
    }
    static let teamRoles: Set<Role> = [.member, .dataKeeper, .scribe, .teamLeader]
}

extension ChallengeState {
    /// The key of its word.
    public var term: String { self == .handedOver ? "state.handedOver" : "state.\(rawValue)" }
}
extension ProposalState {
    public var term: String { self == .inReview ? "state.inReview" : "state.\(rawValue)" }
}
extension CohortState {
    public var term: String { self == .callOpen ? "state.callOpen" : "state.\(rawValue)" }
}
extension Verdict {
    public var term: String { self == .noData ? "verdict.noData" : "verdict.\(rawValue)" }
}
