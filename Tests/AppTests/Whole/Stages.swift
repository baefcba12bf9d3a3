import Accelerator
import Glibc
import Language
import Testing

/// The people of the lives that are lived here: known to the bot, seated by nobody yet.
enum Cast {
    static let offices = ["office", "office2"]
    static let known = [
        "coach", "sponsor", "sponsor2", "system", "lead", "lead2", "keeper", "keeper2", "m1", "m2",
        "m3", "m4",
        "m5", "scribe", "author",
    ]
    /// Whom nobody let in.
    static let stranger = "stranger"

    static func principal(_ code: String) -> String { "console:\(code)" }

    static func bring(into world: inout World) {
        var events: [Event] = []
        for code in offices + known {
            var person = Person()
            person.code = code
            person.name = code
            if offices.contains(code) { person.grants = [Grant(scope: "*", role: .office)] }
            events += [
                .personSet(person),
                .principalLinked(PrincipalLinked(principal(code), person: code)),
            ]
        }
        world.take(.imported(events))
    }
}

/// One challenge, CH-01, lived by lines from the first word to the last: the world as it was in each state,
/// with everything there that the next step asks for.
struct Stages {
    private enum Step {
        case at(String)
        case says(String, String)
        case stands(ChallengeState)
    }

    /// In the order of the table.
    private(set) var worlds: [(state: ChallengeState, world: World)] = []
    /// What was said and came to nothing.
    private(set) var faults: [String] = []

    subscript(state: ChallengeState) -> World? { worlds.first { $0.state == state }?.world }

    static func instant(_ local: String) -> Instant {
        Instant(rfc3339: local + ":00+05:00") ?? Instant(milliseconds: 0)
    }

