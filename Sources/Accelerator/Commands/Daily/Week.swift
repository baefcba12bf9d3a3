import Language

/// The weekly word: done, next, help; how confident, for all to see; how much energy, which stays
/// private (method.md 2.7).
struct WeekCommand: Command {
    static let name = "week"
    enum Act { case say, confidence, energy, same }
    let act: Act
    let done: String?
    let next: String?
    let help: String?
    let confidence: Int?
    let energy: Int?
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        done = try arguments.gateText("done")
        next = try arguments.gateText("next")
        help = try arguments.gateText("help")
        confidence = try arguments.count("confidence")
        energy = try arguments.count("energy")
        challenge = try arguments.code("challenge")
        // The usages stand in this order in the command's file.
        switch arguments.utterance.usage {
        case 0: act = .say
        case 1: act = .confidence
        case 2: act = .energy
        default: act = .same
        }
        if act == .say, done == nil { throw Mismatch("done") }
    }

    /// “Nothing changed” is one tap away, where it may be said.
    static func offers(
        for slot: String, of line: Utterance, _ state: State, _ context: Context
    ) -> [Offer] {
        guard slot == "done", let me = context.person?.code,
            let code = Decider.challenge(in: line) ?? context.implied,
            let challenge = state.challenges[code],
            let week = challenge.week(on: context.today(in: challenge, state)),
            let last = challenge.lastWord(of: me, before: week), !last.isUnchanged,
            !challenge.checkIns.contains(where: { $0.week == week && $0.by == me })
        else { return [] }
        return [Offer(Phrase("week.sameLabel"), Self.line("same", challenge, context))]
    }

    private static func line(_ words: String, _ challenge: Challenge, _ context: Context) -> String
    {
        "/week \(words)" + (context.implied == challenge.code ? "" : " \(challenge.code)")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try context.require(Daily.team, in: challenge, state)
        try Daily.requireOpen(challenge)
        let me = try context.me()
        let today = context.today(in: challenge, state)
        guard let week = challenge.week(on: today) else {
            throw Refusal(Phrase("week.notYet", ["challenge": .code(challenge.code)]))
        }
        if let confidence, !(1...5).contains(confidence) { throw Refusal(Phrase("week.range")) }
        if let energy, !(1...5).contains(energy) { throw Refusal(Phrase("week.energyRange")) }
        if act == .energy { return energized(challenge, week, me, today, context) }
        let before = challenge.checkIns.first { $0.week == week && $0.by == me }
        let word = try word(before, challenge, week, me, today)
        return said(word, before, challenge, me, state, context)
    }

    /// The word as it stands after this line.
    private func word(
        _ before: CheckIn?, _ challenge: Challenge, _ week: Int, _ me: String, _ today: LocalDate
    ) throws(Refusal) -> CheckIn {
        var word = before ?? CheckIn()
        word.week = week
        word.date = today
        word.by = me
        switch act {
        case .say:
            word.done = done ?? ""
            word.next = next ?? ""
            word.help = help ?? ""
            word.isUnchanged = false
        case .same:
            let again = [Offer(Phrase("week.label"), "/week")]
            if before != nil {
                throw Refusal(Phrase("week.already", ["week": .count(week)]), offers: again)
            }
            guard let last = challenge.lastWord(of: me, before: week) else {
                throw Refusal(Phrase("week.noEarlier"), offers: again)
            }
            guard !last.isUnchanged else {
                throw Refusal(Phrase("week.sameTwice", ["week": .count(last.week)]), offers: again)
            }
            word.next = last.next
            word.help = last.help
            word.isUnchanged = true
        default:
            if before == nil {
                throw Refusal(
                    Phrase("week.first", ["week": .count(week)]),
                    offers: [Offer(Phrase("week.label"), "/week")])
            }
        }
        if let confidence { word.confidence = confidence }
        return word
    }

    private func said(
        _ word: CheckIn, _ before: CheckIn?, _ challenge: Challenge, _ me: String, _ state: State,
        _ context: Context
    ) -> Decision {
        let values: [Phrase.Field] = [
            .init("week", .count(word.week)), .init("challenge", .code(challenge.code)),
            .init("confidence", .count(word.confidence ?? 0)),
        ]
        var events: [Event] = []
        if before != word { events.append(.checkInMade(OfChallenge(challenge.code, word))) }
        var reply =
            act == .confidence ? [] : [Phrase(before == nil ? "week.done" : "week.changed", values)]
        var offers: [Offer] = []
        var decision = Decision()
        if word.confidence == nil {
            reply.append(Phrase("week.askConfidence"))
            offers = Self.levels("confidence", challenge, context)
            // A digit as the next message is the confidence, not a reading.
            decision.isAsking = true
        } else {
            reply.append(Phrase("week.confidence", values))
            reply += average(word, challenge)
        }
        if let help, done != nil, !Self.isNothing(help, context) {
            offers.append(
                Offer(
                    Phrase("week.makeBlocker"),
                    Daily.line("block", ["text": .text(help)], in: challenge, context)))
        }
        let isAsked = askEnergy(word, challenge, me, context, &events, &reply, &offers, &decision)
        if !isAsked || context.chat != nil { offers.append(Daily.undo) }
        decision.events = events
        decision.reply = reply
        decision.offers = offers
        return decision
    }

    /// What all may know: the mean of this week's words.
    private func average(_ word: CheckIn, _ challenge: Challenge) -> [Phrase] {
        let others = challenge.checkIns.filter { $0.week == word.week && $0.by != word.by }
        let all = ([word] + others).compactMap(\.confidence)
        guard all.count > 1 else { return [] }
        let mean = Double(all.reduce(0, +)) / Double(all.count)
        return [
            Phrase("week.average", ["mean": .number(mean.toTenths), "count": .count(all.count)])
        ]
    }

    // MARK: Energy

    /// The last question, once the confidence is there; in private, also where the rest was said in a
    /// group. What was said of it in a group is not taken.
    private func askEnergy(
        _ word: CheckIn, _ challenge: Challenge, _ me: String, _ context: Context,
        _ events: inout [Event],
        _ reply: inout [Phrase], _ offers: inout [Offer], _ decision: inout Decision
    ) -> Bool {
        if let energy, context.chat == nil {
            events.append(pulse(energy, word.week, me, word.date, challenge))
            reply.append(Phrase("week.energySaid"))
            return false
        }
        let isGiven = challenge.pulses.contains { $0.week == word.week && $0.by == me }
        guard word.confidence != nil, !isGiven else { return false }
        let levels = Self.levels("energy", challenge, context)
        if context.chat != nil {
            if energy != nil { reply.append(Phrase("week.energyPrivate")) }
            decision.privately = PrivateQuestion([Phrase("week.askEnergy")], offers: levels)
        } else {
            reply.append(Phrase("week.askEnergy"))
            offers = levels + offers
            decision.isAsking = true
        }
        return true
    }

    private func energized(
        _ challenge: Challenge, _ week: Int, _ me: String, _ today: LocalDate, _ context: Context
    ) -> Decision {
        guard context.chat == nil, let energy else {
            var decision = Decision.answer([Phrase("week.energyPrivate")])
            decision.privately = PrivateQuestion(
                [Phrase("week.askEnergy")], offers: Self.levels("energy", challenge, context))
            return decision
        }
        return .record(
            [pulse(energy, week, me, today, challenge)], [Phrase("week.energySaid")],
            offers: [Daily.undo])
    }

    private func pulse(
        _ energy: Int, _ week: Int, _ me: String, _ today: LocalDate, _ challenge: Challenge
    ) -> Event {
        var pulse = Pulse()
        pulse.week = week
        pulse.date = today
        pulse.by = me
        pulse.energy = energy
        return .pulseGiven(OfChallenge(challenge.code, pulse))
    }

    /// Five buttons. They name the challenge: the answer may be given elsewhere.
    private static func levels(_ what: String, _ challenge: Challenge, _ context: Context)
        -> [Offer]
    {
        (1...5).map {
            Offer(Phrase("week.level", ["n": .count($0)]), "/week \(what) \($0) \(challenge.code)")
        }
    }

    /// Whether an answer says that there is nothing to say.
    static func isNothing(_ text: String, _ context: Context) -> Bool {
        let folded = Folding.fold(text)
        if folded.utf8.count <= 1 { return true }
        return ["none", "no", "skip"].contains { term in
            context.phrasebook.languages.contains {
                Folding.fold(context.phrasebook.word(term, language: $0)) == folded
            }
        } || ["nothing", "nobody", "nope"].contains(folded)
    }
}

extension Challenge {
    /// The number of the week that a date lies in, 1 … 15 (method.md 2.2); nil before Day 1.
    func week(on date: LocalDate) -> Int? {
        guard let day = day(date), day >= 1 else { return nil }
        return min((day + 6) / 7, 15)
    }

    /// The latest weekly word of a person before a week.
    func lastWord(of person: String, before week: Int) -> CheckIn? {
        checkIns.filter { $0.by == person && $0.week < week }.max { $0.week < $1.week }
    }
}
