import Language

/// `ready`: the team stands; next is the launch workshop.
struct ReadyCommand: Command {
    static let name = "ready"
    private let code: String?
    init(_ a: Arguments) throws(Mismatch) { code = try a.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        try Transitions.check(challenge, to: .ready, state, context)
        let today = context.today(in: challenge, state)
        var head = challenge.head
        head.readyOn = today
        let first = challenge.plannedDayOne(state)
        if head.launchOn == nil {
            head.launchOn = head.dayOne.map { $0 - 1 } ?? state.cohorts[head.cohort]?.launchOn
        }
        var reply = [Phrase("ready.done", ["challenge": .code(challenge.code)])]
        if let first {
            // Until the launch these are plans; the launch sets them for good.
            let dates = LaunchDates(challenge, first, state)
            head.midpointOn = dates.midpoint ?? head.midpointOn
            head.closingOn = dates.closing
            reply.append(dates.phrase("ready.dates"))
        }
        if !(8...12).contains(challenge.team.count) {
            reply.append(Phrase("ready.size", ["count": .count(challenge.team.count)]))
        }
        let invitation = head.launchOn.map {
            Phrase(
                "ready.invitation",
                ["challenge": .code(challenge.code), "title": .text(head.title), "date": .date($0)])
        }
        return .record(
            [
                .challengeSet(head),
                .challengeMoved(
                    ChallengeMoved(challenge.code, to: .ready, on: today, by: context.person?.code)),
            ],
            reply,
            offers: [
                Offer(
                    Phrase("launch.label", ["challenge": .code(challenge.code)]),
                    "/launch \(challenge.code)"), Decision.gateUndo,
            ],
            notices: invitation.map { context.gateTell(challenge.team, [$0]) } ?? [])
    }
}
