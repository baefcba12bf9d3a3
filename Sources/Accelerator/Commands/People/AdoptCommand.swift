import Language

/// `adopt`: a challenge that already runs, taken over with four questions; programme and cohort are made
/// in silence, the gates that were passed without the bot are recorded as waived.
struct AdoptCommand: Command {
    static let name = "adopt"
    private let indicator: String
    private let change: String
    private let day: String
    private let zone: String

    init(_ a: Arguments) throws(Mismatch) {
        indicator = try a.required("indicator", a.gateText("indicator"))
        change = try a.required("change", a.gateText("change"))
        day = try a.required("day", a.gateText("day"))
        zone = try a.required("city", a.code("city"))
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        guard context.zones.knows(zone) else {
            throw Refusal(Phrase("settings.noZone", ["zone": .code(zone)]))
        }
        let now = context.local(in: zone)
        let reading = Reading(today: now.date, now: now.time, languages: [context.language])
        guard let change = Change(change, context.grammar, reading) else {
            throw Refusal(
                Phrase("adopt.badChange", ["text": .text(change)]),
                offers: [
                    Offer(
                        Phrase("adopt.askAgainLabel"),
                        "/adopt indicator=\(quoted(indicator)) day=\(quoted(day)) city=\(zone)")
                ])
        }
        guard let first = firstDay(context.grammar, reading) else {
            throw Refusal(Phrase("adopt.badDay", ["text": .text(day)]), offers: [dayAgain])
        }
        let number = now.date - first + 1
        guard (-30...100).contains(number) else {
            throw Refusal(
                Phrase(
                    number > 100 ? "adopt.over" : "adopt.far",
                    ["date": .date(first), "day": .count(number)]), offers: [dayAgain])
        }
        let plan = build(change, first, me, state, context)
        let challenge = plan.challenge
        var after = state
        for event in plan.events {
            var commit = Commit()
            commit.n = state.n + 1
            after.apply(event, commit)
        }
        return .record(
            plan.events, reply(challenge, number, now.date, me, after, context),
            offers: [
                Offer(Phrase("here.groupLabel"), "/start bind_\(challenge.code)"),
                Offer(Phrase("remind.testLabel"), "/remind test"),
                Offer(Phrase("adopt.digestLabel"), "/digest \(challenge.code)"), Decision.gateUndo,
            ])
    }

    private var dayAgain: Offer {
        Offer(
            Phrase("adopt.askAgainLabel"),
            "/adopt indicator=\(quoted(indicator)) change=\(quoted(change)) city=\(zone)")
    }
    private func quoted(_ text: String) -> String { SlotType.text.print(.text(text)) ?? "\"\"" }

    /// Day 1 from “day 23”, “23” or the date of Day 1.
    private func firstDay(_ grammar: Grammar, _ reading: Reading) -> LocalDate? {
        switch grammar.value(type: "day", of: day, in: reading) {
        case .count(let n)?: return (0...200).contains(n) ? reading.today - (n - 1) : nil
        default: break
        }
        // “day 150” is no day of a challenge; it is read all the same, so that the answer can say why.
        let counts = grammar.values(of: "count", inside: day, in: reading)
        if counts.count == 1, case .count(let n) = counts[0].value, (101...9_999).contains(n),
            n < 1_900 || n > 2_200
        {
            return reading.today - (n - 1)
        }
        switch grammar.value(type: "date", of: day, in: reading) {
        case .date(let date)?:
            // A date without its year is read as the coming one; Day 1 has usually been.
            guard date > reading.today + 30,
                let last = LocalDate(
                    year: date.parts.year - 1, month: date.parts.month, day: date.parts.day)
            else { return date }
            return last
        default: return nil
        }
    }

    // MARK: What becomes true

    private func build(
        _ change: Change, _ first: LocalDate, _ me: String, _ state: State, _ context: Context
    )
        -> (challenge: Challenge, events: [Event])
    {
        var events: [Event] = []
        let country = ProgrammeCommand.country(of: zone) ?? ""
        let existing = state.programmes.filter {
            $0.zone == zone || (!country.isEmpty && $0.country == country)
        }.first
        let programme = existing ?? ProgrammeCommand.unnamed(in: zone, state, context)
        if existing == nil { events.append(.programmeSet(programme)) }
        let shared = state.cohorts.filter {
            $0.programme == programme.code && $0.dayOne == first && $0.state != .closed
                && $0.state != .cancelled
        }.first
        var cohort =
            shared
            ?? BatchCommand.make(
                NextCode.after(state.cohorts.keys, prefix: programme.code + "-", pad: 1),
                programme.name, first, zone, programme)
        if shared == nil {
            cohort.state = .accelerating
            events.append(.cohortSet(cohort))
        }
        let challenge = head(cohort, first, state)
        events.append(.challengeSet(challenge))
        let today = context.local(in: zone).date
        events.append(
            .challengeMoved(ChallengeMoved(challenge.code, to: .launched, on: first - 1, by: me)))
        if today >= first {
            events.append(
                .challengeMoved(
                    ChallengeMoved(challenge.code, to: .accelerating, on: first, by: me)))
        }
        for gate in ["leadership", "team", "launch"] {
            var waiver = Waiver()
            waiver.what = gate
            waiver.reason = "adopted"
            waiver.by = me
            waiver.on = today
            events.append(.waiverRecorded(OfChallenge(challenge.code, waiver)))
        }
        for role in [Role.teamLeader, .dataKeeper] {
            events.append(
                .seatTaken(
                    OfChallenge(
                        challenge.code, gateSeat(me, role, body: nil, title: nil, on: today))))
        }
        let goal = goal(change, first, today, me)
        events.append(.goalSet(OfChallenge(challenge.code, goal)))
        if var person = context.person, person.zone == nil {
            person.zone = zone
            events.append(.personSet(person))
        }
        var made = Challenge()
        made.head = challenge
        made.goals = [goal]
        return (made, events)
    }

