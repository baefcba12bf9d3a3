import Glibc
import JSON
import Testing

/// The commands of an operator on a data directory: backup, restore, repair, compact, upgrade.
@Suite struct StoreCommandTests {
    private func run(_ folder: Folder, _ arguments: String...) throws -> Program.Ended {
        try Program.run(arguments, in: folder)
    }

    private func sampled() throws -> Folder {
        let folder = Folder()
        let ended = try run(
            folder, "import", Program.sample, "--until", "2026-03-20T17:30+05:00", "--data",
            folder.data)
        try #require(ended.status == 0, "\(ended.complaint)")
        return folder
    }

    private func hash(_ folder: Folder, _ path: String, _ until: String...) throws -> String {
        let ended = try Program.run(
            ["replay", "--data", path] + (until.isEmpty ? [] : ["--until"] + until), in: folder)
        try #require(ended.status == 0, "\(ended.complaint)")
        return ended.lines.first?.split(separator: " ").last.map(String.init) ?? ""
    }

    /// Where a file is turned over, so that its commit can't be read.
    private func damage(_ folder: Folder, _ name: String) throws {
        let path = "\(folder.data)/\(name)"
        let file = try #require(fopen(path, "r+"))
        defer { fclose(file) }
        fseek(file, 20_000, SEEK_SET)
        let byte = fgetc(file)
        fseek(file, 20_000, SEEK_SET)
        fputc(byte ^ 1, file)
    }

