import Accelerator
import Language
import TestKit
import Testing

/// Every row of the reminder calendar rings in one life, from the call for proposals to the last follow-up, and
/// what it says can be read, answered and pressed by whoever hears it.
@Suite("Every row rings") struct EveryRow {
    private struct Life {
        var world: World
        var agenda = Agenda()
        var heard: [String: Int] = [:]
        var keys: Set<String> = []
        /// Row, step and the reader's roles: pressed twice each, not by every member of every team.
        var pressed: [String: Int] = [:]

        mutating func wait(until end: Instant) throws {
            var rounds = 0
            while let due = agenda.next(world.state, world.decider.zones), due <= end {
                world.now = max(world.now, due)
                let heard = world.take(.alarm)
                guard let commit = heard.commit else {
                    Issue.record("due at \(due), and nothing rang")
                    return
                }
                agenda.note(commit)
                for case .rang(let rang) in commit.events { note(rang) }
                for out in heard.out where out.occurrence != nil { try check(out) }
                rounds += 1
                guard rounds < 5_000 else {
                    Issue.record("it rings without end: \(commit.events.map { "\($0)" }.prefix(3))")
                    return
                }
            }
            world.now = max(world.now, end)
        }

        private mutating func note(_ rang: Rang) {
            // What waits rings once more, when it is told.
            guard rang.how != "held" else { return }
            demand(keys.insert(rang.key).inserted, "\(rang.key) rang twice")
            guard !["skipped", "muted", "past", "nobody"].contains(rang.how ?? ""),
                let parts = Occurrence.parts(of: rang.key)
            else { return }
            heard[parts.row, default: 0] += 1
        }

        /// Read in every language, in no more than 25 lines; pressed by its reader without want of a right.
        private mutating func check(_ out: Outgoing) throws {
            let context = out.occurrence ?? ""
            guard let parts = Occurrence.parts(of: context) else {
                Issue.record("no occurrence: \(context)")
                return
            }
            var roles: [String] = []
            if case .person(let person) = out.to {
                roles = world.state.roles(of: person).map(\.rawValue).sorted()
            }
            let kind = "\(parts.row)#\(parts.step) \(roles) \(out.phrases.map(\.key))"
            pressed[kind, default: 0] += 1
            guard pressed[kind, default: 0] <= 2 else { return }
            try Spoken.check(out, world.decider, world.state, context)
            for language in world.decider.phrasebook.languages {
                let lines = world.decider.phrasebook.render(
                    out.phrases, choices: [], language: language
                ).lines.count
                demand(lines <= 25, "\(context): \(lines) lines in \(language)")
            }
            demand(
                !out.offers.isEmpty || out.occurrence?.contains("/chat:") == true,
                "\(context): nothing to press")
            guard case .person(let person) = out.to,
                let principal = world.state.reached[person]?.last
            else { return }
            for offer in out.offers {
                var asked = world
                let inbound = asked.inbound(offer.line, as: principal, kind: .pressed)
                let answer = asked.decide(.message(inbound), [UInt8](repeating: 7, count: 16))
                demand(!answer.lacksRight, "\(context): “\(offer.line)” is not \(person)'s to say")
                demand(
                    !answer.keys.contains { $0.hasPrefix("error.") },
                    "\(context): “\(offer.line)”: \(answer.keys)")
            }
        }

        mutating func say(_ text: String, as who: String) {
            let heard = world.say(text, as: "console:\(who)")
            if let commit = heard.commit { agenda.note(commit) }
            demand(heard.changesSomething, "“\(text)”: \(heard.keys)")
        }
    }

    private static func at(_ text: String) throws -> Instant {
        let date = try #require(LocalDate(iso: text))
        return Instant(milliseconds: Int64(date.days) * Instant.day + 5 * Instant.hour)
    }

