import JSON
import Language

/// Reads what happens inside one challenge of a cohort's file.
struct ChallengeReader {
    var challenge: Challenge
    /// Who may be named.
    let people: Set<String>

    typealias Item = (value: JSONValue, path: String)

    mutating func readWork(_ fields: inout CohortFields) throws(CohortFault) {
        for item in try fields.list("goals") { try readGoal(item) }
        if challenge.goals.count(where: \.isPrimary) > 1 {
            throw fields.fault("goals", "one primary goal at most is expected")
        }
        for item in try fields.list("milestones") { try readMilestone(item) }
        for item in try fields.list("blockers") { try readBlocker(item) }
        var ids: Set<String> = []
        for item in try fields.list("updates") { try readReading(item, &ids) }
        for place in challenge.goals.indices {
            // In the order of entry; Swift's sort keeps the file's order for equal times.
            challenge.goals[place].readings.sort { $0.enteredAt < $1.enteredAt }
        }
        for item in try fields.list("checkins") { try readCheckIn(item) }
        for item in try fields.list("decisions") { try readDecision(item) }
        try readDesign(&fields)
        for item in try fields.list("actions") { try readAction(item) }
        for item in try fields.list("risks") { try readRisk(item) }
        for item in try fields.list("declared_colours") { try readDeclaration(item) }
    }

    mutating func readEnd(_ fields: inout CohortFields) throws(CohortFault) {
        for item in try fields.list("reviews") { try readReview(item) }
        try readAround(&fields)
        let closing = challenge.closingReview
        for place in challenge.milestones.indices
        where challenge.milestones[place].state == .carried {
            challenge.milestones[place].movedOn =
                challenge.milestones[place].movedOn ?? closing ?? challenge.lastDay
        }
        for var fields in try fields.items("lessons") {
            var lesson = Lesson()
            lesson.text = try fields.text("text")
            lesson.tags = try fields.texts("tags")
            lesson.isShared = try fields.optionalBool("shared_with_cohort") ?? false
            lesson.phase = try fields.optionalText("phase")
            lesson.by = try person(&fields, "by")
            lesson.on = try fields.optionalDate("on")
            try fields.finish()
            challenge.lessons.append(lesson)
        }
        if var result = try fields.object("result") {
            var read = ChallengeResult()
            read.finalValue = try result.optionalNumber("final_value")
            read.progress = try result.optionalNumber("progress")
            read.progressVersusFirst = try result.optionalNumber("progress_vs_original_target")
            read.verdict = try result.word("verdict")
            read.confirmedBy = try result.optionalCode("confirmed_by")
            try result.finish()
            challenge.result = read
        }
        if let sustainability = try fields.object("sustainability") {
            try readSustainability(sustainability)
        }
        for item in try fields.list("follow_ups") { try readFollowUp(item) }
        for item in try fields.list("initiatives") { try readInitiative(item) }
    }

    // MARK: Small things that several need

    func person(_ fields: inout CohortFields, _ name: String) throws(CohortFault) -> String? {
        guard let code = try fields.optionalCode(name) else { return nil }
        guard people.contains(code) else { throw fields.fault(name, "nobody is called \(code)") }
        return code
    }
    /// `M3` out of `CH-01-M3`.
    func local(_ fields: inout CohortFields, _ name: String = "id") throws(CohortFault) -> String {
        let code = try fields.code(name)
        let prefix = challenge.code + "-"
        guard code.utf8.starts(with: prefix.utf8), code.utf8.count > prefix.utf8.count else {
            throw fields.fault(name, "a code that begins with \(prefix) is expected, not “\(code)”")
        }
        return String(code.dropFirst(prefix.count))
    }
    private func day(_ date: LocalDate?) -> Int? { date.flatMap { challenge.day($0) } }
    // MARK: Goals and readings

