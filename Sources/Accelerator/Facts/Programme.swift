public import JSON
public import Language

/// A programme: the country's accelerator, its calendar, its thresholds, its areas.
public struct Programme: Record {
    public var code = ""
    public var name = ""
    /// ISO 3166: `KZ`.
    public var country = ""
    /// IANA zone.
    public var zone = ""
    public var languages: [String] = []
    public var calendar = WorkingCalendar()
    public var thresholds = Thresholds()
    public var areas: [Area] = []
    public var trainings: [Training] = []
    public var exchanges: [Exchange] = []
    public var contacts: [BodyContact] = []
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("name", &name)
        try c.field("country", &country)
        try c.field("zone", &zone)
        try c.field("languages", &languages)
        try c.field("calendar", &calendar)
        try c.field("thresholds", &thresholds)
        try c.field("areas", &areas)
        try c.field("trainings", &trainings)
        try c.field("exchanges", &exchanges)
        try c.field("contacts", &contacts)
    }
}

public struct Area: Record {
    public var code = ""
    public var name = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("name", &name)
    }
}

/// Working days of a programme: copied from a calendar file when the programme is created, changed by
/// events after that, so that replay never reads a file.
public struct WorkingCalendar: Record {
    /// Weekdays off, 1 Monday … 7 Sunday.
    public var weekend: [Int] = [6, 7] { didSet { days = WorkingDays(self) } }
    /// Days off, oldest first.
    public var holidays: [Holiday] = [] { didSet { days = WorkingDays(self) } }
    /// Weekend days or holidays that are worked after all.
    public var workingDays: [LocalDate] = [] { didSet { days = WorkingDays(self) } }
    /// Laid out for counting, as every message needs it.
    public private(set) var days = WorkingDays(weekend: [6, 7])
    /// Nobody is disturbed from `quietFrom` in the evening to `quietTo` in the morning.
    public var quietFrom = LocalTime(20, 0)
    public var quietTo = LocalTime(8, 30)
    /// Worked, an hour shorter: eves, and what a decree names.
    public var shortDays: [LocalDate] = []
    /// When weekdays are worked; none where the calendar does not say.
    public var hours: [WeekdayHours] = []
    /// The hours that stand in for them in Ramadan, and when that is, oldest first.
    public var ramadanHours: [WeekdayHours] = []
    public var ramadan: [Season] = []
    /// Nobody is disturbed within them: the Friday prayer.
    public var quietWindows: [WeekdayHours] = []
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("weekend", &weekend)
        try c.field("holidays", &holidays)
        var texts = workingDays.map(\.description)
        try c.field("working_days", &texts)
        if c.isReading { workingDays = texts.compactMap { LocalDate(iso: $0) } }
        try c.field("quiet_from", &quietFrom)
        try c.field("quiet_to", &quietTo)
        texts = shortDays.map(\.description)
        try c.field("short_days", &texts)
        if c.isReading { shortDays = texts.compactMap { LocalDate(iso: $0) } }
        try c.field("hours", &hours)
        try c.field("ramadan_hours", &ramadanHours)
        try c.field("ramadan", &ramadan)
        try c.field("quiet_windows", &quietWindows)
    }
}

/// Hours of some weekdays: when they are worked, or when nobody is disturbed.
public struct WeekdayHours: Record {
    /// 1 Monday … 7 Sunday.
    public var weekdays: [Int] = []
    public var from = LocalTime(9, 0)
    public var to = LocalTime(18, 0)
    public init() {}
    public init(_ weekdays: [Int], from: LocalTime, to: LocalTime) {
        self.weekdays = weekdays
        self.from = from
        self.to = to
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("days", &weekdays)
        try c.field("from", &from)
        try c.field("to", &to)
    }
}

/// Days that belong together, both ends included: the Ramadan of a year.
public struct Season: Record {
    public var from = LocalDate(days: 0)
    public var to = LocalDate(days: 0)
    /// The moon decides, and has not yet.
    public var isEstimate = false
    public init() {}
    public init(from: LocalDate, to: LocalDate, isEstimate: Bool = false) {
        self.from = from
        self.to = to
        self.isEstimate = isEstimate
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("from", &from)
        try c.field("until", &to)
        try c.field("estimate", &isEstimate)
    }
}

public struct Holiday: Record {
    public var date = LocalDate(days: 0)
    public var name = ""
    /// A date that the moon decides, not yet confirmed.
    public var isEstimate = false
    /// Whether somebody typed the name, as a decree has it.
    public var isTyped = false
    public init() {}
    public init(date: LocalDate, name: String, isEstimate: Bool = false) {
        self.date = date
        self.name = name
        self.isEstimate = isEstimate
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("date", &date)
        try c.field("name", &name)
        try c.field("estimate", &isEstimate)
        try c.field("typed", &isTyped)
    }
}

