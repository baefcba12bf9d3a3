import Language

/// The milestones of a challenge, by day: the open ones, and what became of the others.
struct MilestonesCommand: Command {
    static let name = "milestones"
    private let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try Daily.lookInside(challenge, state, context)
        return Self.list(challenge, state, context)
    }

    static func list(_ challenge: Challenge, _ state: State, _ context: Context) -> Decision {
        let view = Daily.view(challenge, state, context)
        guard !challenge.milestones.isEmpty else {
            return .answer([Phrase("milestone.none", ["code": view.code])])
        }
        var lines = [
            Phrase(
                "milestone.head", ["code": view.code, "count": .count(challenge.milestones.count)])
        ]
        for milestone in challenge.milestones.sorted(by: { ($0.due, $0.code) < ($1.due, $1.code) })
            .prefix(20)
        {
            guard !milestone.isOpen(on: view.date) else {
                lines.append(view.line(of: milestone))
                continue
            }
            lines.append(
                Phrase(
                    "milestone.closed",
                    [
                        "code": .code(milestone.code), "title": Title.short(milestone.title, 60),
                        "state": .term("state.\(milestone.state.rawValue)"),
                        "date": .date(milestone.movedOn ?? milestone.due),
                    ]))
        }
        return .answer(lines)
    }
}
