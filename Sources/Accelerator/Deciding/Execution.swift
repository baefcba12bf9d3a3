import Language

extension Decider {
    /// Decides what was understood: right, phase, command, in this order.
    func execute(_ utterance: Utterance, _ turn: Turn) -> Outcome {
        guard let spec = grammar.specs[utterance.command], let type = commands[utterance.command]
        else {
            return .answer([turn.reply([Phrase("error.misunderstood")])])
        }
        let context = turn.context
        do {
            try admit(spec, utterance, turn, context)
            try requireDate(utterance, turn)
            if let named = onlyNames(utterance, turn) {
                return ask(for: named.slot, "text", named.line, turn)
            }
            let command: any Command
            do {
                command = try type.init(Arguments(utterance))
            } catch {
                return .answer([turn.reply([Phrase("error.misunderstood")])])
            }
            return settle(try turn.facts.decide(command, context), utterance.command, turn)
        } catch {
            // Which challenge is meant can be asked for, and the line goes on with the answer.
            if error.phrases.first?.key == "error.whichChallenge",
                utterance.values["challenge"] == nil
            {
                guard turn.state.challenges.count > 0 else {
                    return refuse(Self.noChallengeYet(turn), utterance.command, turn)
                }
                // Whoever is not known is not asked question after question, nor shown what there is.
                do throws(Refusal) { _ = try context.me() } catch {
                    return refuse(error, utterance.command, turn)
                }
                return ask(for: "challenge", "challenge", utterance, turn)
            }
            return refuse(error, utterance.command, turn)
        }
    }

    /// There is none to ask about: how one comes to be, for who may begin it.
    private static func noChallengeYet(_ turn: Turn) -> Refusal {
        let mayBegin = turn.person.map { person in
            person.grants.contains { [.admin, .office].contains($0.role) }
        }
        let begins = [
            Offer(Phrase("adopt.label"), "/adopt"), Offer(Phrase("batch.newLabel"), "/batch new"),
        ]
        return Refusal(
            Phrase("error.noChallengeYet"),
            offers: [Offer(Phrase("proposals.label"), "/proposals")]
                + (mayBegin == true && turn.state.cohorts.isEmpty ? begins : []))
    }

    /// Refuses words behind a figure or a deed that would be its day, if there were such a day: `on 32 Mar`.
    private func requireDate(_ utterance: Utterance, _ turn: Turn) throws(Refusal) {
        guard utterance.values["on"] == nil, case .text(let note)? = utterance.values["note"],
            let usage = usage(of: utterance),
            usage.parts.contains(where: {
                if case .slot(let slot) = $0 { slot.name == "on" } else { false }
            }),
            let found = grammar.impossibleDate(beginning: note, in: turn.reading)
        else { return }
        throw Refusal(Phrase("error.noSuchDate", ["date": .text(String(found.prefix(40)))]))
    }

    /// Whether this person may try this command here and now. Deny by default.
    private func admit(
        _ spec: CommandSpec, _ utterance: Utterance, _ turn: Turn, _ context: Context
    ) throws(Refusal) {
        let code =
            Self.challenge(in: utterance)
            ?? (concerningChallenge.contains(spec.name) ? turn.implied : nil)
        let named = code.flatMap { code in
            if let home = turn.home, home.challenge.head.code == code { return home.challenge }
            return turn.state.challenges[code]
        }
        if let challenge = named, !spec.phase.isEmpty {
            let phase = challenge.phase(on: context.today(in: challenge, turn.facts))
            guard spec.phase.contains(phase.rawValue) else {
                throw Refusal(
                    Phrase(
                        "error.wrongPhase",
                        [
                            "command": .code(
                                "/" + grammar.verb(of: spec.name, language: turn.language)),
                            "challenge": .code(challenge.code),
                            "state": .term("state.\(phase.word)"),
                            "states": .list(
                                spec.phase.compactMap { ChallengeState(rawValue: $0) }.map {
                                    .term("state.\($0.word)")
                                }),
                        ]),
                    offers: [Offer(Phrase("next.label"), "/next \(challenge.code)")])
            }
        }
        if spec.who.contains("anyone") { return }
        let wanted = Set(spec.who.compactMap(Role.init(rawValue:)))
        let me = try context.me()
        let held = named.map { context.roles(in: $0, turn.facts) } ?? turn.state.roles(of: me)
        guard held.isDisjoint(with: wanted) else { return }
        if let challenge = named { throw Context.noRight(challenge, wanted, turn.state) }
        let names = Role.allCases.filter { wanted.contains($0) }.map {
            Say.term("role.\($0.rawValue)")
        }
        throw Refusal(Phrase("error.noRightHere", ["roles": .list(names)]), kind: .right)
    }

