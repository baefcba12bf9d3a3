import Channels
import Hummingbird
import JSON
import Language
import NIOCore
import Platform
import Runtime

/// What the doors lead to.
struct DoorSet: Sendable {
    /// Where messages are heard.
    var bot: Runtime.Door
    /// By name, for `/webhooks/in/NAME`.
    var webhooks: [String: WebhookDoor] = [:]
    /// By name, for `/webhooks/telegram/NAME`; the environment's bot has none, `/webhooks/telegram`.
    var telegram: [String: @Sendable (_ body: [UInt8], _ secret: String?) async -> DoorAnswer] = [:]
    var health: @Sendable () -> Health
    var metrics: @Sendable () -> [UInt8]
}

/// The HTTP doors (contract.md, section 4): known paths, one method each, a body that is read whole before
/// anything looks into it.
struct Doorway: HTTPResponder {
    /// All that a request brings along; nothing.
    struct Context: InitializableFromSource {
        init(source: ApplicationRequestContextSource) {}
    }

    private enum Route: Sendable {
        case webhook(WebhookDoor)
        case telegram(@Sendable ([UInt8], String?) async -> DoorAnswer)
        case health, ready, metrics

        var isRead: Bool {
            switch self {
            case .webhook, .telegram: false
            case .health, .ready, .metrics: true
            }
        }
    }

    private let routes: [String: Route]
    private let doors: DoorSet
    private let limits: DoorLimits

    init(_ doors: DoorSet, limits: DoorLimits) {
        self.doors = doors
        self.limits = limits
        var routes: [String: Route] = ["/health": .health, "/ready": .ready, "/metrics": .metrics]
        for (name, door) in doors.webhooks { routes["/webhooks/in/\(name)"] = .webhook(door) }
        for (name, door) in doors.telegram {
            routes[name.isEmpty ? "/webhooks/telegram" : "/webhooks/telegram/\(name)"] = .telegram(
                door)
        }
        self.routes = routes
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        let target = request.head.path ?? "/"
        let path =
            target.utf8.firstIndex(of: UInt8(ascii: "?")).map { String(target[..<$0]) } ?? target
        guard let route = routes[path] else { return Self.answer(.notFound) }
        if route.isRead {
            guard request.method == .get || request.method == .head else {
                return Self.notAllowed("GET, HEAD")
            }
            return read(route)
        }
        guard request.method == .post else { return Self.notAllowed("POST") }
        if let refusal = refusal(request) { return refusal }
        guard let body = try await collect(request) else { return Self.answer(.contentTooLarge) }
        switch route {
        case .webhook(let door): return await hear(door, request, body)
        case .telegram(let door):
            return Self.response(await door(body, Self.single(.telegramSecret, request)))
        case .health, .ready, .metrics: return Self.answer(.notFound)
        }
    }

    // MARK: What is looked at

