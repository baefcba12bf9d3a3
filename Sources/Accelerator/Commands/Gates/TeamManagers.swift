import Language

extension TeamCommand {
    /// Notes that somebody's manager knows: nobody works in a team behind a manager's back.
    func informed(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        var wanted = challenge.uninformed
        if let who {
            let person =
                who.name == "me" && who.principal == nil
                ? try context.me() : state.resolve(who, in: challenge)
            guard let person, challenge.team.contains(person) else {
                throw Refusal(
                    Phrase(
                        "team.notIn", ["name": .text(who.name), "challenge": .code(challenge.code)])
                )
            }
            wanted = wanted.filter { $0 == person }
        } else if !isAll {
            throw Refusal(
                Phrase("team.informedWho"),
                offers: [
                    Offer(Phrase("gate.mend.managers"), "/team informed all \(challenge.code)")
                ])
        }
        guard !wanted.isEmpty else {
            return .answer([Phrase("team.informedAlready", ["challenge": .code(challenge.code)])])
        }
        var events: [Event] = []
        for seat in challenge.seats
        where wanted.contains(seat.person) && seat.left == nil
            && Challenge.teamRoles.contains(seat.role)
        {
            var told = seat
            told.isManagerInformed = true
            events.append(.seatTaken(OfChallenge(challenge.code, told)))
        }
        return .record(
            events,
            [
                Phrase(
                    "team.informed",
                    [
                        "names": .list(wanted.prefix(15).map { state.name(of: $0) }),
                        "left": .count(challenge.uninformed.count - wanted.count),
                    ])
            ],
            offers: [Decision.gateUndo])
    }
}
