import Language
import Yams

/// `commands/up.yaml` -> `CommandSpec`.
enum CommandFiles {
    static func read(_ text: String, file: String) throws(LoadingFault) -> CommandSpec {
        var fields = try YAMLReader(file: file).fields(text)
        var spec = CommandSpec(name: try fields.neededText("name"), usages: [])
        if let usage = try fields.text("usage") { spec.usages.append(usage) }
        spec.usages += try fields.texts("usages")
        guard !spec.usages.isEmpty else { throw fields.fault("usage", "a usage is needed") }
        spec.who = try fields.textOrTexts("who")
        spec.phase = try fields.textOrTexts("phase")
        spec.aliases = try fields.textOrTexts("aliases")
        spec.summary = Literal.tidied(try fields.neededText("summary"))
        spec.help = Literal.tidied(try fields.text("help") ?? "")
        spec.examples = try examples(&fields)
        for (key, pattern) in try fields.pairs("phrases") {
            spec.phrases[key] = Literal.tidied(pattern)
        }
        try Literal.add(summary: spec.summary, help: spec.help, to: &spec.phrases, of: fields)
        try fields.finish()
        return spec
    }

    /// `examples: [{say: …, means: {…}}]`, the same in commands and languages.
    static func examples(_ fields: inout YAMLFields) throws(LoadingFault) -> [CommandSpec.Example] {
        var found: [CommandSpec.Example] = []
        for item in try fields.items("examples") {
            var example = try YAMLFields(item.node, file: fields.file, path: item.path)
            let say = try example.neededText("say")
            var means: [String: String] = [:]
            for (slot, value) in try example.pairs("means") { means[slot] = value }
            try example.finish()
            found.append(CommandSpec.Example(say: say, means: means))
        }
        return found
    }
}

/// Texts of a file that become phrases word for word.
package enum Literal {
    /// Without the line feed that a block of YAML ends with.
    static func tidied(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while scalars.last == "\n" { scalars.removeLast() }
        return String(scalars)
    }

    /// A pattern that says exactly this text: braces, angle brackets and apostrophes stand for themselves.
    ///
    /// What would begin something is quoted, run by run; an apostrophe is doubled, inside a run and outside.
    package static func pattern(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var isQuoted = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": out.append(contentsOf: "''".unicodeScalars)
            case "{", "}", "<":
                if !isQuoted { out.append("'") }
                isQuoted = true
                out.append(scalar)
            default:
                if isQuoted { out.append("'") }
                isQuoted = false
                out.append(scalar)
            }
        }
        if isQuoted { out.append("'") }
        return String(out)
    }

    /// Summary and help as the phrases `summary` and `help` of their command.
    static func add(
        summary: String?, help: String?, to phrases: inout [String: String], of fields: YAMLFields
    ) throws(LoadingFault) {
        for (key, text) in [("summary", summary), ("help", help)] {
            guard let text else { continue }
            guard phrases[key] == nil else {
                throw fields.fault("phrases.\(key)", "the command's \(key) already has this name")
            }
            phrases[key] = pattern(text)
        }
    }
}
