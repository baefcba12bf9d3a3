import Accelerator
import ArgumentParser
import Glibc
import Language
import Platform

/// Measures what the bot costs: one process, one table.
@main
struct HundredBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hundred-bench",
        abstract: "Measures what the bot costs, each figure beside its aim.",
        discussion: """
            Figures of single calls are processor time of this thread, the median of many rounds, so that \
            other programs show little in them. All others are by the clock on the wall: measure on a \
            quiet machine. The program that is started for start, webhook and sink is HUNDRED_PROGRAM, \
            else .build/release/hundred; it gets the first processor, and who loads it the last.
            """)

    enum Name: String, CaseIterable, ExpressibleByArgument {
        case json, parse, decide, alarms, append, snapshot, digest, picture, start, webhook, sink
    }

    @Option(help: "Only this one; may be given several times.")
    var only: [Name] = []

    @Option(help: "Seconds for one figure.")
    var seconds = 1.0

    @Flag(help: "An array of objects instead of the table.")
    var json = false

    @Option(help: "The folder of commands (else HUNDRED_COMMANDS, else ./commands).")
    var commands: String?

    @Option(help: "A folder on the disk to measure, for what is written (else the temporary one).")
    var folder: String?

    func validate() throws {
        guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds: 0 to 600") }
    }

    func run() throws {
        let path = try CommandsFolder.find(commands)
        let files = try CommandsFolder(at: path)
        let decider = try Decider(
            specs: files.specs, languages: files.languages, zones: ZoneInfo.read(),
            calendars: files.calendars)
        let names = only.isEmpty ? Name.allCases : only
        var table = Table(isJSON: json)
        if !json { print("# load \(Self.load)") }
        let work = try Workplace(folder ?? Environment["TMPDIR"] ?? "/tmp")
        defer { work.remove() }
        let words = WordBenchmarks(decider: decider, demo: files.demo, seconds: seconds)
        let disk = DiskBenchmarks(decider: decider, folder: work.path, seconds: seconds)
        let whole = WholeBenchmarks(
            decider: decider, program: Environment["HUNDRED_PROGRAM"] ?? ".build/release/hundred",
            commands: path, folder: work.path, seconds: seconds)
        var failed = false
        for name in names {
            do {
                switch name {
                case .json: try words.bodies(&table)
                case .parse: try words.parsing(&table)
                case .decide: try words.decisions(&table)
                case .alarms: try AlarmBenchmarks(decider: decider, seconds: seconds).alarms(&table)
                case .append: try disk.appending(&table)
                case .snapshot: try disk.snapshotting(&table)
                case .digest: try words.digests(&table)
                case .picture:
                    try DrawnBenchmarks(decider: decider, demo: files.demo, seconds: seconds)
                        .pictures(&table)
                case .start: try whole.starting(&table)
                case .webhook: try whole.webhook(&table)
                case .sink: try whole.sink(&table)
                }
            } catch {
                failed = true
                table.skip(name.rawValue, "\(error)")
            }
        }
        table.finish()
        if failed { throw ExitCode(1) }
    }

    /// How many programs wanted a processor in the last minute.
    private static var load: Double {
        var average = 0.0
        getloadavg(&average, 1)
        return (average * 100).rounded() / 100
    }
}

/// A folder for one run, removed behind it.
struct Workplace {
    let path: String

    init(_ parent: String) throws {
        var template = Array("\(parent)/hundred-bench-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer {
            $0.baseAddress.flatMap { mkdtemp($0) } != nil
        }
        guard made else { throw Trouble("\(parent): no folder can be made there") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() { Self.remove(path) }

    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in (try? Files.names(in: path)) ?? [] { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
