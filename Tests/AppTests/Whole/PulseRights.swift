import Accelerator
import JSON
import Language
import Testing

/// Who can see what of the private pulse (method.md 2.7, last rows), as a matrix, proved by interference:
/// worlds that differ in nothing but energy answers say the same to everyone who may not know.
@Suite("The private pulse") struct PulseRights {
    /// What a role may tell apart: nothing, an average, or names.
    enum Sight { case nothing, average, names }

    /// The matrix. Authors see their own beside.
    private static let matrix: [(role: String, principal: String, sight: Sight)] = [
        ("member", "u03-m1", .nothing), ("data keeper", "u03-data", .nothing),
        ("scribe", "u03-m9", .nothing),
        ("team leader", "u03-lead", .average), ("coach", "coach-2", .names),
        ("sponsor", "u03-sponsor", .average),
        ("system leader", "u03-leader1", .nothing), ("office", "po-director", .average),
        ("viewer", "a-viewer", .nothing),
        ("trainer", "a-trainer", .nothing), ("admin", "an-admin", .nothing),
        ("stranger", "nobody", .nothing),
        ("leader of another team", "u01-lead", .nothing),
    ]
    private static let group = "console:ch03"

    /// CH-03 on its Day 47 with these answers of members 4, 5 and 6, made by one commit.
    private static func world(_ decider: Decider, _ energies: [Int?]) throws -> World {
        var world = World(decider, try House.sample(), until: House.afternoon)
        var events: [Event] = []
        for (code, role, scope) in [
            ("a-viewer", Role.viewer, "KZ"), ("a-trainer", .trainer, "KZ"),
            ("an-admin", .admin, "*"),
        ] {
            var person = Person()
            person.code = code
            person.name = code
            person.grants = [Grant(scope: scope, role: role)]
            events += [
                .personSet(person),
                .principalLinked(PrincipalLinked("console:\(code)", person: code)),
            ]
        }
        var chat = Chat()
        chat.key = group
        chat.challenge = "CH-03"
        events.append(.chatSet(chat))
        for (place, energy) in energies.enumerated() {
            guard let energy else { continue }
            var pulse = Pulse()
            pulse.week = 7
            pulse.date = LocalDate(days: 20_532)
            pulse.by = "u03-m\(place + 4)"
            pulse.energy = energy
            events.append(.pulseGiven(OfChallenge("CH-03", pulse)))
        }
        world.take(.imported(events))
        return world
    }

    /// All that a person is told by every example of every command and by some more, in private or in the
    /// team's group; each line said to the same world.
    private static func told(_ base: World, _ principal: String, in chat: String?) -> [String:
        [Outgoing]]
    {
        let lines =
            base.decider.grammar.specs.values.flatMap { $0.examples.map(\.say) } + [
                "pulse", "pulse CH-03", "digest CH-03", "digest team CH-03", "digest CH-03 day 47",
                "status CH-03", "why CH-03",
                "agenda CH-03", "history CH-03", "midpoint CH-03", "me", "silent CH-03",
                "next CH-03", "cohort", "week energy",
            ]
        var found: [String: [Outgoing]] = [:]
        for line in lines where !line.hasPrefix("week ") || line == "week energy" {
            var world = base
            found[line] = world.say("/" + line, as: "console:" + principal, in: chat).out
        }
        return found
    }

    private static func differing(_ a: [String: [Outgoing]], _ b: [String: [Outgoing]]) -> Set<
        String
    > {
        Set(a.keys.filter { a[$0] != b[$0] })
    }

    @Test("who may not know is told the same whatever the answers are")
    func matrixHolds() throws {
        let decider = try House.decider()
        // The same average, other people; none at all; two answers only, which make no average.
        let low = try Self.world(decider, [1, 5, 5]), turned = try Self.world(decider, [5, 1, 5])
        let none = try Self.world(decider, [nil, nil, nil])
        let two = try Self.world(decider, [1, 5, nil]),
            otherTwo = try Self.world(decider, [5, 5, nil])
        for (role, principal, sight) in Self.matrix {
            let seen = Self.told(low, principal, in: nil)
            let turnedAround = Self.differing(seen, Self.told(turned, principal, in: nil))
            let absent = Self.differing(seen, Self.told(none, principal, in: nil))
            let few = Self.differing(
                Self.told(two, principal, in: nil), Self.told(otherTwo, principal, in: nil))
            switch sight {
            case .nothing:
                #expect(
                    turnedAround.isEmpty && absent.isEmpty && few.isEmpty,
                    "\(role): \(turnedAround) \(absent) \(few)")
            case .average:
                #expect(
                    turnedAround.isEmpty && few.isEmpty,
                    "\(role) sees single answers: \(turnedAround) \(few)")
                #expect(
                    absent.contains("pulse CH-03") && absent.contains("digest CH-03"),
                    "\(role) sees no average")
            case .names:
                #expect(
                    turnedAround == ["pulse", "pulse CH-03"] || turnedAround == ["pulse CH-03"],
                    "\(role): \(turnedAround)")
            }
            // In a group nobody learns anything, whoever asks.
            let inGroup = Self.told(low, principal, in: Self.group)
            let absentThere = Self.differing(inGroup, Self.told(none, principal, in: Self.group))
            #expect(absentThere.isEmpty, "\(role), in the group: \(absentThere)")
        }
    }

    @Test("authors see their own answers and nobody else's")
    func own() throws {
        let decider = try House.decider()
        let low = try Self.world(decider, [1, 5, 3]), turned = try Self.world(decider, [1, 3, 5])
        #expect(
            Self.differing(Self.told(low, "u03-m4", in: nil), Self.told(turned, "u03-m4", in: nil))
                .isEmpty)
        let changed = try Self.world(decider, [2, 5, 3])
        #expect(
            Self.differing(Self.told(low, "u03-m4", in: nil), Self.told(changed, "u03-m4", in: nil))
                == ["pulse", "pulse CH-03"])
    }

    @Test("no file and no reminder holds an answer")
    func filesAndReminders() throws {
        let decider = try House.decider()
        var low = try Self.world(decider, [1, 5, 3]), turned = try Self.world(decider, [5, 1, 3])
        let none = try Self.world(decider, [nil, nil, nil])
        func file(_ world: World) -> JSONValue? {
            CohortFile.write(
                world.state, cohort: "NA-1", asOf: LocalDate(days: 20_532), zones: House.zones)
        }
        #expect(file(low) != nil)
        #expect(file(low) == file(none) && file(low) == file(turned))
        // A fortnight of reminders and digests.
        for _ in 0..<300 {
            guard let next = decider.nextAlarm(low.state),
                next.milliseconds < House.afternoon.milliseconds + 14 * Instant.day
            else { break }
            low.now = next
            turned.now = next
            #expect(low.take(.alarm).out == turned.take(.alarm).out)
        }
        #expect(low.commits.last?.at.milliseconds ?? 0 > House.afternoon.milliseconds)
    }

    @Test("who is coach and leader at once sees an average, no names")
    func noManager() throws {
        let decider = try House.decider()
        func both(_ energies: [Int?]) throws -> World {
            var world = try Self.world(decider, energies)
            for role in [Role.sponsor, .teamLeader] {
                var seat = Seat()
                seat.person = "coach-2"
                seat.role = role
                world.take(.imported([.seatTaken(OfChallenge("CH-03", seat))]))
            }
            return world
        }
        let low = Self.told(try both([1, 5, 3]), "coach-2", in: nil)
        #expect(Self.differing(low, Self.told(try both([5, 1, 3]), "coach-2", in: nil)).isEmpty)
    }
}
