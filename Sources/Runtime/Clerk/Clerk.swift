public import Accelerator
public import Language

/// The single writer: the only place where inputs become facts.
///
/// How a batch goes (group commit):
/// 1. What arrives waits in a fair queue of bounded length; marks of deliveries wait apart, half a second
///    at most, and the bot's own inputs (alarms, an operator's acts) go before messages.
/// 2. A batch takes at most 256 inputs or about 1 MiB, and asks the journal for room.
/// 3. With room, each input is decided against the working state, and what it commits is taken into that
///    state before the next is looked at. Without room each is decided against the durable state: answers
///    stand, and what would be a commit is refused.
/// 4. The commits are appended as one; one sync. Nothing arrives in the middle: what is heard meanwhile waits.
/// 5. Only when the journal says that they are durable does anything leave: messages, in the order they were
///    decided; answers to doors; the next alarm. Questions of the batch wait for this too, because their
///    answers may show what the batch wrote.
///    The next alarm follows a quarter of a second behind, so that a burst of readings costs one look at a
///    challenge and not one each; after a ring, and before one is asked for, it is looked for at once.
/// 6. If the journal fails after deciding, nothing leaves at all; the only effect is ``ClerkEffect/die(_:)``.
public struct Clerk: Sendable {
    /// Bounds; the defaults are the ones that are tested under load.
    public struct Limits: Hashable, Sendable {
        /// Messages that may wait.
        public var queue = 4096
        /// Messages owed and not yet delivered, above which nobody is heard: whoever writes faster than the
        /// channels can answer would fill the memory.
        public var owed = 200_000
        public var batchInputs = 256
        /// Estimated bytes of a batch.
        public var batchBytes = 1 << 20
        /// Milliseconds after an append until it is sealed, and until marks that wait are written.
        public var seal: Int64 = 500
        /// Milliseconds after a commit until the next alarm is looked for again.
        public var plan: Int64 = 250
        public var snapshotCommits = 10_000
        /// Milliseconds between two snapshots at least: a state that is written out over and over under load
        /// would take the processor from those who wait.
        public var snapshotPause = 15 * Instant.second
        public var snapshotAge = Instant.hour
        /// Marks of deliveries in one commit.
        public var marksInCommit = 64
        /// For principals of channels that ``rates`` does not name; nil is no limit.
        public var rate: Rate? = Rate(perMinute: 20, burst: 10)
        /// By channel, or by its family (`in` for `in:registry`); nil is no limit.
        public var rates: [String: Rate?] = [
            "console": Rate?.none, "import": Rate?.none, "in": Rate?.none,
        ]
        public init() {}

        func rate(of channel: String) -> Rate? {
            if let own = rates[channel] { return own }
            guard let colon = channel.utf8.firstIndex(of: UInt8(ascii: ":")) else { return rate }
            return rates[String(channel[..<colon])] ?? rate
        }
    }

    struct Waiting: Sendable {
        var heard: Heard
        var at: Instant
        var cursors: [Cursors.Mark]
        /// Known only when it came into a queue that was half full.
        var isQuestion: Bool?
    }

    enum Phase: Sendable {
        case idle
        case reserving([Waiting])
        case appending(Batch)
        case dead
    }

    let mind: Mind
    let limits: Limits
    var phase = Phase.idle
    /// The facts, with what the current batch adds to them.
    public internal(set) var state: State

    var queue = FairQueue<Waiting>()
    /// Alarms, an operator's acts, imports: few, and never dropped.
    var house = Line<Waiting>()
    var marks = Line<Input>()
    var marksDue: Instant?
    var questions = 0
    var isClassifying = false
    var allowances = Allowances()
    var cursors = Cursors()

    var sealDue: Instant?
    var commitsSinceSnapshot = 0
    var snapshotAt: Instant
    var due: Instant?
    /// Commits since the next alarm was looked for, and when it will be.
    var unplanned: [Commit] = []
    var planDue: Instant?
    /// Whether all of those concerned were looked at once. Before, no alarm is told: whoever should have
    /// been heard longest ago comes first, and a ring looks at all that is left in one go.
    var isPlanned = false
    /// While the disk is full, when to look again.
    var retryAt: Instant?

    /// - Parameters:
    ///   - state: as the journal recovered it.
    ///   - plansLater: whether the next alarm is looked for in steps (``ClerkInput/work``), between which
    ///     others are heard: that takes long where there are many challenges. ``nextDue`` is nil until then.
    public init(
        _ state: State, mind: Mind, limits: Limits = Limits(), now: Moment, plansLater: Bool = false
    ) {
        self.state = state
        self.mind = mind
        self.limits = limits
        snapshotAt = now.steady
        if plansLater { planDue = now.steady } else { plan(whole: true, now) }
    }

    // MARK: Looked at from outside

