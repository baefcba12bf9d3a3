/// A queue in which whoever says much does not delay whoever says little.
///
/// Deficit round robin (Shreedhar and Varghese 1995):
/// 1. What waits is kept by flow: one group chat, or one person in private.
/// 2. Flows that have something stand in a ring. The one at the front gets a quantum when its turn comes,
///    gives out elements while their cost is within what it has, then goes to the end of the ring.
/// 3. What it did not spend it keeps while it has something waiting; an empty flow keeps nothing.
///
/// So between two turns of a flow every other one gives out at most a quantum and one element, however
/// much it has waiting. The order within a flow is that of arrival.
package struct FairQueue<Element> {
    static var quantum: Int { 1024 }
    static var costs: ClosedRange<Int> { 256...8192 }

    fileprivate struct Flow {
        var name: String
        var waiting = Line<(element: Element, cost: Int)>()
        var deficit = 0
        var hasTurn = false
    }
    private var flows: [Int: Flow] = [:]
    private var numbers: [String: Int] = [:]
    private var ring = Line<Int>()
    private var next = 0
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// Puts an element at the end of its flow; the cost counts within ``costs``.
    package mutating func put(_ element: Element, flow name: String, cost: Int) {
        let cost = min(max(cost, Self.costs.lowerBound), Self.costs.upperBound)
        count += 1
        if let number = numbers[name] {
            flows[number]?.waiting.append((element, cost))
            return
        }
        var flow = Flow(name: name)
        flow.waiting.append((element, cost))
        flows[next] = flow
        numbers[name] = next
        ring.append(next)
        next += 1
    }

    /// The next element whose turn it is.
    package mutating func take() -> Element? {
        while let number = ring.first {
            guard let waiting = flows[number]?.waiting.first else {
                leave(number)
                continue
            }
            if flows[number]?.hasTurn == false {
                flows[number]?.hasTurn = true
                flows[number]?.deficit += Self.quantum
            }
            guard waiting.cost <= flows[number]?.deficit ?? 0 else {
                flows[number]?.hasTurn = false
                _ = ring.popFirst()
                ring.append(number)
                continue
            }
            _ = flows[number]?.waiting.popFirst()
            flows[number]?.deficit -= waiting.cost
            count -= 1
            if flows[number]?.waiting.isEmpty ?? true { leave(number) }
            return waiting.element
        }
        return nil
    }

    /// Takes the flow at the front out of the ring.
    private mutating func leave(_ number: Int) {
        _ = ring.popFirst()
        if let flow = flows.removeValue(forKey: number) { numbers[flow.name] = nil }
    }

    /// How many elements of a flow wait.
    package func waiting(in name: String) -> Int {
        numbers[name].flatMap { flows[$0]?.waiting.count } ?? 0
    }

    /// Takes the newest element that satisfies a test out of the longest flow that has one.
    package mutating func evict(where test: (Element) -> Bool) -> Element? {
        if let number = longestNumber(), let found = evict(from: number, where: test) {
            return found
        }
        // The lowest number of equally long ones, so that a seed replays.
        let order = flows.map { (number: $0.key, count: $0.value.waiting.count) }
            .sorted { $0.count == $1.count ? $0.number < $1.number : $0.count > $1.count }
        for (number, _) in order {
            if let found = evict(from: number, where: test) { return found }
        }
        return nil
    }

    private mutating func evict(from number: Int, where test: (Element) -> Bool) -> Element? {
        guard let (element, _) = flows[number]?.waiting.removeLast(where: { test($0.element) })
        else {
            return nil
        }
        count -= 1
        return element
    }

    /// The longest flow, and how many wait in it.
    package var longest: (name: String, count: Int)? {
        longestNumber().flatMap { flows[$0] }.map { ($0.name, $0.waiting.count) }
    }

    private func longestNumber() -> Int? {
        var found: (number: Int, count: Int)?
        for (number, flow) in flows {
            let count = flow.waiting.count
            if let best = found, best.count > count || (best.count == count && best.number < number)
            {
                continue
            }
            found = (number, count)
        }
        return found?.number
    }
}

extension FairQueue.Flow: Sendable where Element: Sendable {}
extension FairQueue: Sendable where Element: Sendable {}
