package import Language

/// Something that the facts call for, by one row: the thing, its nominal day, and who it belongs to.
package struct Matter {
    /// Whom its hearers are looked for in.
    package enum Place: Sendable {
        case challenge(Challenge)
        case cohort(Cohort)
        case proposal(Proposal)
        case programme(Programme)
    }
    /// What all matters of an owner have in common, behind one reference: a challenge has dozens of them,
    /// and the next alarm looks at each.
    final class Ground: Sendable {
        let place: Place
        let zone: String
        let days: WorkingDays
        let programme: Programme?
        /// By which people there are disturbed, unless they live elsewhere.
        let calendar: WorkingCalendar

        init(_ place: Place, zone: String, days: WorkingDays, programme: Programme?) {
            self.place = place
            self.zone = zone
            self.days = days
            self.programme = programme
            calendar = programme?.calendar ?? WorkingCalendar()
        }
    }
    package var row: Row
    /// The last word of the subject: `CH-03-M3`.
    package var code: String
    package var nominal: LocalDate
    let ground: Ground
    /// The time of what it is about, where that has one: steps in hours count from it.
    package var time: LocalTime?
    /// The day it is held on, where that is not the nominal one: moved off a holiday.
    package var held: LocalDate?
    /// The one person it belongs to.
    package var owner: String?
    /// People by hearer, for facts that no challenge holds.
    package var named: [Hearer: [String]] = [:]
    /// Steps outside these days are not called for.
    package var first = LocalDate(days: -1_000_000)
    package var last = LocalDate(days: 1_000_000)
    /// What became true on this day is not reminded of on the same day.
    package var since: LocalDate?
    /// Steps that are not called for.
    package var without: Places = []

    init(row: Row, code: String, nominal: LocalDate, ground: Ground) {
        self.row = row
        self.code = code
        self.nominal = nominal
        self.ground = ground
    }

    /// One that belongs to no programme.
    package init(
        row: Row, code: String, nominal: LocalDate, place: Place, days: WorkingDays, zone: String
    ) {
        self.init(
            row: row, code: code, nominal: nominal,
            ground: Ground(place, zone: zone, days: days, programme: nil))
    }

    /// `milestone CH-03-M3`
    var subject: String { "\(row.thing) \(code)" }

    /// Tells `body` of the steps that may still ring, each at its moment.
    @inline(__always)
    func eachStep(_ reminding: Reminding, _ body: (Reminding.Due) -> Void) {
        // What lies so far back was rung, or never will be.
        let oldest = Instant.floorDays(reminding.floor) - 100
        let steps = row.steps
        for place in steps.indices where !without.contains(place) {
            guard let moment = moment(of: steps[place]), moment.date.days >= oldest else {
                continue
            }
            guard moment.date >= first, moment.date <= last,
                moment.date - nominal <= Occurrence.longest
            else { continue }
            if let since, moment.date <= since { continue }
            body(Reminding.Due(step: place, moment: moment))
        }
    }

    private func moment(of step: Step) -> LocalMoment? {
        let days = ground.days
        guard case .hours(let n) = step.offset else {
            return LocalMoment(Reminding.day(step, held ?? nominal, days), step.time ?? row.time)
        }
        guard let time else { return nil }
        let moment = LocalMoment(held ?? nominal, time).moved(hours: n)
        guard step.shift == .previous, let day = days.onOrBefore(moment.date) else { return moment }
        return LocalMoment(day, moment.time)
    }
}

/// Places of steps in a row: 0 … 63.
package struct Places: Hashable, Sendable, ExpressibleByArrayLiteral {
    private var bits: UInt64 = 0

    package init(arrayLiteral places: Int...) { formUnion(places) }
    init(_ places: [Int]) { formUnion(places) }

    func contains(_ place: Int) -> Bool { bits & (1 << place) != 0 }
    mutating func insert(_ place: Int) { bits |= 1 << place }
    mutating func formUnion(_ places: [Int]) { for place in places { insert(place) } }
}

