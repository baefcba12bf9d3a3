import Language

/// A milestone is done: today, or on the day that is said. A blocker's code solves it.
struct DoneCommand: Command {
    static let name = "done"
    let milestone: String?
    let blocker: String?
    let action: String?
    let challenge: String?
    let date: LocalDate?
    let note: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        milestone = try arguments.code("milestone")
        blocker = try arguments.code("blocker")
        action = try arguments.code("action")
        challenge = try arguments.code("challenge")
        date = try arguments.date("on")
        note = try arguments.gateText("note")
    }

    private init(_ milestone: String, _ challenge: String) {
        self.milestone = milestone
        self.challenge = challenge
        blocker = nil
        action = nil
        date = nil
        note = nil
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if let action { return try finish(action, state, context) }
        if let blocker {
            return try SolvedCommand(blocker: blocker, challenge: challenge, how: note).decide(
                state, context)
        }
        let challenge = try Daily.challenge(of: milestone, challenge, state, context)
        try Daily.lookInside(challenge, state, context)
        try Daily.requireOpen(challenge)
        let code = Daily.shortCode(milestone ?? "")
        guard let found = challenge.milestones.first(where: { $0.code == code }) else {
            throw MilestoneCommand.unknown(code, challenge, instead: "done")
        }
        if let other = other(than: code, context) {
            return try DoneCommand(other, challenge.code).decide(state, context).closing(
                state, context)
        }
        guard found.state == .open else { return try proveLater(found, challenge, state, context) }
        try requireRight(found, challenge, state, context)
        let today = context.today(in: challenge, state)
        let on = date ?? today
        try Daily.requirePast(on, today)
        if let note, context.hears("notYet", in: note) {
            return Decision.answer([Phrase("done.notYet", ["code": .code(code)])]).closing(
                state, context)
        }
        if found.isCritical, Self.proof(note, context) == nil {
            return Self.askProof(found, on, challenge, context)
        }
        var event = MilestoneMoved()
        event.challenge = challenge.code
        event.milestone = found.code
        event.to = .done
        event.on = on
        event.by = try context.me()
        event.evidence = note
        return .record(
            [.milestoneMoved(event)], reply(found, on, challenge, state, context),
            offers: [Daily.undo],
            notices: notices(found, on, challenge, state, context))
    }

    private func requireRight(
        _ milestone: Milestone, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) {
        let me = try context.me()
        guard milestone.owner != me else { return }
        try context.require(
            [.teamLeader, .scribe, .office, .member, .dataKeeper], in: challenge, state)
        guard context.roles(in: challenge, state).isDisjoint(with: [.teamLeader, .scribe, .office])
        else { return }
        guard let owner = milestone.owner else { return }
        throw Refusal(
            Phrase(
                "done.notYours", ["code": .code(milestone.code), "owner": state.name(of: owner)]),
            kind: .right)
    }

    /// A line or a link; “yes” and “done” prove nothing.
    static func proof(_ note: String?, _ context: Context) -> String? {
        guard let note, note.unicodeScalars.count >= 3 else { return nil }
        let folded = Folding.fold(note)
        let empty = ["yes", "done"].contains { context.decider.hears($0, folded) }
        return empty ? nil : note
    }

    /// A critical milestone is done with a proof, or not at all.
    static func askProof(
        _ milestone: Milestone, _ on: LocalDate, _ challenge: Challenge, _ context: Context
    ) -> Decision {
        let whole = "\(challenge.code)-\(milestone.code)"
        let line = Utterance(command: name, values: ["milestone": .code(whole), "on": .date(on)])
        return .want(
            "note", of: line,
            [
                Phrase(
                    "done.proof",
                    [
                        "code": .code(milestone.code), "title": .text(milestone.title),
                        "date": .date(on),
                    ])
            ], offers: [Daily.cancel()])
    }

    /// Another milestone, named where a proof was asked for: “not yet, wrong one. M1”.
    private func other(than code: String, _ context: Context) -> String? {
        guard let note, note.utf8.count <= 100 else { return nil }
        let found = context.grammar.values(
            of: "milestone", inside: note, in: Reading(today: LocalDate(days: 0)))
        guard found.count == 1, case .code(let named) = found[0].value,
            Daily.shortCode(named) != code,
            context.hears("notYet", in: note) || !note.utf8.contains(UInt8(ascii: " "))
        else { return nil }
        return Daily.shortCode(named)
    }

    /// A proof that comes after the day is kept with the milestone, as long as it has none.
    private func proveLater(
        _ milestone: Milestone, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        guard milestone.state == .done, milestone.evidence == nil,
            let proof = Self.proof(note, context)
        else {
            return .answer([already(milestone, challenge)])
        }
        try requireRight(milestone, challenge, state, context)
        var event = MilestoneMoved()
        event.challenge = challenge.code
        event.milestone = milestone.code
        event.to = .done
        event.on = milestone.movedOn
        event.by = try context.me()
        event.evidence = proof
        return .record(
            [.milestoneMoved(event)],
            [Phrase("done.proved", ["code": .code(milestone.code), "text": .text(proof)])],
            offers: [Daily.undo])
    }

    private func already(_ milestone: Milestone, _ challenge: Challenge) -> Phrase {
        let on = milestone.movedOn ?? milestone.due
        return Phrase(
            milestone.state == .done ? "done.already" : "done.alreadyOther",
            [
                "code": .code(milestone.code), "date": .date(on),
                "day": .count(challenge.day(on) ?? 0),
                "state": .term("state.\(milestone.state.rawValue)"),
            ])
    }

    private func reply(
        _ milestone: Milestone, _ on: LocalDate, _ challenge: Challenge, _ state: State,
        _ context: Context
    ) -> [Phrase] {
        let late = on - milestone.due
        var lines = [
            Phrase(
                late > 0 ? "done.late" : late < 0 ? "done.early" : "done.onTime",
                [
                    "code": .code(milestone.code), "title": .text(milestone.title),
                    "date": .date(on),
                    "days": .count(abs(late)),
                ])
        ]
        var after = challenge
        if let place = after.milestones.firstIndex(where: { $0.code == milestone.code }) {
            after.milestones[place].state = .done
            after.milestones[place].movedOn = on
        }
        let view = Daily.view(after, state, context)
        if let next = view.nextPhrase {
            lines.append(Phrase("card.alone", ["what": .phrase(next)]))
        }
        return lines
    }

    private func notices(
        _ milestone: Milestone, _ on: LocalDate, _ challenge: Challenge, _ state: State,
        _ context: Context
    ) -> [Outgoing] {
        let people = [milestone.owner].compactMap { $0 } + challenge.holders(of: .teamLeader)
        return context.gateTell(
            people,
            [
                Phrase(
                    "done.told",
                    [
                        "challenge": .code(challenge.code), "code": .code(milestone.code),
                        "title": Title.short(milestone.title, 60), "date": .date(on),
                        "name": context.person.map { state.name(of: $0.code) } ?? .text(""),
                    ])
            ])
    }
}

extension Decision {
    /// An answer that leaves the question it answers, too.
    fileprivate func closing(_ state: State, _ context: Context) -> Decision {
        guard events.isEmpty, !isAsking,
            let open = state.questions[Question.key(context.principal, context.chat)]
        else { return self }
        var closing = self
        closing.events = [.answered(Decider.closed(open))]
        return closing
    }
}
