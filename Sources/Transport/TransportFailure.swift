/// Why an exchange has no response. The cases say what may have happened at the other end, because
/// that decides whether trying again can double a message.
public enum TransportFailure: Error, Sendable, Equatable {
    /// The server can't have acted on it: no name, no connection, no TLS, or the body never left
    /// whole. Trying again can't double anything.
    case notSent(Reason)
    /// The request may have arrived: the answer was lost, cut or late.
    case ambiguous(Reason)
    /// It was sent, and the answer was longer than allowed. The server has acted.
    case tooLarge(Reason)
    /// It can't be sent by anyone: not an address, not http, a header with a line feed in it.
    case refused(Reason)
    /// `cancel` or the task's cancellation ended it. It may have arrived or not.
    case cancelled
    /// The client was closed before this request was begun. Nothing left.
    case closed

    /// What went wrong, in words for a log.
    public struct Reason: Sendable, Equatable, CustomStringConvertible {
        /// Plain words. Never an address, a header or anything else of the request.
        public let words: String
        /// libcurl's result (`CURLE_…`), 0 where the client itself decided.
        public let code: Int
        /// The status line that had already come, 0 if none. A cut 200 was acted upon.
        public let status: Int

        public init(words: String, code: Int = 0, status: Int = 0) {
            self.words = words
            self.code = code
            self.status = status
        }

        public var description: String {
            words + (code == 0 ? "" : " (curl \(code))")
                + (status == 0 ? "" : " after status \(status)")
        }
    }

    /// What went wrong, where there is more to say than the case does.
    public var reason: Reason? {
        switch self {
        case .notSent(let reason), .ambiguous(let reason), .tooLarge(let reason),
            .refused(let reason):
            reason
        case .cancelled, .closed: nil
        }
    }
}

extension TransportFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notSent(let reason): "not sent: \(reason)"
        case .ambiguous(let reason): "may have arrived: \(reason)"
        case .tooLarge(let reason): "answer too large: \(reason)"
        case .refused(let reason): "refused: \(reason)"
        case .cancelled: "cancelled"
        case .closed: "the client is closed"
        }
    }
}
