public import Language

/// What is on one person's list, by day (method.md 4.6): at most twelve lines.
public struct PersonalList: Sendable {
    public let person: String
    /// The challenges where the person has something to do.
    public let views: [ChallengeView]
    /// Proposals that wait for the person's office to decide.
    private var waiting = 0

    /// As it stands at an instant, in every challenge where the person sits, decides or owns
    /// something.
    public init(_ person: String, _ state: State, at: Instant, zones: Zones) {
        self.person = person
        var codes = Set(state.seated[person] ?? [])
        if state.people[person]?.grants.isEmpty == false {
            let asked = state.challenges.filter { challenge in
                challenge.decisions.contains { $0.decider == person && $0.state == .asked }
            }
            codes.formUnion(asked.map(\.code))
            // An office has what is not launched yet on its list, the first few.
            let designed = state.challenges.filter {
                [.framing, .staffing, .ready].contains($0.state)
                    && state.roles(of: person, in: $0).contains(.office)
            }
            codes.formUnion(designed.prefix(5).map(\.code))
            waiting =
                state.proposals.filter { proposal in
                    [.submitted, .inReview].contains(proposal.state) && proposal.author != person
                        && state.holders(of: .office, over: proposal.cohort).contains(person)
                }.count
        }
        views = codes.sorted().compactMap { code in
            state.challenges[code].map { ChallengeView($0, state, at: at, zones: zones) }
        }.filter { view in
            switch view.assessment.state {
            case .stopped, .withdrawn: false
            // What is closed is looked at again after 30, 90 and 180 days.
            case .closed:
                view.challenge.sustainability?.signedOn != nil
                    && !view.challenge.checksAhead.isEmpty
            default: true
            }
        }
    }

    struct Item {
        var due: LocalDate
        var phrase: Phrase
    }

    public var lines: [Phrase] {
        let items = views.flatMap { self.items(in: $0) }.sorted { $0.due < $1.due }
        var lines: [Phrase] = items.prefix(9).map { $0.phrase }
        if items.count > 9 { lines.append(Phrase("me.more", ["count": .count(items.count - 9)])) }
        if waiting > 0 { lines.append(Phrase("me.proposals", ["count": .count(waiting)])) }
        for view in views { lines += Self.missing(in: view, person) + Self.gate(of: view, person) }
        // The head is a line, too.
        return Array(lines.prefix(11))
    }

    private func items(in view: ChallengeView) -> [Item] {
        var items: [Item] = []
        func add(_ due: LocalDate, _ key: String, _ code: Say, _ text: String) {
            let late = due < view.date ? "Late" : ""
            items.append(
                Item(
                    due: due,
                    phrase: Phrase(
                        "me.\(key)\(late)",
                        ["code": code, "text": Title.short(text, 60), "due": .date(due)])))
        }
        for (due, phrase) in view.aftermath(of: person) {
            items.append(Item(due: due, phrase: phrase))
        }
        guard view.assessment.state != .closed else { return items }
        for (due, phrase) in view.personalAsks(of: person) {
            items.append(Item(due: due, phrase: phrase))
        }
        for decision in view.openDecisions
        where decision.decider == person && DecideCommand.ownLine(decision, view.challenge) == nil {
            add(
                decision.due ?? decision.askedOn, "decision", view.full(decision.code),
                decision.text)
        }
        // Whoever promised a day for it has that day on the list instead.
        for blocker in view.openBlockers
        where blocker.owner == person && blocker.promises.last?.by != person {
            items.append(
                Item(
                    due: blocker.raisedOn,
                    phrase: Phrase(
                        "me.blocker",
                        [
                            "code": view.full(blocker.code), "text": Title.short(blocker.title, 60),
                            "days": .count(view.workingDays(since: blocker.raisedOn)),
                        ])))
        }
        guard view.isRunning || view.assessment.state == .launched else { return items }
        for action in view.openActions where action.owner == person {
            add(action.due, "milestone", view.full(action.code), action.text)
        }
        for milestone in view.openMilestones where milestone.owner == person {
            add(milestone.due, "milestone", view.full(milestone.code), milestone.title)
        }
        let keepers = view.challenge.holders(of: .dataKeeper)
        for goal in view.challenge.goals where goal.mode != .yesNo {
            guard goal.owner.map({ $0 == person }) ?? keepers.contains(person),
                let dayOne = view.challenge.dayOne
            else { continue }
            let last = view.assessment.goals.first { $0.code == goal.code }?.last?.asOf
            let due =
                last.map { $0 + max(1, goal.interval) }
                ?? Reminding.readingDue(goal, dayOne: dayOne)
            add(due, "reading", view.full(goal.code), goal.name)
        }
        if view.challenge.holders(of: .teamLeader).contains(person),
            !view.challenge.applicants.isEmpty
        {
            items.append(
                Item(
                    due: view.date,
                    phrase: Phrase(
                        "me.applicants",
                        ["count": .count(view.challenge.applicants.count), "code": view.code])))
        }
        return items
    }

    /// A challenge before its launch, for whoever can open its next gate.
    static func gate(of view: ChallengeView, _ person: String) -> [Phrase] {
        guard [.framing, .staffing, .ready].contains(view.challenge.state),
            !view.state.roles(of: person, in: view.challenge).isDisjoint(with: [
                .teamLeader, .coach, .office,
            ])
        else { return [] }
        return [
            Phrase(
                "me.gate",
                ["code": view.code, "state": .term(view.challenge.state.term)])
        ]
    }

    /// What a challenge that was taken over while it ran still lacks, for whoever can mend it.
    static func missing(in view: ChallengeView, _ person: String) -> [Phrase] {
        let challenge = view.challenge
        let roles = view.state.roles(of: person, in: challenge)
        guard challenge.head.isAdopted, challenge.state != .closed,
            !roles.isDisjoint(with: [.teamLeader, .coach, .office])
        else { return [] }
        var missing: [Say] = []
        if challenge.holders(of: .sponsor).isEmpty { missing.append(.term("role.sponsor")) }
        if challenge.holders(of: .teamLeader).isEmpty { missing.append(.term("role.team-leader")) }
        if challenge.holders(of: .dataKeeper).isEmpty { missing.append(.term("role.data-keeper")) }
        if challenge.goals.isEmpty { missing.append(.phrase(Phrase("me.missingGoal"))) }
        if challenge.milestones.isEmpty { missing.append(.phrase(Phrase("me.missingMilestones"))) }
        if challenge.head.area == nil { missing.append(.phrase(Phrase("me.missingArea"))) }
        if challenge.head.meetingDay == nil { missing.append(.phrase(Phrase("me.missingMeeting"))) }
        return missing.isEmpty
            ? [] : [Phrase("me.missing", ["code": view.code, "what": .list(missing)])]
    }
}
