import Language

/// `rows`: the rows behind a published total, so that anybody can count them again.
struct RowsCommand: Command {
    static let name = "rows"
    /// Rows a page.
    static let page = 16

    private let kind: String?
    private let goal: String?
    private let code: String?
    private let cohort: String?
    private let page: Int
    private let asOf: LocalDate?

    static let kinds = [
        "success", "milestones", "blockers", "readings", "people", "bodies", "progress", "training",
    ]

    init(_ a: Arguments) throws(Mismatch) {
        kind = Self.kinds.first { a.has($0) }
        goal = try a.code("goal")
        code = try a.code("challenge")
        cohort = try a.code("cohort")
        page = min(max(try a.count("page") ?? 1, 1), 1_000)
        asOf = try a.date("date")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if let goal {
            return try ofGoal(Daily.challenge(of: goal, code, state, context), goal, state, context)
        }
        if kind == "training", cohort == nil, let named = code ?? context.implied,
            let challenge = state.challenges[named],
            let home = state.cohorts[challenge.head.cohort]
        {
            return try ofCohort(home, state, context)
        }
        if let code {
            return try ofChallenge(context.challenge(code, state), state, context)
        }
        if cohort == nil, let implied = context.implied, let challenge = state.challenges[implied] {
            return try ofChallenge(challenge, state, context)
        }
        return try ofCohort(Daily.cohort(cohort, state, context), state, context)
    }

    // MARK: A goal's figure

    /// The figure of a goal: every reading, those that do not count too, and the sum done at the end.
    private func ofGoal(
        _ challenge: Challenge, _ code: String?, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        try Daily.lookInside(challenge, state, context)
        let goal = try context.goal(code, of: challenge)
        let view = try view(challenge, state, context)
        let counted = Set(goal.counted(view.known, through: challenge.lastDay).map(\.id))
        let seen = goal.readings.filter { $0.enteredAt <= view.known.cut }
        let superseded = Set(seen.compactMap(\.supersedes))
        let pages = max(1, (seen.count + Self.page - 1) / Self.page)
        let shown = min(page, pages)
        var lines = [
            Phrase(
                pages > 1 ? "rows.goalPages" : "rows.goal",
                [
                    "code": view.full(goal.code), "name": Title.short(goal.name, 40),
                    "date": .date(view.date), "all": .count(seen.count),
                    "counted": .count(counted.count),
                    "page": .count(shown), "pages": .count(pages),
                ])
        ]
        for reading in seen.reversed().dropFirst((shown - 1) * Self.page).prefix(Self.page) {
            let why =
                counted.contains(reading.id)
                ? "rows.counts"
                : reading.voidedAt.map({ $0 <= view.known.cut }) ?? false
                    ? "rows.voided"
                    : superseded.contains(reading.id)
                        ? "rows.superseded"
                        : challenge.lastDay.map({ reading.asOf > $0 }) ?? false
                            ? "rows.after" : "rows.sameDay"
            lines.append(
                Phrase(
                    why,
                    [
                        "date": .date(reading.asOf),
                        "value": .measure(reading.value, unit: goal.unit),
                        "name": state.name(of: reading.by), "id": .code(reading.id),
                    ]))
        }
        if let judged = view.assessment.goals.first(where: { $0.code == goal.code }),
            let last = judged.last
        {
            let isWay = goal.mode != .yesNo && goal.direction != .hold
            lines.append(
                Phrase(
                    isWay ? "rows.sum" : "rows.share",
                    [
                        "value": .number(last.value), "from": .number(goal.baseline),
                        "to": .number(judged.target), "way": .share(last.progress),
                    ]))
        }
        guard shown < pages else { return .answer(lines) }
        return .answer(
            lines,
            offers: [
                Offer(
                    Phrase("rows.moreLabel"),
                    "/rows \(challenge.code)-\(goal.code) page=\(shown + 1)")
            ])
    }

