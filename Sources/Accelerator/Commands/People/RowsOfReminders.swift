import Language

/// `reminders`: the reminder calendar as a cohort's office has it, and what it changes there.
struct RemindersCommand: Command {
    static let name = "reminders"
    private enum Wish { case off, on, at(String), days(String), show }
    private let wish: Wish
    private let cohort: String?
    private let row: String?

    init(_ a: Arguments) throws(Mismatch) {
        cohort = try a.code("cohort")
        row = try a.text("row")
        if let time = try a.text("time") {
            wish = .at(time)
        } else if let days = try a.text("days") {
            wish = .days(days)
        } else {
            wish = a.has("off") ? .off : a.has("on") ? .on : .show
        }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let code = cohort else { return try own(state, context) }
        guard let cohort = state.cohorts[code] else {
            throw Refusal(Phrase("reminders.noCohort", ["cohort": .code(code)]))
        }
        let me = try context.me()
        guard state.holders(of: .office, over: code).contains(me) else {
            throw Refusal(Phrase("reminders.noRight", ["cohort": .code(code)]), kind: .right)
        }
        guard let row else { return .answer(pages(cohort), offers: pageOffers(cohort)) }
        if case .show = wish, let page = Page(rawValue: row) {
            return .answer(list(page, cohort), offers: pageOffers(cohort))
        }
        let rows = Self.rows(row)
        guard !rows.isEmpty else {
            throw Refusal(
                Phrase("reminders.noRow", ["row": .code(row)]), offers: pageOffers(cohort))
        }
        if case .show = wish {
            return .answer(rows.flatMap { detail($0, cohort) }, offers: rowOffers(rows, cohort))
        }
        return try change(rows, cohort)
    }

    /// Without a cohort: the asker's own, or their cohorts where they keep the office.
    private func own(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let mine = state.cohorts.filter { state.holders(of: .office, over: $0.code).contains(me) }
        if let only = mine.first, mine.count == 1 {
            return .answer(pages(only), offers: pageOffers(only))
        }
        guard !mine.isEmpty else {
            return .answer(
                [Phrase("reminders.yours")], offers: [Offer(Phrase("remind.label"), "/remind")])
        }
        return .answer(
            [Phrase("reminders.which")],
            offers: mine.prefix(8).map {
                Offer(
                    Phrase("reminders.cohortLabel", ["cohort": .code($0.code)]),
                    "/reminders \($0.code)")
            })
    }

    /// The rows of a number, of a name, or of a kind.
    static func rows(_ word: String) -> [Row] {
        let known = Row.all.filter { !$0.isDigest && $0.steps.contains { $0.hearers != [.nobody] } }
        if let number = Int(word) { return known.filter { $0.number == number } }
        let exact = known.filter { $0.name == word }
        return exact.isEmpty ? known.filter { $0.kind == word } : exact
    }

    // MARK: Showing

    /// The calendar in five pages, by what the weeks are about.
    private enum Page: String, CaseIterable {
        case design, weeks, work, midpoint, end
        var numbers: ClosedRange<Int> {
            switch self {
            case .design: 1...7
            case .weeks: 8...13
            case .work: 14...17
            case .midpoint: 18...22
            case .end: 23...33
            }
        }
    }

    private func pageOffers(_ cohort: Cohort) -> [Offer] {
        Page.allCases.map {
            Offer(
                Phrase("reminders.page.\($0.rawValue)"), "/reminders \(cohort.code) \($0.rawValue)")
        }
    }

    private func pages(_ cohort: Cohort) -> [Phrase] {
        let changed = cohort.reminders.count
        return [
            Phrase(
                "reminders.head",
                [
                    "cohort": .code(cohort.code), "count": .count(Set(Row.all.map(\.number)).count),
                    "changed": .count(changed),
                ])
        ] + cohort.reminders.prefix(12).compactMap { Row.named($0.row) }.map { line($0, cohort) }
            + [Phrase("reminders.hint", ["cohort": .code(cohort.code)])]
    }

    private func list(_ page: Page, _ cohort: Cohort) -> [Phrase] {
        Row.all.filter {
            page.numbers.contains($0.number) && !$0.isDigest
                && $0.steps.contains { $0.hearers != [.nobody] }
        }
        .prefix(24).map { line($0, cohort) }
    }

    /// “12 meeting.weekly: −24 h, −1 h · 09:00 · off”
    private func line(_ row: Row, _ cohort: Cohort) -> Phrase {
        let setting = cohort.reminders.first { $0.row == row.name }
        let shown = row.set(by: cohort) ?? row
        return Phrase(
            "reminders.line",
            [
                "number": .count(row.number), "name": .code(row.name),
                "star": .code(row.isStar ? "yes" : "no"),
                "steps": .list(shown.steps.prefix(8).map { step(of: $0) }),
                "time": .time(shown.time),
                "state": .code(
                    setting?.isOff == true ? "off" : setting != nil ? "changed" : "plain"),
            ])
    }

    private func step(of step: Step) -> Say {
        let (key, n): (String, Int) =
            switch step.offset {
            case .days(let n): ("reminders.days", n)
            case .workingDays(let n): ("reminders.workingDays", n)
            case .hours(let n): ("reminders.hours", n)
            }
        let sign = n < 0 ? "before" : n > 0 ? "after" : "same"
        return .phrase(Phrase(key, ["n": .count(abs(n)), "sign": .code(sign)]))
    }

