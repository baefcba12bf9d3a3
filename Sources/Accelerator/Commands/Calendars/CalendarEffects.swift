import Language

/// What a change of a calendar moves, found by comparing what follows from the facts before it and after it.
///
/// 1. Weekly meetings follow the calendar by themselves; reminders are derived from it.
/// 2. Day 1, the last day and due dates stand in the facts and stay. A review to come that falls on a day off is
///    moved with the change, to the nearest day on which it may be held; so is Day 0, the launch workshop.
/// 3. A reminder counts that rings on a day that changes, before it or after it, also where that is months
///    away: those that would only ring later if nothing happened until then are left out.
struct CalendarEffects {
    struct Meeting {
        let challenge: Challenge
        let from: LocalDate
        /// Nil where no working day is left in that week.
        let to: LocalDate?
    }
    struct ReviewMove {
        let challenge: Challenge?
        let cohort: String
        let kind: ReviewKind
        let from: LocalDate
        let to: LocalDate
    }
    /// What rings of one thing on one day, and where it rings after the change.
    struct Ring: Hashable {
        /// `reading`, `digest`: rows of one kind are one to whoever plans.
        let kind: String
        let subject: String
        let from: LocalDate?
        let to: LocalDate?
        var people = 0
    }

    private(set) var meetings: [Meeting] = []
    private(set) var reviews: [ReviewMove] = []
    private(set) var reminders: [Ring] = []
    /// Milestones that are due on a day that becomes one off: they stay due, their reminder comes earlier.
    private(set) var milestones: [(challenge: Challenge, milestone: Milestone)] = []
    /// The reviews moved.
    private(set) var events: [Event] = []
    private let target: CalendarTarget
    private let context: Context
    private let state: State
    private let today: LocalDate
    /// The days that change.
    private let dates: [LocalDate]

    var count: Int { meetings.count + reviews.count + reminders.count + milestones.count }

    init(
        _ changes: [Event], _ dates: [LocalDate], _ target: CalendarTarget, _ state: State,
        _ context: Context
    ) {
        self.dates = dates.sorted()
        self.target = target
        self.context = context
        self.state = state
        today = target.today(context)
        var after = state
        for event in changes { after.apply(event, Commit()) }
        guard let first = self.dates.first, let last = self.dates.last else { return }
        let programmes = Set(target.programmes.map(\.code))
        for cohort in state.cohorts.values where programmes.contains(cohort.programme) {
            guard cohort.state != .closed, cohort.state != .cancelled,
                let calendar = after.programmes[cohort.programme]?.calendar
            else { continue }
            add(
                cohort, state.programmes[cohort.programme]?.calendar ?? calendar, calendar,
                first...last)
        }
        for event in events { after.apply(event, Commit()) }
        addReminders(after, first...last)
    }

    private mutating func add(
        _ cohort: Cohort, _ before: WorkingCalendar, _ after: WorkingCalendar,
        _ span: ClosedRange<LocalDate>
    ) {
        let moved = Review(cohort, nil, before, after, today)
        if moved.cohort != cohort { events.append(.cohortSet(moved.cohort)) }
        let challenges = state.challenges(of: cohort.code).filter { !$0.isOver }
        if challenges.isEmpty {
            reviews += moved.found.map {
                ReviewMove(
                    challenge: nil, cohort: cohort.code, kind: $0.kind, from: $0.from, to: $0.to)
            }
        }
        for challenge in challenges {
            addMeetings(challenge, before, after, span)
            let own = Review(cohort, challenge, before, after, today)
            reviews += own.found.map {
                ReviewMove(
                    challenge: challenge, cohort: cohort.code, kind: $0.kind, from: $0.from,
                    to: $0.to)
            }
            if let head = own.head, head != challenge.head { events.append(.challengeSet(head)) }
            events += own.plans.map { .reviewPlanned(OfChallenge(challenge.code, $0)) }
            for milestone in challenge.milestones
            where milestone.state == .open && span.contains(milestone.due) {
                guard milestone.due >= today, before.isWorking(milestone.due),
                    !after.isWorking(milestone.due)
                else { continue }
                milestones.append((challenge, milestone))
            }
        }
    }

    private mutating func addMeetings(
        _ challenge: Challenge, _ before: WorkingCalendar, _ after: WorkingCalendar,
        _ span: ClosedRange<LocalDate>
    ) {
        guard [.launched, .accelerating].contains(challenge.state), let dayOne = challenge.dayOne,
            let lastDay = challenge.lastDay
        else { return }
        var monday = span.lowerBound - (span.lowerBound.weekday - 1)
        while monday <= span.upperBound {
            defer { monday = monday + 7 }
            guard let from = challenge.meeting(inWeekOf: monday, before.days),
                from >= max(today, dayOne),
                from <= lastDay
            else { continue }
            let to = challenge.meeting(inWeekOf: monday, after.days)
            if to != from { meetings.append(Meeting(challenge: challenge, from: from, to: to)) }
        }
    }

