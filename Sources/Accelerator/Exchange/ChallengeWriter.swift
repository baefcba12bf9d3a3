import JSON
import Language

/// Writes one challenge of a cohort's file: the mirror of ``ChallengeReader``.
struct ChallengeWriter {
    let file: CohortFile
    let challenge: Challenge

    func full(_ code: String) -> String { "\(challenge.code)-\(code)" }
    private func day(_ date: LocalDate?) -> Int? { date.flatMap { challenge.day($0) } }

    func write(_ out: inout JSONMaker) {
        writeHead(&out)
        let coach = challenge.head.coach
        let seats = challenge.seats.filter { !($0.role == .coach && $0.person == coach) }
        out.add("leadership", list: seats.filter { CohortFile.isLeadership($0.role) }, write)
        out.add("team", list: seats.filter { !CohortFile.isLeadership($0.role) }, write)
        out.add("coach", ifThere: coach)
        writeDesign(&out)
        out.add("goals", list: challenge.goals, write)
        out.add("milestones", list: challenge.milestones, write)
        out.add("blockers", list: challenge.blockers, write)
        writeReadings(&out)
        out.add("checkins", list: challenge.checkIns, write)
        out.add("decisions", list: challenge.decisions, write)
        writeWeeks(&out)
        out.add("reviews", list: challenge.reviews, write)
        writeAround(&out)
        out.add("lessons", list: challenge.lessons) { lesson, out in
            out.add("text", lesson.text)
            out.add("tags", lesson.tags)
            out.add("shared_with_cohort", lesson.isShared)
            out.add("phase", ifThere: lesson.phase)
            out.add("by", ifThere: lesson.by)
            out.add("on", ifThere: lesson.on)
        }
        if let result = challenge.result { out.add("result", self.result(result)) }
        if let plan = challenge.sustainability { out.add("sustainability", sustainability(plan)) }
        if !challenge.followUps.isEmpty { out.add("follow_ups", list: challenge.followUps, write) }
        if !challenge.initiatives.isEmpty {
            out.add("initiatives", list: challenge.initiatives, write)
        }
        writeMoves(&out)
    }

    private func writeHead(_ out: inout JSONMaker) {
        let head = challenge.head
        out.add("id", head.code)
        out.add("title", head.title)
        out.add("priority_area", ifThere: head.area)
        out.add("lead_entity", head.leadBody)
        out.add("partner_entities", head.partners)
        out.add("time_zone", ifThere: head.zone)
        out.add("challenge_note", ifThere: head.note)
        out.add("guardrails", ifThere: head.guardrails)
        out.add("approach", ifThere: head.approach)
        out.add("learning_questions", ifThere: head.questions)
        out.add("state", challenge.state.rawValue)
        out.add("design_started", ifThere: head.designStarted)
        out.add("ready_on", ifThere: head.readyOn)
        out.add("launched_on", ifThere: head.launchOn)
        if let time = head.launchTime { out.add("launch_time", time.description) }
        out.add("day_1", ifThere: head.dayOne)
        out.add("duration_days", head.duration)
        out.add("last_day", ifThere: challenge.lastDay)
        if head.midpointOn != file.cohort.midpointOn {
            out.add("midpoint_on", ifThere: head.midpointOn)
        }
        if head.closingOn != file.cohort.closingOn {
            out.add("closing_on", ifThere: head.closingOn)
        }
        if head.isAdopted { out.add("adopted", true) }
        if let weekday = head.meetingDay, let time = head.meetingTime {
            var meeting = JSONMaker()
            meeting.add("weekday", weekday)
            meeting.add("time", time.description)
            out.add("meeting", .object(meeting.object))
        }
    }

    /// Moves are written only where the dates alone would not give them.
    private func writeMoves(_ out: inout JSONMaker) {
        let stopped = challenge.moves.last { $0.to == .stopped }?.on
        if challenge.state == .stopped {
            out.add("stopped_on", ifThere: stopped ?? challenge.movedOn)
        }
        let derived = CohortFile.derivedMoves(
            challenge, to: challenge.state, stoppedOn: stopped ?? challenge.movedOn)
        let isSame = derived.elementsEqual(challenge.moves) { $0.to == $1.to && $0.on == $1.on }
        guard !isSame, !challenge.moves.isEmpty else { return }
        out.add("moves", list: challenge.moves) { move, out in
            out.add("to", move.to.rawValue)
            out.add("on", move.on.description)
            out.add("by", ifThere: move.by)
            out.add("reason", ifThere: move.reason)
        }
    }

