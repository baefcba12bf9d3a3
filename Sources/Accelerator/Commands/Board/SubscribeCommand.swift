import Language

/// What a digest is about, as somebody named it.
struct DigestSubject {
    /// `cohort NA-1`, as it stands in subscriptions and keys.
    let subject: String

    /// The named or implied subject, if this person may ask for its digest now.
    static func named(_ a: SubscribedWords, _ state: State, _ context: Context) throws(Refusal)
        -> String?
    {
        if let area = a.area { return try ofArea(area, state, context) }
        if a.isNation {
            let me = try context.me()
            let codes = Set(try Daily.cohorts(state, context).map(\.programme)).sorted()
            let implied = context.implied.flatMap { state.challenges[$0] }.flatMap {
                state.programme(of: $0)?.code
            }
            guard let code = [implied].compactMap({ $0 }).first ?? codes.first else {
                throw Refusal(Phrase("cohort.none"))
            }
            guard state.maySee("nation \(code)", me) else {
                let wanted: [Role] = [.coach, .sponsor, .systemLeader, .office, .viewer, .admin]
                throw Refusal(
                    Phrase(
                        "error.noRightHere",
                        ["roles": .list(wanted.map { .term("role.\($0.rawValue)") })]), kind: .right
                )
            }
            return "nation \(code)"
        }
        if a.isCohort { return "cohort \(try Daily.cohort(a.cohort, state, context).code)" }
        guard !a.isBare, let code = a.challenge ?? context.implied else { return nil }
        let challenge = try context.challenge(code, state)
        try Daily.lookInside(challenge, state, context)
        return "digest \(challenge.code)"
    }

    private static func ofArea(_ code: String, _ state: State, _ context: Context) throws(Refusal)
        -> String
    {
        let programmes = Set(try Daily.cohorts(state, context).map(\.programme)).sorted()
        let found = programmes.first {
            state.programmes[$0]?.areas.contains { $0.code == code } ?? false
        }
        guard let found else {
            throw Refusal(
                Phrase("area.unknown", ["code": .code(code)]),
                offers: [Offer(Phrase("area.label"), "/area")])
        }
        return "area \(found) \(code)"
    }

    /// As it is said: `NA-1`, `CH-03`, `A03`, `nation`.
    static func word(_ subject: String) -> String {
        let words = subject.split(separator: " ").map(String.init)
        return words.first == "nation" ? "nation" : words.last ?? ""
    }
    static func say(_ subject: String) -> Say {
        subject.utf8.starts(with: "nation".utf8)
            ? .phrase(
                Phrase(
                    "subscribe.nation",
                    ["code": .code(subject.split(separator: " ").last.map(String.init) ?? "")]))
            : .code(word(subject))
    }
}

/// The words of `subscribe` and `unsubscribe`.
struct SubscribedWords {
    var challenge: String?
    var cohort: String?
    var area: String?
    var isNation = false
    var isCohort = false
    var rhythm: Subscription.Rhythm?
    var weekday: Int?
    var time: LocalTime?
    /// Neither rhythm, day nor time was said.
    var isPlain: Bool { rhythm == nil && weekday == nil && time == nil }
    /// Nothing was said but the verb.
    var isBare = false

    init(_ a: Arguments, nation: Int, cohort: Int) throws(Mismatch) {
        isNation = a.utterance.usage == nation
        isCohort = a.utterance.usage == cohort
        self.cohort = try a.code("cohort")
        area = try a.code("area")
        if let page = try a.code("page") {
            let shape = page.utf8
            if shape.starts(with: "CH-".utf8) {
                challenge = page
            } else if !shape.starts(with: "A".utf8)
                || shape.dropFirst().contains(where: { $0 < 48 || $0 > 57 })
            {
                self.cohort = page
                isCohort = true
            } else {
                area = page
            }
        }
        for known in [Subscription.Rhythm.daily, .weekly, .monthly] where a.has(known.rawValue) {
            rhythm = known
        }
        weekday = try a.date("day")?.weekday
        time = try a.moment("time")?.time
        isBare = challenge == nil && !isNation && !isCohort && area == nil && isPlain
    }
}

