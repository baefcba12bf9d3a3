public import Language

// The words for why something has its colour.

extension ChallengeView {
    /// A reason as a sentence without its end: “behind the curve by 8 points”.
    public func phrase(_ reason: Reason) -> Phrase {
        switch reason {
        case .gap(let gap, let isTrajectory):
            let path = Say.code(isTrajectory ? "trajectory" : "curve")
            if gap.magnitude < 0.005 { return Phrase("why.level", ["path": path]) }
            return Phrase(
                gap < 0 ? "why.behind" : "why.ahead", ["gap": .share(gap.magnitude), "path": path])
        case .noReading(let days): return Phrase("why.noReading", ["days": .count(days)])
        case .silent(let days): return Phrase("why.silent", ["days": .count(days)])
        case .forecastAfterLastDay(let day):
            return Phrase("why.forecastLate", ["day": .count(day), "last": .count(duration)])
        case .forecastBeyondLimit(let limit):
            return Phrase(
                "why.forecastFar",
                [
                    "day": .count(Int((limit * Double(duration)).rounded(.down))),
                    "last": .count(duration),
                ])
        case .noForecast: return Phrase("why.noForecast")
        case .secondaryOffTrack(let code):
            let goal = challenge.goals.first { $0.code == code }
            return Phrase(
                "why.secondary", ["goal": .code(code), "name": Title.short(goal?.name ?? "", 48)])
        case .criticalBlocker(let code, let days):
            let blocker = challenge.blockers.first { $0.code == code }
            return Phrase(
                "why.blocker",
                [
                    "code": .code(code), "title": Title.short(blocker?.title ?? "", 64),
                    "days": .count(days),
                ])
        case .milestoneOverdue(let code, let days, let isCritical):
            let milestone = challenge.milestones.first { $0.code == code }
            return Phrase(
                isCritical ? "why.milestoneCritical" : "why.milestone",
                [
                    "code": .code(code), "title": Title.short(milestone?.title ?? "", 48),
                    "days": .count(days),
                ])
        }
    }

    /// The reasons that made the colour what it is: a gap within bounds made nothing worse, and is
    /// left out unless it is all there is.
    public var weighty: [Reason] {
        let found = assessment.reasons.filter { reason in
            guard case .gap(let gap, _) = reason else { return true }
            return gap < known.thresholds.onTrackGap
        }
        return found.isEmpty ? assessment.reasons : found
    }

    /// “Why: …; …; …”, three reasons at most; nil where nothing needs a reason.
    public var whyLine: Phrase? {
        guard assessment.colour == .atRisk || assessment.colour == .offTrack,
            let reasons = Self.joined(weighty.prefix(3).map(phrase))
        else { return nil }
        return Phrase("why.line", ["reasons": .phrase(reasons)])
    }

    /// Phrases one after the other in one line.
    static func joined(_ phrases: [Phrase]) -> Phrase? {
        guard var line = phrases.last else { return nil }
        for phrase in phrases.dropLast().reversed() {
            line = Phrase("why.both", ["first": .phrase(phrase), "rest": .phrase(line)])
        }
        return line
    }
}
