import Accelerator
import Glibc
import JSON
import Language
import Runtime
import TestKit
import Testing

/// I11 of method.md 2.8: what is only played through never enters the reports of what is real. The sample
/// cohort is lived twice at the same times: alone, and beside a cohort of a programme for practice that
/// proposes, launches, reports, learns and ends as people like. The clock rings for both.
@Suite("A practice cohort beside a real one") struct BesidePractice {
    /// One bot with its clock.
    private struct Side {
        var world: World
        var agenda = Agenda()
        /// What was told unasked, by receiver.
        var told: [String: [(at: Instant, out: Outgoing)]] = [:]

        mutating func pass(until end: Instant) {
            var rings = 0
            while let due = agenda.next(world.state, world.decider.zones), due <= end, rings < 400 {
                world.now = max(world.now, due)
                let heard = world.take(.alarm)
                guard let commit = heard.commit else { break }
                agenda.note(commit)
                for out in heard.out {
                    told[out.to.text, default: []].append((commit.at, BesidePractice.bare(out)))
                }
                rings += 1
            }
            world.now = max(world.now, end)
        }

        mutating func say(_ inbound: Inbound, _ random: [UInt8]) -> World.Heard {
            let heard = world.take(.message(inbound), random: random)
            if let commit = heard.commit { agenda.note(commit) }
            return heard
        }

        mutating func say(_ line: String, _ who: String, _ kind: Inbound.Kind = .said) {
            let inbound = world.inbound(line, as: Cast.principal(who), kind: kind)
            if let commit = world.take(.message(inbound)).commit { agenda.note(commit) }
        }
    }

    /// A message without what numbers it: two bots have other commits.
    private static func bare(_ out: Outgoing) -> Outgoing {
        var bare = out
        bare.id = ""
        bare.inReplyTo = nil
        bare.replaces = out.replaces.map { _ in "another" }
        for place in bare.offers.indices {
            let words = bare.offers[place].line.split(separator: " ")
            bare.offers[place].line = words.filter { !$0.hasPrefix("sure=") }.joined(separator: " ")
        }
        return bare
    }

    /// Both bots, step by step.
    private struct Life {
        let seed: UInt64
        let lines: Lines
        var random: Seeded
        var alone: Side
        var beside: Side
        /// Offers of the last answer, in both.
        var offers: [(alone: String, beside: String)] = []
        var asker = ""
        var said = 0
        var faults: [String] = []

        static let people = [
            "po-director", "po-deputy", "coach-1", "u01-lead", "u01-sponsor", "u03-data",
            "u03-lead", "u06-m2", "u08-data", "u04-sponsor", "u07-leader1",
        ]
        /// What makes codes that both cohorts draw from one row, or people.
        static let aside = [
            "/propose", "/accept", "/adopt", "/admin", "/start", "/join", "/path",
        ]

        static let paths = [Path.reset, .build, .scale].map(\.rawValue)

        init(_ seed: UInt64, _ lines: Lines, _ base: World) {
            self.seed = seed
            self.lines = lines
            random = Seeded(seed &* 0x2545_F491)
            alone = Side(world: base)
            var shared = base
            BesidePractice.begin(&shared)
            beside = Side(world: shared)
        }

        mutating func live(days: Int) {
            let end = alone.world.now.advanced(by: Int64(days) * Instant.day)
            var step = 0
            while alone.world.now < end, faults.isEmpty {
                let time = alone.world.now.advanced(
                    by: Int64(1 + random.below(400)) * Instant.minute)
                alone.pass(until: time)
                beside.pass(until: time)
                // Neither is ever so quiet that it takes itself to have been away.
                alone.world.take(.imported([]))
                beside.world.take(.imported([]))
                for _ in 0..<(3 + random.below(6)) { practise() }
                if random.chance(45) { speak() }
                step += 1
                if step % 24 == 0 { compare() }
            }
            compare()
        }

