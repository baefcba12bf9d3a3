public import Language

/// What rings, and when: derived from the facts each time, never stored (design.md 2, idea 5). A restart can
/// neither lose nor double a reminder.
///
/// 1. An owner (a challenge, a cohort) yields the occurrences that its facts call for now. When a reading
///    comes in, or a milestone is done, the steps that were to come are simply not called for any more.
/// 2. An occurrence rings at its local time on its nominal day, moved off days off; a snooze moves that one.
/// 3. What rang is an event; its key never rings again.
/// 4. What is more than twelve hours late is passed over with an event that says so, never told in a storm.
public struct Reminding: Sendable {
    let state: State
    let zones: Zones
    /// Occurrences before this are not looked at any more.
    let floor: Instant

    public static let grace: Int64 = 12 * Instant.hour

    public init(_ state: State, _ zones: Zones) {
        self.state = state
        self.zones = zones
        floor = max(state.settledAt, state.at.advanced(by: -3 * Instant.day))
    }

    /// The owners that have alarms at all.
    public static func owners(_ state: State) -> [String] {
        state.challenges.keys.map { "challenge " + $0 } + state.cohorts.keys.map { "cohort " + $0 }
    }

    /// The earliest time at which an owner rings, nil where nothing is called for.
    public func next(_ owner: String) -> Instant? { occurrences(owner).map(\.rings).min() }

    /// What an owner calls for and has not rung yet.
    public func occurrences(_ owner: String) -> [Occurrence] {
        let parts = owner.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return [] }
        if parts[0] == "challenge" {
            return state.challenges[parts[1]].map(ofChallenge) ?? []
        }
        return state.cohorts[parts[1]].map(ofCohort) ?? []
    }

    private func ofChallenge(_ challenge: Challenge) -> [Occurrence] {
        var found = silences(challenge)
        guard let programme = state.programme(of: challenge), let dayOne = challenge.dayOne,
            let lastDay = challenge.lastDay,
            [.launched, .accelerating, .results].contains(challenge.state)
        else { return found }
        let zone = state.zone(of: challenge)
        let frame = Frame(days: programme.calendar.days, zone: zone, first: dayOne, last: lastDay)
        var after = frame
        after.last = lastDay + ChallengeView.lateWindow
        add(.resultsOpen, "results \(challenge.code)", lastDay, after, &found) {
            hearers($0.hearer, challenge, owner: nil)
        }
        guard challenge.state != .results else { return found }
        for goal in challenge.goals {
            let due = Self.readingDue(goal, dayOne: dayOne)
            add(.readingDue, "reading \(challenge.code)-\(goal.code)", due, frame, &found) {
                hearers($0.hearer, challenge, owner: goal.owner ?? challenge.holders(of: .dataKeeper).first)
            }
        }
        for milestone in challenge.milestones where milestone.state == .open {
            add(.milestoneDue, "milestone \(challenge.code)-\(milestone.code)", milestone.due, frame, &found) {
                $0.criticalOnly && !milestone.isCritical
                    ? [] : hearers($0.hearer, challenge, owner: milestone.owner)
            }
        }
        for row in [Row.leaderDigest, .sponsorDigest] {
            addRepeating(row, "digest \(challenge.code)", frame, &found) {
                hearers($0.hearer, challenge, owner: nil)
            }
        }
        return found
    }

    private func ofCohort(_ cohort: Cohort) -> [Occurrence] {
        guard cohort.state == .accelerating, let programme = state.programmes[cohort.programme],
            let first = cohort.dayOne
        else { return [] }
        let frame = Frame(
            days: programme.calendar.days, zone: state.zone(of: cohort), first: first,
            last: first + (cohort.duration - 1))
        var found: [Occurrence] = []
        let office = state.holders(of: .office, over: cohort.code)
        addRepeating(.officeDigest, "cohort \(cohort.code)", frame, &found) { _ in office }
        return found
    }

    /// The day on which a goal's next reading is due.
    public static func readingDue(_ goal: Goal, dayOne: LocalDate) -> LocalDate {
        var last: LocalDate?
        for reading in goal.readings.reversed() where reading.voidedAt == nil {
            if let known = last { last = max(known, reading.asOf) } else { last = reading.asOf }
            if let last, reading.asOf < last - 60 { break }
        }
        // A challenge taken over on Day 23 is asked from that day on, not for the weeks before.
        return (last ?? max(dayOne, goal.baselineOn ?? dayOne)) + max(1, goal.interval)
    }

    // MARK: Times and receivers

    struct Frame {
        var days: WorkingDays
        var zone: String
        var first: LocalDate
        var last: LocalDate
    }

    private func add(
        _ row: Row, _ subject: String, _ nominal: LocalDate, _ frame: Frame, _ found: inout [Occurrence],
        _ receivers: (Step) -> [String]
    ) {
        for (i, step) in row.steps.enumerated() {
            let day = Self.day(step, nominal, frame.days)
            guard day <= frame.last, day >= frame.first else { continue }
            for receiver in receivers(step) {
                put(row, subject, receiver, i, nominal, day, frame, &found)
            }
        }
    }

    /// Rows that come each week or each working day: the ones from the floor on, for two weeks.
    private func addRepeating(
        _ row: Row, _ subject: String, _ frame: Frame, _ found: inout [Occurrence],
        _ receivers: (Step) -> [String]
    ) {
        guard let from = zones.local(floor, in: frame.zone)?.date ?? Optional(floor.local(offset: 0).date) else {
            return
        }
        let start = max(from, frame.first)
        // By its number: the calendar's last day has no day after it.
        for ahead in 0...15 where start.days + ahead <= frame.last.days {
            let date = start + ahead
            switch row.anchor {
            case .weekly(let weekday) where date.weekday != weekday: continue
            case .daily where !frame.days.isWorking(date): continue
            default: break
            }
            for (i, step) in row.steps.enumerated() {
                let day = Self.day(step, date, frame.days)
                guard day <= frame.last else { continue }
                for receiver in receivers(step) {
                    put(row, subject, receiver, i, date, day, frame, &found)
                }
            }
        }
    }

    /// The day of a step: counted, then moved off a day off.
    static func day(_ step: Step, _ nominal: LocalDate, _ days: WorkingDays) -> LocalDate {
        var day: LocalDate
        switch step.offset {
        case .days(let n): day = nominal + n
        case .workingDays(let n):
            day = nominal
            var left = n, walked = 0
            while left > 0, walked < 400 {
                day = day + 1
                walked += 1
                if days.isWorking(day) { left -= 1 }
            }
        }
        var walked = 0
        while !days.isWorking(day), walked < 60 {
            day = step.shift == .previous ? day - 1 : day + 1
            walked += 1
        }
        return day
    }

    private func put(
        _ row: Row, _ subject: String, _ receiver: String, _ step: Int, _ nominal: LocalDate, _ day: LocalDate,
        _ frame: Frame, _ found: inout [Occurrence]
    ) {
        let key = "\(row.name)/\(subject)/\(receiver)@\(nominal)#\(step)"
        guard state.rung[key] == nil else { return }
        var rings: Instant
        if let snoozed = state.snoozes[key] {
            rings = snoozed
        } else {
            let zone = state.people[receiver]?.zone ?? frame.zone
            let moment = LocalMoment(day, row.time)
            rings = zones.instant(moment, in: zone) ?? Instant(milliseconds: Int64(day.days) * Instant.day)
            guard rings >= floor else { return }
        }
        found.append(
            Occurrence(
                key: key, row: row.name, subject: subject, receiver: receiver, step: step, nominal: nominal,
                rings: rings))
    }

    private func hearers(_ hearer: Hearer, _ challenge: Challenge, owner: String?) -> [String] {
        switch hearer {
        case .owner:
            if let owner { return [owner] }
            return Array(challenge.holders(of: .teamLeader).prefix(1))
        case .leader: return challenge.holders(of: .teamLeader)
        case .sponsor: return challenge.holders(of: .sponsor)
        case .sponsorAndCoach: return challenge.holders(of: .sponsor) + challenge.holders(of: .coach)
        case .office: return state.holders(of: .office, over: challenge.head.cohort)
        }
    }
}

