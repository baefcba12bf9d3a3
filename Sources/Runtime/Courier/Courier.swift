public import Accelerator
public import Language

/// The outbox: sees to it that what is owed leaves, in order, once where that can be had.
///
/// How a message leaves:
/// 1. What is spoken gets a lane: one chat of one channel. A lane is first in, first out, with one request
///    under way; lanes don't wait for each other.
/// 2. When a message comes to the front of its lane for the first time, its receiver, channel and language
///    are looked up and its words are chosen. All its attempts send those words.
/// 3. What comes of an attempt is of one of the kinds of ``SendFailure``, and ``CourierRules`` says what
///    follows. A wait holds up its own lane, or the channel, nothing else.
/// 4. What left, and what never will, is told to the Clerk as a mark. Until that mark is durable the
///    message is owed: a crash in between sends it again.
/// 5. Everything has an end: replies expire after ten minutes, reminders after their grace of twelve hours,
///    digests after a day. Answers to questions are not on the record and simply lost when they fail.
public struct Courier: Sendable {
    /// Bounds, in milliseconds and messages.
    public struct Limits: Hashable, Sendable {
        public var replyLife = 10 * Instant.minute
        public var reminderLife = 12 * Instant.hour
        public var digestLife = 24 * Instant.hour
        /// Answers that may wait, in all and in one lane.
        public var answers = 4096
        public var answersInLane = 32
        /// An attempt without a result counts as ambiguous after this.
        public var attempt = 120 * Instant.second
        public var sweep = 30 * Instant.second
        /// Failures in a row, over all lanes, after which a channel is tried with one request only.
        public var breaker = 5
        public init() {}

        func life(of kind: Outgoing.Kind) -> Int64 {
            switch kind {
            case .reply: replyLife
            case .reminder, .notice, .card: reminderLife
            case .digest: digestLife
            }
        }
    }

    /// A message on its way.
    struct Parcel: Sendable {
        var outgoing: Outgoing
        /// Nil for an answer.
        var id: String?
        var key: String
        /// On the steady clock.
        var expires: Instant
        var replaces: String?
        var isRung = false
        var attempts = 0
        var ambiguities = 0
        /// Whether it was sent on to the new key of its chat already.
        var hasMoved = false
        var firstAttempt: Instant?
        /// What its first attempt settled.
        var drawn: (message: Message, language: String)?
    }

    struct Lane: Sendable {
        var address: Address
        var channel: String
        var parcels = Line<Parcel>()
        /// The attempt under way, and since when.
        var attempt: (number: UInt64, since: Instant)?
        /// Whether it stands in its channel's line.
        var isReady = false
        var notBefore = Instant(milliseconds: .min)
        /// In a row, of the message at the front.
        var failures = 0
        var answers = 0
    }

    struct Post: Sendable {
        var abilities: Abilities
        var isUp = true
        var ready = Line<String>()
        var underWay = 0
        var notBefore = Instant(milliseconds: .min)
        /// In a row, over all lanes.
        var failures = 0
    }

    let limits: Limits
    let mind: Mind
    let language: String
    /// Distinguishes this data directory, and this run, in keys.
    let stream: String
    let run: String
    /// Whether messages for channels that are not here are left alone, for another process.
    let leavesOthers: Bool

    var directory: Directory
    var posts: [String: Post]
    private let postNames: [String]
    var lanes: [String: Lane] = [:]
    /// Attempt -> lane.
    var underWay: [UInt64: String] = [:]
    /// Lanes by when they may go on.
    var waits = Timetable()
    var sweepAt: Instant?
    var answers = 0
    var spoken: UInt64 = 0
    var attempts: UInt64 = 0
    var isStopping = false
    /// Whether a message went to another lane, whose channel may have had its turn in this step.
    private var hasRerouted = false
    var random = Jitter()

