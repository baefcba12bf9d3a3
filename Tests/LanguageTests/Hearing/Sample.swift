import Language
import Runtime
import TestKit

/// Small tables and commands for these suites: enough of three languages for every rule of the notation.
enum Sample {
    static let today = LocalDate(days: 20_532)  // Friday 2026-03-20

    static let english = LanguageTable(
        tag: "en", name: "English",
        dates: .init(
            months: [
                "January", "February", "March", "April", "May", "June", "July", "August",
                "September",
                "October", "November", "December",
            ],
            shortMonths: [
                "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
            ],
            weekdays: [
                "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
            ],
            shortWeekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
        terms: [
            "colour.onTrack": .init(says: "ON TRACK", hears: ["green"]),
            "colour.atRisk": .init(says: "AT RISK", hears: ["amber", "yellow"]),
            "role.sponsor": .init(says: "sponsor"), "role.data-keeper": .init(says: "data keeper"),
            "unit.day": .init(says: "{n, plural, one {day} other {days}}"),
        ])

    static let russian = LanguageTable(
        tag: "ru", name: "Русский",
        numbers: .init(decimal: ",", group: "\u{202F}", percent: "{n}\u{A0}%"),
        dates: .init(
            months: [
                "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа",
                "сентября", "октября",
                "ноября", "декабря",
            ],
            shortMonths: [
                "янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.",
                "нояб.", "дек.",
            ],
            weekdays: [
                "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
            ],
            shortWeekdays: ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]),
        terms: [
            "colour.onTrack": .init(says: "ПО ГРАФИКУ", hears: ["зелёный"]),
            "role.sponsor": .init(says: "куратор"),
            "role.data-keeper": .init(says: "ответственный за данные"),
            "date.today": .init(says: "сегодня"), "date.yesterday": .init(says: "вчера"),
            "date.tomorrow": .init(says: "завтра"),
            "date.beforeYesterday": .init(says: "позавчера"),
            "date.afterTomorrow": .init(says: "послезавтра"),
            "date.next": .init(says: "следующий", hears: ["следующая", "следующее", "следующую"]),
            "date.last": .init(says: "прошлый", hears: ["прошлая", "прошлую"]),
            "date.in": .init(says: "через"), "date.ago": .init(says: "назад"),
            "date.at": .init(says: "в"), "date.on": .init(says: "за"),
            "unit.minute": .init(
                says: "{n, plural, one {минута} few {минуты} many {минут} other {минуты}}",
                hears: ["мин"]),
            "unit.hour": .init(
                says: "{n, plural, one {час} few {часа} many {часов} other {часа}}", hears: ["ч"]),
            "unit.day": .init(
                says: "{n, plural, one {# день} few {# дня} many {# дней} other {# дня}}"),
            "unit.week": .init(
                says: "{n, plural, one {неделя} few {недели} many {недель} other {недели}}",
                hears: ["неделю"]),
            "unit.percent": .init(says: "процентов", hears: ["процент", "процента"]),
            "person.me": .init(says: "я", hears: ["меня", "мне"]),
            "slot.value": .init(says: "значение"),
        ],
        keywords: [
            "critical": ["критично"], "due": ["срок"], "by": ["до"], "set": ["задать"],
            "revise": ["изменить"],
            "yes": ["да"], "no": ["нет"], "on": ["дата"], "as": ["как"],
        ],
        commands: [
            "up": .init(verbs: ["обновить", "данные"]),
            "status": .init(verbs: ["статус"]), "todo": .init(verbs: ["мои задачи", "мои"]),
            "milestone": .init(
                verbs: ["веха"],
                usages: ["веха до <due:date> <title:text> [critical] [owner:person]"]),
            "undo": .init(verbs: ["отмена"]),
        ])

    static let arabic = LanguageTable(
        tag: "ar", name: "العربية", rightToLeft: true,
        dates: .init(
            months: [
                "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر",
                "أكتوبر", "نوفمبر",
                "ديسمبر",
            ],
            shortMonths: [
                "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر",
                "أكتوبر", "نوفمبر",
                "ديسمبر",
            ],
            weekdays: ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
            shortWeekdays: ["اثنين", "ثلاثاء", "أربعاء", "خميس", "جمعة", "سبت", "أحد"]),
        terms: [
            "colour.onTrack": .init(says: "على المسار الصحيح", hears: ["أخضر"]),
            "date.today": .init(says: "اليوم"), "date.yesterday": .init(says: "أمس"),
            "date.tomorrow": .init(says: "غدًا", hears: ["غدا"]), "date.next": .init(says: "القادم"),
            "date.in": .init(says: "بعد"), "date.ago": .init(says: "قبل", hears: ["منذ"]),
            "date.at": .init(says: "الساعة"), "date.on": .init(says: "في", hears: ["يوم"]),
            "time.am": .init(says: "ص"),
            "time.pm": .init(says: "م"),
            "unit.day": .init(says: "{n, plural, one {يوم} two {يومان} few {أيام} other {يومًا}}"),
            "unit.hour": .init(says: "{n, plural, one {ساعة} few {ساعات} other {ساعة}}"),
            "unit.week": .init(says: "{n, plural, one {أسبوع} few {أسابيع} other {أسبوعًا}}"),
            "unit.percent": .init(says: "في المئة", hears: ["بالمئة"]),
            "person.me": .init(says: "أنا"),
        ],
        keywords: ["critical": ["حرج"], "by": ["قبل تاريخ"], "due": ["موعد"]],
        commands: ["up": .init(verbs: ["تحديث"]), "status": .init(verbs: ["الحالة"])])

