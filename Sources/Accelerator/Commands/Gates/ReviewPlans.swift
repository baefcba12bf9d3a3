package import Language

/// Where a review stands: planned, held, missed by time, or cancelled for a reason (method.md 2.3).
package struct ReviewStanding {
    package enum Stage: String { case planned, held, missed, cancelled }
    package var kind: ReviewKind
    package var stage: Stage
    var date: LocalDate
    var movedFrom: LocalDate?
    var reason: String?
    /// As it was noted, where it was held.
    var review: Review?

    var line: Phrase {
        let values: [Phrase.Field] = [
            .init("kind", .term("review.\(kind.rawValue)")),
            .init("state", .term("state.\(stage.rawValue)")),
            .init("date", .date(date)), .init("from", .date(movedFrom ?? date)),
            .init("reason", .text(reason ?? "")),
        ]
        if stage == .cancelled { return Phrase("review.standingCancelled", values) }
        return Phrase(movedFrom == nil ? "review.standing" : "review.standingMoved", values)
    }
}

extension Challenge {
    /// Days after the planned one on which a review can still be held in time.
    private static let grace: [ReviewKind: Int] = [
        .weekFour: 7, .closing: Challenge.daysToConfirm, .followUp30: 30, .followUp90: 30,
        .followUp180: 30,
    ]

    /// The last day on which a review that was planned for a day is held in time.
    static func lastDay(of kind: ReviewKind, _ planned: LocalDate) -> LocalDate {
        planned + (grace[kind] ?? 0)
    }

    /// The day on which a review is to be; nil while nothing says so. What has no day of its own follows the days
    /// off.
    func plannedReview(_ kind: ReviewKind, _ cohort: Cohort?, _ days: WorkingDays) -> LocalDate? {
        switch kind {
        case .launch: return head.launchOn ?? dayOne.map { $0 - 1 }
        case .weekFour:
            return ownWeekFour ?? dayTwentyEight.map { days.onOrBefore($0) ?? $0 }
        case .midpoint:
            return head.midpointOn ?? cohort?.midpointOn
                ?? dayOne.flatMap { days.midpoint(dayOne: $0, duration: head.duration) }
                ?? date(ofDay: (head.duration + 1) / 2)
        case .closing: return head.closingOn ?? cohort?.closingOn
        case .followUp30, .followUp90, .followUp180:
            return sustainability?.checkPoints.first {
                ReviewKind.followUp(after: $0.offsetDays) == kind
            }?.date
        case .stocktake: return nil
        }
    }

    /// The day that the week-4 review was given.
    var ownWeekFour: LocalDate? { reviewPlans.first { $0.kind == .weekFour }?.date }
    /// Its day by the calendar of the method; none in a short challenge.
    var dayTwentyEight: LocalDate? { head.duration >= 35 ? date(ofDay: 28) : nil }

    /// Every review with where it stands on a day, in the order of the hundred days.
    package func reviewStandings(on today: LocalDate, _ state: State) -> [ReviewStanding] {
        let cohort = state.cohorts[head.cohort]
        let days = state.days(of: self)
        let isOver = isSettled(self.state) && self.state != .closed
        return ReviewKind.allCases.flatMap { kind -> [ReviewStanding] in
            let plan = reviewPlans.first { $0.kind == kind }
            let held = reviews.filter { $0.kind == kind && $0.date <= today }
            if !held.isEmpty {
                return held.suffix(3).map {
                    ReviewStanding(kind: kind, stage: .held, date: $0.date, review: $0)
                }
            }
            if let answered = followUp(kind) {
                return [ReviewStanding(kind: kind, stage: .held, date: answered.on)]
            }
            if let plan, plan.isCancelled {
                return [
                    ReviewStanding(
                        kind: kind, stage: .cancelled, date: plan.on, reason: plan.reason)
                ]
            }
            guard let date = plannedReview(kind, cohort, days), !isOver else { return [] }
            if kind == .launch, hasLaunched(by: today) {
                return [ReviewStanding(kind: kind, stage: .held, date: date)]
            }
            var last = Self.lastDay(of: kind, date)
            if kind == .midpoint {
                last = max(date, self.date(ofDay: head.duration * 3 / 5) ?? date)
            }
            return [
                ReviewStanding(
                    kind: kind, stage: today > last ? .missed : .planned, date: date,
                    movedFrom: plan?.movedFrom,
                    reason: plan?.reason)
            ]
        }
    }
}

extension ReviewCommand {
    /// The list: all kinds, held or to come.
    func list(_ challenge: Challenge, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        try Daily.lookInside(challenge, state, context)
        let today = context.today(in: challenge, state)
        let standings = challenge.reviewStandings(on: today, state)
        guard !standings.isEmpty else {
            return .answer([Phrase("review.none", ["challenge": .code(challenge.code)])])
        }
        return .answer(
            standings.prefix(12).flatMap { [$0.line] + Self.lines(of: $0.review?.form ?? []) })
    }