    /// - Parameters:
    ///   - channels: what is running, by name.
    ///   - stream: the id of the data directory.
    ///   - run: something that no other run had, such as random digits.
    ///   - leavesOthers: for a process that runs some channels only.
    public init(
        channels: [String: Abilities], directory: Directory, mind: Mind, stream: String,
        run: String,
        limits: Limits = Limits(), leavesOthers: Bool = false
    ) {
        self.limits = limits
        self.directory = directory
        self.stream = stream
        self.run = run
        self.leavesOthers = leavesOthers
        self.mind = mind
        language = mind.language
        posts = channels.mapValues { Post(abilities: $0) }
        postNames = channels.keys.sorted()
    }

    // MARK: Looked at from outside

    /// Requests under way.
    public var inFlight: Int { underWay.count }
    /// Messages that wait, those under way included.
    public var waiting: Int { lanes.values.reduce(0) { $0 + $1.parcels.count } }
    /// How many messages on the record wait since less than a minute, ten minutes, an hour, and longer.
    public func owedByAge(at now: Moment) -> [Int] {
        var counts = [0, 0, 0, 0]
        let bounds = [Instant.minute, 10 * Instant.minute, Instant.hour]
        for lane in lanes.values {
            lane.parcels.forEach { parcel in
                guard parcel.id != nil else { return }
                let age = limits.life(of: parcel.outgoing.kind) - parcel.expires.since(now.steady)
                counts[bounds.firstIndex { age < $0 } ?? 3] += 1
            }
        }
        return counts
    }
    /// Channels that were refused as a whole.
    public var downChannels: [String] { posts.filter { !$0.value.isUp }.map(\.key).sorted() }
    /// When, on the steady clock, it wants to be stepped though nothing happened.
    public var nextWake: Instant? {
        guard let first = waits.first else { return sweepAt }
        return sweepAt.map { min($0, first) } ?? first
    }

    // MARK: Stepping

    /// - Parameter random: drawn for this step; spreads retries.
    public mutating func step(_ input: CourierInput, now: Moment, random seed: UInt64)
        -> [CourierEffect]
    {
        random.mix(seed)
        var effects: [CourierEffect] = []
        switch input {
        case .directory(let directory): self.directory = directory
        case .speak(let sayings):
            for saying in sayings { enqueue(saying, now, &effects) }
        case .result(let attempt, let result): settle(attempt, result, now, &effects)
        case .channelUp(let name):
            posts[name]?.isUp = true
            posts[name]?.failures = 0
            posts[name]?.notBefore = now.steady
        case .stop: isStopping = true
        case .tick: break
        }
        wakeLanes(now, &effects)
        if let sweepAt, sweepAt <= now.steady { sweep(now, &effects) }
        repeat {
            hasRerouted = false
            for name in postNames { pump(name, now, &effects) }
        } while hasRerouted
        return effects
    }

    // MARK: Into a lane

    private mutating func enqueue(_ saying: Saying, _ now: Moment, _ effects: inout [CourierEffect])
    {
        spoken += 1
        switch saying {
        case .owed(let owed):
            let out = owed.outgoing
            let age = min(max(0, now.wall.since(owed.at)), limits.digestLife)
            let parcel = Parcel(
                outgoing: out, id: out.id, key: "\(stream).\(out.id)",
                expires: now.steady.advanced(by: max(0, limits.life(of: out.kind) - age)),
                replaces: owed.replaces, isRung: owed.isRung)
            guard let address = address(of: out.to) else {
                guard !leavesOthers else { return }
                return giveUp(parcel, "no way", isLost: false, &effects)
            }
            put(parcel, address, now, &effects)
        case .answer(let out, let replaces):
            guard answers < limits.answers, let address = address(of: out.to),
                lanes[address.text]?.answers ?? 0 < limits.answersInLane
            else {
                effects.append(.dropped)
                return
            }
            let parcel = Parcel(
                outgoing: out, id: nil, key: "\(stream).\(run).\(spoken)",
                expires: now.steady.advanced(by: limits.replyLife), replaces: replaces)
            put(parcel, address, now, &effects)
        }
    }