    static let challengeShape = CodeShape(prefix: "CH", separator: "-", digits: 1...4, pad: 2)

    static let types: [SlotType] = [
        .shaped(name: "challenge", [challengeShape]),
        .shaped(name: "goal", prefix: "G", digits: 1...2, within: [challengeShape]),
        .shaped(name: "milestone", prefix: "M", within: [challengeShape]),
        .shaped(name: "blocker", prefix: "B", within: [challengeShape]),
        .shaped(name: "decision", prefix: "D", within: [challengeShape]),
        .choice(name: "colour", terms: ["colour.onTrack", "colour.atRisk"]),
        .choice(name: "role", terms: ["role.sponsor", "role.data-keeper"]),
        .numbered(name: "day", prefixes: ["day", "d"], terms: ["unit.day"], range: 1...100),
        .either(
            name: "when", [.date, .numbered(name: "day", prefixes: ["day", "d"], range: 1...100)]),
        .date(name: "past", leaning: .past),
    ]

    static func spec(
        _ name: String, _ usages: [String], phase: [String] = [], aliases: [String] = [],
        examples: [CommandSpec.Example] = []
    ) -> CommandSpec {
        CommandSpec(name: name, usages: usages, phase: phase, aliases: aliases, examples: examples)
    }

    static let commands: [CommandSpec] = [
        spec(
            "up", ["up <value:measure> [goal:goal] [on:date] [note:text...]"],
            phase: ["accelerating"],
            aliases: ["now", "update", "reading"],
            examples: [
                .init(
                    say: "up 69,1 weekly export, 12 hospitals",
                    means: ["value": "69.1", "note": "weekly export, 12 hospitals"])
            ]),
        spec("status", ["status [challenge:challenge]"], aliases: ["s", "?"]),
        spec(
            "goal",
            [
                "goal <goal:goal>",
                "goal set <goal:goal> from <from:measure> to <to:measure> [unit:word]",
                "goal revise <goal:goal> <to:measure> [because <reason:text...>]",
            ], phase: ["framing"]),
        spec(
            "milestone", ["milestone <title:text> by <due:date> [critical] [owner:person]"],
            phase: ["ready"]),
        spec(
            "need", ["need [critical] [due <day:day>] <text:text...>"], phase: ["accelerating"],
            aliases: ["block"]),
        spec("ask", ["ask <text:text> [by <day:date>] [from:person]"], phase: ["accelerating"]),
        spec(
            "decide", ["decide <decision:decision> yes|no [because <why:text...>]"],
            phase: ["accelerating"]),
        spec("done", ["done <item:milestone> [on:past] [link=<link:word>]"]),
        spec("away", ["away until <day:date>", "away <span:duration>", "away off"]),
        spec("remind", ["remind <who:person> <at:moment> <text:text...>"]),
        spec(
            "colour",
            [
                "colour <colour:colour> [share:percent] [count:count] [n:number] reason=<reason:text>"
            ], phase: ["a"]),
        spec(
            "team",
            ["team add <who:person> [role:role] [as deputy|observer]", "team lead <who:person>"]),
        spec("four", ["four <a:number> <b:number> [c:count] [d:word] [x [y:number] z]"]),
        spec("join", ["join <code:code>"]),
        spec("todo", ["todo"]), spec("undo", ["undo [n:count]"]),
        spec("digest", ["digest [as of <day:date>] [four|passport] [challenge:challenge]"]),
        spec(
            "plan",
            ["plan [from <a:date> [to <b:date>]] [with attachments [now]] [title:text] [on:date]"]),
    ]

    private static let built = Result<Grammar, GrammarFault> { () throws(GrammarFault) in
        try Grammar(commands: commands, languages: [english, russian, arabic], types: types)
    }
    static func grammar() throws -> Grammar { try built.get() }

    static func reading(
        _ languages: [String] = ["en"], implied: [String: Value] = [:], replied: Mention? = nil,
        mentions: [Mention] = []
    ) -> Reading {
        Reading(
            today: today, now: LocalTime(17, 30), languages: languages, implied: implied,
            candidates: { type in
                switch type {
                case "unit": ["%", "working days", "births", "лицензий"]
                case "challenge": ["CH-01", "CH-02", "CH-03"]
                case "milestone": ["M1", "M3"]
                case "person": ["Madina", "Bolat Serik", "Айгуль"]
                default: []
                }
            }, replied: replied, mentions: mentions)
    }
}

/// A small generator with a seed, so that a failure can be run again.
struct Dice: RandomNumberGenerator {
    private var source: Seeded
    init(seed: UInt64) { source = Seeded(seed) }
    mutating func next() -> UInt64 { source.next() }
    mutating func below(_ n: Int) -> Int { Int(next() % UInt64(n)) }
    mutating func chance(_ one: Int, in n: Int) -> Bool { below(n) < one }
    mutating func pick<T>(_ from: [T]) -> T { from[below(from.count)] }
}
