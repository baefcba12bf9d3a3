import Accelerator
import Language

/// The smaller machines: what a team's weeks, its goal and its end are made of.
extension Machines {
    static func action(_ world: World) -> Machine {
        let table: Set<[String]> = [["open", "done", "done"], ["open", "dropped", "action"]]
        return Machine(
            title: "# An action",
            stages: stages(world) { (state: ActionState) in
                var action = Action()
                action.code = "A1"
                action.text = "Call the vendor"
                action.owner = "m1"
                action.due = world.today + 3
                action.createdOn = world.today - 3
                action.createdBy = "lead"
                action.state = state
                action.movedOn = state == .open ? nil : world.today
                return .actionSet(OfChallenge("CH-01", action))
            },
            moves: [
                Move("done", "done", "done", ("m1", "/done CH-01-A1")),
                Move(
                    "action drop", "action", "dropped", ("lead", "/action drop CH-01-A1 not needed")
                ),
                Move(
                    "action give", "action", "given", ("lead", "/action give CH-01-A1 @m2"),
                    stays: ["open"]),
                Move(
                    "action move", "action", "moved",
                    ("lead", "/action move CH-01-A1 by 2026-04-10"), stays: ["open"]),
            ],
            place: place { $0.actions.first { $0.code == "A1" }?.state },
            allows: rows(table))
    }

    static func risk(_ world: World) -> Machine {
        let table: Set<[String]> = [["open", "closed", "risk"], ["open", "blocker", "block"]]
        return Machine(
            title: "# A risk",
            stages: stages(
                world,
                { (state: RiskState) in
                    "state.\(state == .blocker ? "happened" : state.rawValue)"
                }
            ) { state in
                var risk = Risk()
                risk.code = "R1"
                risk.text = "The vendor loses its engineer"
                risk.likelihood = 3
                risk.impact = 4
                risk.owner = "lead"
                risk.raisedOn = world.today - 3
                risk.raisedBy = "m1"
                risk.state = state
                risk.movedOn = state == .open ? nil : world.today
                return .riskSet(OfChallenge("CH-01", risk))
            },
            moves: [
                Move(
                    "risk close", "risk", "closed",
                    ("lead", "/risk close CH-01-R1 a second engineer")),
                Move("block from", "block", "blocker", ("lead", "/block from CH-01-R1")),
            ],
            place: place { $0.risks.first { $0.code == "R1" }?.state },
            allows: rows(table))
    }

    /// A promise belongs to a blocker, and stands while that is open.
    static func promise(_ world: World) -> Machine {
        Machine(
            title: "# A promise about a blocker",
            stages: blockers(world),
            moves: [
                Move(
                    "promise", "promise", "promised",
                    ("sponsor", "/promise CH-01-B1 by 2026-03-30 two registrars"),
                    stays: ["open", "escalated"])
            ],
            place: blockerPlace,
            allows: { _, _, _ in false })
    }

    /// Another target is asked for and approved, or not: by the sponsor, never by whoever asked.
    static func revision(_ world: World) -> Machine {
        let table: Set<[String]> = [
            ["asked", "decided", "decide"], ["asked", "refused", "decide"],
            ["asked", "withdrawn", "ask"],
        ]
        return Machine(
            title: "# Another target",
            stages: stages(world) { (state: DecisionState) in
                var asked = DecisionAsked()
                asked.code = "D7"
                asked.kind = "target G1 95"
                asked.text = "G1: 98 → 95 %"
                asked.decider = "sponsor"
                asked.askedBy = "lead"
                asked.askedOn = world.today
                asked.goalVersion = 2
                asked.state = state
                asked.decidedOn = state == .asked ? nil : world.today
                return .decisionAsked(OfChallenge("CH-01", asked))
            },
            moves: answers("CH-01-D7"),
            place: place { $0.decisions.first { $0.code == "D7" }?.state },
            allows: rows(table))
    }

    /// The four-week review: planned and missed by time, held and cancelled by command.
    static func review(_ world: World) -> Machine {
        let table: Set<[String]> = [
            ["planned", "held", "review"], ["missed", "held", "review"],
            ["cancelled", "held", "review"],
            ["planned", "cancelled", "review"], ["missed", "cancelled", "review"],
            ["missed", "planned", "review"], ["cancelled", "planned", "review"],
        ]
        return Machine(
            title: "# A review",
            stages: ["planned", "held", "missed", "cancelled"].map { stage in
                var world = world
                var plan = ReviewPlan()
                plan.kind = .weekFour
                plan.by = "coach"
                plan.on = world.today
                var event: Event?
                switch stage {
                case "planned":
                    plan.date = world.today + 3
                    event = .reviewPlanned(OfChallenge("CH-01", plan))
                case "cancelled":
                    plan.isCancelled = true
                    plan.reason = "joined with the mid-point"
                    event = .reviewPlanned(OfChallenge("CH-01", plan))
                case "held":
                    var held = Review()
                    held.kind = .weekFour
                    held.date = world.today - 1
                    event = .reviewHeld(OfChallenge("CH-01", held))
                default: break
                }
                if let event { world.take(.imported([event])) }
                return (stage, "state.\(stage)", world)
            },
            moves: [
                Move(
                    "review hold", "review", "held", ("coach", "/review hold week4 CH-01"),
                    stays: ["held"]),
                Move(
                    "review cancel", "review", "cancelled",
                    ("coach", "/review cancel week4 CH-01 no room")),
                Move(
                    "review move", "review", "planned",
                    ("coach", "/review move week4 to 2026-04-01 CH-01"), stays: ["planned"]),
            ],
            place: { world in
                world.state.challenges["CH-01"]?.reviewStandings(on: world.today, world.state)
                    .last { $0.kind == .weekFour }?.stage.rawValue ?? "nowhere"
            },
            allows: rows(table))
    }

    /// The pledge: the team's words, the sponsor's signature.
    static func pledge(_ world: World) -> Machine {
        let table: Set<[String]> = [
            ["draft", "agreed", "pledge"], ["agreed", "signed", "pledge"],
        ]
        return Machine(
            title: "# A pledge",
            stages: ["draft", "agreed", "signed"].map { stage in
                var world = world
                var plan = world.state.challenges["CH-01"]?.sustainability ?? Sustainability()
                plan.pledgeText = stage == "draft" ? nil : "We keep 98 %"
                plan.signedBy = stage == "signed" ? ["sponsor"] : []
                plan.signedOn = stage == "signed" ? world.today : nil
                world.take(.imported([.sustainabilitySet(OfChallenge("CH-01", plan))]))
                return (stage, "state.\(stage)", world)
            },
            moves: [
                Move(
                    "pledge draft", "pledge", "agreed",
                    ("lead", "/pledge draft CH-01 We keep 98 %"), stays: ["agreed"]),
                Move("pledge sign", "pledge", "signed", ("sponsor", "/pledge sign CH-01")),
            ],
            place: { world in
                let term = world.state.challenges["CH-01"]?.pledgeTerm ?? "state.nowhere"
                return String(term.dropFirst("state.".count))
            },
            allows: rows(table))
    }
}