    /// Refuses what can't have been held yet, and what stands there already: a closing, a launch are held once.
    func requireHoldable(
        _ kind: ReviewKind, _ challenge: Challenge, _ today: LocalDate
    ) throws(Refusal) {
        let phase = challenge.phase(on: today)
        let isAfter = [.results, .sustaining, .handedOver, .closed].contains(phase)
        let isTime =
            switch kind {
            case .launch:
                challenge.hasLaunched(by: today)
                    || challenge.head.launchOn.map { $0 <= today } ?? false
            case .weekFour, .midpoint: isAfter || phase == .accelerating
            default: isAfter
            }
        let values: KeyValuePairs<String, Say> = [
            "kind": .term("review.\(kind.rawValue)"), "challenge": .code(challenge.code),
            "state": .term(phase.term),
            "date": .date(challenge.reviews.last { $0.kind == kind }?.date ?? today),
        ]
        guard isTime, phase != .stopped, phase != .withdrawn else {
            throw Refusal(
                Phrase("review.notYet", values),
                offers: [Offer(Phrase("review.label"), "/review \(challenge.code)")])
        }
        if kind != .weekFour, challenge.reviews.contains(where: { $0.kind == kind }) {
            throw Refusal(
                Phrase("review.already", values),
                offers: [Offer(Phrase("review.label"), "/review \(challenge.code)")])
        }
    }

    /// `review move`, `review cancel`: by coach or office; the team, the sponsor and the coach are told.
    func plan(
        _ kind: ReviewKind, to date: LocalDate?, _ challenge: Challenge, _ state: State,
        _ context: Context
    ) throws(Refusal) -> Decision {
        try context.require([.coach, .office], in: challenge, state)
        try Daily.requireOpen(challenge)
        let me = try context.me()
        let today = context.today(in: challenge, state)
        let offer = [Offer(Phrase("review.label"), "/review \(challenge.code)")]
        if let held = challenge.reviews.last(where: { $0.kind == kind }) {
            throw Refusal(
                Phrase(
                    "review.already",
                    [
                        "kind": .term("review.\(kind.rawValue)"),
                        "challenge": .code(challenge.code),
                        "date": .date(held.date),
                    ]), offers: offer)
        }
        if date == nil,
            let before = challenge.reviewPlans.first(where: { $0.kind == kind && $0.isCancelled })
        {
            throw Refusal(
                Phrase(
                    "review.cancelledAlready",
                    [
                        "kind": .term("review.\(kind.rawValue)"),
                        "challenge": .code(challenge.code),
                        "state": .term("state.cancelled"), "date": .date(before.on),
                    ]), offers: offer)
        }
        var plan = ReviewPlan()
        plan.kind = kind
        plan.by = me
        plan.on = today
        plan.reason = note
        var events: [Event] = []
        if let date {
            let (first, last) = try window(kind, challenge, today)
            guard (first...max(first, last)).contains(date) else {
                throw Refusal(
                    Phrase(
                        "review.window",
                        [
                            "kind": .term("review.\(kind.rawValue)"),
                            "challenge": .code(challenge.code),
                            "first": .date(first), "last": .date(max(first, last)),
                        ]), offers: offer)
            }
            plan.date = date
            let before = challenge.plannedReview(
                kind, state.cohorts[challenge.head.cohort], state.days(of: challenge))
            plan.movedFrom = before == date ? nil : before
            var head = challenge.head
            if kind == .midpoint { head.midpointOn = date }
            if kind == .closing { head.closingOn = date }
            if head != challenge.head { events.append(.challengeSet(head)) }
        } else {
            plan.isCancelled = true
        }
        events.append(.reviewPlanned(OfChallenge(challenge.code, plan)))
        let said = Phrase(
            date == nil ? "review.cancelled" : note == nil ? "review.moved" : "review.movedWhy",
            [
                "kind": .term("review.\(kind.rawValue)"), "challenge": .code(challenge.code),
                "date": .date(date ?? today), "reason": .text(note ?? ""), "by": state.name(of: me),
            ])
        return .record(
            events, [said], offers: [Decision.gateUndo],
            notices: context.gateTell(
                challenge.holders(of: .teamLeader) + challenge.holders(of: .sponsor)
                    + challenge.holders(of: .coach),
                [said], subject: "status \(challenge.code)"))
    }

    /// The days on which a review may be: not in the past, and where its part of the hundred days is.
    private func window(
        _ kind: ReviewKind, _ challenge: Challenge, _ today: LocalDate
    ) throws(Refusal) -> (LocalDate, LocalDate) {
        let duration = challenge.head.duration
        guard let dayOne = challenge.dayOne, let lastDay = challenge.lastDay else {
            throw Refusal(Phrase("midpoint.noDay", ["challenge": .code(challenge.code)]))
        }
        switch kind {
        case .midpoint:
            return (
                max(today, dayOne + ((duration * 2 + 4) / 5 - 1)), dayOne + (duration * 3 / 5 - 1)
            )
        case .closing: return (max(today, lastDay + 1), lastDay + Challenge.daysToConfirm)
        default: return (max(today, dayOne), lastDay)
        }
    }
}
