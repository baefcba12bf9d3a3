import Accelerator
import ArgumentParser
import JSON
import Language
import Platform
import Runtime
import Storage

/// Looks at every byte of the data directory, and changes none.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks every line of the journal and every snapshot; changes nothing.")

    @OptionGroup var everywhere: Everywhere

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(help: "The public key that every note of lines written anew must be signed by.")
    var key: String?

    @Option(help: "A mirror: it is checked, too, and compared.")
    var mirror: String?

    func run() throws {
        let key = try key.map { digits in
            guard let key = VerifyingKey(digits) else {
                throw Exit.usage("--key: 64 hexadecimal digits, as `hundred keys show` prints them")
            }
            return key
        }
        let reader = try JournalReader(at: everywhere.dataPath)
        let result =
            try mirror.map { try reader.verify(mirror: Everywhere.absolute($0), key: key) }
            ?? reader.verify(key: key)
        if json {
            Output.write(Self.json(result))
        } else {
            for finding in result.findings { Output.write("\(finding)\n") }
            let verdict = result.isGood ? "good" : "DAMAGED"
            Output.write(
                "\(verdict): \(result.lines) lines, \(result.commits) commits, \(result.hash)\n")
        }
        if !result.isGood { throw ExitCode(65) }
    }

    private static func json(_ result: Verification) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("good")
        json.bool(result.isGood)
        json.key("lines")
        json.integer(Int64(clamping: result.lines))
        json.key("commits")
        json.integer(Int64(clamping: result.commits))
        json.key("hash")
        json.string("\(result.hash)")
        json.key("findings")
        json.beginArray()
        for finding in result.findings {
            json.beginObject()
            json.key("weight")
            json.string(finding.weight.rawValue)
            json.key("file")
            json.string(finding.file)
            json.key("text")
            json.string(finding.text)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.lineFeed()
        return json.bytes
    }
}

/// The state as it was, made again from the first commit on.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Makes the state again from the journal, up to a commit or a time.",
        discussion: """
            Prints the last commit that was taken in, its time and the hash of the state: two directories that \
            say the same hold the same. Changes nothing.
            """)

    @OptionGroup var everywhere: Everywhere

    @Option(help: "The last commit's number, or a time (RFC 3339); everything without it.")
    var until: String?

    @Flag(help: "Print the state itself, one JSON object a line.")
    var state = false

    func run() throws {
        var lastNumber = UInt64.max
        var lastTime = Instant(milliseconds: .max)
        if let until {
            if let n = UInt64(until) {
                lastNumber = n
            } else {
                lastTime = try Times.instant(until, option: "--until")
            }
        }
        let reader = try JournalReader(at: everywhere.dataPath)
        let made = try reader.replayed { $0.n <= lastNumber && $0.at <= lastTime }
        let hash = StateText.hash(made)
        let kept = StateText.hash(try reader.recover(upTo: made.n))
        if state {
            Output.write(StateText.write(made))
        } else {
            Output.write("n=\(made.n) at=\(made.at) state=\(hash)\n")
        }
        guard kept == hash else {
            throw Exit.data(
                "the snapshot before commit \(made.n) leads to another state (\(kept)) than the journal"
            )
        }
    }
}

/// The folder of commands, looked at as a whole.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks the folder of commands: files, examples, phrases, languages.")

    @OptionGroup var everywhere: Everywhere

    func run() throws {
        let folder = try everywhere.folder()
        let decider = try everywhere.decider(folder)
        let report = Checks(folder: folder, decider: decider)
            .report(today: Times.now.local(offset: 0).date)
        for line in report.faults + report.notes { Output.write(line + "\n") }
        Output.write(
            "\(folder.specs.count) commands, \(folder.languages.count) languages, \(folder.calendars.count) calendars: "
                + (report.faults.isEmpty ? "good\n" : "\(report.faults.count) faults\n"))
        if !report.faults.isEmpty { throw ExitCode(78) }
    }
}

/// A code by which one person becomes the administrator.
struct ClaimCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claim",
        abstract: "Prints a code that makes whoever uses it the administrator; 15 minutes, once.")

    @OptionGroup var everywhere: Everywhere

    func run() throws {
        let secret = Self.code(RandomBytes.make(16))
        _ = try everywhere.withDesk { desk in
            try desk.take(.operated(.claim(secret: secret)), at: max(Times.now, desk.state.at))
        }
        Output.write(
            """
            \(secret)
            In a private chat with the bot, within 15 minutes: /start claim_\(secret)
            As a link: https://t.me/<the bot's name>?start=claim_\(secret)

            """)
    }

    /// 128 bits in letters and digits that are not mistaken for one another: 26 of them.
    static func code(_ random: [UInt8]) -> String {
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789x".utf8)
        var bits: UInt32 = 0, count = 0
        var out: [UInt8] = []
        for byte in random {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                out.append(alphabet[Int(bits >> UInt32(count) & 31)])
            }
        }
        if count > 0 { out.append(alphabet[Int(bits << UInt32(5 - count) & 31)]) }
        return String(decoding: out, as: UTF8.self)
    }
}
