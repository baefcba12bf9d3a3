public import Language

/// When a reader last got the digest of something: what the next one is compared with.
public struct Since: Hashable, Sendable {
    public var at: Instant
    /// The day that was there.
    public var date: LocalDate

    public init(_ at: Instant, _ date: LocalDate) {
        self.at = at
        self.date = date
    }

    /// The last digest of a subject that a receiver got; nil before the first.
    public init?(_ receiver: String, _ subject: String, _ state: State, zone: String, zones: Zones)
    {
        guard let at = state.told(receiver, of: subject) else { return nil }
        self.init(at, (zones.local(at, in: zone) ?? at.local(offset: 0)).date)
    }
}

/// What became different in a challenge since a moment.
///
/// Figures and colour are judged twice, as known then and as known now. Of milestones, blockers and
/// decisions the trail says when they were said, so that what was entered late counts, and what was told
/// already does not count again.
struct ChallengeChanges {
    let view: ChallengeView
    let since: Since
    let then: ChallengeAssessment
    private(set) var done: [Milestone] = []
    private(set) var late: [Milestone] = []
    private(set) var raised: [Blocker] = []
    private(set) var solved: [Blocker] = []
    private(set) var asked: [DecisionAsked] = []
    private(set) var decided: [DecisionAsked] = []

    init(_ view: ChallengeView, since: Since) {
        self.view = view
        self.since = since
        let known = view.known
        then = ChallengeAssessment.of(
            view.challenge,
            known: Known(
                date: since.date, cut: since.at, days: known.days, thresholds: known.thresholds))
        guard known.cut > since.at else { return }
        let challenge = view.challenge
        done = challenge.milestones.filter {
            $0.state == .done && isNew("milestone", $0.code, $0.movedOn, "done")
        }
        late = view.openMilestones.filter { $0.due < view.date && $0.due >= since.date }
        raised = challenge.blockers.filter {
            $0.isOpen(on: view.date) && isNew("blocker", $0.code, $0.raisedOn, nil)
        }
        solved = challenge.blockers.filter {
            !$0.isOpen(on: view.date) && isNew("blocker", $0.code, $0.resolvedOn, $0.state.rawValue)
        }
        asked = view.openDecisions.filter { isNew("decision", $0.code, $0.askedOn, "asked") }
        decided = challenge.decisions.filter {
            ($0.state == .decided || $0.state == .refused)
                && isNew("decision", $0.code, $0.decidedOn, $0.state.rawValue)
        }
    }

    /// Whether a thing came to a state after the moment; nil: whether it came to be.
    private func isNew(_ kind: String, _ code: String, _ on: LocalDate?, _ to: String?) -> Bool {
        // What was said today may be of some days ago, but not of long ago.
        guard let on, on > since.date - 15, on <= view.date else { return false }
        guard let trail = view.state.trail["\(kind) \(view.challenge.code) \(code)"] else {
            return on > since.date
        }
        return trail.contains { change in
            change.at > since.at && change.at <= view.known.cut
                && change.fields.contains {
                    $0.name == "state" && (to == nil ? $0.before == nil : $0.after == to)
                }
        }
    }

    /// Goals whose figure is another one.
    var figures: [(goal: Goal, before: Standing?, now: Standing)] {
        view.judged.compactMap { goal, judged in
            guard goal.mode != .yesNo, let now = judged.last else { return nil }
            let before = then.goals.first { $0.code == goal.code }?.last
            guard before?.value != now.value || before?.asOf != now.asOf else { return nil }
            return (goal: goal, before: before, now: now)
        }
    }
    var isRecoloured: Bool { then.colour != view.assessment.colour }
    var isNothing: Bool {
        !isRecoloured && figures.isEmpty && done.isEmpty && late.isEmpty && raised.isEmpty
            && solved.isEmpty
            && asked.isEmpty && decided.isEmpty
    }

    /// At most seven lines under a head of their own; one where nothing changed. The colour has its own line.
    var lines: [Phrase] {
        guard !isNothing else { return [Phrase("digest.unchanged", ["date": .date(since.date)])] }
        var lines = figures.prefix(2).map { figure($0.goal, $0.before, $0.now) }
        lines += done.prefix(2).map {
            Phrase("digest.done", ["code": .code($0.code), "title": Title.short($0.title, 60)])
        }
        if let line = Self.codes("digest.changesDone", done.dropFirst(2).map(\.code)) {
            lines.append(line)
        }
        if let line = Self.codes("digest.changesLate", late.map(\.code)) { lines.append(line) }
        if let line = Self.codes("digest.changesRaised", raised.map(\.code)) { lines.append(line) }
        if let line = Self.codes("digest.changesSolved", solved.map(\.code)) { lines.append(line) }
        if let line = Self.codes("digest.changesAsked", asked.map(\.code)) { lines.append(line) }
        if let line = Self.codes("digest.changesDecided", decided.map(\.code)) {
            lines.append(line)
        }
        // Only the colour is another one: its line says so.
        guard !lines.isEmpty else { return [] }
        return [Phrase("digest.since", ["date": .date(since.date)])] + lines.prefix(7)
    }

