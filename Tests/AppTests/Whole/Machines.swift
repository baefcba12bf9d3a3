import Accelerator
import Language
import Testing

/// The machines of method.md 2.3 as worlds and lines.
enum Machines {
    typealias Machine = TransitionMatrix.Machine
    typealias Move = TransitionMatrix.Move

    static func all(_ stages: Stages) throws -> [Machine] {
        let design = try #require(stages[.framing]), ready = try #require(stages[.ready])
        let running = try #require(stages[.accelerating])
        return [
            challenge(stages), proposal(design), cohort(ready), milestone(running),
            blocker(running), decision(running),
            action(running), risk(running), promise(running), revision(running), review(running),
            pledge(try #require(stages[.sustaining])),
        ]
    }

    private static func rows<Stage: Spelled>(_ table: [Transitions.Row<Stage>]) -> (
        String, String, String
    ) -> Bool {
        { from, to, command in
            guard let from = Stage(rawValue: from), let to = Stage(rawValue: to) else {
                return false
            }
            return Transitions.allows(table, from: from, to: to, by: command)
        }
    }

    /// The moves of a table that stands in no code: from, to, by which command.
    static func rows(_ table: Set<[String]>) -> (String, String, String) -> Bool {
        { from, to, command in table.contains([from, to, command]) }
    }

    /// A world for each state of something, with the event that brings it there.
    static func stages<Stage: Spelled>(
        _ world: World, _ term: (Stage) -> String = { "state.\($0.rawValue)" },
        _ event: (Stage) -> Event
    ) -> [(String, String, World)] {
        Stage.allCases.map { state in
            var world = world
            world.take(.imported([event(state)]))
            return (state.rawValue, term(state), world)
        }
    }

    /// Where something of the challenge stands.
    static func place<Stage: Spelled>(
        _ find: @escaping (Challenge) -> Stage?
    ) -> (World) -> String {
        { $0.state.challenges["CH-01"].flatMap(find)?.rawValue ?? "nowhere" }
    }
    static var blockerPlace: (World) -> String {
        place { $0.blockers.first { $0.code == "B1" }?.state }
    }
    static func blockers(_ world: World) -> [(String, String, World)] {
        stages(world) { (state: BlockerState) in
            var move = BlockerMoved()
            move.challenge = "CH-01"
            move.blocker = "B1"
            move.to = state
            move.on = world.today
            return .blockerMoved(move)
        }
    }
    /// A question to the sponsor is answered, or taken back.
    static func answers(_ code: String, why: String = "") -> [Move] {
        [
            Move(
                "decide yes", "decide", "decided", ("sponsor", "/decide \(code) yes\(why)")),
            Move("decide no", "decide", "refused", ("sponsor", "/decide \(code) no")),
            Move("ask withdraw", "ask", "withdrawn", ("lead", "/ask withdraw \(code)")),
        ]
    }

    // MARK: A challenge

    private static func challenge(_ stages: Stages) -> Machine {
        // One step back within seven days, unless the calendar made the step, or it is closed.
        let reopened = stages.worlds.reduce(into: [String: String]()) { found, stage in
            let moves = stage.world.state.challenges["CH-01"]?.moves ?? []
            guard ![.accelerating, .results, .closed].contains(stage.state), let last = moves.last,
                stage.world.today - last.on <= 7
            else { return }
            if let before = moves.dropLast().last?.to {
                found[stage.state.rawValue] = before.rawValue
            }
        }
        let table = rows(Transitions.challenge)
        return Machine(
            title: "# A challenge",
            stages: stages.worlds.map { ($0.state.rawValue, $0.state.term, $0.world) },
            moves: [
                Move("leadership ok", "leadership", "staffing", ("office", "/leadership ok CH-01")),
                Move("ready", "ready", "ready", ("coach", "/ready CH-01")),
                Move("launch", "launch", "launched", ("coach", "/launch CH-01")),
                Move(
                    "midpoint done", "midpoint", "accelerating",
                    ("coach", "/midpoint done CH-01 two regions share one list"),
                    stays: ["accelerating"]),
                Move(
                    "close early", "close", "results", ("sponsor", "/close early CH-01"),
                    ("office", "/close early CH-01")),
                Move("close scale", "close", "sustaining", ("office", "/close CH-01 scale")),
                Move(
                    "close none", "close", "closed",
                    ("office", "/close none CH-01 nobody takes it over")),
                Move("handover", "handover", "handed_over", ("office", "/handover CH-01")),
                Move(
                    "stop", "stop", "stopped",
                    ("sponsor", #"/stop CH-01 "the law must change" "no law in 100 days""#),
                    ("office", "/stop yes CH-01")),
                Move(
                    "withdraw", "withdraw", "withdrawn",
                    ("office", "/withdraw CH-01 the ministry was reformed")),
                Move(
                    "reopen", "reopen", "", ("office", "/reopen CH-01 a step too early"),
                    ("sponsor", "/reopen yes CH-01")),
            ],
            place: { $0.state.challenges["CH-01"]?.phase(on: $0.today).rawValue ?? "nowhere" },
            allows: { from, to, command in
                command == "reopen"
                    ? reopened[from] != nil && to == reopened[from] : table(from, to, command)
            })
    }

    // MARK: A proposal, a cohort

    private static func proposal(_ world: World) -> Machine {
        var proposal = Proposal()
        proposal.code = "P-02"
        proposal.cohort = "NA-1"
        proposal.title = "Permits on the phone"
        proposal.problem = "Forty days for a permit"
        proposal.body = "Ministry of Construction, Akimat A"
        proposal.author = "author"
        proposal.submittedOn = world.today
        return Machine(
            title: "# A proposal",
            stages: ProposalState.allCases.map { state in
                var world = world
                proposal.state = state
                world.take(.imported([.proposalSet(proposal)]))
                // What was put off is for a cohort that calls later.
                if state == .deferred {
                    for line in [
                        #"/batch new NA-2 "Cohort 2" day1=2026-06-15"#, "/batch call NA-2",
                    ] { world.say(line, as: "console:office") }
                }
                return (state.rawValue, state.term, world)
            },
            moves: [
                Move("propose again", "propose", "submitted", ("author", "/propose again P-02")),
                Move(
                    "score", "score", "in_review", ("office", "/score P-02 5 4 4 4"),
                    stays: ["in_review"]),
                Move("accept", "accept", "accepted", ("office", "/accept P-02")),
                Move(
                    "reject", "reject", "rejected",
                    ("office", "/reject P-02 a document, not a result")),
                Move("return", "return", "returned", ("office", "/return P-02 no indicator")),
                Move("defer", "defer", "deferred", ("office", "/defer P-02 baseline missing")),
                Move(
                    "merge", "merge", "merged", ("office", "/merge P-02 into P-01 the same problem")
                ),
                Move("withdraw", "withdraw", "withdrawn", ("author", "/withdraw P-02 no time")),
            ],
            place: { $0.state.proposals["P-02"]?.state.rawValue ?? "nowhere" },
            allows: rows(Transitions.proposal))
    }

    private static func cohort(_ world: World) -> Machine {
        Machine(
            title: "# A cohort",
            stages: stages(world, { (state: CohortState) in state.term }) { state in
                .cohortMoved(CohortMoved(cohort: "NA-1", to: state, on: world.today))
            },
            moves: [
                Move("batch call", "batch", "call_open", ("office", "/batch call NA-1")),
                Move("batch select", "batch", "selecting", ("office", "/batch select NA-1")),
                Move("batch design", "batch", "design", ("office", "/batch design NA-1")),
                Move("batch cancel", "batch", "cancelled", ("office", "/batch cancel NA-1")),
                Move(
                    "launch", "launch", "accelerating", ("coach", "/launch CH-01"),
                    stays: ["accelerating", "sustaining"]),
            ],
            place: { $0.state.cohorts["NA-1"]?.state.rawValue ?? "nowhere" },
            allows: rows(Transitions.cohort))
    }

    // MARK: Work

    private static func milestone(_ world: World) -> Machine {
        Machine(
            title: "# A milestone",
            stages: stages(world) { (state: MilestoneState) in
                var move = MilestoneMoved()
                move.challenge = "CH-01"
                move.milestone = "M2"
                move.to = state
                move.on = world.today
                return .milestoneMoved(move)
            },
            moves: [
                Move(
                    "done", "done", "done", ("m2", "/done CH-01-M2 minutes signed"), stays: ["done"]
                ),
                Move(
                    "done, undo", "undo", "open", ("m2", "/done CH-01-M2 minutes signed"),
                    ("m2", "/undo"), stays: ["open", "done"]),
                Move(
                    "drop", "milestone", "dropped", ("lead", "/milestone drop CH-01-M2 not needed")),
                Move(
                    "carry", "milestone", "carried",
                    ("lead", "/milestone carry CH-01-M2 after the last day")),
            ],
            place: place { $0.milestones.first { $0.code == "M2" }?.state },
            allows: { from, to, command in
                command != "undo" && rows(Transitions.milestone)(from, to, command)
            })
    }

    private static func blocker(_ world: World) -> Machine {
        Machine(
            title: "# A blocker",
            stages: blockers(world),
            moves: [
                Move("solved", "solved", "resolved", ("lead", "/solved CH-01-B1 duty roster")),
                Move(
                    "solved accept", "solved", "accepted",
                    ("lead", "/solved accept CH-01-B1 we go on without it")),
                Move(
                    "solved outside", "solved", "moved",
                    ("lead", "/solved outside CH-01-B1 to the budget law")),
                Move("escalate", "escalate", "escalated", ("m1", "/escalate CH-01-B1")),
                Move("block reopen", "block", "open", ("m1", "/block reopen CH-01-B1")),
            ],
            place: blockerPlace,
            allows: rows(Transitions.blocker))
    }

    private static func decision(_ world: World) -> Machine {
        Machine(
            title: "# A decision",
            stages: stages(world) { (state: DecisionState) in
                var move = DecisionMoved()
                move.challenge = "CH-01"
                move.decision = "D1"
                move.to = state
                move.on = world.today
                return .decisionMoved(move)
            },
            moves: answers("CH-01-D1", why: " from our line"),
            place: place { $0.decisions.first { $0.code == "D1" }?.state },
            allows: rows(Transitions.decision))
    }
}
