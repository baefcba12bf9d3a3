import Language

// What the commands of the gates share.

/// Codes that are given by counting on.
enum NextCode {
    /// `P-14` after `P-13`: one more than the highest number that follows the prefix.
    static func after(_ codes: some Sequence<String>, prefix: String, pad: Int) -> String {
        code(highest(of: codes, prefix: prefix) + 1, prefix: prefix, pad: pad)
    }
    static func code(_ number: Int, prefix: String, pad: Int) -> String {
        let text = String(number)
        return prefix + String(repeating: "0", count: max(0, pad - text.utf8.count)) + text
    }

    /// The highest number of at most six digits that follows the prefix in some codes; 0 where none does. Read
    /// byte by byte: a challenge has hundreds of figures, and each is counted on from all of them.
    static func highest(of codes: some Sequence<String>, prefix: String) -> Int {
        let length = prefix.utf8.count
        return codes.reduce(0) { highest, code in
            let digits = code.utf8.dropFirst(length)
            guard (1...6).contains(digits.count), code.utf8.starts(with: prefix.utf8),
                digits.allSatisfy({ (0x30...0x39).contains($0) })
            else { return highest }
            return max(highest, digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
    }
}

extension Arguments {
    /// The last part of a term's key: `data-keeper` of `role.data-keeper`.
    func gateTerm(_ name: String) throws(Mismatch) -> String? {
        try term(name).map { $0.split(separator: ".").last.map(String.init) ?? $0 }
    }
    func gateRole(_ name: String) throws(Mismatch) -> Role? {
        guard let word = try gateTerm(name) else { return nil }
        guard let role = Role(rawValue: word) else { throw Mismatch(name) }
        return role
    }
    /// A text that is there and not only spaces, at most 1,000 bytes of it.
    func gateText(_ name: String) throws(Mismatch) -> String? {
        guard let text = try text(name), text.utf8.contains(where: { $0 > 32 }) else { return nil }
        guard text.utf8.count > 1_000 else { return text }
        var short = String.UnicodeScalarView()
        var size = 0
        for scalar in text.unicodeScalars {
            size += UTF8.width(scalar)
            if size > 1_000 { break }
            short.append(scalar)
        }
        return String(short)
    }
}

extension Context {
    /// The cohort that is named, or that of the implied challenge, or the only one of the speaker's that
    /// has not ended.
    func gateCohort(_ code: String?, _ state: State) throws(Refusal) -> Cohort {
        if let code {
            if let cohort = state.cohorts[code] { return cohort }
            throw Refusal(
                Phrase("batch.unknown", ["code": .code(code)]),
                offers: [Offer(Phrase("batch.listLabel"), "/batch")])
        }
        if let implied, let challenge = state.challenges[implied],
            let cohort = state.cohorts[challenge.head.cohort]
        {
            return cohort
        }
        let meant = Set(state.programmes(meantBy: person?.code).map(\.code))
        let open = state.cohorts.filter {
            $0.state != .closed && $0.state != .cancelled && meant.contains($0.programme)
        }
        if open.count == 1 { return open[0] }
        if open.isEmpty {
            throw Refusal(
                Phrase("batch.none"), offers: [Offer(Phrase("batch.newLabel"), "/batch new")])
        }
        throw Refusal(Phrase("batch.which", ["cohorts": .list(open.map { .code($0.code) })]))
    }

    func gateProposal(_ code: String?, _ state: State) throws(Refusal) -> Proposal {
        // A draft is its author's alone: nobody else learns that it is there.
        if let code, let proposal = state.proposals[code],
            !proposal.isPrivate || proposal.author == person?.code
        {
            return proposal
        }
        throw Refusal(
            Phrase("proposals.unknown", ["code": .code(code ?? "?")]),
            offers: [Offer(Phrase("proposals.label"), "/proposals")])
    }

    /// The programme that is named, or that of the implied challenge, or the speaker's only one.
    func gateProgramme(_ code: String?, _ state: State) throws(Refusal) -> Programme {
        if let code {
            if let programme = state.programmes[code] { return programme }
            throw Refusal(
                Phrase("programme.unknown", ["code": .code(code)]),
                offers: [Offer(Phrase("programme.label"), "/programme")])
        }
        if let implied, let challenge = state.challenges[implied],
            let found = state.programme(of: challenge)
        {
            return found
        }
        let all = state.programmes(meantBy: person?.code)
        if all.count == 1 { return all[0] }
        if all.isEmpty {
            throw Refusal(
                Phrase("programme.none"),
                offers: [Offer(Phrase("programme.newLabel"), "/programme new")])
        }
        throw Refusal(Phrase("programme.which", ["programmes": .list(all.map { .code($0.code) })]))
    }

    /// The day where a cohort is.
    func gateToday(in cohort: Cohort, _ state: State) -> LocalDate {
        local(in: state.zone(of: cohort)).date
    }

    /// The person that is meant: `me`, someone known, or — where the channel vouched for an id — someone
    /// who becomes known by this; then the events say so.
    func gatePerson(_ mention: Mention, in challenge: Challenge?, _ state: State) throws(Refusal)
        -> (code: String, events: [Event])?
    {
        if mention.principal == nil, mention.name == "me" { return (try me(), []) }
        if let code = state.resolve(mention, in: challenge) { return (code, []) }
        guard let principal = mention.principal else { return nil }
        var new = Person()
        new.code = "p\(n)"
        new.name = mention.name
        return (
            new.code,
            [.personSet(new), .principalLinked(PrincipalLinked(principal, person: new.code))]
        )
    }

    /// Notices to several people, whoever speaks left out, each once.
    func gateTell(
        _ people: [String], _ phrases: [Phrase], offers: [Offer] = [], subject: String? = nil
    ) -> [Outgoing] {
        var told: Set<String> = person.map { [$0.code] } ?? []
        return people.filter { told.insert($0).inserted }.map {
            tell($0, phrases, offers: offers, subject: subject)
        }
    }
}

extension Decision {
    static let gateUndo = Offer(Phrase("undo.label"), "/undo")
}

extension State {
    /// The programme office of a challenge.
    func gateOffice(of challenge: Challenge) -> [String] {
        holders(of: .office, over: challenge.head.cohort)
    }
}

/// A seat taken today.
func gateSeat(_ person: String, _ role: Role, body: String?, title: String?, on: LocalDate) -> Seat
{
    var seat = Seat()
    seat.person = person
    seat.role = role
    seat.body = body
    seat.title = title
    seat.from = on
    return seat
}
