public import Language

extension Verdict {
    /// What a final progress means (method.md 2.6); nil is no data.
    public static func of(progress: Double?) -> Verdict {
        guard let progress else { return .noData }
        return progress >= 1.05
            ? .exceeded : progress >= 1 ? .achieved : progress >= 0.8 ? .nearly : .missed
    }
}

extension ChallengeResult {
    /// The result by the readings known so far: for the last day, against the target in force and against
    /// the first one. Provisional until somebody confirms it.
    public static func computed(_ challenge: Challenge, known: Known) -> ChallengeResult {
        var result = ChallengeResult()
        var before = challenge
        if challenge.state(on: known.date) == .stopped {
            // Figures up to the stop still count; the verdict is `stopped`.
            before.moves = []
            before.state = .accelerating
        }
        let primary = ChallengeAssessment.of(before, known: known).primary
        result.finalValue = primary?.last?.value
        result.progress = primary?.last?.progress
        result.progressVersusFirst = result.progress
        if let goal = challenge.primaryGoal, let first = goal.versions.first,
            goal.versions.count > 1,
            goal.mode != .yesNo, goal.direction != .hold, let value = result.finalValue
        {
            let scale = Scale(goal: goal, target: first.target, criticalDone: (0, 0))
            result.progressVersusFirst = scale.progress(value) + 0
        }
        let isStopped = challenge.state(on: known.date) == .stopped
        result.verdict = isStopped ? .stopped : .of(progress: result.progress)
        // A target that was met and then raised: the verdict on the first one stays.
        let wasMet = challenge.primaryGoal?.versions.contains { version in
            version.metOn != nil && version.effectiveFrom <= known.date
        }
        if wasMet == true, result.verdict == .nearly || result.verdict == .missed {
            result.verdict = .achieved
        }
        return result
    }
}

/// A cohort on a day: how many challenges have which colour, and how far they are.
public struct CohortAssessment: Hashable, Sendable {
    public var date: LocalDate
    /// In the order given.
    public var challenges: [ChallengeAssessment]

    public init(_ challenges: some Sequence<Challenge>, known: Known) {
        date = known.date
        self.challenges = challenges.map { ChallengeAssessment.of($0, known: known) }
    }
    /// How many challenges have a colour.
    public func count(_ colour: Colour) -> Int { challenges.count { $0.colour == colour } }
    /// The mean progress of the primary goals of running challenges, each held within 0 … 1; nil where
    /// none has a reading.
    public var meanPrimaryProgress: Double? {
        var sum = 0.0
        var count = 0
        for case let progress? in challenges.map({ $0.primary?.last?.progress }) {
            sum += min(max(progress, 0), 1)
            count += 1
        }
        return count == 0 ? nil : sum / Double(count)
    }
}

/// What a cohort achieved (method.md 2.6): the denominator is every launched challenge, also a stopped
/// one, never a withdrawn one.
public struct CohortOutcome: Hashable, Sendable {
    public var launched = 0
    public var verdicts: [Verdict: Int] = [:]

    public init() {}
    /// By the confirmed results, else by what the readings say.
    public init(_ challenges: some Sequence<Challenge>, known: Known) {
        for challenge in challenges where challenge.hasLaunched(by: known.date) {
            launched += 1
            let isStopped = challenge.state(on: known.date) == .stopped
            let verdict = isStopped ? .stopped : challenge.outcome(known: known).verdict
            verdicts[verdict, default: 0] += 1
        }
    }
    public func count(_ verdict: Verdict) -> Int { verdicts[verdict] ?? 0 }
    /// (exceeded + achieved) / launched; nil where none was launched.
    public var successRate: Double? {
        launched == 0 ? nil : Double(count(.exceeded) + count(.achieved)) / Double(launched)
    }
    /// The same, near misses counted in.
    public var successRateWithNearly: Double? {
        launched == 0
            ? nil : Double(count(.exceeded) + count(.achieved) + count(.nearly)) / Double(launched)
    }
}

extension Challenge {
    /// Whether it was launched by a day and not withdrawn.
    public func hasLaunched(by date: LocalDate) -> Bool {
        switch state(on: date) {
        case .framing, .staffing, .ready, .withdrawn: false
        default: true
        }
    }
}

