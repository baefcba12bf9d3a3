import Language

/// `calendar`: the days off of a country, and what a decree changes in them. What it would move is shown
/// before it is done.
struct CalendarCommand: Command {
    static let name = "calendar"
    /// The usages stand in this order in the command's file, behind the one that shows the calendar.
    enum Act: String, CaseIterable { case add, remove, working, short, confirm, ramadan, fill }
    private let act: Act?
    private let country: String?
    private let days: ClosedRange<LocalDate>?
    private let isBackwards: Bool
    private let to: ClosedRange<LocalDate>?
    private let title: String
    private let year: Int?
    private let isShowing: Bool
    private let line: Utterance

    init(_ a: Arguments) throws(Mismatch) {
        line = a.utterance
        act = Self.act(line)
        country = try a.code("country")
        isBackwards = Self.isBackwards(a["days"]) || Self.isBackwards(a["to"])
        days = Self.days(a["days"])
        to = Self.days(a["to"])
        title = try a.gateText("name") ?? ""
        year = try a.count("year")
        isShowing = a.has("show")
        if let act, act != .fill, days == nil, !isBackwards { throw Mismatch("days") }
    }

    private static func act(_ line: Utterance) -> Act? {
        Act.allCases.indices.contains(line.usage - 1) ? Act.allCases[line.usage - 1] : nil
    }

    private static func ends(_ value: Value?) -> (LocalDate, LocalDate)? {
        switch value {
        case .date(let date): (date, date)
        case .text(let text): SlotType.period(text).map { ($0.first, $0.last) }
        default: nil
        }
    }
    private static func isBackwards(_ value: Value?) -> Bool {
        ends(value).map { $0.0 > $0.1 } ?? false
    }
    private static func days(_ value: Value?) -> ClosedRange<LocalDate>? {
        ends(value).flatMap { $0.0 <= $0.1 ? $0.0...$0.1 : nil }
    }

    /// Nobody is asked for days that they may not change.
    static func mayBegin(_ line: Utterance, _ state: State, _ context: Context) throws(Refusal) {
        guard act(line) != nil else { return }
        var country: String?
        if case .code(let code)? = line.values["country"] { country = code }
        try CalendarTarget(country, isOwn: false, state, context).require(try context.me(), state)
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let target = try CalendarTarget(country, isOwn: act == nil, state, context)
        guard let act else { return try show(target, me, state, context) }
        try target.require(me, state)
        let plan = try plan(act, target, context)
        let events = target.known(state) + plan.events(target, state)
        let effects = CalendarEffects(events, plan.dates + plan.moved, target, state, context)
        guard context.isSure else { return ask(plan, effects, target, context) }
        var reply = [plan.done(target)]
        if let moved = effects.moved { reply.append(moved) }
        reply.append(Phrase("calendar.undo"))
        return .record(
            events + effects.events, reply, offers: [Decision.gateUndo],
            notices: effects.notices(plan.told(target), me))
    }

    private func plan(
        _ act: Act, _ target: CalendarTarget, _ context: Context
    ) throws(Refusal) -> CalendarPlan {
        let today = target.today(context)
        if act == .fill {
            return try CalendarPlan(
                filling: year ?? today.parts.year + 1, target, today: today, context)
        }
        guard !isBackwards, let days else { throw Refusal(Phrase("calendar.backwards")) }
        return try CalendarPlan(act, days, to: to, title: title, target, today: today)
    }

    /// What it would change and move, and whether that is meant.
    private func ask(
        _ plan: CalendarPlan, _ effects: CalendarEffects, _ target: CalendarTarget,
        _ context: Context
    ) -> Decision {
        var plain = line
        plain.values["show"] = nil
        if let country = target.country { plain.values["country"] = .code(country) }
        let said = "/" + context.grammar.print(plain)
        var offers = [Offer(Phrase("choice.yes"), context.sure(said))]
        var phrases = [plan.will(target)]
        if !plan.skipped.isEmpty { phrases.append(plan.skippedPhrase) }
        if target.programmes.isEmpty {
            phrases.append(Phrase("calendar.affectsNobody", ["country": .code(target.label)]))
        } else if effects.count == 0 {
            phrases.append(Phrase("calendar.affectsNothing"))
        } else {
            phrases.append(Phrase("calendar.affects", effects.values))
            if isShowing { phrases += effects.lines(20 - phrases.count) }
            if !isShowing {
                plain.values["show"] = .term("show")
                offers.append(
                    Offer(Phrase("calendar.showLabel"), "/" + context.grammar.print(plain)))
            }
        }
        phrases.append(Phrase("calendar.apply"))
        return .ask(phrases, offers: offers + [Daily.cancel()])
    }

    private func show(
        _ target: CalendarTarget, _ me: String, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let today = target.today(context)
        let view = CalendarView(target, today)
        if let year {
            guard (today.parts.year - 5...today.parts.year + 10).contains(year) else {
                throw Refusal(
                    Phrase(
                        "calendar.noYear",
                        ["country": .code(target.label), "year": .code("\(year)")]))
            }
            return .answer(view.year(year))
        }
        return .answer(view.weeks(state), offers: target.may(me, state) ? view.confirmations : [])
    }
}

extension Decider {
    /// “Oh no, that was for KG”, as an answer to whether a change of KZ is meant: the same for KG, asked anew.
    func otherCountry(_ question: Question, _ turn: Turn) -> Outcome? {
        guard question.slot == nil, (try? grammar.parse(turn.text, in: turn.reading)) == nil else {
            return nil
        }
        for offer in question.offers {
            let bare = String(offer.line.drop { $0 == "/" })
            let line = Self.takeSure(bare)?.0 ?? bare
            guard var whole = try? grammar.parse(line, in: turn.reading),
                whole.command == CalendarCommand.name,
                whole.usage > 0, case .code(let before)? = whole.values["country"]
            else { continue }
            var named: Set<String> = []
            for (value, _) in grammar.values(of: "country", inside: turn.text, in: turn.reading) {
                guard case .code(let code) = value, code != before else { continue }
                if calendars[code] != nil || turn.state.calendar(ofCountry: code) != nil {
                    named.insert(code)
                }
            }
            guard named.count == 1, let other = named.first else { return nil }
            whole.values["country"] = .code(other)
            whole.values["show"] = nil
            let note = Phrase("calendar.notFor", ["country": .code(before)])
            switch execute(whole, turn) {
            case .commit(var commit):
                if !commit.out.isEmpty { commit.out[0].phrases.insert(note, at: 0) }
                return .commit(commit)
            case .answer(var out):
                if !out.isEmpty { out[0].phrases.insert(note, at: 0) }
                return .answer(out)
            case .nothing: return .nothing
            }
        }
        return nil
    }
}
