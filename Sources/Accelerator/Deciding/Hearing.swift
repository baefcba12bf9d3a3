import Language

// How a message becomes an outcome.
//
// 1. What was heard before is passed over: by the channel's key, and by chat and message.
// 2. An edit corrects what its message made, or is heard as new while it is young (Edits.swift).
// 3. A slash or `!` names a command; a button's line is a line like any other, said by whoever presses it.
// 4. Without a slash the plain sentences of people.md 3 are tried in their order (Plain.swift).
// 5. What is understood is decided (Execution.swift); what is not is explained with a caret.

extension Decider {
    func hear(_ inbound: Inbound, _ state: State, _ at: Instant, _ random: [UInt8]) -> Outcome {
        if let key = inbound.key, state.seen[key] != nil { return .nothing }
        if inbound.kind == .said, let message = inbound.message, state.seen["m:" + message] != nil {
            return .nothing
        }
        if inbound.kind == .edited { return hearEdit(inbound, state, at, random) }
        let turn = Turn(inbound, state, at, random, self)
        return reaching(noting(answer(turn), turn), turn)
    }

    /// Whoever could not be reached in private and writes there can be reached again.
    private func reaching(_ outcome: Outcome, _ turn: Turn) -> Outcome {
        guard turn.inbound.chat == nil, let person = turn.person, !person.isReachable,
            person.former == nil
        else {
            return outcome
        }
        let reached = Event.personReached(PersonReached(person.code))
        switch outcome {
        case .commit(var commit):
            commit.events.append(reached)
            return .commit(commit)
        case .answer(let out):
            return out.contains { $0.enclosure != nil } ? outcome : turn.commit([reached], out)
        case .nothing: return turn.commit([reached], [])
        }
    }

    /// One message on its way through.
    func answer(_ turn: Turn) -> Outcome {
        let text = turn.text
        guard !text.isEmpty else {
            // A button whose message is too old to be known.
            return turn.inbound.kind == .pressed
                ? .answer([turn.reply([Phrase("error.questionLapsed")])]) : .nothing
        }
        if let line = turn.commandLine {
            guard !line.isEmpty else { return say(line: "help", turn) }
            return say(line: line, turn)
        }
        guard turn.isAddressed else { return .nothing }
        return hearPlain(turn)
    }

    /// Decides one line, without its slash.
    func say(line: String, _ turn: Turn) -> Outcome {
        var turn = turn
        var line = line
        if let (bare, question) = Self.takeSure(line) {
            line = bare
            turn.isSure = turn.asked.map { $0.n == question && turn.isLive($0) } ?? false
        }
        do {
            let utterance = try grammar.parse(line, in: turn.reading)
            return execute(utterance, turn)
        } catch {
            return explain(error, line, turn)
        }
    }

    /// `/up 0.784 sure=712` names the question that it answers.
    static func takeSure(_ line: String) -> (String, Int64)? {
        let bytes = Array(line.utf8)
        var end = bytes.count
        while end > 0, bytes[end - 1] == 32 { end -= 1 }
        var start = end
        while start > 0, bytes[start - 1] >= 48, bytes[start - 1] <= 57 { start -= 1 }
        let mark = Array(" sure=".utf8)
        guard start < end, end - start <= 18, start >= mark.count,
            Array(bytes[(start - mark.count)..<start]) == mark,
            let n = Int64(String(decoding: bytes[start..<end], as: UTF8.self))
        else { return nil }
        return (String(decoding: bytes[0..<(start - mark.count)], as: UTF8.self), n)
    }
}

