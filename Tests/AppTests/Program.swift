import Glibc
import Testing

/// The program as its users meet it: arguments, environment, standard input; status, output, complaints.
enum Program {
    struct Ended: Sendable {
        var status: Int32
        var output: String
        var complaint: String
        var lines: [String] {
            output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// The checkout, from where this file lies.
    static let checkout: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).map(
            String.init)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()
    static let commands = checkout + "/commands"
    static let sample = commands + "/demo/cohort-na1.json"

    /// The binary of the same build: beside the tests.
    static let path: String = {
        for argument in CommandLine.arguments {
            guard let range = argument.firstSlashBefore(".xctest") else { continue }
            let path = argument[..<range] + "/hundred"
            if access(String(path), X_OK) == 0 { return String(path) }
        }
        var link = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &link, link.count - 1)
        let own = String(
            decoding: link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        return folder + "/hundred"
    }()

    /// Starts the program; its output goes to files, so that no pipe can fill up.
    static func start(
        _ arguments: [String], environment: [String: String] = [:], input: String = "",
        in folder: Folder
    ) throws -> pid_t {
        let names = ["in", "out", "err"].map { "\(folder.path)/std\($0)" }
        folder.write("stdin", input)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, names[0], O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, names[1], O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, names[2], O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var variables = [
            "PATH=/usr/bin:/bin", "HUNDRED_COMMANDS=\(commands)", "TMPDIR=\(folder.path)",
        ]
        for name in ["LD_LIBRARY_PATH", "HUNDRED_ZONEINFO"] {
            if let value = getenv(name) { variables.append("\(name)=\(String(cString: value))") }
        }
        variables += environment.map { "\($0.key)=\($0.value)" }
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var surroundings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for word in words + surroundings { free(word) } }
        var child = pid_t()
        let code = posix_spawn(&child, path, &actions, nil, &words, &surroundings)
        try #require(code == 0, "\(path) can't be started: \(code)")
        return child
    }

    /// Runs the program to its end, two minutes at most.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "",
        in folder: Folder
    ) throws -> Ended {
        let child = try start(arguments, environment: environment, input: input, in: folder)
        let status = try wait(for: child)
        return Ended(
            status: status, output: folder.read("stdout"), complaint: folder.read("stderr"))
    }

    static func wait(for child: pid_t, seconds: Int = 120) throws -> Int32 {
        var status: Int32 = 0
        for _ in 0..<(seconds * 100) {
            if waitpid(child, &status, WNOHANG) == child {
                return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
            }
            usleep(10_000)
        }
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        Issue.record("the program did not end within \(seconds) s")
        return -1
    }
}

extension String {
    /// Where the last slash before a word stands.
    fileprivate func firstSlashBefore(_ word: String) -> String.Index? {
        guard
            let bundle = split(separator: "/", omittingEmptySubsequences: false).firstIndex(where: {
                $0.hasSuffix(word)
            })
        else { return nil }
        let parts = split(separator: "/", omittingEmptySubsequences: false)
        return bundle > 0 ? parts[bundle - 1].endIndex : nil
    }
}

/// A directory that is gone when the test is.
final class Folder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/hundred-test-XXXXXX".utf8CString)
        let made = mkdtemp(&template)
        precondition(made != nil, "no temporary directory")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    deinit { remove(path) }

    var data: String { path + "/data" }

    func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }
    func write(_ name: String, _ bytes: [UInt8]) {
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
    func read(_ name: String) -> String {
        String(decoding: Self.bytes("\(path)/\(name)"), as: UTF8.self)
    }

    static func bytes(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            all += chunk[..<count]
        }
        return all
    }

    /// Names in a directory, sorted.
    static func names(_ path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Every file below a directory with its bytes.
    static func everything(_ path: String) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for name in names(path) {
            let below = everything("\(path)/\(name)")
            if below.isEmpty, names("\(path)/\(name)").isEmpty {
                found[name] = bytes("\(path)/\(name)")
            }
            for (inner, bytes) in below { found["\(name)/\(inner)"] = bytes }
        }
        return found
    }

    /// A copy of a directory.
    func copy(_ source: String, as name: String) {
        mkdir("\(path)/\(name)", 0o700)
        for entry in Self.names(source) {
            let inner = Self.names("\(source)/\(entry)")
            if inner.isEmpty {
                write("\(name)/\(entry)", Self.bytes("\(source)/\(entry)"))
            } else {
                copy("\(source)/\(entry)", as: "\(name)/\(entry)")
            }
        }
    }

    private func remove(_ path: String) {
        for name in Self.names(path) { remove("\(path)/\(name)") }
        if unlink(path) != 0 { rmdir(path) }
    }
}
