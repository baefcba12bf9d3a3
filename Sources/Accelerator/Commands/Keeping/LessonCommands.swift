import Language

/// `lesson`: what the next team should know, in a sentence, with tags to find it by.
struct LessonCommand: Command {
    static let name = "lesson"
    private let text: String?
    private let tags: String?
    private let phase: String?
    private let code: String?

    init(_ a: Arguments) throws(Mismatch) {
        text = try a.gateText("text")
        tags = try a.gateText("tags")
        phase = try a.gateTerm("phase")
        code = try a.code("challenge")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let challenge = try context.challenge(code, state)
        try context.require(
            [.member, .dataKeeper, .scribe, .teamLeader, .coach, .sponsor, .systemLeader, .office],
            in: challenge, state)
        guard let text else { throw Refusal(Phrase("lesson.ask.text")) }
        let today = context.today(in: challenge, state)
        if challenge.lessons.contains(where: { Folding.fold($0.text) == Folding.fold(text) }) {
            return .answer([Phrase("lesson.same", ["challenge": .code(challenge.code)])])
        }
        guard challenge.lessons.count < 60 else { throw Refusal(Phrase("lesson.many")) }
        var lesson = Lesson()
        lesson.text = text
        lesson.tags = Self.tags(tags ?? "")
        lesson.isShared = true
        lesson.phase = phase ?? Self.phase(challenge.phase(on: today))
        lesson.by = context.person?.code
        lesson.on = today
        return .record(
            [.lessonShared(OfChallenge(challenge.code, lesson))],
            [
                Phrase(
                    lesson.tags.isEmpty ? "lesson.added" : "lesson.addedTags",
                    [
                        "challenge": .code(challenge.code),
                        "tags": .list(lesson.tags.map { .text($0) }),
                        "phase": .term("phase.\(lesson.phase ?? "acceleration")"),
                    ])
            ],
            offers: [Offer(Phrase("lessons.label"), "/lessons"), Decision.gateUndo])
    }

    /// Words between commas or spaces, at most eight of forty letters.
    static func tags(_ text: String) -> [String] {
        var tags: [String] = []
        let parting: Set<Unicode.Scalar> = [",", "،", ";", " ", "#"]
        for part in text.unicodeScalars.split(whereSeparator: { parting.contains($0) }) {
            let tag = Folding.fold(String(String.UnicodeScalarView(part.prefix(40))))
            if !tag.isEmpty, !tags.contains(tag) { tags.append(tag) }
        }
        return Array(tags.prefix(8))
    }

    private static func phase(_ state: ChallengeState) -> String {
        switch state {
        case .framing, .staffing, .ready, .launched, .withdrawn: "design"
        case .accelerating, .results, .stopped: "acceleration"
        case .sustaining, .handedOver, .closed: "sustainability"
        }
    }
}

/// `lessons`: what others learned, by a tag or a phase.
struct LessonsCommand: Command {
    static let name = "lessons"
    private let tag: String?
    /// A challenge, a cohort or an area; never the implied challenge, since what others learned is asked for.
    private let page: String?

    init(_ a: Arguments) throws(Mismatch) {
        tag = try a.gateText("tag")
        page = try a.code("of")
    }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        let near = try Knowledge.near(state, context)
        var challenges = near
        if let page, page.utf8.starts(with: "CH-".utf8) {
            let challenge = try context.challenge(page, state)
            _ = try Daily.look(challenge, state, context)
            challenges = [challenge]
        } else if let page {
            challenges = near.filter { $0.head.cohort == page || $0.head.area == page }
        }
        let wanted = tag.map { Folding.fold($0) }
        var found: [(Challenge, Lesson)] = []
        for challenge in challenges {
            let isInside = Daily.sight(of: challenge, state, context) == .full
            for lesson in challenge.lessons where lesson.isShared || isInside {
                if let wanted {
                    guard
                        lesson.tags.contains(where: { Folding.fold($0) == wanted })
                            || lesson.phase == wanted
                    else { continue }
                }
                found.append((challenge, lesson))
            }
        }
        guard !found.isEmpty else {
            return .answer([
                tag.map { Phrase("lessons.noneTag", ["tag": .text($0)]) } ?? Phrase("lessons.none")
            ])
        }
        var lines = [Phrase("lessons.head", ["count": .count(found.count)])]
        lines += found.suffix(10).reversed().map { challenge, lesson in
            Phrase(
                lesson.tags.isEmpty ? "lessons.line" : "lessons.lineTags",
                [
                    "code": .code(challenge.code), "text": Title.short(lesson.text, 200),
                    "tags": .list(lesson.tags.prefix(4).map { .text($0) }),
                ])
        }
        if found.count > 10 {
            lines.append(Phrase("digest.more", ["count": .count(found.count - 10)]))
        }
        return .answer(lines)
    }
}

/// `who solved …`: who met this before, and whom to ask.
struct WhoCommand: Command {
    static let name = "who"
    private let what: String?
    init(_ a: Arguments) throws(Mismatch) { what = try a.gateText("what") }

