import Language

extension ChallengeView {
    /// What the mid-point review looks at: results with their trend to the last day, work done apart from
    /// them, the biggest stone. At most 25 lines.
    func midpointPack(energy: Bool) -> [Phrase] {
        var lines = [
            Phrase("midpoint.packHead", ["code": code, "title": title, "date": .date(date)])
        ]
        if let dayLine { lines.append(dayLine) }
        lines.append(Phrase("digest.colour", ["colour": colour]))
        lines += declaredLines
        lines.append(Phrase("midpoint.results"))
        if let (goal, judged) = primary {
            lines.append(valueLine(goal, judged))
            if let firstTargetLine { lines.append(firstTargetLine) }
            if let way = wayLine(judged) { lines.append(way) }
            let readings = goal.counted(known, through: challenge.lastDay)
            if readings.count > 1 {
                lines.append(
                    Phrase(
                        "chart.spark",
                        [
                            "spark": .spark([goal.baseline] + readings.suffix(20).map(\.value)),
                            "count": .count(readings.count),
                        ]))
            }
            if let pace = paceLine(goal, judged) { lines.append(pace) }
            if let trend = forecast(judged) ?? forecastNeeds(goal, judged) {
                lines.append(Phrase("card.alone", ["what": .phrase(trend)]))
            }
        }
        lines += workDone
        lines += stone
        if let team = teamLine(energy: energy) { lines.append(team) }
        return Array(lines.prefix(25))
    }

    /// Work is not results: it is counted by itself.
    private var workDone: [Phrase] {
        let record = MilestonePunctuality(CollectionOfOne(challenge), on: date)
        let done = challenge.milestones.count { $0.state == .done && !$0.isOpen(on: date) }
        var lines = [
            Phrase("midpoint.work"),
            Phrase(
                "midpoint.milestones",
                [
                    "done": .count(done), "all": .count(challenge.milestones.count),
                    "late": .count(record.late + record.notDone),
                ]),
        ]
        if !challenge.actions.isEmpty {
            lines.append(
                Phrase(
                    "midpoint.actions",
                    [
                        "done": .count(challenge.actions.count { $0.state == .done }),
                        "open": .count(openActions.count),
                        "late": .count(openActions.count { $0.due < date }),
                    ]))
        }
        if let next = nextPhrase { lines.append(Phrase("card.alone", ["what": .phrase(next)])) }
        return lines
    }

    /// The gravest open blocker, with its promise and the decision that would lift it.
    private var stone: [Phrase] {
        guard let gravest = openBlockers.first else { return [Phrase("midpoint.noStone")] }
        var lines = [Phrase("midpoint.stone")] + self.lines(of: gravest)
        let lifting = openDecisions.first {
            $0.unblocks.map { Daily.shortCode($0) } == gravest.code
        }
        if let lifting { lines += self.lines(of: lifting) }
        return lines
    }
}
