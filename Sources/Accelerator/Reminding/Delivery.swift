import Language

// How what is due is delivered: the contract of a reminder.
//
// 1. All that one receiver is told in one commit is one message (Merging.swift).
// 2. A receiver gets at most three unasked messages a day, by the receiver's own clock. What is over is held,
//    and comes with the first message of the next working morning. ★ counts, and is never held.
// 3. Nothing leaves at an hour when its receiver is not to be disturbed, also where it is late: it is held until
//    the next free moment.
// 4. What is more than twelve hours late since the bot was away is held too, and told in one message, with
//    only the reasons that are still true. What was called for only after its time is passed over: then nothing
//    was missed, whether the bot was there or not (Entered.swift).
// 5. Of one reason a person hears once a day: the latest step of it.
// 6. Each occurrence ends in a `reminder.rang` that says what came of it; nothing is dropped in silence.

/// The row of what waits: it belongs to a receiver, not to the calendar.
enum Waiting {
    static let row = "waiting"
    static let prefix = "person "
    static func owner(_ receiver: String) -> String { prefix + receiver }
}

extension Reminding {
    /// What waits for a receiver rings as one.
    func waiting(_ receiver: String) -> [Occurrence] {
        guard let told = state.reminded[receiver], let until = told.until else { return [] }
        let date = until.local(offset: 0).date
        return [
            Occurrence(
                key: "\(Waiting.row)/\(Waiting.owner(receiver))/\(receiver)@\(date)#0",
                row: Waiting.row,
                subject: Waiting.owner(receiver), receiver: receiver, step: 0, nominal: date,
                rings: until)
        ]
    }

    /// Of keys that rang or wait, those whose reason is there still.
    static func stillCalled(_ keys: [String], _ state: State, _ zones: Zones, at: Instant) -> Set<
        String
    > {
        var bare = state
        var owners: [String] = []
        for key in keys {
            bare.rung[key] = nil
            bare.snoozes[key] = nil
            guard case .one(let owner) = Event.owner(ofKey: key), !owners.contains(owner) else {
                continue
            }
            owners.append(owner)
        }
        let oldest = keys.compactMap { Occurrence.parts(of: $0)?.nominal.days }.min() ?? 0
        // What prepares something rings up to two weeks before its day.
        let first = min(oldest, at.local(offset: 0).date.days) - 21
        let from = max(
            Instant(milliseconds: Int64(first) * Instant.day),
            at.advanced(by: -Occurrence.reach * Instant.day))
        let wanted = Set(keys)
        var found: Set<String> = []
        let reminding = Reminding(bare, zones, at: at, from: from)
        for owner in owners {
            for occurrence in reminding.occurrences(owner) where wanted.contains(occurrence.key) {
                found.insert(occurrence.key)
            }
        }
        return found
    }
}

/// One ring of the alarm: occurrences in, events and messages out.
struct Round {
    /// What one receiver gets, waits for, or would get.
    struct Bucket {
        var way: Way
        var items: [Item] = []
        /// Keys that wait from now on, and until when; nil for the next free moment.
        var held: [(key: String, since: Instant, why: Reminded.Why, until: Instant?)] = []
        /// Whether it is time for what waited.
        var isDue = false
    }

    let decider: Decider
    let state: State
    let at: Instant
    private(set) var events: [Event] = []
    private(set) var out: [Outgoing] = []
    private var buckets: [String: Bucket] = [:]
    private var order: [String] = []

    init(_ decider: Decider, _ state: State, _ at: Instant) {
        self.decider = decider
        self.state = state
        self.at = at
    }

    private mutating func rang(_ key: String, _ how: Rang.How?) {
        events.append(.rang(Rang(key, how)))
    }

    private mutating func change(_ way: Way, _ body: (inout Bucket) -> Void) {
        if buckets[way.key] == nil { order.append(way.key) }
        // The way of the bucket stands for nobody else: who is stood in for belongs to an item.
        var plain = way
        plain.behalf = nil
        body(&buckets[way.key, default: Bucket(way: plain)])
    }

    // MARK: What comes in

