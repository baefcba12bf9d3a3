public import Language

/// The living scoreboard of a group: one pinned message that the bot edits as figures arrive.
public struct Board: Record {
    public enum Kind: String, Spelled { case challenge, cohort }
    public var chat = ""
    public var kind = Kind.challenge
    /// The challenge's code, or the cohort's.
    public var subject = ""
    /// Who wanted it.
    public var by: String?
    /// The day, there, that it shows.
    public var on: LocalDate?
    /// A fingerprint of what it shows.
    public var print: String?
    /// Our id of the message that was delivered last, and of one that is on its way.
    public var last: String?
    public var pending: String?
    public var drawnAt: Instant?
    /// Whether something changed since it was drawn.
    public var isStale = false
    /// Of a cohort's: the challenge that changed first since it was drawn. The clock waits for it there.
    public var staleBy: String?
    /// Whether the group does not let the bot pin it; whoever wanted it was told so.
    public var isUnpinned = false
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("chat", &chat)
        try c.field("kind", &kind)
        try c.field("subject", &subject)
        try c.field("by", &by)
        try c.field("on", &on)
        try c.field("print", &print)
        try c.field("last", &last)
        try c.field("pending", &pending)
        try c.field("drawn_at", &drawnAt)
        try c.field("stale", &isStale)
        try c.field("stale_by", &staleBy)
        try c.field("unpinned", &isUnpinned)
    }
    /// It is drawn no more often than this.
    public static let pause = Instant.minute
    /// When the number of the day changes on it.
    static let morning = LocalTime(8, 0)
    /// Days: a cohort's counts down from so long before Day 1, and its challenges may begin so much later.
    static let ahead = 14
}

/// A scoreboard was looked at anew; a message went out if it showed something else.
public struct BoardDrawn: Record {
    public var chat = ""
    /// The challenge that it shows; of a cohort's the one that had changed, empty where none had.
    public var challenge = ""
    public var cohort: String?
    public var on = LocalDate(days: 0)
    public var print = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("chat", &chat)
        try c.field("challenge", &challenge)
        try c.field("cohort", &cohort)
        try c.field("on", &on)
        try c.field("print", &print)
    }
}

/// The channel said whether it lets the bot pin the scoreboard.
public struct BoardPinned: Record {
    public var chat = ""
    public var isRefused = false
    public init() {}
    public init(_ chat: String, isRefused: Bool) {
        self.chat = chat
        self.isRefused = isRefused
    }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("chat", &chat)
        try c.field("refused", &isRefused)
    }
}

extension State {
    mutating func applyBoard(_ event: Event, _ commit: Commit) {
        switch event {
        case .subscriptionSet(let s): subscribe(s)
        case .boardPosted(let b):
            var board = b
            board.drawnAt = commit.at
            put(board)
        case .boardDrawn(let d):
            boards[d.chat]?.drawnAt = commit.at
            boards[d.chat]?.isStale = false
            boards[d.chat]?.staleBy = nil
            boards[d.chat]?.on = d.on
            boards[d.chat]?.print = d.print
        case .boardPinned(let p): boards[p.chat]?.isUnpinned = p.isRefused
        default: break
        }
    }

    mutating func put(_ board: Board) {
        removeBoard(board.chat)
        boards[board.chat] = board
        var chats = boarded[board.subject] ?? []
        chats.insert(board.chat, at: chats.firstIndex { $0 > board.chat } ?? chats.endIndex)
        boarded[board.subject] = chats
    }

    mutating func removeBoard(_ chat: String) {
        guard let board = boards[chat] else { return }
        boards[chat] = nil
        boarded[board.subject]?.removeAll { $0 == chat }
        if boarded[board.subject]?.isEmpty == true { boarded[board.subject] = nil }
    }

    /// What changed may have to be shown: noted only where there is a scoreboard at all.
    mutating func spoilBoards(_ commit: Commit) {
        for event in commit.events {
            if let code = event.shownOnBoard {
                spoil(.challenge, code, by: nil)
                if let cohort = challenges[code]?.head.cohort { spoil(.cohort, cohort, by: code) }
            }
            switch event {
            case .cohortSet(let c): spoil(.cohort, c.code, by: nil)
            case .cohortMoved(let m): spoil(.cohort, m.cohort, by: nil)
            // Whose it was is not known any more, and no clock waits for a challenge that is gone.
            case .removed(let r) where r.kind == .challenge:
                for board in boards.values where board.kind == .cohort {
                    boards[board.chat]?.isStale = true
                    boards[board.chat]?.staleBy = nil
                }
            default: break
            }
        }
    }

    private mutating func spoil(_ kind: Board.Kind, _ subject: String, by challenge: String?) {
        for chat in boarded[subject] ?? [] {
            guard let board = boards[chat], board.kind == kind, !board.isStale else { continue }
            boards[chat]?.isStale = true
            boards[chat]?.staleBy = challenge
        }
    }

    /// Whether a group that belongs to a challenge, or to none, may go on with its scoreboard: that of
    /// another challenge ends, and that of a cohort stands only in a group of no challenge.
    func keeps(_ board: Board, in challenge: String?) -> Bool {
        switch board.kind {
        case .challenge: board.subject == challenge
        case .cohort: challenge == nil
        }
    }

    /// A scoreboard's message has left: the next one replaces it.
    mutating func boardDelivered(_ d: Delivered) {
        guard !boards.isEmpty, let out = owed[d.id], out.pins == .on, case .chat(let key) = out.to
        else { return }
        // The group may go on under another key by now.
        let moved = d.message.flatMap { name in name.lastIndex(of: "/").map { String(name[..<$0]) }
        }
        for chat in [key, moved ?? key] where boards[chat]?.pending == d.id {
            boards[chat]?.pending = nil
            if d.message != nil { boards[chat]?.last = d.id }
        }
    }
}

extension Event {
    /// The challenge whose scoreboard may look different after this.
    var shownOnBoard: String? {
        switch self {
        case .readingRecorded(let r): r.challenge
        case .readingVoided(let v), .readingRestored(let v): v.challenge
        case .goalSet(let g): g.challenge
        case .goalTargeted(let t): t.challenge
        case .milestoneSet(let m): m.challenge
        case .milestoneMoved(let m): m.challenge
        case .blockerSet(let b): b.challenge
        case .blockerMoved(let m): m.challenge
        case .challengeSet(let h): h.code
        case .challengeMoved(let m): m.challenge
        case .resultConfirmed(let r): r.challenge
        case .colourDeclared(let d): d.challenge
        case .removed(let r): r.of
        default: nil
        }
    }
}
