import Accelerator
import JSON
import Language

/// What method.md 2.8 says of every moment of every life: each invariant a function that names what broke.
enum Invariants {
    /// One step of a life: what was true, what was said of it, what is true now.
    struct Passing {
        var before: State
        var after: State
        /// The challenges before and after, by code: read out once for all who look at them.
        var earlier: [Challenge]
        var challenges: [Challenge]
        var commit: Commit?
        var out: [Outgoing]
        /// The day, where the cohort is.
        var today: LocalDate
        var at: Instant
        var decider: Decider
    }

    /// What a life remembers of itself, to hold it against what the bot says later.
    struct Memory {
        /// The last day of whatever came to its Day 1.
        var lastDay: [String: LocalDate] = [:]
        /// Goal of a challenge -> the target it was launched with.
        var firstTarget: [String: Double] = [:]
        /// Figures as they were known at a time.
        var figures:
            [(
                challenge: String, goal: String, date: LocalDate, cut: Instant, value: Double?,
                asOf: LocalDate?
            )] = []
        var gone: [Leaving.Gone] = []
    }

    typealias Check = @Sendable (Passing, inout Memory) -> String?
    static let each: [(name: String, check: Check)] = [
        ("I1", i1), ("I2", i2), ("I3", i3), ("I4", i4), ("I5", i5), ("I6", i6), ("I7", i7),
        ("I9", i9), ("I10", i10),
        ("I12", i12), ("two persons", twoPersons), ("forgotten", forgotten),
    ]
    /// Of what is costly, once in a while.
    static let sometimes: [(name: String, check: Check)] = [
        ("I8", i8), ("I11", i11), ("traces", traces),
    ]

    private static let running: Set<ChallengeState> = [
        .launched, .accelerating, .results, .sustaining,
    ]

    /// Challenges that went through the gates here; an adopted one comes as it is.
    private static func own(_ step: Passing) -> [Challenge] {
        step.challenges.filter { !$0.head.isAdopted }
    }

    // MARK: I1–I3

    /// At most 100 days; the last day follows from the first, and never comes later.
    static func i1(_ step: Passing, _ memory: inout Memory) -> String? {
        for challenge in own(step) {
            let head = challenge.head, code = head.code
            guard (1...100).contains(head.duration) else {
                return "\(code) lasts \(head.duration) days"
            }
            guard let first = head.dayOne, let last = challenge.lastDay else { continue }
            guard last == first + (head.duration - 1) else { return "\(code) ends on \(last)" }
            if let before = memory.lastDay[code], last > before {
                return "\(code): the last day \(before) became \(last)"
            }
            if [.accelerating, .results].contains(challenge.phase(on: step.today)) {
                memory.lastDay[code] = last
            }
        }
        return nil
    }

    /// From launch to handover exactly one primary goal, one sponsor, one team leader.
    static func i2(_ step: Passing, _ memory: inout Memory) -> String? {
        for challenge in own(step) where running.contains(challenge.phase(on: step.today)) {
            let code = challenge.code
            let primary = challenge.goals.count { $0.isPrimary }
            guard primary == 1 else { return "\(code) has \(primary) primary goals" }
            for role in [Role.sponsor, .teamLeader] {
                let count = challenge.holders(of: role).count
                guard count == 1 else { return "\(code) has \(count) in the role \(role.rawValue)" }
            }
        }
        return nil
    }

    /// Nothing is launched but through its gate, by somebody, on a day.
    static func i3(_ step: Passing, _ memory: inout Memory) -> String? {
        guard let commit = step.commit, commit.command == "launch" else { return nil }
        for case .challengeMoved(let move) in commit.events where move.to == .launched {
            guard let challenge = step.after.challenges[move.challenge] else {
                return "\(move.challenge) is launched and not there"
            }
            guard move.by != nil, move.on == step.today else {
                return "\(move.challenge) is launched by nobody or on another day"
            }
            if let lack = lacks(challenge, step) {
                return "\(move.challenge) is launched without \(lack)"
            }
        }
        return nil
    }