/// Milestones: done on or before their day, of those due so far.
public struct MilestonePunctuality: Hashable, Sendable {
    public var onTime = 0
    public var late = 0
    /// Due and not done, dropped and carried ones too.
    public var notDone = 0
    public var due: Int { onTime + late + notDone }
    /// Nil where none was due yet.
    public var share: Double? { due == 0 ? nil : Double(onTime) / Double(due) }

    public init() {}
    /// Milestones done early count once they are due.
    public init(_ challenges: some Sequence<Challenge>, on date: LocalDate) {
        for challenge in challenges {
            for milestone in challenge.milestones where milestone.due <= date {
                if milestone.state == .done, let done = milestone.movedOn, done <= date {
                    if done <= milestone.due { onTime += 1 } else { late += 1 }
                } else {
                    notDone += 1
                }
            }
        }
    }
}

/// Blockers: how long they stay open, and who removes them.
public struct BlockerRecord: Hashable, Sendable {
    public var raised = 0
    public var resolved = 0
    public var escalated = 0
    /// Resolved ones whose owner is a sponsor.
    public var resolvedBySponsor = 0
    /// Median working days from raised to resolved, or to the day asked for where still open.
    public var halfLife: Double?
    public var shareEscalated: Double? { raised == 0 ? nil : Double(escalated) / Double(raised) }
    public var shareBySponsor: Double? {
        resolved == 0 ? nil : Double(resolvedBySponsor) / Double(resolved)
    }

    public init() {}
    public init(_ challenges: some Sequence<Challenge>, known: Known) {
        var ages: [Int] = []
        for challenge in challenges {
            for blocker in challenge.blockers where blocker.raisedOn <= known.date {
                raised += 1
                if let escalated = blocker.escalatedOn, escalated <= known.date {
                    self.escalated += 1
                }
                let isOpen = blocker.isOpen(on: known.date)
                let end = isOpen ? known.date : blocker.resolvedOn ?? known.date
                ages.append(known.days.count(after: blocker.raisedOn, through: end))
                guard !isOpen, blocker.state == .resolved || blocker.isOpen else { continue }
                resolved += 1
                if challenge.seats.contains(where: {
                    $0.role == .sponsor && $0.person == blocker.owner
                }) {
                    resolvedBySponsor += 1
                }
            }
        }
        ages.sort()
        if !ages.isEmpty {
            halfLife = Double(ages[(ages.count - 1) / 2] + ages[ages.count / 2]) / 2
        }
    }
}

/// How much a team takes part: check-ins made of those due, and members heard of in 14 days.
public struct Engagement: Hashable, Sendable {
    public var checkInsMade = 0
    public var checkInsDue = 0
    public var activeMembers = 0
    public var members = 0
    public var checkInShare: Double? {
        checkInsDue == 0 ? nil : min(1, Double(checkInsMade) / Double(checkInsDue))
    }

    public init() {}
    /// A check-in is due for every week that is over; active is who made a check-in, entered a reading,
    /// raised a blocker or holds a milestone done in the last 14 days.
    public init(_ challenge: Challenge, known: Known) {
        guard let dayOne = challenge.head.dayOne, known.date >= dayOne else { return }
        let day = min(known.date - dayOne + 1, challenge.head.duration)
        checkInsDue = day / 7
        checkInsMade =
            Set(
                challenge.checkIns.filter { $0.date <= known.date && $0.week <= day / 7 }.map(
                    \.week)
            ).count
        let team: Set<Role> = [.member, .dataKeeper, .scribe, .teamLeader]
        let people = Set(
            challenge.seats
                .filter { team.contains($0.role) && ($0.left.map { $0 > known.date } ?? true) }
                .map(\.person))
        members = people.count
        let start = known.date - 13
        var active: Set<String> = []
        for checkIn in challenge.checkIns where checkIn.date >= start && checkIn.date <= known.date
        {
            active.insert(checkIn.by)
        }
        let since = known.cut.advanced(by: -14 * Instant.day)
        for goal in challenge.goals {
            for reading in goal.readings
            where reading.enteredAt > since && reading.enteredAt <= known.cut {
                active.insert(reading.by)
            }
        }
        for blocker in challenge.blockers
        where blocker.raisedOn >= start && blocker.raisedOn <= known.date {
            active.insert(blocker.raisedBy)
        }
        for milestone in challenge.milestones {
            if let owner = milestone.owner, milestone.state == .done, let on = milestone.movedOn,
                on >= start,
                on <= known.date
            {
                active.insert(owner)
            }
        }
        activeMembers = active.intersection(people).count
    }
}
