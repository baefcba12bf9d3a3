import Language

/// What happened to a thing: who, when, from what to what; the latest fifteen entries.
struct HistoryCommand: Command {
    static let name = "history"
    let what: String?
    let challenge: String?
    let isOfPlan: Bool

    init(_ arguments: Arguments) throws(Mismatch) {
        isOfPlan = arguments.utterance.usage == 0
        what = try arguments.code("what")
        challenge = try arguments.code("challenge")
    }

    private struct Entry {
        var date: LocalDate
        /// Of one day: in the order in which they are told.
        var order: Int
        var phrase: Phrase
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        var thing = what
        var named = challenge
        if let what, let proposal = state.proposals[what] {
            return try ofProposal(proposal, state, context)
        }
        if isOfPlan {
            let challenge = try context.challenge(challenge, state)
            try Daily.lookInside(challenge, state, context)
            let told = TrailLines(planOf: challenge, state, context)
            guard !told.isEmpty else {
                throw Refusal(Phrase("history.nothing", ["code": .code(challenge.code)]))
            }
            return .answer(told.lines)
        }
        if let what, state.challenges[what] != nil {
            named = what
            thing = nil
        }
        let challenge = try Daily.challenge(of: thing, named, state, context)
        try Daily.lookInside(challenge, state, context)
        let short = thing.map { Daily.shortCode($0) }
        let zone = state.zone(of: challenge)
        if let short, !challenge.goals.contains(where: { $0.code == short }) {
            let told = TrailLines(challenge, short, state, context)
            if !told.isEmpty { return .answer(told.lines) }
        }
        let entries =
            readings(challenge, short, zone, state, context) + work(challenge, short, state)
            + (short == nil ? moves(challenge, state) : [])
        guard !entries.isEmpty else {
            throw Refusal(
                Phrase("history.nothing", ["code": .code(thing ?? challenge.code)]))
        }
        let latest = entries.sorted { ($0.date, $0.order) > ($1.date, $1.order) }
        var lines = [
            Phrase(
                "history.head",
                [
                    "code": .code(thing.map { Daily.shortCode($0) } ?? challenge.code),
                    "count": .count(entries.count),
                ])
        ]
        lines += latest.prefix(15).map {
            Phrase("history.line", ["date": .date($0.date), "what": .phrase($0.phrase)])
        }
        if entries.count > 15 {
            lines.append(Phrase("history.more", ["count": .count(entries.count - 15)]))
        }
        // Of a goal also who changed it, and who took a figure back.
        if let short { lines += TrailLines(challenge, short, state, context).latest(6) }
        return .answer(lines)
    }

