import Accelerator
import Language
import Testing

/// method.md 2.4, cell by cell: a goal that passes, and what each single change makes of its card.
@Suite("The SMART card") struct SmartTests {
    private static let today = LocalDate(days: 20_483)  // 2026-01-30

    /// A goal and its challenge that nothing is said against.
    struct Design {
        var goal = Goal()
        var challenge = Challenge()
        var hasBaseline = true

        init() {
            goal.code = "G1"
            goal.isPrimary = true
            goal.name = "Mean time to issue a building permit"
            goal.statement = goal.name
            goal.unit = "working days"
            goal.direction = .down
            goal.baseline = 42
            goal.baselineOn = SmartTests.today
            goal.source = "permit register"
            goal.owner = "u1"
            goal.population = "builders in two cities"
            goal.plan = "Indicator 4.2"
            goal.dueDay = 100
            goal.interim = 0.5
            goal.agreed = Signature("s1", SmartTests.today)
            var test = TestReading()
            test.value = 41.5
            test.on = SmartTests.today
            goal.test = test
            var version = GoalVersion()
            version.target = 15
            goal.versions = [version]
            challenge.head.leadBody = "Ministry of Construction"
            challenge.head.area = "A03"
            challenge.head.note = "A permit within three weeks"
            for person in ["u1", "u2", "u3", "u4", "u5"] { seat(person, .member) }
            seat("s1", .sponsor)
            for kind in DependencyKind.allCases { answer(kind, isNeeded: false, owner: nil) }
            vote(cast: 5, median: 3)
        }

        mutating func seat(_ person: String, _ role: Role) {
            var seat = Seat()
            seat.person = person
            seat.role = role
            challenge.seats.append(seat)
        }
        mutating func answer(_ kind: DependencyKind, isNeeded: Bool, owner: String?) {
            var answer = Dependency()
            answer.kind = kind
            answer.isNeeded = isNeeded
            answer.owner = owner
            challenge.dependencies.removeAll { $0.kind == kind }
            challenge.dependencies.append(answer)
        }
        mutating func vote(cast: Int, median: Double?, isOpen: Bool = false, target: Double = 15) {
            var ballot = Ballot()
            ballot.goal = "G1"
            ballot.baseline = 42
            ballot.target = target
            ballot.cast = cast
            ballot.median = median
            if !isOpen { ballot.closedOn = SmartTests.today }
            challenge.ballot = ballot
        }
        mutating func target(_ target: Double) {
            goal.versions[0].target = target
            challenge.ballot?.target = target
        }

