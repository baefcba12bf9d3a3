public import Language

/// The five letters of a goal that can be launched.
public enum SmartLetter: String, CaseIterable, Sendable {
    case specific = "S"
    case measurable = "M"
    case attainable = "A"
    case relevant = "R"
    case timeBound = "T"
}

/// How a letter stands: good, to be accepted by the coach, or in the way of the launch.
public enum SmartMark: Sendable, Comparable {
    case good, warned, blocked
    /// The key of its sign.
    var term: String {
        switch self {
        case .good: "mark.good"
        case .warned: "mark.warn"
        case .blocked: "mark.bad"
        }
    }
}

/// What the check can find (method.md 2.4), each once. The raw value is what stands in the record of an
/// acceptance and ends the key of its words.
public enum SmartRule: String, CaseIterable, Sendable {
    // Specific
    case shortName, longName, noLeadBody, noPopulation, manyPairs, activityOnly
    case activity, document
    // Measurable
    case noUnit, noBaseline, noBaselineDate, noSource, noKeeper, sameTarget, wrongSide, percentRange
    case noTest, rareReadings, oldBaseline
    case slowReadings, agingBaseline
    // Attainable
    case noVote, voteOpen, otherGoal, fewVotes, lowMedian, unanswered, noOwner, law
    case easyPace, steepPace
    // Relevant
    case noArea, noPlan, notAgreed
    case silentNote
    // Time-bound
    case noDue, badDue, noInterim
    case earlyDue

    public var letter: SmartLetter {
        switch self {
        case .shortName, .longName, .noLeadBody, .noPopulation, .manyPairs, .activityOnly,
            .activity,
            .document:
            .specific
        case .noUnit, .noBaseline, .noBaselineDate, .noSource, .noKeeper, .sameTarget, .wrongSide,
            .percentRange, .noTest, .rareReadings, .oldBaseline, .slowReadings, .agingBaseline:
            .measurable
        case .noVote, .voteOpen, .otherGoal, .fewVotes, .lowMedian, .unanswered, .noOwner, .law,
            .easyPace, .steepPace:
            .attainable
        case .noArea, .noPlan, .notAgreed, .silentNote: .relevant
        case .noDue, .badDue, .noInterim, .earlyDue: .timeBound
        }
    }

    /// Whether it is in the way of the launch; else the coach may accept it.
    public var blocks: Bool {
        switch self {
        case .activity, .document, .slowReadings, .agingBaseline, .easyPace, .steepPace,
            .silentNote,
            .earlyDue:
            false
        default: true
        }
    }

    /// Who can mend it.
    var mender: Role { self == .notAgreed ? .sponsor : .teamLeader }
    /// What mends it.
    var mend: SmartMend {
        switch self {
        case .noLeadBody: .lead
        case .noPopulation: .who
        case .noBaselineDate, .oldBaseline, .agingBaseline: .since
        case .noSource: .source
        case .noKeeper: .keeper
        case .noTest: .test
        case .rareReadings, .slowReadings: .every
        case .noVote, .otherGoal, .lowMedian, .fewVotes: .vote
        case .voteOpen: .votes
        case .unanswered, .noOwner, .law: .depend
        case .noArea: .area
        case .noPlan: .plan
        case .notAgreed: .agree
        case .silentNote: .note
        case .noDue, .badDue, .earlyDue: .due
        case .noInterim: .interim
        default: .goal
        }
    }
}

/// What mends a finding; the raw value ends the key of its button.
public enum SmartMend: String, CaseIterable, Sendable {
    case goal, lead, who, since, source, keeper, test, every, vote, votes, depend, area, plan,
        agree, note, due
    case interim

    /// Its line, without the challenge.
    var line: String {
        switch self {
        case .goal: "/goal set"
        case .lead: "/challenge set"
        case .vote: "/vote open"
        case .votes: "/vote"
        case .depend: "/depend"
        case .agree: "/agree"
        case .note: "/note"
        case .interim: "/goal interim 50%"
        case .who, .since, .source, .keeper, .test, .every, .area, .plan, .due: "/goal \(rawValue)"
        }
    }
}

/// What the check found, and the values that go into its words.
public struct SmartFinding: Hashable, Sendable {
    public var rule: SmartRule
    var values: [Phrase.Field] = []
    var phrase: Phrase { Phrase("smart.\(rule.rawValue)", values) }

