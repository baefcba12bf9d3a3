public import Language

/// Who speaks, where, when: all that a command may know beside the facts.
public struct Context: Sendable {
    /// When the Clerk received it, and when it was sent (bounded to 48 hours before, 5 minutes after).
    public var at: Instant
    public var sent: Instant
    /// The number that the commit would get.
    public var n: UInt64
    public var principal: String
    /// Nil for someone the bot does not know.
    public var person: Person?
    /// The author's name as shown on the channel.
    public var name: String?
    /// The group's key; nil in private.
    public var chat: String?
    /// The group's name, as the channel tells it.
    public var chatTitle: String?
    /// The reader's languages, first the one to answer in.
    public var language: String
    /// Whether the line names the question that it confirms: guards let it pass.
    public var isSure: Bool
    /// The challenge that is meant where none is named: the chat's, or the person's only one.
    public var implied: String?
    /// The message of ours that was answered or pressed: its subject and occurrence.
    public var subject: String?
    public var occurrence: String?
    /// That message itself.
    var answered: Sent?
    /// How it came: `chat`, or `import`.
    public var via: String
    /// The channel's message and the family of the channel.
    public var message: String?
    public var channel: String
    /// Sixteen random bytes of this input.
    public var random: [UInt8]
    /// The facts that are decided against, shared with what looks at them.
    public var facts: Facts
    /// The implied challenge, looked up.
    let home: Home?
    let decider: Decider
    /// A bare figure without a command: where two goals could take it, the command asks.
    public var isBare = false

    public var zones: Zones { _read { yield decider.zones } }
    public var grammar: Grammar { _read { yield decider.grammar } }
    public var phrasebook: Phrasebook { _read { yield decider.phrasebook } }
    /// Calendars to copy into a new programme, by country.
    public var calendars: [String: WorkingCalendar] { decider.calendars }
    /// Words that the SMART check looks for, of all languages.
    var smartWords: SmartWords { decider.smartWords }

    /// The code of the person who speaks; strangers are refused.
    public func me() throws(Refusal) -> String {
        guard let person else {
            throw Refusal(
                Phrase("error.stranger"), kind: .right,
                offers: [Offer(Phrase("join.label"), "/join")])
        }
        return person.code
    }

    /// The wall clock in a zone when this was sent; UTC where the zone is not known.
    public func local(in zone: String) -> LocalMoment {
        zones.local(sent, in: zone) ?? sent.local(offset: 0)
    }
    /// Today in a challenge: the day a figure sent now belongs to.
    public func today(in challenge: Challenge, _ state: State) -> LocalDate {
        if let home, home.challenge.head.code == challenge.head.code { return home.local.date }
        return local(in: state.zone(of: challenge)).date
    }
    func today(in challenge: Challenge, _ facts: Facts) -> LocalDate {
        today(in: challenge, facts.state)
    }
    /// What is known of a challenge now, today being the sender's day there.
    func known(of challenge: Challenge, _ state: State) -> Known {
        if let home, home.challenge.head.code == challenge.head.code {
            return Known(
                date: home.local.date, cut: at, days: home.days, thresholds: home.thresholds)
        }
        return state.known(of: challenge, date: today(in: challenge, state), cut: at)
    }
    /// Whether a text is a word heard for a term in any language, or begins with it.
    func hears(_ term: String, in text: String) -> Bool {
        let folded = Folding.fold(text)
        let words = decider.plain.heard[term] ?? []
        return words.contains {
            folded == $0 || folded.hasPrefix($0 + " ") || folded.hasPrefix($0 + ",")
                || folded.hasPrefix($0 + ".")
        }
    }
    /// The zone of the person who speaks: own, else of the implied challenge, else of their only programme.
    public func zone(_ state: State) -> String { Self.zone(of: person, implied, state) }

    static func zone(of person: Person?, _ implied: String?, _ state: State) -> String {
        if let zone = person?.zone { return zone }
        if let implied, let challenge = state.challenges[implied] {
            return state.zone(of: challenge)
        }
        let meant = state.programmes(meantBy: person?.code)
        return meant.count == 1 ? meant[0].zone : "UTC"
    }

