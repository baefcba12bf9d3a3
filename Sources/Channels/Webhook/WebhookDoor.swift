public import Accelerator
import JSON
import Language

/// The door of a plain webhook: who may come in, and what they say.
///
/// A caller shows a bearer token, or signs by Standard Webhooks; where both are configured, one is enough. A
/// signed message's id is its key: sent again, it has no second effect.
public struct WebhookDoor: Sendable {
    /// `registry` for `/webhooks/in/registry`.
    public let name: String
    public var token: Secret?
    public var signatures: StandardWebhooks?

    public init(name: String, token: Secret?, signatures: StandardWebhooks? = nil) {
        self.name = name
        self.token = token
        self.signatures = signatures
    }

    /// What of a request's head the door looks at; nil where a header is missing or there twice.
    public struct Head: Sendable {
        public var authorization: String?
        public var id: String?
        public var timestamp: String?
        public var signature: String?
        public init(
            authorization: String? = nil, id: String? = nil, timestamp: String? = nil,
            signature: String? = nil
        ) {
            self.authorization = authorization
            self.id = id
            self.timestamp = timestamp
            self.signature = signature
        }
    }

    public enum Outcome: Hashable, Sendable {
        /// To be heard; what is said back is the answer.
        case heard(Inbound)
        case refused(DoorAnswer)
    }

    /// - Parameter now: seconds since 1970.
    public func receive(_ head: Head, body: [UInt8], now: Int64) -> Outcome {
        guard let key = admit(head, body, now) else { return .refused(DoorAnswer(401)) }
        do throws(Misfit) {
            var inbound = try read(body)
            inbound.key = key.id.map { "in:\(name) \($0)" }
            return .heard(inbound)
        } catch {
            return .refused(error.answer)
        }
    }

    private func admit(_ head: Head, _ body: [UInt8], _ now: Int64) -> (id: String?, Void)? {
        if let token, let shown = head.authorization, let given = Self.bearer(shown),
            token.matches(given)
        {
            return (Self.isKey(head.id) ? head.id : nil, ())
        }
        guard let signatures,
            let id = try? signatures.verify(
                id: head.id, timestamp: head.timestamp, signature: head.signature, body: body,
                now: now)
        else { return nil }
        return (id, ())
    }

    private static func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    private static func isKey(_ id: String?) -> Bool {
        guard let id else { return false }
        return (1...256).contains(id.utf8.count) && id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    // MARK: The body

    private struct Misfit: Error {
        var status = 400
        var why: String
        var answer: DoorAnswer {
            var json = JSONWriter()
            json.beginObject()
            json.key("error")
            json.string(why)
            json.endObject()
            return DoorAnswer(status, body: json.bytes)
        }
    }

    /// `{"from": "id", "chat": "id" or null, "text": "…", "at": "RFC 3339" or null}`; other members are passed
    /// over.
    private func read(_ body: [UInt8]) throws(Misfit) -> Inbound {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(
                parsing: body, limits: JSONLimits(bytes: 64 << 10, depth: 16, values: 1000))
        } catch {
            throw Misfit(
                status: error.what == .tooLong ? 413 : 400,
                why: "the body is no JSON that is taken: \(error)")
        }
        guard value.object != nil else { throw Misfit(why: "the body must be an object") }
        var inbound = Inbound()
        inbound.channel = "in:\(name)"
        guard let from = try text("from", value) else { throw Misfit(why: "from: missing") }
        try checkID(from, "from")
        inbound.principal = "in:\(name):\(from)"
        inbound.name = from
        if let chat = try text("chat", value) {
            try checkID(chat, "chat")
            inbound.chat = "in:\(name):\(chat)"
        }
        guard let said = try text("text", value) else { throw Misfit(why: "text: missing") }
        guard said.unicodeScalars.count <= 4096 else {
            throw Misfit(why: "text: longer than 4096 characters")
        }
        inbound.text = said
        if let at = try text("at", value) {
            guard let instant = Instant(rfc3339: at) else {
                throw Misfit(
                    why: "at: no time as RFC 3339 has it, such as 2026-03-20T17:30:00+05:00")
            }
            inbound.sent = instant
        }
        return inbound
    }

    private func text(_ field: String, _ value: JSONValue) throws(Misfit) -> String? {
        guard let found = value[field], !found.isNull else { return nil }
        guard let text = found.string else { throw Misfit(why: "\(field): must be a string") }
        return text
    }

    /// An id is compared as bytes and stands in keys with spaces around it.
    private func checkID(_ id: String, _ field: String) throws(Misfit) {
        guard !id.isEmpty else { throw Misfit(why: "\(field): must not be empty") }
        guard id.utf8.count <= 128 else { throw Misfit(why: "\(field): longer than 128 bytes") }
        let isPlain = id.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator,
                .unassigned:
                false
            default: scalar != "/"
            }
        }
        guard isPlain else {
            throw Misfit(why: "\(field): must have no spaces, slashes or invisible characters")
        }
    }
}
