internal import JSON
import Language

// How the state stands in a snapshot: sections of records with spelled-out keys, so that a person can
// read it with jq and a later release can open it.

extension State {
    /// The parts of a snapshot, in the order in which they are written: a section and a record, a line each.
    /// Every challenge is one line.
    public func snapshotLines(_ body: (_ section: StaticString, _ json: [UInt8]) throws -> Void)
        rethrows
    {
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
        head.gaps = gaps
        try body("head", (try? head.json()) ?? Array("{}".utf8))
        for p in programmes.values { try line("programme", p) }
        for c in calendars.values { try line("calendar", c) }
        for c in cohorts.values { try line("cohort", c) }
        for p in proposals.values { try line("proposal", p) }
        for c in challenges.values { try line("challenge", c) }
        for a in annexes { try line("annex", a) }
        for p in people.values { try line("person", p) }
        for (person, principals) in reached.sorted {
            try line("reached", Pairs(person, principals))
        }
        for (principal, person) in principals.sorted
        where reached[person]?.contains(principal) != true {
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
                    "seen",
                    Pairs(key, [generation, String(mark.n), String(mark.fingerprint, radix: 16)]))
            }
        }
        for (principal, count) in refusals.sorted {
            try line("refused", Pairs(principal, count.map { String($0) }))
        }
        for s in sent.values { try line("sent", s) }
        for o in owed.values { try line("owed", o) }
        for letter in deadLetters { try line("dead", letter) }
        for (name, value) in cursors.sorted { try line("cursor", Pairs(name, [value])) }
        for list in subscriptions.values { for s in list { try line("subscription", s) } }
        for b in boards.values { try line("board", b) }
        for (key, at) in told.sorted { try line("told", Pairs(key, [String(at.milliseconds)])) }
        for (key, how) in rung.sorted { try line("rung", Pairs(key, [how])) }
        for r in reminded.values { try line("reminded", r) }
        for (owner, ids) in open.sorted { try line("open", Pairs(owner, ids)) }
        for (key, until) in snoozes.sorted {
            try line("snooze", Pairs(key, [String(until.milliseconds)]))
        }
    }

    /// Takes in one line of a snapshot. Lines come in the order in which they were written.
    public mutating func take(_ line: SnapshotLine) { line.put(&self) }
}

/// One line of a snapshot, read and not yet in its place: lines can be read side by side, and are then put
/// in place one after the other (``State/take(_:)``).
public struct SnapshotLine: Sendable {
    fileprivate let put: @Sendable (inout State) -> Void

