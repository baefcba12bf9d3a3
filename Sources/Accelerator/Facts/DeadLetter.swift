public import Language

/// A message that was owed and will never arrive.
public struct DeadLetter: Record {
    /// Our id: `712.0`.
    public var id = ""
    /// The person, the chat or the channel's own id that it was for.
    public var to = ""
    /// What it said: the key of its first phrase.
    public var phrase = ""
    /// `expired`, `unknown`, `no way`, `held`, or what the provider said.
    public var why = ""
    public var at = Instant(milliseconds: 0)
    public static let most = 50
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("id", &id)
        try c.field("to", &to)
        try c.field("phrase", &phrase)
        try c.field("why", &why)
        try c.field("at", &at)
    }
}

extension State {
    mutating func keepDead(_ out: Outgoing, _ event: Undeliverable, _ commit: Commit) {
        var letter = DeadLetter()
        letter.id = event.id
        letter.phrase = out.phrases.first?.key ?? ""
        letter.why = event.why
        letter.at = commit.at
        letter.to =
            switch out.to {
            case .person(let code): code
            case .principal(let id): id
            case .chat(let key): key
            }
        deadLetters.append(letter)
        if deadLetters.count > DeadLetter.most { deadLetters.removeFirst() }
    }
}
