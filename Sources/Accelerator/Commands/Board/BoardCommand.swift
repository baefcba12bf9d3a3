import Language

/// Digests by subscription, and the group's living scoreboard.
enum BoardCommands {
    static let all: [any Command.Type] = [
        SubscribeCommand.self, UnsubscribeCommand.self, BoardCommand.self,
    ]
}

/// `board`: one pinned message in the group that shows where the challenge stands, kept up to date.
struct BoardCommand: Command {
    static let name = "board"
    private let isOff: Bool
    private let challenge: String?

    init(_ a: Arguments) throws(Mismatch) {
        isOff = a.utterance.usage == 0
        challenge = try a.code("challenge")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let key = context.chat else {
            let code = challenge ?? context.implied
            throw Refusal(
                Phrase(
                    code == nil ? "board.privateBare" : "board.private",
                    ["challenge": .code(code ?? "")]),
                offers: code.map { [Offer(Phrase("here.groupLabel"), "/start bind_\($0)")] } ?? [])
        }
        guard let code = state.chats[key]?.challenge, let bound = state.challenges[code] else {
            throw Refusal(
                Phrase("here.notBound"),
                offers: challenge.map { [Offer(Phrase("here.label"), "/here \($0)")] } ?? [])
        }
        guard challenge == nil || challenge == code else {
            throw Refusal(Phrase("board.other", ["challenge": .code(code)]))
        }
        try context.require([.teamLeader, .coach, .office], in: bound, state)
        if isOff { return try off(key, bound, state) }
        try Daily.requireOpen(bound)
        return post(key, bound, state, context)
    }

    private func post(_ key: String, _ challenge: Challenge, _ state: State, _ context: Context)
        -> Decision
    {
        let view = Daily.view(challenge, state, context)
        let before = state.boards[key]
        var board = Board()
        board.chat = key
        board.subject = challenge.code
        board.by = context.person?.code
        board.on = view.date
        board.print = Decider.print(of: view.scoreboard)
        var notices: [Outgoing] = []
        if let before, let last = before.pending ?? before.last {
            notices.append(Self.closing(key, last, Phrase("board.moved")))
        }
        notices.append(context.decider.message(of: board, view, replacing: nil, state, context.at))
        return .record([.boardPosted(board)], [], notices: notices)
    }

    private func off(_ key: String, _ challenge: Challenge, _ state: State) throws(Refusal)
        -> Decision
    {
        guard let board = state.boards[key] else {
            throw Refusal(
                Phrase("board.none", ["challenge": .code(challenge.code)]),
                offers: [Offer(Phrase("board.label"), "/board")])
        }
        var notices: [Outgoing] = []
        if let last = board.pending ?? board.last {
            notices.append(
                Self.closing(
                    key, last, Phrase("board.closed", ["challenge": .code(challenge.code)])))
        }
        return .record(
            [.removed(Removed(.board, code: key))],
            [Phrase("board.off", ["challenge": .code(challenge.code)])],
            offers: [Offer(Phrase("board.label"), "/board")], notices: notices)
    }

    /// What stands in place of a scoreboard that is kept up no more.
    private static func closing(_ chat: String, _ message: String, _ phrase: Phrase) -> Outgoing {
        var out = Outgoing(to: .chat(chat), kind: .notice, [phrase])
        out.replaces = message
        out.pins = .off
        return out
    }
}
