public import Language

// What a team's weeks are made of beside figures and milestones (method.md 2.1): actions, risks, the
// private pulse, the colour that people declare, what a sponsor promised, what a review answered.

/// The weekly word of a team: done, next, help; confidence and energy 1 … 5.
public struct CheckIn: Record {
    public var week = 0
    public var date = LocalDate(days: 0)
    public var by = ""
    public var done = ""
    public var next = ""
    public var help = ""
    public var confidence: Int?
    /// The team's energy as a meeting's record in a file has it; what persons answer is a ``Pulse``.
    public var energy: Int?
    /// “Nothing changed”, said with one tap.
    public var isUnchanged = false
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("week", &week)
        try c.field("date", &date)
        try c.field("by", &by)
        try c.field("done", &done)
        try c.field("next", &next)
        try c.field("help", &help)
        try c.field("confidence", &confidence)
        try c.field("energy", &energy)
        try c.field("unchanged", &isUnchanged)
    }
}

/// A step with one owner and one day, made in a meeting: lighter than a milestone.
public struct Action: Record {
    /// `A12` within its challenge.
    public var code = ""
    public var text = ""
    public var owner = ""
    public var due = LocalDate(days: 0)
    /// The milestone it serves: `M3`.
    public var milestone: String?
    public var createdOn = LocalDate(days: 0)
    public var createdBy = ""
    public var state = ActionState.open
    /// The day it was done or dropped, by whom, and what was said about it.
    public var movedOn: LocalDate?
    public var movedBy: String?
    public var note: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("text", &text)
        try c.field("owner", &owner)
        try c.field("due", &due)
        try c.field("milestone", &milestone)
        try c.field("created_on", &createdOn)
        try c.field("created_by", &createdBy)
        try c.field("state", &state)
        try c.field("moved_on", &movedOn)
        try c.field("moved_by", &movedBy)
        try c.field("note", &note)
    }
    /// Whether it was open at the end of a day.
    public func isOpen(on date: LocalDate) -> Bool {
        guard createdOn <= date else { return false }
        return state == .open || movedOn.map { $0 > date } ?? false
    }
}

/// Something that may happen: how likely, how bad. When it happens it becomes a blocker.
public struct Risk: Record {
    /// `R2` within its challenge.
    public var code = ""
    public var text = ""
    /// 1 … 5 each.
    public var likelihood = 1
    public var impact = 1
    public var owner = ""
    public var raisedOn = LocalDate(days: 0)
    public var raisedBy = ""
    public var state = RiskState.open
    public var movedOn: LocalDate?
    /// Why it was closed.
    public var note: String?
    /// The blocker that it became.
    public var blocker: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("text", &text)
        try c.field("likelihood", &likelihood)
        try c.field("impact", &impact)
        try c.field("owner", &owner)
        try c.field("raised_on", &raisedOn)
        try c.field("raised_by", &raisedBy)
        try c.field("state", &state)
        try c.field("moved_on", &movedOn)
        try c.field("note", &note)
        try c.field("blocker", &blocker)
    }
    /// Likelihood × impact, 1 … 25.
    public var score: Int { min(max(likelihood, 1), 5) * min(max(impact, 1), 5) }
    /// What the score amounts to, in the words of blockers.
    public var weight: Severity {
        switch score {
        case 20...: .critical
        case 12...: .high
        case 6...: .medium
        default: .low
        }
    }
}

/// What somebody who can move a blocker promised: what, and until when.
public struct BlockerPromise: Record {
    public var by = ""
    public var on = LocalDate(days: 0)
    public var until = LocalDate(days: 0)
    public var words = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("by", &by)
        try c.field("on", &on)
        try c.field("until", &until)
        try c.field("words", &words)
    }
}

/// The private pulse: one person's energy in one week, 1 … 5.
///
/// Who gives it and the coach see it under the name; the leader, the sponsor and the office see an
/// average of three or more; nobody else sees anything (method.md 2.7). It is in no export.
public struct Pulse: Record {
    public var week = 0
    public var date = LocalDate(days: 0)
    public var by = ""
    public var energy = 0
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("week", &week)
        try c.field("date", &date)
        try c.field("by", &by)
        try c.field("energy", &energy)
    }
}

/// How the leader, or the sponsor, sees it: stands beside the computed colour and never changes it.
public struct Declaration: Record {
    public var colour = Colour.onTrack
    public var why = ""
    public var confidence: Int?
    public var by = ""
    public var role = Role.teamLeader
    public var on = LocalDate(days: 0)
    /// The last day on which it is shown.
    public var until = LocalDate(days: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("colour", &colour)
        try c.field("why", &why)
        try c.field("confidence", &confidence)
        try c.field("by", &by)
        try c.field("role", &role)
        try c.field("on", &on)
        try c.field("until", &until)
    }
    /// Days that a sponsor's override stands, and a leader's own view.
    public static let sponsorDays = 7
    public static let leaderDays = 14
}

/// One answer of a review's form. `question` is a word of the form, not of a language.
public struct ReviewAnswer: Record {
    public var question = ""
    public var text = ""
    public init() {}
    public init(_ question: String, _ text: String) {
        self.question = question
        self.text = text
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("question", &question)
        try c.field("text", &text)
    }
}