/// When the next alarm is: one entry an owner, recomputed only for owners that a commit named, and only
/// when somebody asks. Beside the state; can be thrown away and rebuilt.
public struct Agenda: Sendable {
    private var times: [String: Instant] = [:]
    private var stale: Set<String> = []
    private var isAllStale = true

    public init() {}

    /// Notes what a commit may have moved.
    public mutating func note(_ commit: Commit) {
        guard !isAllStale else { return }
        for event in commit.events {
            switch event.owner {
            case .none: continue
            case .one(let owner): stale.insert(owner)
            case .all: isAllStale = true
            }
        }
    }

    /// The earliest time at which anything rings.
    public mutating func next(_ state: State, _ zones: Zones) -> Instant? {
        let reminding = Reminding(state, zones)
        if isAllStale {
            times = [:]
            for owner in Reminding.owners(state) { times[owner] = reminding.next(owner) }
            isAllStale = false
        } else {
            for owner in stale { times[owner] = reminding.next(owner) }
        }
        stale = []
        return times.values.min()
    }
}

/// Whose alarms an event moves.
enum AlarmOwner: Hashable, Sendable {
    case none
    case one(String)
    case all
}

extension Event {
    var owner: AlarmOwner {
        switch self {
        case .readingRecorded(let r): .one("challenge " + r.challenge)
        case .readingVoided(let v), .readingRestored(let v): .one("challenge " + v.challenge)
        case .milestoneSet(let m): .one("challenge " + m.challenge)
        case .milestoneMoved(let m): .one("challenge " + m.challenge)
        case .goalSet(let g): .one("challenge " + g.challenge)
        case .challengeMoved(let m): .one("challenge " + m.challenge)
        case .challengeSet(let h): .one("challenge " + h.code)
        case .seatTaken(let s), .seatLeft(let s): .one("challenge " + s.challenge)
        case .chatHeard(let h): h.challenge.map { .one("challenge " + $0) } ?? .all
        case .undeliverable(let u): u.isLost ? .all : .none
        case .rang(let r): Self.owner(ofKey: r.key)
        case .snoozed(let s): Self.owner(ofKey: s.key)
        case .cohortSet, .cohortMoved, .programmeSet, .calendarChanged, .personSet, .personForgotten, .alarmsSettled,
            .zonesChanged, .removed, .chatSet, .channelKnown:
            .all
        default: .none
        }
    }

    private static func owner(ofKey key: String) -> AlarmOwner {
        guard let parts = Occurrence.parts(of: key) else { return .all }
        let words = parts.subject.split(separator: " ").map(String.init)
        guard words.count >= 2, let last = words.last else { return .all }
        if words[0] == "cohort" { return .one("cohort " + last) }
        let code = last.split(separator: "-")
        return code.count >= 2 ? .one("challenge " + code[0...1].joined(separator: "-")) : .all
    }
}
