import Language

/// Corrects a reading: a new one that takes the place of the last, or of that of a day. Nothing is
/// removed. One's own without a word; somebody else's by data keeper, leader or office, with a
/// reason.
struct FixCommand: Command {
    static let name = "fix"
    let measure: Measure
    let goal: String?
    let challenge: String?
    let date: LocalDate?
    let reason: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        measure = try arguments.required("value", arguments.measure("value"))
        goal = try arguments.code("goal")
        challenge = try arguments.code("challenge")
        date = try arguments.date("on")
        reason = try arguments.gateText("note")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: goal, challenge, state, context)
        try context.require(UpCommand.recorders, in: challenge, state)
        let goal = try context.goal(goal, of: challenge, unit: measure.unit)
        let today = context.today(in: challenge, state)
        if let lastDay = challenge.lastDay, today > lastDay + ChallengeView.lateWindow {
            throw Refusal(
                Phrase(
                    "up.closed",
                    ["last": .date(lastDay), "until": .date(lastDay + ChallengeView.lateWindow)]))
        }
        let known = state.known(of: challenge, date: today, cut: context.at)
        let me = try context.me()
        let recent = context.at.advanced(by: -Instant.day)
        // One's own of the last day first: that is what is corrected most.
        let own = goal.lastEntered(known) { date == nil && $0.by == me && $0.enteredAt >= recent }
        let wrong = own ?? goal.lastEntered(known) { date == nil || $0.asOf == date }
        guard let wrong else {
            throw Refusal(
                date.map { Phrase("fix.nothingOn", ["date": .date($0)]) } ?? Phrase("fix.nothing"),
                offers: [
                    Offer(
                        Phrase("fix.asNew"),
                        Daily.line("up", ["value": .measure(measure)], in: challenge, context))
                ])
        }
        try requireRight(wrong, challenge, goal, state, context)
        var before = challenge
        if let place = before.goals.firstIndex(where: { $0.code == goal.code }) {
            before.goals[place].readings.removeAll { $0.id == wrong.id }
        }
        let without = before.goals.first { $0.code == goal.code } ?? goal
        var entry = ReadingEntry(before, without, state, context, today: today)
        entry.note = reason
        entry.date = wrong.asOf
        if let asking = try entry.chooseValue(measure) {
            return insisting(asking, context, challenge)
        }
        if entry.value == wrong.value {
            return .answer([
                Phrase(
                    "up.already",
                    ["value": .measure(wrong.value, unit: goal.unit), "date": .date(wrong.asOf)])
            ])
        }
        entry.before = wrong
        return try record(entry, wrong, challenge, goal, state, context)
    }

    private func requireRight(
        _ wrong: Reported, _ challenge: Challenge, _ goal: Goal, _ state: State, _ context: Context
    ) throws(Refusal) {
        guard wrong.by != context.person?.code else { return }
        guard !context.roles(in: challenge, state).isDisjoint(with: UpCommand.correctors) else {
            throw Refusal(Phrase("fix.notYours", ["by": state.name(of: wrong.by)]), kind: .right)
        }
        guard reason == nil else { return }
        throw Refusal(
            Phrase(
                "fix.needsReason",
                [
                    "by": state.name(of: wrong.by), "value": .measure(wrong.value, unit: goal.unit),
                    "date": .date(wrong.asOf),
                    "line": .code(
                        "/fix \(context.grammar.print(.measure(measure), type: "measure")) …"),
                ]))
    }

    /// The guards' question with this command's lines in place of a new reading's.
    private func insisting(_ asking: Decision, _ context: Context, _ challenge: Challenge)
        -> Decision
    {
        var asking = asking
        for i in asking.offers.indices where asking.offers[i].line.utf8.starts(with: "/up ".utf8) {
            asking.offers[i].line = "/fix " + asking.offers[i].line.dropFirst(4)
        }
        return asking
    }

    private func record(
        _ entry: ReadingEntry, _ wrong: Reported, _ challenge: Challenge, _ goal: Goal,
        _ state: State,
        _ context: Context
    ) throws(Refusal) -> Decision {
        let reading = try entry.reading()
        let after = entry.with(reading)
        let values: [Phrase.Field] = [
            .init("before", .measure(wrong.value, unit: goal.unit)),
            .init("value", .measure(reading.value, unit: goal.unit)),
            .init("date", .date(reading.asOf)),
            .init("challenge", .code(challenge.code)), .init("name", state.name(of: reading.by)),
            .init("colour", after.colour), .init("reason", .text(reason ?? "")),
        ]
        let keeper = goal.owner ?? challenge.holders(of: .dataKeeper).first
        let told = Set([wrong.by, keeper].compactMap { $0 }).subtracting([reading.by])
        return .record(
            [.readingRecorded(OfGoal(challenge.code, goal.code, reading))],
            [Phrase("fix.done", values)] + ReadingEntry.echo(reading, goal, after),
            offers: [Daily.undo],
            notices: told.sorted().filter { state.people[$0] != nil }.map {
                context.tell($0, [Phrase(reason == nil ? "fix.told" : "fix.toldReason", values)])
            })
    }
}
