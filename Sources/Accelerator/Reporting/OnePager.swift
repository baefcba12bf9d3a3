public import Language

extension ChallengeView {
    /// The challenge on one page, for those who don't sit in the chat: where it stands, the picture, what
    /// is done and next, what stands in the way, who answers for it, and in the end what came of it.
    public var page: Page {
        var lead = [Phrase("digest.colour", ["colour": colour])] + [dayLine].compactMap { $0 }
        let isEnded = assessment.state == .stopped || assessment.state == .withdrawn
        if let (goal, judged) = primary {
            lead.append(Phrase("page.goal", ["name": .text(goal.name)]))
            lead.append(valueLine(goal, judged))
            if let way = wayLine(judged) { lead.append(way) }
            if let line = forecast(judged) ?? forecastNeeds(goal, judged) {
                lead.append(Phrase("card.alone", ["what": .phrase(line)]))
            }
        } else if let goal = challenge.primaryGoal {
            lead.append(aim(goal))
        }
        if let whyLine, !isEnded { lead.append(whyLine) }
        if isEnded, let reason = stopReason {
            lead.append(Phrase("card.reason", ["reason": .text(reason)]))
        }
        let sections = [
            results, otherGoals, doneSection, nextSection, obstacles, asked, people, lessons,
        ]
        return Page(
            title: Phrase("page.title", ["code": code, "title": title]), lead: lead, chart: chart(),
            sections: sections.compactMap { $0 },
            foot: Phrase("page.foot", ["code": code, "date": .date(date)]), isOneSheet: true)
    }

    private func section(_ heading: String, _ lines: [Phrase]) -> Page.Section? {
        lines.isEmpty ? nil : Page.Section(Phrase(heading), lines)
    }

    private var results: Page.Section? {
        switch assessment.state {
        case .results, .sustaining, .handedOver, .closed: break
        default: return nil
        }
        let result = challenge.result ?? ChallengeResult.computed(challenge, known: known)
        var lines: [Phrase] = []
        if let value = result.finalValue, let goal = challenge.primaryGoal,
            let progress = result.progress
        {
            lines.append(
                Phrase(
                    "page.result",
                    [
                        "from": .measure(goal.baseline, unit: goal.unit),
                        "value": .measure(value, unit: goal.unit), "way": .share(progress),
                        "verdict": .term(result.verdict.term),
                    ]))
        }
        if let plan = challenge.sustainability {
            lines += plan.practices.prefix(6).map {
                Phrase("page.practice", ["text": .text($0.text), "owner": .text($0.ownerTitle)])
            }
            if let text = plan.pledgeText, !text.isEmpty {
                lines.append(Phrase("page.pledge", ["text": .text(text)]))
            }
        }
        return section("page.resultHead", lines)
    }

    private var otherGoals: Page.Section? {
        section(
            "page.goals",
            judged.filter { $0.assessment.code != primary?.assessment.code }.prefix(4).map {
                goal, judged in
                guard let last = judged.last else {
                    return Phrase(
                        "card.secondEmpty", ["goal": .code(goal.code), "name": .text(goal.name)])
                }
                return Phrase(
                    "card.second",
                    [
                        "goal": .code(goal.code), "name": .text(goal.name),
                        "value": .measure(last.value, unit: goal.unit), "date": .date(last.asOf),
                        "colour": .term("colour.\(judged.colour.term)"),
                    ])
            })
    }

    private var doneSection: Page.Section? {
        let done = challenge.milestones.filter { $0.state == .done && !$0.isOpen(on: date) }
            .sorted { ($0.movedOn ?? $0.due, $0.code) > ($1.movedOn ?? $1.due, $1.code) }
        return section(
            "page.done",
            done.prefix(6).map {
                Phrase(
                    "page.doneLine",
                    [
                        "code": .code($0.code), "title": .text($0.title),
                        "date": .date($0.movedOn ?? $0.due),
                    ])
            })
    }

    private var nextSection: Page.Section? {
        guard assessment.state != .stopped, assessment.state != .withdrawn else { return nil }
        return section("page.next", openMilestones.prefix(6).map { line(of: $0) })
    }

    private var obstacles: Page.Section? {
        guard assessment.state != .stopped, assessment.state != .withdrawn else { return nil }
        return section("page.blockers", openBlockers.prefix(5).map { line(of: $0) })
    }

    private var asked: Page.Section? {
        guard assessment.state != .stopped, assessment.state != .withdrawn else { return nil }
        return section(
            "page.decisions",
            openDecisions.prefix(5).map { decision in
                Phrase(
                    decision.due == nil ? "next.decisionUndated" : "next.decision",
                    [
                        "code": full(decision.code), "text": .text(decision.text),
                        "name": state.name(of: decision.decider),
                        "due": .date(decision.due ?? date),
                    ])
            })
    }

    /// Those who answer for it: by name, with their title where it is known.
    private var people: Page.Section? {
        let roles: [Role] = [.sponsor, .systemLeader, .teamLeader, .coach]
        var lines =
            challenge.head.leadBody.isEmpty
            ? [] : [Phrase("page.body", ["body": .text(challenge.head.leadBody)])]
        for role in roles {
            for seat in challenge.seats.filter({ $0.role == role && $0.left == nil }).prefix(3) {
                let title = seat.title ?? state.people[seat.person]?.title ?? ""
                let values: KeyValuePairs<String, Say> = [
                    "role": .term("role.\(role.rawValue)"), "name": state.name(of: seat.person),
                    "title": .text(title),
                ]
                lines.append(Phrase(title.isEmpty ? "page.person" : "page.personTitle", values))
            }
        }
        return section("page.people", lines)
    }

    private var lessons: Page.Section? {
        section(
            "page.lessons",
            challenge.lessons.suffix(4).map { Phrase("page.lesson", ["text": .text($0.text)]) })
    }
}

extension CohortView {
    /// The cohort on a page, with its bars: what its office reads every day.
    public var page: Page {
        let name = cohort.name.isEmpty ? cohort.code : cohort.name
        return Page(
            title: Phrase("page.cohort", ["code": .code(cohort.code), "name": .text(name)]),
            lead: digest, chart: chart,
            sections: views.prefix(60).map { view in
                Page.Section(
                    Phrase("page.title", ["code": view.code, "title": view.title]),
                    view.digest(for: nil).dropFirst().filter { $0 != Chart.place })
            },
            foot: Phrase("page.foot", ["code": .code(cohort.code), "date": .date(date)]))
    }
}
