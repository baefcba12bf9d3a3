public import JSON
import Language

// One row of the assessment: the shape of `oracle.rows[]`.

extension CohortFile {
    /// How the cohort and each challenge stand on a day. Shares and expectations are rounded to three
    /// places, gap and slope to four, halves to even.
    public func assessment(known: Known) -> JSONValue {
        let all = CohortAssessment(challenges, known: known)
        var row = JSONMaker()
        row.add("date", known.date.description)
        row.add("day", orNull: cohort.dayOne.map { known.date - $0 + 1 })
        row.add("working_day", known.days.isWorking(known.date))
        var rows = JSONMaker()
        for (challenge, assessment) in zip(challenges, all.challenges) {
            rows.add(challenge.code, Self.row(assessment))
        }
        row.add("challenges", .object(rows.object))
        var counts = JSONMaker()
        for colour in Colour.allCases where all.count(colour) > 0 {
            counts.add(colour.rawValue, all.count(colour))
        }
        var cohort = JSONMaker()
        cohort.add("counts", .object(counts.object))
        cohort.add("mean_primary_progress", orNull: all.meanPrimaryProgress.map { rounded($0, 3) })
        row.add("cohort", .object(cohort.object))
        return .object(row.object)
    }

    private static func row(_ assessment: ChallengeAssessment) -> JSONValue {
        var row = JSONMaker()
        row.add("date", assessment.date.description)
        row.add("day", orNull: assessment.day)
        // Until the closing review a challenge is shown as accelerating, also while its results come in.
        let state = assessment.state == .results ? ChallengeState.accelerating : assessment.state
        row.add("state", state.rawValue)
        if assessment.colour == .stopped {
            row.add("colour", .null)
            return .object(row.object)
        }
        row.add("colour", assessment.colour.rawValue)
        row.add("why", assessment.reasons.map { $0.line(challenge: assessment.code) })
        row.add("goals", list: assessment.goals) { goal, out in
            write(goal, of: assessment.code, &out)
        }
        return .object(row.object)
    }

    private static func write(_ goal: GoalAssessment, of challenge: String, _ out: inout JSONMaker)
    {
        let last = goal.last
        out.add("goal", "\(challenge)-\(goal.code)")
        out.add("as_of", orNull: last?.asOf)
        out.add("value", orNull: last?.value)
        out.add("progress", orNull: last.map { rounded($0.progress, 3) })
        out.add("expected_linear", orNull: last.map { rounded($0.expectedLinear, 3) })
        out.add("expected_s_curve", orNull: last.map { rounded($0.expectedCurve, 3) })
        out.add("gap", orNull: last.map { rounded($0.gap, 4) })
        out.add("staleness_days", goal.staleDays)
        out.add("staleness_working_days", goal.staleWorkingDays)
        if let forecast = last?.forecast {
            var maker = JSONMaker()
            maker.add("method", forecast.method.rawValue)
            if let slope = forecast.slopePerWeek { maker.add("slope_per_week", rounded(slope, 4)) }
            maker.add("finish_day", orNull: forecast.finishDay)
            maker.add("p_at_end", rounded(forecast.progressAtEnd, 3))
            out.add("forecast", .object(maker.object))
        } else {
            out.add("forecast", .null)
        }
        out.add("colour", goal.colour.rawValue)
        out.add("why", goal.reasons.map { $0.line(challenge: challenge) })
    }
}

extension Reason {
    /// The line of the file's `why`: a format for machines and auditors, the same in every language.
    public func line(challenge: String) -> String {
        switch self {
        case .gap(let gap, let againstTrajectory):
            "gap \(signed(gap)) vs \(againstTrajectory ? "trajectory" : "s-curve")"
        case .noReading(let days): "no reading yet for \(days) working days"
        case .silent(let days): "no reading for \(days) working days"
        case .forecastAfterLastDay: "forecast after last day"
        case .forecastBeyondLimit(let limit):
            "forecast beyond \(Int(min(max(limit, 0), 1000) * 100 + 0.5))% of duration"
        case .noForecast: "no forecast"
        case .secondaryOffTrack(let goal): "secondary goal \(challenge)-\(goal) off track"
        case .criticalBlocker(let code, let days):
            "critical blocker \(challenge)-\(code) open \(days) working days"
        case .milestoneOverdue(let code, let days, let isCritical):
            "\(isCritical ? "critical " : "")milestone \(challenge)-\(code) \(days) days overdue"
        }
    }
}

/// The nearest number of so many decimals, by the exact binary value; a half that is exact goes to even.
func rounded(_ value: Double, _ places: Int) -> Double {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = value * scale
    guard scaled.isFinite, abs(scaled) < 4e15 else { return value }
    var whole = scaled.rounded(.down)
    let part = scaled - whole
    if part > 0.5 {
        whole += 1
    } else if part == 0.5 {
        // What the multiplication rounded away decides.
        let lost = (-scaled).addingProduct(value, scale)
        if lost > 0 || lost == 0 && whole.truncatingRemainder(dividingBy: 2) != 0 { whole += 1 }
    }
    return whole / scale + 0
}

/// `+0.05`, `-0.00`: always with a sign, two decimals.
private func signed(_ value: Double) -> String {
    let hundredths = Int((min(abs(rounded(value, 2)), 1e9) * 100).rounded())
    let cents = hundredths % 100
    return "\(value.sign == .minus ? "-" : "+")\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents)"
}
