import Language

/// Whose calendar is meant: a country's, with all its programmes, or that of a programme whose country has
/// none.
struct CalendarTarget {
    /// As people call it: `KZ`.
    let label: String
    let country: String?
    let programmes: [Programme]
    /// As it is known now.
    let calendar: WorkingCalendar
    let zone: String

    /// Of a country that is named; else of the one by whose calendar the person lives (`isOwn`), else of the
    /// programme they work in.
    init(_ named: String?, isOwn: Bool, _ state: State, _ context: Context) throws(Refusal) {
        var country = named
        if country == nil, isOwn { country = context.person?.country }
        if country == nil {
            let programme = try Self.programme(state, context)
            guard !programme.country.isEmpty else {
                label = programme.code
                self.country = nil
                programmes = [programme]
                calendar = programme.calendar
                zone = programme.zone
                return
            }
            country = programme.country
        }
        let code = country ?? ""
        guard let calendar = state.calendar(ofCountry: code) ?? context.calendars[code] else {
            let known = Set(context.calendars.keys).union(state.calendars.keys).sorted()
            throw Refusal(
                Phrase(
                    "calendar.unknown",
                    ["country": .code(code), "known": .list(known.prefix(20).map { .code($0) })]),
                offers: known.prefix(4).map {
                    Offer(Phrase("calendar.ofLabel", ["country": .code($0)]), "/calendar \($0)")
                })
        }
        label = code
        self.country = code
        programmes = state.programmes.filter { $0.country == code }
        self.calendar = calendar
        zone = programmes.first?.zone ?? context.zone(state)
    }

    /// The programme that the person works in: of the challenge that is implied, or their only one.
    private static func programme(_ state: State, _ context: Context) throws(Refusal) -> Programme {
        if let implied = context.implied, let challenge = state.challenges[implied],
            let found = state.programme(of: challenge)
        {
            return found
        }
        let meant = state.programmes(meantBy: context.person?.code)
        if meant.count == 1 { return meant[0] }
        let countries = Set(meant.map(\.country)).union(context.calendars.keys)
            .filter { !$0.isEmpty }.sorted()
        throw Refusal(
            Phrase("calendar.which"),
            offers: countries.prefix(6).map {
                Offer(Phrase("calendar.ofLabel", ["country": .code($0)]), "/calendar \($0)")
            })
    }

    /// `/calendar KZ`, as a line to go on with.
    var line: String { country.map { "/calendar \($0)" } ?? "/calendar" }

    func today(_ context: Context) -> LocalDate { context.local(in: zone).date }

    /// Whether a person may change it: the office or the administrator, over one of its programmes.
    func may(_ person: String, _ state: State) -> Bool {
        (state.people[person]?.grants ?? []).contains { grant in
            guard grant.role == .office || grant.role == .admin else { return false }
            return grant.scope == "*" || programmes.isEmpty
                || programmes.contains {
                    $0.code == grant.scope || state.cohorts[grant.scope]?.programme == $0.code
                }
        }
    }
    func require(_ person: String, _ state: State) throws(Refusal) {
        guard !may(person, state) else { return }
        throw Refusal(
            Phrase("calendar.officeOnly", ["country": .code(label)]), kind: .right,
            offers: [Offer(Phrase("calendar.ofLabel", ["country": .code(label)]), line)])
    }

    /// A country without a programme has no calendar to change yet: its file's becomes a fact.
    func known(_ state: State) -> [Event] {
        guard let country, programmes.isEmpty, state.calendars[country] == nil else { return [] }
        return [.calendarSet(CountryCalendar(country, calendar))]
    }
}
