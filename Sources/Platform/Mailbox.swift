internal import CLinux
internal import Glibc

/// A bounded queue that hands work to a thread: whoever puts never waits, whoever takes sleeps
/// until something is there.
public final class Mailbox<Item: Sendable>: @unchecked Sendable {
    /// What became of an item that was put.
    public enum Outcome: Hashable, Sendable {
        case accepted
        /// There are as many items waiting as the mailbox holds.
        case full
        /// The mailbox takes nothing any more.
        case closed
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let arrival: UnsafeMutablePointer<pthread_cond_t>
    private let capacity: Int
    // Between the locks only. Items are taken from `head` on; the front is cut off when it is
    // more than half, so that taking costs the same however long the queue is.
    private var items: [Item?] = []
    private var head = 0
    private var isClosed = false

    /// - Parameter capacity: how many items may wait, at least 1.
    public init(capacity: Int) {
        precondition(capacity > 0, "a mailbox holds at least one item")
        self.capacity = capacity
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        arrival = .allocate(capacity: 1)
        arrival.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        let made =
            pthread_mutex_init(mutex, nil) == 0 && pthread_cond_init(arrival, &attributes) == 0
        pthread_condattr_destroy(&attributes)
        precondition(made, "a mutex or a condition could not be made")
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(mutex)
        arrival.deallocate()
        mutex.deallocate()
    }

    /// How many items wait.
    public var count: Int {
        locked { items.count - head }
    }

    /// Puts an item at the end, if there is room. Never waits.
    public func put(_ item: Item) -> Outcome {
        locked {
            if isClosed { return .closed }
            if items.count - head >= capacity { return .full }
            items.append(item)
            pthread_cond_signal(arrival)
            return .accepted
        }
    }

    /// Takes nothing more in. What waits is still taken out; then ``take()`` returns nil.
    public func close() {
        locked {
            isClosed = true
            pthread_cond_broadcast(arrival)
        }
    }

    /// The first item, as soon as there is one; nil when the mailbox is closed and empty.
    public func take() -> Item? {
        locked {
            while head == items.count, !isClosed {
                pthread_cond_wait(arrival, mutex)
            }
            return removeFirst()
        }
    }

    /// All that waits, at most `limit`, as soon as there is one; empty when `milliseconds` passed
    /// without any, or when the mailbox is closed and empty.
    public func takeAll(upTo limit: Int, waiting milliseconds: Int64? = nil) -> [Item] {
        var deadline = timespec()
        if let milliseconds {
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            let wait = min(max(milliseconds, 0), 86_400_000)
            let nanoseconds = deadline.tv_nsec + Int(wait % 1000) * 1_000_000
            deadline.tv_sec += Int(wait / 1000) + nanoseconds / 1_000_000_000
            deadline.tv_nsec = nanoseconds % 1_000_000_000
        }
        return locked {
            while head == items.count, !isClosed {
                if milliseconds == nil {
                    pthread_cond_wait(arrival, mutex)
                } else if pthread_cond_timedwait(arrival, mutex, &deadline) == ETIMEDOUT {
                    break
                }
            }
            var taken: [Item] = []
            taken.reserveCapacity(min(limit, items.count - head))
            while taken.count < limit, let item = removeFirst() { taken.append(item) }
            return taken
        }
    }

    private func removeFirst() -> Item? {
        guard head < items.count else { return nil }
        let item = items[head]
        items[head] = nil
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64, head > items.count / 2 {
            items.removeFirst(head)
            head = 0
        }
        return item
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
