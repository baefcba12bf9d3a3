import Accelerator
import Language
import TestKit

/// What is said while a challenge runs, and after.
extension Talk {
    // MARK: Acceleration

    mutating func running(_ challenge: Challenge) {
        let code = challenge.code, team = team(challenge)
        work(challenge, team)
        if random.chance(3) { stop(challenge, team) }
        if challenge.decisions.contains(where: { $0.kind == "stop" && $0.state == .asked }) {
            say(
                random.chance(50) ? "office" : team.sponsor,
                "/stop \(random.chance(60) ? "yes" : "no") \(code)", 6)
        }
        if random.chance(4) { say(team.lead, "/team add @m5 body=\"Ministry of Finance\" \(code)") }
        if random.chance(3) {
            say("coach", "/team remove @\(random.pick(team.members) ?? team.lead) \(code)")
        }
        if random.chance(2) {
            say("coach", "/team lead @\(random.pick(team.members) ?? team.lead) \(code)")
        }
        if random.chance(2) {
            say(
                "office",
                "/leadership sponsor @\(random.chance(50) ? "sponsor" : "sponsor2") \(code)")
        }
        if random.chance(2) {
            say("office", "/challenge set duration=100 day1=\(today + 3) \(code)")
        }
        if random.chance(2) {
            say(
                team.lead,
                "/goal set \"Something easier\" from 61 % to 70 % by day 60 challenge=\(code)")
        }
        questions(challenge, team)
    }

    mutating func accelerating(_ challenge: Challenge) {
        let code = challenge.code, team = team(challenge)
        for goal in challenge.goals { readings(challenge, goal, team) }
        let day = challenge.day(today) ?? 0, duration = challenge.head.duration
        if day * 5 >= duration * 2, day * 5 <= duration * 3,
            !challenge.reviews.contains(where: { $0.kind == .midpoint })
        {
            say("coach", "/midpoint done \(code) two regions share one list", 5)
        } else if random.chance(3) {
            say("coach", "/midpoint done \(code)")
        }
        if random.chance(12) {
            let words =
                "\"form agreed\" \"second region\" \"\(random.chance(50) ? "none" : "licences")\""
            let feelings =
                random.chance(60)
                ? " confidence=\(2 + random.below(4)) energy=\(1 + random.below(5))" : ""
            say(
                random.pick([team.lead] + team.members) ?? team.lead,
                "/week \(words)\(feelings) challenge=\(code)", 2)
        }
        if random.chance(6) {
            let short = [
                "same", "confidence \(1 + random.below(5))", "energy \(1 + random.below(5))",
            ]
            say(
                random.pick(team.members) ?? team.lead,
                "/week \(random.pick(short) ?? "same") challenge=\(code)")
        }
        if random.chance(4) {
            let colour = random.pick(["green", "amber", "red"]) ?? "amber"
            say(
                random.chance(60) ? team.lead : team.sponsor,
                "/declare \(code) \(colour) half of the registrars are ill")
        }
        if random.chance(3) { say(team.lead, "/meeting Tue 11:00 \(code)") }
        if random.chance(6), let goal = challenge.primaryGoal,
            let target = goal.versions.last?.target
        {
            let to = target + (target - goal.baseline) * (Double(random.below(5)) - 2) / 10
            say(
                team.lead,
                "/goal revise \(code)-\(goal.code) to \(Self.number(to)) because \"shipments take longer\"",
                2)
        }
        let progress = challenge.primaryGoal.map { way(challenge, $0) } ?? 0
        if progress >= 1 || random.chance(3) {
            let who =
                random.pick([team.sponsor, team.sponsor, "office", team.lead]) ?? team.sponsor
            say(who, "/close early \(code)", random.chance(30) ? 3 : 0)
            if random.chance(15) { say(team.lead, "/early hold \(code)", 2) }
            if random.chance(15), let goal = challenge.primaryGoal,
                let target = goal.versions.last?.target
            {
                say(
                    team.lead,
                    "/early raise \(Self.number(target + (target - goal.baseline) / 20)) challenge=\(code)",
                    2)
            }
        }
        for asked in challenge.decisions where asked.kind == "early" && asked.state == .asked {
            say(
                random.pick([asked.decider, "office2", team.sponsor]) ?? asked.decider,
                "/close early \(code)", 4)
        }
    }

