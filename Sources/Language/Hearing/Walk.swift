/// One usage read against one line.
///
/// 1. At each token a word of the usage comes first: `name=`, `name "…"`, a flag, a choice, the first word
///    of a group, the next word of the sequence. What a word begins is not given back: if the rest of it
///    is wrong, the line is.
/// 2. Then the implied slot, if nothing of the sequence was taken yet.
/// 3. Then the next slot of the sequence. A required one takes its tokens or is filled from what is
///    implied. An optional one is tried with its tokens first; if the rest of the usage can't be filled
///    then, it is tried without.
/// 4. A rest slot takes all that is left. A text that is no rest slot takes words up to the next word of
///    the usage, or to where a following optional slot recognises its value and the rest can be filled.
/// 5. Of all that went wrong on the way the failure furthest to the right is told. Attempts are counted,
///    so that no line takes longer than a bounded time.
struct Walk {
    struct State {
        var values: [Value?]
        var chosen: [String] = []
        var floating: UInt64 = 0
        /// The first required slot that found nothing; the walk goes on to understand what it can.
        var missing: (slot: Int, place: Range<Int>)?
        /// Words of the sequence that the end of the line left out.
        var owed: [String]?
        var hasBegun = false
    }

    struct Failure {
        var what: Misunderstanding.What
        var place: Range<Int>
        var state: State
    }

    let usage: CompiledUsage
    let tokens: Tokens
    let reading: Reading
    var failure: Failure?
    private var attempts = 0
    private static let maximumAttempts = 2_000

    init(_ usage: CompiledUsage, _ tokens: Tokens, _ reading: Reading) {
        self.usage = usage
        self.tokens = tokens
        self.reading = reading
    }

    /// The line from token `start` on, or nil and a failure.
    mutating func walk(from start: Int, chosen: [String]) -> State? {
        var state = State(values: [Value?](repeating: nil, count: usage.slots.count))
        state.chosen = chosen
        return run(0, start, state)
    }

    var end: Int { tokens.items.count }

    func place(_ t: Int) -> Range<Int> {
        if t < end { return tokens.items[t].outer }
        let last = tokens.items.last?.outer.upperBound ?? 0
        return last..<last
    }

    mutating func fail(_ what: Misunderstanding.What, _ place: Range<Int>, _ state: State) {
        if let failure, failure.place.lowerBound >= place.lowerBound { return }
        failure = Failure(what: what, place: place, state: state)
    }

    mutating func failToRecognise(_ slot: Int, _ t: Int, _ state: State) {
        failToRecognise(slot, tokens.from(t), state)
    }

    mutating func failToRecognise(_ slot: Int, _ shown: Tokens, _ state: State) {
        let s = usage.slots[slot]
        let item = shown.items[shown.start]
        if item.isUnclosed { return fail(.unclosedQuote, item.outer, state) }
        let found = String(shown.raw(0).unicodeScalars.prefix(64))
        fail(.unrecognised(slot: s.name, type: s.type.name, found: found), item.outer, state)
    }

    // MARK: - The sequence

    private mutating func run(_ p0: Int, _ t0: Int, _ s0: State) -> State? {
        attempts += 1
        guard attempts <= Self.maximumAttempts else {
            fail(
                .unexpected(String(tokens.from(t0).raw(0).unicodeScalars.prefix(64))), place(t0), s0
            )
            return nil
        }
        var p = p0
        var t = t0
        var s = s0
        while true {
            if t < end {
                switch takeWord(&p, &t, &s) {
                case .taken: continue
                case .wrong: return nil
                case .none: break
                }
                if !s.hasBegun {
                    s.hasBegun = true
                    if let done = tryImplied(p, t, s) { return done }
                }
            }
            guard p < usage.sequence.count else {
                guard t == end else {
                    let found = String(tokens.from(t).raw(0).unicodeScalars.prefix(64))
                    fail(
                        tokens.items[t].isUnclosed ? .unclosedQuote : .unexpected(found), place(t),
                        s)
                    return nil
                }
                return finish(s)
            }
            switch usage.sequence[p] {
            case .slot(let slot):
                if s.values[slot] != nil {
                    p += 1
                } else if t == end {
                    leaveEmpty(slot, t, &s)
                    p += 1
                } else {
                    switch takeSlot(slot, p, &t, &s) {
                    case .taken: p += 1
                    case .skip: p += 1
                    case .wrong: return nil
                    case .done(let state): return state
                    }
                }
            case .word(_, let alternatives):
                // It would have been taken above if it stood here. At the end the slot behind it is what
                // the person is asked for, not the word.
                guard t == end else {
                    fail(.expected(words: alternatives), place(t), s)
                    return nil
                }
                if s.owed == nil { s.owed = alternatives }
                p += 1
            case .group(let steps, let marker):
                if t < end {
                    var inside = s
                    let known = failure
                    if let next = runGroup(steps, p, t, &inside), next > t, inside.missing == nil {
                        if let marker { inside.chosen.append(marker) }
                        if let done = run(p + 1, next, inside) { return done }
                    } else {
                        failure = known
                    }
                }
                p += 1
            case .flag: p += 1
            }
        }
    }

