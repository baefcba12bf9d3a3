import Language

// What one receiver is told at one time is one message: the most urgent first, each in at most three lines,
// twenty-five lines together; what has no room is counted, and stands in /me. Digests come last, the first of
// them whole where there is room.

/// One occurrence as it will be told.
struct Item {
    var occurrence: Occurrence
    var phrases: [Phrase]
    var offers: [Offer]
    var chart: Chart?
    var enclosure: Enclosure?
    /// Before and after its own lines: for whom it is, and that it is late.
    var before: Phrase?
    var after: Phrase?
    var isLate = false
    var hasWaited = false

    /// One reason is told once: a row about one thing, whose ever it is.
    var reason: String { "\(occurrence.row) \(occurrence.subject)" }
    var isDigest: Bool { occurrence.kind == "digest" }
    var lines: [Phrase] { [before].compactMap { $0 } + phrases + [after].compactMap { $0 } }

    /// At most three lines: who it is for, what it is, and, where there is room, more.
    func short(_ count: Int) -> [Phrase] {
        let own = max(1, count - (before == nil ? 0 : 1) - (after == nil ? 0 : 1))
        return [before].compactMap { $0 } + phrases.prefix(own) + [after].compactMap { $0 }
    }
}

extension Decider {
    private static let maxLines = 25
    private static let itemLines = 3
    private static let maxOffers = 8

    /// What an occurrence says on its way; nil where there is nothing to be said any more.
    /// - Parameter isNow: whether it rings now; of what waited the time is not told.
    func item(
        _ occurrence: Occurrence, _ way: Way, _ state: State, _ at: Instant, isNow: Bool = true
    ) -> Item? {
        let today = today(way, at)
        let reader = way.isGroup ? occurrence.receiver : way.reader
        guard let said = content(of: occurrence, for: reader, state, today.date, at),
            !said.phrases.isEmpty
        else {
            return nil
        }
        var item = Item(occurrence: occurrence, phrases: said.phrases, offers: said.offers)
        item.chart = chart(of: occurrence, state, at)
        item.enclosure = enclosure(of: occurrence, state)
        let late = at.since(occurrence.rings)
        if isNow, late > 5 * Instant.minute, late <= Reminding.grace {
            let planned =
                zones.local(occurrence.rings, in: way.zone) ?? occurrence.rings.local(offset: 0)
            item.after = Phrase("remind.late", ["time": .time(planned.time)])
            item.isLate = true
        }
        if let behalf = way.behalf, behalf.person != way.reader {
            item.before = Phrase(
                "remind.behalf",
                ["name": state.name(of: behalf.person), "until": .date(behalf.until)])
        }
        if way.isGroup, occurrence.chat == nil {
            item.phrases = [inGroup(occurrence, said.phrases, state)]
        }
        return item
    }

    /// The same without a name, for a group that is asked instead of somebody.
    private func inGroup(_ occurrence: Occurrence, _ phrases: [Phrase], _ state: State) -> Phrase {
        let own = "remind.\(occurrence.row).group"
        if phrasebook.has(own, language: "en") { return Phrase(own, phrases.first?.values ?? []) }
        let challenge = Self.challenge(of: occurrence, state)?.code ?? ""
        let what = occurrence.subject.split(separator: " ").last.map(String.init) ?? challenge
        return Phrase("remind.group", ["challenge": .code(challenge), "what": .code(what)])
    }

    /// Why some of it comes only now.
    func head(_ told: Reminded, _ items: [Item], _ way: Way, _ at: Instant) -> Phrase? {
        let waited = items.count { $0.hasWaited }
        guard waited > 0 else { return nil }
        let since = told.since ?? at
        let local = zones.local(since, in: way.zone) ?? since.local(offset: 0)
        let days = max(1, Int((at.since(since) + Instant.day / 2) / Instant.day))
        let why = told.why ?? .limit
        return Phrase(
            "remind.waited.\(why.rawValue)",
            ["count": .count(waited + told.more), "days": .count(days), "date": .date(local.date)])
    }