    private func write(_ seat: Seat, _ out: inout JSONMaker) {
        out.add("user", seat.person)
        out.add("role", CohortFile.roles.first { $0.role == seat.role }?.word ?? "member")
        out.add("given_name", ifThere: file.givenName(seat.person))
        out.add("title", ifThere: seat.title)
        out.add("entity", ifThere: seat.body)
        out.add("from", ifThere: seat.from)
        out.add("left", ifThere: seat.left)
        if seat.isManagerInformed { out.add("manager_informed", true) }
    }

    private func write(_ goal: Goal, _ out: inout JSONMaker) {
        out.add("id", full(goal.code))
        out.add("primary", goal.isPrimary)
        out.add("statement", goal.statement)
        out.add("name", goal.name)
        out.add("unit", goal.unit)
        out.add("direction", goal.direction.rawValue)
        out.add("mode", goal.mode.rawValue)
        out.add("baseline", goal.baseline)
        out.add("baseline_date", ifThere: goal.baselineOn)
        out.add("source", goal.source)
        out.add("owner", ifThere: goal.owner)
        if goal.interval != 7 { out.add("reading_interval_days", goal.interval) }
        out.add("versions", list: goal.versions) { version, out in
            out.add("version", version.version)
            out.add("target", version.target)
            out.add("effective_from", version.effectiveFrom.description)
            out.add("approved_by", ifThere: version.approvedBy)
            out.add("reason", ifThere: version.reason)
            out.add("met_on", ifThere: version.metOn)
            guard !version.trajectory.isEmpty else { return }
            out.add("trajectory", list: version.trajectory) { point, out in
                out.add("day", point.day)
                out.add("share", point.share)
            }
        }
        writeSmart(goal, &out)
        guard let card = goal.smart else { return }
        var smart = JSONMaker()
        smart.add("S", card.specific)
        smart.add("M", card.measurable)
        var votes = JSONMaker()
        votes.add("votes_yes", card.votesYes)
        votes.add("votes_total", card.votesTotal)
        smart.add("A", .object(votes.object))
        smart.add("R", card.relevant)
        smart.add("T", card.timeBound)
        out.add("smart", .object(smart.object))
    }

    private func write(_ milestone: Milestone, _ out: inout JSONMaker) {
        out.add("id", full(milestone.code))
        out.add("title", milestone.title)
        out.add("due_day", day(milestone.due) ?? milestone.dueDay)
        out.add("due", milestone.due.description)
        out.add("critical", milestone.isCritical)
        out.add("owner", ifThere: milestone.owner)
        let done = milestone.state == .done ? milestone.movedOn : nil
        out.add("done_day", orNull: day(done))
        out.add("done_on", orNull: done)
        if milestone.state == .dropped { out.add("dropped_on", ifThere: milestone.movedOn) }
        if milestone.state == .carried {
            out.add("carried_to_sustainability", true)
            if milestone.movedOn != challenge.closingReview ?? challenge.lastDay {
                out.add("carried_on", ifThere: milestone.movedOn)
            }
        }
        out.add("evidence", ifThere: milestone.evidence)
    }

    private func write(_ blocker: Blocker, _ out: inout JSONMaker) {
        out.add("id", full(blocker.code))
        out.add("title", blocker.title)
        out.add("severity", blocker.severity.rawValue)
        out.add("raised_on", blocker.raisedOn.description)
        out.add("raised_day", ifThere: day(blocker.raisedOn))
        out.add("raised_by", ifThere: blocker.raisedBy.isEmpty ? nil : blocker.raisedBy)
        out.add("owner", ifThere: blocker.owner)
        out.add("escalated_on", orNull: blocker.escalatedOn)
        out.add("resolved_on", orNull: blocker.resolvedOn)
        out.add("resolution", orNull: blocker.resolution)
        if blocker.state != blocker.impliedState { out.add("state", blocker.state.rawValue) }
        if blocker.level != blocker.impliedLevel { out.add("level", blocker.level) }
        writePromises(blocker, &out)
    }

    /// All goals' readings in the order of entry; equal times in the order of the goals.
    private func writeReadings(_ out: inout JSONMaker) {
        let all = challenge.goals.flatMap { goal in
            goal.readings.map { (goal: goal.code, reading: $0) }
        }
        out.add("updates", list: all.sorted { $0.reading.enteredAt < $1.reading.enteredAt }) {
            item, out in
            let reading = item.reading
            out.add("id", reading.id)
            out.add("goal", full(item.goal))
            out.add("as_of", reading.asOf.description)
            out.add("day", ifThere: day(reading.asOf))
            out.add("value", reading.value)
            out.add("entered_at", reading.enteredAt.description)
            out.add("by", ifThere: reading.by.isEmpty ? nil : reading.by)
            out.add("via", reading.via)
            out.add("note", ifThere: reading.note)
            out.add("supersedes", ifThere: reading.supersedes)
            if reading.isBackdated { out.add("backdated", true) }
            out.add("voided_at", ifThere: reading.voidedAt?.description)
            out.add("void_reason", ifThere: reading.voidReason)
        }
    }

