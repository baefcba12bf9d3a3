import Language

// Rows 1–7 and 33: what is said before Day 1.

extension Telling {
    // MARK: The call

    var callWords: Words? {
        switch occurrence.row {
        case "call.opens", "call.closes":
            guard let cohort = state.cohorts[code] else { return nil }
            let proposals = state.proposals.filter { $0.cohort == cohort.code }
            let values: KeyValuePairs<String, Say> = [
                "cohort": .code(cohort.code),
                "date": .date(cohort.callClosed ?? occurrence.nominal),
                "count": .count(
                    proposals.count { $0.state == .submitted || $0.state == .inReview }),
                "drafts": .count(proposals.count { $0.state == .draft || $0.state == .returned }),
            ]
            let key =
                occurrence.row == "call.closes"
                ? "remind.call.closes"
                : cohort.callClosed == nil ? "remind.call.opensUndated" : "remind.call.opens"
            return (
                [Phrase(key, values)],
                [offer("remind.do.proposals", "/proposals cohort=\(cohort.code)")]
            )
        case "call.invited", "call.ending": return invitedWords
        default: return proposalWords
        }
    }

    /// To whom a body named: nobody but them proposes in its name.
    private var invitedWords: Words? {
        guard let cohort = state.cohorts[code],
            let programme = state.programmes[cohort.programme]
        else { return nil }
        let bodies = programme.contacts.filter { $0.person == occurrence.receiver }.map(\.body)
        guard !bodies.isEmpty else { return nil }
        let key =
            occurrence.row == "call.ending"
            ? "remind.call.ending"
            : cohort.callClosed == nil ? "remind.call.invitedUndated" : "remind.call.invited"
        return (
            [
                Phrase(
                    key,
                    [
                        "cohort": .code(cohort.code),
                        "bodies": .list(bodies.prefix(5).map { .text($0) }),
                        "date": .date(cohort.callClosed ?? occurrence.nominal),
                    ])
            ],
            [offer("remind.do.propose", "/propose cohort=\(cohort.code)"), snooze]
        )
    }

    private var proposalWords: Words? {
        guard let proposal = state.proposals[code] else { return nil }
        let values: KeyValuePairs<String, Say> = [
            "proposal": .code(proposal.code), "title": Title.short(proposal.title, 80),
            "cohort": .code(proposal.cohort), "date": .date(occurrence.nominal),
            "days": .count(waited(proposal)),
        ]
        let look = offer("remind.do.look", "/proposals \(proposal.code)")
        switch occurrence.row {
        case "call.draft":
            let word = proposal.state == .returned ? "again" : "submit"
            return (
                [Phrase("remind.call.draft", values)],
                [offer("remind.do.submit", "/propose \(word) \(proposal.code)"), look, snooze]
            )
        case "call.again":
            return (
                [Phrase("remind.call.again", values)],
                [offer("remind.do.submit", "/propose again \(proposal.code)"), look]
            )
        default:
            if occurrence.step == 0 {
                return (
                    [Phrase("remind.proposal.review", values)],
                    [offer("remind.do.score", "/score \(proposal.code)"), look, snooze]
                )
            }
            return ([Phrase("remind.proposal.decide", values)], [look, snooze])
        }
    }

    private func waited(_ proposal: Proposal) -> Int {
        let programme = state.cohorts[proposal.cohort].flatMap { state.programmes[$0.programme] }
        return (programme?.calendar ?? WorkingCalendar()).days.count(
            after: occurrence.nominal, through: today)
    }

    // MARK: The launch

