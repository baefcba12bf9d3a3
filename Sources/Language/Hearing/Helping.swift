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
        func slot(_ name: String) -> CompiledUsage.Slot? { usage.slots.first { $0.name == name } }
        switch failure.what {
        case .missing(let name, _):
            out.nearest = Array((slot(name)?.type.candidates(reading) ?? []).prefix(3))
        case .unrecognised(let name, _, let found):
            let values = slot(name)?.type.candidates(reading) ?? []
            let near = Self.nearest(found, of: values)
            out.nearest = near.isEmpty ? Array(values.prefix(3)) : near
        case .unexpected(let found):
            var values = usage.source.words
            for (i, slot) in usage.slots.enumerated()
            where slot.isOptional && failure.state.values[i] == nil {
                values += slot.type.candidates(reading)
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
}
