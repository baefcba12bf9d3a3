import JSON
public import Language

// The last page of a cohort (method.md 4.8): what was launched and achieved, against the first targets too,
// by whom, and what is kept of it.

extension CohortView {
    /// Everything that happened in the cohort, by the day looked at.
    private var challenges: [Challenge] { views.map(\.challenge) }

    /// What became of the launched challenges; those that still run are counted as launched only.
    public var outcome: CohortOutcome {
        var outcome = CohortOutcome()
        for view in views where view.challenge.hasLaunched(by: date) {
            outcome.launched += 1
            // What still runs has no verdict yet.
            guard !view.isAhead else { continue }
            outcome.verdicts[view.verdict, default: 0] += 1
        }
        return outcome
    }

    /// At most 25 lines: figures first, then a row a challenge, then what is kept.
    public var finalPage: [Phrase] {
        guard !views.isEmpty else { return overview }
        let top = [finalHead] + finalFigures
        let end = keptLines
        let budget = max(3, 23 - top.count - end.count)
        let launched = views.filter { $0.challenge.hasLaunched(by: date) }.sorted {
            ($0.finalProgress, $1.challenge.code) > ($1.finalProgress, $0.challenge.code)
        }
        var rows = launched.prefix(budget).map(\.finalRow)
        if launched.count > budget {
            rows =
                Array(rows.dropLast()) + [
                    Phrase("digest.more", ["count": .count(launched.count - budget + 1)])
                ]
        }
        return top + rows + end
    }

    /// “Cohort NA-1 · final (readings to 12 May, late window open to 19 May)”
    private var finalHead: Phrase {
        let running = views.count { $0.isAhead }
        let last = views.compactMap(\.challenge.lastDay).max() ?? date
        let until = last + ChallengeView.lateWindow
        let key =
            running > 0 ? "final.headRunning" : date <= until ? "final.headOpen" : "final.head"
        return Phrase(
            key,
            [
                "code": .code(cohort.code), "date": .date(date), "last": .date(min(last, date)),
                "until": .date(until), "running": .count(running),
            ])
    }

    private var finalFigures: [Phrase] {
        let outcome = outcome
        guard outcome.launched > 0 else { return [Phrase("final.noneLaunched")] }
        let counts = Verdict.allCases.filter { outcome.count($0) > 0 }.map { verdict -> Say in
            .phrase(
                Phrase(
                    "final.count",
                    ["verdict": .term(verdict.term), "count": .count(outcome.count(verdict))]))
        }
        let running = views.count { $0.isAhead }
        let still =
            running == 0
            ? [] : [Say.phrase(Phrase("final.running", ["count": .count(running)]))]
        var lines = [
            Phrase(
                "final.launched",
                ["count": .count(outcome.launched), "verdicts": .list(counts + still)])
        ]
        if running == 0, let rate = outcome.successRate, let near = outcome.successRateWithNearly {
            lines.append(
                Phrase(
                    "final.success",
                    [
                        "rate": .share(rate), "near": .share(near),
                        "reached": .count(outcome.count(.exceeded) + outcome.count(.achieved)),
                        "launched": .count(outcome.launched),
                    ]))
        }
        lines += firstTargets + totals
        return lines
    }

    /// Where a target was changed the first one is never left out.
    private var firstTargets: [Phrase] {
        views.filter { $0.challenge.hasLaunched(by: date) }.compactMap { view -> Phrase? in
            let result = view.challenge.outcome(known: view.known)
            guard let line = view.firstTargetLine(result) else { return nil }
            return Phrase("final.versusFirst", line.values + [.init("code", view.code)])
        }.prefix(3).map { $0 }
    }

    private var totals: [Phrase] {
        let cut = views.first?.known.cut ?? Instant(milliseconds: 0)
        var readings = 0
        for challenge in challenges {
            for goal in challenge.goals { readings += goal.readings.count { $0.enteredAt <= cut } }
        }
        var raised = 0
        var solved = 0
        for view in views {
            let record = BlockerRecord([view.challenge], known: view.known)
            raised += record.raised
            solved += record.resolved
        }
        let milestones = MilestonePunctuality(challenges, on: date)
        return [
            Phrase(
                "final.people",
                [
                    "people": .count(Self.people(challenges).count),
                    "bodies": .count(Self.bodies(challenges).count), "readings": .count(readings),
                ]),
            Phrase(
                "final.work",
                [
                    "raised": .count(raised), "solved": .count(solved),
                    "milestones": .count(challenges.reduce(0) { $0 + $1.milestones.count }),
                    "onTime": .count(milestones.onTime),
                ]),
        ]
    }

    /// Everyone who ever sat in one of the teams, each once.
    static func people(_ challenges: [Challenge]) -> Set<String> {
        Set(
            challenges.flatMap {
                $0.seats.filter { Challenge.teamRoles.contains($0.role) }.map(\.person)
            })
    }
    static func bodies(_ challenges: [Challenge]) -> Set<String> {
        Set(challenges.flatMap { $0.bodies })
    }

    // MARK: What is kept

    private var keptLines: [Phrase] {
        let isOver = !views.contains { $0.isAhead }
        return [pledges, initiatives, lessons, isOver ? training : nil, isOver ? checks : nil]
            .compactMap { $0 } + checked
    }

