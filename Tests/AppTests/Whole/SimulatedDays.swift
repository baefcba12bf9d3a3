import Accelerator
import JSON
import Language
import Runtime
import TestKit

/// The sample cohort lived line by line while a clock rings: from the call for proposals to two hundred days
/// after the last day, with what may befall a bot on the way.
struct SimulatedDays {
    /// What befalls the machine and the calendar.
    struct Weather {
        /// One step in so many ends with a crash: the state is made again from the journal.
        var crashes: (seed: UInt64, oneIn: Int)?
        /// The bot is off. What is said meanwhile is heard when it is on again.
        var off: Range<Instant>?
        /// Something happens at a time.
        var decree: (at: Instant, input: Input)?
    }
    /// One occurrence that rang, and how.
    struct Rung {
        var at: Instant
        var key: String
        var how: String?
        var isSent: Bool { Rang.wasTold(how ?? "") }
    }
    /// One message that nobody asked for.
    struct Told {
        var at: Instant
        var out: Outgoing
        /// The rows that it is about.
        var rows: [String]
    }

    private(set) var world: World
    private(set) var rung: [Rung] = []
    private(set) var told: [Told] = []
    /// What broke a rule.
    private(set) var faults: [String] = []
    /// Lines that came to nothing.
    private(set) var misheard: [String] = []
    private(set) var crashed = 0
    private let weather: Weather
    private var agenda = Agenda()
    private var random: Seeded
    private var seen: Set<String> = []

    init(_ decider: Decider, _ weather: Weather = Weather()) {
        world = World(decider)
        self.weather = weather
        random = Seeded(weather.crashes?.seed ?? 1)
    }

    static let end = Stages.instant("2026-11-30T20:00")

    mutating func live(_ script: CohortScript, until end: Instant = Self.end) throws {
        var tally = OracleThroughChat.Tally()
        tally.isOnTime = weather.off == nil
        var late: [CohortScript.Act] = []
        for (at, act) in script.acts where at <= end {
            if let off = weather.off, off.contains(at) {
                late.append(act)
                continue
            }
            if let off = weather.off, at >= off.upperBound, !late.isEmpty {
                pass(until: off.upperBound)
                for act in late { try play(act, script, &tally) }
                late = []
            }
            pass(until: at)
            try play(act, script, &tally)
        }
        pass(until: end)
    }

    private mutating func play(
        _ act: CohortScript.Act, _ script: CohortScript, _ tally: inout OracleThroughChat.Tally
    ) throws {
        let before = world.commits.count
        if let fault = try script.play(act, &world, &tally) {
            misheard.append("\(world.now) \(fault)")
        }
        for commit in world.commits.dropFirst(before) { agenda.note(commit) }
        crash()
    }

    /// Lets the time go on, and rings what is due on the way.
    private mutating func pass(until end: Instant) {
        if let decree = weather.decree, world.now < decree.at, decree.at <= end,
            seen.insert("the decree").inserted
        {
            pass(until: decree.at)
            if let commit = world.take(decree.input).commit { agenda.note(commit) }
        }
        var rings = 0
        while var due = agenda.next(world.state, world.decider.zones) {
            if let off = weather.off, off.contains(due) { due = off.upperBound }
            due = max(due, world.now)
            guard due <= end else { break }
            world.now = due
            ring()
            rings += 1
            if rings > 20_000 {
                faults.append("\(world.now): it rings without end")
                break
            }
        }
        world.now = max(world.now, end)
        explain()
    }

    /// Every one that is due has rung.
    private mutating func explain() {
        let reminding = Reminding(world.state, world.decider.zones).through(world.now)
        for owner in Reminding.owners(world.state) {
            for left in reminding.occurrences(owner)
            where left.rings <= world.now && faults.count < 20 {
                faults.append(
                    "\(world.now): \(left.key) was due at \(left.rings), and nothing came of it")
            }
        }
    }

    private mutating func ring() {
        if weather.crashes != nil, random.chance(20) {
            // Decided and never written: as if it had not been.
            _ = world.decide(.alarm, [UInt8](repeating: 1, count: 16))
            crash(certainly: true)
        }
        let heard = world.take(.alarm)
        guard let commit = heard.commit else {
            faults.append("\(world.now): something is due, and nothing rings")
            world.now = world.now.advanced(by: 30 * Instant.second)
            return
        }
        agenda.note(commit)
        let before = rung.count
        for case .rang(let rang) in commit.events {
            // What is held rings once more, when something comes of it.
            let isFinal = rang.how != Rang.How.held.rawValue
            if !seen.insert(isFinal ? rang.key : "held " + rang.key).inserted {
                faults.append("\(commit.at): \(rang.key) rang twice")
            }
            let one = Rung(at: commit.at, key: rang.key, how: rang.how)
            rung.append(one)
        }
        var said: Set<String> = []
        for out in commit.out {
            let keys = [out.occurrence].compactMap { $0 } + out.also
            said.formUnion(keys)
            var about: [String] = []
            for key in keys {
                if let row = Occurrence.parts(of: key)?.row, !about.contains(row) {
                    about.append(row)
                }
            }
            told.append(Told(at: commit.at, out: out, rows: about))
        }
        // An earlier one is told by a later one of the same that comes with it.
        func step(_ key: String) -> Substring { key[..<(key.lastIndex(of: "@") ?? key.endIndex)] }
        let steps = Set(said.map(step))
        for one in rung[before...] where one.isSent && !said.contains(one.key) {
            if one.how == Rang.How.folded.rawValue, steps.contains(step(one.key)) { continue }
            faults.append(
                "\(commit.at): \(one.key) rang \(one.how ?? "in time"), and nothing was said")
        }
        crash()
    }

