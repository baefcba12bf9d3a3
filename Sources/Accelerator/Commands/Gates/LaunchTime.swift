import Language

extension LaunchCommand {
    /// `launch set`: when the workshop begins. It lies one to seven days before Day 1.
    func set(
        _ when: LocalMoment, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        try context.require([.coach, .office], in: challenge, state)
        guard [.framing, .staffing, .ready].contains(challenge.state) else {
            throw Refusal(
                Phrase(
                    "launch.setLate",
                    ["challenge": .code(challenge.code), "state": .term(challenge.state.term)]))
        }
        let now = context.local(in: state.zone(of: challenge))
        let first = challenge.plannedDayOne(state)
        let days = (first.map { max(now.date, $0 - 7) } ?? now.date)...
        guard when > now, days.contains(when.date), first.map({ when.date < $0 }) ?? true else {
            guard let first, first > now.date else { throw Refusal(Phrase("launch.setPast")) }
            throw Refusal(
                Phrase(
                    "launch.setDays", ["first": .date(days.lowerBound), "last": .date(first - 1)]))
        }
        let calendar = state.programme(of: challenge)?.calendar ?? WorkingCalendar()
        guard calendar.isWorking(when.date) || context.isSure else {
            return .ask(
                [Phrase("launch.setOff", ["date": .date(when.date)])],
                offers: [
                    Offer(
                        Phrase("meeting.sure"),
                        context.sure("/launch set \(when) challenge=\(challenge.code)")),
                    Daily.cancel(),
                ])
        }
        var head = challenge.head
        head.launchOn = when.date
        head.launchTime = when.time
        let said =
            [
                Phrase(
                    "launch.workshop",
                    [
                        "challenge": .code(challenge.code), "title": .text(head.title),
                        "date": .date(when.date), "time": .time(when.time),
                    ])
            ] + [SharedTime.phrase(when, of: challenge, state, context.zones)].compactMap { $0 }
        guard head != challenge.head else { return .answer(said) }
        return .record(
            [.challengeSet(head)], said, offers: [Decision.gateUndo],
            notices: context.gateTell(
                challenge.team + challenge.holders(of: .coach) + challenge.holders(of: .sponsor),
                said))
    }
}