    /// How far its last figure is.
    private func way(_ challenge: Challenge, _ goal: Goal) -> Double {
        guard let target = goal.versions.last?.target, target != goal.baseline else { return 0 }
        let last = goal.readings.last { $0.voidedAt == nil }?.value ?? goal.baseline
        return (last - goal.baseline) / (target - goal.baseline)
    }

    /// A new figure, most often a good one; else ten times too much, of another day, a fraction, nonsense.
    private mutating func readings(_ challenge: Challenge, _ goal: Goal, _ team: Team) {
        let span = (goal.versions.last?.target ?? goal.baseline) - goal.baseline
        let last = goal.readings.last { $0.voidedAt == nil }?.value ?? goal.baseline
        let value = last + span * (Double(random.below(60)) - 8) / 500
        let name = "goal=\(goal.code) challenge=\(challenge.code)"
        let by =
            random.pick([team.keeper, team.keeper, team.lead, team.members[0], "office"])
            ?? team.keeper
        let figure = Self.number(value)
        say(by, "/up \(figure) \(name)", 6)
        switch random.below(24) {
        case 0: say(by, "/up \(Self.number(value * 10)) \(name)")
        case 1: say(by, "/up \(Self.number(value / 100)) \(name)")
        case 2: say(by, "/up \(figure) on=\(today + 1) \(name)")
        case 3: say(by, "/up \(figure) on=\(today - random.below(30)) \(name)")
        case 4: say(by, "/up \(figure) on=\((challenge.dayOne ?? today) - 1) \(name)")
        case 5: say(by, "/up +\(1 + random.below(20)) \(name)")
        case 6: say(by, "/up \(Self.number(last)) \(name)")
        case 7: say(by, figure)
        case 8: say(by, "/up \(Self.number(goal.baseline + span * 1.02)) \(name)", 4)
        case 9, 10: say(by, "/fix \(figure) \(name) the export was late", 2)
        case 11: say(by, "/fix \(figure) on=\(today - random.below(8)) \(name) from the register")
        default: break
        }
    }

    /// Milestones, blockers, decisions.
    private mutating func work(_ challenge: Challenge, _ team: Team) {
        let code = challenge.code
        for milestone in challenge.milestones.suffix(6) {
            let name = "\(code)-\(milestone.code)"
            if milestone.state == .open, milestone.due - today < 4 {
                say(
                    milestone.owner ?? team.lead,
                    "/done \(name)\(random.chance(80) ? " minutes signed" : "")", 2)
                if random.chance(10) {
                    say(
                        team.lead,
                        "/milestone \(random.chance(50) ? "drop" : "carry") \(name) not needed now")
                }
                if random.chance(10) { say(team.lead, "/milestone move \(name) by \(today + 9)") }
            } else if random.chance(2) {
                say(team.lead, "/done \(name) the register shows it")
            }
        }
        if challenge.milestones.count < 6, random.chance(8) {
            say(
                team.members[0],
                "/milestone \"Step \(challenge.milestones.count + 1)\" by \(today + 12) \(code)")
        }
        if challenge.blockers.count < 5, random.chance(8) {
            let severity = random.pick(["low", "medium", "high", "critical"]) ?? "low"
            say(
                random.pick(team.members + [team.sponsor, "system"]) ?? "m1",
                "/block severity=\(severity) \"The vendor wants 6 weeks, \(challenge.blockers.count)\" \(code)"
            )
        }
        for blocker in challenge.blockers.suffix(3) {
            let name = "\(code)-\(blocker.code)"
            if blocker.isOpen {
                say(team.lead, "/solved \(name) duty roster")
                if random.chance(20) {
                    say(
                        team.lead,
                        "/solved \(random.chance(50) ? "accept" : "outside") \(name) we go on without it"
                    )
                }
                if random.chance(30), blocker.level < 3 {
                    let rung = random.pick(["", "", " to office"]) ?? ""
                    say(
                        random.chance(60) ? team.lead : blocker.raisedBy,
                        "/escalate \(name)\(rung) nobody answers",
                        blocker.state == .escalated ? 4 : 2)
                }
                if random.chance(6) {
                    say(team.lead, "/block reassign \(name) @\(random.pick(team.members) ?? "m1")")
                }
            } else if random.chance(6) {
                say(team.members[0], "/block reopen \(name)")
            }
        }
        smallThings(challenge, team)
        if challenge.decisions.count < 6, random.chance(8) {
            say(
                random.pick([team.lead, "coach", "office"]) ?? "office",
                "/ask \"40 licences from the line, \(challenge.decisions.count)\" by \(today + 4) \(code)"
            )
        }
        for decision in challenge.decisions.suffix(3)
        where decision.state == .asked && decision.kind != "stop" {
            say(
                decision.decider,
                "/decide \(code)-\(decision.code) \(random.chance(65) ? "yes" : "no") from our line",
                2)
            if random.chance(12) {
                say(decision.askedBy ?? team.lead, "/ask withdraw \(code)-\(decision.code)")
            }
        }
    }

