public import JSON
public import Language

// Writing a cohort's file: the mirror of reading it. Keys that a plain file does not have are written
// only where there is something to say.

extension CohortFile {
    /// The file of one cohort out of the state; nil where there is no such cohort.
    ///
    /// `asOf` is the day of the `assessment`, one row as the oracle has them. The facts are all there are,
    /// whatever that day is.
    public static func write(_ state: State, cohort: String, asOf: LocalDate, zones: Zones)
        -> JSONValue?
    {
        guard let file = CohortFile(state, cohort: cohort) else { return nil }
        let known = Known(
            endOf: asOf, zone: state.zone(of: file.cohort), zones: zones, programme: file.programme)
        var object = file.object
        object["assessment"] = file.assessment(known: known)
        return .object(object)
    }

    /// What the state knows of one cohort; nil where there is no such cohort.
    public init?(_ state: State, cohort code: String) {
        guard let cohort = state.cohorts[code] else { return nil }
        self.init()
        self.cohort = cohort
        programme = state.programmes[cohort.programme] ?? Programme()
        proposals = state.proposals.filter { $0.cohort == code }
        challenges = state.challenges(of: code)
        annexes = state.annexes.filter { $0.cohort == code }
        people = Self.people(of: cohort, challenges, proposals, state)
        office = state.people.filter { person in
            person.grants.contains {
                $0.role == .office && [code, cohort.programme, "*"].contains($0.scope)
            }
        }.map(\.code)
        let floating = state.people.filter { person in
            person.grants.contains { $0.role == .coach && $0.scope == code }
        }.map(\.code)
        let countries = Set(people.compactMap(\.country))
        calendars = state.calendars.filter { countries.contains($0.country) }
        coaches = Set(floating + challenges.compactMap(\.head.coach)).sorted()
    }

    /// Who has a part in a cohort. Beside others, whoever has none in it is in their files, or in none; where
    /// there is no other cohort everybody is of this one.
    private static func people(
        of cohort: Cohort, _ challenges: [Challenge], _ proposals: [Proposal], _ state: State
    ) -> [Person] {
        guard state.cohorts.count > 1 else { return state.people.values }
        var parts = Set(challenges.flatMap { $0.seats.map(\.person) })
        parts.formUnion(challenges.compactMap(\.head.coach))
        parts.formUnion(proposals.flatMap { [$0.author].compactMap { $0 } + $0.scores.map(\.by) })
        return state.people.filter { person in
            parts.contains(person.code)
                || person.grants.contains {
                    [cohort.code, cohort.programme, "*"].contains($0.scope)
                }
        }
    }

    /// The members of the file, without the assessment.
    var object: JSONObject {
        var file = JSONMaker()
        file.add("schema_version", 1)
        file.add("cohort", cohortObject)
        file.add("calendar", Self.object(of: programme.calendar))
        if !calendars.isEmpty {
            var countries = JSONMaker()
            for one in calendars { countries.add(one.country, Self.object(of: one.calendar)) }
            file.add("calendars", .object(countries.object))
        }
        file.add("priority_areas", list: programme.areas) { area, out in
            out.add("id", area.code)
            out.add("name", area.name)
        }
        file.add("policies", policiesObject)
        file.add("office", list: office) { code, out in
            addPerson(code, role: "programme_office", &out)
        }
        file.add("coaches", list: coaches) { code, out in addPerson(code, role: "coach", &out) }
        let others = otherPeople
        if !others.isEmpty {
            file.add("people", list: others) { person, out in
                out.add("user", person.code)
                if person.name != person.code, !person.name.isEmpty {
                    out.add("given_name", person.name)
                }
                out.add("title", ifThere: person.title)
                out.add("language", ifThere: person.language)
                out.add("country", ifThere: person.country)
                out.add("former", ifThere: person.former)
            }
        }
        file.add("proposals", list: proposals) { proposal, out in add(proposal, &out) }
        file.add("challenges", list: challenges) { challenge, out in
            ChallengeWriter(file: self, challenge: challenge).write(&out)
        }
        writeCapacity(&file)
        writeContacts(&file)
        for annex in annexes { file.add(annex.name, annex.content) }
        return file.object
    }

    /// Whoever has no place elsewhere in the file, and whose language would be lost.
    private var otherPeople: [Person] {
        var listed = Set(office + coaches)
        for challenge in challenges { listed.formUnion(challenge.seats.map(\.person)) }
        return people.filter {
            !listed.contains($0.code) || $0.language != nil || $0.former != nil || $0.country != nil
        }
    }

    func person(_ code: String) -> Person? { people.first { $0.code == code } }

    private func addPerson(_ code: String, role: String, _ out: inout JSONMaker) {
        out.add("user", code)
        out.add("role", role)
        out.add("given_name", ifThere: givenName(code))
        out.add("title", ifThere: person(code)?.title)
    }
    func givenName(_ code: String) -> String? {
        person(code).flatMap { $0.name == code || $0.name.isEmpty ? nil : $0.name }
    }

