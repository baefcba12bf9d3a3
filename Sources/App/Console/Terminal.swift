import Glibc

/// Standard output and standard error, written through at once.
enum Output {
    static func write(_ text: String) { write(Array(text.utf8), to: 1) }
    static func write(_ bytes: [UInt8]) { write(bytes, to: 1) }
    static func complain(_ text: String) { write(Array((text + "\n").utf8), to: 2) }

    /// Whether a person reads standard error as it comes.
    static var complaintsAreRead: Bool { isatty(2) == 1 }

    /// Whoever reads may be gone; then there is nobody left to tell.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(
                    descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                done += count
            }
        }
    }
}

/// Lines of standard input, until the end or an interrupt. A line beyond 64 KiB is cut there.
struct LineReader {
    private var buffer: [UInt8] = []
    private var isAtEnd = false
    private static let longest = 64 << 10

    static var isTerminal: Bool { isatty(0) == 1 }

    mutating func next() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = String(decoding: buffer[..<end].prefix(Self.longest), as: UTF8.self)
                buffer.removeSubrange(...end)
                return line
            }
            if isAtEnd {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = [] }
                return String(decoding: buffer.prefix(Self.longest), as: UTF8.self)
            }
            guard fill() else { return nil }
        }
    }

    /// False after an interrupt.
    private mutating func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = chunk.withUnsafeMutableBytes { Glibc.read(0, $0.baseAddress, $0.count) }
        if Interrupts.wasSeen { return false }
        if count < 0 { return errno == EINTR }
        if count == 0 { isAtEnd = true }
        buffer += chunk[..<count]
        // What is cut off is not kept either.
        if buffer.count > 2 * Self.longest, !buffer.contains(10) {
            buffer.removeSubrange(Self.longest...)
        }
        return true
    }
}

/// Ctrl-C and SIGTERM end reading, and nothing else, so that what was begun is tidied away.
enum Interrupts {
    private nonisolated(unsafe) static var flag: sig_atomic_t = 0
    static var wasSeen: Bool { flag != 0 }

    /// From now on; a read that waits comes back at once.
    static func watch() {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in Interrupts.flag = 1 }
        action.sa_flags = 0
        for signal in [SIGINT, SIGTERM] { sigaction(signal, &action, nil) }
    }
}