    /// The challenge that a line names, by itself or by one of its things (`CH-03-M3`).
    static func challenge(in utterance: Utterance) -> String? {
        if case .code(let code)? = utterance.values["challenge"] { return code }
        for (_, value) in utterance.values.sorted(by: { $0.key < $1.key }) {
            guard case .code(let code) = value else { continue }
            let parts = code.split(separator: "-")
            if parts.count == 3, parts[0] == "CH" { return parts[0...1].joined(separator: "-") }
        }
        return nil
    }

    /// What a command decided becomes a commit or an answer.
    private func settle(_ decision: Decision, _ command: String, _ turn: Turn) -> Outcome {
        var events = decision.events
        var out: [Outgoing] = []
        if decision.isAsking {
            var question = Question()
            question.n = Int64(clamping: turn.n)
            question.principal = turn.inbound.principal
            question.chat = turn.inbound.chat
            question.offers = decision.offers
            question.partial = decision.wanted.map { PartialLine($0.line) }
            question.slot = decision.wanted?.slot
            question.askedAt = turn.at
            events.append(.asked(question))
        } else if !events.isEmpty, let open = turn.asked {
            events.append(.answered(Self.closed(open)))
        }
        if !decision.reply.isEmpty {
            var reply = turn.reply(decision.reply, decision.offers, subject: decision.subject)
            reply.chart = decision.chart
            if decision.wanted != nil { reply.asksReply = true }
            // A file is made for a question, which leaves no line; it would be too large for one.
            if events.isEmpty { reply.enclosure = decision.enclosure }
            out.append(reply)
        }
        // Whoever is forgotten is told nothing, whatever still bears their code.
        out += decision.notices.filter { notice in
            guard case .person(let code) = notice.to else { return true }
            return turn.state.people[code]?.former == nil
        }
        out += askForAgreement(events, turn)
        if let question = decision.privately { out.append(Self.ask(question, turn, &events)) }
        guard !events.isEmpty else { return out.isEmpty ? .nothing : .answer(out) }
        return turn.commit(events, out, command: command)
    }

    /// Asks in private: the next plain answer there is about this, as far as nothing else was asked.
    private static func ask(_ asked: PrivateQuestion, _ turn: Turn, _ events: inout [Event])
        -> Outgoing
    {
        var question = Question()
        question.n = Int64(clamping: turn.state.n + 1)
        question.principal = turn.inbound.principal
        question.offers = asked.offers
        question.askedAt = turn.at
        events.append(.asked(question))
        return Outgoing(
            to: .principal(turn.inbound.principal), kind: .notice, asked.phrases,
            offers: asked.offers,
            subject: asked.subject)
    }

    static func closed(_ question: Question) -> Answered {
        var event = Answered()
        event.principal = question.principal
        event.chat = question.chat
        event.n = question.n
        return event
    }

    /// A refusal is an answer; one for want of a right is on the record, ten a minute at most.
    func refuse(_ refusal: Refusal, _ command: String, _ turn: Turn) -> Outcome {
        let out = turn.reply(refusal.phrases, refusal.offers)
        guard refusal.kind == .right else { return offer([out], turn) }
        let minute = turn.at.milliseconds / Instant.minute
        if let count = turn.state.refusals[turn.inbound.principal], count.first == minute,
            (count.last ?? 0) >= 10
        {
            return .answer([out])
        }
        var event = Refused()
        event.principal = turn.inbound.principal
        event.command = command
        event.challenge = turn.implied
        return turn.commit([.refused(event)], [out], command: command)
    }

    /// An answer whose choices the next message may mean: the offer is a fact, so that a digit or a word
    /// finds it again. Without choices it leaves no line.
    func offer(_ out: [Outgoing], _ turn: Turn) -> Outcome {
        guard let offers = out.first?.offers, !offers.isEmpty else { return .answer(out) }
        var question = Question()
        question.n = Int64(clamping: turn.n)
        question.principal = turn.inbound.principal
        question.chat = turn.inbound.chat
        question.offers = offers
        question.askedAt = turn.at
        return turn.commit([.asked(question)], out)
    }

