import Language

// From the facts to what they call for. Each function reads like a phase of the reminder calendar; a matter is
// simply not found any more once its reason is gone.

/// Puts together what an owner calls for: a row, as the cohort's office wants it, with a thing and a day.
struct Finder {
    let ground: Matter.Ground
    let cohort: Cohort?
    /// What its office changed about rows.
    let reminders: [RowSetting]
    /// The day of which nothing is reminded any more: what was taken over then was not known before.
    var since: LocalDate?
    var found: [Matter] = []

    var days: WorkingDays { ground.days }
    var zone: String { ground.zone }

    init(
        _ place: Matter.Place, zone: String, cohort: Cohort?, programme: Programme?
    ) {
        ground = Matter.Ground(
            place, zone: zone, days: (programme?.calendar ?? WorkingCalendar()).days,
            programme: programme)
        self.cohort = cohort
        reminders = cohort?.reminders ?? []
    }

    mutating func add(
        _ row: Row, _ code: String, _ nominal: LocalDate?,
        _ change: (inout Matter) -> Void = { _ in }
    ) {
        guard let nominal, let row = row.set(by: reminders) else { return }
        var matter = Matter(row: row, code: code, nominal: nominal, ground: ground)
        matter.since = since
        change(&matter)
        found.append(matter)
    }
}

extension Reminding {
    // MARK: A challenge

    func ofChallenge(_ challenge: Challenge) -> [Matter] {
        guard !challenge.isOver else { return [] }
        let cohort = state.cohorts[challenge.head.cohort]
        let programme = cohort.flatMap { state.programmes[$0.programme] }
        var finder = Finder(
            .challenge(challenge), zone: State.zone(of: challenge, cohort, programme),
            cohort: cohort, programme: programme)
        if challenge.head.isAdopted { finder.since = challenge.goals.first?.baselineOn }
        switch challenge.state {
        case .framing, .staffing, .ready: beforeLaunch(challenge, &finder)
        case .launched, .accelerating:
            running(challenge, &finder)
            reviews(challenge, &finder)
            news(challenge, &finder)
            ending(challenge, &finder)
        case .results:
            results(challenge, &finder)
            closing(challenge, &finder)
        case .sustaining, .handedOver: aftermath(challenge, &finder)
        case .closed, .stopped, .withdrawn: break
        }
        if challenge.state != .handedOver { work(challenge, &finder) }
        return finder.found
    }

    /// Rows 3–7.
    private func beforeLaunch(_ challenge: Challenge, _ finder: inout Finder) {
        guard let launch = challenge.head.launchOn ?? finder.cohort?.launchOn else { return }
        let code = challenge.code
        if challenge.holders(of: .sponsor).isEmpty || challenge.holders(of: .systemLeader).isEmpty {
            finder.add(.leadershipMissing, code, launch - 21) { $0.last = launch }
        }
        if challenge.state == .framing { finder.add(.noteDue, code, launch) }
        if !challenge.team.isEmpty, !challenge.uninformed.isEmpty {
            finder.add(.managerUninformed, code, launch)
        }
        finder.add(.launchInvitation, code, launch) { $0.time = challenge.head.launchTime }
        finder.add(.launchGate, code, launch)
    }

    /// Rows 8–15: the weeks of a team.
    private func running(_ challenge: Challenge, _ finder: inout Finder) {
        guard let dayOne = challenge.dayOne, let lastDay = challenge.lastDay else { return }
        let code = challenge.code
        let isNew = !challenge.head.isAdopted
        let goals = challenge.goals
        let primary = goals.firstIndex { $0.isPrimary } ?? goals.indices.first
        let hasReading = primary.map { goals[$0].hasReading } ?? true
        if isNew {
            finder.add(.dayOne, code, dayOne) { $0.last = lastDay }
            if !challenge.hasTicked(.thanks) {
                finder.add(.thanksManagers, code, dayOne) { $0.last = lastDay }
            }
            if let primary, !hasReading, goals[primary].mode != .yesNo {
                finder.add(.readingFirst, "\(code)-\(goals[primary].code)", dayOne) {
                    $0.last = lastDay
                }
            }
        }
        finder.add(.winFifteen, code, dayOne) { $0.last = lastDay }
        meetings(challenge, dayOne, lastDay, &finder)
        for place in goals.indices {
            let due = Self.readingDue(goals[place], dayOne: dayOne)
            finder.add(.readingDue, code + "-" + goals[place].code, due) {
                $0.owner = goals[place].owner ?? challenge.holders(of: .dataKeeper).first
                $0.first = dayOne
                $0.last = lastDay
                // The first figure is asked for by a row of its own.
                if isNew, !hasReading, goals[place].isPrimary { $0.without = [0, 1] }
            }
        }
        let milestones = challenge.milestones
        for place in milestones.indices where milestones[place].state == .open {
            finder.add(
                .milestoneDue, code + "-" + milestones[place].code, milestones[place].due
            ) {
                $0.owner = milestones[place].owner
                $0.first = dayOne
                $0.last = lastDay
                if !milestones[place].isCritical { $0.without = Self.criticalOnly }
            }
        }
        finder.found += digests(of: challenge, finder, dayOne, lastDay)
    }

