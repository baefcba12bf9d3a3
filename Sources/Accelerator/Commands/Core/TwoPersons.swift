import Language

/// What took two persons is taken back by two (method.md 2.7): a stop, a step back, another target, an early
/// end, and the pledge that the sponsor signed under the team's words.
///
/// 1. The answer that made it true restores, in its inverse, the question of somebody else.
/// 2. `undo` of such an answer asks that other person; the request is a decision of its own, of the kind
///    `undo` and the number of the commit.
/// 3. `undo yes` by the other takes it back, under the same conditions as any undo: in time, and unchanged.
struct TwoPersons {
    let challenge: Challenge
    let undo: Undoable
    /// What the two agreed on, in the asker's words.
    let text: String
    /// Who can agree, the other of the two first.
    let others: [String]

    /// Nil where one person alone did it.
    init?(_ undo: Undoable, _ state: State) {
        self.undo = undo
        let isMove = undo.inverse.contains(where: Self.isMove)
        for event in undo.inverse {
            switch event {
            case .decisionAsked(let was):
                guard let kind = was.content.kind, was.content.state == .asked, Self.isByTwo(kind),
                    isMove || kind.hasPrefix(Self.kind),
                    let asker = was.content.askedBy, asker != undo.by,
                    let challenge = state.challenges[was.challenge],
                    challenge.decisions.first(where: { $0.code == was.content.code })?.state
                        == .decided
                else { continue }
                self.challenge = challenge
                text = was.content.text
                others = Self.known(
                    [asker] + challenge.holders(of: .sponsor) + state.gateOffice(of: challenge),
                    undo.by, state)
                return
            case .sustainabilitySet(let was):
                guard let challenge = state.challenges[was.challenge],
                    let now = challenge.sustainability,
                    now.signedBy.contains(undo.by), !was.content.signedBy.contains(undo.by)
                else { continue }
                self.challenge = challenge
                text = now.pledgeText ?? ""
                others = Self.known(
                    challenge.holders(of: .teamLeader) + state.gateOffice(of: challenge), undo.by,
                    state)
                return
            default: continue
            }
        }
        return nil
    }

    private static let kind = "undo "

    /// Decisions that two persons make together, by their kind.
    static func isByTwo(_ kind: String) -> Bool {
        ["stop", "reopen", "early"].contains(kind)
            || ["target ", "raise ", Self.kind].contains { kind.hasPrefix($0) }
    }

    private static func isMove(_ event: Event) -> Bool {
        switch event {
        case .challengeMoved, .goalTargeted: true
        case .removed(let r): r.kind == .target
        default: false
        }
    }

    private static func known(_ people: [String], _ me: String, _ state: State) -> [String] {
        var seen: Set<String> = [me]
        return people.filter {
            seen.insert($0).inserted && state.people[$0] != nil && state.people[$0]?.former == nil
        }
    }

    var values: [Phrase.Field] {
        [
            .init("challenge", .code(challenge.code)), .init("title", .text(challenge.head.title)),
            .init("command", .code("/" + undo.command)), .init("text", .text(text)),
        ]
    }

    /// Asks the other; nothing is taken back yet.
    func ask(_ me: String, _ state: State, _ context: Context) throws(Refusal) -> Decision {
        let kind = Self.kind + "\(undo.n)"
        if let open = challenge.decisions.first(where: { $0.kind == kind && $0.state == .asked }) {
            return .answer([
                Phrase("undo.two", values + [.init("name", state.name(of: open.decider))])
            ])
        }
        guard let other = others.first else {
            throw Refusal(
                Phrase("undo.twoNobody", values),
                offers: [Offer(Phrase("challenge.label", values), "/challenge \(challenge.code)")])
        }
        var asked = DecisionAsked()
        asked.code = NextCode.after(challenge.decisions.map(\.code), prefix: "D", pad: 1)
        asked.kind = kind
        asked.text = "/\(undo.command) \(challenge.code): \(text)"
        asked.decider = other
        asked.askedBy = me
        asked.askedOn = context.today(in: challenge, state)
        let code = "\(challenge.code)-\(asked.code)"
        return .record(
            [.decisionAsked(OfChallenge(challenge.code, asked))],
            [Phrase("undo.two", values + [.init("name", state.name(of: other))])],
            notices: [
                context.tell(
                    other, [Phrase("undo.twoAsk", values + [.init("by", state.name(of: me))])],
                    offers: [
                        Offer(Phrase("undo.twoYes"), "/undo yes \(code)"),
                        Offer(Phrase("undo.twoNo"), "/decide \(code) no"),
                    ])
            ])
    }

    /// Said of an undo that takes back nothing but the request to another.
    static func withdrawn(_ undo: Undoable, _ state: State) -> Phrase? {
        for case .removed(let r) in undo.inverse where r.kind == .decision {
            guard
                let found = state.challenges[r.of ?? ""]?.decisions.first(where: {
                    $0.code == r.code
                }),
                found.kind?.hasPrefix(kind) == true
            else { continue }
            return Phrase(
                "undo.twoWithdrawn",
                ["text": .text(found.text), "name": state.name(of: found.decider)])
        }
        return nil
    }

    /// `undo yes`: the other agrees, and it is taken back.
    static func agree(_ code: String, _ me: String, _ state: State, _ context: Context)
        throws(Refusal) -> Decision
    {
        let challenge = try Daily.challenge(of: code, nil, state, context)
        let found = try DecideCommand.existing(code, challenge)
        guard let asked = found.kind, asked.hasPrefix(kind),
            let n = Int64(asked.dropFirst(kind.utf8.count)),
            let asker = found.askedBy
        else {
            throw Refusal(
                Phrase(
                    "undo.twoNot", ["code": .code(found.code), "challenge": .code(challenge.code)]),
                offers: [Offer(Phrase("decisions.label"), "/decisions \(challenge.code)")])
        }
        guard found.state == .asked else {
            return .answer([DecideCommand.already(found, challenge, state)])
        }
        guard asker != me else {
            throw Refusal(
                Phrase("undo.twoSecond", ["name": state.name(of: found.decider)]), kind: .right)
        }
        if found.decider != me { try context.require([.sponsor, .office], in: challenge, state) }
        let gone = Refusal(
            Phrase("undo.twoGone", ["challenge": .code(challenge.code)]),
            offers: [
                Offer(
                    Phrase("challenge.label", ["challenge": .code(challenge.code)]),
                    "/challenge \(challenge.code)")
            ])
        guard let undo = state.undoable[asker]?.last(where: { $0.n == n }),
            context.at.milliseconds - undo.at.milliseconds <= Undo.window(undo),
            Undoing.laterChange(undo, state) == nil, let act = TwoPersons(undo, state)
        else { throw gone }
        if let begun = Undoing.begun(undo, state, context) { throw begun }
        let today = context.today(in: challenge, state)
        let said = Phrase(
            "undo.twoDone",
            act.values + [.init("by", state.name(of: asker)), .init("name", state.name(of: me))])
        return .record(
            Undoing.events(undo, by: context, reason: "undone")
                + [StopCommand.close(found, .decided, today, me, challenge)],
            [said],
            notices: context.gateTell(
                [asker] + challenge.holders(of: .sponsor) + challenge.holders(of: .teamLeader)
                    + state.gateOffice(of: challenge), [said]))
    }
}