    /// What people say besides: proposals for a second and a third cohort, blockers and a promise.
    private static let said: [(at: String, who: String, text: String)] = [
        ("2026-01-15", "po-director", "/team add @u03-m1 challenge=CH-03"),
        ("2026-02-16", "po-director", "/contact @u03-m2 Ministry of Health"),
        ("2026-02-16", "u03-lead", "/meeting set Thursday 15:00"),
        ("2026-02-16", "u03-lead", "/ask \"40 licences\" by 2026-02-24"),
        ("2026-02-16", "u03-lead", "/block severity=medium the old form is still printed"),
        ("2026-02-16", "u03-lead", "/block severity=high no room for the registrars"),
        ("2026-02-16", "u03-lead", "/block severity=critical the register is closed"),
        ("2026-02-17", "u03-lead", "/escalate CH-03-{room}"),
        ("2026-02-17", "u03-sponsor", "/promise CH-03-{room} by 2026-03-02 a room from us"),
        ("2026-02-18", "po-director", "/batch new NA-2 \"Cohort 2\" day1=2026-06-15"),
        ("2026-02-18", "po-director", "/batch call NA-2 closes=2026-03-05"),
        ("2026-02-18", "po-director", "/training plan \"Policy\" on 2026-02-24T10:00 hours 3"),
        ("2026-02-18", "po-director", "/training plan \"Policy\" on 2026-02-26T10:00 hours 3"),
        ("2026-02-18", "po-director", "/training plan \"Policy\" on 2026-02-27T10:00 hours 3"),
        ("2026-02-18", "po-director", "/training plan \"Ethics\" on 2026-02-25T10:00 hours 3"),
        ("2026-02-18", "u03-m3", "/training join TR1"),
        ("2026-02-18", "u03-m3", "/training join TR2"),
        ("2026-02-18", "u03-m3", "/training join TR3"),
        ("2026-02-18", "po-director", "/training join TR1 @u03-m4"),
        ("2026-02-18", "u03-m3", "/training absent TR1"),
        ("2026-02-18", "u03-lead", "/propose draft \"Papers for schoolchildren\" cohort=NA-2"),
        (
            "2026-02-19", "u03-lead",
            "/propose \"Fewer stamps\" \"people queue\" \"Justice, Health\" cohort=NA-2"
        ),
        (
            "2026-02-19", "u03-lead",
            "/propose \"Fewer queues\" \"people queue\" \"Justice, Health\" cohort=NA-2"
        ),
        ("2026-02-24", "po-director", "/training held TR1"),
        ("2026-02-26", "po-director", "/training held TR2"),
        ("2026-02-27", "po-director", "/training held TR3"),
        ("2026-03-02", "po-director", "/defer {queues} next year"),
        ("2026-03-03", "po-director", "/batch new NA-3 \"Cohort 3\" day1=2026-10-05"),
        ("2026-03-03", "po-director", "/batch call NA-3 closes=2026-04-02"),
        ("2026-05-13", "po-director", "/close CH-03 reset"),
        ("2026-05-13", "u03-lead", "/practice add \"A registrar on duty\" \"Head of registry\""),
        ("2026-05-13", "u03-lead", "/pledge draft We keep 97 % and pay for the weekend duty"),
        ("2026-05-13", "u03-sponsor", "/pledge sign"),
        ("2026-05-13", "po-director", "/handover CH-03"),
    ]

    /// The codes of what was said before.
    private static func filled(_ text: String, _ state: State) -> String {
        let room = state.challenges["CH-03"]?.blockers.first { $0.title.hasPrefix("no room") }?.code
        let queues = state.proposals.values.first { $0.title == "Fewer queues" }?.code
        return text.replacing("{room}", with: room ?? "B9").replacing(
            "{queues}", with: queues ?? "P-99")
    }

