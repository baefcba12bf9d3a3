public import Language

/// When the next alarm is: one time an owner. Beside the state; can be thrown away and rebuilt.
///
/// 1. A commit names the owners whose alarms it may have moved. They are stale: noted, and not looked at.
/// 2. Asked for the next alarm, it looks at stale owners, those named first before the others, at most so
///    many at a time. Until it has looked at all of them (``isWhole``) an answer may be too late, never too
///    early: whoever asks asks again.
/// 3. The times stand in a heap, earliest first. A time that changed leaves its old entry where it is; it
///    is thrown away when it comes to the top, or when there are more old entries than true ones.
/// 4. What lies before the floor of the reminders is not called for any more, and is looked at again. Where the
///    floor goes back, after a time without the bot, all is.
public struct Agenda: Sendable {
    /// When each owner rings, as last looked at; none for whoever has nothing to ring.
    private var times: [String: Instant] = [:]
    private var heap: [Entry] = []
    /// Stale owners in the order they were named. Those looked at meanwhile are in ``stale`` no more.
    private var waiting: [String] = []
    private var looked = 0
    private var stale: Set<String> = []
    /// Those that tell of many challenges: cohorts and programmes.
    private var wide: [String] = []
    private var isAllStale = true
    /// What lay before it when one looked last is called for no more; after a time without the bot, it is again.
    private var floor = Instant(milliseconds: .min)

    private struct Entry: Sendable {
        var at: Instant
        var owner: String
    }

    public init() {}

    /// Whether every owner was looked at since a commit named it.
    public var isWhole: Bool { !isAllStale && stale.isEmpty }

    /// Notes what a commit may have moved.
    public mutating func note(_ commit: Commit) {
        guard !isAllStale else { return }
        for event in commit.events {
            switch event.owner {
            case .none: continue
            case .one(let owner): name(owner)
            case .wide(let owner):
                name(owner)
                for other in wide { name(other) }
            case .both(let one, let other):
                name(one)
                name(other)
            case .all: isAllStale = true
            }
        }
    }

    /// The earliest time at which anything rings.
    ///
    /// - Parameter most: how many owners may be looked at for it.
    public mutating func next(_ state: State, _ zones: Zones, most: Int = .max) -> Instant? {
        let reminding = Reminding(state, zones)
        look(reminding, most: most)
        while let first = heap.first {
            guard times[first.owner] == first.at else {
                removeFirst()
                continue
            }
            guard stale.contains(first.owner) || first.at < reminding.floor else { return first.at }
            look(at: first.owner, reminding)
            // One that somebody put off by days may lie before the floor and still ring.
            if times[first.owner] == first.at { return first.at }
        }
        return nil
    }

    /// The owners that have something to ring by a time, those who rang longest ago first: at most so many.
    public mutating func due(by time: Instant, _ state: State, _ zones: Zones, most: Int)
        -> [String]
    {
        look(Reminding(state, zones), most: .max)
        var found: [Entry] = []
        var places = heap.isEmpty ? [] : [0]
        // Children are never earlier than their parent: where one is too late, so are all below it.
        while let place = places.popLast() {
            guard heap[place].at <= time else { continue }
            if times[heap[place].owner] == heap[place].at { found.append(heap[place]) }
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
                places.append(child)
            }
        }
        found.sort { ($0.at, $0.owner) < ($1.at, $1.owner) }
        var owners: [String] = []
        // A time that went and came back stands there twice.
        for entry in found where owners.count < most && owners.last != entry.owner {
            owners.append(entry.owner)
        }
        return owners
    }

    // MARK: Looking

    private mutating func name(_ owner: String) {
        if stale.insert(owner).inserted { waiting.append(owner) }
    }

    private mutating func look(_ reminding: Reminding, most: Int) {
        if reminding.floor < floor { isAllStale = true }
        floor = reminding.floor
        if isAllStale {
            isAllStale = false
            for owner in Reminding.owners(reminding.state) { name(owner) }
            wide = Reminding.wide(reminding.state)
            // Whoever is gone has nothing to ring any more.
            for owner in times.keys.sorted() { name(owner) }
        }
        var left = most
        while looked < waiting.count, left > 0 {
            let owner = waiting[looked]
            looked += 1
            guard stale.contains(owner) else { continue }
            left -= 1
            look(at: owner, reminding)
        }
        guard 2 * looked >= waiting.count else { return }
        waiting.removeFirst(looked)
        looked = 0
    }

    private mutating func look(at owner: String, _ reminding: Reminding) {
        stale.remove(owner)
        let next = reminding.next(owner)
        // The entry of a time that stayed the same is still in the heap.
        guard times[owner] != next else { return }
        times[owner] = next
        if let next { put(Entry(at: next, owner: owner)) }
    }

    // MARK: The heap

    private mutating func put(_ entry: Entry) {
        if heap.count > 2 * times.count + 64 {
            heap = times.map { Entry(at: $0.value, owner: $0.key) }
            // In order is a heap, too.
            heap.sort { ($0.at, $0.owner) < ($1.at, $1.owner) }
            return
        }
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child].at < heap[(child - 1) / 2].at {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].at < heap[least].at {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
