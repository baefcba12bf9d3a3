import Language

// The living scoreboard: when it is drawn anew, and what it then shows.
//
// 1. What may look different marks the challenge's scoreboards stale, in the commit itself; where there is
//    none, that is one look into an empty table. Nothing is drawn there.
// 2. A stale one is drawn by the clock: at once, but not within a minute of the last time, so that many
//    figures make one edit. Each morning it is drawn for the number of the day.
// 3. What shows nothing new sends nothing; that it was looked at is a fact all the same, so that the clock
//    does not ask again.
// 4. A cohort's shows all its challenges, for as long as whoever wanted it there may see them.
// 5. A message replaces the one before it, also one that is still on its way. Where that can't be edited any
//    more, the channel sends a new one and pins it.

extension Reminding {
    /// When the scoreboards of an owner are drawn next; nil where it has none that changes. A cohort's that
    /// a challenge made stale is awaited there: that is whose facts changed.
    func boards(_ owner: String) -> Instant? {
        guard !state.boarded.isEmpty else { return nil }
        let parts = owner.split(separator: " ", maxSplits: 1).map(String.init)
        guard let code = parts.last, parts.count == 2 else { return nil }
        switch parts[0] {
        case "challenge":
            let cohort = state.challenges[code]?.head.cohort ?? ""
            return earliest(boards(.challenge, code) + boards(.cohort, cohort, staleBy: code))
        case "cohort": return earliest(boards(.cohort, code))
        default: return nil
        }
    }

    private func boards(_ kind: Board.Kind, _ subject: String, staleBy: String? = nil) -> [Board] {
        (state.boarded[subject] ?? []).compactMap { state.boards[$0] }.filter {
            $0.kind == kind && $0.staleBy == staleBy
        }
    }

    private func earliest(_ boards: [Board]) -> Instant? { boards.compactMap(due).min() }

    func due(_ board: Board) -> Instant? {
        guard state.chats[board.chat]?.isLost == false, let drawn = board.drawnAt,
            board.kind == .challenge
                ? state.challenges[board.subject] != nil : state.cohorts[board.subject] != nil
        else { return nil }
        if board.isStale { return drawn.advanced(by: Board.pause) }
        guard let on = board.on, let morning = mornings(of: board), on <= morning.last else {
            return nil
        }
        let next = LocalMoment(max(on + 1, morning.first), Board.morning)
        return zones.instant(next, in: morning.zone).map {
            max($0, drawn.advanced(by: Board.pause))
        }
    }

    /// The days on which a scoreboard shows something new by itself, by whose clock.
    private func mornings(of board: Board) -> (first: LocalDate, last: LocalDate, zone: String)? {
        switch board.kind {
        case .challenge:
            guard let challenge = state.challenges[board.subject], let first = challenge.dayOne,
                let last = challenge.lastDay,
                [.launched, .accelerating, .results].contains(challenge.state)
            else { return nil }
            return (first, last + ChallengeView.lateWindow, state.zone(of: challenge))
        case .cohort:
            guard let cohort = state.cohorts[board.subject], let first = cohort.dayOne,
                cohort.state != .closed, cohort.state != .cancelled
            else { return nil }
            let last = first + (max(1, cohort.duration) - 1)
            // Counts down to Day 1. A challenge may begin that much later than its cohort.
            return (
                first - Board.ahead, last + Board.ahead + ChallengeView.lateWindow,
                state.zone(of: cohort)
            )
        }
    }
}

/// What a scoreboard shows at a moment.
struct BoardPage {
    var phrases: [Phrase]
    /// What stands below and does not make it another one.
    var foot: [Phrase] = []
    var on: LocalDate
    var local: LocalMoment
    var subject: String
    var print: String { Decider.print(of: phrases) }

    init(_ view: ChallengeView, _ state: State, _ zones: Zones, _ at: Instant) {
        let goal = view.challenge.primaryGoal
        phrases = view.scoreboard
        if goal != nil, view.isRunning { foot = [Phrase("here.reply")] }
        on = view.date
        local = zones.local(at, in: state.zone(of: view.challenge)) ?? at.local(offset: 0)
        subject =
            goal.map { "reading \(view.challenge.code)-\($0.code)" }
            ?? "board \(view.challenge.code)"
    }

    init(_ view: CohortView, _ state: State, _ zones: Zones, _ at: Instant) {
        phrases = view.scoreboard
        on = view.date
        local = zones.local(at, in: state.zone(of: view.cohort)) ?? at.local(offset: 0)
        subject = "cohort \(view.cohort.code)"
    }

    /// Nil where what it shows is not there any more.
    init?(_ board: Board, _ state: State, _ zones: Zones, _ at: Instant) {
        switch board.kind {
        case .challenge:
            guard let challenge = state.challenges[board.subject] else { return nil }
            self.init(ChallengeView(challenge, state, at: at, zones: zones), state, zones, at)
        case .cohort:
            guard let cohort = state.cohorts[board.subject] else { return nil }
            self.init(CohortView(cohort, state, at: at, zones: zones), state, zones, at)
        }
    }
}

