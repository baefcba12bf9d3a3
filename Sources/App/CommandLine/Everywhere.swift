import Accelerator
import ArgumentParser
import Glibc
import Language
import NIOCore
import Platform
import Runtime
import Storage

/// What ends the program, and with which status (contract.md, section 2).
struct Exit: Error {
    var status: Int32
    var message: String

    static func usage(_ message: String) -> Exit { Exit(status: 64, message: message) }
    static func data(_ message: String) -> Exit { Exit(status: 65, message: message) }
    static func io(_ message: String) -> Exit { Exit(status: 74, message: message) }
    static func configuration(_ message: String) -> Exit { Exit(status: 78, message: message) }

    /// The status and the words of any error that reaches the top.
    init(_ error: any Error) {
        switch error {
        case let exit as Exit: self = exit
        case let error as LoadingFault: self = .configuration("\(error)")
        case let error as Misfit: self = .configuration("\(error)")
        case let error as JournalError:
            self.init(status: error.exitStatus, message: error.explanation + Self.waysOut(error))
        case let error as SystemError: self = .io("\(error)")
        case let error as IOError: self = .io("\(error)")
        case let error as Stage.Fault:
            switch error {
            case .impossible(let why): self = .usage(why)
            case .journal(let inner):
                self.init(status: inner.exitStatus, message: inner.explanation)
            }
        default: self.init(status: 70, message: "\(error)")
        }
    }

    /// What can be done about damage, as the operator would type it.
    private static func waysOut(_ error: JournalError) -> String {
        guard case .damaged(let damage) = error, let lines = damage.lines else { return "" }
        return """
            ; nothing was changed. Ways out, after `hundred verify`:
              hundred repair --from-mirror DIR        (a copy that still has the lines)
              hundred restore --from DIR --to-seq \(lines.lowerBound - 1) --data NEW   (a new directory up to there)
              hundred repair --accept-loss \(lines.lowerBound)..\(lines.upperBound)   (these lines are given up, for good)
            """
    }

    init(status: Int32, message: String) {
        self.status = status
        self.message = message
    }
}

/// Options that every subcommand has.
struct Everywhere: ParsableArguments {
    @Option(help: "The data directory (else HUNDRED_DATA, else $STATE_DIRECTORY, else ./data).")
    var data: String?

    @Option(
        help:
            "The folder of commands (else HUNDRED_COMMANDS, else share/hundred/commands beside bin, else ./commands)."
    )
    var commands: String?

    @Option(help: "The configuration file (else HUNDRED_CONFIG).")
    var config: String?

    init() {}

    var dataPath: String {
        if let path = data ?? Environment["HUNDRED_DATA"] { return path }
        // systemd gives several, with colons between, to a unit that has several.
        if let path = Environment["STATE_DIRECTORY"]?.split(separator: ":").first {
            return String(path)
        }
        return "data"
    }

    /// A path that means the same wherever the program is started next time.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return "\(String(cString: here))/\(path)"
    }

    /// Whether a data directory was named at all.
    var namesData: Bool {
        data != nil || Environment["HUNDRED_DATA"] != nil || Environment["STATE_DIRECTORY"] != nil
    }

    func folder() throws -> CommandsFolder { try CommandsFolder(at: CommandsFolder.find(commands)) }

    /// The bot's decisions, from the folder of commands and the machine's time zones.
    func decider(_ folder: CommandsFolder) throws -> Decider {
        try decider(folder, ZoneInfo.read())
    }
    /// The same, with the zones read beside the folder.
    func decider() throws -> Decider {
        let zones = Beside { try ZoneInfo.read() }
        let folder = Result { try self.folder() }
        let found = Result { try zones.value() }
        return try decider(folder.get(), found.get())
    }
    private func decider(_ folder: CommandsFolder, _ zones: Zones) throws -> Decider {
        try Decider(
            specs: folder.specs, languages: folder.languages, zones: zones,
            calendars: folder.calendars)
    }

    /// The journal, opened for writing.
    func journal(
        _ zones: Zones,
        report: @escaping @Sendable (String) -> Void = { Output.complain("hundred: \($0)") },
        _ change: (inout FileJournal.Settings) -> Void = { _ in }
    ) throws -> FileJournal {
        try Self.journal(at: dataPath, zones, report: report, change)
    }

    /// The bot's decisions and the journal, opened for writing, each read beside the other.
    ///
    /// Where there is no journal yet none is made before the folder of commands is known to be good.
    func deciderAndJournal(
        report: @escaping @Sendable (String) -> Void,
        _ change: (inout FileJournal.Settings) -> Void
    ) throws -> (Decider, FileJournal) {
        guard Files.isFile(dataPath + "/META.json") else {
            let decider = try decider()
            return (decider, try journal(decider.zones, report: report, change))
        }
        let everywhere = self
        let loading = Beside { try everywhere.decider() }
        let journal: FileJournal
        do {
            journal = try Self.journal(
                at: dataPath, release: ZoneInfo.release(), report: report, change)
        } catch {
            _ = try loading.value()
            throw error
        }
        journal.recoverAhead()
        do {
            return (try loading.value(), journal)
        } catch {
            try? journal.close()
            throw error
        }
    }

    static func journal(
        at path: String, _ zones: Zones,
        report: @escaping @Sendable (String) -> Void = { Output.complain("hundred: \($0)") },
        _ change: (inout FileJournal.Settings) -> Void = { _ in }
    ) throws -> FileJournal {
        try journal(at: path, release: zones.version, report: report, change)
    }

    /// - Parameter release: of the database of time zones.
    private static func journal(
        at path: String, release: String, report: @escaping @Sendable (String) -> Void,
        _ change: (inout FileJournal.Settings) -> Void
    ) throws -> FileJournal {
        var settings = FileJournal.Settings()
        settings.version = Release.version
        settings.zones = release
        settings.report = report
        change(&settings)
        let journal = try FileJournal(at: path, settings: settings)
        for warning in journal.warnings { report("\(path): \(warning)") }
        return journal
    }

    /// The bot over its data directory, for one thing to be done; sealed in good order afterwards, also
    /// when that fails.
    func withDesk<Result>(at now: Instant? = nil, _ body: (inout Desk) throws -> Result) throws
        -> Result
    {
        let decider = try decider()
        let journal = try journal(decider.zones)
        let result: Result
        do {
            var desk = try Desk(decider, journal: journal, at: now ?? Instant(milliseconds: 0))
            result = try body(&desk)
            try desk.close()
        } catch {
            try? journal.close()
            throw error
        }
        return result
    }

    /// The state of the data directory, without touching it; empty where there is none yet.
    func readState() throws -> State {
        guard Files.isFile(dataPath + "/META.json") else { return State() }
        return try JournalReader(at: dataPath).recover()
    }
}

/// What this program is.
enum Release {
    static let version = "0.1.0"
    /// The highest format of data that this release writes.
    static let format = 1

    static var line: String {
        let zones = (try? ZoneInfo.release()) ?? ""
        return "hundred \(version) (format \(format), tzdata \(zones.isEmpty ? "unknown" : zones))"
    }
}

/// Times on the command line.
enum Times {
    static func instant(_ text: String, option: String) throws -> Instant {
        guard let instant = Instant(rfc3339: text) else {
            throw Exit.usage(
                "\(option): “\(text)” is no RFC 3339 time such as 2026-03-20T17:30:00+05:00")
        }
        return instant
    }

    static var now: Instant { Instant(milliseconds: WallClock.now()) }
}