    private static func lacks(_ challenge: Challenge, _ step: Passing) -> String? {
        let waived = Set(challenge.waivers.map(\.what))
        guard challenge.goals.count(where: \.isPrimary) == 1, let goal = challenge.primaryGoal
        else { return "a primary goal" }
        guard let target = goal.versions.first?.target, !goal.name.isEmpty else {
            return "a target"
        }
        guard target != goal.baseline, (target > goal.baseline) == (goal.direction == .up) else {
            return "a way to go"
        }
        guard !goal.unit.isEmpty else { return "a unit" }
        guard let age = goal.baselineOn.map({ step.today - $0 }), age <= 90 else {
            return "a young baseline"
        }
        if let lack = smart(challenge, goal) { return lack }
        guard
            waived.contains("keeper") || goal.owner != nil
                || !challenge.holders(of: .dataKeeper).isEmpty
        else {
            return "a data keeper"
        }
        let owned = challenge.milestones.filter {
            [.open, .done].contains($0.state) && $0.owner != nil
        }
        guard waived.contains("milestones") || owned.count >= 3 else { return "three milestones" }
        guard
            waived.contains("milestone") || owned.contains(where: { (1...15).contains($0.dueDay) })
        else { return "a first win" }
        guard waived.contains("meeting") || challenge.head.meetingDay != nil else {
            return "a weekly meeting"
        }
        return nil
    }

    /// For whom, from where, tried once, believed in, answered for, agreed to, dated.
    private static func smart(_ challenge: Challenge, _ goal: Goal) -> String? {
        guard goal.population?.isEmpty == false else { return "those for whom it changes" }
        guard !goal.source.isEmpty, goal.test != nil else { return "a source or a test figure" }
        guard let ballot = challenge.ballot, !ballot.isOpen, ballot.isAbout(goal) else {
            return "a vote that is closed"
        }
        let team = Set(
            challenge.seats.filter { $0.left == nil && Talk.teamRoles.contains($0.role) }.map(
                \.person))
        guard ballot.cast * 10 >= team.count * 6, ballot.median ?? 0 >= 3 else {
            return "the team's trust"
        }
        guard Set(challenge.dependencies.map(\.kind)) == Set(DependencyKind.allCases) else {
            return "five answers"
        }
        guard challenge.dependencies.allSatisfy({ !$0.isNeeded || $0.owner != nil }) else {
            return "an owner of what it needs"
        }
        guard challenge.head.area?.isEmpty == false, goal.plan?.isEmpty == false else {
            return "an area or a plan"
        }
        guard goal.agreed != nil else { return "the sponsor's word" }
        guard let due = goal.dueDay, (1...challenge.head.duration).contains(due) else {
            return "a day"
        }
        guard goal.interim != nil || goal.versions.first?.trajectory.isEmpty == false else {
            return "a target for the middle"
        }
        return nil
    }

    // MARK: I4–I7

    /// Readings are added, never changed; the first target is there for good.
    static func i4(_ step: Passing, _ memory: inout Memory) -> String? {
        for challenge in step.earlier {
            for goal in challenge.goals {
                let name = "\(challenge.code)-\(goal.code)"
                let now = step.after.challenges[challenge.code]?.goals.first {
                    $0.code == goal.code
                }
                guard let now else {
                    if goal.readings.isEmpty { continue }
                    return "\(name) is gone with its \(goal.readings.count) readings"
                }
                guard now.readings.count >= goal.readings.count else {
                    return "\(name) lost readings"
                }
                for (was, became) in zip(goal.readings, now.readings) where was != became {
                    var bare = became
                    bare.voidedAt = was.voidedAt
                    bare.voidReason = was.voidReason
                    if bare != was { return "\(name): the reading \(was.id) was changed" }
                }
            }
        }
        for challenge in own(step) {
            let isLaunched = running.contains(challenge.phase(on: step.today))
            for goal in challenge.goals {
                let name = "\(challenge.code)-\(goal.code)",
                    first = goal.versions.first { $0.version == 1 }?.target
                if let before = memory.firstTarget[name], first != before,
                    isLaunched || !goal.readings.isEmpty
                {
                    return
                        "\(name): the first target \(before) is \(first.map { "\($0)" } ?? "nowhere") now"
                }
                if isLaunched, challenge.day(step.today) ?? 0 >= 1 {
                    memory.firstTarget[name] = first
                }
            }
        }
        return nil
    }

    /// What counts for the result is of a day between the first and the last.
    static func i5(_ step: Passing, _ memory: inout Memory) -> String? {
        for challenge in own(step) {
            guard let first = challenge.dayOne, let last = challenge.lastDay else { continue }
            for goal in challenge.goals {
                for reading in goal.readings
                where reading.voidedAt == nil && !(first...last).contains(reading.asOf) {
                    return
                        "\(challenge.code)-\(goal.code): \(reading.id) is of \(reading.asOf), outside \(first)…\(last)"
                }
            }
        }
        return nil
    }

