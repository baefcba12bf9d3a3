import Language

/// The agenda of the weekly meeting: check-in, the chart first, the plan, who does what.
struct AgendaCommand: Command {
    static let name = "agenda"
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try Daily.lookInside(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        guard view.isRunning, let week = challenge.week(on: view.date) else {
            throw Refusal(
                Phrase(
                    "agenda.notNow",
                    ["challenge": view.code, "state": .term(view.assessment.state.term)]),
                offers: [Offer(Phrase("next.label"), "/next \(challenge.code)")])
        }
        var lines = view.agenda(week: week)
        if let zones = view.meetingZones(context.zones) {
            lines.insert(zones, at: min(1, lines.count))
        }
        return .answer(
            lines,
            offers: [
                Offer(Phrase("week.label"), "/week challenge=\(challenge.code)"),
                Offer(Phrase("action.label"), "/action challenge=\(challenge.code)"),
            ], subject: "agenda \(challenge.code)")
    }
}

extension ChallengeView {
    /// At most 25 lines: what there is nothing to say about has no line.
    func agenda(week: Int) -> [Phrase] {
        var head = Phrase("agenda.head", ["code": code, "week": .count(week), "date": .date(date)])
        if let next = challenge.nextMeeting(from: date, known.days),
            let time = challenge.head.meetingTime
        {
            head = Phrase(
                "agenda.headSlot",
                ["code": code, "week": .count(week), "date": .date(next), "time": .time(time)])
        }
        var lines = [head, Phrase("agenda.checkIn")]
        if let unreportedLine { lines.append(unreportedLine) }
        lines += helpAsked(week)
        lines.append(Phrase("agenda.chart", ["colour": colour]))
        if let primary {
            lines.append(valueLine(primary.goal, primary.assessment))
            if let way = wayLine(primary.assessment) { lines.append(way) }
            if let line = forecast(primary.assessment)
                ?? forecastNeeds(primary.goal, primary.assessment)
            {
                lines.append(Phrase("card.alone", ["what": .phrase(line)]))
            }
        }
        lines.append(Phrase("agenda.plan"))
        lines += actionsDone.prefix(3).map {
            Phrase("digest.done", ["code": .code($0.code), "title": Title.short($0.text, 60)])
        }
        lines += openMilestones.filter { $0.due <= date + 14 }.prefix(3).map { line(of: $0) }
        lines += openActions.filter { $0.due <= date + 7 }.prefix(5).map { line(of: $0) }
        for blocker in openBlockers.prefix(2) { lines += self.lines(of: blocker) }
        return Array(lines.prefix(24)) + [Phrase("agenda.next")]
    }

    /// What was asked for in this week's words, three at most.
    private func helpAsked(_ week: Int) -> [Phrase] {
        challenge.checkIns.filter { $0.week == week && $0.date <= date && $0.help.utf8.count > 4 }
            .prefix(3).map {
                Phrase(
                    "agenda.asked",
                    ["name": state.name(of: $0.by), "help": Title.short($0.help, 60)])
            }
    }
}

extension ChallengeView {
    /// The next meeting's time on all clocks of the team.
    func meetingZones(_ zones: Zones) -> Phrase? {
        guard let time = challenge.head.meetingTime,
            let day = challenge.nextMeeting(from: date, known.days)
        else {
            return nil
        }
        return SharedTime.phrase(LocalMoment(day, time), of: challenge, state, zones)
    }
}

/// The private pulse, as far as the reader may see it.
struct PulseCommand: Command {
    static let name = "pulse"
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        let me = try context.me()
        let sight = PulseSight(context.roles(in: challenge, state))
        guard sight != .none else {
            throw Refusal(
                Phrase("pulse.notYours", ["challenge": .code(challenge.code)]), kind: .right)
        }
        guard context.chat == nil else { throw Refusal(Phrase("pulse.privateOnly")) }
        let today = context.today(in: challenge, state)
        guard let week = challenge.week(on: today) else {
            throw Refusal(Phrase("week.notYet", ["challenge": .code(challenge.code)]))
        }
        var lines = [
            Phrase("pulse.head", ["challenge": .code(challenge.code), "week": .count(week)])
        ]
        switch sight {
        case .names: lines += names(challenge, week, state)
        case .average: lines += averages(challenge, week, today)
        default: lines += own(challenge, me)
        }
        lines.append(Phrase("pulse.rule"))
        return .answer(lines)
    }

    private func own(_ challenge: Challenge, _ me: String) -> [Phrase] {
        let mine = challenge.pulses.filter { $0.by == me }.sorted { $0.week > $1.week }
        guard !mine.isEmpty else { return [Phrase("pulse.ownNone")] }
        return mine.prefix(6).map {
            Phrase("pulse.own", ["week": .count($0.week), "energy": .count($0.energy)])
        }
    }

    private func averages(_ challenge: Challenge, _ week: Int, _ today: LocalDate) -> [Phrase] {
        (max(1, week - 3)...week).reversed().map { week in
            guard let mean = TeamWeek.energy(challenge, week: week, on: today) else {
                return Phrase("pulse.few", ["week": .count(week)])
            }
            let isNoted = challenge.pulses.count { $0.week == week } < TeamWeek.fewest
            return Phrase(
                isNoted ? "pulse.noted" : "pulse.average",
                ["week": .count(week), "energy": .count(mean.whole)])
        }
    }

    /// For the coach: this week's answers, the lowest first, and who did not answer.
    private func names(_ challenge: Challenge, _ week: Int, _ state: State) -> [Phrase] {
        let given = challenge.pulses.filter { $0.week == week }.sorted {
            ($0.energy, $0.by) < ($1.energy, $1.by)
        }
        guard !given.isEmpty else { return [Phrase("pulse.noneYet")] }
        return given.prefix(15).map { pulse in
            let last = challenge.pulses.filter { $0.by == pulse.by && $0.week < week }.max {
                $0.week < $1.week
            }
            var phrase = Phrase(
                "pulse.name", ["name": state.name(of: pulse.by), "energy": .count(pulse.energy)])
            if let last {
                phrase.key = "pulse.nameBefore"
                phrase.values.append(.init("before", .count(last.energy)))
            }
            return phrase
        }
    }
}