        var card: SmartCard {
            var words = SmartWords()
            words.activities = Set(
                ["improve", "улучшить", "жақсарту", "تحسين", "жакшыртуу"].map { Folding.fold($0) })
            words.documents = ["report", "orders"]
            words.pairs.formUnion(["to", "до"])
            var challenge = challenge
            challenge.goals = [goal]
            return SmartCard(
                goal, in: challenge, today: SmartTests.today, words: words, hasBaseline: hasBaseline
            )
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var rules: Set<SmartRule>
        var change: @Sendable (inout Design) -> Void
        init(
            _ name: String, _ rules: SmartRule...,
            change: @escaping @Sendable (inout Design) -> Void
        ) {
            self.name = name
            self.rules = Set(rules)
            self.change = change
        }
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case("nothing") { _ in },
        // S
        Case("7 letters", .shortName) {
            $0.goal.name = "permits"; $0.challenge.head.note = "permits"
        },
        Case("8 letters") {
            $0.goal.name = "permits!"; $0.challenge.head.note = "permits"
        },
        Case("140 letters") { $0.goal.name = "permit " + String(repeating: "x", count: 133) },
        Case("141 letters", .longName) {
            $0.goal.name = "permit " + String(repeating: "x", count: 134)
        },
        Case("no leading body", .noLeadBody) { $0.challenge.head.leadBody = "" },
        Case("nobody, nowhere", .noPopulation) { $0.goal.population = nil },
        Case("one pair") {
            $0.goal.statement = "Mean time from 42 to 15 working days by 2026-05-12 (day 100)"
        },
        Case("two pairs", .manyPairs) {
            $0.goal.statement = "From 42 to 15 working days and from 5 -> 2 visits"
        },
        Case("two pairs, Russian", .manyPairs) {
            $0.goal.statement = "с 42 до 15 дней и с 5 % до 2 %"
        },
        Case("a verb", .activity) { $0.goal.name = "Improve the building permit" },
        Case("a verb, Russian", .activity, .silentNote) { $0.goal.name = "Улучшить выдачу" },
        Case("a verb, Kazakh", .activity, .silentNote) { $0.goal.name = "Рұқсатты жақсарту" },
        Case("a verb, Arabic", .activity, .silentNote) { $0.goal.name = "تحسين التراخيص" },
        Case("a verb, Kyrgyz", .activity, .silentNote) { $0.goal.name = "Уруксатты жакшыртуу" },
        Case("a verb with a figure") { $0.goal.name = "Improve building permits in 12 cities" },
        Case("a verb and no figure at all", .activityOnly, .noBaseline) {
            $0.goal.name = "Improve building permits"
            $0.hasBaseline = false
        },
        Case("not only a verb's beginning") {
            $0.goal.name = "Improvements of the permit register"
        },
        Case("documents", .document) { $0.goal.unit = "orders" },
        // M
        Case("no unit", .noUnit) { $0.goal.unit = "" },
        Case("no first figure", .noBaseline) { $0.hasBaseline = false },
        Case("no day of it", .noBaselineDate) { $0.goal.baselineOn = nil },
        Case("30 days old") {
            $0.goal.baselineOn = SmartTests.today - 30; $0.goal.test?.on = SmartTests.today - 30
        },
        Case("31 days old", .agingBaseline) {
            $0.goal.baselineOn = SmartTests.today - 31; $0.goal.test?.on = SmartTests.today - 31
        },
        Case("90 days old", .agingBaseline) {
            $0.goal.baselineOn = SmartTests.today - 90; $0.goal.test?.on = SmartTests.today - 90
        },
        Case("91 days old", .oldBaseline) {
            $0.goal.baselineOn = SmartTests.today - 91; $0.goal.test?.on = SmartTests.today - 91
        },
        Case("no source", .noSource) { $0.goal.source = "" },
        Case("no keeper", .noKeeper) { $0.goal.owner = nil },
        Case("a keeper in the team") {
            $0.goal.owner = nil; $0.seat("u5", .dataKeeper)
        },
        Case("target as today", .sameTarget) { $0.target(42) },
        Case("to be held") {
            $0.goal.direction = .hold; $0.target(42)
        },
        Case("wrong side", .wrongSide) { $0.goal.direction = .up },
        Case("above 100 %", .percentRange, .wrongSide) {
            $0.goal.unit = "%"; $0.target(101)
        },
        Case("below 0 %", .percentRange) {
            $0.goal.unit = "%"; $0.target(-1)
        },
        Case("no test figure", .noTest) { $0.goal.test = nil },
        Case("every 7 days") { $0.goal.interval = 7 },
        Case("every 8 days", .slowReadings) { $0.goal.interval = 8 },
        Case("every 14 days", .slowReadings) { $0.goal.interval = 14 },
        Case("every 15 days", .rareReadings) { $0.goal.interval = 15 },
        // A
        Case("no vote", .noVote) { $0.challenge.ballot = nil },
        Case("an open one", .voteOpen) { $0.vote(cast: 0, median: nil, isOpen: true) },
        Case("about another target", .otherGoal) { $0.vote(cast: 5, median: 5, target: 18) },
        Case("three of five") { $0.vote(cast: 3, median: 3) },
        Case("two of five", .fewVotes) { $0.vote(cast: 2, median: 3) },
        Case("median 2.5", .lowMedian) { $0.vote(cast: 5, median: 2.5) },
        Case("unanswered", .unanswered) { $0.challenge.dependencies.removeLast() },
        Case("a tender, and whose?", .noOwner) { $0.answer(.tender, isNeeded: true, owner: nil) },
        Case("a tender of somebody's") { $0.answer(.tender, isNeeded: true, owner: "u2") },
        Case("a law, and whose?", .law) { $0.answer(.law, isNeeded: true, owner: nil) },
        Case("a law of a member's", .law) { $0.answer(.law, isNeeded: true, owner: "u2") },
        Case("a law of the sponsor's") { $0.answer(.law, isNeeded: true, owner: "s1") },
        // 2.7 working days in ten days before; 27 in a hundred after.
        Case("no stretch", .easyPace) {
            $0.goal.baselineOn = SmartTests.today - 10; $0.goal.test?.value = 39.3
        },
        Case("a stretch") {
            $0.goal.baselineOn = SmartTests.today - 10; $0.goal.test?.value = 41
        },
        Case("unreasonable", .steepPace) {
            $0.goal.baselineOn = SmartTests.today - 10; $0.goal.test?.value = 41.8
        },
        Case("it got worse before") {
            $0.goal.baselineOn = SmartTests.today - 10; $0.goal.test?.value = 44
        },
        // R
        Case("no area", .noArea) { $0.challenge.head.area = nil },
        Case("no plan", .noPlan) { $0.goal.plan = "" },
        Case("the sponsor has not agreed", .notAgreed) { $0.goal.agreed = nil },
        Case("the note is about something else", .silentNote) {
            $0.challenge.head.note = "Everybody is happy"
        },
        Case("the note speaks of it further down") {
            $0.challenge.head.note = "Everybody is happy"
            $0.challenge.head.guardrails = "no new building code"
        },
        // T
        Case("no day", .noDue) { $0.goal.dueDay = nil },
        Case("day 0", .badDue) { $0.goal.dueDay = 0 },
        Case("day 101", .badDue) { $0.goal.dueDay = 101 },
        Case("day 90 of 90") {
            $0.challenge.head.duration = 90; $0.goal.dueDay = 90
        },
        Case("day 91 of 90", .badDue) {
            $0.challenge.head.duration = 90; $0.goal.dueDay = 91
        },
        Case("day 59", .earlyDue) { $0.goal.dueDay = 59 },
        Case("day 60") { $0.goal.dueDay = 60 },
        Case("the last day of 45") {
            $0.challenge.head.duration = 45; $0.goal.dueDay = 45
        },
        Case("nothing for the middle", .noInterim) { $0.goal.interim = nil },
        Case("a trajectory") {
            $0.goal.interim = nil
            var point = TrajectoryPoint()
            point.day = 50
            point.share = 0.4
            $0.goal.versions[0].trajectory = [point]
        },
    ]

