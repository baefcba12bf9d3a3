import Testing
import hundred

/// Chat logs as tests, and the tool that plays them (contract.md, section 3).
@Suite struct TranscriptTests {
    static let folder = Program.checkout + "/Tests/Transcripts"
    static let files = Folder.names(folder).filter { $0.hasSuffix(".txt") }

    @Test func thereAreSome() { #expect(Self.files.contains("first-ten-minutes.txt")) }

    @Test(arguments: files)
    func plays(_ file: String) throws {
        let ended = try Program.run(["transcript", "\(Self.folder)/\(file)"], in: Folder())
        #expect(ended.status == 0, "\(ended.complaint)\(ended.output)")
    }

    private static let head = """
        ! import cohort-na1.json until 2026-03-20T17:30+05:00
        ! cast aigul = u03-data, office = po-director
        @ 2026-03-20T17:30 Asia/Almaty

        """

    private func play(_ text: String, _ more: String...) throws -> (
        ended: Program.Ended, text: String
    ) {
        let folder = Folder()
        folder.write("chat.txt", Self.head + text)
        let ended = try Program.run(["transcript", "\(folder.path)/chat.txt"] + more, in: folder)
        return (ended, String(folder.read("chat.txt").dropFirst(Self.head.count)))
    }

    @Test func showsWhereItDiffers() throws {
        let (ended, _) = try play("aigul> /cancel\nbot> Something else.\n")
        #expect(ended.status == 1)
        #expect(ended.output.contains("\n-bot> Something else.\n"))
        #expect(ended.output.contains("\n+bot> "))
        #expect(ended.output.contains("\n aigul> /cancel\n"))
        #expect(ended.output.contains("@@ -4,2 +4,2 @@"))
    }

    @Test func updatesAndKeepsRemarks() throws {
        let before =
            "# first\naigul> /cancel\n# inside\nbot> Something else.\n  and more\n# after\n\naigul> /cancel\n"
        let (ended, after) = try play(before, "--update")
        #expect(ended.status == 0, "\(ended.complaint)")
        #expect(after.hasPrefix("# first\naigul> /cancel\n# inside\nbot> "))
        #expect(!after.contains("Something else"))
        #expect(after.contains("\n# after\n\naigul> /cancel\nbot> "))
        // What was written plays.
        let (again, same) = try play(after)
        #expect(again.status == 0, "\(again.output)")
        #expect(same == after)
    }

    static let faults: [(text: String, line: Int, why: String)] = [
        ("aigul> [Nothing]\n", 4, "there is no choice [Nothing]"),
        ("aigul edits> 5\n", 4, "nothing here to edit"),
        ("aigul replies> 5\n", 4, "nothing here to reply to"),
        ("@ 2026-03-20T17:00\n", 4, "time does not go back"),
        ("@ 2026-03-21T17:00 Mars/Base\n", 4, "no time zone"),
        ("@ soon\n", 4, "after @ comes"),
        ("! play\n", 4, "after ! comes"),
        ("! import nothing.json\n", 4, "there is no nothing.json"),
        ("! chat x = CH-99 group\n", 4, "there is no challenge CH-99"),
        ("hello\n", 4, "a line begins with"),
        ("\n   [x]\n", 5, "nothing stands before"),
        ("a b> hello\n", 4, "is not understood"),
    ]

    @Test(arguments: faults)
    func saysWhatIsWrong(_ row: (text: String, line: Int, why: String)) throws {
        let (ended, _) = try play(row.text)
        #expect(ended.status == 1)
        #expect(ended.complaint.contains("chat.txt:\(row.line): "), "\(ended.complaint)")
        #expect(ended.complaint.contains(row.why), "\(ended.complaint)")
    }

    /// Any difference of random lists leads from one to the other.
    @Test func differencesAreExact() {
        var seed: UInt64 = 20_260_320
        func next(_ bound: UInt64) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % bound)
        }
        for _ in 0..<500 {
            let old = (0..<next(12)).map { _ in "line \(next(4))" }
            let new = (0..<next(12)).map { _ in "line \(next(4))" }
            var left: [String] = [], right: [String] = [], common = 0
            for part in LineDifference.of(old, new) {
                switch part {
                case .same(let line):
                    left.append(line)
                    right.append(line)
                    common += 1
                case .only(let line): left.append(line)
                case .new(let line): right.append(line)
                }
            }
            #expect(left == old)
            #expect(right == new)
            if old == new { #expect(common == old.count) }
        }
    }
}
