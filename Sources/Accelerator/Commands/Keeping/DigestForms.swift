import Language

/// The pages beyond a challenge, a team and a cohort: the last one of a cohort, an area, the nation, a
/// closing report, one's own list.
struct DigestForms {
    enum Form { case finalPage, nation, closing, area, personal }
    let form: Form
    private let challenge: String?
    private let cohort: String?
    private let area: String?
    private let asOf: LocalDate?

    /// The usages of `digest` from the fourth on, in the order of its file; nil for those before.
    private static let usages: [Form] = [.finalPage, .nation, .closing, .personal, .area]
    private static let first = 3

    init?(_ arguments: Arguments) throws(Mismatch) {
        let place = arguments.utterance.usage - Self.first
        guard Self.usages.indices.contains(place) else { return nil }
        self.init(form: Self.usages[place], arguments: arguments)
    }
    init(form: Form, arguments: Arguments) {
        self.form = form
        func code(_ name: String) -> String? {
            if case .code(let code)? = arguments[name] { return code }
            return nil
        }
        challenge = code("challenge")
        cohort = code("cohort")
        area = code("area")
        if case .date(let date)? = arguments["date"] { asOf = date } else { asOf = nil }
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        switch form {
        case .finalPage: try finalPage(state, context)
        case .nation: try nation(state, context)
        case .closing: try closing(state, context)
        case .area: try ofArea(state, context)
        case .personal: try MeCommand().decide(state, context)
        }
    }

    private func finalPage(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let cohort = try Daily.cohort(cohort, state, context)
        var view = CohortView(cohort, state, at: context.at, zones: context.zones)
        if let asOf {
            try Daily.requirePast(asOf, view.date)
            if asOf < view.date {
                view = CohortView(cohort, state, endOf: asOf, zones: context.zones)
            }
        }
        return .answer(
            view.finalPage,
            offers: ["success", "milestones"].map {
                Offer(Phrase("rows.kind.\($0)"), "/rows \($0) \(cohort.code)")
            },
            subject: "cohort \(cohort.code)")
    }

    private func nation(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let me = try context.me()
        let wanted: Set<Role> = [.office, .sponsor, .systemLeader, .coach, .viewer, .admin]
        guard !state.roles(of: me).isDisjoint(with: wanted) else {
            let names = Role.allCases.filter { wanted.contains($0) }.map {
                Say.term("role.\($0.rawValue)")
            }
            throw Refusal(Phrase("error.noRightHere", ["roles": .list(names)]), kind: .right)
        }
        return try NationCommand(asOf: asOf).decide(state, context)
    }

    private func closing(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(challenge, state)
        try Daily.lookInside(challenge, state, context)
        return .answer(
            Daily.view(challenge, state, context).closingReport,
            offers: [Offer(Phrase("story.label"), "/story \(challenge.code)")],
            subject: "digest \(challenge.code)")
    }

    private func ofArea(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let programmes = Set(try Daily.cohorts(state, context).map(\.programme))
        let found = state.programmes.values.first { programme in
            programmes.contains(programme.code) && programme.areas.contains { $0.code == area }
        }
        guard let found, let area = found.areas.first(where: { $0.code == area }) else {
            throw Refusal(
                Phrase("area.unknown", ["code": .code(area ?? "?")]),
                offers: [Offer(Phrase("area.label"), "/area")])
        }
        let zone = found.zone.isEmpty ? "UTC" : found.zone
        let today = context.local(in: zone).date
        if let asOf { try Daily.requirePast(asOf, today) }
        let isPast = asOf.map { $0 < today } ?? false
        let view = AreaView(
            area, of: found, state, on: asOf ?? today, cut: isPast ? nil : context.at,
            zones: context.zones)
        let receiver = context.chat.map { "chat:" + $0 } ?? context.person?.code
        let since = receiver.flatMap {
            Since($0, "area \(found.code) \(area.code)", state, zone: zone, zones: context.zones)
        }
        return .answer(view.digest(since: isPast ? nil : since), subject: "area \(area.code)")
    }

    /// The decision that waits for whoever reads can be answered under the page: yes or no.
    static func answers(_ code: String) -> [Offer] { Array(AskCommand.answers(code).prefix(2)) }
}
