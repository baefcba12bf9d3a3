import JSON
import Language

/// A file that goes with a call: as a part of its own in `multipart/form-data`.
public struct TelegramFile: Hashable, Sendable {
    /// The parameter it stands for: `photo`, `document`.
    public var field: String
    /// ASCII letters, digits, `-`, `_` and `.` only.
    public var name: String
    public var type: String
    public var bytes: [UInt8]
    public init(field: String, name: String, type: String, bytes: [UInt8]) {
        self.field = field
        self.name = name
        self.type = type
        self.bytes = bytes
    }
}

/// The body of a call with a file (RFC 7578).
enum TelegramForm {
    /// The parameters as fields, texts as they are and all else as JSON, and behind them the file.
    static func body(_ parameters: JSONObject, _ file: TelegramFile) -> (
        type: String, bytes: [UInt8]
    ) {
        let fields = parameters.members.map { member -> (String, [UInt8]) in
            if case .string(let text) = member.value { return (member.name, Array(text.utf8)) }
            return (member.name, member.value.encoded())
        }
        let boundary = boundary(fields.map(\.1) + [file.bytes])
        var out: [UInt8] = []
        out.reserveCapacity(file.bytes.count + 2048)
        for (name, value) in fields {
            out += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n".utf8
            out += value
            out += "\r\n".utf8
        }
        out += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(file.field)\"; ".utf8
        out += "filename=\"\(file.name)\"\r\nContent-Type: \(file.type)\r\n\r\n".utf8
        out += file.bytes
        out += "\r\n--\(boundary)--\r\n".utf8
        return ("multipart/form-data; boundary=\(boundary)", out)
    }

    /// A line that stands in none of the parts: the first of its kind that does not.
    private static func boundary(_ parts: [[UInt8]]) -> String {
        var n = 0
        while true {
            let boundary = "hundred-part-\(n)-of-a-form"
            let wanted = Array("--\(boundary)".utf8)
            if !parts.contains(where: { holds($0, wanted) }) { return boundary }
            n += 1
        }
    }

    private static func holds(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        var at = 0
        while at <= bytes.count - wanted.count {
            guard let next = bytes[at...].firstIndex(of: first), next <= bytes.count - wanted.count
            else {
                return false
            }
            if bytes[next..<(next + wanted.count)].elementsEqual(wanted) { return true }
            at = next + 1
        }
        return false
    }
}

extension TelegramDrawing {
    /// A caption may have this many UTF-16 units.
    static let longestCaption = 1024

    /// The file's own calls: with the words as its caption, where they fit and are one message; else the file
    /// comes first, with the picture's own words, and the message behind it.
    static func files(_ message: Message) -> [(file: TelegramFile, alt: String)] {
        var files: [(file: TelegramFile, alt: String)] = []
        if let picture = message.picture {
            files.append(
                (
                    TelegramFile(
                        field: "photo", name: "chart.png", type: "image/png", bytes: picture.bytes),
                    picture.alt
                ))
        }
        if let attachment = message.attachment {
            files.append(
                (
                    TelegramFile(
                        field: "document", name: attachment.name, type: attachment.type,
                        bytes: attachment.bytes), ""
                ))
        }
        return files
    }

    /// At most as much as a caption holds, cut behind a whole sign.
    static func caption(_ text: String) -> String {
        guard text.utf16.count > longestCaption else { return text }
        var out = ""
        var room = longestCaption - 1
        for sign in text {
            let size = String(sign).utf16.count
            guard size <= room else { break }
            out.append(sign)
            room -= size
        }
        return out + "…"
    }
}
