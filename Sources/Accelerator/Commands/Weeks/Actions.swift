import Language

/// A step with one owner and one day: made in the meeting, given on, moved, dropped. `done A12` ends it.
struct ActionCommand: Command {
    static let name = "action"
    enum Act { case drop, move, give, add }
    let act: Act
    let action: String?
    let text: String?
    let owner: Mention?
    let due: LocalDate?
    let milestone: String?
    let reason: String?
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        action = try arguments.code("action")
        text = try arguments.gateText("text")
        owner = try arguments.person("owner")
        due = try arguments.date("due")
        milestone = try arguments.code("milestone")
        reason = try arguments.gateText("reason")
        challenge = try arguments.code("challenge")
        // The usages stand in this order in the command's file.
        switch arguments.utterance.usage {
        case 0: act = .drop
        case 1: act = .move
        case 2: act = .give
        default: act = .add
        }
        if act == .add ? text == nil : action == nil { throw Mismatch("text") }
    }

    private static let makers: Set<Role> = [.member, .dataKeeper, .scribe, .teamLeader, .office]
    static let keepers: Set<Role> = [.scribe, .teamLeader, .office]

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: action ?? milestone, challenge, state, context)
        try context.require(Self.makers, in: challenge, state)
        try Daily.requireOpen(challenge)
        guard act != .add else { return try add(challenge, state, context) }
        let found = try Self.existing(action ?? "", challenge)
        guard found.state == .open else { throw Self.notOpen(found, challenge) }
        let me = try context.me()
        if found.owner != me, context.roles(in: challenge, state).isDisjoint(with: Self.keepers) {
            throw Refusal(
                Phrase("action.notYours", Self.values(found, challenge, state)), kind: .right)
        }
        return try change(found, challenge, me, state, context)
    }

    static func existing(_ code: String, _ challenge: Challenge) throws(Refusal) -> Action {
        let short = Daily.shortCode(code)
        if let found = challenge.actions.first(where: { $0.code == short }) { return found }
        throw Refusal(
            Phrase("action.unknown", ["code": .code(short), "challenge": .code(challenge.code)]),
            offers: [Offer(Phrase("action.listLabel"), "/actions \(challenge.code)")])
    }

    static func notOpen(_ action: Action, _ challenge: Challenge) -> Refusal {
        Refusal(
            Phrase(
                "action.notOpen",
                [
                    "code": .code(action.code), "state": .term("state.\(action.state.rawValue)"),
                    "date": .date(action.movedOn ?? action.due),
                ]), offers: [Offer(Phrase("action.listLabel"), "/actions \(challenge.code)")])
    }

    static func values(_ action: Action, _ challenge: Challenge, _ state: State) -> [Phrase.Field] {
        [
            .init("code", .code("\(challenge.code)-\(action.code)")),
            .init("text", .text(action.text)),
            .init("owner", state.name(of: action.owner)), .init("due", .date(action.due)),
            .init("milestone", .code(action.milestone ?? "")),
        ]
    }

    private func person(
        _ mention: Mention, _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> (code: String, events: [Event]) {
        if let found = try context.gatePerson(mention, in: challenge, state) { return found }
        throw Refusal(
            Phrase(
                "error.unknownPerson",
                ["name": .text(mention.name), "challenge": .code(challenge.code)]))
    }

    private func checkDue(_ due: LocalDate, _ challenge: Challenge, _ today: LocalDate)
        throws(Refusal)
    {
        let last = max(challenge.lastDay ?? today, today) + 200
        guard due >= today, due <= last else {
            throw Refusal(Phrase("action.past", ["date": .date(due), "today": .date(today)]))
        }
    }

    private func add(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        let today = context.today(in: challenge, state)
        var holder = me
        var events: [Event] = []
        if let owner {
            let found = try person(owner, challenge, state, context)
            holder = found.code
            events = found.events
        }
        if holder != me, context.roles(in: challenge, state).isDisjoint(with: Self.keepers) {
            throw Refusal(Phrase("action.ownOnly"), kind: .right)
        }
        // The next meeting asks for it; a week where there is no meeting.
        let days = state.days(of: challenge)
        let by = due ?? challenge.nextMeeting(from: today + 1, days) ?? today + 7
        try checkDue(by, challenge, today)
        guard challenge.actions.count(where: { $0.state == .open }) < 60,
            challenge.actions.count < 600
        else {
            throw Refusal(
                Phrase("action.tooMany"), offers: [Offer(Phrase("action.listLabel"), "/actions")])
        }
        var action = Action()
        action.code = NextCode.after(challenge.actions.map(\.code), prefix: "A", pad: 1)
        action.text = text ?? ""
        action.owner = holder
        action.due = by
        action.createdOn = today
        action.createdBy = me
        if let milestone {
            let short = Daily.shortCode(milestone)
            guard challenge.milestones.contains(where: { $0.code == short }) else {
                throw MilestoneCommand.unknown(short, challenge)
            }
            action.milestone = short
        }
        let folded = Folding.fold(action.text)
        if let same = challenge.actions.first(where: {
            $0.state == .open && $0.owner == holder && Folding.fold($0.text) == folded
        }) {
            return .answer([Phrase("action.same", Self.values(same, challenge, state))])
        }
        events.append(.actionSet(OfChallenge(challenge.code, action)))
        let values = Self.values(action, challenge, state)
        var decision = Decision.record(
            events, [Phrase(action.milestone == nil ? "action.added" : "action.addedFor", values)],
            offers: [Daily.undo],
            notices: told("action.told", action, challenge, me, state, context))
        decision.subject = "action \(challenge.code)-\(action.code)"
        return decision
    }

    private func told(
        _ key: String, _ action: Action, _ challenge: Challenge, _ me: String, _ state: State,
        _ context: Context
    ) -> [Outgoing] {
        context.gateTell(
            [action.owner],
            [
                Phrase(
                    key, Self.values(action, challenge, state) + [.init("by", state.name(of: me))])
            ],
            offers: [Offer(Phrase("done.label"), "/done \(challenge.code)-\(action.code)")],
            subject: "action \(challenge.code)-\(action.code)")
    }

    private func change(
        _ found: Action, _ challenge: Challenge, _ me: String, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let today = context.today(in: challenge, state)
        var changed = found
        var events: [Event] = []
        var key = "action.dropped"
        switch act {
        case .move:
            let by = due ?? found.due
            try checkDue(by, challenge, today)
            changed.due = by
            key = "action.moved"
        case .give:
            guard let owner else { throw Refusal(Phrase("action.ask.owner")) }
            let holder = try person(owner, challenge, state, context)
            changed.owner = holder.code
            events = holder.events
            key = "action.given"
        default:
            changed.state = .dropped
            changed.movedOn = today
            changed.movedBy = me
            changed.note = reason
        }
        guard changed != found else {
            return .answer([Phrase("action.same", Self.values(found, challenge, state))])
        }
        events.append(.actionSet(OfChallenge(challenge.code, changed)))
        return .record(
            events, [Phrase(key, Self.values(changed, challenge, state))], offers: [Daily.undo],
            notices: act == .give ? told("action.told", changed, challenge, me, state, context) : []
        )
    }
}

