import Language

// What each event changes. Reads the event and the state, nothing else (design.md 3: replay depends on
// nothing but the journal).

extension State {
    /// Takes in one commit. Commits come in the order of `n`; the Clerk and the reader of the journal see
    /// to that.
    public mutating func evolve(_ commit: Commit) {
        noteGap(until: commit.at)
        letGo(commit)
        var inverse: [Event] = []
        var touched: [String] = []
        let takesBack = commit.cause == .message && !commit.events.isEmpty
        var isUndoable = takesBack
        for event in commit.events {
            if isUndoable {
                switch event.inverse(in: self) {
                case .nothing: break
                case .events(let back): inverse.insert(contentsOf: back, at: 0)
                case .impossible: isUndoable = false
                }
            }
            if let object = event.object {
                touched.append(object)
                changed[object] = commit.n
            }
            let trailed = event.trailed
            let before = trailed.map { fields(of: $0) }
            apply(event, commit)
            if let trailed, let before { note(trailed, before: before, commit) }
        }
        if isUndoable, !inverse.isEmpty, let person = principals[commit.source] {
            keepUndo(commit, person: person, inverse: inverse, touched: touched)
        }
        if !boarded.isEmpty { spoilBoards(commit) }
        for (i, out) in commit.out.enumerated() { owe(out, commit, i) }
        for (name, value) in commit.cursors { cursors[name] = value }
        if let key = commit.key {
            seen.insert(key, .init(n: commit.n, fingerprint: commit.fingerprint))
        }
        if let message = commit.message {
            seen.insert("m:" + message, .init(n: commit.n, fingerprint: commit.fingerprint))
            // The last message of somebody who is forgotten by it.
            if principals[commit.source] == nil,
                commit.events.contains(where: {
                    if case .personForgotten = $0 { true } else { false }
                })
            {
                seen.forget(messagesIn: "m:" + commit.source + "/")
            }
        }
        n = commit.n
        at = commit.at
    }

    private mutating func keepUndo(
        _ commit: Commit, person: String, inverse: [Event], touched: [String]
    ) {
        var undo = Undoable()
        undo.n = Int64(clamping: commit.n)
        undo.at = commit.at
        undo.by = person
        undo.command = commit.command ?? ""
        undo.inverse = inverse
        undo.touched = touched
        undo.message = commit.message
        undoable[person, default: []].append(undo)
        if undoable[person, default: []].count > 8 { undoable[person, default: []].removeFirst() }
    }

    private mutating func owe(_ out: Outgoing, _ commit: Commit, _ i: Int) {
        owed[out.id] = out
        if out.replaces != nil, out.occurrence == nil { noteOpen(out, commit.at) }
        if out.pins == .on, case .chat(let key) = out.to { boards[key]?.pending = out.id }
        guard out.subject != nil || !out.offers.isEmpty else { return }
        var mark = Sent()
        mark.id = out.id
        mark.subject = out.subject
        mark.occurrence = out.occurrence
        mark.offers = out.offers
        mark.at = commit.at
        if out.occurrence != nil {
            mark.also = out.also
            mark.to = out.to.text
            if case .person(let person) = out.to {
                reminded[person, default: Reminded(person)].last = out.id
            }
        }
        sent[out.id] = mark
        noteOpen(out, commit.at)
    }

    mutating func apply(_ event: Event, _ commit: Commit) {
        switch event {
        case .programmeSet, .calendarChanged, .calendarSet, .areaSet, .cohortSet, .cohortMoved,
            .proposalSet, .proposalScored,
            .proposalMoved, .annexKept:
            applyProgramme(event)
        case .challengeSet, .challengeMoved, .waiverRecorded, .stakeholderSet, .seatTaken,
            .seatLeft, .applied,
            .applicationClosed, .reviewHeld, .lessonShared, .resultConfirmed, .sustainabilitySet,
            .checkInMade,
            .followUpMade, .initiativeSet:
            applyChallenge(event)
        case .goalSet, .goalTargeted, .readingRecorded, .readingVoided, .readingRestored,
            .readingKept,
            .readingReleased:
            applyGoal(event)
        case .milestoneSet, .milestoneMoved, .blockerSet, .blockerMoved, .decisionAsked,
            .decisionMoved:
            applyWork(event)
        case .ballotOpened, .voteCast, .ballotClosed, .dependencySet: applyDesign(event)
        case .pulseGiven, .actionSet, .riskSet, .colourDeclared, .stocktakeHeld:
            applyAcceleration(event)
        case .ticked, .colourSeen, .reminderSet: applyReminders(event)
        case .reviewPlanned, .suggestionMade, .trainingHeld, .exchangeMade, .contactSet:
            applyAround(event)
        case .subscriptionSet, .boardPosted, .boardDrawn, .boardPinned: applyBoard(event, commit)
        case .removed(let r): remove(r)
        default: applyDialogue(event, commit)
        }
    }

