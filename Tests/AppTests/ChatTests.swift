import Testing

/// The chat in a terminal, read from a file: answers only.
@Suite struct ChatTests {
    private func chat(_ lines: String..., arguments: [String] = ["--demo"]) throws -> Program.Ended
    {
        var ended = try Program.run(
            ["chat"] + arguments, input: lines.joined(separator: "\n") + "\n", in: Folder())
        // Figures and their units hold together by no-break spaces.
        ended.output = ended.output.split(separator: "\u{A0}", omittingEmptySubsequences: false)
            .joined(separator: " ")
        return ended
    }

    @Test func answersAndEnds() throws {
        let ended = try chat("status")
        #expect(ended.status == 0)
        #expect(ended.complaint.isEmpty, "\(ended.complaint)")
        #expect(ended.lines.first?.contains("CH-03") == true)
        #expect(ended.output.contains("Day 47 of 100"))
    }

    @Test func pressesByDigit() throws {
        let ended = try chat("78,4", "/up 0.784", "1")
        #expect(ended.output.contains("1 [78.4 %]"), "\(ended.output)")
        #expect(ended.lines.dropLast().last?.contains("already here") == true, "\(ended.output)")
    }

    @Test func speaksAsOthersAndMovesTheClock() throws {
        let ended = try chat("78,4", "office> cohort", "@ next", "80,7", "@ log", "quit", "status")
        #expect(ended.output.contains("Cohort NA-1"))
        #expect(
            ended.output.contains("— Fri 27 Mar, 09:00. Nauryz, 21–25 Mar: nobody was disturbed."))
        #expect(ended.output.contains("80.7 %"))
        #expect(ended.output.contains("→ office: "))
        #expect(
            !ended.output.contains("Day 47 of 100 · 53 left"), "what stands after quit is not heard"
        )
    }

    @Test func savesWhatPlays() throws {
        let folder = Folder()
        let file = folder.path + "/saved.txt"
        let lines = [
            "status", "78,4", "/up 0.784", "1", "office> cohort", "@ next", "80,7", "@ +1d",
            "@ save \(file)",
        ]
        let ended = try Program.run(
            ["chat", "--demo"], input: lines.joined(separator: "\n") + "\n", in: folder)
        #expect(ended.output.contains("Saved."), "\(ended.output)")
        let played = try Program.run(["transcript", file], in: folder)
        #expect(played.status == 0, "\(played.complaint)\(played.output)")
    }

    @Test func leavesNothingBehind() throws {
        let folder = Folder()
        _ = try Program.run(["chat", "--demo"], input: "status\n", in: folder)
        #expect(!Folder.names(folder.path).contains { $0.hasPrefix("hundred-") })
    }

    @Test func keepsADirectoryThatIsNamed() throws {
        let folder = Folder()
        let first = try Program.run(
            ["chat", "--as", "kim", "--data", folder.data], input: "whoami\n", in: folder)
        #expect(first.status == 0, "\(first.complaint)")
        let second = try Program.run(
            ["chat", "--as", "kim", "--data", folder.data], input: "@ +1d\n@ save x\nwhoami\n",
            in: folder)
        #expect(second.output.contains("not moved by hand"))
        #expect(second.output.contains("Only a sandbox can be saved"))
        #expect(second.output.hasSuffix(first.output), "\(second.output)")
        let demo = try Program.run(
            ["chat", "--demo", "--data", folder.data], input: "status\n", in: folder)
        #expect(demo.status == 64)
    }
}