    func launchWords(_ challenge: Challenge) -> Words? {
        let launch = challenge.head.launchOn ?? state.cohorts[challenge.head.cohort]?.launchOn
        guard let launch else { return nil }
        let days = max(0, launch - today)
        var values: [Phrase.Field] = [
            .init("challenge", .code(challenge.code)), .init("title", .text(challenge.head.title)),
            .init("date", .date(launch)), .init("days", .count(days)),
        ]
        switch occurrence.row {
        case "leadership.missing":
            let missing = [Role.sponsor, .systemLeader].filter { challenge.holders(of: $0).isEmpty }
            guard !missing.isEmpty else { return nil }
            values.append(.init("roles", .list(missing.map { .term("role.\($0.rawValue)") })))
            return (
                [Phrase("remind.leadership.missing", values)],
                [offer("remind.do.leadership", "/leadership \(challenge.code)"), snooze]
            )
        case "note.due":
            let left = NoteField.allCases.filter { $0.text(of: challenge.head).isEmpty }
            values.append(.init("parts", .list(left.map { .term("note.\($0.rawValue)") })))
            return (
                [Phrase(left.isEmpty ? "remind.note.send" : "remind.note.write", values)],
                [offer("remind.do.note", "/note \(challenge.code)"), snooze]
            )
        case "manager.uninformed":
            let people = challenge.uninformed
            guard !people.isEmpty else { return nil }
            values.append(.init("count", .count(people.count)))
            values.append(.init("names", .list(people.prefix(8).map { state.name(of: $0) })))
            let isCoach = !roles(in: challenge).isDisjoint(with: [.coach, .office, .teamLeader])
            return (
                [Phrase("remind.manager.uninformed", values)],
                (isCoach
                    ? [offer("remind.do.informed", "/team informed all \(challenge.code)")] : [])
                    + [offer("remind.do.team", "/team \(challenge.code)"), snooze]
            )
        case "launch.invitation":
            let time = challenge.head.launchTime
            if let time { values.append(.init("time", .time(time))) }
            let invitation =
                time == nil ? "remind.launch.invitation" : "remind.launch.invitationAt"
            var lines = [
                Phrase(occurrence.step == 3 ? "remind.launch.hour" : invitation, values)
            ]
            if has(.sponsor, in: challenge) { lines.append(Phrase("remind.launch.sponsor")) }
            return (lines, [offer("remind.do.gate", "/gate \(challenge.code)")])
        default: return gateWords(challenge, values)
        }
    }

    private func gateWords(_ challenge: Challenge, _ values: [Phrase.Field]) -> Words? {
        let gate = Gate(challenge, state, today: today, now: at, words: decider.smartWords)
        let items =
            challenge.state == .framing
            ? gate.leadership : challenge.state == .staffing ? gate.team : gate.launch
        let standing = items.standing
        guard standing.met < standing.all else { return nil }
        let head = Phrase(
            "remind.gate",
            values + [.init("met", .count(standing.met)), .init("all", .count(standing.all))])
        return (
            [head] + items.filter(\.isOpen).flatMap(\.missing).prefix(9),
            items.offers(roles(in: challenge)).prefix(3) + [
                offer("remind.do.gate", "/gate \(challenge.code)"), snooze,
            ]
        )
    }

    // MARK: The calendar

    var estimateWords: Words? {
        guard let programme = state.programmes[code],
            let holiday = programme.calendar.holidays.first(where: {
                $0.date == occurrence.nominal && $0.isEstimate
            })
        else { return nil }
        var offers = [snooze]
        if decider.grammar.specs["calendar"] != nil {
            // Days on end are confirmed together.
            var last = holiday.date
            while programme.calendar.holidays.contains(where: {
                $0.date == last + 1 && $0.isEstimate
            }) { last = last + 1 }
            let days = last == holiday.date ? "\(last)" : "\(holiday.date)..\(last)"
            let whole = programme.country.isEmpty ? "/calendar" : "/calendar \(programme.country)"
            offers.insert(offer("remind.do.confirm", "\(whole) confirm \(days)"), at: 0)
        }
        return (
            [
                Phrase(
                    "remind.calendar.confirm",
                    [
                        "name": holiday.settled, "date": .date(holiday.date),
                        "programme": .text(
                            programme.name.isEmpty ? programme.code : programme.name),
                    ])
            ], offers
        )
    }

    /// The year is in the file where somebody brought one; else the office adds its days by hand.
    var yearWords: Words? {
        guard let programme = state.programmes[code],
            let known = programme.calendar.lastKnownYear
        else { return nil }
        let next = max(known, today.parts.year) + 1
        let country = programme.country
        let whole = country.isEmpty ? "/calendar" : "/calendar \(country)"
        var offers = [offer("calendar.ofLabel", "\(whole) \(known)"), snooze]
        offers[0].label.values = [
            .init("country", .code(country.isEmpty ? programme.code : country))
        ]
        if decider.calendars[country]?.holidays.contains(where: { $0.date.parts.year == next })
            == true
        {
            offers.insert(offer("remind.do.fill", "\(whole) fill \(next)"), at: 0)
        }
        return (
            [
                Phrase(
                    "remind.calendar.ends",
                    [
                        "programme": .text(
                            programme.name.isEmpty ? programme.code : programme.name),
                        "year": .code("\(known)"), "next": .code("\(next)"),
                    ])
            ], offers
        )
    }
}
