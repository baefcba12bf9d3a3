import Glibc
import JSON
import Testing

/// The command line as scripts depend on it (contract.md, section 2).
@Suite struct CommandLineTests {
    /// A directory with the sample as it was on Friday 20 March 2026, 17:30 in Astana.
    private func sampled() throws -> Folder {
        let folder = Folder()
        let ended = try Program.run(
            ["import", Program.sample, "--until", "2026-03-20T17:30+05:00", "--data", folder.data],
            in: folder)
        try #require(ended.status == 0, "\(ended.complaint)")
        return folder
    }

    private func say(_ folder: Folder, _ who: String, _ text: String, _ more: String...) throws
        -> Program.Ended
    {
        try Program.run(["say", "--as", who, "--data", folder.data] + more + [text], in: folder)
    }

    private func object(_ ended: Program.Ended) throws -> JSONValue {
        try JSONValue(parsing: Array(ended.output.utf8))
    }

    static let statuses: [(arguments: [String], status: Int32)] = [
        (["--version"], 0), (["--help"], 0), (["say", "--help"], 0),
        (["nonsense"], 64), (["say", "hello"], 64),
        (["say", "--as", "a", "--at", "yesterday", "hello"], 64),
        (["say", "--as", "a", "--dry-run", "--data", "/nonexistent/a/b", "hello"], 0),
        (["say", "--as", "a", "--data", "/nonexistent/a/b", "hello"], 78),
        (["say", "--as", "a", "--dry-run", "--data", "/nonexistent/a/b", "[3]"], 64),
        (["ring", "--until", "soon"], 64), (["import", "/nonexistent.json"], 74),
        (["import", "/dev/null"], 65),
        (["transcript", "/nonexistent.txt"], 74), (["verify", "--data", "/nonexistent"], 78),
        (["replay", "--data", "/nonexistent"], 78), (["check", "--commands", "/nonexistent"], 78),
        (["export", "--format", "pdf"], 64),
        (["export", "--format", "json", "--data", "/nonexistent"], 64),
        (["serve", "--config", "/nonexistent.yaml"], 78),
    ]

    @Test(arguments: statuses)
    func endsWithItsStatus(_ row: (arguments: [String], status: Int32)) throws {
        let folder = Folder()
        let ended = try Program.run(row.arguments, in: folder)
        #expect(ended.status == row.status, "\(row.arguments): \(ended.complaint)")
        if row.status != 0 { #expect(!ended.complaint.isEmpty, "\(row.arguments) says nothing") }
    }

    @Test func versionNamesItsParts() throws {
        let ended = try Program.run(["--version"], in: Folder())
        #expect(ended.output.hasPrefix("hundred "))
        #expect(ended.output.contains("format 1"))
        #expect(ended.output.contains("tzdata 2"))
    }

    @Test func saysAndRemembers() throws {
        let folder = try sampled()
        let first = try object(
            say(folder, "u03-data", "78,4", "--json", "--at", "2026-03-20T17:31+05:00"))
        #expect(first["outcome"]?.string == "commit")
        let said = try #require(first["said"]?.array?.first)
        #expect(said["to"]?.string == "console:u03-data")
        #expect(said["chat"]?.isNull == true)
        #expect(said["picture"]?.isNull == true)
        #expect(said["replaces"]?.isNull == true)
        #expect(said["text"]?.string?.contains("78.4") == true)
        #expect(said["choices"]?.array?.first?["line"]?.string == "/undo")
        // A question leaves no line and has no number.
        let question = try object(
            say(folder, "u03-data", "status", "--json", "--at", "2026-03-20T17:32+05:00"))
        #expect(question["outcome"]?.string == "answer")
        #expect(question["n"]?.isNull == true)
        #expect(question["said"]?.array?.first?["text"]?.string?.contains("78.4") == true)
    }

    @Test func pressesByNumberAndByLabel() throws {
        let at = ["--json", "--at"]
        for press in ["[1]", "[78.4 %]"] {
            let folder = try sampled()
            _ = try say(folder, "aigul", "78,4", at[0], at[1], "2026-03-20T17:31+05:00")
            let asked = try object(
                say(folder, "aigul", "/up 0.784", at[0], at[1], "2026-03-20T17:32+05:00"))
            #expect(asked["said"]?.array?.first?["choices"]?.array?.count == 3)
            let pressed = try object(
                say(folder, "aigul", press, at[0], at[1], "2026-03-20T17:33+05:00"))
            #expect(
                pressed["said"]?.array?.first?["text"]?.string?.contains("already here") == true,
                "\(press)")
        }
    }

    @Test func resolvesWhoSpeaks() throws {
        let folder = try sampled()
        let at = "2026-03-20T18:00+05:00"
        // A code, and a given name however it is spelled.
        for who in ["u03-data", "Aigul", "aigul"] {
            let said = try object(say(folder, who, "status", "--json", "--dry-run", "--at", at))
            #expect(said["said"]?.array?.first?["to"]?.string == "console:u03-data", "\(who)")
        }
        let stranger = try object(
            say(folder, "nobody", "status", "--json", "--dry-run", "--at", at))
        #expect(stranger["said"]?.array?.first?["to"]?.string == "console:nobody")
    }

