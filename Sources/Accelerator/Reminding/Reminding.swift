internal import HeapModule
public import Language

/// What rings, and when: derived from the facts each time, never stored (design.md 2, idea 5). A restart can
/// neither lose nor double a reminder.
///
/// 1. An owner (a challenge, a cohort, a proposal, a programme) yields the occurrences that its facts call for now. When a reading
///    comes in, or a milestone is done, the steps that were to come are simply not called for any more.
/// 2. An occurrence rings at its local time on its nominal day, moved off days off; a snooze moves that one.
/// 3. What rang is an event; its key never rings again.
/// 4. It rings at an hour of its receiver's own clock and calendar (Hours.swift); its key never changes by that.
/// 5. What waits for a receiver (Delivery.swift) rings as one, and belongs to the receiver.
public struct Reminding: Sendable {
    let state: State
    let zones: Zones
    /// Occurrences before this are not looked at any more.
    let floor: Instant

    public static let grace: Int64 = 12 * Instant.hour

    /// Nor are those after this, where only the next ones are wanted.
    private(set) var through = Instant(milliseconds: .max)

    /// Days after the floor within which rows that repeat are looked for: until two weeks from now.
    let reach: Int

    /// - Parameters:
    ///   - at: now, where that is later than the last commit.
    ///   - from: looks back to there, whatever rang since.
    public init(_ state: State, _ zones: Zones, at: Instant? = nil, from: Instant? = nil) {
        self.state = state
        self.zones = zones
        let now = max(at ?? state.at, state.at)
        floor = from ?? state.lookBack(from: now)
        reach = 15 + Int(max(0, now.since(floor)) / Instant.day)
    }

    /// The same, for what rings by a time alone: much less work where that is soon.
    public func through(_ time: Instant) -> Reminding {
        var near = self
        near.through = time
        return near
    }

    /// The owners that have alarms at all.
    public static func owners(_ state: State) -> [String] {
        state.challenges.keys.map { "challenge " + $0 } + wide(state)
            + state.proposals.keys.map { "proposal " + $0 }
            + state.reminded.filter { $0.until != nil }.map { Waiting.owner($0.receiver) }
    }
    /// Those among them that tell of many challenges: who holds a seat in one may hear of them.
    static func wide(_ state: State) -> [String] {
        state.cohorts.keys.map { "cohort " + $0 } + state.programmes.keys.map { "programme " + $0 }
    }

    /// The earliest time at which an owner rings, nil where nothing is called for.
    ///
    /// Who hears a step is looked up only for steps that could be the earliest: a step is never further
    /// from its moment than the zones of the earth are apart, and what prepares is brought forward by no more
    /// than ``Hours/back``.
    public func next(_ owner: String) -> Instant? {
        if owner.hasPrefix(Waiting.prefix) { return occurrences(owner).map(\.rings).min() }
        var best = boards(owner)
        if owner.hasPrefix("challenge "),
            let challenge = state.challenges[String(owner.dropFirst(10))]
        {
            best = [best, silences(challenge).map(\.rings).min()].compactMap { $0 }.min()
        }
        let matters = matters(owner)
        return matters.withUnsafeBufferPointer { matters in
            var coming: [Coming] = []
            guard let first = matters.baseAddress else { return best }
            for place in matters.indices {
                let matter = first + place
                matter.pointee.eachStep(self) { due in
                    coming.append(
                        Coming(from: Self.earliest(matter, due), matter: place, due: due))
                }
            }
            // Few are looked at before one rings earlier than any other can.
            var heap = Heap(coming)
            while let one = heap.popMin() {
                if let best, one.from >= best { break }
                best = rings(first + one.matter, one.due, before: best)
            }
            return best
        }
    }
    /// A step, no later than it is heard by anyone.
    private struct Coming: Comparable {
        let from: Instant
        let matter: Int
        let due: Due
        static func < (a: Coming, b: Coming) -> Bool { a.from < b.from }
        static func == (a: Coming, b: Coming) -> Bool { a.from == b.from }
    }
    /// The clocks of the earth differ by no more.
    static let apart: Int64 = 15 * Instant.hour