    private func detail(_ row: Row, _ cohort: Cohort) -> [Phrase] {
        let hearers = (row.set(by: cohort) ?? row).steps.prefix(8).map { step in
            Phrase(
                "reminders.step",
                [
                    "when": self.step(of: step),
                    "time": .time(step.time ?? (row.set(by: cohort) ?? row).time),
                    "who": .list(step.hearers.map { .term("hearer.\($0.rawValue)") }),
                ])
        }
        return [line(row, cohort)] + hearers
    }

    private func rowOffers(_ rows: [Row], _ cohort: Cohort) -> [Offer] {
        guard let row = rows.first else { return [] }
        let isOff = cohort.reminders.contains { $0.row == row.name && $0.isOff }
        var offers: [Offer] = []
        if isOff || cohort.reminders.contains(where: { $0.row == row.name }) {
            offers.append(
                Offer(Phrase("reminders.onLabel"), "/reminders \(cohort.code) \(row.name) on"))
        }
        if !row.isStar, !isOff {
            offers.append(
                Offer(Phrase("reminders.offLabel"), "/reminders \(cohort.code) \(row.name) off"))
        }
        return offers
    }

    // MARK: Changing

    private func change(_ rows: [Row], _ cohort: Cohort) throws(Refusal) -> Decision {
        var events: [Event] = []
        for row in rows {
            var setting = cohort.reminders.first { $0.row == row.name } ?? RowSetting(row: row.name)
            let before = setting
            switch wish {
            case .off:
                guard !row.isStar else {
                    throw Refusal(
                        Phrase("reminders.star", ["name": .code(row.name)]),
                        offers: [
                            Offer(
                                Phrase("reminders.showLabel"),
                                "/reminders \(cohort.code) \(row.name)")
                        ])
                }
                setting.isOff = true
            case .on: setting = RowSetting(row: row.name)
            case .at(let text): setting.time = try time(text)
            case .days(let text):
                guard rows.count == 1 else {
                    throw Refusal(
                        Phrase(
                            "reminders.several",
                            ["names": .list(rows.prefix(8).map { .code($0.name) })]))
                }
                setting.offsets = try offsets(text, row)
            case .show: break
            }
            if setting != before { events.append(.reminderSet(ReminderSet(cohort.code, setting))) }
        }
        guard !events.isEmpty else {
            return .answer([Phrase("reminders.same")] + rows.flatMap { detail($0, cohort) })
        }
        var after = cohort
        for case .reminderSet(let r) in events {
            after.reminders.removeAll { $0.row == r.setting.row }
            if !r.setting.isPlain { after.reminders.append(r.setting) }
        }
        return .record(
            events,
            [Phrase("reminders.done", ["cohort": .code(cohort.code)])]
                + rows.map { line($0, after) },
            offers: [Daily.undo])
    }

    /// `10:00`, `9`.
    private func time(_ text: String) throws(Refusal) -> LocalTime {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(parts.count), let hour = parts[0], (0...23).contains(hour),
            let minute = parts.count == 2 ? parts[1] : 0, (0...59).contains(minute)
        else { throw Refusal(Phrase("reminders.badTime", ["text": .text(text)])) }
        return LocalTime(hour, minute)
    }

    /// One number a step, of the step's own unit: `-14 -3 -1`.
    private func offsets(_ text: String, _ row: Row) throws(Refusal) -> [Int] {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ";" })
        let numbers = words.prefix(20).compactMap {
            Int($0.replacing("−", with: "-").replacing("+", with: ""))
        }
        guard numbers.count == words.count, numbers.count == row.steps.count,
            numbers.allSatisfy({ (-200...200).contains($0) })
        else {
            throw Refusal(
                Phrase(
                    "reminders.badDays",
                    [
                        "name": .code(row.name), "count": .count(row.steps.count),
                        "example": .text(
                            row.steps.map { String($0.offset.count) }.joined(separator: " ")),
                    ]))
        }
        return numbers
    }
}

extension Row {
    /// Digests are chosen by whoever gets them.
    var isDigest: Bool { number == 32 }
}

/// `tick`: what a reminder asked for is done, and leaves no figure.
struct TickCommand: Command {
    static let name = "tick"
    private let what: Tick.What?
    private let challenge: String?

    init(_ a: Arguments) throws(Mismatch) {
        what = Tick.What.allCases.first { a.has($0.rawValue) }
        challenge = try a.code("challenge")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        guard let what else { throw Refusal(Phrase("tick.which")) }
        let needed: Set<Role> = what == .calls ? [.coach, .office] : [.sponsor, .office]
        try context.require(needed, in: challenge, state)
        let values: [Phrase.Field] = [
            .init("challenge", .code(challenge.code)), .init("what", .code(what.rawValue)),
        ]
        if let done = challenge.ticks.first(where: { $0.what == what }) {
            return .answer([
                Phrase(
                    "tick.already",
                    values + [
                        .init("date", .date(done.on)), .init("name", state.name(of: done.by)),
                    ])
            ])
        }
        let tick = Tick(what, by: try context.me(), on: context.today(in: challenge, state))
        return .record(
            [.ticked(OfChallenge(challenge.code, tick))], [Phrase("tick.done", values)],
            offers: [Daily.undo])
    }
}