    /// Steps of a week, risks, lessons, who does it instead.
    private mutating func smallThings(_ challenge: Challenge, _ team: Team) {
        let code = challenge.code, member = random.pick(team.members) ?? team.lead
        if challenge.actions.count < 5, random.chance(20) {
            say(
                member,
                "/action \"call the vendor \(challenge.actions.count)\" owner @\(team.lead) by \(today + 5) challenge=\(code)"
            )
        }
        if let action = challenge.actions.last, random.chance(12) {
            let name = "\(code)-\(action.code)"
            let lines = [
                "/done \(name)", "/action move \(name) by \(today + 3)",
                "/action give \(name) @\(member)", "/action drop \(name) not needed",
            ]
            say(random.chance(50) ? action.owner : team.lead, random.pick(lines) ?? "", 2)
        }
        if challenge.risks.count < 4, random.chance(6) {
            say(
                member,
                "/risk \"the vendor loses its engineer \(challenge.risks.count)\" likelihood \(1 + random.below(5)) impact 4 challenge=\(code)"
            )
        }
        if let risk = challenge.risks.last, random.chance(6) {
            say(team.lead, "/risk close \(code)-\(risk.code) it went well")
        }
        if challenge.lessons.count < 4, random.chance(4) {
            say(
                member,
                "/lesson \"Change the rule first, \(challenge.lessons.count)\" tags delivery challenge=\(code)"
            )
        }
        if random.chance(3) {
            say(
                "office",
                "/handover duties @\(member) to @\(random.chance(50) ? team.lead : team.keeper) \(code)"
            )
        }
    }

    private mutating func stop(_ challenge: Challenge, _ team: Team) {
        say(
            random.chance(50) ? team.sponsor : "office",
            "/stop \(challenge.code) \"the law itself must change\" \"a goal that needs a law is none\"",
            2)
    }

    private mutating func questions(_ challenge: Challenge, _ team: Team) {
        guard random.chance(10) else { return }
        let asks = [
            "status", "why", "goal", "digest", "next", "chart", "history", "blockers", "team",
            "silent", "pulse", "gate", "risks", "actions",
        ]
        let who =
            random.pick([team.lead, team.keeper, team.sponsor, "coach", "office", "system"])
            ?? "office"
        say(who, "/\(random.pick(asks) ?? "status") \(challenge.code)", 2)
    }

    // MARK: After the last day

