public import JSON
import Language

// How the state stands in a snapshot: sections of records with spelled-out keys, so that a person can
// read it with jq and a later release can open it.

extension State {
    /// The parts of a snapshot, in the order in which they are written: a section and a record, a line each.
    /// Every challenge is one line.
    public func snapshotLines(_ body: (_ section: StaticString, _ json: [UInt8]) throws -> Void) rethrows {
        func line<R: Record>(_ section: StaticString, _ record: R) throws {
            // Writing a record never throws: only reading meets words it does not know.
            try body(section, (try? record.json()) ?? Array("{}".utf8))
        }
        var head = SnapshotHead()
        head.n = Int64(clamping: n)
        head.at = at
        head.settledAt = settledAt
        head.zones = zonesVersion
        head.seenSince = seen.since
        head.seenFrom = Int64(clamping: seen.from)
        try body("head", (try? head.json()) ?? Array("{}".utf8))
        for p in programmes.values { try line("programme", p) }
        for c in cohorts.values { try line("cohort", c) }
        for p in proposals.values { try line("proposal", p) }
        for c in challenges.values { try line("challenge", c) }
        for a in annexes { try line("annex", a) }
        for p in people.values { try line("person", p) }
        for (person, principals) in reached.sorted {
            try line("reached", Pairs(person, principals))
        }
        for (principal, person) in principals.sorted where reached[person]?.contains(principal) != true {
            try line("principal", Pairs(principal, [person]))
        }
        for c in chats.values { try line("chat", c) }
        for c in channels.values { try line("channel", c) }
        for i in invitations.values { try line("invitation", i) }
        for q in questions.values { try line("question", q) }
        for (person, list) in undoable.sorted where !list.isEmpty {
            var record = UndoList()
            record.person = person
            record.list = list
            try line("undoable", record)
        }
        for (object, n) in changed.sorted { try line("changed", Pairs(object, [String(n)])) }
        for (object, changes) in trail.sorted {
            var record = TrailList()
            record.object = object
            record.changes = changes
            try line("trail", record)
        }
        for (generation, marks) in [("young", seen.young), ("old", seen.old)] {
            for (key, mark) in marks.sorted {
                try line(
                    "seen", Pairs(key, [generation, String(mark.n), String(mark.fingerprint, radix: 16)]))
            }
        }
        for (principal, count) in refusals.sorted {
            try line("refused", Pairs(principal, count.map { String($0) }))
        }
        for s in sent.values { try line("sent", s) }
        for o in owed.values { try line("owed", o) }
        for letter in deadLetters { try line("dead", letter) }
        for (name, value) in cursors.sorted { try line("cursor", Pairs(name, [value])) }
        for (key, how) in rung.sorted { try line("rung", Pairs(key, [how])) }
        for (key, until) in snoozes.sorted { try line("snooze", Pairs(key, [String(until.milliseconds)])) }
    }

