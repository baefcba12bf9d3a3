import Language

/// `stop`: alone it is somebody who wants peace; with a challenge it ends that one for good, which takes
/// the sponsor and the office.
struct StopCommand: Command {
    static let name = "stop"
    private let usage: Int
    private let code: String?
    private let reason: String?
    private let lesson: String?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("target")
        reason = try a.gateText("reason")
        lesson = try a.gateText("lesson")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        switch usage {
        case 0: return try confirm(state, context)
        case 1: return try decline(state, context)
        case 3:
            return .answer(
                [Phrase("stop.alone")],
                offers: [
                    Offer(Phrase("mute.label"), "/mute"),
                    Offer(Phrase("challenge.listLabel"), "/challenge list"),
                ])
        default: return try begin(state, context)
        }
    }

    /// Never the implied one: whoever types `/stop` in a team's group wants peace.
    private func target(_ state: State, _ context: Context) throws(Refusal) -> Challenge {
        let written = code ?? ""
        guard state.challenges[written] == nil, let meant = Self.meant(written, state) else {
            return try context.challenge(written, state)
        }
        // What ends a challenge is never guessed.
        let view = Daily.view(meant, state, context)
        throw Refusal(
            Phrase("stop.didYouMean", ["code": .code(meant.code)]), view.headline,
            offers: [
                Offer(
                    Phrase("stop.yesLabel", ["challenge": .code(meant.code)]), "/stop \(meant.code)"
                ),
                Daily.cancel(),
            ])
    }

    /// `CH-06` of `CH-6`: the number is the same, the spelling is not.
    private static func meant(_ written: String, _ state: State) -> Challenge? {
        let digits = written.utf8.drop { !($0 >= 48 && $0 <= 57) }
        guard (1...4).contains(digits.count),
            let number = Int(String(decoding: digits, as: UTF8.self))
        else { return nil }
        let code = "CH-" + (number < 10 ? "0\(number)" : "\(number)")
        return state.challenges[code]
    }

    private func begin(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let challenge = try target(state, context)
        try Transitions.check(challenge, to: .stopped, state, context)
        let title: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title),
        ]
        if let open = Self.open(challenge) {
            guard open.askedBy == me else {
                return .ask(
                    [
                        Phrase(
                            "stop.confirm",
                            [
                                "challenge": .code(challenge.code),
                                "title": .text(challenge.head.title),
                                "by": open.askedBy.map { state.name(of: $0) } ?? .text(""),
                                "reason": .text(open.text),
                                "lesson": .text(open.words ?? ""),
                            ])
                    ],
                    offers: [
                        Offer(Phrase("stop.yesLabel", title), "/stop yes \(challenge.code)"),
                        Offer(Phrase("stop.noLabel", title), "/stop no \(challenge.code)"),
                    ])
            }
            return .answer([
                Phrase(
                    "stop.waiting",
                    ["challenge": .code(challenge.code), "name": state.name(of: open.decider)])
            ])
        }
        guard let reason, let lesson else {
            return .ask(
                [Phrase("stop.goOn", title)],
                offers: [
                    Offer(Phrase("stop.goOnLabel"), "/stop now \(challenge.code)"),
                    Offer(Phrase("stop.noLabel", title), "/cancel"),
                ])
        }
        let isSponsor = context.roles(in: challenge, state).contains(.sponsor)
        let others = (isSponsor ? state.gateOffice(of: challenge) : challenge.holders(of: .sponsor))
            .filter { $0 != me }
        guard let other = others.first else {
            throw Refusal(
                Phrase(
                    "stop.nobody",
                    [
                        "challenge": .code(challenge.code),
                        "role": .term(isSponsor ? "role.office" : "role.sponsor"),
                    ]))
        }
        var asked = DecisionAsked()
        asked.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        asked.kind = "stop"
        asked.text = reason
        // The lesson waits here: it becomes one when the challenge is stopped.
        asked.words = lesson
        asked.decider = other
        asked.askedBy = me
        asked.askedOn = context.today(in: challenge, state)
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title),
            "by": state.name(of: me),
            "reason": .text(reason), "lesson": .text(lesson), "name": state.name(of: other),
        ]
        return .record(
            [.decisionAsked(OfChallenge(challenge.code, asked))],
            [Phrase("stop.final"), Phrase("stop.waiting", values)], offers: [Decision.gateUndo],
            notices: context.gateTell(
                others, [Phrase("stop.confirm", values)],
                offers: [
                    Offer(Phrase("stop.yesLabel", values), "/stop yes \(challenge.code)"),
                    Offer(Phrase("stop.noLabel", values), "/stop no \(challenge.code)"),
                ]))
    }

    private func confirm(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let challenge = try target(state, context)
        let open = try requireOpen(challenge, state, context, me)
        try Transitions.check(challenge, to: .stopped, state, context)
        let today = context.today(in: challenge, state)
        var events = challenge.clockMoves(by: today)
        events.append(Self.close(open, .decided, today, me, challenge))
        events.append(
            .challengeMoved(
                ChallengeMoved(challenge.code, to: .stopped, on: today, by: me, reason: open.text)))
        let dropped = challenge.milestones.filter { $0.state == .open }
        for milestone in dropped {
            var move = MilestoneMoved()
            move.challenge = challenge.code
            move.milestone = milestone.code
            move.to = .dropped
            move.on = today
            move.by = me
            events.append(.milestoneMoved(move))
        }
        for action in challenge.actions where action.state == .open {
            var dropped = action
            dropped.state = .dropped
            dropped.movedOn = today
            dropped.movedBy = me
            events.append(.actionSet(OfChallenge(challenge.code, dropped)))
        }
        if let words = open.words {
            var lesson = Lesson()
            lesson.text = words
            lesson.tags = ["stopped"]
            lesson.isShared = true
            events.append(.lessonShared(OfChallenge(challenge.code, lesson)))
        }
        events += Transitions.cohortFollows(challenge, to: .stopped, on: today, state)
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "title": .text(challenge.head.title),
            "day": .count(challenge.day(today) ?? 0), "dropped": .count(dropped.count),
            "reason": .text(open.text),
            "lesson": .text(open.words ?? ""),
        ]
        return .record(
            events, [Phrase("stop.done", values)],
            notices: context.gateTell(
                challenge.seats.filter { $0.left == nil }.map(\.person)
                    + [open.askedBy].compactMap { $0 },
                [Phrase("stop.told", values)]))
    }

    private func decline(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let challenge = try target(state, context)
        let open = try requireOpen(challenge, state, context, me)
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "by": state.name(of: me),
        ]
        return .record(
            [Self.close(open, .refused, context.today(in: challenge, state), me, challenge)],
            [Phrase("stop.kept", values)],
            notices: context.gateTell(
                [open.askedBy].compactMap { $0 }, [Phrase("stop.declined", values)]))
    }

    /// The open question, if it is the speaker's to answer: the other side's, never the asker's own.
    private func requireOpen(
        _ challenge: Challenge, _ state: State, _ context: Context, _ me: String
    ) throws(Refusal) -> DecisionAsked {
        guard let open = Self.open(challenge) else {
            throw Refusal(Phrase("stop.notAsked", ["challenge": .code(challenge.code)]))
        }
        let askerIsSponsor =
            open.askedBy.map { state.roles(of: $0, in: challenge).contains(.sponsor) } ?? false
        try context.require(askerIsSponsor ? [.office] : [.sponsor], in: challenge, state)
        guard open.askedBy != me else {
            throw Refusal(
                Phrase(
                    "stop.secondPerson",
                    ["challenge": .code(challenge.code), "name": state.name(of: open.decider)]),
                kind: .right)
        }
        return open
    }

    private static func open(_ challenge: Challenge) -> DecisionAsked? {
        challenge.decisions.last { $0.kind == "stop" && $0.state == .asked }
    }

    static func close(
        _ decision: DecisionAsked, _ to: DecisionState, _ on: LocalDate, _ by: String?,
        _ challenge: Challenge
    ) -> Event {
        var move = DecisionMoved()
        move.challenge = challenge.code
        move.decision = decision.code
        move.to = to
        move.on = on
        move.by = by
        move.words = decision.words
        return .decisionMoved(move)
    }
}