    private func head(_ cohort: Cohort, _ first: LocalDate, _ state: State) -> ChallengeHead {
        var head = ChallengeHead()
        head.code = NextCode.after(state.challenges.keys, prefix: "CH-", pad: 2)
        head.cohort = cohort.code
        head.title = indicator
        head.zone = zone
        head.launchOn = first - 1
        head.dayOne = first
        head.midpointOn = cohort.midpointOn
        head.closingOn = cohort.closingOn
        head.isAdopted = true
        return head
    }

    private func goal(_ change: Change, _ first: LocalDate, _ today: LocalDate, _ me: String)
        -> Goal
    {
        var goal = Goal()
        goal.code = "G1"
        goal.isPrimary = true
        goal.statement = indicator
        goal.name = indicator
        goal.unit = change.unit
        goal.direction = change.to < change.from ? .down : .up
        goal.baseline = change.from
        // Readings are due from the day on which the bot heard of the goal.
        goal.baselineOn = max(first, today)
        goal.owner = me
        var version = GoalVersion()
        version.target = change.to
        version.effectiveFrom = first
        goal.versions = [version]
        return goal
    }

    // MARK: What is said

    private func reply(
        _ challenge: Challenge, _ number: Int, _ today: LocalDate, _ me: String, _ after: State,
        _ context: Context
    ) -> [Phrase] {
        let goal = challenge.goals[0]
        var lines = [
            Phrase(
                number < 1 ? "adopt.waits" : "adopt.runs",
                [
                    "challenge": .code(challenge.code), "day": .count(number),
                    "duration": .count(challenge.head.duration),
                    "until": .count(max(0, 1 - number)), "first": .date(challenge.dayOne ?? today),
                ]),
            Phrase(
                "adopt.goal",
                [
                    "name": .text(goal.name), "from": .measure(goal.baseline, unit: goal.unit),
                    "to": .measure(goal.versions[0].target, unit: goal.unit),
                    "last": .date(challenge.lastDay ?? today),
                ]),
        ]
        if number >= 1 { lines.append(Phrase("adopt.send")) }
        lines.append(Phrase("adopt.missing"))
        if let due = RemindCommand.next(me, after, context).first(where: {
            $0.row == "reading.due"
        }) {
            lines.append(RemindCommand.line(due, me, after, context))
        }
        if let digest = RemindCommand.next(me, after, context).first(where: {
            $0.row == "digest.leader"
        }) {
            let moment =
                context.zones.local(digest.rings, in: zone) ?? digest.rings.local(offset: 0)
            lines.append(Phrase("adopt.digest", ["moment": .moment(moment, zone: nil)]))
        }
        return lines
    }

    /// `from 61 % to 98 %`: two figures and their unit.
    struct Change {
        var from: Double
        var to: Double
        var unit: String

        init?(_ text: String, _ grammar: Grammar, _ reading: Reading) {
            let found = grammar.values(of: "measure", inside: text, in: reading)
            guard found.count == 2, case .measure(let a) = found[0].value,
                case .measure(let b) = found[1].value,
                a.amount != b.amount, a.amount.isFinite, b.amount.isFinite
            else { return nil }
            from = a.amount
            to = b.amount
            // What stands behind the second figure is the unit: `42 to 15 working days`.
            let bytes = Array(text.utf8)
            let tail = String(
                decoding: bytes[min(found[1].range.upperBound, bytes.count)...], as: UTF8.self)
            let words = tail.unicodeScalars.drop { $0.value <= 32 || $0 == "." || $0 == "," }
            var trimmed = words
            while let last = trimmed.last, last.value <= 32 || last == "." || last == "," {
                trimmed = trimmed.dropLast()
            }
            unit = b.unit ?? a.unit ?? String(String.UnicodeScalarView(trimmed.prefix(40)))
        }
    }
}