    private static let criticalOnly = Places(
        Row.milestoneDue.steps.indices.filter { Row.milestoneDue.steps[$0].criticalOnly })

    /// Rows 12 and 13: each weekly meeting from the floor on, on the day that the calendar moves it to.
    private func meetings(
        _ challenge: Challenge, _ dayOne: LocalDate, _ lastDay: LocalDate, _ finder: inout Finder
    ) {
        guard let weekday = challenge.head.meetingDay, (1...7).contains(weekday),
            let time = challenge.head.meetingTime
        else { return }
        let from = max(lookedAt.date - 7, dayOne)
        var slot = from + (weekday - from.weekday + 7) % 7
        // Where one looks far back, what is to come is looked for all the same.
        let end = min(lastDay, lookedAt.date + max(reach, 28))
        while slot <= end {
            defer { slot = slot + 7 }
            guard let day = challenge.meeting(inWeekOf: slot, finder.days), day >= dayOne,
                day <= lastDay
            else { continue }
            finder.add(.meetingWeekly, challenge.code, slot) {
                $0.time = time
                $0.held = day
                $0.last = lastDay
            }
            guard let week = challenge.week(on: slot),
                !challenge.checkIns.contains(where: { $0.week == week })
            else { continue }
            finder.add(.checkInMissing, challenge.code, slot) {
                $0.held = day
                $0.last = lastDay
            }
        }
    }

    /// Rows 16, 17 and 31: what is stuck, asked, promised; also after the last day.
    private func work(_ challenge: Challenge, _ finder: inout Finder) {
        let code = challenge.code
        for blocker in challenge.blockers where blocker.isOpen {
            let whole = "\(code)-\(blocker.code)"
            switch blocker.severity {
            case .critical: finder.add(.blockerCritical, whole, blocker.raisedOn)
            case .high: finder.add(.blockerHigh, whole, blocker.raisedOn)
            default: break
            }
            guard let promise = blocker.promises.last else { continue }
            finder.add(.promiseDue, whole, promise.until) {
                $0.owner = promise.by
                $0.since = promise.on
            }
        }
        let medium = challenge.blockers.filter { $0.isOpen && $0.severity == .medium }.map(
            \.raisedOn
        ).min()
        if let medium, let lastDay = challenge.lastDay {
            repeating(.blockerMedium, code, medium + 1, lastDay, &finder)
        }
        for decision in challenge.decisions where decision.state == .asked {
            finder.add(.decisionAsked, "\(code)-\(decision.code)", decision.due) {
                $0.owner = decision.decider
                $0.since = decision.askedOn
            }
        }
    }

    /// Rows 21 and 22.
    private func news(_ challenge: Challenge, _ finder: inout Finder) {
        let code = challenge.code
        if let seen = challenge.seen, seen.isWorse {
            finder.add(.colourWorse, code, seen.on) {
                if seen.colour != .offTrack { $0.without = [1] }
            }
        }
        for day in Recognition.days(
            challenge, zones, finder.zone, finder.days, around: lookedAt.date)
        {
            finder.add(.recognition, code, day)
        }
    }

    /// Rows 23–25, and what is prepared before the last day.
    private func ending(_ challenge: Challenge, _ finder: inout Finder) {
        guard let dayOne = challenge.dayOne, let lastDay = challenge.lastDay else { return }
        let code = challenge.code
        let plan = challenge.sustainability
        finder.add(.sustainPlan, code, dayOne) {
            $0.last = lastDay
            if plan?.practices.isEmpty == false { $0.without.formUnion([0, 1, 2]) }
            if plan?.pledgeText != nil { $0.without.insert(3) }
        }
        finder.add(.countdown, code, lastDay) { $0.first = dayOne }
        finder.add(.dayHundred, code, lastDay)
        results(challenge, &finder)
        closing(challenge, &finder)
    }

    /// Row 26.
    private func results(_ challenge: Challenge, _ finder: inout Finder) {
        guard let lastDay = challenge.lastDay else { return }
        let end = lastDay + ChallengeView.lateWindow
        finder.add(.resultsOpen, challenge.code, lastDay) { $0.last = end }
        let goals = challenge.goals
        guard let primary = goals.firstIndex(where: { $0.isPrimary }) ?? goals.indices.first,
            goals[primary].mode != .yesNo, !goals[primary].hasReading(from: lastDay)
        else { return }
        finder.add(.lateWindow, "\(challenge.code)-\(goals[primary].code)", lastDay) {
            $0.last = end
        }
    }

    /// Rows 28 and 29.
    private func aftermath(_ challenge: Challenge, _ finder: inout Finder) {
        let closed =
            challenge.reviews.last { $0.kind == .closing }?.date
            ?? challenge.moves.last { $0.to == .sustaining }?.on
        if !challenge.hasTicked(.loop) { finder.add(.closingLoop, challenge.code, closed) }
        for check in challenge.checksAhead {
            finder.add(.followUpCheck, challenge.code, check.date)
        }
    }

    // MARK: Cohort, proposal, programme

