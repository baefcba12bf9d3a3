public import Accelerator
public import Language

/// The bot on one thread, with a clock that its caller sets: the same three machines, no waiting, every
/// message delivered at once. With the same journal, inputs and random bytes it does the same, always.
///
/// Used by `hundred chat`, `say`, `ring` and `transcript`, and by tests.
public struct Rehearsal {
    /// A message that left.
    public struct Shown: Sendable {
        public var at: Instant
        /// The commit that owed it; nil for an answer that is not on the record.
        public var n: UInt64?
        /// `712.0`; nil for an answer.
        public var id: String?
        public var to: Address
        public var message: Message
        public var language: String
        public var kind: Outgoing.Kind
        /// What its channel calls it: `console:u03-data/4`.
        public var name: String
        /// The name of the message that it replaces.
        public var replaces: String?
        /// The name of the message that it answers.
        public var inReplyTo: String?
        /// Whether an alarm made it.
        public var isRung: Bool
    }

    /// What came of one input.
    public struct Result: Sendable {
        public var outcome: Said.Outcome
        /// In the order of the commits, then of the receivers.
        public var shown: [Shown]
    }

    public private(set) var now: Instant
    private let journal: any Journal
    private let random: (Int) -> [UInt8]
    private var clerk: Clerk
    private var courier: Courier
    private var alarms: AlarmClock
    private var shown: [Shown] = []
    private var replied: Said.Outcome?
    private var names: UInt64 = 0

    /// Recovers the state from the journal. What it owes on these channels is delivered with the first input.
    ///
    /// - Parameters:
    ///   - now: moved on to the last commit's time if that is later.
    ///   - channels: what is delivered; messages for others stay owed.
    ///   - random: draws so many random bytes.
    public init(
        journal: any Journal, mind: Mind, now: Instant,
        channels: [String: Abilities] = ["console": .rehearsal],
        stream: String = "", limits: Clerk.Limits = Clerk.Limits(),
        random: @escaping (Int) -> [UInt8]
    ) throws(JournalError) {
        let state = try journal.recover()
        let owed = try Owed.all(in: state, of: journal)
        self.now = max(now, state.at)
        self.journal = journal
        self.random = random
        let moment = Moment(wall: self.now, steady: self.now)
        clerk = Clerk(state, mind: mind, limits: limits, now: moment)
        courier = Courier(
            channels: channels, directory: Directory(state), mind: mind, stream: stream,
            run: "rehearsal",
            leavesOthers: true)
        alarms = AlarmClock(due: clerk.nextDue, now: moment)
        // Names go on from where the journal is, so that no two messages of one directory share one.
        names = state.n * 100
        try deliver(courier.step(.speak(owed), now: moment, random: 0))
    }

    /// The facts as they are now.
    public var state: State { clerk.state }
    /// When the next alarm is due.
    public var nextDue: Instant? { clerk.nextDue }

    /// Moves the clock on; never back. Nothing rings by that.
    public mutating func advance(to time: Instant) { now = max(now, time) }

    /// Somebody says something, now. No alarm rings.
    public mutating func say(_ inbound: Inbound) throws(JournalError) -> Result {
        try hear(.message(inbound))
    }

    /// The bot hears something, now.
    public mutating func hear(_ input: Input) throws(JournalError) -> Result {
        replied = nil
        try perform(
            clerk.step(.heard(Heard(input, random: random(16), ticket: Ticket(1))), now: moment))
        try settle()
        return Result(outcome: replied ?? .nothing, shown: takeShown())
    }

    /// Moves the clock on to a time, and rings all that is due on the way, each at its own time.
    public mutating func ring(until time: Instant) throws(JournalError) -> [Shown] {
        while true {
            for case .ring in alarms.step(.due(clerk.nextDue), now: moment) { try ring() }
            guard let due = clerk.nextDue, due > now, due <= time else { break }
            now = due
        }
        now = max(now, time)
        return takeShown()
    }

    /// Seals cleanly.
    public mutating func close() throws(JournalError) {
        try settle()
        try journal.close()
    }

    // MARK: The driver

    private var moment: Moment { Moment(wall: now, steady: now) }

