public import Language

/// A challenge on a day, with all that its reports need: the facts, what was known, how it is
/// judged. Reports are phrases: words, zone and language are the reader's.
public struct ChallengeView: Sendable {
    /// What the views of one moment have in common.
    final class Look: Sendable {
        let facts: Facts
        let known: Known
        init(_ facts: Facts, _ known: Known) {
            self.facts = facts
            self.known = known
        }
    }
    /// Shared by all copies: a cohort has thousands of views, which are sorted and filtered.
    private final class Judged: Sendable {
        let challenge: Challenge
        let look: Look
        let assessment: ChallengeAssessment
        init(_ challenge: Challenge, _ look: Look, newest: (goal: String, reading: Reported)? = nil)
        {
            self.challenge = challenge
            self.look = look
            assessment = ChallengeAssessment.of(challenge, known: look.known, newest: newest)
        }
    }
    private let whole: Judged

    public var challenge: Challenge { _read { yield whole.challenge } }
    public var state: State { _read { yield whole.look.facts.state } }
    public var known: Known { _read { yield whole.look.known } }
    public var assessment: ChallengeAssessment { _read { yield whole.assessment } }

    public init(_ challenge: Challenge, _ state: State, known: Known) {
        self.init(challenge, Facts(state), known: known)
    }
    /// With facts that other views share.
    public init(_ challenge: Challenge, _ facts: Facts, known: Known) {
        whole = Judged(challenge, Look(facts, known))
    }
    init(_ challenge: Challenge, _ look: Look) { whole = Judged(challenge, look) }
    private init(_ whole: Judged) { self.whole = whole }

    /// Judged as if one reading more had been entered, last of all. Its facts stay those without it.
    func judged(with reading: Reported, of goal: String) -> ChallengeView {
        ChallengeView(Judged(whole.challenge, whole.look, newest: (goal: goal, reading: reading)))
    }

    /// As it stands at an instant, on that day of the challenge's own calendar.
    public init(_ challenge: Challenge, _ state: State, at: Instant, zones: Zones) {
        self.init(challenge, state, known: state.known(of: challenge, at: at, zones: zones))
    }

    var date: LocalDate { known.date }
    var duration: Int { max(1, challenge.head.duration) }
    var code: Say { .code(challenge.code) }
    var title: Say { .text(challenge.head.title) }
    var colour: Say { .term("colour.\(assessment.colour.term)") }
    var mark: Say { .term("mark.\(assessment.colour.term)") }

    /// Whether figures still move it: from Day 1 to the last day.
    var isRunning: Bool { assessment.isRunning(of: duration) }

    /// The goals, each with how it is judged; empty while nothing is judged.
    var judged: [(goal: Goal, assessment: GoalAssessment)] {
        assessment.goals.compactMap { judged in
            challenge.goals.first { $0.code == judged.code }.map { (goal: $0, assessment: judged) }
        }
    }
    var primary: (goal: Goal, assessment: GoalAssessment)? {
        judged.first { $0.assessment.isPrimary } ?? judged.first
    }

    /// The open milestone that is due first.
    public var nextMilestone: Milestone? { openMilestones.first }
    /// Open milestones, the one that is due first before the others.
    public var openMilestones: [Milestone] {
        challenge.milestones.filter { $0.isOpen(on: date) }.sorted {
            ($0.due, $0.code) < ($1.due, $1.code)
        }
    }
    /// Open blockers, the gravest first, of equals the older.
    public var openBlockers: [Blocker] { challenge.openBlockers(on: date) }
    /// Decisions that wait for an answer, those that are due first before the others.
    public var openDecisions: [DecisionAsked] { challenge.openDecisions(on: date) }

    /// Working days that something has been open by the day looked at.
    func workingDays(since date: LocalDate) -> Int {
        known.days.count(after: date, through: self.date)
    }
    /// A code as it is written outside its challenge: `CH-03-M3`.
    func full(_ code: String) -> Say { .code("\(challenge.code)-\(code)") }
}

