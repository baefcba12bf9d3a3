import Language

/// One reminder about to be said: its row's thing, its receiver, and the day on the receiver's clock.
struct Telling {
    let decider: Decider
    let occurrence: Occurrence
    /// The person it goes to, who may stand in for somebody; or the group, as the occurrence names it.
    let receiver: String
    let state: State
    let today: LocalDate
    let at: Instant

    typealias Words = (phrases: [Phrase], offers: [Offer])

    var zones: Zones { decider.zones }
    /// The last word of the subject: `CH-03-M3`.
    var code: String { occurrence.subject.split(separator: " ").last.map(String.init) ?? "" }
    /// What follows the challenge's code: `M3`.
    var part: String { code.split(separator: "-").last.map(String.init) ?? "" }
    var challenge: Challenge? { Decider.challenge(of: occurrence, state) }
    var name: Say { state.name(of: receiver) }
    /// Days from today to the nominal day.
    var ahead: Int { occurrence.nominal - today }
    /// Whether a whole group reads it.
    var isGroup: Bool { occurrence.chat != nil }

    func roles(in challenge: Challenge) -> Set<Role> { state.roles(of: receiver, in: challenge) }
    func has(_ role: Role, in challenge: Challenge) -> Bool { roles(in: challenge).contains(role) }
    func view(_ challenge: Challenge) -> ChallengeView {
        ChallengeView(challenge, state, at: at, zones: zones)
    }
    func offer(_ label: String, _ line: String) -> Offer { Offer(Phrase(label), line) }
    var snooze: Offer { Offer(Phrase("later.tomorrowLabel"), "/later tomorrow") }

    /// What a row says; nil where there is nothing to say any more.
    var words: Words? {
        guard !isOver else { return nil }
        switch Row.named(occurrence.row)?.number {
        case 1, 2: return callWords
        case 3, 4, 5, 6, 7: return challenge.flatMap { launchWords($0) }
        case 8, 9, 10, 11: return challenge.flatMap { firstWeekWords($0) }
        case 12, 13: return challenge.flatMap { meetingWords($0) }
        case 16: return challenge.flatMap { blockerWords($0) }
        case 17: return challenge.flatMap { decisionWords($0) }
        case 18, 19, 20: return challenge.flatMap { reviewWords($0) }
        case 21, 22: return challenge.flatMap { newsWords($0) }
        case 23, 24, 25: return challenge.flatMap { endingWords($0) }
        case 26, 27: return challenge.flatMap { resultWords($0) }
        case 28, 29: return challenge.flatMap { keepingWords($0) }
        case 30: return sessionWords
        case 31: return challenge.flatMap { promiseWords($0) }
        case 33: return occurrence.row == "calendar.ends" ? yearWords : estimateWords
        default: return nil
        }
    }
}
