import Accelerator
import Language
import Runtime
import TestKit

/// What somebody of the cast might say next who knows the method: one line that fits what stands.
struct Talk {
    let state: State
    let today: LocalDate
    var random: Seeded
    private var wanted: [(who: String, line: String)] = []

    init(_ state: State, _ today: LocalDate, _ random: Seeded) {
        self.state = state
        self.today = today
        self.random = random
    }

    /// A line and who says it; nil where nothing comes to mind.
    mutating func next() -> (who: String, line: String)? {
        for cohort in state.cohorts.values { talk(of: cohort) }
        for proposal in state.proposals.values { talk(of: proposal) }
        for challenge in state.challenges.values {
            switch challenge.phase(on: today) {
            case .framing: framing(challenge)
            case .staffing: staffing(challenge)
            case .ready: ready(challenge)
            case .launched: running(challenge)
            case .accelerating:
                running(challenge)
                accelerating(challenge)
            case .results: results(challenge)
            case .sustaining: sustaining(challenge)
            case .handedOver:
                say("office", "/close \(challenge.code)")
                followUp(challenge)
            case .closed: if random.chance(10) { followUp(challenge) }
            case .stopped, .withdrawn: break
            }
            anyState(challenge)
        }
        return random.pick(wanted)
    }

    /// A line with other words at its end: how people mend what they typed.
    static func reworded(_ line: String, _ random: inout Seeded) -> String {
        var words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let place = words.indices.last { Double(words[$0]) != nil }
        guard let place, let value = Double(words[place]) else { return line + " indeed" }
        words[place] = number(value + Double(random.below(9)) - 4)
        return words.joined(separator: " ")
    }

    static func number(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() && abs(tenths) < 1e9 ? "\(Int(tenths))" : "\(tenths)"
    }

    mutating func say(_ who: String, _ line: String, _ weight: Int = 1) {
        for _ in 0..<weight { wanted.append((who, line)) }
    }

    // MARK: Design

    private static let titles = [
        "Papers for newborns", "Permits in 15 days", "Preschool places", "Rail papers",
        "Export desk", "AI skills",
    ]

    private mutating func talk(of cohort: Cohort) {
        let code = cohort.code, proposals = state.proposals.filter { $0.cohort == code }.count
        let challenges = state.challenges(of: code)
        switch cohort.state {
        case .draft:
            say("office", "/batch call \(code)", 6)
            if random.chance(8) {
                say("office", random.chance(70) ? "/batch select \(code)" : "/batch design \(code)")
            }
        case .callOpen:
            if proposals >= 2 { say("office", "/batch select \(code)", 5) }
            if random.chance(5) { say("office", "/batch design \(code)") }
        case .selecting: if proposals >= 2 { say("office", "/batch design \(code)", 2) }
        case .design, .accelerating, .sustaining: break
        case .closed, .cancelled: return
        }
        if [.draft, .callOpen, .selecting, .design].contains(cohort.state), proposals < 5,
            challenges.count < 2
        {
            let title =
                Self.titles[random.below(Self.titles.count)]
                + (random.chance(50) ? "" : " \(random.below(9))")
            say(
                random.pick(["author", "lead", "m1"]) ?? "author",
                "/propose \"\(title)\" \"4 of 10 come back twice\" \"Ministry of Justice, Ministry of Health\" cohort=\(code)",
                4)
        }
        if random.chance(2) { say("office", "/batch cancel \(code)") }
        if random.chance(4) {
            say(
                "author",
                "/propose draft \"A thought \(random.below(90))\" bodies=\"Ministry of Justice\" cohort=\(code)"
            )
        }
        if [.accelerating, .sustaining].contains(cohort.state), random.chance(4) {
            say("office", "/stocktake hold \(code)")
        }
        if random.chance(4) {
            say(random.pick(["coach", "office", "sponsor", "m1"]) ?? "office", "/cohort \(code)")
        }
        if state.cohorts.count == 1, [.accelerating, .sustaining].contains(cohort.state),
            random.chance(12)
        {
            say("office", "/batch new NA-2 \"Cohort 2\" day1=\(today + 20 + random.below(20))", 3)
        }
    }

