import Accelerator
import Language
import Runtime
import TestKit
import Testing

/// One life: a seed, the people, the days.
struct CohortLife {
    let seed: UInt64
    private let lines: Lines
    private var world: World
    private var random: Seeded
    private(set) var tally = Lives.Tally()

    private var memory = Invariants.Memory()
    /// What was said, for whoever must find out what went wrong.
    private var said: [(at: Instant, inbound: Inbound, mark: String)] = []
    private var offered: [(line: String, who: String)] = []
    private var lastSaid: Inbound?
    private var agenda = Agenda()
    /// How careful people are in this life, in per cent; and whether its alarms ring.
    private let care: Int
    private let rings: Bool
    /// Who goes in the course of it, from which step on, and who does their work afterwards.
    private var leaving: [(who: String, from: Int)] = []
    private var instead: [String: String] = [:]

    init(_ seed: UInt64, _ lines: Lines, _ base: World) {
        self.seed = seed
        self.lines = lines
        world = base
        random = Seeded(seed &* 0x9E37_79B9 &+ 5)
        care = [97, 90, 80, 60][Int(seed % 4)]
        rings = seed % 8 == 0
        for _ in 0..<[0, 1, 2, 3][Int(seed / 4 % 4)] {
            let who = random.pick(Cast.known + ["office2"]) ?? "m1"
            leaving.append((who, random.below(330)))
        }
    }

    mutating func live() {
        let end = Stages.instant("2026-08-20T18:00")
        var step = 0
        tally.lives = 1
        while world.now < end, step < 700, tally.broken.isEmpty {
            step += 1
            tally.steps += 1
            pass(pause())
            if let one = leaving.first(where: { isLeaving($0, step) }), random.chance(25) {
                leave(one.who)
            } else {
                act()
            }
            if step % 40 == 0 { check(Invariants.sometimes, world.state, nil, []) }
        }
        check(Invariants.sometimes, world.state, nil, [])
        if tally.broken.isEmpty, let why = Leaving.again(world, memory.gone) {
            tally.broken["replay"] = (1, "seed \(seed): \(why)")
        }
    }

    // MARK: Those who go

    private func isLeaving(_ one: (who: String, from: Int), _ step: Int) -> Bool {
        step >= one.from && world.state.people[one.who]?.former == nil
    }

    /// Hands over, and asks to be forgotten: or the office does both, or one after the other is forgotten.
    private mutating func leave(_ who: String) {
        let others = Cast.known.filter { $0 != who && world.state.people[$0]?.former == nil }
        let other = instead[who] ?? random.pick(others) ?? "author"
        if random.chance(60) {
            instead[who] = other
            say("/handover duties @\(who) to @\(other)", Cast.principal("office"))
            answer("office")
        }
        let asker = random.pick([who, who, "office", "office2", anybody()]) ?? who
        say(
            asker == who ? "/forget me" : "/forget @\(who)", Cast.principal(asker))
        answer(asker)
    }

    /// A line for whoever does it now, mostly.
    private mutating func handedOn(_ wanted: (who: String, line: String)) -> (
        who: String, line: String
    ) {
        var wanted = wanted
        guard !instead.isEmpty, random.chance(90) else { return wanted }
        for (who, other) in instead.sorted(by: { $0.key < $1.key })
        where world.state.people[who]?.former != nil {
            if wanted.who == who { wanted.who = other }
            wanted.line = wanted.line.split(separator: " ", omittingEmptySubsequences: false).map {
                $0 == "@\(who)" ? "@\(other)" : String($0)
            }.joined(separator: " ")
        }
        return wanted
    }

    /// Most people answer what they are asked.
    private mutating func answer(_ who: String) {
        guard let open = world.state.questions[Question.key(Cast.principal(who), nil)],
            random.chance(70)
        else { return }
        let lines = open.offers.map(\.line).filter { $0 != "/undo" }
        guard let line = random.chance(60) ? lines.first : random.pick(lines) else { return }
        tally.pressed += 1
        say(line, Cast.principal(who), .pressed)
    }

    // MARK: Time