    /// How many inputs wait.
    public var depth: Int { queue.count + house.count }
    /// When the next alarm is due.
    public var nextDue: Instant? { due }
    /// Whether the disk was full when last asked.
    public var lacksSpace: Bool { retryAt != nil }
    /// When, on the steady clock, it wants to be stepped though nothing arrived.
    public var nextWake: Instant? {
        var wake = sealDue
        if let marksDue { wake = min(wake ?? marksDue, marksDue) }
        if let planDue { wake = min(wake ?? planDue, planDue) }
        if let retryAt, !house.isEmpty { wake = min(wake ?? retryAt, retryAt) }
        return wake
    }

    // MARK: Stepping

    public mutating func step(_ input: ClerkInput, now: Moment) -> [ClerkEffect] {
        switch (phase, input) {
        case (.dead, _): return []
        case (_, .heard(let heard)): return hear(heard, now)
        case (.idle, .work): return work(isFlushing: false, now)
        case (.idle, .flush): return work(isFlushing: true, now)
        case (.reserving(let taken), .reserved(let result)): return reserved(taken, result, now)
        case (.appending(let batch), .appended(let result)): return appended(batch, result, now)
        // Work goes on by itself when the journal has answered.
        case (_, .work), (_, .flush): return []
        case (_, .reserved), (_, .appended):
            preconditionFailure("the journal answered what it was not asked")
        }
    }

    private mutating func work(isFlushing: Bool, _ now: Moment) -> [ClerkEffect] {
        let marksPress =
            marks.count >= limits.marksInCommit || (marksDue.map { $0 <= now.steady } ?? false)
        let mayWrite = retryAt.map { $0 <= now.steady } ?? true
        let hasOwn = mayWrite && (!house.isEmpty || (!marks.isEmpty && (marksPress || isFlushing)))
        if !queue.isEmpty || hasOwn {
            phase = .reserving(take(withOwn: mayWrite))
            return [.reserve]
        }
        if let planDue, planDue <= now.steady || isFlushing {
            let before = due
            plan(whole: isFlushing, now)
            if due != before { return [.due(due)] }
        }
        if let sealDue, sealDue <= now.steady {
            self.sealDue = nil
            return [.seal]
        }
        return []
    }

    /// Looks for the next alarm; for some of those concerned now and for the others soon, or for all.
    mutating func plan(whole: Bool, _ now: Moment) {
        var next = mind.nextDue(unplanned, state)
        unplanned = []
        while whole, !mind.isPlanned() { next = mind.nextDue([], state) }
        planDue = mind.isPlanned() ? nil : now.steady
        isPlanned = isPlanned || planDue == nil
        if isPlanned { due = next }
    }

    /// The next batch. The bot's own inputs first, but at most half of the places.
    private mutating func take(withOwn: Bool) -> [Waiting] {
        var taken: [Waiting] = []
        var bytes = 0
        while withOwn, taken.count < limits.batchInputs / 2, let first = house.first {
            bytes += first.heard.weight
            guard taken.isEmpty || bytes <= limits.batchBytes else { return taken }
            if let waiting = house.popFirst() { taken.append(waiting) }
        }
        while taken.count < limits.batchInputs, bytes <= limits.batchBytes,
            let waiting = queue.take()
        {
            bytes += waiting.heard.weight
            if waiting.isQuestion == true { questions -= 1 }
            taken.append(waiting)
        }
        return taken
    }

    // MARK: Hearing

    private mutating func hear(_ heard: Heard, _ now: Moment) -> [ClerkEffect] {
        switch heard.input {
        case .delivered, .undeliverable:
            marks.append(heard.input)
            marksDue = marksDue ?? now.steady.advanced(by: limits.seal)
            return heard.ticket.map { [.reply($0, Said(.nothing))] } ?? []
        case .message(let inbound):
            return hear(
                inbound,
                Waiting(heard: heard, at: now.wall, cursors: cursors.enter(inbound.cursors)), now)
        case .chat(let news):
            // In the order of its chat's messages; few, so never dropped.
            let waiting = Waiting(heard: heard, at: now.wall, cursors: cursors.enter(news.cursors))
            queue.put(waiting, flow: news.chat, cost: 0)
            return []
        case .alarm, .imported, .operated, .zonesChanged, .channel:
            house.append(Waiting(heard: heard, at: now.wall, cursors: []))
            return []
        }
    }

    /// Admits a message: within its author's rate, and while there is room.
    private mutating func hear(_ inbound: Inbound, _ arrived: Waiting, _ now: Moment)
        -> [ClerkEffect]
    {
        var waiting = arrived
        if let rate = limits.rate(of: inbound.channel) {
            switch allowances.spend(inbound.principal, rate, at: now.steady) {
            case .allowed: break
            case .refused(let isFirst): return turnAway(waiting, .slowDown, isSaid: isFirst)
            }
        }
        guard state.owed.count < limits.owed else { return turnAway(waiting, .busy, isSaid: false) }
        let flow = inbound.chat ?? inbound.principal
        let cost = inbound.text.utf8.count
        if queue.count < limits.queue {
            isClassifying =
                isClassifying ? queue.count > limits.queue / 4 : queue.count > limits.queue / 2
            if isClassifying {
                waiting.isQuestion = mind.isQuestion(inbound)
                if waiting.isQuestion == true { questions += 1 }
            }
            queue.put(waiting, flow: flow, cost: cost)
            return []
        }
        return hearInFullQueue(inbound, waiting, flow: flow, cost: cost)
    }

