import Language

/// The four parts of a Challenge Note: the mandate that the leadership gives the team.
enum NoteField: String, CaseIterable {
    case mission, guardrails, approach, questions

    func text(of head: ChallengeHead) -> String {
        switch self {
        case .mission: head.note ?? ""
        case .guardrails: head.guardrails ?? ""
        case .approach: head.approach ?? ""
        case .questions: head.questions ?? ""
        }
    }
    func set(_ text: String, in head: inout ChallengeHead) {
        switch self {
        case .mission: head.note = text
        case .guardrails: head.guardrails = text
        case .approach: head.approach = text
        case .questions: head.questions = text
        }
    }
}

/// `note`: the Challenge Note, part by part.
struct NoteCommand: Command {
    static let name = "note"
    private let usage: Int
    private let code: String?
    private let parts: [NoteField: String]

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        var parts: [NoteField: String] = [:]
        for field in NoteField.allCases { parts[field] = try a.gateText(field.rawValue) }
        self.parts = parts
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        // The usages stand in this order in the command's file: set, one a part, show.
        guard usage < 5, !parts.isEmpty else { return try show(challenge, state, context) }
        let isFixed = ![.framing, .staffing, .ready].contains(challenge.state)
        try context.require(
            isFixed ? [.office] : [.office, .coach, .teamLeader], in: challenge, state)
        try Daily.requireOpen(challenge)
        var head = challenge.head
        for (field, text) in parts { field.set(text, in: &head) }
        guard head != challenge.head else {
            return .answer([Phrase("challenge.unchanged", ["challenge": .code(challenge.code)])])
        }
        let left = NoteField.allCases.filter { $0.text(of: head).isEmpty }
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code),
            "parts": .list(left.map { .term("note.\($0.rawValue)") }),
        ]
        var offers = left.prefix(1).map { Self.offer($0, challenge) }
        if left.isEmpty, challenge.state == .framing {
            offers.append(
                Offer(
                    Phrase("leadership.label", ["challenge": .code(challenge.code)]),
                    "/leadership \(challenge.code)"))
        }
        return .record(
            [.challengeSet(head)], [Phrase(left.isEmpty ? "note.whole" : "note.saved", values)],
            offers: offers + [Decision.gateUndo],
            // Once it was sent, a change of it is sent, too.
            notices: challenge.state == .framing ? [] : Self.sendAgain(head, challenge, context))
    }

    private static func sendAgain(_ head: ChallengeHead, _ challenge: Challenge, _ context: Context)
        -> [Outgoing]
    {
        let readers = [Role.sponsor, .systemLeader, .coach, .teamLeader].flatMap {
            challenge.holders(of: $0)
        }
        return context.gateTell(
            readers,
            [Phrase("note.changed", ["challenge": .code(head.code)])] + lines(head).dropFirst())
    }

    private static func offer(_ field: NoteField, _ challenge: Challenge) -> Offer {
        Offer(
            Phrase("note.write", ["part": .term("note.\(field.rawValue)")]),
            "/note \(field.rawValue) challenge=\(challenge.code)")
    }

    private func show(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        let lines = Self.lines(challenge.head)
        let left = NoteField.allCases.filter { $0.text(of: challenge.head).isEmpty }
        let mayWrite = !context.roles(in: challenge, state).isDisjoint(with: [
            .office, .coach, .teamLeader,
        ])
        return .answer(
            lines, offers: mayWrite ? left.map { Self.offer($0, challenge) } : [])
    }

    /// The note as it is read and sent: its four parts, those that are not written yet named so.
    static func lines(_ head: ChallengeHead) -> [Phrase] {
        [Phrase("note.head", ["challenge": .code(head.code), "title": .text(head.title)])]
            + NoteField.allCases.map { field in
                let text = field.text(of: head)
                let part = Say.term("note.\(field.rawValue)")
                return text.isEmpty
                    ? Phrase("note.empty", ["part": part])
                    : Phrase("note.part", ["part": part, "text": .text(text)])
            }
    }
}

