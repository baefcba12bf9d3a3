/// The words of a usage in a line, and what stands behind them: `name=`, flags, choices, groups.
extension Walk {
    enum Found { case taken, wrong, none }

    func word(_ p: Int, _ t: Int, _ s: State) -> (value: CompiledUsage.WordUse, taken: Int)? {
        guard !tokens.items[t].isQuoted else { return nil }
        return usage.words.match(tokens.from(t), 0, prefer: reading.languages) { use in
            switch use {
            case .floating(let i, _): s.floating & (1 << UInt64(i)) == 0 ? use : nil
            case .step(let q, _): q >= p && nextWord(p) == q ? use : nil
            }
        }
    }

    func nextWord(_ p: Int) -> Int? {
        var q = p
        while q < usage.sequence.count {
            if case .word = usage.sequence[q] { return q }
            q += 1
        }
        return nil
    }

    /// The slot that `name=` or `name "…"` at this token is for.
    func key(_ t: Int, _ s: State) -> Int? {
        let item = tokens.items[t]
        let name: Word
        if let key = item.key {
            name = Word(Folding.fold(tokens.text, key))
        } else if !item.isQuoted, t + 1 < end, tokens.items[t + 1].isQuoted,
            tokens.items[t + 1].key == nil
        {
            name = item.folded
        } else {
            return nil
        }
        guard let slot = usage.keys[name], s.values[slot] == nil else { return nil }
        if item.key == nil, !usage.slots[slot].isOptional { return nil }
        if let group = usage.slots[slot].floating, s.floating & (1 << UInt64(group)) != 0 {
            return nil
        }
        return slot
    }

    mutating func takeWord(_ p: inout Int, _ t: inout Int, _ s: inout State) -> Found {
        if let slot = key(t, s) { return takeKey(slot, &t, &s) }
        guard let (use, taken) = word(p, t, s) else { return .none }
        switch use {
        case .floating(let i, let key):
            let part = usage.floating[i]
            s.floating |= 1 << UInt64(i)
            if part.isChoice { s.chosen.append(key) }
            if let marker = part.marker { s.chosen.append(marker) }
            guard let next = runGroup(part.steps, p, t + taken, &s) else { return .wrong }
            t = next
        case .step(let q, let key):
            while p < q {
                if case .slot(let slot) = usage.sequence[p], s.values[slot] == nil {
                    leaveEmpty(slot, t, &s)
                }
                p += 1
            }
            if case .word(_, let alternatives) = usage.sequence[q], alternatives.count > 1 {
                s.chosen.append(key)
            }
            s.hasBegun = true
            p = q + 1
            t += taken
        }
        return .taken
    }

    mutating func takeKey(_ slot: Int, _ t: inout Int, _ s: inout State) -> Found {
        let info = usage.slots[slot]
        let shown: Tokens
        let isNamed = tokens.items[t].key != nil
        if isNamed, let value = tokens.valueOfKey(at: t) {
            shown = value
        } else {
            shown = tokens.from(t + 1)  // the value is the next token
        }
        guard !shown.isEmpty else {
            fail(.missing(slot: info.name, type: info.type.name), place(end), s)
            return .wrong
        }
        if info.type.isText, !info.isRest, !shown.isQuoted(0) {
            var e = shown.start + 1
            while e < end, word(0, e, s) == nil, key(e, s) == nil { e += 1 }
            let range =
                shown.items[shown.start].outer.lowerBound..<tokens.items[e - 1].outer.upperBound
            s.values[slot] = .text(String(decoding: tokens.text[range], as: UTF8.self))
            if let group = info.floating { s.floating |= 1 << UInt64(group) }
            t = e
            return .taken
        }
        if info.isRest, !shown.isQuoted(0) {
            // From here on nothing is recognised.
            let from = shown.items[shown.start].outer.lowerBound
            let text = String(decoding: tokens.text[from..<place(end).lowerBound], as: UTF8.self)
            guard info.type.isText else {
                guard let found = info.type.read(shown, reading), found.taken == shown.count else {
                    failToRecognise(slot, shown, s)
                    return .wrong
                }
                s.values[slot] = found.value
                t = end
                return .taken
            }
            s.values[slot] = .text(text)
            t = end
            return .taken
        }
        guard let found = info.type.read(shown, reading) else {
            if !isNamed { return .none }
            failToRecognise(slot, shown, s)
            return .wrong
        }
        let until = shown.start + found.taken
        if let other = found.otherwise {
            fail(.ambiguous(slot: info.name, found.value, other), place(shown.start), s)
            return .wrong
        }
        s.values[slot] = found.value
        if let group = info.floating { s.floating |= 1 << UInt64(group) }
        t = until
        return .taken
    }

    // MARK: - Groups

    /// What stands in a group, one after another; gives the token behind it.
    mutating func runGroup(
        _ steps: [CompiledUsage.Step], _ p: Int, _ start: Int, _ s: inout State
    ) -> Int? {
        var t = start
        for step in steps {
            switch step {
            case .word(let table, let alternatives):
                guard t < end, let (key, taken) = table.match(tokens.from(t), 0, { $0 as String? })
                else {
                    fail(.expected(words: alternatives), place(t), s)
                    return nil
                }
                if alternatives.count > 1 { s.chosen.append(key) }
                t += taken
            case .flag(let table, let name):
                if t < end, let (_, taken) = table.match(tokens.from(t), 0, { $0 as String? }) {
                    s.chosen.append(name)
                    t += taken
                }
            case .group(let inner, let marker):
                guard t < end else { continue }
                var inside = s
                let known = failure
                if let next = runGroup(inner, p, t, &inside), next > t, inside.missing == nil {
                    s = inside
                    if let marker { s.chosen.append(marker) }
                    t = next
                } else {
                    failure = known
                }
            case .slot(let slot):
                guard let next = takeInGroup(slot, p, t, &s) else { return nil }
                t = next
            }
        }
        return t
    }

    mutating func takeInGroup(_ slot: Int, _ p: Int, _ t: Int, _ s: inout State) -> Int? {
        let info = usage.slots[slot]
        guard t < end else {
            leaveEmpty(slot, t, &s)
            return t
        }
        if info.isRest {
            guard let value = rest(info, t) else {
                failToRecognise(slot, t, s)
                return nil
            }
            s.values[slot] = value
            return end
        }
        if info.type.isText, !tokens.from(t).isQuoted(0) {
            var e = t + 1
            while e < end, word(p, e, s) == nil, key(e, s) == nil { e += 1 }
            s.values[slot] = .text(slice(t, e))
            return e
        }
        guard let found = info.type.read(tokens.from(t), reading) else {
            if info.isOptional { return t }
            failToRecognise(slot, t, s)
            return nil
        }
        if let other = found.otherwise {
            fail(.ambiguous(slot: info.name, found.value, other), place(t), s)
            return nil
        }
        s.values[slot] = found.value
        return t + found.taken
    }
}
