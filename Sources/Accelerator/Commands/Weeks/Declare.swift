import Language

/// The team's own colour, and the sponsor's: said with a reason, shown beside the computed one where it
/// differs, never in its place (method.md 2.6).
struct DeclareCommand: Command {
    static let name = "declare"
    let colour: Colour
    let why: String
    let confidence: Int?
    let challenge: String?

    init(_ arguments: Arguments) throws(Mismatch) {
        let word = try arguments.gateTerm("colour")
        colour = try arguments.required("colour", Colour.allCases.first { $0.term == word })
        why = try arguments.required("why", arguments.gateText("why"))
        confidence = try arguments.count("confidence")
        challenge = try arguments.code("challenge")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try context.require([.teamLeader, .sponsor], in: challenge, state)
        let view = Daily.view(challenge, state, context)
        guard view.isRunning else {
            throw Refusal(
                Phrase(
                    "declare.notNow",
                    ["challenge": view.code, "state": .term(view.assessment.state.term)]),
                offers: [
                    Offer(Phrase("status.label", ["code": view.code]), "/status \(challenge.code)")
                ])
        }
        guard [.onTrack, .atRisk, .offTrack].contains(colour) else {
            throw Refusal(Phrase("declare.three"))
        }
        if let confidence, !(1...5).contains(confidence) { throw Refusal(Phrase("week.range")) }
        let isLeader = context.roles(in: challenge, state).contains(.teamLeader)
        var declared = Declaration()
        declared.colour = colour
        declared.why = why
        declared.confidence = confidence
        declared.by = try context.me()
        declared.role = isLeader ? .teamLeader : .sponsor
        declared.on = view.date
        declared.until = view.date + (isLeader ? Declaration.leaderDays : Declaration.sponsorDays)
        guard challenge.declarations.count < 400 else { throw Refusal(Phrase("declare.tooMany")) }
        let values: [Phrase.Field] = [
            .init("challenge", view.code), .init("declared", .term("colour.\(colour.term)")),
            .init("computed", view.colour), .init("until", .date(declared.until)),
            .init("name", state.name(of: declared.by)), .init("why", .text(why)),
        ]
        let isSame = colour == view.assessment.colour
        return .record(
            [.colourDeclared(OfChallenge(challenge.code, declared))],
            [
                Phrase(
                    isSame ? "declare.same" : isLeader ? "declare.team" : "declare.sponsor", values)
            ],
            offers: [Daily.undo],
            notices: isSame
                ? []
                : context.gateTell(
                    isLeader
                        ? challenge.holders(of: .sponsor) + challenge.holders(of: .coach)
                        : challenge.holders(of: .teamLeader) + challenge.holders(of: .coach),
                    [Phrase(isLeader ? "declare.toldTeam" : "declare.toldSponsor", values)],
                    subject: "status \(challenge.code)"))
    }
}
