import Language

/// Digests by subscription, and the group's living scoreboard.
enum BoardCommands {
    static let all: [any Command.Type] = [
        SubscribeCommand.self, UnsubscribeCommand.self, BoardCommand.self,
    ]
}

/// `board`: one pinned message in the group that shows where the challenge stands, kept up to date; in a
/// group of no challenge where a whole cohort stands.
struct BoardCommand: Command {
    static let name = "board"
    private let isOff: Bool
    private let challenge: String?
    private let cohort: String?
    private let isCohort: Bool

    init(_ a: Arguments) throws(Mismatch) {
        // The usages stand in this order in the command's file: off, cohort, challenge, a cohort's code.
        isOff = a.utterance.usage == 0
        challenge = try a.code("challenge")
        cohort = try a.code("cohort")
        isCohort = a.utterance.usage == 1 || cohort != nil
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let key = context.chat else { throw elsewhere(context) }
        guard let code = state.chats[key]?.challenge, let bound = state.challenges[code] else {
            return try ofCohort(key, state, context)
        }
        guard !isCohort, challenge == nil || challenge == code else {
            throw Refusal(Phrase("board.other", ["challenge": .code(code)]))
        }
        try context.require([.teamLeader, .coach, .office], in: bound, state)
        if isOff { return try off(key, code, state) }
        try Daily.requireOpen(bound)
        var board = Board()
        board.subject = code
        let view = Daily.view(bound, state, context)
        return post(board, BoardPage(view, state, context.zones, context.at), key, state, context)
    }

    /// Said to the bot alone: a scoreboard stands in a group.
    private func elsewhere(_ context: Context) -> Refusal {
        if isCohort {
            guard let cohort else { return Refusal(Phrase("board.privateCohorts")) }
            return Refusal(Phrase("board.privateCohort", ["cohort": .code(cohort)]))
        }
        guard let code = challenge ?? context.implied else {
            return Refusal(Phrase("board.privateBare"))
        }
        return Refusal(
            Phrase("board.private", ["challenge": .code(code)]),
            offers: [Offer(Phrase("here.groupLabel"), "/start bind_\(code)")])
    }

    // MARK: A cohort's

    private func ofCohort(_ key: String, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let before = state.boards[key].flatMap { $0.kind == .cohort ? $0.subject : nil }
        // The only challenge of whoever speaks is implied, and not what is meant here.
        let isNamed = challenge != nil && challenge != context.implied
        guard isCohort || (before != nil && !isNamed) else {
            let mine = try Daily.cohorts(state, context).filter { isOffice(of: $0, state, context) }
            throw Refusal(
                Phrase("here.notBound"),
                offers: challenge.map { [Offer(Phrase("here.label"), "/here \($0)")] }
                    ?? mine.prefix(5).map {
                        Offer(
                            Phrase("board.cohortLabel", ["cohort": .code($0.code)]),
                            "/board \($0.code)")
                    })
        }
        let cohort = try Daily.cohort(cohort ?? before, state, context)
        guard isOffice(of: cohort, state, context) else {
            throw Refusal(
                Phrase("error.noRightHere", ["roles": .list([.term("role.office")])]), kind: .right)
        }
        if isOff { return try off(key, cohort.code, state) }
        var board = Board()
        board.kind = .cohort
        board.subject = cohort.code
        let view = CohortView(cohort, state, at: context.at, zones: context.zones)
        return post(board, BoardPage(view, state, context.zones, context.at), key, state, context)
    }

    private func isOffice(of cohort: Cohort, _ state: State, _ context: Context) -> Bool {
        guard let me = context.person?.code else { return false }
        return state.holders(of: .office, over: cohort.code).contains(me)
    }

    // MARK: Either

    private func post(
        _ new: Board, _ page: BoardPage, _ key: String, _ state: State, _ context: Context
    ) -> Decision {
        var board = new
        board.chat = key
        board.by = context.person?.code
        board.on = page.on
        board.print = page.print
        var notices: [Outgoing] = []
        if let before = state.boards[key], let last = before.pending ?? before.last {
            notices.append(Decider.closing(key, last, Phrase("board.moved")))
        }
        notices.append(context.decider.message(of: board, page, replacing: nil))
        var events: [Event] = [.boardPosted(board)]
        if state.chats[key] == nil {
            // Not every channel says that the bot came into a group.
            var chat = Chat()
            chat.key = key
            chat.title = context.chatTitle
            chat.language = context.language
            chat.heardAt = context.at
            events.insert(.chatSet(chat), at: 0)
        }
        return .record(events, [], notices: notices)
    }

    private func off(_ key: String, _ code: String, _ state: State) throws(Refusal) -> Decision {
        guard let board = state.boards[key] else {
            throw Refusal(
                Phrase("board.none", ["challenge": .code(code)]),
                offers: [Offer(Phrase("board.label"), "/board")])
        }
        var notices: [Outgoing] = []
        if let last = board.pending ?? board.last { notices.append(Decider.closed(board, last)) }
        return .record(
            [.removed(Removed(.board, code: key))],
            [Phrase("board.off", ["challenge": .code(board.subject)])],
            offers: [
                Offer(
                    Phrase("board.label"),
                    board.kind == .cohort ? "/board \(board.subject)" : "/board")
            ], notices: notices)
    }
}
