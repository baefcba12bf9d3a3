import Language

/// The guards that ask before a figure is believed (method.md 2.5). None of them refuses: whoever
/// is sure says so with one tap.
///
/// 1. A per cent below 1 while the figures are above 10 is a fraction: 0.784 for 78.4.
/// 2. A running total below the last one may be an increment.
/// 3. Farther from the last reading than 35 % of the whole way: if ten times as much or a tenth
///    would be near, that is suggested; else the jump is told.
/// 4. A per cent outside 0 … 100, and a negative figure where nothing is negative, are asked about.
package struct ReadingGuard: Sendable {
    package enum Doubt: Equatable, Sendable {
        case fraction(Double)
        case scale(Double)
        case decrease
        case jump(share: Double)
        case outside
    }

    var reference: Double
    var baseline: Double
    var target: Double
    var isPercent: Bool
    var isCumulative: Bool

    package init(_ goal: Goal, target: Double, reference: Double) {
        self.reference = reference
        self.target = target
        baseline = goal.baseline
        isPercent = ReadingGuard.isPercent(goal.unit)
        isCumulative = goal.mode == .cumulative
    }

    static func isPercent(_ unit: String) -> Bool { unit == "%" || unit == "٪" }

    /// What is doubtful about a figure; nil where it is plausible.
    package func doubt(_ value: Double) -> Doubt? {
        if isPercent, value > 0, value < 1, reference > 10 {
            return .fraction(Self.tidy(value * 100))
        }
        if value < 0, baseline >= 0, target >= 0, reference >= 0 { return .outside }
        if isCumulative, value < reference { return .decrease }
        if !isNear(value) {
            for factor in [0.1, 10, 0.01, 100] {
                let other = Self.tidy(value * factor)
                if isNear(other), !(isCumulative && other < reference) { return .scale(other) }
            }
            if isPercent, value > 100 { return .outside }
            return .jump(share: (value - reference).magnitude / span)
        }
        return isPercent && value > 100 && max(baseline, target) <= 100 ? .outside : nil
    }

    private var span: Double {
        let way = (target - baseline).magnitude
        return way > 0 ? way : max(target.magnitude, 1)
    }
    private func isNear(_ value: Double) -> Bool { (value - reference).magnitude <= 0.35 * span }

    /// Without the dust of binary fractions: 7.000000000000001 is 7.
    static func tidy(_ value: Double) -> Double {
        let scaled = (value * 1_000_000).rounded()
        return scaled.isFinite ? scaled / 1_000_000 : value
    }
}

extension Goal {
    /// The reading that counts for a day: of several the one entered last. Walks from the end, and
    /// stops where readings were entered before that day.
    func reading(for date: LocalDate, _ known: Known) -> Reported? {
        var hidden: Set<String> = []
        for reading in readings.reversed() {
            if Instant.floorDays(reading.enteredAt) + 2 < date.days { return nil }
            guard known.sees(reading) else { continue }
            let isHidden = hidden.contains(reading.id)
            if let other = reading.supersedes { hidden.insert(other) }
            if !isHidden, reading.asOf == date { return reading }
        }
        return nil
    }

    /// The reading that was entered last and counts.
    func lastEntered(_ known: Known, where fits: (Reported) -> Bool = { _ in true }) -> Reported? {
        var hidden: Set<String> = []
        for reading in readings.reversed() where known.sees(reading) {
            let isHidden = hidden.contains(reading.id)
            if let other = reading.supersedes { hidden.insert(other) }
            if !isHidden, fits(reading) { return reading }
        }
        return nil
    }
}
