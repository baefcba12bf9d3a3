import Glibc
import Platform

/// A server of the tests on loopback: raw sockets and one thread a connection, so that each test
/// decides to the byte what is read, what is answered and how the connection ends.
final class Server: Sendable {
    struct Seen: Sendable, Equatable {
        var line: String
        var headers: [String]
        var body: [UInt8]
        var isWhole: Bool

        func header(_ name: String) -> String? {
            headers.first { $0.lowercased().hasPrefix(name + ":") }
                .map { String($0.dropFirst(name.utf8.count + 1).drop { $0 == " " }) }
        }
    }

    struct State: Sendable {
        var seen: [Seen] = []
        var connections = 0
        var open: [Int32] = []
        var isStopped = false
    }

    let port: UInt16
    let state = Lock(State())
    private let listener: Int32

    /// - Parameter serve: runs on a thread of its own for each connection, which closes when it
    ///   returns.
    init(_ serve: @escaping @Sendable (Connection) -> Void) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var length = size
        let listener = listener
        let isBound = withUnsafeMutableBytes(of: &address) { bytes in
            guard let start = bytes.baseAddress else { return false }
            let pointer = start.assumingMemoryBound(to: sockaddr.self)
            return bind(listener, pointer, size) == 0 && listen(listener, 1024) == 0
                && getsockname(listener, pointer, &length) == 0
        }
        guard isBound else { throw SystemError.last("bind") }
        port = UInt16(bigEndian: address.sin_port)
        let state = state
        _ = try Thread.start(name: "server") {
            while true {
                let number = accept(listener, nil, nil)
                if number < 0 { return }
                let isWelcome = state.withLock { state in
                    if state.isStopped { return false }
                    state.connections += 1
                    state.open.append(number)
                    return true
                }
                guard isWelcome else {
                    _ = close(number)
                    return
                }
                _ = try? Thread.start(name: "connection") {
                    let connection = Connection(number: number, state: state)
                    serve(connection)
                    connection.finish()
                }
            }
        }
    }

    deinit { stop() }

    /// Ends every connection and takes no more.
    func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            for number in state.open { shutdown(number, Int32(SHUT_RDWR)) }
            return !state.isStopped
        }
        guard isFirst else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        _ = close(listener)
    }

    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }
    var seen: [Seen] { state.withLock { $0.seen } }
    var connections: Int { state.withLock { $0.connections } }

    /// Answers each request of each connection by a function of it.
    convenience init(answering answer: @escaping @Sendable (Seen) -> String) throws {
        try self.init { connection in
            while let seen = connection.readRequest() {
                if !connection.write(answer(seen)) { return }
            }
        }
    }

    static func ok(_ body: String = "ok", _ headers: String = "") -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }
}

/// One connection of a test's server; used by its own thread only.
final class Connection {
    let number: Int32
    private let state: Lock<Server.State>
    private var buffer: [UInt8] = []
    private var isReset = false

    init(number: Int32, state: Lock<Server.State>) {
        self.number = number
        self.state = state
    }

    /// Waits until the next byte has arrived, without reading it. False at the end.
    func waitForByte() -> Bool {
        var byte: UInt8 = 0
        return recv(number, &byte, 1, Int32(MSG_PEEK)) == 1
    }

    /// Reads a head and `bodyLimit` bytes of body at most, and notes it as seen. Nil at the end.
    func readRequest(bodyLimit: Int = .max) -> Server.Seen? {
        let blankLine: [UInt8] = [13, 10, 13, 10]
        while true {
            let places = buffer.indices.dropLast(3)
            if let end = places.first(where: { buffer[$0..<$0 + 4].elementsEqual(blankLine) }) {
                return readRest(head: end, bodyLimit: bodyLimit)
            }
            guard fill() else { return nil }
        }
    }

    private func readRest(head end: Int, bodyLimit: Int) -> Server.Seen {
        let head = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeSubrange(..<(end + 4))
        var lines = head.split(separator: "\r\n").map(String.init)
        var seen = Server.Seen(line: lines.removeFirst(), headers: lines, body: [], isWhole: false)
        let length = seen.header("content-length").flatMap { Int($0) } ?? 0
        while buffer.count < min(length, bodyLimit), fill() {}
        let got = min(buffer.count, length, bodyLimit)
        seen.body = Array(buffer[..<got])
        seen.isWhole = got == length
        buffer.removeSubrange(..<got)
        let note = seen
        state.withLock { $0.seen.append(note) }
        return seen
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(number, &chunk, chunk.count, 0)
        if count > 0 { buffer.append(contentsOf: chunk[..<count]) }
        return count > 0
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Makes the close a reset.
    func resetAtClose() { isReset = true }

    func sleep(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }

    func finish() {
        if isReset {
            var now = linger(l_onoff: 1, l_linger: 0)
            setsockopt(number, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        }
        let number = number
        state.withLock { state in
            state.open.removeAll { $0 == number }
            _ = close(number)
        }
    }
}
