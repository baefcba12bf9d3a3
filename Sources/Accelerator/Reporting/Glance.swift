import Language

/// What a page of a cohort asks of every one of its challenges. A cohort may have thousands, whose facts
/// lie far apart: here it is together, once looked up.
///
/// In the order of pages: off track, at risk, on track, achieved, not started, stopped; within a colour
/// the one that is farthest from its target.
struct Glance: Comparable {
    struct Traits: OptionSet {
        let rawValue: UInt8
        /// Figures still move it.
        static let running = Traits(rawValue: 1)
        /// It runs, and has had no figure for too long.
        static let silence = Traits(rawValue: 2)
        /// There are any, open or not.
        static let milestones = Traits(rawValue: 4)
        static let blockers = Traits(rawValue: 8)
        static let decisions = Traits(rawValue: 16)
        /// A figure may have been shown on the last day and taken back on it.
        static let corrections = Traits(rawValue: 32)
        static let withdrawn = Traits(rawValue: 64)
    }

    /// The place of its colour in ``order``.
    let rank: Int
    /// How far the primary goal is.
    let way: Double?
    let code: String
    /// Working days without a figure; 0 where none is expected.
    let silence: Int
    let has: Traits
    let view: ChallengeView

    static let order: [Colour] = [
        .offTrack, .atRisk, .onTrack, .achieved, .notStarted, .stopped,
    ]

    init(_ view: ChallengeView) {
        // Once each: what is looked at through a view is copied for every look.
        let assessment = view.assessment
        let challenge = view.challenge
        let colour = assessment.colour
        rank = Self.order.firstIndex(of: colour) ?? Self.order.count
        way = assessment.way
        code = assessment.code
        let silence = assessment.silence
        self.silence = silence ?? 0
        var has: Traits = []
        if assessment.state == .withdrawn { has.insert(.withdrawn) }
        if view.isRunning {
            has.insert(.running)
            if let silence, silence > view.known.thresholds.staleDays { has.insert(.silence) }
        }
        if !challenge.milestones.isEmpty { has.insert(.milestones) }
        if !challenge.blockers.isEmpty { has.insert(.blockers) }
        if !challenge.decisions.isEmpty { has.insert(.decisions) }
        let cut = view.known.cut
        challenge.goals.withUnsafeBufferPointer { goals in
            for place in goals.indices where Self.mayBeCorrected(goals[place].readings, by: cut) {
                has.insert(.corrections)
            }
        }
        self.has = has
        self.view = view
    }

    /// Whether one of the readings of the last day before an instant was taken back, or takes another's
    /// place.
    private static func mayBeCorrected(_ readings: [Reported], by cut: Instant) -> Bool {
        for place in readings.indices.reversed() {
            let age = cut.since(readings[place].enteredAt)
            if age >= Instant.day { return false }
            if readings[place].voidedAt != nil || readings[place].supersedes != nil { return true }
        }
        return false
    }

    /// In their order. Only what it mostly goes by is moved about while thousands are sorted.
    static func ordered(_ glances: [Glance]) -> [Glance] {
        var keys: [(rank: Int, way: Double, place: Int)] = []
        keys.reserveCapacity(glances.count)
        for place in glances.indices {
            keys.append((glances[place].rank, glances[place].way ?? -1, place))
        }
        keys.sort { a, b in
            if a.rank != b.rank { return a.rank < b.rank }
            if a.way != b.way { return a.way < b.way }
            return glances[a.place].code < glances[b.place].code
        }
        return keys.map { glances[$0.place] }
    }

    static func < (a: Glance, b: Glance) -> Bool {
        if a.rank != b.rank { return a.rank < b.rank }
        let way = a.way ?? -1, other = b.way ?? -1
        return way == other ? a.code < b.code : way < other
    }
    static func == (a: Glance, b: Glance) -> Bool {
        a.rank == b.rank && (a.way ?? -1) == (b.way ?? -1) && a.code == b.code
    }
}

extension Goal {
    /// The last figure of the day before an instant that was shown and taken back within it, and for how
    /// many minutes it stood.
    ///
    /// Readings stand in the order they were entered: what takes a figure's place comes after it, so only
    /// those of the last day are looked at.
    func wronglyShown(by cut: Instant) -> (value: Double, minutes: Int64)? {
        for place in readings.indices.reversed() where readings[place].enteredAt <= cut {
            let entered = readings[place].enteredAt
            guard cut.milliseconds - entered.milliseconds < Instant.day else { return nil }
            let after = (place + 1)..<readings.count
            let later = after.first { readings[$0].supersedes == readings[place].id }.map {
                readings[$0].enteredAt
            }
            guard let taken = [readings[place].voidedAt, later].compactMap({ $0 }).min(),
                taken <= cut
            else { continue }
            // Another entry for its day took its place on the screen before it was taken back.
            var end = taken
            for next in after
            where readings[next].asOf == readings[place].asOf && readings[next].enteredAt > entered
            {
                end = min(end, readings[next].enteredAt)
            }
            let minutes = (end.milliseconds - entered.milliseconds) / Instant.minute
            if minutes > 0, minutes < 1_440 { return (readings[place].value, minutes) }
        }
        return nil
    }
}
