public import Language

// The reminder calendar (method.md 3.1), as a table that reads like the table there. A row says what it is
// about, when its steps are relative to the nominal day, who hears each step, and how a step that falls on
// a day off moves.

/// When a step is, relative to the nominal day of its row.
enum Offset: Hashable, Sendable {
    case days(Int)
    /// Working days after the nominal day.
    case workingDays(Int)
}

/// Who hears a step.
enum Hearer: Hashable, Sendable {
    /// The owner of the milestone or goal; the team leader where there is none.
    case owner
    case leader
    case sponsor
    case sponsorAndCoach
    case office
}

/// How a step that falls on a day off moves: before it for what prepares, after it for what nags.
enum Shift: Hashable, Sendable { case previous, next }

struct Step: Hashable, Sendable {
    var offset: Offset
    var hearer: Hearer
    var shift: Shift
    /// Only for critical milestones.
    var criticalOnly = false
}

/// What a row is counted from.
enum Anchor: Hashable, Sendable {
    case milestoneDue
    /// The last reading and the goal's interval; the first one from Day 1.
    case readingDue
    /// Each week on this weekday, 1 Monday … 7.
    case weekly(Int)
    /// Each working day.
    case daily
    case lastDay
}

struct Row: Hashable, Sendable {
    /// As it stands in keys and mutes: `reading.due`.
    var name: String
    var anchor: Anchor
    var time: LocalTime
    var steps: [Step]

    /// Row 14: reading due, then the ladder to those who can help.
    static let readingDue = Row(
        name: "reading.due", anchor: .readingDue, time: LocalTime(9, 0),
        steps: [
            Step(offset: .days(0), hearer: .owner, shift: .next),
            Step(offset: .workingDays(2), hearer: .owner, shift: .next),
            Step(offset: .workingDays(5), hearer: .leader, shift: .next),
            Step(offset: .workingDays(10), hearer: .sponsorAndCoach, shift: .next),
        ])
    /// Row 15: a milestone, before and after its day.
    static let milestoneDue = Row(
        name: "milestone.due", anchor: .milestoneDue, time: LocalTime(9, 0),
        steps: [
            Step(offset: .days(-7), hearer: .owner, shift: .previous),
            Step(offset: .days(-2), hearer: .owner, shift: .previous),
            Step(offset: .days(0), hearer: .owner, shift: .previous),
            Step(offset: .workingDays(1), hearer: .owner, shift: .next),
            Step(offset: .workingDays(3), hearer: .owner, shift: .next),
            Step(offset: .workingDays(5), hearer: .leader, shift: .next),
            Step(offset: .workingDays(10), hearer: .sponsor, shift: .next, criticalOnly: true),
        ])
    /// Row 32: digests.
    static let leaderDigest = Row(
        name: "digest.leader", anchor: .weekly(1), time: LocalTime(8, 45),
        steps: [Step(offset: .days(0), hearer: .leader, shift: .next)])
    static let sponsorDigest = Row(
        name: "digest.sponsor", anchor: .weekly(1), time: LocalTime(9, 15),
        steps: [Step(offset: .days(0), hearer: .sponsor, shift: .next)])
    static let officeDigest = Row(
        name: "digest.office", anchor: .daily, time: LocalTime(9, 0),
        steps: [Step(offset: .days(0), hearer: .office, shift: .next)])

    /// The day after the last one: the result so far, and what is still open.
    static let resultsOpen = Row(
        name: "results.open", anchor: .lastDay, time: LocalTime(9, 0),
        steps: [Step(offset: .days(1), hearer: .leader, shift: .next)])

    static let ofChallenge = [readingDue, milestoneDue, leaderDigest, sponsorDigest]
    static let ofCohort = [officeDigest]
}

/// One ring of one step, for one receiver.
public struct Occurrence: Hashable, Sendable {
    /// `row/subject/receiver@nominal-local-date#n`: nominal is before any shift, so that a moved holiday
    /// can't ring it twice.
    public var key: String
    public var row: String
    /// `reading CH-03-G1`, `milestone CH-03-M3`, `digest CH-03`, `cohort NA-1`, `group tg:-100 CH-03`.
    public var subject: String
    public var receiver: String
    public var step: Int
    public var nominal: LocalDate
    public var rings: Instant

    /// The key taken apart again, for “why did I get this”.
    public static func parts(of key: String) -> (row: String, subject: String, receiver: String, nominal: LocalDate, step: Int)? {
        guard let hash = key.lastIndex(of: "#"), let at = key[..<hash].lastIndex(of: "@"),
            let step = Int(key[key.index(after: hash)...]),
            let nominal = LocalDate(iso: String(key[key.index(after: at)..<hash]))
        else { return nil }
        // A chat's id, which a subject may hold, is spelled as its channel likes.
        guard let first = key[..<at].firstIndex(of: "/"), let last = key[..<at].lastIndex(of: "/"), first < last
        else { return nil }
        let subject = key[key.index(after: first)..<last]
        return (String(key[..<first]), String(subject), String(key[key.index(after: last)..<at]), nominal, step)
    }
}
