import Language

extension Decider {
    /// The sponsor is asked to agree as soon as nothing else of the SMART card is in the way, and not before:
    /// whoever agrees sees the goal as the team will launch it.
    func askForAgreement(_ events: [Event], _ turn: Turn) -> [Outgoing] {
        var codes: Set<String> = []
        for event in events {
            switch event {
            case .goalSet(let goal): codes.insert(goal.challenge)
            case .goalTargeted(let goal): codes.insert(goal.challenge)
            case .dependencySet(let answer): codes.insert(answer.challenge)
            case .ballotClosed(let ballot): codes.insert(ballot.challenge)
            case .challengeSet(let head): codes.insert(head.code)
            default: break
            }
        }
        let ahead = codes.sorted().compactMap { turn.state.challenges[$0] }.filter {
            GoalCommand.isDesigned($0) && $0.primaryGoal?.agreed == nil
        }
        guard !ahead.isEmpty else { return [] }
        var commit = Commit()
        commit.n = turn.n
        commit.at = turn.at
        commit.events = events
        var after = turn.state
        after.evolve(commit)
        return ahead.flatMap { before -> [Outgoing] in
            guard let challenge = after.challenges[before.code], let goal = challenge.primaryGoal,
                let target = goal.versions.first?.target,
                wantsAgreementOnly(challenge, after, turn),
                !wantsAgreementOnly(before, turn.state, turn)
            else { return [] }
            let asked = Phrase(
                "agree.asked",
                [
                    "challenge": .code(challenge.code), "title": .text(challenge.head.title),
                    "name": .text(goal.name), "from": .number(goal.baseline),
                    "to": .measure(target, unit: goal.unit),
                ])
            return turn.context.gateTell(
                challenge.holders(of: .sponsor), [asked],
                offers: [
                    Offer(Phrase("agree.label"), "/agree \(challenge.code)"),
                    Offer(Phrase("goal.cardLabel"), "/goal card challenge=\(challenge.code)"),
                ])
        }
    }

    private func wantsAgreementOnly(_ challenge: Challenge, _ state: State, _ turn: Turn) -> Bool {
        guard let goal = challenge.primaryGoal else { return false }
        let card = SmartCard(
            goal, in: challenge, today: turn.context.today(in: challenge, state), words: smartWords)
        return card.findings.filter(\.rule.blocks).map(\.rule) == [.notAgreed]
    }
}