    private mutating func readGoal(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var goal = Goal()
        goal.code = try local(&fields)
        try fields.refuse(twice: goal.code, if: challenge.goals.contains { $0.code == goal.code })
        goal.isPrimary = try fields.optionalBool("primary") ?? false
        goal.statement = try fields.optionalText("statement") ?? ""
        goal.name = try fields.text("name")
        goal.unit = try fields.optionalText("unit") ?? ""
        goal.direction = try fields.word("direction")
        goal.mode = try fields.word("mode")
        goal.baseline = try fields.number("baseline")
        goal.baselineOn = try fields.optionalDate("baseline_date")
        goal.source = try fields.optionalText("source") ?? ""
        goal.owner = try person(&fields, "owner")
        goal.interval = try fields.optionalInt("reading_interval_days", 1...100) ?? 7
        for item in try fields.list("versions") {
            let version = try readVersion(item)
            if let last = goal.versions.last,
                last.version >= version.version || last.effectiveFrom > version.effectiveFrom
            {
                throw CohortFault(path: item.path, why: "versions are expected in order")
            }
            goal.versions.append(version)
        }
        guard !goal.versions.isEmpty else {
            throw fields.fault("versions", "one at least is expected")
        }
        if var smart = try fields.object("smart") {
            var card = SmartRecord()
            card.specific = try smart.bool("S")
            card.measurable = try smart.bool("M")
            if var votes = try smart.object("A") {
                card.votesYes = try votes.int("votes_yes", 0...1000)
                card.votesTotal = try votes.int("votes_total", 0...1000)
                try votes.finish()
            }
            card.relevant = try smart.optionalText("R") ?? ""
            card.timeBound = try smart.optionalText("T") ?? ""
            try smart.finish()
            goal.smart = card
        }
        try readSmart(&fields, &goal)
        try fields.finish()
        challenge.goals.append(goal)
    }

    private mutating func readFollowUp(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var read = FollowUp()
        read.code = try local(&fields)
        try fields.refuse(
            twice: read.code, if: challenge.followUps.contains { $0.code == read.code })
        read.check = try fields.optionalWord("check")
        read.on = try fields.date("on")
        read.value = try fields.number("value")
        read.state = try fields.word("state")
        read.by = try person(&fields, "by") ?? ""
        read.note = try fields.optionalText("note")
        try fields.finish()
        challenge.followUps.append(read)
    }

    private mutating func readInitiative(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var read = Initiative()
        read.code = try local(&fields)
        try fields.refuse(
            twice: read.code, if: challenge.initiatives.contains { $0.code == read.code })
        read.name = try fields.text("name")
        read.launchedOn = try fields.date("launched_on")
        read.by = try person(&fields, "by") ?? ""
        try fields.finish()
        challenge.initiatives.append(read)
    }

    private func readVersion(_ item: Item) throws(CohortFault) -> GoalVersion {
        var fields = try CohortFields(item.value, path: item.path)
        var version = GoalVersion()
        version.version = try fields.int("version", 1...1000)
        version.target = try fields.number("target")
        version.effectiveFrom = try fields.date("effective_from")
        version.approvedBy = try person(&fields, "approved_by")
        version.reason = try fields.optionalText("reason")
        version.metOn = try fields.optionalDate("met_on")
        for var point in try fields.items("trajectory") {
            var read = TrajectoryPoint()
            read.day = try point.int("day", 1...100)
            read.share = try point.number("share")
            try point.finish()
            version.trajectory.append(read)
        }
        try fields.finish()
        return version
    }

