public import Language

/// What somebody, or a group, was told unasked on one day, and what waits to be told. The whole of it stands
/// in each event: replay needs no zone to know whose day it was.
public struct Reminded: Record {
    public enum Why: String, Spelled {
        /// Three messages were told that day, or it was no hour to disturb anybody.
        case limit
        /// The receiver is on leave, and nobody stands in.
        case leave
        /// The bot was not there when it was due.
        case away
    }
    /// A person's code; of a group `chat:` and its key.
    public var receiver = ""
    /// The receiver's own day, and how many messages came unasked on it.
    public var on = LocalDate(days: 0)
    public var count = 0
    /// Keys of occurrences that wait, in the order in which they were due; at most ``limit``.
    public var waiting: [String] = []
    /// How many more wait, beyond those.
    public var more = 0
    /// Since when the first of them waits, until when all of them do, and why the first one does.
    public var since: Instant?
    public var until: Instant?
    public var why: Why?
    /// The last message that told an occurrence: what `later` means where nothing is replied to.
    public var last: String?
    public init() {}
    public init(_ receiver: String) { self.receiver = receiver }
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("receiver", &receiver)
        try c.field("on", &on)
        try c.field("count", &count)
        try c.field("waiting", &waiting)
        try c.field("more", &more)
        try c.field("since", &since)
        try c.field("until", &until)
        try c.field("held_for", &why)
        try c.field("last", &last)
    }

    /// Unasked messages a receiver and day.
    public static let aDay = 3
    /// Keys that wait by name; what is beyond is counted.
    public static let limit = 64

    /// What nothing waits in any more.
    mutating func empty() {
        waiting = []
        more = 0
        since = nil
        until = nil
        why = nil
    }
}

/// A time without any commit, longer than a reminder may be late: the bot was not there, or nothing happened.
public struct Gap: Record {
    public var from = Instant(milliseconds: 0)
    public var to = Instant(milliseconds: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("from", &from)
        try c.field("to", &to)
    }
    /// How long a gap is looked back over.
    static let young = 3 * Instant.day
    func covers(_ time: Instant) -> Bool { from < time && time <= to }
}

extension Instant {
    /// Milliseconds since an earlier time.
    func since(_ earlier: Instant) -> Int64 { milliseconds - earlier.milliseconds }
}

extension State {
    /// Whether nothing was heard of the bot when something was due, as known at a time.
    public func wasAway(at time: Instant, asOf now: Instant) -> Bool {
        gaps.contains { $0.covers(time) } || (time > at && now.since(at) > Reminding.grace)
    }

    /// How far back one looks for what is due: three days, and over the gaps that ended within them.
    func lookBack(from now: Instant) -> Instant {
        let young = now.advanced(by: -Gap.young)
        var from = young
        if now.since(at) > Reminding.grace { from = min(from, at) }
        for gap in gaps where gap.to > young { from = min(from, gap.from) }
        return max(settledAt, from, now.advanced(by: -Occurrence.reach * Instant.day))
    }

    /// Notes that nothing was committed for long, and then something. The gaps before stay known while they are
    /// young: whoever fell silent again soon had no time to say all that was due.
    mutating func noteGap(until time: Instant) {
        guard n > 0, time.since(at) > Reminding.grace else { return }
        gaps.removeAll { time.since($0.to) >= Gap.young }
        var gap = Gap()
        gap.from = at
        gap.to = time
        gaps.append(gap)
    }

    // MARK: Open reminders

    /// How long a message may be edited at all, on the channels that let a bot edit.
    static let editable: Int64 = 48 * Instant.hour

    /// Keeps the index of reminders whose reason may go, by what they are about.
    mutating func noteOpen(_ out: Outgoing, _ at: Instant) {
        if let replaced = out.replaces, let before = sent[replaced] { close(before) }
        guard out.kind == .reminder, out.chart == nil, let key = out.occurrence else { return }
        for owner in Self.owners(of: [key] + out.also) {
            var ids = open[owner] ?? []
            ids.removeAll { sent[$0].map { at.since($0.at) > Self.editable } ?? true }
            ids.append(out.id)
            open[owner] = Array(ids.suffix(32))
        }
    }

    mutating func close(_ message: Sent) {
        guard let key = message.occurrence else { return }
        for owner in Self.owners(of: [key] + message.also) {
            guard var ids = open[owner] else { continue }
            ids.removeAll { $0 == message.id }
            open[owner] = ids.isEmpty ? nil : ids
        }
    }

    static func owners(of keys: [String]) -> [String] {
        var found: [String] = []
        for key in keys {
            if case .one(let owner) = Event.owner(ofKey: key), !found.contains(owner) {
                found.append(owner)
            }
        }
        return found
    }
}
