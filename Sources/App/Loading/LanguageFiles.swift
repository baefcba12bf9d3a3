import Language
import Yams

/// `commands/languages/ru.yaml` -> `LanguageTable`.
enum LanguageFiles {
    static func read(_ text: String, file: String) throws(LoadingFault) -> LanguageTable {
        var fields = try YAMLReader(file: file).fields(text)
        let tag = try fields.neededText("tag")
        let name = try fields.neededText("name")
        var table = LanguageTable(tag: tag, name: name, dates: try dates(&fields))
        switch try fields.text("direction") ?? "ltr" {
        case "ltr": table.rightToLeft = false
        case "rtl": table.rightToLeft = true
        case let other:
            throw fields.fault("direction", "ltr or rtl is expected, not “\(other.prefix(40))”")
        }
        if var numbers = try fields.fields("numbers") {
            table.numbers.decimal = try numbers.text("decimal") ?? table.numbers.decimal
            table.numbers.group = try numbers.text("group") ?? table.numbers.group
            table.numbers.percent = try numbers.text("percent") ?? table.numbers.percent
            try numbers.finish()
        }
        table.terms = try terms(&fields)
        if let keywords = try fields.fields("keywords") {
            for (keyword, node) in keywords.members {
                table.keywords[keyword] = try YAMLFields.texts(
                    node, file: file, path: keywords.place(keyword))
            }
        }
        for (key, pattern) in try fields.pairs("phrases") {
            table.phrases[key] = Literal.tidied(pattern)
        }
        if let commands = try fields.fields("commands") {
            for (command, node) in commands.members {
                table.commands[command] = try words(node, file: file, path: commands.place(command))
            }
        }
        for item in try fields.items("sentences") {
            table.sentences.append(try sentence(item.node, file: file, path: item.path))
        }
        try fields.finish()
        return table
    }

    private static func dates(_ fields: inout YAMLFields) throws(LoadingFault)
        -> LanguageTable.Dates
    {
        guard var dates = try fields.fields("dates") else {
            throw fields.fault("dates", "is needed")
        }
        func names(_ key: String, _ count: Int) throws(LoadingFault) -> [String] {
            let found = try dates.texts(key)
            guard found.count == count, !found.contains("") else {
                throw dates.fault(key, "\(count) names are expected")
            }
            return found
        }
        var table = LanguageTable.Dates(
            months: try names("months", 12), shortMonths: try names("shortMonths", 12),
            weekdays: try names("weekdays", 7), shortWeekdays: try names("shortWeekdays", 7))
        table.day = try dates.text("day") ?? table.day
        table.full = try dates.text("full") ?? table.full
        table.year = try dates.text("year") ?? table.year
        table.moment = try dates.text("moment") ?? table.moment
        try dates.finish()
        return table
    }

    /// A term is its word alone, or `{says, hears}`. What it says is not trimmed: `list.and` is " and ".
    private static func terms(_ fields: inout YAMLFields) throws(LoadingFault) -> [String:
        LanguageTable.Term]
    {
        guard let all = try fields.fields("terms") else { return [:] }
        var found: [String: LanguageTable.Term] = [:]
        for (key, node) in all.members {
            if case .scalar(let word) = node {
                found[key] = LanguageTable.Term(says: word.string)
                continue
            }
            var term = try YAMLFields(node, file: all.file, path: all.place(key))
            guard let says = try term.text("says") else { throw term.fault("says", "is needed") }
            found[key] = LanguageTable.Term(says: says, hears: try term.texts("hears"))
            try term.finish()
        }
        return found
    }

    private static func words(
        _ node: Node, file: String, path: String
    ) throws(LoadingFault) -> LanguageTable.CommandWords {
        var fields = try YAMLFields(node, file: file, path: path)
        var words = LanguageTable.CommandWords()
        words.verbs = try fields.textOrTexts("verbs")
        words.usages = try fields.textOrTexts("usages")
        words.summary = try fields.text("summary").map(Literal.tidied)
        words.help = try fields.text("help").map(Literal.tidied)
        words.examples = try CommandFiles.examples(&fields)
        for (key, pattern) in try fields.pairs("phrases") {
            words.phrases[key] = Literal.tidied(pattern)
        }
        try Literal.add(summary: words.summary, help: words.help, to: &words.phrases, of: fields)
        try fields.finish()
        return words
    }

    private static func sentence(
        _ node: Node, file: String, path: String
    ) throws(LoadingFault) -> LanguageTable.Sentence {
        var fields = try YAMLFields(node, file: file, path: path)
        let say = try fields.neededText("say")
        let means = try fields.neededText("means")
        let word = try fields.text("place") ?? "whole"
        guard let place = LanguageTable.Sentence.Place(rawValue: word) else {
            throw fields.fault(
                "place", "whole, begins or contains is expected, not “\(word.prefix(40))”")
        }
        try fields.finish()
        return LanguageTable.Sentence(say: say, means: means, place: place)
    }
}
