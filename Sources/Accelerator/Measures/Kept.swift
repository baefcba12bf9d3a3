public import Language

extension KeptState {
    /// How a figure stands to the value that is to be held (method.md 2.3: ±10 %).
    ///
    /// 1. As good as the value or better: holding.
    /// 2. Back at the baseline or behind it: lost, however near the two are to each other.
    /// 3. Within ten per cent of the value: holding.
    /// 4. More than half of what was gained is still there: slipping; else lost.
    ///
    /// Where nothing was gained, or a level is to be held, twice the ten per cent takes the place of 4.
    public static func of(_ value: Double, hold: Double, baseline: Double, direction: Direction)
        -> KeptState
    {
        let sign: Double = direction == .down ? -1 : 1
        let worse = direction == .hold ? abs(value - hold) : (hold - value) * sign
        let gain = direction == .hold ? 0 : (hold - baseline) * sign
        let band = hold == 0 ? abs(gain) * 0.1 : abs(hold) * 0.1
        if worse <= 0 { return .holding }
        if gain > 0 {
            if (value - baseline) * sign <= 0 { return .lost }
            if worse <= band { return .holding }
            return worse < gain / 2 ? .slipping : .lost
        }
        return worse <= band ? .holding : worse <= 2 * band ? .slipping : .lost
    }
}

/// What may be relied on of a result (method.md 2.2, rule 7).
public enum ResultStanding: Hashable, Sendable {
    /// It still runs, or never ran.
    case open
    /// Computed from the readings so far; the closing review confirms it.
    case provisional
    /// Nobody confirmed it within fourteen days of the last one.
    case unconfirmed
    /// Confirmed at the closing review, by this person where that is known.
    case confirmed(by: String?)
}

extension Challenge {
    /// After so many days a result that nobody confirmed is final all the same.
    public static let daysToConfirm = 14

    /// Where the result stands on a day.
    public func resultStanding(on date: LocalDate) -> ResultStanding {
        switch state(on: date) {
        case .results:
            guard let lastDay else { return .provisional }
            return date - lastDay >= Self.daysToConfirm ? .unconfirmed : .provisional
        case .sustaining, .handedOver, .closed: return .confirmed(by: result?.confirmedBy)
        default: return .open
        }
    }

    /// The result as known on a day: the confirmed one once it was, else what the readings say.
    public func outcome(known: Known) -> ChallengeResult {
        if case .confirmed = resultStanding(on: known.date), let result { return result }
        return ChallengeResult.computed(self, known: known)
    }
}
