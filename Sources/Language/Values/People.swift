extension SlotType {
    /// A person: `@name`, a mention that the channel resolved, a name among the candidates, `me`.
    /// Written `@name`, or `"@First Last|principal"` where the name alone would lose something.
    public static let person = SlotType(
        name: "person", takesQuotes: true,
        recognise: { tokens, reading in
            if let found = mentioned(tokens, reading) { return found }
            if !tokens.isQuoted(0) {
                if let (_, taken) = tokens.lexicon.common(
                    tokens, 0, reading, { $0 == .me ? true : nil })
                {
                    return Recognised(.person(Mention(name: "me")), taken: taken)
                }
            }
            let raw = tokens.raw(0)
            if raw.utf8.first == UInt8(ascii: "@") {
                var name = raw.unicodeScalars.dropFirst()
                var principal: String?
                if let bar = name.lastIndex(of: "|") {
                    let tail = name[bar...].dropFirst()
                    principal = tail.isEmpty ? nil : String(tail)
                    name = name[..<bar]
                } else if !tokens.isQuoted(0) {
                    while let last = name.last?.value,
                        Scalars.isPunctuation(last) || Scalars.isIgnorable(last)
                    {
                        name = name.dropLast()
                    }
                }
                guard !name.isEmpty || principal != nil else { return nil }
                return Recognised(.person(Mention(name: String(name), principal: principal)))
            }
            return candidate(tokens, reading.candidates("person").prefix(500))
                .map { Recognised(.person(Mention(name: $0.name)), taken: $0.taken) }
        },
        print: { value in
            guard case .person(let mention) = value else { return nil }
            if mention.principal == nil, mention.name == "me" { return "me" }
            let needsBar =
                mention.principal != nil || mention.name.utf8.contains(124) || mention.name.isEmpty
            let text = "@" + mention.name + (needsBar ? "|" + (mention.principal ?? "") : "")
            let isPlain = text.utf8.allSatisfy {
                ($0 >= 48 && $0 <= 58) || ($0 | 0x20 >= 97 && $0 | 0x20 <= 122)
                    || [64, 95, 124, 45].contains($0)
            }
            return isPlain && text.utf8.last != 58 ? text : Quotes.quote(text)
        })

    /// A mention that the channel resolved, by its name with or without `@`; the longest of them.
    private static func mentioned(_ tokens: Tokens, _ reading: Reading) -> Recognised? {
        guard !reading.mentions.isEmpty, !tokens.isQuoted(0) else { return nil }
        var best: (mention: Mention, taken: Int)?
        for mention in reading.mentions.prefix(50) {
            guard let taken = match(mention.name, tokens), taken > best?.taken ?? 0 else {
                continue
            }
            best = (mention, taken)
        }
        return best.map { Recognised(.person($0.mention), taken: $0.taken) }
    }

    private static func candidate(
        _ tokens: Tokens, _ names: ArraySlice<String>
    ) -> (name: String, taken: Int)? {
        var best: (name: String, taken: Int)?
        let quoted = tokens.isQuoted(0) ? Folding.fold(tokens.raw(0)) : nil
        for name in names {
            if let quoted {
                if Folding.fold(name) == quoted { return (name, 1) }
            } else if let taken = match(name, tokens), taken > best?.taken ?? 0 {
                best = (name, taken)
            }
        }
        return best
    }

    /// Tokens that a name takes at the first token, `@` and a closing comma aside.
    private static func match(_ name: String, _ tokens: Tokens) -> Int? {
        let first = tokens.bare(0).text
        guard first.utf8.first == 64 || Folding.mayBegin(name, with: first) else { return nil }
        var words = Folding.words(name).map { $0.utf8[...] }
        guard !words.isEmpty, words.count <= 8 else { return nil }
        if words[0].first == 64 { words[0] = words[0].dropFirst() }
        for (i, word) in words.enumerated() {
            var token = tokens.bare(i).text.utf8[...]
            if i == 0, token.first == 64 { token = token.dropFirst() }
            guard !token.isEmpty, token.elementsEqual(word) else { return nil }
        }
        return words.count
    }
}
