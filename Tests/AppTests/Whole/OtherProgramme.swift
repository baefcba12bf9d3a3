import Accelerator
import Language
import Testing

/// Who acts for which programme: the office of one over all that is another's, in each command that changes
/// something of a programme, a cohort, a proposal or a challenge.
@Suite("The office of another programme") struct OtherProgramme {
    /// A line about the programme UZ: what is there before it, and in which group it is said.
    private struct Row {
        var line: String
        var before: [String] = []
        var chat: String?
        /// Whoever has a part there may do it for themselves.
        var isForMembers = false
        init(
            _ line: String, before: [String] = [], in chat: String? = nil,
            isForMembers: Bool = false
        ) {
            self.line = line
            self.before = before
            self.chat = chat
            self.isForMembers = isForMembers
        }
    }

    private static let heardOnly: Set<String> = [
        "question.asked", "question.answered", "right.refused", "chat.heard",
    ]
    private static let group = "console:ch90"
    /// Of no challenge.
    private static let hall = "console:hall"
    private static let plan =
        "/training plan Course on 2026-04-10 15:00 hours 3 programme=UZ"

    private static let rows: [Row] = [
        Row("/area add A91 Water programme=UZ"), Row("/area add A91 Water", in: group),
        Row("/training Course on 2026-03-18 area A90 people 5 hours 3 programme=UZ"),
        Row("/training Course on 2026-03-18 people 5 hours 3", in: group), Row(plan),
        Row("/training join TR1 @uz-member programme=UZ", before: [plan]),
        Row("/training join TR1 programme=UZ", before: [plan], isForMembers: true),
        Row(
            "/training absent TR1 @uz-member programme=UZ",
            before: [plan, "/training join TR1 @uz-member programme=UZ"]),
        Row("/training cancel TR1 programme=UZ", before: [plan]),
        Row("/exchange Visit on 2026-03-18 programme=UZ"),
        Row("/exchange Visit on 2026-03-18", in: group),
        Row(
            #"/exchange promise EX1 "A list" by 2026-04-01"#,
            before: ["/exchange Visit on 2026-03-18 programme=UZ"], in: group),
        Row(
            "/exchange kept EX1 1",
            before: [
                "/exchange Visit on 2026-03-18 programme=UZ",
                #"/exchange promise EX1 "A list" by 2026-04-01"#,
            ], in: group),
        Row("/contact @uz-member Ministry of Water", in: group),
        Row(
            "/contact remove Ministry of Water",
            before: ["/contact @uz-member Ministry of Water"], in: group),
        Row("/batch new UZ-9 Ninth day1=2026-08-03 programme=UZ"),
        Row("/batch new UZ-9 Ninth day1=2026-08-03", in: group),
        Row("/batch call UZ-1"), Row("/batch call"), Row("/batch select UZ-2"),
        Row("/batch design UZ-3"), Row("/batch cancel UZ-1"),
        Row("/batch topic add Water UZ-2"),
        Row("/batch topic remove Water UZ-2", before: ["/batch topic add Water UZ-2"]),
        Row("/accept P-92"), Row("/reject P-90 no data"), Row("/defer P-90 no data"),
        Row("/return P-90 no data"), Row("/merge P-90 into P-91 the same"),
        Row("/score P-90 4 4 4 4"), Row("/withdraw P-90"),
        Row("/calendar UZ add 2026-04-01 Leave"), Row("/calendar add 2026-04-01 Leave", in: group),
        Row("/stocktake hold UZ-4"), Row("/board cohort UZ-3", in: hall),
        Row("/reminders UZ-3 meeting.weekly off"),
        Row("/subscribe cohort UZ-3 daily", isForMembers: true),
        Row("/subscribe area A90 weekly", isForMembers: true),
        Row(#"/challenge set title="Water" CH-90"#), Row("/note mission CH-90 Water for all"),
        Row("/leadership sponsor @uz-member CH-90"),
        Row(#"/team add @uz-other body="Water" CH-90"#), Row("/launch set 2026-03-27 10:00 CH-90"),
        Row("/forget @uz-coach"), Row("/forget @uz-member"),
    ]

    /// A programme of its own beside the sample: cohorts in four states, proposals, a challenge with a group.
    private static func world(_ decider: Decider) throws -> World {
        var world = World(decider, try House.sample(), until: House.afternoon)
        var programme = try #require(world.state.programmes["KZ"])
        programme.code = "UZ"
        programme.country = "UZ"
        programme.trainings = []
        programme.exchanges = []
        var area = Area()
        area.code = "A90"
        area.name = "Rivers"
        programme.areas = [area]
        var events: [Event] = [.programmeSet(programme)]
        let states: [(String, CohortState)] = [
            ("UZ-1", .draft), ("UZ-2", .callOpen), ("UZ-3", .selecting),
            ("UZ-4", .accelerating),
        ]
        for (code, state) in states {
            var cohort = try #require(world.state.cohorts["NA-1"])
            cohort.code = code
            cohort.programme = "UZ"
            cohort.state = state
            cohort.dayOne = world.today + (state == .accelerating ? -12 : 12)
            cohort.topics = []
            events.append(.cohortSet(cohort))
        }
        for (code, cohort) in [("P-90", "UZ-2"), ("P-91", "UZ-2"), ("P-92", "UZ-3")] {
            var proposal = Proposal()
            proposal.code = code
            proposal.cohort = cohort
            proposal.title = "Water \(code)"
            proposal.state = .submitted
            events.append(.proposalSet(proposal))
        }
        var head = ChallengeHead()
        head.code = "CH-90"
        head.cohort = "UZ-3"
        head.title = "Rivers"
        events += [
            .challengeSet(head),
            .challengeMoved(ChallengeMoved("CH-90", to: .framing, on: world.today, by: nil)),
        ]
        var chat = Chat()
        chat.key = group
        chat.challenge = "CH-90"
        events.append(.chatSet(chat))
        chat.key = hall
        chat.challenge = nil
        events.append(.chatSet(chat))
        let people: [(String, Grant?)] = [
            ("uz-office", Grant(scope: "UZ", role: .office)),
            ("uz-coach", Grant(scope: "UZ-3", role: .coach)), ("uz-member", nil),
            ("uz-other", nil),
        ]
        for (code, grant) in people {
            var person = Person()
            person.code = code
            person.name = code
            person.grants = [grant].compactMap { $0 }
            events += [
                .personSet(person),
                .principalLinked(PrincipalLinked(Cast.principal(code), person: code)),
            ]
        }
        events.append(seat("uz-member"))
        world.take(.imported(events))
        return world
    }

    private static func seat(_ person: String) -> Event {
        var seat = Seat()
        seat.person = person
        seat.role = .member
        seat.body = "Ministry of Water"
        return .seatTaken(OfChallenge("CH-90", seat))
    }

    /// Whether it did more than be heard.
    private static func acts(_ heard: World.Heard) -> Bool {
        heard.changesSomething
            && heard.commit?.events.contains { !Self.heardOnly.contains("\($0.tag)") } ?? false
    }

    private static func say(_ row: Row, _ who: String, _ base: World) -> World.Heard {
        var world = base
        for line in row.before {
            let heard = world.say(line, as: "console:uz-office", in: row.chat)
            demand(acts(heard), "\(line): \(heard.keys)")
        }
        var heard = world.say(row.line, as: Cast.principal(who), in: row.chat)
        if !acts(heard),
            let sure = heard.offers.first(where: { $0.line.contains(" sure=") })
        {
            heard = world.say(sure.line, as: Cast.principal(who), in: row.chat, kind: .pressed)
        }
        return heard
    }

    @Test("changes nothing of this one, and its own office does")
    func offices() throws {
        let base = try Self.world(House.decider())
        // The same office, with a seat in a team there: that makes it no office there.
        var seated = base
        seated.take(.imported([Self.seat("po-director")]))
        let own = try #require(base.state.people["po-director"]).grants
        #expect(own == [Grant(scope: "KZ", role: .office)])
        for row in Self.rows {
            let heard = Self.say(row, "uz-office", base)
            #expect(Self.acts(heard), "\(row.line) by its own office: \(heard.keys)")
            for (name, base) in [("another's", base), ("another's seated", seated)]
            where !row.isForMembers || name == "another's" {
                let heard = Self.say(row, "po-director", base)
                #expect(
                    !Self.acts(heard), "\(row.line) by \(name) office: \(heard.keys)")
            }
        }
    }

    @Test("is told why, in its own words for the right that it lacks here")
    func told() throws {
        var world = try Self.world(House.decider())
        let heard = world.say("/area add A91 Water programme=UZ", as: "console:po-director")
        #expect(heard.keys == ["error.otherProgramme"] && heard.lacksRight)
        let member = world.say("/area add A91 Water programme=UZ", as: "console:u03-m6")
        #expect(member.keys == ["error.noRightHere"] && member.lacksRight)
    }

    @Test("invites for its own part alone; who begins a programme is its office")
    func begun() throws {
        var world = try Self.world(House.decider())
        world.say("/admin invite office Deputy", as: "console:po-director")
        let secret = try #require(world.state.invitations.values.last { $0.role == .office }).secret
        world.say("/join \(secret)", as: "console:new")
        let new = try #require(world.state.person(of: "console:new"))
        #expect(new.grants == [Grant(scope: "KZ", role: .office)])
        world.say(#"/programme new XX "Third" Tashkent"#, as: "console:po-director")
        let heard = world.say("/area add A01 Water programme=XX", as: "console:po-director")
        #expect(heard.changesSomething, "\(heard.keys)")
        #expect(
            world.say("/area add A02 Air programme=XX", as: "console:uz-office").lacksRight)
    }
}
