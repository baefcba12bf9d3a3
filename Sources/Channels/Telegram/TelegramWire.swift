import JSON
import Transport

/// Calls of the Bot API over HTTP. The only place where the token is put into an address.
struct TelegramWire: Sendable {
    let client: HTTPClient
    /// Without a slash at the end.
    let api: String
    let token: Secret
    /// The bot's id, as the token says it.
    let bot: Int64

    init(_ configuration: TelegramConfiguration, client: HTTPClient) throws(TelegramFault) {
        let token = configuration.token.text
        guard let colon = token.utf8.firstIndex(of: UInt8(ascii: ":")),
            let id = Int64(token[..<colon]), id > 0,
            token.utf8.count <= 128, token[colon...].utf8.count > 1,
            token[colon...].utf8.dropFirst().allSatisfy(Self.isTokenByte)
        else { throw .badToken }
        var api = configuration.api
        while api.utf8.last == UInt8(ascii: "/") { api.removeLast() }
        guard api.utf8.starts(with: "https://".utf8) || api.utf8.starts(with: "http://".utf8),
            api.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !api.utf8.contains(UInt8(ascii: "@"))
        else { throw .badAddress("the base of the Bot API") }
        self.client = client
        self.api = api
        self.token = configuration.token
        bot = id
    }

    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// The host alone, for words.
    var host: String { Self.host(of: api) }

    static func host(of address: String) -> String {
        guard let mark = address.range(ofMark: "://") else { return "?" }
        let rest = address[mark...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host =
            rest.utf8.lastIndex(of: UInt8(ascii: "@")).map { rest[rest.utf8.index(after: $0)...] }
            ?? rest
        return String(host.prefix(253))
    }

    func request(_ call: TelegramCall, timeout: Int = 30_000, most: Int = 1 << 20) -> HTTPRequest {
        let form = call.file.map { TelegramForm.body(call.parameters, $0) }
        return HTTPRequest(
            method: .post, url: "\(api)/bot\(token.text)/\(call.method)",
            headers: [("Content-Type", form?.type ?? "application/json")],
            body: form?.bytes ?? JSONValue.object(call.parameters).encoded(),
            // A file takes its time on a slow line.
            timeout: form == nil ? timeout : max(timeout, 90_000), idempotent: call.isIdempotent,
            maximumResponseBytes: most, label: call.method)
    }

    func start(_ call: TelegramCall, _ done: @escaping @Sendable (TelegramAnswer) -> Void) {
        client.start(request(call)) { done(TelegramAnswer($0)) }
    }

    /// For calls that no person waits for.
    func send(_ call: TelegramCall, timeout: Int = 15_000) async -> TelegramAnswer {
        TelegramAnswer(await exchange(request(call, timeout: timeout)))
    }

    func exchange(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportFailure> {
        do throws(TransportFailure) {
            return .success(try await client.send(request))
        } catch {
            return .failure(error)
        }
    }
}

extension String {
    /// Where the text behind the first of these marks begins.
    fileprivate func range(ofMark mark: String) -> String.Index? {
        let bytes = Array(utf8), wanted = Array(mark.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count)
        where bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
            return utf8.index(startIndex, offsetBy: start + wanted.count)
        }
        return nil
    }
}
