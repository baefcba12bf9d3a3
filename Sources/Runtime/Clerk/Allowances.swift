package import Language

/// How many messages one principal may send: `perMinute` in the long run, `burst` at once.
public struct Rate: Hashable, Sendable {
    public var perMinute: Int
    public var burst: Int
    /// Numbers below 1 count as 1.
    public init(perMinute: Int, burst: Int) {
        self.perMinute = max(1, perMinute)
        self.burst = max(1, burst)
    }
}

/// What each principal has left: token buckets, and who was asked to slow down within the minute.
///
/// Kept in two generations of a minute or more: whoever was not heard for one has a full bucket, so
/// forgetting is exact for rates that refill within a minute, and memory follows who speaks, not who ever spoke.
package struct Allowances: Sendable {
    package enum Verdict: Hashable, Sendable {
        case allowed
        /// Too fast; `isFirst` once a minute, when it is worth saying.
        case refused(isFirst: Bool)
    }

    private struct Bucket: Sendable {
        /// Thousandths of a message.
        var tokens: Int64
        var at: Instant
        var told: Instant?
    }
    private var young: [String: Bucket] = [:]
    private var old: [String: Bucket] = [:]
    private var since = Instant(milliseconds: .min)
    static let most = 100_000

    package init() {}

    package mutating func spend(_ principal: String, _ rate: Rate, at now: Instant) -> Verdict {
        // The bucket must be full again before it may be forgotten.
        let generation = max(
            Instant.minute, Int64(rate.burst) * Instant.minute / Int64(rate.perMinute))
        if now.since(since) >= generation || young.count >= Self.most {
            old = young
            young = [:]
            since = now
        }
        let full = Int64(rate.burst) * 1000
        var bucket = young[principal] ?? old[principal] ?? Bucket(tokens: full, at: now)
        let elapsed = min(max(0, now.since(bucket.at)), Instant.hour)
        bucket.tokens = min(
            full, bucket.tokens + elapsed * Int64(rate.perMinute) * 1000 / Instant.minute)
        bucket.at = now
        defer { young[principal] = bucket }
        if bucket.tokens >= 1000 {
            bucket.tokens -= 1000
            return .allowed
        }
        if let told = bucket.told, now.since(told) < Instant.minute {
            return .refused(isFirst: false)
        }
        bucket.told = now
        return .refused(isFirst: true)
    }
}