    private var pledges: Phrase? {
        let ended = views.filter {
            [.sustaining, .handedOver, .closed].contains($0.assessment.state)
        }.map(\.challenge)
        guard !ended.isEmpty else { return nil }
        let paths = Path.allCases.compactMap { path -> Say? in
            let count = ended.count { $0.sustainability?.path == path }
            guard count > 0 else { return nil }
            return .phrase(
                Phrase(
                    "final.path", ["path": .term("path.\(path.rawValue)"), "count": .count(count)]))
        }
        let signed = ended.count { $0.sustainability?.signedOn.map { $0 <= date } ?? false }
        return Phrase(
            paths.isEmpty ? "final.pledgesOnly" : "final.pledges",
            ["signed": .count(signed), "of": .count(ended.count), "paths": .list(paths)])
    }

    private var initiatives: Phrase? {
        let count = challenges.reduce(0) { $0 + $1.initiatives.count { $0.launchedOn <= date } }
        guard count > 0 else { return nil }
        return Phrase("final.initiatives", ["count": .count(count), "code": .code(cohort.code)])
    }

    private var lessons: Phrase? {
        // A lesson without a day of its own came with the end of its challenge.
        let lessons = views.flatMap { view in
            view.challenge.lessons.filter { $0.on.map { $0 <= date } ?? !view.isAhead }
        }
        guard !lessons.isEmpty else { return nil }
        var tags: [String: Int] = [:]
        for tag in lessons.flatMap(\.tags) { tags[tag, default: 0] += 1 }
        let most = tags.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(4)
        return Phrase(
            most.isEmpty ? "final.lessonsOnly" : "final.lessons",
            [
                "count": .count(lessons.count),
                "tags": .list(
                    most.map {
                        .phrase(
                            Phrase("final.tag", ["tag": .text($0.key), "count": .count($0.value)]))
                    }),
            ])
    }

    /// A course that came with the cohort's file: who took part, and how many hours.
    private var training: Phrase? {
        guard let state = views.first?.state,
            let course = state.annexes.first(where: {
                $0.cohort == cohort.code && $0.name == "training"
            }),
            let people = course.content.object?["participants"]?.array, !people.isEmpty
        else { return nil }
        let hours = people.reduce(0.0) { $0 + ($1.object?["hours"]?.double ?? 0) }
        guard hours.isFinite, hours >= 0, hours < 1e9 else { return nil }
        return Phrase(
            "final.training",
            [
                "people": .count(people.count), "hours": .count(Int(hours.rounded())),
                "complete": .count(people.count { $0.object?["complete"]?.bool == true }),
            ])
    }

    /// “Follow-up checks: 11 Jun, 10 Aug, 8 Nov (a day off: asked Fri 6 Nov)”
    private var checks: Phrase? {
        guard let days = views.first?.known.days else { return nil }
        let dates = [30, 90, 180].compactMap { offset -> Say? in
            var counts: [LocalDate: Int] = [:]
            for challenge in challenges {
                for point in challenge.sustainability?.checkPoints ?? []
                where point.offsetDays == offset {
                    counts[point.date, default: 0] += 1
                }
            }
            guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else {
                return nil
            }
            guard !days.isWorking(most), let asked = days.onOrBefore(most) else {
                return .date(most)
            }
            return .phrase(Phrase("final.checkOff", ["date": .date(most), "asked": .date(asked)]))
        }
        return dates.isEmpty ? nil : Phrase("final.checks", ["dates": .list(dates)])
    }

    /// “After 30 days: held 5, slipping 1, lost 1”: what sponsors rarely get and most want.
    private var checked: [Phrase] {
        [ReviewKind.followUp30, .followUp90, .followUp180].compactMap { kind in
            let found = challenges.compactMap { $0.followUp(kind) }.filter { $0.on <= date }
            guard !found.isEmpty else { return nil }
            let counts = KeptState.allCases.compactMap { state -> Say? in
                let count = found.count { $0.state == state }
                guard count > 0 else { return nil }
                return .phrase(
                    Phrase(
                        "final.count",
                        ["verdict": .term("state.\(state.rawValue)"), "count": .count(count)]))
            }
            return Phrase(
                "final.checked",
                ["check": .term("review.\(kind.rawValue)"), "states": .list(counts)])
        }
    }
}

extension ChallengeView {
    /// By the confirmed result, else by what the readings say.
    var verdict: Verdict {
        assessment.state == .stopped ? .stopped : challenge.outcome(known: known).verdict
    }
    /// Launched, and its last day still to come.
    var isAhead: Bool { assessment.state == .launched || assessment.state == .accelerating }
    var finalProgress: Double { challenge.outcome(known: known).progress ?? -1 }

    /// “CH-01 Building permits… 104 % · achieved”
    var finalRow: Phrase {
        guard !isAhead else { return row }
        let result = challenge.outcome(known: known)
        return Phrase(
            result.progress == nil ? "final.rowNoData" : "final.row",
            [
                "mark": mark, "code": code, "title": Title.short(challenge.head.title, 26),
                "way": .share(result.progress ?? 0), "verdict": .term(verdict.term),
            ])
    }
}
