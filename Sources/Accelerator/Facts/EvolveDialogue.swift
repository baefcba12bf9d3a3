import Language

// People, chats, questions, alarms, deliveries.

extension State {
    mutating func applyDialogue(_ event: Event, _ commit: Commit) {
        switch event {
        case .personSet(let p):
            people[p.code] = p
            regrant(p.code)
        case .principalLinked(let l): link(l)
        case .personForgotten(let f): forget(f)
        case .chatSet(let c):
            rebind(c.key, to: c.challenge)
            chats[c.key] = c
        case .chatHeard(let h): chats[h.chat]?.heardAt = commit.at
        case .channelKnown(let k): channels[k.name] = k
        case .invited(let i):
            if i.kind == .claim {
                invitations.removeAll { $1.kind == .claim }
            }
            invitations[i.secret] = i
        case .invitationTried(let t):
            invitations[t.secret]?.tries += 1
            if let person = t.usedBy { invitations[t.secret]?.usedBy = person }
        case .asked(let q): questions[q.key] = q
        case .answered(let a): questions[Question.key(a.principal, a.chat)] = nil
        case .refused(let r): countRefusal(r.principal, commit.at)
        case .undone(let u): forgetUndo(u.n, by: commit.source)
        case .rang(let r):
            rung[r.key] = r.how ?? ""
            snoozes[r.key] = nil
            noteTold(r, at: commit.at)
        case .snoozed(let s):
            snoozes[s.key] = s.until
            rung[s.key] = nil
            // What is put off waits for its own time, no more with the rest.
            for told in reminded.values where told.waiting.contains(s.key) {
                reminded.update(told.receiver) { told in
                    told.waiting.removeAll { $0 == s.key }
                    if told.waiting.isEmpty, told.more == 0 { told.empty() }
                }
            }
        case .alarmsSettled(let a): settledAt = a.at
        case .reminded(let r): reminded[r.receiver] = r
        case .personReached(let r): people[r.person]?.isReachable = true
        case .delivered(let d): deliver(d)
        case .undeliverable(let u):
            if let out = owed[u.id] { keepDead(out, u, commit) }
            giveUp(u)
        case .zonesChanged(let z):
            zonesVersion = z.version
            zonesMissing = z.missing
        default: break
        }
    }

    /// Keeps the index from challenges to chats.
    mutating func rebind(_ chat: String, to challenge: String?) {
        let before = chats[chat]?.challenge
        // A group that belongs to another challenge shows this one's score no more.
        if let board = boards[chat], !keeps(board, in: challenge) { removeBoard(chat) }
        if let before, before != challenge {
            bound[before]?.removeAll { $0 == chat }
            if bound[before]?.isEmpty == true { bound[before] = nil }
        }
        guard let challenge else { return }
        var chats = bound[challenge] ?? []
        guard !chats.contains(chat) else { return }
        chats.insert(chat, at: chats.firstIndex { $0 > chat } ?? chats.endIndex)
        bound[challenge] = chats
    }

    private mutating func link(_ l: PrincipalLinked) {
        if let before = principals[l.principal], before != l.person {
            unlink(l.principal, from: before)
        }
        principals[l.principal] = l.person
        var known = reached[l.person] ?? []
        known.removeAll { $0 == l.principal }
        known.append(l.principal)
        reached[l.person] = known
    }

    private mutating func unlink(_ principal: String, from person: String) {
        reached[person]?.removeAll { $0 == principal }
        if reached[person]?.isEmpty == true { reached[person] = nil }
    }

    private mutating func countRefusal(_ principal: String, _ at: Instant) {
        let minute = at.milliseconds / Instant.minute
        let before = refusals[principal] ?? []
        refusals[principal] = [minute, (before.first == minute ? before.last ?? 0 : 0) + 1]
    }

    private mutating func forgetUndo(_ n: Int64, by principal: String) {
        guard let person = principals[principal] else { return }
        undoable[person]?.removeAll { $0.n == n }
        if undoable[person]?.isEmpty == true { undoable[person] = nil }
    }

    private mutating func deliver(_ d: Delivered) {
        if let out = owed[d.id], case .chat(let key) = out.to, out.kind == .card,
            let message = d.message
        {
            chats[key]?.card = message
        }
        boardDelivered(d)
        owed[d.id] = nil
        guard let message = d.message, sent[d.id] != nil else { return }
        sent[d.id]?.message = message
        sentByMessage[message] = d.id
    }