        /// Somebody of the real cohort says something: the same in both, and the same comes of it.
        private mutating func speak() {
            let bytes = random.bytes(16)
            var texts = (alone: "", beside: ""), kind = Inbound.Kind.said
            if !offers.isEmpty, random.chance(40), let one = random.pick(offers) {
                (texts, kind) = (one, .pressed)
            } else {
                asker = random.pick(Self.people) ?? "po-director"
                let line =
                    random.chance(60)
                    ? lines.line(alone.world.state, &random)
                    : random.pick(BesidePractice.pages)
                        ?? "/cohort"
                texts = (line, line)
            }
            guard !Self.aside.contains(where: texts.alone.hasPrefix),
                // A result's path drafts the next proposal.
                !texts.alone.hasPrefix("/close")
                    || !Self.paths.contains(where: texts.alone.contains),
                // A code that only the practice has.
                !["CH-09", "CH-99", "NA-2", "P-77", "x9"].contains(where: texts.alone.contains)
            else { return }
            var inbound = alone.world.inbound(texts.alone, as: "console:" + asker, kind: kind)
            inbound.key = "console real:\(seed).\(said)"
            inbound.message = "console:\(asker)/real\(said)"
            let first = alone.say(inbound, bytes)
            inbound.text = texts.beside
            let second = beside.say(inbound, bytes)
            said += 1
            let one = first.out.map(BesidePractice.bare),
                other = second.out.map(BesidePractice.bare)
            if one != other || first.commit?.events.count != second.commit?.events.count {
                faults.append(
                    "“\(texts.alone)” by \(asker): \(alone.world.words(one.flatMap(\.phrases))) | \(beside.world.words(other.flatMap(\.phrases)))"
                )
            }
            offers = zip(first.out.flatMap(\.offers), second.out.flatMap(\.offers)).map {
                ($0.line, $1.line)
            }
        }

        /// Somebody of the practice says what comes next there.
        private mutating func practise() {
            var own = beside.world.state
            for cohort in own.cohorts.values where cohort.programme != BesidePractice.code {
                own.cohorts[cohort.code] = nil
            }
            for challenge in own.challenges.values where own.cohorts[challenge.head.cohort] == nil {
                own.challenges[challenge.code] = nil
            }
            for proposal in own.proposals.values where own.cohorts[proposal.cohort] == nil {
                own.proposals[proposal.code] = nil
            }
            var talk = Talk(own, beside.world.today, random)
            let wanted = talk.next()
            random = talk.random
            guard let wanted else { return }
            beside.say(wanted.line, wanted.who)
            let key = Question.key(Cast.principal(wanted.who), nil)
            if let line = beside.world.state.questions[key]?.offers.first?.line, line != "/undo" {
                beside.say(line, wanted.who, .pressed)
            }
        }

        /// What the clock told the real people, and what is reported of them.
        mutating func compare() {
            for (receiver, told) in alone.told.sorted(by: { $0.key < $1.key }) {
                let other = beside.told[receiver] ?? []
                guard told.map(\.out) != other.map(\.out) || told.map(\.at) != other.map(\.at)
                else { continue }
                let place = zip(told, other).prefix { $0.out == $1.out && $0.at == $1.at }.count
                let lost = told.dropFirst(place).first, more = other.dropFirst(place).first
                faults.append(
                    "\(receiver) was told \(lost.map { "\($0.at) \($0.out.phrases)" } ?? "nothing"), and beside practice \(more.map { "\($0.at) \($0.out.phrases)" } ?? "nothing")"
                )
            }
            for receiver in beside.told.keys.sorted() where alone.told[receiver] == nil {
                guard case .person(let code)? = Receiver(text: receiver),
                    alone.world.state.people[code] == nil
                else {
                    faults.append("only beside practice \(receiver) is told something")
                    continue
                }
            }
            if let fault = BesidePractice.difference(alone.world, beside.world) {
                faults.append(fault)
            }
        }
    }

    private static let pages = [
        "/cohort", "/digest NA-1", "/digest final NA-1", "/nation", "/digest A03", "/lessons",
        "/rows success NA-1", "/rows people NA-1", "/rows readings NA-1", "/silent", "/blockers",
        "/decisions", "/status CH-03", "/chart", "/training programme=KZ", "/initiative", "/me",
        "/agenda",
        "/stocktake",
    ]
    private static let code = "SIM"

