import Accelerator
import Language

/// A chat as a text file (contract.md, section 3), line by line, so that it can be played, compared and
/// written again with everything that is not the bot's left as it was.
struct Transcript: Hashable, Sendable {
    /// One thing of the file, with the lines it stands on.
    struct Entry: Hashable, Sendable {
        /// The number of the first line, from 1.
        var number: Int
        var lines: [String]
        var what: What
    }

    enum What: Hashable, Sendable {
        /// Comments and empty lines.
        case remark
        case setUp(SetUp)
        case clock(Clock)
        case speech(Speech)
        case bot(Utterance)
    }

    /// `! …`
    enum SetUp: Hashable, Sendable {
        case load(file: String, until: Instant?)
        case language(String)
        case chat(name: String, challenge: String?, title: String?)
        case cast([CastMember])
        case admin(String)
        /// What the channel says that it lets the bot hear in groups: everything, or commands and replies.
        case hears(all: Bool)
    }

    /// A name left of `>` and the person behind it.
    struct CastMember: Hashable, Sendable {
        var name: String
        var code: String
    }

    /// `@ …`
    enum Clock: Hashable, Sendable {
        /// A wall clock, in the zone that is named or else in the last one that was.
        case local(LocalMoment, zone: String?)
        case instant(Instant)
        /// Days keep the wall clock; hours and minutes are just that long.
        case later(days: Int, milliseconds: Int64)
        case next
    }

    /// `name> …`
    struct Speech: Hashable, Sendable {
        enum Manner: Hashable, Sendable { case says, edits, replies }
        var name: String
        /// The group; nil in private.
        var chat: String?
        var manner = Manner.says
        var text: String
    }

    /// `bot> …`
    struct Utterance: Hashable, Sendable {
        enum Act: Hashable, Sendable { case says, edits, withdraws }
        enum Where: Hashable, Sendable {
            case here
            case to(String)
            case within(String)
        }
        /// The time before a message by alarm, `09:00`.
        var time: String?
        var act = Act.says
        var place = Where.here
        var text: [String] = []
        var choices: [String] = []
        var picture: String?
        /// The name of the file that goes with it.
        var file: String?
    }

    var entries: [Entry] = []
}

/// A line of a transcript that can't be read or played, and why.
struct TranscriptFault: Error, Hashable, CustomStringConvertible {
    var line: Int
    var why: String
    var description: String { "\(line): \(why)" }
}

extension Transcript {
    /// The longest transcript, in lines.
    static let longest = 20_000

