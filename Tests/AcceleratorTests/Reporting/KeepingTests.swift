import Accelerator
import JSON
import Language
import TestKit
import Testing

/// What is kept after the last day, and who is no longer named.
@Suite("After the last day") struct KeepingTests {
    /// Value, value to hold, baseline, direction.
    @Test(
        arguments: [
            (98.0, 98.0, 61.0, Direction.up, KeptState.holding), (99, 98, 61, .up, .holding),
            (88.2, 98, 61, .up, .holding), (88.1, 98, 61, .up, .slipping),
            (79.6, 98, 61, .up, .slipping),
            (79.5, 98, 61, .up, .lost), (61, 98, 61, .up, .lost), (40, 98, 61, .up, .lost),
            (13.9, 13.9, 42, .down, .holding), (13.1, 13.9, 42, .down, .holding),
            (15.2, 13.9, 42, .down, .holding),
            (15.4, 13.9, 42, .down, .slipping), (28, 13.9, 42, .down, .lost),
            (42, 13.9, 42, .down, .lost),
            // So small a gain that ten per cent would reach behind the baseline.
            (61, 65, 61, .up, .lost), (62, 65, 61, .up, .holding),
            // A level to be held, on both sides.
            (105, 100, 100, .hold, .holding), (95, 100, 100, .hold, .holding),
            (115, 100, 100, .hold, .slipping),
            (75, 100, 100, .hold, .lost),
            // Nothing was gained.
            (50, 50, 60, .up, .holding), (46, 50, 60, .up, .holding), (42, 50, 60, .up, .slipping),
            (30, 50, 60, .up, .lost),
            // To nothing.
            (0, 0, 20, .down, .holding), (2, 0, 20, .down, .holding), (3, 0, 20, .down, .slipping),
            (10, 0, 20, .down, .lost),
        ] as [(Double, Double, Double, Direction, KeptState)])
    func kept(
        _ value: Double, _ hold: Double, _ baseline: Double, _ direction: Direction,
        _ expected: KeptState
    ) {
        #expect(
            KeptState.of(value, hold: hold, baseline: baseline, direction: direction) == expected)
    }

    @Test("a result is provisional, then final without a word, or confirmed")
    func standing() throws {
        let state = Sample.state(
            try Sample.cohort(), until: try #require(Instant(rfc3339: "2026-05-12T20:00:00+05:00")))
        let challenge = try #require(state.challenges["CH-01"])
        let last = try #require(challenge.lastDay)
        #expect(challenge.resultStanding(on: last) == .open)
        for days in 1..<14 { #expect(challenge.resultStanding(on: last + days) == .provisional) }
        for days in [14, 15, 400] {
            #expect(challenge.resultStanding(on: last + days) == .unconfirmed)
        }
        let whole = Sample.state(try Sample.cohort())
        let closed = try #require(whole.challenges["CH-01"])
        #expect(closed.resultStanding(on: last + 30) == .confirmed(by: nil))
        #expect(try #require(whole.challenges["CH-05"]).resultStanding(on: last + 30) == .open)
    }

    @Test("the cohort's last page says what the file's summary says")
    func summary() throws {
        let summary = try #require(try Sample.json().object?["summary"]?.object)
        func wanted(_ name: String) throws -> Int {
            try #require(summary[name]?.int.flatMap { Int(exactly: $0) })
        }
        let state = Sample.state(try Sample.cohort())
        let cohort = try #require(state.cohorts["NA-1"])
        let date = try #require(LocalDate(iso: "2026-05-14"))
        let view = CohortView(cohort, state, endOf: date, zones: Sample.zones)
        #expect(view.outcome.launched == (try wanted("launched")))
        for (verdict, name) in [
            (Verdict.exceeded, "exceeded"), (.achieved, "achieved"), (.nearly, "nearly"),
            (.missed, "missed"), (.stopped, "stopped"),
        ] {
            #expect(view.outcome.count(verdict) == (try wanted(name)), "\(name)")
        }
        #expect(view.outcome.successRate == summary["success_rate"]?.double)
        var figures: [String: Say] = [:]
        for phrase in view.finalPage {
            for field in phrase.values { figures["\(phrase.key) \(field.name)"] = field.value }
        }
        #expect(figures["final.people people"] == .count(try wanted("members")))
        #expect(figures["final.people bodies"] == .count(try wanted("entities")))
        #expect(figures["final.people readings"] == .count(try wanted("updates")))
        #expect(figures["final.work raised"] == .count(try wanted("blockers_raised")))
        #expect(figures["final.work solved"] == .count(try wanted("blockers_resolved")))
        #expect(figures["final.work milestones"] == .count(try wanted("milestones")))
        #expect(figures["final.work onTime"] == .count(try wanted("milestones_on_time")))
    }

    // MARK: Trail

    private func evolved(
        _ state: State, _ events: [Event], by: String = "u03-lead", at: Int64 = 60_000
    ) -> State {
        var state = state
        var commit = Commit()
        commit.n = state.n + 1
        commit.at = state.at.advanced(by: at)
        commit.source = "console:\(by)"
        commit.events = events
        state.evolve(commit)
        return state
    }

    @Test(
        "of every object the last twenty changes are kept, each with what it was and what it became"
    )
    func trail() throws {
        var state = Sample.state(
            try Sample.cohort(), until: try #require(Instant(rfc3339: "2026-03-20T17:30:00+05:00")))
        var milestone = try #require(
            state.challenges["CH-03"]?.milestones.first { $0.code == "M4" })
        for days in 1...33 {
            milestone.due = milestone.due + 1
            state = evolved(state, [.milestoneSet(OfChallenge("CH-03", milestone))])
            let last = try #require(state.trail["milestone CH-03 M4"]?.last)
            #expect(last.by == "u03-lead" && last.n == Int64(state.n))
            #expect(
                last.fields.map(\.name) == ["due"]
                    && last.fields.first?.after == milestone.due.description, "\(days)")
        }
        #expect(state.trail["milestone CH-03 M4"]?.count == Change.kept)
        // The same again changes nothing, and leaves no trace.
        let before = state.trail
        #expect(evolved(state, [.milestoneSet(OfChallenge("CH-03", milestone))]).trail == before)
    }

    @Test("what is private leaves no trail")
    func privacy() throws {
        var state = Sample.state(
            try Sample.cohort(), until: try #require(Instant(rfc3339: "2026-03-20T17:30:00+05:00")))
        var word = CheckIn()
        word.week = 7
        word.by = "u03-lead"
        word.energy = 1
        var person = try #require(state.people["u03-data"])
        person.language = "ky"
        let before = state.trail
        state = evolved(state, [.checkInMade(OfChallenge("CH-03", word)), .personSet(person)])
        #expect(state.trail == before)
    }

    // MARK: Forgetting

    private static func text(_ state: State) -> String {
        var lines: [UInt8] = []
        state.snapshotLines { _, json in lines += json + [10] }
        return String(decoding: lines, as: UTF8.self)
    }

    @Test("whoever is forgotten is named nowhere in the state, and every figure stays")
    func forgotten() throws {
        let until = try #require(Instant(rfc3339: "2026-03-20T17:30:00+05:00"))
        var state = Sample.state(try Sample.cohort(), until: until)
        var person = try #require(state.people["u03-data"])
        person.name = "Aigul Once Only"
        person.title = "Lead specialist once only"
        person.deputy = "u03-m1"
        var other = try #require(state.people["u03-m1"])
        other.deputy = "u03-data"
        var contact = Stakeholder()
        contact.code = "S1"
        contact.contact = "Aigul Once Only"
        // Somebody else's change of the person can be taken back: that would bring the name back.
        state = evolved(
            state,
            [.personSet(person), .personSet(other), .stakeholderSet(OfChallenge("CH-03", contact))])
        var renamed = person
        renamed.zone = "Asia/Dubai"
        state = evolved(state, [.personSet(renamed)], by: "po-director")
        #expect(Self.text(state).contains("Once Only") || Self.text(state).contains("once only"))
        let figures = state.challenges["CH-03"]?.goals
        var forget = PersonForgotten()
        forget.person = "u03-data"
        forget.number = 1
        let after = evolved(state, [.personForgotten(forget)], by: "po-director")
        let text = Self.text(after)
        #expect(!text.contains("Once Only") && !text.contains("once only"))
        #expect(!text.contains("console:u03-data"))
        #expect(after.challenges["CH-03"]?.goals == figures)
        #expect(after.people["u03-m1"]?.deputy == nil)
        #expect(after.person(of: "console:u03-data") == nil && after.undoable["u03-data"] == nil)
        #expect(Event.personForgotten(forget).inverse(in: state) == .impossible)
        // It comes back from a snapshot as it is.
        var again = State()
        try after.snapshotLines { section, json in
            let line = Array("{\"\(section)\":".utf8) + json + Array("}".utf8)
            again.take(try line.withUnsafeBytes { try SnapshotLine($0) })
        }
        #expect(again == after)
    }

    /// In a challenge that has ended, whoever is forgotten keeps the seat that they held to the end: as a number,
    /// without the job title that they had in it, here and in the record of changes.
    @Test func seatOfWhatHasEnded() throws {
        var state = Sample.state(try Sample.cohort())
        let challenge = try #require(state.challenges["CH-01"])
        #expect(challenge.state == .closed)
        let leader = try #require(challenge.holders(of: .teamLeader).first)
        var seat = try #require(
            challenge.seats.first { $0.person == leader && $0.role == .teamLeader })
        seat.title = "Head of a desk once only"
        state = evolved(state, [.seatTaken(OfChallenge("CH-01", seat))], by: "po-director")
        #expect(Self.text(state).contains("once only"))
        var forget = PersonForgotten()
        forget.person = leader
        forget.number = 1
        let after = evolved(state, [.personForgotten(forget)], by: "po-director")
        #expect(!Self.text(after).contains("once only"))
        #expect(after.reached[leader] == nil && after.people[leader]?.name.isEmpty == true)
        #expect(after.challenges["CH-01"]?.holders(of: .teamLeader) == [leader])
        #expect(after.name(of: leader) == .phrase(Phrase("person.former", ["n": .count(1)])))
    }

    /// Whoever a body is reached by goes with them, alone or with a number beside; not who is called alike.
    @Test(arguments: [
        ("Aigul Serikova", true), ("Aigul Serikova, +7 701 000 00 00", true),
        ("c/o Aigul Serikova", true), ("Aigul Serikova, Aigul Serikova-Nur", true),
        ("Aigul Serikova-Nur", false), ("Aigul Serikovaly", false), ("the registry", false),
    ])
    func contactOfABody(_ contact: String, _ goes: Bool) throws {
        var state = Sample.state(try Sample.cohort())
        var person = try #require(state.people["u03-data"])
        person.name = "Aigul Serikova"
        var other = try #require(state.people["u03-m1"])
        other.name = "Aigul Serikova-Nur"
        var body = Stakeholder()
        body.code = "S1"
        body.contact = contact
        state = evolved(
            state,
            [.personSet(person), .personSet(other), .stakeholderSet(OfChallenge("CH-03", body))])
        // The office named somebody else meanwhile, and could take that back.
        var renamed = body
        renamed.contact = "Bolat"
        let named = evolved(
            state, [.stakeholderSet(OfChallenge("CH-03", renamed))], by: "po-director")
        #expect(named.undoable["po-director"] != nil)
        var forget = PersonForgotten()
        forget.person = "u03-data"
        forget.number = 1
        let after = evolved(state, [.personForgotten(forget)])
        #expect((after.challenges["CH-03"]?.stakeholders.first?.contact == nil) == goes)
        let later = evolved(named, [.personForgotten(forget)])
        #expect((later.undoable["po-director"] == nil) == goes)
    }

    @Test("follow-ups, initiatives, drafts and the forgotten go out and come in with the cohort")
    func exchange() throws {
        var state = Sample.state(try Sample.cohort())
        var followUp = FollowUp()
        followUp.code = "F1"
        followUp.check = .followUp30
        followUp.on = try #require(LocalDate(iso: "2026-06-11"))
        followUp.value = 13.1
        followUp.by = "u01-data"
        var initiative = Initiative()
        initiative.code = "I1"
        initiative.name = "One visit for two checks"
        initiative.launchedOn = try #require(LocalDate(iso: "2026-05-14"))
        var lesson = Lesson()
        lesson.text = "Begin with the inspectors"
        lesson.phase = "design"
        lesson.by = "u01-lead"
        lesson.on = initiative.launchedOn
        var draft = Proposal()
        draft.code = "P-15"
        draft.cohort = "NA-1"
        draft.title = "Permits in six more cities"
        draft.state = .draft
        draft.follows = "CH-01"
        draft.path = .scale
        draft.sites = 6
        var forget = PersonForgotten()
        forget.person = "u01-m9"
        forget.number = 1
        if state.people["u01-m9"] == nil { forget.person = "u01-m1" }
        state = evolved(
            state,
            [
                .followUpMade(OfChallenge("CH-01", followUp)),
                .initiativeSet(OfChallenge("CH-01", initiative)),
                .lessonShared(OfChallenge("CH-01", lesson)), .proposalSet(draft),
                .personForgotten(forget),
            ])
        let date = try #require(LocalDate(iso: "2026-06-12"))
        let first = try #require(
            CohortFile.write(state, cohort: "NA-1", asOf: date, zones: Sample.zones))
        let again = Sample.state(try CohortFile(first))
        #expect(again.challenges["CH-01"]?.followUps == [followUp])
        #expect(again.challenges["CH-01"]?.initiatives == [initiative])
        #expect(again.proposals["P-15"] == draft)
        #expect(again.people[forget.person]?.former == 1 && again.reached[forget.person] == nil)
        let second = try #require(
            CohortFile.write(again, cohort: "NA-1", asOf: date, zones: Sample.zones))
        #expect(difference(first, second) == nil)
    }
}
