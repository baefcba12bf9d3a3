import Language

/// The SMART card as lines: a letter, its mark, one sentence.
struct SmartView {
    let card: SmartCard
    let challenge: Challenge
    let state: State

    init(
        _ goal: Goal, _ challenge: Challenge, _ state: State, _ context: Context,
        hasBaseline: Bool = true
    ) {
        card = SmartCard(
            goal, in: challenge, today: context.today(in: challenge, state),
            words: context.smartWords,
            hasBaseline: hasBaseline)
        self.challenge = challenge
        self.state = state
    }

    var lines: [Phrase] { [Phrase("smart.head", ["passed": .count(card.passed)])] + letters }
    var letters: [Phrase] { SmartLetter.allCases.map(line) }

    private func line(_ letter: SmartLetter) -> Phrase {
        let open = card.open(letter)
        let mark = card.mark(letter)
        var values: [Phrase.Field] = [
            .init("letter", .code(letter.rawValue)), .init("mark", .term(mark.term)),
        ]
        guard open.isEmpty else {
            values.append(.init("found", SmartFinding.joined(open)))
            return Phrase("smart.line", values)
        }
        let found = card.findings(letter)
        guard let first = found.first, let acceptance = card.accepted[first.rule] else {
            values.append(.init("found", .phrase(good(letter))))
            return Phrase("smart.line", values)
        }
        values.append(.init("found", SmartFinding.joined(found)))
        values.append(.init("by", state.name(of: acceptance.by)))
        values.append(.init("date", .date(acceptance.on)))
        return Phrase("smart.lineAccepted", values)
    }

    private func good(_ letter: SmartLetter) -> Phrase {
        let goal = card.goal
        switch letter {
        case .specific:
            return Phrase("smart.good.S", ["who": .text(goal.population ?? "")])
        case .measurable:
            return Phrase("smart.good.M", ["source": .text(goal.source)])
        case .attainable:
            return Phrase(
                "smart.good.A",
                [
                    "cast": .count(challenge.ballot?.cast ?? 0),
                    "team": .count(challenge.ballot?.eligible ?? 0),
                    "median": .number(challenge.ballot?.median ?? 0),
                ])
        case .relevant:
            return Phrase(
                "smart.good.R",
                ["area": .code(challenge.head.area ?? ""), "plan": .text(goal.plan ?? "")])
        case .timeBound:
            return Phrase(
                "smart.good.T",
                [
                    "day": .count(goal.dueDay ?? challenge.head.duration),
                    "share": .share(
                        goal.interim ?? goal.versions.first?.trajectory.first?.share ?? 0.5),
                ])
        }
    }

    /// The lines that mend what is open, for those who may say them; each once, of every letter the first
    /// before any other.
    func offers(_ roles: Set<Role>, most: Int = 5) -> [Offer] {
        var offers: [Offer] = []
        let open = SmartLetter.allCases.map(card.open)
        for finding in open.compactMap(\.first) + open.flatMap({ $0.dropFirst() }) {
            let mayMend: Set<Role> =
                finding.rule.mender == .sponsor ? [.sponsor] : [.teamLeader, .coach]
            guard !roles.isDisjoint(with: mayMend) else { continue }
            let line = "\(finding.rule.mend.line) challenge=\(challenge.code)"
            guard !offers.contains(where: { $0.line == line }) else { continue }
            offers.append(Offer(Phrase("smart.mend.\(finding.rule.mend.rawValue)"), line))
            if offers.count == most { break }
        }
        return offers
    }
}