    /// No hearer of a step hears it before.
    private static func earliest(_ matter: UnsafePointer<Matter>, _ due: Due) -> Instant {
        let isPutOff = matter.pointee.row.steps[due.step].shift == .next
        return due.moment.utc.advanced(by: -apart - (isPutOff ? 0 : Hours.back * Instant.day))
    }

    /// What an owner calls for and has not rung yet.
    public func occurrences(_ owner: String) -> [Occurrence] {
        if owner.hasPrefix(Waiting.prefix) {
            // What waits longer would take the place of what is due.
            return waiting(String(owner.dropFirst(Waiting.prefix.count))).filter {
                $0.rings <= through
            }
        }
        var found: [Occurrence] = []
        if owner.hasPrefix("challenge "),
            let challenge = state.challenges[String(owner.dropFirst(10))]
        {
            found = silences(challenge).filter { $0.rings <= through }
        }
        // Where they lie: a matter is a dozen fields, and a day is planned of thousands of challenges.
        matters(owner).withUnsafeBufferPointer { matters in
            guard var matter = matters.baseAddress else { return }
            for _ in matters.indices {
                matter.pointee.eachStep(self) { due in
                    guard Self.earliest(matter, due) <= through else { return }
                    expand(matter, due, &found)
                }
                matter += 1
            }
        }
        return found
    }

    /// What one matter calls for, whoever put it together.
    package func occurrences(of matter: Matter) -> [Occurrence] {
        var found: [Occurrence] = []
        withUnsafePointer(to: matter) { matter in
            matter.pointee.eachStep(self) { expand(matter, $0, &found) }
        }
        return found
    }

    /// What the facts of an owner call for, before it is split into steps and hearers.
    func matters(_ owner: String) -> [Matter] {
        guard let space = owner.utf8.firstIndex(of: UInt8(ascii: " ")) else { return [] }
        let code = String(owner[owner.utf8.index(after: space)...])
        switch owner[..<space] {
        case "challenge": return state.challenges[code].map(ofChallenge) ?? []
        case "cohort": return state.cohorts[code].map(ofCohort) ?? []
        case "proposal": return state.proposals[code].map(ofProposal) ?? []
        case "programme": return state.programmes[code].map(ofProgramme) ?? []
        default: return []
        }
    }

    /// The day on which a goal's next reading is due.
    public static func readingDue(_ goal: Goal, dayOne: LocalDate) -> LocalDate {
        var last: LocalDate?
        let readings = goal.readings
        for place in readings.indices.reversed() where !readings.isVoided(place) {
            let asOf = readings.figure(place).asOf
            if let known = last { last = max(known, asOf) } else { last = asOf }
            if let last, asOf < last - 60 { break }
        }
        // A challenge taken over on Day 23 is asked from that day on, not for the weeks before.
        return (last ?? max(dayOne, goal.baselineOn ?? dayOne)) + max(1, goal.interval)
    }

    // MARK: Times and receivers

    /// One step of a matter, at a moment of the matter's own clock.
    struct Due {
        var step: Int
        var moment: LocalMoment
    }

    /// The day of a step: counted, then moved off a day off.
    static func day(_ step: Step, _ nominal: LocalDate, _ days: WorkingDays) -> LocalDate {
        var day: LocalDate
        switch step.offset {
        case .days(let n): day = nominal + n
        case .workingDays(let n): day = days.adding(n, to: nominal) ?? nominal + n
        case .hours: day = nominal
        }
        switch step.shift {
        case .none: break
        case .previous: day = days.onOrBefore(day) ?? day
        case .next: day = days.onOrAfter(day) ?? day
        }
        return day
    }

