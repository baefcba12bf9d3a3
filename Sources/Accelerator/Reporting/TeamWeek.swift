import Language

/// How a team feels about a week: confidence, an average that all may see; energy, by the rule of
/// ``PulseSight``; who has said a word and who has not.
struct TeamWeek: Hashable, Sendable {
    struct Mean: Hashable, Sendable {
        var value: Double
        var count: Int
        init?(_ values: [Int]) {
            guard !values.isEmpty else { return nil }
            value = Double(values.reduce(0, +)) / Double(values.count)
            count = values.count
        }
        /// To a whole number: an average that moved by a tenth would give the last answer away.
        var whole: Int { Int((value + 0.5).rounded(.down)) }
    }

    /// An average of fewer answers than this would give single persons away.
    static let fewest = 3

    var week: Int
    /// The day of the latest word.
    var date: LocalDate
    var confidence: Mean?
    /// Of three answers at least; else what the meeting's record in a file says of the whole team.
    var energy: Mean?

    /// The latest week with a confidence in it, not older than fourteen days; nil where there is none.
    init?(_ challenge: Challenge, on date: LocalDate) {
        let words = challenge.checkIns.filter {
            $0.date <= date && date - $0.date <= 14 && $0.confidence != nil
        }
        guard let last = words.max(by: { ($0.week, $0.date) < ($1.week, $1.date) }) else {
            return nil
        }
        week = last.week
        let these = words.filter { $0.week == last.week }
        self.date = these.map(\.date).max() ?? last.date
        confidence = Mean(these.compactMap(\.confidence))
        energy = Self.energy(challenge, week: last.week, on: date)
    }

    /// The team's energy in a week, as far as it may be told.
    static func energy(_ challenge: Challenge, week: Int, on date: LocalDate) -> Mean? {
        let given = challenge.pulses.filter { $0.week == week && $0.date <= date }.map(\.energy)
        if given.count >= fewest { return Mean(given) }
        return Mean(
            challenge.checkIns.filter { $0.week == week && $0.date <= date }.compactMap(\.energy))
    }
}

/// How much of the private pulse somebody may see (method.md 2.7, last rows).
enum PulseSight: Hashable, Sendable {
    /// Nothing.
    case none
    /// One's own answers.
    case own
    /// An average of three or more.
    case average
    /// Every answer with its name.
    case names

    /// By the roles towards a challenge. The coach alone sees names: not where the coach is also the
    /// leader, the sponsor or the office, who may be somebody's line manager.
    init(_ roles: Set<Role>) {
        let managers: Set<Role> = [.teamLeader, .sponsor, .office]
        if !roles.isDisjoint(with: managers) {
            self = .average
        } else if roles.contains(.coach) {
            self = .names
        } else {
            self = roles.isDisjoint(with: Daily.team) ? .none : .own
        }
    }
    var showsAverage: Bool { self == .average || self == .names }
}

extension ChallengeView {
    /// “Team: confidence 3/5, energy 4/5 (20 Mar)”: the energy only for who may know the average.
    func teamLine(energy isShown: Bool) -> Phrase? {
        guard let team = TeamWeek(challenge, on: date), let confidence = team.confidence else {
            return nil
        }
        let values: [Phrase.Field] = [
            .init("confidence", .number(confidence.value.toTenths)),
            .init("date", .date(team.date)),
        ]
        guard isShown, let energy = team.energy else { return Phrase("digest.confidence", values) }
        return Phrase("digest.team", values + [.init("energy", .count(energy.whole))])
    }

    /// Members of the team without a word in the week of the date.
    var unreported: [String] {
        guard let week = challenge.week(on: date) else { return [] }
        let said = Set(challenge.checkIns.filter { $0.week == week && $0.date <= date }.map(\.by))
        return challenge.team.filter { !said.contains($0) }
    }

    /// “Not reported yet: Dana, Bolat and 3 more”
    var unreportedLine: Phrase? {
        let silent = unreported
        guard !silent.isEmpty, isRunning else { return nil }
        if silent.count == challenge.team.count { return Phrase("agenda.nobodyReported") }
        var names = silent.prefix(silent.count > 5 ? 4 : 5).map { state.name(of: $0) }
        if silent.count > names.count {
            names.append(
                .phrase(Phrase("agenda.others", ["count": .count(silent.count - names.count)])))
        }
        return Phrase("agenda.unreported", ["names": .list(names)])
    }

    // MARK: Actions

    /// Open actions, those that are due first before the others.
    var openActions: [Action] {
        challenge.actions.filter { $0.isOpen(on: date) }.sorted {
            ($0.due, $0.code) < ($1.due, $1.code)
        }
    }
    /// Actions done in the seven days up to the date.
    var actionsDone: [Action] {
        challenge.actions.filter { action in
            guard action.state == .done, let on = action.movedOn else { return false }
            return on > date - 7 && on <= date
        }
    }
    /// “☐ A12 Call the vendor — Bolat, Fri 3 Apr”
    func line(of action: Action) -> Phrase {
        Phrase(
            action.due < date ? "digest.openLate" : "digest.open",
            [
                "code": .code(action.code), "title": Title.short(action.text, 60),
                "due": .date(action.due),
                "owner": state.name(of: action.owner), "days": .count(max(0, date - action.due)),
            ])
    }

    // MARK: What people say beside the figures

    /// The colours that people declared and that still stand on the date, where they are not the
    /// computed one: the leader's own view, the sponsor's override.
    var declaredLines: [Phrase] {
        [Role.teamLeader, .sponsor].compactMap { role in
            let last = challenge.declarations.last { $0.role == role && $0.on <= date }
            guard let last, last.until >= date, last.colour != assessment.colour else { return nil }
            var phrase = Phrase(
                role == .sponsor ? "declare.sponsorSays" : "declare.teamSays",
                [
                    "colour": .term("colour.\(last.colour.term)"), "why": Title.short(last.why, 90),
                    "name": state.name(of: last.by), "date": .date(last.on),
                    "until": .date(last.until),
                ])
            if role == .teamLeader, let confidence = last.confidence {
                phrase.key = "declare.teamSaysSure"
                phrase.values.append(.init("confidence", .count(confidence)))
            }
            return phrase
        }
    }

    /// The first target, for ever visible where there is a later one.
    var firstTargetLine: Phrase? {
        guard let goal = challenge.primaryGoal ?? challenge.goals.first, goal.versions.count > 1,
            let first = goal.versions.first, let now = goal.version(on: date),
            now.version != first.version
        else { return nil }
        let values: KeyValuePairs<String, Say> = [
            "first": .measure(first.target, unit: goal.unit),
            "target": .measure(now.target, unit: goal.unit),
            "date": .date(now.effectiveFrom),
            "day": .count(now.metOn.flatMap { challenge.day($0) } ?? 0),
        ]
        return Phrase(now.metOn == nil ? "goal.versions" : "goal.raisedFrom", values)
    }

    /// “   Askar promised by Wed 25 Mar: 40 licences”
    func promiseLine(_ blocker: Blocker) -> Phrase? {
        guard let promise = blocker.promises.last(where: { $0.on <= date }) else { return nil }
        let isLate = promise.until < date
        return Phrase(
            isLate ? "digest.promiseLate" : "digest.promise",
            [
                "name": state.name(of: promise.by), "until": .date(promise.until),
                "words": Title.short(promise.words, 72),
            ])
    }
    /// A blocker with what was promised about it.
    func lines(of blocker: Blocker) -> [Phrase] {
        [line(of: blocker)] + [promiseLine(blocker)].compactMap { $0 }
    }
}
