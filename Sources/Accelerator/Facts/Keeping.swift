public import Language

// What is kept of a result after the last day: follow-up figures, initiatives, and who is no longer named.

/// How a kept result stands at a check, against the value to hold (method.md 2.3).
public enum KeptState: String, Spelled { case holding, slipping, lost }

/// One figure of the time after the last day. It says how the result is kept, and never changes the result.
public struct FollowUp: Record {
    /// `F1` within its challenge.
    public var code = ""
    /// The check that it answers, after 30, 90 or 180 days; nil is a figure between the checks.
    public var check: ReviewKind?
    public var on = LocalDate(days: 0)
    public var value = 0.0
    /// As judged when it was said, so that a later rule does not change it.
    public var state = KeptState.holding
    /// The person.
    public var by = ""
    public var note: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("check", &check)
        try c.field("on", &on)
        try c.field("value", &value)
        try c.field("state", &state)
        try c.field("by", &by)
        try c.field("note", &note)
    }
}

/// Something lasting that a challenge brought into the world, and that others may take up.
public struct Initiative: Record {
    /// `I1` within its challenge.
    public var code = ""
    public var name = ""
    public var launchedOn = LocalDate(days: 0)
    /// The person who entered it.
    public var by = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("code", &code)
        try c.field("name", &name)
        try c.field("launched_on", &launchedOn)
        try c.field("by", &by)
    }
}

/// A person is no longer named: from here on “former member 3”. Figures stay.
public struct PersonForgotten: Record {
    public var person = ""
    public var number = 0
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("person", &person)
        try c.field("number", &number)
    }
}

extension Challenge {
    /// How the result is kept, by the figure that was said last; nil while there is none.
    public var keptState: KeptState? { followUps.last?.state }

    /// Where the pledge and its practices stand: draft, agreed, signed, then as the checks find them.
    public var pledgeTerm: String {
        if let kept = keptState { return "state.\(kept.rawValue)" }
        guard let plan = sustainability, plan.pledgeText != nil || plan.signedOn != nil else {
            return "state.draft"
        }
        if plan.signedOn != nil { return "state.signed" }
        return state == .sustaining ? "state.agreed" : "state.draft"
    }

    /// The figure that answered a check.
    public func followUp(_ check: ReviewKind) -> FollowUp? { followUps.last { $0.check == check } }

    /// Whether a review was called off, and not planned again since.
    public func isReviewCancelled(_ kind: ReviewKind) -> Bool {
        reviewPlans.contains { $0.kind == kind && $0.isCancelled }
    }

    /// The checks that are still to come, the next one first.
    public var checksAhead: [(kind: ReviewKind, date: LocalDate)] {
        (sustainability?.checkPoints ?? []).compactMap { point in
            ReviewKind.followUp(after: point.offsetDays).map { (kind: $0, date: point.date) }
        }.filter { followUp($0.kind) == nil && !isReviewCancelled($0.kind) }.sorted {
            $0.date < $1.date
        }
    }
}

extension ReviewKind {
    /// The check that many days after the last one.
    public static func followUp(after days: Int) -> ReviewKind? {
        switch days {
        case 30: .followUp30
        case 90: .followUp90
        case 180: .followUp180
        default: nil
        }
    }
}

extension State {
    /// Names a person no more: neither the name, nor the ways to reach them, nor what they could take back.
    /// Their code stays under all that they reported.
    mutating func forget(_ forgotten: PersonForgotten) {
        let code = forgotten.person
        guard let before = people[code] else { return }
        var person = Person()
        person.code = code
        person.former = forgotten.number
        person.isReachable = false
        people[code] = person
        regrant(code)
        for principal in reached[code] ?? [] {
            principals[principal] = nil
            questions.removeAll { $1.principal == principal }
            owed.removeAll { $1.to == .principal(principal) }
            refusals[principal] = nil
            changed["principal " + principal] = nil
            forgetMessages(with: principal)
        }
        reached[code] = nil
        reminded[code] = nil
        owed.removeAll { $1.to == .person(code) }
        deadLetters.removeAll { $0.to == code }
        invitations.removeAll { $1.usedBy == code }
        for other in people.keys where people[other]?.deputy == code { people[other]?.deputy = nil }
        for programme in programmes.keys {
            programmes.update(programme) { $0.contacts.removeAll { $0.person == code } }
        }
        let gone = Gone(before, among: people)
        // What another could take back would bring the name back.
        undoable[code] = nil
        for other in undoable.keys {
            undoable[other]?.removeAll { $0.inverse.contains { $0.names(gone) } }
            if undoable[other]?.isEmpty == true { undoable[other] = nil }
        }
        // Nor may it stand in what is still to be said, or on a button that can still be pressed.
        if !before.name.isEmpty, people.filter({ $0.name == before.name }).isEmpty {
            let word = name(of: code)
            for id in owed.keys { owed.update(id) { $0.call(before.name, word) } }
            for id in sent.keys { sent.update(id) { $0.offers.call(before.name, word) } }
            for key in questions.keys {
                questions.update(key) { $0.offers.call(before.name, word) }
            }
        }
        for challenge in challenges.keys { challenges.update(challenge) { $0.forget(gone) } }
        for object in trail.keys {
            let parts = object.split(separator: " ")
            let isSeat = parts.count > 2 && parts[0] == "seat" && parts[2] == code
            trail.update(object) { changes in
                for place in changes.indices { changes[place].forget(before, inSeat: isSeat) }
            }
        }
    }