    private mutating func giveUp(_ u: Undeliverable) {
        if u.isLost, let out = owed[u.id] {
            switch out.to {
            case .person(let code): people[code]?.isReachable = false
            case .principal(let principal):
                if let code = principals[principal] { people[code]?.isReachable = false }
            case .chat(let key): chats[key]?.isLost = true
            }
        }
        if case .chat(let key)? = owed[u.id]?.to, boards[key]?.pending == u.id {
            boards[key]?.pending = nil
        }
        owed[u.id] = nil
    }

    /// Takes out something that an undo removes again.
    mutating func remove(_ r: Removed) {
        func split() -> (String, String) {
            guard let slash = r.code.utf8.lastIndex(of: UInt8(ascii: "/")) else {
                return (r.code, "")
            }
            return (String(r.code[..<slash]), String(r.code[r.code.utf8.index(after: slash)...]))
        }
        let of = r.of ?? ""
        switch r.kind {
        case .programme: programmes[r.code] = nil
        case .area: programmes[of]?.areas.removeAll { $0.code == r.code }
        case .cohort: cohorts[r.code] = nil
        case .proposal: proposals[r.code] = nil
        case .calendar: calendars[r.code] = nil
        case .score: proposals[of]?.scores.removeAll { $0.by == r.code }
        case .challenge:
            let people = Set(challenges[r.code]?.seats.map(\.person) ?? [])
            challenges[r.code] = nil
            for person in people { reseat(person, r.code) }
        case .person:
            people[r.code] = nil
            regrant(r.code)
        case .principal:
            if let person = principals[r.code] { unlink(r.code, from: person) }
            principals[r.code] = nil
        case .chat:
            rebind(r.code, to: nil)
            chats[r.code] = nil
        case .board: removeBoard(r.code)
        case .subscription: unsubscribe(r.code)
        case .seat:
            // The seat that is held now; one that was left before stays in the record.
            let (person, role) = split()
            let place = challenges[of]?.seats.lastIndex {
                $0.person == person && $0.role.rawValue == role && $0.left == nil
            }
            if let place { challenges[of]?.seats.remove(at: place) }
            reseat(person, of)
        case .target:
            let (goal, version) = split()
            if let i = challenges[of]?.goals.firstIndex(where: { $0.code == goal }) {
                challenges[of]?.goals[i].versions.removeAll { "\($0.version)" == version }
            }
        default: removeFromChallenge(r, of)
        }
    }

    private mutating func removeFromChallenge(_ r: Removed, _ of: String) {
        switch r.kind {
        case .waiver: challenges[of]?.waivers.removeAll { $0.what == r.code }
        case .stakeholder: challenges[of]?.stakeholders.removeAll { $0.code == r.code }
        case .applicant: challenges[of]?.applicants.removeAll { $0.person == r.code }
        case .review:
            if let i = challenges[of]?.reviews.lastIndex(where: { $0.kind.rawValue == r.code }) {
                challenges[of]?.reviews.remove(at: i)
            }
        case .lesson: challenges[of]?.lessons.removeAll { $0.text == r.code }
        case .result: challenges[of]?.result = nil
        case .sustainability: challenges[of]?.sustainability = nil
        case .checkin: challenges[of]?.checkIns.removeAll { "\($0.week)/\($0.by)" == r.code }
        case .followup: challenges[of]?.followUps.removeAll { $0.code == r.code }
        case .initiative: challenges[of]?.initiatives.removeAll { $0.code == r.code }
        case .tick: challenges[of]?.ticks.removeAll { $0.what.rawValue == r.code }
        case .goal: challenges[of]?.goals.removeAll { $0.code == r.code }
        case .dependency: challenges[of]?.dependencies.removeAll { $0.kind.rawValue == r.code }
        case .kept: challenges[of]?.kept.removeAll { $0.reading.id == r.code }
        case .milestone: challenges[of]?.milestones.removeAll { $0.code == r.code }
        case .blocker: challenges[of]?.blockers.removeAll { $0.code == r.code }
        case .decision: challenges[of]?.decisions.removeAll { $0.code == r.code }
        case .reviewPlan, .suggestion, .training, .exchange, .contact: removeAround(r, of)
        default: removeAcceleration(r, of)
        }
    }
}
