import Language
import Platform
package import Runtime

/// The machine that the tests run on, as the bot sees it.
package func surroundings(failed: @escaping @Sendable (JournalError) -> Void = { _ in })
    -> Surroundings
{
    Surroundings(
        now: {
            Moment(
                wall: Instant(milliseconds: WallClock.now()),
                steady: Instant(milliseconds: BootClock.now() / 1_000_000))
        },
        random: { RandomBytes.make($0) },
        startThread: { name, body in _ = try Platform.Thread.start(name: name, body) },
        failed: failed)
}
