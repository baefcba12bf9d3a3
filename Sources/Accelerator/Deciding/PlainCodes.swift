import Language

// What else a plain answer can be: a code alone, a day number for a date.

extension Decider {
    /// A code alone, in private: what stands behind it.
    func bareCode(_ turn: Turn) -> Outcome? {
        let text = turn.text
        guard turn.inbound.chat == nil, text.utf8.count <= 16,
            text.utf8.contains(where: { (0x30...0x39).contains($0) }), !text.utf8.contains(0x20)
        else { return nil }
        let pages = [
            ("challenge", "status"), ("proposal", "proposals"), ("cohort", "cohort"),
            ("area", "area"), ("decision", "decide"), ("milestone", "history"),
            ("blocker", "history"), ("action", "history"), ("risk", "history"),
        ]
        for (type, verb) in pages {
            guard case .code(let code)? = grammar.value(type: type, of: text, in: turn.reading),
                let line = try? grammar.parse("\(verb) \(code)", in: turn.reading),
                line.command == verb, line.values.values.contains(.code(code))
            else { continue }
            return execute(line, turn)
        }
        return nil
    }

    /// “12” where a date is asked for is a day of the challenge, as far as the same can be said with a day.
    func dayInstead(
        of slot: String, _ text: String, _ partial: Utterance, _ turn: Turn
    ) -> Outcome? {
        guard usage(of: partial)?.slots.first(where: { $0.name == slot })?.type == "date" else {
            return nil
        }
        for (index, line) in (grammar.specs[partial.command]?.usages ?? []).enumerated() {
            guard let twin = try? Usage(parsing: line),
                let day = twin.slots.first(where: { $0.type == "day" && !$0.isOptional }),
                !twin.slots.contains(where: { $0.name == slot }),
                Set(partial.values.keys).isSubset(
                    of: twin.slots.map(\.name) + twin.words + ["challenge"]),
                let value = grammar.parse(
                    slot: day.name, of: partial.command, from: text, in: turn.reading)
            else { continue }
            var whole = partial
            whole.usage = index
            whole.values[day.name] = value
            return complete(whole, turn)
        }
        return nil
    }
}
