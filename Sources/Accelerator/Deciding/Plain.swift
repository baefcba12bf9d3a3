import Language

extension Usage {
    /// Whether a slot has to be there.
    func requires(_ slot: String) -> Bool {
        parts.contains {
            if case .slot(let one) = $0 { one.name == slot && !one.isOptional } else { false }
        }
    }
}

/// The sentences that mean a command without naming it, folded.
struct PlainSentences: Sendable {
    /// The terms that answer a question or a reminder.
    static let answers: Set<String> = [
        "yes", "no", "cancel", "skip", "done", "later", "notMe", "date.tomorrow", "talk", "notYet",
    ]
    struct Entry: Sendable {
        var say: String
        var means: String
        var place: LanguageTable.Sentence.Place
    }
    let entries: [Entry]
    /// Sentences with a place for words of the speaker's own: `no, ask for {text} instead`; the longest first.
    struct Form: Sendable {
        var before: [String]
        var after: [String]
        var means: String
    }
    let forms: [Form]
    /// Term -> the folded words heard for it, in all languages.
    let heard: [String: Set<String>]
    init(_ languages: [LanguageTable]) {
        var heard: [String: Set<String>] = [:]
        for language in languages {
            for (key, term) in language.terms where Self.answers.contains(key) {
                for word in [term.says] + term.hears {
                    heard[key, default: []].insert(Folding.fold(word))
                }
            }
        }
        self.heard = heard
        forms = languages.flatMap { language in
            language.sentences.compactMap { sentence -> Form? in
                let words = sentence.say.split(separator: " ").map { Folding.fold(String($0)) }
                guard let place = words.firstIndex(of: "{text}") else { return nil }
                return Form(
                    before: Array(words[..<place]), after: Array(words[(place + 1)...]),
                    means: sentence.means)
            }
        }.sorted { $0.before.count + $0.after.count > $1.before.count + $1.after.count }
        entries = languages.flatMap { language in
            language.sentences.filter { !$0.say.contains("{text}") }.map {
                Entry(say: Folding.fold($0.say), means: $0.means, place: $0.place)
            }
        }.sorted { $0.say.utf8.count > $1.say.utf8.count }
    }

    /// What stands in the place of `{text}` in a sentence of the table that means a command; nil where none fits.
    /// Words are compared folded and without their commas, and told as they were written.
    func wanted(_ command: String, in sentence: String) -> String? {
        func bare(_ word: Substring) -> String {
            Folding.fold(String(word.filter { !",.!?;:،؟…“”\"".contains($0) }))
        }
        let written = sentence.split(separator: " ")
        guard (2...60).contains(written.count) else { return nil }
        let words = written.map(bare)
        for form in forms where form.means == command {
            guard words.count > form.before.count + form.after.count,
                words.starts(with: form.before),
                words.suffix(form.after.count).elementsEqual(form.after)
            else { continue }
            return written.dropFirst(form.before.count).dropLast(form.after.count).joined(
                separator: " ")
        }
        return nil
    }

    func meaning(of sentence: String) -> String? {
        let marks = Set("?!.,…؟،".unicodeScalars)
        var scalars = sentence.unicodeScalars[...]
        while let last = scalars.last, marks.contains(last) || last == " " {
            scalars = scalars.dropLast()
        }
        let folded = String(scalars)
        for entry in entries {
            switch entry.place {
            case .whole where folded == entry.say: return entry.means
            case .begins where folded == entry.say || folded.hasPrefix(entry.say + " "):
                return entry.means
            case .contains where (" " + folded + " ").contains(" " + entry.say + " "):
                return entry.means
            default: continue
            }
        }
        return nil
    }
}

// Plain sentences, in the order of people.md 3; the first that fits.

extension Decider {
    func hearPlain(_ turn: Turn) -> Outcome {
        let folded = Folding.fold(turn.text)
        if let outcome = answerQuestion(turn, folded) { return outcome }
        if let outcome = answerReminder(turn, folded) { return outcome }
        if let outcome = openVote(turn, folded) { return outcome }
        if let outcome = bareValue(turn) { return outcome }
        if folded == "?" { return say(line: "status", turn) }
        if let outcome = leadingVerb(turn) { return outcome }
        if let outcome = bareCode(turn) { return outcome }
        if let outcome = valueInside(turn) { return outcome }
        if let outcome = sentence(turn, folded) { return outcome }
        if let outcome = askAgain(turn) { return outcome }
        if turn.inbound.chat == nil, let fault = almost(turn) {
            return explain(fault, turn.text, turn)
        }
        return nothingFits(turn)
    }

