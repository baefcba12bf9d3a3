import Glibc
import Platform

/// What callers leave for the transport's thread, and how they wake it.
///
/// The thread says, under the lock, that it goes to sleep; only then does a caller write to the
/// eventfd, also under the lock. So a busy loop is not woken by system calls, and the descriptor
/// can't be closed between a caller's look and its write: after `isClosed` nobody writes.
final class SubmissionQueue: Sendable {
    enum Submission: Sendable {
        case start(HTTPClient.RequestID, HTTPRequest, HTTPClient.Completion)
        case cancel(HTTPClient.RequestID)
    }

    private struct State {
        var waiting: [Submission] = []
        /// Requests taken in and not yet ended.
        var underway = 0
        var last: UInt64 = 0
        var isAsleep = false
        var isClosed = false
        var thread: pthread_t?
    }

    let wakeup: Wakeup
    private let limit: Int
    private let state = Lock(State())

    init(limit: Int) throws(TransportFailure) {
        do throws(SystemError) {
            wakeup = try Wakeup()
        } catch {
            throw .refused(.init(words: error.description))
        }
        self.limit = limit
    }

    // MARK: For callers

    func start(
        _ request: HTTPRequest, _ completion: @escaping HTTPClient.Completion
    ) -> (HTTPClient.RequestID, TransportFailure?) {
        let misfit = request.misfit
        return state.withLock { state in
            state.last += 1
            let id = HTTPClient.RequestID(number: state.last)
            if state.isClosed { return (id, .closed) }
            if let misfit { return (id, .refused(.init(words: misfit))) }
            if state.underway >= limit {
                return (id, .notSent(.init(words: "\(limit) requests are under way already")))
            }
            state.underway += 1
            put(.start(id, request, completion), &state)
            return (id, nil)
        }
    }

    func cancel(_ id: HTTPClient.RequestID) {
        state.withLock { state in
            if !state.isClosed { put(.cancel(id), &state) }
        }
    }

    /// True for the one caller who has to wait for the thread: the first, unless it is that thread.
    func close() -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.isClosed = true
            wake(&state)
            guard let thread = state.thread else { return true }
            return pthread_equal(thread, pthread_self()) == 0
        }
    }

    private func put(_ submission: Submission, _ state: inout State) {
        state.waiting.append(submission)
        wake(&state)
    }

    private func wake(_ state: inout State) {
        guard state.isAsleep else { return }
        state.isAsleep = false
        wakeup.signal()
    }

    // MARK: For the thread

    /// Says which thread takes: `close` must not make it wait for itself.
    func attach() {
        state.withLock { $0.thread = pthread_self() }
    }

    /// All that waits. With nothing there the thread is noted as asleep, so that the next caller
    /// wakes it.
    ///
    /// - Parameter ended: how many requests have ended since the last call.
    func take(ended: Int) -> (found: [Submission], isClosed: Bool) {
        state.withLock { state in
            let found = state.waiting
            state.waiting = []
            state.underway -= ended
            state.isAsleep = found.isEmpty && !state.isClosed
            return (found, state.isClosed)
        }
    }
}
