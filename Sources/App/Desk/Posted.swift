import Accelerator
import Channels
import JSON
import Language
import Runtime

/// A message that has left, as its one reader sees it.
struct Posted: Sendable {
    /// The commit that owed it, and its name there; an answer that nothing was written for has none.
    var n: UInt64?
    var id: String?
    /// Whom it reached: `console:u03-data`, `console:ch03`.
    var address: String
    /// The group, nil in private.
    var chat: String?
    /// When it left.
    var at: Instant
    var kind: Outgoing.Kind
    /// Whether the clock was the cause.
    var isByAlarm: Bool
    /// What the console calls it: `console:u03-data/4`.
    var name: String
    var text: String
    var choices: [[Message.Button]]
    /// What stands in for a picture.
    var picture: String?
    var attachment: Attachment?
    /// The name of the message of ours that it takes the place of.
    var replaces: String?

    init(_ shown: Rehearsal.Shown) {
        n = shown.n
        id = shown.id
        address = shown.to.text
        if case .chat(let key) = shown.to { chat = key }
        at = shown.at
        kind = shown.kind
        isByAlarm = shown.isRung
        name = shown.name
        text = shown.message.text
        choices = shown.message.choices
        replaces = shown.replaces
        picture = shown.message.alt
        attachment = shown.message.attachment
    }

    /// All choices, in the order of their digits.
    var buttons: [Message.Button] { choices.flatMap { $0 } }

    /// As `say --json` shows it.
    func write(_ json: inout JSONWriter, withTime: Bool) {
        Self.write(
            to: address, chat: chat, at: withTime ? at : nil, text: text, buttons: buttons,
            picture: picture, attachment: attachment, replaces: replaces, &json)
    }

    /// One message of the object that `say --json` and a webhook's answer are.
    static func write(
        to address: String, chat: String?, at: Instant?, text: String, buttons: [Message.Button],
        picture: String?, attachment: Attachment?, replaces: String?, _ json: inout JSONWriter
    ) {
        func orNull(_ text: String?) { if let text { json.string(text) } else { json.null() } }
        json.beginObject()
        json.key("to")
        json.string(address)
        json.key("chat")
        orNull(chat)
        if let at {
            json.key("at")
            json.string(at.description)
        }
        json.key("text")
        json.string(text)
        json.key("choices")
        json.beginArray()
        for button in buttons {
            json.beginObject()
            json.key("label")
            json.string(button.label)
            json.key("line")
            json.string(button.line)
            json.endObject()
        }
        json.endArray()
        json.key("picture")
        orNull(picture)
        if let attachment {
            json.key("file")
            json.beginObject()
            json.key("name")
            json.string(attachment.name)
            json.key("type")
            json.string(attachment.type)
            json.key("base64")
            json.string(Base64.text(attachment.bytes))
            json.endObject()
        }
        json.key("replaces")
        orNull(replaces)
        json.endObject()
    }
}

/// What came of one input.
struct Told: Sendable {
    enum Outcome: String, Sendable { case commit, answer, nothing }
    var outcome = Outcome.nothing
    /// The commit's number, if there was one.
    var n: UInt64?
    var said: [Posted] = []

    /// The object of `say --json`, `ring --json` and of a webhook's answer.
    func json(withTimes: Bool = false) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("outcome")
        json.string(outcome.rawValue)
        json.key("n")
        if let n { json.integer(Int64(clamping: n)) } else { json.null() }
        json.key("said")
        json.beginArray()
        for said in said { said.write(&json, withTime: withTimes) }
        json.endArray()
        json.endObject()
        json.lineFeed()
        return json.bytes
    }
}
