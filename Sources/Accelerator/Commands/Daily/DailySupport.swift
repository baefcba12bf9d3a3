import Language

/// What the daily commands share.
enum Daily {
    /// How much of a challenge someone may see (method.md 2.7).
    enum Sight { case none, summary, full }

    /// Who works in it, its office and its bound chat see all; whoever has a part in its cohort,
    /// and viewers, a summary.
    static func sight(of challenge: Challenge, _ state: State, _ context: Context) -> Sight {
        if let chat = context.chat, state.chats[chat]?.challenge == challenge.code { return .full }
        guard let person = context.person else { return .none }
        let roles = state.roles(of: person.code, in: challenge)
        if !roles.subtracting([.viewer, .trainer]).isEmpty { return .full }
        if !roles.isEmpty { return .summary }
        let cohort = challenge.head.cohort
        let sits = (state.seated[person.code] ?? []).contains {
            state.challenges[$0]?.head.cohort == cohort
        }
        if sits { return .summary }
        // Coaches, sponsors and offices of other cohorts of the programme look in, too.
        let programme = state.cohorts[cohort]?.programme
        let isNear = (state.seated[person.code] ?? []).contains {
            guard let other = state.challenges[$0]?.head.cohort else { return false }
            return state.cohorts[other]?.programme == programme && programme != nil
        }
        return isNear ? .summary : .none
    }

    /// The sight, or a refusal that says whose challenge it is.
    static func look(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Sight
    {
        let sight = sight(of: challenge, state, context)
        guard sight == .none else { return sight }
        _ = try context.me()
        throw Refusal(Phrase("error.notYours", ["challenge": .code(challenge.code)]), kind: .right)
    }

    /// Refuses who sees no more than a summary.
    static func lookInside(_ challenge: Challenge, _ state: State, _ context: Context)
        throws(Refusal)
    {
        guard try look(challenge, state, context) != .full else { return }
        throw Refusal(
            Phrase("error.summaryOnly", ["challenge": .code(challenge.code)]), kind: .right,
            offers: [
                Offer(
                    Phrase("status.label", ["code": .code(challenge.code)]),
                    "/status \(challenge.code)")
            ])
    }

    /// The challenge as it stands now, today being the sender's day there.
    static func view(_ challenge: Challenge, _ state: State, _ context: Context) -> ChallengeView {
        ChallengeView(challenge, context.facts, known: context.known(of: challenge, state))
    }

    /// `CH-03` of `CH-03-M3`; nil of `M3`.
    static func challengeCode(of code: String?) -> String? {
        guard let parts = code?.split(separator: "-"), parts.count == 3 else { return nil }
        return parts[0...1].joined(separator: "-")
    }
    /// `M3` of `CH-03-M3`.
    static func shortCode(_ code: String) -> String {
        code.split(separator: "-").last.map(String.init) ?? code
    }

    /// The challenge that a thing's code names, else the one that is named or implied.
    static func challenge(
        of code: String?, _ named: String?, _ state: State, _ context: Context
    ) throws(Refusal) -> Challenge {
        try context.challenge(challengeCode(of: code) ?? named, state)
    }

    /// A line that a button says, canonical: what is implied anyway is left out.
    static func line(
        _ command: String, usage: Int = 0, _ values: [String: Value], in challenge: Challenge?,
        _ context: Context
    ) -> String {
        var line = Utterance(command: command, usage: usage, values: values)
        if let challenge, context.implied != challenge.code {
            line.values["challenge"] = .code(challenge.code)
        }
        return "/" + context.grammar.print(line)
    }

    static func cancel() -> Offer { Offer(Phrase("cancel.label"), "/cancel") }
    static let undo = Offer(Phrase("undo.label"), "/undo")

    /// Refuses a day that has not come.
    static func requirePast(_ date: LocalDate, _ today: LocalDate) throws(Refusal) {
        guard date > today else { return }
        throw Refusal(Phrase("error.futureDate", ["date": .date(date), "today": .date(today)]))
    }

    /// A challenge that still can change: neither stopped, withdrawn nor closed.
    static func requireOpen(_ challenge: Challenge) throws(Refusal) {
        guard [.stopped, .withdrawn, .closed].contains(challenge.state) else { return }
        throw Refusal(
            Phrase(
                "error.ended",
                ["challenge": .code(challenge.code), "state": .term(challenge.state.term)]),
            offers: [
                Offer(
                    Phrase("status.label", ["code": .code(challenge.code)]),
                    "/status \(challenge.code)")
            ])
    }

    /// The date of a slot that holds a date, or a day number of the challenge.
    static func date(_ value: Value?, in challenge: Challenge) -> LocalDate? {
        switch value {
        case .date(let date): date
        case .moment(let moment): moment.date
        case .count(let day): challenge.date(ofDay: day)
        default: nil
        }
    }

    /// The roles that work in the team.
    static let team: Set<Role> = [.member, .dataKeeper, .scribe, .teamLeader]

    /// The number of cohort codes a person sees: those of seats and grants, else the only one.
    static func cohorts(_ state: State, _ context: Context) throws(Refusal) -> [Cohort] {
        let me = try context.me()
        var codes = Set((state.seated[me] ?? []).compactMap { state.challenges[$0]?.head.cohort })
        for grant in state.people[me]?.grants ?? [] {
            codes.formUnion(
                state.cohorts.filter {
                    grant.scope == "*" || grant.scope == $0.code || grant.scope == $0.programme
                }.map(\.code))
        }
        return codes.sorted().compactMap { state.cohorts[$0] }
    }

    /// The cohort that is named, implied, or the newest of those that the person has a part in.
    static func cohort(_ code: String?, _ state: State, _ context: Context) throws(Refusal)
        -> Cohort
    {
        let mine = try cohorts(state, context)
        if let code {
            guard let cohort = state.cohorts[code] else {
                throw Refusal(
                    Phrase("cohort.unknown", ["code": .code(code)]), offers: cohortOffers(mine))
            }
            guard mine.contains(where: { $0.programme == cohort.programme }) else {
                throw Refusal(Phrase("cohort.notYours", ["code": .code(code)]), kind: .right)
            }
            return cohort
        }
        if let implied = context.implied, let home = state.challenges[implied]?.head.cohort,
            let cohort = state.cohorts[home]
        {
            return cohort
        }
        guard let first = byWeight(mine, state).first else { throw Refusal(Phrase("cohort.none")) }
        return first
    }

    /// Cohorts that still run before those that ended, the one with most challenges first, of
    /// equals the newer.
    static func byWeight(_ cohorts: [Cohort], _ state: State) -> [Cohort] {
        func weight(_ cohort: Cohort) -> (Int, Int, Int) {
            let isOpen = cohort.state != .closed && cohort.state != .cancelled
            return (
                isOpen ? 1 : 0, state.challenges(of: cohort.code).count, cohort.dayOne?.days ?? .min
            )
        }
        return cohorts.map { ($0, weight($0)) }.sorted { $0.1 > $1.1 }.map(\.0)
    }
    static func cohortOffers(_ cohorts: [Cohort]) -> [Offer] {
        cohorts.prefix(6).map {
            Offer(Phrase("cohort.label", ["code": .code($0.code)]), "/cohort \($0.code)")
        }
    }
}