extension Challenge {
    /// Blockers open on a day, the gravest first, of equals the older.
    func openBlockers(on date: LocalDate) -> [Blocker] {
        blockers.filter { $0.isOpen(on: date) }.sorted { a, b in
            a.severity == b.severity
                ? (a.raisedOn, a.code) < (b.raisedOn, b.code) : a.severity > b.severity
        }
    }

    /// Decisions that waited for an answer on a day, those that are due first before the others.
    func openDecisions(on date: LocalDate) -> [DecisionAsked] {
        func due(_ decision: DecisionAsked) -> LocalDate { decision.due ?? decision.askedOn + 30 }
        return
            decisions
            .filter { decision in
                guard decision.askedOn <= date, decision.state != .withdrawn else { return false }
                return decision.decidedOn.map { $0 > date } ?? (decision.state == .asked)
            }
            .sorted { (due($0), $0.code) < (due($1), $1.code) }
    }
}

extension State {
    /// What is known of a challenge at an instant: nothing said today is left out.
    public func known(of challenge: Challenge, at: Instant, zones: Zones) -> Known {
        let local = zones.local(at, in: zone(of: challenge)) ?? at.local(offset: 0)
        return known(of: challenge, date: local.date, cut: at)
    }
    /// What was known of a challenge at the end of one of its days.
    public func known(of challenge: Challenge, endOf date: LocalDate, zones: Zones) -> Known {
        let programme = programme(of: challenge)
        return Known(
            endOf: date, zone: zone(of: challenge), zones: zones,
            days: (programme?.calendar ?? WorkingCalendar()).days,
            thresholds: programme?.thresholds ?? Thresholds())
    }
    /// What was known of a challenge up to an instant, looked at on a day.
    public func known(of challenge: Challenge, date: LocalDate, cut: Instant) -> Known {
        let programme = programme(of: challenge)
        return Known(
            date: date, cut: cut, days: (programme?.calendar ?? WorkingCalendar()).days,
            thresholds: programme?.thresholds ?? Thresholds())
    }
}

extension Goal {
    /// The readings that count by then, one a day, the earliest day first.
    ///
    /// 1. From the last entered backwards: voided, future and superseded ones are passed over.
    /// 2. Of several for one day the first met, which was entered last, is kept.
    func counted(_ known: Known, through last: LocalDate?) -> [Reported] {
        var hidden: Set<String> = []
        var days: Set<LocalDate> = []
        var found: [Reported] = []
        for reading in readings.reversed() where known.sees(reading) {
            let isHidden = hidden.contains(reading.id)
            if let other = reading.supersedes { hidden.insert(other) }
            guard !isHidden, last.map({ reading.asOf <= $0 }) ?? true,
                days.insert(reading.asOf).inserted
            else { continue }
            found.append(reading)
        }
        return found.sorted { $0.asOf < $1.asOf }
    }
}

/// Texts of people, cut to fit a line.
enum Title {
    /// At most `limit` letters, cut behind a word, with an ellipsis where something is left out.
    static func short(_ text: String, _ limit: Int = 28) -> Say {
        let scalars = Array(text.unicodeScalars.prefix(limit + 1))
        guard scalars.count > limit else { return .text(text) }
        var end = limit - 1
        while end > limit / 2, scalars[end] != " " { end -= 1 }
        if scalars[end] != " " { end = limit - 1 }
        while end > 0, scalars[end - 1] == " " || scalars[end - 1] == "," { end -= 1 }
        var short = String.UnicodeScalarView()
        short.append(contentsOf: scalars[..<end])
        return .text(String(short) + "…")
    }
}

extension Double {
    /// To one decimal, never −0: what a pace is shown with.
    var toTenths: Double {
        let tenths = (self * 10).rounded() / 10
        return tenths.isFinite ? tenths + 0 : 0
    }
}
