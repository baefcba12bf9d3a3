public import Language

// Which digests somebody gets beside, or in place of, what follows from their roles; when each last went out.

/// A digest that someone wants, does not want, or wants at another time (method.md 3.1, row 32).
public struct Subscription: Record {
    public enum Rhythm: String, Spelled {
        case daily, weekly, monthly
        /// What would come by one's role does not.
        case off
    }
    /// A person's code, or `chat:` and the key of a group.
    public var to = ""
    /// `digest CH-03`, `cohort NA-1`, `area KZ A03`, `nation KZ`.
    public var subject = ""
    public var rhythm = Rhythm.weekly
    /// 1 Monday … 7, of a weekly one.
    public var weekday: Int?
    public var time = LocalTime(9, 0)
    /// Who wanted it: a group is told no more than this person may see.
    public var by = ""
    /// When it was chosen: nothing before that is made up for.
    public var since: Instant?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("receiver", &to)
        try c.field("subject", &subject)
        try c.field("rhythm", &rhythm)
        try c.field("weekday", &weekday)
        try c.field("time", &time)
        try c.field("by", &by)
        try c.field("since", &since)
    }
    /// The one subscription of a receiver for a subject, in codes of things taken out.
    public var key: String { Self.key(to, subject) }
    static func key(_ to: String, _ subject: String) -> String { "\(subject)/\(to)" }
    /// So many subscriptions one receiver may have.
    public static let most = 24
}

extension State {
    mutating func subscribe(_ subscription: Subscription) {
        subscriptions[subscription.subject, default: []].put(subscription, by: \.to)
    }

    mutating func unsubscribe(_ key: String) {
        guard let slash = key.utf8.firstIndex(of: UInt8(ascii: "/")) else { return }
        let subject = String(key[..<slash]), to = key[key.utf8.index(after: slash)...]
        subscriptions[subject]?.removeAll { $0.to == to }
        if subscriptions[subject]?.isEmpty == true { subscriptions[subject] = nil }
    }

    /// What a receiver chose about a subject.
    public func subscription(of receiver: String, to subject: String) -> Subscription? {
        subscriptions[subject]?.first { $0.to == receiver }
    }
    /// All that a receiver chose, by subject.
    public func subscriptions(of receiver: String) -> [Subscription] {
        subscriptions.values.flatMap { $0.filter { $0.to == receiver } }
    }

    /// When a receiver last got the digest of a subject.
    public func told(_ receiver: String, of subject: String) -> Instant? {
        told["\(subject)/\(receiver)"]
    }

    /// A digest that rang and was not passed over is what the next one is compared with.
    mutating func noteTold(_ rang: Rang, at: Instant) {
        guard rang.key.utf8.starts(with: "digest.".utf8), Rang.wasTold(rang.how ?? ""),
            let parts = Occurrence.parts(of: rang.key)
        else { return }
        told["\(parts.subject)/\(parts.receiver)"] = at
    }
}