/// One message, with all that deciding it needs.
struct Turn {
    /// What stays the same on its way, shared by all copies: the facts alone are twenty references.
    final class Fixed: Sendable {
        let inbound: Inbound
        let facts: Facts
        /// The number that its commit would get.
        let n: UInt64
        let at: Instant
        let sent: Instant
        let random: [UInt8]
        let decider: Decider
        let person: Person?
        let home: Home?
        let questionKey: String
        /// Asked of this person here, and perhaps lapsed by now.
        let asked: Question?
        init(
            _ inbound: Inbound, _ state: State, _ at: Instant, sent: Instant, _ random: [UInt8],
            _ decider: Decider, _ person: Person?, _ home: Challenge?
        ) {
            self.inbound = inbound
            facts = Facts(state)
            n = state.n + 1
            self.at = at
            self.sent = sent
            self.random = random
            self.decider = decider
            self.person = person
            self.home = home.map { Home($0, state, sent: sent, zones: decider.zones) }
            questionKey = Question.key(inbound.principal, inbound.chat)
            asked = state.questions[questionKey]
        }
    }
    private let fixed: Fixed
    var inbound: Inbound { _read { yield fixed.inbound } }
    var state: State { _read { yield fixed.facts.state } }
    var facts: Facts { fixed.facts }
    var home: Home? { fixed.home }
    var at: Instant { fixed.at }
    var random: [UInt8] { fixed.random }
    var decider: Decider { fixed.decider }
    var person: Person? { _read { yield fixed.person } }
    var text: String
    var isSure = false
    var isBare = false
    /// What a plain answer is about, if the message answers one of ours.
    let subject: String?
    let occurrence: String?
    /// Our message that is answered or pressed.
    let answered: Sent?
    /// The challenge of the message that is answered, of the chat, or the person's only one.
    let implied: String?
    let language: String
    var sent: Instant { fixed.sent }
    var n: UInt64 { fixed.n }

    init(_ inbound: Inbound, _ state: State, _ at: Instant, _ random: [UInt8], _ decider: Decider) {
        let person = state.person(of: inbound.principal)
        text = Self.trimmed(Self.line(of: inbound, state) ?? inbound.text)
        let told = inbound.sent ?? at
        let sent = min(
            max(told, at.advanced(by: -48 * Instant.hour)), at.advanced(by: 5 * Instant.minute))
        let answered = (inbound.pressed ?? inbound.repliesTo.flatMap { state.sentByMessage[$0] })
            .flatMap {
                state.sent[$0]
            }
        subject = answered?.subject
        occurrence = answered?.occurrence
        self.answered = answered
        let chat = inbound.chat.flatMap { state.chats[$0] }
        var home: Challenge?
        if let code = Self.challenge(of: answered?.subject, state) ?? chat?.challenge {
            implied = code
            home = state.challenges[code]
        } else {
            // The only one that is not over yet.
            var codes: [String] = []
            for code in person.flatMap({ state.seated[$0.code] }) ?? [] {
                let challenge = state.challenges[code]
                guard challenge?.isOver != true else { continue }
                codes.append(code)
                home = challenge
            }
            if codes.isEmpty,
                let only = Self.only(for: person, state) ?? Self.past(of: person, state)
            {
                codes = [only.code]
                home = only
            }
            implied = codes.count == 1 ? codes[0] : nil
            if codes.count != 1 { home = nil }
        }
        fixed = Fixed(inbound, state, at, sent: sent, random, decider, person, home)
        language =
            (inbound.chat == nil ? person?.language : chat?.language ?? person?.language)
            ?? inbound.language.map(Self.base) ?? "en"
    }

    /// The only challenge that there is, for an office: it needs not be told which.
    private static func only(for person: Person?, _ state: State) -> Challenge? {
        guard state.challenges.count == 1, let person,
            person.grants.contains(where: { $0.role == .office }),
            let only = state.challenges.values.first, !only.isOver,
            state.roles(of: person.code, in: only).contains(.office)
        else { return nil }
        return only
    }

    /// Whoever sat in one challenge alone, which is over, means that one: its checks and its story go on.
    private static func past(of person: Person?, _ state: State) -> Challenge? {
        guard let seats = person.flatMap({ state.seated[$0.code] }), seats.count == 1,
            person?.grants.isEmpty == true
        else { return nil }
        return state.challenges[seats[0]]
    }

    /// A button's data is its line behind `=`, or `#` and our message's id with the number of the choice where
    /// the line was too long for a button.
    private static func line(of inbound: Inbound, _ state: State) -> String? {
        guard inbound.kind == .pressed, let first = inbound.text.utf8.first else { return nil }
        let rest = String(inbound.text.dropFirst())
        if first == UInt8(ascii: "=") { return rest }
        guard first == UInt8(ascii: "#") else { return nil }
        guard let dot = rest.lastIndex(of: "."), let i = Int(rest[rest.index(after: dot)...]),
            let sent = state.sent[String(rest[..<dot])], sent.offers.indices.contains(i)
        else { return "" }
        return sent.offers[i].line
    }

    /// `reading CH-03` and `milestone CH-03-M3` are about CH-03.
    private static func challenge(of subject: String?, _ state: State) -> String? {
        guard let code = subject?.split(separator: " ").last else { return nil }
        let parts = code.split(separator: "-")
        guard parts.count >= 2 else { return nil }
        let challenge = parts[0...1].joined(separator: "-")
        return state.challenges.has(challenge) ? challenge : nil
    }

