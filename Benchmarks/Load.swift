import Glibc
import Platform

/// Posts to a door over many connections, each with one request under way.
struct Load {
    struct Result {
        /// Answers 200 whose body began as it should.
        var good = 0
        var other = 0
        /// The first answer that was not good.
        var firstOther = ""
        var elapsed = 0.0
        /// Seconds from a request to its answer, sorted.
        var waits: [Double] = []

        func wait(_ share: Double) -> Double {
            waits.isEmpty ? .nan : waits[min(waits.count - 1, Int(Double(waits.count) * share))]
        }
    }

    var port: UInt16
    var path: String
    /// Headers beside those that every request has: `Name: value`, each with its line end.
    var headers: String
    var connections = 32

    /// - Parameters:
    ///   - next: the body of each request in turn; nil: there are no more.
    ///   - expected: how a good answer's body begins.
    func run(seconds: Double, expected: String, _ next: () -> String?) throws -> Result {
        var wires = Wires()
        defer { wires.closeAll() }
        for _ in 0..<connections { wires.add(try Socket.connected(to: port, isWaiting: false)) }
        let head =
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n\(headers)"
        let start = Clock.now()
        var result = Result()
        var since = [Double](repeating: 0, count: connections)
        var isUnderWay = [Bool](repeating: false, count: connections)
        func request() -> [UInt8]? {
            guard Clock.now() - start < seconds, let body = next() else { return nil }
            return Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
        }
        for i in 0..<connections {
            guard let bytes = request() else { break }
            since[i] = Clock.now()
            isUnderWay[i] = true
            wires.put(bytes, at: i)
        }
        let good = Array("HTTP/1.1 200".utf8)
        let begin = Array(expected.utf8)
        while isUnderWay.contains(true), wires.open == connections,
            Clock.now() - start < seconds + 30
        {
            wires.turn(100) { i, line, content in
                let now = Clock.now()
                result.waits.append(now - since[i])
                if line.starts(with: good), content.starts(with: begin) {
                    result.good += 1
                } else {
                    if result.other == 0 {
                        result.firstOther =
                            String(decoding: line, as: UTF8.self) + " "
                            + String(decoding: content.prefix(300), as: UTF8.self)
                    }
                    result.other += 1
                }
                since[i] = now
                let bytes = request()
                isUnderWay[i] = bytes != nil
                return bytes
            }
        }
        result.elapsed = Clock.now() - start
        result.waits.sort()
        return result
    }
}

/// A Bot API that says yes, and counts.
final class Sink: Sendable {
    struct Counts: Sendable {
        var messages = 0
        var others = 0
        /// When the last message came.
        var last = 0.0
    }
    let port: UInt16
    private let counts = Lock(Counts())
    private let isEnding = Lock(false)

    init() throws {
        let (socket, port) = try Socket.listening()
        self.port = port
        _ = try Platform.Thread.start(name: "sink") { [self] in serve(socket) }
    }

    var counted: Counts { counts.withLock { $0 } }
    func end() { isEnding.withLock { $0 = true } }

    private func serve(_ listener: Int32) {
        var wires = Wires()
        var id = 0
        while !isEnding.withLock({ $0 }) {
            var messages = 0
            var others = 0
            wires.turn(100, listener: listener) { _, line, _ in
                let body: String
                if line.contains("/sendMessage ".utf8) {
                    messages += 1
                    id += 1
                    body =
                        #"{"ok":true,"result":{"message_id":\#(id),"date":1774009800,"chat":{"id":1,"type":"private"},"text":"yes"}}"#
                } else if line.contains("/getMe ".utf8) {
                    others += 1
                    body =
                        #"{"ok":true,"result":{"id":777,"is_bot":true,"first_name":"Bench","username":"bench_bot","can_join_groups":true,"can_read_all_group_messages":false}}"#
                } else {
                    others += 1
                    body = #"{"ok":true,"result":true}"#
                }
                return Array(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                        .utf8)
            }
            guard messages + others > 0 else { continue }
            counts.withLock { [messages, others] counts in
                counts.messages += messages
                counts.others += others
                if messages > 0 { counts.last = Clock.now() }
            }
        }
        wires.closeAll()
        close(listener)
    }
}