    private mutating func pause() -> Int64 {
        if random.chance(20) { return 1 + Int64(random.below(12)) * Instant.minute }
        let phases = world.state.challenges.values.map { $0.phase(on: world.today) }
        let isEarly =
            phases.isEmpty || phases.contains { [.framing, .staffing, .ready].contains($0) }
        let isRunning = phases.contains { [.launched, .accelerating].contains($0) }
        let hours = isEarly && world.today.days < 20_486 + 16 ? 11 : isRunning ? 80 : 120
        return Int64(random.below(hours * 60)) * Instant.minute
    }

    /// Days go by; what is due rings on the way, in some lives.
    private mutating func pass(_ time: Int64) {
        let before = world.today, until = world.now.advanced(by: time)
        if rings {
            var rung = 0
            while rung < 40, let due = agenda.next(world.state, world.decider.zones), due <= until {
                world.now = max(world.now, due)
                let was = world.state
                let heard = world.take(.alarm)
                guard let commit = heard.commit else { break }
                agenda.note(commit)
                tell(AgendaTruth.fault(&agenda, world.state, world.decider.zones), commit)
                rung += 1
                tally.rang += 1
                check(Invariants.each, was, commit, heard.out)
                deliver()
            }
        }
        world.now = until
        let today = world.today
        guard before != today else { return }
        let challenges = world.state.challenges.values
        for move in Coverage.moves(challenges, on: before, challenges, on: today, "clock") {
            note(move, "the clock")
        }
    }

    // MARK: What is done

    private mutating func act() {
        switch random.below(100) {
        case ..<9:
            guard let one = random.pick(offered) else { return }
            tally.pressed += 1
            say(one.line, one.who, .pressed)
        case ..<14: say("/undo", lastSaid?.principal ?? "console:office")
        case ..<17: edit()
        case ..<20:
            let line = lines.line(world.state, &random)
            // What makes another world of it is said in other tests.
            guard !["/adopt", "/admin", "/forget", "/start"].contains(where: line.hasPrefix) else {
                return
            }
            say(line, Cast.principal(anybody()))
        case ..<22: say(random.pick(Lines.plain) ?? "", Cast.principal(anybody()))
        default:
            var talk = Talk(world.state, world.today, random)
            let wanted = talk.next()
            random = talk.random
            guard var wanted else { return }
            if !random.chance(care) { wanted = spoilt(wanted) }
            wanted = handedOn(wanted)
            say(wanted.line, Cast.principal(wanted.who))
            answer(wanted.who)
        }
    }

    private mutating func anybody() -> String {
        random.pick(Cast.offices + Cast.known + [Cast.stranger]) ?? "m1"
    }

    /// The wrong person, the wrong challenge, a slip of the finger.
    private mutating func spoilt(_ wanted: (who: String, line: String)) -> (
        who: String, line: String
    ) {
        switch random.below(5) {
        case 0, 1: return (anybody(), wanted.line)
        case 2:
            let codes = ["CH-01", "CH-02", "CH-03"]
            var words = wanted.line.split(separator: " ", omittingEmptySubsequences: false).map(
                String.init)
            for place in words.indices {
                for code in codes where words[place].hasPrefix(code) {
                    words[place] = (random.pick(codes) ?? code) + words[place].dropFirst(code.count)
                    break
                }
            }
            return (wanted.who, words.joined(separator: " "))
        case 3:
            var letters = Array(wanted.line.unicodeScalars)
            if letters.count > 2 { letters.remove(at: 1 + random.below(letters.count - 1)) }
            return (wanted.who, String(String.UnicodeScalarView(letters)))
        default:
            let words = wanted.line.split(separator: " ")
            return (wanted.who, words.prefix(1 + random.below(words.count)).joined(separator: " "))
        }
    }

    private mutating func edit() {
        guard var before = lastSaid, before.kind == .said else { return }
        before.kind = .edited
        before.key = "\(before.key ?? "")e\(world.state.n)"
        before.text =
            random.chance(50) ? "/up \(60 + random.below(40))" : Talk.reworded(before.text, &random)
        tally.edited += 1
        hear(before)
    }

    private mutating func say(_ text: String, _ who: String, _ kind: Inbound.Kind = .said) {
        let inbound = world.inbound(text, as: who, kind: kind)
        if kind == .said { lastSaid = inbound }
        hear(inbound)
    }

    private func tell(_ fault: String?, _ commit: Commit) {
        demand(fault == nil, "seed \(seed): the agenda after commit \(commit.n): \(fault ?? "")")
    }