    private static func base(_ tag: String) -> String {
        String(tag.prefix { $0 != "-" && $0 != "_" }).lowercased()
    }

    /// Without spaces and marks of direction around it.
    static func trimmed(_ text: String) -> String {
        func isLoose(_ s: Unicode.Scalar) -> Bool {
            if s.isASCII { return s.value <= 0x20 }
            return s.properties.isWhitespace || s.value == 0xFEFF || s.value == 0x061C
                || (0x200B...0x200F).contains(s.value) || (0x202A...0x202E).contains(s.value)
                || (0x2066...0x2069).contains(s.value)
        }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isLoose($0) }),
            let last = scalars.lastIndex(where: { !isLoose($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// The line behind a slash or `!`; nil for plain words.
    var commandLine: String? {
        guard let first = text.unicodeScalars.first else { return nil }
        guard first == "/" || first == "!" else { return inbound.kind == .pressed ? text : nil }
        return Self.trimmed(String(text.unicodeScalars.dropFirst()))
    }

    /// Plain words are heard in private, in a reply to the bot, and as a pressed button; elsewhere never.
    var isAddressed: Bool {
        inbound.chat == nil || inbound.repliesToBot || inbound.kind == .pressed
    }

    func isLive(_ question: Question) -> Bool {
        at.milliseconds - question.askedAt.milliseconds <= Question.life
    }
    /// The last one asked of this person here, and the same where it can still be answered.
    var asked: Question? { fixed.asked }
    var question: Question? { fixed.asked.flatMap { isLive($0) ? $0 : nil } }

    var context: Context {
        Context(
            at: at, sent: sent, n: n, principal: inbound.principal, person: person,
            name: inbound.name,
            chat: inbound.chat, chatTitle: inbound.chatTitle, language: language, isSure: isSure,
            implied: implied, subject: subject,
            occurrence: occurrence, answered: answered, via: "chat", message: inbound.message,
            channel: inbound.channel,
            random: random, facts: fixed.facts, home: fixed.home, decider: decider, isBare: isBare)
    }

    var reading: Reading {
        let now: LocalMoment
        if let zone = person?.zone {
            now = decider.zones.local(sent, in: zone) ?? sent.local(offset: 0)
        } else if let home = fixed.home {
            now = home.local
        } else {
            now =
                decider.zones.local(sent, in: Context.zone(of: person, implied, state))
                ?? sent.local(offset: 0)
        }
        let implied = implied
        return Reading(
            today: now.date, now: now.time, languages: [language],
            implied: implied.map { ["challenge": .code($0)] } ?? [:],
            candidates: { [facts = fixed.facts] in facts.candidates($0, implied) },
            near: { [facts = fixed.facts, person] in facts.near(person?.code, $0, implied) },
            spelled: { [facts = fixed.facts] in facts.spelled($0, $1, $2) },
            replied: inbound.replied,
            mentions: inbound.mentions)
    }

    /// Where an answer goes: to the group it was asked in, else to whoever asked.
    var back: Receiver { inbound.chat.map { .chat($0) } ?? .principal(inbound.principal) }

    func reply(_ phrases: [Phrase], _ offers: [Offer] = [], subject: String? = nil) -> Outgoing {
        var out = Outgoing(to: back, kind: .reply, phrases, offers: offers, subject: subject)
        out.inReplyTo = inbound.chat == nil ? nil : inbound.message
        out.language = language
        return out
    }

    /// A commit caused by this message.
    func commit(_ events: [Event], _ out: [Outgoing], command: String? = nil) -> Outcome {
        let amended = decider.withdrawn(by: events, self)
        return decider.commit(facts, at, .message, events, out + amended) { commit in
            commit.source = inbound.principal
            commit.key = inbound.key
            switch inbound.kind {
            case .said: commit.message = inbound.message
            case .edited: commit.message = inbound.message.map { $0 + "~" + (inbound.key ?? "") }
            case .pressed: commit.message = nil
            }
            commit.fingerprint = Fingerprint.of(inbound.text)
            commit.command = command
            commit.cursors = inbound.cursors
        }
    }
}

/// A short mark by which a second delivery of the same key is told from another text under it (FNV-1a).
enum Fingerprint {
    static func of(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return hash
    }
}

extension Challenge {
    /// Whether nothing more is expected of its team.
    var isOver: Bool { state == .closed || state == .stopped || state == .withdrawn }
}