    mutating func take(_ occurrence: Occurrence) {
        if occurrence.row == Waiting.row { return wake(occurrence) }
        if state.wasEnteredSince(occurrence) { return rang(occurrence.key, .skipped) }
        let late = at.since(occurrence.rings)
        let wasAway = late > Reminding.grace && state.wasAway(at: occurrence.rings, asOf: at)
        if late > Reminding.grace, !wasAway { return rang(occurrence.key, .skipped) }
        if occurrence.receiver == Reminding.nobody {
            if !wasAway { events += decider.look(occurrence, state, at) }
            return rang(occurrence.key, wasAway ? .skipped : .looked)
        }
        switch decider.destination(of: occurrence, state, at) {
        case .nowhere(let how): rang(occurrence.key, how)
        case .waits(let way, let until):
            change(way) { $0.held.append((occurrence.key, occurrence.rings, .leave, until)) }
        case .to(let way):
            if wasAway {
                return change(way) {
                    $0.held.append((occurrence.key, occurrence.rings, .away, nil))
                }
            }
            guard let item = decider.item(occurrence, way, state, at) else {
                return rang(occurrence.key, .past)
            }
            change(way) { $0.items.append(item) }
        }
    }

    private mutating func wake(_ occurrence: Occurrence) {
        if let key = occurrence.chat {
            // The group may be gone by now; then what waited for it has no way.
            guard state.chats[key]?.isLost == false else { return drop(occurrence.receiver) }
            let first = state.reminded[occurrence.receiver]?.waiting.first
            guard let about = first.flatMap({ Occurrence(parsing: $0) }) else {
                return drop(occurrence.receiver)
            }
            return change(decider.way(toGroup: key, for: about.receiver, about, state)) {
                $0.isDue = true
            }
        }
        let receiver = occurrence.receiver
        let about =
            state.reminded[receiver]?.waiting.first.flatMap { Occurrence(parsing: $0) }
            ?? occurrence
        guard let person = state.people[receiver], person.isReachable else { return drop(receiver) }
        let way = decider.way(to: receiver, about, state)
        if let until = person.awayUntil, until >= decider.today(way, at).date {
            let back = Hours.decent(LocalMoment(until + 1, LocalTime(9, 0)), way.calendar)
            guard var told = state.reminded[receiver],
                let time = decider.zones.instant(back, in: way.zone)
            else {
                return drop(receiver)
            }
            told.until = max(time, at.advanced(by: Instant.hour))
            return events.append(.reminded(told))
        }
        change(way) { $0.isDue = true }
    }

    private mutating func drop(_ receiver: String) {
        guard var told = state.reminded[receiver] else { return }
        for key in told.waiting { rang(key, .nobody) }
        told.empty()
        events.append(.reminded(told))
    }

    // MARK: What goes out

    mutating func close() {
        for key in order {
            if let bucket = buckets[key] { settle(bucket) }
        }
    }

    private mutating func settle(_ bucket: Bucket) {
        let way = bucket.way
        let now = decider.today(way, at)
        let before = state.reminded[way.key]
        var told = before ?? Reminded(way.key)
        if told.on != now.date {
            told.on = now.date
            told.count = 0
        }
        for held in bucket.held {
            hold(held.key, held.since, held.why, until: held.until, way, now, &told)
        }
        let hasStar = bucket.items.contains { $0.occurrence.isStar }
        let mayGo = Hours.isDecent(now, way.calendar) && (hasStar || told.count < Reminded.aDay)
        var items = bucket.items
        if !mayGo {
            let starGoes = Hours.isDecent(now, way.calendar, isStar: true)
            for item in items where !(starGoes && item.occurrence.isStar) {
                hold(
                    item.occurrence.key, item.occurrence.rings, .limit, until: nil, way, now, &told)
            }
            items.removeAll { !(starGoes && $0.occurrence.isStar) }
        }
        if mayGo, !told.waiting.isEmpty, bucket.isDue || !items.isEmpty {
            items = open(&told, way) + items
        } else if bucket.isDue {
            told.until = nextFree(way, now, told.count)
        }
        send(items, way, before, &told)
        if told != before { events.append(.reminded(told)) }
    }