    /// Full: questions go first (they may be asked again), then whoever has most waiting is told to try again.
    private mutating func hearInFullQueue(
        _ inbound: Inbound, _ arrived: Waiting, flow: String, cost: Int
    ) -> [ClerkEffect] {
        var waiting = arrived
        let isQuestion = mind.isQuestion(inbound)
        waiting.isQuestion = isQuestion
        if isQuestion { return turnAway(waiting, .busy, isSaid: false) }
        if questions > 0, let dropped = queue.evict(where: { $0.isQuestion == true }) {
            questions -= 1
            queue.put(waiting, flow: flow, cost: cost)
            return turnAway(dropped, .busy, isSaid: false)
        }
        questions = 0
        let own = queue.waiting(in: flow)
        if let longest = queue.longest, longest.count > own + 1,
            let dropped = queue.evict(where: { $0.heard.isMessage })
        {
            queue.put(waiting, flow: flow, cost: cost)
            return turnAway(dropped, .busy, isSaid: true)
        }
        return turnAway(waiting, .busy, isSaid: true)
    }

    /// Answers without deciding. A door that waits always hears of it; a chat only if `isSaid`.
    private mutating func turnAway(_ waiting: Waiting, _ trouble: Trouble, isSaid: Bool)
        -> [ClerkEffect]
    {
        cursors.handled(waiting.cursors)
        guard case .message(let inbound) = waiting.heard.input else { return [] }
        let out = refusal(trouble, inbound)
        if let ticket = waiting.heard.ticket {
            let words = ticket.wantsWords ? [worded(out, inbound)] : []
            let reply = ClerkEffect.reply(ticket, Said(.refused(trouble), words))
            return isSaid && !ticket.wantsWords
                ? [.speak([.answer(out, replaces: nil)]), reply] : [reply]
        }
        return isSaid ? [.speak([.answer(out, replaces: nil)])] : []
    }

    func refusal(_ trouble: Trouble, _ inbound: Inbound) -> Outgoing {
        var out = Outgoing(
            to: inbound.chat.map { .chat($0) } ?? .principal(inbound.principal),
            [Phrase(trouble.phrase)])
        if inbound.chat != nil { out.inReplyTo = inbound.message }
        out.language = inbound.language
        return out
    }

    func worded(_ out: Outgoing, _ inbound: Inbound) -> Worded {
        Worded(
            out, language: Directory(state).language(of: out, default: mind.language),
            principal: inbound.chat == nil ? inbound.principal : nil, chat: inbound.chat,
            replaces: out.replaces.flatMap { state.sent[$0]?.message })
    }
}

/// Something for the Clerk, with what the driver drew for it.
public struct Heard: Sendable {
    public var input: Input
    /// Sixteen random bytes.
    public var random: [UInt8]
    public var ticket: Ticket?
    public init(_ input: Input, random: [UInt8], ticket: Ticket? = nil) {
        self.input = input
        self.random = random
        self.ticket = ticket
    }

    var isMessage: Bool {
        if case .message = input { true } else { false }
    }
    /// Bytes of the journal that come of it, roughly and rather too many.
    var weight: Int {
        switch input {
        case .message(let inbound): 1024 + 4 * inbound.text.utf8.count
        case .alarm: 64 * 1024
        case .imported(let events): 512 * events.count
        default: 512
        }
    }
}

public enum ClerkInput: Sendable {
    /// Something arrived. It waits until there is work.
    case heard(Heard)
    /// Begin a batch if there is reason to; seal, if it is time.
    case work
    /// The same, and don't wait for more marks.
    case flush
    /// The answer to ``ClerkEffect/reserve``.
    case reserved(Result<Void, JournalError>)
    /// The answer to ``ClerkEffect/append(_:)``.
    case appended(Result<Void, JournalError>)
}

public enum ClerkEffect: Sendable {
    /// Ask the journal for room, and tell the Clerk.
    case reserve
    /// Append and sync, and tell the Clerk.
    case append([Commit])
    case seal
    /// Write a snapshot, off this path.
    case snapshot(State)
    /// Send, in this order. All of it is durable.
    case speak([Saying])
    /// For the Courier, before what is spoken after it.
    case directory(Directory)
    case reply(Ticket, Said)
    /// The next alarm changed.
    case due(Instant?)
    /// The alarm was handled. `made` is false if nothing came of it, as when the disk is full.
    case rang(due: Instant?, made: Bool)
    /// The journal failed. End the process; say nothing.
    case die(JournalError)
}