    /// A private chat is called by the id of whoever it is with: so are the messages in it.
    private mutating func forgetMessages(with principal: String) {
        let chat = principal + "/"
        for (message, id) in sentByMessage.sorted where message.hasPrefix(chat) {
            sentByMessage[message] = nil
            sent[id] = nil
        }
        let left = sent
        open.removeAll { !$1.contains { left.has($0) } }
        seen.forget(messagesIn: "m:" + chat)
        deadLetters.removeAll { $0.to == principal }
    }
}

/// Whoever goes, and whose names hold theirs: “Aigul Serikova-Nur” is not “Aigul Serikova”.
private struct Gone {
    let person: Person
    private let longer: [String]

    init(_ person: Person, among people: Table<Person>) {
        self.person = person
        longer = people.filter {
            $0.name != person.name && Pseudonyms.stands(person.name, in: $0.name, besides: [])
        }.map(\.name)
    }

    /// Whether whom a body is reached by is this person, alone or with a number or an office beside.
    func isNamed(in contact: String?) -> Bool {
        contact.map { Pseudonyms.stands(person.name, in: $0, besides: longer) } ?? false
    }
}

// MARK: One name for another, in what is not said yet

extension Outgoing {
    fileprivate mutating func call(_ name: String, _ word: Say) {
        phrases = phrases.map { $0.calling(name, word) }
        offers.call(name, word)
    }
}

extension [Offer] {
    fileprivate mutating func call(_ name: String, _ word: Say) {
        for place in indices { self[place].label = self[place].label.calling(name, word) }
    }
}

extension Phrase {
    fileprivate func calling(_ name: String, _ word: Say) -> Phrase {
        var phrase = self
        for place in values.indices {
            phrase.values[place].value = values[place].value.calling(name, word)
        }
        return phrase
    }
}

extension Say {
    fileprivate func calling(_ name: String, _ word: Say) -> Say {
        switch self {
        case .text(name): word
        case .phrase(let phrase): .phrase(phrase.calling(name, word))
        case .list(let items): .list(items.map { $0.calling(name, word) })
        default: self
        }
    }
}

extension Event {
    fileprivate func names(_ gone: Gone) -> Bool {
        let person = gone.person.code
        return switch self {
        case .personSet(let p): p.code == person
        case .principalLinked(let l): l.person == person
        // Nor may a duty come back to whoever is gone.
        case .seatTaken(let s), .seatLeft(let s): s.content.person == person
        case .milestoneSet(let m): m.content.owner == person
        case .blockerSet(let b): b.content.owner == person
        case .actionSet(let a): a.content.owner == person
        case .riskSet(let r): r.content.owner == person
        case .decisionAsked(let d): d.content.decider == person
        case .goalSet(let g): g.content.owner == person
        case .challengeSet(let h): h.coach == person
        case .contactSet(let b): b.content.person == person
        case .stakeholderSet(let s): gone.isNamed(in: s.content.contact)
        default: false
        }
    }
}

extension Change {
    /// A changed field that held the name or the title says no longer what it was; nor does the job title that
    /// the person had in a seat.
    fileprivate mutating func forget(_ person: Person, inSeat isSeat: Bool) {
        let told = [person.name, person.title ?? ""].filter { !$0.isEmpty }
        func holds(_ text: String?) -> Bool {
            text.map { text in told.contains { text.contains($0) } } ?? false
        }
        for place in fields.indices {
            let isTitle = isSeat && fields[place].name == "title"
            if isTitle || holds(fields[place].before) { fields[place].before = nil }
            if isTitle || holds(fields[place].after) { fields[place].after = nil }
        }
    }
}

extension Challenge {
    fileprivate mutating func forget(_ gone: Gone) {
        for place in seats.indices where seats[place].person == gone.person.code {
            seats[place].title = nil
        }
        applicants.removeAll { $0.person == gone.person.code }
        for place in stakeholders.indices where gone.isNamed(in: stakeholders[place].contact) {
            stakeholders[place].contact = nil
        }
    }
}
