public import Language

/// All that is true after commit `n`: facts only. Nothing here is computed from the time of day, and
/// nothing needs a file to be read again.
///
/// Maps are ``Table``s, so that a copy for a snapshot costs nothing and never stops the writer. They
/// are never iterated unsorted into output.
public struct State: Hashable, Sendable {
    /// The last commit, 0 for none.
    public var n: UInt64 = 0
    /// When it was made.
    public var at = Instant(milliseconds: 0)

    public var programmes: Table<Programme> = [:]
    /// Calendars of countries that somebody lives by or the office changed, by country.
    public var calendars: Table<CountryCalendar> = [:]
    public var cohorts: Table<Cohort> = [:]
    public var proposals: Table<Proposal> = [:]
    public var challenges: Table<Challenge> = [:]
    public var annexes: [Annex] = []

    public var people: Table<Person> = [:]
    /// A channel's stable id -> the person.
    public var principals: Table<String> = [:]
    /// A person -> their principals, the one heard last at the end.
    public var reached: Table<[String]> = [:]
    /// A person -> the challenges where they hold a seat, sorted.
    public var seated: Table<[String]> = [:]
    /// Who holds a role beyond single challenges.
    public internal(set) var granted: Table<Bool> = [:]
    public var chats: Table<Chat> = [:]
    /// A challenge -> the chats that are bound to it, sorted.
    public internal(set) var bound: Table<[String]> = [:]
    /// What channels said of themselves, by name.
    public var channels: Table<ChannelKnown> = [:]
    /// By secret.
    public var invitations: Table<Invitation> = [:]

    /// Open questions by person and chat.
    public var questions: Table<Question> = [:]
    /// What each person may still take back, newest last.
    public var undoable: Table<[Undoable]> = [:]
    /// Object -> the commit that last changed it.
    public var changed: Table<UInt64> = [:]
    /// Object -> its last changes, oldest first.
    public var trail: Table<[Change]> = [:]
    /// What was heard lately, for 48 hours at least.
    public var seen = Seen()
    /// Sent messages that may be answered or pressed: by our id, and the channel's id -> ours.
    public var sent: Table<Sent> = [:]
    public var sentByMessage: Table<String> = [:]
    /// Messages owed: written, not yet delivered.
    public var owed: Table<Outgoing> = [:]
    /// Messages that will never arrive, the last fifty, newest last.
    public var deadLetters: [DeadLetter] = []
    /// Cursors of polled channels.
    public var cursors: Table<String> = [:]

    /// A digest's subject -> what people and groups chose about it.
    public var subscriptions: Table<[Subscription]> = [:]
    /// Subject and receiver of a digest -> when it last went out.
    var told: Table<Instant> = [:]
    /// By the group's key.
    public internal(set) var boards: Table<Board> = [:]
    /// A challenge or a cohort -> the groups that have its scoreboard, sorted.
    public internal(set) var boarded: Table<[String]> = [:]

    /// Occurrences that rang -> how.
    public var rung: Table<String> = [:]
    public var snoozes: Table<Instant> = [:]
    /// What was told unasked, and what waits, by person and group.
    public internal(set) var reminded: Table<Reminded> = [:]
    /// Sent reminders whose reason may go yet, by what they are about: ids of ``sent``.
    public internal(set) var open: Table<[String]> = [:]
    /// The last times without any commit that were longer than a reminder may be late: a handful.
    public internal(set) var gaps: [Gap] = []
    /// Nothing due before this rings.
    public var settledAt = Instant(milliseconds: 0)
    public var zonesVersion = ""
    /// Zones that are gone by here and were not known when the bot started last: of them it was told.
    public internal(set) var zonesMissing: [String] = []
    /// Refusals for want of a right in the current minute, by principal: minute and count.
    public var refusals: Table<[Int64]> = [:]

    public init() {}

    /// The person behind a principal.
    public func person(of principal: String) -> Person? {
        principals[principal].flatMap { people[$0] }
    }

    /// The IANA zone of a challenge, from itself, its cohort or its programme.
    public func zone(of challenge: Challenge) -> String {
        let cohort = cohorts[challenge.head.cohort]
        return Self.zone(of: challenge, cohort, cohort.flatMap { programmes[$0.programme] })
    }
    public func zone(of cohort: Cohort) -> String {
        Self.zone(of: nil, cohort, programmes[cohort.programme])
    }
    static func zone(of challenge: Challenge?, _ cohort: Cohort?, _ programme: Programme?) -> String
    {
        if let zone = challenge?.head.zone { return zone }
        guard let cohort else { return "UTC" }
        if !cohort.zone.isEmpty { return cohort.zone }
        return programme.map { $0.zone.isEmpty ? "UTC" : $0.zone } ?? "UTC"
    }