/// A stocktake of a cohort with its principal: when, who held it, and which decisions were asked there.
public struct Stocktake: Record {
    public var date = LocalDate(days: 0)
    public var by = ""
    public var attended: Int?
    public var note: String?
    /// Full codes: `CH-01-D1`.
    public var decisions: [String] = []
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("date", &date)
        try c.field("by", &by)
        try c.field("attended", &attended)
        try c.field("note", &note)
        try c.field("decisions", &decisions)
    }
}

/// A stocktake, and of which cohort.
public struct StocktakeHeld: Record {
    public var cohort = ""
    public var content = Stocktake()
    public init() {}
    public init(_ cohort: String, _ content: Stocktake) {
        self.cohort = cohort
        self.content = content
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("cohort", &cohort)
        try c.field("is", &content)
    }
}

public enum ActionState: String, Spelled { case open, done, dropped }
public enum RiskState: String, Spelled {
    case open, closed
    /// It happened.
    case blocker
}

// MARK: What events change

extension State {
    /// Actions, risks, pulses, declared colours, stocktakes. Lists are bounded where nothing else bounds
    /// them: the commands refuse long before.
    mutating func applyAcceleration(_ event: Event) {
        switch event {
        case .actionSet(let a): challenges[a.challenge]?.actions.put(a.content, by: \.code)
        case .riskSet(let r): challenges[r.challenge]?.risks.put(r.content, by: \.code)
        case .pulseGiven(let p):
            challenges[p.challenge]?.pulses.replaceOrAppend(p.content) {
                $0.week == $1.week && $0.by == $1.by
            }
        case .colourDeclared(let d):
            challenges[d.challenge]?.declarations.replaceOrAppend(d.content) {
                $0.by == $1.by && $0.role == $1.role && $0.on == $1.on
            }
        case .stocktakeHeld(let s):
            cohorts[s.cohort]?.stocktakes.replaceOrAppend(s.content) { $0.date == $1.date }
        default: break
        }
    }

    /// Takes out one of them that an undo removes again.
    mutating func removeAcceleration(_ r: Removed, _ of: String) {
        switch r.kind {
        case .action: challenges[of]?.actions.removeAll { $0.code == r.code }
        case .risk: challenges[of]?.risks.removeAll { $0.code == r.code }
        case .pulse: challenges[of]?.pulses.removeAll { "\($0.week)/\($0.by)" == r.code }
        case .declaration: challenges[of]?.declarations.removeAll { $0.key == r.code }
        case .stocktake: cohorts[of]?.stocktakes.removeAll { $0.date.description == r.code }
        default: break
        }
    }
}

extension Declaration {
    /// `2026-03-20/team-leader/u03-lead`
    var key: String { "\(on)/\(role.rawValue)/\(by)" }
}

// MARK: What takes them back

extension Event {
    /// The object that an event of these changes.
    var accelerationObject: String? {
        switch self {
        case .actionSet(let a): "action \(a.challenge) \(a.content.code)"
        case .riskSet(let r): "risk \(r.challenge) \(r.content.code)"
        case .pulseGiven(let p): "pulse \(p.challenge) \(p.content.week) \(p.content.by)"
        case .colourDeclared(let d): "declaration \(d.challenge) \(d.content.key)"
        case .stocktakeHeld(let s): "stocktake \(s.cohort) \(s.content.date)"
        default: nil
        }
    }

    /// What takes one of these events back; nil for other events.
    func accelerationInverse(in state: State) -> Inverse? {
        func back(_ before: Event?, _ kind: Removed.Kind, _ code: String, _ of: String) -> Inverse {
            .events([before ?? .removed(Removed(kind, of: of, code: code))])
        }
        switch self {
        case .actionSet(let a):
            let before = state.challenges[a.challenge]?.actions.first { $0.code == a.content.code }
            return back(
                before.map { .actionSet(OfChallenge(a.challenge, $0)) }, .action, a.content.code,
                a.challenge)
        case .riskSet(let r):
            let before = state.challenges[r.challenge]?.risks.first { $0.code == r.content.code }
            return back(
                before.map { .riskSet(OfChallenge(r.challenge, $0)) }, .risk, r.content.code,
                r.challenge)
        case .pulseGiven(let p):
            let before = state.challenges[p.challenge]?.pulses.first {
                $0.week == p.content.week && $0.by == p.content.by
            }
            return back(
                before.map { .pulseGiven(OfChallenge(p.challenge, $0)) }, .pulse,
                "\(p.content.week)/\(p.content.by)", p.challenge)
        case .colourDeclared(let d):
            let before = state.challenges[d.challenge]?.declarations.first {
                $0.key == d.content.key
            }
            return back(
                before.map { .colourDeclared(OfChallenge(d.challenge, $0)) }, .declaration,
                d.content.key,
                d.challenge)
        case .stocktakeHeld(let s):
            let before = state.cohorts[s.cohort]?.stocktakes.first { $0.date == s.content.date }
            return back(
                before.map { .stocktakeHeld(StocktakeHeld(s.cohort, $0)) }, .stocktake,
                s.content.date.description, s.cohort)
        default: return nil
        }
    }
}
