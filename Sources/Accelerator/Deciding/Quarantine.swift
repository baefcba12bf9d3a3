public import Language

extension Decider {
    /// What is decided about a message that ended the bot twice: it counts as heard, nothing of it is
    /// tried again, its author is told, and every administrator is told which one it was.
    public func quarantine(_ inbound: Inbound, _ state: State, at: Instant) -> Outcome {
        if let key = inbound.key, state.seen[key] != nil { return .nothing }
        if inbound.kind == .said, let message = inbound.message, state.seen["m:" + message] != nil {
            return .nothing
        }
        var reply = Outgoing(
            to: inbound.chat.map { .chat($0) } ?? .principal(inbound.principal), kind: .reply,
            [Phrase("error.quarantined", ["n": .count(Int(clamping: state.n + 1))])])
        reply.inReplyTo = inbound.chat == nil ? nil : inbound.message
        reply.language = inbound.language
        let administrators = state.people.filter { person in
            person.grants.contains { $0.role == .admin }
        }
        let notices = administrators.prefix(10).map { person in
            Outgoing(
                to: .person(person.code), kind: .notice,
                [
                    Phrase(
                        "admin.quarantined",
                        [
                            "n": .count(Int(clamping: state.n + 1)),
                            "key": .text(inbound.key ?? inbound.message ?? inbound.channel),
                            "from": .text(inbound.principal),
                        ])
                ])
        }
        return commit(state, at, .message, [], [reply] + notices) { commit in
            commit.source = inbound.principal
            commit.key = inbound.key
            commit.message = inbound.kind == .said ? inbound.message : nil
            commit.fingerprint = Fingerprint.of(inbound.text)
            commit.command = "quarantine"
            commit.cursors = inbound.cursors
        }
    }
}
