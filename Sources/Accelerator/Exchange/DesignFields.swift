import JSON
import Language

// What the design phase left, in a cohort's file: read and written side by side. All of it may be absent.

extension ChallengeReader {
    mutating func readDesign(_ fields: inout CohortFields) throws(CohortFault) {
        for var fields in try fields.items("stakeholders") {
            var read = Stakeholder()
            read.code = try fields.code("id")
            read.body = try fields.text("body")
            read.contact = try fields.optionalText("contact")
            read.interest = try fields.optionalText("interest")
            let influence: Severity? = try fields.optionalWord("influence")
            read.influence = influence?.rawValue
            read.need = try fields.optionalText("need")
            try fields.finish()
            try fields.refuse(
                twice: read.code, if: challenge.stakeholders.contains { $0.code == read.code })
            challenge.stakeholders.append(read)
        }
        for var fields in try fields.items("waivers") {
            var read = Waiver()
            read.what = try fields.code("what")
            read.reason = try fields.text("reason")
            read.by = try person(&fields, "by") ?? ""
            read.on = try fields.date("on")
            try fields.finish()
            try fields.refuse(
                twice: read.what, as: "what",
                if: challenge.waivers.contains { $0.what == read.what })
            challenge.waivers.append(read)
        }
        for var fields in try fields.items("dependencies") {
            var read = Dependency()
            read.kind = try fields.word("kind")
            read.isNeeded = try fields.bool("needed")
            read.owner = try person(&fields, "owner")
            read.by = try person(&fields, "by") ?? ""
            read.on = try fields.date("on")
            try fields.finish()
            try fields.refuse(
                twice: read.kind.rawValue, as: "kind",
                if: challenge.dependencies.contains { $0.kind == read.kind })
            challenge.dependencies.append(read)
        }
        if let vote = try fields.object("vote") { challenge.ballot = try readVote(vote) }
    }

    private func readVote(_ from: CohortFields) throws(CohortFault) -> Ballot {
        var fields = from
        var read = Ballot()
        read.goal = try fields.code("goal")
        read.baseline = try fields.number("baseline")
        read.target = try fields.number("target")
        read.openedOn = try fields.date("opened_on")
        read.openedBy = try person(&fields, "opened_by") ?? ""
        read.closedOn = try fields.date("closed_on")
        read.eligible = try fields.int("team", 0...1_000)
        read.cast = try fields.int("voted", 0...1_000)
        read.median = try fields.optionalNumber("median")
        try fields.finish()
        return read
    }

    /// The fields of a goal that SMART asks for.
    func readSmart(_ fields: inout CohortFields, _ goal: inout Goal) throws(CohortFault) {
        goal.population = try fields.optionalText("population")
        goal.dueDay = try fields.optionalInt("due_day", 1...100)
        goal.plan = try fields.optionalText("plan")
        goal.interim = try fields.optionalNumber("interim")
        if var test = try fields.object("test") {
            var read = TestReading()
            read.value = try test.number("value")
            read.on = try test.date("on")
            read.by = try person(&test, "by") ?? ""
            try test.finish()
            goal.test = read
        }
        if var agreed = try fields.object("agreed") {
            goal.agreed = Signature(try person(&agreed, "by") ?? "", try agreed.date("on"))
            try agreed.finish()
        }
        for var fields in try fields.items("accepted") {
            var read = SmartAcceptance()
            read.letter = try fields.text("letter")
            guard SmartLetter(rawValue: read.letter) != nil else {
                throw fields.fault("letter", "S, M, A, R or T is expected")
            }
            read.rules = try fields.texts("rules")
            read.by = try person(&fields, "by") ?? ""
            read.on = try fields.date("on")
            try fields.finish()
            goal.accepted.append(read)
        }
    }
}

extension ChallengeWriter {
    func writeDesign(_ out: inout JSONMaker) {
        let challenge = challenge
        if !challenge.stakeholders.isEmpty {
            out.add("stakeholders", list: challenge.stakeholders) { one, out in
                out.add("id", one.code)
                out.add("body", one.body)
                out.add("contact", ifThere: one.contact)
                out.add("interest", ifThere: one.interest)
                out.add("influence", ifThere: one.influence)
                out.add("need", ifThere: one.need)
            }
        }
        if !challenge.waivers.isEmpty {
            out.add("waivers", list: challenge.waivers) { waiver, out in
                out.add("what", waiver.what)
                out.add("reason", waiver.reason)
                out.add("by", ifThere: Self.known(waiver.by))
                out.add("on", waiver.on.description)
            }
        }
        if !challenge.dependencies.isEmpty {
            out.add("dependencies", list: challenge.dependencies) { answer, out in
                out.add("kind", answer.kind.rawValue)
                out.add("needed", answer.isNeeded)
                out.add("owner", ifThere: answer.owner)
                out.add("by", ifThere: Self.known(answer.by))
                out.add("on", answer.on.description)
            }
        }
        // An open vote is nobody's to take away: only what stays of a closed one is written.
        guard let ballot = challenge.ballot, let closedOn = ballot.closedOn else { return }
        var vote = JSONMaker()
        vote.add("goal", ballot.goal)
        vote.add("baseline", ballot.baseline)
        vote.add("target", ballot.target)
        vote.add("opened_on", ballot.openedOn.description)
        vote.add("opened_by", ifThere: Self.known(ballot.openedBy))
        vote.add("closed_on", closedOn.description)
        vote.add("team", ballot.eligible)
        vote.add("voted", ballot.cast)
        if let median = ballot.median { vote.add("median", median) }
        out.add("vote", .object(vote.object))
    }

    private static func known(_ person: String) -> String? { person.isEmpty ? nil : person }

    func writeSmart(_ goal: Goal, _ out: inout JSONMaker) {
        out.add("population", ifThere: goal.population)
        out.add("due_day", ifThere: goal.dueDay)
        out.add("plan", ifThere: goal.plan)
        if let interim = goal.interim { out.add("interim", interim) }
        if let test = goal.test {
            var read = JSONMaker()
            read.add("value", test.value)
            read.add("on", test.on.description)
            read.add("by", ifThere: Self.known(test.by))
            out.add("test", .object(read.object))
        }
        if let agreed = goal.agreed {
            var read = JSONMaker()
            read.add("by", ifThere: Self.known(agreed.by))
            read.add("on", agreed.on.description)
            out.add("agreed", .object(read.object))
        }
        guard !goal.accepted.isEmpty else { return }
        out.add("accepted", list: goal.accepted) { one, out in
            out.add("letter", one.letter)
            out.add("rules", one.rules)
            out.add("by", ifThere: Self.known(one.by))
            out.add("on", one.on.description)
        }
    }
}

extension Scores {
    init(_ from: CohortFields, by: String?) throws(CohortFault) {
        var fields = from
        self.init()
        if let by { self.by = by } else { self.by = try fields.code("by") }
        touchesPeople = try fields.int("touches_people", 1...5)
        severalBodies = try fields.int("several_bodies", 1...5)
        ambitiousMeasurable = try fields.int("ambitious_measurable", 1...5)
        doable = try fields.int("doable_in_100_days", 1...5)
        try fields.finish()
    }

    func write(_ out: inout JSONMaker) {
        out.add("by", by)
        out.add("touches_people", touchesPeople)
        out.add("several_bodies", severalBodies)
        out.add("ambitious_measurable", ambitiousMeasurable)
        out.add("doable_in_100_days", doable)
    }
}