extension DoneCommand {
    /// An action is done: by its owner, the leader, the scribe or the office.
    func finish(_ code: String, _ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try Daily.challenge(of: code, challenge, state, context)
        try Daily.lookInside(challenge, state, context)
        try Daily.requireOpen(challenge)
        let found = try ActionCommand.existing(code, challenge)
        let me = try context.me()
        if found.owner != me,
            context.roles(in: challenge, state).isDisjoint(with: ActionCommand.keepers)
        {
            throw Refusal(
                Phrase("action.notYours", ActionCommand.values(found, challenge, state)),
                kind: .right)
        }
        guard found.state == .open else { throw ActionCommand.notOpen(found, challenge) }
        let today = context.today(in: challenge, state)
        let on = date ?? today
        try Daily.requirePast(on, today)
        var changed = found
        changed.state = .done
        changed.movedOn = max(on, found.createdOn)
        changed.movedBy = me
        changed.note = note
        let values =
            ActionCommand.values(changed, challenge, state)
            + [.init("date", .date(on)), .init("by", state.name(of: me))]
        let left = challenge.actions.count { $0.state == .open && $0.code != found.code }
        return .record(
            [.actionSet(OfChallenge(challenge.code, changed))],
            [Phrase("action.done", values + [.init("left", .count(left))])], offers: [Daily.undo],
            notices: context.gateTell(
                [found.createdBy, found.owner].filter { !$0.isEmpty },
                [Phrase("action.doneTold", values)]))
    }
}

/// Who does what, by day: of a challenge.
struct ActionsCommand: Command {
    static let name = "actions"
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) { challenge = try arguments.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try Daily.lookInside(challenge, state, context)
        let view = Daily.view(challenge, state, context)
        let open = view.openActions
        let new = Offer(Phrase("action.label"), "/action challenge=\(challenge.code)")
        guard !challenge.actions.isEmpty else {
            return .answer([Phrase("actions.none", ["code": view.code])], offers: [new])
        }
        let done = challenge.actions.count { $0.state == .done }
        var lines = [
            Phrase(
                "actions.head",
                ["code": view.code, "open": .count(open.count), "done": .count(done)])
        ]
        lines += open.prefix(18).map { view.line(of: $0) }
        if open.count > 18 {
            lines.append(Phrase("actions.more", ["count": .count(open.count - 18)]))
        }
        lines += view.actionsDone.suffix(4).map {
            Phrase("digest.done", ["code": .code($0.code), "title": Title.short($0.text, 60)])
        }
        return .answer(lines, offers: [new])
    }
}