    private mutating func talk(of proposal: Proposal) {
        let code = proposal.code, author = proposal.author ?? "author"
        switch proposal.state {
        case .submitted, .inReview:
            let points = (0..<4).map { _ in "\(1 + random.below(5))" }.joined(separator: " ")
            say(
                random.pick(["office", "office2", "office"]) ?? "office",
                "/score \(code) \(points)", 2)
            let isFull = state.challenges(of: proposal.cohort).count { $0.state != .withdrawn } >= 2
            say("office", "/accept \(code)", isFull ? 0 : 5)
            let other = random.pick(state.proposals.keys) ?? "P-01"
            let ends = [
                "/reject \(code) a document, not a result", "/return \(code) no indicator",
                "/defer \(code) baseline missing",
                "/merge \(code) into \(other) the same problem",
            ]
            if random.chance(30) || isFull, let line = random.pick(ends) { say("office", line) }
            if random.chance(12) { say(author, "/withdraw \(code) no time") }
        case .returned, .deferred:
            let cohort =
                state.cohorts.filter { ![.closed, .cancelled].contains($0.state) }.last?.code
                ?? proposal.cohort
            if random.chance(40) {
                say(
                    author,
                    "/propose again \(code) indicator=\"share with papers\" cohort=\(cohort)")
            }
            if random.chance(8) { say(author, "/withdraw \(code) no time") }
        case .draft:
            say(author, "/propose submit \(code) problem=\"queues\" cohort=\(proposal.cohort)")
            if random.chance(30) { say(author, "/withdraw \(code)") }
        default: if random.chance(3) { say("office", "/accept \(code)") }
        }
    }

    /// The people of a challenge: two teams take turns.
    struct Team {
        var sponsor: String, lead: String, keeper: String, members: [String]
    }
    func team(_ challenge: Challenge) -> Team {
        let isOdd = challenge.code.utf8.last.map { $0 % 2 == 1 } ?? true
        return isOdd
            ? Team(
                sponsor: "sponsor", lead: "lead", keeper: "keeper", members: ["m1", "m2", "scribe"])
            : Team(
                sponsor: "sponsor2", lead: "lead2", keeper: "keeper2", members: ["m3", "m4", "m5"])
    }

    private mutating func framing(_ challenge: Challenge) {
        let code = challenge.code, team = team(challenge)
        if challenge.holders(of: .sponsor).isEmpty {
            say("office", "/leadership sponsor @\(team.sponsor) \(code)", 4)
        }
        if challenge.holders(of: .systemLeader).isEmpty {
            say("office", "/leadership add @system \(code)", 4)
        }
        if challenge.holders(of: .coach).isEmpty {
            say("office", "/leadership coach @coach \(code)", 4)
        }
        if challenge.head.note == nil {
            say(
                "office", "/challenge set note=\"Newborns with papers before discharge\" \(code)", 4
            )
        }
        if challenge.head.guardrails == nil {
            let rest =
                "guardrails=\"no new law\" approach=\"three hospitals first\" questions=\"why do they come twice?\""
            say(random.chance(50) ? "office" : "coach", "/note set \(rest) \(code)", 5)
        }
        say("office", "/leadership ok \(code)", 4)
        if random.chance(6) {
            say("office", "/challenge set duration=\(60 + random.below(60)) \(code)")
        }
        if random.chance(6) {
            say("office", "/challenge set day1=\(today + 10 + random.below(20)) \(code)")
        }
        if random.chance(5) {
            // Whoever was forgotten is named by nobody here: the bot can't know a name that it let go.
            let contact = state.people[random.pick(team.members) ?? "m1"]?.name ?? ""
            say(
                "office",
                "/stakeholder add \"Ministry of Finance\" contact=\"\(contact)\" influence=high \(code)"
            )
        }
        if random.chance(4) {
            say("coach", "/waive systemleader \(code) the minister himself sponsors it")
        }
    }

    private func isSeated(_ person: String, _ challenge: Challenge) -> Bool {
        challenge.seats.contains { $0.person == person && $0.left == nil && $0.body != nil }
    }

    private mutating func staffing(_ challenge: Challenge) {
        let code = challenge.code, team = team(challenge)
        let bodies = ["Ministry of Justice", "Ministry of Health"]
        for (place, person) in ([team.lead, team.keeper] + team.members).enumerated()
        where !isSeated(person, challenge) {
            let role = person == team.keeper ? "role=data-keeper " : ""
            say("coach", "/team add @\(person) \(role)body=\"\(bodies[place % 2])\" \(code)", 3)
        }
        if challenge.holders(of: .teamLeader).isEmpty {
            say("coach", "/team lead @\(team.lead) \(code)", 2)
        }
        let seated = challenge.seats.filter { $0.left == nil && Self.teamRoles.contains($0.role) }
        if seated.count >= 3, seated.contains(where: { !$0.isManagerInformed }) {
            say("coach", "/team informed \(random.chance(90) ? "all" : "@\(team.lead)") \(code)", 4)
        }
        if seated.count >= 4 { say("coach", "/ready \(code)", 4) }
        if random.chance(4) { say("coach", "/waive managers \(code) the letters leave on Monday") }
        if random.chance(4) { say("coach", "/waive bodies \(code) one ministry holds all of it") }
    }

