internal import Glibc

/// A value that one thread at a time may touch: the mutex of POSIX threads, which the thread sanitizer
/// understands.
package final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        precondition(pthread_mutex_init(mutex, nil) == 0, "a mutex could not be made")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    package func with<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}

/// Hands work to one thread, which takes all that is there with one lock.
final class Mailbox<Item: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let arrival: UnsafeMutablePointer<pthread_cond_t>
    private let capacity: Int
    private var items: [Item] = []
    private var isClosed = false

    /// - Parameter capacity: how many items of ``put(_:)`` may wait.
    init(capacity: Int) {
        self.capacity = capacity
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        arrival = .allocate(capacity: 1)
        arrival.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        let isMade =
            pthread_mutex_init(mutex, nil) == 0 && pthread_cond_init(arrival, &attributes) == 0
        pthread_condattr_destroy(&attributes)
        precondition(isMade, "a mutex or a condition could not be made")
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(mutex)
        arrival.deallocate()
        mutex.deallocate()
    }

    /// Puts an item at the end if there is room. False: full, or closed.
    func put(_ item: Item) -> Bool { put(item, isAlways: false) }

    /// Puts an item that may not be lost: there are only as many of them as things under way. False: closed.
    @discardableResult
    func putAlways(_ item: Item) -> Bool { put(item, isAlways: true) }

    private func put(_ item: Item, isAlways: Bool) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isClosed, isAlways || items.count < capacity else { return false }
        items.append(item)
        if items.count == 1 { pthread_cond_signal(arrival) }
        return true
    }

    /// Takes nothing more in.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_signal(arrival)
        pthread_mutex_unlock(mutex)
    }

    /// All that waits, into an empty array, whose room the mailbox goes on with. Sleeps at most so many
    /// milliseconds until there is something.
    func take(into taken: inout [Item], waiting milliseconds: Int64) {
        precondition(taken.isEmpty, "what was taken before is still there")
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if items.isEmpty, !isClosed, milliseconds > 0 {
            var deadline = timespec()
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            let wait = min(milliseconds, 3_600_000)
            let nanoseconds = deadline.tv_nsec + Int(wait % 1000) * 1_000_000
            deadline.tv_sec += Int(wait / 1000) + nanoseconds / 1_000_000_000
            deadline.tv_nsec = nanoseconds % 1_000_000_000
            while items.isEmpty, !isClosed {
                if pthread_cond_timedwait(arrival, mutex, &deadline) == ETIMEDOUT { break }
            }
        }
        swap(&items, &taken)
    }
}

/// Something that happens once, and that tasks may wait for.
final class Gate: Sendable {
    private struct Inside: Sendable {
        var isOpen = false
        var waiting: [@Sendable () -> Void] = []
    }
    private let inside = Locked(Inside())

    func open() {
        let waiting = inside.with { inside in
            inside.isOpen = true
            defer { inside.waiting = [] }
            return inside.waiting
        }
        for resume in waiting { resume() }
    }

    private func whenOpen(_ body: @escaping @Sendable () -> Void) {
        let isOpen = inside.with { inside in
            if !inside.isOpen { inside.waiting.append(body) }
            return inside.isOpen
        }
        if isOpen { body() }
    }

    /// Waits, also in a task that was cancelled.
    func wait() async {
        await withCheckedContinuation { continuation in whenOpen { continuation.resume() } }
    }

    /// Waits until it is open or the task is cancelled.
    func waitUnlessCancelled() async {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        whenOpen { continuation.finish() }
        for await _ in stream {}
    }
}
