import Accelerator
import Language
public import Logging
public import ServiceLifecycle

/// The running bot: one writer, the outbox, the alarm clock, and the channels, wired to each other.
///
/// Three threads of the operating system carry the machines; each has a mailbox and one loop. Channels run
/// as tasks.
///
/// How it stops (SIGTERM, or cancelled):
/// 1. It is no longer ready; channels stop to poll, and confirm nothing more; doors say that it is stopping.
/// 2. Requests under way are waited for, eight seconds at most; none is begun.
/// 3. What was heard before is decided and written, with the marks of what was delivered. What it owes
///    stays owed, and leaves after the next start.
/// 4. The journal is sealed cleanly and closed.
public final class Bot: Service {
    /// Where everything comes in.
    public let door: Door
    private let channels: [any Channel]
    private let clerk: ClerkDriver
    private let courier: CourierDriver
    private let alarms: AlarmDriver
    private let mind: Mind
    private let stream: String
    private let surroundings: Surroundings
    private let vitals = Vitals()
    private let log: Logger

    /// - Parameters:
    ///   - channels: with names that are different.
    ///   - stream: the id of the data directory; keys of sent messages begin with it.
    public init(
        journal: any Journal, mind: Mind, channels: [any Channel], stream: String,
        surroundings: Surroundings, limits: Clerk.Limits = Clerk.Limits(), log: Logger
    ) {
        let meters = Meters()
        let letters = Mailbox<ClerkDriver.Letter>(capacity: limits.queue)
        var byName: [String: any Channel] = [:]
        for channel in channels {
            precondition(
                byName.updateValue(channel, forKey: channel.name) == nil,
                "two channels have one name")
        }
        self.channels = channels
        self.mind = mind
        self.stream = stream
        self.surroundings = surroundings
        self.log = log
        door = Door(letters, mind: mind, now: surroundings.now)
        clerk = ClerkDriver(
            letters, journal: journal, mind: mind, limits: limits, surroundings: surroundings,
            vitals: vitals, meters: meters, log: log)
        courier = CourierDriver(
            byName, surroundings: surroundings, vitals: vitals, meters: meters, log: log)
        alarms = AlarmDriver(surroundings: surroundings, meters: meters, log: log)
    }

    /// How it is just now.
    public var health: Health { vitals.health(at: surroundings.now()) }

    /// Recovers the state, then runs until it is asked to stop.
    ///
    /// - Throws: the ``JournalError`` that ended it, or what kept a thread from starting.
    public func run() async throws {
        let life = Life()
        try start(life)
        await life.begun.wait()
        if life.error == nil { await listen(life) }
        vitals.inside.with { $0.isStopping = true }
        door.close()
        alarms.letters.putAlways(.finish)
        courier.letters.putAlways(.finish)
        await life.courierEnded.wait()
        clerk.letters.putAlways(.finish)
        await life.clerkEnded.wait()
        await life.alarmsEnded.wait()
        door.answerAll(.stopping)
        if let error = life.error { throw error }
    }

    /// What the threads tell the task that runs the bot.
    private final class Life: Sendable {
        let begun = Gate(), clerkEnded = Gate(), courierEnded = Gate(), alarmsEnded = Gate()
        private let failure = Locked<JournalError?>(nil)
        var error: JournalError? { failure.with { $0 } }
        func fail(_ error: JournalError) { failure.with { $0 = error } }
    }

    private func start(_ life: Life) throws {
        let others = ClerkDriver.Others(
            door: door,
            courier: { [courier] in courier.letters.putAlways(.input($0)) },
            alarms: { [alarms] in alarms.letters.putAlways(.input($0)) },
            begin: { [weak self] state, owed, due in self?.begin(state, owed, due, life) })
        // The Clerk last: the others only wait, and end when they are told to.
        do {
            try surroundings.startThread("courier") { [courier, clerk] in
                courier.run { clerk.letters.putAlways(.heard($0, nil)) }
                life.courierEnded.open()
            }
            try surroundings.startThread("alarms") { [alarms, clerk, door] in
                alarms.run(door) { clerk.letters.putAlways(.heard(.alarm, nil)) }
                life.alarmsEnded.open()
            }
            try surroundings.startThread("clerk") { [clerk, surroundings, door] in
                do throws(JournalError) {
                    try clerk.run(others)
                } catch {
                    life.fail(error)
                    door.close()
                    surroundings.failed(error)
                    door.answerAll(.stopping)
                }
                clerk.letters.close()
                life.clerkEnded.open()
                life.begun.open()
            }
        } catch {
            courier.letters.putAlways(.finish)
            alarms.letters.putAlways(.finish)
            throw error
        }
    }

    /// The state is there: fills the outbox and sets the alarm.
    private func begin(_ state: State, _ owed: [Saying], _ due: Instant?, _ life: Life) {
        let run = surroundings.random(8).map { String($0, radix: 16) }.joined()
        var abilities: [String: Abilities] = [:]
        for channel in channels { abilities[channel.name] = channel.abilities }
        let filled = Courier(
            channels: abilities, directory: Directory(state), mind: mind, stream: stream, run: run)
        courier.letters.putAlways(.begin(filled, owed))
        alarms.letters.putAlways(.begin(due: due))
        log.info("recovered", metadata: ["n": "\(state.n)", "owed": "\(owed.count)"])
        life.begun.open()
    }

    // MARK: Channels

    /// Polls on every channel until the bot is asked to stop or its journal fails.
    private func listen(_ life: Life) async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                try? await gracefulShutdown()
                return true
            }
            group.addTask {
                await life.clerkEnded.waitUnlessCancelled()
                return true
            }
            for channel in channels {
                group.addTask { [self] in
                    await listen(on: channel)
                    return false
                }
            }
            for await isEnd in group where isEnd { break }
            group.cancelAll()
        }
    }

    /// Polls on one channel, and begins again, ever more slowly, when it fails.
    private func listen(on channel: any Channel) async {
        var failures = 0
        while !Task.isCancelled {
            let begun = surroundings.now().steady
            do {
                vitals.inside.with { _ = $0.deaf.remove(channel.name) }
                return try await channel.listen(door)
            } catch {
                guard !Task.isCancelled else { return }
                vitals.inside.with { _ = $0.deaf.insert(channel.name) }
                // One that listened well for a while begins anew.
                failures =
                    surroundings.now().steady.since(begun) > Instant.minute ? 0 : failures + 1
                let pause = min(60, 1 << min(failures, 6))
                log.error(
                    "channel fell silent",
                    metadata: [
                        "channel": "\(channel.name)", "why": "\(error)", "seconds": "\(pause)",
                    ])
                try? await Task.sleep(for: .seconds(pause))
            }
        }
    }
}
