import Accelerator
import JSON
import Language
import Runtime
import TestKit
import Testing

/// What holds in every life of the bot, whoever says what and when. Each life is one seed.
@Suite("Laws of every life") struct Properties {
    /// One life: people of the sample cohort, an administrator and a stranger say what they might, press,
    /// edit, answer; the clock moves and rings; messages arrive or don't.
    private struct Life {
        let seed: UInt64
        let lines: Lines
        var world: World
        var random: Seeded
        /// The same, read back from what a journal would hold.
        var copy: State
        var undone = 0
        var rang = 0
        var offered: [(offer: Offer, principal: String, chat: String?)] = []
        var lastSaid: Inbound?
        var agenda = Agenda()

        static let people = [
            "po-director", "u03-data", "u03-data", "u03-lead", "u03-lead", "u03-sponsor", "coach-2",
            "u03-m1", "u03-m9",
            "u03-leader1", "u01-lead", "u08-data", "root", "guest",
        ].map { "console:\($0)" }

        init(_ seed: UInt64, _ lines: Lines, _ base: World) {
            self.seed = seed
            self.lines = lines
            world = base
            random = Seeded(seed &* 0x9E37_79B9)
            copy = base.state
            // Not every life begins on one day.
            world.now = world.now.advanced(by: Int64(random.below(20)) * 5 * Instant.hour)
        }

        mutating func step() throws {
            world.now = world.now.advanced(by: pause())
            if ring() { return }
            let who = random.pick(Self.people) ?? ""
            let chat = random.chance(12) ? "console:ch03" : nil
            switch random.below(100) {
            case ..<58: try say(lines.line(world.state, &random), who, chat)
            case ..<70: try say(random.pick(Lines.plain) ?? "", who, chat)
            case ..<84:
                guard let one = random.pick(offered) else { return }
                try say(one.offer.line, one.principal, one.chat, kind: .pressed)
            case ..<90: try edit()
            case ..<95: try deliver()
            default: try say(Hostile.text(&random), who, chat)
            }
        }

        private mutating func pause() -> Int64 {
            switch random.below(20) {
            case 0: Instant.day
            case 1: 5 * Instant.hour
            case 2..<6: Int64(random.below(40)) * Instant.minute
            default: 1 + Int64(random.below(60)) * Instant.second
            }
        }

        /// Rings what is due, as the alarm clock would.
        private mutating func ring() -> Bool {
            guard let due = agenda.next(world.state, world.decider.zones), due <= world.now else {
                return false
            }
            let heard = world.take(.alarm)
            accept(heard)
            demand(
                heard.commit != nil, "seed \(seed): due at \(due), and nothing rang at \(world.now)"
            )
            rang += 1
            return true
        }

        private mutating func edit() throws {
            guard var before = lastSaid else { return }
            before.kind = .edited
            before.key = "\(before.key ?? "")e\(world.state.n)"
            before.text = random.chance(50) ? "81" : lines.line(world.state, &random)
            try hear(before)
        }

        private mutating func deliver() throws {
            guard let id = random.pick(world.state.owed.keys) else { return }
            let heard =
                random.chance(85)
                ? world.take(.delivered(id: id, message: "console:x/\(id)"))
                : world.take(.undeliverable(id: id, why: "gone", isLost: random.chance(50)))
            accept(heard)
            demand(world.state.owed[id] == nil, "seed \(seed): \(id) is owed still")
        }

        private mutating func say(
            _ text: String, _ who: String, _ chat: String?, kind: Inbound.Kind = .said
        ) throws {
            let inbound = world.inbound(text, as: who, in: chat, kind: kind)
            try hear(inbound)
            if kind == .said { lastSaid = inbound }
        }

        /// One message, and the laws that hold for each.
        private mutating func hear(_ inbound: Inbound) throws {
            let before = world.state
            let random = (0..<16).map { _ in UInt8(truncatingIfNeeded: self.random.next()) }
            // The same input against the same state: the same, as often as it is asked.
            let first = world.decide(.message(inbound), random),
                second = world.decide(.message(inbound), random)
            demand(
                first.commit == second.commit && first.out == second.out,
                "seed \(seed): \(inbound.text)")
            let heard = world.take(.message(inbound), random: random)
            accept(heard)
            for out in heard.out {
                try Spoken.check(out, world.decider, world.state, "seed \(seed): \(inbound.text)")
                for offer in out.offers { offered.append((offer, inbound.principal, inbound.chat)) }
            }
            if offered.count > 40 { offered.removeFirst(offered.count - 40) }
            guard let commit = heard.commit else { return }
            // Delivered a second time: nothing more comes of it.
            let again = world.decide(.message(inbound), random)
            demand(again.commit == nil, "seed \(seed): twice: \(inbound.text)")
            if heard.changesSomething { takeBack(commit, before, inbound) }
        }

