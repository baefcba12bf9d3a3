public import Language

// The page of a priority area (method.md 4.4) and the national one (4.5). At most 25 lines each.

/// The challenges that serve one priority area, in all cohorts of its programme.
public struct AreaView: Sendable {
    public let area: Area
    public let date: LocalDate
    public let views: [ChallengeView]
    public let capacity: Capacity

    /// As known at the end of a day, or with `cut` of what was said up to now.
    public init(
        _ area: Area, of programme: Programme, _ state: State, on date: LocalDate, cut: Instant?,
        zones: Zones
    ) {
        self.area = area
        self.date = date
        capacity = Capacity([programme], area: area.code, by: date)
        let cohorts = Set(state.cohorts.filter { $0.programme == programme.code }.map(\.code))
        views = state.challenges.filter {
            $0.head.area == area.code && cohorts.contains($0.head.cohort)
        }
        .map { challenge in
            let known =
                cut.map { state.known(of: challenge, date: date, cut: $0) }
                ?? state.known(of: challenge, endOf: date, zones: zones)
            return ChallengeView(challenge, state, known: known)
        }
        .filter { $0.assessment.state != .withdrawn }
        .sorted { $0.assessment.isWorse(than: $1.assessment) }
    }

    public var digest: [Phrase] { digest(since: nil) }

    /// The same with what changed since the reader got the last one.
    public func digest(since: Since?) -> [Phrase] {
        var lines = [
            Phrase(
                "area.digestHead",
                ["code": .code(area.code), "name": .text(area.name), "date": .date(date)])
        ]
        guard !views.isEmpty else { return lines + [Phrase("area.noChallenges")] + capacity.lines }
        let active = views.count { $0.isRunning }
        lines.append(
            Phrase("area.counts", ["active": .count(active), "all": .count(views.count)]))
        if let since { lines += ManyChanges(views, since: since).lines }
        lines += views.prefix(7).map(\.row)
        if views.count > 7 {
            lines.append(Phrase("digest.more", ["count": .count(views.count - 7)]))
        }
        let changes = views.filter { $0.challenge.hasLaunched(by: date) }.compactMap(\.forPeople)
            .prefix(4)
        if !changes.isEmpty { lines += [Phrase("area.forPeople")] + changes }
        let depends = views.filter(\.isRunning).flatMap { view in
            view.openBlockers.prefix(2).map { view.line(of: $0) }
        }.prefix(3)
        if !depends.isEmpty { lines += [Phrase("area.depends")] + depends }
        let lessons = views.reduce(0) { $0 + $1.challenge.lessons.count(where: \.isShared) }
        let initiatives = views.reduce(0) {
            $0 + $1.challenge.initiatives.count { $0.launchedOn <= date }
        }
        if lessons + initiatives > 0 {
            lines.append(
                Phrase(
                    "area.shared", ["lessons": .count(lessons), "initiatives": .count(initiatives)])
            )
        }
        lines += capacity.lines
        let ahead = views.filter(\.isRunning).compactMap { view -> Say? in
            guard let next = view.nextMilestone, next.due >= date else { return nil }
            return .phrase(
                Phrase(
                    "area.next",
                    [
                        "code": view.full(next.code), "title": Title.short(next.title, 32),
                        "due": .date(next.due),
                    ]))
        }.prefix(2)
        if !ahead.isEmpty { lines.append(Phrase("area.ahead", ["items": .list(Array(ahead))])) }
        return Screen.fit(lines)
    }
}

extension ChallengeView {
    /// “83 % Newborns with certificate… (was 61)”: what people notice, the number first.
    var forPeople: Phrase? {
        guard let goal = challenge.primaryGoal, goal.mode != .yesNo,
            let last = goal.counted(known, through: challenge.lastDay).last,
            last.value != goal.baseline
        else { return nil }
        // A figure older than three days is told with its day.
        return Phrase(
            known.date - last.asOf > 3 ? "area.changeOf" : "area.change",
            [
                "value": .measure(last.value, unit: goal.unit), "name": Title.short(goal.name, 40),
                "before": .number(goal.baseline), "code": code, "date": .date(last.asOf),
            ])
    }
}

/// All cohorts that somebody answers for, on one page.
public struct NationView: Sendable {
    public let date: LocalDate
    public let cohorts: [CohortView]
    private let state: State
    private var views: [ChallengeView] { cohorts.flatMap(\.views) }

    public init(_ cohorts: [CohortView], _ state: State, on date: LocalDate) {
        self.cohorts = cohorts
        self.state = state
        self.date = date
    }

