import Language

/// All challenges of a cohort on one screen, the worst first.
struct CohortCommand: Command {
    static let name = "cohort"
    let cohort: String?
    let report: DigestForms?

    init(_ arguments: Arguments) throws(Mismatch) {
        cohort = try arguments.code("cohort")
        // The first usage is the last page: `cohort report`.
        report =
            arguments.utterance.usage == 0
            ? DigestForms(form: .finalPage, arguments: arguments) : nil
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if let report { return try report.decide(state, context) }
        let shown = try Daily.cohort(cohort, state, context)
        let others = try Daily.cohorts(state, context).filter {
            $0.code != shown.code && cohort == nil
        }
        return .answer(
            CohortView(shown, state, at: context.at, zones: context.zones).overview,
            offers: Daily.cohortOffers(Daily.byWeight(others, state)),
            subject: "cohort \(shown.code)")
    }
}

/// One page: of a challenge for its leader and sponsor, of a team before its meeting, of a cohort
/// for the office; today's, or as it was known at the end of a day.
struct DigestCommand: Command {
    static let name = "digest"
    let challenge: String?
    let cohort: String?
    let isTeam: Bool
    let isFour: Bool
    let asOf: Value?
    let form: DigestForms?

    init(_ arguments: Arguments) throws(Mismatch) {
        challenge = try arguments.code("challenge")
        cohort = try arguments.code("cohort")
        // The usages stand in this order in the command's file: team, challenge, cohort.
        isTeam = arguments.utterance.usage == 0
        isFour = arguments.has("four") || arguments.has("questions")
        asOf = arguments["date"] ?? arguments["day"]
        form = try DigestForms(arguments)
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if let form { return try form.decide(state, context) }
        if let cohort { return try ofCohort(Daily.cohort(cohort, state, context), state, context) }
        guard let code = challenge ?? context.implied else {
            return try ofCohort(Daily.cohort(nil, state, context), state, context)
        }
        let challenge = try context.challenge(code, state)
        try Daily.lookInside(challenge, state, context)
        var view = Daily.view(challenge, state, context)
        if let day = try day(view.date, challenge) {
            view = ChallengeView(
                challenge, state,
                known: state.known(of: challenge, endOf: day, zones: context.zones))
        }
        let since = self.since(
            "digest \(challenge.code)", state.zone(of: challenge), state, context)
        if isTeam {
            return .answer(
                view.teamDigest(since: since), subject: "digest \(challenge.code)",
                chart: view.chart())
        }
        if isFour { return .answer(view.fourLines, subject: "digest \(challenge.code)") }
        let reader = context.person?.code
        let isPrivate = context.chat == nil
        return .answer(
            view.digest(for: reader, withAsks: asOf == nil, isPrivate: isPrivate, since: since),
            offers: isPrivate && asOf == nil ? reader.map { view.askOffers(for: $0) } ?? [] : [],
            subject: "digest \(challenge.code)", chart: view.chart())
    }

    /// When the reader, or the group, last got this page by itself; of a page of the past nothing has changed.
    private func since(_ subject: String, _ zone: String, _ state: State, _ context: Context)
        -> Since?
    {
        guard asOf == nil, let receiver = context.chat.map({ "chat:" + $0 }) ?? context.person?.code
        else { return nil }
        return Since(receiver, subject, state, zone: zone, zones: context.zones)
    }

    private func day(_ today: LocalDate, _ challenge: Challenge) throws(Refusal) -> LocalDate? {
        guard let asOf else { return nil }
        guard let day = Daily.date(asOf, in: challenge) else { return nil }
        try Daily.requirePast(day, today)
        return day == today ? nil : day
    }

    private func ofCohort(_ cohort: Cohort, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        var view = CohortView(cohort, state, at: context.at, zones: context.zones)
        var day: LocalDate?
        switch asOf {
        case .date(let date): day = date
        case .count(let n): day = cohort.dayOne.map { $0 + (n - 1) }
        default: break
        }
        if let day {
            try Daily.requirePast(day, view.date)
            if day < view.date {
                view = CohortView(cohort, state, endOf: day, zones: context.zones)
            }
        }
        let since = self.since("cohort \(cohort.code)", state.zone(of: cohort), state, context)
        return .answer(
            view.digest(since: since),
            offers: day == nil && context.chat == nil ? view.askOffers : [],
            subject: "cohort \(cohort.code)", chart: view.chart)
    }
}