    /// One owner, a person the bot knows, for each milestone and blocker; one thing a code.
    static func i6(_ step: Passing, _ memory: inout Memory) -> String? {
        for challenge in step.challenges {
            let code = challenge.code
            let codes =
                challenge.milestones.map(\.code) + challenge.blockers.map(\.code)
                + challenge.decisions.map(\.code)
                + challenge.goals.map(\.code)
            guard Set(codes).count == codes.count else {
                return "\(code): two things with one code: \(codes.sorted())"
            }
            for blocker in challenge.blockers where blocker.owner == nil {
                return "\(code)-\(blocker.code) has no owner"
            }
            let owners =
                challenge.milestones.compactMap(\.owner) + challenge.blockers.compactMap(\.owner)
            for owner in owners where step.after.people[owner] == nil {
                return "\(code): nobody is \(owner)"
            }
        }
        return nil
    }

    /// People of two bodies or more in the team, or a waiver with a reason and a name.
    static func i7(_ step: Passing, _ memory: inout Memory) -> String? {
        for challenge in own(step) where running.contains(challenge.phase(on: step.today)) {
            let waiver = challenge.waivers.first { $0.what == "bodies" }
            if let waiver {
                if waiver.reason.isEmpty || waiver.by.isEmpty {
                    return "\(challenge.code): a waiver of nobody, for nothing"
                }
                continue
            }
            let team: Set<Role> = [.member, .dataKeeper, .scribe, .teamLeader]
            let bodies = Set(
                challenge.seats.filter { $0.left == nil && team.contains($0.role) }.compactMap(
                    \.body))
            guard bodies.count >= 2 else {
                return "\(challenge.code): a team of \(bodies.sorted())"
            }
        }
        return nil
    }

    // MARK: I8, I11: costly

    /// Whoever asks, whenever: the same facts, the same day, the same colours; and a figure as it was known
    /// then stays as it was known then.
    static func i8(_ step: Passing, _ memory: inout Memory) -> String? {
        // What colours have nothing to do with is left out: it is most of a snapshot.
        var bare = step.after
        bare.owed = [:]
        bare.sent = [:]
        bare.sentByMessage = [:]
        bare.undoable = [:]
        bare.seen = State().seen
        bare.rung = [:]
        guard let again = try? Facts.restored(bare) else { return "the snapshot is not read back" }
        for challenge in step.challenges {
            guard let programme = step.after.programme(of: challenge) else { continue }
            for date in [step.today, step.today - 9] {
                let known = Known(
                    endOf: date, zone: step.after.zone(of: challenge), zones: House.zones,
                    programme: programme)
                let here = ChallengeAssessment.of(challenge, known: known)
                let there = again.challenges[challenge.code].map {
                    ChallengeAssessment.of($0, known: known)
                }
                guard here == there else {
                    return
                        "\(challenge.code) on \(date): \(here.colour) and \(String(describing: there?.colour))"
                }
            }
            // What comes in the same instant is not known yet.
            let cut = step.at.advanced(by: -1)
            let known = Known(
                date: step.today, cut: cut, days: programme.calendar.days,
                thresholds: programme.thresholds)
            for goal in ChallengeAssessment.of(challenge, known: known).goals
            where memory.figures.count < 60 {
                memory.figures.append(
                    (challenge.code, goal.code, step.today, cut, goal.last?.value, goal.last?.asOf))
            }
        }
        for was in memory.figures {
            guard let challenge = step.after.challenges[was.challenge],
                let programme = step.after.programme(of: challenge)
            else { continue }
            let known = Known(
                date: was.date, cut: was.cut, days: programme.calendar.days,
                thresholds: programme.thresholds)
            let goals = ChallengeAssessment.of(challenge, known: known).goals
            // A stop counts from its day on: that day has no figures any more.
            guard let now = goals.first(where: { $0.code == was.goal }) else { continue }
            guard now.last?.value == was.value, now.last?.asOf == was.asOf else {
                return
                    "\(was.challenge)-\(was.goal) as known at \(was.cut) on \(was.date): \(was.value ?? .nan), now \(now.last?.value ?? .nan)"
            }
        }
        return nil
    }

