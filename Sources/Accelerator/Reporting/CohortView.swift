public import Language

/// A cohort on a day: the office's screen (method.md 4.3) and its daily digest.
public struct CohortView: Sendable {
    public let cohort: Cohort
    public let date: LocalDate
    /// Every challenge of the cohort that was not withdrawn, the worst first.
    public var views: ChallengeViews { ChallengeViews(glances: glances) }
    private let glances: Glances
    /// Proposals that were handed in, and those of them that wait for a decision; of today's view alone.
    private var proposals = (all: 0, waiting: 0)

    /// As known at an instant, on the cohort's own calendar.
    public init(_ cohort: Cohort, _ state: State, at: Instant, zones: Zones) {
        let date = (zones.local(at, in: state.zone(of: cohort)) ?? at.local(offset: 0)).date
        // The calendar and the thresholds of all its challenges are those of its programme.
        let programme = state.programmes[cohort.programme]
        let known = Known(
            date: date, cut: at, days: (programme?.calendar ?? WorkingCalendar()).days,
            thresholds: programme?.thresholds ?? Thresholds())
        let look = ChallengeView.Look(Facts(state), known)
        self.init(cohort, state, date: date) { _ in look }
        guard views.isEmpty else { return }
        let handedIn = state.proposals.filter { $0.cohort == cohort.code && $0.state != .draft }
        proposals = (
            handedIn.count, handedIn.count { [.submitted, .inReview].contains($0.state) }
        )
    }
    /// As known at the end of a day.
    public init(_ cohort: Cohort, _ state: State, endOf date: LocalDate, zones: Zones) {
        let facts = Facts(state)
        self.init(cohort, state, date: date) {
            ChallengeView.Look(facts, state.known(of: $0, endOf: date, zones: zones))
        }
    }

    private init(
        _ cohort: Cohort, _ state: State, date: LocalDate, _ look: (Challenge) -> ChallengeView.Look
    ) {
        self.cohort = cohort
        self.date = date
        let code = cohort.code
        glances = Glances(
            state.challenges.unordered { challenge -> Glance? in
                guard challenge.withFacts({ $0.pointee.head.cohort == code }) else { return nil }
                let glance = Glance(challenge, look(challenge))
                return glance.has.contains(.withdrawn) ? nil : glance
            })
    }

    var day: Int? { cohort.dayOne.map { date - $0 + 1 } }
    var mean: Double? {
        var sum = 0.0
        var count = 0
        for place in glances.indices {
            guard let way = glances[place].way else { continue }
            sum += min(max(way, 0), 1)
            count += 1
        }
        return count == 0 ? nil : sum / Double(count)
    }

    // MARK: Those that something is true of

    private func those(with traits: Glance.Traits) -> [Glance] {
        glances.filter { $0.has.isSuperset(of: traits) }
    }
    private func first(
        with traits: Glance.Traits, where test: (Glance) -> Bool = { _ in true }
    ) -> Glance? {
        glances.first { $0.has.isSuperset(of: traits) && test($0) }
    }

    // MARK: Lines

    /// “Cohort NA-1 · Fri 20 Mar · Day 47/100 · 34 % of the way (exp. 46 %)”
    var head: [Phrase] {
        let code = Say.code(cohort.code)
        guard let day, let dayOne = cohort.dayOne else {
            return [
                Phrase(
                    "digest.cohortUndated",
                    ["code": code, "date": .date(date), "state": .term(cohort.state.term)])
            ]
        }
        if day < 1 {
            return [
                Phrase(
                    "digest.cohortBefore",
                    ["code": code, "date": .date(date), "days": .count(dayOne - date)])
            ]
        }
        let duration = max(1, cohort.duration)
        guard let mean else {
            return [
                Phrase(
                    "digest.cohortEmpty",
                    [
                        "code": code, "date": .date(date), "day": .count(min(day, duration)),
                        "duration": .count(duration),
                    ])
            ]
        }
        let x = Double(min(day, duration)) / Double(duration)
        return [
            Phrase(
                day > duration ? "digest.cohortOver" : "digest.cohortHead",
                [
                    "code": code, "date": .date(date), "day": .count(min(day, duration)),
                    "duration": .count(duration), "way": .share(mean),
                    "expected": .share(3 * x * x - 2 * x * x * x),
                ])
        ]
    }