/// `subscribe`: which digests come by themselves, and when. In a group, said by its leader, coach or office,
/// for the group.
struct SubscribeCommand: Command {
    static let name = "subscribe"
    private let words: SubscribedWords
    init(_ a: Arguments) throws(Mismatch) { words = try SubscribedWords(a, nation: 0, cohort: 1) }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let receiver = try Self.receiver(state, context)
        guard let subject = try DigestSubject.named(words, state, context) else {
            return Self.list(receiver, state, context)
        }
        if words.isPlain, state.subscription(of: receiver, to: subject)?.rhythm == .off,
            let back = Self.byRole(receiver, subject, state, context)
        {
            return back
        }
        let before = Self.plans(of: receiver, state).first { $0.subject == subject }
        var wish = Subscription()
        wish.to = receiver
        wish.subject = subject
        wish.by = try context.me()
        wish.since = context.at
        wish.rhythm =
            words.rhythm ?? (words.weekday == nil ? before?.rhythm : nil) ?? Self.usual(subject)
        if wish.rhythm == .weekly { wish.weekday = words.weekday ?? before?.weekday ?? 1 }
        if words.weekday != nil, wish.rhythm != .weekly {
            throw Refusal(
                Phrase("subscribe.noDay"),
                offers: [
                    Offer(
                        Phrase("subscribe.weeklyLabel"),
                        "/subscribe \(DigestSubject.word(subject)) weekly")
                ])
        }
        wish.time = words.time ?? before?.time ?? LocalTime(9, 0)
        guard (LocalTime(7, 0)...LocalTime(21, 0)).contains(wish.time) else {
            throw Refusal(
                Phrase(
                    "subscribe.atNight",
                    ["from": .time(LocalTime(7, 0)), "to": .time(LocalTime(21, 0))]))
        }
        if let before, before.rhythm == wish.rhythm, before.time == wish.time,
            wish.rhythm != .weekly || before.weekday == wish.weekday
        {
            return .answer(
                [Phrase("subscribe.same"), Self.line(before)], offers: Self.offers([before]))
        }
        guard
            state.subscriptions(of: receiver).count < Subscription.most
                || state.subscription(of: receiver, to: subject) != nil
        else { throw Refusal(Phrase("subscribe.tooMany", ["count": .count(Subscription.most)])) }
        var plan = DigestPlan(
            "digest.own", subject, receiver, every: wish.rhythm, weekday: wish.weekday ?? 1,
            at: wish.time)
        plan.isChosen = true
        return .record(
            [.subscriptionSet(wish)],
            [
                Phrase(context.chat == nil ? "subscribe.done" : "subscribe.doneGroup"),
                Self.line(plan),
            ],
            offers: [Daily.undo])
    }

    /// What comes by one's role and was ended comes again as it did.
    private static func byRole(
        _ receiver: String, _ subject: String, _ state: State, _ context: Context
    ) -> Decision? {
        let key = Subscription.key(receiver, subject)
        var after = state
        after.unsubscribe(key)
        guard let plan = plans(of: receiver, after).first(where: { $0.subject == subject }) else {
            return nil
        }
        return .record(
            [.removed(Removed(.subscription, code: key))],
            [Phrase(context.chat == nil ? "subscribe.done" : "subscribe.doneGroup"), line(plan)],
            offers: [Daily.undo])
    }

    /// Whoever speaks; in a group the group itself, for those who may speak for it.
    static func receiver(_ state: State, _ context: Context) throws(Refusal) -> String {
        let me = try context.me()
        guard let key = context.chat else { return me }
        let roles: Set<Role> = [.teamLeader, .coach, .office]
        if let challenge = state.chats[key]?.challenge.flatMap({ state.challenges[$0] }) {
            try context.require(roles, in: challenge, state)
        } else if state.chats[key] == nil || !state.roles(of: me).contains(.office) {
            throw Refusal(Phrase("here.notBound"))
        }
        return "chat:" + key
    }

    private static func usual(_ subject: String) -> Subscription.Rhythm {
        subject.utf8.starts(with: "area".utf8)
            ? .monthly : subject.utf8.starts(with: "cohort".utf8) ? .daily : .weekly
    }

    /// All that a receiver gets, by role or by choice.
    static func plans(of receiver: String, _ state: State) -> [DigestPlan] {
        var plans: [DigestPlan] = []
        var codes = state.seated[receiver] ?? []
        if receiver.utf8.starts(with: "chat:".utf8) {
            codes = [state.chats[String(receiver.dropFirst("chat:".count))]?.challenge].compactMap {
                $0
            }
        }
        for challenge in codes.compactMap({ state.challenges[$0] }) where !challenge.isOver {
            plans += state.digestPlans(of: challenge)
        }
        if state.people[receiver]?.grants.isEmpty == false {
            for cohort in state.cohorts.values where cohort.state == .accelerating {
                plans += state.digestPlans(of: cohort)
            }
        }
        for programme in state.programmes.values { plans += state.digestPlans(of: programme) }
        let chosen = Set(state.subscriptions(of: receiver).map(\.subject)).subtracting(
            plans.map(\.subject))
        for subject in chosen.sorted() {
            let words = subject.split(separator: " ").map(String.init)
            switch words.first {
            case "digest": plans += state.challenges[words.last ?? ""].map(state.digestPlans) ?? []
            case "cohort": plans += state.cohorts[words.last ?? ""].map(state.digestPlans) ?? []
            default: break
            }
        }
        var seen: Set<String> = []
        return plans.filter { $0.receiver == receiver && seen.insert($0.subject).inserted }
    }

    static func line(_ plan: DigestPlan) -> Phrase {
        Phrase(
            plan.isChosen ? "subscribe.line" : "subscribe.lineByRole",
            [
                "what": DigestSubject.say(plan.subject), "rhythm": .text(plan.rhythm.rawValue),
                "day": .term("weekday.\(plan.weekday)"), "time": .time(plan.time),
                "row": .text(plan.row.split(separator: ".").last.map(String.init) ?? ""),
            ])
    }

    static func list(_ receiver: String, _ state: State, _ context: Context) -> Decision {
        let plans = plans(of: receiver, state)
        guard !plans.isEmpty else {
            return .answer(
                [Phrase(context.chat == nil ? "subscribe.none" : "subscribe.noneGroup")],
                offers: suggestions(plans, state, context))
        }
        var lines = [Phrase(context.chat == nil ? "subscribe.head" : "subscribe.headGroup")]
        lines += plans.prefix(12).map(line)
        if plans.count > 12 {
            lines.append(Phrase("digest.more", ["count": .count(plans.count - 12)]))
        }
        return .answer(lines, offers: offers(plans) + suggestions(plans, state, context))
    }

    /// Another rhythm, and an end, for each of the first.
    private static func offers(_ plans: [DigestPlan]) -> [Offer] {
        plans.prefix(3).flatMap { plan -> [Offer] in
            let word = DigestSubject.word(plan.subject)
            let other: Subscription.Rhythm = plan.rhythm == .weekly ? .daily : .weekly
            return [
                Offer(
                    Phrase(
                        "subscribe.changeLabel",
                        ["what": DigestSubject.say(plan.subject), "rhythm": .text(other.rawValue)]),
                    "/subscribe \(word) \(other.rawValue)"),
                Offer(
                    Phrase("unsubscribe.offLabel", ["what": DigestSubject.say(plan.subject)]),
                    "/unsubscribe \(word)"),
            ]
        }
    }

    /// What could be had and is not.
    private static func suggestions(_ plans: [DigestPlan], _ state: State, _ context: Context)
        -> [Offer]
    {
        let known = Set(plans.map(\.subject))
        var subjects: [String] = []
        if let code = context.implied { subjects.append("digest \(code)") }
        if let cohort = try? Daily.cohort(nil, state, context) {
            subjects.append("cohort \(cohort.code)")
        }
        guard let me = context.person?.code else { return [] }
        return subjects.filter { !known.contains($0) && state.maySee($0, me) }.prefix(2).map {
            Offer(
                Phrase("subscribe.addLabel", ["what": DigestSubject.say($0)]),
                "/subscribe \(DigestSubject.word($0))")
        }
    }
}