    /// A life that is lived as the file has it, or as `lived` changes it.
    private static func live(
        _ said: [(at: String, who: String, text: String)], _ lived: (Event) -> Event?
    ) throws -> Life {
        let decider = try House.decider()
        var life = Life(world: World(decider))
        var waiting = try said.map { (at: try at($0.at), who: $0.who, text: $0.text) }[...]
        for step in try House.sample().steps(zones: decider.zones) {
            while let next = waiting.first, next.at <= step.at {
                waiting.removeFirst()
                try life.wait(until: next.at)
                life.say(filled(next.text, life.world.state), as: next.who)
            }
            // From the handover on it goes another way than in the file.
            if waiting.isEmpty, !said.isEmpty { break }
            try life.wait(until: step.at)
            var step = step
            step.events = step.events.compactMap(lived)
            guard !step.events.isEmpty else { continue }
            let before = life.world.commits.count
            life.world.bring(step)
            for commit in life.world.commits.dropFirst(before) { life.agenda.note(commit) }
        }
        try life.wait(until: try at("2026-12-01"))
        return life
    }

    @Test("a review that was moved is told by its new day, one that was called off not at all")
    func reviewsPlannedAnew() throws {
        let planned: [(at: String, who: String, text: String)] = [
            ("2026-02-10", "po-director", "/review cancel week4 CH-03 joined with another"),
            ("2026-02-10", "po-director", "/review move week4 to 2026-03-03 CH-04"),
            ("2026-02-25", "po-director", "/review cancel week4 CH-02 it was told already"),
            ("2026-02-26", "po-director", "/review move week4 to 2026-03-05 CH-02 after all"),
            ("2026-02-10", "po-director", "/review cancel midpoint CH-03 joined with another"),
            ("2026-02-10", "po-director", "/review move midpoint to 2026-03-27 CH-04"),
            ("2026-05-08", "po-director", "/review move closing to 2026-05-19 CH-04"),
        ]
        // Nobody held one of these.
        let life = try Self.live(planned) { event in
            if case .reviewHeld = event { nil } else { event }
        }
        func nominals(_ row: String, _ code: String) -> Set<String> {
            Set(
                life.keys.compactMap { Occurrence.parts(of: $0) }.filter {
                    $0.row == row && $0.subject.hasSuffix(" \(code)")
                }.map { "\($0.nominal)" })
        }
        let week = "review.week4"
        let middle = ["midpoint.review", "midpoint.outputs", "midpoint.overdue"]
        // What another challenge was told of, this one was not.
        for row in middle + [week] {
            #expect(!nominals(row, "CH-01").isEmpty, "\(row)")
            #expect(nominals(row, "CH-03") == [], "\(row)")
        }
        #expect(nominals(week, "CH-04") == ["2026-02-04"])
        // Told once by the old day, called off, and told again by the new one.
        #expect(nominals(week, "CH-02") == ["2026-02-02", "2026-02-06"])
        #expect(nominals("midpoint.review", "CH-04") == ["2026-03-27"])
        #expect(nominals("closing.workshop", "CH-04").contains("2026-05-19"))
        // Fourteen days before the new day had passed when it was moved.
        #expect(
            !life.keys.contains {
                $0.hasPrefix("closing.workshop/closing CH-04/") && $0.hasSuffix("@2026-05-19#0")
            })
    }

    @Test("in the life of a cohort as it was, and as it is where much is left undone")
    func all() throws {
        let lived = try Self.live(Self.said) { $0 }
        // No figures, no reviews, a challenge without a leadership group, managers that nobody told.
        let idle = try Self.live([]) { event in
            switch event {
            case .readingRecorded, .reviewHeld, .checkInMade: return nil
            case .seatTaken(var seat):
                if seat.challenge == "CH-08", [.sponsor, .systemLeader].contains(seat.content.role)
                {
                    return nil
                }
                seat.content.isManagerInformed = false
                return .seatTaken(seat)
            default: return event
            }
        }
        let heard = lived.heard.merging(idle.heard, uniquingKeysWith: +)
        print(
            "rows: \(heard.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))"
        )
        let missing = Row.all.map(\.name).filter { heard[$0] == nil }
        #expect(missing == [])
    }
}
