import Language

extension Decider {
    /// An edit by the author, within 48 hours, of a message that made commit n, to the same command, is one
    /// commit that takes n back and decides the new line with the old message's day. An edit of a message
    /// that made none is heard as new while the message is at most 15 minutes old. Nothing else is ever
    /// done because of an edit.
    func hearEdit(_ inbound: Inbound, _ state: State, _ at: Instant, _ random: [UInt8]) -> Outcome {
        let turn = Turn(inbound, state, at, random, self)
        let age = at.milliseconds - (inbound.sent ?? at).milliseconds
        guard let message = inbound.message else { return .nothing }
        let undo = turn.person.flatMap { state.undoable[$0.code] }?.last { $0.message == message }
        guard let undo else {
            guard age <= 15 * Instant.minute, state.seen["m:" + message] == nil else {
                return state.seen["m:" + message] == nil
                    ? .nothing : .answer([turn.reply([Phrase("edit.tooLate")])])
            }
            return answer(turn)
        }
        guard age <= 48 * Instant.hour else {
            return .answer([turn.reply([Phrase("edit.tooLate")])])
        }
        if let later = Undoing.laterChange(undo, state) {
            return .answer([
                turn.reply([Phrase("undo.laterChange", ["n": .count(Int(clamping: later))])])
            ])
        }
        if let begun = Undoing.begun(undo, state, turn.context) {
            return .answer([turn.reply(begun.phrases, begun.offers)])
        }
        if let act = TwoPersons(undo, state) {
            return .answer([turn.reply([Phrase("undo.twoEdit", act.values)])])
        }
        let back = Undoing.events(undo, by: turn.context, reason: "edited")
        var before = state
        var step = Commit()
        step.n = state.n
        step.at = state.at
        step.cause = .operated
        step.source = inbound.principal
        step.events = back
        before.evolve(step)
        guard case .commit(var commit) = answer(Turn(inbound, before, at, random, self)),
            commit.command == undo.command
        else { return .answer([turn.reply([Phrase("edit.otherCommand")])]) }
        commit.events = back + commit.events
        return .commit(commit)
    }
}

/// Taking a commit back.
enum Undoing {
    /// The commit that last changed something that `undo` changed, if it is not `undo` itself.
    static func laterChange(_ undo: Undoable, _ state: State) -> UInt64? {
        let mine = UInt64(clamping: undo.n)
        for object in undo.touched {
            if let n = state.changed[object], n != mine { return n }
            // What a gate was passed with is not taken from under it.
            let parts = object.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, ["goal", "seat", "waiver"].contains(parts[0]),
                let n = state.changed["state \(parts[1])"], n > mine
            else { continue }
            return n
        }
        return nil
    }

    /// Refuses what would take a challenge back to before its launch when its Day 1 has come: the clock
    /// never stops and is never turned back (method.md 2.2, rule 6).
    static func begun(_ undo: Undoable, _ state: State, _ context: Context) -> Refusal? {
        for case .challengeMoved(let move) in undo.inverse
        where [.framing, .staffing, .ready].contains(move.to) {
            guard let challenge = state.challenges[move.challenge], let first = challenge.dayOne,
                [.accelerating, .results].contains(
                    challenge.phase(on: context.today(in: challenge, state)))
            else { continue }
            return Refusal(
                Phrase("undo.begun", ["challenge": .code(challenge.code), "first": .date(first)]),
                offers: [
                    Offer(
                        Phrase("challenge.label", ["challenge": .code(challenge.code)]),
                        "/challenge \(challenge.code)")
                ])
        }
        return nil
    }

    /// The inverse events, with who took the reading back and when.
    static func events(_ undo: Undoable, by context: Context, reason: String?) -> [Event] {
        var events: [Event] = undo.inverse.map { event in
            guard case .readingVoided(var void) = event else { return event }
            void.at = context.at
            void.reason = reason
            return .readingVoided(void)
        }
        var mark = Undone()
        mark.n = undo.n
        events.append(.undone(mark))
        return events
    }
}