    private mutating func hear(_ inbound: Inbound) {
        let before = world.state
        for place in memory.gone.indices
        where memory.gone[place].principals.contains(inbound.principal) {
            memory.gone[place].isBack = true
        }
        let heard = world.take(.message(inbound))
        if said.count < 900 {
            let mark =
                heard.commit == nil
                ? " (\(heard.keys.first ?? "nothing"))" : heard.lacksRight ? " (no right)" : ""
            said.append((world.now, inbound, mark))
        }
        for out in heard.out {
            let who: String? =
                switch out.to {
                case .person(let person): Cast.principal(person)
                case .principal(let principal): principal
                case .chat: nil
                }
            if let who {
                for offer in out.offers where offer.line != "/undo" {
                    offered.append((offer.line, who))
                }
            }
        }
        if offered.count > 24 { offered.removeFirst(offered.count - 24) }
        if heard.lacksRight { tally.refused += 1 }
        for what in Leaving.seen(inbound, heard, passing(before, heard.commit, heard.out)) {
            tally.left[what, default: 0] += 1
        }
        guard let commit = heard.commit else {
            check(
                [("I12", Invariants.i12), ("forgotten", Invariants.forgotten)], before, nil,
                heard.out)
            return
        }
        agenda.note(commit)
        if rings || tally.commits % 4 == 0 {
            tell(AgendaTruth.fault(&agenda, world.state, world.decider.zones), commit)
        }
        tally.commits += 1
        let command = inbound.kind == .edited ? "edit" : commit.command ?? ""
        if command == "undo", heard.changesSomething { tally.undone += 1 }
        if heard.changesSomething {
            tally.did[command, default: 0] += 1
            let day = world.today, earlier = before.challenges.values,
                challenges = world.state.challenges.values
            let moves =
                Coverage.moves(before, world.state, earlier, challenges, command)
                + Coverage.moves(earlier, on: day, challenges, on: day, command)
            for move in moves { note(move, inbound.text) }
            check(Invariants.each, before, commit, heard.out)
        } else {
            check([("I10", Invariants.i10), ("I12", Invariants.i12)], before, commit, heard.out)
        }
        deliver()
    }

    /// What is owed arrives, in every other life.
    private mutating func deliver() {
        guard seed % 2 == 0 else { return }
        for id in world.state.owed.keys {
            let to =
                switch world.state.owed[id]?.to {
                case .person(let code): world.state.reached[code]?.last ?? "nowhere"
                case .principal(let principal): principal
                case .chat(let chat): chat
                case nil: "nowhere"
                }
            let heard = world.take(.delivered(id: id, message: "\(to)/\(id)"))
            if let commit = heard.commit { agenda.note(commit) }
        }
    }

    // MARK: What is seen

    private mutating func note(_ move: String, _ line: String) {
        let named = Coverage.named(move)
        tally.taken[named, default: 0] += 1
        guard !Coverage.all.contains(named), !Coverage.effects.contains(named) else { return }
        let words = named.split(separator: " ")
        if words.count == 4, Coverage.back.contains(String(words[2])) { return }
        if tally.illegal[named] == nil { tally.illegal[named] = "“\(line)”, seed \(seed)" }
    }

    private func passing(_ before: State, _ commit: Commit?, _ out: [Outgoing])
        -> Invariants.Passing
    {
        Invariants.Passing(
            before: before, after: world.state, earlier: before.challenges.values,
            challenges: world.state.challenges.values,
            commit: commit, out: out, today: world.today, at: max(world.now, world.state.at),
            decider: world.decider)
    }

    private mutating func check(
        _ checks: [(name: String, check: Invariants.Check)], _ before: State, _ commit: Commit?,
        _ out: [Outgoing]
    ) {
        let step = passing(before, commit, out)
        for (name, check) in checks {
            guard let why = check(step, &memory) else { continue }
            let lines = said.map { at, inbound, mark in
                let kind = inbound.kind == .said ? "" : " \(inbound.kind.rawValue)"
                return "\(at) \(inbound.principal.dropFirst(8))\(kind)> \(inbound.text)\(mark)"
            }.joined(separator: "\n")
            if tally.broken[name] == nil {
                tally.broken[name] = (1, "seed \(seed): \(why)\n\(lines)")
            }
        }
    }
}