    /// Several in one sentence: some are clauses, so they are parted by more than a comma. Halved and
    /// halved again, so that many lie no deeper than a few.
    static func joined(_ findings: [SmartFinding]) -> Say {
        guard let first = findings.first else { return .text("") }
        guard findings.count > 1 else { return .phrase(first.phrase) }
        let half = findings.count / 2
        return .phrase(
            Phrase(
                "smart.and",
                [
                    "first": joined(Array(findings[..<half])),
                    "rest": joined(Array(findings[half...])),
                ]))
    }
}

/// A goal looked at letter by letter, by rule and not by taste: what is in the way of its launch, and
/// what its coach has to accept (method.md 2.4). Ambition itself is never in the way.
public struct SmartCard: Sendable {
    public let goal: Goal
    public var findings: [SmartFinding] = []
    /// Warnings that the coach accepted, by their rules.
    public var accepted: [SmartRule: SmartAcceptance] = [:]

    public func findings(_ letter: SmartLetter) -> [SmartFinding] {
        findings.filter { $0.rule.letter == letter }
    }
    /// Warnings that nobody has accepted yet.
    public func open(_ letter: SmartLetter) -> [SmartFinding] {
        findings(letter).filter { $0.rule.blocks || accepted[$0.rule] == nil }
    }
    public func mark(_ letter: SmartLetter) -> SmartMark {
        let open = open(letter)
        return open.contains { $0.rule.blocks } ? .blocked : open.isEmpty ? .good : .warned
    }
    public var passed: Int { SmartLetter.allCases.count { mark($0) == .good } }
    public var isPassed: Bool { passed == SmartLetter.allCases.count }

    /// Looks at a goal on a day.
    ///
    /// - Parameter hasBaseline: False for a goal that is only being said, where no first figure was given.
    public init(
        _ goal: Goal, in challenge: Challenge, today: LocalDate, words: SmartWords,
        hasBaseline: Bool = true
    ) {
        self.goal = goal
        for acceptance in goal.accepted {
            for rule in acceptance.rules.compactMap(SmartRule.init(rawValue:)) {
                accepted[rule] = acceptance
            }
        }
        var check = Check(goal, challenge, today, words, hasBaseline)
        check.specific()
        check.measurable()
        check.attainable()
        check.relevant()
        check.timeBound()
        findings = check.findings
    }
}

/// One run of the check.
private struct Check {
    let goal: Goal
    let challenge: Challenge
    let today: LocalDate
    let words: SmartWords
    let hasBaseline: Bool
    let target: Double?
    var findings: [SmartFinding] = []

    init(
        _ goal: Goal, _ challenge: Challenge, _ today: LocalDate, _ words: SmartWords,
        _ hasBaseline: Bool
    ) {
        self.goal = goal
        self.challenge = challenge
        self.today = today
        self.words = words
        self.hasBaseline = hasBaseline
        target = goal.versions.first?.target
    }

    private mutating func find(
        _ rule: SmartRule, _ isFound: Bool, _ values: KeyValuePairs<String, Say> = [:]
    ) {
        guard isFound else { return }
        findings.append(
            SmartFinding(rule: rule, values: values.map { Phrase.Field($0.key, $0.value) }))
    }

    mutating func specific() {
        let length = goal.name.unicodeScalars.count
        let activity = words.activity(in: goal.name)
        let word: Say = .text(activity ?? "")
        // A verb and no figure anywhere is a task; beside figures it is only an odd name for a number.
        find(.activityOnly, activity != nil && !hasBaseline, ["word": word])
        find(.shortName, length < 8)
        find(.longName, length > 140)
        find(.noPopulation, (goal.population ?? "").isEmpty && (activity == nil || hasBaseline))
        find(.noLeadBody, challenge.head.leadBody.isEmpty)
        find(.manyPairs, words.pairs(in: goal.statement) > 1)
        find(
            .activity, activity != nil && hasBaseline && !words.hasFigure(goal.name),
            ["word": word])
        find(.document, words.isDocument(goal.unit), ["unit": .text(goal.unit)])
    }

    mutating func measurable() {
        find(.noUnit, goal.unit.isEmpty && goal.mode != .yesNo)
        find(.noBaseline, !hasBaseline)
        find(.noBaselineDate, hasBaseline && goal.baselineOn == nil)
        find(.noSource, goal.source.isEmpty)
        find(.noKeeper, goal.owner == nil && challenge.holders(of: .dataKeeper).isEmpty)
        figures()
        find(.noTest, goal.test == nil && goal.mode != .yesNo)
        find(.rareReadings, goal.interval > 14, ["days": .count(goal.interval)])
        find(
            .slowReadings, goal.interval > 7 && goal.interval <= 14, ["days": .count(goal.interval)]
        )
        guard hasBaseline, let on = goal.baselineOn else { return }
        let age = today - on
        find(.oldBaseline, age > 90, ["days": .count(age)])
        find(.agingBaseline, age > 30 && age <= 90, ["days": .count(age)])
    }

