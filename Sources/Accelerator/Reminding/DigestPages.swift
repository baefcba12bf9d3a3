import Language

// What a digest that was not asked for says, to whom: ``DigestRows`` says when.

/// The page of a subject for one receiver: its phrases, and what it can be answered with.
struct DigestPage {
    var phrases: [Phrase]
    var offers: [Offer] = []

    /// Nil where the subject is not there any more.
    ///
    /// - Parameters:
    ///   - receiver: whose last digest the changes are counted from: a person, or `chat:` and a key.
    ///   - reader: whose asks stand at the end; nil for a group.
    init?(
        _ subject: String, row: String, receiver: String, reader: String?, _ state: State,
        at: Instant,
        zones: Zones
    ) {
        let words = subject.split(separator: " ").map(String.init)
        guard words.count >= 2, let code = words.last else { return nil }
        func since(_ zone: String) -> Since? {
            Since(receiver, subject, state, zone: zone, zones: zones)
        }
        switch words[0] {
        case "digest":
            guard let challenge = state.challenges[code] else { return nil }
            let view = ChallengeView(challenge, state, at: at, zones: zones)
            let last = since(state.zone(of: challenge))
            phrases =
                row == "digest.team"
                ? view.teamDigest(since: last)
                : view.digest(for: reader, isPrivate: reader != nil, since: last)
            offers = reader.map { view.askOffers(for: $0) } ?? []
        case "cohort":
            guard let cohort = state.cohorts[code] else { return nil }
            let view = CohortView(cohort, state, at: at, zones: zones)
            phrases = view.digest(since: since(state.zone(of: cohort)))
            offers = reader == nil ? [] : view.askOffers
        case "area":
            guard let programme = state.programmes[words[1]],
                let area = programme.areas.first(where: { $0.code == code })
            else { return nil }
            let zone = programme.zone.isEmpty ? "UTC" : programme.zone
            let today = (zones.local(at, in: zone) ?? at.local(offset: 0)).date
            phrases = AreaView(area, of: programme, state, on: today, cut: at, zones: zones).digest(
                since: since(zone))
        case "nation":
            guard let programme = state.programmes[code] else { return nil }
            let zone = programme.zone.isEmpty ? "UTC" : programme.zone
            let today = (zones.local(at, in: zone) ?? at.local(offset: 0)).date
            let cohorts = state.cohorts.filter { $0.programme == code && $0.state != .cancelled }
                .map { CohortView($0, state, at: at, zones: zones) }
            let view = NationView(cohorts, state, on: today)
            phrases = view.digest(for: reader, since: since(zone))
            offers = reader.flatMap { view.answers(for: $0) } ?? []
        default: return nil
        }
    }
}

extension NationView {
    /// The decision that waits for a reader can be answered under the page.
    func answers(for reader: String) -> [Offer] {
        decisions(for: reader).filter { $0.decision.decider == reader }.prefix(1).flatMap {
            view, decision in
            DigestForms.answers("\(view.challenge.code)-\(decision.code)")
        }
    }
}

extension Decider {
    /// A digest with the buttons of what is asked, and the way to another rhythm.
    func digest(
        _ occurrence: Occurrence, _ receiver: String, _ state: State, _ at: Instant
    ) -> (phrases: [Phrase], offers: [Offer])? {
        let isGroup = occurrence.receiver.utf8.starts(with: "chat:".utf8)
        let page = DigestPage(
            occurrence.subject, row: occurrence.row, receiver: occurrence.receiver,
            reader: isGroup ? nil : receiver, state, at: at, zones: zones)
        guard let page else { return nil }
        let mine = Offer(Phrase("subscribe.label"), "/subscribe")
        return (page.phrases, isGroup ? [] : page.offers.prefix(7) + [mine])
    }

    /// The picture that goes with a digest: the challenge's course, the cohort's bars.
    func digestChart(_ occurrence: Occurrence, _ state: State, _ at: Instant) -> Chart? {
        let words = occurrence.subject.split(separator: " ")
        let code = words.last.map(String.init) ?? ""
        switch words.first {
        case "cohort":
            return state.cohorts[code].flatMap { CohortView($0, state, at: at, zones: zones).chart }
        case "digest":
            return state.challenges[code].flatMap {
                ChallengeView($0, state, at: at, zones: zones).chart()
            }
        default: return nil
        }
    }
}
