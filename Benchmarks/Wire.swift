import Glibc

/// One connection's bytes, both ways, and the little of HTTP/1.1 that both ends of a benchmark need.
struct Wire {
    let socket: Int32
    var incoming: [UInt8] = []
    private var outgoing: [UInt8] = []
    private var sent = 0
    var isOpen = true

    init(_ socket: Int32) { self.socket = socket }

    var wantsToWrite: Bool { sent < outgoing.count }

    mutating func put(_ bytes: [UInt8]) {
        outgoing += bytes
        flush()
    }

    mutating func flush() {
        while sent < outgoing.count, isOpen {
            let count = outgoing.withUnsafeBytes {
                send(
                    socket, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL)
                )
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno != EAGAIN { isOpen = false }
                return
            }
            sent += count
        }
        outgoing.removeAll(keepingCapacity: true)
        sent = 0
    }

    /// Takes what has come.
    mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        while isOpen {
            let count = recv(socket, buffer.baseAddress, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count == 0 || (count < 0 && errno != EAGAIN) { isOpen = false }
            if count <= 0 { return }
            incoming.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            if count < buffer.count { return }
        }
    }

    /// The next whole message, taken off the front: its first line and its body.
    mutating func take() -> (line: ArraySlice<UInt8>, body: ArraySlice<UInt8>)? {
        guard let end = Self.headEnd(incoming) else { return nil }
        let length = Self.length(incoming[..<end])
        guard incoming.count >= end + length else { return nil }
        let lineEnd = incoming[..<end].firstIndex(of: 13) ?? end
        let message = (incoming[..<lineEnd], incoming[end..<(end + length)])
        incoming.removeSubrange(..<(end + length))
        return message
    }

    /// Where the body begins: behind the empty line.
    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for place in 3..<bytes.count
        where bytes[place] == 10 && bytes[place - 1] == 13 && bytes[place - 2] == 10 {
            return place + 1
        }
        return nil
    }

    private static let name = Array("\ncontent-length:".utf8)

    private static func length(_ head: ArraySlice<UInt8>) -> Int {
        var matched = 0
        var place = head.startIndex
        while place < head.endIndex {
            var byte = head[place]
            place += 1
            if byte >= 65, byte <= 90 { byte |= 0x20 }
            matched = byte == name[matched] ? matched + 1 : byte == 10 ? 1 : 0
            guard matched == name.count else { continue }
            var length = 0
            while place < head.endIndex, head[place] != 13 {
                if (48...57).contains(head[place]) { length = length * 10 + Int(head[place] - 48) }
                place += 1
            }
            return length
        }
        return 0
    }
}

/// Many connections on one thread.
struct Wires {
    private(set) var wires: [Wire] = []
    private var polls: [pollfd] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    mutating func add(_ socket: Int32) {
        wires.append(Wire(socket))
        polls.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0))
    }

    mutating func put(_ bytes: [UInt8], at i: Int) { wires[i].put(bytes) }

    /// Waits, and hands every whole message that came to `body`, which may return an answer.
    ///
    /// - Parameter listener: calls `accepted` when somebody wants in.
    mutating func turn(
        _ milliseconds: Int32, listener: Int32? = nil,
        _ body: (_ i: Int, _ line: ArraySlice<UInt8>, _ content: ArraySlice<UInt8>) -> [UInt8]?
    ) {
        for i in polls.indices {
            polls[i].fd = wires[i].isOpen ? wires[i].socket : -1
            polls[i].events = Int16(POLLIN) | (wires[i].wantsToWrite ? Int16(POLLOUT) : 0)
            polls[i].revents = 0
        }
        if let listener { polls.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0)) }
        guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else {
            if listener != nil { polls.removeLast() }
            return
        }
        if let listener, let last = polls.popLast(), last.revents != 0 {
            let socket = accept(listener, nil, nil)
            if socket >= 0 {
                Socket.hurry(socket)
                add(socket)
                polls[polls.count - 1].revents = 0
            }
        }
        for i in polls.indices where polls[i].revents != 0 {
            if polls[i].revents & Int16(POLLOUT) != 0 { wires[i].flush() }
            wires[i].fill(buffer)
            while let (line, content) = wires[i].take() {
                if let answer = body(i, line, content) { wires[i].put(answer) }
            }
        }
    }

    var open: Int { wires.count { $0.isOpen } }

    func closeAll() {
        for wire in wires { close(wire.socket) }
        buffer.deallocate()
    }
}
