public import Language

// Row 32 of the reminder calendar: digests. Who gets which, and when, follows from roles; whoever wants it
// otherwise says so (``Subscription``).
//
// 1. A subject (`digest CH-03`, `cohort NA-1`, `area KZ A03`, `nation KZ`) has receivers by role, each with a
//    row of its own. What a receiver chose about that subject takes the place of the role's rhythm; `off`
//    takes it away; whoever has no such role gets the row `digest.own`.
// 2. What was chosen holds while the right to see it does: it is looked at each time.
// 3. A nominal day is each working day, the weekday, or the 1st of the month. A day off moves it to the next
//    working day; the key keeps the nominal one.

/// Who gets a digest of a subject, when.
public struct DigestPlan: Hashable, Sendable {
    /// As it stands in keys and mutes: `digest.leader`.
    public var row: String
    public var subject: String
    /// A person, or `chat:` and a group's key.
    public var receiver: String
    public var rhythm: Subscription.Rhythm
    public var weekday: Int
    public var time: LocalTime
    /// When it began to be wanted, where that is known: nothing before is made up for.
    public var since: Instant?
    /// Whether the receiver chose it.
    public var isChosen = false

    init(
        _ row: String, _ subject: String, _ receiver: String,
        every rhythm: Subscription.Rhythm = .weekly,
        weekday: Int = 1, at time: LocalTime
    ) {
        self.row = row
        self.subject = subject
        self.receiver = receiver
        self.rhythm = rhythm
        self.weekday = weekday
        self.time = time
    }
}

extension State {
    /// The digests of a challenge: its leader and sponsor each Monday, its team before the weekly meeting, the
    /// heads of the other bodies once a month.
    public func digestPlans(of challenge: Challenge) -> [DigestPlan] {
        let subject = "digest \(challenge.code)"
        var plans = challenge.holders(of: .teamLeader).map {
            DigestPlan("digest.leader", subject, $0, at: LocalTime(8, 45))
        }
        plans += challenge.holders(of: .sponsor).map {
            DigestPlan("digest.sponsor", subject, $0, at: LocalTime(9, 15))
        }
        if let weekday = challenge.head.meetingDay, let time = challenge.head.meetingTime {
            let before = min(LocalTime(9, 0), LocalTime(minutes: time.minutes - 60))
            let set = trail["head \(challenge.code)"]?.last {
                $0.fields.contains { $0.name == "meeting_day" || $0.name == "meeting_time" }
            }
            plans += (bound[challenge.code] ?? []).filter { chats[$0]?.isLost == false }.map {
                chat in
                var plan = DigestPlan(
                    "digest.team", subject, "chat:" + chat, weekday: weekday, at: before)
                plan.since = [set?.at, chats[chat]?.boundAt].compactMap { $0 }.max()
                return plan
            }
        }
        plans += challenge.holders(of: .systemLeader).map {
            DigestPlan("digest.leadership", subject, $0, every: .monthly, at: LocalTime(9, 15))
        }
        return chosen(plans, subject)
    }

    /// The digests of a cohort: its office each working day.
    public func digestPlans(of cohort: Cohort) -> [DigestPlan] {
        let subject = "cohort \(cohort.code)"
        return chosen(
            holders(of: .office, over: cohort.code).map {
                DigestPlan("digest.office", subject, $0, every: .daily, at: LocalTime(9, 0))
            }, subject)
    }

    /// The digests of a programme: the national page each Monday for whoever leads it, and once a month a
    /// page for each area that is served, for the heads of the bodies that serve it.
    public func digestPlans(of programme: Programme) -> [DigestPlan] {
        let subject = "nation \(programme.code)"
        let leading = people.filter { person in
            person.grants.contains {
                ($0.role == .office || $0.role == .systemLeader) && $0.scope == programme.code
            }
        }
        var plans = chosen(
            leading.map { DigestPlan("digest.nation", subject, $0.code, at: LocalTime(10, 0)) },
            subject)
        var heads: [String: [String]] = [:]
        for challenge in challenges.filter({ $0.head.area != nil && !$0.isOver })
        where cohorts[challenge.head.cohort]?.programme == programme.code {
            heads[challenge.head.area ?? "", default: []] += challenge.holders(of: .systemLeader)
        }
        for area in programme.areas {
            let subject = "area \(programme.code) \(area.code)"
            plans += chosen(
                (heads[area.code] ?? []).map {
                    DigestPlan("digest.area", subject, $0, every: .monthly, at: LocalTime(9, 30))
                }, subject)
        }
        return plans
    }

    /// Each receiver once, as they want it.
    private func chosen(_ byRole: [DigestPlan], _ subject: String) -> [DigestPlan] {
        let wishes = (subscriptions[subject] ?? []).filter { $0.rhythm == .off || mayHear($0) }
        var plans = byRole
        if plans.count > 1 {
            var seen: Set<String> = []
            plans.removeAll { !seen.insert($0.receiver).inserted }
        }
        for wish in wishes {
            let place = plans.firstIndex { $0.receiver == wish.to }
            if wish.rhythm == .off {
                if let place { plans.remove(at: place) }
                continue
            }
            var plan = DigestPlan(
                place.map { plans[$0].row } ?? "digest.own", subject, wish.to, every: wish.rhythm,
                weekday: wish.weekday ?? 1, at: wish.time)
            plan.isChosen = true
            plan.since = wish.since
            if let place { plans[place] = plan } else { plans.append(plan) }
        }
        return plans
    }

