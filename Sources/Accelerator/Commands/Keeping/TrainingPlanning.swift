import Language

/// A session to come: planned, joined, missed, held or called off.
struct TrainingPlanning {
    /// The usages stand in this order in the command's file, behind the one of a session that was held and the list.
    enum Act: Int { case plan = 2, join, absent, held, cancel }
    static let mostPeople = 500
    private let act: Act
    private let title: String?
    private let when: LocalMoment?
    private let area: String?
    private let hours: Double?
    private let trainer: Mention?
    private let materials: String?
    private let session: String?
    private let person: Mention?

    /// Nil for the other usages.
    init?(_ a: Arguments) throws(Mismatch) {
        guard let act = Act(rawValue: a.utterance.usage) else { return nil }
        self.act = act
        title = try a.gateText("title")
        when = try a.moment("when")
        area = try a.code("area")
        hours = try a.measure("hours")?.amount
        trainer = try a.person("trainer")
        materials = try a.gateText("materials")
        session = try a.code("session")
        person = try a.person("person")
    }

    func decide(_ programme: Programme, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        guard act != .plan else { return try plan(programme, state, context) }
        guard let found = programme.trainings.first(where: { $0.code == session }) else {
            throw Refusal(
                Phrase("training.unknown", ["code": .code(session ?? "?")]),
                offers: [
                    Offer(Phrase("training.label"), "/training programme=\(programme.code)")
                ])
        }
        guard found.isPlanned || act == .absent else {
            throw Refusal(Phrase("training.over", TrainingCommand.values(found)))
        }
        switch act {
        case .plan, .join: return try join(found, programme, state, context)
        case .absent: return try absent(found, programme, state, context)
        case .held: return try held(found, programme, state, context)
        case .cancel: return try cancel(found, programme, state, context)
        }
    }

    private func record(
        _ session: Training, _ programme: Programme, _ said: [Phrase], _ notices: [Outgoing] = []
    ) -> Decision {
        .record(
            [.trainingHeld(OfProgramme(programme.code, session))], said,
            offers: [Decision.gateUndo], notices: notices)
    }

    private func plan(_ programme: Programme, _ state: State, _ context: Context) throws(Refusal)
        -> Decision
    {
        let me = try context.me()
        try TrainingCommand.requireTrainer(programme, state, context)
        try TrainingCommand.requireArea(area, programme)
        guard let title, let when, let hours, hours > 0, hours <= TrainingCommand.mostHours else {
            throw Refusal(
                Phrase("training.planHours", ["hours": .number(TrainingCommand.mostHours)]))
        }
        guard when > context.local(in: programme.zone.isEmpty ? "UTC" : programme.zone) else {
            throw Refusal(Phrase("training.past"))
        }
        if let same = TrainingCommand.same(title, when.date, programme) { return same }
        var new = try TrainingCommand.new(title, when.date, area, hours, me, programme)
        new.isPlanned = true
        new.time = when.time
        new.materials = materials
        new.trainer =
            try trainer.map { mention throws(Refusal) in
                try known(mention, state, context)
            } ?? me
        return record(new, programme, [Phrase("training.planned", TrainingCommand.values(new))])
    }

    private func known(_ mention: Mention, _ state: State, _ context: Context) throws(Refusal)
        -> String
    {
        if mention.principal == nil, mention.name == "me" { return try context.me() }
        guard let code = state.resolve(mention, in: nil) else {
            throw Refusal(Phrase("team.stranger", ["name": .text(mention.name)]))
        }
        return code
    }

    /// Whoever speaks, or whom a trainer or the office names.
    private func meant(
        _ session: Training, _ programme: Programme, _ state: State, _ context: Context
    ) throws(Refusal) -> String {
        let me = try context.me()
        guard let person else { return me }
        let code = try known(person, state, context)
        if code != me { try TrainingCommand.requireTrainer(programme, of: session, state, context) }
        return code
    }

    private func values(_ session: Training, _ person: String, _ state: State) -> [Phrase.Field] {
        TrainingCommand.values(session) + [.init("name", state.name(of: person))]
    }

    private func join(
        _ session: Training, _ programme: Programme, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let person = try meant(session, programme, state, context)
        // Who works for another programme alone is let in by those of this one.
        if !state.programmes(near: person).contains(where: { $0.code == programme.code }) {
            try TrainingCommand.requireTrainer(programme, of: session, state, context)
        }
        let values = values(session, person, state)
        guard !session.present.contains(person) else {
            return .answer([Phrase("training.joinedAlready", values)])
        }
        guard session.enrolled.count < Self.mostPeople || session.enrolled.contains(person) else {
            throw Refusal(Phrase("training.full", values))
        }
        var session = session
        session.absent.removeAll { $0 == person }
        if !session.enrolled.contains(person) { session.enrolled.append(person) }
        let said = [Phrase("training.joined", values)]
        return record(session, programme, said, context.gateTell([person], said))
    }

    private func absent(
        _ session: Training, _ programme: Programme, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        let person = try meant(session, programme, state, context)
        // Who was there is the trainer's to say, once it was held.
        if !session.isPlanned {
            try TrainingCommand.requireTrainer(programme, of: session, state, context)
        }
        let values = values(session, person, state)
        guard session.enrolled.contains(person) else {
            throw Refusal(Phrase("training.notIn", values))
        }
        guard session.present.contains(person) else {
            return .answer([Phrase("training.absent", values)])
        }
        var session = session
        session.absent.append(person)
        if !session.isPlanned { session.people = max(1, session.people - 1) }
        let said = [Phrase("training.absent", values)]
        return record(
            session, programme, said, context.gateTell(session.trainer.map { [$0] } ?? [], said))
    }

    private func held(
        _ session: Training, _ programme: Programme, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        try TrainingCommand.requireTrainer(programme, of: session, state, context)
        let today = context.local(in: programme.zone.isEmpty ? "UTC" : programme.zone).date
        try Daily.requirePast(session.on, today)
        guard !session.present.isEmpty else {
            throw Refusal(Phrase("training.nobody", TrainingCommand.values(session)))
        }
        var session = session
        session.isPlanned = false
        session.people = session.present.count
        session.materials = materials ?? session.materials
        var after = programme
        after.trainings.put(session, by: \.code)
        return record(
            session, programme,
            [Phrase("training.added", TrainingCommand.values(session))]
                + Capacity([after], area: session.area, by: today).lines.prefix(1))
    }

    private func cancel(
        _ session: Training, _ programme: Programme, _ state: State, _ context: Context
    ) throws(Refusal) -> Decision {
        try TrainingCommand.requireTrainer(programme, of: session, state, context)
        let said = [Phrase("training.cancelled", TrainingCommand.values(session))]
        return .record(
            [.removed(Removed(.training, of: programme.code, code: session.code))], said,
            offers: [Decision.gateUndo],
            notices: context.gateTell(
                session.present + (session.trainer.map { [$0] } ?? []), said))
    }
}