    /// 1. A question of the bot is open for this person: choice number, choice word, yes or no, a value of
    /// the asked kind, cancel.
    private func answerQuestion(_ turn: Turn, _ folded: String) -> Outcome? {
        guard let question = turn.question else { return nil }
        if !question.offers.isEmpty {
            if let n = Int(folded), (1...question.offers.count).contains(n) {
                return press(question.offers[n - 1], turn)
            }
            let labels = question.offers.map {
                Folding.fold(phrasebook.text($0.label, language: turn.language))
            }
            if let i = labels.firstIndex(of: folded) { return press(question.offers[i], turn) }
            var near = labels.indices.filter {
                folded.utf8.count >= 3 && labels[$0].hasPrefix(folded)
            }
            // “sponsor” is “Askar, sponsor”, where there is one such choice and it is no command.
            if near.isEmpty, folded.utf8.count >= 3, !beginsCommand(turn) {
                near = labels.indices.filter { i in
                    labels[i].split { !$0.isLetter && !$0.isNumber }.contains { $0 == folded }
                }
            }
            if near.count == 1 { return press(question.offers[near[0]], turn) }
            if question.slot == nil, hears("yes", folded) { return press(question.offers[0], turn) }
            if question.slot == nil, hears("no", folded) {
                // Where there is one way on only, no is no.
                guard question.offers.count > 1 else { return say(line: "cancel", turn) }
                return press(
                    question.offers.first { $0.line == "/cancel" }
                        ?? question.offers[question.offers.count - 1],
                    turn)
            }
        }
        if hears("cancel", folded) { return say(line: "cancel", turn) }
        if let outcome = otherCountry(question, turn) { return outcome }
        if let outcome = askInstead(question, turn) { return outcome }
        guard let asked = question.slot, let partial = question.partial else { return nil }
        // A thing that may be left out gives way to a command: “undo” is no proof.
        let words = turn.text.split(separator: " ").count
        if words <= 3, usage(of: partial.utterance)?.requires(asked) == false,
            (try? grammar.parse(turn.text, in: turn.reading)) != nil
        {
            return nil
        }
        if words <= 3, isAside(turn) { return nil }
        let (slot, text) = numbered(turn.text, partial.utterance) ?? (asked, turn.text)
        guard
            let value = grammar.parse(slot: slot, of: partial.command, from: text, in: turn.reading)
        else { return dayInstead(of: slot, text, partial.utterance, turn) }
        var whole = partial.utterance
        whole.values[slot] = value
        return complete(whole, turn)
    }

    private func beginsCommand(_ turn: Turn) -> Bool {
        do throws(Misunderstanding) {
            _ = try grammar.parse(turn.text, in: turn.reading)
            return true
        } catch {
            if case .unknownCommand = error.what { return false }
            return true
        }
    }

    /// What nobody answers a question for words with: whoever says `help`, `undo` or `digest` means that.
    private func isAside(_ turn: Turn) -> Bool {
        guard let line = try? grammar.parse(turn.text, in: turn.reading) else { return false }
        return ["help", "undo", "status", "me", "digest", "chart", "cohort"].contains(line.command)
            && line.values.keys.allSatisfy { ["challenge", "command"].contains($0) }
    }

