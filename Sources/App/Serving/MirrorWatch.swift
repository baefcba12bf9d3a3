import Accelerator
import Logging
import Platform
import Runtime
import ServiceLifecycle
import Storage

/// Looks after a mirror that is behind: tries it again every few seconds, and says in the log and to the
/// administrators when it falls behind and when it is whole again.
///
/// A mirror that comes and goes is told of in chat once an hour at most; the log has every change.
struct MirrorWatch: Service {
    let bot: Bot
    let journal: FileJournal
    let log: Logger

    private static let pause = Duration.seconds(5)
    private static let quiet: Int64 = 3_600_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while bot.health.because.contains("recovering") {
                guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
            }
            var wasBehind = false
            var isTold = false
            var toldAt: Int64?
            repeat {
                guard var status = journal.mirrorStatus else { return }
                if status.isBehind {
                    await tend()
                    status = journal.mirrorStatus ?? status
                }
                guard status.isBehind != wasBehind else { continue }
                wasBehind = status.isBehind
                note(status)
                let now = BootClock.now() / 1_000_000
                if wasBehind {
                    isTold = toldAt.map { now - $0 >= Self.quiet } ?? true
                    if isTold { toldAt = now }
                }
                if isTold {
                    _ = await bot.door.tell(
                        .operated(.mirror(path: status.path, why: status.why)))
                }
            } while (try? await Task.sleep(for: Self.pause)) != nil
        }
        try? await gracefulShutdown()
    }

    private func note(_ status: MirrorStatus) {
        if let why = status.why {
            log.error(
                "the mirror is behind",
                metadata: [
                    "incident": "mirror", "path": "\(status.path)", "lines": "\(status.behind)",
                    "why": "\(why)",
                ])
        } else {
            log.notice(
                "the mirror is whole again",
                metadata: ["incident": "mirror", "path": "\(status.path)"])
        }
    }

    /// Brings the mirror up as far as it goes, on a thread of its own: the calls wait for the disk.
    private func tend() async {
        await withCheckedContinuation { continuation in
            do throws(SystemError) {
                _ = try Thread.start(name: "mirror") {
                    while journal.tendMirror() {}
                    continuation.resume()
                }
            } catch {
                continuation.resume()
            }
        }
    }
}
