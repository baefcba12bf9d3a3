import Language
import Runtime
import Testing

@Suite struct AlarmClockTests {
    /// Steps an alarm clock whenever it wants, on a steady clock that runs and a wall clock that is set.
    private struct Bench {
        var clock: AlarmClock
        var steady: Int64 = 0
        var wall: Int64 = 1_000_000_000
        var rings: [Int64] = []
        var jumps: [Int64] = []
        init(due: Int64?) {
            clock = AlarmClock(
                due: due.map { Instant(milliseconds: 1_000_000_000 + $0) },
                now: Moment(wall: at(1_000_000_000), steady: at(0)))
            step(.tick)
        }
        mutating func step(_ input: AlarmInput) {
            for effect in clock.step(input, now: Moment(wall: at(wall), steady: at(steady))) {
                switch effect {
                case .ring: rings.append(steady)
                case .jumped(let by): jumps.append(by)
                }
            }
        }
        mutating func run(until end: Int64) {
            while let wake = clock.nextWake?.milliseconds, wake <= end {
                // Never sleeps longer than a slice, and always goes on.
                #expect(wake > steady && wake - steady <= 30_000)
                wall += wake - steady
                steady = wake
                step(.tick)
            }
            wall += end - steady
            steady = end
        }
        mutating func rang(_ due: Int64?, made: Bool = true) {
            step(.rang(due: due.map { Instant(milliseconds: 1_000_000_000 + $0) }, made: made))
        }
    }

    @Test(arguments: [0, 1, 29_999, 30_000, 30_001, 3_600_000] as [Int64])
    func ringsOnTime(_ due: Int64) {
        var bench = Bench(due: due)
        bench.run(until: due + 100_000)
        #expect(bench.rings == [due])
    }

    @Test func ringsOnceUntilItIsHandled() {
        var bench = Bench(due: 1000)
        bench.run(until: 10_000)
        #expect(bench.rings == [1000])
        bench.rang(2000)
        #expect(bench.rings == [1000, 10_000])  // More is due: at once.
        bench.rang(20_000)
        bench.run(until: 40_000)
        #expect(bench.rings == [1000, 10_000, 20_000])
        bench.rang(nil)
        bench.run(until: 4_000_000)
        #expect(bench.rings.count == 3)
    }

    @Test func waitsWhenNothingCameOfIt() {
        var bench = Bench(due: 1000)
        bench.run(until: 1000)
        bench.rang(1000, made: false)
        bench.run(until: 30_999)
        #expect(bench.rings == [1000])
        bench.run(until: 31_000)
        #expect(bench.rings == [1000, 31_000])
    }

    @Test func waitsForNothingWhereNothingIsDueAnyMore() {
        var bench = Bench(due: 1000)
        bench.run(until: 1000)
        // What was due has become needless meanwhile; the next one is soon.
        bench.rang(6000, made: false)
        bench.run(until: 20_000)
        #expect(bench.rings == [1000, 6000])
    }

    @Test func followsANewTime() {
        var bench = Bench(due: 1_000_000)
        bench.run(until: 5000)
        bench.step(.due(at(1_000_000_000 + 6000)))
        bench.run(until: 20_000)
        #expect(bench.rings == [6000])
    }

    @Test(arguments: [3_600_000, 86_400_000, 315_360_000_000] as [Int64])
    func aJumpForwardGetsASecondLook(_ jump: Int64) {
        var bench = Bench(due: 1_000_000)
        bench.run(until: 5000)
        bench.wall += jump
        bench.run(until: 64_000)
        #expect(bench.jumps == [jump] && bench.rings.isEmpty)
        // Set back within the minute: nothing rang.
        var mended = bench
        mended.wall -= jump
        mended.run(until: 900_000)
        #expect(mended.rings.isEmpty && mended.jumps == [jump, -jump])
        // It stayed: what is due by now rings, once.
        bench.run(until: 200_000)
        #expect(bench.rings.count == 1 && bench.rings[0] >= 65_000 && bench.rings[0] <= 125_000)
    }

    @Test(arguments: [-3_600_000, -1_000_000_000] as [Int64])
    func aJumpBackRingsNothingTwice(_ jump: Int64) {
        var bench = Bench(due: 1000)
        bench.run(until: 1000)
        bench.rang(10_000)
        bench.wall += jump
        bench.run(until: 500_000)
        #expect(bench.rings == [1000] && bench.jumps == [jump])
        bench.run(until: 10_000 - jump)
        #expect(bench.rings == [1000, 10_000 - jump])
    }

    @Test func smallStepsOfTheClockAreNoJump() {
        var bench = Bench(due: 3_600_000)
        for _ in 0..<20 {
            bench.wall += 9 * Instant.minute
            bench.run(until: bench.steady + 30_000)
        }
        #expect(bench.jumps.isEmpty && bench.rings.count == 1)
    }

    @Test func aTimeThatNeverPassesGetsARest() {
        var bench = Bench(due: 1000)
        bench.run(until: 1000)
        for _ in 0..<10_000 where bench.rings.count < 9000 { bench.rang(1000) }
        #expect(bench.rings.count <= 4097)
    }
}