extension Row {
    /// As the office of a cohort wants it; nil where it is switched off.
    func set(by cohort: Cohort?) -> Row? {
        set(by: cohort?.reminders ?? [])
    }
    func set(by settings: [RowSetting]) -> Row? {
        guard !settings.isEmpty, let setting = settings.first(where: { $0.row == name }) else {
            return self
        }
        if setting.isOff, !isStar { return nil }
        var row = self
        if let time = setting.time { row.time = time }
        if setting.offsets.count == steps.count {
            for (place, n) in setting.offsets.enumerated() {
                row.steps[place].offset = row.steps[place].offset.with(n)
            }
        }
        return row
    }
}

extension Offset {
    var count: Int {
        switch self {
        case .days(let n), .workingDays(let n), .hours(let n): n
        }
    }
    /// The same unit, another distance.
    func with(_ n: Int) -> Offset {
        switch self {
        case .days: .days(n)
        case .workingDays: .workingDays(n)
        case .hours: .hours(n)
        }
    }
}

// MARK: Who hears

extension Reminding {
    func hearers(_ hearer: Hearer, _ matter: UnsafePointer<Matter>) -> [String] {
        if hearer == .owner, let owner = matter.pointee.owner { return [owner] }
        if !matter.pointee.named.isEmpty, let named = matter.pointee.named[hearer] { return named }
        switch matter.pointee.ground.place {
        case .challenge(let challenge): return hearers(hearer, challenge)
        case .cohort(let cohort):
            switch hearer {
            case .office: return state.holders(of: .office, over: cohort.code)
            case .systemLeaders: return state.holders(of: .systemLeader, over: cohort.code)
            case .nobody: return [Self.nobody]
            default: return []
            }
        case .proposal(let proposal):
            switch hearer {
            case .author: return proposal.author.map { [$0] } ?? []
            case .reviewers:
                let reviewers = [Role.systemLeader, .sponsor, .coach].flatMap {
                    state.holders(of: $0, over: proposal.cohort)
                }
                let waiting = reviewers.filter { person in
                    !proposal.scores.contains { $0.by == person }
                }
                return reviewers.isEmpty
                    ? state.holders(of: .office, over: proposal.cohort) : waiting
            case .office: return state.holders(of: .office, over: proposal.cohort)
            default: return []
            }
        case .programme(let programme):
            // A session without a trainer is the office's own.
            return hearer == .office || hearer == .trainer
                ? state.holders(of: .office, overProgramme: programme.code) : []
        }
    }

    /// Stands for a receiver where the bot itself looks.
    static let nobody = "nobody"

    private func hearers(_ hearer: Hearer, _ challenge: Challenge) -> [String] {
        switch hearer {
        case .owner: return Array(challenge.holders(of: .teamLeader).prefix(1))
        case .keeper:
            let keeper = challenge.primaryGoal?.owner ?? challenge.holders(of: .dataKeeper).first
            return keeper.map { [$0] } ?? Array(challenge.holders(of: .teamLeader).prefix(1))
        case .leader: return challenge.holders(of: .teamLeader)
        case .sponsor: return challenge.holders(of: .sponsor)
        case .coach:
            let seated = challenge.holders(of: .coach)
            return seated.isEmpty ? challenge.head.coach.map { [$0] } ?? [] : seated
        case .systemLeaders:
            let own = challenge.holders(of: .systemLeader)
            return own.isEmpty ? state.holders(of: .systemLeader, over: challenge.head.cohort) : own
        case .office: return state.holders(of: .office, over: challenge.head.cohort)
        case .team:
            if let chat = state.bound[challenge.code]?.first(where: {
                state.chats[$0]?.isLost == false
            }) {
                return ["chat:" + chat]
            }
            return challenge.team
        case .receivingUnit: return challenge.keeperOfResult.map { [$0] } ?? []
        case .author, .reviewers, .contacts, .participants, .absent, .trainer, .nobody:
            return []
        }
    }
}

extension Challenge {
    /// The person who holds the job title that keeps the result, where one of its seats says so.
    var keeperOfResult: String? {
        guard let title = sustainability?.ownerTitle, !title.isEmpty else { return nil }
        let wanted = Folding.fold(title)
        return seats.first { $0.left == nil && $0.title.map { Folding.fold($0) } == wanted }?.person
    }
}
