import Language

/// Which reminder somebody means: the one that was answered or pressed, else the last one told to them. One
/// message may tell several.
struct MeantReminder {
    let keys: [String]

    init(_ state: State, _ context: Context) throws(Refusal) {
        if let answered = context.answered, let first = answered.occurrence {
            keys = [first] + answered.also
            return
        }
        let me = try context.me()
        guard let last = state.reminded[me]?.last.flatMap({ state.sent[$0] }),
            let first = last.occurrence
        else {
            throw Self.none
        }
        keys = [first] + last.also
    }

    static var none: Refusal {
        Refusal(Phrase("later.none"), offers: [Offer(Phrase("remind.label"), "/remind")])
    }

    /// The one that is meant, by its code where the message told several; nil where that is to be asked.
    func one(_ item: String?) throws(Refusal) -> Occurrence? {
        let all = keys.compactMap { Occurrence(parsing: $0) }
        guard let item else { return all.count == 1 ? all[0] : nil }
        let wanted = Folding.fold(item)
        let found = all.first { one in
            [Self.code(one), "\(one.kind) \(Self.code(one))"].contains {
                Folding.fold($0).hasSuffix(wanted)
            }
        }
        guard let found else { throw Self.none }
        return found
    }

    static func code(_ occurrence: Occurrence) -> String {
        occurrence.subject.split(separator: " ").last.map(String.init) ?? ""
    }

    /// Asks which of several is meant.
    func ask(_ command: String) -> Decision {
        let all = keys.compactMap { Occurrence(parsing: $0) }
        return .ask(
            [Phrase("later.which", ["count": .count(all.count)])],
            offers: all.prefix(8).map { one in
                let code = Self.code(one)
                // Two things of one challenge are told apart by their kind.
                guard all.contains(where: { $0 != one && Self.code($0) == code }) else {
                    return Offer(
                        Phrase("choice.line", ["line": .code(code)]), "/\(command) \(code)")
                }
                let label = Phrase(
                    "remind.itemLabel", ["what": .code(code), "label": .term("kind.\(one.kind)")])
                return Offer(label, "/\(command) \(one.kind) \(code)")
            })
    }

    /// Whether it is this person's to move: told to them, in their stead, or to their team.
    static func isOwn(_ occurrence: Occurrence, _ me: String, _ state: State, _ context: Context)
        -> Bool
    {
        if occurrence.receiver == me || state.people[occurrence.receiver]?.deputy == me {
            return true
        }
        let to = (context.answered ?? state.reminded[me]?.last.flatMap { state.sent[$0] })?.to
        if to == Receiver.person(me).text { return true }
        guard to?.hasPrefix("chat ") == true,
            let challenge = Decider.challenge(of: occurrence, state)
        else { return false }
        return !challenge.roles(of: me).isEmpty
    }
}

/// `later`: this one reminder again another day; the series stays.
struct LaterCommand: Command {
    static let name = "later"
    private let day: LocalDate?
    private let span: TimeSpan?
    init(_ a: Arguments) throws(Mismatch) {
        day = try a.date("day")
        span = try a.span("span")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let meant = try MeantReminder(state, context)
        let all = meant.keys.compactMap { Occurrence(parsing: $0) }
            .filter { MeantReminder.isOwn($0, me, state, context) }
        guard let first = all.first else { throw MeantReminder.none }
        let challenge = Decider.challenge(of: first, state)
        let zone =
            state.people[me]?.zone ?? challenge.map { state.zone(of: $0) } ?? context.zone(state)
        let moment = try moment(
            in: zone, state.calendar(of: me, in: Decider.programme(of: first, state)), context)
        guard let until = context.zones.instant(moment, in: zone) else {
            throw Refusal(Phrase("settings.noZone", ["zone": .code(zone)]))
        }
        let events = all.map { occurrence in
            var event = Snoozed()
            event.key = occurrence.key
            event.until = until
            return Event.snoozed(event)
        }
        let today = context.local(in: zone).date
        return .record(
            events, [Phrase("later.done", ["moment": .moment(moment, zone: nil)])],
            offers: day == nil && span == nil
                ? [Offer(Phrase("later.threeDaysLabel"), "/later \(today + 3)")] : [])
    }

    /// Nine o'clock of the day, or so many hours from now; moved to when somebody may be asked.
    private func moment(
        in zone: String, _ calendar: WorkingCalendar, _ context: Context
    ) throws(Refusal) -> LocalMoment {
        let now = context.local(in: zone)
        if let span, span.unit == .hours || span.unit == .minutes {
            let minutes = Int64(min(max(span.count, 1), 20_160)) * (span.unit == .hours ? 60 : 1)
            guard minutes <= 14 * 24 * 60 else { throw far(now.date) }
            let then = context.at.advanced(by: minutes * Instant.minute)
            return Hours.decent(
                context.zones.local(then, in: zone) ?? then.local(offset: 0), calendar)
        }
        let ahead = span.map { min(max($0.count, 0), 1_000) * ($0.unit == .weeks ? 7 : 1) }
        let wanted = day ?? now.date + (ahead ?? 1)
        guard wanted > now.date else {
            throw Refusal(Phrase("later.past", ["date": .date(wanted)]))
        }
        guard wanted <= now.date + 14 else { throw far(now.date) }
        return Hours.decent(LocalMoment(wanted, LocalTime(9, 0)), calendar)
    }