    /// A slot that gets nothing: what is implied, whoever was replied to, or it is missing.
    func leaveEmpty(_ slot: Int, _ t: Int, _ s: inout State) {
        let info = usage.slots[slot]
        if let implied = reading.implied[info.type.name] {
            s.values[slot] = implied
        } else if !info.isOptional {
            if info.type.name == "person", let replied = reading.replied {
                s.values[slot] = .person(replied)
            } else if s.missing == nil {
                let at = place(t).lowerBound
                s.missing = (slot, at..<at)
            }
        }
    }

    private mutating func finish(_ s0: State) -> State? {
        var s = s0
        for (i, slot) in usage.slots.enumerated() where s.values[i] == nil {
            if slot.floating == nil, !slot.isNested { leaveEmpty(i, end, &s) }
        }
        if let owed = s.owed, owed.count > 1 || s.missing == nil {
            fail(.expected(words: owed), place(end), s)
            return nil
        }
        if let missing = s.missing {
            let slot = usage.slots[missing.slot]
            fail(.missing(slot: slot.name, type: slot.type.name), missing.place, s)
            return nil
        }
        return s
    }

    private mutating func tryImplied(_ p: Int, _ t: Int, _ s: State) -> State? {
        guard let implied = usage.implied, s.values[implied] == nil else { return nil }
        if case .slot(let first)? = usage.sequence.first, first == implied { return nil }
        guard let found = usage.slots[implied].type.read(tokens.from(t), reading),
            found.otherwise == nil
        else {
            return nil
        }
        var taken = s
        taken.values[implied] = found.value
        return run(p, t + found.taken, taken)
    }

    // MARK: - Slots

    private enum Outcome {
        case taken, skip, wrong
        case done(State)
    }

    private mutating func takeSlot(_ slot: Int, _ p: Int, _ t: inout Int, _ s: inout State)
        -> Outcome
    {
        let info = usage.slots[slot]
        if info.isRest {
            guard let value = rest(info, t) else {
                failToRecognise(slot, t, s)
                return info.isOptional ? .skip : .wrong
            }
            s.values[slot] = value
            t = end
            return .taken
        }
        if info.type.isText, !tokens.from(t).isQuoted(0) { return takeText(slot, p, t, s) }
        guard let found = info.type.read(tokens.from(t), reading) else {
            if info.isOptional { return .skip }
            if reading.implied[info.type.name] != nil {
                leaveEmpty(slot, t, &s)
                return .skip
            }
            failToRecognise(slot, t, s)
            return .wrong
        }
        if let other = found.otherwise {
            let until = tokens.items[t + found.taken - 1].outer.upperBound
            let from = tokens.items[t].outer.lowerBound
            fail(.ambiguous(slot: info.name, found.value, other), from..<until, s)
            return .wrong
        }
        var with = s
        with.values[slot] = found.value
        if info.isOptional {
            if let done = run(p + 1, t + found.taken, with) { return .done(done) }
            return .skip
        }
        s = with
        t += found.taken
        return .taken
    }

    /// All that is left as one value; of a text spaces and line feeds are kept.
    func rest(_ info: CompiledUsage.Slot, _ t: Int) -> Value? {
        let left = tokens.from(t)
        if info.type.isText {
            if left.count == 1, left.isQuoted(0) { return .text(left.raw(0)) }
            return .text(slice(t, end))
        }
        guard let found = info.type.read(left, reading), found.taken == left.count,
            found.otherwise == nil
        else { return nil }
        return found.value
    }

    func slice(_ from: Int, _ to: Int) -> String {
        let range = tokens.items[from].outer.lowerBound..<tokens.items[to - 1].outer.upperBound
        return String(decoding: tokens.text[range], as: UTF8.self)
    }

    /// Words without quotes for a text that is not the last slot.
    private mutating func takeText(_ slot: Int, _ p: Int, _ t: Int, _ s: State) -> Outcome {
        // What a stricter slot behind it takes is not its text: a code is no unit.
        if usage.slots[slot].isOptional, beginsOptional(p + 1, t, s) {
            let known = failure
            if let done = run(p + 1, t, s) { return .done(done) }
            failure = known
        }
        let stop = textStop(p, t, s)
        for e in t + 1...max(stop, t + 1) {
            guard e == stop || beginsOptional(p + 1, e, s) else { continue }
            var with = s
            with.values[slot] = .text(slice(t, e))
            if let done = run(p + 1, e, with) { return .done(done) }
            if attempts > Self.maximumAttempts { break }
        }
        return usage.slots[slot].isOptional ? .skip : .wrong
    }

    /// The token that a text slot does not pass: the next word of the usage, or the one after it where a
    /// required slot follows at once.
    private func textStop(_ p: Int, _ t: Int, _ s: State) -> Int {
        if p + 1 < usage.sequence.count, case .slot(let next) = usage.sequence[p + 1],
            !usage.slots[next].isOptional
        {
            return t + 1
        }
        var e = t + 1
        while e < end, word(p + 1, e, s) == nil, key(e, s) == nil { e += 1 }
        return e
    }

    private func beginsOptional(_ p: Int, _ t: Int, _ s: State) -> Bool {
        for step in usage.sequence.dropFirst(p) {
            guard case .slot(let slot) = step, usage.slots[slot].isOptional else { return false }
            let info = usage.slots[slot]
            if info.isRest || info.type.isText || info.type.name == "word" || s.values[slot] != nil
            {
                continue
            }
            if info.type.read(tokens.from(t), reading) != nil { return true }
        }
        return false
    }
}
