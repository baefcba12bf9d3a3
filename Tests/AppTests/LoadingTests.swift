import Testing
import hundred

/// Files of the set-up that are not as they should be: refused by file and path, with status 78.
@Suite struct LoadingTests {
    private func check(_ change: (Folder) -> Void) throws -> Program.Ended {
        let folder = Folder()
        folder.copy(Program.commands, as: "commands")
        change(folder)
        return try Program.run(["check", "--commands", folder.path + "/commands"], in: folder)
    }

    @Test func theFolderIsGood() throws {
        let ended = try check { _ in }
        #expect(ended.status == 0, "\(ended.output)\(ended.complaint)")
        #expect(ended.output.contains(" commands, "))
    }

    static let changes: [(file: String, from: String, to: String, wanted: String)] = [
        (
            "cancel.yaml", "usage: cancel", "usage: cancel\ncolour: red",
            "cancel.yaml: colour: unknown key"
        ),
        (
            "cancel.yaml", "usage: cancel", "usage: [cancel]",
            "cancel.yaml: usage: a text is expected"
        ),
        ("cancel.yaml", "name: cancel", "name: cancelled", "cancel.yaml: name: "),
        ("cancel.yaml", "who: [anyone]", "who: [everyone]", "everyone"),
        ("cancel.yaml", "usage: cancel", "usage: cancel <x:nothing>", "cancel.yaml"),
        (
            "cancel.yaml", "  - say: cancel", "  - say: cancel\n    mean: 1",
            "cancel.yaml: examples[0].mean: unknown key"
        ),
        ("cancel.yaml", "examples:", "examples: {\n", "cancel.yaml: "),
        ("cancel.yaml", "usage: cancel", "usage: cancel\nusage: cancel", "cancel.yaml: "),
        ("cancel.yaml", "  done: ", "  done: \"{\"\n  done2: ", "cancel.done"),
        (
            "languages/ru.yaml", "direction: ltr", "direction: up",
            "languages/ru.yaml: direction: ltr or rtl"
        ),
        ("languages/ru.yaml", "tag: ru", "tag: xx", "languages/ru.yaml: tag: "),
        ("languages/en.yaml", "tag: en", "tag: xx", "languages/en.yaml"),
        ("calendars/KZ.yaml", "weekend: [6, 7]", "weekend: [6, 8]", "calendars/KZ.yaml: weekend: "),
        (
            "calendars/KZ.yaml", "\"Capital Day\": {", "\"Capital City\": {",
            "calendars/KZ.yaml: names.Capital City: no day off is called so"
        ),
        (
            "calendars/KZ.yaml", "ru: \"День столицы\"", "ru: \"\"",
            "calendars/KZ.yaml: names.Capital Day.ru: "
        ),
        (
            "calendars/KZ.yaml", "ru: \"День Победы\"", "ru: \"Победа\"",
            "names.Victory Day.ru: another calendar calls it "
        ),
        (
            "calendars/KZ.yaml", "\"2025-01-01\"", "\"2025-13-01\"",
            "calendars/KZ.yaml: holidays[0].date: "
        ),
        ("calendars/KZ.yaml", "to: \"08:30\"", "to: \"8.30\"", "calendars/KZ.yaml: quiet.to: "),
    ]

    @Test(arguments: changes)
    func namesTheFileAndThePath(_ row: (file: String, from: String, to: String, wanted: String))
        throws
    {
        let ended = try check { folder in
            let text = folder.read("commands/" + row.file)
            guard let place = text.firstRange(of: row.from) else {
                Issue.record("\(row.file) does not have: \(row.from)")
                return
            }
            folder.write("commands/" + row.file, text.replacingCharacters(in: place, with: row.to))
        }
        #expect(ended.status == 78, "\(row)")
        #expect(
            ended.complaint.contains(row.wanted) || ended.output.contains(row.wanted),
            "\(ended.complaint)\(ended.output)")
    }

    /// YAML that nests deeper than anybody writes is refused, not a crash.
    @Test func depthIsBounded() throws {
        let ended = try check {
            $0.write("commands/cancel.yaml", String(repeating: "[", count: 100_000))
        }
        #expect(ended.status == 78)
    }

    @Test(arguments: [
        ("plain", "plain"), ("it's", "it''s"), ("a {b} c", "a '{'b'}' c"),
        ("<v> 'x'", "'<'v> ''x''"),
        ("{}", "'{}'"), ("'{", "'''{'"), ("{'", "'{'''"), ("{'}", "'{''}'"),
        ("{a'b}", "'{'a''b'}'"),
    ])
    func literalsAreQuoted(_ row: (text: String, pattern: String)) {
        #expect(Literal.pattern(row.text) == row.pattern)
    }
}