    private mutating func send(
        _ items: [Item], _ way: Way, _ before: Reminded?, _ told: inout Reminded
    ) {
        let items = latest(items)
        guard !items.isEmpty else { return }
        told.count += 1
        let waited =
            items.contains { $0.hasWaited }
            ? before.flatMap { decider.head($0, items, way, at) } : nil
        out.append(decider.merged(items, head: waited, way, at))
        for item in items {
            rang(item.occurrence.key, item.hasWaited ? .folded : item.isLate ? .late : nil)
        }
    }

    /// Of one reason the latest step; the others are told by it.
    private mutating func latest(_ items: [Item]) -> [Item] {
        var last: [String: Item] = [:]
        for item in items {
            let reason = item.reason
            guard let other = last[reason] else {
                last[reason] = item
                continue
            }
            let isLater =
                (other.occurrence.nominal, other.occurrence.step) < (
                    item.occurrence.nominal, item.occurrence.step
                )
            rang(isLater ? other.occurrence.key : item.occurrence.key, .folded)
            if isLater { last[reason] = item }
        }
        return items.filter { last[$0.reason]?.occurrence.key == $0.occurrence.key }
    }

    // MARK: What waits

    private mutating func hold(
        _ key: String, _ since: Instant, _ why: Reminded.Why, until: Instant?, _ way: Way,
        _ now: LocalMoment,
        _ told: inout Reminded
    ) {
        rang(key, .held)
        if told.waiting.count < Reminded.limit { told.waiting.append(key) } else { told.more += 1 }
        told.since = min(told.since ?? since, since)
        if told.why == nil || why == .away { told.why = why }
        let wanted = until ?? nextFree(way, now, told.count)
        told.until = max(min(told.until ?? wanted, wanted), at.advanced(by: Instant.minute))
    }

    /// The next moment at which something may go: now, if there is room today, else the next morning.
    private func nextFree(_ way: Way, _ now: LocalMoment, _ count: Int) -> Instant {
        let soon = LocalMoment(now.date, LocalTime(minutes: min(now.time.minutes + 1, 1439)))
        let free = Hours.decent(soon, way.calendar)
        let moment =
            count >= Reminded.aDay && free.date == now.date
            ? Hours.nextMorning(after: now, way.calendar) : free
        let time = decider.zones.instant(moment, in: way.zone) ?? at.advanced(by: Instant.hour)
        return max(time, at.advanced(by: Instant.minute))
    }

    /// What waited and is still true, and what of it is not.
    private mutating func open(_ told: inout Reminded, _ way: Way) -> [Item] {
        // What was put there in this very ring waits for its own time, unless something goes out anyway.
        let still = Reminding.stillCalled(told.waiting, state, decider.zones, at: at)
        var items: [Item] = []
        for key in told.waiting {
            guard still.contains(key), let occurrence = Occurrence(parsing: key) else {
                rang(key, .past)
                continue
            }
            var path = way
            if occurrence.receiver != way.reader, !way.isGroup,
                let person = state.people[occurrence.receiver]
            {
                path.behalf = person.awayUntil.map { (person.code, $0) }
            }
            if way.isGroup { path.reader = occurrence.receiver }
            let today = decider.today(way, at).date
            let owner = state.people[occurrence.receiver]
            if !occurrence.isStar,
                owner?.mutes.contains(where: { $0.covers(occurrence.row, on: today) }) == true
            {
                rang(key, .muted)
            } else if var item = decider.item(occurrence, path, state, at, isNow: false) {
                item.hasWaited = true
                items.append(item)
            } else {
                rang(key, .past)
            }
        }
        told.empty()
        return items
    }
}

extension Occurrence {
    /// What a key stands for; when it rang is not known any more.
    init?(parsing key: String) {
        guard let parts = Self.parts(of: key) else { return nil }
        self.init(
            key: key, row: parts.row, subject: parts.subject, receiver: parts.receiver,
            step: parts.step,
            nominal: parts.nominal,
            rings: Instant(milliseconds: Int64(parts.nominal.days) * Instant.day))
    }
}
