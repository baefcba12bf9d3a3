import Language

// The living scoreboard: when it is drawn anew, and what it then shows.
//
// 1. What may look different marks the challenge's scoreboards stale, in the commit itself; where there is
//    none, that is one look into an empty table. Nothing is drawn there.
// 2. A stale one is drawn by the clock: at once, but not within a minute of the last time, so that many
//    figures make one edit. Each morning it is drawn for the number of the day.
// 3. What shows nothing new sends nothing; that it was looked at is a fact all the same, so that the clock
//    does not ask again.
// 4. A message replaces the one before it, also one that is still on its way. Where that can't be edited any
//    more, the channel sends a new one and pins it.

extension Reminding {
    /// When the scoreboards of an owner are drawn next; nil where it has none that changes.
    func boards(_ owner: String) -> Instant? {
        guard !state.boarded.isEmpty, owner.utf8.starts(with: "challenge ".utf8) else { return nil }
        let chats = state.boarded[String(owner.dropFirst("challenge ".count))] ?? []
        return chats.compactMap { state.boards[$0].flatMap(due) }.min()
    }

    func due(_ board: Board) -> Instant? {
        guard let challenge = state.challenges[board.subject],
            state.chats[board.chat]?.isLost == false,
            let drawn = board.drawnAt
        else { return nil }
        if board.isStale { return drawn.advanced(by: Board.pause) }
        guard let on = board.on, let first = challenge.dayOne, let last = challenge.lastDay,
            [.launched, .accelerating, .results].contains(challenge.state),
            on <= last + ChallengeView.lateWindow
        else { return nil }
        let next = LocalMoment(max(on + 1, first), Board.morning)
        return zones.instant(next, in: state.zone(of: challenge)).map {
            max($0, drawn.advanced(by: Board.pause))
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
        for board in state.boards.values {
            guard let due = reminding.due(board), due <= at,
                let challenge = state.challenges[board.subject]
            else {
                continue
            }
            let view = ChallengeView(challenge, state, at: at, zones: zones)
            var drawn = BoardDrawn()
            drawn.chat = board.chat
            drawn.challenge = board.subject
            drawn.on = view.date
            drawn.print = Self.print(of: view.scoreboard)
            events.append(.boardDrawn(drawn))
            if drawn.print != board.print {
                out.append(
                    message(of: board, view, replacing: board.pending ?? board.last, state, at))
            }
            if events.count >= Self.mostBoards { break }
        }
        return (events, out)
    }

    /// The scoreboard as a message that is pinned; an answer to it is a figure.
    func message(
        of board: Board, _ view: ChallengeView, replacing: String?, _ state: State, _ at: Instant
    ) -> Outgoing {
        let local = zones.local(at, in: state.zone(of: view.challenge)) ?? at.local(offset: 0)
        let goal = view.challenge.primaryGoal
        var phrases = view.scoreboard
        if goal != nil, view.isRunning { phrases.append(Phrase("here.reply")) }
        phrases.append(Phrase("board.at", ["moment": .moment(local, zone: nil)]))
        var out = Outgoing(
            to: .chat(board.chat), kind: .card, phrases,
            subject: goal.map { "reading \(view.challenge.code)-\($0.code)" }
                ?? "board \(view.challenge.code)")
        out.replaces = replacing
        out.pins = .on
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