    private mutating func addReminders(_ after: State, _ span: ClosedRange<LocalDate>) {
        let programmes = Set(target.programmes.map(\.code))
        // Whoever lives by these days off may work anywhere.
        let lives =
            target.country.map { country in !state.people.filter { $0.country == country }.isEmpty }
            ?? false
        let owners = Reminding.owners(state).filter { owner in
            if lives { return true }
            let parts = owner.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return false }
            let cohort = state.challenges[parts[1]].map { $0.head.cohort } ?? parts[1]
            return state.cohorts[cohort].map { programmes.contains($0.programme) } ?? true
        }
        var old: [String: Occurrence] = [:], new: [String: Occurrence] = [:]
        for at in probes(span) {
            collect(state, owners, at, &old)
            collect(after, owners, at, &new)
        }
        let changed = Set(dates)
        var found: [Ring: Int] = [:]
        for key in Set(old.keys).union(new.keys) {
            let before = old[key]?.rings, next = new[key]?.rings
            guard before != next, max(before ?? context.at, next ?? context.at) >= context.at,
                let one = old[key] ?? new[key]
            else { continue }
            let from = before.map { local($0).date }, to = next.map { local($0).date }
            guard from.map(changed.contains) == true || to.map(changed.contains) == true else {
                continue
            }
            let kind = one.row.split(separator: ".").first.map(String.init) ?? "other"
            found[Ring(kind: kind, subject: one.subject, from: from, to: to), default: 0] += 1
        }
        reminders = found.map { ring, people in
            var ring = ring
            ring.people = people
            return ring
        }
        reminders.sort {
            ($0.from ?? $0.to ?? today, $0.kind, $0.subject, $0.to ?? today)
                < ($1.from ?? $1.to ?? today, $1.kind, $1.subject, $1.to ?? today)
        }
    }

    /// From when on to look: now, or where the days are further away, from before them on; what repeats is
    /// foreseen for two weeks.
    private func probes(_ span: ClosedRange<LocalDate>) -> [Instant] {
        var found: [Instant] = []
        var day = span.lowerBound - 4
        while day <= span.upperBound + 4, found.count < 6 {
            found.append(max(context.at, Instant(milliseconds: Int64(day.days) * Instant.day)))
            day = day + 9
        }
        return found
    }

    private func collect(
        _ state: State, _ owners: [String], _ at: Instant, _ into: inout [String: Occurrence]
    ) {
        var probe = state
        probe.at = max(at, state.at)
        let reminding = Reminding(probe, context.zones)
        for owner in owners { for one in reminding.occurrences(owner) { into[one.key] = one } }
    }
}

extension CalendarEffects {
    var values: [Phrase.Field] {
        [
            .init("meetings", .count(meetings.count)), .init("reminders", .count(reminders.count)),
            .init("reviews", .count(reviews.count)), .init("milestones", .count(milestones.count)),
        ]
    }
    /// `3 reminders and 1 weekly meeting moved.`
    var moved: Phrase? {
        let what: [Say] = [
            ("reminders", reminders.count), ("meetings", meetings.count),
            ("reviews", reviews.count),
        ]
        .filter { $0.1 > 0 }.map { .phrase(Phrase("calendar.n.\($0.0)", ["count": .count($0.1)])) }
        return what.isEmpty ? nil : Phrase("calendar.moved", ["what": .list(what)])
    }

    /// What moves, line by line: at most so many.
    func lines(_ most: Int) -> [Phrase] {
        var lines = meetings.map(line) + reviews.map(line)
        lines += milestones.map {
            Phrase(
                "calendar.milestone",
                [
                    "code": .code("\($0.challenge.code)-\($0.milestone.code)"),
                    "title": Title.short($0.milestone.title, 40), "date": .date($0.milestone.due),
                ])
        }
        lines += reminders.map(line)
        guard lines.count > most else { return lines }
        return Array(lines.prefix(max(0, most - 1)))
            + [Phrase("calendar.more", ["count": .count(lines.count - max(0, most - 1))])]
    }

    private func local(_ at: Instant) -> LocalMoment {
        context.zones.local(at, in: target.zone) ?? at.local(offset: 0)
    }

