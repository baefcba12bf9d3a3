public import Language

/// One reading of both clocks. Machines get it as an argument and never ask.
public struct Moment: Hashable, Sendable {
    /// The time of day: what facts are dated with. It can jump.
    public var wall: Instant
    /// Milliseconds of a clock that never jumps and goes on while the machine sleeps (the boot clock).
    /// Waits, back-off and limits are measured on it.
    public var steady: Instant
    public init(wall: Instant, steady: Instant) {
        self.wall = wall
        self.steady = steady
    }

    /// Both clocks, so many milliseconds later.
    public func advanced(by milliseconds: Int64) -> Moment {
        Moment(wall: wall.advanced(by: milliseconds), steady: steady.advanced(by: milliseconds))
    }
}

extension Instant {
    /// Milliseconds from an earlier time to this one; bounded, not trapping.
    func since(_ earlier: Instant) -> Int64 {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return overflow ? (milliseconds > earlier.milliseconds ? .max : .min) : difference
    }
}
