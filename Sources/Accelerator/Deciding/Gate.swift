import Language

/// One thing that has to be there before a challenge may move on.
struct GateItem: Sendable {
    /// The word of it: `sponsor`, `bodies`; a waiver names it so.
    var what: String
    var isMet: Bool
    /// Set aside on purpose, by someone, for a reason.
    var waiver: Waiver?
    /// What is missing, who can mend it and how: one line each.
    var missing: [Phrase] = []
    /// Who can mend it, and with which lines.
    var menders: Set<Role> = []
    var offers: [Offer] = []
    var isOpen: Bool { !isMet && waiver == nil }
}

/// What is missing before a challenge may move on, item by item (method.md 2.3). A waiver with a reason
/// stands in for an item, except for the three that nothing can replace: sponsor, leader, goal.
struct Gate: Sendable {
    let challenge: Challenge
    let state: State
    let today: LocalDate
    let now: Instant
    let words: SmartWords

    init(_ challenge: Challenge, _ state: State, _ context: Context) {
        self.challenge = challenge
        self.state = state
        today = context.today(in: challenge, state)
        now = context.at
        words = context.smartWords
    }

    init(_ challenge: Challenge, _ state: State, today: LocalDate, now: Instant, words: SmartWords)
    {
        self.challenge = challenge
        self.state = state
        self.today = today
        self.now = now
        self.words = words
    }

    /// Items that a waiver may stand in for.
    static let waivable = [
        "bodies", "systemleader", "note", "size", "managers", "keeper", "milestones", "milestone",
        "meeting",
        "dates", "date", "window", "reading", "practices",
    ]

    /// How an item is called; one of an earlier release by its code.
    static func word(_ what: String) -> Say {
        waivable.contains(what) ? .term("gate.\(what)") : .code(what)
    }

    private func item(
        _ what: String, _ isMet: Bool, _ values: KeyValuePairs<String, Say> = [:],
        by menders: Set<Role> = [],
        _ line: String? = nil, named key: String? = nil
    ) -> GateItem {
        var item = GateItem(what: what, isMet: isMet)
        item.waiver = challenge.waivers.first { $0.what == what && Self.waivable.contains(what) }
        item.menders = menders
        guard item.isOpen else { return item }
        var phrase = Phrase("challenge.missing.\(key ?? what)", values)
        phrase.values.append(Phrase.Field("challenge", .code(challenge.code)))
        item.missing = [phrase]
        if let line {
            item.offers = [
                Offer(Phrase("gate.mend.\(what)"), "\(line) challenge=\(challenge.code)")
            ]
        }
        return item
    }

    /// The gate ahead: the first move that somebody makes and that wants something.
    var ahead: (row: Transitions.Row<ChallengeState>, command: String)? {
        let phase = challenge.phase(on: today)
        guard phase != .accelerating else { return nil }
        let commands: Set<String> = ["leadership", "ready", "launch", "close", "handover"]
        let row = Transitions.challenge.first {
            $0.from.contains(phase) && commands.contains($0.command ?? "")
                && !$0.gate(self).isEmpty
        }
        guard let row, let command = row.command else { return nil }
        return (row, command)
    }

    var leadership: [GateItem] {
        [
            item(
                "sponsor", !challenge.holders(of: .sponsor).isEmpty, by: [.office],
                "/leadership sponsor"),
            item(
                "systemleader", !challenge.holders(of: .systemLeader).isEmpty, by: [.office],
                "/leadership add"),
            item("bodies", challenge.bodies.count >= 2, ["count": .count(challenge.bodies.count)]),
            note,
        ]
    }

    private var note: GateItem {
        let left = NoteField.allCases.filter { $0.text(of: challenge.head).isEmpty }
        return item(
            "note", left.isEmpty, ["parts": .list(left.map { .term("note.\($0.rawValue)") })],
            by: [.office, .coach, .teamLeader], left.first.map { "/note \($0.rawValue)" })
    }

    var team: [GateItem] {
        let size = challenge.team.count
        let members = challenge.seats.filter {
            $0.left == nil && Challenge.teamRoles.contains($0.role)
        }
        let bodies = Set(members.compactMap(\.body)).count
        let uninformed = challenge.uninformed.count
        return [
            item(
                "size", (3...15).contains(size), ["count": .count(size)],
                by: [.teamLeader, .coach, .office], "/team add"),
            item(
                "bodies", bodies >= 2, ["count": .count(bodies)], named: "teamBodies"),
            item(
                "managers", uninformed == 0 && size > 0, ["count": .count(uninformed)],
                by: [.teamLeader, .coach, .office], "/team informed all"),
            item(
                "date",
                challenge.head.launchOn != nil
                    || state.cohorts[challenge.head.cohort]?.dayOne != nil,
                by: [.office]),
        ]
    }

    var launch: [GateItem] {
        let goal = challenge.primaryGoal
        let hasKeeper = !challenge.holders(of: .dataKeeper).isEmpty || goal?.owner != nil
        let leading: Set<Role> = [.teamLeader, .coach, .office]
        let planned = challenge.milestones.filter {
            ($0.state == .open || $0.state == .done) && $0.owner != nil
        }
        // Whoever left since the challenge was ready is missed again.
        let left = team.filter { $0.isOpen && ["size", "bodies"].contains($0.what) }
        return left + [
            item(
                "sponsor", challenge.holders(of: .sponsor).count == 1, by: [.office],
                "/leadership sponsor"),
            item(
                "leader", challenge.holders(of: .teamLeader).count == 1, by: leading, "/team lead"),
            item("keeper", hasKeeper, by: [.teamLeader, .coach], "/goal keeper"),
            smart,
            item("milestones", planned.count >= 3, ["count": .count(planned.count)]),
            item("milestone", planned.contains { (1...15).contains($0.dueDay) }),
            item(
                "meeting", challenge.head.meetingDay != nil && challenge.head.meetingTime != nil,
                by: leading,
                "/meeting set"),
            item("dates", challenge.head.midpointOn != nil || midpoint != nil, by: [.office]),
        ]
    }

