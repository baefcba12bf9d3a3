/// One HTTP exchange that is wanted: what goes out and what may come back.
///
/// The URL may hold a secret (a bot's token is part of its path): it is never logged and never
/// part of an error; `label` is what logs show instead.
public struct HTTPRequest: Sendable {
    /// The methods in use. A body may go with `post`, `put`, `patch` and `delete`.
    public enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public var method: Method
    /// Absolute, `http` or `https`, already percent-encoded: it goes out as it stands.
    public var url: String
    /// Names are tokens and values one line; anything else is refused before a connection is
    /// opened.
    public var headers: [(String, String)]
    public var body: [UInt8]
    /// Milliseconds for the whole exchange, from start to the last byte; 1 ... 3,600,000.
    public var timeout: Int
    /// Milliseconds for name, connection and TLS; 1 ... 3,600,000, and never more than `timeout` in
    /// effect.
    public var connectTimeout: Int
    /// True if the server may get it twice without harm (polls, reads, a keyed `PUT`). Only then
    /// may it be issued again when a kept connection turns out dead; else it leaves at most once.
    public var idempotent: Bool
    /// More bytes of body than this end the exchange with `tooLarge`. At least 0.
    public var maximumResponseBytes: Int
    /// What logs call this request: `sendMessage`, `sync`. No secret, no person's data.
    public var label: String

    public init(
        method: Method = .get, url: String, headers: [(String, String)] = [], body: [UInt8] = [],
        timeout: Int = 30_000, connectTimeout: Int = 10_000, idempotent: Bool,
        maximumResponseBytes: Int = 1 << 20, label: String
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.idempotent = idempotent
        self.maximumResponseBytes = maximumResponseBytes
        self.label = label
    }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Method, label and sizes: the URL and the headers are left out, as they may hold secrets.
    public var description: String {
        "\(method.rawValue) \(label) <redacted> (\(headers.count) headers, \(body.count) bytes)"
    }
    public var debugDescription: String { description }
    /// Nothing: `dump` and reflection must not show what `description` hides.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension HTTPRequest {
    /// Why this request can't be put on a wire, or nil.
    ///
    /// A line feed in a header would begin another header, one in the URL another request line:
    /// both are looked for byte by byte.
    var misfit: String? {
        if method == .get || method == .head, !body.isEmpty {
            return "a \(method.rawValue) with a body"
        }
        if url.utf8.count > 8_192 { return "the address is longer than 8192 bytes" }
        if url.isEmpty || url.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7f }) {
            return "the address holds a character that must be percent-encoded"
        }
        if headers.count > 64 { return "more than 64 headers" }
        for (name, value) in headers {
            if name.isEmpty || name.utf8.count > 128
                || !name.utf8.allSatisfy(HTTPRequest.isTokenByte)
            {
                return "a header's name is not a token"
            }
            if ["content-length", "transfer-encoding"].contains(name.lowercased()) {
                return "the length of the body is not the caller's to say"
            }
            if value.utf8.count > 8_192
                || value.utf8.contains(where: { ($0 < 0x20 && $0 != 9) || $0 == 0x7f })
            {
                return "the value of header \(name) is not one line of at most 8192 bytes"
            }
        }
        return nil
    }

    /// RFC 9110, 5.6.2: what a header's name is made of.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