    /// The process ends and begins again: what is true is what the journal says.
    private mutating func crash(certainly: Bool = false) {
        guard let crashes = weather.crashes, certainly || random.below(crashes.oneIn) == 0 else {
            return
        }
        crashed += 1
        var state = State()
        for commit in world.commits { state.evolve(commit) }
        if state != world.state { faults.append("\(world.now): the replay differs") }
        world.state = state
        agenda = Agenda()
    }
}

// MARK: As people read it

extension SimulatedDays {
    /// Who was told what and when: a line a message, by days; then how many of each.
    var page: String {
        var text = ""
        var day: LocalDate?
        var counts: [String: Int] = [:]
        var perDay: [String: Int] = [:]
        // One line for all who are told the same at the same time.
        var line: (start: String, end: String, roles: [String])?
        func write() {
            guard let one = line else { return }
            var counts: [(role: String, count: Int)] = []
            for role in one.roles {
                if let place = counts.firstIndex(where: { $0.role == role }) {
                    counts[place].count += 1
                } else {
                    counts.append((role, 1))
                }
            }
            let roles = counts.map { $0.count == 1 ? $0.role : "\($0.count) × \($0.role)" }.joined(
                separator: ", ")
            text += Golden.trimmed(one.start + Golden.padded(roles, 44) + one.end) + "\n"
            line = nil
        }
        for told in told {
            let local = told.at.local(offset: 5 * 3600)
            if day != local.date {
                write()
                day = local.date
                text +=
                    "\n\(Self.weekdays[local.date.weekday - 1]) \(local.date)\(number(local.date))\n"
            }
            let (_, role) = receiver(told)
            let row = told.rows.joined(separator: " + ")
            let start = Golden.padded("  \(local.time)  \(row)", 28), end = firstLine(told.out)
            if line?.start != start || line?.end != end { write() }
            line = line ?? (start, end, [])
            line?.roles.append(role)
            counts["\(row)\u{1}\(role.split(separator: " ").first ?? "")", default: 0] += 1
            if case .person(let code) = told.out.to {
                perDay["\(local.date) \(code)", default: 0] += 1
            }
        }
        write()
        text += "\n# Messages by row and by who got them\n\n"
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            let parts = key.split(separator: "\u{1}", omittingEmptySubsequences: false).map(
                String.init)
            text += Golden.padded(parts[0], 40) + Golden.padded(parts.last ?? "", 20) + "\(count)\n"
        }
        text += "\n# How it rang\n\n"
        var hows: [String: Int] = [:]
        for one in rung {
            hows["\(Occurrence.parts(of: one.key)?.row ?? "?") \(one.how ?? "sent")", default: 0] +=
                1
        }
        for (how, count) in hows.sorted(by: { $0.key < $1.key }) {
            text += Golden.padded(how, 40) + "\(count)\n"
        }
        text += "\n# Messages that one person got on one day, and how often that was so\n\n"
        let often = perDay.values.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        for (count, times) in often.sorted(by: { $0.key < $1.key }) {
            text += Golden.padded("\(count)", 8) + "\(times)\n"
        }
        return text
    }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    private func number(_ date: LocalDate) -> String {
        guard let dayOne = world.state.cohorts["NA-1"]?.dayOne else { return "" }
        let day = date - dayOne + 1
        return day < 1 ? "" : day <= 100 ? ", Day \(day)" : ", \(day - 100) days after"
    }

    /// Whoever got it, by name, and what they are to what it is about.
    private func receiver(_ told: Told) -> (name: String, role: String) {
        switch told.out.to {
        case .chat(let key): return ("chat \(key)", "chat")
        case .principal(let principal): return (principal, "principal")
        case .person(let code):
            let person = world.state.people[code]
            let subject =
                told.out.subject ?? told.out.occurrence.flatMap {
                    Occurrence.parts(of: $0)?.subject
                } ?? ""
            let challenge = world.state.challenges.values.first { subject.contains($0.code) }
            let seat =
                challenge?.seats.first { $0.person == code }?.role ?? person?.grants.first?.role
            return (
                person?.name ?? code,
                (seat?.rawValue ?? "nobody") + (challenge.map { " " + $0.code } ?? "")
            )
        }
    }

    private func firstLine(_ out: Outgoing) -> String {
        let lines = world.decider.phrasebook.render(out.phrases, language: "en").lines.map(\.text)
        let line = lines.first { !$0.isEmpty } ?? ""
        return line.count > 80 ? String(line.prefix(79)) + "…" : line
    }
}