/// `meeting`: when the team meets every week.
struct MeetingCommand: Command {
    static let name = "meeting"
    private let usage: Int
    private let code: String?
    private let when: LocalMoment?

    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        code = try a.code("challenge")
        if case .moment(let moment)? = a["when"] { when = moment } else { when = nil }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        guard usage < 2 else {
            try Daily.lookInside(challenge, state, context)
            guard let day = challenge.head.meetingDay, let time = challenge.head.meetingTime else {
                let maySet = !context.roles(in: challenge, state).isDisjoint(with: [
                    .teamLeader, .coach, .office,
                ])
                return .answer(
                    [Phrase("meeting.none", ["challenge": .code(challenge.code)])],
                    offers: maySet
                        ? [
                            Offer(
                                Phrase("gate.mend.meeting"),
                                "/meeting set challenge=\(challenge.code)")
                        ] : [])
            }
            let lines = [
                Phrase(
                    "meeting.is",
                    [
                        "challenge": .code(challenge.code), "day": .term("weekday.\(day)"),
                        "time": .time(time),
                    ])
            ]
            return .answer(lines + Self.clocks(challenge, state, context))
        }
        try context.require([.teamLeader, .coach, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        guard let when else { throw Refusal(Phrase("meeting.ask.when")) }
        let weekday = when.date.weekday
        let off = (state.programme(of: challenge)?.calendar ?? WorkingCalendar()).weekend
        let values: KeyValuePairs<String, Say> = [
            "challenge": .code(challenge.code), "day": .term("weekday.\(weekday)"),
            "time": .time(when.time),
        ]
        if off.contains(weekday), !context.isSure {
            let line = "/meeting \(when.date)T\(when.time) challenge=\(challenge.code)"
            return .ask(
                [Phrase("meeting.off", values)],
                offers: [Offer(Phrase("meeting.sure"), context.sure(line)), Daily.cancel()])
        }
        var head = challenge.head
        head.meetingDay = weekday
        head.meetingTime = when.time
        guard head != challenge.head else { return .answer([Phrase("meeting.is", values)]) }
        var set = challenge
        set.head = head
        let clocks = Self.clocks(set, state, context)
        return .record(
            [.challengeSet(head)], [Phrase("meeting.set", values)] + clocks,
            offers: [Decision.gateUndo],
            notices: context.gateTell(challenge.team, [Phrase("meeting.told", values)] + clocks))
    }

    /// When it is held next where that is another day than the slot's, and what the team's clocks show then.
    private static func clocks(_ challenge: Challenge, _ state: State, _ context: Context)
        -> [Phrase]
    {
        let days = state.days(of: challenge)
        guard let time = challenge.head.meetingTime, let weekday = challenge.head.meetingDay,
            let next = challenge.nextMeeting(from: context.today(in: challenge, state), days)
        else { return [] }
        var lines: [Phrase] = []
        if next.weekday != weekday { lines.append(Phrase("meeting.next", ["date": .date(next)])) }
        if let shared = SharedTime.phrase(
            LocalMoment(next, time), of: challenge, state, context.zones)
        {
            lines.append(shared)
        }
        return lines
    }
}

/// `gate`: how much of the next gate stands, what is missing, who can mend it.
struct GateCommand: Command {
    static let name = "gate"
    private let code: String?
    init(_ a: Arguments) throws(Mismatch) { code = try a.code("challenge") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        try Daily.lookInside(challenge, state, context)
        let phase = challenge.phase(on: context.today(in: challenge, state))
        let gate = Gate(challenge, state, context)
        guard let (row, command) = gate.ahead else {
            return .answer(
                [
                    Phrase(
                        "gate.none",
                        ["challenge": .code(challenge.code), "state": .term(phase.term)])
                ],
                offers: [
                    Offer(
                        Phrase("challenge.label", ["challenge": .code(challenge.code)]),
                        "/challenge \(challenge.code)")
                ])
        }
        let items = row.gate(gate)
        let (met, all) = items.standing
        var lines = [
            Phrase(
                "gate.head",
                [
                    "challenge": .code(challenge.code), "to": .term(row.to.term),
                    "met": .count(met),
                    "all": .count(all),
                ])
        ]
        let standing = items.filter(\.isMet).map { Say.term("gate.\($0.what)") }
        if !standing.isEmpty { lines.append(Phrase("gate.standing", ["items": .list(standing)])) }
        lines += items.lines(state)
        let roles = context.roles(in: challenge, state)
        var offers = items.offers(roles)
        if met == all,
            !row.actors.union(command == "launch" ? [.teamLeader] : []).isDisjoint(with: roles)
        {
            offers.append(
                Offer(
                    Phrase("\(command).label", ["challenge": .code(challenge.code)]),
                    command == "leadership"
                        ? "/leadership ok \(challenge.code)" : "/\(command) \(challenge.code)"))
        }
        return .answer(lines, offers: offers)
    }
}