    /// What is not of a cohort is not in its reports: without it they are the same.
    static func i11(_ step: Passing, _ memory: inout Memory) -> String? {
        for cohort in step.after.cohorts.values {
            var alone = step.after
            for other in step.challenges where other.head.cohort != cohort.code {
                alone.challenges[other.code] = nil
            }
            for other in step.after.proposals.values where other.cohort != cohort.code {
                alone.proposals[other.code] = nil
            }
            guard let programme = step.after.programmes[cohort.programme] else { continue }
            let known = Known(
                endOf: step.today, zone: "Asia/Almaty", zones: House.zones, programme: programme)
            func outcome(_ state: State) -> CohortOutcome {
                CohortOutcome(state.challenges(of: cohort.code), known: known)
            }
            func file(_ state: State) -> JSONValue? {
                CohortFile.write(state, cohort: cohort.code, asOf: step.today, zones: House.zones)
            }
            guard outcome(step.after) == outcome(alone), file(step.after) == file(alone) else {
                return "\(cohort.code) reports what is not its own"
            }
        }
        return nil
    }

    // MARK: I9, I10, I12

    /// What was stopped counts among the launched, as stopped.
    static func i9(_ step: Passing, _ memory: inout Memory) -> String? {
        guard step.challenges.contains(where: { $0.state == .stopped }) else { return nil }
        for cohort in step.after.cohorts.values {
            let challenges = step.challenges.filter { $0.head.cohort == cohort.code }
            let stopped = challenges.count { $0.state == .stopped }
            guard stopped > 0, let programme = step.after.programmes[cohort.programme] else {
                continue
            }
            let known = Known(
                date: step.today, cut: step.at, days: programme.calendar.days,
                thresholds: programme.thresholds)
            let outcome = CohortOutcome(challenges, known: known)
            guard outcome.count(.stopped) == stopped, outcome.launched >= stopped else {
                return
                    "\(cohort.code): \(stopped) stopped, \(outcome.count(.stopped)) told, \(outcome.launched) launched"
            }
        }
        return nil
    }

    /// Commits are numbered without a gap, moves and people are added, never taken out.
    static func i10(_ step: Passing, _ memory: inout Memory) -> String? {
        if let commit = step.commit {
            guard commit.n == step.before.n + 1, step.after.n == commit.n else {
                return "commit \(commit.n) after \(step.before.n)"
            }
        }
        for challenge in step.earlier where challenge.state != .framing {
            guard let now = step.after.challenges[challenge.code] else {
                return "\(challenge.code) is gone"
            }
            guard now.moves.starts(with: challenge.moves) else {
                return "\(challenge.code) has other moves in its past"
            }
        }
        for person in step.before.people.keys
        where step.after.people[person] == nil && step.commit?.command != "undo" {
            return "\(person) is gone"
        }
        return nil
    }

    /// A figure older than three days is told with its day.
    static func i12(_ step: Passing, _ memory: inout Memory) -> String? {
        for out in step.out {
            // What is to be held is a target, and has no day.
            let phrases = out.phrases.map { phrase in
                var phrase = phrase
                phrase.values.removeAll { $0.name == "hold" }
                return phrase
            }
            let said = Said(phrases)
            guard !said.measures.isEmpty else { continue }
            for code in said.codes {
                let whole = code.split(separator: "-").prefix(2).joined(separator: "-")
                guard let challenge = step.after.challenges[whole],
                    let programme = step.after.programme(of: challenge)
                else { continue }
                let known = Known(
                    date: step.today, cut: step.at, days: programme.calendar.days,
                    thresholds: programme.thresholds)
                let assessment = ChallengeAssessment.of(challenge, known: known)
                for goal in challenge.goals {
                    let judged = assessment.goals.first { $0.code == goal.code }
                    guard let last = judged?.last, step.today - last.asOf > 3,
                        said.measures.contains(.init(value: last.value, unit: goal.unit)),
                        last.value != goal.baseline,
                        last.value != challenge.sustainability?.holdValue,
                        !goal.versions.contains(where: { $0.target == last.value })
                    else { continue }
                    // The same number, said again weeks after: it is of today.
                    let isToday = challenge.followUps.contains {
                        $0.value == last.value && step.today - $0.on <= 3
                    }
                    if isToday { continue }
                    // Two challenges in one message may have the same figure: it may be the other's.
                    guard !said.dates.isDisjoint(with: said.days(of: last.value, step.after)) else {
                        return
                            "\(out.phrases.map(\.key)) tells \(last.value) of \(last.asOf) without its day"
                    }
                }
            }
        }
        return nil
    }
}