    /// The same in two lines that fit a phone, as the digest begins.
    private var top: [Phrase] {
        guard let first = head.first, first.key == "digest.cohortHead" else { return head }
        return [Phrase("digest.cohortTop", first.values), Phrase("digest.cohortWay", first.values)]
    }

    /// “8 challenges: 2 🔴 OFF TRACK, 3 🟡 AT RISK, …”: also says which word each sign stands for.
    var counts: Phrase {
        let items = ChallengeAssessment.pages.compactMap { colour -> Say? in
            let count = count(of: colour)
            guard count > 0 else { return nil }
            return .phrase(
                Phrase(
                    "digest.count",
                    ["count": .count(count), "colour": .term("colour.\(colour.term)")]))
        }
        return Phrase("digest.counts", ["count": .count(views.count), "colours": .list(items)])
    }

    /// How many challenges have a colour.
    func count(of colour: Colour) -> Int {
        let rank = ChallengeAssessment.pages.firstIndex(of: colour)
        return glances.count { $0.rank == rank }
    }

    /// What stands there while there are no challenges: how many proposals came, and how many wait.
    var none: [Phrase] {
        guard proposals.all > 0 else { return [Phrase("digest.noChallenges")] }
        return [
            Phrase("digest.noChallenges"),
            Phrase(
                "digest.proposals",
                ["count": .count(proposals.all), "waiting": .count(proposals.waiting)]),
        ]
    }

    /// One screen: head, counts, a row a challenge, what to ask next. At most 25 lines.
    public var overview: [Phrase] {
        guard !views.isEmpty else { return head + none }
        let shown = views.prefix(20)
        var lines = head + [counts] + shown.map(\.row)
        if views.count > shown.count {
            lines.append(Phrase("digest.more", ["count": .count(views.count - shown.count)]))
        }
        if let hint { lines.append(hint) }
        return lines
    }

    /// The challenge that most needs a look, and one that waits for a decision.
    private var hint: Phrase? {
        guard let worst = first(with: .running) else { return nil }
        let waiting =
            first(with: [.running, .decisions]) {
                !$0.challenge.openDecisions(on: date).isEmpty
            } ?? worst
        return Phrase("digest.hint", ["worst": .code(worst.code), "waiting": .code(waiting.code)])
    }

    /// The office's daily page: the same rows with reasons, what is late, who is silent, what to do
    /// today.
    public var digest: [Phrase] { digest(since: nil) }

    /// The same with what changed since the reader got the last one.
    public func digest(since: Since?) -> [Phrase] {
        guard !views.isEmpty else { return overview }
        let silent = silent(4)
        let wrong = wrong
        let foot = [milestones, blockers, line(silent)].compactMap { $0 } + todo(silent)
        var lines =
            top + [counts] + (since.map { ManyChanges(Array(views), since: $0).lines } ?? [])
        // One line is kept for the hint.
        var budget = Screen.height - 1 - lines.count - Screen.lines(foot) - (wrong == nil ? 0 : 2)
        var left = views.count
        for view in views {
            guard budget > (left > 1 ? 1 : 0) else { break }
            lines.append(view.row)
            budget -= 1
            left -= 1
            guard view.assessment.colour == .offTrack, budget > left,
                let why = ChallengeView.joined(view.weighty.prefix(2).map(view.phrase))
            else { continue }
            lines.append(Phrase("digest.rowWhy", ["reasons": .phrase(why)]))
            budget -= 1
        }
        if left > 0 { lines.append(Phrase("digest.more", ["count": .count(left)])) }
        lines += foot
        if let wrong { lines.append(wrong) }
        if let hint { lines.append(hint) }
        return lines
    }

    private var milestones: Phrase? {
        let record = MilestonePunctuality(
            those(with: .milestones).lazy.map(\.challenge), on: date)
        guard record.due > 0 else { return nil }
        return Phrase(
            "digest.milestones",
            [
                "due": .count(record.due), "onTime": .count(record.onTime),
                "late": .count(record.late),
                "open": .count(record.notDone),
            ])
    }