    private func figure(_ goal: Goal, _ before: Standing?, _ now: Standing) -> Phrase {
        let values: [Phrase.Field] = [
            .init("goal", .code(goal.code)), .init("after", .measure(now.value, unit: goal.unit)),
            .init("before", .number(before?.value ?? goal.baseline)),
            .init("date", .date(now.asOf)),
        ]
        let isOnly = view.challenge.goals.count == 1
        if before?.value == now.value {
            return Phrase(isOnly ? "digest.changeSame" : "digest.changeSameOf", values)
        }
        return Phrase(isOnly ? "digest.change" : "digest.changeOf", values)
    }

    /// A line with a list of codes, four at most by name.
    static func codes(_ key: String, _ codes: [String]) -> Phrase? {
        guard !codes.isEmpty else { return nil }
        var items = codes.prefix(codes.count > 5 ? 4 : 5).map { Say.code($0) }
        if codes.count > items.count {
            items.append(
                .phrase(Phrase("digest.changesMore", ["count": .count(codes.count - items.count)])))
        }
        return Phrase(key, ["codes": .list(items), "count": .count(codes.count)])
    }
}

/// What became different in several challenges, on one screen: five lines at most.
struct ManyChanges {
    let changes: [ChallengeChanges]
    let since: Since

    init(_ views: [ChallengeView], since: Since) {
        self.since = since
        changes = views.map { ChallengeChanges($0, since: since) }.filter { !$0.isNothing }
    }

    var lines: [Phrase] {
        guard !changes.isEmpty else {
            return [Phrase("digest.unchanged", ["date": .date(since.date)])]
        }
        var lines = [Phrase("digest.since", ["date": .date(since.date)])]
        if let colours { lines.append(colours) }
        if let figures { lines.append(figures) }
        let done = all(\.done, \.code), late = all(\.late, \.code)
        if let line = ChallengeChanges.codes("digest.changesDone", done) { lines.append(line) }
        if let line = ChallengeChanges.codes("digest.changesLate", late) { lines.append(line) }
        let raised = changes.reduce(0) { $0 + $1.raised.count },
            solved = changes.reduce(0) { $0 + $1.solved.count }
        let decided = changes.reduce(0) { $0 + $1.decided.count }
        if raised + solved + decided > 0 {
            lines.append(
                Phrase(
                    "digest.changesRest",
                    [
                        "raised": .count(raised), "solved": .count(solved),
                        "decided": .count(decided),
                    ]))
        }
        return lines
    }

    private func all<Item>(
        _ items: KeyPath<ChallengeChanges, [Item]>, _ code: KeyPath<Item, String>
    ) -> [String] {
        changes.flatMap { change in
            change[keyPath: items].map { "\(change.view.challenge.code)-\($0[keyPath: code])" }
        }
    }

    /// “CH-04 🟡 → 🔴, CH-02 🔴 → 🟡”: the worst first, as the challenges stand.
    private var colours: Phrase? {
        let items = changes.filter { $0.isRecoloured }.map { change in
            Phrase(
                "digest.changeColour",
                [
                    "code": change.view.code, "before": .term("mark.\(change.then.colour.term)"),
                    "after": change.view.mark,
                ])
        }
        return Self.list("digest.changesColours", items)
    }

    /// “CH-01 33 → 38 %”: of the way.
    private var figures: Phrase? {
        let items = changes.compactMap { change -> Phrase? in
            guard let judged = change.view.primary?.assessment, let now = judged.last,
                change.figures.contains(where: { $0.goal.code == judged.code })
            else { return nil }
            let before = change.then.goals.first { $0.code == judged.code }?.last?.progress ?? 0
            return Phrase(
                "digest.changeWay",
                ["code": change.view.code, "before": .share(before), "after": .share(now.progress)])
        }
        return Self.list("digest.changesFigures", items)
    }

    private static func list(_ key: String, _ items: [Phrase]) -> Phrase? {
        guard !items.isEmpty else { return nil }
        var shown = items.prefix(items.count > 4 ? 3 : 4).map { Say.phrase($0) }
        if items.count > shown.count {
            shown.append(
                .phrase(Phrase("digest.changesMore", ["count": .count(items.count - shown.count)])))
        }
        return Phrase(key, ["items": .list(shown), "count": .count(items.count)])
    }
}

/// A page of at most 25 lines: what stands at its foot keeps its place.
enum Screen {
    static let height = 25
    /// Phrases that have an empty line before them.
    private static let apart: Set<String> = [
        "digest.goal", "digest.why", "digest.asked", "digest.thisWeek", "digest.agenda",
        "digest.milestones",
        "digest.today", "area.forPeople", "area.depends", "nation.notice", "nation.yourWord",
        "nation.word", "nation.likely", "nation.likelyUnknown",
    ]
    /// Phrases of several lines.
    private static let tall: [String: Int] = [
        "digest.agenda": 2, "nation.likely": 3, "nation.likelyUnknown": 4,
        "digest.blockersCritical": 2, "digest.wrongShown": 2,
    ]

    static func lines(_ phrases: some Sequence<Phrase>) -> Int {
        phrases.reduce(0) { $0 + (tall[$1.key] ?? 1) + (apart.contains($1.key) ? 1 : 0) }
    }

    static func fit(_ body: [Phrase], foot: [Phrase] = []) -> [Phrase] {
        var left = height - lines(foot)
        var shown: [Phrase] = []
        for phrase in body {
            left -= lines([phrase])
            guard left >= 0 else { break }
            shown.append(phrase)
        }
        // A head under which nothing stands is none.
        while let last = shown.last, ["digest.thisWeek", "digest.since"].contains(last.key) {
            shown.removeLast()
        }
        return shown + foot
    }
}