    init(_ decider: Decider) {
        var world = World(decider)
        world.now = Self.instant("2026-01-05T09:00")
        Cast.bring(into: &world)
        for step in Self.path { take(step, &world) }
        if var stopped = self[.accelerating] {
            take(
                .says(
                    "sponsor",
                    #"/stop CH-01 "the law itself must change" "a goal that needs a law is none""#),
                &stopped)
            take(.says("office", "/stop yes CH-01"), &stopped)
            take(.stands(.stopped), &stopped)
        }
        if var withdrawn = self[.ready] {
            take(.says("office", "/withdraw CH-01 the ministry was reformed"), &withdrawn)
            take(.stands(.withdrawn), &withdrawn)
        }
        let order = ChallengeState.allCases
        worlds.sort { order.firstIndex(of: $0.state) ?? 0 < order.firstIndex(of: $1.state) ?? 0 }
    }

    private mutating func take(_ step: Step, _ world: inout World) {
        switch step {
        case .at(let time): world.now = Self.instant(time)
        case .says(let who, let line):
            world.now = world.now.advanced(by: Instant.minute)
            let heard = world.sayTwice(line, as: Cast.principal(who))
            if !heard.changesSomething { faults.append("\(who)> \(line): \(heard.keys)") }
        case .stands(let state):
            let today = world.now.local(offset: 5 * 3600).date
            let found = world.state.challenges["CH-01"]?.phase(on: today)
            if found != state {
                faults.append(
                    "CH-01 is \(found.map { $0.rawValue } ?? "nowhere"), not \(state.rawValue)")
            }
            worlds.append((state, world))
        }
    }

    private static let path: [Step] = [
        .at("2026-01-05T10:00"),
        .says("office", #"/programme new KZ "National Accelerator" Astana"#),
        .says("office", #"/area add A03 "Government services""#),
        .says("office", #"/batch new NA-1 "Cohort 1" day1=2026-02-02"#),
        .says("office", "/batch call NA-1"),
        .says(
            "author",
            #"/propose "Papers for newborns" "4 of 10 leave without papers" "Ministry of Justice, Ministry of Health" area=A03"#
        ),
        .says("office", "/batch select NA-1"),
        .says("office", "/score P-01 5 5 4 4"),
        .says("office", "/accept P-01"),
        .says("office", "/leadership sponsor @sponsor CH-01"),
        .says("office", "/leadership add @system CH-01"),
        .says("office", "/leadership coach @coach CH-01"),
        .says(
            "office",
            #"/challenge set note="Newborns with papers before discharge, in every hospital" CH-01"#
        ),
        .says(
            "office",
            #"/note set guardrails="no new law" approach="three hospitals first" questions="why do they come twice?" CH-01"#
        ),
        .says("office", "/batch design NA-1"),
        .stands(.framing),
        .says("office", "/leadership ok CH-01"),
        .says("coach", #"/team add @lead body="Ministry of Justice" CH-01"#),
        .says("coach", #"/team add @keeper role=data-keeper body="Ministry of Health" CH-01"#),
        .says("coach", #"/team add @m1 body="Ministry of Health" CH-01"#),
        .says("coach", #"/team add @m2 body="Ministry of Justice" CH-01"#),
        .says("coach", #"/team add @scribe role=scribe body="Ministry of Justice" CH-01"#),
        .says("coach", "/team lead @lead CH-01"),
        .says("coach", "/team informed all CH-01"),
        .stands(.staffing),
        .says("coach", "/ready CH-01"),
        .at("2026-01-30T10:00"),
        .says(
            "lead",
            #"/goal set "Newborns with papers before discharge" from 61 % to 98 % by day 100 source="registry" who="mothers in 12 hospitals" plan="Indicator 4.2" area=A03 challenge=CH-01"#
        ),
        .says("lead", "/goal interim 50% CH-01"),
        .says("keeper", "/goal test 61.4 % CH-01"),
        .says("lead", "/depend law no CH-01"),
        .says("lead", "/depend tender no CH-01"),
        .says("lead", "/depend budget no CH-01"),
        .says("lead", "/depend data no CH-01"),
        .says("lead", "/depend decision yes owner=@sponsor CH-01"),
        .says("sponsor", "/agree CH-01"),
        .says("lead", "/vote open CH-01"),
        .says("lead", "/vote 4 CH-01"),
        .says("keeper", "/vote 3 CH-01"),
        .says("m1", "/vote 4 CH-01"),
        .says("m2", "/vote 5 CH-01"),
        .says("scribe", "/vote 4 CH-01"),
        .says("lead", "/meeting Mon 10:00 CH-01"),
        .says("lead", #"/milestone "Pilot in 3 hospitals" due 12 critical owner @m1 CH-01"#),
        .says("lead", #"/milestone "All 12 hospitals connected" due 60 critical owner @m2 CH-01"#),
        .says("lead", #"/milestone "Guide for parents" due 80 owner @keeper CH-01"#),
        .stands(.ready),
        .says("coach", "/launch CH-01"),
        .stands(.launched),
        .at("2026-02-10T10:00"),
        .says("keeper", "/up 70 CH-01"),
        .at("2026-02-20T10:00"),
        .says("keeper", "/up 80 CH-01"),
        .says("m1", "/done CH-01-M1 the register shows it"),
        .at("2026-03-05T10:00"),
        .says("keeper", "/up 90 CH-01"),
        .says("lead", #"/ask "Registrars at weekends" by 2026-03-27 CH-01"#),
        .says("m1", #"/block severity=low "No registrar at weekends" CH-01"#),
        .at("2026-03-23T10:00"),
        .says("keeper", "/up 98.5 CH-01"),
        .stands(.accelerating),
        .at("2026-05-12T16:00"),
        .says("keeper", "/up 98.6 CH-01"),
        .at("2026-05-14T10:00"),
        .stands(.results),
        .says("coach", "/close CH-01 scale"),
        .says("lead", #"/practice add "The phone form is the only form" "Head of registry" CH-01"#),
        .says("lead", "/pledge draft CH-01 We keep 98 %"),
        .says("sponsor", "/pledge sign CH-01"),
        .stands(.sustaining),
        .says("office", "/handover CH-01"),
        .stands(.handedOver),
        .says("office", "/close CH-01"),
        .stands(.closed),
    ]
}

/// What a message says, as a person reads it in English, in one line.
extension World {
    func words(_ phrases: [Phrase]) -> String {
        decider.phrasebook.render(phrases, language: "en").lines.map(\.text).joined(
            separator: " ⏎ ")
    }
    func labels(_ offers: [Offer]) -> String {
        offers.map {
            "[\(decider.phrasebook.render([$0.label], language: "en").lines.map(\.text).joined(separator: " "))]"
        }
        .joined(separator: " ")
    }
    var today: LocalDate { now.local(offset: 5 * 3600).date }
}

/// A table that people read, kept beside the tests. With `HUNDRED_RECORD=1` it is written anew.
enum Golden {
    static func compare(_ table: String, with name: String) {
        let path = Program.checkout + "/Tests/AppTests/Whole/" + name
        if getenv("HUNDRED_RECORD") != nil, let file = fopen(path, "w") {
            fputs(table, file)
            fclose(file)
        }
        let wanted = String(decoding: Folder.bytes(path), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let found = table.split(separator: "\n", omittingEmptySubsequences: false)
        for place in 0..<max(wanted.count, found.count) {
            let a = place < wanted.count ? wanted[place] : "nothing",
                b = place < found.count ? found[place] : "nothing"
            #expect(a == b, "\(name): line \(place + 1)")
            if a != b, wanted.count != found.count { break }
        }
    }

    /// Without the spaces at its end.
    static func trimmed(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }
    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.unicodeScalars.count))
    }
}