    /// A programme of its own, with the same areas, days and thresholds, and people who practise.
    private static func begin(_ world: inout World) {
        guard var programme = world.state.programmes["KZ"], var cohort = world.state.cohorts["NA-1"]
        else { return }
        programme.code = code
        programme.trainings = []
        programme.exchanges = []
        cohort.code = "SIM-1"
        cohort.programme = code
        cohort.state = .draft
        cohort.dayOne = world.today + 9
        var events: [Event] = [.programmeSet(programme), .cohortSet(cohort)]
        for one in Cast.offices + Cast.known {
            guard var person = Leaving.person(one) else { continue }
            if Cast.offices.contains(one) { person.grants = [Grant(scope: code, role: .office)] }
            events += [
                .personSet(person),
                .principalLinked(PrincipalLinked(Cast.principal(one), person: one)),
            ]
        }
        world.take(.imported(events))
    }

    /// Where the reports of the real cohort differ.
    private static func difference(_ alone: World, _ beside: World) -> String? {
        let file = CohortFile.write(
            alone.state, cohort: "NA-1", asOf: alone.today, zones: House.zones)
        let other = CohortFile.write(
            beside.state, cohort: "NA-1", asOf: alone.today, zones: House.zones)
        guard let file, let other else { return "no export" }
        if file != other { return TestKit.difference(file, other) ?? "other exports" }
        for line in pages {
            var alone = alone, beside = beside
            for who in ["po-director", "u03-lead", "u01-sponsor"] {
                let one = alone.say(line, as: "console:" + who).out.map(bare)
                let second = beside.say(line, as: "console:" + who).out.map(bare)
                if one.map(\.phrases) != second.map(\.phrases) {
                    return
                        "\(who)> \(line): \(alone.words(one.flatMap(\.phrases))) | \(beside.words(second.flatMap(\.phrases)))"
                }
            }
        }
        return nil
    }

    /// The sample as it was known at the beginning, in the middle, and near the end.
    private static func bases(_ decider: Decider) throws -> [World] {
        let file = try House.sample()
        return ["2026-01-31T12:00", "2026-03-20T17:30", "2026-05-06T12:00"].map {
            World(decider, file, until: Stages.instant($0))
        }
    }

    @Test("I11: the real people are told, answered and reported as if there were no practice")
    func practice() throws {
        let decider = try House.decider()
        let lines = Lines(decider), bases = try Self.bases(decider)
        var said = 0, told = 0, practised = 0, launched = 0
        let seeds = chosenSeeds(30, debug: 3)
        for seed in seeds {
            var life = Life(seed, lines, bases[Int(seed % 3)])
            life.live(days: 21)
            for fault in life.faults.prefix(2) { Issue.record("seed \(seed): \(fault)") }
            said += life.said
            told += life.alone.told.values.reduce(0) { $0 + $1.count }
            practised += life.beside.world.commits.count - life.alone.world.commits.count
            launched += life.beside.world.state.challenges.values.count {
                $0.head.cohort == "SIM-1" && $0.hasLaunched(by: life.beside.world.today)
            }
        }
        print(
            "beside practice: \(said) lines and \(told) reminders the same, beside \(practised) commits of practice, \(launched) launched"
        )
        let count = seeds.count
        #expect(said > 10 * count && told > 20 * count && practised > 50 * count && launched > 0)
    }

    @Test("what of a practice did enter a report is seen")
    func seen() throws {
        let decider = try House.decider()
        let base = try #require(try Self.bases(decider).first)
        var life = Life(1, Lines(decider), base)
        life.live(days: 9)
        #expect(life.faults == [])
        var head = try #require(
            life.beside.world.state.challenges.values.first { $0.head.cohort == "SIM-1" }
        ).head
        #expect(Self.difference(life.alone.world, life.beside.world) == nil)
        head.cohort = "NA-1"
        life.beside.world.take(.imported([.challengeSet(head)]))
        #expect(Self.difference(life.alone.world, life.beside.world) != nil)
    }
}
