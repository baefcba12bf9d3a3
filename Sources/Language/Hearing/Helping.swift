extension Grammar {
    /// The first word is no verb: the nearest commands, with what was said behind it if they take it.
    func unknown(_ tokens: Tokens, _ reading: Reading) -> Misunderstanding {
        guard let first = tokens.items.first else {
            return Misunderstanding(.unknownCommand(""), place: 0..<0)
        }
        let word = String(tokens.raw(0).unicodeScalars.prefix(64))
        let names = suggestions(for: word, language: reading.languages.first ?? "en")
        var lines: [String] = []
        for name in names {
            var line = name
            if let index = commands.firstIndex(where: { $0.spec.name == name }) {
                let heard = try? understand(index, tokens, from: 1, reading)
                if let heard { line = brief(heard, in: reading) }
            }
            if !lines.contains(line) { lines.append(line) }
        }
        return Misunderstanding(.unknownCommand(word), place: first.outer, nearest: lines)
    }

    /// None of the command's usages begins with what stands here.
    func expected(_ command: Int, _ tokens: Tokens, _ start: Int) -> Misunderstanding {
        var words: [String] = []
        for usage in commands[command].usages {
            for word in usage.leading.first?.alternatives ?? [] where !words.contains(word) {
                words.append(word)
            }
        }
        let end = tokens.items.last?.outer.upperBound ?? 0
        let place = start < tokens.items.count ? tokens.items[start].outer : end..<end
        let found = tokens.from(start).raw(0)
        let near = found.isEmpty ? [] : Self.nearest(found, of: words)
        let name = commands[command].spec.name
        let lines = (near.isEmpty ? Array(words.prefix(3)) : near).map { name + " " + $0 }
        return Misunderstanding(
            .expected(words: words), place: place, command: name, nearest: lines)
    }

    /// A failure of the walk, with what would help.
    func misunderstanding(
        _ failure: Walk.Failure, _ usage: CompiledUsage, _ reading: Reading
    ) -> Misunderstanding {
        var out = Misunderstanding(
            failure.what, place: failure.place, command: commands[usage.command].spec.name,
            usage: usage.index)
        out.partial = utterance(failure.state, usage)
        let offering = reading.offering
        func slot(_ name: String) -> CompiledUsage.Slot? { usage.slots.first { $0.name == name } }
        switch failure.what {
        case .missing(let name, _):
            out.nearest = Array((slot(name)?.type.candidates(offering) ?? []).prefix(3))
        case .unrecognised(let name, _, let found):
            let values = slot(name)?.type.candidates(offering) ?? []
            let near = Self.nearest(found, of: values)
            out.nearest = near.isEmpty ? Array(values.prefix(3)) : near
        case .unexpected(let found):
            var values = usage.source.words
            for (i, slot) in usage.slots.enumerated()
            where slot.isOptional && failure.state.values[i] == nil {
                values += slot.type.candidates(offering)
            }
            out.nearest = Self.nearest(found, of: values)
        case .expected(let words): out.nearest = Array(words.prefix(3))
        case .ambiguous(let name, let one, let other):
            let type = slot(name)?.type
            out.nearest = [one, other].compactMap { type?.print($0) }
        case .unknownCommand, .tooLong, .unclosedQuote: break
        }
        return out
    }

    /// The values that an answer to a question about one slot may have been meant for, the nearest first, at
    /// most 3; where none is like it the first that there are, or none at all. Nil for a slot that has no names
    /// to choose from.
    public func nearest(
        to text: String, slot: String, of command: String, in reading: Reading,
        onlyLike: Bool = false
    ) -> (type: String, words: [String])? {
        guard let usage = compiled(command, slot: slot) else { return nil }
        let values = usage.type.candidates(reading.offering)
        guard !values.isEmpty else { return nil }
        let near = Self.nearest(text, of: values)
        return (usage.type.name, near.isEmpty && !onlyLike ? Array(values.prefix(3)) : near)
    }

    /// How sure it is that a line is a command with one value gone wrong.
    public enum Nearly: Sendable {
        /// Every other word has its place in the usage.
        case wholly
        /// What stands behind the value is free text, which takes any words; the value looks like one.
        case loosely
    }

    /// Whether a line that was not understood is understood with another value at the place of its fault: a
    /// command with a slip, and not a sentence that happens to begin with a verb.
    public func lacksOnlyOneValue(
        _ line: String, _ fault: Misunderstanding, in reading: Reading
    ) -> Nearly? {
        guard case .unrecognised(let name, _, let found) = fault.what, let command = fault.command,
            let slot = compiled(command, slot: name)
        else { return nil }
        let bytes = Array(line.utf8)
        guard Self.isShort(bytes), fault.place.lowerBound >= 0,
            fault.place.upperBound <= bytes.count
        else { return nil }
        let stand = slot.type.candidates(reading.offering).first.map { SlotType.token($0) }
        guard let stand = stand ?? Self.standIn[slot.type.name] else { return nil }
        // A value may have more words than the one that the caret is at: `7 Foo`.
        let behind = Tokens(bytes, lexicon: lexicon).items.map(\.outer.upperBound)
            .filter { $0 > fault.place.upperBound }.prefix(2)
        for end in [fault.place.upperBound] + behind {
            let changed =
                Array(bytes[..<fault.place.lowerBound]) + Array(stand.utf8) + Array(bytes[end...])
            guard let heard = try? parse(String(decoding: changed, as: UTF8.self), in: reading)
            else { continue }
            guard hasFreeText(heard) else { return .wholly }
            // A figure or a code with a slip has a digit in it; a word of a sentence has none.
            return found.unicodeScalars.contains { Scalars.digit($0.value) != nil } ? .loosely : nil
        }
        return nil
    }

    private func hasFreeText(_ utterance: Utterance) -> Bool {
        compiled(utterance.command, utterance.usage)?.slots.contains {
            $0.isRest && utterance.values[$0.name] != nil
        } ?? true
    }

    /// A value of each type that is understood everywhere.
    private static let standIn = [
        "number": "1", "measure": "1", "count": "1", "score": "1", "percent": "1%", "day": "1",
        "date": "2026-01-01", "pastday": "2026-01-01", "moment": "2026-01-01T09:00",
        "time": "09:00", "duration": "1d",
        "person": "@x", "code": "X-1", "challenge": "CH-01", "goal": "G1", "milestone": "M1",
        "blocker": "B1", "decision": "D1", "proposal": "P-01", "area": "A01", "cohort": "XX-1",
        "programme": "XX-1",
    ]

    private func compiled(_ command: String, slot: String) -> CompiledUsage.Slot? {
        for entry in commands where entry.spec.name == command {
            for usage in entry.usages {
                if let found = usage.slots.first(where: { $0.name == slot }) { return found }
            }
        }
        return nil
    }
}
