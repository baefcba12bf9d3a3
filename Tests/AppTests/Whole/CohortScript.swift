import Accelerator
import JSON
import Language
import Testing

/// A cohort's file as what its people said, line by line, each at its time.
struct CohortScript {
    enum Act {
        case says(String, String)
        /// Somebody comes in: a link is made by one line, and opened.
        case enters(by: String, invite: String, who: String)
        case reads(Reported, challenge: String, goal: String)
        case takesBack(Reported)
    }
    private(set) var acts: [(at: Instant, act: Act)] = []
    private let file: CohortFile
    private static let office = "po-director", second = "po-deputy"

    init(_ json: JSONValue) throws {
        file = try CohortFile(json)
        call()
        for challenge in file.challenges {
            design(challenge)
            launch(challenge)
            run(challenge)
            end(challenge)
        }
        acts = acts.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    private mutating func at(_ date: LocalDate, _ time: String, _ act: Act) {
        acts.append((Stages.instant("\(date)T\(time)"), act))
    }
    private mutating func at(_ date: LocalDate, _ time: String, _ who: String, _ line: String) {
        at(date, time, .says(who, line))
    }
    private static func day(_ iso: String) -> LocalDate {
        LocalDate(iso: iso) ?? LocalDate(days: 0)
    }
    private static func quoted(_ text: String) -> String {
        "\"" + text.split(separator: "\"").joined(separator: "'") + "\""
    }

    // MARK: The call

    private mutating func call() {
        let opened = file.cohort.callOpened ?? Self.day("2025-11-17"),
            closed = file.cohort.callClosed ?? opened
        let selected = file.cohort.selectedOn ?? closed
        at(opened, "09:00", .enters(by: "", invite: "claim", who: Self.office))
        at(
            opened, "09:05", Self.office,
            "/programme new KZ \(Self.quoted("National Accelerator")) Astana")
        for area in file.programme.areas {
            at(opened, "09:10", Self.office, "/area add \(area.code) \(Self.quoted(area.name))")
        }
        let first = file.cohort.dayOne ?? opened
        at(
            opened, "09:20", Self.office,
            "/batch new NA-1 \(Self.quoted(file.cohort.name)) day1=\(first)")
        at(opened, "09:25", Self.office, "/batch call NA-1 closes=\(closed)")
        at(
            opened, "09:30",
            .enters(by: Self.office, invite: "/admin invite office Deputy", who: Self.second))
        for proposal in submitted {
            let bodies =
                file.challenges.first { $0.head.proposal == proposal.code }
                .map { [$0.head.leadBody] + $0.head.partners } ?? [proposal.body]
            let line =
                "/propose \(Self.quoted(proposal.title)) \(Self.quoted("It takes too long")) \(Self.quoted(bodies.joined(separator: "; ")))"
            at(
                proposal.submittedOn ?? opened, "10:00", Self.office,
                "\(line) area=\(proposal.area ?? "A01")")
        }
        at(closed, "09:00", Self.office, "/batch select NA-1")
        for proposal in file.proposals {
            for scores in proposal.scores {
                let four = [
                    scores.touchesPeople, scores.severalBodies, scores.ambitiousMeasurable,
                    scores.doable,
                ]
                let who = scores.by.isEmpty ? Self.second : Self.second
                at(
                    closed, "10:00", who,
                    "/score \(code(proposal.code)) \(four.map(String.init).joined(separator: " "))")
            }
            decide(proposal, on: proposal.decidedOn ?? selected)
        }
        at(selected, "18:00", Self.office, "/batch design NA-1")
    }

    private mutating func decide(_ proposal: Proposal, on date: LocalDate) {
        let code = code(proposal.code), reason = proposal.reason ?? ""
        switch proposal.state {
        case .accepted: at(date, "11:00", Self.office, "/accept \(code)")
        case .rejected: at(date, "11:00", Self.office, "/reject \(code) \(reason)")
        case .returned: at(date, "11:00", Self.office, "/return \(code) \(reason)")
        case .deferred: at(date, "11:00", Self.office, "/defer \(code) \(reason)")
        case .withdrawn: at(date, "11:00", Self.office, "/withdraw \(code) \(reason)")
        case .merged:
            let into =
                file.proposals.first {
                    $0.state == .accepted && $0.challenge == proposal.challenge
                }?.code ?? "P-01"
            at(date, "12:00", Self.office, "/merge \(code) into \(self.code(into)) \(reason)")
        case .draft, .submitted, .inReview: break
        }
    }

    /// The bot numbers proposals as they come in.
    private var submitted: [Proposal] {
        file.proposals.sorted {
            ($0.submittedOn?.days ?? 0, $0.code) < ($1.submittedOn?.days ?? 0, $1.code)
        }
    }
    private func code(_ code: String) -> String {
        let place = (submitted.firstIndex { $0.code == code } ?? 0) + 1
        return "P-" + (place < 10 ? "0" : "") + "\(place)"
    }

    // MARK: Design

    private mutating func design(_ challenge: Challenge) {
        let code = challenge.code, head = challenge.head
        let begun = head.designStarted ?? Self.day("2025-12-08")
        let mission = head.title + ": " + (challenge.primaryGoal?.name ?? "")
        at(begun, "09:00", Self.office, "/challenge set title=\(Self.quoted(head.title)) \(code)")
        at(
            begun, "09:00", Self.office,
            "/note set mission=\(Self.quoted(mission)) guardrails=\"No new law\" approach=\"One region first\" questions=\"What slows it down?\" \(code)"
        )
        if head.duration != 100 {
            at(begun, "09:01", Self.office, "/challenge set duration=\(head.duration) \(code)")
        }
        for seat in challenge.seats where [.sponsor, .systemLeader].contains(seat.role) {
            let role = seat.role == .sponsor ? "sponsor" : "system-leader"
            let line = "/leadership invite \(Self.quoted(seat.title ?? role)) role=\(role) \(code)"
            at(begun, "09:10", .enters(by: Self.office, invite: line, who: seat.person))
        }
        if let coach = head.coach {
            let isFirst = file.challenges.first { $0.head.coach == coach }?.code == code
            if isFirst {
                at(
                    begun, "09:20",
                    .enters(
                        by: Self.office, invite: "/leadership invite Coach role=coach \(code)",
                        who: coach))
            } else {
                at(begun, "09:30", Self.office, "/leadership coach @\(coach) \(code)")
            }
        }
        at(begun, "15:00", Self.office, "/leadership ok \(code)")
        let seated = Self.day("2026-01-22"), ready = head.readyOn ?? seated,
            coach = head.coach ?? Self.office
        for seat in challenge.seats where ![.sponsor, .systemLeader, .coach].contains(seat.role) {
            let line =
                "/team seat \(Self.quoted(seat.title ?? seat.role.rawValue)) role=\(seat.role.rawValue) \(code)"
            at(seated, "09:00", .enters(by: coach, invite: line, who: seat.person))
            at(
                seated, "10:00", coach,
                "/team add @\(seat.person) role=\(seat.role.rawValue) body=\(Self.quoted(seat.body ?? "")) \(code)"
            )
        }
        let lead = leader(challenge)
        at(ready, "16:00", coach, "/team informed all \(code)")
        for goal in challenge.goals {
            let first = goal.versions.first?.target ?? 0
            var line =
                "/goal set \(Self.quoted(goal.name)) from \(OracleThroughChat.number(goal.baseline))"
            line +=
                " to \(OracleThroughChat.number(first)) unit=\(Self.quoted(goal.unit)) by day \(head.duration)"
            if !goal.isPrimary { line += " second" }
            if goal.mode == .cumulative { line += " total" }
            line +=
                " source=\(Self.quoted(goal.source)) keeper=@\(goal.owner ?? lead) challenge=\(code)"
            if goal.isPrimary {
                line += " who=\"those who wait\" plan=\"Indicator 4.2\" area=\(head.area ?? "")"
            }
            at(goal.baselineOn ?? seated, "11:00", lead, line)
        }
        smart(challenge, lead, ready)
        at(ready, "17:00", coach, "/ready \(code)")
    }

    /// What a number needs to be launched with: it can be taken, the team believes in it, the sponsor agrees.
    private mutating func smart(_ challenge: Challenge, _ lead: String, _ ready: LocalDate) {
        let code = challenge.code
        guard let goal = challenge.primaryGoal else { return }
        at(ready, "09:00", lead, "/goal interim 50% \(code)")
        at(ready, "09:01", lead, "/goal test \(OracleThroughChat.number(goal.baseline)) \(code)")
        for kind in ["law", "tender", "budget", "data", "decision"] {
            at(ready, "09:02", lead, "/depend \(kind) no \(code)")
        }
        // A number of papers is an output: whoever coaches takes it on himself.
        if goal.unit == "documents" {
            at(ready, "09:05", challenge.head.coach ?? Self.office, "/goal ok all \(code)")
        }
        at(ready, "09:10", sponsor(challenge), "/agree \(code)")
        at(ready, "09:15", lead, "/meeting Mon 10:00 \(code)")
        let team = challenge.seats.filter { ![.sponsor, .systemLeader, .coach].contains($0.role) }
            .map(\.person)
        // As many as the file counts, as sure as it says.
        let votes = goal.smart.map { ($0.votesYes, $0.votesTotal) } ?? (team.count, team.count)
        at(ready, "10:00", lead, "/vote open \(code)")
        for (place, person) in team.enumerated().prefix(votes.1) {
            at(ready, "10:30", person, "/vote \(place < votes.0 ? 4 : 2) \(code)")
        }
        if votes.1 < team.count { at(ready, "15:00", lead, "/vote close \(code)") }
    }

    private func leader(_ challenge: Challenge) -> String {
        challenge.holders(of: .teamLeader).first ?? Self.office
    }
    private func sponsor(_ challenge: Challenge) -> String {
        challenge.holders(of: .sponsor).first ?? Self.office
    }

    private mutating func launch(_ challenge: Challenge) {
        let code = challenge.code, lead = leader(challenge),
            coach = challenge.head.coach ?? Self.office
        let on = challenge.head.launchOn ?? Self.day("2026-01-30")
        for milestone in challenge.milestones {
            let critical = milestone.isCritical ? " critical" : ""
            let owner = milestone.owner.map { " owner @\($0)" } ?? ""
            at(
                on, "10:00", lead,
                "/milestone \(Self.quoted(milestone.title)) due \(milestone.dueDay)\(critical)\(owner) \(code)"
            )
        }
        if !challenge.milestones.contains(where: { $0.dueDay <= 15 }) {
            at(on, "11:00", coach, "/waive milestone \(code) the rule must change first")
        }
        at(on, "16:00", coach, "/launch \(code)")
        for review in challenge.reviews where review.kind == .launch {
            let attended = review.attended.map { " attended=\($0)" } ?? ""
            at(
                review.date, "17:00", coach,
                "/review hold launch\(attended) \(code) \(review.outputs.joined(separator: "; "))")
        }
    }

    // MARK: Acceleration

    private mutating func run(_ challenge: Challenge) {
        let code = challenge.code, lead = leader(challenge),
            coach = challenge.head.coach ?? Self.office
        for goal in challenge.goals {
            for reading in goal.readings {
                acts.append((reading.enteredAt, .reads(reading, challenge: code, goal: goal.code)))
                if let at = reading.voidedAt { acts.append((at, .takesBack(reading))) }
            }
        }
        for milestone in challenge.milestones {
            let name = "\(code)-\(milestone.code)", who = milestone.owner ?? lead
            switch milestone.state {
            case .done:
                at(milestone.movedOn ?? milestone.due, "17:30", who, "/done \(name) minutes signed")
            case .carried:
                at(
                    challenge.reviews.last?.date ?? milestone.due, "09:00", lead,
                    "/milestone carry \(name)")
            case .open, .dropped: break
            }
        }
        for blocker in challenge.blockers {
            let name = "\(code)-\(blocker.code)"
            at(
                blocker.raisedOn, "10:10", blocker.raisedBy,
                "/block \(code) severity=\(blocker.severity.rawValue) \(blocker.title)")
            if let owner = blocker.owner {
                at(blocker.raisedOn, "10:11", blocker.raisedBy, "/block reassign \(name) @\(owner)")
            }
            if let on = blocker.escalatedOn { at(on, "10:15", lead, "/escalate \(name)") }
            if let on = blocker.resolvedOn {
                at(
                    on, "10:20", blocker.owner ?? lead,
                    "/solved \(name) \(blocker.resolution ?? "")")
            }
        }
        for checkIn in challenge.checkIns {
            let words = [checkIn.done, checkIn.next, checkIn.help].map(Self.quoted).joined(
                separator: " ")
            let confidence =
                (checkIn.confidence.map { " confidence=\($0)" } ?? "")
                + (checkIn.energy.map { " energy=\($0)" } ?? "")
            at(checkIn.date, "16:30", checkIn.by, "/week \(words)\(confidence) challenge=\(code)")
        }
        for decision in challenge.decisions { decide(decision, challenge, lead) }
        for review in challenge.reviews where review.kind == .midpoint {
            at(
                review.date, "15:00", coach,
                "/midpoint done \(code) \(review.outputs.joined(separator: "; "))")
        }
    }

    private mutating func decide(_ decision: DecisionAsked, _ challenge: Challenge, _ lead: String)
    {
        let code = challenge.code, name = "\(code)-\(decision.code)",
            on = decision.decidedOn ?? decision.askedOn
        if decision.kind == "stop" {
            let lesson = challenge.lessons.first?.text ?? ""
            at(
                decision.askedOn, "11:00", sponsor(challenge),
                "/stop \(code) \(Self.quoted(decision.text)) \(Self.quoted(lesson))")
            at(on, "12:00", decision.decider, "/stop yes \(code)")
            return
        }
        if let version = decision.goalVersion,
            let goal = challenge.goals.first(where: {
                $0.versions.contains { $0.version == version }
            }),
            let target = goal.versions.first(where: { $0.version == version })
        {
            let reason = Self.quoted(target.reason ?? decision.text)
            at(
                decision.askedOn, "11:00", lead,
                "/goal revise \(code)-\(goal.code) to \(OracleThroughChat.number(target.target)) because \(reason)"
            )
        } else {
            let unblocks = decision.unblocks.map { " unblocks=\(code)-\($0)" } ?? ""
            at(
                decision.askedOn, "11:00", decision.askedBy ?? challenge.head.coach ?? lead,
                "/ask \(Self.quoted(decision.text)) by \(max(on, decision.askedOn)) from=@\(decision.decider)\(unblocks) challenge=\(code)"
            )
        }
        at(on, "12:00", decision.decider, "/decide \(name) yes")
    }

    private func teaches(_ lesson: Lesson, _ code: String) -> String {
        let tags = lesson.tags.isEmpty ? "" : " tags \(lesson.tags.joined(separator: ","))"
        return "/lesson \(Self.quoted(lesson.text))\(tags) challenge=\(code)"
    }

    // MARK: The end

    private mutating func end(_ challenge: Challenge) {
        guard let plan = challenge.sustainability,
            let closing = challenge.reviews.first(where: { $0.kind == .closing })
        else { return }
        let code = challenge.code, lead = leader(challenge), on = closing.date,
            coach = challenge.head.coach ?? Self.office
        at(
            on, "09:00", coach,
            "/review hold closing\(closing.attended.map { " attended=\($0)" } ?? "") \(code) \(closing.outputs.joined(separator: "; "))"
        )
        for lesson in challenge.lessons { at(on, "09:30", lead, teaches(lesson, code)) }
        at(on, "10:00", coach, "/close \(code) \(plan.path?.rawValue ?? "none")")
        for practice in plan.practices {
            at(
                on, "11:00", lead,
                "/practice add \(Self.quoted(practice.text)) \(Self.quoted(practice.ownerTitle)) resource=\(Self.quoted(practice.resource)) \(code)"
            )
        }
        at(
            on, "12:00", lead,
            "/sustain unit=\(Self.quoted(plan.receivingUnit)) owner=\(Self.quoted(plan.ownerTitle)) hold=\(OracleThroughChat.number(plan.holdValue ?? 0)) \(code)"
        )
        at(on, "13:00", lead, "/pledge draft \(code) We keep what was reached")
        at(on, "14:00", plan.signedBy.first ?? sponsor(challenge), "/pledge sign \(code)")
        at(on, "15:00", Self.office, "/handover \(code)")
        at(on, "16:00", Self.office, "/close \(code)")
    }
}

// MARK: Playing

extension CohortScript {
    /// Plays one act; says what went wrong.
    func play(_ act: Act, _ world: inout World, _ tally: inout OracleThroughChat.Tally) throws
        -> String?
    {
        switch act {
        case .says(let who, let line): return Self.say(line, who, &world)
        case .enters(let by, let invite, let who):
            var secret = "claim_secret"
            if by.isEmpty {
                world.operate(.claim(secret: "secret"), at: world.now)
            } else {
                let made = world.say(invite, as: "console:\(by)")
                let invitation = made.commit?.events.compactMap { event -> Invitation? in
                    if case .invited(let invitation) = event { invitation } else { nil }
                }.first
                guard let invitation else { return "\(by)> \(invite): no link: \(made.keys)" }
                secret = "seat_\(invitation.secret)"
            }
            return Self.say("/start \(secret)", who, &world)
        case .reads(let reading, let challenge, let goal):
            try OracleThroughChat.say(reading, challenge, goal, &world, &tally)
            return nil
        case .takesBack(let reading):
            guard !tally.alreadyThere.contains(reading.id) else { return nil }
            return Self.say("/undo", reading.by, &world)
        }
    }

    private static func say(_ line: String, _ who: String, _ world: inout World) -> String? {
        let heard = world.sayTwice(line, as: "console:\(who)")
        let isSaid = heard.changesSomething || heard.keys.first == "block.ownerSame"
        return isSaid ? nil : "\(who)> \(line): \(world.words(heard.out.first?.phrases ?? []))"
    }

    /// The bot's codes of people -> the file's, which here are their names.
    func names(_ world: World) -> [String: String] {
        world.state.people.values.reduce(into: [:]) { $0[$1.code] = $1.name }
    }
}
