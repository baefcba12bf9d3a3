public import Accelerator
internal import Glibc
internal import JSON
internal import Platform

/// The state as text: one record a line, `{"challenge":{…}}`, in an order that depends on nothing
/// but the state, so that equal states are equal bytes.
public enum StateText {
    /// The lines.
    public static func write(_ state: State) -> [UInt8] {
        var text: [UInt8] = []
        state.snapshotLines { section, json in
            var writer = JSONWriter(reservingCapacity: json.count + 32)
            writer.beginObject()
            writer.key(section)
            writer.raw(json)
            writer.endObject()
            writer.lineFeed()
            text.append(contentsOf: writer.bytes)
        }
        return text
    }

    /// Texts shorter than this are read by one thread.
    private static let short = 1 << 20

    /// The state that the lines describe.
    ///
    /// 1. The text is cut into pieces at line feeds, one for each processor, four at most.
    /// 2. Each piece is read by a thread of its own, line by line.
    /// 3. The lines are put in place in their order.
    package static func read(_ text: ArraySlice<UInt8>) throws(CodingFault) -> State {
        let result = text.withUnsafeBytes { bytes -> Result<State, CodingFault> in
            let pieces = cut(
                bytes, into: bytes.count < short ? 1 : min(4, CurrentProcess.processors))
            let lines = Lock<[Result<[SnapshotLine], CodingFault>?]>(
                Array(repeating: nil, count: pieces.count))
            var threads: [Thread] = []
            for (place, piece) in pieces.enumerated().dropFirst() {
                let work: @Sendable () -> Void = {
                    let read = self.lines(piece.bytes)
                    lines.withLock { $0[place] = read }
                }
                do throws(SystemError) {
                    threads.append(try Thread.start(name: "snapshot \(place)", work))
                } catch {
                    work()
                }
            }
            if let first = pieces.first {
                let read = self.lines(first.bytes)
                lines.withLock { $0[0] = read }
            }
            for thread in threads { thread.join() }
            var state = State()
            do throws(CodingFault) {
                for read in lines.withLock({ $0 }) {
                    for line in try read?.get() ?? [] { state.take(line) }
                }
            } catch {
                return .failure(error)
            }
            return .success(state)
        }
        return try result.get()
    }

    /// Bytes that stay in place while several threads read them, by their address.
    private struct Piece: Sendable {
        private let address: UInt
        private let count: Int

        init(_ bytes: Slice<UnsafeRawBufferPointer>) {
            address = UInt(bitPattern: bytes.base.baseAddress) + UInt(bytes.startIndex)
            count = bytes.count
        }

        var bytes: UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
        }
    }

    private static func cut(_ bytes: UnsafeRawBufferPointer, into count: Int) -> [Piece] {
        var pieces: [Piece] = []
        var start = 0
        for place in 1...max(1, count) {
            var end = place == count ? bytes.count : max(start, bytes.count / count * place)
            if place < count { end = lineFeed(in: bytes, from: end).map { $0 + 1 } ?? bytes.count }
            pieces.append(Piece(bytes[start..<end]))
            start = end
        }
        return pieces
    }

    private static func lineFeed(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, 0x0A, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    private static func lines(_ bytes: UnsafeRawBufferPointer) -> Result<
        [SnapshotLine], CodingFault
    > {
        var lines: [SnapshotLine] = []
        var start = 0
        do throws(CodingFault) {
            while start < bytes.count {
                let end = lineFeed(in: bytes, from: start) ?? bytes.count
                if end > start {
                    lines.append(
                        try SnapshotLine(UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
                }
                start = end + 1
            }
        } catch {
            return .failure(error)
        }
        return .success(lines)
    }

    /// The first 128 bits of the SHA-256 of the lines, as hexadecimal digits: two states with the
    /// same hash are the same state.
    public static func hash(_ state: State) -> String { hash(write(state)) }

    static func hash(_ text: [UInt8]) -> String {
        text.withUnsafeBytes { ChainHash(of: $0) }.description
    }
}
