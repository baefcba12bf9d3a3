import Language

/// `diagnose`: what the bot hears here, and what keeps it from hearing more; plain words.
struct DiagnoseCommand: Command {
    static let name = "diagnose"
    init(_ a: Arguments) throws(Mismatch) {}

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        var lines: [Phrase] = []
        if let key = context.chat {
            lines += group(key, state, context)
        } else {
            lines.append(Phrase("diagnose.private"))
            lines += groups(state, context)
        }
        if let person = context.person {
            if !person.isReachable { lines.append(Phrase("diagnose.unreachable")) }
            if !person.mutes.isEmpty { lines.append(MuteCommand.line(person.mutes)) }
            if let next = RemindCommand.next(person.code, state, context).first {
                lines.append(RemindCommand.line(next, person.code, state, context))
            } else {
                lines.append(Phrase("remind.nothing"))
            }
        } else {
            lines.append(Phrase("whoami.stranger", ["id": .code(context.principal)]))
        }
        let zone = context.zone(state)
        lines.append(
            Phrase(
                "diagnose.clock",
                [
                    "moment": .moment(context.local(in: zone), zone: nil),
                    "city": .term("city.\(zone)"),
                    "version": .text(context.zones.version.isEmpty ? "?" : context.zones.version),
                ]))
        // The one who asks goes by it; of the others an office and an administrator have to know.
        var missing = context.zones.knows(zone) ? [] : [zone]
        let roles = (context.person?.code).map { state.roles(of: $0) } ?? []
        if !roles.isDisjoint(with: [.office, .admin]) {
            missing = MissingZones(context.zones, state).names
        }
        if !missing.isEmpty { lines.append(MissingZones.phrase(missing)) }
        return .answer(lines, offers: [Offer(Phrase("remind.testLabel"), "/remind test")])
    }

    private func group(_ key: String, _ state: State, _ context: Context) -> [Phrase] {
        guard let chat = state.chats[key], let challenge = chat.challenge else {
            return [Phrase("diagnose.unbound"), hearing(key, state)]
        }
        var lines = [Phrase("diagnose.bound", ["challenge": .code(challenge)])]
        lines.append(Phrase(chat.card == nil ? "diagnose.noCard" : "diagnose.card"))
        if let heard = chat.heardAt, let found = state.challenges[challenge] {
            let zone = state.zone(of: found)
            lines.append(
                Phrase(
                    "diagnose.heard",
                    [
                        "moment": .moment(
                            context.zones.local(heard, in: zone) ?? heard.local(offset: 0),
                            zone: nil)
                    ]))
        }
        lines.append(hearing(key, state))
        return lines
    }

    /// What the channel lets the bot hear in a group, as the channel itself said; else what is sure everywhere.
    private func hearing(_ chat: String, _ state: State) -> Phrase {
        let known = state.channel(of: chat)
        return Phrase(
            known.map { $0.hearsAll ? "diagnose.hearsAll" : "diagnose.commandsOnly" }
                ?? "diagnose.slash")
    }

    /// The groups of the speaker's challenges: lost ones, and those never heard from.
    private func groups(_ state: State, _ context: Context) -> [Phrase] {
        guard let person = context.person else { return [] }
        let mine = Set(state.seated[person.code] ?? [])
        let chats = state.chats.filter { $0.challenge.map(mine.contains) ?? false }
        guard !chats.isEmpty else { return mine.isEmpty ? [] : [Phrase("diagnose.noGroup")] }
        return chats.prefix(5).map { chat in
            let values: KeyValuePairs<String, Say> = [
                "group": .text(chat.title ?? chat.key), "challenge": .code(chat.challenge ?? ""),
            ]
            if chat.isLost { return Phrase("diagnose.lost", values) }
            let isSilent =
                chat.heardAt.map { context.at.milliseconds - $0.milliseconds > Instant.day } ?? true
            return Phrase(isSilent ? "diagnose.silent" : "diagnose.fine", values)
        }
            + (chats.first.map { state.channel(of: $0.key) == nil ? [] : [hearing($0.key, state)] }
                ?? [])
    }
}

/// `admin`: the machine's own state, and ways in for offices and viewers.
struct AdminCommand: Command {
    static let name = "admin"
    private let usage: Int
    private let role: Role?
    private let title: String?
    init(_ a: Arguments) throws(Mismatch) {
        usage = a.utterance.usage
        role = try a.gateRole("role")
        title = try a.gateText("title")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        if usage == 0 {
            guard context.chat == nil else { throw Refusal(Phrase("start.private")) }
            let role = role ?? .office
            guard [.office, .viewer, .trainer, .admin].contains(role) else {
                throw Refusal(Phrase("admin.role", ["role": .term("role.\(role.rawValue)")]))
            }
            guard role != .admin || state.roles(of: me).contains(.admin) else {
                throw Refusal(Phrase("admin.only"), kind: .right)
            }
            return PersonalLink.make(role, title ?? "", nil, context)
        }
        switch usage {
        case 1: return .answer(AdminOutbox.phrases(state, context))
        case 2: return .answer([Phrase("admin.disk.unknown")])
        case 3: return .answer([Phrase("admin.version.unknown")])
        default: break
        }
        let waiting = state.challenges.values.reduce(0) { $0 + $1.applicants.count }
        let unreachable = state.people.filter { !$0.isReachable }.count
        let silent = state.chats.filter { $0.isLost }.count
        return .answer([
            Phrase(
                "admin.counts",
                [
                    "people": .count(state.people.count),
                    "challenges": .count(state.challenges.count),
                    "entries": .count(Int(clamping: state.n)),
                ]),
            Phrase("admin.owed", ["count": .count(state.owed.count)]),
            Phrase("admin.waiting", ["count": .count(waiting)]),
            Phrase("admin.lost", ["people": .count(unreachable), "groups": .count(silent)]),
            Phrase(
                "admin.zones",
                [
                    "version": .text(context.zones.version.isEmpty ? "?" : context.zones.version),
                    "count": .count(context.zones.count),
                ]),
        ])
    }
}
