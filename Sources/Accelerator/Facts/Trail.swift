import JSON
public import Language

// Who changed what, when, where, from what to what: the last changes of every object, so that the bot
// itself can answer for them. The journal keeps all of them for ever.
//
// 1. An event names its object (`milestone CH-03 M3`). Before and after it is taken in, the object's plain
//    fields are laid out; what differs is the change.
// 2. Of an object the last twenty changes are kept. Readings have a record of their own in their goal: only
//    taking one back leaves a change. What is private (a person's settings, the weekly word) leaves none.

/// One change of one object.
public struct Change: Record {
    /// The commit.
    public var n: Int64 = 0
    public var at = Instant(milliseconds: 0)
    /// The person; nil for the clock, a file, the machine's operator.
    public var by: String?
    public var cause = Cause.message
    /// The group in which it was said; nil in private.
    public var chat: String?
    public var command: String?
    public var fields: [ChangedField] = []
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("n", &n)
        try c.field("at", &at)
        try c.field("by", &by)
        try c.field("cause", &cause)
        try c.field("chat", &chat)
        try c.field("command", &command)
        try c.field("fields", &fields)
    }
    /// Of one object at most so many changes are kept.
    public static let kept = 20
}

/// A field with what it was and what it became, as the file format spells it; nil is absent.
public struct ChangedField: Record {
    public var name = ""
    public var before: String?
    public var after: String?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("name", &name)
        try c.field("before", &before)
        try c.field("after", &after)
    }
}

/// The changes of one object, as a snapshot holds them.
struct TrailList: Record {
    var object = ""
    var changes: [Change] = []
    mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("object", &object)
        try c.field("changes", &changes)
    }
}

extension Event {
    /// The object whose trail this event belongs to. Only what is named here leaves a trail.
    var trailed: String? {
        switch self {
        case .programmeSet, .areaSet, .cohortSet, .cohortMoved, .proposalSet, .proposalMoved,
            .challengeSet,
            .challengeMoved, .waiverRecorded, .stakeholderSet, .seatTaken, .seatLeft,
            .resultConfirmed,
            .sustainabilitySet, .goalSet, .goalTargeted, .readingVoided, .readingRestored,
            .milestoneSet,
            .milestoneMoved, .blockerSet, .blockerMoved, .decisionAsked, .decisionMoved,
            .followUpMade,
            .initiativeSet, .calendarChanged, .calendarSet, .reviewPlanned, .suggestionMade,
            .trainingHeld, .exchangeMade, .contactSet:
            object
        case .removed(let r): r.trailed
        default: nil
        }
    }
}

extension Removed {
    fileprivate var trailed: String? {
        let of = of ?? ""
        switch kind {
        case .milestone, .blocker, .decision, .goal, .followup, .initiative, .stakeholder, .waiver,
            .suggestion,
            .training, .exchange, .contact:
            return "\(kind.rawValue) \(of) \(code)"
        case .target, .seat:
            return "\(kind.rawValue) \(of) " + code.split(separator: "/").joined(separator: " ")
        case .reviewPlan: return "plan \(of) \(code)"
        case .sustainability, .result: return "\(kind.rawValue) \(of)"
        case .proposal, .cohort, .programme: return "\(kind.rawValue) \(code)"
        default: return nil
        }
    }
}

extension State {
    /// Notes what an event made of its object.
    mutating func note(_ object: String, before: [String: String], _ commit: Commit) {
        let after = fields(of: object)
        var change = Change()
        for name in Set(before.keys).union(after.keys).sorted() where before[name] != after[name] {
            var field = ChangedField()
            field.name = name
            field.before = before[name]
            field.after = after[name]
            change.fields.append(field)
        }
        guard !change.fields.isEmpty else { return }
        change.n = Int64(clamping: commit.n)
        change.at = commit.at
        change.cause = commit.cause
        change.command = commit.command
        change.by = principals[commit.source]
        for out in commit.out {
            if out.kind == .reply, case .chat(let chat) = out.to {
                change.chat = chat
                break
            }
        }
        trail[object, default: []].append(change)
        if trail[object, default: []].count > Change.kept {
            trail[object, default: []].removeFirst()
        }
    }

