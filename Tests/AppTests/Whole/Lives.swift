import Accelerator
import Glibc
import Language
import TestKit
import Testing

/// Lives of a cohort: some 220 days, lived by lines alone, by people who know what comes next and people
/// who don't; wrong figures, wrong persons, wrong moments, undo, edits, buttons. Each life is one seed.
@Suite("Lives of a cohort") struct Lives {
    /// What many lives did, together.
    struct Tally {
        var lives = 0
        var steps = 0
        var commits = 0
        var undone = 0
        var edited = 0
        var pressed = 0
        var refused = 0
        var rang = 0
        /// `challenge framing leadership staffing` and how often.
        var taken: [String: Int] = [:]
        /// Commands that did something, and how often.
        var did: [String: Int] = [:]
        /// What was seen of those who leave (``Leaving/wanted``), and how often.
        var left: [String: Int] = [:]
        /// Moves that stand in no table, with the first line that made each.
        var illegal: [String: String] = [:]
        /// Invariant -> seed and lines of the first life that broke it, and how many broke it.
        var broken: [String: (count: Int, first: String)] = [:]
    }

    @Test("the invariants I1–I12 hold after every step, and every legal move is made")
    func lives() throws {
        let decider = try House.decider()
        let lines = Lines(decider)
        let base = Self.base(decider)
        var tally = Tally()
        let seeds = chosenSeeds(1_500, debug: 60)
        for seed in seeds {
            var life = CohortLife(seed, lines, base)
            life.live()
            tally.add(life.tally)
        }
        print(
            "lives of a cohort: \(tally.lives) with \(tally.steps) steps, \(tally.commits) commits, \(tally.undone) taken back, \(tally.edited) edited,",
            "\(tally.pressed) pressed, \(tally.refused) refused for want of a right, \(tally.rang) alarms"
        )
        for (name, found) in tally.broken.sorted(by: { $0.key < $1.key }) {
            Issue.record("\(name), broken in \(found.count) lives; the first: \(found.first)")
        }
        for (move, line) in tally.illegal.sorted(by: { $0.key < $1.key }) {
            Issue.record("a move that stands in no table: \(move), by \(line)")
        }
        guard seeds.count > 1 else { return }
        let missing = Coverage.missing(tally)
        // What is rare needs many lives; of few lives most is asked.
        if tally.lives >= Coverage.many {
            for move in missing { Issue.record("never done in any life: \(move)") }
        } else {
            demand(
                missing.count * 10 <= Coverage.wanted.count,
                "in \(tally.lives) lives, of \(Coverage.wanted.count) never done: \(missing)")
        }
        for move in Coverage.notYet.sorted()
        where tally.taken[move] != nil || !Coverage.all.contains(move) {
            Issue.record("can be done now, and is listed as impossible: \(move)")
        }
        #expect(
            tally.undone > 0 && tally.edited > 0 && tally.pressed > 0 && tally.refused > 0
                && tally.rang > 0)
        if getenv("HUNDRED_SHOW") != nil {
            for (command, count) in tally.did.sorted(by: { $0.key < $1.key }) {
                print(count, "did", command)
            }
            for (what, count) in tally.left.sorted(by: { $0.key < $1.key }) { print(count, what) }
            for (move, count) in tally.taken.sorted(by: { $0.key < $1.key }) { print(count, move) }
        }
    }

    /// A programme and its people: what every life begins with.
    private static func base(_ decider: Decider) -> World {
        var world = World(decider)
        world.now = Stages.instant("2026-01-05T09:00")
        Cast.bring(into: &world)
        Leaving.call(&world)
        for line in [
            #"/programme new KZ "National Accelerator" Astana"#,
            #"/area add A03 "Government services""#,
            #"/batch new NA-1 "Cohort 1" day1=2026-02-02"#,
        ] {
            let heard = world.say(line, as: "console:office")
            demand(heard.changesSomething, "\(line): \(heard.keys)")
        }
        return world
    }
}

extension Lives.Tally {
    mutating func add(_ other: Self) {
        lives += other.lives
        steps += other.steps
        commits += other.commits
        undone += other.undone
        edited += other.edited
        pressed += other.pressed
        refused += other.refused
        rang += other.rang
        taken.merge(other.taken, uniquingKeysWith: +)
        did.merge(other.did, uniquingKeysWith: +)
        left.merge(other.left, uniquingKeysWith: +)
        illegal.merge(other.illegal) { first, _ in first }
        broken.merge(other.broken) { ($0.count + $1.count, $0.first) }
    }
}

/// The moves of all tables, as `thing from command to`; what the clock does has the command `clock`.
enum Coverage {
    static let all: Set<String> = {
        var all: Set<String> = []
        func add<Stage: Spelled>(_ thing: String, _ table: [Transitions.Row<Stage>]) {
            for row in table {
                for from in row.from {
                    all.insert(
                        "\(thing) \(from.rawValue) \(row.command ?? "clock") \(row.to.rawValue)")
                }
            }
        }
        add("challenge", Transitions.challenge)
        add("cohort", Transitions.cohort)
        add("proposal", Transitions.proposal)
        add("milestone", Transitions.milestone)
        add("blocker", Transitions.blocker)
        add("decision", Transitions.decision)
        return all
    }()

