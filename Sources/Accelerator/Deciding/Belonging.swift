import Language

// Of several programmes in one bot, which are whose: one for practice beside a real one changes nothing for
// the people of the real one, not even what they are asked or offered.

extension State {
    /// Whether a person has a seat or a role somewhere in a programme, or a role over everything.
    func hasPart(_ person: String, in programme: String?) -> Bool {
        guard let programme, programmes.has(programme) else { return false }
        return (people[person]?.grants ?? []).contains { $0.scope == "*" }
            || works(person, in: programme)
    }
    private func works(_ person: String, in programme: String) -> Bool {
        let isGranted = (people[person]?.grants ?? []).contains {
            $0.scope == programme || cohorts[$0.scope]?.programme == programme
        }
        return isGranted
            || (seated[person] ?? []).contains { code in
                challenges[code].map { cohorts[$0.head.cohort]?.programme == programme } ?? false
            }
    }

    /// The programmes whose things may be offered to somebody: those in which they have a part, else all.
    func programmes(near person: String?) -> [Programme] {
        let own = person.map { person in programmes.filter { hasPart(person, in: $0.code) } } ?? []
        return own.isEmpty ? programmes.values : own
    }

    /// The programmes that somebody may mean who names none: those in which they have a seat or a role of
    /// their own, whatever else they look after; else all.
    func programmes(meantBy person: String?) -> [Programme] {
        let own = person.map { person in programmes.filter { works(person, in: $0.code) } } ?? []
        return own.isEmpty ? programmes.values : own
    }
}

// MARK: Rights over a programme

extension State {
    /// The roles that a person holds in a programme, or towards one cohort of it: over everything, over the
    /// programme, by a seat in one of its challenges, or over a cohort. An office of one cohort is none of
    /// another's, nor of the programme's.
    func roles(of person: String, in programme: String, cohort: String? = nil) -> Set<Role> {
        var roles: Set<Role> = []
        for grant in people[person]?.grants ?? [] {
            let isCohort = cohorts[grant.scope]?.programme == programme
            let isOver = ["*", programme, cohort].contains(grant.scope)
            if isOver || (isCohort && ![.office, .admin].contains(grant.role)) {
                roles.insert(grant.role)
            }
        }
        for code in seated[person] ?? [] {
            guard let challenge = challenges[code],
                cohorts[challenge.head.cohort]?.programme == programme
            else { continue }
            roles.formUnion(challenge.roles(of: person))
        }
        return roles
    }
    func roles(of person: String, in cohort: Cohort) -> Set<Role> {
        roles(of: person, in: cohort.programme, cohort: cohort.code)
    }
    /// Towards the cohort that a proposal is for.
    func roles(of person: String, in proposal: Proposal) -> Set<Role> {
        cohorts[proposal.cohort].map { roles(of: person, in: $0) } ?? []
    }
}

extension Context {
    /// Refuses who holds none of some roles in a programme; whoever has one in another is told why.
    func require(
        _ roles: Set<Role>, in programme: String, cohort: String? = nil, _ state: State
    ) throws(Refusal) {
        let me = try me()
        let held = state.roles(of: me, in: programme, cohort: cohort)
        guard held.isDisjoint(with: roles) else { return }
        let names = Role.allCases.filter { roles.contains($0) }.map {
            Say.term("role.\($0.rawValue)")
        }
        let isElsewhere = !state.roles(of: me).isDisjoint(with: roles)
        throw Refusal(
            Phrase(
                isElsewhere ? "error.otherProgramme" : "error.noRightHere",
                ["programme": .code(cohort ?? programme), "roles": .list(names)]), kind: .right)
    }
    func require(_ roles: Set<Role>, in cohort: Cohort, _ state: State) throws(Refusal) {
        try require(roles, in: cohort.programme, cohort: cohort.code, state)
    }
    /// Towards the cohort that a proposal is for.
    func require(_ roles: Set<Role>, in proposal: Proposal, _ state: State) throws(Refusal) {
        guard let cohort = state.cohorts[proposal.cohort] else { return }
        try require(roles, in: cohort, state)
    }
}

// MARK: What is offered

extension SlotTypes {
    /// Of the values that there are of a type those that may be offered to a person: of their programmes.
    static func near(_ person: String?, _ type: String, _ state: State, _ implied: String?)
        -> [String]
    {
        let own = state.programmes(near: person)
        func isOwn(_ cohort: String) -> Bool {
            guard let programme = state.cohorts[cohort]?.programme else { return false }
            return own.contains { $0.code == programme }
        }
        switch type {
        case "challenge": return state.challenges.filter { isOwn($0.head.cohort) }.map(\.code)
        case "cohort": return state.cohorts.filter { isOwn($0.code) }.map(\.code)
        case "page":
            return ["challenge", "cohort", "area"].flatMap { near(person, $0, state, implied) }
        case "programme": return own.map(\.code)
        case "proposal":
            return state.proposals.filter {
                isOwn($0.cohort) && (!$0.isPrivate || $0.author == person)
            }.map(\.code)
        case "country": return state.calendars.keys + own.map(\.country)
        case "area": return own.flatMap { $0.areas.map(\.code) }
        case "person" where implied.flatMap { state.challenges[$0] } == nil:
            let people = state.people.filter { one in
                one.former == nil && own.contains { state.hasPart(one.code, in: $0.code) }
            }.prefix(200)
            return people.map(\.code) + people.map(\.name).filter { !$0.isEmpty }
        default: return candidates(type, state, implied)
        }
    }
}