extension State {
    /// Whether a group may still see what its scoreboard shows: its own challenge always, a cohort by the
    /// right of the one who wanted it there, as with a digest.
    func mayShow(_ board: Board) -> Bool {
        switch board.kind {
        case .challenge: true
        case .cohort: board.by.map { maySee("cohort \(board.subject)", $0) } ?? false
        }
    }
}

extension Decider {
    /// Boards drawn in one commit.
    private static let mostBoards = 16

    func drawnBoards(_ state: State, _ at: Instant) -> (events: [Event], out: [Outgoing]) {
        guard !state.boards.isEmpty else { return ([], []) }
        let reminding = Reminding(state, zones)
        var events: [Event] = []
        var out: [Outgoing] = []
        // Several groups may show one cohort.
        var pages: [String: BoardPage] = [:]
        for board in state.boards.values {
            guard let due = reminding.due(board), due <= at else { continue }
            let last = board.pending ?? board.last
            guard state.mayShow(board) else {
                events.append(.removed(Removed(.board, code: board.chat)))
                if let last { out.append(Self.closed(board, last)) }
                continue
            }
            let name = "\(board.kind.rawValue) \(board.subject)"
            guard let page = pages[name] ?? BoardPage(board, state, zones, at) else { continue }
            pages[name] = page
            var drawn = BoardDrawn()
            drawn.chat = board.chat
            drawn.challenge = board.kind == .challenge ? board.subject : board.staleBy ?? ""
            drawn.cohort = board.kind == .cohort ? board.subject : nil
            drawn.on = page.on
            drawn.print = page.print
            events.append(.boardDrawn(drawn))
            if drawn.print != board.print {
                out.append(message(of: board, page, replacing: last))
            }
            if events.count >= Self.mostBoards { break }
        }
        return (events, out)
    }

    /// The scoreboard as a message that is pinned; an answer to a challenge's is a figure.
    func message(of board: Board, _ page: BoardPage, replacing: String?) -> Outgoing {
        let at = Phrase("board.at", ["moment": .moment(page.local, zone: nil)])
        var out = Outgoing(
            to: .chat(board.chat), kind: .card, page.phrases + page.foot + [at],
            subject: page.subject)
        out.replaces = replacing
        out.pins = .on
        return out
    }

    /// What stands in place of a scoreboard that is kept up no more.
    static func closed(_ board: Board, _ message: String) -> Outgoing {
        let code = Say.code(board.subject)
        let phrase =
            board.kind == .cohort
            ? Phrase("board.closedCohort", ["cohort": code])
            : Phrase("board.closed", ["challenge": code])
        return closing(board.chat, message, phrase)
    }
    static func closing(_ chat: String, _ message: String, _ phrase: Phrase) -> Outgoing {
        var out = Outgoing(to: .chat(chat), kind: .notice, [phrase])
        out.replaces = message
        out.pins = .off
        return out
    }

    /// Tells two scoreboards apart (FNV-1a over what is said, without the time it was drawn at).
    static func print(of phrases: [Phrase]) -> String {
        var out = Outgoing(to: .chat(""), kind: .card, phrases)
        out.id = "0"
        // Writing a record never throws: only reading meets words it does not know.
        let bytes = (try? out.json()) ?? []
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    /// The scoreboard and what was chosen for a group go with it to its new key; no message of the old one
    /// can be edited there.
    func moved(_ old: String, to new: String, _ state: State) -> [Event] {
        var events: [Event] = []
        if var board = state.boards[old] {
            board.chat = new
            board.last = nil
            board.isStale = board.pending == nil
            board.print = board.isStale ? nil : board.print
            events += [.boardPosted(board), .removed(Removed(.board, code: old))]
        }
        for var wish in state.subscriptions(of: "chat:" + old) {
            events.append(.removed(Removed(.subscription, code: wish.key)))
            wish.to = "chat:" + new
            events.append(.subscriptionSet(wish))
        }
        return events
    }

    /// Said once to whoever wanted the scoreboard, else to the leaders: what to do so that it can be pinned.
    func unpinned(_ board: Board, _ chat: Chat, _ state: State) -> [Outgoing] {
        let leaders = state.challenges[board.subject]?.holders(of: .teamLeader) ?? []
        return (board.by.map { [$0] } ?? leaders).map { person in
            Outgoing(
                to: .person(person), kind: .notice,
                [
                    Phrase(
                        "board.unpinned",
                        ["chat": .text(chat.title ?? chat.key), "challenge": .code(board.subject)])
                ])
        }
    }
}

extension ChallengeView {
    /// What stands on the scoreboard: at most 14 lines.
    var scoreboard: [Phrase] {
        var lines = Array(card.prefix(12))
        let planned = challenge.milestones.filter { $0.state != .dropped }
        guard isRunning, !planned.isEmpty else { return lines }
        lines.append(
            Phrase(
                "board.work",
                [
                    "done": .count(planned.count { $0.state == .done && !$0.isOpen(on: date) }),
                    "all": .count(planned.count), "blockers": .count(openBlockers.count),
                ]))
        return lines
    }
}
