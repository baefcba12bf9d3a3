package import Language

/// Something that the facts call for, by one row: the thing, its nominal day, and who it belongs to.
package struct Matter {
    /// Whom its hearers are looked for in.
    package enum Place {
        case challenge(Challenge)
        case cohort(Cohort)
        case proposal(Proposal)
        case programme(Programme)
    }
    package var row: Row
    /// The last word of the subject: `CH-03-M3`.
    package var code: String
    package var nominal: LocalDate
    package var place: Place
    package var days: WorkingDays
    package var zone: String
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
    package var without: Set<Int> = []

    package init(
        row: Row, code: String, nominal: LocalDate, place: Place, days: WorkingDays, zone: String
    ) {
        self.row = row
        self.code = code
        self.nominal = nominal
        self.place = place
        self.days = days
        self.zone = zone
    }

    /// The steps that may still ring, each at its moment.
    func steps(_ reminding: Reminding) -> [Reminding.Due] {
        // What lies so far back was rung, or never will be.
        let oldest = reminding.floor.local(offset: 0).date.days - 100
        var found: [Reminding.Due] = []
        for place in row.steps.indices where !without.contains(place) {
            guard let moment = moment(of: row.steps[place]), moment.date.days >= oldest else {
                continue
            }
            guard moment.date >= first, moment.date <= last,
                moment.date - nominal <= Occurrence.longest
            else { continue }
            if let since, moment.date <= since { continue }
            found.append(Reminding.Due(step: place, moment: moment))
        }
        return found
    }

    private func moment(of step: Step) -> LocalMoment? {
        guard case .hours(let n) = step.offset else {
            return LocalMoment(Reminding.day(step, held ?? nominal, days), step.time ?? row.time)
        }
        guard let time else { return nil }
        let moment = LocalMoment(held ?? nominal, time).moved(hours: n)
        guard step.shift == .previous, let day = days.onOrBefore(moment.date) else { return moment }
        return LocalMoment(day, moment.time)
    }
}

extension Row {
    /// As the office of a cohort wants it; nil where it is switched off.
    func set(by cohort: Cohort?) -> Row? {
        guard let cohort, !cohort.reminders.isEmpty,
            let setting = cohort.reminders.first(where: { $0.row == name })
        else { return self }
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
    func hearers(_ hearer: Hearer, _ matter: Matter) -> [String] {
        if let named = matter.named[hearer] { return named }
        switch matter.place {
        case .challenge(let challenge): return hearers(hearer, challenge, matter.owner)
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
            return hearer == .office
                ? state.holders(of: .office, overProgramme: programme.code) : []
        }
    }

    /// Stands for a receiver where the bot itself looks.
    static let nobody = "nobody"

    private func hearers(_ hearer: Hearer, _ challenge: Challenge, _ owner: String?) -> [String] {
        switch hearer {
        case .owner:
            if let owner { return [owner] }
            return Array(challenge.holders(of: .teamLeader).prefix(1))
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
