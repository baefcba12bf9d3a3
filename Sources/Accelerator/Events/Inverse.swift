import Language

/// What would take an event back.
public enum Inverse: Hashable, Sendable {
    /// It leaves nothing to take back (a question asked, a delivery).
    case nothing
    case events([Event])
    /// It can't be taken back: a message was already sent to someone because of it, a code was used.
    case impossible
}

extension Event {
    /// The object that this event changes, as a key; nil for events that belong to no object.
    public var object: String? {
        switch self {
        case .programmeSet(let p): "programme \(p.code)"
        case .calendarChanged(let c): c.object
        case .calendarSet(let c): "country \(c.country)"
        case .areaSet(let a): "area \(a.programme) \(a.area.code)"
        case .cohortSet(let c): "cohort \(c.code)"
        case .cohortMoved(let m): "cohort \(m.cohort)"
        case .proposalSet(let p): "proposal \(p.code)"
        case .proposalScored(let s): "score \(s.proposal) \(s.scores.by)"
        case .proposalMoved(let m): "proposal \(m.proposal)"
        case .challengeSet(let h): "head \(h.code)"
        case .challengeMoved(let m): "state \(m.challenge)"
        case .waiverRecorded(let w): "waiver \(w.challenge) \(w.content.what)"
        case .stakeholderSet(let s): "stakeholder \(s.challenge) \(s.content.code)"
        case .seatTaken(let s), .seatLeft(let s):
            "seat \(s.challenge) \(s.content.person) \(s.content.role.rawValue)"
        case .applied(let a), .applicationClosed(let a):
            "applicant \(a.challenge) \(a.content.person)"
        case .reviewHeld(let r): "review \(r.challenge) \(r.content.kind.rawValue)"
        case .lessonShared(let l): "lesson \(l.challenge) \(l.content.text)"
        case .resultConfirmed(let r): "result \(r.challenge)"
        case .sustainabilitySet(let s): "sustainability \(s.challenge)"
        case .dependencySet(let d): "dependency \(d.challenge) \(d.content.kind.rawValue)"
        case .checkInMade(let k): "checkin \(k.challenge) \(k.content.week) \(k.content.by)"
        case .followUpMade(let f): "followup \(f.challenge) \(f.content.code)"
        case .initiativeSet(let i): "initiative \(i.challenge) \(i.content.code)"
        case .goalSet(let g): "goal \(g.challenge) \(g.content.code)"
        case .goalTargeted(let t): "target \(t.challenge) \(t.goal) \(t.content.version)"
        case .readingRecorded(let r): "reading \(r.challenge) \(r.goal) \(r.content.id)"
        case .readingVoided(let v), .readingRestored(let v):
            "reading \(v.challenge) \(v.goal) \(v.reading)"
        case .readingKept(let k), .readingReleased(let k):
            "kept \(k.challenge) \(k.content.reading.id)"
        case .milestoneSet(let m): "milestone \(m.challenge) \(m.content.code)"
        case .milestoneMoved(let m): "milestone \(m.challenge) \(m.milestone)"
        case .blockerSet(let b): "blocker \(b.challenge) \(b.content.code)"
        case .blockerMoved(let m): "blocker \(m.challenge) \(m.blocker)"
        case .decisionAsked(let d): "decision \(d.challenge) \(d.content.code)"
        case .decisionMoved(let m): "decision \(m.challenge) \(m.decision)"
        case .personSet(let p): "person \(p.code)"
        case .principalLinked(let l): "principal \(l.principal)"
        case .personForgotten(let f): "person \(f.person)"
        case .chatSet(let c): "chat \(c.key)"
        case .snoozed(let s): "snooze \(s.key)"
        case .subscriptionSet(let s): "subscription \(s.key)"
        case .boardPosted(let b): "board \(b.chat)"
        default: accelerationObject ?? remindersObject ?? aroundObject
        }
    }