/// Who has not been heard: challenges without a fresh figure; of one challenge, members without a
/// trace in fourteen days. Names only in private: nobody is shamed before the team.
struct SilentCommand: Command {
    static let name = "silent"
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let code = challenge ?? context.implied else {
            let cohort = try Daily.cohort(nil, state, context)
            return .answer(
                ofCohort(CohortView(cohort, state, at: context.at, zones: context.zones)))
        }
        let challenge = try context.challenge(code, state)
        try Daily.lookInside(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        var lines = [Phrase("silent.head", ["code": view.code])]
        if let (goal, judged) = view.primary, goal.mode != .yesNo {
            lines.append(line(goal, judged))
        }
        let silent = Self.people(challenge, view)
        if silent.isEmpty {
            lines.append(Phrase("silent.nobody"))
        } else if context.chat != nil {
            lines.append(Phrase("silent.count", ["count": .count(silent.count)]))
        } else {
            lines.append(
                Phrase(
                    "silent.people", ["people": .list(silent.prefix(12).map { state.name(of: $0) })]
                ))
        }
        return .answer(lines)
    }

    private func line(_ goal: Goal, _ judged: GoalAssessment) -> Phrase {
        guard let last = judged.last else {
            return Phrase("silent.noReading", ["days": .count(judged.staleWorkingDays)])
        }
        return Phrase(
            "silent.reading", ["date": .date(last.asOf), "days": .count(judged.staleWorkingDays)])
    }

    private func ofCohort(_ view: CohortView) -> [Phrase] {
        let silent = view.silent
        guard !silent.isEmpty else {
            return [Phrase("silent.cohortNobody", ["code": .code(view.cohort.code)])]
        }
        var lines = [Phrase("silent.cohort", ["code": .code(view.cohort.code)])]
        for view in silent.prefix(15) {
            let judged = view.primary?.assessment
            var line = Phrase(
                "silent.rowNever",
                ["code": view.code, "title": Title.short(view.challenge.head.title)])
            if let last = judged?.last {
                line.key = "silent.row"
                line.values.append(.init("date", .date(last.asOf)))
                line.values.append(.init("days", .count(judged?.staleWorkingDays ?? 0)))
            }
            lines.append(line)
        }
        return lines
    }

    /// The members of the team who left no trace in fourteen days: no figure, check-in, blocker,
    /// milestone.
    static func people(_ challenge: Challenge, _ view: ChallengeView) -> [String] {
        let start = view.date - 13
        let since = view.known.cut.advanced(by: -14 * Instant.day)
        var active = Set(challenge.checkIns.filter { $0.date >= start }.map(\.by))
        for goal in challenge.goals {
            for reading in goal.readings.reversed() {
                guard reading.enteredAt > since else { break }
                active.insert(reading.by)
            }
        }
        active.formUnion(challenge.blockers.filter { $0.raisedOn >= start }.map(\.raisedBy))
        for milestone in challenge.milestones {
            guard let owner = milestone.owner, let on = milestone.movedOn, on >= start else {
                continue
            }
            active.insert(owner)
        }
        return challenge.team.filter { !active.contains($0) }
    }
}

/// Open blockers, the gravest first: of a challenge, or of a whole cohort.
struct BlockersCommand: Command {
    static let name = "blockers"
    let challenge: String?
    let blocker: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        challenge = try arguments.code("challenge")
        blocker = try arguments.code("blocker")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if let blocker { return try card(blocker, state, context) }
        guard let code = challenge ?? context.implied else {
            let cohort = try Daily.cohort(nil, state, context)
            let views = CohortView(cohort, state, at: context.at, zones: context.zones).views
                .filter { $0.isRunning }
            return .answer(
                list(views, head: Phrase("blockers.headCohort", ["code": .code(cohort.code)])))
        }
        let challenge = try context.challenge(code, state)
        try Daily.lookInside(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        return .answer(list([view], head: Phrase("blockers.head", ["code": view.code])))
    }

    private func card(_ code: String, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let challenge = try Daily.challenge(of: code, challenge, state, context)
        try Daily.lookInside(challenge, state, context)
        let found = try SolvedCommand.existing(code, challenge, state, context)
        let view = Daily.view(challenge, state, context)
        var offers = found.isOpen ? BlockCommand.offers(found, challenge) : []
        if found.isOpen, context.roles(in: challenge, state).contains(.sponsor) {
            offers.insert(
                Offer(Phrase("promise.label"), "/promise \(challenge.code)-\(found.code)"), at: 0)
        }
        return .answer(
            BlockCommand.card(found, view), offers: offers,
            subject: "blocker \(challenge.code)-\(found.code)")
    }

    private func list(_ views: [ChallengeView], head: Phrase) -> [Phrase] {
        var all: [(view: ChallengeView, blocker: Blocker)] = []
        for view in views {
            for blocker in view.openBlockers { all.append((view: view, blocker: blocker)) }
        }
        guard !all.isEmpty else { return [Phrase("blockers.none")] }
        all.sort { a, b in
            if a.blocker.severity != b.blocker.severity {
                return a.blocker.severity > b.blocker.severity
            }
            return a.blocker.raisedOn < b.blocker.raisedOn
        }
        var lines = [head]
        for (view, blocker) in all.prefix(12) { lines += view.lines(of: blocker) }
        if all.count > 12 {
            lines.append(Phrase("blockers.more", ["count": .count(all.count - 12)]))
        }
        return lines
    }
}