    // MARK: Programme and cohort

    private mutating func applyProgramme(_ event: Event) {
        switch event {
        case .programmeSet(var p):
            // What was held under it stays, whatever the programme is set to.
            if let before = programmes[p.code] {
                p.trainings = before.trainings
                p.exchanges = before.exchanges
                p.contacts = before.contacts
            }
            programmes[p.code] = p
        case .calendarChanged(let c):
            if let country = c.country {
                calendars[country]?.calendar.change(c)
            } else {
                programmes[c.programme]?.calendar.change(c)
            }
        case .calendarSet(let c): calendars[c.country] = c
        case .areaSet(let a): programmes[a.programme]?.areas.put(a.area, by: \.code)
        case .cohortSet(let c): cohorts[c.code] = c
        case .cohortMoved(let m): cohorts[m.cohort]?.state = m.to
        case .proposalSet(let p): proposals[p.code] = p
        case .proposalScored(let s): proposals[s.proposal]?.scores.put(s.scores, by: \.by)
        case .proposalMoved(let m):
            proposals[m.proposal]?.state = m.to
            if let on = m.on { proposals[m.proposal]?.decidedOn = on }
            if let reason = m.reason { proposals[m.proposal]?.reason = reason }
            if let challenge = m.challenge { proposals[m.proposal]?.challenge = challenge }
        case .annexKept(let a):
            annexes.removeAll { $0.cohort == a.cohort && $0.name == a.name }
            annexes.append(a)
        default: break
        }
    }

    // MARK: Challenge

    private mutating func applyChallenge(_ event: Event) {
        switch event {
        case .challengeSet(let head):
            if challenges[head.code] == nil {
                var new = Challenge()
                new.head = head
                challenges[head.code] = new
            } else {
                challenges[head.code]?.head = head
            }
        case .challengeMoved(let m):
            guard challenges[m.challenge] != nil else { return }
            var move = ChallengeMove()
            move.to = m.to
            move.on = m.on
            move.by = m.by
            move.reason = m.reason
            challenges[m.challenge]?.state = m.to
            challenges[m.challenge]?.movedOn = m.on
            challenges[m.challenge]?.reason = m.reason
            challenges[m.challenge]?.moves.append(move)
        case .waiverRecorded(let w): challenges[w.challenge]?.waivers.put(w.content, by: \.what)
        case .stakeholderSet(let s):
            challenges[s.challenge]?.stakeholders.put(s.content, by: \.code)
        case .seatTaken(let s): seat(s)
        case .seatLeft(let s):
            challenges[s.challenge]?.seats.replace(s.content) {
                $0.person == $1.person && $0.role == $1.role && $0.left == nil
            }
            reseat(s.content.person, s.challenge)
        case .applied(let a): challenges[a.challenge]?.applicants.put(a.content, by: \.person)
        case .applicationClosed(let a):
            challenges[a.challenge]?.applicants.removeAll { $0.person == a.content.person }
        case .reviewHeld(let r): challenges[r.challenge]?.reviews.append(r.content)
        case .lessonShared(let l): challenges[l.challenge]?.lessons.append(l.content)
        case .resultConfirmed(let r): challenges[r.challenge]?.result = r.content
        case .sustainabilitySet(let s): challenges[s.challenge]?.sustainability = s.content
        case .followUpMade(let f): challenges[f.challenge]?.followUps.put(f.content, by: \.code)
        case .initiativeSet(let i): challenges[i.challenge]?.initiatives.put(i.content, by: \.code)
        case .checkInMade(let k):
            challenges[k.challenge]?.checkIns.replaceOrAppend(k.content) {
                $0.week == $1.week && $0.by == $1.by
            }
        default: break
        }
    }

    /// A seat that was left and is taken again as it was (an undo) is the same seat, not a second one.
    private mutating func seat(_ s: OfChallenge<Seat>) {
        let isBack = challenges[s.challenge]?.seats.lastIndex {
            $0.left != nil && s.content.isBack(in: $0)
        }
        if let isBack {
            challenges[s.challenge]?.seats[isBack] = s.content
        } else {
            challenges[s.challenge]?.seats.replaceOrAppend(s.content) {
                $0.person == $1.person && $0.role == $1.role && $0.left == nil
            }
        }
        reseat(s.content.person, s.challenge)
    }

    /// Keeps the index from people to challenges.
    mutating func reseat(_ person: String, _ challenge: String) {
        let holds =
            challenges[challenge]?.seats.contains { $0.person == person && $0.left == nil } ?? false
        var codes = seated[person] ?? []
        codes.removeAll { $0 == challenge }
        if holds {
            let place = codes.firstIndex { $0 > challenge } ?? codes.endIndex
            codes.insert(challenge, at: place)
        }
        seated[person] = codes.isEmpty ? nil : codes
    }