    /// Takes in one line of a snapshot. Lines come in the order in which they were written.
    public mutating func readSnapshot(section: String, _ object: JSONObject) throws(CodingFault) {
        switch section {
        case "head":
            let head = try SnapshotHead(object, path: "head")
            n = UInt64(clamping: head.n)
            at = head.at
            settledAt = head.settledAt
            zonesVersion = head.zones
            seen.since = head.seenSince
            seen.from = UInt64(clamping: head.seenFrom)
        case "programme": try put(object, section) { (s: inout State, p: Programme) in s.programmes[p.code] = p }
        case "cohort": try put(object, section) { (s: inout State, c: Cohort) in s.cohorts[c.code] = c }
        case "proposal": try put(object, section) { (s: inout State, p: Proposal) in s.proposals[p.code] = p }
        case "challenge":
            try put(object, section) { (s: inout State, c: Challenge) in
                s.challenges[c.code] = c
                for seat in c.seats where seat.left == nil && s.seated[seat.person]?.last != c.code {
                    s.seated[seat.person, default: []].append(c.code)
                }
            }
        case "annex": try put(object, section) { (s: inout State, a: Annex) in s.annexes.append(a) }
        case "person": try put(object, section) { (s: inout State, p: Person) in s.people[p.code] = p }
        case "chat":
            try put(object, section) { (s: inout State, c: Chat) in
                s.rebind(c.key, to: c.challenge)
                s.chats[c.key] = c
            }
        case "channel":
            try put(object, section) { (s: inout State, c: ChannelKnown) in s.channels[c.name] = c }
        case "invitation":
            try put(object, section) { (s: inout State, i: Invitation) in s.invitations[i.secret] = i }
        case "question": try put(object, section) { (s: inout State, q: Question) in s.questions[q.key] = q }
        case "undoable":
            try put(object, section) { (s: inout State, u: UndoList) in s.undoable[u.person] = u.list }
        case "trail":
            try put(object, section) { (s: inout State, t: TrailList) in s.trail[t.object] = t.changes }
        case "sent":
            try put(object, section) { (s: inout State, m: Sent) in
                s.sent[m.id] = m
                if let message = m.message { s.sentByMessage[message] = m.id }
            }
        case "dead": try put(object, section) { (s: inout State, l: DeadLetter) in s.deadLetters.append(l) }
        case "owed": try put(object, section) { (s: inout State, o: Outgoing) in s.owed[o.id] = o }
        default: try readPairs(section, object)
        }
    }

    private mutating func put<R: Record>(
        _ object: JSONObject, _ section: String, _ body: (inout State, R) -> Void
    ) throws(CodingFault) {
        body(&self, try R(object, path: section))
    }

    private mutating func readPairs(_ section: String, _ object: JSONObject) throws(CodingFault) {
        let pair = try Pairs(object, path: section)
        let first = pair.values.first ?? ""
        switch section {
        case "reached":
            reached[pair.key] = pair.values
            for principal in pair.values { principals[principal] = pair.key }
        case "principal": principals[pair.key] = first
        case "changed": changed[pair.key] = UInt64(first) ?? 0
        case "seen":
            guard pair.values.count == 3, let n = UInt64(pair.values[1]),
                let print = UInt64(pair.values[2], radix: 16)
            else { throw CodingFault(path: section, why: "generation, n and fingerprint are expected") }
            let mark = Seen.Mark(n: n, fingerprint: print)
            if first == "young" { seen.young[pair.key] = mark } else { seen.old[pair.key] = mark }
        case "refused": refusals[pair.key] = pair.values.compactMap { Int64($0) }
        case "cursor": cursors[pair.key] = first
        case "rung": rung[pair.key] = first
        case "snooze": snoozes[pair.key] = Instant(milliseconds: Int64(first) ?? 0)
        default: throw CodingFault(path: section, why: "unknown section: a newer release wrote it")
        }
    }
}

/// The first line of a snapshot's content.
struct SnapshotHead: Record {
    var n: Int64 = 0
    var at = Instant(milliseconds: 0)
    var settledAt = Instant(milliseconds: 0)
    var zones = ""
    var seenSince = Instant(milliseconds: 0)
    var seenFrom: Int64 = 0
    mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("n", &n)
        try c.field("at", &at)
        try c.field("settled_at", &settledAt)
        try c.field("zones", &zones)
        try c.field("seen_since", &seenSince)
        try c.field("seen_from", &seenFrom)
    }
}

/// A key and some strings: the small maps.
struct Pairs: Record {
    var key = ""
    var values: [String] = []
    init() {}
    init(_ key: String, _ values: [String]) {
        self.key = key
        self.values = values
    }
    mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("key", &key)
        try c.field("values", &values)
    }
}

struct UndoList: Record {
    var person = ""
    var list: [Undoable] = []
    mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("person", &person)
        try c.field("list", &list)
    }
}