    private var cohortObject: JSONValue {
        var out = JSONMaker()
        out.add("id", cohort.code)
        out.add("name", cohort.name)
        out.add("country", programme.country)
        out.add("time_zone", cohort.zone.isEmpty ? programme.zone : cohort.zone)
        out.add("languages", cohort.languages)
        out.add("call_opened", ifThere: cohort.callOpened)
        out.add("call_closed", ifThere: cohort.callClosed)
        out.add("selected_on", ifThere: cohort.selectedOn)
        out.add("launch_workshop", ifThere: cohort.launchOn)
        out.add("day_1", ifThere: cohort.dayOne)
        out.add("day_50", ifThere: cohort.dayOne.map { $0 + 49 })
        out.add("day_100", ifThere: cohort.dayOne.map { $0 + 99 })
        if cohort.duration != 100 { out.add("duration_days", cohort.duration) }
        out.add("midpoint_held", ifThere: cohort.midpointOn)
        out.add("closing_workshop", ifThere: cohort.closingOn)
        if !cohort.topics.isEmpty { out.add("topics", cohort.topics) }
        if cohort.state == .cancelled { out.add("state", CohortState.cancelled.rawValue) }
        writeStocktakes(&out)
        return .object(out.object)
    }

    private var policiesObject: JSONValue {
        var out = JSONMaker()
        out.add("reading_interval_days", cohort.readingInterval)
        if programme.thresholds != Thresholds(), let bytes = try? programme.thresholds.json(),
            let value = try? JSONValue(parsing: bytes)
        {
            out.add("thresholds", value)
        }
        return .object(out.object)
    }

    private func add(_ proposal: Proposal, _ out: inout JSONMaker) {
        out.add("id", proposal.code)
        out.add("title", proposal.title)
        out.add("by", proposal.body)
        out.add("area", ifThere: proposal.area)
        out.add("submitted", ifThere: proposal.submittedOn)
        out.add("problem", ifThere: proposal.problem)
        out.add("indicator", ifThere: proposal.indicator)
        out.add("author", ifThere: proposal.author)
        out.add("topic", ifThere: proposal.topic)
        let scores = proposal.scores
        if !scores.isEmpty {
            /// The mean of several reviewers, halves up.
            func mean(_ score: (Scores) -> Int) -> Int {
                (2 * scores.reduce(0) { $0 + score($1) } + scores.count) / (2 * scores.count)
            }
            var four = JSONMaker()
            four.add("touches_people", mean(\.touchesPeople))
            four.add("several_bodies", mean(\.severalBodies))
            four.add("ambitious_measurable", mean(\.ambitiousMeasurable))
            four.add("doable_in_100_days", mean(\.doable))
            out.add("scores", .object(four.object))
        }
        if scores.count > 1 || scores.contains(where: { $0.by != office.first ?? "" }) {
            out.add("reviews", list: scores) { one, out in one.write(&out) }
        }
        if proposal.state == .draft || proposal.state == .inReview {
            out.add("state", proposal.state.rawValue)
        }
        out.add("decision", orNull: proposal.state.isDecision ? proposal.state.rawValue : nil)
        if proposal.state.isDecision, let on = proposal.decidedOn,
            on != cohort.selectedOn ?? proposal.submittedOn
        {
            out.add("decided_on", on.description)
        }
        out.add("challenge", orNull: proposal.challenge)
        if proposal.state == .draft { out.add("draft", true) }
        out.add("follows", ifThere: proposal.follows)
        out.add("path", ifThere: proposal.path?.rawValue)
        out.add("sites", ifThere: proposal.sites)
        out.add("reason", proposal.reason ?? "")
    }
}

/// Builds an object member by member.
struct JSONMaker {
    var object = JSONObject()

    mutating func add(_ name: String, _ value: JSONValue) {
        object.members.append(.init(name: name, value: value))
    }
    mutating func add(_ name: String, _ text: String) { add(name, .string(text)) }
    mutating func add(_ name: String, _ number: Int) { add(name, .integer(Int64(number))) }
    mutating func add(_ name: String, _ bool: Bool) { add(name, .bool(bool)) }
    mutating func add(_ name: String, _ texts: [String]) {
        add(name, .array(texts.map { .string($0) }))
    }
    mutating func add(_ name: String, _ number: Double) { add(name, Self.number(number)) }
    mutating func add(_ name: String, ifThere text: String?) { if let text { add(name, text) } }
    mutating func add(_ name: String, ifThere date: LocalDate?) {
        if let date { add(name, date.description) }
    }
    mutating func add(_ name: String, ifThere number: Int?) { if let number { add(name, number) } }
    mutating func add(_ name: String, orNull text: String?) {
        add(name, text.map { .string($0) } ?? .null)
    }
    mutating func add(_ name: String, orNull date: LocalDate?) {
        add(name, orNull: date?.description)
    }
    mutating func add(_ name: String, orNull number: Int?) {
        add(name, number.map { .integer(Int64($0)) } ?? .null)
    }
    mutating func add(_ name: String, orNull number: Double?) {
        add(name, number.map(Self.number) ?? .null)
    }
    mutating func add<Element>(
        _ name: String, list: [Element], _ body: (Element, inout JSONMaker) -> Void
    ) {
        var items: [JSONValue] = []
        items.reserveCapacity(list.count)
        for element in list {
            var maker = JSONMaker()
            body(element, &maker)
            items.append(.object(maker.object))
        }
        add(name, .array(items))
    }

    /// A whole number is written without a fraction.
    static func number(_ number: Double) -> JSONValue {
        guard number.isFinite else { return .null }
        if number == number.rounded(), abs(number) < 9e15 { return .integer(Int64(number)) }
        return .number(number)
    }
}

extension JSONValue {
    /// The same value with the members of every object in the order of their names' bytes.
    public var sortedByKey: JSONValue {
        switch self {
        case .array(let items): return .array(items.map(\.sortedByKey))
        case .object(let object):
            let members = object.members.map {
                JSONObject.Member(name: $0.name, value: $0.value.sortedByKey)
            }
            return .object(
                JSONObject(members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }))
        default: return self
        }
    }
}
