public import Language

// The reminder calendar (method.md 3.1), as a table that reads like the table there. A row says what it is
// about, when its steps are relative to the nominal day, who hears each step, and how a step that falls on
// a day off moves.

/// When a step is, relative to the nominal day of its row.
package enum Offset: Hashable, Sendable {
    case days(Int)
    /// Working days after the nominal day; before it where negative.
    case workingDays(Int)
    /// Hours from the moment that the row is about; a thing without a time has no such step.
    case hours(Int)
}

/// Who hears a step.
package enum Hearer: String, Hashable, Sendable, CaseIterable {
    /// The owner of the milestone, blocker, goal or promise; the team leader where there is none.
    case owner
    /// Who keeps the primary goal's data.
    case keeper
    case leader, sponsor, coach
    /// The leadership group; over a challenge that has none, those of the whole cohort.
    case systemLeaders
    case office
    /// The team's chat where one is bound, else each member.
    case team
    /// Who wrote a proposal; who reviews it and has not scored yet.
    case author, reviewers
    /// Whom the bodies of a programme named.
    case contacts
    /// Whoever holds the job title that keeps the result, where the bot knows the person.
    case receivingUnit
    case participants, absent, trainer
    /// Nobody: the bot itself looks.
    case nobody
}

/// How a step that falls on a day off moves: before it for what prepares, after it for what nags.
package enum Shift: Hashable, Sendable { case previous, next, none }

package struct Step: Hashable, Sendable {
    package var offset: Offset
    package var hearers: [Hearer]
    package var shift: Shift
    /// Another time of the day than the row's.
    package var time: LocalTime?
    /// Only for critical milestones.
    package var criticalOnly = false

    package init(
        _ offset: Offset, _ hearers: [Hearer], _ shift: Shift, at time: LocalTime? = nil,
        criticalOnly: Bool = false
    ) {
        self.offset = offset
        self.hearers = hearers
        self.shift = shift
        self.time = time
        self.criticalOnly = criticalOnly
    }
    /// Whether it asks again for what was due, and so may not come more than three times to one hearer.
    package var isNag: Bool { shift == .next }
}

/// What a row is counted from.
package enum Anchor: Hashable, Sendable {
    case callOpens, callCloses, submitted
    case launchDay, threeWeeksBefore, dayOne, dayThirtyOne
    case milestoneDue
    /// The last reading and the goal's interval; the first one from Day 1.
    case readingDue
    /// The weekly meeting, off holidays.
    case meeting
    case raised, decisionDue, promiseDue
    /// The planned midpoint review, and the last day on which it may be held.
    case midpoint, midpointEnd
    /// The day a look found the colour worse; the day something worth a word was entered.
    case colourSeen, recognised
    case lastDay
    case closing, closed
    case checkPoint
    case session
    case estimate
    /// The last day of the last year whose days off are known.
    case calendarEnd
    /// Each week on this weekday, 1 Monday … 7.
    case weekly(Int)
    /// Each working day.
    case daily
    /// By a rhythm that whoever gets it may choose: digests.
    case rhythm
    /// Since a bound group was heard last.
    case heard
}

package struct Row: Hashable, Sendable {
    /// In the calendar of method.md 3.1; several rows may share one.
    package var number: Int
    /// As it stands in keys: `reading.due`. What stands before the dot is its kind, which people mute.
    package var name: String
    /// The first word of a subject: `reading` in `reading CH-03-G1`.
    package var thing: String
    package var anchor: Anchor
    package var time: LocalTime
    /// ★: can't be muted nor switched off.
    package var isStar = false
    package var steps: [Step]

    package init(
        _ number: Int, _ name: String, _ thing: String, from anchor: Anchor,
        at time: LocalTime = LocalTime(9, 0),
        isStar: Bool = false, _ steps: [Step]
    ) {
        self.number = number
        self.name = name
        self.thing = thing
        self.anchor = anchor
        self.time = time
        self.isStar = isStar
        self.steps = steps
    }

    /// `reading` of `reading.due`: what a person mutes.
    package var kind: String { Self.kind(of: name) }
    static func kind(of name: String) -> String { String(name.prefix { $0 != "." }) }

    /// Every row of the calendar, in its order.
    package static let all: [Row] =
        ofDesign + ofLaunch + ofFirstWeeks + ofWork + ofReviews + ofNews + ofEnd + ofAftermath
        + ofTraining
        + ofDigests + ofCalendar
    private static let byName: [String: Row] = Dictionary(all.map { ($0.name, $0) }) { first, _ in
        first
    }
    package static func named(_ name: String) -> Row? { byName[name] }
    /// The kinds that there are, each once, in the order of the rows.
    package static let kinds: [String] = {
        var seen: Set<String> = []
        return all.filter { $0.steps.contains { $0.hearers != [.nobody] } }.map(\.kind).filter {
            seen.insert($0).inserted
        }
    }()
}

/// One ring of one step, for one receiver.
public struct Occurrence: Hashable, Sendable {
    /// `row/subject/receiver@nominal-local-date#n`: nominal is before any shift, so that a moved holiday
    /// can't ring it twice.
    public var key: String
    public var row: String
    /// `reading CH-03-G1`, `milestone CH-03-M3`, `digest CH-03`, `cohort NA-1`, `group tg:-100 CH-03`.
    public var subject: String
    /// A person's code, or `chat:` and the key of a group.
    public var receiver: String
    public var step: Int
    public var nominal: LocalDate
    public var rings: Instant

    /// A step is further from its nominal day by no more days than this.
    static let longest = 200
    /// Nothing that was due longer ago rings any more, in days.
    static let reach: Int64 = 120
    /// That it rang is known for so many days from its nominal one: as long as anything could call for it.
    static let kept = longest + Int(reach) + 10

    /// What people mute: `reading` of `reading.due`.
    public var kind: String { Row.kind(of: row) }
    /// ★: can't be muted.
    public var isStar: Bool { Row.named(row)?.isStar ?? false }
    /// The group that hears it, where it is one.
    public var chat: String? { receiver.hasPrefix("chat:") ? String(receiver.dropFirst(5)) : nil }

    /// The key taken apart again, for “why did I get this”.
    public static func parts(of key: String) -> (
        row: String, subject: String, receiver: String, nominal: LocalDate, step: Int
    )? {
        guard let hash = key.lastIndex(of: "#"), let at = key[..<hash].lastIndex(of: "@"),
            let step = Int(key[key.index(after: hash)...]),
            let nominal = LocalDate(iso: String(key[key.index(after: at)..<hash]))
        else { return nil }
        // A chat's id, which a subject may hold, is spelled as its channel likes.
        guard let first = key[..<at].firstIndex(of: "/"),
            let last = key[..<at].firstRange(of: "/chat:")?.lowerBound
                ?? key[..<at].lastIndex(of: "/"), first < last
        else { return nil }
        let subject = key[key.index(after: first)..<last]
        return (
            String(key[..<first]), String(subject), String(key[key.index(after: last)..<at]),
            nominal, step
        )
    }
}
