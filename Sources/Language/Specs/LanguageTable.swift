/// One language as its file in `commands/languages/` says it: every word that is not a command's own
/// English, and all of a command's words in this language.
public struct LanguageTable: Hashable, Sendable {
    /// `en`, `ru`, `ar`.
    public var tag: String
    /// The language's own name: `Русский`.
    public var name: String
    public var rightToLeft: Bool
    public var numbers: Numbers
    public var dates: Dates
    /// Term key -> how it is shown and what is heard for it: `colour.onTrack`, `role.sponsor`, `yes`.
    public var terms: [String: Term]
    /// Keyword of a usage (`critical`, `due`, `set`) -> words heard for it in this language.
    public var keywords: [String: [String]]
    /// Full key -> ICU MessageFormat: `error.unknownCommand`.
    public var phrases: [String: String]
    public var commands: [String: CommandWords]
    /// Plain sentences: a phrase that, said without a slash, means a command (people.md 3, rule 6).
    public var sentences: [Sentence]

    public struct Numbers: Hashable, Sendable {
        public var decimal: String
        public var group: String
        /// `{n} %`: how a per cent is written.
        public var percent: String
        public init(decimal: String = ".", group: String = ",", percent: String = "{n} %") {
            self.decimal = decimal
            self.group = group
            self.percent = percent
        }
    }

    public struct Dates: Hashable, Sendable {
        /// Twelve, as written in a date (`апреля`), and twelve short (`апр.`).
        public var months: [String]
        public var shortMonths: [String]
        /// Seven from Monday, long and short.
        public var weekdays: [String]
        public var shortWeekdays: [String]
        /// Patterns over `{day} {month} {shortMonth} {year} {weekday} {shortWeekday} {time}`:
        /// `day` for 20 Mar, `full` for Fri 20 Mar, `year` for 20 Mar 2026, `moment` for Fri 20 Mar, 09:00.
        public var day: String
        public var full: String
        public var year: String
        public var moment: String
        public init(
            months: [String], shortMonths: [String], weekdays: [String], shortWeekdays: [String],
            day: String = "{day} {shortMonth}", full: String = "{shortWeekday} {day} {shortMonth}",
            year: String = "{day} {shortMonth} {year}",
            moment: String = "{shortWeekday} {day} {shortMonth}, {time}"
        ) {
            self.months = months
            self.shortMonths = shortMonths
            self.weekdays = weekdays
            self.shortWeekdays = shortWeekdays
            self.day = day
            self.full = full
            self.year = year
            self.moment = moment
        }
    }

    public struct Term: Hashable, Sendable {
        /// Shown to readers; may be ICU MessageFormat with `n` where it is counted (`unit.day`).
        public var says: String
        /// Typed by people, beside `says`; folded before they are compared.
        public var hears: [String]
        public init(says: String, hears: [String] = []) {
            self.says = says
            self.hears = hears
        }
    }

    public struct CommandWords: Hashable, Sendable {
        /// Verbs heard in this language; the first is the one that menus and help show.
        public var verbs: [String]
        /// Restated usages, same slots in this language's own order; empty for the canonical ones.
        public var usages: [String]
        public var summary: String?
        public var help: String?
        public var examples: [CommandSpec.Example]
        /// Short key -> pattern.
        public var phrases: [String: String]
        public init(
            verbs: [String] = [], usages: [String] = [], summary: String? = nil,
            help: String? = nil,
            examples: [CommandSpec.Example] = [], phrases: [String: String] = [:]
        ) {
            self.verbs = verbs
            self.usages = usages
            self.summary = summary
            self.help = help
            self.examples = examples
            self.phrases = phrases
        }
    }

    public struct Sentence: Hashable, Sendable {
        public enum Place: String, Hashable, Sendable { case whole, begins, contains }
        /// `how are we`; folded before it is compared.
        public var say: String
        /// The line it means: `status`; `thanks` for a mere acknowledgement; `need` offers a blocker
        /// with the whole sentence as its text.
        public var means: String
        public var place: Place
        public init(say: String, means: String, place: Place) {
            self.say = say
            self.means = means
            self.place = place
        }
    }

    public init(
        tag: String, name: String, rightToLeft: Bool = false, numbers: Numbers = Numbers(),
        dates: Dates,
        terms: [String: Term] = [:], keywords: [String: [String]] = [:],
        phrases: [String: String] = [:],
        commands: [String: CommandWords] = [:], sentences: [Sentence] = []
    ) {
        self.tag = tag
        self.name = name
        self.rightToLeft = rightToLeft
        self.numbers = numbers
        self.dates = dates
        self.terms = terms
        self.keywords = keywords
        self.phrases = phrases
        self.commands = commands
        self.sentences = sentences
    }
}