    /// “6: make it 18” answers the sixth question of a form, whichever is asked just now.
    private func numbered(_ text: String, _ line: Utterance) -> (slot: String, text: String)? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 3, (0x31...0x39).contains(bytes[0]),
            bytes[1] == 0x3A || bytes[1] == 0x29,
            let written = usage(of: line)
        else { return nil }
        let slots = written.parts.compactMap { part -> Usage.Slot? in
            if case .slot(let slot) = part, !slot.isOptional, slot.type == "text" {
                slot
            } else {
                nil
            }
        }
        let place = Int(bytes[0]) - 0x31
        guard slots.count >= 3, slots.indices.contains(place) else { return nil }
        return (slots[place].name, Turn.trimmed(String(decoding: bytes[2...], as: UTF8.self)))
    }

    func usage(of line: Utterance) -> Usage? {
        let usages = grammar.specs[line.command]?.usages ?? []
        return usages.indices.contains(line.usage) ? try? Usage(parsing: usages[line.usage]) : nil
    }

    /// Executes a completed line, or asks for the next slot that is missing.
    func complete(_ utterance: Utterance, _ turn: Turn) -> Outcome {
        if let usage = usage(of: utterance) {
            for case .slot(let slot) in usage.parts
            where !slot.isOptional && utterance.values[slot.name] == nil {
                do {
                    try commands[utterance.command]?.mayBegin(utterance, turn.state, turn.context)
                } catch {
                    return refuse(error, utterance.command, turn)
                }
                return ask(for: slot.name, slot.type, utterance, turn)
            }
        }
        return execute(utterance, turn)
    }

    private func press(_ offer: Offer, _ turn: Turn) -> Outcome {
        say(line: String(offer.line.drop { $0 == "/" }), turn)
    }

    /// Whether a folded text is one of the words heard for a term, in any language.
    func hears(_ term: String, _ folded: String) -> Bool {
        plain.heard[term]?.contains(folded) ?? false
    }

    /// 2. A reply to a reminder.
    private func answerReminder(_ turn: Turn, _ folded: String) -> Outcome? {
        guard let subject = turn.subject else { return nil }
        let parts = subject.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        let (kind, code) = (parts[0], parts[1])
        if hears("later", folded) || hears("date.tomorrow", folded) {
            return say(line: "later", turn)
        }
        if hears("notMe", folded) { return say(line: "notme", turn) }
        switch kind {
        case "milestone":
            if hears("done", folded) { return say(line: "done \(code)", turn) }
        case "vote":
            if let value = Int(folded), (1...5).contains(value) {
                return say(line: "vote \(value) \(code)", turn)
            }
        case "pulse", "thanks", "loop":
            if hears("done", folded) {
                return say(line: "tick \(kind == "pulse" ? "calls" : kind) \(code)", turn)
            }
        case "blocker", "promise":
            if hears("done", folded) { return say(line: "solved \(code)", turn) }
        case "decision":
            if hears("yes", folded) { return say(line: "decide \(code) yes", turn) }
            if hears("no", folded) { return say(line: "decide \(code) no", turn) }
            if hears("talk", folded) { return say(line: "decide \(code) talk", turn) }
        case "action":
            if hears("done", folded) { return say(line: "done \(code)", turn) }
        default: break
        }
        return nil
    }

    /// Before Day 1 there are no readings: a single figure from 1 to 5 of somebody whose team votes is a vote.
    private func openVote(_ turn: Turn, _ folded: String) -> Outcome? {
        guard turn.inbound.chat == nil, let value = Int(folded), (1...5).contains(value),
            let person = turn.person?.code, let code = turn.implied,
            let challenge = turn.state.challenges[code],
            challenge.ballot?.isOpen == true, GoalCommand.isDesigned(challenge),
            challenge.team.contains(person)
        else { return nil }
        return say(line: "vote \(value) \(code)", turn)
    }

    /// 3. The whole message is a value, with its unit and day.
    private func bareValue(_ turn: Turn) -> Outcome? {
        guard let utterance = try? grammar.parse("up " + turn.text, in: turn.reading),
            utterance.command == "up"
        else {
            return nil
        }
        if case .text(let note)? = utterance.values["note"] {
            // A figure and a day that is none is a figure all the same: said so, instead of nothing understood.
            guard grammar.impossibleDate(beginning: note, in: turn.reading) != nil else {
                return nil
            }
        }
        var turn = turn
        turn.isBare = true
        return execute(utterance, turn)
    }

    /// 4. The first word is a command's, and the rest fits it or says at least what it wants.
    private func leadingVerb(_ turn: Turn) -> Outcome? {
        do {
            return execute(try grammar.parse(turn.text, in: turn.reading), turn)
        } catch {
            if case .unknownCommand = error.what { return nil }
            // “Why red” is a sentence of the table, not /why with one word too many.
            if plain.meaning(of: Folding.fold(turn.text)) != nil { return nil }
            // A word that happens to be a verb, in a longer sentence, is not a command gone wrong.
            let words = turn.text.split(separator: " ").count
            if case .missing = error.what, words <= 3 { return explain(error, turn.text, turn) }
            guard turn.inbound.chat == nil else { return nil }
            if words <= 3
                || grammar.lacksOnlyOneValue(turn.text, error, in: turn.reading) == .wholly
            {
                return explain(error, turn.text, turn)
            }
            return nil
        }
    }

    /// What is wrong with a line that is a command but for one value; nil for any other sentence.
    private func almost(_ turn: Turn) -> Misunderstanding? {
        do throws(Misunderstanding) {
            _ = try grammar.parse(turn.text, in: turn.reading)
            return nil
        } catch {
            return grammar.lacksOnlyOneValue(turn.text, error, in: turn.reading) == nil
                ? nil : error
        }
    }

    /// 5. Exactly one value inside other words: offered, never done.
    private func valueInside(_ turn: Turn) -> Outcome? {
        guard turn.implied != nil else { return nil }
        let found = grammar.values(of: "measure", inside: turn.text, in: turn.reading)
        guard found.count == 1, case .measure(let measure) = found[0].0 else { return nil }
        var line = Utterance(
            command: "up", values: ["value": .measure(measure), "note": .text(turn.text)])
        if let implied = turn.implied { line.values["challenge"] = .code(implied) }
        // “yesterday 78” is of yesterday.
        let days = grammar.values(of: "date", inside: turn.text, in: turn.reading)
        var day: LocalDate?
        if days.count == 1, case .date(let date) = days[0].value, date < turn.reading.today {
            day = date
            line.values["on"] = .date(date)
        }
        let offers = [
            Offer(Phrase("choice.yes"), "/" + grammar.brief(line, in: turn.reading)),
            Offer(Phrase("choice.no"), "/cancel"),
        ]
        let shown: Say = .measure(measure.amount, unit: measure.unit ?? "")
        let asked =
            day.map { Phrase("plain.recordValueOn", ["value": shown, "date": .date($0)]) }
            ?? Phrase("plain.recordValue", ["value": shown])
        return offer([turn.reply([asked], offers)], turn)
    }

    /// 6. One phrase of a small table.
    private func sentence(_ turn: Turn, _ folded: String) -> Outcome? {
        if let text = plain.wanted("ask", in: turn.text) {
            let line = Utterance(command: "ask", values: ["text": .text(text)])
            let offers = [
                Offer(Phrase("plain.askYes"), "/" + grammar.brief(line, in: turn.reading)),
                Offer(Phrase("choice.no"), "/cancel"),
            ]
            return offer(
                [turn.reply([Phrase("plain.askDecision", ["text": .text(text)])], offers)], turn)
        }
        guard let means = plain.meaning(of: folded) else { return nil }
        switch means {
        case "thanks":
            var out = turn.reply([Phrase("plain.thanks")])
            out.subject = "thanks"
            return .answer([out])
        case "need", "block":
            let line = Utterance(command: "block", values: ["text": .text(turn.text)])
            let offers = [
                Offer(Phrase("plain.blockYes"), "/" + grammar.brief(line, in: turn.reading)),
                Offer(Phrase("choice.no"), "/cancel"),
            ]
            return offer([turn.reply([Phrase("plain.recordBlocker")], offers)], turn)
        default: return say(line: means, turn)
        }
    }

    /// “no, ask for the licences instead”, where asking for a decision is one of the choices: asked.
    private func askInstead(_ question: Question, _ turn: Turn) -> Outcome? {
        guard let text = plain.wanted("ask", in: turn.text),
            let offer = question.offers.first(where: { $0.line.hasPrefix("/ask") })
        else { return nil }
        // What it would lift is said with it: the sponsor reads one line.
        let stone = offer.line.split(separator: "=").last.map(String.init) ?? ""
        let title = Daily.challengeCode(of: stone).flatMap { turn.state.challenges[$0] }?
            .blockers.first { $0.code == Daily.shortCode(stone) }?.title
        let whole = title.map { "\(text): \($0)" } ?? text
        return say(
            line: "ask " + SlotType.token(whole) + String(offer.line.dropFirst("/ask".utf8.count)),
            turn)
    }

    /// 7. Nothing fits: in private the two nearest commands; the second time in a row what can be said.
    /// In a group once, then silence.
    private func nothingFits(_ turn: Turn) -> Outcome {
        let before = turn.question?.offers.contains { $0.line == "/help" } ?? false
        if turn.inbound.chat != nil, before { return .nothing }
        let words = turn.text.split(separator: " ").map(String.init)
        let word = words.first ?? turn.text
        // A question with a command's name in it is a question about that command.
        let about = words.prefix(12).dropFirst().lazy.compactMap { word -> String? in
            let bare = String(word.filter { $0.isLetter })
            return bare.count >= 4 && self.grammar.command(heard: bare) != nil ? bare : nil
        }.first.map { "/help \($0)" }
        if let about {
            let offers = [
                Offer(Phrase("choice.line", ["line": .code(about)]), about),
                Offer(Phrase("help.label"), "/help"),
            ]
            return offer([turn.reply([Phrase("plain.notUnderstood")], offers)], turn)
        }
        var offers = grammar.suggestions(for: word, language: turn.language).prefix(2).map { verb in
            Offer(Phrase("choice.line", ["line": .code("/" + verb)]), "/" + verb)
        }
        offers.append(Offer(Phrase("help.label"), "/help"))
        let key = before ? "plain.whatCanISay" : "plain.notUnderstood"
        return offer([turn.reply([Phrase(key)], offers)], turn)
    }
}
