import JSON
import Language
package import Logging

/// Logs as one JSON object a line on standard error, or as plain lines for a person at a terminal.
///
/// What users wrote gets in only as a value of the metadata, is cut at five hundred characters, and is escaped
/// by the JSON writer: a line of the log is one line whatever it holds. As a second net, what looks like a
/// token is taken out.
package struct LogLines: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let label: String
    private let isPlain: Bool

    init(label: String, level: Logger.Level, isPlain: Bool) {
        self.label = label
        self.isPlain = isPlain
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var values = metadata
        if let more = event.metadata { values.merge(more) { _, new in new } }
        let pairs = values.sorted { $0.key < $1.key }.map { ($0.key, Self.bounded("\($0.value)")) }
        let now = Times.now.description
        let text = Self.bounded("\(event.message)")
        Output.complain(
            isPlain
                ? Self.plain(now, event.level, label, text, pairs)
                : Self.json(now, event.level, label, text, pairs))
    }

    private static func plain(
        _ now: String, _ level: Logger.Level, _ label: String, _ text: String,
        _ pairs: [(String, String)]
    ) -> String {
        let values = pairs.map { " \($0.0)=\($0.1)" }.joined()
        return "\(now) \(level) \(label): \(text)\(values)".withoutControls
    }

    static func json(
        _ now: String, _ level: Logger.Level, _ label: String, _ text: String,
        _ pairs: [(String, String)]
    ) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("time")
        json.string(now)
        json.key("level")
        json.string(level.rawValue)
        json.key("from")
        json.string(label)
        json.key("message")
        json.string(text)
        for (key, value) in pairs where !["time", "level", "from", "message"].contains(key) {
            json.key(key)
            json.string(value)
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    package static func bounded(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(500) {
            // Line and paragraph separators are line ends to some readers of logs.
            scalars.append(scalar == "\u{2028}" || scalar == "\u{2029}" ? " " : scalar)
        }
        if text.unicodeScalars.count > 500 { scalars.append("…") }
        return redacted(String(scalars))
    }

    /// What begins like a token of one of the providers, up to the end of its letters.
    package static func redacted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let marks = ["xoxb-", "xoxa-", "xoxp-", "xoxr-", "whsec_", "syt_"].map { Array($0.utf8) }
        var out: [UInt8] = []
        var i = 0
        while i < bytes.count {
            if let mark = marks.first(where: { bytes[i...].starts(with: $0) }) {
                out += mark + Array("***".utf8)
                i = end(of: bytes, from: i + mark.count, "+/=")
            } else if let start = telegramToken(bytes, at: i) {
                out += bytes[i..<start] + Array("***".utf8)
                i = end(of: bytes, from: start)
            } else {
                out.append(bytes[i])
                i += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Behind `bot`, digits and a colon, if thirty letters of a token follow.
    private static func telegramToken(_ bytes: [UInt8], at place: Int) -> Int? {
        guard bytes[place...].starts(with: "bot".utf8) else { return nil }
        var i = place + 3
        while i < bytes.count, (48...57).contains(bytes[i]) { i += 1 }
        guard i > place + 3, i < bytes.count, bytes[i] == UInt8(ascii: ":") else { return nil }
        return end(of: bytes, from: i + 1) - (i + 1) >= 30 ? i + 1 : nil
    }

    /// `more`: letters that a token may have beside letters, digits, `_` and `-`.
    private static func end(of bytes: [UInt8], from start: Int, _ more: String = "") -> Int {
        var i = start
        while i < bytes.count, isTokenLetter(bytes[i], more) { i += 1 }
        return i
    }

    private static func isTokenLetter(_ byte: UInt8, _ more: String) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: more.utf8.contains(byte)
        }
    }
}

extension String {
    /// With a blank for every control character, so that a terminal is told nothing.
    fileprivate var withoutControls: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            scalars.append(
                scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar)
        }
        return String(scalars)
    }
}