    /// - Parameter line: `{"challenge":{…}}`; must stay in place for the time of the call.
    public init(_ line: UnsafeRawBufferPointer) throws(CodingFault) {
        if let quick = try Self.quickly(line) {
            put = quick
            return
        }
        // Laid out otherwise than we write it: read as a value, then as we would have written it.
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: line, limits: .file)
        } catch {
            throw CodingFault(path: "", why: "\(error)")
        }
        guard let member = value.object?.members.first, case .object = member.value else {
            throw CodingFault(path: "", why: "a section and its record are expected")
        }
        let plain = JSONValue.object(JSONObject([member])).encoded()
        let again = plain.withUnsafeBytes {
            bytes -> Result<(@Sendable (inout State) -> Void)?, CodingFault> in
            do throws(CodingFault) {
                return .success(try Self.quickly(bytes))
            } catch {
                return .failure(error)
            }
        }
        guard let slow = try again.get() else {
            throw CodingFault(path: member.name, why: "a record is expected")
        }
        put = slow
    }

    private static func quickly(
        _ line: UnsafeRawBufferPointer
    ) throws(CodingFault) -> (@Sendable (inout State) -> Void)? {
        guard var scanner = JSONScanner(line, limits: .file), scanner.beginObject(),
            let section = scanner.firstKey()
        else { return nil }
        var reader = TextReader(scanner)
        let put = try Self.put(section, &reader)
        return reader.endsLine() ? put : nil
    }

    private static func put(
        _ section: String, _ reader: inout TextReader
    ) throws(CodingFault) -> @Sendable (inout State) -> Void {
        func one<R: Record>(
            _ body: @escaping @Sendable (inout State, R) -> Void
        ) throws(CodingFault) -> @Sendable (inout State) -> Void {
            let record = try reader.record(R.self, path: section)
            return { state in body(&state, record) }
        }
        switch section {
        case "head": return try one { (s: inout State, head: SnapshotHead) in s.begin(head) }
        case "programme":
            return try one { (s: inout State, p: Programme) in s.programmes[p.code] = p }
        case "calendar":
            return try one { (s: inout State, c: CountryCalendar) in s.calendars[c.country] = c }
        case "cohort": return try one { (s: inout State, c: Cohort) in s.cohorts[c.code] = c }
        case "proposal": return try one { (s: inout State, p: Proposal) in s.proposals[p.code] = p }
        case "challenge":
            return try one { (s: inout State, c: Challenge) in
                s.challenges[c.code] = c
                for seat in c.seats where seat.left == nil && s.seated[seat.person]?.last != c.code
                {
                    s.seated[seat.person, default: []].append(c.code)
                }
            }
        case "annex": return try one { (s: inout State, a: Annex) in s.annexes.append(a) }
        case "person":
            return try one { (s: inout State, p: Person) in
                s.people[p.code] = p
                s.regrant(p.code)
            }
        case "chat":
            return try one { (s: inout State, c: Chat) in
                s.rebind(c.key, to: c.challenge)
                s.chats[c.key] = c
            }
        case "channel":
            return try one { (s: inout State, c: ChannelKnown) in s.channels[c.name] = c }
        case "invitation":
            return try one { (s: inout State, i: Invitation) in s.invitations[i.secret] = i }
        case "question": return try one { (s: inout State, q: Question) in s.questions[q.key] = q }
        case "undoable":
            return try one { (s: inout State, u: UndoList) in s.undoable[u.person] = u.list }
        case "trail":
            return try one { (s: inout State, t: TrailList) in s.trail[t.object] = t.changes }
        case "sent":
            return try one { (s: inout State, m: Sent) in
                s.sent[m.id] = m
                if let message = m.message { s.sentByMessage[message] = m.id }
            }
        case "reminded":
            return try one { (s: inout State, r: Reminded) in s.reminded[r.receiver] = r }
        case "subscription": return try one { (s: inout State, u: Subscription) in s.subscribe(u) }
        case "board": return try one { (s: inout State, b: Board) in s.put(b) }
        case "dead": return try one { (s: inout State, l: DeadLetter) in s.deadLetters.append(l) }
        case "owed": return try one { (s: inout State, o: Outgoing) in s.owed[o.id] = o }
        default: return try pair(section, try reader.record(Pairs.self, path: section))
        }
    }

    private static func pair(
        _ section: String, _ pair: Pairs
    ) throws(CodingFault) -> @Sendable (inout State) -> Void {
        let first = pair.values.first ?? ""
        switch section {
        case "reached":
            return { state in
                state.reached[pair.key] = pair.values
                for principal in pair.values { state.principals[principal] = pair.key }
            }
        case "principal": return { $0.principals[pair.key] = first }
        case "changed": return { $0.changed[pair.key] = UInt64(first) ?? 0 }
        case "seen":
            guard pair.values.count == 3, let n = UInt64(pair.values[1]),
                let print = UInt64(pair.values[2], radix: 16)
            else {
                throw CodingFault(path: section, why: "generation, n and fingerprint are expected")
            }
            let mark = Seen.Mark(n: n, fingerprint: print)
            return { state in
                if first == "young" {
                    state.seen.young[pair.key] = mark
                } else {
                    state.seen.old[pair.key] = mark
                }
            }
        case "refused": return { $0.refusals[pair.key] = pair.values.compactMap { Int64($0) } }
        case "cursor": return { $0.cursors[pair.key] = first }
        case "open": return { $0.open[pair.key] = pair.values }
        case "told": return { $0.told[pair.key] = Instant(milliseconds: Int64(first) ?? 0) }
        case "rung": return { $0.rung[pair.key] = first }
        case "snooze": return { $0.snoozes[pair.key] = Instant(milliseconds: Int64(first) ?? 0) }
        default: throw CodingFault(path: section, why: "unknown section: a newer release wrote it")
        }
    }
}

extension State {
    fileprivate mutating func begin(_ head: SnapshotHead) {
        n = UInt64(clamping: head.n)
        at = head.at
        settledAt = head.settledAt
        zonesVersion = head.zones
        seen.since = head.seenSince
        seen.from = UInt64(clamping: head.seenFrom)
        gaps = head.gaps
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
    var gaps: [Gap] = []
    mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("n", &n)
        try c.field("at", &at)
        try c.field("settled_at", &settledAt)
        try c.field("zones", &zones)
        try c.field("seen_since", &seenSince)
        try c.field("seen_from", &seenFrom)
        try c.field("gaps", &gaps)
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
