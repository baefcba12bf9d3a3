public import Accelerator
public import JSON
public import Language
import Runtime

/// One call of the Bot API: a method and its parameters.
public struct TelegramCall: Hashable, Sendable {
    public var method: String
    public var parameters: JSONObject
    /// Whether it may reach the server twice without harm.
    public var isIdempotent: Bool
    /// Goes with it, in place of a parameter.
    public var file: TelegramFile?
    public init(
        _ method: String, _ parameters: JSONObject, isIdempotent: Bool, file: TelegramFile? = nil
    ) {
        self.method = method
        self.parameters = parameters
        self.isIdempotent = isIdempotent
        self.file = file
    }
}

/// What is to be sent, in the Bot API's own terms.
public struct TelegramLetter: Sendable {
    /// The same for each attempt.
    public var key: String
    /// The outgoing message's id (`712.0`), by which a button that is too long for its data names its line.
    public var id: String?
    public var chat: Int64
    /// A chat of several, where what is routine must not ring and answers must find what they answer.
    public var isGroup: Bool
    public var message: Message
    public var kind: Outgoing.Kind
    /// The number of the message to replace.
    public var replaces: Int64?
    /// The number of the message that is answered, in the same chat.
    public var inReplyTo: Int64?
    public var asksReply: Bool
    public var isCard: Bool
    /// It only replaces: where that can't be done any more, nothing is sent.
    public var isAmendment = false
    /// Whether it is to be pinned, and the chat told if it may not be; or to be pinned no more.
    public var pins: Outgoing.Pinning?

    public init(
        key: String, id: String? = nil, chat: Int64, isGroup: Bool, message: Message,
        kind: Outgoing.Kind = .reply, replaces: Int64? = nil, inReplyTo: Int64? = nil,
        asksReply: Bool = false, isCard: Bool = false, pins: Outgoing.Pinning? = nil
    ) {
        self.key = key
        self.id = id
        self.chat = chat
        self.isGroup = isGroup
        self.message = message
        self.kind = kind
        self.replaces = replaces
        self.inReplyTo = inReplyTo
        self.asksReply = asksReply
        self.isCard = isCard
        self.pins = pins
    }

    /// Nil where the receiver is not on this channel. What is to be replaced or answered in another chat
    /// (as after a group got a new id) is left alone.
    init?(_ delivery: Delivery, _ keys: TelegramKeys) {
        guard let chat = keys.chat(delivery.to.text) else { return nil }
        func here(_ key: String?) -> Int64? {
            guard let found = key.flatMap({ keys.message($0) }), found.chat == chat else {
                return nil
            }
            return found.message
        }
        let isGroup = if case .chat = delivery.to { true } else { false }
        self.init(
            key: delivery.key, id: delivery.id, chat: chat, isGroup: isGroup,
            message: delivery.message,
            kind: delivery.kind, replaces: here(delivery.replaces),
            inReplyTo: here(delivery.inReplyTo),
            asksReply: delivery.asksReply, isCard: delivery.isCard, pins: delivery.pins)
        isAmendment = delivery.isAmendment
    }
}

/// Draws messages for Telegram.
///
/// Never with `parse_mode`: texts go as text and entities. No link previews. In groups routine answers are
/// silent, answer the message they belong to (sent anyway if that is gone), and open a reply where one is
/// asked for, since a bot hears nothing else there.
public struct TelegramDrawing: Sendable {
    /// The bot's name without `@`: links need it.
    public var username: String?
    public init(username: String?) { self.username = username }

    /// The calls that send this letter, in order; none if there is nothing to show. The buttons are under the
    /// last. A message that replaces another begins with an edit, and goes without its files.
    public func calls(for letter: TelegramLetter) -> [TelegramCall] {
        let (rows, spelledOut) = buttons(of: letter)
        var parts = TelegramText.parts(of: letter.message.lines.map(linked) + spelledOut)
        var files = letter.replaces == nil ? Self.files(letter.message) : []
        if parts.isEmpty, files.isEmpty {
            guard !rows.isEmpty else { return [] }
            parts = [TelegramText("…")]
        }
        // The words are the last file's caption if they fit there.
        var captioned: (file: TelegramFile, text: TelegramText)?
        if let last = files.last, parts.count <= 1,
            (parts.first?.text.utf16.count ?? 0) <= Self.longestCaption
        {
            captioned = (last.file, parts.first ?? TelegramText(""))
            files.removeLast()
            parts = []
        }
        let count = files.count + parts.count + (captioned == nil ? 0 : 1)
        var calls: [TelegramCall] = []
        for (file, alt) in files {
            var parameters = frame(letter, calls.count, of: count, rows)
            if !alt.isEmpty { parameters["caption"] = .string(Self.caption(alt)) }
            calls.append(Self.call(file, parameters))
        }
        if let captioned {
            var parameters = frame(letter, calls.count, of: count, rows)
            if !captioned.text.text.isEmpty {
                parameters["caption"] = .string(captioned.text.text)
                Self.put(captioned.text.entities, as: "caption_entities", into: &parameters)
            }
            calls.append(Self.call(captioned.file, parameters))
        }
        for part in parts {
            let edited = calls.isEmpty ? letter.replaces : nil
            var parameters = frame(letter, calls.count, of: count, rows)
            Self.put(part, into: &parameters)
            calls.append(
                TelegramCall(
                    edited == nil ? "sendMessage" : "editMessageText", parameters,
                    isIdempotent: edited != nil))
        }
        return calls
    }