    func ofCohort(_ cohort: Cohort) -> [Matter] {
        guard let programme = state.programmes[cohort.programme] else { return [] }
        var finder = Finder(
            .cohort(cohort), zone: State.zone(of: nil, cohort, programme), cohort: cohort,
            programme: programme)
        switch cohort.state {
        case .callOpen:
            finder.add(.callOpens, cohort.code, cohort.callOpened)
            finder.add(.callCloses, cohort.code, cohort.callClosed)
            let contacts = contacts(of: programme, cohort)
            finder.add(.callInvited, cohort.code, cohort.callOpened) {
                $0.named[.contacts] = contacts
            }
            finder.add(.callEnding, cohort.code, cohort.callClosed) {
                $0.named[.contacts] = contacts
            }
        case .accelerating:
            guard let first = cohort.dayOne else { break }
            finder.found += digests(of: cohort, finder, first, first + (cohort.duration - 1))
            // Its challenges may begin two weeks later.
            repeating(.colourLook, cohort.code, first, first + (cohort.duration + 13), &finder)
        default: break
        }
        return finder.found
    }

    /// Whom the bodies named, each once; the office hears of its call anyway.
    private func contacts(of programme: Programme, _ cohort: Cohort) -> [String] {
        var seen = Set(state.holders(of: .office, over: cohort.code))
        return programme.contacts.map(\.person).filter { seen.insert($0).inserted }
    }

    func ofProposal(_ proposal: Proposal) -> [Matter] {
        guard let cohort = state.cohorts[proposal.cohort],
            let programme = state.programmes[cohort.programme]
        else { return [] }
        var finder = Finder(
            .proposal(proposal), zone: State.zone(of: nil, cohort, programme), cohort: cohort,
            programme: programme)
        switch proposal.state {
        case .draft, .returned:
            if cohort.state == .callOpen {
                finder.add(.callDraft, proposal.code, cohort.callClosed)
            }
        case .submitted, .inReview:
            guard cohort.state == .callOpen || cohort.state == .selecting else { break }
            finder.add(.proposalWaiting, proposal.code, proposal.submittedOn)
        case .deferred:
            let opened = state.cohorts.filter { other in
                other.programme == cohort.programme && other.state == .callOpen
                    && other.code != cohort.code
            }.compactMap(\.callOpened).max()
            if let opened, opened >= proposal.decidedOn ?? opened {
                finder.add(.callAgain, proposal.code, opened)
            }
        case .accepted, .rejected, .merged, .withdrawn: break
        }
        return finder.found
    }

    /// Row 33: days that the moon decides, each once; the end of what is known, once a year.
    func ofProgramme(_ programme: Programme) -> [Matter] {
        var finder = Finder(
            .programme(programme), zone: programme.zone.isEmpty ? "UTC" : programme.zone,
            cohort: nil, programme: programme)
        let from = lookedAt.date
        var before: LocalDate?
        for holiday in programme.calendar.holidays where holiday.isEstimate && holiday.date >= from
        {
            defer { before = holiday.date }
            // Of several days on end the first one is asked about.
            if let before, holiday.date == before + 1 { continue }
            finder.add(.calendarConfirm, programme.code, holiday.date)
        }
        if let year = programme.calendar.lastKnownYear {
            // Where nobody adds a year, it is asked for again before the end of the next one.
            let end = LocalDate(year: max(year, from.parts.year), month: 12, day: 31)
            finder.add(.calendarEnds, programme.code, end)
        }
        sessions(programme, &finder)
        finder.found += digests(of: programme, finder)
        return finder.found
    }

    // MARK: Rows that come again

    /// When it was looked at: what rang before need not be found again.
    var lookedAt: LocalMoment {
        // A reminder put off to a later day is found by the day it was for.
        let back = state.snoozes.isEmpty ? 0 : 15 * Instant.day
        return floor.advanced(by: -back).local(offset: 0)
    }

    /// Rows that come each week or each working day: the ones of the next two weeks.
    private func repeating(
        _ row: Row, _ code: String, _ first: LocalDate, _ last: LocalDate, _ finder: inout Finder
    ) {
        let start = max(lookedAt.date, first)
        let end = floor.local(offset: 0).date + reach
        // By its number: the calendar's last day has no day after it.
        for number in start.days...max(start.days, min(end.days, last.days)) {
            let date = LocalDate(days: number)
            guard date <= last else { return }
            switch row.anchor {
            case .weekly(let weekday) where date.weekday != weekday: continue
            case .daily where !finder.days.isWorking(date): continue
            default: break
            }
            finder.add(row, code, date) { $0.last = last }
        }
    }
}

extension Goal {
    /// Whether there is a reading that was not taken back.
    fileprivate var hasReading: Bool {
        readings.indices.contains { !readings.isVoided($0) }
    }
    /// …for a day or a later one.
    fileprivate func hasReading(from day: LocalDate) -> Bool {
        readings.indices.contains {
            readings.figure($0).asOf >= day && !readings.isVoided($0)
        }
    }
}

extension Challenge {
    func hasTicked(_ what: Tick.What) -> Bool { ticks.contains { $0.what == what } }
}
