/// First come, first served: an array that is taken from at the front at no cost.
package struct Line<Element> {
    private var items: [Element?] = []
    private var head = 0

    package init() {}

    package var count: Int { items.count - head }
    package var isEmpty: Bool { items.count == head }
    package var first: Element? { isEmpty ? nil : items[head] }
    package var last: Element? { isEmpty ? nil : items[items.count - 1] }

    package mutating func append(_ element: Element) { items.append(element) }

    package mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = items[head]
        items[head] = nil
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64, head > items.count / 2 {
            items.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Changes the first element where it stands.
    package mutating func updateFirst(_ body: (inout Element) -> Void) {
        guard !isEmpty, var element = items[head] else { return }
        items[head] = nil
        body(&element)
        items[head] = element
    }

    /// Changes each element, first to last.
    package mutating func updateAll(_ body: (inout Element) -> Void) {
        for i in head..<items.count {
            guard var element = items[i] else { continue }
            items[i] = nil
            body(&element)
            items[i] = element
        }
    }

    /// Takes out the last element that satisfies a test.
    package mutating func removeLast(where test: (Element) -> Bool) -> Element? {
        var i = items.count - 1
        while i >= head {
            if let element = items[i], test(element) {
                items.remove(at: i)
                return element
            }
            i -= 1
        }
        return nil
    }

    /// Takes out all that satisfy a test, first to last; `skipping` so many at the front.
    package mutating func removeAll(skipping: Int = 0, where test: (Element) -> Bool) -> [Element] {
        var kept: [Element?] = [], gone: [Element] = []
        for (i, element) in items[head...].enumerated() {
            guard let element else { continue }
            if i >= skipping, test(element) { gone.append(element) } else { kept.append(element) }
        }
        if !gone.isEmpty {
            items = kept
            head = 0
        }
        return gone
    }

    package func forEach(_ body: (Element) -> Void) {
        for i in head..<items.count { items[i].map(body) }
    }
}

extension Line: Sendable where Element: Sendable {}