    private func ofProposal(_ proposal: Proposal, _ state: State, _ context: Context)
        throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        guard proposal.author == me || state.roles(of: me, in: proposal).contains(.office) else {
            throw Refusal(
                Phrase("proposals.notYours", ["code": .code(proposal.code)]), kind: .right)
        }
        let zone = state.cohorts[proposal.cohort].map { state.zone(of: $0) } ?? "UTC"
        let told = TrailLines(["proposal \(proposal.code)"], proposal.code, zone, state, context)
        guard !told.isEmpty else {
            throw Refusal(Phrase("history.nothing", ["code": .code(proposal.code)]))
        }
        return .answer(told.lines)
    }

    // MARK: Figures

    private func readings(
        _ challenge: Challenge, _ code: String?, _ zone: String, _ state: State, _ context: Context
    ) -> [Entry] {
        var entries: [Entry] = []
        for goal in challenge.goals where code == nil || goal.code == code {
            var before: Double? = goal.baseline
            var byId: [String: Double] = [:]
            for (order, reading) in goal.readings.enumerated() {
                byId[reading.id] = reading.value
                let entered =
                    (context.zones.local(reading.enteredAt, in: zone)
                    ?? reading.enteredAt.local(offset: 0)).date
                let corrected = reading.supersedes.flatMap { byId[$0] }
                let key =
                    reading.voidedAt != nil
                    ? "history.voided" : corrected != nil ? "history.corrected" : "history.reading"
                var phrase = Phrase(
                    key,
                    [
                        "goal": .code(goal.code), "value": .measure(reading.value, unit: goal.unit),
                        "before": .measure(corrected ?? before ?? goal.baseline, unit: goal.unit),
                        "name": state.name(of: reading.by), "day": .date(reading.asOf),
                    ])
                if entered != reading.asOf, key == "history.reading" {
                    phrase.key = "history.readingFor"
                }
                entries.append(Entry(date: entered, order: order, phrase: phrase))
                if reading.voidedAt == nil { before = reading.value }
            }
            for (order, version) in goal.versions.enumerated() {
                let old = order == 0 ? nil : goal.versions[order - 1].target
                entries.append(
                    Entry(
                        date: version.effectiveFrom, order: order,
                        phrase: Phrase(
                            old == nil ? "history.target" : "history.retarget",
                            [
                                "goal": .code(goal.code),
                                "value": .measure(version.target, unit: goal.unit),
                                "before": .measure(old ?? goal.baseline, unit: goal.unit),
                                "name": version.approvedBy.map { state.name(of: $0) }
                                    ?? .term("role.sponsor"),
                            ])))
            }
        }
        return entries
    }

    // MARK: Work

    private func work(_ challenge: Challenge, _ code: String?, _ state: State) -> [Entry] {
        func person(_ code: String?) -> Say { code.map { state.name(of: $0) } ?? .text("–") }
        var entries: [Entry] = []
        func add(_ date: LocalDate?, _ key: String, _ values: KeyValuePairs<String, Say>) {
            guard let date else { return }
            entries.append(
                Entry(date: date, order: entries.count + 10_000, phrase: Phrase(key, values)))
        }
        for milestone in challenge.milestones where code == nil || milestone.code == code {
            guard milestone.state != .open else {
                if code != nil {
                    add(
                        milestone.due, "history.due",
                        [
                            "code": .code(milestone.code),
                            "title": Title.short(milestone.title, 60),
                            "name": person(milestone.owner),
                        ])
                }
                continue
            }
            add(
                milestone.movedOn, "history.milestone",
                [
                    "code": .code(milestone.code), "title": Title.short(milestone.title, 60),
                    "state": .term("state.\(milestone.state.rawValue)"),
                    "due": .date(milestone.due),
                ])
        }
        for blocker in challenge.blockers where code == nil || blocker.code == code {
            let title = Title.short(blocker.title, 60)
            add(
                blocker.raisedOn, "history.raised",
                ["code": .code(blocker.code), "title": title, "name": person(blocker.raisedBy)])
            add(
                blocker.escalatedOn, "history.escalated",
                ["code": .code(blocker.code), "title": title])
            add(
                blocker.resolvedOn, "history.resolved",
                [
                    "code": .code(blocker.code), "title": title,
                    "how": .text(blocker.resolution ?? ""),
                    "state": .term("state.\(blocker.state.rawValue)"),
                ])
        }
        for decision in challenge.decisions where code == nil || decision.code == code {
            let text = Title.short(decision.text, 60)
            add(
                decision.askedOn, "history.asked",
                ["code": .code(decision.code), "text": text, "name": person(decision.decider)])
            add(
                decision.decidedOn, "history.decided",
                [
                    "code": .code(decision.code), "text": text, "name": person(decision.decider),
                    "state": .term("state.\(decision.state.rawValue)"),
                ])
        }
        return entries
    }

    private func moves(_ challenge: Challenge, _ state: State) -> [Entry] {
        challenge.moves.enumerated().map { place, move in
            Entry(
                date: move.on, order: place,
                phrase: Phrase(
                    move.by == nil ? "history.moved" : "history.movedBy",
                    [
                        "state": .term(move.to.term),
                        "name": move.by.map { state.name(of: $0) } ?? .text(""),
                    ]))
        }
    }
}
