import Accelerator
public import Runtime

/// A plain webhook, `in:NAME`: whoever calls it hears the answer in the HTTP response, and can't be written to
/// at any other time.
public final class WebhookChannel: Channel {
    public let name: String
    public let abilities = Abilities()

    /// - Parameter name: what stands in its path, `registry` for `/webhooks/in/registry`.
    public init(_ name: String) { self.name = "in:\(name)" }

    public func send(_ delivery: Delivery) async throws(SendFailure) -> String? {
        throw SendFailure(.refused, why: "this channel can't be written to")
    }
    public func send(
        _ delivery: Delivery, done: @escaping @Sendable (Result<String?, SendFailure>) -> Void
    ) {
        done(.failure(SendFailure(.refused, why: "this channel can't be written to")))
    }
}
