public import Language

/// What is asked of the facts: a day, and what was known by its end. The same facts and the same `Known`
/// always give the same answer, whenever it is asked.
public struct Known: Sendable {
    public var date: LocalDate
    /// Readings entered, and voids made, later than this are not seen: the last millisecond of the
    /// local day.
    public var cut: Instant
    public var days: WorkingDays
    public var thresholds: Thresholds

    /// With a cut of the caller's own (“now”, to leave out nothing that was said today).
    public init(date: LocalDate, cut: Instant, days: WorkingDays, thresholds: Thresholds) {
        self.date = date
        self.cut = cut
        self.days = days
        self.thresholds = thresholds
    }

    /// At the end of a day in a zone; an unknown zone is taken for UTC.
    public init(
        endOf date: LocalDate, zone: String, zones: Zones, days: WorkingDays, thresholds: Thresholds
    ) {
        let midnight = LocalMoment(date + 1, LocalTime(0, 0))
        let next =
            zones.instant(midnight, in: zone)
            ?? Instant(milliseconds: Int64(midnight.date.days) * Instant.day)
        self.init(date: date, cut: next.advanced(by: -1), days: days, thresholds: thresholds)
    }

    /// At the end of a day in a zone, by the calendar and thresholds of a programme.
    public init(endOf date: LocalDate, zone: String, zones: Zones, programme: Programme) {
        self.init(
            endOf: date, zone: zone, zones: zones, days: programme.calendar.days,
            thresholds: programme.thresholds)
    }

    /// Whether a reading counts: entered by then for a day that had come, and not voided by then.
    @inline(__always)
    func sees(_ reading: borrowing Reported) -> Bool {
        reading.enteredAt <= cut && reading.asOf <= date
            && reading.voidedAt.map { $0 > cut } ?? true
    }
    /// The same of a reading where it lies.
    @inline(__always)
    func sees(_ figure: Readings.Figure, voidedAt: @autoclosure () -> Instant?) -> Bool {
        figure.enteredAt <= cut && figure.asOf <= date
            && (!figure.isRare || voidedAt().map { $0 > cut } ?? true)
    }
}

extension Challenge {
    /// The state it was in on a day, by its moves: the last one up to that day. A running challenge is
    /// `launched` before Day 1, `accelerating` up to its last day, then in `results` until the move to
    /// `sustaining`.
    public func state(on date: LocalDate) -> ChallengeState {
        withFacts { $0.state(on: date) }
    }
}

extension UnsafePointer<ChallengeFacts> {
    func state(on date: LocalDate) -> ChallengeState {
        let moved = pointee.moves.withUnsafeBufferPointer { moves in
            moves.indices.last { moves[$0].on <= date }.map { moves[$0].to }
        }
        guard let moved else {
            return pointee.moves.isEmpty ? running(pointee.state, date) : .framing
        }
        return running(moved, date)
    }
    private func running(_ state: ChallengeState, _ date: LocalDate) -> ChallengeState {
        switch state {
        case .launched, .accelerating:
            guard let dayOne = pointee.head.dayOne else { return state }
            let day = date - dayOne + 1
            return day < 1 ? .launched : day <= pointee.head.duration ? .accelerating : .results
        default: return state
        }
    }
}
