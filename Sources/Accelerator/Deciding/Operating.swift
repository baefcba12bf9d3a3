import Language

extension Decider {
    /// What is done at the machine itself, by whoever holds the data directory.
    func operate(_ act: Operation, _ state: State, _ at: Instant) -> Outcome {
        switch act {
        case .claim(let secret):
            var invitation = Invitation()
            invitation.kind = .claim
            invitation.secret = secret
            invitation.expires = at.advanced(by: 15 * Instant.minute)
            return commit(state, at, .operated, [.invited(invitation)])
        case .administrator(let principal, let name):
            return commit(state, at, .operated, Self.administrator(principal, name, state))
        case .settle:
            var settled = AlarmsSettled()
            settled.at = at
            return commit(state, at, .operated, [.alarmsSettled(settled)])
        case .bind(let key, let title, let challenge):
            var chat = state.chats[key] ?? Chat()
            chat.key = key
            chat.title = title ?? chat.title
            chat.challenge = challenge
            chat.boundAt = at
            chat.heardAt = at
            return commit(state, at, .operated, [.chatSet(chat)])
        case .speak(let principal, let language):
            guard var person = state.person(of: principal) else { return .nothing }
            person.language = language
            return commit(state, at, .operated, [.personSet(person)])
        case .mirror(let path, let why):
            let phrase =
                why.map {
                    Phrase("admin.mirror.lost", ["path": .text(path), "why": .text($0)])
                } ?? Phrase("admin.mirror.back", ["path": .text(path)])
            let admins = state.holders(of: .admin, overProgramme: "*")
            guard !admins.isEmpty else { return .nothing }
            return commit(
                state, at, .operated, [],
                admins.map { Outgoing(to: .person($0), kind: .notice, [phrase]) })
        }
    }

    /// The events that make someone the administrator. The first administrator also holds the office until
    /// an office is named, so that a first challenge can be opened at all.
    static func administrator(_ principal: String, _ name: String, _ state: State) -> [Event] {
        var events: [Event] = []
        var person = state.person(of: principal) ?? Person()
        if person.code.isEmpty {
            person.code = "p\(state.n + 1)"
            person.name = name
        }
        for role in [Role.admin, .office]
        where !person.grants.contains(Grant(scope: "*", role: role)) {
            person.grants.append(Grant(scope: "*", role: role))
        }
        events.append(.personSet(person))
        if state.principals[principal] != person.code {
            events.append(.principalLinked(PrincipalLinked(principal, person: person.code)))
        }
        return events
    }

    /// The bot came into a chat, left it, or the chat goes on under another key.
    func chat(_ news: ChatNews, _ state: State, _ at: Instant) -> Outcome {
        if let key = news.key, state.seen[key] != nil { return .nothing }
        var chat = state.chats[news.chat] ?? Chat()
        chat.key = news.chat
        chat.title = news.title ?? chat.title
        if chat.language == nil { chat.language = news.language }
        var events: [Event] = []
        var out: [Outgoing] = []
        switch news.what {
        case .added(let by):
            guard state.chats[news.chat]?.isLost != false else {
                // Seen again, as when the rights of the bot change: it has introduced itself before.
                return .nothing
            }
            chat.isLost = false
            events.append(.chatSet(chat))
            if chat.challenge == nil { out.append(introduction(news, by, state)) }
        case .removed:
            guard state.chats[news.chat]?.isLost == false else { return .nothing }
            chat.isLost = true
            events.append(.chatSet(chat))
            out += lost(chat, state)
        case .moved(let key):
            guard state.chats[news.chat] != nil else { return .nothing }
            chat.key = key
            events += [.chatSet(chat)] + moved(news.chat, to: key, state)
            events.append(.removed(Removed(.chat, code: news.chat)))
        case .rights(let canWrite):
            guard state.chats[news.chat].map({ $0.isLost == canWrite }) ?? false else {
                return .nothing
            }
            chat.isLost = !canWrite
            events.append(.chatSet(chat))
            if !canWrite { out += lost(chat, state) }
        case .pinned(let isDone):
            guard let board = state.boards[news.chat], board.isUnpinned == isDone else {
                return .nothing
            }
            events.append(.boardPinned(BoardPinned(news.chat, isRefused: !isDone)))
            if !isDone { out += unpinned(board, chat, state) }
        }
        return commit(state, at, .message, events, out) { commit in
            commit.key = news.key
            commit.cursors = news.cursors
        }
    }

    /// Said once in a group that is bound to nothing: whose challenge is this?
    private func introduction(_ news: ChatNews, _ by: String?, _ state: State) -> Outgoing {
        let person = by.flatMap { state.principals[$0] }
        var codes = person.flatMap { state.seated[$0] } ?? []
        codes.removeAll { state.challenges[$0]?.isOver == true }
        if codes.isEmpty { codes = state.challenges.filter { !$0.isOver }.map(\.code) }
        let offers = codes.prefix(5).map { code in
            Offer(
                Phrase(
                    "choice.challenge",
                    ["code": .code(code), "title": .text(state.challenges[code]?.head.title ?? "")]),
                "/here \(code)")
        }
        var out = Outgoing(
            to: .chat(news.chat), kind: .notice, [Phrase("chat.introduction")],
            offers: Array(offers))
        out.language = news.language
        return out
    }

    /// A message came back because its receiver blocked the bot, or the group put it out: whoever leads is told,
    /// once, and nothing more goes there.
    func unreached(_ id: String, _ state: State) -> [Outgoing] {
        guard let out = state.owed[id] else { return [] }
        switch out.to {
        case .chat(let key): return state.chats[key].map { $0.isLost ? [] : lost($0, state) } ?? []
        case .person(let code): return unreached(person: code, state)
        case .principal(let principal):
            return state.principals[principal].map { unreached(person: $0, state) } ?? []
        }
    }

    private func unreached(person code: String, _ state: State) -> [Outgoing] {
        guard let person = state.people[code], person.isReachable, person.former == nil else {
            return []
        }
        var told: Set<String> = [code]
        var notices: [Outgoing] = []
        for challenge in (state.seated[code] ?? []).compactMap({ state.challenges[$0] })
        where !challenge.isOver {
            let leaders = challenge.holders(of: .teamLeader).filter { $0 != code }
            let office = state.holders(of: .office, over: challenge.head.cohort).filter {
                $0 != code
            }
            for leader in leaders.isEmpty ? Array(office.prefix(1)) : leaders
            where told.insert(leader).inserted {
                notices.append(
                    Outgoing(
                        to: .person(leader), kind: .notice,
                        [
                            Phrase(
                                "person.unreached",
                                ["name": state.name(of: code), "challenge": .code(challenge.code)])
                        ],
                        offers: [
                            Offer(
                                Phrase("team.label", ["challenge": .code(challenge.code)]),
                                "/team \(challenge.code)")
                        ]
                    ))
            }
        }
        return notices
    }

    /// The leaders of a challenge are told that its group can't be written to any more.
    func lost(_ chat: Chat, _ state: State) -> [Outgoing] {
        guard let challenge = chat.challenge.flatMap({ state.challenges[$0] }) else { return [] }
        return challenge.holders(of: .teamLeader).map { leader in
            Outgoing(
                to: .person(leader), kind: .notice,
                [
                    Phrase(
                        "chat.lost",
                        ["chat": .text(chat.title ?? chat.key), "challenge": .code(challenge.code)])
                ])
        }
    }
}