    private func far(_ today: LocalDate) -> Refusal {
        Refusal(Phrase("later.far", ["date": .date(today + 14)]))
    }
}

/// `whyme`: the rule behind a message that nobody asked for.
struct WhyMeCommand: Command {
    static let name = "whyme"
    private let item: String?
    init(_ a: Arguments) throws(Mismatch) { item = try a.text("item") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let meant = try MeantReminder(state, context)
        guard let occurrence = try meant.one(item) else { return meant.ask("whyme") }
        let challenge = Decider.challenge(of: occurrence, state)
        let programme = Decider.programme(of: occurrence, state)
        let roles = challenge.map { state.roles(of: me, in: $0) } ?? state.roles(of: me)
        let interval = challenge?.primaryGoal?.interval ?? 7
        let kind = Say.term("kind.\(occurrence.kind)")
        let row = Phrase(
            "whyme.row",
            [
                "kind": .text(occurrence.kind), "name": kind,
                "what": .code(MeantReminder.code(occurrence)),
                "date": .date(occurrence.nominal), "interval": .count(interval),
                "step": .count(occurrence.step),
                "roles": .list(
                    Role.allCases.filter { roles.contains($0) }.map { .term("role.\($0.rawValue)") }
                ),
            ])
        let calendar = state.calendar(of: me, in: programme)
        let counted = Phrase(
            "whyme.counted",
            [
                "country": .code(programme?.country ?? ""), "from": .time(calendar.quietFrom),
                "to": .time(calendar.quietTo),
            ])
        var offers = occurrence.isTeamMatter ? [Offer(Phrase("notme.label"), "/notme")] : []
        if !occurrence.isStar {
            offers.append(
                Offer(
                    Phrase("whyme.muteLabel", ["kind": .text(occurrence.kind), "name": kind]),
                    "/mute \(MuteCommand.known.contains(occurrence.kind) ? occurrence.kind : "all")"
                ))
        }
        if item != nil || meant.keys.count > 1 {
            offers = offers.map {
                $0.line == "/notme"
                    ? Offer($0.label, "/notme \(MeantReminder.code(occurrence))") : $0
            }
        }
        return .answer(
            [row, counted] + (occurrence.isStar ? [Phrase("whyme.star")] : []), offers: offers,
            subject: occurrence.subject)
    }
}

/// `notme`: somebody else has this; who that may be hears of it, the asked one is left in peace.
struct NotMeCommand: Command {
    static let name = "notme"
    private let item: String?
    init(_ a: Arguments) throws(Mismatch) { item = try a.text("item") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let meant = try MeantReminder(state, context)
        guard let occurrence = try meant.one(item) else { return meant.ask("notme") }
        guard MeantReminder.isOwn(occurrence, me, state, context) else { throw MeantReminder.none }
        guard occurrence.isTeamMatter, let challenge = Decider.challenge(of: occurrence, state)
        else {
            return .answer(
                [Phrase("notme.own", ["name": .term("kind.\(occurrence.kind)")])],
                offers: [
                    Offer(Phrase("mute.label"), "/mute"), Offer(Phrase("whyme.label"), "/whyme"),
                ])
        }
        let today = context.local(in: state.zone(of: challenge)).date
        let next = heirs(occurrence, challenge, state).first { code in
            guard code != me, let person = state.people[code], person.former == nil else {
                return false
            }
            return person.awayUntil.map { $0 < today } ?? true
        }
        guard let next else {
            return .answer(
                [Phrase("notme.nobody", ["challenge": .code(challenge.code)])],
                offers: [
                    Offer(
                        Phrase("team.label", ["challenge": .code(challenge.code)]),
                        "/team \(challenge.code)")
                ])
        }
        let told = Phrase(
            "notme.told",
            [
                "name": state.name(of: me), "what": .code(MeantReminder.code(occurrence)),
                "kind": .text(occurrence.kind), "challenge": .code(challenge.code),
            ])
        return .record(
            [.rang(Rang(occurrence.key, .handed))],
            [Phrase("notme.done", ["name": state.name(of: next)])],
            notices: [context.tell(next, [told], subject: occurrence.subject)])
    }

    /// Whose it may be instead: the owner, who keeps the data, the leader, the coach, the office.
    private func heirs(_ occurrence: Occurrence, _ challenge: Challenge, _ state: State) -> [String]
    {
        let code = MeantReminder.code(occurrence).split(separator: "-").last.map(String.init) ?? ""
        var found: [String] = []
        switch occurrence.kind {
        case "reading", "late":
            found += [challenge.goals.first { $0.code == code }?.owner].compactMap { $0 }
            found += challenge.holders(of: .dataKeeper)
        case "milestone":
            found += [challenge.milestones.first { $0.code == code }?.owner].compactMap { $0 }
        default: break
        }
        found += challenge.holders(of: .teamLeader)
        found += challenge.head.coach.map { [$0] } ?? challenge.holders(of: .coach)
        return found + state.holders(of: .office, over: challenge.head.cohort)
    }
}
