import Language

/// What is missing before a challenge may move on, item by item (method.md 2.3). A waiver with a reason
/// stands in for an item, except for the three that nothing can replace: sponsor, leader, goal.
struct Gate: Sendable {
    let challenge: Challenge
    let state: State
    let today: LocalDate
    let now: Instant

    init(_ challenge: Challenge, _ state: State, _ context: Context) {
        self.challenge = challenge
        self.state = state
        today = context.today(in: challenge, state)
        now = context.at
    }

    /// Items that a waiver may stand in for.
    static let waivable = [
        "bodies", "systemleader", "note", "size", "keeper", "milestone", "baseline", "date",
        "window",
        "reading", "practices",
    ]

    private func want(_ what: String, _ isThere: Bool, _ values: KeyValuePairs<String, Say> = [:])
        -> [Phrase]
    {
        if isThere || challenge.waivers.contains(where: { $0.what == what }) { return [] }
        var phrase = Phrase("challenge.missing.\(what)", values)
        phrase.values.append(Phrase.Field("challenge", .code(challenge.code)))
        return [phrase]
    }

    var leadership: [Phrase] {
        want("sponsor", !challenge.holders(of: .sponsor).isEmpty)
            + want("systemleader", !challenge.holders(of: .systemLeader).isEmpty)
            + want("bodies", challenge.bodies.count >= 2, ["count": .count(challenge.bodies.count)])
            + want("note", challenge.head.note?.isEmpty == false)
    }

    var team: [Phrase] {
        let size = challenge.team.count
        let members = challenge.seats.filter {
            $0.left == nil && Challenge.teamRoles.contains($0.role)
        }
        let bodies = Set(members.compactMap(\.body)).count
        return want("size", (3...15).contains(size), ["count": .count(size)])
            + want("bodies", bodies >= 2, ["count": .count(bodies)])
            + want(
                "date",
                challenge.head.launchOn != nil
                    || state.cohorts[challenge.head.cohort]?.dayOne != nil)
    }

    var launch: [Phrase] {
        let goal = challenge.primaryGoal
        let isComplete =
            goal.map { goal in
                !goal.name.isEmpty && (!goal.unit.isEmpty || goal.mode == .yesNo)
                    && goal.versions.first.map {
                        $0.target != goal.baseline || goal.direction == .hold
                    } ?? false
            } ?? false
        let age = goal?.baselineOn.map { today - $0 }
        let hasKeeper = !challenge.holders(of: .dataKeeper).isEmpty || goal?.owner != nil
        return want("sponsor", !challenge.holders(of: .sponsor).isEmpty)
            + want("leader", challenge.holders(of: .teamLeader).count == 1)
            + want("keeper", hasKeeper)
            + want("goal", isComplete)
            + want("baseline", age.map { $0 <= 90 } ?? false)
            + want(
                "milestone",
                challenge.milestones.contains { $0.state == .open && (1...15).contains($0.dueDay) })
    }

    /// Only between 0.40 · D and 0.60 · D.
    var midpoint: [Phrase] {
        let duration = challenge.head.duration
        let first = (duration * 2 + 4) / 5
        let last = duration * 3 / 5
        let day = challenge.day(today) ?? 0
        return want(
            "window", (first...max(first, last)).contains(day),
            ["day": .count(day), "first": .count(first), "last": .count(last)])
    }

    var early: [Phrase] {
        want("target", (result.progress ?? 0) >= 1)
    }

    var closing: [Phrase] { want("reading", result.finalValue != nil) }

    var handover: [Phrase] {
        let plan = challenge.sustainability
        let sponsors = challenge.holders(of: .sponsor)
        let isSigned =
            plan?.signedOn != nil && plan?.signedBy.contains(where: sponsors.contains) == true
        let owned =
            plan?.practices.isEmpty == false
            && plan?.practices.allSatisfy { !$0.ownerTitle.isEmpty } == true
        return want("pledge", isSigned) + want("practices", owned)
    }

    /// The result by the readings known now, for the last day or today if that is still to come.
    var result: ChallengeResult {
        let day = min(today, challenge.lastDay ?? today)
        return ChallengeResult.computed(
            challenge, known: state.known(of: challenge, date: day, cut: now))
    }
}
