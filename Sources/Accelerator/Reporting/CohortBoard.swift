import Language

/// The scoreboard of a cohort: a row a challenge, the worst first, and nothing that is wider than a phone.
extension CohortView {
    private static let mostRows = 20

    /// At most 24 lines of at most 38 columns, as long as the codes are as short as they should be; the time
    /// it was drawn at is the 25th.
    var scoreboard: [Phrase] {
        guard !views.isEmpty else { return head + none }
        let isWhole = views.count <= Self.mostRows
        let shown = views.prefix(isWhole ? Self.mostRows : Self.mostRows - 1)
        var lines = boardHead + boardCounts + shown.map(\.boardRow)
        if !isWhole {
            lines.append(Phrase("digest.more", ["count": .count(views.count - shown.count)]))
        }
        return lines
    }

    /// Without the date: it stands at the end, with the time.
    private var boardHead: [Phrase] {
        guard let day, day >= 1 else { return head }
        let duration = max(1, cohort.duration)
        let first = Phrase(
            "board.cohort",
            [
                "code": .code(cohort.code), "day": .count(min(day, duration)),
                "duration": .count(duration), "over": .text(day > duration ? "yes" : "no"),
            ])
        guard let way = head.first, way.key == "digest.cohortHead" else { return [first] }
        return [first, Phrase("digest.cohortWay", way.values)]
    }

    /// Which word each sign stands for, and how many have it; what began not yet or was stopped says so in
    /// its own row.
    private var boardCounts: [Phrase] {
        let told: [Colour] = [.offTrack, .atRisk, .onTrack, .achieved]
        let items = told.compactMap { colour -> Say? in
            let count = count(of: colour)
            guard count > 0 else { return nil }
            return .phrase(
                Phrase(
                    "digest.count",
                    ["count": .count(count), "colour": .term("colour.\(colour.term)")]))
        }
        return stride(from: 0, to: items.count, by: 2).map {
            Phrase("board.colours", ["colours": .list(Array(items[$0..<min($0 + 2, items.count)]))])
        }
    }
}

extension ChallengeView {
    /// The row of a list, with as much of the title as leaves it within 38 columns.
    fileprivate var boardRow: Phrase {
        var phrase = row
        var room: Int
        switch phrase.key {
        case "card.row": room = 22
        case "card.rowEarly":
            phrase.key = "card.row"
            room = 22
        case "card.rowBefore": room = 20
        case "card.rowStopped":
            phrase.key = "board.rowStopped"
            room = 12
        case "card.rowEnded":
            phrase.key = "board.rowEnded"
            room = 10
        default: room = 10
        }
        // `CH-03`; a longer code takes it from the title.
        room = max(6, room - max(0, challenge.head.code.unicodeScalars.count - 5))
        if let title = phrase.values.firstIndex(where: { $0.name == "title" }) {
            phrase.values[title] = .init("title", Title.short(challenge.head.title, room))
        }
        return phrase
    }
}