    /// Reads a file.
    ///
    /// 1. `#`, `!`, `@` and `name>` at the start of a line begin an entry; `@ 09:00 bot to x>` is a message.
    /// 2. Two spaces continue the message before; three and `[` are its choices, three and `(picture:` what
    ///    stands for its picture, three and `(file:` the name of its file.
    /// 3. An empty line belongs to a message only if a line that continues it follows.
    init(parsing text: String) throws(TranscriptFault) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            String($0).withoutTrailingSpaces
        }
        if lines.last == "" { lines.removeLast() }
        guard lines.count <= Self.longest else {
            throw TranscriptFault(
                line: Self.longest, why: "a transcript has at most \(Self.longest) lines")
        }
        for (i, line) in lines.enumerated() {
            let number = i + 1
            if line.hasPrefix("  ") {
                try add(line, number)
            } else if line.isEmpty, i + 1 < lines.count, lines[i + 1].hasPrefix("  "), takesMore {
                try add("  ", number)
            } else {
                let what = try Self.entry(line, number)
                entries.append(Entry(number: number, lines: [line], what: what))
            }
        }
    }

    private var takesMore: Bool {
        switch entries.last?.what {
        case .speech, .bot: true
        default: false
        }
    }

    /// A line that continues the last entry.
    private mutating func add(_ line: String, _ number: Int) throws(TranscriptFault) {
        guard var last = entries.popLast() else {
            throw TranscriptFault(
                line: number, why: "nothing stands before this line that it could continue")
        }
        let rest = String(line.unicodeScalars.dropFirst(2))
        switch last.what {
        case .speech(var speech):
            speech.text += "\n" + rest
            last.what = .speech(speech)
        case .bot(var said):
            let part = rest.trimmed
            if rest.hasPrefix(" ["), part.hasSuffix("]") {
                said.choices.append(part)
            } else if rest.hasPrefix(" (picture:"), part.hasSuffix(")") {
                said.picture = String(part.dropFirst(9).dropLast()).trimmed
            } else if rest.hasPrefix(" (file:"), part.hasSuffix(")") {
                said.file = String(part.dropFirst(6).dropLast()).trimmed
            } else {
                said.text.append(rest)
            }
            last.what = .bot(said)
        case .remark where last.lines.last == "":
            throw TranscriptFault(
                line: number, why: "nothing stands before this line that it could continue")
        default: break
        }
        last.lines.append(line.trimmed.isEmpty ? "" : line)
        entries.append(last)
    }

    private static func entry(_ line: String, _ number: Int) throws(TranscriptFault) -> What {
        if line.isEmpty || line.hasPrefix("#") { return .remark }
        do throws(Complaint) {
            if line.hasPrefix("!") { return .setUp(try setUp(String(line.dropFirst()).trimmed)) }
            if line.hasPrefix("@") { return try clockOrAlarm(String(line.dropFirst()).trimmed) }
            return try message(line)
        } catch {
            throw TranscriptFault(line: number, why: error.why)
        }
    }

    /// Why something can't be read.
    struct Complaint: Error {
        var why: String
        init(_ why: String) { self.why = why }
    }

    // MARK: Set-up

    static func setUp(_ text: String) throws(Complaint) -> SetUp {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("import", 2): return .load(file: words[1], until: nil)
        case ("import", 4) where words[2] == "until":
            guard let until = Instant(rfc3339: words[3]) else {
                throw Complaint(
                    "“\(words[3])” is no time with a zone, such as 2026-03-02T08:59+05:00")
            }
            return .load(file: words[1], until: until)
        case ("language", 2): return .language(words[1])
        case ("admin", 2): return .admin(words[1])
        case ("hears", 2) where ["all", "commands"].contains(words[1]):
            return .hears(all: words[1] == "all")
        case ("cast", 2...): return .cast(try cast(String(text.dropFirst(5))))
        case ("chat", 4...) where words[2] == "=":
            let rest = words[3...].filter { $0 != "group" }
            let title = rest.dropFirst().joined(separator: " ")
            return .chat(
                name: words[1], challenge: rest.first,
                title: title.isEmpty ? nil : title.trimmingQuotes)
        default:
            throw Complaint(
                "after ! comes one of: import FILE [until TIME], cast NAME = CODE, …, "
                    + "chat NAME = CH-01 group, language TAG, admin NAME, hears all|commands")
        }
    }

    private static func cast(_ text: String) throws(Complaint) -> [CastMember] {
        var members: [CastMember] = []
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=").map { String($0).trimmed }
            guard sides.count == 2, isName(sides[0]), !sides[1].isEmpty else {
                throw Complaint("NAME = CODE is expected, not “\(String(part).trimmed)”")
            }
            members.append(CastMember(name: sides[0], code: sides[1]))
        }
        return members
    }

    // MARK: Clock

    private static func clockOrAlarm(_ text: String) throws(Complaint) -> What {
        let (first, rest) = halves(text)
        if isTime(first), rest == "bot" || rest.hasPrefix("bot") {
            guard case .bot(var said) = try message(rest) else {
                throw Complaint("a message of the bot is expected")
            }
            said.time = first
            return .bot(said)
        }
        return .clock(try clock(text))
    }

    static func clock(_ text: String) throws(Complaint) -> Clock {
        if text == "next" { return .next }
        if text.hasPrefix("+") { return try later(text) }
        let (first, zone) = halves(text)
        if let instant = Instant(rfc3339: first) { return .instant(instant) }
        let parts = first.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let date = LocalDate(iso: parts[0]), isTime(String(parts[1])) else {
            throw Complaint(
                "after @ comes one of: 2026-03-20T17:30 Asia/Almaty, +1d, +2h, +30m, next")
        }
        let numbers = parts[1].split(separator: ":").compactMap { Int($0) }
        return .local(
            LocalMoment(date, LocalTime(numbers[0], numbers[1])), zone: zone.isEmpty ? nil : zone)
    }

    /// `+1d`, `+2w`, `+3h`, `+20m`, up to ten years.
    private static func later(_ text: String) throws(Complaint) -> Clock {
        let body = text.dropFirst()
        guard let unit = body.last, let count = Int(body.dropLast()), (0...3_660).contains(count)
        else {
            throw Complaint("“\(text)” is no step such as +1d, +2w, +3h, +20m")
        }
        switch unit {
        case "d": return .later(days: count, milliseconds: 0)
        case "w" where count <= 520: return .later(days: count * 7, milliseconds: 0)
        case "h": return .later(days: 0, milliseconds: Int64(count) * Instant.hour)
        case "m": return .later(days: 0, milliseconds: Int64(count) * Instant.minute)
        default: throw Complaint("“\(text)” is no step such as +1d, +2w, +3h, +20m")
        }
    }

    private static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return false }
        guard let hour = Int(text.prefix(2)), let minute = Int(text.suffix(2)) else { return false }
        return (0...23).contains(hour) && (0...59).contains(minute)
    }

    // MARK: Messages

    /// `aigul in ch03 replies> text`, `bot to madina> text`.
    static func message(_ line: String) throws(Complaint) -> What {
        guard let mark = line.utf8.firstIndex(of: UInt8(ascii: ">")) else {
            throw Complaint("a line begins with #, !, @ or a name and >")
        }
        let words = line[..<mark].split(separator: " ").map(String.init)
        var text = line[line.utf8.index(after: mark)...]
        if text.hasPrefix(" ") { text = text.dropFirst() }
        guard let name = words.first, isName(name) else {
            throw Complaint("a name is expected before >")
        }
        return name == "bot"
            ? .bot(try said(words, String(text))) : .speech(try speech(name, words, String(text)))
    }

    private static func speech(_ name: String, _ words: [String], _ text: String) throws(Complaint)
        -> Speech
    {
        var speech = Speech(name: name, text: text)
        var i = 1
        while i < words.count {
            switch words[i] {
            case "edits": speech.manner = .edits
            case "replies": speech.manner = .replies
            case "in" where i + 1 < words.count && isName(words[i + 1]):
                i += 1
                speech.chat = words[i]
            default:
                throw Complaint(
                    "“\(words[i])” is not understood; NAME [in CHAT] [edits|replies]> TEXT")
            }
            i += 1
        }
        return speech
    }

    private static func said(_ words: [String], _ text: String) throws(Complaint) -> Utterance {
        var said = Utterance()
        var i = 1
        while i < words.count {
            switch words[i] {
            case "edits": said.act = .edits
            case "withdraws": said.act = .withdraws
            case "to" where i + 1 < words.count:
                i += 1
                said.place = .to(words[i])
            case "in" where i + 1 < words.count:
                i += 1
                said.place = .within(words[i])
            default:
                throw Complaint(
                    "“\(words[i])” is not understood; bot [to NAME|in CHAT] [edits|withdraws]> TEXT"
                )
            }
            i += 1
        }
        said.text = [text]
        return said
    }

    /// What may stand left of `>`: letters and digits of any language, `-`, `_`, `.`.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || $0.properties.numericType != nil
                    || "-_.".unicodeScalars.contains($0)
            }
    }

    /// The first word and the rest.
    static func halves(_ text: String) -> (String, String) {
        guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")) else { return (text, "") }
        return (String(text[..<space]), String(text[space...]).trimmed)
    }
}

extension String {
    /// Without one pair of double quotes around the whole.
    var trimmingQuotes: String {
        hasPrefix("\"") && hasSuffix("\"") && utf8.count >= 2
            ? String(dropFirst().dropLast()) : self
    }
}
