import Language

/// What a page of a cohort asks of every one of its challenges. A cohort may have thousands, whose facts
/// lie far apart: here it is together, once looked up.
struct Glance: Sendable {
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

    let challenge: Challenge
    private let look: ChallengeView.Look
    let code: String
    /// How far the primary goal is.
    let way: Double?
    /// Working days without a figure; 0 where none is expected.
    let silence: Int
    /// The place of its colour in the order of pages.
    let rank: Int
    let has: Traits

    init(_ challenge: Challenge, _ look: ChallengeView.Look) {
        self.challenge = challenge
        self.look = look
        (code, rank, way, silence, has) = challenge.withFacts { facts in
            let judged = ChallengeAssessment.of(facts, known: look.known)
            return (
                judged.code, judged.rank, judged.way, judged.silence ?? 0,
                Self.traits(facts, judged, look)
            )
        }
    }

    private static func traits(
        _ facts: UnsafePointer<ChallengeFacts>, _ assessment: borrowing ChallengeAssessment,
        _ look: ChallengeView.Look
    ) -> Traits {
        var has: Traits = []
        if assessment.state == .withdrawn { has.insert(.withdrawn) }
        if assessment.isRunning(of: max(1, facts.pointee.head.duration)) {
            has.insert(.running)
            if let silence = assessment.silence, silence > look.known.thresholds.staleDays {
                has.insert(.silence)
            }
        }
        if !facts.pointee.milestones.isEmpty { has.insert(.milestones) }
        if !facts.pointee.blockers.isEmpty { has.insert(.blockers) }
        if !facts.pointee.decisions.isEmpty { has.insert(.decisions) }
        let cut = look.known.cut
        facts.pointee.goals.withUnsafeBufferPointer { goals in
            for place in goals.indices where mayBeCorrected(goals[place].readings, by: cut) {
                has.insert(.corrections)
            }
        }
        return has
    }

    /// Whether one of the readings of the last day before an instant was taken back, or takes another's
    /// place.
    private static func mayBeCorrected(_ readings: borrowing Readings, by cut: Instant) -> Bool {
        for place in readings.indices.reversed() {
            if cut.since(readings.figure(place).enteredAt) >= Instant.day { return false }
            if readings.isVoided(place) || readings.supersedes(place) != nil { return true }
        }
        return false
    }

    var known: Known { look.known }
    var openBlockers: [Blocker] { challenge.openBlockers(on: known.date) }
    /// Critical ones that have been open for too long.
    var graveBlockers: [Blocker] {
        openBlockers.filter {
            $0.severity == .critical
                && workingDays(since: $0.raisedOn) > known.thresholds.blockerOffTrackDays
        }
    }
    func workingDays(since date: LocalDate) -> Int {
        known.days.count(after: date, through: known.date)
    }
    /// A code of the challenge as it is written outside it: `CH-03-M3`.
    func full(_ part: String) -> Say { .code("\(code)-\(part)") }
    /// All of it, judged anew: of thousands a page shows a few, and the judgements of all would be as much
    /// memory to go through again.
    var view: ChallengeView { ChallengeView(challenge, look) }
}

/// The challenges of a cohort, each judged once, the worst first. Only places are moved about while
/// thousands are put in their order.
struct Glances: RandomAccessCollection, Sendable {
    private let all: [Glance]
    private let places: [Int32]

    /// What its place goes by, as numbers: thousands are compared many times each.
    private struct Key {
        let rank: Int
        /// The bits of the way, turned so that they count upwards.
        let way: UInt64
        /// The first eight bytes of the code.
        let code: UInt64
        let place: Int32

        init(_ glance: borrowing Glance, _ place: Int) {
            rank = glance.rank
            // +0, so that −0 is as far as 0.
            let bits = ((glance.way ?? -1) + 0).bitPattern
            way = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
            var head: UInt64 = 0
            var left = 8
            for byte in glance.code.utf8.prefix(8) {
                head = head << 8 | UInt64(byte)
                left -= 1
            }
            code = left > 0 ? head << UInt64(8 * left) : head
            self.place = Int32(place)
        }
    }

    /// By the rank, the way and the code, as in ``ChallengeAssessment/isWorse(than:)``.
    init(_ all: [Glance]) {
        self.all = all
        var keys: [Key] = []
        keys.reserveCapacity(all.count)
        for place in all.indices { keys.append(Key(all[place], place)) }
        keys.sort { a, b in
            if a.rank != b.rank { return a.rank < b.rank }
            if a.way != b.way { return a.way < b.way }
            if a.code != b.code { return a.code < b.code }
            // Of codes with more than eight letters.
            return all[Int(a.place)].code.utf8.lexicographicallyPrecedes(
                all[Int(b.place)].code.utf8)
        }
        places = keys.map(\.place)
    }

    var startIndex: Int { 0 }
    var endIndex: Int { places.count }
    subscript(place: Int) -> Glance { _read { yield all[Int(places[place])] } }
}

/// What was glanced at, whole. A view is made whenever it is asked for: who goes through all of them more
/// than once makes a list of them.
public struct ChallengeViews: RandomAccessCollection, Sendable {
    let glances: Glances
    public var startIndex: Int { 0 }
    public var endIndex: Int { glances.count }
    public subscript(place: Int) -> ChallengeView { glances[place].view }
}

extension Goal {
    /// The last figure of the day before an instant that was shown and taken back within it, and for how
    /// many minutes it stood.
    ///
    /// Readings stand in the order they were entered: what takes a figure's place comes after it, so only
    /// those of the last day are looked at.
    func wronglyShown(by cut: Instant) -> (value: Double, minutes: Int64)? {
        for place in readings.indices.reversed() where readings.figure(place).enteredAt <= cut {
            let entered = readings.figure(place).enteredAt
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