    private func expand(
        _ matter: UnsafePointer<Matter>, _ due: Due, _ found: inout [Occurrence]
    ) {
        for receiver in receivers(matter, due) {
            // What nobody put off rings when its row says: most are past, or far away, and need no key.
            let planned = moment(of: due, matter, for: receiver)
            if state.snoozes.isEmpty, planned < floor || planned > through { continue }
            let subject = matter.pointee.subject
            let key = key(matter, subject, receiver, due)
            guard let rings = rings(key, planned), rings <= through else { continue }
            found.append(
                Occurrence(
                    key: key, row: matter.pointee.row.name, subject: subject, receiver: receiver,
                    step: due.step, nominal: matter.pointee.nominal, rings: rings))
        }
    }

    /// The earliest time at which a step rings for anyone, where that is before `best`; else that.
    private func rings(
        _ matter: UnsafePointer<Matter>, _ due: Due, before best: Instant?
    ) -> Instant? {
        var best = best
        for receiver in receivers(matter, due) {
            let planned = moment(of: due, matter, for: receiver)
            if state.snoozes.isEmpty, planned < floor || best.map({ planned >= $0 }) ?? false {
                continue
            }
            let key = key(matter, matter.pointee.subject, receiver, due)
            guard let rings = rings(key, planned) else { continue }
            best = min(best ?? rings, rings)
        }
        return best
    }

    /// Who hears a step, each once.
    private func receivers(_ matter: UnsafePointer<Matter>, _ due: Due) -> [String] {
        var found: [String] = []
        let hearers = matter.pointee.row.steps[due.step].hearers
        for hearer in hearers {
            let heard = self.hearers(hearer, matter)
            if hearers.count == 1, heard.count < 2 { return heard }
            for receiver in heard where !found.contains(receiver) { found.append(receiver) }
        }
        return found
    }

    /// `row/subject/receiver@nominal-local-date#n`
    private func key(
        _ matter: UnsafePointer<Matter>, _ subject: String, _ receiver: String, _ due: Due
    ) -> String {
        let name = matter.pointee.row.name
        var key = ""
        key.reserveCapacity(name.utf8.count + subject.utf8.count + receiver.utf8.count + 16)
        key += name
        key += "/"
        key += subject
        key += "/"
        key += receiver
        key += "@"
        key += matter.pointee.nominal.description
        key += "#"
        key += String(due.step)
        return key
    }

    /// When what was planned for a time rings; nil where it rang, or lies before the floor.
    private func rings(_ key: String, _ planned: Instant) -> Instant? {
        guard !state.rung.has(key) else { return nil }
        if !state.snoozes.isEmpty, let snoozed = state.snoozes[key] { return snoozed }
        return planned >= floor ? planned : nil
    }

    /// By the receiver's own clock and calendar.
    private func moment(
        of due: Due, _ matter: UnsafePointer<Matter>, for receiver: String
    ) -> Instant {
        let person = state.people[receiver]
        let shift = matter.pointee.row.steps[due.step].shift
        let isStar = matter.pointee.row.isStar
        let ground = matter.pointee.ground
        let moment: LocalMoment
        if let country = person?.country, country != ground.programme?.country,
            let own = state.calendar(ofCountry: country)
        {
            moment = Hours.decent(due.moment, own, isStar: isStar, shift: shift)
        } else {
            moment = Hours.decent(due.moment, ground.calendar, isStar: isStar, shift: shift)
        }
        return zones.instant(moment, in: person?.zone ?? ground.zone) ?? moment.utc
    }
}

extension LocalMoment {
    /// As if it were the clock of Greenwich.
    var utc: Instant {
        Instant(milliseconds: Int64(date.days) * Instant.day + Int64(time.minutes) * Instant.minute)
    }
    /// Hours later or earlier on the same clock.
    func moved(hours: Int) -> LocalMoment {
        let minutes = date.days * 1440 + time.minutes + hours * 60
        let day = minutes >= 0 ? minutes / 1440 : (minutes - 1439) / 1440
        return LocalMoment(LocalDate(days: day), LocalTime(minutes: minutes - day * 1440))
    }
}

/// Whose alarms an event moves.
enum AlarmOwner: Hashable, Sendable {
    case none
    case one(String)
    /// The one named, and all that tell of many challenges: programmes and cohorts.
    case wide(String)
    case both(String, String)
    case all