    private func view(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> ChallengeView
    {
        let today = context.today(in: challenge, state)
        if let asOf {
            try Daily.requirePast(asOf, today)
            if asOf < today {
                return ChallengeView(
                    challenge, state,
                    known: state.known(of: challenge, endOf: asOf, zones: context.zones))
            }
        }
        return Daily.view(challenge, state, context)
    }

    // MARK: A challenge

    private func ofChallenge(_ challenge: Challenge, _ state: State, _ context: Context)
        throws(Refusal)
        -> Decision
    {
        guard let kind, kind != "progress", kind != "readings", kind != "success" else {
            return try ofGoal(challenge, nil, state, context)
        }
        try Daily.lookInside(challenge, state, context)
        let view = try view(challenge, state, context)
        let rows: [Phrase]
        switch kind {
        case "milestones": rows = challenge.milestones.map { AccountRows.row(of: $0, view) }
        case "blockers":
            rows = challenge.blockers.filter { $0.raisedOn <= view.date }.map {
                AccountRows.row(of: $0, view)
            }
        case "people":
            rows = CohortView.people([challenge]).sorted().map {
                Phrase("rows.item", ["what": state.name(of: $0)])
            }
        default: rows = challenge.bodies.sorted().map { Phrase("rows.item", ["what": .text($0)]) }
        }
        let head = Phrase(
            "rows.headChallenge",
            [
                "code": view.code, "title": Title.short(challenge.head.title, 40),
                "count": .count(rows.count),
            ])
        return paged(head, rows, "/rows \(kind) \(challenge.code)")
    }

    // MARK: A cohort

    private func ofCohort(_ cohort: Cohort, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        var view = CohortView(cohort, state, at: context.at, zones: context.zones)
        if let asOf {
            try Daily.requirePast(asOf, view.date)
            if asOf < view.date {
                view = CohortView(cohort, state, endOf: asOf, zones: context.zones)
            }
        }
        guard let kind else {
            return .answer(
                [Phrase("rows.which")],
                offers: Self.kinds.map {
                    Offer(Phrase("rows.kind.\($0)"), "/rows \($0) \(cohort.code)")
                })
        }
        if kind == "training", let programme = state.programmes[cohort.programme] {
            let counted = Capacity([programme], by: view.date)
            let head = Phrase(
                "rows.trainingHead",
                [
                    "programme": .code(programme.code), "date": .date(view.date),
                    "sessions": .count(counted.sessions),
                    "people": .count(counted.people), "hours": .number(counted.personHours),
                    "visits": .count(counted.exchanges),
                ])
            let rows =
                programme.trainings.filter { !$0.isPlanned && $0.on <= view.date }.sorted {
                    ($0.on, $0.code) < ($1.on, $1.code)
                }
                .map(TrainingCommand.line)
                + programme.exchanges.filter { $0.on <= view.date }.sorted {
                    ($0.on, $0.code) < ($1.on, $1.code)
                }
                .flatMap { ExchangeCommand.lines($0, view.date) }
            return paged(head, rows, "/rows training \(cohort.code)")
        }
        let accounts = AccountRows(view: view)
        return paged(accounts.head(kind), accounts.rows(kind), "/rows \(kind) \(cohort.code)")
    }

    private func paged(_ head: Phrase, _ rows: [Phrase], _ line: String) -> Decision {
        let size = 20
        let pages = max(1, (rows.count + size - 1) / size)
        let shown = min(page, pages)
        let lines = [head] + rows.dropFirst((shown - 1) * size).prefix(size)
        guard pages > 1 else { return .answer(lines) }
        let left = rows.count - min(rows.count, shown * size)
        return .answer(
            lines + (left > 0 ? [Phrase("digest.more", ["count": .count(left)])] : []),
            offers: left > 0 ? [Offer(Phrase("rows.moreLabel"), "\(line) page=\(shown + 1)")] : [])
    }
}

/// The totals of a cohort's reports, and a row a challenge that adds up to them.
struct AccountRows {
    let view: CohortView

    /// Launched challenges, by code: the order in which people look something up.
    private var launched: [ChallengeView] {
        view.views.filter { $0.challenge.hasLaunched(by: view.date) }
            .sorted { $0.challenge.code < $1.challenge.code }
    }
    private var challenges: [Challenge] { view.views.map(\.challenge) }

    func head(_ kind: String) -> Phrase {
        var values: [Phrase.Field] = [
            .init("code", .code(view.cohort.code)), .init("date", .date(view.date)),
        ]
        func put(_ name: String, _ value: Say) { values.append(.init(name, value)) }
        switch kind {
        case "success":
            let outcome = view.outcome
            put("reached", .count(outcome.count(.exceeded) + outcome.count(.achieved)))
            put("launched", .count(outcome.launched))
            put("rate", .share(outcome.successRate ?? 0))
        case "milestones":
            let record = MilestonePunctuality(challenges, on: view.date)
            let all = challenges.flatMap(\.milestones)
            put("all", .count(all.count))
            put("due", .count(record.due))
            put("onTime", .count(record.onTime))
            put("late", .count(record.late))
            put("median", .count(Self.median(lateness)))
            put("carried", .count(all.count { $0.state == .carried && !$0.isOpen(on: view.date) }))
            put("dropped", .count(all.count { $0.state == .dropped && !$0.isOpen(on: view.date) }))
            put("worst", worst ?? .text("–"))
        case "blockers":
            let records = launched.map { BlockerRecord([$0.challenge], known: $0.known) }
            put("raised", .count(records.reduce(0) { $0 + $1.raised }))
            put("solved", .count(records.reduce(0) { $0 + $1.resolved }))
        case "readings":
            put("all", .count(launched.reduce(0) { $0 + readings($1).all }))
            put("counted", .count(launched.reduce(0) { $0 + readings($1).counted }))
        case "people": put("all", .count(CohortView.people(challenges).count))
        case "bodies": put("all", .count(CohortView.bodies(challenges).count))
        default:
            let ways = judged.map { min(max($0, 0), 1) }
            put("way", .share(ways.isEmpty ? 0 : ways.reduce(0, +) / Double(ways.count)))
            put("count", .count(ways.count))
        }
        return Phrase("rows.head.\(kind)", values)
    }

