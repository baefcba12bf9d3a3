import Language

extension ChallengeView {
    /// What waits for one person's word: the open private vote, the agreement to the goal, what takes a second
    /// person, a promise of theirs, a suggestion to take or leave.
    func personalAsks(of person: String) -> [(due: LocalDate, phrase: Phrase)] {
        var items: [(due: LocalDate, phrase: Phrase)] = []
        let roles = state.roles(of: person, in: challenge)
        let isAhead = GoalCommand.isDesigned(challenge)
        if isAhead, let ballot = challenge.ballot, ballot.isOpen, challenge.team.contains(person),
            !ballot.votes.contains(where: { $0.person == person })
        {
            items.append((ballot.openedOn, Phrase("me.vote", ["code": code])))
        }
        if isAhead, roles.contains(.sponsor), let goal = challenge.primaryGoal, goal.agreed == nil {
            items.append((date, Phrase("me.agree", ["code": code])))
        }
        for decision in openDecisions where decision.decider == person {
            guard let line = DecideCommand.ownLine(decision, challenge) else { continue }
            items.append(
                (
                    decision.due ?? decision.askedOn,
                    Phrase(
                        "me.confirm",
                        [
                            "code": full(decision.code), "text": Title.short(decision.text, 60),
                            "line": .code(line),
                            "by": decision.askedBy.map { state.name(of: $0) } ?? .text("–"),
                        ])
                ))
        }
        for blocker in openBlockers {
            guard let promise = blocker.promises.last, promise.by == person else { continue }
            items.append(
                (
                    promise.until,
                    Phrase(
                        promise.until < date ? "me.promiseLate" : "me.promise",
                        [
                            "code": full(blocker.code), "text": Title.short(promise.words, 60),
                            "due": .date(promise.until),
                        ])
                ))
        }
        let suggestions = challenge.suggestions.filter { $0.state == .open }
        if roles.contains(.teamLeader), let first = suggestions.first {
            items.append(
                (
                    first.on,
                    Phrase("me.suggestions", ["code": code, "count": .count(suggestions.count)])
                ))
        }
        return items
    }
}