    /// What takes this event back, against the state before it.
    public func inverse(in state: State) -> Inverse {
        switch self {
        case .programmeSet(let p):
            return back(state.programmes[p.code].map(Event.programmeSet), .programme, p.code)
        case .calendarChanged(let c): return .events(c.inverse(in: state))
        case .calendarSet(let c):
            return back(state.calendars[c.country].map(Event.calendarSet), .calendar, c.country)
        case .areaSet: return inverseOfArea(state)
        case .cohortSet(let c):
            return back(state.cohorts[c.code].map(Event.cohortSet), .cohort, c.code)
        case .cohortMoved(let m):
            return back(state.cohorts[m.cohort].map(Event.cohortSet), .cohort, m.cohort)
        case .proposalSet(let p):
            return back(state.proposals[p.code].map(Event.proposalSet), .proposal, p.code)
        case .proposalScored(let s):
            let before = state.proposals[s.proposal]?.scores.first { $0.by == s.scores.by }
            return back(
                before.map { old in
                    var event = s
                    event.scores = old
                    return .proposalScored(event)
                }, .score, s.scores.by, of: s.proposal)
        case .proposalMoved(let m):
            return back(state.proposals[m.proposal].map(Event.proposalSet), .proposal, m.proposal)
        case .personSet(let p):
            return back(state.people[p.code].map(Event.personSet), .person, p.code)
        case .principalLinked(let l):
            return back(
                state.principals[l.principal].map {
                    .principalLinked(PrincipalLinked(l.principal, person: $0))
                },
                .principal, l.principal)
        case .chatSet(let c): return back(state.chats[c.key].map(Event.chatSet), .chat, c.key)
        case .subscriptionSet(let s):
            return back(
                state.subscription(of: s.to, to: s.subject).map(Event.subscriptionSet),
                .subscription, s.key)
        case .boardPosted(let b):
            return back(state.boards[b.chat].map(Event.boardPosted), .board, b.chat)
        case .boardDrawn, .boardPinned: return .nothing
        case .annexKept, .invited, .invitationTried, .personForgotten: return .impossible
        // A vote is given anew, never taken back: whoever could would learn what it was.
        case .ballotOpened, .voteCast, .ballotClosed: return .impossible
        case .chatHeard, .channelKnown, .personReached, .reminded, .asked, .answered, .refused,
            .undone, .rang,
            .snoozed, .alarmsSettled, .delivered,
            .undeliverable, .zonesChanged, .quarantined:
            return .nothing
        case .removed(let r):
            return Self.restored(r, in: state).map { .events([$0]) } ?? .impossible
        default: return inverseInChallenge(state)
        }
    }

    private func back(_ before: Event?, _ kind: Removed.Kind, _ code: String, of: String? = nil)
        -> Inverse
    {
        .events([before ?? .removed(Removed(kind, of: of, code: code))])
    }

    private func inverseOfArea(_ state: State) -> Inverse {
        switch self {
        case .areaSet(let a):
            let before = state.programmes[a.programme]?.areas.first { $0.code == a.area.code }
            return back(
                before.map { old in
                    var event = a
                    event.area = old
                    return .areaSet(event)
                }, .area, a.area.code, of: a.programme)
        default: return .nothing
        }
    }

    private func inverseInChallenge(_ state: State) -> Inverse {
        func challenge(_ code: String) -> Challenge? { state.challenges[code] }
        func of<R: Record>(
            _ event: OfChallenge<R>, _ make: (OfChallenge<R>) -> Event, _ before: R?,
            _ kind: Removed.Kind,
            _ code: String
        ) -> Inverse {
            back(
                before.map { make(OfChallenge(event.challenge, $0)) }, kind, code,
                of: event.challenge)
        }
        switch self {
        case .challengeSet(let h):
            return back(challenge(h.code).map { .challengeSet($0.head) }, .challenge, h.code)
        case .challengeMoved(let m):
            guard let before = challenge(m.challenge), let on = before.movedOn else {
                return .nothing
            }
            return .events([
                .challengeMoved(
                    ChallengeMoved(
                        m.challenge, to: before.state, on: on, by: nil, reason: before.reason))
            ])
        case .waiverRecorded(let w):
            let before = challenge(w.challenge)?.waivers.first { $0.what == w.content.what }
            return of(w, Event.waiverRecorded, before, .waiver, w.content.what)
        case .stakeholderSet(let s):
            let before = challenge(s.challenge)?.stakeholders.first { $0.code == s.content.code }
            return of(s, Event.stakeholderSet, before, .stakeholder, s.content.code)
        case .seatTaken(let s), .seatLeft(let s):
            let seats = challenge(s.challenge)?.seats ?? []
            let before = seats.first {
                $0.person == s.content.person && $0.role == s.content.role && $0.left == nil
            }
            // Taken again as it was left: it is left again.
            if before == nil,
                let left = seats.last(where: { $0.left != nil && s.content.isBack(in: $0) })
            {
                return .events([.seatLeft(OfChallenge(s.challenge, left))])
            }
            return of(
                s, Event.seatTaken, before, .seat, "\(s.content.person)/\(s.content.role.rawValue)")
        case .applied(let a), .applicationClosed(let a):
            let before = challenge(a.challenge)?.applicants.first { $0.person == a.content.person }
            return of(a, Event.applied, before, .applicant, a.content.person)
        case .reviewHeld(let r):
            return of(r, Event.reviewHeld, nil, .review, r.content.kind.rawValue)
        case .lessonShared(let l): return of(l, Event.lessonShared, nil, .lesson, l.content.text)
        case .resultConfirmed(let r):
            return of(r, Event.resultConfirmed, challenge(r.challenge)?.result, .result, "")
        case .sustainabilitySet(let s):
            return of(
                s, Event.sustainabilitySet, challenge(s.challenge)?.sustainability, .sustainability,
                "")
        case .dependencySet(let d):
            let before = challenge(d.challenge)?.dependencies.first { $0.kind == d.content.kind }
            return of(d, Event.dependencySet, before, .dependency, d.content.kind.rawValue)
        case .checkInMade(let k):
            let before = challenge(k.challenge)?.checkIns.first {
                $0.week == k.content.week && $0.by == k.content.by
            }
            return of(k, Event.checkInMade, before, .checkin, "\(k.content.week)/\(k.content.by)")
        case .followUpMade(let f):
            let before = challenge(f.challenge)?.followUps.first { $0.code == f.content.code }
            return of(f, Event.followUpMade, before, .followup, f.content.code)
        case .initiativeSet(let i):
            let before = challenge(i.challenge)?.initiatives.first { $0.code == i.content.code }
            return of(i, Event.initiativeSet, before, .initiative, i.content.code)
        default:
            return accelerationInverse(in: state) ?? remindersInverse(in: state)
                ?? aroundInverse(in: state) ?? inverseOfWork(state)
        }
    }