    private func write(_ followUp: FollowUp, _ out: inout JSONMaker) {
        out.add("id", full(followUp.code))
        out.add("check", ifThere: followUp.check?.rawValue)
        out.add("on", followUp.on.description)
        out.add("value", followUp.value)
        out.add("state", followUp.state.rawValue)
        out.add("by", ifThere: followUp.by.isEmpty ? nil : followUp.by)
        out.add("note", ifThere: followUp.note)
    }
    private func write(_ initiative: Initiative, _ out: inout JSONMaker) {
        out.add("id", full(initiative.code))
        out.add("name", initiative.name)
        out.add("launched_on", initiative.launchedOn.description)
        out.add("by", ifThere: initiative.by.isEmpty ? nil : initiative.by)
    }

    private func write(_ checkIn: CheckIn, _ out: inout JSONMaker) {
        out.add("week", checkIn.week)
        out.add("date", checkIn.date.description)
        out.add("day", ifThere: day(checkIn.date))
        out.add("by", ifThere: checkIn.by.isEmpty ? nil : checkIn.by)
        out.add("done", checkIn.done)
        out.add("next", checkIn.next)
        out.add("help", checkIn.help)
        out.add("confidence", ifThere: checkIn.confidence)
        out.add("energy", ifThere: checkIn.energy)
        if checkIn.isUnchanged { out.add("unchanged", true) }
    }

    private func write(_ decision: DecisionAsked, _ out: inout JSONMaker) {
        out.add("id", full(decision.code))
        out.add("by", ifThere: decision.decider.isEmpty ? nil : decision.decider)
        out.add("text", decision.text)
        out.add("unblocks", ifThere: decision.unblocks.map(full))
        out.add("asked_on", decision.askedOn.description)
        out.add("asked_by", ifThere: decision.askedBy)
        out.add("due", ifThere: decision.due)
        out.add("decided_on", ifThere: decision.decidedOn)
        out.add("kind", ifThere: decision.kind)
        out.add("goal_version", ifThere: decision.goalVersion)
        if decision.state != decision.impliedState { out.add("state", decision.state.rawValue) }
        out.add("words", ifThere: decision.words)
        out.add("talk_by", ifThere: decision.talkBy)
        out.add("talk_on", ifThere: decision.talkOn)
    }

    private func write(_ review: Review, _ out: inout JSONMaker) {
        out.add("type", review.kind.rawValue)
        out.add("date", review.date.description)
        out.add("day", ifThere: challenge.reviewDay(review.date))
        out.add("attended", ifThere: review.attended)
        out.add("outputs", review.outputs)
        out.add("planned_day", ifThere: review.plannedDay)
        out.add("moved_because", ifThere: review.movedBecause)
        writeForm(review, &out)
    }

    private func result(_ result: ChallengeResult) -> JSONValue {
        var out = JSONMaker()
        out.add("final_value", orNull: result.finalValue)
        out.add("progress", orNull: result.progress)
        out.add("progress_vs_original_target", orNull: result.progressVersusFirst)
        out.add("verdict", result.verdict.rawValue)
        out.add("confirmed_by", ifThere: result.confirmedBy)
        return .object(out.object)
    }

    private func sustainability(_ plan: Sustainability) -> JSONValue {
        var out = JSONMaker()
        out.add("path", ifThere: plan.path?.rawValue)
        out.add("pledge_signed_by", plan.signedBy)
        out.add("signed_on", ifThere: plan.signedOn)
        out.add("receiving_unit", plan.receivingUnit)
        out.add("owner_title", plan.ownerTitle)
        out.add("practices", list: plan.practices) { practice, out in
            out.add("text", practice.text)
            out.add("owner_title", practice.ownerTitle)
            out.add("resource", practice.resource)
        }
        out.add("check_points", list: plan.checkPoints) { point, out in
            out.add("offset_days", point.offsetDays)
            out.add("date", point.date.description)
        }
        if let hold = plan.holdValue { out.add("hold_value_at", hold) }
        out.add("pledge", ifThere: plan.pledgeText)
        return .object(out.object)
    }
}
