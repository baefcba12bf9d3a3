public import JSON
import Language

/// A cohort as a file of its own: what `import` reads and `export` writes. It holds the values of the
/// method; how they came about, in time order, is ``steps(zones:)``.
public struct CohortFile: Hashable, Sendable {
    /// The country's programme: its calendar, areas and thresholds. Its code is the country's.
    public var programme = Programme()
    public var cohort = Cohort()
    /// Everyone the file names: the office, the coaches, then seat by seat.
    public var people: [Person] = []
    public var office: [String] = []
    public var coaches: [String] = []
    public var proposals: [Proposal] = []
    /// With all that happened in them, moves included.
    public var challenges: [Challenge] = []
    /// Calendars of other countries, by which some of its people live.
    public var calendars: [CountryCalendar] = []
    /// What no part of the bot reads yet (`training`), kept as it came.
    public var annexes: [Annex] = []

    public init() {}

    /// Reads a file strictly: an unknown key, a word that does not exist, a number that does not fit its
    /// date, a person or goal that is not there are refused, by their path.
    ///
    /// `note`, `schema_version`, `summary`, `oracle` and `assessment` are let pass and not kept: they say
    /// nothing that the facts do not.
    public init(_ value: JSONValue) throws(CohortFault) {
        var file = try CohortFields(value, path: "")
        for name in ["note", "summary", "oracle", "assessment"] { _ = file.take(name) }
        if let version = try file.optionalInt("schema_version", 0...1_000_000), version != 1 {
            throw file.fault("schema_version", "this release reads version 1, not \(version)")
        }
        try readCohort(file.needed("cohort"))
        if let calendar = try file.object("calendar") {
            programme.calendar = try Self.calendar(calendar)
        }
        if var countries = try file.object("calendars") {
            for member in countries.rest() {
                let fields = try CohortFields(member.value, path: "calendars.\(member.name)")
                guard (2...6).contains(member.name.utf8.count) else {
                    throw fields.fault("", "a country is expected")
                }
                calendars.append(CountryCalendar(member.name, try Self.calendar(fields)))
            }
        }
        if let policies = try file.object("policies") { try readPolicies(policies) }
        for var fields in try file.items("priority_areas") {
            var area = Area()
            area.code = try fields.code("id")
            area.name = try fields.text("name")
            try fields.finish()
            try fields.refuse(
                twice: area.code, if: programme.areas.contains { $0.code == area.code })
            programme.areas.append(area)
        }
        for item in try file.list("office") {
            office.append(
                try readPerson(item, role: "programme_office", scope: programme.code, .office))
        }
        for item in try file.list("coaches") {
            coaches.append(try readPerson(item, role: "coach", scope: "", .coach))
        }
        for item in try file.list("people") {
            _ = try readPerson(item, role: nil, scope: "", .viewer)
        }
        for item in try file.list("proposals") { try readProposal(item) }
        for item in try file.list("challenges") { try readChallenge(item) }
        try readCapacity(&file)
        try readContacts(&file)
        if let training = file.take("training") {
            var annex = Annex()
            annex.cohort = cohort.code
            annex.name = "training"
            annex.content = training
            annexes.append(annex)
        }
        try file.finish()
        grantFloatingCoaches()
        cohort.state = lastState
    }

    // MARK: Cohort

    private mutating func readCohort(_ from: CohortFields) throws(CohortFault) {
        var fields = from
        cohort.code = try fields.code("id")
        cohort.name = try fields.optionalText("name") ?? ""
        programme.country = try fields.code("country")
        programme.code = programme.country
        cohort.programme = programme.code
        cohort.zone = try fields.text("time_zone")
        programme.zone = cohort.zone
        cohort.languages = try fields.texts("languages")
        programme.languages = cohort.languages
        cohort.callOpened = try fields.optionalDate("call_opened")
        cohort.callClosed = try fields.optionalDate("call_closed")
        cohort.selectedOn = try fields.optionalDate("selected_on")
        cohort.launchOn = try fields.optionalDate("launch_workshop")
        cohort.dayOne = try fields.optionalDate("day_1")
        cohort.duration = try fields.optionalInt("duration_days", 1...100) ?? 100
        let dayOne = cohort.dayOne
        try fields.check("day_50", dayOne.map { $0 + 49 })
        try fields.check("day_100", dayOne.map { $0 + 99 })
        cohort.midpointOn = try fields.optionalDate("midpoint_held")
        cohort.closingOn = try fields.optionalDate("closing_workshop")
        cohort.topics = try fields.texts("topics")
        cohort.stocktakes = try Self.readStocktakes(&fields)
        if let state: CohortState = try fields.optionalWord("state") {
            guard state == .cancelled else {
                throw fields.fault("state", "only “cancelled” is written here")
            }
            cohort.state = state
        }
        try fields.finish()
    }