/// `unsubscribe`: a digest comes no more, also one that came by one's role; it can still be asked for.
struct UnsubscribeCommand: Command {
    static let name = "unsubscribe"
    private let words: SubscribedWords
    private let isAll: Bool
    init(_ a: Arguments) throws(Mismatch) {
        words = try SubscribedWords(a, nation: 0, cohort: 2)
        isAll = a.utterance.usage == 1
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let receiver = try SubscribeCommand.receiver(state, context)
        let plans = SubscribeCommand.plans(of: receiver, state)
        guard isAll || !words.isBare else { return SubscribeCommand.list(receiver, state, context) }
        var ending = plans
        if !isAll {
            let subject = try Self.subject(words, plans, state, context)
            ending = plans.filter { $0.subject == subject }
            guard !ending.isEmpty else {
                throw Refusal(
                    Phrase("unsubscribe.notOn", ["what": DigestSubject.say(subject)]),
                    offers: [Offer(Phrase("subscribe.label"), "/subscribe")])
            }
        }
        guard !ending.isEmpty else { return .answer([Phrase("subscribe.none")]) }
        let me = try context.me()
        let events = ending.map { plan -> Event in
            // What nobody's role brings back is simply taken out.
            if plan.row == "digest.own" {
                return .removed(
                    Removed(.subscription, code: Subscription.key(receiver, plan.subject)))
            }
            var wish = Subscription()
            wish.to = receiver
            wish.subject = plan.subject
            wish.rhythm = .off
            wish.by = me
            return .subscriptionSet(wish)
        }
        let names = ending.prefix(5).map { DigestSubject.say($0.subject) }
        return .record(
            events,
            [
                Phrase("unsubscribe.done", ["what": .list(Array(names))]),
                Phrase("unsubscribe.back", ["line": .code("/digest")]),
            ], offers: [Daily.undo])
    }

    /// What is not seen any more can still be left: it is looked for among what comes first.
    private static func subject(
        _ words: SubscribedWords, _ plans: [DigestPlan], _ state: State, _ context: Context
    ) throws(Refusal) -> String {
        let named = words.challenge ?? words.cohort ?? words.area
        if let named, let plan = plans.first(where: { DigestSubject.word($0.subject) == named }) {
            return plan.subject
        }
        if words.isNation,
            let plan = plans.first(where: { DigestSubject.word($0.subject) == "nation" })
        {
            return plan.subject
        }
        guard let subject = try DigestSubject.named(words, state, context) else {
            throw Refusal(Phrase("subscribe.none"))
        }
        return subject
    }
}
