public import Language

// What is around a team's hundred days: when its reviews are to be, what others suggest to it, the training
// and the exchange that serve a priority area (method.md 2.1).

/// When a review is to be held, where that was moved, or that it will not be (method.md 2.3). That it was
/// held is a ``Review``; that it was missed follows from the date.
public struct ReviewPlan: Record {
    public var kind = ReviewKind.launch
    public var date: LocalDate?
    /// The day it was planned for before it was moved.
    public var movedFrom: LocalDate?
    public var isCancelled = false
    public var reason: String?
    public var by = ""
    public var on = LocalDate(days: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("kind", &kind)
        try c.field("date", &date)
        try c.field("moved_from", &movedFrom)
        try c.field("cancelled", &isCancelled)
        try c.field("reason", &reason)
        try c.field("by", &by)
        try c.field("on", &on)
    }
}

/// What somebody outside the team would do, for its leader to take or to leave.
public struct Suggestion: Record {
    /// `SG1` within its challenge.
    public var code = ""
    public var text = ""
    public var by = ""
    public var on = LocalDate(days: 0)
    public var state = SuggestionState.open
    public var movedOn: LocalDate?
    public var movedBy: String?
    /// The action that it became: `A4`.
    public var action: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("text", &text)
        try c.field("by", &by)
        try c.field("on", &on)
        try c.field("state", &state)
        try c.field("moved_on", &movedOn)
        try c.field("moved_by", &movedBy)
        try c.field("action", &action)
    }
}

public enum SuggestionState: String, Spelled { case open, taken, declined }

/// A training session: planned, with those who take part; then held, with how many people and hours.
public struct Training: Record {
    /// `TR1` within its programme.
    public var code = ""
    public var title = ""
    public var on = LocalDate(days: 0)
    /// The priority area it serves; nil for all.
    public var area: String?
    public var people = 0
    public var hours = 0.0
    public var by = ""
    /// Whether it is still to be held.
    public var isPlanned = false
    public var time: LocalTime?
    /// A person's code.
    public var trainer: String?
    /// Who takes part, and who of them could not come.
    public var enrolled: [String] = []
    public var absent: [String] = []
    /// Where the materials are: for those who could not come.
    public var materials: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("title", &title)
        try c.field("on", &on)
        try c.field("area", &area)
        try c.field("people", &people)
        try c.field("hours", &hours)
        try c.field("by", &by)
        try c.field("planned", &isPlanned)
        try c.field("time", &time)
        try c.field("trainer", &trainer)
        try c.field("enrolled", &enrolled)
        try c.field("absent", &absent)
        try c.field("materials", &materials)
    }
    /// `Σ session hours × present` (method.md 2.6).
    public var personHours: Double { Double(people) * hours }
}

/// Whom a body named to hear of calls for proposals.
public struct BodyContact: Record {
    /// `BC1` within its programme.
    public var code = ""
    public var body = ""
    public var person = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("body", &body)
        try c.field("person", &person)
    }
}

/// A visit, a round table, a meeting with partners, and what was promised there.
public struct Exchange: Record {
    /// `EX1` within its programme.
    public var code = ""
    public var title = ""
    public var on = LocalDate(days: 0)
    public var area: String?
    public var promises: [ExchangePromise] = []
    public var by = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("title", &title)
        try c.field("on", &on)
        try c.field("area", &area)
        try c.field("promises", &promises)
        try c.field("by", &by)
    }
}

/// One promise of an exchange: by a day, kept or not yet.
public struct ExchangePromise: Record {
    public var text = ""
    public var until = LocalDate(days: 0)
    public var keptOn: LocalDate?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("text", &text)
        try c.field("until", &until)
        try c.field("kept_on", &keptOn)
    }
    /// Due and not kept by the end of a day.
    public func isLate(on date: LocalDate) -> Bool {
        until < date && keptOn.map { $0 > date } ?? true
    }
}

/// A record that belongs to a programme.
public struct OfProgramme<Content: Record>: Record {
    public var programme = ""
    public var content = Content()
    public init() {}
    public init(_ programme: String, _ content: Content) {
        self.programme = programme
        self.content = content
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("programme", &programme)
        try c.field("is", &content)
    }
}

/// What training and exchange there were, of an area or of all.
public struct Capacity: Hashable, Sendable {
    public var sessions = 0
    public var people = 0
    public var personHours = 0.0
    public var exchanges = 0
    public var promises = 0
    public var late = 0

    /// Up to a day; `area` nil counts everything.
    public init(_ programmes: [Programme], area: String? = nil, by date: LocalDate) {
        for programme in programmes {
            for training in programme.trainings
            where !training.isPlanned && training.on <= date
                && (area == nil || training.area == area)
            {
                sessions += 1
                people += training.people
                personHours += training.personHours
            }
            for exchange in programme.exchanges
            where exchange.on <= date && (area == nil || exchange.area == area) {
                exchanges += 1
                promises += exchange.promises.count
                late += exchange.promises.count { $0.isLate(on: date) }
            }
        }
    }