    /// Says what was wrong with a line: where, how it goes, what may have been meant; or asks for the one
    /// thing that is missing.
    func explain(_ fault: Misunderstanding, _ line: String, _ turn: Turn) -> Outcome {
        if case .missing(let slot, let type) = fault.what, let partial = fault.partial {
            // Nobody is asked question after question for what they may not do.
            if let spec = grammar.specs[partial.command] {
                do {
                    try admit(spec, partial, turn, turn.context)
                    try commands[partial.command]?.mayBegin(partial, turn.state, turn.context)
                } catch {
                    return refuse(error, partial.command, turn)
                }
            }
            return ask(for: slot, type, partial, turn)
        }
        if let named = stranger(fault, line, turn) { return execute(named, turn) }
        var phrases: [Phrase] = []
        let (shown, caret) = fault.caretLine(for: line)
        if turn.inbound.chat == nil || turn.commandLine != nil {
            phrases.append(
                Phrase("error.at", ["line": .code("/" + shown), "caret": .code(" " + caret)]))
        }
        phrases.append(Self.phrase(of: fault))
        let offers = fault.nearest.compactMap { near -> Offer? in
            let isLine = { if case .unknownCommand = fault.what { true } else { false } }()
            let whole = isLine ? near : Self.replacing(fault.place, in: line, with: near)
            // What would not be understood either is no help.
            guard isHeard(whole, turn) else { return nil }
            return Offer(Phrase("choice.line", ["line": .code("/" + whole)]), "/" + whole)
        }
        if let command = fault.command, offers.isEmpty {
            let all = grammar.synopsis(of: command, language: turn.language)
            // The usage whose value is wrong; several where it might be any.
            let isOneValue = if case .unrecognised = fault.what { true } else { false }
            let shown =
                isOneValue
                ? fault.usage.flatMap { all.indices.contains($0) ? [all[$0]] : nil } ?? all : all
            for synopsis in shown.prefix(3) {
                phrases.append(Phrase("error.usage", ["usage": .code("/" + synopsis)]))
            }
        }
        return offer([turn.reply(phrases, offers)], turn)
    }

    /// A line that names somebody who is like nobody known: heard all the same, so that its command can say
    /// how people are let in.
    private func stranger(_ fault: Misunderstanding, _ line: String, _ turn: Turn) -> Utterance? {
        guard case .unrecognised(let slot, "person", let found) = fault.what,
            let command = fault.command,
            grammar.nearest(to: found, slot: slot, of: command, in: turn.reading, onlyLike: true)?
                .words.isEmpty ?? true,
            case let whole = Self.replacing(fault.place, in: line, with: "@somebody"),
            var utterance = try? grammar.parse(whole, in: turn.reading),
            utterance.command == command
        else { return nil }
        utterance.values[slot] = .person(Mention(name: found))
        return utterance
    }

    /// `note mission CH-01`: a text that is nothing but a challenge's code names the challenge, and the text
    /// is still to come.
    private func onlyNames(_ utterance: Utterance, _ turn: Turn) -> (line: Utterance, slot: String)?
    {
        let named = utterance.values["challenge"]
        guard named == nil || named == turn.implied.map({ .code($0) }),
            let usage = usage(of: utterance)
        else { return nil }
        for case .slot(let slot) in usage.parts where !slot.isOptional && slot.type == "text" {
            guard case .text(let text)? = utterance.values[slot.name], text.utf8.count <= 12,
                case let code = text.uppercased(), turn.state.challenges[code] != nil
            else { continue }
            var line = utterance
            line.values[slot.name] = nil
            line.values["challenge"] = .code(code)
            return (line, slot.name)
        }
        return nil
    }

    /// Whether a line is understood, or asks for no more than what is missing.
    private func isHeard(_ line: String, _ turn: Turn) -> Bool {
        do throws(Misunderstanding) {
            _ = try grammar.parse(line, in: turn.reading)
            return true
        } catch {
            if case .missing = error.what { return true }
            return false
        }
    }

    static func replacing(_ place: Range<Int>, in line: String, with text: String) -> String {
        let bytes = Array(line.utf8)
        let low = min(max(place.lowerBound, 0), bytes.count)
        let high = min(max(place.upperBound, low), bytes.count)
        return String(decoding: bytes[..<low] + Array(text.utf8) + bytes[high...], as: UTF8.self)
    }

    private static func phrase(of fault: Misunderstanding) -> Phrase {
        switch fault.what {
        case .unknownCommand(let word): Phrase("error.unknownCommand", ["word": .text(word)])
        case .missing(let slot, _): Phrase("error.missing", ["slot": .code(slot)])
        case .unrecognised(let slot, let type, let found):
            Phrase(
                "error.unrecognised",
                ["slot": .code(slot), "type": .term("type.\(type)"), "found": .text(found)])
        case .unexpected(let found): Phrase("error.unexpected", ["found": .text(found)])
        case .expected(let words):
            Phrase("error.expected", ["words": .list(words.map { .code($0) })])
        case .ambiguous(_, let a, let b):
            Phrase("error.ambiguous", ["first": .code(shown(a)), "second": .code(shown(b))])
        case .tooLong(let limit): Phrase("error.tooLong", ["limit": .count(limit)])
        case .unclosedQuote: Phrase("error.unclosedQuote")
        }
    }

