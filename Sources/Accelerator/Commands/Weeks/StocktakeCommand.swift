public import Language

/// The stocktake with the principal: one page, and that it was held (method.md 2.9).
struct StocktakeCommand: Command {
    static let name = "stocktake"
    let isHeld: Bool
    let cohort: String?
    let attended: Int?
    let note: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        // The usages stand in this order in the command's file.
        isHeld = arguments.utterance.usage == 0
        cohort = try arguments.code("cohort")
        attended = try arguments.count("attended")
        note = try arguments.gateText("note")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let cohort = try Daily.cohort(cohort, state, context)
        let me = try context.me()
        let view = CohortView(cohort, state, at: context.at, zones: context.zones)
        let isOffice = state.holders(of: .office, over: cohort.code).contains(me)
        guard isHeld else {
            let mayHold = isOffice && cohort.state == .accelerating
            return .answer(
                view.stocktake,
                offers: mayHold
                    ? [Offer(Phrase("stocktake.heldLabel"), "/stocktake hold \(cohort.code)")] : [],
                subject: "cohort \(cohort.code)")
        }
        guard isOffice else {
            throw Refusal(
                Phrase("stocktake.officeOnly", ["code": .code(cohort.code)]), kind: .right,
                offers: [Offer(Phrase("stocktake.label"), "/stocktake \(cohort.code)")])
        }
        guard cohort.state == .accelerating else {
            throw Refusal(
                Phrase(
                    "stocktake.notNow",
                    ["code": .code(cohort.code), "state": .term(cohort.state.term)]),
                offers: [
                    Offer(
                        Phrase("cohort.label", ["code": .code(cohort.code)]),
                        "/cohort \(cohort.code)")
                ])
        }
        if cohort.stocktakes.contains(where: { $0.date == view.date }), !context.isSure {
            let again = Daily.line(
                Self.name, values(cohort), in: nil, context)
            return .ask(
                [
                    Phrase(
                        "stocktake.again", ["code": .code(cohort.code), "date": .date(view.date)])
                ],
                offers: [
                    Offer(Phrase("stocktake.againLabel"), context.sure(again)), Daily.cancel(),
                ])
        }
        guard cohort.stocktakes.count < 100 else { throw Refusal(Phrase("stocktake.tooMany")) }
        var held = Stocktake()
        held.date = view.date
        held.by = me
        held.attended = attended.map { min($0, 1_000) }
        held.note = note
        held.decisions = view.needed.map { "\($0.view.challenge.code)-\($0.decision.code)" }
        return .record(
            [.stocktakeHeld(StocktakeHeld(cohort.code, held))],
            [
                Phrase(
                    "stocktake.held",
                    [
                        "code": .code(cohort.code), "date": .date(view.date),
                        "count": .count(held.decisions.count),
                    ])
            ], offers: [Daily.undo])
    }

    private func values(_ cohort: Cohort) -> [String: Value] {
        var values: [String: Value] = ["cohort": .code(cohort.code)]
        if let attended { values["attended"] = .count(attended) }
        if let note { values["note"] = .text(note) }
        return values
    }
}

extension CohortView {
    /// Decisions that wait, those that are due first before the others; eight at most.
    var needed: [(view: ChallengeView, decision: DecisionAsked)] {
        var all: [(view: ChallengeView, decision: DecisionAsked)] = []
        for view in views where view.isRunning {
            all += view.openDecisions.map { (view: view, decision: $0) }
        }
        func due(_ item: (view: ChallengeView, decision: DecisionAsked)) -> LocalDate {
            item.decision.due ?? item.decision.askedOn + 30
        }
        all.sort { due($0) < due($1) }
        return Array(all.prefix(8))
    }

    /// One page: three worst, three best, decisions needed, those of last time with their status.
    public var stocktake: [Phrase] {
        let running = views.filter { $0.isRunning && $0.assessment.primary?.last != nil }
        guard !running.isEmpty else { return head + [Phrase("stocktake.nothing")] }
        let worst = running.prefix(3)
        let best = running.dropFirst(3).suffix(3).reversed()
        var lines = [Phrase("stocktake.title")] + head + [counts, Phrase("stocktake.worst")]
        for view in worst {
            lines.append(view.row)
            if let why = ChallengeView.joined(view.weighty.prefix(1).map(view.phrase)),
                view.assessment.colour == .offTrack || view.assessment.colour == .atRisk
            {
                lines.append(Phrase("digest.rowWhy", ["reasons": .phrase(why)]))
            }
        }
        if !best.isEmpty { lines += [Phrase("stocktake.best")] + best.map(\.row) }
        let waiting = needed.prefix(4)
        lines.append(Phrase(waiting.isEmpty ? "stocktake.noneNeeded" : "stocktake.needed"))
        for item in waiting { lines += item.view.lines(of: item.decision).prefix(1) }
        return Array((lines + lastTime.prefix(25 - min(lines.count, 25))).prefix(25))
    }

    private var lastTime: [Phrase] {
        guard let last = cohort.stocktakes.last(where: { $0.date < date }) else {
            return [Phrase("stocktake.first")]
        }
        var lines = [Phrase("stocktake.lastTime", ["date": .date(last.date)])]
        for code in last.decisions.prefix(5) {
            guard let view = views.first(where: { code.hasPrefix($0.challenge.code + "-") }),
                let decision = view.challenge.decisions.first(where: {
                    code == "\(view.challenge.code)-\($0.code)"
                })
            else { continue }
            lines +=
                decision.state == .asked
                ? Array(view.lines(of: decision).prefix(1)) : [view.closedLine(of: decision)]
        }
        if lines.count == 1 { lines.append(Phrase("stocktake.lastNone")) }
        return lines
    }
}
