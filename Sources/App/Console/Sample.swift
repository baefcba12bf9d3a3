import Accelerator
import Language

/// The demonstration: which cohort, at what time, and who is who in it.
enum Sample {
    static let file = "cohort-na1.json"
    /// Friday 20 March 2026, 17:30 in Astana: after that day's readings.
    static let start = LocalMoment(LocalDate(days: 20_532), LocalTime(17, 30))
    static let zone = "Asia/Almaty"
    static let until = "2026-03-20T17:30+05:00"
    /// Who types, and the challenge that is looked at.
    static let me = "aigul"
    static let challenge = "CH-03"
    static let cast = [
        Transcript.CastMember(name: "aigul", code: "u03-data"),
        Transcript.CastMember(name: "madina", code: "u03-lead"),
        Transcript.CastMember(name: "sponsor", code: "u03-sponsor"),
        Transcript.CastMember(name: "coach", code: "coach-2"),
        Transcript.CastMember(name: "office", code: "po-director"),
    ]
}

/// Days and times as the console's own sentences show them, in English.
enum ConsoleDates {
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `27 Mar`
    static func short(_ date: LocalDate) -> String {
        "\(date.parts.day) \(months[date.parts.month - 1])"
    }
    /// `Fri 27 Mar`
    static func full(_ date: LocalDate) -> String { "\(weekdays[date.weekday - 1]) \(short(date))" }
    /// `Fri 20 Mar 2026`
    static func year(_ date: LocalDate) -> String { "\(full(date)) \(date.parts.year)" }
    /// `Fri 27 Mar, 09:00`
    static func moment(_ moment: LocalMoment) -> String { "\(full(moment.date)), \(moment.time)" }

    /// `21–25 Mar`, `30 Apr – 2 May`, `1 May`
    static func range(_ first: LocalDate, _ last: LocalDate) -> String {
        if first == last { return short(first) }
        if first.parts.month == last.parts.month { return "\(first.parts.day)–\(short(last))" }
        return "\(short(first)) – \(short(last))"
    }
}

/// What the console says by itself, before the chat and when the clock moves.
struct ConsoleNews {
    let stage: Stage
    private var state: State { stage.desk.state }

    /// The first screen of the demonstration, counted from what was loaded.
    func banner(me: String) -> String {
        let cohort = state.cohorts.values.first
        let challenges = state.challenges.values
        let members = Set(
            challenges.flatMap { $0.seats.filter { Self.team.contains($0.role) }.map(\.person) })
        let readings = challenges.reduce(0) { sum, challenge in
            sum + challenge.goals.reduce(0) { $0 + $1.readings.count }
        }
        let now = stage.local(stage.now)
        let book = stage.desk.decider.phrasebook
        let city = book.word("city.\(stage.zone)", language: "en")
        var day = ""
        if let first = cohort?.dayOne {
            day = ", Day \(now.date - first + 1) of \(cohort?.duration ?? 100)"
        }
        let person = stage.person(me)
        var role = ""
        if let code = person.person, let challenge = state.challenges[Sample.challenge],
            let held = challenge.roles(of: code).first
        {
            role = ", \(book.word("role.\(held.rawValue)", language: "en")) of \(challenge.code)"
        }
        return """
            Sample cohort \(cohort?.code ?? ""): \(challenges.count) challenges, \(members.count) people, \
            \(readings) readings. Nothing leaves this computer.
            It is \(ConsoleDates.year(now.date)), \(now.time) in \(city)\(day). You are \(person.name)\(role).
            Try: status | 78,4 | @ next (to your next reminder) | office> cohort (speak as the office)
            """
    }

    private static let team: Set<Role> = [.member, .dataKeeper, .scribe, .teamLeader]

    /// The line between two times: when it is now, which holidays were kept, what others got.
    func passage(from before: LocalMoment, said: [Posted], others: Int) -> String {
        var parts = [ConsoleDates.moment(stage.local(stage.now))]
        for run in holidays(after: before.date, to: stage.local(stage.now).date) {
            let wasQuiet = !said.contains {
                (run.first...run.last).contains(stage.local($0.at).date)
            }
            parts.append(
                "\(run.name), \(ConsoleDates.range(run.first, run.last))"
                    + (wasQuiet ? ": nobody was disturbed" : ""))
        }
        if others > 0 {
            parts.append("Others got \(others) message\(others == 1 ? "" : "s"): @ log")
        }
        return "— " + parts.joined(separator: ". ") + " —"
    }

    /// Holidays on consecutive days, under the name of the first, of the calendar that the sample's challenge
    /// has, else of the first programme.
    private func holidays(after from: LocalDate, to end: LocalDate) -> [(
        name: String, first: LocalDate, last: LocalDate
    )] {
        let programme =
            state.challenges[Sample.challenge].flatMap { state.programme(of: $0) }
            ?? state.programmes.values.first
        var runs: [(name: String, first: LocalDate, last: LocalDate)] = []
        for holiday in programme?.calendar.holidays ?? []
        where holiday.date > from && holiday.date <= end {
            if let last = runs.last, holiday.date == last.last + 1 {
                runs[runs.count - 1].last = holiday.date
            } else {
                runs.append((holiday.name, holiday.date, holiday.date))
            }
        }
        return runs
    }
}