    private mutating func readPolicies(_ from: CohortFields) throws(CohortFault) {
        var fields = from
        cohort.readingInterval = try fields.optionalInt("reading_interval_days", 1...100) ?? 7
        if let value = fields.take("thresholds") {
            guard case .object(let object) = value else {
                throw fields.fault("thresholds", "an object is expected")
            }
            let known = Set(
                (try? JSONValue(parsing: Thresholds().json()))?.object?.members.map(\.name) ?? [])
            for member in object.members where !known.contains(member.name) {
                throw fields.fault("thresholds.\(member.name)", "unknown key")
            }
            do {
                programme.thresholds = try Thresholds(object, path: fields.place("thresholds"))
            } catch {
                throw CohortFault(path: error.path, why: error.why)
            }
        }
        try fields.finish()
    }

    // MARK: People

    /// Someone of the office, a coach, or anyone else; returns the code.
    private mutating func readPerson(
        _ item: (value: JSONValue, path: String), role: String?, scope: String, _ grant: Role
    ) throws(CohortFault) -> String {
        var fields = try CohortFields(item.value, path: item.path)
        let code = try fields.code("user")
        if let role, let found = try fields.optionalText("role"), found != role {
            throw fields.fault("role", "“\(role)” is expected, not “\(found)”")
        }
        meet(code, name: try fields.optionalText("given_name"))
        let title = try fields.optionalText("title")
        let language = try fields.optionalText("language")
        let country = try fields.optionalText("country")
        let former = try fields.optionalInt("former", 1...1_000_000)
        try fields.finish()
        guard let place = people.firstIndex(where: { $0.code == code }) else { return code }
        if let title { people[place].title = title }
        if let language { people[place].language = language }
        if let country { people[place].country = country }
        if let former {
            people[place].former = former
            people[place].name = ""
            people[place].isReachable = false
        }
        if !scope.isEmpty { people[place].grants.append(Grant(scope: scope, role: grant)) }
        return code
    }

    /// Notes a person; the name is the code until one is given.
    mutating func meet(_ code: String, name: String?) {
        if let place = people.firstIndex(where: { $0.code == code }) {
            if let name { people[place].name = name }
            return
        }
        var person = Person()
        person.code = code
        person.name = name ?? code
        people.append(person)
    }

    /// A coach of no challenge is a coach of the cohort; the others have their seat.
    private mutating func grantFloatingCoaches() {
        let seated = Set(challenges.compactMap(\.head.coach))
        for coach in coaches where !seated.contains(coach) {
            guard let place = people.firstIndex(where: { $0.code == coach }) else { continue }
            people[place].grants.append(Grant(scope: cohort.code, role: .coach))
        }
    }

    // MARK: Proposals

    private mutating func readProposal(_ item: (value: JSONValue, path: String)) throws(CohortFault)
    {
        var fields = try CohortFields(item.value, path: item.path)
        var proposal = Proposal()
        proposal.code = try fields.code("id")
        proposal.cohort = cohort.code
        proposal.title = try fields.text("title")
        proposal.body = try fields.optionalText("by") ?? ""
        proposal.problem = try fields.optionalText("problem")
        proposal.author = try fields.optionalCode("author")
        proposal.indicator = try fields.optionalText("indicator")
        proposal.area = try fields.optionalCode("area")
        proposal.topic = try fields.optionalText("topic")
        proposal.submittedOn = try fields.optionalDate("submitted")
        if let scores = try fields.object("scores") {
            proposal.scores = [try Scores(scores, by: office.first ?? "")]
        }
        // Where several scored, `scores` is their mean, and each stands in `reviews`.
        let reviews = try fields.list("reviews")
        if !reviews.isEmpty { proposal.scores = [] }
        for item in reviews {
            let read = try Scores(CohortFields(item.value, path: item.path), by: nil)
            guard !proposal.scores.contains(where: { $0.by == read.by }) else {
                throw CohortFault(path: item.path, why: "\(read.by) scored twice")
            }
            meet(read.by, name: nil)
            proposal.scores.append(read)
        }
        if let open: ProposalState = try fields.optionalWord("state") {
            guard open == .draft || open == .inReview else {
                throw fields.fault("state", "only “draft” and “in_review” are written here")
            }
            proposal.state = open
        }
        if let decision: ProposalState = try fields.optionalWord("decision") {
            proposal.state = decision
            proposal.decidedOn =
                try fields.optionalDate("decided_on") ?? cohort.selectedOn ?? proposal.submittedOn
        }
        proposal.challenge = try fields.optionalCode("challenge")
        if try fields.optionalBool("draft") ?? false { proposal.state = .draft }
        proposal.follows = try fields.optionalCode("follows")
        proposal.path = try fields.optionalWord("path")
        proposal.sites = try fields.optionalInt("sites", 1...10_000)
        let reason = try fields.optionalText("reason")
        proposal.reason = reason?.isEmpty == true ? nil : reason
        try fields.finish()
        try fields.refuse(twice: proposal.code, if: proposals.contains { $0.code == proposal.code })
        proposals.append(proposal)
    }
}

extension ProposalState {
    /// Whether somebody decided.
    var isDecision: Bool { self != .draft && self != .submitted && self != .inReview }
}