        /// What a commit made is gone after its author's undo, and nothing else is.
        private mutating func takeBack(_ commit: Commit, _ before: State, _ inbound: Inbound) {
            var after = world
            let undo = after.say("/undo", as: inbound.principal, in: inbound.chat)
            let isOurs = undo.commit?.events.contains { event in
                if case .undone(let mark) = event {
                    mark.n == Int64(clamping: commit.n)
                } else {
                    false
                }
            }
            guard isOurs == true else { return }
            undone += 1
            if let found = Facts.difference(before, after.state) {
                Issue.record(
                    "seed \(seed): undo of “\(inbound.text)” \(commit.events.map { "\($0.tag)" }): \(found)"
                )
            }
            // Said again, it takes the undo back.
            let back = after.say("/undo", as: inbound.principal, in: inbound.chat)
            guard let taken = undo.commit?.n,
                back.commit?.events.contains(where: { event in
                    if case .undone(let mark) = event {
                        mark.n == Int64(clamping: taken)
                    } else {
                        false
                    }
                }) == true
            else { return }
            if let found = Facts.difference(world.state, after.state) {
                Issue.record(
                    "seed \(seed): undo of the undo of “\(inbound.text)” \(commit.events.map { "\($0.tag)" }): \(found)"
                )
            }
        }

        /// Takes in what a journal would read back, and compares.
        private mutating func accept(_ heard: World.Heard) {
            guard let commit = heard.commit else { return }
            agenda.note(commit)
            // What the agenda keeps is what a full look would find, whatever the commit named.
            let fault = AgendaTruth.fault(&agenda, world.state, world.decider.zones)
            demand(
                fault == nil,
                "seed \(seed): after \(commit.events.map { "\($0.tag)" }) the agenda: \(fault ?? "")"
            )
            guard let read = Facts.reread(commit) else {
                Issue.record("seed \(seed): commit \(commit.n) is not read back: \(commit)")
                return
            }
            demand(
                read == commit,
                "seed \(seed): commit \(commit.n) is read back otherwise: \(Facts.difference(commit, read))"
            )
            copy.evolve(read)
        }

        func compare() {
            demand(
                world.state == copy,
                "seed \(seed): replay differs: \(Facts.where(world.state, copy) ?? "in what no snapshot holds")"
            )
            do {
                let restored = try Facts.restored(world.state)
                demand(
                    restored == world.state,
                    "seed \(seed): the snapshot differs: \(Facts.where(world.state, restored) ?? "in what no snapshot holds")"
                )
            } catch {
                Issue.record("seed \(seed): the snapshot is not read back: \(error)")
            }
        }
    }

    private static func base(_ decider: Decider) throws -> World {
        var world = World(decider, try House.sample(), until: House.afternoon)
        world.operate(.administrator(principal: "console:root", name: "Root"), at: world.now)
        world.operate(
            .bind(chat: "console:ch03", title: "CH-03", challenge: "CH-03"), at: world.now)
        return world
    }

    @Test("replay, snapshot, a second delivery, undo, offers and words, after every step")
    func lives() throws {
        let decider = try House.decider()
        let lines = Lines(decider)
        let sample = try Self.base(decider)
        var commits = 0, undone = 0, rang = 0
        for seed in 1...UInt64(seeds(60, debug: 6)) {
            // Every fifth life begins with nothing but an administrator.
            var base = sample
            if seed % 5 == 0 {
                base = World(decider)
                base.operate(
                    .administrator(principal: "console:root", name: "Root"), at: House.afternoon)
            }
            let loaded = base.commits
            var life = Life(seed, lines, base)
            for step in 0..<80 {
                try life.step()
                if step % 8 == 7 { life.compare() }
            }
            // And once from the very beginning.
            var replayed = State()
            for commit in loaded + life.world.commits.dropFirst(loaded.count) {
                replayed.evolve(commit)
            }
            demand(replayed == life.world.state, "seed \(seed): the replay from the start differs")
            commits += life.world.commits.count - loaded.count
            undone += life.undone
            rang += life.rang
        }
        print("lives: \(commits) commits, \(undone) of them taken back, \(rang) alarms")
        // Not idle: these lives do something.
        #expect(commits > seeds(60, debug: 6) * 20 && undone > seeds(60, debug: 6) && rang > 0)
    }

