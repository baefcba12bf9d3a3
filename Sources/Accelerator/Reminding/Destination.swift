import Language

// Whom an occurrence goes to: its receiver, whoever stands in, or the group.
//
// 1. What a receiver muted is not told to anybody else either.
// 2. On leave nothing comes: the deputy is told, marked “for Aigul”; without one the challenge's leader, coach
//    or sponsor, then the office; what belongs to the person alone, and what nobody can be told, waits for the
//    first morning back.
// 3. Whoever can't be reached in private is asked in the challenge's group, without a name. What is personal
//    never goes to a group.

/// Where an occurrence goes.
enum Destination {
    case to(Way)
    /// It waits until its receiver is back.
    case waits(Way, until: Instant)
    case nowhere(Rang.How)
}

/// A receiver, with the clock and the calendar that decide when it may be disturbed.
struct Way {
    var to: Receiver
    /// As it stands in ``Reminded/receiver``.
    var key: String
    /// In whose name the words are: the person, also where a group is asked instead.
    var reader: String
    var zone: String
    var calendar: WorkingCalendar
    /// Who is stood in for, and until when.
    var behalf: (person: String, until: LocalDate)?
    var isGroup: Bool { if case .chat = to { true } else { false } }
}

extension Occurrence {
    /// What concerns a team as a whole, and may be asked in its group or of its leader. What is not listed is
    /// somebody's own: calls, digests, thanks, who is silent.
    private static let teamKinds: Set<String> = [
        "reading", "late", "milestone", "blocker", "meeting", "checkin", "win", "countdown", "day",
        "launch", "midpoint",
        "results", "recognition", "closing", "promise", "followup",
    ]
    var isTeamMatter: Bool { Self.teamKinds.contains(kind) }
}

extension Decider {
    /// The programme by whose calendar an occurrence is counted.
    static func programme(of occurrence: Occurrence, _ state: State) -> Programme? {
        if let challenge = challenge(of: occurrence, state) {
            return state.programme(of: challenge)
        }
        let words = occurrence.subject.split(separator: " ").map(String.init)
        // `area KZ A03`: areas and sessions are numbered in each programme.
        if words.count == 3, ["area", "session", "risk"].contains(words[0]) {
            return state.programmes[words[1]]
        }
        let code = words.last ?? ""
        if let cohort = state.cohorts[code] { return state.programmes[cohort.programme] }
        if let programme = state.programmes[code] { return programme }
        return state.proposals[code].flatMap { state.cohorts[$0.cohort] }.flatMap {
            state.programmes[$0.programme]
        }
    }

    func way(to person: String, _ occurrence: Occurrence, _ state: State) -> Way {
        let programme = Self.programme(of: occurrence, state)
        return Way(
            to: .person(person), key: person, reader: person,
            zone: state.people[person]?.zone ?? Self.zone(of: occurrence, state),
            calendar: state.calendar(of: person, in: programme))
    }

    func way(toGroup key: String, for reader: String, _ occurrence: Occurrence, _ state: State)
        -> Way
    {
        Way(
            to: .chat(key), key: "chat:" + key, reader: reader,
            zone: Self.zone(of: occurrence, state),
            calendar: Self.programme(of: occurrence, state)?.calendar ?? WorkingCalendar())
    }

    func today(_ way: Way, _ at: Instant) -> LocalMoment {
        zones.local(at, in: way.zone) ?? at.local(offset: 0)
    }

    func destination(of occurrence: Occurrence, _ state: State, _ at: Instant) -> Destination {
        if let group = occurrence.chat {
            if state.chats[group]?.isLost != false { return instead(of: occurrence, state, at) }
            return .to(way(toGroup: group, for: occurrence.receiver, occurrence, state))
        }
        guard let person = state.people[occurrence.receiver] else { return .nowhere(.nobody) }
        let own = way(to: person.code, occurrence, state)
        let today = today(own, at).date
        if !occurrence.isStar,
            person.mutes.contains(where: { $0.covers(occurrence.row, on: today) })
        {
            return .nowhere(.muted)
        }
        if let until = person.awayUntil, until >= today {
            if let other = standIn(for: person, occurrence, state, at) {
                var found = reach(other, occurrence, state)
                if found != nil { found?.behalf = (person.code, until) }
                if let found { return .to(found) }
            }
            let back = Hours.decent(LocalMoment(until + 1, LocalTime(9, 0)), own.calendar)
            guard let time = zones.instant(back, in: own.zone) else { return .nowhere(.nobody) }
            return .waits(own, until: time)
        }
        return reach(person.code, occurrence, state).map { .to($0) } ?? .nowhere(.nobody)
    }

    /// A team whose group is gone: its leader is told.
    private func instead(of occurrence: Occurrence, _ state: State, _ at: Instant) -> Destination {
        guard let challenge = Self.challenge(of: occurrence, state),
            let leader = challenge.holders(of: .teamLeader).first(where: {
                isHere($0, occurrence, state, at)
            })
        else { return .nowhere(.nobody) }
        return .to(way(to: leader, occurrence, state))
    }

    /// In private, else in the group; nil where neither leads to the person.
    private func reach(_ person: String, _ occurrence: Occurrence, _ state: State) -> Way? {
        if state.people[person]?.isReachable == true, state.reached[person]?.isEmpty == false {
            return way(to: person, occurrence, state)
        }
        guard occurrence.isTeamMatter, let challenge = Self.challenge(of: occurrence, state),
            let group = state.bound[challenge.code]?.first(where: {
                state.chats[$0]?.isLost == false
            })
        else { return nil }
        return way(toGroup: group, for: person, occurrence, state)
    }

    private func isHere(_ person: String, _ occurrence: Occurrence, _ state: State, _ at: Instant)
        -> Bool
    {
        guard let known = state.people[person], known.isReachable,
            state.reached[person]?.isEmpty == false
        else {
            return false
        }
        guard let until = known.awayUntil else { return true }
        return until < today(way(to: person, occurrence, state), at).date
    }

    /// Who is asked while somebody is on leave.
    private func standIn(
        for person: Person, _ occurrence: Occurrence, _ state: State, _ at: Instant
    ) -> String? {
        func firstHere(_ people: [String]) -> String? {
            people.first { $0 != person.code && isHere($0, occurrence, state, at) }
        }
        if let deputy = person.deputy, let found = firstHere([deputy]) { return found }
        guard occurrence.isTeamMatter, let challenge = Self.challenge(of: occurrence, state) else {
            return nil
        }
        let rungs: [[String]] = [
            challenge.holders(of: .teamLeader),
            challenge.head.coach.map { [$0] } ?? challenge.holders(of: .coach),
            challenge.holders(of: .sponsor),
            state.holders(of: .office, over: challenge.head.cohort),
        ]
        return rungs.lazy.compactMap(firstHere).first
    }
}

extension Mute {
    /// Whether it silences a row on a day. ★ rows are told all the same.
    func covers(_ row: String, on date: LocalDate) -> Bool {
        if let until, until < date { return false }
        return kind == "all" || kind == row || row.hasPrefix(kind + ".")
    }
}