    private func line(_ meeting: Meeting) -> Phrase {
        Phrase(
            "calendar.meeting",
            [
                "challenge": .code(meeting.challenge.code), "from": .date(meeting.from),
                "to": .date(meeting.to ?? meeting.from),
                "held": .code(meeting.to == nil ? "no" : "yes"),
            ])
    }
    private func line(_ review: ReviewMove) -> Phrase {
        Phrase(
            "calendar.review",
            [
                "challenge": .code(review.challenge?.code ?? review.cohort),
                "review": .term("review.\(review.kind.rawValue)"), "from": .date(review.from),
                "to": .date(review.to),
            ])
    }
    private func line(_ ring: Ring) -> Phrase {
        let what = ring.subject.split(separator: " ").last.map(String.init) ?? ""
        let how =
            ring.from == nil
            ? "new" : ring.to == nil ? "gone" : ring.from == ring.to ? "hour" : "moved"
        return Phrase(
            "calendar.reminder",
            [
                "kind": .code(ring.kind), "what": .code(what), "count": .count(ring.people),
                "from": .date(ring.from ?? ring.to ?? today),
                "to": .date(ring.to ?? ring.from ?? today),
                "how": .code(how),
            ])
    }

    /// Each who meets or reviews on another day is told once, of all of it.
    func notices(_ head: Phrase, _ me: String?) -> [Outgoing] {
        var told: [String: [Phrase]] = [:]
        func tell(_ people: [String], _ line: Phrase) {
            for person in Set(people) where person != me { told[person, default: []].append(line) }
        }
        for meeting in meetings {
            tell(meeting.challenge.team + meeting.challenge.holders(of: .coach), line(meeting))
        }
        for review in reviews {
            guard let challenge = review.challenge else { continue }
            // All of a team keep Day 0 free.
            let team = review.kind == .launch ? challenge.team : challenge.holders(of: .teamLeader)
            tell(
                team + challenge.holders(of: .coach) + challenge.holders(of: .sponsor),
                line(review))
        }
        return told.keys.sorted().map { person in
            context.tell(person, [head] + (told[person] ?? []).prefix(12))
        }
    }

    /// Who was told of a change is told that it was taken back.
    static func takenBack(_ events: [Event], _ state: State, _ context: Context) -> [Outgoing] {
        var dates: [LocalDate] = []
        var country: String?
        for case .calendarChanged(let change) in events {
            dates.append(change.date)
            country = country ?? change.country ?? state.programmes[change.programme]?.country
        }
        guard !dates.isEmpty, let country, !country.isEmpty,
            let target = try? CalendarTarget(country, isOwn: false, state, context)
        else { return [] }
        var effects = CalendarEffects(events, dates, target, state, context)
        for case .challengeSet(let head) in events {
            guard let before = state.challenges[head.code] else { continue }
            for (kind, from, to) in [
                (ReviewKind.launch, before.head.launchOn, head.launchOn),
                (.midpoint, before.head.midpointOn, head.midpointOn),
                (.closing, before.head.closingOn, head.closingOn),
            ] {
                guard let from, let to, from != to else { continue }
                effects.reviews.append(
                    ReviewMove(
                        challenge: before, cohort: head.cohort, kind: kind, from: from, to: to))
            }
        }
        for case .cohortSet(let set) in events {
            guard let before = state.cohorts[set.code] else { continue }
            for challenge in state.challenges(of: set.code) where !challenge.isOver {
                let head = challenge.head
                // What a challenge has no day of its own for, it has of its cohort.
                for (kind, own, from, to) in [
                    (ReviewKind.launch, head.launchOn, before.launchOn, set.launchOn),
                    (.midpoint, head.midpointOn, before.midpointOn, set.midpointOn),
                    (.closing, head.closingOn, before.closingOn, set.closingOn),
                ] {
                    guard own == nil, let from, let to, from != to else { continue }
                    effects.reviews.append(
                        ReviewMove(
                            challenge: challenge, cohort: set.code, kind: kind, from: from, to: to))
                }
            }
        }
        for case .reviewPlanned(let plan) in events {
            guard let before = state.challenges[plan.challenge],
                let from = before.ownWeekFour, let to = plan.content.date, from != to,
                plan.content.kind == .weekFour
            else { continue }
            effects.reviews.append(
                ReviewMove(
                    challenge: before, cohort: before.head.cohort, kind: .weekFour, from: from,
                    to: to))
        }
        effects.reviews.sort {
            ($0.challenge?.code ?? "", $0.kind.rawValue) < (
                $1.challenge?.code ?? "", $1.kind.rawValue
            )
        }
        return effects.notices(
            Phrase("calendar.toldBack", ["country": .code(target.label)]), context.person?.code)
    }
}
