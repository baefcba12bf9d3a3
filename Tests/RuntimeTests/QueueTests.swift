import Accelerator
import Language
import Runtime
import TestKit
import Testing

@Suite struct QueueTests {
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func orderWithinAFlowIsKeptAndNothingIsLost(_ seed: UInt64) {
        var chance = Seeded(seed)
        var queue = FairQueue<(flow: Int, place: Int)>()
        var put: [Int: Int] = [:], taken: [Int: Int] = [:]
        var count = 0
        for _ in 0..<2000 {
            if chance.chance(55) {
                let flow = chance.below(12)
                queue.put((flow, put[flow, default: 0]), flow: "\(flow)", cost: chance.below(9000))
                put[flow, default: 0] += 1
                count += 1
            } else if let (flow, place) = queue.take() {
                #expect(place == taken[flow, default: 0], "seed \(seed)")
                taken[flow, default: 0] += 1
                count -= 1
            }
            #expect(queue.count == count)
        }
        while let (flow, _) = queue.take() { taken[flow, default: 0] += 1 }
        #expect(taken == put && queue.isEmpty)
    }

    @Test func turnsAreFairByCost() {
        var queue = FairQueue<String>()
        for _ in 0..<400 { queue.put("short", flow: "short", cost: 256) }
        for _ in 0..<400 { queue.put("long", flow: "long", cost: 2048) }
        var counts: [String: Int] = [:]
        for _ in 0..<180 { queue.take().map { counts[$0, default: 0] += 1 } }
        // Equal shares of bytes are eight short ones for a long one.
        #expect((150...165).contains(counts["short"] ?? 0), "\(counts)")
    }

    @Test func aNewcomerWaitsForOneTurnOfTheOthers() {
        var queue = FairQueue<String>()
        for flow in 0..<10 { for _ in 0..<100 { queue.put("old", flow: "\(flow)", cost: 0) } }
        for _ in 0..<7 { _ = queue.take() }
        queue.put("new", flow: "new", cost: 0)
        var waited = 0
        while let next = queue.take(), next != "new" { waited += 1 }
        #expect(waited <= 10 * 4)
    }

    @Test func evictsTheNewestOfTheLongest() {
        var queue = FairQueue<Int>()
        for i in 0..<3 { queue.put(i, flow: "a", cost: 0) }
        for i in 10..<15 { queue.put(i, flow: "b", cost: 0) }
        #expect(queue.longest?.name == "b")
        #expect(queue.evict { _ in true } == 14)
        #expect(queue.evict { $0 < 10 } == 2)
        #expect(queue.evict { $0 > 99 } == nil)
        #expect(queue.count == 6)
        var left: [Int] = []
        while let next = queue.take() { left.append(next) }
        #expect(left == [0, 1, 10, 11, 12, 13])
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func theTimetableIsInOrder(_ seed: UInt64) {
        var chance = Seeded(seed)
        var table = Timetable()
        var expected: [Int64] = []
        for _ in 0..<300 {
            let time = Int64(chance.below(1000))
            expected.append(time)
            table.put("\(time)", at: at(time))
        }
        expected.sort()
        var found: [Int64] = []
        while let key = table.take(dueBy: at(500)) { found.append(Int64(key) ?? -1) }
        #expect(found == expected.filter { $0 <= 500 }, "seed \(seed)")
        #expect(table.first == expected.first { $0 > 500 }.map(at))
    }

    @Test func allowancesRefillExactly() {
        var allowances = Allowances()
        let rate = Rate(perMinute: 20, burst: 10)
        var times: [Int64] = []
        for second in 0..<600 {
            for _ in 0..<5
            where allowances.spend("a", rate, at: at(Int64(second) * 1000)) == .allowed {
                times.append(Int64(second))
            }
        }
        // Ten at once, then one in three seconds, over ten minutes and several generations.
        #expect(times.prefix(10).allSatisfy { $0 <= 2 })
        #expect(times.count == 10 + 599 / 3, "\(times.count)")
        #expect(allowances.spend("b", rate, at: at(600_000)) == .allowed)
    }

    @Test func numbersThatMakeNoSenseAreBounded() {
        var allowances = Allowances()
        let rate = Rate(perMinute: -5, burst: 0)
        #expect(allowances.spend("a", rate, at: at(.min)) == .allowed)
        #expect(allowances.spend("a", rate, at: at(.max)) == .allowed)
        #expect(allowances.spend("a", rate, at: at(0)) == .refused(isFirst: true))
    }

    @Test func linesGiveWhatTheyGot() {
        var line = Line<Int>()
        for i in 0..<500 {
            line.append(i)
            if i % 3 == 2 { #expect(line.popFirst() == i / 3) }
        }
        #expect(line.count == 334 && line.first == 166 && line.last == 499)
        let evens = line.removeAll(skipping: 1) { $0 % 2 == 0 }
        #expect(evens.first == 168 && line.first == 166 && line.count == 168)
        #expect(line.removeLast { $0 < 200 } == 199)
        line.updateFirst { $0 += 1000 }
        #expect(line.popFirst() == 1166)
    }
}
