/// What a server answered, whatever its status: a 500 is a response, not a failure of transport.
public struct HTTPResponse: Sendable {
    /// 200 ... 599; the informational ones are passed over.
    public let status: Int
    /// As many bytes as the server said, or all until it closed. As sent: nothing is decompressed.
    public let body: [UInt8]
    /// The header lines as they came, at most 64 KiB; read through `header(_:)` or `headers`.
    let head: [UInt8]

    init(status: Int, head: [UInt8], body: [UInt8]) {
        self.status = status
        self.head = head
        self.body = body
    }

    /// True for 2xx.
    public var isSuccess: Bool { (200..<300).contains(status) }

    /// All headers in the order of arrival, names in lower case, values trimmed. Bytes that are not
    /// UTF-8 become U+FFFD.
    public var headers: [(String, String)] {
        var found: [(String, String)] = []
        forEachHeader { name, value in
            found.append((HTTPResponse.text(lowered: name), String(decoding: value, as: UTF8.self)))
            return true
        }
        return found
    }

    /// The first header of this name, whatever its case.
    public func header(_ name: String) -> String? {
        let wanted = name.utf8.map(HTTPResponse.lower)
        var found: String?
        forEachHeader { candidate, value in
            guard candidate.count == wanted.count,
                candidate.elementsEqual(wanted, by: { HTTPResponse.lower($0) == $1 })
            else { return true }
            found = String(decoding: value, as: UTF8.self)
            return false
        }
        return found
    }

    /// The whole seconds of `Retry-After`, 0 ... 86,400; nil without the header or where it holds a
    /// date.
    public var retryAfterSeconds: Int? {
        guard let text = header("retry-after"), !text.isEmpty, text.utf8.count <= 9,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int(text)
        else { return nil }
        return min(seconds, 86_400)
    }

    private func forEachHeader(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Bool) {
        for line in head.split(separator: 0x0a) {
            guard let colon = line.firstIndex(of: 0x3a), colon > line.startIndex else { continue }
            let value = HTTPResponse.trimmed(line[(colon + 1)...])
            if !body(HTTPResponse.trimmed(line[..<colon]), value) { return }
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
        var bytes = bytes.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
    }

    private static func text(lowered bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.map(lower), as: UTF8.self)
    }
}
