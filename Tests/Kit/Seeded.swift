import Glibc
package import Runtime

/// The chance of a test: a seed that a failure prints plays it again.
package typealias Seeded = SplitMix64

extension SplitMix64 {
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
    package mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    package mutating func pick<T>(_ items: [T]) -> T? {
        items.isEmpty ? nil : items[below(items.count)]
    }
}

/// How many seeds: debug builds, some ten times slower, run fewer; `HUNDRED_SEEDS=20` runs twenty times as
/// many.
package func seeds(_ release: Int, debug: Int) -> Int {
    let times = getenv("HUNDRED_SEEDS").flatMap { Int(String(cString: $0)) } ?? 1
    return max(1, min(times, 1_000)) * (_isDebugAssertConfiguration() ? debug : release)
}

/// The seeds from 1 on; of `HUNDRED_SEED=130` that one alone.
package func chosenSeeds(_ release: Int, debug: Int) -> ClosedRange<UInt64> {
    let only = getenv("HUNDRED_SEED").flatMap { UInt64(String(cString: $0)) }
    return only.map { $0...$0 } ?? 1...UInt64(seeds(release, debug: debug))
}