    /// The page for one reader: the decisions that wait are the reader's, else those of all.
    public func digest(for reader: String?, since: Since? = nil) -> [Phrase] {
        let challenges = views.map(\.challenge)
        var lines = [
            Phrase("nation.head", ["date": .date(date)]),
            Phrase(
                "nation.counts",
                [
                    "cohorts": .count(cohorts.count), "challenges": .count(views.count),
                    "bodies": .count(CohortView.bodies(challenges).count),
                ]),
        ]
        let colours = [Colour.onTrack, .atRisk, .offTrack, .achieved, .stopped, .notStarted]
            .compactMap {
                colour -> Say? in
                let count = views.count { $0.assessment.colour == colour }
                guard count > 0 else { return nil }
                return .phrase(
                    Phrase(
                        "digest.count",
                        ["count": .count(count), "colour": .term("colour.\(colour.term)")]))
            }
        if !colours.isEmpty { lines.append(Phrase("nation.colours", ["colours": .list(colours)])) }
        if let since { lines += ManyChanges(views, since: since).lines }
        let changes = noticed
        if !changes.isEmpty { lines += [Phrase("nation.notice")] + changes }
        lines += waiting(for: reader)
        if let likely { lines.append(likely) }
        lines += endedCohorts
        let programmes = Set(cohorts.map(\.cohort.programme)).sorted().compactMap {
            state.programmes[$0]
        }
        lines += Capacity(programmes, by: date).lines
        return Screen.fit(lines, foot: [Phrase("nation.hint")])
    }

    /// The three changes that went farthest.
    private var noticed: [Phrase] {
        views.filter { $0.assessment.state != .stopped && $0.challenge.hasLaunched(by: date) }
            .map { (way: $0.challenge.outcome(known: $0.known).progress ?? 0, view: $0) }
            .sorted { ($0.way, $1.view.challenge.code) > ($1.way, $0.view.challenge.code) }
            .filter { $0.way > 0 }.prefix(3).compactMap { $0.view.forPeople }
    }

    /// The decisions that wait for the reader; for whoever decides nothing, all that wait.
    public func decisions(for reader: String?) -> [(view: ChallengeView, decision: DecisionAsked)] {
        let open = views.filter(\.isRunning).flatMap { view in
            view.openDecisions.map { (view: view, decision: $0) }
        }
        let own = open.filter { $0.decision.decider == reader }
        return Array((own.isEmpty ? open : own).prefix(3))
    }

    private func waiting(for reader: String?) -> [Phrase] {
        let decisions = decisions(for: reader)
        let isOwn = decisions.contains { $0.decision.decider == reader }
        var asks = decisions.map { view, decision -> Phrase in
            Phrase(
                decision.due == nil ? "nation.decisionUndated" : "nation.decision",
                [
                    "code": view.full(decision.code), "text": Title.short(decision.text, 64),
                    "due": .date(decision.due ?? date), "name": state.name(of: decision.decider),
                ])
        }
        let critical = views.filter(\.isRunning).flatMap { view in
            view.openBlockers.filter { $0.severity == .critical }.map { view.line(of: $0) }
        }
        asks += critical.prefix(3 - asks.count)
        guard !asks.isEmpty else { return [] }
        return [Phrase(isOwn ? "nation.yourWord" : "nation.word", ["count": .count(asks.count)])]
            + asks.enumerated().map {
                Phrase("digest.item", ["n": .count($0.offset + 1), "what": .phrase($0.element)])
            }
    }

    /// “Likely by the last day: 4 of 7 reach the target, 2 near, 1 miss”
    private var likely: Phrase? {
        var reach = 0, near = 0, miss = 0, unknown = 0
        for view in views where view.isRunning {
            guard let judged = view.primary?.assessment, judged.isForecastShown,
                let end = judged.last?.forecast?.progressAtEnd
            else {
                unknown += 1
                continue
            }
            // As it would be shown: a forecast of 99.6 % says 100 %.
            let shown = (end * 100).rounded() / 100
            if shown >= 1 { reach += 1 } else if shown >= 0.8 { near += 1 } else { miss += 1 }
        }
        let known = reach + near + miss
        guard known > 0 else { return nil }
        return Phrase(
            unknown > 0 ? "nation.likelyUnknown" : "nation.likely",
            [
                "known": .count(known), "reach": .count(reach), "near": .count(near),
                "miss": .count(miss),
                "unknown": .count(unknown),
            ])
    }

    /// Success of the cohorts whose hundred days are over, the latest first.
    private var endedCohorts: [Phrase] {
        cohorts.filter { view in
            !view.views.isEmpty && !view.views.contains { $0.isRunning }
                && view.outcome.launched > 0
        }
        .sorted {
            ($0.cohort.dayOne ?? $0.date, $0.cohort.code) > (
                $1.cohort.dayOne ?? $1.date, $1.cohort.code
            )
        }
        .prefix(3)
        .compactMap { view in
            guard let rate = view.outcome.successRate, let near = view.outcome.successRateWithNearly
            else {
                return nil
            }
            return Phrase(
                "nation.ended",
                ["code": .code(view.cohort.code), "rate": .share(rate), "near": .share(near)])
        }
    }
}
