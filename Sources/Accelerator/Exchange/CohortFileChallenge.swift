import JSON
import Language

// Reading one challenge of a cohort's file.

extension CohortFile {
    mutating func readChallenge(_ item: (value: JSONValue, path: String)) throws(CohortFault) {
        var fields = try CohortFields(item.value, path: item.path)
        var challenge = Challenge()
        challenge.head = try readHead(&fields)
        try fields.refuse(
            twice: challenge.code, if: challenges.contains { $0.code == challenge.code })
        try readSeats(&fields, &challenge)
        let known = Set(people.map(\.code))
        var reader = ChallengeReader(challenge: challenge, people: known)
        try reader.readWork(&fields)
        try reader.readEnd(&fields)
        let state: ChallengeState = try fields.word("state")
        let stoppedOn = try fields.optionalDate("stopped_on")
        if state == .stopped, stoppedOn == nil { throw fields.fault("stopped_on", "missing") }
        challenge = reader.challenge
        challenge.moves =
            try readMoves(&fields) ?? Self.derivedMoves(challenge, to: state, stoppedOn: stoppedOn)
        try fields.finish()
        challenge.state = state
        challenge.movedOn = challenge.moves.last?.on
        challenge.reason = challenge.moves.last?.reason
        challenges.append(challenge)
    }

    private func readHead(_ fields: inout CohortFields) throws(CohortFault) -> ChallengeHead {
        var head = ChallengeHead()
        head.code = try fields.code("id")
        head.cohort = cohort.code
        head.title = try fields.text("title")
        head.area = try fields.optionalCode("priority_area")
        if let area = head.area, !programme.areas.contains(where: { $0.code == area }) {
            throw fields.fault("priority_area", "there is no area \(area)")
        }
        head.leadBody = try fields.optionalText("lead_entity") ?? ""
        head.partners = try fields.texts("partner_entities")
        head.proposal = proposals.first { $0.state == .accepted && $0.challenge == head.code }?.code
        head.zone = try fields.optionalText("time_zone")
        head.note = try fields.optionalText("challenge_note")
        head.guardrails = try fields.optionalText("guardrails")
        head.approach = try fields.optionalText("approach")
        head.questions = try fields.optionalText("learning_questions")
        head.designStarted = try fields.optionalDate("design_started")
        head.readyOn = try fields.optionalDate("ready_on")
        head.launchOn = try fields.optionalDate("launched_on")
        if fields.has("launch_time") { head.launchTime = try fields.time("launch_time") }
        head.dayOne = try fields.optionalDate("day_1")
        head.duration = try fields.optionalInt("duration_days", 1...100) ?? cohort.duration
        let duration = head.duration
        try fields.check("last_day", head.dayOne.map { $0 + (duration - 1) })
        head.midpointOn = try fields.optionalDate("midpoint_on") ?? cohort.midpointOn
        head.closingOn = try fields.optionalDate("closing_on") ?? cohort.closingOn
        head.coach = try fields.optionalCode("coach")
        head.isAdopted = try fields.optionalBool("adopted") ?? false
        if var meeting = try fields.object("meeting") {
            head.meetingDay = try meeting.int("weekday", 1...7)
            head.meetingTime = try meeting.time("time")
            try meeting.finish()
        }
        return head
    }

    /// The words of the file for the roles of the method.
    static let roles: [(word: String, role: Role)] = [
        ("sponsor", .sponsor), ("system_leader", .systemLeader), ("team_lead", .teamLeader),
        ("data_keeper", .dataKeeper), ("scribe", .scribe), ("member", .member), ("coach", .coach),
        ("viewer", .viewer), ("trainer", .trainer), ("programme_office", .office),
        ("admin", .admin),
    ]
    static func isLeadership(_ role: Role) -> Bool { role == .sponsor || role == .systemLeader }

    private mutating func readSeats(_ fields: inout CohortFields, _ challenge: inout Challenge)
        throws(CohortFault)
    {
        for item in try fields.list("leadership") {
            challenge.seats.append(try readSeat(item, leadership: true))
        }
        if let coach = challenge.head.coach {
            guard people.contains(where: { $0.code == coach }) else {
                throw fields.fault("coach", "nobody is called \(coach)")
            }
            var seat = Seat()
            seat.person = coach
            seat.role = .coach
            challenge.seats.append(seat)
        }
        for item in try fields.list("team") {
            challenge.seats.append(try readSeat(item, leadership: false))
        }
        var seen: Set<Seat> = []
        for seat in challenge.seats where !seen.insert(seat).inserted {
            throw fields.fault("team", "\(seat.person) has one seat twice")
        }
    }

