import Language

// What proposals are called for: the topics of a cohort.

extension BatchCommand {
    /// As many as people read to the end.
    static let mostTopics = 20

    func topic(isNew: Bool, _ state: State, _ context: Context) throws(Refusal) -> Decision {
        var cohort = try context.gateCohort(code, state)
        try context.require([.office], in: cohort, state)
        guard let topic else { throw Refusal(Phrase("batch.ask.topic")) }
        let values: KeyValuePairs<String, Say> = [
            "cohort": .code(cohort.code), "topic": .text(topic), "count": .count(Self.mostTopics),
        ]
        guard ![.closed, .cancelled].contains(cohort.state) else {
            throw Refusal(Phrase("batch.topicsFixed", values))
        }
        var said = [
            Phrase.Field("cohort", .code(cohort.code)), Phrase.Field("topic", .text(topic)),
        ]
        if isNew {
            guard Self.topic(topic, in: cohort) == nil else {
                return .answer([Phrase("batch.topicThere", values)])
            }
            guard cohort.topics.count < Self.mostTopics else {
                throw Refusal(Phrase("batch.manyTopics", values))
            }
            guard topic.unicodeScalars.count <= 100 else {
                throw Refusal(Phrase("batch.longTopic"))
            }
            cohort.topics.append(topic)
        } else {
            guard let found = Self.topic(topic, in: cohort) else {
                var refusal = Refusal(Phrase("propose.noTopic", values))
                refusal.phrases += Self.topicLines(cohort)
                throw refusal
            }
            cohort.topics.removeAll { $0 == found }
            said[1].value = .text(found)
        }
        return .record(
            [.cohortSet(cohort)],
            [Phrase(isNew ? "batch.topicAdded" : "batch.topicRemoved", said)]
                + Self.topicLines(cohort),
            offers: [Decision.gateUndo])
    }

    func topics(_ cohort: Cohort) -> [Phrase] {
        let lines = Self.topicLines(cohort)
        return lines.isEmpty ? [Phrase("batch.noTopics", ["cohort": .code(cohort.code)])] : lines
    }

    static func topicLines(_ cohort: Cohort) -> [Phrase] {
        cohort.topics.prefix(mostTopics).enumerated().map { i, topic in
            Phrase("batch.topic", ["number": .count(i + 1), "topic": .text(topic)])
        }
    }

    /// The topic that is meant: by its number in the list, or by its words.
    static func topic(_ text: String, in cohort: Cohort) -> String? {
        if let number = Int(text), cohort.topics.indices.contains(number - 1) {
            return cohort.topics[number - 1]
        }
        let folded = Folding.fold(text)
        return cohort.topics.first { Folding.fold($0) == folded }
    }
}