    private mutating func figures() {
        guard let target, goal.mode != .yesNo else { return }
        if hasBaseline {
            find(.sameTarget, target == goal.baseline && goal.direction != .hold)
            let isWrong =
                goal.direction == .up && target < goal.baseline
                || goal.direction == .down && target > goal.baseline
            find(.wrongSide, isWrong, ["direction": .term("direction.\(goal.direction.rawValue)")])
        }
        let low = hasBaseline ? min(target, goal.baseline) : target
        let high = hasBaseline ? max(target, goal.baseline) : target
        find(.percentRange, ReadingGuard.isPercent(goal.unit) && (low < 0 || high > 100))
    }

    mutating func attainable() {
        vote()
        let answered = Set(challenge.dependencies.map(\.kind))
        let left = DependencyKind.allCases.filter { !answered.contains($0) }
        find(.unanswered, !left.isEmpty, ["count": .count(left.count)])
        let leaders = [Role.sponsor, .systemLeader].flatMap { challenge.holders(of: $0) }
        for dependency in challenge.dependencies where dependency.isNeeded {
            let owner = dependency.owner
            if dependency.kind == .law {
                // A new law is no hundred days' work: somebody in the leadership has to carry it.
                find(.law, owner.map { !leaders.contains($0) } ?? true)
            } else {
                find(.noOwner, owner == nil, ["what": .term("depend.\(dependency.kind.rawValue)")])
            }
        }
        pace()
    }

    private mutating func vote() {
        guard let ballot = challenge.ballot else { return find(.noVote, true) }
        guard ballot.isAbout(goal) else { return find(.otherGoal, true) }
        let size = challenge.team.count
        guard !ballot.isOpen else {
            return find(
                .voteOpen, true, ["cast": .count(ballot.votes.count), "team": .count(size)])
        }
        find(
            .fewVotes, ballot.cast * 10 < size * 6,
            ["cast": .count(ballot.cast), "team": .count(size)])
        find(.lowMedian, (ballot.median ?? 0) < 3, ["median": .number(ballot.median ?? 0)])
    }

    /// The pace that the goal asks for against that of the time before, where a figure of before is known:
    /// the test reading, a week or more after the baseline.
    private mutating func pace() {
        guard hasBaseline, let target, let test = goal.test, let on = goal.baselineOn,
            test.on - on >= 7, target != goal.baseline
        else { return }
        let way = target - goal.baseline
        let past = (test.value - goal.baseline) / way * 7 / Double(test.on - on)
        guard past > 0 else { return }
        let needed = 7 / Double(max(1, goal.dueDay ?? challenge.head.duration))
        find(.easyPace, needed / past < 1.2)
        find(.steepPace, needed / past > 10, ["times": .number((needed / past).rounded())])
    }

    mutating func relevant() {
        find(.noArea, (challenge.head.area ?? "").isEmpty)
        find(.noPlan, (goal.plan ?? "").isEmpty)
        find(.notAgreed, goal.agreed == nil)
        find(.silentNote, !noteNames(goal.name))
    }

    /// Whether the Challenge Note has a word of the indicator; words of five letters or more, by their
    /// beginning, since endings change.
    private func noteNames(_ name: String) -> Bool {
        let head = challenge.head
        let text = [head.note, head.guardrails, head.approach, head.questions].compactMap { $0 }
        let heard = Set(text.flatMap { SmartWords.words(in: $0) }.map(Self.stem))
        return SmartWords.words(in: name).contains {
            $0.unicodeScalars.count >= 5 && heard.contains(Self.stem($0))
        }
    }
    private static func stem(_ word: String) -> String {
        String(String.UnicodeScalarView(word.unicodeScalars.prefix(5)))
    }

    mutating func timeBound() {
        let last = challenge.head.duration
        find(.noDue, goal.dueDay == nil)
        if let due = goal.dueDay {
            find(.badDue, !(1...max(1, last)).contains(due), ["last": .count(last)])
            find(.earlyDue, due < 60 && due >= 1 && due < last, ["day": .count(due)])
        }
        let hasPoint = goal.versions.first?.trajectory.isEmpty == false
        find(.noInterim, goal.interim == nil && !hasPoint)
    }
}
