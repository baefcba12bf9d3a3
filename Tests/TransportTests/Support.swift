import Logging
import Testing
import Transport

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

func makeClient(_ configuration: HTTPClient.Configuration = .init()) throws -> HTTPClient {
    try HTTPClient(configuration: configuration, log: quiet)
}

/// One request as the bot sends them: a POST that must not arrive twice.
func post(
    _ url: String, _ body: [UInt8] = Array("{}".utf8), idempotent: Bool = false,
    timeout: Int = 10_000
) -> HTTPRequest {
    HTTPRequest(
        method: .post, url: url, headers: [("Content-Type", "application/json")], body: body,
        timeout: timeout,
        connectTimeout: 5_000, idempotent: idempotent, label: "test")
}

func get(_ url: String, timeout: Int = 10_000, most: Int = 1 << 20) -> HTTPRequest {
    HTTPRequest(
        url: url, timeout: timeout, connectTimeout: 5_000, idempotent: true,
        maximumResponseBytes: most, label: "test")
}

extension HTTPClient {
    func outcome(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportFailure> {
        do throws(TransportFailure) { return .success(try await send(request)) } catch {
            return .failure(error)
        }
    }
}

/// A result in one word, for tables.
func word(_ result: Result<HTTPResponse, TransportFailure>) -> String {
    switch result {
    case .success(let response): "\(response.status)"
    case .failure(.notSent): "notSent"
    case .failure(.ambiguous): "ambiguous"
    case .failure(.tooLarge): "tooLarge"
    case .failure(.refused): "refused"
    case .failure(.cancelled): "cancelled"
    case .failure(.closed): "closed"
    }
}