    mutating func put(
        _ parcel: Parcel, _ address: Address, _ now: Moment, _ effects: inout [CourierEffect]
    ) {
        let name = address.text
        guard let channel = channel(of: name) else {
            return giveUp(parcel, "no way", isLost: false, &effects)
        }
        if parcel.id == nil {
            answers += 1
            lanes[name, default: Lane(address: address, channel: channel)].answers += 1
        }
        lanes[name, default: Lane(address: address, channel: channel)].parcels.append(parcel)
        ready(name, now)
        if sweepAt == nil { sweepAt = now.steady.advanced(by: limits.sweep) }
    }

    /// Where a receiver is reached now; nil if nowhere.
    func address(of receiver: Receiver) -> Address? {
        switch receiver {
        case .principal(let principal): channel(of: principal).map { _ in .principal(principal) }
        case .chat(let key):
            directory.isLost(chat: key) ? nil : channel(of: key).map { _ in .chat(key) }
        case .person(let code):
            directory.routes(to: code).first { channel(of: $0) != nil }.map { .principal($0) }
        }
    }

    /// The channel that an id belongs to: the longest name that it begins with.
    func channel(of id: String) -> String? {
        var name = id[...]
        while let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")) {
            name = name[..<colon]
            if posts[String(name)] != nil { return String(name) }
        }
        return nil
    }

    // MARK: Out of a lane

    /// Puts a lane into its channel's line if it has something that may go.
    mutating func ready(_ name: String, _ now: Moment) {
        guard let lane = lanes[name], lane.attempt == nil, !lane.isReady else { return }
        guard !lane.parcels.isEmpty else {
            if lane.notBefore <= now.steady { lanes[name] = nil }
            return
        }
        guard lane.notBefore <= now.steady else { return }
        lanes[name]?.isReady = true
        posts[lane.channel]?.ready.append(name)
    }

    /// Starts what may start on a channel.
    private mutating func pump(_ channel: String, _ now: Moment, _ effects: inout [CourierEffect]) {
        guard !isStopping else { return }
        while let post = posts[channel], post.isUp, post.notBefore <= now.steady,
            post.underWay < (post.failures >= limits.breaker ? 1 : post.abilities.width),
            let name = posts[channel]?.ready.popFirst()
        {
            lanes[name]?.isReady = false
            start(name, now, &effects)
        }
    }

    /// Makes an attempt with the message at the front.
    private mutating func start(_ name: String, _ now: Moment, _ effects: inout [CourierEffect]) {
        // Only what is needed of the lane: a copy of it would make the next change copy all that waits.
        guard var parcel = lanes[name]?.parcels.first, let here = lanes[name]?.address,
            let channel = lanes[name]?.channel
        else { return ready(name, now) }
        guard lanes[name]?.attempt == nil else { return }
        guard parcel.expires > now.steady else {
            drop(name)
            giveUp(parcel, parcel.ambiguities > 0 ? "unknown" : "expired", isLost: false, &effects)
            return ready(name, now)
        }
        if parcel.outgoing.isAmendment, !isEditable(parcel, here, channel) {
            // News of a message that can't be changed is no message of its own.
            drop(name)
            if let id = parcel.id { effects.append(.mark(.delivered(id: id, message: nil))) }
            return ready(name, now)
        }
        if parcel.drawn == nil {
            // Someone may be reached elsewhere by now, or nowhere.
            guard let address = address(of: parcel.outgoing.to), address == here || parcel.hasMoved
            else {
                drop(name)
                if let address = address(of: parcel.outgoing.to) {
                    hasRerouted = true
                    put(parcel, address, now, &effects)
                } else {
                    giveUp(parcel, "no way", isLost: false, &effects)
                }
                return ready(name, now)
            }
            let language = directory.language(of: parcel.outgoing, default: language)
            // What replaces a message replaces its words: no channel turns words into a picture.
            let shows = parcel.replaces == nil && posts[channel]?.abilities.pictures == true
            parcel.drawn = (mind.message(parcel.outgoing, language, showsPicture: shows), language)
        }
        guard let drawn = parcel.drawn else { return }
        attempts += 1
        let out = parcel.outgoing
        effects.append(
            .send(
                Delivery(
                    attempt: attempts, earlier: parcel.attempts, id: parcel.id, key: parcel.key,
                    channel: channel, to: here, message: drawn.message,
                    language: drawn.language, kind: out.kind, replaces: parcel.replaces,
                    inReplyTo: out.inReplyTo, asksReply: out.asksReply, isCard: out.kind == .card,
                    pins: out.pins, isRung: parcel.isRung, isAmendment: out.isAmendment)))
        parcel.attempts += 1
        parcel.firstAttempt = parcel.firstAttempt ?? now.steady
        let started = parcel
        lanes[name]?.parcels.updateFirst { $0 = started }
        lanes[name]?.attempt = (attempts, now.steady)
        underWay[attempts] = name
        posts[channel]?.underWay += 1
    }

    /// Whether what it replaces stands in this very chat, on a channel that can edit.
    private func isEditable(_ parcel: Parcel, _ here: Address, _ channel: String) -> Bool {
        posts[channel]?.abilities.edits == true
            && parcel.replaces?.hasPrefix(here.text + "/") == true
    }

    /// Takes the message at the front out of its lane.
    mutating func drop(_ name: String) {
        guard let parcel = lanes[name]?.parcels.popFirst() else { return }
        if parcel.id == nil {
            answers -= 1
            lanes[name]?.answers -= 1
        }
        lanes[name]?.failures = 0
    }

    mutating func giveUp(
        _ parcel: Parcel, _ why: String, isLost: Bool, _ effects: inout [CourierEffect]
    ) {
        guard let id = parcel.id else { return effects.append(.dropped) }
        effects.append(.mark(.undeliverable(id: id, why: why, isLost: isLost)))
    }

    // MARK: Time

    private mutating func wakeLanes(_ now: Moment, _ effects: inout [CourierEffect]) {
        while let name = waits.take(dueBy: now.steady) { ready(name, now) }
    }

    /// Lets go of what expired behind something, and of attempts that never came back.
    private mutating func sweep(_ now: Moment, _ effects: inout [CourierEffect]) {
        for name in lanes.keys.sorted() {
            guard let lane = lanes[name] else { continue }
            if let attempt = lane.attempt, now.steady.since(attempt.since) >= limits.attempt {
                settle(
                    attempt.number, .failure(SendFailure(.ambiguous, why: "no result")), now,
                    &effects)
            }
            let isBusy = lanes[name]?.attempt != nil
            let expired = lanes[name]?.parcels.removeAll(skipping: isBusy ? 1 : 0) {
                $0.expires <= now.steady
            }
            for parcel in expired ?? [] {
                if parcel.id == nil {
                    answers -= 1
                    lanes[name]?.answers -= 1
                }
                giveUp(
                    parcel, parcel.ambiguities > 0 ? "unknown" : "expired", isLost: false, &effects)
            }
            ready(name, now)
        }
        sweepAt = lanes.isEmpty ? nil : now.steady.advanced(by: limits.sweep)
    }
}

public enum CourierInput: Sendable {
    /// To be sent, in this order. At the start: everything that is owed.
    case speak([Saying])
    case directory(Directory)
    /// What came of an attempt.
    case result(attempt: UInt64, Result<String?, SendFailure>)
    /// A channel that was refused works again.
    case channelUp(String)
    /// Begin no more attempts.
    case stop
    /// Time passed.
    case tick
}

public enum CourierEffect: Sendable {
    /// Make this attempt, and tell the Courier what came of it.
    case send(Delivery)
    /// For the Clerk: delivered, or undeliverable.
    case mark(Input)
    /// The channel refuses everything. Nothing goes to it until it is up again.
    case channelDown(String, why: String)
    /// An attempt whose outcome is not known.
    case ambiguous(channel: String)
    /// An answer to a question was lost.
    case dropped
}

/// Numbers that spread retries: a function of what the driver drew, so that a seed replays.
struct Jitter: Sendable {
    private var source = SplitMix64(0)

    mutating func mix(_ seed: UInt64) { source.mix(seed) }

    /// Evenly within 0 … bound.
    mutating func next(upTo bound: Int64) -> Int64 {
        let z = source.next()
        return bound <= 0 ? 0 : Int64(z % (UInt64(bound) + 1))
    }
}
