import Accelerator
import Language

/// What reminders cost: the next one after an event, a day's plan, a ring.
struct AlarmBenchmarks {
    let decider: Decider
    let seconds: Double

    func alarms(_ table: inout Table) throws {
        try pending(&table)
        try planning(&table)
    }

    /// Thousands of challenges, each with so many open milestones that a million reminders are to come.
    private func pending(_ table: inout Table) throws {
        let dayOne = LocalDate(days: 20_454)
        let cohort = GeneratedCohort(challenges: 3000, readings: 3, dayOne: dayOne)
        var state = try cohort.unsettled(decider)
        let work = (0..<cohort.challenges).flatMap { i in
            (1...56).map { place -> Event in
                var milestone = Milestone()
                milestone.code = "M\(place)"
                milestone.title = "Step \(place)"
                milestone.dueDay = 30 + place
                milestone.due = dayOne + (29 + place)
                return .milestoneSet(OfChallenge(GeneratedCohort.challenge(i), milestone))
            }
        }
        guard
            case .commit(let founding) = decider.decide(
                .imported(work), state, at: state.at, random: [])
        else {
            throw Trouble("milestones are not taken")
        }
        state.evolve(founding)
        let whole = Reminding(state, decider.zones)
        let count = Reminding.owners(state).reduce(0) { $0 + whole.occurrences($1).count }
        guard count >= 1_000_000 else { throw Trouble("only \(count) reminders are to come") }
        guard
            case .commit(let commit) = decider.decide(
                .message(message(cohort, 1200, day: 4)), state,
                at: cohort.entered(day: 4, challenge: 1200),
                random: [UInt8](repeating: 7, count: 16))
        else { throw Trouble("no reading came of it") }
        var agenda = Agenda()
        kept &+= agenda.next(state, decider.zones) == nil ? 0 : 1
        state.evolve(commit)
        let one = cost(seconds) {
            agenda.note(commit)
            return agenda.next(state, decider.zones) == nil ? 0 : 1
        }
        table.add(
            "next alarm: \(count) reminders to come", one * 1e3, "ms", .below(0.1),
            "after a reading, of \(cohort.challenges) challenges")
        let noting = cost(seconds) {
            agenda.note(commit)
            return 1
        }
        table.add(
            "next alarm: an event noted", noting * 1e6, "µs", nil, "all that a batch waits for")
    }

    /// All that a day asks for of a cohort: thirty challenges are a large one, a thousand a nation's.
    private func planning(
        _ cohort: GeneratedCohort, _ state: State, _ evening: Instant, _ table: inout Table
    ) throws {
        let owners = Reminding.owners(state)
        let day = cost(seconds) {
            let reminding = Reminding(state, decider.zones).through(evening)
            return owners.reduce(0) { $0 + reminding.occurrences($1).count }
        }
        let reminding = Reminding(state, decider.zones).through(evening)
        let count = owners.reduce(0) { $0 + reminding.occurrences($1).count }
        guard count >= cohort.challenges else {
            throw Trouble("only \(count) reminders on that day")
        }
        table.add(
            "plan: a day of \(cohort.challenges) challenges", day * 1e3, "ms", .below(5),
            "\(count) reminders")
    }

    private func planning(_ table: inout Table) throws {
        let dayOne = LocalDate(days: 20_454)
        let cohort = GeneratedCohort(challenges: 1000, readings: 10, dayOne: dayOne)
        let state = try cohort.unsettled(decider)
        // Midnight of the coming Monday, when every leader gets a digest.
        let ahead = (8 - (dayOne + 10).weekday) % 7
        let evening = Instant(milliseconds: Int64((dayOne + (11 + ahead)).days) * Instant.day)
        let small = GeneratedCohort(challenges: 30, readings: 10, dayOne: dayOne)
        try planning(small, small.unsettled(decider), evening, &table)
        try planning(cohort, state, evening, &table)
        let first = cost(seconds) {
            var agenda = Agenda()
            return agenda.next(state, decider.zones) == nil ? 0 : 1
        }
        table.add("plan: the first look of a start", first * 1e3, "ms", nil, "the same challenges")
        var agenda = Agenda()
        guard let next = agenda.next(state, decider.zones) else { throw Trouble("nothing to ring") }
        let ringing = cost(seconds) {
            let owners = agenda.due(by: next, state, decider.zones, most: 512)
            return if case .commit(let commit) = decider.ring(state, next, owners: owners) {
                commit.events.count
            } else { 0 }
        }
        guard
            case .commit(let rung) = decider.ring(
                state, next, owners: agenda.due(by: next, state, decider.zones, most: 512))
        else { throw Trouble("nothing rang") }
        table.add(
            "ring: \(rung.events.count) reminders", ringing * 1e3, "ms", nil, "decided, as phrases")
    }

    private func message(_ cohort: GeneratedCohort, _ challenge: Int, day: Int) -> Inbound {
        var inbound = Inbound()
        inbound.channel = cohort.channel
        inbound.principal = cohort.principal(challenge, 0)
        inbound.text = "/up \(GeneratedCohort.value(day: day, challenge: challenge))"
        return inbound
    }
}
