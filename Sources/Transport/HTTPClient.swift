public import Logging
import Platform

/// The one HTTP client of the bot: one thread, libcurl, connections kept and used again.
///
/// What it promises beyond libcurl:
///
/// 1. A request that is not `idempotent` is put on a wire at most once (see `Transfer`).
/// 2. A failure says whether the request can have arrived.
/// 3. Everything is bounded: time, bytes of head and body, requests under way.
/// 4. Redirects are not followed, only `http` and `https` are spoken, nothing is decompressed,
///    cookies, `.netrc` and `Expect: 100-continue` are not used. `HTTPS_PROXY`, `http_proxy` and
///    `NO_PROXY` of the environment are obeyed.
///
/// Safe to use from any thread and task.
public final class HTTPClient: Sendable {
    public struct Configuration: Sendable {
        /// A file of certificates (PEM) to trust instead of the system's.
        public var certificates: String?
        /// What servers read as `User-Agent`.
        public var userAgent: String
        /// Seconds that a kept connection may have been idle and still be used; shorter than the
        /// servers' own limit (nginx: 75), so that theirs seldom meets a request of ours. 1 ...
        /// 3,600.
        public var idleSeconds: Int
        /// Requests under way, held polls among them; one more is `notSent`. 1 ... 65,536.
        public var limit: Int
        /// Whether TLS may agree on HTTP/2.
        public var http2: Bool

        public init(
            certificates: String? = nil, userAgent: String = "hundred", idleSeconds: Int = 30,
            limit: Int = 2_048, http2: Bool = true
        ) {
            self.certificates = certificates
            self.userAgent = userAgent
            self.idleSeconds = min(max(1, idleSeconds), 3_600)
            self.limit = min(max(1, limit), 65_536)
            self.http2 = http2
        }
    }

    /// Names a request that was started. Never used twice by one client.
    public struct RequestID: Hashable, Sendable {
        let number: UInt64
    }

    /// What is called once, with the end of a request. It runs on the client's own thread, where
    /// all other requests wait for it: it must be short and never sleep. It may start and cancel
    /// requests.
    public typealias Completion = @Sendable (Result<HTTPResponse, TransportFailure>) -> Void

    private let queue: SubmissionQueue
    private let thread: Thread

    /// - Throws: `refused`, when the system gives no thread, no descriptor or no memory, or the
    ///   file of certificates can't be read.
    public init(configuration: Configuration = Configuration(), log: Logger)
        throws(TransportFailure)
    {
        let queue = try SubmissionQueue(limit: configuration.limit)
        // The thread tells through this mailbox whether its loop could be made.
        let ready = Mailbox<TransportFailure?>(capacity: 1)
        do throws(SystemError) {
            thread = try Thread.start(name: "transport") {
                do throws(TransportFailure) {
                    let loop = try TransferLoop(
                        configuration: configuration, queue: queue, log: log)
                    _ = ready.put(nil)
                    loop.run()
                } catch {
                    _ = ready.put(error)
                }
            }
        } catch {
            throw .refused(.init(words: error.description))
        }
        self.queue = queue
        if case .some(.some(let failure)) = ready.take() {
            thread.join()
            throw failure
        }
    }

    deinit {
        close()
    }

    /// Sends the request and waits for the answer. Cancelling the task ends it as `cancelled`.
    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        // Either side may come first: the id, or the cancellation that needs it.
        let cancellation = Lock<(id: RequestID?, isCancelled: Bool)>((nil, false))
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let id = start(request) { continuation.resume(returning: $0) }
                let isCancelled = cancellation.withLock { state in
                    state.id = id
                    return state.isCancelled
                }
                if isCancelled { cancel(id) }
            }
        } onCancel: {
            let id = cancellation.withLock { state in
                state.isCancelled = true
                return state.id
            }
            if let id { cancel(id) }
        }
        return try result.get()
    }

    /// Begins the request and returns at once. `completion` is called exactly once, and may have
    /// been called before this returns where the request could not even be begun.
    @discardableResult
    public func start(_ request: HTTPRequest, _ completion: @escaping Completion) -> RequestID {
        let (id, failure) = queue.start(request, completion)
        if let failure { completion(.failure(failure)) }
        return id
    }

    /// Ends the request as `cancelled`, if it has not ended yet.
    public func cancel(_ id: RequestID) {
        queue.cancel(id)
    }

    /// Ends all requests under way (as `ambiguous`, or `notSent` where nothing left), and the
    /// thread. Every completion has been called when this returns, unless it is called from a
    /// completion. What is started afterwards is `closed`.
    public func close() {
        if queue.close() { thread.join() }
    }
}
