import NIOCore
import Platform

/// Counts open connections, all and by address.
package final class ConnectionCount: Sendable {
    private struct Inside: Sendable {
        var all = 0
        var byAddress: [String: Int] = [:]
    }
    private let inside = Lock(Inside())
    private let limits: DoorLimits

    package init(_ limits: DoorLimits) { self.limits = limits }

    /// How many are open.
    package var open: Int { inside.withLock { $0.all } }

    /// Whether one more from this address is taken; then it counts until ``leave(_:)``.
    package func enter(_ address: String) -> Bool {
        let isFree = Self.isLoopback(address) || limits.trustedProxies.contains(address)
        return inside.withLock { inside in
            guard inside.all < limits.connections else { return false }
            guard isFree || inside.byAddress[address, default: 0] < limits.connectionsPerAddress
            else { return false }
            inside.all += 1
            inside.byAddress[address, default: 0] += 1
            return true
        }
    }

    package func leave(_ address: String) {
        inside.withLock { inside in
            inside.all -= 1
            let left = inside.byAddress[address, default: 1] - 1
            inside.byAddress[address] = left > 0 ? left : nil
        }
    }

    static func isLoopback(_ address: String) -> Bool {
        address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}

/// Puts the guard at the front of a connection's pipeline, where the bytes come in.
final class GuardInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    private let limits: DoorLimits
    private let count: ConnectionCount

    init(_ limits: DoorLimits, _ count: ConnectionCount) {
        self.limits = limits
        self.count = count
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let guardian = ConnectionGuard(limits, count)
        try? context.pipeline.syncOperations.addHandler(guardian, position: .first)
    }
}

/// Keeps slow and greedy peers from holding a connection (reliability.md, 3.1), on the bytes as they come.
///
/// 1. A connection over the limits is closed before anything of it is read.
/// 2. With the first byte of a request a clock starts: its headers must end within the header time, all of it
///    within the request time; while a body of known length is on its way, from the third second on it must
///    have brought the minimum rate. Else 408, and the connection closes.
/// 3. The request is over when something is answered. If part of its body has not come by then, the
///    connection closes after the answer: what would follow is not a request.
/// 4. Time between requests is bounded by the server's own idle limit; the first request of a connection must
///    begin within the header time.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case waiting
        /// How many bytes of the end of the headers, CR LF CR LF, have come in a row.
        case headers(matched: Int)
        /// How many bytes are still to come; nil where their number is not known.
        case body(left: Int?)
        case answering
        case closed
    }

    private let limits: DoorLimits
    private let count: ConnectionCount
    private var address: String?
    private var phase = Phase.waiting
    private var begun = NIODeadline.now()
    private var head: [UInt8] = []
    private var bodyBytes = 0
    private var alarm: Scheduled<Void>?

    init(_ limits: DoorLimits, _ count: ConnectionCount) {
        self.limits = limits
        self.count = count
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { enter(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        enter(context)
        context.fireChannelActive()
    }

    private func enter(_ context: ChannelHandlerContext) {
        guard address == nil else { return }
        let from = context.remoteAddress?.ipAddress ?? "local"
        guard count.enter(from) else {
            phase = .closed
            context.close(promise: nil)
            return
        }
        address = from
        begun = .now()
        schedule(context, in: limits.headerTime)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        alarm?.cancel()
        alarm = nil
        phase = .closed
        if let address { count.leave(address) }
        address = nil
    }

    // MARK: Bytes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        switch phase {
        case .closed: return
        case .waiting:
            begun = .now()
            head.removeAll(keepingCapacity: true)
            bodyBytes = 0
            phase = .headers(matched: 0)
            schedule(context, in: limits.headerTime)
            take(buffer, context)
        case .headers, .body: take(buffer, context)
        case .answering: break
        }
        context.fireChannelRead(data)
    }

    private func take(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        buffer.withUnsafeReadableBytes { bytes in
            var place = 0
            if case .headers(var matched) = phase {
                while place < bytes.count, matched < 4 {
                    let byte = bytes[place]
                    matched =
                        byte == (matched % 2 == 0 ? 13 : 10) ? matched + 1 : (byte == 13 ? 1 : 0)
                    if head.count < limits.headers { head.append(byte) }
                    place += 1
                }
                guard matched == 4 else {
                    phase = .headers(matched: matched)
                    return
                }
                phase = .body(left: Self.length(of: head))
                schedule(context, in: limits.requestTime)
            }
            guard case .body(let left) = phase else { return }
            bodyBytes += bytes.count - place
            if let left { phase = .body(left: max(0, left - (bytes.count - place))) }
        }
    }

    /// The body's length out of the headers: 0 where none is told, nil where it comes in chunks.
    static func length(of head: [UInt8]) -> Int? {
        var found = 0
        for line in head.split(separator: 10) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon].map { $0 | 0x20 }
            if name.elementsEqual("transfer-encoding".utf8) { return nil }
            guard name.elementsEqual("content-length".utf8) else { continue }
            let digits = line[line.index(after: colon)...].filter { (48...57).contains($0) }
            found = Int(String(decoding: digits.prefix(15), as: UTF8.self)) ?? 0
        }
        return found
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch phase {
        case .closed:
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        case .body(let left):
            alarm?.cancel()
            alarm = nil
            if left == 0 {
                phase = .waiting
            } else if left == nil, bodyBytes > 0 {
                // In chunks: the server has read to their end, or it answers early; the idle limit decides.
                phase = .waiting
            } else {
                phase = .answering
                // The answer leaves first; then nothing more is read.
                schedule(context, in: 250)
            }
        case .headers:
            // The parser refused what came.
            phase = .answering
            schedule(context, in: 250)
        case .waiting, .answering: break
        }
        context.write(data, promise: promise)
    }

    // MARK: Time

    private func schedule(_ context: ChannelHandlerContext, in milliseconds: Int64) {
        alarm?.cancel()
        let elapsed = Int64((NIODeadline.now() - begun).nanoseconds / 1_000_000)
        let isFromBegin: Bool =
            switch phase {
            case .headers, .body: true
            default: false
            }
        var delay = isFromBegin ? max(1, milliseconds - elapsed) : milliseconds
        if case .body(let left?) = phase, left > 0 { delay = min(delay, max(1, 2_000 - elapsed)) }
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        alarm = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(delay)) {
            [self] in
            ring(loopBound.value)
        }
    }

    private func ring(_ context: ChannelHandlerContext) {
        alarm = nil
        let elapsed = Int64((NIODeadline.now() - begun).nanoseconds / 1_000_000)
        switch phase {
        case .closed: break
        case .answering, .waiting: close(context)
        case .headers: timeOut(context)
        case .body(let left):
            let isSlow =
                (left ?? 0) > 0 && Int64(bodyBytes) * 1_000 < Int64(limits.minimumRate) * elapsed
            if elapsed >= limits.requestTime || (elapsed >= 2_000 && isSlow) {
                return timeOut(context)
            }
            if (left ?? 0) > 0 {
                // Looked at again each second while it is on its way.
                let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
                alarm = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [self] in
                    ring(loopBound.value)
                }
            } else {
                schedule(context, in: limits.requestTime)
            }
        }
    }

    private func timeOut(_ context: ChannelHandlerContext) {
        phase = .closed
        var answer = context.channel.allocator.buffer(capacity: 80)
        answer.writeString(
            "HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        context.close(promise: nil)
    }

    private func close(_ context: ChannelHandlerContext) {
        phase = .closed
        context.close(promise: nil)
    }
}