    @Test func backsUpAndRestores() throws {
        let folder = try sampled()
        let copy = "\(folder.path)/copy", target = "\(folder.path)/new"
        for _ in 0..<2 {
            let backup = try run(folder, "backup", copy, "--data", folder.data)
            #expect(
                backup.status == 0 && backup.output.contains(" commits, "), "\(backup.complaint)")
        }
        #expect(try hash(folder, copy) == (try hash(folder, folder.data)))
        // Nobody writes to a backup, nor over something else.
        let said = try run(folder, "say", "--as", "u03-data", "--data", copy, "hello")
        #expect(said.status == 78 && said.complaint.contains("backup"))
        #expect(try run(folder, "backup", folder.data, "--data", copy).status == 78)
        let restored = try run(
            folder, "restore", "--from", copy, "--to-commit", "300", "--data", target)
        #expect(
            restored.status == 0 && restored.output.contains("up to commit 300"),
            "\(restored.complaint)")
        #expect(try hash(folder, target, "300") == (try hash(folder, folder.data, "300")))
        #expect(try run(folder, "restore", "--from", copy, "--data", target).status == 78)
        #expect(
            try run(
                folder, "restore", "--from", copy, "--to-seq", "4", "--to-commit", "3", "--data",
                target + "2"
            ).status == 64)
        let answer = try run(folder, "say", "--as", "u03-data", "--data", target, "status")
        #expect(answer.status == 0, "\(answer.complaint)")
        let time = try run(
            folder, "restore", "--from", copy, "--to-time", "2026-02-20T12:00:00+05:00", "--data",
            target + "3")
        #expect(time.status == 0, "\(time.complaint)")
    }

    @Test func saysTheWaysOutAndRepairs() throws {
        let folder = try sampled()
        let copy = "\(folder.path)/copy"
        #expect(try run(folder, "backup", copy, "--data", folder.data).status == 0)
        let whole = try hash(folder, folder.data)
        let segment = "journal-00000000000000000001.ndjson"
        #expect(
            try run(folder, "repair", "--accept-loss", "3..4", "--data", folder.data).status == 78)
        for name in Folder.names(folder.data) where name.hasPrefix("snapshot") {
            unlink("\(folder.data)/\(name)")
        }
        try damage(folder, segment)
        let before = Folder.everything(folder.data)
        let refused = try run(folder, "say", "--as", "u03-data", "--data", folder.data, "status")
        #expect(refused.status == 65)
        for words in [
            "repair --from-mirror", "restore --from DIR --to-seq", "repair --accept-loss", segment,
        ] {
            #expect(refused.complaint.contains(words), "\(refused.complaint)")
        }
        let verified = try run(folder, "verify", "--json", "--data", folder.data)
        #expect(verified.status == 65)
        let page = try JSONValue(parsing: Array(verified.output.utf8))
        #expect(page["good"]?.bool == false && page["findings"]?.array?.isEmpty == false)
        #expect(
            Folder.everything(folder.data).filter { $0.key != "LOCK" }
                == before.filter { $0.key != "LOCK" })

        let mended = try run(folder, "repair", "--from-mirror", copy, "--data", folder.data)
        #expect(mended.status == 0 && mended.output.contains("brought back"), "\(mended.complaint)")
        #expect(try hash(folder, folder.data) == whole)
        try damage(folder, segment)
        let lines = try #require(
            try run(folder, "verify", "--data", folder.data).output.split(separator: "\n")
                .first { $0.hasPrefix("damage") }?.split(separator: " "))
        let first = try #require(lines.lastIndex(of: "lines"))
        let range = "\(lines[first + 1])..\(lines[first + 3])"
        #expect(
            try run(folder, "repair", "--accept-loss", "1..2", "--data", folder.data).status == 78)
        let given = try run(folder, "repair", "--accept-loss", range, "--data", folder.data)
        #expect(
            given.status == 0 && given.output.contains("given up"), "\(range) \(given.complaint)")
        #expect(
            try run(folder, "say", "--as", "u03-data", "--data", folder.data, "status").status == 0)
        for wrong in ["3", "4-5", "5..4", "a..b", "0..3"] {
            let ended = try run(folder, "repair", "--accept-loss", wrong, "--data", folder.data)
            #expect(ended.status == (wrong == "3" ? 78 : 64), "\(wrong)")
        }
        #expect(try run(folder, "repair", "--data", folder.data).status == 64)
    }

    @Test func compactsAndUpgrades() throws {
        let folder = try sampled()
        let copy = "\(folder.path)/copy"
        #expect(try run(folder, "backup", copy, "--data", folder.data).status == 0)
        let compacted = try run(
            folder, "compact", "--keep-days", "30", "--backup", copy, "--data", folder.data)
        #expect(
            compacted.status == 0 && compacted.output == "nothing is old enough\n",
            "\(compacted.complaint)")
        #expect(
            try run(folder, "compact", "--keep-days", "3", "--backup", copy, "--data", folder.data)
                .status == 64)
        let upgraded = try run(folder, "upgrade", "--data", folder.data)
        #expect(upgraded.status == 0 && upgraded.output == "format 1, nothing to do\n")
        #expect(try run(folder, "upgrade", "--data", "/nonexistent").status == 78)
    }

    /// Somebody is forgotten in chat, and then in the older lines.
    @Test func takesTheForgottenOut() throws {
        let folder = try sampled()
        for (who, text) in [
            ("po-director", "/handover duties @u03-data to @u03-m6"),
            ("po-director", "[Yes, all to u03-m6]"),
            ("u03-data", "/forget me"), ("u03-data", "[Yes, forget]"), ("u03-lead", "/up 78"),
        ] {
            let said = try run(
                folder, "say", "--as", who, "--at", "2026-03-20T18:00:00+05:00", "--data",
                folder.data, text)
            try #require(said.status == 0, "\(said.complaint)")
        }
        func traces() -> [String] {
            Folder.everything(folder.data).filter { _, bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                return text.contains("Aigul") || text.contains("console:u03-data")
            }.keys.sorted()
        }
        #expect(!traces().isEmpty)
        for wrong in [
            ["--forgotten"], ["--by", "x"], [], ["--keep-days", "40"], ["--backup", "x"],
            ["--forgotten", "--by", " "],
        ] {
            #expect(
                try Program.run(["compact", "--data", folder.data] + wrong, in: folder).status
                    == 64, "\(wrong)")
        }
        let done = try run(folder, "compact", "--forgotten", "--by", "Saule", "--data", folder.data)
        #expect(
            done.status == 0 && done.output.contains("forgotten so far: 1"), "\(done.complaint)")
        #expect(traces() == [])
        let verified = try run(folder, "verify", "--data", folder.data)
        #expect(
            verified.status == 0 && verified.output.contains("written anew by Saule"),
            "\(verified.output)")
        _ = try hash(folder, folder.data)
        let again = try run(
            folder, "compact", "--forgotten", "--by", "Saule", "--data", folder.data)
        #expect(again.output == "no line names them any more\n")
        let said = try run(
            folder, "say", "--as", "u03-lead", "--at", "2026-03-20T18:10:00+05:00", "--data",
            folder.data, "/history G1")
        #expect(said.status == 0 && said.output.contains("former member 1"), "\(said.output)")
    }

    /// What was done is signed by a key that is kept elsewhere, and shown to be.
    @Test func signsWhatItNotes() throws {
        let folder = try sampled()
        let key = "\(folder.path)/key", other = "\(folder.path)/other"
        func keys(_ words: String...) throws -> Program.Ended {
            try Program.run(["keys"] + words + ["--data", folder.data], in: folder)
        }
        let made = try keys("make", key)
        try #require(made.status == 0, "\(made.complaint)")
        let digits = try #require(made.output.split(separator: " ").last).dropLast()
        #expect(digits.utf8.count == 64)
        var status = stat()
        #expect(stat(key, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try keys("show", key).output == "public \(digits)\n")
        // Never over another, nor where the data or a backup of them are.
        #expect(try keys("make", key).status == 78)
        for place in [
            "\(folder.data)/key", "\(folder.data)/archive/key", "\(folder.data)/../data/k",
        ] {
            let refused = try keys("make", place)
            #expect(refused.status == 78 && refused.complaint.contains("elsewhere"), "\(place)")
        }
        #expect(Folder.names(folder.data).allSatisfy { !$0.contains("key") && $0 != "k" })
        #expect(try keys("make", "/nonexistent/key").status == 74)
        #expect(try keys("show", "\(folder.path)/none").status == 74)
        #expect(try keys("make", other).status == 0)

        let rewrite = ["compact", "--forgotten", "--by", "Saule", "--data", folder.data, "--key"]
        chmod(other, 0o640)
        #expect(try Program.run(rewrite + [other], in: folder).status == 78)
        chmod(other, 0o600)
        #expect(try Program.run(rewrite + [Program.sample], in: folder).status == 78)
        #expect(
            try run(
                folder, "compact", "--keep-days", "40", "--backup", "x", "--key", key, "--data",
                folder.data
            ).status == 64)
        for (who, text) in [
            ("po-director", "/handover duties @u03-data to @u03-m6"),
            ("po-director", "[Yes, all to u03-m6]"),
            ("u03-data", "/forget me"), ("u03-data", "[Yes, forget]"),
        ] {
            let said = try run(
                folder, "say", "--as", who, "--at", "2026-03-20T18:00:00+05:00", "--data",
                folder.data, text)
            try #require(said.status == 0, "\(said.complaint)")
        }
        let copy = "\(folder.path)/copy"
        try #require(try run(folder, "restore", "--from", folder.data, "--data", copy).status == 0)
        let done = try Program.run(rewrite + [key], in: folder)
        #expect(
            done.status == 0 && done.output.contains("signed by the key \(digits)"),
            "\(done.output) \(done.complaint)")
        func verify(_ path: String, _ key: String) throws -> Program.Ended {
            try run(folder, "verify", "--data", path, "--key", key)
        }
        #expect(try verify(folder.data, String(digits)).status == 0)
        let shown = try keys("show", other).output
        let theirs = String(try #require(shown.split(separator: " ").last).dropLast())
        let refused = try verify(folder.data, theirs)
        #expect(
            refused.status == 65 && refused.output.contains("signed by another key"),
            "\(refused.output)")
        #expect(try verify(folder.data, "abc").status == 64)
        // Without a key it is done all the same, and said.
        let plain = try run(folder, "compact", "--forgotten", "--by", "Saule", "--data", copy)
        #expect(plain.status == 0 && plain.output.contains("NOT signed"), "\(plain.output)")
        #expect(try run(folder, "verify", "--data", copy).status == 0)
        let unsigned = try verify(copy, String(digits))
        #expect(unsigned.status == 65 && unsigned.output.contains("is not signed"))
    }

    /// A clock from before the last commit: serve wants to be told, and only serve.
    @Test func aClockFromBefore() throws {
        let folder = try sampled()
        let later = try run(
            folder, "say", "--as", "u03-data", "--at", "2099-01-01T12:00:00+05:00", "--data",
            folder.data, "/language ru")
        try #require(later.status == 0, "\(later.complaint)")
        let served = try run(folder, "serve", "--data", folder.data)
        #expect(served.status == 78 && served.complaint.contains("clock"), "\(served.complaint)")
    }
}
