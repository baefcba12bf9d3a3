import Language

extension Challenge {
    /// What is recorded when it goes on again after it had ended: whoever was forgotten meanwhile comes back
    /// with nothing. Their seats are left on the day, they coach no more, and what is open under their codes
    /// is the leader's, else of whoever lets it go on.
    func comingBack(on today: LocalDate, by me: String, _ state: State) -> [Event] {
        func isGone(_ person: String) -> Bool { state.people[person]?.former != nil }
        let next = holders(of: .teamLeader).first { !isGone($0) } ?? me
        var events: [Event] = []
        for var seat in seats where seat.left == nil && isGone(seat.person) {
            seat.left = today
            events.append(.seatLeft(OfChallenge(code, seat)))
        }
        if let coach = head.coach, isGone(coach) {
            var head = head
            head.coach = nil
            events.append(.challengeSet(head))
        }
        for person in state.people.filter({ $0.former != nil }) {
            events += Duties(of: person.code, in: []).work(in: self, to: next)
        }
        return events
    }
}