    private mutating func ring() throws(JournalError) {
        try perform(clerk.step(.heard(Heard(.alarm, random: random(16))), now: moment))
        try settle()
    }

    /// Lets the Clerk work until nothing is left to do.
    private mutating func settle() throws(JournalError) {
        while true {
            let effects = clerk.step(.flush, now: moment)
            guard !effects.isEmpty else { return }
            try perform(effects)
        }
    }

    private mutating func perform(_ first: [ClerkEffect]) throws(JournalError) {
        var effects = first
        var next = 0
        while next < effects.count {
            let effect = effects[next]
            next += 1
            switch effect {
            case .reserve:
                let journal = journal
                let result = Swift.Result { () throws(JournalError) in try journal.reserve() }
                effects += clerk.step(.reserved(result), now: moment)
            case .append(let commits):
                let journal = journal
                let result = Swift.Result { () throws(JournalError) in try journal.append(commits) }
                effects += clerk.step(.appended(result), now: moment)
            case .seal: try journal.seal()
            case .snapshot(let state): journal.snapshot(state)
            case .directory(let directory):
                try deliver(courier.step(.directory(directory), now: moment, random: 0))
            case .speak(let sayings):
                try deliver(courier.step(.speak(sayings), now: moment, random: 0))
            case .reply(_, let said): replied = said.outcome
            case .due: break  // Looked at when time goes on: what is said rings nothing.
            case .rang(let due, let made):
                for case .ring in alarms.step(.rang(due: due, made: made), now: moment) {
                    effects += clerk.step(.heard(Heard(.alarm, random: random(16))), now: moment)
                }
            case .die(let error): throw error
            }
        }
    }

    private mutating func deliver(_ first: [CourierEffect]) throws(JournalError) {
        var effects = first
        var next = 0
        while next < effects.count {
            let effect = effects[next]
            next += 1
            switch effect {
            case .send(let delivery):
                names += 1
                let name = "\(delivery.to.text)/\(names)"
                show(delivery, name)
                effects += courier.step(
                    .result(attempt: delivery.attempt, .success(name)), now: moment, random: 0)
            case .mark(let mark):
                _ = clerk.step(.heard(Heard(mark, random: [])), now: moment)
            case .channelDown, .ambiguous, .dropped: break
            }
        }
    }

    private mutating func show(_ delivery: Delivery, _ name: String) {
        shown.append(
            Shown(
                at: now, n: delivery.id.map { Owed.place($0).0 }, id: delivery.id, to: delivery.to,
                message: delivery.message, language: delivery.language, kind: delivery.kind,
                name: name,
                replaces: delivery.replaces, inReplyTo: delivery.inReplyTo, isRung: delivery.isRung)
        )
    }

    private mutating func takeShown() -> [Shown] {
        defer { shown = [] }
        return shown.enumerated().sorted { a, b in
            let first = (a.element.n ?? .max, a.element.to.text),
                second = (b.element.n ?? .max, b.element.to.text)
            return first == second ? a.offset < b.offset : first < second
        }.map(\.element)
    }
}

extension Abilities {
    /// A terminal, as far as a rehearsal can tell.
    public static let rehearsal = Abilities(
        edits: true, buttons: true, pins: true, sendKeyLife: .max)
}

/// A journal that lives as long as the process: for transcripts, and to decide something without writing it.
public final class MemoryJournal: Journal {
    private struct Inside: Sendable {
        var base: State
        var commits: [Commit] = []
    }
    private let inside: Locked<Inside>

    /// - Parameter state: what is true at the start.
    public init(_ state: State = State()) { inside = Locked(Inside(base: state)) }

    public func recover() throws(JournalError) -> State {
        inside.with { inside in
            var state = inside.base
            for commit in inside.commits { state.evolve(commit) }
            return state
        }
    }
    public func read(
        after n: UInt64, _ body: (Commit) throws(JournalError) -> Void
    ) throws(JournalError) {
        for commit in inside.with({ $0.commits }) where commit.n > n { try body(commit) }
    }
    public func reserve() throws(JournalError) {}
    public func append(_ commits: [Commit]) throws(JournalError) {
        inside.with { $0.commits += commits }
    }
    public func seal() throws(JournalError) {}
    public func snapshot(_ state: State) {}
    public func close() throws(JournalError) {}
}