    private mutating func readReading(_ item: Item, _ ids: inout Set<String>) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var reading = Reported()
        reading.id = try fields.code("id")
        try fields.refuse(twice: reading.id, if: !ids.insert(reading.id).inserted)
        let goal = try local(&fields, "goal")
        guard let place = challenge.goals.firstIndex(where: { $0.code == goal }) else {
            throw fields.fault("goal", "there is no goal \(goal)")
        }
        reading.asOf = try fields.date("as_of")
        try fields.check("day", day(reading.asOf))
        reading.value = try fields.number("value")
        reading.enteredAt = try fields.instant("entered_at")
        // Nowhere is it a later date than at UTC+14.
        guard reading.asOf <= reading.enteredAt.local(offset: 14 * 3600).date else {
            throw fields.fault("as_of", "the day had not come when it was entered")
        }
        reading.by = try person(&fields, "by") ?? ""
        reading.via = try fields.optionalText("via") ?? "import"
        reading.note = try fields.optionalText("note")
        reading.supersedes = try fields.optionalCode("supersedes")
        if let other = reading.supersedes, !ids.contains(other) || other == reading.id {
            throw fields.fault("supersedes", "there is no reading \(other) before it")
        }
        reading.isBackdated = try fields.optionalBool("backdated") ?? false
        reading.voidedAt = try fields.optionalInstant("voided_at")
        reading.voidReason = try fields.optionalText("void_reason")
        if let voided = reading.voidedAt, voided < reading.enteredAt {
            throw fields.fault("voided_at", "before it was entered")
        }
        try fields.finish()
        challenge.goals[place].readings.append(reading)
    }

    // MARK: Work

    private mutating func readMilestone(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var milestone = Milestone()
        milestone.code = try local(&fields)
        try fields.refuse(
            twice: milestone.code, if: challenge.milestones.contains { $0.code == milestone.code })
        milestone.title = try fields.text("title")
        milestone.due = try fields.date("due")
        milestone.dueDay = day(milestone.due) ?? 0
        try fields.check("due_day", day(milestone.due))
        milestone.isCritical = try fields.optionalBool("critical") ?? false
        milestone.owner = try person(&fields, "owner")
        milestone.evidence = try fields.optionalText("evidence")
        let done = try fields.optionalDate("done_on")
        try fields.check("done_day", day(done))
        let dropped = try fields.optionalDate("dropped_on")
        let isCarried = try fields.optionalBool("carried_to_sustainability") ?? false
        let carried = try fields.optionalDate("carried_on")
        guard [done != nil, dropped != nil, isCarried].count(where: { $0 }) <= 1 else {
            throw fields.fault("done_on", "done, dropped and carried exclude each other")
        }
        milestone.state =
            done != nil ? .done : dropped != nil ? .dropped : isCarried ? .carried : .open
        milestone.movedOn = done ?? dropped ?? (isCarried ? carried : nil)
        try fields.finish()
        challenge.milestones.append(milestone)
    }

    private mutating func readBlocker(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var blocker = Blocker()
        blocker.code = try local(&fields)
        try fields.refuse(
            twice: blocker.code, if: challenge.blockers.contains { $0.code == blocker.code })
        blocker.title = try fields.text("title")
        blocker.severity = try fields.word("severity")
        blocker.raisedOn = try fields.date("raised_on")
        try fields.check("raised_day", day(blocker.raisedOn))
        blocker.raisedBy = try person(&fields, "raised_by") ?? ""
        blocker.owner = try person(&fields, "owner")
        blocker.escalatedOn = try fields.optionalDate("escalated_on")
        blocker.resolvedOn = try fields.optionalDate("resolved_on")
        blocker.resolution = try fields.optionalText("resolution")
        blocker.state = try fields.optionalWord("state") ?? blocker.impliedState
        blocker.level = try fields.optionalInt("level", 0...3) ?? blocker.impliedLevel
        blocker.promises = try readPromises(&fields)
        try fields.finish()
        challenge.blockers.append(blocker)
    }

    private mutating func readCheckIn(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var checkIn = CheckIn()
        checkIn.week = try fields.int("week", 0...20)
        checkIn.date = try fields.date("date")
        try fields.check("day", day(checkIn.date))
        checkIn.by = try person(&fields, "by") ?? ""
        checkIn.done = try fields.optionalText("done") ?? ""
        checkIn.next = try fields.optionalText("next") ?? ""
        checkIn.help = try fields.optionalText("help") ?? ""
        checkIn.confidence = try fields.optionalInt("confidence", 1...5)
        checkIn.energy = try fields.optionalInt("energy", 1...5)
        checkIn.isUnchanged = try fields.optionalBool("unchanged") ?? false
        try fields.finish()
        try fields.refuse(
            twice: "week \(checkIn.week) of \(checkIn.by)",
            if: challenge.checkIns.contains { $0.week == checkIn.week && $0.by == checkIn.by })
        challenge.checkIns.append(checkIn)
    }

    private mutating func readDecision(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var decision = DecisionAsked()
        decision.code = try local(&fields)
        try fields.refuse(
            twice: decision.code, if: challenge.decisions.contains { $0.code == decision.code })
        decision.text = try fields.text("text")
        decision.decider = try person(&fields, "by") ?? ""
        decision.askedBy = try person(&fields, "asked_by")
        decision.askedOn = try fields.date("asked_on")
        decision.due = try fields.optionalDate("due")
        if let blocker = try fields.optionalCode("unblocks") {
            let prefix = challenge.code + "-"
            let code =
                blocker.utf8.starts(with: prefix.utf8)
                ? String(blocker.dropFirst(prefix.count)) : blocker
            guard challenge.blockers.contains(where: { $0.code == code }) else {
                throw fields.fault("unblocks", "there is no blocker \(blocker)")
            }
            decision.unblocks = code
        }
        decision.kind = try fields.optionalText("kind")
        decision.goalVersion = try fields.optionalInt("goal_version", 1...1000)
        decision.decidedOn = try fields.optionalDate("decided_on")
        decision.state = try fields.optionalWord("state") ?? decision.impliedState
        decision.words = try fields.optionalText("words")
        decision.talkBy = try person(&fields, "talk_by")
        decision.talkOn = try fields.optionalDate("talk_on")
        try fields.finish()
        challenge.decisions.append(decision)
    }

    // MARK: Reviews and the end

    private mutating func readReview(_ item: Item) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var review = Review()
        review.kind = try fields.word("type")
        review.date = try fields.date("date")
        try fields.check("day", challenge.reviewDay(review.date))
        review.attended = try fields.optionalInt("attended", 0...100_000)
        review.outputs = try fields.texts("outputs")
        review.plannedDay = try fields.optionalInt("planned_day", 0...100)
        review.movedBecause = try fields.optionalText("moved_because")
        review.form = try Self.readForm(&fields)
        try fields.finish()
        challenge.reviews.append(review)
    }

    private mutating func readSustainability(_ from: CohortFields) throws(CohortFault) {
        var fields = from
        var plan = Sustainability()
        plan.path = try fields.optionalWord("path")
        plan.receivingUnit = try fields.optionalText("receiving_unit") ?? ""
        plan.ownerTitle = try fields.optionalText("owner_title") ?? ""
        plan.holdValue = try fields.optionalNumber("hold_value_at")
        plan.pledgeText = try fields.optionalText("pledge")
        for item in try fields.list("pledge_signed_by") {
            guard let code = item.value.string, people.contains(code) else {
                throw CohortFault(path: item.path, why: "a person of this file is expected")
            }
            plan.signedBy.append(code)
        }
        plan.signedOn = try fields.optionalDate("signed_on")
        for var practice in try fields.items("practices") {
            var read = Practice()
            read.text = try practice.text("text")
            read.ownerTitle = try practice.optionalText("owner_title") ?? ""
            read.resource = try practice.optionalText("resource") ?? ""
            try practice.finish()
            plan.practices.append(read)
        }
        for var point in try fields.items("check_points") {
            var read = CheckPoint()
            read.offsetDays = try point.int("offset_days", 0...10_000)
            read.date = try point.date("date")
            try point.finish()
            plan.checkPoints.append(read)
        }
        try fields.finish()
        challenge.sustainability = plan
    }
}

extension Blocker {
    /// What its dates say, where nothing else is said.
    var impliedState: BlockerState {
        resolvedOn != nil ? .resolved : escalatedOn != nil ? .escalated : .open
    }
    var impliedLevel: Int { escalatedOn == nil ? 0 : 1 }
}

extension DecisionAsked {
    var impliedState: DecisionState { decidedOn == nil ? .asked : .decided }
}
