public import Language

/// Wakes the bot when the next alarm is due: nothing is stored here but that one time.
///
/// 1. It sleeps until the alarm is due, but at most a slice of half a minute, measured on the steady clock:
///    the time of day may be set while it sleeps.
/// 2. Each time it wakes, it compares how far both clocks went. If the time of day jumped by more than ten
///    minutes against the steady clock, nothing rings for a minute: then it looks again. A clock that was
///    set wrong for a moment rings nothing; one that was set right rings what is due by then.
/// 3. It rings once and waits until the Clerk has handled that. If nothing came of it and it is still due (no
///    space), it rings again after half a minute; if more is due, at once; but after thousands of rings for one and the same
///    time it takes a rest as well, since something must be wrong.
public struct AlarmClock: Sendable {
    /// Milliseconds.
    public struct Limits: Hashable, Sendable {
        public var slice = 30 * Instant.second
        public var jump = 10 * Instant.minute
        public var secondLook = Instant.minute
        public var retry = 30 * Instant.second
        /// Rings for one time, each of which was handled.
        public var rings = 4096
        public init() {}
    }

    private let limits: Limits
    private var due: Instant?
    private var isRinging = false
    /// How often it rang for the time it rang for last.
    private var rung: (due: Instant, times: Int)?
    private var last: Moment
    /// On the steady clock: nothing rings before.
    private var holdUntil: Instant?

    public init(due: Instant?, limits: Limits = Limits(), now: Moment) {
        self.due = due
        self.limits = limits
        last = now
    }

    /// When, on the steady clock, it wants to be stepped again.
    public private(set) var nextWake: Instant?

    public mutating func step(_ input: AlarmInput, now: Moment) -> [AlarmEffect] {
        var effects: [AlarmEffect] = []
        switch input {
        case .due(let due): self.due = due
        case .rang(let due, let made):
            self.due = due
            isRinging = false
            let isStillDue = due.map { $0 <= now.wall } ?? false
            if (!made && isStillDue) || (rung?.due == due && rung?.times ?? 0 >= limits.rings) {
                rung = nil
                let later = now.steady.advanced(by: limits.retry)
                holdUntil = max(holdUntil ?? later, later)
            }
        case .tick: break
        }
        let drift = now.wall.since(last.wall) - now.steady.since(last.steady)
        last = now
        if drift > limits.jump || drift < -limits.jump {
            let look = now.steady.advanced(by: limits.secondLook)
            holdUntil = max(holdUntil ?? look, look)
            effects.append(.jumped(by: drift))
        }
        if let hold = holdUntil, hold <= now.steady { holdUntil = nil }
        if let due, due <= now.wall, holdUntil == nil, !isRinging {
            isRinging = true
            rung = (due, rung?.due == due ? (rung?.times ?? 0) + 1 : 1)
            effects.append(.ring(late: now.wall.since(due)))
        }
        var wake = now.steady.advanced(by: limits.slice)
        if let due, !isRinging {
            wake = min(wake, now.steady.advanced(by: max(0, due.since(now.wall))))
        }
        if let holdUntil { wake = max(wake, min(holdUntil, now.steady.advanced(by: limits.slice))) }
        nextWake = wake
        return effects
    }
}

public enum AlarmInput: Sendable {
    /// When the next alarm is due, by the time of day; nil for none.
    case due(Instant?)
    /// The Clerk handled a ring. `made` is false if nothing came of it.
    case rang(due: Instant?, made: Bool)
    case tick
}

public enum AlarmEffect: Hashable, Sendable {
    /// Give the Clerk an alarm. `late`: milliseconds since it was due.
    case ring(late: Int64)
    /// The time of day jumped by so many milliseconds: worth a line in the log.
    case jumped(by: Int64)
}