    /// The challenge that is named, or implied. Asked for, with the person's own as choices, where
    /// neither; refused where it does not exist.
    public func challenge(_ code: String?, _ state: State) throws(Refusal) -> Challenge {
        if let wanted = code ?? implied {
            if let home, home.challenge.head.code == wanted { return home.challenge }
            if let challenge = state.challenges[wanted] { return challenge }
            throw Refusal(
                Phrase("error.noChallenge", ["code": .code(wanted)]),
                offers: [Offer(Phrase("challenge.listLabel"), "/challenge")])
        }
        throw Refusal(
            Phrase("error.whichChallenge"),
            offers: [Offer(Phrase("challenge.listLabel"), "/challenge")])
    }

    /// The goal that is named, or the one whose unit fits, or the primary one.
    public func goal(_ code: String?, of challenge: Challenge, unit: String? = nil) throws(Refusal)
        -> Goal
    {
        if let code {
            let short = code.split(separator: "-").last.map(String.init) ?? code
            if let goal = challenge.goals.first(where: { $0.code == short }) { return goal }
            throw Refusal(
                Phrase("error.noGoal", ["code": .code(code), "challenge": .code(challenge.code)]))
        }
        if let unit {
            let folded = Folding.fold(unit)
            let fitting = challenge.goals.filter { Folding.fold($0.unit) == folded }
            if fitting.count == 1 { return fitting[0] }
        }
        guard let goal = challenge.primaryGoal else {
            throw Refusal(Phrase("error.noGoalYet", ["challenge": .code(challenge.code)]))
        }
        return goal
    }

    /// The roles of the person who speaks, towards a challenge.
    public func roles(in challenge: Challenge, _ state: State) -> Set<Role> {
        person.map { state.roles(of: $0.code, granted: $0.grants, in: challenge) } ?? []
    }

    func roles(in challenge: Challenge, _ facts: Facts) -> Set<Role> {
        roles(in: challenge, facts.state)
    }

    /// Refuses who holds none of these roles towards a challenge.
    public func require(_ roles: Set<Role>, in challenge: Challenge, _ state: State) throws(Refusal)
    {
        guard self.roles(in: challenge, state).isDisjoint(with: roles) else { return }
        throw Self.noRight(challenge, roles, state)
    }

    static func noRight(_ challenge: Challenge, _ roles: Set<Role>, _ state: State) -> Refusal {
        let names = Role.allCases.filter { roles.contains($0) }.map {
            Say.term("role.\($0.rawValue)")
        }
        return Refusal(
            Phrase("error.noRight", ["challenge": .code(challenge.code), "roles": .list(names)]),
            kind: .right)
    }

    /// The same line again, insisting: `/up 0.784 sure=712`. It names the question it answers.
    public func sure(_ line: String) -> String { "\(line) sure=\(n)" }

    /// A code of the given number of letters and digits without look-alikes, from this input's
    /// randomness: at most 25 of them.
    public func secret(_ length: Int = 25) -> String {
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789".utf8)
        var number = random.map { UInt32($0) }
        var out: [UInt8] = []
        for _ in 0..<min(length, 25) {
            var remainder: UInt32 = 0
            for i in number.indices {
                let value = remainder << 8 | number[i]
                number[i] = value / UInt32(alphabet.count)
                remainder = value % UInt32(alphabet.count)
            }
            out.append(alphabet[Int(remainder)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// A message to a person, in private.
    public func tell(
        _ person: String, _ phrases: [Phrase], offers: [Offer] = [], subject: String? = nil
    ) -> Outgoing {
        Outgoing(to: .person(person), kind: .notice, phrases, offers: offers, subject: subject)
    }
}

extension State {
    /// How a person is called: by name, else by code.
    public func name(of person: String) -> Say {
        let known = people[person]
        if let former = known?.former {
            return .phrase(Phrase("person.former", ["n": .count(former)]))
        }
        guard let name = known?.name, !name.isEmpty else { return .code(person) }
        return .text(name)
    }

    /// The person that a mention means: by principal, by code, or by a name that only one person near
    /// this challenge bears.
    public func resolve(_ mention: Mention, in challenge: Challenge?) -> String? {
        if let principal = mention.principal, let person = principals[principal] { return person }
        // Whoever is forgotten is meant by nobody any more.
        if let known = people[mention.name] { return known.former == nil ? known.code : nil }
        let folded = Folding.fold(mention.name)
        if let challenge {
            let near = Set(challenge.seats.filter { $0.left == nil }.map(\.person))
            let found = near.filter { people[$0].map { Folding.fold($0.name) == folded } ?? false }
            if found.count == 1 { return found.first }
            if found.count > 1 { return nil }
        }
        let found = people.filter { Folding.fold($0.name) == folded }
        return found.count == 1 ? found[0].code : nil
    }
}