/// The defaults of method.md 2.6, which a programme may change.
public struct Thresholds: Record {
    /// Gap at or above which a goal is on track, and below which it is off track.
    public var onTrackGap = -0.05
    public var offTrackGap = -0.20
    /// Working days of silence after which a goal is stale, very stale.
    public var staleDays = 5
    public var veryStaleDays = 10
    /// Forecasts are hidden before this day, and judged from `forecastJudgedFrom`.
    public var forecastShownFrom = 30
    public var forecastJudgedFrom = 50
    /// A forecast past this share of the duration is off track.
    public var forecastLimit = 1.25
    /// Working days a critical blocker may be open before it worsens the colour, and before it reddens it.
    public var blockerAtRiskDays = 3
    public var blockerOffTrackDays = 7
    /// Days a milestone may be overdue before it worsens; a critical one before it reddens.
    public var milestoneAtRiskDays = 7
    public var milestoneOffTrackDays = 14
    /// The first reading is missed on this day.
    public var firstReadingDay = 10
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("on_track_gap", &onTrackGap)
        try c.field("off_track_gap", &offTrackGap)
        try c.field("stale_days", &staleDays)
        try c.field("very_stale_days", &veryStaleDays)
        try c.field("forecast_shown_from", &forecastShownFrom)
        try c.field("forecast_judged_from", &forecastJudgedFrom)
        try c.field("forecast_limit", &forecastLimit)
        try c.field("blocker_at_risk_days", &blockerAtRiskDays)
        try c.field("blocker_off_track_days", &blockerOffTrackDays)
        try c.field("milestone_at_risk_days", &milestoneAtRiskDays)
        try c.field("milestone_off_track_days", &milestoneOffTrackDays)
        try c.field("first_reading_day", &firstReadingDay)
    }
}

/// A cohort (batch): challenges that share a Day 1.
public struct Cohort: Record {
    public var code = ""
    public var programme = ""
    public var name = ""
    public var state = CohortState.draft
    /// IANA zone; empty is the programme's.
    public var zone = ""
    public var languages: [String] = []
    public var callOpened: LocalDate?
    public var callClosed: LocalDate?
    public var selectedOn: LocalDate?
    public var launchOn: LocalDate?
    public var dayOne: LocalDate?
    public var midpointOn: LocalDate?
    public var closingOn: LocalDate?
    public var duration = 100
    /// Days between readings where a goal does not say.
    public var readingInterval = 7
    /// What proposals are called for; a proposal names one of them where there are any.
    public var topics: [String] = []
    /// Oldest first.
    public var stocktakes: [Stocktake] = []
    /// What the office changed about reminders, by row.
    public var reminders: [RowSetting] = []
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("programme", &programme)
        try c.field("name", &name)
        try c.field("state", &state)
        try c.field("zone", &zone)
        try c.field("languages", &languages)
        try c.field("call_opened", &callOpened)
        try c.field("call_closed", &callClosed)
        try c.field("selected_on", &selectedOn)
        try c.field("launch_on", &launchOn)
        try c.field("day_1", &dayOne)
        try c.field("midpoint_on", &midpointOn)
        try c.field("closing_on", &closingOn)
        try c.field("duration", &duration)
        try c.field("reading_interval", &readingInterval)
        try c.field("topics", &topics)
        try c.field("stocktakes", &stocktakes)
        try c.field("reminders", &reminders)
    }
}

/// A proposal for a challenge, with the four scores of its reviewers.
public struct Proposal: Record {
    public var code = ""
    public var cohort = ""
    public var title = ""
    public var problem: String?
    /// The body that proposes, and the person who typed it.
    public var body = ""
    public var author: String?
    public var area: String?
    public var indicator: String?
    /// The cohort's topic that it answers.
    public var topic: String?
    public var state = ProposalState.submitted
    public var submittedOn: LocalDate?
    public var scores: [Scores] = []
    public var reason: String?
    /// The challenge it became or was merged into.
    public var challenge: String?
    public var decidedOn: LocalDate?
    /// The challenge whose result it carries on, by which path, and to how many places.
    public var follows: String?
    public var path: Path?
    public var sites: Int?
    /// A draft is its author's alone, unless it carries a result on: that is the office's business too.
    public var isPrivate: Bool { state == .draft && follows == nil }
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("cohort", &cohort)
        try c.field("title", &title)
        try c.field("problem", &problem)
        try c.field("body", &body)
        try c.field("author", &author)
        try c.field("area", &area)
        try c.field("indicator", &indicator)
        try c.field("topic", &topic)
        try c.field("state", &state)
        try c.field("submitted_on", &submittedOn)
        try c.field("scores", &scores)
        try c.field("reason", &reason)
        try c.field("challenge", &challenge)
        try c.field("decided_on", &decidedOn)
        try c.field("follows", &follows)
        try c.field("path", &path)
        try c.field("sites", &sites)
    }
}

/// The four selection criteria, 1 … 5 each (method.md 0).
public struct Scores: Record {
    public var by = ""
    public var touchesPeople = 0
    public var severalBodies = 0
    public var ambitiousMeasurable = 0
    public var doable = 0
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("by", &by)
        try c.field("touches_people", &touchesPeople)
        try c.field("several_bodies", &severalBodies)
        try c.field("ambitious_measurable", &ambitiousMeasurable)
        try c.field("doable_in_100_days", &doable)
    }
    public var total: Int { touchesPeople + severalBodies + ambitiousMeasurable + doable }
}

/// Something of a cohort's file that no part of the bot reads yet, kept word for word so that an export
/// gives it back.
public struct Annex: Record {
    public var cohort = ""
    public var name = ""
    public var content = JSONValue.null
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("cohort", &cohort)
        try c.field("name", &name)
        try c.json("content", &content)
    }
}
