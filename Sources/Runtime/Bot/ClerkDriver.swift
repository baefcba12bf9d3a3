package import Accelerator
internal import CoreMetrics
import Language
internal import Logging

/// Feeds the Clerk on a thread of its own: everything that blocks on the disk happens here.
final class ClerkDriver: Sendable {
    enum Letter: Sendable {
        case heard(Input, Ticket?)
        /// Decide what is waiting, write it, close the journal, end.
        case finish
    }

    let letters: Mailbox<Letter>
    let journal: any Journal
    let mind: Mind
    let limits: Clerk.Limits
    let surroundings: Surroundings
    let vitals: Vitals
    let meters: Meters
    let log: Logger

    init(
        _ letters: Mailbox<Letter>, journal: any Journal, mind: Mind, limits: Clerk.Limits,
        surroundings: Surroundings, vitals: Vitals, meters: Meters, log: Logger
    ) {
        self.letters = letters
        self.journal = journal
        self.mind = mind
        self.limits = limits
        self.surroundings = surroundings
        self.vitals = vitals
        self.meters = meters
        self.log = log
    }

    /// Whom the Clerk's effects are for.
    struct Others: Sendable {
        var door: Door
        var courier: @Sendable (CourierInput) -> Void
        var alarms: @Sendable (AlarmInput) -> Void
        /// Called once, when the state is there: what is owed, oldest first.
        var begin: @Sendable (State, [Saying], _ due: Instant?) -> Void
    }

    /// The whole life of the thread.
    func run(_ others: Others) throws(JournalError) {
        let state = try journal.recover()
        let owed = try Owed.all(in: state, of: journal)
        var clerk = Clerk(
            state, mind: mind, limits: limits, now: surroundings.now(), plansLater: true)
        var random = RandomPool(surroundings.random)
        others.begin(state, owed, clerk.nextDue)
        others.door.open(cursors: state.cursors.sorted.reduce(into: [:]) { $0[$1.key] = $1.value })
        vitals.inside.with { $0.isRecovering = false }
        var taken: [Letter] = []
        var isFinishing = false
        while true {
            let now = surroundings.now()
            vitals.inside.with { inside in
                inside.movedAt = now.steady
                inside.lacksSpace = clerk.lacksSpace
            }
            for letter in taken {
                switch letter {
                case .heard(let input, let ticket):
                    let heard = Heard(input, random: random.sixteen(), ticket: ticket)
                    try perform(clerk.step(.heard(heard), now: now), &clerk, others)
                case .finish: isFinishing = true
                }
            }
            taken.removeAll(keepingCapacity: true)
            let effects = clerk.step(isFinishing ? .flush : .work, now: now)
            guard effects.isEmpty else {
                try perform(effects, &clerk, others)
                letters.take(into: &taken, waiting: 0)
                continue
            }
            if isFinishing { return try journal.close() }
            let wake = clerk.nextWake.map { max(1, $0.since(now.steady)) } ?? 5000
            letters.take(into: &taken, waiting: min(wake, 5000))
        }
    }

    private func perform(
        _ first: [ClerkEffect], _ clerk: inout Clerk, _ others: Others
    ) throws(JournalError) {
        var effects = first
        var next = 0
        while next < effects.count {
            let effect = effects[next]
            next += 1
            switch effect {
            case .reserve:
                meters.depth.record(clerk.depth)
                effects += clerk.step(
                    .reserved(Result { () throws(JournalError) in try journal.reserve() }),
                    now: surroundings.now())
                surroundings.poison.end(.deciding)
            case .append(let commits):
                effects += append(commits, &clerk, others.door)
            case .seal:
                // A full disk only means that the last batch stays unmarked until the next.
                if case .failure(let error) = Result(catching: journal.seal), error != .noSpace {
                    throw error
                }
            case .snapshot(let state): journal.snapshot(state)
            case .speak(let sayings): others.courier(.speak(sayings))
            case .directory(let directory): others.courier(.directory(directory))
            case .reply(let ticket, let said):
                if case .refused = said.outcome { meters.turnedAway.increment() }
                others.door.answer(ticket.number, said)
            case .due(let due): others.alarms(.due(due))
            case .rang(let due, let made): others.alarms(.rang(due: due, made: made))
            case .die(let error): throw error
            }
        }
    }

    private func append(_ commits: [Commit], _ clerk: inout Clerk, _ door: Door) -> [ClerkEffect] {
        let before = surroundings.now().steady
        let result = Result { () throws(JournalError) in try journal.append(commits) }
        let now = surroundings.now()
        let took = now.steady.since(before)
        meters.commit.recordNanoseconds(took * 1_000_000)
        meters.batch.record(commits.count)
        meters.commits.increment(by: commits.count)
        if took > 1000 { log.warning("the disk is slow", metadata: ["milliseconds": "\(took)"]) }
        if case .success = result {
            for commit in commits where !commit.cursors.isEmpty { door.moved(commit.cursors) }
        }
        return clerk.step(.appended(result), now: now)
    }
}

extension Owed {
    /// Everything that a state owes, in the order of its commits, each with the time it was written at.
    ///
    /// A message does not carry its time, so the commits since the oldest one owed are read; what they don't
    /// tell (a journal that was compacted) counts as just written.
    package static func all(in state: State, of journal: any Journal) throws(JournalError)
        -> [Saying]
    {
        let waiting = state.owed.values.map { (place: Self.place($0.id), outgoing: $0) }
            .sorted { $0.place < $1.place }
        guard let oldest = waiting.first?.place.0 else { return [] }
        var written: [UInt64: (at: Instant, isRung: Bool)] = [:]
        let wanted = Set(waiting.map(\.place.0))
        try journal.read(after: oldest == 0 ? 0 : oldest - 1) { commit throws(JournalError) in
            if wanted.contains(commit.n) { written[commit.n] = (commit.at, commit.cause == .alarm) }
        }
        return waiting.map { place, out in
            let commit = written[place.0]
            return .owed(
                Owed(
                    out, at: commit?.at ?? state.at,
                    replaces: out.replaces.flatMap { state.sent[$0]?.message },
                    isRung: commit?.isRung ?? (out.occurrence != nil)))
        }
    }

    /// `712.0`: the commit, and the place in it.
    package static func place(_ id: String) -> (UInt64, UInt64) {
        let parts = id.utf8.split(separator: UInt8(ascii: "."))
        func number(_ i: Int) -> UInt64 {
            parts.indices.contains(i) ? UInt64(String(decoding: parts[i], as: UTF8.self)) ?? 0 : 0
        }
        return (number(0), number(1))
    }
}
