public import Language

/// Something that waits for one person, and the buttons that answer it.
public struct Ask: Sendable {
    public var phrase: Phrase
    public var offers: [Offer]
}

extension ChallengeView {
    /// What waits for one person here, in words, the most pressing first.
    public func asks(of person: String) -> [Phrase] { everyAsk(of: person).map(\.phrase) }

    /// The buttons of the first three asks, each answer one tap.
    public func askOffers(for person: String) -> [Offer] {
        Array(everyAsk(of: person).prefix(3).flatMap(\.offers).prefix(5))
    }

    /// Decisions, blockers, actions, milestones, figures.
    private func everyAsk(of person: String) -> [Ask] {
        var asks: [Ask] = []
        for decision in openDecisions where decision.decider == person {
            asks.append(ask(decision))
        }
        for blocker in openBlockers where blocker.owner == person {
            asks.append(ask(blocker, person))
        }
        guard isRunning || assessment.state == .launched else { return asks }
        for action in openActions where action.owner == person && action.due <= date + 7 {
            asks.append(ask(action))
        }
        for milestone in openMilestones where milestone.owner == person && milestone.due <= date + 7
        {
            asks.append(ask(milestone))
        }
        let roles = state.roles(of: person, in: challenge)
        for (goal, judged) in judged where goal.mode != .yesNo {
            guard
                goal.owner == person || roles.contains(.dataKeeper) || roles.contains(.teamLeader),
                judged.staleDays >= max(1, goal.interval)
                    || (judged.last == nil && judged.staleDays > 7)
            else { continue }
            asks.append(
                Ask(
                    phrase: Phrase(
                        judged.last == nil ? "digest.askFirstReading" : "digest.askReading",
                        [
                            "code": full(goal.code), "name": Title.short(goal.name, 40),
                            "days": .count(judged.staleDays),
                        ]), offers: []))
        }
        if roles.contains(.teamLeader), !challenge.applicants.isEmpty {
            asks.append(
                Ask(
                    phrase: Phrase(
                        "digest.askApplicants",
                        ["count": .count(challenge.applicants.count), "code": code]), offers: []))
        }
        return asks
    }

    private func ask(_ decision: DecisionAsked) -> Ask {
        let isLate = decision.due.map { $0 < date } ?? false
        return Ask(
            phrase: Phrase(
                decision.due == nil
                    ? "digest.askDecideUndated"
                    : isLate ? "digest.askDecideLate" : "digest.askDecide",
                [
                    "code": full(decision.code), "text": Title.short(decision.text, 80),
                    "due": .date(decision.due ?? date),
                ]), offers: AskCommand.answers("\(challenge.code)-\(decision.code)"))
    }

    private func ask(_ blocker: Blocker, _ person: String) -> Ask {
        let code = "\(challenge.code)-\(blocker.code)"
        var offers = [
            Offer(Phrase("digest.solvedLabel", ["code": .code(blocker.code)]), "/solved \(code)")
        ]
        if blocker.promises.isEmpty, challenge.holders(of: .sponsor).contains(person) {
            offers.append(
                Offer(
                    Phrase("digest.promiseLabel", ["code": .code(blocker.code)]), "/promise \(code)"
                ))
        }
        return Ask(
            phrase: Phrase(
                "digest.askBlocker",
                [
                    "code": full(blocker.code), "title": Title.short(blocker.title, 60),
                    "days": .count(workingDays(since: blocker.raisedOn)),
                ]), offers: offers)
    }

    private func ask(_ action: Action) -> Ask {
        done(action.code, action.text, action.due)
    }
    private func ask(_ milestone: Milestone) -> Ask {
        done(milestone.code, milestone.title, milestone.due)
    }
    private func done(_ code: String, _ title: String, _ due: LocalDate) -> Ask {
        Ask(
            phrase: Phrase(
                due < date ? "digest.askMilestoneLate" : "digest.askMilestone",
                ["code": full(code), "title": Title.short(title, 48), "due": .date(due)]),
            offers: [
                Offer(
                    Phrase("digest.doneLabel", ["code": .code(code)]),
                    "/done \(challenge.code)-\(code)")
            ])
    }
}