    private mutating func readSeat(
        _ item: (value: JSONValue, path: String), leadership: Bool
    ) throws(CohortFault) -> Seat {
        var fields = try CohortFields(item.value, path: item.path)
        var seat = Seat()
        seat.person = try fields.code("user")
        let word = try fields.text("role")
        guard let role = Self.roles.first(where: { $0.word == word })?.role,
            Self.isLeadership(role) == leadership
        else { throw fields.fault("role", "“\(word)” is not a role here") }
        seat.role = role
        seat.title = try fields.optionalText("title")
        seat.body = try fields.optionalText("entity")
        seat.from = try fields.optionalDate("from")
        seat.left = try fields.optionalDate("left")
        seat.isManagerInformed = try fields.optionalBool("manager_informed") ?? false
        meet(seat.person, name: try fields.optionalText("given_name"))
        try fields.finish()
        return seat
    }

    private func readMoves(_ fields: inout CohortFields) throws(CohortFault) -> [ChallengeMove]? {
        let items = try fields.list("moves")
        guard !items.isEmpty else { return nil }
        var moves: [ChallengeMove] = []
        for item in items {
            var fields = try CohortFields(item.value, path: item.path)
            var move = ChallengeMove()
            move.to = try fields.word("to")
            move.on = try fields.date("on")
            move.by = try fields.optionalCode("by")
            move.reason = try fields.optionalText("reason")
            try fields.finish()
            if let last = moves.last, last.on > move.on {
                throw fields.fault("on", "before the move that stands above it")
            }
            moves.append(move)
        }
        return moves
    }

    /// The moves that the dates of a challenge imply.
    ///
    /// 1. framing when design started; staffing and ready when it was ready; launched at the launch;
    ///    accelerating on Day 1; results the day after the last one; sustaining at the closing review;
    ///    handed over and closed when the pledge was signed. Only as far as its state says.
    /// 2. Stopped: all that had been reached by then, then the stop, for the reason of its decision.
    /// 3. A date that is missing is the one before it.
    static func derivedMoves(
        _ challenge: Challenge, to state: ChallengeState, stoppedOn: LocalDate?
    ) -> [ChallengeMove] {
        let head = challenge.head
        let closing = challenge.closingReview
        let way: [(state: ChallengeState, on: LocalDate?)] = [
            (.framing, head.designStarted), (.staffing, head.readyOn), (.ready, head.readyOn),
            (.launched, head.launchOn), (.accelerating, head.dayOne),
            (.results, challenge.lastDay.map { $0 + 1 }),
            (.sustaining, closing), (.handedOver, challenge.sustainability?.signedOn ?? closing),
            (.closed, challenge.sustainability?.signedOn ?? closing),
        ]
        let end = state == .withdrawn ? 0 : way.firstIndex { $0.state == state } ?? way.count - 1
        let firstKnown = way.compactMap(\.on).min() ?? stoppedOn
        guard var on = firstKnown else { return [] }
        var moves: [ChallengeMove] = []
        for step in way[...end] {
            if let date = step.on { on = max(on, date) }
            if let stoppedOn, state == .stopped, step.on.map({ $0 > stoppedOn }) ?? true { break }
            var move = ChallengeMove()
            move.to = step.state
            move.on = on
            moves.append(move)
        }
        if state == .stopped || state == .withdrawn {
            var move = ChallengeMove()
            move.to = state
            move.on = stoppedOn ?? on
            move.reason = challenge.decisions.last { $0.kind == "stop" }?.text
            moves.append(move)
        }
        return moves
    }
}

extension Challenge {
    /// The day of the closing review, if it was held.
    var closingReview: LocalDate? { reviews.last { $0.kind == .closing }?.date }
    /// The day number of a review: the launch is Day 0, however many days before Day 1 it was.
    func reviewDay(_ date: LocalDate) -> Int? { date == head.launchOn ? 0 : day(date) }
}