    /// What every call of a letter has around what it shows.
    private func frame(
        _ letter: TelegramLetter, _ i: Int, of count: Int, _ rows: [[JSONValue]]
    ) -> JSONObject {
        let isFirst = i == 0, isLast = i == count - 1
        var parameters = JSONObject()
        parameters["chat_id"] = .integer(letter.chat)
        let edited = isFirst ? letter.replaces : nil
        if let edited { parameters["message_id"] = .integer(edited) }
        if edited == nil, letter.isGroup {
            if letter.kind == .reply || letter.pins != nil {
                parameters["disable_notification"] = .bool(true)
            }
            if isFirst, let answered = letter.inReplyTo {
                parameters["reply_parameters"] = Self.object([
                    ("message_id", .integer(answered)),
                    ("allow_sending_without_reply", .bool(true)),
                ])
            }
        }
        if isLast, !rows.isEmpty {
            parameters["reply_markup"] = Self.object([
                ("inline_keyboard", .array(rows.map { .array($0) }))
            ])
        } else if isLast, edited == nil, letter.isGroup, letter.asksReply {
            parameters["reply_markup"] = Self.object([
                ("force_reply", .bool(true)), ("selective", .bool(letter.inReplyTo != nil)),
            ])
        }
        return parameters
    }

    private static func call(_ file: TelegramFile, _ parameters: JSONObject) -> TelegramCall {
        TelegramCall(
            file.field == "photo" ? "sendPhoto" : "sendDocument", parameters, isIdempotent: false,
            file: file)
    }

    /// Pins a message that was just sent, without a sound.
    public static func pin(_ message: Int64, in chat: Int64) -> TelegramCall {
        var parameters = JSONObject()
        parameters["chat_id"] = .integer(chat)
        parameters["message_id"] = .integer(message)
        parameters["disable_notification"] = .bool(true)
        return TelegramCall("pinChatMessage", parameters, isIdempotent: true)
    }

    /// Pins a message no more.
    public static func unpin(_ message: Int64, in chat: Int64) -> TelegramCall {
        var parameters = JSONObject()
        parameters["chat_id"] = .integer(chat)
        parameters["message_id"] = .integer(message)
        return TelegramCall("unpinChatMessage", parameters, isIdempotent: true)
    }

    /// Ends the waiting of a button that was pressed.
    public static func answer(callback id: String) -> TelegramCall {
        var parameters = JSONObject()
        parameters["callback_query_id"] = .string(id)
        return TelegramCall("answerCallbackQuery", parameters, isIdempotent: true)
    }

    private static func put(_ part: TelegramText, into parameters: inout JSONObject) {
        parameters["text"] = .string(part.text)
        put(part.entities, as: "entities", into: &parameters)
        parameters["link_preview_options"] = object([("is_disabled", .bool(true))])
    }

