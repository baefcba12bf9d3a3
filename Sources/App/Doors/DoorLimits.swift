/// What the HTTP doors take, and how long they wait. The defaults are those that are tested under load.
package struct DoorLimits: Hashable, Sendable {
    /// Bytes of a body.
    package var body = 1 << 20
    /// Bytes of all headers, and how many there may be.
    package var headers = 16 << 10
    package var headerCount = 64
    /// Milliseconds from the first byte of a request to the end of its headers, and to the end of it all.
    package var headerTime: Int64 = 5_000
    package var requestTime: Int64 = 10_000
    /// Milliseconds that a connection may say nothing between requests.
    package var idleTime: Int64 = 30_000
    /// Bytes a second that a body must bring, looked at from the third second on.
    package var minimumRate = 1_024
    package var connections = 256
    /// From one address; loopback and trusted proxies may have more.
    package var connectionsPerAddress = 16
    package var trustedProxies: Set<String> = []

    package init() {}
}
