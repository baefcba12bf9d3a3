import Language

/// What every dialogue needs: take back, leave a question.
enum CoreCommands {
    static let all: [any Command.Type] = [Undo.self, Cancel.self, CalendarCommand.self]
}

/// Takes back the last thing that the asker did, while nothing else has changed it since. What took two
/// persons takes two again (``TwoPersons``).
struct Undo: Command {
    static let name = "undo"
    /// The request of another to take something back, agreed to.
    private let agreed: String?
    init(_ arguments: Arguments) throws(Mismatch) { agreed = try arguments.code("decision") }

    /// Readings may be taken back for 15 minutes, everything else for a day (method.md 2.5).
    /// Taking back what was taken back has no other window than the thing itself.
    static func window(_ undo: Undoable) -> Int64 {
        let isReading = undo.inverse.contains {
            if case .readingRestored = $0 { true } else { false }
        }
        return isReading || ["up", "fix"].contains(undo.command) ? 15 * Instant.minute : Instant.day
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        if let agreed { return try TwoPersons.agree(agreed, me, state, context) }
        guard let undo = state.undoable[me]?.last else { throw Refusal(Phrase("undo.nothing")) }
        guard context.at.milliseconds - undo.at.milliseconds <= Self.window(undo) else {
            throw Refusal(
                Phrase("undo.tooLate", ["command": .code("/" + undo.command)]),
                offers: undo.command == "up" ? [Offer(Phrase("fix.label"), "/fix")] : [])
        }
        if let later = Undoing.laterChange(undo, state) {
            throw Refusal(Phrase("undo.laterChange", ["n": .count(Int(clamping: later))]))
        }
        if let begun = Undoing.begun(undo, state, context) { throw begun }
        if let act = TwoPersons(undo, state) { return try act.ask(me, state, context) }
        let events = Undoing.events(undo, by: context, reason: "undone")
        return .record(
            events, reply(undo, state, context),
            notices: CalendarEffects.takenBack(events, state, context))
    }

    private func reply(_ undo: Undoable, _ state: State, _ context: Context) -> [Phrase] {
        for event in undo.inverse {
            if case .readingRestored(let back) = event, undo.command == Self.name,
                let goal = state.challenges[back.challenge]?.goals.first(where: {
                    $0.code == back.goal
                }),
                let reading = goal.readings.last(where: { $0.id == back.reading })
            {
                return [
                    Phrase(
                        "undo.again",
                        [
                            "value": .measure(reading.value, unit: goal.unit),
                            "date": .date(reading.asOf),
                        ])
                ]
            }
            guard case .readingVoided(let void) = event,
                let challenge = state.challenges[void.challenge],
                let goal = challenge.goals.first(where: { $0.code == void.goal }),
                let reading = goal.readings.last(where: { $0.id == void.reading })
            else { continue }
            let value = Say.measure(reading.value, unit: goal.unit)
            var phrases = [Phrase("undo.reading", ["value": value, "by": state.name(of: undo.by)])]
            let before = goal.readings.filter { $0.voidedAt == nil && $0.id != void.reading }
                .max { ($0.asOf, $0.enteredAt) < ($1.asOf, $1.enteredAt) }
            if let before {
                phrases.append(
                    Phrase(
                        "undo.current",
                        [
                            "value": .measure(before.value, unit: goal.unit),
                            "date": .date(before.asOf),
                        ]))
            }
            return phrases
        }
        if let phrase = TwoPersons.withdrawn(undo, state) { return [phrase] }
        if undo.command == Self.name { return [Phrase("undo.back")] }
        return [Phrase("undo.done", ["command": .code("/" + undo.command)])]
    }
}

/// Leaves the open question; what was asked for stays undone.
struct Cancel: Command {
    static let name = "cancel"
    init(_ arguments: Arguments) throws(Mismatch) {}
    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let open = state.questions[Question.key(context.principal, context.chat)] else {
            return .answer([Phrase("cancel.nothing")])
        }
        return .record([.answered(Decider.closed(open))], [Phrase("cancel.done")])
    }
}
