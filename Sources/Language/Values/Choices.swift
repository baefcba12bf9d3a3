extension SlotType {
    /// One of several terms: a colour, a role. Heard as every language says it and as the last part of its
    /// key (`sponsor` for `role.sponsor`, `data keeper` and `data-keeper` for `role.data-keeper`), which is
    /// also how it is written.
    public static func choice(name: String, terms keys: [String]) -> SlotType {
        var table = WordTable<String>()
        var printed: [String: String] = [:]
        let shorts = keys.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        for (key, short) in zip(keys, shorts) {
            let isUnique = shorts.count { $0 == short } == 1
            printed[key] = isUnique ? short : key
            table.add(key, key)
            guard isUnique else { continue }
            table.add(short, key)
            table.add(spaced(short), key)
        }
        let canonical = table
        let prints = printed
        let wanted = Set(keys)
        let names = keys.compactMap { printed[$0] }
        return SlotType(
            name: name, candidates: { _ in names },
            recognise: { tokens, reading in
                let own = canonical.match(tokens, 0) { $0 }
                let said = tokens.lexicon.terms.match(tokens, 0, prefer: reading.languages) {
                    wanted.contains($0) ? $0 : nil
                }
                guard let best = (said?.taken ?? 0) > (own?.taken ?? 0) ? said : own else {
                    return nil
                }
                return Recognised(.term(best.value), taken: best.taken)
            },
            print: { value in
                guard case .term(let key) = value else { return nil }
                return prints[key].map(token)
            })
    }

    /// `dataKeeper` and `data-keeper` as people would write it: `data keeper`.
    private static func spaced(_ name: String) -> String {
        var out: [UInt8] = []
        for b in name.utf8 {
            if b == 45 || b == 95 {
                out.append(32)
            } else if b >= 65, b <= 90 {
                if !out.isEmpty { out.append(32) }
                out.append(b | 0x20)
            } else {
                out.append(b)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