    static let teamRoles: Set<Role> = [.member, .dataKeeper, .scribe, .teamLeader]

    private mutating func ready(_ challenge: Challenge) {
        let code = challenge.code, team = team(challenge)
        if challenge.holders(of: .teamLeader).isEmpty {
            say("coach", "/team lead @\(team.lead) \(code)", 4)
        }
        if challenge.goals.isEmpty || random.chance(3) {
            let goals = [
                "\"Newborns with papers before discharge\" from 61 % to 98 % by day 60 source=\"registry\"",
                "\"Working days for a building permit\" from 42 to 15 unit=\"working days\" by day 90 source=\"register\"",
                "\"Licensed places in new districts\" from 120 to 1000 unit=places by day 70 total source=\"licences\"",
            ]
            let rest =
                random.chance(85)
                ? "who=\"people in 12 districts\" plan=\"Indicator 4.2\" area=A03 " : ""
            say(team.lead, "/goal set \(random.pick(goals) ?? "") \(rest)challenge=\(code)", 5)
        } else if challenge.goals.count == 1, random.chance(10) {
            say(
                team.lead,
                "/goal set \"Permits issued fully online\" from 22 % to 80 % second source=\"register\" challenge=\(code)"
            )
        }
        if challenge.head.meetingDay == nil { say(team.lead, "/meeting Mon 10:00 \(code)", 3) }
        if challenge.milestones.count(where: { $0.state == .open && $0.owner != nil }) < 3 {
            let due = challenge.milestones.isEmpty || random.chance(20) ? 12 : 20 + random.below(75)
            let owner = random.pick(team.members) ?? team.lead
            say(
                team.lead,
                "/milestone \"Step \(challenge.milestones.count + 1)\" due \(due) critical owner @\(owner) \(code)",
                4)
        }
        if let goal = challenge.primaryGoal { smart(challenge, goal, team) }
        let isComplete =
            challenge.milestones.count >= 3 && challenge.ballot?.isOpen == false
            && challenge.dependencies.count == 5
        say("coach", "/launch \(code)", isComplete ? 8 : 1)
        if random.chance(isComplete ? 30 : 5) { say(team.lead, "/launch \(code)") }
    }

    /// What its card still lacks.
    private mutating func smart(_ challenge: Challenge, _ goal: Goal, _ team: Team) {
        let code = challenge.code
        if goal.interim == nil {
            say(team.lead, "/goal interim \(random.chance(80) ? "50%" : "40%") \(code)", 3)
        }
        if goal.test == nil {
            say(
                random.pick([team.lead, team.keeper]) ?? team.lead,
                "/goal test \(Self.number(goal.baseline)) \(code)", 3)
        }
        if goal.population == nil {
            say(team.lead, "/goal who \"people in 12 districts\" challenge=\(code)", 3)
        }
        if goal.plan == nil { say("coach", "/goal plan \"Indicator 4.2\" challenge=\(code)", 3) }
        if challenge.head.area == nil { say("coach", "/goal area A03 challenge=\(code)", 3) }
        if goal.dueDay == nil {
            say(team.lead, "/goal due \(challenge.head.duration) challenge=\(code)", 3)
        }
        if goal.agreed == nil { say(team.sponsor, "/agree \(code)", 4) }
        if goal.accepted.isEmpty || random.chance(20) { say("coach", "/goal ok all \(code)", 2) }
        for kind in DependencyKind.allCases
        where !challenge.dependencies.contains(where: { $0.kind == kind }) {
            let answer =
                random.chance(85)
                ? "no" : "yes owner=@\(random.chance(70) ? team.sponsor : "system")"
            say(team.lead, "/depend \(kind.rawValue) \(answer) \(code)", 3)
        }
        guard let ballot = challenge.ballot, ballot.isAbout(goal),
            ballot.isOpen || (ballot.median ?? 0) >= 3
        else {
            return say(random.chance(70) ? team.lead : "coach", "/vote open \(code)", 4)
        }
        guard ballot.isOpen else { return }
        for person in [team.lead, team.keeper] + team.members
        where !ballot.votes.contains(where: { $0.person == person }) {
            say(
                person,
                "/vote \(random.chance(85) ? 3 + random.below(3) : 1 + random.below(2)) \(code)", 2)
        }
        if ballot.votes.count >= 4 || random.chance(5) { say("coach", "/vote close \(code)", 2) }
    }
}