    /// The one owner whose own facts changed.
    var only: String? {
        switch self {
        case .one(let owner), .wide(let owner): owner
        case .none, .both, .all: nil
        }
    }
}

extension Event {
    var owner: AlarmOwner {
        switch self {
        case .readingRecorded(let r): .one("challenge " + r.challenge)
        case .readingVoided(let v), .readingRestored(let v): .one("challenge " + v.challenge)
        case .milestoneSet(let m): .one("challenge " + m.challenge)
        case .milestoneMoved(let m): .one("challenge " + m.challenge)
        case .goalSet(let g): .one("challenge " + g.challenge)
        case .goalTargeted(let t): .one("challenge " + t.challenge)
        case .blockerSet(let b): .one("challenge " + b.challenge)
        case .blockerMoved(let b): .one("challenge " + b.challenge)
        case .decisionAsked(let d): .one("challenge " + d.challenge)
        case .decisionMoved(let d): .one("challenge " + d.challenge)
        case .reviewHeld(let r): .one("challenge " + r.challenge)
        case .reviewPlanned(let r): .one("challenge " + r.challenge)
        case .sustainabilitySet(let s): .one("challenge " + s.challenge)
        case .followUpMade(let f): .one("challenge " + f.challenge)
        case .checkInMade(let c): .one("challenge " + c.challenge)
        case .ticked(let t): .one("challenge " + t.challenge)
        case .colourSeen(let s): .one("challenge " + s.challenge)
        case .challengeMoved(let m): .wide("challenge " + m.challenge)
        case .challengeSet(let h): .wide("challenge " + h.code)
        case .seatTaken(let s), .seatLeft(let s): .wide("challenge " + s.challenge)
        case .colourDeclared(let d): .one("challenge " + d.challenge)
        case .resultConfirmed(let r): .one("challenge " + r.challenge)
        case .boardPosted(let b): b.kind == .challenge ? .one("challenge " + b.subject) : .all
        case .boardDrawn(let d):
            d.cohort.map { .both("cohort " + $0, "challenge " + d.challenge) }
                ?? .one("challenge " + d.challenge)
        case .subscriptionSet(let s): Self.owner(ofSubject: s.subject)
        case .proposalSet(let p): .one("proposal " + p.code)
        case .proposalMoved(let m): .one("proposal " + m.proposal)
        case .proposalScored(let s): .one("proposal " + s.proposal)
        case .trainingHeld(let t): .one("programme " + t.programme)
        case .chatHeard(let h): h.challenge.map { .one("challenge " + $0) } ?? .all
        case .undeliverable(let u): u.isLost ? .all : .none
        case .rang(let r): Self.owner(ofKey: r.key)
        case .snoozed(let s): Self.owner(ofKey: s.key)
        case .reminded(let r): .one(Waiting.owner(r.receiver))
        case .removed(let r):
            r.kind == .training ? r.of.map { .one("programme " + $0) } ?? .all : .all
        case .cohortSet, .cohortMoved, .programmeSet, .calendarChanged, .calendarSet, .personSet,
            .personForgotten, .alarmsSettled, .contactSet,
            .zonesChanged, .chatSet, .channelKnown, .reminderSet:
            .all
        default: .none
        }
    }

    static func owner(ofKey key: String) -> AlarmOwner {
        guard let parts = Occurrence.parts(of: key) else { return .all }
        return owner(ofSubject: parts.subject)
    }

    private static func owner(ofSubject subject: String) -> AlarmOwner {
        let words = subject.split(separator: " ").map(String.init)
        guard words.count >= 2, let last = words.last else { return .all }
        switch words[0] {
        case "person": return .one(subject)
        case "nation", "area", "session", "risk": return .one("programme " + words[1])
        case "cohort", "call": return .one("cohort " + last)
        case "proposal": return .one("proposal " + last)
        case "estimate", "year": return .one("programme " + last)
        default:
            let code = last.split(separator: "-")
            return code.count >= 2 ? .one("challenge " + code[0...1].joined(separator: "-")) : .all
        }
    }
}
