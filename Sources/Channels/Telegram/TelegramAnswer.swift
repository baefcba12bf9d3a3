public import JSON
public import Transport

/// What came of a call: what the server said, or why it is not known.
public enum TelegramAnswer: Sendable {
    case good(JSONValue)
    /// It was accepted, and what it made is not known: the answer was cut, or is not what it should be.
    case goodUnread
    case refused(TelegramRefusal)
    case failed(TransportFailure)
    /// A server or something in between broke: it may have been accepted.
    case broken(status: Int)

    public init(_ result: Result<HTTPResponse, TransportFailure>, limits: JSONLimits = .message) {
        switch result {
        case .failure(let failure):
            let status = failure.reason?.status ?? 0
            if case .tooLarge = failure, (200..<300).contains(status) {
                self = .goodUnread
            } else if case .ambiguous = failure, (200..<300).contains(status) {
                self = .goodUnread
            } else {
                self = .failed(failure)
            }
        case .success(let response): self.init(response, limits)
        }
    }

    private init(_ response: HTTPResponse, _ limits: JSONLimits) {
        guard let body = try? JSONValue(parsing: response.body, limits: limits),
            body["ok"]?.bool != nil
        else {
            // Without the server's own words: a refusal is told from a broken gateway by the status alone.
            switch response.status {
            case 200..<300: self = .goodUnread
            case 400..<500:
                self = .refused(
                    TelegramRefusal(code: response.status, retryAfter: response.retryAfterSeconds))
            default: self = .broken(status: response.status)
            }
            return
        }
        if body["ok"]?.bool == true {
            self = .good(body["result"] ?? .null)
            return
        }
        let code = body["error_code"]?.int.map { Int(clamping: $0) } ?? response.status
        guard code < 500 else {
            self = .broken(status: code)
            return
        }
        var refusal = TelegramRefusal(code: code, retryAfter: response.retryAfterSeconds)
        refusal.description = body["description"]?.string ?? ""
        refusal.migratedTo = body["parameters"]?["migrate_to_chat_id"]?.int
        if let seconds = body["parameters"]?["retry_after"]?.int {
            refusal.retryAfter = Int(clamping: min(max(0, seconds), 86_400))
        }
        self = .refused(refusal)
    }
}

/// The server's no.
public struct TelegramRefusal: Hashable, Sendable {
    public var code: Int
    public var description = ""
    /// Seconds.
    public var retryAfter: Int?
    public var migratedTo: Int64?
    public init(
        code: Int, description: String = "", retryAfter: Int? = nil, migratedTo: Int64? = nil
    ) {
        self.code = code
        self.description = description
        self.retryAfter = retryAfter
        self.migratedTo = migratedTo
    }

    /// Whether the description has these words, in whatever case.
    func says(_ words: String) -> Bool { description.lowercased().contains(words) }

    /// The edit would change nothing: that is what was wanted.
    var isUnmodified: Bool { code == 400 && says("message is not modified") }
    /// The message to be edited is gone, or was never ours.
    var isBeyondEditing: Bool {
        code == 400
            && (says("message to edit not found") || says("message can't be edited")
                || says("message_id_invalid") || says("no text in the message to edit"))
    }
    /// The bot may write there, but not do this.
    var isAboutRights: Bool {
        (code == 400 || code == 403) && (says("not enough rights") || says("chat_admin_required"))
    }
    /// Nothing will ever reach this receiver.
    var isGone: Bool {
        code == 403
            || code == 400
                && (says("chat not found") || says("user not found") || says("peer_id_invalid"))
            || code == 404 && says("chat")
    }
    /// The token is unknown (401), or nothing that the server takes for one (404 without more words).
    var isUnauthorized: Bool { code == 401 || code == 404 && !says("method") && !says("chat") }

    /// For logs: the code and what the server said, bounded. Never more than that.
    var words: String { "\(code) " + String(description.unicodeScalars.prefix(200)) }
}