    // MARK: Rights

    /// Whether a subject may still be told to whoever wanted it: a person by their own right, a group by that
    /// of the one who wanted it for the group.
    func mayHear(_ wish: Subscription) -> Bool {
        guard wish.to.utf8.starts(with: "chat:".utf8) else { return maySee(wish.subject, wish.to) }
        let key = String(wish.to.dropFirst("chat:".count))
        guard let chat = chats[key], !chat.isLost else { return false }
        let words = wish.subject.split(separator: " ")
        if words.first == "digest", let code = words.last.map(String.init), chat.challenge == code {
            return true
        }
        return maySee(wish.subject, wish.by)
    }

    /// Whether a person may ask for the digest of a subject now: of a challenge whoever works in it, of what
    /// is larger whoever has a part in its programme (method.md 2.7).
    func maySee(_ subject: String, _ person: String) -> Bool {
        let words = subject.split(separator: " ").map(String.init)
        guard words.count >= 2, people[person] != nil else { return false }
        switch words[0] {
        case "digest":
            guard let challenge = challenges[words[1]] else { return false }
            return !roles(of: person, in: challenge).subtracting([.viewer, .trainer]).isEmpty
        case "cohort": return hasPart(person, in: cohorts[words[1]]?.programme)
        case "area": return hasPart(person, in: words[1])
        case "nation":
            let wanted: Set<Role> = [.office, .sponsor, .systemLeader, .coach, .viewer, .admin]
            return hasPart(person, in: words[1]) && !roles(of: person).isDisjoint(with: wanted)
        default: return false
        }
    }
}

extension Reminding {
    func digests(of challenge: Challenge, _ finder: Finder, _ first: LocalDate, _ last: LocalDate)
        -> [Matter]
    {
        digests(state.digestPlans(of: challenge), finder, first, last)
    }

    func digests(of cohort: Cohort, _ finder: Finder, _ first: LocalDate, _ last: LocalDate)
        -> [Matter]
    {
        digests(state.digestPlans(of: cohort), finder, first, last)
    }

    /// While one of its cohorts runs.
    func digests(of programme: Programme, _ finder: Finder) -> [Matter] {
        let running = state.cohorts.filter {
            $0.programme == programme.code && $0.state == .accelerating
        }
        let first = running.compactMap(\.dayOne).min()
        let last = running.compactMap { cohort in cohort.dayOne.map { $0 + (cohort.duration - 1) } }
            .max()
        guard let first, let last else { return [] }
        return digests(state.digestPlans(of: programme), finder, first, last)
    }

    /// Of each plan what may ring by now, and the next after that.
    private func digests(
        _ plans: [DigestPlan], _ finder: Finder, _ first: LocalDate, _ last: LocalDate
    ) -> [Matter] {
        var found: [Matter] = []
        let from = lookedAt.date
        let now = state.at.local(offset: 0).date
        for plan in plans {
            guard let row = row(of: plan, finder) else { continue }
            let code = Self.parts(plan.subject).code
            // The floor is days back, and a long holiday may lie between the nominal day and the real one.
            var date = max(from - (plan.rhythm == .monthly ? 31 : 14), first)
            var walked = 0
            // By its number: the calendar's last day has no day after it.
            while date.days <= last.days, walked < 400 {
                defer {
                    walked += 1
                    date = date + 1
                }
                guard isNominal(date, plan, finder.days) else { continue }
                let day = finder.days.onOrAfter(date) ?? date
                guard day >= from, day <= last else { continue }
                let rings = LocalMoment(day, row.time)
                if let since = plan.since,
                    (zones.instant(rings, in: finder.zone) ?? rings.utc) < since
                {
                    continue
                }
                var matter = Matter(
                    row: row, code: code, nominal: date, ground: finder.ground)
                matter.owner = plan.receiver
                found.append(matter)
                // One that is surely still to come is enough: the clocks of the earth are a day apart.
                if day > now + 1, day > from + 1 { break }
            }
        }
        return found
    }

    /// `area` and `KZ A03` of `area KZ A03`.
    private static func parts(_ subject: String) -> (thing: String, code: String) {
        guard let space = subject.utf8.firstIndex(of: UInt8(ascii: " ")) else {
            return (subject, subject)
        }
        return (String(subject[..<space]), String(subject[subject.utf8.index(after: space)...]))
    }
    private static let onTheDay = [Step(.days(0), [.owner], .next)]

    /// The row of a plan; as the office of the cohort set it, where the receiver chose nothing else.
    private func row(of plan: DigestPlan, _ finder: Finder) -> Row? {
        let thing = Self.parts(plan.subject).thing
        var row = Row(32, plan.row, thing, from: .rhythm, at: plan.time, Self.onTheDay)
        guard !plan.isChosen, let known = Row.named(plan.row) else { return row }
        guard let set = known.set(by: finder.reminders) else { return nil }
        row.time = set.time
        return row
    }

    private func isNominal(_ date: LocalDate, _ plan: DigestPlan, _ days: WorkingDays) -> Bool {
        switch plan.rhythm {
        case .daily: days.isWorking(date)
        case .weekly: date.weekday == plan.weekday
        case .monthly: date.parts.day == 1
        case .off: false
        }
    }
}