    mutating func results(_ challenge: Challenge) {
        let code = challenge.code, team = team(challenge)
        if let goal = challenge.primaryGoal, let last = challenge.lastDay {
            let value = goal.versions.last?.target ?? 0
            say(
                team.keeper,
                "/up \(Self.number(value)) on=\(last) goal=\(goal.code) challenge=\(code)", 2)
            say(
                team.keeper,
                "/up \(Self.number(value)) on=\(last + 2) goal=\(goal.code) challenge=\(code)")
        }
        say(
            "coach",
            "/close \(code) \(random.pick(["scale", "build", "reset"]) ?? "scale")\(random.chance(40) ? " unmeasured" : "")",
            3)
        if random.chance(20) { say("office", "/close none \(code) nobody takes it over") }
        if random.chance(10) { say("coach", "/close \(code)") }
        if random.chance(5) {
            say(team.lead, "/practice add \"The phone form\" \"Head of registry\" \(code)")
        }
        if let open = challenge.milestones.first(where: { $0.state == .open }), random.chance(25) {
            say(
                team.lead,
                "/loose \(random.pick(["done", "carry", "drop"]) ?? "carry") \(code)-\(open.code)")
        }
        work(challenge, team)
    }

    /// The number weeks after: at its time, too early, of another day.
    mutating func followUp(_ challenge: Challenge) {
        let code = challenge.code, team = team(challenge), goal = challenge.primaryGoal
        let value = goal.map { $0.readings.last { $0.voidedAt == nil }?.value ?? $0.baseline } ?? 0
        let point = random.pick(["day30 ", "day90 ", ""]) ?? ""
        say(
            random.chance(70) ? team.keeper : team.lead,
            "/followup \(point)\(Self.number(value)) \(code)", 2)
        if challenge.initiatives.count < 2 {
            say(
                "office",
                "/initiative add \"The phone form \(challenge.initiatives.count)\" from \(code)")
        }
    }

    mutating func sustaining(_ challenge: Challenge) {
        let code = challenge.code, team = team(challenge), plan = challenge.sustainability
        if plan?.practices.isEmpty != false {
            say(
                team.lead,
                "/practice add \"The phone form is the form\" \"Head of registry\" \(code)", 3)
        }
        if plan?.pledgeText == nil {
            say(team.lead, "/pledge draft \(code) We keep what was reached", 3)
        }
        if plan?.signedOn == nil { say(team.sponsor, "/pledge sign \(code)", 3) }
        if random.chance(6) { say(team.lead, "/practice remove 1 \(code)") }
        if random.chance(8) {
            say(
                "coach",
                "/path \(random.pick(["scale", "build", "reset"]) ?? "scale") sites=\(1 + random.below(6)) \(code)"
            )
        }
        if let open = challenge.milestones.first(where: { $0.state == .open }), random.chance(20) {
            say(
                team.lead,
                "/loose \(random.pick(["done", "carry", "drop"]) ?? "carry") \(code)-\(open.code)")
        }
        if random.chance(6) {
            say(team.lead, "/sustain unit=\"Registry\" owner=\"Head of registry\" hold=90 \(code)")
        }
        if random.chance(4) {
            say(
                "office",
                "/leadership sponsor @\(random.chance(50) ? "sponsor" : "sponsor2") \(code)")
        }
        say("office", "/handover \(code)", 3)
    }

    /// One step back; withdrawn; a figure too late.
    mutating func anyState(_ challenge: Challenge) {
        let code = challenge.code, team = team(challenge)
        if random.chance(3) { say("office", "/reopen \(code) a step too early") }
        if challenge.decisions.contains(where: { $0.kind == "reopen" && $0.state == .asked }) {
            say(random.chance(50) ? team.sponsor : "office2", "/reopen yes \(code)", 6)
        }
        if random.chance(2) {
            say(
                random.chance(50) ? "office" : team.sponsor,
                "/withdraw \(code) the ministry was reformed")
        }
        if random.chance(2) { say(team.keeper, "/up 77 goal=G1 challenge=\(code)") }
        if random.chance(2) { stop(challenge, team) }
        let all = [team.lead, team.keeper, team.sponsor] + team.members
        if random.chance(4), let one = random.pick(all), let other = random.pick(all) {
            say(one, "/away until \(today + 6) deputy=@\(other)")
        }
        if random.chance(4), let one = random.pick(all) { say(one, "/subscribe \(code) daily") }
        if random.chance(2) { say("coach", "/review hold followup30 \(code) all is well") }
    }
}
