import Accelerator
import Glibc
import JSON
import Language
import Platform
import Runtime
import Storage

/// A directory that is removed when the test is done: in memory, where a test opens it thousands
/// of times, unless the real disk is asked for.
final class Scratch: Sendable {
    let path: String

    init(onDisk: Bool = false) {
        let name = RandomBytes.make(8).map { String($0, radix: 16) }.joined()
        let root = !onDisk && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        path = "\(root)/hundred-storage-\(name)"
    }

    deinit { Scratch.remove(path) }

    private static func remove(_ path: String) {
        guard let directory = try? Descriptor.directory(at: path) else { return }
        for name in (try? directory.names()) ?? [] {
            if (try? directory.status(of: name))?.isDirectory == true {
                remove("\(path)/\(name)")
            } else {
                try? directory.remove(name)
            }
        }
        rmdir(path)
    }

    /// The contents of a file in it.
    func read(_ name: String) throws -> [UInt8] {
        try Descriptor.open("\(path)/\(name)", O_RDONLY).contents(limit: 1 << 30)
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = try Descriptor.open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC)
        try file.write(bytes)
    }

    func remove(_ name: String) throws { try Descriptor.directory(at: path).remove(name) }

    func names(_ directory: String = "") throws -> [String] {
        try Descriptor.directory(at: directory.isEmpty ? path : "\(path)/\(directory)").names()
    }

    /// Every file and its bytes.
    func everything() throws -> [String: [UInt8]] {
        var all: [String: [UInt8]] = [:]
        for directory in ["", "archive"] {
            for name in (try? names(directory)) ?? [] where name != "archive" {
                let full = directory.isEmpty ? name : "\(directory)/\(name)"
                all[full] = try read(full)
            }
        }
        return all
    }

    /// The same as a power cut may leave it: the note of the end is not there yet.
    func afterPowerCut() throws -> [String: [UInt8]] {
        var all = try everything()
        all["checkpoint"] = nil
        return all
    }

    func put(_ files: [String: [UInt8]]) throws {
        Scratch.remove(path)
        mkdir(path, 0o700)
        mkdir("\(path)/archive", 0o700)
        for (name, bytes) in files { try write(name, bytes) }
    }
}

let firstSegment = "journal-00000000000000000001.ndjson"

/// A commit of this number, different from every other.
func commit(_ n: UInt64, padding: Int = 0) -> Commit {
    var commit = Commit()
    commit.n = n
    commit.at = Instant(milliseconds: 1_795_321_000_000 + Int64(n) * 250)
    commit.source = "tg:\(n % 7)"
    commit.key = "u:\(1000 + n)" + String(repeating: "x", count: padding)
    return commit
}

func commits(_ range: ClosedRange<UInt64>, padding: Int = 0) -> [Commit] {
    range.map { commit($0, padding: padding) }
}

/// The state after these commits.
func state(after commits: [Commit]) -> State {
    var state = State()
    for commit in commits { state.evolve(commit) }
    return state
}

func settings(_ change: (inout FileJournal.Settings) -> Void = { _ in }) -> FileJournal.Settings {
    var settings = FileJournal.Settings()
    settings.ballast = 0
    settings.batchLength = 1 << 16
    settings.version = "1.0"
    change(&settings)
    return settings
}

func open(
    _ scratch: Scratch, _ change: (inout FileJournal.Settings) -> Void = { _ in }
) throws -> FileJournal {
    try FileJournal(at: scratch.path, settings: settings(change))
}

/// All commits that a journal gives.
func all(_ journal: FileJournal, after n: UInt64 = 0) throws -> [Commit] {
    var list: [Commit] = []
    try journal.read(after: n) { list.append($0) }
    return list
}

func all(_ reader: JournalReader, after n: UInt64 = 0) throws -> [Commit] {
    var list: [Commit] = []
    try reader.read(after: n) { list.append($0) }
    return list
}

/// Ends a journal as a power cut does: nothing more is written, the locks are gone.
extension FileJournal {
    static func crash(_ scratch: Scratch, _ body: (FileJournal) throws -> Void) throws {
        try FileJournal.crash(scratch, { _ in }, body)
    }

    static func crash(
        _ scratch: Scratch, _ change: (inout FileJournal.Settings) -> Void,
        _ body: (FileJournal) throws -> Void
    ) throws {
        try body(try FileJournal(at: scratch.path, settings: settings(change)))
    }
}

/// What became of opening a directory.
enum Opened: Equatable {
    case commits([Commit])
    case refused(JournalError)

    init(_ scratch: Scratch) throws {
        do throws(JournalError) {
            let journal = try FileJournal(at: scratch.path, settings: settings())
            var list: [Commit] = []
            try journal.read(after: 0) { list.append($0) }
            try journal.close()
            self = .commits(list)
        } catch {
            self = .refused(error)
        }
    }

    var damage: JournalError.Damage? {
        if case .refused(.damaged(let damage)) = self { damage } else { nil }
    }

    var count: Int? {
        if case .commits(let list) = self { list.count } else { nil }
    }
}