    private func read(_ route: Route) -> Response {
        switch route {
        case .metrics:
            return Self.answer(
                .ok, doors.metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
        case .health:
            return doors.health().isAlive ? Self.answer(.ok) : Self.answer(.internalServerError)
        case .ready, .webhook, .telegram:
            let health = doors.health()
            var json = JSONWriter()
            json.beginObject()
            json.key("ready")
            json.bool(health.isReady)
            if !health.isReady {
                json.key("because")
                json.beginArray()
                for reason in health.because { json.string(reason) }
                json.endArray()
            }
            json.endObject()
            json.lineFeed()
            var response = Self.answer(
                health.isReady ? .ok : .serviceUnavailable, json.bytes, type: Self.json)
            if !health.isReady { response.headers[.retryAfter] = "5" }
            return response
        }
    }

    // MARK: What is brought

    /// Why a body is not even read.
    private func refusal(_ request: Request) -> Response? {
        let encodings = request.headers[values: .contentEncoding]
        if encodings.contains(where: { $0.lowercased() != "identity" }) {
            return Self.answer(.unsupportedMediaType)
        }
        let types = request.headers[values: .contentType]
        guard types.count == 1, let type = types.first, Self.isJSON(type) else {
            return Self.answer(.unsupportedMediaType)
        }
        let lengths = request.headers[values: .contentLength]
        if let length = lengths.first.flatMap({ Int($0) }), length > limits.body {
            return Self.answer(.contentTooLarge)
        }
        return nil
    }

    /// `application/json`, whatever parameters stand behind it.
    static func isJSON(_ type: String) -> Bool {
        let name = type.prefix { $0 != ";" }
        return String(name).trimmed.lowercased() == "application/json"
    }

    /// The whole body; nil where it is longer than is taken.
    private func collect(_ request: Request) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= limits.body else { return nil }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    private func hear(_ door: WebhookDoor, _ request: Request, _ body: [UInt8]) async -> Response {
        let head = WebhookDoor.Head(
            authorization: Self.single(.authorization, request),
            id: Self.single(.webhookID, request),
            timestamp: Self.single(.webhookTimestamp, request),
            signature: Self.single(.webhookSignature, request))
        switch door.receive(head, body: body, now: WallClock.now() / 1000) {
        case .refused(let answer): return Self.response(answer)
        case .heard(let inbound):
            let said = await doors.bot.hear(inbound)
            switch said.outcome {
            case .refused(let trouble):
                // Room is made by people: no use in asking every second.
                let pause = trouble == .noSpace ? 30 : trouble == .busy ? 2 : 5
                return Self.response(DoorAnswer(503, retryAfter: pause))
            case .commit(let n): return Self.answer(.ok, words(said, "commit", n), type: Self.json)
            case .answer: return Self.answer(.ok, words(said, "answer", nil), type: Self.json)
            case .nothing: return Self.answer(.ok, words(said, "nothing", nil), type: Self.json)
            }
        }
    }

    /// The object of `say --json`.
    private func words(_ said: Said, _ outcome: String, _ n: UInt64?) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("outcome")
        json.string(outcome)
        json.key("n")
        if let n { json.integer(Int64(clamping: n)) } else { json.null() }
        json.key("said")
        json.beginArray()
        for word in said.words {
            let message = doors.bot.render(word)
            Posted.write(
                to: word.chat ?? word.principal ?? "", chat: word.chat, at: nil, text: message.text,
                buttons: message.choices.flatMap { $0 }, picture: message.alt,
                attachment: message.attachment, replaces: word.replaces, &json)
        }
        json.endArray()
        json.endObject()
        json.lineFeed()
        return json.bytes
    }

    // MARK: Answers

    private static let json = "application/json"

    /// A header's value; nil where it is missing or there twice.
    private static func single(_ name: HeaderName, _ request: Request) -> String? {
        let values = request.headers[values: name]
        return values.count == 1 ? values[0] : nil
    }

    private static func answer(
        _ status: HTTPResponse.Status, _ body: [UInt8] = [], type: String? = nil
    ) -> Response {
        var headers = HTTPFields()
        if let type { headers[.contentType] = type }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    private static func response(_ answer: DoorAnswer) -> Response {
        var response = self.answer(
            HTTPResponse.Status(code: answer.status), answer.body,
            type: answer.body.isEmpty ? nil : json)
        if let seconds = answer.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    private static func notAllowed(_ methods: String) -> Response {
        var response = answer(.methodNotAllowed)
        response.headers[.allow] = methods
        return response
    }
}

/// The name of a header.
private typealias HeaderName = HTTPFields.Element.Name

extension HeaderName {
    fileprivate static let telegramSecret = known("X-Telegram-Bot-Api-Secret-Token")
    fileprivate static let webhookID = known("webhook-id")
    fileprivate static let webhookTimestamp = known("webhook-timestamp")
    fileprivate static let webhookSignature = known("webhook-signature")

    private static func known(_ name: String) -> HeaderName {
        guard let field = HeaderName(name) else {
            preconditionFailure("\(name) is no name of a header")
        }
        return field
    }
}
