import Runtime
import TestKit

/// A source of randomness that knows its seed, which is printed where a test fails.
struct SayingRandom: RandomNumberGenerator {
    let seed: UInt64
    private var source: Seeded
    init(seed: UInt64) {
        self.seed = seed
        source = Seeded(seed)
    }
    mutating func next() -> UInt64 { source.next() }
}