    /// The midpoint review's date by the rule of method.md 2.2.4, for a launch today.
    private var midpoint: LocalDate? {
        let first = LaunchCommand.plannedDayOne(challenge, today, state)
        return state.days(of: challenge)
            .midpoint(dayOne: first, duration: challenge.head.duration)
    }

    /// The goal, letter by letter: what leader or sponsor can mend, and what the coach has to accept.
    private var smart: GateItem {
        let code = Say.code(challenge.code)
        guard let goal = challenge.primaryGoal, challenge.goals.count(where: \.isPrimary) == 1
        else {
            var none = item("goal", false, by: [.teamLeader, .coach], "/goal set")
            none.what = "smart"
            return none
        }
        let card = SmartCard(goal, in: challenge, today: today, words: words)
        var found = GateItem(what: "smart", isMet: card.isPassed)
        found.menders = [.teamLeader, .coach, .sponsor]
        for letter in SmartLetter.allCases {
            let open = card.open(letter)
            let blocked = open.filter(\.rule.blocks)
            for (mender, line) in [(Role.teamLeader, "/goal card"), (.sponsor, "/agree")] {
                let theirs = blocked.filter { $0.rule.mender == mender }
                guard !theirs.isEmpty else { continue }
                found.missing.append(
                    Phrase(
                        "challenge.missing.smart",
                        [
                            "letter": .code(letter.rawValue),
                            "who": .term("role.\(mender.rawValue)"),
                            "found": SmartFinding.joined(theirs),
                            "line": .code("\(line) \(challenge.code)"),
                        ]))
            }
            if blocked.isEmpty, !open.isEmpty {
                found.missing.append(
                    Phrase(
                        "challenge.missing.smartOk",
                        [
                            "letter": .code(letter.rawValue), "challenge": code,
                            "found": SmartFinding.joined(open),
                        ]))
            }
        }
        if !found.isMet {
            found.offers = [
                Offer(Phrase("gate.mend.smart"), "/goal card challenge=\(challenge.code)")
            ]
        }
        return found
    }

    /// Only between 0.40 · D and 0.60 · D.
    var midpointWindow: [GateItem] {
        let duration = challenge.head.duration
        let first = (duration * 2 + 4) / 5
        let last = duration * 3 / 5
        let day = challenge.day(today) ?? 0
        return [
            item(
                "window", (first...max(first, last)).contains(day),
                ["day": .count(day), "first": .count(first), "last": .count(last)])
        ]
    }

    var early: [GateItem] {
        [item("target", (result.progress ?? 0) >= 1)]
    }

    var closing: [GateItem] { [item("reading", result.finalValue != nil)] }

    var handover: [GateItem] {
        let plan = challenge.sustainability
        let sponsors = challenge.holders(of: .sponsor)
        let isSigned =
            plan?.signedOn != nil && plan?.signedBy.contains(where: sponsors.contains) == true
        let owned =
            plan?.practices.isEmpty == false
            && plan?.practices.allSatisfy { !$0.ownerTitle.isEmpty } == true
        return [item("pledge", isSigned), item("practices", owned)]
    }

    /// The result by the readings known now, for the last day or today if that is still to come.
    var result: ChallengeResult {
        let day = min(today, challenge.lastDay ?? today)
        var challenge = challenge
        // A stop that was taken back is no verdict, also where the last day fell into it.
        if challenge.state != .stopped { challenge.moves.removeAll { $0.to == .stopped } }
        return ChallengeResult.computed(
            challenge, known: state.known(of: challenge, date: day, cut: now))
    }
}

extension [GateItem] {
    /// What is missing, line by line, and what was set aside for a reason.
    func lines(_ state: State) -> [Phrase] {
        flatMap { item -> [Phrase] in
            guard !item.isMet, let waiver = item.waiver else { return item.missing }
            return [
                Phrase(
                    "challenge.gateWaived",
                    [
                        "what": .term("gate.\(item.what)"), "reason": .text(waiver.reason),
                        "by": state.name(of: waiver.by), "on": .date(waiver.on),
                    ])
            ]
        }
    }
    /// How many stand or were set aside, and of how many.
    var standing: (met: Int, all: Int) { (count { !$0.isOpen }, count) }
    /// The lines that mend what is missing, for whoever may say them.
    func offers(_ roles: Set<Role>) -> [Offer] {
        let mine = filter { $0.isOpen && !$0.menders.isDisjoint(with: roles) }
        return Swift.Array(mine.flatMap(\.offers).prefix(4))
    }
}

extension Challenge {
    /// The people of the team whose manager has not been told yet that they are in it.
    var uninformed: [String] {
        team.filter { person in
            !seats.contains {
                $0.person == person && $0.left == nil && Self.teamRoles.contains($0.role)
                    && $0.isManagerInformed
            }
        }
    }
}