    // MARK: Goal and readings

    private mutating func changeGoal(
        _ challenge: String, _ goal: String, _ body: (inout Goal) -> Void
    ) {
        challenges.update(challenge) { challenge in
            guard let i = challenge.goals.firstIndex(where: { $0.code == goal }) else { return }
            body(&challenge.goals[i])
        }
    }

    private mutating func applyGoal(_ event: Event) {
        switch event {
        case .goalSet(let g):
            // Readings are append-only and targets are versioned: setting a goal never takes one away.
            var goal = g.content
            if let before = challenges[g.challenge]?.goals.first(where: { $0.code == goal.code }) {
                goal.readings = before.readings
                let last = goal.versions.last?.version ?? 0
                goal.versions += before.versions.filter { $0.version > last }
            }
            challenges[g.challenge]?.goals.put(goal, by: \.code)
        case .goalTargeted(let t):
            changeGoal(t.challenge, t.goal) { $0.versions.put(t.content, by: \.version) }
        case .readingRecorded(let r):
            changeGoal(r.challenge, r.goal) { $0.readings.append(r.content) }
        case .readingVoided(let v):
            changeGoal(v.challenge, v.goal) { goal in
                guard let i = goal.readings.lastIndex(where: { $0.id == v.reading }) else { return }
                goal.readings[i].voidedAt = v.at
                goal.readings[i].voidReason = v.reason
            }
        case .readingRestored(let v):
            changeGoal(v.challenge, v.goal) { goal in
                guard let i = goal.readings.lastIndex(where: { $0.id == v.reading }) else { return }
                goal.readings[i].voidedAt = nil
                goal.readings[i].voidReason = nil
            }
        case .readingKept(let k): challenges[k.challenge]?.kept.append(k.content)
        case .readingReleased(let k):
            challenges[k.challenge]?.kept.removeAll { $0.reading.id == k.content.reading.id }
        default: break
        }
    }

    // MARK: Work

    private mutating func applyWork(_ event: Event) {
        switch event {
        case .milestoneSet(let m): challenges[m.challenge]?.milestones.put(m.content, by: \.code)
        case .milestoneMoved(let m):
            guard
                let i = challenges[m.challenge]?.milestones.firstIndex(where: {
                    $0.code == m.milestone
                })
            else { return }
            challenges[m.challenge]?.milestones[i].state = m.to
            challenges[m.challenge]?.milestones[i].movedOn = m.to == .open ? nil : m.on
            if let evidence = m.evidence {
                challenges[m.challenge]?.milestones[i].evidence = evidence
            }
        case .blockerSet(let b): challenges[b.challenge]?.blockers.put(b.content, by: \.code)
        case .blockerMoved(let m):
            guard
                let i = challenges[m.challenge]?.blockers.firstIndex(where: { $0.code == m.blocker }
                )
            else { return }
            challenges[m.challenge]?.blockers[i].move(m)
        case .decisionAsked(let d): challenges[d.challenge]?.decisions.put(d.content, by: \.code)
        case .decisionMoved(let m):
            guard
                let i = challenges[m.challenge]?.decisions.firstIndex(where: {
                    $0.code == m.decision
                })
            else { return }
            challenges[m.challenge]?.decisions[i].state = m.to
            challenges[m.challenge]?.decisions[i].decidedOn = m.to == .asked ? nil : m.on
            challenges[m.challenge]?.decisions[i].words = m.words
        default: break
        }
    }
}

extension Seat {
    /// Whether this is a seat that was left, taken again just as it was.
    func isBack(in left: Seat) -> Bool {
        var copy = self
        copy.left = left.left
        return copy == left
    }
}

extension Blocker {
    mutating func move(_ m: BlockerMoved) {
        state = m.to
        if let level = m.level { self.level = level }
        switch m.to {
        case .open:
            resolvedOn = nil
            resolution = nil
        case .escalated: escalatedOn = m.on
        case .resolved, .accepted, .moved:
            resolvedOn = m.on
            resolution = m.how
        }
    }
}

extension Array {
    /// Replaces the element with the same key, or appends.
    mutating func put<Key: Equatable>(_ element: Element, by key: (Element) -> Key) {
        let wanted = key(element)
        if let i = firstIndex(where: { key($0) == wanted }) {
            self[i] = element
        } else {
            append(element)
        }
    }
    /// Replaces the first element that is the same thing by `same`, if there is one.
    mutating func replace(_ element: Element, _ same: (Element, Element) -> Bool) {
        if let i = firstIndex(where: { same($0, element) }) { self[i] = element }
    }
    mutating func replaceOrAppend(_ element: Element, _ same: (Element, Element) -> Bool) {
        if let i = firstIndex(where: { same($0, element) }) {
            self[i] = element
        } else {
            append(element)
        }
    }
}
