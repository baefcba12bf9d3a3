import Accelerator
import ArgumentParser
import Glibc
import Language
import Platform
import Runtime
import Storage

/// A chat in the terminal.
struct ChatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "A chat in the terminal.",
        discussion: """
            What you type is said as whoever the prompt names; “name> text” speaks as another. @ next jumps to \
            your next message, @ +1d moves the clock, @ log shows what others were sent, @ save FILE keeps the \
            chat as a transcript; a digit presses a choice; quit ends.
            """)

    @OptionGroup var everywhere: Everywhere

    @Flag(help: "Load the sample cohort into an empty directory.")
    var demo = false

    @Option(
        name: .customLong("as"),
        help: "Who types; in the demonstration aigul, else your login name.")
    var who: String?

    func run() throws {
        let folder = try everywhere.folder()
        let decider = try everywhere.decider(folder)
        Interrupts.watch()
        guard everywhere.namesData else {
            let directory = try TemporaryDirectory()
            defer { directory.remove() }
            return try chat(decider, folder, at: directory.path, isKept: false)
        }
        try chat(decider, folder, at: everywhere.dataPath, isKept: true)
    }

    private func chat(_ decider: Decider, _ folder: CommandsFolder, at path: String, isKept: Bool)
        throws
    {
        let journal = try Everywhere.journal(at: path, decider.zones)
        defer { try? journal.close() }
        let seeded = SeededBytes.make(1)
        let desk =
            demo
            ? try Desk(decider, journal: journal, random: seeded)
            : isKept
                ? try Desk(decider, journal: journal, at: Times.now)
                : try Desk(decider, journal: journal, at: Times.now, random: seeded)
        var chat = demo ? try demonstration(desk, folder) : try plain(desk, isKept ? path : nil)
        try chat.run()
        try chat.close()
    }

    private func demonstration(_ desk: Desk, _ folder: CommandsFolder) throws -> ConsoleChat {
        guard desk.state.n == 0 else { throw Exit.usage("--demo wants an empty directory") }
        var stage = Stage(desk)
        let file = try Importing.read("\(folder.demo)/\(Sample.file)")
        try stage.load(file, until: Times.instant(Sample.until, option: "--until"))
        stage.add(Sample.cast)
        _ = try stage.move(.local(Sample.start, zone: Sample.zone))
        let names = Sample.cast.map { "\($0.name) = \($0.code)" }.joined(separator: ", ")
        let record = [
            "! import \(Sample.file) until \(Sample.until)", "! cast \(names)",
            "@ \(Sample.start) \(Sample.zone)",
        ]
        return ConsoleChat(
            stage, me: who ?? Sample.me, kind: .demonstration, isTerminal: LineReader.isTerminal,
            record: record)
    }

    private func plain(_ desk: Desk, _ path: String?) throws -> ConsoleChat {
        let me = who ?? Self.login
        let isNew = desk.state.n == 0
        var stage = Stage(desk)
        if isNew { try stage.makeAdministrator(me) }
        let record = ["! admin \(me)", "@ \(stage.local(stage.now)) UTC"]
        return ConsoleChat(
            stage, me: me, kind: path.map { .kept($0) } ?? .trial,
            isTerminal: LineReader.isTerminal,
            record: record)
    }

    private static var login: String {
        let name = Environment["USER"] ?? Environment["LOGNAME"] ?? "me"
        return Transcript.isName(name) && name != "bot" ? name : "me"
    }
}

/// A directory that goes away again.
struct TemporaryDirectory {
    let path: String

    init() throws(SystemError) {
        var template = Array("\(Environment["TMPDIR"] ?? "/tmp")/hundred-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw SystemError.last("mkdtemp") }
        path = String(cString: made)
    }

    /// With all that is in it; what can't be removed stays.
    func remove() { Self.remove(path) }

    private static func remove(_ path: String) {
        guard let directory = try? Descriptor.directory(at: path),
            let names = try? directory.names()
        else { return }
        for name in names {
            if let status = try? directory.status(of: name), status.isDirectory {
                remove("\(path)/\(name)")
            } else {
                try? directory.remove(name)
            }
        }
        rmdir(path)
    }
}