    private func inverseOfWork(_ state: State) -> Inverse {
        switch self {
        case .goalSet(let g):
            let before = state.challenges[g.challenge]?.goals.first { $0.code == g.content.code }
            return back(
                before.map { goal in
                    // The readings stay where they are, whatever the goal is set to.
                    var goal = goal
                    goal.readings = []
                    return .goalSet(OfChallenge(g.challenge, goal))
                }, .goal, g.content.code, of: g.challenge)
        case .goalTargeted(let t):
            let before = state.challenges[t.challenge]?.goals.first { $0.code == t.goal }?
                .versions.first { $0.version == t.content.version }
            return back(
                before.map { .goalTargeted(OfGoal(t.challenge, t.goal, $0)) }, .target,
                "\(t.goal)/\(t.content.version)", of: t.challenge)
        case .readingRecorded(let r):
            var void = ReadingVoided()
            void.challenge = r.challenge
            void.goal = r.goal
            void.reading = r.content.id
            return .events([.readingVoided(void)])
        case .readingVoided(let v): return .events([.readingRestored(v)])
        case .readingRestored(let v): return .events([.readingVoided(v)])
        case .readingKept(let k): return .events([.readingReleased(k)])
        case .readingReleased(let k): return .events([.readingKept(k)])
        case .milestoneSet(let m):
            return milestone(state, m.challenge, m.content.code)
        case .milestoneMoved(let m): return milestone(state, m.challenge, m.milestone)
        case .blockerSet(let b): return blocker(state, b.challenge, b.content.code)
        case .blockerMoved(let m): return blocker(state, m.challenge, m.blocker)
        case .decisionAsked(let d): return decision(state, d.challenge, d.content.code)
        case .decisionMoved(let m): return decision(state, m.challenge, m.decision)
        default: return .nothing
        }
    }

    private func milestone(_ state: State, _ challenge: String, _ code: String) -> Inverse {
        let before = state.challenges[challenge]?.milestones.first { $0.code == code }
        return back(
            before.map { .milestoneSet(OfChallenge(challenge, $0)) }, .milestone, code,
            of: challenge)
    }
    private func blocker(_ state: State, _ challenge: String, _ code: String) -> Inverse {
        let before = state.challenges[challenge]?.blockers.first { $0.code == code }
        return back(
            before.map { .blockerSet(OfChallenge(challenge, $0)) }, .blocker, code, of: challenge)
    }
    private func decision(_ state: State, _ challenge: String, _ code: String) -> Inverse {
        let before = state.challenges[challenge]?.decisions.first { $0.code == code }
        return back(
            before.map { .decisionAsked(OfChallenge(challenge, $0)) }, .decision, code,
            of: challenge)
    }
}
