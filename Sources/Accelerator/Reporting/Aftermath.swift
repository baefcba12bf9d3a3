import Language

extension ChallengeView {
    /// What waits for one person after the last day: what is still open, the closing, the pledge, a check.
    func aftermath(of person: String) -> [(due: LocalDate, phrase: Phrase)] {
        guard let lastDay = challenge.lastDay, date > lastDay || assessment.state == .results else {
            return []
        }
        let roles = state.roles(of: person, in: challenge)
        var items: [(due: LocalDate, phrase: Phrase)] = []
        func add(_ due: LocalDate, _ key: String, _ count: Int = 0) {
            items.append(
                (due, Phrase(key, ["code": code, "due": .date(due), "count": .count(count)])))
        }
        let loose = challenge.milestones.count { $0.state == .open }
        let leads = roles.contains(.teamLeader)
        switch assessment.state {
        case .results:
            if leads, loose > 0 { add(lastDay + ChallengeView.lateWindow, "me.loose", loose) }
            if roles.contains(.coach) {
                add(challenge.head.closingOn ?? lastDay + Challenge.daysToConfirm, "me.closing")
            }
        case .sustaining:
            if leads, loose > 0 { add(date, "me.loose", loose) }
            let plan = challenge.sustainability
            if plan?.signedOn == nil {
                if roles.contains(.sponsor), plan?.pledgeText != nil { add(date, "me.pledge") }
                if leads, plan?.pledgeText == nil { add(date, "me.pledgeDraft") }
            }
        default: break
        }
        if leads || roles.contains(.dataKeeper), let next = challenge.checksAhead.first,
            challenge.sustainability?.signedOn != nil
        {
            items.append(
                (
                    next.date,
                    Phrase(
                        next.date < date ? "me.checkLate" : "me.check",
                        [
                            "code": code, "due": .date(next.date),
                            "check": .term("review.\(next.kind.rawValue)"),
                        ])
                ))
        }
        return items
    }
}
