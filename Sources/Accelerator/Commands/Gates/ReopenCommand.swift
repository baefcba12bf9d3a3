import Language

/// `reopen`: one step back, within seven days, for a reason that stays on record; it takes a second
/// person. The clock is not moved: a challenge comes back to where the calendar is by now.
struct ReopenCommand: Command {
    static let name = "reopen"
    /// Days in which a step may be taken back.
    static let window = 7

    private let usage: Int
    private let code: String?
    private let reason: String?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        reason = try a.gateText("reason")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let challenge = try context.challenge(code, state)
        let today = context.today(in: challenge, state)
        let back = try Self.stepBack(challenge, today)
        let asked = challenge.decisions.last { $0.kind == "reopen" && $0.state == .asked }
        if usage == 0 {
            guard let asked else {
                throw Refusal(Phrase("reopen.notAsked", ["challenge": .code(challenge.code)]))
            }
            return try confirm(asked, back, challenge, me, state, context)
        }
        try context.require([.office], in: challenge, state)
        if let asked {
            return .answer([Phrase("reopen.waiting", ["name": state.name(of: asked.decider)])])
        }
        guard let reason else { throw Refusal(Phrase("reopen.ask.reason")) }
        let others = (challenge.holders(of: .sponsor) + state.gateOffice(of: challenge)).filter {
            $0 != me
        }
        guard let other = others.first else {
            throw Refusal(Phrase("reopen.nobody", ["challenge": .code(challenge.code)]))
        }
        var decision = DecisionAsked()
        decision.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        decision.kind = "reopen"
        decision.text = reason
        decision.decider = other
        decision.askedBy = me
        decision.askedOn = today
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title),
            "to": .term(back.term), "by": state.name(of: me), "reason": .text(reason),
        ]
        return .record(
            [.decisionAsked(OfChallenge(challenge.code, decision))],
            [Phrase("reopen.waiting", ["name": state.name(of: other)])],
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                others, [Phrase("reopen.confirm", values)],
                offers: [Offer(Phrase("reopen.yesLabel", values), "/reopen yes \(challenge.code)")])
        )
    }

    /// Whether a step back is there to be asked for on a day.
    static func isPossible(_ challenge: Challenge, on today: LocalDate) -> Bool {
        (try? stepBack(challenge, today)) != nil
    }

    /// The state before the last move, if that is young enough and not final.
    private static func stepBack(_ challenge: Challenge, _ today: LocalDate) throws(Refusal)
        -> ChallengeState
    {
        let offers = [
            Offer(
                Phrase("challenge.label", ["challenge": .code(challenge.code)]),
                "/challenge \(challenge.code)")
        ]
        let phase = challenge.phase(on: today)
        // A step that the calendar made, or would make again at once, is not taken back.
        var after = challenge
        after.state = challenge.moves.dropLast().last?.to ?? challenge.state
        guard challenge.state != .closed, phase == challenge.state, challenge.moves.count >= 2,
            after.phase(on: today) != phase,
            let last = challenge.moves.last, let before = challenge.moves.dropLast().last
        else {
            throw Refusal(
                Phrase(
                    "reopen.final",
                    ["challenge": .code(challenge.code), "state": .term(phase.term)]),
                offers: offers)
        }
        guard today - last.on <= window else {
            throw Refusal(
                Phrase(
                    "reopen.late", ["challenge": .code(challenge.code), "date": .date(last.on)]),
                offers: offers)
        }
        return before.to
    }

    private func confirm(
        _ asked: DecisionAsked, _ back: ChallengeState, _ challenge: Challenge, _ me: String,
        _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        try context.require([.sponsor, .office], in: challenge, state)
        guard asked.askedBy != me else {
            throw Refusal(
                Phrase("reopen.secondPerson", ["name": state.name(of: asked.decider)]), kind: .right
            )
        }
        let today = context.today(in: challenge, state)
        // What is decided here is nobody's to decide any more, whoever was asked.
        var after = challenge
        after.decisions.removeAll { $0.code == asked.code }
        let move = ChallengeMoved(challenge.code, to: back, on: today, by: me, reason: asked.text)
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title),
            "to": .term(back.term), "reason": .text(asked.text),
        ]
        return .record(
            [StopCommand.close(asked, .decided, today, me, challenge), .challengeMoved(move)]
                + after.comingBack(on: today, by: me, state),
            [Phrase("reopen.done", values)],
            notices: context.gateTell(
                [asked.askedBy].compactMap { $0 } + challenge.holders(of: .teamLeader),
                [Phrase("reopen.done", values)]))
    }
}
