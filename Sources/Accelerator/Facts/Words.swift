// The method's words with a fixed spelling (method.md 2.1–2.7). Raw values stand in the journal.

/// Who someone is to a challenge, a cohort or the bot (method.md 2.7).
public enum Role: String, Spelled {
    case member
    case dataKeeper = "data-keeper"
    case scribe
    case teamLeader = "team-leader"
    case coach
    case sponsor
    case systemLeader = "system-leader"
    case office
    case viewer
    case trainer
    case admin
}

/// How a goal or challenge is judged (method.md 2.6).
public enum Colour: String, Spelled, Comparable {
    case notStarted = "not_started"
    case achieved
    case onTrack = "on_track"
    case atRisk = "at_risk"
    case offTrack = "off_track"
    case stopped

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    /// Better before worse among achieved, on track, at risk, off track.
    public static func < (a: Colour, b: Colour) -> Bool { a.rank < b.rank }
    /// The key of the word: `colour.onTrack`.
    public var term: String {
        switch self {
        case .notStarted: "notStarted"
        case .achieved: "achieved"
        case .onTrack: "onTrack"
        case .atRisk: "atRisk"
        case .offTrack: "offTrack"
        case .stopped: "stopped"
        }
    }
}

/// The life of a cohort (method.md 2.3).
public enum CohortState: String, Spelled {
    case draft
    case callOpen = "call_open"
    case selecting, design, accelerating, sustaining, closed, cancelled
}

/// The life of a proposal (method.md 2.3).
public enum ProposalState: String, Spelled {
    case draft, submitted
    case inReview = "in_review"
    case accepted, rejected, returned, deferred, merged, withdrawn
}

/// The life of a challenge (method.md 2.3).
public enum ChallengeState: String, Spelled {
    case framing, staffing, ready, launched, accelerating, results, sustaining
    case handedOver = "handed_over"
    case closed, stopped, withdrawn
}

public enum Direction: String, Spelled { case up, down, hold }

/// How a goal is measured: a level, a running total, or yes/no by its critical milestones.
public enum GoalMode: String, Spelled {
    case level, cumulative
    case yesNo = "yes_no"
}

public enum MilestoneState: String, Spelled { case open, done, dropped, carried }

public enum Severity: String, Spelled, Comparable {
    case low, medium, high, critical
    public static func < (a: Severity, b: Severity) -> Bool {
        (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
}

public enum BlockerState: String, Spelled { case open, escalated, resolved, accepted, moved }
public enum DecisionState: String, Spelled { case asked, decided, refused, withdrawn }

public enum ReviewKind: String, Spelled {
    case launch
    case weekFour = "week4"
    case midpoint, closing
    case followUp30 = "followup30"
    case followUp90 = "followup90"
    case followUp180 = "followup180"
    case stocktake
}

/// What the last day showed (method.md 2.6).
public enum Verdict: String, Spelled {
    case exceeded, achieved, nearly, missed, stopped
    case noData = "no_data"
}

/// What comes after: same team deeper, next focus, same design elsewhere, nothing.
public enum Path: String, Spelled { case reset, build, scale, none }

extension Spelled {
    /// The word as the keys of the phrasebook spell it: `call_open` is said as `callOpen`.
    public var word: String {
        var out = ""
        var isRaised = false
        for scalar in rawValue.unicodeScalars {
            if scalar == "_" {
                isRaised = true
            } else {
                out += isRaised ? String(scalar).uppercased() : String(scalar)
                isRaised = false
            }
        }
        return out
    }
}
