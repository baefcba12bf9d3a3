public import Language

// What is written down at the end of a challenge: the closing report (method.md 4.7) and the story that
// others read. At most 25 lines each.

extension ChallengeView {
    /// The one-pager: before and after, how, people, what is kept and by whom.
    public var closingReport: [Phrase] {
        var lines = [Phrase("closing.head", ["code": code, "title": title, "date": .date(date)])]
        let result = challenge.outcome(known: known)
        lines.append(
            Phrase(
                result.progress == nil ? "closing.verdictNoData" : "closing.verdict",
                ["verdict": .term(verdict.term), "way": .share(result.progress ?? 0)]))
        lines.append(standingLine)
        if let goal = challenge.primaryGoal {
            lines.append(Phrase("digest.goal", ["name": .text(goal.name)]))
            if let line = beforeAfter(goal) { lines.append(line) }
            let readings = goal.counted(known, through: challenge.lastDay)
            if readings.count > 1 {
                lines.append(
                    Phrase(
                        "chart.spark",
                        [
                            "spark": .spark([goal.baseline] + readings.suffix(30).map(\.value)),
                            "count": .count(readings.count),
                        ]))
            }
        }
        if let first = firstTargetLine(result) { lines.append(first) }
        lines += howAndWho
        if let left = stillOpen { lines.append(left) }
        lines += kept
        return Array(lines.prefix(23))
    }

    /// What nobody has settled yet: milestones, actions, blockers, risks; nil where nothing is left.
    private var stillOpen: Phrase? {
        let milestones = challenge.milestones.count { $0.isOpen(on: date) }
        let risks = challenge.risks.count { $0.state == .open }
        guard milestones + openActions.count + openBlockers.count + risks > 0 else { return nil }
        return Phrase(
            "closing.stillOpen",
            [
                "milestones": .count(milestones), "actions": .count(openActions.count),
                "blockers": .count(openBlockers.count), "risks": .count(risks),
            ])
    }

    private var standingLine: Phrase {
        switch challenge.resultStanding(on: date) {
        case .open: Phrase("closing.open")
        case .provisional: Phrase("closing.provisional")
        case .unconfirmed: Phrase("closing.unconfirmed")
        case .confirmed(let by):
            by.map { Phrase("closing.confirmed", ["name": state.name(of: $0)]) }
                ?? Phrase("closing.confirmedAlone")
        }
    }

    /// Milestones, blockers, decisions; the team and its bodies.
    private var howAndWho: [Phrase] {
        let done = challenge.milestones.filter { $0.state == .done && !$0.isOpen(on: date) }
        let record = BlockerRecord([challenge], known: known)
        let decided = challenge.decisions.count {
            $0.state == .decided && ($0.decidedOn ?? date) <= date
        }
        var lines = [
            Phrase(
                "closing.how",
                [
                    "done": .count(done.count), "of": .count(challenge.milestones.count),
                    "solved": .count(record.resolved), "raised": .count(record.raised),
                    "decided": .count(decided),
                ]),
            Phrase(
                "closing.people",
                [
                    "people": .count(CohortView.people([challenge]).count),
                    "bodies": .count(challenge.bodies.count),
                ]),
        ]
        let names = [Role.teamLeader, .sponsor, .coach].compactMap { role -> Say? in
            guard let holder = challenge.holders(of: role).first else { return nil }
            return .phrase(
                Phrase(
                    "challenge.who",
                    ["role": .term("role.\(role.rawValue)"), "names": state.name(of: holder)]))
        }
        if !names.isEmpty { lines.append(Phrase("closing.names", ["names": .list(names)])) }
        return lines
    }

