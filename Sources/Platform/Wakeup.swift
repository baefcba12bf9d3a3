internal import CLinux
internal import Glibc

/// Wakes a thread that sleeps in `epoll_wait`: an eventfd.
public final class Wakeup: Sendable {
    private let descriptor: Descriptor

    /// - Throws: `EMFILE`, `ENFILE`, when there are too many open files.
    public init() throws(SystemError) {
        let number = try retrying("eventfd") {
            eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        }
        descriptor = Descriptor(owning: number, path: "eventfd")
    }

    /// The number to register with epoll, for reading.
    public var number: Int32 { descriptor.number }

    /// Makes the descriptor readable. Any number of signals before a ``drain()`` are one.
    public func signal() {
        var one: UInt64 = 1
        // The only failure is a counter that is full, and then the descriptor is readable.
        while write(number, &one, 8) < 0, errno == EINTR {}
    }

    /// Makes the descriptor unreadable again.
    public func drain() {
        var count: UInt64 = 0
        while read(number, &count, 8) < 0, errno == EINTR {}
    }
}