    /// What is known of the channel that an id belongs to: the longest name that it begins with.
    public func channel(of id: String) -> ChannelKnown? {
        var name = id[...]
        while let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")) {
            name = name[..<colon]
            if let known = channels[String(name)] { return known }
        }
        return nil
    }

    public func programme(of challenge: Challenge) -> Programme? {
        cohorts[challenge.head.cohort].flatMap { programmes[$0.programme] }
    }

    /// The working days of a challenge's programme.
    func days(of challenge: Challenge) -> WorkingDays {
        (programme(of: challenge)?.calendar ?? WorkingCalendar()).days
    }

    /// The challenges of a cohort, by code.
    public func challenges(of cohort: String) -> [Challenge] {
        challenges.filter { $0.head.cohort == cohort }
    }

    /// All roles that a person holds towards a challenge: seats in it, and grants over its cohort, its
    /// programme or everything.
    public func roles(of person: String, in challenge: Challenge) -> Set<Role> {
        roles(of: person, granted: people[person]?.grants ?? [], in: challenge)
    }
    func roles(of person: String, granted grants: [Grant], in challenge: Challenge) -> Set<Role> {
        var roles = Set(challenge.roles(of: person))
        guard !grants.isEmpty else { return roles }
        let cohort = challenge.head.cohort
        let programme = cohorts[cohort]?.programme
        for grant in grants
        where grant.scope == "*" || grant.scope == cohort || grant.scope == programme {
            roles.insert(grant.role)
        }
        return roles
    }

    /// All roles that a person holds anywhere.
    public func roles(of person: String) -> Set<Role> {
        var roles = Set((people[person]?.grants ?? []).map(\.role))
        for code in seated[person] ?? [] {
            roles.formUnion(challenges[code]?.roles(of: person) ?? [])
        }
        return roles
    }

    /// Everyone who holds a role over a cohort (or its programme, or everything), by code.
    public func holders(of role: Role, over cohort: String) -> [String] {
        let programme = cohorts[cohort]?.programme
        return holders {
            $0.role == role && ($0.scope == "*" || $0.scope == cohort || $0.scope == programme)
        }
    }
    /// Everyone who holds a role over a programme as a whole, by code.
    public func holders(of role: Role, overProgramme programme: String) -> [String] {
        holders { $0.role == role && ($0.scope == "*" || $0.scope == programme) }
    }
    private func holders(_ test: (Grant) -> Bool) -> [String] {
        granted.keys.filter { people[$0]?.grants.contains(where: test) ?? false }
    }
}

/// The facts of one moment, shared: `State` is some thirty references, and whatever of a message looks at
/// it would copy them all.
public final class Facts: Sendable {
    public let state: State
    public init(_ state: State) { self.state = state }

    func decide(_ command: any Command, _ context: Context) throws(Refusal) -> Decision {
        try command.decide(state, context)
    }
    func question(_ key: String) -> Question? { state.questions[key] }
    func has(challenge: String) -> Bool { state.challenges.has(challenge) }
    func spelled(_ type: String, _ folded: String, _ written: String) -> [String]? {
        SlotTypes.spelled(type, folded, written, state)
    }
    func candidates(_ type: String, _ implied: String?) -> [String] {
        SlotTypes.candidates(type, state, implied)
    }
    func near(_ person: String?, _ type: String, _ implied: String?) -> [String] {
        SlotTypes.near(person, type, state, implied)
    }
}

/// The challenge that a message is about where it names none, with what is looked up of it again and again.
public final class Home: Sendable {
    let challenge: Challenge
    let zone: String
    /// When the message was sent, on the challenge's own clock.
    let local: LocalMoment
    let days: WorkingDays
    let thresholds: Thresholds

    init(_ challenge: Challenge, _ state: State, sent: Instant, zones: Zones) {
        self.challenge = challenge
        let cohort = state.cohorts[challenge.head.cohort]
        let programme = cohort.flatMap { state.programmes[$0.programme] }
        zone = State.zone(of: challenge, cohort, programme)
        local = zones.local(sent, in: zone) ?? sent.local(offset: 0)
        days = programme?.calendar.days ?? WorkingCalendar().days
        thresholds = programme?.thresholds ?? Thresholds()
    }
}

/// What was heard lately: a key and a fingerprint of what came under it. Two generations: when the younger
/// is 48 hours old, the older is dropped, so a key is known for 48 to 96 hours.
public struct Seen: Hashable, Sendable {
    public struct Mark: Hashable, Sendable {
        public var n: UInt64
        public var fingerprint: UInt64
    }
    public internal(set) var young: Table<Mark> = [:]
    public internal(set) var old: Table<Mark> = [:]
    public internal(set) var since = Instant(milliseconds: 0)
    /// The first commit of the younger generation.
    public internal(set) var from: UInt64 = 0
    static let generation: Int64 = 48 * Instant.hour

    public subscript(key: String) -> Mark? { young[key] ?? old[key] }
    mutating func insert(_ key: String, _ mark: Mark) { young[key] = mark }
    mutating func forget(messagesIn chat: String) {
        young.removeAll { key, _ in key.hasPrefix(chat) }
        old.removeAll { key, _ in key.hasPrefix(chat) }
    }
}

extension State {
    /// Once in 48 hours what nothing can ask for any more is let go: keys heard before the last time,
    /// buttons and reminders long answered, who changed what before anything that can be taken back.
    mutating func letGo(_ commit: Commit) {
        guard commit.at.milliseconds - seen.since.milliseconds >= Seen.generation else { return }
        seen.old = seen.young
        seen.young = [:]
        seen.since = commit.at
        let last = seen.from
        seen.from = commit.n
        changed.removeAll { $1 < last }
        let gone = commit.at.advanced(by: -Sent.life)
        // A scoreboard is edited as long as it stands.
        let shown = Set(boards.isEmpty ? [] : boards.values.compactMap(\.last))
        sent.removeAll { $1.at < gone && !shown.contains($0) }
        let known = sent
        open.removeAll {
            !$1.contains { known[$0].map { commit.at.since($0.at) <= Self.editable } ?? false }
        }
        let kept = sent
        sentByMessage.removeAll { kept[$1] == nil }
        let oldest = commit.at.local(offset: 0).date - Occurrence.kept
        rung.removeAll { key, _ in Occurrence.parts(of: key).map { $0.nominal < oldest } ?? false }
        told.removeAll { $1.milliseconds < commit.at.milliseconds - 200 * Instant.day }
        refusals = [:]
    }
}