    func decide(_ state: State, _ context: Context) throws(Refusal) -> Decision {
        guard let what else { throw Refusal(Phrase("who.ask.what")) }
        let hits = Knowledge.search(what, try Knowledge.near(state, context), state, context)
        guard !hits.isEmpty else {
            return .answer(
                [Phrase("who.nobody", ["what": .text(what)])],
                offers: [Offer(Phrase("lessons.label"), "/lessons")])
        }
        var lines: [Phrase] = []
        for hit in hits.prefix(5) {
            lines.append(
                Phrase(
                    hit.challenge.state == .stopped ? "who.hitStopped" : "who.hit",
                    [
                        "code": .code(hit.challenge.code),
                        "title": Title.short(hit.challenge.head.title, 60),
                        "cohort": .code(hit.challenge.head.cohort),
                    ]))
            if let line = hit.line { lines.append(line) }
            // Whoever was forgotten keeps their seat in what has ended, and is asked nothing any more.
            let contact =
                (hit.challenge.holders(of: .teamLeader)
                + [hit.challenge.head.coach].compactMap { $0 })
                .first { state.people[$0]?.former == nil }
            lines.append(
                contact.map { Phrase("who.contact", ["name": state.name(of: $0)]) }
                    ?? Phrase("who.contactOffice"))
        }
        if hits.count > 5 { lines.append(Phrase("digest.more", ["count": .count(hits.count - 5)])) }
        return .answer(lines)
    }
}

/// What was learned before, found by its words.
enum Knowledge {
    struct Hit {
        var challenge: Challenge
        var score: Int
        /// What was found: a lesson, a blocker that was solved; nil where only the title fits.
        var line: Phrase?
    }

    /// The challenges of the programmes in which the speaker has a part.
    static func near(_ state: State, _ context: Context) throws(Refusal) -> [Challenge] {
        let programmes = Set(try Daily.cohorts(state, context).map(\.programme))
        let cohorts = Set(state.cohorts.filter { programmes.contains($0.programme) }.map(\.code))
        return state.challenges.filter { cohorts.contains($0.head.cohort) }
    }

    /// The challenges in which most of the words stand, the best first.
    ///
    /// 1. Words are folded; one fits another that begins as it does (“charging”, “charge”), short ones
    ///    only whole.
    /// 2. A lesson that was shared, a blocker that was solved and the challenge's own name and goals are
    ///    looked through; how a blocker was solved is told to those who may see inside.
    /// 3. Half of the words have to be there, and no hit is shown that has two words less than the best.
    static func search(
        _ text: String, _ challenges: [Challenge], _ state: State, _ context: Context
    ) -> [Hit] {
        let wanted = Array(words(text).prefix(12))
        guard !wanted.isEmpty else { return [] }
        var hits: [Hit] = []
        for challenge in challenges {
            let isInside = Daily.sight(of: challenge, state, context) == .full
            let title = ([challenge.head.title] + challenge.goals.map(\.name)).joined(
                separator: " ")
            var best = Hit(challenge: challenge, score: score(wanted, in: title), line: nil)
            for lesson in challenge.lessons where lesson.isShared || isInside {
                let found = score(
                    wanted, in: ([lesson.text, title] + lesson.tags).joined(separator: " "))
                let own = score(wanted, in: ([lesson.text] + lesson.tags).joined(separator: " "))
                guard own > 0, found >= best.score else { continue }
                best.score = found
                best.line = Phrase("who.lesson", ["text": Title.short(lesson.text, 140)])
            }
            for blocker in challenge.blockers where blocker.state == .resolved {
                let how = isInside ? blocker.resolution ?? "" : ""
                let own = score(wanted, in: blocker.title + " " + how)
                guard own > 0, own >= best.score else { continue }
                best.score = own
                best.line = Phrase(
                    how.isEmpty ? "who.blocker" : "who.blockerHow",
                    ["title": Title.short(blocker.title, 90), "how": Title.short(how, 90)])
            }
            guard best.score > 0 else { continue }
            if best.line == nil,
                let lesson = challenge.lessons.last(where: { $0.isShared || isInside })
            {
                best.line = Phrase("who.lesson", ["text": Title.short(lesson.text, 140)])
            }
            hits.append(best)
        }
        let top = hits.map(\.score).max() ?? 0
        let floor = max((wanted.count + 1) / 2, top > 2 ? top - 1 : top)
        return hits.filter { $0.score >= floor }
            .sorted { ($1.score, $0.challenge.code) < ($0.score, $1.challenge.code) }
    }

    private static func score(_ wanted: [[Unicode.Scalar]], in text: String) -> Int {
        let there = words(text)
        return wanted.count { word in
            there.contains { other in
                guard word.count > 3 else { return other == word }
                return other.starts(with: word.prefix(max(4, word.count - 3)))
            }
        }
    }

    /// Folded words of two letters or more, each once.
    private static func words(_ text: String) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = []
        var word: [Unicode.Scalar] = []
        func isLetter(_ s: Unicode.Scalar) -> Bool {
            s.properties.isAlphabetic || s.properties.numericType != nil
        }
        for scalar in Folding.fold(text).unicodeScalars.prefix(2_000) {
            if isLetter(scalar) {
                word.append(scalar)
            } else {
                if word.count > 1, !words.contains(word) { words.append(word) }
                word = []
            }
        }
        if word.count > 1, !words.contains(word) { words.append(word) }
        return words
    }
}
