/// One command as its file in `commands/` says it (contract.md 1). The usage line is the only place
/// where its arguments are listed: grammar, synopsis, help and menu come from it.
public struct CommandSpec: Hashable, Sendable {
    /// The canonical verb: lower-case Latin letters and digits, `goal`, `up`.
    public var name: String
    /// In the notation, one or several: `up <value:measure> [goal:goal] [on:date] [note:text...]`.
    public var usages: [String]
    /// Role names that may try it; `anyone` for strangers too.
    public var who: [String]
    /// States of a challenge in which it makes sense; empty for every state.
    public var phase: [String]
    /// Further verbs that are heard, Latin.
    public var aliases: [String]
    public var summary: String
    public var help: String
    public var examples: [Example]
    /// The command's own phrases in English, by short key: `recorded` is said as `up.recorded`.
    public var phrases: [String: String]

    public struct Example: Hashable, Sendable {
        /// A line a person may say, without the slash: `up 69,1 weekly export`.
        public var say: String
        /// Slot or keyword name -> the canonical print of its value: `value` -> `69.1`.
        public var means: [String: String]
        public init(say: String, means: [String: String]) {
            self.say = say
            self.means = means
        }
    }

    public init(
        name: String, usages: [String], who: [String] = [], phase: [String] = [],
        aliases: [String] = [],
        summary: String = "", help: String = "", examples: [Example] = [],
        phrases: [String: String] = [:]
    ) {
        self.name = name
        self.usages = usages
        self.who = who
        self.phase = phase
        self.aliases = aliases
        self.summary = summary
        self.help = help
        self.examples = examples
        self.phrases = phrases
    }
}
