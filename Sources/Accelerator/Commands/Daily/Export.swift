import JSON
import Language

/// A file of a challenge or of a whole cohort: readings as a table, the facts as `import` reads them, a page,
/// the days for a calendar.
///
/// A challenge's leader takes out the own challenge, the office all of its cohort. A file with everybody's
/// figures goes to a person, never into a group.
struct ExportCommand: Command {
    static let name = "export"

    enum Format: String, CaseIterable { case csv, json, md, ics, pdf, onepager }

    let format: Format
    let challenge: String?
    let cohort: String?
    let language: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        guard let format = Format.allCases.first(where: { arguments.has($0.rawValue) }) else {
            throw Mismatch("csv")
        }
        self.format = format
        challenge = try arguments.code("challenge")
        cohort = try arguments.code("cohort")
        language = try arguments.code("language")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        if cohort == nil {
            var code = challenge ?? context.implied
            if code == nil { code = try own(state, context) }
            if let code { return try ofChallenge(context.challenge(code, state), state, context) }
        }
        guard format != .onepager else { throw Refusal(Phrase("error.whichChallenge")) }
        return try ofCohort(Daily.cohort(cohort, state, context), state, context)
    }

    /// The challenge of somebody who leads one and is no office: also when it is over, and no longer implied.
    private func own(_ state: State, _ context: Context) throws(Refusal) -> String? {
        let me = try context.me()
        guard state.roles(of: me).isDisjoint(with: [.office, .admin]) else { return nil }
        let led = (state.seated[me] ?? []).filter {
            state.challenges[$0]?.roles(of: me).contains(.teamLeader) == true
        }
        guard led.count == 1 else { throw Refusal(Phrase("error.whichChallenge")) }
        return led[0]
    }

    // MARK: One challenge

    private func ofChallenge(
        _ challenge: Challenge, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        try context.require([.teamLeader, .office, .admin], in: challenge, state)
        let view = Daily.view(challenge, state, context)
        switch format {
        case .json:
            throw Refusal(
                Phrase("export.wholeCohort", ["cohort": .code(challenge.head.cohort)]),
                offers: [
                    Offer(
                        Phrase("export.csvLabel", ["code": .code(challenge.code)]),
                        "/export csv \(challenge.code)")
                ])
        case .csv:
            guard var file = CohortFile(state, cohort: challenge.head.cohort) else {
                throw Refusal(Phrase("cohort.unknown", ["code": .code(challenge.head.cohort)]))
            }
            file.challenges = [challenge]
            return table(file, challenge.code)
        case .ics: return calendar(DayCalendar(challenge, state), challenge.code)
        case .md: return page(view.page, .markdown, challenge.code, view)
        case .pdf, .onepager: return page(view.page, .pdf, challenge.code, view)
        }
    }

    private func page(
        _ page: Page, _ format: Enclosure.PageFormat, _ code: String, _ view: ChallengeView
    ) -> Decision {
        .answer(
            [Phrase("export.page", ["code": .code(code), "date": .date(view.date)])],
            subject: "status \(code)",
            enclosure: Enclosure(name: code, .page(page, format), language: language))
    }

    // MARK: A cohort

    private func ofCohort(
        _ cohort: Cohort, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let me = try context.me()
        let mine = Set(
            state.holders(of: .office, over: cohort.code)
                + state.holders(of: .admin, over: cohort.code))
        guard mine.contains(me) else {
            throw Refusal(
                Phrase("export.office", ["cohort": .code(cohort.code)]), kind: .right,
                offers: [Offer(Phrase("challenge.listLabel"), "/challenge")])
        }
        guard context.chat == nil else {
            throw Refusal(Phrase("export.inPrivate", ["cohort": .code(cohort.code)]))
        }
        let view = CohortView(cohort, state, at: context.at, zones: context.zones)
        switch format {
        case .csv:
            guard let file = CohortFile(state, cohort: cohort.code) else { break }
            return table(file, cohort.code)
        case .json:
            guard
                let value = CohortFile.write(
                    state, cohort: cohort.code, asOf: view.date, zones: context.zones)
            else { break }
            return .answer(
                [Phrase("export.facts", ["code": .code(cohort.code), "date": .date(view.date)])],
                enclosure: Enclosure(
                    name: cohort.code, .bytes(value.pretty() + [10], type: "application/json")))
        case .ics: return calendar(DayCalendar(cohort, state), cohort.code)
        case .md, .pdf, .onepager:
            return .answer(
                [Phrase("export.page", ["code": .code(cohort.code), "date": .date(view.date)])],
                enclosure: Enclosure(
                    name: cohort.code, .page(view.page, format == .md ? .markdown : .pdf),
                    language: language))
        }
        throw Refusal(Phrase("cohort.unknown", ["code": .code(cohort.code)]))
    }

    // MARK: Both

    private func table(_ file: CohortFile, _ code: String) -> Decision {
        let count = file.challenges.reduce(0) { $0 + $1.goals.reduce(0) { $0 + $1.readings.count } }
        return .answer(
            [Phrase("export.table", ["code": .code(code), "count": .count(count)])],
            enclosure: Enclosure(name: code, .bytes(file.csv(), type: "text/csv; charset=utf-8")))
    }

    private func calendar(_ calendar: DayCalendar, _ code: String) -> Decision {
        .answer(
            [
                Phrase(
                    "export.calendar",
                    ["code": .code(code), "count": .count(calendar.entries.count)])
            ],
            enclosure: Enclosure(name: code, .calendar(calendar), language: language))
    }
}
