import Glibc
import Platform
import Storage
import Testing

/// What the environment asks of a long test.
enum Wanted {
    static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
    static var threads: Int { max(1, min(8, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) }
}

/// Runs seeds on all processors, a run on one thread each; the first that fails, if any.
func firstFailure(
    _ seeds: ClosedRange<UInt64>, _ sabotage: StoreWorld.Sabotage = .init(),
    stopsEarly: Bool = true
) throws -> (failure: (seed: UInt64, what: String)?, tally: StoreWorld.Tally) {
    let failure = Lock<(seed: UInt64, what: String)?>(nil)
    let sum = Lock(StoreWorld.Tally())
    let count = UInt64(Wanted.threads)
    let threads = try (0..<count).map { part in
        try Thread.start(name: "seeds") {
            var tally = StoreWorld.Tally()
            for seed in seeds where seed % count == part {
                if failure.withLock({ $0 != nil }) { break }
                var world = StoreWorld(seed: seed, sabotage: sabotage)
                do {
                    tally += try world.run()
                } catch {
                    failure.withLock {
                        if $0.map({ $0.seed > seed }) ?? true { $0 = (seed, "\(error)") }
                    }
                }
            }
            let done = tally
            sum.withLock { $0 += done }
        }
    }
    for thread in threads { thread.join() }
    return (failure.withLock { $0 }, sum.withLock { $0 })
}

/// HUNDRED_SEEDS: how many (10,000 without it). HUNDRED_SEED: only this one.
@Suite struct StoreSimulationTests {
    @Test func nothingIsLostDoubledOrSaidTooSoon() throws {
        let seeds =
            Wanted.number("HUNDRED_SEED").map { $0...$0 }
            ?? 1...(Wanted.number("HUNDRED_SEEDS") ?? 10_000)
        let (failure, tally) = try firstFailure(seeds)
        if let failure {
            Issue.record(
                """
                seed=\(failure.seed): \(failure.what)
                again: HUNDRED_SEED=\(failure.seed) swift test -c release --skip-build --filter StoreSimulationTests
                """)
            return
        }
        print("store simulation: \(seeds.count) seeds, \(tally)")
        guard seeds.count >= 1000 else { return }
        // The faults did happen.
        #expect(tally.crashes > seeds.count * 3 && tally.failures > seeds.count * 3)
        #expect(tally.nested > seeds.count / 4 && tally.refusals > seeds.count / 20)
        #expect(
            tally.torn > seeds.count / 20 && tally.snapshots > seeds.count
                && tally.copies > tally.sent)
    }
}