    private var judged: [Double] { view.views.compactMap { $0.assessment.primary?.last?.progress } }

    func rows(_ kind: String) -> [Phrase] {
        let views =
            kind == "people" || kind == "bodies"
            ? view.views.sorted { $0.challenge.code < $1.challenge.code } : launched
        return views.compactMap { row($0, kind) }
    }

    private func row(_ one: ChallengeView, _ kind: String) -> Phrase? {
        var values: [Phrase.Field] = [
            .init("code", one.code), .init("title", Title.short(one.challenge.head.title, 30)),
        ]
        func put(_ name: String, _ value: Say) { values.append(.init(name, value)) }
        switch kind {
        case "success":
            let result = one.challenge.outcome(known: one.known)
            put("verdict", .term(one.isAhead ? one.assessment.state.term : one.verdict.term))
            put("way", result.progress.map { .share($0) } ?? .text("–"))
        case "milestones":
            let record = MilestonePunctuality([one.challenge], on: view.date)
            put("due", .count(record.due))
            put("onTime", .count(record.onTime))
            put("late", .count(record.late))
            put("open", .count(record.notDone))
        case "blockers":
            let record = BlockerRecord([one.challenge], known: one.known)
            put("raised", .count(record.raised))
            put("solved", .count(record.resolved))
        case "readings":
            let found = readings(one)
            put("all", .count(found.all))
            put("counted", .count(found.counted))
        case "people": put("all", .count(CohortView.people([one.challenge]).count))
        case "bodies":
            let bodies = one.challenge.bodies.sorted()
            put("all", .count(bodies.count))
            put("bodies", .list(bodies.prefix(6).map { Title.short($0, 40) }))
        default:
            guard let progress = one.assessment.primary?.last?.progress else { return nil }
            put("mark", one.mark)
            put("way", .share(progress))
        }
        return Phrase("rows.row.\(kind)", values)
    }

    private func readings(_ one: ChallengeView) -> (all: Int, counted: Int) {
        var all = 0, counted = 0
        for goal in one.challenge.goals {
            all += goal.readings.count { $0.enteredAt <= one.known.cut }
            counted += goal.counted(one.known, through: one.challenge.lastDay).count
        }
        return (all, counted)
    }

    // MARK: Milestones

    private var late: [(challenge: String, milestone: Milestone, days: Int)] {
        challenges.flatMap { challenge in
            challenge.milestones.compactMap { milestone in
                guard milestone.state == .done, let done = milestone.movedOn, done > milestone.due,
                    done <= view.date
                else { return nil }
                return (challenge.code, milestone, done - milestone.due)
            }
        }
    }
    private var lateness: [Int] { late.map(\.days).sorted() }
    static func median(_ sorted: [Int]) -> Int {
        guard !sorted.isEmpty else { return 0 }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    /// “CH-06-M1 and CH-06-M2 (14 days)”
    private var worst: Say? {
        guard let most = lateness.last else { return nil }
        let codes = late.filter { $0.days == most }.prefix(3).map {
            Say.code("\($0.challenge)-\($0.milestone.code)")
        }
        return .phrase(Phrase("rows.worst", ["codes": .list(codes), "days": .count(most)]))
    }

    static func row(of milestone: Milestone, _ view: ChallengeView) -> Phrase {
        let isOpen = milestone.isOpen(on: view.date)
        let moved = milestone.movedOn ?? milestone.due
        let values: KeyValuePairs<String, Say> = [
            "code": .code(milestone.code), "title": Title.short(milestone.title, 40),
            "due": .date(milestone.due), "date": .date(moved),
            "days": .count(max(0, isOpen ? view.date - milestone.due : moved - milestone.due)),
            "state": .term("state.\(milestone.state.rawValue)"),
        ]
        if isOpen {
            return Phrase(milestone.due < view.date ? "rows.overdue" : "rows.open", values)
        }
        guard milestone.state == .done else { return Phrase("rows.ended", values) }
        return Phrase(moved <= milestone.due ? "rows.onTime" : "rows.late", values)
    }

    static func row(of blocker: Blocker, _ view: ChallengeView) -> Phrase {
        let isOpen = blocker.isOpen(on: view.date)
        let end = isOpen ? view.date : blocker.resolvedOn ?? view.date
        return Phrase(
            isOpen ? "rows.blockerOpen" : "rows.blocker",
            [
                "code": .code(blocker.code), "title": Title.short(blocker.title, 48),
                "raised": .date(blocker.raisedOn), "date": .date(end),
                "state": .term("state.\(blocker.state.rawValue)"),
                "days": .count(view.known.days.count(after: blocker.raisedOn, through: end)),
            ])
    }
}