    /// The lines of it, none where there was none.
    public var lines: [Phrase] {
        var lines: [Phrase] = []
        if sessions > 0 {
            lines.append(
                Phrase(
                    "capacity.training",
                    [
                        "people": .count(people), "hours": .number(personHours),
                        "sessions": .count(sessions),
                    ]))
        }
        if exchanges > 0 {
            lines.append(
                Phrase(
                    "capacity.exchange",
                    [
                        "visits": .count(exchanges), "promises": .count(promises),
                        "late": .count(late),
                    ]))
        }
        return lines
    }
}

// MARK: What events change

extension State {
    mutating func applyAround(_ event: Event) {
        switch event {
        case .reviewPlanned(let r): challenges[r.challenge]?.reviewPlans.put(r.content, by: \.kind)
        case .suggestionMade(let s): challenges[s.challenge]?.suggestions.put(s.content, by: \.code)
        case .trainingHeld(let t): programmes[t.programme]?.trainings.put(t.content, by: \.code)
        case .exchangeMade(let x): programmes[x.programme]?.exchanges.put(x.content, by: \.code)
        case .contactSet(let b): programmes[b.programme]?.contacts.put(b.content, by: \.code)
        default: break
        }
    }

    mutating func removeAround(_ r: Removed, _ of: String) {
        switch r.kind {
        case .reviewPlan: challenges[of]?.reviewPlans.removeAll { $0.kind.rawValue == r.code }
        case .suggestion: challenges[of]?.suggestions.removeAll { $0.code == r.code }
        case .training: programmes[of]?.trainings.removeAll { $0.code == r.code }
        case .exchange: programmes[of]?.exchanges.removeAll { $0.code == r.code }
        case .contact: programmes[of]?.contacts.removeAll { $0.code == r.code }
        default: break
        }
    }
}

// MARK: What takes them back

extension Event {
    var aroundObject: String? {
        switch self {
        case .reviewPlanned(let r): "plan \(r.challenge) \(r.content.kind.rawValue)"
        case .suggestionMade(let s): "suggestion \(s.challenge) \(s.content.code)"
        case .trainingHeld(let t): "training \(t.programme) \(t.content.code)"
        case .exchangeMade(let x): "exchange \(x.programme) \(x.content.code)"
        case .contactSet(let b): "contact \(b.programme) \(b.content.code)"
        default: nil
        }
    }

    /// What takes one of these events back; nil for other events.
    func aroundInverse(in state: State) -> Inverse? {
        func back(_ before: Event?, _ kind: Removed.Kind, _ code: String, _ of: String) -> Inverse {
            .events([before ?? .removed(Removed(kind, of: of, code: code))])
        }
        switch self {
        case .reviewPlanned(let r):
            let code = r.content.kind.rawValue
            return back(
                Self.around(.reviewPlan, r.challenge, code, state), .reviewPlan, code, r.challenge)
        case .suggestionMade(let s):
            return back(
                Self.around(.suggestion, s.challenge, s.content.code, state), .suggestion,
                s.content.code, s.challenge)
        case .trainingHeld(let t):
            return back(
                Self.around(.training, t.programme, t.content.code, state), .training,
                t.content.code, t.programme)
        case .exchangeMade(let x):
            return back(
                Self.around(.exchange, x.programme, x.content.code, state), .exchange,
                x.content.code, x.programme)
        case .contactSet(let b):
            return back(
                Self.around(.contact, b.programme, b.content.code, state), .contact,
                b.content.code, b.programme)
        default: return nil
        }
    }

    /// The event that makes one of these things what it is in a state; nil where it is not there.
    static func around(_ kind: Removed.Kind, _ of: String, _ code: String, _ state: State) -> Event?
    {
        switch kind {
        case .reviewPlan:
            state.challenges[of]?.reviewPlans.first { $0.kind.rawValue == code }.map {
                .reviewPlanned(OfChallenge(of, $0))
            }
        case .suggestion:
            state.challenges[of]?.suggestions.first { $0.code == code }.map {
                .suggestionMade(OfChallenge(of, $0))
            }
        case .training:
            state.programmes[of]?.trainings.first { $0.code == code }.map {
                .trainingHeld(OfProgramme(of, $0))
            }
        case .exchange:
            state.programmes[of]?.exchanges.first { $0.code == code }.map {
                .exchangeMade(OfProgramme(of, $0))
            }
        case .contact:
            state.programmes[of]?.contacts.first { $0.code == code }.map {
                .contactSet(OfProgramme(of, $0))
            }
        default: nil
        }
    }
}