    /// The plain fields of an object as it stands; none where it is not there.
    func fields(of object: String) -> [String: String] {
        let parts = object.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count >= 2 else { return [:] }
        switch parts[0] {
        case "programme": return FieldLister.list(programmes[parts[1]])
        case "cohort": return FieldLister.list(cohorts[parts[1]])
        case "proposal": return FieldLister.list(proposals[parts[1]])
        case "calendar":
            return programmes[parts[1]]?.calendar.fields(of: parts.count > 2 ? parts[2] : "") ?? [:]
        case "country":
            guard parts.count > 2 else {
                return calendars.has(parts[1]) ? ["calendar": parts[1]] : [:]
            }
            return calendars[parts[1]]?.calendar.fields(of: parts[2]) ?? [:]
        case "area":
            let code = parts.count > 2 ? parts[2] : ""
            return FieldLister.list(programmes[parts[1]]?.areas.first { $0.code == code })
        case "training":
            return FieldLister.list(programmes[parts[1]]?.trainings.first { $0.code == parts.last })
        case "exchange":
            return FieldLister.list(programmes[parts[1]]?.exchanges.first { $0.code == parts.last })
        case "contact":
            return FieldLister.list(programmes[parts[1]]?.contacts.first { $0.code == parts.last })
        default:
            guard let challenge = challenges[parts[1]] else { return [:] }
            return Self.fields(parts[0], Array(parts.dropFirst(2)), challenge)
        }
    }

    private static func fields(_ kind: String, _ key: [String], _ challenge: Challenge) -> [String:
        String]
    {
        let code = key.first ?? ""
        switch kind {
        case "head": return FieldLister.list(challenge.head)
        case "state":
            var fields = ["state": challenge.state.rawValue]
            fields["reason"] = challenge.reason
            return fields
        case "result": return FieldLister.list(challenge.result)
        case "sustainability": return FieldLister.list(challenge.sustainability)
        case "milestone": return FieldLister.list(challenge.milestones.first { $0.code == code })
        case "blocker": return FieldLister.list(challenge.blockers.first { $0.code == code })
        case "decision": return FieldLister.list(challenge.decisions.first { $0.code == code })
        case "initiative": return FieldLister.list(challenge.initiatives.first { $0.code == code })
        case "suggestion": return FieldLister.list(challenge.suggestions.first { $0.code == code })
        case "plan":
            return FieldLister.list(challenge.reviewPlans.first { $0.kind.rawValue == code })
        case "followup": return FieldLister.list(challenge.followUps.first { $0.code == code })
        case "stakeholder":
            return FieldLister.list(challenge.stakeholders.first { $0.code == code })
        case "waiver":
            return FieldLister.list(
                challenge.waivers.first { $0.what == key.joined(separator: " ") })
        case "goal": return FieldLister.list(challenge.goals.first { $0.code == code })
        case "target":
            let versions = challenge.goals.first { $0.code == code }?.versions
            return FieldLister.list(versions?.first { "\($0.version)" == key.last })
        case "seat":
            return FieldLister.list(
                challenge.seats.last { $0.person == code && $0.role.rawValue == key.last })
        case "reading":
            guard
                let reading = challenge.goals.first(where: { $0.code == code })?
                    .readings.last(where: { $0.id == key.last })
            else { return [:] }
            var fields = ["value": "\(reading.value)", "as_of": reading.asOf.description]
            fields["void_reason"] = reading.voidedAt == nil ? nil : reading.voidReason ?? "voided"
            return fields
        default: return [:]
        }
    }
}

/// Lays out the plain fields of a record; of a list how many there are.
private struct FieldLister: Coder {
    private(set) var fields: [String: String] = [:]
    var isReading: Bool { false }

    static func list<R: Record>(_ record: R?) -> [String: String] {
        guard var record else { return [:] }
        var lister = FieldLister()
        // Listing never throws: only reading meets words it does not know.
        try? record.code(&lister)
        return lister.fields
    }
    private mutating func put(_ name: StaticString, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        fields["\(name)"] = value
    }
    mutating func field(_ name: StaticString, _ value: inout String) { put(name, value) }
    mutating func field(_ name: StaticString, _ value: inout String?) { put(name, value) }
    mutating func field(_ name: StaticString, _ value: inout Int) { put(name, "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout Int?) {
        put(name, value.map { "\($0)" })
    }
    mutating func field(_ name: StaticString, _ value: inout Int64) { put(name, "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout Double) { put(name, "\(value)") }
    mutating func field(_ name: StaticString, _ value: inout Double?) {
        put(name, value.map { "\($0)" })
    }
    mutating func field(_ name: StaticString, _ value: inout Bool) {
        put(name, value ? "true" : nil)
    }
    mutating func field(_ name: StaticString, _ value: inout [String]) {
        put(name, value.joined(separator: ", "))
    }
    mutating func field(_ name: StaticString, _ value: inout [Int]) {
        put(name, count(value.count))
    }
    mutating func field(_ name: StaticString, _ value: inout [Double]) {
        put(name, count(value.count))
    }
    mutating func field<R: Record>(_ name: StaticString, _ value: inout R) {}
    mutating func field<R: Record>(_ name: StaticString, _ value: inout R?) {}
    mutating func field<R: Record>(_ name: StaticString, _ value: inout [R]) {
        put(name, count(value.count))
    }
    mutating func json(_ name: StaticString, _ value: inout JSONValue) {}
    private func count(_ n: Int) -> String? { n == 0 ? nil : "\(n)" }
}
