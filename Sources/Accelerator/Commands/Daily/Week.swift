import Language

/// The weekly word: done, next, help; how confident, from 1 to 5.
struct WeekCommand: Command {
    static let name = "week"
    let done: String?
    let next: String?
    let help: String?
    let confidence: Int?
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        done = try arguments.gateText("done")
        next = try arguments.gateText("next")
        help = try arguments.gateText("help")
        confidence = try arguments.count("confidence")
        challenge = try arguments.code("challenge")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try context.require(Daily.team, in: challenge, state)
        try Daily.requireOpen(challenge)
        let me = try context.me()
        let today = context.today(in: challenge, state)
        guard let day = challenge.day(today), day >= 1 else {
            throw Refusal(Phrase("week.notYet", ["challenge": .code(challenge.code)]))
        }
        let week = min((day + 6) / 7, 15)
        if let confidence, !(1...5).contains(confidence) { throw Refusal(Phrase("week.range")) }
        let before = challenge.checkIns.first { $0.week == week && $0.by == me }
        var word = before ?? CheckIn()
        word.week = week
        word.date = today
        word.by = me
        if let done {
            word.done = done
            word.next = next ?? ""
            word.help = help ?? ""
        } else if before == nil {
            throw Refusal(
                Phrase("week.first", ["week": .count(week)]),
                offers: [Offer(Phrase("week.label"), "/week")])
        }
        if let confidence { word.confidence = confidence }
        let values: [Phrase.Field] = [
            .init("week", .count(week)), .init("challenge", .code(challenge.code)),
            .init("confidence", .count(word.confidence ?? 0)),
        ]
        var reply = [Phrase(before == nil ? "week.done" : "week.changed", values)]
        var offers: [Offer] = []
        if word.confidence == nil {
            reply.append(Phrase("week.askConfidence"))
            offers = (1...5).map {
                Offer(
                    Phrase("week.level", ["n": .count($0)]),
                    Daily.line("week", usage: 1, ["confidence": .count($0)], in: challenge, context)
                )
            }
        } else {
            reply.append(Phrase("week.confidence", values))
        }
        if let help, done != nil, !Self.isNothing(help, context) {
            offers.append(
                Offer(
                    Phrase("week.makeBlocker"),
                    Daily.line("block", ["text": .text(help)], in: challenge, context)))
        }
        var decision = Decision.record(
            [.checkInMade(OfChallenge(challenge.code, word))], reply, offers: offers + [Daily.undo])
        // A digit as the next message is the confidence, not a reading.
        decision.isAsking = word.confidence == nil
        return decision
    }

    /// Whether an answer says that no help is needed.
    private static func isNothing(_ text: String, _ context: Context) -> Bool {
        let folded = Folding.fold(text)
        if folded.utf8.count <= 1 { return true }
        return ["none", "no"].contains { term in
            context.phrasebook.languages.contains {
                Folding.fold(context.phrasebook.word(term, language: $0)) == folded
            }
        } || ["nothing", "nobody", "nope"].contains(folded)
    }
}
