import Language

/// What the bot needs of the machine it runs on: clocks, chance, threads. Handed in, so that nothing here
/// asks the system for them.
public struct Surroundings: Sendable {
    public var now: @Sendable () -> Moment
    /// So many random bytes, good for secrets.
    public var random: @Sendable (Int) -> [UInt8]
    /// Starts a thread of the operating system for a body that waits inside system calls.
    public var startThread:
        @Sendable (_ name: String, _ body: @escaping @Sendable () -> Void) throws -> Void
    /// Called at once, on the Clerk's thread, when the journal has failed: the process should end with the
    /// status that belongs to the error. ``Bot/run()`` throws it as well.
    public var failed: @Sendable (JournalError) -> Void
    /// Where it is noted what is being worked on, for the case that it ends the process.
    public var poison = Poison()

    public init(
        now: @escaping @Sendable () -> Moment, random: @escaping @Sendable (Int) -> [UInt8],
        startThread: @escaping @Sendable (String, @escaping @Sendable () -> Void) throws -> Void,
        failed: @escaping @Sendable (JournalError) -> Void = { _ in }
    ) {
        self.now = now
        self.random = random
        self.startThread = startThread
        self.failed = failed
    }
}

/// Random bytes, drawn by the page so that a message costs no system call.
struct RandomPool {
    private let draw: @Sendable (Int) -> [UInt8]
    private var bytes: [UInt8] = []
    private var used = 0

    init(_ draw: @escaping @Sendable (Int) -> [UInt8]) { self.draw = draw }

    mutating func sixteen() -> [UInt8] {
        if used + 16 > bytes.count {
            bytes = draw(4096)
            used = 0
            precondition(bytes.count == 4096, "fewer random bytes than asked for")
        }
        defer { used += 16 }
        return Array(bytes[used..<used + 16])
    }

    mutating func number() -> UInt64 {
        sixteen().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// How the bot is, for `/health` and `/ready`.
public struct Health: Hashable, Sendable {
    /// Whether the commit loop moved within the last thirty seconds.
    public var isAlive: Bool
    /// Why it should be sent nothing just now; empty when it is ready: `recovering`, `disk`, `stopping`,
    /// `channel tg`.
    public var because: [String]
    public init(isAlive: Bool, because: [String]) {
        self.isAlive = isAlive
        self.because = because
    }
    public var isReady: Bool { because.isEmpty }
}

/// What the drivers tell about themselves.
final class Vitals: Sendable {
    struct Inside: Sendable {
        var movedAt = Instant(milliseconds: .min)
        var isRecovering = true
        var lacksSpace = false
        var isStopping = false
        var deaf: Set<String> = []
        var mute: Set<String> = []
    }
    let inside = Locked(Inside())

    func health(at now: Moment) -> Health {
        inside.with { inside in
            var because: [String] = []
            if inside.isRecovering { because.append("recovering") }
            if inside.lacksSpace { because.append("disk") }
            if inside.isStopping { because.append("stopping") }
            because += inside.deaf.union(inside.mute).sorted().map { "channel \($0)" }
            let isAlive = now.steady.since(inside.movedAt) <= 30 * Instant.second
            return Health(isAlive: isAlive, because: because)
        }
    }
}
