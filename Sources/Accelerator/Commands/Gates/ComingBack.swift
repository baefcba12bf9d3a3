import Language

extension Challenge {
    /// What is recorded when it goes on again after it had ended: whoever was forgotten meanwhile comes back
    /// with nothing.
    ///
    /// 1. Their seats are left on the day, and they coach no more.
    /// 2. Milestones, blockers and goals of theirs are nobody's, and so the leader's to give.
    /// 3. What must be somebody's (steps, risks, decisions asked of them) is the leader's, else of whoever
    ///    lets it go on.
    func comingBack(on today: LocalDate, by me: String, _ state: State) -> [Event] {
        func isGone(_ person: String?) -> Bool {
            person.flatMap { state.people[$0]?.former } != nil
        }
        let next = holders(of: .teamLeader).first { !isGone($0) } ?? me
        var events: [Event] = []
        for var seat in seats where seat.left == nil && isGone(seat.person) {
            seat.left = today
            events.append(.seatLeft(OfChallenge(code, seat)))
        }
        if isGone(head.coach) {
            var head = head
            head.coach = nil
            events.append(.challengeSet(head))
        }
        for var milestone in milestones where milestone.state == .open && isGone(milestone.owner) {
            milestone.owner = nil
            events.append(.milestoneSet(OfChallenge(code, milestone)))
        }
        for var blocker in blockers where blocker.isOpen && isGone(blocker.owner) {
            blocker.owner = nil
            events.append(.blockerSet(OfChallenge(code, blocker)))
        }
        for var goal in goals where isGone(goal.owner) {
            goal.owner = nil
            // Readings stay with the goal; an event need not repeat them.
            goal.readings = []
            events.append(.goalSet(OfChallenge(code, goal)))
        }
        for var action in actions where action.state == .open && isGone(action.owner) {
            action.owner = next
            events.append(.actionSet(OfChallenge(code, action)))
        }
        for var risk in risks where risk.state == .open && isGone(risk.owner) {
            risk.owner = next
            events.append(.riskSet(OfChallenge(code, risk)))
        }
        for var decision in decisions
        where decision.state == .asked && decision.kind != "reopen" && isGone(decision.decider) {
            decision.decider = next
            events.append(.decisionAsked(OfChallenge(code, decision)))
        }
        return events
    }
}
