import Accelerator
internal import CoreMetrics
import Language
internal import Logging

/// Feeds the Courier on a thread of its own, where words and pictures are made: they may take a while.
final class CourierDriver: Sendable {
    enum Letter: Sendable {
        case begin(Courier, [Saying])
        case input(CourierInput)
        /// Begin no more attempts, wait for those under way, end.
        case finish
    }

    let letters = Mailbox<Letter>(capacity: 1)
    let channels: [String: any Channel]
    let surroundings: Surroundings
    let vitals: Vitals
    let meters: Meters
    let log: Logger
    /// How long attempts under way are waited for at the end, in milliseconds.
    static let patience: Int64 = 8000

    init(
        _ channels: [String: any Channel], surroundings: Surroundings, vitals: Vitals,
        meters: Meters, log: Logger
    ) {
        self.channels = channels
        self.surroundings = surroundings
        self.vitals = vitals
        self.meters = meters
        self.log = log
    }

    /// The whole life of the thread.
    func run(_ clerk: @Sendable (Input) -> Void) {
        var random = RandomPool(surroundings.random)
        var courier: Courier?
        var taken: [Letter] = []
        var end: Instant?
        var measured = Instant(milliseconds: .min)
        while true {
            let now = surroundings.now()
            for letter in taken {
                switch letter {
                case .begin(let begun, let owed):
                    courier = begun
                    perform(courier?.step(.speak(owed), now: now, random: random.number()), clerk)
                case .input(let input):
                    perform(courier?.step(input, now: now, random: random.number()), clerk)
                case .finish:
                    end = now.steady.advanced(by: Self.patience)
                    perform(courier?.step(.stop, now: now, random: random.number()), clerk)
                }
            }
            taken.removeAll(keepingCapacity: true)
            if let wake = courier?.nextWake, wake <= now.steady {
                perform(courier?.step(.tick, now: now, random: random.number()), clerk)
            }
            if let end, courier?.inFlight ?? 0 == 0 || end <= now.steady { return letters.close() }
            if now.steady.since(measured) >= 5000, let courier {
                measured = now.steady
                measure(courier, now)
            }
            let wake = courier?.nextWake.map { max(1, $0.since(now.steady)) } ?? 1000
            letters.take(into: &taken, waiting: min(wake, end == nil ? 1000 : 50))
        }
    }

    private func perform(_ effects: [CourierEffect]?, _ clerk: @Sendable (Input) -> Void) {
        for effect in effects ?? [] {
            switch effect {
            case .send(let delivery): send(delivery)
            case .mark(let mark):
                if case .undeliverable(let id, let why, _) = mark {
                    meters.dead.increment()
                    log.warning("undeliverable", metadata: ["id": "\(id)", "why": "\(why)"])
                }
                clerk(mark)
            case .channelDown(let name, let why):
                vitals.inside.with { _ = $0.mute.insert(name) }
                log.error("channel refused", metadata: ["channel": "\(name)", "why": "\(why)"])
            case .ambiguous(let name):
                meters.ambiguous.increment()
                log.info("attempt without an answer", metadata: ["channel": "\(name)"])
            case .dropped: meters.dropped.increment()
            }
        }
    }

    private func send(_ delivery: Delivery) {
        meters.sent.increment()
        let attempt = delivery.attempt
        guard let channel = channels[delivery.channel] else {
            let failure = SendFailure(.refused, why: "no channel")
            letters.putAlways(.input(.result(attempt: attempt, .failure(failure))))
            return
        }
        channel.send(delivery) { [letters] result in
            letters.putAlways(.input(.result(attempt: attempt, result)))
        }
    }

    private func measure(_ courier: Courier, _ now: Moment) {
        meters.inFlight.record(courier.inFlight)
        for (gauge, count) in zip(meters.owed, courier.owedByAge(at: now)) { gauge.record(count) }
    }
}

/// Feeds the alarm clock, and looks after doors whose answer is late.
final class AlarmDriver: Sendable {
    enum Letter: Sendable {
        case begin(due: Instant?)
        case input(AlarmInput)
        case finish
    }

    let letters = Mailbox<Letter>(capacity: 1)
    let surroundings: Surroundings
    let meters: Meters
    let log: Logger

    init(surroundings: Surroundings, meters: Meters, log: Logger) {
        self.surroundings = surroundings
        self.meters = meters
        self.log = log
    }

    /// The whole life of the thread.
    func run(_ door: Door, _ ring: @Sendable () -> Void) {
        var clock: AlarmClock?
        var taken: [Letter] = []
        while true {
            let now = surroundings.now()
            for letter in taken {
                switch letter {
                case .begin(let due):
                    clock = AlarmClock(due: due, now: now)
                    perform(clock?.step(.tick, now: now), ring)
                case .input(let input): perform(clock?.step(input, now: now), ring)
                case .finish: return letters.close()
                }
            }
            taken.removeAll(keepingCapacity: true)
            if let wake = clock?.nextWake, wake <= now.steady {
                perform(clock?.step(.tick, now: now), ring)
            }
            door.answerLate(at: now)
            let wake = clock?.nextWake.map { max(1, $0.since(now.steady)) } ?? 1000
            letters.take(into: &taken, waiting: min(wake, 500))
        }
    }

    private func perform(_ effects: [AlarmEffect]?, _ ring: @Sendable () -> Void) {
        for effect in effects ?? [] {
            switch effect {
            case .ring(let late):
                meters.late.record(late)
                ring()
            case .jumped(let by):
                meters.jumps.increment()
                log.warning("the time of day jumped", metadata: ["milliseconds": "\(by)"])
            }
        }
    }
}