    /// In a table, and no line makes them.
    static let notYet: Set<String> = []
    /// What has to do something in some life.
    static let commands: Set<String> = [
        "note", "team", "goal", "depend", "vote", "agree", "meeting", "launch", "milestone", "up",
        "fix", "week", "action", "risk",
        "block", "escalate", "solved", "ask", "decide", "declare", "early", "midpoint", "stocktake",
        "lesson", "handover", "close",
        "loose", "path", "practice", "pledge", "sustain", "followup", "initiative", "stop",
        "reopen", "waive", "undo",
    ]
    /// Legal, and out of the way: a challenge comes of a cohort that selects, unless that went back since.
    static let unlikely: Set<String> = [
        "cohort draft launch accelerating", "cohort call_open launch accelerating",
    ]
    /// What follows from another move: a question that a launch or a stop answers, what a stop drops.
    static let effects: Set<String> = [
        "decision asked launch decided", "decision asked close decided",
        "decision asked stop decided", "decision asked stop refused",
        "milestone open stop dropped",
    ]

    /// So many lives do everything that can be done.
    static let many = 1_000

    /// What some life has to do: the legal moves that lines make, and the commands.
    static let wanted: [String] =
        all.subtracting(notYet).subtracting(unlikely).sorted()
        + commands.sorted().map { "/\($0)" } + Leaving.wanted.map { "? \($0)" }

    /// What none of the lives did.
    static func missing(_ tally: Lives.Tally) -> [String] {
        wanted.filter { wanted in
            if wanted.hasPrefix("/") { return tally.did[String(wanted.dropFirst())] == nil }
            if wanted.hasPrefix("? ") { return tally.left[String(wanted.dropFirst(2))] == nil }
            return tally.taken[wanted] == nil
        }
    }

    /// The commands that lead back: one step, by those who may, and not a row of any table.
    static let back: Set<String> = ["undo", "reopen", "edit"]

    static func moves(
        _ before: State, _ after: State, _ earlier: [Challenge], _ challenges: [Challenge],
        _ command: String
    ) -> [String] {
        var found: [String] = []
        func note(_ thing: String, _ from: String, _ to: String, _ command: String) {
            if from != to { found.append("\(thing) \(from) \(command) \(to)") }
        }
        for cohort in after.cohorts.values {
            guard let was = before.cohorts[cohort.code] else { continue }
            // What follows from its challenges has no command of its own.
            let isOwn = ["batch", "launch"].contains(command) || back.contains(command)
            note("cohort", was.state.rawValue, cohort.state.rawValue, isOwn ? command : "clock")
        }
        for proposal in after.proposals.values {
            guard let was = before.proposals[proposal.code] else { continue }
            note("proposal", was.state.rawValue, proposal.state.rawValue, command)
        }
        for challenge in challenges {
            guard let was = earlier.first(where: { $0.code == challenge.code }), was != challenge
            else { continue }
            if command == "midpoint", challenge.reviews.count > was.reviews.count {
                found.append("challenge accelerating midpoint accelerating")
            }
            for thing in challenge.milestones {
                guard let old = was.milestones.first(where: { $0.code == thing.code }) else {
                    continue
                }
                note("milestone", old.state.rawValue, thing.state.rawValue, command)
            }
            for thing in challenge.blockers {
                guard let old = was.blockers.first(where: { $0.code == thing.code }) else {
                    continue
                }
                note("blocker", old.state.rawValue, thing.state.rawValue, command)
                if command == "escalate", old.state == .escalated, thing.level > old.level {
                    found.append("blocker escalated escalate escalated")
                }
            }
            for thing in challenge.decisions {
                guard let old = was.decisions.first(where: { $0.code == thing.code }) else {
                    continue
                }
                note("decision", old.state.rawValue, thing.state.rawValue, command)
            }
        }
        return found
    }

    /// The moves of challenges, by the day: what the calendar did, or a line.
    static func moves(
        _ earlier: [Challenge], on first: LocalDate, _ challenges: [Challenge],
        on second: LocalDate, _ command: String
    ) -> [String] {
        challenges.compactMap { challenge in
            guard let was = earlier.first(where: { $0.code == challenge.code })?.phase(on: first)
            else { return nil }
            let now = challenge.phase(on: second)
            return was == now ? nil : "challenge \(was.rawValue) \(command) \(now.rawValue)"
        }
    }

    /// The same in other words: done by a blocker's code solves it, and what is left
    /// loose at the end is done, dropped or carried like any milestone.
    static func named(_ move: String) -> String {
        var words = move.split(separator: " ").map(String.init)
        guard words.count == 4 else { return move }
        if words[0] == "blocker", words[2] == "done" { words[2] = "solved" }
        if words[0] == "milestone", words[2] == "loose" {
            words[2] = words[3] == "done" ? "done" : "milestone"
        }
        return words.joined(separator: " ")
    }
}