    private var blockers: Phrase? {
        let open = those(with: [.running, .blockers]).flatMap { glance in
            glance.openBlockers.map { (glance, $0) }
        }
        guard !open.isEmpty else { return nil }
        let critical = open.filter { $0.1.severity == .critical }
        guard let (glance, gravest) = critical.max(by: { $0.1.raisedOn > $1.1.raisedOn }) else {
            return Phrase("digest.blockers", ["count": .count(open.count)])
        }
        return Phrase(
            "digest.blockersCritical",
            [
                "count": .count(open.count), "critical": .count(critical.count),
                "code": glance.full(gravest.code),
                "title": Title.short(gravest.title, 48),
                "days": .count(glance.workingDays(since: gravest.raisedOn)),
            ])
    }

    /// Challenges without a fresh figure, the longest silence first.
    public var silent: [ChallengeView] { silent(.max) }
    /// So many of them at most.
    private func silent(_ most: Int) -> [ChallengeView] {
        glances.indices.filter { glances[$0].has.contains(.silence) }
            .sorted { glances[$0].silence > glances[$1].silence }
            .prefix(most).map { views[$0] }
    }
    /// The buttons of what the office can do today, three at most.
    public var askOffers: [Offer] {
        var offers = silent(2).map {
            Offer(Phrase("digest.nudgeLabel", ["code": $0.code]), "/nudge \($0.challenge.code)")
        }
        if let blocked = first(with: [.running, .blockers], where: { !$0.graveBlockers.isEmpty }) {
            offers.append(
                Offer(
                    Phrase("digest.blockersLabel", ["code": .code(blocked.code)]),
                    "/blockers \(blocked.code)"))
        }
        return offers
    }

    /// A figure that was shown on the day looked at, was wrong and was taken back on it: said, not hidden.
    private var wrong: Phrase? {
        for glance in those(with: .corrections) {
            for place in glance.challenge.goals.indices {
                guard let wrong = glance.challenge.goals[place].wronglyShown(by: glance.known.cut)
                else { continue }
                let unit = glance.challenge.goals[place].unit
                return Phrase(
                    "digest.wrongShown",
                    [
                        "code": .code(glance.code), "value": .measure(wrong.value, unit: unit),
                        "minutes": .count(Int(wrong.minutes)),
                    ])
            }
        }
        return nil
    }

    private func staleness(_ view: ChallengeView) -> Int { view.assessment.silence ?? 0 }

    private func line(_ silent: [ChallengeView]) -> Phrase? {
        let names = silent.prefix(4).map { view -> Say in
            guard let last = view.assessment.primary?.last else { return view.code }
            return .phrase(
                Phrase("digest.silentSince", ["code": view.code, "date": .date(last.asOf)]))
        }
        return names.isEmpty ? nil : Phrase("digest.silent", ["challenges": .list(names)])
    }

    /// What the office can do today, three things at most.
    private func todo(_ silent: [ChallengeView]) -> [Phrase] {
        var asks: [Phrase] = []
        for view in silent.prefix(2) {
            asks.append(
                Phrase("digest.doNudge", ["code": view.code, "days": .count(staleness(view))]))
        }
        for place in glances.indices
        where asks.count < 3 && glances[place].has.contains(.running)
            && !glances[place].has.isDisjoint(with: [.blockers, .decisions])
        {
            let glance = glances[place]
            for blocker in glance.graveBlockers {
                let title = Title.short(blocker.title, 48)
                asks.append(
                    Phrase(
                        "digest.doBlocker", ["code": glance.full(blocker.code), "title": title]))
            }
            for decision in glance.challenge.openDecisions(on: date) {
                guard let due = decision.due, due < date else { continue }
                asks.append(
                    Phrase(
                        "digest.doDecision",
                        ["code": glance.full(decision.code), "due": .date(due)]))
            }
        }
        guard !asks.isEmpty else { return [] }
        return [Phrase("digest.today")]
            + asks.prefix(3).enumerated().map {
                Phrase("digest.item", ["n": .count($0.offset + 1), "what": .phrase($0.element)])
            }
    }
}