    @Test func writesNothingWhereItMustNot() throws {
        let folder = try sampled()
        let before = Folder.everything(folder.data)
        #expect(!before.isEmpty)
        // Earlier than the last commit.
        let early = try say(folder, "aigul", "78,4", "--at", "2026-03-20T17:29+05:00")
        #expect(early.status == 64)
        // Not kept.
        let dry = try say(folder, "aigul", "78,4", "--dry-run", "--at", "2026-03-20T17:31+05:00")
        #expect(dry.status == 0)
        #expect(dry.output.contains("78.4"))
        // Only looked at.
        for arguments in [
            ["verify"], ["replay"], ["replay", "--until", "100"], ["export", "--format", "csv"],
        ] {
            let ended = try Program.run(arguments + ["--data", folder.data], in: folder)
            #expect(ended.status == 0, "\(arguments): \(ended.complaint)")
        }
        #expect(Folder.everything(folder.data) == before)
    }

    @Test func ringsEachAtItsOwnTime() throws {
        let folder = try sampled()
        let ended = try Program.run(
            ["ring", "--until", "2026-03-27T12:00+05:00", "--json", "--data", folder.data],
            in: folder)
        let said = try #require(try object(ended)["said"]?.array)
        #expect(!said.isEmpty)
        let times = said.compactMap { $0["at"]?.string }
        #expect(times == times.sorted())
        // Nauryz, 21 to 25 March: nobody is disturbed.
        #expect(!times.contains { ("2026-03-21"..<"2026-03-26").contains($0.prefix(10)) })
        #expect(times.allSatisfy { $0.hasSuffix(":00Z") && $0 <= "2026-03-27T07:00:00Z" })
        let again = try Program.run(
            ["ring", "--until", "2026-03-27T12:00+05:00", "--json", "--data", folder.data],
            in: folder)
        #expect(try object(again)["said"]?.array?.isEmpty == true)
        #expect(try object(again)["outcome"]?.string == "nothing")
    }

    @Test func exportsWhatItImports() throws {
        let whole = Folder()
        let first = try Program.run(["import", Program.sample, "--data", whole.data], in: whole)
        try #require(first.status == 0, "\(first.complaint)")
        let exported = try Program.run(
            ["export", "--format", "json", "--as-of", "2026-03-20", "--data", whole.data], in: whole
        )
        whole.write("again.json", exported.output)
        let other = Folder()
        let second = try Program.run(
            ["import", whole.path + "/again.json", "--data", other.data], in: other)
        try #require(second.status == 0, "\(second.complaint)")
        let twice = try Program.run(
            ["export", "--format", "json", "--as-of", "2026-03-20", "--data", other.data], in: other
        )
        #expect(twice.output == exported.output)
        // Into a directory that has a past already: refused.
        let late = try Program.run(["import", Program.sample, "--data", whole.data], in: whole)
        #expect(late.status == 64)
    }

    @Test func exportsInOtherForms() throws {
        let folder = try sampled()
        for (format, wanted) in [
            ("csv", "id,challenge,goal"), ("md", "# Поток NA\\-1 National"),
            ("ics", "BEGIN:VCALENDAR\r\n"),
        ] {
            let ended = try Program.run(
                ["export", "--format", format, "--as-of", "2026-03-20", "--data", folder.data],
                in: folder)
            #expect(ended.status == 0, "\(format): \(ended.complaint)")
            #expect(ended.output.hasPrefix(wanted), "\(format): \(ended.output.prefix(60))")
        }
    }

    @Test func importsNothingItDoesNotKnow() throws {
        let folder = Folder()
        let text = String(decoding: Folder.bytes(Program.sample), as: UTF8.self)
        let place = try #require(text.firstRange(of: "\"cohort\": {"))
        folder.write(
            "odd.json", text.replacingCharacters(in: place, with: "\"cohort\": { \"colour\": 1,"))
        let ended = try Program.run(
            ["import", folder.path + "/odd.json", "--data", folder.data], in: folder)
        #expect(ended.status == 65)
        #expect(ended.complaint.contains("cohort.colour"))
        #expect(Folder.names(folder.data).isEmpty)
    }

    @Test func replaysToAnyCommit() throws {
        let folder = try sampled()
        func line(_ until: String...) throws -> String {
            try Program.run(["replay", "--data", folder.data] + until, in: folder).output
        }
        let all = try line()
        let n = try #require(all.split(separator: " ").first?.dropFirst(2))
        #expect(try line("--until", String(n)) == all)
        #expect(try line("--until", "2026-03-20T17:30+05:00") == all)
        let early = try line("--until", "100")
        #expect(early.hasPrefix("n=100 "))
        #expect(early.suffix(33) != all.suffix(33))
    }

    @Test func handsOutAClaim() throws {
        let folder = Folder()
        let ended = try Program.run(["claim", "--data", folder.data], in: folder)
        let code = try #require(ended.lines.first)
        #expect(code.utf8.count == 26)
        #expect(ended.output.contains("?start=claim_\(code)"))
        let other = try Program.run(["claim", "--data", folder.data], in: folder)
        #expect(other.lines.first != code)
    }
}

extension String {
    func firstRange(of text: String) -> Range<String.Index>? {
        var place = startIndex
        while place < endIndex {
            if self[place...].hasPrefix(text) { return place..<index(place, offsetBy: text.count) }
            place = index(after: place)
        }
        return nil
    }
    func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