    private static func put(
        _ entities: [TelegramText.Entity], as name: String, into parameters: inout JSONObject
    ) {
        guard !entities.isEmpty else { return }
        parameters[name] = .array(
            entities.map { entity in
                object([
                    ("type", .string(entity.kind.rawValue)),
                    ("offset", .integer(Int64(entity.offset))),
                    ("length", .integer(Int64(entity.length))),
                ])
            })
    }

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(members.map { .init(name: $0.0, value: $0.1) }))
    }

    // MARK: Plainer forms of a call

    /// The same without all that the server may have stumbled over but the text: for the one try after it
    /// refused a message. Nil if there was nothing more to it.
    static func plain(_ call: TelegramCall, keepingButtons: Bool) -> TelegramCall? {
        if call.file != nil {
            // A chat may forbid photos or files, or the server may not take this one: the words alone.
            guard let words = call.parameters["caption"] else { return nil }
            var alone = TelegramCall("sendMessage", call.parameters, isIdempotent: false)
            for field in ["caption", "caption_entities", "reply_parameters"] {
                alone.parameters[field] = nil
            }
            if !keepingButtons { alone.parameters["reply_markup"] = nil }
            alone.parameters["text"] = words
            return alone
        }
        var plain = call
        let frills =
            ["entities", "link_preview_options", "reply_parameters"]
            + (keepingButtons ? [] : ["reply_markup"])
        guard frills.contains(where: { call.parameters[$0] != nil }) else { return nil }
        for field in frills { plain.parameters[field] = nil }
        return plain
    }

    /// An edit as a new message, for where the old one is gone.
    static func anew(_ call: TelegramCall) -> TelegramCall {
        var new = TelegramCall("sendMessage", call.parameters, isIdempotent: false)
        new.parameters["message_id"] = nil
        return new
    }

    // MARK: Buttons

    /// Bytes of a button's data, of which the mark takes one.
    private static let dataLimit = 64
    private static let mostButtons = 100

    /// Rows of buttons; and lines for those that can't be one: their line is too long, and the message is
    /// not on the record, so that no id could stand for it. Shown as code they can be copied with one tap.
    private func buttons(of letter: TelegramLetter) -> ([[JSONValue]], [Message.Line]) {
        var rows: [[JSONValue]] = []
        var row: [JSONValue] = []
        var width = 0
        var spelledOut: [Message.Line] = []
        for (i, button) in letter.message.choices.joined().prefix(Self.mostButtons).enumerated() {
            let isBlank = !button.label.unicodeScalars.contains { !$0.properties.isWhitespace }
            let label = isBlank ? button.line : button.label
            guard let made = self.button(button, label, i, letter) else {
                spelledOut.append(
                    .init([.init(label + ": "), .init(button.line, .code)]))
                continue
            }
            let size = label.unicodeScalars.count + 2
            if !row.isEmpty, row.count == 8 || width + size > 32 {
                rows.append(row)
                row = []
                width = 0
            }
            row.append(made)
            width += size
        }
        if !row.isEmpty { rows.append(row) }
        return (rows, spelledOut)
    }

    private func button(
        _ button: Message.Button, _ label: String, _ i: Int, _ letter: TelegramLetter
    ) -> JSONValue? {
        if let link = groupLink(button.line, letter) {
            return Self.object([("text", .string(label)), ("url", .string(link))])
        }
        var data = "=" + button.line
        if data.utf8.count > Self.dataLimit {
            guard let id = letter.id else { return nil }
            data = "#\(id).\(i)"
            guard data.utf8.count <= Self.dataLimit else { return nil }
        }
        return Self.object([("text", .string(label)), ("callback_data", .string(data))])
    }

    /// Lines that let somebody in, as links that open the bot with the code; as code to copy where the bot's
    /// name is not known yet.
    private func linked(_ line: Message.Line) -> Message.Line {
        guard line.spans.contains(where: { $0.style == .link }) else { return line }
        return Message.Line(
            line.spans.map { span in
                guard span.style == .link else { return span }
                return seatLink(span.text).map { .init($0) } ?? .init(span.text, .code)
            })
    }

    /// `/join CODE`, whatever marks of direction stand around it.
    private func seatLink(_ text: String) -> String? {
        let bare = String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { !(0x2066...0x2069).contains($0.value) }))
        guard let username, bare.utf8.starts(with: "/join ".utf8) else { return nil }
        let payload = "seat_" + bare.dropFirst("/join ".count)
        return Self.isPayload(payload) ? "https://t.me/\(username)?start=\(payload)" : nil
    }

    /// What a link may carry: 1 to 64 of `A-Za-z0-9_-`.
    private static func isPayload(_ text: some StringProtocol) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(TelegramWire.isTokenByte)
    }

    /// `/start bind_CH-03` in private is one tap: choose a group, add the bot, bind it.
    private func groupLink(_ line: String, _ letter: TelegramLetter) -> String? {
        guard !letter.isGroup, let username, line.utf8.starts(with: "/start bind_".utf8) else {
            return nil
        }
        let payload = line.dropFirst("/start ".count)
        return Self.isPayload(payload) ? "https://t.me/\(username)?startgroup=\(payload)" : nil
    }
}
