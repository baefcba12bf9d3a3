/// A usage made ready for matching: its slots with their types, and every word that is heard in it, in all
/// languages, looked up at once.
final class CompiledUsage: Sendable {
    /// One thing of the sequence, or of a group.
    indirect enum Step: Sendable {
        case slot(Int)
        /// One of these words; with several the chosen one is kept.
        case word(WordTable<String>, alternatives: [String])
        /// Inside a group: a word that may be there.
        case flag(WordTable<String>, String)
        case group([Step], marker: String?)
    }

    /// A flag, a choice or a group that begins with a word: stands anywhere.
    struct Floating: Sendable {
        let alternatives: [String]
        /// What follows the first word.
        let steps: [Step]
        /// Kept in the values where nothing else would say that it was there.
        let marker: String?
        let isChoice: Bool
    }

    final class Slot: Sendable {
        let name: String
        let type: SlotType
        let isOptional: Bool
        let isRest: Bool
        /// The floating group it belongs to.
        let floating: Int?
        /// Only as `name=value`.
        let isKey: Bool
        /// Inside a group of the sequence, or further inside.
        let isNested: Bool

        init(
            name: String, type: SlotType, isOptional: Bool, isRest: Bool, floating: Int?,
            isKey: Bool,
            isNested: Bool
        ) {
            self.name = name
            self.type = type
            self.isOptional = isOptional
            self.isRest = isRest
            self.floating = floating
            self.isKey = isKey
            self.isNested = isNested
        }
    }

    enum WordUse: Sendable, Equatable {
        case floating(Int, String)
        case step(Int, String)
    }

    let command: Int
    /// Into the command's canonical usages.
    let index: Int
    let leading: [(table: WordTable<String>, alternatives: [String])]
    let slots: [Slot]
    let sequence: [Step]
    let floating: [Floating]
    let words: WordTable<WordUse>
    /// Names heard before `=`, folded.
    let keys: [Word: Int]
    /// The slot that may be left out where the chat says it, and that may stand first.
    let implied: Int?
    /// The canonical parts, for printing.
    let source: Usage

    init(
        command: Int, index: Int, leading: [(table: WordTable<String>, alternatives: [String])],
        slots: [Slot], sequence: [Step], floating: [Floating], words: WordTable<WordUse>,
        keys: [Word: Int],
        implied: Int?, source: Usage
    ) {
        self.command = command
        self.index = index
        self.leading = leading
        self.slots = slots
        self.sequence = sequence
        self.floating = floating
        self.words = words
        self.keys = keys
        self.implied = implied
        self.source = source
    }

    /// How many tokens the leading words take; nil if one of them is not there.
    func matchLeading(
        _ tokens: Tokens, from start: Int
    ) -> (end: Int, chosen: [String])? {
        if leading.isEmpty { return (start, []) }
        var at = start
        var chosen: [String] = []
        for (table, alternatives) in leading {
            guard let (key, taken) = table.match(tokens.from(at), 0, { $0 as String? }) else {
                return nil
            }
            if alternatives.count > 1 { chosen.append(key) }
            at += taken
        }
        return (at, chosen)
    }
}