    /// One message of all that a receiver is told now.
    func merged(_ items: [Item], head: Phrase?, _ way: Way, _ at: Instant) -> Outgoing {
        let items = items.sorted { Self.urgency($0) < Self.urgency($1) }
        guard items.count > 1 || head != nil, let first = items.first else {
            return alone(items[0], way)
        }
        var lines = [head].compactMap { $0 }
        var shown: [Item] = []
        var whole: Item?
        for item in items {
            let isWhole =
                item.isDigest && whole == nil && height(lines + item.lines) < Self.maxLines
            let part = isWhole ? item.lines : item.short(Self.itemLines)
            guard height(lines + part) < Self.maxLines else { continue }
            if isWhole { whole = item }
            shown.append(item)
            lines += part
        }
        if shown.count < items.count {
            lines.append(Phrase("remind.more", ["count": .count(items.count - shown.count)]))
        }
        let isOnlyDigests = items.allSatisfy(\.isDigest)
        var out = Outgoing(
            to: way.to, kind: isOnlyDigests ? .digest : .reminder, lines,
            offers: offers(shown, whole),
            subject: subject(items), occurrence: first.occurrence.key)
        out.also = items.dropFirst().map(\.occurrence.key)
        out.chart = whole?.chart
        out.enclosure = Enclosure.joined(shown.compactMap(\.enclosure))
        return out
    }

    private func alone(_ item: Item, _ way: Way) -> Outgoing {
        var out = Outgoing(
            to: way.to, kind: item.isDigest ? .digest : .reminder, item.lines, offers: item.offers,
            subject: item.occurrence.subject, occurrence: item.occurrence.key)
        out.chart = item.chart
        out.enclosure = item.enclosure
        return out
    }

    /// ★ first, then what climbed furthest; digests last.
    private static func urgency(_ item: Item) -> UrgencyKey {
        UrgencyKey(
            rank: item.isDigest ? 2 : item.occurrence.isStar ? 0 : 1, step: -item.occurrence.step,
            key: item.occurrence.key)
    }

    private struct UrgencyKey: Comparable {
        var rank: Int
        var step: Int
        var key: String
        static func < (a: Self, b: Self) -> Bool {
            (a.rank, a.step, a.key) < (b.rank, b.step, b.key)
        }
    }

    /// How many lines a message has; alike in every language.
    private func height(_ phrases: [Phrase]) -> Int {
        phrasebook.render(phrases, choices: [], language: "en").lines.count
    }

    /// What the buttons do is said of which thing; what moves or explains stands once, for all of them.
    private func offers(_ items: [Item], _ whole: Item?) -> [Offer] {
        let general = ["/later", "/notme", "/whyme", "/mute"]
        func isGeneral(_ offer: Offer) -> Bool { general.contains { offer.line.hasPrefix($0) } }
        var found: [Offer] = []
        var lines: Set<String> = []
        for item in items {
            let code = item.occurrence.subject.split(separator: " ").last.map(String.init) ?? ""
            var own = item.offers.filter { !isGeneral($0) }
            if item.isDigest, item.occurrence.key != whole?.occurrence.key {
                own = [Offer(Phrase("remind.digestLabel"), item.digestLine)]
            }
            for offer in own.prefix(items.count > 2 ? 1 : 2) where lines.insert(offer.line).inserted
            {
                let label = Phrase(
                    "remind.itemLabel", ["what": .code(code), "label": .phrase(offer.label)])
                found.append(Offer(items.count > 1 ? label : offer.label, offer.line))
            }
        }
        let common = items.flatMap(\.offers).filter(isGeneral)
        found = Array(found.prefix(Self.maxOffers - min(3, common.count)))
        for offer in common where found.count < Self.maxOffers && lines.insert(offer.line).inserted
        {
            found.append(offer)
        }
        return found
    }

    /// What a plain answer is about: the one figure that is asked for, else the only thing.
    private func subject(_ items: [Item]) -> String? {
        let readings = items.filter { $0.occurrence.kind == "reading" }
        if readings.count == 1 { return readings.first?.occurrence.subject }
        let challenges = Set(items.map { Event.owner(ofKey: $0.occurrence.key) })
        return readings.isEmpty && challenges.count == 1 ? items.first?.occurrence.subject : nil
    }
}

extension Item {
    fileprivate var digestLine: String {
        let code = occurrence.subject.split(separator: " ").last.map(String.init) ?? ""
        return occurrence.subject.hasPrefix("cohort ") ? "/cohort \(code)" : "/digest \(code)"
    }
}
