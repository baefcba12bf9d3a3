package import Language

/// Keys by the time they are due, earliest first: a binary heap. A key may stand in it several times;
/// whoever takes it out looks whether it still means anything.
package struct Timetable: Sendable {
    private struct Entry: Sendable {
        var at: Instant
        var key: String
    }
    private var heap: [Entry] = []

    package init() {}

    package var first: Instant? { heap.first?.at }

    package mutating func put(_ key: String, at: Instant) {
        heap.append(Entry(at: at, key: key))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].at < heap[parent].at else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// The earliest key that is due by a time.
    package mutating func take(dueBy now: Instant) -> String? {
        guard let first = heap.first, first.at <= now else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.key }
        heap[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1, right = left + 1
            var least = parent
            if left < heap.count, heap[left].at < heap[least].at { least = left }
            if right < heap.count, heap[right].at < heap[least].at { least = right }
            guard least != parent else { return first.key }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
