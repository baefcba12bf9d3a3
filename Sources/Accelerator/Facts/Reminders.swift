public import Language

// What the reminder calendar needs to know beside the method's own facts: what somebody ticked off, which
// colour was seen last, and what the office changed for a cohort.

/// Something a reminder asked for that leaves no figure: it was done, by whom, and on which day.
public struct Tick: Record {
    public enum What: String, Spelled, Comparable {
        /// The coach has called everybody in days 31–35.
        case calls
        /// The sponsor has thanked the managers and announced the challenge.
        case thanks
        /// The sponsor has written to all who helped.
        case loop
        public static func < (a: What, b: What) -> Bool { a.rawValue < b.rawValue }
    }
    public var what = What.calls
    public var by = ""
    public var on = LocalDate(days: 0)
    public init() {}
    public init(_ what: What, by: String, on: LocalDate) {
        self.what = what
        self.by = by
        self.on = on
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("what", &what)
        try c.field("by", &by)
        try c.field("on", &on)
    }
}

/// The colour that a morning's look found, and the one it had found before where that was another.
///
/// A colour also moves with time alone, so it is no event by itself: this is what the bot knew when it last
/// looked, and what “worse than” means.
public struct ColourSeen: Record {
    public var colour = Colour.notStarted
    public var before: Colour?
    public var on = LocalDate(days: 0)
    public init() {}
    public init(_ colour: Colour, before: Colour?, on: LocalDate) {
        self.colour = colour
        self.before = before
        self.on = on
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("colour", &colour)
        try c.field("before", &before)
        try c.field("on", &on)
    }
    /// Whether it got worse, to a colour that asks for something.
    public var isWorse: Bool {
        guard let before, colour == .atRisk || colour == .offTrack else { return false }
        return [.achieved, .onTrack, .atRisk].contains(before) && before < colour
    }
}

/// What the office changed about one row of the reminder calendar, for one cohort.
public struct RowSetting: Record {
    /// The row's name: `meeting.weekly`.
    public var row = ""
    public var isOff = false
    /// Another time of the day.
    public var time: LocalTime?
    /// Other distances, one a step, in the step's own unit; empty is the calendar's own.
    public var offsets: [Int] = []
    public init() {}
    public init(row: String) { self.row = row }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("row", &row)
        try c.field("off", &isOff)
        try c.field("time", &time)
        try c.field("offsets", &offsets)
    }
    /// Whether nothing is changed.
    public var isPlain: Bool { !isOff && time == nil && offsets.isEmpty }
}

/// A change of one row for one cohort; a plain one is the calendar's own again.
public struct ReminderSet: Record {
    public var cohort = ""
    public var setting = RowSetting()
    public init() {}
    public init(_ cohort: String, _ setting: RowSetting) {
        self.cohort = cohort
        self.setting = setting
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("cohort", &cohort)
        try c.field("is", &setting)
    }
}

// MARK: What they change, and what takes them back

extension State {
    mutating func applyReminders(_ event: Event) {
        switch event {
        case .ticked(let t): challenges[t.challenge]?.ticks.put(t.content, by: \.what)
        case .colourSeen(let s): challenges[s.challenge]?.seen = s.content
        case .reminderSet(let r):
            cohorts[r.cohort]?.reminders.removeAll { $0.row == r.setting.row }
            if !r.setting.isPlain { cohorts[r.cohort]?.reminders.append(r.setting) }
            cohorts[r.cohort]?.reminders.sort { $0.row < $1.row }
        default: break
        }
    }

    /// Who holds a role in something larger than a challenge is found without asking everybody.
    mutating func regrant(_ person: String) {
        let holds = people[person]?.grants.isEmpty == false
        guard granted.has(person) != holds else { return }
        granted[person] = holds ? true : nil
    }
}

extension Event {
    var remindersObject: String? {
        switch self {
        case .ticked(let t): "tick \(t.challenge) \(t.content.what.rawValue)"
        case .reminderSet(let r): "reminder \(r.cohort) \(r.setting.row)"
        default: nil
        }
    }

    func remindersInverse(in state: State) -> Inverse? {
        switch self {
        case .ticked(let t):
            let before = state.challenges[t.challenge]?.ticks.first { $0.what == t.content.what }
            return .events([
                before.map { .ticked(OfChallenge(t.challenge, $0)) }
                    ?? .removed(Removed(.tick, of: t.challenge, code: t.content.what.rawValue))
            ])
        case .reminderSet(let r):
            let before = state.cohorts[r.cohort]?.reminders.first { $0.row == r.setting.row }
            return .events([
                .reminderSet(ReminderSet(r.cohort, before ?? RowSetting(row: r.setting.row)))
            ])
        case .colourSeen: return .nothing
        default: return nil
        }
    }
}
