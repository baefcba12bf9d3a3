import Language

/// One's own list by day, and what a challenge that was taken over still lacks.
struct MeCommand: Command {
    static let name = "me"

    init(_ arguments: Arguments) throws(Mismatch) {}
    init() {}

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let list = PersonalList(me, state, at: context.at, zones: context.zones)
        let lines = list.lines
        guard !lines.isEmpty else {
            return .answer([Phrase("me.nothing", ["name": state.name(of: me)])])
        }
        return .answer([Phrase("me.head", ["name": state.name(of: me)])] + lines)
    }
}

/// Who was asked about a silence, and the ladder up: a person who can help, not one more reminder
/// (method.md 6.3).
struct NudgeCommand: Command {
    static let name = "nudge"
    let challenge: String?
    let role: Role?
    let note: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        challenge = try arguments.code("challenge")
        role = try arguments.gateRole("who")
        note = try arguments.gateText("note")
    }

    private static let ladder: [Role] = [.dataKeeper, .teamLeader, .coach, .sponsor]

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try context.require([.office, .coach, .sponsor], in: challenge, state)
        try Daily.requireOpen(challenge)
        let view = Daily.view(challenge, state, context)
        guard let role else { return ladder(challenge, view, state, context) }
        return try ask(role, challenge, view, state, context)
    }

    private func holders(_ role: Role, _ challenge: Challenge) -> [String] {
        switch role {
        case .coach: challenge.head.coach.map { [$0] } ?? challenge.holders(of: .coach)
        case .dataKeeper:
            (challenge.primaryGoal?.owner).map { [$0] } ?? challenge.holders(of: .dataKeeper)
        default: challenge.holders(of: role)
        }
    }

    private func ladder(
        _ challenge: Challenge, _ view: ChallengeView, _ state: State, _ context: Context
    ) -> Decision {
        var lines = [view.headline]
        if let (_, judged) = view.primary {
            lines.append(
                judged.last.map {
                    Phrase(
                        "silent.reading",
                        ["date": .date($0.asOf), "days": .count(judged.staleWorkingDays)])
                } ?? Phrase("silent.noReading", ["days": .count(judged.staleWorkingDays)]))
        }
        let asked = asked(challenge, view, state)
        lines += asked.map {
            Phrase(
                "nudge.asked",
                [
                    "name": state.name(of: $0.person), "role": .term("role.\($0.role.rawValue)"),
                    "dates": .list($0.dates.map { .date($0) }),
                ])
        }
        lines.append(Phrase(asked.isEmpty ? "nudge.nobodyAsked" : "nudge.climb"))
        let offers = Self.ladder.filter { !holders($0, challenge).isEmpty }.map { role in
            Offer(
                Phrase("nudge.label", ["role": .term("role.\(role.rawValue)")]),
                "/nudge \(challenge.code) \(role.rawValue)")
        }
        var decision = Decision.ask(lines, offers: offers + [Daily.cancel()])
        decision.subject = "nudge \(challenge.code)"
        return decision
    }

    /// Who was asked since the figure became due, by reminder or by hand, and when.
    private func asked(
        _ challenge: Challenge, _ view: ChallengeView, _ state: State
    ) -> [(person: String, role: Role, dates: [LocalDate])] {
        guard let goal = challenge.primaryGoal, let dayOne = challenge.dayOne else { return [] }
        let due = Reminding.readingDue(goal, dayOne: dayOne)
        let days = view.known.days
        var found: [(person: String, role: Role, dates: [LocalDate])] = []
        for role in Self.ladder {
            for person in holders(role, challenge) {
                var dates: Set<LocalDate> = []
                for (place, step) in Row.readingDue.steps.enumerated() {
                    let key =
                        "reading.due/reading \(challenge.code)-\(goal.code)/\(person)@\(due)#\(place)"
                    guard let how = state.rung[key], Rang.wasTold(how) else { continue }
                    dates.insert(Reminding.day(step, due, days))
                }
                for back in 0...13
                where state.rung[Self.key(challenge, person, view.date - back)] != nil {
                    dates.insert(view.date - back)
                }
                if !dates.isEmpty {
                    found.append((person: person, role: role, dates: dates.sorted()))
                }
            }
        }
        return found
    }

    private static func key(_ challenge: Challenge, _ person: String, _ date: LocalDate) -> String {
        "nudge/reading \(challenge.code)/\(person)@\(date)#0"
    }

    private func ask(
        _ role: Role, _ challenge: Challenge, _ view: ChallengeView, _ state: State,
        _ context: Context
    ) throws(Refusal) -> Decision {
        guard let person = holders(role, challenge).first(where: { state.people[$0] != nil }) else {
            throw Refusal(
                Phrase(
                    "nudge.nobody",
                    ["role": .term("role.\(role.rawValue)"), "code": view.code]))
        }
        let key = Self.key(challenge, person, view.date)
        let name = state.name(of: person)
        guard state.rung[key] == nil else {
            return .answer([Phrase("nudge.already", ["name": name])])
        }
        var rang = Rang()
        rang.key = key
        let days = view.primary?.assessment.staleWorkingDays ?? 0
        let values: [Phrase.Field] = [
            .init("code", view.code), .init("title", view.title), .init("days", .count(days)),
            .init("by", state.name(of: try context.me())), .init("note", .text(note ?? "")),
            .init("name", name),
        ]
        let isKeeper = role == .dataKeeper || role == .teamLeader
        var notice = context.tell(
            person,
            [Phrase(isKeeper ? "nudge.forFigure" : "nudge.forHelp", values)]
                + (note == nil ? [] : [Phrase("nudge.note", values)]),
            offers: isKeeper
                ? []
                : [Offer(Phrase("status.label", ["code": view.code]), "/status \(challenge.code)")],
            subject: "reading \(challenge.code)")
        notice.asksReply = isKeeper
        return .record([.rang(rang)], [Phrase("nudge.done", values)], notices: [notice])
    }
}
