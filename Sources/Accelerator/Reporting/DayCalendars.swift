public import Language

// The days of a challenge or a cohort as a calendar: what is due, what is held, what is checked later.

extension Enclosure {
    /// One calendar of several: who is invited twice gets one file. Files that are no calendars can't be joined.
    package static func joined(_ all: [Enclosure]) -> Enclosure? {
        guard all.count > 1 else { return all.first }
        var names: [String] = [], titles: [String] = []
        var entries: [DayCalendar.Entry] = []
        var stamp: LocalMoment?
        for one in all.prefix(8) {
            guard case .calendar(let calendar) = one.content else { return all.first }
            names.append(one.name)
            titles.append(calendar.name)
            entries += calendar.entries
            stamp = max(stamp ?? calendar.stamp, calendar.stamp)
        }
        guard let stamp else { return nil }
        return Enclosure(
            name: names.joined(separator: "-"),
            .calendar(
                DayCalendar(
                    name: titles.joined(separator: " · "), entries: entries, stamp: stamp)))
    }
}

extension DayCalendar {
    private static let most = 5000

    /// Day 1, the middle and the last day of a cohort, its reviews, and all days of its challenges.
    public init(_ cohort: Cohort, _ state: State) {
        var days = Days()
        let code = Say.code(cohort.code)
        days.frame(cohort.code, code, from: cohort.dayOne, duration: cohort.duration)
        days.review(cohort.code, code, .midpoint, on: cohort.midpointOn)
        days.review(cohort.code, code, .closing, on: cohort.closingOn)
        for challenge in state.challenges(of: cohort.code) { days.add(challenge, cohort) }
        let name = cohort.name.isEmpty ? cohort.code : cohort.name
        self.init(
            name: name, entries: Array(days.entries.prefix(Self.most)),
            stamp: state.at.local(offset: 0))
    }

    /// The days of one challenge.
    public init(_ challenge: Challenge, _ state: State) {
        var days = Days()
        days.add(challenge, nil)
        let cohort = state.cohorts[challenge.head.cohort]
        let code = Say.code(challenge.code)
        days.frame(challenge.code, code, from: challenge.dayOne, duration: challenge.head.duration)
        days.review(
            challenge.code, code, .midpoint, on: challenge.head.midpointOn ?? cohort?.midpointOn)
        days.review(
            challenge.code, code, .closing, on: challenge.head.closingOn ?? cohort?.closingOn)
        self.init(
            name: "\(challenge.code) \(challenge.head.title)",
            entries: Array(days.entries.prefix(Self.most)).sorted {
                ($0.date, $0.id) < ($1.date, $1.id)
            },
            stamp: state.at.local(offset: 0))
    }

    /// What an invitation to the launch asks to keep free: the workshop, Day 1, the middle and the last day, the
    /// reviews.
    init(launchOf challenge: Challenge, _ state: State) {
        let cohort = state.cohorts[challenge.head.cohort]
        let head = challenge.head
        let code = Say.code(challenge.code)
        var days = Days()
        days.launch(challenge, on: head.launchOn ?? cohort?.launchOn)
        days.frame(
            challenge.code, code, from: head.dayOne ?? cohort?.dayOne, duration: head.duration)
        days.review(challenge.code, code, .midpoint, on: head.midpointOn ?? cohort?.midpointOn)
        days.review(challenge.code, code, .closing, on: head.closingOn ?? cohort?.closingOn)
        self.init(
            name: "\(challenge.code) \(head.title)", entries: days.entries,
            stamp: state.at.local(offset: 0))
    }

    private struct Days {
        var entries: [Entry] = []

        mutating func frame(_ id: String, _ code: Say, from first: LocalDate?, duration: Int) {
            guard let first else { return }
            let duration = max(1, duration)
            var seen: Set<Int> = []
            for day in [1, max(1, duration / 2), duration] where seen.insert(day).inserted {
                entries.append(
                    Entry(
                        id: "\(id)-day-\(day)", first + (day - 1),
                        Phrase(
                            day == duration ? "export.lastDay" : "export.day",
                            ["code": code, "day": .count(day)])))
            }
        }

        mutating func launch(_ challenge: Challenge, on date: LocalDate?) {
            guard let date else { return }
            let code = Say.code(challenge.code)
            var title = Phrase(
                "export.review", ["code": code, "review": .term("review.launch")])
            if let time = challenge.head.launchTime {
                title = Phrase(
                    "export.reviewAt",
                    ["code": code, "review": .term("review.launch"), "time": .time(time)])
            }
            entries.append(
                Entry(
                    id: "\(challenge.code)-launch", date, title,
                    note: Phrase(
                        "page.title", ["code": code, "title": .text(challenge.head.title)])))
        }

        mutating func review(_ id: String, _ code: Say, _ kind: ReviewKind, on date: LocalDate?) {
            guard let date else { return }
            entries.append(
                Entry(
                    id: "\(id)-\(kind.rawValue)", date,
                    Phrase(
                        "export.review", ["code": code, "review": .term("review.\(kind.rawValue)")])
                ))
        }

        /// What differs from the cohort's own days, and what only a challenge has.
        mutating func add(_ challenge: Challenge, _ cohort: Cohort?) {
            guard challenge.state != .withdrawn else { return }
            let code = Say.code(challenge.code)
            let note = Phrase("page.title", ["code": code, "title": .text(challenge.head.title)])
            if let cohort {
                if challenge.head.midpointOn != cohort.midpointOn {
                    review(challenge.code, code, .midpoint, on: challenge.head.midpointOn)
                }
                if challenge.head.closingOn != cohort.closingOn {
                    review(challenge.code, code, .closing, on: challenge.head.closingOn)
                }
                if let last = challenge.lastDay,
                    last != cohort.dayOne.map({ $0 + (cohort.duration - 1) })
                {
                    entries.append(
                        Entry(
                            id: "\(challenge.code)-day-\(challenge.head.duration)", last,
                            Phrase(
                                "export.lastDay",
                                ["code": code, "day": .count(challenge.head.duration)]), note: note)
                    )
                }
            }
            for milestone in challenge.milestones
            where milestone.state == .open || milestone.state == .done {
                let whole = "\(challenge.code)-\(milestone.code)"
                entries.append(
                    Entry(
                        id: whole, milestone.due,
                        Phrase(
                            milestone.state == .done ? "export.milestoneDone" : "export.milestone",
                            ["code": .code(whole), "title": .text(milestone.title)]),
                        note: note, isDone: milestone.state == .done))
            }
            for decision in challenge.decisions where decision.state == .asked {
                guard let due = decision.due else { continue }
                let whole = "\(challenge.code)-\(decision.code)"
                entries.append(
                    Entry(
                        id: whole, due,
                        Phrase(
                            "export.decision", ["code": .code(whole), "text": .text(decision.text)]),
                        note: note))
            }
            for check in challenge.sustainability?.checkPoints ?? [] {
                entries.append(
                    Entry(
                        id: "\(challenge.code)-check-\(check.offsetDays)", check.date,
                        Phrase("export.check", ["code": code, "days": .count(check.offsetDays)]),
                        note: note))
            }
        }
    }
}