    private static func shown(_ value: Value) -> String {
        switch value {
        case .text(let s), .word(let s), .code(let s), .term(let s): s
        case .number(let d), .percent(let d): "\(d)"
        case .measure(let m): "\(m.amount)"
        case .count(let n): "\(n)"
        case .date(let d): d.description
        case .moment(let m): m.description
        case .duration(let s): "\(s.count) \(s.unit.rawValue)"
        case .person(let p): p.name
        }
    }

    /// Asks for a slot. A challenge is offered as choices: the person's own, else the running ones.
    func ask(for slot: String, _ type: String, _ partial: Utterance, _ turn: Turn) -> Outcome {
        var question = Question()
        question.n = Int64(clamping: turn.n)
        question.principal = turn.inbound.principal
        question.chat = turn.inbound.chat
        question.partial = PartialLine(partial)
        question.slot = slot
        question.askedAt = turn.at
        var key = "\(partial.command).ask.\(slot)"
        if type == "challenge" {
            if !phrasebook.has(key, language: "en") { key = "error.whichChallenge" }
            question.offers = choices(of: partial, turn)
        } else if type == "zone" {
            let nearby = grammar.candidates(slot: slot, of: partial.command, in: turn.reading)
                .prefix(3)
            question.offers = completed(partial, slot, Array(nearby), turn)
        }
        if type != "challenge", !phrasebook.has(key, language: "en") {
            key = "error.missing"
        }
        if question.offers.isEmpty, let command = commands[partial.command] {
            question.offers = command.offers(for: slot, of: partial, turn.state, turn.context)
        }
        var out = turn.reply([Phrase(key, ["slot": .code(slot)])], question.offers)
        out.asksReply = true
        return turn.commit([.asked(question)], [out], command: partial.command)
    }

    /// A line for each value that a slot could hold, as choices.
    func completed(_ partial: Utterance, _ slot: String, _ words: [String], _ turn: Turn) -> [Offer]
    {
        words.compactMap { word in
            guard
                let value = grammar.parse(
                    slot: slot, of: partial.command, from: word, in: turn.reading)
            else { return nil }
            var whole = partial
            whole.values[slot] = value
            return Offer(
                Phrase("choice.line", ["line": .text(word)]),
                "/" + grammar.brief(whole, in: turn.reading))
        }
    }

    /// An answer that is no value of the asked kind, where there are names that it may have been meant for:
    /// said so, and asked again with the nearest.
    func askAgain(_ turn: Turn) -> Outcome? {
        guard let question = turn.question, let slot = question.slot,
            let partial = question.partial?.utterance,
            let found = grammar.nearest(
                to: turn.text, slot: slot, of: partial.command, in: turn.reading),
            found.type == "zone"
        else { return nil }
        var again = question
        again.n = Int64(clamping: turn.state.n + 1)
        again.offers = completed(partial, slot, found.words, turn)
        again.askedAt = turn.at
        let said = Phrase(
            "error.unrecognised",
            [
                "slot": .code(slot), "type": .term("type.\(found.type)"),
                "found": .text(String(turn.text.unicodeScalars.prefix(64))),
            ])
        var out = turn.reply([said], again.offers)
        out.asksReply = true
        return turn.commit([.asked(again)], [out], command: partial.command)
    }

    private func choices(of partial: Utterance, _ turn: Turn) -> [Offer] {
        var codes = turn.person.flatMap { turn.state.seated[$0.code] } ?? []
        codes.removeAll { turn.state.challenges[$0]?.isOver == true }
        if codes.isEmpty, let seated = turn.person.flatMap({ turn.state.seated[$0.code] }) {
            // Whoever has no other looks back at the own one, also where it is over.
            codes = seated
        }
        if codes.isEmpty {
            // Of those that run: whoever has a part in some cohorts is asked of no others.
            let running = turn.state.challenges.filter { !$0.isOver }
            let mine = running.filter { challenge in
                turn.person.map { !turn.state.roles(of: $0.code, in: challenge).isEmpty } ?? false
            }
            codes = (mine.isEmpty ? running : mine).map(\.code)
        }
        return codes.prefix(8).map { code in
            var whole = partial
            whole.values["challenge"] = .code(code)
            let title = turn.state.challenges[code]?.head.title ?? ""
            return Offer(
                Phrase("choice.challenge", ["code": .code(code), "title": .text(title)]),
                "/" + grammar.brief(whole, in: turn.reading))
        }
    }
}