    private var kept: [Phrase] {
        let plan = challenge.sustainability ?? Sustainability()
        var lines: [Phrase] = []
        if !plan.practices.isEmpty {
            lines.append(Phrase("closing.practices"))
            lines += plan.practices.prefix(4).enumerated().map { place, practice in
                Phrase(
                    "practice.line",
                    [
                        "number": .count(place + 1), "text": Title.short(practice.text, 60),
                        "owner": Title.short(practice.ownerTitle, 40),
                    ])
            }
        }
        lines += challenge.lessons.suffix(2).map {
            Phrase("closing.lesson", ["text": Title.short($0.text, 110)])
        }
        if !challenge.initiatives.isEmpty {
            lines.append(
                Phrase(
                    "closing.initiatives",
                    [
                        "names": .list(
                            challenge.initiatives.prefix(3).map { Title.short($0.name, 48) })
                    ]))
        }
        lines.append(pledgeLine(plan))
        if let path = plan.path { lines.append(pathLine(path)) }
        if let kept = keptLine { lines.append(kept) }
        return lines
    }

    private func pledgeLine(_ plan: Sustainability) -> Phrase {
        guard let on = plan.signedOn, on <= date else {
            return Phrase(plan.pledgeText == nil ? "closing.noPledge" : "closing.pledgeDraft")
        }
        return Phrase(
            "closing.pledge",
            ["by": .list(plan.signedBy.prefix(3).map { state.name(of: $0) }), "date": .date(on)])
    }

    /// “Path: scale up → P-15”
    func pathLine(_ path: Path) -> Phrase {
        let next = FollowOn.proposal(after: challenge.code, state)
        return Phrase(
            next == nil
                ? "sustain.path" : next?.sites == nil ? "sustain.pathNext" : "sustain.pathSites",
            [
                "path": .term("path.\(path.rawValue)"), "proposal": .code(next?.code ?? ""),
                "sites": .count(next?.sites ?? 0),
            ])
    }

    // MARK: The story

    /// The same in sentences, as a draft that whoever tells it may change.
    public var story: [Phrase] {
        let result = challenge.outcome(known: known)
        var lines = [Phrase("story.head", ["title": title])]
        if let goal = challenge.primaryGoal {
            lines.append(
                Phrase(
                    result.finalValue == nil ? "story.aim" : "story.change",
                    [
                        "days": .count(duration), "lead": .text(challenge.head.leadBody),
                        "others": .count(max(0, challenge.bodies.count - 1)),
                        "name": .text(goal.name),
                        "before": .measure(goal.baseline, unit: goal.unit),
                        "after": .measure(result.finalValue ?? goal.baseline, unit: goal.unit),
                        "target": .measure(
                            goal.version(on: date)?.target ?? goal.baseline, unit: goal.unit),
                        "verdict": .term(verdict.term),
                    ]))
        }
        if let first = firstTargetLine(result) { lines.append(first) }
        let steps = challenge.milestones.filter { $0.state == .done && !$0.isOpen(on: date) }
        if !steps.isEmpty {
            lines.append(Phrase("story.how"))
            lines += steps.prefix(5).map {
                Phrase(
                    "story.step",
                    ["title": Title.short($0.title, 80), "date": .date($0.movedOn ?? $0.due)])
            }
        }
        if let hardest = challenge.blockers.filter({ $0.state == .resolved && $0.resolution != nil }
        )
        .max(by: { ($0.severity, $1.code) < ($1.severity, $0.code) }) {
            lines.append(
                Phrase(
                    "story.blocker",
                    [
                        "title": Title.short(hardest.title, 90),
                        "how": Title.short(hardest.resolution ?? "", 90),
                    ]))
        }
        lines.append(
            Phrase(
                "story.people",
                [
                    "people": .count(CohortView.people([challenge]).count),
                    "bodies": .count(challenge.bodies.count),
                ]))
        let plan = challenge.sustainability ?? Sustainability()
        if !plan.practices.isEmpty {
            lines.append(Phrase("story.stays"))
            lines += plan.practices.prefix(4).map {
                Phrase(
                    "story.practice",
                    ["text": Title.short($0.text, 80), "owner": Title.short($0.ownerTitle, 40)])
            }
        }
        if let lesson = challenge.lessons.last {
            lines.append(Phrase("story.lesson", ["text": Title.short(lesson.text, 140)]))
        }
        if let path = plan.path, path != .none { lines.append(pathLine(path)) }
        lines.append(Phrase("story.draft"))
        return lines
    }
}