    @Test("hostile texts: an answer or silence, never a trap, and what is said of them can be read")
    func hostile() throws {
        let decider = try House.decider()
        var world = try Self.base(decider)
        for seed in 1...UInt64(seeds(2_000, debug: 150)) {
            var random = Seeded(seed)
            let who = random.pick(Life.people) ?? ""
            let text = Hostile.text(&random)
            world.now = world.now.advanced(by: 40 * Instant.second)
            let chat = random.chance(30) ? "console:ch03" : nil
            var inbound = world.inbound(
                text, as: who, in: chat, kind: random.chance(10) ? .pressed : .said)
            if random.chance(10) { inbound.name = Hostile.text(&random) }
            inbound.repliesToBot = random.chance(20)
            let heard = world.take(.message(inbound))
            for out in heard.out { try Spoken.check(out, decider, world.state, "seed \(seed)") }
            if let commit = heard.commit {
                demand(
                    Facts.reread(commit) == commit,
                    "seed \(seed): \(text.debugDescription) is read back otherwise")
            }
        }
        let restored = try Facts.restored(world.state)
        demand(
            restored == world.state,
            "the snapshot differs: \(Facts.where(world.state, restored) ?? "in what no snapshot holds")"
        )
    }

    @Test("facts that nobody could have said: taken in, assessed, shown, never a trap")
    func hostileFacts() throws {
        let decider = try House.decider()
        let sample = try Self.base(decider)
        let date = LocalDate(days: 20_532)
        let doubles = [0, -0.0, 1e308, -1e308, 1e-308, 98, 61, 9e15, -1]
        let days = [0, -719_162, 2_932_896, 20_486, 20_531, 20_585, 20_600]
        for seed in 1...UInt64(seeds(150, debug: 10)) {
            var random = Seeded(seed &+ 77)
            var world = sample
            var commit = Commit()
            commit.n = world.state.n + 1
            commit.at = world.state.at
            commit.cause = .imported
            for place in 0..<6 {
                var reading = Reported()
                reading.id = "X\(place)"
                reading.value = random.pick(doubles) ?? 0
                reading.asOf = LocalDate(days: random.pick(days) ?? 0)
                reading.enteredAt = Instant(
                    milliseconds: random.chance(70)
                        ? commit.at.milliseconds : Int64(bitPattern: random.next()) / 4_000)
                reading.by = "u03-data"
                reading.supersedes = random.pick(["X0", "X1", "U0100", "nothing"])
                commit.events.append(.readingRecorded(OfGoal("CH-03", "G1", reading)))
            }
            var version = GoalVersion()
            version.version = 2 + random.below(3)
            version.target = random.pick(doubles) ?? 0
            version.effectiveFrom = LocalDate(days: random.pick(days) ?? 0)
            var point = TrajectoryPoint()
            point.day = random.pick([0, 50, 100, -5, 100_000]) ?? 0
            point.share = random.pick(doubles) ?? 0
            version.trajectory = [point]
            commit.events.append(.goalTargeted(OfGoal("CH-03", "G1", version)))
            if var head = world.state.challenges["CH-03"]?.head {
                head.dayOne = LocalDate(days: random.pick(days) ?? 0)
                head.duration = random.pick([1, 2, 100, 99]) ?? 100
                commit.events.append(.challengeSet(head))
            }
            world.state.evolve(commit)
            world.now = commit.at
            let exported = CohortFile.write(
                world.state, cohort: "NA-1", asOf: date, zones: House.zones)
            demand(exported != nil, "seed \(seed): no export")
            for line in [
                "/status CH-03", "/why CH-03", "/cohort", "/digest CH-03", "/chart CH-03",
                "/history CH-03", "/me", "/up 78",
            ] {
                let heard = world.say(line, as: "console:u03-data")
                for out in heard.out {
                    try Spoken.check(out, decider, world.state, "seed \(seed): \(line)")
                }
            }
            _ = Reminding(world.state, House.zones).next("challenge CH-03")
            demand(Facts.reread(commit) == commit, "seed \(seed)")
        }
    }
}