    @Test("each rule, at its limit and beyond", arguments: cases)
    func rule(_ one: Case) {
        var design = Design()
        one.change(&design)
        let card = design.card
        #expect(Set(card.findings.map(\.rule)) == one.rules)
        for letter in SmartLetter.allCases {
            let own = one.rules.filter { $0.letter == letter }
            let expected: SmartMark =
                own.contains(where: \.blocks) ? .blocked : own.isEmpty ? .good : .warned
            #expect(card.mark(letter) == expected, "\(letter.rawValue)")
        }
        #expect(card.isPassed == one.rules.isEmpty)
    }

    @Test("no rule goes untested")
    func complete() {
        #expect(Set(Self.cases.flatMap(\.rules)) == Set(SmartRule.allCases))
    }

    @Test(
        "the coach's ok holds for what was seen, not for what comes later, and never for what blocks"
    )
    func acceptance() {
        var design = Design()
        design.goal.interval = 10
        #expect(design.card.mark(.measurable) == .warned && !design.card.isPassed)
        var acceptance = SmartAcceptance()
        acceptance.letter = "M"
        acceptance.rules = ["slowReadings", "noTest"]
        acceptance.by = "coach"
        design.goal.accepted = [acceptance]
        #expect(design.card.isPassed)
        design.goal.baselineOn = SmartTests.today - 40
        design.goal.test?.on = SmartTests.today - 40
        #expect(design.card.mark(.measurable) == .warned)
        design.goal.test = nil
        #expect(design.card.mark(.measurable) == .blocked)
    }

    @Test("six in ten of the team, rounded up", arguments: 3...15)
    func quorum(_ size: Int) {
        for cast in 0...size {
            var design = Design()
            design.challenge.seats = []
            for i in 0..<size { design.seat("u\(i)", .member) }
            design.seat("s1", .sponsor)
            design.vote(cast: cast, median: 4)
            let isEnough = Double(cast) / Double(size) >= 0.6 - 1e-9
            #expect(design.card.findings.isEmpty == isEnough, "\(cast) of \(size)")
        }
    }
}
