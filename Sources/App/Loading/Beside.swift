import Platform

/// Something that is worked out on a thread of its own while whoever wants it does something else.
final class Beside<Value: Sendable>: Sendable {
    private let work: @Sendable () throws -> Value
    private let found = Lock<Result<Value, any Error>?>(nil)
    private let thread: Thread?

    init(_ work: @escaping @Sendable () throws -> Value) {
        self.work = work
        let found = found
        // Without a thread it is worked out when it is wanted.
        thread = try? Thread.start(name: "loading") {
            let result = Result { try work() }
            found.withLock { $0 = result }
        }
    }

    /// Waits for it.
    func value() throws -> Value {
        thread?.join()
        return try found.withLock { $0 }?.get() ?? work()
    }
}
